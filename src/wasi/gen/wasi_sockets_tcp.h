/* wasi:sockets/tcp: written by witgen; edit the WIT, not this. */
/* Connections by TCP. */
#ifndef WASI_SOCKETS_TCP_H
#define WASI_SOCKETS_TCP_H

#include "tenon/host.h"
#include "wasi_io_streams.h"
#include "wasi_io_poll.h"
#include "wasi_clocks_monotonic_clock.h"
#include "wasi_sockets_network.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef wasi_io_streams_own_input_stream_t wasi_sockets_tcp_own_input_stream_t;
typedef wasi_io_streams_borrow_input_stream_t wasi_sockets_tcp_borrow_input_stream_t;

typedef wasi_io_streams_own_output_stream_t wasi_sockets_tcp_own_output_stream_t;
typedef wasi_io_streams_borrow_output_stream_t wasi_sockets_tcp_borrow_output_stream_t;

typedef wasi_io_poll_own_pollable_t wasi_sockets_tcp_own_pollable_t;
typedef wasi_io_poll_borrow_pollable_t wasi_sockets_tcp_borrow_pollable_t;

typedef wasi_sockets_network_own_network_t wasi_sockets_tcp_own_network_t;
typedef wasi_sockets_network_borrow_network_t wasi_sockets_tcp_borrow_network_t;

/* A socket that is bound, then listens or connects. */
typedef struct wasi_sockets_tcp_own_tcp_socket_t {
    uint32_t handle;
} wasi_sockets_tcp_own_tcp_socket_t;
typedef struct wasi_sockets_tcp_borrow_tcp_socket_t {
    uint32_t handle;
} wasi_sockets_tcp_borrow_tcp_socket_t;

typedef wasi_clocks_monotonic_clock_duration_t wasi_sockets_tcp_duration_t;

typedef wasi_sockets_network_error_code_t wasi_sockets_tcp_error_code_t;

typedef wasi_sockets_network_ip_socket_address_t wasi_sockets_tcp_ip_socket_address_t;

typedef wasi_sockets_network_ip_address_family_t wasi_sockets_tcp_ip_address_family_t;

/* Which direction is shut down. */
typedef uint8_t wasi_sockets_tcp_shutdown_type_t;
#define WASI_SOCKETS_TCP_SHUTDOWN_TYPE_RECEIVE 0 /* No more data is read. */
#define WASI_SOCKETS_TCP_SHUTDOWN_TYPE_SEND 1 /* No more data is sent. */
#define WASI_SOCKETS_TCP_SHUTDOWN_TYPE_BOTH 2 /* Neither. */

typedef struct wasi_sockets_tcp_result_void_error_code_t {
    bool is_err;
    union {
        wasi_sockets_tcp_error_code_t err;
    } val;
} wasi_sockets_tcp_result_void_error_code_t;

typedef struct wasi_sockets_tcp_tuple2_own_input_stream_own_output_stream_t {
    wasi_sockets_tcp_own_input_stream_t f0;
    wasi_sockets_tcp_own_output_stream_t f1;
} wasi_sockets_tcp_tuple2_own_input_stream_own_output_stream_t;

typedef struct wasi_sockets_tcp_result_tuple2_own_input_stream_own_output_stream_error_code_t {
    bool is_err;
    union {
        wasi_sockets_tcp_tuple2_own_input_stream_own_output_stream_t ok;
        wasi_sockets_tcp_error_code_t err;
    } val;
} wasi_sockets_tcp_result_tuple2_own_input_stream_own_output_stream_error_code_t;

typedef struct wasi_sockets_tcp_tuple3_own_tcp_socket_own_input_stream_own_output_stream_t {
    wasi_sockets_tcp_own_tcp_socket_t f0;
    wasi_sockets_tcp_own_input_stream_t f1;
    wasi_sockets_tcp_own_output_stream_t f2;
} wasi_sockets_tcp_tuple3_own_tcp_socket_own_input_stream_own_output_stream_t;

typedef struct wasi_sockets_tcp_result_tuple3_own_tcp_socket_own_input_stream_own_output_stream_error_code_t {
    bool is_err;
    union {
        wasi_sockets_tcp_tuple3_own_tcp_socket_own_input_stream_own_output_stream_t ok;
        wasi_sockets_tcp_error_code_t err;
    } val;
} wasi_sockets_tcp_result_tuple3_own_tcp_socket_own_input_stream_own_output_stream_error_code_t;

typedef struct wasi_sockets_tcp_result_ip_socket_address_error_code_t {
    bool is_err;
    union {
        wasi_sockets_tcp_ip_socket_address_t ok;
        wasi_sockets_tcp_error_code_t err;
    } val;
} wasi_sockets_tcp_result_ip_socket_address_error_code_t;

typedef struct wasi_sockets_tcp_result_bool_error_code_t {
    bool is_err;
    union {
        bool ok;
        wasi_sockets_tcp_error_code_t err;
    } val;
} wasi_sockets_tcp_result_bool_error_code_t;

typedef struct wasi_sockets_tcp_result_duration_error_code_t {
    bool is_err;
    union {
        TENON_ALIGN8 wasi_sockets_tcp_duration_t ok;
        wasi_sockets_tcp_error_code_t err;
    } val;
} wasi_sockets_tcp_result_duration_error_code_t;

typedef struct wasi_sockets_tcp_result_u32_error_code_t {
    bool is_err;
    union {
        uint32_t ok;
        wasi_sockets_tcp_error_code_t err;
    } val;
} wasi_sockets_tcp_result_u32_error_code_t;

typedef struct wasi_sockets_tcp_result_u8_error_code_t {
    bool is_err;
    union {
        uint8_t ok;
        wasi_sockets_tcp_error_code_t err;
    } val;
} wasi_sockets_tcp_result_u8_error_code_t;

typedef struct wasi_sockets_tcp_result_u64_error_code_t {
    bool is_err;
    union {
        TENON_ALIGN8 uint64_t ok;
        wasi_sockets_tcp_error_code_t err;
    } val;
} wasi_sockets_tcp_result_u64_error_code_t;

/* Numbers of the resources, for tenon_resource_new. */
#define WASI_SOCKETS_TCP_RESOURCE_TCP_SOCKET 0
#define WASI_SOCKETS_TCP_RESOURCE_INPUT_STREAM 1
#define WASI_SOCKETS_TCP_RESOURCE_OUTPUT_STREAM 2
#define WASI_SOCKETS_TCP_RESOURCE_POLLABLE 3
#define WASI_SOCKETS_TCP_RESOURCE_NETWORK 4

void wasi_sockets_tcp_tcp_socket_destructor(void *user, void *rep);

/* Begins to bind the socket to a local address. */
tenon_status wasi_sockets_tcp_method_tcp_socket_start_bind(
    tenon_call *call, void *user, wasi_sockets_tcp_borrow_tcp_socket_t self,
    wasi_sockets_tcp_borrow_network_t network,
    const wasi_sockets_tcp_ip_socket_address_t *local_address,
    wasi_sockets_tcp_result_void_error_code_t *result);

/* Ends it; would-block while it is under way. */
tenon_status wasi_sockets_tcp_method_tcp_socket_finish_bind(
    tenon_call *call, void *user, wasi_sockets_tcp_borrow_tcp_socket_t self,
    wasi_sockets_tcp_result_void_error_code_t *result);

/* Begins to connect. */
tenon_status wasi_sockets_tcp_method_tcp_socket_start_connect(
    tenon_call *call, void *user, wasi_sockets_tcp_borrow_tcp_socket_t self,
    wasi_sockets_tcp_borrow_network_t network,
    const wasi_sockets_tcp_ip_socket_address_t *remote_address,
    wasi_sockets_tcp_result_void_error_code_t *result);

/* Ends it: the streams of the connection; would-block while it is under way. */
tenon_status wasi_sockets_tcp_method_tcp_socket_finish_connect(
    tenon_call *call, void *user, wasi_sockets_tcp_borrow_tcp_socket_t self,
    wasi_sockets_tcp_result_tuple2_own_input_stream_own_output_stream_error_code_t *result);

/* Begins to listen. */
tenon_status wasi_sockets_tcp_method_tcp_socket_start_listen(
    tenon_call *call, void *user, wasi_sockets_tcp_borrow_tcp_socket_t self,
    wasi_sockets_tcp_result_void_error_code_t *result);

/* Ends it; would-block while it is under way. */
tenon_status wasi_sockets_tcp_method_tcp_socket_finish_listen(
    tenon_call *call, void *user, wasi_sockets_tcp_borrow_tcp_socket_t self,
    wasi_sockets_tcp_result_void_error_code_t *result);

/* The next connection, with its streams; would-block when there is none. */
tenon_status wasi_sockets_tcp_method_tcp_socket_accept(
    tenon_call *call, void *user, wasi_sockets_tcp_borrow_tcp_socket_t self,
    wasi_sockets_tcp_result_tuple3_own_tcp_socket_own_input_stream_own_output_stream_error_code_t *result);

/* The address it is bound to. */
tenon_status wasi_sockets_tcp_method_tcp_socket_local_address(
    tenon_call *call, void *user, wasi_sockets_tcp_borrow_tcp_socket_t self,
    wasi_sockets_tcp_result_ip_socket_address_error_code_t *result);

/* The address of the other side. */
tenon_status wasi_sockets_tcp_method_tcp_socket_remote_address(
    tenon_call *call, void *user, wasi_sockets_tcp_borrow_tcp_socket_t self,
    wasi_sockets_tcp_result_ip_socket_address_error_code_t *result);

/* Whether it listens. */
tenon_status wasi_sockets_tcp_method_tcp_socket_is_listening(
    tenon_call *call, void *user, wasi_sockets_tcp_borrow_tcp_socket_t self,
    bool *result);

/* The version of IP it was made for. */
tenon_status wasi_sockets_tcp_method_tcp_socket_address_family(
    tenon_call *call, void *user, wasi_sockets_tcp_borrow_tcp_socket_t self,
    wasi_sockets_tcp_ip_address_family_t *result);

/* How many connections may wait to be accepted; a hint. */
tenon_status wasi_sockets_tcp_method_tcp_socket_set_listen_backlog_size(
    tenon_call *call, void *user, wasi_sockets_tcp_borrow_tcp_socket_t self,
    uint64_t value, wasi_sockets_tcp_result_void_error_code_t *result);

/* Whether idle connections are probed. */
tenon_status wasi_sockets_tcp_method_tcp_socket_keep_alive_enabled(
    tenon_call *call, void *user, wasi_sockets_tcp_borrow_tcp_socket_t self,
    wasi_sockets_tcp_result_bool_error_code_t *result);

/* Turns that on or off. */
tenon_status wasi_sockets_tcp_method_tcp_socket_set_keep_alive_enabled(
    tenon_call *call, void *user, wasi_sockets_tcp_borrow_tcp_socket_t self, bool value,
    wasi_sockets_tcp_result_void_error_code_t *result);

/* How long a connection is idle before it is probed. */
tenon_status wasi_sockets_tcp_method_tcp_socket_keep_alive_idle_time(
    tenon_call *call, void *user, wasi_sockets_tcp_borrow_tcp_socket_t self,
    wasi_sockets_tcp_result_duration_error_code_t *result);

/* Sets that; the host may round it. */
tenon_status wasi_sockets_tcp_method_tcp_socket_set_keep_alive_idle_time(
    tenon_call *call, void *user, wasi_sockets_tcp_borrow_tcp_socket_t self,
    wasi_sockets_tcp_duration_t value, wasi_sockets_tcp_result_void_error_code_t *result);

/* How long to wait between probes. */
tenon_status wasi_sockets_tcp_method_tcp_socket_keep_alive_interval(
    tenon_call *call, void *user, wasi_sockets_tcp_borrow_tcp_socket_t self,
    wasi_sockets_tcp_result_duration_error_code_t *result);

/* Sets that; the host may round it. */
tenon_status wasi_sockets_tcp_method_tcp_socket_set_keep_alive_interval(
    tenon_call *call, void *user, wasi_sockets_tcp_borrow_tcp_socket_t self,
    wasi_sockets_tcp_duration_t value, wasi_sockets_tcp_result_void_error_code_t *result);

/* After how many probes without an answer a connection is given up. */
tenon_status wasi_sockets_tcp_method_tcp_socket_keep_alive_count(
    tenon_call *call, void *user, wasi_sockets_tcp_borrow_tcp_socket_t self,
    wasi_sockets_tcp_result_u32_error_code_t *result);

/* Sets that; the host may round it. */
tenon_status wasi_sockets_tcp_method_tcp_socket_set_keep_alive_count(
    tenon_call *call, void *user, wasi_sockets_tcp_borrow_tcp_socket_t self,
    uint32_t value, wasi_sockets_tcp_result_void_error_code_t *result);

/* The hops that packets may make (TTL). */
tenon_status wasi_sockets_tcp_method_tcp_socket_hop_limit(
    tenon_call *call, void *user, wasi_sockets_tcp_borrow_tcp_socket_t self,
    wasi_sockets_tcp_result_u8_error_code_t *result);

/* Sets that; not 0. */
tenon_status wasi_sockets_tcp_method_tcp_socket_set_hop_limit(
    tenon_call *call, void *user, wasi_sockets_tcp_borrow_tcp_socket_t self,
    uint8_t value, wasi_sockets_tcp_result_void_error_code_t *result);

/* Bytes that are kept for reading. */
tenon_status wasi_sockets_tcp_method_tcp_socket_receive_buffer_size(
    tenon_call *call, void *user, wasi_sockets_tcp_borrow_tcp_socket_t self,
    wasi_sockets_tcp_result_u64_error_code_t *result);

/* Asks for another size; the host may round it. */
tenon_status wasi_sockets_tcp_method_tcp_socket_set_receive_buffer_size(
    tenon_call *call, void *user, wasi_sockets_tcp_borrow_tcp_socket_t self,
    uint64_t value, wasi_sockets_tcp_result_void_error_code_t *result);

/* Bytes that are kept for sending. */
tenon_status wasi_sockets_tcp_method_tcp_socket_send_buffer_size(
    tenon_call *call, void *user, wasi_sockets_tcp_borrow_tcp_socket_t self,
    wasi_sockets_tcp_result_u64_error_code_t *result);

/* Asks for another size; the host may round it. */
tenon_status wasi_sockets_tcp_method_tcp_socket_set_send_buffer_size(
    tenon_call *call, void *user, wasi_sockets_tcp_borrow_tcp_socket_t self,
    uint64_t value, wasi_sockets_tcp_result_void_error_code_t *result);

/* The event that what was started can be finished, or a connection accepted. */
tenon_status wasi_sockets_tcp_method_tcp_socket_subscribe(
    tenon_call *call, void *user, wasi_sockets_tcp_borrow_tcp_socket_t self,
    wasi_sockets_tcp_own_pollable_t *result);

/* Shuts a direction down, or both; what was written is still sent. */
tenon_status wasi_sockets_tcp_method_tcp_socket_shutdown(
    tenon_call *call, void *user, wasi_sockets_tcp_borrow_tcp_socket_t self,
    wasi_sockets_tcp_shutdown_type_t shutdown_type,
    wasi_sockets_tcp_result_void_error_code_t *result);

extern const tenon_interface wasi_sockets_tcp_interface;

#ifdef __cplusplus
}
#endif

#endif
