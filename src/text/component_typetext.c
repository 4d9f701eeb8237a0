/* component_typetext.c: types of component text. Explainer.md, "Type Definitions".
 *
 * A type that is written where an index belongs is defined just before. */
#include "text/component_asm.h"

/* Writes a type definition that has no identifier. */
static tenon_status emit_type(tni_component_asm *a, const tni_buf *b, u32 *index) {
    tni_cas_emit(a, TNI_CSECTION_TYPE, b);
    return tni_cas_bind(a, TNI_SORT_TYPE, tni_no_cid, index);
}

static void append(tni_buf *b, const tni_buf *more) {
    b->failed = b->failed || more->failed;
    tni_buf_put(b, more->data, more->count);
}

/* -- value types -- */

static bool primitive(const tni_text *t, tenon_type_kind *kind) {
    static const char *const words[] = {"bool", "s8",   "u8",     "s16",          "u16",
                                        "s32",  "u32",  "s64",    "u64",          "f32",
                                        "f64",  "char", "string", "error-context"};
    for (size_t i = 0; i < TNI_COUNT_OF(words); i++) {
        if (tni_token_is(&t->tok, tni_str_of(words[i]))) {
            *kind = (tenon_type_kind)i;
            return true;
        }
    }
    return false;
}

static tenon_status compound(tni_component_asm *a, tni_buf *b);

/* A compound type in place of an index. */
static tenon_status inline_type(tni_component_asm *a, u32 *index) {
    tni_buf *b = NULL;
    TNI_TRY(TNI_CAS_TAKE(a, &b));
    TNI_TRY(tni_cas_down(a));
    TNI_TRY(tni_text_lpar(&a->core.t));
    TNI_TRY(compound(a, b));
    TNI_TRY(tni_text_rpar(&a->core.t));
    tni_cas_up(a);
    TNI_TRY(emit_type(a, b, index));
    tni_cas_give(a, b);
    return TENON_OK;
}

/* A primitive type, or one named by index: not *is_done otherwise. */
TNI_NOINLINE
static tenon_status plain_valtype(tni_component_asm *a, tni_buf *b, bool *is_done) {
    tni_text *t = &a->core.t;
    tenon_type_kind kind;
    u32 index;
    *is_done = true;
    if (primitive(t, &kind)) {
        tni_buf_byte(b, tni_primitive_code(kind));
        return tni_text_next(t);
    }
    TNI_TRY(tni_text_at_form(t, "type", is_done));
    *is_done = *is_done || !tni_text_at_lpar(t);
    if (*is_done) {
        TNI_TRY(tni_cas_ref(a, TNI_SORT_TYPE, &index));
        tni_buf_s33(b, index);
    }
    return TENON_OK;
}

/* What nests has small frames: text may nest TNI_LIMIT_text_depth levels deep. */
tenon_status tni_cas_valtype(tni_component_asm *a, tni_buf *b) {
    bool is_done;
    u32 index;
    TNI_TRY(plain_valtype(a, b, &is_done));
    if (!is_done) {
        TNI_TRY(inline_type(a, &index));
        tni_buf_s33(b, index);
    }
    return TENON_OK;
}

/* An optional value type, with its presence before it. */
static tenon_status optional_valtype(tni_component_asm *a, tni_buf *b) {
    bool is_error;
    TNI_TRY(tni_text_at_form(&a->core.t, "error", &is_error));
    bool present = !tni_text_at_rpar(&a->core.t) && !is_error;
    tni_buf_byte(b, present);
    return present ? tni_cas_valtype(a, b) : TENON_OK;
}

static tenon_status label(tni_component_asm *a, tni_buf *b) {
    tni_str name;
    TNI_TRY(tni_text_name(&a->core.t, &name));
    tni_write_name(b, name);
    return TENON_OK;
}

/* (field "n" t)*, (case "n" t?)* */
TNI_NOINLINE
static tenon_status members(tni_component_asm *a, tni_buf *b, bool is_variant) {
    tni_text *t = &a->core.t;
    tni_buf *list = NULL;
    u32 count = 0;
    TNI_TRY(TNI_CAS_TAKE(a, &list));
    for (; tni_text_at_lpar(t); count++) {
        tni_str id;
        TNI_TRY(tni_text_next(t));
        if (is_variant) {
            TNI_TRY(tni_text_keyword(t, "case"));
            TNI_TRY(tni_text_id(t, &id));
            TNI_TRY(label(a, list));
            TNI_TRY(optional_valtype(a, list));
            tni_buf_byte(list, 0x00);
        } else {
            TNI_TRY(tni_text_keyword(t, "field"));
            TNI_TRY(label(a, list));
            TNI_TRY(tni_cas_valtype(a, list));
        }
        TNI_TRY(tni_text_rpar(t));
    }
    tni_buf_u32(b, count);
    append(b, list);
    tni_cas_give(a, list);
    return TENON_OK;
}

/* Labels or value types up to ")", with their count before them. */
TNI_NOINLINE
static tenon_status sequence(tni_component_asm *a, tni_buf *b, bool labels) {
    tni_buf *list = NULL;
    u32 count = 0;
    TNI_TRY(TNI_CAS_TAKE(a, &list));
    for (; !tni_text_at_rpar(&a->core.t); count++) {
        TNI_TRY(labels ? label(a, list) : tni_cas_valtype(a, list));
    }
    tni_buf_u32(b, count);
    append(b, list);
    tni_cas_give(a, list);
    return TENON_OK;
}

/* (list t), (list t n) */
TNI_NOINLINE
static tenon_status list_type(tni_component_asm *a, tni_buf *b) {
    tni_buf *element = NULL;
    u32 count;
    TNI_TRY(TNI_CAS_TAKE(a, &element));
    TNI_TRY(tni_cas_valtype(a, element));
    bool is_fixed = tni_text_at_nat(&a->core.t);
    tni_buf_byte(b, is_fixed ? 0x67 : 0x70);
    append(b, element);
    tni_cas_give(a, element);
    if (is_fixed) {
        TNI_TRY(tni_text_u32(&a->core.t, &count));
        tni_buf_u32(b, count);
    }
    return TENON_OK;
}

/* (result t? (error t)?) */
TNI_NOINLINE
static tenon_status result_type(tni_component_asm *a, tni_buf *b) {
    bool yes;
    tni_buf_byte(b, 0x6a);
    TNI_TRY(optional_valtype(a, b));
    TNI_TRY(tni_text_take_form(&a->core.t, "error", &yes));
    tni_buf_byte(b, yes);
    if (!yes) {
        return TENON_OK;
    }
    TNI_TRY(tni_cas_valtype(a, b));
    return tni_text_rpar(&a->core.t);
}

typedef enum compound_shape {
    SHAPE_RECORD,
    SHAPE_VARIANT,
    SHAPE_LIST,
    SHAPE_TYPES,  /* (tuple t*) */
    SHAPE_LABELS, /* (flags "l"*) */
    SHAPE_ONE,    /* (option t) */
    SHAPE_TWO,    /* (map k v) */
    SHAPE_RESULT,
    SHAPE_HANDLE,   /* (own i) */
    SHAPE_OPTIONAL, /* (stream t?) */
} compound_shape;

static const struct {
    const char *word;
    u8 code;
    u8 shape;
} compounds[] = {
    {"record", 0x72, SHAPE_RECORD},   {"variant", 0x71, SHAPE_VARIANT},
    {"list", 0x70, SHAPE_LIST},       {"tuple", 0x6f, SHAPE_TYPES},
    {"flags", 0x6e, SHAPE_LABELS},    {"enum", 0x6d, SHAPE_LABELS},
    {"option", 0x6b, SHAPE_ONE},      {"result", 0x6a, SHAPE_RESULT},
    {"own", 0x69, SHAPE_HANDLE},      {"borrow", 0x68, SHAPE_HANDLE},
    {"stream", 0x66, SHAPE_OPTIONAL}, {"future", 0x65, SHAPE_OPTIONAL},
    {"map", 0x63, SHAPE_TWO},
};

/* The row at hand, or their number. */
static size_t compound_word(const tni_text *t) {
    size_t i = 0;
    while (i < TNI_COUNT_OF(compounds) &&
           !tni_token_is(&t->tok, tni_str_of(compounds[i].word))) {
        i++;
    }
    return i;
}

/* (own i), (borrow i), after the word */
TNI_NOINLINE
static tenon_status handle_type(tni_component_asm *a, tni_buf *b) {
    u32 index;
    TNI_TRY(tni_cas_ref(a, TNI_SORT_TYPE, &index));
    tni_buf_u32(b, index);
    return TENON_OK;
}

/* After the parenthesis of a compound type, up to its ")". */
static tenon_status compound(tni_component_asm *a, tni_buf *b) {
    tni_text *t = &a->core.t;
    size_t row = compound_word(t);
    if (row == TNI_COUNT_OF(compounds)) {
        return tni_text_unexpected(t);
    }
    TNI_TRY(tni_text_next(t));
    if (compounds[row].shape == SHAPE_LIST) {
        return list_type(a, b);
    }
    if (compounds[row].shape == SHAPE_RESULT) {
        return result_type(a, b);
    }
    tni_buf_byte(b, compounds[row].code);
    switch ((compound_shape)compounds[row].shape) {
    case SHAPE_RECORD: return members(a, b, false);
    case SHAPE_VARIANT: return members(a, b, true);
    case SHAPE_TYPES: return sequence(a, b, false);
    case SHAPE_LABELS: return sequence(a, b, true);
    case SHAPE_TWO: TNI_TRY(tni_cas_valtype(a, b)); return tni_cas_valtype(a, b);
    case SHAPE_OPTIONAL: return optional_valtype(a, b);
    case SHAPE_HANDLE: return handle_type(a, b);
    case SHAPE_ONE:
    case SHAPE_LIST:
    case SHAPE_RESULT: break;
    }
    return tni_cas_valtype(a, b);
}

/* -- functions and resources -- */

/* async? (param "n" t)* (result t)? */
static tenon_status func_type(tni_component_asm *a, tni_buf *b) {
    tni_text *t = &a->core.t;
    tni_buf *params = NULL;
    u32 count = 0;
    bool yes, is_async = tni_text_at(t, "async");
    if (is_async) {
        TNI_TRY(tni_text_next(t));
    }
    TNI_TRY(TNI_CAS_TAKE(a, &params));
    for (;; count++) {
        TNI_TRY(tni_text_take_form(t, "param", &yes));
        if (!yes) {
            break;
        }
        TNI_TRY(label(a, params));
        TNI_TRY(tni_cas_valtype(a, params));
        TNI_TRY(tni_text_rpar(t));
    }
    tni_buf_byte(b, is_async ? 0x43 : 0x40);
    tni_buf_u32(b, count);
    append(b, params);
    tni_cas_give(a, params);
    TNI_TRY(tni_text_take_form(t, "result", &yes));
    if (!yes) {
        tni_buf_byte(b, 0x01);
        tni_buf_byte(b, 0x00);
        return TENON_OK;
    }
    tni_buf_byte(b, 0x00);
    TNI_TRY(tni_cas_valtype(a, b));
    return tni_text_rpar(t);
}

/* (resource (rep i32) (dtor …)?), after "resource" */
static tenon_status resource_type(tni_component_asm *a, tni_buf *b) {
    tni_text *t = &a->core.t;
    bool yes;
    u32 index;
    TNI_TRY(tni_text_lpar(t));
    TNI_TRY(tni_text_keyword(t, "rep"));
    tni_buf_byte(b, 0x3f);
    if (!tni_text_at(t, "i32") && !tni_text_at(t, "i64")) {
        return tni_text_unexpected(t);
    }
    tni_buf_byte(b, tni_text_at(t, "i32") ? 0x7f : 0x7e);
    TNI_TRY(tni_text_next(t));
    TNI_TRY(tni_text_rpar(t));
    TNI_TRY(tni_text_take_form(t, "dtor", &yes));
    tni_buf_byte(b, yes);
    if (!yes) {
        return TENON_OK;
    }
    TNI_TRY(tni_cas_ref(a, TNI_SORT_CORE_FUNC, &index));
    tni_buf_u32(b, index);
    return tni_text_rpar(t);
}

/* -- type scopes -- */

/* Declarators up to ")", with their count before them. */
static tenon_status type_scope(tni_component_asm *a, tni_cscope_kind kind, tni_str id,
                               tni_buf *b) {
    tni_buf *decls = NULL;
    TNI_TRY(TNI_CAS_TAKE(a, &decls));
    tni_cscope *s = TNI_NEW(a->core.t.heap, tni_cscope); /* large: not on the C stack */
    if (s == NULL) {
        return tni_no_memory(a->core.t.e);
    }
    tenon_status status = tni_cas_enter(a, s, kind, id, decls);
    if (status == TENON_OK) {
        status = tni_cas_fields(a);
    }
    tni_buf_byte(b, kind == TNI_CSCOPE_COMPONENT_TYPE ? 0x41 : 0x42);
    tni_buf_u32(b, s->decls);
    append(b, decls);
    tni_cas_leave(a);
    TNI_FREE(a->core.t.heap, s);
    tni_cas_give(a, decls);
    return status;
}

tenon_status tni_cas_deftype(tni_component_asm *a, tni_cid id, u32 *index) {
    tni_text *t = &a->core.t;
    tni_buf *b = NULL;
    tenon_type_kind kind;
    TNI_TRY(TNI_CAS_TAKE(a, &b));
    if (primitive(t, &kind)) {
        tni_buf_byte(b, tni_primitive_code(kind));
        TNI_TRY(tni_text_next(t));
    } else {
        TNI_TRY(tni_text_lpar(t));
        if (tni_text_at(t, "func")) {
            TNI_TRY(tni_text_next(t));
            TNI_TRY(func_type(a, b));
        } else if (tni_text_at(t, "component")) {
            TNI_TRY(tni_text_next(t));
            TNI_TRY(type_scope(a, TNI_CSCOPE_COMPONENT_TYPE, id.text, b));
        } else if (tni_text_at(t, "instance")) {
            TNI_TRY(tni_text_next(t));
            TNI_TRY(type_scope(a, TNI_CSCOPE_INSTANCE_TYPE, id.text, b));
        } else if (tni_text_at(t, "resource")) {
            TNI_TRY(tni_text_next(t));
            TNI_TRY(resource_type(a, b));
        } else {
            TNI_TRY(compound(a, b));
        }
        TNI_TRY(tni_text_rpar(t));
    }
    tni_cas_emit(a, TNI_CSECTION_TYPE, b);
    tni_cas_give(a, b);
    return tni_cas_bind(a, TNI_SORT_TYPE, id, index);
}

/* "(type path)" and nothing after it before the next ")": a reference to a type. If it is
 * none, nothing is read. */
static tenon_status take_type_ref(tni_component_asm *a, tni_sort sort, bool *yes,
                                  u32 *index) {
    tni_text *t = &a->core.t;
    const char *at = t->tok.raw.ptr;
    TNI_TRY(tni_text_take_form(t, "type", yes));
    if (!*yes) {
        return TENON_OK;
    }
    /* An identifier of a definition here is followed by that, a reference by names. */
    if (tni_cas_at_idx(a)) {
        TNI_TRY(tni_text_peek(t));
        *yes = t->ahead.kind == TNI_TOKEN_RPAR || t->ahead.kind == TNI_TOKEN_STRING;
    } else {
        *yes = false;
    }
    if (!*yes) {
        return tni_text_seek(t, at);
    }
    TNI_TRY(tni_cas_path(a, sort, index));
    return tni_text_rpar(t);
}

tenon_status tni_cas_func_type(tni_component_asm *a, u32 *index) {
    tni_buf *b = NULL;
    bool yes;
    TNI_TRY(take_type_ref(a, TNI_SORT_TYPE, &yes, index));
    if (yes) {
        return TENON_OK;
    }
    TNI_TRY(TNI_CAS_TAKE(a, &b));
    TNI_TRY(func_type(a, b));
    TNI_TRY(emit_type(a, b, index));
    tni_cas_give(a, b);
    return TENON_OK;
}

static tenon_status scope_type(tni_component_asm *a, tni_cscope_kind kind, u32 *index) {
    tni_buf *b = NULL;
    bool yes;
    TNI_TRY(take_type_ref(a, TNI_SORT_TYPE, &yes, index));
    if (yes) {
        return TENON_OK;
    }
    TNI_TRY(TNI_CAS_TAKE(a, &b));
    TNI_TRY(type_scope(a, kind, tni_no_cid.text, b));
    TNI_TRY(emit_type(a, b, index));
    tni_cas_give(a, b);
    return TENON_OK;
}

/* -- core types -- */

/* While core text is read, its type identifiers are those of the scope. */
static void lend_core_ids(tni_component_asm *a) {
    a->core.ids[TNI_SPACE_TYPE] = a->scope->ids[TNI_SORT_CORE_TYPE];
    a->core.sections[TNI_SECTION_TYPE].bytes.count = 0;
    a->core.sections[TNI_SECTION_TYPE].count = 0;
}

static void take_back_core_ids(tni_component_asm *a) {
    a->scope->ids[TNI_SORT_CORE_TYPE] = a->core.ids[TNI_SPACE_TYPE];
    tni_map_init(&a->core.ids[TNI_SPACE_TYPE], a->core.t.heap);
}

/* A sub type; not final, it has a 0x00 before it (Binary.md: core:deftype). */
static tenon_status core_subtype(tni_component_asm *a, bool in_rec, tni_buf *b) {
    tni_buf *written = &a->core.sections[TNI_SECTION_TYPE].bytes;
    lend_core_ids(a);
    tenon_status status = tni_asm_subtype(&a->core, in_rec);
    take_back_core_ids(a);
    if (!in_rec && written->count > 0 && written->data[0] == 0x50) {
        tni_buf_byte(b, 0x00);
    }
    append(b, written);
    return status;
}

/* The core function type written here (param and result), without an index of its own in
 * the text: once for each signature of a module type. */
static tenon_status core_signature(tni_component_asm *a, u32 *index) {
    tni_assembler *c = &a->core;
    tni_cscope *s = a->scope;
    lend_core_ids(a);
    tenon_status status = tni_asm_signature(c, TNI_PARAMS_NAMED);
    take_back_core_ids(a);
    TNI_TRY(status);
    if (!tni_vec_push(c->t.heap, &c->vals, c->sig_params)) {
        return tni_no_memory(c->t.e);
    }
    u32 total = (u32)c->vals.count - 1;
    tni_str key = {(const char *)c->vals.data, c->vals.count * sizeof *c->vals.data};
    const u64 *known = tni_map_get(&s->signatures, key);
    if (known != NULL) {
        *index = (u32)*known;
        return TENON_OK;
    }
    tni_subtype type = {.kind = TNI_COMP_FUNC,
                        .is_final = true,
                        .supertype = TNI_NO_INDEX,
                        .param_count = c->sig_params,
                        .result_count = total - c->sig_params,
                        .params = c->vals.data,
                        .results = c->vals.data + c->sig_params};
    tni_buf *b = NULL;
    tni_str kept = tni_arena_str(&c->t.arena, key);
    TNI_TRY(TNI_CAS_TAKE(a, &b));
    tni_write_subtype(b, &type);
    tni_cas_emit(a, TNI_CSECTION_CORE_TYPE, b);
    tni_cas_give(a, b);
    TNI_TRY(tni_cas_bind(a, TNI_SORT_CORE_TYPE, tni_no_cid, index));
    return kept.ptr != NULL && tni_map_put(&s->signatures, kept, *index)
               ? TENON_OK
               : tni_no_memory(c->t.e);
}

/* (type x) or (param …)* (result …)* */
static tenon_status core_typeuse(tni_component_asm *a, u32 *index) {
    bool yes;
    TNI_TRY(take_type_ref(a, TNI_SORT_CORE_TYPE, &yes, index));
    if (!yes) {
        return core_signature(a, index);
    }
    /* What may be written out beside it says the same. */
    lend_core_ids(a);
    tenon_status status = tni_asm_signature(&a->core, TNI_PARAMS_NAMED);
    take_back_core_ids(a);
    return status;
}

/* "(" kind id? type ")" of a module type's import or export; appends the externtype. */
static tenon_status core_externtype(tni_component_asm *a, tni_buf *b, tni_sort *sort,
                                    tni_cid *id) {
    tni_text *t = &a->core.t;
    tni_externtype x = {.kind = TNI_EXTERN_FUNC};
    TNI_TRY(tni_text_lpar(t));
    TNI_TRY(tni_cas_sort(a, true, sort));
    if (*sort > TNI_SORT_CORE_TAG) {
        return tni_text_unexpected(t);
    }
    TNI_TRY(tni_cas_id(a, id));
    static const u8 kinds[] = {TNI_EXTERN_FUNC, TNI_EXTERN_TABLE, TNI_EXTERN_MEMORY,
                               TNI_EXTERN_GLOBAL, TNI_EXTERN_TAG};
    x.kind = (tni_extern_kind)kinds[*sort];
    tenon_status status = TENON_OK;
    if (x.kind == TNI_EXTERN_FUNC || x.kind == TNI_EXTERN_TAG) {
        status = core_typeuse(a, &x.as.func);
    } else {
        lend_core_ids(a);
        status = x.kind == TNI_EXTERN_TABLE ? tni_asm_tabletype(&a->core, &x.as.table)
                 : x.kind == TNI_EXTERN_MEMORY
                     ? tni_asm_memtype(&a->core, &x.as.memory)
                     : tni_asm_globaltype(&a->core, &x.as.global);
        take_back_core_ids(a);
    }
    TNI_TRY(status);
    tni_write_externtype(b, &x);
    return tni_text_rpar(t);
}

/* (alias outer n x (type id?)), after "alias" */
static tenon_status module_alias(tni_component_asm *a) {
    tni_text *t = &a->core.t;
    tni_buf *b = NULL;
    tni_cscope *s = a->scope;
    tni_cid id;
    u32 count = 0, index;
    TNI_TRY(tni_text_keyword(t, "outer"));
    if (t->tok.kind == TNI_TOKEN_ID) {
        for (; s != NULL && !tni_str_eq(s->id, t->tok.text); s = s->parent) {
            count++;
        }
        if (s == NULL) {
            return tni_text_unexpected(t);
        }
        TNI_TRY(tni_text_next(t));
    } else {
        TNI_TRY(tni_text_u32(t, &count));
        for (u32 i = 0; i < count && s != NULL; i++) {
            s = s->parent;
        }
    }
    const u64 *named = s != NULL && t->tok.kind == TNI_TOKEN_ID
                           ? tni_map_get(&s->ids[TNI_SORT_CORE_TYPE], t->tok.text)
                           : NULL;
    if (named != NULL) {
        index = (u32)*named;
        TNI_TRY(tni_text_next(t));
    } else {
        TNI_TRY(tni_text_u32(t, &index));
    }
    TNI_TRY(tni_text_lpar(t));
    TNI_TRY(tni_text_keyword(t, "type"));
    TNI_TRY(tni_cas_id(a, &id));
    TNI_TRY(tni_text_rpar(t));
    TNI_TRY(TNI_CAS_TAKE(a, &b));
    tni_buf_byte(b, 0x10);
    tni_buf_byte(b, 0x01);
    tni_buf_u32(b, count);
    tni_buf_u32(b, index);
    tni_cas_emit(a, TNI_CSECTION_ALIAS, b);
    tni_cas_give(a, b);
    return tni_cas_bind(a, TNI_SORT_CORE_TYPE, id, &index);
}

/* (import "m" "n" type), (export "n" type) */
static tenon_status module_entry(tni_component_asm *a, bool is_import) {
    tni_text *t = &a->core.t;
    tni_buf *b = NULL;
    tni_str name;
    tni_cid id;
    tni_sort sort;
    u32 index;
    TNI_TRY(TNI_CAS_TAKE(a, &b));
    for (int i = 0; i < (is_import ? 2 : 1); i++) {
        TNI_TRY(tni_text_name(t, &name));
        tni_write_name(b, name);
    }
    TNI_TRY(core_externtype(a, b, &sort, &id));
    tni_cas_emit(a, is_import ? TNI_CSECTION_IMPORT : TNI_CSECTION_EXPORT, b);
    tni_cas_give(a, b);
    return is_import ? tni_cas_bind(a, sort, id, &index) : TENON_OK;
}

static tenon_status module_decl(tni_component_asm *a) {
    tni_text *t = &a->core.t;
    if (tni_text_at(t, "import") || tni_text_at(t, "export")) {
        bool is_import = tni_text_at(t, "import");
        TNI_TRY(tni_text_next(t));
        return module_entry(a, is_import);
    }
    if (tni_text_at(t, "alias")) {
        TNI_TRY(tni_text_next(t));
        return module_alias(a);
    }
    return tni_cas_core_type(a);
}

static tenon_status module_decls(tni_component_asm *a) {
    tni_text *t = &a->core.t;
    while (tni_text_at_lpar(t)) {
        TNI_TRY(tni_text_next(t));
        TNI_TRY(module_decl(a));
        TNI_TRY(tni_text_rpar(t));
    }
    return TENON_OK;
}

/* A module type's declarators up to ")". */
static tenon_status module_type(tni_component_asm *a, tni_buf *b) {
    tni_cscope s;
    tni_buf *decls = NULL;
    TNI_TRY(TNI_CAS_TAKE(a, &decls));
    tenon_status status =
        tni_cas_enter(a, &s, TNI_CSCOPE_MODULE_TYPE, tni_no_cid.text, decls);
    if (status == TENON_OK) {
        status = module_decls(a);
    }
    tni_buf_byte(b, 0x50);
    tni_buf_u32(b, s.decls);
    append(b, decls);
    tni_cas_leave(a);
    tni_cas_give(a, decls);
    return status;
}

/* (rec (type id? subtype)*), after "rec": its identifiers are known before its types. */
static tenon_status core_rec(tni_component_asm *a) {
    tni_text *t = &a->core.t;
    const char *at = t->tok.raw.ptr;
    tni_buf *b = NULL;
    u32 count = 0, index;
    tni_cid id;
    for (; tni_text_at_lpar(t); count++) {
        TNI_TRY(tni_text_next(t));
        TNI_TRY(tni_text_keyword(t, "type"));
        TNI_TRY(tni_cas_id(a, &id));
        TNI_TRY(tni_cas_bind(a, TNI_SORT_CORE_TYPE, id, &index));
        TNI_TRY(tni_text_skip(t));
    }
    TNI_TRY(tni_text_seek(t, at));
    TNI_TRY(TNI_CAS_TAKE(a, &b));
    tni_buf_byte(b, 0x4e);
    tni_buf_u32(b, count);
    for (u32 i = 0; i < count; i++) {
        TNI_TRY(tni_text_lpar(t));
        TNI_TRY(tni_text_keyword(t, "type"));
        TNI_TRY(tni_cas_id(a, &id));
        TNI_TRY(core_subtype(a, true, b));
        TNI_TRY(tni_text_rpar(t));
    }
    tni_cas_emit(a, TNI_CSECTION_CORE_TYPE, b);
    tni_cas_give(a, b);
    return TENON_OK;
}

tenon_status tni_cas_core_type(tni_component_asm *a) {
    tni_text *t = &a->core.t;
    tni_buf *b = NULL;
    tni_cid id;
    u32 index;
    bool is_module;
    if (tni_text_at(t, "rec")) {
        TNI_TRY(tni_text_next(t));
        return core_rec(a);
    }
    TNI_TRY(tni_text_keyword(t, "type"));
    TNI_TRY(tni_cas_id(a, &id));
    TNI_TRY(TNI_CAS_TAKE(a, &b));
    TNI_TRY(tni_text_take_form(t, "module", &is_module));
    if (is_module) {
        TNI_TRY(module_type(a, b));
        TNI_TRY(tni_text_rpar(t));
    } else {
        TNI_TRY(core_subtype(a, false, b));
    }
    tni_cas_emit(a, TNI_CSECTION_CORE_TYPE, b);
    tni_cas_give(a, b);
    return tni_cas_bind(a, TNI_SORT_CORE_TYPE, id, &index);
}

/* (type x), or declarators up to ")" */
static tenon_status core_module_type(tni_component_asm *a, u32 *index) {
    tni_buf *b = NULL;
    bool yes;
    TNI_TRY(take_type_ref(a, TNI_SORT_CORE_TYPE, &yes, index));
    if (yes) {
        return TENON_OK;
    }
    TNI_TRY(TNI_CAS_TAKE(a, &b));
    TNI_TRY(module_type(a, b));
    tni_cas_emit(a, TNI_CSECTION_CORE_TYPE, b);
    tni_cas_give(a, b);
    return tni_cas_bind(a, TNI_SORT_CORE_TYPE, tni_no_cid, index);
}

/* -- externtype -- */

/* (eq x), (sub resource) */
static tenon_status type_bound(tni_component_asm *a, tni_buf *b) {
    tni_text *t = &a->core.t;
    u32 index;
    TNI_TRY(tni_text_lpar(t));
    if (tni_text_at(t, "sub")) {
        TNI_TRY(tni_text_next(t));
        TNI_TRY(tni_text_keyword(t, "resource"));
        tni_buf_byte(b, 0x01);
    } else {
        TNI_TRY(tni_text_keyword(t, "eq"));
        TNI_TRY(tni_cas_ref(a, TNI_SORT_TYPE, &index));
        tni_buf_byte(b, 0x00);
        tni_buf_u32(b, index);
    }
    return tni_text_rpar(t);
}

tenon_status tni_cas_externtype_rest(tni_component_asm *a, tni_buf *b, tni_sort sort) {
    u32 index = 0;
    switch (sort) {
    case TNI_SORT_CORE_MODULE: TNI_TRY(core_module_type(a, &index)); break;
    case TNI_SORT_FUNC: TNI_TRY(tni_cas_func_type(a, &index)); break;
    case TNI_SORT_COMPONENT:
        TNI_TRY(scope_type(a, TNI_CSCOPE_COMPONENT_TYPE, &index));
        break;
    case TNI_SORT_INSTANCE:
        TNI_TRY(scope_type(a, TNI_CSCOPE_INSTANCE_TYPE, &index));
        break;
    case TNI_SORT_TYPE: tni_buf_byte(b, 0x03); return type_bound(a, b);
    case TNI_SORT_VALUE:
        return tni_text_fail(&a->core.t, TNI_ERR_FEATURE_OFF, "component-model-values");
    default: return tni_text_unexpected(&a->core.t);
    }
    tni_cwrite_sort(b, sort);
    tni_buf_u32(b, index);
    return TENON_OK;
}

tenon_status tni_cas_externtype(tni_component_asm *a, tni_buf *b, tni_sort *sort,
                                tni_cid *id) {
    tni_text *t = &a->core.t;
    TNI_TRY(tni_text_lpar(t));
    TNI_TRY(tni_cas_sort(a, false, sort));
    TNI_TRY(tni_cas_id(a, id));
    TNI_TRY(tni_cas_externtype_rest(a, b, *sort));
    return tni_text_rpar(t);
}
