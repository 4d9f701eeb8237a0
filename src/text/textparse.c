/* textparse.c: tokens at hand and ahead, common pieces, common errors. */
#include "text/textparse.h"
#include "base/numtext.h"
#include "base/unicode.h"
#include "core/op.h"

/* Annotations that mean something; all others are white space. */
static bool keep_annotation(tni_str name) {
    return tni_str_eq(name, TNI_STR("custom")) || tni_str_eq(name, TNI_STR("name")) ||
           tni_str_eq(name, TNI_STR("metadata.code.branch_hint")) ||
           tni_str_eq(name, TNI_STR("tenon.names")) ||
           tni_str_eq(name, TNI_STR("tenon.data_count"));
}

tenon_status tni_text_init(tni_text *t, tenon_engine *engine, tni_str source,
                           size_t begin, size_t end, tenon_error *e) {
    *t = (tni_text){.engine = engine, .heap = &engine->heap, .e = e};
    tni_arena_init(&t->arena, t->heap);
    tni_lexer_init(&t->lex, source, begin, end, &t->arena, e);
    t->lex.keep = keep_annotation;
    return tni_lexer_next(&t->lex, &t->tok);
}

void tni_text_free(tni_text *t) {
    tni_lexer_free(&t->lex);
    tni_arena_free(&t->arena);
}

TNI_COLD static tenon_status misplaced(tni_text *t, const tni_annotation *a) {
    if (tni_str_eq(a->name, TNI_STR("metadata.code.branch_hint"))) {
        return tni_lexer_fail(&t->lex, a->at, TNI_ERR_TEXT_HINT, "not in a function");
    }
    return tni_lexer_fail(&t->lex, a->at, TNI_ERR_TEXT_MISPLACED, "@%.*s annotation",
                          (int)a->name.len, a->name.ptr);
}

/* Leaves the annotations before the token at hand behind. */
static tenon_status leave_annotations(tni_text *t) {
    for (u32 i = 0; i < t->tok.annotations; i++) {
        const tni_annotation *a = &t->lex.kept.data[t->kept + i];
        if (a->name.len != 0 && !t->lax) {
            return misplaced(t, a);
        }
    }
    t->kept += t->tok.annotations;
    if (t->kept == t->lex.kept.count) {
        t->kept = 0;
        t->lex.kept.count = 0;
    }
    return TENON_OK;
}

tenon_status tni_text_next(tni_text *t) {
    if (TNI_UNLIKELY(t->tok.annotations != 0)) {
        TNI_TRY(leave_annotations(t));
    }
    t->last_end = t->tok.raw.ptr + t->tok.raw.len;
    if (t->has_ahead) {
        t->tok = t->ahead;
        t->has_ahead = false;
        return TENON_OK;
    }
    return tni_lexer_next(&t->lex, &t->tok);
}

tenon_status tni_text_peek(tni_text *t) {
    if (t->has_ahead) {
        return TENON_OK;
    }
    t->has_ahead = true;
    return tni_lexer_next(&t->lex, &t->ahead);
}

tenon_status tni_text_seek(tni_text *t, const char *at) {
    t->lex.kept.count = 0;
    t->kept = 0;
    t->has_ahead = false;
    t->lex.cur = at;
    return tni_lexer_next(&t->lex, &t->tok);
}

tenon_status tni_text_skip(tni_text *t) {
    const char *begin = t->tok.raw.ptr;
    t->lex.cur = begin;
    if (tni_lexer_skip(&t->lex)) {
        return tni_text_seek(t, t->lex.cur);
    }
    /* It ends too soon, perhaps because of a token that is none: find that. */
    TNI_TRY(tni_text_seek(t, begin));
    t->lax = true;
    while (t->tok.kind != TNI_TOKEN_EOF) {
        TNI_TRY(tni_text_next(t));
    }
    return tni_text_unexpected(t);
}

bool tni_text_claim(tni_text *t, tni_str name, tni_annotation *out) {
    for (u32 i = 0; i < t->tok.annotations; i++) {
        tni_annotation *a = &t->lex.kept.data[t->kept + i];
        if (tni_str_eq(a->name, name)) {
            *out = *a;
            a->name.len = 0;
            return true;
        }
    }
    return false;
}

bool tni_text_claim_if(tni_text *t, bool (*wanted)(tni_str name), tni_annotation *out) {
    for (u32 i = 0; i < t->tok.annotations; i++) {
        tni_annotation *a = &t->lex.kept.data[t->kept + i];
        if (a->name.len != 0 && wanted(a->name)) {
            *out = *a;
            a->name.len = 0;
            return true;
        }
    }
    return false;
}

tenon_status tni_text_at_form_(tni_text *t, tni_str keyword, bool *yes) {
    *yes = false;
    if (t->tok.kind == TNI_TOKEN_LPAR) {
        TNI_TRY(tni_text_peek(t));
        *yes = tni_token_is(&t->ahead, keyword);
    }
    return TENON_OK;
}

tenon_status tni_text_take_form_(tni_text *t, tni_str keyword, bool *yes) {
    TNI_TRY(tni_text_at_form_(t, keyword, yes));
    if (*yes) {
        TNI_TRY(tni_text_next(t));
        TNI_TRY(tni_text_next(t));
    }
    return TENON_OK;
}

tenon_status tni_text_lpar(tni_text *t) {
    return t->tok.kind == TNI_TOKEN_LPAR ? tni_text_next(t) : tni_text_unexpected(t);
}

tenon_status tni_text_rpar(tni_text *t) {
    return t->tok.kind == TNI_TOKEN_RPAR ? tni_text_next(t) : tni_text_unexpected(t);
}

tenon_status tni_text_keyword_(tni_text *t, tni_str keyword) {
    return tni_token_is(&t->tok, keyword) ? tni_text_next(t) : tni_text_unexpected(t);
}

/* -- errors -- */

/* Keywords other than instructions, for telling an unexpected token from no token. */
static const char *const keywords[] = {
    "i8",
    "i16",
    "i32",
    "i64",
    "f32",
    "f64",
    "v128",
    "i8x16",
    "i16x8",
    "i32x4",
    "i64x2",
    "f32x4",
    "f64x2",
    "any",
    "anyref",
    "none",
    "nullref",
    "eq",
    "eqref",
    "i31",
    "i31ref",
    "structref",
    "arrayref",
    "nofunc",
    "funcref",
    "exn",
    "noexn",
    "exnref",
    "nullexnref",
    "nullfuncref",
    "extern",
    "noextern",
    "externref",
    "ref",
    "null",
    "nullexternref",
    "array",
    "struct",
    "field",
    "mut",
    "sub",
    "final",
    "rec",
    "then",
    "catch_ref",
    "catch_all_ref",
    "do",
    "type",
    "func",
    "param",
    "result",
    "local",
    "global",
    "table",
    "memory",
    "tag",
    "elem",
    "data",
    "declare",
    "offset",
    "item",
    "start",
    "import",
    "export",
    "module",
    "binary",
    "quote",
    "definition",
    "instance",
    "script",
    "register",
    "invoke",
    "get",
    "either",
    "input",
    "output",
    "pagesize",
    "shared",
    "nan:canonical",
    "nan:arithmetic",
    "assert_malformed",
    "assert_invalid",
    "assert_unlinkable",
    "assert_return",
    "assert_trap",
    "assert_exception",
    "assert_exhaustion",
    "component",
    "core",
    "alias",
    "canon",
    "outer",
    "inline",
};

static bool is_keyword(tni_str s) {
    for (size_t i = 0; i < TNI_COUNT_OF(keywords); i++) {
        if (tni_str_eq(s, tni_str_of(keywords[i]))) {
            return true;
        }
    }
    for (size_t i = 0; i < TNI_OP_COUNT; i++) {
        if (tni_str_eq(s, tni_str_of(tni_ops[i].text))) {
            return true;
        }
    }
    return false;
}

static bool is_number(tni_str s) {
    u64 bits;
    return tni_parse_f64(s, &bits) != TNI_NUM_SYNTAX;
}

static bool is_memarg(tni_str s) {
    size_t n = s.len > 7 && memcmp(s.ptr, "offset=", 7) == 0  ? 7
               : s.len > 6 && memcmp(s.ptr, "align=", 6) == 0 ? 6
                                                              : 0;
    u64 value;
    return n != 0 && tni_parse_u64((tni_str){s.ptr + n, s.len - n}, UINT64_MAX, &value) !=
                         TNI_NUM_SYNTAX;
}

TNI_COLD tenon_status tni_text_unexpected(tni_text *t) {
    const tni_token *k = &t->tok;
    if (k->kind == TNI_TOKEN_EOF) {
        return tni_text_fail(t, TNI_ERR_TEXT_UNEXPECTED, "end of input");
    }
    int len = k->raw.len > 60 ? 60 : (int)k->raw.len;
    bool known = k->kind != TNI_TOKEN_RESERVED;
    if (k->kind == TNI_TOKEN_ATOM) {
        known = is_keyword(k->text) || is_number(k->text) || is_memarg(k->text);
    }
    return tni_text_fail(t, known ? TNI_ERR_TEXT_UNEXPECTED : TNI_ERR_TEXT_UNKNOWN_OP,
                         "%.*s", len, k->raw.ptr);
}

TNI_COLD tenon_status tni_text_fail(tni_text *t, tni_code code, const char *fmt, ...) {
    if (fmt == NULL) {
        return tni_lexer_fail(&t->lex, t->tok.raw.ptr, code, NULL);
    }
    char detail[256];
    va_list args;
    va_start(args, fmt);
    tni_vformat(detail, sizeof detail, fmt, args);
    va_end(args);
    return tni_lexer_fail(&t->lex, t->tok.raw.ptr, code, "%s", detail);
}

/* -- pieces -- */

tenon_status tni_text_nat(tni_text *t, unsigned bits, u64 *out) {
    *out = 0;
    if (t->tok.kind != TNI_TOKEN_ATOM) {
        return tni_text_unexpected(t);
    }
    switch (tni_parse_u64(t->tok.text, UINT64_MAX >> (64 - bits), out)) {
    case TNI_NUM_OK: return tni_text_next(t);
    case TNI_NUM_RANGE:
        return tni_text_fail(t,
                             bits == 8    ? TNI_ERR_TEXT_RANGE_I8
                             : bits == 32 ? TNI_ERR_TEXT_RANGE_I32
                                          : TNI_ERR_TEXT_RANGE_I64,
                             NULL);
    case TNI_NUM_SYNTAX: break;
    }
    return tni_text_unexpected(t);
}

tenon_status tni_text_u32(tni_text *t, u32 *out) {
    u64 v;
    tenon_status status = tni_text_nat(t, 32, &v);
    *out = (u32)v;
    return status;
}

tenon_status tni_text_string(tni_text *t, tni_str *out) {
    if (t->tok.kind != TNI_TOKEN_STRING) {
        return tni_text_unexpected(t);
    }
    *out = t->tok.text;
    if (!t->tok.plain) {
        tni_buf b;
        tni_buf_init(&b, t->heap);
        tni_string_unescape(t->tok.text, &b);
        *out = tni_arena_str(&t->arena, (tni_str){(const char *)b.data, b.count});
        bool failed = b.failed || out->ptr == NULL;
        tni_buf_free(&b);
        if (failed) {
            return tni_no_memory(t->e);
        }
    }
    return tni_text_next(t);
}

tenon_status tni_text_name(tni_text *t, tni_str *out) {
    const char *at = t->tok.raw.ptr;
    TNI_TRY(tni_text_string(t, out));
    return tni_utf8_valid(out->ptr, out->len)
               ? TENON_OK
               : tni_lexer_fail(&t->lex, at, TNI_ERR_BAD_UTF8, NULL);
}

tenon_status tni_text_strings(tni_text *t, tni_buf *out) {
    while (t->tok.kind == TNI_TOKEN_STRING) {
        if (t->tok.plain) {
            tni_buf_str(out, t->tok.text);
        } else {
            tni_string_unescape(t->tok.text, out);
        }
        TNI_TRY(tni_text_next(t));
    }
    return TENON_OK;
}

tenon_status tni_text_id(tni_text *t, tni_str *out) {
    *out = (tni_str){NULL, 0};
    if (t->tok.kind != TNI_TOKEN_ID) {
        return TENON_OK;
    }
    *out = t->tok.text;
    return tni_text_next(t);
}
