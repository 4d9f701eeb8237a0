/* fuzz_component_run.c: components instantiated with imports that trap, and every
 * function that they export called with zeros, on little fuel. */
#define FUZZ_RUNS_GUESTS true
#include "fuzz.h"

static void call(tenon_func *f, tenon_arena *arena) {
    const tenon_type *params = tenon_func_params(f);
    const tenon_func_type *type = tenon_func_type_of(f);
    tenon_error e;
    void *args = tenon_arena_alloc(arena, tenon_type_size(params) + 1, 16);
    void *result = type->result == NULL
                       ? NULL
                       : tenon_arena_alloc(arena, tenon_type_size(type->result) + 1, 16);
    if (args != NULL && (type->result == NULL || result != NULL)) {
        fuzz_ok(tenon_func_call(f, args, result, arena, &e));
    }
}

static void call_exports(tenon_instance *i, tenon_arena *arena, int depth) {
    for (uint32_t n = 0; n < 32; n++) {
        tenon_func *f = NULL;
        tenon_instance *nested = NULL;
        if (tenon_instance_export(i, n, &f, &nested) == NULL) {
            return;
        }
        if (f != NULL) {
            call(f, arena);
        } else if (nested != NULL && depth < 3) {
            call_exports(nested, arena, depth + 1);
        }
    }
}

static void run(tenon_engine *engine, tenon_component *c, tenon_linker *linker) {
    tenon_store *store = fuzz_store(engine);
    if (store == NULL) {
        return;
    }
    tenon_arena *arena = NULL;
    tenon_instance *i = NULL;
    tenon_error e;
    if (fuzz_ok(tenon_arena_new(engine, &arena, &e)) &&
        fuzz_ok(tenon_instantiate(linker, store, c, &i, &e))) {
        call_exports(i, arena, 0);
    }
    tenon_store_delete(store);
    if (arena != NULL) {
        tenon_arena_delete(arena);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    tenon_engine *engine = fuzz_engine(tenon_features_default());
    if (engine == NULL) {
        return 0;
    }
    tenon_component *c = NULL;
    tenon_linker *linker = NULL;
    tenon_error e;
    if (fuzz_ok(tenon_component_load(engine, data, size, 0, &c, &e))) {
        if (fuzz_ok(tenon_linker_new(engine, &linker, &e)) &&
            fuzz_ok(tenon_linker_trap_missing(linker, "", "not here", &e))) {
            run(engine, c, linker);
        }
        tenon_linker_delete(linker);
        tenon_component_delete(c);
    }
    fuzz_engine_delete(engine);
    return 0;
}
