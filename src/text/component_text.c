/* component_text.c: definitions of component text. Explainer.md, "Grammar"; the inline
 * forms are those of its "Alias", "Import and Export" and "Canonical Definitions"
 * sections. */
#include "text/component_text.h"

#include "base/limits.h"
#include "text/component_asm.h"

/* -- buffers and scopes -- */

tni_buf *tni_cas_take(tni_component_asm *a) {
    tni_heap *h = a->core.t.heap;
    if (a->bufs.count > 0) {
        tni_buf *b = a->bufs.data[--a->bufs.count];
        b->count = 0;
        return b;
    }
    tni_buf *b = TNI_NEW(h, tni_buf);
    if (b == NULL) {
        return NULL;
    }
    tni_buf_init(b, h);
    /* Room among those not in use, so that giving back cannot fail. */
    if (!tni_vec_push(h, &a->all_bufs, b)) {
        TNI_FREE(h, b);
        return NULL;
    }
    return tni_vec_reserve(h, &a->bufs, a->all_bufs.count) ? b : NULL;
}

void tni_cas_give(tni_component_asm *a, tni_buf *b) {
    a->bufs.data[a->bufs.count++] = b;
}

tenon_status tni_cas_down(tni_component_asm *a) {
    return ++a->depth <= TNI_LIMIT_text_depth
               ? TENON_OK
               : tni_text_fail(&a->core.t, TNI_ERR_LIMIT, "nesting of text");
}

void tni_cas_up(tni_component_asm *a) {
    a->depth--;
}

enum { MOST_SCOPES = TNI_LIMIT_component_depth + 1 };

tenon_status tni_cas_enter(tni_component_asm *a, tni_cscope *s, tni_cscope_kind kind,
                           tni_str id, tni_buf *out) {
    tni_heap *h = a->core.t.heap;
    *s = (tni_cscope){.kind = kind, .parent = a->scope, .id = id, .out = out};
    for (int i = 0; i < TNI_SORT_COUNT; i++) {
        tni_map_init(&s->ids[i], h);
        tni_map_init(&s->outer[i], h);
    }
    tni_map_init(&s->signatures, h);
    if (kind == TNI_CSCOPE_COMPONENT) {
        tni_cwriter_init(&s->writer, h, out);
    }
    a->scope = s;
    TNI_TRY(tni_cas_down(a));
    s->depth = s->parent == NULL ? 1 : s->parent->depth + 1;
    /* The loader would refuse it. */
    return s->depth <= MOST_SCOPES
               ? TENON_OK
               : tni_text_fail(&a->core.t, TNI_ERR_LIMIT, "nesting of components");
}

void tni_cas_leave(tni_component_asm *a) {
    tni_cscope *s = a->scope;
    for (int i = 0; i < TNI_SORT_COUNT; i++) {
        tni_map_free(&s->ids[i]);
        tni_map_free(&s->outer[i]);
    }
    tni_map_free(&s->signatures);
    tni_vec_free(a->core.t.heap, &s->names);
    if (s->kind == TNI_CSCOPE_COMPONENT) {
        tni_cwriter_free(&s->writer);
    }
    a->scope = s->parent;
    tni_cas_up(a);
}

/* Codes of declarators by section. Binary.md: core:moduledecl, componentdecl. */
static u8 decl_code(tni_cscope_kind kind, u8 section) {
    bool module = kind == TNI_CSCOPE_MODULE_TYPE;
    switch (section) {
    case TNI_CSECTION_CORE_TYPE: return module ? 1 : 0;
    case TNI_CSECTION_TYPE: return 1;
    case TNI_CSECTION_ALIAS: return 2;
    case TNI_CSECTION_IMPORT: return module ? 0 : 3;
    default: return module ? 3 : 4; /* export */
    }
}

void tni_cas_emit(tni_component_asm *a, u8 section, const tni_buf *entry) {
    tni_cscope *s = a->scope;
    if (s->kind == TNI_CSCOPE_COMPONENT) {
        tni_cwriter_entry(&s->writer, section, entry);
        return;
    }
    tni_buf_byte(s->out, decl_code(s->kind, section));
    s->out->failed = s->out->failed || entry->failed;
    tni_buf_put(s->out, entry->data, entry->count);
    s->decls++;
}

tenon_status tni_cas_bind(tni_component_asm *a, tni_sort sort, tni_cid id, u32 *index) {
    static const char *const names[TNI_SORT_COUNT] = {
        "core func", "core table",  "core memory",   "core global", "core tag",
        "core type", "core module", "core instance", "func",        "value",
        "type",      "component",   "instance"};
    bool fresh = true;
    *index = a->scope->counts[sort]++;
    if (id.text.len != 0 && !tni_map_add(&a->scope->ids[sort], id.text, *index, &fresh)) {
        return tni_no_memory(a->core.t.e);
    }
    TNI_TRY(tni_cas_keep_name(a, sort, &id, *index));
    return fresh
               ? TENON_OK
               : tni_text_fail(&a->core.t, TNI_ERR_TEXT_DUPLICATE, "%s identifier $%.*s",
                               names[sort], (int)id.text.len, id.text.ptr);
}

/* -- references -- */

bool tni_cas_at_idx(const tni_component_asm *a) {
    return tni_asm_at_idx(&a->core);
}

static bool can_alias_outer(tni_sort sort) {
    return sort == TNI_SORT_CORE_MODULE || sort == TNI_SORT_CORE_TYPE ||
           sort == TNI_SORT_TYPE || sort == TNI_SORT_COMPONENT;
}

/* Binary.md: alias, of an outer definition. */
static tenon_status emit_outer(tni_component_asm *a, tni_sort sort, u32 count,
                               u32 index) {
    tni_buf *b = NULL;
    TNI_TRY(TNI_CAS_TAKE(a, &b));
    if (a->scope->kind == TNI_CSCOPE_MODULE_TYPE) {
        tni_buf_byte(b, 0x10);
        tni_buf_byte(b, 0x01);
    } else {
        tni_cwrite_sort(b, sort);
        tni_buf_byte(b, 0x02);
    }
    tni_buf_u32(b, count);
    tni_buf_u32(b, index);
    tni_cas_emit(a, TNI_CSECTION_ALIAS, b);
    tni_cas_give(a, b);
    return TENON_OK;
}

/* An identifier that the scope does not have: an outer alias, once for each identifier.
 */
static tenon_status resolve_outer(tni_component_asm *a, tni_sort sort, tni_str id,
                                  u32 *out) {
    tni_cscope *s = a->scope;
    const u64 *known = tni_map_get(&s->outer[sort], id);
    if (known != NULL) {
        *out = (u32)*known;
        return TENON_OK;
    }
    u32 count = 1;
    for (tni_cscope *p = s->parent; p != NULL; p = p->parent, count++) {
        const u64 *index = tni_map_get(&p->ids[sort], id);
        if (index == NULL) {
            continue;
        }
        if (!can_alias_outer(sort)) {
            return tni_text_fail(&a->core.t, TNI_ERR_TEXT_OUTER,
                                 "outer item `%.*s` is not a module, type, or component",
                                 (int)id.len, id.ptr);
        }
        TNI_TRY(emit_outer(a, sort, count, (u32)*index));
        *out = s->counts[sort]++;
        return tni_map_put(&s->outer[sort], id, *out) ? TENON_OK
                                                      : tni_no_memory(a->core.t.e);
    }
    return tni_text_fail(&a->core.t, TNI_ERR_TEXT_UNKNOWN,
                         "%s: failed to find name `$%.*s`", "identifier", (int)id.len,
                         id.ptr);
}

tenon_status tni_cas_idx(tni_component_asm *a, tni_sort sort, u32 *out) {
    tni_text *t = &a->core.t;
    if (t->tok.kind != TNI_TOKEN_ID) {
        return tni_text_u32(t, out);
    }
    const u64 *index = tni_map_get(&a->scope->ids[sort], t->tok.text);
    if (index != NULL) {
        *out = (u32)*index;
    } else {
        TNI_TRY(resolve_outer(a, sort, t->tok.text, out));
    }
    return tni_text_next(t);
}

static bool is_core_item(tni_sort sort) {
    return sort <= TNI_SORT_CORE_TAG;
}

/* Binary.md: alias, of an instance's export. */
static tenon_status emit_export_alias(tni_component_asm *a, tni_sort sort, u32 instance,
                                      tni_str name) {
    tni_buf *b = NULL;
    TNI_TRY(TNI_CAS_TAKE(a, &b));
    tni_cwrite_sort(b, sort);
    tni_buf_byte(b, is_core_item(sort) ? 0x01 : 0x00);
    tni_buf_u32(b, instance);
    tni_write_name(b, name);
    tni_cas_emit(a, TNI_CSECTION_ALIAS, b);
    tni_cas_give(a, b);
    return TENON_OK;
}

tenon_status tni_cas_path(tni_component_asm *a, tni_sort sort, u32 *out) {
    tni_text *t = &a->core.t;
    TNI_TRY(tni_text_peek(t));
    if (t->ahead.kind != TNI_TOKEN_STRING) {
        return tni_cas_idx(a, sort, out);
    }
    bool is_core = is_core_item(sort);
    TNI_TRY(tni_cas_idx(a, is_core ? TNI_SORT_CORE_INSTANCE : TNI_SORT_INSTANCE, out));
    /* Core instances export no instances: one name. */
    for (u32 n = 0; t->tok.kind == TNI_TOKEN_STRING && !(is_core && n > 0); n++) {
        tni_str name;
        TNI_TRY(tni_text_name(t, &name));
        tni_sort step = t->tok.kind == TNI_TOKEN_STRING ? TNI_SORT_INSTANCE : sort;
        TNI_TRY(emit_export_alias(a, step, *out, name));
        *out = a->scope->counts[step]++;
    }
    return TENON_OK;
}

/* Words of sorts; those of core are written after "core", or alone where only core sorts
 * can stand. */
static bool core_sort_word(const tni_text *t, tni_sort *out) {
    static const struct {
        const char *word;
        u8 sort;
    } words[] = {{"func", TNI_SORT_CORE_FUNC},     {"table", TNI_SORT_CORE_TABLE},
                 {"memory", TNI_SORT_CORE_MEMORY}, {"global", TNI_SORT_CORE_GLOBAL},
                 {"tag", TNI_SORT_CORE_TAG},       {"type", TNI_SORT_CORE_TYPE},
                 {"module", TNI_SORT_CORE_MODULE}, {"instance", TNI_SORT_CORE_INSTANCE}};
    for (size_t i = 0; i < TNI_COUNT_OF(words); i++) {
        if (tni_token_is(&t->tok, tni_str_of(words[i].word))) {
            *out = (tni_sort)words[i].sort;
            return true;
        }
    }
    return false;
}

static bool sort_word(const tni_text *t, tni_sort *out) {
    static const struct {
        const char *word;
        u8 sort;
    } words[] = {{"func", TNI_SORT_FUNC},
                 {"value", TNI_SORT_VALUE},
                 {"type", TNI_SORT_TYPE},
                 {"component", TNI_SORT_COMPONENT},
                 {"instance", TNI_SORT_INSTANCE}};
    for (size_t i = 0; i < TNI_COUNT_OF(words); i++) {
        if (tni_token_is(&t->tok, tni_str_of(words[i].word))) {
            *out = (tni_sort)words[i].sort;
            return true;
        }
    }
    return false;
}

tenon_status tni_cas_sort(tni_component_asm *a, bool in_core, tni_sort *out) {
    tni_text *t = &a->core.t;
    bool core = tni_text_at(t, "core");
    if (core) {
        TNI_TRY(tni_text_next(t));
    }
    return (core || in_core ? core_sort_word(t, out) : sort_word(t, out))
               ? tni_text_next(t)
               : tni_text_unexpected(t);
}

static bool is_core_sort(tni_sort sort) {
    return sort <= TNI_SORT_CORE_INSTANCE;
}

tenon_status tni_cas_ref(tni_component_asm *a, tni_sort sort, u32 *out) {
    tni_text *t = &a->core.t;
    tni_sort written;
    if (!tni_text_at_lpar(t)) {
        return tni_cas_path(a, sort, out);
    }
    TNI_TRY(tni_text_next(t));
    const char *at = t->tok.raw.ptr;
    TNI_TRY(tni_cas_sort(a, is_core_sort(sort), &written));
    if (written != sort) {
        TNI_TRY(tni_text_seek(t, at));
        return tni_text_unexpected(t);
    }
    TNI_TRY(tni_cas_path(a, sort, out));
    return tni_text_rpar(t);
}

/* -- names -- */

static tenon_status take_attribute(tni_component_asm *a, bool *taken,
                                   tni_named_entity *out) {
    tni_text *t = &a->core.t;
    bool implements, suffix, id;
    *taken = false;
    TNI_TRY(tni_text_at_form(t, "implements", &implements));
    TNI_TRY(tni_text_at_form(t, "versionsuffix", &suffix));
    TNI_TRY(tni_text_at_form(t, "external-id", &id));
    if (!implements && !suffix && !id) {
        return TENON_OK;
    }
    tni_str *place = implements ? &out->implements
                     : suffix   ? &out->version_suffix
                                : &out->external_id;
    if (place->ptr != NULL) {
        TNI_TRY(tni_text_next(t));
        return tni_text_fail(t, TNI_ERR_TEXT_UNEXPECTED, "%.*s", (int)t->tok.raw.len,
                             t->tok.raw.ptr);
    }
    out->has_external_id = out->has_external_id || id;
    TNI_TRY(tni_text_next(t));
    TNI_TRY(tni_text_next(t));
    TNI_TRY(tni_text_name(t, place));
    *taken = true;
    return tni_text_rpar(t);
}

tenon_status tni_cas_name(tni_component_asm *a, tni_named_entity *out) {
    bool taken = true;
    *out = (tni_named_entity){.entity = NULL};
    TNI_TRY(tni_text_name(&a->core.t, &out->name));
    while (taken) {
        TNI_TRY(take_attribute(a, &taken, out));
    }
    return TENON_OK;
}

tenon_status tni_cas_take_named(tni_component_asm *a, tni_str keyword, bool *yes,
                                tni_named_entity *out) {
    tni_text *t = &a->core.t;
    const char *at = t->tok.raw.ptr;
    TNI_TRY(tni_text_take_form_(t, keyword, yes));
    if (!*yes) {
        return TENON_OK;
    }
    *yes = t->tok.kind == TNI_TOKEN_STRING;
    if (*yes) {
        TNI_TRY(tni_cas_name(a, out));
        *yes = tni_text_at_rpar(t);
    }
    return *yes ? tni_text_next(t) : tni_text_seek(t, at);
}

/* (export "n")* */
static tenon_status inline_names(tni_component_asm *a, tni_inline_names *names) {
    for (;;) {
        bool yes;
        tni_named_entity name;
        TNI_TRY(tni_cas_take_named(a, TNI_STR("export"), &yes, &name));
        if (!yes) {
            return TENON_OK;
        }
        a->body_at = a->core.t.last_end;
        if (!tni_vec_push(a->core.t.heap, names, name)) {
            return tni_no_memory(a->core.t.e);
        }
    }
}

/* Writes the exports that were written inline; each makes an index. */
static tenon_status emit_inline_names(tni_component_asm *a, const tni_inline_names *names,
                                      tni_sort sort, u32 index) {
    for (size_t i = 0; i < names->count; i++) {
        tni_buf *b = NULL;
        TNI_TRY(TNI_CAS_TAKE(a, &b));
        tni_cwrite_name(b, &names->data[i]);
        tni_cwrite_sort(b, sort);
        tni_buf_u32(b, index);
        tni_buf_byte(b, 0x00);
        tni_cas_emit(a, TNI_CSECTION_EXPORT, b);
        tni_cas_give(a, b);
        a->scope->counts[sort]++;
    }
    return TENON_OK;
}

/* -- what every kind of definition can be written as -- */

/* "(import "n")" inside a definition: its type follows, up to ")". */
static tenon_status inline_import(tni_component_asm *a, tni_sort sort, tni_cid id,
                                  bool *yes, u32 *index) {
    tni_named_entity name;
    tni_buf *b = NULL;
    TNI_TRY(tni_cas_take_named(a, TNI_STR("import"), yes, &name));
    if (!*yes) {
        return TENON_OK;
    }
    TNI_TRY(TNI_CAS_TAKE(a, &b));
    tni_cwrite_name(b, &name);
    TNI_TRY(tni_cas_externtype_rest(a, b, sort));
    tni_cas_emit(a, TNI_CSECTION_IMPORT, b);
    tni_cas_give(a, b);
    return tni_cas_bind(a, sort, id, index);
}

/* -- aliases -- */

/* The scope that "outer" counts or names, and how far out it is. */
static tenon_status outer_scope(tni_component_asm *a, tni_cscope **scope, u32 *count) {
    tni_text *t = &a->core.t;
    *count = 0;
    if (t->tok.kind != TNI_TOKEN_ID) {
        TNI_TRY(tni_text_u32(t, count));
        *scope = a->scope;
        for (u32 i = 0; i < *count && *scope != NULL; i++) {
            *scope = (*scope)->parent;
        }
        return TENON_OK;
    }
    for (*scope = a->scope; *scope != NULL; *scope = (*scope)->parent, ++*count) {
        if ((*scope)->id.len != 0 && tni_str_eq((*scope)->id, t->tok.text)) {
            return tni_text_next(t);
        }
    }
    return tni_text_fail(t, TNI_ERR_TEXT_UNKNOWN, "component $%.*s", (int)t->tok.text.len,
                         t->tok.text.ptr);
}

/* An alias as it was written, before its sort is known. */
typedef struct alias_form {
    bool is_outer, is_core;
    u32 instance, count, index;
    tni_str name;      /* of the export, */
    tni_cscope *scope; /* or where the identifier */
    tni_str outer_id;  /* is to be looked up (len 0: index) */
    const char *at;
} alias_form;

static tenon_status read_alias(tni_component_asm *a, alias_form *f) {
    tni_text *t = &a->core.t;
    *f = (alias_form){.is_outer = false};
    if (tni_text_at(t, "outer")) {
        f->is_outer = true;
        TNI_TRY(tni_text_next(t));
        TNI_TRY(outer_scope(a, &f->scope, &f->count));
        f->at = t->tok.raw.ptr;
        return t->tok.kind == TNI_TOKEN_ID ? tni_text_id(t, &f->outer_id)
                                           : tni_text_u32(t, &f->index);
    }
    f->is_core = tni_text_at(t, "core");
    if (f->is_core) {
        TNI_TRY(tni_text_next(t));
    }
    TNI_TRY(tni_text_keyword(t, "export"));
    TNI_TRY(tni_cas_idx(a, f->is_core ? TNI_SORT_CORE_INSTANCE : TNI_SORT_INSTANCE,
                        &f->instance)); /* no path: the name is the alias's */
    return tni_text_name(t, &f->name);
}

static tenon_status emit_alias(tni_component_asm *a, const alias_form *f, tni_sort sort,
                               tni_cid id, u32 *index) {
    u32 target = f->index;
    if (!f->is_outer) {
        TNI_TRY(emit_export_alias(a, sort, f->instance, f->name));
        return tni_cas_bind(a, sort, id, index);
    }
    if (!can_alias_outer(sort)) {
        TNI_TRY(tni_text_seek(&a->core.t, f->at));
        return tni_text_unexpected(&a->core.t);
    }
    if (f->outer_id.len != 0) {
        const u64 *found =
            f->scope == NULL ? NULL : tni_map_get(&f->scope->ids[sort], f->outer_id);
        if (found == NULL) {
            return tni_lexer_fail(&a->core.t.lex, f->at, TNI_ERR_TEXT_UNKNOWN, "$%.*s",
                                  (int)f->outer_id.len, f->outer_id.ptr);
        }
        target = (u32)*found;
    }
    TNI_TRY(emit_outer(a, sort, f->count, target));
    return tni_cas_bind(a, sort, id, index);
}

/* Whether the "(alias …)" at hand has no sort in it: then it is what it stands in, else a
 * definition in a component's body. */
static tenon_status at_inline_alias(tni_component_asm *a, bool *yes) {
    tni_text *t = &a->core.t;
    const char *at = t->tok.raw.ptr;
    TNI_TRY(tni_text_take_form(t, "alias", yes));
    if (!*yes) {
        return TENON_OK;
    }
    while (!tni_text_at_lpar(t) && !tni_text_at_rpar(t) && t->tok.kind != TNI_TOKEN_EOF) {
        TNI_TRY(tni_text_next(t));
    }
    *yes = tni_text_at_rpar(t);
    return tni_text_seek(t, at);
}

/* "(alias …)" inside a definition. */
static tenon_status inline_alias(tni_component_asm *a, tni_sort sort, tni_cid id,
                                 bool *yes, u32 *index) {
    TNI_TRY(at_inline_alias(a, yes));
    if (!*yes) {
        return TENON_OK;
    }
    TNI_TRY(tni_text_next(&a->core.t));
    TNI_TRY(tni_text_next(&a->core.t));
    alias_form f;
    TNI_TRY(read_alias(a, &f));
    TNI_TRY(emit_alias(a, &f, sort, id, index));
    return tni_text_rpar(&a->core.t);
}

/* (alias target (sort id?)), after "alias" */
TNI_NOINLINE
static tenon_status alias_field(tni_component_asm *a) {
    tni_text *t = &a->core.t;
    alias_form f;
    tni_sort sort;
    tni_cid id;
    u32 index;
    TNI_TRY(read_alias(a, &f));
    TNI_TRY(tni_text_lpar(t));
    TNI_TRY(tni_cas_sort(a, a->scope->kind == TNI_CSCOPE_MODULE_TYPE, &sort));
    TNI_TRY(tni_cas_id(a, &id));
    TNI_TRY(tni_text_rpar(t));
    return emit_alias(a, &f, sort, id, &index);
}

/* -- core modules and instances -- */

static size_t offset_of(const tni_text *t, const char *at) {
    return (size_t)(at - t->lex.source);
}

/* The fields of a core module, up to ")", through the assembler of core text, with the
 * annotations before the first of them. */
static tenon_status module_fields(tni_component_asm *a, tni_str id, tni_buf *out) {
    tni_text *t = &a->core.t;
    const char *begin = a->body_at;
    t->has_ahead = false;
    t->lex.cur = begin;
    if (!tni_lexer_skip(&t->lex)) {
        return tni_text_fail(t, TNI_ERR_TEXT_UNEXPECTED, "end of input");
    }
    const char *close = t->lex.cur - 1;
    tni_str source = {t->lex.source, (size_t)(t->lex.end - t->lex.source)};
    TNI_TRY(tni_text_module_fields(t->engine, source, offset_of(t, begin),
                                   offset_of(t, close), id, a->core.flags, out, t->e));
    return tni_text_seek(t, close);
}

/* binary "…", quote "…". What is quoted is called as the identifier says, unless it says
 * so itself; what is binary has the names that are in it. */
static tenon_status module_strings(tni_component_asm *a, bool is_quote, tni_str id,
                                   tni_buf *out) {
    tni_text *t = &a->core.t;
    if (!is_quote) {
        TNI_TRY(tni_text_next(t));
        return tni_text_strings(t, out);
    }
    tni_buf *text = NULL;
    TNI_TRY(tni_cas_own_name(a, id, &id));
    TNI_TRY(tni_text_next(t));
    TNI_TRY(TNI_CAS_TAKE(a, &text));
    TNI_TRY(tni_text_strings(t, text));
    const tni_str source = {(const char *)text->data, text->count};
    TNI_TRY(tni_lexer_check(source, t->e));
    TNI_TRY(tni_text_module_at(t->engine, source, 0, source.len, id, a->core.flags, out,
                               t->e));
    tni_cas_give(a, text);
    return TENON_OK;
}

static tenon_status module_body(tni_component_asm *a, tni_cid id, u32 *index) {
    tni_text *t = &a->core.t;
    tni_buf *b = NULL;
    TNI_TRY(TNI_CAS_TAKE(a, &b));
    if (tni_text_at(t, "binary") || tni_text_at(t, "quote")) {
        TNI_TRY(module_strings(a, tni_text_at(t, "quote"), id.text, b));
    } else {
        TNI_TRY(module_fields(a, id.text, b));
    }
    tni_cwriter_section(&a->scope->writer, TNI_CSECTION_CORE_MODULE, b);
    tni_cas_give(a, b);
    return tni_cas_bind(a, TNI_SORT_CORE_MODULE, id, index);
}

/* (export name (sort path))*: a core instance of its own, up to ")" */
static tenon_status core_bag(tni_component_asm *a, tni_buf *b) {
    tni_text *t = &a->core.t;
    tni_buf *exports = NULL;
    u32 count = 0;
    TNI_TRY(TNI_CAS_TAKE(a, &exports));
    for (; tni_text_at_lpar(t); count++) {
        tni_str name;
        tni_sort sort;
        u32 index;
        TNI_TRY(tni_text_next(t));
        TNI_TRY(tni_text_keyword(t, "export"));
        TNI_TRY(tni_text_name(t, &name));
        TNI_TRY(tni_text_lpar(t));
        TNI_TRY(tni_cas_sort(a, true, &sort));
        TNI_TRY(tni_cas_path(a, sort, &index));
        TNI_TRY(tni_text_rpar(t));
        TNI_TRY(tni_text_rpar(t));
        tni_write_name(exports, name);
        tni_buf_byte(exports, tni_core_sort_code(sort));
        tni_buf_u32(exports, index);
    }
    tni_buf_byte(b, 0x01);
    tni_buf_u32(b, count);
    tni_buf_put(b, exports->data, exports->count);
    b->failed = b->failed || exports->failed;
    tni_cas_give(a, exports);
    return TENON_OK;
}

/* An instance written inside (with …): "(instance (export …)*)" or a reference. */
static tenon_status core_with(tni_component_asm *a, u32 *index) {
    tni_text *t = &a->core.t;
    const char *at = t->tok.raw.ptr;
    bool yes;
    TNI_TRY(tni_text_take_form(t, "instance", &yes));
    if (!yes || tni_cas_at_idx(a)) {
        TNI_TRY(tni_text_seek(t, at));
        return tni_cas_ref(a, TNI_SORT_CORE_INSTANCE, index);
    }
    tni_buf *b = NULL;
    TNI_TRY(TNI_CAS_TAKE(a, &b));
    TNI_TRY(core_bag(a, b));
    TNI_TRY(tni_text_rpar(t));
    tni_cas_emit(a, TNI_CSECTION_CORE_INSTANCE, b);
    tni_cas_give(a, b);
    return tni_cas_bind(a, TNI_SORT_CORE_INSTANCE, tni_no_cid, index);
}

static tenon_status core_instantiate(tni_component_asm *a, tni_buf *b) {
    tni_text *t = &a->core.t;
    tni_buf *args = NULL;
    u32 module, count = 0;
    TNI_TRY(TNI_CAS_TAKE(a, &args));
    TNI_TRY(tni_cas_ref(a, TNI_SORT_CORE_MODULE, &module));
    for (; tni_text_at_lpar(t); count++) {
        tni_str name;
        u32 index;
        TNI_TRY(tni_text_next(t));
        TNI_TRY(tni_text_keyword(t, "with"));
        TNI_TRY(tni_text_name(t, &name));
        TNI_TRY(core_with(a, &index));
        TNI_TRY(tni_text_rpar(t));
        tni_write_name(args, name);
        tni_buf_byte(args, 0x12);
        tni_buf_u32(args, index);
    }
    tni_buf_byte(b, 0x00);
    tni_buf_u32(b, module);
    tni_buf_u32(b, count);
    tni_buf_put(b, args->data, args->count);
    b->failed = b->failed || args->failed;
    tni_cas_give(a, args);
    return tni_text_rpar(t);
}

static tenon_status core_instance_body(tni_component_asm *a, tni_cid id, u32 *index) {
    tni_buf *b = NULL;
    bool yes;
    TNI_TRY(TNI_CAS_TAKE(a, &b));
    TNI_TRY(tni_text_take_form(&a->core.t, "instantiate", &yes));
    TNI_TRY(yes ? core_instantiate(a, b) : core_bag(a, b));
    tni_cas_emit(a, TNI_CSECTION_CORE_INSTANCE, b);
    tni_cas_give(a, b);
    return tni_cas_bind(a, TNI_SORT_CORE_INSTANCE, id, index);
}

/* (core func id? (canon …)) */
static tenon_status core_func_body(tni_component_asm *a, tni_cid id, u32 *index) {
    tni_text *t = &a->core.t;
    tni_buf *b = NULL;
    tni_canon_kind kind;
    TNI_TRY(tni_text_lpar(t));
    TNI_TRY(tni_text_keyword(t, "canon"));
    TNI_TRY(TNI_CAS_TAKE(a, &b));
    TNI_TRY(tni_cas_canon(a, b, &kind));
    if (kind == TNI_CANON_LIFT) {
        return tni_text_unexpected(t);
    }
    TNI_TRY(tni_text_rpar(t));
    tni_cas_emit(a, TNI_CSECTION_CANON, b);
    tni_cas_give(a, b);
    return tni_cas_bind(a, TNI_SORT_CORE_FUNC, id, index);
}

/* -- components and instances -- */

/* The fields of a component whose identifier is read, up to ")" or the end; enters s,
 * which is to be left. */
static tenon_status fields_of(tni_component_asm *a, tni_cscope *s, tni_str id,
                              tni_buf *out) {
    TNI_TRY(tni_cas_enter(a, s, TNI_CSCOPE_COMPONENT, id, out));
    TNI_TRY(tni_cas_own_name(a, id, &s->name));
    TNI_TRY(tni_cas_fields(a));
    tni_cwriter_finish(&s->writer);
    return tni_cas_write_names(a);
}

static tenon_status component_body(tni_component_asm *a, tni_cid id, u32 *index) {
    tni_buf *b = NULL;
    TNI_TRY(TNI_CAS_TAKE(a, &b));
    tni_cscope *s = TNI_NEW(a->core.t.heap, tni_cscope); /* large: not on the C stack */
    if (s == NULL) {
        return tni_no_memory(a->core.t.e);
    }
    tenon_status status = fields_of(a, s, id.text, b);
    tni_cas_leave(a);
    TNI_FREE(a->core.t.heap, s);
    TNI_TRY(status);
    tni_cwriter_section(&a->scope->writer, TNI_CSECTION_COMPONENT, b);
    tni_cas_give(a, b);
    return tni_cas_bind(a, TNI_SORT_COMPONENT, id, index);
}

/* (export name (sort path))*, up to ")" */
static tenon_status bag(tni_component_asm *a, tni_buf *b) {
    tni_text *t = &a->core.t;
    tni_buf *exports = NULL;
    u32 count = 0;
    TNI_TRY(TNI_CAS_TAKE(a, &exports));
    for (; tni_text_at_lpar(t); count++) {
        tni_named_entity name;
        tni_sort sort;
        u32 index;
        TNI_TRY(tni_text_next(t));
        TNI_TRY(tni_text_keyword(t, "export"));
        TNI_TRY(tni_cas_name(a, &name));
        TNI_TRY(tni_text_lpar(t));
        TNI_TRY(tni_cas_sort(a, false, &sort));
        TNI_TRY(tni_cas_path(a, sort, &index));
        TNI_TRY(tni_text_rpar(t));
        TNI_TRY(tni_text_rpar(t));
        tni_cwrite_name(exports, &name);
        tni_cwrite_sort(exports, sort);
        tni_buf_u32(exports, index);
    }
    tni_buf_byte(b, 0x01);
    tni_buf_u32(b, count);
    tni_buf_put(b, exports->data, exports->count);
    b->failed = b->failed || exports->failed;
    tni_cas_give(a, exports);
    return TENON_OK;
}

static tenon_status with_item(tni_component_asm *a, tni_sort *sort, u32 *index) {
    tni_text *t = &a->core.t;
    TNI_TRY(tni_text_lpar(t));
    TNI_TRY(tni_cas_sort(a, false, sort));
    if (*sort == TNI_SORT_INSTANCE && !tni_cas_at_idx(a)) {
        tni_buf *b = NULL;
        TNI_TRY(TNI_CAS_TAKE(a, &b));
        TNI_TRY(bag(a, b));
        tni_cas_emit(a, TNI_CSECTION_INSTANCE, b);
        tni_cas_give(a, b);
        TNI_TRY(tni_cas_bind(a, TNI_SORT_INSTANCE, tni_no_cid, index));
    } else {
        TNI_TRY(tni_cas_path(a, *sort, index));
    }
    return tni_text_rpar(t);
}

static tenon_status instantiate(tni_component_asm *a, tni_buf *b) {
    tni_text *t = &a->core.t;
    tni_buf *args = NULL;
    u32 component, count = 0;
    TNI_TRY(TNI_CAS_TAKE(a, &args));
    TNI_TRY(tni_cas_ref(a, TNI_SORT_COMPONENT, &component));
    for (; tni_text_at_lpar(t); count++) {
        tni_str name;
        tni_sort sort;
        u32 index;
        TNI_TRY(tni_text_next(t));
        TNI_TRY(tni_text_keyword(t, "with"));
        TNI_TRY(tni_text_name(t, &name));
        TNI_TRY(with_item(a, &sort, &index));
        TNI_TRY(tni_text_rpar(t));
        tni_write_name(args, name);
        tni_cwrite_sort(args, sort);
        tni_buf_u32(args, index);
    }
    tni_buf_byte(b, 0x00);
    tni_buf_u32(b, component);
    tni_buf_u32(b, count);
    tni_buf_put(b, args->data, args->count);
    b->failed = b->failed || args->failed;
    tni_cas_give(a, args);
    return tni_text_rpar(t);
}

static tenon_status instance_body(tni_component_asm *a, tni_cid id, u32 *index) {
    tni_buf *b = NULL;
    bool yes;
    TNI_TRY(TNI_CAS_TAKE(a, &b));
    TNI_TRY(tni_text_take_form(&a->core.t, "instantiate", &yes));
    TNI_TRY(yes ? instantiate(a, b) : bag(a, b));
    tni_cas_emit(a, TNI_CSECTION_INSTANCE, b);
    tni_cas_give(a, b);
    return tni_cas_bind(a, TNI_SORT_INSTANCE, id, index);
}

/* -- functions and canonical definitions -- */

/* type (canon lift …) */
static tenon_status func_body(tni_component_asm *a, tni_cid id, u32 *index) {
    tni_text *t = &a->core.t;
    tni_buf *b = NULL;
    tni_canon_kind kind;
    u32 type;
    TNI_TRY(tni_cas_func_type(a, &type));
    TNI_TRY(tni_text_lpar(t));
    TNI_TRY(tni_text_keyword(t, "canon"));
    TNI_TRY(TNI_CAS_TAKE(a, &b));
    TNI_TRY(tni_cas_canon(a, b, &kind));
    if (kind != TNI_CANON_LIFT) {
        return tni_text_unexpected(t);
    }
    TNI_TRY(tni_text_rpar(t));
    tni_buf_u32(b, type);
    tni_cas_emit(a, TNI_CSECTION_CANON, b);
    tni_cas_give(a, b);
    return tni_cas_bind(a, TNI_SORT_FUNC, id, index);
}

/* (canon lift … (func id? type)), (canon … (core func id?)), after "canon" */
TNI_NOINLINE
static tenon_status canon_field(tni_component_asm *a) {
    tni_text *t = &a->core.t;
    tni_buf *b = NULL;
    tni_canon_kind kind;
    tni_cid id;
    u32 index;
    TNI_TRY(TNI_CAS_TAKE(a, &b));
    TNI_TRY(tni_cas_canon(a, b, &kind));
    TNI_TRY(tni_text_lpar(t));
    if (kind == TNI_CANON_LIFT) {
        TNI_TRY(tni_text_keyword(t, "func"));
        TNI_TRY(tni_cas_id(a, &id));
        TNI_TRY(tni_cas_func_type(a, &index));
        tni_buf_u32(b, index);
    } else {
        TNI_TRY(tni_text_keyword(t, "core"));
        TNI_TRY(tni_text_keyword(t, "func"));
        TNI_TRY(tni_cas_id(a, &id));
    }
    TNI_TRY(tni_text_rpar(t));
    tni_cas_emit(a, TNI_CSECTION_CANON, b);
    tni_cas_give(a, b);
    return tni_cas_bind(a, kind == TNI_CANON_LIFT ? TNI_SORT_FUNC : TNI_SORT_CORE_FUNC,
                        id, &index);
}

/* -- imports and exports -- */

TNI_NOINLINE
static tenon_status import_field(tni_component_asm *a) {
    tni_named_entity name;
    tni_buf *b = NULL;
    tni_sort sort;
    tni_cid id;
    u32 index;
    TNI_TRY(tni_cas_name(a, &name));
    TNI_TRY(TNI_CAS_TAKE(a, &b));
    tni_cwrite_name(b, &name);
    TNI_TRY(tni_cas_externtype(a, b, &sort, &id));
    tni_cas_emit(a, TNI_CSECTION_IMPORT, b);
    tni_cas_give(a, b);
    return tni_cas_bind(a, sort, id, &index);
}

/* exportdecl of a type: like an import */
TNI_NOINLINE
static tenon_status export_decl(tni_component_asm *a) {
    tni_named_entity name;
    tni_buf *b = NULL;
    tni_sort sort;
    tni_cid outer_id, id;
    u32 index;
    TNI_TRY(tni_cas_id(a, &outer_id));
    TNI_TRY(tni_cas_name(a, &name));
    TNI_TRY(TNI_CAS_TAKE(a, &b));
    tni_cwrite_name(b, &name);
    TNI_TRY(tni_cas_externtype(a, b, &sort, &id));
    tni_cas_emit(a, TNI_CSECTION_EXPORT, b);
    tni_cas_give(a, b);
    return tni_cas_bind(a, sort, id.text.len != 0 ? id : outer_id, &index);
}

TNI_NOINLINE
static tenon_status export_field(tni_component_asm *a) {
    tni_text *t = &a->core.t;
    tni_named_entity name;
    tni_buf *b = NULL;
    tni_sort sort, ascribed;
    tni_cid id, unused;
    u32 index;
    TNI_TRY(tni_cas_id(a, &id));
    TNI_TRY(tni_cas_name(a, &name));
    TNI_TRY(tni_text_lpar(t));
    TNI_TRY(tni_cas_sort(a, false, &sort));
    TNI_TRY(tni_cas_path(a, sort, &index));
    TNI_TRY(tni_text_rpar(t));
    TNI_TRY(TNI_CAS_TAKE(a, &b));
    tni_cwrite_name(b, &name);
    tni_cwrite_sort(b, sort);
    tni_buf_u32(b, index);
    tni_buf_byte(b, tni_text_at_lpar(t));
    if (tni_text_at_lpar(t)) {
        TNI_TRY(tni_cas_externtype(a, b, &ascribed, &unused));
    }
    tni_cas_emit(a, TNI_CSECTION_EXPORT, b);
    tni_cas_give(a, b);
    return tni_cas_bind(a, sort, id, &index);
}

/* -- fields -- */

/* A definition with an identifier, inline exports, and perhaps an inline import or alias;
 * from after its keyword up to ")". */
typedef tenon_status read_body(tni_component_asm *a, tni_cid id, u32 *index);

static tenon_status item_body(tni_component_asm *a, tni_sort sort, read_body *body,
                              tni_inline_names *names) {
    tni_cid id;
    u32 index = 0;
    bool done;
    bool has_fields = sort == TNI_SORT_CORE_MODULE || sort == TNI_SORT_COMPONENT;
    /* Explainer.md: of what is core, only modules are imported and exported. */
    bool is_external = sort == TNI_SORT_CORE_MODULE || !is_core_sort(sort);
    TNI_TRY(tni_cas_id(a, &id));
    a->body_at = a->core.t.last_end;
    a->core.t.lax = has_fields; /* annotations are read with the fields */
    if (is_external) {
        TNI_TRY(inline_names(a, names));
    }
    TNI_TRY(inline_alias(a, sort, id, &done, &index));
    if (!done && is_external) {
        TNI_TRY(inline_import(a, sort, id, &done, &index));
    }
    a->core.t.lax = false;
    if (!done && has_fields) {
        id.is_named = false; /* it names the module or component itself */
        TNI_TRY(tni_text_seek(&a->core.t, a->body_at));
    }
    if (!done) {
        TNI_TRY(body(a, id, &index));
    }
    return emit_inline_names(a, names, sort, index);
}

static tenon_status item(tni_component_asm *a, tni_sort sort, read_body *body) {
    tni_inline_names names = {NULL, 0, 0};
    tenon_status status = item_body(a, sort, body, &names);
    tni_vec_free(a->core.t.heap, &names);
    return status;
}

/* Of sorts that can only be aliased. */
static tenon_status no_body(tni_component_asm *a, tni_cid id, u32 *index) {
    (void)id;
    (void)index;
    return tni_text_unexpected(&a->core.t);
}

static tenon_status core_field(tni_component_asm *a) {
    tni_text *t = &a->core.t;
    tni_sort sort;
    if (tni_text_at(t, "type") || tni_text_at(t, "rec")) {
        return tni_cas_core_type(a);
    }
    if (a->scope->kind != TNI_CSCOPE_COMPONENT || !core_sort_word(t, &sort)) {
        return tni_text_unexpected(t);
    }
    TNI_TRY(tni_text_next(t));
    switch (sort) {
    case TNI_SORT_CORE_MODULE: return item(a, sort, module_body);
    case TNI_SORT_CORE_INSTANCE: return item(a, sort, core_instance_body);
    case TNI_SORT_CORE_FUNC: return item(a, sort, core_func_body);
    default: return item(a, sort, no_body);
    }
}

static tenon_status definition(tni_component_asm *a) {
    tni_text *t = &a->core.t;
    if (tni_text_at(t, "instance")) {
        TNI_TRY(tni_text_next(t));
        return item(a, TNI_SORT_INSTANCE, instance_body);
    }
    if (tni_text_at(t, "func")) {
        TNI_TRY(tni_text_next(t));
        return item(a, TNI_SORT_FUNC, func_body);
    }
    if (tni_text_at(t, "component")) {
        TNI_TRY(tni_text_next(t));
        return item(a, TNI_SORT_COMPONENT, component_body);
    }
    if (tni_text_at(t, "canon")) {
        TNI_TRY(tni_text_next(t));
        return canon_field(a);
    }
    if (tni_text_at(t, "start") || tni_text_at(t, "value")) {
        return tni_text_fail(t, TNI_ERR_FEATURE_OFF, "component-model-values");
    }
    return tni_text_unexpected(t);
}

/* One definition or declarator, after its parenthesis. */
static tenon_status field(tni_component_asm *a) {
    tni_text *t = &a->core.t;
    bool is_component = a->scope->kind == TNI_CSCOPE_COMPONENT;
    if (tni_text_at(t, "core")) {
        TNI_TRY(tni_text_next(t));
        return core_field(a);
    }
    if (tni_text_at(t, "type")) {
        TNI_TRY(tni_text_next(t));
        return item(a, TNI_SORT_TYPE, tni_cas_deftype);
    }
    if (tni_text_at(t, "alias")) {
        TNI_TRY(tni_text_next(t));
        return alias_field(a);
    }
    if (tni_text_at(t, "import") && a->scope->kind != TNI_CSCOPE_INSTANCE_TYPE) {
        TNI_TRY(tni_text_next(t));
        return import_field(a);
    }
    if (tni_text_at(t, "export")) {
        TNI_TRY(tni_text_next(t));
        return is_component ? export_field(a) : export_decl(a);
    }
    return is_component ? definition(a) : tni_text_unexpected(t);
}

/* -- all fields -- */

tenon_status tni_cas_fields(tni_component_asm *a) {
    tni_text *t = &a->core.t;
    TNI_TRY(tni_cas_annotations(a));
    while (tni_text_at_lpar(t)) {
        TNI_TRY(tni_text_next(t));
        TNI_TRY(field(a));
        TNI_TRY(tni_text_rpar(t));
        TNI_TRY(tni_cas_annotations(a));
    }
    return TENON_OK;
}

/* -- the component -- */

static tenon_status assemble(tni_component_asm *a, tni_buf *out) {
    tni_text *t = &a->core.t;
    tni_cscope s;
    tni_str id = {NULL, 0};
    bool wrapped;
    TNI_TRY(tni_text_take_form(t, "component", &wrapped));
    if (wrapped) {
        if (tni_text_at(t, "definition")) {
            TNI_TRY(tni_text_next(t));
        }
        TNI_TRY(tni_text_id(t, &id));
    }
    tenon_status status = fields_of(a, &s, id, out);
    tni_cas_leave(a);
    TNI_TRY(status);
    if (wrapped) {
        TNI_TRY(tni_text_rpar(t));
    }
    if (t->tok.kind != TNI_TOKEN_EOF) {
        return tni_text_unexpected(t);
    }
    return out->failed ? tni_no_memory(t->e) : TENON_OK;
}

static void free_asm(tni_component_asm *a) {
    tni_heap *h = a->core.t.heap;
    for (size_t i = 0; i < a->all_bufs.count; i++) {
        tni_buf_free(a->all_bufs.data[i]);
        TNI_FREE(h, a->all_bufs.data[i]);
    }
    tni_vec_free(h, &a->all_bufs);
    tni_vec_free(h, &a->bufs);
    tni_asm_free(&a->core);
}

tenon_status tni_text_component_at(tenon_engine *engine, tni_str source, size_t begin,
                                   size_t end, unsigned flags, tni_buf *out,
                                   tenon_error *e) {
    tni_component_asm *a = TNI_NEW(&engine->heap, tni_component_asm);
    if (a == NULL) {
        return tni_no_memory(e);
    }
    tenon_status status = tni_text_init(&a->core.t, engine, source, begin, end, e);
    a->core.t.lex.keep = tni_cas_is_annotation;
    tni_asm_init(&a->core, &engine->heap, flags);
    if (status == TENON_OK) {
        status = assemble(a, out);
    }
    if (status != TENON_OK && e->code == TNI_ERR_TEXT_ESCAPE) {
        /* The component scripts have a wording of their own. */
        status = tni_fail_at(e, TNI_ERR_TEXT_ESCAPE, e->line, e->column,
                             "invalid string escape");
    }
    free_asm(a);
    TNI_FREE(&engine->heap, a);
    return status;
}

tenon_status tni_text_component(tenon_engine *engine, tni_str source, unsigned flags,
                                tni_buf *out, tenon_error *e) {
    TNI_TRY(tni_lexer_check(source, e));
    return tni_text_component_at(engine, source, 0, source.len, flags, out, e);
}

bool tni_text_is_component(tenon_engine *engine, tni_str source) {
    tenon_error ignored;
    tni_text t;
    bool yes = false;
    if (tni_lexer_check(source, &ignored) != TENON_OK) {
        return false;
    }
    if (tni_text_init(&t, engine, source, 0, source.len, &ignored) == TENON_OK &&
        tni_text_at_form(&t, "component", &yes) != TENON_OK) {
        yes = false;
    }
    tni_text_free(&t);
    return yes;
}
