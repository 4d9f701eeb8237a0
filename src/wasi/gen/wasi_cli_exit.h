/* wasi:cli/exit: written by witgen from the WIT (`make generate`); edit the WIT. */
#ifndef WASI_CLI_EXIT_H
#define WASI_CLI_EXIT_H

#include "tenon/host.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct wasi_cli_exit_result_void_void_t {
    bool is_err;
} wasi_cli_exit_result_void_void_t;

tenon_status wasi_cli_exit_exit(
    tenon_call *call, void *user, const wasi_cli_exit_result_void_void_t *status);

tenon_status wasi_cli_exit_exit_with_code(
    tenon_call *call, void *user, uint8_t status_code);

extern const tenon_interface wasi_cli_exit_interface;

#ifdef __cplusplus
}
#endif

#endif
