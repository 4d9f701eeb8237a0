/* wasi_clocks_timezone.c: written by witgen, as its header. */
#include "wasi_clocks_timezone.h"

TENON_CHECK_SIZE(wasi_clocks_timezone_timezone_display_t, 16, 32);
TENON_CHECK_OFFSET(wasi_clocks_timezone_timezone_display_t, name, 4, 8);
TENON_CHECK_OFFSET(wasi_clocks_timezone_timezone_display_t, in_daylight_saving_time,
    12, 24);

static const tenon_type type_u64 = {.kind = TENON_TYPE_U64};
static const tenon_type type_u32 = {.kind = TENON_TYPE_U32};
static const tenon_field fields_wasi_clocks_wall_clock_datetime[] = {
    {"seconds", &type_u64},
    {"nanoseconds", &type_u32},
};
static const tenon_type type_wasi_clocks_wall_clock_datetime = {
    .kind = TENON_TYPE_RECORD,
    .count = 2,
    .fields = fields_wasi_clocks_wall_clock_datetime};
static const tenon_type type_s32 = {.kind = TENON_TYPE_S32};
static const tenon_type type_string = {.kind = TENON_TYPE_STRING};
static const tenon_type type_bool = {.kind = TENON_TYPE_BOOL};
static const tenon_field fields_timezone_display[] = {
    {"utc-offset", &type_s32},
    {"name", &type_string},
    {"in-daylight-saving-time", &type_bool},
};
static const tenon_type type_timezone_display = {
    .kind = TENON_TYPE_RECORD,
    .count = 3,
    .fields = fields_timezone_display};

typedef struct args_display {
    wasi_clocks_timezone_datetime_t when;
} args_display;
TENON_CHECK_SIZE(args_display, 16, 16);

static tenon_status call_display(
    tenon_call *call, void *user, const void *args, void *result) {
    const args_display *a = args;
    return wasi_clocks_timezone_display(
        call, user, &a->when, result);
}

typedef struct args_utc_offset {
    wasi_clocks_timezone_datetime_t when;
} args_utc_offset;
TENON_CHECK_SIZE(args_utc_offset, 16, 16);

static tenon_status call_utc_offset(
    tenon_call *call, void *user, const void *args, void *result) {
    const args_utc_offset *a = args;
    return wasi_clocks_timezone_utc_offset(
        call, user, &a->when, result);
}

static const tenon_field params_display[] = {
    {"when", &type_wasi_clocks_wall_clock_datetime},
};
static const tenon_field params_utc_offset[] = {
    {"when", &type_wasi_clocks_wall_clock_datetime},
};

static const tenon_host_func funcs[] = {
    {.name = "display",
     .type = {.param_count = 1,
              .params = params_display,
              .result = &type_timezone_display},
     .fn = call_display},
    {.name = "utc-offset",
     .type = {.param_count = 1,
              .params = params_utc_offset,
              .result = &type_s32},
     .fn = call_utc_offset},
};

static const tenon_host_type types[] = {
    {"datetime", &type_wasi_clocks_wall_clock_datetime},
    {"timezone-display", &type_timezone_display},
};

const tenon_interface wasi_clocks_timezone_interface = {
    .name = "wasi:clocks/timezone@0.2.12",
    .funcs = funcs,
    .func_count = 2,
    .types = types,
    .type_count = 2,
};
