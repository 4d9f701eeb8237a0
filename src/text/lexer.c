/* lexer.c: tokens of the text format. Core 3.0, 6.2 and 6.3. */
#include "text/lexer.h"
#include "base/unicode.h"

/* Classes of bytes. */
enum {
    IDCHAR = 1, /* Core 3.0, 6.3.5 */
    SPACE = 2,
    LONE = 4,  /* , [ ] { } : tokens of their own, reserved */
    PLAIN = 8, /* may stand in a string as it is */
    HEX = 16,
    NESTS = 32, /* what tni_lexer_skip must look at */
};

#define I (IDCHAR | PLAIN)
#define H (IDCHAR | PLAIN | HEX)
#define L (LONE | PLAIN)
#define N (NESTS | PLAIN)
static const u8 classes[256] = {
    ['\t'] = SPACE, ['\n'] = SPACE, ['\r'] = SPACE, [' '] = SPACE | PLAIN,
    ['!'] = I,      ['"'] = NESTS,  ['#'] = I,      ['$'] = I,
    ['%'] = I,      ['&'] = I,      ['\''] = I,     ['('] = N,
    [')'] = N,      ['*'] = I,      ['+'] = I,      [','] = L,
    ['-'] = I,      ['.'] = I,      ['/'] = I,      ['0'] = H,
    ['1'] = H,      ['2'] = H,      ['3'] = H,      ['4'] = H,
    ['5'] = H,      ['6'] = H,      ['7'] = H,      ['8'] = H,
    ['9'] = H,      [':'] = I,      [';'] = N,      ['<'] = I,
    ['='] = I,      ['>'] = I,      ['?'] = I,      ['@'] = I,
    ['A'] = H,      ['B'] = H,      ['C'] = H,      ['D'] = H,
    ['E'] = H,      ['F'] = H,      ['G'] = I,      ['H'] = I,
    ['I'] = I,      ['J'] = I,      ['K'] = I,      ['L'] = I,
    ['M'] = I,      ['N'] = I,      ['O'] = I,      ['P'] = I,
    ['Q'] = I,      ['R'] = I,      ['S'] = I,      ['T'] = I,
    ['U'] = I,      ['V'] = I,      ['W'] = I,      ['X'] = I,
    ['Y'] = I,      ['Z'] = I,      ['['] = L,      ['\\'] = IDCHAR,
    [']'] = L,      ['^'] = I,      ['_'] = I,      ['`'] = I,
    ['a'] = H,      ['b'] = H,      ['c'] = H,      ['d'] = H,
    ['e'] = H,      ['f'] = H,      ['g'] = I,      ['h'] = I,
    ['i'] = I,      ['j'] = I,      ['k'] = I,      ['l'] = I,
    ['m'] = I,      ['n'] = I,      ['o'] = I,      ['p'] = I,
    ['q'] = I,      ['r'] = I,      ['s'] = I,      ['t'] = I,
    ['u'] = I,      ['v'] = I,      ['w'] = I,      ['x'] = I,
    ['y'] = I,      ['z'] = I,      ['{'] = L,      ['|'] = I,
    ['}'] = L,      ['~'] = I,
};
#undef I
#undef H
#undef L
#undef N

static bool is(char c, unsigned class) {
    return (classes[(u8)c] & class) != 0;
}

/* Bytes from 0x80 on belong to sequences that were checked before. */
static bool is_plain(char c) {
    return (u8)c >= 0x80 || is(c, PLAIN);
}

/* -- errors -- */

static void place(const tni_lexer *x, const char *at, u32 *line, u32 *column) {
    *line = 1;
    const char *start = x->source;
    for (const char *p = x->source; p < at; p++) {
        /* Core 3.0, 6.3.3: LF, CR, or CR LF. */
        if (*p == '\n' || (*p == '\r' && !(p + 1 < x->end && p[1] == '\n'))) {
            ++*line;
            start = p + 1;
        }
    }
    *column = (u32)(at - start) + 1;
}

u32 tni_lexer_line(const tni_lexer *x, const char *at) {
    u32 line;
    u32 column;
    place(x, at, &line, &column);
    return line;
}

TNI_COLD tenon_status tni_lexer_fail(const tni_lexer *x, const char *at, tni_code code,
                                     const char *fmt, ...) {
    u32 line;
    u32 column;
    place(x, at, &line, &column);
    if (fmt == NULL) {
        return tni_fail_at(x->e, code, line, column, NULL);
    }
    char detail[256];
    va_list args;
    va_start(args, fmt);
    tni_vformat(detail, sizeof detail, fmt, args);
    va_end(args);
    return tni_fail_at(x->e, code, line, column, "%s", detail);
}

tenon_status tni_lexer_check(tni_str source, tenon_error *e) {
    if (tni_utf8_valid(source.ptr, source.len)) {
        return TENON_OK;
    }
    const u8 *p = (const u8 *)source.ptr;
    const u8 *end = p + source.len;
    u32 c;
    size_t n;
    while ((n = tni_utf8_decode(p, end, &c)) != 0) {
        p += n;
    }
    tni_lexer x = {.source = source.ptr, .end = source.ptr + source.len, .e = e};
    return tni_lexer_fail(&x, (const char *)p, TNI_ERR_BAD_UTF8, NULL);
}

static tenon_status illegal(const tni_lexer *x) {
    u32 c = 0;
    tni_utf8_decode((const u8 *)x->cur, (const u8 *)x->end, &c);
    return tni_lexer_fail(x, x->cur, TNI_ERR_TEXT_CHARACTER, "U+%04X", c);
}

/* -- strings -- */

static u32 hex_value(char c) {
    return (u32)(c <= '9' ? c - '0' : (c | 32) - 'a' + 10);
}

/* Whether \u{…} at p (after the u) stands for a scalar value; passes over it. */
static bool unicode_escape(const char **p, const char *end, u32 *out) {
    const char *q = *p;
    if (q == end || *q++ != '{') {
        return false;
    }
    u32 c = 0;
    bool digit = false; /* the last one was a digit: _ stands only between two */
    for (; q < end && *q != '}'; q++) {
        if (*q == '_' && digit) {
            digit = false;
            continue;
        }
        if (!is(*q, HEX)) {
            return false;
        }
        c = c << 4 | hex_value(*q);
        digit = true;
        if (c > 0x10ffff) {
            return false;
        }
    }
    if (q == end || !digit || !tni_is_scalar(c)) {
        return false;
    }
    *p = q + 1;
    *out = c;
    return true;
}

/* Passes over an escape whose backslash was read. */
static bool pass_escape(const char **p, const char *end) {
    const char *q = *p;
    if (q == end) {
        return false;
    }
    char c = *q++;
    u32 scalar;
    if (c == 'n' || c == 'r' || c == 't' || c == '\\' || c == '\'' || c == '"') {
        *p = q;
        return true;
    }
    if (c == 'u') {
        *p = q;
        return unicode_escape(p, end, &scalar);
    }
    *p = q + 1;
    return is(c, HEX) && q < end && is(*q, HEX);
}

/* Passes over the string whose quote is at *p. Core 3.0, 6.3.3. */
static tni_code pass_string(const char **p, const char *end, bool *plain) {
    const char *q = *p + 1;
    *plain = true;
    for (;;) {
        while (q < end && is_plain(*q)) {
            q++;
        }
        *p = q;
        if (q == end || *q == '\n' || *q == '\r') {
            return TNI_ERR_TEXT_UNCLOSED_STRING;
        }
        if (*q == '"') {
            *p = q + 1;
            return TNI_ERR_NONE;
        }
        if (*q != '\\') {
            return TNI_ERR_TEXT_CONTROL;
        }
        q++;
        *plain = false;
        if (!pass_escape(&q, end)) {
            return TNI_ERR_TEXT_ESCAPE;
        }
    }
}

void tni_string_unescape(tni_str s, tni_buf *out) {
    const char *p = s.ptr;
    const char *end = s.ptr + s.len;
    while (p < end) {
        const char *run = p;
        while (p < end && *p != '\\') {
            p++;
        }
        tni_buf_put(out, run, (size_t)(p - run));
        if (end - p < 2) {
            break;
        }
        char c = p[1];
        p += 2;
        u32 scalar = 0;
        u8 utf8[4];
        switch (c) {
        case 'n': tni_buf_byte(out, '\n'); break;
        case 'r': tni_buf_byte(out, '\r'); break;
        case 't': tni_buf_byte(out, '\t'); break;
        case '\\':
        case '\'':
        case '"': tni_buf_byte(out, (u8)c); break;
        case 'u':
            unicode_escape(&p, end, &scalar);
            tni_buf_put(out, utf8, tni_utf8_encode(scalar, utf8));
            break;
        default:
            tni_buf_byte(out, (u8)(hex_value(c) << 4 | hex_value(*p)));
            p++;
            break;
        }
    }
}

/* The name between the quotes of an identifier or an annotation. */
static tenon_status quoted_name(tni_lexer *x, const char *at, tni_str between, bool plain,
                                tni_str *out) {
    *out = between;
    if (plain) {
        return TENON_OK;
    }
    tni_buf b;
    tni_buf_init(&b, x->arena->heap);
    tni_string_unescape(between, &b);
    tni_str copy = tni_arena_str(x->arena, (tni_str){(const char *)b.data, b.count});
    bool failed = b.failed || copy.ptr == NULL;
    tni_buf_free(&b);
    if (failed) {
        return tni_no_memory(x->e);
    }
    *out = copy;
    return tni_utf8_valid(copy.ptr, copy.len)
               ? TENON_OK
               : tni_lexer_fail(x, at, TNI_ERR_BAD_UTF8, NULL);
}

/* -- comments and annotations -- */

static void skip_line(tni_lexer *x) {
    while (x->cur < x->end && *x->cur != '\n' && *x->cur != '\r') {
        x->cur++;
    }
}

/* A block comment; they nest. Core 3.0, 6.3.4. */
static bool skip_block(tni_lexer *x) {
    u64 depth = 0;
    const char *p = x->cur;
    while (x->end - p >= 2) {
        if (p[0] == '(' && p[1] == ';') {
            depth++;
            p += 2;
        } else if (p[0] == ';' && p[1] == ')') {
            p += 2;
            if (--depth == 0) {
                x->cur = p;
                return true;
            }
        } else {
            p++;
        }
    }
    return false;
}

/* White space and comments. */
static tenon_status skip_space(tni_lexer *x) {
    for (;;) {
        while (x->cur < x->end && is(*x->cur, SPACE)) {
            x->cur++;
        }
        if (x->end - x->cur < 2 || x->cur[1] != ';') {
            return TENON_OK;
        }
        if (*x->cur == ';') {
            skip_line(x);
        } else if (*x->cur == '(') {
            const char *at = x->cur;
            if (!skip_block(x)) {
                return tni_lexer_fail(x, at, TNI_ERR_TEXT_UNCLOSED_COMMENT, NULL);
            }
        } else {
            return TENON_OK;
        }
    }
}

/* The name of the annotation at cur, which stands after its "(@". */
static tenon_status annotation_name(tni_lexer *x, tni_str *out) {
    const char *p = x->cur;
    while (p < x->end && is(*p, IDCHAR)) {
        p++;
    }
    if (p > x->cur) {
        *out = (tni_str){x->cur, (size_t)(p - x->cur)};
        x->cur = p;
        return TENON_OK;
    }
    bool plain;
    if (p == x->end || *p != '"' || pass_string(&p, x->end, &plain) != TNI_ERR_NONE ||
        p - x->cur == 2) {
        return tni_lexer_fail(x, x->cur, TNI_ERR_TEXT_EMPTY_ANNOTATION, NULL);
    }
    tni_str between = {x->cur + 1, (size_t)(p - x->cur) - 2};
    tenon_status status = quoted_name(x, x->cur, between, plain, out);
    x->cur = p;
    return status;
}

/* One token of an annotation, which need not mean anything elsewhere. */
static tenon_status annotation_item(tni_lexer *x) {
    const char *at = x->cur;
    bool plain;
    if (*at == '"') {
        tni_code code = pass_string(&x->cur, x->end, &plain);
        return code == TNI_ERR_NONE ? TENON_OK : tni_lexer_fail(x, x->cur, code, NULL);
    }
    if (*at == ';' || is(*at, LONE)) {
        x->cur++;
        return TENON_OK;
    }
    while (x->cur < x->end && is(*x->cur, IDCHAR)) {
        x->cur++;
    }
    if (x->cur == at) {
        return illegal(x);
    }
    if (x->cur - at == 1 && *at == '$' && (x->cur == x->end || *x->cur != '"')) {
        return tni_lexer_fail(x, at, TNI_ERR_TEXT_EMPTY_ID, NULL);
    }
    return TENON_OK;
}

/* An annotation at cur. Core 3.0, 6.3.6. */
static tenon_status annotation(tni_lexer *x) {
    tni_annotation a = {.at = x->cur};
    x->cur += 2;
    TNI_TRY(annotation_name(x, &a.name));
    a.items.ptr = x->cur;
    for (u64 depth = 1; depth != 0;) {
        TNI_TRY(skip_space(x));
        if (x->cur == x->end) {
            return tni_lexer_fail(x, a.at, TNI_ERR_TEXT_UNCLOSED_ANNOTATION, NULL);
        }
        if (*x->cur == '(') {
            depth++;
            x->cur++;
        } else if (*x->cur == ')') {
            depth--;
            x->cur++;
        } else {
            TNI_TRY(annotation_item(x));
        }
    }
    a.items.len = (size_t)(x->cur - a.items.ptr) - 1;
    if (x->keep != NULL && x->keep(a.name) &&
        !tni_vec_push(x->arena->heap, &x->kept, a)) {
        return tni_no_memory(x->e);
    }
    return TENON_OK;
}

/* -- tokens -- */

void tni_lexer_init(tni_lexer *x, tni_str source, size_t begin, size_t end,
                    tni_arena *arena, tenon_error *e) {
    *x = (tni_lexer){.source = source.ptr,
                     .cur = source.ptr + begin,
                     .end = source.ptr + end,
                     .arena = arena,
                     .e = e};
}

void tni_lexer_free(tni_lexer *x) {
    tni_vec_free(x->arena->heap, &x->kept);
}

/* $"…", with cur after the $. */
static tenon_status quoted_id(tni_lexer *x, tni_token *out) {
    const char *p = x->cur;
    bool plain;
    if (p == x->end || *p != '"' || pass_string(&p, x->end, &plain) != TNI_ERR_NONE ||
        p - x->cur == 2) {
        return tni_lexer_fail(x, out->raw.ptr, TNI_ERR_TEXT_EMPTY_ID, NULL);
    }
    tni_str between = {x->cur + 1, (size_t)(p - x->cur) - 2};
    TNI_TRY(quoted_name(x, out->raw.ptr, between, plain, &out->text));
    x->cur = p;
    return TENON_OK;
}

/* A run that goes on where a token ought to have ended is a reserved one as a whole. */
static tenon_status run_on(tni_lexer *x, tni_token *out) {
    bool plain;
    while (x->cur < x->end && (is(*x->cur, IDCHAR) || *x->cur == '"')) {
        out->kind = TNI_TOKEN_RESERVED;
        if (*x->cur != '"') {
            x->cur++;
            continue;
        }
        tni_code code = pass_string(&x->cur, x->end, &plain);
        if (code != TNI_ERR_NONE) {
            return tni_lexer_fail(x, x->cur, code, NULL);
        }
    }
    out->raw.len = (size_t)(x->cur - out->raw.ptr);
    return TENON_OK;
}

static tenon_status string_token(tni_lexer *x, tni_token *out) {
    const char *at = x->cur;
    tni_code code = pass_string(&x->cur, x->end, &out->plain);
    if (code != TNI_ERR_NONE) {
        return tni_lexer_fail(x, x->cur, code, NULL);
    }
    out->kind = TNI_TOKEN_STRING;
    out->text = (tni_str){at + 1, (size_t)(x->cur - at) - 2};
    return run_on(x, out);
}

static tenon_status word_token(tni_lexer *x, tni_token *out) {
    const char *at = x->cur;
    const char *p = at;
    while (p < x->end && is(*p, IDCHAR)) {
        p++;
    }
    x->cur = p;
    if (p == at) {
        return illegal(x);
    }
    out->raw.len = (size_t)(p - at);
    if (*at != '$') {
        out->kind = TNI_TOKEN_ATOM;
        out->text = out->raw;
    } else {
        out->kind = TNI_TOKEN_ID;
        out->text = (tni_str){at + 1, (size_t)(p - at) - 1};
        if (p - at == 1) {
            TNI_TRY(quoted_id(x, out));
        }
    }
    return p < x->end && (x->cur != p || *x->cur == '"') ? run_on(x, out) : TENON_OK;
}

tenon_status tni_lexer_next(tni_lexer *x, tni_token *out) {
    size_t kept = x->kept.count;
    for (;;) {
        TNI_TRY(skip_space(x));
        if (x->end - x->cur < 2 || x->cur[0] != '(' || x->cur[1] != '@') {
            break;
        }
        TNI_TRY(annotation(x));
    }
    *out = (tni_token){.annotations = (u32)(x->kept.count - kept), .raw = {x->cur, 1}};
    if (x->cur == x->end) {
        out->kind = TNI_TOKEN_EOF;
        out->raw.len = 0;
        return TENON_OK;
    }
    char c = *x->cur;
    switch (c) {
    case '(':
    case ')':
        x->cur++;
        out->kind = c == '(' ? TNI_TOKEN_LPAR : TNI_TOKEN_RPAR;
        return TENON_OK;
    case '"': return string_token(x, out);
    case ';':
    case ',':
    case '[':
    case ']':
    case '{':
    case '}':
        x->cur++;
        out->kind = TNI_TOKEN_RESERVED;
        return TENON_OK;
    default: return word_token(x, out);
    }
}

/* -- passing over what is read later -- */

/* Passes over a string without looking at its escapes. */
static void skip_string(tni_lexer *x) {
    const char *p = x->cur + 1;
    while (p < x->end && *p != '"') {
        p += *p == '\\' && x->end - p > 1 ? 2 : 1;
    }
    x->cur = p < x->end ? p + 1 : p;
}

bool tni_lexer_skip(tni_lexer *x) {
    u64 depth = 1;
    while (x->cur < x->end) {
        if (!is(*x->cur, NESTS)) {
            x->cur++;
            continue;
        }
        char next = x->end - x->cur > 1 ? x->cur[1] : 0;
        switch (*x->cur) {
        case '"': skip_string(x); break;
        case ';':
            if (next == ';') {
                skip_line(x);
            } else {
                x->cur++;
            }
            break;
        case '(':
            if (next != ';') {
                depth++;
                x->cur++;
            } else if (!skip_block(x)) {
                return false;
            }
            break;
        default:
            x->cur++;
            if (--depth == 0) {
                return true;
            }
            break;
        }
    }
    return false;
}
