/* tenon.h: the public API of Tenon, a runtime for WebAssembly components.
 *
 * The way through it: an engine loads components (immutable, shareable between threads);
 * a linker holds what the host offers; a store holds everything mutable (one thread at a
 * time); a linker and a component make an instance in a store; functions of an instance
 * are called with native values (tenon/type.h).
 *
 *     tenon_engine *engine;
 *     tenon_engine_new(NULL, &engine, &error);
 *     tenon_component_load(engine, bytes, len, 0, &component, &error);
 *     tenon_linker_new(engine, &linker, &error);
 *     tenon_store_new(engine, NULL, &store, &error);
 *     tenon_instantiate(linker, store, component, &instance, &error);
 *     tenon_func *f = tenon_instance_func(instance, NULL, "filter-log");
 *     tenon_func_call(f, &args, &result, NULL, &error);
 *
 * Ownership: *_new and *_load make something that *_delete frees; everything else is
 * borrowed. Every fallible function returns a tenon_status and takes a tenon_error last,
 * which may be NULL. An engine outlives its components, linkers and stores; a linker
 * outlives the stores it linked; a store owns its instances and functions.
 *
 * Threads. There is no state outside of objects: what has nothing to do with each other
 * may be used at the same time.
 *
 * An engine, and components and modules once they are loaded, may be used by any number
 * of threads at the same time, also to load, translate and delete others. So may a
 * linker, while nothing is added to it.
 *
 * A store and all that is in it (instances, functions, started calls, handles,
 * snapshots), a pool, and an arena belong to one thread at a time: any thread, so long as
 * two never use them at the same time. Stores of one engine run at the same time.
 *
 * From any thread at any time: tenon_store_interrupt (from signal handlers too) and
 * tenon_pending_post. An object is deleted when no other thread uses it any more.
 *
 * A host's functions run on the thread that called into the store. What their `user`
 * pointers lead to, the allocator and the platform's hooks are used by as many threads at
 * the same time as use the engine.
 *
 * All this needs a platform with locks (tenon/platform.h). Without, an engine and
 * everything made with it belong to one thread at a time, but for tenon_store_interrupt.
 */
#ifndef TENON_H
#define TENON_H

#include "tenon/base.h"
#include "tenon/features.h"
#include "tenon/host.h"
#include "tenon/type.h"

#ifdef __cplusplus
extern "C" {
#endif

/* What Tenon asks of the system below it. */
struct tenon_platform; /* tenon/platform.h */

/* -- engine -- */

/* What components, modules and stores share: types, features, memory, code. */
typedef struct tenon_engine tenon_engine;

/* How an engine is made. Filled by tenon_engine_config_init, then changed. */
typedef struct tenon_engine_config {
    tenon_allocator allocator;             /* resize NULL: the platform's */
    const struct tenon_platform *platform; /* NULL: the one the library was built with */
    uint64_t features;                     /* TENON_FEATURE_MASK bits */
    uint64_t max_bytes; /* all of the engine's own memory; UINT64_MAX for none */
    /* Code that functions of its components and modules are translated to, in bytes;
     * UINT64_MAX or 0 for no limit. A function is translated when it is first called, and
     * its code stays until its component or module is deleted. A call that would need
     * more fails with TENON_LIMIT. */
    uint64_t max_code_bytes;
} tenon_engine_config;

/* The defaults: allocator and platform of the build, features that are on by default. */
TENON_API void tenon_engine_config_init(tenon_engine_config *config);
/* config NULL: the defaults. Engines share nothing. */
TENON_API tenon_status tenon_engine_new(const tenon_engine_config *config,
                                        tenon_engine **out, tenon_error *error);
/* Everything made with the engine must be gone. NULL is allowed. */
TENON_API void tenon_engine_delete(tenon_engine *engine);

/* -- components and core modules -- */

/* A component or core module that has been validated. Immutable; any number of stores
 * instantiate it. And memory for what calls give back. */
typedef struct tenon_component tenon_component;
typedef struct tenon_module tenon_module;
typedef struct tenon_arena tenon_arena; /* below, at the functions */

/* The bytes outlive the component (flash, a mapped file): they are not copied. */
#define TENON_BORROW_BYTES 1u

/* Decodes and validates a component (Component Model, Binary.md): malformed, invalid or
 * unsupported input is an error with class, offset and rule. */
TENON_API tenon_status tenon_component_load(tenon_engine *engine, const void *bytes,
                                            size_t len, unsigned flags,
                                            tenon_component **out, tenon_error *error);
TENON_API void tenon_component_delete(tenon_component *component);

/* Decodes and validates a core module (Core 3.0). */
TENON_API tenon_status tenon_module_load(tenon_engine *engine, const void *bytes,
                                         size_t len, unsigned flags, tenon_module **out,
                                         tenon_error *error);
TENON_API void tenon_module_delete(tenon_module *module);

/* Translates every function now instead of on first call, so that calls allocate nothing
 * for code and none fails for it. TENON_LIMIT (max_code_bytes) or TENON_NO_MEMORY leaves
 * what has been translated, and the rest to later calls. Any thread may do it at any
 * time. */
TENON_API tenon_status tenon_component_translate(tenon_component *component,
                                                 tenon_error *error);
TENON_API tenon_status tenon_module_translate(tenon_module *module, tenon_error *error);

/* Whether bytes begin like a component rather than like a core module. */
TENON_API bool tenon_is_component(const void *bytes, size_t len);

/* -- text -- */

/* Whether bytes begin like the text format: after white space a parenthesis or a line
 * comment. Binaries never do. */
TENON_API bool tenon_is_text(const void *bytes, size_t len);

/* Assembles the text of one core module (Core 3.0, chapter 6) or component (Explainer.md,
 * "Grammar"), UTF-8. The binary goes to the arena; it is not validated yet. Errors have
 * line, column and what was expected. */
TENON_API tenon_status tenon_assemble(tenon_engine *engine, const char *text, size_t len,
                                      tenon_arena *arena, const void **bytes,
                                      size_t *bytes_len, tenon_error *error);

/* Like tenon_component_load and tenon_module_load, from text, which need not outlive the
 * call. Errors of the text have line and column; those of validation have an offset in
 * the binary that tenon_assemble gives. Text of the other kind is TENON_USAGE. */
TENON_API tenon_status tenon_component_load_text(tenon_engine *engine, const char *text,
                                                 size_t len, tenon_component **out,
                                                 tenon_error *error);
TENON_API tenon_status tenon_module_load_text(tenon_engine *engine, const char *text,
                                              size_t len, tenon_module **out,
                                              tenon_error *error);

/* -- stores -- */

/* All mutable state: instances, memories, tables, handles, calls in progress. */
typedef struct tenon_store tenon_store;

/* Hard limits on what guests in a store can use. A call that would need more heap fails
 * with TENON_LIMIT (TENON_NO_MEMORY is the allocator's refusal); memory.grow and
 * table.grow give -1. */
typedef struct tenon_store_config {
    uint64_t max_memory_bytes;   /* all linear memories together */
    uint64_t max_table_elements; /* one table */
    uint64_t max_heap_bytes;     /* everything else that guests cause to be allocated */
    uint64_t max_instances;      /* core instances */
    size_t stack_bytes;          /* the wasm stack, which bounds the depth of calls */
    uint64_t max_handles;        /* that one component instance can hold, or the host */
} tenon_store_config;

/* Limits that no honest guest meets, and a new store with these or others (NULL: the
 * defaults). TENON_LIMIT or TENON_NO_MEMORY when its stack cannot be had. */
TENON_API void tenon_store_config_init(tenon_store_config *config);
TENON_API tenon_status tenon_store_new(tenon_engine *engine,
                                       const tenon_store_config *config,
                                       tenon_store **out, tenon_error *error);
/* Frees every instance in it, running no guest code; destructors of host resources that
 * guests still hold do run. */
TENON_API void tenon_store_delete(tenon_store *store);

/* Fuel: one unit a call and a taken back edge of a loop, one for each 64 bytes or 8
 * elements of bulk work, the same in every build. INT64_MAX (the default) is no limit.
 * At its end a call fails with TENON_LIMIT. */
TENON_API void tenon_store_set_fuel(tenon_store *store, int64_t fuel);
TENON_API int64_t tenon_store_fuel(const tenon_store *store);
/* How long a guest that computes may hold up the host: so many units of fuel, whether
 * fuel is limited or not; 0 (the default): as long as it likes. In calls that are carried
 * on by polling, a guest that has used up its slice pauses where it is: tenon_call_start,
 * tenon_started_cancel and tenon_store_poll come back, and the next tenon_store_poll of
 * the store goes on with it, before anything else: for guests nothing has happened in
 * between, and the order of all they do is the same as without slices. Not divided are
 * one instruction, one value that passes between guests or to the host, and what a host
 * function calls; tenon_func_call and tenon_instantiate never pause. In a library without
 * the asynchronous part nothing does. */
TENON_API void tenon_store_set_slice(tenon_store *store, uint64_t fuel_units);
/* Whether a guest has paused at the end of its slice, or something waits for that to go
 * on: tenon_store_poll does so at once, so that it is time for others to have a turn, not
 * to wait. Meanwhile a call that is started begins, and one that is cancelled hears of
 * it, when polls have come so far that the guest has blocked or ended; tenon_store_poll
 * then gives the error if it does not begin. tenon_func_call, tenon_instantiate,
 * tenon_handle_drop of a guest's resource, and tenon_copy_start of elements that are not
 * plain, first let all that go on until it blocks or ends, and fail with it. */
TENON_API bool tenon_store_paused(tenon_store *store);
/* A deadline for calls, `timeout_ns` from now; 0 takes it away. TENON_LIMIT at its end.
 */
TENON_API void tenon_store_set_timeout(tenon_store *store, uint64_t timeout_ns);
/* Which of several ready threads of components runs next: the one that has been ready
 * longest (0, the default), or one that a seed chooses, always the same for the same seed
 * and input, for tests and fuzzing. (CanonicalABI.md, Store.tick) */
TENON_API tenon_status tenon_store_set_schedule_seed(tenon_store *store, uint64_t seed,
                                                     tenon_error *error);
/* Stops the call in progress with TENON_LIMIT. From any thread or signal handler. */
TENON_API void tenon_store_interrupt(tenon_store *store);

/* -- linking -- */

/* What a host offers; an instantiated component, or one that it exports; a function of
 * one. Instances and functions are the store's. */
typedef struct tenon_linker tenon_linker;
typedef struct tenon_instance tenon_instance;
typedef struct tenon_func tenon_func;

/* A linker that offers nothing. It is deleted after the stores it linked; NULL is
 * allowed. */
TENON_API tenon_status tenon_linker_new(tenon_engine *engine, tenon_linker **out,
                                        tenon_error *error);
TENON_API void tenon_linker_delete(tenon_linker *linker);

/* Offers an interface to components; `user` goes to each of its functions and
 * destructors. Nothing is granted that was not added. Imports match by name and semver
 * track: the exact version first, else the same major (or 0.minor). The table is
 * borrowed. */
TENON_API tenon_status tenon_linker_add(tenon_linker *linker,
                                        const tenon_interface *interface, void *user,
                                        tenon_error *error);
/* Declares that objects of a resource, which an interface in the linker defines, can be
 * in snapshots: before anything is linked. `how` is borrowed. TENON_USAGE if the linker
 * has no such resource. */
TENON_API tenon_status tenon_linker_restorable(tenon_linker *linker,
                                               const char *interface,
                                               const char *resource,
                                               const tenon_restorable *how,
                                               tenon_error *error);
/* For hosts that would rather fail late: an import that nobody offers and whose name
 * begins with prefix ("wasi:", or "" for all) is filled with functions that trap with
 * "MESSAGE: full name of the function". */
TENON_API tenon_status tenon_linker_trap_missing(tenon_linker *linker, const char *prefix,
                                                 const char *message, tenon_error *error);

/* Makes an instance. A missing import, or one of another type, is TENON_UNLINKABLE, with
 * the import's full name, what was wanted and what was offered. */
TENON_API tenon_status tenon_instantiate(tenon_linker *linker, tenon_store *store,
                                         tenon_component *component, tenon_instance **out,
                                         tenon_error *error);

/* A component joined to what a linker offers: all look-ups of imports and all checks of
 * their types are done, so that instances are made without. It never changes; threads may
 * share it, each with stores of its own. */
typedef struct tenon_prelinked tenon_prelinked;

/* Joins them; what the linker is given later is not seen. TENON_UNLINKABLE as for
 * tenon_instantiate, which is this and tenon_prelinked_instantiate in one. It keeps the
 * component, which may be deleted; the linker outlives it and all stores that it was
 * instantiated in. */
TENON_API tenon_status tenon_prelink(tenon_linker *linker, tenon_component *component,
                                     tenon_prelinked **out, tenon_error *error);
/* Makes an instance in a store of the same engine. */
TENON_API tenon_status tenon_prelinked_instantiate(tenon_prelinked *prelinked,
                                                   tenon_store *store,
                                                   tenon_instance **out,
                                                   tenon_error *error);
/* Its instances stay. NULL is allowed. */
TENON_API void tenon_prelinked_delete(tenon_prelinked *prelinked);

/* -- functions -- */

/* An exported function: of the exported instance `interface` ("wasi:cli/run@0.2.0",
 * matched by semver track), or at the root when that is NULL. NULL if there is none. */
TENON_API tenon_func *tenon_instance_func(tenon_instance *instance, const char *interface,
                                          const char *name);

/* The same, held to a type, as generated calls do before they pass native values:
 * TENON_UNLINKABLE, with what was wanted and what there is, when the function is missing
 * or has another type. Of handles only own or borrow is compared: a handle of another
 * resource is an error of the call. */
TENON_API tenon_status tenon_instance_typed_func(tenon_instance *instance,
                                                 const char *interface, const char *name,
                                                 const tenon_func_type *type,
                                                 tenon_func **out, tenon_error *error);

/* What an instance exports, in order: its n-th export's name, or NULL past the end. func:
 * the function, or NULL when the export is something else. nested: the instance,
 * likewise. */
TENON_API const char *tenon_instance_export(tenon_instance *instance, uint32_t n,
                                            tenon_func **func, tenon_instance **nested);

/* Borrowed from the component (which must outlive the use). */
TENON_API const tenon_func_type *tenon_func_type_of(const tenon_func *func);
/* The parameters as one tuple type: the form of `args`. */
TENON_API const tenon_type *tenon_func_params(const tenon_func *func);

/* Memory for values that a call gives back: freed all at once. */
TENON_API tenon_status tenon_arena_new(tenon_engine *engine, tenon_arena **out,
                                       tenon_error *error);
TENON_API void tenon_arena_delete(tenon_arena *arena);
/* Forgets all that was allocated, keeps one chunk for the next time. */
TENON_API void tenon_arena_reset(tenon_arena *arena);
/* Zeroed; NULL when memory is out. align is a power of two, at most 16. */
TENON_API void *tenon_arena_alloc(tenon_arena *arena, size_t size, size_t align);

/* Calls a function. args: the parameters as a native tuple (a struct with one member for
 * each; NULL without parameters). result: room for the native result (NULL without one).
 * arena: where strings and lists of the result go; NULL if the type has none.
 * After a trap the instance cannot be entered again. */
TENON_API tenon_status tenon_func_call(tenon_func *func, const void *args, void *result,
                                       tenon_arena *arena, tenon_error *error);

/* A call that has been started. Lives until tenon_started_delete, or as long as its
 * store. */
typedef struct tenon_started tenon_started;

/* Where a started call stands. */
typedef enum tenon_started_state {
    TENON_STARTED_RUNNING,
    TENON_STARTED_RETURNED,  /* the result is there */
    TENON_STARTED_CANCELLED, /* after tenon_started_cancel; there is no result */
    TENON_STARTED_FAILED,    /* tenon_store_poll, or whatever ran it, gave the error */
} tenon_started_state;

/* Starts a call and comes back when the callee blocks or has its result, so that many
 * calls can be in progress in one store; tenon_store_poll carries them on. Parameters as
 * for tenon_func_call; args, result and arena are in use until the call is done. A
 * function that is not async-typed is done at once, unless it calls a host function that
 * answers later (tenon_call_pend) or takes longer than a slice (tenon_store_set_slice).
 * On an error there is no call. (CanonicalABI.md, Store.invoke) */
TENON_API tenon_status tenon_call_start(tenon_func *func, const void *args, void *result,
                                        tenon_arena *arena, tenon_started **out,
                                        tenon_error *error);
/* Where it stands. Once it is not running, what it lent of the host's handles ends. */
TENON_API tenon_started_state tenon_started_state_of(tenon_store *store,
                                                     tenon_started *started);
/* Whether the result is there: TENON_STARTED_RETURNED. */
TENON_API bool tenon_started_done(tenon_store *store, tenon_started *started);
/* Asks the callee to stop (CanonicalABI.md, Task.request_cancellation): it may end as
 * cancelled, return all the same, or go on. A function that is not async-typed goes on.
 */
TENON_API tenon_status tenon_started_cancel(tenon_store *store, tenon_started *started,
                                            tenon_error *error);
/* Gives the object of a call that is done back to the store. One that is not done goes
 * on, and its object goes with the store. NULL is allowed. */
TENON_API void tenon_started_delete(tenon_store *store, tenon_started *started);
/* Hands over one answer of a host function, or lets the thread that has been ready
 * longest run until it blocks or ends, or a slice is over (tenon_store_set_slice). *idle:
 * there was neither, so no call goes on before another one is made or a host function
 * answers. A trap of any call is the error here; calls into the instance that trapped are
 * never done. (CanonicalABI.md, Store.tick) */
TENON_API tenon_status tenon_store_poll(tenon_store *store, bool *idle,
                                        tenon_error *error);

/* How many calls of host functions wait for their answers. */
TENON_API uint32_t tenon_store_pending(tenon_store *store);
/* What a blocking call (tenon_func_call) does when nothing can run and host functions
 * have answers outstanding: `wait` lets time pass, by the embedder's own event loop,
 * until some are there, or gives an error (not TENON_OK), which ends the call. Without it
 * such a call fails as a deadlock. NULL takes it away. */
typedef tenon_status (*tenon_wait_fn)(void *user, tenon_store *store, tenon_error *error);
TENON_API tenon_status tenon_store_set_wait(tenon_store *store, tenon_wait_fn wait,
                                            void *user, tenon_error *error);
/* What tenon_pending_post calls, on the thread that posts: it makes the store's own
 * thread come back to tenon_store_poll, for example by writing to a pipe. */
TENON_API tenon_status tenon_store_set_wake(tenon_store *store, void (*wake)(void *user),
                                            void *user, tenon_error *error);

/* For hosts that keep something for each store and are linked once: what a host's
 * functions and destructors are given in this store in place of `user`, which
 * tenon_linker_add was given and which is not NULL. NULL after filling the error: nothing
 * is instantiated. */
typedef void *(*tenon_user_fn)(void *users, void *user, tenon_error *error);
/* For what is instantiated in the store from now on: user_of is asked for each interface
 * that a component imports, and not for those that the store has already. NULL: as it is
 * at first, each gets its `user`. */
TENON_API tenon_status tenon_store_set_users(tenon_store *store, tenon_user_fn user_of,
                                             void *users, tenon_error *error);

/* Makes an object of a resource that a host defines, for a parameter of that type: param
 * is the number of a parameter of the function that is own<…>, or a stream or future of
 * that; rep the host's pointer, not NULL.
 * The handle is the host's until a call passes it on. (tenon_resource_new is the same
 * within a call of a host function.) */
TENON_API tenon_status tenon_func_resource_new(tenon_func *func, uint32_t param,
                                               void *rep, uint32_t *handle,
                                               tenon_error *error);

/* Makes a stream or a future whose elements may have own<…> in them: by a type that
 * stands in the function's type (tenon_func_type_of), or an equal one, whose resources
 * are what they are there. Otherwise like tenon_ends_new; see tenon_call_ends_new. */
TENON_API tenon_status tenon_func_ends_new(tenon_func *func, const tenon_type *type,
                                           uint32_t *readable, uint32_t *writable,
                                           tenon_error *error);

/* Drops a handle that a call gave the host: an own<…>, a borrow<…> still held, or one of
 * an error-context. */
TENON_API tenon_status tenon_handle_drop(tenon_store *store, uint32_t handle,
                                         tenon_error *error);

/* Makes an error-context, with a copy of the message (UTF-8), to pass to components, and
 * a handle of it, which stays the host's until it is dropped. (Explainer.md, "Error
 * Context type") */
TENON_API tenon_status tenon_error_context_new(tenon_store *store, tenon_string message,
                                               uint32_t *handle, tenon_error *error);
/* The debug message of an error-context of which the host has a handle: valid until that
 * handle is dropped. TENON_USAGE if it is not one. */
TENON_API tenon_status tenon_error_context_message(tenon_store *store, uint32_t handle,
                                                   tenon_string *message,
                                                   tenon_error *error);

/* -- snapshots and pools -- */

/* A store as it was at one time: memories, tables, globals, segments, handles. */
typedef struct tenon_snapshot tenon_snapshot;

/* Taken between calls, when nothing is in progress, the host holds no handle, and guests
 * hold none of a host's objects but those that it declares restorable
 * (tenon_linker_restorable; of WASI: the standard streams, terminals, preopened
 * directories and the network); otherwise TENON_UNSUPPORTED with what is in the way. like
 * (or NULL): a snapshot of another store of the same engine, whose images of memories are
 * shared where the contents are the same. Random bytes that a guest has drawn before are
 * the same after every restoring. */
TENON_API tenon_status tenon_snapshot_take(tenon_store *store, const tenon_snapshot *like,
                                           tenon_snapshot **out, tenon_error *error);
/* The store is as it was, also after traps; destructors of host resources that guests
 * have been given since and still hold run. What calls had in progress ends: their
 * tenon_started are gone. Fuel and deadline stay. An error means that the store is of no
 * more use: TENON_USAGE (a call is in progress, or instances were added), TENON_LIMIT
 * (calls that never ended have left too much), TENON_NO_MEMORY. */
TENON_API tenon_status tenon_snapshot_restore(tenon_snapshot *snapshot,
                                              tenon_error *error);
/* Before its store. Host objects that only the snapshot has kept end. NULL is allowed. */
TENON_API void tenon_snapshot_delete(tenon_snapshot *snapshot);

/* Instances of one component, each in a store of its own, that are used again and again,
 * each time as new. A pool and what is taken from it belong to one thread at a time. */
typedef struct tenon_pool tenon_pool;

/* How a pool is made. Filled by tenon_pool_config_init, then changed. */
typedef struct tenon_pool_config {
    uint32_t max_instances; /* at most so many at a time */
    uint32_t ready;         /* made by tenon_pool_new already */
    tenon_store_config store;
    int64_t fuel;        /* for what is done with an instance until it is given back */
    uint64_t timeout_ns; /* from when it was taken, and for making it; 0 for none */
    /* Calls that each instance is warmed up with before it is kept as it is; or NULL. */
    tenon_status (*warm_up)(void *user, tenon_instance *instance, tenon_error *error);
    /* For hosts that keep something for each store (a tenon_wasi): what stands in the
     * number-th instance, from 0 to max_instances - 1, for a `user` of tenon_linker_add
     * (tenon_store_set_users), and outlives the pool; NULL after filling the error. It is
     * asked for each interface when an instance is made. */
    void *(*user_of)(void *user, uint32_t number, void *host, tenon_error *error);
    /* Where what is offered differs, too: the linker of the number-th instance, which
     * outlives the pool; NULL after filling the error. Each instance is then linked for
     * itself. Without it all have the linker of tenon_pool_new. */
    tenon_linker *(*linker_of)(void *user, uint32_t number, tenon_error *error);
    void *user;
    /* Where no snapshot can be taken (TENON_UNSUPPORTED), an instance is used once and
     * the next one made when it is taken; otherwise that is an error. */
    bool allows_single_use;
} tenon_pool_config;

/* 16 instances, none made yet, default stores, no limits of fuel and time. */
TENON_API void tenon_pool_config_init(tenon_pool_config *config);
/* Links, once if there is no linker_of, and instantiates as tenon_instantiate does.
 * Linker and component outlive the pool. */
TENON_API tenon_status tenon_pool_new(tenon_linker *linker, tenon_component *component,
                                      const tenon_pool_config *config, tenon_pool **out,
                                      tenon_error *error);
/* The same with what is linked already, which may be deleted: linker_of is not used. */
TENON_API tenon_status tenon_pool_new_prelinked(tenon_prelinked *prelinked,
                                                const tenon_pool_config *config,
                                                tenon_pool **out, tenon_error *error);
/* An instance as it was after warming up, with fuel and time of its own. TENON_LIMIT when
 * all are in use. */
TENON_API tenon_status tenon_pool_take(tenon_pool *pool, tenon_instance **out,
                                       tenon_error *error);
/* Whatever became of it: it is restored, or, if that cannot be, its store deleted. */
TENON_API void tenon_pool_give_back(tenon_pool *pool, tenon_instance *instance);
/* Deletes instances that are not in use, of which the longest unused go first, until
 * there are no more than keep, those in use included. Others are made when they are
 * wanted. How many it deleted. */
TENON_API uint32_t tenon_pool_shrink(tenon_pool *pool, uint32_t keep);
/* The number of an instance that is taken, as user_of and linker_of were given it;
 * max_instances if it is none of them. */
TENON_API uint32_t tenon_pool_number(const tenon_pool *pool,
                                     const tenon_instance *instance);
/* TENON_OK where instances are restored. Otherwise (allows_single_use) the error that the
 * last snapshot was refused with, which names what is in the way. */
TENON_API tenon_status tenon_pool_refusal(const tenon_pool *pool, tenon_error *error);
/* What a pool has done so far. */
typedef struct tenon_pool_counts {
    uint32_t made;     /* instances there are */
    uint32_t in_use;   /* taken and not given back */
    uint64_t restored; /* times that one was made as new */
    uint64_t replaced; /* times that it could not be */
    uint64_t deleted;  /* instances that tenon_pool_shrink deleted */
} tenon_pool_counts;
TENON_API tenon_pool_counts tenon_pool_count(const tenon_pool *pool);
/* Those in use too. NULL is allowed. */
TENON_API void tenon_pool_delete(tenon_pool *pool);

/* The store that an instance is in. */
TENON_API tenon_store *tenon_instance_store(tenon_instance *instance);

/* -- values without generated types -- */

/* Size and alignment of a native value. */
TENON_API size_t tenon_type_size(const tenon_type *type);
TENON_API size_t tenon_type_align(const tenon_type *type);

/* A typed view over native memory. */
typedef struct tenon_value {
    const tenon_type *type;
    void *ptr;
} tenon_value;

/* The n-th field of a record or tuple, element of a list, or pair of a map (a tuple). ptr
 * NULL past the end. */
TENON_API tenon_value tenon_value_at(tenon_value value, size_t n);
/* Fields of a record or tuple, elements of a list, pairs of a map, bytes of a string. */
TENON_API size_t tenon_value_count(tenon_value value);
/* The case of a variant or enum; 0 or 1 (is_some, is_err) of an option or result. */
TENON_API uint32_t tenon_value_case(tenon_value value);
/* The payload of a variant's, option's or result's current case. ptr NULL if none. */
TENON_API tenon_value tenon_value_payload(tenon_value value);

/* WAVE text of a value, appended to nothing: allocated in the arena, 0-terminated. */
TENON_API tenon_status tenon_value_print(tenon_value value, tenon_arena *arena,
                                         const char **out, tenon_error *error);
/* Reads WAVE text into native memory at value.ptr; pointers go to the arena. */
TENON_API tenon_status tenon_value_parse(tenon_value value, const char *wave,
                                         tenon_arena *arena, tenon_error *error);

/* Reads a call in WAVE, `name(arguments)`, into an exported function and the native tuple
 * of its arguments, ready for tenon_func_call. The name is `sum` where that is
 * unambiguous, or `example:calc/api.sum@0.1.0` in full. Errors in the text are
 * TENON_USAGE or TENON_MALFORMED, with the column. */
TENON_API tenon_status tenon_parse_call(tenon_instance *instance, const char *wave,
                                        tenon_arena *arena, tenon_func **func,
                                        void **args, tenon_error *error);

/* The version of the library: TENON_VERSION as it was built. */
TENON_API const char *tenon_version(void);

#ifdef __cplusplus
}
#endif

#endif
