/* http_client.c: wasi:http/outgoing-handler: requests over connections of their own, and
 * responses that are to come. */
#include "wasi/gen/wasi_http_outgoing_handler.h"
#include "wasi/http.h"

/* -- what is granted -- */

static bool rule_allows(const tni_http_rule *r, tni_str host, u16 port) {
    if (r->port != 0 && r->port != port) {
        return false;
    }
    if (tni_str_eq(r->host, TNI_STR("*"))) {
        return true;
    }
    if (r->host.len > 2 && r->host.ptr[0] == '*' && r->host.ptr[1] == '.') {
        tni_str suffix = {r->host.ptr + 1, r->host.len - 1};
        return host.len > suffix.len &&
               tni_http1_same((tni_str){host.ptr + host.len - suffix.len, suffix.len},
                              suffix);
    }
    return tni_http1_same(r->host, host);
}

bool tni_http_allows(const tenon_wasi *w, tni_str host, u16 port) {
    for (size_t i = 0; i < w->http_rule_count; i++) {
        if (rule_allows(&w->http_rules[i], host, port)) {
            return true;
        }
    }
    return w->allow_http;
}

/* -- the response that is to come -- */

typedef struct future_response {
    tni_heap *heap;
    u32 references;
    tni_http_conn *conn; /* kept */
    bool is_taken;
} future_response;

static void release_future(void *object) {
    future_response *f = object;
    if (--f->references == 0) {
        tni_http_conn_release(f->conn);
        TNI_FREE(f->heap, f);
    }
}

static void keep_future(void *object) {
    future_response *f = object;
    f->references++;
}

static bool look_at_future(void *object, tenon_wait *item, u64 *deadline_ns) {
    future_response *f = object;
    *item = (tenon_wait){0, 0, false};
    if (tni_http_read_on(f->conn)) {
        return true;
    }
    tni_http_wants(f->conn, true, item, deadline_ns);
    return false;
}

static const tni_source future_source = {NULL, keep_future, release_future,
                                         look_at_future};

void wasi_http_types_future_incoming_response_destructor(void *user, void *rep) {
    (void)user;
    release_future(rep);
}

tenon_status wasi_http_types_method_future_incoming_response_subscribe(
    tenon_call *call, void *user, wasi_http_types_borrow_future_incoming_response_t self,
    wasi_http_types_own_pollable_t *result) {
    return tni_pollable_new_source(user, call, WASI_HTTP_TYPES_RESOURCE_POLLABLE,
                                   &future_source, tenon_resource_rep(call, self.handle),
                                   &result->handle);
}

static tenon_status
give_response(tenon_call *call, tenon_wasi *w, tni_http_conn *c,
              wasi_http_types_result_own_incoming_response_error_code_t *result) {
    if (c->reading == TNI_HTTP_READ_FAILED) {
        result->is_err = true;
        tni_http_error_put(c->error, &result->val.err);
        return TENON_OK;
    }
    tni_http_incoming *in = tni_http_incoming_new(&w->heap, c);
    if (in == NULL) {
        return tenon_call_no_memory(call);
    }
    tni_http_begin_body(c);
    tenon_status status = tenon_resource_new(
        call, WASI_HTTP_TYPES_RESOURCE_INCOMING_RESPONSE, in, &result->val.ok.handle);
    if (status != TENON_OK) {
        tni_http_incoming_delete(in);
    }
    return status;
}

tenon_status wasi_http_types_method_future_incoming_response_get(
    tenon_call *call, void *user, wasi_http_types_borrow_future_incoming_response_t self,
    wasi_http_types_option_result_result_own_incoming_response_error_code_void_t
        *result) {
    future_response *f = tenon_resource_rep(call, self.handle);
    result->is_some = f->is_taken || tni_http_read_on(f->conn);
    result->val.is_err = f->is_taken;
    if (f->is_taken || !result->is_some) {
        return TENON_OK;
    }
    f->is_taken = true;
    return give_response(call, user, f->conn, &result->val.val.ok);
}

/* -- sending -- */

/* Where a request goes. */
enum { HTTP_PORT = 80, HTTPS_PORT = 443 };

typedef struct destination {
    tni_str host; /* without brackets */
    u16 port;
} destination;

static bool is_https(const tni_http_outgoing *o) {
    return o->scheme.ptr != NULL && tni_http1_same(o->scheme, TNI_STR("https"));
}

static void split_authority(tni_str authority, u16 usual_port, destination *out) {
    size_t end = authority.len;
    u64 port = usual_port;
    for (size_t i = authority.len; i > 0 && authority.ptr[i - 1] != ']'; i--) {
        if (authority.ptr[i - 1] == ':') {
            end = i - 1;
            /* The syntax was checked; an empty port is the usual one. */
            (void)tni_http1_number((tni_str){authority.ptr + i, authority.len - i},
                                   &port);
            break;
        }
    }
    out->host = (tni_str){authority.ptr, end};
    if (end > 2 && authority.ptr[0] == '[') {
        out->host = (tni_str){authority.ptr + 1, end - 2};
    }
    out->port = (u16)port;
}

/* NULL: nothing speaks against sending it. */
static const tni_http_error *refuse(const tenon_wasi *w, const tni_http_outgoing *o,
                                    destination *to) {
    static const tni_http_error
        /* No code is about that, and this one alone has a text. */
        no_tls = {.code = TNI_HTTP(INTERNAL_ERROR),
                  .text = "https needs a TLS hook, and this host has none"},
        bad_scheme = {.code = TNI_HTTP(HTTP_PROTOCOL_ERROR)},
        bad_uri = {.code = TNI_HTTP(HTTP_REQUEST_URI_INVALID)},
        bad_method = {.code = TNI_HTTP(HTTP_REQUEST_METHOD_INVALID)},
        denied = {.code = TNI_HTTP(HTTP_REQUEST_DENIED)},
        bad_length = {.code = TNI_HTTP(HTTP_REQUEST_BODY_SIZE)},
        no_network = {.code = TNI_HTTP(CONFIGURATION_ERROR)};
    bool has_length;
    u64 length;
    if (o->authority.ptr == NULL) {
        return &bad_uri;
    }
    split_authority(o->authority, is_https(o) ? HTTPS_PORT : HTTP_PORT, to);
    if (to->port == 0) {
        return &bad_uri;
    }
    if (!tni_http_allows(w, to->host, to->port)) {
        return &denied;
    }
    if (is_https(o) && (w->tls == NULL || w->tls->connect == NULL)) {
        return &no_tls;
    }
    if (!is_https(o) && o->scheme.ptr != NULL &&
        !tni_http1_same(o->scheme, TNI_STR("http"))) {
        return &bad_scheme;
    }
    if (tni_str_eq(o->method, TNI_STR("CONNECT"))) {
        return &bad_method;
    }
    if (!tni_http_length_of(o->fields, &has_length, &length) ||
        (has_length && length > 0 && o->body == NULL)) {
        return &bad_length;
    }
    return w->net == NULL || w->os == NULL ? &no_network : NULL;
}

/* Of methods that have bodies otherwise (RFC 9110, 8.6). */
static bool says_no_body(tni_str method) {
    return tni_str_eq(method, TNI_STR("POST")) || tni_str_eq(method, TNI_STR("PUT")) ||
           tni_str_eq(method, TNI_STR("PATCH"));
}

/* RFC 9110, 9.2.2 */
static bool is_idempotent(tni_str method) {
    static const char *const methods[] = {"GET",    "HEAD",    "PUT",
                                          "DELETE", "OPTIONS", "TRACE"};
    for (size_t i = 0; i < TNI_COUNT_OF(methods); i++) {
        if (tni_str_eq(method, tni_str_of(methods[i]))) {
            return true;
        }
    }
    return false;
}

static void put_head(tni_http_conn *c, const tni_http_outgoing *o,
                     tni_http1_framing framing) {
    tni_str method = o->method.ptr != NULL ? o->method : TNI_STR("GET");
    tni_str target = o->target.len > 0 ? o->target : TNI_STR("/");
    bool has_length = tni_http_fields_find(o->fields, TNI_STR("content-length")) != NULL;
    tni_buf_str(&c->out, method);
    tni_buf_str(&c->out, target.ptr[0] == '?' ? TNI_STR(" /") : TNI_STR(" "));
    tni_buf_str(&c->out, target);
    tni_buf_str(&c->out, TNI_STR(" HTTP/1.1\r\n"));
    tni_http1_put_field(&c->out, TNI_STR("host"), o->authority);
    tni_http_put_fields(&c->out, o->fields, true);
    if (framing == TNI_HTTP1_CHUNKED) {
        tni_http1_put_field(&c->out, TNI_STR("transfer-encoding"), TNI_STR("chunked"));
    } else if (o->body == NULL && !has_length && says_no_body(method)) {
        tni_http1_put_field(&c->out, TNI_STR("content-length"), TNI_STR("0"));
    }
    if (o->wasi->http_keep.per_host == 0 || o->wasi->http_keep.total == 0) {
        tni_http1_put_field(&c->out, TNI_STR("connection"), TNI_STR("close"));
    }
    tni_http1_put_end(&c->out);
    c->to_head = tni_str_eq(method, TNI_STR("HEAD"));
    c->is_idempotent = is_idempotent(method);
    c->is_sent = o->body == NULL;
}

static u64 timeout(const tni_http_options *options, int which) {
    return options != NULL && options->has[which] ? options->ns[which]
                                                  : TENON_NO_DEADLINE;
}

static tenon_status send_request(
    tenon_call *call, tenon_wasi *w, tni_http_outgoing *o,
    const tni_http_options *options, const destination *to,
    wasi_http_outgoing_handler_result_own_future_incoming_response_error_code_t *result) {
    tni_http_conn *c = tni_http_conn_new(&w->heap, w->platform, false);
    future_response *f = TNI_NEW(&w->heap, future_response);
    if (c == NULL || f == NULL) {
        tni_http_conn_release(c);
        TNI_FREE(&w->heap, f);
        return tenon_call_no_memory(call);
    }
    *f = (future_response){&w->heap, 1, c, false};
    c->connect_ns = timeout(options, 0);
    c->first_byte_ns = timeout(options, 1);
    c->between_bytes_ns = timeout(options, 2);
    char *host = tni_resize(&w->heap, NULL, 0, to->host.len + 1);
    if (host == NULL) {
        release_future(f);
        return tenon_call_no_memory(call);
    }
    memcpy(host, to->host.ptr, to->host.len);
    host[to->host.len] = '\0';
    c->host = (tni_str){host, to->host.len};
    c->port = to->port;
    c->tls = is_https(o) ? w->tls : NULL;
    if (tni_http_pool_take(w, c)) {
        tni_http_reuse(c);
    } else if (!tni_http_connect(c)) {
        result->is_err = true;
        tni_http_error_put(c->error, &result->val.err);
        release_future(f);
        return TENON_OK;
    }
    tni_http1_framing framing = o->body == NULL       ? TNI_HTTP1_EMPTY
                                : o->body->has_length ? TNI_HTTP1_LENGTH
                                                      : TNI_HTTP1_CHUNKED;
    put_head(c, o, framing);
    tni_http_conn_attach(c, w);
    if (o->body != NULL) {
        tni_http_sending_attach(o->body, c, framing, false);
    }
    tni_http_pump(c);
    tenon_status status = tenon_resource_new(
        call, WASI_HTTP_OUTGOING_HANDLER_RESOURCE_FUTURE_INCOMING_RESPONSE, f,
        &result->val.ok.handle);
    if (status != TENON_OK) {
        release_future(f);
    }
    return status;
}

tenon_status wasi_http_outgoing_handler_handle(
    tenon_call *call, void *user,
    wasi_http_outgoing_handler_own_outgoing_request_t request,
    const wasi_http_outgoing_handler_option_own_request_options_t *options,
    wasi_http_outgoing_handler_result_own_future_incoming_response_error_code_t *result) {
    tenon_wasi *w = user;
    tni_http_outgoing *o = tenon_resource_take(call, request.handle);
    tni_http_options *chosen =
        options->is_some ? tenon_resource_take(call, options->val.handle) : NULL;
    destination to;
    const tni_http_error *refused = refuse(w, o, &to);
    tenon_status status = TENON_OK;
    if (refused != NULL) {
        result->is_err = true;
        tni_http_error_put(*refused, &result->val.err);
    } else {
        status = send_request(call, w, o, chosen, &to, result);
    }
    tni_http_outgoing_delete(o);
    if (chosen != NULL) {
        wasi_http_types_request_options_destructor(user, chosen);
    }
    return status;
}
