/* translate_control.c: blocks and branches, variables, calls, and the instructions whose
 * operands are all in slots (tables, bulk memory). Core 3.0, 4.6.8 and 4.6.10.
 *
 * Where code joins (the end of a block that is branched to, a loop's start, else) every
 * value on the stack is a constant or at home; a label's values are at the homes that the
 * block's height gives them. */
#include "base/assert.h"
#include "exec/translate.h"

static u32 slots_of(u8 type) {
    return type == TYPE_V128 ? 2 : 1;
}

static frame *top_frame(tni_translator *c) {
    return &c->frames.data[c->frames.count - 1];
}

static frame *frame_of_label(tni_translator *c, u32 label) {
    TNI_ASSERT(label < c->frames.count);
    return &c->frames.data[c->frames.count - 1 - label];
}

/* -- targets -- */

static void put_target(tni_translator *c, u32 at, u32 from, u32 target) {
    if (from == OF_CLAUSE) {
        c->clauses.data[at].target = target;
        return;
    }
    const u32 offset = target - from;
    memcpy(c->code.data + at, &offset, sizeof offset);
}

/* The branch whose target is at `at` goes to f's label. */
static void link_label(tni_translator *c, frame *f, u32 at, u32 from) {
    if (f->kind == FRAME_LOOP) {
        put_target(c, at, from, f->start);
        return;
    }
    const fixup x = {at, from, f->fixups};
    if (!tni_vec_push(c->heap, &c->fixups, x)) {
        c->failed = true;
        return;
    }
    f->fixups = (u32)c->fixups.count - 1;
}

/* Everything that waits for f's end comes here. */
static void land(tni_translator *c, frame *f) {
    for (u32 i = f->fixups; i != NOWHERE; i = c->fixups.data[i].next) {
        put_target(c, c->fixups.data[i].at, c->fixups.data[i].from, c->pc);
    }
    f->fixups = NOWHERE;
    tni_t_fence(c);
    tni_t_forget_mirrors(c);
}

static void land_one(tni_translator *c, u32 at, u32 from) {
    put_target(c, at, from, c->pc);
    tni_t_fence(c);
}

static void jump(tni_translator *c, frame *f) {
    tni_t_begin(c, f->kind == FRAME_LOOP ? TNI_X_BR_b : TNI_X_BR_f, KIND_NONE);
    const u32 from = c->last.at;
    const u32 at = c->pc;
    tni_t_u32(c, 0);
    tni_t_end(c);
    link_label(c, f, at, from);
}

/* -- a label's values -- */

static u32 label_arity(const frame *f) {
    return f->kind == FRAME_LOOP ? f->params : f->results;
}

/* Values that only an accumulator holds go home; no op is emitted for that. */
static void settle_label_accs(tni_translator *c, u32 n) {
    for (u32 i = (u32)c->stack.count - n; i < c->stack.count; i++) {
        if (c->stack.data[i].place == IN_ACC) {
            tni_t_settle(c, i);
        }
    }
}

static bool label_values_in_place(const tni_translator *c, const frame *f) {
    const u32 n = label_arity(f);
    u32 slot = f->base;
    for (u32 i = (u32)c->stack.count - n; i < c->stack.count; i++) {
        const value *v = &c->stack.data[i];
        if (v->place != IN_SLOT || v->slot != slot) {
            return false;
        }
        slot += slots_of(v->type);
    }
    return true;
}

/* So many values move in one op, lest a module make code grow out of all proportion. */
enum { MANY_VALUES = 8 };

static void move_many(tni_translator *c, u32 first, u32 slot) {
    for (u32 i = first; i < c->stack.count; i++) {
        tni_t_settle(c, i);
    }
    const u32 from = c->stack.data[first].home;
    tni_t_begin(c, TNI_X_MOVE, KIND_NONE);
    tni_t_u32(c, slot);
    tni_t_u32(c, from);
    tni_t_u32(c, c->top - from);
    tni_t_end(c);
    tni_t_forget_mirrors(c);
}

/* Copies the top n values to slots from `slot` on; the stack keeps them where they were.
 * None of them is in a slot from there on and below its destination, but at it. */
static void move_values(tni_translator *c, u32 n, u32 slot) {
    const u32 first = (u32)c->stack.count - n;
    if (n > MANY_VALUES) {
        move_many(c, first, slot);
        return;
    }
    for (u32 i = first; i < c->stack.count; i++) {
        const value v = c->stack.data[i];
        tni_t_copy(c, v, slot);
        slot += slots_of(v.type);
    }
}

static void move_label_values(tni_translator *c, const frame *f) {
    move_values(c, label_arity(f), f->base);
}

static void push_types(tni_translator *c, const tni_valtype *types, u32 n) {
    for (u32 i = 0; i < n && !c->failed; i++) {
        tni_t_push_slot(c, tni_vtype_of(types[i]));
    }
}

/* -- locals -- */

static void define_local(tni_translator *c, u32 local) {
    if (!c->local_is_set.data[local]) {
        c->local_is_set.data[local] = true;
        if (!tni_vec_push(c->heap, &c->defined, local)) {
            c->failed = true;
        }
    }
}

/* Locals that were set since are so no more: another way leads here. */
static void undefine_to(tni_translator *c, u32 count) {
    while (c->defined.count > count) {
        c->local_is_set.data[c->defined.data[--c->defined.count]] = false;
    }
}

static void settle_uses(tni_translator *c, u32 local) {
    while (c->local_uses.data[local] != NOWHERE) {
        tni_t_settle(c, c->local_uses.data[local]);
    }
}

/* Copies of the local's old value must be made before the op that made the new one, if
 * that is to write the local itself: it is taken back, and put again after them. */
static void settle_uses_before(tni_translator *c, u32 local, value *v) {
    u8 bytes[64];
    const emitted op = c->last;
    const u32 count = c->pc - op.at;
    TNI_ASSERT(count <= sizeof bytes);
    memcpy(bytes, c->code.data + op.at, count);
    tni_t_unemit(c);
    settle_uses(c, local);
    const u64 source = c->source;
    c->source = op.source;
    tni_t_begin(c, 0, KIND_NONE);
    c->source = source;
    const emitted fresh = c->last;
    c->last = op;
    c->last.at = fresh.at;
    memcpy(c->last.mirror, fresh.mirror, sizeof fresh.mirror);
    memcpy(c->code.data + fresh.at, bytes, count);
    c->pc = fresh.at + count;
    c->mirror[tni_acc_of(v->type)] = NOWHERE;
    v->at = fresh.at;
}

/* slot += constant; and with the one before it, two of them. */
static bool fuse_increment(tni_translator *c, u32 slot) {
    const emitted e = c->last;
    if (e.kind != TNI_OP_I32_ADD || !tni_in_slot(e.l) || e.l.slot != slot ||
        e.r.place != IN_CONST) {
        return false;
    }
    tni_t_unemit(c);
    u32 kind = KIND_INC;
    if (c->last.at != NOWHERE && c->last.kind == KIND_INC) {
        const emitted first = c->last;
        tni_t_unemit(c);
        kind = KIND_INC2;
        tni_t_begin(c, TNI_X_INC2, kind);
        tni_t_slot(c, first.written);
        tni_t_u32(c, (u32)first.r.bits);
    } else {
        tni_t_begin(c, TNI_X_INC, kind);
    }
    tni_t_slot(c, slot);
    tni_t_u32(c, (u32)e.r.bits);
    tni_t_end(c);
    c->last.l = e.l;
    c->last.r = e.r;
    c->last.written = slot;
    tni_t_written(c, slot, ACC_INT);
    return true;
}

/* Whether the last op can write v to another slot than its home. */
static bool can_redirect(const tni_translator *c, value v) {
    if (c->is_far || v.at == NOWHERE || v.at != c->last.at) {
        return false;
    }
    return v.place == IN_ACC || (v.place == IN_SLOT && c->last.written == v.slot);
}

void tni_t_set_local(tni_translator *c, u32 local) {
    const u32 slot = c->local_slot.data[local];
    value v = tni_t_pop(c);
    define_local(c, local);
    if (v.place == IN_LOCAL && v.local == local) {
        return;
    }
    if (c->local_uses.data[local] != NOWHERE) {
        if (tni_t_is_last(c, v)) {
            settle_uses_before(c, local, &v);
        } else {
            settle_uses(c, local);
        }
    }
    if (!can_redirect(c, v)) {
        tni_t_copy(c, v, slot);
    } else if (v.type != TYPE_I32 || v.place != IN_ACC || !fuse_increment(c, slot)) {
        tni_t_redirect(c, v, slot);
    }
}

static void local_instruction(tni_translator *c, tni_op op) {
    const u32 local = tni_t_read_u32(c);
    if (op == TNI_OP_LOCAL_GET) {
        tni_t_push_local(c, local);
        return;
    }
    tni_t_set_local(c, local);
    if (op == TNI_OP_LOCAL_TEE) {
        tni_t_push_local(c, local);
    }
}

/* -- blocks -- */

static const tni_valtype one_type[] = {TNI_I32, TNI_I64, TNI_F32, TNI_F64, TNI_V128};

static void read_blocktype(tni_translator *c, frame *f) {
    if (c->r.cur != c->r.end && *c->r.cur == 0x40) {
        c->r.cur++;
        return;
    }
    const u8 byte = c->r.cur != c->r.end ? *c->r.cur : 0;
    if ((byte & 0xc0) == 0x40) { /* a negative number of one byte: a value type */
        f->results = 1;
        f->result_types = &one_type[tni_t_read_vtype(c)];
        return;
    }
    const i64 x = tni_t_read_s33(c);
    const tni_deftype *t = tni_module_deftype(c->module, (u32)x);
    f->params = t->sub.param_count;
    f->results = t->sub.result_count;
    f->param_types = t->sub.params;
    f->result_types = t->sub.results;
}

static void push_frame(tni_translator *c, frame *f) {
    f->range = c->range;
    f->height = (u32)c->stack.count - f->params;
    f->base = f->params > 0 ? c->stack.data[f->height].home : c->top;
    f->fixups = NOWHERE;
    f->defined = (u32)c->defined.count;
    f->table_stub = NOWHERE;
    if (!tni_vec_push(c->heap, &c->frames, *f)) {
        c->failed = true;
    }
}

/* Parameters of a loop or if are at home, where a branch or the other arm finds them. */
static void settle_parameters(tni_translator *c, u32 n) {
    for (u32 i = (u32)c->stack.count - n; i < c->stack.count; i++) {
        tni_t_settle(c, i);
    }
}

static frame_kind kind_of(tni_op op) {
    switch (op) {
    case TNI_OP_LOOP: return FRAME_LOOP;
    case TNI_OP_TRY_TABLE: return FRAME_TRY_TABLE;
    case TNI_OP_TRY: return FRAME_TRY;
    default: return FRAME_BLOCK;
    }
}

static void begin_block(tni_translator *c, tni_op op) {
    frame f = {.kind = (u8)kind_of(op), .else_fixup = NOWHERE};
    read_blocktype(c, &f);
    if (f.kind == FRAME_LOOP) {
        settle_parameters(c, f.params);
    }
    tni_t_settle_all(c);
    if (f.kind == FRAME_LOOP) {
        tni_t_fence(c);
        tni_t_forget_mirrors(c);
        f.start = c->is_traced ? tni_t_trace_start(c) : c->pc;
    } else if (f.kind != FRAME_BLOCK) {
        tni_t_begin_range(c, &f);
    }
    push_frame(c, &f);
}

static void add_fixup(tni_translator *c, frame *f, u32 at, u32 from) {
    const fixup x = {at, from, NOWHERE};
    if (!tni_vec_push(c->heap, &c->fixups, x)) {
        c->failed = true;
    }
    f->else_fixup = (u32)c->fixups.count - 1;
}

static void begin_if(tni_translator *c) {
    frame f = {.kind = FRAME_IF, .else_fixup = NOWHERE};
    read_blocktype(c, &f);
    const value v = tni_t_pop(c);
    const condition k = tni_t_condition(c, v, true);
    settle_parameters(c, f.params);
    tni_t_settle_all(c);
    u32 at;
    u32 from;
    tni_t_branch_if(c, &k, false, &at, &from);
    memcpy(f.mirror, c->mirror, sizeof f.mirror);
    add_fixup(c, &f, at, from);
    push_frame(c, &f);
}

/* The code at hand ends here, if it is reached, with its results at the label's homes. */
static void finish_arm(tni_translator *c, frame *f) {
    if (!c->is_dead) {
        settle_label_accs(c, f->results);
        move_label_values(c, f);
        tni_t_settle_accs(c);
    }
}

void tni_t_next_arm(tni_translator *c, frame *f) {
    finish_arm(c, f);
    if (!c->is_dead) {
        jump(c, f);
    }
    c->is_dead = false;
    undefine_to(c, f->defined);
    tni_t_drop_to(c, f->height);
}

static void else_arm(tni_translator *c) {
    frame *f = top_frame(c);
    tni_t_next_arm(c, f);
    push_types(c, f->param_types, f->params);
    const fixup x = c->fixups.data[f->else_fixup];
    f->else_fixup = NOWHERE;
    land_one(c, x.at, x.from);
    memcpy(c->mirror, f->mirror, sizeof c->mirror);
}

static void put_return(tni_translator *c);

/* The function's own end, where branches to its label arrive too. */
static void end_function(tni_translator *c, frame *f) {
    if (f->fixups != NOWHERE) {
        finish_arm(c, f);
        tni_t_drop_to(c, f->height);
        land(c, f);
        push_types(c, f->result_types, f->results);
        c->is_dead = false;
    }
    if (!c->is_dead) {
        put_return(c);
    }
    c->is_dead = true;
}

static void end_block(tni_translator *c) {
    frame *f = top_frame(c);
    if (f->kind == FRAME_FUNC) {
        end_function(c, f);
        c->frames.count--;
        return;
    }
    tni_t_end_range(c, f);
    if (f->fixups == NOWHERE && f->else_fixup == NOWHERE && f->kind != FRAME_CATCH) {
        /* Nobody branches here: what is on the stack stays as it is. */
        if (c->is_dead) {
            tni_t_drop_to(c, f->height);
        }
        c->frames.count--;
        return;
    }
    finish_arm(c, f);
    tni_t_drop_to(c, f->height);
    if (f->else_fixup != NOWHERE) { /* an if without else: parameters are results */
        const fixup x = c->fixups.data[f->else_fixup];
        put_target(c, x.at, x.from, c->pc);
    }
    land(c, f);
    undefine_to(c, f->defined);
    c->is_dead = false;
    const frame done = *f;
    c->frames.count--;
    push_types(c, done.result_types, done.results);
}

/* -- branches -- */

static void branch(tni_translator *c, u32 label) {
    frame *f = frame_of_label(c, label);
    if (f->kind == FRAME_FUNC) {
        put_return(c);
    } else {
        settle_label_accs(c, label_arity(f));
        move_label_values(c, f);
        jump(c, f);
    }
    c->is_dead = true;
}

/* A condition on an i32, or on whether a reference in a slot is null. */
static condition condition_on(tni_translator *c, value v, bool is_ref, bool negated) {
    if (!is_ref) {
        return tni_t_condition(c, v, negated);
    }
    return (condition){.op = negated ? TNI_X_BR_IF64_a_f : TNI_X_BR_UNLESS64_a_f,
                       .form = 1,
                       .operands = 1,
                       .compare = KIND_NONE,
                       .emitted_l = tni_t_to_slot(c, v)};
}

/* Branches to the label when v is true (is_ref: null), or with negated when it is not. */
static void branch_when(tni_translator *c, u32 label, value v, bool is_ref,
                        bool negated) {
    frame *f = frame_of_label(c, label);
    u32 at;
    u32 from;
    settle_label_accs(c, label_arity(f));
    if (label_values_in_place(c, f)) {
        const condition k = condition_on(c, v, is_ref, negated);
        tni_t_branch_if(c, &k, f->kind == FRAME_LOOP, &at, &from);
        link_label(c, f, at, from);
        return;
    }
    /* Around the copies, the other way. */
    const condition k = condition_on(c, v, is_ref, !negated);
    tni_t_branch_if(c, &k, false, &at, &from);
    u32 mirror[ACC_COUNT];
    memcpy(mirror, c->mirror, sizeof mirror);
    move_label_values(c, f);
    jump(c, f);
    land_one(c, at, from);
    memcpy(c->mirror, mirror, sizeof mirror);
}

void tni_t_branch_when(tni_translator *c, u32 label, value v, bool negated) {
    branch_when(c, label, v, false, negated);
}

/* A value off the stack that is to be looked at and then pushed again, in a slot. */
static value pop_to_keep(tni_translator *c) {
    value v = tni_t_pop(c);
    if (v.place == IN_CONST) {
        return tni_t_constant_to_slot(c, v);
    }
    if (v.place == IN_ACC) {
        v = tni_t_to_slot(c, v);
    }
    return v;
}

static void branch_on_null(tni_translator *c) {
    const u32 label = tni_t_read_u32(c);
    const value v = pop_to_keep(c);
    branch_when(c, label, v, true, false);
    tni_t_push(c, v);
}

static void branch_on_non_null(tni_translator *c) {
    const u32 label = tni_t_read_u32(c);
    const value v = pop_to_keep(c);
    tni_t_push(c, v);
    branch_when(c, label, v, true, true);
    tni_t_pop(c);
}

/* Where br_table goes for a label: to it, or to code that moves its values first. */
static void link_table_entry(tni_translator *c, u32 label, u32 at, u32 from) {
    frame *f = frame_of_label(c, label);
    if (f->table_stub == NOWHERE && label_values_in_place(c, f)) {
        f->table_stub = NO_STUB;
    }
    if (f->table_stub == NO_STUB) {
        link_label(c, f, at, from);
        return;
    }
    if (f->table_stub == NOWHERE) {
        f->table_stub = c->pc;
        tni_t_fence(c);
        tni_t_forget_mirrors(c);
        move_label_values(c, f);
        jump(c, f);
    }
    put_target(c, at, from, f->table_stub);
}

static void branch_table(tni_translator *c) {
    const u32 count = tni_t_read_u32(c);
    const tni_reader labels = c->r;
    for (u32 i = 0; i < count; i++) {
        tni_t_read_u32(c);
    }
    const u32 arity = label_arity(frame_of_label(c, tni_t_read_u32(c)));
    value v = tni_t_constant_to_slot(c, tni_t_pop(c));
    for (u32 i = (u32)c->stack.count - arity; i < c->stack.count; i++) {
        tni_t_settle(c, i);
    }
    v = tni_t_use(c, v);
    tni_t_begin(c, v.place == IN_ACC ? TNI_X_BR_TABLE_a : TNI_X_BR_TABLE_s, KIND_NONE);
    const u32 from = c->last.at;
    tni_t_u32(c, count);
    tni_t_operand(c, v);
    tni_t_end(c);
    u32 at = c->pc;
    tni_t_room(c, (size_t)(count + 1) * 4);
    if (c->failed) {
        return;
    }
    c->pc += (u32)((((size_t)count + 1) * 4 + TNI_CELL - 1) / TNI_CELL * TNI_CELL);
    tni_t_fence(c);
    c->r = labels;
    for (u32 i = 0; i <= count && !c->failed; i++, at += 4) {
        link_table_entry(c, tni_t_read_u32(c), at, from);
    }
    c->r = labels;
    for (u32 i = 0; i <= count; i++) {
        frame_of_label(c, tni_t_read_u32(c))->table_stub = NOWHERE;
    }
    c->is_dead = true;
}

/* -- calls -- */

static void put_return_values(tni_translator *c) {
    const u32 n = c->type->sub.result_count;
    const u32 first = (u32)c->stack.count - n;
    for (u32 i = first; i < c->stack.count; i++) {
        /* Results take the place of parameters. */
        if (c->stack.data[i].place == IN_LOCAL && c->stack.data[i].slot < c->header) {
            tni_t_settle(c, i);
        }
    }
    move_values(c, n, 0);
}

static void put_return(tni_translator *c) {
    static const u16 ops[] = {TNI_X_RETURN_u32_a, TNI_X_RETURN_u64_a, TNI_X_RETURN_f32_a,
                              TNI_X_RETURN_f64_a};
    if (c->type->sub.result_count == 1 && c->type->result_slots == 1) {
        const value v = tni_t_use(c, tni_t_pop(c));
        const u32 form = v.place == IN_ACC ? 0 : v.place == IN_CONST ? 2 : 1;
        tni_t_begin(c, ops[v.type] + form, KIND_NONE);
        tni_t_slot(c, c->header);
        tni_t_operand(c, v);
        tni_t_end(c);
        return;
    }
    put_return_values(c);
    tni_t_begin(c, TNI_X_RETURN, KIND_NONE);
    tni_t_slot(c, c->header);
    tni_t_end(c);
}

frame *tni_t_label_frame(tni_translator *c, u32 label) {
    return frame_of_label(c, label);
}

u32 tni_t_link_clause(tni_translator *c, u32 label, u32 clause) {
    frame *f = frame_of_label(c, label);
    link_label(c, f, clause, OF_CLAUSE);
    return f->base;
}

/* Arguments go home, and what the accumulators hold too. Gives the first one's slot. */
u32 tni_t_settle_arguments(tni_translator *c, const tni_deftype *t) {
    const u32 n = t->sub.param_count;
    settle_parameters(c, n);
    tni_t_settle_accs(c);
    return n > 0 && c->stack.count >= n ? c->stack.data[c->stack.count - n].home : c->top;
}

static void push_call_results(tni_translator *c, const tni_deftype *t) {
    const u32 n = t->sub.param_count;
    tni_t_drop_to(c, c->stack.count >= n ? (u32)c->stack.count - n : 0);
    tni_t_fence(c);
    tni_t_forget_mirrors(c);
    push_types(c, t->sub.results, t->sub.result_count);
    if (t->sub.result_count == 1 && t->result_slots == 1 && !c->failed) {
        const value *v = &c->stack.data[c->stack.count - 1];
        c->mirror[tni_acc_of(v->type)] = v->slot;
    }
}

static void call(tni_translator *c) {
    const u32 x = tni_t_read_u32(c);
    const tni_deftype *t = tni_module_deftype(c->module, c->module->func_types[x]);
    const u32 base = tni_t_settle_arguments(c, t);
    const u32 header = base + tni_header_slot(t);
    if (x >= c->module->imported_funcs && header + 1 < c->near) {
        tni_t_begin(c, TNI_X_CALL, KIND_NONE);
        tni_t_u32(c, (u32)((x - c->module->imported_funcs) * sizeof(tni_func)));
        tni_t_u16(c, base);
        tni_t_u16(c, header);
    } else {
        tni_t_begin(c, TNI_X_CALL_ANY, KIND_NONE);
        tni_t_u32(c, x);
        tni_t_u32(c, base);
        tni_t_u32(c, header);
    }
    tni_t_end(c);
    push_call_results(c, t);
}

static void call_indirect(tni_translator *c) {
    const u32 type = tni_t_read_u32(c);
    const u32 table = tni_t_read_u32(c);
    const tni_deftype *t = tni_module_deftype(c->module, type);
    const value given = tni_t_constant_to_slot(c, tni_t_pop(c));
    const bool is_64 = c->module->table_types[table].limits.is_64;
    const u32 base = tni_t_settle_arguments(c, t);
    const u32 header = base + tni_header_slot(t);
    if (table == 0 && !is_64 && header + 1 < c->near) {
        const value v = tni_t_use(c, given);
        tni_t_begin(c, v.place == IN_ACC ? TNI_X_CALL_INDIRECT_a : TNI_X_CALL_INDIRECT_s,
                    KIND_NONE);
        tni_t_u32(c, t->id);
        tni_t_u16(c, base);
        tni_t_u16(c, header);
        tni_t_operand(c, v);
    } else {
        const value v = tni_t_to_slot(c, given);
        tni_t_begin(c, TNI_X_CALL_INDIRECT_ANY, KIND_NONE);
        tni_t_u32(c, t->id);
        tni_t_u32(c, table);
        tni_t_u32(c, base);
        tni_t_u32(c, header);
        tni_t_operand(c, v);
    }
    tni_t_end(c);
    push_call_results(c, t);
}

static void call_ref(tni_translator *c) {
    const tni_deftype *t = tni_module_deftype(c->module, tni_t_read_u32(c));
    const value given = tni_t_constant_to_slot(c, tni_t_pop(c));
    const u32 base = tni_t_settle_arguments(c, t);
    const value v = tni_t_to_slot(c, given);
    tni_t_begin(c, TNI_X_CALL_REF, KIND_NONE);
    tni_t_u32(c, base);
    tni_t_u32(c, base + tni_header_slot(t));
    tni_t_operand(c, v);
    tni_t_end(c);
    push_call_results(c, t);
}

static void return_call(tni_translator *c) {
    const u32 x = tni_t_read_u32(c);
    const tni_deftype *t = tni_module_deftype(c->module, c->module->func_types[x]);
    const u32 base = tni_t_settle_arguments(c, t);
    tni_t_begin(c, TNI_X_RETURN_CALL, KIND_NONE);
    tni_t_u32(c, x);
    tni_t_u32(c, c->header);
    tni_t_u32(c, base);
    tni_t_end(c);
    c->is_dead = true;
}

static void return_call_indirect(tni_translator *c) {
    const u32 type = tni_t_read_u32(c);
    const u32 table = tni_t_read_u32(c);
    const tni_deftype *t = tni_module_deftype(c->module, type);
    const value given = tni_t_constant_to_slot(c, tni_t_pop(c));
    const u32 base = tni_t_settle_arguments(c, t);
    const value v = tni_t_to_slot(c, given);
    tni_t_begin(c, TNI_X_RETURN_CALL_INDIRECT, KIND_NONE);
    tni_t_u32(c, t->id);
    tni_t_u32(c, table);
    tni_t_u32(c, c->header);
    tni_t_u32(c, base);
    tni_t_operand(c, v);
    tni_t_end(c);
    c->is_dead = true;
}

static void return_call_ref(tni_translator *c) {
    const tni_deftype *t = tni_module_deftype(c->module, tni_t_read_u32(c));
    const value given = tni_t_constant_to_slot(c, tni_t_pop(c));
    const u32 base = tni_t_settle_arguments(c, t);
    const value v = tni_t_to_slot(c, given);
    tni_t_begin(c, TNI_X_RETURN_CALL_REF, KIND_NONE);
    tni_t_u32(c, c->header);
    tni_t_u32(c, base);
    tni_t_operand(c, v);
    tni_t_end(c);
    c->is_dead = true;
}

/* -- select, globals -- */

static void select_instruction(tni_translator *c) {
    static const u16 ops[] = {TNI_X_SELECT_u32_a_a, TNI_X_SELECT_u64_a_a,
                              TNI_X_SELECT_f32_a_a, TNI_X_SELECT_f64_a_a};
    const value k = tni_t_constant_to_slot(c, tni_t_pop(c));
    const value y = tni_t_to_slot(c, tni_t_pop(c));
    const value x = tni_t_to_slot(c, tni_t_pop(c));
    const u8 type = x.type;
    if (type == TYPE_V128) {
        const value z = tni_t_to_slot(c, k);
        tni_t_begin(c, TNI_X_SELECT_V128, KIND_NONE);
        tni_t_u16(c, 0);
        tni_t_operand(c, z);
        tni_t_operand(c, x);
        tni_t_operand(c, y);
        tni_t_end(c);
        tni_t_push_written(c, type);
        return;
    }
    const value z = tni_t_use(c, k);
    const u32 op = ops[type] + (z.place == IN_ACC ? 0u : 2u);
    tni_t_begin(c, op, KIND_NONE);
    tni_t_u16(c, 0);
    tni_t_operand(c, z);
    tni_t_operand(c, x);
    tni_t_operand(c, y);
    tni_t_end(c);
    tni_t_push_result(c, type, op);
}

static void global_get(tni_translator *c) {
    static const u16 ops[] = {TNI_X_GLOBAL_GET_u32_a, TNI_X_GLOBAL_GET_u64_a,
                              TNI_X_GLOBAL_GET_f32_a, TNI_X_GLOBAL_GET_f64_a,
                              TNI_X_GLOBAL_GET_V128};
    const u32 x = tni_t_read_u32(c);
    const u8 type = tni_vtype_of(c->module->global_types[x].type);
    tni_t_begin(c, ops[type], KIND_NONE);
    tni_t_u16(c, 0);
    tni_t_u32(c, x);
    tni_t_end(c);
    if (type == TYPE_V128) {
        tni_t_push_written(c, type);
    } else {
        tni_t_push_result(c, type, ops[type]);
    }
}

static void global_set(tni_translator *c) {
    static const u16 ops[] = {TNI_X_GLOBAL_SET_u32_a, TNI_X_GLOBAL_SET_u64_a,
                              TNI_X_GLOBAL_SET_f32_a, TNI_X_GLOBAL_SET_f64_a,
                              TNI_X_GLOBAL_SET_V128};
    const u32 x = tni_t_read_u32(c);
    const value v = tni_t_use(c, tni_t_pop(c));
    u32 op = ops[v.type];
    if (v.type != TYPE_V128) {
        op += v.place == IN_ACC ? 0 : v.place == IN_CONST ? 2 : 1;
    }
    tni_t_begin(c, op, KIND_NONE);
    tni_t_u32(c, x);
    tni_t_operand(c, v);
    tni_t_end(c);
}

/* -- operands in slots -- */

/* An op of three operands and up to two indices, which the binary has in the order y x
 * for init and x y for copy; the op has the first one first. */
static void three_operands(tni_translator *c, u32 op, u32 indices) {
    u32 index[2] = {0};
    for (u32 i = 0; i < indices; i++) {
        index[i] = tni_t_read_u32(c);
    }
    value v[3];
    for (u32 i = 3; i-- > 0;) {
        v[i] = tni_t_constant_to_slot(c, tni_t_pop(c));
    }
    for (u32 i = 0; i < 3; i++) {
        v[i] = tni_t_to_slot(c, v[i]);
    }
    tni_t_begin(c, op, KIND_NONE);
    for (u32 i = 0; i < 3; i++) {
        tni_t_operand(c, v[i]);
    }
    for (u32 i = 0; i < indices; i++) {
        tni_t_u32(c, index[i]);
    }
    tni_t_end(c);
}

static void one_index(tni_translator *c, u32 op) {
    const u32 x = tni_t_read_u32(c);
    tni_t_begin(c, op, KIND_NONE);
    tni_t_u32(c, x);
    tni_t_end(c);
}

static u8 address_type(bool is_64) {
    return is_64 ? TYPE_I64 : TYPE_I32;
}

static void memory_size(tni_translator *c) {
    const u32 x = tni_t_read_u32(c);
    tni_t_begin(c, TNI_X_MEMORY_SIZE_a, KIND_NONE);
    tni_t_u16(c, 0);
    tni_t_u32(c, x);
    tni_t_end(c);
    tni_t_push_result(c, address_type(c->module->memory_types[x].limits.is_64),
                      TNI_X_MEMORY_SIZE_a);
}

static void memory_grow(tni_translator *c) {
    const u32 x = tni_t_read_u32(c);
    const value v = tni_t_to_slot(c, tni_t_pop(c));
    tni_t_begin(c, TNI_X_MEMORY_GROW, KIND_NONE);
    tni_t_u16(c, 0);
    tni_t_operand(c, v);
    tni_t_u32(c, x);
    tni_t_end(c);
    tni_t_push_written(c, address_type(c->module->memory_types[x].limits.is_64));
}

static void table_get(tni_translator *c) {
    const u32 x = tni_t_read_u32(c);
    const value v = tni_t_to_slot(c, tni_t_pop(c));
    tni_t_begin(c, TNI_X_TABLE_GET, KIND_NONE);
    tni_t_u16(c, 0);
    tni_t_operand(c, v);
    tni_t_u32(c, x);
    tni_t_end(c);
    tni_t_push_written(c, TYPE_I64);
}

static void table_set(tni_translator *c) {
    const u32 x = tni_t_read_u32(c);
    const value given = tni_t_constant_to_slot(c, tni_t_pop(c));
    const value i = tni_t_to_slot(c, tni_t_pop(c));
    const value v = tni_t_to_slot(c, given);
    tni_t_begin(c, TNI_X_TABLE_SET, KIND_NONE);
    tni_t_operand(c, i);
    tni_t_operand(c, v);
    tni_t_u32(c, x);
    tni_t_end(c);
}

static void table_grow(tni_translator *c) {
    const u32 x = tni_t_read_u32(c);
    const value given = tni_t_constant_to_slot(c, tni_t_pop(c));
    const value init = tni_t_to_slot(c, tni_t_pop(c));
    const value n = tni_t_to_slot(c, given);
    tni_t_begin(c, TNI_X_TABLE_GROW, KIND_NONE);
    tni_t_u16(c, 0);
    tni_t_operand(c, init);
    tni_t_operand(c, n);
    tni_t_u32(c, x);
    tni_t_end(c);
    tni_t_push_written(c, address_type(c->module->table_types[x].limits.is_64));
}

static void table_size(tni_translator *c) {
    const u32 x = tni_t_read_u32(c);
    tni_t_begin(c, TNI_X_TABLE_SIZE, KIND_NONE);
    tni_t_u16(c, 0);
    tni_t_u32(c, x);
    tni_t_end(c);
    tni_t_push_written(c, address_type(c->module->table_types[x].limits.is_64));
}

static void ref_func(tni_translator *c) {
    const u32 x = tni_t_read_u32(c);
    tni_t_begin(c, TNI_X_REF_FUNC, KIND_NONE);
    tni_t_u16(c, 0);
    tni_t_u32(c, x);
    tni_t_end(c);
    tni_t_push_written(c, TYPE_I64);
}

static void ref_as_non_null(tni_translator *c) {
    const value v = pop_to_keep(c);
    const value x = tni_t_to_slot(c, v);
    tni_t_begin(c, TNI_X_TRAP_NULL, KIND_NONE);
    tni_t_operand(c, x);
    tni_t_end(c);
    tni_t_push(c, v);
}

static void unreachable(tni_translator *c) {
    tni_t_begin(c, TNI_X_UNREACHABLE, KIND_NONE);
    tni_t_end(c);
    c->is_dead = true;
}

static bool reference_instruction(tni_translator *c, tni_op op) {
    switch (op) {
    case TNI_OP_REF_NULL:
        tni_t_read_s33(c);
        tni_t_push_const(c, TYPE_I64, TNI_REF_NULL);
        return true;
    case TNI_OP_REF_IS_NULL: return tni_t_numeric(c, TNI_OP_I64_EQZ);
    case TNI_OP_REF_FUNC: ref_func(c); return true;
    case TNI_OP_REF_AS_NON_NULL: ref_as_non_null(c); return true;
    case TNI_OP_BR_ON_NULL: branch_on_null(c); return true;
    case TNI_OP_BR_ON_NON_NULL: branch_on_non_null(c); return true;
    case TNI_OP_CALL_REF: call_ref(c); return true;
    case TNI_OP_RETURN_CALL_REF: return_call_ref(c); return true;
    default: return false;
    }
}

static bool storage_instruction(tni_translator *c, tni_op op) {
    switch (op) {
    case TNI_OP_GLOBAL_GET: global_get(c); return true;
    case TNI_OP_GLOBAL_SET: global_set(c); return true;
    case TNI_OP_TABLE_GET: table_get(c); return true;
    case TNI_OP_TABLE_SET: table_set(c); return true;
    case TNI_OP_TABLE_SIZE: table_size(c); return true;
    case TNI_OP_TABLE_GROW: table_grow(c); return true;
    case TNI_OP_TABLE_FILL: three_operands(c, TNI_X_TABLE_FILL, 1); return true;
    case TNI_OP_TABLE_COPY: three_operands(c, TNI_X_TABLE_COPY, 2); return true;
    case TNI_OP_TABLE_INIT: three_operands(c, TNI_X_TABLE_INIT, 2); return true;
    case TNI_OP_ELEM_DROP: one_index(c, TNI_X_ELEM_DROP); return true;
    case TNI_OP_MEMORY_SIZE: memory_size(c); return true;
    case TNI_OP_MEMORY_GROW: memory_grow(c); return true;
    case TNI_OP_MEMORY_FILL: three_operands(c, TNI_X_MEMORY_FILL, 1); return true;
    case TNI_OP_MEMORY_COPY: three_operands(c, TNI_X_MEMORY_COPY, 2); return true;
    case TNI_OP_MEMORY_INIT: three_operands(c, TNI_X_MEMORY_INIT, 2); return true;
    case TNI_OP_DATA_DROP: one_index(c, TNI_X_DATA_DROP); return true;
    default: return reference_instruction(c, op);
    }
}

bool tni_t_control(tni_translator *c, tni_op op) {
    switch (op) {
    case TNI_OP_UNREACHABLE: unreachable(c); return true;
    case TNI_OP_NOP: return true;
    case TNI_OP_BLOCK:
    case TNI_OP_LOOP:
    case TNI_OP_TRY_TABLE:
    case TNI_OP_TRY: begin_block(c, op); return true;
    case TNI_OP_IF: begin_if(c); return true;
    case TNI_OP_ELSE: else_arm(c); return true;
    case TNI_OP_END: end_block(c); return true;
    case TNI_OP_BR: branch(c, tni_t_read_u32(c)); return true;
    case TNI_OP_BR_IF: {
        const u32 label = tni_t_read_u32(c);
        branch_when(c, label, tni_t_pop(c), false, false);
        return true;
    }
    case TNI_OP_BR_TABLE: branch_table(c); return true;
    case TNI_OP_RETURN:
        put_return(c);
        c->is_dead = true;
        return true;
    case TNI_OP_CALL: call(c); return true;
    case TNI_OP_CALL_INDIRECT: call_indirect(c); return true;
    case TNI_OP_RETURN_CALL: return_call(c); return true;
    case TNI_OP_RETURN_CALL_INDIRECT: return_call_indirect(c); return true;
    case TNI_OP_DROP: tni_t_pop(c); return true;
    case TNI_OP_SELECT: select_instruction(c); return true;
    case TNI_OP_SELECT_T:
        for (u32 n = tni_t_read_u32(c); n > 0; n--) {
            tni_t_read_vtype(c);
        }
        select_instruction(c);
        return true;
    case TNI_OP_LOCAL_GET:
    case TNI_OP_LOCAL_SET:
    case TNI_OP_LOCAL_TEE: local_instruction(c, op); return true;
    default: return storage_instruction(c, op);
    }
}
