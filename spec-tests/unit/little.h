/* little.h: bytes in the order of wasm, on hosts of either. */
#ifndef TENON_TEST_LITTLE_H
#define TENON_TEST_LITTLE_H
#include <stdint.h>

/* The low n bytes of v, the lowest first. */
static inline void little_put(void *to, uint64_t v, unsigned n) {
    for (unsigned i = 0; i < n; i++) {
        ((uint8_t *)to)[i] = (uint8_t)(v >> 8 * i);
    }
}
static inline uint64_t little_get(const void *from, unsigned n) {
    uint64_t v = 0;
    for (unsigned i = 0; i < n; i++) {
        v |= (uint64_t)((const uint8_t *)from)[i] << 8 * i;
    }
    return v;
}
#endif
