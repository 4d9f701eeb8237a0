/* wasi:cli/terminal-stdin: written by witgen; edit the WIT, not this. */
/* Whether stdin is a terminal. */
#ifndef WASI_CLI_TERMINAL_STDIN_H
#define WASI_CLI_TERMINAL_STDIN_H

#include "tenon/host.h"
#include "wasi_cli_terminal_input.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef wasi_cli_terminal_input_own_terminal_input_t
    wasi_cli_terminal_stdin_own_terminal_input_t;
typedef wasi_cli_terminal_input_borrow_terminal_input_t
    wasi_cli_terminal_stdin_borrow_terminal_input_t;

typedef struct wasi_cli_terminal_stdin_option_own_terminal_input_t {
    bool is_some;
    wasi_cli_terminal_stdin_own_terminal_input_t val;
} wasi_cli_terminal_stdin_option_own_terminal_input_t;

/* Numbers of the resources, for tenon_resource_new. */
#define WASI_CLI_TERMINAL_STDIN_RESOURCE_TERMINAL_INPUT 0

/* The terminal behind stdin, or none when it is no terminal. */
tenon_status wasi_cli_terminal_stdin_get_terminal_stdin(
    tenon_call *call, void *user,
    wasi_cli_terminal_stdin_option_own_terminal_input_t *result);

extern const tenon_interface wasi_cli_terminal_stdin_interface;

#ifdef __cplusplus
}
#endif

#endif
