/* linker.h: what a host offers, found by name, and joined to what components import. */
#ifndef TNI_LINKER_H
#define TNI_LINKER_H

#include "component/cinstance.h"

/* The number of resources that an interface numbers. */
u32 tni_hostiface_resources(const tni_hostiface *iface);

/* Finds what all imports of a component ask for. l may be NULL: nothing is offered. */
tenon_status tni_plan_imports(tni_linker *l, tni_prelinked *p, tenon_error *e);

/* Whether a name of a wanted import or export ("a:b/c@1.2.3") is on the semver track of
 * another: the same but for the version, and the same major version (or 0.minor). *newer:
 * b is a later version than a. */
bool tni_same_track(tni_str a, tni_str b, bool *newer);
/* The name without its version: "a:b/c". */
tni_str tni_unversioned(tni_str name);

#endif
