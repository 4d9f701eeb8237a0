/* wasi_filesystem_preopens.c: written by witgen, as its header. */
#include "wasi_filesystem_preopens.h"

TENON_CHECK_SIZE(wasi_filesystem_preopens_tuple2_own_descriptor_string_t, 12, 24);
TENON_CHECK_OFFSET(wasi_filesystem_preopens_tuple2_own_descriptor_string_t, f1, 4, 8);

static const tenon_type type_own_descriptor = {.kind = TENON_TYPE_OWN, .resource = 0};
static const tenon_type type_string = {.kind = TENON_TYPE_STRING};
static const tenon_field fields_tuple2_own_descriptor_string[] = {
    {NULL, &type_own_descriptor},
    {NULL, &type_string},
};
static const tenon_type type_tuple2_own_descriptor_string = {
    .kind = TENON_TYPE_TUPLE,
    .count = 2,
    .fields = fields_tuple2_own_descriptor_string};
static const tenon_type type_list_tuple2_own_descriptor_string = {
    .kind = TENON_TYPE_LIST,
    .element = &type_tuple2_own_descriptor_string};

static tenon_status call_get_directories(
    tenon_call *call, void *user, const void *args, void *result) {
    (void)args;
    return wasi_filesystem_preopens_get_directories(
        call, user, result);
}


static const tenon_host_func funcs[] = {
    {.name = "get-directories",
     .type = {.result = &type_list_tuple2_own_descriptor_string},
     .fn = call_get_directories},
};

static const tenon_host_resource resources[] = {
    {.name = "descriptor",
     .interface = "wasi:filesystem/types@0.2.12", .foreign_name = "descriptor"},
};

const tenon_interface wasi_filesystem_preopens_interface = {
    .name = "wasi:filesystem/preopens@0.2.12",
    .funcs = funcs,
    .func_count = 1,
    .resources = resources,
    .resource_count = 1,
};
