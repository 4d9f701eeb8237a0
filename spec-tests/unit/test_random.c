/* test_random.c: random programs (progen.h) in the library and in the reference
 * interpreter (refeval.h): results, traps, globals and memory must agree.
 *
 * RANDOM_SEED and RANDOM_COUNT choose the programs; a program that differs is written to
 * RANDOM_DIR (or /tmp). With wabt installed, its interpreter has a look too.
 *
 * Some of them are traced, too, and then the results that the tracer is told must be what
 * the reference makes of the operands. */
#include "exec/trace.h"
#include "harness.h"
#include "progen.h"

static pg program;
static ref_machine machine;
static ref_func ref_funcs[PG_FUNCS];

static unsigned long env_number(const char *name, unsigned long otherwise) {
    const char *s = getenv(name);
    return s != NULL ? strtoul(s, NULL, 0) : otherwise;
}

static void keep(const wb *bytes, uint64_t seed) {
    char path[256];
    const char *dir = getenv("RANDOM_DIR");
    snprintf(path, sizeof path, "%s/tenon-random-%llu.wasm", dir != NULL ? dir : "/tmp",
             (unsigned long long)seed);
    FILE *f = fopen(path, "wb");
    if (f != NULL) {
        fwrite(bytes->data, 1, bytes->count, f);
        fclose(f);
    }
}

/* -- tracing -- */

static struct {
    bool on;
    unsigned long checked; /* results */
    tni_op op;
    u64 offset;
    u64 operands[4];
} traced;

static u64 value_of(tni_valtype t, tni_slot v) {
    return t == TNI_I32 || t == TNI_F32 ? (u32)v : v;
}

static char letter_of(tni_valtype t) {
    return t == TNI_I32 ? 'i' : t == TNI_I64 ? 'I' : t == TNI_F32 ? 'f' : 'F';
}

static void on_step(void *user, const tni_trace_step *s) {
    (void)user;
    if (!s->is_after) {
        traced.op = s->op;
        traced.offset = s->offset;
        for (u32 i = 0; i < s->count && i < 4; i++) {
            traced.operands[i] = value_of(s->types[i], s->values[i]);
        }
        return;
    }
    uint64_t want = 0;
    tni_code code = TNI_ERR_NONE;
    if (traced.offset != s->offset || traced.op != s->op ||
        !ref_numeric(s->op, traced.operands, &want, &code)) {
        return;
    }
    ck_assert_int_eq(code, TNI_ERR_NONE);
    ck_assert_uint_eq(s->count, 1);
    const u64 got = value_of(s->types[0], s->values[0]);
    ck_assert_msg(ref_same(letter_of(s->types[0]), got, want), "%s: %llx, not %llx",
                  tni_ops[s->op].text, (unsigned long long)got, (unsigned long long)want);
    traced.checked++;
}

static const tni_tracer tracer = {NULL, on_step, NULL};

/* -- programs -- */

typedef struct run {
    test_world w;
    tni_instance *i;
    tni_global *globals[PG_GLOBALS];
    tni_memory *memory;
    char difference[TENON_MESSAGE_BYTES + 100];
} run;

static bool compare_memory(run *r) {
    const u8 *have = tni_memory_data(r->memory);
    if (tni_memory_bytes(r->memory) != machine.memory_bytes) {
        snprintf(r->difference, sizeof r->difference, "memory has %llu bytes, not %llu",
                 (unsigned long long)tni_memory_bytes(r->memory),
                 (unsigned long long)machine.memory_bytes);
        return false;
    }
    if (memcmp(have, machine.memory, machine.memory_bytes) == 0) {
        return true;
    }
    for (u64 at = 0; at < machine.memory_bytes; at += 4) {
        char t = at >= 0x8000 && at < 0xc000   ? 'f'
                 : at >= 0xc000 && at < 0xe000 ? 'F'
                                               : 'i';
        u64 a = little_get(have + at, t == 'F' ? 8 : 4);
        u64 b = little_get(machine.memory + at, t == 'F' ? 8 : 4);
        if (!ref_same(t, a, b)) {
            snprintf(r->difference, sizeof r->difference,
                     "memory at 0x%llx: %llx, not %llx", (unsigned long long)at,
                     (unsigned long long)a, (unsigned long long)b);
            return false;
        }
        at += t == 'F' ? 4 : 0;
    }
    return true;
}

static bool compare_state(run *r) {
    for (unsigned x = 0; x < PG_GLOBALS; x++) {
        tni_slot v[2];
        tni_global_get(r->globals[x], v);
        if (!ref_same(pg_globals[x], v[0], machine.globals[x])) {
            snprintf(r->difference, sizeof r->difference, "global %u: %llx, not %llx", x,
                     (unsigned long long)v[0], (unsigned long long)machine.globals[x]);
            return false;
        }
        machine.globals[x] = v[0];
    }
    if (!compare_memory(r)) {
        return false;
    }
    memcpy(machine.memory, tni_memory_data(r->memory), machine.memory_bytes);
    return true;
}

/* One call in both. False: they differ. */
static bool compare_call(run *r, unsigned x) {
    const ref_type *t = &ref_funcs[x].type;
    tni_slot args[16] = {0}, results[16] = {0};
    machine.height = 0;
    machine.steps = 0;
    machine.globals[0] = 400;
    for (size_t k = 0; t->params[k] != 0; k++) {
        args[k] = pg_special(&program, t->params[k]);
        machine.stack[machine.height++] = args[k];
        if (strchr("if", t->params[k]) != NULL) {
            args[k] |= pg_next(&program) << 32; /* the high half is anything */
        }
    }
    char name[16];
    snprintf(name, sizeof name, "f%u", x);
    tni_code want = ref_call(&machine, x);
    if (machine.ran_away) {
        return true;
    }
    tni_slot budget[2] = {400, 0};
    tni_global_set(r->globals[0], budget);
    tenon_status s = test_call(&r->w, r->i, name, args, results);
    if ((s == TENON_OK) != (want == TNI_ERR_NONE) ||
        (s != TENON_OK && r->w.e.code != (u32)want)) {
        snprintf(r->difference, sizeof r->difference, "%s: %s, not %s", name,
                 s == TENON_OK ? "no trap" : r->w.e.message, tni_code_text(want));
        return false;
    }
    for (size_t k = 0; s == TENON_OK && t->results[k] != 0; k++) {
        if (!ref_same(t->results[k], results[k], machine.stack[k])) {
            snprintf(r->difference, sizeof r->difference,
                     "%s, result %zu: %llx, not %llx", name, k,
                     (unsigned long long)results[k],
                     (unsigned long long)machine.stack[k]);
            return false;
        }
    }
    return compare_state(r);
}

static void open_program(run *r, const wb *bytes) {
    memset(r, 0, sizeof *r);
    ck_assert_int_eq(test_engine_open(&r->w), TENON_OK);
    r->w.engine.tracer = traced.on ? &tracer : NULL;
    tni_store_limits l;
    tni_store_limits_init(&l);
    l.stack_bytes = 16 << 20;
    ck_assert_int_eq(tni_store_new(&r->w.engine, &l, &r->w.store, &r->w.e), TENON_OK);
    wb copy = {NULL, 0, 0};
    wb_add(&copy, bytes);
    tni_module *m;
    tenon_status s = test_load(&r->w, copy, &m);
    if (s == TENON_OK) {
        s = tni_instantiate(r->w.store, m, NULL, true, &r->i, &r->w.e);
        tni_module_release(m);
    }
    if (s != TENON_OK) {
        ck_abort_msg("%s", r->w.e.message);
    }
    r->memory = test_export(r->i, "m").as.memory;
    for (unsigned x = 0; x < PG_GLOBALS; x++) {
        char name[16];
        snprintf(name, sizeof name, "g%u", x);
        r->globals[x] = test_export(r->i, name).as.global;
    }
}

static void try_seed(uint64_t seed) {
    static run r;
    wb bytes = pg_module(&program, seed);
    pg_machine(&program, &machine, ref_funcs);
    machine.memory = calloc(1, machine.memory_max);
    machine.step_limit = 100000;
    open_program(&r, &bytes);
    bool same = true;
    for (unsigned n = 0; n < 3 * program.func_count && same && !machine.ran_away; n++) {
        same = compare_call(&r, n % program.func_count);
    }
    if (!same) {
        keep(&bytes, seed);
        ck_abort_msg("seed %llu: %s", (unsigned long long)seed, r.difference);
    }
    test_close(&r.w);
    ref_free(&machine);
    free(machine.memory);
    pg_free(&program);
    wb_free(&bytes);
}

/* Twenty tests, so that some go on when one fails. */
START_TEST(random_programs) {
    const unsigned long count = env_number("RANDOM_COUNT", 4000) / 20;
    const unsigned long first = env_number("RANDOM_SEED", 1) + count * (unsigned long)_i;
    for (unsigned long n = 0; n < count; n++) {
        try_seed(first + n);
    }
}
END_TEST

START_TEST(traced_programs) {
    const unsigned long count = env_number("RANDOM_COUNT", 4000) / 20;
    const unsigned long first = env_number("RANDOM_SEED", 1);
    traced.on = true;
    for (unsigned long n = 0; n < count; n++) {
        try_seed(first + n);
    }
    ck_assert_uint_gt(traced.checked, count);
}
END_TEST

int main(void) {
    Suite *s = suite_create("random");
    TCase *c = tcase_create("random");
    tcase_set_timeout(c, 3600);
    tcase_add_loop_test(c, random_programs, 0, 20);
    tcase_add_test(c, traced_programs);
    suite_add_tcase(s, c);
    return run_suite(s);
}
