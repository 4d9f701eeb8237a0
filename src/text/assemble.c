/* assemble.c: the fields of a core module, from text to sections. Core 3.0, 6.6. */
#include "text/assemble.h"
#include "text/assembler.h"

/* -- first pass: identifiers -- */

static const struct {
    const char *word;
    u8 kind;  /* tni_field_kind */
    u8 space; /* tni_space, or TNI_SPACE_COUNT */
} field_words[] = {
    {"type", TNI_FIELD_TYPE, TNI_SPACE_TYPE},
    {"rec", TNI_FIELD_REC, TNI_SPACE_COUNT},
    {"import", TNI_FIELD_IMPORT, TNI_SPACE_COUNT},
    {"func", TNI_FIELD_FUNC, TNI_SPACE_FUNC},
    {"table", TNI_FIELD_TABLE, TNI_SPACE_TABLE},
    {"memory", TNI_FIELD_MEMORY, TNI_SPACE_MEMORY},
    {"global", TNI_FIELD_GLOBAL, TNI_SPACE_GLOBAL},
    {"tag", TNI_FIELD_TAG, TNI_SPACE_TAG},
    {"export", TNI_FIELD_EXPORT, TNI_SPACE_COUNT},
    {"start", TNI_FIELD_START, TNI_SPACE_COUNT},
    {"elem", TNI_FIELD_ELEM, TNI_SPACE_ELEM},
    {"data", TNI_FIELD_DATA, TNI_SPACE_DATA},
};

/* The row of field_words at hand, or their number. */
static size_t field_word(const tni_text *t) {
    size_t i = 0;
    while (i < TNI_COUNT_OF(field_words) &&
           !tni_token_is(&t->tok, tni_str_of(field_words[i].word))) {
        i++;
    }
    return i;
}

/* Binds the identifier at hand, if there is one. */
static tenon_status bind_here(tni_assembler *a, tni_space space) {
    if (a->t.tok.kind != TNI_TOKEN_ID) {
        return tni_asm_bind(a, space, (tni_str){NULL, 0});
    }
    TNI_TRY(tni_asm_bind(a, space, a->t.tok.text));
    return tni_text_next(&a->t);
}

/* Memories and tables may hold their segment, which has an index of its own. Passes over
 * the field. */
static tenon_status bind_segment(tni_assembler *a, tni_str word, tni_space space) {
    tni_text *t = &a->t;
    while (!tni_text_at_rpar(t)) {
        if (!tni_text_at_lpar(t)) {
            if (t->tok.kind == TNI_TOKEN_EOF) {
                return tni_text_unexpected(t);
            }
            TNI_TRY(tni_text_next(t));
            continue;
        }
        bool yes;
        TNI_TRY(tni_text_take_form_(t, word, &yes));
        if (yes) {
            TNI_TRY(tni_asm_bind(a, space, (tni_str){NULL, 0}));
        } else {
            TNI_TRY(tni_text_next(t));
        }
        TNI_TRY(tni_text_skip(t));
    }
    return tni_text_next(t);
}

static tenon_status bind_rec(tni_assembler *a, tni_field *f) {
    tni_text *t = &a->t;
    for (; tni_text_at_lpar(t); f->members++) {
        TNI_TRY(tni_text_next(t));
        TNI_TRY(tni_text_keyword(t, "type"));
        TNI_TRY(bind_here(a, TNI_SPACE_TYPE));
        TNI_TRY(tni_text_skip(t));
    }
    return tni_text_rpar(t);
}

static tenon_status bind_import(tni_assembler *a) {
    tni_text *t = &a->t;
    for (int i = 0; i < 2; i++) {
        if (t->tok.kind != TNI_TOKEN_STRING) {
            return tni_text_unexpected(t);
        }
        TNI_TRY(tni_text_next(t));
    }
    TNI_TRY(tni_text_lpar(t));
    size_t word = field_word(t);
    if (word == TNI_COUNT_OF(field_words) || field_words[word].space > TNI_SPACE_TAG) {
        return tni_text_unexpected(t);
    }
    TNI_TRY(tni_text_next(t));
    TNI_TRY(bind_here(a, (tni_space)field_words[word].space));
    TNI_TRY(tni_text_skip(t));
    return tni_text_rpar(t);
}

/* One field, after its parenthesis. */
static tenon_status bind_field(tni_assembler *a, tni_field *f) {
    tni_text *t = &a->t;
    size_t word = field_word(t);
    if (word == TNI_COUNT_OF(field_words)) {
        return tni_text_unexpected(t);
    }
    f->kind = (tni_field_kind)field_words[word].kind;
    TNI_TRY(tni_text_next(t));
    if (field_words[word].space != TNI_SPACE_COUNT) {
        TNI_TRY(bind_here(a, (tni_space)field_words[word].space));
    }
    switch (f->kind) {
    case TNI_FIELD_REC: return bind_rec(a, f);
    case TNI_FIELD_IMPORT: return bind_import(a);
    case TNI_FIELD_MEMORY: return bind_segment(a, TNI_STR("data"), TNI_SPACE_DATA);
    case TNI_FIELD_TABLE: return bind_segment(a, TNI_STR("elem"), TNI_SPACE_ELEM);
    default: return tni_text_skip(t);
    }
}

/* Every field up to what is no field; *end: that token. */
static tenon_status bind_fields(tni_assembler *a, const char **end) {
    tni_text *t = &a->t;
    for (;;) {
        TNI_TRY(tni_asm_take_customs(a));
        if (!tni_text_at_lpar(t)) {
            *end = t->tok.raw.ptr;
            /* Fails if an annotation stands here that does not belong here. */
            return t->tok.kind == TNI_TOKEN_EOF || tni_text_at_rpar(t)
                       ? tni_text_next(t)
                       : tni_text_unexpected(t);
        }
        tni_field f = {.at = t->tok.raw.ptr};
        TNI_TRY(tni_text_next(t));
        t->lax = true;
        TNI_TRY(bind_field(a, &f));
        t->lax = false;
        if (!tni_vec_push(t->heap, &a->fields, f)) {
            return tni_no_memory(t->e);
        }
    }
}

/* -- last pass: everything but types -- */

static tni_asm_section *section_of(tni_assembler *a, u8 id) {
    return &a->sections[id];
}

/* Goes past the identifier, which is bound, and gives the field its index. */
static tenon_status define(tni_assembler *a, tni_space space, u32 *index) {
    tni_str id;
    *index = a->defined[space]++;
    TNI_TRY(tni_text_id(&a->t, &id));
    return tni_asm_take_name(a, space, *index);
}

/* (export "name")* inline. */
static tenon_status inline_exports(tni_assembler *a, tni_space space, u32 index) {
    tni_asm_section *s = section_of(a, TNI_SECTION_EXPORT);
    for (;;) {
        bool yes;
        tni_str name;
        TNI_TRY(tni_text_take_form(&a->t, "export", &yes));
        if (!yes) {
            return TENON_OK;
        }
        TNI_TRY(tni_text_name(&a->t, &name));
        TNI_TRY(tni_text_rpar(&a->t));
        tni_write_name(&s->bytes, name);
        tni_buf_byte(&s->bytes, (u8)space);
        tni_buf_u32(&s->bytes, index);
        s->count++;
    }
}

/* Imports stand before every definition of their kind that the indices would pass. */
static tenon_status check_import(tni_assembler *a, const char *at) {
    static const char *const kinds[] = {"function", "table", "memory", "global", "tag"};
    for (size_t i = 0; i < TNI_COUNT_OF(kinds); i++) {
        if (a->has_definition[i]) {
            return tni_lexer_fail(&a->t.lex, at, TNI_ERR_TEXT_IMPORT_AFTER,
                                  "%s definition", kinds[i]);
        }
    }
    return TENON_OK;
}

static tenon_status import_names(tni_assembler *a, const char *at) {
    tni_str module;
    tni_str name;
    tni_asm_section *s = section_of(a, TNI_SECTION_IMPORT);
    TNI_TRY(check_import(a, at));
    TNI_TRY(tni_text_name(&a->t, &module));
    TNI_TRY(tni_text_name(&a->t, &name));
    tni_write_name(&s->bytes, module);
    tni_write_name(&s->bytes, name);
    s->count++;
    return TENON_OK;
}

/* Exports and, if there is one, the import that stand inside a definition. */
static tenon_status inline_parts(tni_assembler *a, tni_space space, u32 index,
                                 bool *imported) {
    TNI_TRY(inline_exports(a, space, index));
    const char *at = a->t.tok.raw.ptr;
    TNI_TRY(tni_text_take_form(&a->t, "import", imported));
    if (*imported) {
        TNI_TRY(import_names(a, at));
        return tni_text_rpar(&a->t);
    }
    a->has_definition[space] = true;
    return TENON_OK;
}

/* The type of an import, after its identifier. */
static tenon_status import_type(tni_assembler *a, tni_space space) {
    tni_externtype x = {.kind = (tni_extern_kind)space};
    switch (space) {
    case TNI_SPACE_TABLE: TNI_TRY(tni_asm_tabletype(a, &x.as.table)); break;
    case TNI_SPACE_MEMORY: TNI_TRY(tni_asm_memtype(a, &x.as.memory)); break;
    case TNI_SPACE_GLOBAL: TNI_TRY(tni_asm_globaltype(a, &x.as.global)); break;
    default: TNI_TRY(tni_asm_typeuse(a, TNI_PARAMS_NAMED, NULL, &x.as.func)); break;
    }
    tni_write_externtype(&section_of(a, TNI_SECTION_IMPORT)->bytes, &x);
    return TENON_OK;
}

static tenon_status import_field(tni_assembler *a, const char *at) {
    u32 index;
    TNI_TRY(import_names(a, at));
    TNI_TRY(tni_text_lpar(&a->t));
    size_t word = field_word(&a->t);
    TNI_TRY(tni_text_next(&a->t));
    tni_space space = (tni_space)field_words[word].space;
    TNI_TRY(define(a, space, &index));
    TNI_TRY(import_type(a, space));
    return tni_text_rpar(&a->t);
}

/* Instructions up to a parenthesis as an expression, appended to out. */
static void put_expr(tni_assembler *a, tni_buf *out) {
    tni_write_op(&a->body, TNI_OP_END);
    out->failed = out->failed || a->body.failed;
    tni_buf_put(out, a->body.data, a->body.count);
    a->body.count = 0;
}

static tenon_status const_instrs(tni_assembler *a, tni_buf *out) {
    TNI_TRY(tni_asm_instrs(a));
    put_expr(a, out);
    return TENON_OK;
}

/* (word instr*) or one folded instruction. */
static tenon_status const_item(tni_assembler *a, tni_str word, tni_buf *out) {
    bool yes;
    TNI_TRY(tni_text_take_form_(&a->t, word, &yes));
    if (yes) {
        TNI_TRY(const_instrs(a, out));
        return tni_text_rpar(&a->t);
    }
    TNI_TRY(tni_asm_expr(a));
    put_expr(a, out);
    return TENON_OK;
}

/* The expression 0 of an address type. */
static void put_zero(tni_buf *out, bool is_64) {
    tni_write_op(out, is_64 ? TNI_OP_I64_CONST : TNI_OP_I32_CONST);
    tni_buf_byte(out, 0);
    tni_write_op(out, TNI_OP_END);
}

static tenon_status global_field(tni_assembler *a) {
    u32 index;
    bool imported;
    TNI_TRY(define(a, TNI_SPACE_GLOBAL, &index));
    TNI_TRY(inline_parts(a, TNI_SPACE_GLOBAL, index, &imported));
    if (imported) {
        return import_type(a, TNI_SPACE_GLOBAL);
    }
    tni_globaltype type;
    tni_asm_section *s = section_of(a, TNI_SECTION_GLOBAL);
    TNI_TRY(tni_asm_globaltype(a, &type));
    tni_write_globaltype(&s->bytes, type);
    s->count++;
    return const_instrs(a, &s->bytes);
}

static tenon_status tag_field(tni_assembler *a) {
    u32 index;
    u32 type;
    bool imported;
    TNI_TRY(define(a, TNI_SPACE_TAG, &index));
    TNI_TRY(inline_parts(a, TNI_SPACE_TAG, index, &imported));
    if (imported) {
        return import_type(a, TNI_SPACE_TAG);
    }
    tni_asm_section *s = section_of(a, TNI_SECTION_TAG);
    TNI_TRY(tni_asm_typeuse(a, TNI_PARAMS_NAMED, NULL, &type));
    tni_buf_byte(&s->bytes, 0);
    tni_buf_u32(&s->bytes, type);
    s->count++;
    return TENON_OK;
}

/* "(data …)" inside a memory, whose size it gives. */
static tenon_status memory_data(tni_assembler *a, u32 index, tni_memtype *type) {
    tni_asm_section *s = section_of(a, TNI_SECTION_DATA);
    TNI_TRY(tni_text_lpar(&a->t));
    TNI_TRY(tni_text_keyword(&a->t, "data"));
    a->defined[TNI_SPACE_DATA]++;
    a->scratch.count = 0;
    TNI_TRY(tni_text_strings(&a->t, &a->scratch));
    TNI_TRY(tni_text_rpar(&a->t));
    tni_buf_u32(&s->bytes, index == 0 ? 0 : 2);
    if (index != 0) {
        tni_buf_u32(&s->bytes, index);
    }
    put_zero(&s->bytes, type->limits.is_64);
    s->bytes.failed = s->bytes.failed || a->scratch.failed;
    tni_write_bytes(&s->bytes, a->scratch.data, a->scratch.count);
    s->count++;
    u64 n = a->scratch.count;
    u64 page = (u64)1 << (type->page_log2 & 63);
    u64 pages = (n >> (type->page_log2 & 63)) + ((n & (page - 1)) != 0 ? 1 : 0);
    type->limits.min = pages;
    type->limits.max = pages;
    type->limits.has_max = true;
    return TENON_OK;
}

static tenon_status memory_field(tni_assembler *a) {
    u32 index;
    bool imported;
    TNI_TRY(define(a, TNI_SPACE_MEMORY, &index));
    TNI_TRY(inline_parts(a, TNI_SPACE_MEMORY, index, &imported));
    if (imported) {
        return import_type(a, TNI_SPACE_MEMORY);
    }
    tni_asm_section *s = section_of(a, TNI_SECTION_MEMORY);
    tni_memtype type = {0};
    TNI_TRY(tni_asm_addrtype(a, &type.limits.is_64));
    if (tni_text_at_lpar(&a->t)) {
        TNI_TRY(tni_asm_pagesize(a, &type.page_log2));
        TNI_TRY(memory_data(a, index, &type));
    } else {
        TNI_TRY(tni_asm_memtype_rest(a, &type));
    }
    tni_write_memtype(&s->bytes, &type);
    s->count++;
    return TENON_OK;
}

/* An index alone before an offset, as the text of the threads proposal still has it (Core
 * 1.0): "(elem 0 (i32.const 0) $f)". */
static tenon_status old_index(tni_assembler *a, tni_space space, u32 *out, bool *yes) {
    *yes =
        tni_feature_on(a->t.engine, TENON_FEATURE_BIT_THREADS) && tni_text_at_nat(&a->t);
    return *yes ? tni_asm_idx(a, space, out) : TENON_OK;
}

/* (data $id? (memory x)? offset? "bytes"*). Core 3.0, 5.5.14. */
static tenon_status data_field(tni_assembler *a) {
    u32 index;
    u32 memory = 0;
    bool yes;
    tni_buf *out = &section_of(a, TNI_SECTION_DATA)->bytes;
    TNI_TRY(define(a, TNI_SPACE_DATA, &index));
    section_of(a, TNI_SECTION_DATA)->count++;
    bool old;
    TNI_TRY(old_index(a, TNI_SPACE_MEMORY, &memory, &old));
    TNI_TRY(tni_text_take_form(&a->t, "memory", &yes));
    if (yes) {
        TNI_TRY(tni_asm_idx(a, TNI_SPACE_MEMORY, &memory));
        TNI_TRY(tni_text_rpar(&a->t));
    }
    if (yes || old || tni_text_at_lpar(&a->t)) {
        tni_buf_u32(out, memory == 0 ? 0 : 2);
        if (memory != 0) {
            tni_buf_u32(out, memory);
        }
        TNI_TRY(const_item(a, TNI_STR("offset"), out));
    } else {
        tni_buf_u32(out, 1);
    }
    a->scratch.count = 0;
    TNI_TRY(tni_text_strings(&a->t, &a->scratch));
    out->failed = out->failed || a->scratch.failed;
    tni_write_bytes(out, a->scratch.data, a->scratch.count);
    return TENON_OK;
}

/* -- element segments. Core 3.0, 5.5.12 and 6.6.10 -- */

typedef struct elem {
    tni_segment_mode mode;
    u32 table;
    bool is_table_named;
    bool is_exprs;    /* segment_items holds expressions, else function indices */
    tni_valtype type; /* of expressions */
    u32 count;
} elem;

static void write_elem(tni_assembler *a, const elem *e) {
    tni_asm_section *s = section_of(a, TNI_SECTION_ELEM);
    bool active = e->mode == TNI_SEGMENT_ACTIVE;
    bool second = active ? e->table != 0 || (e->is_exprs && e->type != TNI_FUNCREF)
                         : e->mode == TNI_SEGMENT_DECLARATIVE;
    u32 flags = (active ? 0u : 1u) | (second ? 2u : 0u) | (e->is_exprs ? 4u : 0u);
    tni_buf_u32(&s->bytes, flags);
    if (active && second) {
        tni_buf_u32(&s->bytes, e->table);
    }
    if (active) {
        tni_buf_put(&s->bytes, a->segment_offset.data, a->segment_offset.count);
    }
    if ((flags & 3) != 0) {
        if (e->is_exprs) {
            tni_write_valtype(&s->bytes, e->type);
        } else {
            tni_buf_byte(&s->bytes, 0); /* elemkind: functions */
        }
    }
    tni_buf_u32(&s->bytes, e->count);
    tni_buf_put(&s->bytes, a->segment_items.data, a->segment_items.count);
    s->bytes.failed =
        s->bytes.failed || a->segment_offset.failed || a->segment_items.failed;
    s->count++;
}

static void begin_elem(tni_assembler *a) {
    a->segment_offset.count = 0;
    a->segment_items.count = 0;
}

/* Function indices; as expressions where the segment's type is not that of functions. */
static tenon_status elem_funcs(tni_assembler *a, elem *e) {
    for (; tni_asm_at_idx(a); e->count++) {
        u32 x;
        TNI_TRY(tni_asm_idx(a, TNI_SPACE_FUNC, &x));
        if (e->is_exprs) {
            tni_write_op(&a->segment_items, TNI_OP_REF_FUNC);
            tni_buf_u32(&a->segment_items, x);
            tni_write_op(&a->segment_items, TNI_OP_END);
        } else {
            tni_buf_u32(&a->segment_items, x);
        }
    }
    return TENON_OK;
}

static tenon_status elem_exprs(tni_assembler *a, elem *e) {
    e->is_exprs = true;
    for (; !tni_text_at_rpar(&a->t); e->count++) {
        TNI_TRY(const_item(a, TNI_STR("item"), &a->segment_items));
    }
    return TENON_OK;
}

/* func x*, or a reference type and expressions; indices alone where there is an offset
 * and no table use. */
static tenon_status elem_list(tni_assembler *a, elem *e) {
    if (tni_text_at(&a->t, "func")) {
        TNI_TRY(tni_text_next(&a->t));
        return elem_funcs(a, e);
    }
    bool is_indices = tni_asm_at_idx(a) || tni_text_at_rpar(&a->t);
    if (e->mode == TNI_SEGMENT_ACTIVE && !e->is_table_named && is_indices) {
        return elem_funcs(a, e);
    }
    TNI_TRY(tni_asm_reftype(a, &e->type));
    return elem_exprs(a, e);
}

static tenon_status elem_field(tni_assembler *a) {
    tni_text *t = &a->t;
    u32 index;
    bool yes;
    elem e = {.mode = TNI_SEGMENT_PASSIVE};
    begin_elem(a);
    TNI_TRY(define(a, TNI_SPACE_ELEM, &index));
    TNI_TRY(old_index(a, TNI_SPACE_TABLE, &e.table, &yes));
    if (yes) {
        e.mode = TNI_SEGMENT_ACTIVE;
    } else if (tni_text_at(t, "declare")) {
        e.mode = TNI_SEGMENT_DECLARATIVE;
        TNI_TRY(tni_text_next(t));
    } else if (tni_text_at_lpar(t)) {
        TNI_TRY(tni_asm_at_reftype(a, &yes));
        e.mode = yes ? TNI_SEGMENT_PASSIVE : TNI_SEGMENT_ACTIVE;
    }
    if (e.mode == TNI_SEGMENT_ACTIVE) {
        TNI_TRY(tni_text_take_form(t, "table", &e.is_table_named));
        if (e.is_table_named) {
            TNI_TRY(tni_asm_idx(a, TNI_SPACE_TABLE, &e.table));
            TNI_TRY(tni_text_rpar(t));
        }
        TNI_TRY(const_item(a, TNI_STR("offset"), &a->segment_offset));
    }
    TNI_TRY(elem_list(a, &e));
    write_elem(a, &e);
    return TENON_OK;
}

/* "reftype (elem …)" of a table, whose size it gives. */
static tenon_status table_elem(tni_assembler *a, u32 index, tni_tabletype *type) {
    tni_text *t = &a->t;
    elem e = {.mode = TNI_SEGMENT_ACTIVE, .table = index};
    TNI_TRY(tni_asm_reftype(a, &type->element));
    TNI_TRY(tni_text_lpar(t));
    TNI_TRY(tni_text_keyword(t, "elem"));
    begin_elem(a);
    put_zero(&a->segment_offset, type->limits.is_64);
    e.type = type->element;
    if (tni_text_at_lpar(t)) {
        TNI_TRY(elem_exprs(a, &e));
    } else {
        bool is_func = type->element == TNI_FUNCREF ||
                       type->element == TNI_REFTYPE(false, TNI_HEAP_FUNC);
        e.is_exprs = !is_func;
        TNI_TRY(elem_funcs(a, &e));
    }
    a->defined[TNI_SPACE_ELEM]++;
    write_elem(a, &e);
    type->limits.min = e.count;
    type->limits.max = e.count;
    type->limits.has_max = true;
    return tni_text_rpar(t);
}

static tenon_status table_field(tni_assembler *a) {
    u32 index;
    bool yes;
    TNI_TRY(define(a, TNI_SPACE_TABLE, &index));
    TNI_TRY(inline_parts(a, TNI_SPACE_TABLE, index, &yes));
    if (yes) {
        return import_type(a, TNI_SPACE_TABLE);
    }
    tni_asm_section *s = section_of(a, TNI_SECTION_TABLE);
    tni_tabletype type = {0};
    s->count++;
    TNI_TRY(tni_asm_addrtype(a, &type.limits.is_64));
    TNI_TRY(tni_asm_at_reftype(a, &yes));
    if (yes) {
        TNI_TRY(table_elem(a, index, &type));
        tni_write_tabletype(&s->bytes, &type);
        return TENON_OK;
    }
    TNI_TRY(tni_asm_limits(a, &type.limits));
    TNI_TRY(tni_asm_reftype(a, &type.element));
    bool has_init = !tni_text_at_rpar(&a->t);
    if (has_init) {
        tni_buf_put(&s->bytes, "\x40\0", 2); /* Core 3.0, 5.5.7 */
    }
    tni_write_tabletype(&s->bytes, &type);
    return has_init ? const_instrs(a, &s->bytes) : TENON_OK;
}

/* -- functions -- */

/* (local …)*: runs of equal types go to scratch, their number is returned. */
static tenon_status local_types(tni_assembler *a, u32 *runs) {
    tni_text *t = &a->t;
    bool yes;
    *runs = 0;
    a->vals.count = 0;
    for (;;) {
        TNI_TRY(tni_text_take_form(t, "local", &yes));
        if (!yes) {
            break;
        }
        if (t->tok.kind == TNI_TOKEN_ID) {
            tni_str id = t->tok.text;
            tni_valtype v;
            bool fresh;
            if (!tni_map_add(&a->locals, id, a->local_count + a->vals.count, &fresh)) {
                return tni_no_memory(t->e);
            }
            if (!fresh) {
                return tni_text_fail(t, TNI_ERR_TEXT_DUPLICATE, "local $%.*s",
                                     (int)id.len, id.ptr);
            }
            TNI_TRY(tni_text_next(t));
            TNI_TRY(tni_asm_valtype(a, &v));
            if (!tni_vec_push(t->heap, &a->vals, v)) {
                return tni_no_memory(t->e);
            }
            TNI_TRY(tni_text_rpar(t));
        } else {
            TNI_TRY(tni_asm_valtypes(a));
        }
    }
    a->scratch.count = 0;
    for (size_t i = 0; i < a->vals.count;) {
        size_t j = i;
        while (j < a->vals.count && a->vals.data[j] == a->vals.data[i]) {
            j++;
        }
        tni_buf_u32(&a->scratch, (u32)(j - i));
        tni_write_valtype(&a->scratch, a->vals.data[i]);
        ++*runs;
        i = j;
    }
    return a->scratch.failed ? tni_no_memory(t->e) : TENON_OK;
}

static tenon_status func_body(tni_assembler *a) {
    u32 runs = 0;
    tni_asm_section *code = section_of(a, TNI_SECTION_CODE);
    TNI_TRY(local_types(a, &runs));
    a->body.count = 0;
    tni_buf_u32(&a->body, runs);
    tni_buf_put(&a->body, a->scratch.data, a->scratch.count);
    TNI_TRY(tni_asm_instrs(a));
    tni_write_op(&a->body, TNI_OP_END);
    code->bytes.failed = code->bytes.failed || a->body.failed;
    tni_write_bytes(&code->bytes, a->body.data, a->body.count);
    code->count++;
    a->body.count = 0;
    return TENON_OK;
}

static tenon_status func_field(tni_assembler *a) {
    u32 index;
    u32 type;
    bool imported;
    TNI_TRY(define(a, TNI_SPACE_FUNC, &index));
    TNI_TRY(inline_parts(a, TNI_SPACE_FUNC, index, &imported));
    if (imported) {
        return import_type(a, TNI_SPACE_FUNC);
    }
    a->local_count = 0;
    TNI_TRY(tni_asm_typeuse(a, TNI_PARAMS_LOCALS, NULL, &type));
    tni_asm_section *s = section_of(a, TNI_SECTION_FUNC);
    tni_buf_u32(&s->bytes, type);
    s->count++;
    a->in_func = true;
    TNI_TRY(func_body(a));
    a->in_func = false;
    return tni_asm_end_func(a, index);
}

/* -- exports and start -- */

static tenon_status export_field(tni_assembler *a) {
    tni_str name;
    u32 index;
    tni_asm_section *s = section_of(a, TNI_SECTION_EXPORT);
    TNI_TRY(tni_text_name(&a->t, &name));
    TNI_TRY(tni_text_lpar(&a->t));
    size_t word = field_word(&a->t);
    if (word == TNI_COUNT_OF(field_words) || field_words[word].space > TNI_SPACE_TAG) {
        return tni_text_unexpected(&a->t);
    }
    TNI_TRY(tni_text_next(&a->t));
    TNI_TRY(tni_asm_idx(a, (tni_space)field_words[word].space, &index));
    TNI_TRY(tni_text_rpar(&a->t));
    tni_write_name(&s->bytes, name);
    tni_buf_byte(&s->bytes, field_words[word].space);
    tni_buf_u32(&s->bytes, index);
    s->count++;
    return TENON_OK;
}

static tenon_status start_field(tni_assembler *a, const char *at) {
    u32 index;
    if (a->has_start) {
        return tni_lexer_fail(&a->t.lex, at, TNI_ERR_TEXT_STARTS, NULL);
    }
    a->has_start = true;
    TNI_TRY(tni_asm_idx(a, TNI_SPACE_FUNC, &index));
    tni_buf_u32(&section_of(a, TNI_SECTION_START)->bytes, index);
    return TENON_OK;
}

/* What stands behind a field was read by the first pass. */
static tenon_status close_field(tni_text *t) {
    if (!tni_text_at_rpar(t)) {
        return tni_text_unexpected(t);
    }
    t->lex.end = t->tok.raw.ptr + 1;
    return tni_text_next(t);
}

static tenon_status write_field(tni_assembler *a, const tni_field *f) {
    tni_text *t = &a->t;
    TNI_TRY(tni_text_seek(t, f->at));
    if (f->kind == TNI_FIELD_TYPE || f->kind == TNI_FIELD_REC) {
        TNI_TRY(tni_asm_type_field(a, f));
        return close_field(t);
    }
    TNI_TRY(tni_text_next(t));
    TNI_TRY(tni_text_next(t));
    switch (f->kind) {
    case TNI_FIELD_IMPORT: TNI_TRY(import_field(a, f->at)); break;
    case TNI_FIELD_FUNC: TNI_TRY(func_field(a)); break;
    case TNI_FIELD_TABLE: TNI_TRY(table_field(a)); break;
    case TNI_FIELD_MEMORY: TNI_TRY(memory_field(a)); break;
    case TNI_FIELD_GLOBAL: TNI_TRY(global_field(a)); break;
    case TNI_FIELD_TAG: TNI_TRY(tag_field(a)); break;
    case TNI_FIELD_EXPORT: TNI_TRY(export_field(a)); break;
    case TNI_FIELD_START: TNI_TRY(start_field(a, f->at)); break;
    case TNI_FIELD_ELEM: TNI_TRY(elem_field(a)); break;
    case TNI_FIELD_DATA: TNI_TRY(data_field(a)); break;
    case TNI_FIELD_TYPE:
    case TNI_FIELD_REC: break;
    }
    return close_field(t);
}

static tenon_status write_fields(tni_assembler *a) {
    const char *end = a->t.lex.end;
    for (int pass = 0; pass < 2; pass++) {
        for (size_t i = 0; i < a->fields.count; i++) {
            const tni_field *f = &a->fields.data[i];
            bool is_type = f->kind == TNI_FIELD_TYPE || f->kind == TNI_FIELD_REC;
            if (is_type == (pass == 0)) {
                TNI_TRY(write_field(a, f));
                a->t.lex.end = end;
            }
        }
    }
    return TENON_OK;
}

/* -- the module -- */

void tni_asm_init(tni_assembler *a, tni_heap *h, unsigned flags) {
    a->flags = flags;
    for (size_t i = 0; i < TNI_SPACE_COUNT; i++) {
        tni_map_init(&a->ids[i], h);
    }
    for (size_t i = 0; i < TNI_SECTION_COUNT; i++) {
        tni_buf_init(&a->sections[i].bytes, h);
    }
    tni_map *maps[] = {&a->signatures, &a->label_ids, &a->locals};
    for (size_t i = 0; i < TNI_COUNT_OF(maps); i++) {
        tni_map_init(maps[i], h);
    }
    tni_buf *bufs[] = {&a->body,  &a->deferred,   &a->scratch,     &a->segment_offset,
                       &a->hints, &a->func_hints, &a->local_names, &a->segment_items};
    for (size_t i = 0; i < TNI_COUNT_OF(bufs); i++) {
        tni_buf_init(bufs[i], h);
    }
}

void tni_asm_free(tni_assembler *a) {
    tni_heap *h = a->t.heap;
    for (size_t i = 0; i < TNI_SPACE_COUNT; i++) {
        tni_map_free(&a->ids[i]);
    }
    for (size_t i = 0; i < TNI_SECTION_COUNT; i++) {
        tni_buf_free(&a->sections[i].bytes);
    }
    tni_map *maps[] = {&a->signatures, &a->label_ids, &a->locals};
    for (size_t i = 0; i < TNI_COUNT_OF(maps); i++) {
        tni_map_free(maps[i]);
    }
    tni_buf *bufs[] = {&a->body,  &a->deferred,   &a->scratch,     &a->segment_offset,
                       &a->hints, &a->func_hints, &a->local_names, &a->segment_items};
    for (size_t i = 0; i < TNI_COUNT_OF(bufs); i++) {
        tni_buf_free(bufs[i]);
    }
    for (size_t i = 0; i < a->types.count; i++) {
        if (a->types.data[i].fields != NULL) {
            tni_map_free(a->types.data[i].fields);
        }
    }
    for (size_t i = 0; i < a->customs.count; i++) {
        tni_buf_free(&a->customs.data[i].bytes);
    }
    tni_vec_free(h, &a->fields);
    tni_vec_free(h, &a->types);
    tni_vec_free(h, &a->sig);
    tni_vec_free(h, &a->vals);
    tni_vec_free(h, &a->members);
    tni_vec_free(h, &a->frames);
    tni_vec_free(h, &a->labels);
    tni_vec_free(h, &a->targets);
    tni_vec_free(h, &a->customs);
    tni_vec_free(h, &a->names);
    tni_text_free(&a->t);
}

/* Core 3.0, 5.5.16. Numbers of places as in asmnames.c. */
static tenon_status write_module(tni_assembler *a, tni_buf *out) {
    static const u8 order[] = {
        TNI_SECTION_TYPE,   TNI_SECTION_IMPORT,     TNI_SECTION_FUNC,
        TNI_SECTION_TABLE,  TNI_SECTION_MEMORY,     TNI_SECTION_TAG,
        TNI_SECTION_GLOBAL, TNI_SECTION_EXPORT,     TNI_SECTION_START,
        TNI_SECTION_ELEM,   TNI_SECTION_DATA_COUNT, TNI_SECTION_CODE,
        TNI_SECTION_DATA,
    };
    if (a->uses_data || a->has_data_count) {
        tni_buf_u32(&a->sections[TNI_SECTION_DATA_COUNT].bytes,
                    a->sections[TNI_SECTION_DATA].count);
    }
    tni_write_header(out);
    TNI_TRY(tni_asm_write_customs(a, 0, 1, out));
    for (u32 i = 0; i < TNI_COUNT_OF(order); i++) {
        u8 id = order[i];
        tni_asm_section *s = &a->sections[id];
        TNI_TRY(tni_asm_write_customs(a, 2 * i + 2, 2 * i + 2, out));
        if (id == TNI_SECTION_START || id == TNI_SECTION_DATA_COUNT) {
            tni_write_section(out, id, &s->bytes);
        } else {
            if (id == TNI_SECTION_CODE) {
                tni_asm_write_hints(a, out);
            }
            tni_write_vector_section(out, id, s->count, &s->bytes);
        }
        TNI_TRY(tni_asm_write_customs(a, 2 * i + 3, 2 * i + 3, out));
    }
    TNI_TRY(tni_asm_write_customs(a, 2 * TNI_COUNT_OF(order) + 2,
                                  2 * TNI_COUNT_OF(order) + 3, out));
    TNI_TRY(tni_asm_write_names(a, out));
    return out->failed ? tni_no_memory(a->t.e) : TENON_OK;
}

static tenon_status module_header(tni_assembler *a, bool *wrapped) {
    tni_text *t = &a->t;
    TNI_TRY(tni_text_take_form(t, "module", wrapped));
    if (!*wrapped) {
        bool core;
        TNI_TRY(tni_text_take_form(t, "core", &core));
        if (!core) {
            return TENON_OK;
        }
        TNI_TRY(tni_text_keyword(t, "module"));
        *wrapped = true;
    }
    if (tni_text_at(t, "definition")) {
        TNI_TRY(tni_text_next(t));
    }
    tni_str id;
    TNI_TRY(tni_text_id(t, &id));
    if (id.len != 0) {
        a->module_name = id;
    }
    return TENON_OK;
}

static tenon_status assemble(tni_assembler *a, bool has_header, tni_buf *out) {
    tni_text *t = &a->t;
    bool wrapped = false;
    const char *end = NULL;
    TNI_TRY(tni_asm_op_index(a));
    if (has_header) {
        TNI_TRY(module_header(a, &wrapped));
    }
    TNI_TRY(tni_asm_take_name(a, TNI_SPACE_COUNT, 0));
    TNI_TRY(bind_fields(a, &end));
    /* bind_fields read one token past the fields. */
    bool at_end = end == t->lex.end;
    if (wrapped ? at_end || *end != ')' || t->tok.kind != TNI_TOKEN_EOF : !at_end) {
        TNI_TRY(tni_text_seek(t, end));
        if (wrapped && tni_text_at_rpar(t)) {
            TNI_TRY(tni_text_next(t));
        }
        return tni_text_unexpected(t);
    }
    TNI_TRY(write_fields(a));
    return write_module(a, out);
}

/* has_header: "(module …)" may be around the fields. */
static tenon_status run(tenon_engine *engine, tni_str source, size_t begin, size_t end,
                        bool has_header, tni_str id, unsigned flags, tni_buf *out,
                        tenon_error *e) {
    tni_assembler *a = TNI_NEW(&engine->heap, tni_assembler);
    if (a == NULL) {
        return tni_no_memory(e);
    }
    tenon_status status = tni_text_init(&a->t, engine, source, begin, end, e);
    tni_asm_init(a, &engine->heap, flags);
    a->module_name = id;
    if (status == TENON_OK) {
        status = assemble(a, has_header, out);
    }
    tni_asm_free(a);
    TNI_FREE(&engine->heap, a);
    return status;
}

tenon_status tni_text_module_at(tenon_engine *engine, tni_str source, size_t begin,
                                size_t end, tni_str id, unsigned flags, tni_buf *out,
                                tenon_error *e) {
    return run(engine, source, begin, end, true, id, flags, out, e);
}

tenon_status tni_text_module_fields(tenon_engine *engine, tni_str source, size_t begin,
                                    size_t end, tni_str id, unsigned flags, tni_buf *out,
                                    tenon_error *e) {
    return run(engine, source, begin, end, false, id, flags, out, e);
}

tenon_status tni_text_module(tenon_engine *engine, tni_str source, unsigned flags,
                             tni_buf *out, tenon_error *e) {
    TNI_TRY(tni_lexer_check(source, e));
    return run(engine, source, 0, source.len, true, (tni_str){NULL, 0}, flags, out, e);
}
