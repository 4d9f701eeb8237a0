/* wasi_clocks_wall_clock.c: written by witgen, as its header. */
#include "wasi_clocks_wall_clock.h"

TENON_CHECK_SIZE(wasi_clocks_wall_clock_datetime_t, 16, 16);
TENON_CHECK_OFFSET(wasi_clocks_wall_clock_datetime_t, nanoseconds, 8, 8);

static const tenon_type type_u64 = {.kind = TENON_TYPE_U64};
static const tenon_type type_u32 = {.kind = TENON_TYPE_U32};
static const tenon_field fields_datetime[] = {
    {"seconds", &type_u64},
    {"nanoseconds", &type_u32},
};
static const tenon_type type_datetime = {
    .kind = TENON_TYPE_RECORD,
    .count = 2,
    .fields = fields_datetime};

static tenon_status call_now(
    tenon_call *call, void *user, const void *args, void *result) {
    (void)args;
    return wasi_clocks_wall_clock_now(
        call, user, result);
}

static tenon_status call_resolution(
    tenon_call *call, void *user, const void *args, void *result) {
    (void)args;
    return wasi_clocks_wall_clock_resolution(
        call, user, result);
}


static const tenon_host_func funcs[] = {
    {.name = "now",
     .type = {.result = &type_datetime},
     .fn = call_now},
    {.name = "resolution",
     .type = {.result = &type_datetime},
     .fn = call_resolution},
};

static const tenon_host_type types[] = {
    {"datetime", &type_datetime},
};

const tenon_interface wasi_clocks_wall_clock_interface = {
    .name = "wasi:clocks/wall-clock@0.2.12",
    .funcs = funcs,
    .func_count = 2,
    .types = types,
    .type_count = 1,
};
