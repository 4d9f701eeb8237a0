/* gc.h: objects of the GC proposal and exceptions: their layout, allocation and the
 * collector. Core 3.0, 4.2.1 (references) and 4.2.13 to 4.2.15 (structures, arrays,
 * exceptions).
 *
 * Objects never move. The collector marks and sweeps one store; it is exact in objects,
 * globals, tables and segments, and conservative on stacks: what looks like an object's
 * address there keeps that object alive. A reference that is only in a C variable does
 * not count as a root: nothing may be allocated while it matters, or it stands among
 * slots that tni_gc_push_roots names. A build with GCSTRESS=1 collects at every
 * allocation. */
#ifndef TNI_GC_H
#define TNI_GC_H

#include "base/vec.h"
#include "exec/exec.h"

typedef enum tni_object_kind {
    TNI_OBJECT_FREE,
    TNI_OBJECT_STRUCT,
    TNI_OBJECT_ARRAY,
    TNI_OBJECT_EXCEPTION,
} tni_object_kind;

/* The payload follows. A struct: a slot for each field, two for a v128, packed fields in
 * the low bits of theirs. An array: its elements, packed, of the host's byte order. An
 * exception: the arguments of its tag in slots. */
typedef struct tni_object {
    _Alignas(8) const tni_deftype *type; /* of an exception: the tag's */
    struct tni_object *next; /* free cells; objects found and not yet looked into */
    u32 length;              /* arrays: elements */
    u8 kind;
    u8 marked;
    tni_tag *tag; /* exceptions */
} tni_object;

static inline tni_object *tni_object_of(tni_ref r) {
    return (tni_object *)(uintptr_t)r;
}
static inline tni_ref tni_ref_object(const tni_object *o) {
    return (tni_ref)(uintptr_t)o;
}
static inline tni_slot *tni_object_slots(tni_object *o) {
    return (tni_slot *)(void *)(o + 1);
}
static inline u8 *tni_array_bytes(tni_object *o) {
    return (u8 *)(o + 1);
}
/* Whether a reference of the any or extern hierarchies is an object's address. */
static inline bool tni_ref_is_object(tni_ref r) {
    return r != 0 && (r & 3) == 0;
}
static inline tni_ref tni_ref_i31(u32 value) {
    return (tni_ref)(value & 0x7fffffff) << 1 | 1;
}

/* Bytes of an array element of a storage type. */
static inline u32 tni_storage_bytes(tni_valtype t) {
    switch (tni_kind_of(t)) {
    case TNI_KIND_I8: return 1;
    case TNI_KIND_I16: return 2;
    case TNI_KIND_I32:
    case TNI_KIND_F32: return 4;
    case TNI_KIND_V128: return 16;
    default: return 8;
    }
}

/* The slot of a field among those of its struct; with field_count, how many there are. */
u32 tni_struct_slot(const tni_deftype *type, u32 field);

/* An element of an array to or from slots (two for a v128); packed ones zero-extended. */
void tni_element_get(tni_object *array, u32 index, tni_slot *out);
void tni_element_set(tni_object *array, u32 index, const tni_slot *value);

/* Part of the store. */
enum {
    TNI_GC_CLASSES = 33
}; /* cells of 16, 32, … 512 bytes; larger ones by themselves */

struct tni_gc_block;

/* Slots outside of stacks that may hold references, looked at as those of stacks. */
typedef struct tni_gc_roots {
    const tni_slot *slots;
    size_t count;
    struct tni_gc_roots *below;
} tni_gc_roots;

typedef struct tni_gc {
    TNI_VEC(struct tni_gc_block *) blocks;
    bool sorted;                      /* blocks, by address */
    tni_object *free[TNI_GC_CLASSES]; /* by cell size / 16 */
    u64 live_bytes;                   /* after the last collection */
    u64 allocated_bytes;              /* since then */
    tni_gc_roots *roots;              /* the innermost; on the C stack */
    TNI_VEC(tni_global *) globals;    /* that may hold objects */
    u64 collections;
} tni_gc;

/* New objects, all zero (null) unless said otherwise. NULL: memory is out, even after a
 * collection. */
tni_object *tni_struct_new(tni_store *s, const tni_deftype *type);
/* An array of no elements, with room for length of them that hold anything: whoever fills
 * all of them sets its length then. */
tni_object *tni_array_new_unset(tni_store *s, const tni_deftype *type, u32 length);
tni_object *tni_exception_new(tni_store *s, tni_tag *tag);
/* r's slots are roots until the matching pop; what is in them may change meanwhile. */
static inline void tni_gc_push_roots(tni_gc *gc, tni_gc_roots *r) {
    r->below = gc->roots;
    gc->roots = r;
}
static inline void tni_gc_pop_roots(tni_gc *gc) {
    gc->roots = gc->roots->below;
}
/* Whether values of a closed type can be objects. */
bool tni_gc_holds_objects(const tni_store *s, tni_valtype t);
/* Frees what nothing refers to. */
void tni_gc_collect(tni_store *s);
/* Frees all. */
void tni_gc_delete(tni_store *s);

/* Whether a reference is of a closed reference type, given that its static type is in the
 * same hierarchy. Core 3.0, 4.5.1 */
bool tni_ref_matches(const tni_store *s, tni_ref r, tni_valtype type);

/* Executes an instruction of the GC group (and ref.i31 and its like) over operands that
 * stand at s[0..] in the order they were pushed; the result replaces them at s[0]. x and
 * y are its immediates as in the binary, but a field is the slot of tni_struct_slot. Not
 * for the branches br_on_cast and br_on_cast_fail. Takes fuel for bulk work. */
tenon_status tni_gc_op(tni_thread *t, tni_op op, u32 x, u32 y, tni_slot *s);
/* The same for constant expressions, in an instance that is being made: no fuel. */
tenon_status tni_gc_const_op(tni_instance *i, tni_op op, u32 x, u32 y, tni_slot *s,
                             tenon_error *e);

#endif
