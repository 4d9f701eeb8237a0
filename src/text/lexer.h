/* lexer.h: tokens of the text format. Core 3.0, 6.2 and 6.3.
 *
 * The lexer borrows its source, which must be well-formed UTF-8 (tni_lexer_check). It
 * tells atoms apart no further: what is a number or a keyword is up to who reads it, and
 * a token that nobody can read is reported by tni_text_unexpected (parse.h). */
#ifndef TNI_LEXER_H
#define TNI_LEXER_H

#include "base/arena.h"
#include "base/error.h"
#include "base/format.h"
#include "base/vec.h"

typedef enum tni_token_kind {
    TNI_TOKEN_EOF,
    TNI_TOKEN_LPAR,
    TNI_TOKEN_RPAR,
    TNI_TOKEN_ATOM, /* a run of idchars that does not begin with $: keyword, number */
    TNI_TOKEN_ID,   /* $name or $"name" */
    TNI_TOKEN_STRING,
    TNI_TOKEN_RESERVED, /* any other run of idchars and strings, and , ; [ ] { } */
} tni_token_kind;

typedef struct tni_token {
    u8 kind;         /* tni_token_kind */
    bool plain;      /* strings: text has no escapes */
    u32 annotations; /* kept ones that stand before it, since the token before */
    tni_str raw;     /* as it stands in the source */
    tni_str text; /* atoms: as raw; ids: the name, unescaped; strings: what is between the
                     quotes, escapes as they stand */
} tni_token;

/* An annotation that the lexer keeps: those that keep() wants. */
typedef struct tni_annotation {
    tni_str name;
    tni_str items; /* source between the name and the closing parenthesis */
    const char *at;
} tni_annotation;

typedef struct tni_lexer {
    const char *source; /* for line and column */
    const char *cur;
    const char *end;
    tni_arena *arena; /* for unescaped names */
    tenon_error *e;
    bool (*keep)(tni_str name); /* or NULL: annotations are white space */
    TNI_VEC(tni_annotation) kept;
} tni_lexer;

/* Fails with "malformed UTF-8 encoding" at the first ill-formed byte. */
tenon_status tni_lexer_check(tni_str source, tenon_error *e);

/* Tokens of source[begin, end). */
void tni_lexer_init(tni_lexer *x, tni_str source, size_t begin, size_t end,
                    tni_arena *arena, tenon_error *e);
void tni_lexer_free(tni_lexer *x);
tenon_status tni_lexer_next(tni_lexer *x, tni_token *out);

/* Passes over everything up to the parenthesis that closes the one just read, and over
 * that one; looks only at parentheses, strings and comments. False at the end of the
 * source. */
bool tni_lexer_skip(tni_lexer *x);

/* Fills the error with the line and column of a place in the source. */
TNI_FORMAT(4, 5)
TNI_COLD tenon_status tni_lexer_fail(const tni_lexer *x, const char *at, tni_code code,
                                     const char *fmt, ...);
/* The line of a place in the source, from 1. Takes time proportional to the source. */
u32 tni_lexer_line(const tni_lexer *x, const char *at);

/* Appends the bytes that a string token stands for. */
void tni_string_unescape(tni_str between_quotes, tni_buf *out);

static inline bool tni_token_is(const tni_token *t, tni_str atom) {
    return t->kind == TNI_TOKEN_ATOM && tni_str_eq(t->text, atom);
}

#endif
