/* preview1_fd.c: WASI preview 1: attributes of open files and directories: flags, rights,
 * size, times, space, synchronization. */
#include "wasi/preview1.h"

static void *os_user(const p1_call *c) {
    return c->wasi->platform->user;
}

/* A file, with the right; other kinds are badf. */
static p1_errno find_file(const p1_call *c, u64 fd, u64 right, p1_descriptor **out) {
    *out = tni_p1_get(c->table, fd);
    if (*out == NULL || (*out)->kind != P1_FILE) {
        return P1_BADF;
    }
    return tni_p1_need(*out, right);
}

/* A file or a directory. */
static p1_errno find_opened(const p1_call *c, u64 fd, u64 right, p1_descriptor **out) {
    *out = tni_p1_get(c->table, fd);
    if (*out == NULL || (*out)->kind == P1_STANDARD || tni_p1_is_socket(*out)) {
        return P1_BADF;
    }
    return tni_p1_need(*out, right);
}

/* -- fdstat -- */

static bool is_terminal(const tenon_wasi *w, const p1_descriptor *d) {
    for (int i = 0; i < 3; i++) {
        if (w->standard[i] == d->stream) {
            return tni_wasi_is_terminal(w, i);
        }
    }
    return false;
}

static u8 type_of(const tenon_wasi *w, const p1_descriptor *d) {
    if (d->kind == P1_STANDARD) {
        return is_terminal(w, d)                       ? P1_TYPE_CHARACTER_DEVICE
               : tni_p1_is_socket_stream(w, d->stream) ? P1_TYPE_SOCKET_STREAM
                                                       : P1_TYPE_UNKNOWN;
    }
    return tni_p1_is_socket(d) ? P1_TYPE_SOCKET_STREAM : tni_p1_file_type(d->file->type);
}

p1_errno tni_p1_fd_fdstat_get(p1_call *c, const u64 *args) {
    const p1_descriptor *d = tni_p1_get(c->table, args[0]);
    if (d == NULL) {
        return P1_BADF;
    }
    u8 *p = tni_p1_at(c, args[1], 24, 8);
    if (p != NULL) {
        memset(p, 0, 8);
        p[0] = type_of(c->wasi, d);
        tni_store_u16(p + 2, d->flags);
        tni_store_u64(p + 8, d->base);
        tni_store_u64(p + 16, d->inheriting);
    }
    return P1_SUCCESS;
}

/* append and nonblock can change; the others are what the file was opened with. */
p1_errno tni_p1_fd_fdstat_set_flags(p1_call *c, const u64 *args) {
    p1_descriptor *d = tni_p1_get(c->table, args[0]);
    const u32 flags = tni_p1_u32(args[1]);
    if (d == NULL || d->kind == P1_DIRECTORY) {
        return P1_BADF;
    }
    if (((flags ^ d->flags) & ~(u32)(P1_FD_APPEND | P1_FD_NONBLOCK)) != 0) {
        return P1_INVAL;
    }
    p1_errno r = tni_p1_need(d, P1_RIGHT(FD_FDSTAT_SET_FLAGS));
    if (r == P1_SUCCESS) {
        d->flags = (u16)flags;
    }
    return r;
}

p1_errno tni_p1_fd_fdstat_set_rights(p1_call *c, const u64 *args) {
    p1_descriptor *d = tni_p1_get(c->table, args[0]);
    if (d == NULL) {
        return P1_BADF;
    }
    if ((args[1] & ~d->base) != 0 || (args[2] & ~d->inheriting) != 0) {
        return P1_NOTCAPABLE; /* rights are only ever taken away */
    }
    d->base = args[1];
    d->inheriting = args[2];
    return P1_SUCCESS;
}

/* -- filestat -- */

p1_errno tni_p1_fd_filestat_get(p1_call *c, const u64 *args) {
    p1_descriptor *d = tni_p1_get(c->table, args[0]);
    tenon_file_stat st = {.type = TENON_FILE_UNKNOWN};
    if (d == NULL) {
        return P1_BADF;
    }
    p1_errno r = tni_p1_need(d, P1_RIGHT(FD_FILESTAT_GET));
    if (r != P1_SUCCESS) {
        return r;
    }
    if (tni_p1_is_socket(d)) {
        st.type = TENON_FILE_SOCKET;
    } else if (d->kind != P1_STANDARD) {
        r = tni_p1_outcome(c->wasi->os->stat(os_user(c), d->file->file, &st));
    } else if (is_terminal(c->wasi, d)) {
        st.type = TENON_FILE_CHARACTER_DEVICE;
    }
    return r != P1_SUCCESS ? r : tni_p1_give_stat(c, args[1], &st);
}

p1_errno tni_p1_fd_filestat_set_size(p1_call *c, const u64 *args) {
    p1_descriptor *d;
    p1_errno r = find_file(c, args[0], P1_RIGHT(FD_FILESTAT_SET_SIZE), &d);
    if (r != P1_SUCCESS) {
        return r;
    }
    if (args[1] > INT64_MAX) {
        return P1_INVAL;
    }
    return tni_p1_outcome(c->wasi->os->set_size(os_user(c), d->file->file, args[1]));
}

p1_errno tni_p1_fd_filestat_set_times(p1_call *c, const u64 *args) {
    p1_descriptor *d;
    tenon_new_time times[2];
    p1_errno r = find_opened(c, args[0], P1_RIGHT(FD_FILESTAT_SET_TIMES), &d);
    r = r != P1_SUCCESS ? r : tni_p1_times(args[1], args[2], args[3], times);
    if (r != P1_SUCCESS) {
        return r;
    }
    return tni_p1_outcome(
        c->wasi->os->set_times(os_user(c), d->file->file, times[0], times[1]));
}

/* -- space and synchronization -- */

p1_errno tni_p1_fd_advise(p1_call *c, const u64 *args) {
    p1_descriptor *d;
    const u32 advice = tni_p1_u32(args[3]);
    p1_errno r = find_file(c, args[0], P1_RIGHT(FD_ADVISE), &d);
    if (r == P1_SUCCESS && advice > TENON_ADVICE_NO_REUSE) {
        r = P1_INVAL;
    }
    if (r != P1_SUCCESS) {
        return r;
    }
    return tni_p1_outcome(c->wasi->os->advise(os_user(c), d->file->file, args[1], args[2],
                                              (tenon_advice)advice));
}

static bool can_allocate(const tenon_os *os) {
    return os->struct_bytes > offsetof(tenon_os, allocate) && os->allocate != NULL;
}

p1_errno tni_p1_fd_allocate(p1_call *c, const u64 *args) {
    p1_descriptor *d;
    p1_errno r = find_file(c, args[0], P1_RIGHT(FD_ALLOCATE), &d);
    if (r == P1_SUCCESS && args[2] == 0) {
        r = P1_INVAL;
    }
    if (r == P1_SUCCESS && !can_allocate(c->wasi->os)) {
        r = P1_NOTSUP;
    }
    if (r != P1_SUCCESS) {
        return r;
    }
    return tni_p1_outcome(
        c->wasi->os->allocate(os_user(c), d->file->file, args[1], args[2]));
}

p1_errno tni_p1_fd_datasync(p1_call *c, const u64 *args) {
    p1_descriptor *d;
    p1_errno r = find_opened(c, args[0], P1_RIGHT(FD_DATASYNC), &d);
    return r != P1_SUCCESS
               ? r
               : tni_p1_outcome(c->wasi->os->sync(os_user(c), d->file->file, true));
}

p1_errno tni_p1_fd_sync(p1_call *c, const u64 *args) {
    p1_descriptor *d;
    p1_errno r = find_opened(c, args[0], P1_RIGHT(FD_SYNC), &d);
    return r != P1_SUCCESS
               ? r
               : tni_p1_outcome(c->wasi->os->sync(os_user(c), d->file->file, false));
}
