/* wasi:sockets/ip-name-lookup: written by witgen; edit the WIT, not this. */
/* Names to addresses. */
#ifndef WASI_SOCKETS_IP_NAME_LOOKUP_H
#define WASI_SOCKETS_IP_NAME_LOOKUP_H

#include "tenon/host.h"
#include "wasi_io_poll.h"
#include "wasi_sockets_network.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef wasi_io_poll_own_pollable_t wasi_sockets_ip_name_lookup_own_pollable_t;
typedef wasi_io_poll_borrow_pollable_t wasi_sockets_ip_name_lookup_borrow_pollable_t;

typedef wasi_sockets_network_own_network_t wasi_sockets_ip_name_lookup_own_network_t;
typedef wasi_sockets_network_borrow_network_t
    wasi_sockets_ip_name_lookup_borrow_network_t;

/* The addresses of a name, as they are found. */
typedef struct wasi_sockets_ip_name_lookup_own_resolve_address_stream_t {
    uint32_t handle;
} wasi_sockets_ip_name_lookup_own_resolve_address_stream_t;
typedef struct wasi_sockets_ip_name_lookup_borrow_resolve_address_stream_t {
    uint32_t handle;
} wasi_sockets_ip_name_lookup_borrow_resolve_address_stream_t;

typedef wasi_sockets_network_error_code_t wasi_sockets_ip_name_lookup_error_code_t;

typedef wasi_sockets_network_ip_address_t wasi_sockets_ip_name_lookup_ip_address_t;

typedef struct wasi_sockets_ip_name_lookup_option_ip_address_t {
    bool is_some;
    wasi_sockets_ip_name_lookup_ip_address_t val;
} wasi_sockets_ip_name_lookup_option_ip_address_t;

typedef struct wasi_sockets_ip_name_lookup_result_option_ip_address_error_code_t {
    bool is_err;
    union {
        wasi_sockets_ip_name_lookup_option_ip_address_t ok;
        wasi_sockets_ip_name_lookup_error_code_t err;
    } val;
} wasi_sockets_ip_name_lookup_result_option_ip_address_error_code_t;

typedef struct wasi_sockets_ip_name_lookup_result_own_resolve_address_stream_error_code_t {
    bool is_err;
    union {
        wasi_sockets_ip_name_lookup_own_resolve_address_stream_t ok;
        wasi_sockets_ip_name_lookup_error_code_t err;
    } val;
} wasi_sockets_ip_name_lookup_result_own_resolve_address_stream_error_code_t;

/* Numbers of the resources, for tenon_resource_new. */
#define WASI_SOCKETS_IP_NAME_LOOKUP_RESOURCE_RESOLVE_ADDRESS_STREAM 0
#define WASI_SOCKETS_IP_NAME_LOOKUP_RESOURCE_POLLABLE 1
#define WASI_SOCKETS_IP_NAME_LOOKUP_RESOURCE_NETWORK 2

void wasi_sockets_ip_name_lookup_resolve_address_stream_destructor(void *user, void *rep);

/* The next address; none after the last; would-block while looking. */
tenon_status wasi_sockets_ip_name_lookup_method_resolve_address_stream_resolve_next_address(
    tenon_call *call, void *user,
    wasi_sockets_ip_name_lookup_borrow_resolve_address_stream_t self,
    wasi_sockets_ip_name_lookup_result_option_ip_address_error_code_t *result);

/* The event that there is a next address, or an error. */
tenon_status wasi_sockets_ip_name_lookup_method_resolve_address_stream_subscribe(
    tenon_call *call, void *user,
    wasi_sockets_ip_name_lookup_borrow_resolve_address_stream_t self,
    wasi_sockets_ip_name_lookup_own_pollable_t *result);

/* Looks a host name or the text of an address up. Starts at once, never waits. */
tenon_status wasi_sockets_ip_name_lookup_resolve_addresses(
    tenon_call *call, void *user, wasi_sockets_ip_name_lookup_borrow_network_t network,
    const tenon_string *name,
    wasi_sockets_ip_name_lookup_result_own_resolve_address_stream_error_code_t *result);

extern const tenon_interface wasi_sockets_ip_name_lookup_interface;

#ifdef __cplusplus
}
#endif

#endif
