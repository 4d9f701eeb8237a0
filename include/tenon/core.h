/* tenon/core.h: core modules on their own, without the component model: host functions,
 * instances, memories and calls.
 *
 *     static tenon_status add_one(tenon_core_call *call, void *user,
 *                                 const uint64_t *args, uint64_t *results) {
 *         results[0] = (uint32_t)args[0] + 1;
 *         return TENON_OK;
 *     }
 *     static const tenon_core_host_func funcs[] = {{"add-one", "i:i", add_one}};
 *
 *     tenon_module_load(engine, bytes, len, 0, &module, &error);
 *     tenon_core_linker_new(engine, &linker, &error);
 *     tenon_core_linker_add(linker, "env", funcs, 1, NULL, &error);
 *     tenon_store_new(engine, NULL, &store, &error);
 *     tenon_core_instantiate(linker, store, module, &instance, &error);
 *     tenon_core_func *f = tenon_core_instance_func(instance, "main");
 *     tenon_core_func_call(f, args, results, &error);
 *
 * Values are 64-bit slots: an i32 in the low 32 bits (the high ones are anything when
 * they come in), an i64, or the bits of an f32 or f64. Ownership is that of tenon.h: a
 * linker outlives the stores it linked, a store owns its instances and functions. A
 * module may be deleted when it has been instantiated. */
#ifndef TENON_CORE_H
#define TENON_CORE_H

#include "tenon.h"

#ifdef __cplusplus
extern "C" {
#endif

/* The most parameters, and the most results, of a host function. */
#define TENON_CORE_MAX_VALUES 16

/* What a host offers to core modules; a module that has been instantiated; a function of
 * one, or of the host. Instances and functions are the store's. */
typedef struct tenon_core_linker tenon_core_linker;
typedef struct tenon_core_instance tenon_core_instance;
typedef struct tenon_core_func tenon_core_func;

/* -- host functions -- */

/* A call from a module to a host function, while it is in progress. */
typedef struct tenon_core_call tenon_core_call;

/* A host function. args: a copy of the parameters; results: room for the results, zeroed.
 * Returns TENON_OK; TENON_TRAP after tenon_core_fail; TENON_EXIT after tenon_core_exit;
 * any other status as it came from tenon_core_check, tenon_core_no_memory or a function
 * it called. */
typedef tenon_status (*tenon_core_fn)(tenon_core_call *call, void *user,
                                      const uint64_t *args, uint64_t *results);

/* A host function and its type. */
typedef struct tenon_core_host_func {
    const char *name;
    const char *type; /* a letter for each parameter, a colon, a letter for each result:
                         i i32, I i64, f f32, F f64; "iI:i", ":" for neither */
    tenon_core_fn fn;
} tenon_core_host_func;

/* The instance that called, whose exported memory is usually the one that pointers refer
 * to; NULL when the host called the function itself. */
TENON_API tenon_core_instance *tenon_core_call_instance(tenon_core_call *call);

/* Records what went wrong (a printf format: %s %.*s %d %u %llu %zu %%) and returns
 * TENON_TRAP: the caller traps with that message. */
#if defined(__GNUC__)
__attribute__((format(printf, 2, 3)))
#endif
TENON_API tenon_status
tenon_core_fail(tenon_core_call *call, const char *format, ...);
TENON_API tenon_status tenon_core_no_memory(tenon_core_call *call);
/* Ends the program with an exit code: returns TENON_EXIT. */
TENON_API tenon_status tenon_core_exit(tenon_core_call *call, int32_t code);
/* TENON_OK, or TENON_LIMIT when the store's deadline has passed or it was interrupted:
 * return that then. For functions that wait or work long, every few hundredths of a
 * second. */
TENON_API tenon_status tenon_core_check(tenon_core_call *call);

/* -- linking -- */

/* A linker that offers nothing. */
TENON_API tenon_status tenon_core_linker_new(tenon_engine *engine,
                                             tenon_core_linker **out, tenon_error *error);
/* NULL is allowed. */
TENON_API void tenon_core_linker_delete(tenon_core_linker *linker);

/* Offers host functions under a module name; `user` goes to each of them. The table is
 * borrowed. TENON_USAGE: a name that is taken, or a type that is none. */
TENON_API tenon_status tenon_core_linker_add(tenon_core_linker *linker,
                                             const char *module,
                                             const tenon_core_host_func *funcs,
                                             size_t count, void *user,
                                             tenon_error *error);
/* Offers all exports of an instance under a module name, to other modules in the same
 * store. Host functions of the same name go first. TENON_USAGE: the module name is taken
 * by another instance. */
TENON_API tenon_status tenon_core_linker_add_instance(tenon_core_linker *linker,
                                                      const char *module,
                                                      tenon_core_instance *instance,
                                                      tenon_error *error);

/* Instantiates a module (Core 3.0, 4.7.2), its start function included. A missing import,
 * or one of another type, is TENON_UNLINKABLE with both names. */
TENON_API tenon_status tenon_core_instantiate(tenon_core_linker *linker,
                                              tenon_store *store, tenon_module *module,
                                              tenon_core_instance **out,
                                              tenon_error *error);
/* Whether a module has a start function: instantiating it runs code. */
TENON_API bool tenon_module_has_start(const tenon_module *module);

/* -- exports -- */

/* An exported function, or NULL. */
TENON_API tenon_core_func *tenon_core_instance_func(tenon_core_instance *instance,
                                                    const char *name);
/* An exported memory: its bytes, which stay where they are until guest code runs again or
 * the memory grows, and their number. NULL and 0 without one; an empty memory is not
 * NULL. */
TENON_API void *tenon_core_instance_memory(tenon_core_instance *instance,
                                           const char *name, uint64_t *bytes);
/* Reads an exported global of a number type; false if there is none. */
TENON_API bool tenon_core_instance_global(tenon_core_instance *instance, const char *name,
                                          uint64_t *value);

/* The type of a function's n-th parameter or result: i, I, f or F as above, ? for another
 * type, 0 past the last one. */
TENON_API char tenon_core_func_param(const tenon_core_func *func, uint32_t n);
TENON_API char tenon_core_func_result(const tenon_core_func *func, uint32_t n);

/* Calls a function with a slot for each parameter, and room for one for each result (NULL
 * for none). TENON_UNSUPPORTED when the type has anything but numbers. Also from inside a
 * host function; then calls nest no deeper than the limit host_reentry. */
TENON_API tenon_status tenon_core_func_call(tenon_core_func *func, const uint64_t *args,
                                            uint64_t *results, tenon_error *error);

#ifdef __cplusplus
}
#endif

#endif
