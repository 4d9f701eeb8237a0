/* serve_loop.c: a worker of `tenon serve`: its connections, the requests that its
 * instances answer, and the loop that carries them on. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tenon/serve.h"

enum {
    STEPS = 16,           /* of a connection before others have their turn, */
    REQUESTS = 1,         /* and requests of it */
    TURNS = 64,           /* of a store, likewise */
    READY_ITEMS = 64,     /* that a call is told of; what else is ready it finds itself */
    READY = 1,            /* instances that there always are */
    ACCEPTS = 64,         /* in a row, where there is one worker */
    PAUSE_NS = 100000000, /* until accepting is tried again */
    IDLE_NS = 500000000,  /* after which a connection may be closed for another */
};

static uint64_t now_ns(const worker *w) {
    return server_now_ns(w->server);
}

static int stops_of(const worker *w) {
    return atomic_load(&w->server->stops);
}

/* -- instances -- */

/* The WASI of an instance, made when it first is needed. */
static tenon_wasi *wasi_of(worker *w, uint32_t number, tenon_error *error) {
    tenon_wasi_config config;
    if (w->wasis[number] == NULL) {
        run_wasi_config(&w->server->run, &config);
        config.stdin_stream.kind = TENON_WASI_NONE;
        (void)tenon_wasi_new(&config, &w->wasis[number], error);
    }
    return w->wasis[number];
}

static void *user_of(void *user, uint32_t number, void *host, tenon_error *error) {
    (void)host; /* there is no other than WASI */
    return wasi_of(user, number, error);
}

/* What all instances are linked with: the first one's WASI stands for each. */
static tenon_status link_wasi(worker *w, tenon_error *error) {
    tenon_status status;
    if (wasi_of(w, 0, error) == NULL) {
        return error->status;
    }
    if ((status = tenon_linker_new(w->server->engine, &w->linker, error)) != TENON_OK ||
        (status = tenon_wasi_add_to_linker(w->wasis[0], w->linker, error)) != TENON_OK) {
        return status;
    }
    return tenon_linker_trap_missing(
        w->linker, "wasi:", "this build of tenon has no host for it, nothing to grant",
        error);
}

/* What the pool has done is for others to read. */
static void count_pool(worker *w) {
    const tenon_pool_counts c = tenon_pool_count(w->pool);
    atomic_store_explicit(&w->metrics.instances, c.made, memory_order_relaxed);
    atomic_store_explicit(&w->metrics.restored, c.restored, memory_order_relaxed);
    atomic_store_explicit(&w->metrics.replaced, c.replaced, memory_order_relaxed);
    atomic_store_explicit(&w->metrics.made, c.made + c.replaced + c.deleted,
                          memory_order_relaxed);
}

/* Instances beyond what the last period needed at a time are deleted. The end of this
 * one, if there is a reason to wait for it. */
static uint64_t shrink_pool(worker *w) {
    const size_t made = tenon_pool_count(w->pool).made;
    const uint64_t now = made > READY ? now_ns(w) : 0;
    if (made <= READY) {
        w->period_end_ns = 0;
        return TENON_NO_DEADLINE;
    }
    if (w->period_end_ns != 0 && now < w->period_end_ns) {
        return w->period_end_ns;
    }
    if (w->period_end_ns != 0) {
        (void)tenon_pool_shrink(w->pool, (uint32_t)(w->peak > READY ? w->peak : READY));
        count_pool(w);
    }
    w->peak = w->in_flight;
    w->period_end_ns = now + w->server->shrink_s * 1000000000;
    return w->period_end_ns;
}

tenon_status worker_open(worker *w, server *v, tenon_error *error) {
    tenon_pool_config config;
    *w = (worker){.server = v, .pipe = {-1, -1}};
    w->queue_end = &w->queue;
    pthread_mutex_init(&w->lock, NULL);
    waits_open(&w->waits, v->platform, v->waits_plainly);
    if (pipe(w->pipe) != 0 ||
        (w->wasis = calloc((size_t)v->max_in_flight, sizeof(tenon_wasi *))) == NULL) {
        error->status = TENON_NO_MEMORY;
        snprintf(error->message, sizeof error->message, "out of memory or descriptors");
        return TENON_NO_MEMORY;
    }
    for (int i = 0; i < 2; i++) {
        fcntl(w->pipe[i], F_SETFL, O_NONBLOCK);
        fcntl(w->pipe[i], F_SETFD, FD_CLOEXEC);
    }
    tenon_pool_config_init(&config);
    config.max_instances = (uint32_t)v->max_in_flight;
    config.ready = READY;
    config.store = v->run.wasm.store;
    config.fuel = v->run.wasm.fuel;
    config.timeout_ns = v->run.wasm.timeout_ns;
    config.user_of = user_of;
    config.user = w;
    config.allows_single_use = true;
    tenon_status status = link_wasi(w, error);
    if (status == TENON_OK) {
        status = tenon_pool_new(w->linker, v->component, &config, &w->pool, error);
    }
    if (status == TENON_OK) {
        count_pool(w);
    }
    return status;
}

/* -- requests -- */

/* The guest that runs can be stopped from outside meanwhile. False: there is no time. */
static bool enter(worker *w, tenon_store *store) {
    pthread_mutex_lock(&w->lock);
    w->running = store;
    pthread_mutex_unlock(&w->lock);
    return stops_of(w) < 2;
}

static void leave(worker *w) {
    pthread_mutex_lock(&w->lock);
    w->running = NULL;
    pthread_mutex_unlock(&w->lock);
}

void worker_tell(worker *w) {
    (void)!write(w->pipe[1], "", 1);
    if (stops_of(w) > 1) {
        pthread_mutex_lock(&w->lock);
        if (w->running != NULL) {
            tenon_store_interrupt(w->running);
        }
        pthread_mutex_unlock(&w->lock);
    }
}

/* An instance is free, or may be. */
static void begin_queued(worker *w) {
    exchange *x = w->queue;
    if (x != NULL && w->in_flight < w->server->max_in_flight) {
        x->is_next = true;
        w->queue = x->next_queued;
        w->queue_end = w->queue == NULL ? &w->queue : w->queue_end;
        x->is_queued = false;
        uncount(&w->metrics.queued);
        waits_wake(&w->waits, &x->waiter);
    }
}

static void leave_queue(worker *w, exchange *x) {
    if (x->is_queued) {
        exchange **at = &w->queue;
        while (*at != x) {
            at = &(*at)->next_queued;
        }
        *at = x->next_queued;
        w->queue_end = *at == NULL ? at : w->queue_end;
        x->is_queued = false;
        uncount(&w->metrics.queued);
    }
}

/* The call is over, or is given up. */
static void end_call(worker *w, exchange *x) {
    tenon_started_delete(tenon_instance_store(x->instance), x->started);
    tenon_pool_give_back(w->pool, x->instance);
    x->instance = NULL;
    x->started = NULL;
    w->in_flight--;
    uncount(&w->metrics.in_flight);
    count_pool(w);
    tenon_http_connection_end(x->connection);
    begin_queued(w);
}

static void say_late(worker *w) {
    fprintf(stderr, "tenon: %s: a request took longer than -W timeout allows\n",
            w->server->run.file);
    count(&w->metrics.timeouts, 1);
}

/* How a call ended badly. An exit is the component's own way to end. */
static void complain(worker *w, const exchange *x, const tenon_error *error) {
    if (error->status == TENON_EXIT || stops_of(w) > 1) {
        return;
    }
    if (error->status == TENON_LIMIT && now_ns(w) >= x->deadline_ns) {
        say_late(w);
        return;
    }
    count(&w->metrics.traps, 1);
    flockfile(stderr); /* lines stay whole */
    print_error(w->server->run.file, error);
    funlockfile(stderr);
}

/* False: it has to wait until another one is over. */
static bool begin_call(worker *w, exchange *x) {
    enum { UNAVAILABLE = 503 };
    const uint64_t timeout_ns = w->server->run.wasm.timeout_ns;
    tenon_func *func = NULL;
    tenon_error error;
    if (w->in_flight >= w->server->max_in_flight || (w->queue != NULL && !x->is_next)) {
        x->is_queued = true;
        x->next_queued = NULL;
        *w->queue_end = x;
        w->queue_end = &x->next_queued;
        count(&w->metrics.queued, 1);
        return false;
    }
    x->is_next = false;
    x->deadline_ns = timeout_ns == 0 ? TENON_NO_DEADLINE : now_ns(w) + timeout_ns;
    if (tenon_pool_take(w->pool, &x->instance, &error) != TENON_OK) {
        x->instance = NULL;
        complain(w, x, &error);
        tenon_http_connection_refuse(x->connection, UNAVAILABLE);
        begin_queued(w);
        return true;
    }
    w->in_flight++;
    w->peak = w->in_flight > w->peak ? w->in_flight : w->peak;
    count(&w->metrics.in_flight, 1);
    x->wasi = w->wasis[tenon_pool_number(w->pool, x->instance)];
    if (tenon_http_connection_handle(x->connection, x->wasi, x->instance, &func, x->args,
                                     &error) != TENON_OK) {
        complain(w, x, &error);
        end_call(w, x);
        return true;
    }
    tenon_store *store = tenon_instance_store(x->instance);
    tenon_store_set_slice(store, w->server->run.wasm.slice);
    (void)enter(w, store);
    const tenon_status status =
        tenon_call_start(func, x->args, NULL, NULL, &x->started, &error);
    leave(w);
    if (status != TENON_OK) {
        x->started = NULL;
        complain(w, x, &error);
        end_call(w, x);
    }
    return true;
}

/* Carries the call on, for no longer than a slice if it computes; ends it when it is
 * over. True: it has more to do at once. */
static bool go_on(worker *w, exchange *x) {
    tenon_store *store = tenon_instance_store(x->instance);
    tenon_error error;
    tenon_status status = TENON_OK;
    bool idle = false;
    if (!enter(w, store)) {
        leave(w);
        return false;
    }
    for (int turn = 0; turn < TURNS && status == TENON_OK && !idle; turn++) {
        status = tenon_store_poll(store, &idle, &error);
        if (tenon_store_paused(store)) {
            break;
        }
    }
    leave(w);
    if (status != TENON_OK) {
        complain(w, x, &error);
        end_call(w, x);
    } else if (tenon_started_state_of(store, x->started) != TENON_STARTED_RUNNING) {
        end_call(w, x);
    } else if (now_ns(w) >= x->deadline_ns) {
        say_late(w);
        end_call(w, x);
    } else {
        return !idle;
    }
    return false;
}

/* A request for the server itself. */
static bool answer_ourselves(worker *w, exchange *x) {
    enum { OK = 200, NOT_ALLOWED = 405, UNAVAILABLE = 503 };
    const char *method, *target;
    const char *path = w->server->metrics_path;
    tenon_http_connection_request(x->connection, &method, &target);
    const size_t n = strcspn(target, "?");
    if (path == NULL || strlen(path) != n || memcmp(target, path, n) != 0) {
        return false;
    }
    x->is_ours = true;
    if (strcmp(method, "GET") != 0 && strcmp(method, "HEAD") != 0) {
        static const char text[] = "GET alone\n";
        tenon_http_connection_answer(x->connection, NOT_ALLOWED, "text/plain", text,
                                     sizeof text - 1);
        return true;
    }
    size_t len = 0;
    char *text = metrics_text(w->server, &len);
    if (text == NULL) {
        tenon_http_connection_refuse(x->connection, UNAVAILABLE);
        return true;
    }
    tenon_http_connection_answer(x->connection, OK,
                                 "text/plain; version=0.0.4; charset=utf-8", text, len);
    free(text);
    return true;
}

/* True: an exchange has ended. */
static bool note(worker *w, exchange *x) {
    FILE *f = w->server->log;
    tenon_http_log log;
    if (!tenon_http_connection_log(x->connection, &log)) {
        return false;
    }
    if (!x->is_ours) {
        metrics_exchange(&w->metrics, &log);
    }
    x->is_ours = false;
    if (f != NULL) { /* one call, for stdio keeps it whole among threads */
        fprintf(f, "%s \"%s %s\" %u %llu %llu %.6f%s\n", x->peer, log.method, log.target,
                (unsigned)log.status, (unsigned long long)log.received_bytes,
                (unsigned long long)log.sent_bytes,
                (double)(log.ended_ns - log.began_ns) / 1e9,
                log.is_broken ? " broken" : "");
        w->has_logged = true;
    }
    return true;
}

/* -- connections -- */

static bool wait_for_more(worker *w, exchange *x, const tenon_wait *item,
                          uint64_t deadline_ns) {
    enum { FEW = 16 };
    tenon_wait few[FEW], *items = few;
    size_t n = 0;
    if (x->instance != NULL) {
        uint64_t ignored = TENON_NO_DEADLINE;
        n = tenon_wasi_waiting(x->wasi, few, FEW - 1, &ignored);
        if (n >= FEW) {
            items = malloc((n + 1) * sizeof *items);
            if (items == NULL) {
                return false;
            }
            tenon_wasi_waiting(x->wasi, items, n, &ignored);
        }
        deadline_ns = ignored < deadline_ns ? ignored : deadline_ns;
        deadline_ns = x->deadline_ns < deadline_ns ? x->deadline_ns : deadline_ns;
    }
    items[n] = *item;
    const bool ok = waits_set(&w->waits, &x->waiter, items, n + 1, deadline_ns);
    if (items != few) {
        free(items);
    }
    return ok;
}

/* Its first slice was not enough: others have their turn before the next. */
static bool is_computing(const exchange *x) {
    return x->instance != NULL && tenon_store_paused(tenon_instance_store(x->instance));
}

/* Steps a connection as far as it goes, and sets what it then waits for. False: it is
 * over. */
static bool step(worker *w, exchange *x) {
    bool is_busy = false;
    int requests = 0;
    x->idle_since_ns = 0;
    if (x->instance != NULL) {
        tenon_wait ready[READY_ITEMS];
        const size_t n = waits_ready(&x->waiter, ready, READY_ITEMS);
        (void)tenon_wasi_resume(x->wasi, ready, n);
    }
    for (int i = 0; i < STEPS; i++) {
        tenon_wait item;
        uint64_t deadline_ns = TENON_NO_DEADLINE;
        if (x->is_queued) {
            return true;
        }
        if (x->instance != NULL) {
            is_busy = go_on(w, x);
        }
        tenon_http_state state =
            tenon_http_connection_step(x->connection, &item, &deadline_ns);
        const bool has_ended = note(w, x);
        if (state == TENON_HTTP_OVER) {
            return false;
        }
        if (state == TENON_HTTP_REQUEST) {
            if (requests++ == REQUESTS) {
                break;
            }
            if (!answer_ourselves(w, x) && !begin_call(w, x)) {
                return waits_set(&w->waits, &x->waiter, NULL, 0, TENON_NO_DEADLINE);
            }
            if (is_computing(x)) {
                break;
            }
        } else if (is_busy) {
            break;
        } else if (!has_ended) { /* else there may be more already */
            x->idle_since_ns = x->instance == NULL ? now_ns(w) : 0;
            return wait_for_more(w, x, &item, deadline_ns);
        }
    }
    if (!waits_set(&w->waits, &x->waiter, NULL, 0, TENON_NO_DEADLINE)) {
        return false;
    }
    waits_wake(&w->waits, &x->waiter);
    return true;
}

static void drop(worker *w, exchange *x) {
    leave_queue(w, x);
    if (x->instance != NULL) {
        end_call(w, x);
        note(w, x);
    }
    waits_remove(&w->waits, &x->waiter);
    tenon_http_connection_delete(x->connection);
    w->exchanges[x->number] = w->exchanges[--w->count];
    w->exchanges[x->number]->number = x->number;
    uncount(&w->metrics.connections);
    free(x);
    begin_queued(w);
}

static void name_peer(const worker *w, tenon_file socket, char *out, size_t len) {
    const tenon_platform *p = w->server->platform;
    tenon_address a;
    char text[INET6_ADDRSTRLEN] = "?";
    if (p->net->remote_address(p->user, socket, &a) == TENON_OS_OK) {
        inet_ntop(a.family == TENON_IPV4 ? AF_INET : AF_INET6, a.bytes, text,
                  sizeof text);
    }
    snprintf(out, len, "%s", text);
}

static bool reserve_exchange(worker *w) {
    if (w->count == w->capacity) {
        const size_t want = 2 * w->capacity + 16;
        exchange **more = realloc(w->exchanges, want * sizeof *more);
        if (more == NULL) {
            return false;
        }
        w->exchanges = more;
        w->capacity = want;
    }
    return true;
}

/* Takes the socket over. */
static void begin_exchange(worker *w, tenon_file socket) {
    const tenon_platform *p = w->server->platform;
    tenon_error error;
    exchange *x = reserve_exchange(w) ? calloc(1, sizeof *x) : NULL;
    if (x == NULL || !waits_add(&w->waits, &x->waiter)) {
        p->net->close(p->user, socket);
        free(x);
        return;
    }
    x->deadline_ns = TENON_NO_DEADLINE;
    name_peer(w, socket, x->peer, sizeof x->peer);
    if (tenon_http_connection_new(&w->server->http, socket, &x->connection, &error) !=
        TENON_OK) {
        waits_remove(&w->waits, &x->waiter);
        free(x);
        return;
    }
    x->number = w->count;
    w->exchanges[w->count++] = x;
    count(&w->metrics.connections, 1);
    count(&w->metrics.accepted, 1);
    waits_wake(&w->waits, &x->waiter);
}

/* The connection that has been idle for longest goes, if that was for a while (its next
 * request may be under way): somebody else waits for its place. */
static void make_room(worker *w) {
    const uint64_t now = now_ns(w);
    exchange *oldest = NULL;
    for (size_t i = 0; i < w->count; i++) {
        exchange *x = w->exchanges[i];
        if (x->idle_since_ns != 0 && now - x->idle_since_ns >= IDLE_NS &&
            (oldest == NULL || x->idle_since_ns < oldest->idle_since_ns)) {
            oldest = x;
        }
    }
    if (oldest != NULL) {
        oldest->idle_since_ns = 0;
        tenon_http_connection_finish(oldest->connection);
        waits_wake(&w->waits, &oldest->waiter);
    }
}

/* Nobody is accepted for a while: there is no room. */
static void pause_accepting(worker *w) {
    make_room(w);
    (void)waits_set(&w->waits, &w->listening, NULL, 0, now_ns(w) + PAUSE_NS);
}

/* Where there are more workers, they take turns: one connection each. */
static void accept_some(worker *w) {
    const server *v = w->server;
    const tenon_platform *p = v->platform;
    const size_t most = v->worker_count > 1 ? 1 : ACCEPTS;
    const tenon_wait item = {v->listener, TENON_WAIT_READ, false};
    tenon_wait ready;
    if (w->count >= v->max_connections && waits_ready(&w->listening, &ready, 1) > 0) {
        pause_accepting(w);
        return;
    }
    for (size_t i = 0; i < most && w->count < v->max_connections; i++) {
        tenon_file socket;
        tenon_os_error r = p->net->accept(p->user, v->listener, &socket);
        if (r == TENON_OS_TOO_MANY_FILES || r == TENON_OS_INSUFFICIENT_MEMORY) {
            pause_accepting(w);
            return;
        }
        if (r != TENON_OS_OK) {
            break;
        }
        begin_exchange(w, socket);
    }
    (void)waits_set(&w->waits, &w->listening, &item, 1, TENON_NO_DEADLINE);
}

/* -- the loop -- */

void server_stop_listening(server *v) {
    if (v->is_listening) {
        v->platform->net->close(v->platform->user, v->listener);
        v->is_listening = false;
    }
}

/* No more connections, and no more requests of those there are. */
static void begin_stopping(worker *w) {
    w->is_stopping = true;
    (void)waits_set(&w->waits, &w->listening, NULL, 0, TENON_NO_DEADLINE);
    if (atomic_fetch_sub(&w->server->listening, 1) == 1) {
        server_stop_listening(w->server);
    }
    for (size_t i = 0; i < w->count; i++) {
        tenon_http_connection_finish(w->exchanges[i]->connection);
        waits_wake(&w->waits, &w->exchanges[i]->waiter);
    }
}

static void hear(worker *w) {
    const tenon_wait item = {w->pipe[0], TENON_WAIT_READ, false};
    char told[16];
    (void)!read(w->pipe[0], told, sizeof told);
    (void)waits_set(&w->waits, &w->told, &item, 1, TENON_NO_DEADLINE);
}

/* All that are ready now have a turn. */
static void take_turns(worker *w) {
    for (size_t n = w->waits.ready_count; n > 0 && stops_of(w) < 2; n--) {
        waiter *x = waits_next(&w->waits);
        if (x == NULL) {
            return;
        }
        if (x == &w->told) {
            hear(w);
        } else if (x == &w->listening) {
            if (!w->is_stopping) {
                accept_some(w);
            }
        } else if (!step(w, (exchange *)(void *)x)) {
            drop(w, (exchange *)(void *)x);
            if (!w->is_stopping && w->count + 1 == w->server->max_connections) {
                waits_wake(&w->waits, &w->listening); /* there is room again */
            }
        }
    }
}

int worker_run(worker *w) {
    if (!waits_add(&w->waits, &w->told) || !waits_add(&w->waits, &w->listening)) {
        fprintf(stderr, "tenon: out of memory\n");
        return EXIT_FAILED;
    }
    hear(w);
    accept_some(w);
    for (;;) {
        if (stops_of(w) > 0 && !w->is_stopping) {
            begin_stopping(w);
        }
        if (stops_of(w) > 1 || (w->is_stopping && w->count == 0)) {
            return EXIT_OK;
        }
        tenon_os_error r = waits_wait(&w->waits, shrink_pool(w));
        if (r != TENON_OS_OK && r != TENON_OS_INTERRUPTED) {
            fprintf(stderr, "tenon: waiting failed\n");
            return EXIT_FAILED;
        }
        take_turns(w);
        if (w->has_logged) {
            fflush(w->server->log);
            w->has_logged = false;
        }
    }
}

void worker_close(worker *w) {
    const server *v = w->server;
    while (w->count > 0) {
        drop(w, w->exchanges[w->count - 1]);
    }
    waits_close(&w->waits);
    free(w->listening.watched);
    free(w->told.watched);
    tenon_pool_delete(w->pool);
    tenon_linker_delete(w->linker);
    for (uint64_t i = 0; w->wasis != NULL && i < v->max_in_flight; i++) {
        tenon_wasi_delete(w->wasis[i]);
    }
    free(w->wasis);
    free(w->exchanges);
    for (int i = 0; i < 2; i++) {
        if (w->pipe[i] >= 0) {
            close(w->pipe[i]);
        }
    }
    pthread_mutex_destroy(&w->lock);
}
