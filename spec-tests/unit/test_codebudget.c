/* test_codebudget.c: translating ahead of time, and the limit on translated code. */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "suite.h"
#include "tenon.h"

/* A nested component has the module with the large function. */
static const char text[] =
    "(component\n"
    " (core module $small (func (export \"f\") (result i32) (i32.const 7)))\n"
    " (core instance $s (instantiate $small))\n"
    " (component $inner\n"
    "  (core module $large (func (export \"f\") (param i32) (result i32)\n"
    "   (i32.add (i32.mul (local.get 0) (i32.const 3))\n"
    "    (i32.rotl (i32.xor (local.get 0) (i32.const 0x1234567))\n"
    "     (i32.div_u (i32.const 1000)\n"
    "      (i32.or (i32.const 1) (i32.shr_u (local.get 0) (i32.const 5))))))))\n"
    "  (core instance $l (instantiate $large))\n"
    "  (func (export \"large\") (param \"a\" u32) (result u32)\n"
    "   (canon lift (core func $l \"f\"))))\n"
    " (instance $i (instantiate $inner))\n"
    " (func (export \"small\") (result u32) (canon lift (core func $s \"f\")))\n"
    " (export \"large\" (func $i \"large\")))\n";

static tenon_error error;
static unsigned long requests; /* for memory, since it was set */

static void *counted(void *user, void *ptr, size_t old_size, size_t new_size) {
    (void)user;
    (void)old_size;
    if (new_size == 0) {
        free(ptr);
        return NULL;
    }
    requests++;
    return realloc(ptr, new_size);
}

typedef struct world {
    tenon_engine *engine;
    tenon_component *component;
    tenon_linker *linker;
    tenon_store *store;
    tenon_instance *instance;
} world;

static void load(world *w) {
    ck_assert_msg(tenon_component_load_text(w->engine, text, strlen(text), &w->component,
                                            &error) == TENON_OK,
                  "%s", error.message);
}

static world open_world(uint64_t max_code_bytes) {
    world w;
    tenon_engine_config config;
    tenon_engine_config_init(&config);
    config.allocator.resize = counted;
    config.max_code_bytes = max_code_bytes;
    ck_assert_int_eq(tenon_engine_new(&config, &w.engine, &error), TENON_OK);
    load(&w);
    ck_assert_int_eq(tenon_linker_new(w.engine, &w.linker, &error), TENON_OK);
    ck_assert_int_eq(tenon_store_new(w.engine, NULL, &w.store, &error), TENON_OK);
    ck_assert_int_eq(
        tenon_instantiate(w.linker, w.store, w.component, &w.instance, &error), TENON_OK);
    return w;
}

static void close_world(world *w) {
    tenon_store_delete(w->store);
    tenon_linker_delete(w->linker);
    tenon_component_delete(w->component);
    tenon_engine_delete(w->engine);
}

static tenon_status call(const world *w, const char *name, uint32_t a, uint32_t *result) {
    tenon_func *f = tenon_instance_func(w->instance, NULL, name);
    ck_assert_ptr_nonnull(f);
    return tenon_func_call(f, &a, result, NULL, &error);
}

/* What calls of both functions request before and after they were made once. */
START_TEST(ahead_of_time) {
    unsigned long first[2];
    for (int ahead = 0; ahead < 2; ahead++) {
        world w = open_world(UINT64_MAX);
        uint32_t small = 0, large = 0;
        if (ahead) {
            ck_assert_int_eq(tenon_component_translate(w.component, &error), TENON_OK);
        }
        requests = 0;
        ck_assert_int_eq(call(&w, "small", 0, &small), TENON_OK);
        ck_assert_int_eq(call(&w, "large", 100, &large), TENON_OK);
        first[ahead] = requests;
        ck_assert_uint_eq(small, 7);
        ck_assert_uint_ne(large, 0);
        if (ahead) { /* nothing is left to do */
            requests = 0;
            ck_assert_int_eq(tenon_component_translate(w.component, NULL), TENON_OK);
            ck_assert_uint_eq(requests, 0);
        }
        requests = 0;
        ck_assert_int_eq(call(&w, "large", 100, &large), TENON_OK);
        ck_assert_uint_eq(requests, 0);
        close_world(&w);
    }
    ck_assert_uint_gt(first[0], first[1]);
}
END_TEST

/* The fewest bytes that everything fits into: one less refuses the large function. */
static uint64_t least(void) {
    for (uint64_t bytes = 8;; bytes += 8) {
        world w = open_world(bytes);
        const tenon_status s = tenon_component_translate(w.component, &error);
        close_world(&w);
        if (s == TENON_OK) {
            return bytes;
        }
        ck_assert_int_eq(s, TENON_LIMIT);
        ck_assert_uint_lt(bytes, 100000);
    }
}

START_TEST(a_limit_is_an_error) {
    uint32_t result = 0;
    const uint64_t enough = least();
    world w = open_world(enough - 8);
    ck_assert_int_eq(call(&w, "small", 0, &result), TENON_OK);
    ck_assert_int_eq(call(&w, "large", 1, &result), TENON_LIMIT);
    ck_assert_ptr_nonnull(strstr(error.message, "translated code"));
    ck_assert_int_eq(tenon_component_translate(w.component, &error), TENON_LIMIT);
    /* What has been translated goes on. */
    ck_assert_int_eq(
        tenon_instantiate(w.linker, w.store, w.component, &w.instance, &error), TENON_OK);
    ck_assert_int_eq(call(&w, "small", 0, &result), TENON_OK);
    ck_assert_uint_eq(result, 7);
    close_world(&w);
}
END_TEST

/* A component that goes gives its bytes back. */
START_TEST(bytes_come_back) {
    const uint64_t enough = least();
    world w = open_world(enough + 8);
    ck_assert_int_eq(tenon_component_translate(w.component, &error), TENON_OK);
    world second = w;
    load(&second);
    ck_assert_int_eq(tenon_component_translate(second.component, &error), TENON_LIMIT);
    tenon_component_delete(second.component);
    tenon_store_delete(w.store);
    for (int n = 0; n < 20; n++) {
        tenon_component_delete(w.component);
        load(&w);
        ck_assert_int_eq(tenon_component_translate(w.component, &error), TENON_OK);
    }
    ck_assert_int_eq(tenon_store_new(w.engine, NULL, &w.store, &error), TENON_OK);
    close_world(&w);
}
END_TEST

START_TEST(modules_too) {
    static const char module[] =
        "(module (func (nop)) (func (result i32) (i32.const 1)))";
    tenon_engine_config config;
    tenon_engine_config_init(&config);
    config.max_code_bytes = 8;
    tenon_engine *engine;
    tenon_module *m;
    ck_assert_int_eq(tenon_engine_new(&config, &engine, &error), TENON_OK);
    ck_assert_int_eq(tenon_module_load_text(engine, module, strlen(module), &m, &error),
                     TENON_OK);
    ck_assert_int_eq(tenon_module_translate(m, &error), TENON_LIMIT);
    ck_assert_int_eq(tenon_module_translate(m, NULL), TENON_LIMIT);
    tenon_module_delete(m);
    tenon_engine_delete(engine);
}
END_TEST

int main(void) {
    Suite *s = suite_create("codebudget");
    TCase *t = tcase_create("codebudget");
    tcase_set_timeout(t, 60);
    tcase_add_test(t, ahead_of_time);
    tcase_add_test(t, a_limit_is_an_error);
    tcase_add_test(t, bytes_come_back);
    tcase_add_test(t, modules_too);
    suite_add_tcase(s, t);
    return run_suite(s);
}
