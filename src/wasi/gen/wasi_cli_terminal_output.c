/* wasi_cli_terminal_output.c: written by witgen, as its header. */
#include "wasi_cli_terminal_output.h"

static const tenon_host_resource resources[] = {
    {.name = "terminal-output",
     .destructor = wasi_cli_terminal_output_terminal_output_destructor},
};

const tenon_interface wasi_cli_terminal_output_interface = {
    .name = "wasi:cli/terminal-output@0.2.12",
    .resources = resources,
    .resource_count = 1,
};
