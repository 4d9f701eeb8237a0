/* test_http_server.c: raw requests through the server of tenon/http.h, over a socket, to
 * a component that sends bodies back: each of spec-tests/http/requests.txt is answered as
 * what was read of it says, and each of conversations.txt to the byte. */
#define _GNU_SOURCE
#include "httpserver.h"
#include "httptable.h"
#include "suite.h"

static char text[RAW_BYTES];
static tenon_http_config http;

static void set_up(void) {
    configure();
    tenon_http_config_init(&http);
    http.allocator = config.allocator;
    refuse_later = false;
    tolerant = false;
}

/* What the client does: sends pieces, waiting between them, and then ends, or does not.
 */
typedef struct client {
    int fd;
    const tni_buf *input;
    size_t step; /* bytes at a time; 0: all */
    bool holds;  /* the connection open */
} client;

enum { PAUSE = 0xff, PAUSE_MS = 40 }; /* a byte that stands for a pause */

/* Sends up to the next pause. */
static bool send_piece(client *c, size_t *at) {
    size_t end = *at;
    while (end < c->input->count && c->input->data[end] != PAUSE &&
           (c->step == 0 || end < *at + c->step)) {
        end++;
    }
    if (end > *at && send(c->fd, c->input->data + *at, end - *at, MSG_NOSIGNAL) < 0) {
        return false;
    }
    if (end < c->input->count && c->input->data[end] == PAUSE) {
        (void)poll(NULL, 0, PAUSE_MS);
        end++;
    }
    *at = end;
    return end < c->input->count;
}

static void *run_client(void *arg) {
    client *c = arg;
    size_t at = 0;
    while (send_piece(c, &at)) {
    }
    if (!c->holds) {
        shutdown(c->fd, SHUT_WR);
    }
    return NULL;
}

/* The answers, without dates, in `text`. */
static void converse(const tni_buf *input, size_t step, bool holds) {
    int fds[2];
    pthread_t thread;
    tenon_http_connection *c;
    make_pair(fds);
    client side = {fds[1], input, step, holds};
    ck_assert_int_eq(pthread_create(&thread, NULL, run_client, &side), 0);
    start();
    ck_assert_int_eq(tenon_http_connection_new(&http, fds[0], &c, &error), TENON_OK);
    serve(c);
    tenon_http_connection_delete(c);
    finish();
    size_t n = 0;
    for (ssize_t got; (got = recv(fds[1], text + n, sizeof text - n - 1, 0)) > 0;) {
        n += (size_t)got;
    }
    text[n] = '\0';
    pthread_join(thread, NULL);
    close(fds[1]);
    remove_dates(text);
}

/* -- requests.txt -- */

/* The status that the table's line implies; 0: the client ended before there was one. */
static unsigned status_of(const char *expected) {
    unsigned status;
    if (sscanf(expected, "%3u ", &status) == 1) {
        return status; /* an error in the head */
    }
    if (strcmp(expected, "more") == 0) {
        return 0;
    }
    const char *end = strrchr(expected, '|');
    bool is_cut = end != NULL && strcmp(end, "| more") == 0;
    bool is_bad = end != NULL && sscanf(end, "| %3u ", &status) == 1 && status >= 400;
    /* The component hears of what is wrong with the body, and gives no answer: the
     * server's is what was wrong. */
    return is_cut ? 500 : is_bad ? status : 200;
}

static void check_request(const char *kind, const char *name, const tni_buf *input,
                          const char *expected) {
    unsigned want = status_of(expected), got = 0;
    char line[300];
    (void)kind;
    converse(input, 0, false);
    sscanf(text, "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 %u", &got);
    sscanf(text, "HTTP/1.1 %u", got == 0 ? &got : &(unsigned){0});
    ck_assert_msg(got == want, "%s: %u, not %u: %s", name, got, want, text);
    /* An error says what is wrong, and ends the connection. */
    if (want >= 400 && want != 500) {
        const char *what = strrchr(expected, '|');
        snprintf(line, sizeof line, "\r\nconnection: close\r\n\r\n%s\n",
                 what != NULL ? what + 6 : expected + 4);
        ck_assert_msg(strstr(text, line) != NULL, "%s: %s", name, text);
    }
    bool closes = strstr(expected, " close") != NULL;
    ck_assert_msg(!closes || strstr(text, "connection: close\r\n") != NULL, "%s: %s",
                  name, text);
}

START_TEST(requests_of_the_table) {
    tolerant = true;
    ck_assert_uint_ge(for_each_case("spec-tests/http/requests.txt", check_request), 150);
}
END_TEST

/* -- conversations.txt -- */

/* What is said of a conversation before its name. */
static bool set_option(const char *word) {
    unsigned n;
    if (sscanf(word, "idle-ms=%u", &n) == 1) {
        http.idle_timeout_ns = n * UINT64_C(1000000);
    } else if (sscanf(word, "max-body=%u", &n) == 1) {
        http.max_body_bytes = n;
    } else {
        return strcmp(word, "holds") == 0;
    }
    return true;
}

static void check_conversation(const char *kind, const char *name, const tni_buf *input,
                               const char *expected) {
    char words[100];
    bool holds = strstr(kind, "holds") != NULL;
    snprintf(words, sizeof words, "%s", kind);
    const uint64_t idle_ns = http.idle_timeout_ns, most = http.max_body_bytes;
    for (char *w = strtok(words, " "); w != NULL; w = strtok(NULL, " ")) {
        ck_assert_msg(strcmp(w, "conversation") == 0 || set_option(w), "%s", kind);
    }
    for (size_t step = 0; step <= 1; step++) { /* whole, and byte by byte */
        tni_buf got;
        tni_buf_init(&got, &heap);
        converse(input, step, holds);
        show(&got, (tni_str){text, strlen(text)});
        tni_buf_byte(&got, 0);
        if (getenv("SHOW") != NULL) {
            printf("%s\n= %s\n", name, (const char *)got.data);
        } else {
            ck_assert_msg(strcmp((const char *)got.data, expected) == 0,
                          "%s, %s:\n     got %s\nexpected %s", name,
                          step == 0 ? "whole" : "byte by byte", (const char *)got.data,
                          expected);
        }
        tni_buf_free(&got);
    }
    http.idle_timeout_ns = idle_ns;
    http.max_body_bytes = most;
}

START_TEST(conversations) {
    tolerant = true;
    ck_assert_uint_ge(
        for_each_case("spec-tests/http/conversations.txt", check_conversation), 25);
}
END_TEST

/* A client that takes nothing is not told ever more before its answer. */
START_TEST(informing_has_an_end) {
    static const char head[] = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
    int fds[2];
    tenon_http_connection *c;
    tenon_wait item;
    uint64_t deadline_ns = TENON_NO_DEADLINE;
    uint32_t args[2];
    tenon_func *func;
    wasi_http_types_result_void_error_code_t r = {0};
    static uint8_t long_value[4000];
    const tenon_string name = {"link", 4};
    const wasi_http_types_list_u8_t value = {long_value, sizeof long_value};
    size_t times = 0;
    make_pair(fds);
    ck_assert_int_eq(send(fds[1], head, sizeof head - 1, 0), sizeof head - 1);
    start();
    ck_assert_int_eq(tenon_http_connection_new(&http, fds[0], &c, &error), TENON_OK);
    ck_assert_int_eq(tenon_http_connection_step(c, &item, &deadline_ns),
                     TENON_HTTP_REQUEST);
    ck_assert_int_eq(tenon_http_connection_handle(c, wasi, NULL, &func, args, &error),
                     TENON_OK);
    memset(long_value, 'x', sizeof long_value);
    while (!r.is_err && times++ < 1000) {
        wasi_http_types_own_fields_t fields = {0};
        wasi_http_types_result_void_header_error_t set = {0};
        ck_assert(is_ok(HTTP(constructor_fields, &fields)) &&
                  is_ok(HTTP(method_fields_append,
                             (wasi_http_types_borrow_fields_t){fields.handle}, &name,
                             &value, &set)));
        ck_assert(is_ok(HTTP(method_response_outparam_send_informational,
                             (wasi_http_types_borrow_response_outparam_t){args[1]}, 103,
                             (wasi_http_types_own_headers_t){fields.handle}, &r)));
    }
    ck_assert(r.is_err && r.val.err.tag == WASI_HTTP_TYPES_ERROR_CODE_INTERNAL_ERROR);
    ck_assert_uint_gt(times, 64 * 1024 / sizeof long_value);
    ck_assert_uint_lt(live_bytes, 1 << 20);
    runtime_drop_all(wasi);
    tenon_http_connection_end(c);
    tenon_http_connection_delete(c);
    finish();
    close(fds[1]);
}
END_TEST

int main(void) {
    tni_heap_init(&heap, &tenon_platform_default()->allocator, UINT64_MAX);
    Suite *s = suite_create("http server");
    TCase *t = tcase_create("all");
    tcase_add_checked_fixture(t, set_up, NULL);
    tcase_add_test(t, requests_of_the_table);
    tcase_add_test(t, conversations);
    tcase_add_test(t, informing_has_an_end);
    tcase_set_timeout(t, 60);
    suite_add_tcase(s, t);
    return run_suite(s);
}
