/* wasi_random_insecure_seed.c: written by witgen, as its header. */
#include "wasi_random_insecure_seed.h"

TENON_CHECK_SIZE(wasi_random_insecure_seed_tuple2_u64_u64_t, 16, 16);
TENON_CHECK_OFFSET(wasi_random_insecure_seed_tuple2_u64_u64_t, f1, 8, 8);

static const tenon_type type_u64 = {.kind = TENON_TYPE_U64};
static const tenon_field fields_tuple2_u64_u64[] = {
    {NULL, &type_u64},
    {NULL, &type_u64},
};
static const tenon_type type_tuple2_u64_u64 = {
    .kind = TENON_TYPE_TUPLE,
    .count = 2,
    .fields = fields_tuple2_u64_u64};

static tenon_status call_insecure_seed(
    tenon_call *call, void *user, const void *args, void *result) {
    (void)args;
    return wasi_random_insecure_seed_insecure_seed(
        call, user, result);
}


static const tenon_host_func funcs[] = {
    {.name = "insecure-seed",
     .type = {.result = &type_tuple2_u64_u64},
     .fn = call_insecure_seed},
};

const tenon_interface wasi_random_insecure_seed_interface = {
    .name = "wasi:random/insecure-seed@0.2.12",
    .funcs = funcs,
    .func_count = 1,
};
