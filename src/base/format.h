/* format.h: a formatter of our own (no stdio in the library), and growable text.
 *
 * Conversions: %s %.*s %c %d %u %x %ld %lu %lx %lld %llu %llx %zu %zx %p %%, with 0 flag
 * and width for the numbers. No floats: see numtext.h. */
#ifndef TNI_FORMAT_H
#define TNI_FORMAT_H

#include <stdarg.h>

#include "base/heap.h"

/* Formats into buf, cut to capacity and always 0-terminated; a cut never splits a UTF-8
 * sequence. Returns the bytes that the whole text wanted, without the 0. */
TNI_FORMAT(3, 4)
size_t tni_format(char *buf, size_t capacity, const char *fmt, ...);
size_t tni_vformat(char *buf, size_t capacity, const char *fmt, va_list args);

/* Growable bytes. A failed growth sets failed and drops what did not fit; callers check
 * once at the end. */
typedef struct tni_buf {
    tni_heap *heap;
    u8 *data;
    size_t count;
    size_t capacity;
    bool failed;
} tni_buf;

void tni_buf_init(tni_buf *b, tni_heap *h);
void tni_buf_free(tni_buf *b);
void tni_buf_put(tni_buf *b, const void *bytes, size_t len);
void tni_buf_byte(tni_buf *b, u8 byte);
void tni_buf_str(tni_buf *b, tni_str s);
TNI_FORMAT(2, 3)
void tni_buf_format(tni_buf *b, const char *fmt, ...);
/* LEB128, minimal. */
void tni_buf_u32(tni_buf *b, u32 v);
void tni_buf_u64(tni_buf *b, u64 v);
void tni_buf_s33(tni_buf *b, i64 v);
void tni_buf_s32(tni_buf *b, i32 v);
void tni_buf_s64(tni_buf *b, i64 v);

#endif
