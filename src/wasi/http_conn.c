/* http_conn.c: a connection of HTTP/1.1, as client or server: connecting, sending what is
 * kept, reading the other side's message piece by piece. */
#include "wasi/http.h"
#include "wasi/sockets.h"

enum { FIRST_BYTES = 4096 }; /* of the buffer for what is received */

tni_http_conn *tni_http_conn_new(tni_heap *heap, const tenon_platform *platform,
                                 bool is_server) {
    tni_http_conn *c = TNI_NEW(heap, tni_http_conn);
    if (c != NULL) {
        c->heap = heap;
        c->platform = platform;
        c->references = 1;
        c->is_server = is_server;
        c->phase = TNI_HTTP_CLOSED;
        c->connect_ns = c->first_byte_ns = c->between_bytes_ns = TENON_NO_DEADLINE;
        c->deadline_ns = TENON_NO_DEADLINE;
        c->received_limit = UINT64_MAX;
        tni_buf_init(&c->out, heap);
    }
    return c;
}

void tni_http_conn_keep(tni_http_conn *c) {
    c->references++;
}

static void end_lookup(tni_http_conn *c) {
    if (c->lookup != NULL) {
        c->platform->net->lookup_close(c->platform->user, c->lookup);
        c->lookup = NULL;
    }
}

static void close_socket(tni_http_conn *c) {
    end_lookup(c);
    if (c->phase == TNI_HTTP_CONNECTING || c->phase == TNI_HTTP_SECURING ||
        c->phase == TNI_HTTP_OPEN) {
        tni_http_link_close(&c->link);
    }
    c->phase = TNI_HTTP_CLOSED;
}

/* What frozen calls wait for is another socket now, or none. */
static void wake(const tni_http_conn *c) {
    if (c->wasi != NULL && c->wasi->waiters != NULL) {
        c->wasi->woken = true;
    }
}

/* When the exchange is over the link is kept for others, if both sides agree. */
static void keep_link(tni_http_conn *c) {
    if (!c->is_server && c->wasi != NULL && c->phase == TNI_HTTP_OPEN &&
        c->reading == TNI_HTTP_READ_ALL && c->is_sent && tni_http_unsent(c) == 0 &&
        !c->has_lost_bytes && c->head.keep_alive && !c->in_ended &&
        c->in_start == c->in_end) {
        c->phase = TNI_HTTP_CLOSED;
        tni_http_pool_put(c->wasi, c);
        wake(c);
    }
}

void tni_http_conn_release(tni_http_conn *c) {
    if (c != NULL && c->references == 1 && c->piece_len == 0) {
        tni_http_piece_taken(c);
    }
    if (c == NULL || --c->references != 0) {
        return;
    }
    tni_http_conn_attach(c, NULL);
    close_socket(c);
    tni_http_fields_release(c->trailers);
    tni_free(c->heap, c->in, c->in_capacity, 1);
    tni_buf_free(&c->out);
    tni_free(c->heap, (char *)(uintptr_t)c->host.ptr, c->host.len + 1, 1);
    TNI_FREE(c->heap, c);
}

/* -- in the background -- */

static void prepare_background(void *object, tenon_wait *item, u64 *deadline_ns) {
    const tni_http_conn *c = object;
    if (c->phase != TNI_HTTP_OPEN || tni_http_unsent(c) > 0) {
        tni_http_wants(c, false, item, deadline_ns);
    }
}

static void go_on_background(void *object) {
    tni_http_conn *c = object;
    tenon_wasi *w = c->wasi;
    const tni_http_phase before = c->phase;
    const bool had_lost = c->has_lost_bytes;
    tni_http_pump(c);
    w->woken = w->woken || c->phase != before || c->has_lost_bytes != had_lost;
}

static void leave_background(void *object) {
    tni_http_conn_attach(object, NULL);
}

void tni_http_conn_attach(tni_http_conn *c, tenon_wasi *w) {
    if (c->wasi != NULL) {
        tni_background **at = &c->wasi->background;
        while (*at != &c->background) {
            at = &(*at)->next;
        }
        *at = c->background.next;
    }
    c->wasi = w;
    if (w != NULL) {
        c->background = (tni_background){prepare_background, go_on_background,
                                         leave_background, c, w->background};
        w->background = &c->background;
    }
}

u64 tni_http_now(const tni_http_conn *c) {
    return c->platform->monotonic_ns != NULL
               ? c->platform->monotonic_ns(c->platform->user)
               : 0;
}

static void set_deadline(tni_http_conn *c, u64 timeout_ns) {
    u64 now = tni_http_now(c);
    c->deadline_ns =
        timeout_ns > TENON_NO_DEADLINE - now ? TENON_NO_DEADLINE : now + timeout_ns;
}

static bool is_late(const tni_http_conn *c) {
    return c->deadline_ns != TENON_NO_DEADLINE && tni_http_now(c) >= c->deadline_ns;
}

void tni_http_fail(tni_http_conn *c, tni_http_error error) {
    if (c->reading != TNI_HTTP_READ_FAILED) {
        if (c->reading != TNI_HTTP_READ_ALL) {
            c->reading = TNI_HTTP_READ_FAILED;
        }
        c->error = error;
    }
    c->piece_len = 0;
    c->out.count = c->out_start = 0;
    close_socket(c);
}

/* -- connecting -- */

static u8 code_of_connecting(tenon_os_error r) {
    switch (r) {
    case TENON_OS_CONNECTION_REFUSED: return TNI_HTTP(CONNECTION_REFUSED);
    case TENON_OS_TIMED_OUT: return TNI_HTTP(CONNECTION_TIMEOUT);
    case TENON_OS_UNREACHABLE: return TNI_HTTP(DESTINATION_IP_UNROUTABLE);
    case TENON_OS_TOO_MANY_FILES: return TNI_HTTP(CONNECTION_LIMIT_REACHED);
    default: return TNI_HTTP(DESTINATION_UNAVAILABLE);
    }
}

/* Begins to connect; what fails is in c->error. */
static bool connect_to(tni_http_conn *c, tenon_address a) {
    const tenon_net *net = c->platform->net;
    tenon_file socket;
    a.port = c->port;
    tenon_os_error r =
        net->open(c->platform->user, (tenon_ip)a.family, TENON_SOCKET_TCP, &socket);
    if (r == TENON_OS_OK) {
        tni_http_link_init(&c->link, c->platform, socket);
        c->phase = TNI_HTTP_CONNECTING;
        r = net->connect(c->platform->user, socket, &a);
        if (r == TENON_OS_OK || r == TENON_OS_IN_PROGRESS) {
            return true;
        }
        tni_http_link_close(&c->link);
        c->phase = TNI_HTTP_LOOKUP;
    }
    c->error = (tni_http_error){.code = code_of_connecting(r)};
    return false;
}

/* The next address to try; none is the last one's error. */
static void look_up(tni_http_conn *c) {
    const tenon_net *net = c->platform->net;
    while (c->phase == TNI_HTTP_LOOKUP) {
        tenon_address a = c->address;
        bool end = false;
        if (c->lookup != NULL) {
            tenon_os_error r = net->lookup_next(c->platform->user, c->lookup, &a, &end);
            if (r == TENON_OS_WOULD_BLOCK) {
                return;
            }
            if (r != TENON_OS_OK) {
                u8 code = r == TENON_OS_RESOLVER_BUSY ? TNI_HTTP(DNS_TIMEOUT)
                                                      : TNI_HTTP(DNS_ERROR);
                tni_http_fail(c, (tni_http_error){.code = code});
                return;
            }
        }
        if (end) {
            tni_http_fail(c, c->error);
        } else if (!connect_to(c, a) && c->lookup == NULL) {
            tni_http_fail(c, c->error);
        }
    }
}

bool tni_http_connect(tni_http_conn *c) {
    enum { NAME_BYTES = 255 }; /* of a name in the DNS, and more than any address */
    const tenon_platform *p = c->platform;
    set_deadline(c, c->connect_ns);
    c->phase = TNI_HTTP_LOOKUP;
    if (tni_address_parse(c->host, &c->address)) {
        c->error = (tni_http_error){.code = TNI_HTTP(DESTINATION_UNAVAILABLE)};
        return true;
    }
    if (c->host.len > NAME_BYTES) {
        c->error = (tni_http_error){.code = TNI_HTTP(HTTP_REQUEST_URI_INVALID)};
        return false;
    }
    tenon_os_error r =
        p->net->lookup_start == NULL
            ? TENON_OS_UNSUPPORTED
            : p->net->lookup_start(p->user, c->host.ptr, &c->lookup, &c->event);
    if (r != TENON_OS_OK) {
        c->lookup = NULL;
        c->error = (tni_http_error){.code = TNI_HTTP(DNS_ERROR)};
        return false;
    }
    /* Of a name that has no addresses. */
    c->error = (tni_http_error){.code = TNI_HTTP(DESTINATION_NOT_FOUND)};
    return true;
}

static void open_connection(tni_http_conn *c) {
    c->phase = TNI_HTTP_OPEN;
    if (!c->is_server) {
        set_deadline(c, c->first_byte_ns);
    }
}

static void finish_connecting(tni_http_conn *c) {
    const tenon_net *net = c->platform->net;
    tenon_os_error r = net->connected(c->platform->user, c->link.socket);
    if (r == TENON_OS_WOULD_BLOCK) {
        return;
    }
    if (r == TENON_OS_OK) {
        end_lookup(c);
        tni_http_no_delay(&c->link);
        if (c->tls != NULL) {
            c->phase = TNI_HTTP_SECURING;
        } else {
            open_connection(c);
        }
        return;
    }
    tni_http_link_close(&c->link);
    c->error = (tni_http_error){.code = code_of_connecting(r)};
    c->phase = TNI_HTTP_LOOKUP;
    if (c->lookup == NULL) {
        tni_http_fail(c, c->error);
        return;
    }
    look_up(c);
}

static void secure(tni_http_conn *c) {
    tni_http_error error;
    tenon_os_error r =
        tni_http_link_secure(&c->link, c->tls, c->is_server ? NULL : c->host.ptr, &error);
    if (r == TENON_OS_OK) {
        open_connection(c);
    } else if (r != TENON_OS_WOULD_BLOCK) {
        tni_http_fail(c, error);
    }
}

void tni_http_reuse(tni_http_conn *c) {
    c->is_reused = true;
    open_connection(c);
}

/* Sends the request over another link, if the one that was kept has been closed
 * meanwhile. */
static bool send_again(tni_http_conn *c) {
    if (!c->is_reused || !(c->is_idempotent || c->out_start == 0)) {
        return false;
    }
    c->is_reused = false;
    tni_http_link_close(&c->link);
    c->out_start = 0;
    c->in_start = c->in_end = 0;
    c->in_ended = false;
    wake(c);
    if (!tni_http_connect(c)) {
        tni_http_fail(c, c->error);
    }
    return true;
}

/* What has been sent is let go, but for what may have to be sent again. */
static void drop_sent(tni_http_conn *c) {
    if (c->is_reused && (!c->is_idempotent || c->out.count > TNI_HTTP_BUFFER_BYTES)) {
        c->is_reused = c->out_start == 0;
    }
    if (tni_http_unsent(c) == 0 && !c->is_reused) {
        c->out.count = c->out_start = 0;
    }
}

/* -- sending -- */

size_t tni_http_unsent(const tni_http_conn *c) {
    return c->out.count - c->out_start;
}

static void send_out(tni_http_conn *c) {
    if (c->has_lost_bytes) { /* nothing makes sense behind them */
        c->out.count = c->out_start = 0;
    }
    while (c->phase == TNI_HTTP_OPEN && tni_http_unsent(c) > 0) {
        size_t n;
        tni_http_error error;
        tenon_os_error r = tni_http_link_send(&c->link, c->out.data + c->out_start,
                                              tni_http_unsent(c), &n, &error);
        if (r == TENON_OS_WOULD_BLOCK) {
            return;
        }
        if (r != TENON_OS_OK) {
            if (send_again(c)) {
                return;
            }
            /* A server may have answered already, and not want the rest. */
            bool may_read =
                !c->is_server && (r == TENON_OS_PIPE || r == TENON_OS_CONNECTION_RESET);
            c->out.count = c->out_start = 0;
            c->has_lost_bytes = true;
            if (!may_read) {
                tni_http_fail(c, error);
            }
            return;
        }
        c->out_start += n;
    }
    drop_sent(c);
}

void tni_http_pump(tni_http_conn *c) {
    if (c->phase == TNI_HTTP_LOOKUP) {
        look_up(c);
    }
    if (c->phase == TNI_HTTP_CONNECTING) {
        finish_connecting(c);
    }
    if (c->phase == TNI_HTTP_SECURING) {
        secure(c);
    }
    if (c->out.failed) {
        tni_http_fail(c, (tni_http_error){.code = TNI_HTTP(INTERNAL_ERROR),
                                          .text = "out of memory"});
    }
    send_out(c);
    keep_link(c);
    if (!c->is_server && c->phase < TNI_HTTP_OPEN && is_late(c)) {
        tni_http_fail(c, (tni_http_error){.code = TNI_HTTP(CONNECTION_TIMEOUT)});
    }
}

/* -- receiving -- */

/* Takes what is there now: false when there is nothing, for now or for good. */
static bool receive(tni_http_conn *c) {
    if (c->in_ended || c->phase != TNI_HTTP_OPEN) {
        return false;
    }
    if (c->in_start == c->in_end) {
        c->in_start = c->in_end = 0;
    }
    if (c->in_end == c->in_capacity && c->in_start > 0) {
        memmove(c->in, c->in + c->in_start, c->in_end - c->in_start);
        c->in_end -= c->in_start;
        c->in_start = 0;
    }
    if (c->in_end == c->in_capacity) {
        /* A head fits, and what is read ahead of it. */
        size_t want = c->in_capacity == 0 ? FIRST_BYTES : 2 * c->in_capacity;
        u8 *in = tni_resize(c->heap, c->in, c->in_capacity, want);
        if (in == NULL) {
            tni_http_fail(c, (tni_http_error){.code = TNI_HTTP(INTERNAL_ERROR),
                                              .text = "out of memory"});
            return false;
        }
        c->in = in;
        c->in_capacity = want;
    }
    size_t n;
    tni_http_error error;
    tenon_os_error r = tni_http_link_receive(&c->link, c->in + c->in_end,
                                             c->in_capacity - c->in_end, &n, &error);
    if (r == TENON_OS_WOULD_BLOCK && c->has_lost_bytes) {
        /* What was there is read, no more will come. */
        r = TENON_OS_CONNECTION_RESET;
        error = (tni_http_error){.code = TNI_HTTP(CONNECTION_TERMINATED)};
    }
    if (r == TENON_OS_WOULD_BLOCK) {
        return false;
    }
    if ((r != TENON_OS_OK || n == 0) && send_again(c)) {
        return false;
    }
    if (r != TENON_OS_OK) {
        tni_http_fail(c, error);
        return false;
    }
    c->is_reused = false;
    drop_sent(c);
    c->in_ended = n == 0;
    c->in_end += n;
    if (!c->is_server && n > 0) {
        set_deadline(c, c->between_bytes_ns);
    }
    return true;
}

/* A server answers, so it leaves the connection open. */
static void fail_reading(tni_http_conn *c, tni_http1_outcome r) {
    c->outcome = r;
    tni_http_error e = {.code = TNI_HTTP(HTTP_PROTOCOL_ERROR), .text = tni_http1_text(r)};
    if (r == TNI_HTTP1_UNKNOWN_CODING) {
        e.code = TNI_HTTP(HTTP_RESPONSE_TRANSFER_CODING);
    } else if (r == TNI_HTTP1_HEAD_TOO_LONG || r == TNI_HTTP1_TOO_MANY_FIELDS) {
        e.code = c->reading != TNI_HTTP_READ_HEAD
                     ? TNI_HTTP(HTTP_RESPONSE_TRAILER_SECTION_SIZE)
                     : TNI_HTTP(HTTP_RESPONSE_HEADER_SECTION_SIZE);
    } else if (r == TNI_HTTP1_MORE) {
        e.code = c->reading == TNI_HTTP_READ_HEAD && c->in_end == c->in_start
                     ? TNI_HTTP(CONNECTION_TERMINATED)
                     : TNI_HTTP(HTTP_RESPONSE_INCOMPLETE);
    }
    if (c->is_server && c->phase == TNI_HTTP_OPEN) {
        c->reading = TNI_HTTP_READ_FAILED;
        c->error = e;
        return;
    }
    tni_http_fail(c, e);
}

/* One step on in a head. TNI_HTTP1_OK: it is there. Informational responses, which say
 * nothing to components, are skipped; none was asked to switch. */
static tni_http1_outcome read_head(tni_http_conn *c) {
    enum { SWITCHING_PROTOCOLS = 101 };
    while (c->in_end > c->in_start) {
        const u8 *at = c->in + c->in_start;
        const size_t n = c->in_end - c->in_start;
        size_t used = 0;
        const tni_http1_outcome r =
            c->is_server
                ? tni_http1_read_request(at, n, &c->seen, &c->head, &used)
                : tni_http1_read_response(at, n, c->to_head, &c->seen, &c->head, &used);
        if (r != TNI_HTTP1_OK) {
            return r;
        }
        c->in_start += used;
        c->seen = 0;
        if (c->is_server || c->head.status >= 200) {
            return TNI_HTTP1_OK;
        }
        if (c->head.status == SWITCHING_PROTOCOLS) {
            return TNI_HTTP1_BAD_STATUS;
        }
    }
    return TNI_HTTP1_MORE;
}

void tni_http_begin_body(tni_http_conn *c) {
    c->reading = TNI_HTTP_READ_BODY;
    c->must_continue = c->is_server && c->head.expects_continue;
    tni_http1_body_init(&c->body, c->head.framing, c->head.length);
    tni_http_piece_taken(c);
}

/* One step on in a body. TNI_HTTP1_OK: a piece, or the end of it. */
static tni_http1_outcome read_piece(tni_http_conn *c) {
    size_t used;
    const u8 *data = NULL;
    tni_http1_outcome r;
    do {
        r = tni_http1_read_body(&c->body,
                                c->in == NULL ? (const u8 *)"" : c->in + c->in_start,
                                c->in_end - c->in_start, &used, &data, &c->piece_len);
        if (c->piece_len > 0) {
            c->piece = (size_t)(data - c->in);
            c->in_start += used;
            c->received += c->piece_len;
            return TNI_HTTP1_OK;
        }
        c->in_start += used;
    } while (r == TNI_HTTP1_MORE && used > 0);
    if (r == TNI_HTTP1_MORE && c->in_ended && c->head.framing == TNI_HTTP1_UNTIL_CLOSE) {
        r = TNI_HTTP1_OK;
    }
    if (r == TNI_HTTP1_OK) {
        c->reading = c->head.framing == TNI_HTTP1_CHUNKED ? TNI_HTTP_READ_TRAILERS
                                                          : TNI_HTTP_READ_ALL;
    }
    return r;
}

static tni_http1_outcome read_trailers(tni_http_conn *c) {
    size_t used = 0;
    tni_http1_outcome r = tni_http1_read_trailers(
        c->in + c->in_start, c->in_end - c->in_start, &c->seen, &c->head, &used);
    if (r != TNI_HTTP1_OK) {
        return r;
    }
    if (c->head.field_count > 0) {
        c->trailers = tni_http_fields_of(c->heap, &c->head);
        if (c->trailers == NULL) {
            tni_http_fail(c, (tni_http_error){.code = TNI_HTTP(INTERNAL_ERROR),
                                              .text = "out of memory"});
            return TNI_HTTP1_OK;
        }
    }
    c->in_start += used;
    c->seen = 0;
    c->reading = TNI_HTTP_READ_ALL;
    return TNI_HTTP1_OK;
}

void tni_http_piece_taken(tni_http_conn *c) {
    bool in_body =
        c->reading == TNI_HTTP_READ_BODY || c->reading == TNI_HTTP_READ_TRAILERS;
    bool is_near = c->body.ended || c->in_start < c->in_end || c->references == 1;
    if (!c->is_server && c->wasi != NULL && in_body && c->piece_len == 0 && is_near) {
        tni_http_read_on(c);
    }
}

/* A client that waits for 100 is told to go on, once its body is wanted. */
static void tell_to_continue(tni_http_conn *c) {
    if (c->must_continue) {
        c->must_continue = false;
        if (c->in_start == c->in_end) { /* else it did not wait */
            tni_http1_put_status(&c->out, 100);
            tni_http1_put_end(&c->out);
        }
    }
}

bool tni_http_read_on(tni_http_conn *c) {
    tni_http_pump(c);
    for (;;) {
        tni_http1_outcome r = TNI_HTTP1_MORE;
        tni_http_reading before = c->reading;
        switch (before) {
        case TNI_HTTP_READ_HEAD:
            r = read_head(c);
            c->reading = r == TNI_HTTP1_OK ? TNI_HTTP_HAS_HEAD : c->reading;
            break;
        case TNI_HTTP_HAS_HEAD: return true;
        case TNI_HTTP_READ_BODY:
            if (c->piece_len > 0) {
                return true;
            }
            tell_to_continue(c);
            r = read_piece(c);
            break;
        case TNI_HTTP_READ_TRAILERS: r = read_trailers(c); break;
        case TNI_HTTP_READ_ALL:
        case TNI_HTTP_READ_FAILED: return true;
        }
        if (c->received > c->received_limit) {
            c->reading = TNI_HTTP_READ_FAILED;
            c->piece_len = 0;
            c->error = (tni_http_error){.code = c->is_server
                                                    ? TNI_HTTP(HTTP_REQUEST_BODY_SIZE)
                                                    : TNI_HTTP(HTTP_RESPONSE_BODY_SIZE)};
            return true;
        }
        if (r == TNI_HTTP1_OK) {
            if (before == TNI_HTTP_READ_BODY && c->reading == TNI_HTTP_READ_TRAILERS) {
                continue;
            }
            keep_link(c);
            return true;
        }
        if (r != TNI_HTTP1_MORE) {
            fail_reading(c, r);
            return true;
        }
        if (receive(c)) {
            if (!c->in_ended || c->head.framing == TNI_HTTP1_UNTIL_CLOSE) {
                continue;
            }
        }
        if (c->in_ended || c->phase == TNI_HTTP_CLOSED) {
            fail_reading(c, TNI_HTTP1_MORE);
            return true;
        }
        if (!c->is_server && c->phase == TNI_HTTP_OPEN && is_late(c)) {
            /* RFC 9209, 2.3.11: no new data for as long as was allowed. */
            tni_http_fail(c, (tni_http_error){.code = TNI_HTTP(CONNECTION_READ_TIMEOUT)});
            return true;
        }
        const bool had_lost = c->has_lost_bytes;
        tni_http_pump(c);
        if (c->has_lost_bytes == had_lost) {
            return c->reading == TNI_HTTP_READ_FAILED;
        }
    }
}

void tni_http_wants(const tni_http_conn *c, bool to_read, tenon_wait *item,
                    u64 *deadline_ns) {
    item->events = 0;
    item->ready = false;
    if (c->phase == TNI_HTTP_LOOKUP && c->lookup != NULL) {
        item->file = c->event;
        item->events = TENON_WAIT_READ;
    } else if (c->phase == TNI_HTTP_CONNECTING) {
        item->file = c->link.socket;
        item->events = TENON_WAIT_WRITE;
    } else if (c->phase == TNI_HTTP_SECURING) {
        item->file = c->link.socket;
        item->events = c->link.to_receive;
    } else if (c->phase == TNI_HTTP_OPEN) {
        item->file = c->link.socket;
        item->events = (u8)((to_read ? c->link.to_receive : 0) |
                            (tni_http_unsent(c) > 0 ? c->link.to_send : 0));
    }
    bool heeds = c->phase != TNI_HTTP_OPEN || to_read;
    if (!c->is_server && heeds && c->phase != TNI_HTTP_CLOSED &&
        c->deadline_ns < *deadline_ns) {
        *deadline_ns = c->deadline_ns;
    }
}

void tni_http_next(tni_http_conn *c) {
    c->exchange++;
    c->reading = TNI_HTTP_READ_HEAD;
    c->seen = 0;
    c->piece_len = 0;
    c->received = c->sent = 0;
    c->is_sent = false;
    c->must_continue = false;
    tni_http_fields_release(c->trailers);
    c->trailers = NULL;
}

void tni_http_put_fields(tni_buf *out, const tni_http_fields *fields, bool has_length) {
    for (size_t i = 0; i < fields->entries.count; i++) {
        const tni_http_entry *e = &fields->entries.data[i];
        bool is_length = tni_http1_same(e->name, TNI_STR("content-length"));
        if (!tni_http_is_forbidden(e->name) && (has_length || !is_length)) {
            tni_http1_put_field(out, e->name, e->value);
        }
    }
}
