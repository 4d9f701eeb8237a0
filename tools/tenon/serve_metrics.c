/* serve_metrics.c: what `tenon serve` counts, and its text for Prometheus. */
#define _GNU_SOURCE
#include <stdlib.h>
#include <unistd.h>

#include "tenon/serve.h"

/* Upper bounds, in microseconds; what is beyond has a bucket of its own. */
static const uint64_t bounds_us[LATENCY_BUCKETS] = {
    50,    100,   250,    500,    1000,   2500,    5000,    10000,
    25000, 50000, 100000, 250000, 500000, 1000000, 5000000, 10000000};

void metrics_exchange(metrics *m, const tenon_http_log *log) {
    const uint64_t ns = log->ended_ns - log->began_ns;
    const unsigned digit = log->status / 100u;
    size_t bucket = 0;
    while (bucket < LATENCY_BUCKETS && ns > bounds_us[bucket] * 1000) {
        bucket++;
    }
    count(&m->status[digit < STATUS_CLASSES ? digit : 0], 1);
    count(&m->buckets[bucket], 1);
    count(&m->seconds_ns, ns);
    count(&m->received_bytes, log->received_bytes);
    count(&m->sent_bytes, log->sent_bytes);
    count(&m->broken, log->is_broken);
}

/* -- the text -- */

/* A row of what there is one number of: where in metrics. */
typedef struct row {
    size_t offset;
    const char *type, *name, *help;
} row;

#define ROW(member, type, name, help)                                                    \
    { offsetof(metrics, member), type, name, help }
static const row rows[] = {
    ROW(in_flight, "gauge", "tenon_requests_in_flight", "Requests a component works on."),
    ROW(queued, "gauge", "tenon_requests_queued", "Requests that wait for an instance."),
    ROW(connections, "gauge", "tenon_connections", "Open connections."),
    ROW(accepted, "counter", "tenon_accepted_connections_total",
        "Connections that were accepted."),
    ROW(received_bytes, "counter", "tenon_request_body_bytes_total",
        "Bytes of requests' bodies."),
    ROW(sent_bytes, "counter", "tenon_response_body_bytes_total",
        "Bytes of responses' bodies."),
    ROW(broken, "counter", "tenon_responses_broken_total",
        "Responses that did not become whole."),
    ROW(instances, "gauge", "tenon_instances", "Instances there are, in use or idle."),
    ROW(made, "counter", "tenon_instances_made_total", "Instances that were made."),
    ROW(restored, "counter", "tenon_instances_restored_total",
        "Times that an instance was restored to its snapshot."),
    ROW(replaced, "counter", "tenon_instances_dropped_total",
        "Instances that were deleted after a request."),
    ROW(traps, "counter", "tenon_traps_total",
        "Requests that ended by a trap or another failure of the component."),
    ROW(timeouts, "counter", "tenon_timeouts_total",
        "Requests that were stopped at their deadline."),
};

static uint64_t sum(const server *v, size_t offset) {
    uint64_t total = 0;
    for (size_t i = 0; i < v->open_count; i++) {
        const char *m = (const char *)&v->workers[i].metrics;
        total += atomic_load_explicit((const counter *)(const void *)(m + offset),
                                      memory_order_relaxed);
    }
    return total;
}

static void put_head(FILE *f, const char *type, const char *name, const char *help) {
    fprintf(f, "# HELP %s %s\n# TYPE %s %s\n", name, help, name, type);
}

static void put_status(FILE *f, const server *v) {
    const char *name = "tenon_requests_total";
    put_head(f, "counter", name,
             "Requests by the class of their answer; none: broken off.");
    for (size_t i = 0; i < STATUS_CLASSES; i++) {
        const uint64_t n = sum(v, offsetof(metrics, status) + i * sizeof(counter));
        char code[4] = {(char)('0' + i), 'x', 'x', '\0'};
        fprintf(f, "%s{code=\"%s\"} %llu\n", name, i == 0 ? "none" : code,
                (unsigned long long)n);
    }
}

static void put_latency(FILE *f, const server *v) {
    const char *name = "tenon_request_duration_seconds";
    uint64_t total = 0;
    put_head(f, "histogram", name,
             "From the head of a request to the end of its answer.");
    for (size_t i = 0; i < LATENCY_BUCKETS; i++) {
        total += sum(v, offsetof(metrics, buckets) + i * sizeof(counter));
        fprintf(f, "%s_bucket{le=\"%g\"} %llu\n", name, (double)bounds_us[i] / 1e6,
                (unsigned long long)total);
    }
    total += sum(v, offsetof(metrics, buckets) + LATENCY_BUCKETS * sizeof(counter));
    fprintf(f, "%s_bucket{le=\"+Inf\"} %llu\n%s_sum %.9f\n%s_count %llu\n", name,
            (unsigned long long)total, name,
            (double)sum(v, offsetof(metrics, seconds_ns)) / 1e9, name,
            (unsigned long long)total);
}

/* Linux alone says it without being asked for more. */
static void put_memory(FILE *f) {
    FILE *statm = fopen("/proc/self/statm", "r");
    unsigned long long size, resident;
    if (statm != NULL && fscanf(statm, "%llu %llu", &size, &resident) == 2) {
        put_head(f, "gauge", "process_resident_memory_bytes", "Resident memory.");
        fprintf(f, "process_resident_memory_bytes %llu\n",
                resident * (unsigned long long)sysconf(_SC_PAGESIZE));
    }
    if (statm != NULL) {
        fclose(statm);
    }
}

char *metrics_text(const server *v, size_t *len) {
    char *text = NULL;
    FILE *f = open_memstream(&text, len);
    if (f == NULL) {
        return NULL;
    }
    put_status(f, v);
    put_latency(f, v);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        put_head(f, rows[i].type, rows[i].name, rows[i].help);
        fprintf(f, "%s %llu\n", rows[i].name, (unsigned long long)sum(v, rows[i].offset));
    }
    put_head(f, "gauge", "tenon_workers", "Threads that serve.");
    fprintf(f, "tenon_workers %zu\n", v->open_count);
    put_memory(f);
    if (fclose(f) != 0) {
        free(text);
        return NULL;
    }
    return text;
}
