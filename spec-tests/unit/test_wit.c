/* test_wit.c: the WIT parser, resolver and printer: WIT.md rule by rule, the official
 * packages in WIT_DIR and our own in wit/, hostile inputs, memory that runs out. */
#define _POSIX_C_SOURCE 200809L
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "../../tools/witgen/wit_files.c"
#include "suite.h"
#include "wit/wit.h"

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

static tenon_status parse_text(tni_str text, const tni_wit_options *options,
                               tni_wit **out) {
    tni_wit_source source = {TNI_STR("t.wit"), text, 0};
    return tni_wit_parse(&arena, &source, 1, options, out, &error);
}

static char *print_all(const tni_wit *w) {
    tni_buf b;
    tni_buf_init(&b, &heap);
    tni_wit_print(&b, w);
    ck_assert(!b.failed);
    char *text = malloc(b.count + 1);
    if (b.count > 0) {
        memcpy(text, b.data, b.count);
    }
    text[b.count] = 0;
    tni_buf_free(&b);
    return text;
}

/* -- what is accepted, and how it is printed -- */

typedef struct good_case {
    const char *text;
    const char *has; /* a part of the printed text; NULL: none to look for */
} good_case;

#define IN_INTERFACE(items) "package a:b;\ninterface i {\n" items "\n}\n"
#define IN_WORLD(items)                                                                  \
    "package a:b;\ninterface x { resource r; type t = u32; f: func(); }\n"               \
    "interface y { use x.{t, r}; g: func(a: t) -> r; }\nworld v { import p: func(); }\n" \
    "world w {\n" items "\n}\n"

static const good_case good[] = {
    {"package a:b;", "package a:b;\n"},
    {"package a:b@1.2.3-rc.1+build.5;", "package a:b@1.2.3-rc.1+build.5;\n"},
    {"package a:b:c/d/e;", "package a:b:c/d/e;\n"},
    {"/// docs\npackage a:b;", "/// docs\npackage a:b;\n"},
    {"package a:b { interface x {} }\npackage a:c { interface y {} }", "package a:c {\n"},
    {"package a:b;\npackage a:c { interface y { type t = u8; } }\n"
     "interface z { use a:c/y.{t}; }",
     "use a:c/y.{t};"},
    {"// a\npackage /* b /* nested */ */ a:b; // c", NULL},
    /* types */
    {IN_INTERFACE("record r { a: u8, b: string }"),
     "    record r {\n        a: u8,\n        b: string,\n    }\n"},
    {IN_INTERFACE("variant v { a, b(u8), c(list<v2>), } variant v2 { x }"),
     "c(list<v2>),"},
    {IN_INTERFACE("enum e { A, b-C, d-1 }"), "        b-C,\n        d-1,\n"},
    {IN_INTERFACE("flags g { a, b }"), NULL},
    {IN_INTERFACE("type t = tuple<u8, s8, u16, s16, u32, s32, u64, s64, f32, f64, char, "
                  "bool, string>;"),
     "tuple<u8, s8, u16, s16, u32, s32, u64, s64, f32, f64, char, bool, string>;"},
    {IN_INTERFACE("type t = list<u8, 4>; type u = map<string, list<t>>;"),
     "type u = map<string, list<t>>;"},
    {IN_INTERFACE(
         "type t = result; type u = result<_, u8>; type v = result<u8>; type w = "
         "result<u8, u16>;"),
     "type u = result<_, u8>;"},
    {IN_INTERFACE("type t = stream; type u = stream<u8>; type v = future<future>;"),
     "type v = future<future>;"},
    {IN_INTERFACE("type t = option<error-context>;"), "option<error-context>"},
    {IN_INTERFACE("type error-context = u8; type t = error-context;"), NULL},
    {IN_INTERFACE("type a = b; type b = c; record c { x: u8 }"), NULL},
    {IN_INTERFACE("%list: func(%result: u8) -> %type; type %type = u8;"),
     "%list: func(%result: u8) -> %type;"},
    {IN_INTERFACE("resource XML-doc; parse-XML: func() -> XML-doc;"), NULL},
    /* resources */
    {IN_INTERFACE("resource r { constructor(a: u8); m: func() -> u8; s: static func(x: "
                  "borrow<r>) -> r; n: async func(); }"),
     "        s: static func(x: borrow<r>) -> r;\n        n: async func();\n"},
    {IN_INTERFACE("resource r { constructor() -> result<r, string>; }"),
     "constructor() -> result<r, string>;"},
    {IN_INTERFACE(
         "resource r; type s = r; type o = own<s>; f: func(a: s, b: borrow<s>, c: "
         "o);"),
     "type o = own<s>;"},
    {IN_INTERFACE("resource r {}"), "resource r;"},
    /* functions */
    {IN_INTERFACE("f: func(); g: async func(a: u8,) -> string;"),
     "g: async func(a: u8) -> string;"},
    /* use */
    {"package a:b;\nuse c:d/e as f;\nuse c:d/e;\ninterface i { use f.{t as u}; use "
     "e.{t}; }\n"
     "package c:d { interface e { type t = u8; } }",
     "    use c:d/e.{t as u};\n    use c:d/e.{t};\n"},
    {"package a:b@1.0.0;\ninterface i { use a:b/j@1.0.0.{t}; }\n"
     "interface j { type t = u8; }",
     "use j.{t};"},
    {IN_INTERFACE("use j.{a, b as c};") "interface j { record a { x: b } type b = u8; }",
     "use j.{a, b as c};"},
    {"package a:b;\nuse i as j;\ninterface i { type t = u8; }\ninterface k { use j.{t}; "
     "}",
     "use i.{t};"},
    /* gates and attributes */
    {"package a:b@1.0.0;\n@since(version = 0.9.0)\ninterface i {\n"
     "@since(version = 1.0.0) @deprecated(version = 1.0.0)\n/// late docs\nf: func(); }",
     "    /// late docs\n    @since(version = 1.0.0)\n    @deprecated(version = "
     "1.0.0)\n"},
    {"package a:b;\ninterface i { @external-id(\"\\u{1F600}\\\\x\\07\") f: func(); }",
     "@external-id(\"\\f0\\9f\\98\\80\\\\x\\07\")"},
    {IN_INTERFACE("/** one\n * two\n *\n * three */ f: func();"),
     "    /// one\n    /// two\n    ///\n    /// three\n"},
    {IN_INTERFACE("//// no docs\n/// docs\n// not docs\n/// more\nf: func();"),
     "{\n    /// docs\n    /// more\n    f"},
    {IN_INTERFACE("/**/ f: func(); /***/ g: func();"), "{\n    f"},
    /* worlds */
    {IN_WORLD("import y; export run: func();"),
     "    import x;\n    import y;\n    export run: func();\n"},
    {IN_WORLD("export y;"), "    export y;\n    import x;\n"},
    {IN_WORLD("export y; export x;"), "    export y;\n    export x;\n}"},
    {IN_WORLD("import a: x; export a: x;"), "    import a: x;\n    export a: x;\n"},
    {IN_WORLD("import a:b/x;"), "    import x;\n"},
    {IN_WORLD("import a: interface { use x.{t}; h: func() -> t; }"),
     "    import x;\n    import a: interface {\n        use x.{t};\n\n        h: func()"},
    {IN_WORLD("import a:func(); import c:async func(); import d:interface {}"),
     "    import c: async func();\n"},
    {IN_WORLD(
         "use x.{r}; type q = list<r>; import f: func(a: q); export g: func() -> r;"),
     "    import x;\n    use x.{r};\n    type q = list<r>;\n    import f: func(a: q);\n"},
    {IN_WORLD("include v;"), "    import p: func();\n"},
    {IN_WORLD("include v with { p as q } import p: func();"), "    import q: func();\n"},
    {IN_WORLD("include v with { p as q, };"), "    import q: func();\n"},
    {IN_WORLD("import x; include w2;") "world w2 { import x; export y; }",
     "    import x;\n    export y;\n}"},
    {IN_WORLD("include w2; include w3;") "world w2 { use x.{t}; }\nworld w3 { use x.{t}; "
                                         "import z: func(a: t); }",
     "    use x.{t};\n    import z: func(a: t);\n"},
    {IN_WORLD("@external-id(\"https://x/\") import a: func();"),
     "    @external-id(\"https://x/\")\n    import a: func();\n"},
    {"package a:b;\ninterface x {}\nworld w { import a-b: x; import a-c : x; }", NULL},
    {"package a:b;\nuse c:d/w as e;\nworld x { include e; }\n"
     "package c:d { world w { export run: func(); } }",
     "    export run: func();\n"},
};

START_TEST(accepted) {
    setup();
    const good_case *c = &good[_i];
    tni_wit *w;
    tenon_status s = parse_text(tni_str_of(c->text), NULL, &w);
    ck_assert_msg(s == TENON_OK, "%s\n%s", c->text, error.message);
    char *once = print_all(w);
    ck_assert_msg(c->has == NULL || strstr(once, c->has) != NULL, "%s\ngave\n%s", c->text,
                  once);
    s = parse_text(tni_str_of(once), NULL, &w);
    ck_assert_msg(s == TENON_OK, "%s\n%s", once, error.message);
    char *twice = print_all(w);
    ck_assert_str_eq(once, twice);
    free(once);
    free(twice);
    teardown();
}
END_TEST

/* -- what is refused -- */

typedef struct bad_case {
    const char *text;
    unsigned line, column; /* 0: not looked at */
    const char *part;      /* of the message */
} bad_case;

static const bad_case bad[] = {
    {"interface i {}", 1, 0, "no file here declares the package"},
    {"package a;", 1, 10, "expected ':', found \";\""},
    {"package A:b;", 1, 9, "lower case"},
    {"package a:b@1.0;", 1, 13, "expected a version"},
    {"package a:b@01.0.0;", 1, 13, "expected a version"},
    {"package a:b@1.0.0-01;", 1, 13, "expected a version"},
    {"package a:b", 1, 12, "found the end"},
    {"package a:b; package a:c;", 1, 22, "declared first"},
    {"interface i {} package a:b;", 1, 24, "declared first"},
    {"package a:b; foo", 1, 14, "expected interface, world, use or package"},
    {"package a:b; interface i", 1, 25, "expected '{', found the end"},
    {"package a:b; interface list {}", 1, 24, "found the keyword \"list\""},
    {"package a:b; interface Foo-bAr {}", 1, 24, "not an identifier"},
    {"package a:b; interface a--b {}", 1, 24, "not an identifier"},
    {"package a:b; interface a- {}", 1, 24, "not an identifier"},
    {"package a:b; interface %1a {}", 1, 25, "not an identifier"},
    {"package a:b; interface a_b {}", 1, 25, "expected '{'"},
    {"package a:b; /* ", 1, 14, "comment does not end"},
    {"package a:b; /* /* */", 1, 14, "comment does not end"},
    {"package a:b; \x01", 1, 14, "U+0001"},
    {"package a:b; // \xe2\x80\xae", 1, 17, "U+202e"},
    {"package a:b; // \xff", 1, 17, "not UTF-8"},
    {"package a:b; ?", 1, 14, "unexpected character"},
    {IN_INTERFACE("\ttype t = foo;"), 3, 11, "no type \"foo\""},
    {IN_INTERFACE("type t = t;"), 3, 10, "contains itself"},
    {IN_INTERFACE("record a { b: b } record b { a: list<a> }"), 3, 38, "contains itself"},
    {IN_INTERFACE("type t = u8; type t = u8;"), 3, 19, "defined twice"},
    {IN_INTERFACE("type t = u8; T: func();"), 3, 14, "defined twice"},
    {IN_INTERFACE("record r {}"), 3, 8, "is empty"},
    {IN_INTERFACE("enum e {}"), 3, 6, "is empty"},
    {IN_INTERFACE("variant e {}"), 3, 9, "is empty"},
    {IN_INTERFACE("flags e {}"), 3, 7, "is empty"},
    {IN_INTERFACE("record r { a: u8, A: u8 }"), 3, 19, "defined twice"},
    {IN_INTERFACE("record r { a: u8 b: u8 }"), 3, 18, "expected ',' or '}'"},
    {IN_INTERFACE("enum e { a, b, a }"), 3, 16, "defined twice"},
    {IN_INTERFACE("f: func(a: u8, a: u8);"), 3, 16, "defined twice"},
    {IN_INTERFACE("f: func(a: u8) -> (b: u8);"), 3, 19, "expected a type"},
    {IN_INTERFACE("f: func()"), 4, 1, "expected ';'"},
    {IN_INTERFACE("type t = list<>;"), 3, 15, "expected a type"},
    {IN_INTERFACE("type t = list<u8, 0>;"), 3, 19, "1 or more"},
    {IN_INTERFACE("type t = list<u8, 4294967296>;"), 3, 19, "2^32"},
    {IN_INTERFACE("type t = tuple<>;"), 3, 16, "expected a type"},
    {IN_INTERFACE("type t = result<_>;"), 3, 18, "expected ','"},
    {IN_INTERFACE("type t = map<f32, u8>;"), 3, 14, "map's key"},
    {IN_INTERFACE("type t = map<list<u8>, u8>;"), 3, 14, "map's key"},
    {IN_INTERFACE("type t = borrow<u8>;"), 3, 17, "identifier"},
    {IN_INTERFACE("type u = u8; type t = borrow<u>;"), 3, 30, "not a resource"},
    {IN_INTERFACE("resource r; f: func() -> borrow<r>;"), 3, 13, "contains a borrow"},
    {IN_INTERFACE("resource r; record q { b: borrow<r> } f: func() -> list<q>;"), 3, 39,
     "contains a borrow"},
    {IN_INTERFACE("resource r; type t = stream<borrow<r>>;"), 3, 22, "carry a borrow"},
    {IN_INTERFACE("resource r { constructor(); constructor(a: u8); }"), 3, 29, "twice"},
    {IN_INTERFACE("resource r { constructor() -> u8; }"), 3, 14, "constructor returns"},
    {IN_INTERFACE("resource r { a: func(); a: static func(); }"), 3, 25, "twice"},
    {IN_INTERFACE("resource r { r: func(); }"), 3, 14, "name of its resource"},
    {IN_INTERFACE("resource r { a: func(self: u8); }"), 0, 0, "twice"},
    {IN_INTERFACE("use j.{t};"), 3, 5, "no interface or world \"j\""},
    {IN_INTERFACE("use j.{t};") "interface j { f: func(); }", 3, 8, "no type \"t\""},
    {IN_INTERFACE("use j.{};") "interface j { type t = u8; }", 3, 8, "identifier"},
    {IN_INTERFACE("use j.{t};") "world j {}", 3, 5, "not an interface"},
    {IN_INTERFACE("use j.{t};") "interface j { use i.{u}; type t = u8; }", 0, 0,
     "uses itself"},
    {IN_INTERFACE("use i.{t}; type t = u8;"), 0, 0, "defined twice"},
    {IN_INTERFACE("use c:d/j.{t};"), 3, 5, "package c:d is not among"},
    {IN_INTERFACE("use c:d/j@1.0.0.{t};"), 3, 5, "package c:d@1.0.0 is not among"},
    {"package a:b; use i;", 1, 18, "no interface or world"},
    {"package a:b; interface i {} interface i {}", 1, 39, "defined twice"},
    {"package a:b; interface i {} world I {}", 1, 35, "defined twice"},
    {IN_WORLD("import nope;"), 6, 8, "no interface or world \"nope\""},
    {IN_WORLD("import a:b;"), 6, 11, "expected '/'"},
    {IN_WORLD("import v;"), 6, 8, "not an interface"},
    {IN_WORLD("import f: func(); import f: func();"), 6, 26, "imported twice"},
    {IN_WORLD("export f: func(); export F: func();"), 6, 26, "exported twice"},
    {IN_WORLD("import p: func(); include v;"), 0, 0, "imported twice"},
    {IN_WORLD("include v with { q as r }"), 6, 18, "no plain name \"q\""},
    {IN_WORLD("include x;"), 6, 9, "not a world"},
    {IN_WORLD("include w;"), 0, 0, "includes itself"},
    {IN_WORLD("include w2 with { x as z }") "world w2 { import x; }", 0, 0,
     "no plain name \"x\""},
    {IN_WORLD("import f: func(a: t);"), 6, 19, "no type \"t\""},
    {"package a:b@1.0.0; @since(version = 1) interface i {}", 1, 37, "version"},
    {"package a:b@1.0.0; @since(feature = a) interface i {}", 1, 35, "version = "},
    {"package a:b@1.0.0; @sincere(version = 1.0.0) interface i {}", 1, 20, "unknown"},
    {"package a:b; @since(version = 1.0.0) interface i {}", 0, 0,
     "package with a version"},
    {"package a:b@1.0.0; @since(version = 1.0.0) @unstable(feature = f) interface i {}",
     1, 20, "exclude"},
    {"package a:b@1.0.0; @deprecated(version = 1.0.0) interface i {}", 1, 20, "beside"},
    {"package a:b@1.0.0; @unstable(feature = f) @unstable(feature = g) interface i {}", 1,
     43, "twice"},
    {"package a:b@1.0.0; interface i { @since(version = 1.0.1) type t = u8; type u = t; "
     "}",
     1, 80, "behind a gate"},
    {"package a:b@1.0.0; interface i { @unstable(feature = f) type t = u8; }\n"
     "interface j { use i.{t}; }",
     2, 22, "behind a gate"},
    {"package a:b; interface i { @external-id(\"\\q\") f: func(); }", 1, 42, "escape"},
    {"package a:b; interface i { @external-id(\"\\ff\") f: func(); }", 1, 41, "UTF-8"},
    {"package a:b; interface i { @external-id(\"a) f: func(); }", 1, 41, "does not end"},
};

START_TEST(refused) {
    setup();
    const bad_case *c = &bad[_i];
    tni_wit *w;
    tenon_status s = parse_text(tni_str_of(c->text), NULL, &w);
    ck_assert_msg(s == TENON_MALFORMED || s == TENON_INVALID, "accepted: %s", c->text);
    ck_assert_msg(strstr(error.message, c->part) != NULL, "%s\n%s", c->text,
                  error.message);
    ck_assert_msg(c->line == 0 || error.line == c->line, "%s\n%s", c->text,
                  error.message);
    ck_assert_msg(c->column == 0 || error.column == c->column, "%s\n%s", c->text,
                  error.message);
    teardown();
}
END_TEST

/* -- gates -- */

START_TEST(features) {
    setup();
    static const char text[] =
        "package a:b@1.1.0;\n"
        "interface i { @unstable(feature = f) a: func(); @unstable(feature = g) b: "
        "func();\n"
        "  @since(version = 1.1.0) c: func(); @since(version = 1.1.1) d: func();\n"
        "  @since(version = 1.0.0-rc.1) e: func();\n"
        "  resource r { @unstable(feature = f) m: func(); n: func(); } }\n"
        "@unstable(feature = g) interface j { use nowhere.{t}; }\n"
        "world w { import i; @unstable(feature = f) export p: func(); }\n";
    tni_str names[] = {TNI_STR("f")};
    tni_wit_options f = {names, 1, false};
    tni_wit *w;
    ck_assert_int_eq(parse_text(tni_str_of(text), &f, &w), TENON_OK);
    char *out = print_all(w);
    ck_assert_ptr_nonnull(strstr(out, " a: func"));
    ck_assert_ptr_null(strstr(out, " b: func"));
    ck_assert_ptr_nonnull(strstr(out, " c: func"));
    ck_assert_ptr_null(strstr(out, " d: func"));
    ck_assert_ptr_nonnull(strstr(out, " e: func"));
    ck_assert_ptr_nonnull(strstr(out, " m: func"));
    ck_assert_ptr_nonnull(strstr(out, " p: func"));
    ck_assert_ptr_null(strstr(out, "interface j"));
    free(out);
    tni_wit_options all = {NULL, 0, true};
    ck_assert_int_eq(parse_text(tni_str_of(text), &all, &w), TENON_INVALID); /* nowhere */
    ck_assert_int_eq(parse_text(tni_str_of(text), NULL, &w), TENON_OK);
    out = print_all(w);
    ck_assert_ptr_null(strstr(out, " m: func"));
    ck_assert_ptr_nonnull(strstr(out, " n: func"));
    ck_assert_ptr_null(strstr(out, " p: func"));
    free(out);
    teardown();
}
END_TEST

START_TEST(versions) {
    static const char *const rising[] = {
        "0.0.0",      "0.0.9",      "0.1.0",
        "0.10.0",     "1.0.0-0",    "1.0.0-2",
        "1.0.0-10",   "1.0.0-a",    "1.0.0-a.1",
        "1.0.0-a.b",  "1.0.0-beta", "1.0.0-beta.2",
        "1.0.0-rc.1", "1.0.0",      "1.0.1",
        "2.0.0",      "10.0.0",     "99999999999999999999.0.0",
    };
    for (size_t i = 0; i < TNI_COUNT_OF(rising); i++) {
        tni_str a = tni_str_of(rising[i]);
        ck_assert_uint_eq(tni_semver_scan(a), a.len);
        for (size_t k = 0; k < TNI_COUNT_OF(rising); k++) {
            int want = i < k ? -1 : i > k;
            ck_assert_msg(tni_semver_compare(a, tni_str_of(rising[k])) == want, "%s %s",
                          rising[i], rising[k]);
        }
    }
    ck_assert_int_eq(tni_semver_compare(TNI_STR("1.0.0+a"), TNI_STR("1.0.0+b")), 0);
    ck_assert_uint_eq(tni_semver_scan(TNI_STR("0.2.0.{x}")), 5);
    ck_assert_uint_eq(tni_semver_scan(TNI_STR("1.0.0-rc.1.{x}")), 10);
    ck_assert_uint_eq(tni_semver_scan(TNI_STR("1.0.0-")), 0);
    ck_assert_uint_eq(tni_semver_scan(TNI_STR("")), 0);
}
END_TEST

/* -- several sources -- */

START_TEST(groups) {
    setup();
    tni_wit_source sources[] = {
        {TNI_STR("a/types.wit"), TNI_STR("interface t { type x = u8; }"), 0},
        {TNI_STR("a/world.wit"),
         TNI_STR("package a:b@1.0.0; use d:e/i; world w { import i; import t; }"), 0},
        {TNI_STR("d1.wit"), TNI_STR("package d:e; interface i { type x = u8; }"), 1},
        {TNI_STR("d2.wit"), TNI_STR("package d:e;\n\ninterface i { type x=u8; }"), 2},
    };
    tni_wit *w;
    tenon_status s = tni_wit_parse(&arena, sources, 4, NULL, &w, &error);
    ck_assert_msg(s == TENON_OK, "%s", error.message);
    ck_assert(tni_str_eq(w->root->name, TNI_STR("a:b")));
    const tni_wit_world *world = tni_wit_find_world(w, (tni_str){NULL, 0});
    ck_assert_ptr_nonnull(world);
    ck_assert(tni_str_eq(world->id, TNI_STR("a:b/w@1.0.0")));
    ck_assert_uint_eq(world->item_count, 2);
    ck_assert_ptr_eq(tni_wit_find_world(w, TNI_STR("a:b/w@1.0.0")), world);
    ck_assert_ptr_eq(tni_wit_find_world(w, TNI_STR("a:b/w")), world);
    ck_assert_ptr_null(tni_wit_find_world(w, TNI_STR("a:b/w@2.0.0")));
    ck_assert_ptr_nonnull(tni_wit_find_interface(w, TNI_STR("d:e/i")));
    ck_assert_ptr_null(tni_wit_find_interface(w, TNI_STR("i")));
    ck_assert_ptr_nonnull(tni_wit_find_interface(w, TNI_STR("t")));
    ck_assert_ptr_nonnull(tni_wit_find_package(w, TNI_STR("a:b@1.0.0")));
    /* The same package with other contents. */
    sources[3].text = TNI_STR("package d:e; interface i { type x = u16; }");
    s = tni_wit_parse(&arena, sources, 4, NULL, &w, &error);
    ck_assert_int_eq(s, TENON_INVALID);
    ck_assert_ptr_nonnull(strstr(error.message, "different contents"));
    ck_assert_ptr_nonnull(strstr(error.message, "d2.wit:1:9"));
    /* Two names in one folder. */
    sources[3].group = 1;
    sources[3].text = TNI_STR("package d:f;");
    s = tni_wit_parse(&arena, sources, 4, NULL, &w, &error);
    ck_assert_int_eq(s, TENON_INVALID);
    ck_assert_ptr_nonnull(strstr(error.message, "another file here says d:e"));
    teardown();
}
END_TEST

/* -- the official packages, and ours -- */

static const char *const packages[] = {"cli",        "io",      "clocks", "random",
                                       "filesystem", "sockets", "http"};

static bool load(wit_files *files, const char *folder) {
    *files = (wit_files){.heap = &heap};
    for (size_t i = 0; i < TNI_COUNT_OF(packages); i++) {
        char path[PATH_BYTES];
        snprintf(path, sizeof path, "%s/%s", folder, packages[i]);
        if (is_folder(path) && !wit_files_add(files, path)) {
            return false;
        }
    }
    return files->groups > 0;
}

static tni_wit *parse_folder(const char *folder, bool all_features) {
    wit_files files;
    ck_assert_msg(load(&files, folder), "%s", folder);
    tni_wit_options options = {NULL, 0, all_features};
    tni_wit *w;
    tenon_status s = tni_wit_parse(&arena, files.sources.data, (u32)files.sources.count,
                                   &options, &w, &error);
    ck_assert_msg(s == TENON_OK, "%s", error.message);
    wit_files_free(&files);
    return w;
}

static const char *wit_dir(const char *version) {
    static char path[2000];
    const char *dir = getenv("WIT_DIR");
    snprintf(path, sizeof path, "%s/%s", dir == NULL ? "" : dir, version);
    if (dir == NULL || !is_folder(path)) {
        printf("skipped: WIT_DIR has no %s\n", version);
        return NULL;
    }
    return path;
}

START_TEST(official_packages) {
    static const char *const official[] = {"0.2.0", "0.2.12", "0.3.0"};
    for (size_t i = 0; i < TNI_COUNT_OF(official); i++) {
        const char *dir = wit_dir(official[i]);
        for (int all = 0; dir != NULL && all < 2; all++) {
            setup();
            char *once = print_all(parse_folder(dir, all));
            tni_wit *w;
            tni_wit_options options = {NULL, 0, true};
            tenon_status s = parse_text(tni_str_of(once), &options, &w);
            ck_assert_msg(s == TENON_OK, "%s", error.message);
            char *twice = print_all(w);
            ck_assert_str_eq(once, twice);
            free(once);
            free(twice);
            teardown();
        }
    }
}
END_TEST

static int by_text(const void *a, const void *b) {
    return strcmp(*(char *const *)a, *(char *const *)b);
}

/* The lines of a text but for docs, sorted: the order of files and interfaces is free. */
static char **sorted_lines(char *text, size_t *count) {
    char **lines = calloc(strlen(text) + 1, sizeof *lines);
    *count = 0;
    for (char *line = strtok(text, "\n"); line != NULL; line = strtok(NULL, "\n")) {
        if (strncmp(line + strspn(line, " "), "///", 3) != 0) {
            lines[(*count)++] = line;
        }
    }
    qsort(lines, *count, sizeof *lines, by_text);
    return lines;
}

/* Ours declare what the official ones do: names, types, gates. */
START_TEST(our_packages) {
    const char *dir = wit_dir("0.2.12");
    if (!is_folder("wit/wasi")) {
        printf("skipped: not run from the root of the tree\n");
        dir = NULL;
    }
    for (int all = 0; dir != NULL && all < 2; all++) {
        setup();
        char *ours = print_all(parse_folder("wit/wasi", all));
        char *theirs = print_all(parse_folder(dir, all));
        size_t our_count;
        size_t their_count;
        char **a = sorted_lines(ours, &our_count);
        char **b = sorted_lines(theirs, &their_count);
        for (size_t i = 0; i < our_count && i < their_count; i++) {
            ck_assert_str_eq(a[i], b[i]);
        }
        ck_assert_uint_eq(our_count, their_count);
        ck_assert_uint_gt(our_count, 1000);
        free(a);
        free(b);
        free(ours);
        free(theirs);
        teardown();
    }
}
END_TEST

/* -- hostile inputs -- */

static const char everything[] =
    "/// d\npackage a:b@1.0.0;\nuse c:d/e as f;\n@since(version = 1.0.0)\ninterface i {\n"
    "use f.{t as u};\nrecord r { a: u8, b: list<u> }\nvariant v { x, y(r), z(list<u8, "
    "4>) "
    "}\nenum n { p, q }\nflags g { s, w }\nresource h { constructor(a: u8) -> result<h>; "
    "m: func(); k: static async func(x: borrow<h>) -> h; }\n@external-id(\"\\u{61}\")\n"
    "o: func(a: option<r>, b: map<string, v>) -> result<_, tuple<n, g>>;\n}\n"
    "world w { import i; export run: func() -> stream<u8>; include z with { aa as bb } "
    "import j: interface { f: func(); } import k: i; /** x */ type t = future; }\n"
    "world z { import aa: func(); }\npackage c:d { interface e { type t = u8; } }\n";

/* Every prefix, and every text with one byte changed: no crash, no leak. */
START_TEST(mutations) {
    static const char bytes[] = "{}()<>:;,./@%\"-_*\\ \n\x01\xff"
                                "a1Z";
    size_t len = strlen(everything);
    tni_wit *w;
    setup();
    tenon_status s = parse_text(tni_str_of(everything), NULL, &w);
    ck_assert_msg(s == TENON_OK, "%s", error.message);
    teardown();
    for (size_t i = 0; i < len; i++) {
        char *copy = malloc(len);
        memcpy(copy, everything, len);
        setup();
        parse_text((tni_str){copy, i}, NULL, &w);
        teardown();
        for (size_t k = 0; k < sizeof bytes - 1; k++) {
            copy[i] = bytes[k];
            setup();
            if (parse_text((tni_str){copy, len}, NULL, &w) == TENON_OK) {
                free(print_all(w));
            }
            teardown();
        }
        free(copy);
    }
}
END_TEST

START_TEST(out_of_memory) {
    tenon_status s = TENON_NO_MEMORY;
    for (uint64_t n = 1; s != TENON_OK; n++) {
        setup();
        memory.fail_at = n;
        tni_wit *w;
        s = parse_text(tni_str_of(everything), NULL, &w);
        ck_assert_msg(s == TENON_OK || s == TENON_NO_MEMORY, "%llu: %s",
                      (unsigned long long)n, error.message);
        memory.fail_at = 0;
        teardown();
        ck_assert_uint_lt(n, 100000);
    }
}
END_TEST

/* count copies of a part, with its number for each %d, between a head and a tail. */
static char *repeated(const char *head, const char *part, unsigned count,
                      const char *tail) {
    size_t capacity = strlen(head) + (strlen(part) + 40) * count + strlen(tail) + 1;
    char *text = malloc(capacity);
    size_t len = (size_t)snprintf(text, capacity, "%s", head);
    for (unsigned i = 0; i < count; i++) {
        len += (size_t)snprintf(text + len, capacity - len, part, i, i + 1, i + 1, i + 1);
    }
    snprintf(text + len, capacity - len, "%s", tail);
    return text;
}

static tenon_status parse_repeated(const char *head, const char *part, unsigned count,
                                   const char *tail) {
    char *text = repeated(head, part, count, tail);
    setup();
    clock_t begin = clock();
    tni_wit *w;
    tenon_status s = parse_text(tni_str_of(text), NULL, &w);
    double seconds = (double)(clock() - begin) / CLOCKS_PER_SEC;
    ck_assert_msg(seconds < 5, "%.1f s", seconds);
    teardown();
    free(text);
    return s;
}

START_TEST(deep_and_wide) {
    /* Deep: counted limits, not the C stack. */
    ck_assert_int_eq(
        parse_repeated("package a:b; interface i { type t = ", "list<", 200000, "u8"),
        TENON_LIMIT);
    ck_assert_int_eq(parse_repeated("package a:b; interface i { ", "type t%u = t%u; ",
                                    50000, "type t50000 = u8; }"),
                     TENON_LIMIT);
    ck_assert_int_eq(parse_repeated("package a:b; interface i { ", "type t%u = t%u; ",
                                    900, "type t900 = u8; }"),
                     TENON_OK);
    ck_assert_int_eq(parse_repeated("package a:b; ", "interface i%u { use i%u.{t}; } ",
                                    50000, "interface i50000 { type t = u8; }"),
                     TENON_LIMIT);
    ck_assert_int_eq(parse_repeated("package a:b; ", "world w%u { include w%u; } ", 50000,
                                    "world w50000 { }"),
                     TENON_LIMIT);
    ck_assert_int_eq(parse_repeated("package a:b; ", "/* ", 300000, ""), TENON_MALFORMED);
    /* Doubling: worlds that include one another twice, records that contain one twice. */
    ck_assert_int_eq(
        parse_repeated("package a:b; ",
                       "world w%u { include w%u with { a as b%u } include w%u; } ", 40,
                       "world w40 { import a: func(); }"),
        TENON_INVALID);
    ck_assert_int_eq(parse_repeated("package a:b; interface i { ",
                                    "record r%u { a: r%u, b: list<r%u> } ", 900,
                                    "record r900 { x: u8 } }"),
                     TENON_OK);
    /* Wide: no quadratic time. */
    ck_assert_int_eq(
        parse_repeated("package a:b; interface i { ", "fn%u: func(); ", 100000, "}"),
        TENON_OK);
    ck_assert_int_eq(
        parse_repeated("package a:b; interface i { enum e { ", "c%u, ", 200000, "} }"),
        TENON_OK);
    ck_assert_int_eq(parse_repeated("package a:b; ", "interface i%u {} ", 100000, ""),
                     TENON_OK);
    ck_assert_int_eq(parse_repeated("", "package a:b%u { interface i {} } ", 50000, ""),
                     TENON_OK);
    ck_assert_int_eq(
        parse_repeated("package a:b; world w { ", "import fn%u: func(); ", 90000, "}"),
        TENON_OK);
    ck_assert_int_eq(
        parse_repeated("package a:b; world w { ", "import fn%u: func(); ", 110000, "}"),
        TENON_LIMIT);
}
END_TEST

int main(void) {
    Suite *s = suite_create("wit");
    TCase *t = tcase_create("wit");
    tcase_set_timeout(t, 120);
    tcase_add_loop_test(t, accepted, 0, TNI_COUNT_OF(good));
    tcase_add_loop_test(t, refused, 0, TNI_COUNT_OF(bad));
    tcase_add_test(t, features);
    tcase_add_test(t, versions);
    tcase_add_test(t, groups);
    tcase_add_test(t, official_packages);
    tcase_add_test(t, our_packages);
    tcase_add_test(t, mutations);
    tcase_add_test(t, out_of_memory);
    tcase_add_test(t, deep_and_wide);
    suite_add_tcase(s, t);
    return run_suite(s);
}
