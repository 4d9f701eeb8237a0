/* failplatform.h: a platform that does what the real one does, but for one call of files,
 * sockets or waiting, which fails; for tests of what becomes of that. */
#ifndef FAILPLATFORM_H
#define FAILPLATFORM_H

#include <stdbool.h>
#include <stdio.h>

#include "tenon/platform.h"

static unsigned calls, fail_call; /* fail_call 0: never */
static tenon_os_error failure = TENON_OS_IO;
static int open_things; /* sockets and look-ups */
static bool stuck;      /* waits find nothing ready, and time flies */
static uint64_t fake_ns;
static const tenon_os *os;
static const tenon_net *real;
static char asked[300]; /* the name of the last look-up */

static const char *failed_call; /* its name */

static bool fails(const char *name) {
    if (++calls == fail_call) {
        failed_call = name;
        return true;
    }
    return false;
}

#define FAKE(name, params, ...)                                                          \
    static tenon_os_error fake_##name params {                                           \
        return fails(#name) ? failure : real->name(__VA_ARGS__);                         \
    }
FAKE(bind, (void *u, tenon_file s, const tenon_address *a), u, s, a)
FAKE(listen, (void *u, tenon_file s, uint32_t n), u, s, n)
FAKE(connect, (void *u, tenon_file s, const tenon_address *a), u, s, a)
FAKE(connected, (void *u, tenon_file s), u, s)
FAKE(shutdown, (void *u, tenon_file s, unsigned how), u, s, how)
FAKE(receive, (void *u, tenon_file s, void *b, size_t len, size_t *n), u, s, b, len, n)
FAKE(send, (void *u, tenon_file s, const void *b, size_t len, size_t *n), u, s, b, len, n)
FAKE(receive_from,
     (void *u, tenon_file s, void *b, size_t len, size_t *n, tenon_address *a), u, s, b,
     len, n, a)
FAKE(send_to, (void *u, tenon_file s, const void *b, size_t len, const tenon_address *a),
     u, s, b, len, a)
FAKE(local_address, (void *u, tenon_file s, tenon_address *a), u, s, a)
FAKE(remote_address, (void *u, tenon_file s, tenon_address *a), u, s, a)
FAKE(get_option, (void *u, tenon_file s, tenon_socket_option o, uint64_t *v), u, s, o, v)
FAKE(set_option, (void *u, tenon_file s, tenon_socket_option o, uint64_t v), u, s, o, v)
FAKE(lookup_next, (void *u, tenon_lookup *l, tenon_address *a, bool *end), u, l, a, end)

static tenon_os_error opened(tenon_os_error r) {
    open_things += r == TENON_OS_OK;
    return r;
}

static tenon_os_error fake_open(void *u, tenon_ip family, tenon_socket_type type,
                                tenon_file *out) {
    return opened(fails("open") ? failure : real->open(u, family, type, out));
}

static tenon_os_error fake_accept(void *u, tenon_file s, tenon_file *out) {
    return opened(fails("accept") ? failure : real->accept(u, s, out));
}

static void fake_close(void *u, tenon_file s) {
    open_things--;
    real->close(u, s);
}

static tenon_os_error fake_lookup_start(void *u, const char *name, tenon_lookup **out,
                                        tenon_file *event) {
    snprintf(asked, sizeof asked, "%s", name);
    return opened(fails("lookup_start") ? failure
                                        : real->lookup_start(u, name, out, event));
}

static void fake_lookup_close(void *u, tenon_lookup *l) {
    open_things--;
    real->lookup_close(u, l);
}

static tenon_os_error fake_wait(void *u, tenon_wait *items, size_t count,
                                uint64_t deadline_ns) {
    if (stuck) {
        for (size_t i = 0; i < count; i++) {
            items[i].ready = false;
        }
        return TENON_OS_OK;
    }
    return fails("wait") ? failure : os->wait(u, items, count, deadline_ns);
}

static uint64_t fake_monotonic(void *u) {
    const tenon_platform *p = tenon_platform_default();
    fake_ns += stuck ? 100000000 : 0;
    return fake_ns + p->monotonic_ns(u);
}

static tenon_platform platform;
static tenon_net fake_net;
static tenon_os fake_os;

/* Before a test. */
static void platform_reset(void) {
    platform = *tenon_platform_default();
    os = platform.os;
    real = platform.net;
    fake_os = *os;
    fake_os.wait = fake_wait;
    fake_net = (tenon_net){
        sizeof(tenon_net), fake_open,          fake_close,
        fake_bind,         fake_listen,        fake_accept,
        fake_connect,      fake_connected,     fake_shutdown,
        fake_receive,      fake_send,          fake_receive_from,
        fake_send_to,      fake_local_address, fake_remote_address,
        fake_get_option,   fake_set_option,    fake_lookup_start,
        fake_lookup_next,  fake_lookup_close,  NULL,
    };
    platform.os = &fake_os;
    platform.net = &fake_net;
    platform.monotonic_ns = fake_monotonic;
    calls = fail_call = 0;
    failure = TENON_OS_IO;
    open_things = 0;
    stuck = false;
}

#endif
