/* thread.c: threads beside the store's own: stacks that take turns. Who runs when is the
 * business of the layer above; here a thread is begun, run until it suspends or is done,
 * and given up. */
#include "base/assert.h"
#include "exec/instance.h"

/* A parked thread of a few small frames has this much; in slots. */
enum { FIRST_SLOTS = 64, KEPT_SLOTS = 4096 };

tenon_status tni_thread_new(tni_store *s, tni_thread **out, tenon_error *e) {
    tni_thread *t = TNI_NEW(&s->heap, tni_thread);
    if (t == NULL) {
        return tni_no_memory(e);
    }
    t->store = s;
    t->max_slots = s->limits.stack_bytes / sizeof(tni_slot);
    t->stack.slots = FIRST_SLOTS < t->max_slots ? FIRST_SLOTS : t->max_slots;
    t->stack.base = tni_resize(&s->heap, NULL, 0, t->stack.slots * sizeof(tni_slot));
    if (t->stack.base == NULL || !tni_vec_push(&s->heap, &s->threads, t)) {
        TNI_FREE_ARRAY(&s->heap, t->stack.base, t->stack.slots);
        TNI_FREE(&s->heap, t);
        return tni_no_memory(e);
    }
    t->stack.limit = t->stack.base + t->stack.slots;
    t->fp = t->top = t->stack.base;
    *out = t;
    return TENON_OK;
}

tenon_status tni_stack_grow(tni_thread *t, tni_slot **p, size_t slots) {
    tni_stack *k = &t->stack;
    const size_t at = (size_t)(*p - k->base), fp = (size_t)(t->fp - k->base);
    const size_t top = (size_t)(t->top - k->base);
    if (t->max_slots < at || slots > t->max_slots - at) {
        return tni_exhausted(t);
    }
    size_t count = k->slots + k->slots / 2;
    count = count < at + slots ? at + slots : count;
    count = count < t->max_slots ? count : t->max_slots;
    tni_slot *base = tni_resize(&t->store->heap, k->base, k->slots * sizeof(tni_slot),
                                count * sizeof(tni_slot));
    if (base == NULL) {
        return tni_no_memory(t->error);
    }
    memset(base + k->slots, 0, (count - k->slots) * sizeof(tni_slot));
    *k = (tni_stack){.base = base, .slots = count, .limit = base + count};
    t->fp = base + fp;
    t->top = base + top;
    *p = base + at;
    return TENON_OK;
}

/* Gives back what an empty stack has grown to. */
static void shrink(tni_thread *t) {
    tni_stack *k = &t->stack;
    if (t->max_slots == 0 || k->slots <= KEPT_SLOTS) {
        return;
    }
    tni_slot *base = tni_resize(&t->store->heap, k->base, k->slots * sizeof(tni_slot),
                                KEPT_SLOTS * sizeof(tni_slot));
    if (base != NULL) {
        *k = (tni_stack){.base = base, .slots = KEPT_SLOTS, .limit = base + KEPT_SLOTS};
    }
}

void tni_thread_delete(tni_thread *t) {
    tni_store *s = t->store;
    tni_unpark(t);
    tni_heap *heap = &s->heap;
    for (size_t n = 0; n < s->threads.count; n++) {
        if (s->threads.data[n] == t) {
            s->threads.data[n] = s->threads.data[--s->threads.count];
            break;
        }
    }
    TNI_FREE_ARRAY(heap, t->stack.base, t->stack.slots);
    TNI_FREE(heap, t);
}

tenon_status tni_thread_begin(tni_thread *t, tni_func *f, const tni_slot *args,
                              tenon_error *e) {
    TNI_ASSERT(t->top == t->stack.base);
    t->error = e;
    TNI_TRY(tni_stack_room(t, &t->top, f->frame_slots));
    tni_frame_push(t, f, args);
    return TENON_OK;
}

void tni_thread_argument(tni_thread *t, tni_slot value) {
    t->fp[0] = value;
}

static void empty(tni_thread *t) {
    shrink(t);
    t->fp = t->top = t->stack.base;
    t->instance = NULL;
    t->suspended = t->is_paused = false;
}

tenon_status tni_thread_run(tni_thread *t, bool may_pause, bool *done, tenon_error *e) {
    t->error = e;
    t->can_park = true;
    t->can_pause = may_pause;
    t->is_paused = false;
    tenon_status status = tni_interpret(t);
    t->can_park = t->can_pause = false;
    if (t->is_paused) {
        *done = false;
        return TENON_OK;
    }
    if (status != TENON_OK) {
        tni_backtrace(t, t->stack.base, e);
        tni_thread_abandon(t);
        return status;
    }
    *done = !t->suspended;
    if (*done) {
        empty(t);
    }
    return TENON_OK;
}

bool tni_thread_is_paused(const tni_thread *t) {
    return t->is_paused;
}

const tni_slot *tni_thread_left(const tni_thread *t) {
    return t->stack.base;
}

void tni_thread_abandon(tni_thread *t) {
    tni_unpark(t);
    if (t->top != t->stack.base) {
        tni_unwind(t, t->stack.base);
    }
    empty(t);
}
