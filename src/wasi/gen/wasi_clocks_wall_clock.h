/* wasi:clocks/wall-clock: written by witgen from the WIT (`make generate`); edit the WIT. */
#ifndef WASI_CLOCKS_WALL_CLOCK_H
#define WASI_CLOCKS_WALL_CLOCK_H

#include "tenon/host.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct wasi_clocks_wall_clock_datetime_t {
    TENON_ALIGN8 uint64_t seconds;
    uint32_t nanoseconds;
} wasi_clocks_wall_clock_datetime_t;

tenon_status wasi_clocks_wall_clock_now(
    tenon_call *call, void *user, wasi_clocks_wall_clock_datetime_t *result);

tenon_status wasi_clocks_wall_clock_resolution(
    tenon_call *call, void *user, wasi_clocks_wall_clock_datetime_t *result);

extern const tenon_interface wasi_clocks_wall_clock_interface;

#ifdef __cplusplus
}
#endif

#endif
