/* asmtypes.c: indices, identifiers and types of core text. Core 3.0, 6.3.5, 6.4 and 6.6.1
 * to 6.6.3. */
#include "base/numtext.h"
#include "text/assembler.h"

/* -- indices -- */

static const char *const space_names[TNI_SPACE_COUNT] = {
    [TNI_SPACE_FUNC] = "function",     [TNI_SPACE_TABLE] = "table",
    [TNI_SPACE_MEMORY] = "memory",     [TNI_SPACE_GLOBAL] = "global",
    [TNI_SPACE_TAG] = "tag",           [TNI_SPACE_TYPE] = "type",
    [TNI_SPACE_ELEM] = "elem segment", [TNI_SPACE_DATA] = "data segment",
};

tenon_status tni_asm_bind(tni_assembler *a, tni_space space, tni_str id) {
    u32 index = a->counts[space]++;
    if (id.len == 0) {
        return TENON_OK;
    }
    bool fresh;
    if (!tni_map_add(&a->ids[space], id, index, &fresh)) {
        return tni_no_memory(a->t.e);
    }
    return fresh ? TENON_OK
                 : tni_text_fail(&a->t, TNI_ERR_TEXT_DUPLICATE, "%s $%.*s",
                                 space_names[space], (int)id.len, id.ptr);
}

bool tni_asm_at_idx(const tni_assembler *a) {
    return a->t.tok.kind == TNI_TOKEN_ID || tni_text_at_nat(&a->t);
}

TNI_COLD tenon_status tni_asm_unknown(tni_assembler *a, const char *what, const char *at,
                                      tni_str id) {
    return tni_lexer_fail(&a->t.lex, at, TNI_ERR_TEXT_UNKNOWN, "%s $%.*s", what,
                          (int)id.len, id.ptr);
}

tenon_status tni_asm_idx(tni_assembler *a, tni_space space, u32 *out) {
    tni_text *t = &a->t;
    if (t->tok.kind != TNI_TOKEN_ID) {
        return tni_text_u32(t, out);
    }
    const u64 *index = tni_map_get(&a->ids[space], t->tok.text);
    if (index == NULL) {
        return tni_asm_unknown(a, space_names[space], t->tok.raw.ptr, t->tok.text);
    }
    *out = (u32)*index;
    return tni_text_next(t);
}

tenon_status tni_asm_idx_opt(tni_assembler *a, tni_space space, u32 *out) {
    *out = 0;
    return tni_asm_at_idx(a) ? tni_asm_idx(a, space, out) : TENON_OK;
}

tenon_status tni_asm_field(tni_assembler *a, u32 x, u32 *out) {
    tni_text *t = &a->t;
    if (t->tok.kind != TNI_TOKEN_ID) {
        return tni_text_u32(t, out);
    }
    const tni_map *fields = x < a->types.count ? a->types.data[x].fields : NULL;
    const u64 *index = fields != NULL ? tni_map_get(fields, t->tok.text) : NULL;
    if (index == NULL) {
        return tni_asm_unknown(a, "field", t->tok.raw.ptr, t->tok.text);
    }
    *out = (u32)*index;
    return tni_text_next(t);
}

/* -- value types. Core 3.0, 6.4.1 to 6.4.3 -- */

typedef struct type_word {
    tni_str word;
    u32 type;
} type_word;

#define WORD(text, type)                                                                 \
    { {text, sizeof(text) - 1}, type }

static const type_word value_words[] = {
    WORD("i32", TNI_I32),
    WORD("i64", TNI_I64),
    WORD("f32", TNI_F32),
    WORD("f64", TNI_F64),
    WORD("v128", TNI_V128),
    WORD("funcref", TNI_FUNCREF),
    WORD("externref", TNI_EXTERNREF),
    WORD("anyref", TNI_ANYREF),
    WORD("eqref", TNI_REFTYPE(true, TNI_HEAP_EQ)),
    WORD("i31ref", TNI_REFTYPE(true, TNI_HEAP_I31)),
    WORD("structref", TNI_REFTYPE(true, TNI_HEAP_STRUCT)),
    WORD("arrayref", TNI_REFTYPE(true, TNI_HEAP_ARRAY)),
    WORD("exnref", TNI_EXNREF),
    WORD("nullref", TNI_REFTYPE(true, TNI_HEAP_NONE)),
    WORD("nullfuncref", TNI_REFTYPE(true, TNI_HEAP_NOFUNC)),
    WORD("nullexternref", TNI_REFTYPE(true, TNI_HEAP_NOEXTERN)),
    WORD("nullexnref", TNI_REFTYPE(true, TNI_HEAP_NOEXN)),
};

static const type_word heap_words[] = {
    WORD("func", TNI_HEAP_FUNC),     WORD("extern", TNI_HEAP_EXTERN),
    WORD("any", TNI_HEAP_ANY),       WORD("eq", TNI_HEAP_EQ),
    WORD("i31", TNI_HEAP_I31),       WORD("struct", TNI_HEAP_STRUCT),
    WORD("array", TNI_HEAP_ARRAY),   WORD("none", TNI_HEAP_NONE),
    WORD("nofunc", TNI_HEAP_NOFUNC), WORD("noextern", TNI_HEAP_NOEXTERN),
    WORD("exn", TNI_HEAP_EXN),       WORD("noexn", TNI_HEAP_NOEXN),
};

static const type_word *find_word(const type_word *words, size_t count,
                                  const tni_token *token) {
    for (size_t i = 0; i < count; i++) {
        if (tni_token_is(token, words[i].word)) {
            return &words[i];
        }
    }
    return NULL;
}

tenon_status tni_asm_heaptype(tni_assembler *a, u32 *out) {
    const type_word *w = find_word(heap_words, TNI_COUNT_OF(heap_words), &a->t.tok);
    if (w != NULL) {
        *out = w->type;
        return tni_text_next(&a->t);
    }
    if (!tni_asm_at_idx(a)) {
        return tni_text_unexpected(&a->t);
    }
    u32 x;
    const char *at = a->t.tok.raw.ptr;
    TNI_TRY(tni_asm_idx(a, TNI_SPACE_TYPE, &x));
    if (x >= 1u << 26) { /* more than a type's bits can hold, and than any module has */
        return tni_lexer_fail(&a->t.lex, at, TNI_ERR_TEXT_UNKNOWN, "type %u", x);
    }
    *out = TNI_HEAP_CONCRETE + x;
    return TENON_OK;
}

tenon_status tni_asm_at_reftype(tni_assembler *a, bool *yes) {
    TNI_TRY(tni_text_at_form(&a->t, "ref", yes));
    if (!*yes) {
        const type_word *w = find_word(value_words, TNI_COUNT_OF(value_words), &a->t.tok);
        *yes = w != NULL && tni_is_ref(w->type);
    }
    return TENON_OK;
}

tenon_status tni_asm_valtype(tni_assembler *a, tni_valtype *out) {
    tni_text *t = &a->t;
    const type_word *w = find_word(value_words, TNI_COUNT_OF(value_words), &t->tok);
    if (w != NULL) {
        *out = w->type;
        return tni_text_next(t);
    }
    TNI_TRY(tni_text_lpar(t));
    TNI_TRY(tni_text_keyword(t, "ref"));
    bool nullable = tni_text_at(t, "null");
    if (nullable) {
        TNI_TRY(tni_text_next(t));
    }
    u32 heaptype;
    TNI_TRY(tni_asm_heaptype(a, &heaptype));
    *out = TNI_REFTYPE(nullable, heaptype);
    return tni_text_rpar(t);
}

tenon_status tni_asm_reftype(tni_assembler *a, tni_valtype *out) {
    bool yes;
    TNI_TRY(tni_asm_at_reftype(a, &yes));
    return yes ? tni_asm_valtype(a, out) : tni_text_unexpected(&a->t);
}

tenon_status tni_asm_valtypes(tni_assembler *a) {
    while (!tni_text_at_rpar(&a->t)) {
        tni_valtype v;
        TNI_TRY(tni_asm_valtype(a, &v));
        if (!tni_vec_push(a->t.heap, &a->vals, v)) {
            return tni_no_memory(a->t.e);
        }
    }
    return tni_text_next(&a->t);
}

tenon_status tni_asm_globaltype(tni_assembler *a, tni_globaltype *out) {
    TNI_TRY(tni_text_take_form(&a->t, "mut", &out->is_mutable));
    TNI_TRY(tni_asm_valtype(a, &out->type));
    return out->is_mutable ? tni_text_rpar(&a->t) : TENON_OK;
}

/* -- limits. Core 3.0, 6.4.9 to 6.4.12 -- */

tenon_status tni_asm_addrtype(tni_assembler *a, bool *is_64) {
    *is_64 = tni_text_at(&a->t, "i64");
    return *is_64 || tni_text_at(&a->t, "i32") ? tni_text_next(&a->t) : TENON_OK;
}

tenon_status tni_asm_limits(tni_assembler *a, tni_limits *l) {
    TNI_TRY(tni_text_nat(&a->t, 64, &l->min));
    l->max = UINT64_MAX;
    l->has_max = tni_text_at_nat(&a->t);
    return l->has_max ? tni_text_nat(&a->t, 64, &l->max) : TENON_OK;
}

tenon_status tni_asm_pagesize(tni_assembler *a, u32 *page_log2) {
    bool yes;
    *page_log2 = 16;
    const char *at = a->t.tok.raw.ptr;
    TNI_TRY(tni_text_take_form(&a->t, "pagesize", &yes));
    if (!yes) {
        return TENON_OK;
    }
    if (!tni_feature_on(a->t.engine, TENON_FEATURE_BIT_CUSTOM_PAGE_SIZES)) {
        return tni_lexer_fail(&a->t.lex, at, TNI_ERR_FEATURE_OFF, "custom-page-sizes");
    }
    u64 size;
    TNI_TRY(tni_text_nat(&a->t, 64, &size));
    if (size == 0 || (size & (size - 1)) != 0) {
        return tni_lexer_fail(&a->t.lex, at, TNI_ERR_BAD_PAGE_SIZE, NULL);
    }
    *page_log2 = 0;
    while (size >> *page_log2 != 1) {
        ++*page_log2;
    }
    return tni_text_rpar(&a->t);
}

tenon_status tni_asm_memtype_rest(tni_assembler *a, tni_memtype *out) {
    TNI_TRY(tni_asm_limits(a, &out->limits));
    if (tni_text_at(&a->t, "shared")) {
        if (!tni_feature_on(a->t.engine, TENON_FEATURE_BIT_THREADS)) {
            return tni_text_fail(&a->t, TNI_ERR_FEATURE_OFF, "threads");
        }
        out->limits.is_shared = true;
        TNI_TRY(tni_text_next(&a->t));
    }
    return tni_asm_pagesize(a, &out->page_log2);
}

tenon_status tni_asm_memtype(tni_assembler *a, tni_memtype *out) {
    *out = (tni_memtype){0};
    TNI_TRY(tni_asm_addrtype(a, &out->limits.is_64));
    return tni_asm_memtype_rest(a, out);
}

tenon_status tni_asm_tabletype(tni_assembler *a, tni_tabletype *out) {
    *out = (tni_tabletype){0};
    TNI_TRY(tni_asm_addrtype(a, &out->limits.is_64));
    TNI_TRY(tni_asm_limits(a, &out->limits));
    return tni_asm_reftype(a, &out->element);
}

/* -- function types and type uses. Core 3.0, 6.4.4 and 6.6.3 -- */

static tenon_status bind_local(tni_assembler *a, tni_str id) {
    bool fresh;
    if (!tni_map_add(&a->locals, id, a->local_count, &fresh)) {
        return tni_no_memory(a->t.e);
    }
    return fresh ? TENON_OK
                 : tni_text_fail(&a->t, TNI_ERR_TEXT_DUPLICATE, "local $%.*s",
                                 (int)id.len, id.ptr);
}

/* What stands in "(param …)" after the keyword. */
static tenon_status params_group(tni_assembler *a, tni_asm_params params) {
    size_t before = a->vals.count;
    if (params != TNI_PARAMS_PLAIN && a->t.tok.kind == TNI_TOKEN_ID) {
        tni_str id;
        tni_valtype v;
        TNI_TRY(tni_text_id(&a->t, &id));
        if (params == TNI_PARAMS_LOCALS) {
            TNI_TRY(bind_local(a, id));
        }
        TNI_TRY(tni_asm_valtype(a, &v));
        if (!tni_vec_push(a->t.heap, &a->vals, v)) {
            return tni_no_memory(a->t.e);
        }
        TNI_TRY(tni_text_rpar(&a->t));
    } else {
        TNI_TRY(tni_asm_valtypes(a));
    }
    if (params == TNI_PARAMS_LOCALS) {
        a->local_count += a->vals.count - before;
    }
    return TENON_OK;
}

tenon_status tni_asm_signature(tni_assembler *a, tni_asm_params params) {
    bool yes;
    a->vals.count = 0;
    for (;;) {
        TNI_TRY(tni_text_take_form(&a->t, "param", &yes));
        if (!yes) {
            break;
        }
        TNI_TRY(params_group(a, params));
    }
    a->sig_params = (u32)a->vals.count;
    for (;;) {
        TNI_TRY(tni_text_take_form(&a->t, "result", &yes));
        if (!yes) {
            break;
        }
        TNI_TRY(tni_asm_valtypes(a));
    }
    return TENON_OK;
}

/* The key of the signature in a->vals. */
static tenon_status signature_key(tni_assembler *a, tni_str *out) {
    a->sig.count = 0;
    if (!tni_vec_reserve(a->t.heap, &a->sig, a->vals.count + 1)) {
        return tni_no_memory(a->t.e);
    }
    a->sig.data[0] = a->sig_params;
    if (a->vals.count != 0) {
        memcpy(a->sig.data + 1, a->vals.data, a->vals.count * sizeof(u32));
    }
    a->sig.count = a->vals.count + 1;
    *out = (tni_str){(const char *)a->sig.data, a->sig.count * sizeof(u32)};
    return TENON_OK;
}

/* Appends the function type in a->vals, and makes it known for type uses if it is plain.
 */
static tenon_status add_func_type(tni_assembler *a, tni_str key, bool is_final,
                                  u32 supertype, bool is_plain) {
    tni_str kept = tni_arena_str(&a->t.arena, key);
    u32 total = (u32)a->vals.count;
    tni_valtype *types = TNI_ARENA_ARRAY(&a->t.arena, tni_valtype, total);
    bool fresh;
    if (kept.ptr == NULL || types == NULL) {
        return tni_no_memory(a->t.e);
    }
    if (total != 0) {
        memcpy(types, a->vals.data, total * sizeof *types);
    }
    tni_asm_type type = {.sub = {.kind = TNI_COMP_FUNC,
                                 .is_final = is_final,
                                 .supertype = supertype,
                                 .param_count = a->sig_params,
                                 .result_count = total - a->sig_params,
                                 .params = types,
                                 .results = types + a->sig_params}};
    if ((is_plain && !tni_map_add(&a->signatures, kept, a->types.count, &fresh)) ||
        !tni_vec_push(a->t.heap, &a->types, type)) {
        return tni_no_memory(a->t.e);
    }
    return TENON_OK;
}

tenon_status tni_asm_intern(tni_assembler *a, u32 *out) {
    tni_str key;
    TNI_TRY(signature_key(a, &key));
    const u64 *known = tni_map_get(&a->signatures, key);
    if (known != NULL) {
        *out = (u32)*known;
        return TENON_OK;
    }
    *out = (u32)a->types.count;
    TNI_TRY(add_func_type(a, key, true, TNI_NO_INDEX, true));
    tni_asm_section *section = &a->sections[TNI_SECTION_TYPE];
    tni_write_subtype(&section->bytes, &a->types.data[*out].sub);
    section->count++;
    return TENON_OK;
}

/* Whether type x is the function type in a->vals. */
static bool same_signature(const tni_assembler *a, const tni_subtype *x) {
    return x->param_count == a->sig_params &&
           (u64)x->param_count + x->result_count == a->vals.count &&
           memcmp(x->params, a->vals.data, a->vals.count * sizeof(tni_valtype)) == 0;
}

/* The type x that was named, beside what was written out. */
static tenon_status check_inline(tni_assembler *a, tni_asm_params params, u32 x,
                                 const char *at) {
    bool known = x < a->types.count && a->types.data[x].sub.kind == TNI_COMP_FUNC;
    if (a->vals.count == 0) {
        if (params == TNI_PARAMS_LOCALS && known) {
            a->local_count += a->types.data[x].sub.param_count;
        }
        return TENON_OK;
    }
    if (x >= a->types.count) {
        return tni_lexer_fail(&a->t.lex, at, TNI_ERR_TEXT_UNKNOWN, "type %u", x);
    }
    return known && same_signature(a, &a->types.data[x].sub)
               ? TENON_OK
               : tni_lexer_fail(&a->t.lex, at, TNI_ERR_TEXT_INLINE_TYPE, NULL);
}

tenon_status tni_asm_typeuse(tni_assembler *a, tni_asm_params params, bool *explicit_,
                             u32 *out) {
    bool yes;
    const char *at = a->t.tok.raw.ptr;
    *out = TNI_NO_INDEX;
    TNI_TRY(tni_text_take_form(&a->t, "type", &yes));
    if (explicit_ != NULL) {
        *explicit_ = yes;
    }
    if (yes) {
        TNI_TRY(tni_asm_idx(a, TNI_SPACE_TYPE, out));
        TNI_TRY(tni_text_rpar(&a->t));
    }
    TNI_TRY(tni_asm_signature(a, params));
    /* A parameter after a result is no token that can come here, whatever the types. */
    bool late;
    TNI_TRY(tni_text_at_form(&a->t, "param", &late));
    if (late) {
        TNI_TRY(tni_text_next(&a->t));
        return tni_text_unexpected(&a->t);
    }
    if (yes) {
        return check_inline(a, params, *out, at);
    }
    return explicit_ == NULL ? tni_asm_intern(a, out) : TENON_OK;
}

/* -- type definitions. Core 3.0, 6.4.5 to 6.4.8 -- */

static tenon_status fieldtype(tni_assembler *a, tni_fieldtype *out) {
    tni_text *t = &a->t;
    TNI_TRY(tni_text_take_form(t, "mut", &out->is_mutable));
    if (tni_text_at(t, "i8") || tni_text_at(t, "i16")) {
        out->type = TNI_VALTYPE(tni_text_at(t, "i8") ? TNI_KIND_I8 : TNI_KIND_I16);
        TNI_TRY(tni_text_next(t));
    } else {
        TNI_TRY(tni_asm_valtype(a, &out->type));
    }
    return out->is_mutable ? tni_text_rpar(t) : TENON_OK;
}

static tenon_status bind_field(tni_assembler *a, tni_asm_type *type, tni_str id) {
    bool fresh;
    if (type->fields == NULL) {
        type->fields = TNI_ARENA_NEW(&a->t.arena, tni_map);
        if (type->fields == NULL) {
            return tni_no_memory(a->t.e);
        }
        tni_map_init(type->fields, a->t.heap);
    }
    if (!tni_map_add(type->fields, id, a->members.count, &fresh)) {
        return tni_no_memory(a->t.e);
    }
    return fresh ? TENON_OK
                 : tni_text_fail(&a->t, TNI_ERR_TEXT_DUPLICATE, "field $%.*s",
                                 (int)id.len, id.ptr);
}

static tenon_status add_member(tni_assembler *a) {
    tni_fieldtype f;
    TNI_TRY(fieldtype(a, &f));
    return tni_vec_push(a->t.heap, &a->members, f) ? TENON_OK : tni_no_memory(a->t.e);
}

static tenon_status struct_fields(tni_assembler *a, tni_asm_type *type) {
    bool yes;
    for (;;) {
        TNI_TRY(tni_text_take_form(&a->t, "field", &yes));
        if (!yes) {
            return TENON_OK;
        }
        tni_str id;
        TNI_TRY(tni_text_id(&a->t, &id));
        if (id.len != 0) {
            TNI_TRY(bind_field(a, type, id));
            TNI_TRY(add_member(a));
        } else {
            while (!tni_text_at_rpar(&a->t)) {
                TNI_TRY(add_member(a));
            }
        }
        TNI_TRY(tni_text_rpar(&a->t));
    }
}

/* Struct and array types, whose members are in a->members. */
static tenon_status add_aggregate(tni_assembler *a, tni_asm_type *type) {
    u32 n = (u32)a->members.count;
    tni_fieldtype *fields = TNI_ARENA_ARRAY(&a->t.arena, tni_fieldtype, n);
    if (fields == NULL) {
        return tni_no_memory(a->t.e);
    }
    if (n != 0) {
        memcpy(fields, a->members.data, n * sizeof *fields);
    }
    type->sub.fields = fields;
    type->sub.field_count = n;
    return tni_vec_push(a->t.heap, &a->types, *type) ? TENON_OK : tni_no_memory(a->t.e);
}

/* A composite type, after the keyword's parenthesis; appends the type. */
static tenon_status comptype(tni_assembler *a, bool is_final, u32 supertype,
                             bool in_rec) {
    tni_text *t = &a->t;
    if (tni_text_at(t, "func")) {
        TNI_TRY(tni_text_next(t));
        TNI_TRY(tni_asm_signature(a, TNI_PARAMS_NAMED));
        tni_str key;
        TNI_TRY(signature_key(a, &key));
        bool is_plain = is_final && supertype == TNI_NO_INDEX && !in_rec;
        return add_func_type(a, key, is_final, supertype, is_plain);
    }
    tni_asm_type type = {.sub = {.is_final = is_final, .supertype = supertype}};
    a->members.count = 0;
    if (tni_text_at(t, "struct")) {
        type.sub.kind = TNI_COMP_STRUCT;
        TNI_TRY(tni_text_next(t));
        tenon_status status = struct_fields(a, &type);
        if (status == TENON_OK) {
            status = add_aggregate(a, &type);
        }
        if (status != TENON_OK && type.fields != NULL) {
            tni_map_free(type.fields);
        }
        return status;
    }
    TNI_TRY(tni_text_keyword(t, "array"));
    type.sub.kind = TNI_COMP_ARRAY;
    TNI_TRY(add_member(a));
    return add_aggregate(a, &type);
}

/* The indices in a->targets are its supertypes: any number can be written, though no
 * module with more than one is valid. */
static void write_type(tni_assembler *a, const tni_subtype *sub) {
    tni_buf *b = &a->sections[TNI_SECTION_TYPE].bytes;
    if (a->targets.count < 2) {
        tni_write_subtype(b, sub);
        return;
    }
    tni_buf_byte(b, sub->is_final ? 0x4f : 0x50);
    tni_buf_u32(b, (u32)a->targets.count);
    for (size_t i = 0; i < a->targets.count; i++) {
        tni_buf_u32(b, a->targets.data[i]);
    }
    tni_write_comptype(b, sub);
}

static tenon_status subtype(tni_assembler *a, bool in_rec) {
    tni_text *t = &a->t;
    bool is_sub;
    bool is_final = true;
    a->targets.count = 0;
    TNI_TRY(tni_text_take_form(t, "sub", &is_sub));
    if (is_sub) {
        is_final = tni_text_at(t, "final");
        if (is_final) {
            TNI_TRY(tni_text_next(t));
        }
        while (tni_asm_at_idx(a)) {
            u32 x;
            TNI_TRY(tni_asm_idx(a, TNI_SPACE_TYPE, &x));
            if (!tni_vec_push(t->heap, &a->targets, x)) {
                return tni_no_memory(t->e);
            }
        }
    }
    u32 supertype = a->targets.count == 0 ? TNI_NO_INDEX : a->targets.data[0];
    TNI_TRY(tni_text_lpar(t));
    TNI_TRY(comptype(a, is_final, supertype, in_rec));
    TNI_TRY(tni_text_rpar(t));
    write_type(a, &a->types.data[a->types.count - 1].sub);
    return is_sub ? tni_text_rpar(t) : TENON_OK;
}

tenon_status tni_asm_subtype(tni_assembler *a, bool in_rec) {
    return subtype(a, in_rec);
}

/* (type $id? subtype), from after the keyword to its closing parenthesis. */
static tenon_status type_definition(tni_assembler *a, bool in_rec) {
    tni_str id;
    TNI_TRY(tni_text_id(&a->t, &id));
    TNI_TRY(tni_asm_take_name(a, TNI_SPACE_TYPE, (u32)a->types.count));
    return subtype(a, in_rec);
}

tenon_status tni_asm_type_field(tni_assembler *a, const tni_field *f) {
    tni_text *t = &a->t;
    tni_asm_section *section = &a->sections[TNI_SECTION_TYPE];
    section->count++;
    TNI_TRY(tni_text_next(t));
    if (tni_text_at(t, "type")) {
        TNI_TRY(tni_text_next(t));
        return type_definition(a, false);
    }
    TNI_TRY(tni_text_keyword(t, "rec"));
    /* The group's size stands before its types. */
    u32 n = f->members;
    size_t first = a->types.count;
    if (n != 1) {
        tni_buf_byte(&section->bytes, 0x4e);
        tni_buf_u32(&section->bytes, n);
    }
    while (!tni_text_at_rpar(t)) {
        TNI_TRY(tni_text_lpar(t));
        TNI_TRY(tni_text_keyword(t, "type"));
        TNI_TRY(type_definition(a, n != 1));
        TNI_TRY(tni_text_rpar(t));
    }
    return a->types.count - first == n ? TENON_OK : tni_text_unexpected(t);
}
