/* wasi:clocks/monotonic-clock: written by witgen; edit the WIT, not this. */
/* A clock that never goes back, for measuring time that passes. */
#ifndef WASI_CLOCKS_MONOTONIC_CLOCK_H
#define WASI_CLOCKS_MONOTONIC_CLOCK_H

#include "tenon/host.h"
#include "wasi_io_poll.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef wasi_io_poll_own_pollable_t wasi_clocks_monotonic_clock_own_pollable_t;
typedef wasi_io_poll_borrow_pollable_t wasi_clocks_monotonic_clock_borrow_pollable_t;

/* Nanoseconds since a point that only this clock knows. */
typedef uint64_t wasi_clocks_monotonic_clock_instant_t;

/* Nanoseconds. */
typedef uint64_t wasi_clocks_monotonic_clock_duration_t;

/* Numbers of the resources, for tenon_resource_new. */
#define WASI_CLOCKS_MONOTONIC_CLOCK_RESOURCE_POLLABLE 0

/* The time now. */
tenon_status wasi_clocks_monotonic_clock_now(
    tenon_call *call, void *user, wasi_clocks_monotonic_clock_instant_t *result);

/* The smallest step of the clock. */
tenon_status wasi_clocks_monotonic_clock_resolution(
    tenon_call *call, void *user, wasi_clocks_monotonic_clock_duration_t *result);

/* The event that the clock has reached an instant. */
tenon_status wasi_clocks_monotonic_clock_subscribe_instant(
    tenon_call *call, void *user, wasi_clocks_monotonic_clock_instant_t when,
    wasi_clocks_monotonic_clock_own_pollable_t *result);

/* The event that some time has passed from now on. */
tenon_status wasi_clocks_monotonic_clock_subscribe_duration(
    tenon_call *call, void *user, wasi_clocks_monotonic_clock_duration_t when,
    wasi_clocks_monotonic_clock_own_pollable_t *result);

extern const tenon_interface wasi_clocks_monotonic_clock_interface;

#ifdef __cplusplus
}
#endif

#endif
