/* translate_gc.c: the instructions on structures, arrays and i31 references, and the
 * branches on casts. Core 3.0, 4.6.6 to 4.6.8. Reads and writes of fields and elements
 * have ops of their own; the work of the others is tni_gc_op's, over operands at home,
 * one after another. */
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

/* Core 3.0, 5.3.3: heap types, negative when abstract. */
static u32 heap_type(const tni_translator *c, i64 code) {
    static const u8 abstract[] = {
        [0x0c] = TNI_HEAP_NOEXN,  [0x0d] = TNI_HEAP_NOFUNC, [0x0e] = TNI_HEAP_NOEXTERN,
        [0x0f] = TNI_HEAP_NONE,   [0x10] = TNI_HEAP_FUNC,   [0x11] = TNI_HEAP_EXTERN,
        [0x12] = TNI_HEAP_ANY,    [0x13] = TNI_HEAP_EQ,     [0x14] = TNI_HEAP_I31,
        [0x15] = TNI_HEAP_STRUCT, [0x16] = TNI_HEAP_ARRAY,  [0x17] = TNI_HEAP_EXN,
    };
    if (code < 0) {
        return abstract[-code];
    }
    return TNI_HEAP_CONCRETE + c->module->type_ids[code];
}

static tni_valtype read_cast_type(tni_translator *c, bool nullable) {
    return TNI_REFTYPE(nullable, heap_type(c, tni_t_read_s33(c)));
}

/* -- ops of their own -- */

static const tni_deftype *type_at(const tni_translator *c, u32 x) {
    return tni_module_deftype(c->module, x);
}

static tni_valtype element_of(const tni_translator *c, u32 x) {
    return type_at(c, x)->sub.fields[0].type;
}

static void struct_get(tni_translator *c, tni_op op, u32 x, u32 field) {
    const tni_deftype *type = type_at(c, x);
    const tni_valtype t = type->sub.fields[field].type;
    const value v = tni_t_to_slot(c, tni_t_pop(c));
    const u32 ops[] = {TNI_X_STRUCT_GET,     TNI_X_STRUCT_GET_i8,  TNI_X_STRUCT_GET_u8,
                       TNI_X_STRUCT_GET_i16, TNI_X_STRUCT_GET_u16, TNI_X_STRUCT_GET_V128};
    u32 n = 0;
    switch (tni_kind_of(t)) {
    case TNI_KIND_I8: n = op == TNI_OP_STRUCT_GET_S ? 1 : 2; break;
    case TNI_KIND_I16: n = op == TNI_OP_STRUCT_GET_S ? 3 : 4; break;
    case TNI_KIND_V128: n = 5; break;
    default: break;
    }
    tni_t_begin(c, ops[n], KIND_NONE);
    tni_t_u16(c, 0);
    tni_t_operand(c, v);
    tni_t_u16(c, tni_struct_slot(type, field));
    tni_t_end(c);
    tni_t_push_written(c, unpacked(t));
}

static void struct_set(tni_translator *c, u32 x, u32 field) {
    const tni_deftype *type = type_at(c, x);
    const value given = tni_t_constant_to_slot(c, tni_t_pop(c));
    const value to = tni_t_to_slot(c, tni_t_pop(c));
    const value v = tni_t_to_slot(c, given);
    tni_t_begin(c, v.type == TYPE_V128 ? TNI_X_STRUCT_SET_V128 : TNI_X_STRUCT_SET,
                KIND_NONE);
    tni_t_operand(c, to);
    tni_t_operand(c, v);
    tni_t_u16(c, tni_struct_slot(type, field));
    tni_t_end(c);
}

static void array_get(tni_translator *c, tni_op op, u32 x) {
    const tni_valtype t = element_of(c, x);
    const value given = tni_t_constant_to_slot(c, tni_t_pop(c));
    const value from = tni_t_to_slot(c, tni_t_pop(c));
    const value i = tni_t_to_slot(c, given);
    u32 get = TNI_X_ARRAY_GET_u64;
    switch (tni_storage_bytes(t)) {
    case 1:
        get = op == TNI_OP_ARRAY_GET_S ? TNI_X_ARRAY_GET_i8 : TNI_X_ARRAY_GET_u8;
        break;
    case 2:
        get = op == TNI_OP_ARRAY_GET_S ? TNI_X_ARRAY_GET_i16 : TNI_X_ARRAY_GET_u16;
        break;
    case 4: get = TNI_X_ARRAY_GET_u32; break;
    case 16: get = TNI_X_ARRAY_GET_V128; break;
    default: break;
    }
    tni_t_begin(c, get, KIND_NONE);
    tni_t_u16(c, 0);
    tni_t_operand(c, from);
    tni_t_operand(c, i);
    tni_t_end(c);
    tni_t_push_written(c, unpacked(t));
}

static void array_set(tni_translator *c, u32 x) {
    value v[3];
    for (u32 n = 3; n-- > 0;) {
        v[n] = tni_t_constant_to_slot(c, tni_t_pop(c));
    }
    u32 set = TNI_X_ARRAY_SET_u64;
    switch (tni_storage_bytes(element_of(c, x))) {
    case 1: set = TNI_X_ARRAY_SET_u8; break;
    case 2: set = TNI_X_ARRAY_SET_u16; break;
    case 4: set = TNI_X_ARRAY_SET_u32; break;
    case 16: set = TNI_X_ARRAY_SET_V128; break;
    default: break;
    }
    for (u32 n = 0; n < 3; n++) {
        v[n] = tni_t_to_slot(c, v[n]);
    }
    tni_t_begin(c, set, KIND_NONE);
    for (u32 n = 0; n < 3; n++) {
        tni_t_operand(c, v[n]);
    }
    tni_t_end(c);
}

/* Destination, operand. */
static void one_operand(tni_translator *c, u32 op, u8 result) {
    const value v = tni_t_to_slot(c, tni_t_pop(c));
    tni_t_begin(c, op, KIND_NONE);
    tni_t_u16(c, 0);
    tni_t_operand(c, v);
    tni_t_end(c);
    tni_t_push_written(c, result);
}

/* False: the instruction has none. */
static bool own_op(tni_translator *c, tni_op op) {
    u32 x;
    switch (op) {
    case TNI_OP_STRUCT_GET:
    case TNI_OP_STRUCT_GET_S:
    case TNI_OP_STRUCT_GET_U:
        x = tni_t_read_u32(c);
        struct_get(c, op, x, tni_t_read_u32(c));
        return true;
    case TNI_OP_STRUCT_SET:
        x = tni_t_read_u32(c);
        struct_set(c, x, tni_t_read_u32(c));
        return true;
    case TNI_OP_ARRAY_GET:
    case TNI_OP_ARRAY_GET_S:
    case TNI_OP_ARRAY_GET_U: array_get(c, op, tni_t_read_u32(c)); return true;
    case TNI_OP_ARRAY_SET: array_set(c, tni_t_read_u32(c)); return true;
    case TNI_OP_ARRAY_LEN: one_operand(c, TNI_X_ARRAY_LEN, TYPE_I32); return true;
    case TNI_OP_REF_I31: one_operand(c, TNI_X_REF_I31, TYPE_I64); return true;
    case TNI_OP_I31_GET_S: one_operand(c, TNI_X_I31_GET_S, TYPE_I32); return true;
    case TNI_OP_I31_GET_U: one_operand(c, TNI_X_I31_GET_U, TYPE_I32); return true;
    default: return false;
    }
}

/* -- the others -- */

static effect effect_of(const tni_translator *c, tni_op op, u32 x, u32 y) {
    switch (op) {
    case TNI_OP_STRUCT_NEW:
        return (effect){tni_module_deftype(c->module, x)->sub.field_count, TYPE_I64};
    case TNI_OP_STRUCT_NEW_DEFAULT: return (effect){0, TYPE_I64};
    case TNI_OP_ARRAY_NEW_FIXED: return (effect){y, TYPE_I64};
    case TNI_OP_ARRAY_NEW_DEFAULT: return (effect){1, TYPE_I64};
    case TNI_OP_ARRAY_NEW:
    case TNI_OP_ARRAY_NEW_DATA:
    case TNI_OP_ARRAY_NEW_ELEM: return (effect){2, TYPE_I64};
    case TNI_OP_ARRAY_FILL:
    case TNI_OP_ARRAY_INIT_DATA:
    case TNI_OP_ARRAY_INIT_ELEM: return (effect){4, NOTHING};
    case TNI_OP_ARRAY_COPY: return (effect){5, NOTHING};
    case TNI_OP_REF_CAST:
    case TNI_OP_REF_CAST_NULL: return (effect){1, TYPE_I64};
    default: return (effect){1, TYPE_I32}; /* ref.test */
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
    default: break;
    }
    if (!own_op(c, op)) {
        gc_instruction(c, op);
    }
    return true;
}
