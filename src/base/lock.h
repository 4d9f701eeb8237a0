/* lock.h: a lock as three pointers, so that no layer below the API knows a platform. */
#ifndef TNI_LOCK_H
#define TNI_LOCK_H

#include "base/types.h"

/* acquire and release may be NULL: no other thread ever uses the engine. */
typedef struct tni_lock {
    void (*acquire)(void *user);
    void (*release)(void *user);
    void *user;
} tni_lock;

static inline void tni_lock_acquire(const tni_lock *l) {
    if (l->acquire != NULL) {
        l->acquire(l->user);
    }
}

static inline void tni_lock_release(const tni_lock *l) {
    if (l->release != NULL) {
        l->release(l->user);
    }
}

#endif
