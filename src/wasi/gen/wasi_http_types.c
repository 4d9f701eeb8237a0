/* wasi_http_types.c: written by witgen, as its header. */
#include "wasi_http_types.h"

TENON_CHECK_SIZE(wasi_http_types_method_t, 12, 24);
TENON_CHECK_OFFSET(wasi_http_types_method_t, val, 4, 8);
TENON_CHECK_SIZE(wasi_http_types_scheme_t, 12, 24);
TENON_CHECK_OFFSET(wasi_http_types_scheme_t, val, 4, 8);
TENON_CHECK_SIZE(wasi_http_types_option_string_t, 12, 24);
TENON_CHECK_OFFSET(wasi_http_types_option_string_t, val, 4, 8);
TENON_CHECK_SIZE(wasi_http_types_option_u16_t, 4, 4);
TENON_CHECK_OFFSET(wasi_http_types_option_u16_t, val, 2, 2);
TENON_CHECK_SIZE(wasi_http_types_dns_error_payload_t, 16, 32);
TENON_CHECK_OFFSET(wasi_http_types_dns_error_payload_t, info_code, 12, 24);
TENON_CHECK_SIZE(wasi_http_types_option_u8_t, 2, 2);
TENON_CHECK_OFFSET(wasi_http_types_option_u8_t, val, 1, 1);
TENON_CHECK_SIZE(wasi_http_types_tls_alert_received_payload_t, 16, 32);
TENON_CHECK_OFFSET(wasi_http_types_tls_alert_received_payload_t, alert_message, 4, 8);
TENON_CHECK_SIZE(wasi_http_types_option_u64_t, 16, 16);
TENON_CHECK_OFFSET(wasi_http_types_option_u64_t, val, 8, 8);
TENON_CHECK_SIZE(wasi_http_types_option_u32_t, 8, 8);
TENON_CHECK_OFFSET(wasi_http_types_option_u32_t, val, 4, 4);
TENON_CHECK_SIZE(wasi_http_types_field_size_payload_t, 20, 32);
TENON_CHECK_OFFSET(wasi_http_types_field_size_payload_t, field_size, 12, 24);
TENON_CHECK_SIZE(wasi_http_types_option_field_size_payload_t, 24, 40);
TENON_CHECK_OFFSET(wasi_http_types_option_field_size_payload_t, val, 4, 8);
TENON_CHECK_SIZE(wasi_http_types_error_code_t, 32, 48);
TENON_CHECK_OFFSET(wasi_http_types_error_code_t, val, 8, 8);
TENON_CHECK_SIZE(wasi_http_types_header_error_t, 1, 1);
TENON_CHECK_SIZE(wasi_http_types_tuple2_field_name_field_value_t, 16, 32);
TENON_CHECK_OFFSET(wasi_http_types_tuple2_field_name_field_value_t, f1, 8, 16);
TENON_CHECK_SIZE(wasi_http_types_result_own_fields_header_error_t, 8, 8);
TENON_CHECK_OFFSET(wasi_http_types_result_own_fields_header_error_t, val, 4, 4);
TENON_CHECK_SIZE(wasi_http_types_result_void_header_error_t, 2, 2);
TENON_CHECK_OFFSET(wasi_http_types_result_void_header_error_t, val, 1, 1);
TENON_CHECK_SIZE(wasi_http_types_option_scheme_t, 16, 32);
TENON_CHECK_OFFSET(wasi_http_types_option_scheme_t, val, 4, 8);
TENON_CHECK_SIZE(wasi_http_types_result_own_incoming_body_void_t, 8, 8);
TENON_CHECK_OFFSET(wasi_http_types_result_own_incoming_body_void_t, val, 4, 4);
TENON_CHECK_SIZE(wasi_http_types_result_own_outgoing_body_void_t, 8, 8);
TENON_CHECK_OFFSET(wasi_http_types_result_own_outgoing_body_void_t, val, 4, 4);
TENON_CHECK_SIZE(wasi_http_types_result_void_void_t, 1, 1);
TENON_CHECK_SIZE(wasi_http_types_option_duration_t, 16, 16);
TENON_CHECK_OFFSET(wasi_http_types_option_duration_t, val, 8, 8);
TENON_CHECK_SIZE(wasi_http_types_result_void_error_code_t, 40, 56);
TENON_CHECK_OFFSET(wasi_http_types_result_void_error_code_t, val, 8, 8);
TENON_CHECK_SIZE(wasi_http_types_result_own_outgoing_response_error_code_t, 40, 56);
TENON_CHECK_OFFSET(wasi_http_types_result_own_outgoing_response_error_code_t, val,
    8, 8);
TENON_CHECK_SIZE(wasi_http_types_result_own_input_stream_void_t, 8, 8);
TENON_CHECK_OFFSET(wasi_http_types_result_own_input_stream_void_t, val, 4, 4);
TENON_CHECK_SIZE(wasi_http_types_option_own_trailers_t, 8, 8);
TENON_CHECK_OFFSET(wasi_http_types_option_own_trailers_t, val, 4, 4);
TENON_CHECK_SIZE(wasi_http_types_result_option_own_trailers_error_code_t, 40, 56);
TENON_CHECK_OFFSET(wasi_http_types_result_option_own_trailers_error_code_t, val,
    8, 8);
TENON_CHECK_SIZE(wasi_http_types_result_result_option_own_trailers_error_code_void_t,
    48, 64);
TENON_CHECK_OFFSET(wasi_http_types_result_result_option_own_trailers_error_code_void_t,
    val, 8, 8);
TENON_CHECK_SIZE(wasi_http_types_option_result_result_option_own_trailers_error_code_void_t,
    56, 72);
TENON_CHECK_OFFSET(wasi_http_types_option_result_result_option_own_trailers_error_code_void_t,
    val, 8, 8);
TENON_CHECK_SIZE(wasi_http_types_result_own_output_stream_void_t, 8, 8);
TENON_CHECK_OFFSET(wasi_http_types_result_own_output_stream_void_t, val, 4, 4);
TENON_CHECK_SIZE(wasi_http_types_result_own_incoming_response_error_code_t, 40, 56);
TENON_CHECK_OFFSET(wasi_http_types_result_own_incoming_response_error_code_t, val,
    8, 8);
TENON_CHECK_SIZE(wasi_http_types_result_result_own_incoming_response_error_code_void_t,
    48, 64);
TENON_CHECK_OFFSET(wasi_http_types_result_result_own_incoming_response_error_code_void_t,
    val, 8, 8);
TENON_CHECK_SIZE(wasi_http_types_option_result_result_own_incoming_response_error_code_void_t,
    56, 72);
TENON_CHECK_OFFSET(wasi_http_types_option_result_result_own_incoming_response_error_code_void_t,
    val, 8, 8);
TENON_CHECK_SIZE(wasi_http_types_option_error_code_t, 40, 56);
TENON_CHECK_OFFSET(wasi_http_types_option_error_code_t, val, 8, 8);

static const tenon_type type_own_input_stream = {.kind = TENON_TYPE_OWN, .resource = 11};
static const tenon_type type_own_output_stream = {.kind = TENON_TYPE_OWN, .resource = 12};
static const tenon_type type_borrow_io_error = {
    .kind = TENON_TYPE_BORROW,
    .resource = 13};
static const tenon_type type_own_pollable = {.kind = TENON_TYPE_OWN, .resource = 14};
static const tenon_type type_own_fields = {.kind = TENON_TYPE_OWN, .resource = 0};
static const tenon_type type_borrow_fields = {.kind = TENON_TYPE_BORROW, .resource = 0};
static const tenon_type type_own_headers = {.kind = TENON_TYPE_OWN, .resource = 0};
static const tenon_type type_own_trailers = {.kind = TENON_TYPE_OWN, .resource = 0};
static const tenon_type type_borrow_incoming_request = {
    .kind = TENON_TYPE_BORROW,
    .resource = 1};
static const tenon_type type_own_outgoing_request = {
    .kind = TENON_TYPE_OWN,
    .resource = 2};
static const tenon_type type_borrow_outgoing_request = {
    .kind = TENON_TYPE_BORROW,
    .resource = 2};
static const tenon_type type_own_request_options = {
    .kind = TENON_TYPE_OWN,
    .resource = 3};
static const tenon_type type_borrow_request_options = {
    .kind = TENON_TYPE_BORROW,
    .resource = 3};
static const tenon_type type_own_response_outparam = {
    .kind = TENON_TYPE_OWN,
    .resource = 4};
static const tenon_type type_borrow_response_outparam = {
    .kind = TENON_TYPE_BORROW,
    .resource = 4};
static const tenon_type type_own_incoming_response = {
    .kind = TENON_TYPE_OWN,
    .resource = 5};
static const tenon_type type_borrow_incoming_response = {
    .kind = TENON_TYPE_BORROW,
    .resource = 5};
static const tenon_type type_own_incoming_body = {.kind = TENON_TYPE_OWN, .resource = 6};
static const tenon_type type_borrow_incoming_body = {
    .kind = TENON_TYPE_BORROW,
    .resource = 6};
static const tenon_type type_own_future_trailers = {
    .kind = TENON_TYPE_OWN,
    .resource = 7};
static const tenon_type type_borrow_future_trailers = {
    .kind = TENON_TYPE_BORROW,
    .resource = 7};
static const tenon_type type_own_outgoing_response = {
    .kind = TENON_TYPE_OWN,
    .resource = 8};
static const tenon_type type_borrow_outgoing_response = {
    .kind = TENON_TYPE_BORROW,
    .resource = 8};
static const tenon_type type_own_outgoing_body = {.kind = TENON_TYPE_OWN, .resource = 9};
static const tenon_type type_borrow_outgoing_body = {
    .kind = TENON_TYPE_BORROW,
    .resource = 9};
static const tenon_type type_borrow_future_incoming_response = {
    .kind = TENON_TYPE_BORROW,
    .resource = 10};
static const tenon_type type_u64 = {.kind = TENON_TYPE_U64};
static const tenon_type type_string = {.kind = TENON_TYPE_STRING};
static const tenon_field fields_method[] = {
    {"get", NULL},
    {"head", NULL},
    {"post", NULL},
    {"put", NULL},
    {"delete", NULL},
    {"connect", NULL},
    {"options", NULL},
    {"trace", NULL},
    {"patch", NULL},
    {"other", &type_string},
};
static const tenon_type type_method = {
    .kind = TENON_TYPE_VARIANT,
    .count = 10,
    .fields = fields_method};
static const tenon_field fields_scheme[] = {
    {"HTTP", NULL},
    {"HTTPS", NULL},
    {"other", &type_string},
};
static const tenon_type type_scheme = {
    .kind = TENON_TYPE_VARIANT,
    .count = 3,
    .fields = fields_scheme};
static const tenon_type type_option_string = {
    .kind = TENON_TYPE_OPTION,
    .element = &type_string};
static const tenon_type type_u16 = {.kind = TENON_TYPE_U16};
static const tenon_type type_option_u16 = {
    .kind = TENON_TYPE_OPTION,
    .element = &type_u16};
static const tenon_field fields_dns_error_payload[] = {
    {"rcode", &type_option_string},
    {"info-code", &type_option_u16},
};
static const tenon_type type_dns_error_payload = {
    .kind = TENON_TYPE_RECORD,
    .count = 2,
    .fields = fields_dns_error_payload};
static const tenon_type type_u8 = {.kind = TENON_TYPE_U8};
static const tenon_type type_option_u8 = {.kind = TENON_TYPE_OPTION, .element = &type_u8};
static const tenon_field fields_tls_alert_received_payload[] = {
    {"alert-id", &type_option_u8},
    {"alert-message", &type_option_string},
};
static const tenon_type type_tls_alert_received_payload = {
    .kind = TENON_TYPE_RECORD,
    .count = 2,
    .fields = fields_tls_alert_received_payload};
static const tenon_type type_option_u64 = {
    .kind = TENON_TYPE_OPTION,
    .element = &type_u64};
static const tenon_type type_u32 = {.kind = TENON_TYPE_U32};
static const tenon_type type_option_u32 = {
    .kind = TENON_TYPE_OPTION,
    .element = &type_u32};
static const tenon_field fields_field_size_payload[] = {
    {"field-name", &type_option_string},
    {"field-size", &type_option_u32},
};
static const tenon_type type_field_size_payload = {
    .kind = TENON_TYPE_RECORD,
    .count = 2,
    .fields = fields_field_size_payload};
static const tenon_type type_option_field_size_payload = {
    .kind = TENON_TYPE_OPTION,
    .element = &type_field_size_payload};
static const tenon_field fields_error_code[] = {
    {"DNS-timeout", NULL},
    {"DNS-error", &type_dns_error_payload},
    {"destination-not-found", NULL},
    {"destination-unavailable", NULL},
    {"destination-IP-prohibited", NULL},
    {"destination-IP-unroutable", NULL},
    {"connection-refused", NULL},
    {"connection-terminated", NULL},
    {"connection-timeout", NULL},
    {"connection-read-timeout", NULL},
    {"connection-write-timeout", NULL},
    {"connection-limit-reached", NULL},
    {"TLS-protocol-error", NULL},
    {"TLS-certificate-error", NULL},
    {"TLS-alert-received", &type_tls_alert_received_payload},
    {"HTTP-request-denied", NULL},
    {"HTTP-request-length-required", NULL},
    {"HTTP-request-body-size", &type_option_u64},
    {"HTTP-request-method-invalid", NULL},
    {"HTTP-request-URI-invalid", NULL},
    {"HTTP-request-URI-too-long", NULL},
    {"HTTP-request-header-section-size", &type_option_u32},
    {"HTTP-request-header-size", &type_option_field_size_payload},
    {"HTTP-request-trailer-section-size", &type_option_u32},
    {"HTTP-request-trailer-size", &type_field_size_payload},
    {"HTTP-response-incomplete", NULL},
    {"HTTP-response-header-section-size", &type_option_u32},
    {"HTTP-response-header-size", &type_field_size_payload},
    {"HTTP-response-body-size", &type_option_u64},
    {"HTTP-response-trailer-section-size", &type_option_u32},
    {"HTTP-response-trailer-size", &type_field_size_payload},
    {"HTTP-response-transfer-coding", &type_option_string},
    {"HTTP-response-content-coding", &type_option_string},
    {"HTTP-response-timeout", NULL},
    {"HTTP-upgrade-failed", NULL},
    {"HTTP-protocol-error", NULL},
    {"loop-detected", NULL},
    {"configuration-error", NULL},
    {"internal-error", &type_option_string},
};
static const tenon_type type_error_code = {
    .kind = TENON_TYPE_VARIANT,
    .count = 39,
    .fields = fields_error_code};
static const tenon_field fields_header_error[] = {
    {"invalid-syntax", NULL},
    {"forbidden", NULL},
    {"immutable", NULL},
};
static const tenon_type type_header_error = {
    .kind = TENON_TYPE_VARIANT,
    .count = 3,
    .fields = fields_header_error};
static const tenon_type type_list_u8 = {.kind = TENON_TYPE_LIST, .element = &type_u8};
static const tenon_field fields_tuple2_field_name_field_value[] = {
    {NULL, &type_string},
    {NULL, &type_list_u8},
};
static const tenon_type type_tuple2_field_name_field_value = {
    .kind = TENON_TYPE_TUPLE,
    .count = 2,
    .fields = fields_tuple2_field_name_field_value};
static const tenon_type type_list_tuple2_field_name_field_value = {
    .kind = TENON_TYPE_LIST,
    .element = &type_tuple2_field_name_field_value};
static const tenon_type type_result_own_fields_header_error = {
    .kind = TENON_TYPE_RESULT,
    .element = &type_own_fields,
    .other = &type_header_error};
static const tenon_type type_list_field_value = {
    .kind = TENON_TYPE_LIST,
    .element = &type_list_u8};
static const tenon_type type_bool = {.kind = TENON_TYPE_BOOL};
static const tenon_type type_result_void_header_error = {
    .kind = TENON_TYPE_RESULT,
    .other = &type_header_error};
static const tenon_type type_option_scheme = {
    .kind = TENON_TYPE_OPTION,
    .element = &type_scheme};
static const tenon_type type_result_own_incoming_body_void = {
    .kind = TENON_TYPE_RESULT,
    .element = &type_own_incoming_body};
static const tenon_type type_result_own_outgoing_body_void = {
    .kind = TENON_TYPE_RESULT,
    .element = &type_own_outgoing_body};
static const tenon_type type_result_void_void = {.kind = TENON_TYPE_RESULT};
static const tenon_type type_option_duration = {
    .kind = TENON_TYPE_OPTION,
    .element = &type_u64};
static const tenon_type type_result_void_error_code = {
    .kind = TENON_TYPE_RESULT,
    .other = &type_error_code};
static const tenon_type type_result_own_outgoing_response_error_code = {
    .kind = TENON_TYPE_RESULT,
    .element = &type_own_outgoing_response,
    .other = &type_error_code};
static const tenon_type type_result_own_input_stream_void = {
    .kind = TENON_TYPE_RESULT,
    .element = &type_own_input_stream};
static const tenon_type type_option_own_trailers = {
    .kind = TENON_TYPE_OPTION,
    .element = &type_own_trailers};
static const tenon_type type_result_option_own_trailers_error_code = {
    .kind = TENON_TYPE_RESULT,
    .element = &type_option_own_trailers,
    .other = &type_error_code};
static const tenon_type type_result_result_option_own_trailers_error_code_void = {
    .kind = TENON_TYPE_RESULT,
    .element = &type_result_option_own_trailers_error_code};
static const tenon_type type_option_result_result_option_own_trailers_error_code_void = {
    .kind = TENON_TYPE_OPTION,
    .element = &type_result_result_option_own_trailers_error_code_void};
static const tenon_type type_result_own_output_stream_void = {
    .kind = TENON_TYPE_RESULT,
    .element = &type_own_output_stream};
static const tenon_type type_result_own_incoming_response_error_code = {
    .kind = TENON_TYPE_RESULT,
    .element = &type_own_incoming_response,
    .other = &type_error_code};
static const tenon_type type_result_result_own_incoming_response_error_code_void = {
    .kind = TENON_TYPE_RESULT,
    .element = &type_result_own_incoming_response_error_code};
static const tenon_type type_option_result_result_own_incoming_response_error_code_void = {
    .kind = TENON_TYPE_OPTION,
    .element = &type_result_result_own_incoming_response_error_code_void};
static const tenon_type type_option_error_code = {
    .kind = TENON_TYPE_OPTION,
    .element = &type_error_code};

static tenon_status call_constructor_fields(
    tenon_call *call, void *user, const void *args, void *result) {
    (void)args;
    return wasi_http_types_constructor_fields(
        call, user, result);
}

typedef struct args_static_fields_from_list {
    wasi_http_types_list_tuple2_field_name_field_value_t entries;
} args_static_fields_from_list;
TENON_CHECK_SIZE(args_static_fields_from_list, 8, 16);

static tenon_status call_static_fields_from_list(
    tenon_call *call, void *user, const void *args, void *result) {
    const args_static_fields_from_list *a = args;
    return wasi_http_types_static_fields_from_list(
        call, user, &a->entries, result);
}

typedef struct args_method_fields_get {
    wasi_http_types_borrow_fields_t self;
    wasi_http_types_field_name_t name;
} args_method_fields_get;
TENON_CHECK_OFFSET(args_method_fields_get, name, 4, 8);
TENON_CHECK_SIZE(args_method_fields_get, 12, 24);

static tenon_status call_method_fields_get(
    tenon_call *call, void *user, const void *args, void *result) {
    const args_method_fields_get *a = args;
    return wasi_http_types_method_fields_get(
        call, user, a->self, &a->name, result);
}

typedef struct args_method_fields_has {
    wasi_http_types_borrow_fields_t self;
    wasi_http_types_field_name_t name;
} args_method_fields_has;
TENON_CHECK_OFFSET(args_method_fields_has, name, 4, 8);
TENON_CHECK_SIZE(args_method_fields_has, 12, 24);

static tenon_status call_method_fields_has(
    tenon_call *call, void *user, const void *args, void *result) {
    const args_method_fields_has *a = args;
    return wasi_http_types_method_fields_has(
        call, user, a->self, &a->name, result);
}

typedef struct args_method_fields_set {
    wasi_http_types_borrow_fields_t self;
    wasi_http_types_field_name_t name;
    wasi_http_types_list_field_value_t value;
} args_method_fields_set;
TENON_CHECK_OFFSET(args_method_fields_set, value, 12, 24);
TENON_CHECK_SIZE(args_method_fields_set, 20, 40);

static tenon_status call_method_fields_set(
    tenon_call *call, void *user, const void *args, void *result) {
    const args_method_fields_set *a = args;
    return wasi_http_types_method_fields_set(
        call, user, a->self, &a->name, &a->value, result);
}

typedef struct args_method_fields_delete {
    wasi_http_types_borrow_fields_t self;
    wasi_http_types_field_name_t name;
} args_method_fields_delete;
TENON_CHECK_OFFSET(args_method_fields_delete, name, 4, 8);
TENON_CHECK_SIZE(args_method_fields_delete, 12, 24);

static tenon_status call_method_fields_delete(
    tenon_call *call, void *user, const void *args, void *result) {
    const args_method_fields_delete *a = args;
    return wasi_http_types_method_fields_delete(
        call, user, a->self, &a->name, result);
}

typedef struct args_method_fields_append {
    wasi_http_types_borrow_fields_t self;
    wasi_http_types_field_name_t name;
    wasi_http_types_field_value_t value;
} args_method_fields_append;
TENON_CHECK_OFFSET(args_method_fields_append, value, 12, 24);
TENON_CHECK_SIZE(args_method_fields_append, 20, 40);

static tenon_status call_method_fields_append(
    tenon_call *call, void *user, const void *args, void *result) {
    const args_method_fields_append *a = args;
    return wasi_http_types_method_fields_append(
        call, user, a->self, &a->name, &a->value, result);
}

typedef struct args_method_fields_entries {
    wasi_http_types_borrow_fields_t self;
} args_method_fields_entries;
TENON_CHECK_SIZE(args_method_fields_entries, 4, 4);

static tenon_status call_method_fields_entries(
    tenon_call *call, void *user, const void *args, void *result) {
    const args_method_fields_entries *a = args;
    return wasi_http_types_method_fields_entries(
        call, user, a->self, result);
}

typedef struct args_method_fields_clone {
    wasi_http_types_borrow_fields_t self;
} args_method_fields_clone;
TENON_CHECK_SIZE(args_method_fields_clone, 4, 4);

static tenon_status call_method_fields_clone(
    tenon_call *call, void *user, const void *args, void *result) {
    const args_method_fields_clone *a = args;
    return wasi_http_types_method_fields_clone(
        call, user, a->self, result);
}

typedef struct args_method_incoming_request_method {
    wasi_http_types_borrow_incoming_request_t self;
} args_method_incoming_request_method;
TENON_CHECK_SIZE(args_method_incoming_request_method, 4, 4);

static tenon_status call_method_incoming_request_method(
    tenon_call *call, void *user, const void *args, void *result) {
    const args_method_incoming_request_method *a = args;
    return wasi_http_types_method_incoming_request_method(
        call, user, a->self, result);
}

typedef struct args_method_incoming_request_path_with_query {
    wasi_http_types_borrow_incoming_request_t self;
} args_method_incoming_request_path_with_query;
TENON_CHECK_SIZE(args_method_incoming_request_path_with_query, 4, 4);

static tenon_status call_method_incoming_request_path_with_query(
    tenon_call *call, void *user, const void *args, void *result) {
    const args_method_incoming_request_path_with_query *a = args;
    return wasi_http_types_method_incoming_request_path_with_query(
        call, user, a->self, result);
}

typedef struct args_method_incoming_request_scheme {
    wasi_http_types_borrow_incoming_request_t self;
} args_method_incoming_request_scheme;
TENON_CHECK_SIZE(args_method_incoming_request_scheme, 4, 4);

static tenon_status call_method_incoming_request_scheme(
    tenon_call *call, void *user, const void *args, void *result) {
    const args_method_incoming_request_scheme *a = args;
    return wasi_http_types_method_incoming_request_scheme(
        call, user, a->self, result);
}

typedef struct args_method_incoming_request_authority {
    wasi_http_types_borrow_incoming_request_t self;
} args_method_incoming_request_authority;
TENON_CHECK_SIZE(args_method_incoming_request_authority, 4, 4);

static tenon_status call_method_incoming_request_authority(
    tenon_call *call, void *user, const void *args, void *result) {
    const args_method_incoming_request_authority *a = args;
    return wasi_http_types_method_incoming_request_authority(
        call, user, a->self, result);
}

typedef struct args_method_incoming_request_headers {
    wasi_http_types_borrow_incoming_request_t self;
} args_method_incoming_request_headers;
TENON_CHECK_SIZE(args_method_incoming_request_headers, 4, 4);

static tenon_status call_method_incoming_request_headers(
    tenon_call *call, void *user, const void *args, void *result) {
    const args_method_incoming_request_headers *a = args;
    return wasi_http_types_method_incoming_request_headers(
        call, user, a->self, result);
}

typedef struct args_method_incoming_request_consume {
    wasi_http_types_borrow_incoming_request_t self;
} args_method_incoming_request_consume;
TENON_CHECK_SIZE(args_method_incoming_request_consume, 4, 4);

static tenon_status call_method_incoming_request_consume(
    tenon_call *call, void *user, const void *args, void *result) {
    const args_method_incoming_request_consume *a = args;
    return wasi_http_types_method_incoming_request_consume(
        call, user, a->self, result);
}

typedef struct args_constructor_outgoing_request {
    wasi_http_types_own_headers_t headers;
} args_constructor_outgoing_request;
TENON_CHECK_SIZE(args_constructor_outgoing_request, 4, 4);

static tenon_status call_constructor_outgoing_request(
    tenon_call *call, void *user, const void *args, void *result) {
    const args_constructor_outgoing_request *a = args;
    return wasi_http_types_constructor_outgoing_request(
        call, user, a->headers, result);
}

typedef struct args_method_outgoing_request_body {
    wasi_http_types_borrow_outgoing_request_t self;
} args_method_outgoing_request_body;
TENON_CHECK_SIZE(args_method_outgoing_request_body, 4, 4);

static tenon_status call_method_outgoing_request_body(
    tenon_call *call, void *user, const void *args, void *result) {
    const args_method_outgoing_request_body *a = args;
    return wasi_http_types_method_outgoing_request_body(
        call, user, a->self, result);
}

typedef struct args_method_outgoing_request_method {
    wasi_http_types_borrow_outgoing_request_t self;
} args_method_outgoing_request_method;
TENON_CHECK_SIZE(args_method_outgoing_request_method, 4, 4);

static tenon_status call_method_outgoing_request_method(
    tenon_call *call, void *user, const void *args, void *result) {
    const args_method_outgoing_request_method *a = args;
    return wasi_http_types_method_outgoing_request_method(
        call, user, a->self, result);
}

typedef struct args_method_outgoing_request_set_method {
    wasi_http_types_borrow_outgoing_request_t self;
    wasi_http_types_method_t method;
} args_method_outgoing_request_set_method;
TENON_CHECK_OFFSET(args_method_outgoing_request_set_method, method, 4, 8);
TENON_CHECK_SIZE(args_method_outgoing_request_set_method, 16, 32);

static tenon_status call_method_outgoing_request_set_method(
    tenon_call *call, void *user, const void *args, void *result) {
    const args_method_outgoing_request_set_method *a = args;
    return wasi_http_types_method_outgoing_request_set_method(
        call, user, a->self, &a->method, result);
}

typedef struct args_method_outgoing_request_path_with_query {
    wasi_http_types_borrow_outgoing_request_t self;
} args_method_outgoing_request_path_with_query;
TENON_CHECK_SIZE(args_method_outgoing_request_path_with_query, 4, 4);

static tenon_status call_method_outgoing_request_path_with_query(
    tenon_call *call, void *user, const void *args, void *result) {
    const args_method_outgoing_request_path_with_query *a = args;
    return wasi_http_types_method_outgoing_request_path_with_query(
        call, user, a->self, result);
}

typedef struct args_method_outgoing_request_set_path_with_query {
    wasi_http_types_borrow_outgoing_request_t self;
    wasi_http_types_option_string_t path_with_query;
} args_method_outgoing_request_set_path_with_query;
TENON_CHECK_OFFSET(args_method_outgoing_request_set_path_with_query,
    path_with_query, 4, 8);
TENON_CHECK_SIZE(args_method_outgoing_request_set_path_with_query, 16, 32);

static tenon_status call_method_outgoing_request_set_path_with_query(
    tenon_call *call, void *user, const void *args, void *result) {
    const args_method_outgoing_request_set_path_with_query *a = args;
    return wasi_http_types_method_outgoing_request_set_path_with_query(
        call, user, a->self, &a->path_with_query, result);
}

typedef struct args_method_outgoing_request_scheme {
    wasi_http_types_borrow_outgoing_request_t self;
} args_method_outgoing_request_scheme;
TENON_CHECK_SIZE(args_method_outgoing_request_scheme, 4, 4);

static tenon_status call_method_outgoing_request_scheme(
    tenon_call *call, void *user, const void *args, void *result) {
    const args_method_outgoing_request_scheme *a = args;
    return wasi_http_types_method_outgoing_request_scheme(
        call, user, a->self, result);
}

typedef struct args_method_outgoing_request_set_scheme {
    wasi_http_types_borrow_outgoing_request_t self;
    wasi_http_types_option_scheme_t scheme;
} args_method_outgoing_request_set_scheme;
TENON_CHECK_OFFSET(args_method_outgoing_request_set_scheme, scheme, 4, 8);
TENON_CHECK_SIZE(args_method_outgoing_request_set_scheme, 20, 40);

static tenon_status call_method_outgoing_request_set_scheme(
    tenon_call *call, void *user, const void *args, void *result) {
    const args_method_outgoing_request_set_scheme *a = args;
    return wasi_http_types_method_outgoing_request_set_scheme(
        call, user, a->self, &a->scheme, result);
}

typedef struct args_method_outgoing_request_authority {
    wasi_http_types_borrow_outgoing_request_t self;
} args_method_outgoing_request_authority;
TENON_CHECK_SIZE(args_method_outgoing_request_authority, 4, 4);

static tenon_status call_method_outgoing_request_authority(
    tenon_call *call, void *user, const void *args, void *result) {
    const args_method_outgoing_request_authority *a = args;
    return wasi_http_types_method_outgoing_request_authority(
        call, user, a->self, result);
}

typedef struct args_method_outgoing_request_set_authority {
    wasi_http_types_borrow_outgoing_request_t self;
    wasi_http_types_option_string_t authority;
} args_method_outgoing_request_set_authority;
TENON_CHECK_OFFSET(args_method_outgoing_request_set_authority, authority, 4, 8);
TENON_CHECK_SIZE(args_method_outgoing_request_set_authority, 16, 32);

static tenon_status call_method_outgoing_request_set_authority(
    tenon_call *call, void *user, const void *args, void *result) {
    const args_method_outgoing_request_set_authority *a = args;
    return wasi_http_types_method_outgoing_request_set_authority(
        call, user, a->self, &a->authority, result);
}

typedef struct args_method_outgoing_request_headers {
    wasi_http_types_borrow_outgoing_request_t self;
} args_method_outgoing_request_headers;
TENON_CHECK_SIZE(args_method_outgoing_request_headers, 4, 4);

static tenon_status call_method_outgoing_request_headers(
    tenon_call *call, void *user, const void *args, void *result) {
    const args_method_outgoing_request_headers *a = args;
    return wasi_http_types_method_outgoing_request_headers(
        call, user, a->self, result);
}

static tenon_status call_constructor_request_options(
    tenon_call *call, void *user, const void *args, void *result) {
    (void)args;
    return wasi_http_types_constructor_request_options(
        call, user, result);
}

typedef struct args_method_request_options_connect_timeout {
    wasi_http_types_borrow_request_options_t self;
} args_method_request_options_connect_timeout;
TENON_CHECK_SIZE(args_method_request_options_connect_timeout, 4, 4);

static tenon_status call_method_request_options_connect_timeout(
    tenon_call *call, void *user, const void *args, void *result) {
    const args_method_request_options_connect_timeout *a = args;
    return wasi_http_types_method_request_options_connect_timeout(
        call, user, a->self, result);
}

typedef struct args_method_request_options_set_connect_timeout {
    wasi_http_types_borrow_request_options_t self;
    wasi_http_types_option_duration_t duration;
} args_method_request_options_set_connect_timeout;
TENON_CHECK_OFFSET(args_method_request_options_set_connect_timeout, duration, 8, 8);
TENON_CHECK_SIZE(args_method_request_options_set_connect_timeout, 24, 24);

static tenon_status call_method_request_options_set_connect_timeout(
    tenon_call *call, void *user, const void *args, void *result) {
    const args_method_request_options_set_connect_timeout *a = args;
    return wasi_http_types_method_request_options_set_connect_timeout(
        call, user, a->self, &a->duration, result);
}

typedef struct args_method_request_options_first_byte_timeout {
    wasi_http_types_borrow_request_options_t self;
} args_method_request_options_first_byte_timeout;
TENON_CHECK_SIZE(args_method_request_options_first_byte_timeout, 4, 4);

static tenon_status call_method_request_options_first_byte_timeout(
    tenon_call *call, void *user, const void *args, void *result) {
    const args_method_request_options_first_byte_timeout *a = args;
    return wasi_http_types_method_request_options_first_byte_timeout(
        call, user, a->self, result);
}

typedef struct args_method_request_options_set_first_byte_timeout {
    wasi_http_types_borrow_request_options_t self;
    wasi_http_types_option_duration_t duration;
} args_method_request_options_set_first_byte_timeout;
TENON_CHECK_OFFSET(args_method_request_options_set_first_byte_timeout, duration,
    8, 8);
TENON_CHECK_SIZE(args_method_request_options_set_first_byte_timeout, 24, 24);

static tenon_status call_method_request_options_set_first_byte_timeout(
    tenon_call *call, void *user, const void *args, void *result) {
    const args_method_request_options_set_first_byte_timeout *a = args;
    return wasi_http_types_method_request_options_set_first_byte_timeout(
        call, user, a->self, &a->duration, result);
}

typedef struct args_method_request_options_between_bytes_timeout {
    wasi_http_types_borrow_request_options_t self;
} args_method_request_options_between_bytes_timeout;
TENON_CHECK_SIZE(args_method_request_options_between_bytes_timeout, 4, 4);

static tenon_status call_method_request_options_between_bytes_timeout(
    tenon_call *call, void *user, const void *args, void *result) {
    const args_method_request_options_between_bytes_timeout *a = args;
    return wasi_http_types_method_request_options_between_bytes_timeout(
        call, user, a->self, result);
}

typedef struct args_method_request_options_set_between_bytes_timeout {
    wasi_http_types_borrow_request_options_t self;
    wasi_http_types_option_duration_t duration;
} args_method_request_options_set_between_bytes_timeout;
TENON_CHECK_OFFSET(args_method_request_options_set_between_bytes_timeout, duration,
    8, 8);
TENON_CHECK_SIZE(args_method_request_options_set_between_bytes_timeout, 24, 24);

static tenon_status call_method_request_options_set_between_bytes_timeout(
    tenon_call *call, void *user, const void *args, void *result) {
    const args_method_request_options_set_between_bytes_timeout *a = args;
    return wasi_http_types_method_request_options_set_between_bytes_timeout(
        call, user, a->self, &a->duration, result);
}

typedef struct args_method_response_outparam_send_informational {
    wasi_http_types_borrow_response_outparam_t self;
    uint16_t status;
    wasi_http_types_own_headers_t headers;
} args_method_response_outparam_send_informational;
TENON_CHECK_OFFSET(args_method_response_outparam_send_informational, headers, 8, 8);
TENON_CHECK_SIZE(args_method_response_outparam_send_informational, 12, 12);

static tenon_status call_method_response_outparam_send_informational(
    tenon_call *call, void *user, const void *args, void *result) {
    const args_method_response_outparam_send_informational *a = args;
    return wasi_http_types_method_response_outparam_send_informational(
        call, user, a->self, a->status, a->headers, result);
}

typedef struct args_static_response_outparam_set {
    wasi_http_types_own_response_outparam_t param;
    wasi_http_types_result_own_outgoing_response_error_code_t response;
} args_static_response_outparam_set;
TENON_CHECK_OFFSET(args_static_response_outparam_set, response, 8, 8);
TENON_CHECK_SIZE(args_static_response_outparam_set, 48, 64);

static tenon_status call_static_response_outparam_set(
    tenon_call *call, void *user, const void *args, void *result) {
    const args_static_response_outparam_set *a = args;
    (void)result;
    return wasi_http_types_static_response_outparam_set(
        call, user, a->param, &a->response);
}

typedef struct args_method_incoming_response_status {
    wasi_http_types_borrow_incoming_response_t self;
} args_method_incoming_response_status;
TENON_CHECK_SIZE(args_method_incoming_response_status, 4, 4);

static tenon_status call_method_incoming_response_status(
    tenon_call *call, void *user, const void *args, void *result) {
    const args_method_incoming_response_status *a = args;
    return wasi_http_types_method_incoming_response_status(
        call, user, a->self, result);
}

typedef struct args_method_incoming_response_headers {
    wasi_http_types_borrow_incoming_response_t self;
} args_method_incoming_response_headers;
TENON_CHECK_SIZE(args_method_incoming_response_headers, 4, 4);

static tenon_status call_method_incoming_response_headers(
    tenon_call *call, void *user, const void *args, void *result) {
    const args_method_incoming_response_headers *a = args;
    return wasi_http_types_method_incoming_response_headers(
        call, user, a->self, result);
}

typedef struct args_method_incoming_response_consume {
    wasi_http_types_borrow_incoming_response_t self;
} args_method_incoming_response_consume;
TENON_CHECK_SIZE(args_method_incoming_response_consume, 4, 4);

static tenon_status call_method_incoming_response_consume(
    tenon_call *call, void *user, const void *args, void *result) {
    const args_method_incoming_response_consume *a = args;
    return wasi_http_types_method_incoming_response_consume(
        call, user, a->self, result);
}

typedef struct args_method_incoming_body_stream {
    wasi_http_types_borrow_incoming_body_t self;
} args_method_incoming_body_stream;
TENON_CHECK_SIZE(args_method_incoming_body_stream, 4, 4);

static tenon_status call_method_incoming_body_stream(
    tenon_call *call, void *user, const void *args, void *result) {
    const args_method_incoming_body_stream *a = args;
    return wasi_http_types_method_incoming_body_stream(
        call, user, a->self, result);
}

typedef struct args_static_incoming_body_finish {
    wasi_http_types_own_incoming_body_t this_;
} args_static_incoming_body_finish;
TENON_CHECK_SIZE(args_static_incoming_body_finish, 4, 4);

static tenon_status call_static_incoming_body_finish(
    tenon_call *call, void *user, const void *args, void *result) {
    const args_static_incoming_body_finish *a = args;
    return wasi_http_types_static_incoming_body_finish(
        call, user, a->this_, result);
}

typedef struct args_method_future_trailers_subscribe {
    wasi_http_types_borrow_future_trailers_t self;
} args_method_future_trailers_subscribe;
TENON_CHECK_SIZE(args_method_future_trailers_subscribe, 4, 4);

static tenon_status call_method_future_trailers_subscribe(
    tenon_call *call, void *user, const void *args, void *result) {
    const args_method_future_trailers_subscribe *a = args;
    return wasi_http_types_method_future_trailers_subscribe(
        call, user, a->self, result);
}

typedef struct args_method_future_trailers_get {
    wasi_http_types_borrow_future_trailers_t self;
} args_method_future_trailers_get;
TENON_CHECK_SIZE(args_method_future_trailers_get, 4, 4);

static tenon_status call_method_future_trailers_get(
    tenon_call *call, void *user, const void *args, void *result) {
    const args_method_future_trailers_get *a = args;
    return wasi_http_types_method_future_trailers_get(
        call, user, a->self, result);
}

typedef struct args_constructor_outgoing_response {
    wasi_http_types_own_headers_t headers;
} args_constructor_outgoing_response;
TENON_CHECK_SIZE(args_constructor_outgoing_response, 4, 4);

static tenon_status call_constructor_outgoing_response(
    tenon_call *call, void *user, const void *args, void *result) {
    const args_constructor_outgoing_response *a = args;
    return wasi_http_types_constructor_outgoing_response(
        call, user, a->headers, result);
}

typedef struct args_method_outgoing_response_status_code {
    wasi_http_types_borrow_outgoing_response_t self;
} args_method_outgoing_response_status_code;
TENON_CHECK_SIZE(args_method_outgoing_response_status_code, 4, 4);

static tenon_status call_method_outgoing_response_status_code(
    tenon_call *call, void *user, const void *args, void *result) {
    const args_method_outgoing_response_status_code *a = args;
    return wasi_http_types_method_outgoing_response_status_code(
        call, user, a->self, result);
}

typedef struct args_method_outgoing_response_set_status_code {
    wasi_http_types_borrow_outgoing_response_t self;
    wasi_http_types_status_code_t status_code;
} args_method_outgoing_response_set_status_code;
TENON_CHECK_OFFSET(args_method_outgoing_response_set_status_code, status_code, 4, 4);
TENON_CHECK_SIZE(args_method_outgoing_response_set_status_code, 8, 8);

static tenon_status call_method_outgoing_response_set_status_code(
    tenon_call *call, void *user, const void *args, void *result) {
    const args_method_outgoing_response_set_status_code *a = args;
    return wasi_http_types_method_outgoing_response_set_status_code(
        call, user, a->self, a->status_code, result);
}

typedef struct args_method_outgoing_response_headers {
    wasi_http_types_borrow_outgoing_response_t self;
} args_method_outgoing_response_headers;
TENON_CHECK_SIZE(args_method_outgoing_response_headers, 4, 4);

static tenon_status call_method_outgoing_response_headers(
    tenon_call *call, void *user, const void *args, void *result) {
    const args_method_outgoing_response_headers *a = args;
    return wasi_http_types_method_outgoing_response_headers(
        call, user, a->self, result);
}

typedef struct args_method_outgoing_response_body {
    wasi_http_types_borrow_outgoing_response_t self;
} args_method_outgoing_response_body;
TENON_CHECK_SIZE(args_method_outgoing_response_body, 4, 4);

static tenon_status call_method_outgoing_response_body(
    tenon_call *call, void *user, const void *args, void *result) {
    const args_method_outgoing_response_body *a = args;
    return wasi_http_types_method_outgoing_response_body(
        call, user, a->self, result);
}

typedef struct args_method_outgoing_body_write {
    wasi_http_types_borrow_outgoing_body_t self;
} args_method_outgoing_body_write;
TENON_CHECK_SIZE(args_method_outgoing_body_write, 4, 4);

static tenon_status call_method_outgoing_body_write(
    tenon_call *call, void *user, const void *args, void *result) {
    const args_method_outgoing_body_write *a = args;
    return wasi_http_types_method_outgoing_body_write(
        call, user, a->self, result);
}

typedef struct args_static_outgoing_body_finish {
    wasi_http_types_own_outgoing_body_t this_;
    wasi_http_types_option_own_trailers_t trailers;
} args_static_outgoing_body_finish;
TENON_CHECK_OFFSET(args_static_outgoing_body_finish, trailers, 4, 4);
TENON_CHECK_SIZE(args_static_outgoing_body_finish, 12, 12);

static tenon_status call_static_outgoing_body_finish(
    tenon_call *call, void *user, const void *args, void *result) {
    const args_static_outgoing_body_finish *a = args;
    return wasi_http_types_static_outgoing_body_finish(
        call, user, a->this_, &a->trailers, result);
}

typedef struct args_method_future_incoming_response_subscribe {
    wasi_http_types_borrow_future_incoming_response_t self;
} args_method_future_incoming_response_subscribe;
TENON_CHECK_SIZE(args_method_future_incoming_response_subscribe, 4, 4);

static tenon_status call_method_future_incoming_response_subscribe(
    tenon_call *call, void *user, const void *args, void *result) {
    const args_method_future_incoming_response_subscribe *a = args;
    return wasi_http_types_method_future_incoming_response_subscribe(
        call, user, a->self, result);
}

typedef struct args_method_future_incoming_response_get {
    wasi_http_types_borrow_future_incoming_response_t self;
} args_method_future_incoming_response_get;
TENON_CHECK_SIZE(args_method_future_incoming_response_get, 4, 4);

static tenon_status call_method_future_incoming_response_get(
    tenon_call *call, void *user, const void *args, void *result) {
    const args_method_future_incoming_response_get *a = args;
    return wasi_http_types_method_future_incoming_response_get(
        call, user, a->self, result);
}

typedef struct args_http_error_code {
    wasi_http_types_borrow_io_error_t err_;
} args_http_error_code;
TENON_CHECK_SIZE(args_http_error_code, 4, 4);

static tenon_status call_http_error_code(
    tenon_call *call, void *user, const void *args, void *result) {
    const args_http_error_code *a = args;
    return wasi_http_types_http_error_code(
        call, user, a->err_, result);
}

static const tenon_field params_static_fields_from_list[] = {
    {"entries", &type_list_tuple2_field_name_field_value},
};
static const tenon_field params_method_fields_get[] = {
    {"self", &type_borrow_fields},
    {"name", &type_string},
};
static const tenon_field params_method_fields_has[] = {
    {"self", &type_borrow_fields},
    {"name", &type_string},
};
static const tenon_field params_method_fields_set[] = {
    {"self", &type_borrow_fields},
    {"name", &type_string},
    {"value", &type_list_field_value},
};
static const tenon_field params_method_fields_delete[] = {
    {"self", &type_borrow_fields},
    {"name", &type_string},
};
static const tenon_field params_method_fields_append[] = {
    {"self", &type_borrow_fields},
    {"name", &type_string},
    {"value", &type_list_u8},
};
static const tenon_field params_method_fields_entries[] = {
    {"self", &type_borrow_fields},
};
static const tenon_field params_method_fields_clone[] = {
    {"self", &type_borrow_fields},
};
static const tenon_field params_method_incoming_request_method[] = {
    {"self", &type_borrow_incoming_request},
};
static const tenon_field params_method_incoming_request_path_with_query[] = {
    {"self", &type_borrow_incoming_request},
};
static const tenon_field params_method_incoming_request_scheme[] = {
    {"self", &type_borrow_incoming_request},
};
static const tenon_field params_method_incoming_request_authority[] = {
    {"self", &type_borrow_incoming_request},
};
static const tenon_field params_method_incoming_request_headers[] = {
    {"self", &type_borrow_incoming_request},
};
static const tenon_field params_method_incoming_request_consume[] = {
    {"self", &type_borrow_incoming_request},
};
static const tenon_field params_constructor_outgoing_request[] = {
    {"headers", &type_own_headers},
};
static const tenon_field params_method_outgoing_request_body[] = {
    {"self", &type_borrow_outgoing_request},
};
static const tenon_field params_method_outgoing_request_method[] = {
    {"self", &type_borrow_outgoing_request},
};
static const tenon_field params_method_outgoing_request_set_method[] = {
    {"self", &type_borrow_outgoing_request},
    {"method", &type_method},
};
static const tenon_field params_method_outgoing_request_path_with_query[] = {
    {"self", &type_borrow_outgoing_request},
};
static const tenon_field params_method_outgoing_request_set_path_with_query[] = {
    {"self", &type_borrow_outgoing_request},
    {"path-with-query", &type_option_string},
};
static const tenon_field params_method_outgoing_request_scheme[] = {
    {"self", &type_borrow_outgoing_request},
};
static const tenon_field params_method_outgoing_request_set_scheme[] = {
    {"self", &type_borrow_outgoing_request},
    {"scheme", &type_option_scheme},
};
static const tenon_field params_method_outgoing_request_authority[] = {
    {"self", &type_borrow_outgoing_request},
};
static const tenon_field params_method_outgoing_request_set_authority[] = {
    {"self", &type_borrow_outgoing_request},
    {"authority", &type_option_string},
};
static const tenon_field params_method_outgoing_request_headers[] = {
    {"self", &type_borrow_outgoing_request},
};
static const tenon_field params_method_request_options_connect_timeout[] = {
    {"self", &type_borrow_request_options},
};
static const tenon_field params_method_request_options_set_connect_timeout[] = {
    {"self", &type_borrow_request_options},
    {"duration", &type_option_duration},
};
static const tenon_field params_method_request_options_first_byte_timeout[] = {
    {"self", &type_borrow_request_options},
};
static const tenon_field params_method_request_options_set_first_byte_timeout[] = {
    {"self", &type_borrow_request_options},
    {"duration", &type_option_duration},
};
static const tenon_field params_method_request_options_between_bytes_timeout[] = {
    {"self", &type_borrow_request_options},
};
static const tenon_field params_method_request_options_set_between_bytes_timeout[] = {
    {"self", &type_borrow_request_options},
    {"duration", &type_option_duration},
};
static const tenon_field params_method_response_outparam_send_informational[] = {
    {"self", &type_borrow_response_outparam},
    {"status", &type_u16},
    {"headers", &type_own_headers},
};
static const tenon_field params_static_response_outparam_set[] = {
    {"param", &type_own_response_outparam},
    {"response", &type_result_own_outgoing_response_error_code},
};
static const tenon_field params_method_incoming_response_status[] = {
    {"self", &type_borrow_incoming_response},
};
static const tenon_field params_method_incoming_response_headers[] = {
    {"self", &type_borrow_incoming_response},
};
static const tenon_field params_method_incoming_response_consume[] = {
    {"self", &type_borrow_incoming_response},
};
static const tenon_field params_method_incoming_body_stream[] = {
    {"self", &type_borrow_incoming_body},
};
static const tenon_field params_static_incoming_body_finish[] = {
    {"this", &type_own_incoming_body},
};
static const tenon_field params_method_future_trailers_subscribe[] = {
    {"self", &type_borrow_future_trailers},
};
static const tenon_field params_method_future_trailers_get[] = {
    {"self", &type_borrow_future_trailers},
};
static const tenon_field params_constructor_outgoing_response[] = {
    {"headers", &type_own_headers},
};
static const tenon_field params_method_outgoing_response_status_code[] = {
    {"self", &type_borrow_outgoing_response},
};
static const tenon_field params_method_outgoing_response_set_status_code[] = {
    {"self", &type_borrow_outgoing_response},
    {"status-code", &type_u16},
};
static const tenon_field params_method_outgoing_response_headers[] = {
    {"self", &type_borrow_outgoing_response},
};
static const tenon_field params_method_outgoing_response_body[] = {
    {"self", &type_borrow_outgoing_response},
};
static const tenon_field params_method_outgoing_body_write[] = {
    {"self", &type_borrow_outgoing_body},
};
static const tenon_field params_static_outgoing_body_finish[] = {
    {"this", &type_own_outgoing_body},
    {"trailers", &type_option_own_trailers},
};
static const tenon_field params_method_future_incoming_response_subscribe[] = {
    {"self", &type_borrow_future_incoming_response},
};
static const tenon_field params_method_future_incoming_response_get[] = {
    {"self", &type_borrow_future_incoming_response},
};
static const tenon_field params_http_error_code[] = {
    {"err", &type_borrow_io_error},
};

static const tenon_host_func funcs[] = {
    {.name = "[constructor]fields",
     .type = {.result = &type_own_fields},
     .fn = call_constructor_fields},
    {.name = "[static]fields.from-list",
     .type = {.param_count = 1,
              .params = params_static_fields_from_list,
              .result = &type_result_own_fields_header_error},
     .fn = call_static_fields_from_list},
    {.name = "[method]fields.get",
     .type = {.param_count = 2,
              .params = params_method_fields_get,
              .result = &type_list_field_value},
     .fn = call_method_fields_get},
    {.name = "[method]fields.has",
     .type = {.param_count = 2,
              .params = params_method_fields_has,
              .result = &type_bool},
     .fn = call_method_fields_has},
    {.name = "[method]fields.set",
     .type = {.param_count = 3,
              .params = params_method_fields_set,
              .result = &type_result_void_header_error},
     .fn = call_method_fields_set},
    {.name = "[method]fields.delete",
     .type = {.param_count = 2,
              .params = params_method_fields_delete,
              .result = &type_result_void_header_error},
     .fn = call_method_fields_delete},
    {.name = "[method]fields.append",
     .type = {.param_count = 3,
              .params = params_method_fields_append,
              .result = &type_result_void_header_error},
     .fn = call_method_fields_append},
    {.name = "[method]fields.entries",
     .type = {.param_count = 1,
              .params = params_method_fields_entries,
              .result = &type_list_tuple2_field_name_field_value},
     .fn = call_method_fields_entries},
    {.name = "[method]fields.clone",
     .type = {.param_count = 1,
              .params = params_method_fields_clone,
              .result = &type_own_fields},
     .fn = call_method_fields_clone},
    {.name = "[method]incoming-request.method",
     .type = {.param_count = 1,
              .params = params_method_incoming_request_method,
              .result = &type_method},
     .fn = call_method_incoming_request_method},
    {.name = "[method]incoming-request.path-with-query",
     .type = {.param_count = 1,
              .params = params_method_incoming_request_path_with_query,
              .result = &type_option_string},
     .fn = call_method_incoming_request_path_with_query},
    {.name = "[method]incoming-request.scheme",
     .type = {.param_count = 1,
              .params = params_method_incoming_request_scheme,
              .result = &type_option_scheme},
     .fn = call_method_incoming_request_scheme},
    {.name = "[method]incoming-request.authority",
     .type = {.param_count = 1,
              .params = params_method_incoming_request_authority,
              .result = &type_option_string},
     .fn = call_method_incoming_request_authority},
    {.name = "[method]incoming-request.headers",
     .type = {.param_count = 1,
              .params = params_method_incoming_request_headers,
              .result = &type_own_headers},
     .fn = call_method_incoming_request_headers},
    {.name = "[method]incoming-request.consume",
     .type = {.param_count = 1,
              .params = params_method_incoming_request_consume,
              .result = &type_result_own_incoming_body_void},
     .fn = call_method_incoming_request_consume},
    {.name = "[constructor]outgoing-request",
     .type = {.param_count = 1,
              .params = params_constructor_outgoing_request,
              .result = &type_own_outgoing_request},
     .fn = call_constructor_outgoing_request},
    {.name = "[method]outgoing-request.body",
     .type = {.param_count = 1,
              .params = params_method_outgoing_request_body,
              .result = &type_result_own_outgoing_body_void},
     .fn = call_method_outgoing_request_body},
    {.name = "[method]outgoing-request.method",
     .type = {.param_count = 1,
              .params = params_method_outgoing_request_method,
              .result = &type_method},
     .fn = call_method_outgoing_request_method},
    {.name = "[method]outgoing-request.set-method",
     .type = {.param_count = 2,
              .params = params_method_outgoing_request_set_method,
              .result = &type_result_void_void},
     .fn = call_method_outgoing_request_set_method},
    {.name = "[method]outgoing-request.path-with-query",
     .type = {.param_count = 1,
              .params = params_method_outgoing_request_path_with_query,
              .result = &type_option_string},
     .fn = call_method_outgoing_request_path_with_query},
    {.name = "[method]outgoing-request.set-path-with-query",
     .type = {.param_count = 2,
              .params = params_method_outgoing_request_set_path_with_query,
              .result = &type_result_void_void},
     .fn = call_method_outgoing_request_set_path_with_query},
    {.name = "[method]outgoing-request.scheme",
     .type = {.param_count = 1,
              .params = params_method_outgoing_request_scheme,
              .result = &type_option_scheme},
     .fn = call_method_outgoing_request_scheme},
    {.name = "[method]outgoing-request.set-scheme",
     .type = {.param_count = 2,
              .params = params_method_outgoing_request_set_scheme,
              .result = &type_result_void_void},
     .fn = call_method_outgoing_request_set_scheme},
    {.name = "[method]outgoing-request.authority",
     .type = {.param_count = 1,
              .params = params_method_outgoing_request_authority,
              .result = &type_option_string},
     .fn = call_method_outgoing_request_authority},
    {.name = "[method]outgoing-request.set-authority",
     .type = {.param_count = 2,
              .params = params_method_outgoing_request_set_authority,
              .result = &type_result_void_void},
     .fn = call_method_outgoing_request_set_authority},
    {.name = "[method]outgoing-request.headers",
     .type = {.param_count = 1,
              .params = params_method_outgoing_request_headers,
              .result = &type_own_headers},
     .fn = call_method_outgoing_request_headers},
    {.name = "[constructor]request-options",
     .type = {.result = &type_own_request_options},
     .fn = call_constructor_request_options},
    {.name = "[method]request-options.connect-timeout",
     .type = {.param_count = 1,
              .params = params_method_request_options_connect_timeout,
              .result = &type_option_duration},
     .fn = call_method_request_options_connect_timeout},
    {.name = "[method]request-options.set-connect-timeout",
     .type = {.param_count = 2,
              .params = params_method_request_options_set_connect_timeout,
              .result = &type_result_void_void},
     .fn = call_method_request_options_set_connect_timeout},
    {.name = "[method]request-options.first-byte-timeout",
     .type = {.param_count = 1,
              .params = params_method_request_options_first_byte_timeout,
              .result = &type_option_duration},
     .fn = call_method_request_options_first_byte_timeout},
    {.name = "[method]request-options.set-first-byte-timeout",
     .type = {.param_count = 2,
              .params = params_method_request_options_set_first_byte_timeout,
              .result = &type_result_void_void},
     .fn = call_method_request_options_set_first_byte_timeout},
    {.name = "[method]request-options.between-bytes-timeout",
     .type = {.param_count = 1,
              .params = params_method_request_options_between_bytes_timeout,
              .result = &type_option_duration},
     .fn = call_method_request_options_between_bytes_timeout},
    {.name = "[method]request-options.set-between-bytes-timeout",
     .type = {.param_count = 2,
              .params = params_method_request_options_set_between_bytes_timeout,
              .result = &type_result_void_void},
     .fn = call_method_request_options_set_between_bytes_timeout},
    {.name = "[method]response-outparam.send-informational",
     .type = {.param_count = 3,
              .params = params_method_response_outparam_send_informational,
              .result = &type_result_void_error_code},
     .fn = call_method_response_outparam_send_informational},
    {.name = "[static]response-outparam.set",
     .type = {.param_count = 2,
              .params = params_static_response_outparam_set},
     .fn = call_static_response_outparam_set},
    {.name = "[method]incoming-response.status",
     .type = {.param_count = 1,
              .params = params_method_incoming_response_status,
              .result = &type_u16},
     .fn = call_method_incoming_response_status},
    {.name = "[method]incoming-response.headers",
     .type = {.param_count = 1,
              .params = params_method_incoming_response_headers,
              .result = &type_own_headers},
     .fn = call_method_incoming_response_headers},
    {.name = "[method]incoming-response.consume",
     .type = {.param_count = 1,
              .params = params_method_incoming_response_consume,
              .result = &type_result_own_incoming_body_void},
     .fn = call_method_incoming_response_consume},
    {.name = "[method]incoming-body.stream",
     .type = {.param_count = 1,
              .params = params_method_incoming_body_stream,
              .result = &type_result_own_input_stream_void},
     .fn = call_method_incoming_body_stream},
    {.name = "[static]incoming-body.finish",
     .type = {.param_count = 1,
              .params = params_static_incoming_body_finish,
              .result = &type_own_future_trailers},
     .fn = call_static_incoming_body_finish},
    {.name = "[method]future-trailers.subscribe",
     .type = {.param_count = 1,
              .params = params_method_future_trailers_subscribe,
              .result = &type_own_pollable},
     .fn = call_method_future_trailers_subscribe},
    {.name = "[method]future-trailers.get",
     .type = {.param_count = 1,
              .params = params_method_future_trailers_get,
              .result = &type_option_result_result_option_own_trailers_error_code_void},
     .fn = call_method_future_trailers_get},
    {.name = "[constructor]outgoing-response",
     .type = {.param_count = 1,
              .params = params_constructor_outgoing_response,
              .result = &type_own_outgoing_response},
     .fn = call_constructor_outgoing_response},
    {.name = "[method]outgoing-response.status-code",
     .type = {.param_count = 1,
              .params = params_method_outgoing_response_status_code,
              .result = &type_u16},
     .fn = call_method_outgoing_response_status_code},
    {.name = "[method]outgoing-response.set-status-code",
     .type = {.param_count = 2,
              .params = params_method_outgoing_response_set_status_code,
              .result = &type_result_void_void},
     .fn = call_method_outgoing_response_set_status_code},
    {.name = "[method]outgoing-response.headers",
     .type = {.param_count = 1,
              .params = params_method_outgoing_response_headers,
              .result = &type_own_headers},
     .fn = call_method_outgoing_response_headers},
    {.name = "[method]outgoing-response.body",
     .type = {.param_count = 1,
              .params = params_method_outgoing_response_body,
              .result = &type_result_own_outgoing_body_void},
     .fn = call_method_outgoing_response_body},
    {.name = "[method]outgoing-body.write",
     .type = {.param_count = 1,
              .params = params_method_outgoing_body_write,
              .result = &type_result_own_output_stream_void},
     .fn = call_method_outgoing_body_write},
    {.name = "[static]outgoing-body.finish",
     .type = {.param_count = 2,
              .params = params_static_outgoing_body_finish,
              .result = &type_result_void_error_code},
     .fn = call_static_outgoing_body_finish},
    {.name = "[method]future-incoming-response.subscribe",
     .type = {.param_count = 1,
              .params = params_method_future_incoming_response_subscribe,
              .result = &type_own_pollable},
     .fn = call_method_future_incoming_response_subscribe},
    {.name = "[method]future-incoming-response.get",
     .type = {.param_count = 1,
              .params = params_method_future_incoming_response_get,
              .result = &type_option_result_result_own_incoming_response_error_code_void},
     .fn = call_method_future_incoming_response_get},
    {.name = "http-error-code",
     .type = {.param_count = 1,
              .params = params_http_error_code,
              .result = &type_option_error_code},
     .fn = call_http_error_code},
};

static const tenon_host_resource resources[] = {
    {.name = "fields",
     .destructor = wasi_http_types_fields_destructor},
    {.name = "incoming-request",
     .destructor = wasi_http_types_incoming_request_destructor},
    {.name = "outgoing-request",
     .destructor = wasi_http_types_outgoing_request_destructor},
    {.name = "request-options",
     .destructor = wasi_http_types_request_options_destructor},
    {.name = "response-outparam",
     .destructor = wasi_http_types_response_outparam_destructor},
    {.name = "incoming-response",
     .destructor = wasi_http_types_incoming_response_destructor},
    {.name = "incoming-body",
     .destructor = wasi_http_types_incoming_body_destructor},
    {.name = "future-trailers",
     .destructor = wasi_http_types_future_trailers_destructor},
    {.name = "outgoing-response",
     .destructor = wasi_http_types_outgoing_response_destructor},
    {.name = "outgoing-body",
     .destructor = wasi_http_types_outgoing_body_destructor},
    {.name = "future-incoming-response",
     .destructor = wasi_http_types_future_incoming_response_destructor},
    {.name = "input-stream",
     .interface = "wasi:io/streams@0.2.12", .foreign_name = "input-stream"},
    {.name = "output-stream",
     .interface = "wasi:io/streams@0.2.12", .foreign_name = "output-stream"},
    {.name = "io-error",
     .interface = "wasi:io/error@0.2.12", .foreign_name = "error"},
    {.name = "pollable",
     .interface = "wasi:io/poll@0.2.12", .foreign_name = "pollable"},
    {.name = "headers",
     .interface = "wasi:http/types@0.2.12", .foreign_name = "fields"},
    {.name = "trailers",
     .interface = "wasi:http/types@0.2.12", .foreign_name = "fields"},
};

static const tenon_host_type types[] = {
    {"duration", &type_u64},
    {"method", &type_method},
    {"scheme", &type_scheme},
    {"error-code", &type_error_code},
    {"DNS-error-payload", &type_dns_error_payload},
    {"TLS-alert-received-payload", &type_tls_alert_received_payload},
    {"field-size-payload", &type_field_size_payload},
    {"header-error", &type_header_error},
    {"field-name", &type_string},
    {"field-key", &type_string},
    {"field-value", &type_list_u8},
    {"status-code", &type_u16},
};

const tenon_interface wasi_http_types_interface = {
    .name = "wasi:http/types@0.2.12",
    .funcs = funcs,
    .func_count = 52,
    .resources = resources,
    .resource_count = 17,
    .types = types,
    .type_count = 12,
};
