/* component_print.h: a component as text. Explainer.md, "Grammar".
 *
 * What is printed assembles to the same bytes, if they were in their shortest form:
 * numbers in LEB128 without padding, no section without entries, names without attributes
 * in form 0x00, attributes in the order implements, versionsuffix, external-id, and core
 * modules as text/print.h wants them. Sections need not be merged: where two of one kind
 * are neighbours, "(@tenon.section)" stands between their definitions. */
#ifndef TNI_COMPONENT_PRINT_H
#define TNI_COMPONENT_PRINT_H

#include "base/format.h"
#include "component/component.h"

/* Appends the text of a loaded component; flags are those of text/print.h, and are for
 * core modules (TNI_PRINT_SKELETON also leaves out the contents of custom sections). */
tenon_status tni_text_print_component(const tni_component *c, unsigned flags,
                                      tni_buf *out, tenon_error *e);

#endif
