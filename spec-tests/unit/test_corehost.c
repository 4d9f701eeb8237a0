/* test_corehost.c: core modules with host functions through tenon/core.h: linking, types,
 * memory, calls both ways, traps, exits, limits, and every allocation failing */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "suite.h"
#include "tenon/core.h"

static size_t live_bytes;
static unsigned requests, fail_at; /* fail_at 0: never */
static tenon_engine *engine;
static tenon_core_linker *linker;
static tenon_store *store;
static tenon_error error;

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

static void set_up(void) {
    tenon_engine_config config;
    tenon_engine_config_init(&config);
    config.allocator.resize = counting_resize;
    live_bytes = 0;
    requests = fail_at = 0;
    ck_assert_int_eq(tenon_engine_new(&config, &engine, &error), TENON_OK);
    ck_assert_int_eq(tenon_core_linker_new(engine, &linker, &error), TENON_OK);
    ck_assert_int_eq(tenon_store_new(engine, NULL, &store, &error), TENON_OK);
}

static void tear_down(void) {
    tenon_store_delete(store);
    tenon_core_linker_delete(linker);
    tenon_engine_delete(engine);
    ck_assert_uint_eq(live_bytes, 0);
}

/* Loads and instantiates a text; the module is deleted at once. */
static tenon_status instantiate(const char *text, tenon_core_instance **out) {
    tenon_module *m = NULL;
    tenon_status status = tenon_module_load_text(engine, text, strlen(text), &m, &error);
    if (status == TENON_OK) {
        status = tenon_core_instantiate(linker, store, m, out, &error);
    }
    tenon_module_delete(m);
    return status;
}

static tenon_core_instance *instance_of(const char *text) {
    tenon_core_instance *i = NULL;
    ck_assert_msg(instantiate(text, &i) == TENON_OK, "%s", error.message);
    return i;
}

static tenon_core_func *func_of(tenon_core_instance *i, const char *name) {
    tenon_core_func *f = tenon_core_instance_func(i, name);
    ck_assert_ptr_nonnull(f);
    return f;
}

/* -- host functions -- */

static tenon_status mix(tenon_core_call *call, void *user, const uint64_t *args,
                        uint64_t *results) {
    float f;
    double d;
    uint32_t bits = (uint32_t)args[2];
    (void)call;
    memcpy(&f, &bits, 4);
    memcpy(&d, &args[3], 8);
    *(int *)user += 1;
    results[0] = (uint32_t)args[0] + 1;
    results[1] = args[1] + 1;
    f = f + 1;
    d = d + 1;
    memcpy(&bits, &f, 4);
    results[2] = bits;
    memcpy(&results[3], &d, 8);
    return TENON_OK;
}

static tenon_status sum_bytes(tenon_core_call *call, void *user, const uint64_t *args,
                              uint64_t *results) {
    tenon_core_instance *caller = tenon_core_call_instance(call);
    uint64_t bytes;
    uint32_t at = (uint32_t)args[0], len = (uint32_t)args[1];
    (void)user;
    if (caller == NULL) {
        return tenon_core_fail(call, "no caller, but %u bytes", len);
    }
    const uint8_t *p = tenon_core_instance_memory(caller, "memory", &bytes);
    if (len > bytes || at > bytes - len) {
        return tenon_core_fail(call, "%u bytes at %u are out of bounds", len, at);
    }
    for (uint32_t i = 0; i < len; i++) {
        results[0] += p[at + i];
    }
    return TENON_OK;
}

static tenon_status fail_with(tenon_core_call *call, void *user, const uint64_t *args,
                              uint64_t *results) {
    (void)call;
    (void)user;
    (void)results;
    return (tenon_status)(uint32_t)args[0];
}

static tenon_status leave(tenon_core_call *call, void *user, const uint64_t *args,
                          uint64_t *results) {
    (void)user;
    (void)results;
    return tenon_core_exit(call, (int32_t)(uint32_t)args[0]);
}

static tenon_status wait_forever(tenon_core_call *call, void *user, const uint64_t *args,
                                 uint64_t *results) {
    (void)user;
    (void)args;
    (void)results;
    for (;;) {
        tenon_status status = tenon_core_check(call);
        if (status != TENON_OK) {
            return status;
        }
    }
}

static tenon_status call_back(tenon_core_call *call, void *user, const uint64_t *args,
                              uint64_t *results) {
    tenon_core_func *f = tenon_core_instance_func(tenon_core_call_instance(call), "back");
    tenon_error inner;
    uint64_t n = (uint32_t)args[0], out[1];
    *(int *)user += 1;
    tenon_status status = tenon_core_func_call(f, &n, out, &inner);
    if (status != TENON_OK) {
        return status == TENON_TRAP ? tenon_core_fail(call, "inside: %s", inner.message)
                                    : status;
    }
    results[0] = out[0] * 10;
    return TENON_OK;
}

static int calls;
static const tenon_core_host_func funcs[] = {
    {"mix", "iIfF:iIfF", mix},   {"sum", "ii:i", sum_bytes},
    {"fail", "i:", fail_with},   {"exit", "i:", leave},
    {"wait", ":", wait_forever}, {"call-back", "i:i", call_back},
};

static void add_all(void) {
    calls = 0;
    ck_assert_int_eq(tenon_core_linker_add(linker, "env", funcs,
                                           sizeof funcs / sizeof funcs[0], &calls,
                                           &error),
                     TENON_OK);
}

START_TEST(values_go_both_ways) {
    static const char text[] =
        "(module (import \"env\" \"mix\" (func $mix (param i32 i64 f32 f64)"
        "   (result i32 i64 f32 f64)))"
        " (func (export \"f\") (param i32 i64 f32 f64) (result i32 i64 f32 f64)"
        "   (call $mix (local.get 0) (local.get 1) (local.get 2) (local.get 3)))"
        " (export \"mix\" (func $mix))"
        " (global (export \"g\") i64 (i64.const -5))"
        " (func (export \"v\") (param v128)) (func (export \"none\")))";
    add_all();
    tenon_core_instance *i = instance_of(text);
    tenon_core_func *f = func_of(i, "f");
    const char letters[] = "iIfF";
    for (uint32_t n = 0; n <= 4; n++) { /* the 0 past the end too */
        ck_assert_int_eq(tenon_core_func_param(f, n), letters[n]);
        ck_assert_int_eq(tenon_core_func_result(f, n), letters[n]);
    }
    /* The high half of an i32 is nobody's. */
    uint64_t args[4] = {0xabcdef01ffffffffu, UINT64_MAX, 0x3fc00000, 0x4004000000000000};
    uint64_t want[4] = {0, 0, 0x40200000, 0x400c000000000000};
    for (int direct = 0; direct < 2; direct++) {
        uint64_t results[4];
        f = func_of(i, direct ? "mix" : "f");
        ck_assert_int_eq(tenon_core_func_call(f, args, results, &error), TENON_OK);
        results[0] &= UINT32_MAX;
        results[2] &= UINT32_MAX;
        ck_assert_mem_eq(results, want, sizeof want);
    }
    ck_assert_int_eq(calls, 2);
    uint64_t value = 0;
    ck_assert(tenon_core_instance_global(i, "g", &value));
    ck_assert_int_eq((int64_t)value, -5);
    ck_assert(!tenon_core_instance_global(i, "f", &value));
    ck_assert(!tenon_core_instance_global(i, "nothing", &value));
    ck_assert_int_eq(tenon_core_func_param(func_of(i, "v"), 0), '?');
    ck_assert_int_eq(tenon_core_func_call(func_of(i, "v"), args, NULL, &error),
                     TENON_UNSUPPORTED);
    ck_assert_int_eq(tenon_core_func_call(func_of(i, "none"), NULL, NULL, NULL),
                     TENON_OK);
    ck_assert_ptr_null(tenon_core_instance_func(i, "g"));
    ck_assert_ptr_null(tenon_core_instance_func(i, "nothing"));
}
END_TEST

START_TEST(memory_of_the_caller) {
    static const char text[] =
        "(module (import \"env\" \"sum\" (func $sum (param i32 i32) (result i32)))"
        " (memory (export \"memory\") 1) (data (i32.const 65532) \"\\01\\02\\03\\04\")"
        " (func (export \"f\") (param i32 i32) (result i32)"
        "   (return_call $sum (local.get 0) (local.get 1)))"
        " (export \"sum\" (func $sum)))";
    add_all();
    tenon_core_instance *i = instance_of(text);
    uint64_t args[2] = {65532, 4}, results[1], bytes;
    ck_assert_int_eq(tenon_core_func_call(func_of(i, "f"), args, results, &error),
                     TENON_OK);
    ck_assert_uint_eq((uint32_t)results[0], 10);
    args[1] = 5;
    ck_assert_int_eq(tenon_core_func_call(func_of(i, "f"), args, results, &error),
                     TENON_TRAP);
    ck_assert_str_eq(error.message, "5 bytes at 65532 are out of bounds");
    ck_assert_int_eq(tenon_core_func_call(func_of(i, "sum"), args, results, &error),
                     TENON_TRAP);
    ck_assert_str_eq(error.message, "no caller, but 5 bytes");
    uint8_t *p = tenon_core_instance_memory(i, "memory", &bytes);
    ck_assert_uint_eq(bytes, 65536);
    ck_assert_uint_eq(p[65533], 2);
    ck_assert_ptr_null(tenon_core_instance_memory(i, "f", &bytes));
    ck_assert_uint_eq(bytes, 0);
}
END_TEST

START_TEST(failures_end_the_call) {
    static const char text[] =
        "(module (import \"env\" \"fail\" (func $fail (param i32)))"
        " (import \"env\" \"exit\" (func $exit (param i32)))"
        " (func $inner (param i32) (call $fail (local.get 0)))"
        " (func (export \"f\") (param i32) (call $inner (local.get 0)))"
        " (func (export \"e\") (param i32) (call $exit (local.get 0)) (unreachable))"
        " (func (export \"div\") (result i32) (i32.div_u (i32.const 1) (i32.const 0))))";
    add_all();
    tenon_core_instance *i = instance_of(text);
    uint64_t arg = TENON_TRAP, result;
    ck_assert_int_eq(tenon_core_func_call(func_of(i, "f"), &arg, NULL, &error),
                     TENON_TRAP);
    ck_assert_str_eq(error.message, "host function failed: fail: trap");
    ck_assert_uint_ge(error.frame_count, 2);
    arg = TENON_HOST;
    ck_assert_int_eq(tenon_core_func_call(func_of(i, "f"), &arg, NULL, &error),
                     TENON_HOST);
    arg = (uint32_t)-3;
    ck_assert_int_eq(tenon_core_func_call(func_of(i, "e"), &arg, NULL, &error),
                     TENON_EXIT);
    ck_assert_int_eq(error.exit_code, -3);
    ck_assert_int_eq(tenon_core_func_call(func_of(i, "div"), NULL, &result, &error),
                     TENON_TRAP);
    ck_assert_str_eq(error.message, "integer divide by zero");
    arg = 0; /* and an instance can be called again */
    ck_assert_int_eq(tenon_core_func_call(func_of(i, "f"), &arg, NULL, &error), TENON_OK);
}
END_TEST

START_TEST(calls_back_and_nests) {
    static const char text[] =
        "(module (import \"env\" \"call-back\" (func $cb (param i32) (result i32)))"
        " (func (export \"back\") (param i32) (result i32)"
        "   (if (i32.eq (local.get 0) (i32.const 99)) (then (unreachable)))"
        "   (if (i32.eqz (local.get 0)) (then (return (i32.const 1))))"
        "   (call $cb (i32.sub (local.get 0) (i32.const 1)))))";
    add_all();
    tenon_core_instance *i = instance_of(text);
    tenon_core_func *f = func_of(i, "back");
    uint64_t arg = 3, result;
    ck_assert_int_eq(tenon_core_func_call(f, &arg, &result, &error), TENON_OK);
    ck_assert_uint_eq((uint32_t)result, 1000);
    arg = 100;
    ck_assert_int_eq(tenon_core_func_call(f, &arg, &result, &error), TENON_TRAP);
    ck_assert_str_eq(error.message, "inside: unreachable");
    arg = 1000;
    ck_assert_int_eq(tenon_core_func_call(f, &arg, &result, &error), TENON_LIMIT);
    ck_assert_int_lt(calls, 40);
}
END_TEST

START_TEST(waiting_is_interrupted) {
    add_all();
    tenon_core_instance *i =
        instance_of("(module (import \"env\" \"wait\" (func $w)) (func (export \"f\") "
                    "(call $w)))");
    tenon_store_interrupt(store);
    ck_assert_int_eq(tenon_core_func_call(func_of(i, "f"), NULL, NULL, &error),
                     TENON_LIMIT);
    tenon_store_set_timeout(store, 20000000);
    ck_assert_int_eq(tenon_core_func_call(func_of(i, "f"), NULL, NULL, &error),
                     TENON_LIMIT);
}
END_TEST

START_TEST(imports_are_checked) {
    tenon_core_instance *i = NULL;
    add_all();
    ck_assert_int_eq(instantiate("(module (import \"env\" \"nothing\" (func)))", &i),
                     TENON_UNLINKABLE);
    ck_assert_str_eq(error.message, "unknown import: \"env\" \"nothing\"");
    ck_assert_int_eq(instantiate("(module (import \"en\" \"vmix\" (func)))", &i),
                     TENON_UNLINKABLE);
    ck_assert_int_eq(
        instantiate("(module (import \"env\" \"exit\" (func (param i64))))", &i),
        TENON_UNLINKABLE);
    ck_assert_ptr_nonnull(strstr(error.message, "incompatible import type"));
    ck_assert_int_eq(instantiate("(module (import \"env\" \"exit\" (memory 1)))", &i),
                     TENON_UNLINKABLE);
    ck_assert_ptr_null(i);
}
END_TEST

START_TEST(tables_are_checked) {
    static const char *const bad[] = {
        "", "i", "i:x", "x:", "::", "i:i:i", "iiiiiiiiiiiiiiiii:", ":IIIIIIIIIIIIIIIII"};
    for (size_t n = 0; n < sizeof bad / sizeof bad[0]; n++) {
        tenon_core_host_func row = {"f", bad[n], leave};
        ck_assert_int_eq(tenon_core_linker_add(linker, "m", &row, 1, NULL, &error),
                         TENON_USAGE);
    }
    tenon_core_host_func row = {"f", "iiiiiiiiiiiiiiii:IIIIIIIIIIIIIIII", leave};
    ck_assert_int_eq(tenon_core_linker_add(linker, "m", &row, 1, NULL, &error), TENON_OK);
    ck_assert_int_eq(tenon_core_linker_add(linker, "m", &row, 1, NULL, &error),
                     TENON_USAGE);
}
END_TEST

START_TEST(instances_offer_their_exports) {
    tenon_core_instance *a =
        instance_of("(module (memory (export \"memory\") 1) (func (export \"f\") (result "
                    "i32) (i32.load (i32.const 8))))");
    ck_assert_int_eq(tenon_core_linker_add_instance(linker, "a", a, &error), TENON_OK);
    ck_assert_int_eq(tenon_core_linker_add_instance(linker, "a", a, &error), TENON_USAGE);
    tenon_core_instance *b =
        instance_of("(module (import \"a\" \"memory\" (memory 1)) (import \"a\" \"f\" "
                    "(func $f (result i32))) (func $s (i32.store (i32.const 8) "
                    "(i32.const 77))) (start $s) (func (export \"g\") (result i32) "
                    "(call $f)))");
    uint64_t result;
    ck_assert_int_eq(tenon_core_func_call(func_of(b, "g"), NULL, &result, &error),
                     TENON_OK);
    ck_assert_uint_eq((uint32_t)result, 77);
    ck_assert_int_eq(instantiate("(module (import \"a\" \"h\" (func)))", &b),
                     TENON_UNLINKABLE);
    tenon_store *mine = store;
    ck_assert_int_eq(tenon_store_new(engine, NULL, &store, &error), TENON_OK);
    ck_assert_int_eq(instantiate("(module (import \"a\" \"f\" (func (result i32))))", &b),
                     TENON_USAGE);
    tenon_store_delete(store);
    store = mine;
}
END_TEST

START_TEST(start_function_runs_and_traps) {
    tenon_core_instance *i = NULL;
    tenon_module *m = NULL;
    static const char with[] = "(module (func $s (unreachable)) (start $s))";
    ck_assert_int_eq(instantiate(with, &i), TENON_TRAP);
    ck_assert_int_eq(tenon_module_load_text(engine, with, strlen(with), &m, &error),
                     TENON_OK);
    ck_assert(tenon_module_has_start(m));
    tenon_module_delete(m);
    ck_assert_int_eq(tenon_module_load_text(engine, "(module)", 8, &m, &error), TENON_OK);
    ck_assert(!tenon_module_has_start(m));
    tenon_module_delete(m);
}
END_TEST

/* All from the linker on, with the n-th allocation refused. */
static tenon_status all_once(void) {
    static const char text[] =
        "(module (import \"env\" \"sum\" (func $sum (param i32 i32) (result i32)))"
        " (memory (export \"memory\") 1)"
        " (func (export \"f\") (result i32) (call $sum (i32.const 0) (i32.const 4))))";
    tenon_core_instance *i = NULL;
    uint64_t result;
    tenon_status status;
    tenon_engine_config config;
    tenon_engine_config_init(&config);
    config.allocator.resize = counting_resize;
    engine = NULL;
    store = NULL;
    linker = NULL;
    if ((status = tenon_engine_new(&config, &engine, &error)) == TENON_OK &&
        (status = tenon_core_linker_new(engine, &linker, &error)) == TENON_OK &&
        (status = tenon_core_linker_add(linker, "env", funcs, 6, &calls, &error)) ==
            TENON_OK &&
        (status = tenon_store_new(engine, NULL, &store, &error)) == TENON_OK &&
        (status = instantiate(text, &i)) == TENON_OK) {
        status = tenon_core_func_call(func_of(i, "f"), NULL, &result, &error);
    }
    tenon_store_delete(store);
    tenon_core_linker_delete(linker);
    tenon_engine_delete(engine);
    return status;
}

START_TEST(every_allocation_fails) {
    tear_down();
    tenon_status status = TENON_NO_MEMORY;
    for (unsigned n = 1; status != TENON_OK; n++) {
        ck_assert_uint_lt(n, 2000);
        live_bytes = 0;
        requests = 0;
        fail_at = n;
        status = all_once();
        ck_assert(status == TENON_OK || status == TENON_NO_MEMORY);
        ck_assert_uint_eq(live_bytes, 0);
    }
    set_up();
}
END_TEST

int main(void) {
    Suite *s = suite_create("corehost");
    TCase *t = tcase_create("all");
    tcase_add_checked_fixture(t, set_up, tear_down);
    tcase_add_test(t, values_go_both_ways);
    tcase_add_test(t, memory_of_the_caller);
    tcase_add_test(t, failures_end_the_call);
    tcase_add_test(t, calls_back_and_nests);
    tcase_add_test(t, waiting_is_interrupted);
    tcase_add_test(t, imports_are_checked);
    tcase_add_test(t, tables_are_checked);
    tcase_add_test(t, instances_offer_their_exports);
    tcase_add_test(t, start_function_runs_and_traps);
    tcase_add_test(t, every_allocation_fails);
    suite_add_tcase(s, t);
    return run_suite(s);
}
