/* assert.h: asserts for our own invariants, never for guest input. Always compiled in. */
#ifndef TNI_ASSERT_H
#define TNI_ASSERT_H

#include "base/types.h"

/* Called when an invariant of Tenon is broken. Does not return. */
TNI_NORETURN TNI_COLD void tni_panic(const char *file, int line, const char *text);

#define TNI_ASSERT(cond)  ((cond) ? (void)0 : tni_panic(__FILE__, __LINE__, #cond))
#define TNI_UNREACHABLE() tni_panic(__FILE__, __LINE__, "unreachable")

#endif
