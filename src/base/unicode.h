/* unicode.h: UTF-8, UTF-16 and Latin-1. Every function checks; none allocates. */
#ifndef TNI_UNICODE_H
#define TNI_UNICODE_H

#include "base/types.h"

static inline bool tni_is_scalar(u32 c) {
    return c < 0xd800 || (c > 0xdfff && c <= 0x10ffff);
}

/* Whether len bytes are well-formed UTF-8 (no surrogates, no overlong forms). Runs of
 * ASCII are checked a word at a time. */
bool tni_utf8_valid(const void *bytes, size_t len);

/* Decodes one scalar value at p (p < end). Returns the bytes used, or 0 if ill-formed. */
size_t tni_utf8_decode(const u8 *p, const u8 *end, u32 *out);
/* Encodes a scalar value; returns 1 to 4. */
size_t tni_utf8_encode(u32 c, u8 out[4]);
/* UTF-16 little-endian at p, units code units left. Returns units used, or 0. */
size_t tni_utf16_decode(const u8 *p, size_t units, u32 *out);
/* Writes 1 or 2 code units little-endian; returns their number. */
size_t tni_utf16_encode(u32 c, u8 out[4]);

#endif
