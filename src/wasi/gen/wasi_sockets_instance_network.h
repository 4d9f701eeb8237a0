/* wasi:sockets/instance-network: written by witgen; edit the WIT, not this. */
/* The network that the program was given. */
#ifndef WASI_SOCKETS_INSTANCE_NETWORK_H
#define WASI_SOCKETS_INSTANCE_NETWORK_H

#include "tenon/host.h"
#include "wasi_sockets_network.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef wasi_sockets_network_own_network_t wasi_sockets_instance_network_own_network_t;
typedef wasi_sockets_network_borrow_network_t
    wasi_sockets_instance_network_borrow_network_t;

/* Numbers of the resources, for tenon_resource_new. */
#define WASI_SOCKETS_INSTANCE_NETWORK_RESOURCE_NETWORK 0

/* A handle of it. */
tenon_status wasi_sockets_instance_network_instance_network(
    tenon_call *call, void *user, wasi_sockets_instance_network_own_network_t *result);

extern const tenon_interface wasi_sockets_instance_network_interface;

#ifdef __cplusplus
}
#endif

#endif
