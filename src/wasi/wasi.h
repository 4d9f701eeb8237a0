/* wasi.h: what the WASI hosts share: the context, streams, pollables, errors.
 *
 * Objects behind handles are counted: a pollable keeps its stream, a stream its file, so
 * a guest may drop them in any order. */
#ifndef TNI_WASI_H
#define TNI_WASI_H

#include "base/error.h"
#include "base/heap.h"
#include "tenon/host.h"
#include "tenon/platform.h"
#include "tenon/wasi.h"

/* -- files -- */

/* An open file, shared by a descriptor and its streams. */
typedef struct tni_wasi_file {
    tenon_wasi *wasi;
    u32 references;
    tenon_file file;
    tenon_file_type type;
} tni_wasi_file;

tni_wasi_file *tni_wasi_file_new(tenon_wasi *w,
                                 tenon_file file); /* closes it on failure */
void tni_wasi_file_release(tni_wasi_file *f);

/* Symbolic links whose target is absolute are neither made nor read (not-permitted), for
 * they lead outside. */
enum { TNI_WASI_LINK_BYTES = 4096 };
tenon_os_error tni_wasi_make_symlink(tenon_wasi *w, tni_str target, tenon_path path);
tenon_os_error tni_wasi_read_link(tenon_wasi *w, tenon_path path,
                                  char buf[TNI_WASI_LINK_BYTES], size_t *len);

/* Whether a descriptor may be in a snapshot: one of a preopened directory. */
bool tni_wasi_keeps_descriptor(void *user, void *rep);

/* -- streams -- */

typedef enum tni_stream_kind {
    TNI_STREAM_NONE,
    TNI_STREAM_FILE,   /* a regular file at an offset */
    TNI_STREAM_APPEND, /* at a regular file's end */
    TNI_STREAM_OS,     /* a pipe, terminal or the like */
    TNI_STREAM_BUFFER,
    TNI_STREAM_CALLBACK,
    TNI_STREAM_SOCKET,
    TNI_STREAM_OBJECT, /* what its operations say */
} tni_stream_kind;

struct tni_wasi_error;

/* The operations of a stream that is none of the system's. No one blocks. */
typedef struct tni_stream_ops {
    /* As tni_stream_take and tni_stream_put; put takes all that check-write permitted. */
    tenon_os_error (*take)(void *object, void *buf, size_t capacity, size_t *n);
    tenon_os_error (*put)(void *object, const void *bytes, size_t len, size_t *n);
    /* True: taking need not wait, or all that was put has gone out (events). Else what to
     * wait for, by *item and *deadline_ns, which is only brought forward. */
    bool (*prepare)(void *object, u8 events, tenon_wait *item, u64 *deadline_ns);
    /* Completes the error of a failed operation; or NULL. */
    void (*explain)(void *object, struct tni_wasi_error *error);
    void (*release)(void *object);
} tni_stream_ops;

/* An input-stream or output-stream. */
typedef struct tni_stream {
    tenon_wasi *wasi;
    u32 references;
    tni_stream_kind kind;
    bool closed;
    bool has_failed; /* failure is to be reported, then the stream is closed */
    tenon_os_error failure;
    tni_wasi_file *file; /* kept open; or NULL */
    tenon_file os_file;
    u64 offset;
    const tenon_wasi_stream *config; /* BUFFER and CALLBACK */
    /* Output: what the last check-write permits, and what is still to be written. */
    u64 permit;
    u8 *pending;
    size_t pending_start;
    size_t pending_count;
    size_t pending_capacity;
    struct tni_socket *socket; /* SOCKET: kept open */
    const tni_stream_ops *ops; /* OBJECT */
    void *object;
    bool is_draining; /* on the context's list, which keeps it */
    struct tni_stream *next_draining;
} tni_stream;

tni_stream *tni_stream_new(tenon_wasi *w, tni_stream_kind kind);
/* For the file; takes a reference of its own. */
tni_stream *tni_stream_new_file(tni_wasi_file *f, bool append, u64 offset);
void tni_stream_release(tni_stream *s);
/* Takes what is there now (*n 0 is the end), and puts what can be put now. */
tenon_os_error tni_stream_take(tni_stream *s, void *buf, size_t capacity, size_t *n);
tenon_os_error tni_stream_put(tni_stream *s, const void *bytes, size_t len, size_t *n);
/* Whether moving bytes may have to wait. */
static inline bool tni_stream_waits(const tni_stream *s) {
    return s->kind == TNI_STREAM_OS || s->kind == TNI_STREAM_SOCKET ||
           s->kind == TNI_STREAM_OBJECT;
}
/* Writes what is kept, as far as the system takes it now. */
void tni_stream_drain(tni_stream *s);
/* Waits until all that was written has gone out, or cannot. */
void tni_stream_finish(tni_stream *s);

/* -- the network -- */

/* Addresses and ports that are granted. */
typedef struct tni_address_rule {
    tenon_address address; /* its port is nothing */
    u8 prefix_bits;
    u16 first_port;
    u16 last_port;
} tni_address_rule;

typedef struct tni_network {
    bool allow_tcp;
    bool allow_udp;
    bool allow_names;
    bool allow_all; /* addresses; else those of the rules */
    tni_address_rule *rules;
    size_t rule_count;
    tenon_address *listeners; /* for preview 1 */
    size_t listener_count;
    struct tni_lookup *lookups; /* whose threads have not ended */
} tni_network;

/* Hosts that requests may be sent to. */
typedef struct tni_http_rule {
    tni_str host; /* "*": any; "*.NAME": those below it */
    u16 port;     /* 0: any */
} tni_http_rule;

/* -- the context -- */

/* What is carried on while the host waits for anything. */
typedef struct tni_background {
    /* What it waits for; events 0: nothing. */
    void (*prepare)(void *object, tenon_wait *item, u64 *deadline_ns);
    /* Goes on. It may take itself off the list, but no other. */
    void (*go_on)(void *object);
    void (*leave)(void *object); /* the context goes: takes itself off the list */
    void *object;
    struct tni_background *next;
} tni_background;

typedef struct tni_wasi_preopen {
    tni_wasi_file *file;
    tni_str guest_path;
    bool read_only;
} tni_wasi_preopen;

struct tenon_wasi {
    tni_heap heap;
    const tenon_platform *platform;
    const tenon_os *os;   /* or NULL */
    const tenon_net *net; /* or NULL */
    tni_str *args;
    size_t arg_count;
    tni_str *env; /* NAME=VALUE */
    size_t env_count;
    tni_wasi_preopen *preopens;
    size_t preopen_count;
    tni_str initial_cwd; /* ptr NULL: none */
    tenon_wasi_stream config[3];
    tni_stream *standard[3]; /* input, output, error */
    u64 secret[2];           /* of metadata hashes and the insecure seed */
    u64 insecure[2];         /* state of the insecure generator */
    void *preview1;          /* preview1.c's, and how to end it; or NULL */
    void (*preview1_delete)(tenon_wasi *w, void *state);
    struct tni_waiter *waiters; /* calls that are frozen */
    tni_stream *draining;       /* sockets' output that is still to go out */
    tni_background *background;
    bool woken; /* the background has changed what waits may wait for: all look again */
    tni_network network;
    bool allow_http;           /* any host */
    tni_str *http_hosts;       /* the rules' text */
    tni_http_rule *http_rules; /* views of it */
    size_t http_rule_count;
    const tenon_tls *tls; /* for https; or NULL */
    tenon_wasi_keep http_keep;
    struct tni_http_kept *http_kept; /* http_pool.c's, the latest first */
    tni_background http_pool;        /* on the list when any is kept */
    bool has_timezone;               /* whether wasi:clocks/timezone is offered */
};

/* Whether a standard stream is a terminal. */
bool tni_wasi_is_terminal(const tenon_wasi *w, int which);
/* Random bytes; false if the platform has none. */
bool tni_wasi_random(tenon_wasi *w, void *out, size_t len);

/* -- waiting -- */

/* Waits for an item or the deadline, but no longer than until interrupts should be looked
 * at again. *done: an item is ready, or the deadline has passed. */
tenon_os_error tni_wasi_wait_slice(tenon_wasi *w, tenon_wait *items, size_t count,
                                   u64 deadline_ns, bool *done);

/* Freezes the call (freeze.c), if that can be: the host function returns TENON_PENDING,
 * and is called again when an item is ready or the deadline has passed; tenon_call_again
 * then gives the mark. */
typedef struct tni_waiter tni_waiter;
bool tni_wasi_freeze(tenon_wasi *w, tenon_call *call, const tenon_wait *items,
                     size_t count, u64 deadline_ns, void *mark);

/* Waits for an item or the deadline (0: only looks), however long that takes; heeds the
 * store's deadline and interrupts. Where the call can freeze it does: TENON_PENDING, to
 * be returned at once. mark: where to go on when the function is called again; NULL: from
 * its beginning. */
tenon_status tni_wasi_wait_marked(tenon_wasi *w, tenon_call *call, tenon_wait *items,
                                  size_t count, u64 deadline_ns, void *mark);
/* The same without a mark. */
tenon_status tni_wasi_wait(tenon_wasi *w, tenon_call *call, tenon_wait *items,
                           size_t count, u64 deadline_ns);

/* Waits until sockets have sent what they have kept, as far as they make progress. */
void tni_wasi_finish_draining(tenon_wasi *w);

typedef enum tni_pollable_kind {
    TNI_POLLABLE_INPUT,
    TNI_POLLABLE_OUTPUT,
    TNI_POLLABLE_CLOCK,
    TNI_POLLABLE_SOURCE,
} tni_pollable_kind;

/* What else can be waited for, sockets and look-ups: counted objects. */
typedef struct tni_source {
    /* True: ready now. Else *item says what to wait for. */
    bool (*prepare)(void *object, tenon_wait *item);
    void (*keep)(void *object);
    void (*release)(void *object);
    /* When the item is ready, whether the object is must be asked again. In place of
     * prepare; *deadline_ns is only brought forward. Or NULL. */
    bool (*look)(void *object, tenon_wait *item, u64 *deadline_ns);
} tni_source;

typedef struct tni_pollable {
    tenon_wasi *wasi;
    tni_pollable_kind kind;
    tni_stream *stream; /* kept */
    u64 deadline_ns;    /* monotonic */
    const tni_source *source;
    void *object; /* of the source, kept */
} tni_pollable;

/* Makes a pollable behind a handle of the calling interface's resource number. */
tenon_status tni_pollable_new(tenon_wasi *w, tenon_call *call, u32 resource,
                              tni_pollable_kind kind, tni_stream *stream, u64 deadline_ns,
                              u32 *handle);
tenon_status tni_pollable_new_source(tenon_wasi *w, tenon_call *call, u32 resource,
                                     const tni_source *source, void *object, u32 *handle);

/* What a wasi:io/error stands for. */
typedef struct tni_wasi_error {
    tenon_wasi *wasi;
    tenon_os_error code;
    bool of_socket;
    bool of_http;
    u8 http_code; /* of wasi:http/types.error-code */
    u8 tls_alert; /* of TLS-alert-received */
} tni_wasi_error;

const char *tni_wasi_error_text(tenon_os_error code);

#endif
