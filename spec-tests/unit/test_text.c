/* test_text.c: the lexer, the assembler of core text and the parser of scripts.
 *
 * The official scripts hold the text format to its rules (make spec); here are what
 * scripts do not show: exact bytes, places of errors, name sections, depth, memory
 * running out, input cut short. */
#include "harness.h"

#include "base/map.h"
#include "text/assemble.h"
#include "text/script.h"

static void open_engine(test_world *w) {
    memset(w, 0, sizeof *w);
    ck_assert_int_eq(test_engine_open(w), TENON_OK);
    w->engine.features = ~(u64)0;
}

static void close_engine(test_world *w) {
    test_engine_close(w);
    ck_assert_uint_eq(w->allocator.live_bytes, 0);
}

/* Assembles; the bytes are malloced. */
static tenon_status assemble(test_world *w, const char *text, unsigned flags, u8 **bytes,
                             size_t *len) {
    tni_buf b;
    tni_buf_init(&b, &w->engine.heap);
    tni_error_clear(&w->e);
    tenon_status s = tni_text_module(&w->engine, tni_str_of(text), flags, &b, &w->e);
    *bytes = malloc(b.count + 1);
    *len = b.count;
    if (b.count != 0) {
        memcpy(*bytes, b.data, b.count);
    }
    tni_buf_free(&b);
    return s;
}

/* The text makes these bytes, written as hexadecimal after the header. */
static void check_bytes(const char *text, unsigned flags, const char *hex) {
    test_world w;
    open_engine(&w);
    u8 *bytes;
    size_t len;
    tenon_status s = assemble(&w, text, flags, &bytes, &len);
    ck_assert_msg(s == TENON_OK, "%s: %u:%u: %s", text, w.e.line, w.e.column,
                  w.e.message);
    ck_assert_uint_ge(len, 8);
    char got[4096] = "";
    for (size_t i = 8; i < len && 2 * i < sizeof got; i++) {
        sprintf(got + 2 * (i - 8), "%02x", bytes[i]);
    }
    char want[4096];
    size_t n = 0;
    for (const char *p = hex; *p != 0; p++) {
        if (*p != ' ') {
            want[n++] = *p;
        }
    }
    want[n] = 0;
    ck_assert_msg(strcmp(got, want) == 0, "%s\nwant %s\ngot  %s", text, want, got);
    free(bytes);
    close_engine(&w);
}

static void check_error(const char *text, u32 line, u32 column, const char *message) {
    test_world w;
    open_engine(&w);
    u8 *bytes;
    size_t len;
    tenon_status s = assemble(&w, text, 0, &bytes, &len);
    ck_assert_msg(s != TENON_OK, "%s: was assembled", text);
    ck_assert_msg(strcmp(w.e.message, message) == 0 && w.e.line == line &&
                      w.e.column == column,
                  "%s\nwant %u:%u: %s\ngot  %u:%u: %s", text, line, column, message,
                  w.e.line, w.e.column, w.e.message);
    free(bytes);
    close_engine(&w);
}

START_TEST(fields_become_sections) {
    check_bytes("", 0, "");
    check_bytes("(module)", 0, "");
    check_bytes("(module $m (func (export \"f\") (param $x i32) (result i32)"
                " (i32.add (local.get $x) (i32.const -1))))",
                0,
                "0106 0160 017f 017f  0302 0100  0705 0101 66 00 00  0a09 01 07 00 2000 "
                "417f 6a 0b");
    check_bytes("(memory $m (data \"ab\" \"\\00\\u{e9}\"))", 0,
                "0504 01 01 01 01  0b0b 01 00 41 00 0b 05 6162 00 c3a9");
    check_bytes(
        "(memory i64 1 2) (table 0 externref) (global (mut f32) (f32.const nan:0x1))", 0,
        "0404 01 6f 00 00  0504 01 05 01 02  0609 01 7d 01 43 0100807f 0b");
    check_bytes(
        "(import \"a\" \"b\" (func)) (func (import \"\" \"\") (param i64)) (start 1)", 0,
        "0108 02 600000 60017e00  020b 02 0161 0162 00 00 00 00 00 01  0801 01");
    check_bytes("(tag (param i32)) (memory 0)", 0,
                "0105 01 60017f00  0503 01 00 00  0d03 01 00 00");
}
END_TEST

START_TEST(recursive_types) {
    check_bytes("(type (sub (struct (field $a i8) (field (mut (ref null 0))))))", 0,
                "010a 01 50 00 5f 02 78 00 63 00 01");
    check_bytes("(rec (type $x (sub final (struct))) (type (sub final $x (array i16))))",
                0, "010b 01 4e 02 5f 00 4f 01 00 5e 77 00");
    check_bytes("(rec) (rec (type (func)))", 0, "0106 02 4e00 600000");
    /* A type use finds a plain function type, not one of a larger group or with subtypes.
     */
    check_bytes(
        "(type (sub (func))) (rec (type (func)) (type (func))) (type (func)) (func)", 0,
        "0111 03 5000600000 4e02 600000 600000 600000  0302 01 03  0a04 01 02 00 0b");
}
END_TEST

START_TEST(segments) {
    check_bytes("(table 1 funcref) (func $f) (elem (i32.const 0) $f) (elem func $f)"
                "(elem declare func $f) (elem (table 0) (offset i32.const 1) func $f)"
                "(elem (i32.const 2) funcref (ref.func $f)) (elem externref (item "
                "ref.null extern))"
                "(elem (table 0) (i32.const 0) (ref func) (item (ref.func 0)))",
                0,
                "0104 01 600000  0302 01 00  0404 01 70 00 01"
                "092e 07  00 41000b 01 00  01 00 01 00  03 00 01 00  00 41010b 01 00"
                "04 41020b 01 d2000b  05 6f 01 d06f0b  06 00 41000b 6470 01 d2000b"
                "0a04 01 02 00 0b");
    check_bytes(
        "(memory 1) (memory $n 1) (data (memory $n) (i32.const 0) \"x\") (data \"yz\")"
        "(func (memory.init $n 1 (i32.const 0) (i32.const 0) (i32.const 0)) (data.drop "
        "0))",
        0,
        "0104 01 600000  0302 01 00  0505 02 0001 0001  0c01 02"
        "0a11 01 0f 00 4100 4100 4100 fc08 01 01 fc09 00 0b"
        "0b0c 02 02 01 41000b 01 78 01 02 797a");
}
END_TEST

START_TEST(folding_keeps_order) {
    static const char flat[] =
        "(func (param i32) (result i32) local.get 0 if (result i32)"
        " i32.const 1 else i32.const 2 end i32.const 3 i32.mul)";
    static const char folded[] =
        "(func (param i32) (result i32) (i32.mul (if (result i32) (local.get 0)"
        " (then (i32.const 1)) (else (i32.const 2))) (i32.const 3)))";
    static const char hex[] = "0106 0160 017f 017f  0302 0100"
                              "0a11 01 0f 00 2000 047f 4101 05 4102 0b 4103 6c 0b";
    check_bytes(flat, 0, hex);
    check_bytes(folded, 0, hex);
}
END_TEST

START_TEST(labels_shadow) {
    check_bytes(
        "(func block $a block $b block $a br $a br $b end $a br $a end br $a end)", 0,
        "0104 01 600000  0302 01 00"
        "0a15 01 13 00 0240 0240 0240 0c00 0c01 0b 0c01 0b 0c00 0b 0b");
    check_error("(func block $a end br $a)", 1, 23, "unknown label $a");
}
END_TEST

START_TEST(names_on_request) {
    check_bytes("(module $m (func $f (param $x i32) (local i64) (local $y f32)))"
                "",
                TNI_TEXT_NAMES,
                "0105 01 60017f00  0302 01 00  0a08 01 06 02 017e 017d 0b"
                "001a 04 6e616d65  00 02 01 6d  01 04 01 00 01 66  02 09 01 00 02 00 01 "
                "78 02 01 79");
    check_bytes("(module (@name \"M\") (func (@name \"F\")) (func $g))", TNI_TEXT_NAMES,
                "0104 01 600000  0303 02 0000  0a07 02 02000b 02000b"
                "0012 04 6e616d65  00 02 01 4d  01 07 02 00 01 46 01 01 67");
}
END_TEST

START_TEST(annotations) {
    check_bytes(
        "(@custom \"a\" (before first)) (func) (@custom \"b\" (after func) \"x\" \"y\")"
        "(@unknown (nested \")\") x)",
        0, "0002 01 61  0104 01 600000  0302 0100  0004 01 62 7879  0a04 01 02 00 0b");
    check_bytes(
        "(func (param i32) local.get 0 (@metadata.code.branch_hint \"\\01\") if end)", 0,
        "0105 01 60017f00  0302 0100"
        "0020 19 6d657461646174612e636f64652e6272616e63685f68696e74 01 00 01 03 01 01"
        "0a09 01 07 00 2000 0440 0b 0b");
}
END_TEST

START_TEST(errors_have_places) {
    check_error("(module\n  (func\n    i32.cons 1))", 3, 5, "unknown operator i32.cons");
    check_error("(func (i32.const 4294967296))", 1, 18, "constant out of range");
    check_error("(func\r\n\r\n  (nop", 3, 7, "unexpected token end of input");
    check_error("(module (func) \"x\")", 1, 16, "unexpected token \"x\"");
    check_error("(module) (module)", 1, 10, "unexpected token (");
    check_error("(func (local $x i32) (local $x i32))", 1, 29, "duplicate local $x");
    check_error("(func) (import \"\" \"\" (func))", 1, 8,
                "import after function definition");
    check_error("(func \xff)", 1, 7, "malformed UTF-8 encoding");
    check_error("(func \x01)", 1, 7, "illegal character U+0001");
    check_error("(; (; ;)", 1, 1, "unclosed comment");
    check_error("(export \"a\nb\" (func 0))", 1, 11, "unclosed string literal");
}
END_TEST

/* Input nests as deep as it likes: nothing recurses. */
START_TEST(depth) {
    enum { DEPTH = 300000 };
    static const char *const shapes[][3] = {
        {"(drop ", ")", "(i32.const 0)"},
        {"(block ", ")", ""},
        {"(if (i32.const 0) (then ", "))", ""},
        {"block ", " end", ""},
        {"(; ", " ;)", ""},
        {"(i32.eqz ", ")", "(i32.const 0)"},
    };
    for (size_t s = 0; s < TNI_COUNT_OF(shapes); s++) {
        size_t open = strlen(shapes[s][0]);
        size_t close = strlen(shapes[s][1]);
        char *text = malloc((open + close) * DEPTH + 100);
        char *p = text + sprintf(text, "(func ");
        for (int i = 0; i < DEPTH; i++, p += open) {
            memcpy(p, shapes[s][0], open);
        }
        p += sprintf(p, "%s", shapes[s][2]);
        for (int i = 0; i < DEPTH; i++, p += close) {
            memcpy(p, shapes[s][1], close);
        }
        strcpy(p, ")");
        test_world w;
        open_engine(&w);
        u8 *bytes;
        size_t len;
        tenon_status status = assemble(&w, text, 0, &bytes, &len);
        ck_assert_msg(status == TENON_OK, "%s: %s", shapes[s][0], w.e.message);
        free(bytes);
        free(text);
        close_engine(&w);
    }
}
END_TEST

/* A module with something of everything. */
static const char everything[] =
    "(module $m (@name \"n\")\n"
    "  (@custom \"c\" (after type) \"bytes\")\n"
    "  (type $f (func (param i32 i32) (result i32)))\n"
    "  (rec (type $s (sub (struct (field $a i32) (field $b (mut i8)))))\n"
    "       (type $a (array (mut (ref null $s)))))\n"
    "  (import \"env\" \"f\\6f\" (func $imp (param i64) (result i64 f32)))\n"
    "  (memory $mem (export \"mem\") (data \"a\\62\\u{63}\"))\n"
    "  (table $tab funcref (elem $g $\"h\\69\"))\n"
    "  (table $t2 2 (ref null $f) (ref.null $f))\n"
    "  (global $glob (mut i64) (i64.const 0x1_0))\n"
    "  (tag $e (param i32))\n"
    "  (elem $el declare func $g)\n"
    "  (data $d \"passive\")\n"
    "  (func $g (export \"g\") (type $f) (local $l v128) (local f64)\n"
    "    (block $out (result i32)\n"
    "      (drop (br_if $out (i32.const 1) (i32.const 2)))\n"
    "      (try_table (catch $e $out) (catch_all 1) (throw $e (i32.const 7)))\n"
    "      (local.set 2 (v128.const f32x4 1 nan -inf 0x1p-3))\n"
    "      (drop (i8x16.shuffle 0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 (local.get 2) "
    "(local.get 2)))\n"
    "      (memory.init $d (i32.const 0) (i32.const 0) (i32.const 1))\n"
    "      (i32.store16 offset=4 align=2 (i32.const 0) (local.get 0))\n"
    "      (drop (struct.get $s $a (struct.new_default $s)))\n"
    "      (drop (ref.test (ref null $s) (ref.null any)))\n"
    "      (drop (select (result f32) (f32.const 1) (f32.const nan:0x400001) (i32.const "
    "0)))\n"
    "      (br_table 0 $out 0 (i32.const 1) (i32.const 0))\n"
    "    )\n"
    "  )\n"
    "  (func $\"hi\" (param $x i64) (result i64)\n"
    "    local.get $x block (param i64) (result i64)\n"
    "      (@metadata.code.branch_hint \"\\00\") (if (i64.eqz (local.get $x)) (then nop) "
    "(else))\n"
    "    end\n"
    "    i32.const 0 i32.const 1 call_indirect $tab (type $f) drop\n"
    "    loop $l br $l end $l)\n"
    ")\n";

START_TEST(everything_assembles) {
    test_world w;
    open_engine(&w);
    u8 *bytes;
    size_t len;
    tenon_status s = assemble(&w, everything, TNI_TEXT_NAMES, &bytes, &len);
    ck_assert_msg(s == TENON_OK, "%u:%u: %s", w.e.line, w.e.column, w.e.message);
    free(bytes);
    close_engine(&w);
}
END_TEST

START_TEST(cut_anywhere) {
    test_world w;
    open_engine(&w);
    char *text = malloc(sizeof everything);
    for (size_t n = 0; n + 2 < sizeof everything; n++) {
        memcpy(text, everything, n);
        text[n] = 0;
        u8 *bytes;
        size_t len;
        tenon_status s = assemble(&w, text, TNI_TEXT_NAMES, &bytes, &len);
        ck_assert_msg(n == 0 || s == TENON_MALFORMED, "cut at %zu", n);
        ck_assert(n == 0 || w.e.line > 0);
        free(bytes);
    }
    free(text);
    close_engine(&w);
}
END_TEST

START_TEST(bytes_changed) {
    test_world w;
    open_engine(&w);
    char *text = malloc(sizeof everything);
    static const char changes[] = "() \"$@;x0\n";
    for (size_t n = 0; n + 1 < sizeof everything; n++) {
        for (const char *c = changes; *c != 0; c++) {
            memcpy(text, everything, sizeof everything);
            text[n] = *c;
            u8 *bytes;
            size_t len;
            assemble(&w, text, 0, &bytes, &len);
            free(bytes);
        }
    }
    free(text);
    close_engine(&w);
}
END_TEST

START_TEST(memory_runs_out) {
    for (unsigned long n = 1;; n++) {
        test_world w;
        open_engine(&w);
        w.allocator.fail_at = w.allocator.requests + n;
        w.allocator.for_good = true;
        tni_buf b;
        tni_buf_init(&b, &w.engine.heap);
        tenon_status s =
            tni_text_module(&w.engine, tni_str_of(everything), TNI_TEXT_NAMES, &b, &w.e);
        bool failed = w.allocator.failed != 0;
        tni_buf_free(&b);
        close_engine(&w);
        ck_assert_msg(s == (failed ? TENON_NO_MEMORY : TENON_OK), "allocation %lu: %s", n,
                      w.e.message);
        if (!failed) {
            break;
        }
    }
}
END_TEST

START_TEST(scripts) {
    static const char text[] =
        "(module $m (func (export \"f\")))\n"
        "(module definition $d binary \"\\00asm\" \"\\01\\00\\00\\00\")\n"
        "(module instance $i $d)\n"
        "(register \"r\" $i)\n"
        "(assert_return (invoke $m \"f\" (i32.const -1) (ref.extern 3)) (f32.const "
        "nan:canonical)\n"
        "  (either (i64.const 1) (v128.const f64x2 1 nan:arithmetic)) (ref.null) "
        "(ref.func))\n"
        "(assert_trap (get \"g\") \"text\") (assert_malformed (module quote \"(fun\" "
        "\"c)\") \"no\")\n"
        "(thread $t (shared (module $m)) (invoke \"f\"))(wait $t)\n";
    test_world w;
    open_engine(&w);
    tni_script s;
    tni_script_command c;
    bool more;
    ck_assert_int_eq(
        tni_script_init(&s, &w.engine, tni_str_of(text), 0, strlen(text), &w.e),
        TENON_OK);
#define NEXT()                                                                           \
    do {                                                                                 \
        tenon_status st = tni_script_next(&s, &c, &more, &w.e);                          \
        ck_assert_msg(st == TENON_OK, "%s", w.e.message);                                \
        ck_assert(more);                                                                 \
    } while (0)
    NEXT();
    ck_assert_int_eq(c.kind, TNI_SCRIPT_MODULE);
    ck_assert_uint_eq(c.module.begin, 0);
    ck_assert_uint_eq(c.module.end, 31);
    NEXT();
    ck_assert(c.module.is_definition && c.module.form == TNI_SCRIPT_BINARY);
    ck_assert_uint_eq(c.module.bytes.len, 8);
    NEXT();
    ck_assert_int_eq(c.kind, TNI_SCRIPT_INSTANCE);
    ck_assert(tni_str_eq(c.name, TNI_STR("i")) && tni_str_eq(c.definition, TNI_STR("d")));
    NEXT();
    ck_assert_int_eq(c.kind, TNI_SCRIPT_REGISTER);
    NEXT();
    ck_assert_uint_eq(c.line, 5);
    ck_assert_uint_eq(c.action.arg_count, 2);
    ck_assert_uint_eq(c.action.args[0].bits[0], 0xffffffff);
    ck_assert_uint_eq(c.result_count, 4);
    ck_assert_int_eq(c.results[0].nan[0], TNI_NAN_CANONICAL);
    ck_assert_uint_eq(c.results[1].item_count, 2);
    ck_assert_int_eq(c.results[1].items[1].nan[1], TNI_NAN_ARITHMETIC);
    NEXT();
    ck_assert(c.action.is_get && !c.has_module);
    NEXT();
    ck_assert(tni_str_eq(c.module.bytes, TNI_STR("(func)")));
    NEXT();
    ck_assert_int_eq(c.kind, TNI_SCRIPT_THREAD);
    ck_assert_uint_eq(c.end - c.begin, strlen("(invoke \"f\")"));
    NEXT();
    ck_assert_int_eq(c.kind, TNI_SCRIPT_WAIT);
    ck_assert_int_eq(tni_script_next(&s, &c, &more, &w.e), TENON_OK);
    ck_assert(!more);
    tni_script_free(&s);
    close_engine(&w);
}
END_TEST

int main(void) {
    Suite *suite = suite_create("text");
    TCase *core = tcase_create("core");
    tcase_set_timeout(core, 120);
    tcase_add_test(core, fields_become_sections);
    tcase_add_test(core, recursive_types);
    tcase_add_test(core, segments);
    tcase_add_test(core, folding_keeps_order);
    tcase_add_test(core, labels_shadow);
    tcase_add_test(core, names_on_request);
    tcase_add_test(core, annotations);
    tcase_add_test(core, errors_have_places);
    tcase_add_test(core, depth);
    tcase_add_test(core, everything_assembles);
    tcase_add_test(core, cut_anywhere);
    tcase_add_test(core, bytes_changed);
    tcase_add_test(core, memory_runs_out);
    tcase_add_test(core, scripts);
    suite_add_tcase(suite, core);
    return run_suite(suite);
}
