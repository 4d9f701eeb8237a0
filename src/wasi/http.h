/* http.h: what the hosts of wasi:http share: fields, connections, bodies.
 *
 * A connection does one exchange at a time, a request and its response: as a client (made
 * by outgoing-handler) or as a server (http_server.c). It never blocks; what it waits for
 * it says (tni_http_wants), and tni_http_pump carries it on. All objects are counted. */
#ifndef TNI_HTTP_H
#define TNI_HTTP_H

#include "base/vec.h"
#include "wasi/gen/wasi_http_types.h"
#include "wasi/http1.h"
#include "wasi/wasi.h"

enum {
    TNI_HTTP_BUFFER_BYTES = 65536,  /* of a body that is kept, each way */
    TNI_HTTP_FIELDS_BYTES = 131072, /* names and values of one fields object */
};

/* -- errors -- */

#define TNI_HTTP(name) WASI_HTTP_TYPES_ERROR_CODE_##name

/* A wasi:http/types.error-code without a payload, but for that of internal-error and
 * TLS-alert-received. */
typedef struct tni_http_error {
    u8 code;
    u8 alert;         /* of TLS_ALERT_RECEIVED; 0, close_notify: not known */
    const char *text; /* of INTERNAL_ERROR, static; or NULL */
} tni_http_error;

void tni_http_error_put(tni_http_error from, wasi_http_types_error_code_t *out);

/* -- fields -- */

typedef struct tni_http_entry {
    tni_str name; /* in one piece of memory with the value */
    tni_str value;
} tni_http_entry;

typedef struct tni_http_fields {
    tni_heap *heap;
    u32 references;
    bool is_fixed; /* cannot be changed */
    size_t bytes;
    TNI_VEC(tni_http_entry) entries;
} tni_http_fields;

tni_http_fields *tni_http_fields_new(tni_heap *heap);
void tni_http_fields_release(tni_http_fields *f); /* NULL is allowed */
/* False when memory is out. */
bool tni_http_fields_add(tni_http_fields *f, tni_str name, tni_str value);
/* Those of a head that concern a component; NULL when memory is out. */
tni_http_fields *tni_http_fields_of(tni_heap *heap, const tni_http1_head *head);
const tni_http_entry *tni_http_fields_find(const tni_http_fields *f, tni_str name);
/* What a component does not set, for it is the host's: of the connection alone. */
bool tni_http_is_forbidden(tni_str name);
/* Behind a handle of resource `resource`; takes the reference over, also on failure. */
tenon_status tni_http_fields_hand_out(tenon_call *call, tni_http_fields *f, u32 resource,
                                      u32 *handle);

/* -- what connects both sides (http_link.c) -- */

/* A connected socket, perhaps with TLS over it. */
typedef struct tni_http_link {
    const tenon_platform *platform;
    tenon_file socket;
    const tenon_tls *tls;       /* or NULL */
    tenon_tls_session *session; /* or NULL: not begun, or ended */
    /* What to wait for, TENON_WAIT_ bits, before more can be received or sent. */
    u8 to_receive;
    u8 to_send;
} tni_http_link;

/* Plain, over the socket. */
void tni_http_link_init(tni_http_link *l, const tenon_platform *platform,
                        tenon_file socket);
/* The socket sends at once what it has. */
void tni_http_no_delay(const tni_http_link *l);
/* Begins TLS, or goes on with beginning it. host NULL: as the server. WOULD_BLOCK: wait
 * for to_receive. Other failures are in *error, also of the functions below. */
tenon_os_error tni_http_link_secure(tni_http_link *l, const tenon_tls *tls,
                                    const char *host, tni_http_error *error);
/* *n 0 is the end. */
tenon_os_error tni_http_link_receive(tni_http_link *l, u8 *buf, size_t len, size_t *n,
                                     tni_http_error *error);
tenon_os_error tni_http_link_send(tni_http_link *l, const u8 *bytes, size_t len,
                                  size_t *n, tni_http_error *error);
/* Ends TLS, if there is any. */
void tni_http_link_end_tls(tni_http_link *l);
void tni_http_link_close(tni_http_link *l);

/* -- connections -- */

typedef enum tni_http_phase {
    TNI_HTTP_LOOKUP,
    TNI_HTTP_CONNECTING,
    TNI_HTTP_SECURING, /* TLS's handshake */
    TNI_HTTP_OPEN,
    TNI_HTTP_CLOSED,
} tni_http_phase;

/* What of the other side's message has been read. */
typedef enum tni_http_reading {
    TNI_HTTP_READ_HEAD,
    TNI_HTTP_HAS_HEAD, /* until tni_http_begin_body */
    TNI_HTTP_READ_BODY,
    TNI_HTTP_READ_TRAILERS,
    TNI_HTTP_READ_ALL,
    TNI_HTTP_READ_FAILED, /* see error */
} tni_http_reading;

typedef struct tni_http_conn {
    tni_heap *heap;
    const tenon_platform *platform;
    u32 references;
    u32 exchange; /* counts: bodies belong to one */
    bool is_server;
    tni_http_phase phase;
    tni_http_link link;   /* CONNECTING, SECURING, OPEN */
    const tenon_tls *tls; /* https; or NULL */
    tni_str host;         /* client: a copy, 0-terminated */
    tni_http_error error;
    /* client: looking up and connecting */
    tenon_lookup *lookup; /* or NULL */
    tenon_file event;
    tenon_address address; /* without a look-up */
    u16 port;
    bool to_head;                                    /* the request was HEAD */
    u64 connect_ns, first_byte_ns, between_bytes_ns; /* or TENON_NO_DEADLINE */
    u64 deadline_ns;                                 /* of what is waited for now */
    /* what is received */
    u8 *in;
    size_t in_start, in_end, in_capacity;
    bool in_ended; /* the other side sends no more */
    size_t seen;
    tni_http_reading reading;
    tni_http1_outcome outcome; /* READ_FAILED: why, if it is syntax */
    tni_http1_head head;       /* views of `in`, until the body is read */
    tni_http1_body body;
    size_t piece, piece_len;   /* of the body, in `in`, not yet taken */
    tni_http_fields *trailers; /* once read, if there are any */
    u64 received;              /* bytes of the body */
    u64 received_limit;
    /* client: */
    bool is_reused;      /* over a link that was kept, and nothing has come yet */
    bool is_idempotent;  /* the request may be sent again (RFC 9110, 9.2.2) */
    bool has_lost_bytes; /* not all that was to be sent has been */
    bool must_continue;  /* a 100 is to be sent when the body is wanted */
    /* what is sent */
    tni_buf out;
    size_t out_start;
    bool is_sent; /* the message that we send is whole */
    u64 sent;     /* bytes of the body */
    /* carried on while its context waits for anything */
    tni_background background;
    tenon_wasi *wasi; /* whose background it is in; or NULL */
} tni_http_conn;

tni_http_conn *tni_http_conn_new(tni_heap *heap, const tenon_platform *platform,
                                 bool is_server);
void tni_http_conn_keep(tni_http_conn *c);
void tni_http_conn_release(tni_http_conn *c); /* NULL is allowed */
/* Puts it in the background of a context, or takes it out (NULL). */
void tni_http_conn_attach(tni_http_conn *c, tenon_wasi *w);
/* Client: begins to connect, by c->host and c->port. False: it cannot be, with c->error.
 */
bool tni_http_connect(tni_http_conn *c);
/* Its link is one that was kept. If that turns out to be closed, the request is sent over
 * another one, as far as it may be. */
void tni_http_reuse(tni_http_conn *c);
/* Goes on with sending and connecting, as far as that goes now. */
void tni_http_pump(tni_http_conn *c);
/* Reads on: true when there is a head, a piece of the body, or the end or an error of
 * it. */
bool tni_http_read_on(tni_http_conn *c);
/* What tni_http_pump or tni_http_read_on waits for. */
void tni_http_wants(const tni_http_conn *c, bool to_read, tenon_wait *item,
                    u64 *deadline_ns);
/* The head has been made use of: the body follows. */
void tni_http_begin_body(tni_http_conn *c);
/* Ends the connection with an error, the first of which counts. */
void tni_http_fail(tni_http_conn *c, tni_http_error error);
/* Ready for the next request. */
void tni_http_next(tni_http_conn *c);
size_t tni_http_unsent(const tni_http_conn *c);
u64 tni_http_now(const tni_http_conn *c);
/* Fields of a component's, behind a first line or as trailers; without Content-Length
 * where there must be none (RFC 9110, 8.6). */
void tni_http_put_fields(tni_buf *out, const tni_http_fields *fields, bool has_length);

/* Of the body's piece nothing is left to be taken: goes on to its end if that is near. */
void tni_http_piece_taken(tni_http_conn *c);

/* -- connections that are kept -- */

typedef struct tni_http_kept tni_http_kept;

/* Takes the connection's link over. */
void tni_http_pool_put(tenon_wasi *w, tni_http_conn *c);
/* A link for the connection's host, port and TLS, if there is one. */
bool tni_http_pool_take(tenon_wasi *w, tni_http_conn *c);

/* -- bodies that are sent -- */

typedef struct tni_http_sending {
    tni_heap *heap;
    u32 references;
    tni_http_conn *conn; /* kept, once it is known */
    u32 exchange;
    tni_http1_framing framing;
    bool is_dropped; /* there is no body to send: what is written goes nowhere */
    bool has_length;
    u64 length; /* as Content-Length has it */
    u64 written;
    tni_buf early;   /* what was written before there was a connection */
    bool had_stream; /* outgoing-body.write was called */
    bool has_stream; /* and the stream is still there */
    bool is_finished;
    bool is_broken; /* dropped without being finished, or of another length */
    tni_http_error error;
    tni_http_fields *trailers;
} tni_http_sending;

/* length: as the fields have it, or none. */
tni_http_sending *tni_http_sending_new(tni_heap *heap, const tni_http_fields *fields);
void tni_http_sending_release(tni_http_sending *s); /* NULL is allowed */
/* The connection is there and the head is in it: what was written goes out. */
void tni_http_sending_attach(tni_http_sending *s, tni_http_conn *c,
                             tni_http1_framing framing, bool is_dropped);
/* Content-Length of the fields; false if it is there and is none. */
bool tni_http_length_of(const tni_http_fields *fields, bool *has, u64 *length);

/* -- bodies that are received -- */

typedef struct tni_http_receiving {
    tni_heap *heap;
    u32 references;
    tni_http_conn *conn; /* kept */
    u32 exchange;
    bool had_stream;
    bool has_stream;
} tni_http_receiving;

/* An incoming-body behind a handle. */
tenon_status tni_http_receive(tenon_call *call, tenon_wasi *w, tni_http_conn *c,
                              u32 *handle);

/* -- requests and responses -- */

/* incoming-request and incoming-response. */
typedef struct tni_http_incoming {
    tni_heap *heap;
    tni_http_conn *conn; /* kept */
    u16 status;
    tni_str method, target, authority; /* copies */
    tni_http_fields *fields;
    bool is_consumed;
} tni_http_incoming;

/* From the head that the connection has read; NULL when memory is out. */
tni_http_incoming *tni_http_incoming_new(tni_heap *heap, tni_http_conn *c);
void tni_http_incoming_delete(tni_http_incoming *in);

/* outgoing-request and outgoing-response. */
typedef struct tni_http_outgoing {
    tenon_wasi *wasi;
    u16 status;
    tni_str method; /* copies; ptr NULL: none */
    tni_str target;
    tni_str authority;
    tni_str scheme; /* "http", "https" or another */
    tni_http_fields *fields;
    tni_http_sending *body; /* once asked for */
} tni_http_outgoing;

void tni_http_outgoing_delete(tni_http_outgoing *o);

typedef struct tni_http_options {
    tenon_wasi *wasi;
    bool has[3]; /* connect, first byte, between bytes */
    u64 ns[3];
} tni_http_options;

/* A response-outparam. By pointers, so that programs that do not serve need no server. */
typedef struct tni_http_outparam {
    tenon_wasi *wasi;
    struct tenon_http_connection *server; /* outlives the call */
    /* Sends the response; the body may go on being written. */
    void (*answer)(struct tenon_http_connection *server,
                   const tni_http_outgoing *response);
    /* Answers for a component that gave an error. */
    void (*refuse)(struct tenon_http_connection *server, u16 status, const char *text);
    /* Sends an informational response before it. False: the client does not take what
     * was sent to it. */
    bool (*inform)(struct tenon_http_connection *server, u16 status,
                   const tni_http_fields *fields);
} tni_http_outparam;

/* Whether requests may go there. host without brackets. */
bool tni_http_allows(const tenon_wasi *w, tni_str host, u16 port);

#endif
