/* tenon/host.h: how a host implements interfaces that components import.
 *
 * A host interface is a tenon_interface: a table of functions and resources with their
 * types. witgen (`tenon bindgen --host C`) writes these tables, the C types and a
 * prototype for each function from WIT; they can be written by hand as well.
 *
 * What witgen writes for an interface `wasi:io/streams@0.2.12` (prefix wasi_io_streams):
 *
 *   types       wasi_io_streams_stream_error_t and so on, with wit-bindgen's names;
 *               own and borrow of a resource: wasi_io_streams_own_input_stream_t,
 *               wasi_io_streams_borrow_input_stream_t, each a struct {uint32_t handle;}
 *   prototypes  which the host defines; a missing one is a link error:
 *               tenon_status wasi_io_streams_method_input_stream_read(
 *                   tenon_call *call, void *user,
 *                   wasi_io_streams_borrow_input_stream_t self, uint64_t len,
 *                   wasi_io_streams_result_list_u8_stream_error_t *result);
 *               (parameters in order; a parameter of record, string, list, variant,
 * option, result or tuple type comes as a const pointer to its native form; scalars,
 *               enums, flags and handles by value; `result` is absent for none)
 *   destructors void wasi_io_streams_input_stream_destructor(void *user, void *rep);
 *   the table   extern const tenon_interface wasi_io_streams_interface;
 *
 * For an async function `f` of an interface (prefix p): p_pend_f, whose result the host
 * function returns when it cannot answer yet, then one of p_finish_f, p_fail_f and
 * p_cancel_f. For an async function that a component exports, beside the call that waits:
 * p_start_f, p_state_f, p_cancel_f and p_end_f. For a stream<T> or future<T>: the type
 * p_stream_t_t of the readable end, p_stream_t_writer_t of the other, and p_stream_t_new,
 * _read, _write, _cancel_read, _cancel_write, _drop and _drop_writer.
 */
#ifndef TENON_HOST_H
#define TENON_HOST_H

#include "tenon/type.h"

#ifdef __cplusplus
extern "C" {
#endif

/* As in tenon.h. */
typedef struct tenon_store tenon_store; /* tenon.h */
typedef struct tenon_arena tenon_arena; /* tenon.h */

/* A call from a component to a host function, while it is in progress. */
typedef struct tenon_call tenon_call;

/* A host function. args: the parameters as a native tuple. result: room for the result in
 * native form, zeroed (NULL when there is none); what it points to (strings, lists) must
 * live until the function has returned and be from tenon_call_alloc or static.
 * Strings and lists in args are views that end when the function returns, or when it
 * calls back into a component. Returns TENON_OK; TENON_TRAP or TENON_HOST after
 * tenon_call_fail; TENON_EXIT after tenon_call_exit; TENON_PENDING after tenon_call_pend;
 * any other status as it came from a callee. */
typedef tenon_status (*tenon_host_fn)(tenon_call *call, void *user, const void *args,
                                      void *result);

/* Ends a resource whose owner dropped it. rep is what tenon_resource_new was given. */
typedef void (*tenon_destructor)(void *user, void *rep);

/* Of resources whose objects can be in a snapshot (tenon_linker_restorable). Both are
 * given the interface's `user`. */
typedef struct tenon_restorable {
    /* A snapshot is being taken while a guest has the object: whether it is one that can
     * be had again later, as it is now. If so it is kept: should the guest drop it, its
     * destructor waits until the snapshot has been deleted. The host does not take such
     * objects from guests (tenon_resource_take). */
    bool (*keep)(void *user, void *rep);
    /* The store is as it was when the object was kept, also if the guest had dropped it
     * since: here the host does the same for what it has in the object. NULL: there is
     * nothing. */
    void (*restore)(void *user, void *rep);
} tenon_restorable;

/* A function of an interface. */
typedef struct tenon_host_func {
    const char *name; /* as in the component binary: "[method]input-stream.read" */
    tenon_func_type type;
    tenon_host_fn fn;
} tenon_host_func;

/* A resource type that the interface defines, or uses from another one. */
typedef struct tenon_host_resource {
    const char *name;         /* as exported by the interface: "input-stream"; a name
                                 that is no label ("wasi:io/error@0.2.12#error") when
                                 it is only mentioned inside a type that is used */
    const char *interface;    /* NULL: defined here; else the full name of the interface
                                 that defines it: "wasi:io/poll@0.2.12" */
    const char *foreign_name; /* its name there, when interface is not NULL */
    tenon_destructor destructor; /* NULL: nothing to do */
} tenon_host_resource;

/* A type that the interface exports under a name and that is not a resource. */
typedef struct tenon_host_type {
    const char *name;
    const tenon_type *type;
} tenon_host_type;

/* An interface as a host offers it. Static and constant; the library borrows it. */
typedef struct tenon_interface {
    const char
        *name; /* "wasi:io/streams@0.2.12", or "" for functions of the world itself */
    const tenon_host_func *funcs;
    uint32_t func_count;
    const tenon_host_resource *resources; /* indexed by tenon_type.resource */
    uint32_t resource_count;
    const tenon_host_type *types;
    uint32_t type_count;
} tenon_interface;

/* Memory for results: zeroed, freed after the result has been handed over. NULL when
 * memory is out (return tenon_call_no_memory). align is a power of two, at most 16. */
TENON_API void *tenon_call_alloc(tenon_call *call, size_t size, size_t align);

/* Records what went wrong (a printf format: %s %.*s %d %u %llu %zu %%) and returns
 * TENON_TRAP: the calling component traps with that message. */
#if defined(__GNUC__)
__attribute__((format(printf, 2, 3)))
#endif
TENON_API tenon_status
tenon_call_fail(tenon_call *call, const char *format, ...);
TENON_API tenon_status tenon_call_no_memory(tenon_call *call);
/* TENON_OK, or TENON_LIMIT when the store's deadline has passed or it was interrupted:
 * return that then. For host functions that wait or work long, every few hundredths of a
 * second. */
TENON_API tenon_status tenon_call_check(tenon_call *call);
/* Ends the program with an exit code: returns TENON_EXIT. */
TENON_API tenon_status tenon_call_exit(tenon_call *call, int32_t code);

/* -- answers that come later -- */

/* A call whose host function has returned TENON_PENDING: it waits for tenon_pending_end.
 */
typedef struct tenon_pending tenon_pending;

/* What a host hears of a call that it has not answered. */
typedef enum tenon_pending_event {
    TENON_PENDING_CANCEL, /* the caller would rather not wait: tenon_pending_cancel is one
                             answer to that (CanonicalABI.md, subtask.cancel) */
    TENON_PENDING_OVER,   /* the last thing that is said, always: the answer has been
                             handed over, or nobody waits any more (a trap, the store's
                             end). The tenon_pending is gone when this returns. */
} tenon_pending_event;
typedef void (*tenon_pending_fn)(void *data, tenon_pending *pending,
                                 tenon_pending_event event);

/* For a host function that cannot answer yet: it keeps what this gives, returns
 * TENON_PENDING, and the caller waits without holding up anything else in the store. fn
 * (or NULL) is told what becomes of the call. An async-typed function can always do so;
 * one that is not freezes the whole chain of calls that led to it, which only calls can
 * bear that are carried on by polling (tenon_call_start), or that know how to wait
 * (tenon_store_set_wait). Elsewhere, and when memory is out, this is NULL, and the
 * function has to answer or wait by itself. Views in the arguments end all the same when
 * the function returns; borrowed handles live until the answer. */
TENON_API tenon_pending *tenon_call_pend(tenon_call *call, tenon_pending_fn fn,
                                         void *data);
/* Whether it would not be NULL, but for memory. */
TENON_API bool tenon_call_can_pend(const tenon_call *call);
/* The call, for tenon_call_alloc, tenon_call_fail, tenon_resource_new and the others. */
TENON_API tenon_call *tenon_pending_call(tenon_pending *pending);
/* Room for the result in native form, zeroed; NULL when the function has none. */
TENON_API void *tenon_pending_result(tenon_pending *pending);
/* The answer: like returning `status` from the host function. The caller goes on when the
 * store is polled. What the result points to is kept until TENON_PENDING_OVER. Once only.
 */
TENON_API void tenon_pending_end(tenon_pending *pending, tenon_status status);
/* Like tenon_pending_end from any thread; then the store's wake function
 * (tenon_store_set_wake) is called. Only this function and writing to the result may be
 * done from another thread: what needs a tenon_call is done before. status is TENON_OK or
 * TENON_TRAP. */
TENON_API void tenon_pending_post(tenon_pending *pending, tenon_status status);
/* In place of an answer: the host function is called again, with the same arguments. For
 * functions that are not async-typed, that have taken over no handle of their arguments,
 * and that are written as if they blocked. data, not NULL, is what tenon_call_again gives
 * then. */
TENON_API void tenon_pending_again(tenon_pending *pending, void *data);
/* NULL; or the data of tenon_pending_again, when that is why the function is called. */
TENON_API void *tenon_call_again(tenon_call *call);
/* After TENON_PENDING_CANCEL: the call ends without a result (CANCELLED_BEFORE_RETURNED).
 * Like tenon_pending_end otherwise. */
TENON_API void tenon_pending_cancel(tenon_pending *pending);

/* -- streams and futures -- */

/* Makes a stream or a future, by its type (without own<…> in it), and gives both ends as
 * handles of the host. The readable one can be put into an argument or a result,
 * and is then the receiver's; either one can be kept, copied from or to, and dropped with
 * tenon_handle_drop. The type is borrowed for as long as the store lives.
 * (CanonicalABI.md, canon stream.new) */
TENON_API tenon_status tenon_ends_new(tenon_store *store, const tenon_type *type,
                                      uint32_t *readable, uint32_t *writable,
                                      tenon_error *error);

/* The same within a call of a host function, for a stream or future type that stands in
 * that function's type (its parameters or its result), or an equal one: own<…> in it is
 * what it is there. What is then written are handles of the host, each of which is the
 * reader's once its element is copied; what is read are handles that are the host's.
 * TENON_USAGE if there is no such type. (tenon_func_ends_new is the same outside.) */
TENON_API tenon_status tenon_call_ends_new(tenon_call *call, const tenon_type *type,
                                           uint32_t *readable, uint32_t *writable);

/* How a copy ended. */
typedef enum tenon_copy_result {
    TENON_COPY_COMPLETED,
    TENON_COPY_DROPPED, /* the other end is gone: no copy will ever move more */
    TENON_COPY_CANCELLED,
} tenon_copy_result;

/* Hears the end of a copy, from tenon_store_poll; count elements were moved. It may begin
 * the next one. */
typedef void (*tenon_copy_fn)(void *data, tenon_store *store, uint32_t end,
                              tenon_copy_result result, uint32_t count);

/* Begins to write (a writable end) or to read (a readable one) up to count elements, one
 * for a future, in native form, in the host's own buffer, which stays until fn is called.
 * Reading: what elements point to is allocated in the arena (NULL when they do not).
 * One copy at a time for an end. An element that cannot be moved (the other end's realloc
 * traps, its instance is locked by a trap) is an error: nothing is in progress then, and
 * fn is not called. (CanonicalABI.md, canon stream.read) */
TENON_API tenon_status tenon_copy_start(tenon_store *store, uint32_t end, void *buffer,
                                        uint32_t count, tenon_arena *arena,
                                        tenon_copy_fn fn, void *data, tenon_error *error);
/* Ends the copy in progress: fn is called with what there is. */
TENON_API tenon_status tenon_copy_cancel(tenon_store *store, uint32_t end,
                                         tenon_error *error);

/* Makes a host resource of the interface's resource number `resource` and gives the
 * handle to put into an own<…> of the result. rep is the host's own pointer, not NULL. */
TENON_API tenon_status tenon_resource_new(tenon_call *call, uint32_t resource, void *rep,
                                          uint32_t *handle);
/* The host's pointer behind a handle that came in as own<…> or borrow<…> of a resource
 * that a host defines. Never NULL for a handle the library handed over in this call. */
TENON_API void *tenon_resource_rep(tenon_call *call, uint32_t handle);
/* Takes an own<…> argument apart: the handle ends, the destructor does not run, the host
 * has its pointer back. */
TENON_API void *tenon_resource_take(tenon_call *call, uint32_t handle);
/* Drops an own<…> argument: the destructor runs. Own arguments that a host function
 * neither keeps, takes nor drops stay alive and belong to the host. */
TENON_API tenon_status tenon_resource_drop(tenon_call *call, uint32_t handle);

/* Makes an error-context with a copy of the message (UTF-8), to put into the result. A
 * handle that is part of a result is no longer the host's. */
TENON_API tenon_status tenon_call_error_context_new(tenon_call *call,
                                                    tenon_string message,
                                                    uint32_t *handle);
/* The debug message of an error-context, valid until the handle is dropped. Handles that
 * came in as arguments are the host's: tenon_resource_drop ends them. */
TENON_API tenon_status tenon_call_error_context_message(tenon_call *call, uint32_t handle,
                                                        tenon_string *message);

#ifdef __cplusplus
}
#endif

#endif
