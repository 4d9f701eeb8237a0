/* loadlink.c: instances, aliases, imports and exports. Binary.md, "Instance Definitions",
 * "Alias Definitions", "Import and Export Definitions". */
#include "component/loader.h"
#include "base/assert.h"
#include "base/limits.h"

#define STR(s) (int)((s).len < 100 ? (s).len : 100), (s).ptr

/* -- index spaces -- */

/* The sort of the item that an entity describes. */
static tni_sort sort_of(const tni_entity *x) {
    switch (x->kind) {
    case TNI_ENTITY_CORE_MODULE: return TNI_SORT_CORE_MODULE;
    case TNI_ENTITY_FUNC: return TNI_SORT_FUNC;
    case TNI_ENTITY_VALUE: return TNI_SORT_VALUE;
    case TNI_ENTITY_COMPONENT: return TNI_SORT_COMPONENT;
    case TNI_ENTITY_INSTANCE: return TNI_SORT_INSTANCE;
    default: return TNI_SORT_TYPE;
    }
}

static tenon_status push_item(tni_loader *l, const tni_entity *x) {
    tni_scope *s = l->scope;
    bool pushed = false;
    size_t count = 0;
    switch (sort_of(x)) {
    case TNI_SORT_CORE_MODULE:
        pushed = tni_vec_push(l->heap, &s->modules, (const tni_lmodule *)x->module);
        count = s->modules.count;
        break;
    case TNI_SORT_FUNC:
        pushed = tni_vec_push(l->heap, &s->funcs, (const tni_lfunc *)x->func);
        count = s->funcs.count;
        break;
    case TNI_SORT_COMPONENT:
        pushed = tni_vec_push(l->heap, &s->components, (const tni_lcomp *)x->component);
        count = s->components.count;
        break;
    case TNI_SORT_INSTANCE:
        pushed = tni_vec_push(l->heap, &s->instances, (const tni_linst *)x->instance);
        count = s->instances.count;
        break;
    default:
        pushed = tni_vec_push(l->heap, &s->types, *x);
        count = s->types.count;
        break;
    }
    if (!pushed) {
        return tni_no_memory(l->e);
    }
    return count <= TNI_LIMIT_component_definitions
               ? TENON_OK
               : TNI_LOAD_FAIL(l, TNI_ERR_LIMIT, "definitions of a component");
}

/* What stands at an index of a component-level sort, or among the core modules. */
static tenon_status item_at(tni_loader *l, tni_sort sort, u32 index, tni_entity *out) {
    const tni_scope *s = l->scope;
    *out = (tni_entity){.kind = TNI_ENTITY_FUNC};
    switch (sort) {
    case TNI_SORT_CORE_MODULE:
        if (index >= s->modules.count) {
            return tni_load_unknown(l, "module", index);
        }
        out->kind = TNI_ENTITY_CORE_MODULE;
        out->module = &s->modules.data[index]->t;
        return TENON_OK;
    case TNI_SORT_FUNC:
        if (index >= s->funcs.count) {
            return tni_load_unknown(l, "function", index);
        }
        out->func = &s->funcs.data[index]->t;
        return TENON_OK;
    case TNI_SORT_TYPE: {
        const tni_entity *x = NULL;
        TNI_TRY(tni_load_type_at(l, index, &x));
        *out = *x;
        return TENON_OK;
    }
    case TNI_SORT_COMPONENT:
        if (index >= s->components.count) {
            return tni_load_unknown(l, "component", index);
        }
        out->kind = TNI_ENTITY_COMPONENT;
        out->component = &s->components.data[index]->t;
        return TENON_OK;
    case TNI_SORT_INSTANCE:
        if (index >= s->instances.count) {
            return tni_load_unknown(l, "instance", index);
        }
        out->kind = TNI_ENTITY_INSTANCE;
        out->instance = &s->instances.data[index]->t;
        return TENON_OK;
    default: TNI_UNREACHABLE();
    }
}

/* Binary.md: sort, for what a component may pass on: of the core sorts only modules. */
static tenon_status read_sort(tni_loader *l, tni_reader *r, tni_sort *out) {
    u8 sort;
    TNI_TRY(tni_read_byte(r, &sort));
    switch (sort) {
    case 0x00:
        TNI_TRY(tni_read_byte(r, &sort));
        *out = TNI_SORT_CORE_MODULE;
        return sort == 0x11 ? TENON_OK
                            : tni_load_bad_byte(l, r, sort, "component external kind");
    case 0x01: *out = TNI_SORT_FUNC; return TENON_OK;
    case 0x02: return tni_load_feature(l, TENON_FEATURE_BIT_CM_VALUES, "value");
    case 0x03: *out = TNI_SORT_TYPE; return TENON_OK;
    case 0x04: *out = TNI_SORT_COMPONENT; return TENON_OK;
    case 0x05: *out = TNI_SORT_INSTANCE; return TENON_OK;
    default: return tni_load_bad_byte(l, r, sort, "component external kind");
    }
}

static tenon_status read_sortidx(tni_loader *l, tni_reader *r, tni_arg *arg,
                                 tni_entity *out) {
    TNI_TRY(read_sort(l, r, &arg->sort));
    TNI_TRY(tni_read_u32(r, &arg->index));
    return item_at(l, arg->sort, arg->index, out);
}

static tenon_status new_args(tni_loader *l, u32 count, tni_arg **out) {
    *out = TNI_ARENA_ARRAY(l->arena, tni_arg, count);
    return *out == NULL ? tni_no_memory(l->e) : TENON_OK;
}

/* -- slots -- */

/* Finds where new resources (numbers from first on) stand in an instance. */
typedef struct source_finder {
    tni_loader *l;
    u32 first, count;
    tni_slot_source *sources; /* by number - first; path NULL while not found */
    u32 found;
    tni_str path[TNI_LIMIT_component_type_depth + 2];
    u32 depth;
} source_finder;

static tenon_status found_source(source_finder *f, u32 resource) {
    tni_str *path = TNI_ARENA_ARRAY(f->l->arena, tni_str, f->depth);
    if (path == NULL) {
        return tni_no_memory(f->l->e);
    }
    memcpy(path, f->path, f->depth * sizeof *path);
    f->sources[resource - f->first] =
        (tni_slot_source){f->l->resources.data[resource].slot, path, f->depth};
    if (f->l->resources.data[resource].name.len == 0 && f->depth > 0) {
        f->l->resources.data[resource].name = f->path[f->depth - 1];
    }
    f->found++;
    return TENON_OK;
}

static tenon_status find_in_instance(source_finder *f, const tni_instance_type *t) {
    for (u32 i = 0; i < t->export_count && f->found < f->count; i++) {
        const tni_entity *x = t->exports[i].entity;
        TNI_TRY(tni_load_step(f->l));
        f->path[f->depth++] = t->exports[i].name;
        u32 n = x->resource - f->first;
        if (x->kind == TNI_ENTITY_RESOURCE && n < f->count &&
            f->sources[n].path == NULL) {
            TNI_TRY(found_source(f, x->resource));
        } else if (x->kind == TNI_ENTITY_INSTANCE &&
                   ((const tni_linst *)x->instance)->traits.has_resource) {
            TNI_TRY(find_in_instance(f, x->instance));
        }
        f->depth--;
    }
    return TENON_OK;
}

/* Fills a definition's sources for the resources made since there were `first`. */
static tenon_status find_sources(tni_loader *l, u32 first, const tni_entity *x,
                                 tni_def *def) {
    source_finder f = {.l = l, .first = first, .count = (u32)l->resources.count - first};
    if (f.count == 0 || l->scope->kind != TNI_SCOPE_COMPONENT) {
        return TENON_OK;
    }
    f.sources = TNI_ARENA_ARRAY(l->arena, tni_slot_source, f.count);
    if (f.sources == NULL) {
        return tni_no_memory(l->e);
    }
    if (x->kind == TNI_ENTITY_RESOURCE) {
        TNI_TRY(found_source(&f, x->resource));
    } else if (x->kind == TNI_ENTITY_INSTANCE) {
        TNI_TRY(find_in_instance(&f, x->instance));
    }
    u32 kept = 0;
    for (u32 i = 0; i < f.count; i++) {
        if (f.sources[i].path != NULL) {
            f.sources[kept++] = f.sources[i];
        }
    }
    def->sources = f.sources;
    def->source_count = kept;
    return TENON_OK;
}

/* -- core instances -- */

static tenon_status core_item_at(tni_loader *l, u8 kind, u32 index, tni_externtype *out) {
    const tni_scope *s = l->scope;
    static const char *const words[] = {"function", "table", "memory", "global", "tag"};
    if (index >= s->core[kind].count) {
        return tni_load_unknown(l, words[kind], index);
    }
    *out = s->core[kind].data[index];
    return TENON_OK;
}

static tenon_status push_core_instance(tni_loader *l, const tni_lmodule *m) {
    tni_scope *s = l->scope;
    if (s->core_instances.count >= TNI_LIMIT_component_definitions) {
        return TNI_LOAD_FAIL(l, TNI_ERR_LIMIT, "core instances of a component");
    }
    return tni_vec_push(l->heap, &s->core_instances, m) ? TENON_OK : tni_no_memory(l->e);
}

static tenon_status read_core_args(tni_loader *l, tni_reader *r, tni_map *names,
                                   tni_arg **out, u32 *count) {
    TNI_TRY(tni_load_count(l, r, count));
    TNI_TRY(new_args(l, *count, out));
    for (u32 i = 0; i < *count; i++) {
        tni_arg *arg = &(*out)[i];
        u8 kind;
        bool fresh;
        TNI_TRY(tni_read_name(r, &arg->name));
        TNI_TRY(tni_read_byte(r, &kind));
        if (kind != 0x12) {
            return tni_load_bad_byte(l, r, kind, "instantiation arg kind");
        }
        arg->sort = TNI_SORT_CORE_INSTANCE;
        TNI_TRY(tni_read_u32(r, &arg->index));
        if (arg->index >= l->scope->core_instances.count) {
            return tni_load_unknown(l, "core instance", arg->index);
        }
        if (!tni_map_add(names, arg->name, i, &fresh)) {
            return tni_no_memory(l->e);
        }
        if (!fresh) {
            return TNI_LOAD_FAIL(l, TNI_ERR_CM_INSTANTIATE,
                                 "duplicate module instantiation argument named `%.*s`",
                                 STR(arg->name));
        }
    }
    return TENON_OK;
}

/* Each two-level import is looked up in the instance supplied for its module name. */
static tenon_status check_core_args(tni_loader *l, const tni_lmodule *m,
                                    const tni_map *names, const tni_arg *args) {
    for (u32 i = 0; i < m->t.import_count; i++) {
        const struct tni_module_type_import *im = &m->t.imports[i];
        const u64 *number = tni_map_get(names, im->module);
        if (number == NULL) {
            return TNI_LOAD_FAIL(l, TNI_ERR_CM_INSTANTIATE,
                                 "missing module instantiation argument named `%.*s`",
                                 STR(im->module));
        }
        const tni_lmodule *instance = l->scope->core_instances.data[args[*number].index];
        const tni_externtype *given = NULL;
        TNI_TRY(tni_load_core_export(l, instance, im->name, &given));
        if (given == NULL) {
            return TNI_LOAD_FAIL(
                l, TNI_ERR_CM_INSTANTIATE,
                "module instantiation argument `%.*s` does not export an "
                "item named `%.*s`",
                STR(im->module), STR(im->name));
        }
        tenon_status status = tni_check_core_subtype(l, given, &im->type);
        if (status == TENON_INVALID) {
            tni_error_append(l->e,
                             ", type mismatch for export `%.*s` of module instantiation "
                             "argument `%.*s`",
                             STR(im->name), STR(im->module));
        }
        TNI_TRY(status);
    }
    return TENON_OK;
}

static tenon_status core_instantiate(tni_loader *l, tni_reader *r) {
    tni_def def = {.kind = TNI_DEF_CORE_INSTANTIATE, .sort = TNI_SORT_CORE_INSTANCE};
    tni_arg *args = NULL;
    tni_map names;
    TNI_TRY(tni_read_u32(r, &def.index));
    if (def.index >= l->scope->modules.count) {
        return tni_load_unknown(l, "module", def.index);
    }
    const tni_lmodule *m = l->scope->modules.data[def.index];
    tni_map_init(&names, l->heap);
    tenon_status status = read_core_args(l, r, &names, &args, &def.arg_count);
    if (status == TENON_OK) {
        status = check_core_args(l, m, &names, args);
    }
    tni_map_free(&names);
    TNI_TRY(status);
    def.args = args;
    TNI_TRY(push_core_instance(l, m));
    return tni_load_def(l, def);
}

static const tni_sort core_sorts[] = {TNI_SORT_CORE_FUNC, TNI_SORT_CORE_TABLE,
                                      TNI_SORT_CORE_MEMORY, TNI_SORT_CORE_GLOBAL,
                                      TNI_SORT_CORE_TAG};

static tenon_status core_exports(tni_loader *l, tni_reader *r) {
    tni_def def = {.kind = TNI_DEF_CORE_EXPORTS, .sort = TNI_SORT_CORE_INSTANCE};
    tni_lmodule *m = TNI_ARENA_NEW(l->arena, tni_lmodule);
    tni_arg *args = NULL;
    TNI_TRY(tni_load_count(l, r, &def.arg_count));
    TNI_TRY(new_args(l, def.arg_count, &args));
    if (m == NULL || (m->export_index = tni_load_new_index(l)) == NULL) {
        return tni_no_memory(l->e);
    }
    m->t.exports =
        TNI_ARENA_ARRAY(l->arena, struct tni_module_type_export, def.arg_count);
    if (m->t.exports == NULL) {
        return tni_no_memory(l->e);
    }
    for (u32 i = 0; i < def.arg_count; i++) {
        struct tni_module_type_export *ex = &m->t.exports[i];
        u8 kind;
        bool fresh;
        TNI_TRY(tni_read_name(r, &ex->name));
        TNI_TRY(tni_read_byte(r, &kind));
        if (kind > TNI_EXTERN_TAG) {
            return tni_load_bad_byte(l, r, kind, "core instance export kind");
        }
        args[i] = (tni_arg){ex->name, core_sorts[kind], 0};
        TNI_TRY(tni_read_u32(r, &args[i].index));
        TNI_TRY(core_item_at(l, kind, args[i].index, &ex->type));
        if (!tni_map_add(&m->export_index->map, ex->name, i, &fresh)) {
            return tni_no_memory(l->e);
        }
        if (!fresh) {
            return TNI_LOAD_FAIL(l, TNI_ERR_CM_DUPLICATE,
                                 "export name `%.*s` already defined", STR(ex->name));
        }
    }
    m->t.export_count = def.arg_count;
    def.args = args;
    TNI_TRY(push_core_instance(l, m));
    return tni_load_def(l, def);
}

tenon_status tni_load_core_instance(tni_loader *l, tni_reader *r) {
    u8 form;
    l->offset = tni_reader_offset(r);
    TNI_TRY(tni_read_byte(r, &form));
    switch (form) {
    case 0: return core_instantiate(l, r);
    case 1: return core_exports(l, r);
    default: return tni_load_bad_byte(l, r, form, "core instance");
    }
}

/* -- instances -- */

/* The arguments of an instantiation, by name. */
typedef struct with_args {
    tni_arg *args;
    tni_entity *entities;
    u32 count;
    tni_map names;
} with_args;

static tenon_status read_with_args(tni_loader *l, tni_reader *r, with_args *w) {
    TNI_TRY(tni_load_count(l, r, &w->count));
    TNI_TRY(new_args(l, w->count, &w->args));
    w->entities = TNI_ARENA_ARRAY(&l->scratch, tni_entity, w->count);
    if (w->entities == NULL) {
        return tni_no_memory(l->e);
    }
    for (u32 i = 0; i < w->count; i++) {
        tni_arg *arg = &w->args[i];
        bool fresh;
        TNI_TRY(tni_read_name(r, &arg->name));
        TNI_TRY(read_sortidx(l, r, arg, &w->entities[i]));
        if (!tni_map_add(&w->names, arg->name, i, &fresh)) {
            return tni_no_memory(l->e);
        }
        if (!fresh) {
            return TNI_LOAD_FAIL(l, TNI_ERR_CM_INSTANTIATE,
                                 "instantiation argument `%.*s` conflicts with previous "
                                 "argument `%.*s`",
                                 STR(arg->name), STR(arg->name));
        }
    }
    return TENON_OK;
}

/* Binary.md: after each type is supplied, it takes the place of the import in all that
 * follows. */
static tenon_status check_with_args(tni_loader *l, const tni_lcomp *c,
                                    const with_args *w) {
    for (u32 i = 0; i < c->imported_count; i++) {
        TNI_TRY(tni_bind(l, TNI_BIND_RIGHT, c->imported[i], TNI_UNBOUND));
    }
    for (u32 i = 0; i < c->t.import_count; i++) {
        const tni_named_entity *im = &c->t.imports[i];
        const u64 *number = tni_map_get(&w->names, im->name);
        if (number == NULL) {
            return TNI_LOAD_FAIL(l, TNI_ERR_CM_INSTANTIATE, "missing import named `%.*s`",
                                 STR(im->name));
        }
        const tni_entity *actual = &w->entities[*number];
        tenon_status status = tni_check_subtype(l, actual, im->entity);
        if (status == TENON_INVALID) {
            tni_error_append(l->e, ", type mismatch for import `%.*s`", STR(im->name));
        }
        TNI_TRY(status);
        TNI_TRY(tni_subst_rename(l, im->entity, actual));
    }
    return TENON_OK;
}

/* Explainer.md, "Type Checking": the exports with the arguments' types in place of the
 * imports', and a new resource type for each one that the component defines. */
static tenon_status instance_of(tni_loader *l, const tni_lcomp *c, const with_args *w,
                                const tni_linst **out) {
    const tni_named_entity *exports = NULL;
    size_t mark = l->trail.count;
    tni_subst_begin(l);
    TNI_TRY(check_with_args(l, c, w));
    for (u32 i = 0; i < c->defined_count; i++) {
        tni_res old = l->resources.data[c->defined[i]];
        u32 made;
        TNI_TRY(tni_new_resource(l, NULL, old.rep, old.name, &made));
        TNI_TRY(tni_bind(l, TNI_BIND_RIGHT, c->defined[i], made + TNI_BOUND));
    }
    TNI_TRY(tni_subst_entries(l, c->t.exports, c->t.export_count, &exports));
    tni_unbind(l, mark);
    return tni_new_instance(l, exports, c->t.export_count, NULL, 0, out);
}

static tenon_status push_instance(tni_loader *l, const tni_linst *i, u32 first_resource,
                                  tni_def *def) {
    tni_entity x = {.kind = TNI_ENTITY_INSTANCE, .instance = &i->t};
    TNI_TRY(find_sources(l, first_resource, &x, def));
    TNI_TRY(push_item(l, &x));
    return tni_load_def(l, *def);
}

static tenon_status instantiate(tni_loader *l, tni_reader *r) {
    tni_def def = {.kind = TNI_DEF_INSTANTIATE, .sort = TNI_SORT_INSTANCE};
    u32 first_resource = (u32)l->resources.count;
    const tni_linst *instance = NULL;
    with_args w = {.count = 0};
    TNI_TRY(tni_read_u32(r, &def.index));
    if (def.index >= l->scope->components.count) {
        return tni_load_unknown(l, "component", def.index);
    }
    const tni_lcomp *c = l->scope->components.data[def.index];
    tni_map_init(&w.names, l->heap);
    tenon_status status = read_with_args(l, r, &w);
    if (status == TENON_OK) {
        status = instance_of(l, c, &w, &instance);
    }
    tni_map_free(&w.names);
    TNI_TRY(status);
    def.args = w.args;
    def.arg_count = w.count;
    return push_instance(l, instance, first_resource, &def);
}

/* Types keep their labels here: what is exported by name is the instance, later. */
static tenon_status inline_export(tni_loader *l, tni_reader *r, tni_namespace *ns,
                                  tni_arg *arg) {
    tni_name_attrs name;
    tni_entity x;
    TNI_TRY(tni_load_name(l, r, &name));
    arg->name = name.entity.name;
    TNI_TRY(read_sortidx(l, r, arg, &x));
    return tni_add_name(l, ns, &name, &x, "export");
}

static tenon_status inline_exports(tni_loader *l, tni_reader *r) {
    tni_def def = {.kind = TNI_DEF_EXPORTS, .sort = TNI_SORT_INSTANCE};
    u32 first_resource = (u32)l->resources.count;
    tni_namespace ns;
    tni_arg *args = NULL;
    TNI_TRY(tni_load_count(l, r, &def.arg_count));
    TNI_TRY(new_args(l, def.arg_count, &args));
    tni_namespace_init(l, &ns);
    ns.is_bag = true;
    tenon_status status = TENON_OK;
    for (u32 i = 0; i < def.arg_count && status == TENON_OK; i++) {
        status = inline_export(l, r, &ns, &args[i]);
    }
    tni_named_entity *exports =
        TNI_ARENA_ARRAY(l->arena, tni_named_entity, ns.entries.count);
    if (exports != NULL && ns.entries.count > 0) {
        memcpy(exports, ns.entries.data, ns.entries.count * sizeof *exports);
    }
    tni_namespace_free(l, &ns);
    TNI_TRY(status);
    const tni_linst *instance = NULL;
    if (exports == NULL) {
        return tni_no_memory(l->e);
    }
    TNI_TRY(tni_new_instance(l, exports, def.arg_count, NULL, 0, &instance));
    def.args = args;
    return push_instance(l, instance, first_resource, &def);
}

tenon_status tni_load_instance(tni_loader *l, tni_reader *r) {
    u8 form;
    l->offset = tni_reader_offset(r);
    TNI_TRY(tni_read_byte(r, &form));
    switch (form) {
    case 0: return instantiate(l, r);
    case 1: return inline_exports(l, r);
    default: return tni_load_bad_byte(l, r, form, "instance");
    }
}

/* -- aliases -- */

static const char *sort_word(tni_sort sort) {
    switch (sort) {
    case TNI_SORT_CORE_MODULE: return "module";
    case TNI_SORT_FUNC: return "func";
    case TNI_SORT_TYPE: return "type";
    case TNI_SORT_COMPONENT: return "component";
    case TNI_SORT_INSTANCE: return "instance";
    default: return "value";
    }
}

static tenon_status alias_export(tni_loader *l, tni_reader *r, tni_sort sort) {
    tni_def def = {.kind = TNI_DEF_ALIAS_EXPORT, .sort = sort};
    const tni_entity *x = NULL;
    TNI_TRY(tni_read_u32(r, &def.index));
    TNI_TRY(tni_read_name(r, &def.name));
    if (def.index >= l->scope->instances.count) {
        return tni_load_unknown(l, "instance", def.index);
    }
    TNI_TRY(tni_load_find_export(l, l->scope->instances.data[def.index], def.name, &x));
    if (x == NULL) {
        return TNI_LOAD_FAIL(l, TNI_ERR_CM_ALIAS,
                             "instance %u has no export named `%.*s`", def.index,
                             STR(def.name));
    }
    if (sort_of(x) != sort) {
        return TNI_LOAD_FAIL(l, TNI_ERR_CM_ALIAS,
                             "export `%.*s` for instance %u is not a %s", STR(def.name),
                             def.index, sort_word(sort));
    }
    TNI_TRY(push_item(l, x));
    return tni_load_def(l, def);
}

static tenon_status alias_core_export(tni_loader *l, tni_reader *r, u8 kind) {
    tni_def def = {.kind = TNI_DEF_ALIAS_CORE, .sort = core_sorts[kind]};
    const tni_externtype *t = NULL;
    tni_scope *s = l->scope;
    TNI_TRY(tni_read_u32(r, &def.index));
    TNI_TRY(tni_read_name(r, &def.name));
    if (def.index >= s->core_instances.count) {
        return tni_load_unknown(l, "core instance", def.index);
    }
    TNI_TRY(tni_load_core_export(l, s->core_instances.data[def.index], def.name, &t));
    if (t == NULL) {
        return TNI_LOAD_FAIL(l, TNI_ERR_CM_ALIAS,
                             "core instance %u has no export named `%.*s`", def.index,
                             STR(def.name));
    }
    if (t->kind != kind) {
        return TNI_LOAD_FAIL(
            l, TNI_ERR_CM_ALIAS, "export `%.*s` for core instance %u is not a %s",
            STR(def.name), def.index, tni_extern_word((tni_extern_kind)kind));
    }
    if (s->core[kind].count >= TNI_LIMIT_component_definitions) {
        return TNI_LOAD_FAIL(l, TNI_ERR_LIMIT, "core definitions of a component");
    }
    if (!tni_vec_push(l->heap, &s->core[kind], *t)) {
        return tni_no_memory(l->e);
    }
    return tni_load_def(l, def);
}

/* Sorts of outer aliases: Binary.md, outeraliassort. */
static tenon_status outer_sort(tni_loader *l, tni_reader *r, u8 sort, u8 core_sort,
                               tni_sort *out) {
    if (sort == 0x00 && core_sort == 0x10) {
        *out = TNI_SORT_CORE_TYPE;
    } else if (sort == 0x00 && core_sort == 0x11) {
        *out = TNI_SORT_CORE_MODULE;
    } else if (sort == 0x03) {
        *out = TNI_SORT_TYPE;
    } else if (sort == 0x04) {
        *out = TNI_SORT_COMPONENT;
    } else {
        return tni_load_bad_byte(l, r, sort == 0x00 ? core_sort : sort,
                                 "component outer alias kind");
    }
    return TENON_OK;
}

static tenon_status outer_core_type(tni_loader *l, const tni_scope *from, u32 index) {
    tni_scope *s = l->scope;
    if (index >= from->core_types.count) {
        return tni_load_unknown(l, "core type", index);
    }
    if (!tni_vec_push(l->heap, &s->core_types, from->core_types.data[index]) ||
        !tni_vec_push(l->heap, &s->module_types, from->module_types.data[index])) {
        return tni_no_memory(l->e);
    }
    return TENON_OK;
}

/* Explainer.md: an alias that leaves a component must not bring resource types in. */
static tenon_status outer_type(tni_loader *l, const tni_scope *from, u32 index,
                               bool crosses) {
    if (index >= from->types.count) {
        return tni_load_unknown(l, "type", index);
    }
    tni_entity x = from->types.data[index];
    bool refers = false;
    if (crosses) {
        TNI_TRY(tni_refers_free(l, &x, &refers));
    }
    if (refers) {
        return TNI_LOAD_FAIL(l, TNI_ERR_CM_ALIAS,
                             "cannot alias outer type %u, which transitively refers to "
                             "resources not defined in the current component",
                             index);
    }
    TNI_TRY(push_item(l, &x));
    return tni_load_def(l, (tni_def){.kind = TNI_DEF_TYPE, .sort = TNI_SORT_TYPE});
}

static tenon_status alias_outer(tni_loader *l, tni_reader *r, tni_sort sort) {
    tni_def def = {.kind = TNI_DEF_ALIAS_OUTER, .sort = sort};
    const tni_scope *from = l->scope;
    bool crosses = false;
    tni_entity x = {.kind = TNI_ENTITY_COMPONENT};
    TNI_TRY(tni_read_u32(r, &def.depth));
    TNI_TRY(tni_read_u32(r, &def.index));
    for (u32 i = 0; i < def.depth && from != NULL; i++) {
        crosses |= from->kind == TNI_SCOPE_COMPONENT;
        from = from->parent;
    }
    if (from == NULL) {
        return TNI_LOAD_FAIL(l, TNI_ERR_CM_ALIAS, "invalid outer alias count of %u",
                             def.depth);
    }
    if (sort == TNI_SORT_CORE_TYPE) {
        return outer_core_type(l, from, def.index);
    }
    if (sort == TNI_SORT_TYPE) {
        return outer_type(l, from, def.index, crosses);
    }
    if (sort == TNI_SORT_COMPONENT) {
        if (def.index >= from->components.count) {
            return tni_load_unknown(l, "component", def.index);
        }
        x.component = &from->components.data[def.index]->t;
    } else {
        if (def.index >= from->modules.count) {
            return tni_load_unknown(l, "module", def.index);
        }
        x = (tni_entity){.kind = TNI_ENTITY_CORE_MODULE,
                         .module = &from->modules.data[def.index]->t};
    }
    TNI_TRY(push_item(l, &x));
    return tni_load_def(l, def);
}

enum { ALIAS_EXPORT = 0, ALIAS_CORE_EXPORT = 1, ALIAS_OUTER = 2 };

static tenon_status read_alias(tni_loader *l, tni_reader *r, bool is_decl) {
    static const tni_sort sorts[] = {TNI_SORT_CORE_MODULE, TNI_SORT_FUNC,
                                     TNI_SORT_VALUE,       TNI_SORT_TYPE,
                                     TNI_SORT_COMPONENT,   TNI_SORT_INSTANCE};
    u8 sort, core_sort = 0, target;
    tni_sort outer = TNI_SORT_TYPE;
    l->offset = tni_reader_offset(r);
    TNI_TRY(tni_read_byte(r, &sort));
    if (sort == 0x00) {
        TNI_TRY(tni_read_byte(r, &core_sort));
    }
    TNI_TRY(tni_read_byte(r, &target));
    if (target > ALIAS_OUTER) {
        return tni_load_bad_byte(l, r, target, "alias");
    }
    if (target == ALIAS_OUTER) {
        TNI_TRY(outer_sort(l, r, sort, core_sort, &outer));
    } else if (target == ALIAS_EXPORT) {
        if (sort > 0x05 || (sort == 0x00 && core_sort != 0x11)) {
            return tni_load_bad_byte(l, r, sort == 0x00 ? core_sort : sort,
                                     "component external kind");
        }
        if (sort == 0x02) {
            return tni_load_feature(l, TENON_FEATURE_BIT_CM_VALUES, "value");
        }
    } else if (sort != 0x00 || core_sort > TNI_EXTERN_TAG) {
        return tni_load_bad_byte(l, r, sort == 0x00 ? core_sort : sort,
                                 "core instance export kind");
    }
    /* Binary.md: aliases inside types. */
    bool allowed = target == ALIAS_OUTER
                       ? outer == TNI_SORT_TYPE || outer == TNI_SORT_CORE_TYPE
                       : target == ALIAS_EXPORT && (sort == 0x03 || sort == 0x05);
    if (is_decl && !allowed) {
        return TNI_LOAD_FAIL(l, TNI_ERR_CM_ALIAS,
                             "aliases in types may only refer to types or instances");
    }
    switch (target) {
    case ALIAS_EXPORT: return alias_export(l, r, sorts[sort]);
    case ALIAS_CORE_EXPORT: return alias_core_export(l, r, core_sort);
    default: return alias_outer(l, r, outer);
    }
}

tenon_status tni_load_alias(tni_loader *l, tni_reader *r) {
    return read_alias(l, r, false);
}

tenon_status tni_load_alias_decl(tni_loader *l, tni_reader *r) {
    return read_alias(l, r, true);
}

/* -- imports and exports -- */

static void name_resource(tni_loader *l, u32 resource, tni_str name) {
    if (l->resources.data[resource].name.len == 0) {
        l->resources.data[resource].name = name;
    }
}

static bool is_type(const tni_entity *x) {
    return sort_of(x) == TNI_SORT_TYPE;
}

/* Adds count resource numbers to the variables of the scope. */
static tenon_status add_variables(tni_loader *l, bool is_import, const u32 *numbers,
                                  u32 count) {
    tni_scope *s = l->scope;
    for (u32 i = 0; i < count; i++) {
        bool pushed = is_import ? tni_vec_push(l->heap, &s->imported, numbers[i])
                                : tni_vec_push(l->heap, &s->defined, numbers[i]);
        if (!pushed) {
            return tni_no_memory(l->e);
        }
        if (is_import) {
            TNI_TRY(tni_name_variable(l, s, numbers[i]));
        }
    }
    return TENON_OK;
}

/* From the declared type of an import or export to the type of its item: new resources in
 * place of bounds and of an instance type's variables, a new label for a type. */
static tenon_status introduce(tni_loader *l, bool is_import, tni_str name,
                              const tni_entity *declared, tni_entity *out) {
    *out = *declared;
    if (declared->kind == TNI_ENTITY_RESOURCE && declared->resource == TNI_NO_INDEX) {
        TNI_TRY(tni_new_resource(l, NULL, TNI_I32, name, &out->resource));
        out->slot = l->resources.data[out->resource].slot;
        return add_variables(l, is_import, &out->resource, 1);
    }
    if (is_type(declared)) {
        return tni_relabel(l, declared, out);
    }
    if (declared->kind == TNI_ENTITY_INSTANCE) {
        const tni_linst *t = (const tni_linst *)declared->instance, *fresh = NULL;
        u32 *made = TNI_ARENA_ARRAY(&l->scratch, u32, t->variable_count);
        if (made == NULL) {
            return tni_no_memory(l->e);
        }
        TNI_TRY(tni_freshen(l, t, made, &fresh));
        out->instance = &fresh->t;
        return add_variables(l, is_import, made, t->variable_count);
    }
    return TENON_OK;
}

/* The item of an import or export takes its place, under its name. */
static tenon_status add_item(tni_loader *l, bool is_import, const tni_name_attrs *name,
                             const tni_entity *declared, const tni_entity *x) {
    tni_scope *s = l->scope;
    TNI_TRY(push_item(l, x));
    TNI_TRY(tni_check_visible(l, s, is_import, declared, x));
    return tni_add_name(l, is_import ? &s->imports : &s->exports, name, x,
                        is_import ? "import" : "export");
}

static tenon_status declare(tni_loader *l, tni_reader *r, bool is_import, tni_def *def) {
    tni_name_attrs name;
    tni_entity declared = {.kind = TNI_ENTITY_FUNC}, x;
    u32 first_resource = (u32)l->resources.count;
    TNI_TRY(tni_load_name(l, r, &name));
    TNI_TRY(tni_load_externtype(l, r, &declared));
    TNI_TRY(introduce(l, is_import, name.entity.name, &declared, &x));
    TNI_TRY(add_item(l, is_import, &name, &declared, &x));
    def->name = name.entity.name;
    def->sort = sort_of(&x);
    return find_sources(l, first_resource, &x, def);
}

tenon_status tni_load_import(tni_loader *l, tni_reader *r) {
    tni_def def = {.kind = TNI_DEF_IMPORT,
                   .import = (u32)l->scope->imports.entries.count};
    TNI_TRY(declare(l, r, true, &def));
    return tni_load_def(l, def);
}

tenon_status tni_load_import_decl(tni_loader *l, tni_reader *r) {
    tni_def def = {.kind = TNI_DEF_IMPORT};
    return declare(l, r, true, &def);
}

tenon_status tni_load_export_decl(tni_loader *l, tni_reader *r) {
    tni_def def = {.kind = TNI_DEF_EXPORT};
    return declare(l, r, false, &def);
}

/* Binary.md: an ascribed type is a supertype of the item's. */
static tenon_status check_ascribed(tni_loader *l, const tni_entity *actual,
                                   const tni_entity *ascribed) {
    size_t mark = l->trail.count;
    bool is_bound =
        ascribed->kind == TNI_ENTITY_RESOURCE && ascribed->resource == TNI_NO_INDEX;
    tenon_status status = TENON_OK;
    if (!is_bound) {
        status = tni_check_subtype(l, actual, ascribed);
    } else if (actual->kind != TNI_ENTITY_RESOURCE) {
        status = TNI_LOAD_FAIL(l, TNI_ERR_CM_SUBTYPE, "expected resource, found %s",
                               tni_entity_word(actual));
    }
    if (status == TENON_INVALID) {
        tni_error_append(l->e,
                         ", ascribed type of export is not compatible with item's type");
    }
    tni_unbind(l, mark);
    return status;
}

static tenon_status read_ascribed(tni_loader *l, tni_reader *r, tni_entity *x) {
    u8 present;
    tni_entity ascribed = {.kind = TNI_ENTITY_FUNC};
    TNI_TRY(tni_read_byte(r, &present));
    if (present > 1) {
        return tni_load_bad_byte(l, r, present, "optional component export type");
    }
    if (present == 0) {
        return TENON_OK;
    }
    TNI_TRY(tni_load_externtype(l, r, &ascribed));
    TNI_TRY(check_ascribed(l, x, &ascribed));
    *x = ascribed;
    return TENON_OK;
}

tenon_status tni_load_export(tni_loader *l, tni_reader *r) {
    tni_def def = {.kind = TNI_DEF_EXPORT};
    tni_name_attrs name;
    tni_arg item;
    tni_entity x, exported;
    TNI_TRY(tni_load_name(l, r, &name));
    TNI_TRY(read_sortidx(l, r, &item, &x));
    TNI_TRY(read_ascribed(l, r, &x));
    u32 first_resource = (u32)l->resources.count;
    TNI_TRY(introduce(l, false, name.entity.name, &x, &exported));
    if (exported.kind == TNI_ENTITY_RESOURCE) {
        name_resource(l, exported.resource, name.entity.name);
    }
    TNI_TRY(add_item(l, false, &name, &x, &exported));
    item.name = def.name = name.entity.name;
    def.index = item.index;
    def.sort = item.sort;
    if (!tni_vec_push(l->heap, &l->scope->exports.items, item)) {
        return tni_no_memory(l->e);
    }
    TNI_TRY(find_sources(l, first_resource, &exported, &def));
    return tni_load_def(l, def);
}
