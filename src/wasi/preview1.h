/* preview1.h: what the files of WASI preview 1 share: numbers of the ABI, descriptors,
 * and a call with its access to guest memory.
 *
 * Preview 1 is witx, legacy/preview1 of the WASI repository: core functions with pointers
 * into the memory that the caller exports as "memory". A pointer that is out of bounds or
 * not aligned for its type traps (witx-docs.md, "Pointers"); an enum or flag that does
 * not exist is the errno inval. wasi_unstable ("preview 0") is the same but for the
 * order of whence and three layouts: filestat, subscription, and what follows from them.
 *
 * Rights. What path_open is asked for decides only between reading and writing, as in
 * other runtimes of today; a descriptor has every right that means something for its
 * kind. fd_fdstat_set_rights takes rights away for good, and what needs one that is gone
 * is notcapable (badf for reading and writing). */
#ifndef TNI_PREVIEW1_H
#define TNI_PREVIEW1_H

#include "tenon/core.h"
#include "wasi/wasi.h"

/* errno; those that are used. */
typedef enum p1_errno {
    P1_SUCCESS = 0,
    P1_ACCES = 2,
    P1_ADDRINUSE = 3,
    P1_ADDRNOTAVAIL = 4,
    P1_AGAIN = 6,
    P1_ALREADY = 7,
    P1_BADF = 8,
    P1_BUSY = 10,
    P1_CONNABORTED = 13,
    P1_CONNREFUSED = 14,
    P1_CONNRESET = 15,
    P1_DEADLK = 16,
    P1_DQUOT = 19,
    P1_EXIST = 20,
    P1_FBIG = 22,
    P1_HOSTUNREACH = 23,
    P1_ILSEQ = 25,
    P1_INPROGRESS = 26,
    P1_INTR = 27,
    P1_INVAL = 28,
    P1_IO = 29,
    P1_ISDIR = 31,
    P1_LOOP = 32,
    P1_MLINK = 34,
    P1_MSGSIZE = 35,
    P1_NAMETOOLONG = 37,
    P1_NFILE = 41,
    P1_NODEV = 43,
    P1_NOENT = 44,
    P1_NOLCK = 46,
    P1_NOMEM = 48,
    P1_NOSPC = 51,
    P1_NOTCONN = 53,
    P1_NOTDIR = 54,
    P1_NOTEMPTY = 55,
    P1_NOTRECOVERABLE = 56,
    P1_NOTSOCK = 57,
    P1_NOTSUP = 58,
    P1_NOTTY = 59,
    P1_NXIO = 60,
    P1_OVERFLOW = 61,
    P1_PERM = 63,
    P1_PIPE = 64,
    P1_ROFS = 69,
    P1_SPIPE = 70,
    P1_TIMEDOUT = 73,
    P1_TXTBSY = 74,
    P1_XDEV = 75,
    P1_NOTCAPABLE = 76,
} p1_errno;

/* rights, by bit. */
enum {
    P1_RIGHT_FD_DATASYNC,
    P1_RIGHT_FD_READ,
    P1_RIGHT_FD_SEEK,
    P1_RIGHT_FD_FDSTAT_SET_FLAGS,
    P1_RIGHT_FD_SYNC,
    P1_RIGHT_FD_TELL,
    P1_RIGHT_FD_WRITE,
    P1_RIGHT_FD_ADVISE,
    P1_RIGHT_FD_ALLOCATE,
    P1_RIGHT_PATH_CREATE_DIRECTORY,
    P1_RIGHT_PATH_CREATE_FILE,
    P1_RIGHT_PATH_LINK_SOURCE,
    P1_RIGHT_PATH_LINK_TARGET,
    P1_RIGHT_PATH_OPEN,
    P1_RIGHT_FD_READDIR,
    P1_RIGHT_PATH_READLINK,
    P1_RIGHT_PATH_RENAME_SOURCE,
    P1_RIGHT_PATH_RENAME_TARGET,
    P1_RIGHT_PATH_FILESTAT_GET,
    P1_RIGHT_PATH_FILESTAT_SET_SIZE,
    P1_RIGHT_PATH_FILESTAT_SET_TIMES,
    P1_RIGHT_FD_FILESTAT_GET,
    P1_RIGHT_FD_FILESTAT_SET_SIZE,
    P1_RIGHT_FD_FILESTAT_SET_TIMES,
    P1_RIGHT_PATH_SYMLINK,
    P1_RIGHT_PATH_REMOVE_DIRECTORY,
    P1_RIGHT_PATH_UNLINK_FILE,
    P1_RIGHT_POLL_FD_READWRITE,
    P1_RIGHT_SOCK_SHUTDOWN,
    P1_RIGHT_SOCK_ACCEPT,
    P1_RIGHT_COUNT,
};
#define P1_RIGHT(name) ((u64)1 << P1_RIGHT_##name)
#define P1_RIGHTS_ALL  (((u64)1 << P1_RIGHT_COUNT) - 1)

/* fdflags, oflags, fstflags, lookupflags. */
enum {
    P1_FD_APPEND = 1,
    P1_FD_DSYNC = 2,
    P1_FD_NONBLOCK = 4,
    P1_FD_RSYNC = 8,
    P1_FD_SYNC = 16,
    P1_FD_FLAGS = 31,
    P1_O_CREAT = 1,
    P1_O_DIRECTORY = 2,
    P1_O_EXCL = 4,
    P1_O_TRUNC = 8,
    P1_O_FLAGS = 15,
    P1_FST_FLAGS = 15,
    P1_LOOKUP_FOLLOW = 1,
};

/* filetype. */
enum {
    P1_TYPE_UNKNOWN = 0,
    P1_TYPE_CHARACTER_DEVICE = 2,
    P1_TYPE_DIRECTORY = 3,
    P1_TYPE_SOCKET_STREAM = 6,
};
u8 tni_p1_file_type(tenon_file_type type);

/* -- descriptors -- */

typedef enum p1_kind {
    P1_FREE,
    P1_STANDARD, /* one of the standard streams */
    P1_FILE,     /* anything that has been opened and is no directory */
    P1_DIRECTORY,
    P1_LISTENER, /* a TCP socket that the configuration gave */
    P1_SOCKET,   /* one that came of accepting */
} p1_kind;

/* A directory being read (preview1_dir.c). */
typedef struct p1_reading p1_reading;

typedef struct p1_descriptor {
    p1_kind kind;
    u16 flags; /* fdflags */
    u64 base;  /* rights */
    u64 inheriting;
    tni_stream *stream;              /* STANDARD: the context's */
    tni_wasi_file *file;             /* FILE and DIRECTORY: a reference */
    u64 offset;                      /* FILE, when it has offsets */
    tenon_file socket;               /* LISTENER and SOCKET */
    bool read_only;                  /* DIRECTORY: nothing below it may change */
    const tni_wasi_preopen *preopen; /* DIRECTORY that the configuration gave, or NULL */
    p1_reading *reading;             /* or NULL */
} p1_descriptor;

typedef struct p1_table {
    tenon_wasi *wasi;
    p1_descriptor *entries;
    u32 count; /* numbers that have been used so far */
    u32 capacity;
} p1_table;

/* The descriptor of a number, or NULL. Valid until the table grows. */
p1_descriptor *tni_p1_get(const p1_table *t, u64 fd);
/* Takes the lowest free number for a descriptor, which it copies. */
p1_errno tni_p1_add(p1_table *t, const p1_descriptor *d, u32 *fd);
/* Ends what the descriptor holds and makes its number free. */
void tni_p1_end(p1_table *t, p1_descriptor *d);
void tni_p1_end_reading(tenon_wasi *w, p1_reading *reading);
/* A file's or directory's descriptor, with all that its kind allows. */
p1_descriptor tni_p1_of_file(tni_wasi_file *f, bool readable, bool writable,
                             bool read_only);
/* Whether a file has offsets. */
bool tni_p1_has_offset(const p1_descriptor *d);
/* Without the right: badf for reading and writing; rofs for changes where the grant is
 * read-only; else notcapable. */
p1_errno tni_p1_need(const p1_descriptor *d, u64 right);

/* -- calls -- */

/* A call from a guest. When status is not TENON_OK the errno that a function returns is
 * not looked at: the call ends with that status. */
typedef struct p1_call {
    tenon_core_call *call;
    p1_table *table;
    tenon_wasi *wasi;
    bool unstable; /* wasi_unstable */
    tenon_status status;
    u8 *memory; /* the caller's; NULL until it was asked for */
    u64 memory_bytes;
} p1_call;

/* The body of each function: tni_p1_NAME. args are slots; an i32 is what tni_p1_u32
 * says. */
typedef p1_errno p1_body(p1_call *c, const u64 *args);
#define P1_FUNC(name, type) p1_body tni_p1_##name;
#include "wasi/preview1.def"
#undef P1_FUNC

/* len bytes of guest memory; NULL with the call's status set (a trap) when they are out
 * of bounds, or the pointer is not a multiple of align. Return P1_SUCCESS then. Where len
 * is 0 the pointer is not looked at: languages have empty slices that point anywhere. */
u8 *tni_p1_at(p1_call *c, u64 pointer, u64 len, u32 align);
/* The platform's outcome as an errno. */
p1_errno tni_p1_outcome(tenon_os_error r);
/* As tni_wasi_wait; false: the call's status is set. */
bool tni_p1_wait(p1_call *c, tenon_wait *items, size_t count, u64 deadline_ns);

/* Stores a result of 4 or 8 bytes; P1_SUCCESS, also when it traps. */
p1_errno tni_p1_give_u32(p1_call *c, u64 pointer, u32 value);
p1_errno tni_p1_give_u64(p1_call *c, u64 pointer, u64 value);
/* Stores a filestat. */
p1_errno tni_p1_give_stat(p1_call *c, u64 pointer, const tenon_file_stat *st);
/* Since 1970, as far as that fits. */
u64 tni_p1_ns_of(tenon_time t);
/* What the clock of that number says. */
p1_errno tni_p1_clock_ns(const tenon_wasi *w, u64 clock, u64 *ns);
/* An inode number that guests see: keyed, the same for the same object. */
u64 tni_p1_inode(const tenon_wasi *w, const tenon_file_stat *st);
/* fstflags and two timestamps to what set_times takes. */
p1_errno tni_p1_times(u64 atim, u64 mtim, u64 flags, tenon_new_time out[2]);

static inline bool tni_p1_is_socket(const p1_descriptor *d) {
    return d->kind == P1_LISTENER || d->kind == P1_SOCKET;
}
/* Whether a standard stream is a socket of the system's. */
bool tni_p1_is_socket_stream(const tenon_wasi *w, const tni_stream *s);
/* What a descriptor is waited for by; not of directories. */
tenon_file tni_p1_waited(const p1_descriptor *d);

/* Opens the listening sockets that the configuration names (preview1_sock.c). */
tenon_status tni_p1_listen(p1_table *t, tenon_error *e);

/* Bytes moved by reads and writes over a list of iovecs (preview1_io.c). */
p1_errno tni_p1_receive(p1_call *c, p1_descriptor *d, u64 iovs, u64 count, bool wait_all,
                        u32 *total);
/* What a socket has received, into the first buffer that is not empty; it stays there. */
p1_errno tni_p1_peek(p1_call *c, const p1_descriptor *d, u64 iovs, u64 count, u32 *total);
p1_errno tni_p1_send(p1_call *c, p1_descriptor *d, u64 iovs, u64 count, u32 *total);

static inline u32 tni_p1_u32(u64 slot) {
    return (u32)slot;
}

#endif
