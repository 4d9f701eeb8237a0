/* http_types.c: wasi:http/types: requests, responses, and where a response goes. */
#include "wasi/http.h"

/* -- strings -- */

static bool copy_text(tni_heap *heap, tni_str from, tni_str *out) {
    char *text = tni_resize(heap, NULL, 0, from.len + 1);
    if (text == NULL) {
        return false;
    }
    if (from.len > 0) {
        memcpy(text, from.ptr, from.len);
    }
    text[from.len] = 0;
    *out = (tni_str){text, from.len};
    return true;
}

static void free_text(tni_heap *heap, tni_str *s) {
    if (s->ptr != NULL) {
        tni_free(heap, (void *)(uintptr_t)s->ptr, s->len + 1, 1);
    }
    *s = (tni_str){NULL, 0};
}

/* Replaces a text; from NULL: by none. */
static tenon_status replace(tenon_call *call, tenon_wasi *w, tni_str *s, tni_str from) {
    tni_str text = {NULL, 0};
    if (from.ptr != NULL && !copy_text(&w->heap, from, &text)) {
        return tenon_call_no_memory(call);
    }
    free_text(&w->heap, s);
    *s = text;
    return TENON_OK;
}

/* A copy for the result. */
static tenon_status give_text(tenon_call *call, tni_str from, tenon_string *out) {
    char *text = from.len == 0 ? NULL : tenon_call_alloc(call, from.len, 1);
    if (text == NULL && from.len > 0) {
        return tenon_call_no_memory(call);
    }
    if (from.len > 0) {
        memcpy(text, from.ptr, from.len);
    }
    *out = (tenon_string){text, from.len};
    return TENON_OK;
}

static tenon_status give_option(tenon_call *call, tni_str from,
                                wasi_http_types_option_string_t *out) {
    out->is_some = from.ptr != NULL;
    return out->is_some ? give_text(call, from, &out->val) : TENON_OK;
}

static const char *const methods[] = {"GET",     "HEAD",    "POST",  "PUT",  "DELETE",
                                      "CONNECT", "OPTIONS", "TRACE", "PATCH"};

static tenon_status give_method(tenon_call *call, tni_str from,
                                wasi_http_types_method_t *out) {
    for (size_t i = 0; i < TNI_COUNT_OF(methods); i++) {
        if (tni_str_eq(from, tni_str_of(methods[i]))) {
            out->tag = (u8)i;
            return TENON_OK;
        }
    }
    out->tag = WASI_HTTP_TYPES_METHOD_OTHER;
    return give_text(call, from, &out->val.other);
}

static tenon_status give_scheme(tenon_call *call, tni_str from,
                                wasi_http_types_option_scheme_t *out) {
    out->is_some = from.ptr != NULL;
    if (!out->is_some) {
        return TENON_OK;
    }
    if (tni_str_eq(from, TNI_STR("http"))) {
        out->val.tag = WASI_HTTP_TYPES_SCHEME_HTTP;
        return TENON_OK;
    }
    if (tni_str_eq(from, TNI_STR("https"))) {
        out->val.tag = WASI_HTTP_TYPES_SCHEME_HTTPS;
        return TENON_OK;
    }
    out->val.tag = WASI_HTTP_TYPES_SCHEME_OTHER;
    return give_text(call, from, &out->val.val.other);
}

/* The fields of a message: the same object, which can no longer be changed. */
static tenon_status give_fields(tenon_call *call, tni_http_fields *f, u32 *handle) {
    f->references++;
    return tni_http_fields_hand_out(call, f, WASI_HTTP_TYPES_RESOURCE_FIELDS, handle);
}

/* -- incoming -- */

/* The scheme://authority of a target in absolute-form. */
static tni_str authority_of(const tni_http1_head *head, tni_str *target) {
    const tni_http1_field *host = tni_http1_find(head, TNI_STR("host"));
    tni_str authority = host != NULL ? host->value : (tni_str){NULL, 0};
    tni_str t = head->target;
    *target = t;
    if (t.len == 0 || t.ptr[0] == '/' || tni_str_eq(t, TNI_STR("*"))) {
        return authority;
    }
    if (tni_str_eq(head->method, TNI_STR("CONNECT"))) {
        *target = (tni_str){NULL, 0};
        return t;
    }
    size_t start = 0;
    while (memcmp(t.ptr + start, "://", 3) != 0) { /* there is one: http1.c */
        start++;
    }
    start += 3;
    size_t end = start;
    while (end < t.len && t.ptr[end] != '/' && t.ptr[end] != '?') {
        end++;
    }
    *target = end == t.len ? TNI_STR("/") : (tni_str){t.ptr + end, t.len - end};
    return (tni_str){t.ptr + start, end - start}; /* RFC 9112, 3.2.2: instead of Host */
}

tni_http_incoming *tni_http_incoming_new(tni_heap *heap, tni_http_conn *c) {
    tni_http_incoming *in = TNI_NEW(heap, tni_http_incoming);
    if (in == NULL) {
        return NULL;
    }
    in->heap = heap;
    in->conn = c;
    tni_http_conn_keep(c);
    in->status = c->head.status;
    in->fields = tni_http_fields_of(heap, &c->head);
    bool ok = in->fields != NULL;
    if (c->is_server) {
        tni_str target;
        tni_str authority = authority_of(&c->head, &target);
        ok = ok && copy_text(heap, c->head.method, &in->method) &&
             (target.ptr == NULL || copy_text(heap, target, &in->target)) &&
             (authority.ptr == NULL || copy_text(heap, authority, &in->authority));
    }
    if (!ok) {
        tni_http_incoming_delete(in);
        return NULL;
    }
    return in;
}

void tni_http_incoming_delete(tni_http_incoming *in) {
    if (in != NULL) {
        tni_http_conn_release(in->conn);
        tni_http_fields_release(in->fields);
        free_text(in->heap, &in->method);
        free_text(in->heap, &in->target);
        free_text(in->heap, &in->authority);
        TNI_FREE(in->heap, in);
    }
}

void wasi_http_types_incoming_request_destructor(void *user, void *rep) {
    (void)user;
    tni_http_incoming_delete(rep);
}

void wasi_http_types_incoming_response_destructor(void *user, void *rep) {
    (void)user;
    tni_http_incoming_delete(rep);
}

tenon_status wasi_http_types_method_incoming_request_method(
    tenon_call *call, void *user, wasi_http_types_borrow_incoming_request_t self,
    wasi_http_types_method_t *result) {
    const tni_http_incoming *in = tenon_resource_rep(call, self.handle);
    (void)user;
    return give_method(call, in->method, result);
}

tenon_status wasi_http_types_method_incoming_request_path_with_query(
    tenon_call *call, void *user, wasi_http_types_borrow_incoming_request_t self,
    wasi_http_types_option_string_t *result) {
    const tni_http_incoming *in = tenon_resource_rep(call, self.handle);
    (void)user;
    return give_option(call, in->target, result);
}

tenon_status wasi_http_types_method_incoming_request_scheme(
    tenon_call *call, void *user, wasi_http_types_borrow_incoming_request_t self,
    wasi_http_types_option_scheme_t *result) {
    (void)user;
    (void)self;
    return give_scheme(call, TNI_STR("http"), result);
}

tenon_status wasi_http_types_method_incoming_request_authority(
    tenon_call *call, void *user, wasi_http_types_borrow_incoming_request_t self,
    wasi_http_types_option_string_t *result) {
    const tni_http_incoming *in = tenon_resource_rep(call, self.handle);
    (void)user;
    return give_option(call, in->authority, result);
}

tenon_status wasi_http_types_method_incoming_request_headers(
    tenon_call *call, void *user, wasi_http_types_borrow_incoming_request_t self,
    wasi_http_types_own_headers_t *result) {
    const tni_http_incoming *in = tenon_resource_rep(call, self.handle);
    (void)user;
    return give_fields(call, in->fields, &result->handle);
}

static tenon_status consume(tenon_call *call, tenon_wasi *w, tni_http_incoming *in,
                            wasi_http_types_result_own_incoming_body_void_t *result) {
    result->is_err = in->is_consumed;
    if (in->is_consumed) {
        return TENON_OK;
    }
    in->is_consumed = true;
    return tni_http_receive(call, w, in->conn, &result->val.ok.handle);
}

tenon_status wasi_http_types_method_incoming_request_consume(
    tenon_call *call, void *user, wasi_http_types_borrow_incoming_request_t self,
    wasi_http_types_result_own_incoming_body_void_t *result) {
    return consume(call, user, tenon_resource_rep(call, self.handle), result);
}

tenon_status wasi_http_types_method_incoming_response_status(
    tenon_call *call, void *user, wasi_http_types_borrow_incoming_response_t self,
    wasi_http_types_status_code_t *result) {
    const tni_http_incoming *in = tenon_resource_rep(call, self.handle);
    (void)user;
    *result = in->status;
    return TENON_OK;
}

tenon_status wasi_http_types_method_incoming_response_headers(
    tenon_call *call, void *user, wasi_http_types_borrow_incoming_response_t self,
    wasi_http_types_own_headers_t *result) {
    const tni_http_incoming *in = tenon_resource_rep(call, self.handle);
    (void)user;
    return give_fields(call, in->fields, &result->handle);
}

tenon_status wasi_http_types_method_incoming_response_consume(
    tenon_call *call, void *user, wasi_http_types_borrow_incoming_response_t self,
    wasi_http_types_result_own_incoming_body_void_t *result) {
    return consume(call, user, tenon_resource_rep(call, self.handle), result);
}

/* -- outgoing -- */

void tni_http_outgoing_delete(tni_http_outgoing *o) {
    tni_heap *heap = &o->wasi->heap;
    free_text(heap, &o->method);
    free_text(heap, &o->target);
    free_text(heap, &o->authority);
    free_text(heap, &o->scheme);
    tni_http_fields_release(o->fields);
    tni_http_sending_release(o->body);
    TNI_FREE(heap, o);
}

static tenon_status make_outgoing(tenon_call *call, tenon_wasi *w, u32 headers,
                                  u32 resource, u32 *handle) {
    enum { DEFAULT_STATUS = 200 };
    tni_http_outgoing *o = TNI_NEW(&w->heap, tni_http_outgoing);
    if (o == NULL) {
        return tenon_call_no_memory(call);
    }
    o->wasi = w;
    o->status = DEFAULT_STATUS;
    o->fields = tenon_resource_take(call, headers);
    o->fields->is_fixed = true;
    tenon_status status = tenon_resource_new(call, resource, o, handle);
    if (status != TENON_OK) {
        tni_http_outgoing_delete(o);
    }
    return status;
}

tenon_status wasi_http_types_constructor_outgoing_request(
    tenon_call *call, void *user, wasi_http_types_own_headers_t headers,
    wasi_http_types_own_outgoing_request_t *result) {
    return make_outgoing(call, user, headers.handle,
                         WASI_HTTP_TYPES_RESOURCE_OUTGOING_REQUEST, &result->handle);
}

tenon_status wasi_http_types_constructor_outgoing_response(
    tenon_call *call, void *user, wasi_http_types_own_headers_t headers,
    wasi_http_types_own_outgoing_response_t *result) {
    return make_outgoing(call, user, headers.handle,
                         WASI_HTTP_TYPES_RESOURCE_OUTGOING_RESPONSE, &result->handle);
}

void wasi_http_types_outgoing_request_destructor(void *user, void *rep) {
    (void)user;
    tni_http_outgoing_delete(rep);
}

void wasi_http_types_outgoing_response_destructor(void *user, void *rep) {
    (void)user;
    tni_http_outgoing_delete(rep);
}

static tenon_status give_body(tenon_call *call, tni_http_outgoing *o,
                              wasi_http_types_result_own_outgoing_body_void_t *result) {
    result->is_err = o->body != NULL;
    if (result->is_err) {
        return TENON_OK;
    }
    o->body = tni_http_sending_new(&o->wasi->heap, o->fields);
    if (o->body == NULL) {
        return tenon_call_no_memory(call);
    }
    o->body->references++; /* the handle's */
    tenon_status status = tenon_resource_new(call, WASI_HTTP_TYPES_RESOURCE_OUTGOING_BODY,
                                             o->body, &result->val.ok.handle);
    if (status != TENON_OK) {
        tni_http_sending_release(o->body);
    }
    return status;
}

tenon_status wasi_http_types_method_outgoing_request_body(
    tenon_call *call, void *user, wasi_http_types_borrow_outgoing_request_t self,
    wasi_http_types_result_own_outgoing_body_void_t *result) {
    (void)user;
    return give_body(call, tenon_resource_rep(call, self.handle), result);
}

tenon_status wasi_http_types_method_outgoing_response_body(
    tenon_call *call, void *user, wasi_http_types_borrow_outgoing_response_t self,
    wasi_http_types_result_own_outgoing_body_void_t *result) {
    (void)user;
    return give_body(call, tenon_resource_rep(call, self.handle), result);
}

tenon_status wasi_http_types_method_outgoing_request_headers(
    tenon_call *call, void *user, wasi_http_types_borrow_outgoing_request_t self,
    wasi_http_types_own_headers_t *result) {
    const tni_http_outgoing *o = tenon_resource_rep(call, self.handle);
    (void)user;
    return give_fields(call, o->fields, &result->handle);
}

tenon_status wasi_http_types_method_outgoing_response_headers(
    tenon_call *call, void *user, wasi_http_types_borrow_outgoing_response_t self,
    wasi_http_types_own_headers_t *result) {
    const tni_http_outgoing *o = tenon_resource_rep(call, self.handle);
    (void)user;
    return give_fields(call, o->fields, &result->handle);
}

tenon_status wasi_http_types_method_outgoing_request_method(
    tenon_call *call, void *user, wasi_http_types_borrow_outgoing_request_t self,
    wasi_http_types_method_t *result) {
    const tni_http_outgoing *o = tenon_resource_rep(call, self.handle);
    (void)user;
    return give_method(call, o->method.ptr != NULL ? o->method : TNI_STR("GET"), result);
}

tenon_status wasi_http_types_method_outgoing_request_set_method(
    tenon_call *call, void *user, wasi_http_types_borrow_outgoing_request_t self,
    const wasi_http_types_method_t *method, wasi_http_types_result_void_void_t *result) {
    tni_http_outgoing *o = tenon_resource_rep(call, self.handle);
    tni_str text = method->tag == WASI_HTTP_TYPES_METHOD_OTHER
                       ? (tni_str){method->val.other.ptr, method->val.other.len}
                       : tni_str_of(methods[method->tag]);
    result->is_err = !tni_http1_is_token(text);
    return result->is_err ? TENON_OK : replace(call, user, &o->method, text);
}

tenon_status wasi_http_types_method_outgoing_request_path_with_query(
    tenon_call *call, void *user, wasi_http_types_borrow_outgoing_request_t self,
    wasi_http_types_option_string_t *result) {
    const tni_http_outgoing *o = tenon_resource_rep(call, self.handle);
    (void)user;
    return give_option(call, o->target, result);
}

/* A text that may be absent; an empty one is there all the same. */
static tni_str optional(const wasi_http_types_option_string_t *s) {
    tni_str none = {NULL, 0};
    tni_str text = {s->val.ptr != NULL ? s->val.ptr : "", s->val.len};
    return s->is_some ? text : none;
}

/* With a query alone the path is "/". */
tenon_status wasi_http_types_method_outgoing_request_set_path_with_query(
    tenon_call *call, void *user, wasi_http_types_borrow_outgoing_request_t self,
    const wasi_http_types_option_string_t *path_with_query,
    wasi_http_types_result_void_void_t *result) {
    tni_http_outgoing *o = tenon_resource_rep(call, self.handle);
    tni_str text = optional(path_with_query);
    result->is_err =
        text.len > 0 &&
        (!tni_http1_is_target(text) || text.len > TNI_HTTP1_TARGET_BYTES ||
         (text.ptr[0] != '/' && text.ptr[0] != '?' && !tni_str_eq(text, TNI_STR("*"))));
    return result->is_err ? TENON_OK : replace(call, user, &o->target, text);
}

tenon_status wasi_http_types_method_outgoing_request_scheme(
    tenon_call *call, void *user, wasi_http_types_borrow_outgoing_request_t self,
    wasi_http_types_option_scheme_t *result) {
    const tni_http_outgoing *o = tenon_resource_rep(call, self.handle);
    (void)user;
    return give_scheme(call, o->scheme, result);
}

/* RFC 3986, 3.1 */
static bool is_scheme(tni_str s) {
    for (size_t i = 0; i < s.len; i++) {
        char c = s.ptr[i];
        bool alpha = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
        bool later = (c >= '0' && c <= '9') || c == '+' || c == '-' || c == '.';
        if (!alpha && (i == 0 || !later)) {
            return false;
        }
    }
    return s.len > 0;
}

tenon_status wasi_http_types_method_outgoing_request_set_scheme(
    tenon_call *call, void *user, wasi_http_types_borrow_outgoing_request_t self,
    const wasi_http_types_option_scheme_t *scheme,
    wasi_http_types_result_void_void_t *result) {
    tni_http_outgoing *o = tenon_resource_rep(call, self.handle);
    tni_str text = {NULL, 0};
    if (scheme->is_some) {
        switch (scheme->val.tag) {
        case WASI_HTTP_TYPES_SCHEME_HTTP: text = TNI_STR("http"); break;
        case WASI_HTTP_TYPES_SCHEME_HTTPS: text = TNI_STR("https"); break;
        default:
            text = (tni_str){scheme->val.val.other.ptr, scheme->val.val.other.len};
            break;
        }
        result->is_err = !is_scheme(text);
    }
    return result->is_err ? TENON_OK : replace(call, user, &o->scheme, text);
}

tenon_status wasi_http_types_method_outgoing_request_authority(
    tenon_call *call, void *user, wasi_http_types_borrow_outgoing_request_t self,
    wasi_http_types_option_string_t *result) {
    const tni_http_outgoing *o = tenon_resource_rep(call, self.handle);
    (void)user;
    return give_option(call, o->authority, result);
}

tenon_status wasi_http_types_method_outgoing_request_set_authority(
    tenon_call *call, void *user, wasi_http_types_borrow_outgoing_request_t self,
    const wasi_http_types_option_string_t *authority,
    wasi_http_types_result_void_void_t *result) {
    tni_http_outgoing *o = tenon_resource_rep(call, self.handle);
    tni_str text = optional(authority);
    result->is_err = text.ptr != NULL && !tni_http1_is_authority(text);
    return result->is_err ? TENON_OK : replace(call, user, &o->authority, text);
}

tenon_status wasi_http_types_method_outgoing_response_status_code(
    tenon_call *call, void *user, wasi_http_types_borrow_outgoing_response_t self,
    wasi_http_types_status_code_t *result) {
    const tni_http_outgoing *o = tenon_resource_rep(call, self.handle);
    (void)user;
    *result = o->status;
    return TENON_OK;
}

/* Informational responses are the host's: they are followed by another. */
tenon_status wasi_http_types_method_outgoing_response_set_status_code(
    tenon_call *call, void *user, wasi_http_types_borrow_outgoing_response_t self,
    wasi_http_types_status_code_t status_code,
    wasi_http_types_result_void_void_t *result) {
    tni_http_outgoing *o = tenon_resource_rep(call, self.handle);
    (void)user;
    result->is_err = status_code < 200 || status_code > 999;
    if (!result->is_err) {
        o->status = status_code;
    }
    return TENON_OK;
}

/* -- options -- */

tenon_status wasi_http_types_constructor_request_options(
    tenon_call *call, void *user, wasi_http_types_own_request_options_t *result) {
    tenon_wasi *w = user;
    tni_http_options *o = TNI_NEW(&w->heap, tni_http_options);
    if (o == NULL) {
        return tenon_call_no_memory(call);
    }
    o->wasi = w;
    tenon_status status = tenon_resource_new(
        call, WASI_HTTP_TYPES_RESOURCE_REQUEST_OPTIONS, o, &result->handle);
    if (status != TENON_OK) {
        TNI_FREE(&w->heap, o);
    }
    return status;
}

void wasi_http_types_request_options_destructor(void *user, void *rep) {
    tni_http_options *o = rep;
    (void)user;
    TNI_FREE(&o->wasi->heap, o);
}

static tenon_status get_timeout(tenon_call *call, u32 self, int which,
                                wasi_http_types_option_duration_t *result) {
    const tni_http_options *o = tenon_resource_rep(call, self);
    result->is_some = o->has[which];
    result->val = o->has[which] ? o->ns[which] : 0;
    return TENON_OK;
}

static tenon_status set_timeout(tenon_call *call, u32 self, int which,
                                const wasi_http_types_option_duration_t *duration) {
    tni_http_options *o = tenon_resource_rep(call, self);
    o->has[which] = duration->is_some;
    o->ns[which] = duration->is_some ? duration->val : 0;
    return TENON_OK;
}

#define TIMEOUT(name, which)                                                             \
    tenon_status wasi_http_types_method_request_options_##name(                          \
        tenon_call *call, void *user, wasi_http_types_borrow_request_options_t self,     \
        wasi_http_types_option_duration_t *result) {                                     \
        (void)user;                                                                      \
        return get_timeout(call, self.handle, which, result);                            \
    }                                                                                    \
    tenon_status wasi_http_types_method_request_options_set_##name(                      \
        tenon_call *call, void *user, wasi_http_types_borrow_request_options_t self,     \
        const wasi_http_types_option_duration_t *duration,                               \
        wasi_http_types_result_void_void_t *result) {                                    \
        (void)user;                                                                      \
        (void)result;                                                                    \
        return set_timeout(call, self.handle, which, duration);                          \
    }
TIMEOUT(connect_timeout, 0)
TIMEOUT(first_byte_timeout, 1)
TIMEOUT(between_bytes_timeout, 2)

/* -- response-outparam -- */

void wasi_http_types_response_outparam_destructor(void *user, void *rep) {
    tni_http_outparam *p = rep;
    (void)user;
    TNI_FREE(&p->wasi->heap, p);
}

/* What a proxy answers (RFC 9110, 15.6) when a component gives an error. */
static u16 status_of(u8 code) {
    switch (code) {
    case TNI_HTTP(DNS_TIMEOUT):
    case TNI_HTTP(CONNECTION_TIMEOUT):
    case TNI_HTTP(CONNECTION_READ_TIMEOUT):
    case TNI_HTTP(CONNECTION_WRITE_TIMEOUT):
    case TNI_HTTP(HTTP_RESPONSE_TIMEOUT): return 504;
    case TNI_HTTP(HTTP_REQUEST_DENIED):
    case TNI_HTTP(DESTINATION_IP_PROHIBITED): return 403;
    case TNI_HTTP(HTTP_REQUEST_LENGTH_REQUIRED): return 411;
    case TNI_HTTP(HTTP_REQUEST_BODY_SIZE): return 413;
    case TNI_HTTP(HTTP_REQUEST_METHOD_INVALID): return 405;
    case TNI_HTTP(HTTP_REQUEST_URI_INVALID): return 400;
    case TNI_HTTP(HTTP_REQUEST_URI_TOO_LONG): return 414;
    case TNI_HTTP(HTTP_REQUEST_HEADER_SECTION_SIZE):
    case TNI_HTTP(HTTP_REQUEST_HEADER_SIZE): return 431;
    case TNI_HTTP(CONFIGURATION_ERROR):
    case TNI_HTTP(INTERNAL_ERROR): return 500;
    default: return 502;
    }
}

/* Before the response itself, which 101 would stand in place of. */
tenon_status wasi_http_types_method_response_outparam_send_informational(
    tenon_call *call, void *user, wasi_http_types_borrow_response_outparam_t self,
    uint16_t status, wasi_http_types_own_headers_t headers,
    wasi_http_types_result_void_error_code_t *result) {
    enum { SWITCHING_PROTOCOLS = 101 };
    const tni_http_outparam *p = tenon_resource_rep(call, self.handle);
    tni_http_fields *fields = tenon_resource_take(call, headers.handle);
    (void)user;
    tni_http_error error = {.code = TNI_HTTP(INTERNAL_ERROR)};
    result->is_err = true;
    if (status < 100 || status > 199) {
        error.code = TNI_HTTP(HTTP_PROTOCOL_ERROR);
    } else if (status == SWITCHING_PROTOCOLS) {
        error.text = "no other protocol is spoken here";
    } else if (!p->inform(p->server, status, fields)) {
        error.text = "the client does not take what is sent to it";
    } else {
        result->is_err = false;
    }
    if (result->is_err) {
        tni_http_error_put(error, &result->val.err);
    }
    tni_http_fields_release(fields);
    return TENON_OK;
}

tenon_status wasi_http_types_static_response_outparam_set(
    tenon_call *call, void *user, wasi_http_types_own_response_outparam_t param,
    const wasi_http_types_result_own_outgoing_response_error_code_t *response) {
    tni_http_outparam *p = tenon_resource_take(call, param.handle);
    if (response->is_err) {
        p->refuse(p->server, status_of(response->val.err.tag),
                  "the component gave an error");
    } else {
        tni_http_outgoing *o = tenon_resource_take(call, response->val.ok.handle);
        p->answer(p->server, o);
        tni_http_outgoing_delete(o);
    }
    wasi_http_types_response_outparam_destructor(user, p);
    return TENON_OK;
}
