/* hostruntime.h: the runtime in miniature (tenon_call_*, tenon_resource_*), for tests
 * that call the hosts' functions themselves; and an allocator that counts and can fail.
 * Included by one test file each. */
#ifndef HOSTRUNTIME_H
#define HOSTRUNTIME_H

#include <check.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tenon/host.h"
#include "tenon.h"

enum { MAX_HANDLES = 200, MAX_BLOCKS = 2000 };

struct tenon_call {
    char message[200];
    int32_t exit_code;
    int checks_left; /* tenon_call_check fails after so many */
};

static tenon_call the_call;
static tenon_call *const call = &the_call;
static void *reps[MAX_HANDLES + 1];
static uint32_t rep_count;
static void *blocks[MAX_BLOCKS];
static size_t block_count;
static unsigned interfaces_added;
static size_t live_bytes;
static unsigned requests, fail_at; /* of memory; fail_at 0: never */
static unsigned handles_made, fail_handle_at;

/* What a test names to have its resources destroyed by runtime_drop: the interface whose
 * function is called, and all that define resources (ending in NULL). */
static const tenon_interface *current_interface;
static const tenon_interface *const *all_interfaces;
static tenon_destructor destructors[MAX_HANDLES + 1];

static tenon_destructor runtime_destructor(uint32_t number) {
    if (current_interface == NULL) {
        return NULL;
    }
    const tenon_host_resource *r = &current_interface->resources[number];
    if (r->interface == NULL) {
        return r->destructor;
    }
    for (size_t i = 0; all_interfaces[i] != NULL; i++) {
        for (uint32_t k = 0; k < all_interfaces[i]->resource_count; k++) {
            const tenon_host_resource *d = &all_interfaces[i]->resources[k];
            if (d->interface == NULL && strcmp(d->name, r->foreign_name) == 0 &&
                strcmp(all_interfaces[i]->name, r->interface) == 0) {
                return d->destructor;
            }
        }
    }
    ck_abort_msg("no resource %s of %s", r->foreign_name, r->interface);
    return NULL;
}

tenon_status tenon_linker_add(tenon_linker *linker, const tenon_interface *interface,
                              void *user, tenon_error *error) {
    (void)linker;
    (void)error;
    ck_assert_ptr_nonnull(user);
    ck_assert(strncmp(interface->name, "wasi:", 5) == 0);
    interfaces_added++;
    return TENON_OK;
}

tenon_status tenon_linker_restorable(tenon_linker *linker, const char *interface,
                                     const char *resource, const tenon_restorable *how,
                                     tenon_error *error) {
    (void)linker;
    (void)interface;
    (void)resource;
    (void)how;
    (void)error;
    return TENON_OK;
}

void *tenon_call_alloc(tenon_call *c, size_t size, size_t align) {
    (void)c;
    (void)align;
    if (size > (size_t)1 << 30 || block_count == MAX_BLOCKS) {
        return NULL;
    }
    return blocks[block_count++] = calloc(1, size == 0 ? 1 : size);
}

tenon_status tenon_call_fail(tenon_call *c, const char *format, ...) {
    va_list args;
    va_start(args, format);
    vsnprintf(c->message, sizeof c->message, format, args);
    va_end(args);
    return TENON_TRAP;
}

tenon_status tenon_call_no_memory(tenon_call *c) {
    (void)c;
    return TENON_NO_MEMORY;
}

tenon_status tenon_call_exit(tenon_call *c, int32_t code) {
    c->exit_code = code;
    return TENON_EXIT;
}

tenon_status tenon_call_check(tenon_call *c) {
    return c->checks_left > 0 && --c->checks_left == 0 ? TENON_LIMIT : TENON_OK;
}

/* No call freezes here: functions that wait do it in place. */
tenon_pending *tenon_call_pend(tenon_call *c, tenon_pending_fn fn, void *data) {
    (void)c;
    (void)fn;
    (void)data;
    return NULL;
}

bool tenon_call_can_pend(const tenon_call *c) {
    (void)c;
    return false;
}

void tenon_pending_again(tenon_pending *pending, void *data) {
    (void)pending;
    (void)data;
}

void *tenon_call_again(tenon_call *c) {
    (void)c;
    return NULL;
}

tenon_status tenon_resource_new(tenon_call *c, uint32_t resource, void *rep,
                                uint32_t *handle) {
    (void)c;
    if (rep_count == MAX_HANDLES || ++handles_made == fail_handle_at) {
        return TENON_LIMIT;
    }
    reps[++rep_count] = rep;
    destructors[rep_count] = runtime_destructor(resource);
    *handle = rep_count;
    return TENON_OK;
}

void *tenon_resource_rep(tenon_call *c, uint32_t handle) {
    (void)c;
    ck_assert(handle > 0 && handle <= rep_count && reps[handle] != NULL);
    return reps[handle];
}

static void *take_rep(uint32_t handle) {
    void *rep = tenon_resource_rep(NULL, handle);
    reps[handle] = NULL;
    return rep;
}

void *tenon_resource_take(tenon_call *c, uint32_t handle) {
    (void)c;
    return take_rep(handle);
}

/* Destroys what is behind a handle, as the runtime does when its owner drops it. */
static inline void runtime_drop(void *user, uint32_t handle) {
    destructors[handle](user, take_rep(handle));
    rep_count -= handle == rep_count;
}

static inline void runtime_drop_all(void *user) {
    while (rep_count > 0) {
        if (reps[rep_count] != NULL) {
            destructors[rep_count](user, take_rep(rep_count));
        }
        rep_count--;
    }
}

static void *counting_resize(void *user, void *ptr, size_t old_size, size_t new_size) {
    (void)user;
    if (new_size > 0 && ++requests == fail_at) {
        return NULL;
    }
    live_bytes += new_size - (ptr != NULL ? old_size : 0);
    if (new_size == 0) {
        free(ptr);
        return NULL;
    }
    return realloc(ptr, new_size);
}

/* Before a test. */
static void runtime_reset(void) {
    live_bytes = 0;
    requests = fail_at = 0;
    handles_made = fail_handle_at = 0;
    rep_count = 0;
    block_count = 0;
    current_interface = NULL;
    memset(&the_call, 0, sizeof the_call);
}

static void runtime_free_blocks(void) {
    while (block_count > 0) {
        free(blocks[--block_count]);
    }
}

#endif
