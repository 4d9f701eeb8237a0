/* serve.h: what the files of `tenon serve` share: the server, its workers, what they wait
 * for, what they count. */
#ifndef TENON_SERVE_H
#define TENON_SERVE_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>

#include "tenon/http.h"
#include "tenon/run.h"

/* -- serve_wait.c: waiting for many things, of which few are ready at a time -- */

struct waiter;

/* A file that a waiter waits for. */
typedef struct watched {
    tenon_file file;
    uint8_t events;
    uint8_t ready; /* of the events */
    struct waiter *waiter;
    struct watched *next, **link; /* of those that watch the same file */
} watched;

/* Who waits for files, until a deadline. All zero before waits_add. */
typedef struct waiter {
    watched *watched;
    size_t count, capacity;
    uint64_t deadline_ns;
    size_t place;   /* in the heap, from 1; 0: waits without a deadline */
    size_t number;  /* among all */
    bool is_linked; /* watched is in the lists of the files */
    bool is_ready;
    struct waiter *next_ready;
} waiter;

typedef struct waits {
    const tenon_platform *platform;
    tenon_watch *watch; /* or NULL: tenon_os.wait serves */
    waiter **all, **heap;
    size_t count, timed, capacity;
    watched **files; /* by descriptor: who watches it */
    size_t file_count;
    waiter *ready, **ready_end;
    size_t ready_count;
    tenon_wait *items; /* for tenon_os.wait */
    watched **item_of;
    size_t item_capacity;
} waits;

/* plain: by tenon_os.wait although the platform has more. */
void waits_open(waits *w, const tenon_platform *platform, bool plain);
void waits_close(waits *w);
bool waits_add(waits *w, waiter *x); /* false: out of memory */
void waits_remove(waits *w, waiter *x);
/* From now on x waits for the items (those without events are none) or the deadline, in
 * place of what it waited for. False: out of memory, it waits for nothing. */
bool waits_set(waits *w, waiter *x, const tenon_wait *items, size_t count,
               uint64_t deadline_ns);
/* x is ready, whatever it waits for. */
void waits_wake(waits *w, waiter *x);
/* Waits until somebody is ready, but no longer than until deadline_ns. */
tenon_os_error waits_wait(waits *w, uint64_t deadline_ns);
/* The next of those that are ready, which then waits for nothing; or NULL. */
waiter *waits_next(waits *w);
/* What of x was ready, when waits_next gave it: up to capacity items; how many. */
size_t waits_ready(const waiter *x, tenon_wait *out, size_t capacity);

/* -- serve_metrics.c: what is counted -- */

enum { STATUS_CLASSES = 6, LATENCY_BUCKETS = 16 };

typedef atomic_uint_fast64_t counter;

/* Each worker counts for itself, and any may read. */
typedef struct metrics {
    counter status[STATUS_CLASSES]; /* by the first digit; 0: no answer */
    counter buckets[LATENCY_BUCKETS + 1];
    counter seconds_ns; /* of all requests together */
    counter received_bytes, sent_bytes;
    counter broken;
    counter in_flight, queued, connections;
    counter accepted;
    counter made, restored, replaced, instances;
    counter traps, timeouts;
} metrics;

static inline void count(counter *c, uint64_t n) {
    atomic_fetch_add_explicit(c, n, memory_order_relaxed);
}
static inline void uncount(counter *c) {
    atomic_fetch_sub_explicit(c, 1, memory_order_relaxed);
}

void metrics_exchange(metrics *m, const tenon_http_log *log);

/* -- serve_loop.c: a worker -- */

/* A connection, and the request in progress. */
typedef struct exchange {
    waiter waiter; /* first: a waiter is an exchange, or one of the worker's own two */
    tenon_http_connection *connection;
    tenon_instance *instance; /* or NULL: no call is in progress */
    tenon_wasi *wasi;         /* of the instance */
    tenon_started *started;
    uint32_t args[2];
    uint64_t deadline_ns;         /* of the call */
    uint64_t idle_since_ns;       /* it waits for the client alone; 0: it does not */
    bool is_ours;                 /* the request is not the component's */
    bool is_queued;               /* for an instance */
    bool is_next;                 /* it was, and one is free */
    struct exchange *next_queued; /* and who comes after it */
    size_t number;                /* among the worker's */
    char peer[64];
} exchange;

struct server;

/* A loop of its own, in a thread of its own, with instances of its own. */
typedef struct worker {
    struct server *server;
    pthread_t thread;
    tenon_pool *pool;
    tenon_linker *linker;
    tenon_wasi **wasis; /* of the instances, by number: max_in_flight; NULL: not yet */
    waits waits;
    waiter listening, told; /* the listener, the pipe */
    int pipe[2];            /* a byte: look at the server's stops */
    exchange **exchanges;
    size_t count, capacity;
    size_t in_flight;
    size_t peak;            /* of in_flight, in this period */
    uint64_t period_end_ns; /* 0: no instance is more than there have to be */
    exchange *queue, **queue_end;
    bool is_stopping, has_logged;
    metrics metrics;
    pthread_mutex_t lock;
    tenon_store *running; /* under the lock: who runs now, to be interrupted; or NULL */
    int exit;
} worker;

typedef struct server {
    run_options run;
    const char *address;      /* ADDR:PORT */
    const char *log_path;     /* or NULL */
    const char *metrics_path; /* or NULL */
    FILE *log;
    uint64_t max_in_flight, max_connections; /* of each worker */
    uint64_t idle_s, grace_s, shrink_s;
    uint64_t worker_count;
    bool waits_plainly;
    tenon_http_config http;
    const tenon_platform *platform;
    tenon_engine *engine;
    tenon_component *component;
    tenon_file listener;
    bool is_listening;
    atomic_size_t listening; /* workers that still accept: the last one closes */
    worker *workers;
    size_t open_count; /* of the workers: those that are made */
    atomic_int stops;  /* 1: end what is in progress, 2: at once */
} server;

static inline uint64_t server_now_ns(const server *v) {
    return v->platform->monotonic_ns(v->platform->user);
}
void server_stop_listening(server *v);
/* Makes its pool, with a first instance. */
tenon_status worker_open(worker *w, server *v, tenon_error *error);
/* After its thread. */
void worker_close(worker *w);
/* Until the server stops; gives the exit status. */
int worker_run(worker *w);
/* From another thread: it looks at stops; if that is 2, the guest that runs is stopped.
 */
void worker_tell(worker *w);

/* The metrics of all workers, in the text format of Prometheus; to be freed. NULL: out of
 * memory. */
char *metrics_text(const server *v, size_t *len);

#endif
