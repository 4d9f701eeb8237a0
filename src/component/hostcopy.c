/* hostcopy.c: streams and futures whose ends the host holds. CanonicalABI.md, "Stream
 * State", "Future State"; tenon/host.h, "streams and futures".
 *
 * A host's end is like a guest's, with a buffer in the host's memory. Those whose copy is
 * in progress are in a set of the host's, which ticks look into. */
#include "component/task.h"

/* Whether an own<…> or borrow<…> is somewhere in a type: what resource that is, its
 * number alone does not say. */
static bool has_resource(const tenon_type *t) {
    if (t == NULL || (t->properties & TNI_TYPE_HANDLES) == 0) {
        return false;
    }
    bool has = t->kind == TENON_TYPE_OWN || t->kind == TENON_TYPE_BORROW ||
               has_resource(t->element) || has_resource(t->other);
    for (u32 i = 0; t->fields != NULL && i < t->count; i++) {
        has = has || has_resource(t->fields[i].type);
    }
    return has;
}

/* A host's type as the library lays it out, copied once for each store. */
static tenon_status type_of(tni_cstore *cs, const tenon_type *type,
                            const tenon_type **out, tenon_error *e) {
    for (size_t i = 0; i < cs->host_types.count; i++) {
        if (cs->host_types.data[i].given == type) {
            *out = cs->host_types.data[i].copy;
            return TENON_OK;
        }
    }
    if (type->kind != TENON_TYPE_STREAM && type->kind != TENON_TYPE_FUTURE) {
        return tni_fail(e, TNI_ERR_USAGE, TENON_NO_OFFSET, "no type of stream or future");
    }
    TNI_TRY(tni_type_copy(&cs->arena, type, out, e));
    if (has_resource(*out)) {
        return tni_fail(e, TNI_ERR_UNSUPPORTED, TENON_NO_OFFSET,
                        "resources in a stream or future that belongs to no function "
                        "(tenon_func_ends_new, tenon_call_ends_new)");
    }
    if (!tni_vec_push(cs->heap, &cs->host_types, ((tni_host_type){type, *out}))) {
        return tni_no_memory(e);
    }
    return TENON_OK;
}

tenon_status tni_ends_new(tni_store *s, const tenon_type *type, u32 *readable,
                          u32 *writable, tenon_error *e) {
    const tenon_type *copy = NULL;
    tni_cstore *cs;
    TNI_TRY(tni_cstore_of(s, &cs, e));
    TNI_TRY(tni_async_start(cs, e));
    TNI_TRY(type_of(cs, type, &copy, e));
    return tni_host_ends_new(cs, NULL, copy, readable, writable, e);
}

/* -- of a function's types -- */

static bool same_type(const tenon_type *a, const tenon_type *b);

/* Fields of records, elements of tuples, cases. */
static bool same_fields(const tenon_type *a, const tenon_type *b) {
    bool same = (a->fields == NULL) == (b->fields == NULL);
    for (u32 i = 0; same && a->fields != NULL && i < a->count; i++) {
        same = same_type(a->fields[i].type, b->fields[i].type);
    }
    return same;
}

/* Of one owner: resources have the same numbers. (A map of the host's may have its pairs
 * or not; its key and value are enough.) */
static bool same_type(const tenon_type *a, const tenon_type *b) {
    if (a == b || a == NULL || b == NULL) {
        return a == b;
    }
    const bool of_resource = a->kind == TENON_TYPE_OWN || a->kind == TENON_TYPE_BORROW;
    if (a->kind != b->kind || (of_resource && a->resource != b->resource) ||
        !same_type(a->element, b->element) || !same_type(a->other, b->other)) {
        return false;
    }
    return a->kind == TENON_TYPE_MAP || (a->count == b->count && same_fields(a, b));
}

/* Types share what they are made of: a guest's small one can be an endless tree. */
enum { MOST_LOOKED_AT = 1 << 18 };

/* The type equal to `wanted` that stands somewhere in another one; NULL: none does, among
 * the *left that are looked at. */
static const tenon_type *find_type(const tenon_type *in, const tenon_type *wanted,
                                   u32 *left) {
    if (in == NULL || *left == 0 || same_type(in, wanted)) {
        return *left == 0 ? NULL : in;
    }
    --*left;
    const tenon_type *found = find_type(in->element, wanted, left);
    if (found == NULL) {
        found = find_type(in->other, wanted, left);
    }
    for (u32 i = 0; found == NULL && in->fields != NULL && i < in->count; i++) {
        found = find_type(in->fields[i].type, wanted, left);
    }
    return found;
}

tenon_status tni_cfunc_ends_new(const tni_cfunc *f, const tenon_type *type, u32 *readable,
                                u32 *writable, tenon_error *e) {
    const tenon_type *found = NULL;
    if (type->kind == TENON_TYPE_STREAM || type->kind == TENON_TYPE_FUTURE) {
        u32 left = MOST_LOOKED_AT;
        found = find_type(f->params, type, &left);
        found = found != NULL ? found : find_type(f->type->result, type, &left);
    }
    if (found == NULL) {
        return tni_fail(e, TNI_ERR_USAGE, TENON_NO_OFFSET,
                        "no stream or future of the function's type");
    }
    TNI_TRY(tni_async_start(f->cs, e));
    return tni_host_ends_new(f->cs, f->side.slots, found, readable, writable, e);
}

tenon_status tenon_call_ends_new(tenon_call *call, const tenon_type *type,
                                 uint32_t *readable, uint32_t *writable) {
    return tni_cfunc_ends_new(call->func, type, readable, writable, call->e);
}

static tni_end *end_at(tni_cstore *cs, u32 i) {
    const tni_handle *h = tni_handles_at(&cs->host_handles, i);
    if (h == NULL) {
        return NULL;
    }
    switch ((tni_handle_kind)h->kind) {
    case TNI_HANDLE_STREAM_READABLE:
    case TNI_HANDLE_STREAM_WRITABLE:
    case TNI_HANDLE_FUTURE_READABLE:
    case TNI_HANDLE_FUTURE_WRITABLE: return h->object;
    default: return NULL;
    }
}

static tenon_status find(tni_store *s, u32 handle, tni_cstore **cs, tni_end **out,
                         tenon_error *e) {
    TNI_TRY(tni_cstore_of(s, cs, e));
    *out = end_at(*cs, handle);
    return *out != NULL ? TENON_OK
                        : tni_fail(e, TNI_ERR_HOST_HANDLE, TENON_NO_OFFSET, "%u", handle);
}

static tenon_status start(tni_cstore *cs, tni_end *end, tenon_error *e) {
    tni_thread *t = tni_store_thread(cs->store);
    tenon_error *outer = tni_thread_set_error(t, e);
    const tenon_status status = tni_copy_begin(cs, t, end);
    (void)tni_thread_set_error(t, outer);
    if (status != TENON_OK) { /* the other end's copy is still in progress */
        end->state = TNI_COPY_IDLE;
        tni_waitable_join(&end->waitable, NULL);
    }
    return status;
}

tenon_status tni_copy_start(tni_store *s, u32 end, void *buffer, u32 count,
                            tni_arena *arena, tenon_copy_fn fn, void *data,
                            tenon_error *e) {
    tni_cstore *cs;
    tni_end *x;
    TNI_TRY(find(s, end, &cs, &x, e));
    TNI_TRY(tni_copy_check(x, e));
    const tenon_type *element = x->shared->type->element;
    if (tni_is_paused(cs) && element != NULL &&
        (element->properties & (TNI_TYPE_POINTERS | TNI_TYPE_HANDLES)) != 0) {
        TNI_TRY(tni_settle(cs, e)); /* realloc may run in the guest */
        TNI_TRY(find(s, end, &cs, &x, e));
        TNI_TRY(tni_copy_check(x, e));
    }
    const bool future = x->shared->type->kind == TENON_TYPE_FUTURE;
    if (count > TNI_MAX_HANDLES || (future && count != 1)) {
        return tni_fail(e, TNI_ERR_USAGE, TENON_NO_OFFSET, "a copy of %u elements",
                        count);
    }
    x->type = x->shared->type;
    x->side = (tni_side_options){.ptr = TNI_NATIVE,
                                 .native = true,
                                 .encoding = TNI_ENCODING_UTF8,
                                 .slots = x->shared->slots};
    x->ptr = (u64)(uintptr_t)buffer;
    x->length = count;
    x->progress = 0;
    x->arena = arena;
    x->fn = fn;
    x->data = data;
    tni_waitable_join(&x->waitable, &cs->async->host_set);
    return start(cs, x, e);
}

tenon_status tni_copy_cancel(tni_store *s, u32 end, tenon_error *e) {
    tni_cstore *cs;
    tni_end *x;
    TNI_TRY(find(s, end, &cs, &x, e));
    if (x->state != TNI_COPY_COPYING) {
        return tni_fail(e, TNI_ERR_NOT_COPYING, TENON_NO_OFFSET, NULL);
    }
    tni_copy_stop(x);
    return TENON_OK;
}

bool tni_host_copy_event(tni_cstore *cs) {
    if (!tni_set_has_event(&cs->async->host_set)) {
        return false;
    }
    const tni_event event = tni_set_take_event(cs, &cs->async->host_set);
    tni_end *x = end_at(cs, event.index);
    tni_waitable_join(&x->waitable, NULL);
    const u32 count = x->progress;
    if (x->fn != NULL) {
        x->fn(x->data, (tenon_store *)(void *)cs->store, event.index,
              (tenon_copy_result)(event.payload & 15), count);
    }
    return true;
}

bool tni_host_has_ends(const tni_cstore *cs) {
    for (size_t i = 1; i < cs->host_handles.entries.count; i++) {
        if (end_at((tni_cstore *)cs, (u32)i) != NULL) {
            return true;
        }
    }
    return false;
}
