/* test_http_client.c: the HTTP client over real connections: what is kept for the next
 * request and what is not, requests that are sent again, and https by a hook. */
#include "httphosts.h"
#include "suite.h"

static char text[RAW_BYTES];
static char authority[50];

static void pause_us(long us) {
    (void)poll(NULL, 0, (int)(us / 1000));
}

static void set_up(void) {
    configure();
    toy_answer = 0;
    toy_want_reads = toy_want_writes = 0;
}

static void begin(bool is_secure) {
    raw_start(is_secure);
    snprintf(authority, sizeof authority, "127.0.0.1:%u", raw.port);
    ck_assert(start());
}

static void end(void) {
    finish();
    raw_stop();
    ck_assert_int_eq(toy_sessions, 0);
}

static int get(const char *path) {
    request q = {.authority = authority, .path = path};
    return fetch(&q, text, NULL);
}

static void expect(const char *path, const char *body) {
    ck_assert_int_eq(get(path), 200);
    ck_assert_msg(strcmp(text, body) == 0, "%s: %s, not %s", path, text, body);
}

/* -- connections that are kept -- */

START_TEST(one_connection_for_all) {
    int trailers;
    begin(false);
    expect("/", "conn 1 request 1");
    expect("/", "conn 1 request 2");
    request q = {.authority = authority, .path = "/chunked"};
    ck_assert_int_eq(fetch(&q, text, &trailers), 200);
    ck_assert_str_eq(text, "conn 1 request 3");
    ck_assert_int_eq(trailers, 1);
    expect("/chunked", "conn 1 request 4"); /* the trailers are let go */
    ck_assert_int_eq(get("/204"), 204);
    q = (request){
        .authority = authority, .path = "/", .method = WASI_HTTP_TYPES_METHOD_HEAD};
    ck_assert_int_eq(fetch(&q, text, NULL), 200);
    ck_assert_str_eq(text, "");
    q = (request){.authority = authority,
                  .path = "/echo",
                  .body = "abc",
                  .times = 2,
                  .method = WASI_HTTP_TYPES_METHOD_POST,
                  .has_length = true};
    ck_assert_int_eq(fetch(&q, text, NULL), 200);
    ck_assert_str_eq(text, "abcabc");
    q.has_length = false;
    ck_assert_int_eq(fetch(&q, text, NULL), 200);
    ck_assert_str_eq(text, "3\r\nabc\r\n3\r\nabc\r\n0\r\n\r\n");
    expect("/early", "conn 1 request 9");
    expect("/1.0-keep", "conn 1 request 10");
    ck_assert_int_eq(raw.accepted, 1);
    end();
}
END_TEST

START_TEST(not_kept) {
    static const char *const paths[] = {"/close", "/until", "/1.0", "/extra"};
    begin(false);
    for (int i = 0; i < 4; i++) {
        char body[50];
        snprintf(body, sizeof body, "conn %d request 1", i + 1);
        expect(paths[i], body);
    }
    ck_assert_int_eq(get("/short"), E(HTTP_RESPONSE_INCOMPLETE));
    expect("/", "conn 6 request 1");
    end();
}
END_TEST

/* The body is there, but nobody has read it to its end. */
START_TEST(not_read_to_its_end) {
    begin(false);
    for (int i = 0; i < 2; i++) {
        request q = {.authority = authority, .path = "/chunked"};
        future f = {0};
        int code;
        ck_assert_int_eq(send_request(&q, &f), OK);
        uint32_t response = get_response(f, &code);
        ck_assert_uint_ne(response, 0);
        runtime_drop_all(wasi);
    }
    expect("/", "conn 3 request 1");
    end();
}
END_TEST

START_TEST(as_many_as_are_under_way) {
    begin(false);
    request q = {.authority = authority, .path = "/"};
    future f[6];
    int code;
    for (int i = 0; i < 6; i++) {
        ck_assert_int_eq(send_request(&q, &f[i]), OK);
    }
    for (int i = 0; i < 6; i++) {
        wasi_http_types_result_own_incoming_body_void_t body = {0};
        wasi_http_types_result_own_input_stream_void_t stream = {0};
        uint32_t r = get_response(f[i], &code);
        ck_assert_int_eq(HTTP(method_incoming_response_consume,
                              (wasi_http_types_borrow_incoming_response_t){r}, &body),
                         TENON_OK);
        ck_assert_int_eq(
            HTTP(method_incoming_body_stream,
                 (wasi_http_types_borrow_incoming_body_t){body.val.ok.handle}, &stream),
            TENON_OK);
        ck_assert_int_eq(read_body(stream.val.ok.handle, text), OK);
    }
    ck_assert_int_eq(raw.accepted, 6); /* of which 4 are kept */
    for (int i = 0; i < 6; i++) {
        ck_assert_int_eq(send_request(&q, &f[i]), OK);
    }
    for (int i = 0; i < 6; i++) {
        ck_assert_uint_ne(get_response(f[i], &code), 0);
    }
    ck_assert_int_eq(raw.accepted, 8);
    end();
}
END_TEST

START_TEST(never_for_another_host) {
    char other[50];
    begin(false);
    expect("/", "conn 1 request 1");
    snprintf(other, sizeof other, "localhost:%u", raw.port);
    request q = {.authority = other, .path = "/"};
    ck_assert_int_eq(fetch(&q, text, NULL), 200);
    ck_assert_str_eq(text, "conn 2 request 1");
    snprintf(other, sizeof other, "LocalHost:%u", raw.port);
    ck_assert_int_eq(fetch(&q, text, NULL), 200);
    ck_assert_str_eq(text, "conn 2 request 2");
    expect("/", "conn 1 request 2");
    end();
}
END_TEST

START_TEST(none_at_all) {
    config.http.keep.total = 0;
    begin(false);
    expect("/", "conn 1 request 1");
    expect("/", "conn 2 request 1");
    end();
    set_up();
    config.http.keep.per_host = 1;
    config.http.keep.total = 1;
    begin(false);
    char other[50];
    snprintf(other, sizeof other, "localhost:%u", raw.port);
    request q = {.authority = other, .path = "/"};
    expect("/", "conn 1 request 1");
    ck_assert_int_eq(fetch(&q, text, NULL), 200);
    expect("/", "conn 3 request 1"); /* there is room for one in all */
    end();
    set_up();
    config.http.keep.idle_ns = 30000000;
    begin(false);
    expect("/", "conn 1 request 1");
    pause_us(60000);
    expect("/", "conn 2 request 1");
    /* The wait ends it by itself. */
    uint64_t deadline_ns = TENON_NO_DEADLINE;
    ck_assert_uint_eq(tenon_wasi_waiting(wasi, NULL, 0, &deadline_ns), 0);
    ck_assert_uint_ne(deadline_ns, TENON_NO_DEADLINE);
    pause_us(60000);
    tenon_wasi_look(wasi);
    deadline_ns = TENON_NO_DEADLINE;
    tenon_wasi_waiting(wasi, NULL, 0, &deadline_ns);
    ck_assert_uint_eq(deadline_ns, TENON_NO_DEADLINE);
    end();
}
END_TEST

/* -- a connection that was kept is closed -- */

START_TEST(closed_before_it_is_taken) {
    begin(false);
    expect("/lie", "conn 1 request 1");
    pause_us(50000);
    expect("/", "conn 2 request 1");
    end();
}
END_TEST

START_TEST(closed_when_it_is_used) {
    begin(false);
    expect("/", "conn 1 request 1");
    expect("/drop-second", "conn 2 request 1"); /* sent again, over another one */
    ck_assert_int_eq(raw.requests, 3);
    request q = {.authority = authority,
                 .path = "/drop-second",
                 .method = WASI_HTTP_TYPES_METHOD_PUT,
                 .body = "x",
                 .times = 5000};
    ck_assert_int_eq(fetch(&q, text, NULL), 200); /* with its body */
    ck_assert_str_eq(text, "conn 3 request 1");
    q.method = WASI_HTTP_TYPES_METHOD_POST; /* not idempotent */
    ck_assert_int_eq(fetch(&q, text, NULL), E(CONNECTION_TERMINATED));
    ck_assert_int_eq(raw.accepted, 3);
    /* A new connection that is closed is an error, for all methods. */
    ck_assert_int_eq(get("/drop"), E(CONNECTION_TERMINATED));
    ck_assert_int_eq(raw.accepted, 4);
    end();
}
END_TEST

START_TEST(too_large_to_be_sent_again) {
    begin(false);
    expect("/", "conn 1 request 1");
    request q = {.authority = authority,
                 .path = "/drop-second",
                 .has_length = true,
                 .method = WASI_HTTP_TYPES_METHOD_PUT,
                 .body =
                     "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef",
                 .times = 2000};
    ck_assert_int_eq(fetch(&q, text, NULL), E(CONNECTION_TERMINATED));
    ck_assert_int_eq(raw.accepted, 1);
    end();
}
END_TEST

START_TEST(timeouts) {
    begin(false);
    request q = {.authority = authority, .path = "/hang", .first_byte_ns = 50000000};
    ck_assert_int_eq(fetch(&q, text, NULL), E(CONNECTION_READ_TIMEOUT));
    expect("/", "conn 2 request 1");
    q.path = "/hang";
    ck_assert_int_eq(fetch(&q, text, NULL), E(CONNECTION_READ_TIMEOUT));
    expect("/", "conn 3 request 1");
    end();
}
END_TEST

/* -- https -- */

START_TEST(https_without_a_hook) {
    begin(true);
    request q = {.authority = authority, .path = "/", .is_https = true};
    ck_assert_int_eq(fetch(&q, text, NULL), E(INTERNAL_ERROR));
    ck_assert(last.val.internal_error.is_some);
    ck_assert_str_eq(last.val.internal_error.val.ptr,
                     "https needs a TLS hook, and this host has none");
    tenon_tls server_only = toy_tls;
    finish();
    configure();
    server_only.connect = NULL;
    config.http.tls = &server_only;
    start();
    ck_assert_int_eq(fetch(&q, text, NULL), E(INTERNAL_ERROR));
    end();
}
END_TEST

static void begin_secure(void) {
    config.http.tls = &toy_tls;
    begin(true);
}

START_TEST(https_with_a_hook) {
    static char expected[RAW_BYTES];
    begin_secure();
    request q = {.authority = authority, .path = "/", .is_https = true};
    ck_assert_int_eq(fetch(&q, text, NULL), 200);
    ck_assert_str_eq(text, "conn 1 request 1");
    ck_assert_str_eq(raw.peers[0].session->host, "127.0.0.1");
    ck_assert_uint_gt(toy_want_reads, 0);
    ck_assert_uint_gt(toy_want_writes, 0);
    /* The connection is kept, and large bodies go both ways; reading wants to write. */
    raw.wants_answer = true;
    q = (request){.authority = authority,
                  .path = "/echo",
                  .is_https = true,
                  .has_length = true,
                  .method = WASI_HTTP_TYPES_METHOD_POST,
                  .body = "0123456789abcdef",
                  .times = 2000};
    for (size_t i = 0; i < q.times; i++) {
        memcpy(expected + i * 16, q.body, 16);
    }
    ck_assert_int_eq(fetch(&q, text, NULL), 200);
    ck_assert(strcmp(text, expected) == 0);
    ck_assert_int_eq(raw.accepted, 1);
    /* Until the end of the session. */
    q = (request){.authority = authority, .path = "/until", .is_https = true};
    ck_assert_int_eq(fetch(&q, text, NULL), 200);
    ck_assert_str_eq(text, "conn 1 request 3");
    /* A connection without TLS is another one. */
    q.path = "/";
    ck_assert_int_eq(fetch(&q, text, NULL), 200);
    ck_assert_str_eq(text, "conn 2 request 1");
    q.is_https = false;
    q.first_byte_ns = 50000000;
    int r = fetch(&q, text, NULL);
    ck_assert_msg(r == E(CONNECTION_TERMINATED) || r == E(HTTP_RESPONSE_INCOMPLETE), "%d",
                  r);
    ck_assert_int_eq(raw.accepted, 3);
    end();
}
END_TEST

START_TEST(https_that_fails) {
    request q = {.authority = authority, .path = "/", .is_https = true};
    begin_secure();
    toy_answer = 48;
    ck_assert_int_eq(fetch(&q, text, NULL), E(TLS_ALERT_RECEIVED));
    ck_assert(last.val.tls_alert_received.alert_id.is_some);
    ck_assert_int_eq(last.val.tls_alert_received.alert_id.val, 48);
    ck_assert_str_eq(last.val.tls_alert_received.alert_message.val.ptr, "unknown_ca");
    toy_answer = 200; /* a number that has no name */
    ck_assert_int_eq(fetch(&q, text, NULL), E(TLS_ALERT_RECEIVED));
    ck_assert_int_eq(last.val.tls_alert_received.alert_id.val, 200);
    ck_assert(!last.val.tls_alert_received.alert_message.is_some);
    toy_answer = 'N';
    ck_assert_int_eq(fetch(&q, text, NULL), E(TLS_CERTIFICATE_ERROR));
    toy_answer = 0;
    /* The socket ends before the session does: what came is not whole. */
    q.path = "/lie";
    ck_assert_int_eq(fetch(&q, text, NULL), 200);
    end();
    set_up();
    config.http.tls = &toy_tls;
    begin(false); /* a server that speaks none */
    q.path = "/";
    q.first_byte_ns = 50000000;
    wasi_http_types_result_void_void_t r = {0};
    (void)r;
    future f = {0};
    int code;
    ck_assert_int_eq(send_request(&q, &f), OK);
    /* It waits for the rest of a request. */
    for (int i = 0; i < 20 && raw.accepted == 0; i++) {
        pause_us(10000);
    }
    shutdown(raw.peers[0].fd, SHUT_RDWR);
    ck_assert_uint_eq(get_response(f, &code), 0);
    ck_assert_int_eq(code, E(CONNECTION_TERMINATED));
    end();
}
END_TEST

static Suite *suite(void) {
    Suite *s = suite_create("http client");
    TCase *t = tcase_create("all");
    tcase_add_checked_fixture(t, set_up, NULL);
    tcase_add_test(t, one_connection_for_all);
    tcase_add_test(t, not_kept);
    tcase_add_test(t, not_read_to_its_end);
    tcase_add_test(t, as_many_as_are_under_way);
    tcase_add_test(t, never_for_another_host);
    tcase_add_test(t, none_at_all);
    tcase_add_test(t, closed_before_it_is_taken);
    tcase_add_test(t, closed_when_it_is_used);
    tcase_add_test(t, too_large_to_be_sent_again);
    tcase_add_test(t, timeouts);
    tcase_add_test(t, https_without_a_hook);
    tcase_add_test(t, https_with_a_hook);
    tcase_add_test(t, https_that_fails);
    tcase_set_timeout(t, 30);
    suite_add_tcase(s, t);
    return s;
}

int main(void) {
    return run_suite(suite());
}
