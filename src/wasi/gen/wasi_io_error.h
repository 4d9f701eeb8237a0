/* wasi:io/error: written by witgen from the WIT (`make generate`); edit the WIT. */
#ifndef WASI_IO_ERROR_H
#define WASI_IO_ERROR_H

#include "tenon/host.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct wasi_io_error_own_error_t {
    uint32_t handle;
} wasi_io_error_own_error_t;
typedef struct wasi_io_error_borrow_error_t {
    uint32_t handle;
} wasi_io_error_borrow_error_t;

/* Numbers of the resources, for tenon_resource_new. */
#define WASI_IO_ERROR_RESOURCE_ERROR 0

void wasi_io_error_error_destructor(void *user, void *rep);

tenon_status wasi_io_error_method_error_to_debug_string(
    tenon_call *call, void *user, wasi_io_error_borrow_error_t self,
    tenon_string *result);

extern const tenon_interface wasi_io_error_interface;

#ifdef __cplusplus
}
#endif

#endif
