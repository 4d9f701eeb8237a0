/* error.h: how errors are made and passed on.
 *
 * Inside the library a tenon_error pointer is never NULL (src/api sees to it). A function
 * that fails fills it once, by tni_fail, and returns its status; callers pass the status
 * on by TNI_TRY. Every error is a row of errors.def. */
#ifndef TNI_ERROR_H
#define TNI_ERROR_H

#include <stdarg.h>

#include "base/types.h"

typedef enum tni_code {
    TNI_ERR_NONE,
#define TNI_ERROR(name, status, text) TNI_ERR_##name,
#include "base/errors.def"
#undef TNI_ERROR
    TNI_ERR_COUNT
} tni_code;

/* Passes a failure on to the caller. */
#define TNI_TRY(expr)                                                                    \
    do {                                                                                 \
        tenon_status status_ = (expr);                                                   \
        if (TNI_UNLIKELY(status_ != TENON_OK)) {                                         \
            return status_;                                                              \
        }                                                                                \
    } while (0)

/* Fills *e with the row's class and wording, then ": " (unless the wording ends in a
 * space) and the formatted detail (fmt may be NULL for none), and returns the row's
 * status. offset is from the start of the outermost binary, or TENON_NO_OFFSET. The
 * format is that of tni_format. */
TNI_FORMAT(4, 5)
TNI_COLD tenon_status tni_fail(tenon_error *e, tni_code code, u64 offset, const char *fmt,
                               ...);

/* The same for text input: line and column, from 1. */
TNI_FORMAT(5, 6)
TNI_COLD tenon_status tni_fail_at(tenon_error *e, tni_code code, u32 line, u32 column,
                                  const char *fmt, ...);

/* Fails with exactly this text in place of the row's. */
TNI_FORMAT(3, 4)
TNI_COLD tenon_status tni_fail_text(tenon_error *e, tni_code code, const char *fmt, ...);
TNI_COLD tenon_status tni_fail_vtext(tenon_error *e, tni_code code, const char *fmt,
                                     va_list args);

/* -- of host functions, whatever calls them -- */

/* TENON_EXIT: the program's own end. */
TNI_COLD tenon_status tni_fail_exit(tenon_error *e, i32 exit_code);
/* One of that name failed without saying why. */
TNI_COLD tenon_status tni_fail_unexplained(tenon_error *e, tni_str name,
                                           tenon_status status);

/* TENON_NO_MEMORY, with its fixed message. */
TNI_COLD tenon_status tni_no_memory(tenon_error *e);

/* Tells the compiler that these never return TENON_OK, so that it does not see ways on
 * which a failed function's results are used. */
static inline tenon_status tni_failure(tenon_status status) {
#if defined(__GNUC__)
    if (status == TENON_OK) {
        __builtin_unreachable();
    }
#endif
    return status;
}

#define tni_fail(...)    tni_failure(tni_fail(__VA_ARGS__))
#define tni_fail_at(...) tni_failure(tni_fail_at(__VA_ARGS__))
#define tni_no_memory(e) tni_failure(tni_no_memory(e))

/* The row's wording and class. */
const char *tni_code_text(tni_code code);
tenon_status tni_code_status(tni_code code);

/* Empties an error: TENON_OK, no offset, no frames. Cheap: does not clear the arrays. */
void tni_error_clear(tenon_error *e);

#endif
