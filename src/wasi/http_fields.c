/* http_fields.c: wasi:http/types: fields. */
#include "wasi/http.h"

typedef wasi_http_types_list_tuple2_field_name_field_value_t entry_list;

/* -- the objects -- */

tni_http_fields *tni_http_fields_new(tni_heap *heap) {
    tni_http_fields *f = TNI_NEW(heap, tni_http_fields);
    if (f != NULL) {
        f->heap = heap;
        f->references = 1;
    }
    return f;
}

static void free_entry(tni_http_fields *f, tni_http_entry *e) {
    f->bytes -= e->name.len + e->value.len;
    tni_free(f->heap, (void *)(uintptr_t)e->name.ptr, e->name.len + e->value.len, 1);
}

void tni_http_fields_release(tni_http_fields *f) {
    if (f == NULL || --f->references != 0) {
        return;
    }
    for (size_t i = 0; i < f->entries.count; i++) {
        free_entry(f, &f->entries.data[i]);
    }
    tni_vec_free(f->heap, &f->entries);
    TNI_FREE(f->heap, f);
}

bool tni_http_fields_add(tni_http_fields *f, tni_str name, tni_str value) {
    size_t len = name.len + value.len; /* a name is not empty */
    char *text = tni_resize(f->heap, NULL, 0, len);
    if (text == NULL) {
        return false;
    }
    memcpy(text, name.ptr, name.len);
    if (value.len > 0) {
        memcpy(text + name.len, value.ptr, value.len);
    }
    tni_http_entry e = {{text, name.len}, {text + name.len, value.len}};
    if (!tni_vec_push(f->heap, &f->entries, e)) {
        tni_free(f->heap, text, len, 1);
        return false;
    }
    f->bytes += len;
    return true;
}

static void remove_named(tni_http_fields *f, tni_str name) {
    size_t kept = 0;
    for (size_t i = 0; i < f->entries.count; i++) {
        tni_http_entry *e = &f->entries.data[i];
        if (tni_http1_same(e->name, name)) {
            free_entry(f, e);
        } else {
            f->entries.data[kept++] = *e;
        }
    }
    f->entries.count = kept;
}

const tni_http_entry *tni_http_fields_find(const tni_http_fields *f, tni_str name) {
    for (size_t i = 0; i < f->entries.count; i++) {
        if (tni_http1_same(f->entries.data[i].name, name)) {
            return &f->entries.data[i];
        }
    }
    return NULL;
}

/* RFC 9110, 7.6.1, and what requests are routed by. */
bool tni_http_is_forbidden(tni_str name) {
    static const char *const names[] = {
        "connection",
        "host",
        "http2-settings",
        "keep-alive",
        "upgrade",
        "proxy-authenticate",
        "proxy-authorization",
        "proxy-connection",
        "transfer-encoding",
    };
    for (size_t i = 0; i < TNI_COUNT_OF(names); i++) {
        if (tni_http1_same(name, tni_str_of(names[i]))) {
            return true;
        }
    }
    return false;
}

tni_http_fields *tni_http_fields_of(tni_heap *heap, const tni_http1_head *head) {
    tni_http_fields *f = tni_http_fields_new(heap);
    for (u32 i = 0; f != NULL && i < head->field_count; i++) {
        const tni_http1_field *from = &head->fields[i];
        if (!tni_http_is_forbidden(from->name) &&
            !tni_http_fields_add(f, from->name, from->value)) {
            tni_http_fields_release(f);
            return NULL;
        }
    }
    if (f != NULL) {
        f->is_fixed = true;
    }
    return f;
}

tenon_status tni_http_fields_hand_out(tenon_call *call, tni_http_fields *f, u32 resource,
                                      u32 *handle) {
    tenon_status status = f == NULL ? tenon_call_no_memory(call)
                                    : tenon_resource_new(call, resource, f, handle);
    if (status != TENON_OK) {
        tni_http_fields_release(f);
    }
    return status;
}

void wasi_http_types_fields_destructor(void *user, void *rep) {
    (void)user;
    tni_http_fields_release(rep);
}

/* -- what the interface has -- */

/* In place of a wasi:http/types.header-error: there is none. */
enum { FINE = 255 };

static tni_http_fields *fields_of(tenon_call *call,
                                  wasi_http_types_borrow_fields_t self) {
    return tenon_resource_rep(call, self.handle);
}

static tni_str name_of(const wasi_http_types_field_name_t *name) {
    return (tni_str){name->ptr, name->len};
}

static tni_str value_of(const wasi_http_types_field_value_t *value) {
    return (tni_str){(const char *)value->ptr, value->len};
}

/* Blanks around a value are none of it, but do no harm. Of what a value may say only the
 * length is looked at, for we go by it. */
static bool is_value(tni_str name, tni_str value) {
    u64 length;
    if (tni_http1_same(name, TNI_STR("content-length"))) {
        return value.len > 0 && tni_http1_number(value, &length);
    }
    return tni_http1_is_value(tni_http1_trim(value));
}

static u8 check(tni_str name, const wasi_http_types_field_value_t *values, size_t count) {
    if (!tni_http1_is_token(name)) {
        return WASI_HTTP_TYPES_HEADER_ERROR_INVALID_SYNTAX;
    }
    for (size_t i = 0; i < count; i++) {
        if (!is_value(name, value_of(&values[i]))) {
            return WASI_HTTP_TYPES_HEADER_ERROR_INVALID_SYNTAX;
        }
    }
    return tni_http_is_forbidden(name) ? WASI_HTTP_TYPES_HEADER_ERROR_FORBIDDEN : FINE;
}

static tenon_status add(tenon_call *call, tni_http_fields *f, tni_str name,
                        tni_str value) {
    if (name.len + value.len > TNI_HTTP_FIELDS_BYTES - f->bytes ||
        f->entries.count >= TNI_HTTP1_FIELDS) {
        return tenon_call_fail(call, "more than %d fields, or %d bytes of them",
                               TNI_HTTP1_FIELDS, TNI_HTTP_FIELDS_BYTES);
    }
    return tni_http_fields_add(f, name, value) ? TENON_OK : tenon_call_no_memory(call);
}

tenon_status wasi_http_types_constructor_fields(tenon_call *call, void *user,
                                                wasi_http_types_own_fields_t *result) {
    tenon_wasi *w = user;
    return tni_http_fields_hand_out(call, tni_http_fields_new(&w->heap),
                                    WASI_HTTP_TYPES_RESOURCE_FIELDS, &result->handle);
}

/* Adds all entries, or says why not. */
static tenon_status fill(tenon_call *call, tni_http_fields *f, const entry_list *entries,
                         u8 *error) {
    *error = FINE;
    for (size_t i = 0; i < entries->len && *error == FINE; i++) {
        const tni_str name = name_of(&entries->ptr[i].f0);
        *error = check(name, &entries->ptr[i].f1, 1);
        if (*error == FINE) {
            TNI_TRY(add(call, f, name, value_of(&entries->ptr[i].f1)));
        }
    }
    return TENON_OK;
}

tenon_status wasi_http_types_static_fields_from_list(
    tenon_call *call, void *user, const entry_list *entries,
    wasi_http_types_result_own_fields_header_error_t *result) {
    tenon_wasi *w = user;
    tni_http_fields *f = tni_http_fields_new(&w->heap);
    u8 error = FINE;
    if (f == NULL) {
        return tenon_call_no_memory(call);
    }
    tenon_status status = fill(call, f, entries, &error);
    if (status != TENON_OK || error != FINE) {
        tni_http_fields_release(f);
        result->is_err = true;
        result->val.err.tag = error;
        return status;
    }
    return tni_http_fields_hand_out(call, f, WASI_HTTP_TYPES_RESOURCE_FIELDS,
                                    &result->val.ok.handle);
}

/* Bytes for the result, which outlive the fields. */
static tenon_status copy(tenon_call *call, tni_str from, void **ptr, size_t *len) {
    *len = from.len;
    *ptr = from.len == 0 ? NULL : tenon_call_alloc(call, from.len, 1);
    if (*ptr == NULL && from.len > 0) {
        return tenon_call_no_memory(call);
    }
    if (from.len > 0) {
        memcpy(*ptr, from.ptr, from.len);
    }
    return TENON_OK;
}

static tenon_status copy_value(tenon_call *call, tni_str from,
                               wasi_http_types_field_value_t *out) {
    void *ptr;
    TNI_TRY(copy(call, from, &ptr, &out->len));
    out->ptr = ptr;
    return TENON_OK;
}

tenon_status
wasi_http_types_method_fields_get(tenon_call *call, void *user,
                                  wasi_http_types_borrow_fields_t self,
                                  const wasi_http_types_field_name_t *name,
                                  wasi_http_types_list_field_value_t *result) {
    const tni_http_fields *f = fields_of(call, self);
    (void)user;
    result->ptr = tenon_call_alloc(call, f->entries.count * sizeof *result->ptr + 1,
                                   sizeof(void *));
    if (result->ptr == NULL) {
        return tenon_call_no_memory(call);
    }
    for (size_t i = 0; i < f->entries.count; i++) {
        if (tni_http1_same(f->entries.data[i].name, name_of(name))) {
            TNI_TRY(
                copy_value(call, f->entries.data[i].value, &result->ptr[result->len++]));
        }
    }
    return TENON_OK;
}

tenon_status wasi_http_types_method_fields_has(tenon_call *call, void *user,
                                               wasi_http_types_borrow_fields_t self,
                                               const wasi_http_types_field_name_t *name,
                                               bool *result) {
    (void)user;
    *result = tni_http_fields_find(fields_of(call, self), name_of(name)) != NULL;
    return TENON_OK;
}

/* Of what changes fields: false, with the result filled, when they stay as they are. */
static bool may_change(const tni_http_fields *f, u8 error,
                       wasi_http_types_result_void_header_error_t *result) {
    if (f->is_fixed) {
        error = WASI_HTTP_TYPES_HEADER_ERROR_IMMUTABLE;
    }
    result->is_err = error != FINE;
    if (result->is_err) {
        result->val.err.tag = error;
    }
    return !result->is_err;
}

tenon_status
wasi_http_types_method_fields_set(tenon_call *call, void *user,
                                  wasi_http_types_borrow_fields_t self,
                                  const wasi_http_types_field_name_t *name,
                                  const wasi_http_types_list_field_value_t *value,
                                  wasi_http_types_result_void_header_error_t *result) {
    tni_http_fields *f = fields_of(call, self);
    (void)user;
    if (!may_change(f, check(name_of(name), value->ptr, value->len), result)) {
        return TENON_OK;
    }
    remove_named(f, name_of(name));
    for (size_t i = 0; i < value->len; i++) {
        TNI_TRY(add(call, f, name_of(name), value_of(&value->ptr[i])));
    }
    return TENON_OK;
}

tenon_status
wasi_http_types_method_fields_delete(tenon_call *call, void *user,
                                     wasi_http_types_borrow_fields_t self,
                                     const wasi_http_types_field_name_t *name,
                                     wasi_http_types_result_void_header_error_t *result) {
    tni_http_fields *f = fields_of(call, self);
    (void)user;
    if (may_change(f, check(name_of(name), NULL, 0), result)) {
        remove_named(f, name_of(name));
    }
    return TENON_OK;
}

tenon_status wasi_http_types_method_fields_append(
    tenon_call *call, void *user, wasi_http_types_borrow_fields_t self,
    const wasi_http_types_field_name_t *name, const wasi_http_types_field_value_t *value,
    wasi_http_types_result_void_header_error_t *result) {
    tni_http_fields *f = fields_of(call, self);
    (void)user;
    return may_change(f, check(name_of(name), value, 1), result)
               ? add(call, f, name_of(name), value_of(value))
               : TENON_OK;
}

tenon_status wasi_http_types_method_fields_entries(tenon_call *call, void *user,
                                                   wasi_http_types_borrow_fields_t self,
                                                   entry_list *result) {
    const tni_http_fields *f = fields_of(call, self);
    (void)user;
    result->ptr = tenon_call_alloc(call, f->entries.count * sizeof *result->ptr + 1,
                                   sizeof(void *));
    if (result->ptr == NULL) {
        return tenon_call_no_memory(call);
    }
    for (size_t i = 0; i < f->entries.count; i++) {
        const tni_http_entry *e = &f->entries.data[i];
        void *ptr;
        TNI_TRY(copy(call, e->name, &ptr, &result->ptr[i].f0.len));
        result->ptr[i].f0.ptr = ptr;
        TNI_TRY(copy_value(call, e->value, &result->ptr[i].f1));
        result->len++;
    }
    return TENON_OK;
}

tenon_status wasi_http_types_method_fields_clone(tenon_call *call, void *user,
                                                 wasi_http_types_borrow_fields_t self,
                                                 wasi_http_types_own_fields_t *result) {
    tenon_wasi *w = user;
    const tni_http_fields *f = fields_of(call, self);
    tni_http_fields *to = tni_http_fields_new(&w->heap);
    for (size_t i = 0; to != NULL && i < f->entries.count; i++) {
        if (!tni_http_fields_add(to, f->entries.data[i].name, f->entries.data[i].value)) {
            tni_http_fields_release(to);
            to = NULL;
        }
    }
    return tni_http_fields_hand_out(call, to, WASI_HTTP_TYPES_RESOURCE_FIELDS,
                                    &result->handle);
}
