/* wasi:cli/stdin: written by witgen; edit the WIT, not this. */
/* The standard input. */
#ifndef WASI_CLI_STDIN_H
#define WASI_CLI_STDIN_H

#include "tenon/host.h"
#include "wasi_io_streams.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef wasi_io_streams_own_input_stream_t wasi_cli_stdin_own_input_stream_t;
typedef wasi_io_streams_borrow_input_stream_t wasi_cli_stdin_borrow_input_stream_t;

/* Numbers of the resources, for tenon_resource_new. */
#define WASI_CLI_STDIN_RESOURCE_INPUT_STREAM 0

/* A stream that reads it. */
tenon_status wasi_cli_stdin_get_stdin(
    tenon_call *call, void *user, wasi_cli_stdin_own_input_stream_t *result);

extern const tenon_interface wasi_cli_stdin_interface;

#ifdef __cplusplus
}
#endif

#endif
