/* wasi_cli_terminal_stdin.c: written by witgen, as its header. */
#include "wasi_cli_terminal_stdin.h"

TENON_CHECK_SIZE(wasi_cli_terminal_stdin_option_own_terminal_input_t, 8, 8);
TENON_CHECK_OFFSET(wasi_cli_terminal_stdin_option_own_terminal_input_t, val, 4, 4);

static const tenon_type type_own_terminal_input = {.kind = TENON_TYPE_OWN, .resource = 0};
static const tenon_type type_option_own_terminal_input = {
    .kind = TENON_TYPE_OPTION,
    .element = &type_own_terminal_input};

static tenon_status call_get_terminal_stdin(
    tenon_call *call, void *user, const void *args, void *result) {
    (void)args;
    return wasi_cli_terminal_stdin_get_terminal_stdin(
        call, user, result);
}


static const tenon_host_func funcs[] = {
    {.name = "get-terminal-stdin",
     .type = {.result = &type_option_own_terminal_input},
     .fn = call_get_terminal_stdin},
};

static const tenon_host_resource resources[] = {
    {.name = "terminal-input",
     .interface = "wasi:cli/terminal-input@0.2.12", .foreign_name = "terminal-input"},
};

const tenon_interface wasi_cli_terminal_stdin_interface = {
    .name = "wasi:cli/terminal-stdin@0.2.12",
    .funcs = funcs,
    .func_count = 1,
    .resources = resources,
    .resource_count = 1,
};
