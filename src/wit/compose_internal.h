/* compose_internal.h: what the files that compose components share. */
#ifndef TNI_COMPOSE_INTERNAL_H
#define TNI_COMPOSE_INTERNAL_H

#include "base/map.h"
#include "wit/compose.h"

/* What several worlds import, as the imports of one. */
typedef struct compose_merger {
    tni_arena *arena;
    tenon_error *e;
    tni_buf *problems;
    tni_wit_world world;     /* the result */
    tni_wit_interface scope; /* its own types */
    tni_wit_item **items_end;
    tni_map interfaces;                /* of a part, to those of the result */
    const tni_composed *part;          /* the one at hand */
    const tni_wit_interface *from;     /* the interface at hand */
    const tni_instance_type *imported; /* what its part imports of it; NULL: all */
    bool takes_exports;
} compose_merger;

void tni_compose_merger_init(compose_merger *m, tni_arena *a, tni_buf *problems,
                             tenon_error *e);
void tni_compose_merger_free(compose_merger *m);
/* Adds the imports of a part for which is_wanted holds. */
tenon_status tni_compose_merge(compose_merger *m, const tni_composed *part,
                               bool (*is_wanted)(void *user, const tni_wit_item *item),
                               void *user);
/* The merged import that a part's import has become; NULL for none. */
tni_wit_item *tni_compose_find(const compose_merger *m, tni_str name, bool is_plain);

#endif
