/* translate.h: the translator's state, and what its files do for each other.
 *
 * One pass over a validated body. The operand stack is not on the frame but here, as
 * values that say where each operand is to be had: a local, a constant, its own slot (its
 * home), or the accumulator that the last ops left it in. Ops are emitted when a value is
 * made; where it goes is decided later, by patching the op:
 *
 *   - a result goes to the accumulator, and is patched to be written to its home as well
 *     when the accumulator is wanted again while the value is still on the stack;
 *   - local.set patches the op that made its operand to write the local;
 *   - the last two ops are remembered in full, so that they can be taken back (unemit)
 * and fused with what comes next.
 *
 * translate_emit.c has these mechanics, translate_numeric.c chooses among ops for numbers
 * and memory, translate_control.c does blocks, branches, variables and calls, translate.c
 * decodes. A frame of more than 65,536 slots is translated plainly ("far"): operands
 * beyond go through scratch slots, nothing is fused. */
#ifndef TNI_TRANSLATE_H
#define TNI_TRANSLATE_H

#include "exec/code.h"

typedef enum value_place {
    IN_LOCAL, /* in the slot of a local that has not been set since */
    IN_CONST,
    IN_SLOT, /* in its home, or a slot that nothing writes meanwhile */
    IN_ACC,
} value_place;

/* What a slot holds, as far as ops tell apart; references are 64-bit integers. */
typedef enum vtype {
    TYPE_I32,
    TYPE_I64,
    TYPE_F32,
    TYPE_F64,
    TYPE_V128,
} vtype;

/* Accumulators, by which type uses which. */
enum { ACC_INT, ACC_SINGLE, ACC_DOUBLE, ACC_COUNT };

#define NOWHERE UINT32_MAX

/* Far frames: what the operands of one op take at most; two more are for moving. */
enum { SCRATCH_SLOTS = 8 };

#define NO_STUB (UINT32_MAX - 1)

typedef struct value {
    u64 bits;  /* IN_CONST; a v128 constant is never one */
    u32 slot;  /* IN_LOCAL, IN_SLOT; IN_ACC through the mirror: that slot, else NOWHERE */
    u32 home;  /* the slot that its place in the stack gives it */
    u32 at;    /* the op that made it, NOWHERE if not known */
    u32 local; /* IN_LOCAL: its index */
    u32 below; /* IN_LOCAL: other values of the same local, further down and up the stack
                */
    u32 above;
    u16 op; /* IN_ACC: the op at `at`, in its form for the accumulator */
    u8 place;
    u8 type;
} value;

/* An op as it was emitted, for taking it back. kind says what it computes: a tni_op, or
 * one of the KIND_…; the operands stand as they were given and as they were emitted
 * (accumulator for slot). */
enum {
    KIND_NONE = TNI_OP_COUNT,
    KIND_COPY32, /* l: source; writes `written` */
    KIND_COPY64,
    KIND_INC, /* l += constant r */
    KIND_INC2,
    KIND_ADD_SHIFTED, /* l + (emitted[0] << bits) */
};

/* Shapes of address in emitted loads. */
enum {
    ADDRESS_NONE,
    ADDRESS_SLOT,     /* l */
    ADDRESS_SLOT_ADD, /* l + bits */
};

typedef struct emitted {
    u32 at;      /* NOWHERE: not there to take back */
    u32 written; /* slot, or NOWHERE when only the accumulator is */
    u16 kind;
    u8 address; /* ADDRESS_… */
    u32 offset; /* loads: offset + size */
    u64 bits;
    value l, r;
    value emitted_l, emitted_r;
    u32 mirror[ACC_COUNT]; /* before it */
    u64 source;            /* where in the body the instruction is */
} emitted;

/* A target that is not known yet: 32 bits at `at`, relative to `from`. */
typedef struct fixup {
    u32 at;
    u32 from;
    u32 next; /* of the same label, or NOWHERE */
} fixup;

/* For `from`: the target is that of the clause number `at`, from the code's start. */
#define OF_CLAUSE NOWHERE

typedef enum frame_kind {
    FRAME_FUNC,
    FRAME_BLOCK,
    FRAME_LOOP,
    FRAME_IF,
    FRAME_TRY_TABLE,
    FRAME_TRY,   /* legacy: up to the first catch */
    FRAME_CATCH, /* legacy: in a clause; what is caught is at base, under everything */
} frame_kind;

typedef struct frame {
    u8 kind;
    u32 height; /* of the operand stack, below parameters */
    u32 base;   /* the home of what comes at that height */
    u32 params; /* how many */
    u32 results;
    const tni_valtype *param_types;
    const tni_valtype *result_types;
    u32 start;             /* loops: their code */
    u32 fixups;            /* of branches to the end */
    u32 else_fixup;        /* ifs: the branch that skips the first arm, until its else */
    u32 defined;           /* entries of `defined` at the start */
    u32 table_stub;        /* of the br_table at hand: the code that moves values, NO_STUB
                              if they are in place, NOWHERE if it is not known yet */
    u32 mirror[ACC_COUNT]; /* ifs: at the branch */
    u32 range;             /* that guards what is inside, or NOWHERE */
    u32 last_clause;       /* FRAME_TRY, FRAME_CATCH */
} frame;

/* Where an op came from. */
typedef struct origin {
    u32 at;
    u64 source;
} origin;

/* An instruction that is traced, while its function is translated (translate_trace.c). */
typedef struct trace_note {
    u64 source; /* of the instruction */
    u32 op;
    u32 before; /* its ops; `after` is NOWHERE without results */
    u32 after;
    u32 height; /* of the stack before it */
    u32 operands;
    u32 results;
    u32 operands_end; /* the slot after the last one */
    u32 results_end;
} trace_note;

typedef struct tni_translator {
    tni_heap *heap;
    const u8 *cells;
    tni_module *module;
    u32 func;
    const tni_deftype *type;
    tni_reader r;
    tenon_error error; /* of the reader; never wanted */
    u64 source;        /* offset of the instruction at hand */

    bool failed; /* memory is out */
    bool is_far;
    bool wants_far; /* a slot did not fit; to be done again with is_far */
    bool is_dead;   /* the code at hand cannot be reached */
    u32 dead_depth; /* blocks opened within */

    u32 header;
    u32 local_count;
    u32 local_slots; /* of those that are not parameters */
    u32 first_temp;
    u32 near;         /* slots below are reached by 16 bits */
    u32 scratch;      /* far: slots for operands from beyond */
    u32 scratch_used; /* for the op to come */
    u32 top;          /* next free home */
    u32 max_top;

    TNI_VEC(u8) code;
    u32 pc;
    emitted last, before_last;
    u32 mirror[ACC_COUNT]; /* the slot that an accumulator holds the value of */
    u32 owner[ACC_COUNT];  /* the stack entry that only the accumulator holds */

    TNI_VEC(value) stack;
    u32 settled; /* entries below are constants or in slots */
    TNI_VEC(frame) frames;
    TNI_VEC(fixup) fixups;
    TNI_VEC(u32) local_slot;
    TNI_VEC(u8) local_type;
    TNI_VEC(u32) local_uses; /* topmost stack entry that stands for it, or NOWHERE */
    TNI_VEC(u8) local_is_set;
    TNI_VEC(u32) defined;    /* locals set since the start, for undoing */
    u32 zero_from, zero_end; /* slots of locals that are read before they are set */
    TNI_VEC(tni_range) ranges;
    TNI_VEC(tni_clause) clauses;
    u32 range; /* the innermost that the code at hand is in, or NOWHERE */
    bool wants_origins;
    TNI_VEC(origin) origins;
    /* Tracing: nothing is fused, and every value is at home between instructions. */
    bool is_traced;
    u32 lowest; /* the height that the instruction at hand has popped the stack to */
    TNI_VEC(trace_note) notes;
} tni_translator;

/* -- translate_emit.c -- */

static inline u32 tni_acc_of(u8 type) {
    return type <= TYPE_I64 ? ACC_INT : type == TYPE_F32 ? ACC_SINGLE : ACC_DOUBLE;
}
static inline bool tni_in_slot(value v) {
    return v.place == IN_LOCAL || v.place == IN_SLOT;
}
u8 tni_vtype_of(tni_valtype t);

/* An op: begin, its immediates, end. */
void tni_t_begin(tni_translator *c, u32 op, u32 kind);
void tni_t_u16(tni_translator *c, u32 v);
void tni_t_u32(tni_translator *c, u32 v);
void tni_t_u64(tni_translator *c, u64 v);
void tni_t_bytes(tni_translator *c, const u8 *bytes, u32 n);
void tni_t_slot(tni_translator *c, u32 slot);
void tni_t_const(tni_translator *c, u8 type, u64 bits);
/* A value in the form it has; nothing for the accumulator. */
void tni_t_operand(tni_translator *c, value v);
void tni_t_end(tni_translator *c);
/* Makes sure that bytes can be written from pc on; else it has failed. */
void tni_t_room(tni_translator *c, size_t bytes);
/* Takes the last op back. */
void tni_t_unemit(tni_translator *c);
/* Nothing before here may be taken back or patched: code joins here. */
void tni_t_fence(tni_translator *c);
void tni_t_forget_mirrors(tni_translator *c);

void tni_t_push(tni_translator *c, value v);
value tni_t_pop(tni_translator *c);
void tni_t_push_const(tni_translator *c, u8 type, u64 bits);
void tni_t_push_slot(tni_translator *c, u8 type);
void tni_t_push_local(tni_translator *c, u32 local);
/* The result of the last op, an op with the pair of destinations. */
void tni_t_push_result(tni_translator *c, u8 type, u32 op);
/* The result of the last op, which writes a slot alone, named by its first immediate. */
void tni_t_push_written(tni_translator *c, u8 type);
void tni_t_drop_to(tni_translator *c, u32 height);

/* Whether the last op made v and nothing else has been emitted since. */
bool tni_t_is_last(const tni_translator *c, value v);
/* The value as an operand: in the accumulator, if that mirrors its slot. */
value tni_t_use(tni_translator *c, value v);
/* The same, not in the accumulator (its home, if it must be written first). */
value tni_t_to_slot(tni_translator *c, value v);
value tni_t_constant_to_slot(tni_translator *c, value v);
void tni_t_copy(tni_translator *c, value v, u32 slot);
/* Gives the stack's entry i its home. */
void tni_t_settle(tni_translator *c, u32 i);
void tni_t_settle_all(tni_translator *c);
void tni_t_settle_accs(tni_translator *c);
/* The slot is written by the op at hand: no accumulator mirrors it but, if given, one. */
void tni_t_written(tni_translator *c, u32 slot, u32 acc);
/* Makes the last op write a slot of a local. */
void tni_t_redirect(tni_translator *c, value v, u32 slot);

/* -- translate_numeric.c: each pops its operands and pushes its result; false if the
 * instruction is none of theirs. -- */

bool tni_t_numeric(tni_translator *c, tni_op op);
bool tni_t_memory(tni_translator *c, tni_op op);

/* A memarg. Core 3.0, 5.4.6 */
typedef struct access {
    u32 memory;
    u64 offset;
} access;

access tni_t_read_access(tni_translator *c);
/* Whether the fast ops do for it: the first memory, 32-bit, and an end that fits. */
bool tni_t_is_simple(const tni_translator *c, const access *a, u32 size);
/* translate_gc.c */
bool tni_t_gc(tni_translator *c, tni_op op);
/* translate_plain.c */
bool tni_t_plain(tni_translator *c, tni_op op);

/* A condition that is about to be branched on. */
typedef struct condition {
    u16 op;  /* the fused branch, in its first form */
    u8 form; /* pairs of forms to add */
    u8 operands;
    u16 compare; /* the tni_op that it fuses, or KIND_NONE */
    value l, r;  /* as given */
    value emitted_l, emitted_r;
} condition;

condition tni_t_condition(tni_translator *c, value v, bool negated);
/* The branch; where its target goes is left in *at, and what it counts from in *from. */
void tni_t_branch_if(tni_translator *c, const condition *k, bool is_back, u32 *at,
                     u32 *from);

/* -- translate_control.c -- */

bool tni_t_control(tni_translator *c, tni_op op);
/* Branches to the label if the i32 v is not 0, or negated, if it is. */
void tni_t_branch_when(tni_translator *c, u32 label, value v, bool negated);
void tni_t_set_local(tni_translator *c, u32 local);

/* Links a clause to a label; gives the slot of the label's first value. */
u32 tni_t_link_clause(tni_translator *c, u32 label, u32 clause);
frame *tni_t_label_frame(tni_translator *c, u32 label);
/* Where the values at the top of the stack begin that a type's parameters are, which are
 * put there and nowhere else. */
u32 tni_t_settle_arguments(tni_translator *c, const tni_deftype *t);
/* Ends the arm at hand of a block of several, and begins the next. */
void tni_t_next_arm(tni_translator *c, frame *f);

/* -- translate_exn.c -- */

bool tni_t_exception(tni_translator *c, tni_op op);
/* The guarded code of f, a try_table or try, begins (reading the clauses) or ends. */
void tni_t_begin_range(tni_translator *c, frame *f);
void tni_t_end_range(tni_translator *c, const frame *f);
/* The handlers of what was translated, less the first `begin` bytes; false: no memory. */
bool tni_t_keep_handlers(tni_translator *c, tni_arena *a, u32 begin,
                         const tni_handlers **out);

/* -- translate_trace.c: for code that is traced -- */

/* Before an instruction whose immediates c->r stands at; and after it. */
void tni_t_trace(tni_translator *c, tni_op op);
void tni_t_trace_results(tni_translator *c, tni_op op);
/* Where the op that traces the instruction at hand is. */
u32 tni_t_trace_start(const tni_translator *c);
/* Makes the points that the ops refer to; false: no memory. */
bool tni_t_keep_trace(tni_translator *c, tni_arena *a);

/* -- translate.c -- */

u32 tni_t_read_u32(tni_translator *c);
u64 tni_t_read_u64(tni_translator *c);
i64 tni_t_read_s33(tni_translator *c);
u8 tni_t_read_vtype(tni_translator *c);
u8 tni_t_read_byte(tni_translator *c);
void tni_t_read_v128(tni_translator *c, u64 *low, u64 *high);

#endif
