/* test_bulk.c: bulk instructions: bounds before fuel, fuel by the piece, and what
 * overlaps.
 */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "suite.h"
#include "tenon.h"

static const char text[] =
    "(component (core module $m\n"
    "  (memory 8) (table $t 0 100000 funcref)\n"
    "  (func (export \"fill\") (param i32 i32 i32)\n"
    "    (memory.fill (local.get 0) (local.get 1) (local.get 2)))\n"
    "  (func (export \"copy\") (param i32 i32 i32)\n"
    "    (memory.copy (local.get 0) (local.get 1) (local.get 2)))\n"
    "  (func (export \"peek\") (param i32) (result i32) (i32.load8_u (local.get 0)))\n"
    "  (func (export \"poke\") (param i32 i32) (i32.store8 (local.get 0) (local.get "
    "1)))\n"
    "  (func (export \"grow\") (param i32) (result i32)\n"
    "    (table.grow $t (ref.null func) (local.get 0)))\n"
    "  (func (export \"clear\") (param i32 i32)\n"
    "    (table.fill $t (local.get 0) (ref.null func) (local.get 1)))\n"
    "  (func (export \"shift\") (param i32 i32 i32)\n"
    "    (table.copy $t $t (local.get 0) (local.get 1) (local.get 2))))\n"
    " (core instance $i (instantiate $m))\n"
    " (func (export \"fill\") (param \"a\" u32) (param \"b\" u32) (param \"c\" u32)\n"
    "   (canon lift (core func $i \"fill\")))\n"
    " (func (export \"copy\") (param \"a\" u32) (param \"b\" u32) (param \"c\" u32)\n"
    "   (canon lift (core func $i \"copy\")))\n"
    " (func (export \"peek\") (param \"a\" u32) (result u32)\n"
    "   (canon lift (core func $i \"peek\")))\n"
    " (func (export \"poke\") (param \"a\" u32) (param \"b\" u32)\n"
    "   (canon lift (core func $i \"poke\")))\n"
    " (func (export \"grow\") (param \"a\" u32) (result u32)\n"
    "   (canon lift (core func $i \"grow\")))\n"
    " (func (export \"clear\") (param \"a\" u32) (param \"b\" u32)\n"
    "   (canon lift (core func $i \"clear\")))\n"
    " (func (export \"shift\") (param \"a\" u32) (param \"b\" u32) (param \"c\" u32)\n"
    "   (canon lift (core func $i \"shift\"))))\n";

static tenon_engine *engine;
static tenon_component *component;
static tenon_linker *linker;
static tenon_store *store;
static tenon_instance *instance;
static tenon_error error;

/* A trap or a limit ends an instance: this makes another. */
static void fresh(void) {
    ck_assert_int_eq(tenon_instantiate(linker, store, component, &instance, &error),
                     TENON_OK);
}

static void setup(void) {
    ck_assert_int_eq(tenon_engine_new(NULL, &engine, &error), TENON_OK);
    ck_assert_msg(tenon_component_load_text(engine, text, strlen(text), &component,
                                            &error) == TENON_OK,
                  "%s", error.message);
    ck_assert_int_eq(tenon_linker_new(engine, &linker, &error), TENON_OK);
    ck_assert_int_eq(tenon_store_new(engine, NULL, &store, &error), TENON_OK);
    fresh();
}

static void teardown(void) {
    tenon_store_delete(store);
    tenon_linker_delete(linker);
    tenon_component_delete(component);
    tenon_engine_delete(engine);
}

static tenon_status call(const char *name, uint32_t a, uint32_t b, uint32_t c,
                         uint32_t *result) {
    uint32_t args[3] = {a, b, c};
    tenon_func *f = tenon_instance_func(instance, NULL, name);
    ck_assert_ptr_nonnull(f);
    return tenon_func_call(f, args, result, NULL, &error);
}

static uint32_t peek(uint32_t at) {
    uint32_t byte = 0;
    ck_assert_int_eq(call("peek", at, 0, 0, &byte), TENON_OK);
    return byte;
}

/* What a call takes, beyond the call itself. */
static int64_t fuel_of(const char *name, uint32_t a, uint32_t b, uint32_t c) {
    uint32_t result = 0;
    uint32_t *out = strcmp(name, "grow") == 0 ? &result : NULL;
    int64_t used[2];
    for (int round = 0; round < 2; round++) {
        tenon_store_set_fuel(store, 1 << 30);
        ck_assert_int_eq(call(name, round ? a : 0, round ? b : 0, round ? c : 0, out),
                         TENON_OK);
        used[round] = (1 << 30) - tenon_store_fuel(store);
    }
    tenon_store_set_fuel(store, INT64_MAX);
    return used[1] - used[0];
}

START_TEST(fuel_by_size) {
    ck_assert_int_eq(fuel_of("fill", 0, 1, 64 * 5 + 63), 5);
    ck_assert_int_eq(fuel_of("fill", 0, 1, 8 << 16), 8 << 10);
    ck_assert_int_eq(fuel_of("copy", 0, 100, 200000), 200000 / 64);
    ck_assert_int_eq(fuel_of("grow", 80000, 0, 0), 10000);
    ck_assert_int_eq(fuel_of("clear", 0, 80000, 0), 10000);
    ck_assert_int_eq(fuel_of("shift", 1, 0, 70007), 70007 / 8);
}
END_TEST

START_TEST(bounds_before_fuel) {
    uint32_t old = 0;
    tenon_store_set_fuel(store, 20);
    ck_assert_int_eq(call("fill", 0, 1, UINT32_MAX, NULL), TENON_TRAP);
    fresh();
    ck_assert_int_eq(call("copy", 1, 0, 8 << 16, NULL), TENON_TRAP);
    fresh();
    ck_assert_int_eq(call("clear", 0, 1000, 0, NULL), TENON_TRAP);
    fresh();
    ck_assert_int_eq(call("grow", 200000, 0, 0, &old), TENON_OK); /* refused */
    ck_assert_uint_eq(old, UINT32_MAX);
    ck_assert_int_gt(tenon_store_fuel(store), 0);
}
END_TEST

START_TEST(stops_between_pieces) {
    /* Fuel for the first 64 KB, not for the second. */
    tenon_store_set_fuel(store, 1500);
    ck_assert_int_eq(call("fill", 0, 9, 4 << 16, NULL), TENON_LIMIT);
    ck_assert_int_eq(tenon_store_fuel(store), 0);
    fresh();
    /* A deadline that has passed is seen inside one instruction. */
    tenon_store_set_fuel(store, INT64_MAX);
    ck_assert_int_eq(call("fill", 0, 9, 1 << 16, NULL), TENON_OK);
    tenon_store_set_timeout(store, 1);
    ck_assert_int_eq(call("fill", 0, 9, 4 << 16, NULL), TENON_LIMIT);
    fresh();
    tenon_store_set_timeout(store, 0);
    /* And so is an interrupt. */
    tenon_store_interrupt(store);
    ck_assert_int_eq(call("copy", 0, 1, 4 << 16, NULL), TENON_LIMIT);
}
END_TEST

/* Overlapping copies of several pieces, both ways, against memmove. */
START_TEST(overlaps) {
    enum { SIZE = 8 << 16, LEN = 300000 };
    static const struct {
        uint32_t d, s;
    } cases[] = {{1, 0},      {0, 1},          {65536, 0},      {0, 65536},
                 {100000, 7}, {7, 100000},     {65537, 65536},  {5, 5},
                 {200000, 0}, {SIZE - LEN, 1}, {0, SIZE - LEN}, {3, 65539}};
    uint8_t *want = malloc(SIZE);
    ck_assert_ptr_nonnull(want);
    for (size_t k = 0; k < sizeof cases / sizeof cases[0]; k++) {
        for (uint32_t at = 0; at < SIZE; at++) {
            want[at] = 0;
        }
        ck_assert_int_eq(call("fill", 0, 0, SIZE, NULL), TENON_OK);
        for (uint32_t at = 0; at < SIZE; at += 997) {
            want[at] = (uint8_t)(at / 997 + 1);
            ck_assert_int_eq(call("poke", at, want[at], 0, NULL), TENON_OK);
        }
        ck_assert_int_eq(call("copy", cases[k].d, cases[k].s, LEN, NULL), TENON_OK);
        memmove(want + cases[k].d, want + cases[k].s, LEN);
        for (uint32_t at = 0; at < SIZE; at += 41) {
            ck_assert_uint_eq(peek(at), want[at]);
        }
        for (uint32_t at = 0; at < SIZE; at++) {
            if (want[at] != 0) {
                ck_assert_uint_eq(peek(at), want[at]);
            }
        }
    }
    free(want);
}
END_TEST

int main(void) {
    Suite *s = suite_create("bulk");
    TCase *t = tcase_create("bulk");
    tcase_set_timeout(t, 120);
    tcase_add_checked_fixture(t, setup, teardown);
    tcase_add_test(t, fuel_by_size);
    tcase_add_test(t, bounds_before_fuel);
    tcase_add_test(t, stops_between_pieces);
    tcase_add_test(t, overlaps);
    suite_add_tcase(s, t);
    return run_suite(s);
}
