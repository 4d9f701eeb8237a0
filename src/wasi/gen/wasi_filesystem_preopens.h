/* wasi:filesystem/preopens: written by witgen; edit the WIT, not this. */
/* The directories a program starts with. */
#ifndef WASI_FILESYSTEM_PREOPENS_H
#define WASI_FILESYSTEM_PREOPENS_H

#include "tenon/host.h"
#include "wasi_filesystem_types.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef wasi_filesystem_types_own_descriptor_t wasi_filesystem_preopens_own_descriptor_t;
typedef wasi_filesystem_types_borrow_descriptor_t
    wasi_filesystem_preopens_borrow_descriptor_t;

typedef struct wasi_filesystem_preopens_tuple2_own_descriptor_string_t {
    wasi_filesystem_preopens_own_descriptor_t f0;
    tenon_string f1;
} wasi_filesystem_preopens_tuple2_own_descriptor_string_t;

typedef struct wasi_filesystem_preopens_list_tuple2_own_descriptor_string_t {
    wasi_filesystem_preopens_tuple2_own_descriptor_string_t *ptr;
    size_t len;
} wasi_filesystem_preopens_list_tuple2_own_descriptor_string_t;

/* Numbers of the resources, for tenon_resource_new. */
#define WASI_FILESYSTEM_PREOPENS_RESOURCE_DESCRIPTOR 0

/* Each directory that was granted, with the path it is to be known by. */
tenon_status wasi_filesystem_preopens_get_directories(
    tenon_call *call, void *user,
    wasi_filesystem_preopens_list_tuple2_own_descriptor_string_t *result);

extern const tenon_interface wasi_filesystem_preopens_interface;

#ifdef __cplusplus
}
#endif

#endif
