/* wasi_sockets_instance_network.c: written by witgen, as its header. */
#include "wasi_sockets_instance_network.h"

static const tenon_type type_own_network = {.kind = TENON_TYPE_OWN, .resource = 0};

static tenon_status call_instance_network(
    tenon_call *call, void *user, const void *args, void *result) {
    (void)args;
    return wasi_sockets_instance_network_instance_network(
        call, user, result);
}


static const tenon_host_func funcs[] = {
    {.name = "instance-network",
     .type = {.result = &type_own_network},
     .fn = call_instance_network},
};

static const tenon_host_resource resources[] = {
    {.name = "network",
     .interface = "wasi:sockets/network@0.2.12", .foreign_name = "network"},
};

const tenon_interface wasi_sockets_instance_network_interface = {
    .name = "wasi:sockets/instance-network@0.2.12",
    .funcs = funcs,
    .func_count = 1,
    .resources = resources,
    .resource_count = 1,
};
