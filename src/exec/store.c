/* store.c: what owns all mutable state: limits, fuel, interrupts, and the deletion of
 * everything at once. Core 3.0, 4.2.3.
 *
 * A store's heap is a root of its own beside the engine's: stores of one engine run on
 * different threads, and what one allocates is not counted where others look. */
#include "base/assert.h"
#include "base/atomic.h"
#include "base/format.h"
#include "base/limits.h"
#include "exec/instance.h"
#include "tenon/platform.h"

/* Fuel between two looks at interrupt and deadline. */
#ifdef TNI_TINY
enum { GRANT = 2 };
#else
enum { GRANT = 4096 };
#endif

void tni_store_limits_init(tni_store_limits *l) {
    *l = (tni_store_limits){
        .memory_bytes = UINT64_MAX,
        .memory_pages = TNI_LIMIT_memory_pages,
        .table_elements = TNI_LIMIT_table_elements,
        .heap_bytes = UINT64_MAX,
        .instances = TNI_LIMIT_instances,
        .stack_bytes = TNI_LIMIT_stack_bytes,
        .handles = TNI_LIMIT_handles,
    };
}

static bool make_stack(tni_store *s) {
    tni_stack *k = &s->thread.stack;
    k->slots = s->limits.stack_bytes / sizeof(tni_slot);
    k->slots = k->slots < 16 ? 16 : k->slots;
    /* Not zeroed: pages that no call reaches are never touched. */
    k->base = tni_resize(&s->heap, NULL, 0, k->slots * sizeof(tni_slot));
    k->limit = k->base == NULL ? NULL : k->base + k->slots;
    return k->base != NULL;
}

/* The backtrace stays. */
tenon_status tni_store_refused(const tni_heap *heap, tenon_error *e) {
    if (!heap->has_refused) {
        return TENON_NO_MEMORY;
    }
    e->status = TENON_LIMIT;
    e->code = TNI_ERR_LIMIT;
    tni_format(e->message, sizeof e->message, "%s: the store's heap (max_heap_bytes)",
               tni_code_text(TNI_ERR_LIMIT));
    return TENON_LIMIT;
}

tenon_status tni_store_new(tenon_engine *engine, const tni_store_limits *l,
                           tni_store **out, tenon_error *e) {
    *out = NULL;
    tni_heap heap;
    tni_heap_init(&heap, &engine->heap.allocator, l->heap_bytes);
    tni_store *s = TNI_NEW(&heap, tni_store);
    if (s == NULL) {
        (void)tni_no_memory(e);
        return tni_store_refused(&heap, e);
    }
    s->heap = heap;
    s->engine = engine;
    s->limits = *l;
    tni_heap_init(&s->memory_heap, &engine->heap.allocator, l->memory_bytes);
    tni_arena_init(&s->arena, &s->heap);
    s->turn = INT64_MAX;
    tni_store_set_fuel(s, INT64_MAX);
    s->thread.store = s;
    if (!make_stack(s)) {
        heap = s->heap;
        tni_store_delete(s);
        (void)tni_no_memory(e);
        return tni_store_refused(&heap, e);
    }
    s->thread.fp = s->thread.stack.base;
    s->thread.top = s->thread.stack.base;
    *out = s;
    return TENON_OK;
}

static void delete_instance(tni_store *s, tni_instance *i) {
    for (u32 x = 0; i->elems != NULL && x < i->module->elem_count; x++) {
        TNI_FREE_ARRAY(&s->heap, i->elems[x], i->module->elems[x].count);
    }
    tni_module_release(i->module);
}

void tni_store_drop_from(tni_store *s, tni_store_mark mark) {
    while (s->instances.count > mark.instances) {
        delete_instance(s, s->instances.data[--s->instances.count]);
    }
    while (s->memories.count > mark.memories) {
        tni_memory_free(s->memories.data[--s->memories.count]);
    }
    while (s->tables.count > mark.tables) {
        tni_table *t = s->tables.data[--s->tables.count];
        TNI_FREE_ARRAY(&s->heap, t->elements, (size_t)t->capacity);
    }
    s->gc.globals.count = mark.globals;
    tni_arena_restore(&s->arena, mark.arena);
}

tni_store_mark tni_store_save(const tni_store *s) {
    return (tni_store_mark){tni_arena_save(&s->arena), s->instances.count,
                            s->memories.count, s->tables.count, s->gc.globals.count};
}

void tni_store_delete(tni_store *s) {
    if (s == NULL) {
        return;
    }
    TNI_ASSERT(s->thread.c_depth == 0);
    if (s->owner_release != NULL) {
        s->owner_release(s->owner);
    }
    tni_store_drop_from(s, (tni_store_mark){.instances = 0});
    tni_gc_delete(s);
    tni_vec_free(&s->heap, &s->instances);
    tni_vec_free(&s->heap, &s->memories);
    tni_vec_free(&s->heap, &s->tables);
    tni_vec_free(&s->heap, &s->threads);
    TNI_FREE_ARRAY(&s->heap, s->thread.stack.base, s->thread.stack.slots);
    tni_heap heap = s->heap; /* the store is in its own heap */
    TNI_FREE(&heap, s);
    TNI_ASSERT(heap.used_bytes == 0);
}

tni_heap *tni_store_heap(tni_store *s) {
    return &s->heap;
}

u64 tni_store_handle_limit(const tni_store *s) {
    return s->limits.handles;
}

tenon_engine *tni_store_engine(tni_store *s) {
    return s->engine;
}

tni_thread *tni_store_thread(tni_store *s) {
    return &s->thread;
}

void tni_store_set_owner(tni_store *s, void *owner, void (*release)(void *owner)) {
    s->owner = owner;
    s->owner_release = release;
}

void *tni_store_owner(const tni_store *s) {
    return s->owner;
}

void tni_store_set_path(tni_store *s,
                        void (*path)(void *owner, char *buf, size_t capacity)) {
    s->path = path;
}

/* -- fuel, interrupt, deadline -- */

/* Divides fuel into what polls count down, at most `most`, and the rest. */
static void grant(tni_store *s, i64 fuel, i64 most) {
    s->fuel = fuel < most ? fuel : most;
    s->fuel_reserve = fuel == INT64_MAX ? INT64_MAX : fuel - s->fuel;
    s->granted = s->fuel;
}

/* Until the next look, or the end of the turn: the poll that finds nothing left is one of
 * its units. */
static i64 until_look(const tni_store *s) {
    return s->turn > 0 && s->turn <= GRANT ? s->turn - 1 : GRANT;
}

/* Takes what was used since the last grant off the turn. Gives the fuel there is; below
 * 0: what is owed. */
static i64 take_stock(tni_store *s) {
    const i64 used = s->granted - s->fuel;
    if (s->turn != INT64_MAX) {
        s->turn = used < s->turn ? s->turn - used : 0;
    }
    s->granted = s->fuel;
    return s->fuel_reserve == INT64_MAX ? INT64_MAX : s->fuel_reserve + s->fuel;
}

void tni_store_set_fuel(tni_store *s, i64 fuel) {
    (void)take_stock(s);
    grant(s, fuel < 0 ? 0 : fuel, until_look(s));
}

i64 tni_store_fuel(const tni_store *s) {
    if (s->fuel_reserve == INT64_MAX) {
        return INT64_MAX;
    }
    i64 fuel = s->fuel_reserve + s->fuel;
    return fuel < 0 ? 0 : fuel;
}

/* -- turns -- */

void tni_store_set_slice(tni_store *s, u64 units) {
    s->slice = units < INT64_MAX ? (i64)units : INT64_MAX;
}

void tni_store_begin_turn(tni_store *s) {
    const i64 fuel = take_stock(s);
    s->turn = s->slice == 0 ? INT64_MAX : s->slice;
    grant(s, fuel, until_look(s));
}

void tni_store_end_turn(tni_store *s) {
    const i64 fuel = take_stock(s);
    s->turn = INT64_MAX;
    grant(s, fuel, until_look(s));
}

void tni_store_hurry(tni_store *s) {
    if (s->turn != INT64_MAX && s->granted - s->fuel >= s->turn) {
        grant(s, take_stock(s), 0);
    }
}

void tni_store_interrupt(tni_store *s) {
    tni_flag_raise(&s->interrupt);
}

void tni_store_set_deadline(tni_store *s, u64 monotonic_ns) {
    s->deadline_ns = monotonic_ns;
}

static bool deadline_passed(const tni_store *s) {
    const tenon_platform *p = s->engine->platform;
    return s->deadline_ns != 0 && p != NULL && p->monotonic_ns != NULL &&
           p->monotonic_ns(p->user) >= s->deadline_ns;
}

tenon_status tni_store_check(tni_store *s, tenon_error *e) {
    const i64 fuel = take_stock(s);
    grant(s, fuel < 0 ? 0 : fuel, until_look(s));
    if (tni_flag_take(&s->interrupt)) {
        return tni_fail(e, TNI_ERR_INTERRUPTED, TENON_NO_OFFSET, NULL);
    }
    if (deadline_passed(s)) {
        return tni_fail(e, TNI_ERR_DEADLINE, TENON_NO_OFFSET, NULL);
    }
    if (fuel < 0) {
        return tni_fail(e, TNI_ERR_OUT_OF_FUEL, TENON_NO_OFFSET, NULL);
    }
    return TENON_OK;
}

tenon_status tni_thread_check(tni_thread *t) {
    const tenon_status status = tni_store_check(t->store, t->error);
    tni_store_hurry(t->store);
    return status;
}

const tni_lock *tni_store_lock(const tni_store *s) {
    return &s->engine->lock;
}

bool tni_thread_charge(tni_thread *t, u64 units) {
    tni_store *s = t->store;
    s->fuel -= (i64)(units < (u64)INT64_MAX / 2 ? units : (u64)INT64_MAX / 2);
    return s->fuel >= 0 || tni_thread_check(t) == TENON_OK;
}
