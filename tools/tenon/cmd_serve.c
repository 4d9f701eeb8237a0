/* cmd_serve.c: `tenon serve`: answers HTTP requests with a component that exports
 * wasi:http/incoming-handler. Options, start and end; what happens between is
 * serve_loop.c, in a thread for each worker. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tenon/serve.h"

enum {
    DEFAULT_PORT = 8080,
    DEFAULT_SLICE = 100000, /* a millisecond or so */
    DEFAULT_IN_FLIGHT = 256,
    DEFAULT_CONNECTIONS = 4096,
    DEFAULT_IDLE_S = 60,
    DEFAULT_SHRINK_S = 10,
    DEFAULT_GRACE_S = 10, /* for what is in progress when we are told to stop */
    MAX_WORKERS = 256,
    MAX_IN_FLIGHT = 1 << 20,
};

static int signal_pipe[2]; /* a byte for each signal, and for each worker that ends */

static void on_signal(int signal) {
    (void)signal;
    (void)!write(signal_pipe[1], "s", 1);
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
    printf(
        "usage: tenon serve [OPTION…] FILE [ARGUMENT…]\n\n"
        "Serves HTTP/1.1: each request goes to an instance of the component's own, by "
        "its\n"
        "wasi:http/incoming-handler, which is then put back as it was. Many are in "
        "flight at\n"
        "once; the first SIGINT or SIGTERM lets them end, the second does not.\n\n"
        "  --addr ADDR:PORT         where to listen (127.0.0.1:8080); port 0: a free "
        "one,\n"
        "                           which is said on standard error\n"
        "  --workers N              threads, each with instances of its own (1)\n"
        "  --log FILE               a line for each request; - is standard output\n"
        "  --metrics PATH           answers requests for PATH with what was counted, "
        "in the\n"
        "                           text format of Prometheus\n"
        "  --max-in-flight N        requests at a time, of each worker; others wait "
        "(256)\n"
        "  --max-connections N      connections at a time, of each worker; for another "
        "one the\n"
        "                           longest idle is closed (4096)\n"
        "  --max-body BYTES         of a request's body (no limit)\n"
        "  --idle-timeout SECONDS   how long a client may be silent between requests, "
        "or\n"
        "                           take for a head (60)\n"
        "  --shrink-after SECONDS   instances that nobody has needed for so long are "
        "deleted (10)\n"
        "  --grace SECONDS          for what is in flight when told to stop (10)\n"
        "  --plain-wait             waits as on systems without epoll\n");
    run_options_help();
    printf("\n-W timeout=… and fuel=… are for each request; slice=… is how long one "
           "computes "
           "before\n"
           "others have their turn (100000; 0: to its end). A component that traps, or "
           "gives no\n"
           "response, is answered for with status 500. One of which no snapshot can be "
           "taken is\n"
           "said once, and has a new instance for each request.\n\n"
           "examples:\n"
           "  tenon serve hello.wasm\n"
           "  tenon serve --addr 0.0.0.0:80 --dir public::/:ro --log - "
           "-W timeout=5s site.wasm\n"
           "  tenon serve --workers 4 --metrics /metrics site.wasm\n"
           "  tenon serve -S allow-http=api.example.org:80 proxy.wasm\n");
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

/* The component is loaded, and first instances show that they can be made. */
static tenon_status load(server *v, input *in, tenon_error *error) {
    tenon_engine_config config;
    tenon_engine_config_init(&config);
    wasm_options_configure(&v->run.wasm, &config);
    tenon_status status;
    v->workers = calloc((size_t)v->worker_count, sizeof *v->workers);
    if (v->workers == NULL) {
        snprintf(error->message, sizeof error->message, "out of memory");
        return error->status = TENON_NO_MEMORY;
    }
    if ((status = tenon_engine_new(&config, &v->engine, error)) != TENON_OK ||
        (status = input_assemble(in, v->engine, error)) != TENON_OK ||
        (status = tenon_component_load(v->engine, in->bytes, in->len, TENON_BORROW_BYTES,
                                       &v->component, error)) != TENON_OK) {
        return status;
    }
    while (status == TENON_OK && v->open_count < v->worker_count) {
        status = worker_open(&v->workers[v->open_count++], v, error);
    }
    return status;
}

/* False: said why not. */
static bool check_component(const server *v) {
    tenon_pool *pool = v->workers[0].pool;
    tenon_instance *first;
    tenon_error error;
    if (tenon_pool_take(pool, &first, &error) != TENON_OK) {
        print_error(v->run.file, &error);
        return false;
    }
    const bool handles =
        tenon_instance_func(first, "wasi:http/incoming-handler@0.2.0", "handle") != NULL;
    tenon_pool_give_back(pool, first);
    if (!handles) {
        fprintf(stderr, "tenon: %s: no export wasi:http/incoming-handler\n", v->run.file);
    } else if (tenon_pool_refusal(pool, &error) != TENON_OK) {
        fprintf(stderr, "tenon: %s: a new instance for each request: %s\n", v->run.file,
                error.message);
    }
    return handles;
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
    server_stop_listening(v);
    for (size_t i = 0; i < v->open_count; i++) {
        worker_close(&v->workers[i]);
    }
    free(v->workers);
    if (v->log != NULL && v->log != stdout) {
        fclose(v->log);
    }
    tenon_component_delete(v->component);
    tenon_engine_delete(v->engine);
}

/* -- workers -- */

static void *work(void *data) {
    worker *w = data;
    w->exit = worker_run(w);
    (void)!write(signal_pipe[1], "w", 1);
    return NULL;
}

static void tell_all(server *v, int stops) {
    atomic_store(&v->stops, stops);
    for (size_t i = 0; i < v->open_count; i++) {
        worker_tell(&v->workers[i]);
    }
}

/* Signals come to the main thread alone. Gives how many were started. */
static size_t start_workers(server *v) {
    sigset_t signals, before;
    size_t n = 0;
    sigemptyset(&signals);
    sigaddset(&signals, SIGINT);
    sigaddset(&signals, SIGTERM);
    pthread_sigmask(SIG_BLOCK, &signals, &before);
    while (n < v->open_count &&
           pthread_create(&v->workers[n].thread, NULL, work, &v->workers[n]) == 0) {
        n++;
    }
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return n;
}

/* Until a byte comes or the time has come. */
static void wait_for_byte(const server *v, uint64_t until_ns) {
    struct pollfd p = {signal_pipe[0], POLLIN, 0};
    int ms = -1;
    if (until_ns != TENON_NO_DEADLINE) {
        const uint64_t now = server_now_ns(v);
        const uint64_t left_ms = until_ns > now ? (until_ns - now) / 1000000 + 1 : 0;
        ms = left_ms < INT32_MAX ? (int)left_ms : INT32_MAX;
    }
    (void)poll(&p, 1, ms);
}

/* Until all workers have ended: the first signal lets them end what is in progress, the
 * second, the end of the grace and the failure of one of them do not. */
static void watch_over(server *v, size_t running) {
    uint64_t until_ns = TENON_NO_DEADLINE;
    while (running > 0) {
        int stops = atomic_load(&v->stops);
        const int before = stops;
        char bytes[64];
        wait_for_byte(v, until_ns);
        const ssize_t n = read(signal_pipe[0], bytes, sizeof bytes);
        for (ssize_t i = 0; i < n; i++) {
            running -= bytes[i] == 'w';
            stops += bytes[i] == 's';
            if (bytes[i] == 'w' && stops == 0) {
                stops = 2;
            }
        }
        if (before == 0 && stops > 0) {
            until_ns = server_now_ns(v) + v->grace_s * 1000000000;
        } else if (server_now_ns(v) >= until_ns) {
            stops = 2;
        }
        if (stops > before && before < 2) {
            tell_all(v, stops < 2 ? stops : 2);
            until_ns = stops > 1 ? TENON_NO_DEADLINE : until_ns;
        }
    }
}

static int run_workers(server *v) {
    int exit = EXIT_OK;
    atomic_store(&v->listening, v->open_count);
    const size_t started = start_workers(v);
    if (started < v->open_count) {
        fprintf(stderr, "tenon serve: no thread\n");
        exit = EXIT_FAILED;
        tell_all(v, 2);
    }
    watch_over(v, started);
    for (size_t i = 0; i < started; i++) {
        pthread_join(v->workers[i].thread, NULL);
        exit = v->workers[i].exit != EXIT_OK ? v->workers[i].exit : exit;
    }
    return exit;
}

static int serve(server *v, input *in) {
    tenon_error error;
    const tenon_status status = load(v, in, &error);
    if (status == TENON_UNLINKABLE && v->open_count > 0 && v->workers[0].linker != NULL &&
        print_unlinkable(v->run.file, v->workers[0].linker, v->component)) {
        return EXIT_FAILED;
    }
    if (status != TENON_OK) {
        const int exit = run_exit_status(&v->run, &error);
        print_source_line(in, &error);
        return exit;
    }
    if (!check_component(v) || !catch_signals() || !open_log(v)) {
        return EXIT_FAILED;
    }
    const int exit = listen_at(v);
    return exit == EXIT_OK ? run_workers(v) : exit;
}

/* -- options -- */

static bool parse_number(const char *option, const char *value, uint64_t least,
                         uint64_t most, uint64_t *out) {
    char *end;
    unsigned long long n = strtoull(value, &end, 10);
    if (value[0] < '0' || value[0] > '9' || *end != '\0') {
        fprintf(stderr, "tenon serve: %s %s: wants a number\n", option, value);
        return false;
    }
    if (n < least || n > most) {
        fprintf(stderr, "tenon serve: %s %s: at %s %llu\n", option, value,
                n < least ? "least" : "most",
                (unsigned long long)(n < least ? least : most));
        return false;
    }
    *out = n;
    return true;
}

/* Options that are a number. */
typedef struct number_option {
    const char *name;
    uint64_t least, most;
    uint64_t *out;
} number_option;

/* 1: it was one of them; 0: it is none; -1: said what is wrong. */
static int parse_number_option(server *v, int argc, char **argv, int *i) {
    const number_option options[] = {
        {"--workers", 1, MAX_WORKERS, &v->worker_count},
        {"--max-in-flight", 1, MAX_IN_FLIGHT, &v->max_in_flight},
        {"--max-connections", 1, INT32_MAX, &v->max_connections},
        {"--max-body", 0, UINT64_MAX, &v->http.max_body_bytes},
        {"--idle-timeout", 0, UINT32_MAX, &v->idle_s},
        {"--shrink-after", 1, UINT32_MAX, &v->shrink_s},
        {"--grace", 0, UINT32_MAX, &v->grace_s},
    };
    for (size_t n = 0; n < sizeof options / sizeof *options; n++) {
        const number_option *o = &options[n];
        bool missing = false;
        const char *value = option_value(argc, argv, i, o->name, &missing);
        if (value == NULL) {
            continue;
        }
        return !missing && parse_number(o->name, value, o->least, o->most, o->out) ? 1
                                                                                   : -1;
    }
    return 0;
}

static bool parse_option(void *data, int argc, char **argv, int *i) {
    server *v = data;
    const char *value;
    bool missing = false;
    const int number = parse_number_option(v, argc, argv, i);
    if (number != 0) {
        return number > 0;
    }
    if ((value = option_value(argc, argv, i, "--addr", &missing)) != NULL) {
        v->address = value;
    } else if ((value = option_value(argc, argv, i, "--log", &missing)) != NULL) {
        v->log_path = value;
    } else if ((value = option_value(argc, argv, i, "--metrics", &missing)) != NULL) {
        v->metrics_path = value;
        if (!missing && value[0] != '/') {
            fprintf(stderr, "tenon serve: --metrics %s: wants a path from / on\n", value);
            return false;
        }
    } else if (strcmp(argv[*i], "--plain-wait") == 0) {
        v->waits_plainly = true;
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
    v.max_connections = DEFAULT_CONNECTIONS;
    v.idle_s = DEFAULT_IDLE_S;
    v.shrink_s = DEFAULT_SHRINK_S;
    v.grace_s = DEFAULT_GRACE_S;
    v.worker_count = 1;
    v.platform = tenon_platform_default();
    tenon_http_config_init(&v.http);
    wasm_options_init(&v.run.wasm);
    v.run.wasm.slice = DEFAULT_SLICE;
    grants_init(&v.run.grants);
    int i;
    const int early = run_parse_options(argc, argv, &i, parse_option, &v, help);
    if (early >= 0) {
        return early;
    }
    v.http.idle_timeout_ns = v.idle_s * 1000000000;
    if (v.run.invoke != NULL) {
        fprintf(stderr, "tenon serve: no --invoke here (see tenon run)\n");
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
