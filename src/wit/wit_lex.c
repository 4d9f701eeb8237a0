/* wit_lex.c: tokens of WIT. WIT.md, "Lexical structure". */
#include <stdarg.h>

#include "base/unicode.h"
#include "wit/wit_internal.h"

static bool is_lower(char c) {
    return c >= 'a' && c <= 'z';
}

static bool is_upper(char c) {
    return c >= 'A' && c <= 'Z';
}

static bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

static bool is_id_char(char c) {
    return is_lower(c) || is_upper(c) || is_digit(c) || c == '-';
}

static bool is_space(char c) {
    return c == ' ' || c == '\n' || c == '\r' || c == '\t';
}

tenon_status tni_wit_fail(const tni_wit_source *source, const char *at, tni_code code,
                          tenon_error *e, const char *fmt, ...) {
    char detail[TENON_MESSAGE_BYTES];
    va_list args;
    va_start(args, fmt);
    tni_vformat(detail, sizeof detail, fmt, args);
    va_end(args);
    u32 line = 1;
    u32 column = 1;
    for (const char *p = source->text.ptr; p < at; p++) {
        if (*p == '\n') {
            line++;
            column = 0;
        }
        column++;
    }
    int path_len = source->path.len > 120 ? 120 : (int)source->path.len;
    return tni_fail_at(e, code, line, column, "%.*s:%u:%u: %s", path_len,
                       source->path.ptr, line, column, detail);
}

/* -- labels, keywords, versions -- */

/* A word is in one case; only the first must begin with a letter. */
bool tni_wit_is_label(tni_str s) {
    size_t i = 0;
    bool first = true;
    while (i < s.len) {
        size_t begin = i;
        bool lower = false;
        bool upper = false;
        while (i < s.len && s.ptr[i] != '-') {
            lower |= is_lower(s.ptr[i]);
            upper |= is_upper(s.ptr[i]);
            if (!is_id_char(s.ptr[i])) {
                return false;
            }
            i++;
        }
        if (i == begin || (lower && upper) || (first && is_digit(s.ptr[begin]))) {
            return false;
        }
        first = false;
        if (i < s.len && ++i == s.len) {
            return false; /* ends with '-' */
        }
    }
    return !first;
}

bool tni_wit_is_keyword(tni_str s) {
    static const char *const keywords[] = {
        "as",      "async",   "bool",      "borrow", "char",    "constructor", "enum",
        "export",  "f32",     "f64",       "flags",  "from",    "func",        "future",
        "import",  "include", "interface", "list",   "map",     "option",      "own",
        "package", "record",  "resource",  "result", "s16",     "s32",         "s64",
        "s8",      "static",  "stream",    "string", "tuple",   "type",        "u16",
        "u32",     "u64",     "u8",        "use",    "variant", "with",        "world",
    };
    for (size_t i = 0; i < TNI_COUNT_OF(keywords); i++) {
        if (tni_str_eq(s, tni_str_of(keywords[i]))) {
            return true;
        }
    }
    return false;
}

/* Dot-separated identifiers of a pre-release or build part; 0 when there is none. */
static size_t scan_idents(const char *p, const char *end, bool numbers_are_plain) {
    const char *cur = p;
    for (;;) {
        const char *begin = cur;
        bool digits = true;
        while (cur < end && is_id_char(*cur)) {
            digits &= is_digit(*cur);
            cur++;
        }
        if (cur == begin ||
            (numbers_are_plain && digits && *begin == '0' && cur - begin > 1)) {
            return 0;
        }
        if (end - cur < 2 || *cur != '.' || !is_id_char(cur[1])) {
            return (size_t)(cur - p);
        }
        cur++;
    }
}

/* Semantic Versioning 2.0. A '.' belongs to it only when more of the version follows, for
 * WIT goes on with ".{". */
size_t tni_semver_scan(tni_str text) {
    const char *cur = text.ptr;
    const char *end = text.ptr + text.len;
    for (int part = 0; part < 3; part++) {
        if (part > 0) {
            if (cur == end || *cur++ != '.') {
                return 0;
            }
        }
        const char *begin = cur;
        while (cur < end && is_digit(*cur)) {
            cur++;
        }
        if (cur == begin || (*begin == '0' && cur - begin > 1)) {
            return 0;
        }
    }
    for (int part = 0; part < 2; part++) {
        if (cur < end && *cur == "-+"[part]) {
            size_t len = scan_idents(cur + 1, end, part == 0);
            if (len == 0) {
                return 0;
            }
            cur += 1 + len;
        }
    }
    return (size_t)(cur - text.ptr);
}

static tni_str semver_core(tni_str v, tni_str *pre) {
    size_t core = 0;
    while (core < v.len && v.ptr[core] != '-' && v.ptr[core] != '+') {
        core++;
    }
    size_t end = core;
    while (end < v.len && v.ptr[end] != '+') {
        end++;
    }
    *pre = core < end ? (tni_str){v.ptr + core + 1, end - core - 1} : (tni_str){NULL, 0};
    return (tni_str){v.ptr, core};
}

static tni_str next_ident(tni_str *s) {
    size_t n = 0;
    while (n < s->len && s->ptr[n] != '.') {
        n++;
    }
    tni_str ident = {s->ptr, n};
    n += n < s->len;
    *s = (tni_str){s->ptr + n, s->len - n};
    return ident;
}

static bool all_digits(tni_str s) {
    for (size_t i = 0; i < s.len; i++) {
        if (!is_digit(s.ptr[i])) {
            return false;
        }
    }
    return true;
}

static int compare_ident(tni_str a, tni_str b) {
    bool a_number = all_digits(a);
    bool b_number = all_digits(b);
    if (a_number != b_number) {
        return a_number ? -1 : 1;
    }
    if (a_number && a.len != b.len) {
        return a.len < b.len ? -1 : 1;
    }
    int c = memcmp(a.ptr, b.ptr, a.len < b.len ? a.len : b.len);
    if (c == 0) {
        return a.len == b.len ? 0 : a.len < b.len ? -1 : 1;
    }
    return c < 0 ? -1 : 1;
}

static int compare_dotted(tni_str a, tni_str b) {
    while (a.len > 0 && b.len > 0) {
        int c = compare_ident(next_ident(&a), next_ident(&b));
        if (c != 0) {
            return c;
        }
    }
    return a.len > 0 ? 1 : b.len > 0 ? -1 : 0;
}

int tni_semver_compare(tni_str a, tni_str b) {
    tni_str a_pre;
    tni_str b_pre;
    tni_str a_core = semver_core(a, &a_pre);
    tni_str b_core = semver_core(b, &b_pre);
    int c = compare_dotted(a_core, b_core);
    if (c != 0) {
        return c;
    }
    if (a_pre.len == 0 || b_pre.len == 0) {
        return (a_pre.len == 0) - (b_pre.len == 0);
    }
    return compare_dotted(a_pre, b_pre);
}

/* -- characters -- */

/* Bidirectional overrides, control codes other than newline, carriage return and tab, and
 * what Unicode deprecates or strongly discourages. */
static bool is_forbidden(u32 c) {
    static const u32 ranges[][2] = {
        {0x0, 0x8},       {0xb, 0xc},         {0xe, 0x1f},      {0x7f, 0x9f},
        {0x149, 0x149},   {0x673, 0x673},     {0xf77, 0xf77},   {0xf79, 0xf79},
        {0x17a3, 0x17a4}, {0x17b4, 0x17b5},   {0x202a, 0x202e}, {0x2066, 0x206f},
        {0x2329, 0x232a}, {0xe0001, 0xe0001},
    };
    for (size_t i = 0; i < TNI_COUNT_OF(ranges); i++) {
        if (c >= ranges[i][0] && c <= ranges[i][1]) {
            return true;
        }
    }
    return false;
}

static tenon_status check_characters(const tni_wit_source *source, tenon_error *e) {
    const u8 *p = (const u8 *)source->text.ptr;
    const u8 *end = p + source->text.len;
    while (p < end) {
        if (*p >= 0x20 && *p < 0x7f) {
            p++;
            continue;
        }
        u32 c;
        size_t n = tni_utf8_decode(p, end, &c);
        if (n == 0) {
            return tni_wit_fail(source, (const char *)p, TNI_ERR_WIT_SYNTAX, e,
                                "not UTF-8");
        }
        if (is_forbidden(c)) {
            return tni_wit_fail(source, (const char *)p, TNI_ERR_WIT_SYNTAX, e,
                                "character U+%04x is not allowed", c);
        }
        p += n;
    }
    return TENON_OK;
}

/* -- tokens -- */

static tenon_status lex_fail(const tni_wit_lexer *l, const char *at, const char *what) {
    return tni_wit_fail(l->source, at, TNI_ERR_WIT_SYNTAX, l->e, "%s", what);
}

static const char *skip_line(const char *p, const char *end) {
    while (p < end && *p != '\n') {
        p++;
    }
    return p;
}

/* Block comments nest; the nesting is counted, not recursive. */
static const char *skip_block(const char *p, const char *end) {
    size_t depth = 0;
    while (end - p >= 2) {
        if (p[0] == '/' && p[1] == '*') {
            depth++;
            p += 2;
        } else if (p[0] == '*' && p[1] == '/') {
            p += 2;
            if (--depth == 0) {
                return p;
            }
        } else {
            p++;
        }
    }
    return NULL;
}

/* `///` but not `////`; slash star star, but not the empty comment of that spelling. */
static bool is_doc(const char *p, const char *end) {
    return end - p >= 3 && p[2] == p[1] &&
           (end - p == 3 || (p[1] == '/' ? p[3] != '/' : p[3] != '/' && p[3] != '*'));
}

/* Skips white space and comments; remembers where doc comments stand. */
static tenon_status skip_space(tni_wit_lexer *l) {
    l->docs_begin = NULL;
    l->docs_end = NULL;
    for (;;) {
        while (l->cur < l->end && is_space(*l->cur)) {
            l->cur++;
        }
        const char *p = l->cur;
        if (l->end - p < 2 || p[0] != '/' || (p[1] != '/' && p[1] != '*')) {
            return TENON_OK;
        }
        const char *after = p[1] == '/' ? skip_line(p, l->end) : skip_block(p, l->end);
        if (after == NULL) {
            return lex_fail(l, p, "comment does not end");
        }
        if (is_doc(p, l->end)) {
            l->docs_begin = l->docs_begin == NULL ? p : l->docs_begin;
            l->docs_end = after;
        }
        l->cur = after;
    }
}

static tenon_status lex_id(tni_wit_lexer *l, bool escaped) {
    const char *begin = l->cur;
    while (l->cur < l->end && is_id_char(*l->cur)) {
        l->cur++;
    }
    l->tok.text = (tni_str){begin, (size_t)(l->cur - begin)};
    if (!tni_wit_is_label(l->tok.text)) {
        return tni_wit_fail(l->source, begin, TNI_ERR_WIT_SYNTAX, l->e,
                            "\"%.*s\" is not an identifier: words of one letter case "
                            "with '-' between them",
                            l->tok.text.len > 60 ? 60 : (int)l->tok.text.len, begin);
    }
    l->tok.kind = !escaped && tni_wit_is_keyword(l->tok.text) ? TNI_WIT_TOK_KEYWORD
                                                              : TNI_WIT_TOK_ID;
    return TENON_OK;
}

static tenon_status lex_quoted(tni_wit_lexer *l) {
    const char *begin = ++l->cur;
    while (l->cur < l->end && *l->cur != '"') {
        if (*l->cur == '\n') {
            break;
        }
        l->cur += *l->cur == '\\' && l->end - l->cur > 1 ? 2 : 1;
    }
    if (l->cur >= l->end || *l->cur != '"') {
        return lex_fail(l, l->tok.at, "string does not end on its line");
    }
    l->tok.kind = TNI_WIT_TOK_STRING;
    l->tok.text = (tni_str){begin, (size_t)(l->cur - begin)};
    l->cur++;
    return TENON_OK;
}

tenon_status tni_wit_lex_next(tni_wit_lexer *l) {
    l->tok_end = l->cur;
    TNI_TRY(skip_space(l));
    l->tok = (tni_wit_token){TNI_WIT_TOK_END, {l->cur, 0}, l->cur};
    if (l->cur == l->end) {
        return TENON_OK;
    }
    char c = *l->cur;
    if (is_lower(c) || is_upper(c)) {
        return lex_id(l, false);
    }
    if (c == '%') {
        l->cur++;
        return lex_id(l, true);
    }
    if (c == '"') {
        return lex_quoted(l);
    }
    const char *begin = l->cur++;
    if (is_digit(c)) {
        while (l->cur < l->end && is_digit(*l->cur)) {
            l->cur++;
        }
        l->tok.kind = TNI_WIT_TOK_INT;
    } else if (c == '-' && l->cur < l->end && *l->cur == '>') {
        l->cur++;
        l->tok.kind = TNI_WIT_TOK_ARROW;
    } else if (c != '\0' && strchr("=,:;(){}<>*/.@_", c) != NULL) {
        l->tok.kind = TNI_WIT_TOK_OP;
    } else {
        return lex_fail(l, begin, "unexpected character");
    }
    l->tok.text = (tni_str){begin, (size_t)(l->cur - begin)};
    return TENON_OK;
}

tenon_status tni_wit_lex_init(tni_wit_lexer *l, tni_arena *a,
                              const tni_wit_source *source, tenon_error *e) {
    *l = (tni_wit_lexer){.arena = a, .source = source, .e = e};
    l->cur = source->text.ptr;
    l->end = source->text.ptr + source->text.len;
    TNI_TRY(check_characters(source, e));
    return tni_wit_lex_next(l);
}

bool tni_wit_lex_id_follows(const tni_wit_lexer *l) {
    return l->tok.at == l->tok_end && l->cur < l->end &&
           (is_lower(*l->cur) || is_upper(*l->cur) || *l->cur == '%');
}

tenon_status tni_wit_lex_version(tni_wit_lexer *l, tni_str *out) {
    TNI_TRY(skip_space(l));
    size_t len = tni_semver_scan((tni_str){l->cur, (size_t)(l->end - l->cur)});
    if (len == 0) {
        return lex_fail(l, l->cur, "expected a version such as 1.0.0");
    }
    *out = (tni_str){l->cur, len};
    l->cur += len;
    return tni_wit_lex_next(l);
}

/* -- doc comments -- */

typedef struct docs_writer {
    char *out; /* NULL: only count */
    size_t len;
    size_t kept; /* len without trailing empty lines */
} docs_writer;

static void docs_line(docs_writer *w, const char *begin, const char *end) {
    while (end > begin && is_space(end[-1])) {
        end--;
    }
    if (w->len == 0 && begin == end) {
        return; /* empty lines at the start */
    }
    if (w->len > 0) {
        if (w->out != NULL) {
            w->out[w->len] = '\n';
        }
        w->len++;
    }
    if (w->out != NULL && end > begin) {
        memcpy(w->out + w->len, begin, (size_t)(end - begin));
    }
    w->len += (size_t)(end - begin);
    if (end > begin) {
        w->kept = w->len;
    }
}

static void docs_block(docs_writer *w, const char *p, const char *end) {
    while (p < end) {
        const char *line_end = skip_line(p, end);
        while (p < line_end && is_space(*p)) {
            p++;
        }
        p += p < line_end && *p == '*';
        p += p < line_end && *p == ' ';
        docs_line(w, p, line_end);
        p = line_end + 1;
    }
}

static void docs_write(docs_writer *w, const char *p, const char *end) {
    while (p < end) {
        if (*p != '/') {
            p++;
            continue;
        }
        bool doc = is_doc(p, end);
        if (p[1] == '/') {
            const char *line_end = skip_line(p, end);
            if (doc) {
                p += 3;
                docs_line(w, p + (p < line_end && *p == ' '), line_end);
            }
            p = line_end;
        } else {
            const char *after = skip_block(p, end);
            if (doc) {
                docs_block(w, p + 3, after - 2);
            }
            p = after;
        }
    }
}

tenon_status tni_wit_lex_docs(tni_wit_lexer *l, tni_str *out) {
    *out = (tni_str){NULL, 0};
    if (l->docs_begin == NULL) {
        return TENON_OK;
    }
    docs_writer w = {NULL, 0, 0};
    docs_write(&w, l->docs_begin, l->docs_end);
    if (w.kept == 0) {
        return TENON_OK;
    }
    char *text = tni_arena_alloc(l->arena, w.len, 1);
    if (text == NULL) {
        return tni_no_memory(l->e);
    }
    w = (docs_writer){text, 0, 0};
    docs_write(&w, l->docs_begin, l->docs_end);
    *out = (tni_str){text, w.kept};
    return TENON_OK;
}

/* -- string literals: Core 3.0, 6.3.3 -- */

static int hex_value(char c) {
    return is_digit(c)            ? c - '0'
           : c >= 'a' && c <= 'f' ? c - 'a' + 10
           : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                  : -1;
}

/* \u{…}: p is after the brace. */
static const char *decode_scalar(const char *p, const char *end, u32 *out) {
    u32 c = 0;
    const char *begin = p;
    while (p < end && hex_value(*p) >= 0 && c <= 0x10ffff) {
        c = c * 16 + (u32)hex_value(*p++);
    }
    *out = c;
    return p > begin && p < end && *p == '}' && tni_is_scalar(c) ? p + 1 : NULL;
}

/* One escape after its backslash; NULL when there is none of that kind. */
static const char *decode_escape(const char *p, const char *end, u8 *out, size_t *len) {
    static const char from[] = "tnr\"'\\";
    static const char to[] = "\t\n\r\"'\\";
    const char *simple = p < end && *p != '\0' ? strchr(from, *p) : NULL;
    if (simple != NULL) {
        out[(*len)++] = (u8)to[simple - from];
        return p + 1;
    }
    if (end - p >= 2 && hex_value(p[0]) >= 0 && hex_value(p[1]) >= 0) {
        out[(*len)++] = (u8)(hex_value(p[0]) * 16 + hex_value(p[1]));
        return p + 2;
    }
    if (end - p >= 2 && p[0] == 'u' && p[1] == '{') {
        u32 c;
        p = decode_scalar(p + 2, end, &c);
        if (p != NULL) {
            *len += tni_utf8_encode(c, out + *len);
        }
        return p;
    }
    return NULL;
}

tenon_status tni_wit_lex_string(tni_wit_lexer *l, tni_str *out) {
    const char *p = l->tok.text.ptr;
    const char *end = p + l->tok.text.len;
    u8 *text = tni_arena_alloc(l->arena, l->tok.text.len + 4, 1);
    if (text == NULL) {
        return tni_no_memory(l->e);
    }
    size_t len = 0;
    while (p < end) {
        if (*p != '\\') {
            text[len++] = (u8)*p++;
            continue;
        }
        const char *after = decode_escape(p + 1, end, text, &len);
        if (after == NULL) {
            return lex_fail(l, p, "unknown escape");
        }
        p = after;
    }
    if (!tni_utf8_valid(text, len)) {
        return lex_fail(l, l->tok.at, "string is not UTF-8");
    }
    *out = (tni_str){(const char *)text, len};
    return tni_wit_lex_next(l);
}
