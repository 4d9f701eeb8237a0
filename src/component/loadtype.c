/* loadtype.c: type definitions, core and component-level. Binary.md, "Type Definitions";
 * Explainer.md, "Type Definitions". */
#include "component/loader.h"
#include "base/limits.h"
#include "binary/decode.h"

#define STR(s) (int)((s).len < 100 ? (s).len : 100), (s).ptr

/* -- looking types up -- */

tenon_status tni_load_type_at(tni_loader *l, u32 index, const tni_entity **out) {
    if (index >= l->scope->types.count) {
        return tni_load_unknown(l, "type", index);
    }
    *out = &l->scope->types.data[index];
    return TENON_OK;
}

static tenon_status type_of_kind(tni_loader *l, u32 index, tni_entity_kind kind,
                                 const char *what, const tni_entity **out) {
    TNI_TRY(tni_load_type_at(l, index, out));
    if ((*out)->kind != kind) {
        return TNI_LOAD_FAIL(l, TNI_ERR_CM_TYPE, "type index %u is not %s", index, what);
    }
    return TENON_OK;
}

tenon_status tni_load_func_type_at(tni_loader *l, u32 index, const tni_lfunc **out) {
    const tni_entity *x = NULL;
    TNI_TRY(type_of_kind(l, index, TNI_ENTITY_FUNC_TYPE, "a function type", &x));
    *out = (const tni_lfunc *)x->func;
    return TENON_OK;
}

tenon_status tni_load_resource_at(tni_loader *l, u32 index, const tni_entity **out) {
    return type_of_kind(l, index, TNI_ENTITY_RESOURCE, "a resource type", out);
}

static tenon_status push_type(tni_loader *l, const tni_entity *x) {
    return tni_vec_push(l->heap, &l->scope->types, *x) ? TENON_OK : tni_no_memory(l->e);
}

/* -- value types -- */

/* Binary.md: primvaltype */
static bool primitive_kind(u8 code, tenon_type_kind *kind) {
    static const u8 kinds[] = {
        TENON_TYPE_STRING, TENON_TYPE_CHAR, TENON_TYPE_F64, TENON_TYPE_F32,
        TENON_TYPE_U64,    TENON_TYPE_S64,  TENON_TYPE_U32, TENON_TYPE_S32,
        TENON_TYPE_U16,    TENON_TYPE_S16,  TENON_TYPE_U8,  TENON_TYPE_S8,
        TENON_TYPE_BOOL,
    };
    if (code == 0x64) {
        *kind = TENON_TYPE_ERROR_CONTEXT;
        return true;
    }
    if (code < 0x73 || code > 0x7f) {
        return false;
    }
    *kind = (tenon_type_kind)kinds[code - 0x73];
    return true;
}

static tenon_status primitive(tni_loader *l, tenon_type_kind kind,
                              const tenon_type **out) {
    if (kind == TENON_TYPE_ERROR_CONTEXT) {
        TNI_TRY(tni_load_feature(l, TENON_FEATURE_BIT_CM_ERROR_CONTEXT, "error-context"));
    }
    *out = tni_type_primitive(kind);
    return TENON_OK;
}

tenon_status tni_load_valtype(tni_loader *l, tni_reader *r, const tenon_type **out) {
    tenon_type_kind kind;
    i64 index;
    *out = NULL;
    if (r->cur != r->end && primitive_kind(*r->cur, &kind)) {
        r->cur++;
        return primitive(l, kind, out);
    }
    u8 code = r->cur != r->end ? *r->cur : 0;
    TNI_TRY(tni_read_s33(r, &index));
    if (index < 0) {
        return tni_load_bad_byte(l, r, code, "component value type");
    }
    const tni_entity *x = NULL;
    TNI_TRY(type_of_kind(l, (u32)index, TNI_ENTITY_TYPE, "a defined type", &x));
    *out = x->value;
    return TENON_OK;
}

static tenon_status optional_valtype(tni_loader *l, tni_reader *r,
                                     const tenon_type **out) {
    u8 present;
    *out = NULL;
    TNI_TRY(tni_read_byte(r, &present));
    if (present > 1) {
        return tni_load_bad_byte(l, r, present, "optional component value type");
    }
    return present == 1 ? tni_load_valtype(l, r, out) : TENON_OK;
}

/* What a list of labels is of, for messages. */
typedef struct label_words {
    const char *name;     /* "record field name" */
    const char *previous; /* "field name" */
} label_words;

/* Labels of one list: strongly unique. */
typedef struct label_list {
    tni_map seen; /* lower case -> number */
    tenon_field *fields;
    u32 count;
    const label_words *words;
} label_list;

static tenon_status add_label(tni_loader *l, tni_reader *r, label_list *list) {
    tni_str name, form;
    bool fresh;
    TNI_TRY(tni_read_name(r, &name));
    TNI_TRY(tni_check_label(l, name, list->words->name));
    TNI_TRY(tni_unique_label(l, name, &form));
    if (!tni_map_add(&list->seen, form, list->count, &fresh)) {
        return tni_no_memory(l->e);
    }
    if (!fresh) {
        return TNI_LOAD_FAIL(l, TNI_ERR_CM_DUPLICATE,
                             "%s `%.*s` conflicts with previous %s `%s`",
                             list->words->name, STR(name), list->words->previous,
                             list->fields[*tni_map_get(&list->seen, form)].name);
    }
    tni_str kept = tni_arena_str(l->arena, name);
    if (kept.ptr == NULL) {
        return tni_no_memory(l->e);
    }
    list->fields[list->count++].name = kept.ptr;
    return TENON_OK;
}

/* What follows each label. */
typedef tenon_status read_payload(tni_loader *l, tni_reader *r, const tenon_type **out);

static tenon_status read_labels(tni_loader *l, tni_reader *r, const label_words *words,
                                read_payload *payload, const tenon_field **out,
                                u32 *count) {
    label_list list = {.words = words};
    TNI_TRY(tni_load_count(l, r, count));
    list.fields = TNI_ARENA_ARRAY(l->arena, tenon_field, *count);
    if (list.fields == NULL) {
        return tni_no_memory(l->e);
    }
    tni_arena_mark mark = tni_arena_save(&l->scratch);
    tni_map_init(&list.seen, l->heap);
    tenon_status status = TENON_OK;
    for (u32 i = 0; i < *count && status == TENON_OK; i++) {
        status = add_label(l, r, &list);
        if (status == TENON_OK && payload != NULL) {
            status = payload(l, r, &list.fields[i].type);
        }
    }
    tni_map_free(&list.seen);
    tni_arena_restore(&l->scratch, mark);
    *out = list.fields;
    return status;
}

static tenon_status empty_list(tni_loader *l, const char *message) {
    return TNI_LOAD_FAIL(l, TNI_ERR_CM_TYPE, "%s", message);
}

static tenon_status read_record(tni_loader *l, tni_reader *r, tenon_type *t) {
    static const label_words words = {"record field name", "field name"};
    t->kind = TENON_TYPE_RECORD;
    TNI_TRY(read_labels(l, r, &words, tni_load_valtype, &t->fields, &t->count));
    return t->count > 0 ? TENON_OK
                        : empty_list(l, "record type must have at least one field");
}

static tenon_status case_payload(tni_loader *l, tni_reader *r, const tenon_type **out) {
    u8 zero;
    TNI_TRY(optional_valtype(l, r, out));
    TNI_TRY(tni_read_byte(r, &zero));
    return zero == 0 ? TENON_OK : tni_load_bad_byte(l, r, zero, "zero byte required");
}

static tenon_status read_variant(tni_loader *l, tni_reader *r, tenon_type *t) {
    static const label_words words = {"variant case name", "case name"};
    t->kind = TENON_TYPE_VARIANT;
    TNI_TRY(read_labels(l, r, &words, case_payload, &t->fields, &t->count));
    return t->count > 0 ? TENON_OK
                        : empty_list(l, "variant type must have at least one case");
}

static tenon_status read_tuple(tni_loader *l, tni_reader *r, tenon_type *t) {
    t->kind = TENON_TYPE_TUPLE;
    TNI_TRY(tni_load_count(l, r, &t->count));
    tenon_field *fields = TNI_ARENA_ARRAY(l->arena, tenon_field, t->count);
    if (fields == NULL) {
        return tni_no_memory(l->e);
    }
    for (u32 i = 0; i < t->count; i++) {
        TNI_TRY(tni_load_valtype(l, r, &fields[i].type));
    }
    t->fields = fields;
    return t->count > 0 ? TENON_OK
                        : empty_list(l, "tuple type must have at least one type");
}

static tenon_status read_flags(tni_loader *l, tni_reader *r, tenon_type *t) {
    static const label_words words = {"flag name", "flag name"};
    t->kind = TENON_TYPE_FLAGS;
    TNI_TRY(read_labels(l, r, &words, NULL, &t->fields, &t->count));
    return t->count == 0   ? empty_list(l, "flags must have at least one entry")
           : t->count > 32 ? empty_list(l, "cannot have more than 32 flags")
                           : TENON_OK;
}

static tenon_status read_enum(tni_loader *l, tni_reader *r, tenon_type *t) {
    static const label_words words = {"enum tag name", "tag name"};
    t->kind = TENON_TYPE_ENUM;
    TNI_TRY(read_labels(l, r, &words, NULL, &t->fields, &t->count));
    return t->count > 0 ? TENON_OK
                        : empty_list(l, "enum type must have at least one variant");
}

static tenon_status read_fixed_list(tni_loader *l, tni_reader *r, tenon_type *t) {
    t->kind = TENON_TYPE_FIXED_LIST;
    TNI_TRY(tni_load_feature(l, TENON_FEATURE_BIT_CM_FIXED_LENGTH_LISTS,
                             "fixed-length list"));
    TNI_TRY(tni_load_valtype(l, r, &t->element));
    TNI_TRY(tni_read_u32(r, &t->count));
    return t->count > 0
               ? TENON_OK
               : empty_list(l, "fixed-length list type must have more than 0 elements");
}

/* Explainer.md: keytype */
static bool is_key_type(tenon_type_kind kind) {
    return tni_type_is_primitive(kind) && kind != TENON_TYPE_F32 &&
           kind != TENON_TYPE_F64 && kind != TENON_TYPE_ERROR_CONTEXT;
}

static tenon_status read_map(tni_loader *l, tni_reader *r, tenon_type *t) {
    t->kind = TENON_TYPE_MAP;
    TNI_TRY(tni_load_feature(l, TENON_FEATURE_BIT_CM_MAP, "map"));
    TNI_TRY(tni_load_valtype(l, r, &t->element));
    TNI_TRY(tni_load_valtype(l, r, &t->other));
    return is_key_type(t->element->kind)
               ? TENON_OK
               : empty_list(l, "invalid map key type: must be bool, an integer, char or "
                               "string");
}

/* Binary.md: element types of stream and future contain no borrow; (stream char) is not
 * valid for now. */
static tenon_status read_async_value(tni_loader *l, tni_reader *r, tenon_type *t) {
    const char *what = t->kind == TENON_TYPE_STREAM ? "stream" : "future";
    TNI_TRY(tni_load_feature(l, TENON_FEATURE_BIT_CM_ASYNC, what));
    TNI_TRY(optional_valtype(l, r, &t->element));
    if (t->element == NULL) {
        return TENON_OK;
    }
    if ((t->element->properties & TNI_TYPE_BORROWS) != 0) {
        return TNI_LOAD_FAIL(l, TNI_ERR_CM_TYPE,
                             "`%s` type cannot contain a `borrow` type", what);
    }
    if (t->kind == TENON_TYPE_STREAM && t->element->kind == TENON_TYPE_CHAR) {
        return empty_list(l, "`stream<char>` is not valid at this time");
    }
    return TENON_OK;
}

static tenon_status read_handle(tni_loader *l, tni_reader *r, tenon_type_kind kind,
                                const tni_ltype **out) {
    u32 index;
    const tni_entity *x = NULL;
    tenon_type t = {.kind = kind};
    TNI_TRY(tni_read_u32(r, &index));
    TNI_TRY(tni_load_resource_at(l, index, &x));
    return tni_new_type(l, &t, x->resource, x->label, out);
}

/* Binary.md: defvaltype, after its first byte; not primitive. */
static tenon_status read_compound(tni_loader *l, tni_reader *r, u8 code,
                                  const tni_ltype **out) {
    tenon_type t = {.count = 0};
    switch (code) {
    case 0x72: TNI_TRY(read_record(l, r, &t)); break;
    case 0x71: TNI_TRY(read_variant(l, r, &t)); break;
    case 0x70:
        t.kind = TENON_TYPE_LIST;
        TNI_TRY(tni_load_valtype(l, r, &t.element));
        break;
    case 0x67: TNI_TRY(read_fixed_list(l, r, &t)); break;
    case 0x6f: TNI_TRY(read_tuple(l, r, &t)); break;
    case 0x6e: TNI_TRY(read_flags(l, r, &t)); break;
    case 0x6d: TNI_TRY(read_enum(l, r, &t)); break;
    case 0x6b:
        t.kind = TENON_TYPE_OPTION;
        TNI_TRY(tni_load_valtype(l, r, &t.element));
        break;
    case 0x6a:
        t.kind = TENON_TYPE_RESULT;
        TNI_TRY(optional_valtype(l, r, &t.element));
        TNI_TRY(optional_valtype(l, r, &t.other));
        break;
    case 0x69: return read_handle(l, r, TENON_TYPE_OWN, out);
    case 0x68: return read_handle(l, r, TENON_TYPE_BORROW, out);
    case 0x66:
    case 0x65:
        t.kind = code == 0x66 ? TENON_TYPE_STREAM : TENON_TYPE_FUTURE;
        TNI_TRY(read_async_value(l, r, &t));
        break;
    case 0x63: TNI_TRY(read_map(l, r, &t)); break;
    default: return tni_load_bad_byte(l, r, code, "component defined type");
    }
    return tni_new_type(l, &t, 0, tni_is_nominal(t.kind) ? tni_new_label(l) : 0, out);
}

/* -- functions and resources -- */

/* Binary.md: resultlist */
tenon_status tni_load_result(tni_loader *l, tni_reader *r, const tenon_type **out) {
    u8 form, zero;
    *out = NULL;
    TNI_TRY(tni_read_byte(r, &form));
    if (form == 0) {
        return tni_load_valtype(l, r, out);
    }
    if (form != 1) {
        return tni_load_bad_byte(l, r, form, "component function results");
    }
    TNI_TRY(tni_read_byte(r, &zero));
    return zero == 0 ? TENON_OK : tni_load_bad_byte(l, r, zero, "number of results");
}

static tenon_status read_func(tni_loader *l, tni_reader *r, bool is_async,
                              const tni_lfunc **out) {
    static const label_words words = {"function parameter name", "parameter name"};
    tenon_func_type t = {.is_async = is_async};
    if (is_async) {
        TNI_TRY(tni_load_feature(l, TENON_FEATURE_BIT_CM_ASYNC, "async func"));
    }
    TNI_TRY(read_labels(l, r, &words, tni_load_valtype, &t.params, &t.param_count));
    TNI_TRY(tni_load_result(l, r, &t.result));
    if (t.result != NULL && (t.result->properties & TNI_TYPE_BORROWS) != 0) {
        return empty_list(l, "function result cannot contain a `borrow` type");
    }
    return tni_new_func(l, &t, out);
}

/* Binary.md: the destructor has type [rep] -> []. */
static tenon_status check_destructor(tni_loader *l, u32 index, tni_valtype rep) {
    tni_scope *s = l->scope;
    if (index >= s->core[TNI_EXTERN_FUNC].count) {
        return tni_load_unknown(l, "core function", index);
    }
    u32 id = s->core[TNI_EXTERN_FUNC].data[index].as.func;
    const tni_subtype *t = &tni_registry_get(l->engine->registry, id)->sub;
    if (t->param_count != 1 || t->params[0] != rep || t->result_count != 0) {
        return TNI_LOAD_FAIL(l, TNI_ERR_CM_RESOURCE,
                             "core function %u has the wrong signature for a destructor",
                             index);
    }
    return TENON_OK;
}

static tenon_status read_resource(tni_loader *l, tni_reader *r, tni_entity *out) {
    u8 code, has_destructor;
    u32 destructor = TNI_NO_INDEX;
    tni_valtype rep = TNI_I32;
    if (l->scope->kind != TNI_SCOPE_COMPONENT) {
        return TNI_LOAD_FAIL(l, TNI_ERR_CM_RESOURCE,
                             "resources can only be defined within a concrete component");
    }
    TNI_TRY(tni_read_byte(r, &code));
    if (code == 0x7e) {
        TNI_TRY(tni_load_feature(l, TENON_FEATURE_BIT_CM_MEMORY64,
                                 "resource represented by i64"));
        rep = TNI_I64;
    } else if (code != 0x7f) {
        return TNI_LOAD_FAIL(l, TNI_ERR_CM_RESOURCE,
                             "resources can only be represented by `i32`");
    }
    TNI_TRY(tni_read_byte(r, &has_destructor));
    if (has_destructor > 1) {
        return tni_load_bad_byte(l, r, has_destructor, "optional destructor");
    }
    if (has_destructor == 1) {
        TNI_TRY(tni_read_u32(r, &destructor));
        TNI_TRY(check_destructor(l, destructor, rep));
    }
    *out = (tni_entity){.kind = TNI_ENTITY_RESOURCE, .is_new = true};
    TNI_TRY(tni_new_resource(l, l->scope->c, rep, (tni_str){"", 0}, &out->resource));
    out->slot = l->resources.data[out->resource].slot;
    return tni_load_def(l, (tni_def){.kind = TNI_DEF_RESOURCE,
                                     .sort = TNI_SORT_TYPE,
                                     .slot = out->slot,
                                     .index = destructor});
}

/* -- core types -- */

static tenon_status unknown_core_type(tni_loader *l, u32 index) {
    return tni_load_unknown(l, "core type", index);
}

/* The registry id behind a core type index. */
static tenon_status core_type_id(tni_loader *l, u32 index, u32 *id) {
    tni_scope *s = l->scope;
    if (index >= s->core_types.count) {
        return unknown_core_type(l, index);
    }
    *id = s->core_types.data[index];
    return *id != TNI_NO_INDEX
               ? TENON_OK
               : TNI_LOAD_FAIL(l, TNI_ERR_CM_TYPE, "core type index %u is a module type",
                               index);
}

/* Concrete types inside a group refer to earlier types or to the group itself. */
static tenon_status check_core_ref(tni_loader *l, u32 index, u32 end) {
    u32 id;
    if (index < l->scope->core_types.count) {
        return core_type_id(l, index, &id);
    }
    return index < end ? TENON_OK : unknown_core_type(l, index);
}

static tenon_status check_core_valtype(tni_loader *l, tni_valtype t, u32 end) {
    return tni_is_concrete(t) ? check_core_ref(l, tni_type_index_of(t), end) : TENON_OK;
}

static tenon_status check_core_subtype_refs(tni_loader *l, const tni_subtype *t,
                                            u32 end) {
    for (u32 i = 0; i < t->param_count; i++) {
        TNI_TRY(check_core_valtype(l, t->params[i], end));
    }
    for (u32 i = 0; i < t->result_count; i++) {
        TNI_TRY(check_core_valtype(l, t->results[i], end));
    }
    for (u32 i = 0; i < t->field_count; i++) {
        TNI_TRY(check_core_valtype(l, t->fields[i].type, end));
    }
    return t->supertype == TNI_NO_INDEX ? TENON_OK : check_core_ref(l, t->supertype, end);
}

/* Core 3.0, 3.2.11: a declared supertype is not final and is one in fact. */
static tenon_status check_supertype(tni_loader *l, u32 id) {
    const tni_registry *registry = l->engine->registry;
    const tni_subtype *t = &tni_registry_get(registry, id)->sub;
    if (t->supertype == TNI_NO_INDEX) {
        return TENON_OK;
    }
    const tni_subtype *super = &tni_registry_get(registry, t->supertype)->sub;
    bool good = !super->is_final && super->kind == t->kind &&
                super->param_count == t->param_count &&
                super->result_count == t->result_count &&
                super->field_count <= t->field_count;
    for (u32 i = 0; good && i < t->param_count; i++) {
        good = tni_valtype_matches(registry, super->params[i], t->params[i]);
    }
    for (u32 i = 0; good && i < t->result_count; i++) {
        good = tni_valtype_matches(registry, t->results[i], super->results[i]);
    }
    for (u32 i = 0; good && i < super->field_count; i++) {
        const tni_fieldtype *sub = &t->fields[i], *sup = &super->fields[i];
        good = sub->is_mutable == sup->is_mutable &&
               tni_valtype_matches(registry, sub->type, sup->type) &&
               (!sup->is_mutable || tni_valtype_matches(registry, sup->type, sub->type));
    }
    return good ? TENON_OK
                : TNI_LOAD_FAIL(l, TNI_ERR_SUB_TYPE, "does not match its super type");
}

static tenon_status push_core_type(tni_loader *l, u32 id, const tni_lmodule *module) {
    tni_scope *s = l->scope;
    if (s->core_types.count >= TNI_LIMIT_component_definitions) {
        return TNI_LOAD_FAIL(l, TNI_ERR_LIMIT, "core types of a component");
    }
    if (!tni_vec_push(l->heap, &s->core_types, id) ||
        !tni_vec_push(l->heap, &s->module_types, module)) {
        return tni_no_memory(l->e);
    }
    return TENON_OK;
}

static tenon_status read_rectype(tni_loader *l, tni_reader *r) {
    tni_scope *s = l->scope;
    const tni_subtype *types = NULL;
    u32 count, base, first = (u32)s->core_types.count;
    TNI_TRY(tni_decode_rectype(l->engine, &l->scratch, r, &types, &count));
    for (u32 i = 0; i < count; i++) {
        TNI_TRY(check_core_subtype_refs(l, &types[i], first + count));
        if (types[i].supertype != TNI_NO_INDEX && types[i].supertype >= first + i) {
            return unknown_core_type(l, types[i].supertype);
        }
    }
    TNI_TRY(tni_registry_intern(l->engine->registry, types, count, first,
                                s->core_types.data, &base, l->e));
    for (u32 i = 0; i < count; i++) {
        TNI_TRY(check_supertype(l, base + i));
        TNI_TRY(push_core_type(l, base + i, NULL));
    }
    return TENON_OK;
}

/* -- module types -- */

/* A module type while it is read. */
typedef struct module_reader {
    TNI_VEC(struct tni_module_type_import) imports;
    TNI_VEC(struct tni_module_type_export) exports;
    tni_lmodule *out;
} module_reader;

/* Two names as one, so that no two pairs are alike. */
static tenon_status import_key(tni_loader *l, tni_str module, tni_str name,
                               tni_str *out) {
    char prefix[24];
    size_t n = tni_format(prefix, sizeof prefix, "%zu:", module.len);
    char *key = TNI_ARENA_ARRAY(&l->scratch, char, n + module.len + name.len + 1);
    if (key == NULL) {
        return tni_no_memory(l->e);
    }
    memcpy(key, prefix, n);
    if (module.len > 0) {
        memcpy(key + n, module.ptr, module.len);
    }
    if (name.len > 0) {
        memcpy(key + n + module.len, name.ptr, name.len);
    }
    *out = (tni_str){key, n + module.len + name.len};
    return TENON_OK;
}

/* Explainer.md: two-level import names are distinct as pairs. */
static tenon_status add_import_name(tni_loader *l, tni_lmodule *m, tni_str module,
                                    tni_str name, u32 number) {
    tni_str key;
    bool fresh;
    TNI_TRY(import_key(l, module, name, &key));
    if (!tni_map_add(&m->import_index->map, key, number, &fresh)) {
        return tni_no_memory(l->e);
    }
    return fresh ? TENON_OK
                 : TNI_LOAD_FAIL(l, TNI_ERR_CM_DUPLICATE,
                                 "duplicate import name `%.*s:%.*s`", STR(module),
                                 STR(name));
}

tenon_status tni_load_core_import(tni_loader *l, const tni_lmodule *m, tni_str module,
                                  tni_str name, const tni_externtype **out) {
    tni_str key;
    tni_arena_mark mark = tni_arena_save(&l->scratch);
    TNI_TRY(import_key(l, module, name, &key));
    const u64 *place = tni_map_get(&m->import_index->map, key);
    tni_arena_restore(&l->scratch, mark);
    *out = place == NULL ? NULL : &m->t.imports[*place].type;
    return TENON_OK;
}

/* Core 3.0, 3.2.14 to 3.2.16 */
static tenon_status check_limits(tni_loader *l, const tni_limits *limits, u64 max,
                                 tni_code code, const char *what) {
    if (limits->min > max || (limits->has_max && limits->max > max)) {
        return TNI_LOAD_FAIL(l, code, "%s", what);
    }
    if (limits->has_max && limits->min > limits->max) {
        return TNI_LOAD_FAIL(l, TNI_ERR_LIMITS_ORDER, NULL);
    }
    if (limits->is_shared && !limits->has_max) {
        return TNI_LOAD_FAIL(l, TNI_ERR_SHARED_MAX, NULL);
    }
    return TENON_OK;
}

static tenon_status check_memory(tni_loader *l, const tni_memtype *t) {
    if (t->page_log2 != 16 && t->page_log2 != 0) {
        return TNI_LOAD_FAIL(l, TNI_ERR_PAGE_SIZE, NULL);
    }
    if (t->limits.is_64) {
        u64 max = t->page_log2 == 16 ? UINT64_C(1) << 48 : UINT64_MAX;
        return check_limits(l, &t->limits, max, TNI_ERR_MEMORY_SIZE, "2^48 pages");
    }
    u64 max = t->page_log2 == 16 ? 65536 : UINT32_MAX;
    return check_limits(l, &t->limits, max, TNI_ERR_MEMORY_SIZE,
                        t->page_log2 == 16 ? "65536 pages (4GiB)" : "2^32 - 1 bytes");
}

static tenon_status close_valtype(tni_loader *l, tni_valtype *t) {
    u32 id;
    if (tni_is_concrete(*t)) {
        TNI_TRY(core_type_id(l, tni_type_index_of(*t), &id));
        *t = TNI_REFTYPE(tni_is_nullable(*t), TNI_HEAP_CONCRETE + id);
    }
    return TENON_OK;
}

/* Validates an external's type, and replaces its type indices by registry ids. */
static tenon_status close_externtype(tni_loader *l, tni_externtype *t) {
    u32 index = t->as.func;
    switch (t->kind) {
    case TNI_EXTERN_FUNC:
    case TNI_EXTERN_TAG: {
        TNI_TRY(core_type_id(l, index, &t->as.func));
        const tni_subtype *f = &tni_registry_get(l->engine->registry, t->as.func)->sub;
        if (f->kind != TNI_COMP_FUNC) {
            return TNI_LOAD_FAIL(l, TNI_ERR_CM_TYPE,
                                 "core type index %u is not a func type", index);
        }
        return t->kind == TNI_EXTERN_TAG && f->result_count > 0
                   ? TNI_LOAD_FAIL(l, TNI_ERR_TAG_RESULT, NULL)
                   : TENON_OK;
    }
    case TNI_EXTERN_TABLE:
        TNI_TRY(check_limits(l, &t->as.table.limits,
                             t->as.table.limits.is_64 ? UINT64_MAX : UINT32_MAX,
                             TNI_ERR_TABLE_SIZE, "2^32 - 1 elements"));
        return close_valtype(l, &t->as.table.element);
    case TNI_EXTERN_MEMORY: return check_memory(l, &t->as.memory);
    case TNI_EXTERN_GLOBAL: return close_valtype(l, &t->as.global.type);
    }
    return TENON_OK;
}

static tenon_status module_import(tni_loader *l, tni_reader *r, module_reader *m) {
    struct tni_module_type_import im;
    TNI_TRY(tni_read_name(r, &im.module));
    TNI_TRY(tni_read_name(r, &im.name));
    TNI_TRY(tni_decode_externtype(l->engine, r, &im.type));
    TNI_TRY(close_externtype(l, &im.type));
    TNI_TRY(add_import_name(l, m->out, im.module, im.name, (u32)m->imports.count));
    return tni_vec_push(l->heap, &m->imports, im) ? TENON_OK : tni_no_memory(l->e);
}

static tenon_status module_export(tni_loader *l, tni_reader *r, module_reader *m) {
    struct tni_module_type_export ex;
    bool fresh;
    TNI_TRY(tni_read_name(r, &ex.name));
    TNI_TRY(tni_decode_externtype(l->engine, r, &ex.type));
    TNI_TRY(close_externtype(l, &ex.type));
    if (!tni_map_add(&m->out->export_index->map, ex.name, m->exports.count, &fresh)) {
        return tni_no_memory(l->e);
    }
    if (!fresh) {
        return TNI_LOAD_FAIL(l, TNI_ERR_CM_DUPLICATE,
                             "export name `%.*s` already defined", STR(ex.name));
    }
    return tni_vec_push(l->heap, &m->exports, ex) ? TENON_OK : tni_no_memory(l->e);
}

/* Binary.md: core:alias */
static tenon_status module_alias(tni_loader *l, tni_reader *r) {
    u8 sort, target;
    u32 count, index;
    TNI_TRY(tni_read_byte(r, &sort));
    if (sort != 0x10) {
        return tni_load_bad_byte(l, r, sort, "outer alias kind");
    }
    TNI_TRY(tni_read_byte(r, &target));
    if (target != 1) {
        return tni_load_bad_byte(l, r, target, "outer alias target");
    }
    TNI_TRY(tni_read_u32(r, &count));
    TNI_TRY(tni_read_u32(r, &index));
    tni_scope *s = l->scope;
    for (u32 i = 0; i < count && s != NULL; i++) {
        s = s->parent;
    }
    if (s == NULL) {
        return TNI_LOAD_FAIL(l, TNI_ERR_CM_ALIAS, "invalid outer alias count of %u",
                             count);
    }
    if (index >= s->core_types.count) {
        return unknown_core_type(l, index);
    }
    if (s->core_types.data[index] == TNI_NO_INDEX) {
        return TNI_LOAD_FAIL(l, TNI_ERR_CM_ALIAS,
                             "core type index %u is a module type, which a module type "
                             "cannot alias",
                             index);
    }
    return push_core_type(l, s->core_types.data[index], NULL);
}

static tenon_status core_deftype(tni_loader *l, tni_reader *r, bool in_module);

static tenon_status module_decl(tni_loader *l, tni_reader *r, module_reader *m) {
    u8 form;
    l->offset = tni_reader_offset(r);
    TNI_TRY(tni_read_byte(r, &form));
    switch (form) {
    case 0: return module_import(l, r, m);
    case 1: return core_deftype(l, r, true);
    case 2: return module_alias(l, r);
    case 3: return module_export(l, r, m);
    default: return tni_load_bad_byte(l, r, form, "type definition");
    }
}

static tenon_status finish_module(tni_loader *l, const module_reader *m) {
    tni_module_type *t = &m->out->t;
    t->import_count = (u32)m->imports.count;
    t->export_count = (u32)m->exports.count;
    t->imports =
        TNI_ARENA_ARRAY(l->arena, struct tni_module_type_import, t->import_count);
    t->exports =
        TNI_ARENA_ARRAY(l->arena, struct tni_module_type_export, t->export_count);
    if (t->imports == NULL || t->exports == NULL) {
        return tni_no_memory(l->e);
    }
    if (t->import_count > 0) {
        memcpy(t->imports, m->imports.data, t->import_count * sizeof *t->imports);
    }
    if (t->export_count > 0) {
        memcpy(t->exports, m->exports.data, t->export_count * sizeof *t->exports);
    }
    m->out->traits.weight = 1 + t->import_count + t->export_count;
    return TENON_OK;
}

static tni_lmodule *new_module_type(tni_loader *l) {
    tni_lmodule *m = TNI_ARENA_NEW(l->arena, tni_lmodule);
    if (m != NULL) {
        m->traits = (tni_traits){.weight = 1, .depth = 1};
        m->import_index = tni_load_new_index(l);
        m->export_index = tni_load_new_index(l);
        if (m->import_index == NULL || m->export_index == NULL) {
            return NULL;
        }
    }
    return m;
}

static tenon_status read_module_type(tni_loader *l, tni_reader *r) {
    module_reader m = {.out = new_module_type(l)};
    tni_scope scope;
    u32 count;
    if (m.out == NULL) {
        return tni_no_memory(l->e);
    }
    TNI_TRY(tni_load_count(l, r, &count));
    TNI_TRY(tni_load_scope_push(l, &scope, TNI_SCOPE_MODULE_TYPE, l->scope->c));
    tenon_status status = TENON_OK;
    for (u32 i = 0; i < count && status == TENON_OK; i++) {
        status = module_decl(l, r, &m);
    }
    tni_load_scope_pop(l);
    if (status == TENON_OK) {
        status = finish_module(l, &m);
    }
    tni_vec_free(l->heap, &m.imports);
    tni_vec_free(l->heap, &m.exports);
    TNI_TRY(status);
    return push_core_type(l, TNI_NO_INDEX, m.out);
}

/* Binary.md: core:deftype. 0x50 is a module type here; a sub type that is not final has
 * 0x00 before it. */
static tenon_status core_deftype(tni_loader *l, tni_reader *r, bool in_module) {
    u8 code = r->cur != r->end ? *r->cur : 0;
    if (code == 0x50) {
        r->cur++;
        return in_module ? TNI_LOAD_FAIL(l, TNI_ERR_CM_NESTED_MODULE_TYPE,
                                         "(0x50) for core type")
                         : read_module_type(l, r);
    }
    if (code == 0x00 && r->cur != r->end) {
        r->cur++;
        if (r->cur == r->end || *r->cur != 0x50) {
            u8 next;
            TNI_TRY(tni_read_byte(r, &next));
            return tni_load_bad_byte(l, r, next, "core type");
        }
    }
    return read_rectype(l, r);
}

tenon_status tni_load_core_type(tni_loader *l, tni_reader *r) {
    l->offset = tni_reader_offset(r);
    return core_deftype(l, r, false);
}

tenon_status tni_load_module_type(tni_loader *l, const tni_module *m,
                                  const tni_lmodule **out) {
    tni_lmodule *t = TNI_ARENA_NEW(l->arena, tni_lmodule);
    if (t == NULL || (t->import_index = tni_load_new_index(l)) == NULL) {
        return tni_no_memory(l->e);
    }
    t->module = m;
    t->t.import_count = m->import_count;
    t->t.export_count = m->export_count;
    t->t.imports =
        TNI_ARENA_ARRAY(l->arena, struct tni_module_type_import, m->import_count);
    t->t.exports =
        TNI_ARENA_ARRAY(l->arena, struct tni_module_type_export, m->export_count);
    if (t->t.imports == NULL || t->t.exports == NULL) {
        return tni_no_memory(l->e);
    }
    for (u32 i = 0; i < m->import_count; i++) {
        t->t.imports[i].module = m->imports[i].module;
        t->t.imports[i].name = m->imports[i].name;
        t->t.imports[i].type = tni_import_type(m, i);
        TNI_TRY(add_import_name(l, t, m->imports[i].module, m->imports[i].name, i));
    }
    for (u32 i = 0; i < m->export_count; i++) {
        t->t.exports[i].name = m->exports[i].name;
        t->t.exports[i].type = tni_export_type(m, i);
    }
    u64 weight = UINT64_C(1) + m->import_count + m->export_count;
    t->traits.depth = 1;
    t->traits.weight = weight > 1000 ? 1000 : (u32)weight; /* shared, never written out */
    *out = t;
    return TENON_OK;
}

/* -- instance and component types -- */

static tenon_status type_decl(tni_loader *l, tni_reader *r) {
    u8 form;
    l->offset = tni_reader_offset(r);
    TNI_TRY(tni_read_byte(r, &form));
    switch (form) {
    case 0: return tni_load_core_type(l, r);
    case 1: return tni_load_type(l, r);
    case 2: return tni_load_alias_decl(l, r);
    case 3:
        if (l->scope->kind == TNI_SCOPE_COMPONENT_TYPE) {
            return tni_load_import_decl(l, r);
        }
        break;
    case 4: return tni_load_export_decl(l, r);
    default: break;
    }
    return tni_load_bad_byte(l, r, form, "component or instance type declaration");
}

static tenon_status keep_entries(tni_loader *l, const tni_namespace *ns,
                                 const tni_named_entity **out, u32 *count) {
    tni_named_entity *kept =
        TNI_ARENA_ARRAY(l->arena, tni_named_entity, ns->entries.count);
    if (kept == NULL) {
        return tni_no_memory(l->e);
    }
    if (ns->entries.count > 0) {
        memcpy(kept, ns->entries.data, ns->entries.count * sizeof *kept);
    }
    *out = kept;
    *count = (u32)ns->entries.count;
    return TENON_OK;
}

static tenon_status keep_numbers(tni_loader *l, const u32 *numbers, size_t count,
                                 const u32 **out) {
    u32 *kept = TNI_ARENA_ARRAY(l->arena, u32, count);
    if (kept == NULL) {
        return tni_no_memory(l->e);
    }
    if (count > 0) {
        memcpy(kept, numbers, count * sizeof *kept);
    }
    *out = kept;
    return TENON_OK;
}

static tenon_status finish_scope(tni_loader *l, const tni_scope *s, tni_entity *out) {
    tni_component_type t;
    const u32 *imported = NULL, *defined = NULL;
    TNI_TRY(keep_entries(l, &s->imports, &t.imports, &t.import_count));
    TNI_TRY(keep_entries(l, &s->exports, &t.exports, &t.export_count));
    TNI_TRY(keep_numbers(l, s->imported.data, s->imported.count, &imported));
    TNI_TRY(keep_numbers(l, s->defined.data, s->defined.count, &defined));
    if (s->kind == TNI_SCOPE_INSTANCE_TYPE) {
        const tni_linst *i = NULL;
        TNI_TRY(tni_new_instance(l, t.exports, t.export_count, defined,
                                 (u32)s->defined.count, &i));
        *out = (tni_entity){.kind = TNI_ENTITY_INSTANCE_TYPE, .instance = &i->t};
        return TENON_OK;
    }
    const tni_lcomp *c = NULL;
    TNI_TRY(tni_new_component(l, &t, imported, (u32)s->imported.count, defined,
                              (u32)s->defined.count, &c));
    *out = (tni_entity){.kind = TNI_ENTITY_COMPONENT_TYPE, .component = &c->t};
    return TENON_OK;
}

static tenon_status read_type_scope(tni_loader *l, tni_reader *r, tni_scope_kind kind,
                                    tni_entity *out) {
    u32 count;
    TNI_TRY(tni_load_count(l, r, &count));
    tni_scope *scope = TNI_NEW(l->heap, tni_scope); /* large: not on the C stack */
    if (scope == NULL) {
        return tni_no_memory(l->e);
    }
    tenon_status status = tni_load_scope_push(l, scope, kind, l->scope->c);
    if (status == TENON_OK) {
        for (u32 i = 0; i < count && status == TENON_OK; i++) {
            status = type_decl(l, r);
        }
        if (status == TENON_OK) {
            status = finish_scope(l, scope, out);
        }
        tni_load_scope_pop(l);
    }
    TNI_FREE(l->heap, scope);
    return status;
}

/* -- deftype -- */

tenon_status tni_load_type(tni_loader *l, tni_reader *r) {
    u8 code;
    tenon_type_kind kind;
    tni_entity x = {.kind = TNI_ENTITY_TYPE};
    l->offset = tni_reader_offset(r);
    if (l->scope->types.count >= TNI_LIMIT_component_definitions) {
        return TNI_LOAD_FAIL(l, TNI_ERR_LIMIT, "types of a component");
    }
    TNI_TRY(tni_read_byte(r, &code));
    if (primitive_kind(code, &kind)) {
        TNI_TRY(primitive(l, kind, &x.value));
    } else if (code == 0x3f) {
        TNI_TRY(read_resource(l, r, &x));
        return push_type(l, &x);
    } else if (code == 0x40 || code == 0x43) {
        const tni_lfunc *f = NULL;
        TNI_TRY(read_func(l, r, code == 0x43, &f));
        x = (tni_entity){.kind = TNI_ENTITY_FUNC_TYPE, .func = &f->t};
    } else if (code == 0x41) {
        TNI_TRY(read_type_scope(l, r, TNI_SCOPE_COMPONENT_TYPE, &x));
    } else if (code == 0x42) {
        TNI_TRY(read_type_scope(l, r, TNI_SCOPE_INSTANCE_TYPE, &x));
    } else {
        const tni_ltype *t = NULL;
        TNI_TRY(read_compound(l, r, code, &t));
        x.value = &t->t;
    }
    TNI_TRY(push_type(l, &x));
    return tni_load_def(l, (tni_def){.kind = TNI_DEF_TYPE, .sort = TNI_SORT_TYPE});
}

/* -- externtype -- */

static tenon_status read_type_bound(tni_loader *l, tni_reader *r, tni_entity *out) {
    u8 bound;
    u32 index;
    const tni_entity *x = NULL;
    TNI_TRY(tni_read_byte(r, &bound));
    if (bound == 1) {
        *out = (tni_entity){
            .kind = TNI_ENTITY_RESOURCE, .is_new = true, .resource = TNI_NO_INDEX};
        return TENON_OK;
    }
    if (bound != 0) {
        return tni_load_bad_byte(l, r, bound, "type bound");
    }
    TNI_TRY(tni_read_u32(r, &index));
    TNI_TRY(tni_load_type_at(l, index, &x));
    *out = *x;
    out->is_new = false;
    return TENON_OK;
}

static tenon_status module_type_at(tni_loader *l, u32 index, tni_entity *out) {
    tni_scope *s = l->scope;
    if (index >= s->core_types.count) {
        return unknown_core_type(l, index);
    }
    if (s->module_types.data[index] == NULL) {
        return TNI_LOAD_FAIL(l, TNI_ERR_CM_TYPE,
                             "core type index %u is not a module type", index);
    }
    *out = (tni_entity){.kind = TNI_ENTITY_CORE_MODULE,
                        .module = &s->module_types.data[index]->t};
    return TENON_OK;
}

tenon_status tni_load_externtype(tni_loader *l, tni_reader *r, tni_entity *out) {
    u8 sort;
    u32 index;
    const tni_entity *x = NULL;
    TNI_TRY(tni_read_byte(r, &sort));
    if (sort == 3) {
        return read_type_bound(l, r, out);
    }
    if (sort == 2) {
        return tni_load_feature(l, TENON_FEATURE_BIT_CM_VALUES, "value");
    }
    if (sort == 0) {
        TNI_TRY(tni_read_byte(r, &sort));
        if (sort != 0x11) {
            return tni_load_bad_byte(l, r, sort, "component external kind");
        }
        TNI_TRY(tni_read_u32(r, &index));
        return module_type_at(l, index, out);
    }
    if (sort > 5) {
        return tni_load_bad_byte(l, r, sort, "component external kind");
    }
    TNI_TRY(tni_read_u32(r, &index));
    switch (sort) {
    case 1:
        TNI_TRY(type_of_kind(l, index, TNI_ENTITY_FUNC_TYPE, "a function type", &x));
        *out = *x;
        out->kind = TNI_ENTITY_FUNC;
        return TENON_OK;
    case 4:
        TNI_TRY(
            type_of_kind(l, index, TNI_ENTITY_COMPONENT_TYPE, "a component type", &x));
        *out = *x;
        out->kind = TNI_ENTITY_COMPONENT;
        return TENON_OK;
    default:
        TNI_TRY(type_of_kind(l, index, TNI_ENTITY_INSTANCE_TYPE, "an instance type", &x));
        *out = *x;
        out->kind = TNI_ENTITY_INSTANCE;
        return TENON_OK;
    }
}
