/* progen.h: random valid core modules that end soon, for comparing two engines.
 *
 * What they compute does not depend on the sign and payload of NaNs that arithmetic
 * makes: floats go to integers (reinterpret, stores, copysign's second operand) only
 * after NaNs were made canonical, or to parts of memory that are compared with tolerance.
 *
 * Memory: 0..0x7fff integers, 0x8000..0xbfff f32, 0xc000..0xdfff f64, from 0xe000
 * integers again. Global 0 is a budget that calls and loops use up; at its end the code
 * traps. */
#ifndef PROGEN_H
#define PROGEN_H

#include <stdio.h>

#include "modbuild.h"
#include "refeval.h"

enum {
    PG_TYPES = 256,
    PG_FUNCS = 8,
    PG_FRAMES = 48,
    PG_STACK = 64,
    PG_LOCALS = 400,
    PG_GLOBALS = 9,
    PG_TABLE = 8,
    PG_MEMORY = 0x20000,
    PG_BUDGET = 4000, /* for all calls of an instance; tests set it again for each */
};
static const char pg_globals[PG_GLOBALS + 1] = "iiIfFiIfF";
static const char pg_letters[] = "iIfF";

typedef struct pg_frame {
    char label[16];   /* what a branch to it takes */
    char results[16]; /* what its end leaves */
    int base;         /* stack height where it begins */
    bool no_branch;   /* only its own code branches to it */
} pg_frame;

typedef struct pg {
    uint64_t random;
    mb m;
    ref_type types[PG_TYPES];
    unsigned type_count;
    /* The functions, with their code kept for the reference interpreter. */
    unsigned func_count;
    unsigned func_types[PG_FUNCS];
    char locals[PG_FUNCS][PG_LOCALS];
    wb bodies[PG_FUNCS];
    int32_t table[PG_TABLE];
    /* The function being made. */
    wb code;
    unsigned self;
    char local_types[PG_LOCALS]; /* parameters and locals */
    unsigned free_locals;        /* those below are for random use */
    unsigned counters[3], pointers[2], one, scratch_f, scratch_F;
    unsigned loops; /* counters in use */
    pg_frame frames[PG_FRAMES];
    int depth;
    char stack[PG_STACK];
    int height;
    bool dead;
    int fuel; /* instructions still to make, roughly */
} pg;

/* -- randomness -- */

/* Bytes that decide in place of the seed for as long as they last. */
static const uint8_t *pg_choices;
static size_t pg_choice_count;

static inline void pg_choose(const uint8_t *bytes, size_t count) {
    pg_choices = bytes;
    pg_choice_count = count;
}

static inline uint64_t pg_next(pg *g) {
    if (pg_choice_count > 0) {
        pg_choice_count--;
        return *pg_choices++ * UINT64_C(0x010203040506070b);
    }
    g->random += UINT64_C(0x9e3779b97f4a7c15);
    uint64_t z = g->random;
    z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
    return z ^ z >> 31;
}
static inline unsigned pg_below(pg *g, unsigned n) {
    return (unsigned)(pg_next(g) % n);
}
static inline bool pg_chance(pg *g, unsigned percent) {
    return pg_below(g, 100) < percent;
}

static inline uint64_t pg_special(pg *g, char type) {
    static const uint64_t ints[] = {0,          1,
                                    2,          3,
                                    4,          5,
                                    7,          8,
                                    10,         15,
                                    16,         24,
                                    31,         32,
                                    33,         63,
                                    64,         65,
                                    100,        127,
                                    128,        255,
                                    256,        1000,
                                    32767,      32768,
                                    65535,      65536,
                                    0x7fffffff, 0x80000000,
                                    0xffffffff, 0x100000000,
                                    INT64_MAX,  UINT64_C(1) << 63};
    static const double floats[] = {0,
                                    1,
                                    2,
                                    0.5,
                                    1.5,
                                    2.5,
                                    3,
                                    10,
                                    100.25,
                                    0.1,
                                    1e10,
                                    1e-10,
                                    8388607.5,
                                    8388608,
                                    4503599627370495.5,
                                    2147483647,
                                    2147483648.0,
                                    4294967295.0,
                                    4294967296.0,
                                    9223372036854775807.0,
                                    18446744073709551615.0,
                                    1e300,
                                    1e-310,
                                    3.4e38,
                                    1e-40,
                                    INFINITY};
    uint64_t v;
    if (type == 'i' || type == 'I') {
        v = ints[pg_below(g, TNI_COUNT_OF(ints))];
        v = pg_chance(g, 30) ? 0 - v : pg_chance(g, 15) ? pg_next(g) : v;
        return type == 'i' ? (uint32_t)v : v;
    }
    double d = floats[pg_below(g, TNI_COUNT_OF(floats))];
    d = pg_chance(g, 30) ? -d : d;
    if (pg_chance(g, 4)) {
        return type == 'f' ? 0x7fc00000 : UINT64_C(0x7ff8000000000000);
    }
    if (pg_chance(g, 15)) {
        v = pg_next(g);
        d = (double)(int64_t)v / (double)(1 + pg_below(g, 100000));
    }
    return type == 'f' ? ref_of_f((float)d) : ref_of_F(d);
}

/* -- emitting, with the stack followed -- */

static inline void pg_push(pg *g, char t) {
    if (g->height < PG_STACK) {
        g->stack[g->height++] = t;
    } else {
        abort();
    }
}
static inline void pg_pop(pg *g, unsigned n) {
    int base = g->frames[g->depth - 1].base;
    g->height -= (int)n;
    if (g->height < base) {
        if (!g->dead) {
            abort();
        }
        g->height = base;
    }
}
static inline int pg_mine(const pg *g) {
    return g->height - g->frames[g->depth - 1].base;
}

static inline unsigned pg_type(pg *g, const char *params, const char *results) {
    for (unsigned t = 0; t < g->type_count; t++) {
        if (strcmp(g->types[t].params, params) == 0 &&
            strcmp(g->types[t].results, results) == 0) {
            return t;
        }
    }
    char sig[40];
    snprintf(sig, sizeof sig, "%s:%s", params, results);
    mb_type(&g->m, sig);
    ref_type *t = &g->types[g->type_count];
    snprintf(t->params, sizeof t->params, "%s", params);
    snprintf(t->results, sizeof t->results, "%s", results);
    return g->type_count++;
}

static inline void pg_random_types(pg *g, char *out, unsigned most) {
    unsigned n = pg_below(g, most + 1);
    for (unsigned k = 0; k < n; k++) {
        out[k] = pg_letters[pg_below(g, 4)];
    }
    out[n] = 0;
}

static inline void pg_const(pg *g, char t, uint64_t v) {
    switch (t) {
    case 'i': wb_i32(&g->code, (uint32_t)v); break;
    case 'I': wb_i64(&g->code, v); break;
    case 'f': wb_f32(&g->code, (uint32_t)v); break;
    default: wb_f64(&g->code, v); break;
    }
    pg_push(g, t);
}

static inline int pg_local_of(pg *g, char t) {
    unsigned start = g->free_locals == 0 ? 0 : pg_below(g, g->free_locals);
    for (unsigned k = 0; k < g->free_locals; k++) {
        unsigned x = (start + k) % g->free_locals;
        if (g->local_types[x] == t) {
            return (int)x;
        }
    }
    return -1;
}
static inline unsigned pg_global_of(pg *g, char t) {
    unsigned x = 1 + pg_below(g, PG_GLOBALS - 1);
    while (pg_globals[x] != t) {
        x = x % (PG_GLOBALS - 1) + 1;
    }
    return x;
}
static inline void pg_get(pg *g, unsigned x) {
    wb_opx(&g->code, TNI_OP_LOCAL_GET, x);
    pg_push(g, g->local_types[x]);
}

/* The value on top, with NaN made canonical. */
static inline void pg_canonical(pg *g, char t) {
    unsigned x = t == 'f' ? g->scratch_f : g->scratch_F;
    wb_opx(&g->code, TNI_OP_LOCAL_TEE, x);
    if (t == 'f') {
        wb_f32(&g->code, 0x7fc00000);
    } else {
        wb_f64(&g->code, UINT64_C(0x7ff8000000000000));
    }
    wb_opx(&g->code, TNI_OP_LOCAL_GET, x);
    wb_opx(&g->code, TNI_OP_LOCAL_GET, x);
    wb_op(&g->code, t == 'f' ? TNI_OP_F32_EQ : TNI_OP_F64_EQ);
    wb_op(&g->code, TNI_OP_SELECT);
}

static inline void pg_blocktype(pg *g, const char *params, const char *results) {
    if (params[0] == 0 && results[0] == 0) {
        wb_byte(&g->code, 0x40);
    } else if (params[0] == 0 && results[1] == 0 && pg_chance(g, 80)) {
        wb_byte(&g->code, mb_valtype(results[0]));
    } else {
        wb_s64(&g->code, pg_type(g, params, results));
    }
}

/* Opens a frame whose parameters are on the stack. */
static inline void pg_open(pg *g, tni_op op, const char *params, const char *results) {
    wb_op(&g->code, op);
    pg_blocktype(g, params, results);
    pg_frame *f = &g->frames[g->depth++];
    *f = (pg_frame){.base = g->height - (int)strlen(params)};
    strcpy(f->results, results);
    strcpy(f->label, op == TNI_OP_LOOP ? params : results);
}
static inline void pg_close(pg *g) {
    wb_op(&g->code, TNI_OP_END);
    pg_frame *f = &g->frames[--g->depth];
    g->height = f->base;
    g->dead = false;
    for (const char *p = f->results; *p != 0; p++) {
        pg_push(g, *p);
    }
}

static inline void pg_value(pg *g, char t, int depth);
static inline void pg_body(pg *g, int statements);

static inline void pg_values(pg *g, const char *types, int depth) {
    for (; *types != 0; types++) {
        pg_value(g, *types, depth);
    }
}

/* -- numeric instructions -- */

static inline bool pg_is_numeric(tni_op op) {
    const tni_op_info *i = &tni_ops[op];
    return i->imm == TNI_IMM_NONE && strchr("iIfF", i->sig[0]) != NULL &&
           i->sig[0] != 0 && i->sig[0] != ':' &&
           strspn(i->sig, "iIfF:") == strlen(i->sig) &&
           strlen(strchr(i->sig, ':')) == 2 &&
           (i->group == TNI_GROUP_MVP || i->group == TNI_GROUP_SIGN_EXT ||
            i->group == TNI_GROUP_SAT_FLOAT);
}

/* A random numeric instruction with that result. */
static inline tni_op pg_numeric_to(pg *g, char t) {
    for (;;) {
        tni_op op = (tni_op)pg_below(g, TNI_OP_COUNT);
        if (pg_is_numeric(op) && strchr(tni_ops[op].sig, ':')[1] == t) {
            /* Plain conversions trap on most values: fewer of them. */
            bool traps = op >= TNI_OP_I32_TRUNC_F32_S && op <= TNI_OP_I64_TRUNC_F64_U;
            bool divides = (op >= TNI_OP_I32_DIV_S && op <= TNI_OP_I32_REM_U) ||
                           (op >= TNI_OP_I64_DIV_S && op <= TNI_OP_I64_REM_U);
            if ((!traps || pg_chance(g, 15)) && (!divides || pg_chance(g, 50))) {
                return op;
            }
        }
    }
}

/* Emits it over operands that are on the stack. */
static inline void pg_apply(pg *g, tni_op op) {
    const char *sig = tni_ops[op].sig;
    unsigned n = (unsigned)(strchr(sig, ':') - sig);
    if (op == TNI_OP_I32_REINTERPRET_F32 || op == TNI_OP_F32_COPYSIGN) {
        pg_canonical(g, 'f');
    } else if (op == TNI_OP_I64_REINTERPRET_F64 || op == TNI_OP_F64_COPYSIGN) {
        pg_canonical(g, 'F');
    }
    wb_op(&g->code, op);
    pg_pop(g, n);
    pg_push(g, sig[n + 1]);
}

static inline void pg_operation(pg *g, char t, int depth) {
    tni_op op = pg_numeric_to(g, t);
    const bool divides32 = op >= TNI_OP_I32_DIV_S && op <= TNI_OP_I32_REM_U;
    const bool divides64 = op >= TNI_OP_I64_DIV_S && op <= TNI_OP_I64_REM_U;
    for (const char *p = tni_ops[op].sig; *p != ':'; p++) {
        const bool last = p[1] == ':';
        if (last && (divides32 || divides64) && pg_chance(g, 95)) {
            /* A divisor that is not 0. */
            if (pg_chance(g, 60)) {
                pg_const(g, *p, 1 + pg_below(g, 100));
            } else {
                pg_value(g, *p, depth - 1);
                pg_const(g, *p, 1 + 2 * pg_below(g, 4));
                pg_apply(g, divides32 ? TNI_OP_I32_OR : TNI_OP_I64_OR);
            }
        } else {
            pg_value(g, *p, depth - 1);
        }
    }
    pg_apply(g, op);
}

/* -- memory -- */

/* An address of integers (and the offset to go with it). */
static inline uint64_t pg_address(pg *g, int depth) {
    switch (pg_below(g, 9)) {
    case 0: pg_const(g, 'i', pg_below(g, 0x4000)); return pg_below(g, 0x3000);
    case 1:
    case 2: pg_get(g, g->pointers[pg_below(g, 2)]); return pg_below(g, 0x1000);
    case 3:
        pg_get(g, g->pointers[0]);
        pg_const(g, 'i', pg_below(g, 0x1000));
        pg_apply(g, TNI_OP_I32_ADD);
        return pg_chance(g, 50) ? 0 : pg_below(g, 0x1000);
    case 4:
        pg_get(g, g->pointers[0]);
        pg_get(g, g->pointers[1]);
        if (pg_chance(g, 50)) {
            pg_const(g, 'i', 1);
            pg_apply(g, TNI_OP_I32_SHL);
        }
        pg_apply(g, TNI_OP_I32_ADD);
        return pg_chance(g, 50) ? 0 : pg_below(g, 0x1000);
    case 5:
        pg_get(g, g->counters[pg_below(g, 3)]);
        pg_const(g, 'i', pg_below(g, 4));
        pg_apply(g, TNI_OP_I32_SHL);
        if (pg_chance(g, 50)) {
            pg_get(g, g->pointers[1]);
            pg_apply(g, TNI_OP_I32_ADD);
        }
        return pg_below(g, 0x1000);
    case 6: /* around the end of memory */
        if (pg_chance(g, 70)) {
            pg_const(g, 'i', PG_MEMORY - 12 + pg_below(g, pg_chance(g, 20) ? 16 : 5));
            return 0;
        }
        pg_value(g, 'i', depth - 1);
        pg_const(g, 'i', 0x1fff);
        pg_apply(g, TNI_OP_I32_AND);
        pg_const(g, 'i', 0x10000);
        pg_apply(g, TNI_OP_I32_OR);
        return pg_chance(g, 5) ? 0x10000 : pg_below(g, 0xdff0);
    case 7:
        if (pg_chance(g, 4)) { /* far out, whatever the offset */
            pg_value(g, 'i', depth - 1);
            pg_const(g, 'i', 0x40000);
            pg_apply(g, TNI_OP_I32_OR);
            return pg_chance(g, 50) ? 0 : pg_next(g) & 0xffffffff;
        } /* fall through */
    default:
        pg_value(g, 'i', depth - 1);
        pg_const(g, 'i', 0x3fff);
        pg_apply(g, TNI_OP_I32_AND);
        return pg_below(g, 0x3000);
    }
}

/* An address of floats of type t. */
static inline void pg_float_address(pg *g, char t, int depth) {
    const unsigned mask = t == 'f' ? 0x3ffc : 0x1ff8;
    const unsigned at = t == 'f' ? 0x8000 : 0xc000;
    if (pg_chance(g, 40)) {
        pg_const(g, 'i', at | (pg_below(g, 0x4000) & mask));
        return;
    }
    pg_value(g, 'i', depth - 1);
    pg_const(g, 'i', mask);
    pg_apply(g, TNI_OP_I32_AND);
    pg_const(g, 'i', at);
    pg_apply(g, pg_chance(g, 50) ? TNI_OP_I32_OR : TNI_OP_I32_ADD);
}

static inline tni_op pg_access(pg *g, char t, bool store) {
    static const tni_op loads[4][8] = {
        {TNI_OP_I32_LOAD, TNI_OP_I32_LOAD8_S, TNI_OP_I32_LOAD8_U, TNI_OP_I32_LOAD16_S,
         TNI_OP_I32_LOAD16_U, TNI_OP_I32_LOAD, TNI_OP_I32_LOAD, TNI_OP_I32_LOAD8_U},
        {TNI_OP_I64_LOAD, TNI_OP_I64_LOAD8_S, TNI_OP_I64_LOAD8_U, TNI_OP_I64_LOAD16_S,
         TNI_OP_I64_LOAD16_U, TNI_OP_I64_LOAD32_S, TNI_OP_I64_LOAD32_U, TNI_OP_I64_LOAD},
    };
    static const tni_op stores[2][4] = {
        {TNI_OP_I32_STORE, TNI_OP_I32_STORE8, TNI_OP_I32_STORE16, TNI_OP_I32_STORE},
        {TNI_OP_I64_STORE, TNI_OP_I64_STORE8, TNI_OP_I64_STORE16, TNI_OP_I64_STORE32},
    };
    if (t == 'f') {
        return store ? TNI_OP_F32_STORE : TNI_OP_F32_LOAD;
    }
    if (t == 'F') {
        return store ? TNI_OP_F64_STORE : TNI_OP_F64_LOAD;
    }
    const int w = t == 'I';
    return store ? stores[w][pg_below(g, 4)] : loads[w][pg_below(g, 8)];
}

static inline void pg_load(pg *g, char t, int depth) {
    uint64_t offset = 0;
    if ((t == 'f' || t == 'F') && pg_chance(g, 70)) {
        pg_float_address(g, t, depth);
    } else {
        offset = pg_address(g, depth);
    }
    wb_mem(&g->code, pg_access(g, t, false), 0, offset);
    pg_pop(g, 1);
    pg_push(g, t);
}

static inline void pg_store(pg *g, int depth) {
    const char t = pg_letters[pg_below(g, 4)];
    const bool is_float = t == 'f' || t == 'F';
    uint64_t offset = 0;
    if (is_float && pg_chance(g, 70)) {
        pg_float_address(g, t, depth);
        pg_value(g, t, depth);
    } else {
        offset = pg_address(g, depth);
        pg_value(g, t, depth);
        if (is_float) {
            pg_canonical(g, t);
        }
    }
    wb_mem(&g->code, pg_access(g, t, true), 0, offset);
    pg_pop(g, 2);
}

/* -- calls -- */

/* The function's parameters are generated, its results left on the stack. */
static inline void pg_call(pg *g, unsigned func, int depth) {
    const ref_type *t = &g->types[g->func_types[func]];
    pg_values(g, t->params, depth - 1);
    /* Mostly where the function is in the table, rarely any element. */
    unsigned at = PG_TABLE + 1;
    for (unsigned k = 0; k < PG_TABLE; k++) {
        if (g->table[k] == (int)func) {
            at = k;
        }
    }
    if (pg_chance(g, 2)) {
        at = pg_below(g, PG_TABLE + 1);
    }
    if (at > PG_TABLE || pg_chance(g, 60)) {
        wb_opx(&g->code, TNI_OP_CALL, func);
    } else {
        if (pg_chance(g, 60)) {
            pg_const(g, 'i', at);
        } else {
            pg_value(g, 'i', depth - 1);
            pg_const(g, 'i', 0);
            pg_apply(g, TNI_OP_I32_AND);
            pg_const(g, 'i', at);
            pg_apply(g, TNI_OP_I32_OR);
        }
        wb_opx(&g->code, TNI_OP_CALL_INDIRECT, g->func_types[func]);
        wb_u64(&g->code, 0);
        pg_pop(g, 1);
    }
    pg_pop(g, (unsigned)strlen(t->params));
    for (const char *p = t->results; *p != 0; p++) {
        pg_push(g, *p);
    }
}

static inline bool pg_call_for(pg *g, char t, int depth) {
    const char want[2] = {t, 0};
    unsigned start = pg_below(g, g->func_count);
    for (unsigned k = 0; k < g->func_count; k++) {
        unsigned x = (start + k) % g->func_count;
        if (strcmp(g->types[g->func_types[x]].results, want) == 0) {
            pg_call(g, x, depth);
            return true;
        }
    }
    return false;
}

/* -- control -- */

static inline void pg_condition(pg *g, int depth) {
    if (pg_chance(g, 60)) {
        static const tni_op tests[] = {
            TNI_OP_I32_EQ,   TNI_OP_I32_NE,   TNI_OP_I32_LT_S, TNI_OP_I32_LT_U,
            TNI_OP_I32_GT_S, TNI_OP_I32_GT_U, TNI_OP_I32_LE_S, TNI_OP_I32_LE_U,
            TNI_OP_I32_GE_S, TNI_OP_I32_GE_U, TNI_OP_I32_AND,  TNI_OP_I64_EQ,
            TNI_OP_I64_NE,   TNI_OP_I64_LT_S, TNI_OP_I64_LT_U, TNI_OP_I64_GT_S,
            TNI_OP_I64_GE_U, TNI_OP_F32_LT,   TNI_OP_F32_EQ,   TNI_OP_F64_LT,
            TNI_OP_F64_GT,   TNI_OP_F64_LE,   TNI_OP_F64_GE,   TNI_OP_F64_NE};
        tni_op op = tests[pg_below(g, TNI_COUNT_OF(tests))];
        char t = tni_ops[op].sig[0];
        pg_value(g, t, depth - 1);
        pg_value(g, t, pg_chance(g, 50) ? 0 : depth - 1);
        pg_apply(g, op);
    } else {
        pg_value(g, 'i', depth);
    }
    while (pg_chance(g, 25)) {
        pg_apply(g, TNI_OP_I32_EQZ);
    }
}

/* Makes what the frame leaves: keeps the values that fit, drops or adds the others. */
static inline void pg_settle(pg *g, const char *results) {
    const int base = g->frames[g->depth - 1].base;
    int keep = 0;
    while (base + keep < g->height && results[keep] != 0 &&
           g->stack[base + keep] == results[keep] && !g->dead) {
        keep++;
    }
    while (g->height > base + keep) {
        wb_op(&g->code, TNI_OP_DROP);
        pg_pop(g, 1);
    }
    if (!g->dead) {
        pg_values(g, results + keep, 1);
    }
}

/* Puts a label's operands on top unless they are there already. */
static inline void pg_operands(pg *g, const char *types, int depth) {
    int n = (int)strlen(types);
    if (n > 0 && pg_mine(g) >= n && pg_chance(g, 60) &&
        memcmp(g->stack + g->height - n, types, (size_t)n) == 0) {
        return;
    }
    pg_values(g, types, depth);
}

/* A label to branch to: its depth, or -1. */
static inline int pg_label(pg *g) {
    int start = (int)pg_below(g, (unsigned)g->depth);
    for (int k = 0; k < g->depth; k++) {
        int x = (start + k) % g->depth;
        if (!g->frames[g->depth - 1 - x].no_branch) {
            return x;
        }
    }
    return -1;
}

static inline void pg_branch_if(pg *g, int depth) {
    int x = pg_label(g);
    if (x < 0 || pg_mine(g) > 20) {
        return;
    }
    pg_operands(g, g->frames[g->depth - 1 - x].label, depth - 1);
    pg_condition(g, depth);
    wb_opx(&g->code, TNI_OP_BR_IF, (unsigned)x);
    pg_pop(g, 1);
}

static inline void pg_die(pg *g) {
    g->height = g->frames[g->depth - 1].base;
    g->dead = true;
}

static inline void pg_branch_table(pg *g, int depth) {
    int x = pg_label(g);
    if (x < 0) {
        return;
    }
    const char *types = g->frames[g->depth - 1 - x].label;
    pg_operands(g, types, depth - 1);
    pg_value(g, 'i', depth);
    if (pg_chance(g, 70)) {
        pg_const(g, 'i', 7);
        pg_apply(g, TNI_OP_I32_AND);
    }
    wb_op(&g->code, TNI_OP_BR_TABLE);
    unsigned n = pg_below(g, 6);
    wb_u64(&g->code, n);
    for (unsigned k = 0; k <= n; k++) {
        int y = pg_label(g);
        if (y < 0 || strcmp(g->frames[g->depth - 1 - y].label, types) != 0) {
            y = x;
        }
        wb_u64(&g->code, (unsigned)y);
    }
    pg_die(g);
}

static inline void pg_leave(pg *g, int depth) {
    const ref_type *t = &g->types[g->func_types[g->self]];
    int x = pg_label(g);
    switch (pg_below(g, 8)) {
    case 0: wb_op(&g->code, TNI_OP_UNREACHABLE); break;
    case 1:
    case 2:
        pg_operands(g, t->results, depth);
        wb_op(&g->code, TNI_OP_RETURN);
        break;
    case 3:
        for (unsigned k = 0; k < g->func_count; k++) {
            const ref_type *u = &g->types[g->func_types[k]];
            if (strcmp(u->results, t->results) == 0 && pg_chance(g, 60)) {
                pg_values(g, u->params, depth - 1);
                wb_opx(&g->code, TNI_OP_RETURN_CALL, k);
                pg_die(g);
                return;
            }
        } /* fall through */
    default:
        if (x < 0) {
            pg_operands(g, t->results, depth);
            wb_op(&g->code, TNI_OP_RETURN);
            break;
        }
        pg_operands(g, g->frames[g->depth - 1 - x].label, depth);
        wb_opx(&g->code, TNI_OP_BR, (unsigned)x);
        break;
    }
    pg_die(g);
}

/* Up to two values from the top of the stack as a block's parameters. */
static inline void pg_take_params(pg *g, char *params) {
    int n = g->dead ? 0 : (int)pg_below(g, 3);
    n = n > pg_mine(g) ? pg_mine(g) : n;
    n = pg_chance(g, 50) ? 0 : n;
    memcpy(params, g->stack + g->height - n, (size_t)n);
    params[n] = 0;
}

/* Takes one from the budget; traps at its end. */
static inline void pg_spend(pg *g) {
    wb_opx(&g->code, TNI_OP_GLOBAL_GET, 0);
    wb_i32(&g->code, 1);
    wb_op(&g->code, TNI_OP_I32_SUB);
    wb_opx(&g->code, TNI_OP_GLOBAL_SET, 0);
    wb_opx(&g->code, TNI_OP_GLOBAL_GET, 0);
    wb_i32(&g->code, 0);
    wb_op(&g->code, TNI_OP_I32_LT_S);
    wb_op(&g->code, TNI_OP_IF);
    wb_byte(&g->code, 0x40);
    wb_op(&g->code, TNI_OP_UNREACHABLE);
    wb_op(&g->code, TNI_OP_END);
}

static inline void pg_finish(pg *g, int statements) {
    pg_body(g, statements);
    pg_settle(g, g->frames[g->depth - 1].results);
}

static inline void pg_if(pg *g, const char *results, int statements) {
    char params[16];
    pg_condition(g, 2);
    g->height--; /* the condition is above the parameters */
    pg_take_params(g, params);
    g->height++;
    bool has_else = strcmp(params, results) != 0 || pg_chance(g, 50);
    g->height--;
    pg_open(g, TNI_OP_IF, params, results);
    pg_finish(g, statements);
    if (has_else) {
        wb_op(&g->code, TNI_OP_ELSE);
        g->height = g->frames[g->depth - 1].base;
        g->dead = false;
        for (const char *p = params; *p != 0; p++) {
            pg_push(g, *p);
        }
        pg_finish(g, statements / 2);
    }
    pg_close(g);
}

static inline void pg_block(pg *g, const char *results, int statements) {
    char params[16];
    pg_take_params(g, params);
    bool loop = pg_chance(g, 25);
    pg_open(g, loop ? TNI_OP_LOOP : TNI_OP_BLOCK, params, results);
    if (loop) {
        pg_spend(g);
    }
    pg_finish(g, statements);
    pg_close(g);
}

/* A loop that counts, in the forms compilers write. */
static inline void pg_counted(pg *g, const char *results, int statements) {
    if (g->loops == 3) {
        return;
    }
    const unsigned c = g->counters[g->loops++];
    const unsigned form = pg_below(g, 5);
    const unsigned times = 1 + pg_below(g, 5);
    const unsigned step = form == 3 ? 1 : 1 + pg_below(g, 3);
    const bool has_limit = form != 2;
    wb_i32(&g->code, has_limit ? 0 : times);
    wb_opx(&g->code, TNI_OP_LOCAL_SET, c);
    const char *inner = form == 4 ? "" : results;
    if (form == 4) {
        pg_open(g, TNI_OP_BLOCK, "", "");
    }
    pg_open(g, TNI_OP_LOOP, "", inner);
    g->frames[g->depth - 1].no_branch = true;
    if (form == 4) {
        wb_opx(&g->code, TNI_OP_LOCAL_GET, c);
        wb_i32(&g->code, times * step);
        wb_op(&g->code, TNI_OP_I32_GE_U);
        wb_opx(&g->code, TNI_OP_BR_IF, 1);
    }
    pg_finish(g, statements);
    /* A body that ends in a branch leaves dead code here, valid all the same. */
    wb_opx(&g->code, TNI_OP_LOCAL_GET, c);
    if (form == 3) {
        wb_opx(&g->code, TNI_OP_LOCAL_GET, g->one);
    } else {
        wb_i32(&g->code, has_limit ? step : pg_chance(g, 50) ? 1 : UINT32_MAX);
    }
    const bool minus = !has_limit && g->code.data[g->code.count - 1] == 1;
    wb_op(&g->code, minus ? TNI_OP_I32_SUB : TNI_OP_I32_ADD);
    if (form == 0) {
        wb_opx(&g->code, TNI_OP_LOCAL_SET, c);
        wb_opx(&g->code, TNI_OP_LOCAL_GET, c);
    } else {
        wb_opx(&g->code, TNI_OP_LOCAL_TEE, c);
    }
    if (has_limit && form != 4) {
        static const tni_op ops[] = {TNI_OP_I32_LT_S, TNI_OP_I32_LT_U, TNI_OP_I32_NE};
        wb_i32(&g->code, times * step);
        wb_op(&g->code, ops[pg_below(g, 3)]);
    } else if (form == 4) {
        wb_op(&g->code, TNI_OP_DROP);
    }
    wb_opx(&g->code, form == 4 ? TNI_OP_BR : TNI_OP_BR_IF, 0);
    pg_close(g);
    if (form == 4) {
        pg_close(g);
        pg_values(g, results, 1);
    }
    g->loops--;
}

/* -- values -- */

static inline void pg_leaf(pg *g, char t) {
    int x = pg_local_of(g, t);
    if (x >= 0 && pg_chance(g, 55)) {
        pg_get(g, (unsigned)x);
    } else if (pg_chance(g, 15)) {
        wb_opx(&g->code, TNI_OP_GLOBAL_GET, pg_global_of(g, t));
        pg_push(g, t);
    } else if (t == 'i' && pg_chance(g, 10)) {
        pg_get(g, g->counters[pg_below(g, 3)]);
    } else {
        pg_const(g, t, pg_special(g, t));
    }
}

/* Pushes a value of type t. */
static inline void pg_value(pg *g, char t, int depth) {
    const char results[2] = {t, 0};
    g->fuel--;
    if (depth <= 0 || g->fuel <= 0 || g->height > PG_STACK - 24 ||
        g->depth > PG_FRAMES - 8) {
        pg_leaf(g, t);
        return;
    }
    switch (pg_below(g, 20)) {
    case 0:
    case 1:
    case 2:
    case 3: pg_leaf(g, t); break;
    case 4:
    case 5: pg_load(g, t, depth - 1); break;
    case 6:
        pg_value(g, t, depth - 1);
        pg_value(g, t, depth - 1);
        pg_condition(g, depth - 1);
        if (pg_chance(g, 80)) {
            wb_op(&g->code, TNI_OP_SELECT);
        } else {
            wb_op(&g->code, TNI_OP_SELECT_T);
            wb_u64(&g->code, 1);
            wb_byte(&g->code, mb_valtype(t));
        }
        pg_pop(g, 3);
        pg_push(g, t);
        break;
    case 7:
        if (depth > 1 && pg_call_for(g, t, depth)) {
            break;
        }
        pg_leaf(g, t);
        break;
    case 8: {
        int x = pg_local_of(g, t);
        pg_value(g, t, depth - 1);
        if (x >= 0) {
            wb_opx(&g->code, TNI_OP_LOCAL_TEE, (unsigned)x);
        }
        break;
    }
    case 9:
        if (depth > 2 && !g->dead) {
            /* Parameters would take values that others count on. */
            int base = g->frames[g->depth - 1].base;
            g->frames[g->depth - 1].base = g->height;
            if (pg_chance(g, 50)) {
                pg_if(g, results, 2);
            } else {
                pg_block(g, results, 3);
            }
            g->frames[g->depth - 1].base = base;
            break;
        } /* fall through */
    default: pg_operation(g, t, depth); break;
    }
}

/* -- statements -- */

static inline void pg_set_pointer(pg *g) {
    const unsigned x = g->pointers[pg_below(g, 2)];
    if (pg_chance(g, 40)) {
        pg_get(g, x);
        pg_const(g, 'i', pg_below(g, 64));
        pg_apply(g, TNI_OP_I32_ADD);
    } else {
        pg_value(g, 'i', 2);
    }
    pg_const(g, 'i', 0x1fff);
    pg_apply(g, TNI_OP_I32_AND);
    wb_opx(&g->code, TNI_OP_LOCAL_SET, x);
    pg_pop(g, 1);
}

static inline void pg_set_local(pg *g) {
    if (g->free_locals == 0) {
        return;
    }
    const unsigned x = pg_below(g, g->free_locals);
    const char t = g->local_types[x];
    if (pg_chance(g, 25) && (t == 'i' || t == 'I')) {
        pg_get(g, x);
        pg_const(g, t, pg_special(g, t));
        pg_apply(g, t == 'i' ? TNI_OP_I32_ADD : TNI_OP_I64_ADD);
    } else {
        pg_value(g, t, 3);
    }
    wb_opx(&g->code, TNI_OP_LOCAL_SET, x);
    pg_pop(g, 1);
}

/* Something with the value on top. */
static inline void pg_consume(pg *g) {
    if (pg_mine(g) == 0) {
        return;
    }
    const char t = g->stack[g->height - 1];
    const int x = pg_local_of(g, t);
    switch (pg_below(g, 5)) {
    case 0:
        if (x >= 0) {
            wb_opx(&g->code, TNI_OP_LOCAL_SET, (unsigned)x);
            pg_pop(g, 1);
            return;
        }
        break;
    case 1:
        wb_opx(&g->code, TNI_OP_GLOBAL_SET, pg_global_of(g, t));
        pg_pop(g, 1);
        return;
    case 2:
    case 3:
        for (int tries = 0; tries < 50; tries++) {
            tni_op op = (tni_op)pg_below(g, TNI_OP_COUNT);
            if (!pg_is_numeric(op)) {
                continue;
            }
            const char *sig = tni_ops[op].sig;
            int n = (int)(strchr(sig, ':') - sig);
            if (pg_mine(g) >= n &&
                memcmp(g->stack + g->height - n, sig, (size_t)n) == 0) {
                pg_apply(g, op);
                return;
            }
        }
        break;
    default: break;
    }
    wb_op(&g->code, TNI_OP_DROP);
    pg_pop(g, 1);
}

static inline void pg_rare(pg *g) {
    switch (pg_below(g, 4)) {
    case 0: wb_op(&g->code, TNI_OP_NOP); break;
    case 1:
        wb_opx(&g->code, TNI_OP_MEMORY_SIZE, 0);
        pg_push(g, 'i');
        break;
    case 2:
        pg_const(g, 'i', pg_below(g, 2));
        wb_opx(&g->code, TNI_OP_MEMORY_GROW, 0);
        pg_pop(g, 1);
        pg_push(g, 'i');
        break;
    default:
        pg_get(g, g->pointers[0]);
        pg_value(g, 'i', 2);
        pg_const(g, 'i', pg_below(g, 200));
        wb_opx(&g->code, TNI_OP_MEMORY_FILL, 0);
        pg_pop(g, 3);
        break;
    }
}

/* Code that never runs, over a stack of any type. */
static inline void pg_dead_code(pg *g) {
    for (unsigned n = pg_below(g, 4); n > 0; n--) {
        tni_op op = (tni_op)pg_below(g, TNI_OP_COUNT);
        if (pg_is_numeric(op) && pg_mine(g) == 0) {
            const char *sig = tni_ops[op].sig;
            wb_op(&g->code, op);
            pg_push(g, strchr(sig, ':')[1]);
        } else if (pg_chance(g, 30)) {
            wb_op(&g->code, TNI_OP_DROP);
            pg_pop(g, 1);
        } else {
            pg_value(g, pg_letters[pg_below(g, 4)], 3);
        }
    }
}

static inline void pg_statement(pg *g, int statements) {
    char results[16];
    pg_random_types(g, results, 2);
    switch (pg_below(g, 24)) {
    case 0:
    case 1:
    case 2: pg_value(g, pg_letters[pg_below(g, 4)], 3); break;
    case 3:
    case 4:
    case 5: pg_consume(g); break;
    case 6:
    case 7:
    case 8:
    case 9: pg_set_local(g); break;
    case 10:
    case 11: pg_store(g, 3); break;
    case 12: pg_set_pointer(g); break;
    case 13:
    case 14: pg_if(g, results, statements / 2); break;
    case 15: pg_block(g, results, statements / 2); break;
    case 16:
    case 17: pg_counted(g, results, statements / 2); break;
    case 18:
    case 19: pg_branch_if(g, 3); break;
    case 20: pg_call(g, pg_below(g, g->func_count), 3); break;
    case 21: pg_rare(g); break;
    case 22:
        if (pg_chance(g, 40) && g->depth > 1) {
            pg_leave(g, 2);
        }
        break;
    default:
        if (pg_chance(g, 40) && g->depth > 1) {
            pg_branch_table(g, 3);
        }
        break;
    }
}

static inline void pg_body(pg *g, int statements) {
    for (int n = 0; n < statements && !g->dead && g->fuel > 0; n++) {
        if (g->height > PG_STACK / 2) {
            while (pg_mine(g) > 4) {
                wb_op(&g->code, TNI_OP_DROP);
                pg_pop(g, 1);
            }
        }
        if (g->height > PG_STACK - 24 || g->depth > PG_FRAMES - 8) {
            return;
        }
        pg_statement(g, statements);
    }
    if (g->dead) {
        pg_dead_code(g);
    }
}

/* -- functions and modules -- */

static inline unsigned pg_add_local(pg *g, unsigned *n, char t) {
    g->local_types[*n] = t;
    g->local_types[*n + 1] = 0;
    return (*n)++;
}

static inline void pg_function(pg *g, unsigned self) {
    const ref_type *t = &g->types[g->func_types[self]];
    unsigned n = 0;
    g->self = self;
    g->code = (wb){NULL, 0, 0};
    for (const char *p = t->params; *p != 0; p++) {
        pg_add_local(g, &n, *p);
    }
    const unsigned params = n;
    for (unsigned k = pg_below(g, 8); k > 0; k--) {
        pg_add_local(g, &n, pg_letters[pg_below(g, 4)]);
    }
    if (pg_chance(g, 3)) {
        while (n < 300) {
            pg_add_local(g, &n, pg_letters[pg_below(g, 4)]);
        }
    }
    g->free_locals = n;
    for (int k = 0; k < 3; k++) {
        g->counters[k] = pg_add_local(g, &n, 'i');
    }
    g->pointers[0] = pg_add_local(g, &n, 'i');
    g->pointers[1] = pg_add_local(g, &n, 'i');
    g->one = pg_add_local(g, &n, 'i');
    g->scratch_f = pg_add_local(g, &n, 'f');
    g->scratch_F = pg_add_local(g, &n, 'F');
    g->height = 0;
    g->dead = false;
    g->loops = 0;
    g->depth = 1;
    g->frames[0] = (pg_frame){.base = 0};
    strcpy(g->frames[0].label, t->results);
    strcpy(g->frames[0].results, t->results);
    pg_spend(g);
    wb_i32(&g->code, 1);
    wb_opx(&g->code, TNI_OP_LOCAL_SET, g->one);
    g->fuel = 30 + (int)pg_below(g, 400);
    pg_finish(g, 3 + (int)pg_below(g, 14));
    strcpy(g->locals[self], g->local_types + params);
    g->bodies[self] = g->code;
    wb_op(&g->bodies[self], TNI_OP_END);
    wb without_end = g->bodies[self];
    without_end.count--;
    mb_func(&g->m, g->func_types[self], g->locals[self], &without_end);
}

/* A whole module from a seed. Exports functions "f0"…, globals "g0"…, memory "m". */
static inline wb pg_module(pg *g, uint64_t seed) {
    memset(g, 0, sizeof *g);
    g->random = seed;
    g->func_count = 1 + pg_below(g, PG_FUNCS);
    for (unsigned x = 0; x < g->func_count; x++) {
        char params[16], results[16];
        pg_random_types(g, params, 4);
        pg_random_types(g, results, pg_chance(g, 60) ? 1 : 3);
        g->func_types[x] = pg_type(g, params, results);
    }
    for (unsigned x = 0; x < PG_TABLE; x++) {
        g->table[x] = x == PG_TABLE - 1 ? -1 : (int32_t)pg_below(g, g->func_count);
    }
    for (unsigned x = 0; x < g->func_count; x++) {
        char name[16];
        pg_function(g, x);
        snprintf(name, sizeof name, "f%u", x);
        mb_export(&g->m, name, 0, x);
    }
    for (unsigned x = 0; x < PG_GLOBALS; x++) {
        char name[16];
        wb init = {NULL, 0, 0};
        g->code = (wb){NULL, 0, 0};
        g->height = 0;
        pg_const(g, pg_globals[x], x == 0 ? PG_BUDGET : 0);
        init = g->code;
        mb_global(&g->m, pg_globals[x], true, &init);
        wb_free(&init);
        snprintf(name, sizeof name, "g%u", x);
        mb_export(&g->m, name, 3, x);
    }
    mb_memory(&g->m, false, 2, 4);
    mb_export(&g->m, "m", 2, 0);
    mb_table(&g->m, false, PG_TABLE, PG_TABLE);
    unsigned elems[PG_TABLE];
    for (unsigned x = 0; x < PG_TABLE - 1; x++) {
        elems[x] = (unsigned)g->table[x];
    }
    mb_elem(&g->m, 0, elems, PG_TABLE - 1);
    return mb_finish(&g->m);
}

static inline void pg_free(pg *g) {
    for (unsigned x = 0; x < g->func_count; x++) {
        wb_free(&g->bodies[x]);
    }
}

/* The reference machine for it, without memory. */
static inline void pg_machine(const pg *g, ref_machine *m, ref_func *funcs) {
    memset(m, 0, sizeof *m);
    m->types = g->types;
    m->funcs = funcs;
    m->func_count = g->func_count;
    m->memory_bytes = PG_MEMORY;
    m->memory_max = 4 << 16;
    m->table_size = PG_TABLE;
    memcpy(m->table, g->table, sizeof g->table);
    for (unsigned x = 0; x < g->func_count; x++) {
        funcs[x] = (ref_func){.type = g->types[g->func_types[x]],
                              .locals = g->locals[x],
                              .code = g->bodies[x].data,
                              .size = g->bodies[x].count};
    }
}

#endif
