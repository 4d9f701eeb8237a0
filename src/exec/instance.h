/* instance.h: the structs behind exec.h, for the files of exec alone. Core 3.0, 4.2. */
#ifndef TNI_INSTANCE_H
#define TNI_INSTANCE_H

#include "base/vec.h"
#include "exec/exec.h"

/* A function instance. Wasm functions of an instance stand in one array. */
struct tni_func {
    const u8 *code;    /* where a call goes: translated code, or a stub that translates, or
                          the native stub */
    u32 frame_slots;   /* slots from fp on that a call needs at least */
    u32 header;        /* slot of the header: max(param_slots, result_slots) */
    u32 type_id;
    u32 index;         /* in its module's function space */
    tni_instance *instance;   /* NULL for natives */
    const tni_deftype *type;
    const tni_native *native; /* NULL for wasm */
    void *data;
};

struct tni_memory {
    u8 *data;
    u64 bytes;      /* current size */
    u64 max_bytes;  /* by type and by the store's limits */
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
    tni_ref **elems;     /* evaluated references of passive segments, on demand */
    void *owner;
};

/* A stack: slots, and the frames on it linked by deltas. One for each store for now. */
typedef struct tni_stack {
    tni_slot *base;
    size_t slots;
    tni_slot *limit; /* calls need frame_slots below this */
} tni_stack;

struct tni_thread {
    tni_store *store;
    tni_stack stack;
    /* Where it stands: valid when wasm is not running, and in native functions. */
    const u8 *ip;
    tni_slot *fp;
    tni_instance *instance;
    tni_func *callee; /* for TNI_NEXT_CALL */
    u32 callee_base;  /* slot of its fp from the native's fp */
    u32 c_depth;      /* tni_call nested in natives */
    u32 depth;        /* wasm frames, for the call_depth limit, if kept */
    tenon_error *error;
    void *owner;
};

struct tni_store {
    tenon_engine *engine;
    tni_heap heap;
    tni_heap memory_heap; /* counts linear memory against memory_bytes */
    tni_arena arena;      /* instances, functions, globals, tags */
    tni_store_limits limits;
    /* What polls look at. fuel counts down; below 0, tni_poll_slow decides whether it is
     * the end of a slice, the end of fuel, a deadline or an interrupt. */
    i64 fuel;
    i64 fuel_reserve;
    volatile u32 interrupt;
    u64 deadline_ns;
    TNI_VEC(tni_instance *) instances;
    TNI_VEC(tni_memory *) memories;
    TNI_VEC(tni_table *) tables;
    tni_thread thread;
};

/* -- between the C part (store, instantiate, call) and the interpreter -- */

/* Runs the thread from t->ip, t->fp, t->instance until the exit frame that tni_call pushed
 * returns (TENON_OK), or something fails (*t->error is filled, nothing is unwound yet). */
tenon_status tni_interpret(tni_thread *t);
/* Code addresses of stubs: what a fresh wasm function's `code` is (translates on first
 * call), a native function's, where tni_call's exit frame returns to. */
const u8 *tni_stub_lazy(void);
const u8 *tni_stub_native(void);
const u8 *tni_stub_exit(void);
/* Translates function `index` (module space) now, unless it is; thread-safe per engine. */
tenon_status tni_translate(tni_module *m, u32 index, tenon_error *e);
/* Refuses, before instantiation, what the engine does not execute: TENON_UNSUPPORTED with
 * the instruction's name and offset. */
tenon_status tni_check_executable(const tni_module *m, tenon_error *e);
/* Fills e->frames by walking the thread's stack from (ip, fp) down to `until`. */
void tni_backtrace(tni_thread *t, tni_slot *until, tenon_error *e);
/* Calls unwind on every native frame from the thread's fp down to `until`. */
void tni_unwind(tni_thread *t, tni_slot *until);

#endif
