/* component_value.c: component-level values of scripts to native memory. The forms are
 * those of the component-model test scripts; what type a value has is known before it is
 * read. */
#include "text/component_value.h"

#include "base/limits.h"
#include "base/numtext.h"
#include "base/unicode.h"
#include "component/layout.h"
#include "text/textparse.h"

typedef struct value_reader {
    tni_text t;
    tni_arena *arena; /* of the values */
    u32 depth;
} value_reader;

static tenon_status read_value(value_reader *v, const tenon_type *t, u8 *out);

static tenon_status wrong_type(value_reader *v, const char *wanted) {
    return tni_text_fail(&v->t, TNI_ERR_TEXT_UNEXPECTED,
                         "%.*s, where a value of type %s is "
                         "wanted",
                         (int)(v->t.tok.raw.len > 40 ? 40 : v->t.tok.raw.len),
                         v->t.tok.raw.ptr, wanted);
}

/* -- scalars -- */

static const struct {
    const char *word;
    const char *type;
    u8 bits;
    bool is_signed;
} scalars[] = {
    [TENON_TYPE_BOOL] = {"bool.const", "bool", 8, false},
    [TENON_TYPE_S8] = {"s8.const", "s8", 8, true},
    [TENON_TYPE_U8] = {"u8.const", "u8", 8, false},
    [TENON_TYPE_S16] = {"s16.const", "s16", 16, true},
    [TENON_TYPE_U16] = {"u16.const", "u16", 16, false},
    [TENON_TYPE_S32] = {"s32.const", "s32", 32, true},
    [TENON_TYPE_U32] = {"u32.const", "u32", 32, false},
    [TENON_TYPE_S64] = {"s64.const", "s64", 64, true},
    [TENON_TYPE_U64] = {"u64.const", "u64", 64, false},
    [TENON_TYPE_F32] = {"f32.const", "f32", 32, false},
    [TENON_TYPE_F64] = {"f64.const", "f64", 64, false},
    [TENON_TYPE_CHAR] = {"char.const", "char", 32, false},
    [TENON_TYPE_STRING] = {"str.const", "string", 0, false},
};

static void store_bits(u8 *out, unsigned bits, u64 value) {
    u8 b8 = (u8)value;
    u16 b16 = (u16)value;
    u32 b32 = (u32)value;
    switch (bits) {
    case 8: memcpy(out, &b8, 1); return;
    case 16: memcpy(out, &b16, 2); return;
    case 32: memcpy(out, &b32, 4); return;
    default: memcpy(out, &value, 8); return;
    }
}

static tenon_status read_integer(value_reader *v, const tenon_type *t, u8 *out) {
    tni_text *x = &v->t;
    unsigned bits = scalars[t->kind].bits;
    u64 value = 0;
    i64 negative = 0;
    tni_num r = scalars[t->kind].is_signed
                    ? tni_parse_signed(x->tok.text, bits, &negative)
                    : tni_parse_u64(x->tok.text, UINT64_MAX >> (64 - bits), &value);
    if (r != TNI_NUM_OK) {
        return r == TNI_NUM_RANGE ? tni_text_fail(x, TNI_ERR_TEXT_RANGE, NULL)
                                  : tni_text_unexpected(x);
    }
    store_bits(out, bits, scalars[t->kind].is_signed ? (u64)negative : value);
    return tni_text_next(x);
}

static tenon_status read_float(value_reader *v, const tenon_type *t, u8 *out) {
    tni_text *x = &v->t;
    bool any = tni_text_at(x, "nan:canonical") || tni_text_at(x, "nan:arithmetic");
    tni_str text = any ? TNI_STR("nan") : x->tok.text;
    u32 bits32 = 0;
    u64 bits64 = 0;
    tni_num r = t->kind == TENON_TYPE_F32 ? tni_parse_f32(text, &bits32)
                                          : tni_parse_f64(text, &bits64);
    if (r != TNI_NUM_OK) {
        return r == TNI_NUM_RANGE ? tni_text_fail(x, TNI_ERR_TEXT_RANGE, NULL)
                                  : tni_text_unexpected(x);
    }
    store_bits(out, scalars[t->kind].bits, t->kind == TENON_TYPE_F32 ? bits32 : bits64);
    return tni_text_next(x);
}

static tenon_status read_bool(value_reader *v, u8 *out) {
    bool yes = tni_text_at(&v->t, "true");
    if (!yes && !tni_text_at(&v->t, "false")) {
        return tni_text_unexpected(&v->t);
    }
    *out = yes;
    return tni_text_next(&v->t);
}

static tenon_status read_char(value_reader *v, u8 *out) {
    tni_str s;
    u32 c = 0;
    TNI_TRY(tni_text_name(&v->t, &s));
    const u8 *p = (const u8 *)s.ptr;
    if (s.len == 0 || tni_utf8_decode(p, p + s.len, &c) != s.len) {
        return tni_text_unexpected(&v->t);
    }
    memcpy(out, &c, sizeof c);
    return TENON_OK;
}

static tenon_status read_string(value_reader *v, u8 *out) {
    tni_str s;
    TNI_TRY(tni_text_name(&v->t, &s));
    s = tni_arena_str(v->arena, s);
    if (s.ptr == NULL) {
        return tni_no_memory(v->t.e);
    }
    tenon_string value = {s.ptr, s.len};
    memcpy(out, &value, sizeof value);
    return TENON_OK;
}

static tenon_status read_scalar(value_reader *v, const tenon_type *t, u8 *out) {
    if (!tni_token_is(&v->t.tok, tni_str_of(scalars[t->kind].word))) {
        return wrong_type(v, scalars[t->kind].type);
    }
    TNI_TRY(tni_text_next(&v->t));
    switch (t->kind) {
    case TENON_TYPE_BOOL: return read_bool(v, out);
    case TENON_TYPE_F32:
    case TENON_TYPE_F64: return read_float(v, t, out);
    case TENON_TYPE_CHAR: return read_char(v, out);
    case TENON_TYPE_STRING: return read_string(v, out);
    default: return read_integer(v, t, out);
    }
}

/* -- compound values -- */

/* A value with its parentheses, or, last in a form, without. */
static tenon_status read_part(value_reader *v, const tenon_type *t, u8 *out) {
    if (!tni_text_at_lpar(&v->t)) {
        return read_value(v, t, out);
    }
    TNI_TRY(tni_text_next(&v->t));
    TNI_TRY(read_value(v, t, out));
    return tni_text_rpar(&v->t);
}

static tenon_status word(value_reader *v, tni_str keyword, const char *type) {
    return tni_token_is(&v->t.tok, keyword) ? tni_text_next(&v->t) : wrong_type(v, type);
}

#define WORD(v, literal, type) word((v), TNI_STR(literal), (type))

static tenon_status read_list(value_reader *v, const tenon_type *t, u8 *out) {
    const tenon_type *element =
        t->kind == TENON_TYPE_MAP ? t->fields[0].type : t->element;
    size_t size = element->size[TNI_NATIVE], count = 0, room = 0;
    u8 *items = t->kind == TENON_TYPE_FIXED_LIST ? out : NULL;
    TNI_TRY(WORD(v, "list.const", "list"));
    for (; !tni_text_at_rpar(&v->t) && v->t.tok.kind != TNI_TOKEN_EOF; count++) {
        if (t->kind == TENON_TYPE_FIXED_LIST && count == t->count) {
            return wrong_type(v, "fixed-length list");
        }
        if (t->kind != TENON_TYPE_FIXED_LIST && count == room) {
            room = room == 0 ? 8 : room * 2;
            u8 *more = tni_arena_array(v->arena, room, size, 16);
            if (more == NULL) {
                return tni_no_memory(v->t.e);
            }
            if (count > 0) {
                memcpy(more, items, count * size);
            }
            items = more;
        }
        TNI_TRY(read_part(v, element, items + count * size));
    }
    if (t->kind == TENON_TYPE_FIXED_LIST) {
        return count == t->count ? TENON_OK : wrong_type(v, "fixed-length list");
    }
    tenon_list value = {items, count};
    memcpy(out, &value, sizeof value);
    return TENON_OK;
}

static tenon_status read_record(value_reader *v, const tenon_type *t, u8 *out) {
    TNI_TRY(WORD(v, "record.const", "record"));
    for (u32 i = 0; i < t->count; i++) {
        tni_str name;
        TNI_TRY(tni_text_lpar(&v->t));
        TNI_TRY(tni_text_keyword(&v->t, "field"));
        TNI_TRY(tni_text_name(&v->t, &name));
        if (!tni_str_eq(name, tni_str_of(t->fields[i].name))) {
            return wrong_type(v, "record (with another field)");
        }
        TNI_TRY(read_part(v, t->fields[i].type, out + t->offsets[TNI_NATIVE][i]));
        TNI_TRY(tni_text_rpar(&v->t));
    }
    return TENON_OK;
}

static tenon_status read_tuple(value_reader *v, const tenon_type *t, u8 *out) {
    TNI_TRY(WORD(v, "tuple.const", "tuple"));
    for (u32 i = 0; i < t->count; i++) {
        TNI_TRY(read_part(v, t->fields[i].type, out + t->offsets[TNI_NATIVE][i]));
    }
    return TENON_OK;
}

/* The label at hand among a type's, or an error. */
static tenon_status read_label(value_reader *v, const tenon_type *t, u32 *out) {
    tni_str name;
    TNI_TRY(tni_text_name(&v->t, &name));
    for (*out = 0; *out < t->count; ++*out) {
        if (tni_str_eq(name, tni_str_of(t->fields[*out].name))) {
            return TENON_OK;
        }
    }
    return wrong_type(v, "another (no such label)");
}

static tenon_status read_variant(value_reader *v, const tenon_type *t, u8 *out) {
    u32 i;
    TNI_TRY(word(
        v, t->kind == TENON_TYPE_ENUM ? TNI_STR("enum.const") : TNI_STR("variant.const"),
        t->kind == TENON_TYPE_ENUM ? "enum" : "variant"));
    TNI_TRY(read_label(v, t, &i));
    store_bits(out, 8 * tni_discriminant_bytes(t->count), i);
    if (t->kind == TENON_TYPE_ENUM || t->fields[i].type == NULL) {
        return TENON_OK;
    }
    return read_part(v, t->fields[i].type, out + t->payload[TNI_NATIVE]);
}

static tenon_status read_flags(value_reader *v, const tenon_type *t, u8 *out) {
    u64 bits = 0;
    TNI_TRY(WORD(v, "flags.const", "flags"));
    while (v->t.tok.kind == TNI_TOKEN_STRING) {
        u32 i;
        TNI_TRY(read_label(v, t, &i));
        bits |= UINT64_C(1) << i;
    }
    store_bits(out, 8 * tni_flags_bytes(t->count), bits);
    return TENON_OK;
}

static tenon_status read_option(value_reader *v, const tenon_type *t, u8 *out) {
    if (tni_text_at(&v->t, "option.none")) {
        *out = 0;
        return tni_text_next(&v->t);
    }
    TNI_TRY(WORD(v, "option.some", "option"));
    *out = 1;
    return read_part(v, t->element, out + t->payload[TNI_NATIVE]);
}

static tenon_status read_result(value_reader *v, const tenon_type *t, u8 *out) {
    bool is_err = tni_text_at(&v->t, "result.err");
    TNI_TRY(is_err ? tni_text_next(&v->t) : WORD(v, "result.ok", "result"));
    const tenon_type *part = is_err ? t->other : t->element;
    *out = is_err;
    return part == NULL ? TENON_OK : read_part(v, part, out + t->payload[TNI_NATIVE]);
}

static tenon_status read_compound(value_reader *v, const tenon_type *t, u8 *out) {
    switch (t->kind) {
    case TENON_TYPE_LIST:
    case TENON_TYPE_MAP:
    case TENON_TYPE_FIXED_LIST: return read_list(v, t, out);
    case TENON_TYPE_RECORD: return read_record(v, t, out);
    case TENON_TYPE_TUPLE: return read_tuple(v, t, out);
    case TENON_TYPE_VARIANT:
    case TENON_TYPE_ENUM: return read_variant(v, t, out);
    case TENON_TYPE_FLAGS: return read_flags(v, t, out);
    case TENON_TYPE_OPTION: return read_option(v, t, out);
    case TENON_TYPE_RESULT: return read_result(v, t, out);
    default: return wrong_type(v, "a handle, which cannot be written");
    }
}

static tenon_status read_value(value_reader *v, const tenon_type *t, u8 *out) {
    if (t->kind <= TENON_TYPE_STRING) {
        return read_scalar(v, t, out);
    }
    if (++v->depth > TNI_LIMIT_component_type_depth) {
        return tni_text_fail(&v->t, TNI_ERR_LIMIT, "nesting of values");
    }
    TNI_TRY(read_compound(v, t, out));
    v->depth--;
    return TENON_OK;
}

tenon_status tni_text_component_value(tenon_engine *engine, tni_arena *a, tni_str source,
                                      size_t begin, size_t end, const tenon_type *t,
                                      void *out, tenon_error *e) {
    value_reader v = {.arena = a};
    tenon_status status = tni_text_init(&v.t, engine, source, begin, end, e);
    v.t.lax = true;
    if (status == TENON_OK) {
        status = read_value(&v, t, out);
    }
    if (status == TENON_OK && v.t.tok.kind != TNI_TOKEN_EOF) {
        status = tni_text_unexpected(&v.t);
    }
    tni_text_free(&v.t);
    return status;
}
