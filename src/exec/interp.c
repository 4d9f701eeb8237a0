/* interp.c: the interpreter's loop: the bodies of all ops, in the dispatch style that
 * dispatch.h chose. Core 3.0, chapter 4.6.
 *
 * What a handler has at hand: ip (at its own cell), fp (the frame), mem and mlen (the
 * first memory and its bytes), t (the thread), and the accumulators ai, af and ad.
 * Wherever a poll or a call is, (ip, fp) is the whole state. This file alone uses
 * extensions of the compilers, and is compiled without -Wpedantic. */
#define TNI_INTERPRETER 1
#include "base/assert.h"
#include "exec/code.h"
#include "exec/gc.h"
#include "exec/numeric.h"

/* KEEP_LOOP keeps a compiler from making a call of a loop, which would save every
 * register. HIDE keeps it from remembering how p was computed, which would take a
 * register more. */
#if defined(__GNUC__)
#define KEEP_LOOP() __asm__ volatile("")
#define HIDE(p)     __asm__("" : "+r"(p))
#else
#define KEEP_LOOP() ((void)0)
#define HIDE(p)     ((void)(p))
#endif

/* -- operands -- */

#define IMM(o)             (ip + TNI_CELL + (o))
#define IMM_u16(o)         tni_imm_u16(IMM(o))
#define IMM_u32(o)         tni_imm_u32(IMM(o))
#define IMM_u64(o)         tni_imm_u64(IMM(o))
#define IMM_f32(o)         tni_imm_f32(IMM(o))
#define IMM_f64(o)         tni_imm_f64(IMM(o))
#define SLOT(o)            (fp + IMM_u16(o))
#define SLOT_u32(o)        tni_get_u32(SLOT(o))
#define SLOT_u64(o)        tni_get_u64(SLOT(o))
#define SLOT_f32(o)        tni_get_f32(SLOT(o))
#define SLOT_f64(o)        tni_get_f64(SLOT(o))
#define SET_SLOT_u32(o, v) tni_set_u32(SLOT(o), v)
#define SET_SLOT_u64(o, v) tni_set_u64(SLOT(o), v)
#define SET_SLOT_f32(o, v) tni_set_f32(SLOT(o), v)
#define SET_SLOT_f64(o, v) tni_set_f64(SLOT(o), v)
#define ACC_u32            ((u32)ai)
#define ACC_u64            ai
#define ACC_f32            af
#define ACC_f64            ad
#define SET_ACC_u32(v)     (ai = (u32)(v))
#define SET_ACC_u64(v)     (ai = (v))
#define SET_ACC_f32(v)     (af = (v))
#define SET_ACC_f64(v)     (ad = (v))

/* Memory, little-endian: the value that ends at end, or is at p. */
#if defined(__BYTE_ORDER__) && __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
#define MEMORY_TYPE(M, load, store, as, of)                                              \
    static inline M peek_##M(const u8 *p) {                                              \
        M v;                                                                             \
        memcpy(&v, p, sizeof v);                                                         \
        return v;                                                                        \
    }                                                                                    \
    static inline void poke_##M(u8 *p, M v) {                                            \
        memcpy(p, &v, sizeof v);                                                         \
    }
#else
#define MEMORY_TYPE(M, load, store, as, of)                                              \
    static inline M peek_##M(const u8 *p) {                                              \
        return of(load(p));                                                              \
    }                                                                                    \
    static inline void poke_##M(u8 *p, M v) {                                            \
        store(p, as(v));                                                                 \
    }
#endif
static inline u8 peek_u8(const u8 *p) {
    return *p;
}
static inline i8 peek_i8(const u8 *p) {
    return (i8)*p;
}
static inline void poke_u8(u8 *p, u8 v) {
    *p = v;
}
MEMORY_TYPE(u16, tni_load_u16, tni_store_u16, (u16), (u16))
MEMORY_TYPE(u32, tni_load_u32, tni_store_u32, (u32), (u32))
MEMORY_TYPE(u64, tni_load_u64, tni_store_u64, (u64), (u64))
MEMORY_TYPE(f32, tni_load_u32, tni_store_u32, tni_f32_bits, tni_f32_of)
MEMORY_TYPE(f64, tni_load_u64, tni_store_u64, tni_f64_bits, tni_f64_of)
#define PEEK_AT_i8(p)     peek_i8(p)
#define PEEK_AT_u8(p)     peek_u8(p)
#define PEEK_AT_i16(p)    ((i16)peek_u16(p))
#define PEEK_AT_u16(p)    peek_u16(p)
#define PEEK_AT_i32(p)    ((i32)peek_u32(p))
#define PEEK_AT_u32(p)    peek_u32(p)
#define PEEK_AT_u64(p)    peek_u64(p)
#define PEEK_AT_f32(p)    peek_f32(p)
#define PEEK_AT_f64(p)    peek_f64(p)
#define POKE_AT_u8(p, v)  poke_u8(p, v)
#define POKE_AT_u16(p, v) poke_u16(p, v)
#define POKE_AT_u32(p, v) poke_u32(p, v)
#define POKE_AT_u64(p, v) poke_u64(p, v)
#define POKE_AT_f32(p, v) poke_f32(p, v)
#define POKE_AT_f64(p, v) poke_f64(p, v)
#define BEFORE(end, n)    (mem + (size_t)((end) - (n)))
#define PEEK_i8(end)      PEEK_AT_i8(BEFORE(end, 1))
#define PEEK_u8(end)      PEEK_AT_u8(BEFORE(end, 1))
#define PEEK_i16(end)     PEEK_AT_i16(BEFORE(end, 2))
#define PEEK_u16(end)     PEEK_AT_u16(BEFORE(end, 2))
#define PEEK_i32(end)     PEEK_AT_i32(BEFORE(end, 4))
#define PEEK_u32(end)     PEEK_AT_u32(BEFORE(end, 4))
#define PEEK_u64(end)     PEEK_AT_u64(BEFORE(end, 8))
#define PEEK_f32(end)     PEEK_AT_f32(BEFORE(end, 4))
#define PEEK_f64(end)     PEEK_AT_f64(BEFORE(end, 8))
#define POKE_u8(end, v)   poke_u8(BEFORE(end, 1), v)
#define POKE_u16(end, v)  poke_u16(BEFORE(end, 2), v)
#define POKE_u32(end, v)  poke_u32(BEFORE(end, 4), v)
#define POKE_u64(end, v)  poke_u64(BEFORE(end, 8), v)
#define POKE_f32(end, v)  poke_f32(BEFORE(end, 4), v)
#define POKE_f64(end, v)  poke_f64(BEFORE(end, 8), v)

/* -- going on, and stopping -- */

#define CELL_AT(p)    (*(const tni_cell *)(const void *)(p))
#define SAVE()        (t->ip = ip, t->fp = fp)
#define RESTORE()     (ip = t->ip, fp = t->fp, LOAD_MEMORY())
#define LOAD_MEMORY() (mem = t->memory0->data, mlen = t->memory0->bytes)
/* After a return that may leave a result: as a return op does, for all types at once. */
#define RESTORE_RESULT(result)                                                           \
    (ai = tni_get_u64(result), af = tni_get_f32(result), ad = tni_get_f64(result),       \
     RESTORE())
#define TRAP_CODE(e)                                                                     \
    do {                                                                                 \
        ai = (u64)(e);                                                                   \
        GO_TRAP();                                                                       \
    } while (0)
#define TRAP(name) TRAP_CODE(TNI_ERR_##name)
/* A function of ours that may fail. */
#define CALL_C(call)                                                                     \
    do {                                                                                 \
        SAVE();                                                                          \
        const tenon_status s_ = (call);                                                  \
        if (TNI_UNLIKELY(s_ != TENON_OK)) {                                              \
            return s_;                                                                   \
        }                                                                                \
    } while (0)
/* One unit of fuel; ip is where to go on. */
#define POLL_GO()                                                                        \
    do {                                                                                 \
        if (TNI_UNLIKELY(--t->store->fuel < 0)) {                                        \
            GO_POLL();                                                                   \
        }                                                                                \
        GO();                                                                            \
    } while (0)
#define BRANCH(o)                                                                        \
    do {                                                                                 \
        ip += (i32)IMM_u32(o);                                                           \
        GO();                                                                            \
    } while (0)
#define BRANCH_BACK(o)                                                                   \
    do {                                                                                 \
        ip += (i32)IMM_u32(o);                                                           \
        POLL_GO();                                                                       \
    } while (0)
#define BRANCH_POLL(offset)                                                              \
    do {                                                                                 \
        const i32 o_ = (i32)(offset);                                                    \
        ip += o_;                                                                        \
        if (o_ <= 0) {                                                                   \
            POLL_GO();                                                                   \
        }                                                                                \
        GO();                                                                            \
    } while (0)

/* -- calls -- */

#define OWN_FUNC(offset)   ((const tni_func *)((const u8 *)t->own_funcs + (offset)))
#define FP_DOWN(fp, bytes) ((tni_slot *)(void *)((u8 *)(fp) - (size_t)(bytes)))
#define FUNC_OF_ENTRY()    ((tni_func *)(uintptr_t)(ip - offsetof(tni_func, entry)))
#define FUNC_OF_RESUME()   ((tni_func *)(uintptr_t)(ip - offsetof(tni_func, resume)))
#define TABLE_INDEX(table, slot)                                                         \
    (t->instance->tables[table]->type.limits.is_64 ? *(slot) : (u32) * (slot))
/* The function to be called, which ai holds. */
#define FUNC               ((tni_func *)(uintptr_t)ai)
#define LEAVES_INSTANCE(f) ((f)->instance != t->instance && (f)->instance != NULL)
/* Calls FUNC, of this instance or native, from an op of size bytes of immediates. */
#define ENTER(base, header_slot, size)                                                   \
    do {                                                                                 \
        tni_slot *p_ = fp + (base);                                                      \
        HIDE(p_);                                                                        \
        if (TNI_UNLIKELY((size_t)(t->stack.limit - p_) < FUNC->frame_slots)) {           \
            t->callee = FUNC;                                                            \
            t->callee_base = (u32)(base);                                                \
            t->return_ip = ip + TNI_OP_BYTES(size);                                      \
            GO_TO(ENTER_GROWING);                                                        \
        }                                                                                \
        tni_slot *h_ = fp + (header_slot);                                               \
        h_[0] = (tni_slot)(uintptr_t)(ip + TNI_OP_BYTES(size));                          \
        h_[1] = (tni_slot)((u8 *)p_ - (u8 *)fp);                                         \
        fp = p_;                                                                         \
        ip = FUNC->code;                                                                 \
        POLL_GO();                                                                       \
    } while (0)
/* The same for any function. */
#define ENTER_SLOW(base, size)                                                           \
    do {                                                                                 \
        CALL_C(tni_enter(t, FUNC, fp + (base), ip + TNI_OP_BYTES(size)));                \
        RESTORE();                                                                       \
        POLL_GO();                                                                       \
    } while (0)

/* -- the three styles -- */

typedef struct entry_points {
    const void *cells;
    const void *exit;
    const void *leave_link;
} entry_points;

#if TNI_DISPATCH_tail

typedef tenon_status (*handler)(PARAMETERS);
#if TNI_CELL_IS_ID
static const handler handlers[TNI_X_COUNT];
#endif

TNI_COLD static tenon_status trap(PARAMETERS) {
    USE_ARGUMENTS();
    SAVE();
    return tni_trap(t, (tni_code)ai);
}

TNI_COLD static tenon_status poll(PARAMETERS) {
    USE_ARGUMENTS();
    CALL_C(tni_poll_slow(t));
    GO();
}

#define OP(name, size, ...) static tenon_status x_##name(PARAMETERS);
#include "exec/ops_forms.h"
#include "exec/ops.def"
#include "exec/ops_forms_end.h"
#undef OP
#define OP(name, size, ...)                                                              \
    static tenon_status x_##name(PARAMETERS) {                                           \
        USE_ARGUMENTS();                                                                 \
        __VA_ARGS__;                                                                     \
        ip += TNI_OP_BYTES(size);                                                        \
        GO();                                                                            \
    }
#include "exec/ops_forms.h"
#include "exec/ops.def"
#include "exec/ops_forms_end.h"
#undef OP

static const handler handlers[TNI_X_COUNT] = {
#define OP(name, size, ...) x_##name,
#include "exec/ops_forms.h"
#include "exec/ops.def"
#include "exec/ops_forms_end.h"
#undef OP
};

#if !TNI_CELL_IS_ID
static const handler exit_cell = x_EXIT;
static const handler leave_link_cell = x_LEAVE_LINK;
#endif

static tenon_status run(tni_thread *t, entry_points *points) {
    (void)points;
    if (t == NULL) {
#if !TNI_CELL_IS_ID
        *points = (entry_points){handlers, &exit_cell, &leave_link_cell};
#endif
        return TENON_OK;
    }
    return handlers[TNI_X_START](t->ip, t->fp, NULL, 0, t, 0, 0, 0);
}

#else

static tenon_status run(tni_thread *t, entry_points *points) {
#if TNI_DISPATCH_goto
    static const void *const handlers[TNI_X_COUNT] = {
#define OP(name, size, ...) &&x_##name,
#include "exec/ops_forms.h"
#include "exec/ops.def"
#include "exec/ops_forms_end.h"
#undef OP
    };
#if !TNI_CELL_IS_ID
    static const void *const exit_cell = &&x_EXIT;
    static const void *const leave_link_cell = &&x_LEAVE_LINK;
#endif
#endif
    (void)points;
    if (t == NULL) {
#if !TNI_CELL_IS_ID
        *points = (entry_points){handlers, &exit_cell, &leave_link_cell};
#endif
        return TENON_OK;
    }
    const u8 *ip = t->ip;
    tni_slot *fp = t->fp;
    u8 *mem = t->memory0->data;
    u64 mlen = t->memory0->bytes;
    u64 ai = 0;
    f32 af = 0;
    f64 ad = 0;
#if TNI_DISPATCH_goto
#define OP(name, size, ...)                                                              \
    x_##name : {                                                                         \
        __VA_ARGS__;                                                                     \
        ip += TNI_OP_BYTES(size);                                                        \
        GO();                                                                            \
    }
    GO();
#include "exec/ops_forms.h"
#include "exec/ops.def"
#include "exec/ops_forms_end.h"
#undef OP
#else
#define OP(name, size, ...)                                                              \
    case TNI_X_##name: {                                                                 \
        __VA_ARGS__;                                                                     \
        ip += TNI_OP_BYTES(size);                                                        \
        GO();                                                                            \
    }
    tni_x op = TNI_X_START;
    goto next;
again:
    op = (tni_x)CELL_AT(ip);
next:
    switch (op) {
#include "exec/ops_forms.h"
#include "exec/ops.def"
#include "exec/ops_forms_end.h"
    case TNI_X_COUNT: break;
    }
    TNI_UNREACHABLE();
#undef OP
#endif

trap:
    SAVE();
    return tni_trap(t, (tni_code)ai);

poll:
    CALL_C(tni_poll_slow(t));
    GO();
}

#endif

/* -- what the other files see -- */

#if TNI_CELL_IS_ID

static const tni_cell exit_cell = TNI_X_EXIT;
static const tni_cell leave_link_cell = TNI_X_LEAVE_LINK;
static const tni_cell ids[TNI_X_COUNT] = {
#define OP(name, size, ...) TNI_X_##name,
#include "exec/ops_forms.h"
#include "exec/ops.def"
#include "exec/ops_forms_end.h"
#undef OP
};

const u8 *tni_op_cells(void) {
    return (const u8 *)ids;
}

const u8 *tni_stub_exit(void) {
    return (const u8 *)&exit_cell;
}

const u8 *tni_stub_leave_link(void) {
    return (const u8 *)&leave_link_cell;
}

#else

static entry_points points_of_run(void) {
    entry_points p = {0};
    run(NULL, &p);
    return p;
}

const u8 *tni_op_cells(void) {
    return points_of_run().cells;
}

const u8 *tni_stub_exit(void) {
    return points_of_run().exit;
}

const u8 *tni_stub_leave_link(void) {
    return points_of_run().leave_link;
}

#endif

tenon_status tni_interpret(tni_thread *t) {
    t->suspended = false;
    tni_thread_set_instance(t, t->instance);
    return run(t, NULL);
}
