/* instantiate.c: a module and its imports to an instance. Core 3.0, 4.7.2.
 *
 * Until the first active segment runs, a failure leaves nothing behind; from then on the
 * instance stays in the store, since others may already refer to what is in it. */
#include "exec/instance.h"

static bool make_arrays(tni_instance *i) {
    tni_arena *a = &i->store->arena;
    const tni_module *m = i->module;
    i->funcs = TNI_ARENA_ARRAY(a, tni_func *, m->func_count);
    i->tables = TNI_ARENA_ARRAY(a, tni_table *, m->table_count);
    i->memories = TNI_ARENA_ARRAY(a, tni_memory *, m->memory_count);
    i->globals = TNI_ARENA_ARRAY(a, tni_global *, m->global_count);
    i->tags = TNI_ARENA_ARRAY(a, tni_tag *, m->tag_count);
    i->own_funcs = TNI_ARENA_ARRAY(a, tni_func, m->func_count - m->imported_funcs);
    i->dropped_elems = TNI_ARENA_ARRAY(a, u8, m->elem_count);
    i->dropped_datas = TNI_ARENA_ARRAY(a, u8, m->data_count);
    i->elems = TNI_ARENA_ARRAY(a, tni_ref *, m->elem_count);
    return i->funcs != NULL && i->tables != NULL && i->memories != NULL &&
           i->globals != NULL && i->tags != NULL && i->own_funcs != NULL &&
           i->dropped_elems != NULL && i->dropped_datas != NULL && i->elems != NULL;
}

static void take_imports(tni_instance *i, const tni_extern *imports) {
    u32 funcs = 0, tables = 0, memories = 0, globals = 0, tags = 0;
    for (u32 x = 0; x < i->module->import_count; x++) {
        const tni_extern *from = &imports[x];
        switch (from->kind) {
        case TNI_EXTERN_FUNC: i->funcs[funcs++] = from->as.func; break;
        case TNI_EXTERN_TABLE: i->tables[tables++] = from->as.table; break;
        case TNI_EXTERN_MEMORY: i->memories[memories++] = from->as.memory; break;
        case TNI_EXTERN_GLOBAL: i->globals[globals++] = from->as.global; break;
        case TNI_EXTERN_TAG: i->tags[tags++] = from->as.tag; break;
        }
    }
}

static void make_funcs(tni_instance *i) {
    const tni_module *m = i->module;
    for (u32 x = m->imported_funcs; x < m->func_count; x++) {
        tni_func *f = &i->own_funcs[x - m->imported_funcs];
        f->instance = i;
        f->index = x;
        tni_func_init(f, tni_module_deftype(m, m->func_types[x]));
        i->funcs[x] = f;
    }
}

static tenon_status make_globals(tni_instance *i, tenon_error *e) {
    const tni_module *m = i->module;
    for (u32 x = m->imported_globals; x < m->global_count; x++) {
        const tni_global_def *def = &m->globals[x - m->imported_globals];
        tni_globaltype type = def->type;
        type.type = tni_module_close(m, type.type);
        tni_slot value[2];
        TNI_TRY(tni_const_eval(i, &def->init, value, e));
        TNI_TRY(tni_global_new(i->store, &type, value, &i->globals[x], e));
    }
    return TENON_OK;
}

static tenon_status make_tables(tni_instance *i, tenon_error *e) {
    const tni_module *m = i->module;
    for (u32 x = m->imported_tables; x < m->table_count; x++) {
        const tni_table_def *def = &m->tables[x - m->imported_tables];
        tni_tabletype type = def->type;
        type.element = tni_module_close(m, type.element);
        tni_slot init[2] = {TNI_REF_NULL, 0};
        if (def->has_init) {
            TNI_TRY(tni_const_eval(i, &def->init, init, e));
        }
        TNI_TRY(tni_table_new(i->store, &type, init[0], &i->tables[x], e));
    }
    return TENON_OK;
}

static tenon_status make_memories(tni_instance *i, tenon_error *e) {
    const tni_module *m = i->module;
    for (u32 x = m->imported_memories; x < m->memory_count; x++) {
        TNI_TRY(tni_memory_new(i->store, &m->memories[x - m->imported_memories],
                               &i->memories[x], e));
    }
    return TENON_OK;
}

static tenon_status make_tags(tni_instance *i, tenon_error *e) {
    const tni_module *m = i->module;
    for (u32 x = m->imported_tags; x < m->tag_count; x++) {
        u32 id = tni_module_deftype(m, m->tags[x - m->imported_tags])->id;
        TNI_TRY(tni_tag_new(i->store, id, &i->tags[x], e));
    }
    return TENON_OK;
}

static tenon_status allocate(tni_store *s, tni_module *m, const tni_extern *imports,
                             tni_instance **out, tenon_error *e) {
    tni_instance *i = TNI_ARENA_NEW(&s->arena, tni_instance);
    if (i == NULL || !tni_vec_reserve(&s->heap, &s->instances, s->instances.count + 1)) {
        return tni_no_memory(e);
    }
    i->store = s;
    i->module = m;
    if (!make_arrays(i)) {
        return tni_no_memory(e);
    }
    s->instances.data[s->instances.count++] = i;
    tni_module_retain(m);
    take_imports(i, imports);
    make_funcs(i);
    TNI_TRY(make_tags(i, e));
    TNI_TRY(make_globals(i, e));
    TNI_TRY(make_tables(i, e));
    TNI_TRY(make_memories(i, e));
    *out = i;
    return TENON_OK;
}

static tenon_status eval_offset(tni_instance *i, const tni_span *expr, bool is_64,
                                u64 *out, tenon_error *e) {
    tni_slot value[2];
    TNI_TRY(tni_const_eval(i, expr, value, e));
    *out = is_64 ? value[0] : (u32)value[0];
    return TENON_OK;
}

static tenon_status run_elems(tni_instance *i, tenon_error *e) {
    const tni_module *m = i->module;
    for (u32 x = 0; x < m->elem_count; x++) {
        const tni_elem_def *def = &m->elems[x];
        if (def->mode == TNI_SEGMENT_ACTIVE) {
            u64 at;
            bool is_64 = i->tables[def->table]->type.limits.is_64;
            TNI_TRY(eval_offset(i, &def->offset, is_64, &at, e));
            TNI_TRY(tni_elem_activate(i, x, at, e));
        } else if (def->mode == TNI_SEGMENT_DECLARATIVE) {
            tni_elem_drop(i, x);
        }
    }
    return TENON_OK;
}

static tenon_status run_datas(tni_instance *i, tenon_error *e) {
    const tni_module *m = i->module;
    for (u32 x = 0; x < m->data_count; x++) {
        const tni_data_def *def = &m->datas[x];
        if (def->mode != TNI_SEGMENT_ACTIVE) {
            continue;
        }
        u64 at;
        bool is_64 = i->memories[def->memory]->type.limits.is_64;
        TNI_TRY(eval_offset(i, &def->offset, is_64, &at, e));
        TNI_TRY(tni_memory_init(i, def->memory, x, at, 0, def->bytes.len, e));
        tni_data_drop(i, x);
    }
    return TENON_OK;
}

tenon_status tni_instantiate(tni_store *s, tni_module *m, const tni_extern *imports,
                             bool call_start, tni_instance **out, tenon_error *e) {
    *out = NULL;
    TNI_TRY(tni_check_executable(m, e));
    TNI_TRY(tni_check_imports(s->engine->registry, m, imports, e));
    if (s->instances.count >= s->limits.instances) {
        return tni_fail(e, TNI_ERR_LIMIT, TENON_NO_OFFSET, "core instances of a store");
    }
    tni_store_mark mark = tni_store_save(s);
    tni_instance *i = NULL;
    tenon_status status = allocate(s, m, imports, &i, e);
    if (status != TENON_OK) {
        tni_store_drop_from(s, mark);
        return status;
    }
    TNI_TRY(run_elems(i, e));
    TNI_TRY(run_datas(i, e));
    if (call_start && m->has_start) {
        TNI_TRY(tni_call(&s->thread, i->funcs[m->start], NULL, NULL, e));
    }
    *out = i;
    return TENON_OK;
}

tni_func *tni_instance_start_func(tni_instance *i) {
    return i->module->has_start ? i->funcs[i->module->start] : NULL;
}

tni_module *tni_instance_module(const tni_instance *i) {
    return i->module;
}

void tni_instance_set_owner(tni_instance *i, void *owner) {
    i->owner = owner;
}

void *tni_instance_owner(const tni_instance *i) {
    return i->owner;
}
