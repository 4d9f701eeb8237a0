/* api_contract.c: contracts in the public API: WIT, and what differs. */
#include "api/api.h"
#include "wit/contract.h"
#include "wit/wit_component.h"
#include "wit/wit_linker.h"

struct tenon_wit {
    tni_heap heap; /* a child of the engine's */
    tni_arena arena;
    tenon_engine *engine;
    tni_wit *wit;
    const char *name; /* of a component, or NULL */
    bool is_component;
};

struct tenon_differences {
    tni_heap heap;
    tni_arena arena;
    tenon_engine *engine;
    const tenon_difference **items;
    u32 count;
};

/* -- WIT -- */

static tenon_status wit_new(tenon_engine *engine, tenon_wit **out, tenon_error *e) {
    tenon_wit *w = TNI_NEW(&engine->heap, tenon_wit);
    if (w == NULL) {
        return tni_no_memory(e);
    }
    w->engine = engine;
    tni_heap_init_child(&w->heap, &engine->heap, UINT64_MAX);
    tni_arena_init(&w->arena, &w->heap);
    *out = w;
    return TENON_OK;
}

void tenon_wit_delete(tenon_wit *wit) {
    if (wit != NULL) {
        tni_arena_free(&wit->arena);
        TNI_FREE(&wit->engine->heap, wit);
    }
}

static tenon_status parse(tenon_wit *w, const tenon_wit_source *sources, u32 count,
                          tenon_error *e) {
    tni_wit_source *copies = TNI_ARENA_ARRAY(&w->arena, tni_wit_source, count);
    tni_wit_options gates = {.all_features = true};
    if (copies == NULL) {
        return tni_no_memory(e);
    }
    for (u32 i = 0; i < count; i++) {
        copies[i].path = tni_str_of(sources[i].path);
        copies[i].text = (tni_str){sources[i].text, sources[i].len};
        copies[i].group = sources[i].package;
    }
    return tni_wit_parse(&w->arena, copies, count, &gates, &w->wit, e);
}

tenon_status tenon_wit_parse(tenon_engine *engine, const tenon_wit_source *sources,
                             uint32_t count, tenon_wit **out, tenon_error *error) {
    tenon_error local;
    tenon_error *e = error != NULL ? error : &local;
    tenon_wit *w = NULL;
    TNI_TRY(wit_new(engine, &w, e));
    tenon_status status = parse(w, sources, count, e);
    if (status != TENON_OK) {
        tenon_wit_delete(w);
        return status;
    }
    *out = w;
    return TENON_OK;
}

static tenon_status decode(tenon_wit *w, const tni_component *c, const char *name,
                           tenon_error *e) {
    w->is_component = true;
    if (name != NULL) {
        w->name = tni_arena_str(&w->arena, tni_str_of(name)).ptr;
        if (w->name == NULL) {
            return tni_no_memory(e);
        }
    }
    return tni_wit_of_component(&w->arena, c, &w->wit, e);
}

tenon_status tenon_wit_of_component(tenon_component *component, const char *name,
                                    tenon_wit **out, tenon_error *error) {
    tenon_error local;
    tenon_error *e = error != NULL ? error : &local;
    const tni_component *c = tni_component_of(component);
    tenon_wit *w = NULL;
    TNI_TRY(wit_new(c->engine, &w, e));
    tenon_status status = decode(w, c, name, e);
    if (status != TENON_OK) {
        tenon_wit_delete(w);
        return status;
    }
    *out = w;
    return TENON_OK;
}

/* -- lists of differences -- */

static tenon_status list_new(tenon_engine *engine, tenon_differences **out,
                             tenon_error *e) {
    tenon_differences *list = TNI_NEW(&engine->heap, tenon_differences);
    if (list == NULL) {
        return tni_no_memory(e);
    }
    list->engine = engine;
    tni_heap_init_child(&list->heap, &engine->heap, UINT64_MAX);
    tni_arena_init(&list->arena, &list->heap);
    *out = list;
    return TENON_OK;
}

void tenon_differences_delete(tenon_differences *list) {
    if (list != NULL) {
        tni_arena_free(&list->arena);
        TNI_FREE(&list->engine->heap, list);
    }
}

uint32_t tenon_differences_count(const tenon_differences *list) {
    return list->count;
}

const tenon_difference *tenon_differences_at(const tenon_differences *list, uint32_t n) {
    return n < list->count ? list->items[n] : NULL;
}

static tenon_status fill(tenon_differences *list, const tni_contract_side *contract,
                         const tni_contract_side *actual, tenon_error *e) {
    tni_difference *first;
    TNI_TRY(tni_contract_check(&list->arena, contract, actual, &first, e));
    u32 count = 0;
    for (const tni_difference *d = first; d != NULL; d = d->next) {
        count++;
    }
    list->items = TNI_ARENA_ARRAY(&list->arena, const tenon_difference *, count);
    if (list->items == NULL) {
        return tni_no_memory(e);
    }
    for (const tni_difference *d = first; d != NULL; d = d->next) {
        list->items[list->count++] = &d->d;
    }
    return TENON_OK;
}

/* -- worlds -- */

static tenon_status no_world(const tenon_wit *w, const char *name, tenon_error *e) {
    tni_buf list;
    tni_buf_init(&list, &w->engine->heap);
    for (const tni_wit_package *p = w->wit->packages; p != NULL; p = p->next) {
        for (const tni_wit_world *x = p->worlds; x != NULL; x = x->next) {
            tni_buf_format(&list, " %.*s", (int)x->id.len, x->id.ptr);
        }
    }
    tni_str none = TNI_STR(" none");
    tni_str worlds =
        list.count == 0 ? none : (tni_str){(const char *)list.data, list.count};
    tenon_status status = tni_fail(
        e, TNI_ERR_NO_WORLD, TENON_NO_OFFSET, "%s; there are:%.*s",
        name != NULL ? name : "which one is not said", (int)worlds.len, worlds.ptr);
    tni_buf_free(&list);
    return status;
}

static tenon_status side_of(const tenon_wit *w, const char *world, tni_contract_side *out,
                            tenon_error *e) {
    tni_str name = world != NULL ? tni_str_of(world) : (tni_str){"", 0};
    bool is_own = w->is_component && world == NULL;
    *out = (tni_contract_side){.world = is_own ? w->wit->root->worlds
                                               : tni_wit_find_world(w->wit, name),
                               .wit = w->wit,
                               .kind = TENON_ORIGIN_COMPONENT,
                               .name = w->name};
    return out->world != NULL ? TENON_OK : no_world(w, world, e);
}

const char *tenon_wit_world(const tenon_wit *wit, const char *world, tenon_error *error) {
    tenon_error local;
    tni_contract_side side;
    return side_of(wit, world, &side, error != NULL ? error : &local) == TENON_OK
               ? side.world->id.ptr
               : NULL;
}

tenon_status tenon_wit_check(const tenon_wit *contract, const char *world,
                             const tenon_wit *actual, const char *actual_world,
                             tenon_differences **out, tenon_error *error) {
    tenon_error local;
    tenon_error *e = error != NULL ? error : &local;
    tni_contract_side wants, has;
    tenon_differences *list = NULL;
    TNI_TRY(side_of(contract, world, &wants, e));
    TNI_TRY(side_of(actual, actual_world, &has, e));
    TNI_TRY(list_new(contract->engine, &list, e));
    tenon_status status = fill(list, &wants, &has, e);
    if (status != TENON_OK) {
        tenon_differences_delete(list);
        return status;
    }
    *out = list;
    return TENON_OK;
}

/* -- linkers -- */

static tenon_status check_linker(tenon_differences *list, const tni_linker *l,
                                 const tni_component *c, const char *name,
                                 tenon_error *e) {
    tni_wit *wit;
    tni_contract_side offers = {.kind = TENON_ORIGIN_HOST};
    tni_contract_side has = {.kind = TENON_ORIGIN_COMPONENT, .name = name};
    TNI_TRY(tni_wit_of_component(&list->arena, c, &wit, e));
    TNI_TRY(tni_wit_of_linker(&list->arena, l, c, wit->root->worlds, &offers.world, e));
    has.world = wit->root->worlds;
    return fill(list, &offers, &has, e);
}

tenon_status tenon_linker_check(tenon_linker *linker, tenon_component *component,
                                const char *name, tenon_differences **out,
                                tenon_error *error) {
    tenon_error local;
    tenon_error *e = error != NULL ? error : &local;
    const tni_component *c = tni_component_of(component);
    tenon_differences *list = NULL;
    TNI_TRY(list_new(tni_linker_engine(tni_linker_of(linker)), &list, e));
    tenon_status status = check_linker(list, tni_linker_of(linker), c, name, e);
    if (status != TENON_OK) {
        tenon_differences_delete(list);
        return status;
    }
    *out = list;
    return TENON_OK;
}
