/* wasi_cli_stdin.c: written by witgen, as its header. */
#include "wasi_cli_stdin.h"

static const tenon_type type_own_input_stream = {.kind = TENON_TYPE_OWN, .resource = 0};

static tenon_status call_get_stdin(
    tenon_call *call, void *user, const void *args, void *result) {
    (void)args;
    return wasi_cli_stdin_get_stdin(
        call, user, result);
}


static const tenon_host_func funcs[] = {
    {.name = "get-stdin",
     .type = {.result = &type_own_input_stream},
     .fn = call_get_stdin},
};

static const tenon_host_resource resources[] = {
    {.name = "input-stream",
     .interface = "wasi:io/streams@0.2.12", .foreign_name = "input-stream"},
};

const tenon_interface wasi_cli_stdin_interface = {
    .name = "wasi:cli/stdin@0.2.12",
    .funcs = funcs,
    .func_count = 1,
    .resources = resources,
    .resource_count = 1,
};
