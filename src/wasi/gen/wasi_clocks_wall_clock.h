/* wasi:clocks/wall-clock: written by witgen; edit the WIT, not this. */
/* The time of day. It may be set back, so that it does not measure time. */
#ifndef WASI_CLOCKS_WALL_CLOCK_H
#define WASI_CLOCKS_WALL_CLOCK_H

#include "tenon/host.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Time since 1970-01-01T00:00:00Z, without leap seconds. */
typedef struct wasi_clocks_wall_clock_datetime_t {
    TENON_ALIGN8 uint64_t seconds;
    /* Below 1,000,000,000. */
    uint32_t nanoseconds;
} wasi_clocks_wall_clock_datetime_t;

/* The time now. */
tenon_status wasi_clocks_wall_clock_now(
    tenon_call *call, void *user, wasi_clocks_wall_clock_datetime_t *result);

/* The smallest step of the clock. */
tenon_status wasi_clocks_wall_clock_resolution(
    tenon_call *call, void *user, wasi_clocks_wall_clock_datetime_t *result);

extern const tenon_interface wasi_clocks_wall_clock_interface;

#ifdef __cplusplus
}
#endif

#endif
