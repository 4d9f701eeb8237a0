/* format.c: the formatter and growable text. Integers, strings and pointers only. */
#include "base/format.h"

typedef struct sink {
    char *buf;
    size_t capacity;
    size_t wanted;
} sink;

static void put(sink *s, const char *bytes, size_t len) {
    if (s->wanted < s->capacity) {
        size_t room = s->capacity - s->wanted;
        memcpy(s->buf + s->wanted, bytes, len < room ? len : room);
    }
    s->wanted = len > SIZE_MAX - s->wanted ? SIZE_MAX : s->wanted + len;
}

static void pad(sink *s, char c, size_t n) {
    while (n > 0) {
        put(s, &c, 1);
        n--;
    }
}

typedef struct spec {
    bool zero;
    bool left;
    size_t width;
    size_t precision; /* SIZE_MAX for none */
    unsigned longs;   /* 1 for l, 2 for ll, 3 for z */
} spec;

static void put_padded(sink *s, const spec *f, const char *text, size_t len) {
    size_t n = f->width > len ? f->width - len : 0;
    if (!f->left) {
        pad(s, ' ', n);
    }
    put(s, text, len);
    if (f->left) {
        pad(s, ' ', n);
    }
}

static void put_number(sink *s, const spec *f, bool negative, u64 v, unsigned base,
                       const char *digits) {
    char text[24];
    size_t at = sizeof text;
    do {
        text[--at] = digits[v % base];
        v /= base;
    } while (v != 0);
    size_t len = sizeof text - at;
    if (f->zero && !f->left) {
        put(s, "-", negative);
        pad(s, '0', f->width > len + negative ? f->width - len - negative : 0);
        put(s, text + at, len);
        return;
    }
    if (negative) {
        text[--at] = '-';
        len++;
    }
    put_padded(s, f, text + at, len);
}

static void put_string(sink *s, const spec *f, const char *text) {
    text = text == NULL ? "(null)" : text;
    size_t len = 0;
    while (len < f->precision && text[len] != 0) {
        len++;
    }
    put_padded(s, f, text, len);
}

/* va_list travels in a struct, for it may be an array type. */
typedef struct arguments {
    va_list list;
} arguments;

static i64 signed_argument(arguments *a, unsigned longs) {
    switch (longs) {
    case 0: return va_arg(a->list, int);
    case 1: return va_arg(a->list, long);
    case 2: return va_arg(a->list, long long);
    default: return va_arg(a->list, ptrdiff_t);
    }
}

static u64 unsigned_argument(arguments *a, unsigned longs) {
    switch (longs) {
    case 0: return va_arg(a->list, unsigned);
    case 1: return va_arg(a->list, unsigned long);
    case 2: return va_arg(a->list, unsigned long long);
    default: return va_arg(a->list, size_t);
    }
}

static size_t parse_number(const char **p, arguments *a) {
    if (**p == '*') {
        (*p)++;
        int n = va_arg(a->list, int);
        return n < 0 ? 0 : (size_t)n;
    }
    size_t n = 0;
    while (**p >= '0' && **p <= '9') {
        n = n * 10 + (size_t)(*(*p)++ - '0');
    }
    return n;
}

static spec parse_spec(const char **p, arguments *a) {
    spec f = {.precision = SIZE_MAX};
    for (;; (*p)++) {
        if (**p == '0') {
            f.zero = true;
        } else if (**p == '-') {
            f.left = true;
        } else {
            break;
        }
    }
    f.width = parse_number(p, a);
    if (**p == '.') {
        (*p)++;
        f.precision = parse_number(p, a);
    }
    for (; **p == 'l' || **p == 'z' || **p == 'h'; (*p)++) {
        if (**p != 'h') {
            f.longs = **p == 'z' ? 3 : f.longs + 1;
        }
    }
    return f;
}

static void convert(sink *s, const spec *f, char c, arguments *a) {
    switch (c) {
    case 'd':
    case 'i': {
        i64 v = signed_argument(a, f->longs);
        put_number(s, f, v < 0, v < 0 ? -(u64)v : (u64)v, 10, "0123456789");
        break;
    }
    case 'u':
        put_number(s, f, false, unsigned_argument(a, f->longs), 10, "0123456789");
        break;
    case 'x':
        put_number(s, f, false, unsigned_argument(a, f->longs), 16, "0123456789abcdef");
        break;
    case 'X':
        put_number(s, f, false, unsigned_argument(a, f->longs), 16, "0123456789ABCDEF");
        break;
    case 'p':
        put(s, "0x", 2);
        put_number(s, f, false, (u64)(uintptr_t)va_arg(a->list, void *), 16,
                   "0123456789abcdef");
        break;
    case 's': put_string(s, f, va_arg(a->list, const char *)); break;
    case 'c': {
        char byte = (char)va_arg(a->list, int);
        put_padded(s, f, &byte, 1);
        break;
    }
    default: put(s, &c, 1); break;
    }
}

/* Takes back a UTF-8 sequence that the end of the buffer cut in two. */
static size_t whole_sequences(const char *buf, size_t len) {
    size_t i = len;
    while (i > 0 && len - i < 3 && ((u8)buf[i - 1] & 0xc0) == 0x80) {
        i--;
    }
    if (i == 0 || (u8)buf[i - 1] < 0xc0) {
        return len;
    }
    u8 lead = (u8)buf[i - 1];
    size_t need = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2;
    return len - i + 1 < need ? i - 1 : len;
}

size_t tni_vformat(char *buf, size_t capacity, const char *fmt, va_list args) {
    sink s = {buf, capacity, 0};
    arguments a;
    va_copy(a.list, args);
    while (*fmt != 0) {
        const char *run = fmt;
        while (*fmt != 0 && *fmt != '%') {
            fmt++;
        }
        put(&s, run, (size_t)(fmt - run));
        if (*fmt == '%') {
            fmt++;
            spec f = parse_spec(&fmt, &a);
            if (*fmt == 0) {
                break;
            }
            convert(&s, &f, *fmt++, &a);
        }
    }
    va_end(a.list);
    if (capacity > 0) {
        size_t len = s.wanted < capacity ? s.wanted : whole_sequences(buf, capacity - 1);
        buf[len] = 0;
    }
    return s.wanted;
}

size_t tni_format(char *buf, size_t capacity, const char *fmt, ...) {
    va_list args;
    va_start(args, fmt);
    size_t n = tni_vformat(buf, capacity, fmt, args);
    va_end(args);
    return n;
}

void tni_buf_init(tni_buf *b, tni_heap *h) {
    *b = (tni_buf){.heap = h};
}

void tni_buf_free(tni_buf *b) {
    tni_free(b->heap, b->data, b->capacity, 1);
    tni_buf_init(b, b->heap);
}

/* Room for more bytes beyond count; sets failed when there is none. */
static bool make_room(tni_buf *b, size_t more) {
    if (b->failed) {
        return false;
    }
    if (more <= b->capacity - b->count) {
        return true;
    }
    size_t need = b->count + more;
    size_t want = need;
#ifdef TNI_TINY
    if (b->capacity >= TNI_TINY_STEPS && need < b->capacity + b->capacity / 8) {
        want = b->capacity + b->capacity / 8;
    }
#else
    if (b->capacity < SIZE_MAX / 4 && need < b->capacity * 2 + 64) {
        want = b->capacity * 2 + 64;
    }
#endif
    u8 *p = NULL;
    if (need >= more) {
        p = tni_resize(b->heap, b->data, b->capacity, want);
        if (p == NULL && want > need) {
            want = need;
            p = tni_resize(b->heap, b->data, b->capacity, want);
        }
    }
    if (p == NULL) {
        b->failed = true;
        return false;
    }
    b->data = p;
    b->capacity = want;
    return true;
}

void tni_buf_put(tni_buf *b, const void *bytes, size_t len) {
    if (len > 0 && make_room(b, len)) {
        memcpy(b->data + b->count, bytes, len);
        b->count += len;
    }
}

void tni_buf_byte(tni_buf *b, u8 byte) {
    if (make_room(b, 1)) {
        b->data[b->count++] = byte;
    }
}

void tni_buf_str(tni_buf *b, tni_str s) {
    tni_buf_put(b, s.ptr, s.len);
}

void tni_buf_format(tni_buf *b, const char *fmt, ...) {
    char small[128];
    va_list args;
    va_start(args, fmt);
    size_t n = tni_vformat(small, sizeof small, fmt, args);
    va_end(args);
    if (n < sizeof small) {
        tni_buf_put(b, small, n);
        return;
    }
    if (n < SIZE_MAX && make_room(b, n + 1)) {
        va_start(args, fmt);
        tni_vformat((char *)b->data + b->count, n + 1, fmt, args);
        va_end(args);
        b->count += n;
    }
}

void tni_buf_u64(tni_buf *b, u64 v) {
    u8 bytes[10];
    size_t n = 0;
    for (; v >= 0x80; v >>= 7) {
        bytes[n++] = (u8)(v | 0x80);
    }
    bytes[n++] = (u8)v;
    tni_buf_put(b, bytes, n);
}

void tni_buf_u32(tni_buf *b, u32 v) {
    tni_buf_u64(b, v);
}

void tni_buf_s64(tni_buf *b, i64 v) {
    u8 bytes[10];
    size_t n = 0;
    u64 rest = (u64)v;
    u64 sign = v < 0 ? UINT64_MAX : 0;
    for (;;) {
        u8 low = rest & 0x7f;
        rest = rest >> 7 | sign << 57;
        if (rest == sign && (low & 0x40) == (sign & 0x40)) {
            bytes[n++] = low;
            break;
        }
        bytes[n++] = low | 0x80;
    }
    tni_buf_put(b, bytes, n);
}

void tni_buf_s33(tni_buf *b, i64 v) {
    tni_buf_s64(b, v);
}

void tni_buf_s32(tni_buf *b, i32 v) {
    tni_buf_s64(b, v);
}
