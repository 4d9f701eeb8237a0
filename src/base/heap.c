/* heap.c: counted allocation over the embedder's hook. A request is held against the
 * limit of the heap and of every heap above it before the hook sees it. */
#include "base/heap.h"
#include "base/assert.h"

void tni_heap_init(tni_heap *h, const tenon_allocator *a, u64 limit_bytes) {
    *h = (tni_heap){.allocator = *a, .limit_bytes = limit_bytes};
}

void tni_heap_init_child(tni_heap *h, tni_heap *parent, u64 limit_bytes) {
    *h = (tni_heap){
        .allocator = parent->allocator, .parent = parent, .limit_bytes = limit_bytes};
}

/* Counts bytes of a heap and those above it, up to `end`, as given back. */
static void count_down(tni_heap *h, const tni_heap *end, u64 less) {
    for (; h != end; h = h->parent) {
        tni_lock_acquire(&h->lock);
        TNI_ASSERT(h->used_bytes >= less);
        h->used_bytes -= less;
        tni_lock_release(&h->lock);
    }
}

/* Counts bytes of a heap and all above it as given out, if no limit is against it. */
static bool count_up(tni_heap *first, u64 more) {
    for (tni_heap *h = first; h != NULL; h = h->parent) {
        tni_lock_acquire(&h->lock);
        bool fits =
            h->used_bytes <= h->limit_bytes && more <= h->limit_bytes - h->used_bytes;
        h->used_bytes += fits ? more : 0;
        tni_lock_release(&h->lock);
        if (!fits) {
            count_down(first, h, more);
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
    u64 more = new_size > old_size ? (u64)new_size - old_size : 0;
    u64 less = new_size < old_size ? (u64)old_size - new_size : 0;
    if (more > 0 && !count_up(h, more)) {
        return NULL;
    }
    void *p = h->allocator.resize(h->allocator.user, ptr, old_size, new_size);
    bool refused = p == NULL && new_size > 0;
    if (refused ? more > 0 : less > 0) {
        count_down(h, NULL, refused ? more : less);
    }
    return refused ? NULL : p;
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
