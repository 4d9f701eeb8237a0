/* wasi_cli_stderr.c: written by witgen, as its header. */
#include "wasi_cli_stderr.h"

static const tenon_type type_own_output_stream = {.kind = TENON_TYPE_OWN, .resource = 0};

static tenon_status call_get_stderr(
    tenon_call *call, void *user, const void *args, void *result) {
    (void)args;
    return wasi_cli_stderr_get_stderr(
        call, user, result);
}


static const tenon_host_func funcs[] = {
    {.name = "get-stderr",
     .type = {.result = &type_own_output_stream},
     .fn = call_get_stderr},
};

static const tenon_host_resource resources[] = {
    {.name = "output-stream",
     .interface = "wasi:io/streams@0.2.12", .foreign_name = "output-stream"},
};

const tenon_interface wasi_cli_stderr_interface = {
    .name = "wasi:cli/stderr@0.2.12",
    .funcs = funcs,
    .func_count = 1,
    .resources = resources,
    .resource_count = 1,
};
