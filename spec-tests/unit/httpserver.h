/* httpserver.h: the server of tenon/http.h with a component in the form of the test: it
 * answers each request with its body and a trailer. Over httphosts.h. */
#ifndef HTTPSERVER_H
#define HTTPSERVER_H

#include <fcntl.h>

#include "httphosts.h"
#include "tenon/http.h"

tenon_status tenon_instance_typed_func(tenon_instance *instance, const char *interface,
                                       const char *name, const tenon_func_type *type,
                                       tenon_func **out, tenon_error *e) {
    (void)instance;
    (void)type;
    (void)e;
    ck_assert_str_eq(interface, "wasi:http/incoming-handler@0.2.0");
    ck_assert_str_eq(name, "handle");
    *out = NULL;
    return TENON_OK;
}

tenon_status tenon_func_resource_new(tenon_func *func, uint32_t param, void *rep,
                                     uint32_t *handle, tenon_error *e) {
    (void)func;
    current_interface = &wasi_http_types_interface;
    tenon_status status =
        tenon_resource_new(call,
                           param == 0 ? WASI_HTTP_TYPES_RESOURCE_INCOMING_REQUEST
                                      : WASI_HTTP_TYPES_RESOURCE_RESPONSE_OUTPARAM,
                           rep, handle);
    if (status != TENON_OK) {
        e->status = status;
    }
    return status;
}

/* Both ends of a connection, the server's first. */
static void make_pair(int fds[2]) {
    ck_assert_int_eq(socketpair(AF_UNIX, SOCK_STREAM, 0, fds), 0);
    ck_assert_int_eq(fcntl(fds[0], F_SETFL, O_NONBLOCK), 0);
}

/* To a request for /early: what can be said before the answer, and what cannot; to one
 * for /go-on: that its body is wanted. */
static bool inform_first(const uint32_t args[2]) {
    static const struct {
        const char *path;
        uint16_t status;
        const char *name; /* or NULL: no field */
        int code;
    } rows[] = {
        {"/early", 103, "link", OK},
        {"/early", 99, NULL, E(HTTP_PROTOCOL_ERROR)},
        {"/early", 102, NULL, OK},
        {"/early", 101, NULL, E(INTERNAL_ERROR)},
        {"/early", 199, "content-length", OK}, /* which it does not have */
        {"/early", 200, NULL, E(HTTP_PROTOCOL_ERROR)},
        {"/go-on", 100, NULL, OK},
    };
    wasi_http_types_option_string_t path = {0};
    if (!is_ok(HTTP(method_incoming_request_path_with_query,
                    (wasi_http_types_borrow_incoming_request_t){args[0]}, &path))) {
        return false;
    }
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        if (!path.is_some || path.val.len != strlen(rows[i].path) ||
            memcmp(path.val.ptr, rows[i].path, path.val.len) != 0) {
            continue;
        }
        wasi_http_types_own_fields_t fields = {0};
        wasi_http_types_result_void_header_error_t set = {0};
        wasi_http_types_result_void_error_code_t r = {0};
        if (!is_ok(HTTP(constructor_fields, &fields))) {
            return false;
        }
        if (rows[i].name != NULL) {
            const tenon_string name = {rows[i].name, strlen(rows[i].name)};
            const wasi_http_types_list_u8_t value = {(uint8_t *)(uintptr_t) "7", 1};
            if (!is_ok(HTTP(method_fields_append,
                            (wasi_http_types_borrow_fields_t){fields.handle}, &name,
                            &value, &set))) {
                return false;
            }
        }
        if (!is_ok(HTTP(method_response_outparam_send_informational,
                        (wasi_http_types_borrow_response_outparam_t){args[1]},
                        rows[i].status, (wasi_http_types_own_headers_t){fields.handle},
                        &r))) {
            return false;
        }
        ck_assert_int_eq(r.is_err ? 1000 + r.val.err.tag : OK, rows[i].code);
    }
    return true;
}

/* Reads the request's body, answers with it and a trailer. */
static int answer_request(const uint32_t args[2]) {
    static char body[RAW_BYTES];
    wasi_http_types_result_own_incoming_body_void_t in = {0};
    wasi_http_types_result_own_input_stream_void_t stream = {0};
    wasi_http_types_own_fields_t fields = {0};
    wasi_http_types_own_outgoing_response_t own = {0};
    wasi_http_types_result_own_outgoing_body_void_t out = {0};
    if (!inform_first(args) ||
        !is_ok(HTTP(method_incoming_request_consume,
                    (wasi_http_types_borrow_incoming_request_t){args[0]}, &in)) ||
        !is_ok(HTTP(method_incoming_body_stream,
                    (wasi_http_types_borrow_incoming_body_t){in.val.ok.handle},
                    &stream))) {
        return FAILED;
    }
    int r = read_body(stream.val.ok.handle, body);
    if (r != OK) {
        return r;
    }
    drop(stream.val.ok.handle);
    int trailers;
    r = get_trailers(in.val.ok.handle, &trailers);
    if (r != OK) {
        return r;
    }
    if (!is_ok(HTTP(constructor_fields, &fields)) ||
        !is_ok(HTTP(constructor_outgoing_response,
                    (wasi_http_types_own_headers_t){fields.handle}, &own)) ||
        !is_ok(HTTP(method_outgoing_response_body,
                    (wasi_http_types_borrow_outgoing_response_t){own.handle}, &out))) {
        return FAILED;
    }
    wasi_http_types_result_own_outgoing_response_error_code_t response = {0};
    response.val.ok.handle = own.handle;
    if (!is_ok(HTTP(static_response_outparam_set,
                    (wasi_http_types_own_response_outparam_t){args[1]}, &response))) {
        return FAILED;
    }
    const request q = {.body = body, .trailer = "2"};
    return send_body(out.val.ok.handle, &q);
}

static bool refuse_later; /* requests that follow the first are answered with 503 */

/* The server's side, until the connection is over. */
static int serve(tenon_http_connection *c) {
    int result = OK, count = 0;
    for (int i = 0; i < 100000; i++) { /* a byte a step, on slow machines */
        tenon_wait item;
        uint64_t deadline_ns = TENON_NO_DEADLINE;
        uint32_t args[2];
        tenon_func *func;
        tenon_http_log log;
        switch (tenon_http_connection_step(c, &item, &deadline_ns)) {
        case TENON_HTTP_OVER: return result;
        case TENON_HTTP_WAITING:
            ck_assert(item.events != 0 || deadline_ns != TENON_NO_DEADLINE);
            ck_assert_int_eq(
                tenon_platform_default()->os->wait(NULL, &item, 1, deadline_ns),
                TENON_OS_OK);
            break;
        case TENON_HTTP_REQUEST:
            if (count++ > 0 && refuse_later) {
                tenon_http_connection_refuse(c, 503);
            } else if (tenon_http_connection_handle(c, wasi, NULL, &func, args, &error) !=
                       TENON_OK) {
                ck_assert(tolerant);
                result = FAILED;
                runtime_drop_all(wasi);
                tenon_http_connection_end(c);
            } else {
                result = answer_request(args);
                runtime_drop_all(wasi);
                tenon_http_connection_end(c);
            }
        }
        tenon_http_connection_log(c, &log);
    }
    ck_abort_msg("it goes on and on");
    return FAILED;
}

/* Takes the lines `date: …` out. */
static void remove_dates(char *answers) {
    for (char *date; (date = strstr(answers, "date: ")) != NULL;) {
        const char *end = strstr(date, "\r\n");
        end = end != NULL ? end + 2 : date + strlen(date);
        memmove(date, end, strlen(end) + 1);
    }
}

#endif
