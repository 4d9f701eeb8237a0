/* api_core.c: core modules in the public API: host functions, linking, instances, calls.
 */
#include "api/api.h"
#include "base/format.h"
#include "exec/instance.h"
#include "tenon/core.h"

struct tenon_core_call {
    tni_thread *thread;
    tni_instance *caller; /* or NULL */
    tenon_error *e;
};

static tni_instance *instance_of(tenon_core_instance *i) {
    return (tni_instance *)(void *)i;
}

static tenon_core_instance *public_instance(tni_instance *i) {
    return (tenon_core_instance *)(void *)i;
}

static const tni_func *func_of(const tenon_core_func *f) {
    return (const tni_func *)(const void *)f;
}

/* -- types -- */

static tni_valtype type_of_letter(char letter) {
    switch (letter) {
    case 'i': return TNI_I32;
    case 'I': return TNI_I64;
    case 'f': return TNI_F32;
    case 'F': return TNI_F64;
    default: return TNI_BOT;
    }
}

static char letter_of_type(tni_valtype t) {
    switch (t) {
    case TNI_I32: return 'i';
    case TNI_I64: return 'I';
    case TNI_F32: return 'f';
    case TNI_F64: return 'F';
    default: return '?';
    }
}

/* "iI:i" to types; results follow params. False if it is no such text. */
static bool parse_type(const char *text, tni_valtype types[2 * TENON_CORE_MAX_VALUES],
                       u32 *params, u32 *results) {
    u32 counts[2] = {0, 0};
    int side = 0;
    for (; *text != 0; text++) {
        if (*text == ':' && side == 0) {
            side = 1;
            continue;
        }
        tni_valtype t = type_of_letter(*text);
        if (t == TNI_BOT || counts[side] == TENON_CORE_MAX_VALUES) {
            return false;
        }
        types[counts[0] + counts[1]] = t;
        counts[side]++;
    }
    *params = counts[0];
    *results = counts[1];
    return side == 1;
}

static tenon_status intern_type(tenon_engine *engine, const char *text, u32 *id,
                                tenon_error *e) {
    tni_valtype types[2 * TENON_CORE_MAX_VALUES];
    u32 params, results;
    if (!parse_type(text, types, &params, &results)) {
        return tni_fail(e, TNI_ERR_USAGE, TENON_NO_OFFSET,
                        "no type of a host function: \"%s\"", text);
    }
    tni_subtype type = {.kind = TNI_COMP_FUNC,
                        .is_final = true,
                        .supertype = TNI_NO_INDEX,
                        .param_count = params,
                        .result_count = results,
                        .params = types,
                        .results = types + params};
    return tni_registry_intern(engine->registry, &type, 1, 0, NULL, id, e);
}

/* -- host functions -- */

/* A linker's host function. */
typedef struct host_func {
    const tenon_core_host_func *row;
    void *user;
    u32 type_id;
} host_func;

/* The same in a store: the data of a native function of ours. */
typedef struct bound_func {
    const host_func *host;
    tni_store *store;
} bound_func;

static tni_next core_host_enter(tni_thread *t, tni_func *self, tni_slot *fp) {
    const host_func *f = ((const bound_func *)tni_func_data(self))->host;
    const tni_deftype *type = tni_func_type(self);
    uint64_t args[TENON_CORE_MAX_VALUES];
    uint64_t results[TENON_CORE_MAX_VALUES] = {0};
    tenon_core_call call = {t, t->instance, tni_thread_error(t)};
    memcpy(args, fp, type->param_slots * sizeof *args);
    call.e->status = TENON_OK;
    tenon_status status = f->row->fn(&call, f->user, args, results);
    if (status != TENON_OK) {
        if (call.e->status != status) {
            (void)tni_fail_unexplained(call.e, tni_str_of(f->row->name), status);
        }
        return TNI_NEXT_FAIL;
    }
    memcpy(fp, results, type->result_slots * sizeof *results);
    return TNI_NEXT_RETURN;
}

static const tni_native core_host_native = {"host", 0, core_host_enter, NULL, NULL};

tenon_core_instance *tenon_core_call_instance(tenon_core_call *call) {
    return public_instance(call->caller);
}

tenon_status tenon_core_fail(tenon_core_call *call, const char *format, ...) {
    va_list args;
    va_start(args, format);
    const tenon_status status = tni_fail_vtext(call->e, TNI_ERR_HOST_TRAP, format, args);
    va_end(args);
    return status;
}

tenon_status tenon_core_no_memory(tenon_core_call *call) {
    return tni_no_memory(call->e);
}

tenon_status tenon_core_exit(tenon_core_call *call, int32_t code) {
    return tni_fail_exit(call->e, code);
}

tenon_status tenon_core_check(tenon_core_call *call) {
    return tni_thread_check(call->thread);
}

/* -- linking -- */

struct tenon_core_linker {
    tenon_engine *engine;
    tni_heap heap; /* a child of the engine's */
    tni_arena arena;
    tni_map funcs;     /* "MODULE\0NAME" to a host_func */
    tni_map instances; /* module name to a tni_instance */
};

tenon_status tenon_core_linker_new(tenon_engine *engine, tenon_core_linker **out,
                                   tenon_error *error) {
    tenon_error local;
    tenon_core_linker *l = TNI_NEW(&engine->heap, tenon_core_linker);
    if (l == NULL) {
        return tni_no_memory(error != NULL ? error : &local);
    }
    l->engine = engine;
    tni_heap_init_child(&l->heap, &engine->heap, UINT64_MAX);
    tni_arena_init(&l->arena, &l->heap);
    tni_map_init(&l->funcs, &l->heap);
    tni_map_init(&l->instances, &l->heap);
    *out = l;
    return TENON_OK;
}

void tenon_core_linker_delete(tenon_core_linker *l) {
    if (l != NULL) {
        tni_map_free(&l->funcs);
        tni_map_free(&l->instances);
        tni_arena_free(&l->arena);
        TNI_FREE(&l->engine->heap, l);
    }
}

/* Both names as one key, in the arena. ptr NULL: no memory. */
static tni_str key_of(tni_arena *arena, tni_str module, tni_str name) {
    tni_str key = {NULL, module.len + 1 + name.len};
    char *p = tni_arena_alloc(arena, key.len, 1);
    if (p != NULL) {
        memcpy(p, module.ptr, module.len);
        p[module.len] = 0;
        memcpy(p + module.len + 1, name.ptr, name.len);
    }
    key.ptr = p;
    return key;
}

static tenon_status add_func(tenon_core_linker *l, const char *module,
                             const tenon_core_host_func *row, void *user,
                             tenon_error *e) {
    bool fresh;
    host_func *f = TNI_ARENA_NEW(&l->arena, host_func);
    tni_str key = key_of(&l->arena, tni_str_of(module), tni_str_of(row->name));
    if (f == NULL || key.ptr == NULL) {
        return tni_no_memory(e);
    }
    f->row = row;
    f->user = user;
    TNI_TRY(intern_type(l->engine, row->type, &f->type_id, e));
    if (!tni_map_add(&l->funcs, key, (u64)(uintptr_t)f, &fresh)) {
        return tni_no_memory(e);
    }
    if (!fresh) {
        return tni_fail(e, TNI_ERR_USAGE, TENON_NO_OFFSET,
                        "offered already: \"%s\" \"%s\"", module, row->name);
    }
    return TENON_OK;
}

tenon_status tenon_core_linker_add(tenon_core_linker *linker, const char *module,
                                   const tenon_core_host_func *funcs, size_t count,
                                   void *user, tenon_error *error) {
    tenon_error local;
    tenon_error *e = error != NULL ? error : &local;
    for (size_t i = 0; i < count; i++) {
        TNI_TRY(add_func(linker, module, &funcs[i], user, e));
    }
    return TENON_OK;
}

tenon_status tenon_core_linker_add_instance(tenon_core_linker *linker, const char *module,
                                            tenon_core_instance *instance,
                                            tenon_error *error) {
    tenon_error local;
    tenon_error *e = error != NULL ? error : &local;
    bool fresh;
    tni_str name = tni_arena_str(&linker->arena, tni_str_of(module));
    if (name.ptr == NULL ||
        !tni_map_add(&linker->instances, name, (u64)(uintptr_t)instance, &fresh)) {
        return tni_no_memory(e);
    }
    return fresh ? TENON_OK
                 : tni_fail(e, TNI_ERR_USAGE, TENON_NO_OFFSET, "offered already: \"%s\"",
                            module);
}

static tenon_status no_import(const tni_import *import, tenon_error *e) {
    return tni_fail(
        e, TNI_ERR_UNKNOWN_IMPORT, import->offset, "\"%.*s\" \"%.*s\"",
        (int)(import->module.len < 120 ? import->module.len : 120), import->module.ptr,
        (int)(import->name.len < 120 ? import->name.len : 120), import->name.ptr);
}

/* The instance offered under the import's module name, which must be of this store. */
static tenon_status find_instance(tenon_core_linker *l, tni_store *s,
                                  const tni_import *import, tni_instance **out,
                                  tenon_error *e) {
    const u64 *place = tni_map_get(&l->instances, import->module);
    *out = NULL;
    if (place == NULL) {
        return TENON_OK;
    }
    *out = (tni_instance *)(uintptr_t)*place;
    return (*out)->store == s ? TENON_OK
                              : tni_fail(e, TNI_ERR_USAGE, TENON_NO_OFFSET,
                                         "the instance \"%.*s\" is of another store",
                                         (int)import->module.len, import->module.ptr);
}

static tenon_status bind(tni_store *s, const host_func *f, tni_extern *out,
                         tenon_error *e) {
    bound_func *bound = TNI_ARENA_NEW(&s->arena, bound_func);
    if (bound == NULL) {
        return tni_no_memory(e);
    }
    *bound = (bound_func){f, s};
    out->kind = TNI_EXTERN_FUNC;
    return tni_func_new_native(s, &core_host_native, f->type_id, bound, &out->as.func, e);
}

static tenon_status resolve(tenon_core_linker *l, tni_store *s, const tni_import *import,
                            tni_arena *scratch, tni_extern *out, tenon_error *e) {
    tni_str key = key_of(scratch, import->module, import->name);
    if (key.ptr == NULL) {
        return tni_no_memory(e);
    }
    const u64 *place = tni_map_get(&l->funcs, key);
    if (place != NULL) {
        return bind(s, (const host_func *)(uintptr_t)*place, out, e);
    }
    tni_instance *from;
    TNI_TRY(find_instance(l, s, import, &from, e));
    if (from == NULL || !tni_instance_export(from, import->name, out)) {
        return no_import(import, e);
    }
    return TENON_OK;
}

static tenon_status link_and_run(tenon_core_linker *l, tni_store *s, tni_module *m,
                                 tni_arena *scratch, tni_instance **out, tenon_error *e) {
    tni_extern *imports = TNI_ARENA_ARRAY(scratch, tni_extern, (size_t)m->import_count);
    if (imports == NULL && m->import_count > 0) {
        return tni_no_memory(e);
    }
    for (u32 x = 0; x < m->import_count; x++) {
        TNI_TRY(resolve(l, s, &m->imports[x], scratch, &imports[x], e));
    }
    return tni_instantiate(s, m, imports, true, out, e);
}

tenon_status tenon_core_instantiate(tenon_core_linker *linker, tenon_store *store,
                                    tenon_module *module, tenon_core_instance **out,
                                    tenon_error *error) {
    tenon_error local;
    tenon_error *e = error != NULL ? error : &local;
    tni_arena scratch;
    tni_instance *i = NULL;
    tni_arena_init(&scratch, &linker->heap);
    tni_store *s = tni_store_of(store);
    tni_api_enter(s);
    tenon_status status = link_and_run(linker, s, tni_module_of(module), &scratch, &i, e);
    status = tni_api_leave(s, status, e);
    tni_arena_free(&scratch);
    if (status == TENON_OK) {
        *out = public_instance(i);
    }
    return status;
}

bool tenon_module_has_start(const tenon_module *module) {
    return ((const tni_module *)(const void *)module)->has_start;
}

/* -- exports -- */

static bool find(tenon_core_instance *instance, const char *name, tni_extern_kind kind,
                 tni_extern *out) {
    return tni_instance_export(instance_of(instance), tni_str_of(name), out) &&
           out->kind == kind;
}

tenon_core_func *tenon_core_instance_func(tenon_core_instance *instance,
                                          const char *name) {
    tni_extern x;
    return find(instance, name, TNI_EXTERN_FUNC, &x)
               ? (tenon_core_func *)(void *)x.as.func
               : NULL;
}

void *tenon_core_instance_memory(tenon_core_instance *instance, const char *name,
                                 uint64_t *bytes) {
    tni_extern x;
    if (!find(instance, name, TNI_EXTERN_MEMORY, &x)) {
        *bytes = 0;
        return NULL;
    }
    static const u8 nothing[1];
    *bytes = tni_memory_bytes(x.as.memory);
    return *bytes > 0 ? tni_memory_data(x.as.memory) : (void *)(uintptr_t)nothing;
}

bool tenon_core_instance_global(tenon_core_instance *instance, const char *name,
                                uint64_t *value) {
    tni_extern x;
    tni_slot slots[2] = {0, 0};
    if (!find(instance, name, TNI_EXTERN_GLOBAL, &x) ||
        letter_of_type(x.as.global->type.type) == '?') {
        return false;
    }
    tni_global_get(x.as.global, slots);
    *value = slots[0];
    return true;
}

/* -- calls -- */

char tenon_core_func_param(const tenon_core_func *func, uint32_t n) {
    const tni_subtype *type = &tni_func_type(func_of(func))->sub;
    return n < type->param_count ? letter_of_type(type->params[n]) : 0;
}

char tenon_core_func_result(const tenon_core_func *func, uint32_t n) {
    const tni_subtype *type = &tni_func_type(func_of(func))->sub;
    return n < type->result_count ? letter_of_type(type->results[n]) : 0;
}

static bool only_numbers(const tni_valtype *types, u32 count) {
    for (u32 i = 0; i < count; i++) {
        if (letter_of_type(types[i]) == '?') {
            return false;
        }
    }
    return true;
}

/* Wasm functions know their instance; natives are of this file. */
static tni_store *store_of(const tni_func *f) {
    return f->instance != NULL ? f->instance->store
                               : ((const bound_func *)tni_func_data(f))->store;
}

tenon_status tenon_core_func_call(tenon_core_func *func, const uint64_t *args,
                                  uint64_t *results, tenon_error *error) {
    tenon_error local;
    tenon_error *e = error != NULL ? error : &local;
    tni_func *f = (tni_func *)(void *)func;
    const tni_subtype *type = &f->type->sub;
    if (!only_numbers(type->params, type->param_count) ||
        !only_numbers(type->results, type->result_count)) {
        return tni_fail(e, TNI_ERR_UNSUPPORTED, TENON_NO_OFFSET,
                        "a call of a function whose type has more than numbers");
    }
    tni_store *s = store_of(f);
    tni_api_enter(s);
    tenon_status status = tni_call(tni_store_thread(s), f, args, results, e);
    return tni_api_leave(s, status, e);
}
