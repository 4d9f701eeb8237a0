/* component_text.h: component text to the component binary. Explainer.md, "Grammar". */
#ifndef TNI_COMPONENT_TEXT_H
#define TNI_COMPONENT_TEXT_H

#include "base/format.h"
#include "core/engine.h"

/* Assembles a component, written with or without its "(component …)", and appends it to
 * out; flags are those of text/assemble.h, for its component-name section and those of
 * components in it, and for core modules. Failures have line and column in the source. */
tenon_status tni_text_component(tenon_engine *engine, tni_str source, unsigned flags,
                                tni_buf *out, tenon_error *e);

/* The same for the "(component …)" that stands at source[begin, end); see
 * tni_text_module_at. */
tenon_status tni_text_component_at(tenon_engine *engine, tni_str source, size_t begin,
                                   size_t end, unsigned flags, tni_buf *out,
                                   tenon_error *e);

/* Whether a source begins with "(component". */
bool tni_text_is_component(tenon_engine *engine, tni_str source);

#endif
