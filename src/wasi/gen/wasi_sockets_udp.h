/* wasi:sockets/udp: written by witgen; edit the WIT, not this. */
/* Datagrams by UDP. */
#ifndef WASI_SOCKETS_UDP_H
#define WASI_SOCKETS_UDP_H

#include "tenon/host.h"
#include "wasi_io_poll.h"
#include "wasi_sockets_network.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef wasi_io_poll_own_pollable_t wasi_sockets_udp_own_pollable_t;
typedef wasi_io_poll_borrow_pollable_t wasi_sockets_udp_borrow_pollable_t;

typedef wasi_sockets_network_own_network_t wasi_sockets_udp_own_network_t;
typedef wasi_sockets_network_borrow_network_t wasi_sockets_udp_borrow_network_t;

/* A socket that is bound before datagrams flow. */
typedef struct wasi_sockets_udp_own_udp_socket_t {
    uint32_t handle;
} wasi_sockets_udp_own_udp_socket_t;
typedef struct wasi_sockets_udp_borrow_udp_socket_t {
    uint32_t handle;
} wasi_sockets_udp_borrow_udp_socket_t;

/* Datagrams as they come. */
typedef struct wasi_sockets_udp_own_incoming_datagram_stream_t {
    uint32_t handle;
} wasi_sockets_udp_own_incoming_datagram_stream_t;
typedef struct wasi_sockets_udp_borrow_incoming_datagram_stream_t {
    uint32_t handle;
} wasi_sockets_udp_borrow_incoming_datagram_stream_t;

/* Datagrams to send. */
typedef struct wasi_sockets_udp_own_outgoing_datagram_stream_t {
    uint32_t handle;
} wasi_sockets_udp_own_outgoing_datagram_stream_t;
typedef struct wasi_sockets_udp_borrow_outgoing_datagram_stream_t {
    uint32_t handle;
} wasi_sockets_udp_borrow_outgoing_datagram_stream_t;

typedef wasi_sockets_network_error_code_t wasi_sockets_udp_error_code_t;

typedef wasi_sockets_network_ip_socket_address_t wasi_sockets_udp_ip_socket_address_t;

typedef wasi_sockets_network_ip_address_family_t wasi_sockets_udp_ip_address_family_t;

typedef struct wasi_sockets_udp_list_u8_t {
    uint8_t *ptr;
    size_t len;
} wasi_sockets_udp_list_u8_t;

/* A datagram that came. */
typedef struct wasi_sockets_udp_incoming_datagram_t {
    /* Up to 64 KiB. */
    wasi_sockets_udp_list_u8_t data;
    /* Who sent it. */
    wasi_sockets_udp_ip_socket_address_t remote_address;
} wasi_sockets_udp_incoming_datagram_t;

typedef struct wasi_sockets_udp_option_ip_socket_address_t {
    bool is_some;
    wasi_sockets_udp_ip_socket_address_t val;
} wasi_sockets_udp_option_ip_socket_address_t;

/* A datagram to send. */
typedef struct wasi_sockets_udp_outgoing_datagram_t {
    /* What it holds. */
    wasi_sockets_udp_list_u8_t data;
    /* Whom it goes to; none: to the peer that the stream was made with. */
    wasi_sockets_udp_option_ip_socket_address_t remote_address;
} wasi_sockets_udp_outgoing_datagram_t;

typedef struct wasi_sockets_udp_result_void_error_code_t {
    bool is_err;
    union {
        wasi_sockets_udp_error_code_t err;
    } val;
} wasi_sockets_udp_result_void_error_code_t;

typedef struct wasi_sockets_udp_tuple2_own_incoming_datagram_stream_own_outgoing_datagram_stream_t {
    wasi_sockets_udp_own_incoming_datagram_stream_t f0;
    wasi_sockets_udp_own_outgoing_datagram_stream_t f1;
} wasi_sockets_udp_tuple2_own_incoming_datagram_stream_own_outgoing_datagram_stream_t;

typedef struct wasi_sockets_udp_result_tuple2_own_incoming_datagram_stream_own_outgoing_datagram_stream_error_code_t {
    bool is_err;
    union {
        wasi_sockets_udp_tuple2_own_incoming_datagram_stream_own_outgoing_datagram_stream_t ok;
        wasi_sockets_udp_error_code_t err;
    } val;
} wasi_sockets_udp_result_tuple2_own_incoming_datagram_stream_own_outgoing_datagram_stream_error_code_t;

typedef struct wasi_sockets_udp_result_ip_socket_address_error_code_t {
    bool is_err;
    union {
        wasi_sockets_udp_ip_socket_address_t ok;
        wasi_sockets_udp_error_code_t err;
    } val;
} wasi_sockets_udp_result_ip_socket_address_error_code_t;

typedef struct wasi_sockets_udp_result_u8_error_code_t {
    bool is_err;
    union {
        uint8_t ok;
        wasi_sockets_udp_error_code_t err;
    } val;
} wasi_sockets_udp_result_u8_error_code_t;

typedef struct wasi_sockets_udp_result_u64_error_code_t {
    bool is_err;
    union {
        TENON_ALIGN8 uint64_t ok;
        wasi_sockets_udp_error_code_t err;
    } val;
} wasi_sockets_udp_result_u64_error_code_t;

typedef struct wasi_sockets_udp_list_incoming_datagram_t {
    wasi_sockets_udp_incoming_datagram_t *ptr;
    size_t len;
} wasi_sockets_udp_list_incoming_datagram_t;

typedef struct wasi_sockets_udp_result_list_incoming_datagram_error_code_t {
    bool is_err;
    union {
        wasi_sockets_udp_list_incoming_datagram_t ok;
        wasi_sockets_udp_error_code_t err;
    } val;
} wasi_sockets_udp_result_list_incoming_datagram_error_code_t;

typedef struct wasi_sockets_udp_list_outgoing_datagram_t {
    wasi_sockets_udp_outgoing_datagram_t *ptr;
    size_t len;
} wasi_sockets_udp_list_outgoing_datagram_t;

/* Numbers of the resources, for tenon_resource_new. */
#define WASI_SOCKETS_UDP_RESOURCE_UDP_SOCKET 0
#define WASI_SOCKETS_UDP_RESOURCE_INCOMING_DATAGRAM_STREAM 1
#define WASI_SOCKETS_UDP_RESOURCE_OUTGOING_DATAGRAM_STREAM 2
#define WASI_SOCKETS_UDP_RESOURCE_POLLABLE 3
#define WASI_SOCKETS_UDP_RESOURCE_NETWORK 4

void wasi_sockets_udp_udp_socket_destructor(void *user, void *rep);

void wasi_sockets_udp_incoming_datagram_stream_destructor(void *user, void *rep);

void wasi_sockets_udp_outgoing_datagram_stream_destructor(void *user, void *rep);

/* Begins to bind the socket to a local address. */
tenon_status wasi_sockets_udp_method_udp_socket_start_bind(
    tenon_call *call, void *user, wasi_sockets_udp_borrow_udp_socket_t self,
    wasi_sockets_udp_borrow_network_t network,
    const wasi_sockets_udp_ip_socket_address_t *local_address,
    wasi_sockets_udp_result_void_error_code_t *result);

/* Ends it; would-block while it is under way. */
tenon_status wasi_sockets_udp_method_udp_socket_finish_bind(
    tenon_call *call, void *user, wasi_sockets_udp_borrow_udp_socket_t self,
    wasi_sockets_udp_result_void_error_code_t *result);

/* The streams of datagrams, with one peer or with any. Ends the streams made
 * before. */
tenon_status wasi_sockets_udp_method_udp_socket_stream(
    tenon_call *call, void *user, wasi_sockets_udp_borrow_udp_socket_t self,
    const wasi_sockets_udp_option_ip_socket_address_t *remote_address,
    wasi_sockets_udp_result_tuple2_own_incoming_datagram_stream_own_outgoing_datagram_stream_error_code_t *result);

/* The address it is bound to. */
tenon_status wasi_sockets_udp_method_udp_socket_local_address(
    tenon_call *call, void *user, wasi_sockets_udp_borrow_udp_socket_t self,
    wasi_sockets_udp_result_ip_socket_address_error_code_t *result);

/* The address of the other side. */
tenon_status wasi_sockets_udp_method_udp_socket_remote_address(
    tenon_call *call, void *user, wasi_sockets_udp_borrow_udp_socket_t self,
    wasi_sockets_udp_result_ip_socket_address_error_code_t *result);

/* The version of IP it was made for. */
tenon_status wasi_sockets_udp_method_udp_socket_address_family(
    tenon_call *call, void *user, wasi_sockets_udp_borrow_udp_socket_t self,
    wasi_sockets_udp_ip_address_family_t *result);

/* The hops that packets may make (TTL). */
tenon_status wasi_sockets_udp_method_udp_socket_unicast_hop_limit(
    tenon_call *call, void *user, wasi_sockets_udp_borrow_udp_socket_t self,
    wasi_sockets_udp_result_u8_error_code_t *result);

/* Sets that; not 0. */
tenon_status wasi_sockets_udp_method_udp_socket_set_unicast_hop_limit(
    tenon_call *call, void *user, wasi_sockets_udp_borrow_udp_socket_t self,
    uint8_t value, wasi_sockets_udp_result_void_error_code_t *result);

/* Bytes that are kept for reading. */
tenon_status wasi_sockets_udp_method_udp_socket_receive_buffer_size(
    tenon_call *call, void *user, wasi_sockets_udp_borrow_udp_socket_t self,
    wasi_sockets_udp_result_u64_error_code_t *result);

/* Asks for another size; the host may round it. */
tenon_status wasi_sockets_udp_method_udp_socket_set_receive_buffer_size(
    tenon_call *call, void *user, wasi_sockets_udp_borrow_udp_socket_t self,
    uint64_t value, wasi_sockets_udp_result_void_error_code_t *result);

/* Bytes that are kept for sending. */
tenon_status wasi_sockets_udp_method_udp_socket_send_buffer_size(
    tenon_call *call, void *user, wasi_sockets_udp_borrow_udp_socket_t self,
    wasi_sockets_udp_result_u64_error_code_t *result);

/* Asks for another size; the host may round it. */
tenon_status wasi_sockets_udp_method_udp_socket_set_send_buffer_size(
    tenon_call *call, void *user, wasi_sockets_udp_borrow_udp_socket_t self,
    uint64_t value, wasi_sockets_udp_result_void_error_code_t *result);

/* The event that what was started can be finished. */
tenon_status wasi_sockets_udp_method_udp_socket_subscribe(
    tenon_call *call, void *user, wasi_sockets_udp_borrow_udp_socket_t self,
    wasi_sockets_udp_own_pollable_t *result);

/* Those that are there, at most max-results. Never waits. */
tenon_status wasi_sockets_udp_method_incoming_datagram_stream_receive(
    tenon_call *call, void *user,
    wasi_sockets_udp_borrow_incoming_datagram_stream_t self, uint64_t max_results,
    wasi_sockets_udp_result_list_incoming_datagram_error_code_t *result);

/* The event that there is a datagram. */
tenon_status wasi_sockets_udp_method_incoming_datagram_stream_subscribe(
    tenon_call *call, void *user,
    wasi_sockets_udp_borrow_incoming_datagram_stream_t self,
    wasi_sockets_udp_own_pollable_t *result);

/* How many datagrams the next send may have; 0 while it is busy. */
tenon_status wasi_sockets_udp_method_outgoing_datagram_stream_check_send(
    tenon_call *call, void *user,
    wasi_sockets_udp_borrow_outgoing_datagram_stream_t self,
    wasi_sockets_udp_result_u64_error_code_t *result);

/* Sends, no more than check-send allowed, else it traps; gives how many went. */
tenon_status wasi_sockets_udp_method_outgoing_datagram_stream_send(
    tenon_call *call, void *user,
    wasi_sockets_udp_borrow_outgoing_datagram_stream_t self,
    const wasi_sockets_udp_list_outgoing_datagram_t *datagrams,
    wasi_sockets_udp_result_u64_error_code_t *result);

/* The event that check-send gives more than 0. */
tenon_status wasi_sockets_udp_method_outgoing_datagram_stream_subscribe(
    tenon_call *call, void *user,
    wasi_sockets_udp_borrow_outgoing_datagram_stream_t self,
    wasi_sockets_udp_own_pollable_t *result);

extern const tenon_interface wasi_sockets_udp_interface;

#ifdef __cplusplus
}
#endif

#endif
