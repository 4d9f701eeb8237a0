/* test_core.c: the instruction table, the type registry, the decoder and the validator.
 *
 * The official scripts hold the validator to its rules (make spec); here are what scripts
 * do not reach: the tables themselves, offsets, limits, features, memory running out, and
 * modules cut short or with bytes changed. */
#include "harness.h"

#include "base/limits.h"
#include "binary/readcode.h"

/* -- op.def -- */

START_TEST(every_op_is_found_by_its_encoding) {
    for (int op = 0; op < TNI_OP_COUNT; op++) {
        ck_assert_int_eq(tni_op_of(tni_ops[op].prefix, tni_ops[op].code), op);
    }
    for (u32 code = 0; code < 256; code++) {
        ck_assert_int_eq(tni_op_of_byte((u8)code), tni_op_of(0, code));
    }
    ck_assert_int_eq(tni_op_of(0, 0x1d), TNI_OP_COUNT);
    ck_assert_int_eq(tni_op_of(0, 0xfb), TNI_OP_COUNT);
    ck_assert_int_eq(tni_op_of(0xfa, 0), TNI_OP_COUNT);
    ck_assert_int_eq(tni_op_of(0xff, 0), TNI_OP_COUNT);
    ck_assert_int_eq(tni_op_of(0xfd, UINT32_MAX), TNI_OP_COUNT);
    ck_assert_int_eq(tni_op_of(0xfc, 0x120), TNI_OP_COUNT);
}
END_TEST

/* Ops whose name has two encodings; the text format tells them apart otherwise. */
static bool is_twin(int op) {
    return op == TNI_OP_SELECT_T || op == TNI_OP_REF_TEST_NULL ||
           op == TNI_OP_REF_CAST_NULL;
}

START_TEST(op_rows_are_well_formed) {
    for (int op = 0; op < TNI_OP_COUNT; op++) {
        const tni_op_info *info = &tni_ops[op];
        bool fixed = strcmp(info->sig, "*") != 0;
        if (fixed) {
            ck_assert_msg(strspn(info->sig, "iIfFva") == strcspn(info->sig, ":"), "%s",
                          info->text);
            ck_assert_msg(strchr(info->sig, ':') != NULL, "%s", info->text);
        }
        bool has_memarg = info->imm == TNI_IMM_MEMARG || info->imm == TNI_IMM_MEMARG_LANE;
        ck_assert_msg(!has_memarg || info->sig[0] == 'a', "%s", info->text);
        for (int other = 0; other < op; other++) {
            ck_assert_msg(is_twin(op) || strcmp(info->text, tni_ops[other].text) != 0,
                          "%s", info->text);
        }
    }
}
END_TEST

/* -- registry -- */

static const tni_valtype i32_type[] = {TNI_I32};

static tni_subtype functype(bool is_final, u32 supertype, u32 params, u32 results) {
    return (tni_subtype){.kind = TNI_COMP_FUNC,
                         .is_final = is_final,
                         .supertype = supertype,
                         .param_count = params,
                         .result_count = results,
                         .params = i32_type,
                         .results = i32_type};
}

START_TEST(equal_types_have_one_id) {
    test_world w;
    memset(&w, 0, sizeof w);
    ck_assert_int_eq(test_engine_open(&w), TENON_OK);
    tni_registry *r = w.engine.registry;
    u32 ids[600];
    tni_subtype to = functype(true, TNI_NO_INDEX, 1, 0);
    tni_subtype from = functype(true, TNI_NO_INDEX, 0, 1);
    tni_subtype open = functype(false, TNI_NO_INDEX, 1, 0);
    u32 a, b, c, again;
    ck_assert_int_eq(tni_registry_intern(r, &to, 1, 0, NULL, &a, &w.e), TENON_OK);
    ck_assert_int_eq(tni_registry_intern(r, &from, 1, 0, NULL, &b, &w.e), TENON_OK);
    ck_assert_int_eq(tni_registry_intern(r, &open, 1, 5, ids, &c, &w.e), TENON_OK);
    ck_assert_int_eq(tni_registry_intern(r, &to, 1, 9, ids, &again, &w.e), TENON_OK);
    ck_assert_uint_eq(a, again);
    ck_assert_uint_ne(a, b);
    ck_assert_uint_ne(a, c);
    /* Two functions in one group are not the same two on their own. */
    tni_subtype both[2] = {to, to};
    ck_assert_int_eq(tni_registry_intern(r, both, 2, 0, NULL, &again, &w.e), TENON_OK);
    ck_assert_uint_ne(a, again);
    ck_assert_uint_eq(tni_registry_get(r, again + 1)->group_start, again);
    ck_assert_uint_eq(tni_registry_get(r, a)->param_slots, 1);
    /* Enough types that the registry grows; pointers stay. */
    const tni_deftype *first = tni_registry_get(r, a);
    tni_valtype many[600];
    for (u32 i = 0; i < 600; i++) {
        many[i] = TNI_I64;
        tni_subtype t = {.kind = TNI_COMP_FUNC,
                         .supertype = TNI_NO_INDEX,
                         .param_count = i,
                         .params = many,
                         .results = many};
        ck_assert_int_eq(tni_registry_intern(r, &t, 1, 0, NULL, &ids[i], &w.e), TENON_OK);
    }
    for (u32 i = 0; i < 600; i++) {
        ck_assert_uint_eq(tni_registry_get(r, ids[i])->sub.param_count, i);
        ck_assert_uint_eq(tni_registry_get(r, ids[i])->id, ids[i]);
    }
    ck_assert_ptr_eq(first, tni_registry_get(r, a));
    test_engine_close(&w);
    ck_assert_uint_eq(w.allocator.live_bytes, 0);
}
END_TEST

START_TEST(groups_refer_to_themselves) {
    test_world w;
    memset(&w, 0, sizeof w);
    ck_assert_int_eq(test_engine_open(&w), TENON_OK);
    tni_registry *r = w.engine.registry;
    /* A list that starts at any index is the same list. */
    u32 at[2];
    for (u32 i = 0; i < 2; i++) {
        u32 first = i * 7;
        tni_fieldtype next = {TNI_REFTYPE(true, TNI_HEAP_CONCRETE + first), true};
        tni_subtype list = {.kind = TNI_COMP_STRUCT,
                            .is_final = true,
                            .supertype = TNI_NO_INDEX,
                            .field_count = 1,
                            .fields = &next};
        u32 ids[8] = {0};
        ck_assert_int_eq(tni_registry_intern(r, &list, 1, first, ids, &at[i], &w.e),
                         TENON_OK);
    }
    ck_assert_uint_eq(at[0], at[1]);
    tni_valtype next = tni_registry_get(r, at[0])->sub.fields[0].type;
    ck_assert_uint_eq(tni_type_index_of(next), at[0]);
    test_engine_close(&w);
    ck_assert_uint_eq(w.allocator.live_bytes, 0);
}
END_TEST

START_TEST(subtypes_match) {
    test_world w;
    memset(&w, 0, sizeof w);
    ck_assert_int_eq(test_engine_open(&w), TENON_OK);
    tni_registry *r = w.engine.registry;
    /* A chain of TNI_LIMIT_subtype_depth supertypes; one more is refused. */
    u32 ids[TNI_LIMIT_subtype_depth + 2];
    for (u32 i = 0; i <= TNI_LIMIT_subtype_depth; i++) {
        tni_subtype t = functype(false, i == 0 ? TNI_NO_INDEX : i - 1, 1, 0);
        ck_assert_int_eq(tni_registry_intern(r, &t, 1, i, ids, &ids[i], &w.e), TENON_OK);
        ck_assert_uint_eq(tni_registry_get(r, ids[i])->depth, i);
    }
    tni_subtype deeper = functype(false, TNI_LIMIT_subtype_depth, 1, 0);
    u32 id;
    ck_assert_int_eq(
        tni_registry_intern(r, &deeper, 1, TNI_LIMIT_subtype_depth + 1, ids, &id, &w.e),
        TENON_LIMIT);
    for (u32 i = 0; i <= TNI_LIMIT_subtype_depth; i += 7) {
        for (u32 j = 0; j <= TNI_LIMIT_subtype_depth; j += 7) {
            ck_assert_int_eq(tni_deftype_matches(r, ids[i], ids[j]), i >= j);
        }
    }
    tni_valtype ref = TNI_REFTYPE(false, TNI_HEAP_CONCRETE + ids[3]);
    ck_assert(tni_valtype_matches(r, ref, TNI_FUNCREF));
    ck_assert(!tni_valtype_matches(r, TNI_FUNCREF, ref));
    ck_assert(!tni_valtype_matches(r, ref, TNI_ANYREF));
    ck_assert(tni_valtype_matches(r, TNI_REFTYPE(false, TNI_HEAP_NOFUNC), ref));
    ck_assert(!tni_valtype_matches(r, TNI_REFTYPE(true, TNI_HEAP_NOFUNC), ref));
    ck_assert(!tni_valtype_matches(r, TNI_REFTYPE(false, TNI_HEAP_NONE), ref));
    ck_assert(tni_valtype_matches(r, TNI_REFTYPE(false, TNI_HEAP_BOT), ref));
    ck_assert(tni_valtype_matches(r, TNI_BOT, TNI_F64));
    ck_assert(!tni_valtype_matches(r, TNI_I32, TNI_I64));
    test_engine_close(&w);
    ck_assert_uint_eq(w.allocator.live_bytes, 0);
}
END_TEST

/* Core 3.0, 3.3.3, by hand: who is below whom. */
START_TEST(abstract_heap_types_are_ordered) {
    test_world w;
    memset(&w, 0, sizeof w);
    ck_assert_int_eq(test_engine_open(&w), TENON_OK);
    static const struct {
        tni_heaptype sub;
        const char *supers; /* letters of the types below, itself included */
    } rows[] = {
        {TNI_HEAP_FUNC, "f"},      {TNI_HEAP_NOFUNC, "fF"},  {TNI_HEAP_EXTERN, "x"},
        {TNI_HEAP_NOEXTERN, "xX"}, {TNI_HEAP_ANY, "a"},      {TNI_HEAP_EQ, "ea"},
        {TNI_HEAP_I31, "iea"},     {TNI_HEAP_STRUCT, "sea"}, {TNI_HEAP_ARRAY, "rea"},
        {TNI_HEAP_NONE, "nisrea"}, {TNI_HEAP_EXN, "c"},      {TNI_HEAP_NOEXN, "cC"},
    };
    static const char letters[] = "fFxXaeisrncC";
    for (size_t i = 0; i < TNI_COUNT_OF(rows); i++) {
        for (size_t j = 0; j < TNI_COUNT_OF(rows); j++) {
            bool want = strchr(rows[i].supers, letters[j]) != NULL;
            ck_assert_msg(
                tni_heaptype_matches(w.engine.registry, rows[i].sub, rows[j].sub) == want,
                "%c %c", letters[i], letters[j]);
        }
    }
    test_engine_close(&w);
}
END_TEST

START_TEST(types_have_text) {
    test_world w;
    memset(&w, 0, sizeof w);
    ck_assert_int_eq(test_engine_open(&w), TENON_OK);
    char buf[80];
    static const struct {
        tni_valtype t;
        const char *text;
    } rows[] = {
        {TNI_I32, "i32"},
        {TNI_V128, "v128"},
        {TNI_FUNCREF, "funcref"},
        {TNI_REFTYPE(true, TNI_HEAP_NONE), "nullref"},
        {TNI_REFTYPE(false, TNI_HEAP_EXTERN), "(ref extern)"},
        {TNI_REFTYPE(true, TNI_HEAP_CONCRETE + 12), "(ref null 12)"},
        {TNI_REFTYPE(false, TNI_HEAP_CONCRETE), "(ref 0)"},
        {TNI_VALTYPE(TNI_KIND_I8), "i8"},
    };
    for (size_t i = 0; i < TNI_COUNT_OF(rows); i++) {
        ck_assert_uint_eq(tni_valtype_format(buf, sizeof buf, rows[i].t),
                          strlen(rows[i].text));
        ck_assert_str_eq(buf, rows[i].text);
    }
    tni_externtype t = {.kind = TNI_EXTERN_FUNC};
    t.as.func = test_type_id(&w, "iI:f");
    tni_externtype_format(w.engine.registry, buf, sizeof buf, &t);
    ck_assert_str_eq(buf, "(func (param i32 i64) (result f32))");
    ck_assert_uint_eq(tni_externtype_format(w.engine.registry, buf, 8, &t), 35);
    ck_assert_str_eq(buf, "(func (");
    t = (tni_externtype){.kind = TNI_EXTERN_MEMORY};
    t.as.memory = (tni_memtype){{1, 2, true, true, false}, 16};
    tni_externtype_format(w.engine.registry, buf, sizeof buf, &t);
    ck_assert_str_eq(buf, "(memory i64 1 2)");
    t = (tni_externtype){.kind = TNI_EXTERN_TABLE};
    t.as.table = (tni_tabletype){{0, UINT64_MAX, false, false, false}, TNI_FUNCREF};
    tni_externtype_format(w.engine.registry, buf, sizeof buf, &t);
    ck_assert_str_eq(buf, "(table 0 funcref)");
    t = (tni_externtype){.kind = TNI_EXTERN_GLOBAL};
    t.as.global = (tni_globaltype){TNI_F64, true};
    tni_externtype_format(w.engine.registry, buf, sizeof buf, &t);
    ck_assert_str_eq(buf, "(global (mut f64))");
    test_engine_close(&w);
}
END_TEST

START_TEST(imports_match_by_their_types) {
    test_world w;
    memset(&w, 0, sizeof w);
    ck_assert_int_eq(test_engine_open(&w), TENON_OK);
    const tni_registry *r = w.engine.registry;
    tni_externtype a = {.kind = TNI_EXTERN_MEMORY}, b = a;
    a.as.memory = (tni_memtype){{2, 5, true, false, false}, 16};
    b.as.memory = (tni_memtype){{1, 6, true, false, false}, 16};
    ck_assert(tni_externtype_matches(r, &a, &b));
    ck_assert(!tni_externtype_matches(r, &b, &a));
    b.as.memory.limits.is_64 = true;
    ck_assert(!tni_externtype_matches(r, &a, &b));
    b.as.memory.limits.is_64 = false;
    b.as.memory.page_log2 = 0;
    ck_assert(!tni_externtype_matches(r, &a, &b));
    a = (tni_externtype){.kind = TNI_EXTERN_GLOBAL};
    b = a;
    a.as.global = (tni_globaltype){TNI_REFTYPE(false, TNI_HEAP_FUNC), false};
    b.as.global = (tni_globaltype){TNI_FUNCREF, false};
    ck_assert(tni_externtype_matches(r, &a, &b));
    ck_assert(!tni_externtype_matches(r, &b, &a));
    a.as.global.is_mutable = b.as.global.is_mutable = true;
    ck_assert(!tni_externtype_matches(r, &a, &b));
    test_engine_close(&w);
}
END_TEST

/* -- modules in bytes -- */

#define HEADER "\0asm\1\0\0\0"
/* A module of one function type [] -> [] and one function, before its code section. */
#define ONE_FUNC HEADER "\1\4\1\x60\0\0\3\2\1\0"

typedef struct bytes_case {
    const char *bytes;
    size_t len;
    const char *message; /* what it begins with; NULL for a valid module */
    uint64_t offset;
} bytes_case;

#define CASE(literal, message, offset)                                                   \
    { literal, sizeof(literal) - 1, message, offset }

/* Decodes and validates a copy that ends where an overrun shows. */
static tenon_status load_bytes(test_world *w, const void *bytes, size_t len, u64 base) {
    u8 *copy = malloc(len == 0 ? 1 : len);
    memcpy(copy, bytes, len);
    tni_error_clear(&w->e);
    tni_module *m = NULL;
    tenon_status s = tni_module_decode(&w->engine, copy, len, base, true, &m, &w->e);
    if (s == TENON_OK) {
        s = tni_module_validate(m, &w->e);
        tni_module_release(m);
    }
    free(copy);
    return s;
}

static void check_cases(const bytes_case *cases, size_t count, u64 features,
                        tenon_status wanted) {
    test_world w;
    memset(&w, 0, sizeof w);
    ck_assert_int_eq(test_engine_open(&w), TENON_OK);
    w.engine.features = features;
    for (size_t i = 0; i < count; i++) {
        const bytes_case *c = &cases[i];
        tenon_status s = load_bytes(&w, c->bytes, c->len, 1000);
        if (c->message == NULL) {
            ck_assert_msg(s == TENON_OK, "case %zu: %s", i, w.e.message);
            continue;
        }
        ck_assert_msg(s == wanted && w.e.status == wanted, "case %zu: %d %s", i, (int)s,
                      w.e.message);
        ck_assert_msg(strncmp(w.e.message, c->message, strlen(c->message)) == 0,
                      "case %zu: %s", i, w.e.message);
        ck_assert_msg(w.e.offset == 1000 + c->offset, "case %zu: %s at %llu", i,
                      w.e.message, (unsigned long long)w.e.offset - 1000);
    }
    test_engine_close(&w);
    ck_assert_uint_eq(w.allocator.live_bytes, 0);
}

START_TEST(malformed_modules_say_where) {
    static const bytes_case cases[] = {
        CASE("\0asm", "unexpected end of section or function", 4),
        CASE("\0asM\1\0\0\0", "magic header not detected", 0),
        CASE("\0asm\xd\0\1\0", "unknown binary version", 4),
        CASE(HEADER "\x0e\0", "malformed section id", 8),
        CASE(HEADER "\5\1\0\5\1\0", "unexpected content after last section", 11),
        CASE(HEADER "\5\4\1\0\1\0", "section size mismatch", 10),
        CASE(HEADER "\1\x55\0", "length out of bounds", 9),
        CASE(HEADER "\1\4\1\x61\0\0", "malformed definition type", 11),
        CASE(HEADER "\1\5\1\x5f\1\x76\0", "malformed storage type", 13),
        CASE(HEADER "\1\5\1\x5f\1\x7f\2", "malformed mutability", 14),
        CASE(HEADER "\2\5\1\1\xff\0\0", "malformed UTF-8 encoding", 12),
        CASE(HEADER "\2\4\1\0\0\7", "malformed import kind", 13),
        CASE(HEADER "\4\5\1\x70\2\0\0", "malformed limits flags", 12),
        CASE(HEADER "\7\4\1\0\5\0", "malformed export kind", 12),
        CASE(HEADER "\xd\3\1\1\0", "zero byte expected", 11),
        CASE(HEADER "\x9\2\1\x8", "malformed elements segment kind", 11),
        CASE(HEADER "\x9\3\1\1\1", "malformed element kind", 12),
        CASE(HEADER "\xb\2\1\3", "malformed data segment kind", 11),
        CASE(HEADER "\xc\1\1", "data count and data section have inconsistent lengths",
             11),
        CASE(ONE_FUNC, "function and code section have inconsistent lengths", 18),
        CASE(ONE_FUNC "\xa\4\1\2\0\x1d", "illegal opcode 1d", 23),
        CASE(ONE_FUNC "\xa\6\1\4\0\xfc\x20\xb", "illegal opcode fc 20", 23),
        CASE(ONE_FUNC "\xa\5\1\3\0\1\5", "END opcode expected", 24),
        CASE(ONE_FUNC "\xa\5\1\3\0\xb\xb", "section size mismatch", 22),
        CASE(ONE_FUNC "\xa\4\1\2\0\1", "unexpected end of section or function", 24),
        CASE(ONE_FUNC "\xa\6\1\4\0\x28\x80\1", "malformed memop flags", 24),
        CASE(ONE_FUNC "\xa\7\1\5\0\xd0\x68\x1a\xb", "malformed heap type", 24),
        CASE(ONE_FUNC "\xa\7\1\5\0\2\x45\xb\xb", "malformed reference type", 24),
        CASE(ONE_FUNC "\xa\7\1\5\0\xfc\x9\0\xb", "data count section required", 23),
        CASE(ONE_FUNC "\xa\xc\1\xa\2\xff\xff\xff\xff\xf\x7f\2\x7f\xb", "too many locals",
             22),
        CASE(ONE_FUNC "\xa\xa\1\x8\0\x1f\x40\1\4\0\xb\xb", "malformed catch clause", 26),
    };
    check_cases(cases, TNI_COUNT_OF(cases), tenon_features_default(), TENON_MALFORMED);
}
END_TEST

START_TEST(malformed_goes_before_invalid) {
    /* An unknown start function, or an ill-typed body, and a later body with an opcode
     * that there is not. */
    static const bytes_case cases[] = {
        CASE(ONE_FUNC "\x8\1\7\xa\4\1\2\0\xff", "illegal opcode ff", 26),
        CASE(HEADER "\1\4\1\x60\0\0\3\3\2\0\0\xa\x8\2\3\0\x1a\xb\2\0\x27",
             "illegal opcode 27", 28),
        /* A body that runs over, before a later section that is malformed too. */
        CASE(ONE_FUNC "\xa\4\1\2\0\1\xb\1\x7f", "section size mismatch", 22),
    };
    check_cases(cases, TNI_COUNT_OF(cases), tenon_features_default(), TENON_MALFORMED);
}
END_TEST

START_TEST(invalid_modules_say_where) {
    static const bytes_case cases[] = {
        CASE(ONE_FUNC "\xa\x4\1\2\0\xb", NULL, 0),
        CASE(ONE_FUNC "\xa\5\1\3\0\x1a\xb", "type mismatch", 23),
        CASE(ONE_FUNC "\xa\7\1\5\0\x41\0\x45\xb",
             "type mismatch: block requires [] but stack has [i32] in end of function 0",
             26),
        CASE(ONE_FUNC "\xa\x8\1\6\0\x42\0\x45\x1a\xb",
             "type mismatch: instruction requires [i32] but stack has [i64] in i32.eqz",
             25),
        CASE(ONE_FUNC "\xa\6\1\4\0\x20\0\xb", "unknown local 0", 23),
        CASE(ONE_FUNC "\xa\6\1\4\0\x10\5\xb", "unknown function 5", 23),
        CASE(ONE_FUNC "\xa\6\1\4\0\xc\1\xb", "unknown label 1", 23),
        CASE(ONE_FUNC "\xa\6\1\4\0\xd2\0\xb", "undeclared function reference 0", 23),
        CASE(ONE_FUNC "\x8\1\1\xa\4\1\2\0\xb", "unknown function 1", 20),
        CASE(ONE_FUNC "\7\x9\2\1\x61\0\0\1\x61\0\0\xa\4\1\2\0\xb",
             "duplicate export name \"a\"", 25),
        CASE(HEADER "\1\6\1\x60\1\x63\5\0", "unknown type 5", 11),
        CASE(HEADER "\6\6\1\x7f\0\x23\0\xb", "unknown global 0 in global.get", 13),
        CASE(HEADER "\6\7\1\x7f\0\x41\0\x67\xb", "constant expression required", 15),
        CASE(HEADER "\5\4\1\1\1\2", NULL, 0),
        CASE(HEADER "\5\4\1\1\2\1",
             "size minimum must not be greater than maximum: 2 and 1", 10),
        CASE(HEADER "\4\5\1\x64\x70\0\0", "type mismatch: table 0", 10),
        CASE(HEADER "\1\xb\2\x60\0\0\x50\1\0\x60\0\1\x7f",
             "sub type 1 has final super type 0", 14),
    };
    check_cases(cases, TNI_COUNT_OF(cases), tenon_features_default(), TENON_INVALID);
}
END_TEST

/* -- features -- */

START_TEST(flagged_instructions_need_their_flag) {
    static const bytes_case off[] = {
        CASE(ONE_FUNC "\xa\7\1\5\0\xfe\3\0\xb",
             "illegal opcode fe 03 (atomic.fence needs feature threads)", 23),
        CASE(ONE_FUNC "\xa\6\1\4\0\xfc\x15\xb",
             "illegal opcode fc 15 (i64.mul_wide_s needs feature wide-arithmetic)", 23),
        CASE(ONE_FUNC "\xa\x8\1\6\0\6\x40\x19\xb\xb",
             "illegal opcode 06 (try needs feature legacy-exceptions)", 23),
        CASE(HEADER "\5\4\1\3\0\0", "malformed limits flags: 0x03 needs feature threads",
             11),
        CASE(HEADER "\5\4\1\x8\0\0",
             "malformed limits flags: 0x08 needs feature custom-page-sizes", 11),
    };
    static const bytes_case on[] = {
        CASE(ONE_FUNC "\xa\7\1\5\0\xfe\3\0\xb", NULL, 0),
        CASE(ONE_FUNC "\xa\xc\1\xa\0\x42\0\x42\0\xfc\x15\x1a\x1a\xb", NULL, 0),
        CASE(ONE_FUNC "\xa\x8\1\6\0\6\x40\x19\xb\xb", NULL, 0),
        CASE(ONE_FUNC "\xa\x9\1\7\0\6\x40\x9\0\xb\xb", "invalid rethrow label", 25),
        CASE(HEADER "\5\4\1\3\0\0", NULL, 0),
        CASE(HEADER "\5\3\1\2\0", "shared memory must have maximum", 10),
        CASE(HEADER "\5\4\1\x8\0\0", NULL, 0),
        CASE(HEADER "\5\4\1\x8\0\1", "invalid custom page size", 10),
    };
    check_cases(off, TNI_COUNT_OF(off), tenon_features_default(), TENON_MALFORMED);
    check_cases(on, TNI_COUNT_OF(on), UINT64_MAX, TENON_INVALID);
}
END_TEST

START_TEST(first_uses_of_groups_are_noted) {
    test_world w;
    memset(&w, 0, sizeof w);
    ck_assert_int_eq(test_engine_open(&w), TENON_OK);
    mb b = {.funcs = 0};
    wb code = {NULL, 0, 0};
    wb_i32(&code, 0);
    wb_op(&code, TNI_OP_I32_EXTEND8_S);
    wb_op(&code, TNI_OP_I32_EXTEND16_S);
    wb_op(&code, TNI_OP_DROP);
    mb_func(&b, mb_type(&b, ":"), "", &code);
    mb_memory(&b, true, 0, -1);
    wb_free(&code);
    tni_module *m;
    ck_assert_int_eq(test_load(&w, mb_finish(&b), &m), TENON_OK);
    ck_assert(m->group_use[TNI_GROUP_SIGN_EXT].used);
    ck_assert_int_eq(m->group_use[TNI_GROUP_SIGN_EXT].op, TNI_OP_I32_EXTEND8_S);
    ck_assert_uint_eq(m->group_use[TNI_GROUP_SIGN_EXT].offset,
                      m->funcs[0].body.offset + 3);
    ck_assert(!m->group_use[TNI_GROUP_SIMD].used);
    ck_assert(m->uses_memory64 && !m->uses_shared && !m->uses_custom_page_size);
    tni_module_release(m);
    test_engine_close(&w);
    ck_assert_uint_eq(w.allocator.live_bytes, 0);
}
END_TEST

/* -- limits -- */

#ifndef TNI_TINY /* where growth by one element would make such depths slow */
static wb blocks(u32 depth) {
    mb b = {.funcs = 0};
    wb code = {NULL, 0, 0};
    for (u32 i = 0; i < depth; i++) {
        wb_op(&code, TNI_OP_BLOCK);
        wb_byte(&code, 0x40);
    }
    for (u32 i = 0; i < depth; i++) {
        wb_op(&code, TNI_OP_END);
    }
    mb_func(&b, mb_type(&b, ":"), "", &code);
    wb_free(&code);
    return mb_finish(&b);
}
#endif

static wb with_locals(u32 params, u32 locals, tni_op op, u32 x) {
    mb b = {.funcs = 0};
    wb body = {NULL, 0, 0};
    char sig[1003];
    memset(sig, 'i', sizeof sig);
    strcpy(sig + params, ":");
    wb_u64(&b.section[3], mb_type(&b, sig));
    wb_byte(&body, 2);
    wb_u64(&body, locals - 1);
    wb_byte(&body, mb_valtype('i'));
    wb_byte(&body, 1);
    wb_byte(&body, mb_valtype('F'));
    wb_opx(&body, TNI_OP_LOCAL_GET, x);
    wb_op(&body, op);
    wb_op(&body, TNI_OP_DROP);
    wb_op(&body, TNI_OP_END);
    wb_u64(&b.section[10], body.count);
    wb_add(&b.section[10], &body);
    b.entries[3] = b.entries[10] = 1;
    wb_free(&body);
    return mb_finish(&b);
}

static tenon_status load_and_free(test_world *w, wb bytes) {
    tenon_status s = load_bytes(w, bytes.data, bytes.count, 0);
    wb_free(&bytes);
    return s;
}

START_TEST(limits_hold) {
    test_world w;
    memset(&w, 0, sizeof w);
    ck_assert_int_eq(test_engine_open(&w), TENON_OK);
#ifdef TNI_TINY
    printf("skipped: deep nesting, for stacks grow by one element at a time\n");
#else
    ck_assert_int_eq(load_and_free(&w, blocks(TNI_LIMIT_block_depth)), TENON_OK);
    ck_assert_int_eq(load_and_free(&w, blocks(TNI_LIMIT_block_depth + 1)), TENON_LIMIT);
#endif
    u32 most = TNI_LIMIT_locals;
    ck_assert_int_eq(load_and_free(&w, with_locals(0, most, TNI_OP_I32_EQZ, most - 2)),
                     TENON_OK);
    ck_assert_int_eq(load_and_free(&w, with_locals(0, most, TNI_OP_F64_NEG, most - 1)),
                     TENON_OK);
    ck_assert_int_eq(load_and_free(&w, with_locals(0, most, TNI_OP_F64_NEG, most - 2)),
                     TENON_INVALID);
    ck_assert_int_eq(load_and_free(&w, with_locals(0, most, TNI_OP_F64_NEG, most)),
                     TENON_INVALID);
    ck_assert_int_eq(load_and_free(&w, with_locals(0, most + 1, TNI_OP_I32_EQZ, 0)),
                     TENON_LIMIT);
    ck_assert_int_eq(
        load_and_free(&w, with_locals(1000, most - 1000, TNI_OP_I32_EQZ, 999)), TENON_OK);
    ck_assert_int_eq(
        load_and_free(&w, with_locals(1000, most - 999, TNI_OP_I32_EQZ, 999)),
        TENON_LIMIT);
    ck_assert_int_eq(load_and_free(&w, with_locals(1001, 2, TNI_OP_I32_EQZ, 0)),
                     TENON_LIMIT);
    for (u32 x = 250; x < 262; x++) { /* where the array of types ends */
        tni_op op = x == 257 ? TNI_OP_F64_NEG : TNI_OP_I32_EQZ;
        ck_assert_int_eq(load_and_free(&w, with_locals(5, 253, op, x)),
                         x < 258 ? TENON_OK : TENON_INVALID);
    }
    test_engine_close(&w);
    ck_assert_uint_eq(w.allocator.live_bytes, 0);
}
END_TEST

/* A call of two bytes pushes as many values as a type may have results. */
START_TEST(the_operand_stack_is_limited) {
    test_world w;
    memset(&w, 0, sizeof w);
    ck_assert_int_eq(test_engine_open(&w), TENON_OK);
    for (u32 calls = 999; calls < 1002; calls++) {
        mb b = {.funcs = 0};
        wb code = {NULL, 0, 0};
        char sig[1002];
        memset(sig, 'i', sizeof sig);
        sig[0] = ':';
        sig[1001] = 0;
        mb_import_func(&b, "m", "f", mb_type(&b, sig));
        for (u32 i = 0; i < calls; i++) {
            wb_opx(&code, TNI_OP_CALL, 0);
        }
        wb_op(&code, TNI_OP_UNREACHABLE);
        mb_func(&b, mb_type(&b, ":"), "", &code);
        wb_free(&code);
        ck_assert_int_eq(load_and_free(&w, mb_finish(&b)),
                         calls < 1000 ? TENON_OK : TENON_LIMIT);
    }
    test_engine_close(&w);
    ck_assert_uint_eq(w.allocator.live_bytes, 0);
}
END_TEST

/* Few bytes that claim much must not reserve much. */
START_TEST(claims_reserve_nothing) {
    static const char *const bytes[] = {
        HEADER "\1\5\xff\xff\xff\xff\xf",
        HEADER "\3\4\xbf\x84\x3d\0",
        HEADER "\x9\7\1\0\x41\0\xb\xff\x7f",
    };
    static const size_t lens[] = {15, 14, 17};
    for (size_t i = 0; i < TNI_COUNT_OF(bytes); i++) {
        test_world w;
        memset(&w, 0, sizeof w);
        ck_assert_int_eq(test_engine_open(&w), TENON_OK);
        w.engine.heap.limit_bytes = w.engine.heap.used_bytes + 16384;
        ck_assert_int_eq(load_bytes(&w, bytes[i], lens[i], 0), TENON_MALFORMED);
        test_engine_close(&w);
        ck_assert_uint_eq(w.allocator.live_bytes, 0);
    }
}
END_TEST

/* -- what a module says of itself -- */

START_TEST(modules_have_names_and_exports) {
    test_world w;
    memset(&w, 0, sizeof w);
    ck_assert_int_eq(test_engine_open(&w), TENON_OK);
    mb b = {.funcs = 0};
    wb none = {NULL, 0, 0}, zero = {NULL, 0, 0};
    mb_import_func(&b, "m", "f", mb_type(&b, "i:I"));
    mb_func(&b, mb_type(&b, ":"), "", &none);
    mb_memory(&b, false, 1, 2);
    mb_table(&b, true, 1, -1);
    wb_f64(&zero, 0);
    mb_global(&b, 'F', true, &zero);
    wb_free(&zero);
    mb_export(&b, "f", 0, 0);
    mb_export(&b, "t", 1, 0);
    mb_export(&b, "m", 2, 0);
    mb_export(&b, "g", 3, 0);
    wb bytes = mb_finish(&b);
    static const char names[] = "\0\x1d\4name\0\4\3mod\1\x0f\2\0\5first\1\5other\2\0";
    wb_put(&bytes, names, sizeof names - 1);
    bytes.data[bytes.count - sizeof names + 2] = (u8)(sizeof names - 3);
    tni_module *m;
    ck_assert_int_eq(test_load(&w, bytes, &m), TENON_OK);
    ck_assert(tni_str_eq(tni_module_name(m), TNI_STR("mod")));
    ck_assert(tni_str_eq(tni_module_func_name(m, 0), TNI_STR("first")));
    ck_assert(tni_str_eq(tni_module_func_name(m, 1), TNI_STR("other")));
    ck_assert_uint_eq(tni_module_func_name(m, 2).len, 0);
    static const char *const texts[] = {"(func (param i32) (result i64))",
                                        "(table i64 1 funcref)", "(memory 1 2)",
                                        "(global (mut f64))"};
    static const char *const exports[] = {"f", "t", "m", "g"};
    for (u32 i = 0; i < 4; i++) {
        char buf[80];
        ck_assert_uint_eq(tni_module_find_export(m, tni_str_of(exports[i])), i);
        tni_externtype t = tni_export_type(m, i);
        tni_externtype_format(w.engine.registry, buf, sizeof buf, &t);
        ck_assert_str_eq(buf, texts[i]);
    }
    ck_assert_uint_eq(tni_module_find_export(m, TNI_STR("x")), TNI_NO_INDEX);
    tni_externtype t = tni_import_type(m, 0);
    ck_assert_uint_eq(t.as.func, test_type_id(&w, "i:I"));
    ck_assert_uint_eq(tni_module_deftype(m, 1)->param_slots, 0);
    tni_module_retain(m);
    tni_module_release(m);
    tni_module_release(m);
    test_engine_close(&w);
    ck_assert_uint_eq(w.allocator.live_bytes, 0);
}
END_TEST

START_TEST(bad_name_sections_do_no_harm) {
    test_world w;
    memset(&w, 0, sizeof w);
    ck_assert_int_eq(test_engine_open(&w), TENON_OK);
    static const bytes_case cases[] = {
        CASE(HEADER "\0\5\4name", NULL, 0),
        CASE(HEADER "\0\6\4name\1", NULL, 0),
        CASE(HEADER "\0\x8\4name\1\x7f\1", NULL, 0),
        CASE(HEADER "\0\xb\4name\1\4\1\0\5x", NULL, 0),
        CASE(HEADER "\0\xb\4name\1\4\1\0\1\xff", NULL, 0),
        CASE(HEADER "\0\xc\4name\1\5\xff\xff\xff\xff\xf", NULL, 0),
    };
    for (size_t i = 0; i < TNI_COUNT_OF(cases); i++) {
        wb bytes = {NULL, 0, 0};
        wb_put(&bytes, cases[i].bytes, cases[i].len);
        tni_module *m;
        ck_assert_int_eq(test_load(&w, bytes, &m), TENON_OK);
        ck_assert_uint_eq(tni_module_func_name(m, 0).len, 0);
        ck_assert_uint_eq(tni_module_name(m).len, 0);
        tni_module_release(m);
    }
    test_engine_close(&w);
    ck_assert_uint_eq(w.allocator.live_bytes, 0);
}
END_TEST

/* -- input of every kind -- */

/* A module with types that refer to each other, a tag, globals, tables and segments of
 * references, and code that uses them: what the benchmarks' modules lack. */
static wb rich_module(void) {
    mb b = {.funcs = 0};
    static const char types[] =
        "\x4e\2\x50\0\x5f\2\x63\1\1\x78\0\x50\1\0\x5f\3\x63\1\1\x78\0\x7b\1" /* 0, 1 */
        "\x5e\x77\1"                                                         /* 2: i16 */
        "\x60\1\x64\0\1\x7f"                                                 /* 3 */
        "\x60\1\x7f\0"                                                       /* 4 */
        "\x60\0\1\x63\3";                                                    /* 5 */
    wb_put(&b.section[1], types, sizeof types - 1);
    b.entries[1] = 5;
    b.types = 6;
    wb_put(&b.section[13], "\0\4", 2);
    b.entries[13] = 1;
    static const char table[] = "\x40\0\x64\3\0\2\xd2\0\xb";
    wb_put(&b.section[4], table, sizeof table - 1);
    b.entries[4] = 1;
    static const char global[] = "\x63\2\0\x41\3\x41\4\xfb\6\2\xb";
    wb_put(&b.section[6], global, sizeof global - 1);
    b.entries[6] = 1;
    static const char elem[] = "\6\0\x41\1\xb\x64\3\1\xd2\0\xb";
    wb_put(&b.section[9], elem, sizeof elem - 1);
    b.entries[9] = 1;
    mb_memory(&b, false, 1, 3);
    mb_data(&b, 8, "data", 4);
    mb_data(&b, -1, "passive", 7);
    wb code = {NULL, 0, 0};
    wb_put(&code, "\2\x40\x1f\x40\1\2\0\x41\7\x8\0\xb\xb\x20\0\xfb\3\0\1", 19);
    wb_put(&code, "\x41\0\x41\0\x41\0\xfc\x8\1\0", 10);
    wb_put(&code, "\x20\0\xfb\x17\1\x1a", 6);
    wb_put(&code, "\x23\0\x41\0\xfb\xd\2\x6a", 8);
    mb_func(&b, 3, "", &code);
    code.count = 0;
    wb_put(&code, "\x20\0\xe\2\0\0\0", 7);
    mb_func(&b, 4, "iIfFv", &code);
    wb_free(&code);
    mb_export(&b, "rich", 0, 0);
    return mb_finish(&b);
}

/* Loads bytes; nothing may be left whatever comes of it. */
static void load_any(test_world *w, const u8 *bytes, size_t len) {
    tenon_status s = load_bytes(w, bytes, len, 0);
    ck_assert(s == TENON_OK || s == TENON_MALFORMED || s == TENON_INVALID ||
              s == TENON_LIMIT);
    ck_assert(s == TENON_OK || (w->e.status == s && w->e.message[0] != 0));
}

/* Cut at every step-th byte, and with every step-th byte changed. */
static void maul(const u8 *bytes, size_t len, size_t step) {
    static const u8 masks[] = {0x01, 0x40, 0x80, 0xff};
    test_world w;
    memset(&w, 0, sizeof w);
    ck_assert_int_eq(test_engine_open(&w), TENON_OK);
    w.engine.features = UINT64_MAX;
    ck_assert_msg(load_bytes(&w, bytes, len, 0) == TENON_OK, "%s", w.e.message);
    for (size_t i = 0; i < len; i += step) {
        load_any(&w, bytes, i);
    }
    u8 *changed = malloc(len);
    memcpy(changed, bytes, len);
    for (size_t i = 0; i < len; i += step) {
        for (size_t k = 0; k < TNI_COUNT_OF(masks); k++) {
            changed[i] = bytes[i] ^ masks[k];
            load_any(&w, changed, len);
        }
        changed[i] = bytes[i];
    }
    free(changed);
    test_engine_close(&w);
    ck_assert_uint_eq(w.allocator.live_bytes, 0);
}

START_TEST(a_rich_module_survives_mauling) {
    wb bytes = rich_module();
    maul(bytes.data, bytes.count, 1);
    wb_free(&bytes);
}
END_TEST

START_TEST(benchmark_modules_survive_mauling) {
    static const struct {
        const char *name;
        size_t step;
    } rows[] = {{"hello", 1}, {"vm", 61}, {"nbody", 67}};
    const char *dir = getenv("BENCH_DIR");
    if (dir == NULL) {
        printf("skipped: no BENCH_DIR\n");
        return;
    }
    for (size_t i = 0; i < TNI_COUNT_OF(rows); i++) {
        char path[1024];
        static u8 bytes[65536];
        snprintf(path, sizeof path, "%s/core/%s.wasm", dir, rows[i].name);
        FILE *f = fopen(path, "rb");
        if (f == NULL) {
            printf("skipped: no %s\n", path);
            continue;
        }
        size_t n = fread(bytes, 1, sizeof bytes, f);
        fclose(f);
        maul(bytes, n, rows[i].step);
    }
}
END_TEST

START_TEST(memory_running_out_is_an_error) {
    wb bytes = rich_module();
    for (unsigned long k = 1;; k++) {
        test_world w;
        memset(&w, 0, sizeof w);
        w.allocator.fail_at = k;
        tni_error_clear(&w.e);
        tenon_status s = test_engine_open(&w);
        if (s == TENON_OK) {
            s = load_bytes(&w, bytes.data, bytes.count, 0);
        }
        bool failed = w.allocator.failed > 0;
        /* A refused chunk may have been had smaller. */
        ck_assert(s == TENON_NO_MEMORY || s == TENON_OK);
        test_engine_close(&w);
        ck_assert_uint_eq(w.allocator.live_bytes, 0);
        if (!failed) {
            ck_assert_int_eq(s, TENON_OK);
            ck_assert_uint_gt(k, 10);
            break;
        }
    }
    wb_free(&bytes);
}
END_TEST

int main(void) {
    const TTest *const tests[] = {
        every_op_is_found_by_its_encoding,
        op_rows_are_well_formed,
        equal_types_have_one_id,
        groups_refer_to_themselves,
        subtypes_match,
        abstract_heap_types_are_ordered,
        types_have_text,
        imports_match_by_their_types,
        malformed_modules_say_where,
        malformed_goes_before_invalid,
        invalid_modules_say_where,
        flagged_instructions_need_their_flag,
        first_uses_of_groups_are_noted,
        limits_hold,
        the_operand_stack_is_limited,
        claims_reserve_nothing,
        modules_have_names_and_exports,
        bad_name_sections_do_no_harm,
        a_rich_module_survives_mauling,
        benchmark_modules_survive_mauling,
        memory_running_out_is_an_error,
    };
    return test_run("core", tests, TNI_COUNT_OF(tests));
}
