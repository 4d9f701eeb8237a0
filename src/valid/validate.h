/* validate.h: the core validator. Core 3.0, chapter 3, and the algorithm of appendix A.3.
 *
 * Interns the module's types, checks every section and every body, and completes the
 * module. A module that fails must only be released. */
#ifndef TNI_VALIDATE_H
#define TNI_VALIDATE_H

#include "core/module.h"

tenon_status tni_module_validate(tni_module *m, tenon_error *e);

#endif
