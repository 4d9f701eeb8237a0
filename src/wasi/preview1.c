/* preview1.c: WASI preview 1: its functions offered to core modules, its descriptors,
 * arguments, environment, clocks, random numbers, and the end of the process. */
#include "wasi/preview1.h"

#include "base/map.h"

enum { MAX_DESCRIPTORS = 1 << 20 };

/* -- the functions as core host functions -- */

typedef struct p1_host {
    p1_table *table;
    bool unstable;
} p1_host;

/* What hangs from a tenon_wasi. */
typedef struct p1_state {
    p1_table table;
    p1_host hosts[2];
} p1_state;

static tenon_status enter(tenon_core_call *call, const p1_host *host, p1_body *body,
                          const uint64_t *args, uint64_t *results) {
    p1_call c = {.call = call,
                 .table = host->table,
                 .wasi = host->table->wasi,
                 .unstable = host->unstable,
                 .status = TENON_OK};
    results[0] = (u64)body(&c, args);
    return c.status;
}

#define P1_FUNC(name, type)                                                              \
    static tenon_status name##_thunk(tenon_core_call *call, void *user,                  \
                                     const uint64_t *args, uint64_t *results) {          \
        return enter(call, user, tni_p1_##name, args, results);                          \
    }
#include "wasi/preview1.def"
#undef P1_FUNC

static const tenon_core_host_func functions[] = {
#define P1_FUNC(name, type) {#name, type, name##_thunk},
#include "wasi/preview1.def"
#undef P1_FUNC
};

_Static_assert(TNI_COUNT_OF(functions) == 46, "functions of wasi_snapshot_preview1");

static void delete_state(tenon_wasi *w, void *state) {
    p1_state *s = state;
    for (u32 i = 0; i < s->table.count; i++) {
        tni_p1_end(&s->table, &s->table.entries[i]);
    }
    TNI_FREE_ARRAY(&w->heap, s->table.entries, s->table.capacity);
    TNI_FREE(&w->heap, s);
}

static bool add_standard(p1_table *t, tni_stream *s, bool output) {
    p1_descriptor d = {.kind = P1_STANDARD, .stream = s};
    u32 fd;
    d.base = P1_RIGHT(FD_FILESTAT_GET) | P1_RIGHT(FD_FDSTAT_SET_FLAGS) |
             P1_RIGHT(POLL_FD_READWRITE) |
             (output ? P1_RIGHT(FD_WRITE) : P1_RIGHT(FD_READ));
    d.inheriting = d.base;
    if (tni_p1_is_socket_stream(t->wasi, s)) {
        d.base |= P1_RIGHT(SOCK_SHUTDOWN) | P1_RIGHT(SOCK_ACCEPT);
        d.inheriting = P1_RIGHTS_ALL; /* what is accepted is read and written */
    }
    return tni_p1_add(t, &d, &fd) == P1_SUCCESS;
}

static bool fill_table(p1_table *t) {
    const tenon_wasi *w = t->wasi;
    for (int i = 0; i < 3; i++) {
        if (!add_standard(t, w->standard[i], i > 0)) {
            return false;
        }
    }
    for (size_t i = 0; i < w->preopen_count; i++) {
        const tni_wasi_preopen *p = &w->preopens[i];
        p1_descriptor d = tni_p1_of_file(p->file, true, !p->read_only, p->read_only);
        u32 fd;
        d.preopen = p;
        if (tni_p1_add(t, &d, &fd) != P1_SUCCESS) {
            return false;
        }
        p->file->references++;
    }
    return true;
}

static tenon_status make_state(tenon_wasi *w, tenon_error *e) {
    p1_state *s = TNI_NEW(&w->heap, p1_state);
    if (s == NULL) {
        return tni_no_memory(e);
    }
    s->table.wasi = w;
    s->hosts[0] = (p1_host){&s->table, false};
    s->hosts[1] = (p1_host){&s->table, true};
    w->preview1 = s;
    w->preview1_delete = delete_state;
    return fill_table(&s->table) ? tni_p1_listen(&s->table, e) : tni_no_memory(e);
}

tenon_status tenon_wasi_add_preview1(tenon_wasi *wasi, tenon_core_linker *linker,
                                     tenon_error *error) {
    tenon_error local;
    tenon_error *e = error != NULL ? error : &local;
    const size_t count = TNI_COUNT_OF(functions);
    if (wasi->preview1 == NULL) {
        TNI_TRY(make_state(wasi, e));
    }
    p1_state *s = wasi->preview1;
    TNI_TRY(tenon_core_linker_add(linker, "wasi_snapshot_preview1", functions, count,
                                  &s->hosts[0], e));
    return tenon_core_linker_add(linker, "wasi_unstable", functions, count - 1,
                                 &s->hosts[1], e);
}

/* -- guest memory -- */

static bool find_memory(p1_call *c) {
    tenon_core_instance *caller = tenon_core_call_instance(c->call);
    if (caller != NULL) {
        c->memory = tenon_core_instance_memory(caller, "memory", &c->memory_bytes);
    }
    if (c->memory == NULL) {
        c->status = tenon_core_fail(c->call, "the caller exports no memory \"memory\"");
        return false;
    }
    return true;
}

u8 *tni_p1_at(p1_call *c, u64 pointer, u64 len, u32 align) {
    const u32 at = tni_p1_u32(pointer);
    if (c->status != TENON_OK || (c->memory == NULL && !find_memory(c))) {
        return NULL;
    }
    if (len == 0) {
        return c->memory; /* nothing is read or written: any pointer will do */
    }
    if (len > c->memory_bytes || at > c->memory_bytes - len) {
        c->status = tenon_core_fail(
            c->call, "pointer out of bounds: %llu bytes at %u of %llu",
            (unsigned long long)len, at, (unsigned long long)c->memory_bytes);
        return NULL;
    }
    if ((at & (align - 1)) != 0) {
        c->status = tenon_core_fail(c->call, "pointer not aligned to %u: %u", align, at);
        return NULL;
    }
    return c->memory + at;
}

p1_errno tni_p1_give_u32(p1_call *c, u64 pointer, u32 value) {
    u8 *p = tni_p1_at(c, pointer, 4, 4);
    if (p != NULL) {
        tni_store_u32(p, value);
    }
    return P1_SUCCESS;
}

p1_errno tni_p1_give_u64(p1_call *c, u64 pointer, u64 value) {
    u8 *p = tni_p1_at(c, pointer, 8, 8);
    if (p != NULL) {
        tni_store_u64(p, value);
    }
    return P1_SUCCESS;
}

/* -- outcomes -- */

p1_errno tni_p1_outcome(tenon_os_error r) {
    static const u8 table[] = {
        [TENON_OS_OK] = P1_SUCCESS,
        [TENON_OS_ACCESS] = P1_ACCES,
        [TENON_OS_WOULD_BLOCK] = P1_AGAIN,
        [TENON_OS_ALREADY] = P1_ALREADY,
        [TENON_OS_BAD_DESCRIPTOR] = P1_BADF,
        [TENON_OS_BUSY] = P1_BUSY,
        [TENON_OS_DEADLOCK] = P1_DEADLK,
        [TENON_OS_QUOTA] = P1_DQUOT,
        [TENON_OS_EXIST] = P1_EXIST,
        [TENON_OS_FILE_TOO_LARGE] = P1_FBIG,
        [TENON_OS_ILLEGAL_BYTE_SEQUENCE] = P1_ILSEQ,
        [TENON_OS_IN_PROGRESS] = P1_INPROGRESS,
        [TENON_OS_INTERRUPTED] = P1_INTR,
        [TENON_OS_INVALID] = P1_INVAL,
        [TENON_OS_IO] = P1_IO,
        [TENON_OS_IS_DIRECTORY] = P1_ISDIR,
        [TENON_OS_LOOP] = P1_LOOP,
        [TENON_OS_TOO_MANY_LINKS] = P1_MLINK,
        [TENON_OS_MESSAGE_SIZE] = P1_MSGSIZE,
        [TENON_OS_NAME_TOO_LONG] = P1_NAMETOOLONG,
        [TENON_OS_NO_DEVICE] = P1_NODEV,
        [TENON_OS_NO_ENTRY] = P1_NOENT,
        [TENON_OS_NO_LOCK] = P1_NOLCK,
        [TENON_OS_INSUFFICIENT_MEMORY] = P1_NOMEM,
        [TENON_OS_INSUFFICIENT_SPACE] = P1_NOSPC,
        [TENON_OS_NOT_DIRECTORY] = P1_NOTDIR,
        [TENON_OS_NOT_EMPTY] = P1_NOTEMPTY,
        [TENON_OS_NOT_RECOVERABLE] = P1_NOTRECOVERABLE,
        [TENON_OS_UNSUPPORTED] = P1_NOTSUP,
        [TENON_OS_NO_TTY] = P1_NOTTY,
        [TENON_OS_NO_SUCH_DEVICE] = P1_NXIO,
        [TENON_OS_OVERFLOW] = P1_OVERFLOW,
        [TENON_OS_NOT_PERMITTED] = P1_PERM,
        [TENON_OS_PIPE] = P1_PIPE,
        [TENON_OS_READ_ONLY] = P1_ROFS,
        [TENON_OS_INVALID_SEEK] = P1_SPIPE,
        [TENON_OS_TEXT_FILE_BUSY] = P1_TXTBSY,
        [TENON_OS_CROSS_DEVICE] = P1_XDEV,
        [TENON_OS_TIMED_OUT] = P1_TIMEDOUT,
        [TENON_OS_TOO_MANY_FILES] = P1_NFILE,
        [TENON_OS_ADDRESS_IN_USE] = P1_ADDRINUSE,
        [TENON_OS_ADDRESS_NOT_AVAILABLE] = P1_ADDRNOTAVAIL,
        [TENON_OS_UNREACHABLE] = P1_HOSTUNREACH,
        [TENON_OS_CONNECTION_REFUSED] = P1_CONNREFUSED,
        [TENON_OS_CONNECTION_RESET] = P1_CONNRESET,
        [TENON_OS_CONNECTION_ABORTED] = P1_CONNABORTED,
        [TENON_OS_NOT_CONNECTED] = P1_NOTCONN,
        /* Of looking names up, which preview 1 does not. */
        [TENON_OS_NAME_UNKNOWN] = P1_NOENT,
        [TENON_OS_RESOLVER_BUSY] = P1_AGAIN,
        [TENON_OS_RESOLVER_FAILED] = P1_IO,
    };
    return (size_t)r < TNI_COUNT_OF(table) ? (p1_errno)table[r] : P1_IO;
}

bool tni_p1_wait(p1_call *c, tenon_wait *items, size_t count, u64 deadline_ns) {
    bool done = false;
    while (!done) {
        tenon_os_error r = tni_wasi_wait_slice(c->wasi, items, count, deadline_ns, &done);
        if (r != TENON_OS_OK) {
            c->status = tenon_core_fail(c->call, "waiting: %s", tni_wasi_error_text(r));
            return false;
        }
        if (!done) {
            c->status = tenon_core_check(c->call);
            done = c->status != TENON_OK;
        }
    }
    return c->status == TENON_OK;
}

/* -- descriptors -- */

/* What means something for a file, and for a directory. */
#define FILE_RIGHTS                                                                      \
    (P1_RIGHT(FD_DATASYNC) | P1_RIGHT(FD_READ) | P1_RIGHT(FD_SEEK) |                     \
     P1_RIGHT(FD_FDSTAT_SET_FLAGS) | P1_RIGHT(FD_SYNC) | P1_RIGHT(FD_TELL) |             \
     P1_RIGHT(FD_WRITE) | P1_RIGHT(FD_ADVISE) | P1_RIGHT(FD_ALLOCATE) |                  \
     P1_RIGHT(FD_FILESTAT_GET) | P1_RIGHT(FD_FILESTAT_SET_SIZE) |                        \
     P1_RIGHT(FD_FILESTAT_SET_TIMES) | P1_RIGHT(POLL_FD_READWRITE))
#define READ_DIRECTORY_RIGHTS                                                            \
    (P1_RIGHT(FD_DATASYNC) | P1_RIGHT(FD_SYNC) | P1_RIGHT(PATH_OPEN) |                   \
     P1_RIGHT(FD_READDIR) | P1_RIGHT(PATH_READLINK) | P1_RIGHT(PATH_FILESTAT_GET) |      \
     P1_RIGHT(FD_FILESTAT_GET))
#define WRITE_DIRECTORY_RIGHTS                                                           \
    (P1_RIGHT(PATH_CREATE_DIRECTORY) | P1_RIGHT(PATH_CREATE_FILE) |                      \
     P1_RIGHT(PATH_LINK_SOURCE) | P1_RIGHT(PATH_LINK_TARGET) |                           \
     P1_RIGHT(PATH_RENAME_SOURCE) | P1_RIGHT(PATH_RENAME_TARGET) |                       \
     P1_RIGHT(PATH_FILESTAT_SET_SIZE) | P1_RIGHT(PATH_FILESTAT_SET_TIMES) |              \
     P1_RIGHT(FD_FILESTAT_SET_TIMES) | P1_RIGHT(PATH_SYMLINK) |                          \
     P1_RIGHT(PATH_REMOVE_DIRECTORY) | P1_RIGHT(PATH_UNLINK_FILE))
#define OFFSET_RIGHTS (P1_RIGHT(FD_SEEK) | P1_RIGHT(FD_TELL))

bool tni_p1_has_offset(const p1_descriptor *d) {
    return d->kind == P1_FILE && (d->file->type == TENON_FILE_REGULAR ||
                                  d->file->type == TENON_FILE_BLOCK_DEVICE ||
                                  d->file->type == TENON_FILE_UNKNOWN);
}

p1_descriptor tni_p1_of_file(tni_wasi_file *f, bool readable, bool writable,
                             bool read_only) {
    p1_descriptor d = {.file = f, .read_only = read_only};
    if (f->type == TENON_FILE_DIRECTORY) {
        d.kind = P1_DIRECTORY;
        d.base = READ_DIRECTORY_RIGHTS | (read_only ? 0 : WRITE_DIRECTORY_RIGHTS);
        d.inheriting = P1_RIGHTS_ALL;
        return d;
    }
    d.kind = P1_FILE;
    d.base = FILE_RIGHTS;
    d.base &= readable ? P1_RIGHTS_ALL : ~P1_RIGHT(FD_READ);
    d.base &= writable ? P1_RIGHTS_ALL : ~P1_RIGHT(FD_WRITE);
    d.base &= read_only ? ~P1_RIGHT(FD_FILESTAT_SET_TIMES) : P1_RIGHTS_ALL;
    d.base &= tni_p1_has_offset(&d) ? P1_RIGHTS_ALL : ~OFFSET_RIGHTS;
    d.inheriting = d.base;
    return d;
}

p1_descriptor *tni_p1_get(const p1_table *t, u64 fd) {
    const u32 n = tni_p1_u32(fd);
    return n < t->count && t->entries[n].kind != P1_FREE ? &t->entries[n] : NULL;
}

static bool grow(p1_table *t) {
    const u32 capacity = t->capacity == 0 ? 8 : t->capacity * 2;
    p1_descriptor *entries =
        tni_resize(&t->wasi->heap, t->entries, t->capacity * sizeof *entries,
                   capacity * sizeof *entries);
    if (entries == NULL) {
        return false;
    }
    t->entries = entries;
    t->capacity = capacity;
    return true;
}

p1_errno tni_p1_add(p1_table *t, const p1_descriptor *d, u32 *fd) {
    u32 n = 0;
    while (n < t->count && t->entries[n].kind != P1_FREE) {
        n++;
    }
    if (n == MAX_DESCRIPTORS) {
        return P1_NFILE;
    }
    if (n == t->capacity && !grow(t)) {
        return P1_NOMEM;
    }
    t->count = n == t->count ? n + 1 : t->count;
    t->entries[n] = *d;
    *fd = n;
    return P1_SUCCESS;
}

void tni_p1_end(p1_table *t, p1_descriptor *d) {
    static const p1_descriptor empty;
    if (d->reading != NULL) {
        tni_p1_end_reading(t->wasi, d->reading);
    }
    tni_wasi_file_release(d->file);
    if (tni_p1_is_socket(d)) {
        t->wasi->net->close(t->wasi->platform->user, d->socket);
    }
    *d = empty;
}

p1_errno tni_p1_need(const p1_descriptor *d, u64 right) {
    if ((d->base & right) == right) {
        return P1_SUCCESS;
    }
    if (d->read_only && (right & WRITE_DIRECTORY_RIGHTS) != 0) {
        return P1_ROFS;
    }
    return right == P1_RIGHT(FD_READ) || right == P1_RIGHT(FD_WRITE) ? P1_BADF
                                                                     : P1_NOTCAPABLE;
}

p1_errno tni_p1_fd_close(p1_call *c, const u64 *args) {
    p1_descriptor *d = tni_p1_get(c->table, args[0]);
    if (d == NULL) {
        return P1_BADF;
    }
    tni_p1_end(c->table, d);
    return P1_SUCCESS;
}

p1_errno tni_p1_fd_renumber(p1_call *c, const u64 *args) {
    static const p1_descriptor empty;
    p1_descriptor *from = tni_p1_get(c->table, args[0]);
    p1_descriptor *to = tni_p1_get(c->table, args[1]);
    if (from == NULL || to == NULL) {
        return P1_BADF;
    }
    if (from != to) {
        tni_p1_end(c->table, to);
        *to = *from;
        *from = empty;
    }
    return P1_SUCCESS;
}

p1_errno tni_p1_fd_prestat_get(p1_call *c, const u64 *args) {
    const p1_descriptor *d = tni_p1_get(c->table, args[0]);
    if (d == NULL || d->preopen == NULL) {
        return P1_BADF;
    }
    u8 *p = tni_p1_at(c, args[1], 8, 4);
    if (p != NULL) {
        tni_store_u32(p, 0); /* preopentype: dir */
        tni_store_u32(p + 4, (u32)d->preopen->guest_path.len);
    }
    return P1_SUCCESS;
}

p1_errno tni_p1_fd_prestat_dir_name(p1_call *c, const u64 *args) {
    const p1_descriptor *d = tni_p1_get(c->table, args[0]);
    if (d == NULL) {
        return P1_BADF;
    }
    if (d->preopen == NULL) {
        return P1_NOTDIR;
    }
    const tni_str path = d->preopen->guest_path;
    if (tni_p1_u32(args[2]) < path.len) {
        return P1_NAMETOOLONG;
    }
    u8 *p = tni_p1_at(c, args[1], path.len, 1);
    if (p != NULL && path.len > 0) {
        memcpy(p, path.ptr, path.len);
    }
    return P1_SUCCESS;
}

/* -- arguments and environment -- */

/* Bytes of all strings with a 0 after each; false when that is too much. */
static bool text_bytes(const tni_str *strings, size_t count, u32 *out) {
    u64 sum = 0;
    for (size_t i = 0; i < count; i++) {
        sum += strings[i].len + 1;
    }
    *out = (u32)sum;
    return sum <= UINT32_MAX && count <= UINT32_MAX / 4;
}

static p1_errno give_sizes(p1_call *c, const tni_str *strings, size_t count,
                           u64 out_count, u64 out_bytes) {
    u32 bytes;
    if (!text_bytes(strings, count, &bytes)) {
        return P1_OVERFLOW;
    }
    (void)tni_p1_give_u32(c, out_count, (u32)count);
    return tni_p1_give_u32(c, out_bytes, bytes);
}

static p1_errno give_strings(p1_call *c, const tni_str *strings, size_t count,
                             u64 pointers, u64 text) {
    u32 bytes;
    if (!text_bytes(strings, count, &bytes)) {
        return P1_OVERFLOW;
    }
    u8 *p = tni_p1_at(c, pointers, count * 4, 4);
    u8 *t = tni_p1_at(c, text, bytes, 1);
    u32 at = tni_p1_u32(text);
    if (p == NULL || t == NULL) {
        return P1_SUCCESS;
    }
    for (size_t i = 0; i < count; i++) {
        const size_t len = strings[i].len + 1; /* the 0 stands behind the string */
        tni_store_u32(p + 4 * i, at);
        memcpy(t, strings[i].ptr, len);
        t += len;
        at += (u32)len;
    }
    return P1_SUCCESS;
}

p1_errno tni_p1_args_get(p1_call *c, const u64 *args) {
    return give_strings(c, c->wasi->args, c->wasi->arg_count, args[0], args[1]);
}

p1_errno tni_p1_args_sizes_get(p1_call *c, const u64 *args) {
    return give_sizes(c, c->wasi->args, c->wasi->arg_count, args[0], args[1]);
}

p1_errno tni_p1_environ_get(p1_call *c, const u64 *args) {
    return give_strings(c, c->wasi->env, c->wasi->env_count, args[0], args[1]);
}

p1_errno tni_p1_environ_sizes_get(p1_call *c, const u64 *args) {
    return give_sizes(c, c->wasi->env, c->wasi->env_count, args[0], args[1]);
}

/* -- clocks -- */

/* The clocks of the process and the thread are not there. */
enum { CLOCK_REALTIME, CLOCK_MONOTONIC };

p1_errno tni_p1_clock_res_get(p1_call *c, const u64 *args) {
    const tenon_platform *p = c->wasi->platform;
    u64 ns;
    switch (tni_p1_u32(args[0])) {
    case CLOCK_REALTIME: ns = p->realtime_resolution_ns; break;
    case CLOCK_MONOTONIC: ns = p->monotonic_resolution_ns; break;
    default: return P1_INVAL;
    }
    return tni_p1_give_u64(c, args[1], ns == 0 ? 1 : ns);
}

p1_errno tni_p1_clock_ns(const tenon_wasi *w, u64 clock, u64 *ns) {
    const tenon_platform *p = w->platform;
    switch (tni_p1_u32(clock)) {
    case CLOCK_REALTIME:
        if (p->realtime == NULL) {
            return P1_NOTSUP;
        }
        *ns = tni_p1_ns_of(p->realtime(p->user));
        return P1_SUCCESS;
    case CLOCK_MONOTONIC:
        if (p->monotonic_ns == NULL) {
            return P1_NOTSUP;
        }
        *ns = p->monotonic_ns(p->user);
        return P1_SUCCESS;
    default: return P1_INVAL;
    }
}

p1_errno tni_p1_clock_time_get(p1_call *c, const u64 *args) {
    u64 ns;
    p1_errno r = tni_p1_clock_ns(c->wasi, args[0], &ns);
    return r != P1_SUCCESS ? r : tni_p1_give_u64(c, args[2], ns);
}

/* -- random numbers, the process -- */

p1_errno tni_p1_random_get(p1_call *c, const u64 *args) {
    const u32 len = tni_p1_u32(args[1]);
    u8 *p = tni_p1_at(c, args[0], len, 1);
    if (p == NULL || len == 0) {
        return P1_SUCCESS;
    }
    return tni_wasi_random(c->wasi, p, len) ? P1_SUCCESS : P1_NOTSUP;
}

p1_errno tni_p1_sched_yield(p1_call *c, const u64 *args) {
    (void)args;
    c->status = tenon_core_check(c->call);
    return P1_SUCCESS;
}

p1_errno tni_p1_proc_exit(p1_call *c, const u64 *args) {
    c->status = tenon_core_exit(c->call, (i32)tni_p1_u32(args[0]));
    return P1_SUCCESS;
}

/* The actions are those that witx gives: signals that end a process trap. */
p1_errno tni_p1_proc_raise(p1_call *c, const u64 *args) {
    static const char *const names[] = {
        "none", "hup",    "int",  "quit",  "ill",  "trap", "abrt", "bus",
        "fpe",  "kill",   "usr1", "segv",  "usr2", "pipe", "alrm", "term",
        "chld", "cont",   "stop", "tstp",  "ttin", "ttou", "urg",  "xcpu",
        "xfsz", "vtalrm", "prof", "winch", "poll", "pwr",  "sys",
    };
    enum { IGNORED = 1 << 0 | 1 << 13 | 1 << 16 | 1 << 17 | 1 << 22 | 1 << 27 };
    enum { STOPS = 1 << 18 | 1 << 19 | 1 << 20 | 1 << 21 };
    const u32 signal = tni_p1_u32(args[0]);
    if (signal >= TNI_COUNT_OF(names)) {
        return P1_INVAL;
    }
    const u32 bit = (u32)1 << signal;
    if ((bit & IGNORED) != 0) {
        return P1_SUCCESS;
    }
    if ((bit & STOPS) != 0) {
        return P1_NOTSUP;
    }
    c->status = tenon_core_fail(c->call, "the program raised signal %u (%s)", signal,
                                names[signal]);
    return P1_SUCCESS;
}

/* -- attributes of files -- */

u8 tni_p1_file_type(tenon_file_type type) {
    static const u8 table[] = {
        [TENON_FILE_UNKNOWN] = P1_TYPE_UNKNOWN,
        [TENON_FILE_BLOCK_DEVICE] = 1,
        [TENON_FILE_CHARACTER_DEVICE] = P1_TYPE_CHARACTER_DEVICE,
        [TENON_FILE_DIRECTORY] = P1_TYPE_DIRECTORY,
        [TENON_FILE_FIFO] = P1_TYPE_UNKNOWN, /* there is no such filetype */
        [TENON_FILE_SYMBOLIC_LINK] = 7,
        [TENON_FILE_REGULAR] = 4,
        [TENON_FILE_SOCKET] = P1_TYPE_SOCKET_STREAM,
    };
    return (size_t)type < TNI_COUNT_OF(table) ? table[type] : P1_TYPE_UNKNOWN;
}

u64 tni_p1_ns_of(tenon_time t) {
    if (t.seconds < 0) {
        return 0;
    }
    const u64 most = UINT64_MAX / 1000000000 - 1;
    return (u64)t.seconds > most ? UINT64_MAX
                                 : (u64)t.seconds * 1000000000 + t.nanoseconds;
}

u64 tni_p1_inode(const tenon_wasi *w, const tenon_file_stat *st) {
    u8 bytes[16];
    tni_store_u64(bytes, st->device);
    tni_store_u64(bytes + 8, st->inode);
    return tni_siphash(w->secret[0], w->secret[1], bytes, sizeof bytes) | 1;
}

p1_errno tni_p1_give_stat(p1_call *c, u64 pointer, const tenon_file_stat *st) {
    const u32 bytes = c->unstable ? 56 : 64;
    u8 *p = tni_p1_at(c, pointer, bytes, 8);
    if (p == NULL) {
        return P1_SUCCESS;
    }
    memset(p, 0, bytes);
    tni_store_u64(p, st->inode == 0 ? 0 : 1); /* all files are on one device */
    tni_store_u64(p + 8, st->inode == 0 ? 0 : tni_p1_inode(c->wasi, st));
    p[16] = tni_p1_file_type(st->type);
    if (c->unstable) {
        tni_store_u32(p + 20,
                      st->link_count > UINT32_MAX ? UINT32_MAX : (u32)st->link_count);
    } else {
        tni_store_u64(p + 24, st->link_count);
    }
    p += bytes - 32;
    tni_store_u64(p, st->size_bytes);
    tni_store_u64(p + 8, st->has_times ? tni_p1_ns_of(st->accessed) : 0);
    tni_store_u64(p + 16, st->has_times ? tni_p1_ns_of(st->modified) : 0);
    tni_store_u64(p + 24, st->has_times ? tni_p1_ns_of(st->changed) : 0);
    return P1_SUCCESS;
}

/* flags: bit 0 set, bit 1 now; at most one of them. */
static p1_errno new_time(u64 ns, u64 flags, tenon_new_time *out) {
    *out = (tenon_new_time){TENON_TIME_KEEP, {0, 0}};
    switch (flags & 3) {
    case 1:
        out->what = TENON_TIME_SET;
        out->time = (tenon_time){(i64)(ns / 1000000000), (u32)(ns % 1000000000)};
        return P1_SUCCESS;
    case 2: out->what = TENON_TIME_NOW; return P1_SUCCESS;
    case 3: return P1_INVAL;
    default: return P1_SUCCESS;
    }
}

p1_errno tni_p1_times(u64 atim, u64 mtim, u64 flags, tenon_new_time out[2]) {
    const u32 f = tni_p1_u32(flags);
    if (f > P1_FST_FLAGS) {
        return P1_INVAL;
    }
    p1_errno r = new_time(atim, f, &out[0]);
    return r != P1_SUCCESS ? r : new_time(mtim, f >> 2, &out[1]);
}
