/* wasi_clocks_monotonic_clock.c: written by witgen, as its header. */
#include "wasi_clocks_monotonic_clock.h"

static const tenon_type type_own_pollable = {.kind = TENON_TYPE_OWN, .resource = 0};
static const tenon_type type_u64 = {.kind = TENON_TYPE_U64};

static tenon_status call_now(
    tenon_call *call, void *user, const void *args, void *result) {
    (void)args;
    return wasi_clocks_monotonic_clock_now(
        call, user, result);
}

static tenon_status call_resolution(
    tenon_call *call, void *user, const void *args, void *result) {
    (void)args;
    return wasi_clocks_monotonic_clock_resolution(
        call, user, result);
}

typedef struct args_subscribe_instant {
    TENON_ALIGN8 wasi_clocks_monotonic_clock_instant_t when;
} args_subscribe_instant;
TENON_CHECK_SIZE(args_subscribe_instant, 8, 8);

static tenon_status call_subscribe_instant(
    tenon_call *call, void *user, const void *args, void *result) {
    const args_subscribe_instant *a = args;
    return wasi_clocks_monotonic_clock_subscribe_instant(
        call, user, a->when, result);
}

typedef struct args_subscribe_duration {
    TENON_ALIGN8 wasi_clocks_monotonic_clock_duration_t when;
} args_subscribe_duration;
TENON_CHECK_SIZE(args_subscribe_duration, 8, 8);

static tenon_status call_subscribe_duration(
    tenon_call *call, void *user, const void *args, void *result) {
    const args_subscribe_duration *a = args;
    return wasi_clocks_monotonic_clock_subscribe_duration(
        call, user, a->when, result);
}

static const tenon_field params_subscribe_instant[] = {
    {"when", &type_u64},
};
static const tenon_field params_subscribe_duration[] = {
    {"when", &type_u64},
};

static const tenon_host_func funcs[] = {
    {.name = "now",
     .type = {.result = &type_u64},
     .fn = call_now},
    {.name = "resolution",
     .type = {.result = &type_u64},
     .fn = call_resolution},
    {.name = "subscribe-instant",
     .type = {.param_count = 1,
              .params = params_subscribe_instant,
              .result = &type_own_pollable},
     .fn = call_subscribe_instant},
    {.name = "subscribe-duration",
     .type = {.param_count = 1,
              .params = params_subscribe_duration,
              .result = &type_own_pollable},
     .fn = call_subscribe_duration},
};

static const tenon_host_resource resources[] = {
    {.name = "pollable",
     .interface = "wasi:io/poll@0.2.12", .foreign_name = "pollable"},
};

static const tenon_host_type types[] = {
    {"instant", &type_u64},
    {"duration", &type_u64},
};

const tenon_interface wasi_clocks_monotonic_clock_interface = {
    .name = "wasi:clocks/monotonic-clock@0.2.12",
    .funcs = funcs,
    .func_count = 4,
    .resources = resources,
    .resource_count = 1,
    .types = types,
    .type_count = 2,
};
