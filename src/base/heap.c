/* heap.c: counted allocation over the embedder's hook. A request is held against the
 * limit of the heap and of every heap above it before the hook sees it. */
#include "base/heap.h"
#include "base/assert.h"
#include "base/atomic.h"

void tni_heap_init(tni_heap *h, const tenon_allocator *a, u64 limit_bytes) {
    *h = (tni_heap){*a, NULL, 0, limit_bytes, false, false};
}

void tni_heap_init_child(tni_heap *h, tni_heap *parent, u64 limit_bytes) {
    *h = (tni_heap){parent->allocator, parent, 0, limit_bytes, false, false};
}

static bool fits(const tni_heap *h, size_t used, size_t more) {
    return used <= h->limit_bytes && more <= h->limit_bytes - used &&
           more <= SIZE_MAX - used;
}

static bool charge(tni_heap *h, size_t more) {
    if (!h->is_shared) {
        bool ok = fits(h, h->used_bytes, more);
        h->used_bytes += ok ? more : 0;
        h->has_refused = h->has_refused || !ok;
        return ok;
    }
    size_t used = tni_atomic_load(&h->used_bytes);
    do {
        if (!fits(h, used, more)) {
            return false;
        }
    } while (!tni_atomic_replace(&h->used_bytes, &used, used + more));
    return true;
}

/* Gives bytes back to a heap and those above it, up to `end`. */
static void discharge(tni_heap *h, const tni_heap *end, size_t less) {
    for (; h != end; h = h->parent) {
        if (h->is_shared) {
            tni_atomic_subtract(&h->used_bytes, less);
        } else {
            TNI_ASSERT(h->used_bytes >= less);
            h->used_bytes -= less;
        }
    }
}

static bool charge_all(tni_heap *h, size_t more) {
    for (tni_heap *at = h; at != NULL; at = at->parent) {
        if (!charge(at, more)) {
            discharge(h, at, more);
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
    size_t more = new_size > old_size ? new_size - old_size : 0;
    size_t less = old_size > new_size ? old_size - new_size : 0;
    if (more > 0 && !charge_all(h, more)) {
        return NULL;
    }
    void *p = h->allocator.resize(h->allocator.user, ptr, old_size, new_size);
    bool failed = p == NULL && new_size > 0;
    discharge(h, NULL, failed ? more : less);
    return failed ? NULL : p;
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
