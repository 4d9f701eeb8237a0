/* hostiface.c: interfaces of a linker: tables checked when they are added, laid out when
 * they are first imported. */
#include "component/hostiface.h"

#include "base/limits.h"
#include "component/linker.h"

void tni_hostiface_init(tni_hostiface *h, tni_str name, tni_arena *arena) {
    tni_heap *heap = arena->heap;
    h->name = name;
    tni_type_copier_init(&h->copier, arena);
    tni_map_init(&h->funcs, heap);
    tni_map_init(&h->resources, heap);
    tni_map_init(&h->value_names, heap);
    tni_map_init(&h->nested, heap);
    tni_map_init(&h->modules, heap);
}

void tni_hostiface_free(tni_hostiface *h) {
    tni_type_copier_free(&h->copier);
    tni_map_free(&h->funcs);
    tni_map_free(&h->resources);
    tni_map_free(&h->value_names);
    tni_map_free(&h->nested);
    tni_map_free(&h->modules);
}

bool tni_hostiface_resource(const tni_hostiface *h, tni_str name, u32 *out) {
    for (u32 i = 0; i < tni_hostiface_resources(h); i++) {
        if (tni_str_eq(tni_str_of(h->iface->resources[i].name), name)) {
            *out = i;
            return true;
        }
    }
    return false;
}

/* -- checking -- */

/* Types are walked as trees. What takes more steps than this, or could be too large, is
 * laid out at once, which finds out. */
enum { MAX_STEPS = 50000, SEEN = 31 };

typedef struct checking {
    const tni_hostiface *h;
    const tenon_type *seen[SEEN]; /* some of those that are right and have only primitive
                                     parts, by address */
    u32 steps;
    bool is_unclear;
    tenon_error *e;
} checking;

static tenon_status check_type(checking *c, const tenon_type *t, u32 depth) {
    if (t == NULL || c->is_unclear) {
        return TENON_OK;
    }
    if (depth > TNI_LIMIT_component_type_depth) {
        return tni_fail(c->e, TNI_ERR_TYPE_NESTING, TENON_NO_OFFSET, NULL);
    }
    if (!tni_type_is_sound(t)) {
        return tni_fail(c->e, TNI_ERR_TYPE_TABLE, TENON_NO_OFFSET, NULL);
    }
    if (tni_type_is_primitive(t->kind)) {
        return TENON_OK;
    }
    if (t->kind == TENON_TYPE_OWN || t->kind == TENON_TYPE_BORROW) {
        return t->resource < tni_hostiface_resources(c->h)
                   ? TENON_OK
                   : tni_fail(c->e, TNI_ERR_USAGE, TENON_NO_OFFSET,
                              "interface %.*s has no resource number %u",
                              (int)c->h->name.len, c->h->name.ptr, t->resource);
    }
    const tenon_type **seen = &c->seen[(uintptr_t)t / 16 % SEEN];
    c->steps += 1 + t->count;
    const u32 before = c->steps;
    if (*seen == t) {
        return TENON_OK;
    }
    if (c->steps > MAX_STEPS || t->kind == TENON_TYPE_FIXED_LIST) {
        c->is_unclear = true;
        return TENON_OK;
    }
    TNI_TRY(check_type(c, t->element, depth + 1));
    TNI_TRY(check_type(c, t->other, depth + 1));
    const bool is_names = t->kind == TENON_TYPE_ENUM || t->kind == TENON_TYPE_FLAGS;
    for (u32 i = 0; !is_names && t->fields != NULL && i < t->count; i++) {
        TNI_TRY(check_type(c, t->fields[i].type, depth + 1));
    }
    if (c->steps == before) {
        *seen = t;
    }
    return TENON_OK;
}

static tenon_status check_func(checking *c, u32 n) {
    const tenon_host_func *f = &c->h->iface->funcs[n];
    if (f->name == NULL || f->fn == NULL) {
        return tni_fail(c->e, TNI_ERR_USAGE, TENON_NO_OFFSET,
                        "interface %.*s: function %u has no name or no body",
                        (int)c->h->name.len, c->h->name.ptr, n);
    }
    for (u32 i = 0; i < f->type.param_count; i++) {
        if (f->type.params[i].type == NULL) {
            return tni_fail(c->e, TNI_ERR_TYPE_TABLE, TENON_NO_OFFSET, NULL);
        }
        TNI_TRY(check_type(c, f->type.params[i].type, 0));
    }
    return check_type(c, f->type.result, 0);
}

static tenon_status check_table(checking *c) {
    const tenon_interface *iface = c->h->iface;
    for (u32 i = 0; i < iface->type_count; i++) {
        TNI_TRY(check_type(c, iface->types[i].type, 0));
    }
    for (u32 i = 0; i < iface->func_count; i++) {
        TNI_TRY(check_func(c, i));
    }
    return TENON_OK;
}

/* -- preparing -- */

static bool put_names(tni_hostiface *h) {
    const tenon_interface *iface = h->iface;
    for (u32 i = 0; i < iface->func_count; i++) {
        if (!tni_map_put(&h->funcs, tni_str_of(iface->funcs[i].name), i)) {
            return false;
        }
    }
    for (u32 i = 0; i < iface->resource_count; i++) {
        h->resource_names[i] = tni_str_of(iface->resources[i].name);
        if (!tni_map_put(&h->resources, h->resource_names[i], i)) {
            return false;
        }
    }
    for (u32 i = 0; i < iface->type_count; i++) {
        if (!tni_map_put(&h->value_names, tni_str_of(iface->types[i].name), i)) {
            return false;
        }
    }
    return true;
}

static tenon_status prepare(tni_hostiface *h, tenon_error *e) {
    const tenon_interface *iface = h->iface;
    tni_arena *a = h->copier.arena;
    if (h->is_ready || iface == NULL) {
        return TENON_OK;
    }
    h->types = TNI_ARENA_ARRAY(a, tenon_func_type, iface->func_count);
    h->params = TNI_ARENA_ARRAY(a, const tenon_type *, iface->func_count);
    h->values = TNI_ARENA_ARRAY(a, const tenon_type *, iface->type_count);
    h->resource_names = TNI_ARENA_ARRAY(a, tni_str, iface->resource_count);
    if (h->types == NULL || h->params == NULL || h->values == NULL ||
        h->resource_names == NULL || !put_names(h)) {
        return tni_no_memory(e);
    }
    h->is_ready = true;
    return TENON_OK;
}

static tenon_status lay_out_func(tni_hostiface *h, u32 n, tenon_error *e) {
    if (h->params[n] != NULL) {
        return TENON_OK;
    }
    TNI_TRY(tni_copy_func_type(&h->copier, &h->iface->funcs[n].type, &h->types[n], e));
    return tni_params_tuple(h->copier.arena, &h->types[n], &h->params[n], e);
}

static tenon_status lay_out_value(tni_hostiface *h, u32 n, tenon_error *e) {
    return h->values[n] != NULL
               ? TENON_OK
               : tni_copy_type(&h->copier, h->iface->types[n].type, &h->values[n], e);
}

static tenon_status lay_out_all(tni_hostiface *h, tenon_error *e) {
    TNI_TRY(prepare(h, e));
    for (u32 i = 0; i < h->iface->type_count; i++) {
        TNI_TRY(lay_out_value(h, i, e));
    }
    for (u32 i = 0; i < h->iface->func_count; i++) {
        TNI_TRY(lay_out_func(h, i, e));
    }
    return TENON_OK;
}

/* The interface, when nobody but this thread changes it. */
static tni_hostiface *locked(const tni_hostiface *h, tenon_engine *engine) {
    tni_lock_acquire(&engine->lock);
    return (tni_hostiface *)(uintptr_t)h;
}

tenon_status tni_hostiface_prepare(const tni_hostiface *h, tenon_engine *engine,
                                   tenon_error *e) {
    const tenon_status status = prepare(locked(h, engine), e);
    tni_lock_release(&engine->lock);
    return status;
}

tenon_status tni_hostiface_func(const tni_hostiface *h, u32 n, tenon_engine *engine,
                                tenon_error *e) {
    const tenon_status status = lay_out_func(locked(h, engine), n, e);
    tni_lock_release(&engine->lock);
    return status;
}

tenon_status tni_hostiface_value(const tni_hostiface *h, u32 n, tenon_engine *engine,
                                 tenon_error *e) {
    const tenon_status status = lay_out_value(locked(h, engine), n, e);
    tni_lock_release(&engine->lock);
    return status;
}

tenon_status tni_hostiface_fill(tni_hostiface *h, const tenon_interface *iface,
                                void *user, tenon_error *e) {
    checking c = {.h = h, .e = e};
    h->iface = iface;
    h->user = user;
    TNI_TRY(check_table(&c));
    if (c.is_unclear) {
        return lay_out_all(h, e);
    }
    /* What stands at the root is looked for by the names of its functions. */
    return h->name.len == 0 ? prepare(h, e) : TENON_OK;
}
