/* test_linker.c: core modules and nested instances that a host offers: what is refused
 * when they are added, and every allocation failing. What can be linked is in
 * spec-tests/component/host.wast. */
#include "harness.h"

#include "component/runtime.h"
#include "text/assemble.h"
#include "text/component_text.h"

static const char component[] =
    "(component"
    " (import \"i\" (instance $i"
    "  (export \"n\" (instance (export \"f\" (func (result u32)))))"
    "  (export \"m\" (core module (export \"g\" (func (result i32)))))))"
    " (core instance $m (instantiate (module $i \"m\")))"
    " (func (export \"g\") (result u32) (canon lift (core func $m \"g\")))"
    " (export \"f\" (func $i \"n\" \"f\")))";

static tenon_status seven(tenon_call *call, void *user, const void *args, void *result) {
    (void)call;
    (void)user;
    (void)args;
    *(uint32_t *)result = 7;
    return TENON_OK;
}

static const tenon_type u32_type = {.kind = TENON_TYPE_U32};
static const tenon_host_func funcs[] = {{"f", {.result = &u32_type}, seven}};
static const tenon_interface outer = {.name = "i"};
static const tenon_interface inner = {.name = "n", .funcs = funcs, .func_count = 1};

typedef struct world {
    test_world w;
    tni_linker *linker;
    tni_module *module;
    tni_component *component;
    tni_cinstance *instance;
} world;

static tenon_status load_module(world *x) {
    tni_buf bytes;
    test_world *w = &x->w;
    tni_buf_init(&bytes, &w->engine.heap);
    tenon_status status = tni_text_module(
        &w->engine, TNI_STR("(module (func (export \"g\") (result i32) (i32.const 8)))"),
        0, &bytes, &w->e);
    if (status == TENON_OK) {
        status = tni_module_decode(&w->engine, bytes.data, bytes.count, 0, false,
                                   &x->module, &w->e);
    }
    tni_buf_free(&bytes);
    return status == TENON_OK ? tni_module_validate(x->module, &w->e) : status;
}

static tenon_status load_component(world *x) {
    tni_buf bytes;
    test_world *w = &x->w;
    tni_buf_init(&bytes, &w->engine.heap);
    tenon_status status =
        tni_text_component(&w->engine, tni_str_of(component), 0, &bytes, &w->e);
    if (status == TENON_OK) {
        status = tni_component_load(&w->engine, bytes.data, bytes.count, false,
                                    &x->component, &w->e);
    }
    tni_buf_free(&bytes);
    return status;
}

static tenon_status open_store(world *x) {
    tni_store_limits limits;
    tni_store_limits_init(&limits);
    return tni_store_new(&x->w.engine, &limits, &x->w.store, &x->w.e);
}

/* All of it; what has been made is in x, whatever failed. */
static tenon_status link_all(world *x) {
    tenon_error *e = &x->w.e;
    TNI_TRY(test_engine_open(&x->w));
    TNI_TRY(open_store(x));
    TNI_TRY(load_module(x));
    TNI_TRY(load_component(x));
    TNI_TRY(tni_linker_new(&x->w.engine, &x->linker, e));
    TNI_TRY(tni_linker_add(x->linker, &outer, NULL, e));
    TNI_TRY(tni_linker_add_nested(x->linker, TNI_STR("i"), &inner, NULL, e));
    TNI_TRY(tni_linker_add_module(x->linker, TNI_STR("i"), TNI_STR("m"), x->module, e));
    return tni_component_instantiate(x->w.store, x->component, x->linker, &x->instance,
                                     e);
}

static void close_all(world *x) {
    if (x->w.store != NULL) {
        tni_store_delete(x->w.store);
    }
    if (x->component != NULL) {
        tni_component_release(x->component);
    }
    tni_linker_delete(x->linker);
    if (x->module != NULL) {
        tni_module_release(x->module);
    }
    test_engine_close(&x->w);
    ck_assert_uint_eq(x->w.allocator.live_bytes, 0);
}

static u32 call(world *x, const char *name) {
    u32 result = 0;
    tni_cfunc *f = tni_cinstance_func(x->instance, (tni_str){NULL, 0}, tni_str_of(name));
    ck_assert_ptr_nonnull(f);
    ck_assert_int_eq(tni_cfunc_call(x->w.store, f, NULL, &result, NULL, &x->w.e),
                     TENON_OK);
    return result;
}

START_TEST(nested_and_modules) {
    world x = {0};
    ck_assert_msg(link_all(&x) == TENON_OK, "%s", x.w.e.message);
    ck_assert_uint_eq(call(&x, "f"), 7);
    ck_assert_uint_eq(call(&x, "g"), 8);
    close_all(&x);
}
END_TEST

START_TEST(what_is_refused) {
    world x = {0};
    ck_assert_msg(link_all(&x) == TENON_OK, "%s", x.w.e.message);
    tenon_error *e = &x.w.e;
    tni_str none = TNI_STR("nobody"), i = TNI_STR("i"), m = TNI_STR("m");
    ck_assert_int_eq(tni_linker_add_nested(x.linker, none, &inner, NULL, e), TENON_USAGE);
    ck_assert_int_eq(tni_linker_add_nested(x.linker, i, &inner, NULL, e), TENON_USAGE);
    ck_assert_int_eq(tni_linker_add_module(x.linker, none, m, x.module, e), TENON_USAGE);
    ck_assert_int_eq(tni_linker_add_module(x.linker, i, m, x.module, e), TENON_USAGE);
    /* a nested one is not found as an interface of its own, and is in nobody's way */
    ck_assert_int_eq(tni_linker_add_module(x.linker, TNI_STR("n"), m, x.module, e),
                     TENON_USAGE);
    ck_assert_int_eq(tni_linker_add(x.linker, &inner, NULL, e), TENON_OK);
    close_all(&x);
}
END_TEST

/* A table is wrong when it is added, whether or not anybody will import it. */
static void check_refused(const tenon_type *t, tenon_status expected,
                          const char *message) {
    const tenon_field param = {"x", t};
    const tenon_host_func as_param[] = {
        {"f", {.params = &param, .param_count = 1}, seven}};
    const tenon_host_func as_result[] = {{"f", {.result = t}, seven}};
    const tenon_host_type named[] = {{"t", t}};
    const tenon_host_resource resources[] = {{"r", NULL, NULL, NULL}};
    const tenon_interface ifaces[] = {
        {"p", as_param, 1, resources, 1, NULL, 0},
        {"r", as_result, 1, resources, 1, NULL, 0},
        {"t", NULL, 0, resources, 1, named, 1},
    };
    for (size_t n = 0; n < 3; n++) {
        test_world w = {0};
        tni_linker *l;
        ck_assert_int_eq(test_engine_open(&w), TENON_OK);
        ck_assert_int_eq(tni_linker_new(&w.engine, &l, &w.e), TENON_OK);
        ck_assert_int_eq(tni_linker_add(l, &ifaces[n], NULL, &w.e), expected);
        if (expected != TENON_OK) {
            ck_assert_msg(strstr(w.e.message, message) != NULL, "%s", w.e.message);
        }
        tni_linker_delete(l);
        test_engine_close(&w);
        ck_assert_uint_eq(w.allocator.live_bytes, 0);
    }
}

START_TEST(wrong_tables) {
    const tenon_type none = {.kind = TENON_TYPE_LIST};
    const tenon_type inside = {.kind = TENON_TYPE_OPTION, .element = &none};
    const tenon_field no_type[] = {{"a", &u32_type}, {"b", NULL}};
    const tenon_type record = {.kind = TENON_TYPE_RECORD, .count = 2, .fields = no_type};
    const tenon_type own = {.kind = TENON_TYPE_OWN, .resource = 1};
    const tenon_type owns = {.kind = TENON_TYPE_LIST, .element = &own};
    const tenon_type right = {.kind = TENON_TYPE_BORROW, .resource = 0};
    const tenon_type kind = {.kind = (tenon_type_kind)99};
    const tenon_type large = {
        .kind = TENON_TYPE_FIXED_LIST, .element = &u32_type, .count = 0x40000000};
    tenon_type deep[200], doubled[40];
    tenon_field twice[40][2];
    for (size_t i = 0; i < 200; i++) {
        deep[i] = (tenon_type){.kind = TENON_TYPE_LIST,
                               .element = i == 0 ? &u32_type : &deep[i - 1]};
    }
    for (size_t i = 0; i < 40; i++) {
        const tenon_type *half = i == 0 ? &u32_type : &doubled[i - 1];
        twice[i][0] = (tenon_field){"a", half};
        twice[i][1] = (tenon_field){"b", half};
        doubled[i] =
            (tenon_type){.kind = TENON_TYPE_RECORD, .count = 2, .fields = twice[i]};
    }
    check_refused(&right, TENON_OK, NULL);
    check_refused(&deep[50], TENON_OK, NULL);
    check_refused(&doubled[25], TENON_OK, NULL); /* many paths, few types */
    check_refused(&inside, TENON_USAGE, "type table is wrong");
    check_refused(&record, TENON_USAGE, "type table is wrong");
    check_refused(&kind, TENON_USAGE, "type table is wrong");
    check_refused(&owns, TENON_USAGE, "has no resource number 1");
    check_refused(&deep[199], TENON_LIMIT, "type nesting");
    check_refused(&large, TENON_INVALID, "type size is too large");
    check_refused(&doubled[39], TENON_INVALID, "type size is too large");
    test_world w = {0};
    tni_linker *l;
    const tenon_host_func no_name[] = {{NULL, {.result = &u32_type}, seven}};
    const tenon_host_func no_body[] = {{"f", {.result = &u32_type}, NULL}};
    const tenon_field untyped = {"x", NULL};
    const tenon_host_func no_param[] = {
        {"f", {.params = &untyped, .param_count = 1}, seven}};
    const tenon_interface ifaces[] = {{.name = "a", .funcs = no_name, .func_count = 1},
                                      {.name = "b", .funcs = no_body, .func_count = 1},
                                      {.name = "c", .funcs = no_param, .func_count = 1}};
    ck_assert_int_eq(test_engine_open(&w), TENON_OK);
    ck_assert_int_eq(tni_linker_new(&w.engine, &l, &w.e), TENON_OK);
    for (size_t n = 0; n < 3; n++) {
        ck_assert_int_eq(tni_linker_add(l, &ifaces[n], NULL, &w.e), TENON_USAGE);
    }
    tni_linker_delete(l);
    test_engine_close(&w);
}
END_TEST

START_TEST(every_allocation_failing) {
    unsigned long n = 1;
    bool refused = true;
    for (; refused; n++) {
        world x = {.w.allocator.fail_at = n};
        tenon_status status = link_all(&x);
        refused = x.w.allocator.failed != 0;
        ck_assert(status == TENON_OK || (refused && status == TENON_NO_MEMORY));
        close_all(&x);
    }
    ck_assert_uint_gt(n, 30);
}
END_TEST

int main(void) {
    Suite *s = suite_create("linker");
    TCase *c = tcase_create("linker");
    tcase_set_timeout(c, 60);
    tcase_add_test(c, nested_and_modules);
    tcase_add_test(c, what_is_refused);
    tcase_add_test(c, wrong_tables);
    tcase_add_test(c, every_allocation_failing);
    suite_add_tcase(s, c);
    return run_suite(s);
}
