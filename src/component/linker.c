/* linker.c: what a host offers, and joining it to what components import.
 * Component Model, Explainer.md, "Import and Export Definitions" (version matching), and
 * WIT.md on semantic versions.
 *
 * A linker belongs to an engine and holds types and functions. What it gives for the
 * imports of a component is a plan (prelink.h), which is carried out in each store. */
#include "component/linker.h"

#include "base/assert.h"
#include "base/format.h"
#include "component/hostiface.h"
#include "component/prelink.h"
#include "component/witprint.h"

/* -- the linker -- */

struct tni_linker {
    tenon_engine *engine;
    tni_heap heap;
    tni_arena arena;
    TNI_VEC(tni_hostiface *) ifaces;
    tni_map names;                 /* name to number in ifaces, but for nested ones */
    TNI_VEC(tni_module *) modules; /* retained */
    TNI_VEC(tni_hostiface *) stand_ins; /* named by prefixes of what they stand in for */
};

const tni_hostiface *tni_linker_iface(const tni_linker *l, u32 n) {
    for (size_t i = 0; i < l->ifaces.count; i++) {
        if (!l->ifaces.data[i]->is_nested && n-- == 0) {
            return l->ifaces.data[i];
        }
    }
    return NULL;
}

tni_str tni_hostiface_name(const tni_hostiface *iface) {
    return iface->name;
}

const tenon_interface *tni_hostiface_table(const tni_hostiface *iface) {
    return iface->iface;
}

u32 tni_hostiface_resources(const tni_hostiface *iface) {
    return iface->iface == NULL ? 0 : iface->iface->resource_count;
}

tenon_status tni_linker_new(tenon_engine *engine, tni_linker **out, tenon_error *e) {
    tni_linker *l = TNI_NEW(&engine->heap, tni_linker);
    if (l == NULL) {
        return tni_no_memory(e);
    }
    l->engine = engine;
    tni_heap_init_child(&l->heap, &engine->heap, UINT64_MAX);
    tni_arena_init(&l->arena, &l->heap);
    tni_map_init(&l->names, &l->heap);
    *out = l;
    return TENON_OK;
}

tenon_engine *tni_linker_engine(const tni_linker *l) {
    return l->engine;
}

void tni_linker_delete(tni_linker *l) {
    if (l == NULL) {
        return;
    }
    tenon_engine *engine = l->engine;
    for (size_t i = 0; i < l->ifaces.count; i++) {
        tni_hostiface_free(l->ifaces.data[i]);
    }
    for (size_t i = 0; i < l->modules.count; i++) {
        tni_module_release(l->modules.data[i]);
    }
    tni_vec_free(&l->heap, &l->modules);
    tni_vec_free(&l->heap, &l->ifaces);
    tni_vec_free(&l->heap, &l->stand_ins);
    tni_map_free(&l->names);
    tni_arena_free(&l->arena);
    TNI_FREE(&engine->heap, l);
}

/* names: where its number goes. */
static tenon_status new_iface(tni_linker *l, tni_map *names, tni_str name,
                              tni_hostiface **out, tenon_error *e) {
    if (tni_map_get(names, name) != NULL) {
        return tni_fail(e, TNI_ERR_USAGE, TENON_NO_OFFSET,
                        "interface %.*s is in the linker already", (int)name.len,
                        name.ptr);
    }
    tni_hostiface *h = TNI_ARENA_NEW(&l->arena, tni_hostiface);
    if (h == NULL) {
        return tni_no_memory(e);
    }
    tni_hostiface_init(h, tni_arena_str(&l->arena, name), &l->arena);
    if (h->name.ptr == NULL || !tni_vec_push(&l->heap, &l->ifaces, h) ||
        !tni_map_put(names, h->name, l->ifaces.count - 1)) {
        return tni_no_memory(e);
    }
    *out = h;
    return TENON_OK;
}

tenon_status tni_linker_add(tni_linker *l, const tenon_interface *iface, void *user,
                            tenon_error *e) {
    tni_hostiface *h;
    TNI_TRY(new_iface(l, &l->names, tni_str_of(iface->name), &h, e));
    return tni_hostiface_fill(h, iface, user, e);
}

/* An interface that something is added to. */
static tenon_status added_to(tni_linker *l, tni_str name, tni_hostiface **out,
                             tenon_error *e) {
    const u64 *n = tni_map_get(&l->names, name);
    if (n == NULL) {
        return tni_fail(e, TNI_ERR_USAGE, TENON_NO_OFFSET,
                        "interface %.*s is not in the linker", (int)name.len, name.ptr);
    }
    *out = l->ifaces.data[*n];
    return TENON_OK;
}

tenon_status tni_linker_restorable(tni_linker *l, tni_str interface, tni_str resource,
                                   const tenon_restorable *how, tenon_error *e) {
    tni_hostiface *h;
    u32 n = 0;
    TNI_TRY(added_to(l, interface, &h, e));
    if (!tni_hostiface_resource(h, resource, &n) ||
        h->iface->resources[n].interface != NULL) {
        return tni_fail(e, TNI_ERR_USAGE, TENON_NO_OFFSET,
                        "interface %.*s defines no resource %.*s", (int)interface.len,
                        interface.ptr, (int)resource.len, resource.ptr);
    }
    if (h->restorable == NULL) {
        h->restorable = TNI_ARENA_ARRAY(&l->arena, const tenon_restorable *,
                                        tni_hostiface_resources(h));
        if (h->restorable == NULL) {
            return tni_no_memory(e);
        }
    }
    h->restorable[n] = how;
    return TENON_OK;
}

tenon_status tni_linker_add_nested(tni_linker *l, tni_str in,
                                   const tenon_interface *iface, void *user,
                                   tenon_error *e) {
    tni_hostiface *around, *h;
    TNI_TRY(added_to(l, in, &around, e));
    TNI_TRY(new_iface(l, &around->nested, tni_str_of(iface->name), &h, e));
    h->is_nested = true;
    return tni_hostiface_fill(h, iface, user, e);
}

tenon_status tni_linker_add_module(tni_linker *l, tni_str in, tni_str name,
                                   tni_module *module, tenon_error *e) {
    tni_hostiface *h;
    TNI_TRY(added_to(l, in, &h, e));
    if (tni_map_get(&h->modules, name) != NULL) {
        return tni_fail(e, TNI_ERR_USAGE, TENON_NO_OFFSET,
                        "module %.*s is in the linker already", (int)name.len, name.ptr);
    }
    tni_str copy = tni_arena_str(&l->arena, name);
    if (copy.ptr == NULL || !tni_vec_push(&l->heap, &l->modules, module)) {
        return tni_no_memory(e);
    }
    tni_module_retain(module);
    return tni_map_put(&h->modules, copy, l->modules.count - 1) ? TENON_OK
                                                                : tni_no_memory(e);
}

tenon_status tni_linker_trap_missing(tni_linker *l, tni_str prefix, tni_str message,
                                     tenon_error *e) {
    tni_hostiface *h = TNI_ARENA_NEW(&l->arena, tni_hostiface);
    if (h == NULL) {
        return tni_no_memory(e);
    }
    h->name = tni_arena_str(&l->arena, prefix);
    h->message = tni_arena_str(&l->arena, message);
    if (h->name.ptr == NULL || h->message.ptr == NULL ||
        !tni_vec_push(&l->heap, &l->stand_ins, h)) {
        return tni_no_memory(e);
    }
    return TENON_OK;
}

static const tni_hostiface *find_stand_in(const tni_linker *l, tni_str name) {
    for (size_t i = 0; l != NULL && i < l->stand_ins.count; i++) {
        tni_str prefix = l->stand_ins.data[i]->name;
        if (prefix.len <= name.len &&
            (prefix.len == 0 || memcmp(prefix.ptr, name.ptr, prefix.len) == 0)) {
            return l->stand_ins.data[i];
        }
    }
    return NULL;
}

/* The exact name, else the newest on its track. */
static tni_hostiface *find_iface(const tni_linker *l, tni_str name) {
    if (l == NULL) {
        return NULL;
    }
    const u64 *n = tni_map_get(&l->names, name);
    if (n != NULL) {
        return l->ifaces.data[*n];
    }
    tni_hostiface *best = NULL;
    for (size_t i = 0; i < l->ifaces.count; i++) {
        tni_hostiface *h = l->ifaces.data[i];
        bool newer;
        if (!h->is_nested && tni_same_track(name, h->name, &newer) &&
            (best == NULL || (tni_same_track(best->name, h->name, &newer) && newer))) {
            best = h;
        }
    }
    return best;
}

const tni_hostiface *tni_linker_find(const tni_linker *l, tni_str name) {
    return find_iface(l, name);
}

/* -- the resources of an interface -- */

/* What names an import while it is linked, for messages. */
typedef struct linking {
    tni_linker *l;
    tni_prelinked *plan;
    tni_resource_type **slots; /* models, by the component's slots */
    tni_str import;
    tenon_error *e;
    const tni_hostiface *iface;
    u32 iface_number; /* in the plan; TNI_NO_INDEX: a stand-in */
    tni_resource_type **resources;
} linking;

static tenon_status linked_iface(linking *k, const tni_hostiface *h, u32 *number,
                                 tni_resource_type ***out, u32 depth);

static tenon_status new_model(const linking *k, tni_str name, tni_resource_type **out) {
    tni_prelinked *p = k->plan;
    tni_resource_type *rt = TNI_ARENA_NEW(&p->arena, tni_resource_type);
    if (rt == NULL || !tni_vec_push(p->arena.heap, &p->models, rt)) {
        return tni_no_memory(k->e);
    }
    rt->number = (u32)p->models.count - 1;
    rt->name = name;
    *out = rt;
    return TENON_OK;
}

/* A resource that the interface uses from another one is that one's; own are those filled
 * in already, for a second name of one of them (`type headers = fields`). */
static tenon_status foreign_resource(linking *k, const tni_hostiface *h,
                                     const tenon_host_resource *r, u32 depth,
                                     tni_resource_type **own, tni_resource_type **out) {
    tni_str name = tni_str_of(r->interface);
    const tni_hostiface *from = find_iface(k->l, name);
    u32 n = 0;
    if (from == NULL || depth >= 16 ||
        !tni_hostiface_resource(from, tni_str_of(r->foreign_name), &n)) {
        return tni_fail(k->e, TNI_ERR_USAGE, TENON_NO_OFFSET,
                        "host interface %.*s uses resource %s of %.*s, which is not in "
                        "the linker",
                        (int)h->name.len, h->name.ptr, r->foreign_name, (int)name.len,
                        name.ptr);
    }
    u32 number;
    tni_resource_type **resources = own;
    if (from != h || own[n] == NULL) {
        TNI_TRY(linked_iface(k, from, &number, &resources, depth + 1));
    }
    *out = resources[n];
    return TENON_OK;
}

static tenon_status fill_resources(linking *k, const tni_hostiface *h,
                                   tni_resource_type **resources, u32 depth) {
    for (u32 i = 0; i < tni_hostiface_resources(h); i++) {
        const tenon_host_resource *r = &h->iface->resources[i];
        if (r->interface != NULL) {
            TNI_TRY(foreign_resource(k, h, r, depth, resources, &resources[i]));
            continue;
        }
        TNI_TRY(new_model(k, tni_str_of(r->name), &resources[i]));
        resources[i]->host_dtor = r->destructor;
        resources[i]->restorable = h->restorable == NULL ? NULL : h->restorable[i];
        resources[i]->user = h->user;
    }
    return TENON_OK;
}

/* The interface in the plan, with models of its resource types; made on first use. */
static tenon_status linked_iface(linking *k, const tni_hostiface *h, u32 *number,
                                 tni_resource_type ***out, u32 depth) {
    tni_prelinked *p = k->plan;
    for (u32 i = 0; i < p->ifaces.count; i++) {
        if (p->ifaces.data[i].iface == h) {
            *number = i;
            *out = p->ifaces.data[i].resources;
            return TENON_OK;
        }
    }
    tni_resource_type **resources =
        TNI_ARENA_ARRAY(&p->arena, tni_resource_type *, tni_hostiface_resources(h));
    if (resources == NULL) {
        return tni_no_memory(k->e);
    }
    TNI_TRY(fill_resources(k, h, resources, depth));
    tni_linked_iface linked = {h, resources};
    if (!tni_vec_push(p->arena.heap, &p->ifaces, linked)) {
        return tni_no_memory(k->e);
    }
    *number = (u32)p->ifaces.count - 1;
    *out = resources;
    return TENON_OK;
}

/* -- messages -- */

typedef struct message {
    tni_buf where; /* in what was asked for: ", parameter `x`" */
    tni_buf wanted;
    tni_buf offered;
} message;

static void message_init(message *m, tni_heap *heap) {
    tni_buf_init(&m->where, heap);
    tni_buf_init(&m->wanted, heap);
    tni_buf_init(&m->offered, heap);
}

static void message_free(message *m) {
    tni_buf_free(&m->where);
    tni_buf_free(&m->wanted);
    tni_buf_free(&m->offered);
}

static tni_resource_names wanted_names(const linking *k) {
    const tni_component *c = k->plan->component;
    return (tni_resource_names){c->slot_names, c->slot_names == NULL ? 0 : c->slot_count};
}

static bool is_offered(const linking *k, const tni_named_entity *import);

/* The interface of the same name in another version, or NULL. */
static const tni_hostiface *other_version(const linking *k) {
    tni_str name = tni_unversioned(k->import);
    for (size_t i = 0; i < k->l->ifaces.count; i++) {
        const tni_hostiface *h = k->l->ifaces.data[i];
        if (!h->is_nested && tni_str_eq(tni_unversioned(h->name), name)) {
            return h;
        }
    }
    return NULL;
}

/* All other imports that nobody offers, as far as there is room. */
static void put_others(const linking *k, tni_buf *text) {
    const tni_component *c = k->plan->component;
    const char *between = "; not offered either: ";
    for (u32 i = 0; i < c->import_count; i++) {
        const tni_named_entity *x = &c->imports[i];
        if (!tni_str_eq(x->name, k->import) && !is_offered(k, x)) {
            tni_buf_format(text, "%s%.*s", between, (int)x->name.len, x->name.ptr);
            between = ", ";
        }
    }
}

/* "a:b/c@1.0.0#name" or, at the root, "name". */
static TNI_COLD tenon_status missing(const linking *k, tni_str name,
                                     const tni_entity *wanted) {
    tni_buf text;
    tni_resource_names names = wanted_names(k);
    tni_buf_init(&text, k->plan->arena.heap);
    const tni_hostiface *near = k->l == NULL ? NULL : other_version(k);
    if (k->iface != NULL) {
        tni_entity_print(&text, wanted, &names, k->plan->component->engine->registry);
        if (k->iface->name.len > 0) {
            tni_buf_format(&text, "; the host's %.*s has none of that name",
                           (int)k->iface->name.len, k->iface->name.ptr);
        }
    } else if (wanted->kind == TNI_ENTITY_INSTANCE && near != NULL) {
        tni_buf_format(&text, "the host has only %.*s, a version that does not fit",
                       (int)near->name.len, near->name.ptr);
    } else if (wanted->kind == TNI_ENTITY_INSTANCE) {
        tni_buf_str(&text, TNI_STR("no such interface"));
    } else {
        tni_entity_print(&text, wanted, &names, k->plan->component->engine->registry);
    }
    if (k->iface == NULL) {
        put_others(k, &text);
    }
    tenon_status status =
        tni_fail(k->e, TNI_ERR_IMPORT_MISSING, TENON_NO_OFFSET, "%.*s%s%.*s: %.*s",
                 (int)k->import.len, k->import.ptr, name.len == 0 ? "" : "#",
                 (int)name.len, name.ptr, (int)text.count, (const char *)text.data);
    tni_buf_free(&text);
    return status;
}

static TNI_COLD tenon_status mismatch(const linking *k, tni_str name, const message *m) {
    tni_str from = k->iface == NULL ? (tni_str){"", 0} : k->iface->name;
    bool at_root = name.len == 0 || tni_str_eq(name, k->import);
    return tni_fail(
        k->e, TNI_ERR_IMPORT_TYPE, TENON_NO_OFFSET,
        "%.*s%s%.*s%.*s: wanted %.*s, the host%s%.*s offers %.*s", (int)k->import.len,
        k->import.ptr, at_root ? "" : "#", at_root ? 0 : (int)name.len, name.ptr,
        (int)m->where.count, (const char *)m->where.data, (int)m->wanted.count,
        (const char *)m->wanted.data, from.len > 0 ? "'s " : "", (int)from.len, from.ptr,
        (int)m->offered.count, (const char *)m->offered.data);
}

static void put_part(tni_buf *b, const tenon_type *t, const tni_resource_names *names) {
    if (t == NULL) {
        tni_buf_str(b, TNI_STR("nothing"));
    } else {
        tni_type_print(b, t, names);
    }
}

/* Of values, or of functions where the difference is not in a part. */
static TNI_COLD tenon_status tell(const linking *k, tni_str name,
                                  const tni_type_difference *d,
                                  const tenon_func_type *wanted,
                                  const tenon_func_type *offered) {
    message m;
    tni_resource_names names = wanted_names(k);
    tni_resource_names theirs = {k->iface->resource_names,
                                 tni_hostiface_resources(k->iface)};
    message_init(&m, k->plan->arena.heap);
    if (d->wanted == NULL && d->offered == NULL && wanted != NULL) {
        tni_func_type_print(&m.wanted, wanted, &names);
        tni_func_type_print(&m.offered, offered, &theirs);
    } else {
        tni_type_difference_put(&m.where, d);
        put_part(&m.wanted, d->wanted, &names);
        put_part(&m.offered, d->offered, &theirs);
    }
    tenon_status status = mismatch(k, name, &m);
    message_free(&m);
    return status;
}

static TNI_COLD tenon_status func_mismatch(const linking *k, tni_str name,
                                           const tenon_func_type *wanted,
                                           const tenon_func_type *offered) {
    tni_type_difference d;
    tni_func_types_compare(wanted, k->slots, offered, k->resources, &d);
    return tell(k, name, &d, wanted, offered);
}

static TNI_COLD tenon_status type_mismatch(const linking *k, tni_str name,
                                           const tenon_type *wanted,
                                           const tenon_type *offered) {
    tni_type_difference d;
    tni_types_compare(wanted, k->slots, offered, k->resources, &d);
    return tell(k, name, &d, NULL, NULL);
}

/* -- items -- */

/* The function without its store. */
static tenon_status new_cfunc(const linking *k, tni_cfunc_kind kind, tni_str name,
                              const tenon_func_type *type, tni_plan *out,
                              tni_cfunc **func) {
    tni_cfunc *f = TNI_ARENA_NEW(&k->plan->arena, tni_cfunc);
    if (f == NULL) {
        return tni_no_memory(k->e);
    }
    f->kind = kind;
    f->type = type;
    f->name = name;
    f->side = (tni_side_options){
        .ptr = TNI_NATIVE, .native = true, .encoding = TNI_ENCODING_UTF8};
    out->kind = TNI_PLAN_FUNC;
    out->number = k->iface_number;
    out->func = *func = f;
    return TENON_OK;
}

static tenon_status link_func(const linking *k, tni_str name, const tni_entity *wanted,
                              tni_plan *out) {
    const u64 *n = tni_map_get(&k->iface->funcs, name);
    if (n == NULL) {
        return missing(k, name, wanted);
    }
    TNI_TRY(tni_hostiface_func(k->iface, (u32)*n, k->l->engine, k->e));
    const tenon_func_type *offered = &k->iface->types[*n];
    if (!tni_func_types_match(wanted->func, k->slots, offered, k->resources)) {
        return func_mismatch(k, name, wanted->func, offered);
    }
    tni_cfunc *f;
    const tenon_host_func *host = &k->iface->iface->funcs[*n];
    TNI_TRY(new_cfunc(k, TNI_CFUNC_HOST, tni_str_of(host->name), offered, out, &f));
    f->params = k->iface->params[*n];
    f->fn = host->fn;
    f->user = k->iface->user;
    f->iface = k->iface;
    return TENON_OK;
}

static void plan_resource(tni_plan *out, u32 slot, const tni_resource_type *model) {
    out->kind = TNI_PLAN_RESOURCE;
    out->slot = slot;
    out->number = model->number;
}

static tenon_status link_resource(const linking *k, tni_str name,
                                  const tni_entity *wanted, tni_plan *out) {
    const u64 *n = tni_map_get(&k->iface->resources, name);
    tni_resource_type **slot = &k->slots[wanted->slot];
    if (n == NULL) {
        return missing(k, name, wanted);
    }
    tni_resource_type *rt = k->resources[*n];
    if (!wanted->is_new && *slot != rt) {
        return tni_fail(k->e, TNI_ERR_IMPORT_TYPE, TENON_NO_OFFSET,
                        "%.*s#%.*s: wanted the resource imported before, the host's "
                        "%.*s offers another",
                        (int)k->import.len, k->import.ptr, (int)name.len, name.ptr,
                        (int)k->iface->name.len, k->iface->name.ptr);
    }
    *slot = rt;
    plan_resource(out, wanted->slot, rt);
    return TENON_OK;
}

static tenon_status link_value_type(const linking *k, tni_str name,
                                    const tni_entity *wanted) {
    const u64 *n = tni_map_get(&k->iface->value_names, name);
    if (n == NULL) {
        return TENON_OK; /* a type that the host does not name needs no grant */
    }
    TNI_TRY(tni_hostiface_value(k->iface, (u32)*n, k->l->engine, k->e));
    const tenon_type *offered = k->iface->values[*n];
    return tni_types_match(wanted->value, k->slots, offered, k->resources)
               ? TENON_OK
               : type_mismatch(k, name, wanted->value, offered);
}

static tni_sort sort_of(tni_entity_kind kind) {
    switch (kind) {
    case TNI_ENTITY_CORE_MODULE: return TNI_SORT_CORE_MODULE;
    case TNI_ENTITY_FUNC: return TNI_SORT_FUNC;
    case TNI_ENTITY_VALUE: return TNI_SORT_VALUE;
    case TNI_ENTITY_TYPE:
    case TNI_ENTITY_RESOURCE:
    case TNI_ENTITY_FUNC_TYPE:
    case TNI_ENTITY_INSTANCE_TYPE:
    case TNI_ENTITY_COMPONENT_TYPE: return TNI_SORT_TYPE;
    case TNI_ENTITY_COMPONENT: return TNI_SORT_COMPONENT;
    case TNI_ENTITY_INSTANCE: break;
    }
    return TNI_SORT_INSTANCE;
}

static tenon_status link_module(const linking *k, tni_str name, const tni_entity *wanted,
                                tni_plan *out) {
    const u64 *n = tni_map_get(&k->iface->modules, name);
    if (n == NULL) {
        return missing(k, name, wanted);
    }
    const tni_registry *registry = k->plan->component->engine->registry;
    message m;
    message_init(&m, k->plan->arena.heap);
    out->kind = TNI_PLAN_MODULE;
    out->module = k->l->modules.data[*n];
    tenon_status status = TENON_OK;
    if (!tni_module_matches(registry, out->module, wanted->module, &m.offered)) {
        tni_entity_print(&m.wanted, wanted, NULL, registry);
        status = mismatch(k, name, &m);
    }
    message_free(&m);
    return status;
}

static tenon_status link_instance(const linking *k, const tni_instance_type *wanted,
                                  tni_plan *out);

/* An instance in an interface; messages name it as `interface#instance`. */
static tenon_status link_nested(const linking *k, tni_str name, const tni_entity *wanted,
                                tni_plan *out) {
    const u64 *n = tni_map_get(&k->iface->nested, name);
    if (n == NULL) {
        return missing(k, name, wanted);
    }
    linking inside = *k;
    char *path = TNI_ARENA_ARRAY(&k->plan->arena, char, k->import.len + name.len + 2);
    if (path == NULL) {
        return tni_no_memory(k->e);
    }
    size_t len = tni_format(path, k->import.len + name.len + 2, "%.*s#%.*s",
                            (int)k->import.len, k->import.ptr, (int)name.len, name.ptr);
    inside.import = (tni_str){path, len};
    inside.iface = k->l->ifaces.data[*n];
    TNI_TRY(tni_hostiface_prepare(inside.iface, k->l->engine, k->e));
    TNI_TRY(
        linked_iface(&inside, inside.iface, &inside.iface_number, &inside.resources, 0));
    return link_instance(&inside, wanted->instance, out);
}

/* One thing that an interface (or the world itself) has to offer. */
static tenon_status link_item(const linking *k, tni_str name, const tni_entity *wanted,
                              tni_plan *out) {
    switch (wanted->kind) {
    case TNI_ENTITY_FUNC: return link_func(k, name, wanted, out);
    case TNI_ENTITY_RESOURCE: return link_resource(k, name, wanted, out);
    case TNI_ENTITY_TYPE: return link_value_type(k, name, wanted);
    case TNI_ENTITY_CORE_MODULE: return link_module(k, name, wanted, out);
    case TNI_ENTITY_INSTANCE: return link_nested(k, name, wanted, out);
    case TNI_ENTITY_FUNC_TYPE:
    case TNI_ENTITY_INSTANCE_TYPE:
    case TNI_ENTITY_COMPONENT_TYPE: return TENON_OK;
    default: return missing(k, name, wanted);
    }
}

/* What makes the plan of one thing: link_item or stand_in. */
typedef tenon_status (*plan_fn)(const linking *k, tni_str name, const tni_entity *wanted,
                                tni_plan *out);

static tenon_status plan_instance(const linking *k, const tni_instance_type *wanted,
                                  plan_fn plan, tni_plan *out) {
    TNI_TRY(tni_plan_instance_new(k->plan, wanted->export_count, out, k->e));
    for (u32 n = 0; n < wanted->export_count; n++) {
        const tni_named_entity *x = &wanted->exports[n];
        tni_plan *planned = &out->instance->exports[n];
        planned->name = x->name;
        planned->sort = sort_of(x->entity->kind);
        TNI_TRY(plan(k, x->name, x->entity, planned));
        out->instance->func_count += planned->kind == TNI_PLAN_FUNC;
        if (wanted->export_count > TNI_FEW_EXPORTS &&
            !tni_map_put(&out->instance->names, x->name, n)) {
            return tni_no_memory(k->e);
        }
    }
    return TENON_OK;
}

static tenon_status link_instance(const linking *k, const tni_instance_type *wanted,
                                  tni_plan *out) {
    return plan_instance(k, wanted, link_item, out);
}

/* -- stand-ins, made from the import's own type -- */

/* Whether an instance type asks for nothing that can be called. */
static bool only_types(const tni_instance_type *t) {
    for (u32 i = 0; i < t->export_count; i++) {
        const tni_entity *x = t->exports[i].entity;
        if (sort_of(x->kind) != TNI_SORT_TYPE &&
            (x->kind != TNI_ENTITY_INSTANCE || !only_types(x->instance))) {
            return false;
        }
    }
    return true;
}

static tenon_status stand_in_func(const linking *k, tni_str name,
                                  const tni_entity *wanted, tni_plan *out) {
    tni_arena *a = &k->plan->arena;
    tni_buf text;
    tni_buf_init(&text, k->plan->arena.heap);
    tni_buf_format(&text, "%.*s: %.*s%s%.*s", (int)k->iface->message.len,
                   k->iface->message.ptr, (int)k->import.len, k->import.ptr,
                   name.len == 0 ? "" : "#", (int)name.len, name.ptr);
    tni_str copy = tni_arena_str(
        a, (tni_str){(const char *)text.data, text.failed ? 0 : text.count});
    tni_buf_free(&text);
    if (copy.ptr == NULL) {
        return tni_no_memory(k->e);
    }
    tni_cfunc *f;
    TNI_TRY(new_cfunc(k, TNI_CFUNC_TRAPPING, name, wanted->func, out, &f));
    f->message = copy;
    return tni_params_tuple(a, wanted->func, &f->params, k->e);
}

static tenon_status stand_in(const linking *k, tni_str name, const tni_entity *wanted,
                             tni_plan *out);

static tenon_status stand_in(const linking *k, tni_str name, const tni_entity *wanted,
                             tni_plan *out) {
    switch (wanted->kind) {
    case TNI_ENTITY_FUNC: return stand_in_func(k, name, wanted, out);
    case TNI_ENTITY_RESOURCE:
        if (wanted->is_new) {
            TNI_TRY(new_model(k, name, &k->slots[wanted->slot]));
        }
        plan_resource(out, wanted->slot, k->slots[wanted->slot]);
        return TENON_OK;
    case TNI_ENTITY_INSTANCE: return plan_instance(k, wanted->instance, stand_in, out);
    case TNI_ENTITY_TYPE:
    case TNI_ENTITY_FUNC_TYPE:
    case TNI_ENTITY_INSTANCE_TYPE:
    case TNI_ENTITY_COMPONENT_TYPE: return TENON_OK;
    default: return missing(k, name, wanted);
    }
}

/* -- imports -- */

/* Interfaces are found by the import's name, or by the name of what it implements; what
 * is imported at the root is in the interface "". */
static const tni_hostiface *find_offer(const tni_linker *l,
                                       const tni_named_entity *import) {
    if (import->entity->kind != TNI_ENTITY_INSTANCE) {
        const tni_hostiface *h = find_iface(l, TNI_STR(""));
        bool has = h != NULL && (tni_map_get(&h->funcs, import->name) != NULL ||
                                 tni_map_get(&h->resources, import->name) != NULL ||
                                 tni_map_get(&h->modules, import->name) != NULL);
        return has ? h : NULL;
    }
    const tni_hostiface *h = find_iface(l, import->name);
    return h == NULL && import->implements.len != 0 ? find_iface(l, import->implements)
                                                    : h;
}

const tni_hostiface *tni_linker_offer(const tni_linker *l,
                                      const tni_named_entity *import) {
    const tni_hostiface *h = find_offer(l, import);
    return h != NULL ? h : find_stand_in(l, import->name);
}

/* A resource that is another name of one that is imported can be but that. */
bool tni_needs_no_offer(const tni_entity *x) {
    return x->kind == TNI_ENTITY_INSTANCE
               ? only_types(x->instance)
               : sort_of(x->kind) == TNI_SORT_TYPE &&
                     (x->kind != TNI_ENTITY_RESOURCE || !x->is_new);
}

static bool is_offered(const linking *k, const tni_named_entity *import) {
    return find_offer(k->l, import) != NULL ||
           find_stand_in(k->l, import->name) != NULL ||
           tni_needs_no_offer(import->entity);
}

static tenon_status plan_import(linking *k, const tni_named_entity *import,
                                tni_plan *out) {
    const tni_entity *wanted = import->entity;
    const tni_str none = {"", 0};
    k->import = import->name;
    k->iface_number = TNI_NO_INDEX;
    k->resources = NULL;
    k->iface = find_offer(k->l, import);
    if (k->iface == NULL) {
        k->iface = find_stand_in(k->l, import->name);
        return k->iface == NULL && !tni_needs_no_offer(wanted)
                   ? missing(k, none, wanted)
                   : stand_in(k, none, wanted, out);
    }
    TNI_TRY(tni_hostiface_prepare(k->iface, k->l->engine, k->e));
    TNI_TRY(linked_iface(k, k->iface, &k->iface_number, &k->resources, 0));
    if (wanted->kind == TNI_ENTITY_INSTANCE) {
        return link_instance(k, wanted->instance, out);
    }
    return link_item(k, import->name, wanted, out);
}

tenon_status tni_plan_imports(tni_linker *l, tni_prelinked *p, tenon_error *e) {
    const tni_component *c = p->component;
    linking k = {.l = l, .plan = p, .e = e};
    k.slots = TNI_ARENA_ARRAY(&p->arena, tni_resource_type *, c->slot_count);
    p->imports = TNI_ARENA_ARRAY(&p->arena, tni_plan, c->import_count);
    if (k.slots == NULL || p->imports == NULL) {
        return tni_no_memory(e);
    }
    for (u32 i = 0; i < c->import_count; i++) {
        p->imports[i].sort = sort_of(c->imports[i].entity->kind);
        TNI_TRY(plan_import(&k, &c->imports[i], &p->imports[i]));
    }
    return TENON_OK;
}
