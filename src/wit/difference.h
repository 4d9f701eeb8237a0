/* difference.h: differences of contracts in words. */
#ifndef TNI_DIFFERENCE_H
#define TNI_DIFFERENCE_H

#include "wit/contract.h"

/* Fills path, hint and text from the rest. */
tenon_status tni_difference_finish(tni_arena *a, tenon_difference *d, tenon_error *e);

#endif
