/* test_preview1.c: WASI preview 1 through a module that hands every function on: streams
 * of all kinds, waiting and its end, sockets, layouts, pointers, grants, a platform that
 * fails, every allocation failing, and arguments at random. What programs see is in
 * spec-tests/preview1. */
#define _GNU_SOURCE
#include <check.h>
#include <netinet/in.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "suite.h"
#include "tenon/wasi.h"

/* errno */
enum {
    OK = 0,
    NONBLOCK = 4, /* fdflags */
    AGAIN = 6,
    BADF = 8,
    INVAL = 28,
    IO = 29,
    NOMEM = 48,
    NOSPC = 51,
    NOTSOCK = 57,
    NOTSUP = 58,
    PIPE = 64,
    ROFS = 69,
};

typedef struct row {
    const char *name;
    const char *type;
} row;

static const row rows[] = {
#define P1_FUNC(name, type) {#name, type},
#include "wasi/preview1.def"
#undef P1_FUNC
};
enum { ROWS = sizeof rows / sizeof rows[0] };

static size_t live_bytes;
static unsigned requests, fail_at; /* fail_at 0: never */
static tenon_engine *engine;
static tenon_core_linker *linker;
static tenon_store *store;
static tenon_wasi *wasi;
static tenon_wasi_config config;
static tenon_wasi_preopen preopens[2];
static tenon_core_instance *instance;
static tenon_error error;
static char top[64];
static tenon_platform platform; /* of tests that need one of their own */

static void *counting_resize(void *user, void *ptr, size_t old_size, size_t new_size) {
    (void)user;
    if (new_size > 0 && ++requests == fail_at) {
        return NULL;
    }
    live_bytes += new_size - (ptr != NULL ? old_size : 0);
    if (new_size == 0) {
        free(ptr);
        return NULL;
    }
    return realloc(ptr, new_size);
}

/* -- the module -- */

static const char *wat_type(char letter) {
    return letter == 'I' ? " i64" : " i32";
}

static size_t put_type(char *out, const char *type) {
    size_t n = (size_t)sprintf(out, "(param");
    for (; *type != ':'; type++) {
        n += (size_t)sprintf(out + n, "%s", wat_type(*type));
    }
    n += (size_t)sprintf(out + n, ")");
    if (type[1] != 0) {
        n += (size_t)sprintf(out + n, "(result%s)", wat_type(type[1]));
    }
    return n;
}

/* Imports every function and exports one that calls it; and a memory of one page. */
static char *module_text(const char *module, size_t count) {
    char *text = malloc(65536);
    ck_assert_ptr_nonnull(text);
    size_t n = (size_t)sprintf(text, "(module\n");
    for (size_t i = 0; i < count; i++) {
        n += (size_t)sprintf(text + n, "(import \"%s\" \"%s\" (func $%s ", module,
                             rows[i].name, rows[i].name);
        n += put_type(text + n, rows[i].type);
        n += (size_t)sprintf(text + n, "))\n");
    }
    n += (size_t)sprintf(text + n, "(memory (export \"memory\") 1)\n");
    for (size_t i = 0; i < count; i++) {
        n += (size_t)sprintf(text + n, "(func (export \"%s\") ", rows[i].name);
        n += put_type(text + n, rows[i].type);
        n += (size_t)sprintf(text + n, " (call $%s", rows[i].name);
        for (size_t k = 0; rows[i].type[k] != ':'; k++) {
            n += (size_t)sprintf(text + n, " (local.get %zu)", k);
        }
        n += (size_t)sprintf(text + n, "))\n");
    }
    sprintf(text + n, ")\n");
    return text;
}

static tenon_status instantiate(const char *text) {
    tenon_module *m = NULL;
    tenon_status status = tenon_module_load_text(engine, text, strlen(text), &m, &error);
    if (status == TENON_OK) {
        status = tenon_core_instantiate(linker, store, m, &instance, &error);
    }
    tenon_module_delete(m);
    return status;
}

static tenon_status open_all(const char *module) {
    tenon_status status;
    char *text =
        module_text(module, strcmp(module, "wasi_unstable") == 0 ? ROWS - 1 : ROWS);
    if ((status = tenon_core_linker_new(engine, &linker, &error)) == TENON_OK &&
        (status = tenon_wasi_new(&config, &wasi, &error)) == TENON_OK &&
        (status = tenon_wasi_add_preview1(wasi, linker, &error)) == TENON_OK &&
        (status = tenon_store_new(engine, NULL, &store, &error)) == TENON_OK) {
        status = instantiate(text);
    }
    free(text);
    return status;
}

static void open_module(const char *module) {
    ck_assert_msg(open_all(module) == TENON_OK, "%s", error.message);
}

static void open_usual(void) {
    open_module("wasi_snapshot_preview1");
}

static void close_all(void) {
    tenon_store_delete(store);
    tenon_wasi_delete(wasi);
    tenon_core_linker_delete(linker);
    store = NULL;
    wasi = NULL;
    linker = NULL;
}

static void set_up(void) {
    signal(SIGPIPE, SIG_DFL); /* must not be needed */
    live_bytes = 0;
    requests = fail_at = 0;
    strcpy(top, "/tmp/tenon-preview1-XXXXXX");
    ck_assert_ptr_nonnull(mkdtemp(top));
    ck_assert_int_eq(tenon_engine_new(NULL, &engine, &error), TENON_OK);
    tenon_wasi_config_init(&config);
    config.allocator.resize = counting_resize;
    memset(preopens, 0, sizeof preopens);
    preopens[0].host_path = preopens[1].host_path = top;
    preopens[0].guest_path = "/rw";
    preopens[1].guest_path = "/ro";
    preopens[1].read_only = true;
    config.preopens = preopens;
    config.preopen_count = 2;
}

static void tear_down(void) {
    close_all();
    tenon_engine_delete(engine);
    ck_assert_uint_eq(live_bytes, 0);
    char command[128];
    sprintf(command, "rm -rf %s", top);
    ck_assert_int_eq(system(command), 0);
}

/* -- calls -- */

enum { MOST_ARGS = 9 };

static tenon_status try_call(const char *name, const uint64_t *args, uint32_t *result) {
    tenon_core_func *f = tenon_core_instance_func(instance, name);
    uint64_t out[1] = {0};
    ck_assert_ptr_nonnull(f);
    tenon_status status = tenon_core_func_call(f, args, out, &error);
    *result = (uint32_t)out[0];
    return status;
}

static uint32_t call_with(const char *name, const uint64_t *args) {
    uint32_t result = 0;
    ck_assert_msg(try_call(name, args, &result) == TENON_OK, "%s: %s", name,
                  error.message);
    return result;
}
#define call(name, ...) call_with(name, (const uint64_t[MOST_ARGS]){__VA_ARGS__})
#define call_fails(name, ...)                                                            \
    try_call(name, (const uint64_t[MOST_ARGS]){__VA_ARGS__}, &(uint32_t){0})

static uint8_t *at(uint32_t address) {
    uint64_t bytes;
    uint8_t *p = tenon_core_instance_memory(instance, "memory", &bytes);
    ck_assert_uint_eq(bytes, 65536);
    return p + address;
}

static uint64_t load(uint32_t address, unsigned bytes) {
    uint64_t v = 0;
    for (unsigned i = 0; i < bytes; i++) {
        v |= (uint64_t)at(address)[i] << (8 * i);
    }
    return v;
}

static void store_to(uint32_t address, uint64_t v, unsigned bytes) {
    for (unsigned i = 0; i < bytes; i++) {
        at(address)[i] = (uint8_t)(v >> (8 * i));
    }
}

/* Where things stand in memory. */
enum { IOVS = 16, RESULT = 128, NAME = 256, OTHER = 512, DATA = 1024, FAR = 32768 };

static void iov(uint32_t n, uint32_t pointer, uint32_t len) {
    store_to(IOVS + 8 * n, pointer, 4);
    store_to(IOVS + 8 * n + 4, len, 4);
}

static uint32_t write_bytes(uint32_t fd, const char *text) {
    uint32_t len = (uint32_t)strlen(text);
    memcpy(at(DATA), text, len);
    iov(0, DATA, len);
    return call("fd_write", fd, IOVS, 1, RESULT);
}

static uint32_t read_bytes(uint32_t fd, uint32_t len) {
    iov(0, DATA, len);
    return call("fd_read", fd, IOVS, 1, RESULT);
}

static uint32_t path(uint32_t address, const char *text) {
    memcpy(at(address), text, strlen(text));
    return (uint32_t)strlen(text);
}

enum { O_CREATE = 1, READ_RIGHT = 2, WRITE_RIGHT = 64 };

static uint32_t open_path(uint32_t dir, const char *name, uint32_t oflags,
                          uint64_t rights) {
    uint32_t len = path(NAME, name);
    return call("path_open", dir, 1, NAME, len, oflags, rights, 0, 0, RESULT);
}

/* -- linking -- */

START_TEST(both_modules_are_whole) {
    ck_assert_int_eq(ROWS, 46);
    open_usual();
    close_all();
    open_module("wasi_unstable");
    ck_assert_int_eq(
        instantiate("(module (import \"wasi_unstable\" \"sock_accept\" (func "
                    "(param i32 i32 i32) (result i32))))"),
        TENON_UNLINKABLE);
}
END_TEST

START_TEST(a_memory_is_wanted) {
    open_usual();
    ck_assert_int_eq(
        instantiate("(module (import \"wasi_snapshot_preview1\" \"random_get\" (func $r "
                    "(param i32 i32) (result i32))) (func (export \"random_get\") (param "
                    "i32 i32) (result i32) (call $r (local.get 0) (local.get 1))))"),
        TENON_OK);
    ck_assert_int_eq(call_fails("random_get", 0, 8), TENON_TRAP);
    ck_assert_str_eq(error.message, "the caller exports no memory \"memory\"");
}
END_TEST

START_TEST(an_empty_memory_will_do) {
    open_usual();
    ck_assert_int_eq(
        instantiate("(module (import \"wasi_snapshot_preview1\" \"random_get\" (func $r "
                    "(param i32 i32) (result i32))) (memory (export \"memory\") 0) (func "
                    "(export \"random_get\") (param i32 i32) (result i32) (call $r "
                    "(local.get 0) (local.get 1))))"),
        TENON_OK);
    ck_assert_int_eq(call_fails("random_get", 0, 1), TENON_TRAP);
    ck_assert_ptr_nonnull(strstr(error.message, "pointer out of bounds"));
    ck_assert_uint_eq(call("random_get", 0, 0), OK);
}
END_TEST

/* -- streams -- */

START_TEST(streams_of_the_embedder) {
    char out[8];
    size_t count = 0;
    config.stdin_stream = (tenon_wasi_stream){
        .kind = TENON_WASI_BUFFER, .bytes = (char[]){"abcdef"}, .len = 6};
    config.stdout_stream = (tenon_wasi_stream){
        .kind = TENON_WASI_BUFFER, .bytes = out, .capacity = sizeof out, .count = &count};
    open_usual();
    iov(0, DATA, 0);
    iov(1, DATA, 4);
    iov(2, DATA + 100, 4);
    ck_assert_uint_eq(call("fd_read", 0, IOVS, 3, RESULT), OK);
    ck_assert_uint_eq(load(RESULT, 4), 4); /* what the first one takes */
    ck_assert_mem_eq(at(DATA), "abcd", 4);
    ck_assert_uint_eq(read_bytes(0, 10), OK);
    ck_assert_uint_eq(load(RESULT, 4), 2);
    ck_assert_uint_eq(read_bytes(0, 10), OK);
    ck_assert_uint_eq(load(RESULT, 4), 0);
    memcpy(at(DATA), "12345", 5);
    iov(0, DATA, 2);
    iov(1, DATA + 2, 0);
    iov(2, DATA + 2, 3);
    ck_assert_uint_eq(call("fd_write", 1, IOVS, 3, RESULT), OK);
    ck_assert_uint_eq(load(RESULT, 4), 5);
    ck_assert_uint_eq(write_bytes(1, "67890"), OK);
    ck_assert_uint_eq(load(RESULT, 4), 3);
    ck_assert_uint_eq(write_bytes(1, "x"), NOSPC);
    ck_assert_uint_eq(count, 8);
    ck_assert_mem_eq(out, "12345678", 8);
    ck_assert_uint_eq(write_bytes(2, "dropped"), OK); /* no stream */
    ck_assert_uint_eq(load(RESULT, 4), 7);
}
END_TEST

static tenon_os_error read_some(void *user, void *buf, size_t capacity, size_t *n) {
    int *left = user;
    if (*left < 0) {
        return TENON_OS_IO;
    }
    *n = *left > 0 && capacity > 0 ? 1 : 0;
    if (*n > 0) {
        *(char *)buf = (char)('0' + (*left)--);
    }
    return TENON_OS_OK;
}

static tenon_os_error write_none(void *user, const void *buf, size_t len) {
    (void)user;
    (void)buf;
    (void)len;
    return TENON_OS_PIPE;
}

START_TEST(streams_by_callback) {
    int left = 2;
    config.stdin_stream = (tenon_wasi_stream){
        .kind = TENON_WASI_CALLBACK, .read = read_some, .user = &left};
    config.stdout_stream =
        (tenon_wasi_stream){.kind = TENON_WASI_CALLBACK, .write = write_none};
    open_usual();
    ck_assert_uint_eq(read_bytes(0, 10), OK);
    ck_assert_uint_eq(load(RESULT, 4), 1);
    ck_assert_uint_eq(load(DATA, 1), '2');
    left = 0;
    ck_assert_uint_eq(read_bytes(0, 10), OK);
    ck_assert_uint_eq(load(RESULT, 4), 0);
    left = -1;
    ck_assert_uint_eq(read_bytes(0, 10), IO);
    ck_assert_uint_eq(write_bytes(1, "x"), PIPE);
}
END_TEST

/* -- waiting -- */

static void *write_later(void *user) {
    usleep(30000);
    ck_assert_int_eq(write(*(int *)user, "late", 4), 4);
    return NULL;
}

static void *read_slowly(void *user) {
    static char buf[10000];
    size_t total = 0;
    while (total < 300000) {
        usleep(500);
        ssize_t n = read(*(int *)user, buf, sizeof buf);
        ck_assert_int_gt(n, 0);
        total += (size_t)n;
    }
    return NULL;
}

START_TEST(a_read_waits) {
    int ends[2];
    pthread_t thread;
    ck_assert_int_eq(pipe(ends), 0);
    config.stdin_stream = (tenon_wasi_stream){.kind = TENON_WASI_FILE, .file = ends[0]};
    open_usual();
    ck_assert_int_eq(pthread_create(&thread, NULL, write_later, &ends[1]), 0);
    ck_assert_uint_eq(read_bytes(0, 10), OK);
    ck_assert_uint_eq(load(RESULT, 4), 4);
    ck_assert_mem_eq(at(DATA), "late", 4);
    pthread_join(thread, NULL);
    /* fdflags nonblock */
    ck_assert_uint_eq(call("fd_fdstat_set_flags", 0, 4), OK);
    ck_assert_uint_eq(read_bytes(0, 10), AGAIN);
    ck_assert_uint_eq(call("fd_fdstat_set_flags", 0, 0), OK);
    /* the deadline of the store */
    tenon_store_set_timeout(store, 30000000);
    iov(0, DATA, 1);
    ck_assert_int_eq(call_fails("fd_read", 0, IOVS, 1, RESULT), TENON_LIMIT);
    tenon_store_set_timeout(store, 0);
    tenon_store_interrupt(store);
    ck_assert_int_eq(call_fails("fd_read", 0, IOVS, 1, RESULT), TENON_LIMIT);
    close(ends[1]);
    ck_assert_uint_eq(read_bytes(0, 10), OK);
    ck_assert_uint_eq(load(RESULT, 4), 0);
    close(ends[0]);
}
END_TEST

START_TEST(a_write_waits_and_breaks) {
    int ends[2];
    pthread_t thread;
    ck_assert_int_eq(pipe(ends), 0);
    config.stdout_stream = (tenon_wasi_stream){.kind = TENON_WASI_FILE, .file = ends[1]};
    open_usual();
    ck_assert_int_eq(pthread_create(&thread, NULL, read_slowly, &ends[0]), 0);
    for (int i = 0; i < 10; i++) {
        iov(0, 0, 30000);
        memset(at(256), 'x', 30000);
        iov(0, 256, 30000);
        ck_assert_uint_eq(call("fd_write", 1, IOVS, 1, RESULT), OK);
        ck_assert_uint_eq(load(RESULT, 4), 30000); /* whole */
    }
    pthread_join(thread, NULL);
    ck_assert_uint_eq(call("fd_fdstat_set_flags", 1, 4), OK);
    uint32_t r, rounds = 0;
    do {
        iov(0, 256, 30000);
        r = call("fd_write", 1, IOVS, 1, RESULT);
    } while (r == OK && ++rounds < 1000);
    ck_assert_uint_eq(r, AGAIN);
    ck_assert_uint_eq(call("fd_fdstat_set_flags", 1, 0), OK);
    tenon_store_set_timeout(store, 20000000);
    ck_assert_int_eq(call_fails("fd_write", 1, IOVS, 1, RESULT), TENON_LIMIT);
    tenon_store_set_timeout(store, 0);
    close(ends[0]);
    ck_assert_uint_eq(write_bytes(1, "x"), PIPE);
    close(ends[1]);
}
END_TEST

/* A subscription of preview 1 at DATA + 48 * n. */
static void subscribe(uint32_t n, uint64_t userdata, uint8_t type, uint32_t fd) {
    uint32_t p = DATA + 48 * n;
    memset(at(p), 0, 48);
    store_to(p, userdata, 8);
    store_to(p + 8, type, 1);
    store_to(p + 16, fd, 4);
}

START_TEST(a_poll_waits) {
    int ends[2];
    pthread_t thread;
    ck_assert_int_eq(pipe(ends), 0);
    config.stdin_stream = (tenon_wasi_stream){.kind = TENON_WASI_FILE, .file = ends[0]};
    open_usual();
    subscribe(0, 9, 1, 0);
    ck_assert_int_eq(pthread_create(&thread, NULL, write_later, &ends[1]), 0);
    ck_assert_uint_eq(call("poll_oneoff", DATA, OTHER, 1, RESULT), OK);
    pthread_join(thread, NULL);
    ck_assert_uint_eq(load(RESULT, 4), 1);
    ck_assert_uint_eq(load(OTHER, 8), 9);
    ck_assert_uint_eq(load(OTHER + 8, 2), OK);
    ck_assert_uint_eq(load(OTHER + 10, 1), 1);
    ck_assert_uint_eq(load(OTHER + 16, 8), 1);
    ck_assert_uint_eq(read_bytes(0, 100), OK);
    subscribe(0, 9, 1, 0);
    tenon_store_set_timeout(store, 30000000);
    ck_assert_int_eq(call_fails("poll_oneoff", DATA, OTHER, 1, RESULT), TENON_LIMIT);
    /* a clock that would take an hour */
    subscribe(0, 9, 0, 1);
    store_to(DATA + 24, 3600000000000ull, 8);
    tenon_store_set_timeout(store, 30000000);
    ck_assert_int_eq(call_fails("poll_oneoff", DATA, OTHER, 1, RESULT), TENON_LIMIT);
    tenon_store_set_timeout(store, 0);
    store_to(DATA + 24, UINT64_MAX, 8);
    subscribe(1, 10, 2, 1);
    ck_assert_uint_eq(call("poll_oneoff", DATA, OTHER, 2, RESULT), OK);
    ck_assert_uint_eq(load(RESULT, 4), 1);
    ck_assert_uint_eq(load(OTHER, 8), 10);
    close(ends[0]);
    close(ends[1]);
}
END_TEST

/* -- sockets -- */

/* The port of the descriptor's listening socket, which the test knows by the order. */
static tenon_file listener_file;
static uint16_t listener_port;

static tenon_os_error noting_listen(void *user, tenon_file socket, uint32_t backlog) {
    const tenon_net *real = tenon_platform_default()->net;
    tenon_os_error r = real->listen(user, socket, backlog);
    tenon_address a;
    ck_assert_int_eq(real->local_address(user, socket, &a), TENON_OS_OK);
    listener_file = socket;
    listener_port = a.port;
    return r;
}

static int connect_to_listener(void) {
    struct sockaddr_in a = {.sin_family = AF_INET,
                            .sin_port = htons(listener_port),
                            .sin_addr = {htonl(INADDR_LOOPBACK)}};
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    ck_assert_int_eq(connect(fd, (struct sockaddr *)&a, sizeof a), 0);
    return fd;
}

static void *connect_later(void *out) {
    usleep(50000);
    *(int *)out = connect_to_listener();
    return NULL;
}

static tenon_net noting_net;

static void listen_at(const char *const *listeners, size_t count) {
    platform = *tenon_platform_default();
    noting_net = *platform.net;
    noting_net.listen = noting_listen;
    platform.net = &noting_net;
    config.platform = &platform;
    config.network.listeners = listeners;
    config.network.listener_count = count;
}

START_TEST(sockets_that_are_granted) {
    static const char *const listeners[] = {"127.0.0.1:0"};
    enum { LISTENER = 5, NOTCONN = 53 };
    char buf[16];
    int peer;
    listen_at(listeners, 1);
    open_usual(); /* 3 and 4 are directories */
    ck_assert_uint_eq(call("fd_fdstat_get", LISTENER, DATA), OK);
    ck_assert_uint_eq(at(DATA)[0], 6); /* socket_stream */
    ck_assert_uint_eq(call("fd_filestat_get", LISTENER, DATA), OK);
    ck_assert_uint_eq(at(DATA)[16], 6);
    ck_assert_uint_eq(call("fd_prestat_get", LISTENER, DATA), BADF);
    ck_assert_uint_eq(call("fd_fdstat_set_flags", LISTENER, NONBLOCK), OK);
    ck_assert_uint_eq(call("sock_accept", LISTENER, 0, RESULT), AGAIN);
    ck_assert_uint_eq(call("sock_accept", LISTENER, 1, RESULT), INVAL); /* append */
    iov(0, DATA, 5);
    ck_assert_uint_eq(call("sock_recv", LISTENER, IOVS, 1, 0, RESULT, OTHER), NOTCONN);
    ck_assert_uint_eq(call("sock_send", LISTENER, IOVS, 1, 0, RESULT), NOTCONN);
    ck_assert_uint_eq(call("sock_shutdown", LISTENER, 3), NOTCONN);
    ck_assert_uint_eq(call("fd_read", LISTENER, IOVS, 1, RESULT), BADF);
    ck_assert_uint_eq(call("fd_write", LISTENER, IOVS, 1, RESULT), BADF);
    ck_assert_uint_eq(call("fd_sync", LISTENER), BADF);
    ck_assert_uint_eq(call("fd_readdir", LISTENER, DATA, 10, 0, RESULT), BADF);
    ck_assert_uint_eq(call("fd_seek", LISTENER, 0, 0, RESULT), 70); /* spipe */
    /* Accepting waits for somebody. */
    ck_assert_uint_eq(call("fd_fdstat_set_flags", LISTENER, 0), OK);
    pthread_t thread;
    ck_assert_int_eq(pthread_create(&thread, NULL, connect_later, &peer), 0);
    ck_assert_uint_eq(call("sock_accept", LISTENER, 0, RESULT), OK);
    pthread_join(thread, NULL);
    const uint64_t s = load(RESULT, 4);
    ck_assert_uint_eq(s, 6);
    ck_assert_uint_eq(call("sock_accept", s, 0, RESULT), INVAL);
    memcpy(at(DATA), "hello", 5);
    ck_assert_uint_eq(call("sock_send", s, IOVS, 1, 0, RESULT), OK);
    ck_assert_uint_eq(load(RESULT, 4), 5);
    ck_assert_uint_eq(call("fd_write", s, IOVS, 1, RESULT), OK); /* the same */
    ck_assert_int_eq(recv(peer, buf, 10, MSG_WAITALL), 10);
    ck_assert_mem_eq(buf, "hellohello", 10);
    ck_assert_int_eq(write(peer, "abc", 3), 3);
    ck_assert_uint_eq(call("sock_recv", s, IOVS, 1, 0, RESULT, OTHER), OK);
    ck_assert_uint_eq(load(RESULT, 4), 3);
    ck_assert_mem_eq(at(DATA), "abc", 3);
    /* Nothing there: poll waits for it. */
    ck_assert_uint_eq(call("fd_fdstat_set_flags", s, NONBLOCK), OK);
    ck_assert_uint_eq(call("sock_recv", s, IOVS, 1, 0, RESULT, OTHER), AGAIN);
    ck_assert_int_eq(pthread_create(&thread, NULL, write_later, &peer), 0);
    subscribe(0, 1, 1, (uint32_t)s);
    ck_assert_uint_eq(call("poll_oneoff", DATA, OTHER, 1, RESULT), OK);
    ck_assert_uint_eq(load(OTHER + 8, 2), 0);
    pthread_join(thread, NULL);
    ck_assert_uint_eq(call("fd_read", s, IOVS, 1, RESULT), OK);
    ck_assert_mem_eq(at(DATA), "late", 4);
    /* Half closed, then closed. */
    ck_assert_uint_eq(call("sock_shutdown", s, 0), INVAL);
    ck_assert_uint_eq(call("sock_shutdown", s, 2), OK);
    ck_assert_int_eq(recv(peer, buf, 1, 0), 0);
    ck_assert_uint_eq(call("sock_send", s, IOVS, 1, 0, RESULT), PIPE);
    ck_assert_int_eq(write(peer, "x", 1), 1);
    ck_assert_uint_eq(call("fd_fdstat_set_flags", s, 0), OK);
    ck_assert_uint_eq(call("sock_recv", s, IOVS, 1, 0, RESULT, OTHER), OK);
    close(peer);
    ck_assert_uint_eq(call("sock_recv", s, IOVS, 1, 0, RESULT, OTHER), OK);
    ck_assert_uint_eq(load(RESULT, 4), 0);
    ck_assert_uint_eq(call("fd_close", s), OK);
    ck_assert_uint_eq(call("sock_recv", s, IOVS, 1, 0, RESULT, OTHER), BADF);
    /* Without the right none is accepted; who is accepted has what is inherited. */
    ck_assert_uint_eq(call("fd_fdstat_set_rights", LISTENER, (uint64_t)1 << 29, 2), OK);
    peer = connect_to_listener();
    ck_assert_uint_eq(call("sock_accept", LISTENER, NONBLOCK, RESULT), OK);
    ck_assert_uint_eq(call("sock_send", load(RESULT, 4), IOVS, 1, 0, OTHER), BADF);
    ck_assert_uint_eq(call("sock_shutdown", load(RESULT, 4), 1), 76); /* notcapable */
    ck_assert_uint_eq(call("sock_recv", load(RESULT, 4), IOVS, 1, 0, OTHER, OTHER + 8),
                      AGAIN);
    ck_assert_uint_eq(call("fd_fdstat_set_rights", LISTENER, 0, 0), OK);
    ck_assert_uint_eq(call("sock_accept", LISTENER, NONBLOCK, RESULT), 76);
    close(peer);
    ck_assert_uint_eq(call("fd_renumber", LISTENER, 6),
                      OK); /* the connection is closed */
    ck_assert_uint_eq(call("fd_close", 6), OK);
    ck_assert_uint_eq(call("sock_accept", 6, 0, RESULT), BADF);
}
END_TEST

/* Calls of sockets that fail, each as its errno; then each allocation of accepting. */
static tenon_os_error socket_fault;
static int sockets_open;

static tenon_os_error faulty_accept(void *user, tenon_file socket, tenon_file *out) {
    tenon_os_error r = socket_fault != TENON_OS_OK
                           ? socket_fault
                           : tenon_platform_default()->net->accept(user, socket, out);
    sockets_open += r == TENON_OS_OK;
    return r;
}

static void counting_close(void *user, tenon_file socket) {
    sockets_open--;
    tenon_platform_default()->net->close(user, socket);
}

static tenon_os_error faulty_receive(void *user, tenon_file socket, void *buf, size_t len,
                                     size_t *n) {
    return socket_fault != TENON_OS_OK
               ? socket_fault
               : tenon_platform_default()->net->receive(user, socket, buf, len, n);
}

static tenon_os_error faulty_send(void *user, tenon_file socket, const void *buf,
                                  size_t len, size_t *n) {
    return socket_fault != TENON_OS_OK
               ? socket_fault
               : tenon_platform_default()->net->send(user, socket, buf, len, n);
}

static tenon_os_error faulty_shutdown(void *user, tenon_file socket, unsigned how) {
    return socket_fault != TENON_OS_OK
               ? socket_fault
               : tenon_platform_default()->net->shutdown(user, socket, how);
}

START_TEST(sockets_that_fail) {
    static const char *const listeners[] = {"127.0.0.1:0"};
    enum { LISTENER = 5 };
    static const struct {
        tenon_os_error r;
        uint32_t code;
    } faults[] = {
        {TENON_OS_TOO_MANY_FILES, 41},         {TENON_OS_CONNECTION_ABORTED, 13},
        {TENON_OS_CONNECTION_RESET, 15},       {TENON_OS_NOT_CONNECTED, 53},
        {TENON_OS_INSUFFICIENT_MEMORY, NOMEM}, {TENON_OS_IO, IO},
        {TENON_OS_WOULD_BLOCK, AGAIN},         {TENON_OS_PIPE, PIPE},
    };
    int peers[20];
    listen_at(listeners, 1);
    noting_net.accept = faulty_accept;
    noting_net.receive = faulty_receive;
    noting_net.send = faulty_send;
    noting_net.shutdown = faulty_shutdown;
    noting_net.close = counting_close;
    sockets_open = 1; /* the one that listens */
    socket_fault = TENON_OS_OK;
    open_usual();
    ck_assert_uint_eq(call("fd_fdstat_set_flags", LISTENER, NONBLOCK), OK);
    peers[0] = connect_to_listener();
    ck_assert_uint_eq(call("sock_accept", LISTENER, NONBLOCK, RESULT), OK);
    iov(0, DATA, 5);
    for (size_t i = 0; i < sizeof faults / sizeof faults[0]; i++) {
        socket_fault = faults[i].r;
        ck_assert_uint_eq(call("sock_accept", LISTENER, 0, RESULT), faults[i].code);
        ck_assert_uint_eq(call("sock_recv", 6, IOVS, 1, 0, RESULT, OTHER),
                          faults[i].code);
        ck_assert_uint_eq(call("sock_send", 6, IOVS, 1, 0, RESULT), faults[i].code);
        ck_assert_uint_eq(call("sock_shutdown", 6, 1), faults[i].code);
    }
    socket_fault = TENON_OS_OK;
    /* Descriptors need memory now and then; without it the connection is closed. */
    unsigned failures = 0;
    for (int i = 1; i < 20; i++) {
        peers[i] = connect_to_listener();
        fail_at = requests + 1;
        uint32_t r = call("sock_accept", LISTENER, 0, RESULT);
        fail_at = 0;
        ck_assert(r == OK || r == NOMEM);
        failures += r == NOMEM;
    }
    ck_assert_uint_gt(failures, 0);
    ck_assert_int_eq(sockets_open, 1 + 20 - (int)failures);
    close_all();
    ck_assert_int_eq(sockets_open, 0);
    for (int i = 0; i < 20; i++) {
        close(peers[i]);
    }
}
END_TEST

START_TEST(sockets_that_cannot_be_granted) {
    static const char *const bad[] = {"127.0.0.1", "1.2.3.4/8:80", "127.0.0.1:1-2", "x:1",
                                      "::1:80"};
    const char *const none[] = {"192.0.2.1:80"};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        listen_at(bad + i, 1);
        ck_assert_msg(tenon_wasi_new(&config, &wasi, &error) == TENON_USAGE, "%s",
                      bad[i]);
        ck_assert_ptr_nonnull(strstr(error.message, ": wants ADDRESS:PORT"));
    }
    listen_at(none, 1);
    ck_assert_int_ne(open_all("wasi_snapshot_preview1"), TENON_OK);
    ck_assert_str_eq(error.message, "input/output error: listening socket 0, at port 80: "
                                    "address not available");
    close_all();
    static const char *const good[] = {"127.0.0.1:0", "[::1]:0", "127.0.0.1:0"};
    listen_at(good, 3);
    requests = 0;
    open_usual();
    close_all();
    const unsigned uses = requests;
    unsigned failures = 0;
    for (unsigned n = 1; n <= uses; n++) {
        requests = 0;
        fail_at = n;
        tenon_status status = open_all("wasi_snapshot_preview1");
        fail_at = 0;
        failures += status == TENON_NO_MEMORY;
        ck_assert(status == TENON_OK || status == TENON_NO_MEMORY);
        close_all();
        ck_assert_uint_eq(live_bytes, 0);
    }
    ck_assert_uint_gt(failures, uses / 2);
}
END_TEST

START_TEST(standard_streams_as_sockets) {
    int ends[2];
    char buf[16];
    ck_assert_int_eq(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
    config.stdin_stream = (tenon_wasi_stream){.kind = TENON_WASI_FILE, .file = ends[0]};
    config.stdout_stream = config.stdin_stream;
    open_usual();
    memcpy(at(DATA), "hello", 5);
    iov(0, DATA, 5);
    ck_assert_uint_eq(call("sock_send", 1, IOVS, 1, 0, RESULT), OK);
    ck_assert_uint_eq(load(RESULT, 4), 5);
    ck_assert_int_eq(read(ends[1], buf, sizeof buf), 5);
    ck_assert_uint_eq(call("sock_send", 1, IOVS, 1, 1, RESULT), INVAL);
    ck_assert_uint_eq(call("sock_send", 0, IOVS, 1, 0, RESULT), BADF);
    ck_assert_int_eq(write(ends[1], "abc", 3), 3);
    iov(0, DATA, 2);
    iov(1, DATA + 2, 2);
    at(RESULT + 8)[0] = 0xff;
    ck_assert_uint_eq(call("sock_recv", 0, IOVS, 2, 0, RESULT, RESULT + 8), OK);
    ck_assert_uint_eq(load(RESULT, 4), 2);
    ck_assert_uint_eq(load(RESULT + 8, 2), 0);
    pthread_t thread;
    ck_assert_int_eq(pthread_create(&thread, NULL, write_later, &ends[1]), 0);
    iov(1, DATA + 2, 3); /* recv_waitall: "c", then "late" */
    ck_assert_uint_eq(call("sock_recv", 0, IOVS, 2, 2, RESULT, RESULT + 8), OK);
    ck_assert_uint_eq(load(RESULT, 4), 5);
    ck_assert_mem_eq(at(DATA), "clate", 5);
    pthread_join(thread, NULL);
    /* recv_peek: into one buffer, and again, and then it is read. */
    ck_assert_int_eq(write(ends[1], "peek", 4), 4);
    iov(0, DATA, 0);
    iov(1, DATA + 2, 9);
    for (uint32_t flags = 0; flags < 3; flags++) {
        memset(at(DATA), 0, 16);
        ck_assert_uint_eq(
            call("sock_recv", 0, IOVS, 2, flags < 2 ? 1 : 0, RESULT, RESULT + 8), OK);
        ck_assert_uint_eq(load(RESULT, 4), 4);
        ck_assert_mem_eq(at(DATA + 2), "peek\0", 5);
    }
    ck_assert_uint_eq(call("fd_fdstat_set_flags", 0, NONBLOCK), OK);
    ck_assert_uint_eq(call("sock_recv", 0, IOVS, 2, 1, RESULT, RESULT + 8), AGAIN);
    ck_assert_uint_eq(call("sock_recv", 0, IOVS, 1, 1, RESULT, RESULT + 8), OK);
    ck_assert_uint_eq(load(RESULT, 4), 0);
    ck_assert_uint_eq(call("fd_fdstat_get", 0, RESULT), OK);
    ck_assert_uint_eq(load(RESULT, 1), 6); /* socket_stream */
    ck_assert_uint_eq(call("sock_recv", 0, IOVS, 2, 4, RESULT, RESULT + 8), INVAL);
    ck_assert_uint_eq(call("sock_recv", 1, IOVS, 2, 0, RESULT, RESULT + 8), BADF);
    ck_assert_uint_eq(call("sock_shutdown", 0, 4), INVAL);
    ck_assert_uint_eq(call("sock_accept", 0, 0x20, RESULT), INVAL);
    ck_assert_uint_eq(call("sock_accept", 0, 0, RESULT), INVAL);
    ck_assert_uint_eq(call("sock_shutdown", 0, 2), OK);
    ck_assert_int_eq(read(ends[1], buf, sizeof buf), 0);
    ck_assert_uint_eq(call("sock_send", 1, IOVS, 2, 0, RESULT), PIPE);
    ck_assert_uint_eq(call("sock_shutdown", 0, 1), OK);
    ck_assert_uint_eq(call("sock_recv", 0, IOVS, 2, 1, RESULT, RESULT + 8), OK);
    ck_assert_uint_eq(load(RESULT, 4), 0);
    ck_assert_uint_eq(call("sock_accept", 2, 0, RESULT), NOTSOCK);
    close(ends[0]);
    close(ends[1]);
}
END_TEST

/* As a program that is started for a listening socket has it (inetd, "wait"). */
START_TEST(standard_input_that_listens) {
    struct sockaddr_in a = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(0x7f000001)};
    socklen_t len = sizeof a;
    const int listener = socket(AF_INET, SOCK_STREAM, 0);
    char buf[4];
    ck_assert_int_eq(bind(listener, (struct sockaddr *)&a, sizeof a), 0);
    ck_assert_int_eq(listen(listener, 5), 0);
    ck_assert_int_eq(getsockname(listener, (struct sockaddr *)&a, &len), 0);
    listener_port = ntohs(a.sin_port);
    config.stdin_stream = (tenon_wasi_stream){.kind = TENON_WASI_FILE, .file = listener};
    open_usual();
    ck_assert_uint_eq(call("fd_fdstat_set_flags", 0, NONBLOCK), OK);
    ck_assert_uint_eq(call("sock_accept", 0, 0, RESULT), AGAIN);
    ck_assert_uint_eq(call("fd_fdstat_set_flags", 0, 0), OK);
    const int peer = connect_to_listener();
    ck_assert_uint_eq(call("sock_accept", 0, 0, RESULT), OK);
    const uint32_t fd = (uint32_t)load(RESULT, 4);
    ck_assert_uint_eq(write_bytes(fd, "abcd"), OK);
    ck_assert_int_eq(read(peer, buf, sizeof buf), 4);
    ck_assert_int_eq(write(peer, "xy", 2), 2);
    iov(0, DATA, 8);
    ck_assert_uint_eq(call("sock_recv", fd, IOVS, 1, 1, RESULT, OTHER), OK);
    ck_assert_uint_eq(load(RESULT, 4), 2);
    ck_assert_uint_eq(call("sock_recv", fd, IOVS, 1, 0, RESULT, OTHER), OK);
    ck_assert_mem_eq(at(DATA), "xy", 2);
    ck_assert_uint_eq(call("sock_accept", fd, 0, RESULT), INVAL);
    close(peer);
    close(listener);
}
END_TEST

/* -- layouts -- */

static void check_stat(bool unstable) {
    uint32_t len = path(NAME, "f");
    ck_assert_uint_eq(open_path(3, "f", O_CREATE, WRITE_RIGHT), OK);
    uint32_t fd = (uint32_t)load(RESULT, 4);
    ck_assert_uint_eq(write_bytes(fd, "12345"), OK);
    ck_assert_uint_eq(
        call("path_filestat_set_times", 3, 0, NAME, len, 7000000001ull, 8000000002ull, 5),
        OK);
    memset(at(FAR), 0xee, 80);
    ck_assert_uint_eq(call("path_filestat_get", 3, 0, NAME, len, FAR), OK);
    const uint32_t size_at = unstable ? 24 : 32;
    ck_assert_uint_eq(load(FAR, 8), 1);
    ck_assert_uint_ne(load(FAR + 8, 8), 0);
    ck_assert_uint_eq(load(FAR + 16, 1), 4);
    if (unstable) {
        ck_assert_uint_eq(load(FAR + 20, 4), 1);
    } else {
        ck_assert_uint_eq(load(FAR + 24, 8), 1);
    }
    ck_assert_uint_eq(load(FAR + size_at, 8), 5);
    ck_assert_uint_eq(load(FAR + size_at + 8, 8), 7000000001ull);
    ck_assert_uint_eq(load(FAR + size_at + 16, 8), 8000000002ull);
    ck_assert_uint_gt(load(FAR + size_at + 24, 8), 1500000000000000000ull);
    ck_assert_uint_eq(load(FAR + size_at + 32, 1), 0xee); /* and no more */
    /* whence: set, cur, end; or cur, end, set */
    const uint32_t set = unstable ? 2 : 0, end = unstable ? 1 : 2;
    ck_assert_uint_eq(call("fd_seek", fd, 2, set, RESULT), OK);
    ck_assert_uint_eq(load(RESULT, 8), 2);
    ck_assert_uint_eq(call("fd_seek", fd, (uint64_t)-1, end, RESULT), OK);
    ck_assert_uint_eq(load(RESULT, 8), 4);
    ck_assert_uint_eq(call("fd_seek", fd, 0, 3, RESULT), INVAL);
    /* the second subscription is where the first one's size says */
    const uint32_t bytes = unstable ? 56 : 48, clock = unstable ? 24 : 16;
    memset(at(DATA), 0, 2 * bytes);
    store_to(DATA, 1, 8);
    store_to(DATA + clock, 1, 4);
    store_to(DATA + clock + 8, 3600000000000ull, 8);
    store_to(DATA + bytes, 2, 8);
    store_to(DATA + bytes + 8, 2, 1);
    store_to(DATA + bytes + 16, fd, 4);
    ck_assert_uint_eq(call("poll_oneoff", DATA, OTHER, 2, RESULT), OK);
    ck_assert_uint_eq(load(RESULT, 4), 1);
    ck_assert_uint_eq(load(OTHER, 8), 2);
}

START_TEST(layouts_of_preview1) {
    open_usual();
    check_stat(false);
}
END_TEST

START_TEST(layouts_of_unstable) {
    open_module("wasi_unstable");
    check_stat(true);
}
END_TEST

/* -- pointers -- */

/* Which arguments are pointers that a call with these descriptors follows. */
typedef struct pointer_case {
    const char *name;
    uint64_t args[MOST_ARGS];
    unsigned pointers; /* bit n: argument n */
    unsigned aligned;  /* of them, those whose type is aligned to more than 1 */
} pointer_case;

static const pointer_case pointer_cases[] = {
    {"args_get", {64, DATA}, 1, 1},
    {"args_sizes_get", {64, 68}, 3, 3},
    {"environ_get", {64, DATA}, 1, 1},
    {"environ_sizes_get", {64, 68}, 3, 3},
    {"clock_res_get", {0, 64}, 2, 2},
    {"clock_time_get", {0, 0, 64}, 4, 4},
    {"fd_fdstat_get", {1, 64}, 2, 2},
    {"fd_filestat_get", {5, 64}, 2, 2},
    {"fd_pread", {5, IOVS, 1, 0, 64}, 2 | 16, 2 | 16},
    {"fd_prestat_get", {3, 64}, 2, 2},
    {"fd_prestat_dir_name", {3, 64, 3}, 2, 0},
    {"fd_pwrite", {5, IOVS, 1, 0, 64}, 2 | 16, 2 | 16},
    {"fd_read", {5, IOVS, 1, 64}, 2 | 8, 2 | 8},
    {"fd_readdir", {3, DATA, 10, 0, 64}, 2 | 16, 16},
    {"fd_seek", {5, 0, 0, 64}, 8, 8},
    {"fd_tell", {5, 64}, 2, 2},
    {"fd_write", {5, IOVS, 1, 64}, 2 | 8, 2 | 8},
    {"path_create_directory", {3, NAME, 1}, 2, 0},
    {"path_filestat_get", {3, 0, NAME, 1, 64}, 4 | 16, 16},
    {"path_filestat_set_times", {3, 0, NAME, 1, 0, 0, 0}, 4, 0},
    {"path_link", {3, 0, NAME, 1, 3, OTHER, 1}, 4 | 32, 0},
    {"path_open", {3, 0, NAME, 1, 0, 2, 0, 0, 64}, 4 | 256, 256},
    {"path_readlink", {3, OTHER + 8, 1, DATA, 5, 64}, 2 | 8 | 32, 32},
    {"path_remove_directory", {3, NAME, 1}, 2, 0},
    {"path_rename", {3, NAME, 1, 3, OTHER, 1}, 2 | 16, 0},
    {"path_symlink", {NAME, 1, 3, OTHER, 1}, 1 | 8, 0},
    {"path_unlink_file", {3, NAME, 1}, 2, 0},
    {"poll_oneoff", {FAR, DATA, 1, 64}, 1 | 2 | 8, 1 | 2 | 8},
    {"random_get", {64, 8}, 1, 0},
};

START_TEST(pointers_are_checked) {
    const pointer_case *c = &pointer_cases[_i];
    config.args = (const char *const[]){"x"};
    config.arg_count = 1;
    config.env = config.args;
    config.env_count = 1;
    char link[80];
    sprintf(link, "%s/l", top);
    ck_assert_int_eq(symlink("t", link), 0);
    open_usual();
    ck_assert_uint_eq(open_path(3, "n", O_CREATE, READ_RIGHT | WRITE_RIGHT), OK);
    ck_assert_uint_eq(load(RESULT, 4), 5);
    path(NAME, "n");
    path(OTHER, "o");
    path(OTHER + 8, "l");
    iov(0, DATA, 4);
    for (unsigned n = 0; n < MOST_ARGS; n++) {
        uint64_t args[MOST_ARGS];
        if ((c->pointers >> n & 1) == 0) {
            continue;
        }
        memcpy(args, c->args, sizeof args);
        args[n] = 0xfffffff8;
        ck_assert_msg(try_call(c->name, args, &(uint32_t){0}) == TENON_TRAP, "%s %u",
                      c->name, n);
        ck_assert_ptr_nonnull(strstr(error.message, "pointer out of bounds"));
        args[n] = 65536;
        ck_assert_msg(try_call(c->name, args, &(uint32_t){0}) == TENON_TRAP, "%s %u",
                      c->name, n);
        if ((c->aligned >> n & 1) != 0) {
            args[n] = c->args[n] + 1;
            ck_assert_msg(try_call(c->name, args, &(uint32_t){0}) == TENON_TRAP, "%s %u",
                          c->name, n);
            ck_assert_ptr_nonnull(strstr(error.message, "pointer not aligned"));
        }
    }
    (void)call_with(c->name, c->args); /* and as it should be it goes on */
}
END_TEST

START_TEST(buffers_of_iovecs_are_checked) {
    open_usual();
    ck_assert_uint_eq(open_path(3, "n", O_CREATE, READ_RIGHT | WRITE_RIGHT), OK);
    ck_assert_uint_eq(write_bytes(5, "12345678"), OK);
    static const char *const names[] = {"fd_read", "fd_write", "fd_pread", "fd_pwrite"};
    for (int k = 0; k < 4; k++) {
        uint64_t args[MOST_ARGS] = {5, IOVS, 2, k < 2 ? RESULT : 0, RESULT};
        ck_assert_uint_eq(call("fd_seek", 5, 0, 0, RESULT), OK);
        iov(0, DATA, 1);
        iov(1, 65530, 7);
        ck_assert_int_eq(try_call(names[k], args, &(uint32_t){0}), TENON_TRAP);
        iov(1, 0xffffffff, 0xffffffff);
        ck_assert_int_eq(try_call(names[k], args, &(uint32_t){0}), TENON_TRAP);
        iov(1, 65536, 0); /* nothing at the end */
        ck_assert_uint_eq(call_with(names[k], args), OK);
        args[2] = 0x20000000; /* a list of 4 GiB */
        ck_assert_int_eq(try_call(names[k], args, &(uint32_t){0}), TENON_TRAP);
    }
    iov(0, 65530, 7);
    ck_assert_int_eq(call_fails("fd_write", 1, IOVS, 1, RESULT), TENON_TRAP);
    ck_assert_int_eq(call_fails("fd_read", 0, IOVS, 1, RESULT), TENON_TRAP);
}
END_TEST

/* -- grants -- */

START_TEST(read_only_stays_so) {
    open_usual();
    ck_assert_uint_eq(open_path(3, "f", O_CREATE, WRITE_RIGHT), OK);
    ck_assert_uint_eq(write_bytes(5, "text"), OK);
    uint32_t len = path(OTHER, "d");
    ck_assert_uint_eq(call("path_create_directory", 3, OTHER, len), OK);
    ck_assert_uint_eq(open_path(4, "d", 0, READ_RIGHT), OK);
    for (uint32_t dir = 4; dir <= 6; dir += 2) { /* the preopen, and one below it */
        const char *name = dir == 4 ? "f" : "../f";
        ck_assert_uint_eq(open_path(dir, "new", O_CREATE, READ_RIGHT), ROFS);
        ck_assert_uint_eq(open_path(dir, "f", 0, WRITE_RIGHT), ROFS);
        ck_assert_uint_eq(open_path(dir, "f", 8, READ_RIGHT), ROFS);
        len = path(NAME, name);
        ck_assert_uint_eq(call("path_create_directory", dir, NAME, len), ROFS);
        ck_assert_uint_eq(call("path_remove_directory", dir, NAME, len), ROFS);
        ck_assert_uint_eq(call("path_unlink_file", dir, NAME, len), ROFS);
        ck_assert_uint_eq(call("path_rename", dir, NAME, len, 3, OTHER, 1), ROFS);
        ck_assert_uint_eq(call("path_rename", 3, NAME, len, dir, OTHER, 1), ROFS);
        ck_assert_uint_eq(call("path_link", dir, 0, NAME, len, 3, OTHER, 1), ROFS);
        ck_assert_uint_eq(call("path_link", 3, 0, NAME, len, dir, OTHER, 1), ROFS);
        ck_assert_uint_eq(call("path_symlink", NAME, len, dir, OTHER, 1), ROFS);
        ck_assert_uint_eq(call("path_filestat_set_times", dir, 0, NAME, len, 0, 0, 8),
                          ROFS);
        ck_assert_uint_eq(call("fd_filestat_set_times", dir, 0, 0, 8), ROFS);
    }
    ck_assert_uint_eq(open_path(4, "f", 0, READ_RIGHT), OK);
    uint32_t fd = (uint32_t)load(RESULT, 4);
    ck_assert_uint_eq(read_bytes(fd, 10), OK);
    ck_assert_uint_eq(load(RESULT, 4), 4);
    ck_assert_uint_eq(write_bytes(fd, "x"), BADF);
    ck_assert_uint_eq(call("fd_filestat_set_size", fd, 0), INVAL);
    ck_assert_uint_eq(call("fd_filestat_set_times", fd, 0, 0, 8), ROFS);
}
END_TEST

START_TEST(many_descriptors) {
    open_usual();
    for (uint32_t n = 5; n < 105; n++) {
        ck_assert_uint_eq(open_path(3, "f", O_CREATE, WRITE_RIGHT), OK);
        ck_assert_uint_eq(load(RESULT, 4), n);
    }
    ck_assert_uint_eq(call("fd_close", 50), OK);
    ck_assert_uint_eq(call("fd_close", 7), OK);
    ck_assert_uint_eq(call("fd_close", 0), OK);
    static const uint32_t lowest[] = {0, 7, 50, 105};
    for (int i = 0; i < 4; i++) {
        ck_assert_uint_eq(open_path(3, "f", 0, READ_RIGHT), OK);
        ck_assert_uint_eq(load(RESULT, 4), lowest[i]);
    }
    ck_assert_uint_eq(call("fd_renumber", 104, 1), OK);
    ck_assert_uint_eq(write_bytes(1, "into the file"), OK);
    ck_assert_uint_eq(call("fd_tell", 1, RESULT), OK);
    ck_assert_uint_eq(load(RESULT, 8), 13);
}
END_TEST

/* -- a platform that fails -- */

static tenon_os os;
static tenon_os_error fault;

static tenon_os_error faulty_make(void *user, tenon_path p) {
    (void)user;
    (void)p;
    return fault;
}

static tenon_os_error faulty_wait(void *user, tenon_wait *items, size_t count,
                                  uint64_t deadline_ns) {
    (void)user;
    (void)items;
    (void)count;
    (void)deadline_ns;
    return TENON_OS_INVALID;
}

START_TEST(outcomes_are_errnos) {
    /* In the order of tenon_os_error. */
    static const uint8_t want[] = {0,  2,  6,  7,  8,  10, 16, 19, 20, 22, 25, 26, 27,
                                   28, 29, 31, 32, 34, 35, 37, 43, 44, 46, 48, 51, 54,
                                   55, 56, 58, 59, 60, 61, 63, 64, 69, 70, 74, 75, 73,
                                   41, 3,  4,  23, 14, 15, 13, 53, 44, 6,  29};
    _Static_assert(sizeof want == TENON_OS_RESOLVER_FAILED + 1, "all outcomes");
    platform = *tenon_platform_default();
    os = *platform.os;
    os.make_directory = faulty_make;
    os.struct_bytes = offsetof(tenon_os, allocate); /* of an older version */
    platform.os = &os;
    config.platform = &platform;
    open_usual();
    for (unsigned i = 0; i < sizeof want; i++) {
        fault = (tenon_os_error)i;
        ck_assert_uint_eq(call("path_create_directory", 3, NAME, 1), want[i]);
    }
    fault = (tenon_os_error)1000;
    ck_assert_uint_eq(call("path_create_directory", 3, NAME, 1), IO);
    ck_assert_uint_eq(open_path(3, "f", O_CREATE, WRITE_RIGHT), OK);
    ck_assert_uint_eq(call("fd_allocate", 5, 0, 10), NOTSUP);
    os.wait = faulty_wait;
    subscribe(0, 1, 0, 1);
    store_to(DATA + 24, 1000, 8);
    ck_assert_int_eq(call_fails("poll_oneoff", DATA, OTHER, 1, RESULT), TENON_TRAP);
    ck_assert_str_eq(error.message, "waiting: invalid argument");
}
END_TEST

START_TEST(without_an_operating_system) {
    platform = (tenon_platform){.struct_bytes = sizeof platform,
                                .allocator = {counting_resize, NULL}};
    config.platform = &platform;
    config.preopen_count = 0;
    config.stdin_stream.kind = TENON_WASI_INHERIT;
    open_usual();
    ck_assert_uint_eq(read_bytes(0, 5), OK);
    ck_assert_uint_eq(load(RESULT, 4), 0);
    ck_assert_uint_eq(write_bytes(1, "x"), OK);
    ck_assert_uint_eq(call("clock_time_get", 0, 0, RESULT), NOTSUP);
    ck_assert_uint_eq(call("clock_time_get", 1, 0, RESULT), NOTSUP);
    ck_assert_uint_eq(call("clock_res_get", 1, RESULT), OK);
    ck_assert_uint_eq(call("random_get", DATA, 5), NOTSUP);
    ck_assert_uint_eq(call("fd_filestat_get", 1, FAR), OK);
    ck_assert_uint_eq(call("fd_fdstat_get", 1, FAR), OK);
    ck_assert_uint_eq(call("sock_shutdown", 1, 1), NOTSOCK);
    ck_assert_uint_eq(call("fd_prestat_get", 3, FAR), BADF);
    subscribe(0, 1, 0, 1);
    subscribe(1, 2, 1, 0);
    ck_assert_uint_eq(call("poll_oneoff", DATA, OTHER, 2, RESULT), OK);
    ck_assert_uint_eq(load(RESULT, 4), 2);
    ck_assert_uint_eq(load(OTHER + 8, 2), NOTSUP);
    ck_assert_uint_eq(load(OTHER + 32 + 8, 2), OK);
}
END_TEST

/* -- memory that runs out -- */

static bool is_refusal(uint32_t r) {
    return r == OK || r == NOMEM;
}

/* Opens files, lists and polls until all goes well. */
static bool work(void) {
    bool whole = true;
    for (int i = 0; i < 12; i++) {
        uint32_t r = open_path(3, "f", O_CREATE, WRITE_RIGHT);
        ck_assert(is_refusal(r));
        whole = whole && r == OK;
    }
    uint32_t r = call("fd_readdir", 3, DATA, 1000, 0, RESULT);
    ck_assert(is_refusal(r));
    whole = whole && r == OK;
    subscribe(0, 1, 2, 1);
    r = call("poll_oneoff", DATA, OTHER, 1, RESULT);
    ck_assert(is_refusal(r));
    return whole && r == OK;
}

START_TEST(every_allocation_fails) {
    bool whole = false;
    unsigned refused_at_set_up = 0;
    for (unsigned n = 1; !whole; n++) {
        ck_assert_uint_lt(n, 200);
        requests = 0;
        fail_at = n;
        tenon_status status = open_all("wasi_snapshot_preview1");
        ck_assert(status == TENON_OK || status == TENON_NO_MEMORY);
        if (status == TENON_OK) {
            whole = work() && requests < n;
        } else {
            refused_at_set_up++;
        }
        close_all();
        ck_assert_uint_eq(live_bytes, 0);
    }
    ck_assert_uint_gt(refused_at_set_up, 3);
}
END_TEST

/* -- arguments at random -- */

static uint64_t seed;

static uint32_t next(uint32_t below) {
    seed = seed * 6364136223846793005u + 1442695040888963407u;
    return (uint32_t)(seed >> 33) % below;
}

static uint64_t random_argument(unsigned n, char type) {
    static const uint32_t odd[] = {0,     1,          2,          3,        0xffffffff,
                                   65535, 0x80000000, 0x7fffffff, 0xfffff8, 65536};
    if (n == 0 && next(4) != 0) {
        return next(8); /* a descriptor, more often than not */
    }
    switch (next(4)) {
    case 0: return odd[next(10)];
    case 1: return next(70000) & ~7u;
    case 2: return type == 'I' ? (uint64_t)next(0x7fffffff) << 33 | next(100) : next(9);
    default: return next(600);
    }
}

START_TEST(nothing_at_random_breaks) {
    int ends[2];
    ck_assert_int_eq(pipe(ends), 0);
    config.stdin_stream = (tenon_wasi_stream){.kind = TENON_WASI_FILE, .file = ends[0]};
    open_module(_i % 2 == 0 ? "wasi_snapshot_preview1" : "wasi_unstable");
    seed = (uint64_t)_i + 1;
    for (unsigned round = 0; round < 1200; round++) {
        const row *f = &rows[next(ROWS - 1)];
        uint64_t args[MOST_ARGS] = {0};
        for (unsigned n = 0; f->type[n] != ':'; n++) {
            args[n] = random_argument(n, f->type[n]);
        }
        if (strcmp(f->name, "fd_allocate") == 0 ||
            strcmp(f->name, "fd_filestat_set_size") == 0) {
            args[1] &= 0xffff; /* not the whole disk */
            args[2] &= 0xffff;
        }
        for (unsigned n = 0; n < 64; n++) {
            store_to(next(8192) * 8, random_argument(1, 'i'), 4);
        }
        static const char *const names[] = {"a", "b", "a/b", "..", "", "b/../a", "."};
        path(next(600), names[next(7)]);
        tenon_store_set_timeout(store, 2000000); /* for what waits */
        uint32_t r = 0;
        tenon_status status = try_call(f->name, args, &r);
        ck_assert_msg(status == TENON_OK || status == TENON_TRAP ||
                          status == TENON_LIMIT || status == TENON_EXIT,
                      "%s: %s", f->name, error.message);
        ck_assert_uint_le(r, 76);
    }
    close(ends[0]);
    close(ends[1]);
}
END_TEST

/* -- the end -- */

START_TEST(exits_and_signals) {
    open_usual();
    ck_assert_int_eq(call_fails("proc_exit", 0xfffffffe), TENON_EXIT);
    ck_assert_int_eq(error.exit_code, -2);
    uint32_t ignored = 0, refused = 0;
    for (uint32_t n = 0; n <= 30; n++) {
        uint32_t r = 0;
        tenon_status status = try_call("proc_raise", (uint64_t[]){n}, &r);
        ck_assert(status == TENON_TRAP || r == OK || r == NOTSUP);
        ignored |= status == TENON_OK && r == OK ? 1u << n : 0;
        refused |= r == NOTSUP ? 1u << n : 0;
    }
    ck_assert_uint_eq(ignored,
                      1u << 0 | 1u << 13 | 1u << 16 | 1u << 17 | 1u << 22 | 1u << 27);
    ck_assert_uint_eq(refused, 15u << 18);
    ck_assert_uint_eq(call("proc_raise", 31), INVAL);
    tenon_store_interrupt(store);
    ck_assert_int_eq(call_fails("sched_yield", 0), TENON_LIMIT);
}
END_TEST

int main(void) {
    Suite *s = suite_create("preview1");
    TCase *t = tcase_create("all");
    tcase_set_timeout(t, 120);
    tcase_add_checked_fixture(t, set_up, tear_down);
    tcase_add_test(t, both_modules_are_whole);
    tcase_add_test(t, a_memory_is_wanted);
    tcase_add_test(t, an_empty_memory_will_do);
    tcase_add_test(t, streams_of_the_embedder);
    tcase_add_test(t, streams_by_callback);
    tcase_add_test(t, a_read_waits);
    tcase_add_test(t, a_write_waits_and_breaks);
    tcase_add_test(t, a_poll_waits);
    tcase_add_test(t, standard_streams_as_sockets);
    tcase_add_test(t, standard_input_that_listens);
    tcase_add_test(t, sockets_that_are_granted);
    tcase_add_test(t, sockets_that_fail);
    tcase_add_test(t, sockets_that_cannot_be_granted);
    tcase_add_test(t, layouts_of_preview1);
    tcase_add_test(t, layouts_of_unstable);
    tcase_add_loop_test(t, pointers_are_checked, 0,
                        sizeof pointer_cases / sizeof pointer_cases[0]);
    tcase_add_test(t, buffers_of_iovecs_are_checked);
    tcase_add_test(t, read_only_stays_so);
    tcase_add_test(t, many_descriptors);
    tcase_add_test(t, outcomes_are_errnos);
    tcase_add_test(t, without_an_operating_system);
    tcase_add_test(t, every_allocation_fails);
    tcase_add_loop_test(t, nothing_at_random_breaks, 0, 4);
    tcase_add_test(t, exits_and_signals);
    suite_add_tcase(s, t);
    return run_suite(s);
}
