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
    bool flat_params; /* they are not spilled */
    bool flat_result; /* likewise; also without a result */
    bool core_result; /* the caller gets a core value */
    bool borrows;     /* parameters have borrows: the call needs a scope */
    u32 core_params;  /* core values before the result pointer */
} tni_link;

#endif
