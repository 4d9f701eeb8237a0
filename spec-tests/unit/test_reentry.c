/* test_reentry.c: entering instances again: a parent by its child's import, a child by
 * its parent, by the host from within a call and while calls wait; and what is refused.
 * CanonicalABI.md, "Component Instance State" (may_enter_from) and "Embedding". */
#include "harness.h"

#include "tenon.h"

/* -- a host that calls back, and one that answers later -- */

typedef struct world {
    tenon_engine *engine;
    tenon_component *component;
    tenon_linker *linker;
    tenon_store *store;
    tenon_instance *instance;
    tenon_error e;
    const char *callee; /* what back() calls; NULL: nothing */
    tenon_status called;
    char message[TENON_MESSAGE_BYTES];
    tenon_started *victim; /* what back() asks to stop, or NULL */
    tenon_pending *pending[4];
    uint32_t pending_count;
} world;

static tenon_status call(world *w, const char *name, uint32_t x, uint32_t *y,
                         tenon_error *e) {
    tenon_func *f = tenon_instance_func(w->instance, NULL, name);
    ck_assert_ptr_nonnull(f);
    return tenon_func_call(f, &x, y, NULL, e);
}

static void call_back(world *w) {
    uint32_t y = 0;
    tenon_error e = {0};
    if (w->callee != NULL) {
        w->called = call(w, w->callee, 0, &y, &e);
        strcpy(w->message, e.message);
    }
}

/* back: func(x: u32) -> u32 */
static tenon_status back(tenon_call *c, void *user, const void *args, void *result) {
    world *w = user;
    (void)c;
    (void)args;
    call_back(w);
    if (w->victim != NULL) {
        ck_assert_int_eq(tenon_started_cancel(w->store, w->victim, &w->e), TENON_OK);
    }
    *(uint32_t *)result = 5;
    return TENON_OK;
}

/* later: async func(x: u32) -> u32 */
static tenon_status later(tenon_call *c, void *user, const void *args, void *result) {
    world *w = user;
    (void)args;
    (void)result;
    call_back(w);
    tenon_pending *p = tenon_call_pend(c, NULL, NULL);
    ck_assert_ptr_nonnull(p);
    w->pending[w->pending_count++] = p;
    return TENON_PENDING;
}

static const tenon_type u32_type = {.kind = TENON_TYPE_U32};
static const tenon_field x_param[] = {{"x", &u32_type}};
static const tenon_host_func host_funcs[] = {
    {"back", {.param_count = 1, .params = x_param, .result = &u32_type}, back},
    {"later",
     {.is_async = true, .param_count = 1, .params = x_param, .result = &u32_type},
     later}};
static const tenon_interface host_interface = {
    .name = "tenon:test/host", .funcs = host_funcs, .func_count = 2};

static void open_world(world *w, const char *text) {
    tenon_engine_config config;
    tenon_engine_config_init(&config);
    config.features |= TENON_FEATURE_MASK(CM_ASYNC_STACKFUL) |
                       TENON_FEATURE_MASK(CM_MORE_ASYNC_BUILTINS);
    memset(w, 0, sizeof *w);
    ck_assert_int_eq(tenon_engine_new(&config, &w->engine, &w->e), TENON_OK);
    ck_assert_msg(tenon_component_load_text(w->engine, text, strlen(text), &w->component,
                                            &w->e) == TENON_OK,
                  "%u:%u: %s", w->e.line, w->e.column, w->e.message);
    ck_assert_int_eq(tenon_linker_new(w->engine, &w->linker, &w->e), TENON_OK);
    ck_assert_int_eq(tenon_linker_add(w->linker, &host_interface, w, &w->e), TENON_OK);
    ck_assert_int_eq(tenon_store_new(w->engine, NULL, &w->store, &w->e), TENON_OK);
    ck_assert_msg(tenon_instantiate(w->linker, w->store, w->component, &w->instance,
                                    &w->e) == TENON_OK,
                  "%s", w->e.message);
}

static void close_world(world *w) {
    tenon_store_delete(w->store);
    tenon_linker_delete(w->linker);
    tenon_component_delete(w->component);
    tenon_engine_delete(w->engine);
}

static void returns(world *w, const char *name, uint32_t x, uint32_t want) {
    uint32_t y = 0;
    ck_assert_msg(call(w, name, x, &y, &w->e) == TENON_OK, "%s: %s", name, w->e.message);
    ck_assert_uint_eq(y, want);
}

static void is_refused(tenon_status status, const char *message) {
    ck_assert_int_eq(status, TENON_TRAP);
    ck_assert_msg(strstr(message, "cannot enter component instance") != NULL, "%s",
                  message);
}

static void traps(world *w, const char *name, uint32_t x) {
    uint32_t y = 0;
    is_refused(call(w, name, x, &y, &w->e), w->e.message);
}

/* -- a donut: the figures of "Component Instance State" -- */

/* run(x) goes from $M1 in $P to $C1, to $C2, and to $M2 in $P, which for x = 0 returns 1,
 * for 1 calls $C1 again, for 2 the host. "three" is of a child beside them. */
#define LINK(name, from, to, add)                                                        \
    " (component $" name "  (import \"" to                                               \
    "\" (func $to (param \"x\" u32) (result u32)))"                                      \
    "  (canon lower (func $to) (core func $lowered))"                                    \
    "  (core module $M (import \"\" \"to\" (func $to (param i32) (result i32)))"         \
    "   (func (export \"f\") (param i32) (result i32)"                                   \
    "    (i32.add (call $to (local.get 0)) (i32.const " add "))))"                       \
    "  (core instance $m (instantiate $M (with \"\" (instance"                           \
    "   (export \"to\" (func $lowered))))))"                                             \
    "  (func (export \"" from "\") (param \"x\" u32) (result u32)"                       \
    "   (canon lift (core func $m \"f\"))))"

static const char donut[] =
    "(component $P"
    " (import \"tenon:test/host\" (instance $h"
    "  (export \"back\" (func (param \"x\" u32) (result u32)))))"
    " (canon lower (func $h \"back\") (core func $back))"
    " (core module $T (table (export \"t\") 1 funcref))"
    " (core instance $t (instantiate $T))"
    " (core module $M2"
    "  (type $f (func (param i32) (result i32)))"
    "  (import \"\" \"t\" (table 1 funcref))"
    "  (import \"\" \"back\" (func $back (type $f)))"
    "  (func (export \"h\") (param i32) (result i32)"
    "   (if (i32.eq (local.get 0) (i32.const 1)) (then"
    "    (return (call_indirect (type $f) (i32.const 0) (i32.const 0)))))"
    "   (if (i32.eq (local.get 0) (i32.const 2)) (then"
    "    (return (call $back (i32.const 0)))))"
    "   (i32.const 1)))"
    " (core instance $m2 (instantiate $M2 (with \"\" (instance"
    "  (export \"t\" (table $t \"t\")) (export \"back\" (func $back))))))"
    " (func $h2 (param \"x\" u32) (result u32) (canon lift (core func $m2 \"h\")))" LINK(
        "C2", "g", "h", "100") LINK("C1", "f", "g", "10")
        LINK("C3", "three", "h",
             "3") " (instance $c2 (instantiate $C2 (with \"h\" (func $h2))))"
                  " (instance $c1 (instantiate $C1 (with \"g\" (func $c2 \"g\"))))"
                  " (instance $c3 (instantiate $C3 (with \"h\" (func $h2))))"
                  " (canon lower (func $c1 \"f\") (core func $f))"
                  " (core module $M1"
                  "  (import \"\" \"f\" (func $f (param i32) (result i32)))"
                  "  (import \"\" \"t\" (table 1 funcref)) (elem (i32.const 0) $f)"
                  "  (func (export \"run\") (param i32) (result i32)"
                  "   (i32.add (call $f (local.get 0)) (i32.const 1000))))"
                  " (core instance $m1 (instantiate $M1 (with \"\" (instance"
                  "  (export \"t\" (table $t \"t\")) (export \"f\" (func $f))))))"
                  " (func (export \"run\") (param \"x\" u32) (result u32)"
                  "  (canon lift (core func $m1 \"run\")))"
                  " (export \"three\" (func $c3 \"three\")))";

START_TEST(a_donut_is_entered) {
    world w;
    open_world(&w, donut);
    for (int i = 0; i < 3; i++) {
        returns(&w, "run", 0, 1111);
        returns(&w, "three", 0, 4); /* from the host to a child, to its parent */
    }
    close_world(&w);
}
END_TEST

/* The parent may come back, the child that it came from may not be entered again. */
START_TEST(a_child_is_not_entered_twice) {
    world w;
    open_world(&w, donut);
    traps(&w, "run", 1);
    traps(&w, "run", 0); /* the trap was in all of them */
    traps(&w, "three", 0);
    close_world(&w);
}
END_TEST

/* From within a call the host may not enter the instance that called it, nor a child of
 * an instance on the way to it; being refused, it may go on. */
START_TEST(the_host_is_refused) {
    static const char *const callees[] = {"three", "run"};
    for (size_t i = 0; i < 2; i++) {
        world w;
        open_world(&w, donut);
        w.callee = callees[i];
        returns(&w, "run", 2, 1115);
        is_refused(w.called, w.message);
        w.callee = NULL;
        returns(&w, "run", 0, 1111);
        close_world(&w);
    }
}
END_TEST

/* -- while calls wait -- */

/* blocks: calls later() without `async`, lifted without it; waits: with it, with a
 * callback; stacked: without, on a stack of its own. through: in the parent, calls
 * poke(), which is the child's, as the others are. */
static const char waiting[] =
    "(component $P"
    " (import \"tenon:test/host\" (instance $h"
    "  (export \"later\" (func async (param \"x\" u32) (result u32)))))"
    " (component $C"
    "  (import \"later\" (func $later async (param \"x\" u32) (result u32)))"
    "  (core module $Memory (memory (export \"m\") 1))"
    "  (core instance $mem (instantiate $Memory))"
    "  (canon lower (func $later) (core func $later-sync))"
    "  (canon lower (func $later) async (memory $mem \"m\") (core func $later-async))"
    "  (canon task.return (result u32) (core func $return))"
    "  (canon waitable-set.new (core func $set.new))"
    "  (canon waitable.join (core func $join))"
    "  (canon subtask.drop (core func $drop))"
    "  (core module $M"
    "   (import \"\" \"m\" (memory 1))"
    "   (import \"\" \"later\" (func $later (param i32) (result i32)))"
    "   (import \"\" \"later-async\" (func $later-async (param i32 i32) (result i32)))"
    "   (import \"\" \"return\" (func $return (param i32)))"
    "   (import \"\" \"set.new\" (func $set.new (result i32)))"
    "   (import \"\" \"join\" (func $join (param i32 i32)))"
    "   (import \"\" \"drop\" (func $drop (param i32)))"
    "   (global $pokes (mut i32) (i32.const 0))"
    "   (func (export \"poke\") (param i32) (result i32)"
    "    (global.set $pokes (i32.add (global.get $pokes) (i32.const 1)))"
    "    (global.get $pokes))"
    "   (func (export \"blocks\") (param i32) (result i32) (call $later (local.get 0)))"
    "   (func (export \"stacked\") (param i32)"
    "    (call $return (call $later (local.get 0))))"
    "   (func (export \"waits\") (param i32) (result i32) (local $set i32)"
    "    (local.set $set (call $set.new))"
    "    (call $join (i32.shr_u (call $later-async (local.get 0) (i32.const 16))"
    "     (i32.const 4)) (local.get $set))"
    "    (i32.or (i32.const 2) (i32.shl (local.get $set) (i32.const 4))))"
    "   (func (export \"goes-on\") (param i32 i32 i32) (result i32)"
    "    (call $drop (local.get 1))"
    "    (call $return (i32.load (i32.const 16)))"
    "    (i32.const 0)))"
    "  (core instance $m (instantiate $M (with \"\" (instance"
    "   (export \"m\" (memory $mem \"m\"))"
    "   (export \"later\" (func $later-sync)) (export \"later-async\" (func "
    "$later-async))"
    "   (export \"return\" (func $return)) (export \"set.new\" (func $set.new))"
    "   (export \"join\" (func $join)) (export \"drop\" (func $drop))))))"
    "  (func (export \"poke\") (param \"x\" u32) (result u32)"
    "   (canon lift (core func $m \"poke\")))"
    "  (func (export \"blocks\") async (param \"x\" u32) (result u32)"
    "   (canon lift (core func $m \"blocks\")))"
    "  (func (export \"stacked\") async (param \"x\" u32) (result u32)"
    "   (canon lift (core func $m \"stacked\") async))"
    "  (func (export \"waits\") async (param \"x\" u32) (result u32)"
    "   (canon lift (core func $m \"waits\") async"
    "    (callback (core func $m \"goes-on\")))))"
    " (instance $c (instantiate $C (with \"later\" (func $h \"later\"))))"
    " (canon lower (func $c \"poke\") (core func $poke))"
    " (core module $M"
    "  (import \"\" \"poke\" (func $poke (param i32) (result i32)))"
    "  (func (export \"through\") (param i32) (result i32)"
    "   (i32.add (i32.const 100) (call $poke (local.get 0)))))"
    " (core instance $m (instantiate $M (with \"\" (instance"
    "  (export \"poke\" (func $poke))))))"
    " (func (export \"through\") (param \"x\" u32) (result u32)"
    "  (canon lift (core func $m \"through\")))"
    " (export \"poke\" (func $c \"poke\")) (export \"blocks\" (func $c \"blocks\"))"
    " (export \"stacked\" (func $c \"stacked\")) (export \"waits\" (func $c \"waits\")))";

static tenon_started *start(world *w, const char *name, uint32_t *result) {
    static const uint32_t x = 7;
    tenon_started *started = NULL;
    tenon_func *f = tenon_instance_func(w->instance, NULL, name);
    ck_assert_ptr_nonnull(f);
    ck_assert_msg(tenon_call_start(f, &x, result, NULL, &started, &w->e) == TENON_OK,
                  "%s: %s", name, w->e.message);
    return started;
}

static void poll_all(world *w) {
    bool idle = false;
    while (!idle) {
        ck_assert_msg(tenon_store_poll(w->store, &idle, &w->e) == TENON_OK, "%s",
                      w->e.message);
    }
}

static void answer(tenon_pending *p, uint32_t x) {
    *(uint32_t *)tenon_pending_result(p) = x;
    tenon_pending_end(p, TENON_OK);
}

/* However a call waits, its instance and the parent may be entered in the meantime; from
 * within the host's function, before that has answered, neither. */
START_TEST(waiting_instances_are_entered) {
    static const char *const names[] = {"blocks", "stacked", "waits"};
    for (size_t i = 0; i < 3; i++) {
        world w;
        uint32_t y = 0, other = 0;
        open_world(&w, waiting);
        w.callee = "poke";
        tenon_started *first = start(&w, names[i], &y);
        is_refused(w.called, w.message);
        w.callee = NULL;
        ck_assert_uint_eq(w.pending_count, 1);
        returns(&w, "poke", 0, 1);
        returns(&w, "through", 0, 102);
        poll_all(&w);
        returns(&w, "poke", 0, 3);
        /* the exclusive lock: held on by the first alone */
        tenon_started *second = start(&w, names[i], &other);
        poll_all(&w);
        ck_assert_uint_eq(w.pending_count, i == 0 ? 1 : 2);
        answer(w.pending[0], 40);
        poll_all(&w);
        ck_assert(tenon_started_done(w.store, first));
        ck_assert_uint_eq(y, 40);
        ck_assert_uint_eq(w.pending_count, 2);
        ck_assert(!tenon_started_done(w.store, second));
        returns(&w, "through", 0, 104);
        answer(w.pending[1], 50);
        poll_all(&w);
        ck_assert(tenon_started_done(w.store, second));
        ck_assert_uint_eq(other, 50);
        close_world(&w);
    }
}
END_TEST

/* idle: yields until it is asked to stop. ask: calls back(), and tells whether idle has
 * heard of it. */
static const char stopping[] =
    "(component"
    " (import \"tenon:test/host\" (instance $h"
    "  (export \"back\" (func (param \"x\" u32) (result u32)))))"
    " (canon lower (func $h \"back\") (core func $back))"
    " (canon thread.yield cancellable (core func $yield))"
    " (canon task.cancel (core func $cancel))"
    " (core module $M"
    "  (import \"\" \"back\" (func $back (param i32) (result i32)))"
    "  (import \"\" \"yield\" (func $yield (result i32)))"
    "  (import \"\" \"cancel\" (func $cancel))"
    "  (global $heard (mut i32) (i32.const 0))"
    "  (func (export \"idle\") (param i32)"
    "   (loop $l (br_if $l (i32.eqz (call $yield))))"
    "   (global.set $heard (i32.const 1))"
    "   (call $cancel))"
    "  (func (export \"ask\") (param i32) (result i32)"
    "   (i32.add (call $back (i32.const 0)) (global.get $heard))))"
    " (core instance $m (instantiate $M (with \"\" (instance"
    "  (export \"back\" (func $back)) (export \"yield\" (func $yield))"
    "  (export \"cancel\" (func $cancel))))))"
    " (func (export \"idle\") async (param \"x\" u32) (result u32)"
    "  (canon lift (core func $m \"idle\") async))"
    " (func (export \"ask\") (param \"x\" u32) (result u32)"
    "  (canon lift (core func $m \"ask\"))))";

/* Asking a task to stop runs no thread of it while its instance is entered: the request
 * is kept until the task comes to a cancellation point. (Task.request_cancellation) */
START_TEST(a_request_waits_to_enter) {
    world w;
    uint32_t y = 0;
    open_world(&w, stopping);
    tenon_started *idle = start(&w, "idle", &y);
    w.victim = idle;
    returns(&w, "ask", 0, 5);
    ck_assert_int_eq(tenon_started_state_of(w.store, idle), TENON_STARTED_RUNNING);
    w.victim = NULL;
    poll_all(&w);
    ck_assert_int_eq(tenon_started_state_of(w.store, idle), TENON_STARTED_CANCELLED);
    returns(&w, "ask", 0, 6);
    /* outside of calls it runs at once */
    idle = start(&w, "idle", &y);
    ck_assert_int_eq(tenon_started_cancel(w.store, idle, &w.e), TENON_OK);
    ck_assert_int_eq(tenon_started_state_of(w.store, idle), TENON_STARTED_CANCELLED);
    close_world(&w);
}
END_TEST

/* The host fails late: a trap in what waited, which cannot be entered again, nor can the
 * parent; a call that came through in the meantime is over. */
START_TEST(a_late_failure_locks) {
    world w;
    uint32_t y = 0;
    bool idle = false;
    open_world(&w, waiting);
    tenon_started *first = start(&w, "waits", &y);
    returns(&w, "through", 0, 101);
    tenon_pending_end(w.pending[0], TENON_TRAP);
    tenon_status status = TENON_OK;
    while (!idle && status == TENON_OK) {
        status = tenon_store_poll(w.store, &idle, &w.e);
    }
    ck_assert_int_eq(status, TENON_TRAP);
    ck_assert(!tenon_started_done(w.store, first));
    traps(&w, "poke", 0);
    traps(&w, "through", 0);
    close_world(&w);
}
END_TEST

int main(void) {
    Suite *s = suite_create("reentry");
    TCase *c = tcase_create("reentry");
    tcase_add_test(c, a_donut_is_entered);
    tcase_add_test(c, a_child_is_not_entered_twice);
    tcase_add_test(c, the_host_is_refused);
    tcase_add_test(c, waiting_instances_are_entered);
    tcase_add_test(c, a_request_waits_to_enter);
    tcase_add_test(c, a_late_failure_locks);
    suite_add_tcase(s, c);
    return run_suite(s);
}
