/* test_http1.c: HTTP/1.1 messages: the tables of spec-tests/http, each read whole and
 * byte by byte; and what is written. */
#include "httptable.h"
#include "suite.h"

/* -- reading a message, as text -- */

typedef enum kind { REQUEST, RESPONSE, RESPONSE_TO_HEAD } kind;

static void show_fields(tni_buf *out, const tni_http1_head *head, const char *what) {
    u32 most = head->field_count > 6 ? 6 : head->field_count;
    for (u32 i = 0; i < most; i++) {
        tni_buf_format(out, " | %s", what);
        show(out, head->fields[i].name);
        tni_buf_str(out, TNI_STR(": "));
        show(out, head->fields[i].value);
    }
    if (most < head->field_count) {
        tni_buf_format(out, " | and %u more", head->field_count - most);
    }
}

static void show_error(tni_buf *out, tni_http1_outcome r) {
    if (r == TNI_HTTP1_MORE) {
        tni_buf_str(out, TNI_STR("more"));
    } else {
        tni_buf_format(out, "%u %s", (unsigned)tni_http1_answer(r), tni_http1_text(r));
    }
}

/* Bytes that come `step` at a time. */
typedef struct feed {
    const u8 *bytes;
    size_t len, step;
    size_t start; /* what was used */
    size_t there; /* what has come, from the beginning */
} feed;

static bool feed_more(feed *f) {
    if (f->there == f->len) {
        return false;
    }
    f->there += f->step < f->len - f->there ? f->step : f->len - f->there;
    return true;
}

static tni_http1_outcome read_head(feed *f, kind k, bool trailers, tni_http1_head *head) {
    size_t seen = 0, used = 0;
    for (;;) {
        const u8 *at = f->bytes + f->start;
        size_t n = f->there - f->start;
        tni_http1_outcome r =
            trailers       ? tni_http1_read_trailers(at, n, &seen, head, &used)
            : k == REQUEST ? tni_http1_read_request(at, n, &seen, head, &used)
                           : tni_http1_read_response(at, n, k == RESPONSE_TO_HEAD, &seen,
                                                     head, &used);
        if (r != TNI_HTTP1_MORE) {
            f->start += r == TNI_HTTP1_OK ? used : 0;
            return r;
        }
        if (!feed_more(f)) {
            return r;
        }
    }
}

static tni_http1_outcome read_body(feed *f, const tni_http1_head *head, tni_buf *data) {
    tni_http1_body b;
    tni_http1_body_init(&b, head->framing, head->length);
    for (;;) {
        size_t used, n;
        const u8 *piece;
        tni_http1_outcome r = tni_http1_read_body(&b, f->bytes + f->start,
                                                  f->there - f->start, &used, &piece, &n);
        ck_assert_uint_le(used, f->there - f->start);
        tni_buf_put(data, piece, n);
        f->start += used;
        if (r != TNI_HTTP1_MORE) {
            return r;
        }
        if (used == 0 && !feed_more(f)) {
            return r;
        }
    }
}

static void show_message(tni_buf *out, feed *f, kind k) {
    static tni_http1_head head, trailers;
    tni_http1_outcome r = read_head(f, k, false, &head);
    if (r != TNI_HTTP1_OK) {
        show_error(out, r);
        return;
    }
    if (k == REQUEST) {
        show(out, head.method);
        tni_buf_byte(out, ' ');
        show(out, head.target);
    } else {
        tni_buf_format(out, "%u ", (unsigned)head.status);
        show(out, head.reason);
    }
    tni_buf_format(out, " | 1.%u %s%s", (unsigned)head.minor,
                   head.keep_alive ? "keep" : "close",
                   head.expects_continue ? " continue" : "");
    show_fields(out, &head, "");
    tni_buf data;
    tni_buf_init(&data, &heap);
    r = read_body(f, &head, &data);
    if (head.framing != TNI_HTTP1_EMPTY) {
        tni_buf_str(out, TNI_STR(" | body "));
        show(out, (tni_str){(const char *)data.data, data.count});
    }
    tni_buf_free(&data);
    if (r == TNI_HTTP1_OK && head.framing == TNI_HTTP1_CHUNKED) {
        r = read_head(f, k, true, &trailers);
        if (r == TNI_HTTP1_OK) {
            show_fields(out, &trailers, "trailer ");
        }
    }
    if (r != TNI_HTTP1_OK) {
        tni_buf_str(out, TNI_STR(" | "));
        show_error(out, r);
    } else if (f->start < f->len) {
        tni_buf_format(out, " | %zu bytes follow", f->len - f->start);
    }
}

/* -- the tables -- */

static void check_case(const char *kind_name, const char *name, const tni_buf *input,
                       const char *expected) {
    const kind k = strcmp(kind_name, "request") == 0    ? REQUEST
                   : strcmp(kind_name, "response") == 0 ? RESPONSE
                                                        : RESPONSE_TO_HEAD;
    static const size_t steps[] = {SIZE_MAX, 1, 7};
    for (size_t i = 0; i < TNI_COUNT_OF(steps); i++) {
        tni_buf text;
        tni_buf_init(&text, &heap);
        /* A copy of its own, so that a sanitizer sees reads past the end. */
        u8 *bytes = malloc(input->count + 1);
        if (input->count > 0) {
            memcpy(bytes, input->data, input->count);
        }
        feed f = {bytes, input->count, steps[i], 0, 0};
        show_message(&text, &f, k);
        tni_buf_byte(&text, 0);
        ck_assert_msg(strcmp((const char *)text.data, expected) == 0,
                      "%s, in steps of %zu:\n     got %s\nexpected %s", name, steps[i],
                      (const char *)text.data, expected);
        free(bytes);
        tni_buf_free(&text);
    }
}

START_TEST(requests) {
    ck_assert_uint_ge(for_each_case("spec-tests/http/requests.txt", check_case), 100);
}
END_TEST

START_TEST(responses) {
    ck_assert_uint_ge(for_each_case("spec-tests/http/responses.txt", check_case), 30);
}
END_TEST

/* -- writing -- */

START_TEST(writing) {
    tni_buf b;
    tni_buf_init(&b, &heap);
    tni_http1_put_request(&b, TNI_STR("POST"), TNI_STR("/x?y"));
    tni_http1_put_field(&b, TNI_STR("host"), TNI_STR("a"));
    tni_http1_put_field(&b, TNI_STR("transfer-encoding"), TNI_STR("chunked"));
    tni_http1_put_end(&b);
    tni_http1_put_chunk(&b, (const u8 *)"0123456789abcdef", 16);
    tni_http1_put_chunk(&b, (const u8 *)"x", 1);
    tni_http1_put_last_chunk(&b);
    tni_http1_put_field(&b, TNI_STR("sum"), TNI_STR("17"));
    tni_http1_put_end(&b);
    static const char expected[] =
        "POST /x?y HTTP/1.1\r\nhost: a\r\n"
        "transfer-encoding: chunked\r\n\r\n"
        "10\r\n0123456789abcdef\r\n1\r\nx\r\n0\r\nsum: 17\r\n\r\n";
    ck_assert_uint_eq(b.count, sizeof expected - 1);
    ck_assert_mem_eq(b.data, expected, b.count);
    /* What is written is read as what it was. */
    tni_buf text;
    tni_buf_init(&text, &heap);
    feed f = {b.data, b.count, 3, 0, 0};
    show_message(&text, &f, REQUEST);
    tni_buf_byte(&text, 0);
    ck_assert_str_eq((const char *)text.data,
                     "POST /x?y | 1.1 keep | host: a | transfer-encoding: chunked | body "
                     "0123456789abcdefx | trailer sum: 17");
    tni_buf_free(&text);
    b.count = 0;
    tni_http1_put_status(&b, 404);
    tni_http1_put_status(&b, 299);
    tni_buf_byte(&b, 0);
    ck_assert_str_eq((const char *)b.data, "HTTP/1.1 404 Not Found\r\nHTTP/1.1 299 \r\n");
    tni_buf_free(&b);
}
END_TEST

START_TEST(syntax) {
    u64 n;
    ck_assert(tni_http1_number(TNI_STR("18446744073709551615"), &n) && n == UINT64_MAX);
    ck_assert(!tni_http1_number(TNI_STR("18446744073709551616"), &n));
    ck_assert(!tni_http1_number(TNI_STR(""), &n));
    ck_assert(tni_http1_is_authority(TNI_STR("[::1]")));
    ck_assert(!tni_http1_is_authority(TNI_STR("[]")));
    ck_assert(!tni_http1_is_authority(TNI_STR(":80")));
    ck_assert(!tni_http1_is_authority(TNI_STR("")));
    ck_assert(!tni_http1_is_authority(TNI_STR("[::1]x")));
    ck_assert(tni_http1_is_value(TNI_STR("")));
    ck_assert(!tni_http1_is_value(TNI_STR("a\nb")));
    ck_assert(!tni_http1_is_value(TNI_STR(" a")));
    for (int r = 0; r < TNI_HTTP1_OUTCOMES; r++) {
        ck_assert_ptr_nonnull(tni_http1_text((tni_http1_outcome)r));
        ck_assert_uint_ge(tni_http1_answer((tni_http1_outcome)r), 200);
    }
}
END_TEST

int main(void) {
    tni_heap_init(&heap, &tenon_platform_default()->allocator, UINT64_MAX);
    Suite *s = suite_create("HTTP/1.1");
    TCase *t = tcase_create("messages");
    tcase_set_timeout(t, 60);
    tcase_add_test(t, requests);
    tcase_add_test(t, responses);
    tcase_add_test(t, writing);
    tcase_add_test(t, syntax);
    suite_add_tcase(s, t);
    return run_suite_here(s);
}
