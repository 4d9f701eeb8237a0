/* test_runtime.c: stores, memories, tables, instantiation, native functions, calls from
 * C: limits, failures and their effects, fuel, interrupts, and every allocation failing.
 */
#include "harness.h"
#include "tenon/platform.h"

static tni_memtype memory_type(u64 min, u64 max, bool has_max) {
    return (tni_memtype){
        .limits = {.min = min, .max = has_max ? max : UINT64_MAX, .has_max = has_max},
        .page_log2 = 16};
}

static tni_tabletype table_type(u64 min, u64 max, bool has_max) {
    return (tni_tabletype){
        .limits = {.min = min, .max = has_max ? max : UINT64_MAX, .has_max = has_max},
        .element = TNI_FUNCREF};
}

static tni_store *store_with(test_world *w, const tni_store_limits *l) {
    tni_store *s;
    ck_assert_int_eq(tni_store_new(&w->engine, l, &s, &w->e), TENON_OK);
    return s;
}

static bool message_has(const test_world *w, const char *text) {
    return strstr(w->e.message, text) != NULL;
}

/* -- memories and tables by themselves -- */

START_TEST(memory_grows_to_its_type) {
    test_world w;
    test_open(&w);
    tni_memory *m;
    tni_memtype type = memory_type(1, 3, true);
    ck_assert_int_eq(tni_memory_new(w.store, &type, &m, &w.e), TENON_OK);
    ck_assert_uint_eq(tni_memory_bytes(m), 65536);
    tni_memory_data(m)[65535] = 7;
    ck_assert_int_eq(tni_memory_grow(m, 0), 1);
    ck_assert_int_eq(tni_memory_grow(m, 2), 1);
    ck_assert_int_eq(tni_memory_grow(m, 1), -1);
    ck_assert_int_eq(tni_memory_grow(m, UINT64_MAX), -1);
    ck_assert_int_eq(tni_memory_grow(m, 0), 3);
    ck_assert_uint_eq(tni_memory_bytes(m), 3 * 65536);
    ck_assert_uint_eq(tni_memory_data(m)[65535], 7);
    ck_assert_uint_eq(tni_memory_data(m)[65536], 0);
    tni_extern x = {TNI_EXTERN_MEMORY, {.memory = m}};
    ck_assert_uint_eq(tni_extern_type(&x).as.memory.limits.min, 3);
    test_close(&w);
}
END_TEST

START_TEST(memory_is_held_to_the_store) {
    test_world w;
    test_open(&w);
    tni_store_limits l;
    tni_store_limits_init(&l);
    l.memory_bytes = 4 * 65536;
    l.memory_pages = 3;
    tni_store *s = store_with(&w, &l);
    tni_memory *a, *b;
    tni_memtype type = memory_type(4, 0, false);
    ck_assert_int_eq(tni_memory_new(s, &type, &a, &w.e), TENON_LIMIT);
    ck_assert(message_has(&w, "a memory of 4 pages"));
    type = memory_type(1, 0, false);
    ck_assert_int_eq(tni_memory_new(s, &type, &a, &w.e), TENON_OK);
    ck_assert_int_eq(tni_memory_new(s, &type, &b, &w.e), TENON_OK);
    ck_assert_int_eq(tni_memory_grow(a, 3), -1); /* one memory */
    ck_assert_int_eq(tni_memory_grow(a, 2), 1);
    ck_assert_int_eq(tni_memory_grow(b, 1), -1); /* all together */
    tni_store_delete(s);
    test_close(&w);
}
END_TEST

START_TEST(memory64_and_small_pages) {
    test_world w;
    test_open(&w);
    tni_memory *m;
    tni_memtype type = memory_type(1, UINT64_C(1) << 40, true);
    type.limits.is_64 = true;
    ck_assert_int_eq(tni_memory_new(w.store, &type, &m, &w.e), TENON_OK);
    ck_assert(tni_memory_is_64(m));
    ck_assert_int_eq(tni_memory_grow(m, UINT64_C(1) << 39), -1);
    ck_assert_int_eq(tni_memory_grow(m, 1), 1);
    type = memory_type(5, 9, true);
    type.page_log2 = 0;
    ck_assert_int_eq(tni_memory_new(w.store, &type, &m, &w.e), TENON_OK);
    ck_assert_uint_eq(tni_memory_bytes(m), 5);
    ck_assert_int_eq(tni_memory_grow(m, 4), 5);
    ck_assert_int_eq(tni_memory_grow(m, 1), -1);
    type = memory_type(0, 0, false);
    ck_assert_int_eq(tni_memory_new(w.store, &type, &m, &w.e), TENON_OK);
    ck_assert_int_eq(tni_memory_grow(m, 1), 0);
    test_close(&w);
}
END_TEST

START_TEST(tables_grow_and_hold) {
    test_world w;
    test_open(&w);
    tni_store_limits l;
    tni_store_limits_init(&l);
    l.table_elements = 100;
    tni_store *s = store_with(&w, &l);
    tni_table *t;
    tni_tabletype type = table_type(101, 0, false);
    ck_assert_int_eq(tni_table_new(s, &type, 0, &t, &w.e), TENON_LIMIT);
    type = table_type(0, 50, true);
    ck_assert_int_eq(tni_table_new(s, &type, 0, &t, &w.e), TENON_OK);
    tni_ref r;
    ck_assert(!tni_table_get(t, 0, &r));
    ck_assert_int_eq(tni_table_grow(t, 51, 0), -1);
    for (u64 n = 0; n < 50; n++) {
        ck_assert_int_eq(tni_table_grow(t, 1, tni_ref_host(n)), (i64)n);
    }
    ck_assert_int_eq(tni_table_grow(t, 1, 0), -1);
    ck_assert_int_eq(tni_table_grow(t, UINT64_MAX, 0), -1);
    for (u64 n = 0; n < 50; n++) {
        ck_assert(tni_table_get(t, n, &r) && r == tni_ref_host(n));
    }
    ck_assert(tni_table_set(t, 49, 0) && !tni_table_set(t, 50, 0));
    type = table_type(0, 0, false);
    ck_assert_int_eq(tni_table_new(s, &type, 0, &t, &w.e), TENON_OK);
    ck_assert_int_eq(tni_table_grow(t, 101, 0), -1);
    ck_assert_int_eq(tni_table_grow(t, 100, 0), 0);
    tni_store_delete(s);
    test_close(&w);
}
END_TEST

/* -- instantiation -- */

static tni_next answer(tni_thread *t, tni_func *self, tni_slot *fp) {
    (void)t;
    fp[0] = (u64)(uintptr_t)tni_func_data(self);
    return TNI_NEXT_RETURN;
}
static const tni_native answer_native = {"answer", 0, answer, NULL, NULL};

START_TEST(imports_must_match) {
    test_world w;
    test_open(&w);
    mb m = {.funcs = 0};
    mb_import_func(&m, "env", "f", mb_type(&m, "iI:f"));
    tni_extern f = test_native(&w, &answer_native, "iI:F", NULL);
    tni_instance *i;
    ck_assert_int_eq(test_instantiate(&w, &m, &f, &i), TENON_UNLINKABLE);
    ck_assert(message_has(&w, "incompatible import type"));
    ck_assert(message_has(&w, "\"env\" \"f\""));
    ck_assert(message_has(&w, "f32") && message_has(&w, "f64"));

    tni_memory *memory;
    tni_memtype type = memory_type(1, 2, true);
    ck_assert_int_eq(tni_memory_new(w.store, &type, &memory, &w.e), TENON_OK);
    tni_extern x = {TNI_EXTERN_MEMORY, {.memory = memory}};
    mb_import_memory(&m, "a", "m", 2, 2);
    ck_assert_int_eq(test_instantiate(&w, &m, &x, &i), TENON_UNLINKABLE);
    /* The current size counts. Core 3.0, 4.7.2 */
    ck_assert_int_eq(tni_memory_grow(memory, 1), 1);
    mb_import_memory(&m, "a", "m", 2, 2);
    ck_assert_int_eq(test_instantiate(&w, &m, &x, &i), TENON_OK);
    mb_import_memory(&m, "a", "m", 2, 1);
    ck_assert_int_ne(test_instantiate(&w, &m, &x, &i), TENON_OK);
    mb_import_global(&m, "a", "m", 'i', false);
    ck_assert_int_eq(test_instantiate(&w, &m, &x, &i), TENON_UNLINKABLE);
    test_close(&w);
}
END_TEST

START_TEST(constant_expressions) {
    test_world w;
    test_open(&w);
    mb m = {.funcs = 0};
    tni_slot seven = 7;
    tni_globaltype type = {TNI_I32, false};
    tni_extern x = {.kind = TNI_EXTERN_GLOBAL};
    ck_assert_int_eq(tni_global_new(w.store, &type, &seven, &x.as.global, &w.e),
                     TENON_OK);
    mb_import_global(&m, "env", "g", 'i', false);
    wb c = {NULL, 0, 0};
    wb_opx(&c, TNI_OP_GLOBAL_GET, 0);
    wb_i32(&c, 5);
    wb_op(&c, TNI_OP_I32_SUB);
    wb_i32(&c, (u32)-3);
    wb_op(&c, TNI_OP_I32_MUL);
    mb_global(&m, 'i', false, &c);
    c.count = 0;
    /* Deeper than what is held without allocating. */
    for (int n = 0; n < 100; n++) {
        wb_i64(&c, 10);
    }
    for (int n = 0; n < 99; n++) {
        wb_op(&c, TNI_OP_I64_ADD);
    }
    mb_global(&m, 'I', true, &c);
    c.count = 0;
    mb_func(&m, mb_type(&m, ":"), "", &c);
    wb_opx(&c, TNI_OP_REF_FUNC, 0);
    mb_global(&m, 'r', false, &c);
    c.count = 0;
    wb_f64(&c, UINT64_C(0x7ff4000000000001));
    mb_global(&m, 'F', false, &c);
    c.count = 0;
    wb_op(&c, TNI_OP_V128_CONST);
    for (unsigned n = 0; n < 16; n++) {
        wb_byte(&c, n);
    }
    mb_global(&m, 'v', false, &c);
    for (unsigned n = 1; n < 6; n++) {
        char name[2] = {(char)('0' + n), 0};
        mb_export(&m, name, 3, n);
    }
    mb_export(&m, "f", 0, 0);
    tni_instance *i = test_instance(&w, &m, &x);
    tni_slot v[2];
    tni_global_get(test_export(i, "1").as.global, v);
    ck_assert_int_eq((i32)v[0], -6);
    tni_global_get(test_export(i, "2").as.global, v);
    ck_assert_uint_eq(v[0], 1000);
    tni_global_get(test_export(i, "3").as.global, v);
    ck_assert_uint_eq(v[0], tni_ref_func(test_export(i, "f").as.func));
    tni_global_get(test_export(i, "4").as.global, v);
    ck_assert_uint_eq(v[0], UINT64_C(0x7ff4000000000001));
    tni_global_get(test_export(i, "5").as.global, v);
    ck_assert_uint_eq(v[1], UINT64_C(0x0f0e0d0c0b0a0908));
    ck_assert(!tni_instance_export(i, TNI_STR("6"), &x));
    wb_free(&c);
    test_close(&w);
}
END_TEST

/* Segments run in order; those before the one that fails have had their effect. */
START_TEST(failed_segments_leave_effects) {
    test_world w;
    test_open(&w);
    tni_extern x[2] = {{.kind = TNI_EXTERN_TABLE}, {.kind = TNI_EXTERN_MEMORY}};
    tni_tabletype tt = table_type(4, 0, false);
    tni_memtype mt = memory_type(1, 0, false);
    ck_assert_int_eq(tni_table_new(w.store, &tt, 0, &x[0].as.table, &w.e), TENON_OK);
    ck_assert_int_eq(tni_memory_new(w.store, &mt, &x[1].as.memory, &w.e), TENON_OK);
    mb m = {.funcs = 0};
    mb_import_table(&m, "a", "t", 1, -1);
    mb_import_memory(&m, "a", "m", 1, -1);
    wb c = {NULL, 0, 0};
    wb_i32(&c, 42);
    unsigned f = mb_func(&m, mb_type(&m, ":i"), "", &c);
    unsigned funcs[2] = {f, f};
    mb_elem(&m, 2, funcs, 2);
    mb_data(&m, 65533, "abc", 3);
    mb_data(&m, 65534, "xyz", 3);
    mb_data(&m, 0, "no", 2);
    tni_instance *i;
    ck_assert_int_eq(test_instantiate(&w, &m, x, &i), TENON_TRAP);
    ck_assert(message_has(&w, "out of bounds memory access"));
    ck_assert_int_eq(memcmp(tni_memory_data(x[1].as.memory) + 65533, "abc", 3), 0);
    ck_assert_uint_eq(tni_memory_data(x[1].as.memory)[0], 0);
    tni_ref r;
    ck_assert(tni_table_get(x[0].as.table, 3, &r) && r != 0);
    tni_slot result = 0;
    ck_assert_int_eq(tni_call(tni_store_thread(w.store), (tni_func *)(uintptr_t)r, NULL,
                              &result, &w.e),
                     TENON_OK);
    ck_assert_uint_eq((u32)result, 42);

    mb_import_table(&m, "a", "t", 1, -1);
    f = mb_func(&m, mb_type(&m, ":i"), "", &c);
    mb_elem(&m, 3, funcs, 2);
    ck_assert_int_eq(test_instantiate(&w, &m, x, &i), TENON_TRAP);
    ck_assert(message_has(&w, "out of bounds table access"));
    wb_free(&c);
    test_close(&w);
}
END_TEST

START_TEST(start_function_runs) {
    test_world w;
    test_open(&w);
    mb m = {.funcs = 0};
    wb c = {NULL, 0, 0};
    wb_i32(&c, 0);
    mb_global(&m, 'i', true, &c);
    c.count = 0;
    wb_i32(&c, 9);
    wb_opx(&c, TNI_OP_GLOBAL_SET, 0);
    mb_start(&m, mb_func(&m, mb_type(&m, ":"), "", &c));
    mb_export(&m, "g", 3, 0);
    tni_instance *i = test_instance(&w, &m, NULL);
    tni_slot v[2];
    tni_global_get(test_export(i, "g").as.global, v);
    ck_assert_uint_eq((u32)v[0], 9);
    c.count = 0;
    wb_op(&c, TNI_OP_UNREACHABLE);
    mb_start(&m, mb_func(&m, mb_type(&m, ":"), "", &c));
    ck_assert_int_eq(test_instantiate(&w, &m, NULL, &i), TENON_TRAP);
    ck_assert(message_has(&w, "unreachable"));
    wb_free(&c);
    test_close(&w);
}
END_TEST

START_TEST(instances_are_limited) {
    test_world w;
    test_open(&w);
    tni_store_limits l;
    tni_store_limits_init(&l);
    l.instances = 2;
    tni_store_delete(w.store);
    w.store = store_with(&w, &l);
    tni_instance *i;
    for (int n = 0; n < 3; n++) {
        mb m = {.funcs = 0};
        ck_assert_int_eq(test_instantiate(&w, &m, NULL, &i),
                         n < 2 ? TENON_OK : TENON_LIMIT);
    }
    test_close(&w);
}
END_TEST

/* -- calls -- */

/* (func (param i32) (result i32)) that calls import 0 with its parameter + 1. */
static tni_instance *caller_of(test_world *w, tni_extern import) {
    mb m = {.funcs = 0};
    unsigned t = mb_type(&m, "i:i");
    mb_import_func(&m, "env", "f", t);
    wb c = {NULL, 0, 0};
    wb_opx(&c, TNI_OP_LOCAL_GET, 0);
    wb_i32(&c, 1);
    wb_op(&c, TNI_OP_I32_ADD);
    wb_opx(&c, TNI_OP_CALL, 0);
    mb_export(&m, "f", 0, mb_func(&m, t, "", &c));
    wb_free(&c);
    return test_instance(w, &m, &import);
}

static tni_next doubled(tni_thread *t, tni_func *self, tni_slot *fp) {
    (void)t, (void)self;
    fp[0] = (u32)fp[0] * 2;
    return TNI_NEXT_RETURN;
}
static const tni_native doubled_native = {"doubled", 0, doubled, NULL, NULL};

START_TEST(wasm_calls_native) {
    test_world w;
    test_open(&w);
    tni_instance *i = caller_of(&w, test_native(&w, &doubled_native, "i:i", NULL));
    tni_slot v = 20;
    ck_assert_int_eq(test_call(&w, i, "f", &v, &v), TENON_OK);
    ck_assert_uint_eq((u32)v, 42);
    /* And C calls a native. */
    tni_extern f = test_native(&w, &doubled_native, "i:i", NULL);
    ck_assert_int_eq(tni_call(tni_store_thread(w.store), f.as.func, &v, &v, &w.e),
                     TENON_OK);
    ck_assert_uint_eq((u32)v, 84);
    test_close(&w);
}
END_TEST

/* A native that calls its callee three times, adding 100 each time, through frames. */
typedef struct relay {
    tni_func *callee;
    int unwound;
    tni_instance *caller;
    bool fail_at_end;
} relay;

static tni_next relay_call(tni_thread *t, tni_func *self, tni_slot *fp, tni_slot v) {
    relay *r = tni_func_data(self);
    tni_slot *args = tni_thread_call(t, self, fp, r->callee);
    if (args == NULL) {
        return TNI_NEXT_FAIL;
    }
    args[0] = v;
    return TNI_NEXT_CALL;
}
static tni_next relay_enter(tni_thread *t, tni_func *self, tni_slot *fp) {
    relay *r = tni_func_data(self);
    r->caller = tni_thread_caller(t, self, fp);
    tni_slot *state = tni_native_state(self, fp);
    ck_assert_uint_eq(state[0], 0);
    ck_assert_uint_eq(state[1], 0);
    return relay_call(t, self, fp, fp[0]);
}
static tni_next relay_resume(tni_thread *t, tni_func *self, tni_slot *fp, tni_why why) {
    ck_assert_int_eq(why, TNI_WHY_RETURNED);
    relay *r = tni_func_data(self);
    tni_slot *state = tni_native_state(self, fp);
    state[1] = (u32)tni_thread_results(t, self, fp)[0] + 100;
    if (++state[0] < 3) {
        return relay_call(t, self, fp, state[1]);
    }
    if (r->fail_at_end) {
        tni_fail(tni_thread_error(t), TNI_ERR_IO, TENON_NO_OFFSET, "relay");
        return TNI_NEXT_FAIL;
    }
    fp[0] = state[1];
    return TNI_NEXT_RETURN;
}
static void relay_unwind(tni_thread *t, tni_func *self, tni_slot *fp) {
    (void)t, (void)fp;
    relay *r = tni_func_data(self);
    r->unwound++;
}
static const tni_native relay_native = {"relay", 2, relay_enter, relay_resume,
                                        relay_unwind};

/* (func (param i32) (result i32)): traps at 500, else parameter + 1; makes frames. */
static tni_func *plus_one(test_world *w) {
    mb m = {.funcs = 0};
    unsigned t = mb_type(&m, "i:i");
    wb c = {NULL, 0, 0};
    wb_opx(&c, TNI_OP_LOCAL_GET, 0);
    wb_i32(&c, 500);
    wb_op(&c, TNI_OP_I32_EQ);
    wb_op(&c, TNI_OP_IF);
    wb_byte(&c, 0x40);
    wb_op(&c, TNI_OP_UNREACHABLE);
    wb_op(&c, TNI_OP_END);
    wb_opx(&c, TNI_OP_LOCAL_GET, 0);
    wb_i32(&c, 1);
    wb_op(&c, TNI_OP_I32_ADD);
    mb_export(&m, "f", 0, mb_func(&m, t, "iiii", &c));
    wb_free(&c);
    return test_export(test_instance(w, &m, NULL), "f").as.func;
}

START_TEST(natives_call_through_frames) {
    test_world w;
    test_open(&w);
    relay inner = {.callee = plus_one(&w)};
    tni_extern f = test_native(&w, &relay_native, "i:i", &inner);
    relay outer = {.callee = f.as.func};
    tni_instance *i = caller_of(&w, test_native(&w, &relay_native, "i:i", &outer));
    tni_slot v = 0;
    ck_assert_int_eq(test_call(&w, i, "f", &v, &v), TENON_OK);
    /* 1, then nine times + 101, and + 100 by the outer each three. */
    ck_assert_uint_eq((u32)v, 1 + 9 * 101 + 3 * 100);
    ck_assert_ptr_eq(outer.caller, i);
    ck_assert_ptr_null(inner.caller);
    ck_assert_int_eq(inner.unwound + outer.unwound, 0);
    /* A trap inside unwinds both natives. 298, 399, 500. */
    v = 297;
    ck_assert_int_eq(test_call(&w, i, "f", &v, &v), TENON_TRAP);
    ck_assert(message_has(&w, "unreachable"));
    ck_assert_int_eq(inner.unwound, 1);
    ck_assert_int_eq(outer.unwound, 1);
    ck_assert_uint_ge(w.e.frame_count, 2);
    /* A failure of the native itself: its frame has been unwound too, or it has freed its
     * own; either way the outer's is. */
    inner.fail_at_end = true;
    v = 0;
    ck_assert_int_eq(test_call(&w, i, "f", &v, &v), TENON_HOST);
    ck_assert(message_has(&w, "relay"));
    ck_assert_int_eq(outer.unwound, 2);
    inner.fail_at_end = false;
    v = 0;
    ck_assert_int_eq(test_call(&w, i, "f", &v, &v), TENON_OK);
    test_close(&w);
}
END_TEST

/* A native that calls back by C recursion. */
typedef struct nester {
    tni_func *target;
    int depth;
    int deepest;
} nester;

static tni_next nest(tni_thread *t, tni_func *self, tni_slot *fp) {
    nester *n = tni_func_data(self);
    tni_instance *caller = tni_thread_caller(t, self, fp);
    n->deepest = ++n->depth > n->deepest ? n->depth : n->deepest;
    tni_slot v = fp[0];
    tenon_status s = TENON_OK;
    if ((u32)v < 1000) {
        s = tni_call(t, n->target, &v, &v, tni_thread_error(t));
    }
    n->depth--;
    if (s != TENON_OK) {
        return TNI_NEXT_FAIL;
    }
    ck_assert_ptr_eq(tni_thread_caller(t, self, fp), caller);
    fp[0] = v;
    return TNI_NEXT_RETURN;
}
static const tni_native nest_native = {"nest", 0, nest, NULL, NULL};

START_TEST(natives_nest_to_a_limit) {
    test_world w;
    test_open(&w);
    nester n = {.target = NULL};
    tni_instance *i = caller_of(&w, test_native(&w, &nest_native, "i:i", &n));
    n.target = test_export(i, "f").as.func;
    tni_slot v = 995;
    ck_assert_int_eq(test_call(&w, i, "f", &v, &v), TENON_OK);
    ck_assert_uint_eq((u32)v, 1000);
    ck_assert_int_eq(n.deepest, 5);
    v = 0;
    ck_assert_int_eq(test_call(&w, i, "f", &v, &v), TENON_LIMIT);
    ck_assert(message_has(&w, "nested too deep"));
    ck_assert_int_eq(n.deepest, 17);
    ck_assert_int_eq(n.depth, 0);
    ck_assert_uint_ge(w.e.frame_count, 4);
    test_close(&w);
}
END_TEST

/* (func $f (param i32) (result i32) local.get 0 call $f) */
static tni_instance *endless(test_world *w) {
    mb m = {.funcs = 0};
    unsigned t = mb_type(&m, "i:i");
    wb c = {NULL, 0, 0};
    wb_opx(&c, TNI_OP_LOCAL_GET, 0);
    wb_opx(&c, TNI_OP_CALL, 0);
    wb_i32(&c, 1);
    wb_op(&c, TNI_OP_I32_ADD);
    mb_export(&m, "recurse", 0, mb_func(&m, t, "", &c));
    c.count = 0;
    wb_op(&c, TNI_OP_LOOP);
    wb_byte(&c, 0x40);
    wb_opx(&c, TNI_OP_LOCAL_GET, 0);
    wb_i32(&c, 1);
    wb_op(&c, TNI_OP_I32_SUB);
    wb_opx(&c, TNI_OP_LOCAL_TEE, 0);
    wb_opx(&c, TNI_OP_BR_IF, 0);
    wb_op(&c, TNI_OP_END);
    wb_i32(&c, 7);
    mb_export(&m, "loop", 0, mb_func(&m, t, "", &c));
    wb_free(&c);
    return test_instance(w, &m, NULL);
}

START_TEST(recursion_is_exhaustion) {
    test_world w;
    test_open(&w);
    tni_instance *i = endless(&w);
    for (int n = 0; n < 3; n++) {
        tni_slot v = 1;
        ck_assert_int_eq(test_call(&w, i, "recurse", &v, &v), TENON_EXHAUSTION);
        ck_assert(message_has(&w, "call stack exhausted"));
        ck_assert_uint_eq(w.e.frame_count, TENON_BACKTRACE_FRAMES);
        ck_assert_uint_gt(w.e.frames_omitted, 100);
        v = 5;
        ck_assert_int_eq(test_call(&w, i, "loop", &v, &v), TENON_OK);
        ck_assert_uint_eq((u32)v, 7);
    }
    test_close(&w);
}
END_TEST

START_TEST(fuel_is_exact) {
    test_world w;
    test_open(&w);
    tni_instance *i = endless(&w);
    ck_assert_int_eq(tni_store_fuel(w.store), INT64_MAX);
    /* The least fuel that suffices is what a run takes. */
    const i64 plenty = 1000000;
    tni_slot v = 10000;
    tni_store_set_fuel(w.store, plenty);
    ck_assert_int_eq(test_call(&w, i, "loop", &v, &v), TENON_OK);
    i64 used = plenty - tni_store_fuel(w.store);
    ck_assert_int_ge(used, 9999);
    ck_assert_int_le(used, 10001);
    for (int n = 0; n < 3; n++) {
        tni_store_set_fuel(w.store, used);
        v = 10000;
        ck_assert_int_eq(test_call(&w, i, "loop", &v, &v), TENON_OK);
        ck_assert_int_eq(tni_store_fuel(w.store), 0);
        tni_store_set_fuel(w.store, used - 1);
        v = 10000;
        ck_assert_int_eq(test_call(&w, i, "loop", &v, &v), TENON_LIMIT);
        ck_assert(message_has(&w, "out of fuel"));
        ck_assert_int_eq(tni_store_fuel(w.store), 0);
    }
    v = 1;
    tni_store_set_fuel(w.store, 50);
    ck_assert_int_eq(test_call(&w, i, "recurse", &v, &v), TENON_LIMIT);
    tni_store_set_fuel(w.store, INT64_MAX);
    v = 10000;
    ck_assert_int_eq(test_call(&w, i, "loop", &v, &v), TENON_OK);
    test_close(&w);
}
END_TEST

static tni_next interrupter(tni_thread *t, tni_func *self, tni_slot *fp) {
    (void)self;
    tni_store_interrupt(tni_thread_store(t));
    /* Bulk work is a poll as well. */
    fp[0] = 0;
    return tni_thread_charge(t, 1000000) ? TNI_NEXT_RETURN : TNI_NEXT_FAIL;
}
static const tni_native interrupter_native = {"interrupter", 0, interrupter, NULL, NULL};

START_TEST(interrupts_stop) {
    test_world w;
    test_open(&w);
    tni_instance *i = endless(&w);
    tni_slot v = 0;
    tni_store_interrupt(w.store);
    ck_assert_int_eq(test_call(&w, i, "loop", &v, &v), TENON_LIMIT);
    ck_assert(message_has(&w, "interrupted"));
    v = 10000; /* it was reported, and is over */
    ck_assert_int_eq(test_call(&w, i, "loop", &v, &v), TENON_OK);
    i = caller_of(&w, test_native(&w, &interrupter_native, "i:i", NULL));
    ck_assert_int_eq(test_call(&w, i, "f", &v, &v), TENON_LIMIT);
    ck_assert(message_has(&w, "interrupted"));
    test_close(&w);
}
END_TEST

static u64 fake_clock(void *user) {
    return (*(u64 *)user += 1000);
}

START_TEST(deadlines_stop) {
    test_world w;
    test_open(&w);
    u64 now = 0;
    const tenon_platform p = {
        .struct_bytes = sizeof p, .user = &now, .monotonic_ns = fake_clock};
    w.engine.platform = &p;
    tni_instance *i = endless(&w);
    tni_slot v = 0;
    tni_store_set_deadline(w.store, 20000);
    ck_assert_int_eq(test_call(&w, i, "loop", &v, &v), TENON_LIMIT);
    ck_assert(message_has(&w, "deadline"));
    ck_assert_uint_le(now, 21000);
    tni_store_set_deadline(w.store, 0);
    v = 100000;
    ck_assert_int_eq(test_call(&w, i, "loop", &v, &v), TENON_OK);
    test_close(&w);
}
END_TEST

/* Linear memory by the platform's hooks: does not move, and is given back. */
START_TEST(platform_memory_stays) {
    test_world w;
    test_open(&w);
    const tenon_platform *p = tenon_platform_default();
    if (p->memory_new == NULL) {
        printf("skipped: the platform has no memory hooks\n");
        test_close(&w);
        return;
    }
    w.engine.platform = p;
    tni_store_limits l;
    tni_store_limits_init(&l);
    l.memory_bytes = 100 * 65536;
    tni_store *s = store_with(&w, &l);
    tni_memory *m;
    tni_memtype type = memory_type(0, 0, false);
    ck_assert_int_eq(tni_memory_new(s, &type, &m, &w.e), TENON_OK);
    ck_assert_int_eq(tni_memory_grow(m, 1), 0);
    u8 *data = tni_memory_data(m);
    data[65535] = 9;
    ck_assert_int_eq(tni_memory_grow(m, 99), 1);
    ck_assert_int_eq(tni_memory_grow(m, 1), -1);
    if (sizeof(void *) == 8) { /* fewer bits have no addresses to reserve */
        ck_assert_ptr_eq(tni_memory_data(m), data);
    }
    data = tni_memory_data(m);
    ck_assert_uint_eq(data[65535], 9);
    ck_assert_uint_eq(data[100 * 65536 - 1], 0);
    tni_store_delete(s);
    test_close(&w);
}
END_TEST

/* -- out of memory -- */

/* Everything that instantiation allocates, and a call, with allocation fail_at refused.
 */
static tenon_status cycle(test_world *w) {
    TNI_TRY(test_engine_open(w));
    tni_store_limits l;
    tni_store_limits_init(&l);
    l.stack_bytes = 65536;
    tenon_status s = tni_store_new(&w->engine, &l, &w->store, &w->e);
    if (s != TENON_OK) {
        return s;
    }
    mb m = {.funcs = 0};
    unsigned t = mb_type(&m, "i:i");
    wb c = {NULL, 0, 0};
    for (int n = 0; n < 40; n++) {
        wb_i32(&c, 1);
    }
    for (int n = 0; n < 39; n++) {
        wb_op(&c, TNI_OP_I32_ADD);
    }
    mb_global(&m, 'i', true, &c);
    mb_table(&m, false, 3, -1);
    mb_memory(&m, false, 1, -1);
    c.count = 0;
    wb_opx(&c, TNI_OP_LOCAL_GET, 0);
    wb_opx(&c, TNI_OP_GLOBAL_GET, 0);
    wb_op(&c, TNI_OP_I32_ADD);
    /* table.init of a passive segment, memory.grow */
    wb_i32(&c, 0);
    wb_i32(&c, 0);
    wb_i32(&c, 2);
    wb_op(&c, TNI_OP_TABLE_INIT);
    wb_u64(&c, 1);
    wb_u64(&c, 0);
    wb_i32(&c, 1);
    wb_opx(&c, TNI_OP_MEMORY_GROW, 0);
    wb_op(&c, TNI_OP_DROP);
    unsigned f = mb_func(&m, t, "", &c);
    wb_free(&c);
    unsigned funcs[2] = {f, f};
    mb_elem(&m, 0, funcs, 2);
    mb_elem(&m, -1, funcs, 2);
    mb_data(&m, 8, "hello", 5);
    mb_export(&m, "f", 0, f);
    tni_instance *i;
    TNI_TRY(test_instantiate(w, &m, NULL, &i));
    tni_slot v = 2;
    TNI_TRY(test_call(w, i, "f", &v, &v));
    ck_assert_uint_eq((u32)v, 42);
    return TENON_OK;
}

static void every_allocation(bool for_good) {
    static test_world w;
    for (unsigned long n = 1;; n++) {
        memset(&w, 0, sizeof w);
        w.allocator.fail_at = n;
        w.allocator.for_good = for_good;
        tenon_status s = cycle(&w);
        bool failed = w.allocator.failed > 0;
        if (s != TENON_OK) {
            ck_assert_msg(s == TENON_NO_MEMORY, "allocation %lu: %s", n, w.e.message);
            ck_assert(failed);
        }
        tni_store_delete(w.store);
        test_engine_close(&w);
        ck_assert_msg(w.allocator.live_bytes == 0, "allocation %lu leaks %zu bytes", n,
                      w.allocator.live_bytes);
        if (!failed) {
            ck_assert_uint_gt(n, 10);
            return;
        }
    }
}

START_TEST(each_allocation_fails_once) {
    every_allocation(false);
}
END_TEST

START_TEST(allocations_fail_from_each_on) {
    every_allocation(true);
}
END_TEST

int main(void) {
    const TTest *const tests[] = {
        memory_grows_to_its_type,
        memory_is_held_to_the_store,
        memory64_and_small_pages,
        tables_grow_and_hold,
        imports_must_match,
        constant_expressions,
        failed_segments_leave_effects,
        start_function_runs,
        instances_are_limited,
        wasm_calls_native,
        natives_call_through_frames,
        natives_nest_to_a_limit,
        recursion_is_exhaustion,
        fuel_is_exact,
        interrupts_stop,
        deadlines_stop,
        platform_memory_stays,
        each_allocation_fails_once,
        allocations_fail_from_each_on,
    };
    return test_run("runtime", tests, TNI_COUNT_OF(tests));
}
