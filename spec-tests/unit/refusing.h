/* refusing.h: an allocator that grants some requests, then refuses one, or all that
 * follow. */
#ifndef REFUSING_H
#define REFUSING_H
#include <stdbool.h>
#include <stdlib.h>

typedef struct refusing {
    unsigned long granted;
    bool once, refused;
    size_t live_bytes;
} refusing;

static void *refusing_resize(void *user, void *p, size_t old_size, size_t new_size) {
    refusing *a = user;
    if (new_size == 0) {
        a->live_bytes -= old_size;
        free(p);
        return NULL;
    }
    if (a->granted == 0 && !(a->once && a->refused)) {
        a->refused = true;
        return NULL;
    }
    a->granted -= a->granted != 0;
    void *q = realloc(p, new_size);
    a->live_bytes += q != NULL ? new_size - old_size : 0;
    return q;
}

#endif
