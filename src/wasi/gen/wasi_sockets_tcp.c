/* wasi_sockets_tcp.c: written by witgen, as its header. */
#include "wasi_sockets_tcp.h"

TENON_CHECK_SIZE(wasi_sockets_tcp_result_void_error_code_t, 2, 2);
TENON_CHECK_OFFSET(wasi_sockets_tcp_result_void_error_code_t, val, 1, 1);
TENON_CHECK_SIZE(wasi_sockets_tcp_tuple2_own_input_stream_own_output_stream_t, 8, 8);
TENON_CHECK_OFFSET(wasi_sockets_tcp_tuple2_own_input_stream_own_output_stream_t, f1,
    4, 4);
TENON_CHECK_SIZE(wasi_sockets_tcp_result_tuple2_own_input_stream_own_output_stream_error_code_t,
    12, 12);
TENON_CHECK_OFFSET(wasi_sockets_tcp_result_tuple2_own_input_stream_own_output_stream_error_code_t,
    val, 4, 4);
TENON_CHECK_SIZE(wasi_sockets_tcp_tuple3_own_tcp_socket_own_input_stream_own_output_stream_t,
    12, 12);
TENON_CHECK_OFFSET(wasi_sockets_tcp_tuple3_own_tcp_socket_own_input_stream_own_output_stream_t,
    f1, 4, 4);
TENON_CHECK_OFFSET(wasi_sockets_tcp_tuple3_own_tcp_socket_own_input_stream_own_output_stream_t,
    f2, 8, 8);
TENON_CHECK_SIZE(wasi_sockets_tcp_result_tuple3_own_tcp_socket_own_input_stream_own_output_stream_error_code_t,
    16, 16);
TENON_CHECK_OFFSET(wasi_sockets_tcp_result_tuple3_own_tcp_socket_own_input_stream_own_output_stream_error_code_t,
    val, 4, 4);
TENON_CHECK_SIZE(wasi_sockets_tcp_result_ip_socket_address_error_code_t, 36, 36);
TENON_CHECK_OFFSET(wasi_sockets_tcp_result_ip_socket_address_error_code_t, val, 4, 4);
TENON_CHECK_SIZE(wasi_sockets_tcp_result_bool_error_code_t, 2, 2);
TENON_CHECK_OFFSET(wasi_sockets_tcp_result_bool_error_code_t, val, 1, 1);
TENON_CHECK_SIZE(wasi_sockets_tcp_result_duration_error_code_t, 16, 16);
TENON_CHECK_OFFSET(wasi_sockets_tcp_result_duration_error_code_t, val, 8, 8);
TENON_CHECK_SIZE(wasi_sockets_tcp_result_u32_error_code_t, 8, 8);
TENON_CHECK_OFFSET(wasi_sockets_tcp_result_u32_error_code_t, val, 4, 4);
TENON_CHECK_SIZE(wasi_sockets_tcp_result_u8_error_code_t, 2, 2);
TENON_CHECK_OFFSET(wasi_sockets_tcp_result_u8_error_code_t, val, 1, 1);
TENON_CHECK_SIZE(wasi_sockets_tcp_result_u64_error_code_t, 16, 16);
TENON_CHECK_OFFSET(wasi_sockets_tcp_result_u64_error_code_t, val, 8, 8);

static const tenon_type type_own_input_stream = {.kind = TENON_TYPE_OWN, .resource = 1};
static const tenon_type type_own_output_stream = {.kind = TENON_TYPE_OWN, .resource = 2};
static const tenon_type type_own_pollable = {.kind = TENON_TYPE_OWN, .resource = 3};
static const tenon_type type_borrow_network = {.kind = TENON_TYPE_BORROW, .resource = 4};
static const tenon_type type_own_tcp_socket = {.kind = TENON_TYPE_OWN, .resource = 0};
static const tenon_type type_borrow_tcp_socket = {
    .kind = TENON_TYPE_BORROW,
    .resource = 0};
static const tenon_type type_u64 = {.kind = TENON_TYPE_U64};
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
static const tenon_field fields_shutdown_type[] = {
    {"receive", NULL},
    {"send", NULL},
    {"both", NULL},
};
static const tenon_type type_shutdown_type = {
    .kind = TENON_TYPE_ENUM,
    .count = 3,
    .fields = fields_shutdown_type};
static const tenon_type type_result_void_error_code = {
    .kind = TENON_TYPE_RESULT,
    .other = &type_wasi_sockets_network_error_code};
static const tenon_field fields_tuple2_own_input_stream_own_output_stream[] = {
    {NULL, &type_own_input_stream},
    {NULL, &type_own_output_stream},
};
static const tenon_type type_tuple2_own_input_stream_own_output_stream = {
    .kind = TENON_TYPE_TUPLE,
    .count = 2,
    .fields = fields_tuple2_own_input_stream_own_output_stream};
static const tenon_type type_result_tuple2_own_input_stream_own_output_stream_error_code = {
    .kind = TENON_TYPE_RESULT,
    .element = &type_tuple2_own_input_stream_own_output_stream,
    .other = &type_wasi_sockets_network_error_code};
static const tenon_field fields_tuple3_own_tcp_socket_own_input_stream_own_output_stream[] = {
    {NULL, &type_own_tcp_socket},
    {NULL, &type_own_input_stream},
    {NULL, &type_own_output_stream},
};
static const tenon_type type_tuple3_own_tcp_socket_own_input_stream_own_output_stream = {
    .kind = TENON_TYPE_TUPLE,
    .count = 3,
    .fields = fields_tuple3_own_tcp_socket_own_input_stream_own_output_stream};
static const tenon_type type_result_tuple3_own_tcp_socket_own_input_stream_own_output_stream_error_code = {
    .kind = TENON_TYPE_RESULT,
    .element = &type_tuple3_own_tcp_socket_own_input_stream_own_output_stream,
    .other = &type_wasi_sockets_network_error_code};
static const tenon_type type_result_ip_socket_address_error_code = {
    .kind = TENON_TYPE_RESULT,
    .element = &type_wasi_sockets_network_ip_socket_address,
    .other = &type_wasi_sockets_network_error_code};
static const tenon_type type_bool = {.kind = TENON_TYPE_BOOL};
static const tenon_type type_result_bool_error_code = {
    .kind = TENON_TYPE_RESULT,
    .element = &type_bool,
    .other = &type_wasi_sockets_network_error_code};
static const tenon_type type_result_duration_error_code = {
    .kind = TENON_TYPE_RESULT,
    .element = &type_u64,
    .other = &type_wasi_sockets_network_error_code};
static const tenon_type type_result_u32_error_code = {
    .kind = TENON_TYPE_RESULT,
    .element = &type_u32,
    .other = &type_wasi_sockets_network_error_code};
static const tenon_type type_result_u8_error_code = {
    .kind = TENON_TYPE_RESULT,
    .element = &type_u8,
    .other = &type_wasi_sockets_network_error_code};
static const tenon_type type_result_u64_error_code = {
    .kind = TENON_TYPE_RESULT,
    .element = &type_u64,
    .other = &type_wasi_sockets_network_error_code};

typedef struct args_method_tcp_socket_start_bind {
    wasi_sockets_tcp_borrow_tcp_socket_t self;
    wasi_sockets_tcp_borrow_network_t network;
    wasi_sockets_tcp_ip_socket_address_t local_address;
} args_method_tcp_socket_start_bind;
TENON_CHECK_OFFSET(args_method_tcp_socket_start_bind, local_address, 8, 8);
TENON_CHECK_SIZE(args_method_tcp_socket_start_bind, 40, 40);

static tenon_status call_method_tcp_socket_start_bind(
    tenon_call *call, void *user, const void *args, void *result) {
    const args_method_tcp_socket_start_bind *a = args;
    return wasi_sockets_tcp_method_tcp_socket_start_bind(
        call, user, a->self, a->network, &a->local_address, result);
}

typedef struct args_method_tcp_socket_finish_bind {
    wasi_sockets_tcp_borrow_tcp_socket_t self;
} args_method_tcp_socket_finish_bind;
TENON_CHECK_SIZE(args_method_tcp_socket_finish_bind, 4, 4);

static tenon_status call_method_tcp_socket_finish_bind(
    tenon_call *call, void *user, const void *args, void *result) {
    const args_method_tcp_socket_finish_bind *a = args;
    return wasi_sockets_tcp_method_tcp_socket_finish_bind(
        call, user, a->self, result);
}

typedef struct args_method_tcp_socket_start_connect {
    wasi_sockets_tcp_borrow_tcp_socket_t self;
    wasi_sockets_tcp_borrow_network_t network;
    wasi_sockets_tcp_ip_socket_address_t remote_address;
} args_method_tcp_socket_start_connect;
TENON_CHECK_OFFSET(args_method_tcp_socket_start_connect, remote_address, 8, 8);
TENON_CHECK_SIZE(args_method_tcp_socket_start_connect, 40, 40);

static tenon_status call_method_tcp_socket_start_connect(
    tenon_call *call, void *user, const void *args, void *result) {
    const args_method_tcp_socket_start_connect *a = args;
    return wasi_sockets_tcp_method_tcp_socket_start_connect(
        call, user, a->self, a->network, &a->remote_address, result);
}

typedef struct args_method_tcp_socket_finish_connect {
    wasi_sockets_tcp_borrow_tcp_socket_t self;
} args_method_tcp_socket_finish_connect;
TENON_CHECK_SIZE(args_method_tcp_socket_finish_connect, 4, 4);

static tenon_status call_method_tcp_socket_finish_connect(
    tenon_call *call, void *user, const void *args, void *result) {
    const args_method_tcp_socket_finish_connect *a = args;
    return wasi_sockets_tcp_method_tcp_socket_finish_connect(
        call, user, a->self, result);
}

typedef struct args_method_tcp_socket_start_listen {
    wasi_sockets_tcp_borrow_tcp_socket_t self;
} args_method_tcp_socket_start_listen;
TENON_CHECK_SIZE(args_method_tcp_socket_start_listen, 4, 4);

static tenon_status call_method_tcp_socket_start_listen(
    tenon_call *call, void *user, const void *args, void *result) {
    const args_method_tcp_socket_start_listen *a = args;
    return wasi_sockets_tcp_method_tcp_socket_start_listen(
        call, user, a->self, result);
}

typedef struct args_method_tcp_socket_finish_listen {
    wasi_sockets_tcp_borrow_tcp_socket_t self;
} args_method_tcp_socket_finish_listen;
TENON_CHECK_SIZE(args_method_tcp_socket_finish_listen, 4, 4);

static tenon_status call_method_tcp_socket_finish_listen(
    tenon_call *call, void *user, const void *args, void *result) {
    const args_method_tcp_socket_finish_listen *a = args;
    return wasi_sockets_tcp_method_tcp_socket_finish_listen(
        call, user, a->self, result);
}

typedef struct args_method_tcp_socket_accept {
    wasi_sockets_tcp_borrow_tcp_socket_t self;
} args_method_tcp_socket_accept;
TENON_CHECK_SIZE(args_method_tcp_socket_accept, 4, 4);

static tenon_status call_method_tcp_socket_accept(
    tenon_call *call, void *user, const void *args, void *result) {
    const args_method_tcp_socket_accept *a = args;
    return wasi_sockets_tcp_method_tcp_socket_accept(
        call, user, a->self, result);
}

typedef struct args_method_tcp_socket_local_address {
    wasi_sockets_tcp_borrow_tcp_socket_t self;
} args_method_tcp_socket_local_address;
TENON_CHECK_SIZE(args_method_tcp_socket_local_address, 4, 4);

static tenon_status call_method_tcp_socket_local_address(
    tenon_call *call, void *user, const void *args, void *result) {
    const args_method_tcp_socket_local_address *a = args;
    return wasi_sockets_tcp_method_tcp_socket_local_address(
        call, user, a->self, result);
}

typedef struct args_method_tcp_socket_remote_address {
    wasi_sockets_tcp_borrow_tcp_socket_t self;
} args_method_tcp_socket_remote_address;
TENON_CHECK_SIZE(args_method_tcp_socket_remote_address, 4, 4);

static tenon_status call_method_tcp_socket_remote_address(
    tenon_call *call, void *user, const void *args, void *result) {
    const args_method_tcp_socket_remote_address *a = args;
    return wasi_sockets_tcp_method_tcp_socket_remote_address(
        call, user, a->self, result);
}

typedef struct args_method_tcp_socket_is_listening {
    wasi_sockets_tcp_borrow_tcp_socket_t self;
} args_method_tcp_socket_is_listening;
TENON_CHECK_SIZE(args_method_tcp_socket_is_listening, 4, 4);

static tenon_status call_method_tcp_socket_is_listening(
    tenon_call *call, void *user, const void *args, void *result) {
    const args_method_tcp_socket_is_listening *a = args;
    return wasi_sockets_tcp_method_tcp_socket_is_listening(
        call, user, a->self, result);
}

typedef struct args_method_tcp_socket_address_family {
    wasi_sockets_tcp_borrow_tcp_socket_t self;
} args_method_tcp_socket_address_family;
TENON_CHECK_SIZE(args_method_tcp_socket_address_family, 4, 4);

static tenon_status call_method_tcp_socket_address_family(
    tenon_call *call, void *user, const void *args, void *result) {
    const args_method_tcp_socket_address_family *a = args;
    return wasi_sockets_tcp_method_tcp_socket_address_family(
        call, user, a->self, result);
}

typedef struct args_method_tcp_socket_set_listen_backlog_size {
    wasi_sockets_tcp_borrow_tcp_socket_t self;
    TENON_ALIGN8 uint64_t value;
} args_method_tcp_socket_set_listen_backlog_size;
TENON_CHECK_OFFSET(args_method_tcp_socket_set_listen_backlog_size, value, 8, 8);
TENON_CHECK_SIZE(args_method_tcp_socket_set_listen_backlog_size, 16, 16);

static tenon_status call_method_tcp_socket_set_listen_backlog_size(
    tenon_call *call, void *user, const void *args, void *result) {
    const args_method_tcp_socket_set_listen_backlog_size *a = args;
    return wasi_sockets_tcp_method_tcp_socket_set_listen_backlog_size(
        call, user, a->self, a->value, result);
}

typedef struct args_method_tcp_socket_keep_alive_enabled {
    wasi_sockets_tcp_borrow_tcp_socket_t self;
} args_method_tcp_socket_keep_alive_enabled;
TENON_CHECK_SIZE(args_method_tcp_socket_keep_alive_enabled, 4, 4);

static tenon_status call_method_tcp_socket_keep_alive_enabled(
    tenon_call *call, void *user, const void *args, void *result) {
    const args_method_tcp_socket_keep_alive_enabled *a = args;
    return wasi_sockets_tcp_method_tcp_socket_keep_alive_enabled(
        call, user, a->self, result);
}

typedef struct args_method_tcp_socket_set_keep_alive_enabled {
    wasi_sockets_tcp_borrow_tcp_socket_t self;
    bool value;
} args_method_tcp_socket_set_keep_alive_enabled;
TENON_CHECK_OFFSET(args_method_tcp_socket_set_keep_alive_enabled, value, 4, 4);
TENON_CHECK_SIZE(args_method_tcp_socket_set_keep_alive_enabled, 8, 8);

static tenon_status call_method_tcp_socket_set_keep_alive_enabled(
    tenon_call *call, void *user, const void *args, void *result) {
    const args_method_tcp_socket_set_keep_alive_enabled *a = args;
    return wasi_sockets_tcp_method_tcp_socket_set_keep_alive_enabled(
        call, user, a->self, a->value, result);
}

typedef struct args_method_tcp_socket_keep_alive_idle_time {
    wasi_sockets_tcp_borrow_tcp_socket_t self;
} args_method_tcp_socket_keep_alive_idle_time;
TENON_CHECK_SIZE(args_method_tcp_socket_keep_alive_idle_time, 4, 4);

static tenon_status call_method_tcp_socket_keep_alive_idle_time(
    tenon_call *call, void *user, const void *args, void *result) {
    const args_method_tcp_socket_keep_alive_idle_time *a = args;
    return wasi_sockets_tcp_method_tcp_socket_keep_alive_idle_time(
        call, user, a->self, result);
}

typedef struct args_method_tcp_socket_set_keep_alive_idle_time {
    wasi_sockets_tcp_borrow_tcp_socket_t self;
    TENON_ALIGN8 wasi_sockets_tcp_duration_t value;
} args_method_tcp_socket_set_keep_alive_idle_time;
TENON_CHECK_OFFSET(args_method_tcp_socket_set_keep_alive_idle_time, value, 8, 8);
TENON_CHECK_SIZE(args_method_tcp_socket_set_keep_alive_idle_time, 16, 16);

static tenon_status call_method_tcp_socket_set_keep_alive_idle_time(
    tenon_call *call, void *user, const void *args, void *result) {
    const args_method_tcp_socket_set_keep_alive_idle_time *a = args;
    return wasi_sockets_tcp_method_tcp_socket_set_keep_alive_idle_time(
        call, user, a->self, a->value, result);
}

typedef struct args_method_tcp_socket_keep_alive_interval {
    wasi_sockets_tcp_borrow_tcp_socket_t self;
} args_method_tcp_socket_keep_alive_interval;
TENON_CHECK_SIZE(args_method_tcp_socket_keep_alive_interval, 4, 4);

static tenon_status call_method_tcp_socket_keep_alive_interval(
    tenon_call *call, void *user, const void *args, void *result) {
    const args_method_tcp_socket_keep_alive_interval *a = args;
    return wasi_sockets_tcp_method_tcp_socket_keep_alive_interval(
        call, user, a->self, result);
}

typedef struct args_method_tcp_socket_set_keep_alive_interval {
    wasi_sockets_tcp_borrow_tcp_socket_t self;
    TENON_ALIGN8 wasi_sockets_tcp_duration_t value;
} args_method_tcp_socket_set_keep_alive_interval;
TENON_CHECK_OFFSET(args_method_tcp_socket_set_keep_alive_interval, value, 8, 8);
TENON_CHECK_SIZE(args_method_tcp_socket_set_keep_alive_interval, 16, 16);

static tenon_status call_method_tcp_socket_set_keep_alive_interval(
    tenon_call *call, void *user, const void *args, void *result) {
    const args_method_tcp_socket_set_keep_alive_interval *a = args;
    return wasi_sockets_tcp_method_tcp_socket_set_keep_alive_interval(
        call, user, a->self, a->value, result);
}

typedef struct args_method_tcp_socket_keep_alive_count {
    wasi_sockets_tcp_borrow_tcp_socket_t self;
} args_method_tcp_socket_keep_alive_count;
TENON_CHECK_SIZE(args_method_tcp_socket_keep_alive_count, 4, 4);

static tenon_status call_method_tcp_socket_keep_alive_count(
    tenon_call *call, void *user, const void *args, void *result) {
    const args_method_tcp_socket_keep_alive_count *a = args;
    return wasi_sockets_tcp_method_tcp_socket_keep_alive_count(
        call, user, a->self, result);
}

typedef struct args_method_tcp_socket_set_keep_alive_count {
    wasi_sockets_tcp_borrow_tcp_socket_t self;
    uint32_t value;
} args_method_tcp_socket_set_keep_alive_count;
TENON_CHECK_OFFSET(args_method_tcp_socket_set_keep_alive_count, value, 4, 4);
TENON_CHECK_SIZE(args_method_tcp_socket_set_keep_alive_count, 8, 8);

static tenon_status call_method_tcp_socket_set_keep_alive_count(
    tenon_call *call, void *user, const void *args, void *result) {
    const args_method_tcp_socket_set_keep_alive_count *a = args;
    return wasi_sockets_tcp_method_tcp_socket_set_keep_alive_count(
        call, user, a->self, a->value, result);
}

typedef struct args_method_tcp_socket_hop_limit {
    wasi_sockets_tcp_borrow_tcp_socket_t self;
} args_method_tcp_socket_hop_limit;
TENON_CHECK_SIZE(args_method_tcp_socket_hop_limit, 4, 4);

static tenon_status call_method_tcp_socket_hop_limit(
    tenon_call *call, void *user, const void *args, void *result) {
    const args_method_tcp_socket_hop_limit *a = args;
    return wasi_sockets_tcp_method_tcp_socket_hop_limit(
        call, user, a->self, result);
}

typedef struct args_method_tcp_socket_set_hop_limit {
    wasi_sockets_tcp_borrow_tcp_socket_t self;
    uint8_t value;
} args_method_tcp_socket_set_hop_limit;
TENON_CHECK_OFFSET(args_method_tcp_socket_set_hop_limit, value, 4, 4);
TENON_CHECK_SIZE(args_method_tcp_socket_set_hop_limit, 8, 8);

static tenon_status call_method_tcp_socket_set_hop_limit(
    tenon_call *call, void *user, const void *args, void *result) {
    const args_method_tcp_socket_set_hop_limit *a = args;
    return wasi_sockets_tcp_method_tcp_socket_set_hop_limit(
        call, user, a->self, a->value, result);
}

typedef struct args_method_tcp_socket_receive_buffer_size {
    wasi_sockets_tcp_borrow_tcp_socket_t self;
} args_method_tcp_socket_receive_buffer_size;
TENON_CHECK_SIZE(args_method_tcp_socket_receive_buffer_size, 4, 4);

static tenon_status call_method_tcp_socket_receive_buffer_size(
    tenon_call *call, void *user, const void *args, void *result) {
    const args_method_tcp_socket_receive_buffer_size *a = args;
    return wasi_sockets_tcp_method_tcp_socket_receive_buffer_size(
        call, user, a->self, result);
}

typedef struct args_method_tcp_socket_set_receive_buffer_size {
    wasi_sockets_tcp_borrow_tcp_socket_t self;
    TENON_ALIGN8 uint64_t value;
} args_method_tcp_socket_set_receive_buffer_size;
TENON_CHECK_OFFSET(args_method_tcp_socket_set_receive_buffer_size, value, 8, 8);
TENON_CHECK_SIZE(args_method_tcp_socket_set_receive_buffer_size, 16, 16);

static tenon_status call_method_tcp_socket_set_receive_buffer_size(
    tenon_call *call, void *user, const void *args, void *result) {
    const args_method_tcp_socket_set_receive_buffer_size *a = args;
    return wasi_sockets_tcp_method_tcp_socket_set_receive_buffer_size(
        call, user, a->self, a->value, result);
}

typedef struct args_method_tcp_socket_send_buffer_size {
    wasi_sockets_tcp_borrow_tcp_socket_t self;
} args_method_tcp_socket_send_buffer_size;
TENON_CHECK_SIZE(args_method_tcp_socket_send_buffer_size, 4, 4);

static tenon_status call_method_tcp_socket_send_buffer_size(
    tenon_call *call, void *user, const void *args, void *result) {
    const args_method_tcp_socket_send_buffer_size *a = args;
    return wasi_sockets_tcp_method_tcp_socket_send_buffer_size(
        call, user, a->self, result);
}

typedef struct args_method_tcp_socket_set_send_buffer_size {
    wasi_sockets_tcp_borrow_tcp_socket_t self;
    TENON_ALIGN8 uint64_t value;
} args_method_tcp_socket_set_send_buffer_size;
TENON_CHECK_OFFSET(args_method_tcp_socket_set_send_buffer_size, value, 8, 8);
TENON_CHECK_SIZE(args_method_tcp_socket_set_send_buffer_size, 16, 16);

static tenon_status call_method_tcp_socket_set_send_buffer_size(
    tenon_call *call, void *user, const void *args, void *result) {
    const args_method_tcp_socket_set_send_buffer_size *a = args;
    return wasi_sockets_tcp_method_tcp_socket_set_send_buffer_size(
        call, user, a->self, a->value, result);
}

typedef struct args_method_tcp_socket_subscribe {
    wasi_sockets_tcp_borrow_tcp_socket_t self;
} args_method_tcp_socket_subscribe;
TENON_CHECK_SIZE(args_method_tcp_socket_subscribe, 4, 4);

static tenon_status call_method_tcp_socket_subscribe(
    tenon_call *call, void *user, const void *args, void *result) {
    const args_method_tcp_socket_subscribe *a = args;
    return wasi_sockets_tcp_method_tcp_socket_subscribe(
        call, user, a->self, result);
}

typedef struct args_method_tcp_socket_shutdown {
    wasi_sockets_tcp_borrow_tcp_socket_t self;
    wasi_sockets_tcp_shutdown_type_t shutdown_type;
} args_method_tcp_socket_shutdown;
TENON_CHECK_OFFSET(args_method_tcp_socket_shutdown, shutdown_type, 4, 4);
TENON_CHECK_SIZE(args_method_tcp_socket_shutdown, 8, 8);

static tenon_status call_method_tcp_socket_shutdown(
    tenon_call *call, void *user, const void *args, void *result) {
    const args_method_tcp_socket_shutdown *a = args;
    return wasi_sockets_tcp_method_tcp_socket_shutdown(
        call, user, a->self, a->shutdown_type, result);
}

static const tenon_field params_method_tcp_socket_start_bind[] = {
    {"self", &type_borrow_tcp_socket},
    {"network", &type_borrow_network},
    {"local-address", &type_wasi_sockets_network_ip_socket_address},
};
static const tenon_field params_method_tcp_socket_finish_bind[] = {
    {"self", &type_borrow_tcp_socket},
};
static const tenon_field params_method_tcp_socket_start_connect[] = {
    {"self", &type_borrow_tcp_socket},
    {"network", &type_borrow_network},
    {"remote-address", &type_wasi_sockets_network_ip_socket_address},
};
static const tenon_field params_method_tcp_socket_finish_connect[] = {
    {"self", &type_borrow_tcp_socket},
};
static const tenon_field params_method_tcp_socket_start_listen[] = {
    {"self", &type_borrow_tcp_socket},
};
static const tenon_field params_method_tcp_socket_finish_listen[] = {
    {"self", &type_borrow_tcp_socket},
};
static const tenon_field params_method_tcp_socket_accept[] = {
    {"self", &type_borrow_tcp_socket},
};
static const tenon_field params_method_tcp_socket_local_address[] = {
    {"self", &type_borrow_tcp_socket},
};
static const tenon_field params_method_tcp_socket_remote_address[] = {
    {"self", &type_borrow_tcp_socket},
};
static const tenon_field params_method_tcp_socket_is_listening[] = {
    {"self", &type_borrow_tcp_socket},
};
static const tenon_field params_method_tcp_socket_address_family[] = {
    {"self", &type_borrow_tcp_socket},
};
static const tenon_field params_method_tcp_socket_set_listen_backlog_size[] = {
    {"self", &type_borrow_tcp_socket},
    {"value", &type_u64},
};
static const tenon_field params_method_tcp_socket_keep_alive_enabled[] = {
    {"self", &type_borrow_tcp_socket},
};
static const tenon_field params_method_tcp_socket_set_keep_alive_enabled[] = {
    {"self", &type_borrow_tcp_socket},
    {"value", &type_bool},
};
static const tenon_field params_method_tcp_socket_keep_alive_idle_time[] = {
    {"self", &type_borrow_tcp_socket},
};
static const tenon_field params_method_tcp_socket_set_keep_alive_idle_time[] = {
    {"self", &type_borrow_tcp_socket},
    {"value", &type_u64},
};
static const tenon_field params_method_tcp_socket_keep_alive_interval[] = {
    {"self", &type_borrow_tcp_socket},
};
static const tenon_field params_method_tcp_socket_set_keep_alive_interval[] = {
    {"self", &type_borrow_tcp_socket},
    {"value", &type_u64},
};
static const tenon_field params_method_tcp_socket_keep_alive_count[] = {
    {"self", &type_borrow_tcp_socket},
};
static const tenon_field params_method_tcp_socket_set_keep_alive_count[] = {
    {"self", &type_borrow_tcp_socket},
    {"value", &type_u32},
};
static const tenon_field params_method_tcp_socket_hop_limit[] = {
    {"self", &type_borrow_tcp_socket},
};
static const tenon_field params_method_tcp_socket_set_hop_limit[] = {
    {"self", &type_borrow_tcp_socket},
    {"value", &type_u8},
};
static const tenon_field params_method_tcp_socket_receive_buffer_size[] = {
    {"self", &type_borrow_tcp_socket},
};
static const tenon_field params_method_tcp_socket_set_receive_buffer_size[] = {
    {"self", &type_borrow_tcp_socket},
    {"value", &type_u64},
};
static const tenon_field params_method_tcp_socket_send_buffer_size[] = {
    {"self", &type_borrow_tcp_socket},
};
static const tenon_field params_method_tcp_socket_set_send_buffer_size[] = {
    {"self", &type_borrow_tcp_socket},
    {"value", &type_u64},
};
static const tenon_field params_method_tcp_socket_subscribe[] = {
    {"self", &type_borrow_tcp_socket},
};
static const tenon_field params_method_tcp_socket_shutdown[] = {
    {"self", &type_borrow_tcp_socket},
    {"shutdown-type", &type_shutdown_type},
};

static const tenon_host_func funcs[] = {
    {.name = "[method]tcp-socket.start-bind",
     .type = {.param_count = 3,
              .params = params_method_tcp_socket_start_bind,
              .result = &type_result_void_error_code},
     .fn = call_method_tcp_socket_start_bind},
    {.name = "[method]tcp-socket.finish-bind",
     .type = {.param_count = 1,
              .params = params_method_tcp_socket_finish_bind,
              .result = &type_result_void_error_code},
     .fn = call_method_tcp_socket_finish_bind},
    {.name = "[method]tcp-socket.start-connect",
     .type = {.param_count = 3,
              .params = params_method_tcp_socket_start_connect,
              .result = &type_result_void_error_code},
     .fn = call_method_tcp_socket_start_connect},
    {.name = "[method]tcp-socket.finish-connect",
     .type = {.param_count = 1,
              .params = params_method_tcp_socket_finish_connect,
              .result = &type_result_tuple2_own_input_stream_own_output_stream_error_code},
     .fn = call_method_tcp_socket_finish_connect},
    {.name = "[method]tcp-socket.start-listen",
     .type = {.param_count = 1,
              .params = params_method_tcp_socket_start_listen,
              .result = &type_result_void_error_code},
     .fn = call_method_tcp_socket_start_listen},
    {.name = "[method]tcp-socket.finish-listen",
     .type = {.param_count = 1,
              .params = params_method_tcp_socket_finish_listen,
              .result = &type_result_void_error_code},
     .fn = call_method_tcp_socket_finish_listen},
    {.name = "[method]tcp-socket.accept",
     .type = {.param_count = 1,
              .params = params_method_tcp_socket_accept,
              .result = &type_result_tuple3_own_tcp_socket_own_input_stream_own_output_stream_error_code},
     .fn = call_method_tcp_socket_accept},
    {.name = "[method]tcp-socket.local-address",
     .type = {.param_count = 1,
              .params = params_method_tcp_socket_local_address,
              .result = &type_result_ip_socket_address_error_code},
     .fn = call_method_tcp_socket_local_address},
    {.name = "[method]tcp-socket.remote-address",
     .type = {.param_count = 1,
              .params = params_method_tcp_socket_remote_address,
              .result = &type_result_ip_socket_address_error_code},
     .fn = call_method_tcp_socket_remote_address},
    {.name = "[method]tcp-socket.is-listening",
     .type = {.param_count = 1,
              .params = params_method_tcp_socket_is_listening,
              .result = &type_bool},
     .fn = call_method_tcp_socket_is_listening},
    {.name = "[method]tcp-socket.address-family",
     .type = {.param_count = 1,
              .params = params_method_tcp_socket_address_family,
              .result = &type_wasi_sockets_network_ip_address_family},
     .fn = call_method_tcp_socket_address_family},
    {.name = "[method]tcp-socket.set-listen-backlog-size",
     .type = {.param_count = 2,
              .params = params_method_tcp_socket_set_listen_backlog_size,
              .result = &type_result_void_error_code},
     .fn = call_method_tcp_socket_set_listen_backlog_size},
    {.name = "[method]tcp-socket.keep-alive-enabled",
     .type = {.param_count = 1,
              .params = params_method_tcp_socket_keep_alive_enabled,
              .result = &type_result_bool_error_code},
     .fn = call_method_tcp_socket_keep_alive_enabled},
    {.name = "[method]tcp-socket.set-keep-alive-enabled",
     .type = {.param_count = 2,
              .params = params_method_tcp_socket_set_keep_alive_enabled,
              .result = &type_result_void_error_code},
     .fn = call_method_tcp_socket_set_keep_alive_enabled},
    {.name = "[method]tcp-socket.keep-alive-idle-time",
     .type = {.param_count = 1,
              .params = params_method_tcp_socket_keep_alive_idle_time,
              .result = &type_result_duration_error_code},
     .fn = call_method_tcp_socket_keep_alive_idle_time},
    {.name = "[method]tcp-socket.set-keep-alive-idle-time",
     .type = {.param_count = 2,
              .params = params_method_tcp_socket_set_keep_alive_idle_time,
              .result = &type_result_void_error_code},
     .fn = call_method_tcp_socket_set_keep_alive_idle_time},
    {.name = "[method]tcp-socket.keep-alive-interval",
     .type = {.param_count = 1,
              .params = params_method_tcp_socket_keep_alive_interval,
              .result = &type_result_duration_error_code},
     .fn = call_method_tcp_socket_keep_alive_interval},
    {.name = "[method]tcp-socket.set-keep-alive-interval",
     .type = {.param_count = 2,
              .params = params_method_tcp_socket_set_keep_alive_interval,
              .result = &type_result_void_error_code},
     .fn = call_method_tcp_socket_set_keep_alive_interval},
    {.name = "[method]tcp-socket.keep-alive-count",
     .type = {.param_count = 1,
              .params = params_method_tcp_socket_keep_alive_count,
              .result = &type_result_u32_error_code},
     .fn = call_method_tcp_socket_keep_alive_count},
    {.name = "[method]tcp-socket.set-keep-alive-count",
     .type = {.param_count = 2,
              .params = params_method_tcp_socket_set_keep_alive_count,
              .result = &type_result_void_error_code},
     .fn = call_method_tcp_socket_set_keep_alive_count},
    {.name = "[method]tcp-socket.hop-limit",
     .type = {.param_count = 1,
              .params = params_method_tcp_socket_hop_limit,
              .result = &type_result_u8_error_code},
     .fn = call_method_tcp_socket_hop_limit},
    {.name = "[method]tcp-socket.set-hop-limit",
     .type = {.param_count = 2,
              .params = params_method_tcp_socket_set_hop_limit,
              .result = &type_result_void_error_code},
     .fn = call_method_tcp_socket_set_hop_limit},
    {.name = "[method]tcp-socket.receive-buffer-size",
     .type = {.param_count = 1,
              .params = params_method_tcp_socket_receive_buffer_size,
              .result = &type_result_u64_error_code},
     .fn = call_method_tcp_socket_receive_buffer_size},
    {.name = "[method]tcp-socket.set-receive-buffer-size",
     .type = {.param_count = 2,
              .params = params_method_tcp_socket_set_receive_buffer_size,
              .result = &type_result_void_error_code},
     .fn = call_method_tcp_socket_set_receive_buffer_size},
    {.name = "[method]tcp-socket.send-buffer-size",
     .type = {.param_count = 1,
              .params = params_method_tcp_socket_send_buffer_size,
              .result = &type_result_u64_error_code},
     .fn = call_method_tcp_socket_send_buffer_size},
    {.name = "[method]tcp-socket.set-send-buffer-size",
     .type = {.param_count = 2,
              .params = params_method_tcp_socket_set_send_buffer_size,
              .result = &type_result_void_error_code},
     .fn = call_method_tcp_socket_set_send_buffer_size},
    {.name = "[method]tcp-socket.subscribe",
     .type = {.param_count = 1,
              .params = params_method_tcp_socket_subscribe,
              .result = &type_own_pollable},
     .fn = call_method_tcp_socket_subscribe},
    {.name = "[method]tcp-socket.shutdown",
     .type = {.param_count = 2,
              .params = params_method_tcp_socket_shutdown,
              .result = &type_result_void_error_code},
     .fn = call_method_tcp_socket_shutdown},
};

static const tenon_host_resource resources[] = {
    {.name = "tcp-socket",
     .destructor = wasi_sockets_tcp_tcp_socket_destructor},
    {.name = "input-stream",
     .interface = "wasi:io/streams@0.2.12", .foreign_name = "input-stream"},
    {.name = "output-stream",
     .interface = "wasi:io/streams@0.2.12", .foreign_name = "output-stream"},
    {.name = "pollable",
     .interface = "wasi:io/poll@0.2.12", .foreign_name = "pollable"},
    {.name = "network",
     .interface = "wasi:sockets/network@0.2.12", .foreign_name = "network"},
};

static const tenon_host_type types[] = {
    {"duration", &type_u64},
    {"error-code", &type_wasi_sockets_network_error_code},
    {"ip-socket-address", &type_wasi_sockets_network_ip_socket_address},
    {"ip-address-family", &type_wasi_sockets_network_ip_address_family},
    {"shutdown-type", &type_shutdown_type},
};

const tenon_interface wasi_sockets_tcp_interface = {
    .name = "wasi:sockets/tcp@0.2.12",
    .funcs = funcs,
    .func_count = 28,
    .resources = resources,
    .resource_count = 5,
    .types = types,
    .type_count = 5,
};
