/* wrap_adapt.h: an adapter's core module cut down to what a main module needs of it. */
#ifndef TNI_WRAP_ADAPT_H
#define TNI_WRAP_ADAPT_H

#include "base/format.h"
#include "core/module.h"

/* What is to be left of an adapter. Indices stay what they are: functions that are not
 * reached from what is required are left with a body that traps, and imports that are not
 * reached are for the caller to satisfy by something that traps.
 *
 * An adapter shares the memory of the main module, and has no place for a stack in it:
 * when it has a global named __stack_pointer, its first call through an export takes 64
 * KB from
 * __main_module__'s cabi_realloc (or from memory.grow, when it does not import that) and
 * points it to their end. A global named allocation_state is kept, as adapters expect: 0
 * at first, 1 while that goes on, 2 after. */
typedef struct tni_adapt {
    const tni_module *m;
    bool *required; /* by export */
    bool *live;     /* by function; the result of tni_adapt_reach */
} tni_adapt;

/* Allocates the arrays; nothing is required yet. */
tenon_status tni_adapt_init(tni_adapt *a, tni_arena *arena, const tni_module *m,
                            tenon_error *e);
/* Finds what is reached. The module is validated. */
tenon_status tni_adapt_reach(tni_adapt *a, tni_arena *arena, tenon_error *e);
/* Writes the module that is left. */
tenon_status tni_adapt_write(const tni_adapt *a, tni_arena *arena, tni_buf *out,
                             tenon_error *e);

#endif
