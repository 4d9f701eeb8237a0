/* wasi:random/random: written by witgen; edit the WIT, not this. */
/* Random bytes fit for cryptography. */
#ifndef WASI_RANDOM_RANDOM_H
#define WASI_RANDOM_RANDOM_H

#include "tenon/host.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct wasi_random_random_list_u8_t {
    uint8_t *ptr;
    size_t len;
} wasi_random_random_list_u8_t;

/* len bytes that nobody can predict. */
tenon_status wasi_random_random_get_random_bytes(
    tenon_call *call, void *user, uint64_t len, wasi_random_random_list_u8_t *result);

/* The same as a number. */
tenon_status wasi_random_random_get_random_u64(
    tenon_call *call, void *user, uint64_t *result);

extern const tenon_interface wasi_random_random_interface;

#ifdef __cplusplus
}
#endif

#endif
