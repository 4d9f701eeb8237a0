/* wasi_sockets_network.c: written by witgen, as its header. */
#include "wasi_sockets_network.h"

TENON_CHECK_SIZE(wasi_sockets_network_tuple4_u8_u8_u8_u8_t, 4, 4);
TENON_CHECK_OFFSET(wasi_sockets_network_tuple4_u8_u8_u8_u8_t, f1, 1, 1);
TENON_CHECK_OFFSET(wasi_sockets_network_tuple4_u8_u8_u8_u8_t, f2, 2, 2);
TENON_CHECK_OFFSET(wasi_sockets_network_tuple4_u8_u8_u8_u8_t, f3, 3, 3);
TENON_CHECK_SIZE(wasi_sockets_network_tuple8_u16_u16_u16_u16_u16_u16_u16_u16_t, 16, 16);
TENON_CHECK_OFFSET(wasi_sockets_network_tuple8_u16_u16_u16_u16_u16_u16_u16_u16_t, f1,
    2, 2);
TENON_CHECK_OFFSET(wasi_sockets_network_tuple8_u16_u16_u16_u16_u16_u16_u16_u16_t, f2,
    4, 4);
TENON_CHECK_OFFSET(wasi_sockets_network_tuple8_u16_u16_u16_u16_u16_u16_u16_u16_t, f3,
    6, 6);
TENON_CHECK_OFFSET(wasi_sockets_network_tuple8_u16_u16_u16_u16_u16_u16_u16_u16_t, f4,
    8, 8);
TENON_CHECK_OFFSET(wasi_sockets_network_tuple8_u16_u16_u16_u16_u16_u16_u16_u16_t, f5,
    10, 10);
TENON_CHECK_OFFSET(wasi_sockets_network_tuple8_u16_u16_u16_u16_u16_u16_u16_u16_t, f6,
    12, 12);
TENON_CHECK_OFFSET(wasi_sockets_network_tuple8_u16_u16_u16_u16_u16_u16_u16_u16_t, f7,
    14, 14);
TENON_CHECK_SIZE(wasi_sockets_network_ip_address_t, 18, 18);
TENON_CHECK_OFFSET(wasi_sockets_network_ip_address_t, val, 2, 2);
TENON_CHECK_SIZE(wasi_sockets_network_ipv4_socket_address_t, 6, 6);
TENON_CHECK_OFFSET(wasi_sockets_network_ipv4_socket_address_t, address, 2, 2);
TENON_CHECK_SIZE(wasi_sockets_network_ipv6_socket_address_t, 28, 28);
TENON_CHECK_OFFSET(wasi_sockets_network_ipv6_socket_address_t, flow_info, 4, 4);
TENON_CHECK_OFFSET(wasi_sockets_network_ipv6_socket_address_t, address, 8, 8);
TENON_CHECK_OFFSET(wasi_sockets_network_ipv6_socket_address_t, scope_id, 24, 24);
TENON_CHECK_SIZE(wasi_sockets_network_ip_socket_address_t, 32, 32);
TENON_CHECK_OFFSET(wasi_sockets_network_ip_socket_address_t, val, 4, 4);
TENON_CHECK_SIZE(wasi_sockets_network_option_error_code_t, 2, 2);
TENON_CHECK_OFFSET(wasi_sockets_network_option_error_code_t, val, 1, 1);

static const tenon_type type_borrow_error = {.kind = TENON_TYPE_BORROW, .resource = 1};
static const tenon_field fields_error_code[] = {
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
static const tenon_type type_error_code = {
    .kind = TENON_TYPE_ENUM,
    .count = 21,
    .fields = fields_error_code};
static const tenon_field fields_ip_address_family[] = {
    {"ipv4", NULL},
    {"ipv6", NULL},
};
static const tenon_type type_ip_address_family = {
    .kind = TENON_TYPE_ENUM,
    .count = 2,
    .fields = fields_ip_address_family};
static const tenon_type type_u8 = {.kind = TENON_TYPE_U8};
static const tenon_field fields_tuple4_u8_u8_u8_u8[] = {
    {NULL, &type_u8},
    {NULL, &type_u8},
    {NULL, &type_u8},
    {NULL, &type_u8},
};
static const tenon_type type_tuple4_u8_u8_u8_u8 = {
    .kind = TENON_TYPE_TUPLE,
    .count = 4,
    .fields = fields_tuple4_u8_u8_u8_u8};
static const tenon_type type_u16 = {.kind = TENON_TYPE_U16};
static const tenon_field fields_tuple8_u16_u16_u16_u16_u16_u16_u16_u16[] = {
    {NULL, &type_u16},
    {NULL, &type_u16},
    {NULL, &type_u16},
    {NULL, &type_u16},
    {NULL, &type_u16},
    {NULL, &type_u16},
    {NULL, &type_u16},
    {NULL, &type_u16},
};
static const tenon_type type_tuple8_u16_u16_u16_u16_u16_u16_u16_u16 = {
    .kind = TENON_TYPE_TUPLE,
    .count = 8,
    .fields = fields_tuple8_u16_u16_u16_u16_u16_u16_u16_u16};
static const tenon_field fields_ip_address[] = {
    {"ipv4", &type_tuple4_u8_u8_u8_u8},
    {"ipv6", &type_tuple8_u16_u16_u16_u16_u16_u16_u16_u16},
};
static const tenon_type type_ip_address = {
    .kind = TENON_TYPE_VARIANT,
    .count = 2,
    .fields = fields_ip_address};
static const tenon_field fields_ipv4_socket_address[] = {
    {"port", &type_u16},
    {"address", &type_tuple4_u8_u8_u8_u8},
};
static const tenon_type type_ipv4_socket_address = {
    .kind = TENON_TYPE_RECORD,
    .count = 2,
    .fields = fields_ipv4_socket_address};
static const tenon_type type_u32 = {.kind = TENON_TYPE_U32};
static const tenon_field fields_ipv6_socket_address[] = {
    {"port", &type_u16},
    {"flow-info", &type_u32},
    {"address", &type_tuple8_u16_u16_u16_u16_u16_u16_u16_u16},
    {"scope-id", &type_u32},
};
static const tenon_type type_ipv6_socket_address = {
    .kind = TENON_TYPE_RECORD,
    .count = 4,
    .fields = fields_ipv6_socket_address};
static const tenon_field fields_ip_socket_address[] = {
    {"ipv4", &type_ipv4_socket_address},
    {"ipv6", &type_ipv6_socket_address},
};
static const tenon_type type_ip_socket_address = {
    .kind = TENON_TYPE_VARIANT,
    .count = 2,
    .fields = fields_ip_socket_address};
static const tenon_type type_option_error_code = {
    .kind = TENON_TYPE_OPTION,
    .element = &type_error_code};

typedef struct args_network_error_code {
    wasi_sockets_network_borrow_error_t err_;
} args_network_error_code;
TENON_CHECK_SIZE(args_network_error_code, 4, 4);

static tenon_status call_network_error_code(
    tenon_call *call, void *user, const void *args, void *result) {
    const args_network_error_code *a = args;
    return wasi_sockets_network_network_error_code(
        call, user, a->err_, result);
}

static const tenon_field params_network_error_code[] = {
    {"err", &type_borrow_error},
};

static const tenon_host_func funcs[] = {
    {.name = "network-error-code",
     .type = {.param_count = 1,
              .params = params_network_error_code,
              .result = &type_option_error_code},
     .fn = call_network_error_code},
};

static const tenon_host_resource resources[] = {
    {.name = "network",
     .destructor = wasi_sockets_network_network_destructor},
    {.name = "error",
     .interface = "wasi:io/error@0.2.12", .foreign_name = "error"},
};

static const tenon_host_type types[] = {
    {"error-code", &type_error_code},
    {"ip-address-family", &type_ip_address_family},
    {"ipv4-address", &type_tuple4_u8_u8_u8_u8},
    {"ipv6-address", &type_tuple8_u16_u16_u16_u16_u16_u16_u16_u16},
    {"ip-address", &type_ip_address},
    {"ipv4-socket-address", &type_ipv4_socket_address},
    {"ipv6-socket-address", &type_ipv6_socket_address},
    {"ip-socket-address", &type_ip_socket_address},
};

const tenon_interface wasi_sockets_network_interface = {
    .name = "wasi:sockets/network@0.2.12",
    .funcs = funcs,
    .func_count = 1,
    .resources = resources,
    .resource_count = 2,
    .types = types,
    .type_count = 8,
};
