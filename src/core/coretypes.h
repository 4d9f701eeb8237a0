/* coretypes.h: the types of core Wasm 3.0 as plain data. Core 3.0, chapter 2.3.
 *
 * The same structs hold a module's own types, where a concrete heap type is an index into
 * the module's type section, and canonical ("closed") types, where it is an id of the
 * engine's registry (registry.h). Which of the two is said wherever it is held. */
#ifndef TNI_CORETYPES_H
#define TNI_CORETYPES_H

#include "base/types.h"

/* A value type, or a field's storage type, in 32 bits: kind, nullability, heap type.
 * Equal types have equal bits (for closed types: equal under the spec's equivalence). */
typedef u32 tni_valtype;

typedef enum tni_kind {
    TNI_KIND_BOT, /* the validator's unknown type */
    TNI_KIND_I32,
    TNI_KIND_I64,
    TNI_KIND_F32,
    TNI_KIND_F64,
    TNI_KIND_V128,
    TNI_KIND_REF,
    TNI_KIND_I8, /* packed storage types, in fields only */
    TNI_KIND_I16,
} tni_kind;

/* Abstract heap types; a concrete one is TNI_HEAP_CONCRETE + index. */
typedef enum tni_heaptype {
    TNI_HEAP_FUNC,
    TNI_HEAP_NOFUNC,
    TNI_HEAP_EXTERN,
    TNI_HEAP_NOEXTERN,
    TNI_HEAP_ANY,
    TNI_HEAP_EQ,
    TNI_HEAP_I31,
    TNI_HEAP_STRUCT,
    TNI_HEAP_ARRAY,
    TNI_HEAP_NONE,
    TNI_HEAP_EXN,
    TNI_HEAP_NOEXN,
    TNI_HEAP_BOT, /* the validator's: below every heap type */
    TNI_HEAP_CONCRETE = 32,
} tni_heaptype;

#define TNI_VALTYPE(kind) ((tni_valtype)(kind))
#define TNI_REFTYPE(nullable, ht)                                                        \
    (((tni_valtype)(ht) << 5) | ((nullable) ? 16u : 0u) | 6u)

#define TNI_BOT       TNI_VALTYPE(TNI_KIND_BOT)
#define TNI_I32       TNI_VALTYPE(TNI_KIND_I32)
#define TNI_I64       TNI_VALTYPE(TNI_KIND_I64)
#define TNI_F32       TNI_VALTYPE(TNI_KIND_F32)
#define TNI_F64       TNI_VALTYPE(TNI_KIND_F64)
#define TNI_V128      TNI_VALTYPE(TNI_KIND_V128)
#define TNI_FUNCREF   TNI_REFTYPE(true, TNI_HEAP_FUNC)
#define TNI_EXTERNREF TNI_REFTYPE(true, TNI_HEAP_EXTERN)
#define TNI_ANYREF    TNI_REFTYPE(true, TNI_HEAP_ANY)
#define TNI_EXNREF    TNI_REFTYPE(true, TNI_HEAP_EXN)

static inline tni_kind tni_kind_of(tni_valtype t) {
    return (tni_kind)(t & 15u);
}

static inline bool tni_is_ref(tni_valtype t) {
    return (t & 15u) == TNI_KIND_REF;
}

static inline bool tni_is_nullable(tni_valtype t) {
    return (t & 16u) != 0;
}

static inline u32 tni_heap_of(tni_valtype t) {
    return t >> 5;
}

static inline bool tni_is_concrete(tni_valtype t) {
    return tni_is_ref(t) && tni_heap_of(t) >= TNI_HEAP_CONCRETE;
}

/* The index (or registry id) of a concrete reference type. */
static inline u32 tni_type_index_of(tni_valtype t) {
    return tni_heap_of(t) - TNI_HEAP_CONCRETE;
}

/* 64-bit slots that a value takes in a frame, a global or a table: v128 takes two. */
static inline u32 tni_slots_of(tni_valtype t) {
    return tni_kind_of(t) == TNI_KIND_V128 ? 2 : 1;
}

typedef struct tni_fieldtype {
    tni_valtype type; /* may be packed */
    bool is_mutable;
} tni_fieldtype;

typedef enum tni_comptype_kind {
    TNI_COMP_FUNC,
    TNI_COMP_STRUCT,
    TNI_COMP_ARRAY, /* one field */
} tni_comptype_kind;

#define TNI_NO_INDEX UINT32_MAX

/* A sub type: final or not, its supertype if it has one, and its composite type. */
typedef struct tni_subtype {
    u8 kind; /* tni_comptype_kind */
    bool is_final;
    u32 supertype; /* type index or id, or TNI_NO_INDEX */
    u32 param_count;
    u32 result_count;
    u32 field_count;
    const tni_valtype *params; /* results follow params in the same array */
    const tni_valtype *results;
    const tni_fieldtype *fields;
} tni_subtype;

/* Limits of a memory (in its pages) or a table (in elements). */
typedef struct tni_limits {
    u64 min;
    u64 max; /* UINT64_MAX without has_max */
    bool has_max;
    bool is_64;
    bool is_shared;
} tni_limits;

typedef struct tni_memtype {
    tni_limits limits;
    u32 page_log2; /* 16, or 0 with custom page sizes */
} tni_memtype;

typedef struct tni_tabletype {
    tni_limits limits;
    tni_valtype element;
} tni_tabletype;

typedef struct tni_globaltype {
    tni_valtype type;
    bool is_mutable;
} tni_globaltype;

/* Sorts of externals, numbered as in the binary format (Core 3.0, 5.5.5). */
typedef enum tni_extern_kind {
    TNI_EXTERN_FUNC,
    TNI_EXTERN_TABLE,
    TNI_EXTERN_MEMORY,
    TNI_EXTERN_GLOBAL,
    TNI_EXTERN_TAG,
} tni_extern_kind;

typedef struct tni_externtype {
    tni_extern_kind kind;
    union {
        u32 func; /* type index or id, also of a tag */
        tni_tabletype table;
        tni_memtype memory;
        tni_globaltype global;
    } as;
} tni_externtype;

#endif
