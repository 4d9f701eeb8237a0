/* test_hostasync.c: calls from C that are started, then carried on by polling; host
 * functions that answer later. */
#include <pthread.h>
#include <unistd.h>

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
    "  (import \"\" \"yield-cancellable\" (func $yield-c (result i32)))"
    "  (import \"\" \"cancel\" (func $cancel))"
    "  (global $go (mut i32) (i32.const 0))"
    "  (func (export \"wait\")"
    "   (loop $l (drop (call $yield)) (br_if $l (i32.eqz (global.get $go))))"
    "   (call $return (i32.const 42)))"
    "  (func (export \"fail\") (drop (call $yield)) unreachable)"
    "  (func (export \"wake\") (global.set $go (i32.const 1)))"
    "  (func (export \"stop\") (loop $l (br_if $l (i32.eqz (call $yield-c))))"
    "   (call $cancel)))"
    " (canon thread.yield cancellable (core func $yield-c))"
    " (canon task.cancel (core func $cancel))"
    " (canon thread.yield (core func $yield))"
    " (canon task.return (result u32) (core func $return))"
    " (core instance $m (instantiate $M (with \"\" (instance"
    "  (export \"yield\" (func $yield)) (export \"return\" (func $return))"
    "  (export \"yield-cancellable\" (func $yield-c)) (export \"cancel\" (func $cancel))"
    " ))))"
    " (func (export \"stop\") async (result u32)"
    "  (canon lift (core func $m \"stop\") async))"
    " (func (export \"wait\") async (result u32)"
    "  (canon lift (core func $m \"wait\") async))"
    " (func (export \"fail\") async (result u32)"
    "  (canon lift (core func $m \"fail\") async))"
    " (func (export \"wake\") (canon lift (core func $m \"wake\"))))";

/* -- a host that answers when the test says so -- */

typedef struct host {
    tenon_pending *pending[4]; /* in order of the calls; NULL once over */
    u32 count, over, cancels, calls;
    bool answers_cancel;
} host;

static void on_event(void *data, tenon_pending *p, tenon_pending_event event) {
    host *h = data;
    if (event == TENON_PENDING_OVER) {
        h->over++;
        for (u32 i = 0; i < h->count; i++) {
            h->pending[i] = h->pending[i] == p ? NULL : h->pending[i];
        }
        return;
    }
    h->cancels++;
    if (h->answers_cancel) {
        tenon_pending_cancel(p);
    }
}

static tenon_status pend(tenon_call *call, host *h) {
    tenon_pending *p = tenon_call_pend(call, on_event, h);
    if (p == NULL) {
        return tenon_call_fail(call, "cannot wait here");
    }
    h->pending[h->count++] = p;
    return TENON_PENDING;
}

/* slow: func(x: u32) -> u32 */
static tenon_status slow(tenon_call *call, void *user, const void *args, void *result) {
    (void)args;
    (void)result;
    return pend(call, user);
}

/* again: func(x: u32) -> u32: the sum of x and of how often it was called before. */
static tenon_status again(tenon_call *call, void *user, const void *args, void *result) {
    host *h = user;
    if (tenon_call_again(call) == NULL) {
        h->calls = 0;
    }
    if (h->calls < 3) {
        h->calls++;
        return pend(call, user);
    }
    ck_assert_ptr_eq(tenon_call_again(call), h);
    *(uint32_t *)result = *(const uint32_t *)args + h->calls;
    return TENON_OK;
}

/* later: async func(s: string) -> string */
static tenon_status later(tenon_call *call, void *user, const void *args, void *result) {
    const tenon_string *s = args;
    (void)result;
    ck_assert_uint_eq(s->len, 2);
    ck_assert_mem_eq(s->ptr, "hi", 2);
    return pend(call, user);
}

static tenon_status liar(tenon_call *call, void *user, const void *args, void *result) {
    (void)call;
    (void)user;
    (void)args;
    (void)result;
    return TENON_PENDING;
}

static const tenon_type u32_type = {.kind = TENON_TYPE_U32};
static const tenon_type string_type = {.kind = TENON_TYPE_STRING};
static const tenon_field x_param[] = {{"x", &u32_type}};
static const tenon_field s_param[] = {{"s", &string_type}};
static const tenon_host_func host_funcs[] = {
    {"slow", {.param_count = 1, .params = x_param, .result = &u32_type}, slow},
    {"later",
     {.is_async = true, .param_count = 1, .params = s_param, .result = &string_type},
     later},
    {"again", {.param_count = 1, .params = x_param, .result = &u32_type}, again},
    {"liar", {.result = &u32_type}, liar},
};
static const tenon_interface host_interface = {
    .name = "tenon:test/host", .funcs = host_funcs, .func_count = 4};

/* twice: slow twice. say: later, synchronously. both: later twice, as subtasks, then how
 * many answered. cancel: later, which is then cancelled: the state of the subtask. */
static const char waiting_source[] =
    "(component"
    " (import \"tenon:test/host\" (instance $h"
    "  (export \"slow\" (func (param \"x\" u32) (result u32)))"
    "  (export \"later\" (func async (param \"s\" string) (result string)))"
    "  (export \"again\" (func (param \"x\" u32) (result u32)))"
    "  (export \"liar\" (func (result u32)))))"
    " (canon lower (func $h \"again\") (core func $again))"
    " (core module $Memory (memory (export \"m\") 1) (data (i32.const 16) \"hi\")"
    "  (global $at (mut i32) (i32.const 1024))"
    "  (func (export \"realloc\") (param i32 i32 i32 i32) (result i32)"
    "   (global.get $at)"
    "   (global.set $at (i32.add (global.get $at)"
    "    (i32.and (i32.add (local.get 3) (i32.const 7)) (i32.const -8))))))"
    " (core instance $mem (instantiate $Memory))"
    " (canon lower (func $h \"slow\") (core func $slow))"
    " (canon lower (func $h \"liar\") (core func $liar))"
    " (canon lower (func $h \"later\") (memory $mem \"m\")"
    "  (realloc (func $mem \"realloc\")) (core func $later))"
    " (canon lower (func $h \"later\") async (memory $mem \"m\")"
    "  (realloc (func $mem \"realloc\")) (core func $later-async))"
    " (canon task.return (result string) (memory $mem \"m\") (core func $return))"
    " (canon task.return (result u32) (core func $return-u32))"
    " (canon waitable-set.new (core func $set.new))"
    " (canon waitable.join (core func $join))"
    " (canon waitable-set.wait (memory $mem \"m\") (core func $wait))"
    " (canon subtask.cancel (core func $cancel))"
    " (canon subtask.drop (core func $drop))"
    " (core module $M"
    "  (import \"\" \"mem\" (memory 1))"
    "  (import \"\" \"slow\" (func $slow (param i32) (result i32)))"
    "  (import \"\" \"again\" (func $again (param i32) (result i32)))"
    "  (import \"\" \"liar\" (func $liar (result i32)))"
    "  (import \"\" \"later\" (func $later (param i32 i32 i32)))"
    "  (import \"\" \"later-async\" (func $later-async (param i32 i32 i32) (result i32)))"
    "  (import \"\" \"return\" (func $return (param i32 i32)))"
    "  (import \"\" \"return-u32\" (func $return-u32 (param i32)))"
    "  (import \"\" \"set.new\" (func $set.new (result i32)))"
    "  (import \"\" \"join\" (func $join (param i32 i32)))"
    "  (import \"\" \"wait\" (func $wait (param i32 i32) (result i32)))"
    "  (import \"\" \"cancel\" (func $cancel (param i32) (result i32)))"
    "  (import \"\" \"drop\" (func $drop (param i32)))"
    "  (func (export \"again\") (param i32) (result i32) (call $again (local.get 0)))"
    "  (func (export \"twice\") (param i32) (result i32)"
    "   (i32.add (call $slow (local.get 0)) (call $slow (local.get 0))))"
    "  (func (export \"liar\") (result i32) (call $liar))"
    "  (func (export \"say\")"
    "   (call $later (i32.const 16) (i32.const 2) (i32.const 32))"
    "   (call $return (i32.load (i32.const 32)) (i32.load (i32.const 36))))"
    "  (func (export \"both\") (local $set i32) (local $n i32)"
    "   (local.set $set (call $set.new))"
    "   (call $join (i32.shr_u (call $later-async (i32.const 16) (i32.const 2)"
    "    (i32.const 40)) (i32.const 4)) (local.get $set))"
    "   (call $join (i32.shr_u (call $later-async (i32.const 16) (i32.const 2)"
    "    (i32.const 48)) (i32.const 4)) (local.get $set))"
    "   (loop $l"
    "    (if (i32.ne (call $wait (local.get $set) (i32.const 64)) (i32.const 1))"
    "     (then unreachable))"
    "    (if (i32.ne (i32.load (i32.const 68)) (i32.const 2)) (then unreachable))"
    "    (call $drop (i32.load (i32.const 64)))"
    "    (br_if $l (i32.lt_u (local.tee $n (i32.add (local.get $n) (i32.const 1)))"
    "     (i32.const 2))))"
    "   (call $return-u32 (i32.add (i32.load8_u (i32.load (i32.const 40)))"
    "    (i32.load8_u (i32.load (i32.const 48))))))"
    "  (func (export \"cancel\") (local $task i32)"
    "   (local.set $task (i32.shr_u (call $later-async (i32.const 16) (i32.const 2)"
    "    (i32.const 40)) (i32.const 4)))"
    "   (call $return-u32 (call $cancel (local.get $task)))"
    "   (call $drop (local.get $task))))"
    " (core instance $m (instantiate $M (with \"\" (instance"
    "  (export \"mem\" (memory $mem \"m\"))"
    "  (export \"slow\" (func $slow)) (export \"liar\" (func $liar))"
    "  (export \"again\" (func $again))"
    "  (export \"later\" (func $later))"
    "  (export \"later-async\" (func $later-async)) (export \"return\" (func $return))"
    "  (export \"return-u32\" (func $return-u32)) (export \"set.new\" (func $set.new))"
    "  (export \"join\" (func $join)) (export \"wait\" (func $wait))"
    "  (export \"cancel\" (func $cancel)) (export \"drop\" (func $drop))))))"
    " (func (export \"twice\") (param \"x\" u32) (result u32)"
    "  (canon lift (core func $m \"twice\")))"
    " (func (export \"again-lifted\") (param \"x\" u32) (result u32)"
    "  (canon lift (core func $m \"again\")))"
    " (func (export \"liar\") (result u32) (canon lift (core func $m \"liar\")))"
    " (func (export \"say\") async (result string)"
    "  (canon lift (core func $m \"say\") async (memory $mem \"m\")))"
    " (func (export \"both\") async (result u32)"
    "  (canon lift (core func $m \"both\") async))"
    " (func (export \"cancel\") async (result u32)"
    "  (canon lift (core func $m \"cancel\") async)))";

typedef struct world {
    tenon_engine *engine;
    tenon_component *component;
    tenon_linker *linker;
    tenon_store *store;
    tenon_instance *instance;
    tni_buf bytes;
    tenon_error e;
    host host;
} world;

static void open_source(world *w, tni_str text) {
    tenon_engine_config config;
    tenon_engine_config_init(&config);
    config.features = tenon_features_default() | TENON_FEATURE_MASK(CM_ASYNC_STACKFUL) |
                      TENON_FEATURE_MASK(CM_MORE_ASYNC_BUILTINS) |
                      TENON_FEATURE_MASK(CM_THREADING);
    memset(&w->e, 0, sizeof w->e);
    memset(&w->host, 0, sizeof w->host);
    ck_assert_int_eq(tenon_engine_new(&config, &w->engine, &w->e), TENON_OK);
    tni_buf_init(&w->bytes, &w->engine->heap);
    ck_assert_msg(tni_text_component(w->engine, text, 0, &w->bytes, &w->e) == TENON_OK,
                  "%u: %s", w->e.column, w->e.message);
    ck_assert_msg(tenon_component_load(w->engine, w->bytes.data, w->bytes.count, 0,
                                       &w->component, &w->e) == TENON_OK,
                  "%s", w->e.message);
    ck_assert_int_eq(tenon_linker_new(w->engine, &w->linker, &w->e), TENON_OK);
    ck_assert_int_eq(tenon_linker_add(w->linker, &host_interface, &w->host, &w->e),
                     TENON_OK);
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

START_TEST(c_cancels) {
    world w;
    uint32_t a = 0;
    bool idle;
    open_world(&w);
    tenon_started *call = start(&w, "stop", &a), *other = start(&w, "wait", &a);
    ck_assert_int_eq(tenon_store_poll(w.store, &idle, &w.e), TENON_OK);
    ck_assert_int_eq(tenon_started_state_of(w.store, call), TENON_STARTED_RUNNING);
    for (int i = 0; i < 2; i++) { /* a second request changes nothing */
        ck_assert_int_eq(tenon_started_cancel(w.store, call, &w.e), TENON_OK);
        ck_assert_int_eq(tenon_started_cancel(w.store, other, &w.e), TENON_OK);
    }
    ck_assert_int_eq(tenon_started_state_of(w.store, call), TENON_STARTED_CANCELLED);
    ck_assert_int_eq(tenon_started_state_of(w.store, other), TENON_STARTED_RUNNING);
    tenon_started_delete(w.store, call);
    (void)start(&w, "wake", NULL);
    while (!tenon_started_done(w.store, other)) {
        ck_assert_int_eq(tenon_store_poll(w.store, &idle, &w.e), TENON_OK);
    }
    ck_assert_uint_eq(a, 42);
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
    ck_assert_int_eq(tenon_started_state_of(w.store, call), TENON_STARTED_FAILED);
    ck_assert_int_eq(tenon_store_poll(w.store, &idle, &w.e), TENON_OK);
    ck_assert(idle);
    tenon_func *f = tenon_instance_func(w.instance, NULL, "wait");
    ck_assert_int_eq(tenon_call_start(f, NULL, &a, NULL, &again, &w.e), TENON_TRAP);
    ck_assert_int_eq(tenon_call_start(f, NULL, NULL, NULL, &again, &w.e), TENON_USAGE);
    close_world(&w);
}
END_TEST

static u64 stack_bytes(const world *w) {
    const tni_store *s = tni_store_of(w->store);
    u64 bytes = 0;
    for (size_t n = 0; n < s->threads.count; n++) {
        bytes += s->threads.data[n]->stack.slots * sizeof(tni_slot);
    }
    return bytes;
}

/* All parked at once; what one costs beside its frames. */
START_TEST(ten_thousand_parked) {
    enum { COUNT = 10000 };
    static uint32_t results[COUNT];
    static tenon_started *calls[COUNT];
    world w;
    bool idle = false;
    open_world(&w);
    (void)start(&w, "wait", &results[0]); /* what is made once */
    const u64 before = tni_store_of(w.store)->heap.used_bytes;
    const u64 stacks = stack_bytes(&w);
    for (int i = 0; i < COUNT; i++) {
        calls[i] = start(&w, "wait", &results[i]);
    }
    const u64 after = tni_store_of(w.store)->heap.used_bytes;
    const u64 bytes = (after - before - (stack_bytes(&w) - stacks)) / COUNT;
    ck_assert_msg(bytes < 700, "a parked task takes %llu bytes",
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

static tenon_started *start_with(world *w, const char *name, const void *args,
                                 void *result, tenon_arena *arena) {
    tenon_started *started = NULL;
    tenon_func *f = tenon_instance_func(w->instance, NULL, name);
    ck_assert_ptr_nonnull(f);
    ck_assert_msg(tenon_call_start(f, args, result, arena, &started, &w->e) == TENON_OK,
                  "%s", w->e.message);
    return started;
}

static void poll_all(world *w) {
    bool idle = false;
    while (!idle) {
        ck_assert_msg(tenon_store_poll(w->store, &idle, &w->e) == TENON_OK, "%s",
                      w->e.message);
    }
}

static void answer_u32(tenon_pending *p, uint32_t x) {
    *(uint32_t *)tenon_pending_result(p) = x;
    tenon_pending_end(p, TENON_OK);
}

static void answer_text(tenon_pending *p, const char *text) {
    const size_t len = strlen(text);
    char *copy = tenon_call_alloc(tenon_pending_call(p), len, 1);
    ck_assert_ptr_nonnull(copy);
    memcpy(copy, text, len);
    *(tenon_string *)tenon_pending_result(p) = (tenon_string){copy, len};
    tenon_pending_end(p, TENON_OK);
}

/* A function that is not async-typed freezes its chain; another instance goes on. */
START_TEST(a_chain_freezes) {
    world w;
    uint32_t x = 20, y = 0, other = 0;
    tenon_instance *second;
    open_source(&w, tni_str_of(waiting_source));
    ck_assert_int_eq(tenon_instantiate(w.linker, w.store, w.component, &second, &w.e),
                     TENON_OK);
    tenon_started *call = start_with(&w, "twice", &x, &y, NULL);
    poll_all(&w);
    ck_assert_int_eq(tenon_started_state_of(w.store, call), TENON_STARTED_RUNNING);
    ck_assert_uint_eq(tenon_store_pending(w.store), 1);
    /* The instance is entered: it takes no other call. */
    tenon_started *refused;
    ck_assert_int_eq(tenon_call_start(tenon_instance_func(w.instance, NULL, "twice"), &x,
                                      &other, NULL, &refused, &w.e),
                     TENON_TRAP);
    tenon_instance *first = w.instance;
    w.instance = second;
    tenon_started *call2 = start_with(&w, "twice", &x, &other, NULL);
    w.instance = first;
    ck_assert_uint_eq(w.host.count, 2);
    answer_u32(w.host.pending[1], 300);
    poll_all(&w);
    answer_u32(w.host.pending[2], 3);
    poll_all(&w);
    ck_assert(tenon_started_done(w.store, call2));
    ck_assert_uint_eq(other, 303);
    answer_u32(w.host.pending[0], 50);
    poll_all(&w);
    answer_u32(w.host.pending[3], 7);
    poll_all(&w);
    ck_assert(tenon_started_done(w.store, call));
    ck_assert_uint_eq(y, 57);
    ck_assert_uint_eq(w.host.over, 4);
    ck_assert_uint_eq(tenon_store_pending(w.store), 0);
    tenon_started_delete(w.store, call);
    tenon_started_delete(w.store, call2);
    close_world(&w);
}
END_TEST

START_TEST(an_async_function_answers_later) {
    world w;
    tenon_string s = {NULL, 0};
    tenon_arena *arena;
    uint32_t n = 0;
    open_source(&w, tni_str_of(waiting_source));
    ck_assert_int_eq(tenon_arena_new(w.engine, &arena, &w.e), TENON_OK);
    tenon_started *say = start_with(&w, "say", NULL, &s, arena);
    poll_all(&w);
    ck_assert(!tenon_started_done(w.store, say));
    answer_text(w.host.pending[0], "good evening");
    ck_assert_uint_eq(w.host.over, 0); /* no guest runs under tenon_pending_end */
    poll_all(&w);
    ck_assert(tenon_started_done(w.store, say));
    ck_assert_uint_eq(s.len, 12);
    ck_assert_mem_eq(s.ptr, "good evening", 12);
    w.host.count = 0;
    tenon_started *both = start_with(&w, "both", NULL, &n, NULL);
    ck_assert_uint_eq(w.host.count, 2);
    answer_text(w.host.pending[1], "B");
    poll_all(&w);
    ck_assert(!tenon_started_done(w.store, both));
    answer_text(w.host.pending[0], "A");
    poll_all(&w);
    ck_assert(tenon_started_done(w.store, both));
    ck_assert_uint_eq(n, 'A' + 'B');
    tenon_arena_delete(arena);
    close_world(&w);
}
END_TEST

/* subtask.cancel: answered by cancelling (4), by a result (2). */
START_TEST(a_caller_cancels) {
    world w;
    uint32_t state = 0;
    open_source(&w, tni_str_of(waiting_source));
    w.host.answers_cancel = true;
    tenon_started *call = start_with(&w, "cancel", NULL, &state, NULL);
    poll_all(&w);
    ck_assert(tenon_started_done(w.store, call));
    ck_assert_uint_eq(state, 4);
    w.host.answers_cancel = false;
    call = start_with(&w, "cancel", NULL, &state, NULL);
    poll_all(&w);
    ck_assert(!tenon_started_done(w.store, call));
    ck_assert_uint_eq(w.host.cancels, 2);
    answer_text(w.host.pending[1], "late");
    poll_all(&w);
    ck_assert(tenon_started_done(w.store, call));
    ck_assert_uint_eq(state, 2);
    ck_assert_uint_eq(w.host.over, 2);
    close_world(&w);
}
END_TEST

START_TEST(a_function_is_called_again) {
    world w;
    uint32_t x = 40, y = 0;
    open_source(&w, tni_str_of(waiting_source));
    tenon_started *call = start_with(&w, "again-lifted", &x, &y, NULL);
    for (u32 i = 0; i < 3; i++) {
        poll_all(&w);
        ck_assert_uint_eq(w.host.count, i + 1);
        ck_assert(!tenon_started_done(w.store, call));
        tenon_pending_again(w.host.pending[i], &w.host);
    }
    poll_all(&w);
    ck_assert(tenon_started_done(w.store, call));
    ck_assert_uint_eq(y, 43);
    ck_assert_uint_eq(w.host.over, 3);
    close_world(&w);
}
END_TEST

START_TEST(a_late_failure) {
    world w;
    uint32_t x = 1, y = 0;
    tenon_string s;
    tenon_arena *arena;
    bool idle;
    open_source(&w, tni_str_of(waiting_source));
    tenon_started *call = start_with(&w, "twice", &x, &y, NULL);
    tenon_pending *p = w.host.pending[0];
    tenon_pending_end(p, tenon_call_fail(tenon_pending_call(p), "the line is %s", "cut"));
    ck_assert_int_eq(tenon_store_poll(w.store, &idle, &w.e), TENON_TRAP);
    ck_assert_str_eq(w.e.message, "the line is cut");
    ck_assert_int_eq(tenon_started_state_of(w.store, call), TENON_STARTED_FAILED);
    ck_assert_uint_eq(w.host.over, 1);
    tenon_started_delete(w.store, call);
    close_world(&w);
    open_source(&w, tni_str_of(waiting_source));
    ck_assert_int_eq(tenon_arena_new(w.engine, &arena, &w.e), TENON_OK);
    (void)start_with(&w, "say", NULL, &s, arena);
    p = w.host.pending[0];
    tenon_pending_end(p, TENON_HOST);
    ck_assert_int_eq(tenon_store_poll(w.store, &idle, &w.e), TENON_OK);
    ck_assert_int_eq(tenon_store_poll(w.store, &idle, &w.e), TENON_HOST);
    ck_assert_uint_eq(w.host.over, 1);
    tenon_arena_delete(arena);
    close_world(&w);
}
END_TEST

/* Nobody answers before the store goes. */
START_TEST(the_store_ends_first) {
    world w;
    uint32_t x = 1, y = 0;
    tenon_string s;
    tenon_arena *arena;
    open_source(&w, tni_str_of(waiting_source));
    ck_assert_int_eq(tenon_arena_new(w.engine, &arena, &w.e), TENON_OK);
    (void)start_with(&w, "say", NULL, &s, arena);
    (void)start_with(&w, "both", NULL, &y, NULL);
    (void)start_with(&w, "twice", &x, &y, NULL);
    ck_assert_uint_eq(w.host.count, 4);
    tenon_pending_end(w.host.pending[1], TENON_OK);
    tenon_arena_delete(arena);
    close_world(&w);
    ck_assert_uint_eq(w.host.over, 4);
}
END_TEST

/* -- calls that wait themselves -- */

static tenon_status answer_all(void *user, tenon_store *store, tenon_error *error) {
    world *w = user;
    (void)error;
    ck_assert_ptr_eq(store, w->store);
    for (u32 i = 0; i < w->host.count; i++) {
        if (w->host.pending[i] != NULL) {
            answer_u32(w->host.pending[i], 10 + i);
        }
    }
    return TENON_OK;
}

static tenon_status give_up(void *user, tenon_store *store, tenon_error *error) {
    (void)user;
    (void)store;
    tni_error_clear(error);
    return error->status = TENON_HOST;
}

START_TEST(a_blocking_call_waits) {
    world w;
    uint32_t x = 1, y = 0;
    open_source(&w, tni_str_of(waiting_source));
    tenon_func *f = tenon_instance_func(w.instance, NULL, "twice");
    ck_assert_int_eq(tenon_store_set_wait(w.store, answer_all, &w, &w.e), TENON_OK);
    ck_assert_msg(tenon_func_call(f, &x, &y, NULL, &w.e) == TENON_OK, "%s", w.e.message);
    ck_assert_uint_eq(y, 21);
    ck_assert_int_eq(tenon_store_set_wait(w.store, give_up, &w, &w.e), TENON_OK);
    ck_assert_int_eq(tenon_func_call(f, &x, &y, NULL, &w.e), TENON_HOST);
    ck_assert_uint_eq(w.host.over, 3);
    ck_assert_uint_eq(tenon_store_pending(w.store), 0);
    close_world(&w);
}
END_TEST

/* Without polling and without a way to wait the host function is told so. */
START_TEST(a_host_cannot_wait_everywhere) {
    world w;
    uint32_t x = 1, y = 0;
    tenon_string s;
    tenon_arena *arena;
    open_source(&w, tni_str_of(waiting_source));
    ck_assert_int_eq(tenon_func_call(tenon_instance_func(w.instance, NULL, "twice"), &x,
                                     &y, NULL, &w.e),
                     TENON_TRAP);
    ck_assert_str_eq(w.e.message, "cannot wait here");
    close_world(&w);
    open_source(&w, tni_str_of(waiting_source));
    ck_assert_int_eq(tenon_func_call(tenon_instance_func(w.instance, NULL, "liar"), NULL,
                                     &y, NULL, &w.e),
                     TENON_HOST);
    close_world(&w);
    open_source(&w, tni_str_of(waiting_source));
    ck_assert_int_eq(tenon_arena_new(w.engine, &arena, &w.e), TENON_OK);
    ck_assert_int_eq(tenon_func_call(tenon_instance_func(w.instance, NULL, "say"), NULL,
                                     &s, arena, &w.e),
                     TENON_TRAP); /* a deadlock: nobody would answer */
    tenon_arena_delete(arena);
    close_world(&w);
}
END_TEST

/* -- another thread -- */

static void *post_later(void *data) {
    tenon_pending_post(data, TENON_OK);
    return NULL;
}

static void wake(void *user) {
    int *pipe_end = user;
    ck_assert_int_eq((int)write(*pipe_end, "x", 1), 1);
}

START_TEST(another_thread_answers) {
    world w;
    uint32_t x = 1, y = 0;
    int ends[2];
    char byte;
    pthread_t thread;
    open_source(&w, tni_str_of(waiting_source));
    ck_assert_int_eq(pipe(ends), 0);
    ck_assert_int_eq(tenon_store_set_wake(w.store, wake, &ends[1], &w.e), TENON_OK);
    tenon_started *call = start_with(&w, "twice", &x, &y, NULL);
    for (u32 i = 0; i < 2; i++) {
        *(uint32_t *)tenon_pending_result(w.host.pending[i]) = 100 + i;
        ck_assert_int_eq(pthread_create(&thread, NULL, post_later, w.host.pending[i]), 0);
        ck_assert_int_eq((int)read(ends[0], &byte, 1), 1);
        poll_all(&w);
        ck_assert_int_eq(pthread_join(thread, NULL), 0);
    }
    ck_assert(tenon_started_done(w.store, call));
    ck_assert_uint_eq(y, 201);
    close(ends[0]);
    close(ends[1]);
    close_world(&w);
}
END_TEST

/* -- streams and futures -- */

/* sum: func(s: stream<u32>) async -> u64: reads to the end. count: func(n) async ->
 * stream<u32>: writes 1 to n. late: func(f: future<string>) async -> u32: its length. */
static const char stream_source[] =
    "(component"
    " (type $s (stream u32)) (type $f (future string))"
    " (core module $Memory (memory (export \"m\") 1)"
    "  (global $at (mut i32) (i32.const 4096))"
    "  (func (export \"realloc\") (param i32 i32 i32 i32) (result i32)"
    "   (global.get $at)"
    "   (global.set $at (i32.add (global.get $at)"
    "    (i32.and (i32.add (local.get 3) (i32.const 7)) (i32.const -8))))))"
    " (core instance $mem (instantiate $Memory))"
    " (canon stream.read $s (memory $mem \"m\") (core func $read))"
    " (canon stream.write $s (memory $mem \"m\") (core func $write))"
    " (canon stream.drop-readable $s (core func $drop-readable))"
    " (canon stream.drop-writable $s (core func $drop-writable))"
    " (canon stream.new $s (core func $new))"
    " (canon future.read $f (memory $mem \"m\") (realloc (func $mem \"realloc\"))"
    "  (core func $future-read))"
    " (canon future.drop-readable $f (core func $future-drop))"
    " (canon task.return (result u64) (core func $return-sum))"
    " (canon task.return (result u32) (core func $return-u32))"
    " (canon task.return (result $s) (core func $return-stream))"
    " (core module $M"
    "  (import \"\" \"mem\" (memory 1))"
    "  (import \"\" \"read\" (func $read (param i32 i32 i32) (result i32)))"
    "  (import \"\" \"write\" (func $write (param i32 i32 i32) (result i32)))"
    "  (import \"\" \"drop-readable\" (func $drop-readable (param i32)))"
    "  (import \"\" \"drop-writable\" (func $drop-writable (param i32)))"
    "  (import \"\" \"new\" (func $new (result i64)))"
    "  (import \"\" \"future-read\" (func $future-read (param i32 i32) (result i32)))"
    "  (import \"\" \"future-drop\" (func $future-drop (param i32)))"
    "  (import \"\" \"return-sum\" (func $return-sum (param i64)))"
    "  (import \"\" \"return-u32\" (func $return-u32 (param i32)))"
    "  (import \"\" \"return-stream\" (func $return-stream (param i32)))"
    "  (func (export \"sum\") (param $s i32) (local $sum i64) (local $r i32) (local $i "
    "i32)"
    "   (block $end (loop $l"
    "    (local.set $r (call $read (local.get $s) (i32.const 16) (i32.const 3)))"
    "    (local.set $i (i32.const 0))"
    "    (block $done (loop $add"
    "     (br_if $done (i32.ge_u (local.get $i) (i32.shr_u (local.get $r) (i32.const "
    "4))))"
    "     (local.set $sum (i64.add (local.get $sum) (i64.load32_u (i32.add"
    "      (i32.const 16) (i32.shl (local.get $i) (i32.const 2))))))"
    "     (local.set $i (i32.add (local.get $i) (i32.const 1)))"
    "     (br $add)))"
    "    (br_if $l (i32.eqz (i32.and (local.get $r) (i32.const 15))))))"
    "   (call $drop-readable (local.get $s))"
    "   (call $return-sum (local.get $sum)))"
    "  (func (export \"count\") (param $n i32) (local $both i64) (local $i i32)"
    "   (local.set $both (call $new))"
    "   (call $return-stream (i32.wrap_i64 (local.get $both)))"
    "   (block $end (loop $l"
    "    (br_if $end (i32.eq (local.get $i) (local.get $n)))"
    "    (local.set $i (i32.add (local.get $i) (i32.const 1)))"
    "    (i32.store (i32.const 64) (local.get $i))"
    "    (br_if $l (i32.eq (i32.const 16) (call $write (i32.wrap_i64 (i64.shr_u"
    "     (local.get $both) (i64.const 32))) (i32.const 64) (i32.const 1))))))"
    "   (call $drop-writable (i32.wrap_i64 (i64.shr_u (local.get $both) (i64.const "
    "32)))))"
    "  (func (export \"late\") (param $f i32)"
    "   (if (call $future-read (local.get $f) (i32.const 16)) (then unreachable))"
    "   (call $future-drop (local.get $f))"
    "   (call $return-u32 (i32.load (i32.const 20)))))"
    " (core instance $m (instantiate $M (with \"\" (instance"
    "  (export \"mem\" (memory $mem \"m\")) (export \"read\" (func $read))"
    "  (export \"write\" (func $write)) (export \"drop-readable\" (func $drop-readable))"
    "  (export \"drop-writable\" (func $drop-writable)) (export \"new\" (func $new))"
    "  (export \"future-read\" (func $future-read))"
    "  (export \"future-drop\" (func $future-drop))"
    "  (export \"return-sum\" (func $return-sum))"
    "  (export \"return-u32\" (func $return-u32))"
    "  (export \"return-stream\" (func $return-stream))))))"
    " (func (export \"sum\") async (param \"s\" $s) (result u64)"
    "  (canon lift (core func $m \"sum\") async (memory $mem \"m\")))"
    " (func (export \"count\") async (param \"n\" u32) (result $s)"
    "  (canon lift (core func $m \"count\") async (memory $mem \"m\")))"
    " (func (export \"late\") async (param \"f\" $f) (result u32)"
    "  (canon lift (core func $m \"late\") async (memory $mem \"m\"))))";

static const tenon_type stream_type = {.kind = TENON_TYPE_STREAM, .element = &u32_type};
static const tenon_type future_type = {.kind = TENON_TYPE_FUTURE,
                                       .element = &string_type};
static const tenon_type list_type = {.kind = TENON_TYPE_LIST, .element = &u32_type};
static const tenon_type own_type = {.kind = TENON_TYPE_OWN};
static const tenon_type own_stream = {.kind = TENON_TYPE_STREAM, .element = &own_type};

typedef struct heard {
    u32 calls, total;
    tenon_copy_result last;
    uint32_t buffer[8];
    u32 rounds; /* reads to begin again */
} heard;

static void hear(void *data, tenon_store *store, uint32_t end, tenon_copy_result result,
                 uint32_t count) {
    heard *h = data;
    h->calls++;
    h->total += count;
    h->last = result;
    if (result == TENON_COPY_COMPLETED && h->rounds > 0) {
        h->rounds--;
        ck_assert_int_eq(
            tenon_copy_start(store, end, &h->buffer[h->total], 1, NULL, hear, h, NULL),
            TENON_OK);
    }
}

START_TEST(a_host_writes_a_stream) {
    world w;
    uint32_t readable, writable;
    uint64_t sum = 0;
    heard h = {0};
    static uint32_t numbers[] = {1, 2, 3, 4, 5};
    open_source(&w, tni_str_of(stream_source));
    ck_assert_int_eq(tenon_ends_new(w.store, &stream_type, &readable, &writable, &w.e),
                     TENON_OK);
    ck_assert_int_eq(
        tenon_copy_start(w.store, writable, numbers, 5, NULL, hear, &h, &w.e), TENON_OK);
    ck_assert_int_eq(
        tenon_copy_start(w.store, writable, numbers, 5, NULL, hear, &h, &w.e),
        TENON_TRAP); /* busy */
    tenon_started *call = start_with(&w, "sum", &readable, &sum, NULL);
    poll_all(&w);
    ck_assert_uint_eq(h.calls, 1);
    ck_assert_uint_eq(h.total, 5);
    ck_assert_int_eq(h.last, TENON_COPY_COMPLETED);
    ck_assert(!tenon_started_done(w.store, call));
    ck_assert_int_eq(
        tenon_copy_start(w.store, writable, numbers + 3, 2, NULL, hear, &h, &w.e),
        TENON_OK);
    poll_all(&w);
    ck_assert_int_eq(tenon_handle_drop(w.store, writable, &w.e), TENON_OK);
    poll_all(&w);
    ck_assert(tenon_started_done(w.store, call));
    ck_assert_uint_eq(sum, 24);
    close_world(&w);
}
END_TEST

START_TEST(a_host_reads_a_stream) {
    world w;
    uint32_t n = 4, end = 0;
    heard h = {.rounds = 10};
    open_source(&w, tni_str_of(stream_source));
    tenon_started *call = start_with(&w, "count", &n, &end, NULL);
    poll_all(&w);
    ck_assert(tenon_started_done(w.store, call));
    ck_assert_int_eq(tenon_copy_start(w.store, end, h.buffer, 1, NULL, hear, &h, &w.e),
                     TENON_OK);
    poll_all(&w);
    ck_assert_int_eq(h.last, TENON_COPY_DROPPED);
    ck_assert_uint_eq(h.total, 4);
    for (u32 i = 0; i < 4; i++) {
        ck_assert_uint_eq(h.buffer[i], i + 1);
    }
    ck_assert_int_eq(tenon_copy_start(w.store, end, h.buffer, 1, NULL, hear, &h, &w.e),
                     TENON_TRAP); /* done */
    ck_assert_int_eq(tenon_handle_drop(w.store, end, &w.e), TENON_OK);
    close_world(&w);
}
END_TEST

START_TEST(a_future_of_the_host) {
    world w;
    uint32_t readable, writable, length = 0;
    heard h = {0};
    tenon_string text = {"nineteen characters", 19};
    open_source(&w, tni_str_of(stream_source));
    ck_assert_int_eq(tenon_ends_new(w.store, &future_type, &readable, &writable, &w.e),
                     TENON_OK);
    tenon_started *call = start_with(&w, "late", &readable, &length, NULL);
    poll_all(&w);
    ck_assert(!tenon_started_done(w.store, call));
    ck_assert_int_eq(tenon_handle_drop(w.store, writable, &w.e),
                     TENON_TRAP); /* unwritten */
    ck_assert_int_eq(tenon_copy_start(w.store, writable, &text, 2, NULL, hear, &h, &w.e),
                     TENON_USAGE);
    ck_assert_int_eq(tenon_copy_start(w.store, writable, &text, 1, NULL, hear, &h, &w.e),
                     TENON_OK);
    poll_all(&w);
    ck_assert(tenon_started_done(w.store, call));
    ck_assert_uint_eq(length, 19);
    ck_assert_uint_eq(h.calls, 1);
    ck_assert_int_eq(tenon_handle_drop(w.store, writable, &w.e), TENON_OK);
    close_world(&w);
}
END_TEST

START_TEST(a_host_stops_a_copy) {
    world w;
    uint32_t readable, writable, number = 7;
    heard h = {0};
    open_source(&w, tni_str_of(stream_source));
    ck_assert_int_eq(tenon_ends_new(w.store, &stream_type, &readable, &writable, &w.e),
                     TENON_OK);
    ck_assert_int_eq(tenon_copy_cancel(w.store, writable, &w.e), TENON_TRAP);
    ck_assert_int_eq(
        tenon_copy_start(w.store, writable, &number, 1, NULL, hear, &h, &w.e), TENON_OK);
    ck_assert_int_eq(tenon_copy_cancel(w.store, writable, &w.e), TENON_OK);
    ck_assert_uint_eq(h.calls, 0); /* it hears from a poll */
    poll_all(&w);
    ck_assert_uint_eq(h.calls, 1);
    ck_assert_int_eq(h.last, TENON_COPY_CANCELLED);
    /* Both ends of the host's. */
    ck_assert_int_eq(
        tenon_copy_start(w.store, writable, &number, 1, NULL, hear, &h, &w.e), TENON_OK);
    ck_assert_int_eq(
        tenon_copy_start(w.store, readable, h.buffer, 8, NULL, hear, &h, &w.e), TENON_OK);
    poll_all(&w);
    ck_assert_uint_eq(h.buffer[0], 7);
    ck_assert_uint_eq(h.total, 2);
    ck_assert_int_eq(tenon_copy_start(w.store, 99, &number, 1, NULL, hear, &h, &w.e),
                     TENON_USAGE);
    ck_assert_int_eq(tenon_ends_new(w.store, &list_type, &readable, &writable, &w.e),
                     TENON_USAGE);
    ck_assert_int_eq(tenon_ends_new(w.store, &own_stream, &readable, &writable, &w.e),
                     TENON_UNSUPPORTED);
    close_world(&w);
}
END_TEST

int main(void) {
    Suite *suite = suite_create("hostasync");
    TCase *tests = tcase_create("hostasync");
    tcase_add_test(tests, two_calls_in_progress);
    tcase_add_test(tests, c_cancels);
    tcase_add_test(tests, a_trap_is_the_polls);
    tcase_add_test(tests, ten_thousand_parked);
    tcase_add_test(tests, a_chain_of_a_thousand_calls);
    tcase_add_test(tests, a_chain_freezes);
    tcase_add_test(tests, an_async_function_answers_later);
    tcase_add_test(tests, a_caller_cancels);
    tcase_add_test(tests, a_function_is_called_again);
    tcase_add_test(tests, a_late_failure);
    tcase_add_test(tests, the_store_ends_first);
    tcase_add_test(tests, a_blocking_call_waits);
    tcase_add_test(tests, a_host_cannot_wait_everywhere);
    tcase_add_test(tests, another_thread_answers);
    tcase_add_test(tests, a_host_writes_a_stream);
    tcase_add_test(tests, a_host_reads_a_stream);
    tcase_add_test(tests, a_future_of_the_host);
    tcase_add_test(tests, a_host_stops_a_copy);
    tcase_set_timeout(tests, 60);
    suite_add_tcase(suite, tests);
    return run_suite(suite);
}
