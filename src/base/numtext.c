/* numtext.c: numbers to text and back, exactly. Core 3.0, 6.3.1 (integers), 6.3.2
 * (floats), 4.3.3 (rounding).
 *
 * Reading scales a big integer until its quotient has 63 or 64 bits and rounds that once,
 * with the remainder as sticky bit. Printing is the free-format algorithm of Burger and
 * Dybvig (1996). Both are exact by construction and need no tables; neither uses floating
 * point. They are for text, not for hot paths. */
#include "base/numtext.h"
#include "base/assert.h"

/* -- big unsigned integers, little-endian limbs -- */

/* The largest number met: 10^(KEPT_DIGITS + 400) and 64 bits more. */
enum { KEPT_DIGITS = 800, BIG_LIMBS = 136 };

typedef struct big {
    u32 count; /* limbs in use; the highest is not 0 */
    u32 limbs[BIG_LIMBS];
} big;

static void big_set(big *b, u64 v) {
    b->count = 0;
    for (; v != 0; v >>= 32) {
        b->limbs[b->count++] = (u32)v;
    }
}

/* b = b * factor + more */
static void big_multiply(big *b, u32 factor, u32 more) {
    u64 carry = more;
    for (u32 i = 0; i < b->count; i++) {
        carry += (u64)b->limbs[i] * factor;
        b->limbs[i] = (u32)carry;
        carry >>= 32;
    }
    if (carry != 0) {
        TNI_ASSERT(b->count < BIG_LIMBS);
        b->limbs[b->count++] = (u32)carry;
    }
}

static void big_scale(big *b, u32 power_of_ten) {
    for (; power_of_ten >= 9; power_of_ten -= 9) {
        big_multiply(b, 1000000000, 0);
    }
    for (; power_of_ten > 0; power_of_ten--) {
        big_multiply(b, 10, 0);
    }
}

static u32 bit_length(u64 v) {
    u32 n = 0;
    for (; v != 0; v >>= 1) {
        n++;
    }
    return n;
}

static u32 big_bits(const big *b) {
    return b->count == 0 ? 0 : 32 * (b->count - 1) + bit_length(b->limbs[b->count - 1]);
}

static void big_shift(big *b, u32 bits) {
    u32 limbs = bits / 32;
    u32 rest = bits % 32;
    if (b->count == 0 || bits == 0) {
        return;
    }
    TNI_ASSERT(b->count + limbs + 1 <= BIG_LIMBS);
    b->limbs[b->count] = 0;
    for (u32 i = b->count + 1; i-- > 0;) {
        u64 wide = (u64)b->limbs[i] << 32 | (i > 0 ? b->limbs[i - 1] : 0);
        b->limbs[i + limbs] = (u32)(wide >> (32 - rest));
    }
    memset(b->limbs, 0, limbs * sizeof b->limbs[0]);
    b->count += limbs + 1;
    if (b->limbs[b->count - 1] == 0) {
        b->count--;
    }
}

static int big_compare(const big *a, const big *b) {
    if (a->count != b->count) {
        return a->count < b->count ? -1 : 1;
    }
    for (u32 i = a->count; i-- > 0;) {
        if (a->limbs[i] != b->limbs[i]) {
            return a->limbs[i] < b->limbs[i] ? -1 : 1;
        }
    }
    return 0;
}

/* a = a - b, for a >= b */
static void big_subtract(big *a, const big *b) {
    u64 borrow = 0;
    for (u32 i = 0; i < a->count; i++) {
        u64 d = (u64)a->limbs[i] - (i < b->count ? b->limbs[i] : 0) - borrow;
        a->limbs[i] = (u32)d;
        borrow = d >> 63;
    }
    while (a->count > 0 && a->limbs[a->count - 1] == 0) {
        a->count--;
    }
}

/* The sign of (a + b) - c. */
static int big_compare_sum(const big *a, const big *b, const big *c) {
    big sum;
    u32 n = a->count > b->count ? a->count : b->count;
    u64 carry = 0;
    for (u32 i = 0; i < n; i++) {
        carry += (u64)(i < a->count ? a->limbs[i] : 0) + (i < b->count ? b->limbs[i] : 0);
        sum.limbs[i] = (u32)carry;
        carry >>= 32;
    }
    if (carry != 0) {
        TNI_ASSERT(n < BIG_LIMBS);
        sum.limbs[n++] = (u32)carry;
    }
    sum.count = n;
    return big_compare(&sum, c);
}

/* -- the two formats -- */

typedef struct format {
    u32 precision; /* significand bits, the hidden one included */
    i32 lowest;    /* exponent of the least subnormal */
    u32 bits;
} format;

static const format format32 = {24, -149, 32};
static const format format64 = {53, -1074, 64};

static u64 infinity_of(const format *f) {
    u32 exponent_bits = f->bits - f->precision;
    return (((u64)1 << exponent_bits) - 1) << (f->precision - 1);
}

/* Rounds m * 2^e to nearest, ties to even; sticky says that the true value is a little
 * above (then m has at least 62 bits). m is not 0. */
static tni_num round_bits(const format *f, u64 m, i64 e, bool sticky, u64 *out) {
    u32 shift = 64 - bit_length(m);
    m <<= shift;
    e -= shift;
    i64 unit = e + 64 - f->precision; /* exponent of the result's last place */
    if (unit < f->lowest) {
        unit = f->lowest;
    }
    if (unit > 2000) {
        return TNI_NUM_RANGE;
    }
    i64 drop = unit - e;
    if (drop > 64) {
        *out = 0;
        return TNI_NUM_OK;
    }
    u64 kept = drop == 64 ? 0 : m >> drop;
    u64 rest = drop == 64 ? m : m << (64 - drop);
    u64 half = (u64)1 << 63;
    if (rest > half || (rest == half && (sticky || (kept & 1) != 0))) {
        kept++;
    }
    u64 bits = ((u64)(unit - f->lowest) << (f->precision - 1)) + kept;
    if (bits >= infinity_of(f)) {
        return TNI_NUM_RANGE;
    }
    *out = bits;
    return TNI_NUM_OK;
}

/* -- scanning -- */

typedef struct scanner {
    const char *cur;
    const char *end;
} scanner;

static bool take(scanner *s, char c) {
    if (s->cur != s->end && *s->cur == c) {
        s->cur++;
        return true;
    }
    return false;
}

static bool take_word(scanner *s, const char *word) {
    size_t n = strlen(word);
    if ((size_t)(s->end - s->cur) < n || memcmp(s->cur, word, n) != 0) {
        return false;
    }
    s->cur += n;
    return true;
}

/* The value of a digit, or a number no base has. */
static u32 digit_value(char c) {
    if (c >= '0' && c <= '9') {
        return (u32)(c - '0');
    }
    if (c >= 'a' && c <= 'f') {
        return (u32)(c - 'a') + 10;
    }
    if (c >= 'A' && c <= 'F') {
        return (u32)(c - 'A') + 10;
    }
    return 255;
}

/* The next digit of a run, with one '_' between digits; first says that none came yet.
 * 255 at the end of the run. A '_' that no digit follows is left where it is. */
static u32 take_digit(scanner *s, u32 base, bool first) {
    const char *p = s->cur;
    if (!first && p != s->end && *p == '_') {
        p++;
    }
    u32 d = p != s->end ? digit_value(*p) : 255;
    if (d >= base) {
        return 255;
    }
    s->cur = p + 1;
    return d;
}

/* num or hexnum. overflow is set when the value does not fit; the value is then wrong. */
static bool take_u64(scanner *s, u64 *out, bool *overflow) {
    u32 base = take_word(s, "0x") ? 16 : 10;
    u64 v = 0;
    u32 d = take_digit(s, base, true);
    if (d == 255) {
        return false;
    }
    *overflow = false;
    for (; d != 255; d = take_digit(s, base, false)) {
        if (v > (UINT64_MAX - d) / base) {
            *overflow = true;
        }
        v = v * base + d;
    }
    *out = v;
    return true;
}

tni_num tni_parse_u64(tni_str text, u64 max, u64 *out) {
    scanner s = {text.ptr, text.ptr + text.len};
    u64 v;
    bool overflow;
    if (!take_u64(&s, &v, &overflow) || s.cur != s.end) {
        return TNI_NUM_SYNTAX;
    }
    if (overflow || v > max) {
        return TNI_NUM_RANGE;
    }
    *out = v;
    return TNI_NUM_OK;
}

static tni_num parse_signed(tni_str text, u64 max, u64 min_magnitude, u64 *out) {
    scanner s = {text.ptr, text.ptr + text.len};
    bool negative = take(&s, '-');
    if (!negative) {
        take(&s, '+');
    }
    u64 v;
    tni_num r = tni_parse_u64((tni_str){s.cur, (size_t)(s.end - s.cur)},
                              negative ? min_magnitude : max, &v);
    if (r == TNI_NUM_OK) {
        *out = negative ? 0 - v : v;
    }
    return r;
}

tni_num tni_parse_int(tni_str text, unsigned bits, u64 *out) {
    u64 max = UINT64_MAX >> (64 - bits);
    u64 v;
    tni_num r = parse_signed(text, max, (u64)1 << (bits - 1), &v);
    if (r == TNI_NUM_OK) {
        *out = v & max;
    }
    return r;
}

tni_num tni_parse_signed(tni_str text, unsigned bits, i64 *out) {
    u64 least = (u64)1 << (bits - 1);
    u64 v;
    tni_num r = parse_signed(text, least - 1, least, &v);
    if (r == TNI_NUM_OK) {
        *out = (i64)v;
    }
    return r;
}

/* An exponent after its letter: [sign] num. Saturates far outside every range. */
static bool take_exponent(scanner *s, i64 *out) {
    bool negative = take(s, '-');
    if (!negative) {
        take(s, '+');
    }
    i64 v = 0;
    u32 d = take_digit(s, 10, true);
    if (d == 255) {
        return false;
    }
    for (; d != 255; d = take_digit(s, 10, false)) {
        v = v < (i64)1 << 56 ? v * 10 + d : v;
    }
    *out = negative ? -v : v;
    return true;
}

/* -- reading floats -- */

typedef struct hex_digits {
    u64 m;
    i64 e; /* value: m * 2^e, and a little more if sticky */
    bool sticky;
} hex_digits;

static void add_hex_digit(hex_digits *h, u32 d, bool fraction) {
    if (h->m >> 60 != 0) {
        h->sticky = h->sticky || d != 0;
        h->e += fraction ? 0 : 4;
    } else {
        h->m = h->m << 4 | d;
        h->e -= fraction ? 4 : 0;
    }
}

static tni_num parse_hex(scanner *s, const format *f, u64 *out) {
    hex_digits h = {0};
    u32 d = take_digit(s, 16, true);
    if (d == 255) {
        return TNI_NUM_SYNTAX;
    }
    for (; d != 255; d = take_digit(s, 16, false)) {
        add_hex_digit(&h, d, false);
    }
    if (take(s, '.')) {
        d = take_digit(s, 16, true);
        for (; d != 255; d = take_digit(s, 16, false)) {
            add_hex_digit(&h, d, true);
        }
    }
    i64 e = 0;
    if ((take(s, 'p') || take(s, 'P')) && !take_exponent(s, &e)) {
        return TNI_NUM_SYNTAX;
    }
    if (s->cur != s->end) {
        return TNI_NUM_SYNTAX;
    }
    if (h.m == 0) {
        *out = 0;
        return TNI_NUM_OK;
    }
    return round_bits(f, h.m, h.e + e, h.sticky, out);
}

/* Significant decimal digits: value D * 10^e, D being the first KEPT_DIGITS of them, and
 * one 1 more when a later digit is not 0. No float or midpoint between two needs more
 * than 767 digits, so that 1 decides as the rest would. */
typedef struct decimal {
    big m;
    u32 kept;
    i64 e;
    bool more;
} decimal;

static void add_decimal_digit(decimal *m, u32 d, bool fraction) {
    if (m->kept == 0 && d == 0) {
        m->e -= fraction;
    } else if (m->kept < KEPT_DIGITS) {
        if (m->kept == 0) {
            big_set(&m->m, d);
        } else {
            big_multiply(&m->m, 10, d);
        }
        m->kept++;
        m->e -= fraction;
    } else {
        m->more = m->more || d != 0;
        m->e += !fraction;
    }
}

static tni_num round_decimal(const format *f, decimal *m, u64 *out) {
    if (m->more) {
        big_multiply(&m->m, 10, 1);
        m->kept++;
        m->e--;
    }
    i64 point =
        m->kept + m->e; /* the value is below 10^point, and at least 10^(point-1) */
    if (point > 310) {
        return TNI_NUM_RANGE;
    }
    if (point < -330) {
        *out = 0;
        return TNI_NUM_OK;
    }
    big divisor;
    big_set(&divisor, 1);
    if (m->e >= 0) {
        big_scale(&m->m, (u32)m->e);
    } else {
        big_scale(&divisor, (u32)-m->e);
    }
    /* Shift so that the quotient has 63 or 64 bits. */
    i64 shift = 63 + (i64)big_bits(&divisor) - (i64)big_bits(&m->m);
    if (shift >= 0) {
        big_shift(&m->m, (u32)shift);
    } else {
        big_shift(&divisor, (u32)-shift);
    }
    big_shift(&divisor, 63);
    u64 q = 0;
    for (u32 i = 0; i < 64; i++) {
        q <<= 1;
        if (big_compare(&m->m, &divisor) >= 0) {
            big_subtract(&m->m, &divisor);
            q |= 1;
        }
        big_shift(&m->m, 1);
    }
    return round_bits(f, q, -shift, m->m.count != 0, out);
}

static tni_num parse_decimal(scanner *s, const format *f, u64 *out) {
    decimal m;
    big_set(&m.m, 0);
    m.kept = 0;
    m.e = 0;
    m.more = false;
    u32 d = take_digit(s, 10, true);
    if (d == 255) {
        return TNI_NUM_SYNTAX;
    }
    for (; d != 255; d = take_digit(s, 10, false)) {
        add_decimal_digit(&m, d, false);
    }
    if (take(s, '.')) {
        d = take_digit(s, 10, true);
        for (; d != 255; d = take_digit(s, 10, false)) {
            add_decimal_digit(&m, d, true);
        }
    }
    i64 e = 0;
    if ((take(s, 'e') || take(s, 'E')) && !take_exponent(s, &e)) {
        return TNI_NUM_SYNTAX;
    }
    if (s->cur != s->end) {
        return TNI_NUM_SYNTAX;
    }
    if (m.kept == 0) {
        *out = 0;
        return TNI_NUM_OK;
    }
    m.e += e;
    return round_decimal(f, &m, out);
}

/* After "nan". Core 3.0, 6.3.2: the payload is not 0 and fits the significand. */
static tni_num parse_nan(scanner *s, const format *f, u64 *out) {
    u64 payload = (u64)1 << (f->precision - 2);
    if (s->cur != s->end) {
        bool overflow;
        if (!take_word(s, ":0x")) {
            return TNI_NUM_SYNTAX;
        }
        s->cur -= 2;
        if (!take_u64(s, &payload, &overflow) || s->cur != s->end) {
            return TNI_NUM_SYNTAX;
        }
        if (overflow || payload == 0 || payload >> (f->precision - 1) != 0) {
            return TNI_NUM_RANGE;
        }
    }
    *out = infinity_of(f) | payload;
    return TNI_NUM_OK;
}

static tni_num parse_float(tni_str text, const format *f, u64 *out) {
    scanner s = {text.ptr, text.ptr + text.len};
    bool negative = take(&s, '-');
    if (!negative) {
        take(&s, '+');
    }
    tni_num r;
    if (take_word(&s, "nan")) {
        r = parse_nan(&s, f, out);
    } else if (take_word(&s, "inf")) {
        *out = infinity_of(f);
        r = s.cur == s.end ? TNI_NUM_OK : TNI_NUM_SYNTAX;
    } else if (take_word(&s, "0x")) {
        r = parse_hex(&s, f, out);
    } else {
        r = parse_decimal(&s, f, out);
    }
    if (r == TNI_NUM_OK && negative) {
        *out |= (u64)1 << (f->bits - 1);
    }
    return r;
}

tni_num tni_parse_f32(tni_str text, u32 *bits) {
    u64 v;
    tni_num r = parse_float(text, &format32, &v);
    if (r == TNI_NUM_OK) {
        *bits = (u32)v;
    }
    return r;
}

tni_num tni_parse_f64(tni_str text, u64 *bits) {
    u64 v;
    tni_num r = parse_float(text, &format64, &v);
    if (r == TNI_NUM_OK) {
        *bits = v;
    }
    return r;
}

/* -- printing floats -- */

typedef struct digits {
    char text[20];
    u32 count;
    i32 point; /* the value is 0.d1d2… * 10^point */
} digits;

/* Burger and Dybvig's r, s, m+ and m-: the value is r/s, the gap to the next float above
 * is 2m+/s, below 2m-/s. */
typedef struct scaled {
    big r, s, above, below;
    bool even; /* the ends of the rounding interval read back as the value */
} scaled;

static void scaled_init(scaled *v, const format *f, u64 m, i32 e) {
    /* At a power of two the float below is nearer, except where the subnormals begin. */
    bool uneven = m == (u64)1 << (f->precision - 1) && e > f->lowest;
    u32 up = e > 0 ? (u32)e : 0;
    u32 down = e < 0 ? (u32)-e : 0;
    big_set(&v->r, m);
    big_shift(&v->r, up + 1 + uneven);
    big_set(&v->s, 1);
    big_shift(&v->s, down + 1 + uneven);
    big_set(&v->above, 1);
    big_shift(&v->above, up + uneven);
    big_set(&v->below, 1);
    big_shift(&v->below, up);
    v->even = (m & 1) == 0;
}

static bool reaches_above(const scaled *v) {
    int c = big_compare_sum(&v->r, &v->above, &v->s);
    return v->even ? c >= 0 : c > 0;
}

static void times_ten(scaled *v) {
    big_multiply(&v->r, 10, 0);
    big_multiply(&v->above, 10, 0);
    big_multiply(&v->below, 10, 0);
}

static void generate(scaled *v, digits *out) {
    for (;;) {
        u32 d = 0;
        while (big_compare(&v->r, &v->s) >= 0) {
            big_subtract(&v->r, &v->s);
            d++;
        }
        int c = big_compare(&v->r, &v->below);
        bool low = v->even ? c <= 0 : c < 0;
        bool high = reaches_above(v);
        if (low || high) {
            /* Both ends will do: take the nearer one, or the even one. */
            int half = low && high ? big_compare_sum(&v->r, &v->r, &v->s) : 0;
            if (high && (!low || half > 0 || (half == 0 && d % 2 != 0))) {
                d++;
            }
            TNI_ASSERT(d <= 9 && out->count < sizeof out->text);
            out->text[out->count++] = (char)('0' + d);
            return;
        }
        TNI_ASSERT(d <= 9 && out->count < sizeof out->text);
        out->text[out->count++] = (char)('0' + d);
        times_ten(v);
    }
}

/* m * 2^e, m not 0. */
static void shortest(const format *f, u64 m, i32 e, digits *out) {
    scaled v;
    scaled_init(&v, f, m, e);
    /* floor(log10 2 * the binary exponent), which is the decimal exponent or one less. */
    i64 log = ((i64)e + bit_length(m) - 1) * 1292913986;
    i32 k = (i32)(log >= 0 ? log >> 32 : -((-log + 0xffffffff) >> 32));
    if (k >= 0) {
        big_scale(&v.s, (u32)k);
    } else {
        big_scale(&v.r, (u32)-k);
        big_scale(&v.above, (u32)-k);
        big_scale(&v.below, (u32)-k);
    }
    out->count = 0;
    out->point = k + 1;
    big ten = v.s;
    big_multiply(&ten, 10, 0);
    int c = big_compare_sum(&v.r, &v.above, &ten);
    if (v.even ? c >= 0 : c > 0) {
        v.s = ten; /* k was one less */
        out->point++;
    }
    generate(&v, out);
}

static size_t append(char *out, size_t at, const char *text, size_t len) {
    memcpy(out + at, text, len);
    return at + len;
}

static size_t append_exponent(char *out, size_t at, i32 e) {
    out[at++] = 'e';
    out[at++] = e < 0 ? '-' : '+';
    u32 v = (u32)(e < 0 ? -e : e);
    char text[8];
    size_t n = 0;
    do {
        text[n++] = (char)('0' + v % 10);
        v /= 10;
    } while (v != 0);
    while (n > 0) {
        out[at++] = text[--n];
    }
    return at;
}

static size_t append_zeros(char *out, size_t at, i32 n) {
    for (; n > 0; n--) {
        out[at++] = '0';
    }
    return at;
}

/* Plain notation from 1e-6 up to below 1e21, as ECMAScript has it. */
static size_t append_digits(char *out, size_t at, const digits *d) {
    i32 count = (i32)d->count;
    if (d->point > 21 || d->point < -5) {
        out[at++] = d->text[0];
        if (count > 1) {
            out[at++] = '.';
            at = append(out, at, d->text + 1, (size_t)count - 1);
        }
        return append_exponent(out, at, d->point - 1);
    }
    if (d->point <= 0) {
        at = append(out, at, "0.", 2);
        at = append_zeros(out, at, -d->point);
        return append(out, at, d->text, d->count);
    }
    if (d->point >= count) {
        at = append(out, at, d->text, d->count);
        return append_zeros(out, at, d->point - count);
    }
    at = append(out, at, d->text, (size_t)d->point);
    out[at++] = '.';
    return append(out, at, d->text + d->point, (size_t)(count - d->point));
}

static size_t append_nan(char *out, size_t at, const format *f, u64 payload) {
    at = append(out, at, "nan", 3);
    if (payload == (u64)1 << (f->precision - 2)) {
        return at;
    }
    at = append(out, at, ":0x", 3);
    u32 nibbles = (bit_length(payload) + 3) / 4;
    while (nibbles-- > 0) {
        out[at++] = "0123456789abcdef"[payload >> (4 * nibbles) & 15];
    }
    return at;
}

static size_t format_float(char *out, const format *f, u64 bits) {
    size_t at = 0;
    if (bits >> (f->bits - 1) != 0) {
        out[at++] = '-';
    }
    u64 hidden = (u64)1 << (f->precision - 1);
    u64 fraction = bits & (hidden - 1);
    u64 biased = (bits & infinity_of(f)) >> (f->precision - 1);
    if ((bits & infinity_of(f)) == infinity_of(f)) {
        at = fraction != 0 ? append_nan(out, at, f, fraction) : append(out, at, "inf", 3);
    } else if (biased == 0 && fraction == 0) {
        out[at++] = '0';
    } else {
        digits d;
        if (biased == 0) {
            shortest(f, fraction, f->lowest, &d);
        } else {
            shortest(f, fraction | hidden, (i32)biased - 1 + f->lowest, &d);
        }
        at = append_digits(out, at, &d);
    }
    TNI_ASSERT(at < TNI_FLOAT_TEXT_BYTES);
    out[at] = 0;
    return at;
}

size_t tni_format_f32(char out[TNI_FLOAT_TEXT_BYTES], u32 bits) {
    return format_float(out, &format32, bits);
}

size_t tni_format_f64(char out[TNI_FLOAT_TEXT_BYTES], u64 bits) {
    return format_float(out, &format64, bits);
}
