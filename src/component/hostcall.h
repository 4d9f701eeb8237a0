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
};

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
