/* preview1_io.c: WASI preview 1: reading, writing and seeking over lists of iovecs, and
 * sockets.
 *
 * Files move their own offset. Streams (standard ones, pipes, terminals) have none: a
 * read takes what is there for the first buffer that is not empty, waiting for it unless
 * the descriptor is nonblocking; a write goes out whole. */
#include "wasi/preview1.h"

enum { IOVEC_BYTES = 8 };

/* The n-th iovec's bytes; false when the call traps. */
static bool buffer_at(p1_call *c, const u8 *list, u32 n, u8 **bytes, u32 *len) {
    *len = tni_load_u32(list + (size_t)n * IOVEC_BYTES + 4);
    *bytes = tni_p1_at(c, tni_load_u32(list + (size_t)n * IOVEC_BYTES), *len, 1);
    return *bytes != NULL;
}

/* The list itself; NULL when the call traps. */
static const u8 *list_at(p1_call *c, u64 iovs, u64 count) {
    return tni_p1_at(c, iovs, (u64)tni_p1_u32(count) * IOVEC_BYTES, 4);
}

/* What is moved in all has to fit into a size. */
static u32 room_for(u32 total, u32 len) {
    return len < UINT32_MAX - total ? len : UINT32_MAX - total;
}

/* -- files with offsets -- */

typedef tenon_os_error move_at(const p1_call *c, const p1_descriptor *d, u8 *bytes,
                               u32 len, u64 offset, size_t *n);

static tenon_os_error read_at(const p1_call *c, const p1_descriptor *d, u8 *bytes,
                              u32 len, u64 offset, size_t *n) {
    return c->wasi->os->read_at(c->wasi->platform->user, d->file->file, bytes, len,
                                offset, n);
}

static tenon_os_error write_at(const p1_call *c, const p1_descriptor *d, u8 *bytes,
                               u32 len, u64 offset, size_t *n) {
    void *user = c->wasi->platform->user;
    if ((d->flags & P1_FD_APPEND) != 0) {
        return c->wasi->os->append(user, d->file->file, bytes, len, n);
    }
    return c->wasi->os->write_at(user, d->file->file, bytes, len, offset, n);
}

/* Moves bytes from offset on, buffer after buffer, until one is not moved whole. */
static p1_errno move_all_at(p1_call *c, const p1_descriptor *d, move_at *move, u64 iovs,
                            u64 count, u64 offset, u32 *total) {
    const u8 *list = list_at(c, iovs, count);
    *total = 0;
    for (u32 i = 0; list != NULL && i < tni_p1_u32(count); i++) {
        u8 *bytes;
        u32 len;
        size_t n = 0;
        if (!buffer_at(c, list, i, &bytes, &len)) {
            return P1_SUCCESS;
        }
        if (len == 0) {
            continue;
        }
        u32 most = room_for(*total, len);
        tenon_os_error r = move(c, d, bytes, most, offset + *total, &n);
        if (r != TENON_OS_OK) {
            return *total > 0 ? P1_SUCCESS : tni_p1_outcome(r);
        }
        *total += (u32)n;
        if (n < len) {
            break;
        }
    }
    return P1_SUCCESS;
}

/* Where the next write goes after an append: the end. */
static void go_to_end(const p1_call *c, p1_descriptor *d) {
    tenon_file_stat st;
    if (c->wasi->os->stat(c->wasi->platform->user, d->file->file, &st) == TENON_OS_OK) {
        d->offset = st.size_bytes;
    }
}

/* -- streams -- */

tenon_file tni_p1_waited(const p1_descriptor *d) {
    return d->kind == P1_STANDARD ? d->stream->os_file
           : tni_p1_is_socket(d)  ? d->socket
                                  : d->file->file;
}

static tenon_os_error take(const p1_call *c, p1_descriptor *d, u8 *bytes, u32 len,
                           size_t *n) {
    if (d->kind == P1_STANDARD) {
        return tni_stream_take(d->stream, bytes, len, n);
    }
    if (d->kind == P1_SOCKET) {
        return c->wasi->net->receive(c->wasi->platform->user, d->socket, bytes, len, n);
    }
    return c->wasi->os->read(c->wasi->platform->user, d->file->file, bytes, len, n);
}

static tenon_os_error put(const p1_call *c, p1_descriptor *d, const u8 *bytes, u32 len,
                          size_t *n) {
    if (d->kind == P1_STANDARD) {
        return tni_stream_put(d->stream, bytes, len, n);
    }
    if (d->kind == P1_SOCKET) {
        return c->wasi->net->send(c->wasi->platform->user, d->socket, bytes, len, n);
    }
    return c->wasi->os->write(c->wasi->platform->user, d->file->file, bytes, len, n);
}

/* After TENON_OS_WOULD_BLOCK: waits until it would not. False: the call ends. */
static bool wait_for(p1_call *c, const p1_descriptor *d, u8 events) {
    tenon_wait item = {tni_p1_waited(d), events, false};
    return tni_p1_wait(c, &item, 1, TENON_NO_DEADLINE);
}

/* Fills one buffer with what comes; all of it if asked to, else what comes at once. */
static p1_errno take_buffer(p1_call *c, p1_descriptor *d, u8 *bytes, u32 len, bool all,
                            u32 *got) {
    *got = 0;
    while (*got < len) {
        size_t n = 0;
        tenon_os_error r = take(c, d, bytes + *got, len - *got, &n);
        if (r == TENON_OS_OK) {
            *got += (u32)n;
            if (n == 0 || !all) {
                return P1_SUCCESS;
            }
            continue;
        }
        if (r != TENON_OS_WOULD_BLOCK || (d->flags & P1_FD_NONBLOCK) != 0) {
            return *got > 0 ? P1_SUCCESS : tni_p1_outcome(r);
        }
        if (!wait_for(c, d, TENON_WAIT_READ)) {
            return P1_SUCCESS;
        }
    }
    return P1_SUCCESS;
}

static p1_errno take_all(p1_call *c, p1_descriptor *d, u64 iovs, u64 count, bool all,
                         u32 *total) {
    const u8 *list = list_at(c, iovs, count);
    *total = 0;
    for (u32 i = 0; list != NULL && i < tni_p1_u32(count); i++) {
        u8 *bytes;
        u32 len, got;
        if (!buffer_at(c, list, i, &bytes, &len)) {
            return P1_SUCCESS;
        }
        if (len == 0) {
            continue;
        }
        p1_errno r = take_buffer(c, d, bytes, room_for(*total, len), all, &got);
        if (r != P1_SUCCESS) {
            return *total > 0 ? P1_SUCCESS : r;
        }
        *total += got;
        if (!all || got < len || c->status != TENON_OK) {
            break;
        }
    }
    return P1_SUCCESS;
}

static p1_errno put_buffer(p1_call *c, p1_descriptor *d, const u8 *bytes, u32 len,
                           u32 *sent) {
    *sent = 0;
    while (*sent < len) {
        size_t n = 0;
        tenon_os_error r = put(c, d, bytes + *sent, len - *sent, &n);
        if (r == TENON_OS_OK && n > 0) {
            *sent += (u32)n;
            continue;
        }
        if (r != TENON_OS_WOULD_BLOCK || (d->flags & P1_FD_NONBLOCK) != 0) {
            return *sent > 0 ? P1_SUCCESS
                             : tni_p1_outcome(r == TENON_OS_OK ? TENON_OS_IO : r);
        }
        if (!wait_for(c, d, TENON_WAIT_WRITE)) {
            return P1_SUCCESS;
        }
    }
    return P1_SUCCESS;
}

static p1_errno put_all(p1_call *c, p1_descriptor *d, u64 iovs, u64 count, u32 *total) {
    const u8 *list = list_at(c, iovs, count);
    *total = 0;
    for (u32 i = 0; list != NULL && i < tni_p1_u32(count); i++) {
        u8 *bytes;
        u32 len, sent;
        if (!buffer_at(c, list, i, &bytes, &len)) {
            return P1_SUCCESS;
        }
        p1_errno r = put_buffer(c, d, bytes, room_for(*total, len), &sent);
        if (r != P1_SUCCESS) {
            return *total > 0 ? P1_SUCCESS : r;
        }
        *total += sent;
        if (sent < len || c->status != TENON_OK) {
            break;
        }
    }
    return P1_SUCCESS;
}

/* -- both -- */

p1_errno tni_p1_receive(p1_call *c, p1_descriptor *d, u64 iovs, u64 count, bool wait_all,
                        u32 *total) {
    if (!tni_p1_has_offset(d)) {
        return take_all(c, d, iovs, count, wait_all, total);
    }
    p1_errno r = move_all_at(c, d, read_at, iovs, count, d->offset, total);
    d->offset += *total;
    return r;
}

static bool can_peek(const tenon_net *net) {
    return net != NULL && net->struct_bytes > offsetof(tenon_net, peek) &&
           net->peek != NULL;
}

static p1_errno peek_buffer(p1_call *c, const p1_descriptor *d, u8 *bytes, u32 len,
                            u32 *total) {
    const tenon_net *net = c->wasi->net;
    for (;;) {
        size_t n = 0;
        tenon_os_error r =
            net->peek(c->wasi->platform->user, tni_p1_waited(d), bytes, len, &n);
        *total = (u32)n;
        if (r != TENON_OS_WOULD_BLOCK || (d->flags & P1_FD_NONBLOCK) != 0) {
            return tni_p1_outcome(r);
        }
        if (!wait_for(c, d, TENON_WAIT_READ)) {
            return P1_SUCCESS;
        }
    }
}

p1_errno tni_p1_peek(p1_call *c, const p1_descriptor *d, u64 iovs, u64 count,
                     u32 *total) {
    const u8 *list = list_at(c, iovs, count);
    *total = 0;
    if (!can_peek(c->wasi->net)) {
        return P1_NOTSUP;
    }
    for (u32 i = 0; list != NULL && i < tni_p1_u32(count); i++) {
        u8 *bytes;
        u32 len;
        if (!buffer_at(c, list, i, &bytes, &len)) {
            break;
        }
        if (len > 0) {
            return peek_buffer(c, d, bytes, len, total);
        }
    }
    return P1_SUCCESS;
}

p1_errno tni_p1_send(p1_call *c, p1_descriptor *d, u64 iovs, u64 count, u32 *total) {
    if (!tni_p1_has_offset(d)) {
        return put_all(c, d, iovs, count, total);
    }
    p1_errno r = move_all_at(c, d, write_at, iovs, count, d->offset, total);
    if ((d->flags & P1_FD_APPEND) != 0) {
        go_to_end(c, d);
    } else {
        d->offset += *total;
    }
    return r;
}

/* Directories and sockets that listen are neither read nor written. */
static p1_errno find(const p1_call *c, u64 fd, u64 right, p1_descriptor **out) {
    *out = tni_p1_get(c->table, fd);
    if (*out == NULL || (*out)->kind == P1_DIRECTORY || (*out)->kind == P1_LISTENER) {
        return P1_BADF;
    }
    return tni_p1_need(*out, right);
}

/* The same for what needs an offset. */
static p1_errno find_with_offset(const p1_call *c, u64 fd, u64 right,
                                 p1_descriptor **out) {
    p1_errno r = find(c, fd, right, out);
    if (r == P1_SUCCESS && !tni_p1_has_offset(*out)) {
        r = P1_SPIPE;
    }
    return r != P1_SUCCESS ? r : tni_p1_need(*out, P1_RIGHT(FD_SEEK));
}

p1_errno tni_p1_fd_read(p1_call *c, const u64 *args) {
    p1_descriptor *d;
    u32 total = 0;
    p1_errno r = find(c, args[0], P1_RIGHT(FD_READ), &d);
    if (r == P1_SUCCESS) {
        r = tni_p1_receive(c, d, args[1], args[2], false, &total);
    }
    return r != P1_SUCCESS ? r : tni_p1_give_u32(c, args[3], total);
}

p1_errno tni_p1_fd_write(p1_call *c, const u64 *args) {
    p1_descriptor *d;
    u32 total = 0;
    p1_errno r = find(c, args[0], P1_RIGHT(FD_WRITE), &d);
    if (r == P1_SUCCESS) {
        r = tni_p1_send(c, d, args[1], args[2], &total);
    }
    return r != P1_SUCCESS ? r : tni_p1_give_u32(c, args[3], total);
}

p1_errno tni_p1_fd_pread(p1_call *c, const u64 *args) {
    p1_descriptor *d;
    u32 total = 0;
    p1_errno r = find_with_offset(c, args[0], P1_RIGHT(FD_READ), &d);
    if (r == P1_SUCCESS) {
        r = move_all_at(c, d, read_at, args[1], args[2], args[3], &total);
    }
    return r != P1_SUCCESS ? r : tni_p1_give_u32(c, args[4], total);
}

p1_errno tni_p1_fd_pwrite(p1_call *c, const u64 *args) {
    p1_descriptor *d;
    u32 total = 0;
    p1_errno r = find_with_offset(c, args[0], P1_RIGHT(FD_WRITE), &d);
    if (r == P1_SUCCESS) {
        r = move_all_at(c, d, write_at, args[1], args[2], args[3], &total);
    }
    return r != P1_SUCCESS ? r : tni_p1_give_u32(c, args[4], total);
}

/* -- offsets -- */

enum { SEEK_FROM_START, SEEK_FROM_HERE, SEEK_FROM_END };

/* whence as preview 1 numbers it; wasi_unstable has cur, end, set. */
static u32 whence_of(const p1_call *c, u64 whence) {
    const u32 w = tni_p1_u32(whence);
    return c->unstable && w < 3 ? (w + 1) % 3 : w;
}

static p1_errno base_of(const p1_call *c, const p1_descriptor *d, u32 whence, u64 *base) {
    tenon_file_stat st;
    tenon_os_error r;
    switch (whence) {
    case SEEK_FROM_START: *base = 0; return P1_SUCCESS;
    case SEEK_FROM_HERE: *base = d->offset; return P1_SUCCESS;
    case SEEK_FROM_END:
        r = c->wasi->os->stat(c->wasi->platform->user, d->file->file, &st);
        *base = st.size_bytes;
        return tni_p1_outcome(r);
    default: return P1_INVAL;
    }
}

p1_errno tni_p1_fd_seek(p1_call *c, const u64 *args) {
    p1_descriptor *d = tni_p1_get(c->table, args[0]);
    const i64 delta = (i64)args[1];
    const u32 whence = whence_of(c, args[2]);
    u64 base;
    if (d == NULL || d->kind == P1_DIRECTORY) {
        return P1_BADF;
    }
    if (!tni_p1_has_offset(d)) {
        return P1_SPIPE;
    }
    p1_errno r =
        tni_p1_need(d, whence == SEEK_FROM_HERE && delta == 0 ? P1_RIGHT(FD_TELL)
                                                              : P1_RIGHT(FD_SEEK));
    r = r != P1_SUCCESS ? r : base_of(c, d, whence, &base);
    if (r != P1_SUCCESS) {
        return r;
    }
    if (delta < 0 && (u64)0 - (u64)delta > base) {
        return P1_INVAL;
    }
    if (delta > 0 && base > INT64_MAX - (u64)delta) {
        return P1_OVERFLOW;
    }
    d->offset = base + (u64)delta;
    return tni_p1_give_u64(c, args[3], d->offset);
}

p1_errno tni_p1_fd_tell(p1_call *c, const u64 *args) {
    const p1_descriptor *d = tni_p1_get(c->table, args[0]);
    if (d == NULL || d->kind == P1_DIRECTORY) {
        return P1_BADF;
    }
    if (!tni_p1_has_offset(d)) {
        return P1_SPIPE;
    }
    p1_errno r = tni_p1_need(d, P1_RIGHT(FD_TELL));
    return r != P1_SUCCESS ? r : tni_p1_give_u64(c, args[1], d->offset);
}
