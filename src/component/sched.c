/* sched.c: who runs: strands, the chain of resumers, and the list of waiting threads.
 * CanonicalABI.md, "Stack Switching", "Threads", Store.tick.
 *
 * Natives never run another strand themselves: they leave a request and suspend, and the
 * loop here (drive), called from C, carries it out. Of the orders that the specification
 * allows this is first in, first out; a thread that yields waits its turn, one that waits
 * for an event that is there already goes on at once. */
#include "base/assert.h"
#include "base/limits.h"
#include "component/ctrace.h"
#include "component/task.h"

/* -- strands -- */

tenon_status tni_strand_new(tni_cstore *cs, tni_func *f, void *argument, tni_strand **out,
                            tenon_error *e) {
    tni_async *a = cs->async;
    tni_slot slot = (u64)(uintptr_t)argument;
    tni_strand *s = a->free_strands;
    if (s != NULL) {
        a->free_strands = s->next_free;
    } else {
        s = TNI_ARENA_NEW(&cs->arena, tni_strand);
        if (s == NULL) {
            return tni_no_memory(e);
        }
        TNI_TRY(tni_thread_new(cs->store, &s->t, e));
        s->next = a->strands;
        a->strands = s;
    }
    s->resumer = NULL;
    s->top = NULL;
    s->looping = false;
    *out = s;
    return tni_thread_begin(s->t, f, &slot, e);
}

void tni_strand_argument(tni_strand *s, void *argument) {
    tni_thread_argument(s->t, (u64)(uintptr_t)argument);
}

static void strand_free(tni_async *a, tni_strand *s) {
    s->top = NULL;
    s->next_free = a->free_strands;
    a->free_strands = s;
}

/* -- waiting threads -- */

void tni_start_waiting(tni_cstore *cs, tni_cthread *t, tni_wait_kind kind, void *object) {
    tni_async *a = cs->async;
    TNI_ASSERT(t->wait == TNI_WAIT_NONE && kind != TNI_WAIT_NONE);
    t->wait = kind;
    t->object = object;
    t->next_waiting = NULL;
    t->prev_waiting = a->last_waiting;
    if (a->last_waiting != NULL) {
        a->last_waiting->next_waiting = t;
    } else {
        a->first_waiting = t;
    }
    a->last_waiting = t;
}

void tni_stop_waiting(tni_cstore *cs, tni_cthread *t) {
    tni_async *a = cs->async;
    TNI_ASSERT(t->wait != TNI_WAIT_NONE);
    if (t->prev_waiting != NULL) {
        t->prev_waiting->next_waiting = t->next_waiting;
    } else {
        a->first_waiting = t->next_waiting;
    }
    if (t->next_waiting != NULL) {
        t->next_waiting->prev_waiting = t->prev_waiting;
    } else {
        a->last_waiting = t->prev_waiting;
    }
    t->wait = TNI_WAIT_NONE;
}

bool tni_is_ready(const tni_cthread *t) {
    switch (t->wait) {
    case TNI_WAIT_NONE: return false;
    case TNI_WAIT_READY: return true;
    case TNI_WAIT_SUBTASK: return tni_resolved(t->object);
    case TNI_WAIT_EVENT: return ((const tni_waitable *)t->object)->pending;
    case TNI_WAIT_SET: return tni_set_has_event(t->object);
    case TNI_WAIT_SET_UNLOCKED:
        return t->inst->exclusive == NULL && tni_set_has_event(t->object);
    case TNI_WAIT_UNLOCKED: return t->inst->exclusive == NULL;
    case TNI_WAIT_ENTER: return !tni_has_backpressure(t->task);
    case TNI_WAIT_MEMORY: return tni_thread_ready(t->object);
    }
    return false;
}

/* -- requests of natives -- */

static tni_next request(tni_async *a, tni_request_kind kind, tni_strand *s) {
    a->request = kind;
    a->request_strand = s;
    return TNI_NEXT_SUSPEND;
}

static tni_cthread *leave_current(tni_cstore *cs, bool cancellable) {
    tni_cthread *t = tni_current_thread(cs);
    TNI_ASSERT(t != NULL);
    t->running = false;
    t->cancellable = cancellable;
    t->cancelled = false;
    return t;
}

/* What a thread waits for, in words. */
static const char *awaited(tni_wait_kind kind) {
    switch (kind) {
    case TNI_WAIT_SUBTASK: return "until its subtask has resolved";
    case TNI_WAIT_EVENT: return "until a waitable has an event";
    case TNI_WAIT_SET: return "until a waitable of a set has an event";
    case TNI_WAIT_SET_UNLOCKED:
        return "until a waitable of a set has an event and the instance is free";
    case TNI_WAIT_UNLOCKED: return "until the instance is free";
    case TNI_WAIT_ENTER: return "until there is no backpressure";
    case TNI_WAIT_MEMORY: return "until its memory is notified";
    case TNI_WAIT_NONE:
    case TNI_WAIT_READY: break;
    }
    return "";
}

tni_next tni_wait(tni_cstore *cs, tni_wait_kind kind, void *object, bool cancellable) {
    tni_cthread *t = leave_current(cs, cancellable);
    tni_start_waiting(cs, t, kind, object);
    TNI_TRACE(cs, t->inst, kind == TNI_WAIT_READY ? "Thread.yield_" : "Thread.wait_until",
              "thread %u %s", t->index, awaited(kind));
    return request(cs->async, TNI_REQUEST_BLOCK, NULL);
}

tni_next tni_suspend(tni_cstore *cs, bool cancellable) {
    const tni_cthread *t = leave_current(cs, cancellable);
    TNI_TRACE(cs, t->inst, "Thread.suspend", "thread %u", t->index);
    return request(cs->async, TNI_REQUEST_BLOCK, NULL);
}

tni_next tni_call_strand(tni_cstore *cs, tni_strand *s) {
    return request(cs->async, TNI_REQUEST_CALL, s);
}

bool tni_can_freeze(const tni_cstore *cs) {
    const tni_async *a = cs->async;
    return a != NULL && a->running != NULL && a->nesting == 1 &&
           (a->polling || cs->wait != NULL) &&
           (a->run->entered != NULL || a->run->host != NULL);
}

tni_next tni_freeze(tni_cstore *cs, tenon_pending *p) {
    cs->async->request_pending = p;
    return request(cs->async, TNI_REQUEST_FREEZE, NULL);
}

tni_next tni_switch_to(tni_cstore *cs, tni_cthread *to, tni_wait_kind kind,
                       bool cancellable) {
    tni_cthread *t = leave_current(cs, cancellable);
    if (kind != TNI_WAIT_NONE) {
        tni_start_waiting(cs, t, kind, NULL);
    }
    to->running = true;
    to->cancellable = false;
    TNI_TRACE(cs, t->inst,
              kind == TNI_WAIT_NONE ? "Thread.suspend_then_resume"
                                    : "Thread.yield_then_resume",
              "thread %u, then thread %u", t->index, to->index);
    return request(cs->async, TNI_REQUEST_SWITCH, to->strand);
}

/* -- the chain -- */

/* A thread that is the whole of a synchronous task: the task's caller cannot go on before
 * it has returned, so when it blocks, only threads of its own instance may run. */
static bool is_synchronous(const tni_cthread *t) {
    return t != NULL && !t->task->is_async && t->task->implicit == t;
}

/* Whether canon_lift's loop in t's instance may resume u. Implicit threads that need the
 * exclusive lock share a stack in linear memory with the synchronous call; one that waits
 * to enter is not in the instance's table of threads yet. */
static bool is_candidate(const tni_cthread *t, const tni_cthread *u) {
    return u->inst == t->inst && u->wait != TNI_WAIT_ENTER && tni_is_ready(u) &&
           (u == t || u->task->implicit != u || !u->task->needs_exclusive);
}

/* Which of several ready threads runs is nondeterministic (Store.tick, canon_lift): the
 * oldest, or with a seed one that it chooses. Whether the n-th that was met is taken
 * instead of those before it, so that each is as likely as the others. */
static bool is_chosen(tni_cstore *cs, u32 n) {
    u64 x = cs->schedule;
    x ^= x >> 12;
    x ^= x << 25;
    x ^= x >> 27;
    cs->schedule = x;
    return n == 1 || (x != 0 && (x * UINT64_C(0x2545f4914f6cdd1d) >> 32) % n == 0);
}

static tni_cthread *find_candidate(tni_cstore *cs, const tni_cthread *t) {
    tni_cthread *chosen = NULL;
    u32 count = 0;
    for (tni_cthread *u = cs->async->first_waiting; u != NULL; u = u->next_waiting) {
        if (is_candidate(t, u) && is_chosen(cs, ++count)) {
            chosen = u;
        }
        if (chosen != NULL && cs->schedule == 0) {
            break;
        }
    }
    return chosen;
}

/* When the first of the waits on memory ends that keep threads from being ready, those of
 * inst alone unless it is NULL; UINT64_MAX if none has an end. */
static u64 first_wait_ends(const tni_cstore *cs, const tni_cinstance *inst) {
    u64 first = UINT64_MAX;
    for (tni_cthread *u = cs->async->first_waiting; u != NULL; u = u->next_waiting) {
        if (u->wait == TNI_WAIT_MEMORY && (inst == NULL || u->inst == inst)) {
            const u64 ends = tni_thread_wait_ends(u->object);
            first = ends < first ? ends : first;
        }
    }
    return first;
}

static TNI_COLD tenon_status cannot_block(tenon_error *e) {
    return tni_fail(e, TNI_ERR_CANNOT_BLOCK, TENON_NO_OFFSET, "%s",
                    tni_code_text(TNI_ERR_DEADLOCK));
}

tenon_status tni_may_block(tni_cstore *cs, tenon_error *e) {
    const tni_cthread *t = tni_current_thread(cs);
    if (t == NULL || (is_synchronous(t) && find_candidate(cs, t) == NULL)) {
        return cannot_block(e);
    }
    return TENON_OK;
}

static void resume(tni_cstore *cs, tni_cthread *t) {
    if (t->wait != TNI_WAIT_NONE) {
        tni_stop_waiting(cs, t);
    }
    t->running = true;
    t->cancellable = false;
    TNI_TRACE(cs, t->inst, "Thread.resume", "thread %u", t->index);
}

/* The loop of a synchronous call on r: the next strand to run. CanonicalABI: canon_lift.
 */
static tenon_status pick(tni_cstore *cs, tni_strand *r, tni_strand **out,
                         tenon_error *e) {
    tni_cthread *u;
    *out = r;
    while ((u = find_candidate(cs, r->top)) == NULL) {
        const u64 ends = first_wait_ends(cs, r->top->inst);
        if (ends == UINT64_MAX) {
            return cannot_block(e);
        }
        TNI_TRY(tni_store_sleep(cs->store, ends, e));
    }
    resume(cs, u);
    if (u != r->top) {
        u->strand->resumer = r;
        *out = u->strand;
    }
    return TENON_OK;
}

/* Control goes back to a resumer. */
static tenon_status go_back(tni_cstore *cs, tni_strand *r, tni_strand **out,
                            tenon_error *e) {
    if (r != NULL && r->looping) {
        return pick(cs, r, out, e);
    }
    *out = r;
    return TENON_OK;
}

static tenon_status blocked(tni_cstore *cs, tni_strand *s, tni_strand **out,
                            tenon_error *e) {
    if (is_synchronous(s->top)) {
        s->looping = true;
        return pick(cs, s, out, e);
    }
    tni_strand *r = s->resumer;
    s->resumer = NULL;
    return go_back(cs, r, out, e);
}

static tenon_status switched(tni_strand *s, tni_strand *to, tni_strand **out,
                             tenon_error *e) {
    *out = to;
    if (is_synchronous(s->top)) {
        s->looping = true;
        to->resumer = to == s ? s->resumer : s;
        return TENON_OK;
    }
    if (to->looping && to != s->resumer) {
        *out = s;
        return tni_fail(e, TNI_ERR_UNSUPPORTED, TENON_NO_OFFSET,
                        "resuming a thread of an outer synchronous call");
    }
    if (to != s->resumer) {
        to->resumer = s->resumer;
    }
    s->resumer = NULL;
    return TENON_OK;
}

/* After s has come back: the strand to run next, NULL for C. */
static tenon_status next(tni_cstore *cs, tni_strand *s, bool done, tni_strand **out,
                         tenon_error *e) {
    tni_async *a = cs->async;
    if (done) {
        tni_strand *r = s->resumer;
        strand_free(a, s);
        *out = r;
        return go_back(cs, r, out, e);
    }
    if (tni_thread_is_paused(s->t)) {
        a->paused = s;
        a->paused_run = *a->run;
        a->froze = true;
        *out = NULL;
        return TENON_OK;
    }
    switch (a->request) {
    case TNI_REQUEST_CALL:
        a->request_strand->resumer = s;
        *out = a->request_strand;
        if (a->request_strand->top != NULL) {
            a->request_strand->top->running = true;
        }
        return TENON_OK;
    case TNI_REQUEST_BLOCK: return blocked(cs, s, out, e);
    case TNI_REQUEST_SWITCH: return switched(s, a->request_strand, out, e);
    case TNI_REQUEST_FREEZE:
        a->request_pending->strand = s;
        a->request_pending->run = *a->run;
        a->froze = true;
        *out = NULL;
        return TENON_OK;
    case TNI_REQUEST_NONE: break;
    }
    if (tni_thread_is_parked(s->t) && s->top != NULL) {
        tni_start_waiting(cs, leave_current(cs, false), TNI_WAIT_MEMORY, s->t);
        return blocked(cs, s, out, e);
    }
    *out = s;
    return tni_fail(e, TNI_ERR_BLOCKED, TENON_NO_OFFSET, NULL);
}

/* Everything in the chain is given up: what it entered stays entered, and so locked. */
static void give_up(tni_cstore *cs, tni_strand *s) {
    while (s != NULL) {
        tni_strand *r = s->resumer;
        for (tni_cthread *t = s->top; t != NULL; t = t->below) {
            if (t->wait != TNI_WAIT_NONE) {
                tni_stop_waiting(cs, t);
            }
            t->running = true; /* never to be resumed */
            t->strand = NULL;
        }
        tni_thread_abandon(s->t);
        strand_free(cs->async, s);
        s = r;
    }
}

static void load_ctx(tni_cstore *cs, const tni_strand *s) {
    cs->async->running = (tni_strand *)s;
    if (s != NULL && s->top != NULL) {
        cs->ctx[0] = s->top->ctx[0];
        cs->ctx[1] = s->top->ctx[1];
    }
}

static void save_ctx(const tni_cstore *cs) {
    const tni_strand *s = cs->async->running;
    if (s != NULL && s->top != NULL) {
        s->top->ctx[0] = cs->ctx[0];
        s->top->ctx[1] = cs->ctx[1];
    }
}

static tenon_status drive(tni_cstore *cs, tni_strand *s, bool may_pause, tenon_error *e) {
    while (s != NULL) {
        bool done = false;
        s->looping = false;
        load_ctx(cs, s);
        cs->async->request = TNI_REQUEST_NONE;
        tenon_status status = tni_thread_run(s->t, may_pause, &done, e);
        if (status == TENON_OK) {
            save_ctx(cs);
            status = next(cs, s, done, &s, e);
        }
        if (status != TENON_OK) {
            give_up(cs, s);
            return status;
        }
    }
    return TENON_OK;
}

tenon_status tni_run_frozen(tni_cstore *cs, tni_strand *s, tni_run run, tenon_error *e) {
    tni_async *a = cs->async;
    tni_strand *outer = a->running;
    const tni_run *outer_run = a->run;
    const u64 ctx[2] = {cs->ctx[0], cs->ctx[1]};
    save_ctx(cs);
    a->nesting++;
    a->run = &run;
    a->froze = false;
    const bool may_pause = run.takes_turns && a->nesting == 1;
    if (may_pause) {
        tni_store_begin_turn(cs->store);
    }
    tenon_status status = drive(cs, s, may_pause, e);
    if (may_pause) {
        tni_store_end_turn(cs->store);
    } else {
        tni_store_hurry(cs->store);
    }
    a->nesting--;
    a->run = outer_run;
    a->running = outer;
    cs->ctx[0] = ctx[0];
    cs->ctx[1] = ctx[1];
    if (status == TENON_OK && !a->froze && run.entered != NULL) {
        tni_set_entered(run.entered, NULL, false);
    }
    a->froze = false;
    return status;
}

tenon_status tni_run_strand(tni_cstore *cs, tni_strand *s, tni_run run, tenon_error *e) {
    if (cs->async->nesting > TNI_LIMIT_host_reentry) {
        strand_free(cs->async, s);
        return tni_fail(e, TNI_ERR_HOST_REENTRY, TENON_NO_OFFSET, NULL);
    }
    s->resumer = NULL;
    if (run.entered != NULL) {
        tni_set_entered(run.entered, NULL, true);
    }
    return tni_run_frozen(cs, s, run, e);
}

void tni_give_up_frozen(tni_cstore *cs, tni_strand *s) {
    give_up(cs, s);
}

/* What is before all else: the chain that has paused, then what was asked for meanwhile.
 */
static tenon_status go_on(tni_cstore *cs, tenon_error *e) {
    tni_async *a = cs->async;
    tni_strand *s = a->paused;
    tni_run run = a->paused_run;
    if (s == NULL) {
        return tni_queue_next(cs, e);
    }
    run.takes_turns = a->polling;
    a->paused = NULL;
    return tni_run_frozen(cs, s, run, e);
}

tenon_status tni_settle(tni_cstore *cs, tenon_error *e) {
    const bool outer = tni_set_polling(cs, false);
    tenon_status status = TENON_OK;
    while (status == TENON_OK && tni_is_paused(cs)) {
        status = go_on(cs, e);
    }
    (void)tni_set_polling(cs, outer);
    if (status == TENON_EXCEPTION) {
        e->status = status = TENON_TRAP;
    }
    return status;
}

/* A tick waits no longer for the clock: the host may have more to do. */
enum { TICK_NS = 10000000 };

tenon_status tni_tick(tni_cstore *cs, bool *idle, tenon_error *e) {
    tni_async *a = cs->async;
    *idle = true;
    if (a->nesting > 0) {
        return TENON_OK;
    }
    if (tni_is_paused(cs)) {
        *idle = false;
        return go_on(cs, e);
    }
    tenon_pending *answered = tni_pending_answered(cs);
    if (answered != NULL) {
        *idle = false;
        return tni_pending_deliver(cs, answered, e);
    }
    if (tni_host_copy_event(cs)) {
        *idle = false;
        return TENON_OK;
    }
    tni_cthread *chosen = NULL;
    u32 count = 0;
    for (tni_cthread *t = a->first_waiting; t != NULL; t = t->next_waiting) {
        if (tni_is_ready(t) && tni_may_enter(t->inst, NULL) && is_chosen(cs, ++count)) {
            chosen = t;
        }
        if (chosen != NULL && cs->schedule == 0) {
            break;
        }
    }
    if (chosen == NULL) {
        const u64 ends = first_wait_ends(cs, NULL);
        const u64 slice = tni_time_after(cs->store, TICK_NS);
        *idle = ends == UINT64_MAX;
        return *idle ? TENON_OK
                     : tni_store_sleep(cs->store, ends < slice ? ends : slice, e);
    }
    tni_cinstance *inst = chosen->inst;
    *idle = false;
    resume(cs, chosen);
    return tni_run_strand(cs, chosen->strand, (tni_run){inst, NULL, a->polling}, e);
}

/* -- the store's part -- */

tenon_status tni_async_start(tni_cstore *cs, tenon_error *e) {
    if (cs->async != NULL) {
        return TENON_OK;
    }
    tni_async *a = TNI_ARENA_NEW(&cs->arena, tni_async);
    if (a == NULL) {
        return tni_no_memory(e);
    }
    TNI_TRY(tni_func_new_native(cs->store, &tni_native_task, cs->entry_type, cs,
                                &a->run_task, e));
    TNI_TRY(tni_func_new_native(cs->store, &tni_native_thread, cs->entry_type, cs,
                                &a->run_thread, e));
    a->queue_end = &a->queue;
    cs->async = a;
    return TENON_OK;
}

void tni_async_end_all(tni_cstore *cs) {
    tni_async *a = cs->async;
    if (a == NULL) {
        return;
    }
    a->free_strands = NULL;
    for (tni_strand *s = a->strands; s != NULL; s = s->next) {
        tni_thread_abandon(s->t);
        strand_free(a, s);
    }
    tni_pending_free_all(cs);
    a->paused = NULL;
    a->queue = NULL;
    a->queue_end = &a->queue;
    a->first_waiting = a->last_waiting = NULL;
    a->host_set = (tni_waitable_set){.first = NULL};
}

void tni_async_free(tni_cstore *cs) {
    if (cs->async != NULL) {
        for (tni_strand *s = cs->async->strands; s != NULL; s = s->next) {
            tni_thread_abandon(s->t);
            tni_thread_delete(s->t);
        }
        tni_pending_free_all(cs);
    }
}
