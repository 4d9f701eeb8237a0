/* engine.h: what modules, components and stores of one engine share. */
#ifndef TNI_ENGINE_H
#define TNI_ENGINE_H

#include "base/heap.h"
#include "base/lock.h"
#include "core/registry.h"
#include "tenon/features.h"

struct tenon_platform;
typedef struct tenon_engine tenon_engine;

struct tenon_engine {
    tni_heap heap;
    tni_lock lock; /* guards the registry, reference counts and lazy translation */
    tni_registry *registry;
    u64 features;                          /* TENON_FEATURE_… bits */
    u64 max_code_bytes;                    /* of translated code; 0: no limit */
    u64 code_bytes;                        /* so far; guarded by lock */
    const struct tenon_platform *platform; /* or NULL */
    void *platform_lock;                   /* behind lock; or NULL */
    /* Borrowed; set before anything is loaded, or NULL: nothing is traced. */
    const struct tni_tracer *tracer; /* exec/trace.h */
};

static inline bool tni_feature_on(const tenon_engine *engine, u64 feature_bit) {
    return (engine->features >> feature_bit & 1) != 0;
}

#endif
