/* wasi:cli/stderr: written by witgen; edit the WIT, not this. */
/* The standard error. */
#ifndef WASI_CLI_STDERR_H
#define WASI_CLI_STDERR_H

#include "tenon/host.h"
#include "wasi_io_streams.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef wasi_io_streams_own_output_stream_t wasi_cli_stderr_own_output_stream_t;
typedef wasi_io_streams_borrow_output_stream_t wasi_cli_stderr_borrow_output_stream_t;

/* Numbers of the resources, for tenon_resource_new. */
#define WASI_CLI_STDERR_RESOURCE_OUTPUT_STREAM 0

/* A stream that writes it. */
tenon_status wasi_cli_stderr_get_stderr(
    tenon_call *call, void *user, wasi_cli_stderr_own_output_stream_t *result);

extern const tenon_interface wasi_cli_stderr_interface;

#ifdef __cplusplus
}
#endif

#endif
