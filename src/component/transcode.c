/* transcode.c: strings from one encoding to another, with the calls of realloc in exactly
 * the order and sizes of definitions.py. CanonicalABI.md, "Loading" (load_string…),
 * "Storing" (store_string…).
 *
 * A string has been checked to be well-formed before anything is written. When a
 * component calls itself, its realloc can still change the bytes behind our back; so the
 * encoders check what they read and never write beyond the room they have. */
#include "base/assert.h"
#include "base/unicode.h"
#include "component/transfer.h"

/* Encodings without the dynamic choice of latin1+utf16. */
typedef enum simple_encoding {
    LATIN1,
    UTF8,
    UTF16,
} simple_encoding;

/* A string in the source: src_simple_encoding, src_code_units. */
typedef struct source {
    simple_encoding encoding;
    u64 at;
    u64 code_units;
    u64 bytes;
} source;

/* The result: pointer and tagged length in the destination. */
typedef struct target {
    u64 at;
    u64 tagged_code_units;
} target;

static u64 utf16_tag(const tni_side *side) {
    return side->o->ptr == TNI_PTR32 ? UINT64_C(1) << 31 : UINT64_C(1) << 63;
}

static const u8 *source_bytes(const tni_transfer *x, const source *s) {
    return tni_side_at(&x->src, s->at);
}

/* -- checking -- */

static bool utf16_valid(const u8 *p, u64 units) {
    while (units > 0) {
        u32 c;
        size_t n = tni_utf16_decode(p, (size_t)units, &c);
        if (n == 0) {
            return false;
        }
        p += 2 * n;
        units -= n;
    }
    return true;
}

/* Whether ill-formed UTF-8 is a good start of a sequence that the end cuts off. */
static bool utf8_is_cut(const u8 *p, const u8 *end) {
    static const u8 fill[2][3] = {{0x80, 0x80, 0x80}, {0xbf, 0xbf, 0xbf}};
    u32 c;
    while (p < end) {
        size_t n = tni_utf8_decode(p, end, &c);
        if (n == 0) {
            break;
        }
        p += n;
    }
    size_t left = (size_t)(end - p);
    if (left == 0 || left > 3) {
        return false;
    }
    /* Bounds of the second byte differ by the first, so both ends are tried. */
    for (int k = 0; k < 2; k++) {
        u8 whole[6];
        memcpy(whole, p, left);
        memcpy(whole + left, fill[k], 3);
        if (tni_utf8_decode(whole, whole + left + 3, &c) > left) {
            return true;
        }
    }
    return false;
}

static TNI_COLD tenon_status bad_utf8(tni_transfer *x, const u8 *p, u64 bytes) {
    return tni_fail(x->e,
                    utf8_is_cut(p, p + bytes) ? TNI_ERR_STRING_CUT : TNI_ERR_STRING_UTF8,
                    TENON_NO_OFFSET, NULL);
}

/* The end of a piece, moved down to where no scalar value is cut by it. */
static u64 whole_end(const source *s, const u8 *p, u64 end) {
    u64 whole = end;
    if (end == s->bytes || s->encoding == LATIN1) {
        return end;
    }
    if (s->encoding == UTF16) { /* a high surrogate stays with what follows */
        return (tni_load_u16(p + end - 2) & 0xfc00) == 0xd800 ? end - 2 : end;
    }
    while (end - whole < 3 && (p[whole] & 0xc0) == 0x80) {
        whole--;
    }
    return whole;
}

/* Pays for the string, which is read here for the first time. */
static tenon_status check_encoding(tni_transfer *x, const source *s) {
    u64 piece = 0, checked = 0;
    for (u64 paid = 0; paid < s->bytes;) {
        const u8 *p = source_bytes(x, s);
        TNI_TRY(tni_transfer_piece(x, s->bytes - paid, &piece));
        paid += piece;
        const u64 end = whole_end(s, p, paid);
        const u64 n = end - checked;
        if (s->encoding == UTF8 && !tni_utf8_valid(p + checked, (size_t)n)) {
            return bad_utf8(x, p, s->bytes);
        }
        if (s->encoding == UTF16 && !utf16_valid(p + checked, n / 2)) {
            return tni_fail(x->e, TNI_ERR_STRING_UTF16, TENON_NO_OFFSET, NULL);
        }
        checked = end;
    }
    return TENON_OK;
}

/* CanonicalABI: load_string_from_range. */
static tenon_status load_string_from_range(tni_transfer *x, u64 ptr,
                                           u64 tagged_code_units, source *s) {
    u64 tag = utf16_tag(&x->src);
    u32 align = 2;
    s->at = ptr;
    s->code_units = tagged_code_units;
    switch ((tni_encoding)x->src.o->encoding) {
    case TNI_ENCODING_UTF8:
        s->encoding = UTF8;
        align = 1;
        break;
    case TNI_ENCODING_UTF16: s->encoding = UTF16; break;
    case TNI_ENCODING_LATIN1_UTF16:
        s->encoding = (tagged_code_units & tag) != 0 ? UTF16 : LATIN1;
        s->code_units = tagged_code_units & (tag - 1);
        break;
    }
    if (s->code_units > (u64)TNI_MAX_BYTE_LENGTH >> (s->encoding == UTF16)) {
        return tni_fail(x->e, TNI_ERR_STRING_TOO_LONG, TENON_NO_OFFSET, NULL);
    }
    s->bytes = s->code_units << (s->encoding == UTF16);
    TNI_TRY(tni_check_source(x, TNI_RANGE_STRING, ptr, s->bytes, align));
    return check_encoding(x, s);
}

/* -- encoding -- */

/* Reads the scalar value at a code unit; sets *n to its code units. */
static bool decode(const source *s, const u8 *p, u64 unit, u32 *c, size_t *n) {
    switch (s->encoding) {
    case LATIN1:
        *c = p[unit];
        *n = 1;
        return true;
    case UTF8: *n = tni_utf8_decode(p + unit, p + s->bytes, c); return *n != 0;
    case UTF16:
        *n = tni_utf16_decode(p + 2 * unit, (size_t)(s->code_units - unit), c);
        return *n != 0;
    }
    return false;
}

/* Looks at interrupt and deadline where a loop has got to *next, a piece further on. */
static inline tenon_status look(tni_transfer *x, u64 at, u64 *next) {
    if (TNI_LIKELY(at < *next)) {
        return TENON_OK;
    }
    *next = at + TNI_PIECE_BYTES;
    return tni_transfer_look(x);
}

/* The source changed while its own component's realloc ran. */
static TNI_COLD tenon_status changed(tni_transfer *x) {
    return tni_fail(x->e, TNI_ERR_STRING_BOUNDS, TENON_NO_OFFSET, NULL);
}

/* Encodes the rest of a string from a code unit on; *bytes is the room, then the use. */
static tenon_status encode_utf8(tni_transfer *x, const source *s, u64 unit, u8 *out,
                                u64 *bytes) {
    const u8 *p = source_bytes(x, s);
    u64 used = 0, next = unit + TNI_PIECE_BYTES;
    while (unit < s->code_units) {
        u32 c;
        size_t n;
        u8 b[4];
        TNI_TRY(look(x, unit, &next));
        if (!decode(s, p, unit, &c, &n)) {
            return changed(x);
        }
        size_t m = tni_utf8_encode(c, b);
        if (m > *bytes - used) {
            return changed(x);
        }
        memcpy(out + used, b, m);
        used += m;
        unit += n;
    }
    *bytes = used;
    return TENON_OK;
}

static tenon_status encode_utf16(tni_transfer *x, const source *s, u64 unit, u8 *out,
                                 u64 *bytes) {
    const u8 *p = source_bytes(x, s);
    u64 used = 0, next = unit + TNI_PIECE_BYTES;
    while (unit < s->code_units) {
        u32 c;
        size_t n;
        u8 b[4];
        TNI_TRY(look(x, unit, &next));
        if (!decode(s, p, unit, &c, &n)) {
            return changed(x);
        }
        size_t m = 2 * tni_utf16_encode(c, b);
        if (m > *bytes - used) {
            return changed(x);
        }
        memcpy(out + used, b, m);
        used += m;
        unit += n;
    }
    *bytes = used;
    return TENON_OK;
}

/* -- storing -- */

static tenon_status allocate(tni_transfer *x, u32 align, u64 bytes, u64 *at) {
    TNI_TRY(tni_reallocate(x, 0, 0, align, bytes, at));
    return tni_check_allocated(x, TNI_RANGE_STRING, *at, bytes, align);
}

/* trap_if(…) after the call is for check_align, which is not always the align asked for.
 */
static tenon_status reallocate(tni_transfer *x, u64 *at, u64 old_bytes, u32 align,
                               u64 bytes, u32 check_align) {
    TNI_TRY(tni_reallocate(x, *at, old_bytes, align, bytes, at));
    return tni_check_allocated(x, TNI_RANGE_STRING, *at, bytes, check_align);
}

/* CanonicalABI: store_string_copy, where encodings agree. */
static tenon_status store_string_copy(tni_transfer *x, const source *s, u32 align,
                                      target *t) {
    TNI_TRY(allocate(x, align, s->bytes, &t->at));
    TNI_TRY(tni_transfer_bytes(x, tni_side_at(&x->dst, t->at), source_bytes(x, s),
                               s->bytes, true));
    t->tagged_code_units = s->code_units;
    return TENON_OK;
}

/* CanonicalABI: store_string_copy from latin1 to utf16. */
static tenon_status store_latin1_to_utf16(tni_transfer *x, const source *s, target *t) {
    TNI_TRY(allocate(x, 2, 2 * s->code_units, &t->at));
    const u8 *p = source_bytes(x, s);
    u8 *out = tni_side_at(&x->dst, t->at);
    u64 next = TNI_PIECE_BYTES;
    for (u64 i = 0; i < s->code_units; i++) {
        TNI_TRY(look(x, i, &next));
        out[2 * i] = p[i];
        out[2 * i + 1] = 0;
    }
    t->tagged_code_units = s->code_units;
    return TENON_OK;
}

/* The code units at the start that are ASCII, copied as bytes. */
static tenon_status copy_ascii(tni_transfer *x, const source *s, u8 *out, u64 *count) {
    const u8 *p = source_bytes(x, s);
    u64 i = 0, next = TNI_PIECE_BYTES;
    if (s->encoding == LATIN1) {
        for (; i < s->code_units && p[i] < 0x80; i++) {
            TNI_TRY(look(x, i, &next));
            out[i] = p[i];
        }
    } else {
        for (; i < s->code_units && tni_load_u16(p + 2 * i) < 0x80; i++) {
            TNI_TRY(look(x, i, &next));
            out[i] = p[2 * i];
        }
    }
    *count = i;
    return TENON_OK;
}

/* CanonicalABI: store_string_to_utf8, with the worst case of store_utf16_to_utf8 or
 * store_latin1_to_utf8. */
static tenon_status store_string_to_utf8(tni_transfer *x, const source *s, target *t) {
    u64 worst_case = s->code_units * (s->encoding == UTF16 ? 3 : 2);
    TNI_TRY(allocate(x, 1, s->code_units, &t->at));
    u64 i;
    TNI_TRY(copy_ascii(x, s, tni_side_at(&x->dst, t->at), &i));
    t->tagged_code_units = s->code_units;
    if (i == s->code_units) {
        return TENON_OK;
    }
    TNI_TRY(reallocate(x, &t->at, s->code_units, 1, worst_case, 1));
    u64 bytes = worst_case - i;
    TNI_TRY(encode_utf8(x, s, i, tni_side_at(&x->dst, t->at) + i, &bytes));
    bytes += i;
    if (worst_case > bytes) {
        TNI_TRY(reallocate(x, &t->at, worst_case, 1, bytes, 1));
    }
    t->tagged_code_units = bytes;
    return TENON_OK;
}

/* CanonicalABI: store_utf8_to_utf16. */
static tenon_status store_utf8_to_utf16(tni_transfer *x, const source *s, target *t) {
    u64 worst_case = 2 * s->code_units;
    TNI_TRY(allocate(x, 2, worst_case, &t->at));
    u64 bytes = worst_case;
    TNI_TRY(encode_utf16(x, s, 0, tni_side_at(&x->dst, t->at), &bytes));
    if (bytes < worst_case) {
        TNI_TRY(reallocate(x, &t->at, worst_case, 2, bytes, 2));
    }
    t->tagged_code_units = bytes / 2;
    return TENON_OK;
}

/* Copies scalar values below 256 as bytes; *unit is where the first other one is. */
static tenon_status copy_latin1(tni_transfer *x, const source *s, u8 *out, u64 *count,
                                u64 *unit) {
    const u8 *p = source_bytes(x, s);
    u64 next = TNI_PIECE_BYTES;
    *count = 0;
    *unit = 0;
    while (*unit < s->code_units) {
        u32 c;
        size_t n;
        TNI_TRY(look(x, *unit, &next));
        if (!decode(s, p, *unit, &c, &n) || c >= 0x100) {
            break;
        }
        out[(*count)++] = (u8)c;
        *unit += n;
    }
    return TENON_OK;
}

/* Bytes to code units in place, from the end on. */
static tenon_status inflate(tni_transfer *x, u8 *p, u64 count) {
    u64 next = TNI_PIECE_BYTES;
    for (u64 j = count; j-- > 0;) {
        TNI_TRY(look(x, count - j, &next));
        p[2 * j] = p[j];
        p[2 * j + 1] = 0;
    }
    return TENON_OK;
}

/* CanonicalABI: store_string_to_latin1_or_utf16. */
static tenon_status store_string_to_latin1_or_utf16(tni_transfer *x, const source *s,
                                                    target *t) {
    TNI_TRY(allocate(x, 2, s->code_units, &t->at));
    u64 unit, count;
    TNI_TRY(copy_latin1(x, s, tni_side_at(&x->dst, t->at), &count, &unit));
    if (unit == s->code_units) {
        if (count < s->code_units) {
            TNI_TRY(reallocate(x, &t->at, s->code_units, 2, count, 2));
        }
        t->tagged_code_units = count;
        return TENON_OK;
    }
    u64 worst_case = 2 * s->code_units;
    TNI_TRY(reallocate(x, &t->at, s->code_units, 2, worst_case, 2));
    u8 *out = tni_side_at(&x->dst, t->at);
    TNI_TRY(inflate(x, out, count));
    u64 bytes = worst_case - 2 * count;
    TNI_TRY(encode_utf16(x, s, unit, out + 2 * count, &bytes));
    bytes += 2 * count;
    if (worst_case > bytes) {
        TNI_TRY(reallocate(x, &t->at, worst_case, 2, bytes, 2));
    }
    t->tagged_code_units = bytes / 2 | utf16_tag(&x->dst);
    return TENON_OK;
}

/* CanonicalABI: store_probably_utf16_to_latin1_or_utf16. */
static tenon_status store_probably_utf16(tni_transfer *x, const source *s, target *t) {
    TNI_TRY(store_string_copy(x, s, 2, t));
    u8 *out = tni_side_at(&x->dst, t->at);
    u64 next = TNI_PIECE_BYTES;
    for (u64 i = 0; i < s->code_units; i++) {
        TNI_TRY(look(x, i, &next));
        if (out[2 * i + 1] != 0) {
            t->tagged_code_units = s->code_units | utf16_tag(&x->dst);
            return TENON_OK;
        }
    }
    next = TNI_PIECE_BYTES;
    for (u64 i = 0; i < s->code_units; i++) {
        TNI_TRY(look(x, i, &next));
        out[i] = out[2 * i];
    }
    return reallocate(x, &t->at, s->bytes, 1, s->code_units, 1);
}

/* CanonicalABI: store_string_into_range. */
static tenon_status store_string_into_range(tni_transfer *x, const source *s, target *t) {
    switch ((tni_encoding)x->dst.o->encoding) {
    case TNI_ENCODING_UTF8:
        return s->encoding == UTF8 ? store_string_copy(x, s, 1, t)
                                   : store_string_to_utf8(x, s, t);
    case TNI_ENCODING_UTF16:
        switch (s->encoding) {
        case UTF8: return store_utf8_to_utf16(x, s, t);
        case UTF16: return store_string_copy(x, s, 2, t);
        case LATIN1: return store_latin1_to_utf16(x, s, t);
        }
        break;
    case TNI_ENCODING_LATIN1_UTF16:
        if (x->src.o->encoding != TNI_ENCODING_LATIN1_UTF16) {
            return store_string_to_latin1_or_utf16(x, s, t);
        }
        return s->encoding == LATIN1 ? store_string_copy(x, s, 2, t)
                                     : store_probably_utf16(x, s, t);
    }
    TNI_UNREACHABLE();
}

/* -- to the host -- */

/* Bytes that the string takes in UTF-8. */
static tenon_status utf8_length(tni_transfer *x, const source *s, u64 *bytes) {
    const u8 *p = source_bytes(x, s);
    u64 next = TNI_PIECE_BYTES;
    *bytes = 0;
    for (u64 unit = 0; unit < s->code_units;) {
        u32 c = 0;
        size_t n = 1;
        u8 b[4];
        TNI_TRY(look(x, unit, &next));
        if (!decode(s, p, unit, &c, &n)) {
            break;
        }
        *bytes += tni_utf8_encode(c, b);
        unit += n;
    }
    return TENON_OK;
}

/* The host's memory holds UTF-8; it sees the guest's bytes themselves where it may. */
static tenon_status store_native(tni_transfer *x, const source *s, target *t) {
    if (s->encoding == UTF8 && x->dst.views) {
        t->at = (u64)(uintptr_t)source_bytes(x, s);
        t->tagged_code_units = s->bytes;
        return TENON_OK;
    }
    if (s->encoding == UTF8) {
        return store_string_copy(x, s, 1, t);
    }
    u64 bytes;
    TNI_TRY(utf8_length(x, s, &bytes));
    TNI_TRY(allocate(x, 1, bytes, &t->at));
    TNI_TRY(encode_utf8(x, s, 0, tni_side_at(&x->dst, t->at), &bytes));
    t->tagged_code_units = bytes;
    return TENON_OK;
}

tenon_status tni_transfer_string(tni_transfer *x, u64 ptr, u64 tagged_code_units,
                                 u64 *out_ptr, u64 *out_tagged_code_units) {
    source s = {0};
    target t = {0};
    TNI_TRY(load_string_from_range(x, ptr, tagged_code_units, &s));
    if (x->dst.o->native) {
        TNI_TRY(store_native(x, &s, &t));
    } else {
        TNI_TRY(store_string_into_range(x, &s, &t));
    }
    *out_ptr = t.at;
    *out_tagged_code_units = t.tagged_code_units;
    return TENON_OK;
}
