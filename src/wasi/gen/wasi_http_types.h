/* wasi:http/types: written by witgen; edit the WIT, not this. */
/* Requests, responses, and what they are made of. */
#ifndef WASI_HTTP_TYPES_H
#define WASI_HTTP_TYPES_H

#include "tenon/host.h"
#include "wasi_clocks_monotonic_clock.h"
#include "wasi_io_streams.h"
#include "wasi_io_error.h"
#include "wasi_io_poll.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef wasi_io_streams_own_input_stream_t wasi_http_types_own_input_stream_t;
typedef wasi_io_streams_borrow_input_stream_t wasi_http_types_borrow_input_stream_t;

typedef wasi_io_streams_own_output_stream_t wasi_http_types_own_output_stream_t;
typedef wasi_io_streams_borrow_output_stream_t wasi_http_types_borrow_output_stream_t;

typedef wasi_io_error_own_error_t wasi_http_types_own_io_error_t;
typedef wasi_io_error_borrow_error_t wasi_http_types_borrow_io_error_t;

typedef wasi_io_poll_own_pollable_t wasi_http_types_own_pollable_t;
typedef wasi_io_poll_borrow_pollable_t wasi_http_types_borrow_pollable_t;

/* Header fields, or trailers, in order; a name may be there several times. */
typedef struct wasi_http_types_own_fields_t {
    uint32_t handle;
} wasi_http_types_own_fields_t;
typedef struct wasi_http_types_borrow_fields_t {
    uint32_t handle;
} wasi_http_types_borrow_fields_t;

/* Fields before a body. */
typedef wasi_http_types_own_fields_t wasi_http_types_own_headers_t;
typedef wasi_http_types_borrow_fields_t wasi_http_types_borrow_headers_t;

/* Fields after a body. */
typedef wasi_http_types_own_fields_t wasi_http_types_own_trailers_t;
typedef wasi_http_types_borrow_fields_t wasi_http_types_borrow_trailers_t;

/* A request that came. */
typedef struct wasi_http_types_own_incoming_request_t {
    uint32_t handle;
} wasi_http_types_own_incoming_request_t;
typedef struct wasi_http_types_borrow_incoming_request_t {
    uint32_t handle;
} wasi_http_types_borrow_incoming_request_t;

/* A request to send. */
typedef struct wasi_http_types_own_outgoing_request_t {
    uint32_t handle;
} wasi_http_types_own_outgoing_request_t;
typedef struct wasi_http_types_borrow_outgoing_request_t {
    uint32_t handle;
} wasi_http_types_borrow_outgoing_request_t;

/* How long to wait; none: the host chooses. */
typedef struct wasi_http_types_own_request_options_t {
    uint32_t handle;
} wasi_http_types_own_request_options_t;
typedef struct wasi_http_types_borrow_request_options_t {
    uint32_t handle;
} wasi_http_types_borrow_request_options_t;

/* Where the response to a request goes. */
typedef struct wasi_http_types_own_response_outparam_t {
    uint32_t handle;
} wasi_http_types_own_response_outparam_t;
typedef struct wasi_http_types_borrow_response_outparam_t {
    uint32_t handle;
} wasi_http_types_borrow_response_outparam_t;

/* A response that came. */
typedef struct wasi_http_types_own_incoming_response_t {
    uint32_t handle;
} wasi_http_types_own_incoming_response_t;
typedef struct wasi_http_types_borrow_incoming_response_t {
    uint32_t handle;
} wasi_http_types_borrow_incoming_response_t;

/* A body that is being received. */
typedef struct wasi_http_types_own_incoming_body_t {
    uint32_t handle;
} wasi_http_types_own_incoming_body_t;
typedef struct wasi_http_types_borrow_incoming_body_t {
    uint32_t handle;
} wasi_http_types_borrow_incoming_body_t;

/* Trailers that are to come. */
typedef struct wasi_http_types_own_future_trailers_t {
    uint32_t handle;
} wasi_http_types_own_future_trailers_t;
typedef struct wasi_http_types_borrow_future_trailers_t {
    uint32_t handle;
} wasi_http_types_borrow_future_trailers_t;

/* A response to send. */
typedef struct wasi_http_types_own_outgoing_response_t {
    uint32_t handle;
} wasi_http_types_own_outgoing_response_t;
typedef struct wasi_http_types_borrow_outgoing_response_t {
    uint32_t handle;
} wasi_http_types_borrow_outgoing_response_t;

/* A body that is being sent. */
typedef struct wasi_http_types_own_outgoing_body_t {
    uint32_t handle;
} wasi_http_types_own_outgoing_body_t;
typedef struct wasi_http_types_borrow_outgoing_body_t {
    uint32_t handle;
} wasi_http_types_borrow_outgoing_body_t;

/* A response that is to come. */
typedef struct wasi_http_types_own_future_incoming_response_t {
    uint32_t handle;
} wasi_http_types_own_future_incoming_response_t;
typedef struct wasi_http_types_borrow_future_incoming_response_t {
    uint32_t handle;
} wasi_http_types_borrow_future_incoming_response_t;

typedef wasi_clocks_monotonic_clock_duration_t wasi_http_types_duration_t;

/* A request method. */
typedef struct wasi_http_types_method_t {
    uint8_t tag;
    union {
        tenon_string other;
    } val;
} wasi_http_types_method_t;
#define WASI_HTTP_TYPES_METHOD_GET 0
#define WASI_HTTP_TYPES_METHOD_HEAD 1
#define WASI_HTTP_TYPES_METHOD_POST 2
#define WASI_HTTP_TYPES_METHOD_PUT 3
#define WASI_HTTP_TYPES_METHOD_DELETE 4
#define WASI_HTTP_TYPES_METHOD_CONNECT 5
#define WASI_HTTP_TYPES_METHOD_OPTIONS 6
#define WASI_HTTP_TYPES_METHOD_TRACE 7
#define WASI_HTTP_TYPES_METHOD_PATCH 8
#define WASI_HTTP_TYPES_METHOD_OTHER 9

/* A URI scheme. */
typedef struct wasi_http_types_scheme_t {
    uint8_t tag;
    union {
        tenon_string other;
    } val;
} wasi_http_types_scheme_t;
#define WASI_HTTP_TYPES_SCHEME_HTTP 0
#define WASI_HTTP_TYPES_SCHEME_HTTPS 1
#define WASI_HTTP_TYPES_SCHEME_OTHER 2

typedef struct wasi_http_types_option_string_t {
    bool is_some;
    tenon_string val;
} wasi_http_types_option_string_t;

typedef struct wasi_http_types_option_u16_t {
    bool is_some;
    uint16_t val;
} wasi_http_types_option_u16_t;

/* What DNS said. */
typedef struct wasi_http_types_dns_error_payload_t {
    wasi_http_types_option_string_t rcode;
    wasi_http_types_option_u16_t info_code;
} wasi_http_types_dns_error_payload_t;

typedef struct wasi_http_types_option_u8_t {
    bool is_some;
    uint8_t val;
} wasi_http_types_option_u8_t;

/* The alert that TLS gave. */
typedef struct wasi_http_types_tls_alert_received_payload_t {
    wasi_http_types_option_u8_t alert_id;
    wasi_http_types_option_string_t alert_message;
} wasi_http_types_tls_alert_received_payload_t;

typedef struct wasi_http_types_option_u64_t {
    bool is_some;
    TENON_ALIGN8 uint64_t val;
} wasi_http_types_option_u64_t;

typedef struct wasi_http_types_option_u32_t {
    bool is_some;
    uint32_t val;
} wasi_http_types_option_u32_t;

/* Which field was too large. */
typedef struct wasi_http_types_field_size_payload_t {
    wasi_http_types_option_string_t field_name;
    wasi_http_types_option_u32_t field_size;
} wasi_http_types_field_size_payload_t;

typedef struct wasi_http_types_option_field_size_payload_t {
    bool is_some;
    wasi_http_types_field_size_payload_t val;
} wasi_http_types_option_field_size_payload_t;

/* Why a request got no response (IANA: HTTP Proxy Error Types). */
typedef struct wasi_http_types_error_code_t {
    uint8_t tag;
    union {
        wasi_http_types_dns_error_payload_t dns_error;
        wasi_http_types_tls_alert_received_payload_t tls_alert_received;
        wasi_http_types_option_u64_t http_request_body_size;
        wasi_http_types_option_u32_t http_request_header_section_size;
        wasi_http_types_option_field_size_payload_t http_request_header_size;
        wasi_http_types_option_u32_t http_request_trailer_section_size;
        wasi_http_types_field_size_payload_t http_request_trailer_size;
        wasi_http_types_option_u32_t http_response_header_section_size;
        wasi_http_types_field_size_payload_t http_response_header_size;
        wasi_http_types_option_u64_t http_response_body_size;
        wasi_http_types_option_u32_t http_response_trailer_section_size;
        wasi_http_types_field_size_payload_t http_response_trailer_size;
        wasi_http_types_option_string_t http_response_transfer_coding;
        wasi_http_types_option_string_t http_response_content_coding;
        wasi_http_types_option_string_t internal_error;
    } val;
} wasi_http_types_error_code_t;
#define WASI_HTTP_TYPES_ERROR_CODE_DNS_TIMEOUT 0
#define WASI_HTTP_TYPES_ERROR_CODE_DNS_ERROR 1
#define WASI_HTTP_TYPES_ERROR_CODE_DESTINATION_NOT_FOUND 2
#define WASI_HTTP_TYPES_ERROR_CODE_DESTINATION_UNAVAILABLE 3
#define WASI_HTTP_TYPES_ERROR_CODE_DESTINATION_IP_PROHIBITED 4
#define WASI_HTTP_TYPES_ERROR_CODE_DESTINATION_IP_UNROUTABLE 5
#define WASI_HTTP_TYPES_ERROR_CODE_CONNECTION_REFUSED 6
#define WASI_HTTP_TYPES_ERROR_CODE_CONNECTION_TERMINATED 7
#define WASI_HTTP_TYPES_ERROR_CODE_CONNECTION_TIMEOUT 8
#define WASI_HTTP_TYPES_ERROR_CODE_CONNECTION_READ_TIMEOUT 9
#define WASI_HTTP_TYPES_ERROR_CODE_CONNECTION_WRITE_TIMEOUT 10
#define WASI_HTTP_TYPES_ERROR_CODE_CONNECTION_LIMIT_REACHED 11
#define WASI_HTTP_TYPES_ERROR_CODE_TLS_PROTOCOL_ERROR 12
#define WASI_HTTP_TYPES_ERROR_CODE_TLS_CERTIFICATE_ERROR 13
#define WASI_HTTP_TYPES_ERROR_CODE_TLS_ALERT_RECEIVED 14
#define WASI_HTTP_TYPES_ERROR_CODE_HTTP_REQUEST_DENIED 15
#define WASI_HTTP_TYPES_ERROR_CODE_HTTP_REQUEST_LENGTH_REQUIRED 16
#define WASI_HTTP_TYPES_ERROR_CODE_HTTP_REQUEST_BODY_SIZE 17
#define WASI_HTTP_TYPES_ERROR_CODE_HTTP_REQUEST_METHOD_INVALID 18
#define WASI_HTTP_TYPES_ERROR_CODE_HTTP_REQUEST_URI_INVALID 19
#define WASI_HTTP_TYPES_ERROR_CODE_HTTP_REQUEST_URI_TOO_LONG 20
#define WASI_HTTP_TYPES_ERROR_CODE_HTTP_REQUEST_HEADER_SECTION_SIZE 21
#define WASI_HTTP_TYPES_ERROR_CODE_HTTP_REQUEST_HEADER_SIZE 22
#define WASI_HTTP_TYPES_ERROR_CODE_HTTP_REQUEST_TRAILER_SECTION_SIZE 23
#define WASI_HTTP_TYPES_ERROR_CODE_HTTP_REQUEST_TRAILER_SIZE 24
#define WASI_HTTP_TYPES_ERROR_CODE_HTTP_RESPONSE_INCOMPLETE 25
#define WASI_HTTP_TYPES_ERROR_CODE_HTTP_RESPONSE_HEADER_SECTION_SIZE 26
#define WASI_HTTP_TYPES_ERROR_CODE_HTTP_RESPONSE_HEADER_SIZE 27
#define WASI_HTTP_TYPES_ERROR_CODE_HTTP_RESPONSE_BODY_SIZE 28
#define WASI_HTTP_TYPES_ERROR_CODE_HTTP_RESPONSE_TRAILER_SECTION_SIZE 29
#define WASI_HTTP_TYPES_ERROR_CODE_HTTP_RESPONSE_TRAILER_SIZE 30
#define WASI_HTTP_TYPES_ERROR_CODE_HTTP_RESPONSE_TRANSFER_CODING 31
#define WASI_HTTP_TYPES_ERROR_CODE_HTTP_RESPONSE_CONTENT_CODING 32
#define WASI_HTTP_TYPES_ERROR_CODE_HTTP_RESPONSE_TIMEOUT 33
#define WASI_HTTP_TYPES_ERROR_CODE_HTTP_UPGRADE_FAILED 34
#define WASI_HTTP_TYPES_ERROR_CODE_HTTP_PROTOCOL_ERROR 35
#define WASI_HTTP_TYPES_ERROR_CODE_LOOP_DETECTED 36
#define WASI_HTTP_TYPES_ERROR_CODE_CONFIGURATION_ERROR 37
#define WASI_HTTP_TYPES_ERROR_CODE_INTERNAL_ERROR 38

/* Why fields could not be changed. */
typedef struct wasi_http_types_header_error_t {
    uint8_t tag;
} wasi_http_types_header_error_t;
/* A name or value is not well formed. */
#define WASI_HTTP_TYPES_HEADER_ERROR_INVALID_SYNTAX 0
/* The host does not let that field be set. */
#define WASI_HTTP_TYPES_HEADER_ERROR_FORBIDDEN 1
/* The fields cannot be changed any more. */
#define WASI_HTTP_TYPES_HEADER_ERROR_IMMUTABLE 2

/* The former name of field-name. */
typedef tenon_string wasi_http_types_field_key_t;

/* The name of a field, without regard to letter case. */
typedef wasi_http_types_field_key_t wasi_http_types_field_name_t;

typedef struct wasi_http_types_list_u8_t {
    uint8_t *ptr;
    size_t len;
} wasi_http_types_list_u8_t;

/* The value of a field: bytes, which are mostly ASCII. */
typedef wasi_http_types_list_u8_t wasi_http_types_field_value_t;

/* An HTTP status. */
typedef uint16_t wasi_http_types_status_code_t;

typedef struct wasi_http_types_tuple2_field_name_field_value_t {
    wasi_http_types_field_name_t f0;
    wasi_http_types_field_value_t f1;
} wasi_http_types_tuple2_field_name_field_value_t;

typedef struct wasi_http_types_list_tuple2_field_name_field_value_t {
    wasi_http_types_tuple2_field_name_field_value_t *ptr;
    size_t len;
} wasi_http_types_list_tuple2_field_name_field_value_t;

typedef struct wasi_http_types_result_own_fields_header_error_t {
    bool is_err;
    union {
        wasi_http_types_own_fields_t ok;
        wasi_http_types_header_error_t err;
    } val;
} wasi_http_types_result_own_fields_header_error_t;

typedef struct wasi_http_types_list_field_value_t {
    wasi_http_types_field_value_t *ptr;
    size_t len;
} wasi_http_types_list_field_value_t;

typedef struct wasi_http_types_result_void_header_error_t {
    bool is_err;
    union {
        wasi_http_types_header_error_t err;
    } val;
} wasi_http_types_result_void_header_error_t;

typedef struct wasi_http_types_option_scheme_t {
    bool is_some;
    wasi_http_types_scheme_t val;
} wasi_http_types_option_scheme_t;

typedef struct wasi_http_types_result_own_incoming_body_void_t {
    bool is_err;
    union {
        wasi_http_types_own_incoming_body_t ok;
    } val;
} wasi_http_types_result_own_incoming_body_void_t;

typedef struct wasi_http_types_result_own_outgoing_body_void_t {
    bool is_err;
    union {
        wasi_http_types_own_outgoing_body_t ok;
    } val;
} wasi_http_types_result_own_outgoing_body_void_t;

typedef struct wasi_http_types_result_void_void_t {
    bool is_err;
} wasi_http_types_result_void_void_t;

typedef struct wasi_http_types_option_duration_t {
    bool is_some;
    TENON_ALIGN8 wasi_http_types_duration_t val;
} wasi_http_types_option_duration_t;

typedef struct wasi_http_types_result_void_error_code_t {
    bool is_err;
    union {
        wasi_http_types_error_code_t err;
    } val;
} wasi_http_types_result_void_error_code_t;

typedef struct wasi_http_types_result_own_outgoing_response_error_code_t {
    bool is_err;
    union {
        wasi_http_types_own_outgoing_response_t ok;
        wasi_http_types_error_code_t err;
    } val;
} wasi_http_types_result_own_outgoing_response_error_code_t;

typedef struct wasi_http_types_result_own_input_stream_void_t {
    bool is_err;
    union {
        wasi_http_types_own_input_stream_t ok;
    } val;
} wasi_http_types_result_own_input_stream_void_t;

typedef struct wasi_http_types_option_own_trailers_t {
    bool is_some;
    wasi_http_types_own_trailers_t val;
} wasi_http_types_option_own_trailers_t;

typedef struct wasi_http_types_result_option_own_trailers_error_code_t {
    bool is_err;
    union {
        wasi_http_types_option_own_trailers_t ok;
        wasi_http_types_error_code_t err;
    } val;
} wasi_http_types_result_option_own_trailers_error_code_t;

typedef struct wasi_http_types_result_result_option_own_trailers_error_code_void_t {
    bool is_err;
    union {
        wasi_http_types_result_option_own_trailers_error_code_t ok;
    } val;
} wasi_http_types_result_result_option_own_trailers_error_code_void_t;

typedef struct wasi_http_types_option_result_result_option_own_trailers_error_code_void_t {
    bool is_some;
    wasi_http_types_result_result_option_own_trailers_error_code_void_t val;
} wasi_http_types_option_result_result_option_own_trailers_error_code_void_t;

typedef struct wasi_http_types_result_own_output_stream_void_t {
    bool is_err;
    union {
        wasi_http_types_own_output_stream_t ok;
    } val;
} wasi_http_types_result_own_output_stream_void_t;

typedef struct wasi_http_types_result_own_incoming_response_error_code_t {
    bool is_err;
    union {
        wasi_http_types_own_incoming_response_t ok;
        wasi_http_types_error_code_t err;
    } val;
} wasi_http_types_result_own_incoming_response_error_code_t;

typedef struct wasi_http_types_result_result_own_incoming_response_error_code_void_t {
    bool is_err;
    union {
        wasi_http_types_result_own_incoming_response_error_code_t ok;
    } val;
} wasi_http_types_result_result_own_incoming_response_error_code_void_t;

typedef struct wasi_http_types_option_result_result_own_incoming_response_error_code_void_t {
    bool is_some;
    wasi_http_types_result_result_own_incoming_response_error_code_void_t val;
} wasi_http_types_option_result_result_own_incoming_response_error_code_void_t;

typedef struct wasi_http_types_option_error_code_t {
    bool is_some;
    wasi_http_types_error_code_t val;
} wasi_http_types_option_error_code_t;

/* Numbers of the resources, for tenon_resource_new. */
#define WASI_HTTP_TYPES_RESOURCE_FIELDS 0
#define WASI_HTTP_TYPES_RESOURCE_INCOMING_REQUEST 1
#define WASI_HTTP_TYPES_RESOURCE_OUTGOING_REQUEST 2
#define WASI_HTTP_TYPES_RESOURCE_REQUEST_OPTIONS 3
#define WASI_HTTP_TYPES_RESOURCE_RESPONSE_OUTPARAM 4
#define WASI_HTTP_TYPES_RESOURCE_INCOMING_RESPONSE 5
#define WASI_HTTP_TYPES_RESOURCE_INCOMING_BODY 6
#define WASI_HTTP_TYPES_RESOURCE_FUTURE_TRAILERS 7
#define WASI_HTTP_TYPES_RESOURCE_OUTGOING_RESPONSE 8
#define WASI_HTTP_TYPES_RESOURCE_OUTGOING_BODY 9
#define WASI_HTTP_TYPES_RESOURCE_FUTURE_INCOMING_RESPONSE 10
#define WASI_HTTP_TYPES_RESOURCE_INPUT_STREAM 11
#define WASI_HTTP_TYPES_RESOURCE_OUTPUT_STREAM 12
#define WASI_HTTP_TYPES_RESOURCE_IO_ERROR 13
#define WASI_HTTP_TYPES_RESOURCE_POLLABLE 14
#define WASI_HTTP_TYPES_RESOURCE_HEADERS 15
#define WASI_HTTP_TYPES_RESOURCE_TRAILERS 16

void wasi_http_types_fields_destructor(void *user, void *rep);

void wasi_http_types_incoming_request_destructor(void *user, void *rep);

void wasi_http_types_outgoing_request_destructor(void *user, void *rep);

void wasi_http_types_request_options_destructor(void *user, void *rep);

void wasi_http_types_response_outparam_destructor(void *user, void *rep);

void wasi_http_types_incoming_response_destructor(void *user, void *rep);

void wasi_http_types_incoming_body_destructor(void *user, void *rep);

void wasi_http_types_future_trailers_destructor(void *user, void *rep);

void wasi_http_types_outgoing_response_destructor(void *user, void *rep);

void wasi_http_types_outgoing_body_destructor(void *user, void *rep);

void wasi_http_types_future_incoming_response_destructor(void *user, void *rep);

/* No fields. */
tenon_status wasi_http_types_constructor_fields(
    tenon_call *call, void *user, wasi_http_types_own_fields_t *result);

/* Fields of these names and values. */
tenon_status wasi_http_types_static_fields_from_list(
    tenon_call *call, void *user,
    const wasi_http_types_list_tuple2_field_name_field_value_t *entries,
    wasi_http_types_result_own_fields_header_error_t *result);

/* All values of a name. */
tenon_status wasi_http_types_method_fields_get(
    tenon_call *call, void *user, wasi_http_types_borrow_fields_t self,
    const wasi_http_types_field_name_t *name, wasi_http_types_list_field_value_t *result);

/* Whether the name is there. */
tenon_status wasi_http_types_method_fields_has(
    tenon_call *call, void *user, wasi_http_types_borrow_fields_t self,
    const wasi_http_types_field_name_t *name, bool *result);

/* Replaces all values of a name. */
tenon_status wasi_http_types_method_fields_set(
    tenon_call *call, void *user, wasi_http_types_borrow_fields_t self,
    const wasi_http_types_field_name_t *name,
    const wasi_http_types_list_field_value_t *value,
    wasi_http_types_result_void_header_error_t *result);

/* Removes a name. */
tenon_status wasi_http_types_method_fields_delete(
    tenon_call *call, void *user, wasi_http_types_borrow_fields_t self,
    const wasi_http_types_field_name_t *name,
    wasi_http_types_result_void_header_error_t *result);

/* Adds a value. */
tenon_status wasi_http_types_method_fields_append(
    tenon_call *call, void *user, wasi_http_types_borrow_fields_t self,
    const wasi_http_types_field_name_t *name, const wasi_http_types_field_value_t *value,
    wasi_http_types_result_void_header_error_t *result);

/* All names and values. */
tenon_status wasi_http_types_method_fields_entries(
    tenon_call *call, void *user, wasi_http_types_borrow_fields_t self,
    wasi_http_types_list_tuple2_field_name_field_value_t *result);

/* A copy that can be changed. */
tenon_status wasi_http_types_method_fields_clone(
    tenon_call *call, void *user, wasi_http_types_borrow_fields_t self,
    wasi_http_types_own_fields_t *result);

/* Its method. */
tenon_status wasi_http_types_method_incoming_request_method(
    tenon_call *call, void *user, wasi_http_types_borrow_incoming_request_t self,
    wasi_http_types_method_t *result);

/* Path and query. */
tenon_status wasi_http_types_method_incoming_request_path_with_query(
    tenon_call *call, void *user, wasi_http_types_borrow_incoming_request_t self,
    wasi_http_types_option_string_t *result);

/* Its scheme. */
tenon_status wasi_http_types_method_incoming_request_scheme(
    tenon_call *call, void *user, wasi_http_types_borrow_incoming_request_t self,
    wasi_http_types_option_scheme_t *result);

/* Whom it was sent to. */
tenon_status wasi_http_types_method_incoming_request_authority(
    tenon_call *call, void *user, wasi_http_types_borrow_incoming_request_t self,
    wasi_http_types_option_string_t *result);

/* Its headers, which cannot be changed. */
tenon_status wasi_http_types_method_incoming_request_headers(
    tenon_call *call, void *user, wasi_http_types_borrow_incoming_request_t self,
    wasi_http_types_own_headers_t *result);

/* Its body; can be had once. */
tenon_status wasi_http_types_method_incoming_request_consume(
    tenon_call *call, void *user, wasi_http_types_borrow_incoming_request_t self,
    wasi_http_types_result_own_incoming_body_void_t *result);

/* A request with these headers: GET, no path, no scheme. */
tenon_status wasi_http_types_constructor_outgoing_request(
    tenon_call *call, void *user, wasi_http_types_own_headers_t headers,
    wasi_http_types_own_outgoing_request_t *result);

/* Its body, to be written; can be had once. */
tenon_status wasi_http_types_method_outgoing_request_body(
    tenon_call *call, void *user, wasi_http_types_borrow_outgoing_request_t self,
    wasi_http_types_result_own_outgoing_body_void_t *result);

/* Its method. */
tenon_status wasi_http_types_method_outgoing_request_method(
    tenon_call *call, void *user, wasi_http_types_borrow_outgoing_request_t self,
    wasi_http_types_method_t *result);

/* Sets it; an error when it is not well formed. */
tenon_status wasi_http_types_method_outgoing_request_set_method(
    tenon_call *call, void *user, wasi_http_types_borrow_outgoing_request_t self,
    const wasi_http_types_method_t *method, wasi_http_types_result_void_void_t *result);

/* Path and query; none is "/". */
tenon_status wasi_http_types_method_outgoing_request_path_with_query(
    tenon_call *call, void *user, wasi_http_types_borrow_outgoing_request_t self,
    wasi_http_types_option_string_t *result);

/* Sets them. */
tenon_status wasi_http_types_method_outgoing_request_set_path_with_query(
    tenon_call *call, void *user, wasi_http_types_borrow_outgoing_request_t self,
    const wasi_http_types_option_string_t *path_with_query,
    wasi_http_types_result_void_void_t *result);

/* Its scheme; none: the host chooses. */
tenon_status wasi_http_types_method_outgoing_request_scheme(
    tenon_call *call, void *user, wasi_http_types_borrow_outgoing_request_t self,
    wasi_http_types_option_scheme_t *result);

/* Sets it. */
tenon_status wasi_http_types_method_outgoing_request_set_scheme(
    tenon_call *call, void *user, wasi_http_types_borrow_outgoing_request_t self,
    const wasi_http_types_option_scheme_t *scheme,
    wasi_http_types_result_void_void_t *result);

/* Whom it goes to. */
tenon_status wasi_http_types_method_outgoing_request_authority(
    tenon_call *call, void *user, wasi_http_types_borrow_outgoing_request_t self,
    wasi_http_types_option_string_t *result);

/* Sets it. */
tenon_status wasi_http_types_method_outgoing_request_set_authority(
    tenon_call *call, void *user, wasi_http_types_borrow_outgoing_request_t self,
    const wasi_http_types_option_string_t *authority,
    wasi_http_types_result_void_void_t *result);

/* Its headers, which cannot be changed. */
tenon_status wasi_http_types_method_outgoing_request_headers(
    tenon_call *call, void *user, wasi_http_types_borrow_outgoing_request_t self,
    wasi_http_types_own_headers_t *result);

/* Nothing chosen. */
tenon_status wasi_http_types_constructor_request_options(
    tenon_call *call, void *user, wasi_http_types_own_request_options_t *result);

/* For the connection. */
tenon_status wasi_http_types_method_request_options_connect_timeout(
    tenon_call *call, void *user, wasi_http_types_borrow_request_options_t self,
    wasi_http_types_option_duration_t *result);

/* Sets it; an error when the host cannot. */
tenon_status wasi_http_types_method_request_options_set_connect_timeout(
    tenon_call *call, void *user, wasi_http_types_borrow_request_options_t self,
    const wasi_http_types_option_duration_t *duration,
    wasi_http_types_result_void_void_t *result);

/* For the first byte of the response. */
tenon_status wasi_http_types_method_request_options_first_byte_timeout(
    tenon_call *call, void *user, wasi_http_types_borrow_request_options_t self,
    wasi_http_types_option_duration_t *result);

/* Sets it; an error when the host cannot. */
tenon_status wasi_http_types_method_request_options_set_first_byte_timeout(
    tenon_call *call, void *user, wasi_http_types_borrow_request_options_t self,
    const wasi_http_types_option_duration_t *duration,
    wasi_http_types_result_void_void_t *result);

/* Between parts of the body. */
tenon_status wasi_http_types_method_request_options_between_bytes_timeout(
    tenon_call *call, void *user, wasi_http_types_borrow_request_options_t self,
    wasi_http_types_option_duration_t *result);

/* Sets it; an error when the host cannot. */
tenon_status wasi_http_types_method_request_options_set_between_bytes_timeout(
    tenon_call *call, void *user, wasi_http_types_borrow_request_options_t self,
    const wasi_http_types_option_duration_t *duration,
    wasi_http_types_result_void_void_t *result);

/* Sends a response of status 1xx before the real one. */
tenon_status wasi_http_types_method_response_outparam_send_informational(
    tenon_call *call, void *user, wasi_http_types_borrow_response_outparam_t self,
    uint16_t status, wasi_http_types_own_headers_t headers,
    wasi_http_types_result_void_error_code_t *result);

/* Gives the response, or an error for the host to make one of. */
tenon_status wasi_http_types_static_response_outparam_set(
    tenon_call *call, void *user, wasi_http_types_own_response_outparam_t param,
    const wasi_http_types_result_own_outgoing_response_error_code_t *response);

/* Its status. */
tenon_status wasi_http_types_method_incoming_response_status(
    tenon_call *call, void *user, wasi_http_types_borrow_incoming_response_t self,
    wasi_http_types_status_code_t *result);

/* Its headers, which cannot be changed. */
tenon_status wasi_http_types_method_incoming_response_headers(
    tenon_call *call, void *user, wasi_http_types_borrow_incoming_response_t self,
    wasi_http_types_own_headers_t *result);

/* Its body; can be had once. */
tenon_status wasi_http_types_method_incoming_response_consume(
    tenon_call *call, void *user, wasi_http_types_borrow_incoming_response_t self,
    wasi_http_types_result_own_incoming_body_void_t *result);

/* Its bytes; can be had once. */
tenon_status wasi_http_types_method_incoming_body_stream(
    tenon_call *call, void *user, wasi_http_types_borrow_incoming_body_t self,
    wasi_http_types_result_own_input_stream_void_t *result);

/* Ends reading, early too; the trailers are to follow. */
tenon_status wasi_http_types_static_incoming_body_finish(
    tenon_call *call, void *user, wasi_http_types_own_incoming_body_t this_,
    wasi_http_types_own_future_trailers_t *result);

/* The event that they have, or an error. */
tenon_status wasi_http_types_method_future_trailers_subscribe(
    tenon_call *call, void *user, wasi_http_types_borrow_future_trailers_t self,
    wasi_http_types_own_pollable_t *result);

/* The trailers, if any, once they have come; the second time an error. */
tenon_status wasi_http_types_method_future_trailers_get(
    tenon_call *call, void *user, wasi_http_types_borrow_future_trailers_t self,
    wasi_http_types_option_result_result_option_own_trailers_error_code_void_t *result);

/* A response with these headers, of status 200. */
tenon_status wasi_http_types_constructor_outgoing_response(
    tenon_call *call, void *user, wasi_http_types_own_headers_t headers,
    wasi_http_types_own_outgoing_response_t *result);

/* Its status. */
tenon_status wasi_http_types_method_outgoing_response_status_code(
    tenon_call *call, void *user, wasi_http_types_borrow_outgoing_response_t self,
    wasi_http_types_status_code_t *result);

/* Sets it; an error when it is not one. */
tenon_status wasi_http_types_method_outgoing_response_set_status_code(
    tenon_call *call, void *user, wasi_http_types_borrow_outgoing_response_t self,
    wasi_http_types_status_code_t status_code,
    wasi_http_types_result_void_void_t *result);

/* Its headers, which cannot be changed. */
tenon_status wasi_http_types_method_outgoing_response_headers(
    tenon_call *call, void *user, wasi_http_types_borrow_outgoing_response_t self,
    wasi_http_types_own_headers_t *result);

/* Its body, to be written; can be had once. */
tenon_status wasi_http_types_method_outgoing_response_body(
    tenon_call *call, void *user, wasi_http_types_borrow_outgoing_response_t self,
    wasi_http_types_result_own_outgoing_body_void_t *result);

/* Where its bytes go; can be had once. */
tenon_status wasi_http_types_method_outgoing_body_write(
    tenon_call *call, void *user, wasi_http_types_borrow_outgoing_body_t self,
    wasi_http_types_result_own_output_stream_void_t *result);

/* Says that it is whole, with trailers if there are any. A body dropped without
 * it is broken off. */
tenon_status wasi_http_types_static_outgoing_body_finish(
    tenon_call *call, void *user, wasi_http_types_own_outgoing_body_t this_,
    const wasi_http_types_option_own_trailers_t *trailers,
    wasi_http_types_result_void_error_code_t *result);

/* The event that it has, or an error. */
tenon_status wasi_http_types_method_future_incoming_response_subscribe(
    tenon_call *call, void *user, wasi_http_types_borrow_future_incoming_response_t self,
    wasi_http_types_own_pollable_t *result);

/* The response, once it has come; the second time an error. */
tenon_status wasi_http_types_method_future_incoming_response_get(
    tenon_call *call, void *user, wasi_http_types_borrow_future_incoming_response_t self,
    wasi_http_types_option_result_result_own_incoming_response_error_code_void_t *result);

/* The code behind a stream's error, if HTTP gave it. */
tenon_status wasi_http_types_http_error_code(
    tenon_call *call, void *user, wasi_http_types_borrow_io_error_t err_,
    wasi_http_types_option_error_code_t *result);

extern const tenon_interface wasi_http_types_interface;

#ifdef __cplusplus
}
#endif

#endif
