/* translate_trace.c: ops between the instructions of code that is traced, and what they
 * tell the tracer.
 *
 * Before each instruction every value on the stack goes home, where the op finds the
 * operands. How many there are is known once the instruction has been translated; of what
 * types, only the validator knows, which goes over the function once more in the end. */
#include "base/assert.h"
#include "exec/trace.h"
#include "exec/translate.h"
#include "valid/validate.h"

/* What an op's immediate points at. */
typedef struct tni_trace_point {
    u64 offset;
    u32 op;
    u32 func;
    u32 operands;
    u32 results;
    u32 operands_at; /* slots of the first */
    u32 results_at;
    tni_valtype *types; /* of the operands, then of the results */
} tni_trace_point;

/* -- while translating -- */

static void all_home(tni_translator *c) {
    for (u32 i = c->settled; i < c->stack.count; i++) {
        tni_t_settle(c, i);
    }
    c->settled = (u32)c->stack.count;
}

static u32 put_op(tni_translator *c) {
    tni_t_fence(c);
    tni_t_begin(c, TNI_X_TRACE, KIND_NONE);
    const u32 at = c->last.at;
    tni_t_u64(c, 0);
    tni_t_end(c);
    tni_t_fence(c);
    tni_t_forget_mirrors(c);
    return at;
}

static bool is_structure(tni_op op) {
    switch (op) {
    case TNI_OP_BLOCK:
    case TNI_OP_LOOP:
    case TNI_OP_IF:
    case TNI_OP_ELSE:
    case TNI_OP_END:
    case TNI_OP_TRY_TABLE:
    case TNI_OP_TRY:
    case TNI_OP_CATCH:
    case TNI_OP_CATCH_ALL:
    case TNI_OP_DELEGATE: return true;
    default: return false;
    }
}

static u32 label_arity(tni_translator *c, u32 label) {
    const frame *f = tni_t_label_frame(c, label);
    return f->kind == FRAME_LOOP ? f->params : f->results;
}

static u32 params_of(const tni_translator *c, u32 type) {
    return tni_module_deftype(c->module, type)->sub.param_count;
}

/* Operands that stay on the translator's stack: those that a label or callee finds where
 * they are. c->r stands at the immediates, and is moved. */
static u32 operands_left(tni_translator *c, tni_op op) {
    switch (op) {
    case TNI_OP_BR:
    case TNI_OP_BR_IF: return label_arity(c, tni_t_read_u32(c));
    case TNI_OP_BR_TABLE:
        for (u32 n = tni_t_read_u32(c); n > 0; n--) {
            tni_t_read_u32(c);
        }
        return label_arity(c, tni_t_read_u32(c));
    case TNI_OP_THROW: return params_of(c, c->module->tag_types[tni_t_read_u32(c)]);
    case TNI_OP_RETURN_CALL:
        return params_of(c, c->module->func_types[tni_t_read_u32(c)]);
    case TNI_OP_RETURN_CALL_INDIRECT:
    case TNI_OP_RETURN_CALL_REF: return params_of(c, tni_t_read_u32(c));
    default: return 0;
    }
}

void tni_t_trace(tni_translator *c, tni_op op) {
    all_home(c);
    const tni_reader r = c->r;
    trace_note x = {.source = c->source,
                    .op = op,
                    .operands = operands_left(c, op),
                    .operands_end = c->top,
                    .height = (u32)c->stack.count,
                    .after = NOWHERE};
    c->r = r;
    if (op == TNI_OP_RETURN || (op == TNI_OP_END && c->frames.count == 1)) {
        x.operands = c->type->sub.result_count;
    }
    x.before = put_op(c);
    if (!tni_vec_push(c->heap, &c->notes, x)) {
        c->failed = true;
    }
    c->lowest = x.height;
    if (op == TNI_OP_ANY_CONVERT_EXTERN || op == TNI_OP_EXTERN_CONVERT_ANY) {
        c->lowest--; /* the translator leaves it as it is */
    }
}

u32 tni_t_trace_start(const tni_translator *c) {
    return c->failed ? c->pc : c->notes.data[c->notes.count - 1].before;
}

void tni_t_trace_results(tni_translator *c, tni_op op) {
    if (c->failed) {
        return;
    }
    trace_note *x = &c->notes.data[c->notes.count - 1];
    const bool is_known = op == TNI_OP_RETURN || op == TNI_OP_BR;
    if (!is_known && (op == TNI_OP_IF || !is_structure(op))) {
        x->operands += x->height - c->lowest;
    }
    if (c->is_dead || is_structure(op) || c->stack.count == c->lowest) {
        return;
    }
    all_home(c);
    x->results = (u32)c->stack.count - c->lowest;
    x->results_end = c->top;
    x->after = put_op(c);
}

/* -- the types, in the end -- */

typedef struct typing {
    tni_translator *c;
    tni_trace_point *points;
    u32 next;     /* the note whose instruction is to come */
    bool was_met; /* the one before it is the last instruction seen */
} typing;

static void copy_types(tni_valtype *to, const tni_valtype *top, u32 n, u32 count) {
    TNI_ASSERT(n <= count);
    for (u32 i = 0; i < n; i++) {
        to[i] = top[(ptrdiff_t)i - (ptrdiff_t)n];
    }
}

static void type_instruction(void *user, const u8 *instr, const tni_valtype *top,
                             u32 count) {
    typing *y = user;
    if (y->was_met) {
        const tni_trace_point *p = &y->points[y->next - 1];
        copy_types(p->types + p->operands, top, p->results, count);
        y->was_met = false;
    }
    const tni_reader *r = &y->c->r;
    const u64 source = r->base + (u64)(instr - r->start);
    if (y->next < y->c->notes.count && y->c->notes.data[y->next].source == source) {
        const tni_trace_point *p = &y->points[y->next++];
        copy_types(p->types, top, p->operands, count);
        y->was_met = true;
    }
}

static u32 slots_of(const tni_valtype *types, u32 n) {
    u32 slots = 0;
    for (u32 i = 0; i < n; i++) {
        slots += tni_slots_of(types[i]);
    }
    return slots;
}

/* Whether there are as many as op.def says, if it does. */
static bool fits_row(const trace_note *x) {
    const char *sig = tni_ops[x->op].sig;
    const char *colon = strchr(sig, ':');
    return colon == NULL ||
           (x->operands == (size_t)(colon - sig) && x->results == strlen(colon + 1));
}

static void put_point(tni_translator *c, u32 at, const tni_trace_point *p,
                      bool is_after) {
    const u64 address = (u64)(uintptr_t)p + (is_after ? 1 : 0);
    memcpy(c->code.data + at + TNI_CELL, &address, sizeof address);
}

bool tni_t_keep_trace(tni_translator *c, tni_arena *a) {
    tni_trace_point *points = TNI_ARENA_ARRAY(a, tni_trace_point, c->notes.count);
    bool ok = points != NULL;
    for (u32 i = 0; ok && i < c->notes.count; i++) {
        const trace_note *x = &c->notes.data[i];
        TNI_ASSERT(fits_row(x));
        tni_valtype *types = TNI_ARENA_ARRAY(a, tni_valtype, x->operands + x->results);
        ok = types != NULL;
        points[i] = (tni_trace_point){.offset = x->source,
                                      .op = x->op,
                                      .func = c->func,
                                      .operands = x->operands,
                                      .results = x->results,
                                      .types = types};
    }
    tenon_error e;
    typing y = {c, points, 0, false};
    if (!ok ||
        tni_function_watch(c->module, c->func, type_instruction, &y, &e) != TENON_OK) {
        return false;
    }
    TNI_ASSERT(y.next == c->notes.count);
    for (u32 i = 0; i < c->notes.count; i++) {
        const trace_note *x = &c->notes.data[i];
        tni_trace_point *p = &points[i];
        p->operands_at = x->operands_end - slots_of(p->types, p->operands);
        put_point(c, x->before, p, false);
        if (x->after != NOWHERE) {
            p->results_at = x->results_end - slots_of(p->types + p->operands, p->results);
            put_point(c, x->after, p, true);
        }
    }
    return true;
}

/* -- while it runs -- */

void tni_op_trace(tni_thread *t, u64 point) {
    const bool is_after = (point & 1) != 0;
    const tni_trace_point *p = (const tni_trace_point *)(uintptr_t)(point & ~(u64)1);
    const tni_tracer *tracer = t->store->engine->tracer;
    const tni_trace_step step = {.thread = t,
                                 .module = t->instance->module,
                                 .instance = t->instance,
                                 .op = (tni_op)p->op,
                                 .func = p->func,
                                 .offset = p->offset,
                                 .is_after = is_after,
                                 .count = is_after ? p->results : p->operands,
                                 .types = is_after ? p->types + p->operands : p->types,
                                 .values =
                                     t->fp + (is_after ? p->results_at : p->operands_at)};
    tracer->step(tracer->user, &step);
}
