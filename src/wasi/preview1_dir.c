/* preview1_dir.c: WASI preview 1: fd_readdir.
 *
 * A cookie is the number of an entry: 0 is ".", 1 is "..", then those of the platform in
 * its order. A descriptor keeps its reading between calls, and the entry that it last
 * took, for guests come back for one that did not fit; another cookie starts anew. */
#include "wasi/preview1.h"

enum { DIRENT_BYTES = 24 };

typedef struct p1_entry {
    u64 inode;
    tenon_file_type type;
    size_t len; /* 0: the end */
    char name[TENON_NAME_BYTES];
} p1_entry;

struct p1_reading {
    tenon_dir *dir; /* NULL until an entry of the platform's is wanted */
    u64 cookie;     /* of `entry` */
    bool has_entry;
    p1_entry entry;
};

void tni_p1_end_reading(tenon_wasi *w, p1_reading *reading) {
    if (reading->dir != NULL) {
        w->os->dir_close(w->platform->user, reading->dir);
    }
    TNI_FREE(&w->heap, reading);
}

/* "." and "..": no guest may know more of the directory above than that it is there. */
static p1_errno read_dots(tenon_wasi *w, const p1_descriptor *d, u64 cookie,
                          p1_entry *out) {
    tenon_file_stat st;
    tenon_os_error r = w->os->stat(w->platform->user, d->file->file, &st);
    out->inode = r == TENON_OS_OK ? tni_p1_inode(w, &st) : 0;
    out->type = TENON_FILE_DIRECTORY;
    out->len = cookie == 0 ? 1 : 2;
    memcpy(out->name, "..", 2);
    return tni_p1_outcome(r);
}

static p1_errno read_next(tenon_wasi *w, const p1_descriptor *d, p1_reading *reading,
                          p1_entry *out) {
    tenon_file_stat st;
    tenon_os_error r = w->os->dir_next(w->platform->user, reading->dir, out->name,
                                       &out->len, &out->type);
    out->inode = 0;
    if (r != TENON_OS_OK || out->len == 0) {
        return tni_p1_outcome(r);
    }
    tenon_path path = {d->file->file, out->name, out->len};
    if (w->os->stat_path(w->platform->user, path, false, &st) == TENON_OS_OK) {
        out->inode = tni_p1_inode(w, &st); /* 0 when it has gone meanwhile */
    }
    return P1_SUCCESS;
}

/* Goes on to the entry after the one at hand, or to the first. */
static p1_errno advance(tenon_wasi *w, const p1_descriptor *d, p1_reading *reading) {
    const u64 cookie = reading->has_entry ? reading->cookie + 1 : 0;
    p1_errno r = P1_SUCCESS;
    if (cookie == 2) {
        r = tni_p1_outcome(
            w->os->dir_open(w->platform->user, d->file->file, &reading->dir));
    }
    if (r == P1_SUCCESS) {
        r = cookie < 2 ? read_dots(w, d, cookie, &reading->entry)
                       : read_next(w, d, reading, &reading->entry);
    }
    reading->cookie = cookie;
    reading->has_entry = r == P1_SUCCESS;
    return r;
}

static void restart(tenon_wasi *w, p1_descriptor *d) {
    if (d->reading != NULL) {
        tni_p1_end_reading(w, d->reading);
    }
    d->reading = TNI_NEW(&w->heap, p1_reading);
}

/* Brings the entry of a cookie to hand: its len is 0 past the end. */
static p1_errno seek(p1_call *c, p1_descriptor *d, u64 cookie) {
    /* A guest that begins anew sees what has changed. */
    if (cookie == 0 || d->reading == NULL || !d->reading->has_entry ||
        cookie < d->reading->cookie) {
        restart(c->wasi, d);
    }
    p1_reading *reading = d->reading;
    p1_errno r = reading == NULL ? P1_NOMEM : P1_SUCCESS;
    while (r == P1_SUCCESS && (!reading->has_entry || reading->cookie < cookie)) {
        if (reading->has_entry && reading->entry.len == 0) {
            break; /* the cookie is past the end */
        }
        r = advance(c->wasi, d, reading);
    }
    return r;
}

/* Puts bytes as far as there is room. */
static u32 append(u8 *buf, u32 used, u32 capacity, const void *bytes, size_t len) {
    const u32 room = capacity - used;
    const u32 n = len < room ? (u32)len : room;
    memcpy(buf + used, bytes, n);
    return used + n;
}

static u32 append_entry(u8 *buf, u32 used, u32 capacity, const p1_reading *reading) {
    const p1_entry *entry = &reading->entry;
    u8 head[DIRENT_BYTES] = {0};
    tni_store_u64(head, reading->cookie + 1);
    tni_store_u64(head + 8, entry->inode);
    tni_store_u32(head + 16, (u32)entry->len);
    head[20] = tni_p1_file_type(entry->type);
    used = append(buf, used, capacity, head, sizeof head);
    return append(buf, used, capacity, entry->name, entry->len);
}

/* Fills the buffer to its end, or to that of the directory. */
static p1_errno fill(p1_call *c, p1_descriptor *d, u64 cookie, u8 *buf, u32 capacity,
                     u32 *used) {
    *used = 0;
    while (*used < capacity) {
        p1_errno r = seek(c, d, cookie);
        if (r != P1_SUCCESS) {
            return *used > 0 ? P1_SUCCESS : r;
        }
        if (d->reading->entry.len == 0) {
            break;
        }
        *used = append_entry(buf, *used, capacity, d->reading);
        cookie = d->reading->cookie + 1;
    }
    return P1_SUCCESS;
}

p1_errno tni_p1_fd_readdir(p1_call *c, const u64 *args) {
    const u32 capacity = tni_p1_u32(args[2]);
    p1_descriptor *d = tni_p1_get(c->table, args[0]);
    u32 used;
    if (d == NULL || d->kind == P1_STANDARD) {
        return P1_BADF;
    }
    p1_errno r = d->kind == P1_DIRECTORY ? tni_p1_need(d, P1_RIGHT(FD_READDIR)) : P1_BADF;
    u8 *buf = r != P1_SUCCESS ? NULL : tni_p1_at(c, args[1], capacity, 1);
    if (buf == NULL) {
        return r;
    }
    r = fill(c, d, args[3], buf, capacity, &used);
    return r != P1_SUCCESS ? r : tni_p1_give_u32(c, args[4], used);
}
