/* wasi:cli/exit: written by witgen; edit the WIT, not this. */
/* Ending the program. */
#ifndef WASI_CLI_EXIT_H
#define WASI_CLI_EXIT_H

#include "tenon/host.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct wasi_cli_exit_result_void_void_t {
    bool is_err;
} wasi_cli_exit_result_void_void_t;

/* Ends it, well or with an error. Does not return. */
tenon_status wasi_cli_exit_exit(
    tenon_call *call, void *user, const wasi_cli_exit_result_void_void_t *status);

/* Ends it with a number for the host, 0 for success. Does not return. */
tenon_status wasi_cli_exit_exit_with_code(
    tenon_call *call, void *user, uint8_t status_code);

extern const tenon_interface wasi_cli_exit_interface;

#ifdef __cplusplus
}
#endif

#endif
