/* pending.c: answers of host functions that come later: tenon_call_pend and after it.
 * CanonicalABI.md, "canon lower" with a callee that the host implements and that blocks.
 *
 * A call of an async-typed function becomes a subtask. Any other freezes the chain of
 * strands that led to it, as it is; other chains go on. Answers are handed over by ticks,
 * so that no guest runs under tenon_pending_end. */
#include "base/assert.h"
#include "component/resource.h"
#include "component/task.h"

/* -- objects -- */

static void list_add(tni_async *a, tenon_pending *p) {
    p->next = a->pending;
    p->prev = NULL;
    if (a->pending != NULL) {
        a->pending->prev = p;
    }
    a->pending = p;
}

static void list_remove(tni_async *a, tenon_pending *p) {
    *(p->prev != NULL ? &p->prev->next : p->ended ? &a->ended : &a->pending) = p->next;
    if (p->next != NULL) {
        p->next->prev = p->prev;
    } else if (p->ended) {
        a->last_ended = p->prev;
    }
}

bool tenon_call_can_pend(const tenon_call *call) {
    const tni_cstore *cs = call->cs;
    if (call->link == NULL || call->pending != NULL || cs->async == NULL) {
        return false;
    }
    return call->func->type->is_async ? tni_current_thread(cs) != NULL
                                      : tni_can_freeze(cs);
}

tenon_pending *tenon_call_pend(tenon_call *call, tenon_pending_fn fn, void *data) {
    tni_cstore *cs = call->cs;
    const tenon_type *type = call->func->type->result;
    if (!tenon_call_can_pend(call)) {
        return NULL;
    }
    tenon_pending *p = TNI_NEW(cs->heap, tenon_pending);
    if (p == NULL) {
        return NULL;
    }
    tni_arena_init(&p->arena, cs->heap);
    if (type != NULL) {
        p->result = tni_arena_alloc(&p->arena, type->size[TNI_NATIVE], 16);
        if (p->result == NULL) {
            TNI_FREE(cs->heap, p);
            return NULL;
        }
    }
    p->call = (tenon_call){.cs = cs,
                           .func = call->func,
                           .e = &cs->async->pending_error,
                           .arena = &p->arena,
                           .link = call->link,
                           .pending = p};
    p->link = call->link;
    p->fn = fn;
    p->data = data;
    list_add(cs->async, p);
    cs->async->pending_count++;
    call->pending = p;
    return p;
}

/* An answer that is being handed over is no longer among those that wait for that. */
static void take_back(tni_async *a, tenon_pending *p) {
    list_remove(a, p);
    p->ended = false;
    list_add(a, p);
}

/* What other threads have posted joins the answers. */
static void collect_posted(tni_cstore *cs) {
    tni_async *a = cs->async;
    const tni_lock *lock = tni_store_lock(cs->store);
    tenon_pending *posted = NULL;
    tni_lock_acquire(lock);
    while (a->posted != NULL) { /* the newest first */
        tenon_pending *p = a->posted;
        a->posted = p->next_posted;
        p->next_posted = posted;
        posted = p;
    }
    tni_lock_release(lock);
    while (posted != NULL) {
        tenon_pending *p = posted;
        posted = p->next_posted;
        tenon_pending_end(p, p->status);
    }
}

void tni_pending_over(tenon_pending *p) {
    tni_cstore *cs = p->call.cs;
    collect_posted(cs);
    list_remove(cs->async, p);
    cs->async->pending_count--;
    if (p->fn != NULL) {
        p->fn(p->data, p, TENON_PENDING_OVER);
    }
    if (p->error != NULL) {
        TNI_FREE(cs->heap, p->error);
    }
    tni_arena_free(&p->arena);
    TNI_FREE(cs->heap, p);
}

void tni_pending_free_all(tni_cstore *cs) {
    collect_posted(cs);
    while (cs->async->pending != NULL) {
        tni_pending_over(cs->async->pending);
    }
    while (cs->async->ended != NULL) {
        tni_pending_over(cs->async->ended);
    }
}

/* -- tenon/host.h -- */

tenon_call *tenon_pending_call(tenon_pending *pending) {
    pending->call.e->status = TENON_OK;
    return &pending->call;
}

void *tenon_pending_result(tenon_pending *pending) {
    return pending->result;
}

static void keep_error(tenon_pending *p) {
    tni_cstore *cs = p->call.cs;
    tenon_error *e = p->call.e;
    if (e->status != p->status) {
        return; /* it did not say why */
    }
    p->error = TNI_NEW(cs->heap, tenon_error);
    if (p->error != NULL) {
        *p->error = *e;
    }
    e->status = TENON_OK;
}

void tenon_pending_end(tenon_pending *pending, tenon_status status) {
    tni_async *a = pending->call.cs->async;
    if (pending->ended) {
        return;
    }
    pending->status = status;
    if (status != TENON_OK) {
        keep_error(pending);
    }
    list_remove(a, pending);
    pending->ended = true;
    pending->next = NULL;
    pending->prev = a->last_ended;
    *(a->last_ended != NULL ? &a->last_ended->next : &a->ended) = pending;
    a->last_ended = pending;
}

void tenon_pending_again(tenon_pending *pending, void *data) {
    tenon_pending_end(pending, TENON_OK);
    pending->again = data;
}

void tenon_pending_cancel(tenon_pending *pending) {
    pending->cancelled = !pending->ended && pending->subtask != NULL &&
                         pending->subtask->cancellation_requested;
    tenon_pending_end(pending, TENON_OK);
}

void tenon_pending_post(tenon_pending *pending, tenon_status status) {
    tni_cstore *cs = pending->call.cs;
    const tni_lock *lock = tni_store_lock(cs->store);
    tni_lock_acquire(lock);
    pending->status = status;
    pending->next_posted = cs->async->posted;
    cs->async->posted = pending;
    void (*wake)(void *) = cs->wake;
    void *user = cs->wake_user;
    tni_lock_release(lock);
    if (wake != NULL) {
        wake(user);
    }
}

/* -- handing over -- */

tenon_pending *tni_pending_answered(tni_cstore *cs) {
    collect_posted(cs);
    return cs->async->ended;
}

tenon_status tni_pending_status(const tenon_pending *p, tenon_error *e) {
    if (p->status == TENON_OK) {
        return TENON_OK;
    }
    if (p->error == NULL) {
        return tni_fail_unexplained(e, p->call.func->name, p->status);
    }
    *e = *p->error;
    return p->status;
}

void tni_pending_request_cancel(tenon_pending *p) {
    if (!p->ended && p->fn != NULL) {
        p->fn(p->data, p, TENON_PENDING_CANCEL);
    }
}

/* The caller has a handle of the subtask: the result goes to its memory now. */
static tenon_status resolve(tni_cstore *cs, tenon_pending *p, tenon_error *e) {
    tni_subtask *s = p->subtask;
    tni_thread *t = tni_store_thread(cs->store);
    tni_slot none;
    TNI_TRY(tni_pending_status(p, e));
    if (s->scope != NULL) {
        tni_take_back_borrows(cs, s->scope);
    }
    if (p->cancelled) {
        tni_subtask_progress(s, TNI_SUBTASK_CANCELLED_BEFORE_RETURNED);
        return TENON_OK;
    }
    TNI_TRY(tni_host_lower_result_outside(t, p->link, p->pointer, p->result, &none, e));
    tni_subtask_progress(s, TNI_SUBTASK_RETURNED);
    return TENON_OK;
}

tenon_status tni_pending_deliver(tni_cstore *cs, tenon_pending *p, tenon_error *e) {
    tni_subtask *s = p->subtask;
    if (s == NULL) {
        tni_run run = p->run;
        run.takes_turns = cs->async->polling;
        take_back(cs->async, p);
        return tni_run_frozen(cs, p->strand, run, e);
    }
    if (!p->link->is_async) { /* its thread waits, and takes the answer itself */
        take_back(cs->async, p);
        tni_subtask_progress(s, TNI_SUBTASK_RETURNED);
        return TENON_OK;
    }
    const tenon_status status = resolve(cs, p, e);
    s->pending = NULL;
    if (status != TENON_OK) {
        tni_set_entered(p->link->inst, NULL, true); /* locked for good */
    }
    tni_pending_over(p);
    return status;
}

/* -- the frame of a call that waits -- */

static void end_scope(tni_cstore *cs, tni_scope *scope) {
    if (scope != NULL) {
        tni_take_back_borrows(cs, scope);
        tni_scope_end(cs, scope);
    }
}

/* The callee is async-typed: a subtask, which the caller waits for or gets. */
static tni_next wait_for_subtask(tni_thread *t, const tni_link *l, tni_slot *fp,
                                 tni_host_state *state, tenon_pending *p) {
    tenon_error *e = tni_thread_error(t);
    tni_subtask *s;
    if (tni_subtask_new(l->cs, l, &s, e) != TENON_OK) {
        end_scope(l->cs, p->scope);
        tni_pending_over(p);
        return TNI_NEXT_FAIL;
    }
    s->state = TNI_SUBTASK_STARTED;
    s->scope = p->scope;
    s->pending = p;
    p->subtask = s;
    if (l->is_async) {
        return tni_subtask_hand_out(t, l, s, fp);
    }
    state->subtask = s;
    return tni_may_block(l->cs, e) == TENON_OK
               ? tni_wait(l->cs, TNI_WAIT_SUBTASK, s, false)
               : TNI_NEXT_FAIL;
}

tni_next tni_host_wait(tni_thread *t, tni_func *self, tni_slot *fp, tenon_pending *p) {
    const tni_link *l = tni_func_data(self);
    tni_host_state *state = (tni_host_state *)tni_native_state(self, fp);
    if (l->callee->type->is_async) {
        return wait_for_subtask(t, l, fp, state, p);
    }
    state->pending = p;
    return tni_freeze(l->cs, p);
}

/* The answer, on the thread that waited for it. */
static tenon_status take_answer(tni_thread *t, const tni_link *l, tenon_pending *p,
                                tni_slot *out) {
    TNI_TRY(tni_pending_status(p, tni_thread_error(t)));
    if (p->scope != NULL) {
        tni_take_back_borrows(l->cs, p->scope);
    }
    return tni_host_lower_result(t, l, p->pointer, p->result, out);
}

tni_next tni_host_resume(tni_thread *t, tni_func *self, tni_slot *fp, tni_why why) {
    const tni_link *l = tni_func_data(self);
    tni_host_state *state = (tni_host_state *)tni_native_state(self, fp);
    tenon_pending *p = state->subtask != NULL ? state->subtask->pending : state->pending;
    tni_slot out;
    (void)why;
    if (p->again != NULL && state->pending == p) {
        void *again = p->again;
        end_scope(l->cs, p->scope);
        tni_pending_over(p);
        state->pending = NULL;
        return tni_host_call(t, self, fp, again);
    }
    if (take_answer(t, l, p, &out) != TENON_OK) {
        return TNI_NEXT_FAIL; /* and unwind ends what waits */
    }
    if (state->subtask != NULL) {
        state->subtask->out = out;
        state->subtask->pending = NULL;
        tni_subtask_deliver(l, state->subtask, fp);
    } else {
        end_scope(l->cs, p->scope);
        if (l->is_async) {
            fp[0] = TNI_SUBTASK_RETURNED;
        } else if (l->core_result) {
            fp[0] = out;
        }
    }
    tni_pending_over(p);
    return TNI_NEXT_RETURN;
}

void tni_host_unwind(tni_thread *t, tni_func *self, tni_slot *fp) {
    tni_host_state *state = (tni_host_state *)tni_native_state(self, fp);
    tenon_pending *p = state->pending;
    (void)t;
    if (state->subtask != NULL) {
        p = state->subtask->pending;
        state->subtask->pending = NULL;
        state->subtask->scope = NULL;
    }
    if (p != NULL) {
        const tni_link *l = p->link;
        end_scope(l->cs, p->scope);
        tni_pending_over(p);
    }
    *state = (tni_host_state){NULL, NULL};
}
