/* wasi_cli_environment.c: written by witgen, as its header. */
#include "wasi_cli_environment.h"

TENON_CHECK_SIZE(wasi_cli_environment_tuple2_string_string_t, 16, 32);
TENON_CHECK_OFFSET(wasi_cli_environment_tuple2_string_string_t, f1, 8, 16);
TENON_CHECK_SIZE(wasi_cli_environment_option_string_t, 12, 24);
TENON_CHECK_OFFSET(wasi_cli_environment_option_string_t, val, 4, 8);

static const tenon_type type_string = {.kind = TENON_TYPE_STRING};
static const tenon_field fields_tuple2_string_string[] = {
    {NULL, &type_string},
    {NULL, &type_string},
};
static const tenon_type type_tuple2_string_string = {
    .kind = TENON_TYPE_TUPLE,
    .count = 2,
    .fields = fields_tuple2_string_string};
static const tenon_type type_list_tuple2_string_string = {
    .kind = TENON_TYPE_LIST,
    .element = &type_tuple2_string_string};
static const tenon_type type_list_string = {
    .kind = TENON_TYPE_LIST,
    .element = &type_string};
static const tenon_type type_option_string = {
    .kind = TENON_TYPE_OPTION,
    .element = &type_string};

static tenon_status call_get_environment(
    tenon_call *call, void *user, const void *args, void *result) {
    (void)args;
    return wasi_cli_environment_get_environment(
        call, user, result);
}

static tenon_status call_get_arguments(
    tenon_call *call, void *user, const void *args, void *result) {
    (void)args;
    return wasi_cli_environment_get_arguments(
        call, user, result);
}

static tenon_status call_initial_cwd(
    tenon_call *call, void *user, const void *args, void *result) {
    (void)args;
    return wasi_cli_environment_initial_cwd(
        call, user, result);
}


static const tenon_host_func funcs[] = {
    {.name = "get-environment",
     .type = {.result = &type_list_tuple2_string_string},
     .fn = call_get_environment},
    {.name = "get-arguments",
     .type = {.result = &type_list_string},
     .fn = call_get_arguments},
    {.name = "initial-cwd",
     .type = {.result = &type_option_string},
     .fn = call_initial_cwd},
};

const tenon_interface wasi_cli_environment_interface = {
    .name = "wasi:cli/environment@0.2.12",
    .funcs = funcs,
    .func_count = 3,
};
