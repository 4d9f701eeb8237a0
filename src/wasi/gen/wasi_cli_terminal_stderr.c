/* wasi_cli_terminal_stderr.c: written by witgen, as its header. */
#include "wasi_cli_terminal_stderr.h"

TENON_CHECK_SIZE(wasi_cli_terminal_stderr_option_own_terminal_output_t, 8, 8);
TENON_CHECK_OFFSET(wasi_cli_terminal_stderr_option_own_terminal_output_t, val, 4, 4);

static const tenon_type type_own_terminal_output = {
    .kind = TENON_TYPE_OWN,
    .resource = 0};
static const tenon_type type_option_own_terminal_output = {
    .kind = TENON_TYPE_OPTION,
    .element = &type_own_terminal_output};

static tenon_status call_get_terminal_stderr(
    tenon_call *call, void *user, const void *args, void *result) {
    (void)args;
    return wasi_cli_terminal_stderr_get_terminal_stderr(
        call, user, result);
}


static const tenon_host_func funcs[] = {
    {.name = "get-terminal-stderr",
     .type = {.result = &type_option_own_terminal_output},
     .fn = call_get_terminal_stderr},
};

static const tenon_host_resource resources[] = {
    {.name = "terminal-output",
     .interface = "wasi:cli/terminal-output@0.2.12", .foreign_name = "terminal-output"},
};

const tenon_interface wasi_cli_terminal_stderr_interface = {
    .name = "wasi:cli/terminal-stderr@0.2.12",
    .funcs = funcs,
    .func_count = 1,
    .resources = resources,
    .resource_count = 1,
};
