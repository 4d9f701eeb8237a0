/* code.h: translated code: its instructions, its encoding, and where a module keeps it.
 * For the translator, the interpreter and the backtrace alone.
 *
 * An op is a cell (what dispatch needs: the handler's address, or a 16-bit id) and its
 * immediates, in host byte order and without padding, rounded up to a whole number of
 * cells. Slots are 16 bits and count from fp. Most ops that have a result come in pairs:
 * the first leaves it in the accumulator of its type, the second writes the slot named by
 * the first immediate as well; the field is there in both, so that the translator can
 * turn one into the other after the fact. */
#ifndef TNI_CODE_H
#define TNI_CODE_H

#include "base/vec.h"
#include "exec/instance.h"

#include "exec/dispatch.h"

/* TNI_X_I32_ADD_as_s and so on: the ops of ops.def. */
typedef enum tni_x {
#define OP(name, size, ...) TNI_X_##name,
#include "exec/ops_forms.h"
#include "exec/ops.def"
#include "exec/ops_forms_end.h"
#undef OP
    TNI_X_COUNT
} tni_x;

_Static_assert(TNI_X_COUNT < 65536, "ids of 16 bits");

#if TNI_ENCODING_ID16
typedef u16 tni_cell;
#else
typedef uintptr_t tni_cell;
#endif
#define TNI_CELL sizeof(tni_cell)
/* Bytes of an op with n bytes of immediates. */
#define TNI_OP_BYTES(n) ((TNI_CELL + (n) + TNI_CELL - 1) / TNI_CELL * TNI_CELL)

/* The cell of each op, TNI_CELL bytes apart. */
const u8 *tni_op_cells(void);
/* Where a callee returns to that tni_enter entered through a link. */
const u8 *tni_stub_leave_link(void);

/* Slots by type. An i32 or f32 is in the low half, whatever the byte order. */
#if defined(__BYTE_ORDER__) && __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
#define TNI_LOW_HALF 4
#else
#define TNI_LOW_HALF 0
#endif

#define TNI_SLOT_TYPE(T, low)                                                            \
    static inline T tni_get_##T(const tni_slot *s) {                                     \
        T v;                                                                             \
        memcpy(&v, (const u8 *)s + (low), sizeof v);                                     \
        return v;                                                                        \
    }                                                                                    \
    static inline void tni_set_##T(tni_slot *s, T v) {                                   \
        memcpy((u8 *)s + (low), &v, sizeof v);                                           \
    }
TNI_SLOT_TYPE(u32, TNI_LOW_HALF)
TNI_SLOT_TYPE(u64, 0)
TNI_SLOT_TYPE(f32, TNI_LOW_HALF)
TNI_SLOT_TYPE(f64, 0)

static inline u32 tni_imm_u16(const u8 *p) {
    u16 v;
    memcpy(&v, p, sizeof v);
    return v;
}

#define TNI_IMM_TYPE(T)                                                                  \
    static inline T tni_imm_##T(const u8 *p) {                                           \
        T v;                                                                             \
        memcpy(&v, p, sizeof v);                                                         \
        return v;                                                                        \
    }
TNI_IMM_TYPE(u32)
TNI_IMM_TYPE(u64)
TNI_IMM_TYPE(f32)
TNI_IMM_TYPE(f64)

static inline void tni_put_cell(u8 *at, const u8 *cells, u32 op) {
    memcpy(at, cells + op * TNI_CELL, TNI_CELL);
}

static inline bool tni_is_cell(const u8 *at, tni_x op) {
    return memcmp(at, tni_op_cells() + op * TNI_CELL, TNI_CELL) == 0;
}

/* Slot of a function type's header. */
static inline u32 tni_header_slot(const tni_deftype *t) {
    return t->param_slots > t->result_slots ? t->param_slots : t->result_slots;
}

/* Where an exception goes. Which of its values come before or after the tag's. */
enum { TNI_CLAUSE_VALUES, TNI_CLAUSE_VALUES_REF, TNI_CLAUSE_REF_VALUES };

typedef struct tni_clause {
    u32 tag;    /* index in the module, or TNI_NO_INDEX: any */
    u32 slot;   /* where its values go */
    u32 target; /* offset in the code */
    u32 next;   /* clause of the same range, or TNI_NO_INDEX */
    u32 shape;  /* TNI_CLAUSE_… */
} tni_clause;

/* Code that clauses guard: the body of a try_table, or of a legacy try up to its first
 * catch or its delegate. Offsets; others are indices of ranges, or TNI_NO_INDEX. */
typedef struct tni_range {
    u32 start;
    u32 end;
    u32 around;  /* the innermost range that has this one inside */
    u32 next;    /* where the search goes on: around, or what a delegate says */
    u32 clauses; /* the first */
} tni_range;

/* Ranges by start, outer ones first. */
typedef struct tni_handlers {
    u32 count;
    const tni_range *ranges;
    const tni_clause *clauses;
} tni_handlers;

/* A function's translation; code is NULL before. */
typedef struct tni_func_code {
    const u8 *code;
    u32 bytes;
    u32 frame_slots;
    const tni_handlers *handlers; /* NULL if it has none */
} tni_func_code;

struct tni_translator;

/* What module->code points at. Guarded by the engine's lock. */
typedef struct tni_code_cache {
    tni_arena arena;      /* the code itself */
    tni_func_code *funcs; /* func_count - imported_funcs */
    /* Functions that have code, by address: whose code is it that an ip points into? */
    TNI_VEC(u32) by_address;
    u64 bytes; /* of code, which the engine's code_bytes has too */
    struct tni_translator *translator; /* kept between functions for its buffers */
} tni_code_cache;

/* The function (module space) whose code ip points into, or TNI_NO_INDEX. */
u32 tni_code_find(tni_module *m, const u8 *ip);
/* The offset in the outermost binary of the instruction that the op at ip belongs to
 * (with is_return: the op before, a call), by translating once more; TENON_NO_OFFSET when
 * memory is out. */
u64 tni_code_offset(tni_module *m, u32 func, const u8 *ip, bool is_return);

/* A frame of a stack, on the way down (backtrace.c). */
typedef struct tni_walk {
    const u8 *ip;
    tni_slot *fp;
    tni_instance *instance;
    bool is_return; /* ip is after a call */
} tni_walk;

tni_walk tni_walk_from(const tni_thread *t);
/* The function whose frame w stands at, or NULL: a link, or the exit stub. */
tni_func *tni_walk_func(const tni_walk *w);
/* On to the frame below that of f; false at the end (an exit stub). */
bool tni_walk_next(tni_walk *w, const tni_func *f);

/* A link stands between the arguments of a caller in one instance and the frame of a
 * callee in another: the callee returns to an op that puts the instance back and the
 * results where the arguments were. */
enum {
    TNI_LINK_IP,       /* where the caller goes on */
    TNI_LINK_DOWN,     /* bytes from the link to the caller's fp */
    TNI_LINK_INSTANCE, /* the caller's */
    TNI_LINK_SHAPE,    /* slots from the results' place up to the link, and how many there
                          are */
    TNI_LINK_SLOTS,
};

/* -- what handlers call out of line (interp_slow.c) -- */

/* The instance that runs from now on. */
void tni_thread_set_instance(tni_thread *t, tni_instance *i);
/* Enters f with its arguments at fp[0..], so that it returns to return_ip in the frame at
 * t->fp and in t->instance, whichever instance f has. Sets ip and fp. */
tenon_status tni_enter(tni_thread *t, tni_func *f, tni_slot *fp, const u8 *return_ip);
/* Enters f in place of the function that runs, whose header is at header and that has f's
 * arguments at fp[args..]. */
tenon_status tni_enter_tail(tni_thread *t, tni_func *f, u32 header, u32 args);
/* Goes on after a native function said what is next. */
tenon_status tni_native_next(tni_thread *t, tni_func *f, tni_next next);
/* Returns through a link that tni_enter pushed; gives the results. */
const tni_slot *tni_leave_link(tni_thread *t);
/* Translates the fresh function f, if no other store has, and makes sure of its frame. */
tenon_status tni_func_ready(tni_thread *t, tni_func *f);
/* The function that a table element or reference names, checked against a type. */
tenon_status tni_table_func(tni_thread *t, u32 table, u64 index, u32 type_id,
                            tni_func **out);
/* Fills the thread's error with a trap. */
TNI_COLD tenon_status tni_trap(tni_thread *t, tni_code code);
/* The bulk instructions; operands as on the stack, immediates as in the binary. */
tenon_status tni_op_memory_init(tni_thread *t, const tni_slot *d, const tni_slot *s,
                                const tni_slot *n, u32 data, u32 memory);
tenon_status tni_op_memory_copy(tni_thread *t, const tni_slot *d, const tni_slot *s,
                                const tni_slot *n, u32 dst, u32 src);
tenon_status tni_op_memory_fill(tni_thread *t, const tni_slot *d, const tni_slot *v,
                                const tni_slot *n, u32 memory);
tenon_status tni_op_table_init(tni_thread *t, const tni_slot *d, const tni_slot *s,
                               const tni_slot *n, u32 elem, u32 table);
tenon_status tni_op_table_copy(tni_thread *t, const tni_slot *d, const tni_slot *s,
                               const tni_slot *n, u32 dst, u32 src);
tenon_status tni_op_table_fill(tni_thread *t, const tni_slot *d, const tni_slot *v,
                               const tni_slot *n, u32 table);
tenon_status tni_op_table_get(tni_thread *t, const tni_slot *index, u32 table,
                              tni_ref *out);
tenon_status tni_op_table_set(tni_thread *t, const tni_slot *index, tni_ref value,
                              u32 table);
u64 tni_op_table_grow(tni_thread *t, const tni_slot *count, tni_ref value, u32 table);
u64 tni_op_memory_grow(tni_thread *t, const tni_slot *pages, u32 memory);
/* The vector instructions (simd_ops.c), and the number of one in its table. */
extern void (*const tni_simd_ops[])(const u8 *imm, tni_slot *fp);
extern void (*const tni_simd_memory_ops[])(const u8 *imm, tni_slot *fp, u8 *p);
void tni_simd_shuffle(const u8 *imm, tni_slot *fp);
u32 tni_simd_number(tni_op op);
tenon_status tni_op_atomic(tni_thread *t, const u8 *imm, tni_slot *fp);
/* throw and throw_ref (exception.c): go on at the handler, or fail. */
tenon_status tni_op_throw(tni_thread *t, u32 tag, const tni_slot *args);
tenon_status tni_op_throw_ref(tni_thread *t, tni_ref exception);
/* Tells the engine's tracer of an instruction: a tni_trace_point's address, plus one
 * after it. */
void tni_op_trace(tni_thread *t, u64 point);
/* Where an access of size bytes at a slot's address + offset is, for memories that are
 * not the first or not 32-bit; NULL if it is out of bounds. */
u8 *tni_op_address(tni_thread *t, const tni_slot *address, u32 memory, u64 offset,
                   u32 size);

#endif
