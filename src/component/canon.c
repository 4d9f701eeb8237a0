/* canon.c: canon lift and canon lower: calls between components and from the host.
 * CanonicalABI.md, "canon lift", "canon lower".
 *
 * A synchronous call from one component to another, or from the host into one, is a
 * native function on the caller's stack (frame "canon lift"): it lifts the arguments from
 * the caller and lowers them into the callee, calls, does the same with the result, then
 * calls post-return. What a Task and a Subtask hold is in the frame's state, or in a
 * scope if handles are borrowed; objects for both exist only in stores where something is
 * asynchronous. A trap leaves may_enter false in all that was entered, which locks those
 * instances for good. Calls of async-typed functions are in task.c. */
#include "base/assert.h"
#include "component/ctrace.h"
#include "component/hostcall.h"
#include "component/task.h"

/* -- arguments and results -- */

/* CanonicalABI: lift_flat_values in the caller, lower_flat_values in the callee. */
static tenon_status transfer_params(tni_transfer *x, const tni_link *l, tni_slot *args,
                                    const tni_host_caller *host) {
    tni_place s = TNI_FLAT(0), d = TNI_FLAT(0);
    const tenon_type *ts = l->params, *td = l->callee->params;
    if (l->inst == NULL) {
        s = TNI_MEMORY((u64)(uintptr_t)host->args);
    } else if (!l->flat_params) {
        TNI_TRY(tni_lift_pointer(x, ts, args[0], &s));
    }
    if (td->flat_count > TNI_MAX_FLAT_PARAMS) {
        u32 ptr = x->dst.o->ptr;
        u64 at;
        TNI_TRY(tni_reallocate(x, 0, 0, td->align[ptr], td->size[ptr], &at));
        TNI_TRY(tni_lower_pointer(x, td, at, true, &d));
        x->dst.flat[0] = at;
    }
    return tni_transfer_whole(x, ts, s, td, d);
}

tenon_status tni_link_params(tni_thread *t, const tni_link *l, tni_slot *args,
                             const tni_host_caller *host, tni_scope *scope,
                             tni_slot *flat) {
    if (l->type->param_count == 0) {
        return TENON_OK;
    }
    tni_transfer x;
    tni_transfer_init(&x, l->cs, t, scope);
    tni_side_init(&x.src, &l->side, args);
    tni_side_init(&x.dst, &l->callee->side, flat);
    return transfer_params(&x, l, args, host);
}

/* CanonicalABI: lift_flat_values in the callee, lower_flat_values in the caller. */
tenon_status tni_link_result(tni_thread *t, const tni_link *l, tni_slot *result,
                             u32 max_flat, tni_slot pointer, const tni_host_caller *host,
                             tni_slot *out) {
    const tenon_type *ts = l->callee->type->result, *td = l->type->result;
    if (ts == NULL) {
        return TENON_OK;
    }
    tni_transfer x;
    tni_transfer_init(&x, l->cs, t, NULL);
    tni_place s = TNI_FLAT(0), d = TNI_FLAT(0);
    tni_side_init(&x.src, &l->callee->side, result);
    tni_side_init(&x.dst, &l->side, out);
    if (ts->flat_count > max_flat) {
        TNI_TRY(tni_lift_pointer(&x, ts, result[0], &s));
    }
    if (l->inst == NULL) {
        d = TNI_MEMORY((u64)(uintptr_t)host->result);
        x.dst.arena = host->results;
    } else if (!l->flat_result) {
        TNI_TRY(tni_lower_pointer(&x, td, pointer, false, &d));
    }
    return tni_transfer_whole(&x, ts, s, td, d);
}

/* -- a call on the caller's stack -- */

typedef enum phase {
    CALLEE,
    POST_RETURN,
} phase;

typedef struct call_state {
    u64 ctx[2]; /* of the caller's thread */
    tni_scope *scope;
    tni_cthread *thread; /* the callee's, in stores where there are any */
    tni_slot result;     /* the callee's, for post-return */
    tni_slot out;        /* the caller's */
    phase phase;
} call_state;

_Static_assert(sizeof(call_state) <= TNI_CALL_SLOTS * sizeof(tni_slot), "state slots");

static call_state *state_of(tni_func *self, tni_slot *fp) {
    return (call_state *)tni_native_state(self, fp);
}

static const tni_host_caller *host_of(const tni_link *l, const tni_slot *fp) {
    return l->inst == NULL ? (const tni_host_caller *)(uintptr_t)fp[0] : NULL;
}

static tenon_status check_enter(const tni_link *l, tenon_error *e) {
    if (l->inst != NULL && !l->inst->may_leave) {
        return tni_fail(e, TNI_ERR_CANNOT_LEAVE, TENON_NO_OFFSET, NULL);
    }
    if (l->never || !tni_may_enter(l->callee->side.inst, l->stop)) {
        return tni_fail(e, TNI_ERR_CANNOT_ENTER, TENON_NO_OFFSET, NULL);
    }
    return TENON_OK;
}

/* CanonicalABI: Store.lift (enter_from), then a new thread with its own storage. */
static tenon_status enter(const tni_link *l, call_state *state, tenon_error *e) {
    if (l->borrows) {
        tni_handles *lenders = l->inst != NULL ? &l->inst->handles : &l->cs->host_handles;
        TNI_TRY(tni_scope_new(l->cs, lenders, &state->scope, e));
    }
    if (TNI_UNLIKELY(l->cs->tracer != NULL)) {
        tni_trace_lift(l->cs, l->callee->side.inst, l->callee->core, l->inst);
    }
    state->ctx[0] = l->cs->ctx[0];
    state->ctx[1] = l->cs->ctx[1];
    if (l->cs->async != NULL && l->cs->async->running != NULL) {
        TNI_TRY(tni_sync_begin(l->cs, l, l->callee->side.inst, &state->thread, e));
    }
    tni_set_entered(l->callee->side.inst, l->stop, true);
    l->cs->ctx[0] = l->cs->ctx[1] = 0;
    return TENON_OK;
}

static void host_over(const tni_link *l, const tni_slot *fp, tenon_started_state state) {
    if (l->inst == NULL) {
        ((tni_host_caller *)(uintptr_t)fp[0])->state = state;
    }
}

static tni_next leave(tni_thread *t, const tni_link *l, call_state *state, tni_slot *fp) {
    if (state->thread != NULL &&
        tni_sync_end(l->cs, state->thread, tni_thread_error(t)) != TENON_OK) {
        return TNI_NEXT_FAIL;
    }
    l->cs->ctx[0] = state->ctx[0];
    l->cs->ctx[1] = state->ctx[1];
    tni_set_entered(l->callee->side.inst, l->stop, false);
    if (state->scope != NULL) {
        tni_scope_end(l->cs, state->scope);
    }
    host_over(l, fp, TENON_STARTED_RETURNED);
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

tni_next tni_call_begin(tni_thread *t, tni_func *self, tni_slot *fp, const tni_link *l) {
    call_state *state = state_of(self, fp);
    tenon_error *e = tni_thread_error(t);
    tni_slot args[TNI_MAX_FLAT_PARAMS], flat[TNI_MAX_FLAT_PARAMS];
    *state = (call_state){.phase = CALLEE};
    if (l->inst != NULL) {
        memcpy(args, fp, l->core_params * sizeof(tni_slot));
    }
    if (check_enter(l, e) != TENON_OK || enter(l, state, e) != TENON_OK ||
        tni_link_params(t, l, args, host_of(l, fp), state->scope, flat) != TENON_OK) {
        return TNI_NEXT_FAIL;
    }
    if (TNI_UNLIKELY(l->cs->tracer != NULL)) {
        tni_trace_start(l->cs, l->callee->side.inst, "Task.start", l->callee->core, flat);
    }
    return call(t, self, fp, l->callee->core, flat);
}

/* CanonicalABI: Task.return_, with on_resolve. */
static tenon_status return_(tni_thread *t, const tni_link *l, call_state *state,
                            const tni_slot *fp) {
    if (state->scope != NULL && state->scope->num_borrows > 0) {
        return tni_fail(tni_thread_error(t), TNI_ERR_BORROWS_REMAIN, TENON_NO_OFFSET,
                        NULL);
    }
    tni_slot result = state->result, out = 0;
    tni_slot pointer = l->flat_result || l->inst == NULL ? 0 : fp[l->core_params];
    TNI_TRY(tni_link_result(t, l, &result, TNI_MAX_FLAT_RESULTS, pointer, host_of(l, fp),
                            &out));
    state->out = out;
    if (state->thread != NULL) {
        state->thread->task->state = TNI_TASK_RESOLVED;
    }
    TNI_TRACE(l->cs, l->callee->side.inst, "Task.return_", "%s", "");
    return TENON_OK;
}

tni_next tni_call_resume(tni_thread *t, tni_func *self, tni_slot *fp, const tni_link *l) {
    const tni_cfunc *callee = l->callee;
    call_state *state = state_of(self, fp);
    if (state->phase == POST_RETURN) {
        callee->side.inst->may_leave = true;
        return leave(t, l, state, fp);
    }
    if (tni_func_type(callee->core)->result_slots > 0) {
        state->result = tni_thread_results(t, self, fp)[0];
    }
    if (return_(t, l, state, fp) != TENON_OK) {
        return TNI_NEXT_FAIL;
    }
    if (callee->side.post_return == NULL) {
        return leave(t, l, state, fp);
    }
    callee->side.inst->may_leave = false;
    state->phase = POST_RETURN;
    return call(t, self, fp, callee->side.post_return, &state->result);
}

/* A trap: lends end, so that the host can still drop what it lent. */
void tni_call_unwind(tni_func *self, tni_slot *fp, const tni_link *l) {
    call_state *state = state_of(self, fp);
    if (state->scope != NULL) {
        tni_scope_abandon(l->cs, state->scope);
        state->scope = NULL;
    }
    host_over(l, fp, TENON_STARTED_FAILED);
}

static tni_next call_enter(tni_thread *t, tni_func *self, tni_slot *fp) {
    return tni_call_begin(t, self, fp, tni_func_data(self));
}

static tni_next call_resume(tni_thread *t, tni_func *self, tni_slot *fp, tni_why why) {
    (void)why;
    return tni_call_resume(t, self, fp, tni_func_data(self));
}

static void call_unwind(tni_thread *t, tni_func *self, tni_slot *fp) {
    (void)t;
    tni_call_unwind(self, fp, tni_func_data(self));
}

static const tni_native native_call = {"canon lift", TNI_CALL_SLOTS, call_enter,
                                       call_resume, call_unwind};

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

void tni_side_of(tni_cinstance *inst, const tni_canon_options *o, tni_side_options *out) {
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
}

static tenon_status params_of(tni_cstore *cs, const tni_canon *canon,
                              const tenon_type **out, tenon_error *e) {
    *out = canon->params;
    return *out != NULL ? TENON_OK
                        : tni_params_tuple(&cs->arena, canon->func_type, out, e);
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
    TNI_TRY(params_of(cs, canon, &f->params, e));
    tni_side_of(inst, &canon->options, &f->side);
    f->core = core_func(inst, canon->func);
    f->is_async = canon->options.is_async;
    f->callback = core_func(inst, canon->options.callback);
    *out = f;
    return TENON_OK;
}

/* What follows from the types, once caller and callee are known. */
static void complete(tni_link *l) {
    const tenon_type *result = l->type->result;
    u32 max_params = l->is_async ? TNI_MAX_FLAT_ASYNC_PARAMS : TNI_MAX_FLAT_PARAMS;
    u32 max_result = l->is_async ? 0 : TNI_MAX_FLAT_RESULTS;
    u32 flat = l->params->flat_count;
    l->flat_params = flat <= max_params;
    l->core_params = l->flat_params ? flat : 1;
    l->flat_result = result == NULL || result->flat_count <= max_result;
    l->core_result = l->inst != NULL && result != NULL && l->flat_result;
    l->borrows = (l->params->properties & TNI_TYPE_BORROWS) != 0;
    if (l->callee->kind == TNI_CFUNC_LIFTED) {
        tni_cinstance *callee = l->callee->side.inst;
        l->stop = tni_entering_stop(callee, l->inst);
        l->never = l->cs->forbid_reentry && l->inst != NULL && callee != l->inst &&
                   (l->stop == callee || l->stop == l->inst);
    }
}

static const tni_native *native_of(const tni_cfunc *callee) {
    switch (callee->kind) {
    case TNI_CFUNC_HOST: return &tni_native_host;
    case TNI_CFUNC_TRAPPING: return &tni_native_trapping;
    case TNI_CFUNC_LIFTED: break;
    }
    return callee->type->is_async ? &tni_native_lower_async : &native_call;
}

tenon_status tni_canon_lower(tni_cinstance *inst, const tni_canon *canon,
                             tni_cfunc *callee, tni_func **out, tenon_error *e) {
    tni_cstore *cs = inst->cs;
    tni_link *l = TNI_ARENA_NEW(&cs->arena, tni_link);
    if (l == NULL) {
        return tni_no_memory(e);
    }
    l->cs = cs;
    l->inst = inst;
    l->callee = callee;
    l->type = canon->func_type;
    l->is_async = canon->options.is_async;
    TNI_TRY(params_of(cs, canon, &l->params, e));
    tni_side_of(inst, &canon->options, &l->side);
    complete(l);
    return tni_canon_func(inst, canon, native_of(callee), callee, l, out, e);
}

/* -- destructors as functions -- */

/* func(rep: u32) or func(rep: u64), once for each store. */
static tenon_status dtor_type(tni_cstore *cs, bool wide, tenon_error *e) {
    static const tenon_type reps[] = {{.kind = TENON_TYPE_U32}, {.kind = TENON_TYPE_U64}};
    const tenon_field param = {"rep", &reps[wide]};
    const tenon_func_type type = {.param_count = 1, .params = &param};
    if (cs->dtor_types[wide] != NULL) {
        return TENON_OK;
    }
    tenon_func_type *copy = TNI_ARENA_NEW(&cs->arena, tenon_func_type);
    if (copy == NULL) {
        return tni_no_memory(e);
    }
    TNI_TRY(tni_func_type_copy(&cs->arena, &type, copy, e));
    TNI_TRY(tni_params_tuple(&cs->arena, copy, &cs->dtor_params[wide], e));
    cs->dtor_types[wide] = copy;
    return TENON_OK;
}

tenon_status tni_dtor_func(tni_cstore *cs, tni_resource_type *rt, tenon_error *e) {
    if (rt->dtor_func != NULL) {
        return TENON_OK;
    }
    const bool wide =
        rt->dtor != NULL && tni_func_type(rt->dtor)->sub.params[0] == TNI_I64;
    TNI_TRY(dtor_type(cs, wide, e));
    tni_cfunc *f = TNI_ARENA_NEW(&cs->arena, tni_cfunc);
    if (f == NULL) {
        return tni_no_memory(e);
    }
    f->kind = TNI_CFUNC_LIFTED;
    f->cs = cs;
    f->type = cs->dtor_types[wide];
    f->params = cs->dtor_params[wide];
    f->side = (tni_side_options){.inst = rt->impl, .slots = rt->impl->slots};
    f->core = rt->dtor;
    rt->dtor_func = f;
    return TENON_OK;
}

static tenon_status new_link(tni_cfunc *f, tni_cinstance *inst, tni_link **out,
                             tenon_error *e) {
    tni_link *l = TNI_ARENA_NEW(&f->cs->arena, tni_link);
    if (l == NULL) {
        return tni_no_memory(e);
    }
    l->cs = f->cs;
    l->inst = inst;
    l->callee = f;
    l->type = f->type;
    l->params = f->params;
    l->side = (tni_side_options){.ptr = TNI_NATIVE,
                                 .native = inst == NULL,
                                 .encoding = TNI_ENCODING_UTF8,
                                 .inst = inst,
                                 .slots = f->side.slots};
    complete(l);
    *out = l;
    return TENON_OK;
}

tenon_status tni_dtor_link(tni_cinstance *inst, tni_resource_type *rt, tni_link **out,
                           tenon_error *e) {
    TNI_TRY(tni_dtor_func(inst->cs, rt, e));
    TNI_TRY(new_link(rt->dtor_func, inst, out, e));
    (*out)->never = false;
    return TENON_OK;
}

/* -- calls from the host -- */

tenon_status tni_host_link(tni_cfunc *f, tni_link **out, tenon_error *e) {
    if (f->link == NULL) {
        TNI_TRY(new_link(f, NULL, &f->link, e));
    }
    *out = f->link;
    return TENON_OK;
}

static tenon_status make_entry(tni_cfunc *f, tenon_error *e) {
    tni_link *l;
    if (f->entry != NULL) {
        return TENON_OK;
    }
    TNI_TRY(tni_host_link(f, &l, e));
    return tni_func_new_native(f->cs->store, &native_call, f->cs->entry_type, l,
                               &f->entry, e);
}

tenon_status tni_call_sync_start(tni_cfunc *f, tni_host_caller *host, bool takes_turns,
                                 tenon_error *e) {
    tni_strand *s;
    TNI_TRY(make_entry(f, e));
    TNI_TRY(tni_strand_new(f->cs, f->entry, host, &s, e));
    return tni_run_strand(f->cs, s, (tni_run){NULL, host, takes_turns}, e);
}

/* A frozen chain that nobody will carry on. */
static void give_up(tni_cstore *cs, const tni_host_caller *host) {
    tenon_pending *lists[] = {cs->async->pending, cs->async->ended};
    for (size_t i = 0; i < 2; i++) {
        for (tenon_pending *p = lists[i]; p != NULL; p = p->next) {
            if (p->strand != NULL && p->run.host == host) {
                tni_give_up_frozen(cs, p->strand);
                return;
            }
        }
    }
}

/* A call into a guest: on the store's own stack, or, if there are threads, on a new one.
 */
static tenon_status call_guest(tni_cfunc *f, tni_host_caller *host, tenon_error *e) {
    tni_cstore *cs = f->cs;
    if (tni_is_paused(cs)) {
        TNI_TRY(tni_settle(cs, e));
    }
    if (f->type->is_async) {
        return tni_call_async(f, host, e);
    }
    TNI_TRY(make_entry(f, e));
    if (cs->async != NULL) {
        TNI_TRY(tni_call_sync_start(f, host, false, e));
        tenon_status status = tni_run_until_over(cs, host, e);
        if (status != TENON_OK) {
            give_up(cs, host);
        }
        return status;
    }
    tni_slot slot = (u64)(uintptr_t)host, none = 0;
    return tni_call(tni_store_thread(cs->store), f->entry, &slot, &none, e);
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
    tni_host_caller host = {.args = args, .result = result, .results = results};
    const bool outer = tni_set_polling(f->cs, false);
    tenon_status status = call_guest(f, &host, e);
    (void)tni_set_polling(f->cs, outer);
    if (status == TENON_EXCEPTION) { /* call_and_trap_on_throw */
        e->status = status = TENON_TRAP;
    }
    return status;
}

tenon_status tni_cstore_set_schedule_seed(tni_store *s, u64 seed, tenon_error *e) {
    tni_cstore *cs;
    TNI_TRY(tni_cstore_of(s, &cs, e));
    cs->schedule = seed;
    return TENON_OK;
}

u32 tni_cstore_pending(tni_store *s) {
    const tni_cstore *cs = tni_store_owner(s);
    return cs == NULL || cs->async == NULL ? 0 : cs->async->pending_count;
}

tenon_status tni_cstore_set_wait(tni_store *s, tenon_wait_fn wait, void *user,
                                 tenon_error *e) {
    tni_cstore *cs;
    TNI_TRY(tni_cstore_of(s, &cs, e));
    TNI_TRY(tni_async_start(cs, e));
    cs->wait = wait;
    cs->wait_user = user;
    return TENON_OK;
}

tenon_status tni_cstore_set_wake(tni_store *s, void (*wake)(void *), void *user,
                                 tenon_error *e) {
    tni_cstore *cs;
    TNI_TRY(tni_cstore_of(s, &cs, e));
    cs->wake = wake;
    cs->wake_user = user;
    return TENON_OK;
}

tenon_status tni_cstore_set_users(tni_store *s, tenon_user_fn user_of, void *users,
                                  tenon_error *e) {
    tni_cstore *cs;
    TNI_TRY(tni_cstore_of(s, &cs, e));
    cs->user_of = user_of;
    cs->users = users;
    return TENON_OK;
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
