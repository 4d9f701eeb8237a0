/* test_exceptions.c: exceptions where wasm meets C: native frames, nested calls,
 * suspended threads, fuel, limits, frames of more than 65,536 slots, every allocation
 * failing. */
#include "harness.h"
#include "text/assemble.h"

static tenon_status try_text(test_world *w, const char *text, const tni_extern *imports,
                             tni_instance **out) {
    tni_buf buf;
    tni_module *m = NULL;
    tni_buf_init(&buf, &w->engine.heap);
    *out = NULL;
    tenon_status s = tni_text_module(&w->engine, tni_str_of(text), 0, &buf, &w->e);
    if (s == TENON_OK) {
        s = tni_module_decode(&w->engine, buf.data, buf.count, 0, false, &m, &w->e);
    }
    tni_buf_free(&buf);
    if (s == TENON_OK) {
        s = tni_module_validate(m, &w->e);
    }
    if (s == TENON_OK) {
        s = tni_instantiate(w->store, m, imports, true, out, &w->e);
    }
    if (m != NULL) {
        tni_module_release(m);
    }
    return s;
}

static tni_instance *instance_of(test_world *w, const char *text,
                                 const tni_extern *imports) {
    tni_instance *i;
    if (try_text(w, text, imports, &i) != TENON_OK) {
        ck_abort_msg("%s", w->e.message);
    }
    return i;
}

/* -- natives between wasm and wasm -- */

typedef struct bridge {
    tni_func *callee;
    int unwound;
    int resumed;
    bool in_c;     /* calls by tni_call, not by a frame */
    bool swallows; /* and goes on if that fails */
    tenon_status seen;
} bridge;

static tni_next bridge_enter(tni_thread *t, tni_func *self, tni_slot *fp) {
    bridge *b = tni_func_data(self);
    if (!b->in_c) {
        return tni_thread_call(t, self, fp, b->callee) == NULL ? TNI_NEXT_FAIL
                                                               : TNI_NEXT_CALL;
    }
    b->seen = tni_call(t, b->callee, NULL, NULL, tni_thread_error(t));
    return b->seen != TENON_OK && !b->swallows ? TNI_NEXT_FAIL : TNI_NEXT_RETURN;
}
static tni_next bridge_resume(tni_thread *t, tni_func *self, tni_slot *fp, tni_why why) {
    (void)t, (void)fp, (void)why;
    ((bridge *)tni_func_data(self))->resumed++;
    return TNI_NEXT_RETURN;
}
static void bridge_unwind(tni_thread *t, tni_func *self, tni_slot *fp) {
    (void)t, (void)fp;
    ((bridge *)tni_func_data(self))->unwound++;
}
static const tni_native bridge_native = {"bridge", 1, bridge_enter, bridge_resume,
                                         bridge_unwind};

static const char thrower_text[] = "(module (tag $t) (func $f (throw $t)) "
                                   "(func (export \"throw\") (call $f)))";
static const char catcher_text[] =
    "(module (import \"\" \"\" (func $f)) (tag $own) "
    "(func (export \"catch\") (result i32) "
    "  (block $h (try_table (catch_all $h) (call $f)) (return (i32.const 1))) "
    "  (i32.const 2)) "
    "(func (export \"after\") (result i32) "
    "  (block $h (try_table (catch_all $h) (call $f) (throw $own)) (unreachable)) "
    "  (i32.const 3)))";

static tni_instance *bridged(test_world *w, bridge *b) {
    test_open(w);
    tni_instance *thrower = instance_of(w, thrower_text, NULL);
    b->callee = test_export(thrower, "throw").as.func;
    const tni_extern f = test_native(w, &bridge_native, ":", b);
    return instance_of(w, catcher_text, &f);
}

START_TEST(native_frames_end_exceptions) {
    test_world w;
    bridge b = {.in_c = false};
    tni_instance *i = bridged(&w, &b);
    tni_slot v = 0;
    for (int n = 1; n <= 3; n++) {
        ck_assert_int_eq(test_call(&w, i, "catch", NULL, &v), TENON_TRAP);
        ck_assert_int_eq(w.e.code, TNI_ERR_UNCAUGHT);
        ck_assert_int_eq(b.unwound, n);
        ck_assert_uint_eq(w.e.frame_count, 4); /* f, throw, bridge, catch */
    }
    ck_assert_int_eq(b.resumed, 0);
    test_close(&w);
}
END_TEST

START_TEST(calls_from_c_end_exceptions) {
    test_world w;
    bridge b = {.in_c = true};
    tni_instance *i = bridged(&w, &b);
    tni_slot v = 0;
    ck_assert_int_eq(test_call(&w, i, "catch", NULL, &v), TENON_TRAP);
    ck_assert_int_eq(b.seen, TENON_EXCEPTION);
    ck_assert_int_eq(w.e.status, TENON_TRAP);
    ck_assert_int_eq(w.e.code, TNI_ERR_UNCAUGHT);
    b.swallows = true;
    ck_assert_int_eq(test_call(&w, i, "catch", NULL, &v), TENON_OK);
    ck_assert_int_eq(b.seen, TENON_EXCEPTION);
    ck_assert_uint_eq((u32)v, 1);
    ck_assert_int_eq(test_call(&w, i, "after", NULL, &v), TENON_OK);
    ck_assert_uint_eq((u32)v, 3);
    test_close(&w);
}
END_TEST

START_TEST(uncaught_has_a_backtrace) {
    test_world w;
    test_open(&w);
    tni_instance *i = instance_of(&w, thrower_text, NULL);
    ck_assert_int_eq(test_call(&w, i, "throw", NULL, NULL), TENON_EXCEPTION);
    ck_assert_str_eq(w.e.message, "uncaught exception");
    ck_assert_uint_eq(w.e.frame_count, 2);
    ck_assert_uint_eq(w.e.frames[0].func_index, 0);
    ck_assert_uint_eq(w.e.frames[1].func_index, 1);
    ck_assert_uint_ne(w.e.frames[0].offset, TENON_NO_OFFSET);
    test_close(&w);
}
END_TEST

/* -- suspended in a try_table -- */

static tni_next pause_enter(tni_thread *t, tni_func *self, tni_slot *fp) {
    (void)t, (void)self, (void)fp;
    return TNI_NEXT_SUSPEND;
}
static const tni_native pause_native = {"pause", 1, pause_enter, bridge_resume, NULL};

START_TEST(suspended_threads_catch) {
    test_world w;
    bridge b = {.in_c = false};
    test_open(&w);
    const tni_extern f = test_native(&w, &pause_native, ":", &b);
    tni_instance *i = instance_of(
        &w,
        "(module (import \"\" \"\" (func $pause)) (tag $t (param i32)) "
        "(global (export \"g\") (mut i32) (i32.const 0)) "
        "(func $in (call $pause) (throw $t (i32.const 77))) "
        "(func (export \"f\") "
        "  (block $h (result i32) (try_table (catch $t $h) (call $in)) (unreachable)) "
        "  (global.set 0)))",
        &f);
    tni_thread *t;
    bool done = true;
    tni_slot value[2];
    ck_assert_int_eq(tni_thread_new(w.store, &t, &w.e), TENON_OK);
    for (int round = 0; round < 2; round++) {
        ck_assert_int_eq(tni_thread_begin(t, test_export(i, "f").as.func, NULL, &w.e),
                         TENON_OK);
        ck_assert_int_eq(tni_thread_run(t, false, &done, &w.e), TENON_OK);
        ck_assert(!done);
        ck_assert_int_eq(tni_thread_run(t, false, &done, &w.e), TENON_OK);
        ck_assert(done);
    }
    ck_assert_int_eq(b.resumed, 2);
    tni_global_get(test_export(i, "g").as.global, value);
    ck_assert_uint_eq((u32)value[0], 77);
    tni_thread_delete(t);
    test_close(&w);
}
END_TEST

/* -- fuel and limits -- */

static const char endless_text[] =
    "(module (tag $t (param i64 i64 i64 i64)) "
    "(func (export \"endless\") (loop $l (try_table (catch_all $l) "
    "  (throw $t (i64.const 1) (i64.const 2) (i64.const 3) (i64.const 4))))) "
    "(func $some (export \"some\") (param i32) (result i32) (local $sum i64) "
    "  (loop $l "
    "    (block $h (result i64 i64 i64 i64) "
    "      (try_table (catch $t $h) "
    "        (throw $t (i64.const 1) (i64.const 2) (i64.const 3) (i64.const 4))) "
    "      (unreachable)) "
    "    (i64.add) (i64.add) (i64.add) "
    "    (local.set $sum (i64.add (local.get $sum))) "
    "    (br_if $l (local.tee 0 (i32.sub (local.get 0) (i32.const 1))))) "
    "  (i32.wrap_i64 (local.get $sum))))";

START_TEST(throws_take_fuel) {
    test_world w;
    test_open(&w);
    tni_instance *i = instance_of(&w, endless_text, NULL);
    tni_store_set_fuel(w.store, 100000);
    ck_assert_int_eq(test_call(&w, i, "endless", NULL, NULL), TENON_LIMIT);
    ck_assert_int_eq(w.e.code, TNI_ERR_OUT_OF_FUEL);
    test_close(&w);
}
END_TEST

START_TEST(dead_exceptions_are_freed) {
    test_world w;
    test_open(&w);
    tni_store_delete(w.store);
    tni_store_limits l;
    tni_store_limits_init(&l);
    l.heap_bytes = 4 << 20;
    ck_assert_int_eq(tni_store_new(&w.engine, &l, &w.store, &w.e), TENON_OK);
    tni_instance *i = instance_of(&w, endless_text, NULL);
    tni_slot v = 300000;
    ck_assert_int_eq(test_call(&w, i, "some", &v, &v), TENON_OK);
    ck_assert_uint_eq((u32)v, 3000000);
    test_close(&w);
}
END_TEST

/* Locals, values and handlers beyond slot 65,536. */
START_TEST(far_frames_catch) {
    enum { VECTORS = 35000 };
    static char text[VECTORS * 5 + 4096];
    test_world w;
    test_open(&w);
    w.engine.features |= TENON_FEATURE_MASK(LEGACY_EXCEPTIONS);
    char *p = text;
    p += sprintf(p, "(module (tag $t (param i32 i64)) (func (export \"f\") (param i32) "
                    "(result i32 i64 i32) (local ");
    for (int n = 0; n < VECTORS; n++) {
        p += sprintf(p, "v128 ");
    }
    sprintf(p, "i32 i32 i32 i32) (local.set 35004 (i32.const 5)) "
               "(i32.add (local.get 0) (i32.const 2)) "
               "(block $h (result i32 i64) "
               "  (try_table (catch $t $h) "
               "    (local.set 35003 (i32.const 100)) "
               "    (throw $t (i32.add (local.get 0) (local.get 35004)) (i64.const 7))) "
               "  (unreachable)) "
               "(local.set 0 (i32.wrap_i64)) "
               "(local.set 35002) "
               "(local.set 35001) "
               "(try (result i32 i64) "
               "  (do (throw $t (local.get 35002) (i64.const 9))) "
               "  (catch $t)) "
               "(i32.add (local.get 35003) (i32.add (local.get 35001) (local.get 0)))))");
    tni_instance *i = instance_of(&w, text, NULL);
    tni_slot v[3] = {30};
    ck_assert_int_eq(test_call(&w, i, "f", v, v), TENON_OK);
    ck_assert_uint_eq((u32)v[0], 35);
    ck_assert_uint_eq(v[1], 9);
    ck_assert_uint_eq((u32)v[2], 100 + 32 + 7);
    test_close(&w);
}
END_TEST

/* Very many handlers, next to each other and nested, thrown in for long. */
START_TEST(many_handlers) {
    enum { TRIES = 3000, DEPTH = 200 };
    static char text[TRIES * 64 + DEPTH * 64 + 4096];
    test_world w;
    test_open(&w);
    char *p = text;
    p += sprintf(
        p, "(module (tag $t) (tag $u) (func (export \"f\") (param i32) (result i32) "
           "(local i32) (loop $l (block $h ");
    for (int n = 0; n < TRIES; n++) {
        p += sprintf(p, "(try_table (catch $u 0) (nop)) ");
    }
    p += sprintf(p, "(try_table (catch $t $h) ");
    for (int n = 0; n < DEPTH; n++) {
        p += sprintf(p, "(try_table (catch $u 0) ");
    }
    p += sprintf(p, "(throw $t)");
    for (int n = 0; n < DEPTH; n++) {
        *p++ = ')';
    }
    sprintf(p, ")) (local.set 1 (i32.add (local.get 1) (i32.const 1))) "
               "(br_if $l (local.tee 0 (i32.sub (local.get 0) (i32.const 1))))) "
               "(local.get 1)))");
    tni_instance *i = instance_of(&w, text, NULL);
    tni_slot v = 1000;
    ck_assert_int_eq(test_call(&w, i, "f", &v, &v), TENON_OK);
    ck_assert_uint_eq((u32)v, 1000);
    test_close(&w);
}
END_TEST

/* -- memory running out -- */

static tenon_status cycle(test_world *w) {
    TNI_TRY(test_engine_open(w));
    tni_store_limits l;
    tni_store_limits_init(&l);
    TNI_TRY(tni_store_new(&w->engine, &l, &w->store, &w->e));
    tni_instance *i;
    TNI_TRY(try_text(w, endless_text, NULL, &i));
    tni_slot v = 3;
    TNI_TRY(test_call(w, i, "some", &v, &v));
    ck_assert_uint_eq((u32)v, 30);
    return TENON_OK;
}

START_TEST(allocations_fail) {
    static test_world w;
    for (unsigned long n = 1;; n++) {
        memset(&w, 0, sizeof w);
        w.allocator.fail_at = n;
        const tenon_status s = cycle(&w);
        ck_assert_msg(s == TENON_OK || s == TENON_NO_MEMORY, "allocation %lu: %s", n,
                      w.e.message);
        const bool failed = w.allocator.failed > 0;
        ck_assert(s == TENON_OK || failed);
        tni_store_delete(w.store);
        test_engine_close(&w);
        ck_assert_uint_eq(w.allocator.live_bytes, 0);
        if (!failed) {
            return;
        }
    }
}
END_TEST

int main(void) {
    const TTest *const tests[] = {
        native_frames_end_exceptions,
        calls_from_c_end_exceptions,
        uncaught_has_a_backtrace,
        suspended_threads_catch,
        throws_take_fuel,
        dead_exceptions_are_freed,
        far_frames_catch,
        many_handlers,
        allocations_fail,
    };
    return test_run("exceptions", tests, TNI_COUNT_OF(tests));
}
