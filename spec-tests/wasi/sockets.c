/* sockets.c: wasi:sockets: every function, between sockets of this program on the
 * loopback address, and names. */
#include "guest.h"

#define TCP(name) wasi_sockets_tcp_method_tcp_socket_##name
#define UDP(name) wasi_sockets_udp_method_udp_socket_##name

typedef wasi_sockets_tcp_borrow_tcp_socket_t tcp_socket;
typedef wasi_sockets_udp_borrow_udp_socket_t udp_socket;
typedef wasi_sockets_network_ip_socket_address_t address;

enum { IPV4 = WASI_SOCKETS_NETWORK_IP_ADDRESS_FAMILY_IPV4 };

static const char *const errors[] = {"unknown",
                                     "access-denied",
                                     "not-supported",
                                     "invalid-argument",
                                     "out-of-memory",
                                     "timeout",
                                     "concurrency-conflict",
                                     "not-in-progress",
                                     "would-block",
                                     "invalid-state",
                                     "new-socket-limit",
                                     "address-not-bindable",
                                     "address-in-use",
                                     "remote-unreachable",
                                     "connection-refused",
                                     "connection-reset",
                                     "connection-aborted",
                                     "datagram-too-large",
                                     "name-unresolvable",
                                     "temporary-resolver-failure",
                                     "permanent-resolver-failure"};

static wasi_sockets_network_error_code_t code;
static wasi_sockets_network_borrow_network_t network;

static void result(const char *what, bool ok) {
    outcome(what, ok, errors, code);
}

/* As result, but waits as long as it would block. */
#define FINISH(what, self, subscribe, call)                                              \
    do {                                                                                 \
        bool done;                                                                       \
        while (!(done = (call)) &&                                                       \
               code == WASI_SOCKETS_NETWORK_ERROR_CODE_WOULD_BLOCK) {                    \
            block_on(subscribe(self).handle);                                            \
        }                                                                                \
        result(what, done);                                                              \
    } while (0)

static address loopback(uint16_t port) {
    return (address){.tag = WASI_SOCKETS_NETWORK_IP_SOCKET_ADDRESS_IPV4,
                     .val.ipv4 = {port, {127, 0, 0, 1}}};
}

static bool same(const address *a, const address *b) {
    return a->tag == b->tag && a->val.ipv4.port == b->val.ipv4.port &&
           a->val.ipv4.address.f0 == b->val.ipv4.address.f0 &&
           a->val.ipv4.address.f3 == b->val.ipv4.address.f3;
}

static tcp_socket make_tcp(void) {
    wasi_sockets_tcp_own_tcp_socket_t s;
    if (!wasi_sockets_tcp_create_socket_create_tcp_socket(IPV4, &s, &code)) {
        __builtin_trap();
    }
    return (tcp_socket){s.handle};
}

static void tcp_options(tcp_socket s) {
    bool on;
    uint8_t hops;
    uint32_t probes;
    uint64_t n;
    value("family", TCP(address_family)(s));
    result("keep-alive on", TCP(set_keep_alive_enabled)(s, true, &code));
    result("keep-alive", TCP(keep_alive_enabled)(s, &on, &code));
    truth("on", on);
    result("idle time", TCP(set_keep_alive_idle_time)(s, 60000000000, &code));
    result("idle time", TCP(keep_alive_idle_time)(s, &n, &code));
    value("ns", n);
    result("no idle time", TCP(set_keep_alive_idle_time)(s, 0, &code));
    result("interval", TCP(set_keep_alive_interval)(s, 30000000000, &code));
    result("interval", TCP(keep_alive_interval)(s, &n, &code));
    value("ns", n);
    result("no interval", TCP(set_keep_alive_interval)(s, 0, &code));
    result("probes", TCP(set_keep_alive_count)(s, 5, &code));
    result("probes", TCP(keep_alive_count)(s, &probes, &code));
    value("count", probes);
    result("no probes", TCP(set_keep_alive_count)(s, 0, &code));
    result("hops", TCP(set_hop_limit)(s, 42, &code));
    result("hops", TCP(hop_limit)(s, &hops, &code));
    value("count", hops);
    result("no hops", TCP(set_hop_limit)(s, 0, &code));
    result("receive buffer", TCP(set_receive_buffer_size)(s, 65536, &code));
    result("receive buffer", TCP(receive_buffer_size)(s, &n, &code));
    truth("as large", n >= 65536);
    result("no receive buffer", TCP(set_receive_buffer_size)(s, 0, &code));
    result("send buffer", TCP(set_send_buffer_size)(s, 65536, &code));
    result("send buffer", TCP(send_buffer_size)(s, &n, &code));
    truth("as large", n >= 65536);
    result("no send buffer", TCP(set_send_buffer_size)(s, 0, &code));
}

static tcp_socket listen_at(address *bound) {
    const tcp_socket s = make_tcp();
    const address any = loopback(0);
    tcp_options(s);
    result("finish before a start", TCP(finish_bind)(s, &code));
    result("start-bind", TCP(start_bind)(s, network, &any, &code));
    FINISH("finish-bind", s, TCP(subscribe), TCP(finish_bind)(s, &code));
    result("bind again", TCP(start_bind)(s, network, &any, &code));
    result("local-address", TCP(local_address)(s, bound, &code));
    truth("a port", bound->val.ipv4.port != 0);
    result("no backlog", TCP(set_listen_backlog_size)(s, 0, &code));
    result("backlog", TCP(set_listen_backlog_size)(s, 10, &code));
    result("start-listen", TCP(start_listen)(s, &code));
    FINISH("finish-listen", s, TCP(subscribe), TCP(finish_listen)(s, &code));
    truth("listening", TCP(is_listening)(s));
    return s;
}

static void say(uint32_t stream, const char *s) {
    const IO(list_u8_t) b = {(uint8_t *)(uintptr_t)s, length_of(s)};
    IO(stream_error_t) err;
    stream_outcome("said",
                   IO(method_output_stream_blocking_write_and_flush)(
                       (IO(borrow_output_stream_t)){stream}, &b, &err),
                   &err);
}

static void hear(uint32_t stream) {
    IO(list_u8_t) got;
    IO(stream_error_t) err;
    if (IO(method_input_stream_blocking_read)((IO(borrow_input_stream_t)){stream}, 100,
                                              &got, &err)) {
        words("heard", got.ptr, got.len);
        IO(list_u8_free)(&got);
    } else {
        stream_outcome("heard", false, &err);
    }
}

/* Writing to a side that is gone fails in the end. */
static void write_to_none(uint32_t stream) {
    static uint8_t many[4096];
    const IO(list_u8_t) b = {many, sizeof many};
    IO(stream_error_t) err;
    bool ok = true;
    for (int i = 0; i < 1000 && ok; i++) {
        ok = IO(method_output_stream_blocking_write_and_flush)(
            (IO(borrow_output_stream_t)){stream}, &b, &err);
        block_on(wasi_clocks_monotonic_clock_subscribe_duration(1000000).handle);
    }
    truth("an end to writing", !ok);
    if (!ok) {
        IO(stream_error_free)(&err);
    }
}

static void drop_streams(uint32_t in, uint32_t out) {
    IO(input_stream_drop_own)((IO(own_input_stream_t)){in});
    IO(output_stream_drop_own)((IO(own_output_stream_t)){out});
}

static void drop_tcp(tcp_socket s) {
    wasi_sockets_tcp_tcp_socket_drop_own((wasi_sockets_tcp_own_tcp_socket_t){s.handle});
}

static void tcp(void) {
    address at, peer, local;
    wasi_sockets_tcp_tuple3_own_tcp_socket_own_input_stream_own_output_stream_t server;
    wasi_sockets_tcp_tuple2_own_input_stream_own_output_stream_t client;
    const tcp_socket listener = listen_at(&at);
    const tcp_socket c = make_tcp();
    truth("not listening", !TCP(is_listening)(c));
    result("no peer yet", TCP(remote_address)(c, &peer, &code));
    result("accept on it", TCP(accept)(c, &server, &code));
    result("none to accept", TCP(accept)(listener, &server, &code));
    result("start-connect", TCP(start_connect)(c, network, &at, &code));
    FINISH("finish-connect", c, TCP(subscribe), TCP(finish_connect)(c, &client, &code));
    FINISH("accept", listener, TCP(subscribe), TCP(accept)(listener, &server, &code));
    const tcp_socket s = {server.f0.handle};
    result("remote-address", TCP(remote_address)(c, &peer, &code));
    truth("it is the listener's", same(&peer, &at));
    result("remote-address", TCP(remote_address)(s, &peer, &code));
    result("local-address", TCP(local_address)(c, &local, &code));
    truth("both sides agree", same(&peer, &local));
    say(client.f1.handle, "to the server");
    hear(server.f1.handle);
    say(server.f2.handle, "to the client");
    hear(client.f0.handle);
    result("shutdown", TCP(shutdown)(c, WASI_SOCKETS_TCP_SHUTDOWN_TYPE_SEND, &code));
    hear(server.f1.handle);
    say(server.f2.handle, "one way");
    hear(client.f0.handle);
    drop_streams(client.f0.handle, client.f1.handle);
    drop_tcp(c);
    write_to_none(server.f2.handle);
    drop_streams(server.f1.handle, server.f2.handle);
    drop_tcp(s);
    drop_tcp(listener);
    const tcp_socket late = make_tcp();
    result("start-connect", TCP(start_connect)(late, network, &at, &code));
    FINISH("nobody listens", late, TCP(subscribe),
           TCP(finish_connect)(late, &client, &code));
    drop_tcp(late);
}

static udp_socket make_udp(address *bound) {
    const address any = loopback(0);
    wasi_sockets_udp_own_udp_socket_t own;
    if (!wasi_sockets_udp_create_socket_create_udp_socket(IPV4, &own, &code)) {
        __builtin_trap();
    }
    const udp_socket s = {own.handle};
    result("start-bind", UDP(start_bind)(s, network, &any, &code));
    FINISH("finish-bind", s, UDP(subscribe), UDP(finish_bind)(s, &code));
    result("local-address", UDP(local_address)(s, bound, &code));
    return s;
}

/* Whoever closes a connection with something unread resets it. */
static void reset(void) {
    address at;
    wasi_sockets_tcp_tuple3_own_tcp_socket_own_input_stream_own_output_stream_t server;
    wasi_sockets_tcp_tuple2_own_input_stream_own_output_stream_t client;
    IO(list_u8_t) got;
    IO(stream_error_t) err;
    const address any = loopback(0);
    const tcp_socket listener = make_tcp(), c = make_tcp();
    result("start-bind", TCP(start_bind)(listener, network, &any, &code));
    FINISH("finish-bind", listener, TCP(subscribe), TCP(finish_bind)(listener, &code));
    result("start-listen", TCP(start_listen)(listener, &code));
    FINISH("finish-listen", listener, TCP(subscribe),
           TCP(finish_listen)(listener, &code));
    result("local-address", TCP(local_address)(listener, &at, &code));
    result("start-connect", TCP(start_connect)(c, network, &at, &code));
    FINISH("finish-connect", c, TCP(subscribe), TCP(finish_connect)(c, &client, &code));
    FINISH("accept", listener, TCP(subscribe), TCP(accept)(listener, &server, &code));
    say(server.f2.handle, "unread");
    block_on(IO(method_input_stream_subscribe)(INPUT(client.f0)).handle);
    drop_streams(client.f0.handle, client.f1.handle);
    drop_tcp(c);
    const bool ok =
        IO(method_input_stream_blocking_read)(INPUT(server.f1), 100, &got, &err);
    truth("reading fails", !ok);
    if (!ok && err.tag == WASI_IO_STREAMS_STREAM_ERROR_LAST_OPERATION_FAILED) {
        const wasi_sockets_network_borrow_error_t e = {
            err.val.last_operation_failed.handle};
        result("with the code", !wasi_sockets_network_network_error_code(e, &code));
    }
    if (!ok) {
        IO(stream_error_free)(&err);
    }
    drop_streams(server.f1.handle, server.f2.handle);
    drop_tcp((tcp_socket){server.f0.handle});
    drop_tcp(listener);
}

static void udp_options(udp_socket s) {
    uint8_t hops;
    uint64_t n;
    value("family", UDP(address_family)(s));
    result("hops", UDP(set_unicast_hop_limit)(s, 42, &code));
    result("hops", UDP(unicast_hop_limit)(s, &hops, &code));
    value("count", hops);
    result("no hops", UDP(set_unicast_hop_limit)(s, 0, &code));
    result("receive buffer", UDP(set_receive_buffer_size)(s, 65536, &code));
    result("receive buffer", UDP(receive_buffer_size)(s, &n, &code));
    truth("as large", n >= 65536);
    result("send buffer", UDP(set_send_buffer_size)(s, 65536, &code));
    result("send buffer", UDP(send_buffer_size)(s, &n, &code));
    truth("as large", n >= 65536);
}

typedef wasi_sockets_udp_tuple2_own_incoming_datagram_stream_own_outgoing_datagram_stream_t
    datagrams;

static void send_to(const datagrams *d, const char *s, const address *to) {
    const wasi_sockets_udp_borrow_outgoing_datagram_stream_t out = {d->f1.handle};
    wasi_sockets_udp_outgoing_datagram_t one = {
        .data = {(uint8_t *)(uintptr_t)s, length_of(s)}};
    uint64_t n = 0;
    if (to != NULL) {
        one.remote_address.is_some = true;
        one.remote_address.val = *to;
    }
    while (wasi_sockets_udp_method_outgoing_datagram_stream_check_send(out, &n, &code) &&
           n == 0) {
        block_on(wasi_sockets_udp_method_outgoing_datagram_stream_subscribe(out).handle);
    }
    const wasi_sockets_udp_list_outgoing_datagram_t list = {&one, 1};
    result("send",
           wasi_sockets_udp_method_outgoing_datagram_stream_send(out, &list, &n, &code));
    value("sent", n);
}

static void receive(const datagrams *d, const address *from) {
    const wasi_sockets_udp_borrow_incoming_datagram_stream_t in = {d->f0.handle};
    wasi_sockets_udp_list_incoming_datagram_t got;
    bool ok;
    while ((ok = wasi_sockets_udp_method_incoming_datagram_stream_receive(in, 4, &got,
                                                                          &code)) &&
           got.len == 0) {
        block_on(wasi_sockets_udp_method_incoming_datagram_stream_subscribe(in).handle);
    }
    result("receive", ok);
    if (ok) {
        words("received", got.ptr[0].data.ptr, got.ptr[0].data.len);
        truth("from whom", same(&got.ptr[0].remote_address, from));
        wasi_sockets_udp_list_incoming_datagram_free(&got);
    }
}

static void drop_datagrams(datagrams *d) {
    wasi_sockets_udp_incoming_datagram_stream_drop_own(d->f0);
    wasi_sockets_udp_outgoing_datagram_stream_drop_own(d->f1);
}

static void udp(void) {
    address a_at, b_at, peer;
    datagrams a, b;
    const udp_socket x = make_udp(&a_at), y = make_udp(&b_at);
    udp_options(x);
    result("stream", UDP(stream)(x, NULL, &a, &code));
    result("no peer", UDP(remote_address)(x, &peer, &code));
    result("stream with a peer", UDP(stream)(y, &a_at, &b, &code));
    result("remote-address", UDP(remote_address)(y, &peer, &code));
    truth("it is the other one", same(&peer, &a_at));
    send_to(&b, "to a", NULL);
    receive(&a, &b_at);
    send_to(&a, "back to b", &b_at);
    receive(&b, &a_at);
    drop_datagrams(&a);
    drop_datagrams(&b);
    wasi_sockets_udp_udp_socket_drop_own((wasi_sockets_udp_own_udp_socket_t){x.handle});
    wasi_sockets_udp_udp_socket_drop_own((wasi_sockets_udp_own_udp_socket_t){y.handle});
}

static void look_up(const char *name) {
    const calls_string_t n = string_of(name);
    wasi_sockets_ip_name_lookup_own_resolve_address_stream_t own;
    const bool began =
        wasi_sockets_ip_name_lookup_resolve_addresses(network, &n, &own, &code);
    result(name, began);
    if (!began) {
        return;
    }
    const wasi_sockets_ip_name_lookup_borrow_resolve_address_stream_t s = {own.handle};
    wasi_sockets_ip_name_lookup_option_ip_address_t found;
    FINISH("the next", s,
           wasi_sockets_ip_name_lookup_method_resolve_address_stream_subscribe,
           wasi_sockets_ip_name_lookup_method_resolve_address_stream_resolve_next_address(
               s, &found, &code));
    truth("127.0.0.1", found.is_some &&
                           found.val.tag == WASI_SOCKETS_NETWORK_IP_ADDRESS_IPV4 &&
                           found.val.val.ipv4.f0 == 127);
    wasi_sockets_ip_name_lookup_resolve_address_stream_drop_own(own);
}

bool exports_wasi_cli_run_run(void) {
    network.handle = wasi_sockets_instance_network_instance_network().handle;
    tcp();
    reset();
    udp();
    look_up("127.0.0.1");
    look_up("not a name");
    return true;
}
