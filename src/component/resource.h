/* resource.h: handles of resources as values, and resource built-ins. CanonicalABI.md,
 * "Resource State", lift_own and so on, canon resource.{new,drop,rep}. */
#ifndef TNI_RESOURCE_H
#define TNI_RESOURCE_H

#include "component/transfer.h"

/* Moves a handle: lift_own and lower_own, lift_borrow and lower_borrow, or the same for
 * streams, futures and error contexts. */
tenon_status tni_transfer_handle(tni_transfer *x, const tenon_type *ts, u32 from,
                                 const tenon_type *td, u32 *to);
/* Only the first half: what comes of it goes to the end of x->lifted. */
tenon_status tni_lift_handle(tni_transfer *x, const tenon_type *t, u32 from);

/* An object of a host: an entry of the host's table, held by the host. */
tenon_status tni_host_resource_new(tni_cstore *cs, tni_resource_type *rt, void *rep,
                                   u32 *handle, tenon_error *e);
/* Its entry, when index is one of that type (any host type if rt is NULL); else NULL. */
tni_handle *tni_host_resource_at(tni_cstore *cs, u32 index, const tni_resource_type *rt);
/* Ends it; runs the destructor if that is asked for. */
void tni_host_resource_end(tni_cstore *cs, u32 index, bool destroy);
/* Empties the host's table: its objects that nobody dropped end, but for those that
 * snapshots keep, which count as dropped; or those too. */
void tni_host_handles_end(tni_cstore *cs, bool also_kept);

/* Objects of the host that guests have, in snapshots (tenon_restorable). */
bool tni_host_resource_keeps(const tni_cstore *cs, u32 index); /* asks the host */
void tni_host_resource_keep(tni_cstore *cs, u32 index);
void tni_host_resource_let_go(tni_cstore *cs, u32 index);
void tni_host_resource_restore(tni_cstore *cs, u32 index);

/* ResourceHandle.rep, of a resource of a component. A borrow has 32 bits of one that has
 * 64: where it is lowered as its rep, that is an i32. */
static inline u64 tni_handle_rep(const tni_handle *h) {
    return h->own ? h->rep | (u64)h->scope << 32 : h->rep;
}

/* Describes a wrong handle; fails. */
TNI_COLD tenon_status tni_wrong_handle(tni_cstore *cs, const tni_handle *found, u32 index,
                                       const char *expected, tenon_error *e);

/* Borrows that a host function was given end when it returns. */
void tni_take_back_borrows(tni_cstore *cs, tni_scope *scope);

#endif
