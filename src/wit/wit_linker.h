/* wit_linker.h: what a linker offers, as the world that a component is held against. */
#ifndef TNI_WIT_LINKER_H
#define TNI_WIT_LINKER_H

#include "component/linker.h"
#include "wit/wit.h"

/* A world with an import for each import of the component that the linker joins to an
 * interface, by the linker's own rules, and after them all else that it has, by name
 * alone. `actual` is the component's world (tni_wit_of_component): what needs no offer,
 * stand-ins and interfaces of types alone, is taken out of it. Texts are borrowed from
 * the component and the linker's tables. */
tenon_status tni_wit_of_linker(tni_arena *a, const tni_linker *l, const tni_component *c,
                               tni_wit_world *actual, const tni_wit_world **out,
                               tenon_error *e);

#endif
