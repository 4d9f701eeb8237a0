/* layout.h: sizes, alignments and flattening of component-level value types, for 32-bit
 * and 64-bit pointers. CanonicalABI.md, "Alignment", "Element Size", "Flattening". */
#ifndef TNI_LAYOUT_H
#define TNI_LAYOUT_H

#include "base/arena.h"
#include "base/error.h"
#include "base/map.h"
#include "core/coretypes.h"
#include "tenon/type.h"

/* Index into the [2] arrays of tenon_type. */
enum { TNI_PTR32 = 0, TNI_PTR64 = 1 };
#define TNI_NATIVE (sizeof(void *) == 8 ? TNI_PTR64 : TNI_PTR32)

/* tenon_type.properties. */
enum {
    TNI_TYPE_LAID_OUT = 1, /* the library's fields are filled */
    TNI_TYPE_PLAIN = 2, /* numbers only: without TNI_TYPE_PADDED, bytes may be copied as
                           a block between memories on a little-endian host (the layout
                           is the same for both pointer widths; NaNs keep their bits,
                           which the ABI allows) */
    TNI_TYPE_POINTERS = 4, /* contains strings, lists or maps */
    TNI_TYPE_BORROWS = 8,  /* contains borrow<…> */
    TNI_TYPE_HANDLES = 16, /* contains own, borrow, stream, future, error-context */
    TNI_TYPE_PADDED = 32,  /* has bytes that belong to no value, in one of the widths:
                              readable in place, but not copied as a block, which would
                              carry them from one memory into another */
};

enum {
    TNI_MAX_FLAT_PARAMS = 16,
    TNI_MAX_FLAT_RESULTS = 1,
    TNI_MAX_FLAT_ASYNC_PARAMS = 4
};

/* Fills the library's fields of one type whose parts have theirs filled already. Sizes
 * beyond 2^32 - 1 are an error (the spec's maximum value size is the loader's check). A
 * map gets fields[0], the tuple of key and value, which is its list's element. */
tenon_status tni_type_lay_out(tni_arena *a, tenon_type *t, tenon_error *e);

/* Whether a kind is one of the primitive types (Binary.md: primvaltype), and their types,
 * laid out, static. */
bool tni_type_is_primitive(tenon_type_kind kind);
const tenon_type *tni_type_primitive(tenon_type_kind kind);

/* Whether the parts are there that tni_type_lay_out and later readers rely on; a table is
 * a programmer's, so the lack of one is an error of use. Not of the parts themselves. */
bool tni_type_is_sound(const tenon_type *t);

/* Deep copies with everything laid out, of tables written by hand or generated. Types
 * that the table shares are copied once for each copier. Names are borrowed. */
typedef struct tni_type_copier {
    tni_arena *arena;
    tni_map copies; /* address of the original -> address of the copy */
} tni_type_copier;

void tni_type_copier_init(tni_type_copier *c, tni_arena *a);
void tni_type_copier_free(tni_type_copier *c);
/* NULL is copied to NULL. */
tenon_status tni_copy_type(tni_type_copier *c, const tenon_type *t,
                           const tenon_type **out, tenon_error *e);
tenon_status tni_copy_func_type(tni_type_copier *c, const tenon_func_type *t,
                                tenon_func_type *out, tenon_error *e);

/* The same for one type. */
tenon_status tni_type_copy(tni_arena *a, const tenon_type *t, const tenon_type **out,
                           tenon_error *e);
tenon_status tni_func_type_copy(tni_arena *a, const tenon_func_type *t,
                                tenon_func_type *out, tenon_error *e);

/* The parameters as a tuple type (laid out), which is the form of tenon_host_fn's args.
 */
tenon_status tni_params_tuple(tni_arena *a, const tenon_func_type *t,
                              const tenon_type **out, tenon_error *e);

/* CanonicalABI: flatten_type. Appends core types (TNI_I32 …) to out, at most max of them
 * (max is at most TNI_MAX_FLAT_PARAMS); returns the number the type wants. is_64:
 * pointers are i64. */
u32 tni_flatten(const tenon_type *t, bool is_64, tni_valtype *out, u32 max);

/* Width of a discriminant or of flags in bytes: 1, 2 or 4. */
static inline u32 tni_discriminant_bytes(u32 cases) {
    return cases <= 0x100 ? 1 : cases <= 0x10000 ? 2 : 4;
}
static inline u32 tni_flags_bytes(u32 labels) {
    return labels <= 8 ? 1 : labels <= 16 ? 2 : 4;
}

#endif
