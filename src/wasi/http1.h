/* http1.h: HTTP/1.1 messages, read and written over buffers (RFC 9110, RFC 9112).
 *
 * Pure functions: no sockets, no clocks, no memory of their own but what a tni_buf grows
 * by. Strict where leniency is how requests are smuggled: lines end in CR LF alone,
 * nothing is folded, lengths and codings are given once. Every error ends a connection.
 */
#ifndef TNI_HTTP1_H
#define TNI_HTTP1_H

#include "base/format.h"
#include "base/types.h"

/* What came of reading. What is neither OK nor MORE is an error for good. */
typedef enum tni_http1_outcome {
    TNI_HTTP1_OK,
    TNI_HTTP1_MORE, /* what is there is the beginning of something */
    TNI_HTTP1_BAD_LINE,
    TNI_HTTP1_BAD_START,
    TNI_HTTP1_BAD_METHOD,
    TNI_HTTP1_BAD_TARGET,
    TNI_HTTP1_BAD_VERSION,
    TNI_HTTP1_BAD_STATUS,
    TNI_HTTP1_BAD_NAME,
    TNI_HTTP1_BAD_VALUE,
    TNI_HTTP1_FOLDED,
    TNI_HTTP1_BAD_HOST,
    TNI_HTTP1_BAD_LENGTH,
    TNI_HTTP1_BAD_CODING,
    TNI_HTTP1_UNKNOWN_CODING,
    TNI_HTTP1_BAD_EXPECTATION,
    TNI_HTTP1_BAD_CHUNK,
    TNI_HTTP1_BAD_TRAILER,
    TNI_HTTP1_TARGET_TOO_LONG,
    TNI_HTTP1_HEAD_TOO_LONG,
    TNI_HTTP1_TOO_MANY_FIELDS,
    TNI_HTTP1_OUTCOMES, /* how many there are */
} tni_http1_outcome;

/* What is wrong, in words. */
const char *tni_http1_text(tni_http1_outcome outcome);
/* The status that a server answers such a request with. */
u16 tni_http1_answer(tni_http1_outcome outcome);

enum {
    TNI_HTTP1_HEAD_BYTES = 65536,  /* a head, or a trailer section, with its last line */
    TNI_HTTP1_TARGET_BYTES = 8192, /* of a request */
    TNI_HTTP1_FIELDS = 128,        /* in one head or trailer section */
    TNI_HTTP1_CHUNK_LINE = 256,    /* a chunk's size, with its extensions */
};

typedef struct tni_http1_field {
    tni_str name;
    tni_str value; /* without the blanks around it */
} tni_http1_field;

/* How a body ends (RFC 9112, 6.3). */
typedef enum tni_http1_framing {
    TNI_HTTP1_EMPTY, /* there is no body */
    TNI_HTTP1_LENGTH,
    TNI_HTTP1_CHUNKED,
    TNI_HTTP1_UNTIL_CLOSE,
} tni_http1_framing;

/* A head, as views of the bytes that it was read from. */
typedef struct tni_http1_head {
    tni_str method; /* requests */
    tni_str target;
    u16 status; /* responses; 100 to 999 */
    tni_str reason;
    u8 minor; /* of HTTP/1.x, 0 or 1; what is later counts as 1 */
    bool keep_alive;
    bool expects_continue;
    tni_http1_framing framing;
    u64 length; /* LENGTH */
    u32 field_count;
    tni_http1_field fields[TNI_HTTP1_FIELDS];
} tni_http1_head;

/* Reads a request's head. *used: the bytes of it, with OK. *seen: 0 for the first call
 * about a head; with MORE it keeps what need not be looked at again. One empty line
 * before the head is skipped (RFC 9112, 2.2). */
tni_http1_outcome tni_http1_read_request(const u8 *bytes, size_t len, size_t *seen,
                                         tni_http1_head *head, size_t *used);
/* Reads a response's head. to_head: it answers HEAD, so has no body. */
tni_http1_outcome tni_http1_read_response(const u8 *bytes, size_t len, bool to_head,
                                          size_t *seen, tni_http1_head *head,
                                          size_t *used);
/* Reads the fields after the last chunk, with the empty line that ends them. */
tni_http1_outcome tni_http1_read_trailers(const u8 *bytes, size_t len, size_t *seen,
                                          tni_http1_head *head, size_t *used);

/* The first field of that name; NULL if there is none. */
const tni_http1_field *tni_http1_find(const tni_http1_head *head, tni_str name);

/* A body while it is read. */
typedef struct tni_http1_body {
    tni_http1_framing framing;
    u64 left;  /* of a LENGTH body, or of the chunk */
    u8 state;  /* of CHUNKED */
    u8 digits; /* of the chunk's size */
    u32 line;  /* bytes of the line so far */
    bool ended;
} tni_http1_body;

void tni_http1_body_init(tni_http1_body *b, tni_http1_framing framing, u64 length);
/* Takes up to *used (then set) bytes apart: *data, *data_len is the piece of the body
 * that came, a view, perhaps empty. OK: the body has ended (after CHUNKED the trailers
 * follow); MORE: go on, with more bytes if there was no piece and all was used.
 * UNTIL_CLOSE bodies end where the connection does. */
tni_http1_outcome tni_http1_read_body(tni_http1_body *b, const u8 *bytes, size_t len,
                                      size_t *used, const u8 **data, size_t *data_len);

/* -- writing; what is written must have been checked -- */

void tni_http1_put_request(tni_buf *out, tni_str method, tni_str target);
void tni_http1_put_status(tni_buf *out, u16 status);
void tni_http1_put_field(tni_buf *out, tni_str name, tni_str value);
void tni_http1_put_end(tni_buf *out); /* of the fields */
/* Not empty. */
void tni_http1_put_chunk(tni_buf *out, const u8 *bytes, size_t len);
/* Fields and tni_http1_put_end follow. */
void tni_http1_put_last_chunk(tni_buf *out);
/* RFC 9110, 15; "" when there is no phrase for it. */
const char *tni_http1_reason(u16 status);

/* -- syntax -- */

bool tni_http1_is_token(tni_str s);  /* methods, names of fields */
bool tni_http1_is_value(tni_str s);  /* values: no control characters, no blanks around */
tni_str tni_http1_trim(tni_str s);   /* without the blanks around it */
bool tni_http1_is_target(tni_str s); /* visible ASCII without a fragment */
bool tni_http1_is_authority(tni_str s);
/* Without regard to letter case. */
bool tni_http1_same(tni_str a, tni_str b);
/* All of it a number, of digits alone. */
bool tni_http1_number(tni_str s, u64 *out);

#endif
