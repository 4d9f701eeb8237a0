/* reader.c: the parts of the checked reader that are not inline. Core 3.0, 5.2.2, 5.2.4.
 *
 * LEB128 follows the specification's recursion: of a type with n bits left, a byte may
 * use only those n bits ("integer too large"), and must be the last one when n is at most
 * 7
 * ("integer representation too long"). */
#include "base/reader.h"
#include "base/unicode.h"

TNI_COLD tenon_status tni_read_end(tni_reader *r) {
    return tni_fail(r->e, TNI_ERR_UNEXPECTED_END, tni_reader_offset(r), NULL);
}

TNI_COLD static tenon_status bad_leb(tni_reader *r, tni_code code) {
    return tni_fail(r->e, code, tni_reader_offset(r) - 1, NULL);
}

static tenon_status read_unsigned(tni_reader *r, unsigned bits, u64 *out) {
    u64 v = 0;
    for (unsigned shift = 0;; shift += 7) {
        u8 b;
        TNI_TRY(tni_read_byte(r, &b));
        unsigned left = bits - shift;
        if (left < 7 && (b & 0x7f) >> left != 0) {
            return bad_leb(r, TNI_ERR_INTEGER_TOO_LARGE);
        }
        v |= (u64)(b & 0x7f) << shift;
        if (b < 0x80) {
            *out = v;
            return TENON_OK;
        }
        if (left <= 7) {
            return bad_leb(r, TNI_ERR_INTEGER_TOO_LONG);
        }
    }
}

static tenon_status read_signed(tni_reader *r, unsigned bits, i64 *out) {
    u64 v = 0;
    for (unsigned shift = 0;; shift += 7) {
        u8 b;
        TNI_TRY(tni_read_byte(r, &b));
        unsigned left = bits - shift;
        if (left < 7) {
            /* The sign bit and all above it must agree. */
            unsigned mask = 0x7fu & ~((1u << (left - 1)) - 1);
            if ((b & mask) != 0 && (b & mask) != mask) {
                return bad_leb(r, TNI_ERR_INTEGER_TOO_LARGE);
            }
        }
        v |= (u64)(b & 0x7f) << shift;
        if (b < 0x80) {
            if ((b & 0x40) != 0 && shift + 7 < 64) {
                v |= UINT64_MAX << (shift + 7);
            }
            *out = (i64)v;
            return TENON_OK;
        }
        if (left <= 7) {
            return bad_leb(r, TNI_ERR_INTEGER_TOO_LONG);
        }
    }
}

tenon_status tni_read_u32_slow(tni_reader *r, u32 *out) {
    u64 v = 0;
    TNI_TRY(read_unsigned(r, 32, &v));
    *out = (u32)v;
    return TENON_OK;
}

tenon_status tni_read_u64(tni_reader *r, u64 *out) {
    return read_unsigned(r, 64, out);
}

tenon_status tni_read_s32(tni_reader *r, i32 *out) {
    i64 v = 0;
    TNI_TRY(read_signed(r, 32, &v));
    *out = (i32)v;
    return TENON_OK;
}

tenon_status tni_read_s33(tni_reader *r, i64 *out) {
    return read_signed(r, 33, out);
}

tenon_status tni_read_s64(tni_reader *r, i64 *out) {
    return read_signed(r, 64, out);
}

tenon_status tni_read_fixed32(tni_reader *r, u32 *out) {
    const u8 *p = NULL;
    TNI_TRY(tni_read_bytes(r, 4, &p));
    *out = tni_load_u32(p);
    return TENON_OK;
}

tenon_status tni_read_fixed64(tni_reader *r, u64 *out) {
    const u8 *p = NULL;
    TNI_TRY(tni_read_bytes(r, 8, &p));
    *out = tni_load_u64(p);
    return TENON_OK;
}

tenon_status tni_read_bytes(tni_reader *r, size_t len, const u8 **out) {
    if (len > tni_reader_left(r)) {
        return tni_fail(r->e, TNI_ERR_UNEXPECTED_END, r->base + (u64)(r->end - r->start),
                        NULL);
    }
    *out = r->cur;
    r->cur += len;
    return TENON_OK;
}

tenon_status tni_read_name(tni_reader *r, tni_str *out) {
    u64 at = tni_reader_offset(r);
    u32 len = 0;
    TNI_TRY(tni_read_u32(r, &len));
    if (len > tni_reader_left(r)) {
        return tni_fail(r->e, TNI_ERR_LENGTH_OUT_OF_BOUNDS, at, NULL);
    }
    const u8 *p = r->cur;
    if (!tni_utf8_valid(p, len)) {
        return tni_fail(r->e, TNI_ERR_BAD_UTF8, tni_reader_offset(r), NULL);
    }
    r->cur += len;
    *out = (tni_str){(const char *)p, len};
    return TENON_OK;
}

tenon_status tni_read_sub(tni_reader *r, size_t len, tni_reader *out) {
    u64 base = tni_reader_offset(r);
    const u8 *p = NULL;
    TNI_TRY(tni_read_bytes(r, len, &p));
    *out = tni_reader_of(p, len, base, r->e);
    return TENON_OK;
}
