/* wit_component.h: the WIT world that a component implements, from its type. WIT.md, and
 * Explainer.md, "Import and Export Definitions". */
#ifndef TNI_WIT_COMPONENT_H
#define TNI_WIT_COMPONENT_H

#include "component/component.h"
#include "wit/wit.h"

/* The package "root:component" with the world "root", and the packages of the interfaces
 * that it names. Methods are gathered under their resources; a type that comes from
 * another interface becomes a `use`. What the component only re-exports under an
 * interface that it imports as well is one interface, with the items of both. Fails as
 * TENON_UNSUPPORTED for what WIT cannot say: imports or exports that are core modules,
 * components or values, and names that are no labels or interface names. Texts are
 * borrowed from the component. */
tenon_status tni_wit_of_component(tni_arena *a, const tni_component *c, tni_wit **out,
                                  tenon_error *e);

#endif
