/* heap.c: counted allocation over the embedder's hook. A request is held against the
 * limit of the heap and of every heap above it before the hook sees it. */
#include "base/heap.h"
#include "base/assert.h"

void tni_heap_init(tni_heap *h, const tenon_allocator *a, u64 limit_bytes) {
    *h = (tni_heap){*a, NULL, 0, limit_bytes};
}

void tni_heap_init_child(tni_heap *h, tni_heap *parent, u64 limit_bytes) {
    *h = (tni_heap){parent->allocator, parent, 0, limit_bytes};
}

static bool may_grow(const tni_heap *h, u64 more) {
    for (; h != NULL; h = h->parent) {
        if (h->used_bytes > h->limit_bytes || more > h->limit_bytes - h->used_bytes) {
            return false;
        }
    }
    return true;
}

void *tni_resize(tni_heap *h, void *ptr, size_t old_size, size_t new_size) {
    if (ptr == NULL) {
        old_size = 0;
    }
    if (old_size == 0 && new_size == 0) {
        return NULL;
    }
    if (new_size > old_size && !may_grow(h, (u64)new_size - old_size)) {
        return NULL;
    }
    void *p = h->allocator.resize(h->allocator.user, ptr, old_size, new_size);
    if (p == NULL && new_size > 0) {
        return NULL;
    }
    for (; h != NULL; h = h->parent) {
        TNI_ASSERT(h->used_bytes >= old_size);
        h->used_bytes = h->used_bytes - old_size + new_size;
    }
    return p;
}

void *tni_calloc(tni_heap *h, size_t count, size_t size) {
    size_t bytes;
    if (!tni_mul_size(count, size, &bytes) || bytes == 0) {
        return NULL;
    }
    void *p = tni_resize(h, NULL, 0, bytes);
    if (p != NULL) {
        memset(p, 0, bytes);
    }
    return p;
}

void tni_free(tni_heap *h, void *ptr, size_t count, size_t size) {
    if (ptr != NULL) {
        tni_resize(h, ptr, count * size, 0);
    }
}
