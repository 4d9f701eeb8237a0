/* wasi_cli_terminal_input.c: written by witgen, as its header. */
#include "wasi_cli_terminal_input.h"

static const tenon_host_resource resources[] = {
    {.name = "terminal-input",
     .destructor = wasi_cli_terminal_input_terminal_input_destructor},
};

const tenon_interface wasi_cli_terminal_input_interface = {
    .name = "wasi:cli/terminal-input@0.2.12",
    .resources = resources,
    .resource_count = 1,
};
