/* guest.h: what our freestanding guests share: exports, imports, and an allocator for the
 * canonical ABI's realloc that is reset when an export begins. */
#ifndef GUEST_H
#define GUEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define EXPORT(name)         __attribute__((export_name(name)))
#define IMPORT(module, name) __attribute__((import_module(module), import_name(name)))

extern unsigned char __heap_base;
static uintptr_t heap_top;

static void heap_reset(void) {
    heap_top = (uintptr_t)&__heap_base;
}

EXPORT("cabi_realloc")
void *guest_realloc(void *old, size_t old_size, size_t align, size_t new_size) {
    if (heap_top == 0) {
        heap_reset();
    }
    uintptr_t at = (heap_top + align - 1) & ~(uintptr_t)(align - 1);
    uintptr_t end = at + new_size;
    uintptr_t have = (uintptr_t)__builtin_wasm_memory_size(0) << 16;
    if (end < at || (end > have && __builtin_wasm_memory_grow(0, (end - have + 65535) >>
                                                                     16) == (size_t)-1)) {
        __builtin_trap();
    }
    heap_top = end;
    for (size_t i = 0; i < old_size && i < new_size; i++) {
        ((char *)at)[i] = ((const char *)old)[i];
    }
    return (void *)at;
}

#endif
