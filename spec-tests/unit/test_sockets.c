/* test_sockets.c: wasi:sockets on real loopback: states, error codes, addresses, data
 * both ways, half close, backpressure, options, datagrams. */
#define _GNU_SOURCE
#include <netinet/in.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "sockethosts.h"
#include "suite.h"

static bool has_ipv6;

static void set_up(void) {
    configure();
}

static void tear_down(void) {
    if (wasi != NULL) {
        finish();
    }
}

/* -- the states of TCP -- */

/* What is not for a socket in its state: every operation but those for it. */
enum {
    START_BIND = 1,
    FINISH_BIND = 2,
    START_CONNECT = 4,
    FINISH_CONNECT = 8,
    START_LISTEN = 16,
    FINISH_LISTEN = 32,
    ACCEPT = 64,
    LOCAL = 128,
    REMOTE = 256,
    SHUTDOWN = 512,
};

static void check_others(tcp_t s, unsigned skip, int start_code) {
    addr a;
    in_t in;
    out_t out;
    tcp_t peer;
    const int not_started = E(NOT_IN_PROGRESS), wrong = E(INVALID_STATE);
#define WANT(bit, expression, code)                                                      \
    if ((skip & (bit)) == 0) {                                                           \
        ck_assert_int_eq(expression, code);                                              \
    }
    WANT(START_BIND, tcp_start_bind(s, loopback(V4, 0)), start_code)
    WANT(FINISH_BIND, tcp_finish_bind(s), not_started)
    WANT(START_CONNECT, tcp_start_connect(s, loopback(V4, 9)), start_code)
    WANT(FINISH_CONNECT, tcp_finish_connect(s, &in, &out), not_started)
    WANT(START_LISTEN, tcp_start_listen(s), start_code)
    WANT(FINISH_LISTEN, tcp_finish_listen(s), not_started)
    WANT(ACCEPT, tcp_accept(s, &peer, &in, &out), wrong)
    WANT(LOCAL, tcp_local(s, &a), wrong)
    WANT(REMOTE, tcp_remote(s, &a), wrong)
    for (uint8_t how = 0; how < 3; how++) {
        WANT(SHUTDOWN, tcp_shutdown(s, how), wrong)
    }
#undef WANT
}

START_TEST(tcp_states_of_a_listener) {
    tcp_t s, client, peer;
    addr a;
    in_t in, in2;
    out_t out, out2;
    start();
    ck_assert_int_eq(tcp_create(V4, &s), OK);
    uint8_t family = 9;
    ck_assert(!TCP(address_family, s, &family) && family == V4);
    pollable p = tcp_subscribe(s);
    ck_assert(is_ready(p));
    check_others(s, START_BIND | START_CONNECT, E(INVALID_STATE));
    ck_assert_int_eq(tcp_backlog(s, 5), OK);
    ck_assert_int_eq(tcp_backlog(s, 0), E(INVALID_ARGUMENT));

    ck_assert_int_eq(tcp_start_bind(s, loopback(V4, 0)), OK);
    ck_assert(is_ready(p));
    check_others(s, FINISH_BIND, E(CONCURRENCY_CONFLICT));
    ck_assert_int_eq(tcp_finish_bind(s), OK);
    ck_assert(is_ready(p));
    ck_assert_int_eq(tcp_local(s, &a), OK);
    ck_assert(same_address(a, loopback(V4, port_of(a))) && port_of(a) != 0);
    check_others(s, START_CONNECT | START_LISTEN | LOCAL, E(INVALID_STATE));
    ck_assert(!tcp_is_listening(s));

    ck_assert_int_eq(tcp_start_listen(s), OK);
    ck_assert(is_ready(p) && !tcp_is_listening(s));
    check_others(s, FINISH_LISTEN | LOCAL, E(CONCURRENCY_CONFLICT));
    ck_assert_int_eq(tcp_finish_listen(s), OK);
    ck_assert(tcp_is_listening(s) && !is_ready(p));
    check_others(s, ACCEPT | LOCAL, E(INVALID_STATE));
    ck_assert_int_eq(tcp_accept(s, &peer, &in, &out), E(WOULD_BLOCK));
    ck_assert_int_eq(tcp_backlog(s, UINT64_MAX), OK);

    ck_assert_int_eq(tcp_create(V4, &client), OK);
    ck_assert_int_eq(tcp_start_connect(client, a), OK);
    check_others(client, FINISH_CONNECT | LOCAL, E(CONCURRENCY_CONFLICT));
    ck_assert_int_eq(tcp_backlog(client, 5), E(INVALID_STATE));
    ck_assert_int_eq(block_on(tcp_subscribe(client)), OK);
    ck_assert_int_eq(tcp_finish_connect(client, &in, &out), OK);
    check_others(client, LOCAL | REMOTE | SHUTDOWN, E(INVALID_STATE));
    ck_assert_int_eq(tcp_backlog(client, 5), E(INVALID_STATE));
    addr local, remote;
    ck_assert(tcp_local(client, &local) == OK && tcp_remote(client, &remote) == OK);
    ck_assert(same_address(remote, a));

    ck_assert_int_eq(block_on(p), OK);
    ck_assert_int_eq(tcp_accept(s, &peer, &in2, &out2), OK);
    check_others(peer, LOCAL | REMOTE | SHUTDOWN, E(INVALID_STATE));
    ck_assert(tcp_remote(peer, &a) == OK && same_address(a, local));
    ck_assert(tcp_local(peer, &a) == OK && same_address(a, remote));
    ck_assert_int_eq(tcp_accept(s, &peer, &in2, &out2), E(WOULD_BLOCK));
    ck_assert(tcp_is_listening(s));
}
END_TEST

/* The port of a listener that has gone. */
static uint16_t free_port(int family) {
    tcp_t s;
    addr a;
    ck_assert_int_eq(tcp_create(family, &s), OK);
    ck_assert_int_eq(tcp_listen(s, loopback(family, 0)), OK);
    ck_assert_int_eq(tcp_local(s, &a), OK);
    drop(s.handle);
    return port_of(a);
}

START_TEST(tcp_connect_refused) {
    tcp_t s;
    in_t in;
    out_t out;
    start();
    uint16_t port = free_port(V4);
    ck_assert_int_eq(tcp_create(V4, &s), OK);
    ck_assert_int_eq(tcp_connect(s, loopback(V4, port), &in, &out),
                     E(CONNECTION_REFUSED));
    check_others(s, 0, E(INVALID_STATE));
    ck_assert(!tcp_is_listening(s));
    ck_assert_int_eq(tcp_backlog(s, 5), E(INVALID_STATE));
    wasi_sockets_tcp_result_u8_error_code_t hops = {0};
    ck_assert(!TCP(hop_limit, s, &hops) && hops.is_err);
    ck_assert_int_eq(hops.val.err, E(INVALID_STATE));
    wasi_sockets_tcp_result_void_error_code_t set = {0};
    ck_assert(!TCP(set_hop_limit, s, 3, &set) && set.is_err);
    ck_assert_int_eq(set.val.err, E(INVALID_STATE));
    pollable p = tcp_subscribe(s);
    ck_assert(is_ready(p));
}
END_TEST

START_TEST(tcp_wrong_addresses) {
    const struct {
        int family;
        addr a;
        int bind, connect;
    } rows[] = {
        {V4, v6(0, 0, 0, 1, 80), E(INVALID_ARGUMENT), E(INVALID_ARGUMENT)},
        {V6, v4(127, 0, 0, 1, 80), E(INVALID_ARGUMENT), E(INVALID_ARGUMENT)},
        {V4, v4(224, 0, 0, 1, 0), E(INVALID_ARGUMENT), E(INVALID_ARGUMENT)},
        {V4, v4(239, 255, 255, 255, 80), E(INVALID_ARGUMENT), E(INVALID_ARGUMENT)},
        {V4, v4(255, 255, 255, 255, 80), E(INVALID_ARGUMENT), E(INVALID_ARGUMENT)},
        {V4, v4(127, 0, 0, 1, 0), OK, E(INVALID_ARGUMENT)},
        {V4, v4(0, 0, 0, 0, 0), OK, E(INVALID_ARGUMENT)},
        {V4, v4(0, 0, 0, 0, 80), OK, E(INVALID_ARGUMENT)},
        {V4, v4(198, 51, 100, 1, 0), E(ADDRESS_NOT_BINDABLE), E(INVALID_ARGUMENT)},
        {V6, v6(0xff02, 0, 0, 1, 80), E(INVALID_ARGUMENT), E(INVALID_ARGUMENT)},
        {V6, v6(0, 0xffff, 0x7f00, 1, 80), E(INVALID_ARGUMENT), E(INVALID_ARGUMENT)},
        {V6, v6(0, 0, 0, 0, 80), OK, E(INVALID_ARGUMENT)},
        {V6, v6(0, 0, 0, 1, 0), OK, E(INVALID_ARGUMENT)},
    };
    start();
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        tcp_t s;
        if (rows[i].family == V6 && !has_ipv6) {
            continue;
        }
        ck_assert_int_eq(tcp_create(rows[i].family, &s), OK);
        if (port_of(rows[i].a) != 80 || rows[i].bind != OK) { /* 80 may be another's */
            ck_assert_int_eq(tcp_start_bind(s, rows[i].a), rows[i].bind);
            if (rows[i].bind != OK) { /* and the socket can be bound as before */
                ck_assert_int_eq(tcp_start_bind(s, loopback(rows[i].family, 0)), OK);
            }
        }
        drop(s.handle);
        ck_assert_int_eq(tcp_create(rows[i].family, &s), OK);
        ck_assert_int_eq(tcp_start_connect(s, rows[i].a), rows[i].connect);
        ck_assert_int_eq(tcp_start_bind(s, loopback(rows[i].family, 0)),
                         E(INVALID_STATE));
        drop(s.handle);
    }
}
END_TEST

START_TEST(tcp_address_in_use) {
    tcp_t first, second;
    addr a;
    start();
    ck_assert(tcp_create(V4, &first) == OK && tcp_create(V4, &second) == OK);
    ck_assert_int_eq(tcp_listen(first, loopback(V4, 0)), OK);
    ck_assert_int_eq(tcp_local(first, &a), OK);
    ck_assert_int_eq(tcp_start_bind(second, a), E(ADDRESS_IN_USE));
    drop(first.handle);
    ck_assert_int_eq(tcp_start_bind(second, a), OK); /* a failed bind can be repeated */
    ck_assert_int_eq(tcp_finish_bind(second), OK);
    ck_assert_int_eq(tcp_start_bind(second, a), E(INVALID_STATE));
}
END_TEST

/* The port is free at once although a connection on it is in TIME_WAIT. */
START_TEST(tcp_address_used_again) {
    pair p;
    addr a;
    tcp_t s;
    char c;
    start();
    ck_assert_int_eq(connect_pair(V4, &p), OK);
    ck_assert_int_eq(tcp_local(p.listener, &a), OK);
    ck_assert_int_eq(tcp_shutdown(p.server, 2), OK);
    ck_assert_int_eq(read_some(p.client_in, &c, 1, true), CLOSED);
    finish();
    configure();
    start();
    ck_assert_int_eq(tcp_create(V4, &s), OK);
    ck_assert_int_eq(tcp_listen(s, a), OK);
}
END_TEST

/* -- data over TCP -- */

static void echo(int family) {
    pair p;
    char buf[100] = {0};
    start();
    ck_assert_int_eq(connect_pair(family, &p), OK);
    pollable readable = in_subscribe(p.server_in);
    ck_assert(!is_ready(readable));
    ck_assert_int_eq(read_some(p.server_in, buf, 10, false), 0);
    ck_assert_int_eq(write_flush(p.client_out, "hello", 5), OK);
    ck_assert_int_eq(block_on(readable), OK);
    ck_assert_int_eq(read_some(p.server_in, buf, 100, false), 5);
    ck_assert(memcmp(buf, "hello", 5) == 0);
    ck_assert_int_gt(check_write(p.server_out), 0);
    ck_assert_int_eq(write_some(p.server_out, "world!", 6), OK);
    ck_assert_int_eq(read_some(p.client_in, buf, 100, true), 6);
    ck_assert(memcmp(buf, "world!", 6) == 0);
    /* From the socket straight to the other end. */
    wasi_io_streams_result_u64_stream_error_t spliced = {0};
    ck_assert_int_eq(write_flush(p.client_out, "round", 5), OK);
    ck_assert(!CALL(wasi_io_streams, method_output_stream_blocking_splice, p.server_out,
                    p.server_in, 100, &spliced));
    ck_assert(!spliced.is_err && spliced.val.ok == 5);
    ck_assert_int_eq(read_some(p.client_in, buf, 100, true), 5);
    /* Streams hold the connection after the sockets have gone. */
    drop(p.client.handle);
    drop(p.server.handle);
    ck_assert_int_eq(write_flush(p.client_out, "later", 5), OK);
    ck_assert_int_eq(read_some(p.server_in, buf, 100, true), 5);
    drop(p.client_out.handle);
    drop(p.client_in.handle);
    ck_assert_int_eq(read_some(p.server_in, buf, 100, true), CLOSED);
    ck_assert_int_eq(read_some(p.server_in, buf, 100, true), CLOSED);
}

START_TEST(tcp_echo) {
    echo(V4);
}
END_TEST

START_TEST(tcp_echo_ipv6) {
    if (has_ipv6) {
        echo(V6);
    }
}
END_TEST

START_TEST(tcp_half_close) {
    pair p;
    char buf[10];
    start();
    ck_assert_int_eq(connect_pair(V4, &p), OK);
    ck_assert_int_eq(write_flush(p.client_out, "last", 4), OK);
    ck_assert_int_eq(tcp_shutdown(p.client, WASI_SOCKETS_TCP_SHUTDOWN_TYPE_SEND), OK);
    ck_assert_int_eq(tcp_shutdown(p.client, WASI_SOCKETS_TCP_SHUTDOWN_TYPE_SEND), OK);
    ck_assert_int_eq(check_write(p.client_out), CLOSED);
    ck_assert_int_eq(write_flush(p.client_out, "x", 1), CLOSED);
    pollable writable = out_subscribe(p.client_out);
    ck_assert(is_ready(writable));
    ck_assert_int_eq(read_some(p.server_in, buf, 10, true), 4);
    ck_assert_int_eq(read_some(p.server_in, buf, 10, true), CLOSED);
    /* The other direction is as before. */
    ck_assert_int_eq(write_flush(p.server_out, "more", 4), OK);
    ck_assert_int_eq(read_some(p.client_in, buf, 10, true), 4);
    ck_assert_int_eq(write_flush(p.server_out, "lost", 4), OK);
    ck_assert_int_eq(tcp_shutdown(p.client, WASI_SOCKETS_TCP_SHUTDOWN_TYPE_RECEIVE), OK);
    ck_assert_int_eq(read_some(p.client_in, buf, 10, false), CLOSED);
    pollable readable = in_subscribe(p.client_in);
    ck_assert(is_ready(readable));
    ck_assert_int_eq(tcp_shutdown(p.client, WASI_SOCKETS_TCP_SHUTDOWN_TYPE_BOTH), OK);
    addr a;
    ck_assert_int_eq(tcp_local(p.client, &a), OK); /* shut down is not closed */
}
END_TEST

START_TEST(tcp_reset) {
    pair p;
    char buf[10];
    start();
    ck_assert_int_eq(connect_pair(V4, &p), OK);
    /* Data that nobody reads, and then nobody there: a reset. */
    ck_assert_int_eq(write_flush(p.client_out, "unread", 6), OK);
    ck_assert_int_eq(block_on(in_subscribe(p.server_in)), OK);
    drop(p.server.handle);
    drop(p.server_in.handle);
    drop(p.server_out.handle);
    ck_assert_int_eq(block_on(in_subscribe(p.client_in)), OK);
    ck_assert_int_eq(read_some(p.client_in, buf, 10, true), BROKEN);
    ck_assert_int_eq(last_code, E(CONNECTION_RESET));
    ck_assert_int_eq(read_some(p.client_in, buf, 10, true), CLOSED);
    ck_assert_int_eq(write_flush(p.client_out, "x", 1), CLOSED);
}
END_TEST

/* Byte i of a long stream. */
static uint8_t byte_at(size_t i) {
    return (uint8_t)(i * 7 + i / 253);
}

/* Writes until the other side has to read first. Returns the bytes. */
static size_t fill(out_t s, size_t from) {
    static uint8_t bytes[65536];
    size_t n = from;
    int permit;
    while ((permit = check_write(s)) > 0) {
        ck_assert_int_le(permit, (int)sizeof bytes);
        for (int i = 0; i < permit; i++) {
            bytes[i] = byte_at(n + (size_t)i);
        }
        ck_assert_int_eq(write_some(s, bytes, (size_t)permit), OK);
        n += (size_t)permit;
    }
    ck_assert_int_eq(permit, 0);
    return n - from;
}

static size_t read_all(in_t s, size_t from, size_t most) {
    static uint8_t bytes[65536];
    size_t n = 0;
    while (n < most) {
        int got = read_some(s, bytes, sizeof bytes, true);
        if (got == CLOSED) {
            break;
        }
        ck_assert_int_gt(got, 0);
        int same = 0;
        while (same < got && bytes[same] == byte_at(from + n + (size_t)same)) {
            same++;
        }
        ck_assert_int_eq(same, got);
        n += (size_t)got;
    }
    return n;
}

START_TEST(tcp_backpressure) {
    pair p;
    small_buffers = true;
    start();
    ck_assert_int_eq(connect_pair(V4, &p), OK);
    size_t n = fill(p.client_out, 0);
    pollable writable = out_subscribe(p.client_out);
    ck_assert(!is_ready(writable));
    ck_assert_uint_eq(read_all(p.server_in, 0, n), n);
    ck_assert_int_eq(block_on(writable), OK);
    size_t more = fill(p.client_out, n);
    ck_assert_uint_gt(more, 0);
    ck_assert_int_eq(tcp_shutdown(p.client, WASI_SOCKETS_TCP_SHUTDOWN_TYPE_SEND), OK);
    ck_assert_uint_eq(read_all(p.server_in, n, SIZE_MAX), more);
}
END_TEST

/* What was written goes out although the guest has dropped everything that it was written
 * with, and the end of the stream comes behind it. */
START_TEST(tcp_output_outlives_its_stream) {
    for (int with_shutdown = 0; with_shutdown < 2; with_shutdown++) {
        pair p;
        small_buffers = true;
        start();
        ck_assert_int_eq(connect_pair(V4, &p), OK);
        size_t n = fill(p.client_out, 0);
        if (with_shutdown) {
            ck_assert_int_eq(tcp_shutdown(p.client, 1), OK);
            ck_assert_int_eq(tcp_shutdown(p.client, 0), OK);
        }
        drop(p.client_out.handle);
        drop(p.client_in.handle);
        drop(p.client.handle);
        ck_assert_uint_eq(read_all(p.server_in, 0, SIZE_MAX), n);
        finish();
        configure();
    }
}
END_TEST

/* -- options -- */

static uint64_t tcp_value(tcp_t s, int which) {
    wasi_sockets_tcp_result_duration_error_code_t d = {0};
    wasi_sockets_tcp_result_u64_error_code_t u = {0};
    wasi_sockets_tcp_result_u32_error_code_t n = {0};
    wasi_sockets_tcp_result_u8_error_code_t b = {0};
    switch (which) {
    case 0: ck_assert(!TCP(keep_alive_idle_time, s, &d) && !d.is_err); return d.val.ok;
    case 1: ck_assert(!TCP(keep_alive_interval, s, &d) && !d.is_err); return d.val.ok;
    case 2: ck_assert(!TCP(keep_alive_count, s, &n) && !n.is_err); return n.val.ok;
    case 3: ck_assert(!TCP(hop_limit, s, &b) && !b.is_err); return b.val.ok;
    case 4: ck_assert(!TCP(receive_buffer_size, s, &u) && !u.is_err); return u.val.ok;
    default: ck_assert(!TCP(send_buffer_size, s, &u) && !u.is_err); return u.val.ok;
    }
}

static int tcp_set_value(tcp_t s, int which, uint64_t v) {
    wasi_sockets_tcp_result_void_error_code_t r = {0};
    tenon_status st;
    switch (which) {
    case 0: st = TCP(set_keep_alive_idle_time, s, v, &r); break;
    case 1: st = TCP(set_keep_alive_interval, s, v, &r); break;
    case 2: st = TCP(set_keep_alive_count, s, (uint32_t)v, &r); break;
    case 3: st = TCP(set_hop_limit, s, (uint8_t)v, &r); break;
    case 4: st = TCP(set_receive_buffer_size, s, v, &r); break;
    default: st = TCP(set_send_buffer_size, s, v, &r); break;
    }
    return outcome(st, r.is_err, r.val.err);
}

static void check_options(tcp_t s) {
    const uint64_t second = 1000000000;
    const struct {
        uint64_t set, got;
    } rows[6][3] = {
        {{5 * second, 5 * second}, {1, second}, {UINT64_MAX, 32767 * second}},
        {{7 * second, 7 * second}, {3 * second / 2, 2 * second}, {second, second}},
        {{4, 4}, {UINT32_MAX, 127}, {1, 1}},
        {{1, 1}, {255, 255}, {42, 42}},
        {{16384, 16384}, {65536, 65536}, {10000, 10000}},
        {{16384, 16384}, {65536, 65536}, {10000, 10000}},
    };
    for (int which = 0; which < 6; which++) {
        uint64_t before = tcp_value(s, which);
        ck_assert_uint_gt(before, 0);
        ck_assert_int_eq(tcp_set_value(s, which, 0), E(INVALID_ARGUMENT));
        ck_assert_uint_eq(tcp_value(s, which), before);
        for (int i = 0; i < 3; i++) {
            ck_assert_int_eq(tcp_set_value(s, which, rows[which][i].set), OK);
            ck_assert_uint_eq(tcp_value(s, which), rows[which][i].got);
        }
    }
    ck_assert_int_eq(tcp_set_value(s, 4, UINT64_MAX), OK); /* clamped */
    ck_assert_int_eq(tcp_set_value(s, 5, UINT64_MAX), OK);
    ck_assert_uint_gt(tcp_value(s, 4), 10000);
    for (int on = 1; on >= 0; on--) {
        wasi_sockets_tcp_result_void_error_code_t r = {0};
        wasi_sockets_tcp_result_bool_error_code_t is = {0};
        ck_assert(!TCP(set_keep_alive_enabled, s, on != 0, &r) && !r.is_err);
        ck_assert(!TCP(keep_alive_enabled, s, &is) && !is.is_err && is.val.ok == on);
    }
}

START_TEST(tcp_options) {
    start();
    for (int family = V4; family <= (has_ipv6 ? V6 : V4); family++) {
        tcp_t s;
        ck_assert_int_eq(tcp_create(family, &s), OK);
        check_options(s);
        ck_assert_int_eq(tcp_start_bind(s, loopback(family, 0)), OK);
        check_options(s);
    }
}
END_TEST

START_TEST(tcp_options_are_inherited) {
    tcp_t listener, client, server;
    in_t in;
    out_t out;
    addr a;
    const uint64_t values[] = {33000000000, 11000000000, 3, 77, 20000, 30000};
    start();
    ck_assert(tcp_create(V4, &listener) == OK && tcp_create(V4, &client) == OK);
    for (int i = 0; i < 6; i++) {
        ck_assert_int_eq(tcp_set_value(listener, i, values[i]), OK);
    }
    wasi_sockets_tcp_result_void_error_code_t r = {0};
    ck_assert(!TCP(set_keep_alive_enabled, listener, true, &r) && !r.is_err);
    ck_assert_int_eq(tcp_listen(listener, loopback(V4, 0)), OK);
    ck_assert_int_eq(tcp_local(listener, &a), OK);
    ck_assert_int_eq(tcp_connect(client, a, &in, &out), OK);
    ck_assert_int_eq(block_on(tcp_subscribe(listener)), OK);
    ck_assert_int_eq(tcp_accept(listener, &server, &in, &out), OK);
    for (int i = 0; i < 6; i++) {
        ck_assert_uint_eq(tcp_value(server, i), values[i]);
    }
    wasi_sockets_tcp_result_bool_error_code_t is = {0};
    ck_assert(!TCP(keep_alive_enabled, server, &is) && is.val.ok);
    uint8_t family = 9;
    ck_assert(!TCP(address_family, server, &family) && family == V4);
}
END_TEST

/* A socket of IPv6 leaves IPv4 alone: both can have the same port. */
START_TEST(tcp_ipv6_only) {
    tcp_t four, six;
    addr a;
    start();
    if (!has_ipv6) {
        return;
    }
    ck_assert(tcp_create(V4, &four) == OK && tcp_create(V6, &six) == OK);
    ck_assert_int_eq(tcp_listen(six, any_address(V6, 0)), OK);
    ck_assert_int_eq(tcp_local(six, &a), OK);
    ck_assert(same_address(a, any_address(V6, port_of(a))));
    ck_assert_int_eq(tcp_listen(four, any_address(V4, port_of(a))), OK);
}
END_TEST

/* -- UDP -- */

static udp_t udp_bound(int family, addr *local) {
    udp_t s;
    ck_assert_int_eq(udp_create(family, &s), OK);
    ck_assert_int_eq(udp_start_bind(s, loopback(family, 0)), OK);
    ck_assert_int_eq(udp_finish_bind(s), OK);
    ck_assert_int_eq(udp_local(s, local), OK);
    return s;
}

START_TEST(udp_states) {
    udp_t s, other;
    addr a;
    udp_in in;
    udp_out out;
    start();
    ck_assert_int_eq(udp_create(V4, &s), OK);
    uint8_t family = 9;
    ck_assert(!UDP(address_family, s, &family) && family == V4);
    ck_assert_int_eq(udp_finish_bind(s), E(NOT_IN_PROGRESS));
    ck_assert_int_eq(udp_local(s, &a), E(INVALID_STATE));
    ck_assert_int_eq(udp_remote(s, &a), E(INVALID_STATE));
    ck_assert_int_eq(udp_stream(s, NULL, &in, &out), E(INVALID_STATE));
    ck_assert_int_eq(udp_start_bind(s, loopback(V6, 0)), E(INVALID_ARGUMENT));
    ck_assert_int_eq(udp_start_bind(s, v4(198, 51, 100, 1, 0)), E(ADDRESS_NOT_BINDABLE));
    ck_assert_int_eq(udp_start_bind(s, loopback(V4, 0)), OK);
    ck_assert_int_eq(udp_start_bind(s, loopback(V4, 0)), E(CONCURRENCY_CONFLICT));
    ck_assert_int_eq(udp_local(s, &a), E(INVALID_STATE));
    ck_assert_int_eq(udp_stream(s, NULL, &in, &out), E(INVALID_STATE));
    ck_assert_int_eq(udp_finish_bind(s), OK);
    ck_assert_int_eq(udp_finish_bind(s), E(NOT_IN_PROGRESS));
    ck_assert_int_eq(udp_start_bind(s, loopback(V4, 0)), E(INVALID_STATE));
    ck_assert_int_eq(udp_local(s, &a), OK);
    ck_assert(same_address(a, loopback(V4, port_of(a))) && port_of(a) != 0);
    ck_assert_int_eq(udp_create(V4, &other), OK);
    ck_assert_int_eq(udp_start_bind(other, a), E(ADDRESS_IN_USE));
    ck_assert_int_eq(udp_stream(s, NULL, &in, &out), OK);
    ck_assert_int_eq(udp_remote(s, &a), E(INVALID_STATE));
    wasi_sockets_udp_own_pollable_t own = {0};
    ck_assert(!UDP(subscribe, s, &own));
    ck_assert(is_ready((pollable){own.handle}));
}
END_TEST

static void exchange(int family) {
    addr a, b;
    udp_in in_a, in_b;
    udp_out out_a, out_b;
    datagrams got;
    start();
    udp_t s = udp_bound(family, &a), t = udp_bound(family, &b);
    ck_assert_int_eq(udp_stream(s, NULL, &in_a, &out_a), OK);
    ck_assert_int_eq(udp_stream(t, NULL, &in_b, &out_b), OK);
    pollable readable = udp_in_subscribe(in_b);
    ck_assert(!is_ready(readable));
    ck_assert(udp_receive(in_b, 5, &got) == OK && got.len == 0);
    wasi_sockets_udp_outgoing_datagram_t list[3] = {datagram("one", &b), datagram("", &b),
                                                    datagram("three", &b)};
    uint64_t permit, sent;
    ck_assert(udp_check_send(out_a, &permit) == OK && permit >= 3);
    ck_assert(udp_send(out_a, list, 3, &sent) == OK && sent == 3);
    ck_assert_int_eq(block_on(readable), OK);
    ck_assert(udp_receive(in_b, 0, &got) == OK && got.len == 0);
    ck_assert(udp_receive(in_b, 2, &got) == OK && got.len == 2);
    ck_assert(got.ptr[0].data.len == 3 && memcmp(got.ptr[0].data.ptr, "one", 3) == 0);
    ck_assert(same_address(got.ptr[0].remote_address, a) && got.ptr[1].data.len == 0);
    ck_assert(udp_receive(in_b, UINT64_MAX, &got) == OK && got.len == 1);
    ck_assert_uint_eq(got.ptr[0].data.len, 5);
    pollable writable = udp_out_subscribe(out_b);
    ck_assert(is_ready(writable));
    /* The stream outlives the handle of its socket. */
    drop(t.handle);
    ck_assert_int_eq(udp_send_text(out_b, "back", &a), OK);
    ck_assert_int_eq(block_on(udp_in_subscribe(in_a)), OK);
    ck_assert(udp_receive(in_a, 9, &got) == OK && got.len == 1);
    ck_assert(same_address(got.ptr[0].remote_address, b));
}

START_TEST(udp_exchange) {
    exchange(V4);
}
END_TEST

START_TEST(udp_exchange_ipv6) {
    if (has_ipv6) {
        exchange(V6);
    }
}
END_TEST

START_TEST(udp_peers) {
    addr a, b, c, now;
    udp_in in_a, in_b, in_c, old_in;
    udp_out out_a, out_b, out_c, old_out;
    datagrams got;
    uint64_t n;
    start();
    udp_t s = udp_bound(V4, &a), t = udp_bound(V4, &b), u = udp_bound(V4, &c);
    ck_assert_int_eq(udp_stream(s, NULL, &old_in, &old_out), OK);
    ck_assert_int_eq(udp_stream(t, NULL, &in_b, &out_b), OK);
    ck_assert_int_eq(udp_stream(u, NULL, &in_c, &out_c), OK);
    /* One from c is in the queue before the peer is b; it must not be seen. */
    ck_assert_int_eq(udp_send_text(out_c, "stray", &a), OK);
    ck_assert_int_eq(block_on(udp_in_subscribe(old_in)), OK);
    pollable old_readable = udp_in_subscribe(old_in);
    ck_assert_int_eq(udp_stream(s, &b, &in_a, &out_a), OK);
    ck_assert(udp_remote(s, &now) == OK && same_address(now, b));
    ck_assert(udp_local(s, &now) == OK && same_address(now, a));
    ck_assert(is_ready(old_readable));
    ck_assert_int_eq(udp_receive(old_in, 1, &got), E(INVALID_STATE));
    ck_assert_int_eq(udp_check_send(old_out, &n), E(INVALID_STATE));
    ck_assert(udp_send(old_out, NULL, 0, &n) == OK && n == 0);
    ck_assert_int_eq(udp_send_text(out_c, "stray", &a), OK);
    ck_assert_int_eq(udp_send_text(out_b, "wanted", &a), OK);
    ck_assert_int_eq(block_on(udp_in_subscribe(in_a)), OK);
    ck_assert(udp_receive(in_a, 9, &got) == OK && got.len == 1);
    ck_assert_uint_eq(got.ptr[0].data.len, 6);
    ck_assert_int_eq(udp_send_text(out_a, "implied", NULL), OK);
    ck_assert_int_eq(udp_send_text(out_a, "named", &b), OK);
    ck_assert_int_eq(udp_send_text(out_a, "other", &c), E(INVALID_ARGUMENT));
    ck_assert_int_eq(block_on(udp_in_subscribe(in_b)), OK);
    ck_assert(udp_receive(in_b, 9, &got) == OK && got.len == 2);
    /* Another peer, then none: the address stays. */
    ck_assert_int_eq(udp_stream(s, &c, &in_a, &out_a), OK);
    ck_assert(udp_remote(s, &now) == OK && same_address(now, c));
    ck_assert_int_eq(udp_stream(s, NULL, &in_a, &out_a), OK);
    ck_assert_int_eq(udp_remote(s, &now), E(INVALID_STATE));
    ck_assert(udp_local(s, &now) == OK && same_address(now, a));
    ck_assert_int_eq(udp_send_text(out_b, "free", &a), OK);
    ck_assert_int_eq(block_on(udp_in_subscribe(in_a)), OK);
    ck_assert(udp_receive(in_a, 9, &got) == OK && got.len == 1);
}
END_TEST

START_TEST(udp_wrong_sends) {
    addr a, b;
    udp_in in;
    udp_out out;
    uint64_t n;
    static char large[70000];
    memset(large, 'x', sizeof large - 1);
    start();
    udp_t s = udp_bound(V4, &a);
    udp_bound(V4, &b);
    addr six = v6(0, 0, 0, 1, 80), any = v4(0, 0, 0, 0, 80),
         no_port = v4(127, 0, 0, 1, 0);
    ck_assert_int_eq(udp_stream(s, &six, &in, &out), E(INVALID_ARGUMENT));
    ck_assert_int_eq(udp_stream(s, &any, &in, &out), E(INVALID_ARGUMENT));
    ck_assert_int_eq(udp_stream(s, &no_port, &in, &out), E(INVALID_ARGUMENT));
    ck_assert_int_eq(udp_stream(s, NULL, &in, &out), OK);
    ck_assert_int_eq(udp_send_text(out, "x", NULL), E(INVALID_ARGUMENT));
    ck_assert_int_eq(udp_send_text(out, "x", &six), E(INVALID_ARGUMENT));
    ck_assert_int_eq(udp_send_text(out, "x", &any), E(INVALID_ARGUMENT));
    ck_assert_int_eq(udp_send_text(out, "x", &no_port), E(INVALID_ARGUMENT));
    ck_assert_int_eq(udp_send_text(out, large, &b), E(DATAGRAM_TOO_LARGE));
    /* What follows one that has gone is no error. */
    wasi_sockets_udp_outgoing_datagram_t list[3] = {
        datagram("fine", &b), datagram(large, &b), datagram("never", &b)};
    ck_assert_int_eq(udp_check_send(out, &n), OK);
    ck_assert(udp_send(out, list, 3, &n) == OK && n == 1);
    /* Each send has to be permitted. */
    tolerant = true;
    ck_assert_int_eq(udp_check_send(out, &n), OK);
    ck_assert(udp_send(out, list, 1, &n) == OK && n == 1);
    wasi_sockets_udp_outgoing_datagram_t many[200];
    for (int i = 0; i < 200; i++) {
        many[i] = datagram("", &b);
    }
    ck_assert_int_eq(udp_send(out, many, 200, &n), FAILED);
    ck_assert_ptr_nonnull(strstr(call->message, "check-send"));
    udp_in in2;
    udp_out fresh;
    ck_assert_int_eq(udp_stream(s, NULL, &in2, &fresh), OK);
    ck_assert(udp_send(fresh, list, 0, &n) == OK && n == 0);
    ck_assert_int_eq(udp_send(fresh, list, 1, &n), FAILED);
    tolerant = false;
    /* A permit ends with the stream that it was for. */
    udp_in in3;
    udp_out last;
    ck_assert(udp_check_send(fresh, &n) == OK && n > 0);
    ck_assert_int_eq(udp_stream(s, NULL, &in3, &last), OK);
    ck_assert_int_eq(udp_send(fresh, list, 1, &n), E(INVALID_STATE));
    fresh = last;
    addr broadcast = v4(255, 255, 255, 255, 9);
    ck_assert_int_eq(udp_send_text(fresh, "x", &broadcast), E(ACCESS_DENIED));
}
END_TEST

START_TEST(udp_refused) {
    addr a, b;
    udp_in in;
    udp_out out;
    datagrams got;
    start();
    udp_t s = udp_bound(V4, &a), gone = udp_bound(V4, &b);
    drop(gone.handle);
    ck_assert_int_eq(udp_stream(s, &b, &in, &out), OK);
    ck_assert_int_eq(udp_send_text(out, "anybody?", NULL), OK);
    ck_assert_int_eq(block_on(udp_in_subscribe(in)), OK);
    ck_assert_int_eq(udp_receive(in, 5, &got), E(CONNECTION_REFUSED));
    ck_assert(udp_receive(in, 5, &got) == OK && got.len == 0);
}
END_TEST

static int udp_set_value(udp_t s, int which, uint64_t v) {
    wasi_sockets_udp_result_void_error_code_t r = {0};
    tenon_status st = which == 0   ? UDP(set_unicast_hop_limit, s, (uint8_t)v, &r)
                      : which == 1 ? UDP(set_receive_buffer_size, s, v, &r)
                                   : UDP(set_send_buffer_size, s, v, &r);
    return outcome(st, r.is_err, r.val.err);
}

static uint64_t udp_value(udp_t s, int which) {
    wasi_sockets_udp_result_u8_error_code_t b = {0};
    wasi_sockets_udp_result_u64_error_code_t u = {0};
    if (which == 0) {
        ck_assert(!UDP(unicast_hop_limit, s, &b) && !b.is_err);
        return b.val.ok;
    }
    tenon_status st =
        which == 1 ? UDP(receive_buffer_size, s, &u) : UDP(send_buffer_size, s, &u);
    ck_assert(st == TENON_OK && !u.is_err);
    return u.val.ok;
}

START_TEST(udp_options) {
    const uint64_t values[3] = {33, 20000, 30000};
    start();
    for (int family = V4; family <= (has_ipv6 ? V6 : V4); family++) {
        udp_t s;
        ck_assert_int_eq(udp_create(family, &s), OK);
        for (int i = 0; i < 3; i++) {
            ck_assert_uint_gt(udp_value(s, i), 0);
            ck_assert_int_eq(udp_set_value(s, i, 0), E(INVALID_ARGUMENT));
            ck_assert_int_eq(udp_set_value(s, i, values[i]), OK);
            ck_assert_uint_eq(udp_value(s, i), values[i]);
        }
    }
}
END_TEST

/* -- the system's limit of open files -- */

START_TEST(too_many_sockets) {
    struct rlimit before, low;
    ck_assert_int_eq(getrlimit(RLIMIT_NOFILE, &before), 0);
    int next = dup(0); /* the lowest number that is free */
    ck_assert_int_ge(next, 0);
    close(next);
    start();
    low = before;
    low.rlim_cur = (rlim_t)next + 20;
    ck_assert_int_eq(setrlimit(RLIMIT_NOFILE, &low), 0);
    int n = 0, r;
    tcp_t s;
    udp_t u;
    names_t names;
    while ((r = tcp_create(V4, &s)) == OK && n < 50) {
        n++;
    }
    int udp = udp_create(V4, &u), name = resolve("localhost", 9, &names);
    setrlimit(RLIMIT_NOFILE, &before);
    ck_assert_int_eq(r, E(NEW_SOCKET_LIMIT));
    ck_assert_int_eq(udp, E(NEW_SOCKET_LIMIT));
    ck_assert_int_eq(name, E(TEMPORARY_RESOLVER_FAILURE));
    ck_assert_int_gt(n, 5);
}
END_TEST

static bool can_do_ipv6(void) {
    int fd = socket(AF_INET6, SOCK_STREAM, 0);
    struct sockaddr_in6 a = {.sin6_family = AF_INET6, .sin6_addr = IN6ADDR_LOOPBACK_INIT};
    bool can = fd >= 0 && bind(fd, (struct sockaddr *)&a, sizeof a) == 0;
    close(fd);
    return can;
}

int main(void) {
    has_ipv6 = can_do_ipv6();
    if (!has_ipv6) {
        puts("skipped: the parts that need IPv6, which this machine lacks");
    }
    alarm(120);
    Suite *s = suite_create("sockets");
    TCase *t = tcase_create("hosts");
    tcase_add_checked_fixture(t, set_up, tear_down);
    tcase_add_test(t, tcp_states_of_a_listener);
    tcase_add_test(t, tcp_connect_refused);
    tcase_add_test(t, tcp_wrong_addresses);
    tcase_add_test(t, tcp_address_in_use);
    tcase_add_test(t, tcp_address_used_again);
    tcase_add_test(t, tcp_echo);
    tcase_add_test(t, tcp_echo_ipv6);
    tcase_add_test(t, tcp_half_close);
    tcase_add_test(t, tcp_reset);
    tcase_add_test(t, tcp_backpressure);
    tcase_add_test(t, tcp_output_outlives_its_stream);
    tcase_add_test(t, tcp_options);
    tcase_add_test(t, tcp_options_are_inherited);
    tcase_add_test(t, tcp_ipv6_only);
    tcase_add_test(t, udp_states);
    tcase_add_test(t, udp_exchange);
    tcase_add_test(t, udp_exchange_ipv6);
    tcase_add_test(t, udp_peers);
    tcase_add_test(t, udp_wrong_sends);
    tcase_add_test(t, udp_refused);
    tcase_add_test(t, udp_options);
    tcase_add_test(t, too_many_sockets);
    suite_add_tcase(s, t);
    return run_suite_here(s);
}
