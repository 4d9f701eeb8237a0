/* arena.h: many small allocations freed at once, in chunks from a heap. */
#ifndef TNI_ARENA_H
#define TNI_ARENA_H

#include "base/heap.h"

struct tni_arena_chunk;

typedef struct tni_arena {
    tni_heap *heap;
    struct tni_arena_chunk *chunk; /* newest first */
    size_t used_bytes;             /* in the newest chunk */
    u64 total_bytes;               /* given out since init or the last reset */
    u64 limit_bytes;               /* UINT64_MAX for none */
} tni_arena;

void tni_arena_init(tni_arena *a, tni_heap *h);
/* Frees every chunk. */
void tni_arena_free(tni_arena *a);
/* Zeroed bytes, or NULL. align is a power of two, at most 16. size 0 gives non-NULL. */
void *tni_arena_alloc(tni_arena *a, size_t size, size_t align);
/* count * size zeroed bytes, or NULL (also when the product does not fit). */
void *tni_arena_array(tni_arena *a, size_t count, size_t size, size_t align);
/* A copy of s in the arena with a 0 after it; ptr is NULL when memory is out. */
tni_str tni_arena_str(tni_arena *a, tni_str s);

/* Everything allocated after a mark is dropped by going back to it. */
typedef struct tni_arena_mark {
    struct tni_arena_chunk *chunk;
    size_t used_bytes;
    u64 total_bytes;
} tni_arena_mark;

tni_arena_mark tni_arena_save(const tni_arena *a);
void tni_arena_restore(tni_arena *a, tni_arena_mark mark);

#define TNI_ARENA_NEW(arena, T) ((T *)tni_arena_alloc((arena), sizeof(T), _Alignof(T)))
#define TNI_ARENA_ARRAY(arena, T, n)                                                     \
    ((T *)tni_arena_array((arena), (n), sizeof(T), _Alignof(T)))

#endif
