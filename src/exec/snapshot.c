/* snapshot.c: the state of a store's memories, tables, globals and segments, kept and put
 * back.
 *
 * A small memory is copied. A large one becomes a copy-on-write view of an image, where
 * the platform can do that: to restore it is to forget what was written. */
#include "base/assert.h"
#include "base/atomic.h"
#include "exec/instance.h"
#include "tenon/platform.h"

/* Up to here a copy is faster than page faults. */
enum { COPY_BYTES = 256 << 10 };

/* What a memory held; shared by snapshots of stores that hold the same. */
typedef struct tni_image {
    u32 references;
    u64 bytes;
    u8 *copy;       /* or: */
    void *platform; /* the platform's image */
    tni_heap *heap; /* the engine's */
    const tenon_platform *hooks;
} tni_image;

typedef struct kept_memory {
    tni_image *image;
    const u8 *base; /* where the image is mapped */
} kept_memory;

typedef struct kept_table {
    tni_ref *elements;
    u64 size;
} kept_table;

/* Of an instance: its own mutable globals, and which segments are dropped. */
typedef struct kept_instance {
    tni_slot *globals;
    u8 *dropped; /* elements, then data */
} kept_instance;

struct tni_snapshot {
    tni_store *store;
    tni_arena arena;
    kept_memory *memories;
    kept_table *tables;
    kept_instance *instances;
    size_t memory_count, table_count, instance_count;
};

/* -- images -- */

static const u8 *image_bytes(const tni_image *i) {
    return i->copy != NULL ? i->copy : i->hooks->image_view(i->hooks->user, i->platform);
}

static void image_release(tni_image *i) {
    if (i == NULL || --i->references > 0) {
        return;
    }
    if (i->platform != NULL) {
        i->hooks->image_delete(i->hooks->user, i->platform);
    }
    tni_free(i->heap, i->copy, (size_t)i->bytes, 1);
    TNI_FREE(i->heap, i);
}

static bool can_map(const tni_memory *m) {
    const tenon_platform *p = m->store->engine->platform;
    return tni_memory_has_hooks(m) && p->image_new != NULL && m->bytes > COPY_BYTES;
}

static tni_image *image_new(tni_memory *m) {
    tenon_engine *engine = m->store->engine;
    tni_image *i = TNI_NEW(&engine->heap, tni_image);
    if (i == NULL) {
        return NULL;
    }
    *i = (tni_image){.references = 1,
                     .bytes = m->bytes,
                     .heap = &engine->heap,
                     .hooks = engine->platform};
    if (can_map(m)) {
        i->platform = i->hooks->image_new(i->hooks->user, m->data, (size_t)m->bytes);
    }
    if (i->platform == NULL && m->bytes > 0) {
        i->copy = tni_resize(i->heap, NULL, 0, (size_t)m->bytes);
        if (i->copy == NULL) {
            TNI_FREE(&engine->heap, i);
            return NULL;
        }
        memcpy(i->copy, m->data, (size_t)m->bytes);
    }
    return i;
}

/* Another snapshot's image, if it holds what the memory does. */
static bool share(kept_memory *k, tni_image *i, tni_memory *m) {
    if (i->bytes != m->bytes || m->bytes == 0 ||
        memcmp(image_bytes(i), m->data, (size_t)m->bytes) != 0) {
        return false;
    }
    if (i->platform != NULL &&
        (!can_map(m) || !i->hooks->image_map(i->hooks->user, i->platform, m->data))) {
        return false;
    }
    i->references++;
    k->image = i;
    return true;
}

static bool keep_memory(kept_memory *k, const kept_memory *like, tni_memory *m) {
    if (like == NULL || !share(k, like->image, m)) {
        k->image = image_new(m);
    }
    k->base = m->data;
    return k->image != NULL;
}

/* -- taking -- */

static u32 own_globals(const tni_instance *i) {
    return i->module->global_count - i->module->imported_globals;
}

static bool keep_instance(tni_snapshot *p, kept_instance *k, const tni_instance *i) {
    const tni_module *m = i->module;
    const u32 count = own_globals(i);
    k->globals = TNI_ARENA_ARRAY(&p->arena, tni_slot, (size_t)count * 2);
    k->dropped = TNI_ARENA_ARRAY(&p->arena, u8, (size_t)m->elem_count + m->data_count);
    if (k->globals == NULL || k->dropped == NULL) {
        return false;
    }
    for (u32 x = 0; x < count; x++) {
        memcpy(&k->globals[2 * x], i->globals[m->imported_globals + x]->value,
               sizeof(tni_slot[2]));
    }
    memcpy(k->dropped, i->dropped_elems, m->elem_count);
    memcpy(k->dropped + m->elem_count, i->dropped_datas, m->data_count);
    return true;
}

static bool keep_table(tni_snapshot *p, kept_table *k, const tni_table *t) {
    k->size = t->size;
    k->elements = TNI_ARENA_ARRAY(&p->arena, tni_ref, (size_t)t->size);
    if (k->elements == NULL) {
        return false;
    }
    if (t->size > 0) {
        memcpy(k->elements, t->elements, (size_t)t->size * sizeof(tni_ref));
    }
    return true;
}

static bool keep_all(tni_snapshot *p, const tni_snapshot *like) {
    const tni_store *s = p->store;
    p->memories = TNI_ARENA_ARRAY(&p->arena, kept_memory, s->memories.count);
    p->tables = TNI_ARENA_ARRAY(&p->arena, kept_table, s->tables.count);
    p->instances = TNI_ARENA_ARRAY(&p->arena, kept_instance, s->instances.count);
    if (p->memories == NULL || p->tables == NULL || p->instances == NULL) {
        return false;
    }
    for (; p->table_count < s->tables.count; p->table_count++) {
        if (!keep_table(p, &p->tables[p->table_count], s->tables.data[p->table_count])) {
            return false;
        }
    }
    for (; p->instance_count < s->instances.count; p->instance_count++) {
        if (!keep_instance(p, &p->instances[p->instance_count],
                           s->instances.data[p->instance_count])) {
            return false;
        }
    }
    for (size_t n = 0; n < s->memories.count; n++) {
        const kept_memory *same =
            like != NULL && n < like->memory_count ? &like->memories[n] : NULL;
        if (!keep_memory(&p->memories[n], same, s->memories.data[n])) {
            return false;
        }
        p->memory_count++;
    }
    return true;
}

tenon_status tni_snapshot_take(tni_store *s, const tni_snapshot *like, tni_snapshot **out,
                               tenon_error *e) {
    tni_gc_collect(s);
    if (s->gc.live_bytes > 0) {
        return tni_fail(e, TNI_ERR_UNSUPPORTED, TENON_NO_OFFSET,
                        "a snapshot with structures, arrays or exceptions");
    }
    for (size_t n = 0; n < s->memories.count; n++) {
        if (s->memories.data[n]->type.limits.is_shared) {
            return tni_fail(e, TNI_ERR_UNSUPPORTED, TENON_NO_OFFSET,
                            "a snapshot of a shared memory");
        }
    }
    tni_heap *heap = &s->engine->heap;
    tni_snapshot *p = TNI_NEW(heap, tni_snapshot);
    if (p == NULL) {
        return tni_no_memory(e);
    }
    p->store = s;
    tni_arena_init(&p->arena, heap);
    if (!keep_all(p, like)) {
        tni_snapshot_delete(p);
        return tni_no_memory(e);
    }
    *out = p;
    return TENON_OK;
}

void tni_snapshot_delete(tni_snapshot *p) {
    if (p == NULL) {
        return;
    }
    tni_heap *heap = p->arena.heap;
    for (size_t n = 0; n < p->memory_count; n++) {
        image_release(p->memories[n].image);
    }
    tni_arena_free(&p->arena);
    TNI_FREE(heap, p);
}

/* -- restoring -- */

static bool restore_view(kept_memory *k, tni_memory *m) {
    const tni_image *i = k->image;
    if (m->data != k->base) { /* it has moved as it grew */
        if (!i->hooks->image_map(i->hooks->user, i->platform, m->data)) {
            return false;
        }
        k->base = m->data;
    }
    return i->hooks->image_reset(i->hooks->user, i->platform, m->data, (size_t)m->bytes);
}

static bool restore_memory(kept_memory *k, tni_memory *m) {
    const tni_image *i = k->image;
    TNI_ASSERT(m->bytes >= i->bytes);
    if (i->platform != NULL) {
        if (!restore_view(k, m)) {
            return false;
        }
    } else if (m->bytes > 0) {
        if (i->bytes > 0) {
            memcpy(m->data, i->copy, (size_t)i->bytes);
        }
        memset(m->data + i->bytes, 0, (size_t)(m->bytes - i->bytes));
    }
    return m->bytes == i->bytes || tni_memory_shrink(m, i->bytes);
}

static void restore_table(const kept_table *k, tni_table *t) {
    if (k->size > 0) {
        memcpy(t->elements, k->elements, (size_t)k->size * sizeof(tni_ref));
    }
    t->size = k->size;
    t->type.limits.min = k->size;
}

static void restore_instance(const kept_instance *k, tni_instance *i) {
    const tni_module *m = i->module;
    const u32 count = own_globals(i);
    for (u32 x = 0; x < count; x++) {
        memcpy(i->globals[m->imported_globals + x]->value, &k->globals[2 * x],
               sizeof(tni_slot[2]));
    }
    memcpy(i->dropped_elems, k->dropped, m->elem_count);
    memcpy(i->dropped_datas, k->dropped + m->elem_count, m->data_count);
}

tenon_status tni_snapshot_restore(tni_snapshot *p, tenon_error *e) {
    tni_store *s = p->store;
    if (s->thread.c_depth > 0 || s->instances.count != p->instance_count ||
        s->memories.count != p->memory_count || s->tables.count != p->table_count) {
        return tni_fail(e, TNI_ERR_USAGE, TENON_NO_OFFSET,
                        "a snapshot of a store that is in use or has other instances");
    }
    (void)tni_flag_take(&s->interrupt);
    for (size_t n = 0; n < p->memory_count; n++) {
        if (!restore_memory(&p->memories[n], s->memories.data[n])) {
            return tni_no_memory(e);
        }
    }
    for (size_t n = 0; n < p->table_count; n++) {
        restore_table(&p->tables[n], s->tables.data[n]);
    }
    for (size_t n = 0; n < p->instance_count; n++) {
        restore_instance(&p->instances[n], s->instances.data[n]);
    }
    return TENON_OK;
}
