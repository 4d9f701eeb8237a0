/* test_gc.c: structures and arrays under a heap limit that is far below what is
 * allocated: what is referred to from anywhere stays, all else goes. */
#include "exec/instance.h"
#include "harness.h"
#include "text/assemble.h"

/* Where every allocation collects, fewer of them show the same. */
#ifdef TNI_GC_STRESS
enum { LESS = 200, HEAP_BYTES = 512 << 10 };
#else
enum { LESS = 1, HEAP_BYTES = 4 << 20 };
#endif

static tni_instance *from_text(test_world *w, const char *text) {
    tni_buf out;
    tni_buf_init(&out, &w->engine.heap);
    tenon_status s = tni_text_module(&w->engine, tni_str_of(text), 0, &out, &w->e);
    if (s != TENON_OK) {
        ck_abort_msg("%u:%u: %s", w->e.line, w->e.column, w->e.message);
    }
    wb bytes = {NULL, 0, 0};
    wb_put(&bytes, out.data, out.count);
    tni_buf_free(&out);
    tni_module *m;
    tni_instance *i = NULL;
    s = test_load(w, bytes, &m);
    if (s == TENON_OK) {
        s = tni_instantiate(w->store, m, NULL, true, &i, &w->e);
        tni_module_release(m);
    }
    if (s != TENON_OK) {
        ck_abort_msg("%s", w->e.message);
    }
    return i;
}

static void open_limited(test_world *w, u64 heap_bytes) {
    test_open(w);
    tni_store_limits l;
    tni_store_limits_init(&l);
    l.heap_bytes = heap_bytes;
    l.stack_bytes = 65536;
    tni_store_delete(w->store);
    ck_assert_int_eq(tni_store_new(&w->engine, &l, &w->store, &w->e), TENON_OK);
}

static u64 call(test_world *w, tni_instance *i, const char *name, u64 a) {
    tni_slot v[4] = {a};
    if (test_call(w, i, name, v, v) != TENON_OK) {
        ck_abort_msg("%s: %s", name, w->e.message);
    }
    return v[0];
}

#define LIST                                                                             \
    "(type $node (struct (field $value i64) (field $next (mut (ref null $node)))))"      \
    "(type $nodes (array (mut (ref null $node))))"                                       \
    "(type $bytes (array (mut i8)))"                                                     \
    "(func $garbage (param $n i32) (local $l (ref null $node))"                          \
    "  (loop $more"                                                                      \
    "    (local.set $l (struct.new $node (i64.const -1) (local.get $l)))"                \
    "    (if (i32.eqz (i32.and (local.get $n) (i32.const 63)))"                          \
    "      (then (local.set $l (ref.null $node))"                                        \
    "            (drop (array.new $bytes (i32.const 7) (i32.const 1000)))))"             \
    "    (br_if $more (local.tee $n (i32.sub (local.get $n) (i32.const 1))))))"          \
    "(func $make (param $n i64) (result (ref null $node)) (local $l (ref null $node))"   \
    "  (loop $more"                                                                      \
    "    (local.set $l (struct.new $node (local.get $n) (local.get $l)))"                \
    "    (br_if $more (i32.wrap_i64"                                                     \
    "      (local.tee $n (i64.sub (local.get $n) (i64.const 1))))))"                     \
    "  (local.get $l))"                                                                  \
    "(func $sum (param $l (ref null $node)) (result i64) (local $s i64)"                 \
    "  (block $end (loop $more"                                                          \
    "    (br_if $end (ref.is_null (local.get $l)))"                                      \
    "    (local.set $s (i64.add (local.get $s) (struct.get $node 0 (local.get $l))))"    \
    "    (local.set $l (struct.get $node 1 (local.get $l)))"                             \
    "    (br $more)))"                                                                   \
    "  (local.get $s))"

static const u64 triangle = 1000 * 1001 / 2;

START_TEST(garbage_goes) {
    test_world w;
    open_limited(&w, HEAP_BYTES);
    tni_instance *i = from_text(&w, "(module " LIST "(func (export \"run\") (param i32)"
                                    "  (call $garbage (local.get 0))))");
    call(&w, i, "run", 1000000 / LESS); /* some 60 MB */
    ck_assert_uint_gt(w.store->gc.collections, 5);
    tni_gc_collect(w.store);
    ck_assert_uint_lt(w.store->gc.live_bytes, 10000);
    test_close(&w);
}
END_TEST

/* Held by a local, by an operand below others, by a caller's frame. */
START_TEST(stacks_hold) {
    test_world w;
    open_limited(&w, HEAP_BYTES);
    tni_instance *i = from_text(
        &w, "(module " LIST
            "(func $with (param $l (ref null $node)) (param $n i32) (result i64)"
            "  (call $garbage (local.get $n))"
            "  (call $sum (local.get $l)))"
            "(func (export \"run\") (param i32) (result i64)"
            "  (local $l (ref null $node))"
            "  (local.set $l (call $make (i64.const 1000)))"
            "  (call $garbage (local.get 0))"
            "  (call $make (i64.const 1000))" /* stays on the stack */
            "  (call $with (call $make (i64.const 1000)) (local.get 0))"
            "  (local.set 0 (i32.const 100000))"
            "  (call $garbage (local.get 0))"
            "  (local.set 0 (i32.wrap_i64))"
            "  (i64.add (call $sum) (i64.add (call $sum (local.get $l))"
            "                                (i64.extend_i32_u (local.get 0))))))");
    ck_assert_uint_eq(call(&w, i, "run", 200000 / LESS), 3 * triangle);
    ck_assert_uint_gt(w.store->gc.collections, 3);
    test_close(&w);
}
END_TEST

START_TEST(globals_tables_segments_hold) {
    test_world w;
    open_limited(&w, HEAP_BYTES);
    tni_instance *i = from_text(
        &w, "(module " LIST "(global $g (mut anyref) (ref.null any))"
            "(global $const (ref $nodes) (array.new_fixed $nodes 2"
            "  (struct.new $node (i64.const 3) (ref.null $node))"
            "  (struct.new $node (i64.const 4) (ref.null $node))))"
            "(table $t 4 (ref null $node))"
            "(elem $e (ref null $node) (item (struct.new $node (i64.const 50) (ref.null "
            "$node)))"
            "  (item (ref.null $node)))"
            "(func (export \"fill\") (param i32)"
            "  (table.init $t $e (i32.const 1) (i32.const 0) (i32.const 1))"
            "  (table.set $t (i32.const 1) (ref.null $node))"
            "  (global.set $g (call $make (i64.const 1000)))"
            "  (table.set $t (i32.const 3) (call $make (i64.const 1000)))"
            "  (call $garbage (local.get 0)))"
            "(func (export \"sum\") (param i32) (result i64)"
            "  (call $garbage (local.get 0))"
            "  (table.init $t $e (i32.const 2) (i32.const 0) (i32.const 1))"
            "  (i64.add (call $sum (ref.cast (ref null $node) (global.get $g)))"
            "  (i64.add (call $sum (table.get $t (i32.const 3)))"
            "  (i64.add (call $sum (table.get $t (i32.const 2)))"
            "  (i64.add (call $sum (array.get $nodes (global.get $const) (i32.const 0)))"
            "           (call $sum (array.get $nodes (global.get $const) (i32.const "
            "1)))))))))");
    call(&w, i, "fill", 200000 / LESS);
    tni_gc_collect(w.store);
    ck_assert_uint_eq(call(&w, i, "sum", 200000 / LESS), 2 * triangle + 57);
    ck_assert_uint_gt(w.store->gc.collections, 3);
    test_close(&w);
}
END_TEST

/* Externals of host references and i31 are no addresses. */
START_TEST(other_references_are_left_alone) {
    test_world w;
    open_limited(&w, HEAP_BYTES);
    tni_instance *i = from_text(
        &w, "(module " LIST "(table $t 10 anyref)"
            "(func (export \"put\") (param externref i32)"
            "  (table.set $t (i32.const 0) (any.convert_extern (local.get 0)))"
            "  (table.set $t (i32.const 1) (ref.i31 (i32.const -5)))"
            "  (call $garbage (local.get 1)))"
            "(func (export \"get\") (result externref i32)"
            "  (extern.convert_any (table.get $t (i32.const 0)))"
            "  (i31.get_s (ref.cast (ref i31) (table.get $t (i32.const 1))))))");
    tni_slot v[2] = {tni_ref_host(0x12345678), 100000 / LESS};
    ck_assert_int_eq(test_call(&w, i, "put", v, v), TENON_OK);
    ck_assert_int_eq(test_call(&w, i, "get", v, v), TENON_OK);
    ck_assert_uint_eq(v[0], tni_ref_host(0x12345678));
    ck_assert_int_eq((i32)v[1], -5);
    test_close(&w);
}
END_TEST

START_TEST(a_long_list_needs_no_recursion) {
    test_world w;
    open_limited(&w, 256 << 20);
    tni_instance *i = from_text(&w, "(module " LIST
                                    "(global $g (mut (ref null $node)) (ref.null $node))"
                                    "(func (export \"make\") (param i64)"
                                    "  (global.set $g (call $make (local.get 0))))"
                                    "(func (export \"sum\") (result i64)"
                                    "  (call $sum (global.get $g))))");
    const u64 nodes = 1000000 / LESS;
    call(&w, i, "make", nodes);
    tni_gc_collect(w.store);
    ck_assert_uint_eq(call(&w, i, "sum", 0), nodes * (nodes + 1) / 2);
    ck_assert_uint_gt(w.store->gc.live_bytes, nodes * 30);
    test_close(&w);
}
END_TEST

START_TEST(too_much_is_an_error) {
    test_world w;
    open_limited(&w, HEAP_BYTES);
    tni_instance *i = from_text(
        &w, "(module " LIST "(global $g (mut (ref null $node)) (ref.null $node))"
            "(func (export \"make\") (param i64)"
            "  (global.set $g (call $make (local.get 0))))"
            "(func (export \"array\") (param i32) (result i32)"
            "  (array.len (array.new_default $nodes (local.get 0))))"
            "(func (export \"garbage\") (param i32) (call $garbage (local.get 0))))");
    tni_slot v[2] = {1000000};
    ck_assert_int_eq(test_call(&w, i, "make", v, v), TENON_NO_MEMORY);
    v[0] = 0xffffffff;
    ck_assert_int_eq(test_call(&w, i, "array", v, v), TENON_NO_MEMORY);
    v[0] = 600000;
    ck_assert_int_eq(test_call(&w, i, "array", v, v), TENON_NO_MEMORY);
    ck_assert_uint_eq((u32)call(&w, i, "array", 10000), 10000);
    call(&w, i, "garbage", 100000 / LESS); /* the store goes on */
    test_close(&w);
}
END_TEST

/* Every size of cell, and cells that are reused come back zeroed. */
START_TEST(arrays_of_all_sizes) {
    test_world w;
    open_limited(&w, 8 << 20);
    tni_instance *i = from_text(
        &w,
        "(module (type $b (array (mut i8))) (type $l (array (mut i64)))"
        "(func (export \"run\") (param $rounds i32) (result i32)"
        "  (local $n i32) (local $bad i32) (local $x (ref null $b)) (local $y (ref null "
        "$l))"
        "  (loop $round"
        "    (local.set $n (i32.const 700))"
        "    (loop $size"
        "      (local.set $x (array.new_default $b (local.get $n)))"
        "      (local.set $y (array.new $l (i64.const -1) (local.get $n)))"
        "      (local.set $bad (i32.or (local.get $bad)"
        "        (array.get_u $b (local.get $x) (i32.sub (local.get $n) (i32.const 1)))))"
        "      (local.set $bad (i32.or (local.get $bad)"
        "        (array.get_u $b (local.get $x) (i32.const 0))))"
        "      (array.fill $b (local.get $x) (i32.const 0) (i32.const 255) (local.get "
        "$n))"
        "      (local.set $bad (i32.or (local.get $bad) (i64.ne (i64.const -1)"
        "        (array.get $l (local.get $y) (i32.sub (local.get $n) (i32.const 1))))))"
        "      (br_if $size (local.tee $n (i32.sub (local.get $n) (i32.const 1)))))"
        "    (br_if $round (local.tee $rounds (i32.sub (local.get $rounds) (i32.const "
        "1)))))"
        "  (local.get $bad)))");
    ck_assert_uint_eq((u32)call(&w, i, "run", LESS > 1 ? 1 : 20), 0);
    ck_assert_uint_gt(w.store->gc.collections, 2);
    test_close(&w);
}
END_TEST

int main(void) {
    const TTest *const tests[] = {
        garbage_goes,
        stacks_hold,
        globals_tables_segments_hold,
        other_references_are_left_alone,
        a_long_list_needs_no_recursion,
        too_much_is_an_error,
        arrays_of_all_sizes,
    };
    return test_run("gc", tests, TNI_COUNT_OF(tests));
}
