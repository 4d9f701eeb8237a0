/* hostcall.c: calls from a component to functions of the host, and what tenon/host.h
 * gives those functions. CanonicalABI.md, "canon lower" with a callee that the host
 * implements.
 *
 * Arguments become a native tuple on the C stack, or in the store's arena if they are
 * large; strings and plain lists in it are views of the caller's memory. Nothing of a
 * call is left in the arena when it has returned. */
#include "component/hostcall.h"

#include "base/assert.h"
#include "base/format.h"
#include "component/errorcontext.h"
#include "component/linker.h"
#include "component/resource.h"
#include "component/task.h"

enum { SMALL_BYTES = 256 };

static tni_side_options native_side(const tni_cfunc *f) {
    return (tni_side_options){.ptr = TNI_NATIVE,
                              .native = true,
                              .encoding = TNI_ENCODING_UTF8,
                              .slots = f->side.slots};
}

/* Room for a value: the given bytes, or the arena's. Zeroed. */
static void *room(tni_cstore *cs, const tenon_type *t, void *small) {
    u32 bytes = t->size[TNI_NATIVE];
    if (bytes > SMALL_BYTES) {
        return tni_arena_alloc(&cs->call_arena, bytes, 16);
    }
    memset(small, 0, bytes);
    return small;
}

/* -- a call -- */

typedef struct host_frame {
    tni_scope *scope;
    tni_slot out;
    tni_slot pointer; /* for the result */
    tenon_pending *pending;
    void *again;
} host_frame;

static tenon_status lift_args(tni_thread *t, const tni_link *l, tni_slot *fp,
                              const host_frame *frame, void *args) {
    if (l->type->param_count == 0) {
        return TENON_OK;
    }
    tni_side_options native = native_side(l->callee);
    tni_transfer x;
    tni_transfer_init(&x, l->cs, t, frame->scope);
    tni_place s = TNI_FLAT(0);
    tni_side_init(&x.src, &l->side, fp);
    tni_side_init(&x.dst, &native, NULL);
    x.dst.arena = &l->cs->call_arena;
    x.dst.views = true;
    if (!l->flat_params) {
        TNI_TRY(tni_lift_pointer(&x, l->params, fp[0], &s));
    }
    return tni_transfer_value(&x, l->params, s, l->callee->params,
                              TNI_MEMORY((u64)(uintptr_t)args));
}

tenon_status tni_host_lower_result(tni_thread *t, const tni_link *l, tni_slot pointer,
                                   const void *result, tni_slot *out) {
    *out = 0;
    if (l->type->result == NULL) {
        return TENON_OK;
    }
    tni_side_options native = native_side(l->callee);
    tni_transfer x;
    tni_transfer_init(&x, l->cs, t, NULL);
    tni_place d = TNI_FLAT(0);
    tni_side_init(&x.src, &native, NULL);
    tni_side_init(&x.dst, &l->side, out);
    x.src.answers = true;
    if (!l->flat_result) {
        TNI_TRY(tni_lower_pointer(&x, l->type->result, pointer, false, &d));
    }
    return tni_transfer_value(&x, l->callee->type->result,
                              TNI_MEMORY((u64)(uintptr_t)result), l->type->result, d);
}

tenon_status tni_host_lower_result_outside(tni_thread *t, const tni_link *l,
                                           tni_slot pointer, const void *result,
                                           tni_slot *out, tenon_error *e) {
    tenon_error *outer = tni_thread_set_error(t, e);
    const tenon_status status = tni_host_lower_result(t, l, pointer, result, out);
    (void)tni_thread_set_error(t, outer);
    return status;
}

/* l NULL: the host calls itself. *pending: what TENON_PENDING has left. */
static tenon_status call_host(tni_thread *t, const tni_cfunc *f, const tni_link *l,
                              const void *args, void *result, void *again,
                              tenon_pending **pending, tenon_error *e) {
    tenon_call call = {.cs = f->cs,
                       .thread = t,
                       .func = f,
                       .e = e,
                       .arena = &f->cs->call_arena,
                       .link = l,
                       .again = again};
    e->status = TENON_OK;
    tenon_status status = f->fn(&call, f->user, args, result);
    if (status == TENON_PENDING && call.pending != NULL) {
        *pending = call.pending;
        return status;
    }
    if (call.pending != NULL) {
        tni_pending_over(call.pending);
    }
    if (status != TENON_OK && (e->status != status || status == TENON_PENDING)) {
        return tni_fail_unexplained(e, f->name,
                                    status == TENON_PENDING ? TENON_HOST : status);
    }
    return status;
}

static tenon_status run(tni_thread *t, const tni_link *l, tni_slot *fp,
                        host_frame *frame) {
    _Alignas(16) u8 small_args[SMALL_BYTES];
    _Alignas(16) u8 small_result[SMALL_BYTES];
    tenon_error *e = tni_thread_error(t);
    const tni_cfunc *f = l->callee;
    frame->pointer = l->flat_result ? 0 : fp[l->core_params];
    void *args = room(l->cs, f->params, small_args);
    void *result = NULL;
    if (f->type->result != NULL) {
        result = room(l->cs, f->type->result, small_result);
    }
    if (args == NULL || (result == NULL && f->type->result != NULL)) {
        return tni_no_memory(e);
    }
    TNI_TRY(lift_args(t, l, fp, frame, args));
    TNI_TRY(call_host(t, f, l, args, result, frame->again, &frame->pending, e));
    if (frame->scope != NULL) {
        tni_take_back_borrows(l->cs, frame->scope);
    }
    return tni_host_lower_result(t, l, frame->pointer, result, &frame->out);
}

tni_next tni_host_call(tni_thread *t, tni_func *self, tni_slot *fp, void *again) {
    const tni_link *l = tni_func_data(self);
    tni_cstore *cs = l->cs;
    tenon_error *e = tni_thread_error(t);
    host_frame frame = {.again = again};
    if (!l->inst->may_leave) {
        (void)tni_fail(e, TNI_ERR_CANNOT_LEAVE, TENON_NO_OFFSET, NULL);
        return TNI_NEXT_FAIL;
    }
    if (l->borrows && tni_scope_new(cs, &l->inst->handles, &frame.scope, e) != TENON_OK) {
        return TNI_NEXT_FAIL;
    }
    u64 ctx[2] = {cs->ctx[0], cs->ctx[1]};
    tni_arena_mark mark = tni_arena_save(&cs->call_arena);
    tenon_status status = run(t, l, fp, &frame);
    tni_arena_restore(&cs->call_arena, mark);
    cs->ctx[0] = ctx[0];
    cs->ctx[1] = ctx[1];
    if (frame.pending != NULL) {
        frame.pending->scope = frame.scope;
        frame.pending->pointer = frame.pointer;
        return tni_host_wait(t, self, fp, frame.pending);
    }
    if (frame.scope != NULL) {
        tni_take_back_borrows(cs, frame.scope);
        if (status == TENON_OK) {
            tni_scope_end(cs, frame.scope);
        } else {
            tni_scope_abandon(cs, frame.scope);
        }
    }
    if (l->is_async) {
        fp[0] = TNI_SUBTASK_RETURNED; /* hosts answer at once */
    } else if (l->core_result) {
        fp[0] = frame.out;
    }
    return status == TENON_OK ? TNI_NEXT_RETURN : TNI_NEXT_FAIL;
}

static tni_next host_enter(tni_thread *t, tni_func *self, tni_slot *fp) {
    return tni_host_call(t, self, fp, NULL);
}

static tni_next trapping_enter(tni_thread *t, tni_func *self, tni_slot *fp) {
    const tni_link *l = tni_func_data(self);
    const tni_str message = l->callee->message;
    (void)fp;
    (void)tni_fail_text(tni_thread_error(t), TNI_ERR_HOST_TRAP, "%.*s", (int)message.len,
                        message.ptr);
    return TNI_NEXT_FAIL;
}

const tni_native tni_native_host = {"host", TNI_HOST_SLOTS, host_enter, tni_host_resume,
                                    tni_host_unwind};
const tni_native tni_native_trapping = {"host", 0, trapping_enter, NULL, NULL};

/* The arguments are as the host gave them; the result is copied into its arena. */
static tenon_status direct(tni_cfunc *f, const void *args, void *result,
                           tni_arena *results, tenon_error *e) {
    tni_thread *t = tni_store_thread(f->cs->store);
    const tenon_type *type = f->type->result;
    tenon_pending *pending = NULL; /* the host cannot wait for itself */
    _Alignas(16) u8 small[SMALL_BYTES];
    if (type == NULL) {
        return call_host(t, f, NULL, args, NULL, NULL, &pending, e);
    }
    void *out = room(f->cs, type, small);
    if (out == NULL) {
        return tni_no_memory(e);
    }
    TNI_TRY(call_host(t, f, NULL, args, out, NULL, &pending, e));
    tni_side_options native = native_side(f);
    tni_transfer x = {.cs = f->cs, .e = e}; /* no thread, no fuel: no guest runs */
    tni_side_init(&x.src, &native, NULL);
    tni_side_init(&x.dst, &native, NULL);
    x.dst.arena = results;
    x.src.answers = true;
    return tni_transfer_value(&x, type, TNI_MEMORY((u64)(uintptr_t)out), type,
                              TNI_MEMORY((u64)(uintptr_t)result));
}

tenon_status tni_host_call_direct(tni_cfunc *f, const void *args, void *result,
                                  tni_arena *results, tenon_error *e) {
    tni_arena_mark mark = tni_arena_save(&f->cs->call_arena);
    tenon_status status = direct(f, args, result, results, e);
    tni_arena_restore(&f->cs->call_arena, mark);
    return status;
}

/* -- tenon/host.h -- */

tni_store *tni_call_store(tenon_call *call) {
    return call->cs->store;
}

void *tenon_call_alloc(tenon_call *call, size_t size, size_t align) {
    return tni_arena_alloc(call->arena, size, align);
}

tenon_status tenon_call_fail(tenon_call *call, const char *format, ...) {
    va_list args;
    va_start(args, format);
    const tenon_status status = tni_fail_vtext(call->e, TNI_ERR_HOST_TRAP, format, args);
    va_end(args);
    return status;
}

tenon_status tenon_call_no_memory(tenon_call *call) {
    return tni_no_memory(call->e);
}

tenon_status tenon_call_exit(tenon_call *call, int32_t code) {
    return tni_fail_exit(call->e, code);
}

tenon_status tenon_call_check(tenon_call *call) {
    return tni_store_check(call->cs->store, call->e);
}

void *tenon_call_again(tenon_call *call) {
    return call->again;
}

tenon_status tenon_resource_new(tenon_call *call, uint32_t resource, void *rep,
                                uint32_t *handle) {
    const tni_hostiface *iface = call->func->iface;
    if (resource >= tni_hostiface_resources(iface) || rep == NULL) {
        return tni_fail(call->e, TNI_ERR_USAGE, TENON_NO_OFFSET, "tenon_resource_new");
    }
    return tni_host_resource_new(call->cs, call->func->side.slots[resource], rep, handle,
                                 call->e);
}

void *tenon_resource_rep(tenon_call *call, uint32_t handle) {
    tni_handle *h = tni_host_resource_at(call->cs, handle, NULL);
    return h == NULL ? NULL : call->cs->host_reps.data[handle];
}

void *tenon_resource_take(tenon_call *call, uint32_t handle) {
    tni_handle *h = tni_host_resource_at(call->cs, handle, NULL);
    if (h == NULL || !h->own || h->lends != 0) {
        return NULL;
    }
    void *rep = call->cs->host_reps.data[handle];
    tni_host_resource_end(call->cs, handle, false);
    return rep;
}

tenon_status tenon_resource_drop(tenon_call *call, uint32_t handle) {
    return tni_host_handle_drop(call->cs->store, handle, call->e);
}

tenon_status tenon_call_error_context_new(tenon_call *call, tenon_string message,
                                          uint32_t *handle) {
    return tni_host_error_context_new(call->cs->store, message, handle, call->e);
}

tenon_status tenon_call_error_context_message(tenon_call *call, uint32_t handle,
                                              tenon_string *message) {
    return tni_host_error_context_message(call->cs->store, handle, message, call->e);
}

/* -- handles that the host holds -- */

/* CanonicalABI: canon_resource_drop, with the host for a caller. */
static tenon_status drop_guest_resource(tni_cstore *cs, tni_resource_type *rt, u64 rep,
                                        tenon_error *e) {
    const u32 narrow = (u32)rep;
    if (tni_is_paused(cs)) {
        TNI_TRY(tni_settle(cs, e));
    }
    if (!tni_may_enter(rt->impl, NULL)) {
        return tni_fail(e, TNI_ERR_CANNOT_ENTER, TENON_NO_OFFSET, NULL);
    }
    if (rt->dtor == NULL) {
        return TENON_OK;
    }
    TNI_TRY(tni_dtor_func(cs, rt, e));
    const bool wide = rt->dtor_func->type->params[0].type->kind == TENON_TYPE_U64;
    return tni_cfunc_call(cs->store, rt->dtor_func,
                          wide ? (const void *)&rep : (const void *)&narrow, NULL, NULL,
                          e);
}

tenon_status tni_host_handle_drop(tni_store *s, u32 handle, tenon_error *e) {
    tni_cstore *cs;
    TNI_TRY(tni_cstore_of(s, &cs, e));
    tni_handle *h = tni_handles_at(&cs->host_handles, handle);
    if (h == NULL || (h->own == 0 && h->kind == TNI_HANDLE_HOST_RESOURCE)) {
        return tni_fail(e, TNI_ERR_HOST_HANDLE, TENON_NO_OFFSET, "%u", handle);
    }
    if (h->lends != 0) {
        return tni_fail(e, TNI_ERR_HANDLE_LENT, TENON_NO_OFFSET, NULL);
    }
    if (h->kind == TNI_HANDLE_HOST_RESOURCE) {
        tni_host_resource_end(cs, handle, true);
        return TENON_OK;
    }
    if (h->kind == TNI_HANDLE_ERROR_CONTEXT) {
        tni_error_context_drop(cs, &cs->host_handles, handle);
        return TENON_OK;
    }
    if (h->kind != TNI_HANDLE_RESOURCE) { /* of a stream or future */
        return tni_end_drop(cs, &cs->host_handles, handle, h->object, e);
    }
    tni_handle dropped = *h;
    tni_handles_remove(&cs->host_handles, handle);
    if (!dropped.own) {
        cs->scopes.data[dropped.scope - 1]->num_borrows--;
        return TENON_OK;
    }
    return drop_guest_resource(cs, cs->resource_types.data[dropped.type],
                               tni_handle_rep(&dropped), e);
}
