/* test_http_fail.c: the HTTP client and the server over a platform that fails: every call
 * failing in turn in several ways, every allocation and every handle failing in turn,
 * with TLS and without; each outcome is an error-code or the end of the call, and nothing
 * stays open. */
#define _GNU_SOURCE
#include "failplatform.h"
#include "httpserver.h"
#include "inturn.h"
#include "suite.h"

static char text[RAW_BYTES];
static char authority[50], by_name[50];
static bool is_secure;
static unsigned client_failures;

/* What a client sends, and what is answered without dates. */
static const char two_requests[] =
    "POST /a HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\nhello"
    "GET /refused HTTP/1.1\r\nHost: h\r\n\r\n";
static const char two_answers[] = "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n"
                                  "5\r\nhello\r\n0\r\nx-sum: 2\r\n\r\n"
                                  "HTTP/1.1 503 Service Unavailable\r\n"
                                  "content-type: text/plain; charset=utf-8\r\n"
                                  "content-length: 20\r\nconnection: close\r\n\r\n"
                                  "Service Unavailable\n";

/* The same with informational responses, to HEAD and to who waits for one. */
static const char two_informed[] =
    "HEAD /early HTTP/1.1\r\nHost: h\r\n\r\n"
    "POST /go-on HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n"
    "hello";
static const char informed_answers[] =
    "HTTP/1.1 103 Early Hints\r\nlink: 7\r\n\r\nHTTP/1.1 102 Processing\r\n\r\n"
    "HTTP/1.1 199 \r\n\r\nHTTP/1.1 200 OK\r\n\r\n"
    "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n"
    "5\r\nhello\r\n0\r\nx-sum: 2\r\n\r\n";
static const char *asked_for, *answers;

static void expect_answers(const char *sent, const char *expected) {
    asked_for = sent;
    answers = expected;
}

static void set_up(void) {
    configure();
    platform_reset();
    config.platform = &platform;
    is_secure = false;
    toy_answer = 0;
    refuse_later = true;
    expect_answers(two_requests, two_answers);
}

static void tear_down(void) {
    ck_assert_int_eq(open_things, 0);
    ck_assert_int_eq(toy_sessions, 0);
}

/* -- the client -- */

/* Stops at what fails first: what that is, or OK. */
static int use_client(void) {
    enum { POST = WASI_HTTP_TYPES_METHOD_POST };
    const struct {
        request q;
        const char *text; /* or NULL: any */
    } steps[] = {
        {{.path = "/"}, NULL},
        {{.path = "/drop-second"}, NULL}, /* is sent again, if it has to be */
        {{.path = "/echo", .method = POST, .body = "abc", .times = 3, .has_length = true},
         "abcabcabc"},
        {{.path = "/echo", .method = POST, .body = "x", .trailer = "1"},
         "1\r\nx\r\n0\r\nx-sum: 1\r\n\r\n"},
        {{.path = "/chunked"}, NULL},
        {{.path = "/close"}, NULL},
        {{.path = "/until"}, NULL},
        {{.path = "/", .authority = by_name, .first_byte_ns = 10000000000}, NULL},
    };
    int count = 0;
    for (size_t i = 0; i < sizeof steps / sizeof steps[0]; i++) {
        request q = steps[i].q;
        q.authority = q.authority == NULL ? authority : q.authority;
        q.is_https = is_secure;
        int r = fetch(&q, text, &count);
        if (r != 200) {
            ck_assert_int_ne(r, OK);
            return r;
        }
        ck_assert(steps[i].text == NULL || strcmp(text, steps[i].text) == 0);
    }
    return OK;
}

static void start_raw(void) {
    raw_start(is_secure);
    config.http.tls = is_secure ? &toy_tls : NULL;
    snprintf(authority, sizeof authority, "127.0.0.1:%u", raw.port);
    snprintf(by_name, sizeof by_name, "localhost:%u", raw.port);
}

/* What may come of the client's calls. */
static bool is_expected(const char *name, tenon_os_error how, int r) {
    static const struct {
        const char *name;
        int codes[5];
    } rows[] = {
        {"open",
         {E(DESTINATION_UNAVAILABLE), E(CONNECTION_LIMIT_REACHED), E(CONNECTION_TIMEOUT),
          E(CONNECTION_REFUSED), E(DESTINATION_IP_UNROUTABLE)}},
        {"connect",
         {E(DESTINATION_UNAVAILABLE), E(CONNECTION_LIMIT_REACHED), E(CONNECTION_TIMEOUT),
          E(CONNECTION_REFUSED), E(DESTINATION_IP_UNROUTABLE)}},
        {"connected",
         {E(DESTINATION_UNAVAILABLE), E(CONNECTION_LIMIT_REACHED), E(CONNECTION_TIMEOUT),
          E(CONNECTION_REFUSED), E(DESTINATION_IP_UNROUTABLE)}},
        {"send", {E(CONNECTION_TERMINATED), E(HTTP_RESPONSE_INCOMPLETE)}},
        {"receive", {E(CONNECTION_TERMINATED), E(HTTP_RESPONSE_INCOMPLETE)}},
        {"lookup_start", {E(DNS_ERROR)}},
        {"lookup_next", {E(DNS_ERROR), E(DNS_TIMEOUT)}},
    };
    if (r == OK) { /* it did not matter, or there was another way */
        return true;
    }
    if (strcmp(name, "wait") == 0) { /* the one that ends the call */
        return r == FAILED && how != TENON_OS_INTERRUPTED;
    }
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        for (size_t k = 0; strcmp(rows[i].name, name) == 0 && k < 5; k++) {
            if (rows[i].codes[k] == r) {
                return true;
            }
        }
    }
    return false;
}

/* How many of the runs failed. */
static unsigned fail_each_call(tenon_os_error how, unsigned uses) {
    unsigned failures = 0;
    for (unsigned n = 1; n <= uses; n++) {
        runtime_reset();
        tolerant = true;
        ck_assert(start());
        calls = 0;
        fail_call = n;
        failure = how;
        failed_call = "wait";
        int r = use_client();
        fail_call = 0;
        ck_assert_msg(is_expected(failed_call, how, r),
                      "call %u of %u: %s failing by %d: %d", n, uses, failed_call, how,
                      r);
        failures += r != OK;
        finish();
        ck_assert_int_eq(open_things, 0);
    }
    return failures;
}

START_TEST(every_call_of_the_client) {
    static const tenon_os_error how[] = {
        TENON_OS_IO,          TENON_OS_WOULD_BLOCK,      TENON_OS_INTERRUPTED,
        TENON_OS_PIPE,        TENON_OS_CONNECTION_RESET, TENON_OS_TOO_MANY_FILES,
        TENON_OS_UNREACHABLE, TENON_OS_RESOLVER_BUSY,
    };
    start_raw();
    start();
    calls = 0;
    ck_assert_int_eq(use_client(), OK);
    unsigned uses = calls;
    finish();
    ck_assert_uint_gt(uses, 40);
    for (size_t i = 0; i < sizeof how / sizeof how[0]; i++) {
        unsigned failures = fail_each_call(how[i], uses);
        ck_assert_msg(how[i] != TENON_OS_IO || failures > uses / 3, "%u of %u", failures,
                      uses);
    }
    raw_stop();
}
END_TEST

/* Memory that is missing ends the call (FAILED), or the exchange if nobody is called. */
static void check_memory(int r, const char *name, unsigned n) {
    ck_assert_msg(r == FAILED || r == OK || r == E(INTERNAL_ERROR), "%s %u: %d", name, n,
                  r);
    client_failures += r != OK;
}

static void fail_each_allocation(void) {
    start_raw();
    client_failures = 0;
    const unsigned uses = refuse_in_turn(&allocations, use_client, check_memory);
    ck_assert_uint_gt(uses, 50);
    ck_assert_uint_gt(client_failures, uses / 2);
    raw_stop();
}

START_TEST(every_allocation_of_the_client) {
    fail_each_allocation();
}
END_TEST

START_TEST(every_allocation_of_the_client_with_tls) {
    is_secure = true;
    fail_each_allocation();
}
END_TEST

START_TEST(every_handle_of_the_client) {
    start_raw();
    ck_assert_uint_gt(refuse_in_turn(&handles, use_client, check_failed), 40);
    raw_stop();
}
END_TEST

/* TLS that fails at each of its calls. */
static unsigned tls_calls, tls_fail_at;
static tenon_tls_outcome tls_failure;
static bool in_connect; /* it failed there, where it cannot be asked to wait */

static bool tls_fails(void) {
    return ++tls_calls == tls_fail_at;
}

static tenon_tls_outcome bad_connect(void *u, tenon_file f, const char *h,
                                     tenon_tls_session **out) {
    in_connect = tls_fails();
    return in_connect ? tls_failure : toy_connect(u, f, h, out);
}

static tenon_tls_outcome bad_accept(void *u, tenon_file f, tenon_tls_session **out) {
    return tls_fails() ? tls_failure : toy_accept(u, f, out);
}

static tenon_tls_outcome bad_handshake(void *u, tenon_tls_session *s) {
    return tls_fails() ? tls_failure : toy_handshake(u, s);
}

static tenon_tls_outcome bad_read(void *u, tenon_tls_session *s, void *b, size_t len,
                                  size_t *n) {
    return tls_fails() ? tls_failure : toy_read(u, s, b, len, n);
}

static tenon_tls_outcome bad_write(void *u, tenon_tls_session *s, const void *b,
                                   size_t len, size_t *n) {
    return tls_fails() ? tls_failure : toy_write(u, s, b, len, n);
}

START_TEST(every_call_of_tls) {
    static const struct {
        tenon_tls_outcome how;
        int code;
    } rows[] = {
        {TENON_TLS_BROKEN, E(CONNECTION_TERMINATED)},
        {TENON_TLS_PROTOCOL_ERROR, E(TLS_PROTOCOL_ERROR)},
        {TENON_TLS_CERTIFICATE_ERROR, E(TLS_CERTIFICATE_ERROR)},
        {TENON_TLS_ALERT, E(TLS_ALERT_RECEIVED)},
        {TENON_TLS_NO_MEMORY, E(INTERNAL_ERROR)},
        {TENON_TLS_END, E(CONNECTION_TERMINATED)},
        {TENON_TLS_WANTS_WRITE, OK},
    };
    tenon_tls tls = toy_tls;
    tls.connect = bad_connect;
    tls.handshake = bad_handshake;
    tls.read = bad_read;
    tls.write = bad_write;
    is_secure = true;
    start_raw();
    config.http.tls = &tls;
    start();
    tls_calls = tls_fail_at = 0;
    ck_assert_int_eq(use_client(), OK);
    unsigned uses = tls_calls;
    finish();
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        unsigned failures = 0;
        for (unsigned n = 1; n <= uses; n++) {
            runtime_reset();
            tolerant = true;
            start();
            tls_calls = 0;
            in_connect = false;
            tls_fail_at = n;
            tls_failure = rows[i].how;
            int r = use_client();
            tls_fail_at = 0;
            failures += r != OK;
            ck_assert_msg(
                r == OK || r == rows[i].code || r == E(HTTP_RESPONSE_INCOMPLETE) ||
                    (rows[i].how == TENON_TLS_END && r == E(TLS_PROTOCOL_ERROR)) ||
                    (in_connect && r == E(TLS_PROTOCOL_ERROR)),
                "call %u of %u failing by %d: %d", n, uses, (int)rows[i].how, r);
            finish();
            ck_assert_int_eq(toy_sessions >= 0, 1);
        }
        ck_assert_msg(rows[i].code == OK || failures > uses / 3, "%u of %u", failures,
                      uses);
    }
    raw_stop();
}
END_TEST

/* -- the server -- */

/* A connection, and what the client gets, in `text`. */
static int use_server(void) {
    int fds[2];
    tenon_http_connection *c = NULL;
    tenon_http_config http;
    make_pair(fds);
    ck_assert_int_eq(send(fds[1], asked_for, strlen(asked_for), 0), strlen(asked_for));
    shutdown(fds[1], SHUT_WR);
    tenon_http_config_init(&http);
    http.allocator = config.allocator;
    http.platform = &platform;
    open_things++;
    int r = FAILED;
    if (tenon_http_connection_new(&http, fds[0], &c, &error) == TENON_OK) {
        r = serve(c);
    } else {
        ck_assert(tolerant);
    }
    tenon_http_connection_delete(c);
    size_t n = 0;
    for (ssize_t got; (got = recv(fds[1], text + n, sizeof text - n - 1, 0)) > 0;) {
        n += (size_t)got;
    }
    text[n] = '\0';
    close(fds[1]);
    remove_dates(text);
    return r;
}

static void check_answer(int r, const char *what, unsigned n) {
    /* Either the answer, as far as it went, or another in its place. */
    size_t same = 0;
    while (text[same] != '\0' && text[same] == answers[same]) {
        same++;
    }
    /* What differs is the answer in its place, but for its first words. */
    while (same > 0 && text[same] != '\0' && strncmp(text + same, "HTTP/1.1 ", 9) != 0) {
        same--;
    }
    bool is_other = strncmp(text + same, "HTTP/1.1 500 ", 13) == 0;
    ck_assert_msg(is_other || text[same] == '\0', "%s %u: %d: %s", what, n, r, text);
}

static void fail_each_call_of_the_server(void) {
    static const tenon_os_error how[] = {
        TENON_OS_IO,   TENON_OS_WOULD_BLOCK,      TENON_OS_INTERRUPTED,
        TENON_OS_PIPE, TENON_OS_CONNECTION_RESET, TENON_OS_INSUFFICIENT_MEMORY,
    };
    start();
    calls = 0;
    ck_assert_int_eq(use_server(), OK);
    ck_assert_str_eq(text, answers);
    unsigned uses = calls;
    finish();
    ck_assert_uint_gt(uses, 5);
    for (size_t i = 0; i < sizeof how / sizeof how[0]; i++) {
        for (unsigned n = 1; n <= uses; n++) {
            runtime_reset();
            tolerant = true;
            start();
            calls = 0;
            fail_call = n;
            failure = how[i];
            failed_call = "none";
            int r = use_server();
            fail_call = 0;
            check_answer(r, failed_call, n);
            bool matters =
                strcmp(failed_call, "send") == 0 && how[i] != TENON_OS_WOULD_BLOCK;
            ck_assert_msg(!matters || strcmp(text, answers) != 0, "call %u of %u", n,
                          uses);
            finish();
            ck_assert_int_eq(open_things, 0);
        }
    }
}

START_TEST(every_call_of_the_server) {
    fail_each_call_of_the_server();
}
END_TEST

START_TEST(every_call_of_the_server_that_informs) {
    refuse_later = false;
    expect_answers(two_informed, informed_answers);
    fail_each_call_of_the_server();
}
END_TEST

START_TEST(every_allocation_of_the_server) {
    ck_assert_uint_gt(refuse_in_turn(&allocations, use_server, check_answer), 15);
}
END_TEST

START_TEST(every_allocation_of_the_server_that_informs) {
    refuse_later = false;
    expect_answers(two_informed, informed_answers);
    ck_assert_uint_gt(refuse_in_turn(&allocations, use_server, check_answer), 30);
}
END_TEST

static void check_failed_answer(int r, const char *name, unsigned n) {
    check_failed(r, name, n);
    check_answer(r, name, n);
}

START_TEST(every_handle_of_the_server) {
    ck_assert_uint_gt(refuse_in_turn(&handles, use_server, check_failed_answer), 0);
}
END_TEST

/* -- a server with TLS -- */

static void *toy_client(void *arg) {
    raw_peer *p = arg;
    tenon_tls_outcome r = toy_connect(NULL, p->fd, "h", &p->session);
    do {
        r = toy_handshake(NULL, p->session);
    } while (raw_settle(p, r));
    if (r == TENON_TLS_OK && raw_put(p, two_requests, sizeof two_requests - 1)) {
        while (raw_more(p)) {
        }
    }
    return NULL;
}

START_TEST(a_server_with_tls) {
    int fds[2];
    tenon_http_connection *c;
    tenon_http_config http;
    pthread_t thread;
    raw_peer p = {.in = calloc(1, RAW_BYTES)};
    make_pair(fds);
    tenon_http_config_init(&http);
    http.platform = &platform;
    http.allocator = config.allocator;
    http.tls = &toy_tls;
    start();
    open_things++;
    p.fd = fds[1];
    pthread_create(&thread, NULL, toy_client, &p);
    ck_assert_int_eq(tenon_http_connection_new(&http, fds[0], &c, &error), TENON_OK);
    ck_assert_int_eq(serve(c), OK);
    tenon_http_connection_delete(c);
    pthread_join(thread, NULL);
    char *date = strstr(p.in, "date: ");
    ck_assert_ptr_nonnull(date);
    ck_assert_ptr_nonnull(
        strstr(p.in, "5\r\nhello\r\n0\r\nx-sum: 2\r\n\r\nHTTP/1.1 503 "));
    ck_assert(p.session->ended); /* by TLS, not by the socket alone */
    toy_close(NULL, p.session);
    close(fds[1]);
    free(p.in);
    finish();
    /* Who speaks none is not answered. */
    start();
    make_pair(fds);
    open_things++;
    ck_assert_int_eq(send(fds[1], two_requests, sizeof two_requests - 1, 0),
                     sizeof two_requests - 1);
    ck_assert_int_eq(tenon_http_connection_new(&http, fds[0], &c, &error), TENON_OK);
    ck_assert_int_eq(serve(c), OK);
    tenon_http_connection_delete(c);
    char byte;
    ck_assert_int_le(recv(fds[1], &byte, 1, 0), 0);
    close(fds[1]);
    finish();
}
END_TEST

static void *leaving_client(void *arg) {
    const raw_peer *p = arg;
    (void)toy_client(arg);
    shutdown(p->fd, SHUT_WR); /* nobody has to linger for it */
    return NULL;
}

/* As use_server, but with TLS, each call of which may fail. */
static int use_secure_server(void) {
    static tenon_tls tls;
    int fds[2];
    tenon_http_connection *c = NULL;
    tenon_http_config http;
    pthread_t thread;
    raw_peer p = {.in = calloc(1, RAW_BYTES)};
    make_pair(fds);
    tls = toy_tls;
    tls.accept = bad_accept;
    tls.handshake = bad_handshake;
    tls.read = bad_read;
    tls.write = bad_write;
    tenon_http_config_init(&http);
    http.platform = &platform;
    http.allocator = config.allocator;
    http.tls = &tls;
    open_things++;
    p.fd = fds[1];
    pthread_create(&thread, NULL, leaving_client, &p);
    int r = FAILED;
    if (tenon_http_connection_new(&http, fds[0], &c, &error) == TENON_OK) {
        r = serve(c);
    } else {
        ck_assert(tolerant);
    }
    tenon_http_connection_delete(c);
    pthread_join(thread, NULL);
    snprintf(text, sizeof text, "%s", p.in);
    remove_dates(text);
    toy_close(NULL, p.session);
    close(fds[1]);
    free(p.in);
    return r;
}

START_TEST(every_call_of_the_servers_tls) {
    static const tenon_tls_outcome how[] = {
        TENON_TLS_BROKEN, TENON_TLS_PROTOCOL_ERROR, TENON_TLS_ALERT, TENON_TLS_NO_MEMORY,
        TENON_TLS_END,    TENON_TLS_WANTS_WRITE,
    };
    start();
    tls_calls = tls_fail_at = 0;
    ck_assert_int_eq(use_secure_server(), OK);
    ck_assert_str_eq(text, two_answers);
    const unsigned uses = tls_calls;
    finish();
    ck_assert_uint_gt(uses, 5);
    for (size_t i = 0; i < sizeof how / sizeof how[0]; i++) {
        unsigned failures = 0;
        for (unsigned n = 1; n <= uses; n++) {
            runtime_reset();
            tolerant = true;
            start();
            tls_calls = 0;
            tls_fail_at = n;
            tls_failure = how[i];
            int r = use_secure_server();
            tls_fail_at = 0;
            check_answer(r, "TLS", n);
            failures += strcmp(text, two_answers) != 0;
            finish();
            ck_assert_int_eq(open_things, 0);
            ck_assert_int_eq(toy_sessions, 0);
        }
        ck_assert_msg(how[i] == TENON_TLS_WANTS_WRITE || failures > 2, "%u of %u by %d",
                      failures, uses, (int)how[i]);
    }
}
END_TEST

START_TEST(every_platform_call_of_the_secure_server) {
    static const tenon_os_error how[] = {TENON_OS_IO, TENON_OS_INTERRUPTED,
                                         TENON_OS_CONNECTION_RESET};
    tls_fail_at = 0;
    start();
    calls = 0;
    ck_assert_int_eq(use_secure_server(), OK);
    const unsigned uses = calls;
    finish();
    ck_assert_uint_gt(uses, 0);
    for (size_t i = 0; i < sizeof how / sizeof how[0]; i++) {
        for (unsigned n = 1; n <= uses; n++) {
            runtime_reset();
            tolerant = true;
            start();
            calls = 0;
            fail_call = n;
            failure = how[i];
            failed_call = "none";
            int r = use_secure_server();
            fail_call = 0;
            check_answer(r, failed_call, n);
            finish();
            ck_assert_int_eq(open_things, 0);
            ck_assert_int_eq(toy_sessions, 0);
        }
    }
}
END_TEST

START_TEST(every_allocation_of_the_secure_server) {
    tls_fail_at = 0;
    ck_assert_uint_gt(refuse_in_turn(&allocations, use_secure_server, check_answer), 15);
}
END_TEST

static Suite *suite(void) {
    Suite *s = suite_create("http that fails");
    TCase *t = tcase_create("all");
    tcase_add_checked_fixture(t, set_up, tear_down);
    tcase_add_test(t, every_call_of_the_client);
    tcase_add_test(t, every_allocation_of_the_client);
    tcase_add_test(t, every_allocation_of_the_client_with_tls);
    tcase_add_test(t, every_handle_of_the_client);
    tcase_add_test(t, every_call_of_tls);
    tcase_add_test(t, every_call_of_the_server);
    tcase_add_test(t, every_call_of_the_server_that_informs);
    tcase_add_test(t, every_allocation_of_the_server);
    tcase_add_test(t, every_allocation_of_the_server_that_informs);
    tcase_add_test(t, every_handle_of_the_server);
    tcase_add_test(t, a_server_with_tls);
    tcase_add_test(t, every_call_of_the_servers_tls);
    tcase_add_test(t, every_platform_call_of_the_secure_server);
    tcase_add_test(t, every_allocation_of_the_secure_server);
    tcase_set_timeout(t, 60);
    suite_add_tcase(s, t);
    return s;
}

int main(void) {
    return run_suite(suite());
}
