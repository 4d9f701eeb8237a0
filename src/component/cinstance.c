/* cinstance.c: the component layer's part of a store; component instances and their
 * exports. CanonicalABI.md, "Component Instances"; runtime.h. */
#include "component/cinstance.h"

#include "base/assert.h"
#include "base/format.h"
#include "base/limits.h"
#include "component/errorcontext.h"
#include "component/linker.h"
#include "component/resource.h"
#include "component/task.h"

/* -- the store's part -- */

static void free_instance(tni_cinstance *i) {
    tni_error_contexts_end(i->cs, &i->handles);
    tni_handles_free(&i->handles);
    tni_handles_free(&i->threads);
    tni_map_free(&i->export_map);
    tni_map_free(&i->arg_map);
}

static void cstore_release(void *owner) {
    tni_cstore *cs = owner;
    tni_heap *heap = cs->heap;
    tni_async_free(cs);
    tni_host_handles_end(cs, true);
    for (size_t i = 0; i < cs->instances.count; i++) {
        free_instance(cs->instances.data[i]);
    }
    for (size_t i = 0; i < cs->maps.count; i++) {
        tni_map_free(cs->maps.data[i]);
    }
    for (size_t i = 0; i < cs->scopes.count; i++) {
        tni_vec_free(heap, &cs->scopes.data[i]->lenders);
        tni_vec_free(heap, &cs->scopes.data[i]->given);
    }
    tni_handles_free(&cs->host_handles);
    tni_vec_free(heap, &cs->host_reps);
    tni_vec_free(heap, &cs->host_types);
    tni_vec_free(heap, &cs->instances);
    tni_vec_free(heap, &cs->maps);
    tni_vec_free(heap, &cs->scopes);
    tni_vec_free(heap, &cs->resource_types);
    tni_vec_free(heap, &cs->linked);
    tni_arena_free(&cs->call_arena);
    tni_arena_free(&cs->arena);
    for (size_t i = 0; i < cs->prelinked.count; i++) {
        tni_prelinked_release(cs->prelinked.data[i]);
    }
    tni_vec_free(heap, &cs->prelinked);
    TNI_FREE(heap, cs);
}

/* The type of native functions that C calls: a pointer in an i64. */
static tenon_status intern_entry_type(tni_cstore *cs, tenon_error *e) {
    static const tni_valtype params[] = {TNI_I64};
    const tni_subtype type = {.kind = TNI_COMP_FUNC,
                              .is_final = true,
                              .supertype = TNI_NO_INDEX,
                              .param_count = 1,
                              .params = params,
                              .results = params + 1};
    return tni_registry_intern(tni_store_engine(cs->store)->registry, &type, 1, 0, NULL,
                               &cs->entry_type, e);
}

/* Where an instance stands, for backtraces: the names of the components around it. */
static void instance_path(void *owner, char *buf, size_t capacity) {
    const tni_cinstance *chain[8];
    size_t depth = 0, used = 0;
    for (const tni_cinstance *i = owner; i != NULL && depth < 8; i = i->parent) {
        chain[depth++] = i;
    }
    buf[0] = 0;
    while (depth-- > 0 && used < capacity) {
        const tni_component *c = chain[depth]->component;
        const tni_str unnamed = TNI_STR("component");
        const tni_str name = c->name.len == 0 ? unnamed : c->name;
        used += tni_format(buf + used, capacity - used, "%s%.*s", used == 0 ? "" : "/",
                           (int)(name.len < 64 ? name.len : 64), name.ptr);
    }
}

static u32 handle_limit(const tni_store *s) {
    const u64 limit = tni_store_handle_limit(s);
    return limit < TNI_MAX_HANDLES ? (u32)limit : TNI_MAX_HANDLES;
}

tenon_status tni_cstore_of(tni_store *s, tni_cstore **out, tenon_error *e) {
    *out = tni_store_owner(s);
    if (*out != NULL) {
        return TENON_OK;
    }
    tni_heap *heap = tni_store_heap(s);
    tni_cstore *cs = TNI_NEW(heap, tni_cstore);
    if (cs == NULL) {
        return tni_no_memory(e);
    }
    cs->store = s;
    cs->tracer = tni_store_engine(s)->tracer;
    cs->heap = heap;
    tni_arena_init(&cs->arena, heap);
    tni_arena_init(&cs->call_arena, heap);
    cs->call_arena.limit_bytes = TNI_LIMIT_host_value_bytes;
    tni_handles_init(&cs->host_handles, heap, handle_limit(s));
    tenon_status status = intern_entry_type(cs, e);
    if (status != TENON_OK) {
        TNI_FREE(heap, cs);
        return status;
    }
    tni_store_set_owner(s, cs, cstore_release);
    tni_store_set_path(s, instance_path);
    *out = cs;
    return TENON_OK;
}

tenon_status tni_store_forbid_reentry(tni_store *s, tenon_error *e) {
    tni_cstore *cs;
    TNI_TRY(tni_cstore_of(s, &cs, e));
    cs->forbid_reentry = true;
    return TENON_OK;
}

/* -- instances -- */

tenon_status tni_cinstance_new(tni_cstore *cs, u32 export_capacity, tni_cinstance **out,
                               tenon_error *e) {
    tni_cinstance *i = TNI_ARENA_NEW(&cs->arena, tni_cinstance);
    if (i == NULL) {
        return tni_no_memory(e);
    }
    i->exports = TNI_ARENA_ARRAY(&cs->arena, tni_item_export, export_capacity);
    if (i->exports == NULL || !tni_vec_push(cs->heap, &cs->instances, i)) {
        return tni_no_memory(e);
    }
    i->cs = cs;
    i->may_leave = true;
    tni_handles_init(&i->handles, cs->heap, handle_limit(cs->store));
    tni_handles_init(&i->threads, cs->heap, handle_limit(cs->store));
    tni_map_init(&i->export_map, cs->heap);
    i->names = export_capacity > TNI_FEW_EXPORTS ? &i->export_map : NULL;
    tni_map_init(&i->arg_map, cs->heap);
    *out = i;
    return TENON_OK;
}

tenon_status tni_cinstance_add_export(tni_cinstance *i, tni_str name, tni_sort sort,
                                      tni_item item, tenon_error *e) {
    if (i->names != NULL && !tni_map_put(&i->export_map, name, i->export_count)) {
        return tni_no_memory(e);
    }
    i->exports[i->export_count++] = (tni_item_export){name, sort, item};
    return TENON_OK;
}

const tni_item_export *tni_cinstance_find(const tni_cinstance *i, tni_str name) {
    if (i->export_count > TNI_FEW_EXPORTS) {
        const u64 *n = tni_map_get(i->names, name);
        return n == NULL ? NULL : &i->exports[*n];
    }
    for (u32 n = 0; n < i->export_count; n++) {
        if (tni_str_eq(i->exports[n].name, name)) {
            return &i->exports[n];
        }
    }
    return NULL;
}

tni_cinstance *tni_entering_stop(tni_cinstance *callee, tni_cinstance *caller) {
    while (callee != caller && callee != NULL && caller != NULL) {
        if (callee->depth >= caller->depth) {
            callee = callee->parent;
        } else {
            caller = caller->parent;
        }
    }
    return callee == caller ? callee : NULL;
}

/* -- exports as the host sees them -- */

tni_cinstance *tni_cinstance_instance(tni_cinstance *i, tni_str name) {
    const tni_item_export *x = tni_cinstance_find(i, name);
    if (x != NULL) {
        return x->sort == TNI_SORT_INSTANCE ? x->item.instance : NULL;
    }
    for (u32 n = 0; n < i->export_count; n++) {
        bool newer;
        if (i->exports[n].sort == TNI_SORT_INSTANCE &&
            tni_same_track(name, i->exports[n].name, &newer)) {
            return i->exports[n].item.instance;
        }
    }
    return NULL;
}

tni_cfunc *tni_cinstance_func(tni_cinstance *i, tni_str iface, tni_str name) {
    if (iface.ptr != NULL) {
        i = tni_cinstance_instance(i, iface);
        if (i == NULL) {
            return NULL;
        }
    }
    const tni_item_export *x = tni_cinstance_find(i, name);
    return x != NULL && x->sort == TNI_SORT_FUNC ? x->item.func : NULL;
}

u32 tni_cinstance_export_count(const tni_cinstance *i) {
    return i->export_count;
}

tni_str tni_cinstance_export_name(const tni_cinstance *i, u32 n, tni_sort *sort) {
    TNI_ASSERT(n < i->export_count);
    *sort = i->exports[n].sort;
    return i->exports[n].name;
}

tni_store *tni_cinstance_store(const tni_cinstance *i) {
    return i->cs->store;
}
