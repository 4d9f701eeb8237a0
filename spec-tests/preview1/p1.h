/* p1.h: WASI preview 1 for freestanding test programs: the imports as they are, and
 * printing. With UNSTABLE the module is wasi_unstable and the layouts are its own. */
#ifndef P1_H
#define P1_H

typedef unsigned char u8;
typedef unsigned short u16;
typedef unsigned int u32;
typedef unsigned long long u64;
typedef int i32;
typedef long long i64;

#ifdef UNSTABLE
#define MODULE "wasi_unstable"
#else
#define MODULE "wasi_snapshot_preview1"
#endif
#define IMPORT(name, params)                                                             \
    __attribute__((import_module(MODULE), import_name(#name))) i32 name params

IMPORT(args_get, (u32 * argv, char *buf));
IMPORT(args_sizes_get, (u32 * count, u32 *bytes));
IMPORT(environ_get, (u32 * env, char *buf));
IMPORT(environ_sizes_get, (u32 * count, u32 *bytes));
IMPORT(clock_res_get, (u32 id, u64 *out));
IMPORT(clock_time_get, (u32 id, u64 precision, u64 *out));
IMPORT(fd_advise, (u32 fd, u64 offset, u64 len, u32 advice));
IMPORT(fd_allocate, (u32 fd, u64 offset, u64 len));
IMPORT(fd_close, (u32 fd));
IMPORT(fd_datasync, (u32 fd));
IMPORT(fd_fdstat_get, (u32 fd, void *out));
IMPORT(fd_fdstat_set_flags, (u32 fd, u32 flags));
IMPORT(fd_fdstat_set_rights, (u32 fd, u64 base, u64 inheriting));
IMPORT(fd_filestat_get, (u32 fd, void *out));
IMPORT(fd_filestat_set_size, (u32 fd, u64 size));
IMPORT(fd_filestat_set_times, (u32 fd, u64 atim, u64 mtim, u32 flags));
IMPORT(fd_pread, (u32 fd, const void *iovs, u32 n, u64 offset, u32 *out));
IMPORT(fd_prestat_get, (u32 fd, void *out));
IMPORT(fd_prestat_dir_name, (u32 fd, char *path, u32 len));
IMPORT(fd_pwrite, (u32 fd, const void *iovs, u32 n, u64 offset, u32 *out));
IMPORT(fd_read, (u32 fd, const void *iovs, u32 n, u32 *out));
IMPORT(fd_readdir, (u32 fd, void *buf, u32 len, u64 cookie, u32 *used));
IMPORT(fd_renumber, (u32 fd, u32 to));
IMPORT(fd_seek, (u32 fd, i64 offset, u32 whence, u64 *out));
IMPORT(fd_sync, (u32 fd));
IMPORT(fd_tell, (u32 fd, u64 *out));
IMPORT(fd_write, (u32 fd, const void *iovs, u32 n, u32 *out));
IMPORT(path_create_directory, (u32 fd, const char *p, u32 n));
IMPORT(path_filestat_get, (u32 fd, u32 flags, const char *p, u32 n, void *out));
IMPORT(path_filestat_set_times,
       (u32 fd, u32 flags, const char *p, u32 n, u64 atim, u64 mtim, u32 fst));
IMPORT(path_link,
       (u32 fd, u32 flags, const char *p, u32 n, u32 to, const char *q, u32 m));
IMPORT(path_open, (u32 fd, u32 dirflags, const char *p, u32 n, u32 oflags, u64 base,
                   u64 inheriting, u32 fdflags, u32 *out));
IMPORT(path_readlink, (u32 fd, const char *p, u32 n, char *buf, u32 len, u32 *used));
IMPORT(path_remove_directory, (u32 fd, const char *p, u32 n));
IMPORT(path_rename, (u32 fd, const char *p, u32 n, u32 to, const char *q, u32 m));
IMPORT(path_symlink, (const char *target, u32 m, u32 fd, const char *p, u32 n));
IMPORT(path_unlink_file, (u32 fd, const char *p, u32 n));
IMPORT(poll_oneoff, (const void *in, void *out, u32 n, u32 *events));
IMPORT(proc_raise, (u32 signal));
IMPORT(sched_yield, (void));
IMPORT(random_get, (void *buf, u32 len));
#ifndef UNSTABLE
IMPORT(sock_accept, (u32 fd, u32 flags, u32 *out));
#endif
IMPORT(sock_recv, (u32 fd, const void *iovs, u32 n, u32 flags, u32 *len, u16 *out));
IMPORT(sock_send, (u32 fd, const void *iovs, u32 n, u32 flags, u32 *len));
IMPORT(sock_shutdown, (u32 fd, u32 how));
__attribute__((import_module(MODULE), import_name("proc_exit"), noreturn)) void
proc_exit(u32 code);

typedef struct iovec {
    const void *buf;
    u32 len;
} iovec;

typedef struct fdstat {
    u8 type;
    u16 flags;
    u64 base;
    u64 inheriting;
} fdstat;

typedef struct filestat {
    u64 dev;
    u64 ino;
    u8 type;
#ifdef UNSTABLE
    u32 nlink;
#else
    u64 nlink;
#endif
    u64 size;
    u64 atim;
    u64 mtim;
    u64 ctim;
} filestat;

typedef struct dirent {
    u64 next;
    u64 ino;
    u32 namlen;
    u8 type;
} dirent;

typedef struct event {
    u64 userdata;
    u16 error;
    u8 type;
    u64 nbytes;
    u16 flags;
} event;

typedef struct subscription {
    u64 userdata;
    u8 type;
    union {
        struct {
#ifdef UNSTABLE
            u64 identifier;
#endif
            u32 id;
            u64 timeout;
            u64 precision;
            u16 flags;
        } clock;
        u32 fd;
    } u;
} subscription;

#ifdef UNSTABLE
_Static_assert(sizeof(filestat) == 56 && sizeof(subscription) == 56, "layout");
enum { SEEK_CUR, SEEK_END, SEEK_SET };
#else
_Static_assert(sizeof(filestat) == 64 && sizeof(subscription) == 48, "layout");
enum { SEEK_SET, SEEK_CUR, SEEK_END };
#endif
_Static_assert(sizeof(fdstat) == 24 && sizeof(event) == 32, "layout");
_Static_assert(sizeof(dirent) == 24, "layout");

enum { O_CREAT = 1, O_DIRECTORY = 2, O_EXCL = 4, O_TRUNC = 8 };
enum { F_APPEND = 1, F_DSYNC = 2, F_NONBLOCK = 4, F_RSYNC = 8, F_SYNC = 16 };
enum { FOLLOW = 1 };
enum { ATIM = 1, ATIM_NOW = 2, MTIM = 4, MTIM_NOW = 8 };
enum { REALTIME, MONOTONIC, PROCESS_CPU, THREAD_CPU };
#define R_FD_READ  2ull
#define R_FD_SEEK  4ull
#define R_FD_WRITE 64ull
#define R_READDIR  0x4000ull
#define R_ALL      0x1fffffffull /* all that both modules have */

static u32 len_of(const char *s) {
    u32 n = 0;
    while (s[n] != 0) {
        n++;
    }
    return n;
}
/* A path as two arguments. */
#define P(s) (s), len_of(s)

static void put(const char *s, u32 len) {
    while (len > 0) {
        iovec v = {s, len};
        u32 n = 0;
        if (fd_write(1, &v, 1, &n) != 0) {
            proc_exit(99);
        }
        s += n;
        len -= n;
    }
}

static void puts_(const char *s) {
    put(s, len_of(s));
}

static void putn(i64 value) {
    char buf[24];
    int at = 24;
    u64 v = value < 0 ? 0 - (u64)value : (u64)value;
    do {
        buf[--at] = (char)('0' + v % 10);
        v /= 10;
    } while (v != 0);
    if (value < 0) {
        buf[--at] = '-';
    }
    put(buf + at, (u32)(24 - at));
}

static void puthex(u64 v) {
    char buf[16];
    int at = 16;
    do {
        buf[--at] = "0123456789abcdef"[v & 15];
        v >>= 4;
    } while (v != 0);
    puts_("0x");
    put(buf + at, (u32)(16 - at));
}

static const char *const errno_names[] = {
    "ok",          "2big",           "acces",       "addrinuse",   "addrnotavail",
    "afnosupport", "again",          "already",     "badf",        "badmsg",
    "busy",        "canceled",       "child",       "connaborted", "connrefused",
    "connreset",   "deadlk",         "destaddrreq", "dom",         "dquot",
    "exist",       "fault",          "fbig",        "hostunreach", "idrm",
    "ilseq",       "inprogress",     "intr",        "inval",       "io",
    "isconn",      "isdir",          "loop",        "mfile",       "mlink",
    "msgsize",     "multihop",       "nametoolong", "netdown",     "netreset",
    "netunreach",  "nfile",          "nobufs",      "nodev",       "noent",
    "noexec",      "nolck",          "nolink",      "nomem",       "nomsg",
    "noprotoopt",  "nospc",          "nosys",       "notconn",     "notdir",
    "notempty",    "notrecoverable", "notsock",     "notsup",      "notty",
    "nxio",        "overflow",       "ownerdead",   "perm",        "pipe",
    "proto",       "protonosupport", "prototype",   "range",       "rofs",
    "spipe",       "srch",           "stale",       "timedout",    "txtbsy",
    "xdev",        "notcapable",
};

static const char *name_of(i32 e) {
    return e >= 0 && e < (i32)(sizeof errno_names / sizeof *errno_names) ? errno_names[e]
                                                                         : "unknown";
}

/* One line of output for a call: "TEXT: errno". */
static i32 show(const char *text, i32 e) {
    puts_(text);
    puts_(": ");
    puts_(name_of(e));
    puts_("\n");
    return e;
}
#define SHOW(call) show(#call, call)

/* The same with a value after it when it went well. */
#define SHOWN(call, value)                                                               \
    do {                                                                                 \
        i32 e_ = call;                                                                   \
        puts_(#call ": ");                                                               \
        puts_(name_of(e_));                                                              \
        if (e_ == 0) {                                                                   \
            puts_(" ");                                                                  \
            putn((i64)(value));                                                          \
        }                                                                                \
        puts_("\n");                                                                     \
    } while (0)

static void say(const char *what, i64 value) {
    puts_(what);
    puts_(" ");
    putn(value);
    puts_("\n");
}

static i32 write_text(u32 fd, const char *s, u32 *n) {
    iovec v = {s, len_of(s)};
    return fd_write(fd, &v, 1, n);
}

static i32 read_text(u32 fd, char *buf, u32 len, u32 *n) {
    iovec v = {buf, len};
    return fd_read(fd, &v, 1, n);
}

static i32 open_(u32 dir, const char *path, u32 oflags, u64 rights, u32 fdflags,
                 u32 *out) {
    return path_open(dir, FOLLOW, path, len_of(path), oflags, rights, R_ALL, fdflags,
                     out);
}

/* "fdstat FD: errno" and what it says; rights apart, for runtimes differ in them. */
static fdstat fdstat_;
static void show_fdstat(u32 fd) {
    i32 e = fd_fdstat_get(fd, &fdstat_);
    puts_("fdstat: ");
    puts_(name_of(e));
    if (e == 0) {
        puts_(" type ");
        putn(fdstat_.type);
        puts_(" flags ");
        putn(fdstat_.flags);
    }
    puts_("\n");
}

static filestat filestat_;
static void show_filestat_of(const char *what, i32 e) {
    puts_("filestat ");
    puts_(what);
    puts_(": ");
    puts_(name_of(e));
    if (e == 0) {
        puts_(" type ");
        putn(filestat_.type);
        if (filestat_.type != 3) { /* of directories: as the file system likes */
            puts_(" nlink ");
            putn((i64)filestat_.nlink);
            puts_(" size ");
            putn((i64)filestat_.size);
        }
    }
    puts_("\n");
}

static void show_filestat(u32 fd) {
    show_filestat_of("of fd", fd_filestat_get(fd, &filestat_));
}

static void show_path(u32 dir, u32 flags, const char *path) {
    show_filestat_of(path, path_filestat_get(dir, flags, P(path), &filestat_));
}

void _start(void);

#endif
