/* wasi:cli/terminal-output: written by witgen; edit the WIT, not this. */
/* Terminals as sinks. */
#ifndef WASI_CLI_TERMINAL_OUTPUT_H
#define WASI_CLI_TERMINAL_OUTPUT_H

#include "tenon/host.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Stands for the output side of a terminal. It has no functions yet. */
typedef struct wasi_cli_terminal_output_own_terminal_output_t {
    uint32_t handle;
} wasi_cli_terminal_output_own_terminal_output_t;
typedef struct wasi_cli_terminal_output_borrow_terminal_output_t {
    uint32_t handle;
} wasi_cli_terminal_output_borrow_terminal_output_t;

/* Numbers of the resources, for tenon_resource_new. */
#define WASI_CLI_TERMINAL_OUTPUT_RESOURCE_TERMINAL_OUTPUT 0

void wasi_cli_terminal_output_terminal_output_destructor(void *user, void *rep);

extern const tenon_interface wasi_cli_terminal_output_interface;

#ifdef __cplusplus
}
#endif

#endif
