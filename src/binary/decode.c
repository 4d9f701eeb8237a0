/* decode.c: the sections of a core module. Core 3.0, 5.5.
 *
 * Checks the grammar and nothing of validation. A section's contents are read up to where
 * its grammar ends, wherever the section said it would end, and the two are compared
 * after; so say the official scripts. Bodies and what they contain are left to the
 * validator. */
#include "binary/decode.h"

#include "base/assert.h"
#include "base/limits.h"
#include "base/reader.h"
#include "base/vec.h"
#include "binary/readcode.h"

typedef struct decoder {
    tni_module *m;
    tni_reader r;          /* over the whole module */
    const u8 *section_end; /* of the section being read */
    tenon_error *e;
    u32 code_count; /* bodies of the code section */
    TNI_VEC(tni_custom) customs;
    TNI_VEC(tni_subtype) types;
    TNI_VEC(tni_valtype) valtypes; /* of the type being read */
    TNI_VEC(tni_fieldtype) fieldtypes;
} decoder;

static tenon_status fail(decoder *d, tni_code code, const u8 *at) {
    return tni_fail(d->e, code, d->r.base + (u64)(at - d->r.start), NULL);
}

static tenon_status fail_limit(decoder *d, const char *what) {
    return tni_fail(d->e, TNI_ERR_LIMIT, tni_reader_offset(&d->r), "%s", what);
}

/* Reads a count of elements of at least min_bytes each, and says for how many there is
 * room in the section: further ones are read and dropped, for the section cannot be
 * right. Nothing that is reserved by room exceeds what the input could hold. */
static tenon_status read_list(decoder *d, u32 min_bytes, u32 limit, const char *what,
                              u32 *count, u32 *room) {
    *room = 0;
    TNI_TRY(tni_read_count(&d->r, count));
    if (*count > limit) {
        return fail_limit(d, what);
    }
    size_t left = d->r.cur < d->section_end ? (size_t)(d->section_end - d->r.cur) : 0;
    *room = *count < left / min_bytes ? *count : (u32)(left / min_bytes);
    return TENON_OK;
}

static tni_span span_from(const decoder *d, const u8 *start) {
    return (tni_span){start, (u32)(d->r.cur - start),
                      d->r.base + (u64)(start - d->r.start)};
}

static tenon_status read_expr(decoder *d, tni_span *out) {
    const u8 *start = d->r.cur;
    TNI_TRY(tni_skip_expr(&d->r, d->m->engine->features, true));
    *out = span_from(d, start);
    return TENON_OK;
}

/* An array for the module of room elements, or an error. */
#define NEW_ARRAY(d, out, T, room)                                                       \
    (((out) = TNI_ARENA_ARRAY(&(d)->m->arena, T, (room))) == NULL                        \
         ? tni_no_memory((d)->e)                                                         \
         : TENON_OK)

/* -- types: Core 3.0, 5.3 -- */

static tenon_status read_mutability(decoder *d, bool *out) {
    u8 byte;
    TNI_TRY(tni_read_byte(&d->r, &byte));
    if (byte > 1) {
        return fail(d, TNI_ERR_BAD_MUTABILITY, d->r.cur - 1);
    }
    *out = byte == 1;
    return TENON_OK;
}

/* Core 3.0, 5.3.8 */
static tenon_status read_fieldtype(decoder *d, tni_fieldtype *out) {
    u8 code = d->r.cur != d->r.end ? *d->r.cur : 0;
    if (code == 0x78 || code == 0x77) {
        d->r.cur++;
        out->type = TNI_VALTYPE(code == 0x78 ? TNI_KIND_I8 : TNI_KIND_I16);
    } else {
        const u8 *at = d->r.cur;
        tenon_status status = tni_read_valtype(&d->r, &out->type);
        if (status == TENON_MALFORMED && d->e->code == TNI_ERR_BAD_REFTYPE &&
            d->r.cur == at + 1) {
            return fail(d, TNI_ERR_BAD_STORAGE_TYPE, at);
        }
        TNI_TRY(status);
    }
    return read_mutability(d, &out->is_mutable);
}

/* Appends to d->valtypes. */
static tenon_status read_resulttype(decoder *d, u32 limit, const char *what, u32 *count) {
    TNI_TRY(tni_read_count(&d->r, count));
    if (*count > limit) {
        return fail_limit(d, what);
    }
    for (u32 i = 0; i < *count; i++) {
        tni_valtype t;
        TNI_TRY(tni_read_valtype(&d->r, &t));
        if (!tni_vec_push(&d->m->heap, &d->valtypes, t)) {
            return tni_no_memory(d->e);
        }
    }
    return TENON_OK;
}

static tenon_status read_functype(decoder *d, tni_subtype *st) {
    d->valtypes.count = 0;
    TNI_TRY(read_resulttype(d, TNI_LIMIT_params, "parameters of a function type",
                            &st->param_count));
    TNI_TRY(read_resulttype(d, TNI_LIMIT_results, "results of a function type",
                            &st->result_count));
    tni_valtype *types;
    TNI_TRY(NEW_ARRAY(d, types, tni_valtype, d->valtypes.count));
    if (d->valtypes.count > 0) {
        memcpy(types, d->valtypes.data, d->valtypes.count * sizeof *types);
    }
    st->params = types;
    st->results = types + st->param_count;
    return TENON_OK;
}

static tenon_status read_fields(decoder *d, tni_subtype *st, u32 count) {
    d->fieldtypes.count = 0;
    for (u32 i = 0; i < count; i++) {
        tni_fieldtype ft;
        TNI_TRY(read_fieldtype(d, &ft));
        if (!tni_vec_push(&d->m->heap, &d->fieldtypes, ft)) {
            return tni_no_memory(d->e);
        }
    }
    tni_fieldtype *fields;
    TNI_TRY(NEW_ARRAY(d, fields, tni_fieldtype, count));
    if (count > 0) {
        memcpy(fields, d->fieldtypes.data, count * sizeof *fields);
    }
    st->fields = fields;
    st->field_count = count;
    return TENON_OK;
}

/* Core 3.0, 5.3.8 */
static tenon_status read_comptype(decoder *d, tni_subtype *st) {
    u8 code;
    TNI_TRY(tni_read_byte(&d->r, &code));
    switch (code) {
    case 0x60: st->kind = TNI_COMP_FUNC; return read_functype(d, st);
    case 0x5f: {
        u32 count;
        st->kind = TNI_COMP_STRUCT;
        TNI_TRY(tni_read_count(&d->r, &count));
        if (count > TNI_LIMIT_struct_fields) {
            return fail_limit(d, "fields of a struct type");
        }
        return read_fields(d, st, count);
    }
    case 0x5e: st->kind = TNI_COMP_ARRAY; return read_fields(d, st, 1);
    default:
        return fail(d, code < 0x80 ? TNI_ERR_BAD_COMPTYPE : TNI_ERR_INTEGER_TOO_LONG,
                    d->r.cur - 1);
    }
}

/* Core 3.0, 5.3.9. More than one supertype follows the grammar but is never valid; the
 * validator cannot see it, so it is refused here (Core 3.0, 3.2.11). */
static tenon_status read_subtype(decoder *d, tni_subtype *st) {
    *st = (tni_subtype){.is_final = true, .supertype = TNI_NO_INDEX};
    u8 code = d->r.cur != d->r.end ? *d->r.cur : 0;
    if (code == 0x50 || code == 0x4f) {
        d->r.cur++;
        st->is_final = code == 0x4f;
        u32 count;
        TNI_TRY(tni_read_count(&d->r, &count));
        const u8 *at = d->r.cur;
        for (u32 i = 0; i < count; i++) {
            TNI_TRY(tni_read_u32(&d->r, &st->supertype));
        }
        if (count > 1) {
            return tni_fail(d->e, TNI_ERR_SUB_TYPE, d->r.base + (u64)(at - d->r.start),
                            "%u has more than one super type", (u32)d->types.count);
        }
        if (count == 1 && st->supertype == TNI_NO_INDEX) {
            st->supertype--; /* as unknown, but not none */
        }
    }
    return read_comptype(d, st);
}

static tenon_status read_rectype(decoder *d, tni_rec_group *group) {
    group->first = (u32)d->types.count;
    group->count = 1;
    group->offset = tni_reader_offset(&d->r);
    if (d->r.cur != d->r.end && *d->r.cur == 0x4e) {
        d->r.cur++;
        TNI_TRY(tni_read_count(&d->r, &group->count));
    }
    for (u32 i = 0; i < group->count; i++) {
        tni_subtype st;
        TNI_TRY(read_subtype(d, &st));
        if (d->types.count >= TNI_LIMIT_types) {
            return fail_limit(d, "types of a module");
        }
        if (!tni_vec_push(&d->m->heap, &d->types, st)) {
            return tni_no_memory(d->e);
        }
    }
    return TENON_OK;
}

/* Core 3.0, 5.3.10. flags is what the kind of limits may have. */
static tenon_status read_limits(decoder *d, u8 allowed, u8 *flags, tni_limits *out) {
    TNI_TRY(tni_read_byte(&d->r, flags));
    if ((*flags & ~allowed) != 0) {
        return tni_fail(d->e, TNI_ERR_BAD_LIMITS, tni_reader_offset(&d->r) - 1, "0x%02x",
                        *flags);
    }
    out->has_max = (*flags & 0x01) != 0;
    out->is_shared = (*flags & 0x02) != 0;
    out->is_64 = (*flags & 0x04) != 0;
    out->max = UINT64_MAX;
    TNI_TRY(tni_read_u64(&d->r, &out->min));
    return out->has_max ? tni_read_u64(&d->r, &out->max) : TENON_OK;
}

/* Core 3.0, 5.3.13; threads: bit 1; custom page sizes: bit 3, then the size's logarithm
 */
static tenon_status read_memtype(decoder *d, tni_memtype *out) {
    u8 allowed = 0x05, flags = d->r.cur != d->r.end ? *d->r.cur : 0;
    const tenon_engine *engine = d->m->engine;
    if (tni_feature_on(engine, TENON_FEATURE_BIT_THREADS)) {
        allowed |= 0x02;
    } else if ((flags & 0xfe) == 0x02) {
        return tni_fail(d->e, TNI_ERR_BAD_LIMITS, tni_reader_offset(&d->r),
                        "0x%02x needs feature threads", flags);
    }
    if (tni_feature_on(engine, TENON_FEATURE_BIT_CUSTOM_PAGE_SIZES)) {
        allowed |= 0x08;
    } else if ((flags & 0xfa) == 0x08) {
        return tni_fail(d->e, TNI_ERR_BAD_LIMITS, tni_reader_offset(&d->r),
                        "0x%02x needs feature custom-page-sizes", flags);
    }
    TNI_TRY(read_limits(d, allowed, &flags, &out->limits));
    out->page_log2 = 16;
    if ((flags & 0x08) != 0) {
        const u8 *at = d->r.cur;
        TNI_TRY(tni_read_u32(&d->r, &out->page_log2));
        if (out->page_log2 > 63) {
            return fail(d, TNI_ERR_BAD_PAGE_SIZE, at);
        }
    }
    return TENON_OK;
}

/* Core 3.0, 5.3.14 */
static tenon_status read_tabletype(decoder *d, tni_tabletype *out) {
    u8 flags;
    TNI_TRY(tni_read_reftype(&d->r, &out->element));
    return read_limits(d, 0x05, &flags, &out->limits);
}

/* Core 3.0, 5.3.12 */
static tenon_status read_globaltype(decoder *d, tni_globaltype *out) {
    TNI_TRY(tni_read_valtype(&d->r, &out->type));
    return read_mutability(d, &out->is_mutable);
}

/* Core 3.0, 5.3.11 */
static tenon_status read_tagtype(decoder *d, u32 *type) {
    u8 zero;
    TNI_TRY(tni_read_byte(&d->r, &zero));
    if (zero != 0) {
        return fail(d, TNI_ERR_ZERO_BYTE, d->r.cur - 1);
    }
    return tni_read_u32(&d->r, type);
}

/* Core 3.0, 5.3.15 */
static tenon_status read_externtype(decoder *d, tni_externtype *out) {
    u8 kind;
    TNI_TRY(tni_read_byte(&d->r, &kind));
    out->kind = (tni_extern_kind)kind;
    switch (kind) {
    case TNI_EXTERN_FUNC: return tni_read_u32(&d->r, &out->as.func);
    case TNI_EXTERN_TABLE: return read_tabletype(d, &out->as.table);
    case TNI_EXTERN_MEMORY: return read_memtype(d, &out->as.memory);
    case TNI_EXTERN_GLOBAL: return read_globaltype(d, &out->as.global);
    case TNI_EXTERN_TAG: return read_tagtype(d, &out->as.func);
    default: return fail(d, TNI_ERR_BAD_IMPORT_KIND, d->r.cur - 1);
    }
}

/* -- sections: Core 3.0, 5.5 -- */

/* Core 3.0, 5.5.4 */
static tenon_status type_section(decoder *d) {
    tni_module *m = d->m;
    u32 count, room;
    tni_rec_group dropped;
    TNI_TRY(read_list(d, 2, TNI_LIMIT_types, "types of a module", &count, &room));
    TNI_TRY(NEW_ARRAY(d, m->groups, tni_rec_group, room));
    for (u32 i = 0; i < count; i++) {
        TNI_TRY(read_rectype(d, i < room ? &m->groups[i] : &dropped));
    }
    m->group_count = room;
    m->type_count = (u32)d->types.count;
    TNI_TRY(NEW_ARRAY(d, m->types, tni_subtype, m->type_count));
    if (m->type_count > 0) {
        memcpy(m->types, d->types.data, m->type_count * sizeof *m->types);
    }
    return TENON_OK;
}

static u32 *import_counter(tni_module *m, tni_extern_kind kind) {
    switch (kind) {
    case TNI_EXTERN_FUNC: return &m->imported_funcs;
    case TNI_EXTERN_TABLE: return &m->imported_tables;
    case TNI_EXTERN_MEMORY: return &m->imported_memories;
    case TNI_EXTERN_GLOBAL: return &m->imported_globals;
    case TNI_EXTERN_TAG: return &m->imported_tags;
    }
    TNI_UNREACHABLE();
}

/* Core 3.0, 5.5.5 */
static tenon_status import_section(decoder *d) {
    tni_module *m = d->m;
    u32 count, room;
    tni_import dropped;
    TNI_TRY(read_list(d, 4, TNI_LIMIT_imports, "imports of a module", &count, &room));
    TNI_TRY(NEW_ARRAY(d, m->imports, tni_import, room));
    for (u32 i = 0; i < count; i++) {
        tni_import *im = i < room ? &m->imports[i] : &dropped;
        im->offset = tni_reader_offset(&d->r);
        TNI_TRY(tni_read_name(&d->r, &im->module));
        TNI_TRY(tni_read_name(&d->r, &im->name));
        TNI_TRY(read_externtype(d, &im->type));
        *import_counter(m, im->type.kind) += 1;
    }
    m->import_count = room;
    return TENON_OK;
}

/* Core 3.0, 5.5.6 */
static tenon_status function_section(decoder *d) {
    tni_module *m = d->m;
    u32 count, room;
    tni_func_def dropped;
    TNI_TRY(read_list(d, 1, TNI_LIMIT_functions, "functions of a module", &count, &room));
    TNI_TRY(NEW_ARRAY(d, m->funcs, tni_func_def, room));
    for (u32 i = 0; i < count; i++) {
        TNI_TRY(tni_read_u32(&d->r, i < room ? &m->funcs[i].type : &dropped.type));
    }
    m->func_count = room; /* imports are added at the end */
    return TENON_OK;
}

/* Core 3.0, 5.5.7 */
static tenon_status read_table(decoder *d, tni_table_def *out) {
    out->has_init = d->r.cur != d->r.end && *d->r.cur == 0x40;
    if (!out->has_init) {
        return read_tabletype(d, &out->type);
    }
    u8 zero;
    d->r.cur++;
    TNI_TRY(tni_read_byte(&d->r, &zero));
    if (zero != 0) {
        return fail(d, TNI_ERR_ZERO_BYTE, d->r.cur - 1);
    }
    TNI_TRY(read_tabletype(d, &out->type));
    return read_expr(d, &out->init);
}

static tenon_status table_section(decoder *d) {
    tni_module *m = d->m;
    u32 count, room;
    tni_table_def dropped;
    TNI_TRY(read_list(d, 3, TNI_LIMIT_tables, "tables of a module", &count, &room));
    TNI_TRY(NEW_ARRAY(d, m->tables, tni_table_def, room));
    for (u32 i = 0; i < count; i++) {
        TNI_TRY(read_table(d, i < room ? &m->tables[i] : &dropped));
    }
    m->table_count = room;
    return TENON_OK;
}

/* Core 3.0, 5.5.8 */
static tenon_status memory_section(decoder *d) {
    tni_module *m = d->m;
    u32 count, room;
    tni_memtype dropped;
    TNI_TRY(read_list(d, 2, TNI_LIMIT_memories, "memories of a module", &count, &room));
    TNI_TRY(NEW_ARRAY(d, m->memories, tni_memtype, room));
    for (u32 i = 0; i < count; i++) {
        TNI_TRY(read_memtype(d, i < room ? &m->memories[i] : &dropped));
    }
    m->memory_count = room;
    return TENON_OK;
}

/* Core 3.0, 5.5.16 */
static tenon_status tag_section(decoder *d) {
    tni_module *m = d->m;
    u32 count, room, dropped;
    TNI_TRY(read_list(d, 2, TNI_LIMIT_tags, "tags of a module", &count, &room));
    TNI_TRY(NEW_ARRAY(d, m->tags, u32, room));
    for (u32 i = 0; i < count; i++) {
        TNI_TRY(read_tagtype(d, i < room ? &m->tags[i] : &dropped));
    }
    m->tag_count = room;
    return TENON_OK;
}

/* Core 3.0, 5.5.9 */
static tenon_status global_section(decoder *d) {
    tni_module *m = d->m;
    u32 count, room;
    tni_global_def dropped;
    TNI_TRY(read_list(d, 3, TNI_LIMIT_globals, "globals of a module", &count, &room));
    TNI_TRY(NEW_ARRAY(d, m->globals, tni_global_def, room));
    for (u32 i = 0; i < count; i++) {
        tni_global_def *g = i < room ? &m->globals[i] : &dropped;
        TNI_TRY(read_globaltype(d, &g->type));
        TNI_TRY(read_expr(d, &g->init));
    }
    m->global_count = room;
    return TENON_OK;
}

/* Core 3.0, 5.5.10 */
static tenon_status export_section(decoder *d) {
    tni_module *m = d->m;
    u32 count, room;
    tni_export dropped;
    TNI_TRY(read_list(d, 3, TNI_LIMIT_exports, "exports of a module", &count, &room));
    TNI_TRY(NEW_ARRAY(d, m->exports, tni_export, room));
    for (u32 i = 0; i < count; i++) {
        tni_export *ex = i < room ? &m->exports[i] : &dropped;
        u8 kind;
        ex->offset = tni_reader_offset(&d->r);
        TNI_TRY(tni_read_name(&d->r, &ex->name));
        TNI_TRY(tni_read_byte(&d->r, &kind));
        if (kind > TNI_EXTERN_TAG) {
            return fail(d, TNI_ERR_BAD_EXPORT_KIND, d->r.cur - 1);
        }
        ex->kind = (tni_extern_kind)kind;
        TNI_TRY(tni_read_u32(&d->r, &ex->index));
    }
    m->export_count = room;
    return TENON_OK;
}

/* Core 3.0, 5.5.11 */
static tenon_status start_section(decoder *d) {
    d->m->has_start = true;
    d->m->start_offset = tni_reader_offset(&d->r);
    return tni_read_u32(&d->r, &d->m->start);
}

static tenon_status read_elem_items(decoder *d, tni_elem_def *el) {
    TNI_TRY(tni_read_count(&d->r, &el->count));
    const u8 *start = d->r.cur;
    for (u32 i = 0; i < el->count; i++) {
        u32 x;
        TNI_TRY(el->is_exprs ? tni_skip_expr(&d->r, d->m->engine->features, true)
                             : tni_read_u32(&d->r, &x));
    }
    el->items = span_from(d, start);
    return TENON_OK;
}

/* Core 3.0, 5.5.12. Bits of the kind: 0 passive or declarative, 1 with bit 0 declarative
 * and without it an explicit table, 2 expressions. */
static tenon_status read_elem(decoder *d, tni_elem_def *el) {
    u32 kind;
    TNI_TRY(tni_read_u32(&d->r, &kind));
    if (kind > 7) {
        return fail(d, TNI_ERR_BAD_ELEM_SEGMENT, d->r.cur - 1);
    }
    *el = (tni_elem_def){.mode = TNI_SEGMENT_ACTIVE, .is_exprs = (kind & 4) != 0};
    if ((kind & 1) != 0) {
        el->mode = (kind & 2) != 0 ? TNI_SEGMENT_DECLARATIVE : TNI_SEGMENT_PASSIVE;
    } else {
        if ((kind & 2) != 0) {
            TNI_TRY(tni_read_u32(&d->r, &el->table));
        }
        TNI_TRY(read_expr(d, &el->offset));
    }
    el->type = TNI_REFTYPE(el->is_exprs, TNI_HEAP_FUNC);
    if ((kind & 3) != 0) {
        if (el->is_exprs) {
            TNI_TRY(tni_read_reftype(&d->r, &el->type));
        } else {
            u8 elem_kind;
            TNI_TRY(tni_read_byte(&d->r, &elem_kind));
            if (elem_kind != 0) {
                return fail(d, TNI_ERR_BAD_ELEM_KIND, d->r.cur - 1);
            }
        }
    }
    return read_elem_items(d, el);
}

static tenon_status element_section(decoder *d) {
    tni_module *m = d->m;
    u32 count, room;
    tni_elem_def dropped;
    TNI_TRY(read_list(d, 3, TNI_LIMIT_element_segments, "element segments of a module",
                      &count, &room));
    TNI_TRY(NEW_ARRAY(d, m->elems, tni_elem_def, room));
    for (u32 i = 0; i < count; i++) {
        TNI_TRY(read_elem(d, i < room ? &m->elems[i] : &dropped));
    }
    m->elem_count = room;
    return TENON_OK;
}

/* Core 3.0, 5.5.15 */
static tenon_status data_count_section(decoder *d) {
    d->m->has_data_count = true;
    return tni_read_u32(&d->r, &d->m->data_count_value);
}

/* Core 3.0, 5.5.13. Takes each body by its size. */
static tenon_status code_section(decoder *d) {
    tni_module *m = d->m;
    u32 room;
    TNI_TRY(read_list(d, 3, TNI_LIMIT_functions, "functions of a module", &d->code_count,
                      &room));
    for (u32 i = 0; i < d->code_count; i++) {
        u32 size;
        const u8 *body;
        TNI_TRY(tni_read_count(&d->r, &size));
        if (size > TNI_LIMIT_function_bytes) {
            return fail_limit(d, "bytes of a function body");
        }
        TNI_TRY(tni_read_bytes(&d->r, size, &body));
        if (i < m->func_count) {
            m->funcs[i].body = span_from(d, body);
        }
    }
    return TENON_OK;
}

/* Core 3.0, 5.5.14 */
static tenon_status read_data(decoder *d, tni_data_def *out) {
    u32 kind, size;
    const u8 *bytes;
    TNI_TRY(tni_read_u32(&d->r, &kind));
    if (kind > 2) {
        return fail(d, TNI_ERR_BAD_DATA_SEGMENT, d->r.cur - 1);
    }
    *out = (tni_data_def){.mode = kind == 1 ? TNI_SEGMENT_PASSIVE : TNI_SEGMENT_ACTIVE};
    if (kind == 2) {
        TNI_TRY(tni_read_u32(&d->r, &out->memory));
    }
    if (kind != 1) {
        TNI_TRY(read_expr(d, &out->offset));
    }
    TNI_TRY(tni_read_count(&d->r, &size));
    TNI_TRY(tni_read_bytes(&d->r, size, &bytes));
    out->bytes = span_from(d, bytes);
    return TENON_OK;
}

static tenon_status data_section(decoder *d) {
    tni_module *m = d->m;
    u32 count, room;
    tni_data_def dropped;
    TNI_TRY(read_list(d, 2, TNI_LIMIT_data_segments, "data segments of a module", &count,
                      &room));
    TNI_TRY(NEW_ARRAY(d, m->datas, tni_data_def, room));
    for (u32 i = 0; i < count; i++) {
        TNI_TRY(read_data(d, i < room ? &m->datas[i] : &dropped));
    }
    m->data_count = room;
    return TENON_OK;
}

/* Core 3.0, 5.5.3 */
static tenon_status custom_section(decoder *d, u8 after_section) {
    tni_custom c = {.after_section = after_section};
    TNI_TRY(tni_read_name(&d->r, &c.name));
    if (d->r.cur > d->section_end) {
        return fail(d, TNI_ERR_UNEXPECTED_END, d->section_end);
    }
    const u8 *start = d->r.cur;
    d->r.cur = d->section_end;
    c.bytes = span_from(d, start);
    return tni_vec_push(&d->m->heap, &d->customs, c) ? TENON_OK : tni_no_memory(d->e);
}

/* -- the module: Core 3.0, 5.5.2 and 5.5.17 -- */

typedef struct section {
    u8 rank; /* sections stand in this order */
    tenon_status (*read)(decoder *d);
} section;

/* By section id; custom sections stand anywhere. */
static const section sections[TNI_SECTION_IDS] = {
    {0, NULL},
    {1, type_section},
    {2, import_section},
    {3, function_section},
    {4, table_section},
    {5, memory_section},
    {7, global_section},
    {8, export_section},
    {9, start_section},
    {10, element_section},
    {12, code_section},
    {13, data_section},
    {11, data_count_section},
    {6, tag_section},
};

static tenon_status read_section(decoder *d, u8 *last) {
    u8 id = *d->r.cur;
    if (id >= TNI_COUNT_OF(sections)) {
        return fail(d, TNI_ERR_BAD_SECTION_ID, d->r.cur);
    }
    if (id != 0 && sections[id].rank <= sections[*last].rank) {
        return fail(d, TNI_ERR_UNEXPECTED_CONTENT, d->r.cur);
    }
    d->r.cur++;
    u32 size;
    TNI_TRY(tni_read_count(&d->r, &size));
    const u8 *start = d->r.cur;
    bool cut = size > tni_reader_left(&d->r);
    d->section_end = cut ? d->r.end : start + size;
    if (id == 0) {
        TNI_TRY(custom_section(d, *last));
    } else {
        *last = id;
        d->m->section_offsets[id] = tni_reader_offset(&d->r);
        TNI_TRY(sections[id].read(d));
    }
    if (cut) {
        return fail(d, TNI_ERR_UNEXPECTED_END, d->r.end);
    }
    if (d->r.cur != d->section_end) {
        return fail(d, TNI_ERR_SECTION_SIZE, start);
    }
    return TENON_OK;
}

static tenon_status read_sections(decoder *d) {
    static const u8 magic[4] = {0x00, 'a', 's', 'm'};
    static const u8 version[4] = {1, 0, 0, 0};
    const u8 *bytes;
    TNI_TRY(tni_read_bytes(&d->r, 4, &bytes));
    if (memcmp(bytes, magic, 4) != 0) {
        return fail(d, TNI_ERR_BAD_MAGIC, bytes);
    }
    TNI_TRY(tni_read_bytes(&d->r, 4, &bytes));
    if (memcmp(bytes, version, 4) != 0) {
        return fail(d, TNI_ERR_BAD_VERSION, bytes);
    }
    for (u8 last = 0; tni_reader_left(&d->r) > 0;) {
        TNI_TRY(read_section(d, &last));
    }
    if (d->code_count != d->m->func_count) {
        return fail(d, TNI_ERR_CODE_COUNT, d->r.end);
    }
    if (d->m->has_data_count && d->m->data_count_value != d->m->data_count) {
        return fail(d, TNI_ERR_DATA_COUNT, d->r.end);
    }
    return TENON_OK;
}

/* -- bodies: Core 3.0, 5.5.13 -- */

tenon_status tni_read_locals(tni_reader *r, void *user,
                             tenon_status (*add)(void *user, u32 count, tni_valtype t)) {
    u32 groups;
    u64 sum = 0, at = tni_reader_offset(r);
    TNI_TRY(tni_read_count(r, &groups));
    for (u32 i = 0; i < groups; i++) {
        u32 n;
        tni_valtype t;
        TNI_TRY(tni_read_u32(r, &n));
        TNI_TRY(tni_read_valtype(r, &t));
        sum += n;
        if (sum > UINT32_MAX) {
            return tni_fail(r->e, TNI_ERR_TOO_MANY_LOCALS, at, NULL);
        }
        if (add != NULL) {
            TNI_TRY(add(user, n, t));
        }
    }
    return TENON_OK;
}

static tenon_status check_bodies(const tni_module *m, u32 count, tenon_error *e) {
    for (u32 i = 0; i < count; i++) {
        const tni_span *body = &m->funcs[i].body;
        if (body->ptr == NULL) {
            return TENON_OK; /* the decoder did not get here */
        }
        tni_reader r = tni_reader_of(
            body->ptr, (size_t)(m->bytes + m->byte_count - body->ptr), body->offset, e);
        TNI_TRY(tni_read_locals(&r, NULL, NULL));
        TNI_TRY(tni_skip_expr(&r, m->engine->features, m->has_data_count));
        if ((size_t)(r.cur - r.start) != body->len) {
            return tni_fail(e, TNI_ERR_SECTION_SIZE, body->offset, "of a function body");
        }
    }
    return TENON_OK;
}

tenon_status tni_module_check_bodies(const tni_module *m, tenon_error *e) {
    return check_bodies(m, m->func_count - m->imported_funcs, e);
}

/* -- index spaces: imports, then definitions -- */

static tenon_status new_spaces(decoder *d) {
    tni_module *m = d->m;
    m->func_count += m->imported_funcs;
    m->table_count += m->imported_tables;
    m->memory_count += m->imported_memories;
    m->global_count += m->imported_globals;
    m->tag_count += m->imported_tags;
    TNI_TRY(NEW_ARRAY(d, m->func_types, u32, m->func_count));
    TNI_TRY(NEW_ARRAY(d, m->table_types, tni_tabletype, m->table_count));
    TNI_TRY(NEW_ARRAY(d, m->memory_types, tni_memtype, m->memory_count));
    TNI_TRY(NEW_ARRAY(d, m->global_types, tni_globaltype, m->global_count));
    return NEW_ARRAY(d, m->tag_types, u32, m->tag_count);
}

static void place_imports(tni_module *m) {
    u32 funcs = 0, tables = 0, memories = 0, globals = 0, tags = 0;
    for (u32 i = 0; i < m->import_count; i++) {
        const tni_externtype *t = &m->imports[i].type;
        switch (t->kind) {
        case TNI_EXTERN_FUNC: m->func_types[funcs++] = t->as.func; break;
        case TNI_EXTERN_TABLE: m->table_types[tables++] = t->as.table; break;
        case TNI_EXTERN_MEMORY: m->memory_types[memories++] = t->as.memory; break;
        case TNI_EXTERN_GLOBAL: m->global_types[globals++] = t->as.global; break;
        case TNI_EXTERN_TAG: m->tag_types[tags++] = t->as.func; break;
        }
    }
}

static void place_definitions(tni_module *m) {
    for (u32 i = m->imported_funcs; i < m->func_count; i++) {
        m->func_types[i] = m->funcs[i - m->imported_funcs].type;
    }
    for (u32 i = m->imported_tables; i < m->table_count; i++) {
        m->table_types[i] = m->tables[i - m->imported_tables].type;
    }
    for (u32 i = m->imported_memories; i < m->memory_count; i++) {
        m->memory_types[i] = m->memories[i - m->imported_memories];
    }
    for (u32 i = m->imported_globals; i < m->global_count; i++) {
        m->global_types[i] = m->globals[i - m->imported_globals].type;
    }
    for (u32 i = m->imported_tags; i < m->tag_count; i++) {
        m->tag_types[i] = m->tags[i - m->imported_tags];
    }
}

static tenon_status finish(decoder *d) {
    tni_module *m = d->m;
    TNI_TRY(new_spaces(d));
    place_imports(m);
    place_definitions(m);
    m->custom_count = (u32)d->customs.count;
    TNI_TRY(NEW_ARRAY(d, m->customs, tni_custom, m->custom_count));
    if (m->custom_count > 0) {
        memcpy(m->customs, d->customs.data, m->custom_count * sizeof *m->customs);
    }
    return TENON_OK;
}

static tenon_status new_module(tenon_engine *engine, const u8 *bytes, size_t len,
                               u64 base, bool borrow, tni_module **out, tenon_error *e) {
    if (len > TNI_LIMIT_module_bytes) {
        return tni_fail(e, TNI_ERR_LIMIT, base, "bytes of a module");
    }
    tni_module *m = TNI_NEW(&engine->heap, tni_module);
    if (m == NULL) {
        return tni_no_memory(e);
    }
    m->engine = engine;
    m->references = 1;
    tni_heap_init_child(&m->heap, &engine->heap, UINT64_MAX);
    tni_arena_init(&m->arena, &m->heap);
    tni_map_init(&m->export_index, &m->heap);
    m->bytes = bytes;
    m->byte_count = len;
    m->base = base;
    for (u32 i = 0; i < TNI_SECTION_IDS; i++) {
        m->section_offsets[i] = base;
    }
    if (!borrow && len > 0) {
        m->owned_bytes = tni_resize(&m->heap, NULL, 0, len);
        if (m->owned_bytes == NULL) {
            TNI_FREE(&engine->heap, m);
            return tni_no_memory(e);
        }
        memcpy(m->owned_bytes, bytes, len);
        m->bytes = m->owned_bytes;
    }
    *out = m;
    return TENON_OK;
}

tenon_status tni_module_decode(tenon_engine *engine, const u8 *bytes, size_t len,
                               u64 base, bool borrow, tni_module **out, tenon_error *e) {
    tni_module *m = NULL;
    TNI_TRY(new_module(engine, bytes, len, base, borrow, &m, e));
    decoder d = {.m = m, .r = tni_reader_of(m->bytes, len, base, e), .e = e};
    tenon_status status = read_sections(&d);
    if (status == TENON_OK) {
        status = finish(&d);
    } else if (status == TENON_MALFORMED && m->funcs != NULL) {
        /* What is wrong with a body comes before what is wrong after it. */
        tenon_error earlier;
        if (check_bodies(m, m->func_count, &earlier) == TENON_MALFORMED) {
            *e = earlier;
        }
    }
    tni_vec_free(&m->heap, &d.customs);
    tni_vec_free(&m->heap, &d.types);
    tni_vec_free(&m->heap, &d.valtypes);
    tni_vec_free(&m->heap, &d.fieldtypes);
    if (status != TENON_OK) {
        tni_module_release(m);
        return status;
    }
    *out = m;
    return TENON_OK;
}

/* -- core types in components -- */

tenon_status tni_decode_rectype(tenon_engine *engine, tni_arena *a, tni_reader *r,
                                const tni_subtype **types, u32 *count) {
    /* Types go to the arena of a module; this one lends it the caller's. */
    tni_module m = {.engine = engine, .arena = *a};
    tni_heap_init_child(&m.heap, a->heap, UINT64_MAX);
    decoder d = {.m = &m, .r = *r, .section_end = r->end, .e = r->e};
    tni_rec_group group;
    tenon_status status = read_rectype(&d, &group);
    *count = (u32)d.types.count;
    tni_subtype *copies = NULL;
    if (status == TENON_OK) {
        status = NEW_ARRAY(&d, copies, tni_subtype, d.types.count);
    }
    if (status == TENON_OK && d.types.count > 0) {
        memcpy(copies, d.types.data, d.types.count * sizeof *copies);
    }
    *types = copies;
    tni_vec_free(&m.heap, &d.types);
    tni_vec_free(&m.heap, &d.valtypes);
    tni_vec_free(&m.heap, &d.fieldtypes);
    *a = m.arena;
    *r = d.r;
    return status;
}

tenon_status tni_decode_externtype(tenon_engine *engine, tni_reader *r,
                                   tni_externtype *out) {
    tni_module m = {.engine = engine};
    decoder d = {.m = &m, .r = *r, .section_end = r->end, .e = r->e};
    tenon_status status = read_externtype(&d, out);
    *r = d.r;
    return status;
}
