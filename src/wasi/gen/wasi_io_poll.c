/* wasi_io_poll.c: written by witgen, as its header. */
#include "wasi_io_poll.h"

static const tenon_type type_borrow_pollable = {.kind = TENON_TYPE_BORROW, .resource = 0};
static const tenon_type type_bool = {.kind = TENON_TYPE_BOOL};
static const tenon_type type_list_borrow_pollable = {
    .kind = TENON_TYPE_LIST,
    .element = &type_borrow_pollable};
static const tenon_type type_u32 = {.kind = TENON_TYPE_U32};
static const tenon_type type_list_u32 = {.kind = TENON_TYPE_LIST, .element = &type_u32};

typedef struct args_method_pollable_ready {
    wasi_io_poll_borrow_pollable_t self;
} args_method_pollable_ready;
TENON_CHECK_SIZE(args_method_pollable_ready, 4, 4);

static tenon_status call_method_pollable_ready(
    tenon_call *call, void *user, const void *args, void *result) {
    const args_method_pollable_ready *a = args;
    return wasi_io_poll_method_pollable_ready(
        call, user, a->self, result);
}

typedef struct args_method_pollable_block {
    wasi_io_poll_borrow_pollable_t self;
} args_method_pollable_block;
TENON_CHECK_SIZE(args_method_pollable_block, 4, 4);

static tenon_status call_method_pollable_block(
    tenon_call *call, void *user, const void *args, void *result) {
    const args_method_pollable_block *a = args;
    (void)result;
    return wasi_io_poll_method_pollable_block(
        call, user, a->self);
}

typedef struct args_poll {
    wasi_io_poll_list_borrow_pollable_t in;
} args_poll;
TENON_CHECK_SIZE(args_poll, 8, 16);

static tenon_status call_poll(
    tenon_call *call, void *user, const void *args, void *result) {
    const args_poll *a = args;
    return wasi_io_poll_poll(
        call, user, &a->in, result);
}

static const tenon_field params_method_pollable_ready[] = {
    {"self", &type_borrow_pollable},
};
static const tenon_field params_method_pollable_block[] = {
    {"self", &type_borrow_pollable},
};
static const tenon_field params_poll[] = {
    {"in", &type_list_borrow_pollable},
};

static const tenon_host_func funcs[] = {
    {.name = "[method]pollable.ready",
     .type = {.param_count = 1,
              .params = params_method_pollable_ready,
              .result = &type_bool},
     .fn = call_method_pollable_ready},
    {.name = "[method]pollable.block",
     .type = {.param_count = 1,
              .params = params_method_pollable_block},
     .fn = call_method_pollable_block},
    {.name = "poll",
     .type = {.param_count = 1,
              .params = params_poll,
              .result = &type_list_u32},
     .fn = call_poll},
};

static const tenon_host_resource resources[] = {
    {.name = "pollable",
     .destructor = wasi_io_poll_pollable_destructor},
};

const tenon_interface wasi_io_poll_interface = {
    .name = "wasi:io/poll@0.2.12",
    .funcs = funcs,
    .func_count = 3,
    .resources = resources,
    .resource_count = 1,
};
