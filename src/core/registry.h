/* registry.h: the engine's types, each recursive group once. Core 3.0, 3.1.2 and 3.3
 * (type equivalence by rolling and unrolling, subtyping).
 *
 * Interning gives every equivalent closed type the same id, so that equality is equality
 * of bits and subtyping of concrete types one look into a table. Ids stay valid, and
 * pointers to deftypes stay where they are, as long as the engine lives. */
#ifndef TNI_REGISTRY_H
#define TNI_REGISTRY_H

#include "base/arena.h"
#include "base/error.h"
#include "base/lock.h"
#include "core/coretypes.h"

/* A closed type in the registry. */
typedef struct tni_deftype {
    tni_subtype sub; /* heap types and supertype are registry ids */
    u32 id;
    u32 group_start;     /* first id of its recursive group */
    u32 depth;           /* number of proper supertypes */
    const u32 *supers;   /* ids from the root (depth 0) down to itself (depth) */
    bool is_defaultable; /* structures and arrays: every field's type has a default */
    u32 param_slots;     /* functions: 64-bit slots of all parameters, */
    u32 result_slots;    /* and of all results */
} tni_deftype;

typedef struct tni_registry tni_registry;

tenon_status tni_registry_new(tni_heap *h, tni_lock lock, tni_registry **out,
                              tenon_error *e);
void tni_registry_delete(tni_registry *r);

/* Interns a recursive group of count types that a module wrote at type indices
 * first..first+count. Concrete types inside refer to module indices: those below first
 * are mapped through ids, those from first on are the group's own. *base is the id of the
 * first member; the others follow. Takes the lock. */
tenon_status tni_registry_intern(tni_registry *r, const tni_subtype *group, u32 count,
                                 u32 first, const u32 *ids, u32 *base, tenon_error *e);

const tni_deftype *tni_registry_get(const tni_registry *r, u32 id);

/* Subtyping on closed types. Core 3.0, 3.3.2 to 3.3.8. */
bool tni_heaptype_matches(const tni_registry *r, u32 sub, u32 super);
bool tni_valtype_matches(const tni_registry *r, tni_valtype sub, tni_valtype super);
bool tni_deftype_matches(const tni_registry *r, u32 sub_id, u32 super_id);
/* Core 3.0, 3.3.11 to 3.3.16: import matching; both closed. */
bool tni_externtype_matches(const tni_registry *r, const tni_externtype *sub,
                            const tni_externtype *super);

/* Writes a type as the text format has it ("(ref null $func)", "i32") for messages, cut
 * to capacity, 0-terminated. */
size_t tni_valtype_format(char *buf, size_t capacity, tni_valtype t);
size_t tni_externtype_format(const tni_registry *r, char *buf, size_t capacity,
                             const tni_externtype *t);

#endif
