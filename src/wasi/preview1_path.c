/* preview1_path.c: WASI preview 1: what is done by path. The platform resolves every path
 * inside the descriptor's directory. */
#include "base/unicode.h"
#include "wasi/preview1.h"

static void *os_user(const p1_call *c) {
    return c->wasi->platform->user;
}

/* A path in guest memory, which is UTF-8 (ilseq). */
static p1_errno path_at(p1_call *c, u64 pointer, u64 len, tni_str *out) {
    const u32 n = tni_p1_u32(len);
    const u8 *p = tni_p1_at(c, pointer, n, 1);
    if (p == NULL) {
        return P1_INVAL; /* the status says how the call ends */
    }
    *out = (tni_str){(const char *)p, n};
    return tni_utf8_valid(p, n) ? P1_SUCCESS : P1_ILSEQ;
}

static p1_errno find_directory(const p1_call *c, u64 fd, u64 right, p1_descriptor **out) {
    *out = tni_p1_get(c->table, fd);
    if (*out == NULL || (*out)->kind == P1_STANDARD) {
        return P1_BADF;
    }
    if ((*out)->kind != P1_DIRECTORY) {
        return P1_NOTDIR;
    }
    return tni_p1_need(*out, right);
}

/* A directory with a right, and a path in it: what most functions begin with. */
static p1_errno locate(p1_call *c, u64 fd, u64 right, u64 pointer, u64 len,
                       tenon_path *out) {
    tni_str text;
    p1_descriptor *d;
    p1_errno r = path_at(c, pointer, len, &text);
    r = r != P1_SUCCESS ? r : find_directory(c, fd, right, &d);
    if (r == P1_SUCCESS) {
        *out = (tenon_path){d->file->file, text.ptr, text.len};
    }
    return r;
}

static p1_errno lookup_flags(u64 flags, bool *follow) {
    *follow = (flags & P1_LOOKUP_FOLLOW) != 0;
    return (tni_p1_u32(flags) & ~(u32)P1_LOOKUP_FOLLOW) != 0 ? P1_INVAL : P1_SUCCESS;
}

/* -- path_open -- */

typedef struct open_request {
    bool follow;
    u32 oflags;
    u32 fdflags;
    u64 rights;
    bool read;
    bool write;
} open_request;

static p1_errno check_request(const p1_descriptor *d, const open_request *q) {
    const bool creates = (q->oflags & P1_O_CREAT) != 0;
    const bool cuts = (q->oflags & P1_O_TRUNC) != 0;
    if (d->read_only && (q->write || creates || cuts)) {
        return P1_ROFS;
    }
    p1_errno r = creates ? tni_p1_need(d, P1_RIGHT(PATH_CREATE_FILE)) : P1_SUCCESS;
    if (r == P1_SUCCESS && cuts) {
        r = tni_p1_need(d, P1_RIGHT(PATH_FILESTAT_SET_SIZE));
    }
    /* Complete unless the guest has taken rights away. */
    if (r == P1_SUCCESS && (q->rights & P1_RIGHTS_ALL & ~d->inheriting) != 0) {
        r = P1_NOTCAPABLE;
    }
    return r;
}

static unsigned open_bits(const open_request *q) {
    unsigned bits = q->follow ? TENON_OPEN_FOLLOW : 0;
    bits |= q->read ? TENON_OPEN_READ : 0;
    bits |= q->write ? TENON_OPEN_WRITE : 0;
    bits |= (q->oflags & P1_O_CREAT) != 0 ? TENON_OPEN_CREATE : 0;
    bits |= (q->oflags & P1_O_DIRECTORY) != 0 ? TENON_OPEN_DIRECTORY : 0;
    bits |= (q->oflags & P1_O_EXCL) != 0 ? TENON_OPEN_EXCLUSIVE : 0;
    bits |= (q->oflags & P1_O_TRUNC) != 0 ? TENON_OPEN_TRUNCATE : 0;
    bits |= (q->fdflags & P1_FD_SYNC) != 0 ? TENON_OPEN_SYNC : 0;
    bits |= (q->fdflags & P1_FD_DSYNC) != 0 ? TENON_OPEN_DATA_SYNC : 0;
    bits |= (q->fdflags & P1_FD_RSYNC) != 0 ? TENON_OPEN_READ_SYNC : 0;
    return bits;
}

static p1_errno open_file(const p1_call *c, tenon_path path, const open_request *q,
                          tenon_file *out) {
    const tenon_os *os = c->wasi->os;
    tenon_file_stat st;
    tenon_os_error r = os->open(os_user(c), path, open_bits(q), out);
    /* Systems differ in what is wrong with a link that is to be a directory. */
    if (r == TENON_OS_NOT_DIRECTORY && !q->follow &&
        os->stat_path(os_user(c), path, false, &st) == TENON_OS_OK &&
        st.type == TENON_FILE_SYMBOLIC_LINK) {
        r = TENON_OS_LOOP;
    }
    return tni_p1_outcome(r);
}

/* Gives the new file a number; it is closed if there is none. */
static p1_errno add_file(p1_call *c, const p1_descriptor *d, const open_request *q,
                         tenon_file file, u32 *fd) {
    tni_wasi_file *f = tni_wasi_file_new(c->wasi, file);
    if (f == NULL) {
        return P1_NOMEM;
    }
    p1_descriptor new = tni_p1_of_file(f, q->read, q->write, d->read_only);
    new.base &= d->inheriting;
    new.inheriting &= d->inheriting;
    new.flags = (u16)q->fdflags;
    p1_errno r = tni_p1_add(c->table, &new, fd);
    if (r != P1_SUCCESS) {
        tni_wasi_file_release(f);
    }
    return r;
}

p1_errno tni_p1_path_open(p1_call *c, const u64 *args) {
    open_request q = {
        .oflags = tni_p1_u32(args[4]), .rights = args[5], .fdflags = tni_p1_u32(args[7])};
    tni_str text;
    p1_descriptor *d;
    tenon_file file;
    u32 fd;
    p1_errno r = path_at(c, args[2], args[3], &text);
    r = r != P1_SUCCESS ? r : lookup_flags(args[1], &q.follow);
    if (r == P1_SUCCESS && (q.oflags > P1_O_FLAGS || q.fdflags > P1_FD_FLAGS)) {
        r = P1_INVAL;
    }
    r = r != P1_SUCCESS ? r : find_directory(c, args[0], P1_RIGHT(PATH_OPEN), &d);
    q.write = (q.rights & P1_RIGHT(FD_WRITE)) != 0;
    q.read = (q.rights & P1_RIGHT(FD_READ)) != 0 || !q.write;
    r = r != P1_SUCCESS ? r : check_request(d, &q);
    /* Where the result goes, before anything happens. */
    if (r != P1_SUCCESS || tni_p1_at(c, args[8], 4, 4) == NULL) {
        return r;
    }
    r = open_file(c, (tenon_path){d->file->file, text.ptr, text.len}, &q, &file);
    r = r != P1_SUCCESS ? r : add_file(c, d, &q, file, &fd);
    return r != P1_SUCCESS ? r : tni_p1_give_u32(c, args[8], fd);
}

/* -- attributes -- */

p1_errno tni_p1_path_filestat_get(p1_call *c, const u64 *args) {
    tenon_path path;
    tenon_file_stat st;
    bool follow;
    p1_errno r = locate(c, args[0], P1_RIGHT(PATH_FILESTAT_GET), args[2], args[3], &path);
    r = r != P1_SUCCESS ? r : lookup_flags(args[1], &follow);
    if (r == P1_SUCCESS) {
        r = tni_p1_outcome(c->wasi->os->stat_path(os_user(c), path, follow, &st));
    }
    return r != P1_SUCCESS ? r : tni_p1_give_stat(c, args[4], &st);
}

p1_errno tni_p1_path_filestat_set_times(p1_call *c, const u64 *args) {
    tenon_path path;
    tenon_new_time times[2];
    bool follow;
    p1_errno r =
        locate(c, args[0], P1_RIGHT(PATH_FILESTAT_SET_TIMES), args[2], args[3], &path);
    r = r != P1_SUCCESS ? r : lookup_flags(args[1], &follow);
    r = r != P1_SUCCESS ? r : tni_p1_times(args[4], args[5], args[6], times);
    return r != P1_SUCCESS ? r
                           : tni_p1_outcome(c->wasi->os->set_times_path(
                                 os_user(c), path, follow, times[0], times[1]));
}

/* -- entries -- */

/* What is done to an entry by its path alone. */
static p1_errno on_entry(p1_call *c, const u64 *args, u64 right,
                         tenon_os_error (*hook)(void *user, tenon_path path)) {
    tenon_path path;
    p1_errno r = locate(c, args[0], right, args[1], args[2], &path);
    return r != P1_SUCCESS ? r : tni_p1_outcome(hook(os_user(c), path));
}

p1_errno tni_p1_path_create_directory(p1_call *c, const u64 *args) {
    return on_entry(c, args, P1_RIGHT(PATH_CREATE_DIRECTORY),
                    c->wasi->os->make_directory);
}

p1_errno tni_p1_path_remove_directory(p1_call *c, const u64 *args) {
    return on_entry(c, args, P1_RIGHT(PATH_REMOVE_DIRECTORY),
                    c->wasi->os->remove_directory);
}

p1_errno tni_p1_path_unlink_file(p1_call *c, const u64 *args) {
    return on_entry(c, args, P1_RIGHT(PATH_UNLINK_FILE), c->wasi->os->unlink);
}

p1_errno tni_p1_path_rename(p1_call *c, const u64 *args) {
    tenon_path from, to;
    p1_errno r =
        locate(c, args[0], P1_RIGHT(PATH_RENAME_SOURCE), args[1], args[2], &from);
    r = r != P1_SUCCESS
            ? r
            : locate(c, args[3], P1_RIGHT(PATH_RENAME_TARGET), args[4], args[5], &to);
    return r != P1_SUCCESS ? r
                           : tni_p1_outcome(c->wasi->os->rename(os_user(c), from, to));
}

p1_errno tni_p1_path_link(p1_call *c, const u64 *args) {
    tenon_path from, to;
    bool follow;
    p1_errno r = locate(c, args[0], P1_RIGHT(PATH_LINK_SOURCE), args[2], args[3], &from);
    r = r != P1_SUCCESS ? r : lookup_flags(args[1], &follow);
    r = r != P1_SUCCESS
            ? r
            : locate(c, args[4], P1_RIGHT(PATH_LINK_TARGET), args[5], args[6], &to);
    return r != P1_SUCCESS
               ? r
               : tni_p1_outcome(c->wasi->os->link(os_user(c), from, follow, to));
}

p1_errno tni_p1_path_symlink(p1_call *c, const u64 *args) {
    tni_str target;
    tenon_path path;
    p1_errno r = path_at(c, args[0], args[1], &target);
    r = r != P1_SUCCESS
            ? r
            : locate(c, args[2], P1_RIGHT(PATH_SYMLINK), args[3], args[4], &path);
    return r != P1_SUCCESS ? r
                           : tni_p1_outcome(tni_wasi_make_symlink(c->wasi, target, path));
}

/* As much of the target as there is room for. */
p1_errno tni_p1_path_readlink(p1_call *c, const u64 *args) {
    char target[TNI_WASI_LINK_BYTES];
    size_t len = 0;
    tenon_path path;
    const u32 room = tni_p1_u32(args[4]);
    p1_errno r = locate(c, args[0], P1_RIGHT(PATH_READLINK), args[1], args[2], &path);
    u8 *out = r != P1_SUCCESS ? NULL : tni_p1_at(c, args[3], room, 1);
    if (out == NULL) {
        return r;
    }
    r = tni_p1_outcome(tni_wasi_read_link(c->wasi, path, target, &len));
    if (r != P1_SUCCESS) {
        return r;
    }
    if (len > room) {
        len = room;
    }
    memcpy(out, target, len);
    return tni_p1_give_u32(c, args[5], (u32)len);
}
