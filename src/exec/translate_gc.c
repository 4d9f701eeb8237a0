/* translate_gc.c: the instructions on structures, arrays and i31 references, and the
 * branches on casts. Core 3.0, 4.6.6 to 4.6.8. The work is tni_gc_op's, over operands at
 * home, one after another. */
#include "exec/gc.h"
#include "exec/translate.h"

/* What an instruction takes and leaves. */
typedef struct effect {
    u32 operands;
    u8 result; /* a vtype, or NOTHING */
} effect;

enum { NOTHING = 0xff };

static u8 unpacked(tni_valtype t) {
    return tni_kind_of(t) >= TNI_KIND_I8 ? TYPE_I32 : tni_vtype_of(t);
}

static u8 field_type(const tni_translator *c, u32 x, u32 field) {
    return unpacked(tni_module_deftype(c->module, x)->sub.fields[field].type);
}

/* Core 3.0, 5.3.3: heap types, negative when abstract. */
static u32 heap_type(const tni_translator *c, i64 code) {
    static const u8 abstract[] = {
        [0x0c] = TNI_HEAP_NOEXN, [0x0d] = TNI_HEAP_NOFUNC, [0x0e] = TNI_HEAP_NOEXTERN,
        [0x0f] = TNI_HEAP_NONE,  [0x10] = TNI_HEAP_FUNC,   [0x11] = TNI_HEAP_EXTERN,
        [0x12] = TNI_HEAP_ANY,   [0x13] = TNI_HEAP_EQ,     [0x14] = TNI_HEAP_I31,
        [0x15] = TNI_HEAP_STRUCT, [0x16] = TNI_HEAP_ARRAY, [0x17] = TNI_HEAP_EXN,
    };
    if (code < 0) {
        return abstract[-code];
    }
    return TNI_HEAP_CONCRETE + c->module->type_ids[code];
}

static tni_valtype read_cast_type(tni_translator *c, bool nullable) {
    return TNI_REFTYPE(nullable, heap_type(c, tni_t_read_s33(c)));
}

static effect effect_of(const tni_translator *c, tni_op op, u32 x, u32 y) {
    switch (op) {
    case TNI_OP_STRUCT_NEW:
        return (effect){tni_module_deftype(c->module, x)->sub.field_count, TYPE_I64};
    case TNI_OP_STRUCT_NEW_DEFAULT: return (effect){0, TYPE_I64};
    case TNI_OP_STRUCT_GET:
    case TNI_OP_STRUCT_GET_S:
    case TNI_OP_STRUCT_GET_U: return (effect){1, field_type(c, x, y)};
    case TNI_OP_STRUCT_SET: return (effect){2, NOTHING};
    case TNI_OP_ARRAY_NEW_FIXED: return (effect){y, TYPE_I64};
    case TNI_OP_ARRAY_NEW_DEFAULT: return (effect){1, TYPE_I64};
    case TNI_OP_ARRAY_NEW:
    case TNI_OP_ARRAY_NEW_DATA:
    case TNI_OP_ARRAY_NEW_ELEM: return (effect){2, TYPE_I64};
    case TNI_OP_ARRAY_GET:
    case TNI_OP_ARRAY_GET_S:
    case TNI_OP_ARRAY_GET_U: return (effect){2, field_type(c, x, 0)};
    case TNI_OP_ARRAY_SET: return (effect){3, NOTHING};
    case TNI_OP_ARRAY_FILL:
    case TNI_OP_ARRAY_INIT_DATA:
    case TNI_OP_ARRAY_INIT_ELEM: return (effect){4, NOTHING};
    case TNI_OP_ARRAY_COPY: return (effect){5, NOTHING};
    case TNI_OP_REF_CAST:
    case TNI_OP_REF_CAST_NULL:
    case TNI_OP_REF_I31: return (effect){1, TYPE_I64};
    default: return (effect){1, TYPE_I32}; /* array.len, ref.test, i31.get */
    }
}

static void put_gc_op(tni_translator *c, tni_op op, u32 x, u32 y, effect e) {
    const u32 first = (u32)c->stack.count - e.operands;
    for (u32 i = first; i < c->stack.count; i++) {
        tni_t_settle(c, i);
    }
    tni_t_settle_accs(c); /* references in accumulators would not be seen */
    const u32 base = e.operands > 0 ? c->stack.data[first].home : c->top;
    tni_t_begin(c, TNI_X_GC, KIND_NONE);
    tni_t_u32(c, base);
    tni_t_u16(c, op);
    tni_t_u32(c, x);
    tni_t_u32(c, y);
    tni_t_end(c);
    tni_t_written(c, base, ACC_COUNT);
    tni_t_written(c, base + 1, ACC_COUNT);
    tni_t_drop_to(c, first);
    if (e.result != NOTHING) {
        tni_t_push_slot(c, e.result);
    }
}

static void gc_instruction(tni_translator *c, tni_op op) {
    u32 x = 0;
    u32 y = 0;
    switch ((tni_imm)tni_ops[op].imm) {
    case TNI_IMM_NONE: break;
    case TNI_IMM_TYPE: x = tni_t_read_u32(c); break;
    case TNI_IMM_HEAPTYPE:
        x = read_cast_type(c, op == TNI_OP_REF_TEST_NULL || op == TNI_OP_REF_CAST_NULL);
        break;
    default:
        x = tni_t_read_u32(c);
        y = tni_t_read_u32(c);
        break;
    }
    const effect e = effect_of(c, op, x, y);
    if (tni_ops[op].imm == TNI_IMM_TYPE_FIELD) {
        y = tni_struct_slot(tni_module_deftype(c->module, x), y);
    }
    put_gc_op(c, op, x, y, e);
}

/* Whether the reference on top is of the type, as a condition; it stays where it is. */
static value put_test(tni_translator *c, tni_valtype type) {
    tni_t_settle(c, (u32)c->stack.count - 1);
    tni_t_settle_accs(c);
    const value v = tni_t_to_slot(c, c->stack.data[c->stack.count - 1]);
    tni_t_begin(c, TNI_X_REF_FITS, KIND_NONE);
    tni_t_u16(c, 0);
    tni_t_operand(c, v);
    tni_t_u32(c, type);
    tni_t_end(c);
    tni_t_push_written(c, TYPE_I32);
    return tni_t_pop(c);
}

/* flags: bit 0 the source type is nullable, bit 1 the target. Core 3.0, 5.4.3 */
static void branch_on_cast(tni_translator *c, bool on_failure) {
    const u8 flags = tni_t_read_byte(c);
    const u32 label = tni_t_read_u32(c);
    tni_t_read_s33(c);
    const tni_valtype type = read_cast_type(c, (flags & 2) != 0);
    tni_t_branch_when(c, label, put_test(c, type), on_failure);
}

bool tni_t_gc(tni_translator *c, tni_op op) {
    if (tni_ops[op].group != TNI_GROUP_GC) {
        return false;
    }
    switch (op) {
    case TNI_OP_REF_EQ: return tni_t_numeric(c, TNI_OP_I64_EQ);
    case TNI_OP_BR_ON_CAST: branch_on_cast(c, false); return true;
    case TNI_OP_BR_ON_CAST_FAIL: branch_on_cast(c, true); return true;
    case TNI_OP_ANY_CONVERT_EXTERN:
    case TNI_OP_EXTERN_CONVERT_ANY: return true; /* the same bits */
    default: gc_instruction(c, op); return true;
    }
}
