/* hostcall.h: calls from a component to functions of the host. */
#ifndef TNI_HOSTCALL_H
#define TNI_HOSTCALL_H

#include "component/link.h"

/* A call in progress, as the host function sees it. */
struct tenon_call {
    tni_cstore *cs;
    tni_thread *thread;
    const tni_cfunc *func;
    tenon_error *e;
    tni_arena *arena;       /* for results */
    const tni_link *link;   /* NULL: the host calls itself */
    tenon_pending *pending; /* after tenon_call_pend */
    void *again;            /* tenon_call_again */
};

/* Lowers the result of a host function for its caller; *out is the core value, if any. */
tenon_status tni_host_lower_result(tni_thread *t, const tni_link *l, tni_slot pointer,
                                   const void *result, tni_slot *out);
/* The same from outside of any call, with where errors go. */
tenon_status tni_host_lower_result_outside(tni_thread *t, const tni_link *l,
                                           tni_slot pointer, const void *result,
                                           tni_slot *out, tenon_error *e);
/* -- pending.c: a call that waits for its answer -- */

/* What the frame keeps: one of them, or none. */
typedef struct tni_host_state {
    tenon_pending *pending;      /* the chain is frozen */
    struct tni_subtask *subtask; /* the thread waits for it */
} tni_host_state;

enum {
    TNI_HOST_SLOTS = (sizeof(tni_host_state) + sizeof(tni_slot) - 1) / sizeof(tni_slot)
};

/* Calls the function, for the first time or again. */
tni_next tni_host_call(tni_thread *t, tni_func *self, tni_slot *fp, void *again);
tni_next tni_host_wait(tni_thread *t, tni_func *self, tni_slot *fp, tenon_pending *p);
tni_next tni_host_resume(tni_thread *t, tni_func *self, tni_slot *fp, tni_why why);
void tni_host_unwind(tni_thread *t, tni_func *self, tni_slot *fp);
void tni_pending_over(tenon_pending *p);

/* The native function rows for callees that the host implements, and for stand-ins that
 * trap. */
extern const tni_native tni_native_host;
extern const tni_native tni_native_trapping;

/* Calls a host's function from the host: a component exports what it imports. */
tenon_status tni_host_call_direct(tni_cfunc *f, const void *args, void *result,
                                  tni_arena *results, tenon_error *e);

/* The store that a call runs in. */
tni_store *tni_call_store(tenon_call *call);

#endif
