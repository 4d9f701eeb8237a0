/* http_body.c: wasi:http/types: bodies, both ways, trailers, and errors as values. */
#include "wasi/http.h"

/* RFC 8446, 6; NULL: not there. */
static const char *alert_name(u8 alert) {
    static const struct {
        u8 alert;
        const char *name;
    } names[] = {
        {10, "unexpected_message"},
        {20, "bad_record_mac"},
        {22, "record_overflow"},
        {40, "handshake_failure"},
        {42, "bad_certificate"},
        {43, "unsupported_certificate"},
        {44, "certificate_revoked"},
        {45, "certificate_expired"},
        {46, "certificate_unknown"},
        {47, "illegal_parameter"},
        {48, "unknown_ca"},
        {49, "access_denied"},
        {50, "decode_error"},
        {51, "decrypt_error"},
        {70, "protocol_version"},
        {71, "insufficient_security"},
        {80, "internal_error"},
        {86, "inappropriate_fallback"},
        {90, "user_canceled"},
        {109, "missing_extension"},
        {110, "unsupported_extension"},
        {112, "unrecognized_name"},
        {113, "bad_certificate_status_response"},
        {115, "unknown_psk_identity"},
        {116, "certificate_required"},
        {120, "no_application_protocol"},
    };
    for (size_t i = 0; i < TNI_COUNT_OF(names); i++) {
        if (names[i].alert == alert) {
            return names[i].name;
        }
    }
    return NULL;
}

void tni_http_error_put(tni_http_error from, wasi_http_types_error_code_t *out) {
    memset(out, 0, sizeof *out);
    out->tag = from.code;
    if (from.code == TNI_HTTP(INTERNAL_ERROR) && from.text != NULL) {
        out->val.internal_error.is_some = true;
        out->val.internal_error.val = (tenon_string){from.text, strlen(from.text)};
    }
    if (from.code == TNI_HTTP(TLS_ALERT_RECEIVED) && from.alert != 0) {
        const char *name = alert_name(from.alert);
        out->val.tls_alert_received.alert_id.is_some = true;
        out->val.tls_alert_received.alert_id.val = from.alert;
        out->val.tls_alert_received.alert_message.is_some = name != NULL;
        out->val.tls_alert_received.alert_message.val =
            (tenon_string){name, name != NULL ? strlen(name) : 0};
    }
}

tenon_status
wasi_http_types_http_error_code(tenon_call *call, void *user,
                                wasi_http_types_borrow_io_error_t err_,
                                wasi_http_types_option_error_code_t *result) {
    const tni_wasi_error *error = tenon_resource_rep(call, err_.handle);
    (void)user;
    if (error->of_http) {
        result->is_some = true;
        tni_http_error_put(
            (tni_http_error){.code = error->http_code, .alert = error->tls_alert},
            &result->val);
    }
    return TENON_OK;
}

/* A stream of an object, behind a handle; takes a reference to the object over. */
static tenon_status hand_out_stream(tenon_call *call, tenon_wasi *w,
                                    const tni_stream_ops *ops, void *object, u32 resource,
                                    u32 *handle) {
    tni_stream *s = tni_stream_new(w, TNI_STREAM_OBJECT);
    if (s == NULL) {
        ops->release(object);
        return tenon_call_no_memory(call);
    }
    s->ops = ops;
    s->object = object;
    tenon_status status = tenon_resource_new(call, resource, s, handle);
    if (status != TENON_OK) {
        tni_stream_release(s);
    }
    return status;
}

/* -- bodies that are sent -- */

bool tni_http_length_of(const tni_http_fields *fields, bool *has, u64 *length) {
    u32 count = 0;
    *has = false;
    for (size_t i = 0; i < fields->entries.count; i++) {
        const tni_http_entry *e = &fields->entries.data[i];
        if (tni_http1_same(e->name, TNI_STR("content-length"))) {
            *has = true;
            if (++count > 1 || !tni_http1_number(e->value, length) ||
                *length > INT64_MAX) {
                return false;
            }
        }
    }
    return true;
}

tni_http_sending *tni_http_sending_new(tni_heap *heap, const tni_http_fields *fields) {
    tni_http_sending *s = TNI_NEW(heap, tni_http_sending);
    if (s != NULL) {
        s->heap = heap;
        s->references = 1;
        tni_buf_init(&s->early, heap);
        if (!tni_http_length_of(fields, &s->has_length, &s->length)) {
            s->has_length = false; /* which the head is refused for */
        }
    }
    return s;
}

void tni_http_sending_release(tni_http_sending *s) {
    if (s != NULL && --s->references == 0) {
        tni_http_conn_release(s->conn);
        tni_http_fields_release(s->trailers);
        tni_buf_free(&s->early);
        TNI_FREE(s->heap, s);
    }
}

/* The connection, while it is about this message and there is one. */
static tni_http_conn *conn_of(const tni_http_sending *s) {
    return s->conn != NULL && s->exchange == s->conn->exchange &&
                   s->conn->phase != TNI_HTTP_CLOSED
               ? s->conn
               : NULL;
}

static void pass_on(tni_http_sending *s, const u8 *bytes, size_t len) {
    tni_http_conn *c = s->conn;
    if (s->is_dropped || len == 0) {
        return;
    }
    if (s->framing == TNI_HTTP1_CHUNKED) {
        tni_http1_put_chunk(&c->out, bytes, len);
    } else {
        tni_buf_put(&c->out, bytes, len);
    }
    c->sent += len;
    tni_http_pump(c);
}

/* The end of the message, or of the connection if it is none. */
static void end_sending(tni_http_sending *s) {
    tni_http_conn *c = conn_of(s);
    if (c == NULL || (!s->is_finished && !s->is_broken)) {
        return;
    }
    if (s->is_broken) {
        tni_http_pump(c);
        tni_http_fail(c, s->error);
        return;
    }
    if (s->framing == TNI_HTTP1_CHUNKED && !s->is_dropped) {
        tni_http1_put_last_chunk(&c->out);
        if (s->trailers != NULL) {
            tni_http_put_fields(&c->out, s->trailers, true);
        }
        tni_http1_put_end(&c->out);
    }
    c->is_sent = true;
    tni_http_pump(c);
}

void tni_http_sending_attach(tni_http_sending *s, tni_http_conn *c,
                             tni_http1_framing framing, bool is_dropped) {
    s->conn = c;
    s->exchange = c->exchange;
    s->framing = framing;
    s->is_dropped = is_dropped;
    tni_http_conn_keep(c);
    pass_on(s, s->early.data, s->early.count);
    tni_buf_free(&s->early);
    end_sending(s);
}

static void break_off(tni_http_sending *s, u8 code, const char *text) {
    s->is_broken = true;
    s->error = (tni_http_error){.code = code, .text = text};
    end_sending(s);
}

static tenon_os_error put(void *object, const void *bytes, size_t len, size_t *n) {
    tni_http_sending *s = object;
    if (s->has_length && !s->is_dropped && len > s->length - s->written) {
        u8 code = s->conn != NULL && s->conn->is_server
                      ? TNI_HTTP(HTTP_RESPONSE_BODY_SIZE)
                      : TNI_HTTP(HTTP_REQUEST_BODY_SIZE);
        break_off(s, code, "body longer than its Content-Length");
        return TENON_OS_IO;
    }
    s->written += len;
    *n = len;
    if (s->conn == NULL) {
        tni_buf_put(&s->early, bytes, len);
        return s->early.failed ? TENON_OS_INSUFFICIENT_MEMORY : TENON_OS_OK;
    }
    if (conn_of(s) == NULL) {
        return s->conn->phase == TNI_HTTP_CLOSED ? TENON_OS_CONNECTION_RESET
                                                 : TENON_OS_PIPE;
    }
    pass_on(s, bytes, len);
    return TENON_OS_OK;
}

static bool prepare_put(void *object, u8 events, tenon_wait *item, u64 *deadline_ns) {
    tni_http_sending *s = object;
    (void)events;
    *item = (tenon_wait){0, 0, false};
    if (s->conn == NULL) {
        return s->early.count < TNI_HTTP_BUFFER_BYTES;
    }
    if (s->conn->is_server && s->written == 0) {
        return true; /* the head goes out with the first of the body */
    }
    if (conn_of(s) != NULL) {
        tni_http_pump(s->conn);
    }
    /* Before there is a connection some can be written ahead. */
    bool is_open = s->conn->phase == TNI_HTTP_OPEN;
    if (conn_of(s) == NULL || tni_http_unsent(s->conn) == 0 ||
        (!is_open && tni_http_unsent(s->conn) < TNI_HTTP_BUFFER_BYTES)) {
        return true;
    }
    tni_http_wants(s->conn, false, item, deadline_ns);
    return false;
}

static void explain_put(void *object, tni_wasi_error *error) {
    const tni_http_sending *s = object;
    error->of_http = s->is_broken || s->conn != NULL;
    error->http_code = s->is_broken      ? s->error.code
                       : s->conn != NULL ? s->conn->error.code
                                         : 0;
    error->tls_alert = s->conn != NULL ? s->conn->error.alert : 0;
}

static void release_put(void *object) {
    tni_http_sending *s = object;
    s->has_stream = false;
    tni_http_sending_release(s);
}

static const tni_stream_ops put_ops = {NULL, put, prepare_put, explain_put, release_put};

tenon_status wasi_http_types_method_outgoing_body_write(
    tenon_call *call, void *user, wasi_http_types_borrow_outgoing_body_t self,
    wasi_http_types_result_own_output_stream_void_t *result) {
    tni_http_sending *s = tenon_resource_rep(call, self.handle);
    result->is_err = s->had_stream;
    if (s->had_stream) {
        return TENON_OK;
    }
    s->had_stream = s->has_stream = true;
    s->references++;
    return hand_out_stream(call, user, &put_ops, s,
                           WASI_HTTP_TYPES_RESOURCE_OUTPUT_STREAM,
                           &result->val.ok.handle);
}

tenon_status wasi_http_types_static_outgoing_body_finish(
    tenon_call *call, void *user, wasi_http_types_own_outgoing_body_t this_,
    const wasi_http_types_option_own_trailers_t *trailers,
    wasi_http_types_result_void_error_code_t *result) {
    tni_http_sending *s = tenon_resource_rep(call, this_.handle);
    (void)user;
    if (s->has_stream) {
        return tenon_call_fail(call, "outgoing-body.finish while its stream is in use");
    }
    tenon_resource_take(call, this_.handle);
    if (trailers->is_some) {
        s->trailers = tenon_resource_take(call, trailers->val.handle);
    }
    if (s->has_length && !s->is_dropped && s->written != s->length && !s->is_broken) {
        u8 code = s->conn != NULL && s->conn->is_server
                      ? TNI_HTTP(HTTP_RESPONSE_BODY_SIZE)
                      : TNI_HTTP(HTTP_REQUEST_BODY_SIZE);
        break_off(s, code, "body shorter than its Content-Length");
    } else if (!s->is_broken) {
        s->is_finished = true;
        end_sending(s);
    }
    if (s->is_broken) {
        result->is_err = true;
        tni_http_error_put(s->error, &result->val.err);
        if (s->error.code != TNI_HTTP(INTERNAL_ERROR)) { /* option<u64> */
            result->val.err.val.http_request_body_size =
                (wasi_http_types_option_u64_t){true, s->written};
        }
    }
    tni_http_sending_release(s);
    return TENON_OK;
}

void wasi_http_types_outgoing_body_destructor(void *user, void *rep) {
    tni_http_sending *s = rep;
    (void)user;
    if (!s->is_finished && !s->is_broken) {
        break_off(s, TNI_HTTP(INTERNAL_ERROR), "body dropped before it was finished");
    }
    tni_http_sending_release(s);
}

/* -- bodies that are received -- */

static void release_receiving(tni_http_receiving *r) {
    if (--r->references == 0) {
        tni_http_conn_release(r->conn);
        TNI_FREE(r->heap, r);
    }
}

tenon_status tni_http_receive(tenon_call *call, tenon_wasi *w, tni_http_conn *c,
                              u32 *handle) {
    tni_http_receiving *r = TNI_NEW(&w->heap, tni_http_receiving);
    if (r == NULL) {
        return tenon_call_no_memory(call);
    }
    *r = (tni_http_receiving){&w->heap, 1, c, c->exchange, false, false};
    tni_http_conn_keep(c);
    tenon_status status =
        tenon_resource_new(call, WASI_HTTP_TYPES_RESOURCE_INCOMING_BODY, r, handle);
    if (status != TENON_OK) {
        release_receiving(r);
    }
    return status;
}

static bool is_over(const tni_http_receiving *r) {
    return r->exchange != r->conn->exchange ||
           r->conn->reading == TNI_HTTP_READ_TRAILERS ||
           r->conn->reading == TNI_HTTP_READ_ALL;
}

static tenon_os_error take(void *object, void *buf, size_t capacity, size_t *n) {
    tni_http_receiving *r = object;
    tni_http_conn *c = r->conn;
    *n = 0;
    if (is_over(r)) {
        return TENON_OS_OK;
    }
    bool is_there = tni_http_read_on(c);
    if (is_over(r)) {
        return TENON_OS_OK;
    }
    if (!is_there) {
        return TENON_OS_WOULD_BLOCK;
    }
    if (c->reading == TNI_HTTP_READ_FAILED) {
        return TENON_OS_CONNECTION_RESET;
    }
    *n = c->piece_len < capacity ? c->piece_len : capacity;
    memcpy(buf, c->in + c->piece, *n);
    c->piece += *n;
    c->piece_len -= *n;
    tni_http_piece_taken(c);
    return TENON_OS_OK;
}

static bool prepare_take(void *object, u8 events, tenon_wait *item, u64 *deadline_ns) {
    tni_http_receiving *r = object;
    (void)events;
    *item = (tenon_wait){0, 0, false};
    if (is_over(r) || tni_http_read_on(r->conn) || is_over(r)) {
        return true;
    }
    tni_http_wants(r->conn, true, item, deadline_ns);
    return false;
}

static void explain_take(void *object, tni_wasi_error *error) {
    const tni_http_receiving *r = object;
    error->of_http = true;
    error->http_code = r->conn->error.code;
    error->tls_alert = r->conn->error.alert;
}

static void release_take(void *object) {
    tni_http_receiving *r = object;
    r->has_stream = false;
    release_receiving(r);
}

static const tni_stream_ops take_ops = {take, NULL, prepare_take, explain_take,
                                        release_take};

tenon_status wasi_http_types_method_incoming_body_stream(
    tenon_call *call, void *user, wasi_http_types_borrow_incoming_body_t self,
    wasi_http_types_result_own_input_stream_void_t *result) {
    tni_http_receiving *r = tenon_resource_rep(call, self.handle);
    result->is_err = r->had_stream;
    if (r->had_stream) {
        return TENON_OK;
    }
    r->had_stream = r->has_stream = true;
    r->references++;
    return hand_out_stream(call, user, &take_ops, r,
                           WASI_HTTP_TYPES_RESOURCE_INPUT_STREAM, &result->val.ok.handle);
}

void wasi_http_types_incoming_body_destructor(void *user, void *rep) {
    (void)user;
    release_receiving(rep);
}

/* -- trailers -- */

typedef struct future_trailers {
    tni_heap *heap;
    u32 references;
    tni_http_receiving *body; /* kept */
    bool is_taken;
} future_trailers;

static void release_future(void *object) {
    future_trailers *f = object;
    if (--f->references == 0) {
        release_receiving(f->body);
        TNI_FREE(f->heap, f);
    }
}

static void keep_future(void *object) {
    future_trailers *f = object;
    f->references++;
}

/* What of the body was not read is let go. True: the end is there, or an error. */
static bool look_at_trailers(void *object, tenon_wait *item, u64 *deadline_ns) {
    tni_http_receiving *r = ((future_trailers *)object)->body;
    tni_http_conn *c = r->conn;
    *item = (tenon_wait){0, 0, false};
    if (r->exchange != c->exchange) {
        return true;
    }
    while (c->reading != TNI_HTTP_READ_ALL && c->reading != TNI_HTTP_READ_FAILED) {
        if (!tni_http_read_on(c)) {
            tni_http_wants(c, true, item, deadline_ns);
            return false;
        }
        c->piece_len = 0;
    }
    return true;
}

static const tni_source trailers_source = {NULL, keep_future, release_future,
                                           look_at_trailers};

tenon_status wasi_http_types_static_incoming_body_finish(
    tenon_call *call, void *user, wasi_http_types_own_incoming_body_t this_,
    wasi_http_types_own_future_trailers_t *result) {
    tenon_wasi *w = user;
    tni_http_receiving *r = tenon_resource_rep(call, this_.handle);
    if (r->has_stream) {
        return tenon_call_fail(call, "incoming-body.finish while its stream is in use");
    }
    future_trailers *f = TNI_NEW(&w->heap, future_trailers);
    if (f == NULL) {
        return tenon_call_no_memory(call);
    }
    tenon_resource_take(call, this_.handle);
    *f = (future_trailers){&w->heap, 1, r, false};
    tenon_status status = tenon_resource_new(
        call, WASI_HTTP_TYPES_RESOURCE_FUTURE_TRAILERS, f, &result->handle);
    if (status != TENON_OK) {
        release_future(f);
    }
    return status;
}

void wasi_http_types_future_trailers_destructor(void *user, void *rep) {
    (void)user;
    release_future(rep);
}

tenon_status wasi_http_types_method_future_trailers_subscribe(
    tenon_call *call, void *user, wasi_http_types_borrow_future_trailers_t self,
    wasi_http_types_own_pollable_t *result) {
    return tni_pollable_new_source(
        user, call, WASI_HTTP_TYPES_RESOURCE_POLLABLE, &trailers_source,
        tenon_resource_rep(call, self.handle), &result->handle);
}

tenon_status wasi_http_types_method_future_trailers_get(
    tenon_call *call, void *user, wasi_http_types_borrow_future_trailers_t self,
    wasi_http_types_option_result_result_option_own_trailers_error_code_void_t *result) {
    future_trailers *f = tenon_resource_rep(call, self.handle);
    tni_http_conn *c = f->body->conn;
    tenon_wait item;
    u64 deadline_ns = TENON_NO_DEADLINE;
    (void)user;
    if (f->is_taken) {
        result->is_some = result->val.is_err = true;
        return TENON_OK;
    }
    result->is_some = look_at_trailers(f, &item, &deadline_ns);
    if (!result->is_some) {
        return TENON_OK;
    }
    f->is_taken = true;
    if (f->body->exchange == c->exchange && c->reading == TNI_HTTP_READ_FAILED) {
        result->val.val.ok.is_err = true;
        tni_http_error_put(c->error, &result->val.val.ok.val.err);
    } else if (f->body->exchange == c->exchange && c->trailers != NULL) {
        tni_http_fields *trailers = c->trailers;
        c->trailers = NULL;
        result->val.val.ok.val.ok.is_some = true;
        return tni_http_fields_hand_out(call, trailers, WASI_HTTP_TYPES_RESOURCE_FIELDS,
                                        &result->val.val.ok.val.ok.val.handle);
    }
    return TENON_OK;
}
