/* wasi_filesystem_types.c: written by witgen, as its header. */
#include "wasi_filesystem_types.h"

TENON_CHECK_SIZE(wasi_filesystem_types_option_datetime_t, 24, 24);
TENON_CHECK_OFFSET(wasi_filesystem_types_option_datetime_t, val, 8, 8);
TENON_CHECK_SIZE(wasi_filesystem_types_descriptor_stat_t, 96, 96);
TENON_CHECK_OFFSET(wasi_filesystem_types_descriptor_stat_t, link_count, 8, 8);
TENON_CHECK_OFFSET(wasi_filesystem_types_descriptor_stat_t, size, 16, 16);
TENON_CHECK_OFFSET(wasi_filesystem_types_descriptor_stat_t, data_access_timestamp,
    24, 24);
TENON_CHECK_OFFSET(wasi_filesystem_types_descriptor_stat_t,
    data_modification_timestamp, 48, 48);
TENON_CHECK_OFFSET(wasi_filesystem_types_descriptor_stat_t, status_change_timestamp,
    72, 72);
TENON_CHECK_SIZE(wasi_filesystem_types_new_timestamp_t, 24, 24);
TENON_CHECK_OFFSET(wasi_filesystem_types_new_timestamp_t, val, 8, 8);
TENON_CHECK_SIZE(wasi_filesystem_types_directory_entry_t, 12, 24);
TENON_CHECK_OFFSET(wasi_filesystem_types_directory_entry_t, name, 4, 8);
TENON_CHECK_SIZE(wasi_filesystem_types_metadata_hash_value_t, 16, 16);
TENON_CHECK_OFFSET(wasi_filesystem_types_metadata_hash_value_t, upper, 8, 8);
TENON_CHECK_SIZE(wasi_filesystem_types_result_own_input_stream_error_code_t, 8, 8);
TENON_CHECK_OFFSET(wasi_filesystem_types_result_own_input_stream_error_code_t, val,
    4, 4);
TENON_CHECK_SIZE(wasi_filesystem_types_result_own_output_stream_error_code_t, 8, 8);
TENON_CHECK_OFFSET(wasi_filesystem_types_result_own_output_stream_error_code_t, val,
    4, 4);
TENON_CHECK_SIZE(wasi_filesystem_types_result_void_error_code_t, 2, 2);
TENON_CHECK_OFFSET(wasi_filesystem_types_result_void_error_code_t, val, 1, 1);
TENON_CHECK_SIZE(wasi_filesystem_types_result_descriptor_flags_error_code_t, 2, 2);
TENON_CHECK_OFFSET(wasi_filesystem_types_result_descriptor_flags_error_code_t, val,
    1, 1);
TENON_CHECK_SIZE(wasi_filesystem_types_result_descriptor_type_error_code_t, 2, 2);
TENON_CHECK_OFFSET(wasi_filesystem_types_result_descriptor_type_error_code_t, val,
    1, 1);
TENON_CHECK_SIZE(wasi_filesystem_types_tuple2_list_u8_bool_t, 12, 24);
TENON_CHECK_OFFSET(wasi_filesystem_types_tuple2_list_u8_bool_t, f1, 8, 16);
TENON_CHECK_SIZE(wasi_filesystem_types_result_tuple2_list_u8_bool_error_code_t, 16, 32);
TENON_CHECK_OFFSET(wasi_filesystem_types_result_tuple2_list_u8_bool_error_code_t,
    val, 4, 8);
TENON_CHECK_SIZE(wasi_filesystem_types_result_filesize_error_code_t, 16, 16);
TENON_CHECK_OFFSET(wasi_filesystem_types_result_filesize_error_code_t, val, 8, 8);
TENON_CHECK_SIZE(wasi_filesystem_types_result_own_directory_entry_stream_error_code_t,
    8, 8);
TENON_CHECK_OFFSET(wasi_filesystem_types_result_own_directory_entry_stream_error_code_t,
    val, 4, 4);
TENON_CHECK_SIZE(wasi_filesystem_types_result_descriptor_stat_error_code_t, 104, 104);
TENON_CHECK_OFFSET(wasi_filesystem_types_result_descriptor_stat_error_code_t, val,
    8, 8);
TENON_CHECK_SIZE(wasi_filesystem_types_result_own_descriptor_error_code_t, 8, 8);
TENON_CHECK_OFFSET(wasi_filesystem_types_result_own_descriptor_error_code_t, val,
    4, 4);
TENON_CHECK_SIZE(wasi_filesystem_types_result_string_error_code_t, 12, 24);
TENON_CHECK_OFFSET(wasi_filesystem_types_result_string_error_code_t, val, 4, 8);
TENON_CHECK_SIZE(wasi_filesystem_types_result_metadata_hash_value_error_code_t, 24, 24);
TENON_CHECK_OFFSET(wasi_filesystem_types_result_metadata_hash_value_error_code_t,
    val, 8, 8);
TENON_CHECK_SIZE(wasi_filesystem_types_option_directory_entry_t, 16, 32);
TENON_CHECK_OFFSET(wasi_filesystem_types_option_directory_entry_t, val, 4, 8);
TENON_CHECK_SIZE(wasi_filesystem_types_result_option_directory_entry_error_code_t,
    20, 40);
TENON_CHECK_OFFSET(wasi_filesystem_types_result_option_directory_entry_error_code_t,
    val, 4, 8);
TENON_CHECK_SIZE(wasi_filesystem_types_option_error_code_t, 2, 2);
TENON_CHECK_OFFSET(wasi_filesystem_types_option_error_code_t, val, 1, 1);

static const tenon_type type_own_input_stream = {.kind = TENON_TYPE_OWN, .resource = 2};
static const tenon_type type_own_output_stream = {.kind = TENON_TYPE_OWN, .resource = 3};
static const tenon_type type_borrow_error = {.kind = TENON_TYPE_BORROW, .resource = 4};
static const tenon_type type_own_descriptor = {.kind = TENON_TYPE_OWN, .resource = 0};
static const tenon_type type_borrow_descriptor = {
    .kind = TENON_TYPE_BORROW,
    .resource = 0};
static const tenon_type type_own_directory_entry_stream = {
    .kind = TENON_TYPE_OWN,
    .resource = 1};
static const tenon_type type_borrow_directory_entry_stream = {
    .kind = TENON_TYPE_BORROW,
    .resource = 1};
static const tenon_type type_u64 = {.kind = TENON_TYPE_U64};
static const tenon_type type_u32 = {.kind = TENON_TYPE_U32};
static const tenon_field fields_wasi_clocks_wall_clock_datetime[] = {
    {"seconds", &type_u64},
    {"nanoseconds", &type_u32},
};
static const tenon_type type_wasi_clocks_wall_clock_datetime = {
    .kind = TENON_TYPE_RECORD,
    .count = 2,
    .fields = fields_wasi_clocks_wall_clock_datetime};
static const tenon_field fields_descriptor_type[] = {
    {"unknown", NULL},
    {"block-device", NULL},
    {"character-device", NULL},
    {"directory", NULL},
    {"fifo", NULL},
    {"symbolic-link", NULL},
    {"regular-file", NULL},
    {"socket", NULL},
};
static const tenon_type type_descriptor_type = {
    .kind = TENON_TYPE_ENUM,
    .count = 8,
    .fields = fields_descriptor_type};
static const tenon_field fields_descriptor_flags[] = {
    {"read", NULL},
    {"write", NULL},
    {"file-integrity-sync", NULL},
    {"data-integrity-sync", NULL},
    {"requested-write-sync", NULL},
    {"mutate-directory", NULL},
};
static const tenon_type type_descriptor_flags = {
    .kind = TENON_TYPE_FLAGS,
    .count = 6,
    .fields = fields_descriptor_flags};
static const tenon_type type_option_datetime = {
    .kind = TENON_TYPE_OPTION,
    .element = &type_wasi_clocks_wall_clock_datetime};
static const tenon_field fields_descriptor_stat[] = {
    {"type", &type_descriptor_type},
    {"link-count", &type_u64},
    {"size", &type_u64},
    {"data-access-timestamp", &type_option_datetime},
    {"data-modification-timestamp", &type_option_datetime},
    {"status-change-timestamp", &type_option_datetime},
};
static const tenon_type type_descriptor_stat = {
    .kind = TENON_TYPE_RECORD,
    .count = 6,
    .fields = fields_descriptor_stat};
static const tenon_field fields_path_flags[] = {
    {"symlink-follow", NULL},
};
static const tenon_type type_path_flags = {
    .kind = TENON_TYPE_FLAGS,
    .count = 1,
    .fields = fields_path_flags};
static const tenon_field fields_open_flags[] = {
    {"create", NULL},
    {"directory", NULL},
    {"exclusive", NULL},
    {"truncate", NULL},
};
static const tenon_type type_open_flags = {
    .kind = TENON_TYPE_FLAGS,
    .count = 4,
    .fields = fields_open_flags};
static const tenon_field fields_new_timestamp[] = {
    {"no-change", NULL},
    {"now", NULL},
    {"timestamp", &type_wasi_clocks_wall_clock_datetime},
};
static const tenon_type type_new_timestamp = {
    .kind = TENON_TYPE_VARIANT,
    .count = 3,
    .fields = fields_new_timestamp};
static const tenon_type type_string = {.kind = TENON_TYPE_STRING};
static const tenon_field fields_directory_entry[] = {
    {"type", &type_descriptor_type},
    {"name", &type_string},
};
static const tenon_type type_directory_entry = {
    .kind = TENON_TYPE_RECORD,
    .count = 2,
    .fields = fields_directory_entry};
static const tenon_field fields_error_code[] = {
    {"access", NULL},
    {"would-block", NULL},
    {"already", NULL},
    {"bad-descriptor", NULL},
    {"busy", NULL},
    {"deadlock", NULL},
    {"quota", NULL},
    {"exist", NULL},
    {"file-too-large", NULL},
    {"illegal-byte-sequence", NULL},
    {"in-progress", NULL},
    {"interrupted", NULL},
    {"invalid", NULL},
    {"io", NULL},
    {"is-directory", NULL},
    {"loop", NULL},
    {"too-many-links", NULL},
    {"message-size", NULL},
    {"name-too-long", NULL},
    {"no-device", NULL},
    {"no-entry", NULL},
    {"no-lock", NULL},
    {"insufficient-memory", NULL},
    {"insufficient-space", NULL},
    {"not-directory", NULL},
    {"not-empty", NULL},
    {"not-recoverable", NULL},
    {"unsupported", NULL},
    {"no-tty", NULL},
    {"no-such-device", NULL},
    {"overflow", NULL},
    {"not-permitted", NULL},
    {"pipe", NULL},
    {"read-only", NULL},
    {"invalid-seek", NULL},
    {"text-file-busy", NULL},
    {"cross-device", NULL},
};
static const tenon_type type_error_code = {
    .kind = TENON_TYPE_ENUM,
    .count = 37,
    .fields = fields_error_code};
static const tenon_field fields_advice[] = {
    {"normal", NULL},
    {"sequential", NULL},
    {"random", NULL},
    {"will-need", NULL},
    {"dont-need", NULL},
    {"no-reuse", NULL},
};
static const tenon_type type_advice = {
    .kind = TENON_TYPE_ENUM,
    .count = 6,
    .fields = fields_advice};
static const tenon_field fields_metadata_hash_value[] = {
    {"lower", &type_u64},
    {"upper", &type_u64},
};
static const tenon_type type_metadata_hash_value = {
    .kind = TENON_TYPE_RECORD,
    .count = 2,
    .fields = fields_metadata_hash_value};
static const tenon_type type_result_own_input_stream_error_code = {
    .kind = TENON_TYPE_RESULT,
    .element = &type_own_input_stream,
    .other = &type_error_code};
static const tenon_type type_result_own_output_stream_error_code = {
    .kind = TENON_TYPE_RESULT,
    .element = &type_own_output_stream,
    .other = &type_error_code};
static const tenon_type type_result_void_error_code = {
    .kind = TENON_TYPE_RESULT,
    .other = &type_error_code};
static const tenon_type type_result_descriptor_flags_error_code = {
    .kind = TENON_TYPE_RESULT,
    .element = &type_descriptor_flags,
    .other = &type_error_code};
static const tenon_type type_result_descriptor_type_error_code = {
    .kind = TENON_TYPE_RESULT,
    .element = &type_descriptor_type,
    .other = &type_error_code};
static const tenon_type type_u8 = {.kind = TENON_TYPE_U8};
static const tenon_type type_list_u8 = {.kind = TENON_TYPE_LIST, .element = &type_u8};
static const tenon_type type_bool = {.kind = TENON_TYPE_BOOL};
static const tenon_field fields_tuple2_list_u8_bool[] = {
    {NULL, &type_list_u8},
    {NULL, &type_bool},
};
static const tenon_type type_tuple2_list_u8_bool = {
    .kind = TENON_TYPE_TUPLE,
    .count = 2,
    .fields = fields_tuple2_list_u8_bool};
static const tenon_type type_result_tuple2_list_u8_bool_error_code = {
    .kind = TENON_TYPE_RESULT,
    .element = &type_tuple2_list_u8_bool,
    .other = &type_error_code};
static const tenon_type type_result_filesize_error_code = {
    .kind = TENON_TYPE_RESULT,
    .element = &type_u64,
    .other = &type_error_code};
static const tenon_type type_result_own_directory_entry_stream_error_code = {
    .kind = TENON_TYPE_RESULT,
    .element = &type_own_directory_entry_stream,
    .other = &type_error_code};
static const tenon_type type_result_descriptor_stat_error_code = {
    .kind = TENON_TYPE_RESULT,
    .element = &type_descriptor_stat,
    .other = &type_error_code};
static const tenon_type type_result_own_descriptor_error_code = {
    .kind = TENON_TYPE_RESULT,
    .element = &type_own_descriptor,
    .other = &type_error_code};
static const tenon_type type_result_string_error_code = {
    .kind = TENON_TYPE_RESULT,
    .element = &type_string,
    .other = &type_error_code};
static const tenon_type type_result_metadata_hash_value_error_code = {
    .kind = TENON_TYPE_RESULT,
    .element = &type_metadata_hash_value,
    .other = &type_error_code};
static const tenon_type type_option_directory_entry = {
    .kind = TENON_TYPE_OPTION,
    .element = &type_directory_entry};
static const tenon_type type_result_option_directory_entry_error_code = {
    .kind = TENON_TYPE_RESULT,
    .element = &type_option_directory_entry,
    .other = &type_error_code};
static const tenon_type type_option_error_code = {
    .kind = TENON_TYPE_OPTION,
    .element = &type_error_code};

typedef struct args_method_descriptor_read_via_stream {
    wasi_filesystem_types_borrow_descriptor_t self;
    TENON_ALIGN8 wasi_filesystem_types_filesize_t offset;
} args_method_descriptor_read_via_stream;
TENON_CHECK_OFFSET(args_method_descriptor_read_via_stream, offset, 8, 8);
TENON_CHECK_SIZE(args_method_descriptor_read_via_stream, 16, 16);

static tenon_status call_method_descriptor_read_via_stream(
    tenon_call *call, void *user, const void *args, void *result) {
    const args_method_descriptor_read_via_stream *a = args;
    return wasi_filesystem_types_method_descriptor_read_via_stream(
        call, user, a->self, a->offset, result);
}

typedef struct args_method_descriptor_write_via_stream {
    wasi_filesystem_types_borrow_descriptor_t self;
    TENON_ALIGN8 wasi_filesystem_types_filesize_t offset;
} args_method_descriptor_write_via_stream;
TENON_CHECK_OFFSET(args_method_descriptor_write_via_stream, offset, 8, 8);
TENON_CHECK_SIZE(args_method_descriptor_write_via_stream, 16, 16);

static tenon_status call_method_descriptor_write_via_stream(
    tenon_call *call, void *user, const void *args, void *result) {
    const args_method_descriptor_write_via_stream *a = args;
    return wasi_filesystem_types_method_descriptor_write_via_stream(
        call, user, a->self, a->offset, result);
}

typedef struct args_method_descriptor_append_via_stream {
    wasi_filesystem_types_borrow_descriptor_t self;
} args_method_descriptor_append_via_stream;
TENON_CHECK_SIZE(args_method_descriptor_append_via_stream, 4, 4);

static tenon_status call_method_descriptor_append_via_stream(
    tenon_call *call, void *user, const void *args, void *result) {
    const args_method_descriptor_append_via_stream *a = args;
    return wasi_filesystem_types_method_descriptor_append_via_stream(
        call, user, a->self, result);
}

typedef struct args_method_descriptor_advise {
    wasi_filesystem_types_borrow_descriptor_t self;
    TENON_ALIGN8 wasi_filesystem_types_filesize_t offset;
    TENON_ALIGN8 wasi_filesystem_types_filesize_t length;
    wasi_filesystem_types_advice_t advice;
} args_method_descriptor_advise;
TENON_CHECK_OFFSET(args_method_descriptor_advise, advice, 24, 24);
TENON_CHECK_SIZE(args_method_descriptor_advise, 32, 32);

static tenon_status call_method_descriptor_advise(
    tenon_call *call, void *user, const void *args, void *result) {
    const args_method_descriptor_advise *a = args;
    return wasi_filesystem_types_method_descriptor_advise(
        call, user, a->self, a->offset, a->length, a->advice, result);
}

typedef struct args_method_descriptor_sync_data {
    wasi_filesystem_types_borrow_descriptor_t self;
} args_method_descriptor_sync_data;
TENON_CHECK_SIZE(args_method_descriptor_sync_data, 4, 4);

static tenon_status call_method_descriptor_sync_data(
    tenon_call *call, void *user, const void *args, void *result) {
    const args_method_descriptor_sync_data *a = args;
    return wasi_filesystem_types_method_descriptor_sync_data(
        call, user, a->self, result);
}

typedef struct args_method_descriptor_get_flags {
    wasi_filesystem_types_borrow_descriptor_t self;
} args_method_descriptor_get_flags;
TENON_CHECK_SIZE(args_method_descriptor_get_flags, 4, 4);

static tenon_status call_method_descriptor_get_flags(
    tenon_call *call, void *user, const void *args, void *result) {
    const args_method_descriptor_get_flags *a = args;
    return wasi_filesystem_types_method_descriptor_get_flags(
        call, user, a->self, result);
}

typedef struct args_method_descriptor_get_type {
    wasi_filesystem_types_borrow_descriptor_t self;
} args_method_descriptor_get_type;
TENON_CHECK_SIZE(args_method_descriptor_get_type, 4, 4);

static tenon_status call_method_descriptor_get_type(
    tenon_call *call, void *user, const void *args, void *result) {
    const args_method_descriptor_get_type *a = args;
    return wasi_filesystem_types_method_descriptor_get_type(
        call, user, a->self, result);
}

typedef struct args_method_descriptor_set_size {
    wasi_filesystem_types_borrow_descriptor_t self;
    TENON_ALIGN8 wasi_filesystem_types_filesize_t size;
} args_method_descriptor_set_size;
TENON_CHECK_OFFSET(args_method_descriptor_set_size, size, 8, 8);
TENON_CHECK_SIZE(args_method_descriptor_set_size, 16, 16);

static tenon_status call_method_descriptor_set_size(
    tenon_call *call, void *user, const void *args, void *result) {
    const args_method_descriptor_set_size *a = args;
    return wasi_filesystem_types_method_descriptor_set_size(
        call, user, a->self, a->size, result);
}

typedef struct args_method_descriptor_set_times {
    wasi_filesystem_types_borrow_descriptor_t self;
    wasi_filesystem_types_new_timestamp_t data_access_timestamp;
    wasi_filesystem_types_new_timestamp_t data_modification_timestamp;
} args_method_descriptor_set_times;
TENON_CHECK_OFFSET(args_method_descriptor_set_times, data_modification_timestamp,
    32, 32);
TENON_CHECK_SIZE(args_method_descriptor_set_times, 56, 56);

static tenon_status call_method_descriptor_set_times(
    tenon_call *call, void *user, const void *args, void *result) {
    const args_method_descriptor_set_times *a = args;
    return wasi_filesystem_types_method_descriptor_set_times(
        call, user, a->self, &a->data_access_timestamp, &a->data_modification_timestamp,
        result);
}

typedef struct args_method_descriptor_read {
    wasi_filesystem_types_borrow_descriptor_t self;
    TENON_ALIGN8 wasi_filesystem_types_filesize_t length;
    TENON_ALIGN8 wasi_filesystem_types_filesize_t offset;
} args_method_descriptor_read;
TENON_CHECK_OFFSET(args_method_descriptor_read, offset, 16, 16);
TENON_CHECK_SIZE(args_method_descriptor_read, 24, 24);

static tenon_status call_method_descriptor_read(
    tenon_call *call, void *user, const void *args, void *result) {
    const args_method_descriptor_read *a = args;
    return wasi_filesystem_types_method_descriptor_read(
        call, user, a->self, a->length, a->offset, result);
}

typedef struct args_method_descriptor_write {
    wasi_filesystem_types_borrow_descriptor_t self;
    wasi_filesystem_types_list_u8_t buffer;
    TENON_ALIGN8 wasi_filesystem_types_filesize_t offset;
} args_method_descriptor_write;
TENON_CHECK_OFFSET(args_method_descriptor_write, offset, 16, 24);
TENON_CHECK_SIZE(args_method_descriptor_write, 24, 32);

static tenon_status call_method_descriptor_write(
    tenon_call *call, void *user, const void *args, void *result) {
    const args_method_descriptor_write *a = args;
    return wasi_filesystem_types_method_descriptor_write(
        call, user, a->self, &a->buffer, a->offset, result);
}

typedef struct args_method_descriptor_read_directory {
    wasi_filesystem_types_borrow_descriptor_t self;
} args_method_descriptor_read_directory;
TENON_CHECK_SIZE(args_method_descriptor_read_directory, 4, 4);

static tenon_status call_method_descriptor_read_directory(
    tenon_call *call, void *user, const void *args, void *result) {
    const args_method_descriptor_read_directory *a = args;
    return wasi_filesystem_types_method_descriptor_read_directory(
        call, user, a->self, result);
}

typedef struct args_method_descriptor_sync {
    wasi_filesystem_types_borrow_descriptor_t self;
} args_method_descriptor_sync;
TENON_CHECK_SIZE(args_method_descriptor_sync, 4, 4);

static tenon_status call_method_descriptor_sync(
    tenon_call *call, void *user, const void *args, void *result) {
    const args_method_descriptor_sync *a = args;
    return wasi_filesystem_types_method_descriptor_sync(
        call, user, a->self, result);
}

typedef struct args_method_descriptor_create_directory_at {
    wasi_filesystem_types_borrow_descriptor_t self;
    tenon_string path;
} args_method_descriptor_create_directory_at;
TENON_CHECK_OFFSET(args_method_descriptor_create_directory_at, path, 4, 8);
TENON_CHECK_SIZE(args_method_descriptor_create_directory_at, 12, 24);

static tenon_status call_method_descriptor_create_directory_at(
    tenon_call *call, void *user, const void *args, void *result) {
    const args_method_descriptor_create_directory_at *a = args;
    return wasi_filesystem_types_method_descriptor_create_directory_at(
        call, user, a->self, &a->path, result);
}

typedef struct args_method_descriptor_stat {
    wasi_filesystem_types_borrow_descriptor_t self;
} args_method_descriptor_stat;
TENON_CHECK_SIZE(args_method_descriptor_stat, 4, 4);

static tenon_status call_method_descriptor_stat(
    tenon_call *call, void *user, const void *args, void *result) {
    const args_method_descriptor_stat *a = args;
    return wasi_filesystem_types_method_descriptor_stat(
        call, user, a->self, result);
}

typedef struct args_method_descriptor_stat_at {
    wasi_filesystem_types_borrow_descriptor_t self;
    wasi_filesystem_types_path_flags_t path_flags;
    tenon_string path;
} args_method_descriptor_stat_at;
TENON_CHECK_OFFSET(args_method_descriptor_stat_at, path, 8, 8);
TENON_CHECK_SIZE(args_method_descriptor_stat_at, 16, 24);

static tenon_status call_method_descriptor_stat_at(
    tenon_call *call, void *user, const void *args, void *result) {
    const args_method_descriptor_stat_at *a = args;
    return wasi_filesystem_types_method_descriptor_stat_at(
        call, user, a->self, a->path_flags, &a->path, result);
}

typedef struct args_method_descriptor_set_times_at {
    wasi_filesystem_types_borrow_descriptor_t self;
    wasi_filesystem_types_path_flags_t path_flags;
    tenon_string path;
    wasi_filesystem_types_new_timestamp_t data_access_timestamp;
    wasi_filesystem_types_new_timestamp_t data_modification_timestamp;
} args_method_descriptor_set_times_at;
TENON_CHECK_OFFSET(args_method_descriptor_set_times_at, data_modification_timestamp,
    40, 48);
TENON_CHECK_SIZE(args_method_descriptor_set_times_at, 64, 72);

static tenon_status call_method_descriptor_set_times_at(
    tenon_call *call, void *user, const void *args, void *result) {
    const args_method_descriptor_set_times_at *a = args;
    return wasi_filesystem_types_method_descriptor_set_times_at(
        call, user, a->self, a->path_flags, &a->path, &a->data_access_timestamp,
        &a->data_modification_timestamp, result);
}

typedef struct args_method_descriptor_link_at {
    wasi_filesystem_types_borrow_descriptor_t self;
    wasi_filesystem_types_path_flags_t old_path_flags;
    tenon_string old_path;
    wasi_filesystem_types_borrow_descriptor_t new_descriptor;
    tenon_string new_path;
} args_method_descriptor_link_at;
TENON_CHECK_OFFSET(args_method_descriptor_link_at, new_path, 20, 32);
TENON_CHECK_SIZE(args_method_descriptor_link_at, 28, 48);

static tenon_status call_method_descriptor_link_at(
    tenon_call *call, void *user, const void *args, void *result) {
    const args_method_descriptor_link_at *a = args;
    return wasi_filesystem_types_method_descriptor_link_at(
        call, user, a->self, a->old_path_flags, &a->old_path, a->new_descriptor,
        &a->new_path, result);
}

typedef struct args_method_descriptor_open_at {
    wasi_filesystem_types_borrow_descriptor_t self;
    wasi_filesystem_types_path_flags_t path_flags;
    tenon_string path;
    wasi_filesystem_types_open_flags_t open_flags;
    wasi_filesystem_types_descriptor_flags_t flags;
} args_method_descriptor_open_at;
TENON_CHECK_OFFSET(args_method_descriptor_open_at, flags, 17, 25);
TENON_CHECK_SIZE(args_method_descriptor_open_at, 20, 32);

static tenon_status call_method_descriptor_open_at(
    tenon_call *call, void *user, const void *args, void *result) {
    const args_method_descriptor_open_at *a = args;
    return wasi_filesystem_types_method_descriptor_open_at(
        call, user, a->self, a->path_flags, &a->path, a->open_flags, a->flags, result);
}

typedef struct args_method_descriptor_readlink_at {
    wasi_filesystem_types_borrow_descriptor_t self;
    tenon_string path;
} args_method_descriptor_readlink_at;
TENON_CHECK_OFFSET(args_method_descriptor_readlink_at, path, 4, 8);
TENON_CHECK_SIZE(args_method_descriptor_readlink_at, 12, 24);

static tenon_status call_method_descriptor_readlink_at(
    tenon_call *call, void *user, const void *args, void *result) {
    const args_method_descriptor_readlink_at *a = args;
    return wasi_filesystem_types_method_descriptor_readlink_at(
        call, user, a->self, &a->path, result);
}

typedef struct args_method_descriptor_remove_directory_at {
    wasi_filesystem_types_borrow_descriptor_t self;
    tenon_string path;
} args_method_descriptor_remove_directory_at;
TENON_CHECK_OFFSET(args_method_descriptor_remove_directory_at, path, 4, 8);
TENON_CHECK_SIZE(args_method_descriptor_remove_directory_at, 12, 24);

static tenon_status call_method_descriptor_remove_directory_at(
    tenon_call *call, void *user, const void *args, void *result) {
    const args_method_descriptor_remove_directory_at *a = args;
    return wasi_filesystem_types_method_descriptor_remove_directory_at(
        call, user, a->self, &a->path, result);
}

typedef struct args_method_descriptor_rename_at {
    wasi_filesystem_types_borrow_descriptor_t self;
    tenon_string old_path;
    wasi_filesystem_types_borrow_descriptor_t new_descriptor;
    tenon_string new_path;
} args_method_descriptor_rename_at;
TENON_CHECK_OFFSET(args_method_descriptor_rename_at, new_path, 16, 32);
TENON_CHECK_SIZE(args_method_descriptor_rename_at, 24, 48);

static tenon_status call_method_descriptor_rename_at(
    tenon_call *call, void *user, const void *args, void *result) {
    const args_method_descriptor_rename_at *a = args;
    return wasi_filesystem_types_method_descriptor_rename_at(
        call, user, a->self, &a->old_path, a->new_descriptor, &a->new_path, result);
}

typedef struct args_method_descriptor_symlink_at {
    wasi_filesystem_types_borrow_descriptor_t self;
    tenon_string old_path;
    tenon_string new_path;
} args_method_descriptor_symlink_at;
TENON_CHECK_OFFSET(args_method_descriptor_symlink_at, new_path, 12, 24);
TENON_CHECK_SIZE(args_method_descriptor_symlink_at, 20, 40);

static tenon_status call_method_descriptor_symlink_at(
    tenon_call *call, void *user, const void *args, void *result) {
    const args_method_descriptor_symlink_at *a = args;
    return wasi_filesystem_types_method_descriptor_symlink_at(
        call, user, a->self, &a->old_path, &a->new_path, result);
}

typedef struct args_method_descriptor_unlink_file_at {
    wasi_filesystem_types_borrow_descriptor_t self;
    tenon_string path;
} args_method_descriptor_unlink_file_at;
TENON_CHECK_OFFSET(args_method_descriptor_unlink_file_at, path, 4, 8);
TENON_CHECK_SIZE(args_method_descriptor_unlink_file_at, 12, 24);

static tenon_status call_method_descriptor_unlink_file_at(
    tenon_call *call, void *user, const void *args, void *result) {
    const args_method_descriptor_unlink_file_at *a = args;
    return wasi_filesystem_types_method_descriptor_unlink_file_at(
        call, user, a->self, &a->path, result);
}

typedef struct args_method_descriptor_is_same_object {
    wasi_filesystem_types_borrow_descriptor_t self;
    wasi_filesystem_types_borrow_descriptor_t other;
} args_method_descriptor_is_same_object;
TENON_CHECK_OFFSET(args_method_descriptor_is_same_object, other, 4, 4);
TENON_CHECK_SIZE(args_method_descriptor_is_same_object, 8, 8);

static tenon_status call_method_descriptor_is_same_object(
    tenon_call *call, void *user, const void *args, void *result) {
    const args_method_descriptor_is_same_object *a = args;
    return wasi_filesystem_types_method_descriptor_is_same_object(
        call, user, a->self, a->other, result);
}

typedef struct args_method_descriptor_metadata_hash {
    wasi_filesystem_types_borrow_descriptor_t self;
} args_method_descriptor_metadata_hash;
TENON_CHECK_SIZE(args_method_descriptor_metadata_hash, 4, 4);

static tenon_status call_method_descriptor_metadata_hash(
    tenon_call *call, void *user, const void *args, void *result) {
    const args_method_descriptor_metadata_hash *a = args;
    return wasi_filesystem_types_method_descriptor_metadata_hash(
        call, user, a->self, result);
}

typedef struct args_method_descriptor_metadata_hash_at {
    wasi_filesystem_types_borrow_descriptor_t self;
    wasi_filesystem_types_path_flags_t path_flags;
    tenon_string path;
} args_method_descriptor_metadata_hash_at;
TENON_CHECK_OFFSET(args_method_descriptor_metadata_hash_at, path, 8, 8);
TENON_CHECK_SIZE(args_method_descriptor_metadata_hash_at, 16, 24);

static tenon_status call_method_descriptor_metadata_hash_at(
    tenon_call *call, void *user, const void *args, void *result) {
    const args_method_descriptor_metadata_hash_at *a = args;
    return wasi_filesystem_types_method_descriptor_metadata_hash_at(
        call, user, a->self, a->path_flags, &a->path, result);
}

typedef struct args_method_directory_entry_stream_read_directory_entry {
    wasi_filesystem_types_borrow_directory_entry_stream_t self;
} args_method_directory_entry_stream_read_directory_entry;
TENON_CHECK_SIZE(args_method_directory_entry_stream_read_directory_entry, 4, 4);

static tenon_status call_method_directory_entry_stream_read_directory_entry(
    tenon_call *call, void *user, const void *args, void *result) {
    const args_method_directory_entry_stream_read_directory_entry *a = args;
    return wasi_filesystem_types_method_directory_entry_stream_read_directory_entry(
        call, user, a->self, result);
}

typedef struct args_filesystem_error_code {
    wasi_filesystem_types_borrow_error_t err_;
} args_filesystem_error_code;
TENON_CHECK_SIZE(args_filesystem_error_code, 4, 4);

static tenon_status call_filesystem_error_code(
    tenon_call *call, void *user, const void *args, void *result) {
    const args_filesystem_error_code *a = args;
    return wasi_filesystem_types_filesystem_error_code(
        call, user, a->err_, result);
}

static const tenon_field params_method_descriptor_read_via_stream[] = {
    {"self", &type_borrow_descriptor},
    {"offset", &type_u64},
};
static const tenon_field params_method_descriptor_write_via_stream[] = {
    {"self", &type_borrow_descriptor},
    {"offset", &type_u64},
};
static const tenon_field params_method_descriptor_append_via_stream[] = {
    {"self", &type_borrow_descriptor},
};
static const tenon_field params_method_descriptor_advise[] = {
    {"self", &type_borrow_descriptor},
    {"offset", &type_u64},
    {"length", &type_u64},
    {"advice", &type_advice},
};
static const tenon_field params_method_descriptor_sync_data[] = {
    {"self", &type_borrow_descriptor},
};
static const tenon_field params_method_descriptor_get_flags[] = {
    {"self", &type_borrow_descriptor},
};
static const tenon_field params_method_descriptor_get_type[] = {
    {"self", &type_borrow_descriptor},
};
static const tenon_field params_method_descriptor_set_size[] = {
    {"self", &type_borrow_descriptor},
    {"size", &type_u64},
};
static const tenon_field params_method_descriptor_set_times[] = {
    {"self", &type_borrow_descriptor},
    {"data-access-timestamp", &type_new_timestamp},
    {"data-modification-timestamp", &type_new_timestamp},
};
static const tenon_field params_method_descriptor_read[] = {
    {"self", &type_borrow_descriptor},
    {"length", &type_u64},
    {"offset", &type_u64},
};
static const tenon_field params_method_descriptor_write[] = {
    {"self", &type_borrow_descriptor},
    {"buffer", &type_list_u8},
    {"offset", &type_u64},
};
static const tenon_field params_method_descriptor_read_directory[] = {
    {"self", &type_borrow_descriptor},
};
static const tenon_field params_method_descriptor_sync[] = {
    {"self", &type_borrow_descriptor},
};
static const tenon_field params_method_descriptor_create_directory_at[] = {
    {"self", &type_borrow_descriptor},
    {"path", &type_string},
};
static const tenon_field params_method_descriptor_stat[] = {
    {"self", &type_borrow_descriptor},
};
static const tenon_field params_method_descriptor_stat_at[] = {
    {"self", &type_borrow_descriptor},
    {"path-flags", &type_path_flags},
    {"path", &type_string},
};
static const tenon_field params_method_descriptor_set_times_at[] = {
    {"self", &type_borrow_descriptor},
    {"path-flags", &type_path_flags},
    {"path", &type_string},
    {"data-access-timestamp", &type_new_timestamp},
    {"data-modification-timestamp", &type_new_timestamp},
};
static const tenon_field params_method_descriptor_link_at[] = {
    {"self", &type_borrow_descriptor},
    {"old-path-flags", &type_path_flags},
    {"old-path", &type_string},
    {"new-descriptor", &type_borrow_descriptor},
    {"new-path", &type_string},
};
static const tenon_field params_method_descriptor_open_at[] = {
    {"self", &type_borrow_descriptor},
    {"path-flags", &type_path_flags},
    {"path", &type_string},
    {"open-flags", &type_open_flags},
    {"flags", &type_descriptor_flags},
};
static const tenon_field params_method_descriptor_readlink_at[] = {
    {"self", &type_borrow_descriptor},
    {"path", &type_string},
};
static const tenon_field params_method_descriptor_remove_directory_at[] = {
    {"self", &type_borrow_descriptor},
    {"path", &type_string},
};
static const tenon_field params_method_descriptor_rename_at[] = {
    {"self", &type_borrow_descriptor},
    {"old-path", &type_string},
    {"new-descriptor", &type_borrow_descriptor},
    {"new-path", &type_string},
};
static const tenon_field params_method_descriptor_symlink_at[] = {
    {"self", &type_borrow_descriptor},
    {"old-path", &type_string},
    {"new-path", &type_string},
};
static const tenon_field params_method_descriptor_unlink_file_at[] = {
    {"self", &type_borrow_descriptor},
    {"path", &type_string},
};
static const tenon_field params_method_descriptor_is_same_object[] = {
    {"self", &type_borrow_descriptor},
    {"other", &type_borrow_descriptor},
};
static const tenon_field params_method_descriptor_metadata_hash[] = {
    {"self", &type_borrow_descriptor},
};
static const tenon_field params_method_descriptor_metadata_hash_at[] = {
    {"self", &type_borrow_descriptor},
    {"path-flags", &type_path_flags},
    {"path", &type_string},
};
static const tenon_field params_method_directory_entry_stream_read_directory_entry[] = {
    {"self", &type_borrow_directory_entry_stream},
};
static const tenon_field params_filesystem_error_code[] = {
    {"err", &type_borrow_error},
};

static const tenon_host_func funcs[] = {
    {.name = "[method]descriptor.read-via-stream",
     .type = {.param_count = 2,
              .params = params_method_descriptor_read_via_stream,
              .result = &type_result_own_input_stream_error_code},
     .fn = call_method_descriptor_read_via_stream},
    {.name = "[method]descriptor.write-via-stream",
     .type = {.param_count = 2,
              .params = params_method_descriptor_write_via_stream,
              .result = &type_result_own_output_stream_error_code},
     .fn = call_method_descriptor_write_via_stream},
    {.name = "[method]descriptor.append-via-stream",
     .type = {.param_count = 1,
              .params = params_method_descriptor_append_via_stream,
              .result = &type_result_own_output_stream_error_code},
     .fn = call_method_descriptor_append_via_stream},
    {.name = "[method]descriptor.advise",
     .type = {.param_count = 4,
              .params = params_method_descriptor_advise,
              .result = &type_result_void_error_code},
     .fn = call_method_descriptor_advise},
    {.name = "[method]descriptor.sync-data",
     .type = {.param_count = 1,
              .params = params_method_descriptor_sync_data,
              .result = &type_result_void_error_code},
     .fn = call_method_descriptor_sync_data},
    {.name = "[method]descriptor.get-flags",
     .type = {.param_count = 1,
              .params = params_method_descriptor_get_flags,
              .result = &type_result_descriptor_flags_error_code},
     .fn = call_method_descriptor_get_flags},
    {.name = "[method]descriptor.get-type",
     .type = {.param_count = 1,
              .params = params_method_descriptor_get_type,
              .result = &type_result_descriptor_type_error_code},
     .fn = call_method_descriptor_get_type},
    {.name = "[method]descriptor.set-size",
     .type = {.param_count = 2,
              .params = params_method_descriptor_set_size,
              .result = &type_result_void_error_code},
     .fn = call_method_descriptor_set_size},
    {.name = "[method]descriptor.set-times",
     .type = {.param_count = 3,
              .params = params_method_descriptor_set_times,
              .result = &type_result_void_error_code},
     .fn = call_method_descriptor_set_times},
    {.name = "[method]descriptor.read",
     .type = {.param_count = 3,
              .params = params_method_descriptor_read,
              .result = &type_result_tuple2_list_u8_bool_error_code},
     .fn = call_method_descriptor_read},
    {.name = "[method]descriptor.write",
     .type = {.param_count = 3,
              .params = params_method_descriptor_write,
              .result = &type_result_filesize_error_code},
     .fn = call_method_descriptor_write},
    {.name = "[method]descriptor.read-directory",
     .type = {.param_count = 1,
              .params = params_method_descriptor_read_directory,
              .result = &type_result_own_directory_entry_stream_error_code},
     .fn = call_method_descriptor_read_directory},
    {.name = "[method]descriptor.sync",
     .type = {.param_count = 1,
              .params = params_method_descriptor_sync,
              .result = &type_result_void_error_code},
     .fn = call_method_descriptor_sync},
    {.name = "[method]descriptor.create-directory-at",
     .type = {.param_count = 2,
              .params = params_method_descriptor_create_directory_at,
              .result = &type_result_void_error_code},
     .fn = call_method_descriptor_create_directory_at},
    {.name = "[method]descriptor.stat",
     .type = {.param_count = 1,
              .params = params_method_descriptor_stat,
              .result = &type_result_descriptor_stat_error_code},
     .fn = call_method_descriptor_stat},
    {.name = "[method]descriptor.stat-at",
     .type = {.param_count = 3,
              .params = params_method_descriptor_stat_at,
              .result = &type_result_descriptor_stat_error_code},
     .fn = call_method_descriptor_stat_at},
    {.name = "[method]descriptor.set-times-at",
     .type = {.param_count = 5,
              .params = params_method_descriptor_set_times_at,
              .result = &type_result_void_error_code},
     .fn = call_method_descriptor_set_times_at},
    {.name = "[method]descriptor.link-at",
     .type = {.param_count = 5,
              .params = params_method_descriptor_link_at,
              .result = &type_result_void_error_code},
     .fn = call_method_descriptor_link_at},
    {.name = "[method]descriptor.open-at",
     .type = {.param_count = 5,
              .params = params_method_descriptor_open_at,
              .result = &type_result_own_descriptor_error_code},
     .fn = call_method_descriptor_open_at},
    {.name = "[method]descriptor.readlink-at",
     .type = {.param_count = 2,
              .params = params_method_descriptor_readlink_at,
              .result = &type_result_string_error_code},
     .fn = call_method_descriptor_readlink_at},
    {.name = "[method]descriptor.remove-directory-at",
     .type = {.param_count = 2,
              .params = params_method_descriptor_remove_directory_at,
              .result = &type_result_void_error_code},
     .fn = call_method_descriptor_remove_directory_at},
    {.name = "[method]descriptor.rename-at",
     .type = {.param_count = 4,
              .params = params_method_descriptor_rename_at,
              .result = &type_result_void_error_code},
     .fn = call_method_descriptor_rename_at},
    {.name = "[method]descriptor.symlink-at",
     .type = {.param_count = 3,
              .params = params_method_descriptor_symlink_at,
              .result = &type_result_void_error_code},
     .fn = call_method_descriptor_symlink_at},
    {.name = "[method]descriptor.unlink-file-at",
     .type = {.param_count = 2,
              .params = params_method_descriptor_unlink_file_at,
              .result = &type_result_void_error_code},
     .fn = call_method_descriptor_unlink_file_at},
    {.name = "[method]descriptor.is-same-object",
     .type = {.param_count = 2,
              .params = params_method_descriptor_is_same_object,
              .result = &type_bool},
     .fn = call_method_descriptor_is_same_object},
    {.name = "[method]descriptor.metadata-hash",
     .type = {.param_count = 1,
              .params = params_method_descriptor_metadata_hash,
              .result = &type_result_metadata_hash_value_error_code},
     .fn = call_method_descriptor_metadata_hash},
    {.name = "[method]descriptor.metadata-hash-at",
     .type = {.param_count = 3,
              .params = params_method_descriptor_metadata_hash_at,
              .result = &type_result_metadata_hash_value_error_code},
     .fn = call_method_descriptor_metadata_hash_at},
    {.name = "[method]directory-entry-stream.read-directory-entry",
     .type = {.param_count = 1,
              .params = params_method_directory_entry_stream_read_directory_entry,
              .result = &type_result_option_directory_entry_error_code},
     .fn = call_method_directory_entry_stream_read_directory_entry},
    {.name = "filesystem-error-code",
     .type = {.param_count = 1,
              .params = params_filesystem_error_code,
              .result = &type_option_error_code},
     .fn = call_filesystem_error_code},
};

static const tenon_host_resource resources[] = {
    {.name = "descriptor",
     .destructor = wasi_filesystem_types_descriptor_destructor},
    {.name = "directory-entry-stream",
     .destructor = wasi_filesystem_types_directory_entry_stream_destructor},
    {.name = "input-stream",
     .interface = "wasi:io/streams@0.2.12", .foreign_name = "input-stream"},
    {.name = "output-stream",
     .interface = "wasi:io/streams@0.2.12", .foreign_name = "output-stream"},
    {.name = "error",
     .interface = "wasi:io/error@0.2.12", .foreign_name = "error"},
};

static const tenon_host_type types[] = {
    {"datetime", &type_wasi_clocks_wall_clock_datetime},
    {"filesize", &type_u64},
    {"descriptor-type", &type_descriptor_type},
    {"descriptor-flags", &type_descriptor_flags},
    {"descriptor-stat", &type_descriptor_stat},
    {"path-flags", &type_path_flags},
    {"open-flags", &type_open_flags},
    {"link-count", &type_u64},
    {"new-timestamp", &type_new_timestamp},
    {"directory-entry", &type_directory_entry},
    {"error-code", &type_error_code},
    {"advice", &type_advice},
    {"metadata-hash-value", &type_metadata_hash_value},
};

const tenon_interface wasi_filesystem_types_interface = {
    .name = "wasi:filesystem/types@0.2.12",
    .funcs = funcs,
    .func_count = 29,
    .resources = resources,
    .resource_count = 5,
    .types = types,
    .type_count = 13,
};
