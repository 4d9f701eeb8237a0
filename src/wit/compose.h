/* compose.h: a component whose imports are satisfied by exports of others, all of them
 * nested in a new one. Explainer.md, "Instance Definitions". */
#ifndef TNI_COMPOSE_H
#define TNI_COMPOSE_H

#include "component/component.h"
#include "wit/wit.h"

typedef struct tni_composed {
    tni_str name; /* for messages */
    const tni_component *component;
    const tni_wit_world *world; /* of tni_wit_of_component */
} tni_composed;

/* Writes to out a component that instantiates the plugs, then the socket, with exports of
 * plugs as imports of the socket and of other plugs: interfaces by name and semver track,
 * functions by name. What is still missing to any of them it imports, once for all whose
 * versions are on one track; it exports what the socket exports. What does not fit goes
 * to problems, which says what and why: differences in types, an import that two plugs
 * export, a plug that nobody imports from, plugs that need each other in a circle. Then
 * out is of no use. Texts are borrowed. */
tenon_status tni_compose(tni_arena *a, const tni_composed *socket,
                         const tni_composed *plugs, u32 plug_count, tni_buf *out,
                         tni_buf *problems, tenon_error *e);

/* One world with the imports and exports of several, in out, which is to live as long as
 * what it is used for. Of items of one name on one side the first is taken, with the
 * types and functions that only the others have. */
tenon_status tni_wit_join_worlds(tni_arena *a, const tni_wit_world *const *worlds,
                                 u32 count, const tni_wit_world **out, tni_buf *problems,
                                 tenon_error *e);

#endif
