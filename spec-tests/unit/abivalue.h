/* abivalue.h: random values in native form, copied and compared.
 * tenon/type.h, "Native form". */
#ifndef TENON_ABIVALUE_H
#define TENON_ABIVALUE_H

#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "tenon.h"

/* -- randomness -- */

typedef struct abi_random {
    uint64_t state;
} abi_random;

/* splitmix64 */
static inline uint64_t abi_next(abi_random *r) {
    uint64_t z = r->state += UINT64_C(0x9e3779b97f4a7c15);
    z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
    return z ^ z >> 31;
}

static inline uint32_t abi_below(abi_random *r, uint32_t n) {
    return (uint32_t)((abi_next(r) >> 32) * n >> 32);
}

static inline bool abi_chance(abi_random *r, uint32_t percent) {
    return abi_below(r, 100) < percent;
}

/* -- random values -- */

static inline bool abi_is_handle(tenon_type_kind kind) {
    return kind == TENON_TYPE_OWN || kind == TENON_TYPE_BORROW ||
           kind == TENON_TYPE_STREAM || kind == TENON_TYPE_FUTURE ||
           kind == TENON_TYPE_ERROR_CONTEXT;
}

static inline uint32_t abi_tag_size(uint32_t cases) {
    return cases <= 0x100 ? 1 : cases <= 0x10000 ? 2 : 4;
}

typedef struct abi_values {
    abi_random random;
    tenon_arena *arena; /* for strings and lists */
    int budget;         /* of elements and characters, for the value at hand */
    /* Makes a handle of that type; NULL where there are none. */
    uint32_t (*handle)(void *user, const tenon_type *type, uint32_t rep);
    void *user;
} abi_values;

static inline void abi_write(void *at, uint64_t bits, size_t size) {
    uint8_t b1 = (uint8_t)bits;
    uint16_t b2 = (uint16_t)bits;
    uint32_t b4 = (uint32_t)bits;
    switch (size) {
    case 1: memcpy(at, &b1, 1); break;
    case 2: memcpy(at, &b2, 2); break;
    case 4: memcpy(at, &b4, 4); break;
    default: memcpy(at, &bits, 8);
    }
}

static inline uint64_t abi_read(const void *at, size_t size) {
    uint8_t b1;
    uint16_t b2;
    uint32_t b4;
    uint64_t b8;
    switch (size) {
    case 1: memcpy(&b1, at, 1); return b1;
    case 2: memcpy(&b2, at, 2); return b2;
    case 4: memcpy(&b4, at, 4); return b4;
    default: memcpy(&b8, at, 8); return b8;
    }
}

/* Bits of an integer: often small, or near the ends. */
static inline uint64_t abi_random_bits(abi_random *r) {
    uint64_t n = abi_next(r);
    switch (n & 7) {
    case 0: return n >> 3 & 3;
    case 1: return UINT64_MAX - (n >> 3 & 3);
    case 2: return (UINT64_C(1) << (n >> 3 & 63)) - (n >> 9 & 1);
    default: return n >> 3 ^ n << 61;
    }
}

static inline uint64_t abi_random_float(abi_random *r, bool is_32) {
    static const float f32s[] = {0,       -0.0f,  1,        -1.5f,
                                 3.4e38f, 1e-45f, INFINITY, -INFINITY};
    static const double f64s[] = {0, -0.0, 1, -1.5, 1.7e308, 5e-324, INFINITY, -INFINITY};
    uint64_t n = abi_next(r);
    float f;
    double d;
    if ((n & 3) == 0) {
        f = f32s[n >> 2 & 7];
        d = f64s[n >> 2 & 7];
    } else if ((n & 31) == 1) { /* a NaN with any payload */
        uint64_t payload = abi_next(r);
        uint32_t bits_32 = 0x7fc00000u | (uint32_t)payload;
        uint64_t bits_64 = UINT64_C(0x7ff8000000000000) | payload;
        return is_32 ? bits_32 : bits_64;
    } else {
        d = ((double)(n >> 8) - (double)(n >> 9 & 0xffffffff)) / (double)(1 + (n >> 50));
        f = (float)d;
    }
    uint32_t bits = 0;
    uint64_t bits64 = 0;
    memcpy(&bits, &f, 4);
    memcpy(&bits64, &d, 8);
    return is_32 ? bits : bits64;
}

/* A Unicode scalar value; kind 0: ASCII, 1: Latin-1, 2: of the basic plane, 3: any. */
static inline uint32_t abi_random_char(abi_random *r, uint32_t kind) {
    static const uint32_t ends[] = {0x80, 0x100, 0x10000, 0x110000};
    uint32_t limit = kind == 3 ? abi_below(r, 4) : abi_below(r, kind + 1);
    uint32_t c = abi_below(r, 8) == 0 ? ends[limit] - 1 : abi_below(r, ends[limit]);
    return c >= 0xd800 && c < 0xe000 ? 0xe000 : c;
}

static inline size_t abi_encode_utf8(uint32_t c, char *out) {
    if (c < 0x80) {
        out[0] = (char)c;
        return 1;
    }
    size_t n = c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
    for (size_t i = n - 1; i > 0; i--) {
        out[i] = (char)(0x80 | (c & 0x3f));
        c >>= 6;
    }
    out[0] = (char)((n == 2 ? 0xc0 : n == 3 ? 0xe0 : 0xf0) | c);
    return n;
}

static inline void abi_random_string(abi_values *v, tenon_string *out) {
    abi_random *r = &v->random;
    uint32_t kind = abi_below(r, 4);
    uint32_t count = abi_chance(r, 1)    ? abi_below(r, 3000)
                     : abi_chance(r, 10) ? 0
                                         : abi_below(r, 30);
    char *text = tenon_arena_alloc(v->arena, 4 * (size_t)count + 1, 1);
    size_t len = 0;
    for (uint32_t i = 0; i < count; i++) {
        /* mostly ASCII, so that the encoding is chosen late in the string */
        uint32_t k = abi_chance(r, 70) ? 0 : kind;
        len += abi_encode_utf8(abi_random_char(r, k), text + len);
    }
    *out = (tenon_string){text, len};
}

static inline void abi_random_value(abi_values *v, tenon_value at);

/* Lists are the longer the fewer elements have been made. */
static inline void abi_random_list(abi_values *v, tenon_value at) {
    const tenon_type *t = at.type;
    const tenon_type *e = t->kind == TENON_TYPE_MAP ? t->fields[0].type : t->element;
    abi_random *r = &v->random;
    uint32_t most = v->budget > 0 ? (uint32_t)v->budget : 0;
    uint32_t n = abi_chance(r, 15) ? 0 : abi_below(r, (most < 12 ? most : 12) + 1);
    if (abi_chance(r, 4) && e->kind < TENON_TYPE_STRING) {
        n = abi_below(r, 2000);
    }
    size_t size = tenon_type_size(e);
    char *data = tenon_arena_alloc(v->arena, n * size + 1, 16);
    v->budget -= (int)n;
    for (uint32_t i = 0; i < n; i++) {
        abi_random_value(v, (tenon_value){e, data + i * size});
    }
    tenon_list list = {data, n};
    memcpy(at.ptr, &list, sizeof list);
}

static inline void abi_random_case(abi_values *v, tenon_value at) {
    const tenon_type *t = at.type;
    bool two = t->kind == TENON_TYPE_OPTION || t->kind == TENON_TYPE_RESULT;
    uint32_t cases = two ? 2 : t->count;
    uint32_t which = abi_below(&v->random, cases);
    if (abi_chance(&v->random, 30)) {
        which = cases - 1;
    }
    abi_write(at.ptr, which, abi_tag_size(cases));
    tenon_value payload = tenon_value_payload(at);
    if (payload.ptr != NULL) {
        abi_random_value(v, payload);
    }
}

/* A value at at.ptr, whose bytes are zero. */
static inline void abi_random_value(abi_values *v, tenon_value at) {
    const tenon_type *t = at.type;
    abi_random *r = &v->random;
    uint32_t c;
    switch (t->kind) {
    case TENON_TYPE_BOOL: abi_write(at.ptr, abi_next(r) & 1, 1); break;
    case TENON_TYPE_F32:
    case TENON_TYPE_F64:
        abi_write(at.ptr, abi_random_float(r, t->kind == TENON_TYPE_F32),
                  tenon_type_size(t));
        break;
    case TENON_TYPE_CHAR:
        c = abi_random_char(r, 3);
        memcpy(at.ptr, &c, sizeof c);
        break;
    case TENON_TYPE_STRING: {
        tenon_string s;
        abi_random_string(v, &s);
        memcpy(at.ptr, &s, sizeof s);
        break;
    }
    case TENON_TYPE_LIST:
    case TENON_TYPE_MAP: abi_random_list(v, at); break;
    case TENON_TYPE_RECORD:
    case TENON_TYPE_TUPLE:
    case TENON_TYPE_FIXED_LIST:
        for (uint32_t i = 0; i < t->count; i++) {
            abi_random_value(v, tenon_value_at(at, i));
        }
        break;
    case TENON_TYPE_VARIANT:
    case TENON_TYPE_ENUM:
    case TENON_TYPE_OPTION:
    case TENON_TYPE_RESULT: abi_random_case(v, at); break;
    case TENON_TYPE_FLAGS:
        abi_write(at.ptr, abi_random_bits(r) & UINT32_MAX >> (32 - t->count),
                  tenon_type_size(t));
        break;
    case TENON_TYPE_OWN:
    case TENON_TYPE_BORROW:
    case TENON_TYPE_STREAM:
    case TENON_TYPE_FUTURE:
    case TENON_TYPE_ERROR_CONTEXT:
        abi_write(at.ptr, v->handle(v->user, t, (uint32_t)abi_next(r)), 4);
        break;
    default: abi_write(at.ptr, abi_random_bits(r), tenon_type_size(t));
    }
}

/* -- comparing -- */

static inline bool abi_is_nan(uint64_t bits, bool is_32) {
    return is_32 ? (bits & 0x7fffffff) > 0x7f800000
                 : (bits & INT64_MAX) > UINT64_C(0x7ff0000000000000);
}

/* Equal values, any NaN being equal to any other (CanonicalABI: canonicalize_nan32), and
 * any handle too: what it stands for is the caller's to compare. */
static inline bool abi_equal(tenon_value a, tenon_value b) {
    const tenon_type *t = a.type;
    if (abi_is_handle(t->kind)) {
        return true;
    }
    switch (t->kind) {
    case TENON_TYPE_F32:
    case TENON_TYPE_F64: {
        bool is_32 = t->kind == TENON_TYPE_F32;
        uint64_t x = abi_read(a.ptr, is_32 ? 4 : 8), y = abi_read(b.ptr, is_32 ? 4 : 8);
        return x == y || (abi_is_nan(x, is_32) && abi_is_nan(y, is_32));
    }
    case TENON_TYPE_STRING: {
        tenon_string x, y;
        memcpy(&x, a.ptr, sizeof x);
        memcpy(&y, b.ptr, sizeof y);
        return x.len == y.len && (x.len == 0 || memcmp(x.ptr, y.ptr, x.len) == 0);
    }
    case TENON_TYPE_VARIANT:
    case TENON_TYPE_ENUM:
    case TENON_TYPE_OPTION:
    case TENON_TYPE_RESULT: {
        tenon_value x = tenon_value_payload(a), y = tenon_value_payload(b);
        return tenon_value_case(a) == tenon_value_case(b) &&
               (x.ptr == NULL ? y.ptr == NULL : y.ptr != NULL && abi_equal(x, y));
    }
    case TENON_TYPE_LIST:
    case TENON_TYPE_MAP:
    case TENON_TYPE_RECORD:
    case TENON_TYPE_TUPLE:
    case TENON_TYPE_FIXED_LIST: {
        size_t n = tenon_value_count(a);
        bool same = n == tenon_value_count(b);
        for (size_t i = 0; i < n && same; i++) {
            same = abi_equal(tenon_value_at(a, i), tenon_value_at(b, i));
        }
        return same;
    }
    default: return memcmp(a.ptr, b.ptr, tenon_type_size(t)) == 0;
    }
}

/* Calls f with every handle in a value, in the order in which they were made, and with
 * what stands in its place in another value of the same shape. */
static inline void abi_each_handle(tenon_value v, tenon_value other,
                                   void (*f)(void *user, const tenon_type *type,
                                             const void *handle, void *other),
                                   void *user) {
    tenon_value payload = tenon_value_payload(v);
    if (abi_is_handle(v.type->kind)) {
        f(user, v.type, v.ptr, other.ptr);
    } else if (payload.ptr != NULL) {
        abi_each_handle(payload, tenon_value_payload(other), f, user);
    } else if (v.type->kind != TENON_TYPE_STRING) {
        for (size_t i = 0; i < tenon_value_count(v); i++) {
            abi_each_handle(tenon_value_at(v, i), tenon_value_at(other, i), f, user);
        }
    }
}

/* -- copying, for the host that echoes -- */

/* Copies a value with all that it points to, into memory of a call. False: out of
 * memory. */
static inline bool abi_copy(tenon_value to, tenon_value from, tenon_call *call) {
    const tenon_type *t = from.type;
    if (to.ptr != from.ptr) {
        memcpy(to.ptr, from.ptr, tenon_type_size(t));
    }
    switch (t->kind) {
    case TENON_TYPE_STRING:
    case TENON_TYPE_LIST:
    case TENON_TYPE_MAP: {
        tenon_list list;
        size_t size = t->kind == TENON_TYPE_STRING ? 1
                      : t->kind == TENON_TYPE_MAP  ? tenon_type_size(t->fields[0].type)
                                                   : tenon_type_size(t->element);
        memcpy(&list, from.ptr, sizeof list);
        void *copy = tenon_call_alloc(call, list.len * size + 1, 16);
        if (copy == NULL) {
            return false;
        }
        memcpy(copy, list.len == 0 ? copy : list.ptr, list.len * size);
        list.ptr = copy;
        memcpy(to.ptr, &list, sizeof list);
        break;
    }
    case TENON_TYPE_VARIANT:
    case TENON_TYPE_OPTION:
    case TENON_TYPE_RESULT: {
        tenon_value payload = tenon_value_payload(to);
        return payload.ptr == NULL || abi_copy(payload, payload, call);
    }
    case TENON_TYPE_RECORD:
    case TENON_TYPE_TUPLE:
    case TENON_TYPE_FIXED_LIST: break;
    default: return true;
    }
    if (t->kind != TENON_TYPE_STRING) {
        for (size_t i = 0; i < tenon_value_count(to); i++) {
            tenon_value part = tenon_value_at(to, i);
            if (!abi_copy(part, part, call)) {
                return false;
            }
        }
    }
    return true;
}

#endif
