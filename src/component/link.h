/* link.h: a caller joined to a callee: what is known of their calls before any is made.
 */
#ifndef TNI_LINK_H
#define TNI_LINK_H

#include "component/transfer.h"

typedef struct tni_link {
    tni_cstore *cs;
    tni_cinstance *inst; /* the caller's; NULL: the host calls */
    tni_cfunc *callee;
    const tenon_func_type *type; /* as the caller numbers resources */
    const tenon_type *params;    /* its tuple */
    tni_side_options side;       /* the caller's */
    const tni_cinstance *stop;   /* entering set: from the callee up to here */
    bool never;       /* the call always traps: see tni_cstore.forbid_reentry */
    bool is_async;    /* lowered with the async option */
    bool flat_params; /* the caller's are not spilled */
    bool flat_result; /* the caller gets it as a core value; also without one */
    bool core_result; /* there is such a core value */
    bool borrows;     /* parameters have borrows: the call needs a scope */
    u32 core_params;  /* core values before the result pointer */
} tni_link;

/* What the host gives with a call of its own. */
typedef struct tni_host_caller {
    const void *args;
    void *result;
    tni_arena *results;
    tenon_started_state state;
    tni_scope *scope;      /* lenders, of a call of an async-typed function; or NULL */
    struct tni_task *task; /* of an async-typed function, until it is resolved; or NULL */
    tni_cfunc *func;       /* of a call that is yet to begin; or NULL */
    bool is_queued;        /* for that, or to be cancelled */
    struct tni_host_caller *next_queued;
    struct tni_host_caller *next_free;
} tni_host_caller;

/* Moves the arguments: lift_flat_values from the caller, whose core values are args (or
 * from the host), lower_flat_values to flat, the callee's core values. args and flat are
 * not on the thread's stack, which may move. */
tenon_status tni_link_params(tni_thread *t, const tni_link *l, tni_slot *args,
                             const tni_host_caller *host, tni_scope *scope,
                             tni_slot *flat);
/* Moves the result: lift_flat_values with at most max_flat core values from the callee's
 * side (result), lower_flat_values to the caller: *out, or through pointer, or the host.
 */
tenon_status tni_link_result(tni_thread *t, const tni_link *l, tni_slot *result,
                             u32 max_flat, tni_slot pointer, const tni_host_caller *host,
                             tni_slot *out);

/* A call that stays on the caller's stack (canon.c), as parts of natives. fp[0] is the
 * tni_host_caller when the host calls. Natives that use it have TNI_CALL_SLOTS of state.
 */
enum { TNI_CALL_SLOTS = 8 };
tni_next tni_call_begin(tni_thread *t, tni_func *self, tni_slot *fp, const tni_link *l);
tni_next tni_call_resume(tni_thread *t, tni_func *self, tni_slot *fp, const tni_link *l);
void tni_call_unwind(tni_func *self, tni_slot *fp, const tni_link *l);

/* The options of a canonical definition, resolved in an instance. */
void tni_side_of(tni_cinstance *inst, const tni_canon_options *o, tni_side_options *out);

/* A link of the host to a guest's function. */
tenon_status tni_host_link(tni_cfunc *f, tni_link **out, tenon_error *e);
/* A resource type's destructor as a function, and a link to it from an instance. */
tenon_status tni_dtor_func(tni_cstore *cs, tni_resource_type *rt, tenon_error *e);
tenon_status tni_dtor_link(tni_cinstance *inst, tni_resource_type *rt, tni_link **out,
                           tenon_error *e);

#endif
