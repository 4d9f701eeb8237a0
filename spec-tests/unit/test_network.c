/* test_network.c: wasi:sockets: names and addresses as text, and what of the network is
 * granted. */
#define _GNU_SOURCE
#include <netinet/in.h>
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

/* -- names -- */

typedef wasi_sockets_network_ip_address_t ip;

/* The addresses of a name; OK or how it ended. */
static int look_up(const char *name, ip *found, size_t most, size_t *count) {
    names_t s;
    bool is_some = true;
    *count = 0;
    int r = resolve(name, strlen(name), &s);
    if (r != OK) {
        return r;
    }
    while (r == OK && is_some) {
        ip a;
        while ((r = next_address(s, &is_some, &a)) == E(WOULD_BLOCK)) {
            ck_assert_int_eq(block_on(names_subscribe(s)), OK);
        }
        if (r != OK) {
            break;
        }
        if (is_some && *count < most) {
            found[(*count)++] = a;
        }
    }
    /* The end stays the end. */
    ip a;
    ck_assert_int_eq(next_address(s, &is_some, &a), r);
    ck_assert(r != OK || !is_some);
    ck_assert_int_eq(block_on(names_subscribe(s)), OK);
    drop(s.handle);
    return r;
}

START_TEST(names_that_are_addresses) {
    const struct {
        const char *text;
        bool is_v6;
        uint16_t groups[8]; /* of IPv4 the bytes */
    } rows[] = {
        {"127.0.0.1", false, {127, 0, 0, 1}},
        {"255.255.255.255", false, {255, 255, 255, 255}},
        {"::", true, {0}},
        {"::1", true, {0, 0, 0, 0, 0, 0, 0, 1}},
        {"1::", true, {1}},
        {"2001:DB8::a:b", true, {0x2001, 0xdb8, 0, 0, 0, 0, 0xa, 0xb}},
        {"1:2:3:4:5:6:7:8", true, {1, 2, 3, 4, 5, 6, 7, 8}},
        {"1:2:3:4:5:6:1.2.3.4", true, {1, 2, 3, 4, 5, 6, 0x102, 0x304}},
        {"1::3:4:5:6:7:8", true, {1, 0, 3, 4, 5, 6, 7, 8}},
        {"64:ff9b::1.2.3.4", true, {0x64, 0xff9b, 0, 0, 0, 0, 0x102, 0x304}},
        {"::ffff:1.2.3.4", false, {1, 2, 3, 4}}, /* never in the form of IPv6 */
    };
    start();
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        ip found[2];
        size_t n;
        ck_assert_int_eq(look_up(rows[i].text, found, 2, &n), OK);
        ck_assert_msg(n == 1 && found[0].tag == rows[i].is_v6, "%s", rows[i].text);
        const uint16_t *g = rows[i].groups;
        if (rows[i].is_v6) {
            ck_assert_msg(memcmp(&found[0].val.ipv6, g, 16) == 0, "%s", rows[i].text);
        } else {
            const uint8_t bytes[4] = {(uint8_t)g[0], (uint8_t)g[1], (uint8_t)g[2],
                                      (uint8_t)g[3]};
            ck_assert_msg(memcmp(&found[0].val.ipv4, bytes, 4) == 0, "%s", rows[i].text);
        }
    }
}
END_TEST

START_TEST(names_that_are_none) {
    static const char *const names[] = {
        "",
        ".",
        "..",
        ".a",
        "a..b",
        "-a",
        "a-",
        "a b",
        "a/b",
        "a:80",
        "[::1]",
        "::1%lo",
        "1.2.3",
        "1.2.3.4.5",
        "256.1.1.1",
        "01.2.3.4",
        "0x7f.1",
        "127.1.",
        "1",
        "0x7f000001",
        ":::",
        "1::2::3",
        "1:2:3:4:5:6:7:8:9",
        "12345::",
        "a\nb",
        "a\\b",
        "user@host",
        "1:",
        ":1",
        "1:2:3:4:5:6:7::8",
        "\xff",
        "a.\xc3",
        "http://x",
        "123456789012345678901234567890123456789012345678901234567890abcd",
    };
    start();
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        names_t s;
        ck_assert_msg(resolve(names[i], strlen(names[i]), &s) == E(INVALID_ARGUMENT),
                      "%s", names[i]);
    }
    names_t s;
    ck_assert_int_eq(resolve("local\0host", 10, &s), E(INVALID_ARGUMENT));
    char longest[300];
    for (size_t i = 0; i < sizeof longest; i++) {
        longest[i] = i % 64 == 63 ? '.' : 'a';
    }
    ck_assert_int_eq(resolve(longest, 255, &s), E(INVALID_ARGUMENT));
    ck_assert_int_eq(resolve(longest, sizeof longest, &s), E(INVALID_ARGUMENT));
}
END_TEST

START_TEST(names_of_hosts) {
    ip found[8];
    size_t n, loopbacks = 0;
    start();
    ck_assert_int_eq(look_up("LocalHost", found, 8, &n), OK);
    ck_assert_uint_gt(n, 0);
    for (size_t i = 0; i < n; i++) {
        loopbacks +=
            found[i].tag == V4 ? found[i].val.ipv4.f0 == 127 : found[i].val.ipv6.f7 == 1;
    }
    ck_assert_uint_eq(loopbacks, n);
    /* RFC 6761: surely no name; but whether a resolver can be asked is not ours to say.
     */
    int r = look_up("no-such-host.invalid", found, 8, &n);
    ck_assert_msg(r == E(NAME_UNRESOLVABLE) || r == E(TEMPORARY_RESOLVER_FAILURE) ||
                      r == E(PERMANENT_RESOLVER_FAILURE),
                  "%d", r);
    names_t dropped;
    ck_assert_int_eq(resolve("localhost", 9, &dropped), OK);
    drop(dropped.handle);
}
END_TEST

/* -- grants -- */

START_TEST(nothing_granted) {
    tcp_t s;
    udp_t u;
    names_t names;
    tenon_wasi_config_init(&config);
    config.allocator.resize = counting_resize;
    start();
    ck_assert_int_eq(tcp_create(V4, &s), OK);
    ck_assert_int_eq(tcp_start_bind(s, loopback(V4, 0)), E(ACCESS_DENIED));
    ck_assert_int_eq(tcp_start_bind(s, any_address(V4, 0)), E(ACCESS_DENIED));
    ck_assert_int_eq(tcp_start_connect(s, loopback(V4, 80)), E(ACCESS_DENIED));
    ck_assert_int_eq(udp_create(V4, &u), OK);
    ck_assert_int_eq(udp_start_bind(u, loopback(V4, 0)), E(ACCESS_DENIED));
    ck_assert_int_eq(udp_start_bind(u, any_address(V4, 0)), E(ACCESS_DENIED));
    ck_assert_int_eq(resolve("localhost", 9, &names), E(ACCESS_DENIED));
    ck_assert_int_eq(resolve("127.0.0.1", 9, &names), E(ACCESS_DENIED));
}
END_TEST

START_TEST(kinds_of_sockets_not_granted) {
    tcp_t s;
    udp_t u;
    config.network.allow_tcp = false;
    start();
    ck_assert_int_eq(tcp_create(V4, &s), E(ACCESS_DENIED));
    ck_assert_int_eq(udp_create(V4, &u), OK);
    finish();
    config.network.allow_tcp = true;
    config.network.allow_udp = false;
    start();
    ck_assert_int_eq(tcp_create(V4, &s), OK);
    ck_assert_int_eq(udp_create(V4, &u), E(ACCESS_DENIED));
}
END_TEST

/* A context with these addresses alone. */
static void start_with(const char *const *addresses, size_t count) {
    if (wasi != NULL) {
        finish();
    }
    config.network.inherit = false;
    config.network.addresses = addresses;
    config.network.address_count = count;
    start();
}

/* Whether TCP may connect there; nobody has to be there. */
static bool may_connect(addr a) {
    tcp_t s;
    ck_assert_int_eq(tcp_create(a.tag, &s), OK);
    int r = tcp_start_connect(s, a);
    drop(s.handle);
    return r != E(ACCESS_DENIED);
}

START_TEST(addresses_granted) {
    const struct {
        const char *rule;
        addr a;
        bool granted;
    } rows[] = {
        {"127.0.0.1", v4(127, 0, 0, 1, 9), true},
        {"127.0.0.1", v4(127, 0, 0, 2, 9), false},
        {"127.0.0.1:9", v4(127, 0, 0, 1, 9), true},
        {"127.0.0.1:9", v4(127, 0, 0, 1, 8), false},
        {"127.0.0.0/8:8-10", v4(127, 9, 9, 9, 10), true},
        {"127.0.0.0/8:8-10", v4(127, 9, 9, 9, 11), false},
        {"127.0.0.0/8:8-10", v4(128, 9, 9, 9, 10), false},
        {"127.128.0.0/9", v4(127, 129, 0, 1, 10), true},
        {"127.128.0.0/9", v4(127, 127, 0, 1, 10), false},
        {"127.0.0.0/31", v4(127, 0, 0, 1, 10), true},
        {"127.0.0.0/31", v4(127, 0, 0, 2, 10), false},
        {"0.0.0.0/0:9", v4(127, 0, 0, 1, 9), true},
        {"::/0", v4(127, 0, 0, 1, 9), false},
        {"0.0.0.0/0", v6(0, 0, 0, 1, 9), false},
        {"::1", v6(0, 0, 0, 1, 9), true},
        {"[::1]:9", v6(0, 0, 0, 1, 9), true},
        {"[::1]:9", v6(0, 0, 0, 1, 10), false},
        {"[::/127]:1-9", v6(0, 0, 0, 1, 9), true},
        {"::/127", v6(0, 0, 0, 2, 9), false},
        {"[::1]", v6(0, 0, 0, 1, 9), true},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        if (rows[i].a.tag == V6 && !has_ipv6) {
            continue;
        }
        start_with(&rows[i].rule, 1);
        ck_assert_msg(may_connect(rows[i].a) == rows[i].granted, "%s, row %zu",
                      rows[i].rule, i);
    }
}
END_TEST

START_TEST(rules_that_are_none) {
    static const char *const rules[] = {
        "",          "localhost",   "127.0.0.1/33", "127.0.0.1/",    "127.0.0.1:",
        "1.2.3.4:x", "1.2.3.4:9-8", "1.2.3.4:9-",   "1.2.3.4:65536", "::1/129",
        "[::1",      "[::1]9",      "[1.2.3.4]:9",  "[::1]:",        "1.2.3/8",
        "1.2.3.4:-", "1.2.3.4/-1",  "1.2.3.4 ",     "1.2.3.4/08",    "[]:9",
    };
    config.network.inherit = false;
    config.network.address_count = 1;
    for (size_t i = 0; i < sizeof rules / sizeof rules[0]; i++) {
        config.network.addresses = &rules[i];
        ck_assert_int_eq(tenon_wasi_new(&config, &wasi, &error), TENON_USAGE);
        ck_assert_ptr_nonnull(strstr(error.message, rules[i]));
        ck_assert_uint_eq(live_bytes, 0);
    }
}
END_TEST

START_TEST(binding_granted) {
    static const char *const rules[] = {"127.0.0.2:1-65535", "127.0.0.1:0"};
    tcp_t s;
    start_with(rules, 2);
    ck_assert_int_eq(tcp_create(V4, &s), OK);
    ck_assert_int_eq(tcp_start_bind(s, v4(127, 0, 0, 1, 12345)), E(ACCESS_DENIED));
    ck_assert_int_eq(tcp_start_bind(s, v4(127, 0, 0, 2, 0)), E(ACCESS_DENIED));
    ck_assert_int_eq(tcp_start_bind(s, any_address(V4, 12345)), E(ACCESS_DENIED));
    ck_assert_int_eq(tcp_start_bind(s, v4(127, 0, 0, 1, 0)), OK);
    ck_assert_int_eq(tcp_finish_bind(s), OK);
    ck_assert_int_eq(tcp_start_listen(s), OK);
    /* Bound anywhere it reaches what is granted, but nobody reaches it. */
    ck_assert_int_eq(tcp_create(V4, &s), OK);
    ck_assert_int_eq(tcp_start_bind(s, any_address(V4, 0)), OK);
    ck_assert_int_eq(tcp_finish_bind(s), OK);
    ck_assert_int_eq(tcp_start_listen(s), E(ACCESS_DENIED));
    ck_assert_int_eq(tcp_start_listen(s), E(INVALID_STATE)); /* closed */
    if (has_ipv6) {
        ck_assert_int_eq(tcp_create(V6, &s), OK);
        ck_assert_int_eq(tcp_start_bind(s, any_address(V6, 0)), E(ACCESS_DENIED));
    }
}
END_TEST

/* A socket outside of the hosts, to talk to them. */
static int host_udp(struct sockaddr_in *a) {
    int fd = socket(AF_INET, SOCK_DGRAM, 0);
    socklen_t len = sizeof *a;
    *a = (struct sockaddr_in){.sin_family = AF_INET};
    a->sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    ck_assert(fd >= 0 && bind(fd, (struct sockaddr *)a, len) == 0);
    ck_assert(getsockname(fd, (struct sockaddr *)a, &len) == 0);
    return fd;
}

START_TEST(datagrams_granted) {
    struct sockaddr_in friend, stranger;
    int f = host_udp(&friend), x = host_udp(&stranger);
    char rule[40];
    const char *const rules[] = {rule};
    snprintf(rule, sizeof rule, "127.0.0.1:%d", ntohs(friend.sin_port));
    start_with(rules, 1);
    udp_t s;
    addr a;
    udp_in in;
    udp_out out;
    datagrams got;
    ck_assert_int_eq(udp_create(V4, &s), OK);
    ck_assert_int_eq(udp_start_bind(s, loopback(V4, 0)), E(ACCESS_DENIED));
    ck_assert_int_eq(udp_start_bind(s, any_address(V4, 0)), OK);
    ck_assert_int_eq(udp_finish_bind(s), OK);
    ck_assert_int_eq(udp_local(s, &a), OK);
    addr good = loopback(V4, ntohs(friend.sin_port));
    addr bad = loopback(V4, ntohs(stranger.sin_port));
    ck_assert_int_eq(udp_stream(s, &bad, &in, &out), E(ACCESS_DENIED));
    ck_assert_int_eq(udp_stream(s, NULL, &in, &out), OK);
    ck_assert_int_eq(udp_send_text(out, "x", &bad), E(ACCESS_DENIED));
    ck_assert_int_eq(udp_send_text(out, "x", &good), OK);
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(port_of(a))};
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    for (int i = 0; i < 3; i++) {
        ck_assert(sendto(x, "spam", 4, 0, (struct sockaddr *)&to, sizeof to) == 4);
    }
    ck_assert(sendto(f, "hi", 2, 0, (struct sockaddr *)&to, sizeof to) == 2);
    ck_assert_int_eq(block_on(udp_in_subscribe(in)), OK);
    ck_assert(udp_receive(in, 9, &got) == OK && got.len == 1);
    ck_assert(got.ptr[0].data.len == 2 && same_address(got.ptr[0].remote_address, good));
    close(f);
    close(x);
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
    Suite *s = suite_create("network grants");
    TCase *t = tcase_create("hosts");
    tcase_add_checked_fixture(t, set_up, tear_down);
    tcase_add_test(t, names_that_are_addresses);
    tcase_add_test(t, names_that_are_none);
    tcase_add_test(t, names_of_hosts);
    tcase_add_test(t, nothing_granted);
    tcase_add_test(t, kinds_of_sockets_not_granted);
    tcase_add_test(t, addresses_granted);
    tcase_add_test(t, rules_that_are_none);
    tcase_add_test(t, binding_granted);
    tcase_add_test(t, datagrams_granted);
    suite_add_tcase(s, t);
    return run_suite_here(s);
}
