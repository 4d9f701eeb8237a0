/* validate.h: the core validator. Core 3.0, chapter 3, and the algorithm of appendix A.3.
 *
 * Interns the module's types, checks every section and every body, and completes the
 * module. A module that fails must only be released. */
#ifndef TNI_VALIDATE_H
#define TNI_VALIDATE_H

#include "core/module.h"

tenon_status tni_module_validate(tni_module *m, tenon_error *e);

/* What tni_function_watch calls before each instruction of a body, in order: where it
 * stands, and the types on the operand stack, closed: top[-1] is the topmost. Where code
 * cannot be reached there are fewer than the instruction takes. */
typedef void (*tni_watch)(void *user, const u8 *instr, const tni_valtype *top, u32 count);
/* Goes over a function (module space, not an import) of a validated module once more.
 * Fails only when memory is out. */
tenon_status tni_function_watch(tni_module *m, u32 func, tni_watch watch, void *user,
                                tenon_error *e);

#endif
