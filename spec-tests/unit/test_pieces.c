/* test_pieces.c: long work that one instruction or one argument asks for is paid and
 * looked at by the piece: arrays of the GC proposal, lists and strings, waiting on
 * memory.
 */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "suite.h"
#include "tenon.h"

static const char text[] =
    "(component (core module $m\n"
    "  (type $b (array (mut i8))) (type $r (array (mut (ref null $b))))\n"
    "  (memory (export \"memory\") 40) (memory $shared 1 1 shared)\n"
    "  (data $d \"0123456789abcdef\")\n"
    "  (elem $e (ref null $b) (item (ref.null $b)) (item (ref.null $b)))\n"
    "  (global $a (mut (ref null $b)) (ref.null $b))\n"
    "  (func (export \"make\") (param i32)\n"
    "    (global.set $a (array.new $b (i32.const 1) (local.get 0))))\n"
    "  (func (export \"make-default\") (param i32)\n"
    "    (global.set $a (array.new_default $b (local.get 0))))\n"
    "  (func (export \"make-refs\") (param i32)\n"
    "    (drop (array.new $r (global.get $a) (local.get 0))))\n"
    "  (func (export \"fill\") (param i32 i32 i32)\n"
    "    (array.fill $b (global.get $a) (local.get 0) (local.get 1) (local.get 2)))\n"
    "  (func (export \"copy\") (param i32 i32 i32)\n"
    "    (array.copy $b $b (global.get $a) (local.get 0) (global.get $a) (local.get 1)\n"
    "      (local.get 2)))\n"
    "  (func (export \"data\") (param i32 i32 i32)\n"
    "    (array.init_data $b $d (global.get $a) (local.get 0) (local.get 1) (local.get "
    "2)))\n"
    "  (func (export \"elems\") (param i32 i32)\n"
    "    (drop (array.new_elem $r $e (local.get 0) (local.get 1))))\n"
    "  (func (export \"peek\") (param i32) (result i32)\n"
    "    (array.get_u $b (global.get $a) (local.get 0)))\n"
    "  (func (export \"poke\") (param i32 i32)\n"
    "    (array.set $b (global.get $a) (local.get 0) (local.get 1)))\n"
    "  (func (export \"wait\") (result i32)\n"
    "    (memory.atomic.wait32 $shared (i32.const 0) (i32.const 0)\n"
    "      (i64.const 3600000000000)))\n"
    "  (func (export \"realloc\") (param i32 i32 i32 i32) (result i32) (i32.const 16))\n"
    "  (func (export \"take\") (param i32 i32)))\n"
    " (core instance $i (instantiate $m))\n"
    " (func (export \"make\") (param \"a\" u32) (canon lift (core func $i \"make\")))\n"
    " (func (export \"make-default\") (param \"a\" u32)\n"
    "   (canon lift (core func $i \"make-default\")))\n"
    " (func (export \"make-refs\") (param \"a\" u32)\n"
    "   (canon lift (core func $i \"make-refs\")))\n"
    " (func (export \"fill\") (param \"a\" u32) (param \"b\" u32) (param \"c\" u32)\n"
    "   (canon lift (core func $i \"fill\")))\n"
    " (func (export \"copy\") (param \"a\" u32) (param \"b\" u32) (param \"c\" u32)\n"
    "   (canon lift (core func $i \"copy\")))\n"
    " (func (export \"data\") (param \"a\" u32) (param \"b\" u32) (param \"c\" u32)\n"
    "   (canon lift (core func $i \"data\")))\n"
    " (func (export \"elems\") (param \"a\" u32) (param \"b\" u32)\n"
    "   (canon lift (core func $i \"elems\")))\n"
    " (func (export \"peek\") (param \"a\" u32) (result u32)\n"
    "   (canon lift (core func $i \"peek\")))\n"
    " (func (export \"poke\") (param \"a\" u32) (param \"b\" u32)\n"
    "   (canon lift (core func $i \"poke\")))\n"
    " (func (export \"wait\") (result u32) (canon lift (core func $i \"wait\")))\n"
    " (func (export \"bytes\") (param \"a\" (list u8))\n"
    "   (canon lift (core func $i \"take\") (memory $i \"memory\")\n"
    "     (realloc (func $i \"realloc\"))))\n"
    " (func (export \"bools\") (param \"a\" (list bool))\n"
    "   (canon lift (core func $i \"take\") (memory $i \"memory\")\n"
    "     (realloc (func $i \"realloc\"))))\n"
    " (func (export \"utf8\") (param \"a\" string)\n"
    "   (canon lift (core func $i \"take\") (memory $i \"memory\")\n"
    "     (realloc (func $i \"realloc\"))))\n"
    " (func (export \"utf16\") (param \"a\" string)\n"
    "   (canon lift (core func $i \"take\") (memory $i \"memory\")\n"
    "     (realloc (func $i \"realloc\")) string-encoding=utf16))\n"
    " (func (export \"latin1\") (param \"a\" string)\n"
    "   (canon lift (core func $i \"take\") (memory $i \"memory\")\n"
    "     (realloc (func $i \"realloc\")) string-encoding=latin1+utf16)))\n";

enum { SIZE = 600000, MUCH = 1 << 30 };

static tenon_engine *engine;
static tenon_component *component;
static tenon_linker *linker;
static tenon_store *store;
static tenon_instance *instance;
static tenon_error error;
static char *bytes;

/* A trap or a limit ends an instance: this makes another. */
static void fresh(void) {
    tenon_store_set_timeout(store, 0);
    tenon_store_set_fuel(store, INT64_MAX);
    ck_assert_int_eq(tenon_instantiate(linker, store, component, &instance, &error),
                     TENON_OK);
}

static void setup(void) {
    tenon_engine_config config;
    tenon_engine_config_init(&config);
    config.features |= TENON_FEATURE_MASK(THREADS);
    ck_assert_int_eq(tenon_engine_new(&config, &engine, &error), TENON_OK);
    ck_assert_msg(tenon_component_load_text(engine, text, strlen(text), &component,
                                            &error) == TENON_OK,
                  "%s", error.message);
    ck_assert_int_eq(tenon_linker_new(engine, &linker, &error), TENON_OK);
    ck_assert_int_eq(tenon_store_new(engine, NULL, &store, &error), TENON_OK);
    fresh();
    bytes = malloc(SIZE);
    ck_assert_ptr_nonnull(bytes);
    memset(bytes, 1, SIZE);
}

static void teardown(void) {
    free(bytes);
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

static tenon_status give(const char *name, size_t len) {
    const struct {
        const char *ptr;
        size_t len;
    } list = {bytes, len};
    tenon_func *f = tenon_instance_func(instance, NULL, name);
    ck_assert_ptr_nonnull(f);
    return tenon_func_call(f, &list, NULL, NULL, &error);
}

static uint32_t peek(uint32_t at) {
    uint32_t byte = 0;
    ck_assert_int_eq(call("peek", at, 0, 0, &byte), TENON_OK);
    return byte;
}

static int64_t fuel_of(const char *name, uint32_t a, uint32_t b, uint32_t c) {
    int64_t used[2];
    for (int round = 0; round < 2; round++) {
        tenon_store_set_fuel(store, MUCH);
        ck_assert_int_eq(call(name, round ? a : 0, round ? b : 0, round ? c : 0, NULL),
                         TENON_OK);
        used[round] = MUCH - tenon_store_fuel(store);
    }
    tenon_store_set_fuel(store, INT64_MAX);
    return used[1] - used[0];
}

static int64_t fuel_to_give(const char *name, size_t len) {
    int64_t used[2];
    for (int round = 0; round < 2; round++) {
        tenon_store_set_fuel(store, MUCH);
        ck_assert_int_eq(give(name, round ? len : 1), TENON_OK);
        used[round] = MUCH - tenon_store_fuel(store);
    }
    tenon_store_set_fuel(store, INT64_MAX);
    return used[1] - used[0];
}

START_TEST(fuel_by_size) {
    ck_assert_int_eq(fuel_of("make", SIZE, 0, 0), SIZE / 8);
    ck_assert_int_eq(fuel_of("make-default", SIZE, 0, 0), SIZE / 8);
    ck_assert_int_eq(fuel_of("make-refs", SIZE, 0, 0), SIZE / 8);
    ck_assert_int_eq(call("make", SIZE, 0, 0, NULL), TENON_OK);
    ck_assert_int_eq(fuel_of("fill", 8, 1, 300007), 300007 / 8);
    ck_assert_int_eq(fuel_of("copy", 1, 0, 300007), 300007 / 8);
    ck_assert_int_eq(fuel_of("data", 8, 0, 16), 2);
    ck_assert_int_eq(fuel_to_give("bytes", SIZE), SIZE / 64);
    ck_assert_int_eq(fuel_to_give("bools", SIZE), SIZE / 64);
    ck_assert_int_eq(fuel_to_give("utf8", SIZE), SIZE / 64);
    ck_assert_int_eq(fuel_to_give("utf16", SIZE), SIZE / 64);
    ck_assert_int_eq(fuel_to_give("latin1", SIZE), SIZE / 64);
}
END_TEST

START_TEST(bounds_before_fuel) {
    static const struct {
        const char *name;
        uint32_t a, b, c;
    } bad[] = {
        {"fill", 0, 1, UINT32_MAX}, {"fill", 1, 1, SIZE},     {"copy", 1, 0, SIZE},
        {"copy", 0, 1, SIZE},       {"data", 0, 0, 17},       {"data", 0, 16, 1},
        {"data", SIZE - 1, 0, 2},   {"elems", 1, 1000000, 0},
    };
    for (size_t k = 0; k < sizeof bad / sizeof bad[0]; k++) {
        fresh();
        ck_assert_int_eq(call("make", SIZE, 0, 0, NULL), TENON_OK);
        tenon_store_set_fuel(store, 20);
        ck_assert_int_eq(call(bad[k].name, bad[k].a, bad[k].b, bad[k].c, NULL),
                         TENON_TRAP);
        ck_assert_int_gt(tenon_store_fuel(store), 0);
    }
}
END_TEST

/* Each way to stop: fuel, deadline, interrupt. */
static void stops(tenon_status (*work)(const void *), const void *what) {
    fresh();
    ck_assert_int_eq(call("make", SIZE, 0, 0, NULL), TENON_OK);
    tenon_store_set_fuel(store, 1500);
    ck_assert_int_eq(work(what), TENON_LIMIT);
    ck_assert_int_eq(tenon_store_fuel(store), 0);
    fresh();
    ck_assert_int_eq(call("make", SIZE, 0, 0, NULL), TENON_OK);
    tenon_store_set_timeout(store, 1);
    ck_assert_int_eq(work(what), TENON_LIMIT);
    fresh();
    ck_assert_int_eq(call("make", SIZE, 0, 0, NULL), TENON_OK);
    tenon_store_interrupt(store);
    ck_assert_int_eq(work(what), TENON_LIMIT);
    fresh();
}

typedef struct arguments {
    const char *name;
    uint32_t a, b, c;
} arguments;

static tenon_status instruction(const void *p) {
    const arguments *x = p;
    return call(x->name, x->a, x->b, x->c, NULL);
}

static tenon_status argument(const void *p) {
    return give(p, SIZE);
}

START_TEST(stops_between_pieces) {
    static const arguments work[] = {
        {"make", SIZE, 0, 0},      {"make-default", SIZE, 0, 0},
        {"make-refs", SIZE, 0, 0}, {"fill", 1, 7, SIZE - 10},
        {"copy", 1, 0, SIZE - 10}, {"copy", 0, 1, SIZE - 10},
    };
    static const char *const given[] = {"bytes", "bools", "utf8", "utf16", "latin1"};
    for (size_t k = 0; k < sizeof work / sizeof work[0]; k++) {
        stops(instruction, &work[k]);
    }
    for (size_t k = 0; k < sizeof given / sizeof given[0]; k++) {
        stops(argument, given[k]);
    }
}
END_TEST

/* Overlapping copies of several pieces, both ways, against memmove. */
START_TEST(overlaps) {
    static const struct {
        uint32_t d, s;
    } cases[] = {{1, 0}, {0, 1}, {8192, 0}, {0, 8192}, {5, 5}, {100001, 7}, {7, 100001}};
    enum { LEN = 300001 };
    for (size_t k = 0; k < sizeof cases / sizeof cases[0]; k++) {
        ck_assert_int_eq(call("make-default", SIZE, 0, 0, NULL), TENON_OK);
        memset(bytes, 0, SIZE);
        for (uint32_t at = 0; at < SIZE; at += 997) {
            bytes[at] = (char)(at / 997 % 100 + 1);
            ck_assert_int_eq(call("poke", at, (uint8_t)bytes[at], 0, NULL), TENON_OK);
        }
        ck_assert_int_eq(call("copy", cases[k].d, cases[k].s, LEN, NULL), TENON_OK);
        memmove(bytes + cases[k].d, bytes + cases[k].s, LEN);
        for (uint32_t at = 0; at < SIZE; at += bytes[at] != 0 ? 1 : 41) {
            ck_assert_uint_eq(peek(at), (uint8_t)bytes[at]);
        }
    }
}
END_TEST

/* Ill-formed and cut strings are found wherever pieces end, whole ones pass. */
START_TEST(strings_across_pieces) {
    static const char *const scalars[] = {"\xc3\xa9", "\xe2\x82\xac", "\xf0\x9f\x98\x80"};
    for (size_t k = 0; k < 3; k++) {
        const size_t len = strlen(scalars[k]);
        for (size_t at = 65536 - 5; at <= 65536; at++) {
            memset(bytes, 'a', SIZE);
            memcpy(bytes + at, scalars[k], len);
            ck_assert_int_eq(give("utf8", 70000), TENON_OK);
            ck_assert_int_eq(give("utf16", 70000), TENON_OK);
            ck_assert_int_eq(give("latin1", 70000), TENON_OK);
            bytes[at + len - 1] = 'a';
            ck_assert_int_ne(give("utf8", 70000), TENON_OK);
            fresh();
            memcpy(bytes + at, scalars[k], len);
            bytes[at] = 'a';
            ck_assert_int_ne(give("utf16", 70000), TENON_OK);
            fresh();
        }
    }
}
END_TEST

/* A wait of an hour ends with a deadline, and with an interrupt. */
START_TEST(waits_end) {
    uint32_t result = 0;
    tenon_store_set_timeout(store, 2000000);
    ck_assert_int_eq(call("wait", 0, 0, 0, &result), TENON_LIMIT);
    fresh();
    tenon_store_interrupt(store);
    ck_assert_int_eq(call("wait", 0, 0, 0, &result), TENON_LIMIT);
}
END_TEST

int main(void) {
    Suite *s = suite_create("pieces");
    TCase *t = tcase_create("pieces");
    tcase_set_timeout(t, 120);
    tcase_add_checked_fixture(t, setup, teardown);
    tcase_add_test(t, fuel_by_size);
    tcase_add_test(t, bounds_before_fuel);
    tcase_add_test(t, stops_between_pieces);
    tcase_add_test(t, overlaps);
    tcase_add_test(t, strings_across_pieces);
    tcase_add_test(t, waits_end);
    suite_add_tcase(s, t);
    return run_suite(s);
}
