/* wast_spectest.c: the `spectest` module of the core scripts. */
#include "tenon/wast.h"

static tni_next enter_print(tni_thread *t, tni_func *self, tni_slot *fp) {
    (void)t;
    (void)self;
    (void)fp;
    return TNI_NEXT_RETURN;
}

static const tni_native print_native = {.name = "spectest print", .enter = enter_print};

static tenon_status add(wast *w, const char *name, tni_extern x, tenon_error *e) {
    tni_extern *kept = TNI_ARENA_NEW(&w->keep, tni_extern);
    if (kept == NULL) {
        return tni_no_memory(e);
    }
    *kept = x;
    return tni_map_put(&w->spectest, tni_str_of(name), (u64)(uintptr_t)kept)
               ? TENON_OK
               : tni_no_memory(e);
}

static tenon_status add_func(wast *w, const char *name, tni_valtype a, tni_valtype b,
                             tenon_error *e) {
    tni_valtype params[2] = {a, b};
    u32 count = (a != TNI_BOT ? 1u : 0u) + (b != TNI_BOT ? 1u : 0u);
    tni_subtype type = {.kind = TNI_COMP_FUNC,
                        .is_final = true,
                        .supertype = TNI_NO_INDEX,
                        .param_count = count,
                        .params = params,
                        .results = params + count};
    u32 id = 0;
    tni_extern x = {.kind = TNI_EXTERN_FUNC};
    TNI_TRY(tni_registry_intern(w->engine->registry, &type, 1, 0, NULL, &id, e));
    TNI_TRY(tni_func_new_native(w->store, &print_native, id, NULL, &x.as.func, e));
    return add(w, name, x, e);
}

static tenon_status add_global(wast *w, const char *name, tni_valtype type, u64 bits,
                               tenon_error *e) {
    tni_globaltype global = {.type = type};
    tni_slot value[2] = {bits, 0};
    tni_extern x = {.kind = TNI_EXTERN_GLOBAL};
    TNI_TRY(tni_global_new(w->store, &global, value, &x.as.global, e));
    return add(w, name, x, e);
}

static tenon_status add_table(wast *w, const char *name, bool is_64, tenon_error *e) {
    tni_tabletype type = {
        .limits = {.min = 10, .max = 20, .has_max = true, .is_64 = is_64},
        .element = TNI_FUNCREF,
    };
    tni_extern x = {.kind = TNI_EXTERN_TABLE};
    TNI_TRY(tni_table_new(w->store, &type, TNI_REF_NULL, &x.as.table, e));
    return add(w, name, x, e);
}

static tenon_status add_memory(wast *w, const char *name, bool is_shared,
                               tenon_error *e) {
    tni_memtype type = {
        .limits = {.min = 1, .max = 2, .has_max = true, .is_shared = is_shared},
        .page_log2 = 16,
    };
    tni_extern x = {.kind = TNI_EXTERN_MEMORY};
    TNI_TRY(tni_memory_new(w->store, &type, &x.as.memory, e));
    return add(w, name, x, e);
}

tenon_status wast_make_spectest(wast *w, tenon_error *e) {
    TNI_TRY(add_func(w, "print", TNI_BOT, TNI_BOT, e));
    TNI_TRY(add_func(w, "print_i32", TNI_I32, TNI_BOT, e));
    TNI_TRY(add_func(w, "print_i64", TNI_I64, TNI_BOT, e));
    TNI_TRY(add_func(w, "print_f32", TNI_F32, TNI_BOT, e));
    TNI_TRY(add_func(w, "print_f64", TNI_F64, TNI_BOT, e));
    TNI_TRY(add_func(w, "print_i32_f32", TNI_I32, TNI_F32, e));
    TNI_TRY(add_func(w, "print_f64_f64", TNI_F64, TNI_F64, e));
    TNI_TRY(add_global(w, "global_i32", TNI_I32, 666, e));
    TNI_TRY(add_global(w, "global_i64", TNI_I64, 666, e));
    TNI_TRY(add_global(w, "global_f32", TNI_F32, 0x4426a666, e));         /* 666.6 */
    TNI_TRY(add_global(w, "global_f64", TNI_F64, 0x4084d4cccccccccd, e)); /* 666.6 */
    TNI_TRY(add_table(w, "table", false, e));
    TNI_TRY(add_table(w, "table64", true, e));
    TNI_TRY(add_memory(w, "memory", false, e));
    return tni_feature_on(w->engine, TENON_FEATURE_BIT_THREADS)
               ? add_memory(w, "shared_memory", true, e)
               : TENON_OK;
}
