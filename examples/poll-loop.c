/* poll-loop: two components and a timer in one loop of the host's own.
 *
 *     poll-loop SLEEPER.wat
 *
 * The contract (WIT, tenon:loop@1.0.0):
 *     interface timer { sleep: async func(ms: u32); say: func(n: u32); }
 *     world sleeper { import timer; export run: async func(times: u32, ms: u32); }
 * Each instance of the component is in a store of its own; while one sleeps the others
 * run, and while all sleep the process does. */
#define _POSIX_C_SOURCE 200809L
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "tenon.h"

enum { SLEEPERS = 2 };

typedef struct sleeper {
    const char *name;
    struct {
        uint32_t times, ms;
    } args; /* of run, in native form */
    tenon_store *store;
    tenon_started *run;
    tenon_pending *pending; /* its sleep; or NULL */
    uint64_t wakes_ms;
} sleeper;

static uint64_t now_ms(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * 1000 + (uint64_t)t.tv_nsec / 1000000;
}

/* -- the timer that components import -- */

static void forget(void *data, tenon_pending *pending, tenon_pending_event event) {
    (void)pending;
    if (event == TENON_PENDING_OVER) {
        ((sleeper *)data)->pending = NULL;
    }
}

static tenon_status timer_sleep(tenon_call *call, void *user, const void *args,
                                void *result) {
    sleeper *s = user;
    (void)result;
    s->pending = tenon_call_pend(call, forget, s);
    if (s->pending == NULL) {
        return tenon_call_no_memory(call);
    }
    s->wakes_ms = now_ms() + *(const uint32_t *)args;
    return TENON_PENDING;
}

static tenon_status timer_say(tenon_call *call, void *user, const void *args,
                              void *result) {
    (void)call;
    (void)result;
    printf("%s %u\n", ((sleeper *)user)->name, *(const uint32_t *)args);
    return TENON_OK;
}

static const tenon_type u32_type = {.kind = TENON_TYPE_U32};
static const tenon_field ms_param[] = {{"ms", &u32_type}}, n_param[] = {{"n", &u32_type}};
static const tenon_host_func timer_funcs[] = {
    {"sleep", {.is_async = true, .param_count = 1, .params = ms_param}, timer_sleep},
    {"say", {.param_count = 1, .params = n_param}, timer_say},
};
static const tenon_interface timer_interface = {
    .name = "tenon:loop/timer@1.0.0", .funcs = timer_funcs, .func_count = 2};

/* -- the loop -- */

static void check(tenon_status status, const tenon_error *error) {
    if (status != TENON_OK) {
        fprintf(stderr, "poll-loop: %s: %s\n", tenon_status_name(status), error->message);
        exit(1);
    }
}

/* Runs what can run. Whether the call is still in progress. */
static bool carry_on(sleeper *s) {
    tenon_error error;
    bool idle = false;
    if (s->pending != NULL && s->wakes_ms <= now_ms()) {
        tenon_pending_end(s->pending, TENON_OK);
    }
    while (!idle) {
        check(tenon_store_poll(s->store, &idle, &error), &error);
    }
    return !tenon_started_done(s->store, s->run);
}

static void loop(sleeper *sleepers) {
    for (;;) {
        uint64_t next = UINT64_MAX, now;
        bool running = false;
        for (int i = 0; i < SLEEPERS; i++) {
            running = carry_on(&sleepers[i]) || running;
            if (sleepers[i].pending != NULL && sleepers[i].wakes_ms < next) {
                next = sleepers[i].wakes_ms;
            }
        }
        if (!running) {
            return;
        }
        now = now_ms(); /* a host with sockets would have them in this poll too */
        poll(NULL, 0, next > now ? (int)(next - now) : 0);
    }
}

static void start(tenon_engine *engine, tenon_component *component, tenon_linker *linker,
                  sleeper *s) {
    tenon_error error;
    tenon_instance *instance;
    check(tenon_linker_add(linker, &timer_interface, s, &error), &error);
    check(tenon_store_new(engine, NULL, &s->store, &error), &error);
    check(tenon_instantiate(linker, s->store, component, &instance, &error), &error);
    tenon_func *run = tenon_instance_func(instance, NULL, "run");
    check(run != NULL ? TENON_OK : TENON_UNLINKABLE, &error);
    check(tenon_call_start(run, &s->args, NULL, NULL, &s->run, &error), &error);
}

int main(int argc, char **argv) {
    static char text[65536];
    sleeper sleepers[SLEEPERS] = {{.name = "a", .args = {4, 20}},
                                  {.name = "b", .args = {2, 50}}};
    tenon_linker *linkers[SLEEPERS];
    tenon_error error = {.message = "no function run"};
    tenon_engine *engine;
    tenon_component *component;
    FILE *f = argc == 2 ? fopen(argv[1], "rb") : NULL;
    if (f == NULL) {
        fputs("usage: poll-loop SLEEPER.wat\n", stderr);
        return 2;
    }
    const size_t len = fread(text, 1, sizeof text, f);
    fclose(f);
    check(tenon_engine_new(NULL, &engine, &error), &error);
    check(tenon_component_load_text(engine, text, len, &component, &error), &error);
    for (int i = 0; i < SLEEPERS; i++) {
        check(tenon_linker_new(engine, &linkers[i], &error), &error);
        start(engine, component, linkers[i], &sleepers[i]);
    }
    loop(sleepers);
    for (int i = 0; i < SLEEPERS; i++) {
        tenon_store_delete(sleepers[i].store);
        tenon_linker_delete(linkers[i]);
    }
    tenon_component_delete(component);
    tenon_engine_delete(engine);
    puts("both are done");
    return 0;
}
