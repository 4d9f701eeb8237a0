/* wit_internal.h: what the lexer, the parser and the resolver share. */
#ifndef TNI_WIT_INTERNAL_H
#define TNI_WIT_INTERNAL_H

#include "base/limits.h"
#include "wit/wit.h"

typedef enum tni_wit_token_kind {
    TNI_WIT_TOK_END,
    TNI_WIT_TOK_ID,
    TNI_WIT_TOK_KEYWORD,
    TNI_WIT_TOK_INT,
    TNI_WIT_TOK_STRING,
    TNI_WIT_TOK_ARROW,
    TNI_WIT_TOK_OP, /* one character: text[0] */
} tni_wit_token_kind;

typedef struct tni_wit_token {
    tni_wit_token_kind kind;
    tni_str text;   /* an identifier without its %, a string without its quotes */
    const char *at; /* where it begins in the source */
} tni_wit_token;

typedef struct tni_wit_lexer {
    tni_arena *arena;
    const tni_wit_source *source;
    const char *cur; /* after the current token */
    const char *end;
    tni_wit_token tok; /* the current token */
    const char
        *docs_begin; /* the first doc comment between the last token and this one */
    const char *docs_end;
    const char *tok_end; /* end of the token before the current one */
    tenon_error *e;
} tni_wit_lexer;

/* Checks the text as UTF-8 without forbidden characters and reads the first token. */
tenon_status tni_wit_lex_init(tni_wit_lexer *l, tni_arena *a,
                              const tni_wit_source *source, tenon_error *e);
tenon_status tni_wit_lex_next(tni_wit_lexer *l);
/* The doc comments before the current token, without marks; empty for none. */
tenon_status tni_wit_lex_docs(tni_wit_lexer *l, tni_str *out);
/* A version at the place right after the current token (which is '@' or '='); reads on to
 * the token after it. */
tenon_status tni_wit_lex_version(tni_wit_lexer *l, tni_str *out);
/* The current token, a string, decoded; reads on. */
tenon_status tni_wit_lex_string(tni_wit_lexer *l, tni_str *out);
/* Whether the current token and the next one, an identifier, follow without space. */
bool tni_wit_lex_id_follows(const tni_wit_lexer *l);

/* Fails at a place in one of the sources. */
TNI_FORMAT(5, 6)
TNI_COLD tenon_status tni_wit_fail(const tni_wit_source *source, const char *at,
                                   tni_code code, tenon_error *e, const char *fmt, ...);

/* A reference to an interface or world: `name`, or `ns:package/name@version`. */
typedef struct tni_wit_path {
    tni_str package; /* empty: a name in scope */
    tni_str name;
    tni_str version;
    const char *at;
} tni_wit_path;

/* `use path as name;` at the top of a file. */
typedef struct tni_wit_use {
    struct tni_wit_use *next;
    tni_wit_path path;
    tni_str name;
    const char *at;
} tni_wit_use;

/* `include path with { from as to }`. */
typedef struct tni_wit_rename {
    struct tni_wit_rename *next;
    tni_str from, to;
    const char *at;
    bool used;
} tni_wit_rename;

typedef struct tni_wit_include {
    struct tni_wit_include *next;
    tni_wit_path path;
    tni_wit_rename *renames;
    tni_wit_attrs attrs;
    tni_wit_item *before; /* the last item written before it; NULL: it comes first */
} tni_wit_include;

/* The part of a package that one file, or one pair of braces, holds. */
typedef struct tni_wit_block {
    struct tni_wit_block *next; /* of the package */
    tni_wit_package *package;
    tni_wit_use *uses;
    tni_wit_interface *interfaces;
    tni_wit_world *worlds;
} tni_wit_block;

/* Parses one source into blocks of packages, found or made in *w; *tail is the link that
 * ends the list of packages. */
tenon_status tni_wit_parse_source(tni_arena *a, const tni_wit_source *source, tni_wit *w,
                                  tni_wit_package ***tail, tenon_error *e);

/* Resolution of everything in *w; sources are for messages. */
typedef struct tni_wit_resolver {
    tni_arena *arena;
    tni_wit *wit;
    const tni_wit_source *sources;
    u32 source_count;
    const tni_wit_options *options;
    struct tni_map *names; /* [scope pointer][lower-case name] to a binding */
    tenon_error *e;
} tni_wit_resolver;

typedef struct tni_wit_binding {
    tni_str name;
    const char *at;
    tni_wit_interface *interface; /* one of these four */
    tni_wit_world *world;
    tni_wit_type *type;
    tni_wit_func *func;
    bool off;
} tni_wit_binding;

TNI_FORMAT(4, 5)
TNI_COLD tenon_status tni_wit_fail_in(const tni_wit_resolver *r, const char *at,
                                      tni_code code, const char *fmt, ...);
/* Binds a name in a scope; fails when it is taken there (letter case ignored). */
tenon_status tni_wit_bind(tni_wit_resolver *r, const void *scope, tni_wit_binding b);
/* NULL for none. */
tni_wit_binding *tni_wit_lookup(const tni_wit_resolver *r, const void *scope,
                                tni_str name);
/* The interface or world behind a path, from a file's scope. */
tenon_status tni_wit_resolve_path(tni_wit_resolver *r, const tni_wit_block *block,
                                  const tni_wit_path *path, tni_wit_binding **out);
/* Evaluates the gates of an interface's items and binds their names. */
tenon_status tni_wit_bind_items(tni_wit_resolver *r, tni_wit_interface *i);
tenon_status tni_wit_resolve_interface(tni_wit_resolver *r, tni_wit_interface *i,
                                       u32 depth);
tenon_status tni_wit_resolve_func(tni_wit_resolver *r, tni_wit_interface *scope,
                                  tni_wit_func *f);
tenon_status tni_wit_resolve_world(tni_wit_resolver *r, tni_wit_world *w, u32 depth);
/* Sets *off by the gates, for a package's version. */
tenon_status tni_wit_gate(const tni_wit_resolver *r, const tni_wit_package *p,
                          tni_wit_attrs *attrs, const char *at);

/* Appends to a list by its last link. */
#define TNI_WIT_APPEND(link, node)                                                       \
    do {                                                                                 \
        *(link) = (node);                                                                \
        (link) = &(node)->next;                                                          \
    } while (0)

#endif
