/* linker.h: what a host offers, found by name, and joined to what components import. */
#ifndef TNI_LINKER_H
#define TNI_LINKER_H

#include "component/cinstance.h"

/* The number of resources that an interface numbers. */
u32 tni_hostiface_resources(const tni_hostiface *iface);

/* The interfaces that have been added, but for nested ones: the n-th, from 0, or NULL
 * past the end. */
const tni_hostiface *tni_linker_iface(const tni_linker *l, u32 n);
/* The name that it was added by, and its table; NULL for a stand-in. */
tni_str tni_hostiface_name(const tni_hostiface *iface);
const tenon_interface *tni_hostiface_table(const tni_hostiface *iface);
/* The interface of a name, or the newest on its semver track; NULL for none. */
const tni_hostiface *tni_linker_find(const tni_linker *l, tni_str name);
/* Whether an import asks for nothing that can be called, so that it need not be offered.
 */
bool tni_needs_no_offer(const tni_entity *x);
/* What a root import is joined to: an interface, a stand-in, or NULL. For what is
 * imported at the root the interface "". */
const tni_hostiface *tni_linker_offer(const tni_linker *l,
                                      const tni_named_entity *import);

/* Finds what all imports of a component ask for. l may be NULL: nothing is offered. */
tenon_status tni_plan_imports(tni_linker *l, tni_prelinked *p, tenon_error *e);

/* Whether a name of a wanted import or export ("a:b/c@1.2.3") is on the semver track of
 * another: the same but for the version, and the same major version (or 0.minor). *newer:
 * b is a later version than a. */
bool tni_same_track(tni_str a, tni_str b, bool *newer);
/* The name without its version: "a:b/c". */
tni_str tni_unversioned(tni_str name);

#endif
