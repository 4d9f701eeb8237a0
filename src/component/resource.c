/* resource.c: handles of resources as values, and the resource built-ins.
 * CanonicalABI.md, "Resource State", "canon resource.new" and the two after it.
 *
 * A guest's table holds {type, rep}. The host's table holds two sorts of entries: objects
 * of the host (whose rep in guests' entries is their index there), and handles of
 * guest-defined resources that the host was given. */
#include "component/resource.h"

#include "base/assert.h"
#include "component/ctrace.h"
#include "component/errorcontext.h"
#include "component/link.h"
#include "component/task.h"

/* -- scopes of borrows -- */

tenon_status tni_scope_new(tni_cstore *cs, tni_handles *lenders, tni_scope **out,
                           tenon_error *e) {
    tni_scope *s = cs->free_scopes;
    if (s != NULL) {
        cs->free_scopes = s->next_free;
    } else {
        s = TNI_ARENA_NEW(&cs->arena, tni_scope);
        if (s == NULL || !tni_vec_push(cs->heap, &cs->scopes, s)) {
            return tni_no_memory(e);
        }
        s->number = (u32)cs->scopes.count;
    }
    s->lender_table = lenders;
    s->num_borrows = 0;
    *out = s;
    return TENON_OK;
}

void tni_scope_abandon(tni_cstore *cs, tni_scope *scope) {
    for (size_t i = 0; i < scope->lenders.count; i++) {
        tni_handle *h = tni_handles_at(scope->lender_table, scope->lenders.data[i]);
        TNI_ASSERT(h != NULL && h->lends > 0);
        h->lends--;
    }
    scope->lenders.count = 0;
    scope->given.count = 0;
    scope->next_free = cs->free_scopes;
    cs->free_scopes = scope;
}

void tni_scope_end(tni_cstore *cs, tni_scope *scope) {
    if (TNI_UNLIKELY(cs->tracer != NULL)) {
        tni_trace_lends_end(cs, scope);
    }
    tni_scope_abandon(cs, scope);
}

void tni_take_back_borrows(tni_cstore *cs, tni_scope *scope) {
    for (size_t i = 0; i < scope->given.count; i++) {
        tni_handle *h = tni_handles_at(&cs->host_handles, scope->given.data[i]);
        if (h != NULL && !h->own && h->scope == scope->number) {
            tni_handles_remove(&cs->host_handles, scope->given.data[i]);
            scope->num_borrows--;
        }
    }
    scope->given.count = 0;
}

/* -- resource types -- */

tenon_status tni_resource_type_new(tni_cstore *cs, tni_str name, tni_resource_type **out,
                                   tenon_error *e) {
    tni_resource_type *rt = TNI_ARENA_NEW(&cs->arena, tni_resource_type);
    if (rt == NULL || !tni_vec_push(cs->heap, &cs->resource_types, rt)) {
        return tni_no_memory(e);
    }
    rt->number = (u32)cs->resource_types.count - 1;
    rt->name = name;
    *out = rt;
    return TENON_OK;
}

/* -- errors -- */

static const char *describe(const tni_cstore *cs, const tni_handle *h) {
    switch ((tni_handle_kind)h->kind) {
    case TNI_HANDLE_RESOURCE:
        return cs->resource_types.data[h->type]->impl != NULL ? "guest-defined resource"
                                                              : "host-defined resource";
    case TNI_HANDLE_HOST_RESOURCE: return "host-defined resource";
    case TNI_HANDLE_SUBTASK: return "subtask";
    case TNI_HANDLE_WAITABLE_SET: return "waitable set";
    case TNI_HANDLE_STREAM_READABLE: return "readable stream end";
    case TNI_HANDLE_STREAM_WRITABLE: return "writable stream end";
    case TNI_HANDLE_FUTURE_READABLE: return "readable future end";
    case TNI_HANDLE_FUTURE_WRITABLE: return "writable future end";
    case TNI_HANDLE_ERROR_CONTEXT: return "error context";
    case TNI_HANDLE_THREAD: return "thread";
    case TNI_HANDLE_FREE: break;
    }
    return "nothing";
}

tenon_status tni_wrong_handle(tni_cstore *cs, const tni_handle *found, u32 index,
                              const char *expected, tenon_error *e) {
    const char *what = describe(cs, found);
    bool same = strcmp(what, expected) == 0;
    return tni_fail_text(
        e, TNI_ERR_HANDLE_TYPE,
        "handle index %u used with the wrong type, expected %s but found %s%s", index,
        expected, same ? "a different " : "", what);
}

static tenon_status wrong_resource(tni_cstore *cs, const tni_handle *found, u32 index,
                                   const tni_resource_type *rt, tenon_error *e) {
    return tni_wrong_handle(
        cs, found, index,
        rt->impl != NULL ? "guest-defined resource" : "host-defined resource", e);
}

/* -- objects of the host -- */

tenon_status tni_host_resource_new(tni_cstore *cs, tni_resource_type *rt, void *rep,
                                   u32 *handle, tenon_error *e) {
    tni_handle entry = {.kind = TNI_HANDLE_HOST_RESOURCE, .own = 1, .type = rt->number};
    TNI_TRY(tni_handles_add(&cs->host_handles, &entry, handle, e));
    while (cs->host_reps.count <= *handle) {
        if (!tni_vec_push(cs->heap, &cs->host_reps, NULL)) {
            tni_handles_remove(&cs->host_handles, *handle);
            return tni_no_memory(e);
        }
    }
    cs->host_reps.data[*handle] = rep;
    return TENON_OK;
}

tenon_status tni_cfunc_resource_new(tni_cfunc *f, u32 param, void *rep, u32 *handle,
                                    tenon_error *e) {
    const tenon_type *t =
        param < f->type->param_count ? f->type->params[param].type : NULL;
    if (t != NULL && (t->kind == TENON_TYPE_STREAM || t->kind == TENON_TYPE_FUTURE)) {
        t = t->element;
    }
    if (t == NULL || t->kind != TENON_TYPE_OWN || rep == NULL) {
        return tni_fail(e, TNI_ERR_USAGE, TENON_NO_OFFSET, "tenon_func_resource_new");
    }
    tni_resource_type *rt = f->side.slots[t->resource];
    if (rt == NULL || rt->impl != NULL) {
        return tni_fail(e, TNI_ERR_USAGE, TENON_NO_OFFSET,
                        "tenon_func_resource_new: a resource of a component");
    }
    return tni_host_resource_new(f->cs, rt, rep, handle, e);
}

tni_handle *tni_host_resource_at(tni_cstore *cs, u32 index, const tni_resource_type *rt) {
    tni_handle *h = tni_handles_at(&cs->host_handles, index);
    if (h == NULL || h->kind != TNI_HANDLE_HOST_RESOURCE ||
        (rt != NULL && h->type != rt->number)) {
        return NULL;
    }
    return h;
}

void tni_host_resource_end(tni_cstore *cs, u32 index, bool destroy) {
    tni_handle *h = tni_host_resource_at(cs, index, NULL);
    TNI_ASSERT(h != NULL);
    if (h->scope > 0) { /* snapshots keep it */
        h->own = 0;
        h->lends = 0;
        h->rep = 1;
        return;
    }
    const tni_resource_type *rt = cs->resource_types.data[h->type];
    void *rep = cs->host_reps.data[index];
    cs->host_reps.data[index] = NULL;
    tni_handles_remove(&cs->host_handles, index);
    if (destroy && rt->host_dtor != NULL) {
        rt->host_dtor(rt->user, rep);
    }
}

static void end_host_objects(tni_cstore *cs, bool also_kept) {
    tni_handles *table = &cs->host_handles;
    for (size_t i = 1; i < table->entries.count; i++) {
        tni_handle *h = tni_host_resource_at(cs, (u32)i, NULL);
        if (h != NULL) {
            h->scope = also_kept ? 0 : h->scope;
            tni_host_resource_end(cs, (u32)i, true);
        }
    }
    tni_error_contexts_end(cs, table);
}

void tni_host_handles_end(tni_cstore *cs, bool also_kept) {
    tni_handles *table = &cs->host_handles;
    size_t count = table->entries.count;
    end_host_objects(cs, also_kept);
    while (count > 0 && tni_host_resource_at(cs, (u32)count - 1, NULL) == NULL) {
        count--;
    }
    table->entries.count = count; /* up to the last one that is kept */
    table->free = 0;
    table->live = 0;
    for (u32 i = (u32)count; i-- > 1;) {
        if (tni_host_resource_at(cs, i, NULL) != NULL) {
            table->live++;
        } else {
            table->entries.data[i] =
                (tni_handle){.kind = TNI_HANDLE_FREE, .rep = table->free};
            table->free = i;
        }
    }
}

/* -- objects of the host in snapshots -- */

bool tni_host_resource_keeps(const tni_cstore *cs, u32 index) {
    const tni_handle *h = &cs->host_handles.entries.data[index];
    const tni_resource_type *rt = cs->resource_types.data[h->type];
    return rt->restorable != NULL &&
           rt->restorable->keep(rt->user, cs->host_reps.data[index]);
}

void tni_host_resource_keep(tni_cstore *cs, u32 index) {
    cs->host_handles.entries.data[index].scope++;
}

void tni_host_resource_let_go(tni_cstore *cs, u32 index) {
    tni_handle *h = &cs->host_handles.entries.data[index];
    TNI_ASSERT(h->kind == TNI_HANDLE_HOST_RESOURCE && h->scope > 0);
    h->scope--;
    if (h->scope == 0 && h->rep != 0) {
        tni_host_resource_end(cs, index, true);
    }
}

void tni_host_resource_restore(tni_cstore *cs, u32 index) {
    tni_handle *h = &cs->host_handles.entries.data[index];
    const tni_resource_type *rt = cs->resource_types.data[h->type];
    TNI_ASSERT(h->kind == TNI_HANDLE_HOST_RESOURCE && h->scope > 0);
    h->rep = 0;
    if (rt->restorable->restore != NULL) {
        rt->restorable->restore(rt->user, cs->host_reps.data[index]);
    }
}

/* -- handles as values -- */

/* The entry of a handle of the resource type that `type` means on the source. */
static tenon_status get_resource(tni_transfer *x, u32 i, const tni_resource_type *rt,
                                 tni_handle **out) {
    TNI_TRY(tni_handles_get(tni_side_table(x->cs, x->src.o), i, out, x->e));
    u32 kind = (*out)->kind;
    bool is_resource = kind == TNI_HANDLE_RESOURCE || kind == TNI_HANDLE_HOST_RESOURCE;
    if (!is_resource || (*out)->type != rt->number) {
        return wrong_resource(x->cs, *out, i, rt, x->e);
    }
    return TENON_OK;
}

/* CanonicalABI: lift_own. An object that the host gives away stays in the host's table,
 * where its index is the rep, but is no longer the host's to use. */
static tenon_status lift_own(tni_transfer *x, u32 i, const tni_resource_type *rt,
                             u64 *rep) {
    tni_handle *h;
    TNI_TRY(get_resource(x, i, rt, &h));
    if (h->lends != 0) {
        return tni_fail(x->e, TNI_ERR_HANDLE_LENT, TENON_NO_OFFSET, NULL);
    }
    if (!h->own) {
        return tni_fail(x->e, TNI_ERR_HANDLE_BORROWED, TENON_NO_OFFSET, NULL);
    }
    const bool is_host = h->kind == TNI_HANDLE_HOST_RESOURCE;
    *rep = is_host ? i : tni_handle_rep(h);
    TNI_TRACE(x->cs, x->src.o->inst, "lift_own", "handle %u, rep %u", i, (u32)*rep);
    if (is_host) {
        h->own = 0;
    } else {
        tni_handles_remove(tni_side_table(x->cs, x->src.o), i);
    }
    return TENON_OK;
}

/* CanonicalABI: lift_borrow, with Subtask.add_lender. */
static tenon_status lift_borrow(tni_transfer *x, u32 i, const tni_resource_type *rt,
                                u64 *rep) {
    tni_handle *h;
    TNI_TRY(get_resource(x, i, rt, &h));
    TNI_ASSERT(x->scope != NULL);
    if (h->lends == TNI_MAX_LENDS) {
        return tni_fail(x->e, TNI_ERR_TOO_MANY_LENDS, TENON_NO_OFFSET, NULL);
    }
    if (h->kind == TNI_HANDLE_HOST_RESOURCE && !h->own) {
        return tni_fail(x->e, TNI_ERR_HOST_HANDLE, TENON_NO_OFFSET, NULL);
    }
    if (!tni_vec_push(x->cs->heap, &x->scope->lenders, i)) {
        return tni_no_memory(x->e);
    }
    h->lends++;
    *rep = h->kind == TNI_HANDLE_HOST_RESOURCE ? i : h->rep;
    TNI_TRACE(x->cs, x->src.o->inst, "lift_borrow", "handle %u, rep %u, lent %u times", i,
              (u32)*rep, h->lends);
    return TENON_OK;
}

static tni_handle own_handle(const tni_resource_type *rt, u64 rep) {
    return (tni_handle){.kind = TNI_HANDLE_RESOURCE,
                        .own = 1,
                        .scope = (u32)(rep >> 32),
                        .rep = (u32)rep,
                        .type = rt->number};
}

/* CanonicalABI: lower_own. */
static tenon_status lower_own(tni_transfer *x, u64 rep, const tni_resource_type *rt,
                              u32 *to) {
    if (x->dst.o->inst == NULL && rt->impl == NULL) {
        tni_handle *h = tni_host_resource_at(x->cs, (u32)rep, rt);
        TNI_ASSERT(h != NULL);
        h->own = 1;
        *to = (u32)rep;
    } else {
        tni_handle h = own_handle(rt, rep);
        TNI_TRY(tni_handles_add(tni_side_table(x->cs, x->dst.o), &h, to, x->e));
    }
    TNI_TRACE(x->cs, x->dst.o->inst, "lower_own", "handle %u, rep %u", *to, (u32)rep);
    return TENON_OK;
}

/* CanonicalABI: lower_borrow. Where the resource is defined, a borrow is its rep. */
static tenon_status lower_borrow(tni_transfer *x, u32 rep, const tni_resource_type *rt,
                                 u32 *to) {
    if (x->dst.o->inst == rt->impl) {
        *to = rep;
        TNI_TRACE(x->cs, x->dst.o->inst, "lower_borrow", "rep %u", rep);
        return TENON_OK;
    }
    TNI_ASSERT(x->scope != NULL);
    tni_handle h = {.kind = TNI_HANDLE_RESOURCE,
                    .scope = x->scope->number,
                    .rep = rep,
                    .type = rt->number};
    TNI_TRY(tni_handles_add(tni_side_table(x->cs, x->dst.o), &h, to, x->e));
    x->scope->num_borrows++;
    TNI_TRACE(x->cs, x->dst.o->inst, "lower_borrow", "handle %u, rep %u", *to, rep);
    if (x->dst.o->inst == NULL && !tni_vec_push(x->cs->heap, &x->scope->given, *to)) {
        return tni_no_memory(x->e);
    }
    return TENON_OK;
}

static tenon_status lift(tni_transfer *x, const tenon_type *t, u32 from,
                         tni_lifted *out) {
    *out = (tni_lifted){.type = t};
    switch (t->kind) {
    case TENON_TYPE_OWN:
        return lift_own(x, from, x->src.o->slots[t->resource], &out->rep);
    case TENON_TYPE_BORROW:
        return lift_borrow(x, from, x->src.o->slots[t->resource], &out->rep);
    case TENON_TYPE_ERROR_CONTEXT: return tni_lift_error_context(x, from, &out->object);
    default: return tni_lift_end(x, t, from, &out->object);
    }
}

static tenon_status lower(tni_transfer *x, const tenon_type *t, const tni_lifted *v,
                          u32 *to) {
    switch (t->kind) {
    case TENON_TYPE_OWN: return lower_own(x, v->rep, x->dst.o->slots[t->resource], to);
    case TENON_TYPE_BORROW:
        return lower_borrow(x, (u32)v->rep, x->dst.o->slots[t->resource], to);
    case TENON_TYPE_ERROR_CONTEXT: return tni_lower_error_context(x, v->object, to);
    default: return tni_lower_end(x, v->object, to);
    }
}

tenon_status tni_lift_handle(tni_transfer *x, const tenon_type *t, u32 from) {
    tni_lifted v;
    TNI_TRY(lift(x, t, from, &v));
    return tni_vec_push(x->cs->heap, x->lifted, v) ? TENON_OK : tni_no_memory(x->e);
}

/* The next of those that were lifted before. What it stands for is not what it was when
 * realloc has overwritten the value. */
static tenon_status next_lifted(tni_transfer *x, const tenon_type *t, u32 from,
                                tni_lifted *out) {
    if (x->next_lifted == x->lifted->count || x->lifted->data[x->next_lifted].type != t) {
        return tni_fail(x->e, TNI_ERR_UNKNOWN_HANDLE, TENON_NO_OFFSET, "%u", from);
    }
    *out = x->lifted->data[x->next_lifted++];
    return TENON_OK;
}

tenon_status tni_transfer_handle(tni_transfer *x, const tenon_type *ts, u32 from,
                                 const tenon_type *td, u32 *to) {
    tni_lifted v;
    TNI_TRY(x->lifted != NULL ? next_lifted(x, ts, from, &v) : lift(x, ts, from, &v));
    TNI_TRY(lower(x, td, &v, to));
    if (ts->kind == TENON_TYPE_ERROR_CONTEXT && x->src.answers) {
        tni_error_context_drop(x->cs, tni_side_table(x->cs, x->src.o), from);
    }
    return TENON_OK;
}

/* -- built-ins -- */

typedef struct builtin {
    tni_cinstance *inst;
    tni_resource_type *rt;
    tni_link *dtor; /* drop, of a guest-defined resource: the way to its destructor */
} builtin;

static tni_next failed(tenon_status status) {
    TNI_ASSERT(status != TENON_OK);
    return TNI_NEXT_FAIL;
}

static bool may_leave(tni_thread *t, const tni_cinstance *inst) {
    if (!inst->may_leave) {
        (void)tni_fail(tni_thread_error(t), TNI_ERR_CANNOT_LEAVE, TENON_NO_OFFSET, NULL);
        return false;
    }
    return true;
}

/* CanonicalABI: canon_resource_new. */
static tni_next new_enter(tni_thread *t, tni_func *self, tni_slot *fp) {
    const builtin *b = tni_func_data(self);
    if (!may_leave(t, b->inst)) {
        return TNI_NEXT_FAIL;
    }
    const bool wide = tni_func_type(self)->sub.params[0] == TNI_I64;
    tni_handle h = own_handle(b->rt, wide ? fp[0] : (u32)fp[0]);
    u32 i = 0;
    tenon_status status = tni_handles_add(&b->inst->handles, &h, &i, tni_thread_error(t));
    if (status != TENON_OK) {
        return failed(status);
    }
    fp[0] = i;
    return TNI_NEXT_RETURN;
}

static tenon_status get_own(const builtin *b, u32 i, tni_handle **h, tenon_error *e) {
    TNI_TRY(tni_handles_get(&b->inst->handles, i, h, e));
    if ((*h)->kind != TNI_HANDLE_RESOURCE || (*h)->type != b->rt->number) {
        return wrong_resource(b->inst->cs, *h, i, b->rt, e);
    }
    return TENON_OK;
}

/* CanonicalABI: canon_resource_rep. */
static tni_next rep_enter(tni_thread *t, tni_func *self, tni_slot *fp) {
    const builtin *b = tni_func_data(self);
    tni_handle *h;
    tenon_status status = get_own(b, (u32)fp[0], &h, tni_thread_error(t));
    if (status != TENON_OK) {
        return failed(status);
    }
    fp[0] = tni_handle_rep(h);
    return TNI_NEXT_RETURN;
}

/* CanonicalABI: canon_resource_drop. */
static tni_next drop_enter(tni_thread *t, tni_func *self, tni_slot *fp) {
    const builtin *b = tni_func_data(self);
    tni_cstore *cs = b->inst->cs;
    tenon_error *e = tni_thread_error(t);
    tni_handle *h;
    u32 i = (u32)fp[0];
    if (!may_leave(t, b->inst)) {
        return TNI_NEXT_FAIL;
    }
    tenon_status status = get_own(b, i, &h, e);
    if (status != TENON_OK) {
        return failed(status);
    }
    if (h->lends != 0) {
        return failed(tni_fail(e, TNI_ERR_HANDLE_LENT, TENON_NO_OFFSET, NULL));
    }
    tni_handle dropped = *h;
    tni_handles_remove(&b->inst->handles, i);
    if (!dropped.own) {
        cs->scopes.data[dropped.scope - 1]->num_borrows--;
        return TNI_NEXT_RETURN;
    }
    if (b->rt->impl == NULL) {
        tni_host_resource_end(cs, dropped.rep, true);
        return TNI_NEXT_RETURN;
    }
    if (b->rt->dtor == NULL) {
        return tni_may_enter(b->rt->impl, b->dtor->stop)
                   ? TNI_NEXT_RETURN
                   : failed(tni_fail(e, TNI_ERR_CANNOT_ENTER, TENON_NO_OFFSET, NULL));
    }
    fp[0] = tni_handle_rep(&dropped); /* a call like any other, on this stack */
    return tni_call_begin(t, self, fp, b->dtor);
}

static tni_next drop_resume(tni_thread *t, tni_func *self, tni_slot *fp, tni_why why) {
    const builtin *b = tni_func_data(self);
    (void)why;
    return tni_call_resume(t, self, fp, b->dtor);
}

static void drop_unwind(tni_thread *t, tni_func *self, tni_slot *fp) {
    const builtin *b = tni_func_data(self);
    (void)t;
    if (b->dtor != NULL) {
        tni_call_unwind(self, fp, b->dtor);
    }
}

static const tni_native native_new = {"resource.new", 0, new_enter, NULL, NULL};
static const tni_native native_rep = {"resource.rep", 0, rep_enter, NULL, NULL};
static const tni_native native_drop = {"resource.drop", TNI_CALL_SLOTS, drop_enter,
                                       drop_resume, drop_unwind};

tenon_status tni_canon_resource(tni_cinstance *inst, const tni_canon *canon,
                                tni_func **out, tenon_error *e) {
    builtin *b = TNI_ARENA_NEW(&inst->cs->arena, builtin);
    if (b == NULL) {
        return tni_no_memory(e);
    }
    b->inst = inst;
    b->rt = inst->slots[canon->slot];
    TNI_ASSERT(b->rt != NULL);
    if (canon->kind == TNI_CANON_RESOURCE_DROP && b->rt->impl != NULL) {
        TNI_TRY(tni_dtor_link(inst, b->rt, &b->dtor, e));
    }
    const tni_native *native = canon->kind == TNI_CANON_RESOURCE_NEW   ? &native_new
                               : canon->kind == TNI_CANON_RESOURCE_REP ? &native_rep
                                                                       : &native_drop;
    return tni_canon_func(inst, canon, native, NULL, b, out, e);
}
