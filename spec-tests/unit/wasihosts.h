/* wasihosts.h: one context of WASI hosts over the runtime in miniature: what
 * sockethosts.h and httphosts.h share. */
#ifndef WASIHOSTS_H
#define WASIHOSTS_H

#include "hostruntime.h"
#include "tenon/wasi.h"

enum { OK = -1, FAILED = -2 }; /* FAILED: the call did, not the operation */

static tenon_wasi_config config;
static tenon_wasi *wasi;
static tenon_error error;
static bool tolerant; /* calls may fail: memory or the platform does */

#define CALL(interface, function, ...)                                                   \
    (current_interface = &interface##_interface,                                         \
     interface##_##function(call, wasi, __VA_ARGS__))

static inline void finish(void) {
    runtime_drop_all(wasi);
    tenon_wasi_delete(wasi);
    wasi = NULL;
    runtime_free_blocks();
    ck_assert_uint_eq(live_bytes, 0);
}

static inline void drop(uint32_t handle) {
    runtime_drop(wasi, handle);
}

#endif
