/* wasi_sockets_ip_name_lookup.c: written by witgen, as its header. */
#include "wasi_sockets_ip_name_lookup.h"

TENON_CHECK_SIZE(wasi_sockets_ip_name_lookup_option_ip_address_t, 20, 20);
TENON_CHECK_OFFSET(wasi_sockets_ip_name_lookup_option_ip_address_t, val, 2, 2);
TENON_CHECK_SIZE(wasi_sockets_ip_name_lookup_result_option_ip_address_error_code_t,
    22, 22);
TENON_CHECK_OFFSET(wasi_sockets_ip_name_lookup_result_option_ip_address_error_code_t,
    val, 2, 2);
TENON_CHECK_SIZE(wasi_sockets_ip_name_lookup_result_own_resolve_address_stream_error_code_t,
    8, 8);
TENON_CHECK_OFFSET(wasi_sockets_ip_name_lookup_result_own_resolve_address_stream_error_code_t,
    val, 4, 4);

static const tenon_type type_own_pollable = {.kind = TENON_TYPE_OWN, .resource = 1};
static const tenon_type type_borrow_network = {.kind = TENON_TYPE_BORROW, .resource = 2};
static const tenon_type type_own_resolve_address_stream = {
    .kind = TENON_TYPE_OWN,
    .resource = 0};
static const tenon_type type_borrow_resolve_address_stream = {
    .kind = TENON_TYPE_BORROW,
    .resource = 0};
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
static const tenon_type type_u8 = {.kind = TENON_TYPE_U8};
static const tenon_field fields_wasi_sockets_network_tuple4_u8_u8_u8_u8[] = {
    {NULL, &type_u8},
    {NULL, &type_u8},
    {NULL, &type_u8},
    {NULL, &type_u8},
};
static const tenon_type type_wasi_sockets_network_tuple4_u8_u8_u8_u8 = {
    .kind = TENON_TYPE_TUPLE,
    .count = 4,
    .fields = fields_wasi_sockets_network_tuple4_u8_u8_u8_u8};
static const tenon_type type_u16 = {.kind = TENON_TYPE_U16};
static const tenon_field fields_wasi_sockets_network_tuple8_u16_u16_u16_u16_u16_u16_u16_u16[] = {
    {NULL, &type_u16},
    {NULL, &type_u16},
    {NULL, &type_u16},
    {NULL, &type_u16},
    {NULL, &type_u16},
    {NULL, &type_u16},
    {NULL, &type_u16},
    {NULL, &type_u16},
};
static const tenon_type type_wasi_sockets_network_tuple8_u16_u16_u16_u16_u16_u16_u16_u16 = {
    .kind = TENON_TYPE_TUPLE,
    .count = 8,
    .fields = fields_wasi_sockets_network_tuple8_u16_u16_u16_u16_u16_u16_u16_u16};
static const tenon_field fields_wasi_sockets_network_ip_address[] = {
    {"ipv4", &type_wasi_sockets_network_tuple4_u8_u8_u8_u8},
    {"ipv6", &type_wasi_sockets_network_tuple8_u16_u16_u16_u16_u16_u16_u16_u16},
};
static const tenon_type type_wasi_sockets_network_ip_address = {
    .kind = TENON_TYPE_VARIANT,
    .count = 2,
    .fields = fields_wasi_sockets_network_ip_address};
static const tenon_type type_option_ip_address = {
    .kind = TENON_TYPE_OPTION,
    .element = &type_wasi_sockets_network_ip_address};
static const tenon_type type_result_option_ip_address_error_code = {
    .kind = TENON_TYPE_RESULT,
    .element = &type_option_ip_address,
    .other = &type_wasi_sockets_network_error_code};
static const tenon_type type_string = {.kind = TENON_TYPE_STRING};
static const tenon_type type_result_own_resolve_address_stream_error_code = {
    .kind = TENON_TYPE_RESULT,
    .element = &type_own_resolve_address_stream,
    .other = &type_wasi_sockets_network_error_code};

typedef struct args_method_resolve_address_stream_resolve_next_address {
    wasi_sockets_ip_name_lookup_borrow_resolve_address_stream_t self;
} args_method_resolve_address_stream_resolve_next_address;
TENON_CHECK_SIZE(args_method_resolve_address_stream_resolve_next_address, 4, 4);

static tenon_status call_method_resolve_address_stream_resolve_next_address(
    tenon_call *call, void *user, const void *args, void *result) {
    const args_method_resolve_address_stream_resolve_next_address *a = args;
    return wasi_sockets_ip_name_lookup_method_resolve_address_stream_resolve_next_address(
        call, user, a->self, result);
}

typedef struct args_method_resolve_address_stream_subscribe {
    wasi_sockets_ip_name_lookup_borrow_resolve_address_stream_t self;
} args_method_resolve_address_stream_subscribe;
TENON_CHECK_SIZE(args_method_resolve_address_stream_subscribe, 4, 4);

static tenon_status call_method_resolve_address_stream_subscribe(
    tenon_call *call, void *user, const void *args, void *result) {
    const args_method_resolve_address_stream_subscribe *a = args;
    return wasi_sockets_ip_name_lookup_method_resolve_address_stream_subscribe(
        call, user, a->self, result);
}

typedef struct args_resolve_addresses {
    wasi_sockets_ip_name_lookup_borrow_network_t network;
    tenon_string name;
} args_resolve_addresses;
TENON_CHECK_OFFSET(args_resolve_addresses, name, 4, 8);
TENON_CHECK_SIZE(args_resolve_addresses, 12, 24);

static tenon_status call_resolve_addresses(
    tenon_call *call, void *user, const void *args, void *result) {
    const args_resolve_addresses *a = args;
    return wasi_sockets_ip_name_lookup_resolve_addresses(
        call, user, a->network, &a->name, result);
}

static const tenon_field params_method_resolve_address_stream_resolve_next_address[] = {
    {"self", &type_borrow_resolve_address_stream},
};
static const tenon_field params_method_resolve_address_stream_subscribe[] = {
    {"self", &type_borrow_resolve_address_stream},
};
static const tenon_field params_resolve_addresses[] = {
    {"network", &type_borrow_network},
    {"name", &type_string},
};

static const tenon_host_func funcs[] = {
    {.name = "[method]resolve-address-stream.resolve-next-address",
     .type = {.param_count = 1,
              .params = params_method_resolve_address_stream_resolve_next_address,
              .result = &type_result_option_ip_address_error_code},
     .fn = call_method_resolve_address_stream_resolve_next_address},
    {.name = "[method]resolve-address-stream.subscribe",
     .type = {.param_count = 1,
              .params = params_method_resolve_address_stream_subscribe,
              .result = &type_own_pollable},
     .fn = call_method_resolve_address_stream_subscribe},
    {.name = "resolve-addresses",
     .type = {.param_count = 2,
              .params = params_resolve_addresses,
              .result = &type_result_own_resolve_address_stream_error_code},
     .fn = call_resolve_addresses},
};

static const tenon_host_resource resources[] = {
    {.name = "resolve-address-stream",
     .destructor = wasi_sockets_ip_name_lookup_resolve_address_stream_destructor},
    {.name = "pollable",
     .interface = "wasi:io/poll@0.2.12", .foreign_name = "pollable"},
    {.name = "network",
     .interface = "wasi:sockets/network@0.2.12", .foreign_name = "network"},
};

static const tenon_host_type types[] = {
    {"error-code", &type_wasi_sockets_network_error_code},
    {"ip-address", &type_wasi_sockets_network_ip_address},
};

const tenon_interface wasi_sockets_ip_name_lookup_interface = {
    .name = "wasi:sockets/ip-name-lookup@0.2.12",
    .funcs = funcs,
    .func_count = 3,
    .resources = resources,
    .resource_count = 3,
    .types = types,
    .type_count = 2,
};
