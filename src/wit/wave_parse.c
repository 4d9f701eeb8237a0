/* wave_parse.c: WAVE text into native memory, guided by the type. */
#include <stdarg.h>

#include "base/limits.h"
#include "base/numtext.h"
#include "base/unicode.h"
#include "wit/wave.h"
#include "wit/wit.h"

typedef struct wave {
    tni_arena *arena;
    tni_str text;
    const char *cur;
    const char *end;
    u32 depth;
    tenon_error *e;
} wave;

static tenon_status parse_value(wave *w, const tenon_type *t, void *out);

/* -- errors -- */

TNI_FORMAT(4, 5)
TNI_COLD static tenon_status fail_at(const wave *w, const char *at, tni_code code,
                                     const char *fmt, ...) {
    char detail[TENON_MESSAGE_BYTES];
    va_list args;
    va_start(args, fmt);
    tni_vformat(detail, sizeof detail, fmt, args);
    va_end(args);
    u32 line = 1;
    u32 column = 1;
    for (const char *p = w->text.ptr; p < at; p++) {
        column = *p == '\n' ? 1 : column + 1;
        line += *p == '\n';
    }
    return tni_fail_at(w->e, code, line, column, "column %u: %s", column, detail);
}

static const char *kind_words(const tenon_type *t) {
    static const char *const words[] = {
        [TENON_TYPE_BOOL] = "true or false",
        [TENON_TYPE_S8] = "an s8 (-128 to 127)",
        [TENON_TYPE_U8] = "a u8 (0 to 255)",
        [TENON_TYPE_S16] = "an s16 (-32768 to 32767)",
        [TENON_TYPE_U16] = "a u16 (0 to 65535)",
        [TENON_TYPE_S32] = "an s32",
        [TENON_TYPE_U32] = "a u32",
        [TENON_TYPE_S64] = "an s64",
        [TENON_TYPE_U64] = "a u64",
        [TENON_TYPE_F32] = "an f32",
        [TENON_TYPE_F64] = "an f64",
        [TENON_TYPE_CHAR] = "a char in single quotes",
        [TENON_TYPE_STRING] = "a string in double quotes",
        [TENON_TYPE_ERROR_CONTEXT] = "an error-context",
        [TENON_TYPE_LIST] = "a list [...]",
        [TENON_TYPE_FIXED_LIST] = "a list [...]",
        [TENON_TYPE_RECORD] = "a record {field: value, ...}",
        [TENON_TYPE_TUPLE] = "a tuple (...)",
        [TENON_TYPE_VARIANT] = "a case of the variant",
        [TENON_TYPE_ENUM] = "a case of the enum",
        [TENON_TYPE_FLAGS] = "flags {...}",
        [TENON_TYPE_OPTION] = "some(...) or none",
        [TENON_TYPE_RESULT] = "ok or err",
        [TENON_TYPE_MAP] = "a map [(key, value), ...]",
        [TENON_TYPE_OWN] = "an owned handle",
        [TENON_TYPE_BORROW] = "a borrowed handle",
        [TENON_TYPE_STREAM] = "a stream",
        [TENON_TYPE_FUTURE] = "a future",
    };
    return words[t->kind];
}

/* What stands at the cursor, for messages: up to a dozen bytes, whole characters. */
static int found_len(const wave *w) {
    const u8 *p = (const u8 *)w->cur;
    const u8 *end = (const u8 *)w->end;
    while (p < end && p - (const u8 *)w->cur < 12 && *p != '\n') {
        u32 c;
        size_t n = tni_utf8_decode(p, end, &c);
        p += n == 0 ? 1 : n;
    }
    return (int)(p - (const u8 *)w->cur);
}

TNI_COLD static tenon_status fail_expected(const wave *w, const char *wanted) {
    if (w->cur == w->end) {
        return fail_at(w, w->cur, TNI_ERR_WAVE_SYNTAX, "expected %s, found the end",
                       wanted);
    }
    return fail_at(w, w->cur, TNI_ERR_WAVE_SYNTAX, "expected %s, found `%.*s`", wanted,
                   found_len(w), w->cur);
}

/* -- tokens -- */

static bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

static bool is_label_char(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || is_digit(c) || c == '-';
}

static void skip_space(wave *w) {
    while (w->cur < w->end) {
        char c = *w->cur;
        if (c == ' ' || c == '\t' || c == '\n' || c == '\r') {
            w->cur++;
        } else if (c == '/' && w->end - w->cur > 1 && w->cur[1] == '/') {
            while (w->cur < w->end && *w->cur != '\n') {
                w->cur++;
            }
        } else {
            return;
        }
    }
}

static bool at(const wave *w, char c) {
    return w->cur < w->end && *w->cur == c;
}

/* Passes over one character, after space. */
static bool accept(wave *w, char c) {
    skip_space(w);
    bool found = at(w, c);
    w->cur += found;
    return found;
}

static tenon_status expect(wave *w, char c) {
    char wanted[] = {'\'', c, '\'', 0};
    return accept(w, c) ? TENON_OK : fail_expected(w, wanted);
}

typedef struct label {
    tni_str text;
    bool escaped; /* with a % */
    const char *at;
} label;

/* The label at the cursor without moving; empty for none. */
static label peek_label(wave *w) {
    skip_space(w);
    label l = {.at = w->cur};
    const char *p = w->cur;
    l.escaped = at(w, '%');
    p += l.escaped;
    l.text.ptr = p;
    while (p < w->end && is_label_char(*p)) {
        p++;
    }
    l.text.len = (size_t)(p - l.text.ptr);
    if (!tni_wit_is_label(l.text)) {
        l.text.len = 0;
    }
    return l;
}

static void take_label(wave *w, label l) {
    w->cur = l.text.ptr + l.text.len;
}

/* A keyword at the cursor: passed over when it is the word. */
static bool accept_word(wave *w, const char *word) {
    label l = peek_label(w);
    bool found = !l.escaped && tni_str_eq(l.text, tni_str_of(word));
    if (found) {
        take_label(w, l);
    }
    return found;
}

/* -- numbers -- */

static const char *scan_digits(const char *p, const char *end) {
    while (p < end && is_digit(*p)) {
        p++;
    }
    return p;
}

/* A JSON number; empty when there is none. */
static tni_str peek_number(wave *w, bool *is_integer) {
    const char *p = w->cur;
    p += at(w, '-');
    const char *digits = p;
    p = scan_digits(p, w->end);
    tni_str none = {w->cur, 0};
    if (p == digits || (*digits == '0' && p - digits > 1)) {
        return none;
    }
    *is_integer = true;
    if (w->end - p > 1 && *p == '.' && is_digit(p[1])) {
        *is_integer = false;
        p = scan_digits(p + 1, w->end);
    }
    if (p < w->end && (*p == 'e' || *p == 'E')) {
        const char *q = p + 1;
        q += q < w->end && (*q == '+' || *q == '-');
        if (q < w->end && is_digit(*q)) {
            *is_integer = false;
            p = scan_digits(q, w->end);
        }
    }
    return p < w->end && is_label_char(*p) ? none
                                           : (tni_str){w->cur, (size_t)(p - w->cur)};
}

static void store_uint(void *out, u64 v, u32 bytes) {
    u8 a = (u8)v;
    u16 b = (u16)v;
    u32 c = (u32)v;
    switch (bytes) {
    case 1: memcpy(out, &a, sizeof a); break;
    case 2: memcpy(out, &b, sizeof b); break;
    case 4: memcpy(out, &c, sizeof c); break;
    default: memcpy(out, &v, sizeof v); break;
    }
}

static bool is_signed(tenon_type_kind kind) {
    return kind == TENON_TYPE_S8 || kind == TENON_TYPE_S16 || kind == TENON_TYPE_S32 ||
           kind == TENON_TYPE_S64;
}

static tenon_status parse_integer(wave *w, const tenon_type *t, void *out) {
    bool is_integer = false;
    u32 bytes = t->size[TNI_WAVE_NATIVE];
    tni_str text = peek_number(w, &is_integer);
    if (text.len == 0 || !is_integer) {
        return fail_expected(w, kind_words(t));
    }
    u64 v;
    tni_num outcome;
    if (is_signed(t->kind)) {
        i64 s = 0;
        outcome = tni_parse_signed(text, 8 * bytes, &s);
        v = (u64)s;
    } else {
        v = 0;
        outcome = tni_parse_u64(text, UINT64_MAX >> (64 - 8 * bytes), &v);
    }
    if (outcome != TNI_NUM_OK) {
        return fail_at(w, w->cur, TNI_ERR_WAVE_TYPE, "%.*s is not %s",
                       text.len > 40 ? 40 : (int)text.len, text.ptr, kind_words(t));
    }
    w->cur += text.len;
    store_uint(out, v, bytes);
    return TENON_OK;
}

static void store_float(const tenon_type *t, void *out, u32 bits32, u64 bits64) {
    if (t->kind == TENON_TYPE_F32) {
        memcpy(out, &bits32, sizeof bits32);
    } else {
        memcpy(out, &bits64, sizeof bits64);
    }
}

static tenon_status parse_float(wave *w, const tenon_type *t, void *out) {
    if (accept_word(w, "nan")) {
        store_float(t, out, 0x7fc00000, 0x7ff8000000000000);
        return TENON_OK;
    }
    if (accept_word(w, "inf")) {
        store_float(t, out, 0x7f800000, 0x7ff0000000000000);
        return TENON_OK;
    }
    if (w->end - w->cur >= 4 && memcmp(w->cur, "-inf", 4) == 0 &&
        (w->end - w->cur == 4 || !is_label_char(w->cur[4]))) {
        w->cur += 4;
        store_float(t, out, 0xff800000, 0xfff0000000000000);
        return TENON_OK;
    }
    bool is_integer;
    tni_str text = peek_number(w, &is_integer);
    if (text.len == 0) {
        return fail_expected(w, kind_words(t));
    }
    u32 bits32 = 0;
    u64 bits64 = 0;
    tni_num outcome = t->kind == TENON_TYPE_F32 ? tni_parse_f32(text, &bits32)
                                                : tni_parse_f64(text, &bits64);
    if (outcome != TNI_NUM_OK) {
        return fail_at(w, w->cur, TNI_ERR_WAVE_TYPE, "%.*s is beyond %s",
                       text.len > 40 ? 40 : (int)text.len, text.ptr, kind_words(t));
    }
    w->cur += text.len;
    store_float(t, out, bits32, bits64);
    return TENON_OK;
}

/* -- chars and strings -- */

static int hex_value(char c) {
    return is_digit(c)            ? c - '0'
           : c >= 'a' && c <= 'f' ? c - 'a' + 10
           : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                  : -1;
}

/* The part of \u{…} after the brace. */
static tenon_status parse_scalar(wave *w, const char *begin, u32 *out) {
    u32 c = 0;
    const char *digits = w->cur;
    while (w->cur < w->end && hex_value(*w->cur) >= 0 && c <= 0x10ffff) {
        c = c * 16 + (u32)hex_value(*w->cur++);
    }
    if (w->cur == digits || !at(w, '}') || !tni_is_scalar(c)) {
        return fail_at(w, begin, TNI_ERR_WAVE_SYNTAX,
                       "\\u{...} wants the hexadecimal number of a character");
    }
    w->cur++;
    *out = c;
    return TENON_OK;
}

static tenon_status parse_escape(wave *w, u32 *out) {
    static const char from[] = "tnr\\'\"";
    static const char to[] = "\t\n\r\\'\"";
    const char *begin = w->cur++;
    char c = w->cur < w->end ? *w->cur : 0;
    const char *simple = c == 0 ? NULL : strchr(from, c);
    if (simple != NULL) {
        w->cur++;
        *out = (u8)to[simple - from];
        return TENON_OK;
    }
    if (c == 'u' && w->end - w->cur > 1 && w->cur[1] == '{') {
        w->cur += 2;
        return parse_scalar(w, begin, out);
    }
    return fail_at(w, begin, TNI_ERR_WAVE_SYNTAX,
                   "unknown escape; there are \\t \\n \\r \\\\ \\' \\\" \\u{...}");
}

static tenon_status parse_character(wave *w, u32 *out) {
    if (at(w, '\\')) {
        return parse_escape(w, out);
    }
    size_t n = w->cur == w->end
                   ? 0
                   : tni_utf8_decode((const u8 *)w->cur, (const u8 *)w->end, out);
    if (n == 0) {
        return fail_expected(w, "a character");
    }
    w->cur += n;
    return TENON_OK;
}

static tenon_status parse_char(wave *w, void *out) {
    const char *begin = w->cur++;
    u32 c;
    if (at(w, '\'') || at(w, '\n')) {
        return fail_at(w, w->cur, TNI_ERR_WAVE_SYNTAX, "expected a character");
    }
    TNI_TRY(parse_character(w, &c));
    if (!at(w, '\'')) {
        return fail_at(w, begin, TNI_ERR_WAVE_SYNTAX,
                       "a char is one character in single quotes");
    }
    w->cur++;
    memcpy(out, &c, sizeof c);
    return TENON_OK;
}

/* Characters up to `end`, decoded after what is in the text already. Decoding never makes
 * a text longer, so text has room for everything between the quotes. */
static tenon_status decode_run(wave *w, const char *end, char *text, size_t *len) {
    const char *whole = w->end;
    w->end = end;
    tenon_status s = TENON_OK;
    while (s == TENON_OK && w->cur < end) {
        u32 c;
        s = parse_character(w, &c);
        if (s == TENON_OK) {
            u8 utf8[4];
            size_t n = tni_utf8_encode(c, utf8);
            memcpy(text + *len, utf8, n);
            *len += n;
        }
    }
    w->end = whole;
    return s;
}

static tenon_status new_text(wave *w, size_t size, char **out) {
    *out = tni_arena_alloc(w->arena, size, 1);
    return *out == NULL ? tni_no_memory(w->e) : TENON_OK;
}

/* Where the closing quote of an ordinary string is; NULL for none. */
static const char *find_quote(const wave *w) {
    const char *p = w->cur;
    while (p < w->end && *p != '"' && *p != '\n') {
        p += *p == '\\' && w->end - p > 1 ? 2 : 1;
    }
    return p < w->end && *p == '"' ? p : NULL;
}

/* """, line break, lines, line break, spaces, """: as many spaces go off each line. */
static tenon_status parse_lines(wave *w, tenon_string *out) {
    const char *begin = w->cur;
    w->cur += 3;
    w->cur += at(w, '\r');
    const char *close = w->cur;
    while (w->end - close >= 3 && memcmp(close, "\"\"\"", 3) != 0) {
        close++;
    }
    const char *last = close;
    while (last > w->cur && last[-1] == ' ') {
        last--;
    }
    if (!at(w, '\n') || w->end - close < 3 || last == w->cur || last[-1] != '\n') {
        return fail_at(w, begin, TNI_ERR_WAVE_SYNTAX,
                       "a multi-line string wants its \"\"\" on lines of their own");
    }
    size_t indent = (size_t)(close - last);
    char *text;
    size_t len = 0;
    TNI_TRY(new_text(w, (size_t)(close - w->cur), &text));
    const char *line = ++w->cur;
    for (bool first = true; line < last; first = false) {
        const char *line_end = line;
        while (*line_end != '\n') {
            line_end++;
        }
        for (size_t i = 0; i < indent; i++) {
            if (line + i >= line_end || line[i] != ' ') {
                return fail_at(w, line, TNI_ERR_WAVE_SYNTAX,
                               "the line is indented less than the closing \"\"\"");
            }
        }
        if (!first) {
            text[len++] = '\n';
        }
        w->cur = line + indent;
        bool carriage = line_end > w->cur && line_end[-1] == '\r';
        TNI_TRY(decode_run(w, line_end - carriage, text, &len));
        line = line_end + 1;
    }
    w->cur = close + 3;
    *out = (tenon_string){text, len};
    return TENON_OK;
}

static tenon_status parse_string(wave *w, void *out) {
    tenon_string s = {NULL, 0};
    const char *begin = w->cur;
    if (w->end - begin >= 3 && memcmp(begin, "\"\"\"", 3) == 0) {
        TNI_TRY(parse_lines(w, &s));
    } else {
        w->cur++;
        const char *end = find_quote(w);
        if (end == NULL) {
            return fail_at(w, begin, TNI_ERR_WAVE_SYNTAX,
                           "the string does not end on its line");
        }
        char *text;
        TNI_TRY(new_text(w, (size_t)(end - w->cur), &text));
        TNI_TRY(decode_run(w, end, text, &s.len));
        s.ptr = text;
        w->cur = end + 1;
    }
    memcpy(out, &s, sizeof s);
    return TENON_OK;
}

/* -- lists and tuples -- */

/* After an element: a comma, or the closing character, which is left. */
static tenon_status separator(wave *w, char close) {
    skip_space(w);
    if (at(w, close) || accept(w, ',')) {
        return TENON_OK;
    }
    char wanted[] = "',' or '?'";
    wanted[8] = close;
    return fail_expected(w, wanted);
}

typedef struct growing {
    u8 *data;
    size_t count;
    size_t capacity;
} growing;

/* Room for one more element; the old array stays in the arena. */
static tenon_status grow(wave *w, growing *g, size_t size, size_t align) {
    if (g->count < g->capacity) {
        return TENON_OK;
    }
    size_t capacity = g->capacity == 0 ? 4 : 2 * g->capacity;
    u8 *data = tni_arena_array(w->arena, capacity, size, align);
    if (data == NULL) {
        return tni_no_memory(w->e);
    }
    if (g->count > 0) {
        memcpy(data, g->data, g->count * size);
    }
    g->data = data;
    g->capacity = capacity;
    return TENON_OK;
}

static tenon_status parse_list(wave *w, const tenon_type *t, void *out) {
    growing g = {NULL, 0, 0};
    size_t size = t->element->size[TNI_WAVE_NATIVE];
    w->cur++;
    while (!accept(w, ']')) {
        TNI_TRY(grow(w, &g, size, t->element->align[TNI_WAVE_NATIVE]));
        TNI_TRY(parse_value(w, t->element, g.data + g.count * size));
        g.count++;
        TNI_TRY(separator(w, ']'));
    }
    tenon_list list = {g.data, g.count};
    memcpy(out, &list, sizeof list);
    return TENON_OK;
}

static tenon_status parse_fixed_list(wave *w, const tenon_type *t, u8 *out) {
    const char *begin = w->cur++;
    u32 count = 0;
    while (!accept(w, ']')) {
        if (count < t->count) {
            TNI_TRY(parse_value(w, t->element,
                                out + (size_t)count * t->element->size[TNI_WAVE_NATIVE]));
            count++;
            TNI_TRY(separator(w, ']'));
        } else {
            return fail_at(w, w->cur, TNI_ERR_WAVE_TYPE,
                           "the list has %u elements, not more", t->count);
        }
    }
    return count == t->count
               ? TENON_OK
               : fail_at(w, begin, TNI_ERR_WAVE_TYPE,
                         "the list wants %u elements, has %u", t->count, count);
}

static tenon_status parse_pair(wave *w, const tenon_type *t, u8 *out, u64 value_at) {
    TNI_TRY(expect(w, '('));
    TNI_TRY(parse_value(w, t->element, out));
    TNI_TRY(expect(w, ','));
    TNI_TRY(parse_value(w, t->other, out + value_at));
    accept(w, ',');
    return expect(w, ')');
}

static tenon_status parse_map(wave *w, const tenon_type *t, void *out) {
    const int n = TNI_WAVE_NATIVE;
    u64 value_at = tni_align_up(t->element->size[n], t->other->align[n]);
    u32 align = t->element->align[n] > t->other->align[n] ? t->element->align[n]
                                                          : t->other->align[n];
    size_t stride = (size_t)tni_align_up(value_at + t->other->size[n], align);
    growing g = {NULL, 0, 0};
    w->cur++;
    while (!accept(w, ']')) {
        TNI_TRY(grow(w, &g, stride, align));
        TNI_TRY(parse_pair(w, t, g.data + g.count * stride, value_at));
        g.count++;
        TNI_TRY(separator(w, ']'));
    }
    tenon_list list = {g.data, g.count};
    memcpy(out, &list, sizeof list);
    return TENON_OK;
}

static tenon_status parse_tuple(wave *w, const tenon_type *t, u8 *out) {
    w->cur++;
    for (u32 i = 0; i < t->count; i++) {
        if (i > 0) {
            TNI_TRY(expect(w, ','));
        }
        TNI_TRY(parse_value(w, t->fields[i].type, out + t->offsets[TNI_WAVE_NATIVE][i]));
    }
    accept(w, ',');
    return expect(w, ')');
}

/* -- labels: records, flags, cases -- */

/* The index of a label among the type's fields; count for none. */
static u32 field_index(const tenon_type *t, tni_str name) {
    u32 i = 0;
    while (i < t->count && !tni_str_eq(tni_str_of(t->fields[i].name), name)) {
        i++;
    }
    return i;
}

static tenon_status fail_label(const wave *w, const tenon_type *t, label l) {
    tni_buf names;
    tni_buf_init(&names, w->arena->heap);
    for (u32 i = 0; i < t->count && names.count < 120; i++) {
        tni_buf_format(&names, "%s%s", i > 0 ? ", " : "", t->fields[i].name);
    }
    tenon_status s =
        fail_at(w, l.at, TNI_ERR_WAVE_TYPE, "expected one of %.*s, found `%.*s`",
                (int)names.count, (char *)names.data,
                l.text.len > 40 ? 40 : (int)l.text.len, l.text.ptr);
    tni_buf_free(&names);
    return s;
}

/* A set of the fields seen, in the arena: counts may be large. */
static tenon_status new_set(wave *w, u32 count, u8 **out) {
    *out = tni_arena_alloc(w->arena, count / 8 + 1, 1);
    return *out == NULL ? tni_no_memory(w->e) : TENON_OK;
}

/* A label of a record or of flags, marked as seen. */
static tenon_status parse_member(wave *w, const tenon_type *t, u8 *seen, u32 *index) {
    label l = peek_label(w);
    if (l.text.len == 0) {
        return fail_expected(w,
                             t->kind == TENON_TYPE_FLAGS ? "a flag" : "a field's name");
    }
    *index = field_index(t, l.text);
    if (*index == t->count) {
        return fail_label(w, t, l);
    }
    u8 bit = (u8)(1 << (*index & 7));
    if ((seen[*index / 8] & bit) != 0) {
        return fail_at(w, l.at, TNI_ERR_WAVE_TYPE, "`%.*s` is there twice",
                       (int)l.text.len, l.text.ptr);
    }
    seen[*index / 8] |= bit;
    take_label(w, l);
    return TENON_OK;
}

static tenon_status check_missing(const wave *w, const char *at, const tenon_type *t,
                                  const u8 *seen) {
    for (u32 i = 0; i < t->count; i++) {
        bool present = (seen[i / 8] >> (i & 7) & 1) != 0;
        if (!present && t->fields[i].type->kind != TENON_TYPE_OPTION) {
            return fail_at(w, at, TNI_ERR_WAVE_TYPE, "the record lacks the field `%s`",
                           t->fields[i].name);
        }
    }
    return TENON_OK;
}

static tenon_status parse_record(wave *w, const tenon_type *t, u8 *out) {
    const char *begin = w->cur++;
    u8 *seen;
    TNI_TRY(new_set(w, t->count, &seen));
    if (accept(w, ':')) { /* {:} is the record of nothing but none */
        TNI_TRY(expect(w, '}'));
        return check_missing(w, begin, t, seen);
    }
    while (!accept(w, '}')) {
        u32 i;
        TNI_TRY(parse_member(w, t, seen, &i));
        TNI_TRY(expect(w, ':'));
        TNI_TRY(parse_value(w, t->fields[i].type, out + t->offsets[TNI_WAVE_NATIVE][i]));
        TNI_TRY(separator(w, '}'));
    }
    return check_missing(w, begin, t, seen);
}

static tenon_status parse_flags(wave *w, const tenon_type *t, void *out) {
    u64 bits = 0;
    u8 *seen;
    w->cur++;
    TNI_TRY(new_set(w, t->count, &seen));
    while (!accept(w, '}')) {
        u32 i;
        TNI_TRY(parse_member(w, t, seen, &i));
        bits |= (u64)1 << i;
        TNI_TRY(separator(w, '}'));
    }
    store_uint(out, bits, t->size[TNI_WAVE_NATIVE]);
    return TENON_OK;
}

static tenon_status parse_payload(wave *w, const tenon_type *t, void *out) {
    TNI_TRY(expect(w, '('));
    TNI_TRY(parse_value(w, t, out));
    accept(w, ',');
    return expect(w, ')');
}

static tenon_status parse_case(wave *w, const tenon_type *t, u8 *out) {
    label l = peek_label(w);
    if (l.text.len == 0) {
        return fail_expected(w, kind_words(t));
    }
    u32 i = field_index(t, l.text);
    if (i == t->count) {
        return fail_label(w, t, l);
    }
    if (!l.escaped && tni_wave_is_keyword(l.text)) {
        return fail_at(w, l.at, TNI_ERR_WAVE_SYNTAX,
                       "`%.*s` is a keyword; the case is written %%%.*s", (int)l.text.len,
                       l.text.ptr, (int)l.text.len, l.text.ptr);
    }
    take_label(w, l);
    store_uint(out, i, tni_wave_discriminant_bytes(t));
    if (t->kind == TENON_TYPE_ENUM || t->fields[i].type == NULL) {
        return TENON_OK;
    }
    return parse_payload(w, t->fields[i].type, out + t->payload[TNI_WAVE_NATIVE]);
}

/* -- options and results -- */

/* A value may stand for some(value) or ok(value) unless that could be mistaken. */
static bool may_be_bare(const tenon_type *t) {
    return t != NULL && t->kind != TENON_TYPE_OPTION && t->kind != TENON_TYPE_RESULT;
}

static tenon_status parse_option(wave *w, const tenon_type *t, u8 *out) {
    u8 *payload = out + t->payload[TNI_WAVE_NATIVE];
    if (accept_word(w, "none")) {
        *out = 0;
        return TENON_OK;
    }
    *out = 1;
    if (accept_word(w, "some")) {
        return parse_payload(w, t->element, payload);
    }
    return may_be_bare(t->element) ? parse_value(w, t->element, payload)
                                   : fail_expected(w, kind_words(t));
}

static tenon_status parse_result(wave *w, const tenon_type *t, u8 *out) {
    u8 *payload = out + t->payload[TNI_WAVE_NATIVE];
    if (accept_word(w, "ok")) {
        *out = 0;
        return t->element == NULL ? TENON_OK : parse_payload(w, t->element, payload);
    }
    if (accept_word(w, "err")) {
        *out = 1;
        return t->other == NULL ? TENON_OK : parse_payload(w, t->other, payload);
    }
    *out = 0;
    return may_be_bare(t->element) ? parse_value(w, t->element, payload)
                                   : fail_expected(w, kind_words(t));
}

/* -- values -- */

static tenon_status parse_bool(wave *w, const tenon_type *t, u8 *out) {
    *out = accept_word(w, "true");
    return *out != 0 || accept_word(w, "false") ? TENON_OK
                                                : fail_expected(w, kind_words(t));
}

/* The character a value of the type begins with; 0 when it is not always the same. */
static char opening(tenon_type_kind kind) {
    switch (kind) {
    case TENON_TYPE_CHAR: return '\'';
    case TENON_TYPE_STRING: return '"';
    case TENON_TYPE_LIST:
    case TENON_TYPE_FIXED_LIST:
    case TENON_TYPE_MAP: return '[';
    case TENON_TYPE_TUPLE: return '(';
    case TENON_TYPE_RECORD:
    case TENON_TYPE_FLAGS: return '{';
    default: return 0;
    }
}

static tenon_status parse_kind(wave *w, const tenon_type *t, void *out) {
    switch (t->kind) {
    case TENON_TYPE_BOOL: return parse_bool(w, t, out);
    case TENON_TYPE_S8:
    case TENON_TYPE_U8:
    case TENON_TYPE_S16:
    case TENON_TYPE_U16:
    case TENON_TYPE_S32:
    case TENON_TYPE_U32:
    case TENON_TYPE_S64:
    case TENON_TYPE_U64: return parse_integer(w, t, out);
    case TENON_TYPE_F32:
    case TENON_TYPE_F64: return parse_float(w, t, out);
    case TENON_TYPE_CHAR: return parse_char(w, out);
    case TENON_TYPE_STRING: return parse_string(w, out);
    case TENON_TYPE_LIST: return parse_list(w, t, out);
    case TENON_TYPE_FIXED_LIST: return parse_fixed_list(w, t, out);
    case TENON_TYPE_MAP: return parse_map(w, t, out);
    case TENON_TYPE_RECORD: return parse_record(w, t, out);
    case TENON_TYPE_TUPLE: return parse_tuple(w, t, out);
    case TENON_TYPE_VARIANT:
    case TENON_TYPE_ENUM: return parse_case(w, t, out);
    case TENON_TYPE_FLAGS: return parse_flags(w, t, out);
    case TENON_TYPE_OPTION: return parse_option(w, t, out);
    case TENON_TYPE_RESULT: return parse_result(w, t, out);
    case TENON_TYPE_OWN:
    case TENON_TYPE_BORROW:
    case TENON_TYPE_STREAM:
    case TENON_TYPE_FUTURE:
    case TENON_TYPE_ERROR_CONTEXT: break;
    }
    return fail_at(w, w->cur, TNI_ERR_UNSUPPORTED, "%s has no text", kind_words(t));
}

static tenon_status parse_value(wave *w, const tenon_type *t, void *out) {
    skip_space(w);
    if (w->depth >= TNI_LIMIT_text_depth) {
        return fail_at(w, w->cur, TNI_ERR_WAVE_LIMIT, "nested more than %d deep",
                       TNI_LIMIT_text_depth);
    }
    char open = opening(t->kind);
    if (open != 0 && !at(w, open)) {
        return fail_expected(w, kind_words(t));
    }
    w->depth++;
    TNI_TRY(parse_kind(w, t, out));
    w->depth--;
    return TENON_OK;
}

static tenon_status expect_end(wave *w) {
    skip_space(w);
    return w->cur == w->end ? TENON_OK : fail_expected(w, "the end");
}

static wave wave_of(tni_arena *a, tni_str text, tenon_error *e) {
    wave w = {.arena = a, .text = text, .e = e};
    w.cur = text.ptr;
    w.end = text.len == 0 ? text.ptr : text.ptr + text.len;
    return w;
}

tenon_status tni_wave_parse(tni_arena *a, tni_str text, const tenon_type *t, void *out,
                            tenon_error *e) {
    wave w = wave_of(a, text, e);
    memset(out, 0, t->size[TNI_WAVE_NATIVE]);
    TNI_TRY(parse_value(&w, t, out));
    return expect_end(&w);
}

/* -- calls -- */

/* "ns:package/interface" and a version, which may be empty, as one name. */
static tenon_status join_version(wave *w, tni_str name, tni_str version, tni_str *out) {
    if (version.len == 0) {
        *out = name;
        return TENON_OK;
    }
    size_t size = name.len + 1 + version.len;
    char *text;
    TNI_TRY(new_text(w, size, &text));
    memcpy(text, name.ptr, name.len);
    text[name.len] = '@';
    memcpy(text + name.len + 1, version.ptr, version.len);
    *out = (tni_str){text, size};
    return TENON_OK;
}

static size_t find_char(tni_str s, size_t from, char c) {
    while (from < s.len && s.ptr[from] != c) {
        from++;
    }
    return from;
}

static tni_str part_of(tni_str s, size_t begin, size_t end) {
    return (tni_str){s.ptr + begin, begin < end ? end - begin : 0};
}

static tenon_status split_name(wave *w, tni_str name, tni_wave_call *out) {
    size_t hash = find_char(name, 0, '#');
    if (hash < name.len) {
        out->interface = part_of(name, 0, hash);
        out->func = part_of(name, hash + 1, name.len);
        return TENON_OK;
    }
    size_t slash = find_char(name, 0, '/');
    size_t dot = find_char(name, slash < name.len ? slash : 0, '.');
    if (dot == name.len) {
        out->func = name;
        return TENON_OK;
    }
    size_t version = find_char(name, dot, '@');
    out->func = part_of(name, dot + 1, version);
    return join_version(w, part_of(name, 0, dot), part_of(name, version + 1, name.len),
                        &out->interface);
}

tenon_status tni_wave_parse_call(tni_arena *a, tni_str text, tni_wave_call *out,
                                 tenon_error *e) {
    wave w = wave_of(a, text, e);
    *out = (tni_wave_call){.text = text};
    skip_space(&w);
    const char *begin = w.cur;
    w.cur += at(&w, '%');
    const char *name = w.cur;
    while (w.cur < w.end &&
           (is_label_char(*w.cur) ||
            memchr(":/.@#+%[]", *w.cur, sizeof ":/.@#+%[]" - 1) != NULL)) {
        w.cur++;
    }
    tni_str whole = {name, (size_t)(w.cur - name)};
    TNI_TRY(split_name(&w, whole, out));
    if (out->func.len > 0 && out->func.ptr[0] == '%') {
        out->func = part_of(out->func, 1, out->func.len);
    }
    if (out->func.len == 0) {
        return fail_at(&w, begin, TNI_ERR_WAVE_SYNTAX,
                       "expected a call such as name(1, \"two\")");
    }
    skip_space(&w);
    if (!at(&w, '(')) {
        return fail_expected(&w, "'(' after the function's name");
    }
    out->args = (size_t)(w.cur - text.ptr);
    return TENON_OK;
}

static tenon_status check_arguments(const wave *w, const tenon_func_type *type,
                                    u32 given) {
    for (u32 i = given; i < type->param_count; i++) {
        if (type->params[i].type->kind != TENON_TYPE_OPTION) {
            return fail_at(w, w->cur, TNI_ERR_WAVE_TYPE,
                           "the argument `%s` is missing (%u of %u given)",
                           type->params[i].name, given, type->param_count);
        }
    }
    return TENON_OK;
}

tenon_status tni_wave_parse_args(tni_arena *a, const tni_wave_call *call,
                                 const tenon_func_type *type, const tenon_type *tuple,
                                 void *out, tenon_error *e) {
    wave w = wave_of(a, call->text, e);
    w.cur += call->args + 1;
    u32 given = 0;
    if (tuple->size[TNI_WAVE_NATIVE] > 0) {
        memset(out, 0, tuple->size[TNI_WAVE_NATIVE]);
    }
    while (skip_space(&w), !at(&w, ')')) {
        if (given == type->param_count) {
            return w.cur == w.end ? fail_expected(&w, "')'")
                                  : fail_at(&w, w.cur, TNI_ERR_WAVE_TYPE,
                                            "the function takes %u arguments, not more",
                                            type->param_count);
        }
        TNI_TRY(parse_value(&w, type->params[given].type,
                            (u8 *)out + tuple->offsets[TNI_WAVE_NATIVE][given]));
        given++;
        TNI_TRY(separator(&w, ')'));
    }
    TNI_TRY(check_arguments(&w, type, given));
    w.cur++;
    return expect_end(&w);
}
