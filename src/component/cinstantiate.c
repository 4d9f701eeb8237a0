/* cinstantiate.c: instantiation of components, by carrying out their definitions in
 * order. Component Model, Explainer.md, "Instance Definitions" and after.
 *
 * It runs as a native function on the thread's stack: instances being made are on a stack
 * of their own, so nesting costs no C recursion, and start functions of core modules are
 * called like any other callee. The loader has checked everything that is looked up here.
 */
#include "base/assert.h"
#include "base/limits.h"
#include "component/prelink.h"
#include "component/task.h"

enum { FEW_ARGS = 8 }; /* more than these are found by a map */

typedef struct making {
    tni_cstore *cs;
    tni_joined joined;              /* the root's imports */
    TNI_VEC(tni_cinstance *) stack; /* instances not finished, outermost first */
    tni_cinstance *last;            /* finished last */
    tni_cthread *start; /* that runs a start function, where there are threads */
    u64 ctx[2];
} making;

/* -- index spaces -- */

static void push(tni_cinstance *inst, tni_sort sort, tni_item item) {
    TNI_ASSERT(inst->counts[sort] < inst->component->space_counts[sort]);
    inst->spaces[sort][inst->counts[sort]++] = item;
}

static tni_item item_at(const tni_cinstance *inst, tni_sort sort, u32 index) {
    TNI_ASSERT(index < inst->counts[sort]);
    return inst->spaces[sort][index];
}

static TNI_COLD tenon_status broken(tenon_error *e, tni_str name, u64 offset) {
    return tni_fail(e, TNI_ERR_UNKNOWN_IMPORT, offset, "%.*s", (int)name.len, name.ptr);
}

/* Slots that the pushed item makes known. */
static tenon_status fill_slots(tni_cinstance *inst, const tni_def *def, tni_item item,
                               tenon_error *e) {
    for (u32 i = 0; i < def->source_count; i++) {
        const tni_slot_source *source = &def->sources[i];
        tni_item at = item;
        for (u32 k = 0; k < source->path_count; k++) {
            const tni_item_export *x = tni_cinstance_find(at.instance, source->path[k]);
            if (x == NULL) {
                return broken(e, source->path[k], def->offset);
            }
            at = x->item;
        }
        inst->slots[source->slot] = at.resource;
    }
    return TENON_OK;
}

static tenon_status push_known(tni_cinstance *inst, const tni_def *def, tni_item item,
                               tenon_error *e) {
    push(inst, def->sort, item);
    return fill_slots(inst, def, item, e);
}

/* -- new instances -- */

static tenon_status make_spaces(tni_cinstance *inst, tenon_error *e) {
    const tni_component *c = inst->component;
    tni_arena *a = &inst->cs->arena;
    for (u32 sort = 0; sort < TNI_SORT_COUNT; sort++) {
        inst->spaces[sort] = TNI_ARENA_ARRAY(a, tni_item, c->space_counts[sort]);
        if (inst->spaces[sort] == NULL) {
            return tni_no_memory(e);
        }
    }
    inst->slots = TNI_ARENA_ARRAY(a, tni_resource_type *, c->slot_count);
    return inst->slots == NULL ? tni_no_memory(e) : TENON_OK;
}

static tenon_status begin(making *m, tni_closure closure, tni_cinstance *parent,
                          const tni_item_export *args, u32 arg_count, tenon_error *e) {
    tni_cinstance *inst;
    if (m->cs->instances.count >= TNI_LIMIT_component_instances) {
        return tni_fail(e, TNI_ERR_LIMIT, TENON_NO_OFFSET, "component instances");
    }
    TNI_TRY(tni_cinstance_new(m->cs, closure.component->export_count, &inst, e));
    inst->component = closure.component;
    inst->parent = parent;
    inst->outer = closure.outer;
    if (parent != NULL) {
        inst->depth = parent->depth + 1;
        inst->number = parent->children++;
    }
    inst->args = args;
    inst->arg_count = arg_count;
    for (u32 i = 0; arg_count > FEW_ARGS && i < arg_count; i++) {
        if (!tni_map_put(&inst->arg_map, args[i].name, i)) {
            return tni_no_memory(e);
        }
    }
    TNI_TRY(make_spaces(inst, e));
    if (!tni_vec_push(m->cs->heap, &m->stack, inst)) {
        return tni_no_memory(e);
    }
    return TENON_OK;
}

/* -- core definitions -- */

static bool find_core(const tni_core_item *i, tni_str name, tni_extern *out) {
    if (i->instance != NULL) {
        return tni_instance_export(i->instance, name, out);
    }
    const u64 *n = tni_map_get(i->map, name);
    if (n != NULL) {
        *out = i->exports[*n].value;
    }
    return n != NULL;
}

static tenon_status new_map(tni_cstore *cs, tni_map **out, tenon_error *e) {
    tni_map *map = TNI_ARENA_NEW(&cs->arena, tni_map);
    if (map == NULL || !tni_vec_push(cs->heap, &cs->maps, map)) {
        return tni_no_memory(e);
    }
    tni_map_init(map, cs->heap);
    *out = map;
    return TENON_OK;
}

static tenon_status core_exports(tni_cinstance *inst, const tni_def *def,
                                 tenon_error *e) {
    tni_core_item item = {.export_count = def->arg_count};
    item.exports = TNI_ARENA_ARRAY(&inst->cs->arena, tni_core_export, def->arg_count);
    if (item.exports == NULL) {
        return tni_no_memory(e);
    }
    TNI_TRY(new_map(inst->cs, &item.map, e));
    for (u32 i = 0; i < def->arg_count; i++) {
        const tni_arg *arg = &def->args[i];
        item.exports[i].name = arg->name;
        item.exports[i].value = item_at(inst, arg->sort, arg->index).core;
        if (!tni_map_put(item.map, arg->name, i)) {
            return tni_no_memory(e);
        }
    }
    push(inst, TNI_SORT_CORE_INSTANCE, (tni_item){.core_instance = item});
    return TENON_OK;
}

/* The arguments of an instantiation by name; a map is too much for a few. */
static const tni_arg *find_arg(const tni_def *def, const tni_map *map, tni_str name) {
    if (map->live != 0) {
        const u64 *n = tni_map_get(map, name);
        return n == NULL ? NULL : &def->args[*n];
    }
    for (u32 i = 0; i < def->arg_count; i++) {
        if (tni_str_eq(def->args[i].name, name)) {
            return &def->args[i];
        }
    }
    return NULL;
}

static tenon_status gather_imports(tni_cinstance *inst, const tni_def *def,
                                   const tni_map *map, const tni_module *module,
                                   tni_extern *imports, tenon_error *e) {
    for (u32 i = 0; i < module->import_count; i++) {
        const tni_import *import = &module->imports[i];
        const tni_arg *arg = find_arg(def, map, import->module);
        if (arg == NULL) {
            return broken(e, import->module, def->offset);
        }
        tni_item from = item_at(inst, TNI_SORT_CORE_INSTANCE, arg->index);
        if (!find_core(&from.core_instance, import->name, &imports[i])) {
            return broken(e, import->name, def->offset);
        }
    }
    return TENON_OK;
}

static tenon_status core_imports(tni_cinstance *inst, const tni_def *def,
                                 const tni_module *module, tni_extern *imports,
                                 tenon_error *e) {
    tni_map map;
    tenon_status status = TENON_OK;
    tni_map_init(&map, inst->cs->heap);
    for (u32 i = 0; def->arg_count > FEW_ARGS && i < def->arg_count; i++) {
        if (!tni_map_put(&map, def->args[i].name, i)) {
            status = tni_no_memory(e);
        }
    }
    if (status == TENON_OK) {
        status = gather_imports(inst, def, &map, module, imports, e);
    }
    tni_map_free(&map);
    return status;
}

/* *start: what has to be called before the next definition, or NULL. */
static tenon_status core_instantiate(tni_cinstance *inst, const tni_def *def,
                                     tni_func **start, tenon_error *e) {
    tni_cstore *cs = inst->cs;
    tni_module *module = item_at(inst, TNI_SORT_CORE_MODULE, def->index).module;
    tni_arena_mark mark = tni_arena_save(&cs->call_arena);
    tni_extern *imports =
        TNI_ARENA_ARRAY(&cs->call_arena, tni_extern, module->import_count);
    tni_instance *made = NULL;
    tenon_status status =
        imports == NULL ? tni_no_memory(e) : core_imports(inst, def, module, imports, e);
    if (status == TENON_OK) {
        status = tni_instantiate(cs->store, module, imports, false, &made, e);
    }
    tni_arena_restore(&cs->call_arena, mark);
    TNI_TRY(status);
    tni_instance_set_owner(made, inst);
    push(inst, TNI_SORT_CORE_INSTANCE, (tni_item){.core_instance = {.instance = made}});
    *start = tni_instance_start_func(made);
    return TENON_OK;
}

/* -- component-level definitions -- */

static tenon_status instantiate(making *m, tni_cinstance *inst, const tni_def *def,
                                tenon_error *e) {
    tni_item_export *args =
        TNI_ARENA_ARRAY(&m->cs->arena, tni_item_export, def->arg_count);
    if (args == NULL) {
        return tni_no_memory(e);
    }
    for (u32 i = 0; i < def->arg_count; i++) {
        const tni_arg *arg = &def->args[i];
        args[i] =
            (tni_item_export){arg->name, arg->sort, item_at(inst, arg->sort, arg->index)};
    }
    return begin(m, item_at(inst, TNI_SORT_COMPONENT, def->index).component, inst, args,
                 def->arg_count, e);
}

static tenon_status exports(tni_cinstance *inst, const tni_def *def, tenon_error *e) {
    tni_cinstance *made;
    TNI_TRY(tni_cinstance_new(inst->cs, def->arg_count, &made, e));
    for (u32 i = 0; i < def->arg_count; i++) {
        const tni_arg *arg = &def->args[i];
        TNI_TRY(tni_cinstance_add_export(made, arg->name, arg->sort,
                                         item_at(inst, arg->sort, arg->index), e));
    }
    return push_known(inst, def, (tni_item){.instance = made}, e);
}

static tenon_status alias_export(tni_cinstance *inst, const tni_def *def,
                                 tenon_error *e) {
    tni_item from = item_at(inst, TNI_SORT_INSTANCE, def->index);
    const tni_item_export *x = tni_cinstance_find(from.instance, def->name);
    if (x == NULL) {
        return broken(e, def->name, def->offset);
    }
    return push_known(inst, def, x->item, e);
}

static tenon_status alias_core(tni_cinstance *inst, const tni_def *def, tenon_error *e) {
    tni_item from = item_at(inst, TNI_SORT_CORE_INSTANCE, def->index);
    tni_item item = {.core = {0}};
    if (!find_core(&from.core_instance, def->name, &item.core)) {
        return broken(e, def->name, def->offset);
    }
    push(inst, def->sort, item);
    return TENON_OK;
}

static void alias_outer(tni_cinstance *inst, const tni_def *def) {
    const tni_cinstance *from = inst;
    for (u32 i = 0; i < def->depth; i++) {
        from = from->outer;
        TNI_ASSERT(from != NULL);
    }
    push(inst, def->sort, item_at(from, def->sort, def->index));
}

static tenon_status resource(tni_cinstance *inst, const tni_def *def, tenon_error *e) {
    tni_resource_type *rt;
    const tni_component *c = inst->component;
    tni_str name = c->slot_names == NULL ? (tni_str){"", 0} : c->slot_names[def->slot];
    TNI_TRY(tni_resource_type_new(inst->cs, name, &rt, e));
    rt->impl = inst;
    if (def->index != TNI_NO_INDEX) {
        rt->dtor = item_at(inst, TNI_SORT_CORE_FUNC, def->index).core.as.func;
    }
    inst->slots[def->slot] = rt;
    push(inst, TNI_SORT_TYPE, (tni_item){.resource = rt});
    return TENON_OK;
}

static tenon_status canon_func(tni_cinstance *inst, const tni_canon *canon,
                               tni_func **out, tenon_error *e) {
    switch (canon->kind) {
    case TNI_CANON_LOWER:
        return tni_canon_lower(inst, canon,
                               item_at(inst, TNI_SORT_FUNC, canon->func).func, out, e);
    case TNI_CANON_RESOURCE_NEW:
    case TNI_CANON_RESOURCE_DROP:
    case TNI_CANON_RESOURCE_REP: return tni_canon_resource(inst, canon, out, e);
    default: return tni_canon_builtin(inst, canon, out, e);
    }
}

static tenon_status canon(tni_cinstance *inst, const tni_def *def, tenon_error *e) {
    if (def->canon->kind == TNI_CANON_LIFT) {
        tni_cfunc *f;
        TNI_TRY(tni_canon_lift(inst, def->canon, &f, e));
        push(inst, TNI_SORT_FUNC, (tni_item){.func = f});
        return TENON_OK;
    }
    tni_item item = {.core = {.kind = TNI_EXTERN_FUNC}};
    TNI_TRY(canon_func(inst, def->canon, &item.core.as.func, e));
    push(inst, TNI_SORT_CORE_FUNC, item);
    return TENON_OK;
}

static const tni_item_export *find_import(const tni_cinstance *inst, tni_str name) {
    if (inst->arg_count > FEW_ARGS) {
        const u64 *n = tni_map_get(&inst->arg_map, name);
        return n == NULL ? NULL : &inst->args[*n];
    }
    for (u32 i = 0; i < inst->arg_count; i++) {
        if (tni_str_eq(inst->args[i].name, name)) {
            return &inst->args[i];
        }
    }
    return NULL;
}

/* A nested component's imports are its arguments, by plain names; a root's come from the
 * host. */
static tenon_status import(making *m, tni_cinstance *inst, const tni_def *def,
                           tenon_error *e) {
    if (inst->parent == NULL) {
        tni_item item = {0};
        TNI_TRY(tni_join_import(&m->joined, inst, def->import, &item, e));
        push(inst, def->sort, item); /* its slots are filled */
        return TENON_OK;
    }
    const tni_item_export *arg = find_import(inst, def->name);
    return arg == NULL ? broken(e, def->name, def->offset)
                       : push_known(inst, def, arg->item, e);
}

static tenon_status export_(tni_cinstance *inst, const tni_def *def, tenon_error *e) {
    tni_item item = item_at(inst, def->sort, def->index);
    TNI_TRY(push_known(inst, def, item, e));
    return tni_cinstance_add_export(inst, def->name, def->sort, item, e);
}

static tenon_status carry_out(making *m, tni_cinstance *inst, const tni_def *def,
                              tni_func **start, tenon_error *e) {
    switch (def->kind) {
    case TNI_DEF_CORE_MODULE:
        push(inst, TNI_SORT_CORE_MODULE, (tni_item){.module = def->module});
        return TENON_OK;
    case TNI_DEF_CORE_INSTANTIATE: return core_instantiate(inst, def, start, e);
    case TNI_DEF_CORE_EXPORTS: return core_exports(inst, def, e);
    case TNI_DEF_COMPONENT:
        push(inst, TNI_SORT_COMPONENT, (tni_item){.component = {def->component, inst}});
        return TENON_OK;
    case TNI_DEF_INSTANTIATE: return instantiate(m, inst, def, e);
    case TNI_DEF_EXPORTS: return exports(inst, def, e);
    case TNI_DEF_ALIAS_EXPORT: return alias_export(inst, def, e);
    case TNI_DEF_ALIAS_CORE: return alias_core(inst, def, e);
    case TNI_DEF_ALIAS_OUTER: alias_outer(inst, def); return TENON_OK;
    case TNI_DEF_RESOURCE: return resource(inst, def, e);
    case TNI_DEF_TYPE:
        push(inst, def->sort, (tni_item){.resource = NULL});
        return TENON_OK;
    case TNI_DEF_CANON: return canon(inst, def, e);
    case TNI_DEF_IMPORT: return import(m, inst, def, e);
    case TNI_DEF_EXPORT: return export_(inst, def, e);
    }
    TNI_UNREACHABLE();
}

/* An instance has carried out all its definitions: it may be entered, and its parent has
 * one more instance. */
static tenon_status finish(making *m, tenon_error *e) {
    tni_cinstance *inst = m->stack.data[--m->stack.count];
    inst->may_enter = true;
    inst->args = NULL;
    tni_map_free(&inst->arg_map);
    m->last = inst;
    if (m->stack.count == 0) {
        return TENON_OK;
    }
    tni_cinstance *parent = m->stack.data[m->stack.count - 1];
    const tni_def *def = &parent->component->defs[parent->next_def - 1];
    return push_known(parent, def, (tni_item){.instance = inst}, e);
}

/* A start function is a synchronous task of type func(). */
static tni_next call_start(making *m, tni_thread *t, tni_func *self, tni_slot *fp,
                           tni_cinstance *inst, tni_func *start) {
    tni_cstore *cs = m->cs;
    if (cs->async != NULL && cs->async->running != NULL &&
        tni_sync_begin(cs, NULL, inst, &m->start, tni_thread_error(t)) != TENON_OK) {
        return TNI_NEXT_FAIL;
    }
    cs->ctx[0] = cs->ctx[1] = 0;
    return tni_thread_call(t, self, fp, start) == NULL ? TNI_NEXT_FAIL : TNI_NEXT_CALL;
}

/* Goes on until all is done (NEXT_RETURN) or a start function has to be called. */
static tni_next go_on(making *m, tni_thread *t, tni_func *self, tni_slot *fp) {
    tenon_error *e = tni_thread_error(t);
    while (m->stack.count > 0) {
        tni_cinstance *inst = m->stack.data[m->stack.count - 1];
        if (inst->next_def == inst->component->def_count) {
            if (finish(m, e) != TENON_OK) {
                return TNI_NEXT_FAIL;
            }
            continue;
        }
        tni_func *start = NULL;
        const tni_def *def = &inst->component->defs[inst->next_def++];
        if (carry_out(m, inst, def, &start, e) != TENON_OK) {
            return TNI_NEXT_FAIL;
        }
        if (start != NULL) {
            return call_start(m, t, self, fp, inst, start);
        }
    }
    return TNI_NEXT_RETURN;
}

static making *making_of(const tni_slot *fp) {
    return (making *)(uintptr_t)fp[0];
}

static tni_next instantiate_enter(tni_thread *t, tni_func *self, tni_slot *fp) {
    return go_on(making_of(fp), t, self, fp);
}

static tni_next instantiate_resume(tni_thread *t, tni_func *self, tni_slot *fp,
                                   tni_why why) {
    making *m = making_of(fp);
    (void)why;
    if (m->start != NULL &&
        tni_sync_end(m->cs, m->start, tni_thread_error(t)) != TENON_OK) {
        return TNI_NEXT_FAIL;
    }
    m->start = NULL;
    return go_on(m, t, self, fp);
}

static const tni_native native_instantiate = {"instantiate", 1, instantiate_enter,
                                              instantiate_resume, NULL};

/* The native function is one for each store. */
static tenon_status native_func(tni_cstore *cs, tni_func **out, tenon_error *e) {
    if (cs->instantiate == NULL) {
        TNI_TRY(tni_func_new_native(cs->store, &native_instantiate, cs->entry_type, NULL,
                                    &cs->instantiate, e));
    }
    *out = cs->instantiate;
    return TENON_OK;
}

static tenon_status retain(tni_cstore *cs, tni_prelinked *p, tenon_error *e) {
    if (!tni_vec_push(cs->heap, &cs->prelinked, p)) {
        return tni_no_memory(e);
    }
    tni_prelinked_retain(p);
    return TENON_OK;
}

static tenon_status run(making *m, tni_component *c, tenon_error *e) {
    tni_func *f;
    tni_slot slot = (u64)(uintptr_t)m, none = 0;
    TNI_TRY(native_func(m->cs, &f, e));
    TNI_TRY(begin(m, (tni_closure){c, NULL}, NULL, NULL, 0, e));
    tenon_status status;
    if (m->cs->async != NULL) {
        tni_strand *s;
        TNI_TRY(tni_strand_new(m->cs, f, m, &s, e));
        status = tni_run_strand(m->cs, s, (tni_run){NULL, NULL, false}, e);
    } else {
        status = tni_call(tni_store_thread(m->cs->store), f, &slot, &none, e);
    }
    if (status == TENON_EXCEPTION) {
        e->status = status = TENON_TRAP;
    }
    return status;
}

tenon_status tni_prelinked_instantiate(tni_prelinked *p, tni_store *s,
                                       tni_cinstance **out, tenon_error *e) {
    making m = {.last = NULL};
    TNI_TRY(tni_cstore_of(s, &m.cs, e));
    if (tni_is_paused(m.cs)) {
        TNI_TRY(tni_settle(m.cs, e));
    }
    TNI_TRY(retain(m.cs, p, e));
    TNI_TRY(tni_join(p, m.cs, &m.joined, e));
    if (p->component->needs_async != NULL) {
        TNI_TRY(tni_async_start(m.cs, e));
    }
    m.ctx[0] = m.cs->ctx[0];
    m.ctx[1] = m.cs->ctx[1];
    m.cs->ctx[0] = m.cs->ctx[1] = 0;
    tenon_status status = run(&m, p->component, e);
    m.cs->ctx[0] = m.ctx[0];
    m.cs->ctx[1] = m.ctx[1];
    tni_vec_free(m.cs->heap, &m.stack);
    if (status == TENON_OK) {
        *out = m.last;
    }
    return status;
}

tenon_status tni_component_instantiate(tni_store *s, tni_component *c, tni_linker *l,
                                       tni_cinstance **out, tenon_error *e) {
    tni_prelinked *p;
    TNI_TRY(tni_prelink(l, c, &p, e));
    const tenon_status status = tni_prelinked_instantiate(p, s, out, e);
    tni_prelinked_release(p);
    return status;
}
