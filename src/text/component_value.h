/* component_value.h: component-level values as scripts write them: (u32.const 1),
 * (record.const (field "x" …)), read into native memory by their type. */
#ifndef TNI_COMPONENT_VALUE_H
#define TNI_COMPONENT_VALUE_H

#include "base/arena.h"
#include "core/engine.h"
#include "tenon/type.h"

/* Reads the value at source[begin, end), written without its outer parentheses, into out
 * (room for a native value of type t, zeroed). What it points to goes to the arena. */
tenon_status tni_text_component_value(tenon_engine *engine, tni_arena *a, tni_str source,
                                      size_t begin, size_t end, const tenon_type *t,
                                      void *out, tenon_error *e);

#endif
