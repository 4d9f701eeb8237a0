/* test_hostile.c: a hostile plugin in a pool, on a thread of its own, beside an honest
 * one: each of its deeds ends as it should, the honest one goes on rightly, and nothing
 * is left.
 *
 * HOSTILE_SECONDS is how long (1 by default); what the honest one's calls take, alone and
 * beside the hostile one, is printed, not judged. Through the public API alone. */
#define _POSIX_C_SOURCE 200809L
#include <check.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "hostile.h"
#include "suite.h"
#include "tenon.h"

/* -- what is counted -- */

static _Atomic size_t live_bytes;
static atomic_int things;  /* objects of the host's resource */
static atomic_int pending; /* calls that the host has not answered */
static atomic_ullong said_bytes;

static void *resize(void *user, void *ptr, size_t old_size, size_t new_size) {
    (void)user;
    void *fresh = NULL;
    if (new_size == 0) {
        free(ptr);
    } else if ((fresh = realloc(ptr, new_size)) == NULL) {
        return NULL;
    }
    live_bytes += new_size - (ptr == NULL ? 0 : old_size);
    return fresh;
}

static size_t resident_kib(void) {
    unsigned long pages = 0;
    FILE *f = fopen("/proc/self/statm", "r");
    if (f == NULL || fscanf(f, "%*u %lu", &pages) != 1) {
        pages = 0;
    }
    if (f != NULL) {
        fclose(f);
    }
    return pages * (size_t)sysconf(_SC_PAGESIZE) / 1024;
}

/* -- the host -- */

static tenon_status make(tenon_call *call, void *user, const void *args, void *result) {
    (void)user;
    (void)args;
    things++;
    tenon_status s = tenon_resource_new(call, 0, &things, result);
    if (s != TENON_OK) {
        things--;
    }
    return s;
}

static void unmake(void *user, void *rep) {
    (void)user;
    (void)rep;
    things--;
}

static tenon_status say(tenon_call *call, void *user, const void *args, void *result) {
    (void)call;
    (void)user;
    (void)result;
    said_bytes += ((const tenon_string *)args)->len;
    return TENON_OK;
}

static void told(void *data, tenon_pending *p, tenon_pending_event event) {
    (void)data;
    (void)p;
    pending -= event == TENON_PENDING_OVER;
}

/* Never answers, where it may; else it is no host to wait in. */
static tenon_status ask(tenon_call *call, void *user, const void *args, void *result) {
    (void)user;
    (void)args;
    (void)result;
    if (tenon_call_pend(call, told, NULL) == NULL) {
        return tenon_call_fail(call, "nobody can wait here");
    }
    pending++;
    return TENON_PENDING;
}

static const tenon_type own = {.kind = TENON_TYPE_OWN, .resource = 0};
static const tenon_type string = {.kind = TENON_TYPE_STRING};
static const tenon_type u32_type = {.kind = TENON_TYPE_U32};
static const tenon_field line = {"s", &string};
static const tenon_host_func funcs[] = {
    {"[constructor]thing", {.result = &own}, make},
    {"say", {.param_count = 1, .params = &line}, say},
    {"ask", {.result = &u32_type}, ask},
};
static const tenon_host_resource resources[] = {{.name = "thing", .destructor = unmake}};
static const tenon_interface host = {.name = "host:x/things",
                                     .funcs = funcs,
                                     .func_count = 3,
                                     .resources = resources,
                                     .resource_count = 1};

/* -- deeds -- */

typedef enum how {
    CALL,  /* and wait for its end */
    TAKE,  /* with a list; mode says what realloc does */
    DROP,  /* a handle of a resource whose destructor is hostile */
    LEAVE, /* start, poll until nothing more happens, and leave it unfinished */
} how;

static const struct deed {
    const char *name;
    how how;
    uint32_t mode;
    tenon_status end;
} deeds[] = {
    {"spin", CALL, 0, TENON_LIMIT},        {"deep", CALL, 0, TENON_EXHAUSTION},
    {"trap", CALL, 0, TENON_TRAP},         {"eat", CALL, 0, TENON_TRAP},
    {"fill", CALL, 0, TENON_TRAP},         {"flood", CALL, 0, TENON_LIMIT},
    {"hoard", CALL, 0, TENON_OK},          {"sets", CALL, 0, TENON_LIMIT},
    {"streams", CALL, 0, TENON_LIMIT},     {"shout", CALL, 0, TENON_LIMIT},
    {"mumble", CALL, 0, TENON_LIMIT},      {"lie-out", CALL, 0, TENON_TRAP},
    {"long", CALL, 0, TENON_TRAP},         {"wide", CALL, 0, TENON_TRAP},
    {"many", CALL, 0, TENON_LIMIT},        {"not-a-case", CALL, 0, TENON_TRAP},
    {"not-a-char", CALL, 0, TENON_TRAP},   {"not-utf8", CALL, 0, TENON_TRAP},
    {"not-a-handle", CALL, 0, TENON_TRAP}, {"take", TAKE, 0, TENON_OK},
    {"take", TAKE, 1, TENON_TRAP},         {"take", TAKE, 2, TENON_TRAP},
    {"take", TAKE, 3, TENON_LIMIT},        {"take", TAKE, 4, TENON_TRAP},
    {"take", TAKE, 5, TENON_TRAP},         {"bury", CALL, 0, TENON_TRAP},
    {"grave", DROP, 0, TENON_TRAP},        {"pit", DROP, 0, TENON_LIMIT},
    {"well", DROP, 0, TENON_EXHAUSTION},   {"ask", CALL, 0, TENON_TRAP},
    {"ask", LEAVE, 0, TENON_OK},           {"wait", CALL, 0, TENON_TRAP},
    {"wait", LEAVE, 0, TENON_OK},          {"pour", CALL, 0, TENON_OK},
    {"pour", LEAVE, 0, TENON_OK},          {"drip", CALL, 0, TENON_OK},
    {"drip", LEAVE, 0, TENON_OK},
};
enum { DEEDS = sizeof deeds / sizeof deeds[0] };

static uint32_t numbers[64];

static tenon_status leave(tenon_func *f, tenon_store *store, void *result,
                          tenon_arena *arena, tenon_error *error) {
    tenon_started *started;
    bool idle = false;
    tenon_status s = tenon_call_start(f, NULL, result, arena, &started, error);
    while (s == TENON_OK && !idle) {
        s = tenon_store_poll(store, &idle, error);
    }
    return s;
}

static tenon_status act(tenon_instance *i, const struct deed *d, tenon_arena *arena,
                        tenon_error *error) {
    tenon_func *f = tenon_instance_func(i, NULL, d->name);
    tenon_func *mode = tenon_instance_func(i, NULL, "mode");
    tenon_store *store = tenon_instance_store(i);
    struct {
        uint64_t words[2];
    } result = {{0, 0}};
    uint32_t one = 1, handle;
    tenon_list list = {numbers, 64};
    tenon_status s = TENON_OK;
    if (d->mode != 0) {
        s = tenon_func_call(mode, &d->mode, NULL, NULL, error);
    }
    if (s != TENON_OK) {
        return TENON_USAGE; /* which no deed ends with */
    }
    switch (d->how) {
    case CALL: return tenon_func_call(f, NULL, &result, arena, error);
    case TAKE: return tenon_func_call(f, &list, NULL, NULL, error);
    case DROP:
        s = tenon_func_call(f, &one, &handle, NULL, error);
        return s == TENON_OK ? tenon_handle_drop(store, handle, error) : TENON_USAGE;
    case LEAVE: return leave(f, store, &result, arena, error);
    }
    return TENON_USAGE;
}

/* -- both plugins -- */

typedef struct plugin {
    tenon_component *component;
    tenon_pool *pool;
    tenon_arena *arena;
    char wrong[600]; /* the first thing that was */
} plugin;

static tenon_engine *engine;
static tenon_linker *linker;
static plugin hostile, honest;

static void open_plugin(plugin *p, const char *text) {
    tenon_error e;
    tenon_pool_config config;
    tenon_pool_config_init(&config);
    config.max_instances = 2;
    config.fuel = 200000;
    config.timeout_ns = UINT64_C(60000000000); /* fuel ends sooner */
    config.store.max_memory_bytes = 4 << 20;
    config.store.max_heap_bytes = 4 << 20;
    config.store.max_table_elements = 100000;
    p->wrong[0] = '\0';
    ck_assert_msg(tenon_component_load_text(engine, text, strlen(text), &p->component,
                                            &e) == TENON_OK,
                  "%s", e.message);
    ck_assert_msg(tenon_pool_new(linker, p->component, &config, &p->pool, &e) == TENON_OK,
                  "%s", e.message);
    ck_assert_int_eq(tenon_arena_new(engine, &p->arena, &e), TENON_OK);
}

static void close_plugin(plugin *p) {
    tenon_pool_delete(p->pool);
    tenon_arena_delete(p->arena);
    tenon_component_delete(p->component);
}

static void open_all(void) {
    tenon_error e;
    tenon_engine_config config;
    tenon_engine_config_init(&config);
    config.allocator = (tenon_allocator){resize, NULL};
    config.features |= TENON_FEATURE_MASK(CM_ASYNC_STACKFUL) |
                       TENON_FEATURE_MASK(CM_MORE_ASYNC_BUILTINS);
    ck_assert_int_eq(tenon_engine_new(&config, &engine, &e), TENON_OK);
    ck_assert_int_eq(tenon_linker_new(engine, &linker, &e), TENON_OK);
    ck_assert_int_eq(tenon_linker_add(linker, &host, NULL, &e), TENON_OK);
    open_plugin(&hostile, hostile_text);
    open_plugin(&honest, honest_text);
    for (uint32_t i = 0; i < 64; i++) {
        numbers[i] = i;
    }
}

static void close_all(void) {
    close_plugin(&hostile);
    close_plugin(&honest);
    tenon_linker_delete(linker);
    tenon_engine_delete(engine);
    ck_assert_uint_eq(live_bytes, 0);
}

/* One deed, with an instance that is as new. False: p->wrong says what was. */
static bool attack(plugin *p, const struct deed *d) {
    tenon_instance *i;
    tenon_error e = {0};
    tenon_arena_reset(p->arena);
    if (tenon_pool_take(p->pool, &i, &e) != TENON_OK) {
        snprintf(p->wrong, sizeof p->wrong, "before %s: %s", d->name, e.message);
        return false;
    }
    tenon_status s = act(i, d, p->arena, &e);
    tenon_pool_give_back(p->pool, i);
    if (s != d->end || things != 0 || pending != 0) {
        snprintf(p->wrong, sizeof p->wrong,
                 "%s (%u): %s, %d things and %d calls are left; %s", d->name, d->mode,
                 tenon_status_name(s), (int)things, (int)pending,
                 s == TENON_OK ? "" : e.message);
    }
    return p->wrong[0] == '\0';
}

static bool add_up(plugin *p) {
    tenon_instance *i;
    tenon_error e = {0};
    uint64_t sum = 0;
    tenon_list list = {numbers, 64};
    tenon_status s = tenon_pool_take(p->pool, &i, &e);
    if (s == TENON_OK) {
        s = tenon_func_call(tenon_instance_func(i, NULL, "sum"), &list, &sum, NULL, &e);
        tenon_pool_give_back(p->pool, i);
    }
    if (s != TENON_OK || sum != 63 * 64 / 2) {
        snprintf(p->wrong, sizeof p->wrong, "%s: %s, sum %llu", tenon_status_name(s),
                 s == TENON_OK ? "" : e.message, (unsigned long long)sum);
    }
    return p->wrong[0] == '\0';
}

/* -- time -- */

static uint64_t now_ns(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * 1000000000 + (uint64_t)t.tv_nsec;
}

enum { MOST_TIMES = 1 << 20 };
static uint32_t times[MOST_TIMES];

static int by_time(const void *a, const void *b) {
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    return (x > y) - (x < y);
}

/* The honest plugin's calls until then; what they took is printed. */
static bool go_on(const char *when, uint64_t until) {
    size_t count = 0, all = 0;
    for (uint64_t t = now_ns(); t < until; all++) {
        if (!add_up(&honest)) {
            return false;
        }
        uint64_t end = now_ns();
        uint64_t took = end - t;
        t = end;
        if (count < MOST_TIMES) {
            times[count++] = took < UINT32_MAX ? (uint32_t)took : UINT32_MAX;
        }
    }
    qsort(times, count, sizeof times[0], by_time);
    printf("%s: %zu calls, median %u ns, 99 in 100 within %u ns\n", when, all,
           times[count / 2], times[count - 1 - count / 100]);
    return all > 0;
}

/* -- the tests -- */

/* Every deed in turn, more than once: as it should end, and nothing is left. */
START_TEST(each_deed) {
    open_all();
    size_t used = 0;
    for (int round = 0; round < 4; round++) {
        for (size_t n = 0; n < DEEDS; n++) {
            ck_assert_msg(attack(&hostile, &deeds[n]), "%s", hostile.wrong);
            ck_assert_msg(add_up(&honest), "after %s: %s", deeds[n].name, honest.wrong);
        }
        if (round == 1) {
            tenon_arena_reset(hostile.arena);
            used = live_bytes;
        }
    }
    tenon_arena_reset(hostile.arena);
    ck_assert_uint_eq(live_bytes, used);
    ck_assert_uint_eq(tenon_pool_count(hostile.pool).in_use, 0);
    close_all();
}
END_TEST

static atomic_bool over;
static unsigned long long attacks;

static void *run_hostile(void *unused) {
    (void)unused;
    while ((!over || attacks < DEEDS) && attack(&hostile, &deeds[attacks % DEEDS])) {
        attacks++;
    }
    return NULL;
}

static double seconds(void) {
    const char *text = getenv("HOSTILE_SECONDS");
    double s = text != NULL ? atof(text) : 1;
    return s > 0.1 ? s : 0.1;
}

START_TEST(beside_an_honest_one) {
    pthread_t thread;
    open_all();
    for (size_t n = 0; n < 2 * DEEDS; n++) {
        ck_assert_msg(attack(&hostile, &deeds[n % DEEDS]), "%s", hostile.wrong);
    }
    tenon_arena_reset(hostile.arena);
    uint64_t alone = (uint64_t)(seconds() * 0.2e9), beside = (uint64_t)(seconds() * 1e9);
    ck_assert_msg(go_on("alone ", now_ns() + alone), "%s", honest.wrong);
    size_t used = live_bytes, kib = resident_kib();
    ck_assert_int_eq(pthread_create(&thread, NULL, run_hostile, NULL), 0);
    bool right = go_on("beside", now_ns() + beside);
    over = true;
    pthread_join(thread, NULL);
    tenon_arena_reset(hostile.arena);
    printf("%llu attacks of %d kinds; %llu bytes said; heap %zu bytes before, %zu after; "
           "resident %zu KiB before, %zu after\n",
           attacks, (int)DEEDS, (unsigned long long)said_bytes, used, (size_t)live_bytes,
           kib, resident_kib());
    ck_assert_msg(right, "%s", honest.wrong);
    ck_assert_str_eq(hostile.wrong, "");
    ck_assert_uint_ge(attacks, DEEDS);
    /* A store may keep an eighth of its heap before it is made anew; a leak would be of
     * every attack. */
    ck_assert_uint_le(live_bytes, used + (1 << 20));
    ck_assert_int_eq(things, 0);
    ck_assert_int_eq(pending, 0);
    ck_assert_uint_eq(tenon_pool_count(honest.pool).replaced, 0);
    ck_assert_uint_le(tenon_pool_count(hostile.pool).made, 2);
    close_all();
}
END_TEST

int main(void) {
    Suite *suite = suite_create("hostile");
    TCase *tests = tcase_create("hostile");
    tcase_add_test(tests, each_deed);
    tcase_add_test(tests, beside_an_honest_one);
    tcase_set_timeout(tests, 600 + 4 * seconds());
    suite_add_tcase(suite, tests);
    return run_suite(suite);
}
