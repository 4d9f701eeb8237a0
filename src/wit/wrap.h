/* wrap.h: a core module made into a component of a world. The names of the module's
 * imports and exports are those that toolchains have settled on for the canonical ABI:
 * imports "INTERFACE" "FUNC" and "$root" "FUNC", exports "INTERFACE#FUNC" and "FUNC",
 * "cabi_post_…", "cabi_realloc", "memory", and "[resource-drop]r" and its kin. */
#ifndef TNI_WRAP_H
#define TNI_WRAP_H

#include "core/module.h"
#include "wit/wit.h"

/* A core module that stands between a module that the main module imports and the world.
 * Its own imports are the world's, "env" "memory" (the main module's) and functions of
 * "__main_module__"; what it exports for an interface of the world is exported where the
 * main module does not. Its "cabi_import_realloc" is for what it calls, its
 * "cabi_export_realloc" for what calls it. Of what it imports only that is imported which
 * the main module reaches; wrap_adapt.h says what is left of it. */
typedef struct tni_adapter {
    tni_str name;        /* "wasi_snapshot_preview1" */
    const tni_module *m; /* validated */
    u8 encoding;         /* of its strings: as in tni_wrap */
} tni_adapter;

/* Writes a component to out. What the module lacks, has too much or has with another type
 * goes to problems, a line each; then out is of no use. The module is validated. encoding
 * is the canonical option of Binary.md for the module's strings: 0 UTF-8, 1 UTF-16,
 * 2 Latin-1 or UTF-16. */
tenon_status tni_wrap(tni_arena *a, const tni_module *m, u8 encoding,
                      const tni_wit_world *world, const tni_adapter *adapters,
                      u32 adapter_count, tni_buf *out, tni_buf *problems, tenon_error *e);

#endif
