/* assert.c: what happens when an invariant of Tenon is broken: the process stops at once,
 * where a debugger can see it. Nothing is printed, for the library knows no output. */
#include "base/assert.h"

TNI_NORETURN TNI_COLD void tni_panic(const char *file, int line, const char *text) {
    (void)file;
    (void)line;
    (void)text;
#if defined(__GNUC__)
    __builtin_trap();
#else
    for (;;) {
    }
#endif
}
