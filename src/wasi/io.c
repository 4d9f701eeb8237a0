/* io.c: wasi:io: error, streams. Pollables and waiting are poll.c.
 *
 * Files never block; pipes and terminals are asked first whether they are ready (the
 * platform's read and write take what is there at once). What a write was permitted and
 * the system would not take at once is kept in the stream and written before anything
 * else. */
#include "wasi/gen/wasi_io_error.h"
#include "wasi/gen/wasi_io_streams.h"
#include "wasi/sockets.h"
#include "wasi/wasi.h"

enum {
    READ_BYTES = 65536,   /* the most that one read gives */
    PERMIT_BYTES = 65536, /* what check-write permits */
    FLUSH_BYTES = 4096,   /* the most for blocking-write-and-flush, by the WIT */
};

/* -- errors -- */

static const char *const error_texts[] = {
    [TENON_OS_OK] = "no error",
    [TENON_OS_ACCESS] = "permission denied",
    [TENON_OS_WOULD_BLOCK] = "operation would block",
    [TENON_OS_ALREADY] = "connection already in progress",
    [TENON_OS_BAD_DESCRIPTOR] = "bad descriptor",
    [TENON_OS_BUSY] = "device or resource busy",
    [TENON_OS_DEADLOCK] = "resource deadlock would occur",
    [TENON_OS_QUOTA] = "storage quota exceeded",
    [TENON_OS_EXIST] = "file exists",
    [TENON_OS_FILE_TOO_LARGE] = "file too large",
    [TENON_OS_ILLEGAL_BYTE_SEQUENCE] = "illegal byte sequence",
    [TENON_OS_IN_PROGRESS] = "operation in progress",
    [TENON_OS_INTERRUPTED] = "interrupted",
    [TENON_OS_INVALID] = "invalid argument",
    [TENON_OS_IO] = "input/output error",
    [TENON_OS_IS_DIRECTORY] = "is a directory",
    [TENON_OS_LOOP] = "too many levels of symbolic links",
    [TENON_OS_TOO_MANY_LINKS] = "too many links",
    [TENON_OS_MESSAGE_SIZE] = "message too large",
    [TENON_OS_NAME_TOO_LONG] = "file name too long",
    [TENON_OS_NO_DEVICE] = "no such device",
    [TENON_OS_NO_ENTRY] = "no such file or directory",
    [TENON_OS_NO_LOCK] = "no locks available",
    [TENON_OS_INSUFFICIENT_MEMORY] = "out of memory",
    [TENON_OS_INSUFFICIENT_SPACE] = "no space left",
    [TENON_OS_NOT_DIRECTORY] = "not a directory",
    [TENON_OS_NOT_EMPTY] = "directory not empty",
    [TENON_OS_NOT_RECOVERABLE] = "state not recoverable",
    [TENON_OS_UNSUPPORTED] = "not supported",
    [TENON_OS_NO_TTY] = "not a terminal",
    [TENON_OS_NO_SUCH_DEVICE] = "no such device or address",
    [TENON_OS_OVERFLOW] = "value too large",
    [TENON_OS_NOT_PERMITTED] = "operation not permitted",
    [TENON_OS_PIPE] = "broken pipe",
    [TENON_OS_READ_ONLY] = "read-only file system",
    [TENON_OS_INVALID_SEEK] = "invalid seek",
    [TENON_OS_TEXT_FILE_BUSY] = "text file busy",
    [TENON_OS_CROSS_DEVICE] = "cross-device link",
    [TENON_OS_TIMED_OUT] = "timed out",
    [TENON_OS_TOO_MANY_FILES] = "too many open files",
    [TENON_OS_ADDRESS_IN_USE] = "address in use",
    [TENON_OS_ADDRESS_NOT_AVAILABLE] = "address not available",
    [TENON_OS_UNREACHABLE] = "host or network unreachable",
    [TENON_OS_CONNECTION_REFUSED] = "connection refused",
    [TENON_OS_CONNECTION_RESET] = "connection reset",
    [TENON_OS_CONNECTION_ABORTED] = "connection aborted",
    [TENON_OS_NOT_CONNECTED] = "not connected",
    [TENON_OS_NAME_UNKNOWN] = "name not known",
    [TENON_OS_RESOLVER_BUSY] = "name not resolved for now",
    [TENON_OS_RESOLVER_FAILED] = "name not resolved",
};

const char *tni_wasi_error_text(tenon_os_error code) {
    return (size_t)code < TNI_COUNT_OF(error_texts) ? error_texts[code] : "unknown error";
}

void wasi_io_error_error_destructor(void *user, void *rep) {
    tni_wasi_error *error = rep;
    (void)user;
    TNI_FREE(&error->wasi->heap, error);
}

tenon_status wasi_io_error_method_error_to_debug_string(tenon_call *call, void *user,
                                                        wasi_io_error_borrow_error_t self,
                                                        tenon_string *result) {
    const tni_wasi_error *error = tenon_resource_rep(call, self.handle);
    (void)user;
    result->ptr = tni_wasi_error_text(error->code);
    result->len = strlen(result->ptr);
    return TENON_OK;
}

/* -- stream objects -- */

tni_stream *tni_stream_new(tenon_wasi *w, tni_stream_kind kind) {
    tni_stream *s = TNI_NEW(&w->heap, tni_stream);
    if (s != NULL) {
        s->wasi = w;
        s->references = 1;
        s->kind = kind;
    }
    return s;
}

tni_stream *tni_stream_new_file(tni_wasi_file *f, bool append, u64 offset) {
    /* Pipes, devices and the like have no offsets. */
    bool seekable = f->type == TENON_FILE_REGULAR || f->type == TENON_FILE_UNKNOWN ||
                    f->type == TENON_FILE_BLOCK_DEVICE;
    tni_stream_kind kind = append ? TNI_STREAM_APPEND : TNI_STREAM_FILE;
    tni_stream *s = tni_stream_new(f->wasi, seekable ? kind : TNI_STREAM_OS);
    if (s != NULL) {
        s->file = f;
        f->references++;
        s->os_file = f->file;
        s->offset = offset;
    }
    return s;
}

void tni_stream_release(tni_stream *s) {
    if (s == NULL || --s->references != 0) {
        return;
    }
    tenon_wasi *w = s->wasi;
    tni_wasi_file_release(s->file);
    if (s->socket != NULL) {
        tni_socket_forget(s->socket, s);
    }
    if (s->ops != NULL) {
        s->ops->release(s->object);
    }
    tni_free(&w->heap, s->pending, s->pending_capacity, 1);
    TNI_FREE(&w->heap, s);
}

void wasi_io_streams_input_stream_destructor(void *user, void *rep) {
    (void)user;
    tni_stream_release(rep);
}

void wasi_io_streams_output_stream_destructor(void *user, void *rep) {
    (void)user;
    tni_stream_release(rep);
}

static tni_stream *input_of(tenon_call *call,
                            wasi_io_streams_borrow_input_stream_t self) {
    return tenon_resource_rep(call, self.handle);
}

static tni_stream *output_of(tenon_call *call,
                             wasi_io_streams_borrow_output_stream_t self) {
    return tenon_resource_rep(call, self.handle);
}

/* From now on the stream reports a failure once, then that it is closed. */
static void fail_stream(tni_stream *s, tenon_os_error code) {
    s->pending_count = 0;
    s->closed = true;
    /* Nobody reads the other end any more: closed, not broken. */
    s->has_failed = code != TENON_OS_PIPE;
    s->failure = code;
}

/* The stream-error of a closed stream. */
static tenon_status report(tenon_call *call, tni_stream *s, bool *is_err,
                           wasi_io_streams_stream_error_t *out) {
    *is_err = true;
    if (!s->has_failed) {
        out->tag = WASI_IO_STREAMS_STREAM_ERROR_CLOSED;
        return TENON_OK;
    }
    tni_wasi_error *error = TNI_NEW(&s->wasi->heap, tni_wasi_error);
    if (error == NULL) {
        return tenon_call_no_memory(call);
    }
    s->has_failed = false;
    *error = (tni_wasi_error){
        .wasi = s->wasi, .code = s->failure, .of_socket = s->kind == TNI_STREAM_SOCKET};
    if (s->ops != NULL && s->ops->explain != NULL) {
        s->ops->explain(s->object, error);
    }
    out->tag = WASI_IO_STREAMS_STREAM_ERROR_LAST_OPERATION_FAILED;
    tenon_status status = tenon_resource_new(call, WASI_IO_STREAMS_RESOURCE_ERROR, error,
                                             &out->val.last_operation_failed.handle);
    if (status != TENON_OK) {
        TNI_FREE(&s->wasi->heap, error);
    }
    return status;
}

/* -- waiting -- */

static tenon_status wait_for_object(tenon_call *call, const tni_stream *s, u8 events,
                                    void *mark) {
    for (;;) {
        tenon_wait item = {0, 0, false};
        u64 deadline_ns = TENON_NO_DEADLINE;
        if (s->ops->prepare(s->object, events, &item, &deadline_ns)) {
            return TENON_OK;
        }
        if (item.events == 0 && deadline_ns == TENON_NO_DEADLINE) {
            return tenon_call_fail(call, "waits for a stream that nothing can carry on");
        }
        TNI_TRY(tni_wasi_wait_marked(s->wasi, call, &item, 1, deadline_ns, mark));
    }
}

static tenon_status wait_for_stream(tenon_call *call, const tni_stream *s, u8 events,
                                    void *mark) {
    tenon_wait item = {s->os_file, events, false};
    return s->ops != NULL
               ? wait_for_object(call, s, events, mark)
               : tni_wasi_wait_marked(s->wasi, call, &item, 1, TENON_NO_DEADLINE, mark);
}

/* Whether a pipe or the like can be written to now. */
static tenon_status is_writable(tenon_call *call, const tni_stream *s, bool *out) {
    *out = true;
    if (!tni_stream_waits(s)) {
        return TENON_OK;
    }
    tenon_wait item = {s->os_file, TENON_WAIT_WRITE, false};
    if (s->ops != NULL) {
        u64 deadline_ns = TENON_NO_DEADLINE;
        *out = s->ops->prepare(s->object, TENON_WAIT_WRITE, &item, &deadline_ns);
        return TENON_OK;
    }
    TNI_TRY(tni_wasi_wait(s->wasi, call, &item, 1, 0));
    *out = item.ready;
    return TENON_OK;
}

/* -- input -- */

tenon_os_error tni_stream_take(tni_stream *s, void *buf, size_t capacity, size_t *n) {
    tenon_wasi *w = s->wasi;
    void *user = w->platform->user;
    *n = 0;
    switch (s->kind) {
    case TNI_STREAM_FILE: {
        tenon_os_error r = w->os->read_at(user, s->os_file, buf, capacity, s->offset, n);
        s->offset += *n;
        return r;
    }
    case TNI_STREAM_OS: return w->os->read(user, s->os_file, buf, capacity, n);
    case TNI_STREAM_SOCKET: return w->net->receive(user, s->os_file, buf, capacity, n);
    case TNI_STREAM_BUFFER: {
        size_t left = s->config->len - (size_t)s->offset;
        *n = left < capacity ? left : capacity;
        if (*n > 0) {
            memcpy(buf, (const u8 *)s->config->bytes + s->offset, *n);
        }
        s->offset += *n;
        return TENON_OS_OK;
    }
    case TNI_STREAM_CALLBACK: return s->config->read(s->config->user, buf, capacity, n);
    case TNI_STREAM_OBJECT: return s->ops->take(s->object, buf, capacity, n);
    case TNI_STREAM_NONE:
    case TNI_STREAM_APPEND: break;
    }
    return TENON_OS_OK;
}

/* Takes up to capacity bytes, blocking for the first one if asked to. Afterwards the
 * stream may be closed (and *n is 0). */
static tenon_status read_stream(tenon_call *call, tni_stream *s, bool blocking, void *buf,
                                size_t capacity, size_t *n) {
    *n = 0;
    if (s->closed || capacity == 0) {
        return TENON_OK;
    }
    for (;;) {
        tenon_os_error r = tni_stream_take(s, buf, capacity, n);
        if (r == TENON_OS_OK) {
            s->closed = *n == 0;
            return TENON_OK;
        }
        *n = 0;
        if (r != TENON_OS_WOULD_BLOCK) {
            fail_stream(s, r);
            return TENON_OK;
        }
        if (!blocking) {
            return TENON_OK;
        }
        TNI_TRY(wait_for_stream(call, s, TENON_WAIT_READ, NULL));
    }
}

static tenon_status read_list(tenon_call *call, tni_stream *s, u64 len, bool blocking,
                              wasi_io_streams_result_list_u8_stream_error_t *result) {
    size_t capacity = len < READ_BYTES ? (size_t)len : READ_BYTES;
    u8 *buf = NULL;
    size_t n = 0;
    if (!s->closed && capacity > 0) {
        buf = tenon_call_alloc(call, capacity, 1);
        if (buf == NULL) {
            return tenon_call_no_memory(call);
        }
    }
    TNI_TRY(read_stream(call, s, blocking, buf, capacity, &n));
    if (s->closed) {
        return report(call, s, &result->is_err, &result->val.err);
    }
    result->val.ok.ptr = buf;
    result->val.ok.len = n;
    return TENON_OK;
}

tenon_status wasi_io_streams_method_input_stream_read(
    tenon_call *call, void *user, wasi_io_streams_borrow_input_stream_t self,
    uint64_t len, wasi_io_streams_result_list_u8_stream_error_t *result) {
    (void)user;
    return read_list(call, input_of(call, self), len, false, result);
}

tenon_status wasi_io_streams_method_input_stream_blocking_read(
    tenon_call *call, void *user, wasi_io_streams_borrow_input_stream_t self,
    uint64_t len, wasi_io_streams_result_list_u8_stream_error_t *result) {
    (void)user;
    return read_list(call, input_of(call, self), len, true, result);
}

static tenon_status skip(tenon_call *call, tni_stream *s, u64 len, bool blocking,
                         wasi_io_streams_result_u64_stream_error_t *result) {
    u8 dropped[4096];
    size_t n;
    TNI_TRY(read_stream(call, s, blocking, dropped,
                        len < sizeof dropped ? (size_t)len : sizeof dropped, &n));
    if (s->closed) {
        return report(call, s, &result->is_err, &result->val.err);
    }
    result->val.ok = n;
    return TENON_OK;
}

tenon_status wasi_io_streams_method_input_stream_skip(
    tenon_call *call, void *user, wasi_io_streams_borrow_input_stream_t self,
    uint64_t len, wasi_io_streams_result_u64_stream_error_t *result) {
    (void)user;
    return skip(call, input_of(call, self), len, false, result);
}

tenon_status wasi_io_streams_method_input_stream_blocking_skip(
    tenon_call *call, void *user, wasi_io_streams_borrow_input_stream_t self,
    uint64_t len, wasi_io_streams_result_u64_stream_error_t *result) {
    (void)user;
    return skip(call, input_of(call, self), len, true, result);
}

tenon_status
wasi_io_streams_method_input_stream_subscribe(tenon_call *call, void *user,
                                              wasi_io_streams_borrow_input_stream_t self,
                                              wasi_io_streams_own_pollable_t *result) {
    return tni_pollable_new(user, call, WASI_IO_STREAMS_RESOURCE_POLLABLE,
                            TNI_POLLABLE_INPUT, input_of(call, self), 0, &result->handle);
}

/* -- output -- */

static tenon_os_error put_buffer(tni_stream *s, const void *bytes, size_t len,
                                 size_t *n) {
    const tenon_wasi_stream *c = s->config;
    size_t left = c->capacity - (size_t)s->offset;
    if (left == 0 && len > 0) {
        return TENON_OS_INSUFFICIENT_SPACE;
    }
    *n = len < left ? len : left;
    if (*n > 0) {
        memcpy((u8 *)c->bytes + s->offset, bytes, *n);
    }
    s->offset += *n;
    if (c->count != NULL) {
        *c->count = (size_t)s->offset;
    }
    return TENON_OS_OK;
}

tenon_os_error tni_stream_put(tni_stream *s, const void *bytes, size_t len, size_t *n) {
    tenon_wasi *w = s->wasi;
    void *user = w->platform->user;
    *n = 0;
    switch (s->kind) {
    case TNI_STREAM_FILE: {
        tenon_os_error r = w->os->write_at(user, s->os_file, bytes, len, s->offset, n);
        s->offset += *n;
        return r;
    }
    case TNI_STREAM_APPEND: return w->os->append(user, s->os_file, bytes, len, n);
    case TNI_STREAM_OS: return w->os->write(user, s->os_file, bytes, len, n);
    case TNI_STREAM_SOCKET: return w->net->send(user, s->os_file, bytes, len, n);
    case TNI_STREAM_BUFFER: return put_buffer(s, bytes, len, n);
    case TNI_STREAM_OBJECT: return s->ops->put(s->object, bytes, len, n);
    case TNI_STREAM_CALLBACK: {
        *n = len;
        return s->config->write(s->config->user, bytes, len);
    }
    case TNI_STREAM_NONE: break;
    }
    *n = len;
    return TENON_OS_OK;
}

/* A socket's output that is kept goes out during every wait, and after the guest has
 * dropped the stream: the list of such streams holds a reference. */
static void list_draining(tni_stream *s) {
    tenon_wasi *w = s->wasi;
    if (s->kind == TNI_STREAM_SOCKET && !s->is_draining) {
        s->is_draining = true;
        s->references++;
        s->next_draining = w->draining;
        w->draining = s;
    }
}

static void unlist_draining(tni_stream *s) {
    if (!s->is_draining) {
        return;
    }
    tni_stream **at = &s->wasi->draining;
    while (*at != s) {
        at = &(*at)->next_draining;
    }
    *at = s->next_draining;
    s->is_draining = false;
    tni_socket_sent(s->socket);
    tni_stream_release(s);
}

/* Keeps bytes that could not be written yet. */
static bool keep(tni_stream *s, const u8 *bytes, size_t len) {
    if (s->pending_count == 0) {
        s->pending_start = 0;
    }
    size_t end = s->pending_start + s->pending_count;
    if (len > s->pending_capacity - end) {
        size_t want = end + len;
        u8 *p = tni_resize(&s->wasi->heap, s->pending, s->pending_capacity, want);
        if (p == NULL) {
            return false;
        }
        s->pending = p;
        s->pending_capacity = want;
    }
    memcpy(s->pending + end, bytes, len);
    s->pending_count += len;
    list_draining(s);
    return true;
}

void tni_stream_drain(tni_stream *s) {
    while (s->pending_count > 0) {
        size_t n;
        tenon_os_error r =
            tni_stream_put(s, s->pending + s->pending_start, s->pending_count, &n);
        if (r == TENON_OS_WOULD_BLOCK) {
            return;
        }
        if (r != TENON_OS_OK || n == 0) {
            fail_stream(s, r != TENON_OS_OK ? r : TENON_OS_IO);
            break;
        }
        s->pending_start += n;
        s->pending_count -= n;
    }
    unlist_draining(s);
}

void tni_stream_finish(tni_stream *s) {
    const tenon_wasi *w = s->wasi;
    tenon_wait item = {s->os_file, TENON_WAIT_WRITE, false};
    tni_stream_drain(s);
    while (s->pending_count > 0) {
        tenon_os_error r = w->os->wait(w->platform->user, &item, 1, TENON_NO_DEADLINE);
        if (r != TENON_OS_OK && r != TENON_OS_INTERRUPTED) {
            return;
        }
        tni_stream_drain(s);
    }
}

/* Writes without blocking; the rest is kept. */
static void write_now(tni_stream *s, const u8 *bytes, size_t len) {
    tni_stream_drain(s);
    while (len > 0 && !s->closed) {
        size_t n = 0;
        tenon_os_error r = s->pending_count > 0 ? TENON_OS_WOULD_BLOCK
                                                : tni_stream_put(s, bytes, len, &n);
        if (r == TENON_OS_WOULD_BLOCK) {
            if (!keep(s, bytes, len)) {
                fail_stream(s, TENON_OS_INSUFFICIENT_MEMORY);
            }
            return;
        }
        if (r != TENON_OS_OK || n == 0) {
            fail_stream(s, r != TENON_OS_OK ? r : TENON_OS_IO);
            return;
        }
        bytes += n;
        len -= n;
    }
}

/* Waits until nothing is kept any more, or the stream has failed. */
static tenon_status flush(tenon_call *call, tni_stream *s, void *mark) {
    tni_stream_drain(s);
    while (s->pending_count > 0) {
        TNI_TRY(wait_for_stream(call, s, TENON_WAIT_WRITE, mark));
        tni_stream_drain(s);
    }
    return s->ops != NULL && !s->closed ? wait_for_object(call, s, TENON_WAIT_WRITE, mark)
                                        : TENON_OK;
}

/* Not closed: is_err false; and so for the results without a payload. */
static tenon_status finish(tenon_call *call, tni_stream *s,
                           wasi_io_streams_result_void_stream_error_t *result) {
    return s->closed ? report(call, s, &result->is_err, &result->val.err) : TENON_OK;
}

static tenon_status update_permit(tenon_call *call, tni_stream *s) {
    bool ready = false;
    tni_stream_drain(s);
    if (s->pending_count == 0 && !s->closed) {
        TNI_TRY(is_writable(call, s, &ready));
    }
    s->permit = ready ? PERMIT_BYTES : 0;
    return TENON_OK;
}

tenon_status wasi_io_streams_method_output_stream_check_write(
    tenon_call *call, void *user, wasi_io_streams_borrow_output_stream_t self,
    wasi_io_streams_result_u64_stream_error_t *result) {
    tni_stream *s = output_of(call, self);
    (void)user;
    TNI_TRY(update_permit(call, s));
    if (s->closed) {
        return report(call, s, &result->is_err, &result->val.err);
    }
    result->val.ok = s->permit;
    return TENON_OK;
}

static tenon_status take_permit(tenon_call *call, tni_stream *s, u64 len) {
    if (len > s->permit) {
        return tenon_call_fail(call,
                               "write of %llu bytes where check-write permitted %llu",
                               (unsigned long long)len, (unsigned long long)s->permit);
    }
    s->permit -= len;
    return TENON_OK;
}

tenon_status wasi_io_streams_method_output_stream_write(
    tenon_call *call, void *user, wasi_io_streams_borrow_output_stream_t self,
    const wasi_io_streams_list_u8_t *contents,
    wasi_io_streams_result_void_stream_error_t *result) {
    tni_stream *s = output_of(call, self);
    (void)user;
    TNI_TRY(take_permit(call, s, contents->len));
    if (!s->closed) {
        write_now(s, contents->ptr, contents->len);
    }
    return finish(call, s, result);
}

static tenon_status within_flush_limit(tenon_call *call, u64 len) {
    if (len > FLUSH_BYTES) {
        return tenon_call_fail(call, "more than 4096 bytes for blocking-write-and-flush");
    }
    return TENON_OK;
}

/* The mark of a write that has been taken over and only waits to go out. */
static const u8 taken = 0;

static tenon_status write_and_flush(tenon_call *call, tni_stream *s, const u8 *bytes,
                                    size_t len,
                                    wasi_io_streams_result_void_stream_error_t *result) {
    if (!s->closed && tenon_call_again(call) != (const void *)&taken) {
        TNI_TRY(flush(call, s, NULL));
        if (!s->closed) {
            write_now(s, bytes, len);
        }
    }
    if (!s->closed) {
        TNI_TRY(flush(call, s, (void *)(uintptr_t)&taken));
    }
    return finish(call, s, result);
}

tenon_status wasi_io_streams_method_output_stream_blocking_write_and_flush(
    tenon_call *call, void *user, wasi_io_streams_borrow_output_stream_t self,
    const wasi_io_streams_list_u8_t *contents,
    wasi_io_streams_result_void_stream_error_t *result) {
    (void)user;
    TNI_TRY(within_flush_limit(call, contents->len));
    return write_and_flush(call, output_of(call, self), contents->ptr, contents->len,
                           result);
}

tenon_status wasi_io_streams_method_output_stream_flush(
    tenon_call *call, void *user, wasi_io_streams_borrow_output_stream_t self,
    wasi_io_streams_result_void_stream_error_t *result) {
    tni_stream *s = output_of(call, self);
    (void)user;
    tni_stream_drain(s);
    if (s->pending_count > 0) {
        s->permit = 0; /* no writes until the flush is complete */
    }
    return finish(call, s, result);
}

tenon_status wasi_io_streams_method_output_stream_blocking_flush(
    tenon_call *call, void *user, wasi_io_streams_borrow_output_stream_t self,
    wasi_io_streams_result_void_stream_error_t *result) {
    tni_stream *s = output_of(call, self);
    (void)user;
    TNI_TRY(flush(call, s, NULL));
    return finish(call, s, result);
}

tenon_status wasi_io_streams_method_output_stream_subscribe(
    tenon_call *call, void *user, wasi_io_streams_borrow_output_stream_t self,
    wasi_io_streams_own_pollable_t *result) {
    return tni_pollable_new(user, call, WASI_IO_STREAMS_RESOURCE_POLLABLE,
                            TNI_POLLABLE_OUTPUT, output_of(call, self), 0,
                            &result->handle);
}

static const u8 zeroes[FLUSH_BYTES];

tenon_status wasi_io_streams_method_output_stream_write_zeroes(
    tenon_call *call, void *user, wasi_io_streams_borrow_output_stream_t self,
    uint64_t len, wasi_io_streams_result_void_stream_error_t *result) {
    tni_stream *s = output_of(call, self);
    (void)user;
    TNI_TRY(take_permit(call, s, len));
    while (len > 0 && !s->closed) {
        size_t n = len < sizeof zeroes ? (size_t)len : sizeof zeroes;
        write_now(s, zeroes, n);
        len -= n;
    }
    return finish(call, s, result);
}

tenon_status wasi_io_streams_method_output_stream_blocking_write_zeroes_and_flush(
    tenon_call *call, void *user, wasi_io_streams_borrow_output_stream_t self,
    uint64_t len, wasi_io_streams_result_void_stream_error_t *result) {
    (void)user;
    TNI_TRY(within_flush_limit(call, len));
    return write_and_flush(call, output_of(call, self), zeroes, (size_t)len, result);
}

/* -- splice -- */

static tenon_status splice(tenon_call *call, tni_stream *out, tni_stream *in, u64 len,
                           bool blocking,
                           wasi_io_streams_result_u64_stream_error_t *result) {
    TNI_TRY(update_permit(call, out));
    if (out->closed) {
        return report(call, out, &result->is_err, &result->val.err);
    }
    u64 most = len < out->permit ? len : out->permit;
    u8 *buf = most == 0 ? NULL : tenon_call_alloc(call, (size_t)most, 1);
    if (buf == NULL && most > 0) {
        return tenon_call_no_memory(call);
    }
    size_t n;
    TNI_TRY(read_stream(call, in, blocking, buf, (size_t)most, &n));
    if (in->closed) {
        return report(call, in, &result->is_err, &result->val.err);
    }
    out->permit -= n;
    write_now(out, buf, n);
    if (out->closed) {
        return report(call, out, &result->is_err, &result->val.err);
    }
    result->val.ok = n;
    return TENON_OK;
}

tenon_status wasi_io_streams_method_output_stream_splice(
    tenon_call *call, void *user, wasi_io_streams_borrow_output_stream_t self,
    wasi_io_streams_borrow_input_stream_t src, uint64_t len,
    wasi_io_streams_result_u64_stream_error_t *result) {
    (void)user;
    return splice(call, output_of(call, self), input_of(call, src), len, false, result);
}

tenon_status wasi_io_streams_method_output_stream_blocking_splice(
    tenon_call *call, void *user, wasi_io_streams_borrow_output_stream_t self,
    wasi_io_streams_borrow_input_stream_t src, uint64_t len,
    wasi_io_streams_result_u64_stream_error_t *result) {
    tni_stream *out = output_of(call, self);
    (void)user;
    TNI_TRY(flush(call, out, NULL));
    if (!out->closed && tni_stream_waits(out)) {
        TNI_TRY(wait_for_stream(call, out, TENON_WAIT_WRITE, NULL));
    }
    return splice(call, out, input_of(call, src), len, true, result);
}
