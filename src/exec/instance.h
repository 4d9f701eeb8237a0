/* instance.h: the structs behind exec.h, for the files of exec alone. Core 3.0, 4.2. */
#ifndef TNI_INSTANCE_H
#define TNI_INSTANCE_H

#include "base/reader.h"
#include "base/vec.h"
#include "exec/exec.h"
#include "exec/gc.h"

/* Frames. fp points at a frame's arguments, which its results replace. The header stands
 * at fp[func->header]: the return ip, then the bytes from the caller's fp to this one
 * (tni_frame_link writes both). A wasm frame's locals and temporaries follow. A native
 * frame has its state there instead, and after that the arguments of what it calls. */
#define TNI_HEADER_SLOTS 2

/* A function instance. Wasm functions of an instance stand in one array.
 *
 * entry and resume are a word of code each, filled by tni_func_init_code: an op in them
 * finds its function by its own address. */
struct tni_func {
    const u8 *code;  /* where a call goes: translated code, or entry */
    u64 entry;       /* wasm: an op that translates and goes on; native: one that calls
                        native->enter */
    u64 resume;      /* native: where its callees return to */
    u32 frame_slots; /* slots from fp on that a call needs at least: a wasm function's are
                        known once it is translated, a native's from the start */
    u32 header;      /* slot of the header: max(param_slots, result_slots) */
    u32 type_id;
    u32 index;              /* in its module's function space */
    tni_instance *instance; /* NULL for natives */
    const tni_deftype *type;
    const tni_native *native; /* NULL for wasm */
    void *data;
};

struct tni_memory {
    u8 *data;
    u64 bytes;     /* current size */
    u64 max_bytes; /* by type and by the store's limits */
    u64 reserved_bytes;
    tni_memtype type; /* min follows growth */
    tni_store *store;
};

struct tni_table {
    tni_ref *elements;
    u64 size;
    u64 capacity;
    u64 max;
    tni_tabletype type; /* closed; min follows growth */
    tni_store *store;
};

struct tni_global {
    tni_slot value[2];
    tni_globaltype type; /* closed */
};

struct tni_tag {
    u32 type_id;
    const tni_deftype *type;
};

struct tni_instance {
    tni_store *store;
    tni_module *module;
    /* Index spaces, imports first. */
    tni_func **funcs;
    tni_table **tables;
    tni_memory **memories;
    tni_global **globals;
    tni_tag **tags;
    tni_func *own_funcs; /* func_count - imported_funcs */
    u8 *dropped_elems;   /* a byte each */
    u8 *dropped_datas;
    tni_ref **elems; /* evaluated references of passive segments, on demand */
    void *owner;
};

/* A stack: slots, and the frames on it linked by deltas. One for each store for now. */
typedef struct tni_stack {
    tni_slot *base;
    size_t slots;
    tni_slot *limit; /* calls need frame_slots below this */
} tni_stack;

/* A wait on memory: memory.atomic.wait. */
typedef enum tni_park {
    TNI_PARK_NONE,
    TNI_PARK_WAITING, /* in the store's list */
    TNI_PARK_WOKEN,   /* no longer: to go on with this result */
    TNI_PARK_TIMED_OUT,
} tni_park;

typedef struct tni_waiter {
    const tni_memory *memory;
    u64 address;
    u64 ends_ns;      /* on the monotonic clock; UINT64_MAX: never */
    tni_thread *next; /* who came after it, in the store's list */
    u64 ai;           /* the interpreter's accumulators meanwhile */
    f32 af;
    f64 ad;
} tni_waiter;

struct tni_thread {
    tni_store *store;
    tni_stack stack;
    size_t max_slots; /* to which the stack may grow, moving; 0: it never moves */
    /* Where it stands: valid when wasm is not running, and in native functions. */
    const u8 *ip;
    tni_slot *top; /* the first free slot above the frame at fp */
    tni_slot *fp;
    tni_instance *instance; /* whose code runs or called last; NULL before any */
    tni_func *callee;       /* for TNI_NEXT_CALL */
    const u8 *return_ip;    /* for a wasm call that has no room (ENTER_GROWING) */
    u32 callee_base;        /* slot of its fp from the caller's fp */
    u32 c_depth;            /* tni_call nested in natives */
    tni_why why;    /* what resume is told; the interpreter sets TNI_WHY_READY when a
                       native suspends, and TNI_WHY_RETURNED after each resume */
    bool suspended; /* tni_interpret came back (TENON_OK) for a TNI_NEXT_SUSPEND: ip is
                       the native's resume, and tni_interpret goes on from there */
    bool can_park;  /* tni_thread_run runs it: others may go on meanwhile */
    u8 park;        /* tni_park: at a wait on memory, or about to go on */
    tni_waiter *waiter; /* unless TNI_PARK_NONE */
    tenon_error *error;
    void *owner;
    /* The interpreter's copies of what the instance has; it keeps them. */
    tni_func *own_funcs;
    tni_global **globals;
    const tni_table *table0;
    const tni_memory *memory0;
    bool can_pause; /* tni_thread_run lets it pause when a turn is over, */
    bool is_paused; /* as it has: ip is where to go on, and tni_interpret gave
                       TENON_PENDING */
};

/* Writes the header of a frame at fp. */
static inline void tni_frame_link(tni_slot *fp, u32 header, const u8 *return_ip,
                                  const tni_slot *caller_fp) {
    fp[header] = (tni_slot)(uintptr_t)return_ip;
    fp[header + 1] = (tni_slot)((const u8 *)fp - (const u8 *)caller_fp);
}

struct tni_store {
    tenon_engine *engine;
    tni_heap heap;
    tni_heap memory_heap; /* counts linear memory against memory_bytes */
    tni_arena arena;      /* instances, functions, globals, tags */
    tni_store_limits limits;
    tni_gc gc; /* structures, arrays, exceptions */
    /* What polls look at. fuel is what is left of a grant and counts down; below 0,
     * tni_poll_slow looks at interrupt, deadline and turn, and makes another grant from
     * the reserve. */
    i64 fuel;
    i64 fuel_reserve; /* beyond this grant; INT64_MAX for no limit */
    i64 granted;      /* what fuel began with */
    i64 slice;        /* units of a turn; 0: turns have no end */
    i64 turn;         /* left of this turn, when the grant was made; INT64_MAX: no end */
    u32 interrupt;    /* a flag of base/atomic.h: other threads raise it */
    u64 deadline_ns;
    void (*path)(void *owner, char *buf, size_t capacity); /* or NULL */
    TNI_VEC(tni_instance *) instances;
    TNI_VEC(tni_memory *) memories;
    TNI_VEC(tni_table *) tables;
    tni_thread *parked;            /* those that wait on memory, oldest first */
    TNI_VEC(tni_thread *) threads; /* beside the store's own: roots of the collector */
    tni_thread thread;
    void *owner; /* the component layer's; released first */
    void (*owner_release)(void *owner);
};

/* -- between the files of the runtime -- */

/* Everything made in a store since a mark can be dropped again, as long as nothing older
 * refers to it. */
typedef struct tni_store_mark {
    tni_arena_mark arena;
    size_t instances;
    size_t memories;
    size_t tables;
    size_t globals;
} tni_store_mark;

tni_store_mark tni_store_save(const tni_store *s);
void tni_store_drop_from(tni_store *s, tni_store_mark mark);
void tni_memory_free(tni_memory *m);
/* Back to a size it had; what is in it is the caller's business. */
bool tni_memory_shrink(tni_memory *m, u64 bytes);
bool tni_memory_has_hooks(const tni_memory *m);
/* Completes a function whose instance and index, or native, are set. */
void tni_func_init(tni_func *f, const tni_deftype *type);
/* Core 3.0, 4.7.2: each import against its type. */
tenon_status tni_check_imports(const tni_registry *r, const tni_module *m,
                               const tni_extern *imports, tenon_error *e);
/* An active segment: its references to its table from d on, then dropped. */
tenon_status tni_elem_activate(tni_instance *i, u32 elem, u64 d, tenon_error *e);

/* -- what the interpreter gives -- */

/* Runs the thread from t->ip, t->fp, t->instance (NULL when a native is called first)
 * until the exit frame that tni_call pushed returns (TENON_OK), or something fails
 * (*t->error is filled, ip and fp say where, nothing is unwound yet). Before native code
 * runs, fp is that of the native's frame and top is fp + frame_slots. */
tenon_status tni_interpret(tni_thread *t);
/* Where tni_call's exit frame returns to. */
const u8 *tni_stub_exit(void);
/* Fills code, entry and resume of a new function: of an instance, or native. */
void tni_func_init_code(tni_func *f);
/* Whether a return address is the exit stub or a native's resume. */
bool tni_is_stub(const u8 *ip);
/* Refuses, before instantiation, what the engine does not execute: TENON_UNSUPPORTED with
 * the instruction's name and offset. */
tenon_status tni_check_executable(const tni_module *m, tenon_error *e);
/* Appends to e->frames by walking the thread's stack from (ip, fp) down to `until`: after
 * those of a nested call that failed with the same error. */
void tni_backtrace(tni_thread *t, tni_slot *until, tenon_error *e);
/* Calls unwind on every native frame from the thread's fp down to `until`. */
void tni_unwind(tni_thread *t, tni_slot *until);

/* Puts the frame of f above what is on the stack, returning to the exit stub; gives its
 * fp. The room was checked. */
tni_slot *tni_frame_push(tni_thread *t, tni_func *f, const tni_slot *args);

/* -- what the interpreter takes -- */

/* Called when fuel has gone below 0: makes the next grant, or fails with an interrupt, a
 * deadline or the end of fuel, or pauses (TENON_PENDING) when the turn is over and the
 * thread can. The interpreter alone calls it, with ip where to go on; bulk work takes its
 * fuel by tni_thread_charge. */
TNI_COLD tenon_status tni_poll_slow(tni_thread *t);
/* Has the running thread wait at an address of a memory, for others to go on (park.c). */
tenon_status tni_park_at(tni_thread *t, const tni_memory *m, u64 address, u64 ends_ns);
/* No longer, if it does: it goes on, or will not be run again. */
void tni_unpark(tni_thread *t);
/* Wakes those that wait at an address, at most `most` and the oldest first; how many. */
u32 tni_wake(tni_store *s, const tni_memory *m, u64 address, u32 most);
/* TENON_EXHAUSTION: the call stack. */
TNI_COLD tenon_status tni_exhausted(tni_thread *t);
/* Makes room for `slots` slots from p on: the stack grows, and so moves, with t->fp and
 * t->top; *p is moved too. */
TNI_COLD tenon_status tni_stack_grow(tni_thread *t, tni_slot **p, size_t slots);
static inline tenon_status tni_stack_room(tni_thread *t, tni_slot **p, size_t slots) {
    return TNI_LIKELY((size_t)(t->stack.limit - *p) >= slots)
               ? TENON_OK
               : tni_stack_grow(t, p, slots);
}

/* The bulk instructions, with bounds checks and without fuel; indices are the instance's.
 * They fail with the spec's traps, or when memory is out. Core 3.0, 4.6.9 and 4.6.10. */
tenon_status tni_memory_init(tni_instance *i, u32 memory, u32 data, u64 d, u64 s, u64 n,
                             tenon_error *e);
tenon_status tni_memory_copy(tni_memory *dst, const tni_memory *src, u64 d, u64 s, u64 n,
                             tenon_error *e);
tenon_status tni_memory_fill(tni_memory *m, u64 d, u8 value, u64 n, tenon_error *e);
tenon_status tni_table_init(tni_instance *i, u32 table, u32 elem, u64 d, u64 s, u64 n,
                            tenon_error *e);
tenon_status tni_table_copy(tni_table *dst, const tni_table *src, u64 d, u64 s, u64 n,
                            tenon_error *e);
tenon_status tni_table_fill(tni_table *t, u64 d, tni_ref value, u64 n, tenon_error *e);
void tni_data_drop(tni_instance *i, u32 data);
void tni_elem_drop(tni_instance *i, u32 elem);
/* A segment as it stands: its bytes or references and how many (0 once dropped). */
const u8 *tni_data_segment(const tni_instance *i, u32 data, u64 *count);
tenon_status tni_elem_segment(tni_instance *i, u32 elem, const tni_ref **refs, u64 *count,
                              tenon_error *e);

/* Evaluates a constant expression of a validated module in an instance whose imports, and
 * globals before the one concerned, are there. Core 3.0, 3.4.13. */
tenon_status tni_const_eval(tni_instance *i, const tni_span *expr, tni_slot out[2],
                            tenon_error *e);
/* The same for the next of several expressions that stand one after another. */
tenon_status tni_const_next(tni_instance *i, tni_reader *r, tni_slot out[2]);

#endif
