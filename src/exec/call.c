/* call.c: calls from C into wasm, the outermost and those nested in native functions.
 *
 * A call is a frame on the thread's stack whose header returns to the exit stub. All that
 * the interpreter changes in the thread is put back when it has returned. A stack that
 * can move does not while C code holds places in it: calls nested in its natives run on
 * the store's own stack, which never moves. */
#include "base/limits.h"
#include "exec/instance.h"

TNI_COLD tenon_status tni_exhausted(tni_thread *t) {
    return tni_fail(t->error, TNI_ERR_STACK_EXHAUSTED, TENON_NO_OFFSET, NULL);
}

tni_slot *tni_frame_push(tni_thread *t, tni_func *f, const tni_slot *args) {
    tni_slot *fp = t->top;
    if (f->type->param_slots > 0) {
        memmove(fp, args, f->type->param_slots * sizeof(tni_slot));
    }
    tni_frame_link(fp, f->header, tni_stub_exit(), t->fp);
    t->ip = f->code;
    t->fp = fp;
    t->top = fp + f->frame_slots;
    t->instance = f->instance;
    t->why = TNI_WHY_RETURNED;
    return fp;
}

static tenon_status run(tni_thread *t, tni_func *f, const tni_slot *args,
                        tni_slot *results, tenon_error *e) {
    tni_slot *fp = tni_frame_push(t, f, args);
    tenon_status status = tni_interpret(t);
    if (status == TENON_OK && t->suspended) {
        t->suspended = false;
        status = tni_fail(e, TNI_ERR_BLOCKED, TENON_NO_OFFSET, NULL);
    }
    if (status != TENON_OK) {
        tni_backtrace(t, fp, e);
        tni_unwind(t, fp);
        return status;
    }
    if (f->type->result_slots > 0) {
        memmove(results, fp, f->type->result_slots * sizeof(tni_slot));
    }
    return TENON_OK;
}

tenon_status tni_call(tni_thread *t, tni_func *f, const tni_slot *args, tni_slot *results,
                      tenon_error *e) {
    if (t->max_slots > 0) {
        t = &t->store->thread;
    }
    tni_thread saved = *t;
    if (t->c_depth > TNI_LIMIT_host_reentry) {
        return tni_fail(e, TNI_ERR_HOST_REENTRY, TENON_NO_OFFSET, NULL);
    }
    t->error = e;
    t->can_park = t->can_pause = false; /* the frames of C below would not come back */
    t->c_depth++;
    tenon_status status;
    if ((size_t)(t->stack.limit - t->top) < f->frame_slots) {
        status = tni_exhausted(t);
    } else {
        status = run(t, f, args, results, e);
    }
    void *owner = t->owner;
    *t = saved;
    t->owner = owner;
    tni_store_hurry(t->store);
    return status;
}
