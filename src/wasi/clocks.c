/* clocks.c: wasi:clocks: monotonic-clock, wall-clock, timezone. */
#include "base/unicode.h"
#include "wasi/gen/wasi_clocks_monotonic_clock.h"
#include "wasi/gen/wasi_clocks_timezone.h"
#include "wasi/gen/wasi_clocks_wall_clock.h"
#include "wasi/wasi.h"

static tenon_status read_monotonic(tenon_wasi *w, tenon_call *call, u64 *out) {
    if (w->platform->monotonic_ns == NULL) {
        return tenon_call_fail(call, "the platform has no monotonic clock");
    }
    *out = w->platform->monotonic_ns(w->platform->user);
    return TENON_OK;
}

tenon_status
wasi_clocks_monotonic_clock_now(tenon_call *call, void *user,
                                wasi_clocks_monotonic_clock_instant_t *result) {
    return read_monotonic(user, call, result);
}

tenon_status
wasi_clocks_monotonic_clock_resolution(tenon_call *call, void *user,
                                       wasi_clocks_monotonic_clock_duration_t *result) {
    tenon_wasi *w = user;
    (void)call;
    u64 ns = w->platform->monotonic_resolution_ns;
    *result = ns == 0 ? 1 : ns;
    return TENON_OK;
}

tenon_status wasi_clocks_monotonic_clock_subscribe_instant(
    tenon_call *call, void *user, wasi_clocks_monotonic_clock_instant_t when,
    wasi_clocks_monotonic_clock_own_pollable_t *result) {
    return tni_pollable_new(user, call, WASI_CLOCKS_MONOTONIC_CLOCK_RESOURCE_POLLABLE,
                            TNI_POLLABLE_CLOCK, NULL, when, &result->handle);
}

tenon_status wasi_clocks_monotonic_clock_subscribe_duration(
    tenon_call *call, void *user, wasi_clocks_monotonic_clock_duration_t when,
    wasi_clocks_monotonic_clock_own_pollable_t *result) {
    u64 now = 0;
    TNI_TRY(read_monotonic(user, call, &now));
    u64 deadline = when > UINT64_MAX - now ? UINT64_MAX : now + when;
    return tni_pollable_new(user, call, WASI_CLOCKS_MONOTONIC_CLOCK_RESOURCE_POLLABLE,
                            TNI_POLLABLE_CLOCK, NULL, deadline, &result->handle);
}

tenon_status wasi_clocks_wall_clock_now(tenon_call *call, void *user,
                                        wasi_clocks_wall_clock_datetime_t *result) {
    tenon_wasi *w = user;
    if (w->platform->realtime == NULL) {
        return tenon_call_fail(call, "the platform has no wall clock");
    }
    tenon_time t = w->platform->realtime(w->platform->user);
    result->seconds = t.seconds < 0 ? 0 : (u64)t.seconds;
    result->nanoseconds = t.nanoseconds;
    return TENON_OK;
}

tenon_status
wasi_clocks_wall_clock_resolution(tenon_call *call, void *user,
                                  wasi_clocks_wall_clock_datetime_t *result) {
    tenon_wasi *w = user;
    (void)call;
    u64 ns = w->platform->realtime_resolution_ns;
    ns = ns == 0 ? 1 : ns;
    result->seconds = ns / 1000000000;
    result->nanoseconds = (u32)(ns % 1000000000);
    return TENON_OK;
}

/* The local zone, or UTC where that cannot be told. */
static void zone_at(const tenon_wasi *w, u64 seconds, tenon_zone *out) {
    const tenon_platform *p = w->platform;
    if (seconds > INT64_MAX || p->local_zone == NULL ||
        !p->local_zone(p->user, (i64)seconds, out) || out->offset_seconds <= -86400 ||
        out->offset_seconds >= 86400 || !tni_utf8_valid(out->name, strlen(out->name))) {
        *out = (tenon_zone){0, false, "UTC"};
    }
}

tenon_status
wasi_clocks_timezone_display(tenon_call *call, void *user,
                             const wasi_clocks_timezone_datetime_t *when,
                             wasi_clocks_timezone_timezone_display_t *result) {
    tenon_zone zone;
    zone_at(user, when->seconds, &zone);
    size_t len = strlen(zone.name);
    char *name = tenon_call_alloc(call, len + 1, 1);
    if (name == NULL) {
        return tenon_call_no_memory(call);
    }
    memcpy(name, zone.name, len);
    result->utc_offset = zone.offset_seconds;
    result->name = (tenon_string){name, len};
    result->in_daylight_saving_time = zone.is_daylight_saving;
    return TENON_OK;
}

tenon_status wasi_clocks_timezone_utc_offset(tenon_call *call, void *user,
                                             const wasi_clocks_timezone_datetime_t *when,
                                             int32_t *result) {
    tenon_zone zone;
    (void)call;
    zone_at(user, when->seconds, &zone);
    *result = zone.offset_seconds;
    return TENON_OK;
}
