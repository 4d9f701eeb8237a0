/* wasi:random/insecure: written by witgen; edit the WIT, not this. */
/* Random bytes for everything but secrets. */
#ifndef WASI_RANDOM_INSECURE_H
#define WASI_RANDOM_INSECURE_H

#include "tenon/host.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct wasi_random_insecure_list_u8_t {
    uint8_t *ptr;
    size_t len;
} wasi_random_insecure_list_u8_t;

/* len bytes that look random. */
tenon_status wasi_random_insecure_get_insecure_random_bytes(
    tenon_call *call, void *user, uint64_t len, wasi_random_insecure_list_u8_t *result);

/* The same as a number. */
tenon_status wasi_random_insecure_get_insecure_random_u64(
    tenon_call *call, void *user, uint64_t *result);

extern const tenon_interface wasi_random_insecure_interface;

#ifdef __cplusplus
}
#endif

#endif
