/* heap.h: the allocator hook with nested byte limits. All of Tenon's memory comes from a
 * heap; malloc is called nowhere but in the platform's default allocator.
 *
 * Nothing here fills a tenon_error: callers turn NULL into tni_no_memory (error.h). */
#ifndef TNI_HEAP_H
#define TNI_HEAP_H

#include "base/types.h"

/* Under TNI_TINY growable things grow by one element or byte at a time up to this many.
 */
enum { TNI_TINY_STEPS = 256 };

/* A heap counts what it gives out and passes requests to its parent, or to the allocator
 * when it has none. Initialise with tni_heap_init; there is nothing to destroy. */
typedef struct tni_heap {
    tenon_allocator allocator;
    struct tni_heap *parent; /* or NULL; outlives this heap */
    size_t used_bytes;
    u64 limit_bytes;  /* UINT64_MAX for none */
    bool is_shared;   /* threads use it, or heaps below it, at the same time */
    bool has_refused; /* by its own limit, if it is not shared; whoever asks clears it */
} tni_heap;

void tni_heap_init(tni_heap *h, const tenon_allocator *a, u64 limit_bytes);
void tni_heap_init_child(tni_heap *h, tni_heap *parent, u64 limit_bytes);

/* As tenon_allocator.resize, counted. A refusal (limit or allocator) is NULL and changes
 * nothing. New bytes are not zeroed. */
void *tni_resize(tni_heap *h, void *ptr, size_t old_size, size_t new_size);

/* count * size zeroed bytes, or NULL (also when the product does not fit). count or size
 * of 0 gives a unique non-NULL pointer is NOT promised: it gives NULL; callers skip. */
void *tni_calloc(tni_heap *h, size_t count, size_t size);

/* Frees count * size bytes at ptr; ptr may be NULL. */
void tni_free(tni_heap *h, void *ptr, size_t count, size_t size);

#define TNI_NEW(heap, T)           ((T *)tni_calloc((heap), 1, sizeof(T)))
#define TNI_NEW_ARRAY(heap, T, n)  ((T *)tni_calloc((heap), (n), sizeof(T)))
#define TNI_FREE(heap, ptr)        tni_free((heap), (ptr), 1, sizeof *(ptr))
#define TNI_FREE_ARRAY(heap, p, n) tni_free((heap), (p), (n), sizeof *(p))

#endif
