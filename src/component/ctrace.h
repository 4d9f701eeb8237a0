/* ctrace.h: what the component runtime tells a tracer (exec/trace.h). Where nothing is
 * traced, this costs a look at one pointer in places that are slow anyway, and nothing in
 * calls of canonical built-ins. */
#ifndef TNI_CTRACE_H
#define TNI_CTRACE_H

#include "component/cinstance.h"

/* Something happens in an instance (NULL: to the host); name as the specification has it,
 * then details. */
#define TNI_TRACE(cs, inst, name, ...)                                                   \
    do {                                                                                 \
        if (TNI_UNLIKELY((cs)->tracer != NULL)) {                                        \
            tni_trace_note((cs), (inst), (name), __VA_ARGS__);                           \
        }                                                                                \
    } while (0)
TNI_FORMAT(4, 5)
TNI_COLD void tni_trace_note(tni_cstore *cs, const tni_cinstance *inst, const char *name,
                             const char *fmt, ...);

/* What traces call an instance: the names of the components around it and its own, each
 * but the first with its number among the instances that the one before has made, as in
 * "app/calc#0"; the host for NULL. */
void tni_trace_path(const tni_cinstance *inst, char *buf, size_t capacity);

/* canon lift: a caller (NULL: the host) enters the instance to call the core function f;
 * and a call of f with these arguments: Task.start, or a
 * callback. */
TNI_COLD void tni_trace_lift(tni_cstore *cs, const tni_cinstance *inst, tni_func *f,
                             const tni_cinstance *caller);
TNI_COLD void tni_trace_start(tni_cstore *cs, const tni_cinstance *inst, const char *name,
                              tni_func *f, const tni_slot *args);

/* Subtask.deliver_resolve: what was lent in a scope comes back. */
TNI_COLD void tni_trace_lends_end(tni_cstore *cs, const tni_scope *scope);

/* A native function for a canonical definition other than lift; if the store is traced,
 * one that tells of its calls. callee: of lower, or NULL. */
tenon_status tni_canon_func(tni_cinstance *inst, const tni_canon *canon,
                            const tni_native *native, const tni_cfunc *callee, void *data,
                            tni_func **out, tenon_error *e);

#endif
