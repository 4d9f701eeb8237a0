/* clocks.c: wasi:clocks: both clocks run, at least as long as was asked, and the time
 * zone is the one that was given (TZ). */
#include "guest.h"

enum { MS = 1000000 };

static void monotonic(void) {
    const uint64_t step = wasi_clocks_monotonic_clock_resolution();
    truth("a step of 1 ns to 1 s", step >= 1 && step <= 1000000000);
    const uint64_t begin = wasi_clocks_monotonic_clock_now();
    block_on(wasi_clocks_monotonic_clock_subscribe_duration(20 * MS).handle);
    uint64_t now = wasi_clocks_monotonic_clock_now();
    truth("20 ms", now - begin >= 20 * MS && now - begin < 10000ull * MS);
    block_on(wasi_clocks_monotonic_clock_subscribe_instant(begin + 50 * MS).handle);
    now = wasi_clocks_monotonic_clock_now();
    truth("50 ms", now - begin >= 50 * MS && now - begin < 10000ull * MS);
    const wasi_io_poll_own_pollable_t past = {
        wasi_clocks_monotonic_clock_subscribe_instant(begin).handle};
    const wasi_io_poll_own_pollable_t future = {
        wasi_clocks_monotonic_clock_subscribe_duration(100000ull * MS).handle};
    truth("an instant that has passed is ready",
          wasi_io_poll_method_pollable_ready(wasi_io_poll_borrow_pollable(past)));
    truth("a minute is not over",
          !wasi_io_poll_method_pollable_ready(wasi_io_poll_borrow_pollable(future)));
    wasi_io_poll_pollable_drop_own(past);
    wasi_io_poll_pollable_drop_own(future);
}

static void wall(void) {
    wasi_clocks_wall_clock_datetime_t now, step;
    wasi_clocks_wall_clock_now(&now);
    wasi_clocks_wall_clock_resolution(&step);
    truth("after 2020, before 2120",
          now.seconds > 1577836800 && now.seconds < 4733510400);
    truth("nanoseconds below a second", now.nanoseconds < 1000000000);
    truth("a step of at most a second", step.seconds + (step.nanoseconds > 0) == 1);
}

#ifndef NO_ZONE
static void zone(const char *when, uint64_t seconds) {
    const wasi_clocks_timezone_datetime_t time = {seconds, 0};
    wasi_clocks_timezone_timezone_display_t shown;
    wasi_clocks_timezone_display(&time, &shown);
    text(when);
    words(": zone", shown.name.ptr, shown.name.len);
    truth("daylight saving", shown.in_daylight_saving_time);
    truth("one offset", shown.utc_offset == wasi_clocks_timezone_utc_offset(&time));
    value("seconds", (uint64_t)shown.utc_offset);
    wasi_clocks_timezone_timezone_display_free(&shown);
}
#endif

bool exports_wasi_cli_run_run(void) {
    monotonic();
    wall();
#ifndef NO_ZONE
    zone("2024-01-15", 1705276800);
    zone("2024-07-15", 1721001600);
#endif
    return true;
}
