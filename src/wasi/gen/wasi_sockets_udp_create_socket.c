/* wasi_sockets_udp_create_socket.c: written by witgen, as its header. */
#include "wasi_sockets_udp_create_socket.h"

TENON_CHECK_SIZE(wasi_sockets_udp_create_socket_result_own_udp_socket_error_code_t,
    8, 8);
TENON_CHECK_OFFSET(wasi_sockets_udp_create_socket_result_own_udp_socket_error_code_t,
    val, 4, 4);

static const tenon_type type_own_udp_socket = {.kind = TENON_TYPE_OWN, .resource = 1};
static const tenon_field fields_wasi_sockets_network_error_code[] = {
    {"unknown", NULL},
    {"access-denied", NULL},
    {"not-supported", NULL},
    {"invalid-argument", NULL},
    {"out-of-memory", NULL},
    {"timeout", NULL},
    {"concurrency-conflict", NULL},
    {"not-in-progress", NULL},
    {"would-block", NULL},
    {"invalid-state", NULL},
    {"new-socket-limit", NULL},
    {"address-not-bindable", NULL},
    {"address-in-use", NULL},
    {"remote-unreachable", NULL},
    {"connection-refused", NULL},
    {"connection-reset", NULL},
    {"connection-aborted", NULL},
    {"datagram-too-large", NULL},
    {"name-unresolvable", NULL},
    {"temporary-resolver-failure", NULL},
    {"permanent-resolver-failure", NULL},
};
static const tenon_type type_wasi_sockets_network_error_code = {
    .kind = TENON_TYPE_ENUM,
    .count = 21,
    .fields = fields_wasi_sockets_network_error_code};
static const tenon_field fields_wasi_sockets_network_ip_address_family[] = {
    {"ipv4", NULL},
    {"ipv6", NULL},
};
static const tenon_type type_wasi_sockets_network_ip_address_family = {
    .kind = TENON_TYPE_ENUM,
    .count = 2,
    .fields = fields_wasi_sockets_network_ip_address_family};
static const tenon_type type_result_own_udp_socket_error_code = {
    .kind = TENON_TYPE_RESULT,
    .element = &type_own_udp_socket,
    .other = &type_wasi_sockets_network_error_code};

typedef struct args_create_udp_socket {
    wasi_sockets_udp_create_socket_ip_address_family_t address_family;
} args_create_udp_socket;
TENON_CHECK_SIZE(args_create_udp_socket, 1, 1);

static tenon_status call_create_udp_socket(
    tenon_call *call, void *user, const void *args, void *result) {
    const args_create_udp_socket *a = args;
    return wasi_sockets_udp_create_socket_create_udp_socket(
        call, user, a->address_family, result);
}

static const tenon_field params_create_udp_socket[] = {
    {"address-family", &type_wasi_sockets_network_ip_address_family},
};

static const tenon_host_func funcs[] = {
    {.name = "create-udp-socket",
     .type = {.param_count = 1,
              .params = params_create_udp_socket,
              .result = &type_result_own_udp_socket_error_code},
     .fn = call_create_udp_socket},
};

static const tenon_host_resource resources[] = {
    {.name = "network",
     .interface = "wasi:sockets/network@0.2.12", .foreign_name = "network"},
    {.name = "udp-socket",
     .interface = "wasi:sockets/udp@0.2.12", .foreign_name = "udp-socket"},
};

static const tenon_host_type types[] = {
    {"error-code", &type_wasi_sockets_network_error_code},
    {"ip-address-family", &type_wasi_sockets_network_ip_address_family},
};

const tenon_interface wasi_sockets_udp_create_socket_interface = {
    .name = "wasi:sockets/udp-create-socket@0.2.12",
    .funcs = funcs,
    .func_count = 1,
    .resources = resources,
    .resource_count = 2,
    .types = types,
    .type_count = 2,
};
