/* contract.h: whether what a component imports and exports fits a world, and if not,
 * every place where it does not. Explainer.md, "Type Checking"; interface names match by
 * semver track, as in linking. */
#ifndef TNI_CONTRACT_H
#define TNI_CONTRACT_H

#include "tenon/contract.h"
#include "wit/wit.h"

/* A difference in the public form, and where its sides stand in their models. */
typedef struct tni_difference {
    struct tni_difference *next;
    tenon_difference d;
    const char *wanted_at, *offered_at; /* as `at` in the model; NULL for none */
    tni_str offered_in;                 /* the id of the offered interface, or empty */
} tni_difference;

/* What one side of a check is: a world, and what its places are told by. */
typedef struct tni_contract_side {
    const tni_wit_world *world;
    const tni_wit *wit;     /* for places in its sources, or NULL */
    tenon_origin_kind kind; /* when there are no sources */
    const char *name;       /* likewise */
} tni_contract_side;

/* All differences, in the order of the wanted items; NULL when the component fits.
 * Imports that the component does not have and exports beyond the world's are none. A
 * named type that differs is listed once, however many functions use it. The contract of
 * a host (TENON_ORIGIN_HOST) need not name value types. */
tenon_status tni_contract_check(tni_arena *a, const tni_contract_side *contract,
                                const tni_contract_side *actual, tni_difference **out,
                                tenon_error *e);

/* Whether two interface names are the same but for versions on one semver track. */
bool tni_wit_same_track(tni_str a, tni_str b);

/* Explainer.md, canonversion: "1" of "1.2.0", "0.2" of "0.2.1"; a pre-release whole. */
tni_str tni_wit_track(tni_str version);

#endif
