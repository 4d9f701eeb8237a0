/* errorcontext.h: error contexts: handles of them as values, in tables, and their
 * built-ins. CanonicalABI.md, "canon error-context.new" and the two after it. */
#ifndef TNI_ERRORCONTEXT_H
#define TNI_ERRORCONTEXT_H

#include "component/transfer.h"

typedef struct tni_error_context tni_error_context;

/* lift_error_context: what the source's handle refers to; the source keeps it. */
tenon_status tni_lift_error_context(tni_transfer *x, u32 from, void **object);
/* lower_error_context: *to is a new handle of it in the receiver. */
tenon_status tni_lower_error_context(tni_transfer *x, void *object, u32 *to);
/* Drops an entry of a table that is an error context. */
void tni_error_context_drop(tni_cstore *cs, tni_handles *table, u32 index);
/* Drops all that a table holds, at the end of its store. */
void tni_error_contexts_end(tni_cstore *cs, tni_handles *table);

const tni_native *tni_error_context_builtin(tni_canon_kind kind);

#endif
