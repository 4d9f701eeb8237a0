/* constexpr.c: constant expressions: initial values of globals and tables, offsets and
 * elements of segments. Core 3.0, 3.4.13 and 4.7.2.
 *
 * The expressions were validated, so types are right and the stack is never empty. */
#include "base/assert.h"
#include "exec/instance.h"

enum { INLINE_SLOTS = 16 };

typedef struct machine {
    tni_instance *i;
    tni_reader *r;
    tni_slot first[INLINE_SLOTS];
    TNI_VEC(tni_slot) more; /* takes over when first is full */
    tni_slot *slots;
    size_t count;
    size_t capacity;
} machine;

static bool grow(machine *c) {
    tni_heap *h = &c->i->store->heap;
    bool moving = c->more.data == NULL;
    if (!tni_vec_reserve(h, &c->more, c->count + 2)) {
        return false;
    }
    if (moving) {
        memcpy(c->more.data, c->first, sizeof c->first);
    }
    c->slots = c->more.data;
    c->capacity = c->more.capacity;
    return true;
}

static tenon_status push(machine *c, tni_slot value) {
    if (c->count == c->capacity && !grow(c)) {
        return tni_no_memory(c->r->e);
    }
    c->slots[c->count++] = value;
    return TENON_OK;
}

static tni_slot pop(machine *c) {
    TNI_ASSERT(c->count > 0);
    return c->slots[--c->count];
}

static tenon_status push_fixed(machine *c, size_t words64) {
    for (size_t x = 0; x < words64; x++) {
        u64 bits;
        TNI_TRY(tni_read_fixed64(c->r, &bits));
        TNI_TRY(push(c, bits));
    }
    return TENON_OK;
}

static tenon_status push_global(machine *c) {
    u32 x;
    TNI_TRY(tni_read_u32(c->r, &x));
    const tni_global *g = c->i->globals[x];
    TNI_TRY(push(c, g->value[0]));
    return tni_slots_of(g->type.type) == 2 ? push(c, g->value[1]) : TENON_OK;
}

static tenon_status push_i32(machine *c) {
    i32 v;
    TNI_TRY(tni_read_s32(c->r, &v));
    return push(c, (u32)v);
}

static tenon_status push_i64(machine *c) {
    i64 v;
    TNI_TRY(tni_read_s64(c->r, &v));
    return push(c, (u64)v);
}

static tenon_status push_f32(machine *c) {
    u32 bits;
    TNI_TRY(tni_read_fixed32(c->r, &bits));
    return push(c, bits);
}

static tenon_status push_null(machine *c) {
    i64 heap;
    TNI_TRY(tni_read_s33(c->r, &heap));
    return push(c, TNI_REF_NULL);
}

static tenon_status push_func(machine *c) {
    u32 x;
    TNI_TRY(tni_read_u32(c->r, &x));
    return push(c, tni_ref_func(c->i->funcs[x]));
}

/* Wrapping arithmetic; an i32 needs only its low half right. */
static tenon_status binary(machine *c, tni_op op) {
    tni_slot b = pop(c);
    tni_slot a = pop(c);
    switch (op) {
    case TNI_OP_I32_ADD:
    case TNI_OP_I64_ADD: return push(c, a + b);
    case TNI_OP_I32_SUB:
    case TNI_OP_I64_SUB: return push(c, a - b);
    default: return push(c, a * b);
    }
}

/* An instruction of the GC group, whose operands are the top of the stack. x and y are
 * its immediates. */
static tenon_status object(machine *c, tni_op op, u64 offset) {
    const tni_module *m = c->i->module;
    u32 x = 0;
    u32 y = 0;
    TNI_TRY(tni_read_u32(c->r, &x));
    const tni_deftype *type = tni_module_deftype(m, x);
    u32 slots = 0;
    switch (op) {
    case TNI_OP_STRUCT_NEW: slots = tni_struct_slot(type, type->sub.field_count); break;
    case TNI_OP_STRUCT_NEW_DEFAULT: break;
    case TNI_OP_ARRAY_NEW: slots = tni_slots_of(type->sub.fields[0].type) + 1; break;
    case TNI_OP_ARRAY_NEW_DEFAULT: slots = 1; break;
    case TNI_OP_ARRAY_NEW_FIXED:
        TNI_TRY(tni_read_u32(c->r, &y));
        slots = tni_slots_of(type->sub.fields[0].type) * y;
        break;
    default:
        return tni_fail(c->r->e, TNI_ERR_UNSUPPORTED, offset,
                        "%s in a constant expression", tni_ops[op].text);
    }
    if (slots == 0) { /* room for the result */
        TNI_TRY(push(c, 0));
        slots = 1;
    }
    TNI_ASSERT(slots <= c->count);
    tni_gc *gc = &c->i->store->gc;
    tni_gc_roots operands = {.slots = c->slots, .count = c->count};
    c->count -= slots - 1;
    tni_gc_push_roots(gc, &operands);
    tenon_status status =
        tni_gc_const_op(c->i, op, x, y, c->slots + c->count - 1, c->r->e);
    tni_gc_pop_roots(gc);
    return status;
}

static tenon_status step(machine *c, tni_op op, u64 offset) {
    switch (op) {
    case TNI_OP_I32_CONST: return push_i32(c);
    case TNI_OP_I64_CONST: return push_i64(c);
    case TNI_OP_F32_CONST: return push_f32(c);
    case TNI_OP_F64_CONST: return push_fixed(c, 1);
    case TNI_OP_V128_CONST: return push_fixed(c, 2);
    case TNI_OP_REF_NULL: return push_null(c);
    case TNI_OP_REF_FUNC: return push_func(c);
    case TNI_OP_GLOBAL_GET: return push_global(c);
    case TNI_OP_I32_ADD:
    case TNI_OP_I32_SUB:
    case TNI_OP_I32_MUL:
    case TNI_OP_I64_ADD:
    case TNI_OP_I64_SUB:
    case TNI_OP_I64_MUL: return binary(c, op);
    case TNI_OP_REF_I31: return push(c, tni_ref_i31((u32)pop(c)));
    /* References look the same on both sides of the conversion. */
    case TNI_OP_ANY_CONVERT_EXTERN:
    case TNI_OP_EXTERN_CONVERT_ANY: return TENON_OK;
    case TNI_OP_STRUCT_NEW:
    case TNI_OP_STRUCT_NEW_DEFAULT:
    case TNI_OP_ARRAY_NEW:
    case TNI_OP_ARRAY_NEW_DEFAULT:
    case TNI_OP_ARRAY_NEW_FIXED: return object(c, op, offset);
    default:
        return tni_fail(c->r->e, TNI_ERR_UNSUPPORTED, offset,
                        "%s in a constant expression",
                        op < TNI_OP_COUNT ? tni_ops[op].text : "this instruction");
    }
}

static tenon_status next_op(tni_reader *r, tni_op *op) {
    u8 byte;
    TNI_TRY(tni_read_byte(r, &byte));
    u32 code = byte;
    u8 prefix = 0;
    if (byte >= 0xfb && byte <= 0xfe) {
        prefix = byte;
        TNI_TRY(tni_read_u32(r, &code));
    }
    *op = tni_op_of(prefix, code);
    return TENON_OK;
}

static tenon_status run(machine *c) {
    for (;;) {
        u64 offset = tni_reader_offset(c->r);
        tni_op op;
        TNI_TRY(next_op(c->r, &op));
        if (op == TNI_OP_END) {
            return TENON_OK;
        }
        TNI_TRY(step(c, op, offset));
    }
}

tenon_status tni_const_next(tni_instance *i, tni_reader *r, tni_slot out[2]) {
    machine c = {.i = i, .r = r, .capacity = INLINE_SLOTS};
    c.slots = c.first;
    tenon_status status = run(&c);
    if (status == TENON_OK) {
        TNI_ASSERT(c.count == 1 || c.count == 2);
        out[0] = c.slots[0];
        out[1] = c.count == 2 ? c.slots[1] : 0;
    }
    tni_vec_free(&i->store->heap, &c.more);
    return status;
}

tenon_status tni_const_eval(tni_instance *i, const tni_span *expr, tni_slot out[2],
                            tenon_error *e) {
    tni_reader r = tni_reader_of(expr->ptr, expr->len, expr->offset, e);
    return tni_const_next(i, &r, out);
}
