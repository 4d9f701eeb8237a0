/* cthread.c: threads and the built-ins about them. CanonicalABI.md, "Threads" and "canon
 * thread.index" and after. */
#include "base/assert.h"
#include "component/resource.h"
#include "component/task.h"

tenon_status tni_cthread_new(tni_cstore *cs, tni_task *task, tni_strand *strand,
                             tni_cthread **out, tenon_error *e) {
    tni_cthread *t = cs->async->free_threads;
    if (t != NULL) {
        cs->async->free_threads = t->next_in_task;
    } else {
        t = TNI_ARENA_NEW(&cs->arena, tni_cthread);
        if (t == NULL) {
            return tni_no_memory(e);
        }
    }
    *t = (tni_cthread){
        .task = task, .inst = task->inst, .strand = strand, .below = strand->top};
    strand->top = t;
    *out = t;
    return TENON_OK;
}

void tni_cthread_free(tni_cstore *cs, tni_cthread *t) {
    TNI_ASSERT(t->wait == TNI_WAIT_NONE && t->strand->top == t);
    t->strand->top = t->below;
    t->next_in_task = cs->async->free_threads;
    cs->async->free_threads = t;
}

tenon_status tni_register_thread(tni_cstore *cs, tni_cthread *t, tenon_error *e) {
    tni_handle h = {.kind = TNI_HANDLE_THREAD, .object = t};
    (void)cs;
    TNI_ASSERT(t->index == 0);
    TNI_TRY(tni_handles_add(&t->inst->threads, &h, &t->index, e));
    t->next_in_task = t->task->threads;
    t->task->threads = t;
    t->task->thread_count++;
    return TENON_OK;
}

tenon_status tni_unregister_thread(tni_cstore *cs, tni_cthread *t, tenon_error *e) {
    tni_task *task = t->task;
    tni_cthread **p = &task->threads;
    (void)cs;
    while (*p != t) {
        p = &(*p)->next_in_task;
    }
    *p = t->next_in_task;
    task->thread_count--;
    if (task->thread_count == 0 && task->state != TNI_TASK_RESOLVED) {
        return tni_fail(e, TNI_ERR_NO_RETURN, TENON_NO_OFFSET, NULL);
    }
    tni_handles_remove(&t->inst->threads, t->index);
    t->index = 0;
    return TENON_OK;
}

/* -- the bottom frame of an explicit thread -- */

static tni_next thread_enter(tni_thread *t, tni_func *self, tni_slot *fp) {
    const tni_cthread *ct = (const tni_cthread *)(uintptr_t)fp[0];
    tni_slot *args = tni_thread_call(t, self, fp, ct->start);
    if (args == NULL) {
        return TNI_NEXT_FAIL;
    }
    args[0] = ct->argument;
    return TNI_NEXT_CALL;
}

static tni_next thread_resume(tni_thread *t, tni_func *self, tni_slot *fp, tni_why why) {
    tni_cstore *cs = tni_func_data(self);
    tni_cthread *ct = (tni_cthread *)(uintptr_t)fp[0];
    tni_task *task = ct->task;
    (void)why;
    if (tni_unregister_thread(cs, ct, tni_thread_error(t)) != TENON_OK) {
        return TNI_NEXT_FAIL;
    }
    tni_cthread_free(cs, ct);
    if (task->thread_count == 0) {
        tni_task_free(cs, task);
    }
    return TNI_NEXT_RETURN;
}

const tni_native tni_native_thread = {"thread", 1, thread_enter, thread_resume, NULL};

/* -- built-ins -- */

static tni_next fail(tni_thread *t, tni_code code) {
    (void)tni_fail(tni_thread_error(t), code, TENON_NO_OFFSET, NULL);
    return TNI_NEXT_FAIL;
}

/* CanonicalABI: canon_thread_index. */
static tni_next index_enter(tni_thread *t, tni_func *self, tni_slot *fp) {
    const tni_builtin *b = tni_func_data(self);
    if (!tni_check_leave(t, b->inst)) {
        return TNI_NEXT_FAIL;
    }
    const tni_cthread *ct = tni_current_thread(b->cs);
    fp[0] = ct == NULL ? 0 : ct->index;
    return TNI_NEXT_RETURN;
}

static tenon_status new_indirect(const tni_builtin *b, u64 i, u64 argument, u32 *index,
                                 tenon_error *e) {
    tni_ref ref;
    tni_strand *strand;
    tni_cthread *ct;
    tni_task *task = tni_current_thread(b->cs)->task;
    if (!tni_table_get(b->table, i, &ref)) {
        return tni_fail(e, TNI_ERR_TABLE_BOUNDS, TENON_NO_OFFSET, NULL);
    }
    if (ref == TNI_REF_NULL) {
        return tni_fail(e, TNI_ERR_UNINITIALIZED_ELEMENT, TENON_NO_OFFSET, NULL);
    }
    tni_func *f = (tni_func *)(uintptr_t)ref;
    if (tni_func_type(f)->id != b->canon->thread_type) {
        return tni_fail(e, TNI_ERR_INDIRECT_TYPE, TENON_NO_OFFSET, NULL);
    }
    /* The bottom frame is told its thread, which does not exist before its strand. */
    TNI_TRY(tni_strand_new(b->cs, b->cs->async->run_thread, NULL, &strand, e));
    TNI_TRY(tni_cthread_new(b->cs, task, strand, &ct, e));
    tni_strand_argument(strand, ct);
    ct->start = f;
    ct->argument = argument;
    TNI_TRY(tni_register_thread(b->cs, ct, e));
    *index = ct->index;
    return TENON_OK;
}

/* CanonicalABI: canon_thread_new_indirect. */
static tni_next new_indirect_enter(tni_thread *t, tni_func *self, tni_slot *fp) {
    const tni_builtin *b = tni_func_data(self);
    u32 index = 0;
    if (!tni_check_leave(t, b->inst)) {
        return TNI_NEXT_FAIL;
    }
    if (tni_current_thread(b->cs) == NULL) {
        return fail(t, TNI_ERR_CANNOT_BLOCK);
    }
    const u64 i = tni_table_is_64(b->table) ? fp[0] : (u32)fp[0];
    if (new_indirect(b, i, fp[1], &index, tni_thread_error(t)) != TENON_OK) {
        return TNI_NEXT_FAIL;
    }
    fp[0] = index;
    return TNI_NEXT_RETURN;
}

static tni_cthread *get_thread(tni_thread *t, const tni_builtin *b, u32 i) {
    tni_handle *h;
    if (!tni_check_leave(t, b->inst)) {
        return NULL;
    }
    if (tni_handles_get(&b->inst->threads, i, &h, tni_thread_error(t)) != TENON_OK) {
        return NULL;
    }
    return h->object;
}

static bool is_suspended(const tni_cthread *ct) {
    return !ct->running && ct->wait == TNI_WAIT_NONE;
}

static tni_cthread *get_suspended(tni_thread *t, const tni_builtin *b, u32 i) {
    tni_cthread *ct = get_thread(t, b, i);
    if (ct != NULL && !is_suspended(ct)) {
        (void)tni_fail(tni_thread_error(t), TNI_ERR_NOT_SUSPENDED, TENON_NO_OFFSET, NULL);
        return NULL;
    }
    return ct;
}

/* CanonicalABI: canon_thread_resume_later. */
static tni_next resume_later_enter(tni_thread *t, tni_func *self, tni_slot *fp) {
    const tni_builtin *b = tni_func_data(self);
    tni_cthread *ct = get_suspended(t, b, (u32)fp[0]);
    if (ct == NULL) {
        return TNI_NEXT_FAIL;
    }
    tni_start_waiting(b->cs, ct, TNI_WAIT_READY, NULL);
    return TNI_NEXT_RETURN;
}

/* Thread.suspend and so on first report a cancellation that is pending. */
static bool is_cancelled(const tni_builtin *b, tni_slot *fp) {
    const tni_cthread *ct = tni_current_thread(b->cs);
    if (ct != NULL && tni_deliver_pending_cancel(ct->task, b->canon->is_cancellable)) {
        fp[0] = 1;
        return true;
    }
    return false;
}

/* CanonicalABI: canon_thread_suspend. */
static tni_next suspend_enter(tni_thread *t, tni_func *self, tni_slot *fp) {
    const tni_builtin *b = tni_func_data(self);
    if (!tni_check_leave(t, b->inst)) {
        return TNI_NEXT_FAIL;
    }
    if (is_cancelled(b, fp)) {
        return TNI_NEXT_RETURN;
    }
    if (tni_current_thread(b->cs) == NULL) {
        return fail(t, TNI_ERR_CANNOT_BLOCK);
    }
    return tni_suspend(b->cs, b->canon->is_cancellable);
}

/* CanonicalABI: canon_thread_yield. */
static tni_next yield_enter(tni_thread *t, tni_func *self, tni_slot *fp) {
    const tni_builtin *b = tni_func_data(self);
    if (!tni_check_leave(t, b->inst)) {
        return TNI_NEXT_FAIL;
    }
    if (is_cancelled(b, fp)) {
        return TNI_NEXT_RETURN;
    }
    if (tni_current_thread(b->cs) == NULL) {
        fp[0] = 0;
        return TNI_NEXT_RETURN;
    }
    return tni_wait(b->cs, TNI_WAIT_READY, NULL, b->canon->is_cancellable);
}

/* CanonicalABI: canon_thread_suspend_then_resume and canon_thread_yield_then_resume. */
static tni_next switch_enter(tni_thread *t, tni_func *self, tni_slot *fp,
                             tni_wait_kind kind) {
    const tni_builtin *b = tni_func_data(self);
    tni_cthread *other = get_suspended(t, b, (u32)fp[0]);
    if (other == NULL) {
        return TNI_NEXT_FAIL;
    }
    if (is_cancelled(b, fp)) {
        return TNI_NEXT_RETURN;
    }
    return tni_switch_to(b->cs, other, kind, b->canon->is_cancellable);
}

static tni_next suspend_then_resume_enter(tni_thread *t, tni_func *self, tni_slot *fp) {
    return switch_enter(t, self, fp, TNI_WAIT_NONE);
}

static tni_next yield_then_resume_enter(tni_thread *t, tni_func *self, tni_slot *fp) {
    return switch_enter(t, self, fp, TNI_WAIT_READY);
}

/* CanonicalABI: canon_thread_suspend_then_promote, canon_thread_yield_then_promote. */
static tni_next promote_enter(tni_thread *t, tni_func *self, tni_slot *fp,
                              tni_wait_kind kind) {
    const tni_builtin *b = tni_func_data(self);
    tni_cthread *other = get_thread(t, b, (u32)fp[0]);
    if (other == NULL) {
        return TNI_NEXT_FAIL;
    }
    if (is_cancelled(b, fp)) {
        return TNI_NEXT_RETURN;
    }
    if (!tni_is_ready(other)) {
        return kind == TNI_WAIT_NONE
                   ? tni_suspend(b->cs, b->canon->is_cancellable)
                   : tni_wait(b->cs, kind, NULL, b->canon->is_cancellable);
    }
    tni_stop_waiting(b->cs, other);
    return tni_switch_to(b->cs, other, kind, b->canon->is_cancellable);
}

static tni_next suspend_then_promote_enter(tni_thread *t, tni_func *self, tni_slot *fp) {
    return promote_enter(t, self, fp, TNI_WAIT_NONE);
}

static tni_next yield_then_promote_enter(tni_thread *t, tni_func *self, tni_slot *fp) {
    return promote_enter(t, self, fp, TNI_WAIT_READY);
}

/* After any of them: whether it was by cancellation. */
static tni_next cancelled_resume(tni_thread *t, tni_func *self, tni_slot *fp,
                                 tni_why why) {
    const tni_builtin *b = tni_func_data(self);
    (void)t;
    (void)why;
    fp[0] = tni_current_thread(b->cs)->cancelled;
    return TNI_NEXT_RETURN;
}

const tni_native *tni_thread_builtin(tni_canon_kind kind) {
    static const tni_native index_ = {"thread.index", 0, index_enter, NULL, NULL};
    static const tni_native new_ = {"thread.new-indirect", 0, new_indirect_enter, NULL,
                                    NULL};
    static const tni_native later = {"thread.resume-later", 0, resume_later_enter, NULL,
                                     NULL};
    static const tni_native suspend = {"thread.suspend", 1, suspend_enter,
                                       cancelled_resume, NULL};
    static const tni_native yield = {"thread.yield", 1, yield_enter, cancelled_resume,
                                     NULL};
    static const tni_native suspend_resume = {"thread.suspend-then-resume", 1,
                                              suspend_then_resume_enter, cancelled_resume,
                                              NULL};
    static const tni_native yield_resume = {
        "thread.yield-then-resume", 1, yield_then_resume_enter, cancelled_resume, NULL};
    static const tni_native suspend_promote = {"thread.suspend-then-promote", 1,
                                               suspend_then_promote_enter,
                                               cancelled_resume, NULL};
    static const tni_native yield_promote = {
        "thread.yield-then-promote", 1, yield_then_promote_enter, cancelled_resume, NULL};
    switch (kind) {
    case TNI_CANON_THREAD_INDEX: return &index_;
    case TNI_CANON_THREAD_NEW_INDIRECT: return &new_;
    case TNI_CANON_THREAD_RESUME_LATER: return &later;
    case TNI_CANON_THREAD_SUSPEND: return &suspend;
    case TNI_CANON_THREAD_YIELD: return &yield;
    case TNI_CANON_THREAD_SUSPEND_THEN_RESUME: return &suspend_resume;
    case TNI_CANON_THREAD_YIELD_THEN_RESUME: return &yield_resume;
    case TNI_CANON_THREAD_SUSPEND_THEN_PROMOTE: return &suspend_promote;
    case TNI_CANON_THREAD_YIELD_THEN_PROMOTE: return &yield_promote;
    default: return NULL;
    }
}
