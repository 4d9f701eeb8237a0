/* translate_plain.c: the instructions that have all their operands in slots, and whose
 * shape is that of their row in op.def: vectors, atomics, wide arithmetic. */
#include "exec/translate.h"

enum { VECTOR_OPERANDS = 3, MOST_OPERANDS = 4 };

static u8 type_of_letter(char letter) {
    switch (letter) {
    case 'i': return TYPE_I32;
    case 'I': return TYPE_I64;
    case 'f': return TYPE_F32;
    case 'F': return TYPE_F64;
    default: return TYPE_V128;
    }
}

/* Pops what the signature has before its colon, into slots. */
static u32 pop_operands(tni_translator *c, const char *sig, value v[MOST_OPERANDS]) {
    u32 n = 0;
    while (sig[n] != ':') {
        n++;
    }
    for (u32 i = n; i-- > 0;) {
        v[i] = tni_t_constant_to_slot(c, tni_t_pop(c));
    }
    for (u32 i = 0; i < n; i++) {
        v[i] = tni_t_to_slot(c, v[i]);
    }
    return n;
}

/* Destination, function, operands and lane up to three, of 16 bits each. */
static void put_operands(tni_translator *c, tni_op op, const value *v, u32 n, u32 lane) {
    tni_t_u16(c, 0);
    tni_t_u16(c, tni_simd_number(op));
    for (u32 i = 0; i < VECTOR_OPERANDS; i++) {
        if (i < n) {
            tni_t_operand(c, v[i]);
        } else {
            tni_t_u16(c, i == n ? lane : 0);
        }
    }
}

static void push_result(tni_translator *c, const char *sig) {
    while (*sig != ':') {
        sig++;
    }
    if (sig[1] != 0) {
        tni_t_push_written(c, type_of_letter(sig[1]));
    }
}

static void on_frame(tni_translator *c, tni_op op) {
    const char *sig = tni_ops[op].sig;
    const u32 lane = tni_ops[op].imm == TNI_IMM_LANE ? tni_t_read_byte(c) : 0;
    value v[MOST_OPERANDS];
    const u32 n = pop_operands(c, sig, v);
    tni_t_begin(c, TNI_X_SIMD, KIND_NONE);
    put_operands(c, op, v, n, lane);
    tni_t_end(c);
    push_result(c, sig);
}

static void on_memory(tni_translator *c, tni_op op) {
    const char *sig = tni_ops[op].sig;
    const u32 size = (u32)1 << tni_ops[op].arg;
    const access m = tni_t_read_access(c);
    const u32 lane = tni_ops[op].imm == TNI_IMM_MEMARG_LANE ? tni_t_read_byte(c) : 0;
    const bool simple = tni_t_is_simple(c, &m, size);
    value v[MOST_OPERANDS];
    const u32 n = pop_operands(c, sig, v);
    tni_t_begin(c, simple ? TNI_X_SIMD_MEMORY : TNI_X_SIMD_MEMORY_ANY, KIND_NONE);
    put_operands(c, op, v, n, lane);
    tni_t_u16(c, size);
    if (simple) {
        tni_t_u32(c, (u32)m.offset + size);
    } else {
        tni_t_u32(c, m.memory);
        tni_t_u64(c, m.offset);
    }
    tni_t_end(c);
    push_result(c, sig);
}

static void shuffle(tni_translator *c) {
    value v[MOST_OPERANDS];
    pop_operands(c, "vv:v", v);
    tni_t_begin(c, TNI_X_SHUFFLE, KIND_NONE);
    tni_t_u16(c, 0);
    tni_t_operand(c, v[0]);
    tni_t_operand(c, v[1]);
    for (u32 i = 0; i < 8; i++) {
        const u8 lanes[2] = {tni_t_read_byte(c), tni_t_read_byte(c)};
        tni_t_bytes(c, lanes, 2);
    }
    tni_t_end(c);
    tni_t_push_written(c, TYPE_V128);
}

static void constant(tni_translator *c) {
    u64 low;
    u64 high;
    tni_t_read_v128(c, &low, &high);
    tni_t_begin(c, TNI_X_CONST_V128, KIND_NONE);
    tni_t_u16(c, 0);
    tni_t_u64(c, low);
    tni_t_u64(c, high);
    tni_t_end(c);
    tni_t_push_written(c, TYPE_V128);
}

static void vector(tni_translator *c, tni_op op) {
    switch ((tni_imm)tni_ops[op].imm) {
    case TNI_IMM_V128: constant(c); break;
    case TNI_IMM_SHUFFLE: shuffle(c); break;
    case TNI_IMM_MEMARG:
    case TNI_IMM_MEMARG_LANE: on_memory(c, op); break;
    default: on_frame(c, op); break;
    }
}

static void atomic(tni_translator *c, tni_op op) {
    if (op == TNI_OP_ATOMIC_FENCE) {
        tni_t_read_byte(c);
        return;
    }
    const char *sig = tni_ops[op].sig;
    const access m = tni_t_read_access(c);
    value v[MOST_OPERANDS];
    const u32 n = pop_operands(c, sig, v);
    const bool waits =
        op == TNI_OP_MEMORY_ATOMIC_WAIT32 || op == TNI_OP_MEMORY_ATOMIC_WAIT64;
    tni_t_begin(c, waits ? TNI_X_ATOMIC_WAIT : TNI_X_ATOMIC, KIND_NONE);
    tni_t_u16(c, 0);
    tni_t_u16(c, op);
    for (u32 i = 0; i < VECTOR_OPERANDS; i++) {
        tni_t_operand(c, v[i < n ? i : 0]);
    }
    tni_t_u32(c, m.memory);
    tni_t_u64(c, m.offset);
    tni_t_end(c);
    push_result(c, sig);
}

/* Two results, one above the other, as a v128 would be. */
static void wide(tni_translator *c, tni_op op) {
    value v[MOST_OPERANDS];
    const u32 n = pop_operands(c, tni_ops[op].sig, v);
    const u32 x = op == TNI_OP_I64_ADD128       ? TNI_X_ADD128
                  : op == TNI_OP_I64_SUB128     ? TNI_X_SUB128
                  : op == TNI_OP_I64_MUL_WIDE_S ? TNI_X_MUL_WIDE_S
                                                : TNI_X_MUL_WIDE_U;
    tni_t_begin(c, x, KIND_NONE);
    tni_t_u16(c, 0);
    for (u32 i = 0; i < n; i++) {
        tni_t_operand(c, v[i]);
    }
    tni_t_end(c);
    tni_t_push_written(c, TYPE_V128);
    tni_t_pop(c);
    tni_t_push_slot(c, TYPE_I64);
    tni_t_push_slot(c, TYPE_I64);
}

bool tni_t_plain(tni_translator *c, tni_op op) {
    switch ((tni_group)tni_ops[op].group) {
    case TNI_GROUP_SIMD:
    case TNI_GROUP_RELAXED_SIMD: vector(c, op); return true;
    case TNI_GROUP_THREADS: atomic(c, op); return true;
    case TNI_GROUP_WIDE: wide(c, op); return true;
    default: return false;
    }
}
