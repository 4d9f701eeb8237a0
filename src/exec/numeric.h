/* numeric.h: the numeric instructions as plain functions, one for each, named by the rows
 * of op.def. Core 3.0, 4.3 (numerics). Used by the interpreter, by constant folding and
 * by tests.
 *
 * Those that can trap return TNI_ERR_NONE or the trap and write their result through r.
 * Integers are unsigned (wrapping); i32 is u32 here. The caller compiles without
 * contraction, fast-math or a changed rounding mode. */
#ifndef TNI_NUMERIC_H
#define TNI_NUMERIC_H

#include <math.h>

#include "base/error.h"

/* -- bits -- */

static inline u32 tni_f32_bits(f32 x) {
    u32 v;
    memcpy(&v, &x, sizeof v);
    return v;
}

static inline u64 tni_f64_bits(f64 x) {
    u64 v;
    memcpy(&v, &x, sizeof v);
    return v;
}

static inline f32 tni_f32_of(u32 x) {
    f32 v;
    memcpy(&v, &x, sizeof v);
    return v;
}

static inline f64 tni_f64_of(u64 x) {
    f64 v;
    memcpy(&v, &x, sizeof v);
    return v;
}

#if defined(__GNUC__)
#define TNI_CLZ32(x) ((u32)__builtin_clz(x))
#define TNI_CTZ32(x) ((u32)__builtin_ctz(x))
#define TNI_CLZ64(x) ((u32)__builtin_clzll(x))
#define TNI_CTZ64(x) ((u32)__builtin_ctzll(x))
#else
static inline u32 TNI_CLZ64(u64 x) {
    u32 n = 0;
    for (u32 step = 32; step != 0; step >>= 1) {
        if ((x >> (64 - step)) == 0) {
            n += step;
            x <<= step;
        }
    }
    return n;
}
static inline u32 TNI_CTZ64(u64 x) {
    return 63 - TNI_CLZ64(x & (0 - x));
}
static inline u32 TNI_CLZ32(u32 x) {
    return TNI_CLZ64(x) - 32;
}
static inline u32 TNI_CTZ32(u32 x) {
    return TNI_CTZ64(x);
}
#endif

static inline u32 tni_i32_clz(u32 x) {
    return x != 0 ? TNI_CLZ32(x) : 32;
}
static inline u32 tni_i32_ctz(u32 x) {
    return x != 0 ? TNI_CTZ32(x) : 32;
}
static inline u64 tni_i64_clz(u64 x) {
    return x != 0 ? TNI_CLZ64(x) : 64;
}
static inline u64 tni_i64_ctz(u64 x) {
    return x != 0 ? TNI_CTZ64(x) : 64;
}
/* No builtin: without a popcnt instruction it would be a call. */
static inline u64 tni_i64_popcnt(u64 x) {
    x -= x >> 1 & 0x5555555555555555u;
    x = (x & 0x3333333333333333u) + (x >> 2 & 0x3333333333333333u);
    x = (x + (x >> 4)) & 0x0f0f0f0f0f0f0f0fu;
    return x * 0x0101010101010101u >> 56;
}
static inline u32 tni_i32_popcnt(u32 x) {
    x -= x >> 1 & 0x55555555u;
    x = (x & 0x33333333u) + (x >> 2 & 0x33333333u);
    x = (x + (x >> 4)) & 0x0f0f0f0fu;
    return x * 0x01010101u >> 24;
}

/* -- integers: the same for both widths (U unsigned, S signed) -- */

#define TNI_INTEGER_OPS(N, U, S, BITS)                                                   \
    static inline U tni_i##N##_add(U x, U y) {                                           \
        return x + y;                                                                    \
    }                                                                                    \
    static inline U tni_i##N##_sub(U x, U y) {                                           \
        return x - y;                                                                    \
    }                                                                                    \
    static inline U tni_i##N##_mul(U x, U y) {                                           \
        return x * y;                                                                    \
    }                                                                                    \
    static inline tni_code tni_i##N##_div_s(U x, U y, U *r) {                            \
        if (TNI_UNLIKELY(y == 0)) {                                                      \
            return TNI_ERR_DIVIDE_BY_ZERO;                                               \
        }                                                                                \
        if (TNI_UNLIKELY(y == (U)-1 && x == (U)1 << (BITS - 1))) {                       \
            return TNI_ERR_INTEGER_OVERFLOW;                                             \
        }                                                                                \
        *r = (U)((S)x / (S)y);                                                           \
        return TNI_ERR_NONE;                                                             \
    }                                                                                    \
    static inline tni_code tni_i##N##_div_u(U x, U y, U *r) {                            \
        if (TNI_UNLIKELY(y == 0)) {                                                      \
            return TNI_ERR_DIVIDE_BY_ZERO;                                               \
        }                                                                                \
        *r = x / y;                                                                      \
        return TNI_ERR_NONE;                                                             \
    }                                                                                    \
    static inline tni_code tni_i##N##_rem_s(U x, U y, U *r) {                            \
        if (TNI_UNLIKELY(y == 0)) {                                                      \
            return TNI_ERR_DIVIDE_BY_ZERO;                                               \
        }                                                                                \
        *r = y == (U)-1 ? 0 : (U)((S)x % (S)y);                                          \
        return TNI_ERR_NONE;                                                             \
    }                                                                                    \
    static inline tni_code tni_i##N##_rem_u(U x, U y, U *r) {                            \
        if (TNI_UNLIKELY(y == 0)) {                                                      \
            return TNI_ERR_DIVIDE_BY_ZERO;                                               \
        }                                                                                \
        *r = x % y;                                                                      \
        return TNI_ERR_NONE;                                                             \
    }                                                                                    \
    static inline U tni_i##N##_and(U x, U y) {                                           \
        return x & y;                                                                    \
    }                                                                                    \
    static inline U tni_i##N##_or(U x, U y) {                                            \
        return x | y;                                                                    \
    }                                                                                    \
    static inline U tni_i##N##_xor(U x, U y) {                                           \
        return x ^ y;                                                                    \
    }                                                                                    \
    static inline U tni_i##N##_shl(U x, U y) {                                           \
        return x << (y & (BITS - 1));                                                    \
    }                                                                                    \
    static inline U tni_i##N##_shr_s(U x, U y) {                                         \
        return (U)((S)x >> (y & (BITS - 1)));                                            \
    }                                                                                    \
    static inline U tni_i##N##_shr_u(U x, U y) {                                         \
        return x >> (y & (BITS - 1));                                                    \
    }                                                                                    \
    static inline U tni_i##N##_rotl(U x, U y) {                                          \
        return x << (y & (BITS - 1)) | x >> ((0 - y) & (BITS - 1));                      \
    }                                                                                    \
    static inline U tni_i##N##_rotr(U x, U y) {                                          \
        return x >> (y & (BITS - 1)) | x << ((0 - y) & (BITS - 1));                      \
    }                                                                                    \
    static inline u32 tni_i##N##_eqz(U x) {                                              \
        return x == 0;                                                                   \
    }                                                                                    \
    static inline u32 tni_i##N##_eq(U x, U y) {                                          \
        return x == y;                                                                   \
    }                                                                                    \
    static inline u32 tni_i##N##_ne(U x, U y) {                                          \
        return x != y;                                                                   \
    }                                                                                    \
    static inline u32 tni_i##N##_lt_s(U x, U y) {                                        \
        return (S)x < (S)y;                                                              \
    }                                                                                    \
    static inline u32 tni_i##N##_lt_u(U x, U y) {                                        \
        return x < y;                                                                    \
    }                                                                                    \
    static inline u32 tni_i##N##_gt_s(U x, U y) {                                        \
        return (S)x > (S)y;                                                              \
    }                                                                                    \
    static inline u32 tni_i##N##_gt_u(U x, U y) {                                        \
        return x > y;                                                                    \
    }                                                                                    \
    static inline u32 tni_i##N##_le_s(U x, U y) {                                        \
        return (S)x <= (S)y;                                                             \
    }                                                                                    \
    static inline u32 tni_i##N##_le_u(U x, U y) {                                        \
        return x <= y;                                                                   \
    }                                                                                    \
    static inline u32 tni_i##N##_ge_s(U x, U y) {                                        \
        return (S)x >= (S)y;                                                             \
    }                                                                                    \
    static inline u32 tni_i##N##_ge_u(U x, U y) {                                        \
        return x >= y;                                                                   \
    }                                                                                    \
    static inline U tni_i##N##_extend8_s(U x) {                                          \
        return (U)(S)(i8)x;                                                              \
    }                                                                                    \
    static inline U tni_i##N##_extend16_s(U x) {                                         \
        return (U)(S)(i16)x;                                                             \
    }

TNI_INTEGER_OPS(32, u32, i32, 32)
TNI_INTEGER_OPS(64, u64, i64, 64)

static inline u64 tni_i64_extend32_s(u64 x) {
    return (u64)(i64)(i32)x;
}
static inline u32 tni_i32_wrap_i64(u64 x) {
    return (u32)x;
}
static inline u64 tni_i64_extend_i32_s(u32 x) {
    return (u64)(i64)(i32)x;
}
static inline u64 tni_i64_extend_i32_u(u32 x) {
    return x;
}

/* The upper halves of products (wide arithmetic). */
static inline u64 tni_i64_mul_high_u(u64 x, u64 y) {
    const u64 xl = (u32)x;
    const u64 xh = x >> 32;
    const u64 yl = (u32)y;
    const u64 yh = y >> 32;
    const u64 cross = (xl * yl >> 32) + (u32)(xh * yl) + xl * yh;
    return (xh * yl >> 32) + xh * yh + (cross >> 32);
}
static inline u64 tni_i64_mul_high_s(u64 x, u64 y) {
    return tni_i64_mul_high_u(x, y) - ((i64)x < 0 ? y : 0) - ((i64)y < 0 ? x : 0);
}

/* -- floats --
 *
 * abs, neg and copysign are on bits, so that NaNs keep theirs. The roundings are written
 * out: without SSE4.1 the library's are calls. Below 2^(mantissa) every value fits the
 * integer it goes through; the others are integers already, infinities or NaNs, which
 * come out quiet. */

static inline f32 tni_f32_quiet(f32 x) {
    return x != x ? tni_f32_of(tni_f32_bits(x) | 0x400000u) : x;
}
static inline f64 tni_f64_quiet(f64 x) {
    return x != x ? tni_f64_of(tni_f64_bits(x) | 0x8000000000000u) : x;
}

#define TNI_FLOAT_OPS(N, U, I, BITS, WHOLE)                                              \
    static inline f##N tni_f##N##_abs(f##N x) {                                          \
        return tni_f##N##_of(tni_f##N##_bits(x) & ~((U)1 << (BITS - 1)));                \
    }                                                                                    \
    static inline f##N tni_f##N##_neg(f##N x) {                                          \
        return tni_f##N##_of(tni_f##N##_bits(x) ^ (U)1 << (BITS - 1));                   \
    }                                                                                    \
    static inline f##N tni_f##N##_copysign(f##N x, f##N y) {                             \
        const U sign = (U)1 << (BITS - 1);                                               \
        return tni_f##N##_of((tni_f##N##_bits(x) & ~sign) |                              \
                             (tni_f##N##_bits(y) & sign));                               \
    }                                                                                    \
    static inline f##N tni_f##N##_trunc(f##N x) {                                        \
        if (tni_f##N##_abs(x) < WHOLE) {                                                 \
            return tni_f##N##_copysign((f##N)(I)x, x);                                   \
        }                                                                                \
        return tni_f##N##_quiet(x);                                                      \
    }                                                                                    \
    static inline f##N tni_f##N##_floor(f##N x) {                                        \
        if (tni_f##N##_abs(x) < WHOLE) {                                                 \
            const f##N w = (f##N)(I)x;                                                   \
            return tni_f##N##_copysign(w > x ? w - 1 : w, x);                            \
        }                                                                                \
        return tni_f##N##_quiet(x);                                                      \
    }                                                                                    \
    static inline f##N tni_f##N##_ceil(f##N x) {                                         \
        if (tni_f##N##_abs(x) < WHOLE) {                                                 \
            const f##N w = (f##N)(I)x;                                                   \
            return tni_f##N##_copysign(w < x ? w + 1 : w, x);                            \
        }                                                                                \
        return tni_f##N##_quiet(x);                                                      \
    }                                                                                    \
    /* Adding and taking away 2^mantissa rounds to even. */                              \
    static inline f##N tni_f##N##_nearest(f##N x) {                                      \
        if (tni_f##N##_abs(x) < WHOLE) {                                                 \
            const f##N w = tni_f##N##_abs(x) + WHOLE;                                    \
            return tni_f##N##_copysign(w - WHOLE, x);                                    \
        }                                                                                \
        return tni_f##N##_quiet(x);                                                      \
    }                                                                                    \
    static inline f##N tni_f##N##_add(f##N x, f##N y) {                                  \
        return x + y;                                                                    \
    }                                                                                    \
    static inline f##N tni_f##N##_sub(f##N x, f##N y) {                                  \
        return x - y;                                                                    \
    }                                                                                    \
    static inline f##N tni_f##N##_mul(f##N x, f##N y) {                                  \
        return x * y;                                                                    \
    }                                                                                    \
    static inline f##N tni_f##N##_div(f##N x, f##N y) {                                  \
        return x / y;                                                                    \
    }                                                                                    \
    /* Zeros: the smaller has the sign bit, and equal numbers equal bits otherwise. */   \
    static inline f##N tni_f##N##_min(f##N x, f##N y) {                                  \
        if (x < y) {                                                                     \
            return x;                                                                    \
        }                                                                                \
        if (y < x) {                                                                     \
            return y;                                                                    \
        }                                                                                \
        return x == y ? tni_f##N##_of(tni_f##N##_bits(x) | tni_f##N##_bits(y)) : x + y;  \
    }                                                                                    \
    static inline f##N tni_f##N##_max(f##N x, f##N y) {                                  \
        if (x > y) {                                                                     \
            return x;                                                                    \
        }                                                                                \
        if (y > x) {                                                                     \
            return y;                                                                    \
        }                                                                                \
        return x == y ? tni_f##N##_of(tni_f##N##_bits(x) & tni_f##N##_bits(y)) : x + y;  \
    }                                                                                    \
    static inline u32 tni_f##N##_eq(f##N x, f##N y) {                                    \
        return x == y;                                                                   \
    }                                                                                    \
    static inline u32 tni_f##N##_ne(f##N x, f##N y) {                                    \
        return x != y;                                                                   \
    }                                                                                    \
    static inline u32 tni_f##N##_lt(f##N x, f##N y) {                                    \
        return x < y;                                                                    \
    }                                                                                    \
    static inline u32 tni_f##N##_gt(f##N x, f##N y) {                                    \
        return x > y;                                                                    \
    }                                                                                    \
    static inline u32 tni_f##N##_le(f##N x, f##N y) {                                    \
        return x <= y;                                                                   \
    }                                                                                    \
    static inline u32 tni_f##N##_ge(f##N x, f##N y) {                                    \
        return x >= y;                                                                   \
    }                                                                                    \
    static inline f##N tni_f##N##_convert_i32_s(u32 x) {                                 \
        return (f##N)(i32)x;                                                             \
    }                                                                                    \
    static inline f##N tni_f##N##_convert_i32_u(u32 x) {                                 \
        return (f##N)x;                                                                  \
    }                                                                                    \
    static inline f##N tni_f##N##_convert_i64_s(u64 x) {                                 \
        return (f##N)(i64)x;                                                             \
    }                                                                                    \
    static inline f##N tni_f##N##_convert_i64_u(u64 x) {                                 \
        return (f##N)x;                                                                  \
    }

TNI_FLOAT_OPS(32, u32, i32, 32, 8388608.0f)
TNI_FLOAT_OPS(64, u64, i64, 64, 4503599627370496.0)

static inline f32 tni_f32_sqrt(f32 x) {
    return sqrtf(x);
}
static inline f64 tni_f64_sqrt(f64 x) {
    return sqrt(x);
}
static inline f32 tni_f32_demote_f64(f64 x) {
    return (f32)x;
}
static inline f64 tni_f64_promote_f32(f32 x) {
    return (f64)x;
}
static inline u32 tni_i32_reinterpret_f32(f32 x) {
    return tni_f32_bits(x);
}
static inline u64 tni_i64_reinterpret_f64(f64 x) {
    return tni_f64_bits(x);
}
static inline f32 tni_f32_reinterpret_i32(u32 x) {
    return tni_f32_of(x);
}
static inline f64 tni_f64_reinterpret_i64(u64 x) {
    return tni_f64_of(x);
}

/* -- floats to integers. Every f32 is an f64, so the bounds are written once;
 * LOW_OK compares x with the last value too low, or with the lowest in range. -- */

#define TNI_TRUNC_OPS(N, F, SIGN, U, I, LOW_OK, HIGH, MIN, MAX)                          \
    static inline tni_code tni_i##N##_trunc_##F##_##SIGN(F v, U *r) {                    \
        const f64 x = v;                                                                 \
        if (TNI_LIKELY(LOW_OK && x < HIGH)) {                                            \
            *r = (U)(I)x;                                                                \
            return TNI_ERR_NONE;                                                         \
        }                                                                                \
        return x != x ? TNI_ERR_INVALID_CONVERSION : TNI_ERR_INTEGER_OVERFLOW;           \
    }                                                                                    \
    static inline U tni_i##N##_trunc_sat_##F##_##SIGN(F v) {                             \
        const f64 x = v;                                                                 \
        if (TNI_LIKELY(LOW_OK && x < HIGH)) {                                            \
            return (U)(I)x;                                                              \
        }                                                                                \
        return x != x ? 0 : x < 0 ? MIN : MAX;                                           \
    }

#define TNI_TRUNC_FROM(F)                                                                \
    TNI_TRUNC_OPS(32, F, s, u32, i32, x > -2147483649.0, 2147483648.0, 0x80000000u,      \
                  0x7fffffffu)                                                           \
    TNI_TRUNC_OPS(32, F, u, u32, u32, x > -1.0, 4294967296.0, 0, UINT32_MAX)             \
    TNI_TRUNC_OPS(64, F, s, u64, i64, x >= -9223372036854775808.0,                       \
                  9223372036854775808.0, (u64)1 << 63, ((u64)1 << 63) - 1)               \
    TNI_TRUNC_OPS(64, F, u, u64, u64, x > -1.0, 18446744073709551616.0, 0, UINT64_MAX)

TNI_TRUNC_FROM(f32)
TNI_TRUNC_FROM(f64)

#endif
