/* waitable.c: waitables, sets of them, subtasks, and the built-ins about them.
 * CanonicalABI.md, "Waitable State", "Subtask State", "canon waitable-set.new" and after,
 * "canon subtask.cancel", "canon subtask.drop". */
#include "base/assert.h"
#include "component/resource.h"
#include "component/task.h"

/* -- waitables and sets -- */

void tni_waitable_init(tni_waitable *w, tni_handle_kind kind) {
    *w = (tni_waitable){.kind = kind};
}

/* CanonicalABI: Waitable.join. */
void tni_waitable_join(tni_waitable *w, tni_waitable_set *set) {
    tni_waitable_set *old = w->set;
    if (old != NULL) {
        *(w->prev != NULL ? &w->prev->next : &old->first) = w->next;
        *(w->next != NULL ? &w->next->prev : &old->last) = w->prev;
    }
    w->set = set;
    if (set != NULL) {
        w->next = NULL;
        w->prev = set->last;
        *(set->last != NULL ? &set->last->next : &set->first) = w;
        set->last = w;
    }
}

bool tni_set_has_event(const tni_waitable_set *set) {
    for (const tni_waitable *w = set->first; w != NULL; w = w->next) {
        if (w->pending) {
            return true;
        }
    }
    return false;
}

/* CanonicalABI: WaitableSet.get_pending_event. Who gave an event goes to the end, so that
 * all have their turn. */
tni_event tni_set_take_event(tni_cstore *cs, tni_waitable_set *set) {
    tni_waitable *w = set->first;
    while (!w->pending) {
        w = w->next;
    }
    tni_waitable_join(w, NULL);
    tni_waitable_join(w, set);
    return tni_take_event(cs, w);
}

tni_event tni_take_event(tni_cstore *cs, tni_waitable *w) {
    TNI_ASSERT(w->pending);
    w->pending = false;
    if (w->kind != TNI_HANDLE_SUBTASK) {
        return tni_end_take_event(cs, (tni_end *)w);
    }
    tni_subtask *s = (tni_subtask *)w;
    if (tni_resolved(s)) {
        tni_deliver_resolve(cs, s);
    }
    return (tni_event){TNI_EVENT_SUBTASK, w->index, (u32)s->state};
}

/* -- subtasks -- */

tenon_status tni_subtask_new(tni_cstore *cs, const tni_link *l, tni_subtask **out,
                             tenon_error *e) {
    tni_subtask *s = cs->async->free_subtasks;
    if (s != NULL) {
        cs->async->free_subtasks = s->next_free;
    } else {
        s = TNI_ARENA_NEW(&cs->arena, tni_subtask);
        if (s == NULL) {
            return tni_no_memory(e);
        }
    }
    *s = (tni_subtask){.link = l};
    tni_waitable_init(&s->waitable, TNI_HANDLE_SUBTASK);
    *out = s;
    return TENON_OK;
}

void tni_subtask_free(tni_cstore *cs, tni_subtask *s) {
    if (s->task != NULL) {
        s->task->subtask = NULL;
    }
    s->next_free = cs->async->free_subtasks;
    cs->async->free_subtasks = s;
}

/* CanonicalABI: Subtask.deliver_resolve. */
void tni_deliver_resolve(tni_cstore *cs, tni_subtask *s) {
    TNI_ASSERT(tni_resolved(s) && !s->resolve_delivered);
    s->resolve_delivered = true;
    if (s->scope != NULL) {
        if (s->task != NULL) {
            s->task->scope = NULL;
        }
        tni_scope_end(cs, s->scope);
        s->scope = NULL;
    }
}

void tni_subtask_progress(tni_subtask *s, tni_subtask_state state) {
    s->state = state;
    if (s->in_table) {
        s->waitable.pending = true;
    }
}

/* -- built-ins -- */

static tni_next fail(tni_thread *t, tni_code code) {
    (void)tni_fail(tni_thread_error(t), code, TENON_NO_OFFSET, NULL);
    return TNI_NEXT_FAIL;
}

/* An entry of a kind, or NULL with the trap. */
static void *get(tni_thread *t, const tni_builtin *b, u32 i, tni_handle_kind kind,
                 const char *what) {
    tni_handle *h;
    tenon_error *e = tni_thread_error(t);
    if (tni_handles_get(&b->inst->handles, i, &h, e) != TENON_OK) {
        return NULL;
    }
    if (h->kind != (u32)kind) {
        (void)tni_wrong_handle(b->cs, h, i, what, e);
        return NULL;
    }
    return h->object;
}

static tni_waitable_set *get_set(tni_thread *t, const tni_builtin *b, u32 i) {
    return get(t, b, i, TNI_HANDLE_WAITABLE_SET, "waitable set");
}

static tni_subtask *get_subtask(tni_thread *t, const tni_builtin *b, u32 i) {
    return get(t, b, i, TNI_HANDLE_SUBTASK, "subtask");
}

/* CanonicalABI: canon_waitable_set_new. */
static tni_next set_new_enter(tni_thread *t, tni_func *self, tni_slot *fp) {
    const tni_builtin *b = tni_func_data(self);
    tni_async *a = b->cs->async;
    u32 i = 0;
    if (!tni_check_leave(t, b->inst)) {
        return TNI_NEXT_FAIL;
    }
    tni_waitable_set *set = a->free_sets;
    if (set != NULL) {
        a->free_sets = set->next_free;
    } else {
        set = TNI_ARENA_NEW(&b->cs->arena, tni_waitable_set);
        if (set == NULL) {
            (void)tni_no_memory(tni_thread_error(t));
            return TNI_NEXT_FAIL;
        }
    }
    *set = (tni_waitable_set){.first = NULL};
    tni_handle h = {.kind = TNI_HANDLE_WAITABLE_SET, .object = set};
    if (tni_handles_add(&b->inst->handles, &h, &i, tni_thread_error(t)) != TENON_OK) {
        return TNI_NEXT_FAIL;
    }
    fp[0] = i;
    return TNI_NEXT_RETURN;
}

/* CanonicalABI: canon_waitable_set_drop. */
static tni_next set_drop_enter(tni_thread *t, tni_func *self, tni_slot *fp) {
    const tni_builtin *b = tni_func_data(self);
    u32 i = (u32)fp[0];
    tni_waitable_set *set = tni_check_leave(t, b->inst) ? get_set(t, b, i) : NULL;
    if (set == NULL) {
        return TNI_NEXT_FAIL;
    }
    if (set->first != NULL) {
        return fail(t, TNI_ERR_SET_NOT_EMPTY);
    }
    if (set->num_waiting > 0) {
        return fail(t, TNI_ERR_SET_HAS_WAITERS);
    }
    tni_handles_remove(&b->inst->handles, i);
    set->next_free = b->cs->async->free_sets;
    b->cs->async->free_sets = set;
    return TNI_NEXT_RETURN;
}

/* CanonicalABI: unpack_event. */
static tni_next unpack_event(tni_thread *t, const tni_builtin *b, tni_slot *fp,
                             tni_slot pointer, tni_event event) {
    u64 at = b->side.ptr == TNI_PTR32 ? (u32)pointer : pointer;
    u64 bytes = tni_memory_bytes(b->side.memory);
    if ((at & 3) != 0) {
        return fail(t, TNI_ERR_UNALIGNED);
    }
    if (bytes < 8 || at > bytes - 8) {
        return fail(t, TNI_ERR_POINTER_BOUNDS);
    }
    u8 *p = tni_memory_data(b->side.memory) + at;
    tni_store_u32(p, event.index);
    tni_store_u32(p + 4, event.payload);
    fp[0] = event.code;
    return TNI_NEXT_RETURN;
}

static const tni_event cancelled_event = {TNI_EVENT_TASK_CANCELLED, 0, 0};

typedef struct wait_state {
    tni_waitable_set *set;
    tni_slot pointer;
} wait_state;

enum { WAIT_SLOTS = (sizeof(wait_state) + sizeof(tni_slot) - 1) / sizeof(tni_slot) };

/* CanonicalABI: canon_waitable_set_wait. */
static tni_next set_wait_enter(tni_thread *t, tni_func *self, tni_slot *fp) {
    const tni_builtin *b = tni_func_data(self);
    wait_state *state = (wait_state *)tni_native_state(self, fp);
    if (!tni_check_leave(t, b->inst) ||
        tni_may_block(b->cs, tni_thread_error(t)) != TENON_OK) {
        return TNI_NEXT_FAIL;
    }
    state->set = get_set(t, b, (u32)fp[0]);
    state->pointer = fp[1];
    if (state->set == NULL) {
        return TNI_NEXT_FAIL;
    }
    bool cancellable = b->canon->is_cancellable;
    if (tni_deliver_pending_cancel(tni_current_thread(b->cs)->task, cancellable)) {
        return unpack_event(t, b, fp, state->pointer, cancelled_event);
    }
    if (tni_set_has_event(state->set)) { /* no turn of others in between */
        return unpack_event(t, b, fp, state->pointer,
                            tni_set_take_event(b->cs, state->set));
    }
    state->set->num_waiting++;
    return tni_wait(b->cs, TNI_WAIT_SET, state->set, cancellable);
}

static tni_next set_wait_resume(tni_thread *t, tni_func *self, tni_slot *fp,
                                tni_why why) {
    const tni_builtin *b = tni_func_data(self);
    const wait_state *state = (const wait_state *)tni_native_state(self, fp);
    (void)why;
    state->set->num_waiting--;
    tni_event event = tni_current_thread(b->cs)->cancelled
                          ? cancelled_event
                          : tni_set_take_event(b->cs, state->set);
    return unpack_event(t, b, fp, state->pointer, event);
}

/* CanonicalABI: canon_waitable_set_poll. */
static tni_next set_poll_enter(tni_thread *t, tni_func *self, tni_slot *fp) {
    const tni_builtin *b = tni_func_data(self);
    tni_waitable_set *set =
        tni_check_leave(t, b->inst) ? get_set(t, b, (u32)fp[0]) : NULL;
    tni_event event = {TNI_EVENT_NONE, 0, 0};
    const tni_cthread *ct = tni_current_thread(b->cs);
    if (set == NULL) {
        return TNI_NEXT_FAIL;
    }
    if (ct != NULL && tni_deliver_pending_cancel(ct->task, b->canon->is_cancellable)) {
        event = cancelled_event;
    } else if (tni_set_has_event(set)) {
        event = tni_set_take_event(b->cs, set);
    }
    return unpack_event(t, b, fp, fp[1], event);
}

/* The waitable behind an index, or NULL with the trap. */
static tni_waitable *get_waitable(tni_thread *t, const tni_builtin *b, u32 i) {
    tni_handle *h;
    tenon_error *e = tni_thread_error(t);
    if (tni_handles_get(&b->inst->handles, i, &h, e) != TENON_OK) {
        return NULL;
    }
    switch ((tni_handle_kind)h->kind) {
    case TNI_HANDLE_SUBTASK:
    case TNI_HANDLE_STREAM_READABLE:
    case TNI_HANDLE_STREAM_WRITABLE:
    case TNI_HANDLE_FUTURE_READABLE:
    case TNI_HANDLE_FUTURE_WRITABLE: return h->object;
    default: (void)tni_wrong_handle(b->cs, h, i, "waitable", e); return NULL;
    }
}

/* CanonicalABI: canon_waitable_join. */
static tni_next join_enter(tni_thread *t, tni_func *self, tni_slot *fp) {
    const tni_builtin *b = tni_func_data(self);
    tni_waitable_set *set = NULL;
    tni_waitable *w = tni_check_leave(t, b->inst) ? get_waitable(t, b, (u32)fp[0]) : NULL;
    if (w == NULL) {
        return TNI_NEXT_FAIL;
    }
    if (w->has_sync_waiter) {
        return fail(t, TNI_ERR_SYNC_IN_SET);
    }
    if ((u32)fp[1] != 0) {
        set = get_set(t, b, (u32)fp[1]);
        if (set == NULL) {
            return TNI_NEXT_FAIL;
        }
    }
    tni_waitable_join(w, set);
    return TNI_NEXT_RETURN;
}

/* CanonicalABI: canon_subtask_drop. */
static tni_next subtask_drop_enter(tni_thread *t, tni_func *self, tni_slot *fp) {
    const tni_builtin *b = tni_func_data(self);
    u32 i = (u32)fp[0];
    tni_subtask *s = tni_check_leave(t, b->inst) ? get_subtask(t, b, i) : NULL;
    if (s == NULL) {
        return TNI_NEXT_FAIL;
    }
    if (!s->resolve_delivered) {
        return fail(t, TNI_ERR_SUBTASK_UNRESOLVED);
    }
    tni_waitable_join(&s->waitable, NULL);
    tni_handles_remove(&b->inst->handles, i);
    tni_subtask_free(b->cs, s);
    return TNI_NEXT_RETURN;
}

typedef enum cancel_phase {
    REQUESTED,
    AWAITING,
} cancel_phase;

typedef struct cancel_state {
    cancel_phase phase;
    tni_subtask *subtask;
    tni_cinstance *entered; /* while the cancelled thread runs; or NULL */
    const tni_cinstance *stop;
} cancel_state;

enum { CANCEL_SLOTS = (sizeof(cancel_state) + sizeof(tni_slot) - 1) / sizeof(tni_slot) };

/* After the request has been made. */
static tni_next cancel_requested(const tni_builtin *b, cancel_state *state,
                                 tni_slot *fp) {
    tni_subtask *s = state->subtask;
    if (!tni_resolved(s)) {
        if (b->canon->is_async) {
            fp[0] = UINT32_MAX; /* BLOCKED */
            return TNI_NEXT_RETURN;
        }
        state->phase = AWAITING;
        s->waitable.has_sync_waiter = true;
        return tni_wait(b->cs, TNI_WAIT_EVENT, &s->waitable, false);
    }
    fp[0] = tni_take_event(b->cs, &s->waitable).payload;
    return TNI_NEXT_RETURN;
}

static tenon_status check_cancel(const tni_builtin *b, const tni_subtask *s,
                                 tenon_error *e) {
    if (s->resolve_delivered || s->cancellation_requested) {
        return tni_fail(e, TNI_ERR_SUBTASK_CANCEL, TENON_NO_OFFSET, NULL);
    }
    if (s->waitable.set != NULL && !b->canon->is_async) {
        return tni_fail(e, TNI_ERR_SYNC_IN_SET, TENON_NO_OFFSET, NULL);
    }
    return TENON_OK;
}

/* A callee of the host, which may answer at once. */
static tni_next cancel_pending(tni_thread *t, const tni_builtin *b, cancel_state *state,
                               tni_slot *fp) {
    tenon_pending *p = state->subtask->pending;
    tni_pending_request_cancel(p);
    if (p->ended && tni_pending_deliver(b->cs, p, tni_thread_error(t)) != TENON_OK) {
        return TNI_NEXT_FAIL;
    }
    return cancel_requested(b, state, fp);
}

/* CanonicalABI: canon_subtask_cancel. */
static tni_next subtask_cancel_enter(tni_thread *t, tni_func *self, tni_slot *fp) {
    const tni_builtin *b = tni_func_data(self);
    cancel_state *state = (cancel_state *)tni_native_state(self, fp);
    tenon_error *e = tni_thread_error(t);
    tni_strand *strand;
    if (!tni_check_leave(t, b->inst) ||
        (!b->canon->is_async && tni_may_block(b->cs, e) != TENON_OK)) {
        return TNI_NEXT_FAIL;
    }
    tni_subtask *s = get_subtask(t, b, (u32)fp[0]);
    if (s == NULL || check_cancel(b, s, e) != TENON_OK) {
        return TNI_NEXT_FAIL;
    }
    *state = (cancel_state){REQUESTED, s, NULL, NULL};
    if (tni_resolved(s)) {
        return cancel_requested(b, state, fp);
    }
    s->cancellation_requested = true;
    if (s->pending != NULL) {
        return cancel_pending(t, b, state, fp);
    }
    tni_task *task = s->task;
    bool entered = task->state != TNI_TASK_INITIAL;
    tni_request_cancellation(b->cs, task, b->inst, &strand);
    if (strand == NULL) {
        return cancel_requested(b, state, fp);
    }
    if (entered) {
        state->entered = task->inst;
        state->stop = tni_entering_stop(task->inst, b->inst);
        tni_set_entered(state->entered, state->stop, true);
    }
    return tni_call_strand(b->cs, strand);
}

static tni_next subtask_cancel_resume(tni_thread *t, tni_func *self, tni_slot *fp,
                                      tni_why why) {
    const tni_builtin *b = tni_func_data(self);
    cancel_state *state = (cancel_state *)tni_native_state(self, fp);
    (void)t;
    (void)why;
    if (state->phase == REQUESTED) {
        if (state->entered != NULL) {
            tni_set_entered(state->entered, state->stop, false);
        }
        return cancel_requested(b, state, fp);
    }
    state->subtask->waitable.has_sync_waiter = false;
    fp[0] = tni_take_event(b->cs, &state->subtask->waitable).payload;
    return TNI_NEXT_RETURN;
}

const tni_native *tni_waitable_builtin(tni_canon_kind kind) {
    static const tni_native set_new = {"waitable-set.new", 0, set_new_enter, NULL, NULL};
    static const tni_native set_drop = {"waitable-set.drop", 0, set_drop_enter, NULL,
                                        NULL};
    static const tni_native set_wait = {"waitable-set.wait", WAIT_SLOTS, set_wait_enter,
                                        set_wait_resume, NULL};
    static const tni_native set_poll = {"waitable-set.poll", 0, set_poll_enter, NULL,
                                        NULL};
    static const tni_native join = {"waitable.join", 0, join_enter, NULL, NULL};
    static const tni_native drop = {"subtask.drop", 0, subtask_drop_enter, NULL, NULL};
    static const tni_native cancel = {"subtask.cancel", CANCEL_SLOTS,
                                      subtask_cancel_enter, subtask_cancel_resume, NULL};
    switch (kind) {
    case TNI_CANON_WAITABLE_SET_NEW: return &set_new;
    case TNI_CANON_WAITABLE_SET_DROP: return &set_drop;
    case TNI_CANON_WAITABLE_SET_WAIT: return &set_wait;
    case TNI_CANON_WAITABLE_SET_POLL: return &set_poll;
    case TNI_CANON_WAITABLE_JOIN: return &join;
    case TNI_CANON_SUBTASK_DROP: return &drop;
    case TNI_CANON_SUBTASK_CANCEL: return &cancel;
    default: return NULL;
    }
}
