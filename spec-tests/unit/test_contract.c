/* test_contract.c: what differs between a component and a world or a linker, through the
 * public API alone: every kind of difference as data, agreement with linking, every
 * allocation failing */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "suite.h"
#include "tenon/contract.h"
#include "tenon/wasi.h"

/* -- an engine that counts -- */

typedef struct counter {
    size_t live_bytes;
    unsigned long requests, fail_at;
} counter;

static void *resize(void *user, void *ptr, size_t old_size, size_t new_size) {
    counter *c = user;
    if (new_size > (ptr == NULL ? 0 : old_size) && ++c->requests == c->fail_at) {
        return NULL;
    }
    c->live_bytes += new_size - (ptr == NULL ? 0 : old_size);
    if (new_size == 0) {
        free(ptr);
        return NULL;
    }
    void *fresh = realloc(ptr, new_size);
    ck_assert_ptr_nonnull(fresh);
    return fresh;
}

static counter count;
static tenon_engine *engine;
static tenon_error error;

static void open_engine(void) {
    tenon_engine_config config;
    count = (counter){0, 0, 0};
    tenon_engine_config_init(&config);
    config.allocator = (tenon_allocator){resize, &count};
    ck_assert_int_eq(tenon_engine_new(&config, &engine, &error), TENON_OK);
}

static void close_engine(void) {
    tenon_engine_delete(engine);
    ck_assert_uint_eq(count.live_bytes, 0);
}

static tenon_component *load(const char *text) {
    tenon_component *c = NULL;
    tenon_status s = tenon_component_load_text(engine, text, strlen(text), &c, &error);
    ck_assert_msg(s == TENON_OK, "%s\n%s", error.message, text);
    return c;
}

/* -- what a difference should be -- */

typedef struct expected {
    tenon_difference_kind kind;
    bool is_export;
    const char *path, *wanted, *offered, *near;
} expected;

static void same_text(const char *got, const char *want, const char *all) {
    ck_assert_msg(got == NULL || want == NULL ? got == want : strcmp(got, want) == 0,
                  "got %s, wanted %s, in:\n%s", got == NULL ? "(NULL)" : got,
                  want == NULL ? "(NULL)" : want, all);
}

static void expect(const tenon_differences *list, const expected *want, uint32_t n) {
    for (uint32_t i = 0; i < tenon_differences_count(list); i++) {
        const tenon_difference *d = tenon_differences_at(list, i);
        ck_assert_msg(i < n, "more than %u:\n%s", n, d->text);
        ck_assert_msg(d->kind == want[i].kind && d->is_export == want[i].is_export,
                      "kind %d, export %d:\n%s", d->kind, d->is_export, d->text);
        same_text(d->path, want[i].path, d->text);
        same_text(d->wanted, want[i].wanted, d->text);
        same_text(d->offered, want[i].offered, d->text);
        same_text(d->near, want[i].near, d->text);
        ck_assert_uint_gt(d->step_count, 0);
        ck_assert_uint_gt(strlen(d->hint), 10);
        ck_assert_ptr_nonnull(strstr(d->text, d->path));
        ck_assert_ptr_nonnull(strstr(d->text, d->wanted));
        ck_assert_ptr_nonnull(strstr(d->text, d->hint));
        ck_assert_int_eq(d->text[strlen(d->text) - 1], '\n');
    }
    ck_assert_uint_eq(tenon_differences_count(list), n);
    ck_assert_ptr_null(tenon_differences_at(list, n));
}

/* -- worlds -- */

static const char contract[] = "package a:b@1.2.0;\n"
                               "interface api {\n"
                               "  record point { x: u32, y: u32 }\n"
                               "  enum hue { red, green }\n"
                               "  move: func(p: point, by: tuple<u32, s8>) -> hue;\n"
                               "  stop: func();\n"
                               "}\n"
                               "world plugin {\n"
                               "  import log: func(line: string);\n"
                               "  export api;\n"
                               "  export go: async func();\n"
                               "}\n";

static const char plugin[] =
    "(component"
    " (import \"log\" (func (param \"line\" u32)))"
    " (import \"lag\" (func))"
    " (component $c"
    "  (type $p1 (record (field \"x\" u64) (field \"z\" u8) (field \"y\" u32)))"
    "  (type $h1 (enum \"green\" \"red\"))"
    "  (import \"p\" (type $p0 (eq $p1))) (import \"h\" (type $h0 (eq $h1)))"
    "  (import \"m\" (func $m (param \"p\" $p0) (param \"by\" (tuple u32 u8)) (result "
    "$h0)))"
    "  (export $p \"point\" (type $p0)) (export $h \"hue\" (type $h0))"
    "  (export \"move\" (func $m)"
    "   (func (param \"p\" $p) (param \"by\" (tuple u32 u8)) (result $h))))"
    " (core module $n (func (export \"m\") (param i64 i32 i32 i32 i32) (result i32) "
    "unreachable)"
    "  (func (export \"g\")))"
    " (core instance $i (instantiate $n))"
    " (type $point (record (field \"x\" u64) (field \"z\" u8) (field \"y\" u32)))"
    " (type $hue (enum \"green\" \"red\"))"
    " (func $move (param \"p\" $point) (param \"by\" (tuple u32 u8)) (result $hue)"
    "  (canon lift (core func $i \"m\")))"
    " (instance $api (instantiate $c (with \"p\" (type $point)) (with \"h\" (type $hue))"
    "  (with \"m\" (func $move))))"
    " (export \"a:b/api@1.3.0\" (instance $api))"
    " (func (export \"go\") (canon lift (core func $i \"g\"))))";

static tenon_wit *parse(const char *path, const char *text) {
    tenon_wit *w = NULL;
    tenon_wit_source source = {path, text, strlen(text), 0};
    tenon_status s = tenon_wit_parse(engine, &source, 1, &w, &error);
    ck_assert_msg(s == TENON_OK, "%s", error.message);
    return w;
}

START_TEST(a_component_against_a_world) {
    static const expected want[] = {
        {TENON_DIFFERENCE_TYPE, false, "function `log`, parameter `line`", "u32",
         "string", NULL},
        {TENON_DIFFERENCE_MISSING, false, "function `lag`", "func()", NULL, NULL},
        {TENON_DIFFERENCE_TYPE, true, "a:b/api@1.2.0, record `point`, field `x`", "u32",
         "u64", NULL},
        {TENON_DIFFERENCE_EXTRA, true, "a:b/api@1.2.0, record `point`, field `z`",
         "record point { x: u32, y: u32 }", "record point { x: u64, z: u8, y: u32 }",
         NULL},
        {TENON_DIFFERENCE_ORDER, true, "a:b/api@1.2.0, enum `hue`",
         "enum hue { red, green }", "enum hue { green, red }", NULL},
        {TENON_DIFFERENCE_TYPE, true,
         "a:b/api@1.2.0, function `move`, parameter `by`, member 2", "s8", "u8", NULL},
        {TENON_DIFFERENCE_MISSING, true, "a:b/api@1.2.0, function `stop`", "func()", NULL,
         NULL},
        {TENON_DIFFERENCE_ASYNC, true, "function `go`", "async func()", "func()", NULL},
    };
    open_engine();
    tenon_component *c = load(plugin);
    tenon_wit *wants = parse("wit/api.wit", contract), *has = NULL;
    tenon_differences *list = NULL;
    ck_assert_int_eq(tenon_wit_of_component(c, "p.wasm", &has, &error), TENON_OK);
    ck_assert_str_eq(tenon_wit_world(wants, NULL, &error), "a:b/plugin@1.2.0");
    ck_assert_msg(tenon_wit_check(wants, "plugin", has, NULL, &list, &error) == TENON_OK,
                  "%s", error.message);
    /* The list outlives both sides. */
    tenon_wit_delete(wants);
    tenon_wit_delete(has);
    tenon_component_delete(c);
    expect(list, want, sizeof want / sizeof want[0]);
    const tenon_difference *d = tenon_differences_at(list, 5);
    ck_assert_uint_eq(d->step_count, 4);
    ck_assert_str_eq(d->steps[0].what, "interface");
    ck_assert_str_eq(d->steps[0].name, "a:b/api@1.2.0");
    ck_assert_str_eq(d->steps[1].what, "function");
    ck_assert_str_eq(d->steps[1].name, "move");
    ck_assert_str_eq(d->steps[2].what, "parameter");
    ck_assert_str_eq(d->steps[2].name, "by");
    ck_assert_str_eq(d->steps[3].what, "member");
    ck_assert_ptr_null(d->steps[3].name);
    ck_assert_uint_eq(d->steps[3].number, 2);
    ck_assert_int_eq(d->wanted_from.kind, TENON_ORIGIN_WIT);
    ck_assert_str_eq(d->wanted_from.name, "wit/api.wit");
    ck_assert_uint_eq(d->wanted_from.line, 5);
    ck_assert_uint_eq(d->wanted_from.column, 24);
    ck_assert_int_eq(d->offered_from.kind, TENON_ORIGIN_COMPONENT);
    ck_assert_str_eq(d->offered_from.name, "p.wasm");
    ck_assert_uint_eq(d->offered_from.line, 0);
    /* What is missing is told by where it would have to be. */
    d = tenon_differences_at(list, 1);
    ck_assert_int_eq(d->offered_from.kind, TENON_ORIGIN_WIT);
    ck_assert_uint_eq(d->offered_from.line, 8);
    tenon_differences_delete(list);
    close_engine();
}
END_TEST

START_TEST(worlds_that_are_not_there) {
    open_engine();
    tenon_wit *w = parse("w.wit", contract);
    tenon_wit *two = parse("t.wit", "package a:b; world x {} world y {}");
    tenon_wit *broken = NULL;
    tenon_differences *list = NULL;
    ck_assert_int_eq(tenon_wit_check(w, "plug", w, NULL, &list, &error), TENON_USAGE);
    ck_assert_ptr_nonnull(strstr(error.message, "a:b/plugin@1.2.0"));
    ck_assert_int_eq(tenon_wit_check(two, NULL, w, NULL, &list, NULL), TENON_USAGE);
    ck_assert_ptr_null(tenon_wit_world(two, NULL, &error));
    ck_assert_ptr_nonnull(strstr(error.message, "a:b/x a:b/y"));
    ck_assert_ptr_null(list);
    /* A world fits itself, by any of its names. */
    ck_assert_int_eq(tenon_wit_check(w, "a:b/plugin@1.2.0", w, "plugin", &list, &error),
                     TENON_OK);
    ck_assert_uint_eq(tenon_differences_count(list), 0);
    tenon_differences_delete(list);
    tenon_wit_source bad = {"bad.wit", "package a:b;\nworld {", 20, 0};
    ck_assert_int_eq(tenon_wit_parse(engine, &bad, 1, &broken, &error), TENON_MALFORMED);
    ck_assert_uint_eq(error.line, 2);
    ck_assert_ptr_null(broken);
    tenon_component *c = load("(component (import \"m\" (core module)))");
    ck_assert_int_eq(tenon_wit_of_component(c, NULL, &broken, &error), TENON_UNSUPPORTED);
    ck_assert_ptr_null(broken);
    tenon_component_delete(c);
    tenon_wit_delete(w);
    tenon_wit_delete(two);
    tenon_wit_delete(NULL);
    tenon_differences_delete(NULL);
    close_engine();
}
END_TEST

/* Types that name one part many times: an error, not a wait without end. */
START_TEST(endless_trees) {
    char text[8000];
    size_t n = (size_t)snprintf(text, sizeof text,
                                "package a:b; interface i {\n"
                                "type t0 = tuple<u8, u8>;\n");
    for (int i = 1; i < 60; i++) {
        n += (size_t)snprintf(text + n, sizeof text - n, "type t%d = tuple<t%d, t%d>;\n",
                              i, i - 1, i - 1);
    }
    snprintf(text + n, sizeof text - n, "f: func(x: t59); } world w { export i; }");
    open_engine();
    tenon_wit *a = parse("a.wit", text), *b = parse("b.wit", text);
    tenon_differences *list = NULL;
    ck_assert_int_eq(tenon_wit_check(a, NULL, b, NULL, &list, &error), TENON_LIMIT);
    tenon_wit_delete(a);
    tenon_wit_delete(b);
    close_engine();
}
END_TEST

/* -- linkers -- */

static tenon_status nothing(tenon_call *call, void *user, const void *args,
                            void *result) {
    (void)call;
    (void)user;
    (void)args;
    (void)result;
    return TENON_OK;
}

static const tenon_type u32_type = {.kind = TENON_TYPE_U32};
static const tenon_type string_type = {.kind = TENON_TYPE_STRING};
static const tenon_field point_fields[] = {{"x", &u32_type}, {"y", &u32_type}};
static const tenon_type point_type = {
    .kind = TENON_TYPE_RECORD, .count = 2, .fields = point_fields};
static const tenon_field hue_cases[] = {{"red", NULL}, {"green", NULL}};
static const tenon_type hue_type = {
    .kind = TENON_TYPE_ENUM, .count = 2, .fields = hue_cases};
static const tenon_type own_type = {.kind = TENON_TYPE_OWN, .resource = 0};
static const tenon_type borrow_type = {.kind = TENON_TYPE_BORROW, .resource = 0};
static const tenon_type list_type = {.kind = TENON_TYPE_LIST, .element = &point_type};

static const tenon_field move_params[] = {{"p", &point_type}, {"ps", &list_type}};
static const tenon_field any_param[] = {{NULL, &u32_type}};
static const tenon_field line_param[] = {{"line", &string_type}};
static const tenon_field self_param[] = {{"self", &borrow_type}};
static const tenon_field own_param[] = {{"d", &own_type}};

static const tenon_host_func api_funcs[] = {
    {"move", {.param_count = 2, .params = move_params, .result = &hue_type}, nothing},
    {"any", {.param_count = 1, .params = any_param}, nothing},
    {"[method]door.shut", {.param_count = 1, .params = self_param}, nothing},
    {"take", {.param_count = 1, .params = own_param}, nothing},
};
static const tenon_host_resource api_resources[] = {{.name = "door"}};
static const tenon_host_type api_types[] = {{"point", &point_type}, {"hue", &hue_type}};
static const tenon_interface api = {"a:b/api@1.4.0", api_funcs, 4, api_resources, 1,
                                    api_types,       2};

/* door as another interface uses it, and through that one a third. */
static const tenon_host_resource used[] = {
    {.name = "gate", .interface = "a:b/api@1.4.0", .foreign_name = "door"}};
static const tenon_host_func user_funcs[] = {
    {"give", {.param_count = 1, .params = own_param}, nothing}};
static const tenon_interface user = {"a:b/user@1.0.0", user_funcs, 1, used, 1, NULL, 0};
static const tenon_host_resource used_again[] = {
    {.name = "port", .interface = "a:b/user@1.0.0", .foreign_name = "gate"}};
static const tenon_interface again = {
    "a:b/again@1.0.0", user_funcs, 1, used_again, 1, NULL, 0};
static const tenon_host_func root_funcs[] = {
    {"log", {.param_count = 1, .params = line_param}, nothing}};
static const tenon_interface root = {.name = "", .funcs = root_funcs, .func_count = 1};

static tenon_status add_all(tenon_linker *l, tenon_error *e) {
    const tenon_interface *all[] = {&api, &user, &again, &root};
    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++) {
        tenon_status s = tenon_linker_add(l, all[i], NULL, e);
        if (s != TENON_OK) {
            return s;
        }
    }
    return tenon_linker_trap_missing(l, "later:", "not yet", e);
}

#define POINT "(type $point0 (record (field \"x\" u32) (field \"y\" u32)))"
#define HUE   "(type $hue0 (enum \"red\" \"green\"))"
#define NAMES                                                                            \
    "(export \"point\" (type $point (eq $point0))) "                                     \
    "(export \"hue\" (type $hue (eq $hue0)))"
#define MOVE                                                                             \
    "(export \"move\" (func (param \"p\" $point) (param \"ps\" (list $point)) "          \
    "(result $hue)))"
#define API(x) "(component (import \"a:b/api@1.1.0\" (instance " x ")))"

/* Imports, and what differs from what is offered above; each is linked as well. */
static const struct {
    const char *component;
    expected want[3];
    uint32_t count;
} cases[] = {
    {API(POINT HUE NAMES MOVE), {{0}}, 0},
    {API("(export \"any\" (func (param \"whatever\" u32)))"), {{0}}, 0},
    {API("(export \"door\" (type $d (sub resource)))"
         "(export \"[method]door.shut\" (func (param \"self\" (borrow $d))))"
         "(export \"take\" (func (param \"d\" (own $d))))"),
     {{0}},
     0},
    {API("(type $t (record (field \"q\" u8))) (export \"other\" (type (eq $t)))"),
     {{0}},
     0},
    {"(component (import \"later:x/y\" (instance (export \"f\" (func)))))", {{0}}, 0},
    {"(component (import \"no:x/types\" (instance (export \"r\" (type (sub "
     "resource))))))",
     {{0}},
     0},
    {"(component (import \"log\" (func (param \"line\" string))))", {{0}}, 0},
    /* By the name of what is implemented. */
    {"(component (import \"mine\" (implements \"a:b/api@1.0.0\")"
     " (instance (export \"any\" (func (param \"x\" u32)))"
     "  (export \"door\" (type $d (sub resource)))"
     "  (export \"take\" (func (param \"d\" (own $d)))))))",
     {{0}},
     0},
    {"(component (import \"mine\" (implements \"a:b/api@1.0.0\")"
     " (instance (export \"any\" (func (param \"x\" u32) (result u32))))))",
     {{TENON_DIFFERENCE_TYPE, false, "mine, function `any`, result", "u32", "nothing",
       NULL}},
     1},
    {"(component (import \"mine\" (instance (export \"f\" (func)))))",
     {{TENON_DIFFERENCE_MISSING, false, "mine", "interface", NULL, NULL}},
     1},
    /* One resource by three names. */
    {"(component"
     " (import \"a:b/api@1.0.0\" (instance $a (export \"door\" (type (sub resource)))))"
     " (alias export $a \"door\" (type $door))"
     " (import \"a:b/user@1.0.0\" (instance $u (export \"gate\" (type $g (eq $door)))"
     "  (export \"give\" (func (param \"d\" (own $g))))))"
     " (import \"a:b/again@1.0.0\" (instance (export \"port\" (type $g (eq $door)))"
     "  (export \"give\" (func (param \"d\" (own $g)))))))",
     {{0}},
     0},
    {API("(export \"mova\" (func)) (export \"any\" (func (param \"x\" u64)))"),
     {{TENON_DIFFERENCE_MISSING, false, "a:b/api@1.1.0, function `mova`", "func()", NULL,
       "move"},
      {TENON_DIFFERENCE_TYPE, false, "a:b/api@1.1.0, function `any`, parameter `x`",
       "u64", "u32", NULL}},
     2},
    {API("(type $point0 (record (field \"x\" u32) (field \"y\" s32) (field \"z\" "
         "u32)))" HUE NAMES MOVE),
     {{TENON_DIFFERENCE_TYPE, false, "a:b/api@1.1.0, record `point`, field `y`", "s32",
       "u32", NULL},
      {TENON_DIFFERENCE_MISSING, false, "a:b/api@1.1.0, record `point`, field `z`",
       "record point { x: u32, y: s32, z: u32 }", "record point { x: u32, y: u32 }",
       NULL}},
     2},
    {API("(export \"door\" (type $d (sub resource)))"
         "(export \"[method]door.open\" (func (param \"self\" (borrow $d))))"
         "(export \"take\" (func (param \"d\" (borrow $d))))"),
     {{TENON_DIFFERENCE_MISSING, false, "a:b/api@1.1.0, method `door.open`", "func()",
       NULL, NULL},
      {TENON_DIFFERENCE_OWNER, false, "a:b/api@1.1.0, function `take`, parameter `d`",
       "borrow<door>", "door", NULL}},
     2},
    {API("(export \"gate\" (type (sub resource)))"),
     {{TENON_DIFFERENCE_MISSING, false, "a:b/api@1.1.0, type `gate`", "resource gate",
       NULL, NULL}},
     1},
    {API("(export \"any\" (func async (param \"x\" u32)))"),
     {{TENON_DIFFERENCE_ASYNC, false, "a:b/api@1.1.0, function `any`",
       "async func(x: u32)", "func(x: u32)", NULL}},
     1},
    {"(component (import \"a:b/api@2.0.0\" (instance (export \"f\" (func))))"
     " (import \"a:b/apy@1.0.0\" (instance (export \"f\" (func))))"
     " (import \"lag\" (func)))",
     {{TENON_DIFFERENCE_VERSION, false, "a:b/api@2.0.0", "interface a:b/api@2.0.0",
       "interface a:b/api@1.4.0", NULL},
      {TENON_DIFFERENCE_MISSING, false, "a:b/apy@1.0.0", "interface a:b/apy@1.0.0", NULL,
       "a:b/api@1.4.0"},
      {TENON_DIFFERENCE_MISSING, false, "function `lag`", "func()", NULL, "log"}},
     3},
    /* A resource of another interface than the host's. */
    {"(component"
     " (import \"a:b/user@1.0.0\" (instance (export \"gate\" (type $g (sub resource)))"
     "  (export \"give\" (func (param \"d\" (borrow $g)))))))",
     {{TENON_DIFFERENCE_TYPE, false, "a:b/user@1.0.0, type `gate`", "resource gate",
       "resource door", NULL},
      {TENON_DIFFERENCE_TYPE, false, "a:b/user@1.0.0, function `give`, parameter `d`",
       "borrow<gate>", "gate", NULL}},
     2},
};

static tenon_status link(tenon_linker *l, tenon_component *c) {
    tenon_store *s = NULL;
    tenon_instance *i = NULL;
    ck_assert_int_eq(tenon_store_new(engine, NULL, &s, &error), TENON_OK);
    tenon_status status = tenon_instantiate(l, s, c, &i, &error);
    tenon_store_delete(s);
    return status;
}

START_TEST(a_component_against_a_linker) {
    open_engine();
    tenon_linker *l = NULL;
    tenon_differences *list = NULL;
    ck_assert_int_eq(tenon_linker_new(engine, &l, &error), TENON_OK);
    ck_assert_int_eq(add_all(l, &error), TENON_OK);
    tenon_component *c = load(cases[_i].component);
    tenon_status checked = tenon_linker_check(l, c, NULL, &list, &error);
    ck_assert_msg(checked == TENON_OK, "%s", error.message);
    tenon_status linked = link(l, c);
    printf("%d: %s\n", _i, linked == TENON_OK ? "links" : error.message);
    for (uint32_t i = 0; i < tenon_differences_count(list); i++) {
        const tenon_difference *d = tenon_differences_at(list, i);
        ck_assert_int_eq(d->offered_from.kind, TENON_ORIGIN_HOST);
        ck_assert_int_eq(d->wanted_from.kind, TENON_ORIGIN_COMPONENT);
        ck_assert_ptr_null(d->wanted_from.name);
        printf("%s", d->text);
    }
    ck_assert_msg((tenon_differences_count(list) == 0) == (linked == TENON_OK),
                  "%u differences, but linking says: %s", tenon_differences_count(list),
                  linked == TENON_OK ? "ok" : error.message);
    ck_assert(linked == TENON_OK || linked == TENON_UNLINKABLE);
    expect(list, cases[_i].want, cases[_i].count);
    tenon_differences_delete(list);
    tenon_component_delete(c);
    tenon_linker_delete(l);
    close_engine();
}
END_TEST

/* Real components and the hosts of WASI, whose interfaces use each other's resources. */
static void fits_wasi(const char *path) {
    FILE *f = fopen(path, "rb");
    if (f == NULL) {
        return;
    }
    static char bytes[16 << 20];
    size_t len = fread(bytes, 1, sizeof bytes, f);
    fclose(f);
    tenon_component *c = NULL;
    tenon_linker *l = NULL;
    tenon_wasi *wasi = NULL;
    tenon_wasi_config config;
    tenon_differences *list = NULL;
    tenon_wasi_config_init(&config);
    ck_assert_int_eq(tenon_component_load(engine, bytes, len, 0, &c, &error), TENON_OK);
    ck_assert_int_eq(tenon_linker_new(engine, &l, &error), TENON_OK);
    ck_assert_int_eq(tenon_linker_check(l, c, path, &list, &error), TENON_OK);
    ck_assert_msg((tenon_differences_count(list) == 0) == (link(l, c) == TENON_OK), "%s",
                  path);
    tenon_differences_delete(list);
    ck_assert_int_eq(tenon_wasi_new(&config, &wasi, &error), TENON_OK);
    ck_assert_int_eq(tenon_wasi_add_to_linker(wasi, l, &error), TENON_OK);
    ck_assert_int_eq(tenon_linker_check(l, c, path, &list, &error), TENON_OK);
    const tenon_difference *d = tenon_differences_at(list, 0);
    tenon_status linked = link(l, c);
    ck_assert_msg((d == NULL) == (linked == TENON_OK), "%s: %s", path,
                  d == NULL ? error.message : d->text);
    tenon_differences_delete(list);
    tenon_wasi_delete(wasi);
    tenon_linker_delete(l);
    tenon_component_delete(c);
}

START_TEST(real_components) {
    static const char *const names[] = {
        "c-clocks",      "c-exitcode",          "c-files",     "c-hello",
        "c-kitchen",     "c-log-filter",        "c-processor", "c-wc",
        "js-log-filter", "qjs-log-filter-pure", "rust-calc"};
    const char *folder = getenv("GUESTS_DIR");
    char path[600];
    open_engine();
    for (size_t i = 0; folder != NULL && i < sizeof names / sizeof names[0]; i++) {
        snprintf(path, sizeof path, "%s/%s/%s.wasm", folder, names[i], names[i]);
        fits_wasi(path);
    }
    fits_wasi("spec-tests/guests/visits/visits.wasm");
    fits_wasi("spec-tests/guests/log-filter/log-filter.wasm");
    close_engine();
}
END_TEST

/* -- memory that runs out -- */

/* All calls once; on an error what was made is deleted. */
static tenon_status everything(const void *wasm, size_t len) {
    tenon_component *c = NULL;
    tenon_linker *l = NULL;
    tenon_wit *wants = NULL, *has = NULL;
    tenon_differences *worlds = NULL, *links = NULL;
    tenon_wit_source source = {"w.wit", contract, sizeof contract - 1, 0};
    tenon_status s;
    if ((s = tenon_component_load(engine, wasm, len, 0, &c, &error)) == TENON_OK &&
        (s = tenon_wit_of_component(c, "c.wasm", &has, &error)) == TENON_OK &&
        (s = tenon_wit_parse(engine, &source, 1, &wants, &error)) == TENON_OK &&
        (s = tenon_wit_check(wants, NULL, has, NULL, &worlds, &error)) == TENON_OK &&
        (s = tenon_linker_new(engine, &l, &error)) == TENON_OK &&
        (s = add_all(l, &error)) == TENON_OK) {
        s = tenon_linker_check(l, c, "c.wasm", &links, &error);
    }
    if (s == TENON_OK) {
        ck_assert_uint_eq(tenon_differences_count(worlds), 8);
        ck_assert_uint_eq(tenon_differences_count(links), 2);
    }
    tenon_differences_delete(worlds);
    tenon_differences_delete(links);
    tenon_linker_delete(l);
    tenon_wit_delete(wants);
    tenon_wit_delete(has);
    tenon_component_delete(c);
    return s;
}

START_TEST(memory_runs_out) {
    open_engine();
    tenon_arena *arena = NULL;
    const void *wasm;
    size_t len;
    ck_assert_int_eq(tenon_arena_new(engine, &arena, &error), TENON_OK);
    ck_assert_int_eq(
        tenon_assemble(engine, plugin, sizeof plugin - 1, arena, &wasm, &len, &error),
        TENON_OK);
    ck_assert_msg(everything(wasm, len) == TENON_OK, "%s", error.message);
    size_t before = count.live_bytes;
    unsigned long at = 0;
    tenon_status s;
    do {
        count.requests = 0;
        count.fail_at = ++at;
        s = everything(wasm, len);
        ck_assert(s == TENON_OK || s == TENON_NO_MEMORY);
        ck_assert_uint_eq(count.live_bytes, before);
    } while (count.requests >= at); /* some requests may fail without harm */
    ck_assert_uint_gt(at, 100);
    count.fail_at = 0;
    tenon_arena_delete(arena);
    close_engine();
}
END_TEST

int main(void) {
    Suite *s = suite_create("contract");
    TCase *t = tcase_create("contract");
    tcase_set_timeout(t, 120);
    tcase_add_test(t, a_component_against_a_world);
    tcase_add_test(t, worlds_that_are_not_there);
    tcase_add_test(t, endless_trees);
    tcase_add_loop_test(t, a_component_against_a_linker, 0,
                        (int)(sizeof cases / sizeof cases[0]));
    tcase_add_test(t, real_components);
    tcase_add_test(t, memory_runs_out);
    suite_add_tcase(s, t);
    return run_suite(s);
}
