/* wasi:cli/terminal-input: written by witgen; edit the WIT, not this. */
/* Terminals as sources. */
#ifndef WASI_CLI_TERMINAL_INPUT_H
#define WASI_CLI_TERMINAL_INPUT_H

#include "tenon/host.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Stands for the input side of a terminal. It has no functions yet. */
typedef struct wasi_cli_terminal_input_own_terminal_input_t {
    uint32_t handle;
} wasi_cli_terminal_input_own_terminal_input_t;
typedef struct wasi_cli_terminal_input_borrow_terminal_input_t {
    uint32_t handle;
} wasi_cli_terminal_input_borrow_terminal_input_t;

/* Numbers of the resources, for tenon_resource_new. */
#define WASI_CLI_TERMINAL_INPUT_RESOURCE_TERMINAL_INPUT 0

void wasi_cli_terminal_input_terminal_input_destructor(void *user, void *rep);

extern const tenon_interface wasi_cli_terminal_input_interface;

#ifdef __cplusplus
}
#endif

#endif
