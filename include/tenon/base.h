/* tenon/base.h: what every public header of Tenon shares: status, error, allocator.
 *
 * Freestanding: needs only the C11 headers a compiler brings with it. */
#ifndef TENON_BASE_H
#define TENON_BASE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#if defined(__GNUC__)
#define TENON_API __attribute__((visibility("default")))
#else
#define TENON_API
#endif

/* The version of these headers; tenon_version gives that of the library. */
#define TENON_VERSION_MAJOR 0
#define TENON_VERSION_MINOR 1
#define TENON_VERSION_PATCH 0
#define TENON_VERSION       "0.1.0"

/* The class of an outcome. Every fallible function returns one; TENON_OK is zero. */
typedef enum tenon_status {
    TENON_OK = 0,
    TENON_MALFORMED,   /* the bytes or the text do not follow the format's grammar */
    TENON_INVALID,     /* well-formed, but against a validation rule */
    TENON_UNLINKABLE,  /* an import is missing or of another type */
    TENON_TRAP,        /* the guest trapped */
    TENON_EXCEPTION,   /* a guest exception that nobody caught */
    TENON_EXHAUSTION,  /* the call stack was used up */
    TENON_EXIT,        /* the guest asked to exit; see tenon_error.exit_code */
    TENON_LIMIT,       /* a limit of the configuration: fuel, time, memory, handles */
    TENON_NO_MEMORY,   /* the allocator gave nothing */
    TENON_UNSUPPORTED, /* a feature that is off or not there */
    TENON_USAGE,       /* the caller misused the API */
    TENON_HOST,        /* a host function reported an error of its own */
    TENON_PENDING,     /* a host function answers later: see tenon_call_pend */
} tenon_status;

/* The name of a status as messages print it: "malformed", "trap" and so on. */
TENON_API const char *tenon_status_name(tenon_status status);

/* No offset, and the sizes of what tenon_error holds. */
#define TENON_NO_OFFSET        UINT64_MAX
#define TENON_MESSAGE_BYTES    384
#define TENON_BACKTRACE_FRAMES 16
#define TENON_FRAME_NAME_BYTES 64

/* One frame of a wasm backtrace, innermost first. */
typedef struct tenon_frame_info {
    uint32_t func_index;                 /* index in its core module's function space */
    uint64_t offset;                     /* from the start of the outermost binary */
    char name[TENON_FRAME_NAME_BYTES];   /* from the name section; cut, 0-terminated */
    char module[TENON_FRAME_NAME_BYTES]; /* module name or component path, or "" */
} tenon_frame_info;

/* What went wrong. The caller owns the struct; nothing in it needs freeing. A function
 * that returns TENON_OK leaves it untouched. The first error of an operation is kept. */
typedef struct tenon_error {
    tenon_status status;
    uint32_t code;                     /* a row of src/base/errors.def */
    uint64_t offset;                   /* bytes from the start of the outermost binary, or
                                          TENON_NO_OFFSET */
    uint32_t line;                     /* for text input, from 1; else 0 */
    uint32_t column;                   /* in bytes, from 1; else 0 */
    int32_t exit_code;                 /* for TENON_EXIT */
    char message[TENON_MESSAGE_BYTES]; /* the spec's wording, then details; UTF-8 */
    uint32_t frame_count;              /* frames filled below */
    uint32_t frames_omitted;           /* deeper frames that did not fit */
    tenon_frame_info frames[TENON_BACKTRACE_FRAMES];
} tenon_error;

/* The one hook through which all memory is had.
 * ptr == NULL: allocate new_size bytes. new_size == 0: free ptr (old_size bytes), return
 * NULL. Otherwise resize, keeping the contents. NULL for a new_size > 0 means refusal,
 * and ptr is still valid. Results are aligned for max_align_t. */
typedef struct tenon_allocator {
    void *(*resize)(void *user, void *ptr, size_t old_size, size_t new_size);
    void *user;
} tenon_allocator;

#ifdef __cplusplus
}
#endif

#endif
