/* handler.c: a component that answers HTTP requests, for tools/test-serve: each path
 * shows something of wasi:http. Built with what `tenon bindgen --guest C` writes. */
#include "handler.h"

typedef wasi_http_types_own_response_outparam_t outparam;
typedef wasi_io_streams_borrow_output_stream_t output;
typedef wasi_io_streams_borrow_input_stream_t input;

/* -- texts -- */

static size_t length(const char *s) {
    size_t n = 0;
    while (s[n] != '\0') {
        n++;
    }
    return n;
}

static bool same(handler_string_t s, const char *text) {
    for (size_t i = 0; i < s.len; i++) {
        if (s.ptr[i] != text[i]) {
            return false;
        }
    }
    return text[s.len] == '\0';
}

static handler_string_t string_of(const char *s) {
    return (handler_string_t){(void *)(uintptr_t)s, length(s)};
}

/* -- sending -- */

/* A response that is being written. */
typedef struct reply {
    wasi_http_types_own_outgoing_body_t body;
    wasi_http_types_own_output_stream_t stream;
} reply;

static bool write_bytes(const reply *r, const void *bytes, size_t len) {
    enum { MOST = 4096 };
    const output out = {r->stream.handle};
    const uint8_t *p = bytes;
    while (len > 0) {
        wasi_io_streams_stream_error_t err;
        const size_t n = len < MOST ? len : MOST;
        const wasi_io_streams_list_u8_t piece = {(uint8_t *)(uintptr_t)p, n};
        if (!wasi_io_streams_method_output_stream_blocking_write_and_flush(out, &piece,
                                                                           &err)) {
            wasi_io_streams_stream_error_free(&err);
            return false;
        }
        p += n;
        len -= n;
    }
    return true;
}

static void say(const reply *r, const char *text) {
    write_bytes(r, text, length(text));
}

static void say_number(const reply *r, uint32_t n) {
    char digits[12];
    size_t i = sizeof digits;
    do {
        digits[--i] = (char)('0' + n % 10);
        n /= 10;
    } while (n > 0);
    write_bytes(r, digits + i, sizeof digits - i);
}

static wasi_http_types_own_fields_t fields_with(const char *name, const char *value) {
    const wasi_http_types_own_fields_t f = wasi_http_types_constructor_fields();
    if (name != NULL) {
        const handler_string_t n = string_of(name);
        const wasi_http_types_field_value_t v = {(uint8_t *)(uintptr_t)value,
                                                 length(value)};
        wasi_http_types_header_error_t err;
        if (!wasi_http_types_method_fields_append(
                (wasi_http_types_borrow_fields_t){f.handle}, &n, &v, &err)) {
            __builtin_trap();
        }
    }
    return f;
}

static reply start(outparam out, uint16_t status, const char *name, const char *value) {
    const wasi_http_types_own_outgoing_response_t response =
        wasi_http_types_constructor_outgoing_response(fields_with(name, value));
    const wasi_http_types_borrow_outgoing_response_t self = {response.handle};
    reply r;
    if (!wasi_http_types_method_outgoing_response_set_status_code(self, status) ||
        !wasi_http_types_method_outgoing_response_body(self, &r.body)) {
        __builtin_trap();
    }
    const wasi_http_types_result_own_outgoing_response_error_code_t result = {
        .is_err = false, .val.ok = response};
    wasi_http_types_static_response_outparam_set(out, &result);
    wasi_http_types_method_outgoing_body_write(
        (wasi_http_types_borrow_outgoing_body_t){r.body.handle}, &r.stream);
    return r;
}

/* False: the host says that the body is not what was said. */
static bool finish(const reply *r, const wasi_http_types_own_trailers_t *trailers) {
    wasi_http_types_error_code_t err;
    wasi_http_types_output_stream_drop_own(r->stream);
    if (!wasi_http_types_static_outgoing_body_finish(r->body, trailers, &err)) {
        wasi_http_types_error_code_free(&err);
        return false;
    }
    return true;
}

/* -- receiving -- */

/* Copies the body to the reply; gives its trailers, if there are any. False: it broke
 * off. */
static bool relay(wasi_http_types_own_incoming_body_t body, const reply *r,
                  wasi_http_types_own_trailers_t *trailers, bool *has_trailers) {
    wasi_http_types_own_input_stream_t in;
    bool whole = true;
    *has_trailers = false;
    wasi_http_types_method_incoming_body_stream(
        (wasi_http_types_borrow_incoming_body_t){body.handle}, &in);
    for (;;) {
        wasi_io_streams_list_u8_t bytes;
        wasi_io_streams_stream_error_t err;
        if (!wasi_io_streams_method_input_stream_blocking_read((input){in.handle}, 65536,
                                                               &bytes, &err)) {
            whole = err.tag == WASI_IO_STREAMS_STREAM_ERROR_CLOSED;
            wasi_io_streams_stream_error_free(&err);
            break;
        }
        write_bytes(r, bytes.ptr, bytes.len);
        wasi_io_streams_list_u8_free(&bytes);
    }
    wasi_http_types_input_stream_drop_own(in);
    const wasi_http_types_own_future_trailers_t future =
        wasi_http_types_static_incoming_body_finish(body);
    const wasi_http_types_borrow_future_trailers_t self = {future.handle};
    wasi_http_types_result_result_option_own_trailers_error_code_void_t got;
    while (!wasi_http_types_method_future_trailers_get(self, &got)) {
        const wasi_http_types_own_pollable_t p =
            wasi_http_types_method_future_trailers_subscribe(self);
        wasi_io_poll_method_pollable_block((wasi_io_poll_borrow_pollable_t){p.handle});
        wasi_io_poll_pollable_drop_own((wasi_io_poll_own_pollable_t){p.handle});
    }
    if (!got.is_err && !got.val.ok.is_err && got.val.ok.val.ok.is_some) {
        *trailers = got.val.ok.val.ok.val;
        *has_trailers = true;
    }
    wasi_http_types_future_trailers_drop_own(future);
    return whole;
}

static wasi_http_types_own_incoming_body_t
body_of(wasi_http_types_borrow_incoming_request_t request) {
    wasi_http_types_own_incoming_body_t body;
    if (!wasi_http_types_method_incoming_request_consume(request, &body)) {
        __builtin_trap();
    }
    return body;
}

static void sleep_ms(uint64_t ms) {
    const wasi_clocks_monotonic_clock_own_pollable_t p =
        wasi_clocks_monotonic_clock_subscribe_duration(ms * 1000000);
    wasi_io_poll_method_pollable_block((wasi_io_poll_borrow_pollable_t){p.handle});
    wasi_io_poll_pollable_drop_own((wasi_io_poll_own_pollable_t){p.handle});
}

/* -- the paths -- */

static void echo(wasi_http_types_borrow_incoming_request_t request, outparam out) {
    const reply r = start(out, 200, "content-type", "application/octet-stream");
    wasi_http_types_own_trailers_t trailers;
    bool has_trailers;
    if (relay(body_of(request), &r, &trailers, &has_trailers)) {
        finish(&r, has_trailers ? &trailers : NULL);
    } else { /* broken off */
        wasi_http_types_output_stream_drop_own(r.stream);
        wasi_http_types_outgoing_body_drop_own(r.body);
    }
}

static void about(wasi_http_types_borrow_incoming_request_t request, outparam out,
                  handler_string_t path) {
    const reply r = start(out, 200, "x-seen", "yes");
    wasi_http_types_method_t method;
    handler_string_t authority;
    wasi_http_types_method_incoming_request_method(request, &method);
    say_number(&r, method.tag);
    say(&r, " ");
    if (method.tag == WASI_HTTP_TYPES_METHOD_OTHER) {
        write_bytes(&r, method.val.other.ptr, method.val.other.len);
        say(&r, " ");
    }
    write_bytes(&r, path.ptr, path.len);
    if (wasi_http_types_method_incoming_request_authority(request, &authority)) {
        say(&r, " at ");
        write_bytes(&r, authority.ptr, authority.len);
    }
    say(&r, "\n");
    const wasi_http_types_own_headers_t h =
        wasi_http_types_method_incoming_request_headers(request);
    wasi_http_types_list_tuple2_field_name_field_value_t entries;
    wasi_http_types_method_fields_entries((wasi_http_types_borrow_fields_t){h.handle},
                                          &entries);
    for (size_t i = 0; i < entries.len; i++) {
        write_bytes(&r, entries.ptr[i].f0.ptr, entries.ptr[i].f0.len);
        say(&r, "=");
        write_bytes(&r, entries.ptr[i].f1.ptr, entries.ptr[i].f1.len);
        say(&r, "\n");
    }
    wasi_http_types_list_tuple2_field_name_field_value_free(&entries);
    wasi_http_types_headers_drop_own(h);
    finish(&r, NULL);
}

static void try_append(const reply *r, wasi_http_types_borrow_fields_t f,
                       const char *name, const char *value) {
    static const char *const errors[] = {"invalid-syntax", "forbidden", "immutable"};
    const handler_string_t n = string_of(name);
    const wasi_http_types_field_value_t v = {(uint8_t *)(uintptr_t)value, length(value)};
    wasi_http_types_header_error_t err;
    bool ok = wasi_http_types_method_fields_append(f, &n, &v, &err);
    say(r, ok ? "ok" : errors[err.tag]);
    say(r, "\n");
}

/* The rules of fields and of what can be had once. */
static void rules(wasi_http_types_borrow_incoming_request_t request, outparam out) {
    const reply r = start(out, 200, NULL, NULL);
    const wasi_http_types_own_headers_t h =
        wasi_http_types_method_incoming_request_headers(request);
    const wasi_http_types_borrow_fields_t fixed = {h.handle};
    try_append(&r, fixed, "x", "y");
    const wasi_http_types_own_fields_t copy = wasi_http_types_method_fields_clone(fixed);
    const wasi_http_types_borrow_fields_t f = {copy.handle};
    try_append(&r, f, "x", "y");
    try_append(&r, f, "x y", "z");
    try_append(&r, f, "", "z");
    try_append(&r, f, "x", "a\r\nb: c");
    try_append(&r, f, "Transfer-Encoding", "chunked");
    try_append(&r, f, "Host", "elsewhere");
    wasi_http_types_fields_drop_own(copy);
    wasi_http_types_headers_drop_own(h);
    const wasi_http_types_own_incoming_body_t body = body_of(request);
    wasi_http_types_own_incoming_body_t again;
    say(&r, wasi_http_types_method_incoming_request_consume(request, &again) ? "again\n"
                                                                             : "once\n");
    wasi_http_types_own_input_stream_t in, in_again;
    const wasi_http_types_borrow_incoming_body_t b = {body.handle};
    wasi_http_types_method_incoming_body_stream(b, &in);
    say(&r,
        wasi_http_types_method_incoming_body_stream(b, &in_again) ? "again\n" : "once\n");
    wasi_http_types_input_stream_drop_own(in);
    wasi_http_types_incoming_body_drop_own(body);
    wasi_http_types_own_output_stream_t stream_again;
    const wasi_http_types_borrow_outgoing_body_t mine = {r.body.handle};
    say(&r, wasi_http_types_method_outgoing_body_write(mine, &stream_again) ? "again\n"
                                                                            : "once\n");
    const wasi_http_types_own_outgoing_request_t o =
        wasi_http_types_constructor_outgoing_request(fields_with(NULL, NULL));
    const wasi_http_types_borrow_outgoing_request_t self = {o.handle};
    const handler_string_t bad[] = {string_of("a b"), string_of("u@h"), string_of("x")};
    const wasi_http_types_method_t method = {.tag = WASI_HTTP_TYPES_METHOD_OTHER,
                                             .val.other = bad[0]};
    say_number(&r, wasi_http_types_method_outgoing_request_set_method(self, &method));
    say_number(&r, wasi_http_types_method_outgoing_request_set_authority(self, &bad[1]));
    say_number(
        &r, wasi_http_types_method_outgoing_request_set_path_with_query(self, &bad[2]));
    say_number(&r,
               wasi_http_types_method_outgoing_request_set_path_with_query(self, NULL));
    say(&r, "\n");
    wasi_http_types_outgoing_request_drop_own(o);
    finish(&r, NULL);
}

static void slow(outparam out) {
    const reply r = start(out, 200, NULL, NULL);
    say(&r, "one\n");
    sleep_ms(400);
    say(&r, "two\n");
    finish(&r, NULL);
}

static void big(outparam out) {
    enum { PIECE = 4096, PIECES = 1024 };
    static uint8_t piece[PIECE];
    const reply r = start(out, 200, NULL, NULL);
    for (int i = 0; i < PIECES; i++) {
        for (int j = 0; j < PIECE; j++) {
            piece[j] = (uint8_t)('a' + (i + j) % 26);
        }
        if (!write_bytes(&r, piece, PIECE)) {
            break;
        }
    }
    finish(&r, NULL);
}

static void fail_with(outparam out, wasi_http_types_error_code_t code) {
    const wasi_http_types_result_own_outgoing_response_error_code_t result = {
        .is_err = true, .val.err = code};
    wasi_http_types_static_response_outparam_set(out, &result);
}

static bool wait_for_response(wasi_http_types_own_future_incoming_response_t future,
                              wasi_http_types_own_incoming_response_t *response,
                              wasi_http_types_error_code_t *err) {
    const wasi_http_types_borrow_future_incoming_response_t self = {future.handle};
    wasi_http_types_result_result_own_incoming_response_error_code_void_t got;
    while (!wasi_http_types_method_future_incoming_response_get(self, &got)) {
        const wasi_http_types_own_pollable_t p =
            wasi_http_types_method_future_incoming_response_subscribe(self);
        wasi_io_poll_method_pollable_block((wasi_io_poll_borrow_pollable_t){p.handle});
        wasi_io_poll_pollable_drop_own((wasi_io_poll_own_pollable_t){p.handle});
    }
    wasi_http_types_future_incoming_response_drop_own(future);
    if (got.val.ok.is_err) {
        *err = got.val.ok.val.err;
        return false;
    }
    *response = got.val.ok.val.ok;
    return true;
}

/* Sends the request on to the host in the field x-to, with its body, and gives the
 * answer. */
static void fetch(wasi_http_types_borrow_incoming_request_t request, outparam out,
                  const char *path, bool tls) {
    const handler_string_t name = string_of("x-to"), target = string_of(path);
    const wasi_http_types_own_headers_t h =
        wasi_http_types_method_incoming_request_headers(request);
    wasi_http_types_list_field_value_t to;
    wasi_http_types_method_fields_get((wasi_http_types_borrow_fields_t){h.handle}, &name,
                                      &to);
    const handler_string_t authority = {(void *)to.ptr[0].ptr, to.ptr[0].len};
    const wasi_http_types_own_outgoing_request_t o =
        wasi_http_types_constructor_outgoing_request(fields_with("x-by", "handler"));
    const wasi_http_types_borrow_outgoing_request_t self = {o.handle};
    const wasi_http_types_scheme_t scheme = {.tag = tls ? WASI_HTTP_TYPES_SCHEME_HTTPS
                                                        : WASI_HTTP_TYPES_SCHEME_HTTP};
    wasi_http_types_method_t method;
    wasi_http_types_method_incoming_request_method(request, &method);
    wasi_http_types_method_outgoing_request_set_method(self, &method);
    wasi_http_types_method_outgoing_request_set_scheme(self, &scheme);
    wasi_http_types_method_outgoing_request_set_authority(self, &authority);
    wasi_http_types_method_outgoing_request_set_path_with_query(self, &target);
    const bool has_body = method.tag == WASI_HTTP_TYPES_METHOD_POST;
    reply sent;
    if (has_body) {
        wasi_http_types_method_outgoing_request_body(self, &sent.body);
        wasi_http_types_method_outgoing_body_write(
            (wasi_http_types_borrow_outgoing_body_t){sent.body.handle}, &sent.stream);
    }
    const wasi_http_types_own_request_options_t options =
        wasi_http_types_constructor_request_options();
    const wasi_http_types_duration_t timeout = 2000000000;
    wasi_http_types_method_request_options_set_first_byte_timeout(
        (wasi_http_types_borrow_request_options_t){options.handle}, &timeout);
    wasi_http_types_own_future_incoming_response_t future;
    wasi_http_types_error_code_t err;
    if (!wasi_http_outgoing_handler_handle(o, &options, &future, &err)) {
        fail_with(out, err);
        return;
    }
    if (has_body) {
        wasi_http_types_own_trailers_t trailers;
        bool has_trailers;
        relay(body_of(request), &sent, &trailers, &has_trailers);
        finish(&sent, has_trailers ? &trailers : NULL);
    }
    wasi_http_types_own_incoming_response_t response;
    if (!wait_for_response(future, &response, &err)) {
        fail_with(out, err);
        return;
    }
    const wasi_http_types_borrow_incoming_response_t came = {response.handle};
    const reply r = start(out, wasi_http_types_method_incoming_response_status(came),
                          "x-via", "tenon");
    wasi_http_types_own_incoming_body_t body;
    wasi_http_types_method_incoming_response_consume(came, &body);
    wasi_http_types_own_trailers_t trailers;
    bool has_trailers;
    if (!relay(body, &r, &trailers, &has_trailers)) {
        say(&r, "broken off\n");
    }
    finish(&r, has_trailers ? &trailers : NULL);
    wasi_http_types_incoming_response_drop_own(response);
}

static void hello(outparam out) {
    const reply r = start(out, 200, "content-length", "6");
    say(&r, "hello\n");
    finish(&r, NULL);
}

/* Says more, or less, than its length. */
static void wrong_length(outparam out, const char *text) {
    const reply r = start(out, 200, "content-length", "5");
    say(&r, text);
    if (finish(&r, NULL)) {
        __builtin_trap();
    }
}

/* Traps: the stream is still there. */
static void finish_too_early(outparam out) {
    const reply r = start(out, 200, NULL, NULL);
    wasi_http_types_error_code_t err;
    say(&r, "begun\n");
    wasi_http_types_static_outgoing_body_finish(r.body, NULL, &err);
}

#ifdef HOLDS
/* Holds a handle from its beginning, so that no snapshot can be taken. */
__attribute__((export_name("_initialize"))) void initialize(void) {
    (void)wasi_http_types_constructor_fields();
}
#endif

void exports_wasi_http_incoming_handler_handle(
    exports_wasi_http_incoming_handler_own_incoming_request_t request,
    exports_wasi_http_incoming_handler_own_response_outparam_t out) {
    const wasi_http_types_borrow_incoming_request_t self = {request.handle};
    handler_string_t path = {NULL, 0};
    wasi_http_types_method_incoming_request_path_with_query(self, &path);
    if (same(path, "/") || same(path, "/hello")) {
        hello(out);
    } else if (same(path, "/echo")) {
        echo(self, out);
    } else if (same(path, "/rules")) {
        rules(self, out);
    } else if (same(path, "/slow")) {
        slow(out);
    } else if (same(path, "/big")) {
        big(out);
    } else if (same(path, "/fetch")) {
        fetch(self, out, "/hello", false);
    } else if (same(path, "/fetch-about")) {
        fetch(self, out, "?about", false);
    } else if (same(path, "/fetch-echo")) {
        fetch(self, out, "/echo", false);
    } else if (same(path, "/fetch-slow")) {
        fetch(self, out, "/slow", false);
    } else if (same(path, "/fetch-sleep")) {
        fetch(self, out, "/sleep", false);
    } else if (same(path, "/fetch-tls")) {
        fetch(self, out, "/hello", true);
    } else if (same(path, "/sleep")) {
        sleep_ms(60000);
    } else if (same(path, "/trap")) {
        __builtin_trap();
    } else if (same(path, "/late-trap")) {
        const reply r = start(out, 200, NULL, NULL);
        say(&r, "begun\n");
        __builtin_trap();
    } else if (same(path, "/none")) {
        /* no response */
    } else if (same(path, "/empty")) {
        const wasi_http_types_result_own_outgoing_response_error_code_t result = {
            .val.ok = wasi_http_types_constructor_outgoing_response(
                fields_with("x-empty", "yes"))};
        wasi_http_types_static_response_outparam_set(out, &result);
    } else if (same(path, "/204")) {
        const reply r = start(out, 204, NULL, NULL);
        finish(&r, NULL);
    } else if (same(path, "/trailers")) {
        const reply r = start(out, 200, NULL, NULL);
        say(&r, "body\n");
        const wasi_http_types_own_trailers_t t = fields_with("x-sum", "17");
        finish(&r, &t);
    } else if (same(path, "/dropped")) {
        const reply r = start(out, 200, NULL, NULL);
        say(&r, "begun\n");
        wasi_http_types_output_stream_drop_own(r.stream);
        wasi_http_types_outgoing_body_drop_own(r.body);
    } else if (same(path, "/short")) {
        wrong_length(out, "abc");
    } else if (same(path, "/long")) {
        wrong_length(out, "abcdefgh");
    } else if (same(path, "/too-early")) {
        finish_too_early(out);
    } else if (same(path, "/denied")) {
        fail_with(out, (wasi_http_types_error_code_t){
                           .tag = WASI_HTTP_TYPES_ERROR_CODE_HTTP_REQUEST_DENIED});
    } else if (same(path, "/spin")) {
        for (volatile int i = 0;; i++) {
        }
    } else if (same(path, "/compute")) { /* for a second or so */
        for (volatile int i = 0; i < 30000000; i++) {
        }
        hello(out);
    } else if (same(path, "/after")) {
        hello(out);
        sleep_ms(200);
        const reply r = {.stream = {wasi_cli_stdout_get_stdout().handle}};
        say(&r, "after\n");
        wasi_http_types_output_stream_drop_own(r.stream);
    } else {
        about(self, out, path);
    }
    handler_string_free(&path);
    wasi_http_types_incoming_request_drop_own(request);
}
