/* test_sockets_fail.c: the socket hosts over a platform that fails: each outcome as its
 * error-code, every call failing in turn, every allocation failing in turn, and nothing
 * left open afterwards. */
#include <stdio.h>
#include <unistd.h>

#include "failplatform.h"
#include "sockethosts.h"

#include "inturn.h" /* over both */
#include "suite.h"

static void set_up(void) {
    configure();
    platform_reset();
    config.platform = &platform;
}

static void tear_down(void) {
    if (wasi != NULL) {
        finish();
    }
    ck_assert_int_eq(open_things, 0);
}

/* -- outcomes as codes -- */

static const struct {
    tenon_os_error r;
    int code;
} codes[] = {
    {TENON_OS_ACCESS, E(ACCESS_DENIED)},
    {TENON_OS_NOT_PERMITTED, E(ACCESS_DENIED)},
    {TENON_OS_UNSUPPORTED, E(NOT_SUPPORTED)},
    {TENON_OS_INVALID, E(INVALID_ARGUMENT)},
    {TENON_OS_INSUFFICIENT_MEMORY, E(OUT_OF_MEMORY)},
    {TENON_OS_TIMED_OUT, E(TIMEOUT)},
    {TENON_OS_ALREADY, E(CONCURRENCY_CONFLICT)},
    {TENON_OS_NOT_CONNECTED, E(INVALID_STATE)},
    {TENON_OS_TOO_MANY_FILES, E(NEW_SOCKET_LIMIT)},
    {TENON_OS_ADDRESS_NOT_AVAILABLE, E(ADDRESS_NOT_BINDABLE)},
    {TENON_OS_ADDRESS_IN_USE, E(ADDRESS_IN_USE)},
    {TENON_OS_UNREACHABLE, E(REMOTE_UNREACHABLE)},
    {TENON_OS_CONNECTION_REFUSED, E(CONNECTION_REFUSED)},
    {TENON_OS_CONNECTION_RESET, E(CONNECTION_RESET)},
    {TENON_OS_CONNECTION_ABORTED, E(CONNECTION_ABORTED)},
    {TENON_OS_MESSAGE_SIZE, E(DATAGRAM_TOO_LARGE)},
    {TENON_OS_NAME_UNKNOWN, E(NAME_UNRESOLVABLE)},
    {TENON_OS_RESOLVER_BUSY, E(TEMPORARY_RESOLVER_FAILURE)},
    {TENON_OS_RESOLVER_FAILED, E(PERMANENT_RESOLVER_FAILURE)},
    {TENON_OS_IO, E(UNKNOWN)},
    {TENON_OS_CROSS_DEVICE, E(UNKNOWN)},
    {(tenon_os_error)1000, E(UNKNOWN)},
};

START_TEST(outcomes_as_codes) {
    start();
    for (size_t i = 0; i < sizeof codes / sizeof codes[0]; i++) {
        tcp_t s;
        names_t names;
        fail_call = calls + 1;
        failure = codes[i].r;
        ck_assert_int_eq(tcp_create(V4, &s), codes[i].code);
        fail_call = calls + 1;
        ck_assert_int_eq(resolve("host", 4, &names), codes[i].code);
    }
}
END_TEST

/* What a connection may fail with comes from finish-connect, streams and accept. */
START_TEST(failures_of_connections) {
    pair p;
    char c;
    tcp_t s, peer;
    in_t in;
    out_t out;
    start();
    ck_assert_int_eq(connect_pair(V4, &p), OK);
    fail_call = calls + 1;
    failure = TENON_OS_CONNECTION_ABORTED;
    ck_assert_int_eq(tcp_accept(p.listener, &peer, &in, &out), E(CONNECTION_ABORTED));
    ck_assert(tcp_is_listening(p.listener));
    fail_call = calls + 1;
    failure = TENON_OS_TOO_MANY_FILES;
    ck_assert_int_eq(tcp_accept(p.listener, &peer, &in, &out), E(NEW_SOCKET_LIMIT));
    fail_call = calls + 1;
    failure = TENON_OS_TIMED_OUT;
    ck_assert_int_eq(read_some(p.client_in, &c, 1, true), BROKEN);
    ck_assert_int_eq(last_code, E(TIMEOUT));
    fail_call = calls + 1;
    failure = TENON_OS_PIPE; /* nobody reads: closed, not broken */
    ck_assert_int_eq(write_flush(p.server_out, "x", 1), CLOSED);
    fail_call = calls + 1;
    failure = TENON_OS_NOT_CONNECTED; /* the other side has ended it before */
    ck_assert_int_eq(tcp_shutdown(p.client, 1), OK);
    fail_call = calls + 1;
    failure = TENON_OS_IO;
    ck_assert_int_eq(tcp_shutdown(p.client, 0), E(UNKNOWN));
    addr a;
    ck_assert_int_eq(tcp_local(p.listener, &a), OK);
    ck_assert_int_eq(tcp_create(V4, &s), OK);
    fail_call = calls + 1;
    failure = TENON_OS_UNREACHABLE;
    ck_assert_int_eq(tcp_start_connect(s, a), E(REMOTE_UNREACHABLE));
    ck_assert_int_eq(tcp_start_connect(s, a), E(INVALID_STATE)); /* closed */
    ck_assert_int_eq(tcp_create(V4, &s), OK);
    ck_assert_int_eq(tcp_start_connect(s, a), OK);
    fail_call = calls + 1;
    failure = TENON_OS_WOULD_BLOCK;
    ck_assert_int_eq(tcp_finish_connect(s, &in, &out), E(WOULD_BLOCK));
    fail_call = calls + 1;
    failure = TENON_OS_TIMED_OUT;
    ck_assert_int_eq(tcp_finish_connect(s, &in, &out), E(TIMEOUT));
    ck_assert_int_eq(tcp_finish_connect(s, &in, &out), E(NOT_IN_PROGRESS));
    ck_assert_int_eq(tcp_create(V4, &s), OK);
    ck_assert(tcp_start_bind(s, loopback(V4, 0)) == OK && tcp_finish_bind(s) == OK);
    fail_call = calls + 1;
    failure = TENON_OS_ADDRESS_IN_USE;
    ck_assert_int_eq(tcp_start_listen(s), E(ADDRESS_IN_USE));
    ck_assert_int_eq(tcp_start_listen(s), E(INVALID_STATE)); /* closed */
    fail_call = calls + 1;
    ck_assert_int_eq(tcp_backlog(p.listener, 7), E(NOT_SUPPORTED));
}
END_TEST

/* -- every call and every allocation failing in turn -- */

static int use_udp(void) {
    udp_t s, t;
    addr a, b;
    udp_in in, in2;
    udp_out out, out2;
    datagrams got;
    int r = udp_create(V4, &s);
    r = r == OK ? udp_create(V4, &t) : r;
    r = r == OK ? udp_start_bind(s, loopback(V4, 0)) : r;
    r = r == OK ? udp_finish_bind(s) : r;
    r = r == OK ? udp_start_bind(t, loopback(V4, 0)) : r;
    r = r == OK ? udp_finish_bind(t) : r;
    r = r == OK ? udp_local(s, &a) : r;
    r = r == OK ? udp_local(t, &b) : r;
    r = r == OK ? udp_stream(s, &b, &in, &out) : r;
    r = r == OK ? udp_stream(t, NULL, &in2, &out2) : r;
    r = r == OK ? udp_send_text(out, "x", NULL) : r;
    r = r == OK ? block_on(udp_in_subscribe(in2)) : r;
    r = r == OK ? udp_receive(in2, 1, &got) : r;
    r = r == OK ? udp_send_text(out2, "y", &a) : r;
    r = r == OK ? udp_stream(s, NULL, &in, &out) : r;
    wasi_sockets_udp_result_u8_error_code_t hops = {0};
    if (r == OK) {
        tenon_status st = UDP(unicast_hop_limit, s, &hops);
        r = outcome(st, hops.is_err, hops.val.err);
    }
    wasi_sockets_udp_result_void_error_code_t set = {0};
    if (r == OK) {
        tenon_status st = UDP(set_unicast_hop_limit, s, 9, &set);
        r = outcome(st, set.is_err, set.val.err);
    }
    return r;
}

static int use_names(void) {
    names_t s;
    bool is_some = true;
    wasi_sockets_network_ip_address_t a;
    int r = resolve("localhost", 9, &s);
    r = r == OK ? block_on(names_subscribe(s)) : r;
    while (r == OK && is_some) {
        r = next_address(s, &is_some, &a);
    }
    return r;
}

/* Stops at what fails first. */
static int use_everything(void) {
    pair p;
    addr a;
    char buf[10];
    int r = connect_pair(V4, &p);
    r = r == OK ? tcp_remote(p.client, &a) : r;
    r = r == OK ? tcp_backlog(p.listener, 5) : r;
    if (r == OK) {
        r = write_flush(p.client_out, "hello", 5);
    }
    if (r == OK) {
        int n = read_some(p.server_in, buf, 10, true);
        r = n == 5 ? OK : n;
    }
    r = r == OK ? tcp_shutdown(p.client, 1) : r;
    if (r == OK) {
        int n = read_some(p.server_in, buf, 10, true);
        r = n == CLOSED ? OK : n;
    }
    r = r == OK ? use_udp() : r;
    return r == OK ? use_names() : r;
}

static void fail_each_call(tenon_os_error how, unsigned uses) {
    for (unsigned n = 1; n <= uses; n++) {
        configure();
        config.platform = &platform;
        tolerant = true;
        start();
        calls = 0;
        fail_call = n;
        failure = how;
        int r = use_everything();
        fail_call = 0;
        /* How often waits are repeated is for the system to say: not every run comes to
         * its last calls. And what would block is tried again. */
        ck_assert_msg(how != TENON_OS_IO || r != OK || n + 10 > uses, "call %u of %u", n,
                      uses);
        finish();
        ck_assert_int_eq(open_things, 0);
    }
}

START_TEST(every_call_fails_in_turn) {
    start();
    calls = 0;
    ck_assert_int_eq(use_everything(), OK);
    unsigned uses = calls;
    finish();
    ck_assert_uint_gt(uses, 30);
    fail_each_call(TENON_OS_IO, uses);
    fail_each_call(TENON_OS_WOULD_BLOCK, uses);
    fail_each_call(TENON_OS_INTERRUPTED, uses);
    fail_each_call(TENON_OS_PIPE, uses);
}
END_TEST

START_TEST(every_allocation_fails_in_turn) {
    static const char *const rules[] = {"0.0.0.0/0"};
    config.network.inherit = false;
    config.network.addresses = rules;
    config.network.address_count = 1;
    ck_assert_uint_gt(refuse_in_turn(&allocations, use_everything, check_failed), 15);
    tolerant = true;
    for (unsigned n = 1; n <= 5; n++) {
        runtime_reset();
        fail_at = n;
        ck_assert_int_eq(tenon_wasi_new(&config, &wasi, &error), TENON_NO_MEMORY);
        ck_assert_uint_eq(live_bytes, 0);
    }
}
END_TEST

START_TEST(every_handle_fails_in_turn) {
    ck_assert_uint_gt(refuse_in_turn(&handles, use_everything, check_failed), 15);
}
END_TEST

/* -- output that is kept when memory or the other side fails -- */

static size_t fill(out_t s) {
    static char bytes[65536];
    size_t n = 0;
    int permit;
    while ((permit = check_write(s)) > 0) {
        if (write_some(s, bytes, (size_t)permit) != OK) {
            break;
        }
        n += (size_t)permit;
    }
    return n;
}

START_TEST(nobody_takes_the_output) {
    pair p;
    small_buffers = true;
    start();
    ck_assert_int_eq(connect_pair(V4, &p), OK);
    fill(p.client_out);
    runtime_drop_all(wasi); /* with output that is still to go out */
    fake_ns = 0;
    stuck = true;
    uint64_t before = fake_ns;
    tenon_wasi_delete(wasi);
    wasi = NULL;
    /* It was given time, but not forever. */
    ck_assert_uint_ge(fake_ns - before, 4000000000);
    ck_assert_uint_lt(fake_ns - before, 20000000000);
    ck_assert_uint_eq(live_bytes, 0);
    runtime_free_blocks();
}
END_TEST

START_TEST(output_that_cannot_be_kept) {
    pair p;
    small_buffers = true;
    start();
    ck_assert_int_eq(connect_pair(V4, &p), OK);
    static char bytes[65536];
    int r = OK, permit;
    /* Memory is out for good once the system takes no more at once. */
    while (r == OK && (permit = check_write(p.client_out)) > 0) {
        fail_at = requests + 1;
        r = write_some(p.client_out, bytes, (size_t)permit);
        fail_at = 0;
    }
    ck_assert_int_eq(r, BROKEN);
    ck_assert_int_eq(last_code, E(OUT_OF_MEMORY));
    ck_assert_int_eq(check_write(p.client_out), CLOSED);
}
END_TEST

/* -- names -- */

START_TEST(names_in_ascii) {
    const struct {
        const char *name, *ascii;
    } rows[] = {
        {"Example.COM", "example.com"},
        {"example.com.", "example.com."},
        {"_srv._tcp.example", "_srv._tcp.example"},
        {"3com", "3com"},
        {"1.2.3.4a", "1.2.3.4a"},
        {"0x7fg", "0x7fg"},
        {"b\xc3\xbc"
         "cher.example",
         "xn--bcher-kva.example"},
        {"\xe4\xbe\x8b\xe3\x81\x88", "xn--r8jz45g"},
        {"\xe4\xbe\x8b\xe3\x81\x88\xe3\x80\x82\xe3\x83\x86\xe3\x82\xb9\xe3\x83\x88",
         "xn--r8jz45g.xn--zckzah"},
        {"xn--bcher-kva", "xn--bcher-kva"},
    };
    start();
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        names_t s;
        fail_call = calls + 1; /* no resolver is asked */
        failure = TENON_OS_NAME_UNKNOWN;
        ck_assert_msg(resolve(rows[i].name, strlen(rows[i].name), &s) ==
                          E(NAME_UNRESOLVABLE),
                      "%s", rows[i].name);
        ck_assert_str_eq(asked, rows[i].ascii);
    }
}
END_TEST

/* Look-ups that never end, as far as anybody can see. */
static tenon_os_error endless_start(void *u, const char *name, tenon_lookup **out,
                                    tenon_file *event) {
    static char place;
    (void)u;
    (void)name;
    open_things++;
    *out = (tenon_lookup *)(void *)&place;
    *event = -1;
    return TENON_OS_OK;
}

static tenon_os_error endless_next(void *u, tenon_lookup *l, tenon_address *a,
                                   bool *end) {
    (void)u;
    (void)l;
    (void)a;
    *end = false;
    return TENON_OS_WOULD_BLOCK;
}

static void endless_close(void *u, tenon_lookup *l) {
    (void)u;
    (void)l;
    open_things--;
}

START_TEST(look_ups_are_bounded) {
    names_t s;
    bool is_some;
    wasi_sockets_network_ip_address_t a;
    unsigned n = 0;
    fake_net.lookup_start = endless_start;
    fake_net.lookup_next = endless_next;
    fake_net.lookup_close = endless_close;
    start();
    /* Dropping them does not help: they are still under way. */
    while (resolve("host", 4, &s) == OK) {
        ck_assert_int_eq(next_address(s, &is_some, &a), E(WOULD_BLOCK));
        drop(s.handle);
        ck_assert_uint_lt(++n, 1000);
    }
    ck_assert_uint_eq(n, 32);
    ck_assert_int_eq(resolve("host", 4, &s), E(TEMPORARY_RESOLVER_FAILURE));
    ck_assert_int_eq(resolve("::1", 3, &s), OK);
    ck_assert_int_eq(open_things, 32);
}
END_TEST

/* IPv4 in the form of IPv6 from a resolver comes as IPv4. */
static tenon_os_error mapped_next(void *u, tenon_lookup *l, tenon_address *a, bool *end) {
    static const uint8_t bytes[16] = {0, 0, 0,    0,    0, 0, 0, 0,
                                      0, 0, 0xff, 0xff, 9, 8, 7, 6};
    (void)u;
    (void)l;
    *end = false;
    *a = (tenon_address){.family = TENON_IPV6};
    memcpy(a->bytes, bytes, 16);
    return TENON_OS_OK;
}

START_TEST(mapped_addresses_of_names) {
    names_t s;
    bool is_some;
    wasi_sockets_network_ip_address_t a;
    fake_net.lookup_next = mapped_next;
    start();
    ck_assert_int_eq(resolve("localhost", 9, &s), OK);
    ck_assert(next_address(s, &is_some, &a) == OK && is_some && a.tag == V4);
    ck_assert(a.val.ipv4.f0 == 9 && a.val.ipv4.f3 == 6);
}
END_TEST

START_TEST(a_platform_without_sockets) {
    tcp_t s;
    udp_t u;
    names_t names;
    platform.net = NULL;
    start();
    ck_assert_int_eq(tcp_create(V4, &s), E(NOT_SUPPORTED));
    ck_assert_int_eq(udp_create(V4, &u), E(NOT_SUPPORTED));
    ck_assert_int_eq(resolve("localhost", 9, &names), E(NOT_SUPPORTED));
    ck_assert_int_eq(resolve("127.0.0.1", 9, &names), OK);
}
END_TEST

int main(void) {
    alarm(120);
    Suite *s = suite_create("sockets that fail");
    TCase *t = tcase_create("hosts");
    tcase_add_checked_fixture(t, set_up, tear_down);
    tcase_add_test(t, outcomes_as_codes);
    tcase_add_test(t, failures_of_connections);
    tcase_add_test(t, every_call_fails_in_turn);
    tcase_add_test(t, every_allocation_fails_in_turn);
    tcase_add_test(t, every_handle_fails_in_turn);
    tcase_add_test(t, nobody_takes_the_output);
    tcase_add_test(t, output_that_cannot_be_kept);
    tcase_add_test(t, names_in_ascii);
    tcase_add_test(t, look_ups_are_bounded);
    tcase_add_test(t, mapped_addresses_of_names);
    tcase_add_test(t, a_platform_without_sockets);
    suite_add_tcase(s, t);
    return run_suite_here(s);
}
