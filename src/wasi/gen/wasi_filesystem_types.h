/* wasi:filesystem/types: written by witgen; edit the WIT, not this. */
/* Files and directories, reached from handles only: a path never leads out of the
 * directory it is resolved in. */
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
typedef wasi_io_streams_borrow_output_stream_t
    wasi_filesystem_types_borrow_output_stream_t;

typedef wasi_io_streams_own_error_t wasi_filesystem_types_own_error_t;
typedef wasi_io_streams_borrow_error_t wasi_filesystem_types_borrow_error_t;

/* An open file or directory. */
typedef struct wasi_filesystem_types_own_descriptor_t {
    uint32_t handle;
} wasi_filesystem_types_own_descriptor_t;
typedef struct wasi_filesystem_types_borrow_descriptor_t {
    uint32_t handle;
} wasi_filesystem_types_borrow_descriptor_t;

/* The entries of a directory, one after the other. */
typedef struct wasi_filesystem_types_own_directory_entry_stream_t {
    uint32_t handle;
} wasi_filesystem_types_own_directory_entry_stream_t;
typedef struct wasi_filesystem_types_borrow_directory_entry_stream_t {
    uint32_t handle;
} wasi_filesystem_types_borrow_directory_entry_stream_t;

typedef wasi_clocks_wall_clock_datetime_t wasi_filesystem_types_datetime_t;

/* A length or offset in bytes. */
typedef uint64_t wasi_filesystem_types_filesize_t;

/* What a descriptor is. */
typedef uint8_t wasi_filesystem_types_descriptor_type_t;
/* Something else, or not to be found out. */
#define WASI_FILESYSTEM_TYPES_DESCRIPTOR_TYPE_UNKNOWN 0
/* A device of blocks. */
#define WASI_FILESYSTEM_TYPES_DESCRIPTOR_TYPE_BLOCK_DEVICE 1
/* A device of characters. */
#define WASI_FILESYSTEM_TYPES_DESCRIPTOR_TYPE_CHARACTER_DEVICE 2
/* A directory. */
#define WASI_FILESYSTEM_TYPES_DESCRIPTOR_TYPE_DIRECTORY 3
/* A named pipe. */
#define WASI_FILESYSTEM_TYPES_DESCRIPTOR_TYPE_FIFO 4
/* A symbolic link. */
#define WASI_FILESYSTEM_TYPES_DESCRIPTOR_TYPE_SYMBOLIC_LINK 5
/* An ordinary file. */
#define WASI_FILESYSTEM_TYPES_DESCRIPTOR_TYPE_REGULAR_FILE 6
/* A socket. */
#define WASI_FILESYSTEM_TYPES_DESCRIPTOR_TYPE_SOCKET 7

/* What a descriptor is open for. */
typedef uint8_t wasi_filesystem_types_descriptor_flags_t;
/* Data may be read. */
#define WASI_FILESYSTEM_TYPES_DESCRIPTOR_FLAGS_READ (1u << 0)
/* Data may be written. */
#define WASI_FILESYSTEM_TYPES_DESCRIPTOR_FLAGS_WRITE (1u << 1)
/* Writes wait for data and metadata to be stored (O_SYNC). */
#define WASI_FILESYSTEM_TYPES_DESCRIPTOR_FLAGS_FILE_INTEGRITY_SYNC (1u << 2)
/* Writes wait for data to be stored (O_DSYNC). */
#define WASI_FILESYSTEM_TYPES_DESCRIPTOR_FLAGS_DATA_INTEGRITY_SYNC (1u << 3)
/* Reads wait as writes do (O_RSYNC). */
#define WASI_FILESYSTEM_TYPES_DESCRIPTOR_FLAGS_REQUESTED_WRITE_SYNC (1u << 4)
/* Entries of the directory may be made, renamed and removed. */
#define WASI_FILESYSTEM_TYPES_DESCRIPTOR_FLAGS_MUTATE_DIRECTORY (1u << 5)

/* A number of hard links. */
typedef uint64_t wasi_filesystem_types_link_count_t;

typedef struct wasi_filesystem_types_option_datetime_t {
    bool is_some;
    wasi_filesystem_types_datetime_t val;
} wasi_filesystem_types_option_datetime_t;

/* What is known about a file. */
typedef struct wasi_filesystem_types_descriptor_stat_t {
    wasi_filesystem_types_descriptor_type_t type;
    /* Hard links to it. */
    TENON_ALIGN8 wasi_filesystem_types_link_count_t link_count;
    /* Bytes; the length of the target for a symbolic link. */
    TENON_ALIGN8 wasi_filesystem_types_filesize_t size;
    /* When it was read last. */
    wasi_filesystem_types_option_datetime_t data_access_timestamp;
    /* When its data changed last. */
    wasi_filesystem_types_option_datetime_t data_modification_timestamp;
    /* When its metadata changed last. */
    wasi_filesystem_types_option_datetime_t status_change_timestamp;
} wasi_filesystem_types_descriptor_stat_t;

/* How a path is followed. */
typedef uint8_t wasi_filesystem_types_path_flags_t;
/* A symbolic link at its end is followed. */
#define WASI_FILESYSTEM_TYPES_PATH_FLAGS_SYMLINK_FOLLOW (1u << 0)

/* How a file is opened. */
typedef uint8_t wasi_filesystem_types_open_flags_t;
/* It is made if it is not there (O_CREAT). */
#define WASI_FILESYSTEM_TYPES_OPEN_FLAGS_CREATE (1u << 0)
/* It must be a directory (O_DIRECTORY). */
#define WASI_FILESYSTEM_TYPES_OPEN_FLAGS_DIRECTORY (1u << 1)
/* It must not be there yet (O_EXCL). */
#define WASI_FILESYSTEM_TYPES_OPEN_FLAGS_EXCLUSIVE (1u << 2)
/* It is emptied (O_TRUNC). */
#define WASI_FILESYSTEM_TYPES_OPEN_FLAGS_TRUNCATE (1u << 3)

/* A timestamp to set. */
typedef struct wasi_filesystem_types_new_timestamp_t {
    uint8_t tag;
    union {
        wasi_filesystem_types_datetime_t timestamp;
    } val;
} wasi_filesystem_types_new_timestamp_t;
#define WASI_FILESYSTEM_TYPES_NEW_TIMESTAMP_NO_CHANGE 0 /* It stays. */
#define WASI_FILESYSTEM_TYPES_NEW_TIMESTAMP_NOW 1 /* The present time. */
#define WASI_FILESYSTEM_TYPES_NEW_TIMESTAMP_TIMESTAMP 2 /* This time. */

/* An entry of a directory. */
typedef struct wasi_filesystem_types_directory_entry_t {
    wasi_filesystem_types_descriptor_type_t type;
    /* One path component. */
    tenon_string name;
} wasi_filesystem_types_directory_entry_t;

/* Why an operation failed; beside each case its name in POSIX. */
typedef uint8_t wasi_filesystem_types_error_code_t;
#define WASI_FILESYSTEM_TYPES_ERROR_CODE_ACCESS 0 /* EACCES */
#define WASI_FILESYSTEM_TYPES_ERROR_CODE_WOULD_BLOCK 1 /* EAGAIN */
#define WASI_FILESYSTEM_TYPES_ERROR_CODE_ALREADY 2 /* EALREADY */
#define WASI_FILESYSTEM_TYPES_ERROR_CODE_BAD_DESCRIPTOR 3 /* EBADF */
#define WASI_FILESYSTEM_TYPES_ERROR_CODE_BUSY 4 /* EBUSY */
#define WASI_FILESYSTEM_TYPES_ERROR_CODE_DEADLOCK 5 /* EDEADLK */
#define WASI_FILESYSTEM_TYPES_ERROR_CODE_QUOTA 6 /* EDQUOT */
#define WASI_FILESYSTEM_TYPES_ERROR_CODE_EXIST 7 /* EEXIST */
#define WASI_FILESYSTEM_TYPES_ERROR_CODE_FILE_TOO_LARGE 8 /* EFBIG */
#define WASI_FILESYSTEM_TYPES_ERROR_CODE_ILLEGAL_BYTE_SEQUENCE 9 /* EILSEQ */
#define WASI_FILESYSTEM_TYPES_ERROR_CODE_IN_PROGRESS 10 /* EINPROGRESS */
#define WASI_FILESYSTEM_TYPES_ERROR_CODE_INTERRUPTED 11 /* EINTR */
#define WASI_FILESYSTEM_TYPES_ERROR_CODE_INVALID 12 /* EINVAL */
#define WASI_FILESYSTEM_TYPES_ERROR_CODE_IO 13 /* EIO */
#define WASI_FILESYSTEM_TYPES_ERROR_CODE_IS_DIRECTORY 14 /* EISDIR */
#define WASI_FILESYSTEM_TYPES_ERROR_CODE_LOOP 15 /* ELOOP */
#define WASI_FILESYSTEM_TYPES_ERROR_CODE_TOO_MANY_LINKS 16 /* EMLINK */
#define WASI_FILESYSTEM_TYPES_ERROR_CODE_MESSAGE_SIZE 17 /* EMSGSIZE */
#define WASI_FILESYSTEM_TYPES_ERROR_CODE_NAME_TOO_LONG 18 /* ENAMETOOLONG */
#define WASI_FILESYSTEM_TYPES_ERROR_CODE_NO_DEVICE 19 /* ENODEV */
#define WASI_FILESYSTEM_TYPES_ERROR_CODE_NO_ENTRY 20 /* ENOENT */
#define WASI_FILESYSTEM_TYPES_ERROR_CODE_NO_LOCK 21 /* ENOLCK */
#define WASI_FILESYSTEM_TYPES_ERROR_CODE_INSUFFICIENT_MEMORY 22 /* ENOMEM */
#define WASI_FILESYSTEM_TYPES_ERROR_CODE_INSUFFICIENT_SPACE 23 /* ENOSPC */
#define WASI_FILESYSTEM_TYPES_ERROR_CODE_NOT_DIRECTORY 24 /* ENOTDIR */
#define WASI_FILESYSTEM_TYPES_ERROR_CODE_NOT_EMPTY 25 /* ENOTEMPTY */
#define WASI_FILESYSTEM_TYPES_ERROR_CODE_NOT_RECOVERABLE 26 /* ENOTRECOVERABLE */
#define WASI_FILESYSTEM_TYPES_ERROR_CODE_UNSUPPORTED 27 /* ENOTSUP, ENOSYS */
#define WASI_FILESYSTEM_TYPES_ERROR_CODE_NO_TTY 28 /* ENOTTY */
#define WASI_FILESYSTEM_TYPES_ERROR_CODE_NO_SUCH_DEVICE 29 /* ENXIO */
#define WASI_FILESYSTEM_TYPES_ERROR_CODE_OVERFLOW 30 /* EOVERFLOW */
#define WASI_FILESYSTEM_TYPES_ERROR_CODE_NOT_PERMITTED 31 /* EPERM */
#define WASI_FILESYSTEM_TYPES_ERROR_CODE_PIPE 32 /* EPIPE */
#define WASI_FILESYSTEM_TYPES_ERROR_CODE_READ_ONLY 33 /* EROFS */
#define WASI_FILESYSTEM_TYPES_ERROR_CODE_INVALID_SEEK 34 /* ESPIPE */
#define WASI_FILESYSTEM_TYPES_ERROR_CODE_TEXT_FILE_BUSY 35 /* ETXTBSY */
#define WASI_FILESYSTEM_TYPES_ERROR_CODE_CROSS_DEVICE 36 /* EXDEV */

/* What access to a file is expected. */
typedef uint8_t wasi_filesystem_types_advice_t;
#define WASI_FILESYSTEM_TYPES_ADVICE_NORMAL 0 /* Nothing is known. */
#define WASI_FILESYSTEM_TYPES_ADVICE_SEQUENTIAL 1 /* From lower offsets to higher ones. */
#define WASI_FILESYSTEM_TYPES_ADVICE_RANDOM 2 /* In no order. */
#define WASI_FILESYSTEM_TYPES_ADVICE_WILL_NEED 3 /* Soon. */
#define WASI_FILESYSTEM_TYPES_ADVICE_DONT_NEED 4 /* Not soon. */
#define WASI_FILESYSTEM_TYPES_ADVICE_NO_REUSE 5 /* Once, then no more. */

/* 128 bits that tell files apart. */
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

/* A stream that reads from an offset on. */
tenon_status wasi_filesystem_types_method_descriptor_read_via_stream(
    tenon_call *call, void *user, wasi_filesystem_types_borrow_descriptor_t self,
    wasi_filesystem_types_filesize_t offset,
    wasi_filesystem_types_result_own_input_stream_error_code_t *result);

/* A stream that writes from an offset on. */
tenon_status wasi_filesystem_types_method_descriptor_write_via_stream(
    tenon_call *call, void *user, wasi_filesystem_types_borrow_descriptor_t self,
    wasi_filesystem_types_filesize_t offset,
    wasi_filesystem_types_result_own_output_stream_error_code_t *result);

/* A stream that writes at the end. */
tenon_status wasi_filesystem_types_method_descriptor_append_via_stream(
    tenon_call *call, void *user, wasi_filesystem_types_borrow_descriptor_t self,
    wasi_filesystem_types_result_own_output_stream_error_code_t *result);

/* Says what access is expected (posix_fadvise). */
tenon_status wasi_filesystem_types_method_descriptor_advise(
    tenon_call *call, void *user, wasi_filesystem_types_borrow_descriptor_t self,
    wasi_filesystem_types_filesize_t offset, wasi_filesystem_types_filesize_t length,
    wasi_filesystem_types_advice_t advice,
    wasi_filesystem_types_result_void_error_code_t *result);

/* Waits until the data is stored (fdatasync). */
tenon_status wasi_filesystem_types_method_descriptor_sync_data(
    tenon_call *call, void *user, wasi_filesystem_types_borrow_descriptor_t self,
    wasi_filesystem_types_result_void_error_code_t *result);

/* What it was opened for. */
tenon_status wasi_filesystem_types_method_descriptor_get_flags(
    tenon_call *call, void *user, wasi_filesystem_types_borrow_descriptor_t self,
    wasi_filesystem_types_result_descriptor_flags_error_code_t *result);

/* What it is. */
tenon_status wasi_filesystem_types_method_descriptor_get_type(
    tenon_call *call, void *user, wasi_filesystem_types_borrow_descriptor_t self,
    wasi_filesystem_types_result_descriptor_type_error_code_t *result);

/* Cuts the file or fills it up with zeros (ftruncate). */
tenon_status wasi_filesystem_types_method_descriptor_set_size(
    tenon_call *call, void *user, wasi_filesystem_types_borrow_descriptor_t self,
    wasi_filesystem_types_filesize_t size,
    wasi_filesystem_types_result_void_error_code_t *result);

/* Sets its timestamps (futimens). */
tenon_status wasi_filesystem_types_method_descriptor_set_times(
    tenon_call *call, void *user, wasi_filesystem_types_borrow_descriptor_t self,
    const wasi_filesystem_types_new_timestamp_t *data_access_timestamp,
    const wasi_filesystem_types_new_timestamp_t *data_modification_timestamp,
    wasi_filesystem_types_result_void_error_code_t *result);

/* Reads up to length bytes at an offset; the bool says that the end was reached
 * (pread). */
tenon_status wasi_filesystem_types_method_descriptor_read(
    tenon_call *call, void *user, wasi_filesystem_types_borrow_descriptor_t self,
    wasi_filesystem_types_filesize_t length, wasi_filesystem_types_filesize_t offset,
    wasi_filesystem_types_result_tuple2_list_u8_bool_error_code_t *result);

/* Writes at an offset; gives the number of bytes written (pwrite). */
tenon_status wasi_filesystem_types_method_descriptor_write(
    tenon_call *call, void *user, wasi_filesystem_types_borrow_descriptor_t self,
    const wasi_filesystem_types_list_u8_t *buffer,
    wasi_filesystem_types_filesize_t offset,
    wasi_filesystem_types_result_filesize_error_code_t *result);

/* The entries of a directory, without "." and "..". */
tenon_status wasi_filesystem_types_method_descriptor_read_directory(
    tenon_call *call, void *user, wasi_filesystem_types_borrow_descriptor_t self,
    wasi_filesystem_types_result_own_directory_entry_stream_error_code_t *result);

/* Waits until data and metadata are stored (fsync). */
tenon_status wasi_filesystem_types_method_descriptor_sync(
    tenon_call *call, void *user, wasi_filesystem_types_borrow_descriptor_t self,
    wasi_filesystem_types_result_void_error_code_t *result);

/* Makes a directory (mkdirat). */
tenon_status wasi_filesystem_types_method_descriptor_create_directory_at(
    tenon_call *call, void *user, wasi_filesystem_types_borrow_descriptor_t self,
    const tenon_string *path, wasi_filesystem_types_result_void_error_code_t *result);

/* What is known about it (fstat). */
tenon_status wasi_filesystem_types_method_descriptor_stat(
    tenon_call *call, void *user, wasi_filesystem_types_borrow_descriptor_t self,
    wasi_filesystem_types_result_descriptor_stat_error_code_t *result);

/* What is known about the file at a path (fstatat). */
tenon_status wasi_filesystem_types_method_descriptor_stat_at(
    tenon_call *call, void *user, wasi_filesystem_types_borrow_descriptor_t self,
    wasi_filesystem_types_path_flags_t path_flags, const tenon_string *path,
    wasi_filesystem_types_result_descriptor_stat_error_code_t *result);

/* Sets the timestamps of the file at a path (utimensat). */
tenon_status wasi_filesystem_types_method_descriptor_set_times_at(
    tenon_call *call, void *user, wasi_filesystem_types_borrow_descriptor_t self,
    wasi_filesystem_types_path_flags_t path_flags, const tenon_string *path,
    const wasi_filesystem_types_new_timestamp_t *data_access_timestamp,
    const wasi_filesystem_types_new_timestamp_t *data_modification_timestamp,
    wasi_filesystem_types_result_void_error_code_t *result);

/* Makes a hard link (linkat). */
tenon_status wasi_filesystem_types_method_descriptor_link_at(
    tenon_call *call, void *user, wasi_filesystem_types_borrow_descriptor_t self,
    wasi_filesystem_types_path_flags_t old_path_flags, const tenon_string *old_path,
    wasi_filesystem_types_borrow_descriptor_t new_descriptor,
    const tenon_string *new_path, wasi_filesystem_types_result_void_error_code_t *result);

/* Opens the file at a path (openat). */
tenon_status wasi_filesystem_types_method_descriptor_open_at(
    tenon_call *call, void *user, wasi_filesystem_types_borrow_descriptor_t self,
    wasi_filesystem_types_path_flags_t path_flags, const tenon_string *path,
    wasi_filesystem_types_open_flags_t open_flags,
    wasi_filesystem_types_descriptor_flags_t flags,
    wasi_filesystem_types_result_own_descriptor_error_code_t *result);

/* The target of a symbolic link (readlinkat); absolute targets are refused. */
tenon_status wasi_filesystem_types_method_descriptor_readlink_at(
    tenon_call *call, void *user, wasi_filesystem_types_borrow_descriptor_t self,
    const tenon_string *path, wasi_filesystem_types_result_string_error_code_t *result);

/* Removes an empty directory. */
tenon_status wasi_filesystem_types_method_descriptor_remove_directory_at(
    tenon_call *call, void *user, wasi_filesystem_types_borrow_descriptor_t self,
    const tenon_string *path, wasi_filesystem_types_result_void_error_code_t *result);

/* Renames (renameat). */
tenon_status wasi_filesystem_types_method_descriptor_rename_at(
    tenon_call *call, void *user, wasi_filesystem_types_borrow_descriptor_t self,
    const tenon_string *old_path,
    wasi_filesystem_types_borrow_descriptor_t new_descriptor,
    const tenon_string *new_path, wasi_filesystem_types_result_void_error_code_t *result);

/* Makes a symbolic link to old-path at new-path (symlinkat). */
tenon_status wasi_filesystem_types_method_descriptor_symlink_at(
    tenon_call *call, void *user, wasi_filesystem_types_borrow_descriptor_t self,
    const tenon_string *old_path, const tenon_string *new_path,
    wasi_filesystem_types_result_void_error_code_t *result);

/* Removes what is not a directory. */
tenon_status wasi_filesystem_types_method_descriptor_unlink_file_at(
    tenon_call *call, void *user, wasi_filesystem_types_borrow_descriptor_t self,
    const tenon_string *path, wasi_filesystem_types_result_void_error_code_t *result);

/* Whether both are the same file. */
tenon_status wasi_filesystem_types_method_descriptor_is_same_object(
    tenon_call *call, void *user, wasi_filesystem_types_borrow_descriptor_t self,
    wasi_filesystem_types_borrow_descriptor_t other, bool *result);

/* A hash that differs for different files, and may change when the file does. */
tenon_status wasi_filesystem_types_method_descriptor_metadata_hash(
    tenon_call *call, void *user, wasi_filesystem_types_borrow_descriptor_t self,
    wasi_filesystem_types_result_metadata_hash_value_error_code_t *result);

/* The same of the file at a path. */
tenon_status wasi_filesystem_types_method_descriptor_metadata_hash_at(
    tenon_call *call, void *user, wasi_filesystem_types_borrow_descriptor_t self,
    wasi_filesystem_types_path_flags_t path_flags, const tenon_string *path,
    wasi_filesystem_types_result_metadata_hash_value_error_code_t *result);

/* The next entry, or none at the end. */
tenon_status wasi_filesystem_types_method_directory_entry_stream_read_directory_entry(
    tenon_call *call, void *user,
    wasi_filesystem_types_borrow_directory_entry_stream_t self,
    wasi_filesystem_types_result_option_directory_entry_error_code_t *result);

/* The code behind a stream's error, if a file system gave it. */
tenon_status wasi_filesystem_types_filesystem_error_code(
    tenon_call *call, void *user, wasi_filesystem_types_borrow_error_t err_,
    wasi_filesystem_types_option_error_code_t *result);

extern const tenon_interface wasi_filesystem_types_interface;

#ifdef __cplusplus
}
#endif

#endif
