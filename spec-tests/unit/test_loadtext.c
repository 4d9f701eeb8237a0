/* test_loadtext.c: modules and components from text, through the public API. */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "suite.h"
#include "tenon.h"

static tenon_engine *engine;

static void setup(void) {
    ck_assert_int_eq(tenon_engine_new(NULL, &engine, NULL), TENON_OK);
}

static void teardown(void) {
    tenon_engine_delete(engine);
}

static const char seven[] =
    "(component\n"
    "  (core module $m (func (export \"f\") (result i32) i32.const 7))\n"
    "  (core instance $i (instantiate $m))\n"
    "  (func (export \"seven\") (result u32) (canon lift (core func $i \"f\"))))\n";
static const char module[] = ";; a module\n(module (func (export \"f\") (result i32) "
                             "i32.const 7))";

START_TEST(component_runs) {
    tenon_component *component = NULL;
    tenon_linker *linker = NULL;
    tenon_store *store = NULL;
    tenon_instance *instance = NULL;
    tenon_error error;
    ck_assert_msg(tenon_component_load_text(engine, seven, strlen(seven), &component,
                                            &error) == TENON_OK,
                  "%s", error.message);
    ck_assert_int_eq(tenon_linker_new(engine, &linker, &error), TENON_OK);
    ck_assert_int_eq(tenon_store_new(engine, NULL, &store, &error), TENON_OK);
    ck_assert_int_eq(tenon_instantiate(linker, store, component, &instance, &error),
                     TENON_OK);
    tenon_func *f = tenon_instance_func(instance, NULL, "seven");
    ck_assert_ptr_nonnull(f);
    uint32_t result = 0;
    ck_assert_int_eq(tenon_func_call(f, NULL, &result, NULL, &error), TENON_OK);
    ck_assert_uint_eq(result, 7);
    tenon_store_delete(store);
    tenon_linker_delete(linker);
    tenon_component_delete(component);
}
END_TEST

START_TEST(module_loads) {
    tenon_module *m = NULL;
    tenon_error error;
    ck_assert_int_eq(tenon_module_load_text(engine, module, strlen(module), &m, &error),
                     TENON_OK);
    tenon_module_delete(m);
}
END_TEST

START_TEST(kinds_are_told_apart) {
    tenon_component *component = NULL;
    tenon_module *m = NULL;
    tenon_error error;
    ck_assert_int_eq(
        tenon_component_load_text(engine, module, strlen(module), &component, &error),
        TENON_USAGE);
    ck_assert_int_eq(tenon_module_load_text(engine, seven, strlen(seven), &m, &error),
                     TENON_USAGE);
    ck_assert(tenon_is_text(seven, strlen(seven)) && tenon_is_text(module, 20));
    ck_assert(!tenon_is_text("\0asm\1\0\0\0", 8) && !tenon_is_text("", 0));
    ck_assert(!tenon_is_text("hello", 5) && !tenon_is_text(";", 1));
}
END_TEST

START_TEST(errors_have_places) {
    static const char bad[] = "(module\n  (func i32.cons 1))";
    static const char ill[] = "(module (func (result i32)))";
    tenon_module *m = NULL;
    tenon_error error;
    ck_assert_int_eq(tenon_module_load_text(engine, bad, strlen(bad), &m, &error),
                     TENON_MALFORMED);
    ck_assert_uint_eq(error.line, 2);
    ck_assert_uint_eq(error.column, 9);
    ck_assert_int_eq(tenon_module_load_text(engine, ill, strlen(ill), &m, &error),
                     TENON_INVALID);
    ck_assert_uint_eq(error.line, 0);
    ck_assert(error.offset != TENON_NO_OFFSET);
    ck_assert_ptr_null(m);
}
END_TEST

static const char takes_map[] =
    "(component\n"
    "  (core module $m (memory (export \"memory\") 1)\n"
    "    (func (export \"realloc\") (param i32 i32 i32 i32) (result i32) i32.const 16)\n"
    "    (func (export \"f\") (param i32 i32) (result i32) local.get 1))\n"
    "  (core instance $i (instantiate $m))\n"
    "  (func (export \"f\") (param \"m\" (map char u8)) (result u32)\n"
    "    (canon lift (core func $i \"f\") (memory (core memory $i \"memory\"))\n"
    "      (realloc (core func $i \"realloc\")))))\n";

/* A typed view of a map has its pairs, which are tuples. */
START_TEST(pairs_of_a_map) {
    tenon_component *component = NULL;
    tenon_linker *linker = NULL;
    tenon_store *store = NULL;
    tenon_instance *instance = NULL;
    tenon_arena *arena = NULL;
    tenon_func *f = NULL;
    void *args = NULL;
    ck_assert_int_eq(
        tenon_component_load_text(engine, takes_map, strlen(takes_map), &component, NULL),
        TENON_OK);
    ck_assert_int_eq(tenon_linker_new(engine, &linker, NULL), TENON_OK);
    ck_assert_int_eq(tenon_store_new(engine, NULL, &store, NULL), TENON_OK);
    ck_assert_int_eq(tenon_arena_new(engine, &arena, NULL), TENON_OK);
    ck_assert_int_eq(tenon_instantiate(linker, store, component, &instance, NULL),
                     TENON_OK);
    ck_assert_int_eq(
        tenon_parse_call(instance, "f([('a', 1), ('b', 2)])", arena, &f, &args, NULL),
        TENON_OK);
    tenon_value map = tenon_value_at((tenon_value){tenon_func_params(f), args}, 0);
    ck_assert_int_eq(map.type->kind, TENON_TYPE_MAP);
    ck_assert_uint_eq(tenon_value_count(map), 2);
    tenon_value pair = tenon_value_at(map, 1);
    ck_assert_ptr_nonnull(pair.ptr);
    ck_assert_uint_eq(*(uint32_t *)tenon_value_at(pair, 0).ptr, 'b');
    ck_assert_uint_eq(*(uint8_t *)tenon_value_at(pair, 1).ptr, 2);
    ck_assert_ptr_null(tenon_value_at(map, 2).ptr);
    uint32_t count = 0;
    ck_assert_int_eq(tenon_func_call(f, args, &count, arena, NULL), TENON_OK);
    ck_assert_uint_eq(count, 2);
    tenon_arena_delete(arena);
    tenon_store_delete(store);
    tenon_linker_delete(linker);
    tenon_component_delete(component);
}
END_TEST

START_TEST(assembles_to_an_arena) {
    tenon_arena *arena = NULL;
    const void *bytes = NULL;
    size_t len = 0;
    ck_assert_int_eq(tenon_arena_new(engine, &arena, NULL), TENON_OK);
    ck_assert_int_eq(
        tenon_assemble(engine, seven, strlen(seven), arena, &bytes, &len, NULL),
        TENON_OK);
    ck_assert(tenon_is_component(bytes, len));
    ck_assert_int_eq(tenon_assemble(engine, "(module)", 8, arena, &bytes, &len, NULL),
                     TENON_OK);
    ck_assert_uint_eq(len, 8);
    ck_assert(memcmp(bytes, "\0asm\1\0\0\0", 8) == 0);
    tenon_arena_delete(arena);
}
END_TEST

int main(void) {
    Suite *s = suite_create("load text");
    TCase *t = tcase_create("text");
    tcase_add_checked_fixture(t, setup, teardown);
    tcase_add_test(t, component_runs);
    tcase_add_test(t, module_loads);
    tcase_add_test(t, kinds_are_told_apart);
    tcase_add_test(t, errors_have_places);
    tcase_add_test(t, assembles_to_an_arena);
    tcase_add_test(t, pairs_of_a_map);
    suite_add_tcase(s, t);
    return run_suite(s);
}
