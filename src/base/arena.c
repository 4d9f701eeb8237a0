/* arena.c: bump allocation in a chain of chunks that grow geometrically. What an
 * allocation leaves over in an older chunk is not used again. */
#include "base/arena.h"
#include "base/assert.h"

typedef struct tni_arena_chunk {
    struct tni_arena_chunk *older;
    size_t size; /* bytes after this header */
} tni_arena_chunk;

#ifdef TNI_TINY
enum { FIRST_CHUNK = 32, LARGEST_CHUNK = 32 };
#else
enum { FIRST_CHUNK = 1024 - 32, LARGEST_CHUNK = 65536 - 32 };
#endif

void tni_arena_init(tni_arena *a, tni_heap *h) {
    *a = (tni_arena){h, NULL, 0, 0, UINT64_MAX};
}

static void drop_newest(tni_arena *a) {
    tni_arena_chunk *c = a->chunk;
    a->chunk = c->older;
    tni_free(a->heap, c, 1, sizeof *c + c->size);
}

void tni_arena_free(tni_arena *a) {
    while (a->chunk != NULL) {
        drop_newest(a);
    }
    a->used_bytes = 0;
    a->total_bytes = 0;
}

/* A new newest chunk with room for need bytes: larger if memory allows. */
static bool add_chunk(tni_arena *a, size_t need) {
    size_t size = FIRST_CHUNK;
    if (a->chunk != NULL) {
        size_t twice = a->chunk->size < LARGEST_CHUNK / 2 ? a->chunk->size * 2 + 32
                                                          : (size_t)LARGEST_CHUNK;
        size = twice > size ? twice : size;
    }
    size = need > size ? need : size;
    if (need > SIZE_MAX - sizeof(tni_arena_chunk)) {
        return false;
    }
    tni_arena_chunk *c = tni_resize(a->heap, NULL, 0, sizeof *c + size);
    if (c == NULL && size > need) {
        size = need;
        c = tni_resize(a->heap, NULL, 0, sizeof *c + size);
    }
    if (c == NULL) {
        return false;
    }
    c->older = a->chunk;
    c->size = size;
    a->chunk = c;
    a->used_bytes = 0;
    return true;
}

static size_t padding(const tni_arena *a, size_t align) {
    uintptr_t at = (uintptr_t)(a->chunk + 1) + a->used_bytes;
    return (size_t)(-at & (align - 1));
}

static bool fits(const tni_arena *a, size_t size, size_t align) {
    if (a->chunk == NULL) {
        return false;
    }
    size_t left = a->chunk->size - a->used_bytes;
    size_t pad = padding(a, align);
    return pad <= left && size <= left - pad;
}

void *tni_arena_alloc(tni_arena *a, size_t size, size_t align) {
    TNI_ASSERT(align != 0 && align <= 16 && (align & (align - 1)) == 0);
    size = size == 0 ? 1 : size;
    if (a->total_bytes > a->limit_bytes || size > a->limit_bytes - a->total_bytes) {
        return NULL;
    }
    if (!fits(a, size, align)) {
        if (size > SIZE_MAX - 16 || !add_chunk(a, size + align - 1)) {
            return NULL;
        }
    }
    u8 *p = (u8 *)(a->chunk + 1) + a->used_bytes + padding(a, align);
    a->used_bytes = (size_t)(p - (u8 *)(a->chunk + 1)) + size;
    a->total_bytes += size;
    memset(p, 0, size);
    return p;
}

void *tni_arena_array(tni_arena *a, size_t count, size_t size, size_t align) {
    size_t bytes;
    return tni_mul_size(count, size, &bytes) ? tni_arena_alloc(a, bytes, align) : NULL;
}

tni_str tni_arena_str(tni_arena *a, tni_str s) {
    char *p = s.len < SIZE_MAX ? tni_arena_alloc(a, s.len + 1, 1) : NULL;
    if (p == NULL) {
        return (tni_str){NULL, 0};
    }
    if (s.len > 0) {
        memcpy(p, s.ptr, s.len);
    }
    return (tni_str){p, s.len};
}

tni_arena_mark tni_arena_save(const tni_arena *a) {
    return (tni_arena_mark){a->chunk, a->used_bytes, a->total_bytes};
}

void tni_arena_restore(tni_arena *a, tni_arena_mark mark) {
    while (a->chunk != mark.chunk) {
        drop_newest(a);
    }
    a->used_bytes = mark.used_bytes;
    a->total_bytes = mark.total_bytes;
}
