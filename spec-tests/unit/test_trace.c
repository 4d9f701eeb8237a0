/* test_trace.c: tracing where memory runs out, beside engines that are not traced, and in
 * frames of more than 65,536 slots. */
#include "component/ctrace.h"
#include "exec/trace.h"
#include "harness.h"
#include "tenon.h"
#include "text/print.h"

/* A resource that is made, lent and dropped, and arithmetic. */
static const char text[] =
    "(component\n"
    "  (component $boxes\n"
    "    (core module $m (func (export \"dtor\") (param i32)))\n"
    "    (core instance $m (instantiate $m))\n"
    "    (type $t (resource (rep i32) (dtor (func $m \"dtor\"))))\n"
    "    (export $box \"box\" (type $t))\n"
    "    (core func $new (canon resource.new $t))\n"
    "    (core module $f (import \"\" \"new\" (func $new (param i32) (result i32)))\n"
    "      (func (export \"make\") (result i32) (call $new (i32.const 7)))\n"
    "      (func (export \"look\") (param i32) (result i32) (local.get 0)))\n"
    "    (core instance $f (instantiate $f (with \"\"\n"
    "      (instance (export \"new\" (func $new))))))\n"
    "    (func (export \"make\") (result (own $box))\n"
    "      (canon lift (core func $f \"make\")))\n"
    "    (func (export \"look\") (param \"self\" (borrow $box)) (result u32)\n"
    "      (canon lift (core func $f \"look\"))))\n"
    "  (instance $boxes (instantiate $boxes))\n"
    "  (alias export $boxes \"box\" (type $box))\n"
    "  (core func $make (canon lower (func $boxes \"make\")))\n"
    "  (core func $look (canon lower (func $boxes \"look\")))\n"
    "  (core func $drop (canon resource.drop $box))\n"
    "  (core module $m (import \"\" \"make\" (func $make (result i32)))\n"
    "    (import \"\" \"look\" (func $look (param i32) (result i32)))\n"
    "    (import \"\" \"drop\" (func $drop (param i32)))\n"
    "    (func $run (export \"run\") (result i32) (local $box i32)\n"
    "      (local.set $box (call $make))\n"
    "      (i32.add (call $look (local.get $box)) (i32.const 1))\n"
    "      (call $drop (local.get $box))))\n"
    "  (core instance $m (instantiate $m (with \"\" (instance\n"
    "    (export \"make\" (func $make)) (export \"look\" (func $look))\n"
    "    (export \"drop\" (func $drop))))))\n"
    "  (func (export \"run\") (result u32) (canon lift (core func $m \"run\"))))\n";

/* What the tracer has been told. */
typedef struct told {
    tenon_engine *engine;
    unsigned steps, events;
    bool failed;     /* text was wanted and memory was out */
    char last[4096]; /* the texts of all events */
    u64 sum;         /* the result of the last i32.add */
} told;

static void on_step(void *user, const tni_trace_step *s) {
    told *x = user;
    tni_words *words = NULL;
    tni_buf text_of;
    tenon_error e;
    tni_buf_init(&text_of, &x->engine->heap);
    x->steps++;
    if (s->op == TNI_OP_I32_ADD && s->is_after) {
        x->sum = (u32)s->values[0];
    }
    if (tni_words_new(s->module, &words, &e) != TENON_OK ||
        tni_words_instruction(words, s->func, s->offset, &text_of, &e) != TENON_OK) {
        x->failed = true;
    }
    tni_words_values(x->engine->registry, s->types, s->count, s->values, &text_of);
    x->failed |= text_of.failed;
    tni_buf_free(&text_of);
    tni_words_delete(words);
}

static void on_event(void *user, const tni_trace_event *event) {
    told *x = user;
    const size_t len = strlen(x->last);
    x->events++;
    snprintf(x->last + len, sizeof x->last - len, "%s: %s %s\n", event->path, event->name,
             event->detail);
}

typedef struct world {
    test_allocator allocator;
    told told;
    tni_tracer tracer;
    tenon_engine *engine;
    tenon_component *component;
    tenon_linker *linker;
    tenon_store *store;
    tenon_error error;
} world;

static tenon_status run_text(world *w, bool is_traced, u32 *result) {
    tenon_engine_config config;
    tenon_instance *instance = NULL;
    tenon_error *e = &w->error;
    tenon_engine_config_init(&config);
    config.allocator = (tenon_allocator){test_resize, &w->allocator};
    TNI_TRY(tenon_engine_new(&config, &w->engine, e));
    w->tracer = (tni_tracer){&w->told, on_step, on_event};
    w->told.engine = w->engine;
    w->engine->tracer = is_traced ? &w->tracer : NULL;
    TNI_TRY(tenon_component_load_text(w->engine, text, strlen(text), &w->component, e));
    TNI_TRY(tenon_linker_new(w->engine, &w->linker, e));
    TNI_TRY(tenon_store_new(w->engine, NULL, &w->store, e));
    TNI_TRY(tenon_instantiate(w->linker, w->store, w->component, &instance, e));
    return tenon_func_call(tenon_instance_func(instance, NULL, "run"), NULL, result, NULL,
                           e);
}

static void close_world(world *w) {
    tenon_store_delete(w->store);
    tenon_linker_delete(w->linker);
    tenon_component_delete(w->component);
    tenon_engine_delete(w->engine);
    ck_assert_uint_eq(w->allocator.live_bytes, 0);
}

START_TEST(engines_are_apart) {
    static world one, other;
    u32 a = 0, b = 0;
    ck_assert_msg(run_text(&one, true, &a) == TENON_OK, "%s", one.error.message);
    ck_assert_msg(run_text(&other, false, &b) == TENON_OK, "%s", other.error.message);
    ck_assert_uint_eq(a, 8);
    ck_assert_uint_eq(b, 8);
    ck_assert_uint_eq(one.told.sum, 8);
    ck_assert(!one.told.failed);
    ck_assert_uint_gt(one.told.steps, 10);
    ck_assert_uint_eq(other.told.steps + other.told.events, 0);
    const char *const in_order[] = {"component: canon lower of component/boxes#0",
                                    "component/boxes#0: resource.new",
                                    "component/boxes#0: lift_own handle 1, rep 7",
                                    "component: lower_own handle 1, rep 7",
                                    "component: lift_borrow handle 1, rep 7, lent 1",
                                    "component: Subtask.deliver_resolve handle 1",
                                    "component: resource.drop",
                                    "component: Task.return_"};
    const char *at = one.told.last;
    for (size_t i = 0; i < TNI_COUNT_OF(in_order); i++) {
        at = strstr(at, in_order[i]);
        ck_assert_msg(at != NULL, "%s is not where it should be in:\n%s", in_order[i],
                      one.told.last);
    }
    close_world(&one);
    close_world(&other);
}
END_TEST

START_TEST(allocations_fail) {
    static world w;
    for (unsigned long n = 1;; n++) {
        u32 result = 0;
        memset(&w, 0, sizeof w);
        w.allocator.fail_at = n;
        const tenon_status s = run_text(&w, true, &result);
        ck_assert_msg(s == TENON_OK || s == TENON_NO_MEMORY, "allocation %lu: %s", n,
                      w.error.message);
        ck_assert(s == TENON_NO_MEMORY || result == 8);
        const bool failed = w.allocator.failed > 0;
        ck_assert(failed || (s == TENON_OK && !w.told.failed));
        close_world(&w);
        if (!failed) {
            return;
        }
    }
}
END_TEST

/* -- far frames -- */

static void on_far_step(void *user, const tni_trace_step *s) {
    u64 *seen = user;
    if (s->op == TNI_OP_I64_SUB) {
        ck_assert_uint_eq(s->count, s->is_after ? 1 : 2);
        seen[s->is_after ? 2 : 0] = s->values[0];
        seen[1] = s->is_after ? seen[1] : s->values[1];
    }
}

START_TEST(far_frames) {
    static test_world w;
    u64 seen[3] = {0};
    const tni_tracer tracer = {seen, on_far_step, NULL};
    mb m = {0};
    wb code = {NULL, 0, 0};
    static char locals[45000 + 1];
    memset(locals, 'v', 45000); /* two slots each: temporaries are beyond 65,536 */
    test_open(&w);
    w.engine.tracer = &tracer;
    wb_opx(&code, TNI_OP_LOCAL_GET, 0);
    wb_i64(&code, 100);
    wb_opx(&code, TNI_OP_LOCAL_TEE, 0);
    wb_op(&code, TNI_OP_I64_SUB);
    mb_export(&m, "f", 0, mb_func(&m, mb_type(&m, "I:I"), locals, &code));
    wb_free(&code);
    tni_instance *i = test_instance(&w, &m, NULL);
    tni_slot v[1] = {42};
    ck_assert_int_eq(test_call(&w, i, "f", v, v), TENON_OK);
    ck_assert_int_eq((i64)v[0], -58);
    ck_assert_uint_eq(seen[0], 42);
    ck_assert_uint_eq(seen[1], 100);
    ck_assert_int_eq((i64)seen[2], -58);
    test_close(&w);
}
END_TEST

int main(void) {
    Suite *s = suite_create("trace");
    TCase *c = tcase_create("trace");
    tcase_set_timeout(c, 600);
    tcase_add_test(c, engines_are_apart);
    tcase_add_test(c, allocations_fail);
    tcase_add_test(c, far_frames);
    suite_add_tcase(s, c);
    return run_suite(s);
}
