/* handler.c: answers an HTTP request with its method and path, then the lines of its body
 * that speak of errors or warnings; with what `tenon bindgen` writes and a C library. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "handler.h"

/* A text that grows. */
typedef struct text {
    char *at;
    size_t len;
} text;

static void append(text *t, const void *bytes, size_t len) {
    char *grown = realloc(t->at, t->len + len + 1);
    if (grown == NULL) {
        abort();
    }
    memcpy(grown + t->len, bytes, len);
    t->at = grown;
    t->len += len;
    t->at[t->len] = '\0';
}

/* The bytes of a request's body. */
static text read_body(wasi_http_types_borrow_incoming_request_t request) {
    text t = {NULL, 0};
    wasi_http_types_own_incoming_body_t body;
    wasi_http_types_own_input_stream_t in;
    wasi_io_streams_list_u8_t bytes;
    wasi_io_streams_stream_error_t err;
    append(&t, "", 0);
    if (!wasi_http_types_method_incoming_request_consume(request, &body)) {
        return t;
    }
    wasi_http_types_method_incoming_body_stream(
        (wasi_http_types_borrow_incoming_body_t){body.handle}, &in);
    const wasi_io_streams_borrow_input_stream_t self = {in.handle};
    while (wasi_io_streams_method_input_stream_blocking_read(self, 65536, &bytes, &err)) {
        append(&t, bytes.ptr, bytes.len);
        wasi_io_streams_list_u8_free(&bytes);
    }
    wasi_io_streams_stream_error_free(&err); /* its end, or that it broke off */
    wasi_http_types_input_stream_drop_own(in);
    wasi_http_types_incoming_body_drop_own(body);
    return t;
}

static void keep_lines(text *answer, char *body) {
    for (char *line = strtok(body, "\n"); line != NULL; line = strtok(NULL, "\n")) {
        if (strstr(line, "ERROR") != NULL || strstr(line, "WARN") != NULL) {
            append(answer, line, strlen(line));
            append(answer, "\n", 1);
        }
    }
}

/* Sends a response whole. */
static void answer_with(wasi_http_types_own_response_outparam_t outparam, const text *t) {
    const wasi_http_types_own_outgoing_response_t response =
        wasi_http_types_constructor_outgoing_response(
            wasi_http_types_constructor_fields());
    wasi_http_types_own_outgoing_body_t body;
    wasi_http_types_own_output_stream_t out;
    wasi_http_types_method_outgoing_response_body(
        (wasi_http_types_borrow_outgoing_response_t){response.handle}, &body);
    const wasi_http_types_result_own_outgoing_response_error_code_t result = {
        .is_err = false, .val.ok = response};
    wasi_http_types_static_response_outparam_set(outparam, &result);
    wasi_http_types_method_outgoing_body_write(
        (wasi_http_types_borrow_outgoing_body_t){body.handle}, &out);
    const wasi_io_streams_borrow_output_stream_t self = {out.handle};
    const size_t most = 4096; /* what blocking-write-and-flush takes */
    for (size_t at = 0, len; at < t->len; at += len) {
        len = t->len - at < most ? t->len - at : most;
        const wasi_io_streams_list_u8_t piece = {(uint8_t *)t->at + at, len};
        wasi_io_streams_stream_error_t err;
        if (!wasi_io_streams_method_output_stream_blocking_write_and_flush(self, &piece,
                                                                           &err)) {
            wasi_io_streams_stream_error_free(&err);
            break; /* the client is gone */
        }
    }
    wasi_http_types_output_stream_drop_own(out);
    wasi_http_types_error_code_t err;
    if (!wasi_http_types_static_outgoing_body_finish(body, NULL, &err)) {
        wasi_http_types_error_code_free(&err);
    }
}

void exports_wasi_http_incoming_handler_handle(
    exports_wasi_http_incoming_handler_own_incoming_request_t request,
    exports_wasi_http_incoming_handler_own_response_outparam_t outparam) {
    static const char *const methods[] = {"GET",     "HEAD",    "POST",  "PUT",  "DELETE",
                                          "CONNECT", "OPTIONS", "TRACE", "PATCH"};
    const wasi_http_types_borrow_incoming_request_t self = {request.handle};
    text answer = {NULL, 0};
    wasi_http_types_method_t method;
    handler_string_t path;
    wasi_http_types_method_incoming_request_method(self, &method);
    if (method.tag == WASI_HTTP_TYPES_METHOD_OTHER) {
        append(&answer, method.val.other.ptr, method.val.other.len);
    } else {
        append(&answer, methods[method.tag], strlen(methods[method.tag]));
    }
    wasi_http_types_method_free(&method);
    append(&answer, " ", 1);
    if (wasi_http_types_method_incoming_request_path_with_query(self, &path)) {
        append(&answer, path.ptr, path.len);
        handler_string_free(&path);
    }
    append(&answer, "\n", 1);
    text body = read_body(self);
    keep_lines(&answer, body.at);
    free(body.at);
    wasi_http_types_incoming_request_drop_own(
        (wasi_http_types_own_incoming_request_t){request.handle});
    answer_with((wasi_http_types_own_response_outparam_t){outparam.handle}, &answer);
    free(answer.at);
}
