/* prelink.c: the life of a prelinked component, and what its plan becomes in a store. The
 * plan is made by linker.c. */
#include "component/prelink.h"

#include "component/hostiface.h"
#include "component/linker.h"

/* -- life -- */

static void free_prelinked(tni_prelinked *p) {
    tni_heap *heap = p->arena.heap;
    for (size_t i = 0; i < p->instances.count; i++) {
        tni_map_free(&p->instances.data[i]->names);
    }
    tni_vec_free(heap, &p->ifaces);
    tni_vec_free(heap, &p->models);
    tni_vec_free(heap, &p->instances);
    tni_arena_free(&p->arena);
    tni_component_release(p->component);
    TNI_FREE(heap, p);
}

tenon_status tni_prelink(tni_linker *l, tni_component *c, tni_prelinked **out,
                         tenon_error *e) {
    tni_heap *heap = &c->engine->heap;
    tni_prelinked *p = TNI_NEW(heap, tni_prelinked);
    if (p == NULL) {
        return tni_no_memory(e);
    }
    p->references = 1;
    p->component = c;
    tni_component_retain(c);
    tni_arena_init(&p->arena, heap);
    const tenon_status status = tni_plan_imports(l, p, e);
    if (status != TENON_OK) {
        free_prelinked(p);
        return status;
    }
    *out = p;
    return TENON_OK;
}

void tni_prelinked_retain(tni_prelinked *p) {
    tni_lock_acquire(&p->component->engine->lock);
    p->references++;
    tni_lock_release(&p->component->engine->lock);
}

void tni_prelinked_release(tni_prelinked *p) {
    if (p == NULL) {
        return;
    }
    tni_lock_acquire(&p->component->engine->lock);
    const u32 left = --p->references;
    tni_lock_release(&p->component->engine->lock);
    if (left == 0) {
        free_prelinked(p);
    }
}

tenon_engine *tni_prelinked_engine(const tni_prelinked *p) {
    return p->component->engine;
}

tenon_status tni_plan_instance_new(tni_prelinked *p, u32 count, tni_plan *out,
                                   tenon_error *e) {
    tni_plan_instance *i = TNI_ARENA_NEW(&p->arena, tni_plan_instance);
    if (i == NULL || !tni_vec_push(p->arena.heap, &p->instances, i)) {
        return tni_no_memory(e);
    }
    tni_map_init(&i->names, p->arena.heap);
    i->exports = TNI_ARENA_ARRAY(&p->arena, tni_plan, count);
    if (i->exports == NULL) {
        return tni_no_memory(e);
    }
    i->count = count;
    out->kind = TNI_PLAN_INSTANCE;
    out->instance = i;
    return TENON_OK;
}

/* -- in a store -- */

static tni_resource_type **linked_in(const tni_cstore *cs, const tni_hostiface *h) {
    for (size_t i = 0; i < cs->linked.count; i++) {
        if (cs->linked.data[i].iface == h) {
            return cs->linked.data[i].resources;
        }
    }
    return NULL;
}

static tenon_status new_resource(tni_cstore *cs, const tni_resource_type *model,
                                 void *user, tni_resource_type **out, tenon_error *e) {
    TNI_TRY(tni_resource_type_new(cs, model->name, out, e));
    (*out)->host_dtor = model->host_dtor;
    (*out)->restorable = model->restorable;
    (*out)->user = user;
    return TENON_OK;
}

/* An interface that nothing in the store has used before. */
static tenon_status link_iface(const tni_joined *j, tni_cstore *cs,
                               const tni_linked_iface *planned, void *user,
                               tni_resource_type ***out, tenon_error *e) {
    const u32 count = tni_hostiface_resources(planned->iface);
    tni_linked_iface linked = {planned->iface, NULL};
    linked.resources = TNI_ARENA_ARRAY(&cs->arena, tni_resource_type *, count);
    if (linked.resources == NULL) {
        return tni_no_memory(e);
    }
    for (u32 i = 0; i < count; i++) {
        const tni_resource_type *model = planned->resources[i];
        tni_resource_type **made = &j->resources[model->number];
        if (*made == NULL) {
            TNI_TRY(new_resource(cs, model, user, made, e));
        }
        linked.resources[i] = *made;
    }
    *out = linked.resources;
    return tni_vec_push(cs->heap, &cs->linked, linked) ? TENON_OK : tni_no_memory(e);
}

/* What a host keeps for this store. */
static tenon_status find_user(tni_cstore *cs, const tni_hostiface *h, void **out,
                              tenon_error *e) {
    *out = h->user;
    if (cs->user_of == NULL || h->user == NULL) {
        return TENON_OK;
    }
    *e = (tenon_error){.status = TENON_OK};
    *out = cs->user_of(cs->users, h->user, e);
    return *out != NULL ? TENON_OK : e->status != TENON_OK ? e->status : tni_no_memory(e);
}

static tenon_status join_ifaces(const tni_joined *j, tni_cstore *cs, tenon_error *e) {
    for (size_t n = 0; n < j->plan->ifaces.count; n++) {
        const tni_linked_iface *planned = &j->plan->ifaces.data[n];
        const u32 count = tni_hostiface_resources(planned->iface);
        TNI_TRY(find_user(cs, planned->iface, &j->users[n], e));
        tni_resource_type **known = linked_in(cs, planned->iface);
        for (u32 i = 0; known != NULL && i < count; i++) {
            j->resources[planned->resources[i]->number] = known[i];
        }
        j->ifaces[n] = known;
        if (known == NULL) {
            TNI_TRY(link_iface(j, cs, planned, j->users[n], &j->ifaces[n], e));
        }
    }
    return TENON_OK;
}

tenon_status tni_join(const tni_prelinked *p, tni_cstore *cs, tni_joined *out,
                      tenon_error *e) {
    *out = (tni_joined){.plan = p};
    out->resources = TNI_ARENA_ARRAY(&cs->arena, tni_resource_type *, p->models.count);
    out->ifaces = TNI_ARENA_ARRAY(&cs->arena, tni_resource_type **, p->ifaces.count);
    out->users = TNI_ARENA_ARRAY(&cs->arena, void *, p->ifaces.count);
    if (out->resources == NULL || out->ifaces == NULL || out->users == NULL) {
        return tni_no_memory(e);
    }
    TNI_TRY(join_ifaces(out, cs, e));
    for (size_t n = 0; n < p->models.count; n++) { /* those of stand-ins */
        if (out->resources[n] == NULL) {
            TNI_TRY(new_resource(cs, p->models.data[n], p->models.data[n]->user,
                                 &out->resources[n], e));
        }
    }
    return TENON_OK;
}

/* -- imports -- */

static tenon_status join_instance(const tni_joined *j, tni_cinstance *inst,
                                  const tni_plan_instance *plan, tni_cinstance **out,
                                  tenon_error *e);

/* f: room for a function. */
static tenon_status join_item(const tni_joined *j, tni_cinstance *inst,
                              const tni_plan *plan, tni_cfunc *f, tni_item *out,
                              tenon_error *e) {
    *out = (tni_item){.resource = NULL};
    switch (plan->kind) {
    case TNI_PLAN_NOTHING: break;
    case TNI_PLAN_FUNC:
        *f = *plan->func;
        f->cs = inst->cs;
        if (plan->number != TNI_NO_INDEX) {
            f->side.slots = j->ifaces[plan->number];
            f->user = j->users[plan->number];
        }
        out->func = f;
        break;
    case TNI_PLAN_RESOURCE:
        out->resource = inst->slots[plan->slot] = j->resources[plan->number];
        break;
    case TNI_PLAN_MODULE: out->module = plan->module; break;
    case TNI_PLAN_INSTANCE:
        return join_instance(j, inst, plan->instance, &out->instance, e);
    }
    return TENON_OK;
}

static tenon_status join_instance(const tni_joined *j, tni_cinstance *inst,
                                  const tni_plan_instance *plan, tni_cinstance **out,
                                  tenon_error *e) {
    tni_cinstance *i;
    TNI_TRY(tni_cinstance_new(inst->cs, plan->count, &i, e));
    tni_cfunc *f = TNI_ARENA_ARRAY(&inst->cs->arena, tni_cfunc, plan->func_count);
    if (f == NULL) {
        return tni_no_memory(e);
    }
    for (u32 n = 0; n < plan->count; n++) {
        const tni_plan *x = &plan->exports[n];
        i->exports[n].name = x->name;
        i->exports[n].sort = x->sort;
        TNI_TRY(join_item(j, inst, x, f, &i->exports[n].item, e));
        f += x->kind == TNI_PLAN_FUNC;
    }
    i->export_count = plan->count;
    i->names = &plan->names;
    *out = i;
    return TENON_OK;
}

tenon_status tni_join_import(const tni_joined *j, tni_cinstance *inst, u32 n,
                             tni_item *out, tenon_error *e) {
    const tni_plan *plan = &j->plan->imports[n];
    tni_cfunc *f = NULL;
    if (plan->kind == TNI_PLAN_FUNC) {
        f = TNI_ARENA_NEW(&inst->cs->arena, tni_cfunc);
        if (f == NULL) {
            return tni_no_memory(e);
        }
    }
    return join_item(j, inst, plan, f, out, e);
}
