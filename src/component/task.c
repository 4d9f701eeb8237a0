/* task.c: tasks: calls of async-typed functions, from other components and from the host.
 * CanonicalABI.md, "Tasks", "canon lift", "canon lower", "canon task.return" and after.
 *
 * An async-typed function runs on a strand of its own, whose bottom frame is the native
 * "task" here: it waits for backpressure to end, lowers the arguments, calls, goes
 * through the event loop of a callback, ends. The frame of the caller is the native
 * "canon lower async", which waits for the subtask or returns a handle to it. */
#include "base/assert.h"
#include "component/ctrace.h"
#include "component/resource.h"
#include "component/task.h"

/* -- objects -- */

static tenon_status task_new(tni_cstore *cs, const tni_link *l, tni_cinstance *inst,
                             tni_task **out, tenon_error *e) {
    tni_task *task = cs->async->free_tasks;
    if (task != NULL) {
        cs->async->free_tasks = task->next_free;
    } else {
        task = TNI_ARENA_NEW(&cs->arena, tni_task);
        if (task == NULL) {
            return tni_no_memory(e);
        }
    }
    *task = (tni_task){.link = l, .inst = inst};
    if (l != NULL) {
        const tni_cfunc *f = l->callee;
        task->is_async = f->type->is_async;
        task->needs_exclusive = task->is_async && (!f->is_async || f->callback != NULL);
    }
    *out = task;
    return TENON_OK;
}

void tni_task_free(tni_cstore *cs, tni_task *task) {
    if (task->subtask != NULL) {
        task->subtask->task = NULL;
    }
    task->next_free = cs->async->free_tasks;
    cs->async->free_tasks = task;
}

tenon_status tni_sync_begin(tni_cstore *cs, const tni_link *l, tni_cinstance *inst,
                            tni_cthread **out, tenon_error *e) {
    tni_task *task;
    tni_strand *strand = cs->async->running;
    if (strand->top != NULL) { /* its storage is set aside, as it does not run */
        strand->top->ctx[0] = cs->ctx[0];
        strand->top->ctx[1] = cs->ctx[1];
    }
    TNI_TRY(task_new(cs, l, inst, &task, e));
    TNI_TRY(tni_cthread_new(cs, task, strand, out, e));
    task->implicit = *out;
    task->state = TNI_TASK_STARTED;
    (*out)->running = true;
    return tni_register_thread(cs, *out, e);
}

tenon_status tni_sync_end(tni_cstore *cs, tni_cthread *t, tenon_error *e) {
    tni_task *task = t->task;
    task->state = TNI_TASK_RESOLVED;
    TNI_TRY(tni_unregister_thread(cs, t, e));
    tni_cthread_free(cs, t);
    if (task->thread_count == 0) {
        tni_task_free(cs, task);
    } else {
        task->implicit = NULL;
    }
    return TENON_OK;
}

tenon_status tni_task_start(tni_cstore *cs, const tni_link *l, tni_task **out,
                            tenon_error *e) {
    tni_task *task;
    tni_strand *strand;
    TNI_TRY(task_new(cs, l, l->callee->side.inst, &task, e));
    TNI_TRY(tni_strand_new(cs, cs->async->run_task, task, &strand, e));
    TNI_TRY(tni_cthread_new(cs, task, strand, &task->implicit, e));
    task->implicit->running = true;
    *out = task;
    return TENON_OK;
}

/* -- entering and leaving: backpressure and the exclusive lock -- */

bool tni_has_backpressure(const tni_task *task) {
    return task->inst->backpressure > 0 ||
           (task->needs_exclusive && task->inst->exclusive != NULL);
}

/* CanonicalABI: Task.deliver_pending_cancel. */
bool tni_deliver_pending_cancel(tni_task *task, bool cancellable) {
    if (cancellable && task->state == TNI_TASK_PENDING_CANCEL) {
        task->state = TNI_TASK_CANCEL_DELIVERED;
        return true;
    }
    return false;
}

/* -- starting and resolving: on_start, on_resolve -- */

/* CanonicalABI: Task.start, with on_start of the caller. */
static tenon_status start(tni_thread *t, tni_task *task, tni_slot *flat) {
    tni_subtask *s = task->subtask;
    task->state = TNI_TASK_STARTED;
    if (s != NULL) {
        tni_subtask_progress(s, TNI_SUBTASK_STARTED);
    }
    return tni_link_params(t, task->link, s == NULL ? NULL : s->flat, task->host,
                           task->scope, flat);
}

static void host_over(tni_task *task, tenon_started_state state) {
    if (task->host != NULL) {
        task->host->state = state;
        task->host->task = NULL;
        task->host = NULL;
    }
}

/* CanonicalABI: Task.return_, with on_resolve of the caller. */
static tenon_status return_(tni_thread *t, tni_task *task, tni_slot *result,
                            u32 max_flat) {
    tenon_error *e = tni_thread_error(t);
    tni_subtask *s = task->subtask;
    const tni_link *l = task->link;
    if (task->state == TNI_TASK_RESOLVED) {
        return tni_fail(e, TNI_ERR_RETURNED_TWICE, TENON_NO_OFFSET, NULL);
    }
    if (task->scope != NULL && task->scope->num_borrows > 0) {
        return tni_fail(e, TNI_ERR_BORROWS_REMAIN, TENON_NO_OFFSET, NULL);
    }
    tni_slot out = 0, pointer = s == NULL ? 0 : s->flat[l->core_params];
    TNI_TRY(tni_link_result(t, l, result, max_flat, pointer, task->host, &out));
    if (s != NULL) {
        s->out = out;
        tni_subtask_progress(s, TNI_SUBTASK_RETURNED);
    }
    host_over(task, TENON_STARTED_RETURNED);
    task->state = TNI_TASK_RESOLVED;
    TNI_TRACE(l->cs, task->inst, "Task.return_", "%s", "");
    return TENON_OK;
}

/* CanonicalABI: Task.cancel. */
static tenon_status cancel(tni_task *task, tenon_error *e) {
    tni_subtask *s = task->subtask;
    if (task->state != TNI_TASK_CANCEL_DELIVERED) {
        return tni_fail(e, TNI_ERR_NOT_CANCELLED, TENON_NO_OFFSET, NULL);
    }
    if (task->scope != NULL && task->scope->num_borrows > 0) {
        return tni_fail(e, TNI_ERR_BORROWS_REMAIN, TENON_NO_OFFSET, NULL);
    }
    if (s != NULL) {
        tni_subtask_progress(s, s->state == TNI_SUBTASK_STARTING
                                    ? TNI_SUBTASK_CANCELLED_BEFORE_STARTED
                                    : TNI_SUBTASK_CANCELLED_BEFORE_RETURNED);
    }
    host_over(task, TENON_STARTED_CANCELLED);
    task->state = TNI_TASK_RESOLVED;
    TNI_TRACE(task->link->cs, task->inst, "Task.cancel", "%s", "");
    return TENON_OK;
}

void tni_request_cancellation(tni_cstore *cs, tni_task *task, tni_cinstance *caller,
                              tni_strand **resume) {
    tni_cthread *t = NULL;
    *resume = NULL;
    TNI_TRACE(cs, task->inst, "Task.request_cancellation", "%s", "");
    if (task->state == TNI_TASK_INITIAL) {
        t = task->implicit; /* it waits to enter; no guest code will run */
    } else {
        for (tni_cthread *u = task->threads; u != NULL; u = u->next_in_task) {
            bool locked_out = u == task->implicit && task->needs_exclusive &&
                              task->inst->exclusive != NULL &&
                              task->inst->exclusive != task->implicit;
            if (u->cancellable && !u->running && !locked_out) {
                t = u;
            }
        }
        if (t == NULL ||
            !tni_may_enter(task->inst, tni_entering_stop(task->inst, caller))) {
            task->state = TNI_TASK_PENDING_CANCEL;
            return;
        }
    }
    task->state = TNI_TASK_CANCEL_DELIVERED;
    if (t->wait != TNI_WAIT_NONE) {
        tni_stop_waiting(cs, t);
    }
    t->cancellable = false;
    t->cancelled = true;
    *resume = t->strand;
}

/* -- the bottom frame of a task -- */

typedef enum task_phase {
    HOLDER, /* of the exclusive lock, who was ready, goes first */
    ENTERING,
    CALLEE,   /* the core function */
    CALLBACK, /* it, or the callback: gives a code */
    POST_RETURN,
    WAITING, /* of a callback */
    YIELDED,
} task_phase;

typedef struct task_state {
    task_phase phase;
    tni_waitable_set *set;
} task_state;

enum { TASK_SLOTS = (sizeof(task_state) + sizeof(tni_slot) - 1) / sizeof(tni_slot) };

/* Where such a frame is called. */
typedef struct at {
    tni_cstore *cs;
    tni_thread *t;
    tni_func *self;
    tni_slot *fp;
    tni_task *task;
    task_state *state;
} at;

static at at_of(tni_thread *t, tni_func *self, tni_slot *fp) {
    return (at){tni_func_data(self),
                t,
                self,
                fp,
                (tni_task *)(uintptr_t)fp[0],
                (task_state *)tni_native_state(self, fp)};
}

static tni_next call(const at *x, tni_func *f, const tni_slot *args, task_phase phase) {
    x->state->phase = phase; /* the stack may move now */
    tni_slot *slots = tni_thread_call(x->t, x->self, x->fp, f);
    if (slots == NULL) {
        return TNI_NEXT_FAIL;
    }
    u32 count = tni_func_type(f)->param_slots;
    for (u32 i = 0; i < count; i++) {
        slots[i] = args[i];
    }
    return TNI_NEXT_CALL;
}

static void end_task(const at *x) {
    tni_cthread *t = x->task->implicit;
    x->task->implicit = NULL;
    tni_cthread_free(x->cs, t);
    if (x->task->thread_count == 0) {
        tni_task_free(x->cs, x->task);
    }
}

/* CanonicalABI: Task.exit_implicit_thread. */
static tni_next exit_(const at *x) {
    tni_task *task = x->task;
    TNI_TRACE(x->cs, task->inst, "Task.exit_implicit_thread", "thread %u",
              task->implicit->index);
    if (tni_unregister_thread(x->cs, task->implicit, tni_thread_error(x->t)) !=
        TENON_OK) {
        return TNI_NEXT_FAIL;
    }
    if (task->needs_exclusive) {
        TNI_ASSERT(task->inst->exclusive == task->implicit);
        task->inst->exclusive = NULL;
    }
    end_task(x);
    return TNI_NEXT_RETURN;
}

/* After the gate of Task.enter_implicit_thread: the arguments, and the call. */
static tni_next entered(const at *x) {
    tni_task *task = x->task;
    const tni_cfunc *f = task->link->callee;
    tni_slot flat[TNI_MAX_FLAT_PARAMS];
    if (task->needs_exclusive) {
        TNI_ASSERT(task->inst->exclusive == NULL);
        task->inst->exclusive = task->implicit;
    }
    if (tni_register_thread(x->cs, task->implicit, tni_thread_error(x->t)) != TENON_OK ||
        start(x->t, task, flat) != TENON_OK) {
        return TNI_NEXT_FAIL;
    }
    if (TNI_UNLIKELY(x->cs->tracer != NULL)) {
        tni_trace_start(x->cs, task->inst, "Task.start", f->core, flat);
    }
    return call(x, f->core, flat, f->callback != NULL ? CALLBACK : CALLEE);
}

/* CanonicalABI: Task.enter_implicit_thread. */
static tni_next wait_to_enter(const at *x) {
    tni_cinstance *inst = x->task->inst;
    if (tni_has_backpressure(x->task) || inst->num_waiting_to_enter > 0) {
        inst->num_waiting_to_enter++;
        x->state->phase = ENTERING;
        return tni_wait(x->cs, TNI_WAIT_ENTER, NULL, true);
    }
    return entered(x);
}

/* Where only the lock is in the way, and its holder could run, the holder runs first:
 * then the official script sync-streams finds its task started, as it wants. */
static tni_next task_enter(tni_thread *t, tni_func *self, tni_slot *fp) {
    at x = at_of(t, self, fp);
    const tni_cinstance *inst = x.task->inst;
    const tni_link *l = x.task->link;
    if (TNI_UNLIKELY(x.cs->tracer != NULL)) {
        tni_trace_lift(x.cs, inst, l->callee->core, l->inst);
    }
    tni_cthread *holder = x.task->needs_exclusive ? inst->exclusive : NULL;
    if (holder != NULL && inst->backpressure == 0 && inst->num_waiting_to_enter == 0 &&
        tni_is_ready(holder)) {
        tni_stop_waiting(x.cs, holder);
        TNI_TRACE(x.cs, holder->inst, "Thread.resume", "thread %u", holder->index);
        x.state->phase = HOLDER;
        return tni_call_strand(x.cs, holder->strand);
    }
    return wait_to_enter(&x);
}

static tni_next gate_opened(const at *x) {
    x->task->inst->num_waiting_to_enter--;
    if (!x->task->implicit->cancelled) {
        return entered(x);
    }
    if (cancel(x->task, tni_thread_error(x->t)) != TENON_OK) {
        return TNI_NEXT_FAIL;
    }
    end_task(x);
    return TNI_NEXT_RETURN;
}

/* A core function lifted without the async option returned: its results are the result.
 */
static tni_next returned(const at *x) {
    tni_task *task = x->task;
    const tni_cfunc *f = task->link->callee;
    if (f->is_async) {
        return exit_(x); /* stackful: task.return has been called */
    }
    tni_slot result = 0;
    if (tni_func_type(f->core)->result_slots > 0) {
        result = tni_thread_results(x->t, x->self, x->fp)[0];
    }
    tni_slot copy = result;
    if (return_(x->t, task, &copy, TNI_MAX_FLAT_RESULTS) != TENON_OK) {
        return TNI_NEXT_FAIL;
    }
    if (f->side.post_return == NULL) {
        return exit_(x);
    }
    task->inst->may_leave = false;
    return call(x, f->side.post_return, &result, POST_RETURN);
}

/* -- the event loop of a callback: canon_lift -- */

static tni_next call_callback(const at *x, tni_event event) {
    const tni_slot args[3] = {event.code, event.index, event.payload};
    TNI_ASSERT(x->task->inst->exclusive == NULL);
    x->task->inst->exclusive = x->task->implicit;
    if (TNI_UNLIKELY(x->cs->tracer != NULL)) {
        tni_trace_start(x->cs, x->task->inst, "callback", x->task->link->callee->callback,
                        args);
    }
    return call(x, x->task->link->callee->callback, args, CALLBACK);
}

static const tni_event cancelled_event = {TNI_EVENT_TASK_CANCELLED, 0, 0};

static tni_next wait_on_set(const at *x, u32 index) {
    tni_handle *h;
    tenon_error *e = tni_thread_error(x->t);
    if (tni_handles_get(&x->task->inst->handles, index, &h, e) != TENON_OK) {
        return TNI_NEXT_FAIL;
    }
    if (h->kind != TNI_HANDLE_WAITABLE_SET) {
        (void)tni_wrong_handle(x->cs, h, index, "waitable set", e);
        return TNI_NEXT_FAIL;
    }
    if (tni_deliver_pending_cancel(x->task, true)) {
        return call_callback(x, cancelled_event);
    }
    x->state->set = h->object;
    x->state->set->num_waiting++;
    x->state->phase = WAITING;
    return tni_wait(x->cs, TNI_WAIT_SET_UNLOCKED, x->state->set, true);
}

/* CanonicalABI: unpack_callback_result, and what the code asks for. */
static tni_next callback_code(const at *x) {
    enum { EXIT, YIELD, WAIT };
    u32 packed = (u32)tni_thread_results(x->t, x->self, x->fp)[0];
    u32 code = packed & 15;
    if (code > WAIT) {
        (void)tni_fail(tni_thread_error(x->t), TNI_ERR_CALLBACK_CODE, TENON_NO_OFFSET,
                       "%u", code);
        return TNI_NEXT_FAIL;
    }
    if (code == EXIT) {
        return exit_(x);
    }
    x->task->inst->exclusive = NULL;
    if (code == WAIT) {
        return wait_on_set(x, packed >> 4);
    }
    if (tni_deliver_pending_cancel(x->task, true)) {
        return call_callback(x, cancelled_event);
    }
    x->state->phase = YIELDED;
    return tni_wait(x->cs, TNI_WAIT_UNLOCKED, NULL, true);
}

static tni_next task_resume(tni_thread *t, tni_func *self, tni_slot *fp, tni_why why) {
    at x = at_of(t, self, fp);
    bool cancelled = x.task->implicit->cancelled;
    (void)why;
    switch (x.state->phase) {
    case HOLDER: return wait_to_enter(&x);
    case ENTERING: return gate_opened(&x);
    case CALLEE: return returned(&x);
    case CALLBACK: return callback_code(&x);
    case POST_RETURN: x.task->inst->may_leave = true; return exit_(&x);
    case WAITING:
        x.state->set->num_waiting--;
        return call_callback(&x, cancelled ? cancelled_event
                                           : tni_set_take_event(x.cs, x.state->set));
    case YIELDED:
        return call_callback(&x, cancelled ? cancelled_event
                                           : (tni_event){TNI_EVENT_NONE, 0, 0});
    }
    TNI_UNREACHABLE();
}

static void task_unwind(tni_thread *t, tni_func *self, tni_slot *fp) {
    at x = at_of(t, self, fp);
    if (x.task->host != NULL && x.task->scope != NULL) {
        tni_scope_abandon(x.cs, x.task->scope);
        x.task->host->scope = NULL;
        x.task->scope = NULL;
    }
    host_over(x.task, TENON_STARTED_FAILED);
}

const tni_native tni_native_task = {"task", TASK_SLOTS, task_enter, task_resume,
                                    task_unwind};

/* -- canon lower of an async-typed function -- */

typedef enum lower_phase {
    CALLED,
    AWAITING,
} lower_phase;

typedef struct lower_state {
    lower_phase phase;
    tni_subtask *subtask;
} lower_state;

enum { LOWER_SLOTS = (sizeof(lower_state) + sizeof(tni_slot) - 1) / sizeof(tni_slot) };

static tenon_status begin_subtask(const tni_link *l, const tni_slot *fp,
                                  tni_subtask **out, tenon_error *e) {
    tni_subtask *s;
    TNI_TRY(tni_subtask_new(l->cs, l, out, e));
    s = *out;
    u32 count = l->core_params + (l->type->result != NULL && !l->flat_result);
    memcpy(s->flat, fp, count * sizeof(tni_slot));
    if (l->borrows) {
        TNI_TRY(tni_scope_new(l->cs, &l->inst->handles, &s->scope, e));
    }
    TNI_TRY(tni_task_start(l->cs, l, &s->task, e));
    s->task->subtask = s;
    s->task->scope = s->scope;
    return TENON_OK;
}

static tenon_status check_lower(const tni_link *l, tenon_error *e) {
    if (!l->inst->may_leave) {
        return tni_fail(e, TNI_ERR_CANNOT_LEAVE, TENON_NO_OFFSET, NULL);
    }
    if (!l->is_async || tni_current_thread(l->cs) == NULL) {
        TNI_TRY(tni_may_block(l->cs, e));
    }
    if (l->never || !tni_may_enter(l->callee->side.inst, l->stop)) {
        return tni_fail(e, TNI_ERR_CANNOT_ENTER, TENON_NO_OFFSET, NULL);
    }
    return TENON_OK;
}

static tni_next lower_enter(tni_thread *t, tni_func *self, tni_slot *fp) {
    const tni_link *l = tni_func_data(self);
    tenon_error *e = tni_thread_error(t);
    lower_state *state = (lower_state *)tni_native_state(self, fp);
    *state = (lower_state){CALLED, NULL};
    if (check_lower(l, e) != TENON_OK ||
        begin_subtask(l, fp, &state->subtask, e) != TENON_OK) {
        return TNI_NEXT_FAIL;
    }
    tni_set_entered(l->callee->side.inst, l->stop, true);
    return tni_call_strand(l->cs, state->subtask->task->implicit->strand);
}

void tni_subtask_deliver(const tni_link *l, tni_subtask *s, tni_slot *fp) {
    tni_deliver_resolve(l->cs, s);
    if (l->is_async) {
        fp[0] = s->state;
    } else if (l->core_result) {
        fp[0] = s->out;
    }
    tni_subtask_free(l->cs, s);
}

tni_next tni_subtask_hand_out(tni_thread *t, const tni_link *l, tni_subtask *s,
                              tni_slot *fp) {
    tni_handle h = {.kind = TNI_HANDLE_SUBTASK, .object = s};
    if (tni_handles_add(&l->inst->handles, &h, &s->waitable.index, tni_thread_error(t)) !=
        TENON_OK) {
        return TNI_NEXT_FAIL;
    }
    s->in_table = true;
    TNI_TRACE(l->cs, l->inst, "canon lower", "goes on, subtask handle %u",
              s->waitable.index);
    fp[0] = s->state | s->waitable.index << 4;
    return TNI_NEXT_RETURN;
}

static tni_next lower_resume(tni_thread *t, tni_func *self, tni_slot *fp, tni_why why) {
    const tni_link *l = tni_func_data(self);
    lower_state *state = (lower_state *)tni_native_state(self, fp);
    (void)why;
    if (state->phase == CALLED) {
        tni_set_entered(l->callee->side.inst, l->stop, false);
    }
    if (tni_resolved(state->subtask)) {
        tni_subtask_deliver(l, state->subtask, fp);
        state->subtask = NULL;
        return TNI_NEXT_RETURN;
    }
    if (l->is_async) {
        return tni_subtask_hand_out(t, l, state->subtask, fp);
    }
    state->phase = AWAITING;
    return tni_wait(l->cs, TNI_WAIT_SUBTASK, state->subtask, false);
}

static void lower_unwind(tni_thread *t, tni_func *self, tni_slot *fp) {
    const tni_link *l = tni_func_data(self);
    const lower_state *state = (const lower_state *)tni_native_state(self, fp);
    (void)t;
    if (state->subtask != NULL && state->subtask->scope != NULL) {
        tni_scope_abandon(l->cs, state->subtask->scope);
        state->subtask->scope = NULL;
    }
}

const tni_native tni_native_lower_async = {"canon lower", LOWER_SLOTS, lower_enter,
                                           lower_resume, lower_unwind};

/* -- from the host -- */

/* CanonicalABI: Store.invoke of a lifted function. */
static tenon_status invoke(tni_cstore *cs, const tni_link *l, tni_host_caller *host,
                           tni_scope *scope, bool takes_turns, tenon_error *e) {
    tni_task *task;
    tni_cinstance *inst = l->callee->side.inst;
    if (!tni_may_enter(inst, NULL)) {
        return tni_fail(e, TNI_ERR_CANNOT_ENTER, TENON_NO_OFFSET, NULL);
    }
    TNI_TRY(tni_task_start(cs, l, &task, e));
    task->host = host;
    task->scope = scope;
    host->task = task;
    return tni_run_strand(cs, task->implicit->strand, (tni_run){inst, host, takes_turns},
                          e);
}

static tenon_status wait_for_host(tni_cstore *cs, tenon_error *e) {
    if (cs->wait == NULL || cs->async->nesting > 0 ||
        (cs->async->pending_count == 0 && !tni_host_has_ends(cs))) {
        return tni_fail(e, TNI_ERR_DEADLOCK, TENON_NO_OFFSET, NULL);
    }
    TNI_TRY(cs->wait(cs->wait_user, (tenon_store *)(void *)cs->store, e));
    return tni_store_check(cs->store, e);
}

tenon_status tni_run_until_over(tni_cstore *cs, tni_host_caller *host, tenon_error *e) {
    while (host->state == TENON_STARTED_RUNNING) {
        bool idle;
        TNI_TRY(tni_tick(cs, &idle, e));
        if (idle) {
            TNI_TRY(wait_for_host(cs, e));
        }
    }
    return TENON_OK;
}

tenon_status tni_call_async_start(tni_cfunc *f, tni_host_caller *host, bool takes_turns,
                                  tenon_error *e) {
    tni_cstore *cs = f->cs;
    tni_link *l;
    tni_scope *scope = NULL;
    TNI_TRY(tni_async_start(cs, e));
    TNI_TRY(tni_host_link(f, &l, e));
    if (l->borrows) {
        TNI_TRY(tni_scope_new(cs, &cs->host_handles, &scope, e));
    }
    host->scope = scope;
    return invoke(cs, l, host, scope, takes_turns, e);
}

tenon_status tni_call_async(tni_cfunc *f, tni_host_caller *host, tenon_error *e) {
    tni_cstore *cs = f->cs;
    tenon_status status = tni_call_async_start(f, host, false, e);
    if (status == TENON_OK) {
        status = tni_run_until_over(cs, host, e);
    }
    if (status != TENON_OK) {
        /* What waits for good must not come back: `host` ends here. */
        tni_set_entered(f->side.inst, NULL, true);
        if (host->task != NULL) {
            host->task->host = NULL;
        }
    }
    if (host->scope != NULL && status == TENON_OK) {
        tni_scope_end(cs, host->scope);
    }
    return status;
}

tenon_status tni_task_cancel(tni_cstore *cs, tni_task *task, tenon_error *e) {
    tni_strand *strand;
    tni_cinstance *inst = task->inst;
    const bool entered = task->state != TNI_TASK_INITIAL;
    if (task->state != TNI_TASK_INITIAL && task->state != TNI_TASK_STARTED) {
        return TENON_OK; /* it has been asked already */
    }
    tni_request_cancellation(cs, task, NULL, &strand);
    const tni_run run = {entered ? inst : NULL, NULL, true};
    return strand == NULL ? TENON_OK : tni_run_strand(cs, strand, run, e);
}

/* -- built-ins -- */

/* The current task, if it may call task.return and task.cancel. */
static tni_task *returning_task(tni_thread *t, const tni_builtin *b) {
    if (!tni_check_leave(t, b->inst)) {
        return NULL;
    }
    tni_cthread *ct = tni_current_thread(b->cs);
    if (ct == NULL || ct->task->link == NULL || !ct->task->link->callee->is_async) {
        (void)tni_fail(tni_thread_error(t), TNI_ERR_TASK_RETURN, TENON_NO_OFFSET, NULL);
        return NULL;
    }
    return ct->task;
}

/* The result's type has to be the task's, and so do the options as far as the type makes
 * a use of them: the official scripts leave them out where it does not. */
static bool may_return(const tni_builtin *b, const tni_task *task) {
    const tni_cfunc *f = task->link->callee;
    const tenon_type *type = b->canon->func_type->result;
    if (!tni_types_match(type, b->inst->slots, f->type->result, f->side.slots)) {
        return false;
    }
    return (b->side.memory == NULL || b->side.memory == f->side.memory) &&
           (type == NULL || (type->properties & TNI_TYPE_POINTERS) == 0 ||
            b->side.encoding == f->side.encoding);
}

/* CanonicalABI: canon_task_return. */
static tni_next task_return_enter(tni_thread *t, tni_func *self, tni_slot *fp) {
    const tni_builtin *b = tni_func_data(self);
    tni_task *task = returning_task(t, b);
    if (task == NULL) {
        return TNI_NEXT_FAIL;
    }
    if (!may_return(b, task)) {
        (void)tni_fail(tni_thread_error(t), TNI_ERR_TASK_RETURN, TENON_NO_OFFSET, NULL);
        return TNI_NEXT_FAIL;
    }
    tni_slot flat[TNI_MAX_FLAT_PARAMS];
    u32 count = tni_func_type(self)->param_slots;
    memcpy(flat, fp, count * sizeof(tni_slot));
    return return_(t, task, flat, TNI_MAX_FLAT_PARAMS) == TENON_OK ? TNI_NEXT_RETURN
                                                                   : TNI_NEXT_FAIL;
}

/* CanonicalABI: canon_task_cancel. */
static tni_next task_cancel_enter(tni_thread *t, tni_func *self, tni_slot *fp) {
    tni_task *task = returning_task(t, tni_func_data(self));
    (void)fp;
    return task != NULL && cancel(task, tni_thread_error(t)) == TENON_OK ? TNI_NEXT_RETURN
                                                                         : TNI_NEXT_FAIL;
}

/* CanonicalABI: canon_backpressure_inc, canon_backpressure_dec. */
static tni_next backpressure_enter(tni_thread *t, tni_func *self, tni_slot *fp) {
    const tni_builtin *b = tni_func_data(self);
    u32 *count = &b->inst->backpressure;
    bool inc = b->canon->kind == TNI_CANON_BACKPRESSURE_INC;
    (void)fp;
    if (inc ? *count == UINT16_MAX : *count == 0) {
        (void)tni_fail(tni_thread_error(t), TNI_ERR_BACKPRESSURE, TENON_NO_OFFSET, NULL);
        return TNI_NEXT_FAIL;
    }
    *count = inc ? *count + 1 : *count - 1;
    return TNI_NEXT_RETURN;
}

const tni_native *tni_task_builtin(tni_canon_kind kind) {
    static const tni_native return_native = {"task.return", 0, task_return_enter, NULL,
                                             NULL};
    static const tni_native cancel_native = {"task.cancel", 0, task_cancel_enter, NULL,
                                             NULL};
    static const tni_native backpressure = {"backpressure", 0, backpressure_enter, NULL,
                                            NULL};
    switch (kind) {
    case TNI_CANON_TASK_RETURN: return &return_native;
    case TNI_CANON_TASK_CANCEL: return &cancel_native;
    case TNI_CANON_BACKPRESSURE_INC:
    case TNI_CANON_BACKPRESSURE_DEC: return &backpressure;
    default: return NULL;
    }
}
