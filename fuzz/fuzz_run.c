/* fuzz_run.c: core modules instantiated with whatever they import, and every export
 * called with zeros, on little fuel. */
#define FUZZ_RUNS_GUESTS true
#include "fuzz.h"

#include "api/api.h"
#include "binary/decode.h"
#include "exec/exec.h"
#include "valid/validate.h"

/* Whether the zero slot is a value of the type. */
static bool has_zero(tni_valtype t) {
    return !tni_is_ref(t) || tni_is_nullable(t);
}

static bool has_zeros(const tni_valtype *types, u32 count) {
    for (u32 n = 0; n < count; n++) {
        if (!has_zero(types[n])) {
            return false;
        }
    }
    return true;
}

/* Results are zeros; a function that must give something else fails. */
static tni_next give_zeros(tni_thread *t, tni_func *self, tni_slot *fp) {
    const tni_deftype *type = tni_func_type(self);
    if (!has_zeros(type->sub.results, type->sub.result_count)) {
        tni_fail(tni_thread_error(t), TNI_ERR_UNREACHABLE, TENON_NO_OFFSET, NULL);
        return TNI_NEXT_FAIL;
    }
    memset(fp, 0, type->result_slots * sizeof *fp);
    return TNI_NEXT_RETURN;
}
static const tni_native zeros_native = {"zeros", 0, give_zeros, NULL, NULL};

static tenon_status make_import(tni_store *s, const tni_externtype *t, tni_extern *out,
                                tenon_error *e) {
    const tni_slot zero[2] = {0, 0};
    out->kind = t->kind;
    switch (t->kind) {
    case TNI_EXTERN_FUNC:
        return tni_func_new_native(s, &zeros_native, t->as.func, NULL, &out->as.func, e);
    case TNI_EXTERN_TABLE:
        if (!has_zero(t->as.table.element)) {
            return TENON_UNSUPPORTED;
        }
        return tni_table_new(s, &t->as.table, TNI_REF_NULL, &out->as.table, e);
    case TNI_EXTERN_MEMORY: return tni_memory_new(s, &t->as.memory, &out->as.memory, e);
    case TNI_EXTERN_GLOBAL:
        if (!has_zero(t->as.global.type)) {
            return TENON_UNSUPPORTED;
        }
        return tni_global_new(s, &t->as.global, zero, &out->as.global, e);
    case TNI_EXTERN_TAG: return tni_tag_new(s, t->as.func, &out->as.tag, e);
    }
    return TENON_UNSUPPORTED;
}

static void call_exports(tni_store *s, tni_instance *i) {
    static tni_slot slots[2 * 1000];
    const tni_module *m = tni_instance_module(i);
    for (u32 n = 0; n < m->export_count && n < 32; n++) {
        tni_extern x = tni_instance_export_at(i, n);
        if (x.kind != TNI_EXTERN_FUNC) {
            continue;
        }
        const tni_deftype *t = tni_func_type(x.as.func);
        if (has_zeros(t->sub.params, t->sub.param_count)) {
            tenon_error e;
            tni_error_clear(&e);
            memset(slots, 0, sizeof slots);
            fuzz_ok(tni_call(tni_store_thread(s), x.as.func, slots, slots, &e));
        }
    }
}

static void instantiate(tni_store *s, tni_module *m) {
    tenon_error e;
    tni_error_clear(&e);
    tni_extern *imports = calloc(m->import_count + 1, sizeof *imports);
    bool ready = imports != NULL;
    for (u32 n = 0; n < m->import_count && ready; n++) {
        tni_externtype t = tni_import_type(m, n);
        ready = fuzz_ok(make_import(s, &t, &imports[n], &e));
    }
    tni_instance *i;
    if (ready && fuzz_ok(tni_instantiate(s, m, imports, true, &i, &e))) {
        call_exports(s, i);
    }
    free(imports);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    tenon_engine *engine = fuzz_engine(UINT64_MAX);
    if (engine == NULL) {
        return 0;
    }
    tenon_error e;
    tni_error_clear(&e);
    tni_module *m = NULL;
    if (fuzz_ok(tni_module_decode(engine, data, size, 0, true, &m, &e))) {
        if (fuzz_ok(tni_module_validate(m, &e))) {
            tni_store_limits l;
            tni_store_limits_init(&l);
            l.memory_bytes = 64 << 20;
            l.heap_bytes = 64 << 20;
            l.table_elements = 100000;
            l.stack_bytes = 256 << 10;
            tni_store *s = NULL;
            if (fuzz_ok(tni_store_new(engine, &l, &s, &e))) {
                tni_store_set_fuel(s, 200000);
                instantiate(s, m);
                tni_store_delete(s);
            }
        }
        tni_module_release(m);
    }
    fuzz_engine_delete(engine);
    return 0;
}
