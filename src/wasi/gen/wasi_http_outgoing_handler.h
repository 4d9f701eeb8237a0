/* wasi:http/outgoing-handler: written by witgen; edit the WIT, not this. */
/* Sending requests. */
#ifndef WASI_HTTP_OUTGOING_HANDLER_H
#define WASI_HTTP_OUTGOING_HANDLER_H

#include "tenon/host.h"
#include "wasi_http_types.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef wasi_http_types_own_outgoing_request_t
    wasi_http_outgoing_handler_own_outgoing_request_t;
typedef wasi_http_types_borrow_outgoing_request_t
    wasi_http_outgoing_handler_borrow_outgoing_request_t;

typedef wasi_http_types_own_request_options_t
    wasi_http_outgoing_handler_own_request_options_t;
typedef wasi_http_types_borrow_request_options_t
    wasi_http_outgoing_handler_borrow_request_options_t;

typedef wasi_http_types_own_future_incoming_response_t
    wasi_http_outgoing_handler_own_future_incoming_response_t;
typedef wasi_http_types_borrow_future_incoming_response_t
    wasi_http_outgoing_handler_borrow_future_incoming_response_t;

typedef wasi_http_types_error_code_t wasi_http_outgoing_handler_error_code_t;

typedef struct wasi_http_outgoing_handler_option_own_request_options_t {
    bool is_some;
    wasi_http_outgoing_handler_own_request_options_t val;
} wasi_http_outgoing_handler_option_own_request_options_t;

typedef struct wasi_http_outgoing_handler_result_own_future_incoming_response_error_code_t {
    bool is_err;
    union {
        wasi_http_outgoing_handler_own_future_incoming_response_t ok;
        wasi_http_outgoing_handler_error_code_t err;
    } val;
} wasi_http_outgoing_handler_result_own_future_incoming_response_error_code_t;

/* Numbers of the resources, for tenon_resource_new. */
#define WASI_HTTP_OUTGOING_HANDLER_RESOURCE_OUTGOING_REQUEST 0
#define WASI_HTTP_OUTGOING_HANDLER_RESOURCE_REQUEST_OPTIONS 1
#define WASI_HTTP_OUTGOING_HANDLER_RESOURCE_FUTURE_INCOMING_RESPONSE 2

/* Sends a request; its body may go on being written. An error means that nothing was
 * sent. */
tenon_status wasi_http_outgoing_handler_handle(
    tenon_call *call, void *user,
    wasi_http_outgoing_handler_own_outgoing_request_t request,
    const wasi_http_outgoing_handler_option_own_request_options_t *options,
    wasi_http_outgoing_handler_result_own_future_incoming_response_error_code_t *result);

extern const tenon_interface wasi_http_outgoing_handler_interface;

#ifdef __cplusplus
}
#endif

#endif
