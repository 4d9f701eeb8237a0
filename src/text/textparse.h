/* textparse.h: what the parsers of core text, component text and scripts share: a token
 * at hand, the one after it on demand, and the errors that all of them make. */
#ifndef TNI_TEXTPARSE_H
#define TNI_TEXTPARSE_H

#include "core/engine.h"
#include "text/lexer.h"

typedef struct tni_text {
    tenon_engine *engine;
    tni_heap *heap;
    tni_arena arena; /* lives as long as the parse */
    tenon_error *e;
    tni_lexer lex;
    tni_token tok;   /* the token at hand */
    tni_token ahead; /* the one after it, if has_ahead */
    bool has_ahead;
    bool lax;    /* annotations may stand anywhere (they were or will be looked at) */
    size_t kept; /* in lex.kept: the first annotation that stands before tok */
    const char *last_end; /* end of the token that was passed over last */
} tni_text;

/* Starts on source[begin, end), which was checked to be UTF-8, and reads the first token.
 * The caller frees it, whatever the outcome. */
tenon_status tni_text_init(tni_text *t, tenon_engine *engine, tni_str source,
                           size_t begin, size_t end, tenon_error *e);
void tni_text_free(tni_text *t);

/* Goes on to the next token. Fails if an annotation that must be claimed was not. */
tenon_status tni_text_next(tni_text *t);
/* Makes t->ahead valid. */
tenon_status tni_text_peek(tni_text *t);
/* Goes (back) to a place in the source and reads the token there. */
tenon_status tni_text_seek(tni_text *t, const char *at);
/* From the token at hand, which is inside a parenthesis, past the one that closes it, and
 * reads the token after that. */
tenon_status tni_text_skip(tni_text *t);

static inline bool tni_text_at_lpar(const tni_text *t) {
    return t->tok.kind == TNI_TOKEN_LPAR;
}

static inline bool tni_text_at_rpar(const tni_text *t) {
    return t->tok.kind == TNI_TOKEN_RPAR;
}

/* Whether the token at hand is this keyword. */
#define tni_text_at(t, literal) tni_token_is(&(t)->tok, TNI_STR(literal))

/* Sets *yes: the tokens at hand are "(" and the keyword. */
tenon_status tni_text_at_form_(tni_text *t, tni_str keyword, bool *yes);
#define tni_text_at_form(t, literal, yes) tni_text_at_form_((t), TNI_STR(literal), (yes))
/* The same, and passes over both. */
tenon_status tni_text_take_form_(tni_text *t, tni_str keyword, bool *yes);
#define tni_text_take_form(t, literal, yes)                                              \
    tni_text_take_form_((t), TNI_STR(literal), (yes))

tenon_status tni_text_lpar(tni_text *t);
tenon_status tni_text_rpar(tni_text *t);
tenon_status tni_text_keyword_(tni_text *t, tni_str keyword);
#define tni_text_keyword(t, literal) tni_text_keyword_((t), TNI_STR(literal))

/* Fails: "unexpected token", or "unknown operator" for what is no token of the format. */
TNI_COLD tenon_status tni_text_unexpected(tni_text *t);
TNI_FORMAT(3, 4)
TNI_COLD tenon_status tni_text_fail(tni_text *t, tni_code code, const char *fmt, ...);

/* Whether the token at hand begins like an unsigned number. */
static inline bool tni_text_at_nat(const tni_text *t) {
    return t->tok.kind == TNI_TOKEN_ATOM && t->tok.text.ptr[0] >= '0' &&
           t->tok.text.ptr[0] <= '9';
}

/* Unsigned numbers of 8, 32 and 64 bits: "i32 constant out of range" and so on. */
tenon_status tni_text_nat(tni_text *t, unsigned bits, u64 *out);
tenon_status tni_text_u32(tni_text *t, u32 *out);

/* A string's bytes, in the arena (or in the source, when nothing is escaped). */
tenon_status tni_text_string(tni_text *t, tni_str *out);
/* The same, which must be UTF-8. */
tenon_status tni_text_name(tni_text *t, tni_str *out);
/* Any number of strings, appended. */
tenon_status tni_text_strings(tni_text *t, tni_buf *out);
/* An identifier if there is one; else len 0 (identifiers are never empty). */
tenon_status tni_text_id(tni_text *t, tni_str *out);

/* The next annotation of that name before the token at hand, taken away; false when there
 * is none (left). */
bool tni_text_claim(tni_text *t, tni_str name, tni_annotation *out);
/* The same for the next annotation that wanted() accepts. */
bool tni_text_claim_if(tni_text *t, bool (*wanted)(tni_str name), tni_annotation *out);

#endif
