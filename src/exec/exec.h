/* exec.h: the runtime of core Wasm as the layers above see it. Core 3.0, chapter 4.
 *
 * A store owns everything that was made in it; deleting the store frees all. A store is
 * used by one thread of the host at a time. The exec layer knows nothing of components:
 * they come in as native functions (tni_native) and through the opaque `owner` pointers.
 */
#ifndef TNI_EXEC_H
#define TNI_EXEC_H

#include "core/module.h"

typedef struct tni_store tni_store;
typedef struct tni_instance tni_instance;
typedef struct tni_func tni_func;
typedef struct tni_table tni_table;
typedef struct tni_memory tni_memory;
typedef struct tni_global tni_global;
typedef struct tni_tag tni_tag;
typedef struct tni_thread tni_thread;

/* A value in a slot: i32 in the low 32 bits (the high ones are anything), f32 and f64 as
 * their bits, a v128 in two slots, a reference as a tni_ref. */
typedef u64 tni_slot;

/* References: 0 is null of every type; bit 0 set: an i31 (value << 1 | 1); low bits 10: a
 * host's externref (value << 2 | 2); else a pointer to a function, object or exception.
 */
typedef u64 tni_ref;
#define TNI_REF_NULL ((tni_ref)0)
static inline tni_ref tni_ref_host(u64 value) {
    return value << 2 | 2u;
}
static inline tni_ref tni_ref_func(tni_func *f) {
    return (tni_ref)(uintptr_t)f;
}

typedef struct tni_extern {
    tni_extern_kind kind;
    union {
        tni_func *func;
        tni_table *table;
        tni_memory *memory;
        tni_global *global;
        tni_tag *tag;
    } as;
} tni_extern;

/* -- the store -- */

typedef struct tni_store_limits {
    u64 memory_bytes;   /* all linear memories together; UINT64_MAX for none */
    u64 memory_pages;   /* one memory, pages of 64 KiB */
    u64 table_elements; /* one table */
    u64 heap_bytes;     /* everything else the store allocates */
    u64 instances;      /* core instances */
    size_t stack_bytes;
    u64 handles; /* one table of handles */
} tni_store_limits;

void tni_store_limits_init(tni_store_limits *l); /* limits.def's defaults */
tenon_status tni_store_new(tenon_engine *engine, const tni_store_limits *l,
                           tni_store **out, tenon_error *e);
/* Of TENON_NO_MEMORY, which `e` holds: TENON_LIMIT in its place if it was the limit of a
 * store's heap that refused. */
TNI_COLD tenon_status tni_store_refused(const tni_heap *heap, tenon_error *e);
void tni_store_delete(tni_store *s);
tni_heap *tni_store_heap(tni_store *s);
u64 tni_store_handle_limit(const tni_store *s);
tenon_engine *tni_store_engine(tni_store *s);
/* The store's thread for synchronous calls. */
tni_thread *tni_store_thread(tni_store *s);
/* How an instance's owner is called in backtraces: path writes it 0-terminated. */
void tni_store_set_path(tni_store *s,
                        void (*path)(void *owner, char *buf, size_t capacity));

/* What the layer above keeps with a store; release is called first when the store is
 * deleted. NULL until set. */
void tni_store_set_owner(tni_store *s, void *owner, void (*release)(void *owner));
void *tni_store_owner(const tni_store *s);

/* Fuel: one unit a call and a taken back edge, and for 64 bytes or 8 elements of bulk
 * work. INT64_MAX is "no limit" and is what a new store has. */
void tni_store_set_fuel(tni_store *s, i64 fuel);
i64 tni_store_fuel(const tni_store *s);
/* Stops the running wasm at the next poll with TENON_LIMIT; from any thread or a signal
 * handler. Cleared by the call that reports it. */
void tni_store_interrupt(tni_store *s);
/* A deadline on the platform's monotonic clock, in ns, looked at now and then; 0 for
 * none. */
void tni_store_set_deadline(tni_store *s, u64 monotonic_ns);
/* Turns: a thread that may pauses once it has used so many units of fuel in this turn; 0
 * (of a new store): never. */
void tni_store_set_slice(tni_store *s, u64 units);
/* A turn of one slice begins; it ends, and there is none. */
void tni_store_begin_turn(tni_store *s);
void tni_store_end_turn(tni_store *s);
/* After work that could not be paused: if it has used up the turn, the next poll sees
 * it. */
void tni_store_hurry(tni_store *s);
/* Looks at interrupt and deadline (and fuel) now; fills the thread's error. */
tenon_status tni_thread_check(tni_thread *t);
/* The same outside of any call. */
tenon_status tni_store_check(tni_store *s, tenon_error *e);
/* The engine's lock. */
const struct tni_lock *tni_store_lock(const tni_store *s);

/* -- making externals for a host -- */

tenon_status tni_table_new(tni_store *s, const tni_tabletype *closed, tni_ref init,
                           tni_table **out, tenon_error *e);
tenon_status tni_memory_new(tni_store *s, const tni_memtype *type, tni_memory **out,
                            tenon_error *e);
tenon_status tni_global_new(tni_store *s, const tni_globaltype *closed,
                            const tni_slot *value, tni_global **out, tenon_error *e);
tenon_status tni_tag_new(tni_store *s, u32 type_id, tni_tag **out, tenon_error *e);

/* -- native functions: how other layers put frames of their own on a stack --
 *
 * A native function is called by wasm code like any other: its arguments stand in
 * fp[0..param_slots), its results go to fp[0..result_slots). It runs as a state machine
 * and never calls into wasm by C recursion: `enter` may return TNI_NEXT_CALL, and when
 * that callee has returned, `resume` goes on. Its own state is in the frame_slots slots
 * that tni_native_state gives; they are zeroed on entry, and hold indices, deltas and
 * pointers to heap objects, never addresses of slots: a stack may move at any call. */

typedef enum tni_next {
    TNI_NEXT_RETURN,  /* done: results are in fp[0..] */
    TNI_NEXT_CALL,    /* call what tni_thread_call prepared, then resume */
    TNI_NEXT_FAIL,    /* the thread's error is filled: unwind */
    TNI_NEXT_SUSPEND, /* leave the interpreter; resume when the thread is run again */
} tni_next;

typedef enum tni_why {
    TNI_WHY_RETURNED, /* the callee returned; its results are where its arguments were */
    TNI_WHY_READY,    /* the thread was suspended here and runs again */
    TNI_WHY_CANCELLED,
} tni_why;

/* The row of a kind of native function (and of its frames). Constant. */
typedef struct tni_native {
    const char *name; /* in backtraces and traces: "canon lift", "host" */
    u32 frame_slots;  /* state kept across calls; 0 if it never returns NEXT_CALL */
    tni_next (*enter)(tni_thread *t, tni_func *self, tni_slot *fp);
    tni_next (*resume)(tni_thread *t, tni_func *self, tni_slot *fp, tni_why why);
    void (*unwind)(tni_thread *t, tni_func *self,
                   tni_slot *fp); /* NULL: nothing to free */
} tni_native;

/* A native function instance of a closed function type; data is the native's own and
 * outlives the store's use of it. */
tenon_status tni_func_new_native(tni_store *s, const tni_native *native, u32 type_id,
                                 void *data, tni_func **out, tenon_error *e);
void *tni_func_data(const tni_func *f);
const tni_native *tni_func_native(const tni_func *f); /* NULL for a wasm function */
const tni_deftype *tni_func_type(const tni_func *f);
/* The instance whose code it is; NULL for a native. */
tni_instance *tni_func_instance(const tni_func *f);
u32 tni_func_index(const tni_func *f); /* in its module's function space */

/* The state slots of a native frame (after its header). */
tni_slot *tni_native_state(tni_func *self, tni_slot *fp);
/* Prepares TNI_NEXT_CALL: makes sure there is room (else fills the error and returns
 * NULL) and gives the slots for the callee's arguments, which will hold its results on
 * resume. */
tni_slot *tni_thread_call(tni_thread *t, tni_func *self, tni_slot *fp, tni_func *callee);
/* The results of the callee on resume. */
tni_slot *tni_thread_results(tni_thread *t, tni_func *self, tni_slot *fp);
/* The error to fill before TNI_NEXT_FAIL. */
tenon_error *tni_thread_error(tni_thread *t);
/* Where its errors go from now on; what it was. */
tenon_error *tni_thread_set_error(tni_thread *t, tenon_error *e);
tni_store *tni_thread_store(tni_thread *t);
/* The wasm instance that called this native function, or NULL if native code or C did. */
tni_instance *tni_thread_caller(tni_thread *t, tni_func *self, tni_slot *fp);
/* Takes fuel for bulk work by a native; false: out of fuel, the error is filled. */
bool tni_thread_charge(tni_thread *t, u64 units);
/* The same for work in pieces of 64 KB or 8192 elements: pays for the next of `left`
 * bytes or elements (2^per_unit_log2 of them a unit), says how many it has, and looks at
 * interrupt and deadline unless it is the last. */
enum { TNI_UNIT_BYTES_LOG2 = 6, TNI_UNIT_ELEMENTS_LOG2 = 3 };
tenon_status tni_next_piece(tni_thread *t, u64 left, u32 per_unit_log2, u64 *piece);
/* A place for the component layer's execution context (context.get/set, current task). */
void **tni_thread_owner(tni_thread *t);

/* -- snapshots (snapshot.c) -- */

/* The state of a store's core part at one time: memories, tables, globals and segments.
 * References in it are the store's own, so it is of use to that store alone; only the
 * images of memories are shared between snapshots. */
typedef struct tni_snapshot tni_snapshot;

/* No call is in progress. like (or NULL): a snapshot of another store, whose images serve
 * where memories hold the same. Refused (TENON_UNSUPPORTED) while there are objects of
 * the collector. */
tenon_status tni_snapshot_take(tni_store *s, const tni_snapshot *like, tni_snapshot **out,
                               tenon_error *e);
/* Everything is as it was. No call is in progress. */
tenon_status tni_snapshot_restore(tni_snapshot *p, tenon_error *e);
void tni_snapshot_delete(tni_snapshot *p);

/* -- calls from C -- */

/* Runs f on the thread's stack above whatever is there. args: param_slots slots; results:
 * result_slots slots (may be the same memory). On failure the frames it pushed have been
 * unwound and *e holds class, message and backtrace. Nested calls (from within a native
 * function: realloc, a host that calls back) count against host_reentry. */
tenon_status tni_call(tni_thread *t, tni_func *f, const tni_slot *args, tni_slot *results,
                      tenon_error *e);

/* -- threads beside the store's own: stacks that take turns -- */

/* Its stack begins small and grows up to the store's stack_bytes. */
tenon_status tni_thread_new(tni_store *s, tni_thread **out, tenon_error *e);
void tni_thread_delete(tni_thread *t);
/* Prepares a call of f on an empty stack. */
tenon_status tni_thread_begin(tni_thread *t, tni_func *f, const tni_slot *args,
                              tenon_error *e);
/* Changes its first argument, before it has run. */
void tni_thread_argument(tni_thread *t, tni_slot value);
/* Runs until the call returns (*done), a native suspends, the turn is over if it may
 * pause, or it fails: then the stack is unwound and empty, and *e has the backtrace. */
tenon_status tni_thread_run(tni_thread *t, bool may_pause, bool *done, tenon_error *e);
/* Whether it has come back because the turn was over: it goes on where it was. */
bool tni_thread_is_paused(const tni_thread *t);
/* The slots of the results of a call that has returned, until the next is begun. */
const tni_slot *tni_thread_left(const tni_thread *t);
/* Whether a suspended thread waits on memory (memory.atomic.wait; threads proposal, "Wait
 * and notify"), or has waited: it is run again once tni_thread_ready. */
bool tni_thread_is_parked(const tni_thread *t);
/* Whether such a thread has been notified or its time is over. */
bool tni_thread_ready(tni_thread *t);
/* When that is at the latest, on the monotonic clock; UINT64_MAX: never. */
u64 tni_thread_wait_ends(const tni_thread *t);
/* When a time from now is over; 0 where the platform has no clock. */
u64 tni_time_after(const tni_store *s, u64 ns);
/* Waits for the clock, since nothing can run before; fails with an interrupt or when the
 * store's deadline passes. Returns at once where the platform has no clock. */
tenon_status tni_store_sleep(tni_store *s, u64 until_ns, tenon_error *e);
/* Unwinds a suspended thread. */
void tni_thread_abandon(tni_thread *t);

/* -- code -- */

/* Translates all functions of a validated module, which else happens on first call.
 * TENON_LIMIT: the engine's max_code_bytes. */
tenon_status tni_module_translate(tni_module *m, tenon_error *e);

/* -- instances -- */

/* Instantiates a validated module. imports: one for each import, in order, checked
 * against the module's import types (TENON_UNLINKABLE with the spec's wording
 * "incompatible import type" and both types in the detail). Runs active segments and the
 * start function (call_start false leaves it to the caller: tni_instance_start_func). On
 * failure after allocation the instance stays in the store (Core 3.0, 4.7.2: its effects
 * remain). */
tenon_status tni_instantiate(tni_store *s, tni_module *m, const tni_extern *imports,
                             bool call_start, tni_instance **out, tenon_error *e);
tni_func *tni_instance_start_func(tni_instance *i); /* or NULL */
tni_module *tni_instance_module(const tni_instance *i);
/* False when there is no export of that name. */
bool tni_instance_export(const tni_instance *i, tni_str name, tni_extern *out);
tni_extern tni_instance_export_at(const tni_instance *i, u32 export_);
/* The layer above's object for an instance (a component instance), shown in backtraces by
 * path(owner) if the store has a hook. */
void tni_instance_set_owner(tni_instance *i, void *owner);
void *tni_instance_owner(const tni_instance *i);

/* -- access to externals -- */

tni_externtype tni_extern_type(const tni_extern *x);
u8 *tni_memory_data(const tni_memory *m); /* valid until the memory grows */
u64 tni_memory_bytes(const tni_memory *m);
bool tni_memory_is_64(const tni_memory *m);
/* Old size in pages, or -1. */
i64 tni_memory_grow(tni_memory *m, u64 pages);
bool tni_table_is_64(const tni_table *t);
u64 tni_table_size(const tni_table *t);
bool tni_table_get(const tni_table *t, u64 index, tni_ref *out);
bool tni_table_set(tni_table *t, u64 index, tni_ref value);
i64 tni_table_grow(tni_table *t, u64 count, tni_ref init);
void tni_global_get(const tni_global *g, tni_slot out[2]);
void tni_global_set(tni_global *g, const tni_slot value[2]);

#endif
