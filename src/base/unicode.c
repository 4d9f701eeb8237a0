/* unicode.c: UTF-8 and UTF-16, one scalar value at a time, and whole-buffer checks.
 * Unicode 15, table 3-7 (well-formed UTF-8); Core 3.0, 5.2.4. */
#include "base/unicode.h"

static bool is_trail(u8 b) {
    return (b & 0xc0) == 0x80;
}

static size_t decode_long(const u8 *p, size_t left, u32 *out) {
    u8 b = p[0];
    if (b >= 0xc2 && b <= 0xdf) {
        if (left < 2 || !is_trail(p[1])) {
            return 0;
        }
        *out = (u32)(b & 0x1f) << 6 | (p[1] & 0x3f);
        return 2;
    }
    if (b >= 0xe0 && b <= 0xef) {
        if (left < 3 || !is_trail(p[1]) || !is_trail(p[2])) {
            return 0;
        }
        u32 c = (u32)(b & 0x0f) << 12 | (u32)(p[1] & 0x3f) << 6 | (p[2] & 0x3f);
        *out = c;
        return c >= 0x800 && tni_is_scalar(c) ? 3 : 0;
    }
    if (b >= 0xf0 && b <= 0xf4) {
        if (left < 4 || !is_trail(p[1]) || !is_trail(p[2]) || !is_trail(p[3])) {
            return 0;
        }
        u32 c = (u32)(b & 0x07) << 18 | (u32)(p[1] & 0x3f) << 12 |
                (u32)(p[2] & 0x3f) << 6 | (p[3] & 0x3f);
        *out = c;
        return c >= 0x10000 && c <= 0x10ffff ? 4 : 0;
    }
    return 0;
}

size_t tni_utf8_decode(const u8 *p, const u8 *end, u32 *out) {
    if (p[0] < 0x80) {
        *out = p[0];
        return 1;
    }
    return decode_long(p, (size_t)(end - p), out);
}

static u64 word_at(const u8 *p) {
    u64 w;
    memcpy(&w, p, sizeof w);
    return w;
}

/* Whether 64 bytes are all below 0x80. */
static bool is_ascii_block(const u8 *p) {
    const u64 any = word_at(p) | word_at(p + 8) | word_at(p + 16) | word_at(p + 24) |
                    word_at(p + 32) | word_at(p + 40) | word_at(p + 48) | word_at(p + 56);
    return (any & UINT64_C(0x8080808080808080)) == 0;
}

/* Where the ASCII bytes at p end, or up to 63 of them before that. */
static const u8 *skip_ascii(const u8 *p, const u8 *end) {
    while (end - p >= 64 && is_ascii_block(p)) {
        p += 64;
    }
    return p;
}

bool tni_utf8_valid(const void *bytes, size_t len) {
    if (len == 0) {
        return true; /* bytes may be NULL */
    }
    const u8 *p = bytes;
    const u8 *end = p + len;
    while (p != end) {
        if (*p < 0x80) {
            size_t word;
            p = skip_ascii(p, end);
            while ((size_t)(end - p) >= sizeof word) {
                memcpy(&word, p, sizeof word);
                if ((word & (SIZE_MAX / 255 * 128)) != 0) {
                    break;
                }
                p += sizeof word;
            }
            while (p != end && *p < 0x80) {
                p++;
            }
            continue;
        }
        u32 c;
        size_t n = decode_long(p, (size_t)(end - p), &c);
        if (n == 0) {
            return false;
        }
        p += n;
    }
    return true;
}

size_t tni_utf8_encode(u32 c, u8 out[4]) {
    if (c < 0x80) {
        out[0] = (u8)c;
        return 1;
    }
    if (c < 0x800) {
        out[0] = (u8)(0xc0 | c >> 6);
        out[1] = (u8)(0x80 | (c & 0x3f));
        return 2;
    }
    if (c < 0x10000) {
        out[0] = (u8)(0xe0 | c >> 12);
        out[1] = (u8)(0x80 | (c >> 6 & 0x3f));
        out[2] = (u8)(0x80 | (c & 0x3f));
        return 3;
    }
    out[0] = (u8)(0xf0 | c >> 18);
    out[1] = (u8)(0x80 | (c >> 12 & 0x3f));
    out[2] = (u8)(0x80 | (c >> 6 & 0x3f));
    out[3] = (u8)(0x80 | (c & 0x3f));
    return 4;
}

size_t tni_utf16_decode(const u8 *p, size_t units, u32 *out) {
    if (units == 0) {
        return 0;
    }
    u32 high = tni_load_u16(p);
    if (high < 0xd800 || high > 0xdfff) {
        *out = high;
        return 1;
    }
    if (high > 0xdbff || units < 2) {
        return 0;
    }
    u32 low = tni_load_u16(p + 2);
    if (low < 0xdc00 || low > 0xdfff) {
        return 0;
    }
    *out = 0x10000 + ((high - 0xd800) << 10 | (low - 0xdc00));
    return 2;
}

size_t tni_utf16_encode(u32 c, u8 out[4]) {
    if (c < 0x10000) {
        tni_store_u16(out, (u16)c);
        return 1;
    }
    c -= 0x10000;
    tni_store_u16(out, (u16)(0xd800 | c >> 10));
    tni_store_u16(out + 2, (u16)(0xdc00 | (c & 0x3ff)));
    return 2;
}
