/* print.h: a core module as text. Core 3.0, chapter 6.
 *
 * What is printed assembles to the same bytes, if they were in their shortest form. */
#ifndef TNI_PRINT_H
#define TNI_PRINT_H

#include "base/format.h"
#include "core/module.h"

#define TNI_PRINT_FOLD     1u /* operands inside their instructions */
#define TNI_PRINT_SKELETON 2u /* no code, no contents of segments */

/* Appends the text of a validated module. */
tenon_status tni_text_print(const tni_module *m, unsigned flags, tni_buf *out,
                            tenon_error *e);

/* What stands between "(module" and ")" alone, indented by so many levels. */
tenon_status tni_text_print_fields(const tni_module *m, unsigned flags, u32 indent,
                                   tni_buf *out, tenon_error *e);

#endif
