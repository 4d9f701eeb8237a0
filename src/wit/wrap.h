/* wrap.h: a core module made into a component of a world. The names of the module's
 * imports and exports are those that toolchains have settled on for the canonical ABI:
 * imports "INTERFACE" "FUNC" and "$root" "FUNC", exports "INTERFACE#FUNC" and "FUNC",
 * "cabi_post_…", "cabi_realloc", "memory", and "[resource-drop]r" and its kin. */
#ifndef TNI_WRAP_H
#define TNI_WRAP_H

#include "core/module.h"
#include "wit/wit.h"

/* Writes a component to out. What the module lacks, has too much or has with another type
 * goes to problems, a line each; then out is of no use. The module is validated. */
tenon_status tni_wrap(tni_arena *a, const tni_module *m, const tni_wit_world *world,
                      tni_buf *out, tni_buf *problems, tenon_error *e);

#endif
