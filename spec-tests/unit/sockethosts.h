/* sockethosts.h: the hosts of wasi:sockets called as a guest would, each call as a
 * function that gives the error-code or OK; for test_sockets.c and test_sockets_fail.c.
 */
#ifndef SOCKETHOSTS_H
#define SOCKETHOSTS_H

#include "tenon/wasi.h"
#include "wasi/gen/wasi_filesystem_types.h"
#include "wasi/gen/wasi_io_error.h"
#include "wasi/gen/wasi_io_poll.h"
#include "wasi/gen/wasi_io_streams.h"
#include "wasi/gen/wasi_sockets_instance_network.h"
#include "wasi/gen/wasi_sockets_ip_name_lookup.h"
#include "wasi/gen/wasi_sockets_network.h"
#include "wasi/gen/wasi_sockets_tcp.h"
#include "wasi/gen/wasi_sockets_tcp_create_socket.h"
#include "wasi/gen/wasi_sockets_udp.h"
#include "wasi/gen/wasi_sockets_udp_create_socket.h"
#include "wasihosts.h"

static const tenon_interface *const socket_interfaces[] = {
    &wasi_io_error_interface,
    &wasi_io_poll_interface,
    &wasi_io_streams_interface,
    &wasi_sockets_network_interface,
    &wasi_sockets_tcp_interface,
    &wasi_sockets_udp_interface,
    &wasi_sockets_ip_name_lookup_interface,
    NULL,
};

#define E(name) WASI_SOCKETS_NETWORK_ERROR_CODE_##name
enum { V4, V6 };

typedef wasi_sockets_tcp_borrow_tcp_socket_t tcp_t;
typedef wasi_sockets_udp_borrow_udp_socket_t udp_t;
typedef wasi_sockets_network_ip_socket_address_t addr;
typedef wasi_io_streams_borrow_input_stream_t in_t;
typedef wasi_io_streams_borrow_output_stream_t out_t;
typedef wasi_io_poll_borrow_pollable_t pollable;
typedef wasi_sockets_udp_borrow_incoming_datagram_stream_t udp_in;
typedef wasi_sockets_udp_borrow_outgoing_datagram_stream_t udp_out;
typedef wasi_sockets_ip_name_lookup_borrow_resolve_address_stream_t names_t;
typedef wasi_sockets_udp_list_incoming_datagram_t datagrams;

static wasi_sockets_tcp_borrow_network_t net;
static bool small_buffers; /* of connections, so that the host has to keep output */

#define TCP(method, ...) CALL(wasi_sockets_tcp, method_tcp_socket_##method, __VA_ARGS__)
#define UDP(method, ...) CALL(wasi_sockets_udp, method_udp_socket_##method, __VA_ARGS__)

static inline int outcome(tenon_status status, bool is_err, uint8_t err) {
    if (status != TENON_OK) {
        ck_assert_msg(tolerant, "status %d: %s", (int)status, call->message);
        return FAILED;
    }
    return is_err ? err : OK;
}

/* -- set-up: all of the network is granted unless a test says otherwise -- */

static inline void configure(void) {
    runtime_reset();
    all_interfaces = socket_interfaces;
    tolerant = false;
    small_buffers = false;
    tenon_wasi_config_init(&config);
    config.allocator.resize = counting_resize;
    config.network.allow_ip_name_lookup = true;
    config.network.inherit = true;
    wasi = NULL;
}

static inline int start(void) {
    tenon_status status = tenon_wasi_new(&config, &wasi, &error);
    ck_assert_msg(status == TENON_OK || tolerant, "%s", error.message);
    wasi_sockets_instance_network_own_network_t own = {0};
    if (status == TENON_OK) {
        status = CALL(wasi_sockets_instance_network, instance_network, &own);
        net.handle = own.handle;
    }
    return outcome(status, false, 0);
}

/* -- addresses -- */

static inline addr v4(uint8_t a, uint8_t b, uint8_t c, uint8_t d, uint16_t port) {
    addr r = {.tag = V4};
    r.val.ipv4.port = port;
    r.val.ipv4.address.f0 = a;
    r.val.ipv4.address.f1 = b;
    r.val.ipv4.address.f2 = c;
    r.val.ipv4.address.f3 = d;
    return r;
}

/* The first group and the last three; zeros between them. */
static inline addr v6(uint16_t a, uint16_t f, uint16_t g, uint16_t h, uint16_t port) {
    addr r = {.tag = V6};
    r.val.ipv6.port = port;
    r.val.ipv6.address.f0 = a;
    r.val.ipv6.address.f5 = f;
    r.val.ipv6.address.f6 = g;
    r.val.ipv6.address.f7 = h;
    return r;
}

static inline addr loopback(int family, uint16_t port) {
    return family == V4 ? v4(127, 0, 0, 1, port) : v6(0, 0, 0, 1, port);
}

static inline addr any_address(int family, uint16_t port) {
    return family == V4 ? v4(0, 0, 0, 0, port) : v6(0, 0, 0, 0, port);
}

static inline uint16_t port_of(addr a) {
    return a.tag == V4 ? a.val.ipv4.port : a.val.ipv6.port;
}

static inline bool same_address(addr a, addr b) {
    const wasi_sockets_network_ipv6_address_t *x = &a.val.ipv6.address;
    const wasi_sockets_network_ipv6_address_t *y = &b.val.ipv6.address;
    if (a.tag != b.tag || port_of(a) != port_of(b)) {
        return false;
    }
    return a.tag == V4
               ? memcmp(&a.val.ipv4.address, &b.val.ipv4.address, 4) == 0
               : x->f0 == y->f0 && x->f1 == y->f1 && x->f2 == y->f2 && x->f3 == y->f3 &&
                     x->f4 == y->f4 && x->f5 == y->f5 && x->f6 == y->f6 && x->f7 == y->f7;
}

/* -- TCP -- */

static inline int tcp_create(int family, tcp_t *out) {
    wasi_sockets_tcp_create_socket_result_own_tcp_socket_error_code_t r = {0};
    tenon_status st =
        CALL(wasi_sockets_tcp_create_socket, create_tcp_socket, (uint8_t)family, &r);
    out->handle = r.val.ok.handle;
    return outcome(st, r.is_err, r.val.err);
}

#define TCP_VOID(name)                                                                   \
    static inline int tcp_##name(tcp_t s) {                                              \
        wasi_sockets_tcp_result_void_error_code_t r = {0};                               \
        tenon_status st = TCP(name, s, &r);                                              \
        return outcome(st, r.is_err, r.val.err);                                         \
    }
TCP_VOID(finish_bind)
TCP_VOID(start_listen)
TCP_VOID(finish_listen)

static inline int tcp_start_bind(tcp_t s, addr a) {
    wasi_sockets_tcp_result_void_error_code_t r = {0};
    tenon_status st = TCP(start_bind, s, net, &a, &r);
    return outcome(st, r.is_err, r.val.err);
}

static inline int tcp_start_connect(tcp_t s, addr a) {
    wasi_sockets_tcp_result_void_error_code_t r = {0};
    tenon_status st = TCP(start_connect, s, net, &a, &r);
    return outcome(st, r.is_err, r.val.err);
}

static inline int tcp_finish_connect(tcp_t s, in_t *in, out_t *out) {
    wasi_sockets_tcp_result_tuple2_own_input_stream_own_output_stream_error_code_t r = {
        0};
    tenon_status st = TCP(finish_connect, s, &r);
    in->handle = r.val.ok.f0.handle;
    out->handle = r.val.ok.f1.handle;
    return outcome(st, r.is_err, r.val.err);
}

static inline int tcp_accept(tcp_t s, tcp_t *peer, in_t *in, out_t *out) {
    wasi_sockets_tcp_result_tuple3_own_tcp_socket_own_input_stream_own_output_stream_error_code_t
        r = {0};
    tenon_status st = TCP(accept, s, &r);
    peer->handle = r.val.ok.f0.handle;
    in->handle = r.val.ok.f1.handle;
    out->handle = r.val.ok.f2.handle;
    return outcome(st, r.is_err, r.val.err);
}

static inline int tcp_local(tcp_t s, addr *out) {
    wasi_sockets_tcp_result_ip_socket_address_error_code_t r = {0};
    tenon_status st = TCP(local_address, s, &r);
    *out = r.val.ok;
    return outcome(st, r.is_err, r.val.err);
}

static inline int tcp_remote(tcp_t s, addr *out) {
    wasi_sockets_tcp_result_ip_socket_address_error_code_t r = {0};
    tenon_status st = TCP(remote_address, s, &r);
    *out = r.val.ok;
    return outcome(st, r.is_err, r.val.err);
}

static inline int tcp_shutdown(tcp_t s, uint8_t how) {
    wasi_sockets_tcp_result_void_error_code_t r = {0};
    tenon_status st = TCP(shutdown, s, how, &r);
    return outcome(st, r.is_err, r.val.err);
}

static inline int tcp_backlog(tcp_t s, uint64_t n) {
    wasi_sockets_tcp_result_void_error_code_t r = {0};
    tenon_status st = TCP(set_listen_backlog_size, s, n, &r);
    return outcome(st, r.is_err, r.val.err);
}

static inline bool tcp_is_listening(tcp_t s) {
    bool r = false;
    ck_assert_int_eq(TCP(is_listening, s, &r), TENON_OK);
    return r;
}

static inline pollable tcp_subscribe(tcp_t s) {
    wasi_sockets_tcp_own_pollable_t own = {0};
    outcome(TCP(subscribe, s, &own), false, 0);
    return (pollable){own.handle};
}

/* -- pollables and streams -- */

static inline bool is_ready(pollable p) {
    bool r = false;
    outcome(CALL(wasi_io_poll, method_pollable_ready, p, &r), false, 0);
    return r;
}

/* Waits, and drops the pollable. A handle of 0: subscribing failed. */
static inline int block_on(pollable p) {
    if (p.handle == 0) {
        return FAILED;
    }
    int r = outcome(CALL(wasi_io_poll, method_pollable_block, p), false, 0);
    drop(p.handle);
    return r;
}

static inline pollable in_subscribe(in_t s) {
    wasi_io_streams_own_pollable_t own = {0};
    outcome(CALL(wasi_io_streams, method_input_stream_subscribe, s, &own), false, 0);
    return (pollable){own.handle};
}

static inline pollable out_subscribe(out_t s) {
    wasi_io_streams_own_pollable_t own = {0};
    outcome(CALL(wasi_io_streams, method_output_stream_subscribe, s, &own), false, 0);
    return (pollable){own.handle};
}

enum { CLOSED = -3, BROKEN = -4 };

/* What a stream-error is; *code the error-code of a failed operation, OK if it has none.
 */
static inline int stream_error(const wasi_io_streams_stream_error_t *e, int *code) {
    if (e->tag == WASI_IO_STREAMS_STREAM_ERROR_CLOSED) {
        return CLOSED;
    }
    wasi_sockets_network_borrow_error_t err = {e->val.last_operation_failed.handle};
    wasi_sockets_network_option_error_code_t r = {0};
    ck_assert_int_eq(CALL(wasi_sockets_network, network_error_code, err, &r), TENON_OK);
    *code = r.is_some ? r.val : OK;
    wasi_filesystem_types_option_error_code_t file = {true, 0};
    ck_assert_int_eq(CALL(wasi_filesystem_types, filesystem_error_code,
                          (wasi_filesystem_types_borrow_error_t){err.handle}, &file),
                     TENON_OK);
    ck_assert(!file.is_some);
    drop(err.handle);
    return BROKEN;
}

static int last_code; /* of a stream that is BROKEN */

/* Bytes read, or CLOSED, BROKEN, FAILED. */
static inline int read_some(in_t s, void *buf, size_t len, bool blocking) {
    wasi_io_streams_result_list_u8_stream_error_t r = {0};
    tenon_status st =
        blocking ? CALL(wasi_io_streams, method_input_stream_blocking_read, s, len, &r)
                 : CALL(wasi_io_streams, method_input_stream_read, s, len, &r);
    if (outcome(st, false, 0) == FAILED) {
        return FAILED;
    }
    if (r.is_err) {
        return stream_error(&r.val.err, &last_code);
    }
    if (r.val.ok.len > 0) {
        memcpy(buf, r.val.ok.ptr, r.val.ok.len);
    }
    int n = (int)r.val.ok.len;
    runtime_free_blocks();
    return n;
}

static inline int check_write(out_t s) {
    wasi_io_streams_result_u64_stream_error_t r = {0};
    tenon_status st = CALL(wasi_io_streams, method_output_stream_check_write, s, &r);
    if (outcome(st, false, 0) == FAILED) {
        return FAILED;
    }
    return r.is_err ? stream_error(&r.val.err, &last_code) : (int)r.val.ok;
}

static inline int write_some(out_t s, const void *bytes, size_t len) {
    wasi_io_streams_list_u8_t list = {(uint8_t *)(uintptr_t)bytes, len};
    wasi_io_streams_result_void_stream_error_t r = {0};
    tenon_status st = CALL(wasi_io_streams, method_output_stream_write, s, &list, &r);
    if (outcome(st, false, 0) == FAILED) {
        return FAILED;
    }
    return r.is_err ? stream_error(&r.val.err, &last_code) : OK;
}

static inline int write_flush(out_t s, const void *bytes, size_t len) {
    wasi_io_streams_list_u8_t list = {(uint8_t *)(uintptr_t)bytes, len};
    wasi_io_streams_result_void_stream_error_t r = {0};
    tenon_status st = CALL(wasi_io_streams, method_output_stream_blocking_write_and_flush,
                           s, &list, &r);
    if (outcome(st, false, 0) == FAILED) {
        return FAILED;
    }
    return r.is_err ? stream_error(&r.val.err, &last_code) : OK;
}

/* -- UDP -- */

static inline int udp_create(int family, udp_t *out) {
    wasi_sockets_udp_create_socket_result_own_udp_socket_error_code_t r = {0};
    tenon_status st =
        CALL(wasi_sockets_udp_create_socket, create_udp_socket, (uint8_t)family, &r);
    out->handle = r.val.ok.handle;
    return outcome(st, r.is_err, r.val.err);
}

static inline int udp_start_bind(udp_t s, addr a) {
    wasi_sockets_udp_result_void_error_code_t r = {0};
    tenon_status st = UDP(start_bind, s, net, &a, &r);
    return outcome(st, r.is_err, r.val.err);
}

static inline int udp_finish_bind(udp_t s) {
    wasi_sockets_udp_result_void_error_code_t r = {0};
    tenon_status st = UDP(finish_bind, s, &r);
    return outcome(st, r.is_err, r.val.err);
}

static inline int udp_stream(udp_t s, const addr *peer, udp_in *in, udp_out *out) {
    wasi_sockets_udp_option_ip_socket_address_t remote = {.is_some = peer != NULL};
    wasi_sockets_udp_result_tuple2_own_incoming_datagram_stream_own_outgoing_datagram_stream_error_code_t
        r = {0};
    if (peer != NULL) {
        remote.val = *peer;
    }
    tenon_status st = UDP(stream, s, &remote, &r);
    in->handle = r.val.ok.f0.handle;
    out->handle = r.val.ok.f1.handle;
    return outcome(st, r.is_err, r.val.err);
}

static inline int udp_local(udp_t s, addr *out) {
    wasi_sockets_udp_result_ip_socket_address_error_code_t r = {0};
    tenon_status st = UDP(local_address, s, &r);
    *out = r.val.ok;
    return outcome(st, r.is_err, r.val.err);
}

static inline int udp_remote(udp_t s, addr *out) {
    wasi_sockets_udp_result_ip_socket_address_error_code_t r = {0};
    tenon_status st = UDP(remote_address, s, &r);
    *out = r.val.ok;
    return outcome(st, r.is_err, r.val.err);
}

static inline int udp_check_send(udp_out s, uint64_t *permit) {
    wasi_sockets_udp_result_u64_error_code_t r = {0};
    tenon_status st =
        CALL(wasi_sockets_udp, method_outgoing_datagram_stream_check_send, s, &r);
    *permit = r.val.ok;
    return outcome(st, r.is_err, r.val.err);
}

static inline int udp_send(udp_out s, wasi_sockets_udp_outgoing_datagram_t *list,
                           size_t count, uint64_t *sent) {
    wasi_sockets_udp_list_outgoing_datagram_t l = {list, count};
    wasi_sockets_udp_result_u64_error_code_t r = {0};
    tenon_status st =
        CALL(wasi_sockets_udp, method_outgoing_datagram_stream_send, s, &l, &r);
    *sent = r.val.ok;
    return outcome(st, r.is_err, r.val.err);
}

static inline wasi_sockets_udp_outgoing_datagram_t datagram(const char *text,
                                                            const addr *to) {
    wasi_sockets_udp_outgoing_datagram_t d = {0};
    d.data.ptr = (uint8_t *)(uintptr_t)text;
    d.data.len = strlen(text);
    d.remote_address.is_some = to != NULL;
    if (to != NULL) {
        d.remote_address.val = *to;
    }
    return d;
}

/* check-send, then one datagram. */
static inline int udp_send_text(udp_out s, const char *text, const addr *to) {
    uint64_t permit, sent = 0;
    int r = udp_check_send(s, &permit);
    if (r != OK) {
        return r;
    }
    wasi_sockets_udp_outgoing_datagram_t d = datagram(text, to);
    r = udp_send(s, &d, 1, &sent);
    return r == OK && sent == 0 ? E(WOULD_BLOCK) : r;
}

/* The datagrams are in blocks of the runtime's. */
static inline int udp_receive(udp_in s, uint64_t most, datagrams *out) {
    wasi_sockets_udp_result_list_incoming_datagram_error_code_t r = {0};
    tenon_status st =
        CALL(wasi_sockets_udp, method_incoming_datagram_stream_receive, s, most, &r);
    *out = r.val.ok;
    return outcome(st, r.is_err, r.val.err);
}

static inline pollable udp_in_subscribe(udp_in s) {
    wasi_sockets_udp_own_pollable_t own = {0};
    outcome(CALL(wasi_sockets_udp, method_incoming_datagram_stream_subscribe, s, &own),
            false, 0);
    return (pollable){own.handle};
}

static inline pollable udp_out_subscribe(udp_out s) {
    wasi_sockets_udp_own_pollable_t own = {0};
    outcome(CALL(wasi_sockets_udp, method_outgoing_datagram_stream_subscribe, s, &own),
            false, 0);
    return (pollable){own.handle};
}

/* -- names -- */

static inline int resolve(const char *name, size_t len, names_t *out) {
    wasi_sockets_ip_name_lookup_result_own_resolve_address_stream_error_code_t r = {0};
    tenon_string s = {name, len};
    tenon_status st =
        CALL(wasi_sockets_ip_name_lookup, resolve_addresses,
             (wasi_sockets_ip_name_lookup_borrow_network_t){net.handle}, &s, &r);
    out->handle = r.val.ok.handle;
    return outcome(st, r.is_err, r.val.err);
}

static inline int next_address(names_t s, bool *is_some,
                               wasi_sockets_network_ip_address_t *out) {
    wasi_sockets_ip_name_lookup_result_option_ip_address_error_code_t r = {0};
    tenon_status st = CALL(wasi_sockets_ip_name_lookup,
                           method_resolve_address_stream_resolve_next_address, s, &r);
    *is_some = st == TENON_OK && !r.is_err && r.val.ok.is_some;
    if (*is_some) {
        *out = r.val.ok.val;
    }
    return outcome(st, r.is_err, r.val.err);
}

static inline pollable names_subscribe(names_t s) {
    wasi_sockets_ip_name_lookup_own_pollable_t own = {0};
    outcome(CALL(wasi_sockets_ip_name_lookup, method_resolve_address_stream_subscribe, s,
                 &own),
            false, 0);
    return (pollable){own.handle};
}

/* -- two ends of a connection -- */

typedef struct pair {
    tcp_t listener, client, server;
    in_t client_in, server_in;
    out_t client_out, server_out;
} pair;

static inline int tcp_listen(tcp_t s, addr a) {
    int r = tcp_start_bind(s, a);
    r = r == OK ? tcp_finish_bind(s) : r;
    r = r == OK ? tcp_start_listen(s) : r;
    return r == OK ? tcp_finish_listen(s) : r;
}

static inline int tcp_connect(tcp_t s, addr a, in_t *in, out_t *out) {
    int r = tcp_start_connect(s, a);
    r = r == OK ? block_on(tcp_subscribe(s)) : r;
    return r == OK ? tcp_finish_connect(s, in, out) : r;
}

static inline void make_small(tcp_t listener, tcp_t client) {
    wasi_sockets_tcp_result_void_error_code_t r = {0};
    ck_assert(!TCP(set_receive_buffer_size, listener, 8192, &r) && !r.is_err);
    ck_assert(!TCP(set_send_buffer_size, client, 8192, &r) && !r.is_err);
}

/* A connection over loopback. */
static inline int connect_pair(int family, pair *p) {
    addr a;
    memset(p, 0, sizeof *p);
    int r = tcp_create(family, &p->listener);
    r = r == OK ? tcp_create(family, &p->client) : r;
    if (small_buffers) {
        make_small(p->listener, p->client);
    }
    r = r == OK ? tcp_listen(p->listener, loopback(family, 0)) : r;
    r = r == OK ? tcp_local(p->listener, &a) : r;
    r = r == OK ? tcp_connect(p->client, a, &p->client_in, &p->client_out) : r;
    r = r == OK ? block_on(tcp_subscribe(p->listener)) : r;
    return r == OK ? tcp_accept(p->listener, &p->server, &p->server_in, &p->server_out)
                   : r;
}

#endif
