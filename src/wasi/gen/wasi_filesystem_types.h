/* wasi:filesystem/types: written by witgen from the WIT (`make generate`); edit the WIT. */
#ifndef WASI_FILESYSTEM_TYPES_H
#define WASI_FILESYSTEM_TYPES_H

#include "tenon/host.h"
#include "wasi_io_streams.h"
#include "wasi_clocks_wall_clock.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef wasi_io_streams_own_input_stream_t wasi_filesystem_types_own_input_stream_t;
typedef wasi_io_streams_borrow_input_stream_t wasi_filesystem_types_borrow_input_stream_t;

typedef wasi_io_streams_own_output_stream_t wasi_filesystem_types_own_output_stream_t;
typedef wasi_io_streams_borrow_output_stream_t wasi_filesystem_types_borrow_output_stream_t;

typedef wasi_io_streams_own_error_t wasi_filesystem_types_own_error_t;
typedef wasi_io_streams_borrow_error_t wasi_filesystem_types_borrow_error_t;

typedef struct wasi_filesystem_types_own_descriptor_t {
    uint32_t handle;
} wasi_filesystem_types_own_descriptor_t;
typedef struct wasi_filesystem_types_borrow_descriptor_t {
    uint32_t handle;
} wasi_filesystem_types_borrow_descriptor_t;

typedef struct wasi_filesystem_types_own_directory_entry_stream_t {
    uint32_t handle;
} wasi_filesystem_types_own_directory_entry_stream_t;
typedef struct wasi_filesystem_types_borrow_directory_entry_stream_t {
    uint32_t handle;
} wasi_filesystem_types_borrow_directory_entry_stream_t;

typedef wasi_clocks_wall_clock_datetime_t wasi_filesystem_types_datetime_t;

typedef uint64_t wasi_filesystem_types_filesize_t;

typedef uint8_t wasi_filesystem_types_descriptor_type_t;
#define WASI_FILESYSTEM_TYPES_DESCRIPTOR_TYPE_UNKNOWN 0
#define WASI_FILESYSTEM_TYPES_DESCRIPTOR_TYPE_BLOCK_DEVICE 1
#define WASI_FILESYSTEM_TYPES_DESCRIPTOR_TYPE_CHARACTER_DEVICE 2
#define WASI_FILESYSTEM_TYPES_DESCRIPTOR_TYPE_DIRECTORY 3
#define WASI_FILESYSTEM_TYPES_DESCRIPTOR_TYPE_FIFO 4
#define WASI_FILESYSTEM_TYPES_DESCRIPTOR_TYPE_SYMBOLIC_LINK 5
#define WASI_FILESYSTEM_TYPES_DESCRIPTOR_TYPE_REGULAR_FILE 6
#define WASI_FILESYSTEM_TYPES_DESCRIPTOR_TYPE_SOCKET 7

typedef uint8_t wasi_filesystem_types_descriptor_flags_t;
#define WASI_FILESYSTEM_TYPES_DESCRIPTOR_FLAGS_READ (1u << 0)
#define WASI_FILESYSTEM_TYPES_DESCRIPTOR_FLAGS_WRITE (1u << 1)
#define WASI_FILESYSTEM_TYPES_DESCRIPTOR_FLAGS_FILE_INTEGRITY_SYNC (1u << 2)
#define WASI_FILESYSTEM_TYPES_DESCRIPTOR_FLAGS_DATA_INTEGRITY_SYNC (1u << 3)
#define WASI_FILESYSTEM_TYPES_DESCRIPTOR_FLAGS_REQUESTED_WRITE_SYNC (1u << 4)
#define WASI_FILESYSTEM_TYPES_DESCRIPTOR_FLAGS_MUTATE_DIRECTORY (1u << 5)

typedef uint64_t wasi_filesystem_types_link_count_t;

typedef struct wasi_filesystem_types_option_datetime_t {
    bool is_some;
    wasi_filesystem_types_datetime_t val;
} wasi_filesystem_types_option_datetime_t;

typedef struct wasi_filesystem_types_descriptor_stat_t {
    wasi_filesystem_types_descriptor_type_t type;
    TENON_ALIGN8 wasi_filesystem_types_link_count_t link_count;
    TENON_ALIGN8 wasi_filesystem_types_filesize_t size;
    wasi_filesystem_types_option_datetime_t data_access_timestamp;
    wasi_filesystem_types_option_datetime_t data_modification_timestamp;
    wasi_filesystem_types_option_datetime_t status_change_timestamp;
} wasi_filesystem_types_descriptor_stat_t;

typedef uint8_t wasi_filesystem_types_path_flags_t;
#define WASI_FILESYSTEM_TYPES_PATH_FLAGS_SYMLINK_FOLLOW (1u << 0)

typedef uint8_t wasi_filesystem_types_open_flags_t;
#define WASI_FILESYSTEM_TYPES_OPEN_FLAGS_CREATE (1u << 0)
#define WASI_FILESYSTEM_TYPES_OPEN_FLAGS_DIRECTORY (1u << 1)
#define WASI_FILESYSTEM_TYPES_OPEN_FLAGS_EXCLUSIVE (1u << 2)
#define WASI_FILESYSTEM_TYPES_OPEN_FLAGS_TRUNCATE (1u << 3)

typedef struct wasi_filesystem_types_new_timestamp_t {
    uint8_t tag;
    union {
        wasi_filesystem_types_datetime_t timestamp;
    } val;
} wasi_filesystem_types_new_timestamp_t;
#define WASI_FILESYSTEM_TYPES_NEW_TIMESTAMP_NO_CHANGE 0
#define WASI_FILESYSTEM_TYPES_NEW_TIMESTAMP_NOW 1
#define WASI_FILESYSTEM_TYPES_NEW_TIMESTAMP_TIMESTAMP 2

typedef struct wasi_filesystem_types_directory_entry_t {
    wasi_filesystem_types_descriptor_type_t type;
    tenon_string name;
} wasi_filesystem_types_directory_entry_t;

typedef uint8_t wasi_filesystem_types_error_code_t;
#define WASI_FILESYSTEM_TYPES_ERROR_CODE_ACCESS 0
#define WASI_FILESYSTEM_TYPES_ERROR_CODE_WOULD_BLOCK 1
#define WASI_FILESYSTEM_TYPES_ERROR_CODE_ALREADY 2
#define WASI_FILESYSTEM_TYPES_ERROR_CODE_BAD_DESCRIPTOR 3
#define WASI_FILESYSTEM_TYPES_ERROR_CODE_BUSY 4
#define WASI_FILESYSTEM_TYPES_ERROR_CODE_DEADLOCK 5
#define WASI_FILESYSTEM_TYPES_ERROR_CODE_QUOTA 6
#define WASI_FILESYSTEM_TYPES_ERROR_CODE_EXIST 7
#define WASI_FILESYSTEM_TYPES_ERROR_CODE_FILE_TOO_LARGE 8
#define WASI_FILESYSTEM_TYPES_ERROR_CODE_ILLEGAL_BYTE_SEQUENCE 9
#define WASI_FILESYSTEM_TYPES_ERROR_CODE_IN_PROGRESS 10
#define WASI_FILESYSTEM_TYPES_ERROR_CODE_INTERRUPTED 11
#define WASI_FILESYSTEM_TYPES_ERROR_CODE_INVALID 12
#define WASI_FILESYSTEM_TYPES_ERROR_CODE_IO 13
#define WASI_FILESYSTEM_TYPES_ERROR_CODE_IS_DIRECTORY 14
#define WASI_FILESYSTEM_TYPES_ERROR_CODE_LOOP 15
#define WASI_FILESYSTEM_TYPES_ERROR_CODE_TOO_MANY_LINKS 16
#define WASI_FILESYSTEM_TYPES_ERROR_CODE_MESSAGE_SIZE 17
#define WASI_FILESYSTEM_TYPES_ERROR_CODE_NAME_TOO_LONG 18
#define WASI_FILESYSTEM_TYPES_ERROR_CODE_NO_DEVICE 19
#define WASI_FILESYSTEM_TYPES_ERROR_CODE_NO_ENTRY 20
#define WASI_FILESYSTEM_TYPES_ERROR_CODE_NO_LOCK 21
#define WASI_FILESYSTEM_TYPES_ERROR_CODE_INSUFFICIENT_MEMORY 22
#define WASI_FILESYSTEM_TYPES_ERROR_CODE_INSUFFICIENT_SPACE 23
#define WASI_FILESYSTEM_TYPES_ERROR_CODE_NOT_DIRECTORY 24
#define WASI_FILESYSTEM_TYPES_ERROR_CODE_NOT_EMPTY 25
#define WASI_FILESYSTEM_TYPES_ERROR_CODE_NOT_RECOVERABLE 26
#define WASI_FILESYSTEM_TYPES_ERROR_CODE_UNSUPPORTED 27
#define WASI_FILESYSTEM_TYPES_ERROR_CODE_NO_TTY 28
#define WASI_FILESYSTEM_TYPES_ERROR_CODE_NO_SUCH_DEVICE 29
#define WASI_FILESYSTEM_TYPES_ERROR_CODE_OVERFLOW 30
#define WASI_FILESYSTEM_TYPES_ERROR_CODE_NOT_PERMITTED 31
#define WASI_FILESYSTEM_TYPES_ERROR_CODE_PIPE 32
#define WASI_FILESYSTEM_TYPES_ERROR_CODE_READ_ONLY 33
#define WASI_FILESYSTEM_TYPES_ERROR_CODE_INVALID_SEEK 34
#define WASI_FILESYSTEM_TYPES_ERROR_CODE_TEXT_FILE_BUSY 35
#define WASI_FILESYSTEM_TYPES_ERROR_CODE_CROSS_DEVICE 36

typedef uint8_t wasi_filesystem_types_advice_t;
#define WASI_FILESYSTEM_TYPES_ADVICE_NORMAL 0
#define WASI_FILESYSTEM_TYPES_ADVICE_SEQUENTIAL 1
#define WASI_FILESYSTEM_TYPES_ADVICE_RANDOM 2
#define WASI_FILESYSTEM_TYPES_ADVICE_WILL_NEED 3
#define WASI_FILESYSTEM_TYPES_ADVICE_DONT_NEED 4
#define WASI_FILESYSTEM_TYPES_ADVICE_NO_REUSE 5

typedef struct wasi_filesystem_types_metadata_hash_value_t {
    TENON_ALIGN8 uint64_t lower;
    TENON_ALIGN8 uint64_t upper;
} wasi_filesystem_types_metadata_hash_value_t;

typedef struct wasi_filesystem_types_result_own_input_stream_error_code_t {
    bool is_err;
    union {
        wasi_filesystem_types_own_input_stream_t ok;
        wasi_filesystem_types_error_code_t err;
    } val;
} wasi_filesystem_types_result_own_input_stream_error_code_t;

typedef struct wasi_filesystem_types_result_own_output_stream_error_code_t {
    bool is_err;
    union {
        wasi_filesystem_types_own_output_stream_t ok;
        wasi_filesystem_types_error_code_t err;
    } val;
} wasi_filesystem_types_result_own_output_stream_error_code_t;

typedef struct wasi_filesystem_types_result_void_error_code_t {
    bool is_err;
    union {
        wasi_filesystem_types_error_code_t err;
    } val;
} wasi_filesystem_types_result_void_error_code_t;

typedef struct wasi_filesystem_types_result_descriptor_flags_error_code_t {
    bool is_err;
    union {
        wasi_filesystem_types_descriptor_flags_t ok;
        wasi_filesystem_types_error_code_t err;
    } val;
} wasi_filesystem_types_result_descriptor_flags_error_code_t;

typedef struct wasi_filesystem_types_result_descriptor_type_error_code_t {
    bool is_err;
    union {
        wasi_filesystem_types_descriptor_type_t ok;
        wasi_filesystem_types_error_code_t err;
    } val;
} wasi_filesystem_types_result_descriptor_type_error_code_t;

typedef struct wasi_filesystem_types_list_u8_t {
    uint8_t *ptr;
    size_t len;
} wasi_filesystem_types_list_u8_t;

typedef struct wasi_filesystem_types_tuple2_list_u8_bool_t {
    wasi_filesystem_types_list_u8_t f0;
    bool f1;
} wasi_filesystem_types_tuple2_list_u8_bool_t;

typedef struct wasi_filesystem_types_result_tuple2_list_u8_bool_error_code_t {
    bool is_err;
    union {
        wasi_filesystem_types_tuple2_list_u8_bool_t ok;
        wasi_filesystem_types_error_code_t err;
    } val;
} wasi_filesystem_types_result_tuple2_list_u8_bool_error_code_t;

typedef struct wasi_filesystem_types_result_filesize_error_code_t {
    bool is_err;
    union {
        TENON_ALIGN8 wasi_filesystem_types_filesize_t ok;
        wasi_filesystem_types_error_code_t err;
    } val;
} wasi_filesystem_types_result_filesize_error_code_t;

typedef struct wasi_filesystem_types_result_own_directory_entry_stream_error_code_t {
    bool is_err;
    union {
        wasi_filesystem_types_own_directory_entry_stream_t ok;
        wasi_filesystem_types_error_code_t err;
    } val;
} wasi_filesystem_types_result_own_directory_entry_stream_error_code_t;

typedef struct wasi_filesystem_types_result_descriptor_stat_error_code_t {
    bool is_err;
    union {
        wasi_filesystem_types_descriptor_stat_t ok;
        wasi_filesystem_types_error_code_t err;
    } val;
} wasi_filesystem_types_result_descriptor_stat_error_code_t;

typedef struct wasi_filesystem_types_result_own_descriptor_error_code_t {
    bool is_err;
    union {
        wasi_filesystem_types_own_descriptor_t ok;
        wasi_filesystem_types_error_code_t err;
    } val;
} wasi_filesystem_types_result_own_descriptor_error_code_t;

typedef struct wasi_filesystem_types_result_string_error_code_t {
    bool is_err;
    union {
        tenon_string ok;
        wasi_filesystem_types_error_code_t err;
    } val;
} wasi_filesystem_types_result_string_error_code_t;

typedef struct wasi_filesystem_types_result_metadata_hash_value_error_code_t {
    bool is_err;
    union {
        wasi_filesystem_types_metadata_hash_value_t ok;
        wasi_filesystem_types_error_code_t err;
    } val;
} wasi_filesystem_types_result_metadata_hash_value_error_code_t;

typedef struct wasi_filesystem_types_option_directory_entry_t {
    bool is_some;
    wasi_filesystem_types_directory_entry_t val;
} wasi_filesystem_types_option_directory_entry_t;

typedef struct wasi_filesystem_types_result_option_directory_entry_error_code_t {
    bool is_err;
    union {
        wasi_filesystem_types_option_directory_entry_t ok;
        wasi_filesystem_types_error_code_t err;
    } val;
} wasi_filesystem_types_result_option_directory_entry_error_code_t;

typedef struct wasi_filesystem_types_option_error_code_t {
    bool is_some;
    wasi_filesystem_types_error_code_t val;
} wasi_filesystem_types_option_error_code_t;

/* Numbers of the resources, for tenon_resource_new. */
#define WASI_FILESYSTEM_TYPES_RESOURCE_DESCRIPTOR 0
#define WASI_FILESYSTEM_TYPES_RESOURCE_DIRECTORY_ENTRY_STREAM 1
#define WASI_FILESYSTEM_TYPES_RESOURCE_INPUT_STREAM 2
#define WASI_FILESYSTEM_TYPES_RESOURCE_OUTPUT_STREAM 3
#define WASI_FILESYSTEM_TYPES_RESOURCE_ERROR 4

void wasi_filesystem_types_descriptor_destructor(void *user, void *rep);

void wasi_filesystem_types_directory_entry_stream_destructor(void *user, void *rep);

tenon_status wasi_filesystem_types_method_descriptor_read_via_stream(
    tenon_call *call, void *user, wasi_filesystem_types_borrow_descriptor_t self,
    wasi_filesystem_types_filesize_t offset,
    wasi_filesystem_types_result_own_input_stream_error_code_t *result);

tenon_status wasi_filesystem_types_method_descriptor_write_via_stream(
    tenon_call *call, void *user, wasi_filesystem_types_borrow_descriptor_t self,
    wasi_filesystem_types_filesize_t offset,
    wasi_filesystem_types_result_own_output_stream_error_code_t *result);

tenon_status wasi_filesystem_types_method_descriptor_append_via_stream(
    tenon_call *call, void *user, wasi_filesystem_types_borrow_descriptor_t self,
    wasi_filesystem_types_result_own_output_stream_error_code_t *result);

tenon_status wasi_filesystem_types_method_descriptor_advise(
    tenon_call *call, void *user, wasi_filesystem_types_borrow_descriptor_t self,
    wasi_filesystem_types_filesize_t offset, wasi_filesystem_types_filesize_t length,
    wasi_filesystem_types_advice_t advice,
    wasi_filesystem_types_result_void_error_code_t *result);

tenon_status wasi_filesystem_types_method_descriptor_sync_data(
    tenon_call *call, void *user, wasi_filesystem_types_borrow_descriptor_t self,
    wasi_filesystem_types_result_void_error_code_t *result);

tenon_status wasi_filesystem_types_method_descriptor_get_flags(
    tenon_call *call, void *user, wasi_filesystem_types_borrow_descriptor_t self,
    wasi_filesystem_types_result_descriptor_flags_error_code_t *result);

tenon_status wasi_filesystem_types_method_descriptor_get_type(
    tenon_call *call, void *user, wasi_filesystem_types_borrow_descriptor_t self,
    wasi_filesystem_types_result_descriptor_type_error_code_t *result);

tenon_status wasi_filesystem_types_method_descriptor_set_size(
    tenon_call *call, void *user, wasi_filesystem_types_borrow_descriptor_t self,
    wasi_filesystem_types_filesize_t size,
    wasi_filesystem_types_result_void_error_code_t *result);

tenon_status wasi_filesystem_types_method_descriptor_set_times(
    tenon_call *call, void *user, wasi_filesystem_types_borrow_descriptor_t self,
    const wasi_filesystem_types_new_timestamp_t *data_access_timestamp,
    const wasi_filesystem_types_new_timestamp_t *data_modification_timestamp,
    wasi_filesystem_types_result_void_error_code_t *result);

tenon_status wasi_filesystem_types_method_descriptor_read(
    tenon_call *call, void *user, wasi_filesystem_types_borrow_descriptor_t self,
    wasi_filesystem_types_filesize_t length, wasi_filesystem_types_filesize_t offset,
    wasi_filesystem_types_result_tuple2_list_u8_bool_error_code_t *result);

tenon_status wasi_filesystem_types_method_descriptor_write(
    tenon_call *call, void *user, wasi_filesystem_types_borrow_descriptor_t self,
    const wasi_filesystem_types_list_u8_t *buffer,
    wasi_filesystem_types_filesize_t offset,
    wasi_filesystem_types_result_filesize_error_code_t *result);

tenon_status wasi_filesystem_types_method_descriptor_read_directory(
    tenon_call *call, void *user, wasi_filesystem_types_borrow_descriptor_t self,
    wasi_filesystem_types_result_own_directory_entry_stream_error_code_t *result);

tenon_status wasi_filesystem_types_method_descriptor_sync(
    tenon_call *call, void *user, wasi_filesystem_types_borrow_descriptor_t self,
    wasi_filesystem_types_result_void_error_code_t *result);

tenon_status wasi_filesystem_types_method_descriptor_create_directory_at(
    tenon_call *call, void *user, wasi_filesystem_types_borrow_descriptor_t self,
    const tenon_string *path, wasi_filesystem_types_result_void_error_code_t *result);

tenon_status wasi_filesystem_types_method_descriptor_stat(
    tenon_call *call, void *user, wasi_filesystem_types_borrow_descriptor_t self,
    wasi_filesystem_types_result_descriptor_stat_error_code_t *result);

tenon_status wasi_filesystem_types_method_descriptor_stat_at(
    tenon_call *call, void *user, wasi_filesystem_types_borrow_descriptor_t self,
    wasi_filesystem_types_path_flags_t path_flags, const tenon_string *path,
    wasi_filesystem_types_result_descriptor_stat_error_code_t *result);

tenon_status wasi_filesystem_types_method_descriptor_set_times_at(
    tenon_call *call, void *user, wasi_filesystem_types_borrow_descriptor_t self,
    wasi_filesystem_types_path_flags_t path_flags, const tenon_string *path,
    const wasi_filesystem_types_new_timestamp_t *data_access_timestamp,
    const wasi_filesystem_types_new_timestamp_t *data_modification_timestamp,
    wasi_filesystem_types_result_void_error_code_t *result);

tenon_status wasi_filesystem_types_method_descriptor_link_at(
    tenon_call *call, void *user, wasi_filesystem_types_borrow_descriptor_t self,
    wasi_filesystem_types_path_flags_t old_path_flags, const tenon_string *old_path,
    wasi_filesystem_types_borrow_descriptor_t new_descriptor,
    const tenon_string *new_path, wasi_filesystem_types_result_void_error_code_t *result);

tenon_status wasi_filesystem_types_method_descriptor_open_at(
    tenon_call *call, void *user, wasi_filesystem_types_borrow_descriptor_t self,
    wasi_filesystem_types_path_flags_t path_flags, const tenon_string *path,
    wasi_filesystem_types_open_flags_t open_flags,
    wasi_filesystem_types_descriptor_flags_t flags,
    wasi_filesystem_types_result_own_descriptor_error_code_t *result);

tenon_status wasi_filesystem_types_method_descriptor_readlink_at(
    tenon_call *call, void *user, wasi_filesystem_types_borrow_descriptor_t self,
    const tenon_string *path, wasi_filesystem_types_result_string_error_code_t *result);

tenon_status wasi_filesystem_types_method_descriptor_remove_directory_at(
    tenon_call *call, void *user, wasi_filesystem_types_borrow_descriptor_t self,
    const tenon_string *path, wasi_filesystem_types_result_void_error_code_t *result);

tenon_status wasi_filesystem_types_method_descriptor_rename_at(
    tenon_call *call, void *user, wasi_filesystem_types_borrow_descriptor_t self,
    const tenon_string *old_path,
    wasi_filesystem_types_borrow_descriptor_t new_descriptor,
    const tenon_string *new_path, wasi_filesystem_types_result_void_error_code_t *result);

tenon_status wasi_filesystem_types_method_descriptor_symlink_at(
    tenon_call *call, void *user, wasi_filesystem_types_borrow_descriptor_t self,
    const tenon_string *old_path, const tenon_string *new_path,
    wasi_filesystem_types_result_void_error_code_t *result);

tenon_status wasi_filesystem_types_method_descriptor_unlink_file_at(
    tenon_call *call, void *user, wasi_filesystem_types_borrow_descriptor_t self,
    const tenon_string *path, wasi_filesystem_types_result_void_error_code_t *result);

tenon_status wasi_filesystem_types_method_descriptor_is_same_object(
    tenon_call *call, void *user, wasi_filesystem_types_borrow_descriptor_t self,
    wasi_filesystem_types_borrow_descriptor_t other, bool *result);

tenon_status wasi_filesystem_types_method_descriptor_metadata_hash(
    tenon_call *call, void *user, wasi_filesystem_types_borrow_descriptor_t self,
    wasi_filesystem_types_result_metadata_hash_value_error_code_t *result);

tenon_status wasi_filesystem_types_method_descriptor_metadata_hash_at(
    tenon_call *call, void *user, wasi_filesystem_types_borrow_descriptor_t self,
    wasi_filesystem_types_path_flags_t path_flags, const tenon_string *path,
    wasi_filesystem_types_result_metadata_hash_value_error_code_t *result);

tenon_status wasi_filesystem_types_method_directory_entry_stream_read_directory_entry(
    tenon_call *call, void *user,
    wasi_filesystem_types_borrow_directory_entry_stream_t self,
    wasi_filesystem_types_result_option_directory_entry_error_code_t *result);

tenon_status wasi_filesystem_types_filesystem_error_code(
    tenon_call *call, void *user, wasi_filesystem_types_borrow_error_t err_,
    wasi_filesystem_types_option_error_code_t *result);

extern const tenon_interface wasi_filesystem_types_interface;

#ifdef __cplusplus
}
#endif

#endif
