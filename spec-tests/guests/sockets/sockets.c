/* sockets: a command without a C library that talks to itself: by TCP through a listener
 * of its own, by UDP between two sockets, and it looks localhost up. Prints how each
 * ended. */
#include "../guest.h"

#define FROM(interface, name) IMPORT("wasi:" interface "@0.2.0", name)
#define TCP(name)             FROM("sockets/tcp", "[method]tcp-socket." name)
#define UDP(name)             FROM("sockets/udp", "[method]" name)

/* A result; value is the error-code (its first byte) or the handles of ok. */
typedef struct result {
    uint8_t is_err;
    uint32_t value[3];
} result;

typedef struct void_result {
    uint8_t is_err;
    uint8_t code;
} void_result;

/* An ip-socket-address, of which we use IPv4; its payloads are aligned to 4. */
typedef struct socket_address {
    uint32_t tag;
    uint16_t port;
    uint8_t ip[4];
    uint8_t rest[22];
} socket_address;
_Static_assert(sizeof(socket_address) == 32, "layout");

typedef struct address_result {
    uint32_t is_err;
    socket_address value;
} address_result;

typedef struct list {
    const char *ptr;
    size_t len;
} list;

typedef struct list_result {
    uint32_t is_err;
    list value;
} list_result;

typedef struct outgoing {
    list data;
    uint32_t is_some;
    socket_address to;
} outgoing;

typedef struct incoming {
    list data;
    socket_address from;
} incoming;

/* A flat ip-socket-address: the case, then port and four bytes of IPv4, six unused. */
#define FLAT                                                                             \
    int32_t tag, int32_t port, int32_t a, int32_t b, int32_t c, int32_t d, int32_t u1,   \
        int32_t u2, int32_t u3, int32_t u4, int32_t u5
#define LOOPBACK(port) 0, port, 127, 0, 0, 1, 0, 0, 0, 0, 0, 0

FROM("cli/stdout", "get-stdout") int32_t get_stdout(void);
FROM("io/streams", "[method]output-stream.blocking-write-and-flush")
void write_and_flush(int32_t self, const char *ptr, size_t len, result *out);
FROM("io/streams", "[method]input-stream.blocking-read")
void blocking_read(int32_t self, int64_t len, list_result *out);
FROM("io/poll", "[method]pollable.block") void block(int32_t self);
FROM("io/poll", "[resource-drop]pollable") void drop_pollable(int32_t self);
FROM("sockets/instance-network", "instance-network") int32_t instance_network(void);

FROM("sockets/tcp-create-socket", "create-tcp-socket")
void create_tcp(int32_t family, result *out);
TCP("start-bind")
void tcp_start_bind(int32_t s, int32_t net, FLAT, int32_t u6, void_result *out);
TCP("finish-bind") void tcp_finish_bind(int32_t s, void_result *out);
TCP("start-connect")
void tcp_start_connect(int32_t s, int32_t net, FLAT, int32_t u6, void_result *out);
TCP("finish-connect") void tcp_finish_connect(int32_t s, result *out);
TCP("start-listen") void tcp_start_listen(int32_t s, void_result *out);
TCP("finish-listen") void tcp_finish_listen(int32_t s, void_result *out);
TCP("accept") void tcp_accept(int32_t s, result *out);
TCP("local-address") void tcp_local(int32_t s, address_result *out);
TCP("subscribe") int32_t tcp_subscribe(int32_t s);
TCP("shutdown") void tcp_shutdown(int32_t s, int32_t how, void_result *out);

FROM("sockets/udp-create-socket", "create-udp-socket")
void create_udp(int32_t family, result *out);
UDP("udp-socket.start-bind")
void udp_start_bind(int32_t s, int32_t net, FLAT, int32_t u6, void_result *out);
UDP("udp-socket.finish-bind") void udp_finish_bind(int32_t s, void_result *out);
UDP("udp-socket.stream")
void udp_stream(int32_t s, int32_t some, FLAT, int32_t u6, result *out);
UDP("udp-socket.local-address") void udp_local(int32_t s, address_result *out);
UDP("incoming-datagram-stream.receive")
void udp_receive(int32_t s, int64_t most, list_result *out);
UDP("incoming-datagram-stream.subscribe") int32_t udp_subscribe(int32_t s);
UDP("outgoing-datagram-stream.check-send")
void udp_check_send(int32_t s, uint64_t out[2]);
UDP("outgoing-datagram-stream.send")
void udp_send(int32_t s, const outgoing *ptr, size_t len, uint64_t out[2]);

FROM("sockets/ip-name-lookup", "resolve-addresses")
void resolve(int32_t net, const char *ptr, size_t len, result *out);
FROM("sockets/ip-name-lookup", "[method]resolve-address-stream.resolve-next-address")
void next_address(int32_t s, uint8_t out[22]);
FROM("sockets/ip-name-lookup", "[method]resolve-address-stream.subscribe")
int32_t names_subscribe(int32_t s);

static int32_t out, net;

static void print(const char *text) {
    result r;
    size_t len = 0;
    while (text[len] != 0) {
        len++;
    }
    write_and_flush(out, text, len, &r);
}

/* One line about what failed; gives the exit status. */
static int32_t failed(const char *what, uint32_t code) {
    static char number[] = ": error-code 00\n";
    number[13] = (char)('0' + code % 100 / 10);
    number[14] = (char)('0' + code % 10);
    print(what);
    print(number);
    return 1;
}

static void wait_for(int32_t pollable) {
    block(pollable);
    drop_pollable(pollable);
}

static int32_t send_all(int32_t stream, const char *text, size_t len) {
    result r;
    write_and_flush(stream, text, len, &r);
    return r.is_err;
}

/* Prints what comes until the other side ends it. */
static void print_all(int32_t stream) {
    list_result r;
    for (;;) {
        blocking_read(stream, 100, &r);
        if ((r.is_err & 0xff) != 0) {
            return;
        }
        result ignored;
        write_and_flush(out, r.value.ptr, r.value.len, &ignored);
    }
}

#define TRY(what, r)                                                                     \
    if ((r).is_err) {                                                                    \
        return failed(what, (r).code);                                                   \
    }

static int32_t talk_tcp(void) {
    result listener, client, server, streams;
    void_result r;
    address_result local;
    create_tcp(0, &listener);
    create_tcp(0, &client);
    if (listener.is_err || client.is_err) {
        return failed("create-tcp-socket", listener.value[0] & 0xff);
    }
    int32_t l = (int32_t)listener.value[0], c = (int32_t)client.value[0];
    tcp_start_bind(l, net, LOOPBACK(0), &r);
    TRY("tcp start-bind", r)
    tcp_finish_bind(l, &r);
    TRY("tcp finish-bind", r)
    tcp_start_listen(l, &r);
    TRY("tcp start-listen", r)
    tcp_finish_listen(l, &r);
    TRY("tcp finish-listen", r)
    tcp_local(l, &local);
    tcp_start_connect(c, net, LOOPBACK(local.value.port), &r);
    TRY("tcp start-connect", r)
    wait_for(tcp_subscribe(c));
    tcp_finish_connect(c, &streams);
    wait_for(tcp_subscribe(l));
    tcp_accept(l, &server);
    if (streams.is_err || server.is_err) {
        return failed("tcp accept", server.value[0] & 0xff);
    }
    if (send_all((int32_t)streams.value[1], "hello over tcp\n", 15)) {
        return failed("tcp write", 0);
    }
    tcp_shutdown(c, 1, &r);
    TRY("tcp shutdown", r)
    print_all((int32_t)server.value[1]);
    if (send_all((int32_t)server.value[2], "and back\n", 9)) {
        return failed("tcp write", 0);
    }
    tcp_shutdown((int32_t)server.value[0], 2, &r);
    TRY("tcp shutdown", r)
    print_all((int32_t)streams.value[0]);
    return 0;
}

static int32_t make_udp(int32_t *s) {
    result made;
    void_result r;
    create_udp(0, &made);
    if (made.is_err) {
        return failed("create-udp-socket", made.value[0] & 0xff);
    }
    *s = (int32_t)made.value[0];
    udp_start_bind(*s, net, LOOPBACK(0), &r);
    TRY("udp start-bind", r)
    udp_finish_bind(*s, &r);
    TRY("udp finish-bind", r)
    return 0;
}

static int32_t talk_udp(void) {
    int32_t a, b;
    address_result local;
    result from, to;
    uint64_t count[2];
    list_result got;
    if (make_udp(&a) || make_udp(&b)) {
        return 1;
    }
    udp_local(b, &local);
    udp_stream(a, 0, LOOPBACK(0), &from);
    udp_stream(b, 0, LOOPBACK(0), &to);
    if (from.is_err || to.is_err) {
        return failed("udp stream", from.value[0] & 0xff);
    }
    outgoing d = {{"hello over udp\n", 15}, 1, local.value};
    udp_check_send((int32_t)from.value[1], count);
    udp_send((int32_t)from.value[1], &d, 1, count);
    if ((count[0] & 0xff) != 0) {
        return failed("udp send", (uint32_t)count[1] & 0xff);
    }
    wait_for(udp_subscribe((int32_t)to.value[0]));
    udp_receive((int32_t)to.value[0], 5, &got);
    if ((got.is_err & 0xff) != 0 || got.value.len != 1) {
        return failed("udp receive", 0);
    }
    const incoming *in = (const incoming *)got.value.ptr;
    result ignored;
    write_and_flush(out, in->data.ptr, in->data.len, &ignored);
    return 0;
}

static int32_t look_up(void) {
    result r;
    uint8_t next[22];
    resolve(net, "localhost", 9, &r);
    if (r.is_err) {
        return failed("resolve-addresses", r.value[0] & 0xff);
    }
    do {
        wait_for(names_subscribe((int32_t)r.value[0]));
        next_address((int32_t)r.value[0], next);
    } while (next[0] && next[2] == 8); /* would-block */
    if (next[0] || !next[2]) {
        return failed("resolve-next-address", next[2]);
    }
    bool loopback = next[4] ? next[20] == 1 && next[21] == 0 : next[6] == 127;
    print(loopback ? "localhost is loopback\n" : "localhost is elsewhere\n");
    return 0;
}

EXPORT("wasi:cli/run@0.2.0#run")
int32_t run(void) {
    heap_reset();
    out = get_stdout();
    net = instance_network();
    int32_t tcp = talk_tcp(), udp = talk_udp(), names = look_up();
    return tcp | udp | names;
}
