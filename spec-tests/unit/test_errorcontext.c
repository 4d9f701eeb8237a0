/* test_errorcontext.c: error contexts as a host sees them: made, read and dropped, given
 * to a component and had from one, by calls both ways; every allocation failing. */
#include "harness.h"

#include "base/format.h"
#include "tenon.h"
#include "text/component_text.h"

/* pass: gives its argument to the host and returns what the host answers; keeps both.
 * number: an argument that is no error context. */
static const char source[] =
    "(component"
    " (import \"test:errors/log\" (instance $log"
    "  (export \"report\" (func (param \"e\" error-context) (result error-context)))"
    "  (export \"stale\" (func (result error-context)))))"
    " (canon lower (func $log \"report\") (core func $report))"
    " (canon lower (func $log \"stale\") (core func $stale))"
    " (core module $M"
    "  (import \"\" \"report\" (func $report (param i32) (result i32)))"
    "  (import \"\" \"stale\" (func $stale (result i32)))"
    "  (func (export \"pass\") (param i32) (result i32) (call $report (local.get 0)))"
    "  (func (export \"number\") (drop (call $report (i32.const 9))))"
    "  (func (export \"stale\") (drop (call $stale))))"
    " (core instance $m (instantiate $M (with \"\" (instance"
    "  (export \"report\" (func $report)) (export \"stale\" (func $stale))))))"
    " (func (export \"pass\") (param \"e\" error-context) (result error-context)"
    "  (canon lift (core func $m \"pass\")))"
    " (func (export \"number\") (canon lift (core func $m \"number\")))"
    " (func (export \"stale\") (canon lift (core func $m \"stale\"))))";

static tenon_string string_of(const char *text) {
    return (tenon_string){text, strlen(text)};
}

/* Ends the handle that it is given; answers with a new one whose message says so. */
static tenon_status report(tenon_call *call, void *user, const void *args, void *result) {
    const uint32_t *handle = args;
    uint32_t *answer = result;
    tenon_string message;
    (void)user;
    TNI_TRY(tenon_call_error_context_message(call, *handle, &message));
    char *text = tenon_call_alloc(call, message.len + 16, 1);
    if (text == NULL) {
        return tenon_call_no_memory(call);
    }
    tni_format(text, message.len + 16, "seen: %.*s", (int)message.len, message.ptr);
    TNI_TRY(tenon_resource_drop(call, *handle));
    return tenon_call_error_context_new(call, string_of(text), answer);
}

/* Answers with a handle that is gone. */
static tenon_status stale(tenon_call *call, void *user, const void *args, void *result) {
    uint32_t *answer = result;
    (void)user;
    (void)args;
    TNI_TRY(tenon_call_error_context_new(call, string_of("x"), answer));
    return tenon_resource_drop(call, *answer);
}

static const tenon_type context_type = {.kind = TENON_TYPE_ERROR_CONTEXT};
static const tenon_field param = {"e", &context_type};
static const tenon_host_func functions[] = {
    {"report", {.param_count = 1, .params = &param, .result = &context_type}, report},
    {"stale", {.result = &context_type}, stale},
};
static const tenon_interface log_interface = {
    .name = "test:errors/log", .funcs = functions, .func_count = 2};

typedef struct world {
    test_allocator allocator;
    tenon_engine *engine;
    tenon_component *component;
    tenon_linker *linker;
    tenon_store *store;
    tenon_instance *instance;
    tni_buf bytes;
    tenon_error e;
} world;

static tenon_status open_world(world *w) {
    tenon_engine_config config;
    tenon_engine_config_init(&config);
    config.allocator = (tenon_allocator){test_resize, &w->allocator};
    config.features = tenon_features_default() | TENON_FEATURE_MASK(CM_ERROR_CONTEXT);
    TNI_TRY(tenon_engine_new(&config, &w->engine, &w->e));
    tni_buf_init(&w->bytes, &w->engine->heap);
    TNI_TRY(tni_text_component(w->engine, tni_str_of(source), 0, &w->bytes, &w->e));
    TNI_TRY(tenon_component_load(w->engine, w->bytes.data, w->bytes.count, 0,
                                 &w->component, &w->e));
    TNI_TRY(tenon_linker_new(w->engine, &w->linker, &w->e));
    TNI_TRY(tenon_linker_add(w->linker, &log_interface, NULL, &w->e));
    TNI_TRY(tenon_store_new(w->engine, NULL, &w->store, &w->e));
    return tenon_instantiate(w->linker, w->store, w->component, &w->instance, &w->e);
}

static void close_world(world *w) {
    if (w->engine != NULL) {
        tenon_store_delete(w->store);
        tenon_linker_delete(w->linker);
        tenon_component_delete(w->component);
        tni_buf_free(&w->bytes);
        tenon_engine_delete(w->engine);
    }
    ck_assert_uint_eq(w->allocator.live_bytes, 0);
}

static void check_message(world *w, uint32_t handle, const char *expected) {
    tenon_string message = {NULL, 0};
    ck_assert_int_eq(tenon_error_context_message(w->store, handle, &message, &w->e),
                     TENON_OK);
    ck_assert_uint_eq(message.len, strlen(expected));
    ck_assert_mem_eq(message.ptr, expected, message.len);
}

static tenon_status call(world *w, const char *name, const void *args, void *result) {
    tenon_func *f = tenon_instance_func(w->instance, NULL, name);
    ck_assert_ptr_nonnull(f);
    return tenon_func_call(f, args, result, NULL, &w->e);
}

START_TEST(made_read_and_dropped) {
    world w = {0};
    uint32_t handle = 0;
    tenon_string message;
    ck_assert_msg(open_world(&w) == TENON_OK, "%u: %s", w.e.column, w.e.message);
    ck_assert_int_eq(
        tenon_error_context_new(w.store, string_of("disk full"), &handle, &w.e),
        TENON_OK);
    check_message(&w, handle, "disk full");
    ck_assert_int_eq(tenon_handle_drop(w.store, handle, &w.e), TENON_OK);
    ck_assert_int_eq(tenon_error_context_message(w.store, handle, &message, &w.e),
                     TENON_USAGE);
    ck_assert_int_eq(tenon_handle_drop(w.store, handle, &w.e), TENON_USAGE);
    ck_assert_int_eq(
        tenon_error_context_new(w.store, (tenon_string){NULL, 0}, &handle, &w.e),
        TENON_OK);
    check_message(&w, handle, "");
    ck_assert_int_eq(tenon_error_context_new(w.store, string_of("\xff"), &handle, &w.e),
                     TENON_USAGE);
    close_world(&w);
}
END_TEST

/* An argument is copied: the caller's handle stays. An answer moves. */
START_TEST(given_and_had) {
    world w = {0};
    uint32_t handle = 0, answer = 0, again = 0;
    ck_assert_msg(open_world(&w) == TENON_OK, "%u: %s", w.e.column, w.e.message);
    ck_assert_int_eq(
        tenon_error_context_new(w.store, string_of("no route"), &handle, &w.e), TENON_OK);
    ck_assert_msg(call(&w, "pass", &handle, &answer) == TENON_OK, "%s", w.e.message);
    ck_assert_uint_ne(handle, answer);
    check_message(&w, handle, "no route");
    check_message(&w, answer, "seen: no route");
    ck_assert_msg(call(&w, "pass", &answer, &again) == TENON_OK, "%s", w.e.message);
    check_message(&w, again, "seen: seen: no route");
    ck_assert_int_eq(tenon_handle_drop(w.store, handle, &w.e), TENON_OK);
    ck_assert_int_eq(tenon_handle_drop(w.store, answer, &w.e), TENON_OK);
    check_message(&w, again, "seen: seen: no route");
    ck_assert_int_eq(tenon_handle_drop(w.store, again, &w.e), TENON_OK);
    /* none but these three were in the host's table */
    ck_assert_int_eq(tenon_error_context_new(w.store, string_of("x"), &again, &w.e),
                     TENON_OK);
    ck_assert_uint_le(again, 3);
    close_world(&w);
}
END_TEST

START_TEST(wrong_handles) {
    world w = {0};
    uint32_t handle = 99, answer = 0;
    ck_assert_msg(open_world(&w) == TENON_OK, "%u: %s", w.e.column, w.e.message);
    ck_assert_int_eq(call(&w, "pass", &handle, &answer), TENON_TRAP);
    ck_assert_str_eq(w.e.message, "unknown handle index 99");
    close_world(&w);
    w = (world){0};
    ck_assert_int_eq(open_world(&w), TENON_OK);
    ck_assert_int_eq(call(&w, "number", NULL, NULL), TENON_TRAP);
    ck_assert_str_eq(w.e.message, "unknown handle index 9");
    close_world(&w);
    w = (world){0};
    ck_assert_int_eq(open_world(&w), TENON_OK);
    ck_assert_int_eq(call(&w, "stale", NULL, NULL), TENON_TRAP);
    ck_assert_str_eq(w.e.message, "unknown handle index 1");
    close_world(&w);
}
END_TEST

/* Whatever allocation fails, the call says so, and nothing is left behind. */
START_TEST(every_allocation_failing) {
    unsigned long n = 1;
    bool refused = true;
    for (; refused; n++) {
        world w = {.allocator = {.fail_at = n}};
        uint32_t handle = 0, answer = 0;
        tenon_status status = open_world(&w);
        if (status == TENON_OK) {
            status =
                tenon_error_context_new(w.store, string_of("no route"), &handle, &w.e);
        }
        if (status == TENON_OK) {
            status = call(&w, "pass", &handle, &answer);
        }
        refused = w.allocator.failed != 0;
        if (status == TENON_OK) {
            check_message(&w, answer, "seen: no route");
        } else {
            ck_assert_int_eq(status, TENON_NO_MEMORY);
        }
        ck_assert(status == TENON_OK || refused);
        close_world(&w);
    }
    ck_assert_uint_gt(n, 20);
}
END_TEST

int main(void) {
    Suite *s = suite_create("errorcontext");
    TCase *c = tcase_create("errorcontext");
    tcase_set_timeout(c, 60);
    tcase_add_test(c, made_read_and_dropped);
    tcase_add_test(c, given_and_had);
    tcase_add_test(c, wrong_handles);
    tcase_add_test(c, every_allocation_failing);
    suite_add_tcase(s, c);
    return run_suite(s);
}
