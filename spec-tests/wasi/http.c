/* http.c: wasi:http as a client: fields, requests and their options, responses and
 * trailers. The other side, at the authority that is its first argument, is serving.c. */
#include "guest.h"

#define HTTP(name) wasi_http_types_##name

static const char *const header_errors[] = {"invalid-syntax", "forbidden", "immutable"};

static HTTP(field_value_t) value_of(const char *s) {
    return (HTTP(field_value_t)){(uint8_t *)(uintptr_t)s, length_of(s)};
}

static void show_fields(const char *what, HTTP(borrow_fields_t) f) {
    HTTP(list_tuple2_field_name_field_value_t) all;
    HTTP(method_fields_entries)(f, &all);
    value(what, all.len);
    for (size_t i = 0; i < all.len; i++) {
        words("name", all.ptr[i].f0.ptr, all.ptr[i].f0.len);
        words("value", all.ptr[i].f1.ptr, all.ptr[i].f1.len);
    }
    HTTP(list_tuple2_field_name_field_value_free)(&all);
}

static HTTP(borrow_fields_t) fields(void) {
    HTTP(tuple2_field_name_field_value_t)
    pairs[] = {
        {string_of("X-Asked"), value_of("one")},
        {string_of("x-other"), value_of("two")},
        {string_of("x-asked"), value_of("three")},
    };
    const HTTP(list_tuple2_field_name_field_value_t) list = {pairs, 3};
    const calls_string_t asked = string_of("X-ASKED"), other = string_of("x-other"),
                         bad = string_of("x y"), none = string_of("none"),
                         host = string_of("Host"), third = string_of("x-third");
    HTTP(field_value_t) values[] = {value_of("four"), value_of("five")};
    const HTTP(list_field_value_t) two = {values, 2};
    const HTTP(field_value_t) broken = value_of("a\nb");
    HTTP(list_field_value_t) got;
    HTTP(own_fields_t) own;
    HTTP(header_error_t) err = {0};
    outcome("from-list", HTTP(static_fields_from_list)(&list, &own, &err), header_errors,
            err.tag);
    const HTTP(borrow_fields_t) f = {own.handle};
    HTTP(method_fields_get)(f, &asked, &got);
    value("values", got.len);
    words("the second", got.ptr[1].ptr, got.ptr[1].len);
    HTTP(list_field_value_free)(&got);
    truth("has x-other", HTTP(method_fields_has)(f, &other));
    truth("has none", HTTP(method_fields_has)(f, &none));
    bool ok = HTTP(method_fields_set)(f, &third, &two, &err);
    outcome("set", ok, header_errors, err.tag);
    ok = HTTP(method_fields_delete)(f, &other, &err);
    outcome("delete", ok, header_errors, err.tag);
    ok = HTTP(method_fields_append)(f, &third, &values[0], &err);
    outcome("append", ok, header_errors, err.tag);
    ok = HTTP(method_fields_append)(f, &bad, &values[0], &err);
    outcome("a name with a space", ok, header_errors, err.tag);
    ok = HTTP(method_fields_append)(f, &third, &broken, &err);
    outcome("a value of two lines", ok, header_errors, err.tag);
    ok = HTTP(method_fields_set)(f, &host, &two, &err);
    outcome("a field of the host's", ok, header_errors, err.tag);
    const HTTP(field_value_t) blanks = value_of(" six\t");
    ok = HTTP(method_fields_append)(f, &third, &blanks, &err);
    outcome("a value between blanks", ok, header_errors, err.tag);
    const calls_string_t length = string_of("Content-Length"),
                         trailer = string_of("Trailer");
    static const char *const lengths[] = {"", "12a", "-1", "99999999999999999999", "12"};
    for (size_t i = 0; i < 5; i++) {
        const HTTP(field_value_t) v = value_of(lengths[i]);
        ok = HTTP(method_fields_append)(f, &length, &v, &err);
        outcome("a length", ok, header_errors, err.tag);
    }
    truth("no length", HTTP(method_fields_delete)(f, &length, &err));
    ok = HTTP(method_fields_set)(f, &trailer, &two, &err);
    outcome("names of trailers", ok, header_errors, err.tag);
    truth("none of them", HTTP(method_fields_delete)(f, &trailer, &err));
    show_fields("fields", f);
    const HTTP(own_fields_t) copy = HTTP(method_fields_clone)(f);
    ok = HTTP(method_fields_delete)(f, &third, &err);
    outcome("delete", ok, header_errors, err.tag);
    truth("the copy has it",
          HTTP(method_fields_has)((HTTP(borrow_fields_t)){copy.handle}, &third));
    HTTP(fields_drop_own)(copy);
    return f;
}

static void show_option(const char *what, bool is_set, uint64_t ns) {
    truth(what, is_set);
    if (is_set) {
        value("ns", ns);
    }
}

static HTTP(own_request_options_t) options(void) {
    const HTTP(own_request_options_t) own = HTTP(constructor_request_options)();
    const HTTP(borrow_request_options_t) o = {own.handle};
    const uint64_t five = 5000000000, six = 6000000000, seven = 7000000000;
    uint64_t ns;
    bool is_set = HTTP(method_request_options_connect_timeout)(o, &ns);
    show_option("a connect-timeout", is_set, ns);
    truth("set", HTTP(method_request_options_set_connect_timeout)(o, &five));
    truth("set", HTTP(method_request_options_set_first_byte_timeout)(o, &six));
    truth("set", HTTP(method_request_options_set_between_bytes_timeout)(o, &seven));
    is_set = HTTP(method_request_options_connect_timeout)(o, &ns);
    show_option("a connect-timeout", is_set, ns);
    is_set = HTTP(method_request_options_first_byte_timeout)(o, &ns);
    show_option("a first-byte-timeout", is_set, ns);
    is_set = HTTP(method_request_options_between_bytes_timeout)(o, &ns);
    show_option("a between-bytes-timeout", is_set, ns);
    return own;
}

/* The headers are the request's from here on. */
static HTTP(borrow_outgoing_request_t)
    request(HTTP(borrow_fields_t) headers, const calls_string_t *authority) {
    const HTTP(own_outgoing_request_t) own =
        HTTP(constructor_outgoing_request)((HTTP(own_headers_t)){headers.handle});
    const HTTP(borrow_outgoing_request_t) r = {own.handle};
    const calls_string_t path = string_of("/path?query"), bad = string_of("a b");
    const HTTP(method_t) post = {.tag = WASI_HTTP_TYPES_METHOD_POST};
    const HTTP(method_t) wrong = {.tag = WASI_HTTP_TYPES_METHOD_OTHER, .val.other = bad};
    const HTTP(scheme_t) http = {.tag = WASI_HTTP_TYPES_SCHEME_HTTP};
    HTTP(method_t) method;
    HTTP(scheme_t) scheme;
    calls_string_t s;
    HTTP(header_error_t) err = {0};
    HTTP(method_outgoing_request_method)(r, &method);
    value("method", method.tag);
    HTTP(method_free)(&method);
    truth("set", HTTP(method_outgoing_request_set_method)(r, &post));
    truth("a wrong one", HTTP(method_outgoing_request_set_method)(r, &wrong));
    HTTP(method_outgoing_request_method)(r, &method);
    value("method", method.tag);
    HTTP(method_free)(&method);
    truth("a path", HTTP(method_outgoing_request_path_with_query)(r, &s));
    truth("set", HTTP(method_outgoing_request_set_path_with_query)(r, &path));
    truth("a path", HTTP(method_outgoing_request_path_with_query)(r, &s));
    words("it", s.ptr, s.len);
    calls_string_free(&s);
    truth("a scheme", HTTP(method_outgoing_request_scheme)(r, &scheme));
    truth("set", HTTP(method_outgoing_request_set_scheme)(r, &http));
    truth("a scheme", HTTP(method_outgoing_request_scheme)(r, &scheme));
    value("it", scheme.tag);
    HTTP(scheme_free)(&scheme);
    truth("an authority", HTTP(method_outgoing_request_authority)(r, &s));
    static const char *const none[] = {"",    "a#b", "a^b", "a`b",
                                       "a|b", "a/b", "u@a", "a:x"};
    for (size_t i = 0; i < sizeof none / sizeof *none; i++) {
        const calls_string_t wrong_one = string_of(none[i]);
        truth(none[i], HTTP(method_outgoing_request_set_authority)(r, &wrong_one));
    }
    truth("set", HTTP(method_outgoing_request_set_authority)(r, authority));
    truth("an authority", HTTP(method_outgoing_request_authority)(r, &s));
    calls_string_free(&s);
    const HTTP(own_headers_t) mine = HTTP(method_outgoing_request_headers)(r);
    const calls_string_t asked = string_of("x-asked");
    const bool ok =
        HTTP(method_fields_delete)((HTTP(borrow_fields_t)){mine.handle}, &asked, &err);
    outcome("delete of the request's", ok, header_errors, err.tag);
    HTTP(headers_drop_own)(mine);
    return r;
}

/* A body, in a stream of its own. */
static void send_body(HTTP(borrow_outgoing_request_t) r,
                      HTTP(own_outgoing_body_t) * body) {
    HTTP(own_outgoing_body_t) again;
    truth("a body", HTTP(method_outgoing_request_body)(r, body));
    truth("another", HTTP(method_outgoing_request_body)(r, &again));
}

static void write_body(HTTP(own_outgoing_body_t) body) {
    HTTP(own_output_stream_t) out, again;
    IO(stream_error_t) err;
    HTTP(error_code_t) code;
    const HTTP(borrow_outgoing_body_t) self = {body.handle};
    const IO(list_u8_t) said = {(uint8_t *)"what is sent", 12};
    truth("a stream", HTTP(method_outgoing_body_write)(self, &out));
    truth("another", HTTP(method_outgoing_body_write)(self, &again));
    stream_outcome(
        "written",
        IO(method_output_stream_blocking_write_and_flush)(OUTPUT(out), &said, &err),
        &err);
    HTTP(output_stream_drop_own)(out);
    truth("finished", HTTP(static_outgoing_body_finish)(body, NULL, &code));
}

static void trailers(HTTP(own_incoming_body_t) body) {
    const HTTP(own_future_trailers_t) future = HTTP(static_incoming_body_finish)(body);
    const HTTP(borrow_future_trailers_t) self = {future.handle};
    HTTP(result_result_option_own_trailers_error_code_void_t) got, again;
    block_on(HTTP(method_future_trailers_subscribe)(self).handle);
    truth("trailers", HTTP(method_future_trailers_get)(self, &got) && !got.is_err &&
                          !got.val.ok.is_err && got.val.ok.val.ok.is_some);
    if (!got.is_err && !got.val.ok.is_err && got.val.ok.val.ok.is_some) {
        const HTTP(own_trailers_t) t = got.val.ok.val.ok.val;
        show_fields("trailers", (HTTP(borrow_fields_t)){t.handle});
        HTTP(trailers_drop_own)(t);
    }
    truth("once", HTTP(method_future_trailers_get)(self, &again) && again.is_err);
    HTTP(future_trailers_drop_own)(future);
}

static void response(HTTP(own_incoming_response_t) own) {
    const HTTP(borrow_incoming_response_t) r = {own.handle};
    const calls_string_t name = string_of("X-Answer");
    HTTP(own_incoming_body_t) body, again;
    HTTP(own_input_stream_t) in;
    IO(list_u8_t) piece;
    IO(stream_error_t) err;
    value("status", HTTP(method_incoming_response_status)(r));
    const HTTP(own_headers_t) headers = HTTP(method_incoming_response_headers)(r);
    truth("its field",
          HTTP(method_fields_has)((HTTP(borrow_fields_t)){headers.handle}, &name));
    HTTP(headers_drop_own)(headers);
    truth("a body", HTTP(method_incoming_response_consume)(r, &body));
    truth("another", HTTP(method_incoming_response_consume)(r, &again));
    truth("a stream", HTTP(method_incoming_body_stream)(
                          (HTTP(borrow_incoming_body_t)){body.handle}, &in));
    while (IO(method_input_stream_blocking_read)(INPUT(in), 4096, &piece, &err)) {
        bytes(piece.ptr, piece.len);
        IO(list_u8_free)(&piece);
    }
    stream_outcome("then", false, &err);
    HTTP(input_stream_drop_own)(in);
    trailers(body);
    HTTP(incoming_response_drop_own)(own);
}

static void exchange(const calls_string_t *authority) {
    const HTTP(borrow_outgoing_request_t) r = request(fields(), authority);
    const HTTP(own_request_options_t) o = options();
    HTTP(own_outgoing_body_t) body;
    HTTP(own_future_incoming_response_t) future;
    HTTP(error_code_t) code;
    send_body(r, &body);
    const bool began = wasi_http_outgoing_handler_handle(
        (HTTP(own_outgoing_request_t)){r.handle}, &o, &future, &code);
    truth("sent", began);
    if (!began) {
        return;
    }
    write_body(body);
    const HTTP(borrow_future_incoming_response_t) self = {future.handle};
    HTTP(result_result_own_incoming_response_error_code_void_t) got, again;
    block_on(HTTP(method_future_incoming_response_subscribe)(self).handle);
    truth("answered", HTTP(method_future_incoming_response_get)(self, &got) &&
                          !got.is_err && !got.val.ok.is_err);
    truth("once",
          HTTP(method_future_incoming_response_get)(self, &again) && again.is_err);
    if (!got.is_err && !got.val.ok.is_err) {
        response(got.val.ok.val.ok);
    }
    HTTP(future_incoming_response_drop_own)(future);
}

/* A stream's error that is of HTTP, and one that is not. */
static void error_codes(const calls_string_t *authority) {
    HTTP(header_error_t) wrong;
    const HTTP(own_fields_t) f = HTTP(constructor_fields)();
    const calls_string_t length = string_of("content-length");
    const HTTP(field_value_t) two = value_of("2");
    if (!HTTP(method_fields_append)((HTTP(borrow_fields_t)){f.handle}, &length, &two,
                                    &wrong)) {
        truth("a length", false);
        return;
    }
    const HTTP(own_outgoing_request_t) own = HTTP(constructor_outgoing_request)(f);
    const HTTP(borrow_outgoing_request_t) r = {own.handle};
    const HTTP(method_t) post = {.tag = WASI_HTTP_TYPES_METHOD_POST};
    const HTTP(scheme_t) http = {.tag = WASI_HTTP_TYPES_SCHEME_HTTP};
    HTTP(own_outgoing_body_t) body;
    HTTP(own_output_stream_t) out;
    HTTP(own_future_incoming_response_t) future;
    HTTP(error_code_t) code;
    IO(stream_error_t) err;
    const IO(list_u8_t) long_ = {(uint8_t *)"too much", 8};
    HTTP(method_outgoing_request_set_method)(r, &post);
    HTTP(method_outgoing_request_set_scheme)(r, &http);
    HTTP(method_outgoing_request_set_authority)(r, authority);
    HTTP(method_outgoing_request_body)(r, &body);
    if (!wasi_http_outgoing_handler_handle(own, NULL, &future, &code)) {
        truth("sent", false);
        return;
    }
    HTTP(method_outgoing_body_write)((HTTP(borrow_outgoing_body_t)){body.handle}, &out);
    const bool ok =
        IO(method_output_stream_blocking_write_and_flush)(OUTPUT(out), &long_, &err);
    truth("more than its length", ok);
    if (!ok && err.tag == WASI_IO_STREAMS_STREAM_ERROR_LAST_OPERATION_FAILED) {
        const bool has = HTTP(http_error_code)(
            (HTTP(borrow_io_error_t)){err.val.last_operation_failed.handle}, &code);
        truth("it has a code of HTTP", has);
        if (has) {
            truth("of the request's size",
                  code.tag == WASI_HTTP_TYPES_ERROR_CODE_HTTP_REQUEST_BODY_SIZE);
            HTTP(error_code_free)(&code);
        }
    }
    if (!ok) {
        IO(stream_error_free)(&err);
    }
    HTTP(output_stream_drop_own)(out);
    HTTP(outgoing_body_drop_own)(body);
    HTTP(future_incoming_response_drop_own)(future);
}

bool exports_wasi_cli_run_run(void) {
    wasi_cli_environment_list_string_t arguments;
    wasi_cli_environment_get_arguments(&arguments);
    exchange(&arguments.ptr[1]);
    error_codes(&arguments.ptr[1]);
    return true;
}
