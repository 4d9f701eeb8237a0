/* contract.h: whether what a component imports and exports fits a world, and if not,
 * every place where it does not. Explainer.md, "Type Checking"; interface names match by
 * semver track, as in linking. */
#ifndef TNI_CONTRACT_H
#define TNI_CONTRACT_H

#include "wit/wit.h"

typedef enum tni_difference_kind {
    TNI_DIFFERENCE_MISSING, /* of an item, offered is empty; of a parameter, field, case
                               or flag, both sides are the whole that it is a part of */
    TNI_DIFFERENCE_EXTRA,   /* a part that is not wanted; both sides likewise */
    TNI_DIFFERENCE_VERSION, /* the interface is there in a version that does not fit */
    TNI_DIFFERENCE_KIND,    /* a function where an interface is wanted, and the like */
    TNI_DIFFERENCE_NAME,    /* of a part at its place, where neither name is known to the
                               other side */
    TNI_DIFFERENCE_ORDER,   /* the same parts in another order */
    TNI_DIFFERENCE_COUNT,   /* of a tuple's members */
    TNI_DIFFERENCE_TYPE,
    TNI_DIFFERENCE_OWNER, /* own for borrow of the same resource, or the other way */
    TNI_DIFFERENCE_ASYNC,
} tni_difference_kind;

/* wanted and offered are WIT. Of an import the component wants and the world offers, of
 * an export the world wants and the component offers. */
typedef struct tni_difference {
    struct tni_difference *next;
    tni_difference_kind kind;
    bool is_export;
    tni_str path; /* "demo:shop/api, function `sum`, parameter `v`" */
    tni_str wanted, offered;
    tni_str near;                       /* of what is missing: an unclaimed name that is
                                           like it, or empty */
    const char *wanted_at, *offered_at; /* as `at` in the model; NULL for none */
} tni_difference;

/* All differences, in the order of the wanted items; NULL when the component fits.
 * Imports that the component does not have and exports beyond the world's are none. A
 * named type that differs is listed once, however many functions use it. */
tenon_status tni_contract_check(tni_arena *a, const tni_wit_world *contract,
                                const tni_wit_world *actual, tni_difference **out,
                                tenon_error *e);

/* Whether two interface names are the same but for versions on one semver track. */
bool tni_wit_same_track(tni_str a, tni_str b);

/* What a difference is: "is missing". */
const char *tni_difference_text(tni_difference_kind kind);

/* The offered side as text: WIT, or "nothing" with the name that is near. */
void tni_difference_put_offered(tni_buf *b, const tni_difference *d);

#endif
