/* test_hostasync.c: calls from C that are started, then carried on by polling. */
#include "harness.h"

#include "api/api.h"
#include "base/format.h"
#include "exec/instance.h"
#include "tenon.h"
#include "text/component_text.h"

/* wait: blocks until wake has been called, then gives 42. fail: yields, then traps. */
static const char source[] =
    "(component"
    " (core module $M"
    "  (import \"\" \"yield\" (func $yield (result i32)))"
    "  (import \"\" \"return\" (func $return (param i32)))"
    "  (global $go (mut i32) (i32.const 0))"
    "  (func (export \"wait\")"
    "   (loop $l (drop (call $yield)) (br_if $l (i32.eqz (global.get $go))))"
    "   (call $return (i32.const 42)))"
    "  (func (export \"fail\") (drop (call $yield)) unreachable)"
    "  (func (export \"wake\") (global.set $go (i32.const 1))))"
    " (canon thread.yield (core func $yield))"
    " (canon task.return (result u32) (core func $return))"
    " (core instance $m (instantiate $M (with \"\" (instance"
    "  (export \"yield\" (func $yield)) (export \"return\" (func $return))))))"
    " (func (export \"wait\") async (result u32)"
    "  (canon lift (core func $m \"wait\") async))"
    " (func (export \"fail\") async (result u32)"
    "  (canon lift (core func $m \"fail\") async))"
    " (func (export \"wake\") (canon lift (core func $m \"wake\"))))";

typedef struct world {
    tenon_engine *engine;
    tenon_component *component;
    tenon_linker *linker;
    tenon_store *store;
    tenon_instance *instance;
    tni_buf bytes;
    tenon_error e;
} world;

static void open_source(world *w, tni_str text) {
    tenon_engine_config config;
    tenon_engine_config_init(&config);
    config.features = tenon_features_default() | TENON_FEATURE_MASK(CM_ASYNC_STACKFUL) |
                      TENON_FEATURE_MASK(CM_MORE_ASYNC_BUILTINS) |
                      TENON_FEATURE_MASK(CM_THREADING);
    memset(&w->e, 0, sizeof w->e);
    ck_assert_int_eq(tenon_engine_new(&config, &w->engine, &w->e), TENON_OK);
    tni_buf_init(&w->bytes, &w->engine->heap);
    ck_assert_msg(tni_text_component(w->engine, text, &w->bytes, &w->e) == TENON_OK,
                  "%u: %s", w->e.column, w->e.message);
    ck_assert_msg(tenon_component_load(w->engine, w->bytes.data, w->bytes.count, 0,
                                       &w->component, &w->e) == TENON_OK,
                  "%s", w->e.message);
    ck_assert_int_eq(tenon_linker_new(w->engine, &w->linker, &w->e), TENON_OK);
    ck_assert_int_eq(tenon_store_new(w->engine, NULL, &w->store, &w->e), TENON_OK);
    ck_assert_msg(tenon_instantiate(w->linker, w->store, w->component, &w->instance,
                                    &w->e) == TENON_OK,
                  "%s", w->e.message);
}

static void open_world(world *w) {
    open_source(w, tni_str_of(source));
}

static void close_world(world *w) {
    tenon_store_delete(w->store);
    tenon_linker_delete(w->linker);
    tenon_component_delete(w->component);
    tni_buf_free(&w->bytes);
    tenon_engine_delete(w->engine);
}

static tenon_started *start(world *w, const char *name, uint32_t *result) {
    tenon_started *started = NULL;
    tenon_func *f = tenon_instance_func(w->instance, NULL, name);
    ck_assert_ptr_nonnull(f);
    ck_assert_msg(tenon_call_start(f, NULL, result, NULL, &started, &w->e) == TENON_OK,
                  "%s", w->e.message);
    return started;
}

START_TEST(two_calls_in_progress) {
    world w;
    uint32_t a = 0, b = 0;
    bool idle = true;
    open_world(&w);
    tenon_started *first = start(&w, "wait", &a), *second = start(&w, "wait", &b);
    for (int i = 0; i < 10; i++) {
        ck_assert_int_eq(tenon_store_poll(w.store, &idle, &w.e), TENON_OK);
        ck_assert(!idle);
    }
    ck_assert(!tenon_started_done(w.store, first));
    ck_assert(!tenon_started_done(w.store, second));
    tenon_started *wake = start(&w, "wake", NULL);
    ck_assert(tenon_started_done(w.store, wake));
    for (int i = 0; i < 10 && !idle; i++) {
        ck_assert_int_eq(tenon_store_poll(w.store, &idle, &w.e), TENON_OK);
    }
    ck_assert(idle);
    ck_assert(tenon_started_done(w.store, first));
    ck_assert(tenon_started_done(w.store, second));
    ck_assert_uint_eq(a, 42);
    ck_assert_uint_eq(b, 42);
    tenon_started_delete(w.store, first);
    ck_assert_ptr_eq(start(&w, "wake", NULL), first); /* the object is used again */
    close_world(&w);
}
END_TEST

START_TEST(a_trap_is_the_polls) {
    world w;
    uint32_t a = 0;
    bool idle;
    tenon_started *again = NULL;
    open_world(&w);
    tenon_started *call = start(&w, "fail", &a);
    ck_assert_int_eq(tenon_store_poll(w.store, &idle, &w.e), TENON_TRAP);
    ck_assert(!tenon_started_done(w.store, call));
    ck_assert_int_eq(tenon_store_poll(w.store, &idle, &w.e), TENON_OK);
    ck_assert(idle);
    tenon_func *f = tenon_instance_func(w.instance, NULL, "wait");
    ck_assert_int_eq(tenon_call_start(f, NULL, &a, NULL, &again, &w.e), TENON_TRAP);
    ck_assert_int_eq(tenon_call_start(f, NULL, NULL, NULL, &again, &w.e), TENON_USAGE);
    close_world(&w);
}
END_TEST

/* All parked at once; what one costs, its wasm frame included. */
START_TEST(ten_thousand_parked) {
    enum { COUNT = 10000 };
    static uint32_t results[COUNT];
    static tenon_started *calls[COUNT];
    world w;
    bool idle = false;
    open_world(&w);
    (void)start(&w, "wait", &results[0]); /* what is made once */
    const u64 before = tni_store_of(w.store)->heap.used_bytes;
    for (int i = 0; i < COUNT; i++) {
        calls[i] = start(&w, "wait", &results[i]);
    }
    const u64 bytes = (tni_store_of(w.store)->heap.used_bytes - before) / COUNT;
    ck_assert_msg(bytes < 1024, "a parked task takes %llu bytes",
                  (unsigned long long)bytes);
    (void)start(&w, "wake", NULL);
    while (!idle) {
        ck_assert_int_eq(tenon_store_poll(w.store, &idle, &w.e), TENON_OK);
    }
    for (int i = 0; i < COUNT; i++) {
        ck_assert(tenon_started_done(w.store, calls[i]));
        ck_assert_uint_eq(results[i], 42);
    }
    close_world(&w);
}
END_TEST

/* LINKS instances, each of which calls the one before: "f" is u32 -> u32, plus 1. */
static void open_chain(world *w, const char *function, const char *lift) {
    enum { LINKS = 1000 };
    tenon_engine *engine;
    tni_buf text;
    ck_assert_int_eq(tenon_engine_new(NULL, &engine, NULL), TENON_OK);
    tni_buf_init(&text, &engine->heap);
    tni_buf_format(
        &text,
        "(component"
        " (component $First"
        "  (core module $M (func (export \"f\") (param i32) (result i32)"
        "   (i32.add (local.get 0) (i32.const 1))))"
        "  (core instance $m (instantiate $M))"
        "  (func (export \"f\") %s (canon lift (core func $m \"f\"))))"
        " (component $Next"
        "  (import \"f\" (func $f %s))"
        "  (canon lower (func $f) (core func $g))"
        "  (core module $M (import \"\" \"g\" (func $g (param i32) (result i32)))"
        "   (func (export \"f\") (param i32) (result i32)"
        "    (i32.add (call $g (local.get 0)) (i32.const 1))))"
        "  (core instance $m (instantiate $M (with \"\" (instance"
        "   (export \"g\" (func $g))))))"
        "  (func (export \"f\") %s (canon lift (core func $m \"f\") %s)))"
        " (instance $i1 (instantiate $First))",
        function, function, function, lift);
    for (int i = 2; i <= LINKS; i++) {
        tni_buf_format(&text,
                       "(instance $i%d (instantiate $Next (with \"f\" (func $i%d "
                       "\"f\"))))",
                       i, i - 1);
    }
    tni_buf_format(&text, "(export \"f\" (func $i%d \"f\")))", LINKS);
    open_source(w, (tni_str){(const char *)text.data, text.count});
    tni_buf_free(&text);
    tenon_engine_delete(engine);
}

START_TEST(a_chain_of_a_thousand_calls) {
    const struct {
        const char *function, *lift;
    } kinds[] = {{"(param \"x\" u32) (result u32)", ""},
                 {"async (param \"x\" u32) (result u32)", ""}};
    for (size_t k = 0; k < 2; k++) {
        world w;
        uint32_t x = 5, y = 0;
        open_chain(&w, kinds[k].function, kinds[k].lift);
        tenon_func *f = tenon_instance_func(w.instance, NULL, "f");
        ck_assert_msg(tenon_func_call(f, &x, &y, NULL, &w.e) == TENON_OK, "%s",
                      w.e.message);
        ck_assert_uint_eq(y, 1005);
        close_world(&w);
    }
}
END_TEST

int main(void) {
    Suite *suite = suite_create("hostasync");
    TCase *tests = tcase_create("hostasync");
    tcase_add_test(tests, two_calls_in_progress);
    tcase_add_test(tests, a_trap_is_the_polls);
    tcase_add_test(tests, ten_thousand_parked);
    tcase_add_test(tests, a_chain_of_a_thousand_calls);
    tcase_set_timeout(tests, 60);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed != 0;
}
