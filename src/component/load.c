/* load.c: sections of a component, scopes, and the life of a loaded component. Binary.md,
 * "Component Definitions" and "Name Section". */
#include "base/limits.h"
#include "binary/decode.h"
#include "component/loader.h"
#include "valid/validate.h"

/* -- errors and small readings -- */

tenon_status tni_load_bad_byte(tni_loader *l, const tni_reader *r, u8 byte,
                               const char *what) {
    return tni_fail(l->e, TNI_ERR_CM_LEADING_BYTE, tni_reader_offset(r) - 1,
                    "(0x%x) for %s", byte, what);
}

tenon_status tni_load_unknown(tni_loader *l, const char *what, u32 index) {
    return TNI_LOAD_FAIL(l, TNI_ERR_CM_UNKNOWN, "%s %u: %s index out of bounds", what,
                         index, what);
}

tenon_status tni_load_count(tni_loader *l, tni_reader *r, u32 *out) {
    TNI_TRY(tni_read_u32(r, out));
    if (*out > TNI_LIMIT_component_definitions) {
        u64 at = tni_reader_offset(r);
        return *out > tni_reader_left(r)
                   ? tni_fail(l->e, TNI_ERR_CM_END, at, NULL)
                   : tni_fail(l->e, TNI_ERR_LIMIT, at, "entries of a list");
    }
    /* Every entry takes at least a byte. */
    if (*out > tni_reader_left(r)) {
        return tni_fail(l->e, TNI_ERR_CM_END, tni_reader_offset(r), NULL);
    }
    return TENON_OK;
}

tenon_status tni_load_bool(tni_loader *l, tni_reader *r, bool *out) {
    u8 byte;
    TNI_TRY(tni_read_byte(r, &byte));
    if (byte > 1) {
        return tni_fail(l->e, TNI_ERR_CM_BOOLEAN, tni_reader_offset(r) - 1, "0x%x", byte);
    }
    *out = byte == 1;
    return TENON_OK;
}

static const char *const feature_flags[] = {
#define TENON_FEATURE(name, flag, on) flag,
#include "tenon/features.def"
#undef TENON_FEATURE
};

tenon_status tni_load_feature(tni_loader *l, u64 feature_bit, const char *what) {
    /* Values (and start) are not implemented: Explainer.md, "Gated Features". */
    if (feature_bit != TENON_FEATURE_BIT_CM_VALUES &&
        tni_feature_on(l->engine, feature_bit)) {
        return TENON_OK;
    }
    return TNI_LOAD_FAIL(l, TNI_ERR_FEATURE_OFF, "%s needs %s", what,
                         feature_flags[feature_bit]);
}

tenon_status tni_load_step(tni_loader *l) {
    return ++l->work <= TNI_LIMIT_component_work
               ? TENON_OK
               : TNI_LOAD_FAIL(l, TNI_ERR_CM_WORK, NULL);
}

void tni_load_needs_async(tni_loader *l, const char *what) {
    if (l->root->needs_async == NULL) {
        l->root->needs_async = what;
        l->root->needs_async_offset = l->offset;
    }
}

tenon_status tni_load_def(tni_loader *l, tni_def def) {
    tni_scope *s = l->scope;
    if (s->kind != TNI_SCOPE_COMPONENT) {
        return TENON_OK;
    }
    def.offset = l->offset;
    if (s->defs.count >= TNI_LIMIT_component_definitions) {
        return TNI_LOAD_FAIL(l, TNI_ERR_LIMIT, "definitions of a component");
    }
    return tni_vec_push(l->heap, &s->defs, def) ? TENON_OK : tni_no_memory(l->e);
}

/* -- lookups by name -- */

tni_name_index *tni_load_new_index(tni_loader *l) {
    tni_name_index *index = TNI_ARENA_NEW(l->arena, tni_name_index);
    if (index != NULL) {
        tni_map_init(&index->map, l->heap);
        index->next = l->indexes;
        l->indexes = index;
    }
    return index;
}

/* Types with few names are searched in order. */
enum { INDEX_FROM = 9 };

static tenon_status build_index(tni_loader *l, tni_name_index **index, const void *type,
                                u32 count, tni_name_at *name_at) {
    tni_name_index *made = tni_load_new_index(l);
    if (made == NULL) {
        return tni_no_memory(l->e);
    }
    for (u32 i = 0; i < count; i++) {
        bool fresh;
        if (!tni_map_add(&made->map, name_at(type, i), i, &fresh)) {
            return tni_no_memory(l->e);
        }
    }
    *index = made;
    return TENON_OK;
}

tenon_status tni_load_find(tni_loader *l, tni_name_index **index, const void *type,
                           u32 count, tni_name_at *name_at, tni_str name, u32 *out) {
    *out = TNI_NO_INDEX;
    if (count < INDEX_FROM) {
        for (u32 i = 0; i < count; i++) {
            if (tni_str_eq(name_at(type, i), name)) {
                *out = i;
                return TENON_OK;
            }
        }
        return TENON_OK;
    }
    if (*index == NULL) {
        TNI_TRY(build_index(l, index, type, count, name_at));
    }
    const u64 *place = tni_map_get(&(*index)->map, name);
    if (place != NULL) {
        *out = (u32)*place;
    }
    return TENON_OK;
}

static tni_str export_name_at(const void *type, u32 i) {
    return ((const tni_linst *)type)->t.exports[i].name;
}

tenon_status tni_load_find_export(tni_loader *l, const tni_linst *t, tni_str name,
                                  const tni_entity **out) {
    u32 i;
    tni_linst *node = (tni_linst *)(uintptr_t)t; /* only its index changes */
    TNI_TRY(
        tni_load_find(l, &node->index, t, t->t.export_count, export_name_at, name, &i));
    *out = i == TNI_NO_INDEX ? NULL : t->t.exports[i].entity;
    return TENON_OK;
}

tenon_status tni_load_core_export(tni_loader *l, const tni_lmodule *m, tni_str name,
                                  const tni_externtype **out) {
    (void)l;
    u32 i = TNI_NO_INDEX;
    if (m->module != NULL) {
        i = tni_module_find_export(m->module, name);
    } else {
        const u64 *place = tni_map_get(&m->export_index->map, name);
        i = place == NULL ? TNI_NO_INDEX : (u32)*place;
    }
    *out = i == TNI_NO_INDEX ? NULL : &m->t.exports[i].type;
    return TENON_OK;
}

/* -- scopes -- */

tenon_status tni_load_scope_push(tni_loader *l, tni_scope *s, tni_scope_kind kind,
                                 tni_component *c) {
    if (l->depth >= TNI_LIMIT_component_depth) {
        return TNI_LOAD_FAIL(l, TNI_ERR_CM_NESTING, NULL);
    }
    *s = (tni_scope){.kind = kind, .parent = l->scope, .c = c};
    tni_namespace_init(l, &s->imports);
    tni_namespace_init(l, &s->exports);
    l->scope = s;
    l->depth++;
    return TENON_OK;
}

void tni_load_scope_pop(tni_loader *l) {
    tni_scope *s = l->scope;
    tni_vec_free(l->heap, &s->core_types);
    tni_vec_free(l->heap, &s->module_types);
    tni_vec_free(l->heap, &s->types);
    tni_vec_free(l->heap, &s->instances);
    tni_vec_free(l->heap, &s->funcs);
    tni_vec_free(l->heap, &s->components);
    tni_vec_free(l->heap, &s->modules);
    tni_vec_free(l->heap, &s->core_instances);
    for (int i = 0; i < 5; i++) {
        tni_vec_free(l->heap, &s->core[i]);
    }
    tni_namespace_free(l, &s->imports);
    tni_namespace_free(l, &s->exports);
    tni_vec_free(l->heap, &s->imported);
    tni_vec_free(l->heap, &s->defined);
    tni_vec_free(l->heap, &s->defs);
    l->scope = s->parent;
    l->depth--;
}

/* -- the end of a component -- */

static void *keep(tni_loader *l, const void *data, size_t count, size_t size) {
    void *kept = tni_arena_array(l->arena, count, size,
                                 _Alignof(max_align_t) < 16 ? _Alignof(max_align_t) : 16);
    if (kept != NULL && count > 0) {
        memcpy(kept, data, count * size);
    }
    return kept;
}

/* Resource types that an instantiation makes: those in the exports that no import names.
 */
static tenon_status find_defined(tni_loader *l, tni_scope *s, const tni_entity *x) {
    TNI_TRY(tni_load_step(l));
    if (x->kind == TNI_ENTITY_RESOURCE &&
        tni_binding(l, TNI_BIND_LEFT, x->resource) == TNI_FREE) {
        TNI_TRY(tni_bind(l, TNI_BIND_LEFT, x->resource, TNI_UNBOUND));
        return tni_vec_push(l->heap, &s->defined, x->resource) ? TENON_OK
                                                               : tni_no_memory(l->e);
    }
    if (x->kind == TNI_ENTITY_INSTANCE &&
        ((const tni_linst *)x->instance)->traits.has_resource) {
        for (u32 i = 0; i < x->instance->export_count; i++) {
            TNI_TRY(find_defined(l, s, x->instance->exports[i].entity));
        }
    }
    return TENON_OK;
}

static tenon_status find_all_defined(tni_loader *l, tni_scope *s) {
    size_t mark = l->trail.count;
    s->defined.count = 0;
    for (size_t i = 0; i < s->imported.count; i++) {
        TNI_TRY(tni_bind(l, TNI_BIND_LEFT, s->imported.data[i], TNI_UNBOUND));
    }
    for (size_t i = 0; i < s->exports.entries.count; i++) {
        TNI_TRY(find_defined(l, s, s->exports.entries.data[i].entity));
    }
    tni_unbind(l, mark);
    return TENON_OK;
}

static void count_spaces(const tni_scope *s, u32 *counts) {
    static const tni_sort core[] = {TNI_SORT_CORE_FUNC, TNI_SORT_CORE_TABLE,
                                    TNI_SORT_CORE_MEMORY, TNI_SORT_CORE_GLOBAL,
                                    TNI_SORT_CORE_TAG};
    for (int i = 0; i < 5; i++) {
        counts[core[i]] = (u32)s->core[i].count;
    }
    counts[TNI_SORT_CORE_TYPE] = (u32)s->core_types.count;
    counts[TNI_SORT_CORE_MODULE] = (u32)s->modules.count;
    counts[TNI_SORT_CORE_INSTANCE] = (u32)s->core_instances.count;
    counts[TNI_SORT_FUNC] = (u32)s->funcs.count;
    counts[TNI_SORT_TYPE] = (u32)s->types.count;
    counts[TNI_SORT_COMPONENT] = (u32)s->components.count;
    counts[TNI_SORT_INSTANCE] = (u32)s->instances.count;
}

/* Names of the component's slots. first is the number of resources before it. */
static tenon_status name_slots(tni_loader *l, tni_component *c, size_t first) {
    tni_str *names = TNI_ARENA_ARRAY(l->arena, tni_str, c->slot_count);
    if (names == NULL) {
        return tni_no_memory(l->e);
    }
    for (size_t i = first; i < l->resources.count; i++) {
        const tni_res *r = &l->resources.data[i];
        if (r->component == c) {
            names[r->slot] = r->name;
        }
    }
    c->slot_names = names;
    return TENON_OK;
}

static tenon_status finish_component(tni_loader *l, tni_scope *s, size_t first_resource) {
    tni_component *c = s->c;
    TNI_TRY(find_all_defined(l, s));
    c->defs = keep(l, s->defs.data, s->defs.count, sizeof *s->defs.data);
    c->def_count = (u32)s->defs.count;
    c->imports = keep(l, s->imports.entries.data, s->imports.entries.count,
                      sizeof *s->imports.entries.data);
    c->import_count = (u32)s->imports.entries.count;
    c->exports = keep(l, s->exports.entries.data, s->exports.entries.count,
                      sizeof *s->exports.entries.data);
    c->export_count = (u32)s->exports.entries.count;
    c->export_items = keep(l, s->exports.items.data, s->exports.items.count,
                           sizeof *s->exports.items.data);
    const u32 *imported = keep(l, s->imported.data, s->imported.count, sizeof *imported);
    const u32 *defined = keep(l, s->defined.data, s->defined.count, sizeof *defined);
    if (c->defs == NULL || c->imports == NULL || c->exports == NULL ||
        c->export_items == NULL || imported == NULL || defined == NULL) {
        return tni_no_memory(l->e);
    }
    count_spaces(s, c->space_counts);
    TNI_TRY(name_slots(l, c, first_resource));
    tni_component_type t = {c->imports, c->import_count, c->exports, c->export_count};
    const tni_lcomp *type = NULL;
    TNI_TRY(tni_new_component(l, &t, imported, (u32)s->imported.count, defined,
                              (u32)s->defined.count, &type));
    c->type = &type->t;
    return TENON_OK;
}

/* -- sections -- */

static const u8 magic[4] = {0x00, 'a', 's', 'm'};
static const u8 component_version[4] = {0x0d, 0x00, 0x01, 0x00};
static const u8 module_version[4] = {0x01, 0x00, 0x00, 0x00};

bool tni_is_component(const u8 *bytes, size_t len) {
    return len >= 8 && memcmp(bytes, magic, 4) == 0 && bytes[6] == 1 && bytes[7] == 0;
}

static tenon_status read_preamble(tni_loader *l, tni_reader *r) {
    const u8 *bytes = NULL;
    u64 at = tni_reader_offset(r);
    if (tni_reader_left(r) < 4 ||
        (tni_read_bytes(r, 4, &bytes), memcmp(bytes, magic, 4) != 0)) {
        return tni_fail(l->e, TNI_ERR_BAD_MAGIC, at, NULL);
    }
    TNI_TRY(tni_read_bytes(r, 4, &bytes));
    if (memcmp(bytes, component_version, 4) == 0) {
        return TENON_OK;
    }
    return memcmp(bytes, module_version, 4) == 0
               ? tni_fail(l->e, TNI_ERR_CM_HEADER, at + 4, "component")
               : tni_fail(l->e, TNI_ERR_BAD_VERSION, at + 4, NULL);
}

/* Validity of the name section is not required (Binary.md, "Name Section"). */
static void read_component_name(tni_component *c, const tni_span *bytes) {
    tenon_error ignored;
    tni_str name;
    u8 id;
    u32 size;
    tni_reader r = tni_reader_of(bytes->ptr, bytes->len, bytes->offset, &ignored);
    if (tni_read_byte(&r, &id) == TENON_OK && id == 0 &&
        tni_read_u32(&r, &size) == TENON_OK && size <= tni_reader_left(&r) &&
        tni_read_name(&r, &name) == TENON_OK) {
        c->name = name;
    }
}

/* The custom sections of a component while it is read. */
typedef struct component_reader {
    tni_reader r;
    TNI_VEC(tni_custom) customs;
    u8 last; /* id of the last section that is not custom */
} component_reader;

static tenon_status custom_section(tni_loader *l, component_reader *cr, tni_reader *r) {
    tni_custom custom = {.after_section = cr->last};
    TNI_TRY(tni_read_name(r, &custom.name));
    custom.bytes = (tni_span){r->cur, (u32)tni_reader_left(r), tni_reader_offset(r)};
    r->cur = r->end;
    if (tni_str_eq(custom.name, TNI_STR("component-name"))) {
        read_component_name(l->scope->c, &custom.bytes);
    }
    return tni_vec_push(l->heap, &cr->customs, custom) ? TENON_OK : tni_no_memory(l->e);
}

/* The outermost component keeps what is to be released with it. */
static tenon_status own_module(tni_loader *l, tni_module *m) {
    tni_module_ref *ref = TNI_ARENA_NEW(l->arena, tni_module_ref);
    if (ref == NULL) {
        tni_module_release(m);
        return tni_no_memory(l->e);
    }
    *ref = (tni_module_ref){m, l->root->modules};
    l->root->modules = ref;
    return TENON_OK;
}

static tenon_status core_module_section(tni_loader *l, tni_reader *r) {
    tni_scope *s = l->scope;
    tni_def def = {.kind = TNI_DEF_CORE_MODULE, .sort = TNI_SORT_CORE_MODULE};
    const tni_lmodule *type = NULL;
    size_t len = tni_reader_left(r);
    l->offset = tni_reader_offset(r);
    if (len >= 8 && memcmp(r->cur, magic, 4) == 0 &&
        memcmp(r->cur + 4, component_version, 4) == 0) {
        return tni_fail(l->e, TNI_ERR_CM_HEADER, l->offset + 4, "module");
    }
    tenon_status status =
        tni_module_decode(l->engine, r->cur, len, l->offset, true, &def.module, l->e);
    if (status != TENON_OK) {
        if (l->e->code == TNI_ERR_UNEXPECTED_CONTENT) {
            tni_error_append(l->e, ": section out of order");
        }
        return status;
    }
    TNI_TRY(own_module(l, def.module));
    TNI_TRY(tni_module_validate(def.module, l->e));
    TNI_TRY(tni_load_module_type(l, def.module, &type));
    if (!tni_vec_push(l->heap, &s->modules, type)) {
        return tni_no_memory(l->e);
    }
    r->cur = r->end;
    return tni_load_def(l, def);
}

static tenon_status read_component(tni_loader *l, tni_component *c, tni_component *outer,
                                   const u8 *bytes, size_t len, u64 base);

static tenon_status component_section(tni_loader *l, tni_reader *r) {
    tni_scope *s = l->scope;
    u64 at = tni_reader_offset(r);
    tni_component *c = TNI_ARENA_NEW(l->arena, tni_component);
    if (c == NULL) {
        return tni_no_memory(l->e);
    }
    l->offset = at;
    TNI_TRY(read_component(l, c, s->c, r->cur, tni_reader_left(r), at));
    l->offset = at;
    r->cur = r->end;
    if (!tni_vec_push(l->heap, &s->components, (const tni_lcomp *)c->type)) {
        return tni_no_memory(l->e);
    }
    return tni_load_def(
        l,
        (tni_def){.kind = TNI_DEF_COMPONENT, .sort = TNI_SORT_COMPONENT, .component = c});
}

enum {
    SECTION_CUSTOM,
    SECTION_CORE_MODULE,
    SECTION_CORE_INSTANCE,
    SECTION_CORE_TYPE,
    SECTION_COMPONENT,
    SECTION_INSTANCE,
    SECTION_ALIAS,
    SECTION_TYPE,
    SECTION_CANON,
    SECTION_START,
    SECTION_IMPORT,
    SECTION_EXPORT,
    SECTION_VALUE,
    SECTION_COUNT
};

typedef tenon_status read_entry(tni_loader *l, tni_reader *r);

static read_entry *const entry_readers[SECTION_COUNT] = {
    [SECTION_CORE_INSTANCE] = tni_load_core_instance,
    [SECTION_CORE_TYPE] = tni_load_core_type,
    [SECTION_INSTANCE] = tni_load_instance,
    [SECTION_ALIAS] = tni_load_alias,
    [SECTION_TYPE] = tni_load_type,
    [SECTION_CANON] = tni_load_canon,
    [SECTION_IMPORT] = tni_load_import,
    [SECTION_EXPORT] = tni_load_export,
};

static tenon_status vector_section(tni_loader *l, tni_reader *r, read_entry *read) {
    u32 count;
    TNI_TRY(tni_load_count(l, r, &count));
    for (u32 i = 0; i < count; i++) {
        TNI_TRY(read(l, r));
    }
    return TENON_OK;
}

static tenon_status section_contents(tni_loader *l, component_reader *cr, u8 id,
                                     tni_reader *r) {
    switch (id) {
    case SECTION_CUSTOM: return custom_section(l, cr, r);
    case SECTION_CORE_MODULE: return core_module_section(l, r);
    case SECTION_COMPONENT: return component_section(l, r);
    case SECTION_START:
        return tni_load_feature(l, TENON_FEATURE_BIT_CM_VALUES, "start section");
    case SECTION_VALUE:
        return tni_load_feature(l, TENON_FEATURE_BIT_CM_VALUES, "value section");
    default: return vector_section(l, r, entry_readers[id]);
    }
}

static tenon_status read_section(tni_loader *l, component_reader *cr) {
    tni_reader contents;
    u8 id = *cr->r.cur;
    u32 size;
    l->offset = tni_reader_offset(&cr->r);
    if (id >= SECTION_COUNT) {
        return TNI_LOAD_FAIL(l, TNI_ERR_BAD_SECTION_ID, "0x%x", id);
    }
    cr->r.cur++;
    TNI_TRY(tni_read_u32(&cr->r, &size));
    TNI_TRY(tni_read_sub(&cr->r, size, &contents));
    TNI_TRY(section_contents(l, cr, id, &contents));
    if (tni_reader_left(&contents) > 0) {
        return tni_fail(l->e, TNI_ERR_CM_SECTION_SIZE, tni_reader_offset(&contents),
                        NULL);
    }
    cr->last = id == SECTION_CUSTOM ? cr->last : id;
    return TENON_OK;
}

/* The reader's words for an early end are those of core modules. */
static tenon_status reword(tni_loader *l, u8 section, tenon_status status) {
    bool end = status == TENON_MALFORMED && (l->e->code == TNI_ERR_UNEXPECTED_END ||
                                             l->e->code == TNI_ERR_LENGTH_OUT_OF_BOUNDS);
    return end && section != SECTION_CORE_MODULE
               ? tni_fail(l->e, TNI_ERR_CM_END, l->e->offset, NULL)
               : status;
}

static tenon_status read_sections(tni_loader *l, component_reader *cr) {
    tni_component *c = l->scope->c;
    TNI_TRY(reword(l, SECTION_CUSTOM, read_preamble(l, &cr->r)));
    while (tni_reader_left(&cr->r) > 0) {
        u8 id = *cr->r.cur;
        TNI_TRY(reword(l, id, read_section(l, cr)));
    }
    c->custom_count = (u32)cr->customs.count;
    c->customs = keep(l, cr->customs.data, cr->customs.count, sizeof *cr->customs.data);
    return c->customs == NULL ? tni_no_memory(l->e) : TENON_OK;
}

static tenon_status read_component(tni_loader *l, tni_component *c, tni_component *outer,
                                   const u8 *bytes, size_t len, u64 base) {
    size_t first_resource = l->resources.count;
    component_reader cr = {.r = tni_reader_of(bytes, len, base, l->e)};
    c->engine = l->engine;
    c->outer = outer;
    c->bytes = bytes;
    c->byte_count = len;
    c->base = base;
    tni_scope *scope = TNI_NEW(l->heap, tni_scope); /* large: not on the C stack */
    if (scope == NULL) {
        return tni_no_memory(l->e);
    }
    tenon_status status = tni_load_scope_push(l, scope, TNI_SCOPE_COMPONENT, c);
    if (status == TENON_OK) {
        status = read_sections(l, &cr);
        if (status == TENON_OK) {
            status = finish_component(l, scope, first_resource);
        }
        tni_vec_free(l->heap, &cr.customs);
        tni_load_scope_pop(l);
    }
    TNI_FREE(l->heap, scope);
    return status;
}

/* -- the life of a component -- */

void tni_component_retain(tni_component *c) {
    tni_lock_acquire(&c->engine->lock);
    c->references++;
    tni_lock_release(&c->engine->lock);
}

static void free_component(tni_component *c) {
    tenon_engine *engine = c->engine;
    for (tni_module_ref *ref = c->modules; ref != NULL; ref = ref->next) {
        tni_module_release(ref->module);
    }
    tni_arena_free(&c->arena);
    tni_free(&c->heap, c->owned_bytes, c->byte_count, 1);
    TNI_FREE(&engine->heap, c);
}

void tni_component_release(tni_component *c) {
    if (c == NULL) {
        return;
    }
    tni_lock_acquire(&c->engine->lock);
    u32 left = --c->references;
    tni_lock_release(&c->engine->lock);
    if (left == 0) {
        free_component(c);
    }
}

static void free_loader(tni_loader *l) {
    for (tni_name_index *index = l->indexes; index != NULL; index = index->next) {
        tni_map_free(&index->map);
    }
    tni_vec_free(l->heap, &l->resources);
    for (int i = 0; i < TNI_BIND_COUNT; i++) {
        tni_vec_free(l->heap, &l->bindings[i]);
    }
    tni_vec_free(l->heap, &l->trail);
    tni_arena_free(&l->scratch);
}

static tenon_status new_root(tenon_engine *engine, const u8 *bytes, size_t len,
                             bool borrow, tni_component **out, tenon_error *e) {
    if (len > TNI_LIMIT_module_bytes) {
        return tni_fail(e, TNI_ERR_LIMIT, 0, "bytes of a component");
    }
    tni_component *c = TNI_NEW(&engine->heap, tni_component);
    if (c == NULL) {
        return tni_no_memory(e);
    }
    c->engine = engine;
    c->references = 1;
    tni_heap_init_child(&c->heap, &engine->heap, UINT64_MAX);
    tni_arena_init(&c->arena, &c->heap);
    c->bytes = bytes;
    c->byte_count = len;
    if (!borrow && len > 0) {
        c->owned_bytes = tni_resize(&c->heap, NULL, 0, len);
        if (c->owned_bytes == NULL) {
            free_component(c);
            return tni_no_memory(e);
        }
        memcpy(c->owned_bytes, bytes, len);
        c->bytes = c->owned_bytes;
    }
    *out = c;
    return TENON_OK;
}

tenon_status tni_component_load(tenon_engine *engine, const u8 *bytes, size_t len,
                                bool borrow, tni_component **out, tenon_error *e) {
    tni_component *c = NULL;
    *out = NULL;
    TNI_TRY(new_root(engine, bytes, len, borrow, &c, e));
    tni_loader l = {
        .engine = engine, .root = c, .heap = &c->heap, .arena = &c->arena, .e = e};
    tni_arena_init(&l.scratch, &c->heap);
    tenon_status status = read_component(&l, c, NULL, c->bytes, len, 0);
    free_loader(&l);
    if (status != TENON_OK) {
        tni_component_release(c);
        return status;
    }
    *out = c;
    return TENON_OK;
}
