/* refeval.h: a second opinion on what instructions compute: the numeric instructions with
 * the C library's arithmetic, and a plain interpreter of wasm bytes that has nothing in
 * common with the library's. Slow and simple. Core 3.0, chapter 4.
 *
 * It runs valid code only: MVP, sign extension, saturating conversions, multi-value, bulk
 * fill, and tail calls of functions of one module with one memory and one table. NaNs
 * that arithmetic makes may have any sign and payload. */
#ifndef REFEVAL_H
#define REFEVAL_H

#include <math.h>

#include "base/error.h"
#include "core/op.h"
#include "little.h"

/* -- numbers -- */

static inline float ref_f(uint64_t v) {
    uint32_t b = (uint32_t)v;
    float f;
    memcpy(&f, &b, 4);
    return f;
}
static inline double ref_F(uint64_t v) {
    double f;
    memcpy(&f, &v, 8);
    return f;
}
static inline uint64_t ref_of_f(float f) {
    uint32_t b;
    memcpy(&b, &f, 4);
    return b;
}
static inline uint64_t ref_of_F(double f) {
    uint64_t b;
    memcpy(&b, &f, 8);
    return b;
}

static inline int ref_count(uint64_t v, int from, int step, int bits) {
    int n = 0;
    for (int at = from; n < bits && (v >> at & 1) == 0; at += step) {
        n++;
    }
    return n;
}
static inline int ref_ones(uint64_t v) {
    int n = 0;
    for (; v != 0; v >>= 1) {
        n += (int)(v & 1);
    }
    return n;
}

/* Truncation by way of long double, which holds every i64 and u64 on x86; elsewhere by
 * comparisons that are exact in double. */
static inline tni_code ref_trunc(double x, bool is_signed, int bits, bool saturate,
                                 uint64_t *out) {
    *out = 0;
    if (isnan(x)) {
        return saturate ? TNI_ERR_NONE : TNI_ERR_INVALID_CONVERSION;
    }
    const double t = trunc(x);
    const double low = is_signed ? -ldexp(1, bits - 1) : 0;
    const double over = ldexp(1, is_signed ? bits - 1 : bits);
    const uint64_t mask = bits == 64 ? UINT64_MAX : UINT32_MAX;
    if (t < low) {
        *out = is_signed ? UINT64_C(1) << (bits - 1) : 0;
        return saturate ? TNI_ERR_NONE : TNI_ERR_INTEGER_OVERFLOW;
    }
    if (t >= over) {
        *out = is_signed ? mask >> 1 : mask;
        return saturate ? TNI_ERR_NONE : TNI_ERR_INTEGER_OVERFLOW;
    }
    *out = (is_signed ? (uint64_t)(int64_t)t : (uint64_t)t) & mask;
    return TNI_ERR_NONE;
}

static inline double ref_minmax(double a, double b, bool want_max) {
    if (isnan(a) || isnan(b)) {
        return NAN;
    }
    if (a == 0 && b == 0) {
        bool negative = want_max ? signbit(a) && signbit(b) : signbit(a) || signbit(b);
        return negative ? -0.0 : 0.0;
    }
    return want_max ? (a > b ? a : b) : (a < b ? a : b);
}

/* Correctly rounded u64 to float and i64 to float on every compiler: by halving to odd.
 */
static inline float ref_u64_to_f32(uint64_t v) {
    if (v >> 63) {
        return 2.0f * (float)(int64_t)(v >> 1 | (v & 1));
    }
    return (float)(int64_t)v;
}
static inline double ref_u64_to_f64(uint64_t v) {
    if (v >> 63) {
        return 2.0 * (double)(int64_t)(v >> 1 | (v & 1));
    }
    return (double)(int64_t)v;
}

static inline tni_code ref_divide(tni_op op, uint64_t a, uint64_t b, uint64_t *r) {
    const int64_t sa = (int64_t)a, sb = (int64_t)b;
    const int64_t ia = (int32_t)a, ib = (int32_t)b;
    const uint32_t ua = (uint32_t)a, ub = (uint32_t)b;
    const bool is32 = op >= TNI_OP_I32_DIV_S && op <= TNI_OP_I32_REM_U;
    if (is32 ? ub == 0 : b == 0) {
        return TNI_ERR_DIVIDE_BY_ZERO;
    }
    switch (op) {
    case TNI_OP_I32_DIV_S:
        if (ia / ib > INT32_MAX) {
            return TNI_ERR_INTEGER_OVERFLOW;
        }
        *r = (uint32_t)(ia / ib);
        break;
    case TNI_OP_I32_DIV_U: *r = ua / ub; break;
    case TNI_OP_I32_REM_S: *r = (uint32_t)(ia % ib); break;
    case TNI_OP_I32_REM_U: *r = ua % ub; break;
    case TNI_OP_I64_DIV_S:
        if (sa == INT64_MIN && sb == -1) {
            return TNI_ERR_INTEGER_OVERFLOW;
        }
        *r = (uint64_t)(sa / sb);
        break;
    case TNI_OP_I64_DIV_U: *r = a / b; break;
    case TNI_OP_I64_REM_S: *r = sb == -1 ? 0 : (uint64_t)(sa % sb); break;
    default: *r = a % b; break;
    }
    return TNI_ERR_NONE;
}

/* One of in[0] and in[1] to *r: false if op is not a numeric instruction. */
static inline bool ref_numeric(tni_op op, const uint64_t *in, uint64_t *r,
                               tni_code *trap) {
    const uint64_t a = in[0], b = in[1];
    const uint32_t ua = (uint32_t)a, ub = (uint32_t)b;
    const int32_t ia = (int32_t)ua, ib = (int32_t)ub;
    const int64_t sa = (int64_t)a, sb = (int64_t)b;
    const float fa = ref_f(a), fb = ref_f(b);
    const double da = ref_F(a), db = ref_F(b);
    const unsigned s32 = ub % 32, s64 = (unsigned)(b % 64);
    *trap = TNI_ERR_NONE;
    switch (op) {
    case TNI_OP_I32_EQZ: *r = ua == 0; break;
    case TNI_OP_I32_EQ: *r = ua == ub; break;
    case TNI_OP_I32_NE: *r = ua != ub; break;
    case TNI_OP_I32_LT_S: *r = ia < ib; break;
    case TNI_OP_I32_LT_U: *r = ua < ub; break;
    case TNI_OP_I32_GT_S: *r = ia > ib; break;
    case TNI_OP_I32_GT_U: *r = ua > ub; break;
    case TNI_OP_I32_LE_S: *r = ia <= ib; break;
    case TNI_OP_I32_LE_U: *r = ua <= ub; break;
    case TNI_OP_I32_GE_S: *r = ia >= ib; break;
    case TNI_OP_I32_GE_U: *r = ua >= ub; break;
    case TNI_OP_I64_EQZ: *r = a == 0; break;
    case TNI_OP_I64_EQ: *r = a == b; break;
    case TNI_OP_I64_NE: *r = a != b; break;
    case TNI_OP_I64_LT_S: *r = sa < sb; break;
    case TNI_OP_I64_LT_U: *r = a < b; break;
    case TNI_OP_I64_GT_S: *r = sa > sb; break;
    case TNI_OP_I64_GT_U: *r = a > b; break;
    case TNI_OP_I64_LE_S: *r = sa <= sb; break;
    case TNI_OP_I64_LE_U: *r = a <= b; break;
    case TNI_OP_I64_GE_S: *r = sa >= sb; break;
    case TNI_OP_I64_GE_U: *r = a >= b; break;
    case TNI_OP_F32_EQ: *r = fa == fb; break;
    case TNI_OP_F32_NE: *r = fa != fb; break;
    case TNI_OP_F32_LT: *r = fa < fb; break;
    case TNI_OP_F32_GT: *r = fa > fb; break;
    case TNI_OP_F32_LE: *r = fa <= fb; break;
    case TNI_OP_F32_GE: *r = fa >= fb; break;
    case TNI_OP_F64_EQ: *r = da == db; break;
    case TNI_OP_F64_NE: *r = da != db; break;
    case TNI_OP_F64_LT: *r = da < db; break;
    case TNI_OP_F64_GT: *r = da > db; break;
    case TNI_OP_F64_LE: *r = da <= db; break;
    case TNI_OP_F64_GE: *r = da >= db; break;
    case TNI_OP_I32_CLZ: *r = (unsigned)ref_count(ua, 31, -1, 32); break;
    case TNI_OP_I32_CTZ: *r = (unsigned)ref_count(ua, 0, 1, 32); break;
    case TNI_OP_I32_POPCNT: *r = (unsigned)ref_ones(ua); break;
    case TNI_OP_I32_ADD: *r = ua + ub; break;
    case TNI_OP_I32_SUB: *r = ua - ub; break;
    case TNI_OP_I32_MUL: *r = ua * ub; break;
    case TNI_OP_I32_AND: *r = ua & ub; break;
    case TNI_OP_I32_OR: *r = ua | ub; break;
    case TNI_OP_I32_XOR: *r = ua ^ ub; break;
    case TNI_OP_I32_SHL: *r = ua << s32; break;
    case TNI_OP_I32_SHR_S: *r = (uint32_t)(ia >> s32); break;
    case TNI_OP_I32_SHR_U: *r = ua >> s32; break;
    case TNI_OP_I32_ROTL: *r = s32 == 0 ? ua : ua << s32 | ua >> (32 - s32); break;
    case TNI_OP_I32_ROTR: *r = s32 == 0 ? ua : ua >> s32 | ua << (32 - s32); break;
    case TNI_OP_I64_CLZ: *r = (unsigned)ref_count(a, 63, -1, 64); break;
    case TNI_OP_I64_CTZ: *r = (unsigned)ref_count(a, 0, 1, 64); break;
    case TNI_OP_I64_POPCNT: *r = (unsigned)ref_ones(a); break;
    case TNI_OP_I64_ADD: *r = a + b; break;
    case TNI_OP_I64_SUB: *r = a - b; break;
    case TNI_OP_I64_MUL: *r = a * b; break;
    case TNI_OP_I64_AND: *r = a & b; break;
    case TNI_OP_I64_OR: *r = a | b; break;
    case TNI_OP_I64_XOR: *r = a ^ b; break;
    case TNI_OP_I64_SHL: *r = a << s64; break;
    case TNI_OP_I64_SHR_S: *r = (uint64_t)(sa >> s64); break;
    case TNI_OP_I64_SHR_U: *r = a >> s64; break;
    case TNI_OP_I64_ROTL: *r = s64 == 0 ? a : a << s64 | a >> (64 - s64); break;
    case TNI_OP_I64_ROTR: *r = s64 == 0 ? a : a >> s64 | a << (64 - s64); break;
    case TNI_OP_I32_DIV_S:
    case TNI_OP_I32_DIV_U:
    case TNI_OP_I32_REM_S:
    case TNI_OP_I32_REM_U:
    case TNI_OP_I64_DIV_S:
    case TNI_OP_I64_DIV_U:
    case TNI_OP_I64_REM_S:
    case TNI_OP_I64_REM_U: *trap = ref_divide(op, a, b, r); break;
    case TNI_OP_F32_ABS: *r = ua & 0x7fffffff; break;
    case TNI_OP_F32_NEG: *r = ua ^ 0x80000000; break;
    case TNI_OP_F32_CEIL: *r = ref_of_f(ceilf(fa)); break;
    case TNI_OP_F32_FLOOR: *r = ref_of_f(floorf(fa)); break;
    case TNI_OP_F32_TRUNC: *r = ref_of_f(truncf(fa)); break;
    case TNI_OP_F32_NEAREST: *r = ref_of_f(rintf(fa)); break;
    case TNI_OP_F32_SQRT: *r = ref_of_f(sqrtf(fa)); break;
    case TNI_OP_F32_ADD: *r = ref_of_f(fa + fb); break;
    case TNI_OP_F32_SUB: *r = ref_of_f(fa - fb); break;
    case TNI_OP_F32_MUL: *r = ref_of_f(fa * fb); break;
    case TNI_OP_F32_DIV: *r = ref_of_f(fa / fb); break;
    case TNI_OP_F32_MIN: *r = ref_of_f((float)ref_minmax(fa, fb, false)); break;
    case TNI_OP_F32_MAX: *r = ref_of_f((float)ref_minmax(fa, fb, true)); break;
    case TNI_OP_F32_COPYSIGN: *r = (ua & 0x7fffffff) | (ub & 0x80000000); break;
    case TNI_OP_F64_ABS: *r = a & INT64_MAX; break;
    case TNI_OP_F64_NEG: *r = a ^ UINT64_C(1) << 63; break;
    case TNI_OP_F64_CEIL: *r = ref_of_F(ceil(da)); break;
    case TNI_OP_F64_FLOOR: *r = ref_of_F(floor(da)); break;
    case TNI_OP_F64_TRUNC: *r = ref_of_F(trunc(da)); break;
    case TNI_OP_F64_NEAREST: *r = ref_of_F(rint(da)); break;
    case TNI_OP_F64_SQRT: *r = ref_of_F(sqrt(da)); break;
    case TNI_OP_F64_ADD: *r = ref_of_F(da + db); break;
    case TNI_OP_F64_SUB: *r = ref_of_F(da - db); break;
    case TNI_OP_F64_MUL: *r = ref_of_F(da * db); break;
    case TNI_OP_F64_DIV: *r = ref_of_F(da / db); break;
    case TNI_OP_F64_MIN: *r = ref_of_F(ref_minmax(da, db, false)); break;
    case TNI_OP_F64_MAX: *r = ref_of_F(ref_minmax(da, db, true)); break;
    case TNI_OP_F64_COPYSIGN: *r = (a & INT64_MAX) | (b & UINT64_C(1) << 63); break;
    case TNI_OP_I32_WRAP_I64: *r = ua; break;
    case TNI_OP_I32_TRUNC_F32_S: *trap = ref_trunc(fa, true, 32, false, r); break;
    case TNI_OP_I32_TRUNC_F32_U: *trap = ref_trunc(fa, false, 32, false, r); break;
    case TNI_OP_I32_TRUNC_F64_S: *trap = ref_trunc(da, true, 32, false, r); break;
    case TNI_OP_I32_TRUNC_F64_U: *trap = ref_trunc(da, false, 32, false, r); break;
    case TNI_OP_I64_EXTEND_I32_S: *r = (uint64_t)(int64_t)ia; break;
    case TNI_OP_I64_EXTEND_I32_U: *r = ua; break;
    case TNI_OP_I64_TRUNC_F32_S: *trap = ref_trunc(fa, true, 64, false, r); break;
    case TNI_OP_I64_TRUNC_F32_U: *trap = ref_trunc(fa, false, 64, false, r); break;
    case TNI_OP_I64_TRUNC_F64_S: *trap = ref_trunc(da, true, 64, false, r); break;
    case TNI_OP_I64_TRUNC_F64_U: *trap = ref_trunc(da, false, 64, false, r); break;
    case TNI_OP_I32_TRUNC_SAT_F32_S: *trap = ref_trunc(fa, true, 32, true, r); break;
    case TNI_OP_I32_TRUNC_SAT_F32_U: *trap = ref_trunc(fa, false, 32, true, r); break;
    case TNI_OP_I32_TRUNC_SAT_F64_S: *trap = ref_trunc(da, true, 32, true, r); break;
    case TNI_OP_I32_TRUNC_SAT_F64_U: *trap = ref_trunc(da, false, 32, true, r); break;
    case TNI_OP_I64_TRUNC_SAT_F32_S: *trap = ref_trunc(fa, true, 64, true, r); break;
    case TNI_OP_I64_TRUNC_SAT_F32_U: *trap = ref_trunc(fa, false, 64, true, r); break;
    case TNI_OP_I64_TRUNC_SAT_F64_S: *trap = ref_trunc(da, true, 64, true, r); break;
    case TNI_OP_I64_TRUNC_SAT_F64_U: *trap = ref_trunc(da, false, 64, true, r); break;
    case TNI_OP_F32_CONVERT_I32_S: *r = ref_of_f((float)ia); break;
    case TNI_OP_F32_CONVERT_I32_U: *r = ref_of_f((float)(int64_t)ua); break;
    case TNI_OP_F32_CONVERT_I64_S: *r = ref_of_f((float)sa); break;
    case TNI_OP_F32_CONVERT_I64_U: *r = ref_of_f(ref_u64_to_f32(a)); break;
    case TNI_OP_F32_DEMOTE_F64: *r = ref_of_f((float)da); break;
    case TNI_OP_F64_CONVERT_I32_S: *r = ref_of_F(ia); break;
    case TNI_OP_F64_CONVERT_I32_U: *r = ref_of_F((double)(int64_t)ua); break;
    case TNI_OP_F64_CONVERT_I64_S: *r = ref_of_F((double)sa); break;
    case TNI_OP_F64_CONVERT_I64_U: *r = ref_of_F(ref_u64_to_f64(a)); break;
    case TNI_OP_F64_PROMOTE_F32: *r = ref_of_F(fa); break;
    case TNI_OP_I32_REINTERPRET_F32:
    case TNI_OP_F32_REINTERPRET_I32: *r = ua; break;
    case TNI_OP_I64_REINTERPRET_F64:
    case TNI_OP_F64_REINTERPRET_I64: *r = a; break;
    case TNI_OP_I32_EXTEND8_S: *r = (uint32_t)(int8_t)a; break;
    case TNI_OP_I32_EXTEND16_S: *r = (uint32_t)(int16_t)a; break;
    case TNI_OP_I64_EXTEND8_S: *r = (uint64_t)(int8_t)a; break;
    case TNI_OP_I64_EXTEND16_S: *r = (uint64_t)(int16_t)a; break;
    case TNI_OP_I64_EXTEND32_S: *r = (uint64_t)(int64_t)ia; break;
    default: return false;
    }
    return true;
}

/* Whether a result of that type ('i', 'I', 'f', 'F') is as good as the expected: the same
 * bits, or both NaN. */
static inline bool ref_same(char type, uint64_t got, uint64_t want) {
    switch (type) {
    case 'f':
        return (uint32_t)got == (uint32_t)want ||
               (isnan(ref_f(got)) && isnan(ref_f(want)));
    case 'F': return got == want || (isnan(ref_F(got)) && isnan(ref_F(want)));
    case 'i': return (uint32_t)got == (uint32_t)want;
    default: return got == want;
    }
}

/* -- the interpreter -- */

typedef struct ref_type {
    char params[16]; /* letters, 0-terminated */
    char results[16];
} ref_type;

typedef struct ref_instr {
    tni_op op;
    uint32_t x, y;  /* immediates; for blocks: parameters and results (counts) */
    uint64_t value; /* constants, offsets */
    uint32_t end;   /* blocks: the position of their end; if: and else */
    uint32_t else_;
    uint32_t *table; /* br_table: x + 1 labels */
} ref_instr;

typedef struct ref_func {
    ref_type type;
    const char *locals; /* letters, parameters not among them */
    const uint8_t *code;
    size_t size; /* with its end */
    ref_instr *instrs;
    uint32_t count;
} ref_func;

typedef struct ref_machine {
    const ref_type *types;
    ref_func *funcs;
    uint32_t func_count;
    uint64_t globals[16];
    uint8_t *memory;
    uint64_t memory_bytes, memory_max;
    int32_t table[64]; /* function indices, -1 null */
    uint32_t table_size;
    uint64_t stack[8192];
    uint32_t height;
    uint64_t steps; /* executed; stops at step_limit */
    uint64_t step_limit;
    bool ran_away;
} ref_machine;

static inline uint64_t ref_leb(const uint8_t **p) {
    uint64_t v = 0;
    for (unsigned shift = 0;; shift += 7) {
        uint8_t b = *(*p)++;
        v |= (uint64_t)(b & 127) << shift;
        if (b < 128) {
            return v;
        }
    }
}
static inline int64_t ref_sleb(const uint8_t **p) {
    uint64_t v = 0;
    unsigned shift = 0;
    uint8_t b;
    do {
        b = *(*p)++;
        v |= (uint64_t)(b & 127) << shift;
        shift += 7;
    } while (b >= 128);
    if (shift < 64 && (b & 64) != 0) {
        v |= UINT64_MAX << shift;
    }
    return (int64_t)v;
}

static inline void ref_immediates(ref_machine *m, ref_instr *n, const uint8_t **p) {
    switch (tni_ops[n->op].imm) {
    case TNI_IMM_NONE: break;
    case TNI_IMM_BLOCK: {
        int64_t t = ref_sleb(p);
        n->x = t < 0 ? 0 : (uint32_t)strlen(m->types[t].params);
        n->y = t == -64 ? 0 : t < 0 ? 1 : (uint32_t)strlen(m->types[t].results);
        break;
    }
    case TNI_IMM_LABELS: {
        n->x = (uint32_t)ref_leb(p);
        n->table = calloc(n->x + 1, sizeof *n->table);
        for (uint32_t k = 0; k <= n->x; k++) {
            n->table[k] = (uint32_t)ref_leb(p);
        }
        break;
    }
    case TNI_IMM_CALL_INDIRECT:
        n->x = (uint32_t)ref_leb(p);
        n->y = (uint32_t)ref_leb(p);
        break;
    case TNI_IMM_MEMARG:
        n->x = (uint32_t)ref_leb(p);
        n->value = ref_leb(p);
        break;
    case TNI_IMM_SELECT:
        for (uint64_t k = ref_leb(p); k > 0; k--) {
            ref_sleb(p);
        }
        break;
    case TNI_IMM_I32: n->value = (uint32_t)ref_sleb(p); break;
    case TNI_IMM_I64: n->value = (uint64_t)ref_sleb(p); break;
    case TNI_IMM_F32:
        n->value = little_get(*p, 4);
        *p += 4;
        break;
    case TNI_IMM_F64:
        n->value = little_get(*p, 8);
        *p += 8;
        break;
    default: n->x = (uint32_t)ref_leb(p); break;
    }
}

static inline void ref_decode(ref_machine *m, ref_func *f) {
    f->instrs = calloc(f->size, sizeof *f->instrs);
    const uint8_t *p = f->code;
    uint32_t *open = calloc(f->size, sizeof *open);
    uint32_t depth = 0;
    while (p < f->code + f->size) {
        ref_instr *n = &f->instrs[f->count];
        uint8_t prefix = 0;
        uint32_t code = *p++;
        if (code >= 0xfb && code <= 0xfe) {
            prefix = (uint8_t)code;
            code = (uint32_t)ref_leb(&p);
        }
        n->op = tni_op_of(prefix, code);
        ref_immediates(m, n, &p);
        if (tni_ops[n->op].imm == TNI_IMM_BLOCK) {
            open[depth++] = f->count;
        } else if (n->op == TNI_OP_ELSE) {
            f->instrs[open[depth - 1]].else_ = f->count;
        } else if (n->op == TNI_OP_END && depth > 0) {
            ref_instr *block = &f->instrs[open[--depth]];
            block->end = f->count;
            if (block->else_ != 0) {
                f->instrs[block->else_].end = f->count;
            }
        }
        f->count++;
    }
    free(open);
}

static inline void ref_free(ref_machine *m) {
    for (uint32_t x = 0; x < m->func_count; x++) {
        for (uint32_t k = 0; k < m->funcs[x].count; k++) {
            free(m->funcs[x].instrs[k].table);
        }
        free(m->funcs[x].instrs);
    }
}

static inline tni_code ref_memory(ref_machine *m, const ref_instr *n) {
    const tni_op_info *info = &tni_ops[n->op];
    const uint64_t bytes = UINT64_C(1) << info->arg;
    uint64_t v = 0;
    const bool is_store = n->op >= TNI_OP_I32_STORE && n->op <= TNI_OP_I64_STORE32;
    if (is_store) {
        v = m->stack[--m->height];
    }
    const uint64_t at = (uint32_t)m->stack[--m->height] + n->value;
    if (at + bytes > m->memory_bytes) {
        return TNI_ERR_MEMORY_BOUNDS;
    }
    if (is_store) {
        little_put(m->memory + at, v, bytes);
        return TNI_ERR_NONE;
    }
    v = little_get(m->memory + at, bytes);
    switch (n->op) {
    case TNI_OP_I32_LOAD8_S: v = (uint32_t)(int8_t)v; break;
    case TNI_OP_I32_LOAD16_S: v = (uint32_t)(int16_t)v; break;
    case TNI_OP_I64_LOAD8_S: v = (uint64_t)(int8_t)v; break;
    case TNI_OP_I64_LOAD16_S: v = (uint64_t)(int16_t)v; break;
    case TNI_OP_I64_LOAD32_S: v = (uint64_t)(int32_t)v; break;
    default: break;
    }
    m->stack[m->height++] = v;
    return TNI_ERR_NONE;
}

/* A label that is open: where a branch to it goes, what it takes, where its stack begins.
 */
typedef struct ref_label {
    uint32_t target;
    uint32_t arity;
    uint32_t height;
} ref_label;

static inline void ref_unwind(ref_machine *m, uint32_t height, uint32_t arity) {
    memmove(m->stack + height, m->stack + m->height - arity, arity * sizeof *m->stack);
    m->height = height + arity;
}

static inline tni_code ref_call(ref_machine *m, uint32_t func);

/* The callee of call_indirect. */
static inline tni_code ref_indirect(ref_machine *m, const ref_instr *n,
                                    uint32_t *callee) {
    const uint32_t at = (uint32_t)m->stack[--m->height];
    if (at >= m->table_size) {
        return TNI_ERR_UNDEFINED_ELEMENT;
    }
    if (m->table[at] < 0) {
        return TNI_ERR_UNINITIALIZED_ELEMENT;
    }
    *callee = (uint32_t)m->table[at];
    const ref_type *have = &m->funcs[*callee].type;
    const ref_type *want = &m->types[n->x];
    return strcmp(have->params, want->params) == 0 &&
                   strcmp(have->results, want->results) == 0
               ? TNI_ERR_NONE
               : TNI_ERR_INDIRECT_TYPE;
}

/* Runs a function's code over its locals. *tail: the function to call next, or
 * UINT32_MAX. */
static inline tni_code ref_run(ref_machine *m, const ref_func *f, uint64_t *locals,
                               uint32_t *tail) {
    ref_label labels[256];
    uint32_t depth = 0;
    labels[depth++] = (ref_label){f->count, (uint32_t)strlen(f->type.results), m->height};
    *tail = UINT32_MAX;
    for (uint32_t pc = 0; pc < f->count; pc++) {
        const ref_instr *n = &f->instrs[pc];
        uint64_t *top = m->stack + m->height; /* above the top */
        uint32_t branch = UINT32_MAX;
        tni_code trap = TNI_ERR_NONE;
        if (++m->steps > m->step_limit || depth >= 250 || m->height > 8000) {
            m->ran_away = true;
            return TNI_ERR_UNREACHABLE;
        }
        switch (n->op) {
        case TNI_OP_NOP: break;
        case TNI_OP_UNREACHABLE: return TNI_ERR_UNREACHABLE;
        case TNI_OP_BLOCK:
            labels[depth++] = (ref_label){n->end + 1, n->y, m->height - n->x};
            break;
        case TNI_OP_LOOP:
            labels[depth++] = (ref_label){pc, n->x, m->height - n->x};
            break;
        case TNI_OP_IF:
            m->height--;
            labels[depth++] = (ref_label){n->end + 1, n->y, m->height - n->x};
            if ((uint32_t)top[-1] == 0) {
                pc = n->else_ != 0 ? n->else_ : n->end - 1;
            }
            break;
        case TNI_OP_ELSE: pc = n->end - 1; break;
        case TNI_OP_END: depth--; break;
        case TNI_OP_BR: branch = n->x; break;
        case TNI_OP_BR_IF:
            m->height--;
            branch = (uint32_t)top[-1] != 0 ? n->x : UINT32_MAX;
            break;
        case TNI_OP_BR_TABLE:
            m->height--;
            branch = n->table[(uint32_t)top[-1] < n->x ? (uint32_t)top[-1] : n->x];
            break;
        case TNI_OP_RETURN: branch = depth - 1; break;
        case TNI_OP_CALL: trap = ref_call(m, n->x); break;
        case TNI_OP_CALL_INDIRECT: {
            uint32_t callee;
            trap = ref_indirect(m, n, &callee);
            if (trap == TNI_ERR_NONE) {
                trap = ref_call(m, callee);
            }
            break;
        }
        case TNI_OP_RETURN_CALL:
        case TNI_OP_RETURN_CALL_INDIRECT: {
            uint32_t callee = n->x;
            if (n->op == TNI_OP_RETURN_CALL_INDIRECT) {
                trap = ref_indirect(m, n, &callee);
                if (trap != TNI_ERR_NONE) {
                    return trap;
                }
            }
            ref_unwind(m, labels[0].height,
                       (uint32_t)strlen(m->funcs[callee].type.params));
            *tail = callee;
            return TNI_ERR_NONE;
        }
        case TNI_OP_DROP: m->height--; break;
        case TNI_OP_SELECT:
        case TNI_OP_SELECT_T:
            if ((uint32_t)top[-1] == 0) {
                top[-3] = top[-2];
            }
            m->height -= 2;
            break;
        case TNI_OP_LOCAL_GET: m->stack[m->height++] = locals[n->x]; break;
        case TNI_OP_LOCAL_SET: m->height--; /* fall through */
        case TNI_OP_LOCAL_TEE: locals[n->x] = top[-1]; break;
        case TNI_OP_GLOBAL_GET: m->stack[m->height++] = m->globals[n->x]; break;
        case TNI_OP_GLOBAL_SET:
            m->height--;
            m->globals[n->x] = top[-1];
            break;
        case TNI_OP_I32_CONST:
        case TNI_OP_I64_CONST:
        case TNI_OP_F32_CONST:
        case TNI_OP_F64_CONST: m->stack[m->height++] = n->value; break;
        case TNI_OP_MEMORY_SIZE: m->stack[m->height++] = m->memory_bytes >> 16; break;
        case TNI_OP_MEMORY_GROW: {
            const uint64_t by = (uint32_t)top[-1];
            top[-1] = m->memory_bytes >> 16;
            if (by > (m->memory_max - m->memory_bytes) >> 16) {
                top[-1] = UINT32_MAX;
            } else {
                m->memory_bytes += by << 16;
            }
            break;
        }
        case TNI_OP_MEMORY_FILL:
            m->height -= 3;
            if ((uint64_t)(uint32_t)top[-3] + (uint32_t)top[-1] > m->memory_bytes) {
                return TNI_ERR_MEMORY_BOUNDS;
            }
            memset(m->memory + (uint32_t)top[-3], (int)(top[-2] & 255),
                   (uint32_t)top[-1]);
            break;
        default:
            if (tni_ops[n->op].imm == TNI_IMM_MEMARG) {
                trap = ref_memory(m, n);
            } else {
                uint32_t inputs =
                    (uint32_t)(strchr(tni_ops[n->op].sig, ':') - tni_ops[n->op].sig);
                uint64_t in[2] = {top[-(int)inputs], inputs == 2 ? top[-1] : 0};
                if (!ref_numeric(n->op, in, &in[0], &trap)) {
                    abort();
                }
                m->height -= inputs;
                m->stack[m->height++] = in[0];
            }
        }
        if (trap != TNI_ERR_NONE) {
            return trap;
        }
        if (branch != UINT32_MAX) {
            depth -= branch;
            const ref_label *l = &labels[depth - 1];
            ref_unwind(m, l->height, l->arity);
            if (depth == 1) {
                return TNI_ERR_NONE;
            }
            depth--; /* a loop instruction opens it again */
            pc = l->target - 1;
        }
    }
    return TNI_ERR_NONE;
}

/* Takes the arguments from the stack and leaves the results there. */
static inline tni_code ref_call(ref_machine *m, uint32_t func) {
    for (;;) {
        ref_func *f = &m->funcs[func];
        if (f->instrs == NULL) {
            ref_decode(m, f);
        }
        const size_t params = strlen(f->type.params);
        uint64_t *locals = calloc(params + strlen(f->locals) + 1, sizeof *locals);
        m->height -= (uint32_t)params;
        memcpy(locals, m->stack + m->height, params * sizeof *locals);
        tni_code trap = ref_run(m, f, locals, &func);
        free(locals);
        if (trap != TNI_ERR_NONE || func == UINT32_MAX) {
            return trap;
        }
    }
}

#endif
