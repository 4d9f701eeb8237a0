/* wasi_io_streams.c: written by witgen, as its header. */
#include "wasi_io_streams.h"

TENON_CHECK_SIZE(wasi_io_streams_stream_error_t, 8, 8);
TENON_CHECK_OFFSET(wasi_io_streams_stream_error_t, val, 4, 4);
TENON_CHECK_SIZE(wasi_io_streams_result_list_u8_stream_error_t, 12, 24);
TENON_CHECK_OFFSET(wasi_io_streams_result_list_u8_stream_error_t, val, 4, 8);
TENON_CHECK_SIZE(wasi_io_streams_result_u64_stream_error_t, 16, 16);
TENON_CHECK_OFFSET(wasi_io_streams_result_u64_stream_error_t, val, 8, 8);
TENON_CHECK_SIZE(wasi_io_streams_result_void_stream_error_t, 12, 12);
TENON_CHECK_OFFSET(wasi_io_streams_result_void_stream_error_t, val, 4, 4);

static const tenon_type type_own_error = {.kind = TENON_TYPE_OWN, .resource = 2};
static const tenon_type type_own_pollable = {.kind = TENON_TYPE_OWN, .resource = 3};
static const tenon_type type_borrow_input_stream = {
    .kind = TENON_TYPE_BORROW,
    .resource = 0};
static const tenon_type type_borrow_output_stream = {
    .kind = TENON_TYPE_BORROW,
    .resource = 1};
static const tenon_field fields_stream_error[] = {
    {"last-operation-failed", &type_own_error},
    {"closed", NULL},
};
static const tenon_type type_stream_error = {
    .kind = TENON_TYPE_VARIANT,
    .count = 2,
    .fields = fields_stream_error};
static const tenon_type type_u64 = {.kind = TENON_TYPE_U64};
static const tenon_type type_u8 = {.kind = TENON_TYPE_U8};
static const tenon_type type_list_u8 = {.kind = TENON_TYPE_LIST, .element = &type_u8};
static const tenon_type type_result_list_u8_stream_error = {
    .kind = TENON_TYPE_RESULT,
    .element = &type_list_u8,
    .other = &type_stream_error};
static const tenon_type type_result_u64_stream_error = {
    .kind = TENON_TYPE_RESULT,
    .element = &type_u64,
    .other = &type_stream_error};
static const tenon_type type_result_void_stream_error = {
    .kind = TENON_TYPE_RESULT,
    .other = &type_stream_error};

typedef struct args_method_input_stream_read {
    wasi_io_streams_borrow_input_stream_t self;
    TENON_ALIGN8 uint64_t len;
} args_method_input_stream_read;
TENON_CHECK_OFFSET(args_method_input_stream_read, len, 8, 8);
TENON_CHECK_SIZE(args_method_input_stream_read, 16, 16);

static tenon_status call_method_input_stream_read(
    tenon_call *call, void *user, const void *args, void *result) {
    const args_method_input_stream_read *a = args;
    return wasi_io_streams_method_input_stream_read(
        call, user, a->self, a->len, result);
}

typedef struct args_method_input_stream_blocking_read {
    wasi_io_streams_borrow_input_stream_t self;
    TENON_ALIGN8 uint64_t len;
} args_method_input_stream_blocking_read;
TENON_CHECK_OFFSET(args_method_input_stream_blocking_read, len, 8, 8);
TENON_CHECK_SIZE(args_method_input_stream_blocking_read, 16, 16);

static tenon_status call_method_input_stream_blocking_read(
    tenon_call *call, void *user, const void *args, void *result) {
    const args_method_input_stream_blocking_read *a = args;
    return wasi_io_streams_method_input_stream_blocking_read(
        call, user, a->self, a->len, result);
}

typedef struct args_method_input_stream_skip {
    wasi_io_streams_borrow_input_stream_t self;
    TENON_ALIGN8 uint64_t len;
} args_method_input_stream_skip;
TENON_CHECK_OFFSET(args_method_input_stream_skip, len, 8, 8);
TENON_CHECK_SIZE(args_method_input_stream_skip, 16, 16);

static tenon_status call_method_input_stream_skip(
    tenon_call *call, void *user, const void *args, void *result) {
    const args_method_input_stream_skip *a = args;
    return wasi_io_streams_method_input_stream_skip(
        call, user, a->self, a->len, result);
}

typedef struct args_method_input_stream_blocking_skip {
    wasi_io_streams_borrow_input_stream_t self;
    TENON_ALIGN8 uint64_t len;
} args_method_input_stream_blocking_skip;
TENON_CHECK_OFFSET(args_method_input_stream_blocking_skip, len, 8, 8);
TENON_CHECK_SIZE(args_method_input_stream_blocking_skip, 16, 16);

static tenon_status call_method_input_stream_blocking_skip(
    tenon_call *call, void *user, const void *args, void *result) {
    const args_method_input_stream_blocking_skip *a = args;
    return wasi_io_streams_method_input_stream_blocking_skip(
        call, user, a->self, a->len, result);
}

typedef struct args_method_input_stream_subscribe {
    wasi_io_streams_borrow_input_stream_t self;
} args_method_input_stream_subscribe;
TENON_CHECK_SIZE(args_method_input_stream_subscribe, 4, 4);

static tenon_status call_method_input_stream_subscribe(
    tenon_call *call, void *user, const void *args, void *result) {
    const args_method_input_stream_subscribe *a = args;
    return wasi_io_streams_method_input_stream_subscribe(
        call, user, a->self, result);
}

typedef struct args_method_output_stream_check_write {
    wasi_io_streams_borrow_output_stream_t self;
} args_method_output_stream_check_write;
TENON_CHECK_SIZE(args_method_output_stream_check_write, 4, 4);

static tenon_status call_method_output_stream_check_write(
    tenon_call *call, void *user, const void *args, void *result) {
    const args_method_output_stream_check_write *a = args;
    return wasi_io_streams_method_output_stream_check_write(
        call, user, a->self, result);
}

typedef struct args_method_output_stream_write {
    wasi_io_streams_borrow_output_stream_t self;
    wasi_io_streams_list_u8_t contents;
} args_method_output_stream_write;
TENON_CHECK_OFFSET(args_method_output_stream_write, contents, 4, 8);
TENON_CHECK_SIZE(args_method_output_stream_write, 12, 24);

static tenon_status call_method_output_stream_write(
    tenon_call *call, void *user, const void *args, void *result) {
    const args_method_output_stream_write *a = args;
    return wasi_io_streams_method_output_stream_write(
        call, user, a->self, &a->contents, result);
}

typedef struct args_method_output_stream_blocking_write_and_flush {
    wasi_io_streams_borrow_output_stream_t self;
    wasi_io_streams_list_u8_t contents;
} args_method_output_stream_blocking_write_and_flush;
TENON_CHECK_OFFSET(args_method_output_stream_blocking_write_and_flush, contents,
    4, 8);
TENON_CHECK_SIZE(args_method_output_stream_blocking_write_and_flush, 12, 24);

static tenon_status call_method_output_stream_blocking_write_and_flush(
    tenon_call *call, void *user, const void *args, void *result) {
    const args_method_output_stream_blocking_write_and_flush *a = args;
    return wasi_io_streams_method_output_stream_blocking_write_and_flush(
        call, user, a->self, &a->contents, result);
}

typedef struct args_method_output_stream_flush {
    wasi_io_streams_borrow_output_stream_t self;
} args_method_output_stream_flush;
TENON_CHECK_SIZE(args_method_output_stream_flush, 4, 4);

static tenon_status call_method_output_stream_flush(
    tenon_call *call, void *user, const void *args, void *result) {
    const args_method_output_stream_flush *a = args;
    return wasi_io_streams_method_output_stream_flush(
        call, user, a->self, result);
}

typedef struct args_method_output_stream_blocking_flush {
    wasi_io_streams_borrow_output_stream_t self;
} args_method_output_stream_blocking_flush;
TENON_CHECK_SIZE(args_method_output_stream_blocking_flush, 4, 4);

static tenon_status call_method_output_stream_blocking_flush(
    tenon_call *call, void *user, const void *args, void *result) {
    const args_method_output_stream_blocking_flush *a = args;
    return wasi_io_streams_method_output_stream_blocking_flush(
        call, user, a->self, result);
}

typedef struct args_method_output_stream_subscribe {
    wasi_io_streams_borrow_output_stream_t self;
} args_method_output_stream_subscribe;
TENON_CHECK_SIZE(args_method_output_stream_subscribe, 4, 4);

static tenon_status call_method_output_stream_subscribe(
    tenon_call *call, void *user, const void *args, void *result) {
    const args_method_output_stream_subscribe *a = args;
    return wasi_io_streams_method_output_stream_subscribe(
        call, user, a->self, result);
}

typedef struct args_method_output_stream_write_zeroes {
    wasi_io_streams_borrow_output_stream_t self;
    TENON_ALIGN8 uint64_t len;
} args_method_output_stream_write_zeroes;
TENON_CHECK_OFFSET(args_method_output_stream_write_zeroes, len, 8, 8);
TENON_CHECK_SIZE(args_method_output_stream_write_zeroes, 16, 16);

static tenon_status call_method_output_stream_write_zeroes(
    tenon_call *call, void *user, const void *args, void *result) {
    const args_method_output_stream_write_zeroes *a = args;
    return wasi_io_streams_method_output_stream_write_zeroes(
        call, user, a->self, a->len, result);
}

typedef struct args_method_output_stream_blocking_write_zeroes_and_flush {
    wasi_io_streams_borrow_output_stream_t self;
    TENON_ALIGN8 uint64_t len;
} args_method_output_stream_blocking_write_zeroes_and_flush;
TENON_CHECK_OFFSET(args_method_output_stream_blocking_write_zeroes_and_flush, len,
    8, 8);
TENON_CHECK_SIZE(args_method_output_stream_blocking_write_zeroes_and_flush, 16, 16);

static tenon_status call_method_output_stream_blocking_write_zeroes_and_flush(
    tenon_call *call, void *user, const void *args, void *result) {
    const args_method_output_stream_blocking_write_zeroes_and_flush *a = args;
    return wasi_io_streams_method_output_stream_blocking_write_zeroes_and_flush(
        call, user, a->self, a->len, result);
}

typedef struct args_method_output_stream_splice {
    wasi_io_streams_borrow_output_stream_t self;
    wasi_io_streams_borrow_input_stream_t src;
    TENON_ALIGN8 uint64_t len;
} args_method_output_stream_splice;
TENON_CHECK_OFFSET(args_method_output_stream_splice, len, 8, 8);
TENON_CHECK_SIZE(args_method_output_stream_splice, 16, 16);

static tenon_status call_method_output_stream_splice(
    tenon_call *call, void *user, const void *args, void *result) {
    const args_method_output_stream_splice *a = args;
    return wasi_io_streams_method_output_stream_splice(
        call, user, a->self, a->src, a->len, result);
}

typedef struct args_method_output_stream_blocking_splice {
    wasi_io_streams_borrow_output_stream_t self;
    wasi_io_streams_borrow_input_stream_t src;
    TENON_ALIGN8 uint64_t len;
} args_method_output_stream_blocking_splice;
TENON_CHECK_OFFSET(args_method_output_stream_blocking_splice, len, 8, 8);
TENON_CHECK_SIZE(args_method_output_stream_blocking_splice, 16, 16);

static tenon_status call_method_output_stream_blocking_splice(
    tenon_call *call, void *user, const void *args, void *result) {
    const args_method_output_stream_blocking_splice *a = args;
    return wasi_io_streams_method_output_stream_blocking_splice(
        call, user, a->self, a->src, a->len, result);
}

static const tenon_field params_method_input_stream_read[] = {
    {"self", &type_borrow_input_stream},
    {"len", &type_u64},
};
static const tenon_field params_method_input_stream_blocking_read[] = {
    {"self", &type_borrow_input_stream},
    {"len", &type_u64},
};
static const tenon_field params_method_input_stream_skip[] = {
    {"self", &type_borrow_input_stream},
    {"len", &type_u64},
};
static const tenon_field params_method_input_stream_blocking_skip[] = {
    {"self", &type_borrow_input_stream},
    {"len", &type_u64},
};
static const tenon_field params_method_input_stream_subscribe[] = {
    {"self", &type_borrow_input_stream},
};
static const tenon_field params_method_output_stream_check_write[] = {
    {"self", &type_borrow_output_stream},
};
static const tenon_field params_method_output_stream_write[] = {
    {"self", &type_borrow_output_stream},
    {"contents", &type_list_u8},
};
static const tenon_field params_method_output_stream_blocking_write_and_flush[] = {
    {"self", &type_borrow_output_stream},
    {"contents", &type_list_u8},
};
static const tenon_field params_method_output_stream_flush[] = {
    {"self", &type_borrow_output_stream},
};
static const tenon_field params_method_output_stream_blocking_flush[] = {
    {"self", &type_borrow_output_stream},
};
static const tenon_field params_method_output_stream_subscribe[] = {
    {"self", &type_borrow_output_stream},
};
static const tenon_field params_method_output_stream_write_zeroes[] = {
    {"self", &type_borrow_output_stream},
    {"len", &type_u64},
};
static const tenon_field params_method_output_stream_blocking_write_zeroes_and_flush[] = {
    {"self", &type_borrow_output_stream},
    {"len", &type_u64},
};
static const tenon_field params_method_output_stream_splice[] = {
    {"self", &type_borrow_output_stream},
    {"src", &type_borrow_input_stream},
    {"len", &type_u64},
};
static const tenon_field params_method_output_stream_blocking_splice[] = {
    {"self", &type_borrow_output_stream},
    {"src", &type_borrow_input_stream},
    {"len", &type_u64},
};

static const tenon_host_func funcs[] = {
    {.name = "[method]input-stream.read",
     .type = {.param_count = 2,
              .params = params_method_input_stream_read,
              .result = &type_result_list_u8_stream_error},
     .fn = call_method_input_stream_read},
    {.name = "[method]input-stream.blocking-read",
     .type = {.param_count = 2,
              .params = params_method_input_stream_blocking_read,
              .result = &type_result_list_u8_stream_error},
     .fn = call_method_input_stream_blocking_read},
    {.name = "[method]input-stream.skip",
     .type = {.param_count = 2,
              .params = params_method_input_stream_skip,
              .result = &type_result_u64_stream_error},
     .fn = call_method_input_stream_skip},
    {.name = "[method]input-stream.blocking-skip",
     .type = {.param_count = 2,
              .params = params_method_input_stream_blocking_skip,
              .result = &type_result_u64_stream_error},
     .fn = call_method_input_stream_blocking_skip},
    {.name = "[method]input-stream.subscribe",
     .type = {.param_count = 1,
              .params = params_method_input_stream_subscribe,
              .result = &type_own_pollable},
     .fn = call_method_input_stream_subscribe},
    {.name = "[method]output-stream.check-write",
     .type = {.param_count = 1,
              .params = params_method_output_stream_check_write,
              .result = &type_result_u64_stream_error},
     .fn = call_method_output_stream_check_write},
    {.name = "[method]output-stream.write",
     .type = {.param_count = 2,
              .params = params_method_output_stream_write,
              .result = &type_result_void_stream_error},
     .fn = call_method_output_stream_write},
    {.name = "[method]output-stream.blocking-write-and-flush",
     .type = {.param_count = 2,
              .params = params_method_output_stream_blocking_write_and_flush,
              .result = &type_result_void_stream_error},
     .fn = call_method_output_stream_blocking_write_and_flush},
    {.name = "[method]output-stream.flush",
     .type = {.param_count = 1,
              .params = params_method_output_stream_flush,
              .result = &type_result_void_stream_error},
     .fn = call_method_output_stream_flush},
    {.name = "[method]output-stream.blocking-flush",
     .type = {.param_count = 1,
              .params = params_method_output_stream_blocking_flush,
              .result = &type_result_void_stream_error},
     .fn = call_method_output_stream_blocking_flush},
    {.name = "[method]output-stream.subscribe",
     .type = {.param_count = 1,
              .params = params_method_output_stream_subscribe,
              .result = &type_own_pollable},
     .fn = call_method_output_stream_subscribe},
    {.name = "[method]output-stream.write-zeroes",
     .type = {.param_count = 2,
              .params = params_method_output_stream_write_zeroes,
              .result = &type_result_void_stream_error},
     .fn = call_method_output_stream_write_zeroes},
    {.name = "[method]output-stream.blocking-write-zeroes-and-flush",
     .type = {.param_count = 2,
              .params = params_method_output_stream_blocking_write_zeroes_and_flush,
              .result = &type_result_void_stream_error},
     .fn = call_method_output_stream_blocking_write_zeroes_and_flush},
    {.name = "[method]output-stream.splice",
     .type = {.param_count = 3,
              .params = params_method_output_stream_splice,
              .result = &type_result_u64_stream_error},
     .fn = call_method_output_stream_splice},
    {.name = "[method]output-stream.blocking-splice",
     .type = {.param_count = 3,
              .params = params_method_output_stream_blocking_splice,
              .result = &type_result_u64_stream_error},
     .fn = call_method_output_stream_blocking_splice},
};

static const tenon_host_resource resources[] = {
    {.name = "input-stream",
     .destructor = wasi_io_streams_input_stream_destructor},
    {.name = "output-stream",
     .destructor = wasi_io_streams_output_stream_destructor},
    {.name = "error",
     .interface = "wasi:io/error@0.2.12", .foreign_name = "error"},
    {.name = "pollable",
     .interface = "wasi:io/poll@0.2.12", .foreign_name = "pollable"},
};

static const tenon_host_type types[] = {
    {"stream-error", &type_stream_error},
};

const tenon_interface wasi_io_streams_interface = {
    .name = "wasi:io/streams@0.2.12",
    .funcs = funcs,
    .func_count = 15,
    .resources = resources,
    .resource_count = 4,
    .types = types,
    .type_count = 1,
};
