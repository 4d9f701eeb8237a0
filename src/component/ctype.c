/* ctype.c: making, substituting and naming component-level types while loading.
 * Explainer.md, "Type Checking" (substitution) and "External Visibility of Types".
 *
 * Each node is visited once in a substitution: its image is kept in it, for one epoch. So
 * what is shared stays shared, and a copy costs no more than the graph has nodes. */
#include "component/loader.h"
#include "base/assert.h"
#include "base/limits.h"

/* -- traits -- */

const tni_ltype *tni_ltype_of(const tenon_type *t) {
    return t == NULL || tni_type_is_primitive(t->kind) ? NULL : (const tni_ltype *)t;
}

bool tni_is_nominal(tenon_type_kind kind) {
    return kind == TENON_TYPE_RECORD || kind == TENON_TYPE_VARIANT ||
           kind == TENON_TYPE_ENUM || kind == TENON_TYPE_FLAGS;
}

static void add_traits(tni_traits *sum, const tni_traits *part) {
    sum->weight =
        part->weight > UINT32_MAX - sum->weight ? UINT32_MAX : sum->weight + part->weight;
    sum->depth = part->depth + 1 > sum->depth ? part->depth + 1 : sum->depth;
    sum->has_resource |= part->has_resource;
    sum->has_label |= part->has_label;
}

static void add_type_traits(tni_traits *sum, const tenon_type *t) {
    static const tni_traits primitive = {.weight = 1};
    if (t != NULL) {
        const tni_ltype *n = tni_ltype_of(t);
        add_traits(sum, n != NULL ? &n->traits : &primitive);
    }
}

static void add_entity_traits(tni_traits *sum, const tni_entity *x) {
    static const tni_traits resource = {
        .weight = 1, .has_resource = true, .has_label = true};
    switch (x->kind) {
    case TNI_ENTITY_CORE_MODULE:
        add_traits(sum, &((const tni_lmodule *)x->module)->traits);
        break;
    case TNI_ENTITY_FUNC:
    case TNI_ENTITY_FUNC_TYPE:
        add_traits(sum, &((const tni_lfunc *)x->func)->traits);
        break;
    case TNI_ENTITY_VALUE:
    case TNI_ENTITY_TYPE: add_type_traits(sum, x->value); break;
    case TNI_ENTITY_RESOURCE: add_traits(sum, &resource); break;
    case TNI_ENTITY_INSTANCE:
    case TNI_ENTITY_INSTANCE_TYPE:
        add_traits(sum, &((const tni_linst *)x->instance)->traits);
        break;
    case TNI_ENTITY_COMPONENT:
    case TNI_ENTITY_COMPONENT_TYPE:
        add_traits(sum, &((const tni_lcomp *)x->component)->traits);
        break;
    }
}

static tenon_status check_traits(tni_loader *l, const tni_traits *t) {
    if (t->weight > TNI_LIMIT_component_type_weight) {
        return TNI_LOAD_FAIL(l, TNI_ERR_CM_TYPE_WEIGHT, "%u",
                             (u32)TNI_LIMIT_component_type_weight);
    }
    if (t->depth > TNI_LIMIT_component_type_depth) {
        return TNI_LOAD_FAIL(l, TNI_ERR_TYPE_NESTING, NULL);
    }
    return TENON_OK;
}

static tenon_status count_node(tni_loader *l) {
    if (l->nodes >= TNI_LIMIT_component_type_nodes) {
        return TNI_LOAD_FAIL(l, TNI_ERR_LIMIT, "types of a component");
    }
    l->nodes++;
    return TENON_OK;
}

/* -- making -- */

u32 tni_new_label(tni_loader *l) {
    return ++l->label_count;
}

/* Binary.md: elem_size(t, 'i64') of every defvaltype is less than 2^28. */
static tenon_status lay_out(tni_loader *l, tenon_type *t) {
    tenon_status status = tni_type_lay_out(l->arena, t, l->e);
    bool too_large = status != TENON_OK && l->e->code == TNI_ERR_TYPE_TOO_LARGE;
    if (too_large || (status == TENON_OK && t->size[TNI_PTR64] >= UINT32_C(1) << 28)) {
        return TNI_LOAD_FAIL(l, TNI_ERR_CM_TYPE_SIZE, NULL);
    }
    return status;
}

tenon_status tni_new_type(tni_loader *l, const tenon_type *t, u32 resource, u32 label,
                          const tni_ltype **out) {
    TNI_TRY(count_node(l));
    tni_ltype *n = TNI_ARENA_NEW(l->arena, tni_ltype);
    if (n == NULL) {
        return tni_no_memory(l->e);
    }
    n->t = *t;
    n->resource = resource;
    n->label = n->origin = label;
    n->traits = (tni_traits){.weight = 1, .depth = 1};
    if (t->kind == TENON_TYPE_OWN || t->kind == TENON_TYPE_BORROW) {
        n->t.resource = l->resources.data[resource].slot;
        n->traits.has_resource = n->traits.has_label = true;
    } else if (tni_is_nominal(t->kind)) {
        n->traits.has_label = true;
    }
    if (t->kind >= TENON_TYPE_RECORD && t->kind <= TENON_TYPE_VARIANT) {
        for (u32 i = 0; i < t->count; i++) {
            add_type_traits(&n->traits, t->fields[i].type);
        }
    } else if (t->kind == TENON_TYPE_ENUM || t->kind == TENON_TYPE_FLAGS) {
        n->traits.weight += t->count;
    }
    add_type_traits(&n->traits, t->element);
    add_type_traits(&n->traits, t->other);
    TNI_TRY(check_traits(l, &n->traits));
    TNI_TRY(lay_out(l, &n->t));
    *out = n;
    return TENON_OK;
}

tenon_status tni_new_func(tni_loader *l, const tenon_func_type *t,
                          const tni_lfunc **out) {
    TNI_TRY(count_node(l));
    tni_lfunc *n = TNI_ARENA_NEW(l->arena, tni_lfunc);
    if (n == NULL) {
        return tni_no_memory(l->e);
    }
    n->t = *t;
    n->traits = (tni_traits){.weight = 1, .depth = 1};
    for (u32 i = 0; i < t->param_count; i++) {
        add_type_traits(&n->traits, t->params[i].type);
    }
    add_type_traits(&n->traits, t->result);
    *out = n;
    return check_traits(l, &n->traits);
}

tenon_status tni_new_instance(tni_loader *l, const tni_named_entity *exports, u32 count,
                              const u32 *variables, u32 variable_count,
                              const tni_linst **out) {
    TNI_TRY(count_node(l));
    tni_linst *n = TNI_ARENA_NEW(l->arena, tni_linst);
    if (n == NULL) {
        return tni_no_memory(l->e);
    }
    *n = (tni_linst){.t = {exports, count},
                     .traits = {.weight = 1, .depth = 1},
                     .variables = variables,
                     .variable_count = variable_count};
    for (u32 i = 0; i < count; i++) {
        add_entity_traits(&n->traits, exports[i].entity);
    }
    *out = n;
    return check_traits(l, &n->traits);
}

tenon_status tni_new_component(tni_loader *l, const tni_component_type *t,
                               const u32 *imported, u32 imported_count,
                               const u32 *defined, u32 defined_count,
                               const tni_lcomp **out) {
    TNI_TRY(count_node(l));
    tni_lcomp *n = TNI_ARENA_NEW(l->arena, tni_lcomp);
    if (n == NULL) {
        return tni_no_memory(l->e);
    }
    *n = (tni_lcomp){.t = *t,
                     .traits = {.weight = 1, .depth = 1},
                     .imported = imported,
                     .imported_count = imported_count,
                     .defined = defined,
                     .defined_count = defined_count};
    for (u32 i = 0; i < t->import_count; i++) {
        add_entity_traits(&n->traits, t->imports[i].entity);
    }
    for (u32 i = 0; i < t->export_count; i++) {
        add_entity_traits(&n->traits, t->exports[i].entity);
    }
    *out = n;
    return check_traits(l, &n->traits);
}

static bool grow_table(tni_loader *l, tni_binding_table table, size_t need) {
    while (l->bindings[table].count < need) {
        if (!tni_vec_push(l->heap, &l->bindings[table], TNI_FREE)) {
            return false;
        }
    }
    return true;
}

tenon_status tni_new_resource(tni_loader *l, tni_component *definer, tni_valtype rep,
                              tni_str name, u32 *out) {
    tni_component *c = l->scope->c;
    tni_res r = {.component = c,
                 .slot = c->slot_count,
                 .definer = definer,
                 .rep = rep,
                 .name = name};
    if (l->resources.count >= TNI_LIMIT_component_type_nodes) {
        return TNI_LOAD_FAIL(l, TNI_ERR_LIMIT, "resource types of a component");
    }
    *out = (u32)l->resources.count;
    if (!tni_vec_push(l->heap, &l->resources, r)) {
        return tni_no_memory(l->e);
    }
    c->slot_count++;
    return TENON_OK;
}

tenon_status tni_relabel(tni_loader *l, const tni_entity *x, tni_entity *out) {
    *out = *x;
    if (x->kind == TNI_ENTITY_RESOURCE) {
        out->label = tni_new_label(l);
        return TENON_OK;
    }
    const tni_ltype *n = x->kind == TNI_ENTITY_TYPE ? tni_ltype_of(x->value) : NULL;
    if (n == NULL) {
        return TENON_OK;
    }
    TNI_TRY(count_node(l));
    tni_ltype *copy = TNI_ARENA_NEW(l->arena, tni_ltype);
    if (copy == NULL) {
        return tni_no_memory(l->e);
    }
    *copy = *n;
    copy->traits.epoch = 0;
    if (tni_is_nominal(n->t.kind)) {
        copy->label = tni_new_label(l);
    }
    out->value = &copy->t;
    return TENON_OK;
}

/* -- bindings -- */

tenon_status tni_bind(tni_loader *l, tni_binding_table table, u32 key, u32 value) {
    if (!grow_table(l, table, (size_t)key + 1)) {
        return tni_no_memory(l->e);
    }
    tni_trail_entry entry = {table, key, l->bindings[table].data[key]};
    if (!tni_vec_push(l->heap, &l->trail, entry)) {
        return tni_no_memory(l->e);
    }
    l->bindings[table].data[key] = value;
    return TENON_OK;
}

u32 tni_binding(const tni_loader *l, tni_binding_table table, u32 key) {
    return key < l->bindings[table].count ? l->bindings[table].data[key] : (u32)TNI_FREE;
}

void tni_unbind(tni_loader *l, size_t mark) {
    while (l->trail.count > mark) {
        tni_trail_entry entry = l->trail.data[--l->trail.count];
        l->bindings[entry.table].data[entry.key] = entry.old;
    }
}

/* -- substitution -- */

void tni_subst_begin(tni_loader *l) {
    l->epoch++;
}

/* Nodes are const to everyone but for their images. */
static void keep_image(tni_loader *l, const tni_traits *traits, const void *image) {
    tni_traits *t = (tni_traits *)(uintptr_t)traits;
    t->epoch = l->epoch;
    t->image = image;
}

static const void *image_of(const tni_loader *l, const tni_traits *t) {
    return t->epoch == l->epoch ? t->image : NULL;
}

/* Number and label of a resource after substitution; whether they changed. */
static bool subst_resource(const tni_loader *l, u32 *resource, u32 *label) {
    u32 number = tni_binding(l, TNI_BIND_RIGHT, *resource);
    u32 name = *label != 0 ? tni_binding(l, TNI_BIND_LABEL, *label)
                           : tni_binding(l, TNI_BIND_BASE, *resource);
    bool changed = number >= TNI_BOUND || name >= TNI_BOUND;
    *resource = number >= TNI_BOUND ? number - TNI_BOUND : *resource;
    *label = name >= TNI_BOUND ? name - TNI_BOUND : *label;
    return changed;
}

static tenon_status subst_type(tni_loader *l, const tenon_type *t,
                               const tenon_type **out);

static tenon_status subst_fields(tni_loader *l, const tenon_field *fields, u32 count,
                                 const tenon_field **out) {
    tenon_field *copy = NULL;
    *out = fields;
    for (u32 i = 0; i < count; i++) {
        const tenon_type *t = NULL;
        TNI_TRY(subst_type(l, fields[i].type, &t));
        if (t != fields[i].type && copy == NULL) {
            copy = TNI_ARENA_ARRAY(l->arena, tenon_field, count);
            if (copy == NULL) {
                return tni_no_memory(l->e);
            }
            memcpy(copy, fields, count * sizeof *copy);
            *out = copy;
        }
        if (copy != NULL) {
            copy[i].type = t;
        }
    }
    return TENON_OK;
}

static tenon_status subst_node(tni_loader *l, const tni_ltype *n, const tni_ltype **out) {
    tenon_type t = n->t;
    u32 resource = n->resource, label = n->label;
    bool changed = false;
    switch (t.kind) {
    case TENON_TYPE_OWN:
    case TENON_TYPE_BORROW: changed = subst_resource(l, &resource, &label); break;
    case TENON_TYPE_RECORD:
    case TENON_TYPE_TUPLE:
    case TENON_TYPE_VARIANT:
        TNI_TRY(subst_fields(l, n->t.fields, t.count, &t.fields));
        changed = t.fields != n->t.fields;
        break;
    default:
        TNI_TRY(subst_type(l, n->t.element, &t.element));
        TNI_TRY(subst_type(l, n->t.other, &t.other));
        changed = t.element != n->t.element || t.other != n->t.other;
    }
    if (!changed) {
        *out = n;
        return TENON_OK;
    }
    u32 name = tni_is_nominal(t.kind) ? tni_new_label(l) : label;
    TNI_TRY(tni_new_type(l, &t, resource, name, out));
    ((tni_ltype *)(uintptr_t)*out)->origin = n->origin;
    return TENON_OK;
}

static tenon_status subst_type(tni_loader *l, const tenon_type *t,
                               const tenon_type **out) {
    const tni_ltype *n = tni_ltype_of(t);
    *out = t;
    if (n == NULL || !n->traits.has_label) {
        return TENON_OK;
    }
    const tni_ltype *image = image_of(l, &n->traits);
    if (image == NULL) {
        TNI_TRY(tni_load_step(l));
        TNI_TRY(subst_node(l, n, &image));
        keep_image(l, &n->traits, image);
    }
    *out = &image->t;
    return TENON_OK;
}

static tenon_status subst_func(tni_loader *l, const tni_lfunc *n, const tni_lfunc **out) {
    if (!n->traits.has_label) {
        *out = n;
        return TENON_OK;
    }
    *out = image_of(l, &n->traits);
    if (*out != NULL) {
        return TENON_OK;
    }
    TNI_TRY(tni_load_step(l));
    tenon_func_type t = n->t;
    TNI_TRY(subst_fields(l, n->t.params, t.param_count, &t.params));
    TNI_TRY(subst_type(l, n->t.result, &t.result));
    *out = n;
    if (t.params != n->t.params || t.result != n->t.result) {
        TNI_TRY(tni_new_func(l, &t, out));
    }
    keep_image(l, &n->traits, *out);
    return TENON_OK;
}

static bool same_entity(const tni_entity *a, const tni_entity *b) {
    return a->slot == b->slot && a->resource == b->resource && a->label == b->label &&
           a->module == b->module && a->func == b->func && a->value == b->value &&
           a->instance == b->instance && a->component == b->component;
}

tenon_status tni_subst_entries(tni_loader *l, const tni_named_entity *entries, u32 count,
                               const tni_named_entity **out) {
    tni_named_entity *copy = NULL;
    *out = entries;
    for (u32 i = 0; i < count; i++) {
        tni_entity x;
        TNI_TRY(tni_subst_entity(l, entries[i].entity, &x));
        if (same_entity(&x, entries[i].entity)) {
            continue;
        }
        if (copy == NULL) {
            copy = TNI_ARENA_ARRAY(l->arena, tni_named_entity, count);
            if (copy == NULL) {
                return tni_no_memory(l->e);
            }
            memcpy(copy, entries, count * sizeof *copy);
            *out = copy;
        }
        tni_entity *kept = TNI_ARENA_NEW(l->arena, tni_entity);
        if (kept == NULL) {
            return tni_no_memory(l->e);
        }
        *kept = x;
        copy[i].entity = kept;
    }
    return TENON_OK;
}

static tenon_status subst_instance(tni_loader *l, const tni_linst *n,
                                   const tni_linst **out) {
    if (!n->traits.has_label) {
        *out = n;
        return TENON_OK;
    }
    *out = image_of(l, &n->traits);
    if (*out != NULL) {
        return TENON_OK;
    }
    const tni_named_entity *exports = NULL;
    TNI_TRY(tni_load_step(l));
    TNI_TRY(tni_subst_entries(l, n->t.exports, n->t.export_count, &exports));
    *out = n;
    if (exports != n->t.exports) {
        TNI_TRY(tni_new_instance(l, exports, n->t.export_count, n->variables,
                                 n->variable_count, out));
    }
    keep_image(l, &n->traits, *out);
    return TENON_OK;
}

static tenon_status subst_component(tni_loader *l, const tni_lcomp *n,
                                    const tni_lcomp **out) {
    if (!n->traits.has_label) {
        *out = n;
        return TENON_OK;
    }
    *out = image_of(l, &n->traits);
    if (*out != NULL) {
        return TENON_OK;
    }
    tni_component_type t = n->t;
    TNI_TRY(tni_load_step(l));
    TNI_TRY(tni_subst_entries(l, n->t.imports, t.import_count, &t.imports));
    TNI_TRY(tni_subst_entries(l, n->t.exports, t.export_count, &t.exports));
    *out = n;
    if (t.imports != n->t.imports || t.exports != n->t.exports) {
        TNI_TRY(tni_new_component(l, &t, n->imported, n->imported_count, n->defined,
                                  n->defined_count, out));
    }
    keep_image(l, &n->traits, *out);
    return TENON_OK;
}

tenon_status tni_subst_entity(tni_loader *l, const tni_entity *x, tni_entity *out) {
    *out = *x;
    switch (x->kind) {
    case TNI_ENTITY_CORE_MODULE: return TENON_OK;
    case TNI_ENTITY_FUNC:
    case TNI_ENTITY_FUNC_TYPE: {
        const tni_lfunc *f = NULL;
        TNI_TRY(subst_func(l, (const tni_lfunc *)x->func, &f));
        out->func = &f->t;
        return TENON_OK;
    }
    case TNI_ENTITY_VALUE:
    case TNI_ENTITY_TYPE: return subst_type(l, x->value, &out->value);
    case TNI_ENTITY_RESOURCE:
        subst_resource(l, &out->resource, &out->label);
        out->slot = l->resources.data[out->resource].slot;
        return TENON_OK;
    case TNI_ENTITY_INSTANCE:
    case TNI_ENTITY_INSTANCE_TYPE: {
        const tni_linst *i = NULL;
        TNI_TRY(subst_instance(l, (const tni_linst *)x->instance, &i));
        out->instance = &i->t;
        return TENON_OK;
    }
    case TNI_ENTITY_COMPONENT:
    case TNI_ENTITY_COMPONENT_TYPE: {
        const tni_lcomp *c = NULL;
        TNI_TRY(subst_component(l, (const tni_lcomp *)x->component, &c));
        out->component = &c->t;
        return TENON_OK;
    }
    }
    TNI_UNREACHABLE();
}

tenon_status tni_subst_rename(tni_loader *l, const tni_entity *expected,
                              const tni_entity *actual) {
    TNI_TRY(tni_load_step(l));
    switch (expected->kind) {
    case TNI_ENTITY_TYPE: {
        const tni_ltype *n = tni_ltype_of(expected->value);
        if (n != NULL) {
            keep_image(l, &n->traits, tni_ltype_of(actual->value));
        }
        return TENON_OK;
    }
    case TNI_ENTITY_RESOURCE:
        return expected->label != 0 ? tni_bind(l, TNI_BIND_LABEL, expected->label,
                                               actual->label + TNI_BOUND)
                                    : tni_bind(l, TNI_BIND_BASE, expected->resource,
                                               actual->label + TNI_BOUND);
    case TNI_ENTITY_INSTANCE:
        for (u32 i = 0; i < expected->instance->export_count; i++) {
            const tni_named_entity *x = &expected->instance->exports[i];
            const tni_entity *a = NULL;
            TNI_TRY(tni_load_find_export(l, (const tni_linst *)actual->instance, x->name,
                                         &a));
            if (a != NULL) {
                TNI_TRY(tni_subst_rename(l, x->entity, a));
            }
        }
        return TENON_OK;
    default: return TENON_OK;
    }
}

tenon_status tni_freshen(tni_loader *l, const tni_linst *t, u32 *made,
                         const tni_linst **out) {
    size_t mark = l->trail.count;
    *out = t;
    if (t->variable_count == 0) {
        return TENON_OK;
    }
    for (u32 i = 0; i < t->variable_count; i++) {
        tni_res old = l->resources.data[t->variables[i]];
        TNI_TRY(tni_new_resource(l, NULL, old.rep, old.name, &made[i]));
        TNI_TRY(tni_bind(l, TNI_BIND_RIGHT, t->variables[i], made[i] + TNI_BOUND));
    }
    const tni_named_entity *exports = NULL;
    tni_subst_begin(l);
    TNI_TRY(tni_subst_entries(l, t->t.exports, t->t.export_count, &exports));
    tni_unbind(l, mark);
    return tni_new_instance(l, exports, t->t.export_count, NULL, 0, out);
}

/* -- free resources -- */

typedef struct free_walk {
    tni_loader *l;
    const tni_keyset *named; /* resources with a name in it are passed over; or NULL */
    bool found;
} free_walk;

static u64 resource_label(u32 resource, u32 label) {
    return (u64)(resource + 1) << 32 | label;
}

/* The key of a resource that has a name, whichever. */
static u64 any_label(u32 resource) {
    return resource_label(resource, UINT32_MAX);
}

static void see_resource(free_walk *w, u32 resource) {
    w->found |= tni_binding(w->l, TNI_BIND_LEFT, resource) != TNI_UNBOUND &&
                (w->named == NULL || !tni_keyset_has(w->named, any_label(resource)));
}

/* Whether a node with these traits is still to be visited; marks it visited. */
static bool enter(free_walk *w, const tni_traits *t) {
    if (w->found || !t->has_resource || image_of(w->l, t) != NULL) {
        return false;
    }
    keep_image(w->l, t, t);
    return true;
}

static tenon_status walk_type(free_walk *w, const tenon_type *t) {
    const tni_ltype *n = tni_ltype_of(t);
    if (n == NULL || !enter(w, &n->traits)) {
        return TENON_OK;
    }
    TNI_TRY(tni_load_step(w->l));
    if (t->kind == TENON_TYPE_OWN || t->kind == TENON_TYPE_BORROW) {
        see_resource(w, n->resource);
        return TENON_OK;
    }
    if (t->kind >= TENON_TYPE_RECORD && t->kind <= TENON_TYPE_VARIANT) {
        for (u32 i = 0; i < t->count; i++) {
            TNI_TRY(walk_type(w, t->fields[i].type));
        }
    }
    TNI_TRY(walk_type(w, t->element));
    return walk_type(w, t->other);
}

static tenon_status walk_entity(free_walk *w, const tni_entity *x);

static tenon_status walk_entries(free_walk *w, const tni_named_entity *entries,
                                 u32 count) {
    for (u32 i = 0; i < count; i++) {
        TNI_TRY(tni_load_step(w->l));
        TNI_TRY(walk_entity(w, entries[i].entity));
    }
    return TENON_OK;
}

static tenon_status hide(free_walk *w, const u32 *variables, u32 count) {
    for (u32 i = 0; i < count; i++) {
        TNI_TRY(tni_bind(w->l, TNI_BIND_LEFT, variables[i], TNI_UNBOUND));
    }
    return TENON_OK;
}

static tenon_status walk_entity(free_walk *w, const tni_entity *x) {
    switch (x->kind) {
    case TNI_ENTITY_CORE_MODULE: return TENON_OK;
    case TNI_ENTITY_FUNC:
    case TNI_ENTITY_FUNC_TYPE:
        if (enter(w, &((const tni_lfunc *)x->func)->traits)) {
            for (u32 i = 0; i < x->func->param_count; i++) {
                TNI_TRY(walk_type(w, x->func->params[i].type));
            }
            return walk_type(w, x->func->result);
        }
        return TENON_OK;
    case TNI_ENTITY_VALUE:
    case TNI_ENTITY_TYPE: return walk_type(w, x->value);
    case TNI_ENTITY_RESOURCE: see_resource(w, x->resource); return TENON_OK;
    case TNI_ENTITY_INSTANCE:
    case TNI_ENTITY_INSTANCE_TYPE: {
        const tni_linst *i = (const tni_linst *)x->instance;
        if (!enter(w, &i->traits)) {
            return TENON_OK;
        }
        TNI_TRY(hide(w, i->variables, i->variable_count));
        return walk_entries(w, i->t.exports, i->t.export_count);
    }
    case TNI_ENTITY_COMPONENT:
    case TNI_ENTITY_COMPONENT_TYPE: {
        const tni_lcomp *c = (const tni_lcomp *)x->component;
        if (!enter(w, &c->traits)) {
            return TENON_OK;
        }
        TNI_TRY(hide(w, c->imported, c->imported_count));
        TNI_TRY(hide(w, c->defined, c->defined_count));
        TNI_TRY(walk_entries(w, c->t.imports, c->t.import_count));
        return walk_entries(w, c->t.exports, c->t.export_count);
    }
    }
    TNI_UNREACHABLE();
}

static tenon_status refers_free(tni_loader *l, const tni_keyset *named,
                                const tni_entity *x, bool *out) {
    free_walk w = {l, named, false};
    size_t mark = l->trail.count;
    tni_subst_begin(l);
    tenon_status status = walk_entity(&w, x);
    tni_unbind(l, mark);
    *out = w.found;
    return status;
}

tenon_status tni_refers_free(tni_loader *l, const tni_entity *x, bool *out) {
    return refers_free(l, NULL, x, out);
}

/* -- sets of labels -- */

static u32 key_place(const tni_keyset *s, u64 key) {
    u32 mask = s->capacity - 1;
    u32 i = (u32)((key * 0x9e3779b97f4a7c15u) >> 32) & mask;
    while (s->keys[i] != 0 && s->keys[i] != key) {
        i = (i + 1) & mask;
    }
    return i;
}

bool tni_keyset_has(const tni_keyset *s, u64 key) {
    return s->capacity != 0 && s->keys[key_place(s, key)] == key;
}

static tenon_status keyset_add(tni_loader *l, tni_keyset *s, u64 key) {
    if (s->count + 1 > s->capacity / 2) {
        tni_keyset larger = {NULL, s->count, s->capacity == 0 ? 16 : s->capacity * 2};
        larger.keys = TNI_NEW_ARRAY(l->heap, u64, larger.capacity);
        if (larger.keys == NULL) {
            return tni_no_memory(l->e);
        }
        for (u32 i = 0; i < s->capacity; i++) {
            if (s->keys[i] != 0) {
                larger.keys[key_place(&larger, s->keys[i])] = s->keys[i];
            }
        }
        tni_keyset_free(l, s);
        *s = larger;
    }
    u32 place = key_place(s, key);
    s->count += s->keys[place] == 0;
    s->keys[place] = key;
    return TENON_OK;
}

void tni_keyset_free(tni_loader *l, tni_keyset *s) {
    TNI_FREE_ARRAY(l->heap, s->keys, s->capacity);
    *s = (tni_keyset){NULL, 0, 0};
}

/* -- visibility -- */

/* Whether a type may be used inside another: nominal types and resources need a name. */
static tenon_status type_named(tni_loader *l, const tni_keyset *set, const tenon_type *t,
                               bool *named);

/* Whether the parts of a type may be used, whatever the type itself is. */
static tenon_status parts_named(tni_loader *l, const tni_keyset *set, const tenon_type *t,
                                bool *named) {
    const tni_ltype *n = tni_ltype_of(t);
    if (n == NULL || !n->traits.has_label || !*named) {
        return TENON_OK;
    }
    TNI_TRY(tni_load_step(l));
    if (t->kind == TENON_TYPE_OWN || t->kind == TENON_TYPE_BORROW) {
        *named = tni_keyset_has(set, resource_label(n->resource, n->label));
        return TENON_OK;
    }
    if (t->kind >= TENON_TYPE_RECORD && t->kind <= TENON_TYPE_VARIANT) {
        for (u32 i = 0; i < t->count && *named; i++) {
            TNI_TRY(type_named(l, set, t->fields[i].type, named));
        }
        return TENON_OK;
    }
    TNI_TRY(type_named(l, set, t->element, named));
    return type_named(l, set, t->other, named);
}

static tenon_status type_named(tni_loader *l, const tni_keyset *set, const tenon_type *t,
                               bool *named) {
    const tni_ltype *n = tni_ltype_of(t);
    if (n == NULL || !*named) {
        return TENON_OK;
    }
    if (tni_is_nominal(t->kind)) {
        *named = tni_keyset_has(set, n->label);
        return TENON_OK;
    }
    return parts_named(l, set, t, named);
}

static tenon_status func_named(tni_loader *l, const tni_keyset *set,
                               const tenon_func_type *f, bool *named) {
    for (u32 i = 0; i < f->param_count; i++) {
        TNI_TRY(type_named(l, set, f->params[i].type, named));
    }
    return type_named(l, set, f->result, named);
}

/* Of an instance type that is itself imported or exported as a type. */
static tenon_status instance_named(tni_loader *l, const tni_keyset *set,
                                   const tni_instance_type *t, bool *named) {
    for (u32 i = 0; i < t->export_count && *named; i++) {
        const tni_entity *x = t->exports[i].entity;
        TNI_TRY(tni_load_step(l));
        switch (x->kind) {
        case TNI_ENTITY_FUNC:
        case TNI_ENTITY_FUNC_TYPE: TNI_TRY(func_named(l, set, x->func, named)); break;
        case TNI_ENTITY_TYPE: TNI_TRY(parts_named(l, set, x->value, named)); break;
        case TNI_ENTITY_VALUE: TNI_TRY(type_named(l, set, x->value, named)); break;
        case TNI_ENTITY_INSTANCE:
        case TNI_ENTITY_INSTANCE_TYPE:
            TNI_TRY(instance_named(l, set, x->instance, named));
            break;
        case TNI_ENTITY_RESOURCE:
        case TNI_ENTITY_CORE_MODULE:
        case TNI_ENTITY_COMPONENT:
        case TNI_ENTITY_COMPONENT_TYPE: break;
        }
    }
    return TENON_OK;
}

/* An imported name may be used in imports and exports, an exported one in exports. */
static tenon_status make_visible(tni_loader *l, tni_scope *s, bool is_import, u64 key) {
    if (is_import) {
        TNI_TRY(keyset_add(l, &s->imports.visible, key));
    }
    return keyset_add(l, &s->exports.visible, key);
}

static tenon_status make_resource_visible(tni_loader *l, tni_scope *s, bool is_import,
                                          const tni_entity *x) {
    TNI_TRY(make_visible(l, s, is_import, any_label(x->resource)));
    return make_visible(l, s, is_import, resource_label(x->resource, x->label));
}

tenon_status tni_name_variable(tni_loader *l, tni_scope *s, u32 resource) {
    return make_visible(l, s, true, any_label(resource));
}

/* Whether the resources of a type that names none itself have names. Only a component can
 * have others: in types they are those of scopes around, which are judged where the type
 * is used. */
static tenon_status resources_named(tni_loader *l, const tni_scope *s,
                                    const tni_keyset *set, const tni_entity *x,
                                    bool *named) {
    bool refers = false;
    if (s->kind == TNI_SCOPE_COMPONENT && *named) {
        TNI_TRY(refers_free(l, set, x, &refers));
        *named = !refers;
    }
    return TENON_OK;
}

static tenon_status check_entity(tni_loader *l, tni_scope *s, bool is_import,
                                 const tni_entity *x, bool *named) {
    const tni_keyset *set = is_import ? &s->imports.visible : &s->exports.visible;
    TNI_TRY(tni_load_step(l));
    switch (x->kind) {
    case TNI_ENTITY_FUNC:
    case TNI_ENTITY_FUNC_TYPE: return func_named(l, set, x->func, named);
    case TNI_ENTITY_VALUE: return type_named(l, set, x->value, named);
    case TNI_ENTITY_TYPE:
        TNI_TRY(parts_named(l, set, x->value, named));
        if (*named && tni_is_nominal(x->value->kind)) {
            return make_visible(l, s, is_import, tni_ltype_of(x->value)->label);
        }
        return TENON_OK;
    case TNI_ENTITY_RESOURCE:
        if (is_import) { /* (eq R) of one that is not imported: nobody could give it */
            TNI_TRY(resources_named(l, s, set, x, named));
        }
        return make_resource_visible(l, s, is_import, x);
    case TNI_ENTITY_INSTANCE_TYPE:
        TNI_TRY(instance_named(l, set, x->instance, named));
        return resources_named(l, s, set, x, named);
    case TNI_ENTITY_INSTANCE:
        for (u32 i = 0; i < x->instance->export_count && *named; i++) {
            TNI_TRY(check_entity(l, s, is_import, x->instance->exports[i].entity, named));
        }
        return TENON_OK;
    case TNI_ENTITY_COMPONENT:
    case TNI_ENTITY_COMPONENT_TYPE: return resources_named(l, s, set, x, named);
    case TNI_ENTITY_CORE_MODULE: return TENON_OK;
    }
    TNI_UNREACHABLE();
}

/* Whether (eq T) of an import names a T that only an export has made visible. */
static bool is_of_export(const tni_scope *s, const tni_entity *declared) {
    u64 key = 0;
    if (declared->kind == TNI_ENTITY_RESOURCE && declared->resource != TNI_NO_INDEX) {
        key = resource_label(declared->resource, declared->label);
    } else if (declared->kind == TNI_ENTITY_TYPE &&
               tni_is_nominal(declared->value->kind)) {
        key = tni_ltype_of(declared->value)->label;
    }
    return key != 0 && tni_keyset_has(&s->exports.visible, key) &&
           !tni_keyset_has(&s->imports.visible, key);
}

tenon_status tni_check_visible(tni_loader *l, tni_scope *s, bool is_import,
                               const tni_entity *declared, const tni_entity *x) {
    if (s->kind == TNI_SCOPE_INSTANCE_TYPE) {
        return TENON_OK; /* checked where the type is used */
    }
    bool named = !is_import || !is_of_export(s, declared);
    TNI_TRY(check_entity(l, s, is_import, x, &named));
    if (named) {
        return TENON_OK;
    }
    const char *what = x->kind == TNI_ENTITY_FUNC        ? "func"
                       : x->kind == TNI_ENTITY_INSTANCE  ? "instance"
                       : x->kind == TNI_ENTITY_COMPONENT ? "component"
                       : x->kind == TNI_ENTITY_VALUE     ? "value"
                                                         : "type";
    return TNI_LOAD_FAIL(l, TNI_ERR_CM_VISIBILITY, "%s not valid to be used as %s", what,
                         is_import ? "import" : "export");
}
