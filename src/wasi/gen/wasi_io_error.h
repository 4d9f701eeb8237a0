/* wasi:io/error: written by witgen; edit the WIT, not this. */
/* Errors of streams that have more to say than their code. */
#ifndef WASI_IO_ERROR_H
#define WASI_IO_ERROR_H

#include "tenon/host.h"

#ifdef __cplusplus
extern "C" {
#endif

/* What went wrong on a stream. Packages that know its origin turn it into a code of
 * their own. */
typedef struct wasi_io_error_own_error_t {
    uint32_t handle;
} wasi_io_error_own_error_t;
typedef struct wasi_io_error_borrow_error_t {
    uint32_t handle;
} wasi_io_error_borrow_error_t;

/* Numbers of the resources, for tenon_resource_new. */
#define WASI_IO_ERROR_RESOURCE_ERROR 0

void wasi_io_error_error_destructor(void *user, void *rep);

/* Words for a person who debugs; they mean nothing to programs. */
tenon_status wasi_io_error_method_error_to_debug_string(
    tenon_call *call, void *user, wasi_io_error_borrow_error_t self,
    tenon_string *result);

extern const tenon_interface wasi_io_error_interface;

#ifdef __cplusplus
}
#endif

#endif
