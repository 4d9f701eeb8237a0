/* async_none.c: in place of task.c, cthread.c, waitable.c, copy.c, sched.c and pending.c,
 * in a library without the asynchronous part: components that need it are refused when
 * they are instantiated, and nothing else here is ever reached. */
#include "base/assert.h"
#include "component/task.h"

static tenon_status refuse(tenon_error *e) {
    return tni_fail(e, TNI_ERR_UNSUPPORTED, TENON_NO_OFFSET,
                    "this library has no asynchronous component model");
}

tenon_status tni_async_start(tni_cstore *cs, tenon_error *e) {
    (void)cs;
    return refuse(e);
}

void tni_async_free(tni_cstore *cs) {
    TNI_ASSERT(cs->async == NULL);
}

void tni_async_end_all(tni_cstore *cs) {
    (void)cs;
}

tenon_status tni_strand_new(tni_cstore *cs, tni_func *f, void *argument, tni_strand **out,
                            tenon_error *e) {
    (void)cs;
    (void)f;
    (void)argument;
    (void)out;
    return refuse(e);
}

tenon_status tni_run_strand(tni_cstore *cs, tni_strand *s, tni_run run, tenon_error *e) {
    (void)cs;
    (void)s;
    (void)run;
    return refuse(e);
}

tenon_status tni_run_until_over(tni_cstore *cs, tni_host_caller *host, tenon_error *e) {
    (void)cs;
    (void)host;
    return refuse(e);
}

void tni_give_up_frozen(tni_cstore *cs, tni_strand *s) {
    (void)cs;
    (void)s;
}

tenon_status tni_task_cancel(tni_cstore *cs, tni_task *task, tenon_error *e) {
    (void)cs;
    (void)task;
    return refuse(e);
}

/* -- host functions answer at once -- */

tenon_pending *tenon_call_pend(tenon_call *call, tenon_pending_fn fn, void *data) {
    (void)call;
    (void)fn;
    (void)data;
    return NULL;
}

bool tenon_call_can_pend(const tenon_call *call) {
    (void)call;
    return false;
}

tenon_call *tenon_pending_call(tenon_pending *pending) {
    return &pending->call;
}

void *tenon_pending_result(tenon_pending *pending) {
    return pending->result;
}

void tenon_pending_end(tenon_pending *pending, tenon_status status) {
    (void)pending;
    (void)status;
}

void tenon_pending_post(tenon_pending *pending, tenon_status status) {
    (void)pending;
    (void)status;
}

void tenon_pending_again(tenon_pending *pending, void *data) {
    (void)pending;
    (void)data;
}

void tenon_pending_cancel(tenon_pending *pending) {
    (void)pending;
}

tenon_status tni_cfunc_ends_new(const tni_cfunc *f, const tenon_type *type, u32 *readable,
                                u32 *writable, tenon_error *e) {
    (void)f;
    (void)type;
    (void)readable;
    (void)writable;
    return refuse(e);
}

tenon_status tenon_call_ends_new(tenon_call *call, const tenon_type *type,
                                 uint32_t *readable, uint32_t *writable) {
    return tni_cfunc_ends_new(call->func, type, readable, writable, call->e);
}

tenon_status tni_ends_new(tni_store *s, const tenon_type *type, u32 *readable,
                          u32 *writable, tenon_error *e) {
    (void)s;
    (void)type;
    (void)readable;
    (void)writable;
    return refuse(e);
}

tenon_status tni_copy_start(tni_store *s, u32 end, void *buffer, u32 count,
                            tni_arena *arena, tenon_copy_fn fn, void *data,
                            tenon_error *e) {
    (void)s;
    (void)end;
    (void)buffer;
    (void)count;
    (void)arena;
    (void)fn;
    (void)data;
    return refuse(e);
}

tenon_status tni_copy_cancel(tni_store *s, u32 end, tenon_error *e) {
    (void)s;
    (void)end;
    return refuse(e);
}

void tni_pending_over(tenon_pending *p) {
    (void)p;
}

tni_next tni_host_wait(tni_thread *t, tni_func *self, tni_slot *fp, tenon_pending *p) {
    (void)self;
    (void)fp;
    (void)p;
    (void)refuse(tni_thread_error(t));
    return TNI_NEXT_FAIL;
}

tni_next tni_host_resume(tni_thread *t, tni_func *self, tni_slot *fp, tni_why why) {
    (void)why;
    return tni_host_wait(t, self, fp, NULL);
}

void tni_host_unwind(tni_thread *t, tni_func *self, tni_slot *fp) {
    (void)t;
    (void)self;
    (void)fp;
}

tenon_status tni_sync_begin(tni_cstore *cs, const tni_link *l, tni_cinstance *inst,
                            tni_cthread **out, tenon_error *e) {
    (void)cs;
    (void)l;
    (void)inst;
    (void)out;
    return refuse(e);
}

tenon_status tni_sync_end(tni_cstore *cs, tni_cthread *t, tenon_error *e) {
    (void)cs;
    (void)t;
    return refuse(e);
}

tenon_status tni_call_async(tni_cfunc *f, tni_host_caller *host, tenon_error *e) {
    (void)f;
    (void)host;
    return refuse(e);
}

tenon_status tni_call_async_start(tni_cfunc *f, tni_host_caller *host, bool takes_turns,
                                  tenon_error *e) {
    (void)f;
    (void)host;
    (void)takes_turns;
    return refuse(e);
}

tenon_status tni_settle(tni_cstore *cs, tenon_error *e) {
    (void)cs;
    return refuse(e);
}

tenon_status tni_tick(tni_cstore *cs, bool *idle, tenon_error *e) {
    (void)cs;
    (void)idle;
    return refuse(e);
}

static tni_next lower_enter(tni_thread *t, tni_func *self, tni_slot *fp) {
    (void)self;
    (void)fp;
    (void)refuse(tni_thread_error(t));
    return TNI_NEXT_FAIL;
}

const tni_native tni_native_lower_async = {"canon lower", 0, lower_enter, NULL, NULL};

tenon_status tni_lift_end(tni_transfer *x, const tenon_type *t, u32 from, void **out) {
    (void)t;
    (void)from;
    (void)out;
    return refuse(x->e);
}

tenon_status tni_lower_end(tni_transfer *x, void *lifted, u32 *to) {
    (void)lifted;
    (void)to;
    return refuse(x->e);
}

tenon_status tni_end_drop(tni_cstore *cs, tni_handles *table, u32 i, tni_end *end,
                          tenon_error *e) {
    (void)cs;
    (void)table;
    (void)i;
    (void)end;
    return refuse(e);
}

const tni_native *tni_task_builtin(tni_canon_kind kind) {
    (void)kind;
    return NULL;
}

const tni_native *tni_thread_builtin(tni_canon_kind kind) {
    (void)kind;
    return NULL;
}

const tni_native *tni_waitable_builtin(tni_canon_kind kind) {
    (void)kind;
    return NULL;
}

const tni_native *tni_copy_builtin(tni_canon_kind kind) {
    (void)kind;
    return NULL;
}
