/* simd.h: the vector instructions as plain functions, one for each, named by the rows of
 * op.def, and lists of them by shape for the interpreter. Core 3.0, 4.3 (vector
 * numerics).
 *
 * Plain loops over lanes, which compilers turn into vector code where they can. Where
 * they cannot, lanes are put together in two words: a v128 written in pieces is slow to
 * read whole. Relaxed
 * instructions do what the deterministic profile prescribes, the same on every host.
 *
 * A v128 stands in two slots, the low bytes in the first, as integers of the host. Lanes
 * that share a slot are mirrored on a big-endian host: TNI_L8(n) and so on are where lane
 * n is. Instructions that treat all lanes alike need not mind. */
#ifndef TNI_SIMD_H
#define TNI_SIMD_H

#include <float.h>

#include "exec/numeric.h"

typedef union tni_v128 {
    u8 u8x16[16];
    i8 i8x16[16];
    u16 u16x8[8];
    i16 i16x8[8];
    u32 u32x4[4];
    i32 i32x4[4];
    u64 u64x2[2];
    i64 i64x2[2];
    f32 f32x4[4];
    f64 f64x2[2];
} tni_v128;

#if defined(__BYTE_ORDER__) && __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
#define TNI_L8(n)  ((n) ^ 7)
#define TNI_L16(n) ((n) ^ 3)
#define TNI_L32(n) ((n) ^ 1)
#else
#define TNI_L8(n)  (n)
#define TNI_L16(n) (n)
#define TNI_L32(n) (n)
#endif
#define TNI_L64(n) (n)

static inline tni_v128 tni_v128_of(u64 low, u64 high) {
    return (tni_v128){.u64x2 = {low, high}};
}

/* -- shapes -- */

/* r[n] = E(a[n]), and of two operands; the result's member may be of another type. */
#define TNI_SIMD_MAP1(name, lanes, to, T, from, E)                                       \
    static inline tni_v128 tni_##name(tni_v128 a) {                                      \
        tni_v128 r;                                                                      \
        for (int n = 0; n < lanes; n++) {                                                \
            r.to[n] = (T)(E(a.from[n]));                                                 \
        }                                                                                \
        return r;                                                                        \
    }
#define TNI_SIMD_MAP2(name, lanes, to, T, from, E)                                       \
    static inline tni_v128 tni_##name(tni_v128 a, tni_v128 b) {                          \
        tni_v128 r;                                                                      \
        for (int n = 0; n < lanes; n++) {                                                \
            r.to[n] = (T)(E(a.from[n], b.from[n]));                                      \
        }                                                                                \
        return r;                                                                        \
    }

/* -- bits -- */

static inline tni_v128 tni_v128_not(tni_v128 a) {
    return (tni_v128){.u64x2 = {~a.u64x2[0], ~a.u64x2[1]}};
}
static inline tni_v128 tni_v128_and(tni_v128 a, tni_v128 b) {
    return (tni_v128){.u64x2 = {a.u64x2[0] & b.u64x2[0], a.u64x2[1] & b.u64x2[1]}};
}
static inline tni_v128 tni_v128_andnot(tni_v128 a, tni_v128 b) {
    return (tni_v128){.u64x2 = {a.u64x2[0] & ~b.u64x2[0], a.u64x2[1] & ~b.u64x2[1]}};
}
static inline tni_v128 tni_v128_or(tni_v128 a, tni_v128 b) {
    return (tni_v128){.u64x2 = {a.u64x2[0] | b.u64x2[0], a.u64x2[1] | b.u64x2[1]}};
}
static inline tni_v128 tni_v128_xor(tni_v128 a, tni_v128 b) {
    return (tni_v128){.u64x2 = {a.u64x2[0] ^ b.u64x2[0], a.u64x2[1] ^ b.u64x2[1]}};
}
static inline tni_v128 tni_v128_bitselect(tni_v128 a, tni_v128 b, tni_v128 mask) {
    return tni_v128_or(tni_v128_and(a, mask), tni_v128_andnot(b, mask));
}
static inline u32 tni_v128_any_true(tni_v128 a) {
    return (a.u64x2[0] | a.u64x2[1]) != 0;
}

/* -- integers: the same for every width -- */

#define TNI_SIMD_ADD(x, y)  ((x) + (y))
#define TNI_SIMD_SUB(x, y)  ((x) - (y))
#define TNI_SIMD_MUL(x, y)  ((u64)(x) * (y)) /* u16 would promote to int, and overflow */
#define TNI_SIMD_MIN(x, y)  ((x) < (y) ? (x) : (y))
#define TNI_SIMD_MAX(x, y)  ((x) > (y) ? (x) : (y))
#define TNI_SIMD_EQ(x, y)   (0 - (u64)((x) == (y)))
#define TNI_SIMD_NE(x, y)   (0 - (u64)((x) != (y)))
#define TNI_SIMD_LT(x, y)   (0 - (u64)((x) < (y)))
#define TNI_SIMD_GT(x, y)   (0 - (u64)((x) > (y)))
#define TNI_SIMD_LE(x, y)   (0 - (u64)((x) <= (y)))
#define TNI_SIMD_GE(x, y)   (0 - (u64)((x) >= (y)))
#define TNI_SIMD_NEG(x)     (0 - (u64)(x))
#define TNI_SIMD_AVGR(x, y) (((u32)(x) + (y) + 1) >> 1)

#define TNI_SIMD_COMPARE_S(S, N, BITS)                                                   \
    TNI_SIMD_MAP2(i##S##_eq, N, u##S, u##BITS, u##S, TNI_SIMD_EQ)                        \
    TNI_SIMD_MAP2(i##S##_ne, N, u##S, u##BITS, u##S, TNI_SIMD_NE)                        \
    TNI_SIMD_MAP2(i##S##_lt_s, N, u##S, u##BITS, i##S, TNI_SIMD_LT)                      \
    TNI_SIMD_MAP2(i##S##_gt_s, N, u##S, u##BITS, i##S, TNI_SIMD_GT)                      \
    TNI_SIMD_MAP2(i##S##_le_s, N, u##S, u##BITS, i##S, TNI_SIMD_LE)                      \
    TNI_SIMD_MAP2(i##S##_ge_s, N, u##S, u##BITS, i##S, TNI_SIMD_GE)

#define TNI_SIMD_COMPARE_U(S, N, BITS)                                                   \
    TNI_SIMD_MAP2(i##S##_lt_u, N, u##S, u##BITS, u##S, TNI_SIMD_LT)                      \
    TNI_SIMD_MAP2(i##S##_gt_u, N, u##S, u##BITS, u##S, TNI_SIMD_GT)                      \
    TNI_SIMD_MAP2(i##S##_le_u, N, u##S, u##BITS, u##S, TNI_SIMD_LE)                      \
    TNI_SIMD_MAP2(i##S##_ge_u, N, u##S, u##BITS, u##S, TNI_SIMD_GE)

#define TNI_SIMD_ARITHMETIC(S, N, BITS)                                                  \
    TNI_SIMD_MAP2(i##S##_add, N, u##S, u##BITS, u##S, TNI_SIMD_ADD)                      \
    TNI_SIMD_MAP2(i##S##_sub, N, u##S, u##BITS, u##S, TNI_SIMD_SUB)                      \
    TNI_SIMD_MAP1(i##S##_neg, N, u##S, u##BITS, u##S, TNI_SIMD_NEG)                      \
    static inline tni_v128 tni_i##S##_abs(tni_v128 a) {                                  \
        tni_v128 r;                                                                      \
        for (int n = 0; n < N; n++) {                                                    \
            r.u##S[n] = a.i##S[n] < 0 ? (u##BITS)(0 - (u64)a.u##S[n]) : a.u##S[n];       \
        }                                                                                \
        return r;                                                                        \
    }                                                                                    \
    static inline tni_v128 tni_i##S##_shl(tni_v128 a, u32 by) {                          \
        tni_v128 r;                                                                      \
        for (int n = 0; n < N; n++) {                                                    \
            r.u##S[n] = (u##BITS)((u64)a.u##S[n] << (by & (BITS - 1)));                  \
        }                                                                                \
        return r;                                                                        \
    }                                                                                    \
    static inline tni_v128 tni_i##S##_shr_s(tni_v128 a, u32 by) {                        \
        tni_v128 r;                                                                      \
        for (int n = 0; n < N; n++) {                                                    \
            r.i##S[n] = (i##BITS)(a.i##S[n] >> (by & (BITS - 1)));                       \
        }                                                                                \
        return r;                                                                        \
    }                                                                                    \
    static inline tni_v128 tni_i##S##_shr_u(tni_v128 a, u32 by) {                        \
        tni_v128 r;                                                                      \
        for (int n = 0; n < N; n++) {                                                    \
            r.u##S[n] = (u##BITS)(a.u##S[n] >> (by & (BITS - 1)));                       \
        }                                                                                \
        return r;                                                                        \
    }                                                                                    \
    static inline u32 tni_i##S##_all_true(tni_v128 a) {                                  \
        u32 all = 1;                                                                     \
        for (int n = 0; n < N; n++) {                                                    \
            all &= a.u##S[n] != 0;                                                       \
        }                                                                                \
        return all;                                                                      \
    }

/* The top bits of a word's lanes side by side at its top: the multiplier has a one for
 * each lane, and no two products of a bit and a one meet. */
#define TNI_SIMD_BITMASK(S, N, TOPS, ONES, DOWN)                                         \
    static inline u32 tni_i##S##_bitmask(tni_v128 a) {                                   \
        const u64 low = (a.u64x2[0] & (TOPS)) * (ONES) >> (DOWN);                        \
        const u64 high = (a.u64x2[1] & (TOPS)) * (ONES) >> (DOWN);                       \
        return (u32)(low | high << (N / 2));                                             \
    }
TNI_SIMD_BITMASK(8x16, 16, 0x8080808080808080u, 0x0002040810204081u, 56)
TNI_SIMD_BITMASK(16x8, 8, 0x8000800080008000u, 0x0000200040008001u, 60)
TNI_SIMD_BITMASK(32x4, 4, 0x8000000080000000u, 0x0000000080000001u, 62)
static inline u32 tni_i64x2_bitmask(tni_v128 a) {
    return (u32)(a.u64x2[0] >> 63 | a.u64x2[1] >> 63 << 1);
}

#define TNI_SIMD_MIN_MAX(S, N, BITS)                                                     \
    TNI_SIMD_MAP2(i##S##_min_s, N, i##S, i##BITS, i##S, TNI_SIMD_MIN)                    \
    TNI_SIMD_MAP2(i##S##_min_u, N, u##S, u##BITS, u##S, TNI_SIMD_MIN)                    \
    TNI_SIMD_MAP2(i##S##_max_s, N, i##S, i##BITS, i##S, TNI_SIMD_MAX)                    \
    TNI_SIMD_MAP2(i##S##_max_u, N, u##S, u##BITS, u##S, TNI_SIMD_MAX)

/* x held to the range of a narrower type. */
static inline i32 tni_simd_clamp(i32 x, i32 low, i32 high) {
    return x < low ? low : x > high ? high : x;
}
#define TNI_SIMD_SAT_8S(x)     tni_simd_clamp(x, INT8_MIN, INT8_MAX)
#define TNI_SIMD_SAT_8U(x)     tni_simd_clamp(x, 0, UINT8_MAX)
#define TNI_SIMD_SAT_16S(x)    tni_simd_clamp(x, INT16_MIN, INT16_MAX)
#define TNI_SIMD_SAT_16U(x)    tni_simd_clamp(x, 0, UINT16_MAX)
#define TNI_SIMD_ADD_S8(x, y)  TNI_SIMD_SAT_8S(x + y)
#define TNI_SIMD_ADD_U8(x, y)  TNI_SIMD_SAT_8U(x + y)
#define TNI_SIMD_SUB_S8(x, y)  TNI_SIMD_SAT_8S(x - y)
#define TNI_SIMD_SUB_U8(x, y)  TNI_SIMD_SAT_8U(x - y)
#define TNI_SIMD_ADD_S16(x, y) TNI_SIMD_SAT_16S(x + y)
#define TNI_SIMD_ADD_U16(x, y) TNI_SIMD_SAT_16U(x + y)
#define TNI_SIMD_SUB_S16(x, y) TNI_SIMD_SAT_16S(x - y)
#define TNI_SIMD_SUB_U16(x, y) TNI_SIMD_SAT_16U(x - y)

#define TNI_SIMD_SATURATING(S, N, BITS)                                                  \
    TNI_SIMD_MAP2(i##S##_add_sat_s, N, i##S, i##BITS, i##S, TNI_SIMD_ADD_S##BITS)        \
    TNI_SIMD_MAP2(i##S##_add_sat_u, N, u##S, u##BITS, u##S, TNI_SIMD_ADD_U##BITS)        \
    TNI_SIMD_MAP2(i##S##_sub_sat_s, N, i##S, i##BITS, i##S, TNI_SIMD_SUB_S##BITS)        \
    TNI_SIMD_MAP2(i##S##_sub_sat_u, N, u##S, u##BITS, u##S, TNI_SIMD_SUB_U##BITS)        \
    TNI_SIMD_MAP2(i##S##_avgr_u, N, u##S, u##BITS, u##S, TNI_SIMD_AVGR)

TNI_SIMD_COMPARE_S(8x16, 16, 8)
TNI_SIMD_COMPARE_U(8x16, 16, 8)
TNI_SIMD_ARITHMETIC(8x16, 16, 8)
TNI_SIMD_MIN_MAX(8x16, 16, 8)
TNI_SIMD_SATURATING(8x16, 16, 8)
/* Bits counted in pairs, in fours, in bytes. */
static inline u64 tni_simd_popcnt_bytes(u64 x) {
    x -= x >> 1 & 0x5555555555555555u;
    x = (x & 0x3333333333333333u) + (x >> 2 & 0x3333333333333333u);
    return (x + (x >> 4)) & 0x0f0f0f0f0f0f0f0fu;
}
static inline tni_v128 tni_i8x16_popcnt(tni_v128 a) {
    return tni_v128_of(tni_simd_popcnt_bytes(a.u64x2[0]),
                       tni_simd_popcnt_bytes(a.u64x2[1]));
}

TNI_SIMD_COMPARE_S(16x8, 8, 16)
TNI_SIMD_COMPARE_U(16x8, 8, 16)
TNI_SIMD_ARITHMETIC(16x8, 8, 16)
TNI_SIMD_MIN_MAX(16x8, 8, 16)
TNI_SIMD_SATURATING(16x8, 8, 16)
TNI_SIMD_MAP2(i16x8_mul, 8, u16x8, u16, u16x8, TNI_SIMD_MUL)

TNI_SIMD_COMPARE_S(32x4, 4, 32)
TNI_SIMD_COMPARE_U(32x4, 4, 32)
TNI_SIMD_ARITHMETIC(32x4, 4, 32)
TNI_SIMD_MIN_MAX(32x4, 4, 32)
TNI_SIMD_MAP2(i32x4_mul, 4, u32x4, u32, u32x4, TNI_SIMD_MUL)

TNI_SIMD_COMPARE_S(64x2, 2, 64)
TNI_SIMD_ARITHMETIC(64x2, 2, 64)
TNI_SIMD_MAP2(i64x2_mul, 2, u64x2, u64, u64x2, TNI_SIMD_MUL)

static inline i32 tni_simd_q15mulr(i32 x, i32 y) {
    return TNI_SIMD_SAT_16S((x * y + 0x4000) >> 15);
}
TNI_SIMD_MAP2(i16x8_q15mulr_sat_s, 8, i16x8, i16, i16x8, tni_simd_q15mulr)

/* -- between widths -- */

/* F the type of the wide lanes. */
#define TNI_SIMD_NARROW(name, N, to, L, T, from, LF, F, SAT)                             \
    static inline tni_v128 tni_##name(tni_v128 a, tni_v128 b) {                          \
        F both[2 * N];                                                                   \
        for (int n = 0; n < N; n++) {                                                    \
            both[n] = a.from[LF(n)];                                                     \
            both[n + N] = b.from[LF(n)];                                                 \
        }                                                                                \
        tni_v128 r;                                                                      \
        for (int n = 0; n < 2 * N; n++) {                                                \
            r.to[L(n)] = (T)SAT(both[n]);                                                \
        }                                                                                \
        return r;                                                                        \
    }

TNI_SIMD_NARROW(i8x16_narrow_i16x8_s, 8, i8x16, TNI_L8, i8, i16x8, TNI_L16, i16,
                TNI_SIMD_SAT_8S)
TNI_SIMD_NARROW(i8x16_narrow_i16x8_u, 8, u8x16, TNI_L8, u8, i16x8, TNI_L16, i16,
                TNI_SIMD_SAT_8U)
TNI_SIMD_NARROW(i16x8_narrow_i32x4_s, 4, i16x8, TNI_L16, i16, i32x4, TNI_L32, i32,
                TNI_SIMD_SAT_16S)
TNI_SIMD_NARROW(i16x8_narrow_i32x4_u, 4, u16x8, TNI_L16, u16, i32x4, TNI_L32, i32,
                TNI_SIMD_SAT_16U)

/* W wide and H half lanes, N wide ones; T the wide type; AT the first half lane. */
#define TNI_SIMD_EXTEND(name, N, W, LW, T, H, LH, AT)                                    \
    static inline tni_v128 tni_##name(tni_v128 a) {                                      \
        tni_v128 r;                                                                      \
        for (int n = 0; n < N; n++) {                                                    \
            r.W[LW(n)] = (T)a.H[LH(n + AT)];                                             \
        }                                                                                \
        return r;                                                                        \
    }
#define TNI_SIMD_EXTMUL(name, N, W, LW, T, H, LH, AT)                                    \
    static inline tni_v128 tni_##name(tni_v128 a, tni_v128 b) {                          \
        tni_v128 r;                                                                      \
        for (int n = 0; n < N; n++) {                                                    \
            r.W[LW(n)] = (T)((T)a.H[LH(n + AT)] * (T)b.H[LH(n + AT)]);                   \
        }                                                                                \
        return r;                                                                        \
    }
#define TNI_SIMD_WIDEN(W, H, N, WB, HB)                                                  \
    TNI_SIMD_EXTEND(i##W##_extend_low_i##H##_s, N, i##W, TNI_L##WB, i##WB, i##H,         \
                    TNI_L##HB, 0)                                                        \
    TNI_SIMD_EXTEND(i##W##_extend_high_i##H##_s, N, i##W, TNI_L##WB, i##WB, i##H,        \
                    TNI_L##HB, N)                                                        \
    TNI_SIMD_EXTEND(i##W##_extend_low_i##H##_u, N, u##W, TNI_L##WB, u##WB, u##H,         \
                    TNI_L##HB, 0)                                                        \
    TNI_SIMD_EXTEND(i##W##_extend_high_i##H##_u, N, u##W, TNI_L##WB, u##WB, u##H,        \
                    TNI_L##HB, N)
#define TNI_SIMD_WIDEN_MUL(W, H, N, WB, HB)                                              \
    TNI_SIMD_EXTMUL(i##W##_extmul_low_i##H##_s, N, i##W, TNI_L##WB, i##WB, i##H,         \
                    TNI_L##HB, 0)                                                        \
    TNI_SIMD_EXTMUL(i##W##_extmul_high_i##H##_s, N, i##W, TNI_L##WB, i##WB, i##H,        \
                    TNI_L##HB, N)                                                        \
    TNI_SIMD_EXTMUL(i##W##_extmul_low_i##H##_u, N, u##W, TNI_L##WB, u##WB, u##H,         \
                    TNI_L##HB, 0)                                                        \
    TNI_SIMD_EXTMUL(i##W##_extmul_high_i##H##_u, N, u##W, TNI_L##WB, u##WB, u##H,        \
                    TNI_L##HB, N)

TNI_SIMD_WIDEN(16x8, 8x16, 8, 16, 8)
TNI_SIMD_WIDEN(32x4, 16x8, 4, 32, 16)
TNI_SIMD_WIDEN(64x2, 32x4, 2, 64, 32)
TNI_SIMD_WIDEN_MUL(16x8, 8x16, 8, 16, 8)
TNI_SIMD_WIDEN_MUL(64x2, 32x4, 2, 64, 32)

/* In two steps, each of which compilers turn into vector code. */
#define TNI_SIMD_EXTMUL_32(half)                                                         \
    static inline tni_v128 tni_i32x4_extmul_##half(tni_v128 a, tni_v128 b) {             \
        return tni_i32x4_mul(tni_i32x4_extend_##half(a), tni_i32x4_extend_##half(b));    \
    }
TNI_SIMD_EXTMUL_32(low_i16x8_s)
TNI_SIMD_EXTMUL_32(high_i16x8_s)
TNI_SIMD_EXTMUL_32(low_i16x8_u)
TNI_SIMD_EXTMUL_32(high_i16x8_u)

/* Neighbours added: the pair of lanes is within one wide lane, in either order. */
#define TNI_SIMD_PAIRS(name, N, W, LW, T, H, LH)                                         \
    static inline tni_v128 tni_##name(tni_v128 a) {                                      \
        tni_v128 r;                                                                      \
        for (int n = 0; n < N; n++) {                                                    \
            r.W[LW(n)] = (T)((T)a.H[LH(2 * n)] + (T)a.H[LH(2 * n + 1)]);                 \
        }                                                                                \
        return r;                                                                        \
    }
TNI_SIMD_PAIRS(i16x8_extadd_pairwise_i8x16_s, 8, i16x8, TNI_L16, i16, i8x16, TNI_L8)
TNI_SIMD_PAIRS(i16x8_extadd_pairwise_i8x16_u, 8, u16x8, TNI_L16, u16, u8x16, TNI_L8)
TNI_SIMD_PAIRS(i32x4_extadd_pairwise_i16x8_s, 4, i32x4, TNI_L32, i32, i16x8, TNI_L16)
TNI_SIMD_PAIRS(i32x4_extadd_pairwise_i16x8_u, 4, u32x4, TNI_L32, u32, u16x8, TNI_L16)

/* Of lanes 2n and 2n + 1. -2^15 four times gives 2^31, which wraps. */
static inline u64 tni_simd_dot(tni_v128 a, tni_v128 b, int n) {
    const int x = TNI_L16(2 * n);
    const int y = TNI_L16(2 * n + 1);
    return (u32)(a.i16x8[x] * b.i16x8[x]) + (u32)(a.i16x8[y] * b.i16x8[y]);
}
static inline tni_v128 tni_i32x4_dot_i16x8_s(tni_v128 a, tni_v128 b) {
    return tni_v128_of(tni_simd_dot(a, b, 0) | tni_simd_dot(a, b, 1) << 32,
                       tni_simd_dot(a, b, 2) | tni_simd_dot(a, b, 3) << 32);
}

/* -- lanes -- */

/* Bytes picked from a table by the eight indices in a word. */
static inline u64 tni_simd_pick(const u8 table[32], u64 lanes) {
    u64 r = 0;
    for (int n = 0; n < 64; n += 8) {
        r |= (u64)table[lanes >> n & 31] << n;
    }
    return r;
}
static inline void tni_simd_put(u8 *at, tni_v128 a) {
    tni_store_u64(at, a.u64x2[0]);
    tni_store_u64(at + 8, a.u64x2[1]);
}
static inline tni_v128 tni_i8x16_swizzle(tni_v128 a, tni_v128 lanes) {
    tni_v128 r;
    for (int n = 0; n < 16; n++) {
        const u8 lane = lanes.u8x16[n];
        r.u8x16[n] = lane < 16 ? a.u8x16[TNI_L8(lane)] : 0;
    }
    return r;
}

/* lanes: the 16 bytes of the instruction, in order. */
static inline tni_v128 tni_i8x16_shuffle(tni_v128 a, tni_v128 b, const u8 *lanes) {
    u8 table[32];
    tni_simd_put(table, a);
    tni_simd_put(table + 16, b);
    return tni_v128_of(tni_simd_pick(table, tni_load_u64(lanes)),
                       tni_simd_pick(table, tni_load_u64(lanes + 8)));
}

#define TNI_SIMD_SPLAT(name, N, S, T, FROM)                                              \
    static inline tni_v128 tni_##name##_splat(FROM x) {                                  \
        tni_v128 r;                                                                      \
        for (int n = 0; n < N; n++) {                                                    \
            r.S[n] = (T)x;                                                               \
        }                                                                                \
        return r;                                                                        \
    }
TNI_SIMD_SPLAT(i8x16, 16, u8x16, u8, u32)
TNI_SIMD_SPLAT(i16x8, 8, u16x8, u16, u32)
TNI_SIMD_SPLAT(i32x4, 4, u32x4, u32, u32)
TNI_SIMD_SPLAT(i64x2, 2, u64x2, u64, u64)

#define TNI_SIMD_EXTRACT(name, S, L, MASK, T)                                            \
    static inline T tni_##name(tni_v128 a, u32 lane) {                                   \
        return (T)a.S[L(lane & MASK)];                                                   \
    }
TNI_SIMD_EXTRACT(i8x16_extract_lane_s, i8x16, TNI_L8, 15, u32)
TNI_SIMD_EXTRACT(i8x16_extract_lane_u, u8x16, TNI_L8, 15, u32)
TNI_SIMD_EXTRACT(i16x8_extract_lane_s, i16x8, TNI_L16, 7, u32)
TNI_SIMD_EXTRACT(i16x8_extract_lane_u, u16x8, TNI_L16, 7, u32)
TNI_SIMD_EXTRACT(i32x4_extract_lane, u32x4, TNI_L32, 3, u32)
TNI_SIMD_EXTRACT(i64x2_extract_lane, u64x2, TNI_L64, 1, u64)

#define TNI_SIMD_REPLACE(name, S, L, MASK, T, FROM)                                      \
    static inline tni_v128 tni_##name(tni_v128 a, FROM x, u32 lane) {                    \
        a.S[L(lane & MASK)] = (T)x;                                                      \
        return a;                                                                        \
    }
TNI_SIMD_REPLACE(i8x16_replace_lane, u8x16, TNI_L8, 15, u8, u32)
TNI_SIMD_REPLACE(i16x8_replace_lane, u16x8, TNI_L16, 7, u16, u32)
TNI_SIMD_REPLACE(i32x4_replace_lane, u32x4, TNI_L32, 3, u32, u32)
TNI_SIMD_REPLACE(i64x2_replace_lane, u64x2, TNI_L64, 1, u64, u64)

/* Floats in lanes move as their bits: f32x4.splat is i32x4.splat of them, and so on. */

/* -- floats -- */

/* Adding 2^(DIGITS - 1) to a magnitude and taking it away leaves an integer, ties going
 * to even; from there it is at most one to where the others want to be: DOWN says so of
 * the magnitudes, STEP of the values. What is larger is an integer already, and a NaN
 * becomes a quiet one. Without the functions of math.h and in short loops, which are done
 * for all lanes at once. Core 3.0, 4.3.3. */
#define TNI_SIMD_STAY(r, x) 0
#define TNI_SIMD_DOWN(r, x) ((r) > (x) ? -1 : 0)
#define TNI_SIMD_UP(r, x)   ((r) < (x) ? 1 : 0)
#define TNI_SIMD_ROUND(name, S, N, BITS, DIGITS, DOWN, STEP)                             \
    static inline tni_v128 tni_##name(tni_v128 a) {                                      \
        const u##BITS top = (u##BITS)1 << (BITS - 1);                                    \
        const u##BITS quiet = (u##BITS)1 << (DIGITS - 2);                                \
        const f##BITS large = (f##BITS)((u64)1 << (DIGITS - 1));                         \
        tni_v128 m;                                                                      \
        tni_v128 r;                                                                      \
        for (int n = 0; n < N; n++) {                                                    \
            m.u##S[n] = a.u##S[n] & (u##BITS) ~top;                                      \
        }                                                                                \
        for (int n = 0; n < N; n++) {                                                    \
            /* the cast rounds where floats are evaluated as doubles */                  \
            r.f##S[n] = (f##BITS)(m.f##S[n] + large) - large;                            \
        }                                                                                \
        for (int n = 0; n < N; n++) {                                                    \
            r.f##S[n] += (f##BITS)(DOWN(r.f##S[n], m.f##S[n]));                          \
        }                                                                                \
        for (int n = 0; n < N; n++) {                                                    \
            r.u##S[n] |= a.u##S[n] & top;                                                \
        }                                                                                \
        for (int n = 0; n < N; n++) {                                                    \
            r.f##S[n] += (f##BITS)(STEP(r.f##S[n], a.f##S[n]));                          \
        }                                                                                \
        for (int n = 0; n < N; n++) {                                                    \
            r.u##S[n] |= a.u##S[n] & top;                                                \
        }                                                                                \
        for (int n = 0; n < N; n++) {                                                    \
            const u##BITS nan = m.f##S[n] != m.f##S[n] ? quiet : 0;                      \
            r.u##S[n] = m.f##S[n] < large ? r.u##S[n] : a.u##S[n] | nan;                 \
        }                                                                                \
        return r;                                                                        \
    }

#define TNI_SIMD_FLOAT(S, N, BITS, DIGITS)                                               \
    TNI_SIMD_MAP2(f##S##_eq, N, u##S, u##BITS, f##S, TNI_SIMD_EQ)                        \
    TNI_SIMD_MAP2(f##S##_ne, N, u##S, u##BITS, f##S, TNI_SIMD_NE)                        \
    TNI_SIMD_MAP2(f##S##_lt, N, u##S, u##BITS, f##S, TNI_SIMD_LT)                        \
    TNI_SIMD_MAP2(f##S##_gt, N, u##S, u##BITS, f##S, TNI_SIMD_GT)                        \
    TNI_SIMD_MAP2(f##S##_le, N, u##S, u##BITS, f##S, TNI_SIMD_LE)                        \
    TNI_SIMD_MAP2(f##S##_ge, N, u##S, u##BITS, f##S, TNI_SIMD_GE)                        \
    TNI_SIMD_ROUND(f##S##_ceil, S, N, BITS, DIGITS, TNI_SIMD_STAY, TNI_SIMD_UP)          \
    TNI_SIMD_ROUND(f##S##_floor, S, N, BITS, DIGITS, TNI_SIMD_STAY, TNI_SIMD_DOWN)       \
    TNI_SIMD_ROUND(f##S##_trunc, S, N, BITS, DIGITS, TNI_SIMD_DOWN, TNI_SIMD_STAY)       \
    TNI_SIMD_ROUND(f##S##_nearest, S, N, BITS, DIGITS, TNI_SIMD_STAY, TNI_SIMD_STAY)     \
    TNI_SIMD_MAP1(f##S##_sqrt, N, f##S, f##BITS, f##S, tni_f##BITS##_sqrt)               \
    TNI_SIMD_MAP2(f##S##_add, N, f##S, f##BITS, f##S, tni_f##BITS##_add)                 \
    TNI_SIMD_MAP2(f##S##_sub, N, f##S, f##BITS, f##S, tni_f##BITS##_sub)                 \
    TNI_SIMD_MAP2(f##S##_mul, N, f##S, f##BITS, f##S, tni_f##BITS##_mul)                 \
    TNI_SIMD_MAP2(f##S##_div, N, f##S, f##BITS, f##S, tni_f##BITS##_div)                 \
    TNI_SIMD_MAP2(f##S##_min, N, f##S, f##BITS, f##S, tni_f##BITS##_min)                 \
    TNI_SIMD_MAP2(f##S##_max, N, f##S, f##BITS, f##S, tni_f##BITS##_max)                 \
    /* On bits, so that NaNs and signs come through untouched. */                        \
    static inline tni_v128 tni_f##S##_abs(tni_v128 a) {                                  \
        for (int n = 0; n < N; n++) {                                                    \
            a.u##S[n] &= ~((u##BITS)1 << (BITS - 1));                                    \
        }                                                                                \
        return a;                                                                        \
    }                                                                                    \
    static inline tni_v128 tni_f##S##_neg(tni_v128 a) {                                  \
        for (int n = 0; n < N; n++) {                                                    \
            a.u##S[n] ^= (u##BITS)1 << (BITS - 1);                                       \
        }                                                                                \
        return a;                                                                        \
    }                                                                                    \
    static inline tni_v128 tni_f##S##_pmin(tni_v128 a, tni_v128 b) {                     \
        tni_v128 r;                                                                      \
        for (int n = 0; n < N; n++) {                                                    \
            r.u##S[n] = b.f##S[n] < a.f##S[n] ? b.u##S[n] : a.u##S[n];                   \
        }                                                                                \
        return r;                                                                        \
    }                                                                                    \
    static inline tni_v128 tni_f##S##_pmax(tni_v128 a, tni_v128 b) {                     \
        tni_v128 r;                                                                      \
        for (int n = 0; n < N; n++) {                                                    \
            r.u##S[n] = a.f##S[n] < b.f##S[n] ? b.u##S[n] : a.u##S[n];                   \
        }                                                                                \
        return r;                                                                        \
    }                                                                                    \
    /* Two roundings: the deterministic profile does not fuse. */                        \
    static inline tni_v128 tni_f##S##_relaxed_madd(tni_v128 a, tni_v128 b, tni_v128 c) { \
        return tni_f##S##_add(tni_f##S##_mul(a, b), c);                                  \
    }                                                                                    \
    static inline tni_v128 tni_f##S##_relaxed_nmadd(tni_v128 a, tni_v128 b,              \
                                                    tni_v128 c) {                        \
        return tni_f##S##_relaxed_madd(tni_f##S##_neg(a), b, c);                         \
    }

TNI_SIMD_FLOAT(32x4, 4, 32, FLT_MANT_DIG)
TNI_SIMD_FLOAT(64x2, 2, 64, DBL_MANT_DIG)

TNI_SIMD_MAP1(i32x4_trunc_sat_f32x4_s, 4, u32x4, u32, f32x4, tni_i32_trunc_sat_f32_s)
TNI_SIMD_MAP1(i32x4_trunc_sat_f32x4_u, 4, u32x4, u32, f32x4, tni_i32_trunc_sat_f32_u)
TNI_SIMD_MAP1(f32x4_convert_i32x4_s, 4, f32x4, f32, u32x4, tni_f32_convert_i32_s)
TNI_SIMD_MAP1(f32x4_convert_i32x4_u, 4, f32x4, f32, u32x4, tni_f32_convert_i32_u)

/* Two lanes to the low two of four, the others 0; and back. */
#define TNI_SIMD_HALVE(name, to, T, from, E)                                             \
    static inline tni_v128 tni_##name(tni_v128 a) {                                      \
        tni_v128 r = {.u64x2 = {0, 0}};                                                  \
        r.to[TNI_L32(0)] = (T)E(a.from[0]);                                              \
        r.to[TNI_L32(1)] = (T)E(a.from[1]);                                              \
        return r;                                                                        \
    }
#define TNI_SIMD_DOUBLE(name, to, T, from, E)                                            \
    static inline tni_v128 tni_##name(tni_v128 a) {                                      \
        return (tni_v128){.to = {E(a.from[TNI_L32(0)]), E(a.from[TNI_L32(1)])}};         \
    }
TNI_SIMD_HALVE(i32x4_trunc_sat_f64x2_s_zero, u32x4, u32, f64x2, tni_i32_trunc_sat_f64_s)
TNI_SIMD_HALVE(i32x4_trunc_sat_f64x2_u_zero, u32x4, u32, f64x2, tni_i32_trunc_sat_f64_u)
TNI_SIMD_HALVE(f32x4_demote_f64x2_zero, f32x4, f32, f64x2, tni_f32_demote_f64)
TNI_SIMD_DOUBLE(f64x2_promote_low_f32x4, f64x2, f64, f32x4, tni_f64_promote_f32)
TNI_SIMD_DOUBLE(f64x2_convert_low_i32x4_s, f64x2, f64, u32x4, tni_f64_convert_i32_s)
TNI_SIMD_DOUBLE(f64x2_convert_low_i32x4_u, f64x2, f64, u32x4, tni_f64_convert_i32_u)

/* -- relaxed: Core 3.0, 4.3.6, every parameter 0 -- */

static inline tni_v128 tni_i16x8_relaxed_dot_i8x16_i7x16_s(tni_v128 a, tni_v128 b) {
    tni_v128 r;
    for (int n = 0; n < 8; n++) {
        const int x = TNI_L8(2 * n);
        const int y = TNI_L8(2 * n + 1);
        const i32 sum = a.i8x16[x] * b.i8x16[x] + a.i8x16[y] * b.i8x16[y];
        r.i16x8[TNI_L16(n)] = (i16)TNI_SIMD_SAT_16S(sum);
    }
    return r;
}
static inline tni_v128 tni_i32x4_relaxed_dot_i8x16_i7x16_add_s(tni_v128 a, tni_v128 b,
                                                               tni_v128 c) {
    return tni_i32x4_add(
        tni_i32x4_extadd_pairwise_i16x8_s(tni_i16x8_relaxed_dot_i8x16_i7x16_s(a, b)), c);
}

/* -- memory: p points at checked bytes -- */

static inline tni_v128 tni_v128_load(const u8 *p) {
    return tni_v128_of(tni_load_u64(p), tni_load_u64(p + 8));
}
static inline void tni_v128_store(u8 *p, tni_v128 a) {
#if TNI_L8(0) == 0 /* memory is as slots are */
    memcpy(p, &a, sizeof a);
#else
    tni_simd_put(p, a);
#endif
}
static inline tni_v128 tni_v128_load8x8_s(const u8 *p) {
    return tni_i16x8_extend_low_i8x16_s(tni_v128_of(tni_load_u64(p), 0));
}
static inline tni_v128 tni_v128_load8x8_u(const u8 *p) {
    return tni_i16x8_extend_low_i8x16_u(tni_v128_of(tni_load_u64(p), 0));
}
static inline tni_v128 tni_v128_load16x4_s(const u8 *p) {
    return tni_i32x4_extend_low_i16x8_s(tni_v128_of(tni_load_u64(p), 0));
}
static inline tni_v128 tni_v128_load16x4_u(const u8 *p) {
    return tni_i32x4_extend_low_i16x8_u(tni_v128_of(tni_load_u64(p), 0));
}
static inline tni_v128 tni_v128_load32x2_s(const u8 *p) {
    return tni_i64x2_extend_low_i32x4_s(tni_v128_of(tni_load_u64(p), 0));
}
static inline tni_v128 tni_v128_load32x2_u(const u8 *p) {
    return tni_i64x2_extend_low_i32x4_u(tni_v128_of(tni_load_u64(p), 0));
}
static inline tni_v128 tni_v128_load8_splat(const u8 *p) {
    return tni_i8x16_splat(*p);
}
static inline tni_v128 tni_v128_load16_splat(const u8 *p) {
    return tni_i16x8_splat(tni_load_u16(p));
}
static inline tni_v128 tni_v128_load32_splat(const u8 *p) {
    return tni_i32x4_splat(tni_load_u32(p));
}
static inline tni_v128 tni_v128_load64_splat(const u8 *p) {
    return tni_i64x2_splat(tni_load_u64(p));
}
static inline tni_v128 tni_v128_load32_zero(const u8 *p) {
    return tni_v128_of(tni_load_u32(p), 0);
}
static inline tni_v128 tni_v128_load64_zero(const u8 *p) {
    return tni_v128_of(tni_load_u64(p), 0);
}
static inline tni_v128 tni_v128_load8_lane(const u8 *p, tni_v128 a, u32 lane) {
    return tni_i8x16_replace_lane(a, *p, lane);
}
static inline tni_v128 tni_v128_load16_lane(const u8 *p, tni_v128 a, u32 lane) {
    return tni_i16x8_replace_lane(a, tni_load_u16(p), lane);
}
static inline tni_v128 tni_v128_load32_lane(const u8 *p, tni_v128 a, u32 lane) {
    return tni_i32x4_replace_lane(a, tni_load_u32(p), lane);
}
static inline tni_v128 tni_v128_load64_lane(const u8 *p, tni_v128 a, u32 lane) {
    return tni_i64x2_replace_lane(a, tni_load_u64(p), lane);
}
static inline void tni_v128_store8_lane(u8 *p, tni_v128 a, u32 lane) {
    *p = (u8)tni_i8x16_extract_lane_u(a, lane);
}
static inline void tni_v128_store16_lane(u8 *p, tni_v128 a, u32 lane) {
    tni_store_u16(p, (u16)tni_i16x8_extract_lane_u(a, lane));
}
static inline void tni_v128_store32_lane(u8 *p, tni_v128 a, u32 lane) {
    tni_store_u32(p, tni_i32x4_extract_lane(a, lane));
}
static inline void tni_v128_store64_lane(u8 *p, tni_v128 a, u32 lane) {
    tni_store_u64(p, tni_i64x2_extract_lane(a, lane));
}

/* -- lists for the interpreter: X(row of op.def, function), by shape -- */

/* V128 to v128. */
#define TNI_SIMD_V_V(X)                                                                  \
    X(V128_NOT, tni_v128_not)                                                            \
    X(F32X4_DEMOTE_F64X2_ZERO, tni_f32x4_demote_f64x2_zero)                              \
    X(F64X2_PROMOTE_LOW_F32X4, tni_f64x2_promote_low_f32x4)                              \
    X(I8X16_ABS, tni_i8x16_abs)                                                          \
    X(I8X16_NEG, tni_i8x16_neg)                                                          \
    X(I8X16_POPCNT, tni_i8x16_popcnt)                                                    \
    X(F32X4_CEIL, tni_f32x4_ceil)                                                        \
    X(F32X4_FLOOR, tni_f32x4_floor)                                                      \
    X(F32X4_TRUNC, tni_f32x4_trunc)                                                      \
    X(F32X4_NEAREST, tni_f32x4_nearest)                                                  \
    X(F64X2_CEIL, tni_f64x2_ceil)                                                        \
    X(F64X2_FLOOR, tni_f64x2_floor)                                                      \
    X(F64X2_TRUNC, tni_f64x2_trunc)                                                      \
    X(I16X8_EXTADD_PAIRWISE_I8X16_S, tni_i16x8_extadd_pairwise_i8x16_s)                  \
    X(I16X8_EXTADD_PAIRWISE_I8X16_U, tni_i16x8_extadd_pairwise_i8x16_u)                  \
    X(I32X4_EXTADD_PAIRWISE_I16X8_S, tni_i32x4_extadd_pairwise_i16x8_s)                  \
    X(I32X4_EXTADD_PAIRWISE_I16X8_U, tni_i32x4_extadd_pairwise_i16x8_u)                  \
    X(I16X8_ABS, tni_i16x8_abs)                                                          \
    X(I16X8_NEG, tni_i16x8_neg)                                                          \
    X(I16X8_EXTEND_LOW_I8X16_S, tni_i16x8_extend_low_i8x16_s)                            \
    X(I16X8_EXTEND_HIGH_I8X16_S, tni_i16x8_extend_high_i8x16_s)                          \
    X(I16X8_EXTEND_LOW_I8X16_U, tni_i16x8_extend_low_i8x16_u)                            \
    X(I16X8_EXTEND_HIGH_I8X16_U, tni_i16x8_extend_high_i8x16_u)                          \
    X(F64X2_NEAREST, tni_f64x2_nearest)                                                  \
    X(I32X4_ABS, tni_i32x4_abs)                                                          \
    X(I32X4_NEG, tni_i32x4_neg)                                                          \
    X(I32X4_EXTEND_LOW_I16X8_S, tni_i32x4_extend_low_i16x8_s)                            \
    X(I32X4_EXTEND_HIGH_I16X8_S, tni_i32x4_extend_high_i16x8_s)                          \
    X(I32X4_EXTEND_LOW_I16X8_U, tni_i32x4_extend_low_i16x8_u)                            \
    X(I32X4_EXTEND_HIGH_I16X8_U, tni_i32x4_extend_high_i16x8_u)                          \
    X(I64X2_ABS, tni_i64x2_abs)                                                          \
    X(I64X2_NEG, tni_i64x2_neg)                                                          \
    X(I64X2_EXTEND_LOW_I32X4_S, tni_i64x2_extend_low_i32x4_s)                            \
    X(I64X2_EXTEND_HIGH_I32X4_S, tni_i64x2_extend_high_i32x4_s)                          \
    X(I64X2_EXTEND_LOW_I32X4_U, tni_i64x2_extend_low_i32x4_u)                            \
    X(I64X2_EXTEND_HIGH_I32X4_U, tni_i64x2_extend_high_i32x4_u)                          \
    X(F32X4_ABS, tni_f32x4_abs)                                                          \
    X(F32X4_NEG, tni_f32x4_neg)                                                          \
    X(F32X4_SQRT, tni_f32x4_sqrt)                                                        \
    X(F64X2_ABS, tni_f64x2_abs)                                                          \
    X(F64X2_NEG, tni_f64x2_neg)                                                          \
    X(F64X2_SQRT, tni_f64x2_sqrt)                                                        \
    X(I32X4_TRUNC_SAT_F32X4_S, tni_i32x4_trunc_sat_f32x4_s)                              \
    X(I32X4_TRUNC_SAT_F32X4_U, tni_i32x4_trunc_sat_f32x4_u)                              \
    X(F32X4_CONVERT_I32X4_S, tni_f32x4_convert_i32x4_s)                                  \
    X(F32X4_CONVERT_I32X4_U, tni_f32x4_convert_i32x4_u)                                  \
    X(I32X4_TRUNC_SAT_F64X2_S_ZERO, tni_i32x4_trunc_sat_f64x2_s_zero)                    \
    X(I32X4_TRUNC_SAT_F64X2_U_ZERO, tni_i32x4_trunc_sat_f64x2_u_zero)                    \
    X(F64X2_CONVERT_LOW_I32X4_S, tni_f64x2_convert_low_i32x4_s)                          \
    X(F64X2_CONVERT_LOW_I32X4_U, tni_f64x2_convert_low_i32x4_u)                          \
    X(I32X4_RELAXED_TRUNC_F32X4_S, tni_i32x4_trunc_sat_f32x4_s)                          \
    X(I32X4_RELAXED_TRUNC_F32X4_U, tni_i32x4_trunc_sat_f32x4_u)                          \
    X(I32X4_RELAXED_TRUNC_F64X2_S_ZERO, tni_i32x4_trunc_sat_f64x2_s_zero)                \
    X(I32X4_RELAXED_TRUNC_F64X2_U_ZERO, tni_i32x4_trunc_sat_f64x2_u_zero)

/* Two v128 to one. */
#define TNI_SIMD_VV_V(X)                                                                 \
    X(I8X16_SWIZZLE, tni_i8x16_swizzle)                                                  \
    X(I8X16_EQ, tni_i8x16_eq)                                                            \
    X(I8X16_NE, tni_i8x16_ne)                                                            \
    X(I8X16_LT_S, tni_i8x16_lt_s)                                                        \
    X(I8X16_LT_U, tni_i8x16_lt_u)                                                        \
    X(I8X16_GT_S, tni_i8x16_gt_s)                                                        \
    X(I8X16_GT_U, tni_i8x16_gt_u)                                                        \
    X(I8X16_LE_S, tni_i8x16_le_s)                                                        \
    X(I8X16_LE_U, tni_i8x16_le_u)                                                        \
    X(I8X16_GE_S, tni_i8x16_ge_s)                                                        \
    X(I8X16_GE_U, tni_i8x16_ge_u)                                                        \
    X(I16X8_EQ, tni_i16x8_eq)                                                            \
    X(I16X8_NE, tni_i16x8_ne)                                                            \
    X(I16X8_LT_S, tni_i16x8_lt_s)                                                        \
    X(I16X8_LT_U, tni_i16x8_lt_u)                                                        \
    X(I16X8_GT_S, tni_i16x8_gt_s)                                                        \
    X(I16X8_GT_U, tni_i16x8_gt_u)                                                        \
    X(I16X8_LE_S, tni_i16x8_le_s)                                                        \
    X(I16X8_LE_U, tni_i16x8_le_u)                                                        \
    X(I16X8_GE_S, tni_i16x8_ge_s)                                                        \
    X(I16X8_GE_U, tni_i16x8_ge_u)                                                        \
    X(I32X4_EQ, tni_i32x4_eq)                                                            \
    X(I32X4_NE, tni_i32x4_ne)                                                            \
    X(I32X4_LT_S, tni_i32x4_lt_s)                                                        \
    X(I32X4_LT_U, tni_i32x4_lt_u)                                                        \
    X(I32X4_GT_S, tni_i32x4_gt_s)                                                        \
    X(I32X4_GT_U, tni_i32x4_gt_u)                                                        \
    X(I32X4_LE_S, tni_i32x4_le_s)                                                        \
    X(I32X4_LE_U, tni_i32x4_le_u)                                                        \
    X(I32X4_GE_S, tni_i32x4_ge_s)                                                        \
    X(I32X4_GE_U, tni_i32x4_ge_u)                                                        \
    X(F32X4_EQ, tni_f32x4_eq)                                                            \
    X(F32X4_NE, tni_f32x4_ne)                                                            \
    X(F32X4_LT, tni_f32x4_lt)                                                            \
    X(F32X4_GT, tni_f32x4_gt)                                                            \
    X(F32X4_LE, tni_f32x4_le)                                                            \
    X(F32X4_GE, tni_f32x4_ge)                                                            \
    X(F64X2_EQ, tni_f64x2_eq)                                                            \
    X(F64X2_NE, tni_f64x2_ne)                                                            \
    X(F64X2_LT, tni_f64x2_lt)                                                            \
    X(F64X2_GT, tni_f64x2_gt)                                                            \
    X(F64X2_LE, tni_f64x2_le)                                                            \
    X(F64X2_GE, tni_f64x2_ge)                                                            \
    X(V128_AND, tni_v128_and)                                                            \
    X(V128_ANDNOT, tni_v128_andnot)                                                      \
    X(V128_OR, tni_v128_or)                                                              \
    X(V128_XOR, tni_v128_xor)                                                            \
    X(I8X16_NARROW_I16X8_S, tni_i8x16_narrow_i16x8_s)                                    \
    X(I8X16_NARROW_I16X8_U, tni_i8x16_narrow_i16x8_u)                                    \
    X(I8X16_ADD, tni_i8x16_add)                                                          \
    X(I8X16_ADD_SAT_S, tni_i8x16_add_sat_s)                                              \
    X(I8X16_ADD_SAT_U, tni_i8x16_add_sat_u)                                              \
    X(I8X16_SUB, tni_i8x16_sub)                                                          \
    X(I8X16_SUB_SAT_S, tni_i8x16_sub_sat_s)                                              \
    X(I8X16_SUB_SAT_U, tni_i8x16_sub_sat_u)                                              \
    X(I8X16_MIN_S, tni_i8x16_min_s)                                                      \
    X(I8X16_MIN_U, tni_i8x16_min_u)                                                      \
    X(I8X16_MAX_S, tni_i8x16_max_s)                                                      \
    X(I8X16_MAX_U, tni_i8x16_max_u)                                                      \
    X(I8X16_AVGR_U, tni_i8x16_avgr_u)                                                    \
    X(I16X8_Q15MULR_SAT_S, tni_i16x8_q15mulr_sat_s)                                      \
    X(I16X8_NARROW_I32X4_S, tni_i16x8_narrow_i32x4_s)                                    \
    X(I16X8_NARROW_I32X4_U, tni_i16x8_narrow_i32x4_u)                                    \
    X(I16X8_ADD, tni_i16x8_add)                                                          \
    X(I16X8_ADD_SAT_S, tni_i16x8_add_sat_s)                                              \
    X(I16X8_ADD_SAT_U, tni_i16x8_add_sat_u)                                              \
    X(I16X8_SUB, tni_i16x8_sub)                                                          \
    X(I16X8_SUB_SAT_S, tni_i16x8_sub_sat_s)                                              \
    X(I16X8_SUB_SAT_U, tni_i16x8_sub_sat_u)                                              \
    X(I16X8_MUL, tni_i16x8_mul)                                                          \
    X(I16X8_MIN_S, tni_i16x8_min_s)                                                      \
    X(I16X8_MIN_U, tni_i16x8_min_u)                                                      \
    X(I16X8_MAX_S, tni_i16x8_max_s)                                                      \
    X(I16X8_MAX_U, tni_i16x8_max_u)                                                      \
    X(I16X8_AVGR_U, tni_i16x8_avgr_u)                                                    \
    X(I16X8_EXTMUL_LOW_I8X16_S, tni_i16x8_extmul_low_i8x16_s)                            \
    X(I16X8_EXTMUL_HIGH_I8X16_S, tni_i16x8_extmul_high_i8x16_s)                          \
    X(I16X8_EXTMUL_LOW_I8X16_U, tni_i16x8_extmul_low_i8x16_u)                            \
    X(I16X8_EXTMUL_HIGH_I8X16_U, tni_i16x8_extmul_high_i8x16_u)                          \
    X(I32X4_ADD, tni_i32x4_add)                                                          \
    X(I32X4_SUB, tni_i32x4_sub)                                                          \
    X(I32X4_MUL, tni_i32x4_mul)                                                          \
    X(I32X4_MIN_S, tni_i32x4_min_s)                                                      \
    X(I32X4_MIN_U, tni_i32x4_min_u)                                                      \
    X(I32X4_MAX_S, tni_i32x4_max_s)                                                      \
    X(I32X4_MAX_U, tni_i32x4_max_u)                                                      \
    X(I32X4_DOT_I16X8_S, tni_i32x4_dot_i16x8_s)                                          \
    X(I32X4_EXTMUL_LOW_I16X8_S, tni_i32x4_extmul_low_i16x8_s)                            \
    X(I32X4_EXTMUL_HIGH_I16X8_S, tni_i32x4_extmul_high_i16x8_s)                          \
    X(I32X4_EXTMUL_LOW_I16X8_U, tni_i32x4_extmul_low_i16x8_u)                            \
    X(I32X4_EXTMUL_HIGH_I16X8_U, tni_i32x4_extmul_high_i16x8_u)                          \
    X(I64X2_ADD, tni_i64x2_add)                                                          \
    X(I64X2_SUB, tni_i64x2_sub)                                                          \
    X(I64X2_MUL, tni_i64x2_mul)                                                          \
    X(I64X2_EQ, tni_i64x2_eq)                                                            \
    X(I64X2_NE, tni_i64x2_ne)                                                            \
    X(I64X2_LT_S, tni_i64x2_lt_s)                                                        \
    X(I64X2_GT_S, tni_i64x2_gt_s)                                                        \
    X(I64X2_LE_S, tni_i64x2_le_s)                                                        \
    X(I64X2_GE_S, tni_i64x2_ge_s)                                                        \
    X(I64X2_EXTMUL_LOW_I32X4_S, tni_i64x2_extmul_low_i32x4_s)                            \
    X(I64X2_EXTMUL_HIGH_I32X4_S, tni_i64x2_extmul_high_i32x4_s)                          \
    X(I64X2_EXTMUL_LOW_I32X4_U, tni_i64x2_extmul_low_i32x4_u)                            \
    X(I64X2_EXTMUL_HIGH_I32X4_U, tni_i64x2_extmul_high_i32x4_u)                          \
    X(F32X4_ADD, tni_f32x4_add)                                                          \
    X(F32X4_SUB, tni_f32x4_sub)                                                          \
    X(F32X4_MUL, tni_f32x4_mul)                                                          \
    X(F32X4_DIV, tni_f32x4_div)                                                          \
    X(F32X4_MIN, tni_f32x4_min)                                                          \
    X(F32X4_MAX, tni_f32x4_max)                                                          \
    X(F32X4_PMIN, tni_f32x4_pmin)                                                        \
    X(F32X4_PMAX, tni_f32x4_pmax)                                                        \
    X(F64X2_ADD, tni_f64x2_add)                                                          \
    X(F64X2_SUB, tni_f64x2_sub)                                                          \
    X(F64X2_MUL, tni_f64x2_mul)                                                          \
    X(F64X2_DIV, tni_f64x2_div)                                                          \
    X(F64X2_MIN, tni_f64x2_min)                                                          \
    X(F64X2_MAX, tni_f64x2_max)                                                          \
    X(F64X2_PMIN, tni_f64x2_pmin)                                                        \
    X(F64X2_PMAX, tni_f64x2_pmax)                                                        \
    X(I8X16_RELAXED_SWIZZLE, tni_i8x16_swizzle)                                          \
    X(F32X4_RELAXED_MIN, tni_f32x4_min)                                                  \
    X(F32X4_RELAXED_MAX, tni_f32x4_max)                                                  \
    X(F64X2_RELAXED_MIN, tni_f64x2_min)                                                  \
    X(F64X2_RELAXED_MAX, tni_f64x2_max)                                                  \
    X(I16X8_RELAXED_Q15MULR_S, tni_i16x8_q15mulr_sat_s)                                  \
    X(I16X8_RELAXED_DOT_I8X16_I7X16_S, tni_i16x8_relaxed_dot_i8x16_i7x16_s)

/* Three v128 to one. */
#define TNI_SIMD_VVV_V(X)                                                                \
    X(V128_BITSELECT, tni_v128_bitselect)                                                \
    X(F32X4_RELAXED_MADD, tni_f32x4_relaxed_madd)                                        \
    X(F32X4_RELAXED_NMADD, tni_f32x4_relaxed_nmadd)                                      \
    X(F64X2_RELAXED_MADD, tni_f64x2_relaxed_madd)                                        \
    X(F64X2_RELAXED_NMADD, tni_f64x2_relaxed_nmadd)                                      \
    X(I8X16_RELAXED_LANESELECT, tni_v128_bitselect)                                      \
    X(I16X8_RELAXED_LANESELECT, tni_v128_bitselect)                                      \
    X(I32X4_RELAXED_LANESELECT, tni_v128_bitselect)                                      \
    X(I64X2_RELAXED_LANESELECT, tni_v128_bitselect)                                      \
    X(I32X4_RELAXED_DOT_I8X16_I7X16_ADD_S, tni_i32x4_relaxed_dot_i8x16_i7x16_add_s)

/* A v128 and an i32 to a v128: shifts. */
#define TNI_SIMD_VI_V(X)                                                                 \
    X(I8X16_SHL, tni_i8x16_shl)                                                          \
    X(I8X16_SHR_S, tni_i8x16_shr_s)                                                      \
    X(I8X16_SHR_U, tni_i8x16_shr_u)                                                      \
    X(I16X8_SHL, tni_i16x8_shl)                                                          \
    X(I16X8_SHR_S, tni_i16x8_shr_s)                                                      \
    X(I16X8_SHR_U, tni_i16x8_shr_u)                                                      \
    X(I32X4_SHL, tni_i32x4_shl)                                                          \
    X(I32X4_SHR_S, tni_i32x4_shr_s)                                                      \
    X(I32X4_SHR_U, tni_i32x4_shr_u)                                                      \
    X(I64X2_SHL, tni_i64x2_shl)                                                          \
    X(I64X2_SHR_S, tni_i64x2_shr_s)                                                      \
    X(I64X2_SHR_U, tni_i64x2_shr_u)

/* A v128 to an i32. */
#define TNI_SIMD_V_I(X)                                                                  \
    X(V128_ANY_TRUE, tni_v128_any_true)                                                  \
    X(I8X16_ALL_TRUE, tni_i8x16_all_true)                                                \
    X(I8X16_BITMASK, tni_i8x16_bitmask)                                                  \
    X(I16X8_ALL_TRUE, tni_i16x8_all_true)                                                \
    X(I16X8_BITMASK, tni_i16x8_bitmask)                                                  \
    X(I32X4_ALL_TRUE, tni_i32x4_all_true)                                                \
    X(I32X4_BITMASK, tni_i32x4_bitmask)                                                  \
    X(I64X2_ALL_TRUE, tni_i64x2_all_true)                                                \
    X(I64X2_BITMASK, tni_i64x2_bitmask)

/* From a slot: X(row, function, what it takes of the slot). */
#define TNI_SIMD_SPLATS(X)                                                               \
    X(I8X16_SPLAT, tni_i8x16_splat, u32)                                                 \
    X(I16X8_SPLAT, tni_i16x8_splat, u32)                                                 \
    X(I32X4_SPLAT, tni_i32x4_splat, u32)                                                 \
    X(I64X2_SPLAT, tni_i64x2_splat, u64)                                                 \
    X(F32X4_SPLAT, tni_i32x4_splat, u32)                                                 \
    X(F64X2_SPLAT, tni_i64x2_splat, u64)

/* A v128 and a lane to a slot: X(row, function, what the slot holds: i, I, f or F). */
#define TNI_SIMD_EXTRACTS(X)                                                             \
    X(I8X16_EXTRACT_LANE_S, tni_i8x16_extract_lane_s, i)                                 \
    X(I8X16_EXTRACT_LANE_U, tni_i8x16_extract_lane_u, i)                                 \
    X(I16X8_EXTRACT_LANE_S, tni_i16x8_extract_lane_s, i)                                 \
    X(I16X8_EXTRACT_LANE_U, tni_i16x8_extract_lane_u, i)                                 \
    X(I32X4_EXTRACT_LANE, tni_i32x4_extract_lane, i)                                     \
    X(I64X2_EXTRACT_LANE, tni_i64x2_extract_lane, I)                                     \
    X(F32X4_EXTRACT_LANE, tni_i32x4_extract_lane, f)                                     \
    X(F64X2_EXTRACT_LANE, tni_i64x2_extract_lane, F)

/* A v128, a slot and a lane: X(row, function, what it takes of the slot). */
#define TNI_SIMD_REPLACES(X)                                                             \
    X(I8X16_REPLACE_LANE, tni_i8x16_replace_lane, u32)                                   \
    X(I16X8_REPLACE_LANE, tni_i16x8_replace_lane, u32)                                   \
    X(I32X4_REPLACE_LANE, tni_i32x4_replace_lane, u32)                                   \
    X(I64X2_REPLACE_LANE, tni_i64x2_replace_lane, u64)                                   \
    X(F32X4_REPLACE_LANE, tni_i32x4_replace_lane, u32)                                   \
    X(F64X2_REPLACE_LANE, tni_i64x2_replace_lane, u64)

/* Loads: X(row, function, bytes). */
#define TNI_SIMD_LOADS(X)                                                                \
    X(V128_LOAD, tni_v128_load, 16)                                                      \
    X(V128_LOAD8X8_S, tni_v128_load8x8_s, 8)                                             \
    X(V128_LOAD8X8_U, tni_v128_load8x8_u, 8)                                             \
    X(V128_LOAD16X4_S, tni_v128_load16x4_s, 8)                                           \
    X(V128_LOAD16X4_U, tni_v128_load16x4_u, 8)                                           \
    X(V128_LOAD32X2_S, tni_v128_load32x2_s, 8)                                           \
    X(V128_LOAD32X2_U, tni_v128_load32x2_u, 8)                                           \
    X(V128_LOAD8_SPLAT, tni_v128_load8_splat, 1)                                         \
    X(V128_LOAD16_SPLAT, tni_v128_load16_splat, 2)                                       \
    X(V128_LOAD32_SPLAT, tni_v128_load32_splat, 4)                                       \
    X(V128_LOAD64_SPLAT, tni_v128_load64_splat, 8)                                       \
    X(V128_LOAD32_ZERO, tni_v128_load32_zero, 4)                                         \
    X(V128_LOAD64_ZERO, tni_v128_load64_zero, 8)

/* A v128 with one lane from memory: X(row, function, bytes). */
#define TNI_SIMD_LOAD_LANES(X)                                                           \
    X(V128_LOAD8_LANE, tni_v128_load8_lane, 1)                                           \
    X(V128_LOAD16_LANE, tni_v128_load16_lane, 2)                                         \
    X(V128_LOAD32_LANE, tni_v128_load32_lane, 4)                                         \
    X(V128_LOAD64_LANE, tni_v128_load64_lane, 8)

/* One lane to memory: X(row, function, bytes). */
#define TNI_SIMD_STORE_LANES(X)                                                          \
    X(V128_STORE8_LANE, tni_v128_store8_lane, 1)                                         \
    X(V128_STORE16_LANE, tni_v128_store16_lane, 2)                                       \
    X(V128_STORE32_LANE, tni_v128_store32_lane, 4)                                       \
    X(V128_STORE64_LANE, tni_v128_store64_lane, 8)

#endif
