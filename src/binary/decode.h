/* decode.h: the core binary format to a tni_module. Core 3.0, chapter 5.
 *
 * Decodes sections eagerly and leaves function bodies to the validator, which reads each
 * exactly once (a malformed body is still reported as malformed). */
#ifndef TNI_DECODE_H
#define TNI_DECODE_H

#include "base/reader.h"
#include "core/module.h"

/* Decodes len bytes, which start at offset base of the outermost binary. With borrow, the
 * bytes must outlive the module; else they are copied. The module has one reference. */
tenon_status tni_module_decode(tenon_engine *engine, const u8 *bytes, size_t len,
                               u64 base, bool borrow, tni_module **out, tenon_error *e);

/* Looks for the first function whose body is malformed, for bodies are else read by the
 * validator. TENON_OK if there is none. */
tenon_status tni_module_check_bodies(const tni_module *m, tenon_error *e);
/* The groups of locals before a body's code: passes over them, calling add (unless NULL)
 * for each. Core 3.0, 5.5.13. */
tenon_status tni_read_locals(tni_reader *r, void *user,
                             tenon_status (*add)(void *user, u32 count, tni_valtype t));

/* For component binaries, which hold core types outside of modules (component-model,
 * Binary.md): a recursive group into the arena (core:rectype), and the type of an import
 * (core:externtype). Only the grammar is checked. */
tenon_status tni_decode_rectype(tenon_engine *engine, tni_arena *a, tni_reader *r,
                                const tni_subtype **types, u32 *count);
tenon_status tni_decode_externtype(tenon_engine *engine, tni_reader *r,
                                   tni_externtype *out);

#endif
