/* wasi_io_error.c: written by witgen, as its header. */
#include "wasi_io_error.h"

static const tenon_type type_borrow_error = {.kind = TENON_TYPE_BORROW, .resource = 0};
static const tenon_type type_string = {.kind = TENON_TYPE_STRING};

typedef struct args_method_error_to_debug_string {
    wasi_io_error_borrow_error_t self;
} args_method_error_to_debug_string;
TENON_CHECK_SIZE(args_method_error_to_debug_string, 4, 4);

static tenon_status call_method_error_to_debug_string(
    tenon_call *call, void *user, const void *args, void *result) {
    const args_method_error_to_debug_string *a = args;
    return wasi_io_error_method_error_to_debug_string(
        call, user, a->self, result);
}

static const tenon_field params_method_error_to_debug_string[] = {
    {"self", &type_borrow_error},
};

static const tenon_host_func funcs[] = {
    {.name = "[method]error.to-debug-string",
     .type = {.param_count = 1,
              .params = params_method_error_to_debug_string,
              .result = &type_string},
     .fn = call_method_error_to_debug_string},
};

static const tenon_host_resource resources[] = {
    {.name = "error",
     .destructor = wasi_io_error_error_destructor},
};

const tenon_interface wasi_io_error_interface = {
    .name = "wasi:io/error@0.2.12",
    .funcs = funcs,
    .func_count = 1,
    .resources = resources,
    .resource_count = 1,
};
