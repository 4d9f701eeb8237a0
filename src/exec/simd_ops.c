/* simd_ops.c: the vector instructions as functions on a frame, for the few ops that call
 * them (SIMD and its kin in ops_control.h). Core 3.0, 4.3 and 4.6.7.
 *
 * A function gets the op's immediates, behind the destination and the function's own
 * number: slots of operands in the order of the stack, then a lane. Kept out of the
 * interpreter's file, whose handlers are to stay small; a profile without vectors leaves
 * this file out. */
#include "exec/code.h"
#include "exec/simd.h"

#define A(n) (fp + tni_imm_u16(imm + 4 + 2 * (n)))

static tni_v128 get(const tni_slot *s) {
    return tni_v128_of(s[0], s[1]);
}

static void set(tni_slot *s, tni_v128 v) {
    s[0] = v.u64x2[0];
    s[1] = v.u64x2[1];
}

/* -- one function for each row -- */

#define V_V(row, fn)                                                                     \
    static void op_##row(const u8 *imm, tni_slot *fp) {                                  \
        set(fp + tni_imm_u16(imm), fn(get(A(0))));                                       \
    }
TNI_SIMD_V_V(V_V)
#define VV_V(row, fn)                                                                    \
    static void op_##row(const u8 *imm, tni_slot *fp) {                                  \
        set(fp + tni_imm_u16(imm), fn(get(A(0)), get(A(1))));                            \
    }
TNI_SIMD_VV_V(VV_V)
#define VVV_V(row, fn)                                                                   \
    static void op_##row(const u8 *imm, tni_slot *fp) {                                  \
        set(fp + tni_imm_u16(imm), fn(get(A(0)), get(A(1)), get(A(2))));                 \
    }
TNI_SIMD_VVV_V(VVV_V)
#define VI_V(row, fn)                                                                    \
    static void op_##row(const u8 *imm, tni_slot *fp) {                                  \
        set(fp + tni_imm_u16(imm), fn(get(A(0)), tni_get_u32(A(1))));                    \
    }
TNI_SIMD_VI_V(VI_V)
#define V_I(row, fn)                                                                     \
    static void op_##row(const u8 *imm, tni_slot *fp) {                                  \
        tni_set_u32(fp + tni_imm_u16(imm), fn(get(A(0))));                               \
    }
TNI_SIMD_V_I(V_I)
#define SPLAT(row, fn, T)                                                                \
    static void op_##row(const u8 *imm, tni_slot *fp) {                                  \
        set(fp + tni_imm_u16(imm), fn(tni_get_##T(A(0))));                               \
    }
TNI_SIMD_SPLATS(SPLAT)
#define SET_i tni_set_u32
#define SET_I tni_set_u64
#define SET_f tni_set_u32
#define SET_F tni_set_u64
#define EXTRACT(row, fn, t)                                                              \
    static void op_##row(const u8 *imm, tni_slot *fp) {                                  \
        SET_##t(fp + tni_imm_u16(imm), fn(get(A(0)), tni_imm_u16(imm + 6)));             \
    }
TNI_SIMD_EXTRACTS(EXTRACT)
#define REPLACE(row, fn, T)                                                              \
    static void op_##row(const u8 *imm, tni_slot *fp) {                                  \
        set(fp + tni_imm_u16(imm),                                                       \
            fn(get(A(0)), tni_get_##T(A(1)), tni_imm_u16(imm + 8)));                     \
    }
TNI_SIMD_REPLACES(REPLACE)

/* At p in memory: the address is the first operand, and has been looked at. */
#define LOAD(row, fn, bytes)                                                             \
    static void op_##row(const u8 *imm, tni_slot *fp, u8 *p) {                           \
        set(fp + tni_imm_u16(imm), fn(p));                                               \
    }
TNI_SIMD_LOADS(LOAD)
#define LOAD_LANE(row, fn, bytes)                                                        \
    static void op_##row(const u8 *imm, tni_slot *fp, u8 *p) {                           \
        set(fp + tni_imm_u16(imm), fn(p, get(A(1)), tni_imm_u16(imm + 8)));              \
    }
TNI_SIMD_LOAD_LANES(LOAD_LANE)
#define STORE_LANE(row, fn, bytes)                                                       \
    static void op_##row(const u8 *imm, tni_slot *fp, u8 *p) {                           \
        fn(p, get(A(1)), tni_imm_u16(imm + 8));                                          \
    }
TNI_SIMD_STORE_LANES(STORE_LANE)
static void op_V128_STORE(const u8 *imm, tni_slot *fp, u8 *p) {
    tni_v128_store(p, get(A(1)));
}

/* -- tables -- */

#define ON_FRAME(X)                                                                      \
    TNI_SIMD_V_V(X)                                                                      \
    TNI_SIMD_VV_V(X)                                                                     \
    TNI_SIMD_VVV_V(X)                                                                    \
    TNI_SIMD_VI_V(X)                                                                     \
    TNI_SIMD_V_I(X)                                                                      \
    TNI_SIMD_SPLATS(X)                                                                   \
    TNI_SIMD_EXTRACTS(X)                                                                 \
    TNI_SIMD_REPLACES(X)
#define ON_MEMORY(X)                                                                     \
    TNI_SIMD_LOADS(X)                                                                    \
    TNI_SIMD_LOAD_LANES(X)                                                               \
    TNI_SIMD_STORE_LANES(X)                                                              \
    X(V128_STORE, , 16)

enum {
#define NUMBER(row, ...) FRAME_##row,
    ON_FRAME(NUMBER)
#undef NUMBER
};
enum {
#define NUMBER(row, ...) MEMORY_##row,
    ON_MEMORY(NUMBER)
#undef NUMBER
};

#define POINTER(row, ...) op_##row,
void (*const tni_simd_ops[])(const u8 *, tni_slot *) = {ON_FRAME(POINTER)};
void (*const tni_simd_memory_ops[])(const u8 *, tni_slot *, u8 *) = {ON_MEMORY(POINTER)};
#undef POINTER

/* The rows of op.def from the first vector instruction on. */
enum { FIRST = TNI_OP_V128_LOAD };

u32 tni_simd_number(tni_op op) {
    static const u16 numbers[TNI_OP_COUNT - FIRST] = {
#define NUMBER(row, ...) [TNI_OP_##row - FIRST] = FRAME_##row,
        ON_FRAME(NUMBER)
#undef NUMBER
#define NUMBER(row, ...) [TNI_OP_##row - FIRST] = MEMORY_##row,
            ON_MEMORY(NUMBER)
#undef NUMBER
    };
    return numbers[op - FIRST];
}

void tni_simd_shuffle(const u8 *imm, tni_slot *fp) {
    set(fp + tni_imm_u16(imm),
        tni_i8x16_shuffle(get(fp + tni_imm_u16(imm + 2)), get(fp + tni_imm_u16(imm + 4)),
                          imm + 6));
}
