/* asmnames.c: custom sections from text: the name section, (@name …), (@custom …) and
 * (@metadata.code.branch_hint …). Core 3.0, 6.3.6, appendix A.7 (custom sections and
 * annotations); the branch hinting proposal. */
#include "base/unicode.h"
#include "text/assembler.h"

/* -- reading annotations: a lexer over their items -- */

typedef struct items {
    tni_assembler *a;
    tni_lexer lex;
    tni_token tok;
    tni_code code;
} items;

static tenon_status items_next(items *i) {
    return tni_lexer_next(&i->lex, &i->tok);
}

static tenon_status items_init(items *i, tni_assembler *a, const tni_annotation *n,
                               tni_code code) {
    tni_lexer *x = &a->t.lex;
    i->a = a;
    i->code = code;
    tni_lexer_init(&i->lex, (tni_str){x->source, (size_t)(x->end - x->source)},
                   (size_t)(n->items.ptr - x->source),
                   (size_t)(n->items.ptr + n->items.len - x->source), &a->t.arena,
                   a->t.e);
    return items_next(i);
}

TNI_COLD static tenon_status items_fail(const items *i, const char *text) {
    return tni_lexer_fail(&i->lex, i->tok.raw.ptr, i->code, "%s", text);
}

/* Strings, as bytes in the arena. */
static tenon_status items_strings(items *i, tni_buf *out) {
    while (i->tok.kind == TNI_TOKEN_STRING) {
        tni_string_unescape(i->tok.text, out);
        TNI_TRY(items_next(i));
    }
    return out->failed ? tni_no_memory(i->a->t.e) : TENON_OK;
}

static tenon_status items_end(const items *i) {
    return i->tok.kind == TNI_TOKEN_EOF ? TENON_OK : items_fail(i, "unexpected token");
}

/* A string that is a name, kept in the arena. */
static tenon_status items_name(items *i, const char *missing, tni_str *out) {
    tni_assembler *a = i->a;
    if (i->tok.kind != TNI_TOKEN_STRING) {
        return items_fail(i, missing);
    }
    a->scratch.count = 0;
    tni_string_unescape(i->tok.text, &a->scratch);
    *out = tni_arena_str(&a->t.arena,
                         (tni_str){(const char *)a->scratch.data, a->scratch.count});
    if (a->scratch.failed || out->ptr == NULL) {
        return tni_no_memory(a->t.e);
    }
    return tni_utf8_valid(out->ptr, out->len) ? items_next(i)
                                              : items_fail(i, "malformed UTF-8 encoding");
}

/* -- (@custom "name" (before|after section)? "bytes"*) -- */

/* Sections as they stand in a module; their positions count from 1. */
static const char *const places[] = {
    "first",  "type",  "import", "func",      "table", "memory", "tag",  "global",
    "export", "start", "elem",   "datacount", "code",  "data",   "last",
};

static tenon_status take_place(items *i, u32 *out) {
    TNI_TRY(items_next(i));
    bool after = tni_token_is(&i->tok, TNI_STR("after"));
    if (!after && !tni_token_is(&i->tok, TNI_STR("before"))) {
        return items_fail(i, "malformed placement");
    }
    TNI_TRY(items_next(i));
    u32 place = 0;
    while (place < TNI_COUNT_OF(places) &&
           !tni_token_is(&i->tok, tni_str_of(places[place]))) {
        place++;
    }
    if (place == TNI_COUNT_OF(places)) {
        return items_fail(i, "malformed section kind");
    }
    TNI_TRY(items_next(i));
    if (i->tok.kind != TNI_TOKEN_RPAR) {
        return items_fail(i, "unexpected token");
    }
    *out = 2 * place + (after ? 1 : 0);
    return items_next(i);
}

static tenon_status add_custom(tni_assembler *a, items *i, tni_asm_custom *c) {
    if (!c->is_names) {
        TNI_TRY(items_name(i, "missing section name", &c->name));
    }
    if (i->tok.kind == TNI_TOKEN_LPAR) {
        TNI_TRY(take_place(i, &c->place));
    }
    TNI_TRY(items_strings(i, &c->bytes));
    TNI_TRY(items_end(i));
    if (c->is_names) {
        a->flags |= TNI_TEXT_NAMES;
    } else if (tni_str_eq(c->name, TNI_STR("name"))) {
        a->names_written = true; /* this one stands for what would be written */
    }
    return tni_vec_push(a->t.heap, &a->customs, *c) ? TENON_OK : tni_no_memory(a->t.e);
}

tenon_status tni_asm_read_custom(tni_assembler *a, const tni_annotation *n, tni_str *name,
                                 tni_buf *bytes) {
    items i;
    TNI_TRY(items_init(&i, a, n, TNI_ERR_TEXT_CUSTOM));
    TNI_TRY(items_name(&i, "missing section name", name));
    TNI_TRY(items_strings(&i, bytes));
    return items_end(&i);
}

tenon_status tni_asm_read_name(tni_assembler *a, const tni_annotation *n, tni_str *name) {
    items i;
    TNI_TRY(items_init(&i, a, n, TNI_ERR_TEXT_NAME));
    TNI_TRY(items_name(&i, "missing name", name));
    return items_end(&i);
}

static bool is_section_annotation(tni_str name) {
    return tni_str_eq(name, TNI_STR("custom")) ||
           tni_str_eq(name, TNI_STR("tenon.names")) ||
           tni_str_eq(name, TNI_STR("tenon.data_count"));
}

tenon_status tni_asm_take_customs(tni_assembler *a) {
    tni_annotation n;
    while (tni_text_claim_if(&a->t, is_section_annotation, &n)) {
        items i;
        bool is_names = tni_str_eq(n.name, TNI_STR("tenon.names"));
        if (tni_str_eq(n.name, TNI_STR("tenon.data_count"))) {
            a->has_data_count = true;
            continue;
        }
        tni_asm_custom c = {.is_names = is_names, .place = 2 * TNI_COUNT_OF(places) - 1};
        tni_buf_init(&c.bytes, a->t.heap);
        tenon_status status = items_init(&i, a, &n, TNI_ERR_TEXT_CUSTOM);
        if (status == TENON_OK) {
            status = add_custom(a, &i, &c);
        }
        if (status != TENON_OK) {
            tni_buf_free(&c.bytes);
            return status;
        }
    }
    return TENON_OK;
}

tenon_status tni_asm_write_customs(tni_assembler *a, u32 from, u32 to, tni_buf *out) {
    for (u32 place = from; a->customs.count != 0 && place <= to; place++) {
        for (size_t i = 0; i < a->customs.count; i++) {
            const tni_asm_custom *c = &a->customs.data[i];
            if (c->place == place && c->is_names) {
                TNI_TRY(tni_asm_write_names(a, out));
            } else if (c->place == place) {
                tni_write_custom(out, c->name, c->bytes.data, c->bytes.count);
            }
        }
    }
    return TENON_OK;
}

/* -- (@name "…") and the name section -- */

/* The names of one thing come one after another. */
static bool is_named(const tni_assembler *a, tni_space space, u32 index) {
    const tni_asm_name *n =
        a->names.count == 0 ? NULL : &a->names.data[a->names.count - 1];
    return n != NULL && n->space == space && n->index == index;
}

tenon_status tni_asm_take_name(tni_assembler *a, tni_space space, u32 index) {
    tni_annotation n;
    while (tni_text_claim(&a->t, TNI_STR("name"), &n)) {
        tni_asm_name name = {.index = index, .space = (u8)space};
        TNI_TRY(tni_asm_read_name(a, &n, &name.name));
        if (is_named(a, space, index)) {
            return tni_lexer_fail(&a->t.lex, n.at, TNI_ERR_TEXT_NAME, "multiple %s names",
                                  space == TNI_SPACE_COUNT ? "module" : "function");
        }
        if (!tni_vec_push(a->t.heap, &a->names, name)) {
            return tni_no_memory(a->t.e);
        }
    }
    return TENON_OK;
}

/* A map of names from an identifier map, with annotations in their place. Both are in
 * order of indices. */
typedef struct name_walk {
    const tni_assembler *a;
    const tni_map *ids; /* or NULL */
    u32 space;
    u32 at_id;
    size_t at_name;
} name_walk;

static bool next_name(name_walk *w, u32 *index, tni_str *name) {
    const tni_assembler *a = w->a;
    while (w->at_name < a->names.count && a->names.data[w->at_name].space != w->space) {
        w->at_name++;
    }
    const tni_asm_name *n =
        w->at_name < a->names.count ? &a->names.data[w->at_name] : NULL;
    const tni_map_entry *id =
        w->ids != NULL && w->at_id < w->ids->count ? &w->ids->entries[w->at_id] : NULL;
    if (id != NULL && (n == NULL || id->value < n->index)) {
        *index = (u32)id->value;
        *name = id->key;
        w->at_id++;
        return true;
    }
    if (n == NULL) {
        return false;
    }
    if (id != NULL && id->value == n->index) {
        w->at_id++;
    }
    *index = n->index;
    *name = n->name;
    w->at_name++;
    return true;
}

static void write_name_map(const tni_assembler *a, const tni_map *ids, u32 space,
                           tni_buf *out) {
    u32 count = 0;
    u32 index;
    tni_str name;
    name_walk w = {a, ids, space, 0, 0};
    while (next_name(&w, &index, &name)) {
        count++;
    }
    tni_buf_u32(out, count);
    w = (name_walk){a, ids, space, 0, 0};
    while (next_name(&w, &index, &name)) {
        tni_buf_u32(out, index);
        tni_write_name(out, name);
    }
}

/* A subsection, unless its map is empty. */
static void write_subsection(u8 id, const tni_buf *map, tni_buf *out) {
    if (map->count > 1 || (map->count == 1 && map->data[0] != 0)) {
        tni_write_section(out, id, map);
    }
}

static void write_field_names(const tni_assembler *a, tni_buf *out) {
    u32 count = 0;
    for (size_t x = 0; x < a->types.count; x++) {
        count += a->types.data[x].fields != NULL;
    }
    tni_buf_u32(out, count);
    for (size_t x = 0; x < a->types.count; x++) {
        if (a->types.data[x].fields != NULL) {
            tni_buf_u32(out, (u32)x);
            write_name_map(a, a->types.data[x].fields, UINT32_MAX, out);
        }
    }
}

/* Locals of the function that ends here. */
static void end_locals(tni_assembler *a, u32 func) {
    if ((a->flags & TNI_TEXT_NAMES) != 0 && a->locals.count != 0) {
        tni_buf_u32(&a->local_names, func);
        write_name_map(a, &a->locals, UINT32_MAX, &a->local_names);
        a->local_name_funcs++;
    }
    if (a->locals.count != 0) {
        tni_map_free(&a->locals);
        tni_map_init(&a->locals, a->t.heap);
    }
}

static void write_subsections(tni_assembler *a, tni_buf *map, tni_buf *section) {
    static const struct {
        u8 id;
        u8 space;
    } maps[] = {
        {1, TNI_SPACE_FUNC},  {2, TNI_SPACE_COUNT},  {4, TNI_SPACE_TYPE},
        {5, TNI_SPACE_TABLE}, {6, TNI_SPACE_MEMORY}, {7, TNI_SPACE_GLOBAL},
        {8, TNI_SPACE_ELEM},  {9, TNI_SPACE_DATA},   {10, TNI_SPACE_COUNT},
        {11, TNI_SPACE_TAG},
    };
    for (size_t i = 0; i < TNI_COUNT_OF(maps); i++) {
        map->count = 0;
        if (maps[i].space != TNI_SPACE_COUNT) {
            write_name_map(a, &a->ids[maps[i].space], maps[i].space, map);
        } else if (maps[i].id == 2) {
            tni_buf_u32(map, a->local_name_funcs);
            tni_buf_put(map, a->local_names.data, a->local_names.count);
        } else {
            write_field_names(a, map);
        }
        write_subsection(maps[i].id, map, section);
    }
}

tenon_status tni_asm_write_names(tni_assembler *a, tni_buf *out) {
    if ((a->flags & TNI_TEXT_NAMES) == 0 || a->names_written) {
        return TENON_OK;
    }
    a->names_written = true;
    tni_buf map;
    tni_buf section;
    tni_buf_init(&map, a->t.heap);
    tni_buf_init(&section, a->t.heap);
    tni_str module_name = a->module_name;
    for (size_t i = 0; i < a->names.count; i++) {
        if (a->names.data[i].space == TNI_SPACE_COUNT) {
            module_name = a->names.data[i].name;
        }
    }
    if (module_name.len != 0) {
        tni_write_name(&map, module_name);
        tni_write_section(&section, 0, &map);
    }
    write_subsections(a, &map, &section);
    if (section.count != 0) {
        tni_write_custom(out, TNI_STR("name"), section.data, section.count);
    }
    bool failed = map.failed || section.failed || a->local_names.failed;
    tni_buf_free(&map);
    tni_buf_free(&section);
    return failed ? tni_no_memory(a->t.e) : TENON_OK;
}

/* -- branch hints -- */

tenon_status tni_asm_take_hint(tni_assembler *a, u8 *out) {
    tni_annotation n;
    *out = 0;
    while (tni_text_claim(&a->t, TNI_STR("metadata.code.branch_hint"), &n)) {
        items i;
        if (!a->in_func) {
            return tni_lexer_fail(&a->t.lex, n.at, TNI_ERR_TEXT_HINT,
                                  "not in a function");
        }
        if (*out != 0) {
            return tni_lexer_fail(&a->t.lex, n.at, TNI_ERR_TEXT_HINT,
                                  "duplicate annotation");
        }
        TNI_TRY(items_init(&i, a, &n, TNI_ERR_TEXT_HINT));
        a->scratch.count = 0;
        TNI_TRY(items_strings(&i, &a->scratch));
        TNI_TRY(items_end(&i));
        if (a->scratch.count != 1 || a->scratch.data[0] > 1) {
            return items_fail(&i, "malformed hint");
        }
        *out = (u8)(a->scratch.data[0] + 1);
        const tni_token *tok = &a->t.tok;
        if (tok->kind == TNI_TOKEN_LPAR) {
            TNI_TRY(tni_text_peek(&a->t));
            tok = &a->t.ahead;
        }
        if (!tni_token_is(tok, TNI_STR("if")) && !tni_token_is(tok, TNI_STR("br_if"))) {
            return tni_lexer_fail(&a->t.lex, n.at, TNI_ERR_TEXT_HINT_TARGET, NULL);
        }
    }
    return TENON_OK;
}

/* For the instruction that comes next in a->body. */
void tni_asm_add_hint(tni_assembler *a, u8 hint) {
    if (hint != 0) {
        tni_buf_u32(&a->func_hints, (u32)a->body.count);
        tni_buf_u32(&a->func_hints, 1);
        tni_buf_byte(&a->func_hints, (u8)(hint - 1));
        a->func_hint_count++;
    }
}

tenon_status tni_asm_end_func(tni_assembler *a, u32 func) {
    end_locals(a, func);
    if (a->func_hint_count != 0) {
        tni_buf_u32(&a->hints, func);
        tni_buf_u32(&a->hints, a->func_hint_count);
        tni_buf_put(&a->hints, a->func_hints.data, a->func_hints.count);
        a->hinted_funcs++;
        a->func_hint_count = 0;
        a->func_hints.count = 0;
    }
    return a->func_hints.failed || a->hints.failed ? tni_no_memory(a->t.e) : TENON_OK;
}

void tni_asm_write_hints(tni_assembler *a, tni_buf *out) {
    if (a->hinted_funcs == 0) {
        return;
    }
    a->scratch.count = 0;
    tni_buf_u32(&a->scratch, a->hinted_funcs);
    tni_buf_put(&a->scratch, a->hints.data, a->hints.count);
    out->failed = out->failed || a->scratch.failed;
    tni_write_custom(out, TNI_STR("metadata.code.branch_hint"), a->scratch.data,
                     a->scratch.count);
}
