/* wit_parse.c: tokens to the model, with names unresolved. WIT.md, "Top-level items" on.
 */
#include "wit/wit_internal.h"

typedef struct parser {
    tni_wit_lexer lex;
    tni_wit *wit;
    tni_wit_package ***tail; /* where the next package of *wit is linked */
    tenon_error *e;
} parser;

/* -- small helpers -- */

TNI_COLD static tenon_status fail_found(parser *p, const char *wanted) {
    const tni_wit_token *t = &p->lex.tok;
    if (t->kind == TNI_WIT_TOK_END) {
        return tni_wit_fail(p->lex.source, t->at, TNI_ERR_WIT_SYNTAX, p->e,
                            "expected %s, found the end", wanted);
    }
    return tni_wit_fail(p->lex.source, t->at, TNI_ERR_WIT_SYNTAX, p->e,
                        "expected %s, found %s\"%.*s\"", wanted,
                        t->kind == TNI_WIT_TOK_KEYWORD ? "the keyword " : "",
                        t->text.len > 60 ? 60 : (int)t->text.len, t->text.ptr);
}

static bool at_op(const parser *p, char c) {
    return p->lex.tok.kind == TNI_WIT_TOK_OP && p->lex.tok.text.ptr[0] == c;
}

static bool at_keyword(const parser *p, const char *word) {
    return p->lex.tok.kind == TNI_WIT_TOK_KEYWORD &&
           tni_str_eq(p->lex.tok.text, tni_str_of(word));
}

static tenon_status next(parser *p) {
    return tni_wit_lex_next(&p->lex);
}

static tenon_status expect_op(parser *p, char c) {
    if (!at_op(p, c)) {
        char wanted[] = {'\'', c, '\'', 0};
        return fail_found(p, wanted);
    }
    return next(p);
}

static tenon_status expect_keyword(parser *p, const char *word) {
    return at_keyword(p, word) ? next(p) : fail_found(p, word);
}

/* Passes over an operator if it is there. */
static tenon_status accept_op(parser *p, char c, bool *found) {
    *found = at_op(p, c);
    return *found ? next(p) : TENON_OK;
}

static tenon_status parse_id(parser *p, tni_str *out) {
    if (p->lex.tok.kind != TNI_WIT_TOK_ID) {
        return fail_found(p, "an identifier");
    }
    *out = p->lex.tok.text;
    return next(p);
}

#define NEW(p, T) TNI_ARENA_NEW((p)->lex.arena, T)

/* After an element of a list: a comma unless the list ends. */
static tenon_status list_separator(parser *p, char close) {
    if (at_op(p, close)) {
        return TENON_OK;
    }
    if (!at_op(p, ',')) {
        char wanted[] = "',' or '?'";
        wanted[8] = close;
        return fail_found(p, wanted);
    }
    return next(p);
}

/* -- attributes -- */

static tenon_status parse_version_gate(parser *p, tni_str *out) {
    tni_str key = {NULL, 0};
    TNI_TRY(parse_id(p, &key));
    if (!tni_str_eq(key, TNI_STR("version")) || !at_op(p, '=')) {
        return fail_found(p, "\"version = …\"");
    }
    return tni_wit_lex_version(&p->lex, out);
}

static tenon_status parse_feature_gate(parser *p, tni_str *out) {
    tni_str key = {NULL, 0};
    TNI_TRY(parse_id(p, &key));
    if (!tni_str_eq(key, TNI_STR("feature")) || !at_op(p, '=')) {
        return fail_found(p, "\"feature = …\"");
    }
    TNI_TRY(next(p));
    return parse_id(p, out);
}

static tenon_status parse_external_id(parser *p, tni_wit_attrs *attrs) {
    if (p->lex.tok.kind != TNI_WIT_TOK_STRING) {
        return fail_found(p, "a string");
    }
    attrs->has_external_id = true;
    return tni_wit_lex_string(&p->lex, &attrs->external_id);
}

static tenon_status parse_attr(parser *p, tni_wit_attrs *attrs) {
    const char *at = p->lex.tok.at;
    tni_str name = {NULL, 0};
    TNI_TRY(next(p));
    TNI_TRY(parse_id(p, &name));
    tni_str *slot = tni_str_eq(name, TNI_STR("since"))        ? &attrs->since
                    : tni_str_eq(name, TNI_STR("deprecated")) ? &attrs->deprecated
                    : tni_str_eq(name, TNI_STR("unstable"))   ? &attrs->unstable
                                                              : NULL;
    bool external = tni_str_eq(name, TNI_STR("external-id"));
    if (slot == NULL && !external) {
        return tni_wit_fail(p->lex.source, at, TNI_ERR_WIT_SYNTAX, p->e,
                            "unknown attribute @%.*s", (int)name.len, name.ptr);
    }
    if (external ? attrs->has_external_id : slot->len > 0) {
        return tni_wit_fail(p->lex.source, at, TNI_ERR_WIT_INVALID, p->e,
                            "@%.*s is given twice", (int)name.len, name.ptr);
    }
    TNI_TRY(expect_op(p, '('));
    if (external) {
        TNI_TRY(parse_external_id(p, attrs));
    } else if (slot == &attrs->unstable) {
        TNI_TRY(parse_feature_gate(p, slot));
    } else {
        TNI_TRY(parse_version_gate(p, slot));
    }
    return expect_op(p, ')');
}

/* Docs, gates and the external id before an item. */
static tenon_status parse_attrs(parser *p, tni_wit_attrs *attrs) {
    *attrs = (tni_wit_attrs){0};
    const char *at = p->lex.tok.at;
    TNI_TRY(tni_wit_lex_docs(&p->lex, &attrs->docs));
    while (at_op(p, '@')) {
        TNI_TRY(parse_attr(p, attrs));
        if (attrs->docs.len == 0) {
            TNI_TRY(tni_wit_lex_docs(&p->lex, &attrs->docs));
        }
    }
    if (attrs->since.len > 0 && attrs->unstable.len > 0) {
        return tni_wit_fail(p->lex.source, at, TNI_ERR_WIT_INVALID, p->e,
                            "@since and @unstable exclude each other");
    }
    if (attrs->deprecated.len > 0 && attrs->since.len + attrs->unstable.len == 0) {
        return tni_wit_fail(p->lex.source, at, TNI_ERR_WIT_INVALID, p->e,
                            "@deprecated needs @since or @unstable beside it");
    }
    return TENON_OK;
}

/* -- paths -- */

static bool is_lower_label(tni_str s) {
    for (size_t i = 0; i < s.len; i++) {
        if (s.ptr[i] >= 'A' && s.ptr[i] <= 'Z') {
            return false;
        }
    }
    return true;
}

/* Appends an identifier and the separator before it to a package name. */
static tenon_status put_part(parser *p, tni_buf *out, char separator, tni_str id,
                             const char *at) {
    if (!is_lower_label(id)) {
        return tni_wit_fail(p->lex.source, at, TNI_ERR_WIT_INVALID, p->e,
                            "package names are in lower case: \"%.*s\"",
                            id.len > 60 ? 60 : (int)id.len, id.ptr);
    }
    if (separator != 0) {
        tni_buf_byte(out, (u8)separator);
    }
    tni_buf_str(out, id);
    return TENON_OK;
}

/* Goes on after the first identifier of `ns:name/…`: writes all parts but, when
 * keep_last, the last one, which goes to *last. */
static tenon_status parse_parts(parser *p, tni_buf *out, tni_str first, const char *at,
                                tni_str *last) {
    TNI_TRY(put_part(p, out, 0, first, at));
    tni_str id;
    bool found;
    do {
        TNI_TRY(expect_op(p, ':'));
        at = p->lex.tok.at;
        TNI_TRY(parse_id(p, &id));
        TNI_TRY(put_part(p, out, ':', id, at));
    } while (at_op(p, ':'));
    if (last != NULL) {
        TNI_TRY(expect_op(p, '/'));
        TNI_TRY(parse_id(p, last));
    }
    for (;;) {
        TNI_TRY(accept_op(p, '/', &found));
        if (!found) {
            return TENON_OK;
        }
        if (last != NULL) {
            TNI_TRY(put_part(p, out, '/', *last, at));
            at = p->lex.tok.at;
            TNI_TRY(parse_id(p, last));
        } else {
            at = p->lex.tok.at;
            TNI_TRY(parse_id(p, &id));
            TNI_TRY(put_part(p, out, '/', id, at));
        }
    }
}

static tenon_status buf_to_arena(parser *p, tni_buf *b, tni_str *out) {
    *out = b->failed ? (tni_str){NULL, 0}
                     : tni_arena_str(p->lex.arena, (tni_str){(char *)b->data, b->count});
    return out->ptr == NULL ? tni_no_memory(p->e) : TENON_OK;
}

static tenon_status parse_package_name(parser *p, tni_str first, const char *at,
                                       tni_str *package, tni_str *last) {
    tni_buf b;
    tni_buf_init(&b, p->lex.arena->heap);
    tenon_status s = parse_parts(p, &b, first, at, last);
    if (s == TENON_OK) {
        s = buf_to_arena(p, &b, package);
    }
    tni_buf_free(&b);
    return s;
}

static tenon_status parse_version(parser *p, tni_str *out) {
    return at_op(p, '@') ? tni_wit_lex_version(&p->lex, out) : TENON_OK;
}

/* After a first identifier; when alone, it is a path by itself. */
static tenon_status parse_path_rest(parser *p, tni_str first, const char *at,
                                    tni_wit_path *out) {
    *out = (tni_wit_path){.name = first, .at = at};
    if (!at_op(p, ':')) {
        return TENON_OK;
    }
    TNI_TRY(parse_package_name(p, first, at, &out->package, &out->name));
    return parse_version(p, &out->version);
}

static tenon_status parse_path(parser *p, tni_wit_path *out) {
    const char *at = p->lex.tok.at;
    tni_str first;
    TNI_TRY(parse_id(p, &first));
    return parse_path_rest(p, first, at, out);
}

/* -- types -- */

static tenon_status parse_type(parser *p, tni_wit_type **out, u32 depth);

static tenon_status new_type(parser *p, int kind, const char *at, tni_wit_type **out) {
    *out = NEW(p, tni_wit_type);
    if (*out == NULL) {
        return tni_no_memory(p->e);
    }
    (*out)->kind = kind;
    (*out)->at = at;
    return TENON_OK;
}

static const struct {
    const char *name;
    int kind;
} simple_types[] = {
    {"bool", TENON_TYPE_BOOL},     {"s8", TENON_TYPE_S8},   {"u8", TENON_TYPE_U8},
    {"s16", TENON_TYPE_S16},       {"u16", TENON_TYPE_U16}, {"s32", TENON_TYPE_S32},
    {"u32", TENON_TYPE_U32},       {"s64", TENON_TYPE_S64}, {"u64", TENON_TYPE_U64},
    {"f32", TENON_TYPE_F32},       {"f64", TENON_TYPE_F64}, {"char", TENON_TYPE_CHAR},
    {"string", TENON_TYPE_STRING},
};

static const struct {
    const char *name;
    int kind;
} generic_types[] = {
    {"list", TENON_TYPE_LIST},     {"option", TENON_TYPE_OPTION},
    {"result", TENON_TYPE_RESULT}, {"tuple", TENON_TYPE_TUPLE},
    {"map", TENON_TYPE_MAP},       {"own", TENON_TYPE_OWN},
    {"borrow", TENON_TYPE_BORROW}, {"stream", TENON_TYPE_STREAM},
    {"future", TENON_TYPE_FUTURE},
};

static tenon_status parse_tuple(parser *p, tni_wit_type *t, u32 depth) {
    tni_wit_field **link = &t->fields;
    do {
        tni_wit_field *f = NEW(p, tni_wit_field);
        if (f == NULL) {
            return tni_no_memory(p->e);
        }
        f->at = p->lex.tok.at;
        TNI_TRY(parse_type(p, &f->type, depth));
        TNI_WIT_APPEND(link, f);
        t->count++;
        TNI_TRY(list_separator(p, '>'));
    } while (!at_op(p, '>'));
    return TENON_OK;
}

static tenon_status parse_list(parser *p, tni_wit_type *t, u32 depth) {
    TNI_TRY(parse_type(p, &t->element, depth));
    bool fixed;
    TNI_TRY(accept_op(p, ',', &fixed));
    if (!fixed) {
        return TENON_OK;
    }
    tni_str digits = p->lex.tok.text;
    if (p->lex.tok.kind != TNI_WIT_TOK_INT || digits.ptr[0] == '0') {
        return fail_found(p, "a length, 1 or more");
    }
    u64 n = 0;
    for (size_t i = 0; i < digits.len && n <= UINT32_MAX; i++) {
        n = n * 10 + (u64)(digits.ptr[i] - '0');
    }
    if (n > UINT32_MAX) {
        return fail_found(p, "a length below 2^32");
    }
    t->kind = TENON_TYPE_FIXED_LIST;
    t->count = (u32)n;
    return next(p);
}

static tenon_status parse_result(parser *p, tni_wit_type *t, u32 depth) {
    bool none;
    TNI_TRY(accept_op(p, '_', &none));
    if (none) {
        TNI_TRY(expect_op(p, ','));
        return parse_type(p, &t->other, depth);
    }
    TNI_TRY(parse_type(p, &t->element, depth));
    bool more;
    TNI_TRY(accept_op(p, ',', &more));
    return more ? parse_type(p, &t->other, depth) : TENON_OK;
}

static bool is_key_type(const tni_wit_type *t) {
    return t->kind <= TENON_TYPE_STRING && t->kind != TENON_TYPE_F32 &&
           t->kind != TENON_TYPE_F64;
}

static tenon_status parse_map(parser *p, tni_wit_type *t, u32 depth) {
    const char *at = p->lex.tok.at;
    TNI_TRY(parse_type(p, &t->element, depth));
    if (!is_key_type(t->element)) {
        return tni_wit_fail(p->lex.source, at, TNI_ERR_WIT_INVALID, p->e,
                            "a map's key is an integer, bool, char or string");
    }
    TNI_TRY(expect_op(p, ','));
    return parse_type(p, &t->other, depth);
}

static tenon_status parse_handle(parser *p, tni_wit_type *t) {
    TNI_TRY(new_type(p, TNI_WIT_NAME, p->lex.tok.at, &t->element));
    return parse_id(p, &t->element->name);
}

static tenon_status parse_arguments(parser *p, tni_wit_type *t, u32 depth) {
    switch (t->kind) {
    case TENON_TYPE_LIST: return parse_list(p, t, depth);
    case TENON_TYPE_RESULT: return parse_result(p, t, depth);
    case TENON_TYPE_TUPLE: return parse_tuple(p, t, depth);
    case TENON_TYPE_MAP: return parse_map(p, t, depth);
    case TENON_TYPE_OWN:
    case TENON_TYPE_BORROW: return parse_handle(p, t);
    default: return parse_type(p, &t->element, depth);
    }
}

static tenon_status parse_generic(parser *p, int kind, tni_wit_type **out, u32 depth) {
    if (depth >= TNI_LIMIT_component_type_depth) {
        return tni_wit_fail(p->lex.source, p->lex.tok.at, TNI_ERR_WIT_LIMIT, p->e,
                            "types are nested more than %d deep",
                            TNI_LIMIT_component_type_depth);
    }
    TNI_TRY(new_type(p, kind, p->lex.tok.at, out));
    TNI_TRY(next(p));
    bool bare = kind == TENON_TYPE_RESULT || kind == TENON_TYPE_STREAM ||
                kind == TENON_TYPE_FUTURE;
    if (bare && !at_op(p, '<')) {
        return TENON_OK;
    }
    TNI_TRY(expect_op(p, '<'));
    TNI_TRY(parse_arguments(p, *out, depth + 1));
    return expect_op(p, '>');
}

static tenon_status parse_type(parser *p, tni_wit_type **out, u32 depth) {
    const tni_wit_token *tok = &p->lex.tok;
    if (tok->kind == TNI_WIT_TOK_ID) {
        TNI_TRY(new_type(p, TNI_WIT_NAME, tok->at, out));
        (*out)->name = tok->text;
        return next(p);
    }
    for (size_t i = 0; i < TNI_COUNT_OF(simple_types); i++) {
        if (at_keyword(p, simple_types[i].name)) {
            TNI_TRY(new_type(p, simple_types[i].kind, tok->at, out));
            return next(p);
        }
    }
    for (size_t i = 0; i < TNI_COUNT_OF(generic_types); i++) {
        if (at_keyword(p, generic_types[i].name)) {
            return parse_generic(p, generic_types[i].kind, out, depth);
        }
    }
    return fail_found(p, "a type");
}

/* -- type definitions -- */

/* How the elements of a braced definition look. */
typedef enum field_form { FIELD_TYPED, FIELD_BARE, FIELD_CASE } field_form;

static tenon_status parse_field(parser *p, field_form form, tni_wit_field *f) {
    f->at = p->lex.tok.at;
    TNI_TRY(tni_wit_lex_docs(&p->lex, &f->docs));
    TNI_TRY(parse_id(p, &f->name));
    if (form == FIELD_TYPED) {
        TNI_TRY(expect_op(p, ':'));
        return parse_type(p, &f->type, 0);
    }
    bool payload = false;
    if (form == FIELD_CASE) {
        TNI_TRY(accept_op(p, '(', &payload));
    }
    if (!payload) {
        return TENON_OK;
    }
    TNI_TRY(parse_type(p, &f->type, 0));
    return expect_op(p, ')');
}

/* Elements up to a closing character, which is passed over. */
static tenon_status parse_fields(parser *p, field_form form, char close,
                                 tni_wit_field **link, u32 *count) {
    while (!at_op(p, close)) {
        tni_wit_field *f = NEW(p, tni_wit_field);
        if (f == NULL) {
            return tni_no_memory(p->e);
        }
        TNI_TRY(parse_field(p, form, f));
        TNI_WIT_APPEND(link, f);
        ++*count;
        TNI_TRY(list_separator(p, close));
    }
    return next(p);
}

static tenon_status parse_braced_type(parser *p, tni_wit_type *t, field_form form) {
    TNI_TRY(next(p));
    t->at = p->lex.tok.at;
    TNI_TRY(parse_id(p, &t->name));
    TNI_TRY(expect_op(p, '{'));
    TNI_TRY(parse_fields(p, form, '}', &t->fields, &t->count));
    if (t->count == 0) {
        return tni_wit_fail(p->lex.source, t->at, TNI_ERR_WIT_INVALID, p->e,
                            "\"%.*s\" is empty", (int)t->name.len, t->name.ptr);
    }
    if (t->kind == TENON_TYPE_FLAGS && t->count > 32) {
        return tni_wit_fail(p->lex.source, t->at, TNI_ERR_WIT_INVALID, p->e,
                            "\"%.*s\" has %u flags; 32 are the most", (int)t->name.len,
                            t->name.ptr, t->count);
    }
    return TENON_OK;
}

static tenon_status parse_alias(parser *p, tni_wit_type *t) {
    TNI_TRY(next(p));
    t->at = p->lex.tok.at;
    TNI_TRY(parse_id(p, &t->name));
    TNI_TRY(expect_op(p, '='));
    TNI_TRY(parse_type(p, &t->element, 0));
    return expect_op(p, ';');
}

/* -- functions -- */

static tenon_status parse_params(parser *p, tni_wit_func *f) {
    TNI_TRY(expect_op(p, '('));
    tni_wit_field **link = &f->params;
    while (*link != NULL) {
        link = &(*link)->next; /* self */
    }
    return parse_fields(p, FIELD_TYPED, ')', link, &f->param_count);
}

static tenon_status parse_result_type(parser *p, tni_wit_func *f) {
    if (p->lex.tok.kind != TNI_WIT_TOK_ARROW) {
        return TENON_OK;
    }
    TNI_TRY(next(p));
    return parse_type(p, &f->result, 0);
}

/* 'async'? 'func' params result; */
static tenon_status parse_func_type(parser *p, tni_wit_func *f) {
    if (at_keyword(p, "async")) {
        f->is_async = true;
        TNI_TRY(next(p));
    }
    TNI_TRY(expect_keyword(p, "func"));
    TNI_TRY(parse_params(p, f));
    TNI_TRY(parse_result_type(p, f));
    return expect_op(p, ';');
}

static tenon_status new_func(parser *p, const tni_wit_attrs *attrs, tni_wit_func **out) {
    tni_wit_func *f = NEW(p, tni_wit_func);
    *out = f;
    if (f == NULL) {
        return tni_no_memory(p->e);
    }
    f->attrs = *attrs;
    f->at = p->lex.tok.at;
    return TENON_OK;
}

/* The name of a resource's function in a component: "[method]r.f". */
static tenon_status set_full_name(parser *p, tni_wit_func *f) {
    static const char *const prefixes[] = {"", "[method]", "[static]", "[constructor]"};
    tni_buf b;
    tni_buf_init(&b, p->lex.arena->heap);
    tni_buf_str(&b, tni_str_of(prefixes[f->kind]));
    tni_buf_str(&b, f->resource->name);
    if (f->kind != TNI_WIT_CONSTRUCTOR) {
        tni_buf_byte(&b, '.');
        tni_buf_str(&b, f->name);
    }
    tenon_status s = buf_to_arena(p, &b, &f->full_name);
    tni_buf_free(&b);
    return s;
}

static tenon_status add_self(parser *p, tni_wit_func *f) {
    tni_wit_field *self = NEW(p, tni_wit_field);
    tni_wit_type *borrow;
    TNI_TRY(new_type(p, TENON_TYPE_BORROW, f->at, &borrow));
    if (self == NULL) {
        return tni_no_memory(p->e);
    }
    borrow->element = f->resource;
    borrow->has_borrow = true;
    self->name = TNI_STR("self");
    self->type = borrow;
    self->at = f->at;
    f->params = self;
    f->param_count = 1;
    return TENON_OK;
}

static tenon_status parse_constructor(parser *p, tni_wit_func *f) {
    f->kind = TNI_WIT_CONSTRUCTOR;
    f->name = f->resource->name;
    TNI_TRY(next(p));
    TNI_TRY(set_full_name(p, f));
    TNI_TRY(parse_params(p, f));
    TNI_TRY(parse_result_type(p, f));
    if (f->result == NULL) {
        TNI_TRY(new_type(p, TENON_TYPE_OWN, f->at, &f->result));
        f->result->element = f->resource;
    }
    return expect_op(p, ';');
}

static tenon_status parse_member(parser *p, tni_wit_func *f) {
    if (at_keyword(p, "constructor")) {
        return parse_constructor(p, f);
    }
    f->kind = TNI_WIT_METHOD;
    TNI_TRY(parse_id(p, &f->name));
    TNI_TRY(expect_op(p, ':'));
    if (at_keyword(p, "static")) {
        f->kind = TNI_WIT_STATIC;
        TNI_TRY(next(p));
    } else {
        TNI_TRY(add_self(p, f));
    }
    TNI_TRY(set_full_name(p, f));
    return parse_func_type(p, f);
}

static tenon_status parse_resource(parser *p, tni_wit_type *t) {
    TNI_TRY(next(p));
    t->at = p->lex.tok.at;
    TNI_TRY(parse_id(p, &t->name));
    if (at_op(p, ';')) {
        return next(p);
    }
    TNI_TRY(expect_op(p, '{'));
    tni_wit_func **link = &t->funcs;
    while (!at_op(p, '}')) {
        tni_wit_attrs attrs;
        tni_wit_func *f;
        TNI_TRY(parse_attrs(p, &attrs));
        TNI_TRY(new_func(p, &attrs, &f));
        f->resource = t;
        TNI_TRY(parse_member(p, f));
        TNI_WIT_APPEND(link, f);
    }
    return next(p);
}

/* -- interfaces -- */

/* Where an interface's or world's items are appended. */
typedef struct item_links {
    tni_wit_interface *owner;
    tni_wit_type **type;
    tni_wit_func **func;
} item_links;

static item_links links_of(tni_wit_interface *i) {
    return (item_links){i, &i->types, &i->funcs};
}

/* What `use` and type definitions share: a new type with attributes. */
static tenon_status start_type(parser *p, item_links *links, int kind,
                               const tni_wit_attrs *attrs, tni_wit_type **out) {
    TNI_TRY(new_type(p, kind, p->lex.tok.at, out));
    (*out)->owner = links->owner;
    (*out)->attrs = *attrs;
    TNI_WIT_APPEND(links->type, *out);
    return TENON_OK;
}

static tenon_status parse_use_name(parser *p, item_links *links, tni_wit_path *path,
                                   const tni_wit_attrs *attrs) {
    tni_wit_type *t;
    TNI_TRY(start_type(p, links, TNI_WIT_ALIAS, attrs, &t));
    TNI_TRY(new_type(p, TNI_WIT_NAME, t->at, &t->element));
    t->path = path;
    TNI_TRY(parse_id(p, &t->element->name));
    t->name = t->element->name;
    if (at_keyword(p, "as")) {
        TNI_TRY(next(p));
        t->at = p->lex.tok.at;
        TNI_TRY(parse_id(p, &t->name));
    }
    return list_separator(p, '}');
}

static tenon_status parse_use(parser *p, item_links *links, const tni_wit_attrs *attrs) {
    tni_wit_path *path = NEW(p, tni_wit_path);
    if (path == NULL) {
        return tni_no_memory(p->e);
    }
    TNI_TRY(next(p));
    TNI_TRY(parse_path(p, path));
    TNI_TRY(expect_op(p, '.'));
    TNI_TRY(expect_op(p, '{'));
    do {
        TNI_TRY(parse_use_name(p, links, path, attrs));
    } while (!at_op(p, '}'));
    TNI_TRY(next(p));
    return expect_op(p, ';');
}

/* A type definition or `use`; *found says whether there was one. */
static tenon_status parse_typedef(parser *p, item_links *links,
                                  const tni_wit_attrs *attrs, bool *found) {
    static const struct {
        const char *word;
        int kind;
        field_form form;
    } forms[] = {
        {"record", TENON_TYPE_RECORD, FIELD_TYPED},
        {"variant", TENON_TYPE_VARIANT, FIELD_CASE},
        {"enum", TENON_TYPE_ENUM, FIELD_BARE},
        {"flags", TENON_TYPE_FLAGS, FIELD_BARE},
        {"type", TNI_WIT_ALIAS, FIELD_BARE},
        {"resource", TNI_WIT_RESOURCE, FIELD_BARE},
    };
    *found = true;
    if (at_keyword(p, "use")) {
        return parse_use(p, links, attrs);
    }
    for (size_t i = 0; i < TNI_COUNT_OF(forms); i++) {
        if (!at_keyword(p, forms[i].word)) {
            continue;
        }
        tni_wit_type *t;
        TNI_TRY(start_type(p, links, forms[i].kind, attrs, &t));
        return t->kind == TNI_WIT_ALIAS      ? parse_alias(p, t)
               : t->kind == TNI_WIT_RESOURCE ? parse_resource(p, t)
                                             : parse_braced_type(p, t, forms[i].form);
    }
    *found = false;
    return TENON_OK;
}

static tenon_status parse_interface_items(parser *p, tni_wit_interface *i) {
    item_links links = links_of(i);
    TNI_TRY(expect_op(p, '{'));
    while (!at_op(p, '}')) {
        tni_wit_attrs attrs;
        bool found;
        TNI_TRY(parse_attrs(p, &attrs));
        TNI_TRY(parse_typedef(p, &links, &attrs, &found));
        if (found) {
            continue;
        }
        if (p->lex.tok.kind != TNI_WIT_TOK_ID) {
            return fail_found(p, "a type, a function or '}'");
        }
        tni_wit_func *f;
        TNI_TRY(new_func(p, &attrs, &f));
        TNI_TRY(parse_id(p, &f->name));
        f->full_name = f->name;
        TNI_TRY(expect_op(p, ':'));
        TNI_TRY(parse_func_type(p, f));
        TNI_WIT_APPEND(links.func, f);
    }
    return next(p);
}

static tenon_status new_interface(parser *p, tni_wit_block *block,
                                  tni_wit_interface **out) {
    tni_wit_interface *i = NEW(p, tni_wit_interface);
    *out = i;
    if (i == NULL) {
        return tni_no_memory(p->e);
    }
    i->package = block->package;
    i->block = block;
    i->at = p->lex.tok.at;
    return TENON_OK;
}

static tenon_status parse_interface(parser *p, tni_wit_block *block,
                                    const tni_wit_attrs *attrs, tni_wit_interface **out) {
    TNI_TRY(next(p));
    TNI_TRY(new_interface(p, block, out));
    (*out)->attrs = *attrs;
    TNI_TRY(parse_id(p, &(*out)->name));
    return parse_interface_items(p, *out);
}

/* -- worlds -- */

typedef struct world_links {
    tni_wit_world *world;
    tni_wit_block *block;
    item_links types;
    tni_wit_item **item;
    tni_wit_item *last;
    tni_wit_include **include;
} world_links;

static tenon_status append_item(parser *p, world_links *w, tni_wit_item_kind kind,
                                tni_wit_item **out) {
    tni_wit_item *item = NEW(p, tni_wit_item);
    *out = item;
    if (item == NULL) {
        return tni_no_memory(p->e);
    }
    item->kind = kind;
    item->at = p->lex.tok.at;
    w->last = item;
    TNI_WIT_APPEND(w->item, item);
    return TENON_OK;
}

static tenon_status parse_item_path(parser *p, tni_wit_item *item, tni_str first,
                                    const char *at, bool is_alone) {
    item->kind = TNI_WIT_ITEM_INTERFACE;
    item->path = NEW(p, tni_wit_path);
    if (item->path == NULL) {
        return tni_no_memory(p->e);
    }
    if (is_alone) {
        TNI_TRY(parse_path_rest(p, first, at, item->path));
    } else {
        TNI_TRY(parse_path(p, item->path));
    }
    return expect_op(p, ';');
}

/* What follows `name:` in an import or export. */
static tenon_status parse_extern_type(parser *p, world_links *w, tni_wit_item *item) {
    if (at_keyword(p, "interface")) {
        item->kind = TNI_WIT_ITEM_INTERFACE;
        TNI_TRY(next(p));
        TNI_TRY(new_interface(p, w->block, &item->interface));
        item->interface->name = item->name;
        return parse_interface_items(p, item->interface);
    }
    if (at_keyword(p, "func") || at_keyword(p, "async")) {
        item->kind = TNI_WIT_ITEM_FUNC;
        TNI_TRY(new_func(p, &item->attrs, &item->func));
        item->func->name = item->func->full_name = item->name;
        return parse_func_type(p, item->func);
    }
    return parse_item_path(p, item, (tni_str){NULL, 0}, NULL, false);
}

/* Whether a function or interface follows a ':' at once. Else `a:b` without space is a
 * package's name (WIT.md, "Item: world"). */
static bool extern_type_follows(const parser *p) {
    const char *begin = p->lex.cur;
    const char *end = begin;
    while (end < p->lex.end && ((*end >= 'a' && *end <= 'z') || *end == '-')) {
        end++;
    }
    tni_str word = {begin, (size_t)(end - begin)};
    return tni_str_eq(word, TNI_STR("func")) || tni_str_eq(word, TNI_STR("async")) ||
           tni_str_eq(word, TNI_STR("interface"));
}

static tenon_status parse_extern(parser *p, world_links *w, const tni_wit_attrs *attrs,
                                 bool is_export) {
    TNI_TRY(next(p));
    tni_wit_item *item;
    TNI_TRY(append_item(p, w, TNI_WIT_ITEM_INTERFACE, &item));
    item->attrs = *attrs;
    item->is_export = is_export;
    const char *at = p->lex.tok.at;
    tni_str first;
    TNI_TRY(parse_id(p, &first));
    if (!at_op(p, ':') || (tni_wit_lex_id_follows(&p->lex) && !extern_type_follows(p))) {
        return parse_item_path(p, item, first, at, true);
    }
    TNI_TRY(next(p));
    item->name = first;
    item->is_plain = true;
    return parse_extern_type(p, w, item);
}

static tenon_status parse_rename(parser *p, tni_wit_rename *r) {
    r->at = p->lex.tok.at;
    TNI_TRY(parse_id(p, &r->from));
    TNI_TRY(expect_keyword(p, "as"));
    TNI_TRY(parse_id(p, &r->to));
    return list_separator(p, '}');
}

static tenon_status parse_include(parser *p, world_links *w, const tni_wit_attrs *attrs) {
    tni_wit_include *include = NEW(p, tni_wit_include);
    if (include == NULL) {
        return tni_no_memory(p->e);
    }
    include->attrs = *attrs;
    include->before = w->last;
    TNI_WIT_APPEND(w->include, include);
    TNI_TRY(next(p));
    TNI_TRY(parse_path(p, &include->path));
    if (!at_keyword(p, "with")) {
        return expect_op(p, ';');
    }
    TNI_TRY(next(p));
    TNI_TRY(expect_op(p, '{'));
    tni_wit_rename **link = &include->renames;
    do {
        tni_wit_rename *r = NEW(p, tni_wit_rename);
        if (r == NULL) {
            return tni_no_memory(p->e);
        }
        TNI_TRY(parse_rename(p, r));
        TNI_WIT_APPEND(link, r);
    } while (!at_op(p, '}'));
    TNI_TRY(next(p));
    /* The grammar has no ';' here and the examples do. */
    bool semicolon;
    return accept_op(p, ';', &semicolon);
}

/* An item for each type that was just appended to the world. */
static tenon_status add_type_items(parser *p, world_links *w, tni_wit_type *t) {
    for (; t != NULL; t = t->next) {
        tni_wit_item *item;
        TNI_TRY(append_item(p, w, TNI_WIT_ITEM_TYPE, &item));
        item->at = t->at;
        item->name = t->name;
        item->is_plain = true;
        item->type = t;
        item->attrs = t->attrs;
    }
    return TENON_OK;
}

static tenon_status parse_world_item(parser *p, world_links *w) {
    tni_wit_attrs attrs;
    TNI_TRY(parse_attrs(p, &attrs));
    if (at_keyword(p, "import") || at_keyword(p, "export")) {
        return parse_extern(p, w, &attrs, at_keyword(p, "export"));
    }
    if (at_keyword(p, "include")) {
        return parse_include(p, w, &attrs);
    }
    tni_wit_type **first = w->types.type;
    bool found;
    TNI_TRY(parse_typedef(p, &w->types, &attrs, &found));
    return found ? add_type_items(p, w, *first)
                 : fail_found(p, "import, export, use, include, a type or '}'");
}

static tenon_status parse_world(parser *p, tni_wit_block *block,
                                const tni_wit_attrs *attrs, tni_wit_world **out) {
    TNI_TRY(next(p));
    tni_wit_world *w = NEW(p, tni_wit_world);
    *out = w;
    if (w == NULL) {
        return tni_no_memory(p->e);
    }
    w->package = block->package;
    w->attrs = *attrs;
    w->at = p->lex.tok.at;
    TNI_TRY(new_interface(p, block, &w->scope));
    TNI_TRY(parse_id(p, &w->name));
    w->scope->name = w->name;
    w->scope->world = w;
    world_links links = {w, block, links_of(w->scope), &w->items, NULL, &w->includes};
    TNI_TRY(expect_op(p, '{'));
    while (!at_op(p, '}')) {
        TNI_TRY(parse_world_item(p, &links));
    }
    return next(p);
}

/* -- files and packages -- */

static tenon_status parse_top_use(parser *p, tni_wit_use *u) {
    TNI_TRY(next(p));
    TNI_TRY(parse_path(p, &u->path));
    u->name = u->path.name;
    u->at = u->path.at;
    if (at_keyword(p, "as")) {
        TNI_TRY(next(p));
        u->at = p->lex.tok.at;
        TNI_TRY(parse_id(p, &u->name));
    }
    return expect_op(p, ';');
}

typedef struct block_links {
    tni_wit_use **use;
    tni_wit_interface **interface;
    tni_wit_world **world;
} block_links;

static tenon_status parse_top_item(parser *p, tni_wit_block *block, block_links *links,
                                   const tni_wit_attrs *attrs) {
    if (at_keyword(p, "use")) {
        tni_wit_use *u = NEW(p, tni_wit_use);
        if (u == NULL) {
            return tni_no_memory(p->e);
        }
        TNI_TRY(parse_top_use(p, u));
        TNI_WIT_APPEND(links->use, u);
        return TENON_OK;
    }
    if (at_keyword(p, "interface")) {
        tni_wit_interface *i;
        TNI_TRY(parse_interface(p, block, attrs, &i));
        TNI_WIT_APPEND(links->interface, i);
        return TENON_OK;
    }
    if (at_keyword(p, "world")) {
        tni_wit_world *w;
        TNI_TRY(parse_world(p, block, attrs, &w));
        TNI_WIT_APPEND(links->world, w);
        return TENON_OK;
    }
    return fail_found(p, "interface, world, use or package");
}

static block_links links_of_block(tni_wit_block *b) {
    return (block_links){&b->uses, &b->interfaces, &b->worlds};
}

static tenon_status new_package(parser *p, const tni_wit_package *like,
                                tni_wit_package **out) {
    *out = NEW(p, tni_wit_package);
    if (*out == NULL) {
        return tni_no_memory(p->e);
    }
    **out = *like;
    TNI_WIT_APPEND(*p->tail, *out);
    return TENON_OK;
}

static void add_block(tni_wit_package *package, tni_wit_block *block) {
    tni_wit_block **link = &package->blocks;
    while (*link != NULL) {
        link = &(*link)->next;
    }
    *link = block;
    block->package = package;
}

static tni_wit_package *package_of_group(const parser *p, u32 group) {
    tni_wit_package *found = p->wit->packages;
    while (found != NULL && (found->group != group || found->is_nested)) {
        found = found->next;
    }
    return found;
}

/* The package of a group's files: made by its first file, named by those that say so. */
static tenon_status group_package(parser *p, const tni_wit_package *declared,
                                  tni_wit_package **out) {
    *out = package_of_group(p, declared->group);
    if (*out == NULL) {
        return new_package(p, declared, out);
    }
    if (declared->name.len == 0) {
        return TENON_OK;
    }
    if ((*out)->docs.len == 0) {
        (*out)->docs = declared->docs;
    }
    if ((*out)->name.len == 0) {
        (*out)->name = declared->name;
        (*out)->version = declared->version;
        (*out)->at = declared->at;
        return TENON_OK;
    }
    if (!tni_str_eq((*out)->name, declared->name) ||
        !tni_str_eq((*out)->version, declared->version)) {
        return tni_wit_fail(p->lex.source, declared->at, TNI_ERR_WIT_INVALID, p->e,
                            "package %.*s, but another file here says %.*s",
                            (int)declared->name.len, declared->name.ptr,
                            (int)(*out)->name.len, (*out)->name.ptr);
    }
    return TENON_OK;
}

static tenon_status parse_package_decl(parser *p, const tni_wit_attrs *attrs,
                                       tni_wit_package *out) {
    *out = (tni_wit_package){.group = p->lex.source->group, .docs = attrs->docs};
    TNI_TRY(next(p));
    out->at = p->lex.tok.at;
    tni_str first;
    TNI_TRY(parse_id(p, &first));
    TNI_TRY(parse_package_name(p, first, out->at, &out->name, NULL));
    return parse_version(p, &out->version);
}

static tenon_status parse_nested(parser *p, tni_wit_package *declared) {
    declared->is_nested = true;
    tni_wit_package *package;
    TNI_TRY(new_package(p, declared, &package));
    tni_wit_block *block = NEW(p, tni_wit_block);
    if (block == NULL) {
        return tni_no_memory(p->e);
    }
    add_block(package, block);
    TNI_TRY(expect_op(p, '{'));
    block_links links = links_of_block(block);
    while (!at_op(p, '}')) {
        tni_wit_attrs attrs;
        TNI_TRY(parse_attrs(p, &attrs));
        TNI_TRY(parse_top_item(p, block, &links, &attrs));
    }
    return next(p);
}

typedef struct file_state {
    tni_wit_block *block;
    block_links links;
    bool has_items; /* nothing but docs may stand before `package …;` */
} file_state;

static tenon_status open_block(parser *p, file_state *f,
                               const tni_wit_package *declared) {
    if (f->block != NULL) {
        return TENON_OK;
    }
    tni_wit_package *package;
    TNI_TRY(group_package(p, declared, &package));
    f->block = NEW(p, tni_wit_block);
    if (f->block == NULL) {
        return tni_no_memory(p->e);
    }
    f->links = links_of_block(f->block);
    add_block(package, f->block);
    return TENON_OK;
}

static tenon_status parse_file_item(parser *p, file_state *f) {
    tni_wit_attrs attrs;
    TNI_TRY(parse_attrs(p, &attrs));
    if (!at_keyword(p, "package")) {
        tni_wit_package unnamed = {.group = p->lex.source->group, .at = p->lex.tok.at};
        TNI_TRY(open_block(p, f, &unnamed));
        f->has_items = true;
        return parse_top_item(p, f->block, &f->links, &attrs);
    }
    tni_wit_package declared;
    TNI_TRY(parse_package_decl(p, &attrs, &declared));
    if (at_op(p, '{')) {
        f->has_items = true;
        return parse_nested(p, &declared);
    }
    if (f->has_items) {
        return tni_wit_fail(p->lex.source, declared.at, TNI_ERR_WIT_SYNTAX, p->e,
                            "the file's package must be declared first, and once");
    }
    f->has_items = true;
    TNI_TRY(open_block(p, f, &declared));
    return expect_op(p, ';');
}

tenon_status tni_wit_parse_source(tni_arena *a, const tni_wit_source *source, tni_wit *w,
                                  tni_wit_package ***tail, tenon_error *e) {
    parser p = {.wit = w, .tail = tail, .e = e};
    file_state f = {0};
    TNI_TRY(tni_wit_lex_init(&p.lex, a, source, e));
    while (p.lex.tok.kind != TNI_WIT_TOK_END) {
        TNI_TRY(parse_file_item(&p, &f));
    }
    return TENON_OK;
}
