/* types.h: short names for the fixed-width types, and small helpers that every layer
 * uses.
 *
 * Freestanding C11: no other header of the C library than those included here and
 * <string.h>, <math.h>. */
#ifndef TNI_TYPES_H
#define TNI_TYPES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "tenon/base.h"

typedef uint8_t u8;
typedef uint16_t u16;
typedef uint32_t u32;
typedef uint64_t u64;
typedef int8_t i8;
typedef int16_t i16;
typedef int32_t i32;
typedef int64_t i64;
typedef float f32;
typedef double f64;

#if defined(__GNUC__)
#define TNI_LIKELY(x)       __builtin_expect(!!(x), 1)
#define TNI_UNLIKELY(x)     __builtin_expect(!!(x), 0)
#define TNI_COLD            __attribute__((cold, noinline))
#define TNI_NOINLINE        __attribute__((noinline))
#define TNI_NORETURN        __attribute__((noreturn))
#define TNI_FORMAT(fmt, va) __attribute__((format(printf, fmt, va)))
#else
#define TNI_LIKELY(x)   (x)
#define TNI_UNLIKELY(x) (x)
#define TNI_COLD
#define TNI_NOINLINE
#define TNI_NORETURN
#define TNI_FORMAT(fmt, va)
#endif

#define TNI_COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))

/* A borrowed run of bytes, not 0-terminated; UTF-8 where the format says so. */
typedef struct tni_str {
    const char *ptr;
    size_t len;
} tni_str;

#define TNI_STR(literal) ((tni_str){(literal), sizeof(literal) - 1})

static inline tni_str tni_str_of(const char *zero_terminated) {
    return (tni_str){zero_terminated, strlen(zero_terminated)};
}

static inline bool tni_str_eq(tni_str a, tni_str b) {
    return a.len == b.len && (a.len == 0 || memcmp(a.ptr, b.ptr, a.len) == 0);
}

/* The next multiple of align (a power of two) at or above n. n must not be near the top
 * of the type; callers check first. */
static inline u64 tni_align_up(u64 n, u64 align) {
    return (n + align - 1) & ~(align - 1);
}

/* Sets *out = a * b, or returns false when it does not fit. */
static inline bool tni_mul_size(size_t a, size_t b, size_t *out) {
    if (b != 0 && a > SIZE_MAX / b) {
        return false;
    }
    *out = a * b;
    return true;
}

/* Unaligned little-endian access, on hosts of either order. */
static inline u16 tni_load_u16(const void *p) {
    const u8 *b = p;
    return (u16)(b[0] | b[1] << 8);
}

static inline u32 tni_load_u32(const void *p) {
    const u8 *b = p;
    return (u32)b[0] | (u32)b[1] << 8 | (u32)b[2] << 16 | (u32)b[3] << 24;
}

static inline u64 tni_load_u64(const void *p) {
    const u8 *b = p;
    return (u64)tni_load_u32(b) | (u64)tni_load_u32(b + 4) << 32;
}

static inline void tni_store_u16(void *p, u16 v) {
    u8 *b = p;
    b[0] = (u8)v;
    b[1] = (u8)(v >> 8);
}

static inline void tni_store_u32(void *p, u32 v) {
    u8 *b = p;
    b[0] = (u8)v;
    b[1] = (u8)(v >> 8);
    b[2] = (u8)(v >> 16);
    b[3] = (u8)(v >> 24);
}

static inline void tni_store_u64(void *p, u64 v) {
    u8 *b = p;
    tni_store_u32(b, (u32)v);
    tni_store_u32(b + 4, (u32)(v >> 32));
}

#endif
