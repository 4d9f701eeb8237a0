/* test_wave.c: WAVE values. Types are written as WIT; each case is a type, a text, and
 * what printing gives back (or which error). */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>

#include "component/layout.h"
#include "suite.h"
#include "wit/wave.h"
#include "wit/wit.h"

/* -- an allocator that fails the request numbered fail_at -- */

typedef struct test_memory {
    uint64_t live;
    uint64_t requests;
    uint64_t fail_at; /* from 1; 0 never */
} test_memory;

static void *test_resize(void *user, void *ptr, size_t old_size, size_t new_size) {
    test_memory *m = user;
    if (new_size == 0) {
        m->live -= old_size;
        free(ptr);
        return NULL;
    }
    if (++m->requests == m->fail_at) {
        return NULL;
    }
    void *p = realloc(ptr, new_size);
    m->live += new_size - (ptr != NULL ? old_size : 0);
    return p;
}

static test_memory memory;
static tenon_allocator allocator = {test_resize, &memory};
static tni_heap heap;
static tni_arena arena;
static tenon_error error;

static void setup(void) {
    memory = (test_memory){0};
    tni_heap_init(&heap, &allocator, UINT64_MAX);
    tni_arena_init(&arena, &heap);
    tni_error_clear(&error);
}

static void teardown(void) {
    tni_arena_free(&arena);
    ck_assert_uint_eq(memory.live, 0);
}

/* -- WIT types to tables -- */

static const char *name_of(tni_str s) {
    return s.len == 0 ? NULL : tni_arena_str(&arena, s).ptr;
}

static const tenon_type *convert(const tni_wit_type *w) {
    if (w == NULL) {
        return NULL;
    }
    w = tni_wit_target(w);
    tenon_type *t = TNI_ARENA_NEW(&arena, tenon_type);
    t->kind = (tenon_type_kind)w->kind;
    t->count = w->count;
    tenon_field *fields = TNI_ARENA_ARRAY(&arena, tenon_field, w->count + 1);
    u32 i = 0;
    for (const tni_wit_field *f = w->fields; f != NULL; f = f->next, i++) {
        fields[i] = (tenon_field){name_of(f->name), convert(f->type)};
    }
    if (w->fields != NULL) {
        t->fields = fields;
    }
    if (w->kind != TENON_TYPE_OWN && w->kind != TENON_TYPE_BORROW) {
        t->element = convert(w->element);
        t->other = convert(w->other);
    }
    return t;
}

static const char prelude[] =
    "package t:t;\n"
    "interface i {\n"
    "  record point { x: s32, y: s32 }\n"
    "  record person { name: string, age: option<u8>, nick-name: option<string> }\n"
    "  record blank { a: option<u8>, b: option<bool> }\n"
    "  record big { a: u8, b: u64, c: list<u16>, d: f32, e: char }\n"
    "  variant shape { point, circle(f64), label(string), some(u8), err }\n"
    "  enum status { ok, not-found, HTTP-error }\n"
    "  flags perms { read, write, exec }\n"
    "  flags many { a0, a1, a2, a3, a4, a5, a6, a7, a8 }\n"
    "  resource r;\n"
    "  type the-type = ";

static const tenon_type *type_of(const char *text) {
    char wit[2000];
    snprintf(wit, sizeof wit, "%s%s;\n}\n", prelude, text);
    tni_wit_source source = {TNI_STR("t.wit"), tni_str_of(wit), 0};
    tni_wit *w;
    tenon_status s = tni_wit_parse(&arena, &source, 1, NULL, &w, &error);
    ck_assert_msg(s == TENON_OK, "%s", error.message);
    const tni_wit_type *t = w->root->interfaces->types;
    while (t->next != NULL) {
        t = t->next;
    }
    const tenon_type *out;
    ck_assert_int_eq(tni_type_copy(&arena, convert(t), &out, &error), TENON_OK);
    return out;
}

/* -- values -- */

typedef struct good_case {
    const char *type, *text, *printed; /* NULL: as the text */
} good_case;

static const good_case good[] = {
    {"bool", "true", NULL},
    {"bool", " false // done", "false"},
    {"u8", "0", NULL},
    {"u8", "255", NULL},
    {"s8", "-128", NULL},
    {"s16", "-32768", NULL},
    {"u16", "65535", NULL},
    {"s32", "-2147483648", NULL},
    {"u32", "4294967295", NULL},
    {"s64", "-9223372036854775808", NULL},
    {"u64", "18446744073709551615", NULL},
    {"f64", "3.14", NULL},
    {"f64", "6.022e+23", NULL},
    {"f64", "-0", NULL},
    {"f64", "1E2", "100"},
    {"f32", "nan", NULL},
    {"f32", "-inf", NULL},
    {"f64", "inf", NULL},
    {"char", "'x'", NULL},
    {"char", "'\xe2\x98\x83'", NULL},
    {"char", "'\\''", NULL},
    {"char", "'\"'", NULL},
    {"char", "'\\\"'", "'\"'"},
    {"char", "'\\u{0}'", NULL},
    {"char", "'\\n'", NULL},
    {"char", "'\\u{1F600}'", "'\xf0\x9f\x98\x80'"},
    {"string", "\"\"", NULL},
    {"string", "\"abc\\t123\"", NULL},
    {"string", "\"it's \\\"it\\\" \\\\ \\u{7f}\"", NULL},
    {"string", "\"\"\"\nA single line\n\"\"\"", "\"A single line\""},
    {"string", "\"\"\"\n    Indentation\n      by\n  \"\"\"",
     "\"  Indentation\\n    by\""},
    {"string", "\"\"\"\r\n  a\\r\r\n  \"\"\\\"\"\r\n  \"\"\"",
     "\"a\\r\\n\\\"\\\"\\\"\\\"\""},
    {"string", "\"\"\"\n\"\"\"", "\"\""},
    {"list<u8>", "[]", NULL},
    {"list<char>", "['a', 'b', 'c',]", "['a', 'b', 'c']"},
    {"list<list<string>>", "[[\"a\"], [], [\"b\", \"c\"]]", NULL},
    {"list<u16, 3>", "[1, 2, 3]", NULL},
    {"tuple<string, u32>", "(\"abc\", 123,)", "(\"abc\", 123)"},
    {"tuple<u8, u64, u8>", "(1, 2, 3)", NULL},
    {"map<string, u64>", "[(\"a\", 1), (\"b\", 2)]", NULL},
    {"point", "{x: 1, y: -2}", NULL},
    {"point", "{ y: -2 , %x : 1, }", "{x: 1, y: -2}"},
    {"person", "{name: \"Ann\"}", NULL},
    {"person", "{name: \"Ann\", age: 30, nick-name: none}",
     "{name: \"Ann\", age: some(30)}"},
    {"blank", "{:}", NULL},
    {"blank", "{a: none}", "{:}"},
    {"big", "{a: 1, b: 2, c: [3, 4], d: 0.5, e: 'e'}", NULL},
    {"shape", "point", NULL},
    {"shape", "circle(1.5)", NULL},
    {"shape", "label(\"x\")", NULL},
    {"shape", "%some(7)", NULL},
    {"shape", "%err", NULL},
    {"shape", "%point", "point"},
    {"status", "%ok", NULL},
    {"status", "not-found", NULL},
    {"status", "HTTP-error", NULL},
    {"perms", "{}", NULL},
    {"perms", "{write, read,}", "{read, write}"},
    {"many", "{a0, a8}", NULL},
    {"option<u8>", "none", NULL},
    {"option<u8>", "some(1)", NULL},
    {"option<u8>", "1", "some(1)"},
    {"option<string>", "\"flat\"", "some(\"flat\")"},
    {"option<option<u8>>", "some(none)", NULL},
    {"option<option<u8>>", "some(5)", "some(some(5))"},
    {"option<status>", "%ok", "some(%ok)"},
    {"result<u8, string>", "ok(1)", NULL},
    {"result<u8, string>", "1", "ok(1)"},
    {"result<u8, string>", "err(\"oops\")", NULL},
    {"result<_, string>", "ok", NULL},
    {"result<u8>", "err", NULL},
    {"result", "ok", NULL},
    {"result", "err", NULL},
    {"result<option<u64>, list<u8>>", "ok(some(9))", NULL},
    {"list<point>", "[{x: 1, y: 2}, {x: 3, y: 4}]", NULL},
    {"list<option<u64>>", "[1, none, some(3)]", "[some(1), none, some(3)]"},
};

static void check_good(const good_case *c) {
    const tenon_type *t = type_of(c->type);
    void *value = tni_arena_alloc(&arena, t->size[TNI_WAVE_NATIVE], 8);
    memset(value, 0xaa, t->size[TNI_WAVE_NATIVE]);
    tenon_status s = tni_wave_parse(&arena, tni_str_of(c->text), t, value, &error);
    ck_assert_msg(s == TENON_OK, "%s as %s: %s", c->text, c->type, error.message);
    tni_buf b;
    tni_buf_init(&b, &heap);
    tni_wave_print(&b, t, value);
    const char *want = c->printed == NULL ? c->text : c->printed;
    ck_assert_msg(b.count == strlen(want) && memcmp(b.data, want, b.count) == 0,
                  "%s as %s gave %.*s", c->text, c->type, (int)b.count, (char *)b.data);
    tni_buf_free(&b);
}

START_TEST(values) {
    setup();
    check_good(&good[_i]);
    teardown();
}
END_TEST

typedef struct bad_case {
    const char *type, *text;
    unsigned column;
    const char *part; /* of the message */
} bad_case;

static const bad_case bad[] = {
    {"bool", "yes", 1, "expected true or false"},
    {"bool", "", 1, "found the end"},
    {"bool", "true false", 6, "expected the end"},
    {"u8", "256", 1, "0 to 255"},
    {"u8", "-1", 1, "0 to 255"},
    {"s8", "-129", 1, "-128"},
    {"u8", "1.0", 1, "expected a u8"},
    {"u8", "01", 1, "expected a u8"},
    {"u8", "0x10", 1, "expected a u8"},
    {"u8", "1_0", 2, "expected the end"},
    {"u64", "18446744073709551616", 1, "u64"},
    {"f32", "1.", 2, "expected the end"},
    {"f32", "infinity", 1, "expected an f32"},
    {"f64", "1e999", 1, "beyond"},
    {"char", "''", 2, "expected a character"},
    {"char", "'ab'", 1, "one character"},
    {"char", "'\\u{d800}'", 2, "hexadecimal"},
    {"char", "'\\x'", 2, "unknown escape"},
    {"string", "\"abc", 1, "does not end"},
    {"string", "\"a\nb\"", 1, "does not end"},
    {"string", "\"a\\", 1, "does not end"},
    {"string", "\"\\u{}\"", 2, "hexadecimal"},
    {"string", "\"\xff\"", 2, "expected a character"},
    {"string", "\"\"\" a\n\"\"\"", 1, "lines of their own"},
    {"string", "\"\"\"\na\n", 1, "lines of their own"},
    {"string", "\"\"\"\na\"\"\"", 1, "lines of their own"},
    {"string", "\"\"\"\n a\n  \"\"\"", 1, "indented less"},
    {"string", "\"\"\"\n\"\"\\\"\"\"\n\"\"\"", 1, "lines of their own"},
    {"string", "\"\"\"", 1, "lines of their own"},
    {"string", "\"\"\"\"\"\"", 1, "lines of their own"},
    {"list<u8>", "[1 2]", 4, "',' or ']'"},
    {"list<u8>", "[1, 2", 6, "found the end"},
    {"list<u8>", "[,]", 2, "expected a u8"},
    {"list<u16, 3>", "[1, 2]", 1, "wants 3"},
    {"list<u16, 3>", "[1, 2, 3, 4]", 11, "not more"},
    {"tuple<u8, u8>", "(1)", 3, "expected ','"},
    {"tuple<u8, u8>", "(1, 2, 3)", 8, "expected ')'"},
    {"point", "{x: 1}", 1, "lacks the field `y`"},
    {"point", "{x: 1, z: 2, y: 3}", 8, "one of x, y"},
    {"point", "{x: 1, x: 2}", 8, "twice"},
    {"point", "{}", 1, "lacks"},
    {"point", "{:}", 1, "lacks"},
    {"point", "{x 1}", 4, "expected ':'"},
    {"shape", "square", 1, "one of point, circle"},
    {"shape", "circle", 7, "expected '('"},
    {"shape", "point(1)", 6, "expected the end"},
    {"shape", "some(7)", 1, "%some"},
    {"status", "ok", 1, "keyword"},
    {"status", "Not-Found", 1, "case of the enum"},
    {"perms", "{read write}", 7, "',' or '}'"},
    {"perms", "{read, read}", 8, "twice"},
    {"perms", "{reads}", 2, "one of read"},
    {"option<option<u8>>", "1", 1, "some(...)"},
    {"result<option<u8>>", "1", 1, "ok or err"},
    {"result<_, string>", "1", 1, "ok or err"},
    {"result<u8>", "ok", 3, "expected '('"},
    {"own<r>", "1", 1, "no text"},
    {"stream<u8>", "1", 1, "no text"},
    {"list<u8>", "[1,\n x]", 2, "expected a u8"},
};

START_TEST(refusals) {
    setup();
    const bad_case *c = &bad[_i];
    const tenon_type *t = type_of(c->type);
    void *value = tni_arena_alloc(&arena, t->size[TNI_WAVE_NATIVE], 8);
    tenon_status s = tni_wave_parse(&arena, tni_str_of(c->text), t, value, &error);
    ck_assert_msg(s != TENON_OK, "%s as %s is accepted", c->text, c->type);
    ck_assert_msg(strstr(error.message, c->part) != NULL, "%s as %s: %s", c->text,
                  c->type, error.message);
    ck_assert_msg(error.column == c->column, "%s as %s: column %u: %s", c->text, c->type,
                  error.column, error.message);
    teardown();
}
END_TEST

/* -- calls -- */

typedef struct call_case {
    const char *text, *interface, *func;
} call_case;

static const call_case calls[] = {
    {"sum([1, 2, 3])", "", "sum"},
    {" %sum ([1, 2, 3])", "", "sum"},
    {"developer:kitchen/api.sum([1, 2, 3])", "developer:kitchen/api", "sum"},
    {"developer:kitchen/api.sum@0.1.0([1, 2, 3])", "developer:kitchen/api@0.1.0", "sum"},
    {"a:b/c@1.0.0-rc.1#sum([1, 2, 3])", "a:b/c@1.0.0-rc.1", "sum"},
    {"iface.%sum([1, 2, 3], none)", "iface", "sum"},
    {"a:b/c#[method]r.f([1, 2, 3])", "a:b/c", "[method]r.f"},
};

static void func_type(tenon_func_type *out, const tenon_type **tuple) {
    tenon_field *params = TNI_ARENA_ARRAY(&arena, tenon_field, 2);
    params[0] = (tenon_field){"xs", type_of("list<u32>")};
    params[1] = (tenon_field){"limit", type_of("option<u32>")};
    *out = (tenon_func_type){.param_count = 2, .params = params};
    ck_assert_int_eq(tni_params_tuple(&arena, out, tuple, &error), TENON_OK);
}

START_TEST(call_expressions) {
    setup();
    const call_case *c = &calls[_i];
    tni_wave_call call;
    tenon_status s = tni_wave_parse_call(&arena, tni_str_of(c->text), &call, &error);
    ck_assert_msg(s == TENON_OK, "%s: %s", c->text, error.message);
    ck_assert(tni_str_eq(call.interface, tni_str_of(c->interface)));
    ck_assert(tni_str_eq(call.func, tni_str_of(c->func)));
    tenon_func_type type;
    const tenon_type *tuple;
    func_type(&type, &tuple);
    struct {
        struct {
            const uint32_t *ptr;
            size_t len;
        } xs;
        struct {
            uint8_t is_some;
            uint32_t val;
        } limit;
    } args;
    ck_assert_uint_eq(tuple->size[TNI_WAVE_NATIVE], sizeof args);
    s = tni_wave_parse_args(&arena, &call, &type, tuple, &args, &error);
    ck_assert_msg(s == TENON_OK, "%s: %s", c->text, error.message);
    ck_assert_uint_eq(args.xs.len, 3);
    ck_assert_uint_eq(args.xs.ptr[2], 3);
    ck_assert_uint_eq(args.limit.is_some, 0);
    teardown();
}
END_TEST

static const bad_case bad_calls[] = {
    {NULL, "", 1, "expected a call"},
    {NULL, "(1)", 1, "expected a call"},
    {NULL, "sum", 4, "'(' after"},
    {NULL, "sum 1", 5, "'(' after"},
    {NULL, "a:b/c.(1)", 1, "expected a call"},
    {NULL, "sum()", 5, "`xs` is missing"},
    {NULL, "sum([1], 2, 3)", 13, "takes 2 arguments"},
    {NULL, "sum([1]", 8, "found the end"},
    {NULL, "sum([1],", 9, "found the end"},
    {NULL, "sum([1], 2,", 12, "found the end"},
    {NULL, "sum([1]) x", 10, "expected the end"},
    {NULL, "sum(1)", 5, "a list"},
};

START_TEST(call_refusals) {
    setup();
    const bad_case *c = &bad_calls[_i];
    tni_wave_call call;
    tenon_func_type type;
    const tenon_type *tuple;
    func_type(&type, &tuple);
    void *args = tni_arena_alloc(&arena, tuple->size[TNI_WAVE_NATIVE], 8);
    tenon_status s = tni_wave_parse_call(&arena, tni_str_of(c->text), &call, &error);
    if (s == TENON_OK) {
        s = tni_wave_parse_args(&arena, &call, &type, tuple, args, &error);
    }
    ck_assert_msg(s != TENON_OK, "%s is accepted", c->text);
    ck_assert_msg(strstr(error.message, c->part) != NULL, "%s: %s", c->text,
                  error.message);
    ck_assert_msg(error.column == c->column, "%s: column %u: %s", c->text, error.column,
                  error.message);
    teardown();
}
END_TEST

/* -- hostile inputs -- */

/* Every prefix of every text, and every text with one byte changed: no crash, no leak. */
START_TEST(mutations) {
    setup();
    const good_case *c = &good[_i];
    const tenon_type *t = type_of(c->type);
    void *value = tni_arena_alloc(&arena, t->size[TNI_WAVE_NATIVE], 8);
    static const char bytes[] = "\"'\\(){}[]%,:0-e.n\n \xff";
    size_t len = strlen(c->text);
    for (size_t i = 0; i < len; i++) {
        char *copy = malloc(len); /* exactly as large as the text, for the sanitizer */
        memcpy(copy, c->text, len);
        tni_wave_parse(&arena, (tni_str){copy, i}, t, value, &error);
        for (size_t k = 0; k < sizeof bytes - 1; k++) {
            copy[i] = bytes[k];
            tni_wave_call call;
            tni_wave_parse(&arena, (tni_str){copy, len}, t, value, &error);
            tni_wave_parse_call(&arena, (tni_str){copy, len}, &call, &error);
        }
        free(copy);
    }
    teardown();
}
END_TEST

START_TEST(out_of_memory) {
    setup();
    const tenon_type *t = type_of("list<tuple<string, person>>");
    static const char text[] = "[(\"a\", {name: \"b\"}), (\"c\", {name: \"d\", age: 3})]";
    void *value = tni_arena_alloc(&arena, t->size[TNI_WAVE_NATIVE], 8);
    tenon_status s = TENON_NO_MEMORY;
    for (uint64_t n = 1; s != TENON_OK; n++) {
        tni_arena local;
        tni_arena_init(&local, &heap);
        memory.fail_at = memory.requests + n;
        s = tni_wave_parse(&local, tni_str_of(text), t, value, &error);
        ck_assert(s == TENON_OK || s == TENON_NO_MEMORY);
        memory.fail_at = 0;
        tni_arena_free(&local);
        ck_assert_uint_lt(n, 1000);
    }
    teardown();
}
END_TEST

int main(void) {
    Suite *s = suite_create("wave");
    TCase *t = tcase_create("wave");
    tcase_add_loop_test(t, values, 0, TNI_COUNT_OF(good));
    tcase_add_loop_test(t, refusals, 0, TNI_COUNT_OF(bad));
    tcase_add_loop_test(t, call_expressions, 0, TNI_COUNT_OF(calls));
    tcase_add_loop_test(t, call_refusals, 0, TNI_COUNT_OF(bad_calls));
    tcase_add_loop_test(t, mutations, 0, TNI_COUNT_OF(good));
    tcase_add_test(t, out_of_memory);
    suite_add_tcase(s, t);
    return run_suite(s);
}
