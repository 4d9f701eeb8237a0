/* csnapshot.h: the state of a store with its components, kept and put back. */
#ifndef TNI_CSNAPSHOT_H
#define TNI_CSNAPSHOT_H

#include "component/runtime.h"

typedef struct tni_csnapshot tni_csnapshot;

/* See tenon_snapshot_take. */
tenon_status tni_csnapshot_take(tni_store *s, const tni_csnapshot *like,
                                tni_csnapshot **out, tenon_error *e);
tenon_status tni_csnapshot_restore(tni_csnapshot *p, tenon_error *e);
void tni_csnapshot_delete(tni_csnapshot *p);

#endif
