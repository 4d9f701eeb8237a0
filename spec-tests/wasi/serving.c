/* serving.c: wasi:http as a handler: what it is asked and what it can say of its answer;
 * the other side is http.c. */
#include "handler.h"

#define HTTP(name) wasi_http_types_##name

static uint8_t answer[8192];
static size_t answer_len;

static size_t length_of(const char *s) {
    size_t n = 0;
    while (s[n] != '\0') {
        n++;
    }
    return n;
}

static void bytes(const void *p, size_t len) {
    for (size_t i = 0; i < len && answer_len < sizeof answer; i++) {
        answer[answer_len++] = ((const uint8_t *)p)[i];
    }
}

static void text(const char *s) {
    bytes(s, length_of(s));
}

static void number(unsigned n) {
    if (n >= 10) {
        number(n / 10);
    }
    const char digit = (char)('0' + n % 10);
    bytes(&digit, 1);
}

/* What the request is, but for fields that depend on who sends it. */
static void describe(HTTP(borrow_incoming_request_t) request) {
    HTTP(method_t) method;
    HTTP(scheme_t) scheme;
    handler_string_t s;
    HTTP(method_incoming_request_method)(request, &method);
    text("method ");
    number(method.tag);
    HTTP(method_free)(&method);
    text(HTTP(method_incoming_request_scheme)(request, &scheme) &&
                 scheme.tag == WASI_HTTP_TYPES_SCHEME_HTTP
             ? ", http"
             : ", another scheme");
    text(HTTP(method_incoming_request_authority)(request, &s) && s.len > 0 ? ", authority"
                                                                           : "");
    if (HTTP(method_incoming_request_path_with_query)(request, &s)) {
        text(", ");
        bytes(s.ptr, s.len);
        handler_string_free(&s);
    }
    text("\n");
    const HTTP(own_headers_t) headers = HTTP(method_incoming_request_headers)(request);
    const HTTP(field_name_t) name = {(uint8_t *)"x-asked", 7};
    HTTP(list_field_value_t) values;
    HTTP(method_fields_get)((HTTP(borrow_fields_t)){headers.handle}, &name, &values);
    for (size_t i = 0; i < values.len; i++) {
        text("x-asked: ");
        bytes(values.ptr[i].ptr, values.ptr[i].len);
        text("\n");
    }
    HTTP(list_field_value_free)(&values);
    HTTP(headers_drop_own)(headers);
}

static void take_body(HTTP(borrow_incoming_request_t) request) {
    HTTP(own_incoming_body_t) body;
    HTTP(own_input_stream_t) in;
    wasi_io_streams_list_u8_t piece;
    wasi_io_streams_stream_error_t err;
    if (!HTTP(method_incoming_request_consume)(request, &body)) {
        return;
    }
    HTTP(method_incoming_body_stream)((HTTP(borrow_incoming_body_t)){body.handle}, &in);
    text("body: ");
    while (wasi_io_streams_method_input_stream_blocking_read(
        (wasi_io_streams_borrow_input_stream_t){in.handle}, 4096, &piece, &err)) {
        bytes(piece.ptr, piece.len);
        wasi_io_streams_list_u8_free(&piece);
    }
    wasi_io_streams_stream_error_free(&err);
    text("\n");
    HTTP(input_stream_drop_own)(in);
    HTTP(incoming_body_drop_own)(body);
}

static HTTP(own_fields_t) fields_of(const char *name, const char *value) {
    const HTTP(own_fields_t) f = HTTP(constructor_fields)();
    const HTTP(field_name_t) n = {(uint8_t *)(uintptr_t)name, length_of(name)};
    const HTTP(field_value_t) v = {(uint8_t *)(uintptr_t)value, length_of(value)};
    HTTP(header_error_t) err;
    if (!HTTP(method_fields_append)((HTTP(borrow_fields_t)){f.handle}, &n, &v, &err)) {
        __builtin_trap();
    }
    return f;
}

/* Only some statuses can come before the response. */
static void inform(HTTP(borrow_response_outparam_t) outparam) {
    static const uint16_t statuses[] = {103, 102, 101, 99, 200};
    for (size_t i = 0; i < sizeof statuses / sizeof statuses[0]; i++) {
        const HTTP(own_headers_t) headers = {fields_of("x-early", "yes").handle};
        HTTP(error_code_t) code;
        text("status ");
        number(statuses[i]);
        if (HTTP(method_response_outparam_send_informational)(outparam, statuses[i],
                                                              headers, &code)) {
            text(" before it\n");
        } else {
            text(" not: ");
            number(code.tag);
            text("\n");
            HTTP(error_code_free)(&code);
        }
    }
}

static void respond(HTTP(own_response_outparam_t) outparam) {
    const HTTP(own_outgoing_response_t) response =
        HTTP(constructor_outgoing_response)(fields_of("x-answer", "yes"));
    const HTTP(borrow_outgoing_response_t) self = {response.handle};
    HTTP(own_outgoing_body_t) body, again;
    HTTP(own_output_stream_t) out;
    text("status ");
    number(HTTP(method_outgoing_response_status_code)(self));
    text(HTTP(method_outgoing_response_set_status_code)(self, 203) ? ", then "
                                                                   : ", still ");
    number(HTTP(method_outgoing_response_status_code)(self));
    text(HTTP(method_outgoing_response_set_status_code)(self, 42) ? ", 42" : ", not 42");
    const HTTP(own_headers_t) headers = HTTP(method_outgoing_response_headers)(self);
    const HTTP(field_name_t) name = {(uint8_t *)"x-answer", 8};
    HTTP(header_error_t) err;
    text(HTTP(method_fields_has)((HTTP(borrow_fields_t)){headers.handle}, &name)
             ? ", its field"
             : ", no field");
    text(HTTP(method_fields_delete)((HTTP(borrow_fields_t)){headers.handle}, &name, &err)
             ? ", which goes\n"
             : ", which stays\n");
    HTTP(headers_drop_own)(headers);
    HTTP(method_outgoing_response_body)(self, &body);
    text(HTTP(method_outgoing_response_body)(self, &again) ? "two bodies\n"
                                                           : "one body\n");
    const HTTP(result_own_outgoing_response_error_code_t) result = {.val.ok = response};
    HTTP(static_response_outparam_set)(outparam, &result);
    HTTP(method_outgoing_body_write)((HTTP(borrow_outgoing_body_t)){body.handle}, &out);
    for (size_t at = 0; at < answer_len; at += 4096) {
        const size_t len = answer_len - at < 4096 ? answer_len - at : 4096;
        const wasi_io_streams_list_u8_t piece = {answer + at, len};
        wasi_io_streams_stream_error_t error;
        if (!wasi_io_streams_method_output_stream_blocking_write_and_flush(
                (wasi_io_streams_borrow_output_stream_t){out.handle}, &piece, &error)) {
            wasi_io_streams_stream_error_free(&error);
            break;
        }
    }
    HTTP(output_stream_drop_own)(out);
    const HTTP(own_trailers_t) trailers = fields_of("x-trailer", "last");
    HTTP(error_code_t) code;
    if (!HTTP(static_outgoing_body_finish)(body, &trailers, &code)) {
        HTTP(error_code_free)(&code);
    }
}

void exports_wasi_http_incoming_handler_handle(
    exports_wasi_http_incoming_handler_own_incoming_request_t request,
    exports_wasi_http_incoming_handler_own_response_outparam_t outparam) {
    const HTTP(borrow_incoming_request_t) self = {request.handle};
    describe(self);
    take_body(self);
    HTTP(incoming_request_drop_own)((HTTP(own_incoming_request_t)){request.handle});
    inform((HTTP(borrow_response_outparam_t)){outparam.handle});
    respond((HTTP(own_response_outparam_t)){outparam.handle});
}
