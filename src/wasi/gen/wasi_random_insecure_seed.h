/* wasi:random/insecure-seed: written by witgen; edit the WIT, not this. */
/* A seed against attacks on hash tables. */
#ifndef WASI_RANDOM_INSECURE_SEED_H
#define WASI_RANDOM_INSECURE_SEED_H

#include "tenon/host.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct wasi_random_insecure_seed_tuple2_u64_u64_t {
    TENON_ALIGN8 uint64_t f0;
    TENON_ALIGN8 uint64_t f1;
} wasi_random_insecure_seed_tuple2_u64_u64_t;

/* 128 bits to seed hashing with; may be the same at each call. */
tenon_status wasi_random_insecure_seed_insecure_seed(
    tenon_call *call, void *user, wasi_random_insecure_seed_tuple2_u64_u64_t *result);

extern const tenon_interface wasi_random_insecure_seed_interface;

#ifdef __cplusplus
}
#endif

#endif
