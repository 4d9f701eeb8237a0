/* assemble.h: core text to the core binary. Core 3.0, chapter 6.
 *
 * Nothing is validated here beyond what the text format itself asks (identifiers, ranges,
 * inline types); the binary goes through the decoder and the validator like any other. */
#ifndef TNI_ASSEMBLE_H
#define TNI_ASSEMBLE_H

#include "base/format.h"
#include "core/engine.h"

/* Identifiers and (@name …) annotations make a name section. */
#define TNI_TEXT_NAMES 1u

/* Assembles a module, written with or without its "(module …)", and appends it to out.
 * Failures have line and column in the source. */
tenon_status tni_text_module(tenon_engine *engine, tni_str source, unsigned flags,
                             tni_buf *out, tenon_error *e);

/* The same for the "(module …)" form that stands at source[begin, end); lines and columns
 * count from the start of the source, which must have passed tni_lexer_check. The words
 * "definition" and "core" before or after "module" have no meaning here and are allowed.
 * id is the identifier that stood before what has none of its own, or len 0. */
tenon_status tni_text_module_at(tenon_engine *engine, tni_str source, size_t begin,
                                size_t end, tni_str id, unsigned flags, tni_buf *out,
                                tenon_error *e);

/* The same for the fields of a module alone. */
tenon_status tni_text_module_fields(tenon_engine *engine, tni_str source, size_t begin,
                                    size_t end, tni_str id, unsigned flags, tni_buf *out,
                                    tenon_error *e);

#endif
