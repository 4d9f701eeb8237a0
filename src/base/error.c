/* error.c: the rows of errors.def, and filling a tenon_error from them. */
#include "base/error.h"
#include "base/format.h"
#include "base/assert.h"

#undef tni_fail
#undef tni_fail_at
#undef tni_no_memory

typedef struct row {
    tenon_status status;
    const char *text;
} row;

static const row rows[TNI_ERR_COUNT] = {
    {TENON_OK, "no error"},
#define TNI_ERROR(name, status, text) {status, text},
#include "base/errors.def"
#undef TNI_ERROR
};

const char *tni_code_text(tni_code code) {
    TNI_ASSERT((unsigned)code < TNI_ERR_COUNT);
    return rows[code].text;
}

tenon_status tni_code_status(tni_code code) {
    TNI_ASSERT((unsigned)code < TNI_ERR_COUNT);
    return rows[code].status;
}

const char *tenon_status_name(tenon_status status) {
    switch (status) {
    case TENON_OK: return "ok";
    case TENON_MALFORMED: return "malformed";
    case TENON_INVALID: return "invalid";
    case TENON_UNLINKABLE: return "unlinkable";
    case TENON_TRAP: return "trap";
    case TENON_EXCEPTION: return "exception";
    case TENON_EXHAUSTION: return "exhaustion";
    case TENON_EXIT: return "exit";
    case TENON_LIMIT: return "limit";
    case TENON_NO_MEMORY: return "no memory";
    case TENON_UNSUPPORTED: return "unsupported";
    case TENON_USAGE: return "usage";
    case TENON_HOST: return "host";
    case TENON_PENDING: return "pending";
    }
    return "unknown";
}

void tni_error_clear(tenon_error *e) {
    e->status = TENON_OK;
    e->code = TNI_ERR_NONE;
    e->offset = TENON_NO_OFFSET;
    e->line = 0;
    e->column = 0;
    e->exit_code = 0;
    e->message[0] = 0;
    e->frame_count = 0;
    e->frames_omitted = 0;
}

static void fill(tenon_error *e, tni_code code, const char *fmt, va_list args) {
    tni_error_clear(e);
    e->status = tni_code_status(code);
    e->code = (u32)code;
    const char *text = tni_code_text(code);
    bool open = text[strlen(text) - 1] == ' '; /* continued by its detail */
    size_t n = tni_format(e->message, sizeof e->message,
                          fmt == NULL || open ? "%s" : "%s: ", text);
    if (fmt != NULL && n < sizeof e->message) {
        tni_vformat(e->message + n, sizeof e->message - n, fmt, args);
    }
}

TNI_COLD tenon_status tni_fail(tenon_error *e, tni_code code, u64 offset, const char *fmt,
                               ...) {
    va_list args;
    va_start(args, fmt);
    fill(e, code, fmt, args);
    va_end(args);
    e->offset = offset;
    return e->status;
}

TNI_COLD tenon_status tni_fail_at(tenon_error *e, tni_code code, u32 line, u32 column,
                                  const char *fmt, ...) {
    va_list args;
    va_start(args, fmt);
    fill(e, code, fmt, args);
    va_end(args);
    e->line = line;
    e->column = column;
    return e->status;
}

TNI_COLD tenon_status tni_fail_vtext(tenon_error *e, tni_code code, const char *fmt,
                                     va_list args) {
    tni_error_clear(e);
    e->status = tni_code_status(code);
    e->code = (u32)code;
    tni_vformat(e->message, sizeof e->message, fmt, args);
    return e->status;
}

TNI_COLD tenon_status tni_fail_text(tenon_error *e, tni_code code, const char *fmt, ...) {
    va_list args;
    va_start(args, fmt);
    const tenon_status status = tni_fail_vtext(e, code, fmt, args);
    va_end(args);
    return status;
}

TNI_COLD tenon_status tni_fail_exit(tenon_error *e, i32 exit_code) {
    const tenon_status status =
        tni_fail(e, TNI_ERR_HOST_EXIT, TENON_NO_OFFSET, "%d", (int)exit_code);
    e->exit_code = exit_code;
    return status;
}

TNI_COLD tenon_status tni_fail_unexplained(tenon_error *e, tni_str name,
                                           tenon_status status) {
    (void)tni_fail(e, status == TENON_TRAP ? TNI_ERR_HOST_TRAP : TNI_ERR_HOST_ERROR,
                   TENON_NO_OFFSET, "%.*s: %s", (int)name.len, name.ptr,
                   tenon_status_name(status));
    e->status = status;
    return status;
}

TNI_COLD tenon_status tni_no_memory(tenon_error *e) {
    return tni_fail(e, TNI_ERR_NO_MEMORY, TENON_NO_OFFSET, NULL);
}
