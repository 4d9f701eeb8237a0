/* transfer.h: moving a value from one side to another by the canonical ABI.
 * CanonicalABI.md, "Loading", "Storing", "Flat Lifting", "Flat Lowering".
 *
 * A side is a linear memory with its options or the host's own memory; a value stands in
 * memory or in flat core values. Lifting and lowering are fused: nothing is built in
 * between. The value's type is given twice, once for each side, since resources are
 * numbered differently; both are equal but for that. */
#ifndef TNI_TRANSFER_H
#define TNI_TRANSFER_H

#include "component/cinstance.h"

typedef struct tni_side {
    const tni_side_options *o;
    u8 *base;  /* of the memory now; NULL for the host's, whose addresses are pointers */
    u64 bytes; /* UINT64_MAX for the host's */
    tni_slot *flat;
    tni_arena *arena; /* the host's, when it receives */
    bool views;       /* the host, when it receives, takes strings and lists in place */
    bool answers;     /* the host, as a callee: what it answers is no longer its own */
} tni_side;

/* A handle between lifting and lowering: the rep of a resource, or an object. */
typedef struct tni_lifted {
    const tenon_type *type;
    u64 rep;
    void *object;
} tni_lifted;
typedef TNI_VEC(tni_lifted) tni_lifted_list;

typedef struct tni_transfer {
    tni_cstore *cs;
    tni_thread *thread; /* NULL between values of the host */
    tenon_error *e;
    tni_side src, dst;
    tni_scope *scope; /* NULL when the type has no borrows */
    tni_lifted_list
        *lifted; /* the value's handles, when they are lifted before; or NULL */
    size_t next_lifted;
} tni_transfer;

/* Where a value stands: an address, or the number of its first flat value. */
typedef struct tni_place {
    u64 at;
    bool flat;
} tni_place;

#define TNI_FLAT(n)    ((tni_place){(n), true})
#define TNI_MEMORY(at) ((tni_place){(at), false})

/* The table that a side's handles are in. */
static inline tni_handles *tni_side_table(tni_cstore *cs, const tni_side_options *o) {
    return o->inst != NULL ? &o->inst->handles : &cs->host_handles;
}

/* Reads a side's memory as it is now. */
static inline void tni_side_refresh(tni_side *side) {
    if (side->o->memory != NULL) {
        side->base = tni_memory_data(side->o->memory);
        side->bytes = tni_memory_bytes(side->o->memory);
    }
}

/* A side; flat holds its core values, or room for them. */
static inline void tni_side_init(tni_side *side, const tni_side_options *o,
                                 tni_slot *flat) {
    side->o = o;
    side->flat = flat;
    side->arena = NULL;
    side->views = false;
    side->answers = false;
    side->base = NULL;
    side->bytes = o->native ? UINT64_MAX : 0;
    tni_side_refresh(side);
}

/* A transfer in a thread; the sides are the caller's to fill. */
static inline void tni_transfer_init(tni_transfer *x, tni_cstore *cs, tni_thread *t,
                                     tni_scope *scope) {
    x->cs = cs;
    x->thread = t;
    x->e = tni_thread_error(t);
    x->scope = scope;
    x->lifted = NULL;
    x->next_lifted = 0;
}

/* Moves one value: lift_flat or load on the source, lower_flat or store on the
 * destination. */
tenon_status tni_transfer_value(tni_transfer *x, const tenon_type *ts, tni_place s,
                                const tenon_type *td, tni_place d);

/* The same where both sides may have one table of handles (an instance that calls
 * itself): all handles are lifted before the first of them is lowered, so that none is
 * taken twice and the freed indices are given out again in the specification's order. */
tenon_status tni_transfer_whole(tni_transfer *x, const tenon_type *ts, tni_place s,
                                const tenon_type *td, tni_place d);

/* Moves count values that stand one after another in memory.
 * CanonicalABI: load_list_from_valid_range, store_list_into_valid_range. */
tenon_status tni_transfer_elements(tni_transfer *x, const tenon_type *ts, u64 s,
                                   const tenon_type *td, u64 d, u64 count);

/* The place of values on the source that were spilled: a pointer, checked for a value of
 * type t. CanonicalABI: lift_flat_values. */
tenon_status tni_lift_pointer(tni_transfer *x, const tenon_type *t, tni_slot pointer,
                              tni_place *out);
/* The same on the destination, for a pointer that the guest gave (out) or that
 * tni_transfer_allocate got. CanonicalABI: lower_flat_values. */
tenon_status tni_lower_pointer(tni_transfer *x, const tenon_type *t, u64 pointer,
                               bool from_realloc, tni_place *out);

/* CanonicalABI: LiftLowerContext.reallocate, in the destination. old and old_bytes are 0
 * for a new allocation. */
tenon_status tni_reallocate(tni_transfer *x, u64 old, u64 old_bytes, u32 align, u64 bytes,
                            u64 *out);

/* What a range check is about, for the wording. */
typedef enum tni_range {
    TNI_RANGE_LIST,
    TNI_RANGE_STRING,
    TNI_RANGE_POINTER,
} tni_range;

/* Traps unless pointer is aligned and bytes from it are inside the side's memory. */
tenon_status tni_check_source(tni_transfer *x, tni_range what, u64 pointer, u64 bytes,
                              u32 align);
/* The same for what realloc gave. */
tenon_status tni_check_allocated(tni_transfer *x, tni_range what, u64 pointer, u64 bytes,
                                 u32 align);

static inline u8 *tni_side_at(const tni_side *side, u64 address) {
    return (u8 *)((uintptr_t)side->base + (uintptr_t)address);
}

/* transcode.c. CanonicalABI: load_string_from_range, then store_string_into_range: reads
 * the string at ptr with a length as the source has it (tagged), writes it to a new
 * allocation of the destination. */
tenon_status tni_transfer_string(tni_transfer *x, u64 ptr, u64 tagged_code_units,
                                 u64 *out_ptr, u64 *out_tagged_code_units);

enum { TNI_MAX_BYTE_LENGTH = (1 << 28) - 1 }; /* of a list or string */

/* What is long is done in pieces of 64 KB, with a look at interrupt and deadline between
 * two. Its fuel, a unit for 64 bytes, is paid by the piece, once for each byte. */
enum { TNI_PIECE_BYTES = 1 << 16 };
/* Pays for the next of `left` bytes: how many of them the piece has. */
tenon_status tni_transfer_piece(tni_transfer *x, u64 left, u64 *piece);
/* Only looks. */
tenon_status tni_transfer_look(tni_transfer *x);
/* Moves bytes that may overlap. */
tenon_status tni_transfer_bytes(tni_transfer *x, u8 *to, const u8 *from, u64 bytes,
                                bool is_paid);

#endif
