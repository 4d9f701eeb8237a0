/* vec.c: the growth of growable arrays. */
#include "base/vec.h"

static size_t next_capacity(size_t capacity, size_t need) {
#ifdef TNI_TINY
    size_t more = capacity < TNI_TINY_STEPS ? 0 : capacity + capacity / 8;
    return more > need ? more : need;
#else
    size_t more = capacity < 8 ? 8 : capacity + capacity / 2;
    return more > need ? more : need;
#endif
}

static bool set_capacity(tni_heap *h, void **data, size_t *capacity, size_t element_bytes,
                         size_t want) {
    size_t bytes;
    if (!tni_mul_size(want, element_bytes, &bytes)) {
        return false;
    }
    void *p = tni_resize(h, *data, *capacity * element_bytes, bytes);
    if (p == NULL) {
        return false;
    }
    *data = p;
    *capacity = want;
    return true;
}

bool tni_vec_grow(tni_heap *h, void *data, size_t *capacity, size_t element_bytes,
                  size_t need) {
    void *p;
    memcpy(&p, data, sizeof p);
    size_t want = *capacity <= SIZE_MAX / 2 ? next_capacity(*capacity, need) : need;
    if (!set_capacity(h, &p, capacity, element_bytes, want) &&
        !set_capacity(h, &p, capacity, element_bytes, need)) {
        return false;
    }
    memcpy(data, &p, sizeof p);
    return true;
}
