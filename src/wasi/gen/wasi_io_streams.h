/* wasi:io/streams: written by witgen from the WIT (`make generate`); edit the WIT. */
#ifndef WASI_IO_STREAMS_H
#define WASI_IO_STREAMS_H

#include "tenon/host.h"
#include "wasi_io_error.h"
#include "wasi_io_poll.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef wasi_io_error_own_error_t wasi_io_streams_own_error_t;
typedef wasi_io_error_borrow_error_t wasi_io_streams_borrow_error_t;

typedef wasi_io_poll_own_pollable_t wasi_io_streams_own_pollable_t;
typedef wasi_io_poll_borrow_pollable_t wasi_io_streams_borrow_pollable_t;

typedef struct wasi_io_streams_own_input_stream_t {
    uint32_t handle;
} wasi_io_streams_own_input_stream_t;
typedef struct wasi_io_streams_borrow_input_stream_t {
    uint32_t handle;
} wasi_io_streams_borrow_input_stream_t;

typedef struct wasi_io_streams_own_output_stream_t {
    uint32_t handle;
} wasi_io_streams_own_output_stream_t;
typedef struct wasi_io_streams_borrow_output_stream_t {
    uint32_t handle;
} wasi_io_streams_borrow_output_stream_t;

typedef struct wasi_io_streams_stream_error_t {
    uint8_t tag;
    union {
        wasi_io_streams_own_error_t last_operation_failed;
    } val;
} wasi_io_streams_stream_error_t;
#define WASI_IO_STREAMS_STREAM_ERROR_LAST_OPERATION_FAILED 0
#define WASI_IO_STREAMS_STREAM_ERROR_CLOSED 1

typedef struct wasi_io_streams_list_u8_t {
    uint8_t *ptr;
    size_t len;
} wasi_io_streams_list_u8_t;

typedef struct wasi_io_streams_result_list_u8_stream_error_t {
    bool is_err;
    union {
        wasi_io_streams_list_u8_t ok;
        wasi_io_streams_stream_error_t err;
    } val;
} wasi_io_streams_result_list_u8_stream_error_t;

typedef struct wasi_io_streams_result_u64_stream_error_t {
    bool is_err;
    union {
        TENON_ALIGN8 uint64_t ok;
        wasi_io_streams_stream_error_t err;
    } val;
} wasi_io_streams_result_u64_stream_error_t;

typedef struct wasi_io_streams_result_void_stream_error_t {
    bool is_err;
    union {
        wasi_io_streams_stream_error_t err;
    } val;
} wasi_io_streams_result_void_stream_error_t;

/* Numbers of the resources, for tenon_resource_new. */
#define WASI_IO_STREAMS_RESOURCE_INPUT_STREAM 0
#define WASI_IO_STREAMS_RESOURCE_OUTPUT_STREAM 1
#define WASI_IO_STREAMS_RESOURCE_ERROR 2
#define WASI_IO_STREAMS_RESOURCE_POLLABLE 3

void wasi_io_streams_input_stream_destructor(void *user, void *rep);

void wasi_io_streams_output_stream_destructor(void *user, void *rep);

tenon_status wasi_io_streams_method_input_stream_read(
    tenon_call *call, void *user, wasi_io_streams_borrow_input_stream_t self,
    uint64_t len, wasi_io_streams_result_list_u8_stream_error_t *result);

tenon_status wasi_io_streams_method_input_stream_blocking_read(
    tenon_call *call, void *user, wasi_io_streams_borrow_input_stream_t self,
    uint64_t len, wasi_io_streams_result_list_u8_stream_error_t *result);

tenon_status wasi_io_streams_method_input_stream_skip(
    tenon_call *call, void *user, wasi_io_streams_borrow_input_stream_t self,
    uint64_t len, wasi_io_streams_result_u64_stream_error_t *result);

tenon_status wasi_io_streams_method_input_stream_blocking_skip(
    tenon_call *call, void *user, wasi_io_streams_borrow_input_stream_t self,
    uint64_t len, wasi_io_streams_result_u64_stream_error_t *result);

tenon_status wasi_io_streams_method_input_stream_subscribe(
    tenon_call *call, void *user, wasi_io_streams_borrow_input_stream_t self,
    wasi_io_streams_own_pollable_t *result);

tenon_status wasi_io_streams_method_output_stream_check_write(
    tenon_call *call, void *user, wasi_io_streams_borrow_output_stream_t self,
    wasi_io_streams_result_u64_stream_error_t *result);

tenon_status wasi_io_streams_method_output_stream_write(
    tenon_call *call, void *user, wasi_io_streams_borrow_output_stream_t self,
    const wasi_io_streams_list_u8_t *contents,
    wasi_io_streams_result_void_stream_error_t *result);

tenon_status wasi_io_streams_method_output_stream_blocking_write_and_flush(
    tenon_call *call, void *user, wasi_io_streams_borrow_output_stream_t self,
    const wasi_io_streams_list_u8_t *contents,
    wasi_io_streams_result_void_stream_error_t *result);

tenon_status wasi_io_streams_method_output_stream_flush(
    tenon_call *call, void *user, wasi_io_streams_borrow_output_stream_t self,
    wasi_io_streams_result_void_stream_error_t *result);

tenon_status wasi_io_streams_method_output_stream_blocking_flush(
    tenon_call *call, void *user, wasi_io_streams_borrow_output_stream_t self,
    wasi_io_streams_result_void_stream_error_t *result);

tenon_status wasi_io_streams_method_output_stream_subscribe(
    tenon_call *call, void *user, wasi_io_streams_borrow_output_stream_t self,
    wasi_io_streams_own_pollable_t *result);

tenon_status wasi_io_streams_method_output_stream_write_zeroes(
    tenon_call *call, void *user, wasi_io_streams_borrow_output_stream_t self,
    uint64_t len, wasi_io_streams_result_void_stream_error_t *result);

tenon_status wasi_io_streams_method_output_stream_blocking_write_zeroes_and_flush(
    tenon_call *call, void *user, wasi_io_streams_borrow_output_stream_t self,
    uint64_t len, wasi_io_streams_result_void_stream_error_t *result);

tenon_status wasi_io_streams_method_output_stream_splice(
    tenon_call *call, void *user, wasi_io_streams_borrow_output_stream_t self,
    wasi_io_streams_borrow_input_stream_t src, uint64_t len,
    wasi_io_streams_result_u64_stream_error_t *result);

tenon_status wasi_io_streams_method_output_stream_blocking_splice(
    tenon_call *call, void *user, wasi_io_streams_borrow_output_stream_t self,
    wasi_io_streams_borrow_input_stream_t src, uint64_t len,
    wasi_io_streams_result_u64_stream_error_t *result);

extern const tenon_interface wasi_io_streams_interface;

#ifdef __cplusplus
}
#endif

#endif
