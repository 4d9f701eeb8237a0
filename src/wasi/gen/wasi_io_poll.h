/* wasi:io/poll: written by witgen; edit the WIT, not this. */
/* Waiting for several events at once. */
#ifndef WASI_IO_POLL_H
#define WASI_IO_POLL_H

#include "tenon/host.h"

#ifdef __cplusplus
extern "C" {
#endif

/* An event that may have happened. */
typedef struct wasi_io_poll_own_pollable_t {
    uint32_t handle;
} wasi_io_poll_own_pollable_t;
typedef struct wasi_io_poll_borrow_pollable_t {
    uint32_t handle;
} wasi_io_poll_borrow_pollable_t;

typedef struct wasi_io_poll_list_borrow_pollable_t {
    wasi_io_poll_borrow_pollable_t *ptr;
    size_t len;
} wasi_io_poll_list_borrow_pollable_t;

typedef struct wasi_io_poll_list_u32_t {
    uint32_t *ptr;
    size_t len;
} wasi_io_poll_list_u32_t;

/* Numbers of the resources, for tenon_resource_new. */
#define WASI_IO_POLL_RESOURCE_POLLABLE 0

void wasi_io_poll_pollable_destructor(void *user, void *rep);

/* Whether it has happened. Never waits. */
tenon_status wasi_io_poll_method_pollable_ready(
    tenon_call *call, void *user, wasi_io_poll_borrow_pollable_t self, bool *result);

/* Waits until it has happened. */
tenon_status wasi_io_poll_method_pollable_block(
    tenon_call *call, void *user, wasi_io_poll_borrow_pollable_t self);

/* Waits until at least one of the events has happened; gives the indices of those
 * that have. Traps when the list is empty. */
tenon_status wasi_io_poll_poll(
    tenon_call *call, void *user, const wasi_io_poll_list_borrow_pollable_t *in,
    wasi_io_poll_list_u32_t *result);

extern const tenon_interface wasi_io_poll_interface;

#ifdef __cplusplus
}
#endif

#endif
