/* test_threads.c: what threads may share: an engine, its components, a linker and what is
 * linked with it, with a store for each thread; interrupts and answers from other
 * threads. Under `make tsan` ThreadSanitizer watches. */
#define _POSIX_C_SOURCE 200809L
#include <check.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "suite.h"
#include "tenon.h"

enum { THREADS = 4, ROUNDS = 25 };

/* sum adds the bytes of a string; boom traps two frames deep; spin never ends; ask calls
 * the host, which answers later. Each function is translated by whoever calls it first.
 */
static const char source[] =
    "(component"
    " (import \"host\" (instance $h (export \"twice\" (func (param \"x\" u32)"
    "  (result u32)))))"
    " (canon lower (func $h \"twice\") (core func $twice))"
    " (core module $M"
    "  (import \"\" \"twice\" (func $twice (param i32) (result i32)))"
    "  (memory (export \"m\") 1)"
    "  (global $at (mut i32) (i32.const 1024))"
    "  (func (export \"realloc\") (param i32 i32 i32 i32) (result i32)"
    "   (global.get $at)"
    "   (global.set $at (i32.add (global.get $at) (local.get 3))))"
    "  (func (export \"sum\") (param $p i32) (param $n i32) (result i32) (local $s i32)"
    "   (loop $l (if (local.get $n) (then"
    "    (local.set $s (i32.add (local.get $s) (i32.load8_u (local.get $p))))"
    "    (local.set $p (i32.add (local.get $p) (i32.const 1)))"
    "    (local.set $n (i32.sub (local.get $n) (i32.const 1))) (br $l))))"
    "   (local.get $s))"
    "  (func $deep (i32.store (i32.const -4) (i32.const 0)))"
    "  (func (export \"boom\") (call $deep))"
    "  (func (export \"spin\") (loop $l (br $l)))"
    "  (func (export \"grow\") (result i32) (memory.grow (i32.const 3)))"
    "  (func (export \"ask\") (param i32) (result i32) (call $twice (local.get 0))))"
    " (core instance $i (instantiate $M (with \"\" (instance"
    "  (export \"twice\" (func $twice))))))"
    " (func (export \"sum\") (param \"s\" string) (result u32) (canon lift"
    "  (core func $i \"sum\") (memory (core memory $i \"m\"))"
    "  (realloc (core func $i \"realloc\"))))"
    " (func (export \"boom\") (canon lift (core func $i \"boom\")))"
    " (func (export \"spin\") (canon lift (core func $i \"spin\")))"
    " (func (export \"grow\") (result s32) (canon lift (core func $i \"grow\")))"
    " (func (export \"ask\") (param \"x\" u32) (result u32)"
    "  (canon lift (core func $i \"ask\"))))";

/* -- the host -- */

/* One for each store: who answers, and the pipe that wakes the store's thread. */
typedef struct answerer {
    tenon_pending *pending;
    uint32_t x;
    pthread_t thread;
    int pipe[2];
} answerer;

static void *answer(void *arg) {
    answerer *a = arg;
    *(uint32_t *)tenon_pending_result(a->pending) = 2 * a->x;
    tenon_pending_post(a->pending, TENON_OK);
    return NULL;
}

/* The linker is shared, so what belongs to one store is found by its thread. */
static pthread_key_t own_answerer;

static tenon_status twice(tenon_call *call, void *user, const void *args, void *result) {
    answerer *a = pthread_getspecific(own_answerer);
    uint32_t x = *(const uint32_t *)args;
    (void)user;
    if (a == NULL) {
        *(uint32_t *)result = 2 * x;
        return TENON_OK;
    }
    a->x = x;
    a->pending = tenon_call_pend(call, NULL, NULL);
    if (a->pending == NULL || pthread_create(&a->thread, NULL, answer, a) != 0) {
        return tenon_call_fail(call, "cannot wait");
    }
    return TENON_PENDING;
}

static tenon_status wait_for_answer(void *user, tenon_store *store, tenon_error *error) {
    answerer *a = user;
    char byte;
    (void)store;
    (void)error;
    return read(a->pipe[0], &byte, 1) == 1 ? TENON_OK : TENON_HOST;
}

static void wake(void *user) {
    answerer *a = user;
    (void)!write(a->pipe[1], "", 1);
}

static const tenon_type u32_type = {.kind = TENON_TYPE_U32};
static const tenon_field x_param[] = {{"x", &u32_type}};
static const tenon_host_func host_funcs[] = {
    {"twice", {.param_count = 1, .params = x_param, .result = &u32_type}, twice}};
static const tenon_interface host_interface = {
    .name = "host", .funcs = host_funcs, .func_count = 1};

/* -- what is shared -- */

typedef struct shared {
    tenon_engine *engine;
    tenon_component *component;
    tenon_linker *linker;
    tenon_prelinked *prelinked; /* of the two */
} shared;

static shared open_shared(void) {
    shared s;
    tenon_error e;
    ck_assert_int_eq(tenon_engine_new(NULL, &s.engine, &e), TENON_OK);
    ck_assert_msg(tenon_component_load_text(s.engine, source, sizeof source - 1,
                                            &s.component, &e) == TENON_OK,
                  "%u: %s", e.column, e.message);
    ck_assert_int_eq(tenon_linker_new(s.engine, &s.linker, &e), TENON_OK);
    ck_assert_int_eq(tenon_linker_add(s.linker, &host_interface, NULL, &e), TENON_OK);
    ck_assert_int_eq(tenon_prelink(s.linker, s.component, &s.prelinked, &e), TENON_OK);
    return s;
}

static void close_shared(shared *s) {
    tenon_prelinked_delete(s->prelinked);
    tenon_linker_delete(s->linker);
    tenon_component_delete(s->component);
    tenon_engine_delete(s->engine);
}

/* A thread's work, and what became of it: libcheck's own words are for the main thread.
 */
typedef struct worker {
    shared *s;
    unsigned number;
    const char *failed; /* NULL: all is well */
    tenon_error e;
} worker;

#define EXPECT(w, condition)                                                             \
    do {                                                                                 \
        if (!(condition)) {                                                              \
            (w)->failed = #condition;                                                    \
            return NULL;                                                                 \
        }                                                                                \
    } while (0)

static void run_workers(shared *s, void *(*work)(void *)) {
    static worker workers[THREADS];
    pthread_t threads[THREADS];
    for (unsigned i = 0; i < THREADS; i++) {
        workers[i] = (worker){.s = s, .number = i};
        ck_assert_int_eq(pthread_create(&threads[i], NULL, work, &workers[i]), 0);
    }
    for (unsigned i = 0; i < THREADS; i++) {
        ck_assert_int_eq(pthread_join(threads[i], NULL), 0);
    }
    for (unsigned i = 0; i < THREADS; i++) {
        ck_assert_msg(workers[i].failed == NULL, "thread %u: %s: %s", i,
                      workers[i].failed, workers[i].e.message);
    }
}

static tenon_status call(tenon_instance *i, const char *name, const void *args,
                         void *result, tenon_error *e) {
    return tenon_func_call(tenon_instance_func(i, NULL, name), args, result, NULL, e);
}

/* -- stores -- */

/* Instances come and go, are called, trap and say where. */
static void *use_stores(void *arg) {
    worker *w = arg;
    for (int round = 0; round < ROUNDS; round++) {
        tenon_store *store;
        tenon_instance *i;
        uint32_t sum = 0;
        int32_t pages = 0;
        tenon_string text = {(const char *)"\1\2\3", 3};
        EXPECT(w, tenon_store_new(w->s->engine, NULL, &store, &w->e) == TENON_OK);
        if (round % 2 == 0) {
            EXPECT(w, tenon_instantiate(w->s->linker, store, w->s->component, &i,
                                        &w->e) == TENON_OK);
        } else {
            EXPECT(w, tenon_prelinked_instantiate(w->s->prelinked, store, &i, &w->e) ==
                          TENON_OK);
        }
        EXPECT(w, call(i, "sum", &text, &sum, &w->e) == TENON_OK && sum == 6);
        EXPECT(w, call(i, "ask", &sum, &sum, &w->e) == TENON_OK && sum == 12);
        EXPECT(w, call(i, "grow", NULL, &pages, &w->e) == TENON_OK && pages == 1);
        EXPECT(w, call(i, "boom", NULL, NULL, &w->e) == TENON_TRAP);
        EXPECT(w, w->e.frame_count >= 2 && w->e.frames[0].offset != TENON_NO_OFFSET);
        EXPECT(w, call(i, "sum", &text, &sum, &w->e) == TENON_TRAP);
        tenon_store_delete(store);
    }
    return NULL;
}

START_TEST(each_thread_has_stores) {
    shared s = open_shared();
    run_workers(&s, use_stores);
    close_shared(&s);
}
END_TEST

/* -- loading and translating -- */

/* Types go to the engine's registry, code to the component, at the same time. */
static void *load_and_translate(void *arg) {
    worker *w = arg;
    for (int round = 0; round < ROUNDS; round++) {
        static const char text[] =
            "(module (type $f (func (param i32 i64 f32) (result f64 i32)))"
            " (type $s (struct (field (mut i64)) (field (ref null $f))))"
            " (func (export \"f\") (param (ref null $s)) (result i64)"
            "  (struct.get $s 0 (local.get 0))))";
        tenon_module *m;
        tenon_component *c;
        EXPECT(w, tenon_module_load_text(w->s->engine, text, sizeof text - 1, &m,
                                         &w->e) == TENON_OK);
        EXPECT(w, tenon_component_load_text(w->s->engine, source, sizeof source - 1, &c,
                                            &w->e) == TENON_OK);
        EXPECT(w, tenon_component_translate(w->s->component, &w->e) == TENON_OK);
        EXPECT(w, tenon_module_translate(m, &w->e) == TENON_OK);
        tenon_component_delete(c);
        tenon_module_delete(m);
    }
    return NULL;
}

static void *use_or_load(void *arg) {
    worker *w = arg;
    return w->number % 2 == 0 ? use_stores(w) : load_and_translate(w);
}

START_TEST(others_load_meanwhile) {
    shared s = open_shared();
    run_workers(&s, use_or_load);
    close_shared(&s);
}
END_TEST

/* -- pools -- */

static void *use_pool(void *arg) {
    worker *w = arg;
    tenon_pool *pool;
    tenon_pool_config config;
    tenon_pool_config_init(&config);
    config.ready = 1;
    EXPECT(w, tenon_pool_new(w->s->linker, w->s->component, &config, &pool, &w->e) ==
                  TENON_OK);
    for (int round = 0; round < ROUNDS; round++) {
        tenon_instance *i;
        uint32_t sum = 0;
        tenon_string text = {"ab", 2};
        EXPECT(w, tenon_pool_take(pool, &i, &w->e) == TENON_OK);
        EXPECT(w, call(i, "sum", &text, &sum, &w->e) == TENON_OK && sum == 195);
        if (round % 3 == 0) {
            EXPECT(w, call(i, "boom", NULL, NULL, &w->e) == TENON_TRAP);
        }
        tenon_pool_give_back(pool, i);
    }
    tenon_pool_delete(pool);
    return NULL;
}

START_TEST(each_thread_has_a_pool) {
    shared s = open_shared();
    run_workers(&s, use_pool);
    close_shared(&s);
}
END_TEST

/* -- from other threads -- */

static void *interrupt(void *arg) {
    nanosleep(&(struct timespec){.tv_nsec = 2000000}, NULL);
    tenon_store_interrupt(arg);
    return NULL;
}

static void *be_interrupted(void *arg) {
    worker *w = arg;
    for (int round = 0; round < 3; round++) {
        tenon_store *store;
        tenon_instance *i;
        pthread_t other;
        EXPECT(w, tenon_store_new(w->s->engine, NULL, &store, &w->e) == TENON_OK);
        EXPECT(w, tenon_instantiate(w->s->linker, store, w->s->component, &i, &w->e) ==
                      TENON_OK);
        EXPECT(w, pthread_create(&other, NULL, interrupt, store) == 0);
        EXPECT(w, call(i, "spin", NULL, NULL, &w->e) == TENON_LIMIT);
        EXPECT(w, pthread_join(other, NULL) == 0);
        tenon_store_delete(store);
    }
    return NULL;
}

START_TEST(another_thread_interrupts) {
    shared s = open_shared();
    run_workers(&s, be_interrupted);
    close_shared(&s);
}
END_TEST

static void *be_answered(void *arg) {
    worker *w = arg;
    tenon_store *store;
    tenon_instance *i;
    answerer a = {.pending = NULL};
    EXPECT(w, pipe(a.pipe) == 0 && pthread_setspecific(own_answerer, &a) == 0);
    EXPECT(w, tenon_store_new(w->s->engine, NULL, &store, &w->e) == TENON_OK);
    EXPECT(w, tenon_store_set_wake(store, wake, &a, &w->e) == TENON_OK);
    EXPECT(w, tenon_store_set_wait(store, wait_for_answer, &a, &w->e) == TENON_OK);
    EXPECT(w, tenon_instantiate(w->s->linker, store, w->s->component, &i, &w->e) ==
                  TENON_OK);
    for (uint32_t round = 0; round < ROUNDS; round++) {
        uint32_t x = 100 * w->number + round, y = 0;
        EXPECT(w, call(i, "ask", &x, &y, &w->e) == TENON_OK && y == 2 * x);
        EXPECT(w, pthread_join(a.thread, NULL) == 0);
    }
    tenon_store_delete(store);
    close(a.pipe[0]);
    close(a.pipe[1]);
    return NULL;
}

START_TEST(another_thread_answers) {
    shared s = open_shared();
    run_workers(&s, be_answered);
    close_shared(&s);
}
END_TEST

int main(void) {
    if (pthread_key_create(&own_answerer, NULL) != 0) {
        return 1;
    }
    Suite *suite = suite_create("threads");
    TCase *tests = tcase_create("threads");
    tcase_add_test(tests, each_thread_has_stores);
    tcase_add_test(tests, others_load_meanwhile);
    tcase_add_test(tests, each_thread_has_a_pool);
    tcase_add_test(tests, another_thread_interrupts);
    tcase_add_test(tests, another_thread_answers);
    tcase_set_timeout(tests, 120);
    suite_add_tcase(suite, tests);
    return run_suite(suite);
}
