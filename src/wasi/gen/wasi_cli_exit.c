/* wasi_cli_exit.c: written by witgen, as its header. */
#include "wasi_cli_exit.h"

TENON_CHECK_SIZE(wasi_cli_exit_result_void_void_t, 1, 1);

static const tenon_type type_result_void_void = {.kind = TENON_TYPE_RESULT};
static const tenon_type type_u8 = {.kind = TENON_TYPE_U8};

typedef struct args_exit {
    wasi_cli_exit_result_void_void_t status;
} args_exit;
TENON_CHECK_SIZE(args_exit, 1, 1);

static tenon_status call_exit(
    tenon_call *call, void *user, const void *args, void *result) {
    const args_exit *a = args;
    (void)result;
    return wasi_cli_exit_exit(
        call, user, &a->status);
}

typedef struct args_exit_with_code {
    uint8_t status_code;
} args_exit_with_code;
TENON_CHECK_SIZE(args_exit_with_code, 1, 1);

static tenon_status call_exit_with_code(
    tenon_call *call, void *user, const void *args, void *result) {
    const args_exit_with_code *a = args;
    (void)result;
    return wasi_cli_exit_exit_with_code(
        call, user, a->status_code);
}

static const tenon_field params_exit[] = {
    {"status", &type_result_void_void},
};
static const tenon_field params_exit_with_code[] = {
    {"status-code", &type_u8},
};

static const tenon_host_func funcs[] = {
    {.name = "exit",
     .type = {.param_count = 1,
              .params = params_exit},
     .fn = call_exit},
    {.name = "exit-with-code",
     .type = {.param_count = 1,
              .params = params_exit_with_code},
     .fn = call_exit_with_code},
};

const tenon_interface wasi_cli_exit_interface = {
    .name = "wasi:cli/exit@0.2.12",
    .funcs = funcs,
    .func_count = 2,
};
