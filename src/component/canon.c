/* canon.c: canon lift and canon lower: calls between components and from the host.
 * CanonicalABI.md, "canon lift", "canon lower".
 *
 * A call from one component to another, or from the host into one, is one native function
 * on the caller's stack (frame "canon lift"): it lifts the arguments from the caller and
 * lowers them into the callee, calls, does the same with the result, then calls
 * post-return. No task object exists; what a Task and a Subtask hold is in the frame's
 * state, or in a scope if handles are borrowed. A trap leaves may_enter false in all that
 * was entered, which locks those instances for good. */
#include "base/assert.h"
#include "component/hostcall.h"

/* -- state of a call -- */

typedef enum phase {
    CALLEE,
    POST_RETURN,
} phase;

typedef struct call_state {
    u64 ctx[2]; /* of the caller's thread */
    tni_scope *scope;
    tni_slot result; /* the callee's, for post-return */
    tni_slot out;    /* the caller's */
    phase phase;
} call_state;

enum { CALL_SLOTS = (sizeof(call_state) + sizeof(tni_slot) - 1) / sizeof(tni_slot) };

/* Arguments and result of a call from the host: fp[0] of the native function points here.
 */
typedef struct host_call {
    const void *args;
    void *result;
    tni_arena *results;
} host_call;

static host_call *host_call_of(const tni_slot *fp) {
    return (host_call *)(uintptr_t)fp[0];
}

/* -- arguments -- */

/* CanonicalABI: lift_flat_values in the caller, lower_flat_values in the callee. flat:
 * TNI_MAX_FLAT_PARAMS values for the callee. */
static tenon_status transfer_params(tni_transfer *x, const tni_link *l,
                                    const tni_slot *fp) {
    tni_place s = TNI_FLAT(0), d = TNI_FLAT(0);
    const tenon_type *ts = l->params, *td = l->callee->params;
    if (l->inst == NULL) {
        s = TNI_MEMORY((u64)(uintptr_t)host_call_of(fp)->args);
    } else if (!l->flat_params) {
        TNI_TRY(tni_lift_pointer(x, ts, fp[0], &s));
    }
    if (!l->flat_params) {
        u32 ptr = x->dst.o->ptr;
        u64 at;
        TNI_TRY(tni_reallocate(x, 0, 0, td->align[ptr], td->size[ptr], &at));
        TNI_TRY(tni_lower_pointer(x, td, at, true, &d));
        x->dst.flat[0] = at;
    }
    return tni_transfer_value(x, ts, s, td, d);
}

/* The callee's arguments, into flat. */
static tenon_status lower_params(tni_thread *t, const tni_link *l, const tni_slot *fp,
                                 tni_scope *scope, tni_slot *flat) {
    if (l->type->param_count == 0) {
        return TENON_OK;
    }
    /* realloc may move the stack: arguments are read from a copy. */
    tni_slot args[TNI_MAX_FLAT_PARAMS];
    if (l->inst != NULL) {
        memcpy(args, fp, l->core_params * sizeof(tni_slot));
    }
    tni_transfer x = {.cs = l->cs, .thread = t, .e = tni_thread_error(t), .scope = scope};
    tni_side_init(&x.src, &l->side, args);
    tni_side_init(&x.dst, &l->callee->side, flat);
    return transfer_params(&x, l, fp);
}

/* -- entering and leaving -- */

static tenon_status check_enter(const tni_link *l, tenon_error *e) {
    if (l->inst != NULL && !l->inst->may_leave) {
        return tni_fail(e, TNI_ERR_CANNOT_LEAVE, TENON_NO_OFFSET, NULL);
    }
    if (l->never || !tni_may_enter(l->callee->side.inst, l->stop)) {
        return tni_fail(e, TNI_ERR_CANNOT_ENTER, TENON_NO_OFFSET, NULL);
    }
    return TENON_OK;
}

/* CanonicalABI: Store.lift (enter_from), then a new thread's storage. */
static tenon_status enter(const tni_link *l, call_state *state, tenon_error *e) {
    if (l->borrows) {
        tni_handles *lenders = l->inst != NULL ? &l->inst->handles : &l->cs->host_handles;
        TNI_TRY(tni_scope_new(l->cs, lenders, &state->scope, e));
    }
    tni_set_entered(l->callee->side.inst, l->stop, true);
    state->ctx[0] = l->cs->ctx[0];
    state->ctx[1] = l->cs->ctx[1];
    l->cs->ctx[0] = l->cs->ctx[1] = 0;
    return TENON_OK;
}

static tni_next leave(const tni_link *l, const call_state *state, tni_slot *fp) {
    l->cs->ctx[0] = state->ctx[0];
    l->cs->ctx[1] = state->ctx[1];
    tni_set_entered(l->callee->side.inst, l->stop, false);
    if (state->scope != NULL) {
        tni_scope_end(l->cs, state->scope);
    }
    if (l->core_result) {
        fp[0] = state->out;
    }
    return TNI_NEXT_RETURN;
}

/* Prepares the call of a core function. */
static tni_next call(tni_thread *t, tni_func *self, tni_slot *fp, tni_func *f,
                     const tni_slot *args) {
    tni_slot *slots = tni_thread_call(t, self, fp, f);
    if (slots == NULL) {
        return TNI_NEXT_FAIL;
    }
    u32 count = tni_func_type(f)->param_slots;
    for (u32 i = 0; i < count; i++) {
        slots[i] = args[i];
    }
    return TNI_NEXT_CALL;
}

static tni_next call_enter(tni_thread *t, tni_func *self, tni_slot *fp) {
    const tni_link *l = tni_func_data(self);
    call_state *state = (call_state *)tni_native_state(self, fp);
    tenon_error *e = tni_thread_error(t);
    tni_slot flat[TNI_MAX_FLAT_PARAMS];
    state->scope = NULL;
    state->phase = CALLEE;
    state->out = 0;
    if (check_enter(l, e) != TENON_OK || enter(l, state, e) != TENON_OK ||
        lower_params(t, l, fp, state->scope, flat) != TENON_OK) {
        return TNI_NEXT_FAIL;
    }
    return call(t, self, fp, l->callee->core, flat);
}

/* -- results -- */

/* CanonicalABI: lift_flat_values in the callee, lower_flat_values in the caller. */
static tenon_status transfer_result(tni_transfer *x, const tni_link *l, tni_slot result,
                                    const tni_slot *fp) {
    tni_place s = TNI_FLAT(0), d = TNI_FLAT(0);
    const tenon_type *ts = l->callee->type->result, *td = l->type->result;
    if (!l->flat_result) {
        TNI_TRY(tni_lift_pointer(x, ts, result, &s));
    }
    if (l->inst == NULL) {
        d = TNI_MEMORY((u64)(uintptr_t)host_call_of(fp)->result);
        x->dst.arena = host_call_of(fp)->results;
    } else if (!l->flat_result) {
        TNI_TRY(tni_lower_pointer(x, td, fp[l->core_params], false, &d));
    }
    return tni_transfer_value(x, ts, s, td, d);
}

/* CanonicalABI: Task.return_, with on_resolve. */
static tenon_status return_(tni_thread *t, const tni_link *l, call_state *state,
                            const tni_slot *fp) {
    tenon_error *e = tni_thread_error(t);
    if (state->scope != NULL && state->scope->num_borrows > 0) {
        return tni_fail(e, TNI_ERR_BORROWS_REMAIN, TENON_NO_OFFSET, NULL);
    }
    if (l->type->result == NULL) {
        return TENON_OK;
    }
    tni_slot result = state->result, out = 0;
    tni_transfer x = {.cs = l->cs, .thread = t, .e = e};
    tni_side_init(&x.src, &l->callee->side, &result);
    tni_side_init(&x.dst, &l->side, &out);
    TNI_TRY(transfer_result(&x, l, result, fp));
    state->out = out;
    return TENON_OK;
}

static tni_next call_resume(tni_thread *t, tni_func *self, tni_slot *fp, tni_why why) {
    const tni_link *l = tni_func_data(self);
    const tni_cfunc *callee = l->callee;
    call_state *state = (call_state *)tni_native_state(self, fp);
    (void)why;
    if (state->phase == POST_RETURN) {
        callee->side.inst->may_leave = true;
        return leave(l, state, fp);
    }
    state->result = tni_thread_results(t, self, fp)[0];
    if (return_(t, l, state, fp) != TENON_OK) {
        return TNI_NEXT_FAIL;
    }
    if (callee->side.post_return == NULL) {
        return leave(l, state, fp);
    }
    callee->side.inst->may_leave = false;
    state->phase = POST_RETURN;
    return call(t, self, fp, callee->side.post_return, &state->result);
}

/* A trap: lends end, so that the host can still drop what it lent. */
static void call_unwind(tni_thread *t, tni_func *self, tni_slot *fp) {
    const tni_link *l = tni_func_data(self);
    call_state *state = (call_state *)tni_native_state(self, fp);
    (void)t;
    if (state->scope != NULL) {
        tni_scope_end(l->cs, state->scope);
        state->scope = NULL;
    }
}

static const tni_native native_call = {"canon lift", CALL_SLOTS, call_enter, call_resume,
                                       call_unwind};

/* -- linking -- */

static tni_func *core_func(const tni_cinstance *inst, u32 index) {
    return index == TNI_NO_INDEX ? NULL
                                 : inst->spaces[TNI_SORT_CORE_FUNC][index].core.as.func;
}

static tni_memory *core_memory(const tni_cinstance *inst, u32 index) {
    return index == TNI_NO_INDEX
               ? NULL
               : inst->spaces[TNI_SORT_CORE_MEMORY][index].core.as.memory;
}

static tenon_status side_of(tni_cinstance *inst, const tni_canon_options *o,
                            tni_side_options *out, tenon_error *e) {
    if (o->is_async) {
        return tni_fail(e, TNI_ERR_UNSUPPORTED, TENON_NO_OFFSET,
                        "canonical option async");
    }
    *out = (tni_side_options){.ptr = TNI_PTR32,
                              .encoding = (u8)o->encoding,
                              .inst = inst,
                              .slots = inst->slots};
    out->memory = core_memory(inst, o->memory);
    out->realloc = core_func(inst, o->realloc);
    out->post_return = core_func(inst, o->post_return);
    if (out->memory != NULL && tni_memory_is_64(out->memory)) {
        out->ptr = TNI_PTR64;
    }
    return TENON_OK;
}

tenon_status tni_canon_lift(tni_cinstance *inst, const tni_canon *canon, tni_cfunc **out,
                            tenon_error *e) {
    tni_cstore *cs = inst->cs;
    tni_cfunc *f = TNI_ARENA_NEW(&cs->arena, tni_cfunc);
    if (f == NULL) {
        return tni_no_memory(e);
    }
    f->kind = TNI_CFUNC_LIFTED;
    f->cs = cs;
    f->type = canon->func_type;
    TNI_TRY(tni_params_tuple(&cs->arena, f->type, &f->params, e));
    TNI_TRY(side_of(inst, &canon->options, &f->side, e));
    f->core = core_func(inst, canon->func);
    *out = f;
    return TENON_OK;
}

/* What follows from the types, once caller and callee are known. */
static void complete(tni_link *l) {
    const tenon_type *result = l->type->result;
    u32 flat = l->params->flat_count;
    l->flat_params = flat <= TNI_MAX_FLAT_PARAMS;
    l->core_params = l->flat_params ? flat : 1;
    l->flat_result = result == NULL || result->flat_count <= TNI_MAX_FLAT_RESULTS;
    l->core_result = l->inst != NULL && result != NULL && l->flat_result;
    l->borrows = (l->params->properties & TNI_TYPE_BORROWS) != 0;
    if (l->callee->kind == TNI_CFUNC_LIFTED) {
        tni_cinstance *callee = l->callee->side.inst;
        l->stop = tni_entering_stop(callee, l->inst);
        l->never = l->cs->forbid_reentry && l->inst != NULL &&
                   (l->stop == callee || l->stop == l->inst);
    }
}

tenon_status tni_canon_lower(tni_cinstance *inst, const tni_canon *canon,
                             tni_cfunc *callee, tni_func **out, tenon_error *e) {
    static const tni_native *const natives[] = {
        [TNI_CFUNC_LIFTED] = &native_call,
        [TNI_CFUNC_HOST] = &tni_native_host,
        [TNI_CFUNC_TRAPPING] = &tni_native_trapping,
    };
    tni_cstore *cs = inst->cs;
    tni_link *l = TNI_ARENA_NEW(&cs->arena, tni_link);
    if (l == NULL) {
        return tni_no_memory(e);
    }
    l->cs = cs;
    l->inst = inst;
    l->callee = callee;
    l->type = canon->func_type;
    TNI_TRY(tni_params_tuple(&cs->arena, l->type, &l->params, e));
    TNI_TRY(side_of(inst, &canon->options, &l->side, e));
    complete(l);
    return tni_func_new_native(cs->store, natives[callee->kind], canon->core_type, l, out,
                               e);
}

/* -- calls from the host -- */

static tenon_status make_entry(tni_cfunc *f, tenon_error *e) {
    tni_cstore *cs = f->cs;
    tni_link *l = TNI_ARENA_NEW(&cs->arena, tni_link);
    if (l == NULL) {
        return tni_no_memory(e);
    }
    l->cs = cs;
    l->callee = f;
    l->type = f->type;
    l->params = f->params;
    l->side = (tni_side_options){.ptr = TNI_NATIVE,
                                 .native = true,
                                 .encoding = TNI_ENCODING_UTF8,
                                 .slots = f->side.slots};
    complete(l);
    return tni_func_new_native(cs->store, &native_call, cs->entry_type, l, &f->entry, e);
}

tenon_status tni_cfunc_call(tni_store *s, tni_cfunc *f, const void *args, void *result,
                            tni_arena *results, tenon_error *e) {
    TNI_ASSERT(f->cs->store == s);
    switch (f->kind) {
    case TNI_CFUNC_HOST: return tni_host_call_direct(f, args, result, results, e);
    case TNI_CFUNC_TRAPPING:
        return tni_fail_text(e, TNI_ERR_HOST_TRAP, "%.*s", (int)f->message.len,
                        f->message.ptr);
    case TNI_CFUNC_LIFTED: break;
    }
    const tenon_type *type = f->type->result;
    if (type != NULL &&
        (result == NULL ||
         (results == NULL && (type->properties & TNI_TYPE_POINTERS) != 0))) {
        return tni_fail(e, TNI_ERR_USAGE, TENON_NO_OFFSET, "no room for the result");
    }
    if (f->entry == NULL) {
        TNI_TRY(make_entry(f, e));
    }
    host_call call_ = {args, result, results};
    tni_slot slot = (u64)(uintptr_t)&call_, none = 0;
    tenon_status status = tni_call(tni_store_thread(s), f->entry, &slot, &none, e);
    if (status == TENON_EXCEPTION) { /* call_and_trap_on_throw */
        e->status = status = TENON_TRAP;
    }
    return status;
}

const tenon_func_type *tni_cfunc_type(const tni_cfunc *f) {
    return f->type;
}

const tenon_type *tni_cfunc_params(const tni_cfunc *f) {
    return f->params;
}

tni_store *tni_cfunc_store(const tni_cfunc *f) {
    return f->cs->store;
}
