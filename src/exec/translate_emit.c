/* translate_emit.c: the translator's mechanics: ops, the stack of values, the
 * accumulators. What it is all for is in translate.h. */
#include "base/assert.h"
#include "exec/translate.h"

/* More than any op takes, so that one check at its beginning is enough. */
enum { LONGEST_OP = 64 };

u8 tni_vtype_of(tni_valtype t) {
    switch (tni_kind_of(t)) {
    case TNI_KIND_I32: return TYPE_I32;
    case TNI_KIND_F32: return TYPE_F32;
    case TNI_KIND_F64: return TYPE_F64;
    case TNI_KIND_V128: return TYPE_V128;
    default: return TYPE_I64;
    }
}

/* -- ops -- */

/* Without memory it goes on in the buffer it has, from the start, until someone looks. */
void tni_t_room(tni_translator *c, size_t bytes) {
    if (!tni_vec_reserve(c->heap, &c->code, c->pc + bytes)) {
        c->failed = true;
        c->pc = 0;
    }
}

static void note_origin(tni_translator *c) {
    while (c->origins.count > 0 && c->origins.data[c->origins.count - 1].at >= c->pc) {
        c->origins.count--;
    }
    if (!tni_vec_push(c->heap, &c->origins, ((origin){c->pc, c->source}))) {
        c->failed = true;
    }
}

void tni_t_begin(tni_translator *c, u32 op, u32 kind) {
    tni_t_room(c, LONGEST_OP);
    c->before_last = c->last;
    c->last.at = c->pc;
    c->last.written = NOWHERE;
    c->last.kind = (u16)kind;
    c->last.address = ADDRESS_NONE;
    c->last.source = c->source;
    memcpy(c->last.mirror, c->mirror, sizeof c->mirror);
    if (c->wants_origins) {
        note_origin(c);
    }
    tni_put_cell(c->code.data + c->pc, c->cells, op);
    c->pc += (u32)TNI_CELL;
}

void tni_t_u16(tni_translator *c, u32 v) {
    const u16 w = (u16)v;
    memcpy(c->code.data + c->pc, &w, sizeof w);
    c->pc += 2;
}

void tni_t_u32(tni_translator *c, u32 v) {
    memcpy(c->code.data + c->pc, &v, sizeof v);
    c->pc += 4;
}

void tni_t_u64(tni_translator *c, u64 v) {
    memcpy(c->code.data + c->pc, &v, sizeof v);
    c->pc += 8;
}

void tni_t_bytes(tni_translator *c, const u8 *bytes, u32 n) {
    memcpy(c->code.data + c->pc, bytes, n);
    c->pc += n;
}

void tni_t_slot(tni_translator *c, u32 slot) {
    if (slot >= c->near) {
        c->wants_far = true;
    }
    tni_t_u16(c, slot);
}

void tni_t_const(tni_translator *c, u8 type, u64 bits) {
    if (type == TYPE_I32 || type == TYPE_F32) {
        tni_t_u32(c, (u32)bits);
    } else {
        tni_t_u64(c, bits);
    }
}

void tni_t_operand(tni_translator *c, value v) {
    if (v.place == IN_CONST) {
        tni_t_const(c, v.type, v.bits);
    } else if (v.place != IN_ACC) {
        tni_t_slot(c, v.slot);
    }
}

static void round_up(tni_translator *c) {
    const u32 used = c->pc - c->last.at - (u32)TNI_CELL;
    c->pc = c->last.at + (u32)TNI_OP_BYTES(used);
}

void tni_t_end(tni_translator *c) {
    round_up(c);
    c->scratch_used = 0;
}

void tni_t_unemit(tni_translator *c) {
    TNI_ASSERT(c->last.at != NOWHERE);
    c->pc = c->last.at;
    memcpy(c->mirror, c->last.mirror, sizeof c->mirror);
    c->last = c->before_last;
    c->before_last.at = NOWHERE;
}

void tni_t_fence(tni_translator *c) {
    c->last.at = NOWHERE;
    c->before_last.at = NOWHERE;
}

void tni_t_forget_mirrors(tni_translator *c) {
    for (u32 i = 0; i < ACC_COUNT; i++) {
        c->mirror[i] = NOWHERE;
    }
}

void tni_t_written(tni_translator *c, u32 slot, u32 acc) {
    for (u32 i = 0; i < ACC_COUNT; i++) {
        if (c->mirror[i] == slot) {
            c->mirror[i] = NOWHERE;
        }
    }
    if (acc < ACC_COUNT) {
        c->mirror[acc] = slot;
    }
}

/* -- the stack -- */

static void unlink_local(tni_translator *c, const value *v) {
    if (v->above != NOWHERE) {
        c->stack.data[v->above].below = v->below;
    } else {
        c->local_uses.data[v->local] = v->below;
    }
    if (v->below != NOWHERE) {
        c->stack.data[v->below].above = v->above;
    }
}

void tni_t_push(tni_translator *c, value v) {
    const u32 i = (u32)c->stack.count;
    v.home = c->top;
    if (v.place == IN_LOCAL) {
        v.below = c->local_uses.data[v.local];
        v.above = NOWHERE;
    }
    if (!tni_vec_push(c->heap, &c->stack, v)) {
        c->failed = true;
        return;
    }
    if (v.place == IN_LOCAL) {
        if (v.below != NOWHERE) {
            c->stack.data[v.below].above = i;
        }
        c->local_uses.data[v.local] = i;
    }
    c->top += v.type == TYPE_V128 ? 2 : 1;
    if (c->top > c->max_top) {
        c->max_top = c->top;
    }
}

value tni_t_pop(tni_translator *c) {
    if (c->stack.count == 0) { /* a push has failed */
        return (value){.place = IN_CONST, .at = NOWHERE, .home = c->first_temp};
    }
    const u32 i = (u32)--c->stack.count;
    c->lowest = i < c->lowest ? i : c->lowest;
    const value v = c->stack.data[i];
    c->top = v.home;
    if (v.place == IN_LOCAL) {
        unlink_local(c, &v);
    } else if (v.place == IN_ACC) {
        c->owner[tni_acc_of(v.type)] = NOWHERE;
    }
    if (c->settled > i) {
        c->settled = i;
    }
    return v;
}

void tni_t_drop_to(tni_translator *c, u32 height) {
    while (c->stack.count > height) {
        tni_t_pop(c);
    }
}

void tni_t_push_const(tni_translator *c, u8 type, u64 bits) {
    tni_t_push(c, (value){.place = IN_CONST, .type = type, .bits = bits, .at = NOWHERE});
}

void tni_t_push_slot(tni_translator *c, u8 type) {
    tni_t_push(c, (value){.place = IN_SLOT, .type = type, .slot = c->top, .at = NOWHERE});
}

void tni_t_push_local(tni_translator *c, u32 local) {
    const u32 slot = c->local_slot.data[local];
    const u8 type = c->local_type.data[local];
    if (!c->local_is_set.data[local]) {
        const u32 end = slot + (type == TYPE_V128 ? 2 : 1);
        c->zero_from = slot < c->zero_from ? slot : c->zero_from;
        c->zero_end = end > c->zero_end ? end : c->zero_end;
    }
    tni_t_push(c, (value){.place = IN_LOCAL,
                          .type = type,
                          .slot = slot,
                          .local = local,
                          .at = NOWHERE});
}

/* -- results -- */

static void put_destination(tni_translator *c, u32 at, u32 slot) {
    const u16 w = (u16)slot;
    if (slot >= c->near) {
        c->wants_far = true;
    }
    memcpy(c->code.data + at + TNI_CELL, &w, sizeof w);
}

/* The op at v->at is to write a slot besides the accumulator. */
static void write_slot(tni_translator *c, value *v, u32 slot) {
    tni_put_cell(c->code.data + v->at, c->cells, v->op + 1u);
    put_destination(c, v->at, slot);
    if (c->last.at == v->at) {
        c->last.written = slot;
    } else if (c->before_last.at == v->at) {
        c->before_last.written = slot;
    }
    v->place = IN_SLOT;
    v->slot = slot;
}

static void far_store(tni_translator *c, u32 slot, u32 from) {
    tni_t_begin(c, TNI_X_FAR_STORE, KIND_NONE);
    tni_t_slot(c, from);
    tni_t_u32(c, slot);
    round_up(c);
}

/* Far: the last op writes v's home, by way of scratch if that is beyond. */
static void push_far(tni_translator *c, value v) {
    const u32 words = v.type == TYPE_V128 ? 2 : 1;
    if (c->top + words <= c->near) {
        put_destination(c, v.at, c->top);
    } else {
        const u32 middle = c->scratch + SCRATCH_SLOTS;
        put_destination(c, v.at, middle);
        for (u32 i = 0; i < words; i++) {
            far_store(c, c->top + i, middle + i);
        }
    }
    tni_t_push_slot(c, v.type);
}

void tni_t_push_result(tni_translator *c, u8 type, u32 op) {
    const u32 acc = tni_acc_of(type);
    value v = {
        .place = IN_ACC, .type = type, .op = (u16)op, .at = c->last.at, .slot = NOWHERE};
    if (c->is_far) {
        tni_put_cell(c->code.data + v.at, c->cells, op + 1u);
        push_far(c, v);
        return;
    }
    if (c->owner[acc] != NOWHERE) {
        value *before = &c->stack.data[c->owner[acc]];
        write_slot(c, before, before->home);
        tni_t_written(c, before->home, ACC_COUNT);
        c->last.mirror[acc] = before->home; /* if the last op is taken back */
    }
    c->mirror[acc] = NOWHERE;
    c->owner[acc] = (u32)c->stack.count;
    tni_t_push(c, v);
}

void tni_t_push_written(tni_translator *c, u8 type) {
    value v = {.place = IN_SLOT, .type = type, .at = c->last.at, .slot = c->top};
    if (c->is_far) {
        push_far(c, v);
        return;
    }
    put_destination(c, v.at, c->top);
    c->last.written = c->top;
    tni_t_written(c, c->top, ACC_COUNT);
    if (type == TYPE_V128) {
        tni_t_written(c, c->top + 1, ACC_COUNT);
    }
    tni_t_push(c, v);
}

void tni_t_redirect(tni_translator *c, value v, u32 slot) {
    if (v.place == IN_ACC) {
        const u32 acc = tni_acc_of(v.type);
        write_slot(c, &v, slot);
        tni_t_written(c, slot, acc);
        return;
    }
    put_destination(c, v.at, slot);
    c->last.written = slot;
    /* An op that wrote its accumulator too still does. */
    for (u32 i = 0; i < ACC_COUNT; i++) {
        if (c->mirror[i] == v.slot) {
            tni_t_written(c, slot, i);
            return;
        }
    }
    tni_t_written(c, slot, ACC_COUNT);
}

/* -- values -- */

bool tni_t_is_last(const tni_translator *c, value v) {
    return v.place == IN_ACC && v.at != NOWHERE && v.at == c->last.at;
}

static void far_load(tni_translator *c, u32 slot, u32 from) {
    tni_t_begin(c, TNI_X_FAR_LOAD, KIND_NONE);
    tni_t_slot(c, slot);
    tni_t_u32(c, from);
    round_up(c);
}

static value use_far(tni_translator *c, value v) {
    const u32 words = v.type == TYPE_V128 ? 2 : 1;
    if (!tni_in_slot(v) || v.slot + words <= c->near) {
        return v;
    }
    const u32 near = c->scratch + c->scratch_used;
    TNI_ASSERT(c->scratch_used + words <= SCRATCH_SLOTS);
    c->scratch_used += words;
    for (u32 i = 0; i < words; i++) {
        far_load(c, near + i, v.slot + i);
    }
    v.place = IN_SLOT;
    v.slot = near;
    return v;
}

value tni_t_use(tni_translator *c, value v) {
    if (c->is_far) {
        return use_far(c, v);
    }
    if (tni_in_slot(v) && v.type != TYPE_V128 &&
        c->mirror[tni_acc_of(v.type)] == v.slot) {
        v.place = IN_ACC;
        v.at = NOWHERE;
    }
    return v;
}

value tni_t_constant_to_slot(tni_translator *c, value v) {
    if (v.place == IN_CONST) {
        tni_t_copy(c, v, v.home);
        v.place = IN_SLOT;
        v.slot = v.home;
        v.at = NOWHERE;
    }
    return v;
}

value tni_t_to_slot(tni_translator *c, value v) {
    if (v.place == IN_CONST) {
        v = tni_t_constant_to_slot(c, v);
    } else if (v.place == IN_ACC) {
        if (v.at == NOWHERE) {
            v.place = IN_SLOT;
        } else {
            const u32 acc = tni_acc_of(v.type);
            write_slot(c, &v, v.home);
            tni_t_written(c, v.home, acc);
        }
    }
    return c->is_far ? use_far(c, v) : v;
}

static const u16 copies[] = {TNI_X_COPY_u32_s, TNI_X_COPY_u64_s, TNI_X_COPY_f32_s,
                             TNI_X_COPY_f64_s};

static void copy_far(tni_translator *c, value v, u32 slot) {
    const u32 words = v.type == TYPE_V128 ? 2 : 1;
    const u32 middle = c->scratch + SCRATCH_SLOTS;
    if (v.place == IN_CONST) {
        tni_t_begin(c, copies[v.type] + 2u, KIND_NONE);
        tni_t_slot(c, slot < c->near ? slot : middle);
        tni_t_const(c, v.type, v.bits);
        round_up(c);
        if (slot >= c->near) {
            far_store(c, slot, middle);
        }
        return;
    }
    for (u32 i = 0; i < words; i++) {
        const u32 near = slot + i < c->near ? slot + i : middle;
        far_load(c, near, v.slot + i);
        if (near != slot + i) {
            far_store(c, slot + i, near);
        }
    }
}

/* Makes one op of this copy and the one before it. */
static bool copy_twice(tni_translator *c, value v, u32 slot, u32 kind) {
    if (c->last.at == NOWHERE || c->last.kind != kind) {
        return false;
    }
    const u32 first = c->last.written;
    const u32 from = c->last.l.slot;
    c->pc = c->last.at;
    c->last.kind = KIND_NONE;
    tni_put_cell(c->code.data + c->pc, c->cells,
                 kind == KIND_COPY32 ? TNI_X_COPY2_u32 : TNI_X_COPY2_u64);
    c->pc += (u32)TNI_CELL;
    tni_t_slot(c, first);
    tni_t_slot(c, from);
    tni_t_slot(c, slot);
    tni_t_slot(c, v.slot);
    tni_t_end(c);
    tni_t_written(c, slot, ACC_COUNT);
    return true;
}

static void copy_slot(tni_translator *c, value v, u32 slot) {
    const bool half = v.type == TYPE_I32 || v.type == TYPE_F32;
    const u32 kind = half ? KIND_COPY32 : KIND_COPY64;
    if (copy_twice(c, v, slot, kind)) {
        return;
    }
    tni_t_begin(c, copies[v.type], kind);
    tni_t_slot(c, slot);
    tni_t_slot(c, v.slot);
    tni_t_end(c);
    c->last.written = slot;
    c->last.l = v;
    tni_t_written(c, slot, ACC_COUNT);
}

void tni_t_copy(tni_translator *c, value v, u32 slot) {
    if (tni_in_slot(v) && v.slot == slot) {
        return;
    }
    if (c->is_far) {
        copy_far(c, v, slot);
        return;
    }
    if (v.type == TYPE_V128) {
        tni_t_begin(c, TNI_X_COPY_V128, KIND_NONE);
        tni_t_slot(c, slot);
        tni_t_slot(c, v.slot);
        tni_t_end(c);
        tni_t_written(c, slot, ACC_COUNT);
        tni_t_written(c, slot + 1, ACC_COUNT);
        return;
    }
    v = tni_t_use(c, v);
    if (tni_in_slot(v)) {
        copy_slot(c, v, slot);
        return;
    }
    tni_t_begin(c, copies[v.type] + (v.place == IN_ACC ? 1u : 2u), KIND_NONE);
    tni_t_slot(c, slot);
    tni_t_operand(c, v);
    tni_t_end(c);
    c->last.written = slot;
    tni_t_written(c, slot, v.place == IN_ACC ? tni_acc_of(v.type) : ACC_COUNT);
}

void tni_t_settle(tni_translator *c, u32 i) {
    value *v = &c->stack.data[i];
    if (v->place == IN_SLOT) {
        return;
    }
    if (v->place == IN_ACC) {
        const u32 acc = tni_acc_of(v->type);
        write_slot(c, v, v->home);
        c->owner[acc] = NOWHERE;
        tni_t_written(c, v->home, acc);
        return;
    }
    if (v->place == IN_LOCAL) {
        unlink_local(c, v);
    }
    const value old = *v;
    v->place = IN_SLOT;
    v->slot = v->home;
    v->at = NOWHERE;
    tni_t_copy(c, old, old.home);
}

void tni_t_settle_all(tni_translator *c) {
    for (u32 i = c->settled; i < c->stack.count; i++) {
        if (c->stack.data[i].place != IN_CONST) {
            tni_t_settle(c, i);
        }
    }
    c->settled = (u32)c->stack.count;
}

void tni_t_settle_accs(tni_translator *c) {
    for (u32 i = 0; i < ACC_COUNT; i++) {
        if (c->owner[i] != NOWHERE) {
            tni_t_settle(c, c->owner[i]);
        }
    }
}
