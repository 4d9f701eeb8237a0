/* layout.c: sizes, alignments and flattening of component-level value types; copies of
 * type tables. CanonicalABI.md, "Alignment", "Element Size", "Flattening".
 *
 * Everything is computed once for each type, bottom up, and kept in the type: nothing
 * here walks into a type's parts, so that a type which names one part many times costs no
 * more than its own text. Checks of validity are the loader's (validate.c). */
#include "component/layout.h"
#include "base/limits.h"

/* A record's, tuple's, variant's or other type's place in memory, for one pointer width.
 */
typedef struct extent {
    u64 size;
    u32 align;
} extent;

static const u8 flat_i32[] = {TNI_KIND_I32};
static const u8 flat_i64[] = {TNI_KIND_I64};
static const u8 flat_f32[] = {TNI_KIND_F32};
static const u8 flat_f64[] = {TNI_KIND_F64};
static const u8 flat_pair32[] = {TNI_KIND_I32, TNI_KIND_I32};
static const u8 flat_pair64[] = {TNI_KIND_I64, TNI_KIND_I64};

#define SCALAR(id, bytes, core, bits)                                                    \
    [TENON_TYPE_##id] = {.kind = TENON_TYPE_##id,                                        \
                         .size = {bytes, bytes},                                         \
                         .align = {bytes, bytes},                                        \
                         .flat = {core, core},                                           \
                         .flat_count = 1,                                                \
                         .properties = TNI_TYPE_LAID_OUT | (bits)}

static const tenon_type primitives[] = {
    SCALAR(BOOL, 1, flat_i32, 0),
    SCALAR(S8, 1, flat_i32, TNI_TYPE_PLAIN),
    SCALAR(U8, 1, flat_i32, TNI_TYPE_PLAIN),
    SCALAR(S16, 2, flat_i32, TNI_TYPE_PLAIN),
    SCALAR(U16, 2, flat_i32, TNI_TYPE_PLAIN),
    SCALAR(S32, 4, flat_i32, TNI_TYPE_PLAIN),
    SCALAR(U32, 4, flat_i32, TNI_TYPE_PLAIN),
    SCALAR(S64, 8, flat_i64, TNI_TYPE_PLAIN),
    SCALAR(U64, 8, flat_i64, TNI_TYPE_PLAIN),
    SCALAR(F32, 4, flat_f32, TNI_TYPE_PLAIN),
    SCALAR(F64, 8, flat_f64, TNI_TYPE_PLAIN),
    SCALAR(CHAR, 4, flat_i32, 0),
    [TENON_TYPE_STRING] = {.kind = TENON_TYPE_STRING,
                           .size = {8, 16},
                           .align = {4, 8},
                           .flat = {flat_pair32, flat_pair64},
                           .flat_count = 2,
                           .properties = TNI_TYPE_LAID_OUT | TNI_TYPE_POINTERS},
    SCALAR(ERROR_CONTEXT, 4, flat_i32, TNI_TYPE_HANDLES),
};

bool tni_type_is_primitive(tenon_type_kind kind) {
    return kind <= TENON_TYPE_ERROR_CONTEXT;
}

const tenon_type *tni_type_primitive(tenon_type_kind kind) {
    return &primitives[kind];
}

/* -- flattening -- */

/* The core types of one type while they are gathered. */
typedef struct flat {
    u8 types[TNI_MAX_FLAT_PARAMS];
    u32 kept;  /* of them in types */
    u32 count; /* all; saturates */
} flat;

static u32 add_saturating(u32 a, u32 b) {
    return a > UINT32_MAX - b ? UINT32_MAX : a + b;
}

static u32 kept_of(const tenon_type *t) {
    return t->flat_count < TNI_MAX_FLAT_PARAMS ? t->flat_count : TNI_MAX_FLAT_PARAMS;
}

/* CanonicalABI: flatten_record, one field. */
static void flatten_field(flat *f, const tenon_type *t, unsigned w) {
    for (u32 i = 0; i < kept_of(t) && f->kept < TNI_MAX_FLAT_PARAMS; i++) {
        f->types[f->kept++] = t->flat[w][i];
    }
    f->count = add_saturating(f->count, t->flat_count);
}

/* CanonicalABI: join. */
static u8 join(u8 a, u8 b) {
    if (a == b) {
        return a;
    }
    bool narrow = (a == TNI_KIND_I32 && b == TNI_KIND_F32) ||
                  (a == TNI_KIND_F32 && b == TNI_KIND_I32);
    return narrow ? TNI_KIND_I32 : TNI_KIND_I64;
}

/* CanonicalABI: flatten_variant, one case; the discriminant is in place already. */
static void flatten_case(flat *f, const tenon_type *t, unsigned w) {
    for (u32 i = 0; i < kept_of(t) && i + 1 < TNI_MAX_FLAT_PARAMS; i++) {
        if (i + 1 < f->kept) {
            f->types[i + 1] = join(f->types[i + 1], t->flat[w][i]);
        } else {
            f->types[f->kept++] = t->flat[w][i];
        }
    }
    u32 all = add_saturating(t->flat_count, 1);
    f->count = all > f->count ? all : f->count;
}

static tenon_status keep_flat(tni_arena *a, tenon_type *t, const flat *f, unsigned w,
                              tenon_error *e) {
    u8 *copy = TNI_ARENA_ARRAY(a, u8, f->kept);
    if (copy == NULL) {
        return tni_no_memory(e);
    }
    memcpy(copy, f->types, f->kept);
    t->flat[w] = copy;
    t->flat_count = f->count;
    return TENON_OK;
}

u32 tni_flatten(const tenon_type *t, bool is_64, tni_valtype *out, u32 max) {
    u32 n = kept_of(t) < max ? kept_of(t) : max;
    for (u32 i = 0; i < n; i++) {
        out[i] = TNI_VALTYPE(t->flat[is_64][i]);
    }
    return t->flat_count;
}

/* -- records and tuples -- */

static tenon_status too_large(tenon_error *e) {
    return tni_fail(e, TNI_ERR_TYPE_TOO_LARGE, TENON_NO_OFFSET, NULL);
}

static tenon_status set_extent(tenon_type *t, unsigned w, extent x, tenon_error *e) {
    u64 size = tni_align_up(x.size, x.align);
    if (size > UINT32_MAX) {
        return too_large(e);
    }
    t->size[w] = (u32)size;
    t->align[w] = x.align;
    return TENON_OK;
}

/* CanonicalABI: elem_size_record, alignment_record. */
static tenon_status lay_out_record(tni_arena *a, tenon_type *t, unsigned w,
                                   tenon_error *e) {
    u32 *offsets = TNI_ARENA_ARRAY(a, u32, t->count);
    if (offsets == NULL) {
        return tni_no_memory(e);
    }
    extent x = {0, 1};
    flat f = {.count = 0};
    for (u32 i = 0; i < t->count; i++) {
        const tenon_type *field = t->fields[i].type;
        x.size = tni_align_up(x.size, field->align[w]);
        if (x.size > UINT32_MAX) {
            return too_large(e);
        }
        offsets[i] = (u32)x.size;
        x.size += field->size[w];
        x.align = field->align[w] > x.align ? field->align[w] : x.align;
        flatten_field(&f, field, w);
    }
    t->offsets[w] = offsets;
    TNI_TRY(keep_flat(a, t, &f, w, e));
    return set_extent(t, w, x, e);
}

static u32 record_properties(const tenon_type *t) {
    u32 any = 0, all = TNI_TYPE_PLAIN;
    u64 sum[2] = {0, 0};
    for (u32 i = 0; i < t->count; i++) {
        const tenon_type *field = t->fields[i].type;
        any |= field->properties;
        all &= field->properties;
        sum[0] += field->size[0];
        sum[1] += field->size[1];
    }
    u32 padded = sum[0] != t->size[0] || sum[1] != t->size[1] ? TNI_TYPE_PADDED : 0;
    return (any & ~(u32)TNI_TYPE_PLAIN) | all | padded;
}

/* -- variants, options, results, enums, flags -- */

static u32 case_count(const tenon_type *t) {
    return t->kind == TENON_TYPE_OPTION || t->kind == TENON_TYPE_RESULT ? 2 : t->count;
}

/* The payload of case i, or NULL. */
static const tenon_type *case_type(const tenon_type *t, u32 i) {
    switch (t->kind) {
    case TENON_TYPE_OPTION: return i == 1 ? t->element : NULL;
    case TENON_TYPE_RESULT: return i == 0 ? t->element : t->other;
    case TENON_TYPE_ENUM: return NULL;
    default: return t->fields[i].type;
    }
}

/* CanonicalABI: elem_size_variant, alignment_variant. */
static tenon_status lay_out_variant(tni_arena *a, tenon_type *t, unsigned w,
                                    tenon_error *e) {
    u32 discriminant = tni_discriminant_bytes(case_count(t));
    u32 case_align = 1, case_size = 0;
    flat f = {.types = {TNI_KIND_I32}, .kept = 1, .count = 1};
    for (u32 i = 0; i < case_count(t); i++) {
        const tenon_type *payload = case_type(t, i);
        if (payload != NULL) {
            case_align = payload->align[w] > case_align ? payload->align[w] : case_align;
            case_size = payload->size[w] > case_size ? payload->size[w] : case_size;
            flatten_case(&f, payload, w);
        }
    }
    u64 payload_at = tni_align_up(discriminant, case_align);
    t->payload[w] = (u32)payload_at;
    extent x = {payload_at + case_size,
                discriminant > case_align ? discriminant : case_align};
    TNI_TRY(keep_flat(a, t, &f, w, e));
    return set_extent(t, w, x, e);
}

/* Not padded only when discriminant and any payload fill the size. */
static u32 variant_properties(const tenon_type *t) {
    u32 any = 0, discriminant = tni_discriminant_bytes(case_count(t));
    for (u32 i = 0; i < case_count(t); i++) {
        const tenon_type *payload = case_type(t, i);
        any |= payload != NULL ? payload->properties : 0;
        for (unsigned w = 0; w < 2; w++) {
            u32 used = discriminant + (payload != NULL ? payload->size[w] : 0);
            any |= used != t->size[w] ? TNI_TYPE_PADDED : 0;
        }
    }
    return any & ~(u32)TNI_TYPE_PLAIN;
}

static void lay_out_flags(tenon_type *t, unsigned w) {
    t->size[w] = t->align[w] = tni_flags_bytes(t->count);
    t->flat[w] = flat_i32;
    t->flat_count = 1;
}

/* -- the rest -- */

/* CanonicalABI: elem_size_list and flatten_list with a length. */
static tenon_status lay_out_fixed_list(tni_arena *a, tenon_type *t, unsigned w,
                                       tenon_error *e) {
    const tenon_type *element = t->element;
    u32 kept = kept_of(element);
    flat f = {.count = 0};
    for (u32 i = 0; i < t->count && kept > 0 && f.kept < TNI_MAX_FLAT_PARAMS; i++) {
        flatten_field(&f, element, w);
    }
    u64 count = (u64)element->flat_count * t->count;
    f.count = count > UINT32_MAX ? UINT32_MAX : (u32)count;
    TNI_TRY(keep_flat(a, t, &f, w, e));
    return set_extent(t, w, (extent){(u64)element->size[w] * t->count, element->align[w]},
                      e);
}

static void lay_out_like(tenon_type *t, const tenon_type *model) {
    for (unsigned w = 0; w < 2; w++) {
        t->size[w] = model->size[w];
        t->align[w] = model->align[w];
        t->flat[w] = model->flat[w];
    }
    t->flat_count = model->flat_count;
}

static tenon_status lay_out_width(tni_arena *a, tenon_type *t, unsigned w,
                                  tenon_error *e) {
    switch (t->kind) {
    case TENON_TYPE_RECORD:
    case TENON_TYPE_TUPLE: return lay_out_record(a, t, w, e);
    case TENON_TYPE_VARIANT:
    case TENON_TYPE_ENUM:
    case TENON_TYPE_OPTION:
    case TENON_TYPE_RESULT: return lay_out_variant(a, t, w, e);
    case TENON_TYPE_FIXED_LIST: return lay_out_fixed_list(a, t, w, e);
    case TENON_TYPE_FLAGS: lay_out_flags(t, w); return TENON_OK;
    case TENON_TYPE_LIST:
        lay_out_like(t, &primitives[TENON_TYPE_STRING]);
        return TENON_OK;
    case TENON_TYPE_OWN:
    case TENON_TYPE_BORROW:
    case TENON_TYPE_STREAM:
    case TENON_TYPE_FUTURE: lay_out_like(t, &primitives[TENON_TYPE_U32]); return TENON_OK;
    default: lay_out_like(t, &primitives[t->kind]); return TENON_OK;
    }
}

/* A map is a list of pairs: other's fields hold where its value lies in a pair. */
static tenon_status lay_out_map(tni_arena *a, tenon_type *t, tenon_error *e) {
    tenon_field *pair = TNI_ARENA_ARRAY(a, tenon_field, 2);
    tenon_type *tuple = TNI_ARENA_NEW(a, tenon_type);
    if (pair == NULL || tuple == NULL) {
        return tni_no_memory(e);
    }
    pair[0].type = t->element;
    pair[1].type = t->other;
    *tuple = (tenon_type){.kind = TENON_TYPE_TUPLE, .count = 2, .fields = pair};
    TNI_TRY(tni_type_lay_out(a, tuple, e));
    pair = TNI_ARENA_ARRAY(a, tenon_field, 1);
    if (pair == NULL) {
        return tni_no_memory(e);
    }
    pair->type = tuple;
    t->fields = pair;
    lay_out_like(t, &primitives[TENON_TYPE_STRING]);
    return TENON_OK;
}

static u32 properties_of(const tenon_type *t) {
    const u32 parts = TNI_TYPE_BORROWS | TNI_TYPE_HANDLES;
    switch (t->kind) {
    case TENON_TYPE_RECORD:
    case TENON_TYPE_TUPLE: return record_properties(t);
    case TENON_TYPE_VARIANT:
    case TENON_TYPE_OPTION:
    case TENON_TYPE_RESULT: return variant_properties(t);
    case TENON_TYPE_FIXED_LIST: return t->element->properties;
    case TENON_TYPE_LIST: return TNI_TYPE_POINTERS | (t->element->properties & parts);
    case TENON_TYPE_MAP:
        return TNI_TYPE_POINTERS |
               ((t->element->properties | t->other->properties) & parts);
    case TENON_TYPE_FLAGS: /* labels that fill their bytes: no bits to ignore */
        return t->count == 8 * t->size[TNI_PTR32] ? TNI_TYPE_PLAIN : 0;
    case TENON_TYPE_ENUM: return 0;
    case TENON_TYPE_BORROW: return TNI_TYPE_BORROWS | TNI_TYPE_HANDLES;
    case TENON_TYPE_OWN:
    case TENON_TYPE_STREAM:
    case TENON_TYPE_FUTURE: return TNI_TYPE_HANDLES;
    default: return primitives[t->kind].properties;
    }
}

tenon_status tni_type_lay_out(tni_arena *a, tenon_type *t, tenon_error *e) {
    if (t->kind == TENON_TYPE_MAP) {
        TNI_TRY(lay_out_map(a, t, e));
    } else {
        for (unsigned w = 0; w < 2; w++) {
            TNI_TRY(lay_out_width(a, t, w, e));
        }
    }
    t->properties = TNI_TYPE_LAID_OUT | properties_of(t);
    return TENON_OK;
}

/* -- copies -- */

void tni_type_copier_init(tni_type_copier *c, tni_arena *a) {
    c->arena = a;
    tni_map_init(&c->copies, a->heap);
}

void tni_type_copier_free(tni_type_copier *c) {
    tni_map_free(&c->copies);
}

static tenon_status copy_at(tni_type_copier *c, const tenon_type *t, u32 depth,
                            const tenon_type **out, tenon_error *e);

static tenon_status copy_fields(tni_type_copier *c, const tenon_field *fields, u32 count,
                                u32 depth, const tenon_field **out, tenon_error *e) {
    tenon_field *copies = TNI_ARENA_ARRAY(c->arena, tenon_field, count);
    if (copies == NULL) {
        return tni_no_memory(e);
    }
    for (u32 i = 0; i < count; i++) {
        copies[i].name = fields[i].name;
        TNI_TRY(copy_at(c, fields[i].type, depth, &copies[i].type, e));
    }
    *out = copies;
    return TENON_OK;
}

static bool has_fields(tenon_type_kind kind) {
    return kind >= TENON_TYPE_RECORD && kind <= TENON_TYPE_FLAGS;
}

bool tni_type_is_sound(const tenon_type *t) {
    switch (t->kind) {
    case TENON_TYPE_RECORD:
    case TENON_TYPE_TUPLE:
        for (u32 i = 0; i < t->count; i++) {
            if (t->fields[i].type == NULL) {
                return false;
            }
        }
        return true;
    case TENON_TYPE_VARIANT:
    case TENON_TYPE_ENUM: return t->count > 0;
    case TENON_TYPE_FLAGS: return t->count > 0 && t->count <= 32;
    case TENON_TYPE_FIXED_LIST: return t->element != NULL && t->count > 0;
    case TENON_TYPE_LIST:
    case TENON_TYPE_OPTION: return t->element != NULL;
    case TENON_TYPE_MAP: return t->element != NULL && t->other != NULL;
    default: return t->kind <= TENON_TYPE_FUTURE;
    }
}

static tenon_status copy_parts(tni_type_copier *c, const tenon_type *t, u32 depth,
                               tenon_type *copy, tenon_error *e) {
    copy->kind = t->kind;
    copy->count = t->count;
    copy->resource = t->resource;
    if (has_fields(t->kind)) {
        TNI_TRY(copy_fields(c, t->fields, t->count, depth, &copy->fields, e));
    }
    TNI_TRY(copy_at(c, t->element, depth, &copy->element, e));
    TNI_TRY(copy_at(c, t->other, depth, &copy->other, e));
    return tni_type_lay_out(c->arena, copy, e);
}

/* An entry of the map; the map borrows the bytes of `original` as its key. */
typedef struct copied {
    const tenon_type *original;
    tenon_type copy;
} copied;

static tni_str key_of(const tenon_type *const *t) {
    return (tni_str){(const char *)t, sizeof *t};
}

static tenon_status copy_at(tni_type_copier *c, const tenon_type *t, u32 depth,
                            const tenon_type **out, tenon_error *e) {
    *out = NULL;
    if (t == NULL) {
        return TENON_OK;
    }
    if (depth > TNI_LIMIT_component_type_depth) {
        return tni_fail(e, TNI_ERR_TYPE_NESTING, TENON_NO_OFFSET, NULL);
    }
    if (!tni_type_is_sound(t)) {
        return tni_fail(e, TNI_ERR_TYPE_TABLE, TENON_NO_OFFSET, NULL);
    }
    if (tni_type_is_primitive(t->kind)) {
        *out = &primitives[t->kind];
        return TENON_OK;
    }
    const u64 *known = tni_map_get(&c->copies, key_of(&t));
    if (known != NULL) {
        *out = &((const copied *)(uintptr_t)*known)->copy;
        return TENON_OK;
    }
    copied *entry = TNI_ARENA_NEW(c->arena, copied);
    if (entry == NULL) {
        return tni_no_memory(e);
    }
    entry->original = t;
    TNI_TRY(copy_parts(c, t, depth + 1, &entry->copy, e));
    if (!tni_map_put(&c->copies, key_of(&entry->original), (u64)(uintptr_t)entry)) {
        return tni_no_memory(e);
    }
    *out = &entry->copy;
    return TENON_OK;
}

tenon_status tni_copy_type(tni_type_copier *c, const tenon_type *t,
                           const tenon_type **out, tenon_error *e) {
    return copy_at(c, t, 0, out, e);
}

tenon_status tni_copy_func_type(tni_type_copier *c, const tenon_func_type *t,
                                tenon_func_type *out, tenon_error *e) {
    out->is_async = t->is_async;
    out->param_count = t->param_count;
    TNI_TRY(copy_fields(c, t->params, t->param_count, 0, &out->params, e));
    return copy_at(c, t->result, 0, &out->result, e);
}

tenon_status tni_type_copy(tni_arena *a, const tenon_type *t, const tenon_type **out,
                           tenon_error *e) {
    tni_type_copier c;
    tni_type_copier_init(&c, a);
    tenon_status status = tni_copy_type(&c, t, out, e);
    tni_type_copier_free(&c);
    return status;
}

tenon_status tni_func_type_copy(tni_arena *a, const tenon_func_type *t,
                                tenon_func_type *out, tenon_error *e) {
    tni_type_copier c;
    tni_type_copier_init(&c, a);
    tenon_status status = tni_copy_func_type(&c, t, out, e);
    tni_type_copier_free(&c);
    return status;
}

tenon_status tni_params_tuple(tni_arena *a, const tenon_func_type *t,
                              const tenon_type **out, tenon_error *e) {
    tenon_type *tuple = TNI_ARENA_NEW(a, tenon_type);
    if (tuple == NULL) {
        return tni_no_memory(e);
    }
    /* The names stay: they make messages better and do no harm. */
    *tuple = (tenon_type){
        .kind = TENON_TYPE_TUPLE, .count = t->param_count, .fields = t->params};
    TNI_TRY(tni_type_lay_out(a, tuple, e));
    *out = tuple;
    return TENON_OK;
}
