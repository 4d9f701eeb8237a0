/* checker.h: the state of the validation algorithm, and its operations.
 * Core 3.0, appendix A.3 ("Validation Algorithm"), whose names these are.
 *
 * Private to src/valid. All types in here are closed: heap types are registry ids. */
#ifndef TNI_CHECKER_H
#define TNI_CHECKER_H

#include "base/reader.h"
#include "base/vec.h"
#include "core/module.h"
#include "valid/validate.h"

/* A control frame: an open block, or the function or constant expression as a whole. */
typedef struct tni_ctrl {
    tni_op op;
    bool unreachable; /* the rest of the block is: its stack is polymorphic */
    u32 height;       /* of the operand stack at its start */
    u32 inits_height; /* of the list of initialised locals */
    u32 param_count;
    u32 result_count;
    const tni_valtype *params;
    const tni_valtype *results; /* NULL: the only one is single */
    tni_valtype single;
} tni_ctrl;

/* Locals below end, and not below an earlier run's, have the type. */
typedef struct tni_local_run {
    u32 end;
    tni_valtype type;
} tni_local_run;

/* What the checker keeps of an op once it has met it: if its type is fixed and has at
 * most two operands and one result, that type as two loads and two compares want it, with
 * an address taken for an i32. */
typedef struct tni_shape {
    bool met;
    bool fits;
    u8 imm; /* tni_imm, or a mark for ops with rules of their own */
    u8 in_count;
    u8 out_count;
    u8 top;    /* kinds; TNI_KIND_BOT where there is none */
    u8 second; /* the operand below */
    u8 out;
} tni_shape;

/* Values below the bottom of the operand stack, so that two can always be looked at. */
#define TNI_STACK_FLOOR 2

/* So many locals have their types in an array; further ones are kept in runs, for a few
 * bytes can declare very many. */
#define TNI_FLAT_LOCALS 256

typedef struct tni_checker {
    tni_module *m;
    const tni_registry *registry;
    const tni_deftype **deftypes; /* by type index */
    tenon_error *e;
    u64 features;

    tni_watch watch; /* or NULL; then no shape is kept as met */
    void *watch_user;

    tni_reader r;    /* to the end of the module */
    const u8 *instr; /* the instruction being checked */
    tni_op op;
    u32 func;            /* the function's index, or TNI_NO_INDEX for other code */
    bool is_const;       /* a constant expression: it declares the functions it names */
    u32 visible_globals; /* in a constant expression */

    TNI_VEC(tni_valtype) vals;
    TNI_VEC(tni_ctrl) ctrls;
    u32 height; /* of the innermost frame */
    tni_shape shapes[TNI_OP_COUNT];

    u32 local_count;
    u32 param_count;
    bool too_many_locals;
    tni_valtype flat[TNI_FLAT_LOCALS];
    TNI_VEC(tni_local_run) runs; /* of locals from TNI_FLAT_LOCALS on */
    TNI_VEC(u32) inits;          /* locals without default that have been set */
    u8 *init_bits;               /* the same as a bit set; NULL until there is one */
} tni_checker;

void tni_checker_free(tni_checker *c);

/* -- errors: at the current instruction -- */

/* With the detail (or NULL), and the instruction and function. */
TNI_FORMAT(3, 4)
TNI_COLD tenon_status tni_check_fail(tni_checker *c, tni_code code, const char *fmt, ...);
/* "instruction requires [wanted] but stack has […]", the stack's top count values. */
TNI_COLD tenon_status tni_check_stack_fail(tni_checker *c, const tni_valtype *wanted,
                                           u32 count);
/* "type mismatch: what requires [wanted] but other has [given]" */
TNI_COLD tenon_status tni_check_types_fail(tni_checker *c, const char *what,
                                           const tni_valtype *wanted, u32 wanted_count,
                                           const char *other, const tni_valtype *given,
                                           u32 given_count);

#define tni_check_fail(...)       tni_failure(tni_check_fail(__VA_ARGS__))
#define tni_check_stack_fail(...) tni_failure(tni_check_stack_fail(__VA_ARGS__))
#define tni_check_types_fail(...) tni_failure(tni_check_types_fail(__VA_ARGS__))

/* -- the operand stack -- */

tenon_status tni_pop_slow(tni_checker *c, tni_valtype t);
tenon_status tni_push_slow(tni_checker *c, tni_valtype t);
/* Pops a value of any type, TNI_BOT if it is unknown. */
tenon_status tni_pop_any(tni_checker *c, tni_valtype *out);
/* Pops a reference of any type; unknown is a non-null reference to TNI_HEAP_BOT. */
tenon_status tni_pop_ref(tni_checker *c, tni_valtype *out);
tenon_status tni_pop_many(tni_checker *c, const tni_valtype *types, u32 count);
tenon_status tni_push_many(tni_checker *c, const tni_valtype *types, u32 count);
/* Whether these could be popped, without doing it. */
tenon_status tni_check_top(tni_checker *c, const tni_valtype *types, u32 count);
/* The rest of the block cannot be reached. */
void tni_set_unreachable(tni_checker *c);

static inline tenon_status tni_pop(tni_checker *c, tni_valtype t) {
    size_t n = c->vals.count;
    if (TNI_LIKELY(n > c->height && c->vals.data[n - 1] == t)) {
        c->vals.count = n - 1;
        return TENON_OK;
    }
    return tni_pop_slow(c, t);
}

static inline tenon_status tni_push(tni_checker *c, tni_valtype t) {
    if (TNI_LIKELY(c->vals.count < c->vals.capacity)) {
        c->vals.data[c->vals.count++] = t;
        return TENON_OK;
    }
    return tni_push_slow(c, t);
}

/* -- the control stack -- */

/* Pushes the frame and its parameters. The heights are filled in here. */
tenon_status tni_push_ctrl(tni_checker *c, const tni_ctrl *frame);
/* Checks and pops the innermost frame's results, and the frame. */
tenon_status tni_pop_ctrl(tni_checker *c, tni_ctrl *out);
/* The frame that a label means; fails if there is none. */
tenon_status tni_label(tni_checker *c, u32 label, const tni_ctrl **out);

static inline const tni_valtype *tni_results_of(const tni_ctrl *f) {
    return f->results != NULL ? f->results : &f->single;
}

static inline const tni_valtype *tni_label_types(const tni_ctrl *f) {
    return f->op == TNI_OP_LOOP ? f->params : tni_results_of(f);
}

static inline u32 tni_label_count(const tni_ctrl *f) {
    return f->op == TNI_OP_LOOP ? f->param_count : f->result_count;
}

/* -- locals -- */

void tni_reset_locals(tni_checker *c);
/* Adds count locals of the type; the caller has checked the limit. */
tenon_status tni_add_locals(tni_checker *c, u32 count, tni_valtype t);
tenon_status tni_local_type(tni_checker *c, u32 x, tni_valtype *out);
/* Core 3.0, 3.4.3: a local without default must be set before it is read. */
tenon_status tni_check_local_set(tni_checker *c, u32 x);
tenon_status tni_note_local_set(tni_checker *c, u32 x);

/* -- types -- */

static inline bool tni_is_defaultable(tni_valtype t) {
    return !tni_is_ref(t) || tni_is_nullable(t);
}

static inline bool tni_matches(const tni_checker *c, tni_valtype sub, tni_valtype super) {
    return sub == super || tni_valtype_matches(c->registry, sub, super);
}

/* The type with type indices checked (Core 3.0, 3.2.3 to 3.2.6) and replaced by ids. */
tenon_status tni_close_type(tni_checker *c, tni_valtype t, tni_valtype *out);
tenon_status tni_get_type(tni_checker *c, u32 x, const tni_deftype **out);
tenon_status tni_get_functype(tni_checker *c, u32 x, const tni_deftype **out);

/* -- instructions -- */

/* Checks an expression that must give the types; c->r stands at its start, and then after
 * its `end`. */
tenon_status tni_check_expr(tni_checker *c, const tni_valtype *results, u32 count);
/* Instructions of references and aggregates, which stand in a file of their own. */
tenon_status tni_check_aggregate(tni_checker *c, tni_op op);

#endif
