/* translate_numeric.c: which op does an instruction on numbers or memory, given where its
 * operands are, and what it can be fused with. The tables are made from ops.def. */
#include "base/assert.h"
#include "exec/translate.h"

typedef enum shape {
    SHAPE_NONE,
    SHAPE_UNARY,
    SHAPE_UNARY_COLD, /* operand in a slot */
    SHAPE_BINARY,     /* commutative: four forms */
    SHAPE_ORDERED,    /* seven forms */
    SHAPE_FOUR,       /* not commutative, four forms */
    SHAPE_COMPARE,
    SHAPE_LOAD,
    SHAPE_LOAD_FAST,
    SHAPE_STORE,
} shape;

typedef struct op_shape {
    u16 op; /* the first of its forms */
    u8 shape;
    u8 type; /* of operands; of the value stored */
    u8 result;
    u8 size;        /* of what is loaded or stored */
    u16 any;        /* loads and stores: with any memory and offset */
    u16 swapped;    /* compares: the instruction with operands exchanged, */
    u16 inverse;    /* and that with the other result (KIND_NONE for floats) */
    u16 branch;     /* compares: the fused branches */
    u16 branch_not; /* floats: and the negated ones */
} op_shape;

#define TYPE_OF_u32 TYPE_I32
#define TYPE_OF_u64 TYPE_I64
#define TYPE_OF_f32 TYPE_F32
#define TYPE_OF_f64 TYPE_F64

#define OP(...)
#define BRANCHES(...)
#define WITH_MEMORY(...)
#define PAIR(...)
#define PAIR_SWAPPED(...)
#define STEP(...)
#define NUMERIC_ROW(id, first, shape_, T, R)                                             \
    [TNI_OP_##id] = {.op = TNI_X_##id##first,                                            \
                     .shape = shape_,                                                    \
                     .type = TYPE_OF_##T,                                                \
                     .result = TYPE_OF_##R},
#define UNARY(id, T, R, fn)       NUMERIC_ROW(id, _a_a, SHAPE_UNARY, T, R)
#define UNARY_COLD(id, T, R, fn)  NUMERIC_ROW(id, _s_a, SHAPE_UNARY_COLD, T, R)
#define UNARY_TRAP(id, T, R, fn)  UNARY_COLD(id, T, R, fn)
#define BINARY(id, T, fn)         NUMERIC_ROW(id, _as_a, SHAPE_BINARY, T, T)
#define BINARY_ORDERED(id, T, fn) NUMERIC_ROW(id, _as_a, SHAPE_ORDERED, T, T)
#define BINARY_TRAP(id, T, fn)    NUMERIC_ROW(id, _as_a, SHAPE_FOUR, T, T)
#define BINARY_COLD(id, T, fn)    NUMERIC_ROW(id, _as_a, SHAPE_FOUR, T, T)
#define COMPARE(id, T, swapped_, inverse_, fn)                                           \
    [TNI_OP_##id] = {.op = TNI_X_##id##_as_a,                                            \
                     .shape = SHAPE_COMPARE,                                             \
                     .type = TYPE_OF_##T,                                                \
                     .result = TYPE_I32,                                                 \
                     .swapped = TNI_OP_##swapped_,                                       \
                     .inverse = TNI_OP_##inverse_,                                       \
                     .branch = TNI_X_BR_##id##_as_f},
#define COMPARE_FLOAT(id, T, swapped_, fn)                                               \
    [TNI_OP_##id] = {.op = TNI_X_##id##_as_a,                                            \
                     .shape = SHAPE_COMPARE,                                             \
                     .type = TYPE_OF_##T,                                                \
                     .result = TYPE_I32,                                                 \
                     .swapped = TNI_OP_##swapped_,                                       \
                     .inverse = KIND_NONE,                                               \
                     .branch = TNI_X_BR_##id##_as_f,                                     \
                     .branch_not = TNI_X_BR_NOT_##id##_as_f},
#define LOAD_ROW(id, M, T, shape_)                                                       \
    [TNI_OP_##id] = {.op = TNI_X_##id##_a_a,                                             \
                     .shape = shape_,                                                    \
                     .type = TYPE_OF_##T,                                                \
                     .result = TYPE_OF_##T,                                              \
                     .size = sizeof(M),                                                  \
                     .any = TNI_X_##id##_any_a},
#define LOAD(id, M, T)      LOAD_ROW(id, M, T, SHAPE_LOAD)
#define LOAD_FAST(id, M, T) LOAD_ROW(id, M, T, SHAPE_LOAD_FAST)
#define STORE(id, M, T)                                                                  \
    [TNI_OP_##id] = {.op = TNI_X_##id##_a_s,                                             \
                     .shape = SHAPE_STORE,                                               \
                     .type = TYPE_OF_##T,                                                \
                     .size = sizeof(M),                                                  \
                     .any = TNI_X_##id##_any},
#define STORE_FLOAT(id, M, T) STORE(id, M, T)
static const op_shape shapes[TNI_OP_COUNT] = {
#include "exec/ops.def"
};
#undef UNARY
#undef UNARY_COLD
#undef UNARY_TRAP
#undef BINARY
#undef BINARY_ORDERED
#undef BINARY_TRAP
#undef BINARY_COLD
#undef COMPARE
#undef COMPARE_FLOAT
#undef LOAD
#undef LOAD_FAST
#undef STORE
#undef STORE_FLOAT
#define UNARY(...)
#define UNARY_COLD(...)
#define UNARY_TRAP(...)
#define BINARY(...)
#define BINARY_ORDERED(...)
#define BINARY_TRAP(...)
#define BINARY_COLD(...)
#define COMPARE(...)
#define COMPARE_FLOAT(...)
#define LOAD(...)
#define LOAD_FAST(...)
#define STORE(...)
#define STORE_FLOAT(...)

/* The binary ops that take their second operand from memory, and by which load. */
#undef WITH_MEMORY
#define MEMORY_LOAD_u32           TNI_OP_I32_LOAD
#define MEMORY_LOAD_f32           TNI_OP_F32_LOAD
#define MEMORY_LOAD_f64           TNI_OP_F64_LOAD
#define WITH_MEMORY(id, M, T, fn) {TNI_OP_##id, MEMORY_LOAD_##M, TNI_X_##id##_memory_a_a},
static const struct {
    u16 binary;
    u16 load;
    u16 op;
} with_memory[] = {
#include "exec/ops.def"
};
#undef WITH_MEMORY
#define WITH_MEMORY(...)

/* Two ops in one: first(x, y), then second(that, z), or second(z, that) if swapped. */
#undef PAIR
#undef PAIR_SWAPPED
#define PAIR_KIND_s IN_SLOT
#define PAIR_KIND_c IN_CONST
#define PAIR(first, k, second, m, T, fn1, fn2)                                           \
    {TNI_OP_##first, PAIR_KIND_##k, TNI_OP_##second,                                     \
     PAIR_KIND_##m,  false,         TNI_X_##first##k##_##second##m##_a_a},
#define PAIR_SWAPPED(first, k, second, m, T, fn1, fn2)                                   \
    {TNI_OP_##first, PAIR_KIND_##k, TNI_OP_##second,                                     \
     PAIR_KIND_##m,  true,          TNI_X_##first##k##_##second##m##_SWAPPED_a_a},
static const struct {
    u16 first;
    u8 first_place;
    u16 second;
    u8 second_place;
    bool is_swapped;
    u16 op;
} pairs[] = {
#include "exec/ops.def"
};
#undef PAIR
#undef PAIR_SWAPPED
#define PAIR(...)
#define PAIR_SWAPPED(...)

/* The loop's end: slot += step; compare; branch back. */
#undef STEP
#define STEP(compare, fn) {TNI_OP_##compare, TNI_X_STEP_##compare##_cs},
static const struct {
    u16 compare;
    u16 op;
} steps[] = {
#include "exec/ops.def"
};

/* -- forms -- */

enum { FORM_AS, FORM_SS, FORM_AC, FORM_SC, FORM_SA, FORM_CS, FORM_CA, FORM_NONE };

static u32 form_of(value l, value r) {
    static const u8 forms[3][3] = {
        /* r:  slot      constant     accumulator */
        {FORM_SS, FORM_SC, FORM_SA},
        {FORM_CS, FORM_NONE, FORM_CA},
        {FORM_AS, FORM_AC, FORM_NONE},
    };
    const u32 x = tni_in_slot(l) ? 0 : l.place == IN_CONST ? 1 : 2;
    const u32 y = tni_in_slot(r) ? 0 : r.place == IN_CONST ? 1 : 2;
    return forms[x][y];
}

static void exchange(value *x, value *y) {
    const value v = *x;
    *x = *y;
    *y = v;
}

/* Puts two operands where ops want them. One accumulator cannot be two operands. */
static void use_both(tni_translator *c, value *l, value *r) {
    *l = tni_t_use(c, *l);
    if (l->place != IN_ACC || tni_acc_of(l->type) != tni_acc_of(r->type)) {
        *r = tni_t_use(c, *r);
    }
}

/* -- one operand -- */

static void unary(tni_translator *c, tni_op op, const op_shape *s) {
    const value given = tni_t_constant_to_slot(c, tni_t_pop(c));
    value v;
    u32 x = s->op;
    if (s->shape == SHAPE_UNARY_COLD) {
        v = tni_t_to_slot(c, given);
    } else {
        v = tni_t_use(c, given);
        x += v.place == IN_ACC ? 0 : 2;
    }
    tni_t_begin(c, x, op);
    tni_t_u16(c, 0);
    tni_t_operand(c, v);
    tni_t_end(c);
    c->last.l = given;
    c->last.emitted_l = v;
    tni_t_push_result(c, s->result, x);
}

/* The low half of a slot, or of the accumulator, is there without an op. */
static void wrap(tni_translator *c) {
    value v = tni_t_pop(c);
    v.type = TYPE_I32;
    v.bits = (u32)v.bits;
    if (v.place == IN_ACC) {
        c->owner[ACC_INT] = (u32)c->stack.count;
    }
    tni_t_push(c, v);
}

/* -- two operands -- */

/* x + load(y): one op, if the load was the last and its address is simple. */
static bool fuse_load(tni_translator *c, tni_op op, const op_shape *s, value l, value r) {
    if (c->last.address == ADDRESS_NONE) {
        return false;
    }
    u32 i = 0;
    while (i < TNI_COUNT_OF(with_memory) && with_memory[i].binary != op) {
        i++;
    }
    if (i == TNI_COUNT_OF(with_memory) || c->last.kind != with_memory[i].load) {
        return false;
    }
    if (!tni_t_is_last(c, r) && s->shape == SHAPE_BINARY) {
        exchange(&l, &r);
    }
    if (!tni_t_is_last(c, r) || !tni_in_slot(l)) {
        return false;
    }
    const emitted load = c->last;
    const u64 source = c->source;
    tni_t_unemit(c);
    l = tni_t_use(c, l);
    const u32 x = with_memory[i].op + (l.place == IN_ACC ? 0u : 2u);
    c->source = load.source;
    tni_t_begin(c, x, KIND_NONE);
    c->source = source;
    tni_t_u16(c, 0);
    tni_t_u32(c, load.offset);
    tni_t_slot(c, load.l.slot);
    tni_t_u32(c, (u32)load.bits);
    tni_t_operand(c, l);
    tni_t_end(c);
    tni_t_push_result(c, s->result, x);
    return true;
}

/* slot + (y << constant). */
static bool fuse_shift(tni_translator *c, tni_op op, value l, value r) {
    if (op != TNI_OP_I32_ADD || c->last.kind != TNI_OP_I32_SHL ||
        c->last.emitted_r.place != IN_CONST || c->last.emitted_l.place == IN_CONST) {
        return false;
    }
    if (!tni_t_is_last(c, r)) {
        exchange(&l, &r);
    }
    if (!tni_t_is_last(c, r) || !tni_in_slot(l)) {
        return false;
    }
    const emitted shift = c->last;
    tni_t_unemit(c);
    const u32 x = TNI_X_ADD_SHIFTED_a_a + (shift.emitted_l.place == IN_ACC ? 0u : 2u);
    tni_t_begin(c, x, KIND_ADD_SHIFTED);
    tni_t_u16(c, 0);
    tni_t_u16(c, (u32)shift.emitted_r.bits & 31u);
    tni_t_slot(c, l.slot);
    tni_t_operand(c, shift.emitted_l);
    tni_t_end(c);
    c->last.l = l;
    c->last.bits = shift.emitted_r.bits & 31u;
    c->last.emitted_l = shift.emitted_l;
    tni_t_push_result(c, TYPE_I32, x);
    return true;
}

static u8 pair_place(value v) {
    return tni_in_slot(v) ? IN_SLOT : v.place;
}

static u32 find_pair(const emitted *first, tni_op second, value z, bool is_swapped) {
    const u8 y = pair_place(first->emitted_r);
    for (u32 i = 0; i < TNI_COUNT_OF(pairs); i++) {
        if (pairs[i].first == first->kind && pairs[i].second == second &&
            pairs[i].first_place == y && pairs[i].second_place == pair_place(z) &&
            pairs[i].is_swapped == is_swapped) {
            return pairs[i].op;
        }
    }
    return 0;
}

static bool fuse_pair(tni_translator *c, tni_op op, const op_shape *s, value l, value r) {
    const bool is_right = tni_t_is_last(c, r);
    if (!is_right && !tni_t_is_last(c, l)) {
        return false;
    }
    const value z = is_right ? l : r;
    const bool is_swapped = is_right && s->shape != SHAPE_BINARY;
    if (z.place == IN_ACC || c->last.emitted_l.place == IN_CONST) {
        return false;
    }
    u32 x = find_pair(&c->last, op, z, is_swapped);
    if (x == 0) {
        return false;
    }
    const emitted first = c->last;
    tni_t_unemit(c);
    x += first.emitted_l.place == IN_ACC ? 0 : 2;
    tni_t_begin(c, x, KIND_NONE);
    tni_t_u16(c, 0);
    tni_t_operand(c, first.emitted_l);
    tni_t_operand(c, first.emitted_r);
    tni_t_operand(c, z);
    tni_t_end(c);
    tni_t_push_result(c, s->result, x);
    return true;
}

/* Whether the last op is one of the instructions above whose operands are on record. */
static bool last_is_plain(const tni_translator *c) {
    return c->last.at != NOWHERE && c->last.kind < TNI_OP_COUNT && !c->is_far;
}

static void put_binary(tni_translator *c, tni_op op, const op_shape *s, value l,
                       value r) {
    value x = l;
    value y = r;
    use_both(c, &x, &y);
    u32 form = form_of(x, y);
    const bool swaps = s->shape == SHAPE_BINARY || s->shape == SHAPE_COMPARE;
    if (form >= FORM_SA && swaps) {
        exchange(&x, &y);
        exchange(&l, &r);
        op = s->shape == SHAPE_COMPARE ? (tni_op)s->swapped : op;
        form = form_of(x, y);
    } else if (form >= FORM_SA && s->shape == SHAPE_FOUR) {
        x = x.place == IN_CONST ? tni_t_to_slot(c, x) : x;
        y = y.place == IN_ACC ? tni_t_to_slot(c, y) : y;
        form = form_of(x, y);
    }
    const u32 op_of_form = shapes[op].op + 2 * form;
    tni_t_begin(c, op_of_form, op);
    tni_t_u16(c, 0);
    tni_t_operand(c, x);
    tni_t_operand(c, y);
    tni_t_end(c);
    c->last.l = l;
    c->last.r = r;
    c->last.emitted_l = x;
    c->last.emitted_r = y;
    tni_t_push_result(c, s->result, op_of_form);
}

static void binary(tni_translator *c, tni_op op) {
    value r = tni_t_pop(c);
    value l = tni_t_pop(c);
    if (l.place == IN_CONST && r.place == IN_CONST) {
        l = tni_t_constant_to_slot(c, l);
    }
    if (r.place == IN_CONST && op == TNI_OP_I32_SUB) {
        op = TNI_OP_I32_ADD;
        r.bits = (u32)(0 - r.bits);
    } else if (r.place == IN_CONST && op == TNI_OP_I64_SUB) {
        op = TNI_OP_I64_ADD;
        r.bits = 0 - r.bits;
    }
    const op_shape *s = &shapes[op];
    if (last_is_plain(c) && s->shape != SHAPE_COMPARE &&
        (fuse_load(c, op, s, l, r) || fuse_shift(c, op, l, r) ||
         fuse_pair(c, op, s, l, r))) {
        return;
    }
    put_binary(c, op, s, l, r);
}

bool tni_t_numeric(tni_translator *c, tni_op op) {
    if (op == TNI_OP_I32_WRAP_I64) {
        wrap(c);
        return true;
    }
    const op_shape *s = &shapes[op];
    switch (s->shape) {
    case SHAPE_UNARY:
    case SHAPE_UNARY_COLD: unary(c, op, s); return true;
    case SHAPE_BINARY:
    case SHAPE_ORDERED:
    case SHAPE_FOUR:
    case SHAPE_COMPARE: binary(c, op); return true;
    default: return false;
    }
}

/* -- memory -- */

access tni_t_read_access(tni_translator *c) {
    access a = {0};
    const u32 flags = tni_t_read_u32(c);
    if ((flags & 0x40) != 0) {
        a.memory = tni_t_read_u32(c);
    }
    a.offset = tni_t_read_u64(c);
    return a;
}

bool tni_t_is_simple(const tni_translator *c, const access *a, u32 size) {
    return a->memory == 0 && !c->module->memory_types[0].limits.is_64 &&
           a->offset <= UINT32_MAX - size;
}

/* A constant address is added to the offset, if it fits. */
static value fold_address(tni_translator *c, value a, u64 *end) {
    if (a.place == IN_CONST) {
        if ((u32)a.bits <= UINT32_MAX - *end) {
            *end += (u32)a.bits;
        } else {
            a = tni_t_constant_to_slot(c, a);
        }
    }
    return a;
}

static void load_any(tni_translator *c, const op_shape *s, const access *a) {
    const value v = tni_t_to_slot(c, tni_t_pop(c));
    tni_t_begin(c, s->any, KIND_NONE);
    tni_t_u16(c, 0);
    tni_t_operand(c, v);
    tni_t_u32(c, a->memory);
    tni_t_u64(c, a->offset);
    tni_t_end(c);
    tni_t_push_result(c, s->result, s->any);
}

enum {
    LOAD_A,
    LOAD_S,
    LOAD_C,
    LOAD_SS,
    LOAD_SC,
    LOAD_AS,
    LOAD_AC,
    LOAD_XS,
    LOAD_XA,
    LOAD_NONE,
};

/* The form of a load whose address the op `sum` adds up, or LOAD_NONE. */
static u32 fused_address(const emitted *sum, bool is_fast) {
    if (sum->kind == KIND_ADD_SHIFTED && is_fast) {
        return sum->emitted_l.place == IN_ACC ? LOAD_XA : LOAD_XS;
    }
    if (sum->kind != TNI_OP_I32_ADD) {
        return LOAD_NONE;
    }
    const bool has_slot = tni_in_slot(sum->r);
    const bool has_const = sum->r.place == IN_CONST;
    if (tni_in_slot(sum->l)) {
        return has_slot ? LOAD_SS : has_const ? LOAD_SC : LOAD_NONE;
    }
    if (sum->l.place == IN_ACC && is_fast) {
        return has_slot ? LOAD_AS : has_const ? LOAD_AC : LOAD_NONE;
    }
    return LOAD_NONE;
}

static void put_fused_address(tni_translator *c, const emitted *sum, u32 form) {
    if (form == LOAD_XS || form == LOAD_XA) {
        tni_t_slot(c, sum->l.slot);
        tni_t_operand(c, sum->emitted_l);
        tni_t_u16(c, (u32)sum->bits);
        return;
    }
    tni_t_operand(c, sum->l);
    tni_t_operand(c, sum->r);
}

static bool fuse_address(tni_translator *c, tni_op op, const op_shape *s, value a,
                         u64 end) {
    if (!tni_t_is_last(c, a)) {
        return false;
    }
    const u32 form = fused_address(&c->last, s->shape == SHAPE_LOAD_FAST);
    if (form == LOAD_NONE) {
        return false;
    }
    const emitted sum = c->last;
    tni_t_unemit(c);
    const u32 x = s->op + 2 * form;
    tni_t_begin(c, x, op);
    tni_t_u16(c, 0);
    tni_t_u32(c, (u32)end);
    put_fused_address(c, &sum, form);
    tni_t_end(c);
    if (form == LOAD_SC) {
        c->last.address = ADDRESS_SLOT_ADD;
        c->last.l = sum.l;
        c->last.bits = sum.r.bits;
        c->last.offset = (u32)end;
    }
    tni_t_push_result(c, s->result, x);
    return true;
}

static void load(tni_translator *c, tni_op op, const op_shape *s) {
    const access m = tni_t_read_access(c);
    if (!tni_t_is_simple(c, &m, s->size)) {
        load_any(c, s, &m);
        return;
    }
    u64 end = m.offset + s->size;
    const value given = fold_address(c, tni_t_pop(c), &end);
    if (fuse_address(c, op, s, given, end)) {
        return;
    }
    const value a = tni_t_use(c, given);
    const u32 form = a.place == IN_ACC ? LOAD_A : a.place == IN_CONST ? LOAD_C : LOAD_S;
    const u32 x = s->op + 2 * form;
    tni_t_begin(c, x, op);
    tni_t_u16(c, 0);
    tni_t_u32(c, (u32)end);
    if (a.place != IN_CONST) {
        tni_t_operand(c, a);
    }
    tni_t_end(c);
    if (tni_in_slot(given)) {
        c->last.address = ADDRESS_SLOT;
        c->last.l = given;
        c->last.bits = 0;
        c->last.offset = (u32)end;
    }
    tni_t_push_result(c, s->result, x);
}

enum { STORE_CC = 7, STORE_SUM_S, STORE_SUM_C, STORE_SUM_A, STORE_ANY, STORE_AA };

static void store_any(tni_translator *c, const op_shape *s, const access *m) {
    const value v = tni_t_to_slot(c, tni_t_pop(c));
    const value a = tni_t_to_slot(c, tni_t_pop(c));
    tni_t_begin(c, s->any, KIND_NONE);
    tni_t_operand(c, a);
    tni_t_operand(c, v);
    tni_t_u32(c, m->memory);
    tni_t_u64(c, m->offset);
    tni_t_end(c);
}

/* Stores at the sum of two slots, if the last op added them up. */
static bool store_at_sum(tni_translator *c, const op_shape *s, value a, value v,
                         u64 end) {
    if (!tni_t_is_last(c, a) || c->last.kind != TNI_OP_I32_ADD ||
        !tni_in_slot(c->last.l) || !tni_in_slot(c->last.r)) {
        return false;
    }
    const emitted sum = c->last;
    tni_t_unemit(c);
    v = tni_t_use(c, v);
    const u32 form = v.place == IN_ACC     ? STORE_SUM_A
                     : v.place == IN_CONST ? STORE_SUM_C
                                           : STORE_SUM_S;
    tni_t_begin(c, s->op + form, KIND_NONE);
    tni_t_u32(c, (u32)end);
    tni_t_slot(c, sum.l.slot);
    tni_t_slot(c, sum.r.slot);
    tni_t_operand(c, v);
    tni_t_end(c);
    return true;
}

static u32 store_form(value a, value v) {
    const u32 form = form_of(a, v);
    if (form != FORM_NONE) {
        return form;
    }
    return a.place == IN_CONST ? STORE_CC : STORE_AA;
}

static void store(tni_translator *c, const op_shape *s) {
    const access m = tni_t_read_access(c);
    if (!tni_t_is_simple(c, &m, s->size)) {
        store_any(c, s, &m);
        return;
    }
    u64 end = m.offset + s->size;
    value v = tni_t_pop(c);
    value a = fold_address(c, tni_t_pop(c), &end);
    if (store_at_sum(c, s, a, v, end)) {
        return;
    }
    /* The value first: it is more often the newer. */
    if (a.place != IN_ACC || tni_acc_of(v.type) != ACC_INT) {
        v = tni_t_use(c, v);
    }
    if (v.place != IN_ACC || tni_acc_of(v.type) != ACC_INT) {
        a = tni_t_use(c, a);
    }
    tni_t_begin(c, s->op + store_form(a, v), KIND_NONE);
    tni_t_u32(c, (u32)end);
    if (a.place != IN_CONST) {
        tni_t_operand(c, a);
    }
    tni_t_operand(c, v);
    tni_t_end(c);
}

bool tni_t_memory(tni_translator *c, tni_op op) {
    const op_shape *s = &shapes[op];
    if (s->shape == SHAPE_LOAD || s->shape == SHAPE_LOAD_FAST) {
        load(c, op, s);
        return true;
    }
    if (s->shape == SHAPE_STORE) {
        store(c, s);
        return true;
    }
    return false;
}

/* -- conditions -- */

static condition plain_condition(tni_translator *c, value v, bool negated) {
    const value given = tni_t_constant_to_slot(c, v);
    const value x = tni_t_use(c, given);
    return (condition){.op = negated ? TNI_X_BR_UNLESS_a_f : TNI_X_BR_IF_a_f,
                       .form = x.place != IN_ACC,
                       .operands = 1,
                       .compare = negated ? TNI_OP_I32_EQ : TNI_OP_I32_NE,
                       .l = given,
                       .r = {.place = IN_CONST, .type = TYPE_I32},
                       .emitted_l = x};
}

/* Of x == 0. */
static condition zero_condition(tni_translator *c, bool negated) {
    const emitted e = c->last;
    const bool wide = e.kind == TNI_OP_I64_EQZ;
    static const u16 ops[2][2] = {{TNI_X_BR_UNLESS_a_f, TNI_X_BR_IF_a_f},
                                  {TNI_X_BR_UNLESS64_a_f, TNI_X_BR_IF64_a_f}};
    tni_t_unemit(c);
    return (condition){.op = ops[wide][negated],
                       .form = e.emitted_l.place != IN_ACC,
                       .operands = 1,
                       .compare = wide      ? (u16)KIND_NONE
                                  : negated ? TNI_OP_I32_NE
                                            : TNI_OP_I32_EQ,
                       .l = e.l,
                       .r = {.place = IN_CONST, .type = TYPE_I32},
                       .emitted_l = e.emitted_l};
}

static condition compare_condition(tni_translator *c, bool negated) {
    const emitted e = c->last;
    const op_shape *s = &shapes[e.kind];
    u32 compare = e.kind;
    u32 op = s->branch;
    if (e.kind == TNI_OP_I32_AND) {
        compare = KIND_NONE;
        op = negated ? TNI_X_BR_NOT_AND_as_f : TNI_X_BR_AND_as_f;
    } else if (negated && s->inverse != KIND_NONE) {
        compare = s->inverse;
        op = shapes[compare].branch;
    } else if (negated) {
        op = s->branch_not;
    }
    tni_t_unemit(c);
    return (condition){.op = (u16)op,
                       .form = (u8)form_of(e.emitted_l, e.emitted_r),
                       .operands = 2,
                       .compare = (u16)compare,
                       .l = e.l,
                       .r = e.r,
                       .emitted_l = e.emitted_l,
                       .emitted_r = e.emitted_r};
}

condition tni_t_condition(tni_translator *c, value v, bool negated) {
    if (last_is_plain(c) && tni_t_is_last(c, v)) {
        const u32 kind = c->last.kind;
        if (kind == TNI_OP_I32_EQZ || kind == TNI_OP_I64_EQZ) {
            return zero_condition(c, negated);
        }
        if (shapes[kind].shape == SHAPE_COMPARE || kind == TNI_OP_I32_AND) {
            return compare_condition(c, negated);
        }
    }
    return plain_condition(c, v, negated);
}

static bool is_slot(value v, u32 slot) {
    return tni_in_slot(v) && v.slot == slot;
}

/* The slot that the last op stepped: a local it added a constant or another slot to. */
static bool last_is_step(const tni_translator *c, value *step) {
    const emitted *e = &c->last;
    if (e->at == NOWHERE || c->is_far) {
        return false;
    }
    if (e->kind == KIND_INC || e->kind == KIND_INC2) {
        *step = e->r;
        return true;
    }
    if (e->kind != TNI_OP_I32_ADD || e->written == NOWHERE || !tni_in_slot(e->l) ||
        !tni_in_slot(e->r) || e->l.slot == e->r.slot) {
        return false;
    }
    if (e->l.slot == e->written) {
        *step = e->r;
        return true;
    }
    *step = e->l;
    return e->r.slot == e->written;
}

/* Takes the step back; of two in one op, the second. */
static void unemit_step(tni_translator *c) {
    const emitted e = c->last;
    if (e.kind != KIND_INC2) {
        tni_t_unemit(c);
        return;
    }
    u32 slot = tni_imm_u16(c->code.data + e.at + TNI_CELL);
    u32 by = tni_imm_u32(c->code.data + e.at + TNI_CELL + 2);
    tni_t_unemit(c);
    tni_t_begin(c, TNI_X_INC, KIND_NONE);
    tni_t_slot(c, slot);
    tni_t_u32(c, by);
    tni_t_end(c);
}

static bool fuse_step(tni_translator *c, const condition *k, u32 *at, u32 *from) {
    value step;
    u32 i = 0;
    while (i < TNI_COUNT_OF(steps) && steps[i].compare != k->compare) {
        i++;
    }
    if (i == TNI_COUNT_OF(steps) || !last_is_step(c, &step)) {
        return false;
    }
    const u32 slot = c->last.written;
    value r = k->r;
    if (!is_slot(k->l, slot)) {
        if (!is_slot(k->r, slot)) {
            return false;
        }
        r = k->l;
        i = 0;
        while (steps[i].compare != shapes[k->compare].swapped) {
            i++;
        }
    }
    if (r.place == IN_ACC || is_slot(r, slot)) {
        return false;
    }
    unemit_step(c);
    const u32 form = (step.place == IN_CONST ? 0 : 2) + (r.place == IN_CONST ? 1 : 0);
    tni_t_begin(c, steps[i].op + form, KIND_NONE);
    *from = c->last.at;
    *at = c->pc;
    tni_t_u32(c, 0);
    tni_t_slot(c, slot);
    tni_t_operand(c, step);
    tni_t_operand(c, r);
    tni_t_end(c);
    tni_t_written(c, slot, ACC_INT);
    return true;
}

void tni_t_branch_if(tni_translator *c, const condition *k, bool is_back, u32 *at,
                     u32 *from) {
    if (is_back && fuse_step(c, k, at, from)) {
        return;
    }
    tni_t_begin(c, k->op + 2u * k->form + is_back, KIND_NONE);
    *from = c->last.at;
    *at = c->pc;
    tni_t_u32(c, 0);
    tni_t_operand(c, k->emitted_l);
    if (k->operands == 2) {
        tni_t_operand(c, k->emitted_r);
    }
    tni_t_end(c);
}
