/* readcode.c: reading types, instructions and their immediates. Core 3.0, 5.3 and 5.4. */
#include "binary/readcode.h"

#include "tenon/features.h"

/* -- types -- */

/* Core 3.0, 5.3.3: the abstract heap types by their byte, from 0x69 to 0x74. */
static const u8 abstract_heaptypes[] = {
    TNI_HEAP_EXN,  TNI_HEAP_ARRAY,    TNI_HEAP_STRUCT, TNI_HEAP_I31,
    TNI_HEAP_EQ,   TNI_HEAP_ANY,      TNI_HEAP_EXTERN, TNI_HEAP_FUNC,
    TNI_HEAP_NONE, TNI_HEAP_NOEXTERN, TNI_HEAP_NOFUNC, TNI_HEAP_NOEXN,
};

static bool is_abstract_heaptype(u8 byte) {
    return byte >= 0x69 && byte <= 0x74;
}

/* A type's one-byte code; a longer integer is none. */
static tenon_status read_type_code(tni_reader *r, u8 *out) {
    TNI_TRY(tni_read_byte(r, out));
    if (*out >= 0x80) {
        return tni_fail(r->e, TNI_ERR_INTEGER_TOO_LONG, tni_reader_offset(r) - 1, NULL);
    }
    return TENON_OK;
}

tenon_status tni_read_heaptype(tni_reader *r, u32 *out) {
    u64 at = tni_reader_offset(r);
    if (r->cur != r->end && is_abstract_heaptype(*r->cur)) {
        *out = abstract_heaptypes[*r->cur++ - 0x69];
        return TENON_OK;
    }
    i64 x;
    TNI_TRY(tni_read_s33(r, &x));
    if (x < 0) {
        return tni_fail(r->e, TNI_ERR_BAD_HEAPTYPE, at, NULL);
    }
    *out = TNI_HEAP_CONCRETE + (u32)(x > TNI_TYPE_INDEX_MAX ? TNI_TYPE_INDEX_MAX : x);
    return TENON_OK;
}

static tenon_status reftype_after(tni_reader *r, u8 code, tni_valtype *out) {
    if (is_abstract_heaptype(code)) {
        *out = TNI_REFTYPE(true, abstract_heaptypes[code - 0x69]);
        return TENON_OK;
    }
    if (code != 0x63 && code != 0x64) {
        return tni_fail(r->e, TNI_ERR_BAD_REFTYPE, tni_reader_offset(r) - 1, NULL);
    }
    u32 ht;
    TNI_TRY(tni_read_heaptype(r, &ht));
    *out = TNI_REFTYPE(code == 0x63, ht);
    return TENON_OK;
}

tenon_status tni_read_reftype(tni_reader *r, tni_valtype *out) {
    u8 code;
    TNI_TRY(read_type_code(r, &code));
    return reftype_after(r, code, out);
}

tenon_status tni_read_valtype(tni_reader *r, tni_valtype *out) {
    u8 code;
    TNI_TRY(read_type_code(r, &code));
    switch (code) {
    case 0x7f: *out = TNI_I32; return TENON_OK;
    case 0x7e: *out = TNI_I64; return TENON_OK;
    case 0x7d: *out = TNI_F32; return TENON_OK;
    case 0x7c: *out = TNI_F64; return TENON_OK;
    case 0x7b: *out = TNI_V128; return TENON_OK;
    default: return reftype_after(r, code, out);
    }
}

tenon_status tni_read_count(tni_reader *r, u32 *out) {
    u64 at = tni_reader_offset(r);
    size_t left = tni_reader_left(r);
    TNI_TRY(tni_read_u32(r, out));
    if (*out > left) {
        return tni_fail(r->e, TNI_ERR_LENGTH_OUT_OF_BOUNDS, at, NULL);
    }
    return TENON_OK;
}

/* -- instructions -- */

tenon_status tni_check_op_feature(const tni_reader *r, u64 features, tni_op op,
                                  u64 offset) {
    u64 needed;
    const char *flag;
    switch (tni_ops[op].group) {
    case TNI_GROUP_THREADS:
        needed = TENON_FEATURE_MASK(THREADS);
        flag = "threads";
        break;
    case TNI_GROUP_WIDE:
        needed = TENON_FEATURE_MASK(WIDE_ARITHMETIC);
        flag = "wide-arithmetic";
        break;
    case TNI_GROUP_LEGACY_EXN:
        needed = TENON_FEATURE_MASK(LEGACY_EXCEPTIONS);
        flag = "legacy-exceptions";
        break;
    default: return TENON_OK;
    }
    if ((features & needed) != 0) {
        return TENON_OK;
    }
    const tni_op_info *info = &tni_ops[op];
    if (info->prefix == 0) {
        return tni_fail(r->e, TNI_ERR_ILLEGAL_OPCODE, offset,
                        "%02x (%s needs feature %s)", info->code, info->text, flag);
    }
    return tni_fail(r->e, TNI_ERR_ILLEGAL_OPCODE, offset,
                    "%02x %02x (%s needs feature %s)", info->prefix, info->code,
                    info->text, flag);
}

tenon_status tni_read_op(tni_reader *r, u64 features, tni_op *out) {
    u64 at = tni_reader_offset(r);
    u8 byte;
    TNI_TRY(tni_read_byte(r, &byte));
    if (byte >= 0xfb && byte <= 0xfe) {
        u32 code;
        TNI_TRY(tni_read_u32(r, &code));
        *out = tni_op_of(byte, code);
        if (*out == TNI_OP_COUNT) {
            return tni_fail(r->e, TNI_ERR_ILLEGAL_OPCODE, at, "%02x %02x", byte, code);
        }
    } else {
        *out = tni_op_of(0, byte);
        if (*out == TNI_OP_COUNT) {
            return tni_fail(r->e, TNI_ERR_ILLEGAL_OPCODE, at, "%02x", byte);
        }
    }
    return tni_check_op_feature(r, features, *out, at);
}

tenon_status tni_read_blocktype(tni_reader *r, tni_blocktype *out) {
    *out = (tni_blocktype){0};
    u8 byte = r->cur != r->end ? *r->cur : 0;
    if (byte == 0x40) {
        r->cur++;
        return TENON_OK;
    }
    if ((byte & 0xc0) == 0x40) { /* negative as a one-byte s33 */
        return tni_read_valtype(r, &out->type);
    }
    i64 x;
    u64 at = tni_reader_offset(r);
    TNI_TRY(tni_read_s33(r, &x));
    if (x < 0) {
        return tni_fail(r->e, TNI_ERR_BAD_REFTYPE, at, NULL);
    }
    out->has_index = true;
    out->index = (u32)x;
    return TENON_OK;
}

/* Core 3.0, 5.4.5: bit 6 of the flags announces a memory index. */
tenon_status tni_read_memarg(tni_reader *r, tni_memarg *out) {
    u64 at = tni_reader_offset(r);
    u32 flags;
    TNI_TRY(tni_read_u32(r, &flags));
    if (flags >= 0x80) {
        return tni_fail(r->e, TNI_ERR_BAD_MEMARG, at, NULL);
    }
    out->align = flags & 0x3f;
    out->memory = 0;
    if ((flags & 0x40) != 0) {
        TNI_TRY(tni_read_u32(r, &out->memory));
    }
    if (r->cur != r->end && *r->cur < 0x80) {
        out->offset = *r->cur++;
        return TENON_OK;
    }
    return tni_read_u64(r, &out->offset);
}

tenon_status tni_read_catch(tni_reader *r, tni_catch *out) {
    u8 kind;
    TNI_TRY(tni_read_byte(r, &kind));
    if (kind > TNI_CATCH_ALL_REF) {
        return tni_fail(r->e, TNI_ERR_BAD_CATCH, tni_reader_offset(r) - 1, NULL);
    }
    out->kind = (tni_catch_kind)kind;
    out->tag = 0;
    if (kind <= TNI_CATCH_REF) {
        TNI_TRY(tni_read_u32(r, &out->tag));
    }
    return tni_read_u32(r, &out->label);
}

tenon_status tni_read_cast(tni_reader *r, tni_cast *out) {
    u8 flags;
    u32 from, to;
    TNI_TRY(tni_read_byte(r, &flags));
    if (flags > 3) {
        return tni_fail(r->e, TNI_ERR_BAD_CAST_FLAGS, tni_reader_offset(r) - 1, NULL);
    }
    TNI_TRY(tni_read_u32(r, &out->label));
    TNI_TRY(tni_read_heaptype(r, &from));
    TNI_TRY(tni_read_heaptype(r, &to));
    out->from = TNI_REFTYPE((flags & 1) != 0, from);
    out->to = TNI_REFTYPE((flags & 2) != 0, to);
    return TENON_OK;
}

static tenon_status skip_u32s(tni_reader *r, u32 count) {
    u32 x;
    for (u32 i = 0; i < count; i++) {
        TNI_TRY(tni_read_u32(r, &x));
    }
    return TENON_OK;
}

static tenon_status skip_bytes(tni_reader *r, size_t len) {
    const u8 *bytes;
    return tni_read_bytes(r, len, &bytes);
}

static tenon_status skip_labels(tni_reader *r) {
    u32 count;
    TNI_TRY(tni_read_count(r, &count));
    TNI_TRY(skip_u32s(r, count));
    return skip_u32s(r, 1);
}

static tenon_status skip_select(tni_reader *r) {
    u32 count;
    tni_valtype t;
    TNI_TRY(tni_read_count(r, &count));
    for (u32 i = 0; i < count; i++) {
        TNI_TRY(tni_read_valtype(r, &t));
    }
    return TENON_OK;
}

static tenon_status skip_try_table(tni_reader *r) {
    tni_blocktype bt;
    u32 count;
    tni_catch clause;
    TNI_TRY(tni_read_blocktype(r, &bt));
    TNI_TRY(tni_read_count(r, &count));
    for (u32 i = 0; i < count; i++) {
        TNI_TRY(tni_read_catch(r, &clause));
    }
    return TENON_OK;
}

static tenon_status skip_fence(tni_reader *r) {
    u8 zero;
    TNI_TRY(tni_read_byte(r, &zero));
    if (zero != 0) {
        return tni_fail(r->e, TNI_ERR_ZERO_BYTE, tni_reader_offset(r) - 1, NULL);
    }
    return TENON_OK;
}

tenon_status tni_skip_immediates(tni_reader *r, tni_op op) {
    tni_blocktype bt;
    tni_memarg memarg;
    tni_cast cast;
    u32 ht;
    i32 i;
    i64 n;
    switch ((tni_imm)tni_ops[op].imm) {
    case TNI_IMM_NONE: return TENON_OK;
    case TNI_IMM_BLOCK: return tni_read_blocktype(r, &bt);
    case TNI_IMM_LABELS: return skip_labels(r);
    case TNI_IMM_LABEL:
    case TNI_IMM_FUNC:
    case TNI_IMM_TYPE:
    case TNI_IMM_LOCAL:
    case TNI_IMM_GLOBAL:
    case TNI_IMM_TABLE:
    case TNI_IMM_ELEM:
    case TNI_IMM_MEMORY:
    case TNI_IMM_DATA:
    case TNI_IMM_TAG: return skip_u32s(r, 1);
    case TNI_IMM_CALL_INDIRECT:
    case TNI_IMM_TABLE_TABLE:
    case TNI_IMM_ELEM_TABLE:
    case TNI_IMM_MEMORY_MEMORY:
    case TNI_IMM_DATA_MEMORY:
    case TNI_IMM_TYPE_FIELD:
    case TNI_IMM_TYPE_TYPE:
    case TNI_IMM_TYPE_COUNT:
    case TNI_IMM_TYPE_DATA:
    case TNI_IMM_TYPE_ELEM: return skip_u32s(r, 2);
    case TNI_IMM_MEMARG: return tni_read_memarg(r, &memarg);
    case TNI_IMM_MEMARG_LANE:
        TNI_TRY(tni_read_memarg(r, &memarg));
        return skip_bytes(r, 1);
    case TNI_IMM_LANE: return skip_bytes(r, 1);
    case TNI_IMM_SHUFFLE:
    case TNI_IMM_V128: return skip_bytes(r, 16);
    case TNI_IMM_I32: return tni_read_s32(r, &i);
    case TNI_IMM_I64: return tni_read_s64(r, &n);
    case TNI_IMM_F32: return skip_bytes(r, 4);
    case TNI_IMM_F64: return skip_bytes(r, 8);
    case TNI_IMM_SELECT: return skip_select(r);
    case TNI_IMM_HEAPTYPE: return tni_read_heaptype(r, &ht);
    case TNI_IMM_CAST: return tni_read_cast(r, &cast);
    case TNI_IMM_TRY_TABLE: return skip_try_table(r);
    case TNI_IMM_FENCE: return skip_fence(r);
    }
    return TENON_OK;
}

bool tni_op_has_data_index(tni_op op) {
    u8 imm = tni_ops[op].imm;
    return imm == TNI_IMM_DATA || imm == TNI_IMM_DATA_MEMORY || imm == TNI_IMM_TYPE_DATA;
}

tenon_status tni_skip_expr(tni_reader *r, u64 features, bool data_count) {
    /* Whether an `else` stands where it may is left to the validator, but for this level.
     */
    for (u64 depth = 1; depth > 0;) {
        tni_op op;
        u64 at = tni_reader_offset(r);
        TNI_TRY(tni_read_op(r, features, &op));
        TNI_TRY(tni_skip_immediates(r, op));
        if (!data_count && tni_op_has_data_index(op)) {
            return tni_fail(r->e, TNI_ERR_DATA_COUNT_REQUIRED, at, NULL);
        }
        switch (op) {
        case TNI_OP_BLOCK:
        case TNI_OP_LOOP:
        case TNI_OP_IF:
        case TNI_OP_TRY:
        case TNI_OP_TRY_TABLE: depth++; break;
        case TNI_OP_END:
        case TNI_OP_DELEGATE: depth--; break;
        case TNI_OP_ELSE:
            if (depth == 1) {
                return tni_fail(r->e, TNI_ERR_END_EXPECTED, at, NULL);
            }
            break;
        default: break;
        }
    }
    return TENON_OK;
}
