/* wasi:cli/terminal-stdout: written by witgen; edit the WIT, not this. */
/* Whether stdout is a terminal. */
#ifndef WASI_CLI_TERMINAL_STDOUT_H
#define WASI_CLI_TERMINAL_STDOUT_H

#include "tenon/host.h"
#include "wasi_cli_terminal_output.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef wasi_cli_terminal_output_own_terminal_output_t
    wasi_cli_terminal_stdout_own_terminal_output_t;
typedef wasi_cli_terminal_output_borrow_terminal_output_t
    wasi_cli_terminal_stdout_borrow_terminal_output_t;

typedef struct wasi_cli_terminal_stdout_option_own_terminal_output_t {
    bool is_some;
    wasi_cli_terminal_stdout_own_terminal_output_t val;
} wasi_cli_terminal_stdout_option_own_terminal_output_t;

/* Numbers of the resources, for tenon_resource_new. */
#define WASI_CLI_TERMINAL_STDOUT_RESOURCE_TERMINAL_OUTPUT 0

/* The terminal behind stdout, or none when it is no terminal. */
tenon_status wasi_cli_terminal_stdout_get_terminal_stdout(
    tenon_call *call, void *user,
    wasi_cli_terminal_stdout_option_own_terminal_output_t *result);

extern const tenon_interface wasi_cli_terminal_stdout_interface;

#ifdef __cplusplus
}
#endif

#endif
