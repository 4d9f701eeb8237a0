/* wasi:clocks/timezone: written by witgen; edit the WIT, not this. */
/* The local time zone. */
#ifndef WASI_CLOCKS_TIMEZONE_H
#define WASI_CLOCKS_TIMEZONE_H

#include "tenon/host.h"
#include "wasi_clocks_wall_clock.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef wasi_clocks_wall_clock_datetime_t wasi_clocks_timezone_datetime_t;

/* How a time is shown in the local zone. */
typedef struct wasi_clocks_timezone_timezone_display_t {
    /* Seconds ahead of UTC; less than a day either way. */
    int32_t utc_offset;
    /* The short name of the zone, or "UTC". */
    tenon_string name;
    /* Whether daylight saving time is in force then. */
    bool in_daylight_saving_time;
} wasi_clocks_timezone_timezone_display_t;

/* What is needed to show a time in the local zone. */
tenon_status wasi_clocks_timezone_display(
    tenon_call *call, void *user, const wasi_clocks_timezone_datetime_t *when,
    wasi_clocks_timezone_timezone_display_t *result);

/* Seconds that the local time is ahead of UTC. */
tenon_status wasi_clocks_timezone_utc_offset(
    tenon_call *call, void *user, const wasi_clocks_timezone_datetime_t *when,
    int32_t *result);

extern const tenon_interface wasi_clocks_timezone_interface;

#ifdef __cplusplus
}
#endif

#endif
