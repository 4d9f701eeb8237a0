/* none.c: the platform of a system without an operating system: every hook is NULL, and
 * the embedder gives the engine an allocator, or a platform table of its own. */
#include "tenon/platform.h"

static const tenon_platform none = {.struct_bytes = sizeof(tenon_platform)};

const tenon_platform *tenon_platform_none(void) {
    return &none;
}

const tenon_platform *tenon_platform_default(void) {
    return &none;
}
