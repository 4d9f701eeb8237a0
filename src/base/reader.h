/* reader.h: the one checked reader of untrusted bytes. Core 3.0, 5.2.2 (integers).
 *
 * Every read compares against the end by subtraction and reports the offset in the
 * outermost binary: base + (cur - start). A failed read leaves cur unspecified. */
#ifndef TNI_READER_H
#define TNI_READER_H

#include "base/error.h"

typedef struct tni_reader {
    const u8 *start;
    const u8 *cur;
    const u8 *end;
    u64 base;       /* offset of start in the outermost binary */
    tenon_error *e; /* never NULL */
} tni_reader;

static inline tni_reader tni_reader_of(const u8 *bytes, size_t len, u64 base,
                                       tenon_error *e) {
    /* NULL + 0 is not defined in C. */
    return (tni_reader){bytes, bytes, len > 0 ? bytes + len : bytes, base, e};
}

static inline size_t tni_reader_left(const tni_reader *r) {
    return (size_t)(r->end - r->cur);
}

static inline u64 tni_reader_offset(const tni_reader *r) {
    return r->base + (u64)(r->cur - r->start);
}

/* Out-of-line parts. */
tenon_status tni_read_u32_slow(tni_reader *r, u32 *out);
TNI_COLD tenon_status tni_read_end(tni_reader *r); /* fails: unexpected end */

static inline tenon_status tni_read_byte(tni_reader *r, u8 *out) {
    if (TNI_UNLIKELY(r->cur == r->end)) {
        *out = 0;
        return tni_read_end(r);
    }
    *out = *r->cur++;
    return TENON_OK;
}

static inline tenon_status tni_read_u32(tni_reader *r, u32 *out) {
    if (TNI_LIKELY(r->cur != r->end && *r->cur < 0x80)) {
        *out = *r->cur++;
        return TENON_OK;
    }
    return tni_read_u32_slow(r, out);
}

tenon_status tni_read_u64(tni_reader *r, u64 *out);
tenon_status tni_read_s32(tni_reader *r, i32 *out);
tenon_status tni_read_s33(tni_reader *r, i64 *out);
tenon_status tni_read_s64(tni_reader *r, i64 *out);
/* Fixed-width little-endian. */
tenon_status tni_read_fixed32(tni_reader *r, u32 *out);
tenon_status tni_read_fixed64(tni_reader *r, u64 *out);
/* len bytes in place. */
tenon_status tni_read_bytes(tni_reader *r, size_t len, const u8 **out);
/* A vector's length and that many bytes, checked as UTF-8. Borrowed. Core 3.0, 5.2.4. */
tenon_status tni_read_name(tni_reader *r, tni_str *out);
/* A reader over the next len bytes, which this one passes over. */
tenon_status tni_read_sub(tni_reader *r, size_t len, tni_reader *out);

#endif
