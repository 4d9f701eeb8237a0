/* wave_print.c: native values as WAVE text. */
#include "base/numtext.h"
#include "base/unicode.h"
#include "wit/wave.h"

bool tni_wave_is_keyword(tni_str label) {
    static const char *const keywords[] = {"true", "false", "inf", "nan",
                                           "some", "none",  "ok",  "err"};
    for (size_t i = 0; i < TNI_COUNT_OF(keywords); i++) {
        if (tni_str_eq(label, tni_str_of(keywords[i]))) {
            return true;
        }
    }
    return false;
}

static void put(tni_buf *b, const char *text) {
    tni_buf_str(b, tni_str_of(text));
}

static u64 load_uint(const void *p, u32 bytes) {
    u8 a;
    u16 b;
    u32 c;
    u64 d;
    switch (bytes) {
    case 1: memcpy(&a, p, sizeof a); return a;
    case 2: memcpy(&b, p, sizeof b); return b;
    case 4: memcpy(&c, p, sizeof c); return c;
    default: memcpy(&d, p, sizeof d); return d;
    }
}

static i64 load_int(const void *p, u32 bytes) {
    u64 v = load_uint(p, bytes);
    unsigned shift = 64 - 8 * bytes;
    u64 top = (u64)1 << 63;
    v <<= shift;
    return (v & top) != 0 ? (i64) ~(~v >> shift) : (i64)(v >> shift);
}

static void put_float(tni_buf *b, const tenon_type *t, const void *p) {
    char text[TNI_FLOAT_TEXT_BYTES];
    if (t->kind == TENON_TYPE_F32) {
        u32 bits = (u32)load_uint(p, 4);
        tni_format_f32(text, bits);
        put(b, (bits & 0x7fffffff) > 0x7f800000 ? "nan" : text);
    } else {
        u64 bits = load_uint(p, 8);
        tni_format_f64(text, bits);
        put(b, (bits & 0x7fffffffffffffff) > 0x7ff0000000000000 ? "nan" : text);
    }
}

/* A character of a char or string, quoted by `quote`. */
static void put_char(tni_buf *b, u32 c, char quote) {
    static const char from[] = "\t\n\r\\";
    static const char to[] = "tnr\\";
    const char *escape = c != 0 && c < 0x80 ? strchr(from, (int)c) : NULL;
    if (escape != NULL) {
        tni_buf_format(b, "\\%c", to[escape - from]);
    } else if (c == (u32)quote) {
        tni_buf_format(b, "\\%c", quote);
    } else if (c < 0x20 || (c >= 0x7f && c < 0xa0)) {
        tni_buf_format(b, "\\u{%x}", c);
    } else {
        u8 utf8[4];
        tni_buf_put(b, utf8, tni_utf8_encode(c, utf8));
    }
}

static void put_string(tni_buf *b, const void *value) {
    tenon_string s;
    memcpy(&s, value, sizeof s);
    put(b, "\"");
    const u8 *p = (const u8 *)s.ptr;
    const u8 *end = s.len == 0 ? p : p + s.len;
    while (p != end) {
        u32 c;
        size_t n = tni_utf8_decode(p, end, &c);
        put_char(b, n == 0 ? 0xfffd : c, '"');
        p += n == 0 ? 1 : n;
    }
    put(b, "\"");
}

static void put_elements(tni_buf *b, const tenon_type *element, const void *data,
                         size_t count) {
    const u8 *p = data;
    for (size_t i = 0; i < count && !b->failed; i++) {
        put(b, i > 0 ? ", " : "");
        tni_wave_print(b, element, p + i * element->size[TNI_WAVE_NATIVE]);
    }
}

/* The pairs of a map lie as tuples do. */
static void put_map(tni_buf *b, const tenon_type *t, const tenon_list *list) {
    const int n = TNI_WAVE_NATIVE;
    u64 value_at = tni_align_up(t->element->size[n], t->other->align[n]);
    u64 align = t->element->align[n] > t->other->align[n] ? t->element->align[n]
                                                          : t->other->align[n];
    u64 stride = tni_align_up(value_at + t->other->size[n], align);
    const u8 *p = list->ptr;
    for (size_t i = 0; i < list->len && !b->failed; i++, p += stride) {
        put(b, i > 0 ? ", (" : "(");
        tni_wave_print(b, t->element, p);
        put(b, ", ");
        tni_wave_print(b, t->other, p + value_at);
        put(b, ")");
    }
}

static void put_list(tni_buf *b, const tenon_type *t, const void *value) {
    tenon_list list;
    put(b, "[");
    if (t->kind == TENON_TYPE_FIXED_LIST) {
        put_elements(b, t->element, value, t->count);
    } else {
        memcpy(&list, value, sizeof list);
        if (t->kind == TENON_TYPE_MAP) {
            put_map(b, t, &list);
        } else {
            put_elements(b, t->element, list.ptr, list.len);
        }
    }
    put(b, "]");
}

static void put_tuple(tni_buf *b, const tenon_type *t, const u8 *value) {
    put(b, "(");
    for (u32 i = 0; i < t->count; i++) {
        put(b, i > 0 ? ", " : "");
        tni_wave_print(b, t->fields[i].type, value + t->offsets[TNI_WAVE_NATIVE][i]);
    }
    put(b, ")");
}

/* Options that are none are left out; a record of nothing else is {:}. */
static void put_record(tni_buf *b, const tenon_type *t, const u8 *value) {
    bool first = true;
    put(b, "{");
    for (u32 i = 0; i < t->count; i++) {
        const tenon_type *field = t->fields[i].type;
        const u8 *p = value + t->offsets[TNI_WAVE_NATIVE][i];
        if (field->kind == TENON_TYPE_OPTION && *p == 0) {
            continue;
        }
        put(b, first ? "" : ", ");
        put(b, t->fields[i].name);
        put(b, ": ");
        tni_wave_print(b, field, p);
        first = false;
    }
    put(b, first ? ":}" : "}");
}

static void put_case(tni_buf *b, const tenon_type *t, const u8 *value) {
    u64 tag = load_uint(value, tni_wave_discriminant_bytes(t));
    if (tag >= t->count) {
        tni_buf_format(b, "<case %llu>", (unsigned long long)tag);
        return;
    }
    const tenon_field *c = &t->fields[tag];
    put(b, tni_wave_is_keyword(tni_str_of(c->name)) ? "%" : "");
    put(b, c->name);
    if (t->kind == TENON_TYPE_VARIANT && c->type != NULL) {
        put(b, "(");
        tni_wave_print(b, c->type, value + t->payload[TNI_WAVE_NATIVE]);
        put(b, ")");
    }
}

static void put_flags(tni_buf *b, const tenon_type *t, const void *value) {
    u64 bits = load_uint(value, t->size[TNI_WAVE_NATIVE]);
    bool first = true;
    put(b, "{");
    for (u32 i = 0; i < t->count; i++) {
        if ((bits >> i & 1) != 0) {
            put(b, first ? "" : ", ");
            put(b, t->fields[i].name);
            first = false;
        }
    }
    put(b, "}");
}

/* option and result: a word, and the payload of the case if it has one. */
static void put_word(tni_buf *b, const char *word, const tenon_type *payload,
                     const void *value) {
    put(b, word);
    if (payload != NULL) {
        put(b, "(");
        tni_wave_print(b, payload, value);
        put(b, ")");
    }
}

static const char *handle_word(tenon_type_kind kind) {
    return kind == TENON_TYPE_OWN      ? "own"
           : kind == TENON_TYPE_BORROW ? "borrow"
           : kind == TENON_TYPE_STREAM ? "stream"
           : kind == TENON_TYPE_FUTURE ? "future"
                                       : "error-context";
}

static void put_number(tni_buf *b, const tenon_type *t, const void *value) {
    u32 bytes = t->size[TNI_WAVE_NATIVE];
    switch (t->kind) {
    case TENON_TYPE_S8:
    case TENON_TYPE_S16:
    case TENON_TYPE_S32:
    case TENON_TYPE_S64:
        tni_buf_format(b, "%lld", (long long)load_int(value, bytes));
        break;
    default:
        tni_buf_format(b, "%llu", (unsigned long long)load_uint(value, bytes));
        break;
    }
}

void tni_wave_print(tni_buf *b, const tenon_type *t, const void *value) {
    const u8 *payload = (const u8 *)value + t->payload[TNI_WAVE_NATIVE];
    switch (t->kind) {
    case TENON_TYPE_BOOL: put(b, *(const u8 *)value != 0 ? "true" : "false"); break;
    case TENON_TYPE_S8:
    case TENON_TYPE_U8:
    case TENON_TYPE_S16:
    case TENON_TYPE_U16:
    case TENON_TYPE_S32:
    case TENON_TYPE_U32:
    case TENON_TYPE_S64:
    case TENON_TYPE_U64: put_number(b, t, value); break;
    case TENON_TYPE_F32:
    case TENON_TYPE_F64: put_float(b, t, value); break;
    case TENON_TYPE_CHAR:
        put(b, "'");
        put_char(b, (u32)load_uint(value, 4), '\'');
        put(b, "'");
        break;
    case TENON_TYPE_STRING: put_string(b, value); break;
    case TENON_TYPE_LIST:
    case TENON_TYPE_FIXED_LIST:
    case TENON_TYPE_MAP: put_list(b, t, value); break;
    case TENON_TYPE_RECORD: put_record(b, t, value); break;
    case TENON_TYPE_TUPLE: put_tuple(b, t, value); break;
    case TENON_TYPE_VARIANT:
    case TENON_TYPE_ENUM: put_case(b, t, value); break;
    case TENON_TYPE_FLAGS: put_flags(b, t, value); break;
    case TENON_TYPE_OPTION:
        if (*(const u8 *)value != 0) {
            put_word(b, "some", t->element, payload);
        } else {
            put(b, "none");
        }
        break;
    case TENON_TYPE_RESULT:
        if (*(const u8 *)value != 0) {
            put_word(b, "err", t->other, payload);
        } else {
            put_word(b, "ok", t->element, payload);
        }
        break;
    case TENON_TYPE_OWN:
    case TENON_TYPE_BORROW:
    case TENON_TYPE_STREAM:
    case TENON_TYPE_FUTURE:
    case TENON_TYPE_ERROR_CONTEXT:
        tni_buf_format(b, "<%s %u>", handle_word(t->kind), (u32)load_uint(value, 4));
        break;
    }
}
