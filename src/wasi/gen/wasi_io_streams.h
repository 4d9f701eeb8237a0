/* wasi:io/streams: written by witgen; edit the WIT, not this. */
/* Streams of bytes. */
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

/* Bytes to read. */
typedef struct wasi_io_streams_own_input_stream_t {
    uint32_t handle;
} wasi_io_streams_own_input_stream_t;
typedef struct wasi_io_streams_borrow_input_stream_t {
    uint32_t handle;
} wasi_io_streams_borrow_input_stream_t;

/* Bytes to write. */
typedef struct wasi_io_streams_own_output_stream_t {
    uint32_t handle;
} wasi_io_streams_own_output_stream_t;
typedef struct wasi_io_streams_borrow_output_stream_t {
    uint32_t handle;
} wasi_io_streams_borrow_output_stream_t;

/* Why a stream operation did not go through. */
typedef struct wasi_io_streams_stream_error_t {
    uint8_t tag;
    union {
        wasi_io_streams_own_error_t last_operation_failed;
    } val;
} wasi_io_streams_stream_error_t;
/* The operation failed; the stream is closed from then on. */
#define WASI_IO_STREAMS_STREAM_ERROR_LAST_OPERATION_FAILED 0
/* The stream has come to its end. */
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

/* Reads up to len bytes, those that are there now; an empty list when there are
 * none yet. */
tenon_status wasi_io_streams_method_input_stream_read(
    tenon_call *call, void *user, wasi_io_streams_borrow_input_stream_t self,
    uint64_t len, wasi_io_streams_result_list_u8_stream_error_t *result);

/* As read, but waits until there is at least one byte. */
tenon_status wasi_io_streams_method_input_stream_blocking_read(
    tenon_call *call, void *user, wasi_io_streams_borrow_input_stream_t self,
    uint64_t len, wasi_io_streams_result_list_u8_stream_error_t *result);

/* As read, but the bytes are thrown away and counted. */
tenon_status wasi_io_streams_method_input_stream_skip(
    tenon_call *call, void *user, wasi_io_streams_borrow_input_stream_t self,
    uint64_t len, wasi_io_streams_result_u64_stream_error_t *result);

/* As skip, but waits until there is at least one byte. */
tenon_status wasi_io_streams_method_input_stream_blocking_skip(
    tenon_call *call, void *user, wasi_io_streams_borrow_input_stream_t self,
    uint64_t len, wasi_io_streams_result_u64_stream_error_t *result);

/* The event that there are bytes to read, or that the stream has ended. */
tenon_status wasi_io_streams_method_input_stream_subscribe(
    tenon_call *call, void *user, wasi_io_streams_borrow_input_stream_t self,
    wasi_io_streams_own_pollable_t *result);

/* How many bytes the next write may have; 0 while the stream is busy. */
tenon_status wasi_io_streams_method_output_stream_check_write(
    tenon_call *call, void *user, wasi_io_streams_borrow_output_stream_t self,
    wasi_io_streams_result_u64_stream_error_t *result);

/* Takes bytes, no more than check-write allowed, else it traps. Never waits. */
tenon_status wasi_io_streams_method_output_stream_write(
    tenon_call *call, void *user, wasi_io_streams_borrow_output_stream_t self,
    const wasi_io_streams_list_u8_t *contents,
    wasi_io_streams_result_void_stream_error_t *result);

/* Writes up to 4096 bytes and waits until they are out. */
tenon_status wasi_io_streams_method_output_stream_blocking_write_and_flush(
    tenon_call *call, void *user, wasi_io_streams_borrow_output_stream_t self,
    const wasi_io_streams_list_u8_t *contents,
    wasi_io_streams_result_void_stream_error_t *result);

/* Asks that what was written goes out; check-write gives 0 until it has. */
tenon_status wasi_io_streams_method_output_stream_flush(
    tenon_call *call, void *user, wasi_io_streams_borrow_output_stream_t self,
    wasi_io_streams_result_void_stream_error_t *result);

/* As flush, but waits until it is done. */
tenon_status wasi_io_streams_method_output_stream_blocking_flush(
    tenon_call *call, void *user, wasi_io_streams_borrow_output_stream_t self,
    wasi_io_streams_result_void_stream_error_t *result);

/* The event that check-write gives more than 0, or an error. */
tenon_status wasi_io_streams_method_output_stream_subscribe(
    tenon_call *call, void *user, wasi_io_streams_borrow_output_stream_t self,
    wasi_io_streams_own_pollable_t *result);

/* As write, of len bytes that are 0. */
tenon_status wasi_io_streams_method_output_stream_write_zeroes(
    tenon_call *call, void *user, wasi_io_streams_borrow_output_stream_t self,
    uint64_t len, wasi_io_streams_result_void_stream_error_t *result);

/* As blocking-write-and-flush, of up to 4096 bytes that are 0. */
tenon_status wasi_io_streams_method_output_stream_blocking_write_zeroes_and_flush(
    tenon_call *call, void *user, wasi_io_streams_borrow_output_stream_t self,
    uint64_t len, wasi_io_streams_result_void_stream_error_t *result);

/* Moves up to len bytes from another stream, as far as both are ready. */
tenon_status wasi_io_streams_method_output_stream_splice(
    tenon_call *call, void *user, wasi_io_streams_borrow_output_stream_t self,
    wasi_io_streams_borrow_input_stream_t src, uint64_t len,
    wasi_io_streams_result_u64_stream_error_t *result);

/* As splice, but waits until both are ready. */
tenon_status wasi_io_streams_method_output_stream_blocking_splice(
    tenon_call *call, void *user, wasi_io_streams_borrow_output_stream_t self,
    wasi_io_streams_borrow_input_stream_t src, uint64_t len,
    wasi_io_streams_result_u64_stream_error_t *result);

extern const tenon_interface wasi_io_streams_interface;

#ifdef __cplusplus
}
#endif

#endif
