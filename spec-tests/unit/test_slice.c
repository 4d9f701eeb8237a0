/* test_slice.c: guests that compute pause at the end of their slice
 * (tenon_store_set_slice) and go on at the next poll: two stores in turn, the same
 * results and the same fuel as without slices, limits, cancellation and deletion
 * meanwhile, what waits in the queue, and what does not pause. */
#include "harness.h"

#include "api/api.h"
#include "tenon.h"
#include "text/component_text.h"

/* append: after some computing, notes a digit; read gives what was noted. nested calls
 * the host, which calls another instance. text adds up the bytes of a string. */
static const char source[] =
    "(component"
    " (import \"tenon:test/host\" (instance $h"
    "  (export \"nested\" (func (param \"x\" u32) (result u32)))))"
    " (core module $M"
    "  (import \"\" \"nested\" (func $nested (param i32) (result i32)))"
    "  (import \"\" \"yield\" (func $yield (result i32)))"
    "  (import \"\" \"cancel\" (func $cancel))"
    "  (import \"\" \"return\" (func $return (param i32)))"
    "  (memory (export \"m\") 1)"
    "  (global $noted (mut i32) (i32.const 0))"
    "  (global $next (mut i32) (i32.const 16))"
    "  (func $sum (export \"sum\") (param $n i32) (result i32) (local $s i32)"
    "   (loop $l (local.set $s (i32.add (local.get $s) (local.get $n)))"
    "    (br_if $l (local.tee $n (i32.sub (local.get $n) (i32.const 1)))))"
    "   (local.get $s))"
    "  (func (export \"spin\") (loop $l (br $l)))"
    "  (func (export \"fail\") (drop (call $sum (i32.const 500))) unreachable)"
    "  (func $deep (export \"deep\") (param $n i32) (result i32)"
    "   (local $a i64) (local $b i64)"
    "   (local.set $a (i64.const -1)) (local.set $b (i64.const 0x5a5a5a5a5a5a5a5a))"
    "   (if (result i32) (i32.eqz (local.get $n)) (then (i32.const 0))"
    "    (else (i32.add (i32.const 1) (call $deep (i32.sub (local.get $n)"
    "     (i32.const 1)))))))"
    "  (func (export \"nested\") (param $x i32) (result i32)"
    "   (i32.add (call $deep (i32.const 20)) (i32.add (call $nested (local.get $x))"
    "    (call $sum (i32.const 10)))))"
    "  (func (export \"append\") (param $d i32)"
    "   (drop (call $sum (i32.const 500)))"
    "   (global.set $noted (i32.add (i32.mul (global.get $noted) (i32.const 10))"
    "    (local.get $d))))"
    "  (func (export \"read\") (result i32) (global.get $noted))"
    "  (func (export \"text\") (param $p i32) (param $n i32) (result i32)"
    "   (local $s i32)"
    "   (loop $l"
    "    (local.set $s (i32.add (local.get $s) (i32.load8_u (local.get $p))))"
    "    (local.set $p (i32.add (local.get $p) (i32.const 1)))"
    "    (br_if $l (local.tee $n (i32.sub (local.get $n) (i32.const 1)))))"
    "   (local.get $s))"
    "  (func (export \"realloc\") (param i32 i32 i32 i32) (result i32)"
    "   (drop (call $sum (i32.const 100)))"
    "   (global.get $next)"
    "   (global.set $next (i32.add (global.get $next) (local.get 3))))"
    "  (func (export \"post\") (param i32) (drop (call $sum (i32.const 100))))"
    "  (func (export \"stop\")"
    "   (loop $l (drop (call $sum (i32.const 100)))"
    "    (br_if $l (i32.eqz (call $yield))))"
    "   (drop (call $sum (i32.const 100))) (call $cancel))"
    "  (func (export \"late\") (drop (call $sum (i32.const 500)))"
    "   (call $return (i32.const 42)) (drop (call $sum (i32.const 500)))"
    "   (global.set $noted (i32.const 9))))"
    " (canon lower (func $h \"nested\") (core func $nested))"
    " (canon thread.yield cancellable (core func $yield))"
    " (canon task.cancel (core func $cancel))"
    " (canon task.return (result u32) (core func $return))"
    " (core instance $m (instantiate $M (with \"\" (instance"
    "  (export \"nested\" (func $nested)) (export \"yield\" (func $yield))"
    "  (export \"cancel\" (func $cancel)) (export \"return\" (func $return))))))"
    " (core module $D (global $n (mut i32) (i32.const 0))"
    "  (func (export \"drop\") (param i32) (local $i i32)"
    "   (local.set $i (i32.const 100))"
    "   (loop $l (br_if $l (local.tee $i (i32.sub (local.get $i) (i32.const 1)))))"
    "   (global.set $n (i32.add (global.get $n) (local.get 0))))"
    "  (func (export \"dropped\") (result i32) (global.get $n)))"
    " (core instance $d (instantiate $D))"
    " (type $r' (resource (rep i32) (dtor (func $d \"drop\"))))"
    " (canon resource.new $r' (core func $new))"
    " (core module $N (import \"\" \"new\" (func $new (param i32) (result i32)))"
    "  (func (export \"make\") (result i32) (call $new (i32.const 7))))"
    " (core instance $n (instantiate $N (with \"\" (instance"
    "  (export \"new\" (func $new))))))"
    " (export $r \"r\" (type $r'))"
    " (func (export \"make\") (result (own $r)) (canon lift (core func $n \"make\")))"
    " (func (export \"dropped\") (result u32) (canon lift (core func $d \"dropped\")))"
    " (func (export \"sum\") (param \"n\" u32) (result u32)"
    "  (canon lift (core func $m \"sum\") (post-return (func $m \"post\"))))"
    " (func (export \"deep\") (param \"n\" u32) (result u32)"
    "  (canon lift (core func $m \"deep\")))"
    " (func (export \"nested\") (param \"x\" u32) (result u32)"
    "  (canon lift (core func $m \"nested\")))"
    " (func (export \"text\") (param \"s\" string) (result u32)"
    "  (canon lift (core func $m \"text\") (memory $m \"m\")"
    "   (realloc (func $m \"realloc\"))))"
    " (func (export \"append\") (param \"d\" u32) (canon lift (core func $m \"append\")))"
    " (func (export \"read\") (result u32) (canon lift (core func $m \"read\")))"
    " (func (export \"spin\") (canon lift (core func $m \"spin\")))"
    " (func (export \"fail\") (canon lift (core func $m \"fail\")))"
    " (func (export \"stop\") async (result u32)"
    "  (canon lift (core func $m \"stop\") async))"
    " (func (export \"late\") async (result u32)"
    "  (canon lift (core func $m \"late\") async)))";

typedef struct world {
    tenon_engine *engine;
    tenon_component *component;
    tenon_linker *linker;
    tenon_store *store, *other_store;
    tenon_instance *instance, *second, *other; /* the last in the other store */
    tni_buf bytes;
    tenon_error e;
    uint32_t seen; /* how often the host found a guest paused during a call */
} world;

/* nested: func(x: u32) -> u32: sum(x) of the second instance. */
static tenon_status nested(tenon_call *call, void *user, const void *args, void *result) {
    world *w = user;
    tenon_func *f = tenon_instance_func(w->second, NULL, "sum");
    (void)call;
    const tenon_status status = tenon_func_call(f, args, result, NULL, &w->e);
    w->seen += tenon_store_paused(w->store);
    return status;
}

static const tenon_type u32_type = {.kind = TENON_TYPE_U32};
static const tenon_field x_param[] = {{"x", &u32_type}};
static const tenon_host_func host_funcs[] = {
    {"nested", {.param_count = 1, .params = x_param, .result = &u32_type}, nested},
};
static const tenon_interface host_interface = {
    .name = "tenon:test/host", .funcs = host_funcs, .func_count = 1};

static void ok(const world *w, tenon_status status) {
    ck_assert_msg(status == TENON_OK, "%s", w->e.message);
}

static void open_source(world *w, const char *text) {
    tenon_engine_config config;
    tenon_engine_config_init(&config);
    config.features = tenon_features_default() | TENON_FEATURE_MASK(CM_ASYNC_STACKFUL) |
                      TENON_FEATURE_MASK(CM_MORE_ASYNC_BUILTINS) |
                      TENON_FEATURE_MASK(CM_THREADING);
    memset(w, 0, sizeof *w);
    ok(w, tenon_engine_new(&config, &w->engine, &w->e));
    tni_buf_init(&w->bytes, &w->engine->heap);
    ok(w, tni_text_component(w->engine, tni_str_of(text), 0, &w->bytes, &w->e));
    ok(w, tenon_component_load(w->engine, w->bytes.data, w->bytes.count, 0, &w->component,
                               &w->e));
    ok(w, tenon_linker_new(w->engine, &w->linker, &w->e));
    ok(w, tenon_linker_add(w->linker, &host_interface, w, &w->e));
    ok(w, tenon_store_new(w->engine, NULL, &w->store, &w->e));
    ok(w, tenon_store_new(w->engine, NULL, &w->other_store, &w->e));
    ok(w, tenon_instantiate(w->linker, w->store, w->component, &w->instance, &w->e));
    ok(w, tenon_instantiate(w->linker, w->store, w->component, &w->second, &w->e));
    ok(w, tenon_instantiate(w->linker, w->other_store, w->component, &w->other, &w->e));
}

static void open_world(world *w) {
    open_source(w, source);
}

static void close_world(world *w) {
    tenon_store_delete(w->store);
    tenon_store_delete(w->other_store);
    tenon_linker_delete(w->linker);
    tenon_component_delete(w->component);
    tni_buf_free(&w->bytes);
    tenon_engine_delete(w->engine);
}

static tenon_started *start(world *w, const char *name, const void *args,
                            uint32_t *result) {
    tenon_started *started = NULL;
    tenon_func *f = tenon_instance_func(w->instance, NULL, name);
    ck_assert_ptr_nonnull(f);
    ok(w, tenon_call_start(f, args, result, NULL, &started, &w->e));
    return started;
}

static uint32_t call(world *w, tenon_instance *i, const char *name, const void *args) {
    uint32_t result = 0;
    ok(w,
       tenon_func_call(tenon_instance_func(i, NULL, name), args, &result, NULL, &w->e));
    return result;
}

static tenon_started_state state(world *w, tenon_started *started) {
    return tenon_started_state_of(w->store, started);
}

/* Until nothing is paused; how often that took a poll. */
static uint32_t poll_out(world *w) {
    uint32_t polls = 0;
    bool idle;
    while (tenon_store_paused(w->store)) {
        ok(w, tenon_store_poll(w->store, &idle, &w->e));
        ck_assert(!idle);
        polls++;
    }
    return polls;
}

START_TEST(two_stores_in_turn) {
    world w;
    const uint32_t n = 100000, few = 10;
    uint32_t sum = 0, polls = 0;
    bool idle;
    open_world(&w);
    tenon_store_set_slice(w.store, 1000);
    tenon_store_set_fuel(w.store, INT64_MAX - 1);
    tenon_started *s = start(&w, "sum", &n, &sum);
    ck_assert(tenon_store_paused(w.store));
    for (; state(&w, s) == TENON_STARTED_RUNNING; polls++) {
        ck_assert(tenon_store_paused(w.store));
        ck_assert(!tenon_store_paused(w.other_store));
        ck_assert_uint_eq(call(&w, w.other, "sum", &few), 55);
        const int64_t before = tenon_store_fuel(w.store);
        ok(&w, tenon_store_poll(w.store, &idle, &w.e));
        ck_assert(!idle);
        if (tenon_store_paused(w.store)) { /* a slice is what it says */
            ck_assert_int_eq(before - tenon_store_fuel(w.store), 1000);
        }
    }
    ck_assert_uint_eq(polls, 100);
    ck_assert_uint_eq(sum, 705082704);
    ck_assert(!tenon_store_paused(w.store));
    ok(&w, tenon_store_poll(w.store, &idle, &w.e));
    ck_assert(idle);
    close_world(&w);
}
END_TEST

/* -- the same with and without slices -- */

typedef struct case_ {
    const char *name;
    uint32_t arg;
    uint32_t want;
} case_;

static const case_ cases[] = {
    {"sum", 1, 1},      {"sum", 1000, 500500},       {"deep", 0, 0},
    {"deep", 300, 300}, {"nested", 5, 20 + 15 + 55}, {"read", 0, 0},
    {"late", 0, 42},
};

static const uint64_t slices[] = {0, 1, 2, 3, 5, 17, 1000, 4096, 4097, 1u << 30};

START_TEST(the_same_results_and_fuel) {
    world w;
    open_world(&w);
    for (size_t c = 0; c < sizeof cases / sizeof *cases; c++) {
        int64_t fuel = 0;
        for (size_t i = 0; i < sizeof slices / sizeof *slices; i++) {
            uint32_t result = 0;
            tenon_store_set_slice(w.store, slices[i]);
            tenon_store_set_fuel(w.store, 1000000);
            tenon_started *s = start(&w, cases[c].name, &cases[c].arg, &result);
            const uint32_t polls = poll_out(&w);
            ck_assert_int_eq(state(&w, s), TENON_STARTED_RETURNED);
            ck_assert_uint_eq(result, cases[c].want);
            const int64_t used = 1000000 - tenon_store_fuel(w.store);
            fuel = i == 0 ? used : fuel;
            ck_assert_int_eq(used, fuel);
            if (slices[i] == 0) {
                ck_assert_uint_eq(polls, 0);
            } else if (strcmp(cases[c].name, "nested") != 0) { /* all can pause there */
                ck_assert_uint_eq(polls, (uint64_t)used / slices[i]);
            }
            tenon_started_delete(w.store, s);
        }
    }
    ck_assert_uint_eq(w.seen, 0); /* what is nested does not pause */
    close_world(&w);
}
END_TEST

/* realloc is called by native code that cannot be left; what it takes is counted. */
START_TEST(realloc_does_not_pause) {
    world w;
    const tenon_string hi = {"hi there", 8};
    open_world(&w);
    for (size_t i = 0; i < sizeof slices / sizeof *slices; i++) {
        uint32_t result = 0;
        tenon_store_set_slice(w.store, slices[i]);
        tenon_started *s = start(&w, "text", &hi, &result);
        const uint32_t polls = poll_out(&w);
        ck_assert_int_eq(state(&w, s), TENON_STARTED_RETURNED);
        ck_assert_uint_eq(result, 777);
        if (slices[i] == 17) { /* used up, so that text pauses at once */
            ck_assert_uint_eq(polls, 1);
        }
        tenon_started_delete(w.store, s);
    }
    close_world(&w);
}
END_TEST

START_TEST(blocking_calls_do_not_pause) {
    world w;
    const uint32_t n = 100000;
    open_world(&w);
    tenon_store_set_slice(w.store, 1);
    ck_assert_uint_eq(call(&w, w.instance, "sum", &n), 705082704);
    ck_assert_uint_eq(call(&w, w.instance, "late", NULL), 42);
    ck_assert(!tenon_store_paused(w.store));
    close_world(&w);
}
END_TEST

/* -- limits -- */

/* The call that is paused fails at the next poll. */
static void expect_limit(world *w, tenon_started *s) {
    bool idle;
    tenon_status status = TENON_OK;
    for (int i = 0; i < 1000000 && status == TENON_OK; i++) {
        status = tenon_store_poll(w->store, &idle, &w->e);
    }
    ck_assert_int_eq(status, TENON_LIMIT);
    ck_assert(w->e.frame_count > 0);
    ck_assert_str_eq(w->e.frames[0].name, "");
    ck_assert(!tenon_store_paused(w->store));
    ck_assert_int_eq(state(w, s), TENON_STARTED_FAILED);
    tenon_started_delete(w->store, s);
    ok(w, tenon_store_poll(w->store, &idle, &w->e));
    ck_assert(idle);
    ck_assert_int_eq(tenon_func_call(tenon_instance_func(w->instance, NULL, "spin"), NULL,
                                     NULL, NULL, &w->e),
                     TENON_TRAP); /* it is locked, as after any trap */
}

START_TEST(limits_hold) {
    for (size_t i = 1; i < sizeof slices / sizeof *slices - 1; i++) {
        for (int limit = 0; limit < 3; limit++) {
            world w;
            open_world(&w);
            tenon_store_set_slice(w.store, slices[i]);
            if (limit == 0) {
                tenon_store_set_fuel(w.store, 10000);
            }
            tenon_started *s = start(&w, "spin", NULL, NULL);
            ck_assert(tenon_store_paused(w.store));
            if (limit == 1) {
                tenon_store_set_timeout(w.store, 1);
            } else if (limit == 2) {
                tenon_store_interrupt(w.store);
            }
            expect_limit(&w, s);
            ck_assert(limit != 0 || tenon_store_fuel(w.store) == 0);
            close_world(&w);
        }
    }
}
END_TEST

/* Fuel that ends anywhere: also where a native function is about to be called, whose
 * state was something else's before. */
START_TEST(fuel_ends_anywhere) {
    const uint32_t x = 3;
    int64_t fuel = 0;
    tenon_status status = TENON_LIMIT;
    for (; status != TENON_OK; fuel++) {
        world w;
        uint32_t result = 0;
        tenon_started *s;
        open_world(&w);
        tenon_func *f = tenon_instance_func(w.instance, NULL, "nested");
        ck_assert_int_lt(fuel, 1000);
        tenon_store_set_fuel(w.store, fuel);
        status = tenon_call_start(f, &x, &result, NULL, &s, &w.e);
        ck_assert(status == TENON_OK || status == TENON_LIMIT);
        close_world(&w);
    }
    ck_assert_int_gt(fuel, 30);
}
END_TEST

START_TEST(a_trap_is_the_polls) {
    world w;
    bool idle;
    open_world(&w);
    tenon_store_set_slice(w.store, 400);
    tenon_started *s = start(&w, "fail", NULL, NULL);
    ck_assert_int_eq(tenon_store_poll(w.store, &idle, &w.e), TENON_TRAP);
    ck_assert_int_eq(state(&w, s), TENON_STARTED_FAILED);
    ck_assert(!tenon_store_paused(w.store));
    close_world(&w);
}
END_TEST

/* -- while a guest is paused -- */

START_TEST(what_is_started_meanwhile_waits) {
    world w;
    const uint32_t one = 1, two = 2, three = 3;
    bool idle;
    open_world(&w);
    tenon_store_set_slice(w.store, 300);
    tenon_started *a = start(&w, "append", &one, NULL);
    tenon_started *b = start(&w, "append", &two, NULL);
    tenon_started *c = start(&w, "append", &three, NULL);
    ck_assert_int_eq(state(&w, c), TENON_STARTED_RUNNING);
    ok(&w, tenon_started_cancel(w.store, b, &w.e)); /* not async: it goes on */
    for (uint32_t polls = 0; state(&w, a) == TENON_STARTED_RUNNING; polls++) {
        ck_assert_uint_lt(polls, 2);
        ok(&w, tenon_store_poll(w.store, &idle, &w.e));
    }
    ck_assert(tenon_store_paused(w.store)); /* b has yet to begin */
    ck_assert_int_eq(state(&w, b), TENON_STARTED_RUNNING);
    poll_out(&w);
    ck_assert_int_eq(state(&w, b), TENON_STARTED_RETURNED);
    ck_assert_int_eq(state(&w, c), TENON_STARTED_RETURNED);
    ck_assert_uint_eq(call(&w, w.instance, "read", NULL), 123);
    close_world(&w);
}
END_TEST

START_TEST(what_cannot_begin_fails_at_a_poll) {
    world w;
    const uint32_t one = 1;
    bool idle;
    open_world(&w);
    tenon_store_set_slice(w.store, 300);
    tenon_started *a = start(&w, "fail", NULL, NULL);
    tenon_started *b = start(&w, "append", &one, NULL);
    ck_assert_int_eq(tenon_store_poll(w.store, &idle, &w.e), TENON_TRAP);
    ck_assert_int_eq(state(&w, a), TENON_STARTED_FAILED);
    ck_assert_int_eq(state(&w, b), TENON_STARTED_RUNNING);
    ck_assert(tenon_store_paused(w.store));
    ck_assert_int_eq(tenon_store_poll(w.store, &idle, &w.e), TENON_TRAP);
    ck_assert_msg(strstr(w.e.message, "cannot enter") != NULL, "%s", w.e.message);
    ck_assert_int_eq(state(&w, b), TENON_STARTED_FAILED);
    ck_assert(!tenon_store_paused(w.store));
    close_world(&w);
}
END_TEST

START_TEST(what_blocks_lets_it_go_on_first) {
    world w;
    const uint32_t one = 1, two = 2, three = 3;
    uint32_t handle = 0;
    tenon_instance *more = NULL;
    open_world(&w);
    tenon_store_set_slice(w.store, 100);
    tenon_started *a = start(&w, "append", &one, NULL);
    tenon_started *b = start(&w, "append", &two, NULL);
    (void)call(&w, w.instance, "append", &three);
    ck_assert_int_eq(state(&w, a), TENON_STARTED_RETURNED);
    ck_assert_int_eq(state(&w, b), TENON_STARTED_RETURNED);
    ck_assert_uint_eq(call(&w, w.instance, "read", NULL), 123);
    a = start(&w, "append", &one, NULL);
    ck_assert(tenon_store_paused(w.store));
    ok(&w, tenon_instantiate(w.linker, w.store, w.component, &more, &w.e));
    ck_assert_int_eq(state(&w, a), TENON_STARTED_RETURNED);
    ok(&w, tenon_func_call(tenon_instance_func(w.instance, NULL, "make"), NULL, &handle,
                           NULL, &w.e));
    a = start(&w, "append", &two, NULL);
    ck_assert(tenon_store_paused(w.store));
    ok(&w, tenon_handle_drop(w.store, handle, &w.e));
    ck_assert_int_eq(state(&w, a), TENON_STARTED_RETURNED);
    ck_assert_uint_eq(call(&w, w.instance, "dropped", NULL), 7);
    ck_assert_uint_eq(call(&w, w.instance, "read", NULL), 12312);
    a = start(&w, "fail", NULL, NULL); /* and its trap is theirs */
    ck_assert_int_eq(tenon_func_call(tenon_instance_func(w.second, NULL, "read"), NULL,
                                     &handle, NULL, &w.e),
                     TENON_TRAP);
    ck_assert_int_eq(state(&w, a), TENON_STARTED_FAILED);
    ck_assert_uint_eq(call(&w, w.second, "read", NULL), 0);
    close_world(&w);
}
END_TEST

START_TEST(cancelled_meanwhile) {
    world w;
    uint32_t a = 0, b = 0, n = 50000;
    bool idle;
    open_world(&w);
    tenon_store_set_slice(w.store, 10);
    tenon_started *s = start(&w, "stop", NULL, &a);
    ck_assert(tenon_store_paused(w.store));
    tenon_started *queued = start(&w, "late", NULL, &b);
    ok(&w, tenon_started_cancel(w.store, queued, &w.e)); /* it never begins */
    ck_assert_int_eq(state(&w, queued), TENON_STARTED_CANCELLED);
    for (int i = 0; i < 2; i++) { /* a second request changes nothing */
        ok(&w, tenon_started_cancel(w.store, s, &w.e));
        ck_assert_int_eq(state(&w, s), TENON_STARTED_RUNNING);
    }
    for (int i = 0; i < 100 && state(&w, s) == TENON_STARTED_RUNNING; i++) {
        ok(&w, tenon_store_poll(w.store, &idle, &w.e));
    }
    ck_assert_int_eq(state(&w, s), TENON_STARTED_CANCELLED);
    poll_out(&w);
    ck_assert_uint_eq(call(&w, w.instance, "read", NULL), 0);
    /* A call that waits is cancelled while another one has paused; what it then computes
     * pauses, too. */
    tenon_store_set_slice(w.store, 0);
    s = start(&w, "stop", NULL, &a);
    tenon_store_set_slice(w.store, 90);
    tenon_started *sum = start(&w, "sum", &n, &b);
    ok(&w, tenon_started_cancel(w.store, s, &w.e));
    ck_assert_int_eq(state(&w, s), TENON_STARTED_RUNNING);
    while (state(&w, sum) == TENON_STARTED_RUNNING) {
        ck_assert_int_eq(state(&w, s), TENON_STARTED_RUNNING);
        ok(&w, tenon_store_poll(w.store, &idle, &w.e));
    }
    poll_out(&w);
    ck_assert_int_eq(state(&w, s), TENON_STARTED_CANCELLED);
    close_world(&w);
}
END_TEST

/* Its result is there before it is over, and so may be its object's end. */
START_TEST(it_returns_and_goes_on) {
    world w;
    uint32_t result = 0;
    bool idle;
    open_world(&w);
    tenon_store_set_slice(w.store, 100);
    tenon_started *s = start(&w, "late", NULL, &result);
    ok(&w, tenon_started_cancel(w.store, s, &w.e));
    while (state(&w, s) == TENON_STARTED_RUNNING) {
        ok(&w, tenon_store_poll(w.store, &idle, &w.e));
    }
    ck_assert_uint_eq(result, 42);
    ck_assert(tenon_store_paused(w.store));
    tenon_started_delete(w.store, s); /* it was still to be cancelled */
    const uint32_t one = 1;
    ck_assert_ptr_eq(start(&w, "append", &one, NULL), s); /* the object is used again */
    poll_out(&w);
    ck_assert_int_eq(state(&w, s), TENON_STARTED_RETURNED);
    ck_assert_uint_eq(call(&w, w.instance, "read", NULL), 91);
    close_world(&w);
}
END_TEST

/* take reads a string from a stream, computes meanwhile, and gives its length: as long as
 * it computes its realloc traps. */
static const char stream_source[] =
    "(component"
    " (core module $L (memory (export \"m\") 1)"
    "  (global (export \"busy\") (mut i32) (i32.const 0))"
    "  (global $next (mut i32) (i32.const 256))"
    "  (func (export \"realloc\") (param i32 i32 i32 i32) (result i32)"
    "   (if (global.get 0) (then unreachable)) (global.get $next)))"
    " (core instance $l (instantiate $L))"
    " (type $s (stream string))"
    " (core func $read (canon stream.read $s async (memory $l \"m\")"
    "  (realloc (func $l \"realloc\"))))"
    " (core func $join (canon waitable.join))"
    " (core func $set.new (canon waitable-set.new))"
    " (core func $wait (canon waitable-set.wait (memory $l \"m\")))"
    " (core func $return (canon task.return (result u32)))"
    " (core module $M (import \"l\" \"m\" (memory 1))"
    "  (import \"l\" \"busy\" (global $busy (mut i32)))"
    "  (import \"\" \"read\" (func $read (param i32 i32 i32) (result i32)))"
    "  (import \"\" \"join\" (func $join (param i32 i32)))"
    "  (import \"\" \"set.new\" (func $set.new (result i32)))"
    "  (import \"\" \"wait\" (func $wait (param i32 i32) (result i32)))"
    "  (import \"\" \"return\" (func $return (param i32)))"
    "  (func (export \"take\") (param $s i32) (local $n i32) (local $set i32)"
    "   (local.set $set (call $set.new))"
    "   (global.set $busy (i32.const 1))"
    "   (if (i32.ne (call $read (local.get $s) (i32.const 16) (i32.const 1))"
    "    (i32.const -1)) (then unreachable))"
    "   (local.set $n (i32.const 1000))"
    "   (loop $l (br_if $l (local.tee $n (i32.sub (local.get $n) (i32.const 1)))))"
    "   (global.set $busy (i32.const 0))"
    "   (call $join (local.get $s) (local.get $set))"
    "   (drop (call $wait (local.get $set) (i32.const 32)))"
    "   (call $return (i32.load (i32.const 20)))))"
    " (core instance $m (instantiate $M (with \"l\" (instance $l)) (with \"\" (instance"
    "  (export \"read\" (func $read)) (export \"join\" (func $join))"
    "  (export \"set.new\" (func $set.new)) (export \"wait\" (func $wait))"
    "  (export \"return\" (func $return))))))"
    " (func (export \"take\") async (param \"s\" (stream string)) (result u32)"
    "  (canon lift (core func $m \"take\") async)))";

START_TEST(a_copy_that_may_call_realloc_waits) {
    static const tenon_type string_type = {.kind = TENON_TYPE_STRING};
    static const tenon_type stream = {.kind = TENON_TYPE_STREAM, .element = &string_type};
    world w;
    const tenon_string hi = {"hi there", 8};
    uint32_t readable, writable, result = 0;
    bool idle = false;
    open_source(&w, stream_source);
    tenon_store_set_slice(w.store, 100);
    ok(&w, tenon_ends_new(w.store, &stream, &readable, &writable, &w.e));
    tenon_started *s = start(&w, "take", &readable, &result);
    ck_assert(tenon_store_paused(w.store));
    ok(&w, tenon_copy_start(w.store, writable, (void *)(uintptr_t)&hi, 1, NULL, NULL,
                            NULL, &w.e));
    ck_assert(!tenon_store_paused(w.store));
    while (!idle) {
        ok(&w, tenon_store_poll(w.store, &idle, &w.e));
    }
    ck_assert_int_eq(state(&w, s), TENON_STARTED_RETURNED);
    ck_assert_uint_eq(result, 8);
    close_world(&w);
}
END_TEST

START_TEST(the_store_ends_first) {
    const uint32_t one = 1;
    for (int i = 0; i < 2; i++) {
        world w;
        open_world(&w);
        tenon_store_set_slice(w.store, 20);
        uint32_t depth = 1000, result;
        tenon_started *s = start(&w, i == 0 ? "spin" : "deep", &depth, &result);
        (void)start(&w, "append", &one, NULL);
        tenon_started_delete(w.store, s);
        close_world(&w);
    }
}
END_TEST

START_TEST(snapshots) {
    world w;
    const uint32_t one = 1, n = 5;
    uint32_t sum = 0;
    tenon_snapshot *p = NULL, *q = NULL;
    open_world(&w);
    (void)call(&w, w.instance, "append", &one);
    ok(&w, tenon_snapshot_take(w.store, NULL, &p, &w.e));
    tenon_store_set_slice(w.store, 3);
    for (int i = 0; i < 3; i++) {
        (void)start(&w, "append", &one, NULL);
        (void)start(&w, "sum", &n, &sum);
        ck_assert(tenon_store_paused(w.store));
        ck_assert_int_eq(tenon_snapshot_take(w.store, NULL, &q, &w.e), TENON_UNSUPPORTED);
        ok(&w, tenon_snapshot_restore(p, &w.e));
        ck_assert(!tenon_store_paused(w.store));
        ck_assert_uint_eq(call(&w, w.instance, "read", NULL), 1);
        tenon_started *s = start(&w, "sum", &n, &sum); /* the slice stays */
        ck_assert(tenon_store_paused(w.store));
        poll_out(&w);
        ck_assert_int_eq(state(&w, s), TENON_STARTED_RETURNED);
        ck_assert_uint_eq(sum, 15);
    }
    tenon_snapshot_delete(p);
    close_world(&w);
}
END_TEST

int main(void) {
    const TTest *const tests[] = {two_stores_in_turn,
                                  the_same_results_and_fuel,
                                  realloc_does_not_pause,
                                  blocking_calls_do_not_pause,
                                  limits_hold,
                                  fuel_ends_anywhere,
                                  a_trap_is_the_polls,
                                  what_is_started_meanwhile_waits,
                                  what_cannot_begin_fails_at_a_poll,
                                  what_blocks_lets_it_go_on_first,
                                  cancelled_meanwhile,
                                  it_returns_and_goes_on,
                                  a_copy_that_may_call_realloc_waits,
                                  the_store_ends_first,
                                  snapshots};
    return test_run("slice", tests, sizeof tests / sizeof *tests);
}
