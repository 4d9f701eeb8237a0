/* async_none.c: in place of task.c, cthread.c, waitable.c, copy.c and sched.c, in a
 * library without the asynchronous part: components that need it are refused when they
 * are instantiated, and nothing else here is ever reached. */
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

tenon_status tni_strand_new(tni_cstore *cs, tni_func *f, void *argument, tni_strand **out,
                            tenon_error *e) {
    (void)cs;
    (void)f;
    (void)argument;
    (void)out;
    return refuse(e);
}

tenon_status tni_run_strand(tni_cstore *cs, tni_strand *s, tenon_error *e) {
    (void)cs;
    (void)s;
    return refuse(e);
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

tenon_status tni_call_async_start(tni_cfunc *f, tni_host_caller *host, tenon_error *e) {
    (void)f;
    (void)host;
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

tenon_status tni_transfer_end(tni_transfer *x, const tenon_type *ts, u32 from,
                              const tenon_type *td, u32 *to) {
    (void)ts;
    (void)from;
    (void)td;
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
