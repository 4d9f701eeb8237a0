/* traps: a plugin that misbehaves in every way a host should survive. */
#include "../guest.h"

EXPORT("unreachable")
void unreachable(void) {
    __builtin_trap();
}

EXPORT("divide")
int32_t divide(int32_t a, int32_t b) {
    return a / b;
}

EXPORT("loop-forever")
void loop_forever(void) {
    for (volatile int i = 0;; i++) {
    }
}

static uint32_t recurse_down(uint32_t depth);
/* Through a pointer, so that no compiler makes a loop of it. */
static uint32_t (*volatile next_down)(uint32_t) = recurse_down;

static uint32_t recurse_down(uint32_t depth) {
    return depth == 0 ? 0 : next_down(depth - 1) + 1;
}

EXPORT("recurse")
uint32_t recurse(uint32_t depth) {
    return recurse_down(depth);
}

EXPORT("grow")
int32_t grow(uint32_t pages) {
    return (int32_t)__builtin_wasm_memory_grow(0, pages);
}

EXPORT("out-of-bounds")
void out_of_bounds(void) {
    *(volatile uint8_t *)0xfffffff0u = 1;
}

EXPORT("bad-string")
void *bad_string(void) {
    static struct {
        const char *ptr;
        size_t len;
    } result;
    result.ptr = (const char *)0xfffffff0u;
    result.len = 0x1000;
    return &result;
}
