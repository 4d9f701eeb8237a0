/* api_engine.c: engines, components, modules, stores and arenas of the public API. */
#include "api/api.h"
#include "binary/decode.h"
#include "tenon/platform.h"
#include "valid/validate.h"

/* -- engine -- */

void tenon_engine_config_init(tenon_engine_config *config) {
    memset(config, 0, sizeof *config);
    config->features = tenon_features_default();
    config->max_bytes = UINT64_MAX;
    config->max_code_bytes = UINT64_MAX;
}

static void engine_lock_acquire(void *user) {
    tenon_engine *engine = user;
    engine->platform->lock_acquire(engine->platform_lock);
}

static void engine_lock_release(void *user) {
    tenon_engine *engine = user;
    engine->platform->lock_release(engine->platform_lock);
}

/* Gives the engine the platform's lock, if the platform has locks. */
static tenon_status engine_init_lock(tenon_engine *engine, tenon_error *e) {
    const tenon_platform *platform = engine->platform;
    if (platform->lock_new == NULL) {
        return TENON_OK;
    }
    engine->platform_lock = platform->lock_new(platform->user);
    if (engine->platform_lock == NULL) {
        return tni_no_memory(e);
    }
    engine->lock.acquire = engine_lock_acquire;
    engine->lock.release = engine_lock_release;
    engine->lock.user = engine;
    return TENON_OK;
}

tenon_status tenon_engine_new(const tenon_engine_config *config, tenon_engine **out,
                              tenon_error *error) {
    tenon_error local;
    tenon_error *e = error != NULL ? error : &local;
    tenon_engine_config defaults;
    if (config == NULL) {
        tenon_engine_config_init(&defaults);
        config = &defaults;
    }
    const tenon_platform *platform =
        config->platform != NULL ? config->platform : tenon_platform_default();
    tenon_allocator allocator = config->allocator;
    if (allocator.resize == NULL) {
        allocator = platform->allocator;
        if (allocator.resize == NULL) {
            return tni_fail(e, TNI_ERR_USAGE, TENON_NO_OFFSET,
                            "the platform has no allocator: give one");
        }
    }
    tni_heap heap;
    tni_heap_init(&heap, &allocator, config->max_bytes);
    tenon_engine *engine = TNI_NEW(&heap, tenon_engine);
    if (engine == NULL) {
        return tni_no_memory(e);
    }
    engine->heap = heap;
    engine->heap.is_shared = true;
    engine->features = config->features;
    engine->max_code_bytes =
        config->max_code_bytes == UINT64_MAX ? 0 : config->max_code_bytes;
    engine->platform = platform;
    tenon_status status = engine_init_lock(engine, e);
    if (status == TENON_OK) {
        status = tni_registry_new(&engine->heap, engine->lock, &engine->registry, e);
    }
    if (status != TENON_OK) {
        tenon_engine_delete(engine);
        return status;
    }
    *out = engine;
    return TENON_OK;
}

void tenon_engine_delete(tenon_engine *engine) {
    if (engine == NULL) {
        return;
    }
    if (engine->registry != NULL) {
        tni_registry_delete(engine->registry);
    }
    if (engine->platform_lock != NULL) {
        engine->platform->lock_delete(engine->platform_lock);
    }
    tni_heap heap = engine->heap;
    TNI_FREE(&heap, engine);
}

const char *tenon_version(void) {
    return TENON_VERSION;
}

/* -- components and modules -- */

tenon_status tenon_component_load(tenon_engine *engine, const void *bytes, size_t len,
                                  unsigned flags, tenon_component **out,
                                  tenon_error *error) {
    tenon_error local;
    tenon_error *e = error != NULL ? error : &local;
    tni_component *c = NULL;
    bool borrow = (flags & TENON_BORROW_BYTES) != 0;
    TNI_TRY(tni_component_load(engine, bytes, len, borrow, &c, e));
    *out = (tenon_component *)(void *)c;
    return TENON_OK;
}

void tenon_component_delete(tenon_component *component) {
    if (component != NULL) {
        tni_component_release(tni_component_of(component));
    }
}

tenon_status tenon_module_load(tenon_engine *engine, const void *bytes, size_t len,
                               unsigned flags, tenon_module **out, tenon_error *error) {
    tenon_error local;
    tenon_error *e = error != NULL ? error : &local;
    tni_module *m = NULL;
    bool borrow = (flags & TENON_BORROW_BYTES) != 0;
    TNI_TRY(tni_module_decode(engine, bytes, len, 0, borrow, &m, e));
    tenon_status status = tni_module_validate(m, e);
    if (status != TENON_OK) {
        tni_module_release(m);
        return status;
    }
    *out = (tenon_module *)(void *)m;
    return TENON_OK;
}

void tenon_module_delete(tenon_module *module) {
    if (module != NULL) {
        tni_module_release(tni_module_of(module));
    }
}

tenon_status tenon_component_translate(tenon_component *component, tenon_error *error) {
    tenon_error local;
    const tni_component *c = tni_component_of(component);
    for (const tni_module_ref *r = c->modules; r != NULL; r = r->next) {
        TNI_TRY(tni_module_translate(r->module, error != NULL ? error : &local));
    }
    return TENON_OK;
}

tenon_status tenon_module_translate(tenon_module *module, tenon_error *error) {
    tenon_error local;
    return tni_module_translate(tni_module_of(module), error != NULL ? error : &local);
}

bool tenon_is_component(const void *bytes, size_t len) {
    return tni_is_component(bytes, len);
}

/* -- stores -- */

void tenon_store_config_init(tenon_store_config *config) {
    tni_store_limits limits;
    tni_store_limits_init(&limits);
    memset(config, 0, sizeof *config);
    config->max_memory_bytes = limits.memory_bytes;
    config->max_table_elements = limits.table_elements;
    config->max_heap_bytes = limits.heap_bytes;
    config->max_instances = limits.instances;
    config->stack_bytes = limits.stack_bytes;
    config->max_handles = limits.handles;
}

tenon_status tenon_store_new(tenon_engine *engine, const tenon_store_config *config,
                             tenon_store **out, tenon_error *error) {
    tenon_error local;
    tenon_error *e = error != NULL ? error : &local;
    tni_store_limits limits;
    tni_store_limits_init(&limits);
    if (config != NULL) {
        limits.memory_bytes = config->max_memory_bytes;
        limits.table_elements = config->max_table_elements;
        limits.heap_bytes = config->max_heap_bytes;
        limits.instances = config->max_instances;
        limits.stack_bytes = config->stack_bytes;
        limits.handles = config->max_handles;
    }
    tni_store *s = NULL;
    TNI_TRY(tni_store_new(engine, &limits, &s, e));
    *out = (tenon_store *)(void *)s;
    return TENON_OK;
}

void tenon_store_delete(tenon_store *store) {
    if (store != NULL) {
        tni_store_delete(tni_store_of(store));
    }
}

void tenon_store_set_fuel(tenon_store *store, int64_t fuel) {
    tni_store_set_fuel(tni_store_of(store), fuel);
}

int64_t tenon_store_fuel(const tenon_store *store) {
    return tni_store_fuel((const tni_store *)(const void *)store);
}

void tenon_store_set_slice(tenon_store *store, uint64_t fuel_units) {
    tni_store_set_slice(tni_store_of(store), fuel_units);
}

bool tenon_store_paused(tenon_store *store) {
    return tni_cstore_paused(tni_store_of(store));
}

void tenon_store_set_timeout(tenon_store *store, uint64_t timeout_ns) {
    tni_store *s = tni_store_of(store);
    const tenon_platform *platform = tni_store_engine(s)->platform;
    if (timeout_ns == 0 || platform->monotonic_ns == NULL) {
        tni_store_set_deadline(s, 0);
        return;
    }
    u64 now = platform->monotonic_ns(platform->user);
    tni_store_set_deadline(s,
                           timeout_ns > UINT64_MAX - now ? UINT64_MAX : now + timeout_ns);
}

tenon_status tenon_store_set_schedule_seed(tenon_store *store, uint64_t seed,
                                           tenon_error *error) {
    tenon_error local;
    return tni_cstore_set_schedule_seed(tni_store_of(store), seed,
                                        error != NULL ? error : &local);
}

void tenon_store_interrupt(tenon_store *store) {
    tni_store_interrupt(tni_store_of(store));
}

/* -- arenas -- */

tenon_status tenon_arena_new(tenon_engine *engine, tenon_arena **out,
                             tenon_error *error) {
    tenon_error local;
    tenon_error *e = error != NULL ? error : &local;
    tenon_arena *a = TNI_NEW(&engine->heap, tenon_arena);
    if (a == NULL) {
        return tni_no_memory(e);
    }
    a->engine = engine;
    tni_heap_init_child(&a->heap, &engine->heap, UINT64_MAX);
    tni_arena_init(&a->arena, &a->heap);
    *out = a;
    return TENON_OK;
}

void tenon_arena_delete(tenon_arena *arena) {
    if (arena != NULL) {
        tni_arena_free(&arena->arena);
        TNI_FREE(&arena->engine->heap, arena);
    }
}

void tenon_arena_reset(tenon_arena *arena) {
    tni_arena_restore(&arena->arena, (tni_arena_mark){0});
}

void *tenon_arena_alloc(tenon_arena *arena, size_t size, size_t align) {
    return tni_arena_alloc(&arena->arena, size, align);
}
