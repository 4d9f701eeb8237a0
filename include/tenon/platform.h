/* tenon/platform.h: what Tenon asks of the system below it, as a table of hooks.
 *
 * The library is built with one platform (make PLATFORM=posix or none). An embedder on a
 * device without either fills a table of its own and names it in tenon_engine_config and
 * tenon_wasi_config. Every hook may be called from any thread unless it says otherwise;
 * `user` is the table's own. A hook that is NULL is something the platform lacks. */
#ifndef TENON_PLATFORM_H
#define TENON_PLATFORM_H

#include "tenon/base.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Since 1970-01-01T00:00:00Z. nanoseconds is below 1,000,000,000. */
typedef struct tenon_time {
    int64_t seconds;
    uint32_t nanoseconds;
} tenon_time;

/* What the local time differs from UTC at some time. */
typedef struct tenon_zone {
    int32_t offset_seconds; /* ahead of UTC */
    bool is_daylight_saving;
    char name[32]; /* 0-terminated: "CET" */
} tenon_zone;

/* The three tables of hooks: the least, files and waiting, sockets. */
typedef struct tenon_platform tenon_platform;
typedef struct tenon_os tenon_os;
typedef struct tenon_net tenon_net;

/* What an engine needs. */
struct tenon_platform {
    size_t
        struct_bytes; /* sizeof(tenon_platform); later versions add members at the end */
    void *user;
    tenon_allocator
        allocator; /* the default one; resize NULL: the embedder must give one */

    /* A lock that excludes other threads; not recursive. All four NULL: one thread only.
     */
    void *(*lock_new)(void *user); /* NULL when memory is out */
    void (*lock_delete)(void *lock);
    void (*lock_acquire)(void *lock);
    void (*lock_release)(void *lock);

    /* A clock that never goes back, in ns from any origin; and its resolution in ns. */
    uint64_t (*monotonic_ns)(void *user);
    uint64_t monotonic_resolution_ns;
    tenon_time (*realtime)(void *user);
    uint64_t realtime_resolution_ns;

    /* Fills len bytes unpredictably (a cryptographic source); false if it cannot. */
    bool (*random)(void *user, void *out, size_t len);

    /* Linear memory: zeroed bytes that can grow in place up to *reserved_bytes. max_bytes
     * is what the memory may ever want; how much of it is reserved (at least `bytes`) is
     * the platform's choice. NULL: refused. All NULL: the allocator serves. */
    void *(*memory_new)(void *user, size_t bytes, size_t max_bytes,
                        size_t *reserved_bytes);
    /* Grows to new_bytes; the new bytes are zero. The result differs from base only when
     * new_bytes is beyond *reserved_bytes. NULL: refused, and nothing has changed. */
    void *(*memory_grow)(void *user, void *base, size_t old_bytes, size_t new_bytes,
                         size_t *reserved_bytes);
    void (*memory_delete)(void *user, void *base, size_t bytes, size_t reserved_bytes);

    /* Images of linear memories, for snapshots. All NULL: the library copies. image_new
     * keeps what a memory of memory_new holds now and makes it, in place, a copy-on-write
     * view of that; NULL: refused, and nothing has changed. image_view: the image's
     * bytes. image_map makes another memory, as large, such a view; image_reset takes
     * back whatever a view holds otherwise, and zeroes its bytes from the image's end up
     * to `bytes`. Images live until image_delete, after the memories. */
    void *(*image_new)(void *user, void *base, size_t bytes);
    const void *(*image_view)(void *user, void *image);
    bool (*image_map)(void *user, void *image, void *base);
    bool (*image_reset)(void *user, void *image, void *base, size_t bytes);
    void (*image_delete)(void *user, void *image);

    const tenon_os *os;   /* files, standard streams, waiting; NULL: none */
    const tenon_net *net; /* sockets and names, waited for through os; NULL: none */
    /* The local zone at a time, in seconds since 1970; false if that is not known. */
    bool (*local_zone)(void *user, int64_t seconds, tenon_zone *out);
};

/* The platform the library was built with. */
TENON_API const tenon_platform *tenon_platform_default(void);
/* POSIX systems (only in a library built with PLATFORM=posix). On Linux paths are
 * resolved by openat2 where the kernel has it. */
TENON_API const tenon_platform *tenon_platform_posix(void);
/* The same, resolving paths component by component on every kernel. */
TENON_API const tenon_platform *tenon_platform_posix_walk(void);
/* No system at all (only with PLATFORM=none): every hook is NULL. */
TENON_API const tenon_platform *tenon_platform_none(void);

/* -- files, streams, waiting: what a WASI host needs -- */

/* Outcomes: after OK in the order of wasi:filesystem/types.error-code, then those that
 * only sockets and name look-ups have. */
typedef enum tenon_os_error {
    TENON_OS_OK = 0,
    TENON_OS_ACCESS,
    TENON_OS_WOULD_BLOCK,
    TENON_OS_ALREADY,
    TENON_OS_BAD_DESCRIPTOR,
    TENON_OS_BUSY,
    TENON_OS_DEADLOCK,
    TENON_OS_QUOTA,
    TENON_OS_EXIST,
    TENON_OS_FILE_TOO_LARGE,
    TENON_OS_ILLEGAL_BYTE_SEQUENCE,
    TENON_OS_IN_PROGRESS,
    TENON_OS_INTERRUPTED,
    TENON_OS_INVALID,
    TENON_OS_IO,
    TENON_OS_IS_DIRECTORY,
    TENON_OS_LOOP,
    TENON_OS_TOO_MANY_LINKS,
    TENON_OS_MESSAGE_SIZE,
    TENON_OS_NAME_TOO_LONG,
    TENON_OS_NO_DEVICE,
    TENON_OS_NO_ENTRY,
    TENON_OS_NO_LOCK,
    TENON_OS_INSUFFICIENT_MEMORY,
    TENON_OS_INSUFFICIENT_SPACE,
    TENON_OS_NOT_DIRECTORY,
    TENON_OS_NOT_EMPTY,
    TENON_OS_NOT_RECOVERABLE,
    TENON_OS_UNSUPPORTED,
    TENON_OS_NO_TTY,
    TENON_OS_NO_SUCH_DEVICE,
    TENON_OS_OVERFLOW,
    TENON_OS_NOT_PERMITTED,
    TENON_OS_PIPE,
    TENON_OS_READ_ONLY,
    TENON_OS_INVALID_SEEK,
    TENON_OS_TEXT_FILE_BUSY,
    TENON_OS_CROSS_DEVICE,
    TENON_OS_TIMED_OUT,
    TENON_OS_TOO_MANY_FILES,
    TENON_OS_ADDRESS_IN_USE,
    TENON_OS_ADDRESS_NOT_AVAILABLE,
    TENON_OS_UNREACHABLE, /* host or network */
    TENON_OS_CONNECTION_REFUSED,
    TENON_OS_CONNECTION_RESET,
    TENON_OS_CONNECTION_ABORTED,
    TENON_OS_NOT_CONNECTED,
    TENON_OS_NAME_UNKNOWN,  /* does not exist, or has no address */
    TENON_OS_RESOLVER_BUSY, /* a later attempt may succeed */
    TENON_OS_RESOLVER_FAILED,
} tenon_os_error;

/* An open file, directory or stream, as the platform names it (a descriptor). */
typedef intptr_t tenon_file;

/* In the order of wasi:filesystem/types.descriptor-type. */
typedef enum tenon_file_type {
    TENON_FILE_UNKNOWN,
    TENON_FILE_BLOCK_DEVICE,
    TENON_FILE_CHARACTER_DEVICE,
    TENON_FILE_DIRECTORY,
    TENON_FILE_FIFO,
    TENON_FILE_SYMBOLIC_LINK,
    TENON_FILE_REGULAR,
    TENON_FILE_SOCKET,
} tenon_file_type;

/* What is known of a file or directory. Times are there if has_times says so. */
typedef struct tenon_file_stat {
    tenon_file_type type;
    bool has_times;
    uint64_t link_count;
    uint64_t size_bytes;
    tenon_time accessed;
    tenon_time modified;
    tenon_time changed;
    uint64_t device; /* with inode: the identity of the object */
    uint64_t inode;
} tenon_file_stat;

/* How a file is opened; bits. */
enum {
    TENON_OPEN_READ = 1,
    TENON_OPEN_WRITE = 2,
    TENON_OPEN_CREATE = 4,
    TENON_OPEN_DIRECTORY = 8,
    TENON_OPEN_EXCLUSIVE = 16,
    TENON_OPEN_TRUNCATE = 32,
    TENON_OPEN_FOLLOW = 64, /* follow a symbolic link at the end of the path */
    TENON_OPEN_SYNC = 128,
    TENON_OPEN_DATA_SYNC = 256,
    TENON_OPEN_READ_SYNC = 512,
};

/* In the order of wasi:filesystem/types.advice. */
typedef enum tenon_advice {
    TENON_ADVICE_NORMAL,
    TENON_ADVICE_SEQUENTIAL,
    TENON_ADVICE_RANDOM,
    TENON_ADVICE_WILL_NEED,
    TENON_ADVICE_DONT_NEED,
    TENON_ADVICE_NO_REUSE,
} tenon_advice;

/* What a timestamp is set to. */
typedef struct tenon_new_time {
    enum { TENON_TIME_KEEP, TENON_TIME_NOW, TENON_TIME_SET } what;
    tenon_time time; /* for TENON_TIME_SET */
} tenon_new_time;

/* A path relative to an open directory: UTF-8 without a 0 inside. */
typedef struct tenon_path {
    tenon_file directory;
    const char *text;
    size_t len;
} tenon_path;

/* What is waited for; bits. */
enum { TENON_WAIT_READ = 1, TENON_WAIT_WRITE = 2 };

/* One file or socket among those that are waited for. */
typedef struct tenon_wait {
    tenon_file file;
    uint8_t events; /* TENON_WAIT_… bits; 0: not waited for, never ready */
    bool ready;     /* set by wait; errors and ends count as ready */
} tenon_wait;

/* Files that are waited for again and again. */
typedef struct tenon_watch tenon_watch;

/* One reading of a directory. */
typedef struct tenon_dir tenon_dir;

/* A wait without end; room for a name of a directory entry with its end. */
#define TENON_NO_DEADLINE UINT64_MAX
#define TENON_NAME_BYTES  256

/* Every path hook resolves inside path.directory: a path that is absolute, or that leaves
 * the directory by `..` or by a symbolic link at any step, is TENON_OS_NOT_PERMITTED, and
 * no race with other processes can lead it outside. No hook blocks but wait (and local
 * disk access); reading and writing take what is there at once. */
struct tenon_os {
    size_t struct_bytes; /* sizeof(tenon_os) */

    /* A directory of the host by its own (0-terminated) path, not confined. */
    tenon_os_error (*open_root)(void *user, const char *host_path, tenon_file *out);
    /* flags: TENON_OPEN_… bits. Neither READ nor WRITE: READ. */
    tenon_os_error (*open)(void *user, tenon_path path, unsigned flags, tenon_file *out);
    void (*close)(void *user, tenon_file file);

    /* *n is what was moved; 0 from read and read_at is the end of the file. */
    tenon_os_error (*read_at)(void *user, tenon_file file, void *buf, size_t len,
                              uint64_t offset, size_t *n);
    tenon_os_error (*write_at)(void *user, tenon_file file, const void *buf, size_t len,
                               uint64_t offset, size_t *n);
    tenon_os_error (*append)(void *user, tenon_file file, const void *buf, size_t len,
                             size_t *n);
    /* Streams without a position. TENON_OS_WOULD_BLOCK when nothing can be moved now. */
    tenon_os_error (*read)(void *user, tenon_file file, void *buf, size_t len, size_t *n);
    tenon_os_error (*write)(void *user, tenon_file file, const void *buf, size_t len,
                            size_t *n);

    tenon_os_error (*stat)(void *user, tenon_file file, tenon_file_stat *out);
    tenon_os_error (*set_times)(void *user, tenon_file file, tenon_new_time accessed,
                                tenon_new_time modified);
    tenon_os_error (*set_size)(void *user, tenon_file file, uint64_t size_bytes);
    tenon_os_error (*sync)(void *user, tenon_file file, bool data_only);
    /* len 0: to the end of the file. */
    tenon_os_error (*advise)(void *user, tenon_file file, uint64_t offset, uint64_t len,
                             tenon_advice advice);

    tenon_os_error (*stat_path)(void *user, tenon_path path, bool follow,
                                tenon_file_stat *out);
    tenon_os_error (*set_times_path)(void *user, tenon_path path, bool follow,
                                     tenon_new_time accessed, tenon_new_time modified);
    tenon_os_error (*make_directory)(void *user, tenon_path path);
    tenon_os_error (*remove_directory)(void *user, tenon_path path);
    tenon_os_error (*unlink)(void *user, tenon_path path);
    tenon_os_error (*rename)(void *user, tenon_path from, tenon_path to);
    tenon_os_error (*link)(void *user, tenon_path from, bool follow, tenon_path to);
    /* target is kept as it is, 0-terminated; the caller refuses absolute ones. */
    tenon_os_error (*symlink)(void *user, const char *target, tenon_path path);
    /* Up to capacity bytes; TENON_OS_NAME_TOO_LONG when the target is longer. */
    tenon_os_error (*read_link)(void *user, tenon_path path, char *buf, size_t capacity,
                                size_t *len);

    /* From the start of the directory, without "." and ".."; other readings of the same
     * directory do not interfere. *len 0 is the end. name need not be UTF-8. */
    tenon_os_error (*dir_open)(void *user, tenon_file directory, tenon_dir **out);
    tenon_os_error (*dir_next)(void *user, tenon_dir *dir, char name[TENON_NAME_BYTES],
                               size_t *len, tenon_file_type *type);
    void (*dir_close)(void *user, tenon_dir *dir);

    /* 0 standard input, 1 output, 2 error; not to be closed. */
    tenon_os_error (*standard)(void *user, int which, tenon_file *out);
    bool (*is_terminal)(void *user, tenon_file file);

    /* Waits until an item is ready or the monotonic clock reaches deadline_ns (0: only
     * looks). Returns early with TENON_OS_INTERRUPTED when a signal arrived. */
    tenon_os_error (*wait)(void *user, tenon_wait *items, size_t count,
                           uint64_t deadline_ns);

    /* Takes space for len bytes from offset on; a file that ends before them grows. */
    tenon_os_error (*allocate)(void *user, tenon_file file, uint64_t offset,
                               uint64_t len);

    /* Files that are waited for again and again, so that those that stay silent cost
     * nothing. All four NULL: wait serves. watch_set: one wait from now on tells when one
     * of the events (TENON_WAIT_… bits) can be, in place of what was set for the file
     * before; 0: none does. TENON_OS_ALREADY: such a file is always ready, and none is
     * told. A file that is closed leaves its watches.
     * watch_wait: up to capacity files that are ready, each told once until it is set
     * again; *count 0: the deadline has passed (0: only looks). */
    tenon_os_error (*watch_new)(void *user, tenon_watch **out);
    void (*watch_delete)(void *user, tenon_watch *watch);
    tenon_os_error (*watch_set)(void *user, tenon_watch *watch, tenon_file file,
                                uint8_t events);
    tenon_os_error (*watch_wait)(void *user, tenon_watch *watch, tenon_wait *ready,
                                 size_t capacity, size_t *count, uint64_t deadline_ns);
};

/* -- sockets and names -- */

/* The versions of IP. */
typedef enum tenon_ip { TENON_IPV4, TENON_IPV6 } tenon_ip;

/* An address and a port. */
typedef struct tenon_address {
    uint8_t family; /* a tenon_ip */
    uint16_t port;
    uint8_t bytes[16];  /* the address, first byte first; IPv4: 4 of them, the rest 0 */
    uint32_t flow_info; /* IPv6 alone, as is scope_id */
    uint32_t scope_id;
} tenon_address;

/* Streams or datagrams. */
typedef enum tenon_socket_type { TENON_SOCKET_TCP, TENON_SOCKET_UDP } tenon_socket_type;

/* Values are as the platform rounds them; a value beyond what it can do is brought down
 * to that. */
typedef enum tenon_socket_option {
    TENON_SOCKET_KEEP_ALIVE, /* 0 or 1 */
    TENON_SOCKET_KEEP_IDLE_NS,
    TENON_SOCKET_KEEP_INTERVAL_NS,
    TENON_SOCKET_KEEP_COUNT,
    TENON_SOCKET_HOP_LIMIT, /* 1 to 255 */
    TENON_SOCKET_RECEIVE_BYTES,
    TENON_SOCKET_SEND_BYTES,
    TENON_SOCKET_NO_DELAY, /* 0 or 1: TCP sends at once what it has */
} tenon_socket_option;

/* One look-up of a name. */
typedef struct tenon_lookup tenon_lookup;

/* No hook blocks: what would is TENON_OS_WOULD_BLOCK, and tenon_os.wait waits for the
 * socket. Sockets are one version of IP each, IPv6 ones carry no IPv4. */
struct tenon_net {
    size_t struct_bytes; /* sizeof(tenon_net) */

    tenon_os_error (*open)(void *user, tenon_ip family, tenon_socket_type type,
                           tenon_file *out);
    void (*close)(void *user, tenon_file socket);

    /* Port 0: a free one. A TCP port is free again at once when its socket has closed. */
    tenon_os_error (*bind)(void *user, tenon_file socket, const tenon_address *address);
    tenon_os_error (*listen)(void *user, tenon_file socket, uint32_t backlog);
    /* The next connection, as a socket with the listener's options. */
    tenon_os_error (*accept)(void *user, tenon_file socket, tenon_file *out);
    /* TCP: begins to connect, TENON_OS_IN_PROGRESS unless that is done at once. UDP: from
     * now on the socket has to do with that peer alone; NULL: with any. */
    tenon_os_error (*connect)(void *user, tenon_file socket, const tenon_address *peer);
    /* How that ended: TENON_OS_WOULD_BLOCK while it is under way. */
    tenon_os_error (*connected)(void *user, tenon_file socket);
    /* TENON_WAIT_READ: nothing more is received, TENON_WAIT_WRITE: nothing more is sent;
     * or both. A direction that was shut down already is none of its business. */
    tenon_os_error (*shutdown)(void *user, tenon_file socket, unsigned directions);

    /* *n is what was moved; 0 from receive is the end. */
    tenon_os_error (*receive)(void *user, tenon_file socket, void *buf, size_t len,
                              size_t *n);
    tenon_os_error (*send)(void *user, tenon_file socket, const void *buf, size_t len,
                           size_t *n);
    /* One datagram, cut off at len. */
    tenon_os_error (*receive_from)(void *user, tenon_file socket, void *buf, size_t len,
                                   size_t *n, tenon_address *from);
    /* One datagram, whole; to NULL: the peer of connect. */
    tenon_os_error (*send_to)(void *user, tenon_file socket, const void *buf, size_t len,
                              const tenon_address *to);

    tenon_os_error (*local_address)(void *user, tenon_file socket, tenon_address *out);
    tenon_os_error (*remote_address)(void *user, tenon_file socket, tenon_address *out);
    tenon_os_error (*get_option)(void *user, tenon_file socket, tenon_socket_option which,
                                 uint64_t *out);
    tenon_os_error (*set_option)(void *user, tenon_file socket, tenon_socket_option which,
                                 uint64_t value);

    /* Begins to look a name (0-terminated) up, elsewhere than in the calling thread.
     * *event becomes readable when that has ended. */
    tenon_os_error (*lookup_start)(void *user, const char *name, tenon_lookup **out,
                                   tenon_file *event);
    /* The next address (with port 0), best first; *end after the last one.
     * TENON_OS_WOULD_BLOCK until the look-up has ended. */
    tenon_os_error (*lookup_next)(void *user, tenon_lookup *lookup, tenon_address *out,
                                  bool *end);
    /* Also while it is under way; it then ends by itself, of no use to anybody. */
    void (*lookup_close)(void *user, tenon_lookup *lookup);

    /* What is from here on may be missing: NULL, or beyond struct_bytes. */

    /* As receive, but what is received stays there; also of other sockets than those of
     * this table, which may block otherwise. Missing: recv_peek of preview 1 is notsup.
     */
    tenon_os_error (*peek)(void *user, tenon_file socket, void *buf, size_t len,
                           size_t *n);
};

/* -- TLS -- */

/* TLS over one connection. */
typedef struct tenon_tls_session tenon_tls_session;

/* What came of a call of TLS. */
typedef enum tenon_tls_outcome {
    TENON_TLS_OK,
    TENON_TLS_WANTS_READ,     /* to be called again when the socket can be read from */
    TENON_TLS_WANTS_WRITE,    /* to be called again when it can be written to */
    TENON_TLS_END,            /* read: the other side has closed the session */
    TENON_TLS_BROKEN,         /* the socket failed, or ended before the session did */
    TENON_TLS_PROTOCOL_ERROR, /* what the other side sends is no TLS that this one takes
                               */
    TENON_TLS_CERTIFICATE_ERROR, /* it is not trusted, or not the host's */
    TENON_TLS_ALERT,             /* the other side has sent a fatal alert */
    TENON_TLS_NO_MEMORY,
} tenon_tls_outcome;

/* TLS, which the library has none of: an embedder fills this table with a TLS library of
 * its choice, and names it in tenon_wasi_http (https of wasi:http/outgoing-handler) or in
 * tenon_http_config (a server's connections). Where handshake, read or write want the
 * socket they return that, with nothing moved, and are called again later (write with the
 * same bytes first); every other outcome than OK ends the session. No hook blocks. */
typedef struct tenon_tls {
    size_t struct_bytes; /* sizeof(tenon_tls) */
    void *user;

    /* Begins a session over a socket, a non-blocking one of the tenon_net that is
     * connected; whose it stays, and is closed after the session. connect: as the client;
     * host (0-terminated, a name, or an address without brackets) is what the other
     * side's certificate has to be for. accept: as the server. NULL: it does not serve as
     * that. HTTP/1.1 alone is spoken, where that is negotiated. */
    tenon_tls_outcome (*connect)(void *user, tenon_file socket, const char *host,
                                 tenon_tls_session **out);
    tenon_tls_outcome (*accept)(void *user, tenon_file socket, tenon_tls_session **out);
    /* Until it is OK nothing else is called but close. */
    tenon_tls_outcome (*handshake)(void *user, tenon_tls_session *session);
    /* OK: *n, at least 1 and at most len, was moved. len is not 0. */
    tenon_tls_outcome (*read)(void *user, tenon_tls_session *session, void *buf,
                              size_t len, size_t *n);
    tenon_tls_outcome (*write)(void *user, tenon_tls_session *session, const void *buf,
                               size_t len, size_t *n);
    /* The number of the alert (RFC 8446, 6), after TENON_TLS_ALERT. NULL: it is not told.
     */
    uint8_t (*alert)(void *user, tenon_tls_session *session);
    /* Ends it; tells the other side, if that goes without waiting. */
    void (*close)(void *user, tenon_tls_session *session);
} tenon_tls;

#ifdef __cplusplus
}
#endif

#endif
