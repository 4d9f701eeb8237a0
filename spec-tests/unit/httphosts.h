/* httphosts.h: the hosts of wasi:http called as a guest would that sends requests, over
 * the runtime in miniature; for test_http_client.c and test_http_fail.c. */
#ifndef HTTPHOSTS_H
#define HTTPHOSTS_H

#include "rawserver.h"
#include "tenon/wasi.h"
#include "wasi/gen/wasi_http_outgoing_handler.h"
#include "wasi/gen/wasi_http_types.h"
#include "wasi/gen/wasi_io_error.h"
#include "wasi/gen/wasi_io_poll.h"
#include "wasi/gen/wasi_io_streams.h"
#include "wasihosts.h"

static const tenon_interface *const http_interfaces[] = {
    &wasi_io_error_interface,
    &wasi_io_poll_interface,
    &wasi_io_streams_interface,
    &wasi_http_types_interface,
    NULL,
};

#define E(name) (1000 + WASI_HTTP_TYPES_ERROR_CODE_##name)

static wasi_http_types_error_code_t last; /* error of HTTP */

#define HTTP(function, ...) CALL(wasi_http_types, function, __VA_ARGS__)

static inline bool is_ok(tenon_status status) {
    ck_assert_msg(status == TENON_OK || tolerant, "status %d: %s", (int)status,
                  call->message);
    return status == TENON_OK;
}

static inline void configure(void) {
    runtime_reset();
    all_interfaces = http_interfaces;
    tolerant = false;
    memset(&last, 0, sizeof last);
    tenon_wasi_config_init(&config);
    config.allocator.resize = counting_resize;
    config.http.allow_all = true;
    wasi = NULL;
}

static inline bool start(void) {
    tenon_status status = tenon_wasi_new(&config, &wasi, &error);
    ck_assert_msg(status == TENON_OK || tolerant, "%s", error.message);
    return status == TENON_OK;
}

/* -- a request -- */

typedef struct request {
    uint8_t method; /* WASI_HTTP_TYPES_METHOD_… */
    const char *authority;
    bool is_https;
    const char *path;
    const char *body; /* or NULL */
    size_t times;     /* the body, so often; 0: once */
    bool has_length;
    const char *trailer;    /* its value; or NULL */
    uint64_t first_byte_ns; /* 0: none */
} request;

typedef wasi_http_types_borrow_future_incoming_response_t future;

/* An outgoing-request's handle; 0: a call failed. */
static inline uint32_t make_request(const request *q) {
    wasi_http_types_own_fields_t fields = {0};
    wasi_http_types_result_void_header_error_t set = {0};
    wasi_http_types_own_outgoing_request_t own = {0};
    wasi_http_types_result_void_void_t r = {0};
    char length[30];
    if (!is_ok(HTTP(constructor_fields, &fields))) {
        return 0;
    }
    snprintf(length, sizeof length, "%zu",
             q->body != NULL ? strlen(q->body) * (q->times > 0 ? q->times : 1) : 0);
    const tenon_string name = {"content-length", 14};
    const wasi_http_types_field_value_t value = {(uint8_t *)length, strlen(length)};
    wasi_http_types_borrow_fields_t f = {fields.handle};
    if (q->has_length && !is_ok(HTTP(method_fields_append, f, &name, &value, &set))) {
        return 0;
    }
    if (!is_ok(HTTP(constructor_outgoing_request,
                    (wasi_http_types_own_headers_t){f.handle}, &own))) {
        return 0;
    }
    wasi_http_types_borrow_outgoing_request_t o = {own.handle};
    const wasi_http_types_method_t method = {.tag = q->method};
    const wasi_http_types_option_string_t authority = {true,
                                                       {q->authority,
                                                        strlen(q->authority)}},
                                          path = {true, {q->path, strlen(q->path)}};
    const wasi_http_types_option_scheme_t scheme = {
        true,
        {.tag =
             q->is_https ? WASI_HTTP_TYPES_SCHEME_HTTPS : WASI_HTTP_TYPES_SCHEME_HTTP}};
    bool made = is_ok(HTTP(method_outgoing_request_set_method, o, &method, &r)) &&
                is_ok(HTTP(method_outgoing_request_set_authority, o, &authority, &r)) &&
                is_ok(HTTP(method_outgoing_request_set_path_with_query, o, &path, &r)) &&
                is_ok(HTTP(method_outgoing_request_set_scheme, o, &scheme, &r));
    ck_assert(!r.is_err);
    return made ? o.handle : 0;
}

/* The code of a stream's failure: of HTTP, OK when it is only closed, FAILED. */
static inline int code_of_stream(const wasi_io_streams_stream_error_t *e) {
    if (e->tag == WASI_IO_STREAMS_STREAM_ERROR_CLOSED) {
        return OK;
    }
    wasi_http_types_option_error_code_t r = {0};
    wasi_http_types_borrow_io_error_t err = {e->val.last_operation_failed.handle};
    if (!is_ok(HTTP(http_error_code, err, &r))) {
        return FAILED;
    }
    drop(err.handle);
    ck_assert(r.is_some || tolerant);
    last = r.val;
    return r.is_some ? 1000 + r.val.tag : FAILED;
}

static inline int write_all(uint32_t stream, const char *bytes, size_t len) {
    wasi_io_streams_borrow_output_stream_t s = {stream};
    while (len > 0) {
        size_t n = len < 4096 ? len : 4096;
        wasi_io_streams_list_u8_t list = {(uint8_t *)(uintptr_t)bytes, n};
        wasi_io_streams_result_void_stream_error_t r = {0};
        if (!is_ok(CALL(wasi_io_streams, method_output_stream_blocking_write_and_flush, s,
                        &list, &r))) {
            return FAILED;
        }
        if (r.is_err) {
            int code = code_of_stream(&r.val.err);
            return code == OK ? FAILED : code;
        }
        bytes += n;
        len -= n;
    }
    return OK;
}

/* Writes the body and ends it. The stream's failure counts if finish does not tell more:
 * a response may be there all the same. */
static inline int send_body(uint32_t handle, const request *q) {
    wasi_http_types_result_own_output_stream_void_t stream = {0};
    wasi_http_types_borrow_outgoing_body_t body = {handle};
    if (!is_ok(HTTP(method_outgoing_body_write, body, &stream))) {
        return FAILED;
    }
    int r = OK;
    for (size_t i = 0; i < (q->times > 0 ? q->times : 1) && r == OK; i++) {
        r = write_all(stream.val.ok.handle, q->body, strlen(q->body));
    }
    drop(stream.val.ok.handle);
    if (r == FAILED) {
        return r;
    }
    wasi_http_types_option_own_trailers_t trailers = {0};
    if (q->trailer != NULL) {
        wasi_http_types_own_fields_t fields = {0};
        wasi_http_types_result_void_header_error_t set = {0};
        const tenon_string name = {"x-sum", 5};
        const wasi_http_types_field_value_t value = {(uint8_t *)(uintptr_t)q->trailer,
                                                     strlen(q->trailer)};
        if (!is_ok(HTTP(constructor_fields, &fields)) ||
            !is_ok(HTTP(method_fields_append,
                        (wasi_http_types_borrow_fields_t){fields.handle}, &name, &value,
                        &set))) {
            return FAILED;
        }
        trailers.is_some = true;
        trailers.val.handle = fields.handle;
    }
    wasi_http_types_result_void_error_code_t end = {0};
    if (!is_ok(HTTP(static_outgoing_body_finish,
                    (wasi_http_types_own_outgoing_body_t){handle}, &trailers, &end))) {
        return FAILED;
    }
    return end.is_err ? 1000 + end.val.err.tag : r;
}

static inline uint32_t make_options(const request *q) {
    wasi_http_types_own_request_options_t own = {0};
    wasi_http_types_result_void_void_t r = {0};
    const wasi_http_types_option_duration_t ns = {true, q->first_byte_ns};
    if (!is_ok(HTTP(constructor_request_options, &own))) {
        return 0;
    }
    wasi_http_types_borrow_request_options_t o = {own.handle};
    return is_ok(HTTP(method_request_options_set_first_byte_timeout, o, &ns, &r))
               ? own.handle
               : 0;
}

/* Sends a request with its body. */
static inline int send_request(const request *q, future *out) {
    wasi_http_outgoing_handler_option_own_request_options_t options = {0};
    wasi_http_outgoing_handler_result_own_future_incoming_response_error_code_t r = {0};
    wasi_http_types_result_own_outgoing_body_void_t body = {0};
    uint32_t o = make_request(q);
    if (o == 0) {
        return FAILED;
    }
    if (q->body != NULL &&
        !is_ok(HTTP(method_outgoing_request_body,
                    (wasi_http_types_borrow_outgoing_request_t){o}, &body))) {
        return FAILED;
    }
    if (q->first_byte_ns > 0) {
        options.is_some = true;
        options.val.handle = make_options(q);
        if (options.val.handle == 0) {
            return FAILED;
        }
    }
    if (!is_ok(CALL(wasi_http_outgoing_handler, handle,
                    (wasi_http_outgoing_handler_own_outgoing_request_t){o}, &options,
                    &r))) {
        return FAILED;
    }
    if (r.is_err) {
        last = r.val.err;
        return 1000 + r.val.err.tag;
    }
    out->handle = r.val.ok.handle;
    return q->body != NULL ? send_body(body.val.ok.handle, q) : OK;
}

/* -- its response -- */

static inline bool block_on(uint32_t pollable) {
    bool r = is_ok(CALL(wasi_io_poll, method_pollable_block,
                        (wasi_io_poll_borrow_pollable_t){pollable}));
    drop(pollable);
    return r;
}

/* Waits for the response: its handle; or 0, and *code. */
static inline uint32_t get_response(future f, int *code) {
    wasi_http_types_own_pollable_t p = {0};
    wasi_http_types_option_result_result_own_incoming_response_error_code_void_t r = {0};
    *code = FAILED;
    while (!r.is_some) {
        if (!is_ok(HTTP(method_future_incoming_response_subscribe, f, &p)) ||
            !block_on(p.handle) ||
            !is_ok(HTTP(method_future_incoming_response_get, f, &r))) {
            return 0;
        }
    }
    ck_assert(!r.val.is_err);
    if (r.val.val.ok.is_err) {
        last = r.val.val.ok.val.err;
        *code = 1000 + last.tag;
        return 0;
    }
    *code = OK;
    return r.val.val.ok.val.ok.handle;
}

/* Reads a body to its end: OK, its error, or FAILED. text has room for RAW_BYTES. */
static inline int read_body(uint32_t stream, char *text) {
    wasi_io_streams_borrow_input_stream_t s = {stream};
    size_t n = 0;
    for (;;) {
        wasi_io_streams_result_list_u8_stream_error_t r = {0};
        if (!is_ok(
                CALL(wasi_io_streams, method_input_stream_blocking_read, s, 1000, &r))) {
            return FAILED;
        }
        text[n] = '\0';
        if (r.is_err) {
            return code_of_stream(&r.val.err);
        }
        ck_assert_uint_lt(n + r.val.ok.len, RAW_BYTES);
        memcpy(text + n, r.val.ok.ptr, r.val.ok.len);
        n += r.val.ok.len;
        text[n] = '\0';
        runtime_free_blocks();
    }
}

/* The trailers' number of entries, or what went wrong. */
static inline int get_trailers(uint32_t body, int *count) {
    wasi_http_types_own_future_trailers_t own = {0};
    wasi_http_types_own_pollable_t p = {0};
    wasi_http_types_option_result_result_option_own_trailers_error_code_void_t r = {0};
    if (!is_ok(HTTP(static_incoming_body_finish,
                    (wasi_http_types_own_incoming_body_t){body}, &own))) {
        return FAILED;
    }
    wasi_http_types_borrow_future_trailers_t f = {own.handle};
    while (!r.is_some) {
        if (!is_ok(HTTP(method_future_trailers_subscribe, f, &p)) ||
            !block_on(p.handle) || !is_ok(HTTP(method_future_trailers_get, f, &r))) {
            return FAILED;
        }
    }
    *count = 0;
    int code = OK;
    if (r.val.val.ok.is_err) {
        code = 1000 + r.val.val.ok.val.err.tag;
    } else if (r.val.val.ok.val.ok.is_some) {
        wasi_http_types_list_tuple2_field_name_field_value_t list = {0};
        uint32_t fields = r.val.val.ok.val.ok.val.handle;
        if (!is_ok(HTTP(method_fields_entries, (wasi_http_types_borrow_fields_t){fields},
                        &list))) {
            return FAILED;
        }
        *count = (int)list.len;
        drop(fields);
    }
    drop(f.handle);
    return code;
}

/* A whole exchange: the status, or an error (E(…)), or FAILED. */
static inline int fetch(const request *q, char *text, int *trailers) {
    future f = {0};
    int code = send_request(q, &f);
    wasi_http_types_status_code_t status = 0;
    wasi_http_types_result_own_incoming_body_void_t body = {0};
    wasi_http_types_result_own_input_stream_void_t stream = {0};
    text[0] = '\0';
    if (f.handle == 0 || code == FAILED) {
        return code;
    }
    uint32_t response = get_response(f, &code);
    if (response == 0) {
        return code;
    }
    drop(f.handle);
    wasi_http_types_borrow_incoming_response_t r = {response};
    if (!is_ok(HTTP(method_incoming_response_status, r, &status)) ||
        !is_ok(HTTP(method_incoming_response_consume, r, &body)) ||
        !is_ok(HTTP(method_incoming_body_stream,
                    (wasi_http_types_borrow_incoming_body_t){body.val.ok.handle},
                    &stream))) {
        return FAILED;
    }
    code = read_body(stream.val.ok.handle, text);
    drop(stream.val.ok.handle);
    if (code == OK && trailers != NULL) {
        code = get_trailers(body.val.ok.handle, trailers);
    } else {
        drop(body.val.ok.handle);
    }
    drop(response);
    return code == OK ? status : code;
}

#endif
