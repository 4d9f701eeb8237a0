/* tenon/features.h: the features of features.def as bits. */
#ifndef TENON_FEATURES_H
#define TENON_FEATURES_H

#include <stdint.h>

/* The number of each feature's bit, TENON_FEATURE_BIT_THREADS and so on, and how many
 * there are. */
enum {
#define TENON_FEATURE(name, flag, on) TENON_FEATURE_BIT_##name,
#include "tenon/features.def"
#undef TENON_FEATURE
    TENON_FEATURE_COUNT
};

/* A feature as a bit of tenon_engine_config.features: TENON_FEATURE_MASK(THREADS). */
#define TENON_FEATURE_MASK(name) (UINT64_C(1) << TENON_FEATURE_BIT_##name)

/* The features that are on by default. */
#define TENON_FEATURE(name, flag, on) | ((uint64_t)(on) << TENON_FEATURE_BIT_##name)
static inline uint64_t tenon_features_default(void) {
    return UINT64_C(0)
#include "tenon/features.def"
        ;
}
#undef TENON_FEATURE

#endif
