/* wasi:cli/stdout: written by witgen; edit the WIT, not this. */
/* The standard output. */
#ifndef WASI_CLI_STDOUT_H
#define WASI_CLI_STDOUT_H

#include "tenon/host.h"
#include "wasi_io_streams.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef wasi_io_streams_own_output_stream_t wasi_cli_stdout_own_output_stream_t;
typedef wasi_io_streams_borrow_output_stream_t wasi_cli_stdout_borrow_output_stream_t;

/* Numbers of the resources, for tenon_resource_new. */
#define WASI_CLI_STDOUT_RESOURCE_OUTPUT_STREAM 0

/* A stream that writes it. */
tenon_status wasi_cli_stdout_get_stdout(
    tenon_call *call, void *user, wasi_cli_stdout_own_output_stream_t *result);

extern const tenon_interface wasi_cli_stdout_interface;

#ifdef __cplusplus
}
#endif

#endif
