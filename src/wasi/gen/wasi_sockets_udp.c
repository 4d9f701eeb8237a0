/* wasi_sockets_udp.c: written by witgen, as its header. */
#include "wasi_sockets_udp.h"

TENON_CHECK_SIZE(wasi_sockets_udp_incoming_datagram_t, 40, 48);
TENON_CHECK_OFFSET(wasi_sockets_udp_incoming_datagram_t, remote_address, 8, 16);
TENON_CHECK_SIZE(wasi_sockets_udp_option_ip_socket_address_t, 36, 36);
TENON_CHECK_OFFSET(wasi_sockets_udp_option_ip_socket_address_t, val, 4, 4);
TENON_CHECK_SIZE(wasi_sockets_udp_outgoing_datagram_t, 44, 56);
TENON_CHECK_OFFSET(wasi_sockets_udp_outgoing_datagram_t, remote_address, 8, 16);
TENON_CHECK_SIZE(wasi_sockets_udp_result_void_error_code_t, 2, 2);
TENON_CHECK_OFFSET(wasi_sockets_udp_result_void_error_code_t, val, 1, 1);
TENON_CHECK_SIZE(wasi_sockets_udp_tuple2_own_incoming_datagram_stream_own_outgoing_datagram_stream_t,
    8, 8);
TENON_CHECK_OFFSET(wasi_sockets_udp_tuple2_own_incoming_datagram_stream_own_outgoing_datagram_stream_t,
    f1, 4, 4);
TENON_CHECK_SIZE(wasi_sockets_udp_result_tuple2_own_incoming_datagram_stream_own_outgoing_datagram_stream_error_code_t,
    12, 12);
TENON_CHECK_OFFSET(wasi_sockets_udp_result_tuple2_own_incoming_datagram_stream_own_outgoing_datagram_stream_error_code_t,
    val, 4, 4);
TENON_CHECK_SIZE(wasi_sockets_udp_result_ip_socket_address_error_code_t, 36, 36);
TENON_CHECK_OFFSET(wasi_sockets_udp_result_ip_socket_address_error_code_t, val, 4, 4);
TENON_CHECK_SIZE(wasi_sockets_udp_result_u8_error_code_t, 2, 2);
TENON_CHECK_OFFSET(wasi_sockets_udp_result_u8_error_code_t, val, 1, 1);
TENON_CHECK_SIZE(wasi_sockets_udp_result_u64_error_code_t, 16, 16);
TENON_CHECK_OFFSET(wasi_sockets_udp_result_u64_error_code_t, val, 8, 8);
TENON_CHECK_SIZE(wasi_sockets_udp_result_list_incoming_datagram_error_code_t, 12, 24);
TENON_CHECK_OFFSET(wasi_sockets_udp_result_list_incoming_datagram_error_code_t, val,
    4, 8);

static const tenon_type type_own_pollable = {.kind = TENON_TYPE_OWN, .resource = 3};
static const tenon_type type_borrow_network = {.kind = TENON_TYPE_BORROW, .resource = 4};
static const tenon_type type_borrow_udp_socket = {
    .kind = TENON_TYPE_BORROW,
    .resource = 0};
static const tenon_type type_own_incoming_datagram_stream = {
    .kind = TENON_TYPE_OWN,
    .resource = 1};
static const tenon_type type_borrow_incoming_datagram_stream = {
    .kind = TENON_TYPE_BORROW,
    .resource = 1};
static const tenon_type type_own_outgoing_datagram_stream = {
    .kind = TENON_TYPE_OWN,
    .resource = 2};
static const tenon_type type_borrow_outgoing_datagram_stream = {
    .kind = TENON_TYPE_BORROW,
    .resource = 2};
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
static const tenon_type type_u16 = {.kind = TENON_TYPE_U16};
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
static const tenon_field fields_wasi_sockets_network_ipv4_socket_address[] = {
    {"port", &type_u16},
    {"address", &type_wasi_sockets_network_tuple4_u8_u8_u8_u8},
};
static const tenon_type type_wasi_sockets_network_ipv4_socket_address = {
    .kind = TENON_TYPE_RECORD,
    .count = 2,
    .fields = fields_wasi_sockets_network_ipv4_socket_address};
static const tenon_type type_u32 = {.kind = TENON_TYPE_U32};
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
static const tenon_field fields_wasi_sockets_network_ipv6_socket_address[] = {
    {"port", &type_u16},
    {"flow-info", &type_u32},
    {"address", &type_wasi_sockets_network_tuple8_u16_u16_u16_u16_u16_u16_u16_u16},
    {"scope-id", &type_u32},
};
static const tenon_type type_wasi_sockets_network_ipv6_socket_address = {
    .kind = TENON_TYPE_RECORD,
    .count = 4,
    .fields = fields_wasi_sockets_network_ipv6_socket_address};
static const tenon_field fields_wasi_sockets_network_ip_socket_address[] = {
    {"ipv4", &type_wasi_sockets_network_ipv4_socket_address},
    {"ipv6", &type_wasi_sockets_network_ipv6_socket_address},
};
static const tenon_type type_wasi_sockets_network_ip_socket_address = {
    .kind = TENON_TYPE_VARIANT,
    .count = 2,
    .fields = fields_wasi_sockets_network_ip_socket_address};
static const tenon_field fields_wasi_sockets_network_ip_address_family[] = {
    {"ipv4", NULL},
    {"ipv6", NULL},
};
static const tenon_type type_wasi_sockets_network_ip_address_family = {
    .kind = TENON_TYPE_ENUM,
    .count = 2,
    .fields = fields_wasi_sockets_network_ip_address_family};
static const tenon_type type_list_u8 = {.kind = TENON_TYPE_LIST, .element = &type_u8};
static const tenon_field fields_incoming_datagram[] = {
    {"data", &type_list_u8},
    {"remote-address", &type_wasi_sockets_network_ip_socket_address},
};
static const tenon_type type_incoming_datagram = {
    .kind = TENON_TYPE_RECORD,
    .count = 2,
    .fields = fields_incoming_datagram};
static const tenon_type type_option_ip_socket_address = {
    .kind = TENON_TYPE_OPTION,
    .element = &type_wasi_sockets_network_ip_socket_address};
static const tenon_field fields_outgoing_datagram[] = {
    {"data", &type_list_u8},
    {"remote-address", &type_option_ip_socket_address},
};
static const tenon_type type_outgoing_datagram = {
    .kind = TENON_TYPE_RECORD,
    .count = 2,
    .fields = fields_outgoing_datagram};
static const tenon_type type_result_void_error_code = {
    .kind = TENON_TYPE_RESULT,
    .other = &type_wasi_sockets_network_error_code};
static const tenon_field fields_tuple2_own_incoming_datagram_stream_own_outgoing_datagram_stream[] = {
    {NULL, &type_own_incoming_datagram_stream},
    {NULL, &type_own_outgoing_datagram_stream},
};
static const tenon_type type_tuple2_own_incoming_datagram_stream_own_outgoing_datagram_stream = {
    .kind = TENON_TYPE_TUPLE,
    .count = 2,
    .fields = fields_tuple2_own_incoming_datagram_stream_own_outgoing_datagram_stream};
static const tenon_type type_result_tuple2_own_incoming_datagram_stream_own_outgoing_datagram_stream_error_code = {
    .kind = TENON_TYPE_RESULT,
    .element = &type_tuple2_own_incoming_datagram_stream_own_outgoing_datagram_stream,
    .other = &type_wasi_sockets_network_error_code};
static const tenon_type type_result_ip_socket_address_error_code = {
    .kind = TENON_TYPE_RESULT,
    .element = &type_wasi_sockets_network_ip_socket_address,
    .other = &type_wasi_sockets_network_error_code};
static const tenon_type type_result_u8_error_code = {
    .kind = TENON_TYPE_RESULT,
    .element = &type_u8,
    .other = &type_wasi_sockets_network_error_code};
static const tenon_type type_u64 = {.kind = TENON_TYPE_U64};
static const tenon_type type_result_u64_error_code = {
    .kind = TENON_TYPE_RESULT,
    .element = &type_u64,
    .other = &type_wasi_sockets_network_error_code};
static const tenon_type type_list_incoming_datagram = {
    .kind = TENON_TYPE_LIST,
    .element = &type_incoming_datagram};
static const tenon_type type_result_list_incoming_datagram_error_code = {
    .kind = TENON_TYPE_RESULT,
    .element = &type_list_incoming_datagram,
    .other = &type_wasi_sockets_network_error_code};
static const tenon_type type_list_outgoing_datagram = {
    .kind = TENON_TYPE_LIST,
    .element = &type_outgoing_datagram};

typedef struct args_method_udp_socket_start_bind {
    wasi_sockets_udp_borrow_udp_socket_t self;
    wasi_sockets_udp_borrow_network_t network;
    wasi_sockets_udp_ip_socket_address_t local_address;
} args_method_udp_socket_start_bind;
TENON_CHECK_OFFSET(args_method_udp_socket_start_bind, local_address, 8, 8);
TENON_CHECK_SIZE(args_method_udp_socket_start_bind, 40, 40);

static tenon_status call_method_udp_socket_start_bind(
    tenon_call *call, void *user, const void *args, void *result) {
    const args_method_udp_socket_start_bind *a = args;
    return wasi_sockets_udp_method_udp_socket_start_bind(
        call, user, a->self, a->network, &a->local_address, result);
}

typedef struct args_method_udp_socket_finish_bind {
    wasi_sockets_udp_borrow_udp_socket_t self;
} args_method_udp_socket_finish_bind;
TENON_CHECK_SIZE(args_method_udp_socket_finish_bind, 4, 4);

static tenon_status call_method_udp_socket_finish_bind(
    tenon_call *call, void *user, const void *args, void *result) {
    const args_method_udp_socket_finish_bind *a = args;
    return wasi_sockets_udp_method_udp_socket_finish_bind(
        call, user, a->self, result);
}

typedef struct args_method_udp_socket_stream {
    wasi_sockets_udp_borrow_udp_socket_t self;
    wasi_sockets_udp_option_ip_socket_address_t remote_address;
} args_method_udp_socket_stream;
TENON_CHECK_OFFSET(args_method_udp_socket_stream, remote_address, 4, 4);
TENON_CHECK_SIZE(args_method_udp_socket_stream, 40, 40);

static tenon_status call_method_udp_socket_stream(
    tenon_call *call, void *user, const void *args, void *result) {
    const args_method_udp_socket_stream *a = args;
    return wasi_sockets_udp_method_udp_socket_stream(
        call, user, a->self, &a->remote_address, result);
}

typedef struct args_method_udp_socket_local_address {
    wasi_sockets_udp_borrow_udp_socket_t self;
} args_method_udp_socket_local_address;
TENON_CHECK_SIZE(args_method_udp_socket_local_address, 4, 4);

static tenon_status call_method_udp_socket_local_address(
    tenon_call *call, void *user, const void *args, void *result) {
    const args_method_udp_socket_local_address *a = args;
    return wasi_sockets_udp_method_udp_socket_local_address(
        call, user, a->self, result);
}

typedef struct args_method_udp_socket_remote_address {
    wasi_sockets_udp_borrow_udp_socket_t self;
} args_method_udp_socket_remote_address;
TENON_CHECK_SIZE(args_method_udp_socket_remote_address, 4, 4);

static tenon_status call_method_udp_socket_remote_address(
    tenon_call *call, void *user, const void *args, void *result) {
    const args_method_udp_socket_remote_address *a = args;
    return wasi_sockets_udp_method_udp_socket_remote_address(
        call, user, a->self, result);
}

typedef struct args_method_udp_socket_address_family {
    wasi_sockets_udp_borrow_udp_socket_t self;
} args_method_udp_socket_address_family;
TENON_CHECK_SIZE(args_method_udp_socket_address_family, 4, 4);

static tenon_status call_method_udp_socket_address_family(
    tenon_call *call, void *user, const void *args, void *result) {
    const args_method_udp_socket_address_family *a = args;
    return wasi_sockets_udp_method_udp_socket_address_family(
        call, user, a->self, result);
}

typedef struct args_method_udp_socket_unicast_hop_limit {
    wasi_sockets_udp_borrow_udp_socket_t self;
} args_method_udp_socket_unicast_hop_limit;
TENON_CHECK_SIZE(args_method_udp_socket_unicast_hop_limit, 4, 4);

static tenon_status call_method_udp_socket_unicast_hop_limit(
    tenon_call *call, void *user, const void *args, void *result) {
    const args_method_udp_socket_unicast_hop_limit *a = args;
    return wasi_sockets_udp_method_udp_socket_unicast_hop_limit(
        call, user, a->self, result);
}

typedef struct args_method_udp_socket_set_unicast_hop_limit {
    wasi_sockets_udp_borrow_udp_socket_t self;
    uint8_t value;
} args_method_udp_socket_set_unicast_hop_limit;
TENON_CHECK_OFFSET(args_method_udp_socket_set_unicast_hop_limit, value, 4, 4);
TENON_CHECK_SIZE(args_method_udp_socket_set_unicast_hop_limit, 8, 8);

static tenon_status call_method_udp_socket_set_unicast_hop_limit(
    tenon_call *call, void *user, const void *args, void *result) {
    const args_method_udp_socket_set_unicast_hop_limit *a = args;
    return wasi_sockets_udp_method_udp_socket_set_unicast_hop_limit(
        call, user, a->self, a->value, result);
}

typedef struct args_method_udp_socket_receive_buffer_size {
    wasi_sockets_udp_borrow_udp_socket_t self;
} args_method_udp_socket_receive_buffer_size;
TENON_CHECK_SIZE(args_method_udp_socket_receive_buffer_size, 4, 4);

static tenon_status call_method_udp_socket_receive_buffer_size(
    tenon_call *call, void *user, const void *args, void *result) {
    const args_method_udp_socket_receive_buffer_size *a = args;
    return wasi_sockets_udp_method_udp_socket_receive_buffer_size(
        call, user, a->self, result);
}

typedef struct args_method_udp_socket_set_receive_buffer_size {
    wasi_sockets_udp_borrow_udp_socket_t self;
    TENON_ALIGN8 uint64_t value;
} args_method_udp_socket_set_receive_buffer_size;
TENON_CHECK_OFFSET(args_method_udp_socket_set_receive_buffer_size, value, 8, 8);
TENON_CHECK_SIZE(args_method_udp_socket_set_receive_buffer_size, 16, 16);

static tenon_status call_method_udp_socket_set_receive_buffer_size(
    tenon_call *call, void *user, const void *args, void *result) {
    const args_method_udp_socket_set_receive_buffer_size *a = args;
    return wasi_sockets_udp_method_udp_socket_set_receive_buffer_size(
        call, user, a->self, a->value, result);
}

typedef struct args_method_udp_socket_send_buffer_size {
    wasi_sockets_udp_borrow_udp_socket_t self;
} args_method_udp_socket_send_buffer_size;
TENON_CHECK_SIZE(args_method_udp_socket_send_buffer_size, 4, 4);

static tenon_status call_method_udp_socket_send_buffer_size(
    tenon_call *call, void *user, const void *args, void *result) {
    const args_method_udp_socket_send_buffer_size *a = args;
    return wasi_sockets_udp_method_udp_socket_send_buffer_size(
        call, user, a->self, result);
}

typedef struct args_method_udp_socket_set_send_buffer_size {
    wasi_sockets_udp_borrow_udp_socket_t self;
    TENON_ALIGN8 uint64_t value;
} args_method_udp_socket_set_send_buffer_size;
TENON_CHECK_OFFSET(args_method_udp_socket_set_send_buffer_size, value, 8, 8);
TENON_CHECK_SIZE(args_method_udp_socket_set_send_buffer_size, 16, 16);

static tenon_status call_method_udp_socket_set_send_buffer_size(
    tenon_call *call, void *user, const void *args, void *result) {
    const args_method_udp_socket_set_send_buffer_size *a = args;
    return wasi_sockets_udp_method_udp_socket_set_send_buffer_size(
        call, user, a->self, a->value, result);
}

typedef struct args_method_udp_socket_subscribe {
    wasi_sockets_udp_borrow_udp_socket_t self;
} args_method_udp_socket_subscribe;
TENON_CHECK_SIZE(args_method_udp_socket_subscribe, 4, 4);

static tenon_status call_method_udp_socket_subscribe(
    tenon_call *call, void *user, const void *args, void *result) {
    const args_method_udp_socket_subscribe *a = args;
    return wasi_sockets_udp_method_udp_socket_subscribe(
        call, user, a->self, result);
}

typedef struct args_method_incoming_datagram_stream_receive {
    wasi_sockets_udp_borrow_incoming_datagram_stream_t self;
    TENON_ALIGN8 uint64_t max_results;
} args_method_incoming_datagram_stream_receive;
TENON_CHECK_OFFSET(args_method_incoming_datagram_stream_receive, max_results, 8, 8);
TENON_CHECK_SIZE(args_method_incoming_datagram_stream_receive, 16, 16);

static tenon_status call_method_incoming_datagram_stream_receive(
    tenon_call *call, void *user, const void *args, void *result) {
    const args_method_incoming_datagram_stream_receive *a = args;
    return wasi_sockets_udp_method_incoming_datagram_stream_receive(
        call, user, a->self, a->max_results, result);
}

typedef struct args_method_incoming_datagram_stream_subscribe {
    wasi_sockets_udp_borrow_incoming_datagram_stream_t self;
} args_method_incoming_datagram_stream_subscribe;
TENON_CHECK_SIZE(args_method_incoming_datagram_stream_subscribe, 4, 4);

static tenon_status call_method_incoming_datagram_stream_subscribe(
    tenon_call *call, void *user, const void *args, void *result) {
    const args_method_incoming_datagram_stream_subscribe *a = args;
    return wasi_sockets_udp_method_incoming_datagram_stream_subscribe(
        call, user, a->self, result);
}

typedef struct args_method_outgoing_datagram_stream_check_send {
    wasi_sockets_udp_borrow_outgoing_datagram_stream_t self;
} args_method_outgoing_datagram_stream_check_send;
TENON_CHECK_SIZE(args_method_outgoing_datagram_stream_check_send, 4, 4);

static tenon_status call_method_outgoing_datagram_stream_check_send(
    tenon_call *call, void *user, const void *args, void *result) {
    const args_method_outgoing_datagram_stream_check_send *a = args;
    return wasi_sockets_udp_method_outgoing_datagram_stream_check_send(
        call, user, a->self, result);
}

typedef struct args_method_outgoing_datagram_stream_send {
    wasi_sockets_udp_borrow_outgoing_datagram_stream_t self;
    wasi_sockets_udp_list_outgoing_datagram_t datagrams;
} args_method_outgoing_datagram_stream_send;
TENON_CHECK_OFFSET(args_method_outgoing_datagram_stream_send, datagrams, 4, 8);
TENON_CHECK_SIZE(args_method_outgoing_datagram_stream_send, 12, 24);

static tenon_status call_method_outgoing_datagram_stream_send(
    tenon_call *call, void *user, const void *args, void *result) {
    const args_method_outgoing_datagram_stream_send *a = args;
    return wasi_sockets_udp_method_outgoing_datagram_stream_send(
        call, user, a->self, &a->datagrams, result);
}

typedef struct args_method_outgoing_datagram_stream_subscribe {
    wasi_sockets_udp_borrow_outgoing_datagram_stream_t self;
} args_method_outgoing_datagram_stream_subscribe;
TENON_CHECK_SIZE(args_method_outgoing_datagram_stream_subscribe, 4, 4);

static tenon_status call_method_outgoing_datagram_stream_subscribe(
    tenon_call *call, void *user, const void *args, void *result) {
    const args_method_outgoing_datagram_stream_subscribe *a = args;
    return wasi_sockets_udp_method_outgoing_datagram_stream_subscribe(
        call, user, a->self, result);
}

static const tenon_field params_method_udp_socket_start_bind[] = {
    {"self", &type_borrow_udp_socket},
    {"network", &type_borrow_network},
    {"local-address", &type_wasi_sockets_network_ip_socket_address},
};
static const tenon_field params_method_udp_socket_finish_bind[] = {
    {"self", &type_borrow_udp_socket},
};
static const tenon_field params_method_udp_socket_stream[] = {
    {"self", &type_borrow_udp_socket},
    {"remote-address", &type_option_ip_socket_address},
};
static const tenon_field params_method_udp_socket_local_address[] = {
    {"self", &type_borrow_udp_socket},
};
static const tenon_field params_method_udp_socket_remote_address[] = {
    {"self", &type_borrow_udp_socket},
};
static const tenon_field params_method_udp_socket_address_family[] = {
    {"self", &type_borrow_udp_socket},
};
static const tenon_field params_method_udp_socket_unicast_hop_limit[] = {
    {"self", &type_borrow_udp_socket},
};
static const tenon_field params_method_udp_socket_set_unicast_hop_limit[] = {
    {"self", &type_borrow_udp_socket},
    {"value", &type_u8},
};
static const tenon_field params_method_udp_socket_receive_buffer_size[] = {
    {"self", &type_borrow_udp_socket},
};
static const tenon_field params_method_udp_socket_set_receive_buffer_size[] = {
    {"self", &type_borrow_udp_socket},
    {"value", &type_u64},
};
static const tenon_field params_method_udp_socket_send_buffer_size[] = {
    {"self", &type_borrow_udp_socket},
};
static const tenon_field params_method_udp_socket_set_send_buffer_size[] = {
    {"self", &type_borrow_udp_socket},
    {"value", &type_u64},
};
static const tenon_field params_method_udp_socket_subscribe[] = {
    {"self", &type_borrow_udp_socket},
};
static const tenon_field params_method_incoming_datagram_stream_receive[] = {
    {"self", &type_borrow_incoming_datagram_stream},
    {"max-results", &type_u64},
};
static const tenon_field params_method_incoming_datagram_stream_subscribe[] = {
    {"self", &type_borrow_incoming_datagram_stream},
};
static const tenon_field params_method_outgoing_datagram_stream_check_send[] = {
    {"self", &type_borrow_outgoing_datagram_stream},
};
static const tenon_field params_method_outgoing_datagram_stream_send[] = {
    {"self", &type_borrow_outgoing_datagram_stream},
    {"datagrams", &type_list_outgoing_datagram},
};
static const tenon_field params_method_outgoing_datagram_stream_subscribe[] = {
    {"self", &type_borrow_outgoing_datagram_stream},
};

static const tenon_host_func funcs[] = {
    {.name = "[method]udp-socket.start-bind",
     .type = {.param_count = 3,
              .params = params_method_udp_socket_start_bind,
              .result = &type_result_void_error_code},
     .fn = call_method_udp_socket_start_bind},
    {.name = "[method]udp-socket.finish-bind",
     .type = {.param_count = 1,
              .params = params_method_udp_socket_finish_bind,
              .result = &type_result_void_error_code},
     .fn = call_method_udp_socket_finish_bind},
    {.name = "[method]udp-socket.stream",
     .type = {.param_count = 2,
              .params = params_method_udp_socket_stream,
              .result = &type_result_tuple2_own_incoming_datagram_stream_own_outgoing_datagram_stream_error_code},
     .fn = call_method_udp_socket_stream},
    {.name = "[method]udp-socket.local-address",
     .type = {.param_count = 1,
              .params = params_method_udp_socket_local_address,
              .result = &type_result_ip_socket_address_error_code},
     .fn = call_method_udp_socket_local_address},
    {.name = "[method]udp-socket.remote-address",
     .type = {.param_count = 1,
              .params = params_method_udp_socket_remote_address,
              .result = &type_result_ip_socket_address_error_code},
     .fn = call_method_udp_socket_remote_address},
    {.name = "[method]udp-socket.address-family",
     .type = {.param_count = 1,
              .params = params_method_udp_socket_address_family,
              .result = &type_wasi_sockets_network_ip_address_family},
     .fn = call_method_udp_socket_address_family},
    {.name = "[method]udp-socket.unicast-hop-limit",
     .type = {.param_count = 1,
              .params = params_method_udp_socket_unicast_hop_limit,
              .result = &type_result_u8_error_code},
     .fn = call_method_udp_socket_unicast_hop_limit},
    {.name = "[method]udp-socket.set-unicast-hop-limit",
     .type = {.param_count = 2,
              .params = params_method_udp_socket_set_unicast_hop_limit,
              .result = &type_result_void_error_code},
     .fn = call_method_udp_socket_set_unicast_hop_limit},
    {.name = "[method]udp-socket.receive-buffer-size",
     .type = {.param_count = 1,
              .params = params_method_udp_socket_receive_buffer_size,
              .result = &type_result_u64_error_code},
     .fn = call_method_udp_socket_receive_buffer_size},
    {.name = "[method]udp-socket.set-receive-buffer-size",
     .type = {.param_count = 2,
              .params = params_method_udp_socket_set_receive_buffer_size,
              .result = &type_result_void_error_code},
     .fn = call_method_udp_socket_set_receive_buffer_size},
    {.name = "[method]udp-socket.send-buffer-size",
     .type = {.param_count = 1,
              .params = params_method_udp_socket_send_buffer_size,
              .result = &type_result_u64_error_code},
     .fn = call_method_udp_socket_send_buffer_size},
    {.name = "[method]udp-socket.set-send-buffer-size",
     .type = {.param_count = 2,
              .params = params_method_udp_socket_set_send_buffer_size,
              .result = &type_result_void_error_code},
     .fn = call_method_udp_socket_set_send_buffer_size},
    {.name = "[method]udp-socket.subscribe",
     .type = {.param_count = 1,
              .params = params_method_udp_socket_subscribe,
              .result = &type_own_pollable},
     .fn = call_method_udp_socket_subscribe},
    {.name = "[method]incoming-datagram-stream.receive",
     .type = {.param_count = 2,
              .params = params_method_incoming_datagram_stream_receive,
              .result = &type_result_list_incoming_datagram_error_code},
     .fn = call_method_incoming_datagram_stream_receive},
    {.name = "[method]incoming-datagram-stream.subscribe",
     .type = {.param_count = 1,
              .params = params_method_incoming_datagram_stream_subscribe,
              .result = &type_own_pollable},
     .fn = call_method_incoming_datagram_stream_subscribe},
    {.name = "[method]outgoing-datagram-stream.check-send",
     .type = {.param_count = 1,
              .params = params_method_outgoing_datagram_stream_check_send,
              .result = &type_result_u64_error_code},
     .fn = call_method_outgoing_datagram_stream_check_send},
    {.name = "[method]outgoing-datagram-stream.send",
     .type = {.param_count = 2,
              .params = params_method_outgoing_datagram_stream_send,
              .result = &type_result_u64_error_code},
     .fn = call_method_outgoing_datagram_stream_send},
    {.name = "[method]outgoing-datagram-stream.subscribe",
     .type = {.param_count = 1,
              .params = params_method_outgoing_datagram_stream_subscribe,
              .result = &type_own_pollable},
     .fn = call_method_outgoing_datagram_stream_subscribe},
};

static const tenon_host_resource resources[] = {
    {.name = "udp-socket",
     .destructor = wasi_sockets_udp_udp_socket_destructor},
    {.name = "incoming-datagram-stream",
     .destructor = wasi_sockets_udp_incoming_datagram_stream_destructor},
    {.name = "outgoing-datagram-stream",
     .destructor = wasi_sockets_udp_outgoing_datagram_stream_destructor},
    {.name = "pollable",
     .interface = "wasi:io/poll@0.2.12", .foreign_name = "pollable"},
    {.name = "network",
     .interface = "wasi:sockets/network@0.2.12", .foreign_name = "network"},
};

static const tenon_host_type types[] = {
    {"error-code", &type_wasi_sockets_network_error_code},
    {"ip-socket-address", &type_wasi_sockets_network_ip_socket_address},
    {"ip-address-family", &type_wasi_sockets_network_ip_address_family},
    {"incoming-datagram", &type_incoming_datagram},
    {"outgoing-datagram", &type_outgoing_datagram},
};

const tenon_interface wasi_sockets_udp_interface = {
    .name = "wasi:sockets/udp@0.2.12",
    .funcs = funcs,
    .func_count = 18,
    .resources = resources,
    .resource_count = 5,
    .types = types,
    .type_count = 5,
};
