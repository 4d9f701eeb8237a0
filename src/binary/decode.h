/* decode.h: the core binary format to a tni_module. Core 3.0, chapter 5.
 *
 * Decodes sections eagerly and leaves function bodies to the validator, which reads each
 * exactly once (a malformed body is still reported as malformed). */
#ifndef TNI_DECODE_H
#define TNI_DECODE_H

#include "core/module.h"

/* Decodes len bytes, which start at offset base of the outermost binary. With borrow, the
 * bytes must outlive the module; else they are copied. The module has one reference. */
tenon_status tni_module_decode(tenon_engine *engine, const u8 *bytes, size_t len, u64 base,
                               bool borrow, tni_module **out, tenon_error *e);


#endif
