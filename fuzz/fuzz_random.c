/* fuzz_random.c: the bytes choose a random program (spec-tests/unit/progen.h), which must
 * do the same here and in the reference interpreter. The fuzzer's coverage of the
 * translator leads it to programs that plain counting does not find. */
#include "fuzz.h"

#include "binary/decode.h"
#include "exec/exec.h"
#include "valid/validate.h"
#include "../spec-tests/unit/progen.h"

static pg program;
static ref_machine machine;
static ref_func funcs[PG_FUNCS];

static void check_call(tni_store *s, tni_instance *i, unsigned x, tni_global *budget) {
    const ref_type *t = &funcs[x].type;
    tni_slot slots[16] = {0};
    machine.height = 0;
    machine.globals[0] = 400;
    for (size_t k = 0; t->params[k] != 0; k++) {
        slots[k] = pg_special(&program, t->params[k]);
        machine.stack[machine.height++] = slots[k];
    }
    const tni_code want = ref_call(&machine, x);
    if (machine.ran_away) {
        return;
    }
    const tni_slot fresh[2] = {400, 0};
    tni_global_set(budget, fresh);
    tenon_error e;
    tni_error_clear(&e);
    tni_extern f = tni_instance_export_at(i, x);
    tni_call(tni_store_thread(s), f.as.func, slots, slots, &e);
    bool same = e.code == (u32)want;
    for (size_t k = 0; want == TNI_ERR_NONE && t->results[k] != 0; k++) {
        same = same && ref_same(t->results[k], slots[k], machine.stack[k]);
    }
    if (!same) {
        abort();
    }
}

static void run(tenon_engine *engine, const wb *bytes) {
    tenon_error e;
    tni_error_clear(&e);
    tni_module *m = NULL;
    tni_store *s = NULL;
    tni_instance *i = NULL;
    tni_store_limits l;
    tni_store_limits_init(&l);
    l.stack_bytes = 16 << 20;
    if (tni_module_decode(engine, bytes->data, bytes->count, 0, true, &m, &e) !=
            TENON_OK ||
        tni_module_validate(m, &e) != TENON_OK ||
        tni_store_new(engine, &l, &s, &e) != TENON_OK ||
        tni_instantiate(s, m, NULL, true, &i, &e) != TENON_OK) {
        fprintf(stderr, "%s\n", e.message);
        abort();
    }
    tni_extern budget;
    if (!tni_instance_export(i, TNI_STR("g0"), &budget)) {
        abort();
    }
    for (unsigned x = 0; x < program.func_count && !machine.ran_away; x++) {
        check_call(s, i, x, budget.as.global);
    }
    tni_store_delete(s);
    tni_module_release(m);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    tenon_engine *engine = fuzz_engine(tenon_features_default());
    if (engine == NULL) {
        return 0;
    }
    pg_choose(data, size);
    wb bytes = pg_module(&program, 1);
    pg_machine(&program, &machine, funcs);
    machine.memory = calloc(1, machine.memory_max);
    machine.step_limit = 50000;
    run(engine, &bytes);
    ref_free(&machine);
    free(machine.memory);
    pg_free(&program);
    wb_free(&bytes);
    fuzz_engine_delete(engine);
    return 0;
}
