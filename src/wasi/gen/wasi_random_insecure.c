/* wasi_random_insecure.c: written by witgen, as its header. */
#include "wasi_random_insecure.h"

static const tenon_type type_u64 = {.kind = TENON_TYPE_U64};
static const tenon_type type_u8 = {.kind = TENON_TYPE_U8};
static const tenon_type type_list_u8 = {.kind = TENON_TYPE_LIST, .element = &type_u8};

typedef struct args_get_insecure_random_bytes {
    TENON_ALIGN8 uint64_t len;
} args_get_insecure_random_bytes;
TENON_CHECK_SIZE(args_get_insecure_random_bytes, 8, 8);

static tenon_status call_get_insecure_random_bytes(
    tenon_call *call, void *user, const void *args, void *result) {
    const args_get_insecure_random_bytes *a = args;
    return wasi_random_insecure_get_insecure_random_bytes(
        call, user, a->len, result);
}

static tenon_status call_get_insecure_random_u64(
    tenon_call *call, void *user, const void *args, void *result) {
    (void)args;
    return wasi_random_insecure_get_insecure_random_u64(
        call, user, result);
}

static const tenon_field params_get_insecure_random_bytes[] = {
    {"len", &type_u64},
};

static const tenon_host_func funcs[] = {
    {.name = "get-insecure-random-bytes",
     .type = {.param_count = 1,
              .params = params_get_insecure_random_bytes,
              .result = &type_list_u8},
     .fn = call_get_insecure_random_bytes},
    {.name = "get-insecure-random-u64",
     .type = {.result = &type_u64},
     .fn = call_get_insecure_random_u64},
};

const tenon_interface wasi_random_insecure_interface = {
    .name = "wasi:random/insecure@0.2.12",
    .funcs = funcs,
    .func_count = 2,
};
