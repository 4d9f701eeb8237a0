/* tenon/wasi.h: WASI 0.2 hosts: wasi:io, wasi:clocks, wasi:random, wasi:cli,
 * wasi:filesystem, wasi:sockets and wasi:http (serving is tenon/http.h); and WASI preview
 * 1 for core modules.
 *
 *     tenon_wasi_config config;
 *     tenon_wasi_config_init(&config);
 *     config.stdin_stream.kind = TENON_WASI_INHERIT;
 *     config.preopens = (tenon_wasi_preopen[]){{"/data", "./data", .read_only = true}};
 *     config.preopen_count = 1;
 *     tenon_wasi_new(&config, &wasi, &error);
 *     tenon_wasi_add_to_linker(wasi, linker, &error);
 *
 * A component reaches what the configuration names and nothing else: without more it has
 * no files, no environment, no addresses to connect or to bind to, empty input and output
 * that goes nowhere; it can read clocks and random numbers. docs/capabilities.md says
 * what each grant exposes. */
#ifndef TENON_WASI_H
#define TENON_WASI_H

#include "tenon/core.h"
#include "tenon/platform.h"

#ifdef __cplusplus
extern "C" {
#endif

/* What a standard stream is. */
typedef enum tenon_wasi_stream_kind {
    TENON_WASI_NONE,    /* input: empty; output: accepted and dropped */
    TENON_WASI_INHERIT, /* the process's own stream */
    TENON_WASI_FILE,    /* another stream of the platform: `file`, which stays open */
    TENON_WASI_BUFFER, /* input: `bytes`, `len`; output: into `bytes`, up to `capacity` */
    TENON_WASI_CALLBACK, /* `read` or `write` */
} tenon_wasi_stream_kind;

/* A standard stream. What it points to outlives the tenon_wasi. */
typedef struct tenon_wasi_stream {
    tenon_wasi_stream_kind kind;
    tenon_file file;
    void *bytes;     /* only read from for input */
    size_t len;      /* input: the bytes there are */
    size_t capacity; /* output: room; writes beyond it fail with insufficient-space */
    size_t *count; /* output: bytes written so far, kept up to date; set it to 0 first */
    /* Takes up to capacity bytes from a source, waiting until there are some. *n 0 is the
     * end. */
    tenon_os_error (*read)(void *user, void *buf, size_t capacity, size_t *n);
    /* Takes all of it. */
    tenon_os_error (*write)(void *user, const void *buf, size_t len);
    void *user;
} tenon_wasi_stream;

/* A directory of the host that components reach, with all below it. */
typedef struct tenon_wasi_preopen {
    const char *guest_path; /* its name for components: "/data" */
    const char *host_path;
    bool read_only; /* nothing below can be created, changed or removed */
} tenon_wasi_preopen;

/* What of the network components reach. What is not granted is access-denied for them. */
typedef struct tenon_wasi_network {
    bool allow_tcp; /* sockets can be made; what they reach is for the rest to say */
    bool allow_udp;
    bool allow_ip_name_lookup; /* names of hosts are looked up, as for any program */
    bool inherit;              /* every address and port that the process reaches */
    /* Without inherit: addresses and ports to bind to, connect to and send to, each as
     * ADDRESS[/BITS][:PORT[-PORT]], IPv6 in brackets if a port follows: "127.0.0.1",
     * "10.0.0.0/8:80-90", "[::1]:443", "fd00::/8". Where any of a version of IP is
     * granted, a socket of that version may be bound to the unspecified address with port
     * 0, but has to do with granted peers alone and cannot listen. */
    const char *const *addresses;
    size_t address_count;
    /* For WASI preview 1 alone, which makes no sockets: ADDRESS:PORT, IPv6 in brackets.
     * Each is a TCP socket that listens there, once tenon_wasi_add_preview1 was called,
     * as the descriptors that follow the directories'. */
    const char *const *listeners;
    size_t listener_count;
} tenon_wasi_network;

/* Connections of the HTTP client over which nothing is under way, and which the next
 * request to the same host and port, both https or both not, may use. Limits of 0: none
 * is kept. */
typedef struct tenon_wasi_keep {
    uint32_t per_host;
    uint32_t total;
    uint64_t idle_ns; /* after which they are closed */
} tenon_wasi_keep;

/* Where components send HTTP requests (wasi:http/outgoing-handler). What is not granted
 * is HTTP-request-denied for them. This is by the name in the request, beside the
 * network's grants: whatever addresses the name has. */
typedef struct tenon_wasi_http {
    bool allow_all;
    /* HOST[:PORT]: a name, "*.NAME" for all names below it, or an address, IPv6 in
     * brackets; without a port any. */
    const char *const *hosts;
    size_t host_count;
    /* For https, and outlives the tenon_wasi. NULL: such requests are an internal-error
     * (the one error-code with a text) that says that TLS is missing. */
    const tenon_tls *tls;
    tenon_wasi_keep keep; /* at first 4, 16, and 15 seconds */
} tenon_wasi_http;

/* Strings are UTF-8. Everything but the streams is copied. */
typedef struct tenon_wasi_config {
    tenon_allocator allocator;      /* resize NULL: the platform's */
    const tenon_platform *platform; /* NULL: the one the library was built with */
    const char *const *args;        /* the program's name first */
    size_t arg_count;
    const char *const *env; /* "NAME=VALUE" */
    size_t env_count;
    const tenon_wasi_preopen *preopens;
    size_t preopen_count;
    const char *initial_cwd; /* NULL: none */
    tenon_wasi_stream stdin_stream;
    tenon_wasi_stream stdout_stream;
    tenon_wasi_stream stderr_stream;
    tenon_wasi_network network;
    tenon_wasi_http http;
    bool clocks_timezone; /* offer wasi:clocks/timezone, which is @unstable: the zone of
                             the process */
} tenon_wasi_config;

/* The WASI hosts with one configuration, and their state: open files, sockets. */
typedef struct tenon_wasi tenon_wasi;

/* No arguments, environment or directories, no streams; TCP and UDP, but no addresses. */
TENON_API void tenon_wasi_config_init(tenon_wasi_config *config);
/* Opens the preopens; one that cannot be opened is an error that names it. */
TENON_API tenon_status tenon_wasi_new(const tenon_wasi_config *config, tenon_wasi **out,
                                      tenon_error *error);
/* After the stores that use it are gone. Waits until output that guests have written, and
 * a pipe has not taken yet, has gone out; for sockets only as long as the other side goes
 * on taking it (a standstill of five seconds ends that). NULL is allowed. */
TENON_API void tenon_wasi_delete(tenon_wasi *wasi);
/* Offers all interfaces of the packages above. One tenon_wasi serves one store at a time.
 */
TENON_API tenon_status tenon_wasi_add_to_linker(tenon_wasi *wasi, tenon_linker *linker,
                                                tenon_error *error);
/* Offers WASI preview 1 to core modules: wasi_snapshot_preview1 and wasi_unstable, all
 * functions, with what the configuration names: arguments, environment, standard streams
 * as descriptors 0 to 2, directories from 3 on, then listening sockets. Descriptors that
 * a program has opened or closed stay so until the tenon_wasi is deleted: make one for
 * each program that runs. */
TENON_API tenon_status tenon_wasi_add_preview1(tenon_wasi *wasi,
                                               tenon_core_linker *linker,
                                               tenon_error *error);

/* -- waiting for many at once --
 *
 * When a call is carried on by polling (tenon_call_start, tenon_store_poll), a WASI
 * function that has to wait freezes it, and the store is idle. The embedder then waits
 * for what all its stores wait for, by tenon_wasi_wait or in a loop of its own, and polls
 * again. */

/* What frozen calls wait for: up to capacity items; returns how many there are. Lowers
 * *deadline_ns, on the platform's monotonic clock, to the earliest they have. */
TENON_API size_t tenon_wasi_waiting(const tenon_wasi *wasi, tenon_wait *items,
                                    size_t capacity, uint64_t *deadline_ns);
/* Without waiting: calls whose wait is over go on when their store is polled. Returns how
 * many. */
TENON_API size_t tenon_wasi_look(tenon_wasi *wasi);
/* The same, told what a wait has found instead of asking the system again: the items of
 * tenon_wasi_waiting as the wait has left them, or those alone that are ready. Items of
 * other contexts do no harm. */
TENON_API size_t tenon_wasi_resume(tenon_wasi *wasi, const tenon_wait *items,
                                   size_t count);
/* Waits until something that any of them waits for is ready, a deadline of theirs or this
 * one passes, or a signal arrives; then looks at each. They share the first one's
 * platform.
 */
TENON_API tenon_status tenon_wasi_wait(tenon_wasi *const *wasis, size_t count,
                                       uint64_t deadline_ns, tenon_error *error);

#ifdef __cplusplus
}
#endif

#endif
