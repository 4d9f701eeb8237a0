/* vec.h: growable arrays.
 *
 *     TNI_VEC(u32) v = {0};
 *     if (!tni_vec_push(h, &v, 7)) { return tni_no_memory(e); }
 *     for (size_t i = 0; i < v.count; i++) { use(v.data[i]); }
 *     tni_vec_free(h, &v);
 */
#ifndef TNI_VEC_H
#define TNI_VEC_H

#include "base/heap.h"

#define TNI_VEC(T)                                                                       \
    struct {                                                                             \
        T *data;                                                                         \
        size_t count;                                                                    \
        size_t capacity;                                                                 \
    }

/* Makes room for at least need elements; false when memory is out. data points at the
 * T* member. Under TNI_TINY it grows by one element at a time, so that growth paths run,
 * but for large ones, whose copies would be all that a test does. */
bool tni_vec_grow(tni_heap *h, void *data, size_t *capacity, size_t element_bytes,
                  size_t need);

#define tni_vec_reserve(heap, v, need)                                                   \
    ((need) <= (v)->capacity ||                                                          \
     tni_vec_grow((heap), &(v)->data, &(v)->capacity, sizeof *(v)->data, (need)))

#define tni_vec_push(heap, v, value)                                                     \
    (tni_vec_reserve((heap), (v), (v)->count + 1)                                        \
         ? ((v)->data[(v)->count++] = (value), true)                                     \
         : false)

#define tni_vec_free(heap, v)                                                            \
    (tni_free((heap), (v)->data, (v)->capacity, sizeof *(v)->data), (v)->data = NULL,    \
     (v)->count = 0, (v)->capacity = 0)

#endif
