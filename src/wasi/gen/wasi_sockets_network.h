/* wasi:sockets/network: written by witgen; edit the WIT, not this. */
/* Networks, addresses and errors of sockets. */
#ifndef WASI_SOCKETS_NETWORK_H
#define WASI_SOCKETS_NETWORK_H

#include "tenon/host.h"
#include "wasi_io_error.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef wasi_io_error_own_error_t wasi_sockets_network_own_error_t;
typedef wasi_io_error_borrow_error_t wasi_sockets_network_borrow_error_t;

/* A part of the world that sockets may reach. What it allows is for the host to say. */
typedef struct wasi_sockets_network_own_network_t {
    uint32_t handle;
} wasi_sockets_network_own_network_t;
typedef struct wasi_sockets_network_borrow_network_t {
    uint32_t handle;
} wasi_sockets_network_borrow_network_t;

/* Why an operation failed. */
typedef uint8_t wasi_sockets_network_error_code_t;
/* A reason that has no case here. */
#define WASI_SOCKETS_NETWORK_ERROR_CODE_UNKNOWN 0
/* The host does not allow it. */
#define WASI_SOCKETS_NETWORK_ERROR_CODE_ACCESS_DENIED 1
/* The host cannot do it. */
#define WASI_SOCKETS_NETWORK_ERROR_CODE_NOT_SUPPORTED 2
/* An argument makes no sense. */
#define WASI_SOCKETS_NETWORK_ERROR_CODE_INVALID_ARGUMENT 3
/* Memory ran out. */
#define WASI_SOCKETS_NETWORK_ERROR_CODE_OUT_OF_MEMORY 4
/* It took too long. */
#define WASI_SOCKETS_NETWORK_ERROR_CODE_TIMEOUT 5
/* Another operation of the same kind is under way. */
#define WASI_SOCKETS_NETWORK_ERROR_CODE_CONCURRENCY_CONFLICT 6
/* It was to be finished without having been started. */
#define WASI_SOCKETS_NETWORK_ERROR_CODE_NOT_IN_PROGRESS 7
/* It would have to wait. */
#define WASI_SOCKETS_NETWORK_ERROR_CODE_WOULD_BLOCK 8
/* The socket is not in a state for it. */
#define WASI_SOCKETS_NETWORK_ERROR_CODE_INVALID_STATE 9
/* There are too many sockets. */
#define WASI_SOCKETS_NETWORK_ERROR_CODE_NEW_SOCKET_LIMIT 10
/* The address is not one of this machine. */
#define WASI_SOCKETS_NETWORK_ERROR_CODE_ADDRESS_NOT_BINDABLE 11
/* The address is taken, or no port is free. */
#define WASI_SOCKETS_NETWORK_ERROR_CODE_ADDRESS_IN_USE 12
/* There is no way to the other side. */
#define WASI_SOCKETS_NETWORK_ERROR_CODE_REMOTE_UNREACHABLE 13
/* The other side did not want the connection. */
#define WASI_SOCKETS_NETWORK_ERROR_CODE_CONNECTION_REFUSED 14
/* The connection was reset. */
#define WASI_SOCKETS_NETWORK_ERROR_CODE_CONNECTION_RESET 15
/* The connection was broken off. */
#define WASI_SOCKETS_NETWORK_ERROR_CODE_CONNECTION_ABORTED 16
/* The datagram is too large to send. */
#define WASI_SOCKETS_NETWORK_ERROR_CODE_DATAGRAM_TOO_LARGE 17
/* The name does not exist, or has no address. */
#define WASI_SOCKETS_NETWORK_ERROR_CODE_NAME_UNRESOLVABLE 18
/* Resolving failed; later it may not. */
#define WASI_SOCKETS_NETWORK_ERROR_CODE_TEMPORARY_RESOLVER_FAILURE 19
/* Resolving failed for good. */
#define WASI_SOCKETS_NETWORK_ERROR_CODE_PERMANENT_RESOLVER_FAILURE 20

/* Which version of IP. */
typedef uint8_t wasi_sockets_network_ip_address_family_t;
#define WASI_SOCKETS_NETWORK_IP_ADDRESS_FAMILY_IPV4 0
#define WASI_SOCKETS_NETWORK_IP_ADDRESS_FAMILY_IPV6 1

typedef struct wasi_sockets_network_tuple4_u8_u8_u8_u8_t {
    uint8_t f0;
    uint8_t f1;
    uint8_t f2;
    uint8_t f3;
} wasi_sockets_network_tuple4_u8_u8_u8_u8_t;

/* The four bytes, first one first. */
typedef wasi_sockets_network_tuple4_u8_u8_u8_u8_t wasi_sockets_network_ipv4_address_t;

typedef struct wasi_sockets_network_tuple8_u16_u16_u16_u16_u16_u16_u16_u16_t {
    uint16_t f0;
    uint16_t f1;
    uint16_t f2;
    uint16_t f3;
    uint16_t f4;
    uint16_t f5;
    uint16_t f6;
    uint16_t f7;
} wasi_sockets_network_tuple8_u16_u16_u16_u16_u16_u16_u16_u16_t;

/* The eight groups, first one first. */
typedef wasi_sockets_network_tuple8_u16_u16_u16_u16_u16_u16_u16_u16_t wasi_sockets_network_ipv6_address_t;

/* An address of either version. */
typedef struct wasi_sockets_network_ip_address_t {
    uint8_t tag;
    union {
        wasi_sockets_network_ipv4_address_t ipv4;
        wasi_sockets_network_ipv6_address_t ipv6;
    } val;
} wasi_sockets_network_ip_address_t;
#define WASI_SOCKETS_NETWORK_IP_ADDRESS_IPV4 0
#define WASI_SOCKETS_NETWORK_IP_ADDRESS_IPV6 1

/* An IPv4 address and a port. */
typedef struct wasi_sockets_network_ipv4_socket_address_t {
    uint16_t port;
    wasi_sockets_network_ipv4_address_t address;
} wasi_sockets_network_ipv4_socket_address_t;

/* An IPv6 address and a port, with flow and scope. */
typedef struct wasi_sockets_network_ipv6_socket_address_t {
    uint16_t port;
    uint32_t flow_info;
    wasi_sockets_network_ipv6_address_t address;
    uint32_t scope_id;
} wasi_sockets_network_ipv6_socket_address_t;

/* An address and port of either version. */
typedef struct wasi_sockets_network_ip_socket_address_t {
    uint8_t tag;
    union {
        wasi_sockets_network_ipv4_socket_address_t ipv4;
        wasi_sockets_network_ipv6_socket_address_t ipv6;
    } val;
} wasi_sockets_network_ip_socket_address_t;
#define WASI_SOCKETS_NETWORK_IP_SOCKET_ADDRESS_IPV4 0
#define WASI_SOCKETS_NETWORK_IP_SOCKET_ADDRESS_IPV6 1

typedef struct wasi_sockets_network_option_error_code_t {
    bool is_some;
    wasi_sockets_network_error_code_t val;
} wasi_sockets_network_option_error_code_t;

/* Numbers of the resources, for tenon_resource_new. */
#define WASI_SOCKETS_NETWORK_RESOURCE_NETWORK 0
#define WASI_SOCKETS_NETWORK_RESOURCE_ERROR 1

void wasi_sockets_network_network_destructor(void *user, void *rep);

/* The code behind a stream's error, if a socket gave it. */
tenon_status wasi_sockets_network_network_error_code(
    tenon_call *call, void *user, wasi_sockets_network_borrow_error_t err_,
    wasi_sockets_network_option_error_code_t *result);

extern const tenon_interface wasi_sockets_network_interface;

#ifdef __cplusplus
}
#endif

#endif
