/* thread.c: threads beside the store's own: stacks that take turns. Who runs when is the
 * business of the layer above; here a thread is begun, run until it suspends or is done,
 * and given up. */
#include "base/assert.h"
#include "exec/instance.h"

tenon_status tni_thread_new(tni_store *s, size_t stack_bytes, tni_thread **out,
                            tenon_error *e) {
    tni_thread *t = TNI_NEW(&s->heap, tni_thread);
    if (t == NULL) {
        return tni_no_memory(e);
    }
    t->store = s;
    t->stack.slots = stack_bytes / sizeof(tni_slot);
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

void tni_thread_delete(tni_thread *t) {
    tni_store *s = t->store;
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
    if ((size_t)(t->stack.limit - t->top) < f->frame_slots) {
        t->error = e;
        return tni_exhausted(t);
    }
    tni_frame_push(t, f, args);
    return TENON_OK;
}

void tni_thread_argument(tni_thread *t, tni_slot value) {
    t->fp[0] = value;
}

static void empty(tni_thread *t) {
    t->fp = t->top = t->stack.base;
    t->instance = NULL;
    t->suspended = false;
}

tenon_status tni_thread_run(tni_thread *t, bool *done, tenon_error *e) {
    t->error = e;
    tenon_status status = tni_interpret(t);
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

void tni_thread_abandon(tni_thread *t) {
    if (t->top != t->stack.base) {
        tni_unwind(t, t->stack.base);
    }
    empty(t);
}
