/* wasi:sockets/tcp-create-socket: written by witgen; edit the WIT, not this. */
/* Making TCP sockets. */
#ifndef WASI_SOCKETS_TCP_CREATE_SOCKET_H
#define WASI_SOCKETS_TCP_CREATE_SOCKET_H

#include "tenon/host.h"
#include "wasi_sockets_network.h"
#include "wasi_sockets_tcp.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef wasi_sockets_network_own_network_t wasi_sockets_tcp_create_socket_own_network_t;
typedef wasi_sockets_network_borrow_network_t
    wasi_sockets_tcp_create_socket_borrow_network_t;

typedef wasi_sockets_tcp_own_tcp_socket_t wasi_sockets_tcp_create_socket_own_tcp_socket_t;
typedef wasi_sockets_tcp_borrow_tcp_socket_t
    wasi_sockets_tcp_create_socket_borrow_tcp_socket_t;

typedef wasi_sockets_network_error_code_t wasi_sockets_tcp_create_socket_error_code_t;

typedef wasi_sockets_network_ip_address_family_t wasi_sockets_tcp_create_socket_ip_address_family_t;

typedef struct wasi_sockets_tcp_create_socket_result_own_tcp_socket_error_code_t {
    bool is_err;
    union {
        wasi_sockets_tcp_create_socket_own_tcp_socket_t ok;
        wasi_sockets_tcp_create_socket_error_code_t err;
    } val;
} wasi_sockets_tcp_create_socket_result_own_tcp_socket_error_code_t;

/* Numbers of the resources, for tenon_resource_new. */
#define WASI_SOCKETS_TCP_CREATE_SOCKET_RESOURCE_NETWORK 0
#define WASI_SOCKETS_TCP_CREATE_SOCKET_RESOURCE_TCP_SOCKET 1

/* A new socket, not bound, that waits for nothing. */
tenon_status wasi_sockets_tcp_create_socket_create_tcp_socket(
    tenon_call *call, void *user,
    wasi_sockets_tcp_create_socket_ip_address_family_t address_family,
    wasi_sockets_tcp_create_socket_result_own_tcp_socket_error_code_t *result);

extern const tenon_interface wasi_sockets_tcp_create_socket_interface;

#ifdef __cplusplus
}
#endif

#endif
