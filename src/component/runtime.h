/* runtime.h: components at run time: linking, instances, calls. CanonicalABI.md.
 *
 * All of it lives in a store and goes with it. */
#ifndef TNI_RUNTIME_H
#define TNI_RUNTIME_H

#include "component/component.h"
#include "component/layout.h"
#include "exec/exec.h"
#include "tenon.h"

/* A resource type at run time: identity is the address. */
typedef struct tni_resource_type tni_resource_type;
/* A component instance (also one that only holds exports). */
typedef struct tni_cinstance tni_cinstance;
/* A component-level function: lifted, or a host's. */
typedef struct tni_cfunc tni_cfunc;

/* What a host offers: interfaces by name, matched by semver track (exact first, else the
 * newest on the track). Belongs to an engine; borrowed by the stores it links. */
typedef struct tni_linker tni_linker;

tenon_status tni_linker_new(tenon_engine *engine, tni_linker **out, tenon_error *e);
void tni_linker_delete(tni_linker *l);
tenon_engine *tni_linker_engine(const tni_linker *l);
/* Adds an interface; user is passed to each of its functions and destructors. Checks and
 * copies its types; the functions are borrowed. Adding a name twice is TENON_USAGE. */
tenon_status tni_linker_add(tni_linker *l, const tenon_interface *iface, void *user,
                            tenon_error *e);
/* Declares objects of a resource restorable (tenon.h). */
tenon_status tni_linker_restorable(tni_linker *l, tni_str interface, tni_str resource,
                                   const tenon_restorable *how, tenon_error *e);
/* Adds an instance, with the interface's name, to the interface `in` that has been added:
 * an import of that may ask for an instance in it. (WIT has no such thing.) */
tenon_status tni_linker_add_nested(tni_linker *l, tni_str in,
                                   const tenon_interface *iface, void *user,
                                   tenon_error *e);
/* Adds a core module to the interface `in` that has been added ("": to the root). The
 * linker keeps a reference. */
tenon_status tni_linker_add_module(tni_linker *l, tni_str in, tni_str name,
                                   tni_module *module, tenon_error *e);
/* From now on an import that nobody offers, and whose name begins with prefix ("wasi:"),
 * is filled with functions that trap with "MESSAGE: full name of the function", made from
 * the import's own type. A thing of the command; never on by default. */
tenon_status tni_linker_trap_missing(tni_linker *l, tni_str prefix, tni_str message,
                                     tenon_error *e);

/* A component joined to what a linker offers, for any number of instances in any store of
 * the engine, by any thread. It keeps the component; the linker outlives it and those
 * stores. A missing or mismatching import is TENON_UNLINKABLE with the import's full
 * name, what was wanted and what was offered. l may be NULL: nothing is offered. */
typedef struct tni_prelinked tni_prelinked;
tenon_status tni_prelink(tni_linker *l, tni_component *c, tni_prelinked **out,
                         tenon_error *e);
void tni_prelinked_retain(tni_prelinked *p);
void tni_prelinked_release(tni_prelinked *p); /* NULL is allowed */
tenon_engine *tni_prelinked_engine(const tni_prelinked *p);
/* Makes an instance; the store keeps a reference. */
tenon_status tni_prelinked_instantiate(tni_prelinked *p, tni_store *s,
                                       tni_cinstance **out, tenon_error *e);

/* The two in one. */
tenon_status tni_component_instantiate(tni_store *s, tni_component *c, tni_linker *l,
                                       tni_cinstance **out, tenon_error *e);

/* From now on, calls that instances made in the store make to an instance around or
 * inside them always trap. The official scripts want it; the specification allows such
 * calls when nothing is entered twice. */
tenon_status tni_store_forbid_reentry(tni_store *s, tenon_error *e);

tni_store *tni_cinstance_store(const tni_cinstance *i);

/* Exports. iface NULL-ptr: at the root. An iface matches by semver track. */
tni_cfunc *tni_cinstance_func(tni_cinstance *i, tni_str iface, tni_str name);
tni_cinstance *tni_cinstance_instance(tni_cinstance *i, tni_str name);
u32 tni_cinstance_export_count(const tni_cinstance *i);
tni_str tni_cinstance_export_name(const tni_cinstance *i, u32 n, tni_sort *sort);

/* Whether two function types are the same but for which resources handles are of. */
bool tni_func_shapes_match(const tenon_func_type *a, const tenon_func_type *b);
const tenon_func_type *tni_cfunc_type(const tni_cfunc *f);
tni_store *tni_cfunc_store(const tni_cfunc *f);
/* An object of a host's resource, for a parameter. */
tenon_status tni_cfunc_resource_new(tni_cfunc *f, u32 param, void *rep, u32 *handle,
                                    tenon_error *e);
const tenon_type *tni_cfunc_params(const tni_cfunc *f); /* the tuple of parameters */

/* Calls from the host: args is the native tuple (tni_cfunc_params), result room for the
 * native result or NULL. What the result points to is allocated in results, and so are
 * handles' table entries in the store. The instance is poisoned by a trap; afterwards
 * calls fail with "cannot enter component instance". */
tenon_status tni_cfunc_call(tni_store *s, tni_cfunc *f, const void *args, void *result,
                            tni_arena *results, tenon_error *e);

/* Calls that are started and polled; the object lives as long as the store. */
typedef struct tni_started tni_started;
tenon_status tni_cfunc_start(tni_cfunc *f, const void *args, void *result,
                             tni_arena *results, tni_started **out, tenon_error *e);
/* Where it stands. Ends its lends when it does not run any more. */
tenon_started_state tni_started_state(tni_store *s, tni_started *started);
tenon_status tni_started_cancel(tni_store *s, tni_started *started, tenon_error *e);
/* Of a call that is done; one that is not stays until the store goes. */
void tni_started_delete(tni_store *s, tni_started *started);
/* Among threads that are ready, one that the seed chooses runs; 0: the oldest. */
tenon_status tni_cstore_set_schedule_seed(tni_store *s, u64 seed, tenon_error *e);
/* Hands over an answer of the host, or resumes the oldest ready thread. *idle: there was
 * neither. */
tenon_status tni_cstore_poll(tni_store *s, bool *idle, tenon_error *e);
/* Whether a guest has paused at the end of its slice, and goes on at the next poll. */
bool tni_cstore_paused(tni_store *s);
/* Calls of host functions that wait for answers. */
u32 tni_cstore_pending(tni_store *s);
/* See tenon_store_set_wait, tenon_store_set_wake. */
tenon_status tni_cstore_set_wait(tni_store *s, tenon_wait_fn wait, void *user,
                                 tenon_error *e);
tenon_status tni_cstore_set_wake(tni_store *s, void (*wake)(void *), void *user,
                                 tenon_error *e);
/* See tenon_store_set_users. */
tenon_status tni_cstore_set_users(tni_store *s, tenon_user_fn user_of, void *users,
                                  tenon_error *e);

/* Streams and futures of the host: see tenon_ends_new, tenon_func_ends_new,
 * tenon_copy_start. */
tenon_status tni_ends_new(tni_store *s, const tenon_type *type, u32 *readable,
                          u32 *writable, tenon_error *e);
tenon_status tni_cfunc_ends_new(const tni_cfunc *f, const tenon_type *type, u32 *readable,
                                u32 *writable, tenon_error *e);
tenon_status tni_copy_start(tni_store *s, u32 end, void *buffer, u32 count,
                            tni_arena *arena, tenon_copy_fn fn, void *data,
                            tenon_error *e);
tenon_status tni_copy_cancel(tni_store *s, u32 end, tenon_error *e);

/* Host-held handles of a store (own and borrow in native form are indices of this table).
 */
tenon_status tni_host_handle_drop(tni_store *s, u32 handle, tenon_error *e);
/* A new error context, and a handle of it. The message is copied; it has to be UTF-8. */
tenon_status tni_host_error_context_new(tni_store *s, tenon_string message, u32 *handle,
                                        tenon_error *e);
/* The message behind a handle: valid while any handle of the same error context is. */
tenon_status tni_host_error_context_message(tni_store *s, u32 handle, tenon_string *out,
                                            tenon_error *e);

#endif
