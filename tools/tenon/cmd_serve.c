/* cmd_serve.c: `tenon serve`: answers HTTP requests with a component that exports
 * wasi:http/incoming-handler. One loop, many requests in flight: each has an instance of
 * its own, in a slot that is put back as it was when the request is over. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tenon/http.h"
#include "tenon/run.h"

enum {
    DEFAULT_PORT = 8080,
    DEFAULT_IN_FLIGHT = 256,
    CONNECTIONS = 4096,
    GRACE_S = 10, /* for what is in progress when we are told to stop */
};

/* An instance, with all that is its own. */
typedef struct slot {
    tenon_wasi *wasi;
    tenon_linker *linker;
    tenon_store *store;
    tenon_instance *instance;
    tenon_snapshot *snapshot; /* or NULL: of no more use after one request */
    struct slot *next;        /* of the idle ones */
} slot;

/* A connection, and the request in progress. */
typedef struct exchange {
    tenon_http_connection *connection;
    slot *slot; /* or NULL: no call is in progress */
    tenon_started *started;
    uint32_t args[2];
    uint64_t deadline_ns; /* of the call */
    char peer[64];
} exchange;

typedef struct server {
    run_options run;
    const char *address; /* ADDR:PORT */
    const char *log_path;
    FILE *log;
    uint64_t max_in_flight;
    tenon_http_config http;
    const tenon_platform *platform;
    tenon_engine *engine;
    tenon_component *component;
    tenon_file listener;
    bool is_listening;
    exchange *exchanges;
    size_t count, capacity;
    size_t in_flight;
    slot *idle;
    tenon_wait *items;
    size_t item_capacity;
    bool waits_for_slot; /* a request has to wait until another one is over */
} server;

static volatile sig_atomic_t stops; /* how often we were told to */
static int signal_pipe[2];          /* so that no signal comes between look and wait */

static void on_signal(int signal) {
    (void)signal;
    stops++;
    (void)!write(signal_pipe[1], "", 1);
}

static bool catch_signals(void) {
    struct sigaction action = {.sa_handler = on_signal};
    if (pipe(signal_pipe) != 0) {
        fprintf(stderr, "tenon serve: no pipe\n");
        return false;
    }
    for (int i = 0; i < 2; i++) {
        fcntl(signal_pipe[i], F_SETFL, O_NONBLOCK);
        fcntl(signal_pipe[i], F_SETFD, FD_CLOEXEC);
    }
    sigemptyset(&action.sa_mask);
    return sigaction(SIGINT, &action, NULL) == 0 &&
           sigaction(SIGTERM, &action, NULL) == 0;
}

static void help(void) {
    printf("usage: tenon serve [OPTION…] FILE [ARGUMENT…]\n\n"
           "Serves HTTP/1.1: each request goes to an instance of the component's own, by "
           "its\n"
           "wasi:http/incoming-handler. Many are in flight at once; the first SIGINT or "
           "SIGTERM\n"
           "lets them end (for 10 seconds), the second does not.\n\n"
           "  --addr ADDR:PORT         where to listen (127.0.0.1:8080); port 0: a free "
           "one,\n"
           "                           which is said on standard error\n"
           "  --log FILE               a line for each request; - is standard output\n"
           "  --max-in-flight N        requests at a time; others wait (256)\n"
           "  --max-body BYTES         of a request's body (no limit)\n"
           "  --idle-timeout SECONDS   how long a client may be silent between requests, "
           "or\n"
           "                           take for a head (60)\n");
    run_options_help();
    printf("\n-W timeout=… and fuel=… are for each request. A component that traps, or "
           "gives no\n"
           "response, is answered for with status 500.\n\n"
           "examples:\n"
           "  tenon serve hello.wasm\n"
           "  tenon serve --addr 0.0.0.0:80 --dir public::/:ro --log - "
           "-W timeout=5s site.wasm\n"
           "  tenon serve -S allow-http=api.example.org:80 proxy.wasm\n");
}

/* -- slots -- */

static void slot_delete(slot *s) {
    if (s != NULL) {
        tenon_snapshot_delete(s->snapshot);
        tenon_store_delete(s->store);
        tenon_linker_delete(s->linker);
        tenon_wasi_delete(s->wasi);
        free(s);
    }
}

static tenon_status slot_fill(server *v, slot *s, tenon_error *error) {
    tenon_wasi_config wasi;
    run_wasi_config(&v->run, &wasi);
    wasi.stdin_stream.kind = TENON_WASI_NONE;
    tenon_status status;
    if ((status = tenon_wasi_new(&wasi, &s->wasi, error)) != TENON_OK ||
        (status = tenon_linker_new(v->engine, &s->linker, error)) != TENON_OK ||
        (status = tenon_wasi_add_to_linker(s->wasi, s->linker, error)) != TENON_OK ||
        (status = tenon_linker_trap_missing(
             s->linker,
             "wasi:", "this build of tenon has no host for it, nothing to grant",
             error)) != TENON_OK ||
        (status = tenon_store_new(v->engine, &v->run.wasm.store, &s->store, error)) !=
            TENON_OK) {
        return status;
    }
    run_limit_store(&v->run, s->store);
    status = tenon_instantiate(s->linker, s->store, v->component, &s->instance, error);
    if (status != TENON_OK) {
        return status;
    }
    tenon_error ignored; /* what cannot be put back is made anew each time */
    if (tenon_snapshot_take(s->store, NULL, &s->snapshot, &ignored) != TENON_OK) {
        s->snapshot = NULL;
    }
    return TENON_OK;
}

static tenon_status slot_take(server *v, slot **out, tenon_error *error) {
    slot *s = v->idle;
    if (s != NULL) {
        v->idle = s->next;
    } else {
        s = calloc(1, sizeof *s);
        if (s == NULL) {
            snprintf(error->message, sizeof error->message, "out of memory");
            error->status = TENON_NO_MEMORY;
            return TENON_NO_MEMORY;
        }
        tenon_status status = slot_fill(v, s, error);
        if (status == TENON_UNLINKABLE &&
            print_unlinkable(v->run.file, s->linker, v->component)) {
            error->message[0] = '\0'; /* it has been said */
        }
        if (status != TENON_OK) {
            slot_delete(s);
            return status;
        }
    }
    run_limit_store(&v->run, s->store);
    *out = s;
    return TENON_OK;
}

static void slot_give_back(server *v, slot *s) {
    tenon_error error;
    if (s->snapshot != NULL && tenon_snapshot_restore(s->snapshot, &error) == TENON_OK) {
        s->next = v->idle;
        v->idle = s;
    } else {
        slot_delete(s);
    }
}

/* -- requests -- */

static uint64_t now_ns(const server *v) {
    return v->platform->monotonic_ns(v->platform->user);
}

/* The call is over, or is given up. */
static void end_call(server *v, exchange *x) {
    tenon_started_delete(x->slot->store, x->started);
    slot_give_back(v, x->slot);
    x->slot = NULL;
    x->started = NULL;
    v->in_flight--;
    tenon_http_connection_end(x->connection);
}

/* How a call ended badly. An exit is the component's own way to end. */
static void complain(const server *v, const tenon_error *error) {
    if (error->status != TENON_EXIT) {
        print_error(v->run.file, error);
    }
}

static void begin_call(server *v, exchange *x) {
    enum { UNAVAILABLE = 503 };
    tenon_func *func = NULL;
    tenon_error error;
    if (v->in_flight >= v->max_in_flight) {
        v->waits_for_slot = true;
        return;
    }
    if (slot_take(v, &x->slot, &error) != TENON_OK) {
        x->slot = NULL;
        complain(v, &error);
        tenon_http_connection_refuse(x->connection, UNAVAILABLE);
        return;
    }
    v->in_flight++;
    x->deadline_ns = v->run.wasm.timeout_ns == 0 ? TENON_NO_DEADLINE
                                                 : now_ns(v) + v->run.wasm.timeout_ns;
    if (tenon_http_connection_handle(x->connection, x->slot->wasi, x->slot->instance,
                                     &func, x->args, &error) != TENON_OK ||
        tenon_call_start(func, x->args, NULL, NULL, &x->started, &error) != TENON_OK) {
        x->started = NULL;
        complain(v, &error);
        end_call(v, x);
    }
}

/* Carries the call on; ends it when it is over. */
static void go_on(server *v, exchange *x) {
    tenon_error error;
    bool idle = false;
    (void)tenon_wasi_look(x->slot->wasi);
    while (!idle) {
        if (tenon_store_poll(x->slot->store, &idle, &error) != TENON_OK) {
            complain(v, &error);
            end_call(v, x);
            return;
        }
    }
    if (tenon_started_state_of(x->slot->store, x->started) != TENON_STARTED_RUNNING) {
        end_call(v, x);
    } else if (now_ns(v) >= x->deadline_ns) {
        fprintf(stderr, "tenon: %s: a request took longer than -W timeout allows\n",
                v->run.file);
        end_call(v, x);
    }
}

static void write_log(const server *v, exchange *x) {
    tenon_http_log log;
    if (!tenon_http_connection_log(x->connection, &log) || v->log == NULL) {
        return;
    }
    fprintf(v->log, "%s \"%s %s\" %u %llu %llu %.6f%s\n", x->peer, log.method, log.target,
            (unsigned)log.status, (unsigned long long)log.received_bytes,
            (unsigned long long)log.sent_bytes,
            (double)(log.ended_ns - log.began_ns) / 1e9, log.is_broken ? " broken" : "");
    fflush(v->log);
}

/* -- the loop -- */

static bool reserve_items(server *v, size_t n) {
    if (n > v->item_capacity) {
        size_t want = 2 * n + 16;
        tenon_wait *items = realloc(v->items, want * sizeof *items);
        if (items == NULL) {
            return false;
        }
        v->items = items;
        v->item_capacity = want;
    }
    return true;
}

/* Steps a connection; adds what it waits for. False: it is over. */
static bool step(server *v, exchange *x, size_t *n, uint64_t *deadline_ns) {
    for (;;) {
        tenon_wait item;
        if (x->slot != NULL) {
            go_on(v, x);
        }
        tenon_http_state state =
            tenon_http_connection_step(x->connection, &item, deadline_ns);
        write_log(v, x);
        if (state == TENON_HTTP_OVER) {
            return false;
        }
        if (state == TENON_HTTP_REQUEST) {
            bool waited = v->waits_for_slot;
            v->waits_for_slot = false;
            begin_call(v, x);
            if (v->waits_for_slot) {
                return true;
            }
            v->waits_for_slot = waited;
            continue;
        }
        if (x->slot != NULL) {
            uint64_t ignored = TENON_NO_DEADLINE;
            size_t more = tenon_wasi_waiting(x->slot->wasi, NULL, 0, &ignored);
            if (!reserve_items(v, *n + more + 2)) {
                return false;
            }
            *n += tenon_wasi_waiting(x->slot->wasi, v->items + *n, more, deadline_ns);
            *deadline_ns = x->deadline_ns < *deadline_ns ? x->deadline_ns : *deadline_ns;
        }
        if (item.events != 0 && reserve_items(v, *n + 2)) {
            v->items[(*n)++] = item;
        }
        return true;
    }
}

static void drop(server *v, exchange *x) {
    if (x->slot != NULL) {
        end_call(v, x);
        write_log(v, x);
    }
    tenon_http_connection_delete(x->connection);
}

static void name_peer(const server *v, tenon_file socket, char *out, size_t len) {
    tenon_address a;
    char text[INET6_ADDRSTRLEN] = "?";
    if (v->platform->net->remote_address(v->platform->user, socket, &a) == TENON_OS_OK) {
        inet_ntop(a.family == TENON_IPV4 ? AF_INET : AF_INET6, a.bytes, text,
                  sizeof text);
    }
    snprintf(out, len, "%s", text);
}

static void accept_all(server *v) {
    tenon_file socket;
    while (v->count < CONNECTIONS &&
           v->platform->net->accept(v->platform->user, v->listener, &socket) ==
               TENON_OS_OK) {
        tenon_error error;
        exchange x = {.deadline_ns = TENON_NO_DEADLINE};
        name_peer(v, socket, x.peer, sizeof x.peer);
        if (v->count == v->capacity) {
            size_t want = 2 * v->capacity + 16;
            exchange *more = realloc(v->exchanges, want * sizeof *more);
            if (more == NULL) {
                v->platform->net->close(v->platform->user, socket);
                return;
            }
            v->exchanges = more;
            v->capacity = want;
        }
        if (tenon_http_connection_new(&v->http, socket, &x.connection, &error) ==
            TENON_OK) {
            v->exchanges[v->count++] = x;
        }
    }
}

static void stop_listening(server *v) {
    if (v->is_listening) {
        v->platform->net->close(v->platform->user, v->listener);
        v->is_listening = false;
    }
}

/* No more connections, and no more requests of those there are. */
static void begin_stopping(server *v, uint64_t *until_ns) {
    stop_listening(v);
    *until_ns = now_ns(v) + GRACE_S * 1000000000ull;
    for (size_t i = 0; i < v->count; i++) {
        tenon_http_connection_finish(v->exchanges[i].connection);
    }
}

static void step_all(server *v, size_t *n, uint64_t *deadline_ns) {
    size_t kept = 0;
    const size_t before = v->in_flight;
    v->waits_for_slot = false;
    for (size_t i = 0; i < v->count; i++) {
        if (step(v, &v->exchanges[i], n, deadline_ns)) {
            v->exchanges[kept++] = v->exchanges[i];
        } else {
            drop(v, &v->exchanges[i]);
        }
    }
    v->count = kept;
    if (v->waits_for_slot && (v->in_flight < before || v->in_flight < v->max_in_flight)) {
        *deadline_ns = 0; /* there is room now */
    }
}

static int loop(server *v) {
    const tenon_os *os = v->platform->os;
    uint64_t until_ns = TENON_NO_DEADLINE;
    bool stopping = false;
    for (;;) {
        size_t n = 0;
        uint64_t deadline_ns = until_ns;
        if (stops > 0 && !stopping) {
            stopping = true;
            begin_stopping(v, &until_ns);
            deadline_ns = until_ns;
        }
        step_all(v, &n, &deadline_ns);
        if (stopping && (v->count == 0 || stops > 1 || now_ns(v) >= until_ns)) {
            return EXIT_OK;
        }
        if (!reserve_items(v, n + 2)) {
            fprintf(stderr, "tenon: out of memory\n");
            return EXIT_FAILED;
        }
        v->items[n++] = (tenon_wait){signal_pipe[0], TENON_WAIT_READ, false};
        const size_t listening = n;
        if (v->is_listening && v->count < CONNECTIONS) {
            v->items[n++] = (tenon_wait){v->listener, TENON_WAIT_READ, false};
        }
        tenon_os_error r = os->wait(v->platform->user, v->items, n, deadline_ns);
        if (r != TENON_OS_OK && r != TENON_OS_INTERRUPTED) {
            fprintf(stderr, "tenon: waiting failed\n");
            return EXIT_FAILED;
        }
        char told[16];
        (void)!read(signal_pipe[0], told, sizeof told);
        if (listening < n && v->items[listening].ready) {
            accept_all(v);
        }
    }
}

/* -- starting -- */

/* ADDR:PORT, IPv6 in brackets; either may be left out. */
static bool parse_address(const char *text, tenon_address *out) {
    char host[INET6_ADDRSTRLEN + 1] = "127.0.0.1";
    const char *port = strrchr(text, ':');
    size_t len = port != NULL ? (size_t)(port - text) : strlen(text);
    memset(out, 0, sizeof *out);
    out->port = DEFAULT_PORT;
    if (port != NULL && strchr(port, ']') == NULL) {
        char *end;
        unsigned long n = strtoul(port + 1, &end, 10);
        if (port[1] < '0' || port[1] > '9' || *end != '\0' || n > UINT16_MAX) {
            return false;
        }
        out->port = (uint16_t)n;
    } else {
        len = strlen(text);
    }
    if (len > 2 && text[0] == '[' && text[len - 1] == ']') {
        text++;
        len -= 2;
    }
    if (len >= sizeof host) {
        return false;
    }
    if (len > 0) {
        memcpy(host, text, len);
        host[len] = '\0';
    }
    if (inet_pton(AF_INET, host, out->bytes) == 1) {
        out->family = TENON_IPV4;
        return true;
    }
    out->family = TENON_IPV6;
    return inet_pton(AF_INET6, host, out->bytes) == 1;
}

static int listen_at(server *v) {
    enum { BACKLOG = 1024 };
    const tenon_net *net = v->platform->net;
    void *user = v->platform->user;
    tenon_address a;
    if (!parse_address(v->address, &a)) {
        fprintf(stderr, "tenon serve: --addr %s: wants ADDR:PORT\n", v->address);
        return EXIT_USAGE;
    }
    if (net == NULL || v->platform->os == NULL ||
        net->open(user, (tenon_ip)a.family, TENON_SOCKET_TCP, &v->listener) !=
            TENON_OS_OK) {
        fprintf(stderr, "tenon serve: no sockets here\n");
        return EXIT_FAILED;
    }
    v->is_listening = true;
    tenon_os_error r = net->bind(user, v->listener, &a);
    if (r == TENON_OS_OK) {
        r = net->listen(user, v->listener, BACKLOG);
    }
    if (r != TENON_OS_OK) {
        fprintf(stderr, "tenon serve: cannot listen at %s: %s\n", v->address,
                r == TENON_OS_ADDRESS_IN_USE          ? "in use"
                : r == TENON_OS_ADDRESS_NOT_AVAILABLE ? "not an address of this machine"
                : r == TENON_OS_ACCESS || r == TENON_OS_NOT_PERMITTED
                    ? "permission denied"
                    : "the system refuses");
        return EXIT_FAILED;
    }
    char text[INET6_ADDRSTRLEN] = "?";
    (void)net->local_address(user, v->listener, &a);
    inet_ntop(a.family == TENON_IPV4 ? AF_INET : AF_INET6, a.bytes, text, sizeof text);
    fprintf(stderr,
            a.family == TENON_IPV4 ? "tenon: serving %s at http://%s:%u/\n"
                                   : "tenon: serving %s at http://[%s]:%u/\n",
            v->run.file, text, (unsigned)a.port);
    return EXIT_OK;
}

/* The component is loaded, and a first instance shows that it can be made. */
static tenon_status load(server *v, input *in, tenon_error *error) {
    tenon_engine_config config;
    tenon_engine_config_init(&config);
    config.features = v->run.wasm.features;
    slot *first;
    tenon_status status;
    if ((status = tenon_engine_new(&config, &v->engine, error)) != TENON_OK ||
        (status = input_assemble(in, v->engine, error)) != TENON_OK ||
        (status = tenon_component_load(v->engine, in->bytes, in->len, TENON_BORROW_BYTES,
                                       &v->component, error)) != TENON_OK ||
        (status = slot_take(v, &first, error)) != TENON_OK) {
        return status;
    }
    const bool handles =
        tenon_instance_func(first->instance, "wasi:http/incoming-handler@0.2.0",
                            "handle") != NULL;
    slot_give_back(v, first);
    if (!handles) {
        fprintf(stderr, "tenon: %s: no export wasi:http/incoming-handler\n", v->run.file);
        error->status = TENON_UNLINKABLE;
        error->message[0] = '\0';
        return TENON_UNLINKABLE;
    }
    return TENON_OK;
}

static bool open_log(server *v) {
    if (v->log_path == NULL) {
        return true;
    }
    v->log = strcmp(v->log_path, "-") == 0 ? stdout : fopen(v->log_path, "a");
    if (v->log == NULL) {
        fprintf(stderr, "tenon serve: cannot open %s\n", v->log_path);
    }
    return v->log != NULL;
}

static void close_server(server *v) {
    stop_listening(v);
    for (size_t i = 0; i < v->count; i++) {
        drop(v, &v->exchanges[i]);
    }
    for (slot *s = v->idle, *next; s != NULL; s = next) {
        next = s->next;
        slot_delete(s);
    }
    if (v->log != NULL && v->log != stdout) {
        fclose(v->log);
    }
    free(v->exchanges);
    free(v->items);
    tenon_component_delete(v->component);
    tenon_engine_delete(v->engine);
}

static int serve(server *v, input *in) {
    tenon_error error;
    if (load(v, in, &error) != TENON_OK) {
        if (error.message[0] == '\0') {
            return EXIT_FAILED;
        }
        const int exit = run_exit_status(&v->run, &error);
        print_source_line(in, &error);
        return exit;
    }
    if (!catch_signals() || !open_log(v)) {
        return EXIT_FAILED;
    }
    const int exit = listen_at(v);
    return exit == EXIT_OK ? loop(v) : exit;
}

/* -- options -- */

static bool parse_number(const char *option, const char *value, uint64_t *out) {
    char *end;
    unsigned long long n = strtoull(value, &end, 10);
    if (value[0] < '0' || value[0] > '9' || *end != '\0') {
        fprintf(stderr, "tenon serve: %s %s: wants a number\n", option, value);
        return false;
    }
    *out = n;
    return true;
}

static bool parse_option(void *data, int argc, char **argv, int *i) {
    server *v = data;
    const char *value;
    bool missing = false;
    if ((value = option_value(argc, argv, i, "--addr", &missing)) != NULL) {
        v->address = value;
    } else if ((value = option_value(argc, argv, i, "--log", &missing)) != NULL) {
        v->log_path = value;
    } else if ((value = option_value(argc, argv, i, "--max-in-flight", &missing)) !=
               NULL) {
        return !missing && parse_number("--max-in-flight", value, &v->max_in_flight);
    } else if ((value = option_value(argc, argv, i, "--max-body", &missing)) != NULL) {
        return !missing && parse_number("--max-body", value, &v->http.max_body_bytes);
    } else if ((value = option_value(argc, argv, i, "--idle-timeout", &missing)) !=
               NULL) {
        uint64_t seconds = 0;
        if (missing || !parse_number("--idle-timeout", value, &seconds) ||
            seconds > UINT32_MAX) {
            return false;
        }
        v->http.idle_timeout_ns = seconds * 1000000000;
    } else {
        return run_option(&v->run, argc, argv, i);
    }
    return !missing;
}

int cmd_serve(int argc, char **argv) {
    static server v; /* large; a command runs once */
    v.run.command = "serve";
    v.address = "127.0.0.1";
    v.max_in_flight = DEFAULT_IN_FLIGHT;
    v.platform = tenon_platform_default();
    tenon_http_config_init(&v.http);
    wasm_options_init(&v.run.wasm);
    grants_init(&v.run.grants);
    int i;
    const int early = run_parse_options(argc, argv, &i, parse_option, &v, help);
    if (early >= 0) {
        return early;
    }
    if (v.run.invoke != NULL) {
        fprintf(stderr, "tenon serve: no --invoke here (see tenon run)\n");
        return EXIT_USAGE;
    }
    if (v.max_in_flight == 0) {
        fprintf(stderr, "tenon serve: --max-in-flight 0: at least 1\n");
        return EXIT_USAGE;
    }
    if (!run_program(&v.run, argc, argv, i)) {
        return EXIT_USAGE;
    }
    input in;
    if (!input_open(&in, v.run.file)) {
        return EXIT_FAILED;
    }
    const int exit = serve(&v, &in);
    close_server(&v);
    input_close(&in);
    return exit;
}
