/* validate.c: the parts of a module, and their bodies. Core 3.0, 3.5. */
#include "valid/validate.h"

#include "base/format.h"
#include "base/limits.h"
#include "binary/decode.h"
#include "binary/readcode.h"
#include "valid/checker.h"

TNI_FORMAT(4, 5)
TNI_COLD static tenon_status fail_at(tni_checker *c, tni_code code, u64 offset,
                                     const char *fmt, ...) {
    char detail[128];
    va_list args;
    va_start(args, fmt);
    tni_vformat(detail, sizeof detail, fmt, args);
    va_end(args);
    return tni_fail(c->e, code, offset, "%s", detail);
}

/* -- types: Core 3.0, 3.2.10, 3.2.11 and 3.5.1 -- */

/* Indices of a group's types must be below limit, the end of the group. */
static tenon_status check_type_use(tni_checker *c, tni_valtype t, u32 limit, u64 at) {
    if (tni_is_concrete(t) && tni_type_index_of(t) >= limit) {
        return fail_at(c, TNI_ERR_UNKNOWN_TYPE, at, "%u", tni_type_index_of(t));
    }
    return TENON_OK;
}

static tenon_status check_type_uses(tni_checker *c, u32 x, u32 limit, u64 at) {
    const tni_subtype *st = &c->m->types[x];
    for (u32 i = 0; i < st->param_count; i++) {
        TNI_TRY(check_type_use(c, st->params[i], limit, at));
    }
    for (u32 i = 0; i < st->result_count; i++) {
        TNI_TRY(check_type_use(c, st->results[i], limit, at));
    }
    for (u32 i = 0; i < st->field_count; i++) {
        TNI_TRY(check_type_use(c, st->fields[i].type, limit, at));
    }
    if (st->supertype == TNI_NO_INDEX) {
        return TENON_OK;
    }
    if (st->supertype >= limit) {
        return fail_at(c, TNI_ERR_UNKNOWN_TYPE, at, "%u", st->supertype);
    }
    if (st->supertype >= x) {
        return fail_at(c, TNI_ERR_SUB_TYPE, at,
                       "%u has a super type that comes after it, %u", x, st->supertype);
    }
    return TENON_OK;
}

/* Core 3.0, 3.3.9 */
static bool field_matches(const tni_checker *c, tni_fieldtype sub, tni_fieldtype super) {
    if (sub.is_mutable != super.is_mutable) {
        return false;
    }
    return sub.is_mutable ? sub.type == super.type : tni_matches(c, sub.type, super.type);
}

/* Core 3.0, 3.3.8 */
static bool comptype_matches(const tni_checker *c, const tni_subtype *sub,
                             const tni_subtype *super) {
    if (sub->kind != super->kind || sub->field_count < super->field_count ||
        sub->param_count != super->param_count ||
        sub->result_count != super->result_count) {
        return false;
    }
    for (u32 i = 0; i < sub->param_count; i++) {
        if (!tni_matches(c, super->params[i], sub->params[i])) {
            return false;
        }
    }
    for (u32 i = 0; i < sub->result_count; i++) {
        if (!tni_matches(c, sub->results[i], super->results[i])) {
            return false;
        }
    }
    for (u32 i = 0; i < super->field_count; i++) {
        if (!field_matches(c, sub->fields[i], super->fields[i])) {
            return false;
        }
    }
    return true;
}

/* Core 3.0, 3.2.11 */
static tenon_status check_supertype(tni_checker *c, u32 x, u64 at) {
    u32 y = c->m->types[x].supertype;
    if (y == TNI_NO_INDEX) {
        return TENON_OK;
    }
    if (c->m->types[y].is_final) {
        return fail_at(c, TNI_ERR_SUB_TYPE, at, "%u has final super type %u", x, y);
    }
    if (!comptype_matches(c, &c->deftypes[x]->sub, &c->deftypes[y]->sub)) {
        return fail_at(c, TNI_ERR_SUB_TYPE, at, "%u does not match super type %u", x, y);
    }
    return TENON_OK;
}

static tenon_status check_group(tni_checker *c, tni_rec_group g) {
    tni_module *m = c->m;
    u32 base;
    for (u32 x = g.first; x < g.first + g.count; x++) {
        TNI_TRY(check_type_uses(c, x, g.first + g.count, g.offset));
    }
    TNI_TRY(tni_registry_intern(m->engine->registry, m->types + g.first, g.count, g.first,
                                m->type_ids, &base, c->e));
    for (u32 i = 0; i < g.count; i++) {
        m->type_ids[g.first + i] = base + i;
        c->deftypes[g.first + i] = tni_registry_get(c->registry, base + i);
    }
    for (u32 x = g.first; x < g.first + g.count; x++) {
        TNI_TRY(check_supertype(c, x, g.offset));
    }
    return TENON_OK;
}

static tenon_status check_types(tni_checker *c) {
    tni_module *m = c->m;
    m->type_ids = TNI_ARENA_ARRAY(&m->arena, u32, m->type_count);
    if (m->type_ids == NULL) {
        return tni_no_memory(c->e);
    }
    if (m->type_count > 0) {
        c->deftypes = tni_calloc(&m->heap, m->type_count, sizeof *c->deftypes);
        if (c->deftypes == NULL) {
            return tni_no_memory(c->e);
        }
    }
    for (u32 i = 0; i < m->group_count; i++) {
        TNI_TRY(check_group(c, m->groups[i]));
    }
    return TENON_OK;
}

/* -- types of externals: Core 3.0, 3.2.12 to 3.2.17 -- */

static tenon_status check_functype_index(tni_checker *c, u32 x, u64 offset) {
    if (x >= c->m->type_count) {
        return fail_at(c, TNI_ERR_UNKNOWN_TYPE, offset, "%u", x);
    }
    if (c->deftypes[x]->sub.kind != TNI_COMP_FUNC) {
        return fail_at(c, TNI_ERR_TYPE_MISMATCH, offset, "type %u is not a function type",
                       x);
    }
    return TENON_OK;
}

static tenon_status check_valtype(tni_checker *c, tni_valtype t, u64 offset) {
    if (tni_is_concrete(t) && tni_type_index_of(t) >= c->m->type_count) {
        return fail_at(c, TNI_ERR_UNKNOWN_TYPE, offset, "%u", tni_type_index_of(t));
    }
    return TENON_OK;
}

/* Core 3.0, 3.2.12 */
static tenon_status check_limits(tni_checker *c, const tni_limits *l, u64 range,
                                 tni_code code, const char *what, u64 offset) {
    if (l->min > range || (l->has_max && l->max > range)) {
        return fail_at(c, code, offset, "%s", what);
    }
    if (l->has_max && l->min > l->max) {
        return fail_at(c, TNI_ERR_LIMITS_ORDER, offset, "%llu and %llu",
                       (unsigned long long)l->min, (unsigned long long)l->max);
    }
    return TENON_OK;
}

/* Core 3.0, 3.2.15; custom page sizes: 1 or 64 KiB; threads: shared needs a maximum */
static tenon_status check_memtype(tni_checker *c, const tni_memtype *t, u64 offset) {
    if (t->page_log2 != 0 && t->page_log2 != 16) {
        return fail_at(c, TNI_ERR_PAGE_SIZE, offset, "2^%u", t->page_log2);
    }
    static const struct {
        u64 range;
        const char *text;
    } rows[2][2] = {
        {{UINT32_MAX, "2^32-1 pages of a byte"}, {UINT64_MAX, "2^64-1 pages of a byte"}},
        {{1u << 16, "65536 pages (4GiB)"}, {UINT64_C(1) << 48, "2^48 pages (256TiB)"}},
    };
    bool ordinary = t->page_log2 == 16, wide = t->limits.is_64;
    TNI_TRY(check_limits(c, &t->limits, rows[ordinary][wide].range, TNI_ERR_MEMORY_SIZE,
                         rows[ordinary][wide].text, offset));
    if (t->limits.is_shared && !t->limits.has_max) {
        return tni_fail(c->e, TNI_ERR_SHARED_MAX, offset, NULL);
    }
    c->m->uses_memory64 |= t->limits.is_64;
    c->m->uses_shared |= t->limits.is_shared;
    c->m->uses_custom_page_size |= !ordinary;
    return TENON_OK;
}

/* Core 3.0, 3.2.16 */
static tenon_status check_tabletype(tni_checker *c, const tni_tabletype *t, u64 offset) {
    TNI_TRY(check_valtype(c, t->element, offset));
    c->m->uses_memory64 |= t->limits.is_64;
    return check_limits(c, &t->limits, t->limits.is_64 ? UINT64_MAX : UINT32_MAX,
                        TNI_ERR_TABLE_SIZE, "2^32-1", offset);
}

/* Core 3.0, 3.2.13 */
static tenon_status check_tagtype(tni_checker *c, u32 x, u64 offset) {
    TNI_TRY(check_functype_index(c, x, offset));
    if (c->deftypes[x]->sub.result_count > 0) {
        return tni_fail(c->e, TNI_ERR_TAG_RESULT, offset, NULL);
    }
    return TENON_OK;
}

static tenon_status check_imports(tni_checker *c) {
    for (u32 i = 0; i < c->m->import_count; i++) {
        const tni_import *im = &c->m->imports[i];
        const tni_externtype *t = &im->type;
        switch (t->kind) {
        case TNI_EXTERN_FUNC:
            TNI_TRY(check_functype_index(c, t->as.func, im->offset));
            break;
        case TNI_EXTERN_TABLE:
            TNI_TRY(check_tabletype(c, &t->as.table, im->offset));
            break;
        case TNI_EXTERN_MEMORY:
            TNI_TRY(check_memtype(c, &t->as.memory, im->offset));
            break;
        case TNI_EXTERN_GLOBAL:
            TNI_TRY(check_valtype(c, t->as.global.type, im->offset));
            break;
        case TNI_EXTERN_TAG: TNI_TRY(check_tagtype(c, t->as.func, im->offset)); break;
        }
    }
    return TENON_OK;
}

/* -- definitions: Core 3.0, 3.5.2 to 3.5.6 -- */

/* Lets the checker read that run of the input, or past it to the module's end. */
static void read_from(tni_checker *c, const tni_span *s) {
    const tni_module *m = c->m;
    c->r = tni_reader_of(s->ptr, (size_t)(m->bytes + m->byte_count - s->ptr), s->offset,
                         c->e);
    c->instr = c->r.cur;
}

/* Core 3.0, 3.4.14; t is a type of the module */
static tenon_status check_const(tni_checker *c, const tni_span *init, tni_valtype t) {
    read_from(c, init);
    TNI_TRY(tni_close_type(c, t, &t));
    return tni_check_expr(c, &t, 1);
}

static tenon_status check_tables(tni_checker *c) {
    const tni_module *m = c->m;
    for (u32 i = 0; i < m->table_count - m->imported_tables; i++) {
        const tni_table_def *t = &m->tables[i];
        TNI_TRY(check_tabletype(c, &t->type, m->section_offsets[4]));
        if (t->has_init) {
            TNI_TRY(check_const(c, &t->init, t->type.element));
        } else if (!tni_is_defaultable(t->type.element)) {
            return fail_at(c, TNI_ERR_TYPE_MISMATCH, m->section_offsets[4],
                           "table %u of non-null references has no initializer",
                           m->imported_tables + i);
        }
    }
    return TENON_OK;
}

/* Each global sees those before it. Core 3.0, 3.5.13 */
static tenon_status check_globals(tni_checker *c) {
    const tni_module *m = c->m;
    for (u32 i = 0; i < m->global_count - m->imported_globals; i++) {
        const tni_global_def *g = &m->globals[i];
        c->visible_globals = m->imported_globals + i;
        TNI_TRY(check_valtype(c, g->type.type, g->init.offset));
        TNI_TRY(check_const(c, &g->init, g->type.type));
    }
    c->visible_globals = m->global_count;
    return TENON_OK;
}

static tenon_status check_definitions(tni_checker *c) {
    tni_module *m = c->m;
    for (u32 i = 0; i < m->tag_count - m->imported_tags; i++) {
        TNI_TRY(check_tagtype(c, m->tags[i], m->section_offsets[13]));
    }
    for (u32 i = 0; i < m->func_count - m->imported_funcs; i++) {
        TNI_TRY(check_functype_index(c, m->funcs[i].type, m->funcs[i].body.offset));
    }
    for (u32 i = 0; i < m->memory_count - m->imported_memories; i++) {
        TNI_TRY(check_memtype(c, &m->memories[i], m->section_offsets[5]));
    }
    c->visible_globals = m->imported_globals;
    TNI_TRY(check_tables(c));
    return check_globals(c);
}

/* -- segments: Core 3.0, 3.5.8 and 3.5.9 -- */

static tni_valtype address_type(const tni_limits *l) {
    return l->is_64 ? TNI_I64 : TNI_I32;
}

static tenon_status check_datas(tni_checker *c) {
    const tni_module *m = c->m;
    for (u32 i = 0; i < m->data_count; i++) {
        const tni_data_def *d = &m->datas[i];
        if (d->mode != TNI_SEGMENT_ACTIVE) {
            continue;
        }
        if (d->memory >= m->memory_count) {
            return fail_at(c, TNI_ERR_UNKNOWN_MEMORY, d->offset.offset, "%u", d->memory);
        }
        TNI_TRY(
            check_const(c, &d->offset, address_type(&m->memory_types[d->memory].limits)));
    }
    return TENON_OK;
}

static tenon_status declare_func(tni_checker *c, u32 x, u64 offset) {
    if (x >= c->m->func_count) {
        return fail_at(c, TNI_ERR_UNKNOWN_FUNC, offset, "%u", x);
    }
    c->m->declared_funcs[x / 8] |= (u8)(1u << (x % 8));
    return TENON_OK;
}

static tenon_status check_elem_items(tni_checker *c, const tni_elem_def *el) {
    tni_span at = el->items;
    tni_valtype t;
    read_from(c, &at);
    TNI_TRY(tni_close_type(c, el->type, &t));
    for (u32 i = 0; i < el->count; i++) {
        if (el->is_exprs) {
            TNI_TRY(tni_check_expr(c, &t, 1));
        } else {
            u32 x;
            u64 offset = tni_reader_offset(&c->r);
            TNI_TRY(tni_read_u32(&c->r, &x));
            TNI_TRY(declare_func(c, x, offset));
        }
    }
    return TENON_OK;
}

static tenon_status check_elems(tni_checker *c) {
    const tni_module *m = c->m;
    for (u32 i = 0; i < m->elem_count; i++) {
        const tni_elem_def *el = &m->elems[i];
        TNI_TRY(check_valtype(c, el->type, el->items.offset));
        TNI_TRY(check_elem_items(c, el));
        if (el->mode != TNI_SEGMENT_ACTIVE) {
            continue;
        }
        if (el->table >= m->table_count) {
            return fail_at(c, TNI_ERR_UNKNOWN_TABLE, el->offset.offset, "%u", el->table);
        }
        const tni_tabletype *table = &m->table_types[el->table];
        if (!tni_matches(c, tni_module_close(m, el->type),
                         tni_module_close(m, table->element))) {
            char have[40], want[40];
            tni_valtype_format(have, sizeof have, el->type);
            tni_valtype_format(want, sizeof want, table->element);
            return fail_at(c, TNI_ERR_TYPE_MISMATCH, el->offset.offset,
                           "element segment's type %s does not match table's type %s",
                           have, want);
        }
        TNI_TRY(check_const(c, &el->offset, address_type(&table->limits)));
    }
    return TENON_OK;
}

/* -- exports and start: Core 3.0, 3.5.10 and 3.5.12 -- */

static tenon_status check_export(tni_checker *c, u32 i) {
    tni_module *m = c->m;
    const tni_export *ex = &m->exports[i];
    const struct {
        u32 count;
        tni_code code;
    } spaces[] = {
        [TNI_EXTERN_FUNC] = {m->func_count, TNI_ERR_UNKNOWN_FUNC},
        [TNI_EXTERN_TABLE] = {m->table_count, TNI_ERR_UNKNOWN_TABLE},
        [TNI_EXTERN_MEMORY] = {m->memory_count, TNI_ERR_UNKNOWN_MEMORY},
        [TNI_EXTERN_GLOBAL] = {m->global_count, TNI_ERR_UNKNOWN_GLOBAL},
        [TNI_EXTERN_TAG] = {m->tag_count, TNI_ERR_UNKNOWN_TAG},
    };
    if (ex->index >= spaces[ex->kind].count) {
        return fail_at(c, spaces[ex->kind].code, ex->offset, "%u", ex->index);
    }
    if (ex->kind == TNI_EXTERN_FUNC) {
        TNI_TRY(declare_func(c, ex->index, ex->offset));
    }
    bool fresh;
    if (!tni_map_add(&m->export_index, ex->name, i, &fresh)) {
        return tni_no_memory(c->e);
    }
    if (!fresh) {
        return fail_at(c, TNI_ERR_DUPLICATE_EXPORT, ex->offset, "\"%.*s\"",
                       (int)(ex->name.len < 100 ? ex->name.len : 100), ex->name.ptr);
    }
    return TENON_OK;
}

static tenon_status check_exports(tni_checker *c) {
    for (u32 i = 0; i < c->m->export_count; i++) {
        TNI_TRY(check_export(c, i));
    }
    return TENON_OK;
}

static tenon_status check_start(tni_checker *c) {
    const tni_module *m = c->m;
    if (!m->has_start) {
        return TENON_OK;
    }
    if (m->start >= m->func_count) {
        return fail_at(c, TNI_ERR_UNKNOWN_FUNC, m->start_offset, "%u", m->start);
    }
    const tni_subtype *st = &c->deftypes[m->func_types[m->start]]->sub;
    if (st->param_count + st->result_count > 0) {
        return tni_fail(c->e, TNI_ERR_START_FUNC, m->start_offset, NULL);
    }
    return TENON_OK;
}

/* -- functions: Core 3.0, 3.5.6 and 3.5.7; the grammar: 5.5.13 -- */

/* Past our limit they are only counted, for the grammar's limit goes first. */
static tenon_status add_locals(void *user, u32 count, tni_valtype t) {
    tni_checker *c = user;
    TNI_TRY(check_valtype(c, t, tni_reader_offset(&c->r) - 1));
    if (count > TNI_LIMIT_locals - c->local_count) {
        c->too_many_locals = true;
        return TENON_OK;
    }
    return tni_add_locals(c, count, tni_module_close(c->m, t));
}

static tenon_status check_body(tni_checker *c, u32 i) {
    const tni_module *m = c->m;
    const tni_subtype *st = &c->deftypes[m->funcs[i].type]->sub;
    read_from(c, &m->funcs[i].body);
    c->func = m->imported_funcs + i;
    tni_reset_locals(c);
    for (u32 p = 0; p < st->param_count; p++) {
        TNI_TRY(tni_add_locals(c, 1, st->params[p]));
    }
    c->param_count = st->param_count;
    TNI_TRY(tni_read_locals(&c->r, c, add_locals));
    if (c->too_many_locals) {
        return fail_at(c, TNI_ERR_LIMIT, m->funcs[i].body.offset, "locals of a function");
    }
    TNI_TRY(tni_check_expr(c, st->results, st->result_count));
    if ((size_t)(c->r.cur - c->r.start) != m->funcs[i].body.len) {
        return fail_at(c, TNI_ERR_SECTION_SIZE, m->funcs[i].body.offset,
                       "of a function body");
    }
    return TENON_OK;
}

/* Core 3.0, 3.5.13 */
static tenon_status check_module(tni_checker *c) {
    tni_module *m = c->m;
    m->declared_funcs = TNI_ARENA_ARRAY(&m->arena, u8, m->func_count / 8 + 1);
    if (m->declared_funcs == NULL) {
        return tni_no_memory(c->e);
    }
    TNI_TRY(check_types(c));
    TNI_TRY(check_imports(c));
    c->is_const = true;
    TNI_TRY(check_definitions(c));
    TNI_TRY(check_datas(c));
    TNI_TRY(check_elems(c));
    c->is_const = false;
    TNI_TRY(check_exports(c));
    TNI_TRY(check_start(c));
    for (u32 i = 0; i < m->func_count - m->imported_funcs; i++) {
        TNI_TRY(check_body(c, i));
    }
    return TENON_OK;
}

static tenon_status checker_new(tni_module *m, tni_checker **out, tenon_error *e) {
    tni_checker *c = TNI_NEW(&m->heap, tni_checker);
    if (c == NULL) {
        return tni_no_memory(e);
    }
    c->m = m;
    c->registry = m->engine->registry;
    c->e = e;
    c->features = m->engine->features;
    *out = c;
    return TENON_OK;
}

tenon_status tni_function_watch(tni_module *m, u32 func, tni_watch watch, void *user,
                                tenon_error *e) {
    tni_checker *c;
    TNI_TRY(checker_new(m, &c, e));
    c->visible_globals = m->global_count;
    c->watch = watch;
    c->watch_user = user;
    tenon_status status = TENON_OK;
    if (m->type_count > 0) {
        c->deftypes = tni_calloc(&m->heap, m->type_count, sizeof *c->deftypes);
        status = c->deftypes == NULL ? tni_no_memory(e) : TENON_OK;
    }
    for (u32 i = 0; i < m->type_count && status == TENON_OK; i++) {
        c->deftypes[i] = tni_registry_get(c->registry, m->type_ids[i]);
    }
    if (status == TENON_OK) {
        status = check_body(c, func - m->imported_funcs);
    }
    tni_checker_free(c);
    TNI_FREE(&m->heap, c);
    return status;
}

tenon_status tni_module_validate(tni_module *m, tenon_error *e) {
    tni_checker *c;
    TNI_TRY(checker_new(m, &c, e));
    c->func = TNI_NO_INDEX;
    c->r = tni_reader_of(m->bytes, m->byte_count, m->base, e);
    tenon_status status = check_module(c);
    if (status == TENON_INVALID) {
        /* What is malformed is not "invalid", although bodies are decoded last. */
        tenon_error malformed;
        if (tni_module_check_bodies(m, &malformed) == TENON_MALFORMED) {
            *e = malformed;
            status = TENON_MALFORMED;
        }
    }
    tni_checker_free(c);
    TNI_FREE(&m->heap, c);
    return status;
}
