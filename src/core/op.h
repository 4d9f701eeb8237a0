/* op.h: the instructions of op.def as an enumeration and a table.
 *
 * op.def has one row an instruction:
 *     TNI_OP(prefix, code, id, text, imm, sig, arg, group)
 * prefix  0, or 0xfb (GC), 0xfc, 0xfd (SIMD), 0xfe (atomics); code is what follows it
 * id      I32_ADD; the enumerator is TNI_OP_I32_ADD
 * text    "i32.add"
 * imm     what follows the opcode: an enumerator of tni_imm without its prefix
 * sig     "ii:i": parameters, colon, results; i i32, I i64, f f32, F f64, v v128, a the
 *         address type of the instruction's memory or table; "*" where the validator has
 * a case of its own arg     memory instructions: log2 of the bytes accessed (the natural
 * alignment); lane instructions: the number of lanes; memory and lane: as memory; else 0
 * group   an enumerator of tni_group without its prefix: what the engine must execute and
 *         a profile may leave out */
#ifndef TNI_OP_H
#define TNI_OP_H

#include "base/types.h"

typedef enum tni_imm {
    TNI_IMM_NONE,
    TNI_IMM_BLOCK,         /* blocktype */
    TNI_IMM_LABEL,         /* labelidx */
    TNI_IMM_LABELS,        /* br_table: vec(labelidx) labelidx */
    TNI_IMM_FUNC,          /* funcidx */
    TNI_IMM_CALL_INDIRECT, /* typeidx tableidx */
    TNI_IMM_TYPE,          /* typeidx */
    TNI_IMM_LOCAL,
    TNI_IMM_GLOBAL,
    TNI_IMM_TABLE,
    TNI_IMM_TABLE_TABLE, /* table.copy: dst src */
    TNI_IMM_ELEM_TABLE,  /* table.init: elemidx tableidx */
    TNI_IMM_ELEM,
    TNI_IMM_MEMORY,        /* memidx */
    TNI_IMM_MEMORY_MEMORY, /* memory.copy: dst src */
    TNI_IMM_DATA_MEMORY,   /* memory.init: dataidx memidx */
    TNI_IMM_DATA,
    TNI_IMM_MEMARG,
    TNI_IMM_MEMARG_LANE, /* memarg, then a lane byte */
    TNI_IMM_LANE,
    TNI_IMM_SHUFFLE, /* 16 lane bytes */
    TNI_IMM_I32,
    TNI_IMM_I64,
    TNI_IMM_F32,
    TNI_IMM_F64,
    TNI_IMM_V128,
    TNI_IMM_SELECT,     /* vec(valtype) */
    TNI_IMM_HEAPTYPE,   /* ref.null; ref.test and ref.cast */
    TNI_IMM_CAST,       /* br_on_cast: flags labelidx heaptype heaptype */
    TNI_IMM_TYPE_FIELD, /* struct.get: typeidx fieldidx */
    TNI_IMM_TYPE_TYPE,  /* array.copy */
    TNI_IMM_TYPE_COUNT, /* array.new_fixed */
    TNI_IMM_TYPE_DATA,  /* array.new_data, array.init_data */
    TNI_IMM_TYPE_ELEM,  /* array.new_elem, array.init_elem */
    TNI_IMM_TAG,        /* throw */
    TNI_IMM_TRY_TABLE,  /* blocktype vec(catch) */
    TNI_IMM_FENCE,      /* atomic.fence: one zero byte */
} tni_imm;

typedef enum tni_group {
    TNI_GROUP_MVP,
    TNI_GROUP_SIGN_EXT,
    TNI_GROUP_SAT_FLOAT,
    TNI_GROUP_BULK,
    TNI_GROUP_REFS, /* reference types: ref.null, table.get … */
    TNI_GROUP_TAIL,
    TNI_GROUP_FUNC_REFS, /* typed function references: call_ref, br_on_null … */
    TNI_GROUP_GC,
    TNI_GROUP_EXN,
    TNI_GROUP_LEGACY_EXN, /* try, catch, rethrow, delegate, catch_all; a flagged feature
                           */
    TNI_GROUP_SIMD,
    TNI_GROUP_RELAXED_SIMD,
    TNI_GROUP_THREADS, /* a flagged feature */
    TNI_GROUP_WIDE,    /* a flagged feature */
    TNI_GROUP_COUNT
} tni_group;

typedef enum tni_op {
#define TNI_OP(prefix, code, id, text, imm, sig, arg, group) TNI_OP_##id,
#include "core/op.def"
#undef TNI_OP
    TNI_OP_COUNT
} tni_op;

typedef struct tni_op_info {
    const char *text;
    const char *sig;
    u16 code;
    u8 prefix;
    u8 imm; /* tni_imm */
    u8 arg;
    u8 group; /* tni_group */
} tni_op_info;

extern const tni_op_info tni_ops[TNI_OP_COUNT];

/* The instruction of an encoding, or TNI_OP_COUNT if there is none. O(1). */
tni_op tni_op_of(u8 prefix, u32 code);

/* The op plus one, or 0, by place: that of a one-byte opcode is the byte. */
extern const u16 tni_ops_by_place[];

/* The same for a one-byte opcode; prefixes are none. */
static inline tni_op tni_op_of_byte(u8 byte) {
    u16 op = tni_ops_by_place[byte];
    return op == 0 ? TNI_OP_COUNT : (tni_op)(op - 1);
}

#endif
