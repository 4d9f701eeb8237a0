/* wit_encoded.h: the world that a core module says it implements. Toolchains put it into
 * a custom section "component-type" or "component-type:…". */
#ifndef TNI_WIT_ENCODED_H
#define TNI_WIT_ENCODED_H

#include "component/component.h"
#include "wit/wit.h"

typedef struct tni_wit_encoded {
    tni_component *component; /* the caller's to release; the world borrows its texts */
    const tni_wit_world *world;
    u8 encoding; /* of the module's strings: the canonical option of Binary.md */
} tni_wit_encoded;

/* Whether a custom section of a core module is such a one. */
bool tni_wit_is_encoded(const tni_custom *section);
/* Reads the section: a component that exports a component type, inside which one other is
 * exported under the world's name. The string encoding is in its custom section
 * "wit-component-encoding". In sections of older toolchains version, encoding and name of
 * the world precede a component of all worlds and interfaces of a package. Errors have
 * offsets in the outermost binary. */
tenon_status tni_wit_read_encoded(tni_arena *a, tenon_engine *engine,
                                  const tni_custom *section, tni_wit_encoded *out,
                                  tenon_error *e);

#endif
