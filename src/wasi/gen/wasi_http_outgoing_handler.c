/* wasi_http_outgoing_handler.c: written by witgen, as its header. */
#include "wasi_http_outgoing_handler.h"

TENON_CHECK_SIZE(wasi_http_outgoing_handler_option_own_request_options_t, 8, 8);
TENON_CHECK_OFFSET(wasi_http_outgoing_handler_option_own_request_options_t, val,
    4, 4);
TENON_CHECK_SIZE(wasi_http_outgoing_handler_result_own_future_incoming_response_error_code_t,
    40, 56);
TENON_CHECK_OFFSET(wasi_http_outgoing_handler_result_own_future_incoming_response_error_code_t,
    val, 8, 8);

static const tenon_type type_own_outgoing_request = {
    .kind = TENON_TYPE_OWN,
    .resource = 0};
static const tenon_type type_own_request_options = {
    .kind = TENON_TYPE_OWN,
    .resource = 1};
static const tenon_type type_own_future_incoming_response = {
    .kind = TENON_TYPE_OWN,
    .resource = 2};
static const tenon_type type_string = {.kind = TENON_TYPE_STRING};
static const tenon_type type_wasi_http_types_option_string = {
    .kind = TENON_TYPE_OPTION,
    .element = &type_string};
static const tenon_type type_u16 = {.kind = TENON_TYPE_U16};
static const tenon_type type_wasi_http_types_option_u16 = {
    .kind = TENON_TYPE_OPTION,
    .element = &type_u16};
static const tenon_field fields_wasi_http_types_dns_error_payload[] = {
    {"rcode", &type_wasi_http_types_option_string},
    {"info-code", &type_wasi_http_types_option_u16},
};
static const tenon_type type_wasi_http_types_dns_error_payload = {
    .kind = TENON_TYPE_RECORD,
    .count = 2,
    .fields = fields_wasi_http_types_dns_error_payload};
static const tenon_type type_u8 = {.kind = TENON_TYPE_U8};
static const tenon_type type_wasi_http_types_option_u8 = {
    .kind = TENON_TYPE_OPTION,
    .element = &type_u8};
static const tenon_field fields_wasi_http_types_tls_alert_received_payload[] = {
    {"alert-id", &type_wasi_http_types_option_u8},
    {"alert-message", &type_wasi_http_types_option_string},
};
static const tenon_type type_wasi_http_types_tls_alert_received_payload = {
    .kind = TENON_TYPE_RECORD,
    .count = 2,
    .fields = fields_wasi_http_types_tls_alert_received_payload};
static const tenon_type type_u64 = {.kind = TENON_TYPE_U64};
static const tenon_type type_wasi_http_types_option_u64 = {
    .kind = TENON_TYPE_OPTION,
    .element = &type_u64};
static const tenon_type type_u32 = {.kind = TENON_TYPE_U32};
static const tenon_type type_wasi_http_types_option_u32 = {
    .kind = TENON_TYPE_OPTION,
    .element = &type_u32};
static const tenon_field fields_wasi_http_types_field_size_payload[] = {
    {"field-name", &type_wasi_http_types_option_string},
    {"field-size", &type_wasi_http_types_option_u32},
};
static const tenon_type type_wasi_http_types_field_size_payload = {
    .kind = TENON_TYPE_RECORD,
    .count = 2,
    .fields = fields_wasi_http_types_field_size_payload};
static const tenon_type type_wasi_http_types_option_field_size_payload = {
    .kind = TENON_TYPE_OPTION,
    .element = &type_wasi_http_types_field_size_payload};
static const tenon_field fields_wasi_http_types_error_code[] = {
    {"DNS-timeout", NULL},
    {"DNS-error", &type_wasi_http_types_dns_error_payload},
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
    {"TLS-alert-received", &type_wasi_http_types_tls_alert_received_payload},
    {"HTTP-request-denied", NULL},
    {"HTTP-request-length-required", NULL},
    {"HTTP-request-body-size", &type_wasi_http_types_option_u64},
    {"HTTP-request-method-invalid", NULL},
    {"HTTP-request-URI-invalid", NULL},
    {"HTTP-request-URI-too-long", NULL},
    {"HTTP-request-header-section-size", &type_wasi_http_types_option_u32},
    {"HTTP-request-header-size", &type_wasi_http_types_option_field_size_payload},
    {"HTTP-request-trailer-section-size", &type_wasi_http_types_option_u32},
    {"HTTP-request-trailer-size", &type_wasi_http_types_field_size_payload},
    {"HTTP-response-incomplete", NULL},
    {"HTTP-response-header-section-size", &type_wasi_http_types_option_u32},
    {"HTTP-response-header-size", &type_wasi_http_types_field_size_payload},
    {"HTTP-response-body-size", &type_wasi_http_types_option_u64},
    {"HTTP-response-trailer-section-size", &type_wasi_http_types_option_u32},
    {"HTTP-response-trailer-size", &type_wasi_http_types_field_size_payload},
    {"HTTP-response-transfer-coding", &type_wasi_http_types_option_string},
    {"HTTP-response-content-coding", &type_wasi_http_types_option_string},
    {"HTTP-response-timeout", NULL},
    {"HTTP-upgrade-failed", NULL},
    {"HTTP-protocol-error", NULL},
    {"loop-detected", NULL},
    {"configuration-error", NULL},
    {"internal-error", &type_wasi_http_types_option_string},
};
static const tenon_type type_wasi_http_types_error_code = {
    .kind = TENON_TYPE_VARIANT,
    .count = 39,
    .fields = fields_wasi_http_types_error_code};
static const tenon_type type_option_own_request_options = {
    .kind = TENON_TYPE_OPTION,
    .element = &type_own_request_options};
static const tenon_type type_result_own_future_incoming_response_error_code = {
    .kind = TENON_TYPE_RESULT,
    .element = &type_own_future_incoming_response,
    .other = &type_wasi_http_types_error_code};

typedef struct args_handle {
    wasi_http_outgoing_handler_own_outgoing_request_t request;
    wasi_http_outgoing_handler_option_own_request_options_t options;
} args_handle;
TENON_CHECK_OFFSET(args_handle, options, 4, 4);
TENON_CHECK_SIZE(args_handle, 12, 12);

static tenon_status call_handle(
    tenon_call *call, void *user, const void *args, void *result) {
    const args_handle *a = args;
    return wasi_http_outgoing_handler_handle(
        call, user, a->request, &a->options, result);
}

static const tenon_field params_handle[] = {
    {"request", &type_own_outgoing_request},
    {"options", &type_option_own_request_options},
};

static const tenon_host_func funcs[] = {
    {.name = "handle",
     .type = {.param_count = 2,
              .params = params_handle,
              .result = &type_result_own_future_incoming_response_error_code},
     .fn = call_handle},
};

static const tenon_host_resource resources[] = {
    {.name = "outgoing-request",
     .interface = "wasi:http/types@0.2.12", .foreign_name = "outgoing-request"},
    {.name = "request-options",
     .interface = "wasi:http/types@0.2.12", .foreign_name = "request-options"},
    {.name = "future-incoming-response",
     .interface = "wasi:http/types@0.2.12", .foreign_name = "future-incoming-response"},
};

static const tenon_host_type types[] = {
    {"error-code", &type_wasi_http_types_error_code},
};

const tenon_interface wasi_http_outgoing_handler_interface = {
    .name = "wasi:http/outgoing-handler@0.2.12",
    .funcs = funcs,
    .func_count = 1,
    .resources = resources,
    .resource_count = 3,
    .types = types,
    .type_count = 1,
};
