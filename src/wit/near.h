/* near.h: how unlike two names are, to find the one that may be meant. */
#ifndef TNI_NEAR_H
#define TNI_NEAR_H

#include "base/types.h"

/* Letters that differ between a name and one that it may be meant by; SIZE_MAX when it
 * hardly is. */
size_t tni_unlike(tni_str name, tni_str like);
/* The same of names of interfaces: those of one name in other packages are like, too. */
size_t tni_unlike_ids(tni_str id, tni_str like);
/* The same of functions as in a component: "[method]shelf.put" is like
 * "[static]shelf.put".
 */
size_t tni_unlike_funcs(tni_str name, tni_str like);

/* The names that are least unlike one, the nearest first. */
enum { TNI_NEAR_MOST = 3 };
typedef struct tni_near {
    tni_str names[TNI_NEAR_MOST];
    size_t distances[TNI_NEAR_MOST];
    u32 count;
} tni_near;
/* distance: SIZE_MAX for a name that is not like it. */
void tni_near_offer(tni_near *n, tni_str name, size_t distance);

#endif
