/* http_server.c: tenon/http.h: connections of a server, whose requests components answer.
 */
#include "tenon/http.h"

#include "base/numtext.h"
#include "wasi/http.h"

/* What a connection is about. */
typedef enum stage {
    STAGE_HEAD,     /* waits for a request */
    STAGE_REQUEST,  /* the embedder has to see to it */
    STAGE_HANDLING, /* a component does */
    STAGE_SENDING,  /* the answer is whole, or will not be */
    STAGE_LINGER,   /* nothing more is sent; what still comes is let go */
    STAGE_OVER,
} stage;

struct tenon_http_connection {
    tni_heap heap;
    tni_http_conn *conn;
    tenon_http_config config;
    stage stage;
    bool is_last; /* the connection closes after this exchange */
    bool is_answered;
    bool is_finishing;
    bool has_log;
    char *target; /* of the log, as is method */
    size_t target_bytes;
    char method[32];
    tenon_http_log log;
    size_t unsent; /* at the last step */
    u64 deadline_ns;
};

enum {
    LINGER_NS = 1000000000,     /* a client that goes on sending is cut off then */
    INFORM_BYTES = 64 * 1024,   /* that a client has not taken: it is told no more before
                                   the response */
    DISCARD_BYTES = 256 * 1024, /* of a body that a component did not read, so that the
                                   connection can go on */
};

void tenon_http_config_init(tenon_http_config *config) {
    static const u64 minute_ns = 60000000000;
    *config = (tenon_http_config){.idle_timeout_ns = minute_ns,
                                  .send_timeout_ns = minute_ns,
                                  .max_body_bytes = UINT64_MAX};
}

static u64 after(const tenon_http_connection *s, u64 ns) {
    u64 now = tni_http_now(s->conn);
    return ns > TENON_NO_DEADLINE - now ? TENON_NO_DEADLINE : now + ns;
}

tenon_status tenon_http_connection_new(const tenon_http_config *config, tenon_file socket,
                                       tenon_http_connection **out, tenon_error *error) {
    tenon_error local;
    tenon_error *e = error != NULL ? error : &local;
    const tenon_platform *p =
        config->platform != NULL ? config->platform : tenon_platform_default();
    const tenon_allocator *a =
        config->allocator.resize != NULL ? &config->allocator : &p->allocator;
    tni_heap heap;
    tni_heap_init(&heap, a, UINT64_MAX);
    tenon_http_connection *s = TNI_NEW(&heap, tenon_http_connection);
    if (s != NULL) {
        s->heap = heap;
        s->config = *config;
        s->conn = tni_http_conn_new(&s->heap, p, true);
    }
    if (s == NULL || s->conn == NULL) {
        p->net->close(p->user, socket);
        if (s != NULL) {
            heap = s->heap;
            TNI_FREE(&heap, s);
        }
        return tni_no_memory(e);
    }
    tni_http_link_init(&s->conn->link, p, socket);
    s->conn->tls = config->tls;
    s->conn->phase = config->tls != NULL ? TNI_HTTP_SECURING : TNI_HTTP_OPEN;
    tni_http_no_delay(&s->conn->link);
    s->conn->received_limit = config->max_body_bytes;
    s->deadline_ns = after(s, config->idle_timeout_ns);
    *out = s;
    return TENON_OK;
}

void tenon_http_connection_delete(tenon_http_connection *s) {
    if (s != NULL) {
        tni_free(&s->heap, s->target, s->target_bytes, 1);
        tni_http_conn_release(s->conn);
        tni_heap heap = s->heap;
        TNI_FREE(&heap, s);
    }
}

/* -- the log -- */

static void begin_log(tenon_http_connection *s, const tni_http1_head *head) {
    s->log = (tenon_http_log){.method = "-", .target = "-"};
    s->log.began_ns = tni_http_now(s->conn);
    if (head == NULL) {
        return;
    }
    tni_format(s->method, sizeof s->method, "%.*s", (int)head->method.len,
               head->method.ptr);
    s->log.method = s->method;
    if (head->target.len >= s->target_bytes) {
        char *target =
            tni_resize(&s->heap, s->target, s->target_bytes, head->target.len + 1);
        if (target == NULL) {
            return;
        }
        s->target = target;
        s->target_bytes = head->target.len + 1;
    }
    memcpy(s->target, head->target.ptr, head->target.len);
    s->target[head->target.len] = '\0';
    s->log.target = s->target;
}

static void end_log(tenon_http_connection *s, bool is_broken) {
    s->log.received_bytes = s->conn->received;
    s->log.sent_bytes = s->conn->sent;
    s->log.ended_ns = tni_http_now(s->conn);
    s->log.is_broken = is_broken;
    s->has_log = true;
}

bool tenon_http_connection_log(tenon_http_connection *s, tenon_http_log *out) {
    bool has = s->has_log;
    *out = s->log;
    s->has_log = false;
    return has;
}

/* -- answering -- */

/* RFC 9110, 5.6.7: IMF-fixdate */
static void put_date(tni_buf *out, const tenon_platform *p) {
    static const char days[] = "ThuFriSatSunMonTueWed"; /* 1970-01-01 was a Thursday */
    static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
    if (p->realtime == NULL) {
        return;
    }
    u64 seconds = (u64)p->realtime(p->user).seconds;
    u64 day = seconds / 86400, second = seconds % 86400;
    /* Days since 0000-03-01, in eras of 400 years. */
    u64 z = day + 719468, era = z / 146097, of_era = z % 146097;
    u64 year_of_era = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
    u64 of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    u64 month = (5 * of_year + 2) / 153; /* 0: March */
    u64 date = of_year - (153 * month + 2) / 5 + 1;
    u64 calendar = (month + 2) % 12;
    u64 year = era * 400 + year_of_era + (calendar < 2);
    tni_buf_format(out, "date: %.*s, %02u %.*s %u %02u:%02u:%02u GMT\r\n", 3,
                   days + day % 7 * 3, (unsigned)date, 3, months + calendar * 3,
                   (unsigned)year, (unsigned)(second / 3600),
                   (unsigned)(second / 60 % 60), (unsigned)(second % 60));
}

/* A client that waits for 100 (RFC 9110, 10.1.1) is told to go on before it is told that
 * all is well; other answers make it keep its body, so nothing can follow on the
 * connection. */
static void settle_continue(tenon_http_connection *s, u16 status) {
    enum { REDIRECTS = 300 };
    tni_http_conn *c = s->conn;
    if (c->must_continue && status < REDIRECTS) {
        tni_http1_put_status(&c->out, 100);
        tni_http1_put_end(&c->out);
    } else if (c->must_continue) {
        s->is_last = true;
    }
    c->must_continue = false;
}

static void put_connection(tenon_http_connection *s) {
    tni_buf *out = &s->conn->out;
    if (s->is_last || s->is_finishing || s->conn->reading == TNI_HTTP_READ_FAILED) {
        s->is_last = true;
        tni_http1_put_field(out, TNI_STR("connection"), TNI_STR("close"));
    } else if (s->conn->head.minor == 0) {
        tni_http1_put_field(out, TNI_STR("connection"), TNI_STR("keep-alive"));
    }
}

static void begin_sending(tenon_http_connection *s) {
    s->stage = STAGE_SENDING;
    s->deadline_ns = after(s, s->config.send_timeout_ns);
}

static void answer_bytes(tenon_http_connection *s, u16 status, const char *content_type,
                         const void *body, size_t len) {
    tni_http_conn *c = s->conn;
    if (s->is_answered || c->phase != TNI_HTTP_OPEN) {
        return;
    }
    s->is_answered = true;
    s->log.status = status;
    settle_continue(s, status);
    tni_http1_put_status(&c->out, status);
    put_date(&c->out, c->platform);
    tni_http1_put_field(&c->out, TNI_STR("content-type"), tni_str_of(content_type));
    tni_buf_format(&c->out, "content-length: %zu\r\n", len);
    put_connection(s);
    tni_http1_put_end(&c->out);
    if (!c->to_head) {
        tni_buf_str(&c->out, (tni_str){body, len});
        c->sent = len;
    }
    c->is_sent = true;
    tni_http_pump(c);
}

static void answer_error(tenon_http_connection *s, u16 status, const char *text) {
    char line[128];
    const size_t len = tni_format(line, sizeof line, "%s\n", text);
    answer_bytes(s, status, "text/plain; charset=utf-8", line, len);
}

/* RFC 9110, 15.2: clients of HTTP/1.0 know none, and must not be sent any. */
static bool inform(tenon_http_connection *s, u16 status, const tni_http_fields *fields) {
    tni_http_conn *c = s->conn;
    if (s->is_answered || c->phase != TNI_HTTP_OPEN || c->head.minor == 0) {
        return true; /* nobody is there to be told */
    }
    if (tni_http_unsent(c) > INFORM_BYTES) {
        return false;
    }
    c->must_continue = c->must_continue && status != 100;
    tni_http1_put_status(&c->out, status);
    tni_http_put_fields(&c->out, fields, false);
    tni_http1_put_end(&c->out);
    tni_http_pump(c);
    return true;
}

static void answer(tenon_http_connection *s, const tni_http_outgoing *o) {
    tni_http_conn *c = s->conn;
    bool has_length;
    u64 length = 0;
    bool has_none = c->to_head || o->status == 204 || o->status == 304;
    if (s->is_answered || c->phase != TNI_HTTP_OPEN) {
        return;
    }
    if (!tni_http_length_of(o->fields, &has_length, &length) ||
        (has_length && length > 0 && o->body == NULL && !has_none)) {
        answer_error(s, 500, "the component's Content-Length is wrong");
        return;
    }
    tni_http1_framing framing = has_none || o->body == NULL ? TNI_HTTP1_EMPTY
                                : has_length                ? TNI_HTTP1_LENGTH
                                : c->head.minor > 0         ? TNI_HTTP1_CHUNKED
                                                            : TNI_HTTP1_UNTIL_CLOSE;
    s->is_last = s->is_last || framing == TNI_HTTP1_UNTIL_CLOSE;
    s->is_answered = true;
    s->log.status = o->status;
    settle_continue(s, o->status);
    tni_http1_put_status(&c->out, o->status);
    tni_http_put_fields(&c->out, o->fields, o->status != 204);
    if (tni_http_fields_find(o->fields, TNI_STR("date")) == NULL) {
        put_date(&c->out, c->platform);
    }
    if (framing == TNI_HTTP1_CHUNKED) {
        tni_http1_put_field(&c->out, TNI_STR("transfer-encoding"), TNI_STR("chunked"));
    } else if (o->body == NULL && !has_length && !has_none) {
        tni_http1_put_field(&c->out, TNI_STR("content-length"), TNI_STR("0"));
    }
    put_connection(s);
    tni_http1_put_end(&c->out);
    /* The head goes out with the first of the body, or when the component waits. */
    if (o->body != NULL) {
        tni_http_sending_attach(o->body, c, framing, has_none);
    } else {
        c->is_sent = true;
        tni_http_pump(c);
    }
}

void tenon_http_connection_refuse(tenon_http_connection *s, uint16_t status) {
    s->is_last = true;
    answer_error(s, status, tni_http1_reason(status));
    begin_sending(s);
}

void tenon_http_connection_answer(tenon_http_connection *s, uint16_t status,
                                  const char *content_type, const void *body,
                                  size_t len) {
    if (s->stage == STAGE_REQUEST) {
        tni_http_begin_body(s->conn); /* which nobody reads */
        answer_bytes(s, status, content_type, body, len);
        begin_sending(s);
        s->unsent = tni_http_unsent(s->conn);
    }
}

void tenon_http_connection_request(const tenon_http_connection *s, const char **method,
                                   const char **target) {
    *method = s->log.method;
    *target = s->log.target;
}

void tenon_http_connection_finish(tenon_http_connection *s) {
    s->is_finishing = true;
}

/* -- calling a component -- */

/* handle: func(request: own<incoming-request>, response-out: own<response-outparam>) */
static const tenon_type own_0 = {.kind = TENON_TYPE_OWN, .resource = 0};
static const tenon_type own_1 = {.kind = TENON_TYPE_OWN, .resource = 1};
static const tenon_field handle_params[] = {{NULL, &own_0}, {NULL, &own_1}};
static const tenon_func_type handle_type = {.params = handle_params, .param_count = 2};

tenon_status tenon_http_connection_handle(tenon_http_connection *s, tenon_wasi *wasi,
                                          tenon_instance *instance, tenon_func **func,
                                          uint32_t args[2], tenon_error *error) {
    tenon_error local;
    tenon_error *e = error != NULL ? error : &local;
    if (s->stage != STAGE_REQUEST) {
        return tni_fail(e, TNI_ERR_USAGE, TENON_NO_OFFSET, "no request is there");
    }
    TNI_TRY(tenon_instance_typed_func(instance, "wasi:http/incoming-handler@0.2.0",
                                      "handle", &handle_type, func, e));
    tni_http_incoming *in = tni_http_incoming_new(&wasi->heap, s->conn);
    tni_http_outparam *p = TNI_NEW(&wasi->heap, tni_http_outparam);
    tenon_status status = in == NULL || p == NULL ? tni_no_memory(e) : TENON_OK;
    if (status == TENON_OK) {
        *p = (tni_http_outparam){wasi, s, answer, answer_error, inform};
        status = tenon_func_resource_new(*func, 0, in, &args[0], e);
    }
    if (status != TENON_OK) {
        tni_http_incoming_delete(in);
        TNI_FREE(&wasi->heap, p);
        return status;
    }
    status = tenon_func_resource_new(*func, 1, p, &args[1], e);
    if (status != TENON_OK) { /* the request goes with the store */
        TNI_FREE(&wasi->heap, p);
        return status;
    }
    tni_http_begin_body(s->conn);
    tni_http_conn_attach(s->conn, wasi);
    s->stage = STAGE_HANDLING;
    return TENON_OK;
}

/* Instead of the answer that did not come: what was wrong with the request's body, which
 * the component may have broken off for, or that there is none. */
static void answer_nothing(tenon_http_connection *s) {
    const tni_http_conn *c = s->conn;
    enum { TOO_LARGE = 413 };
    if (c->reading == TNI_HTTP_READ_FAILED && c->received > c->received_limit) {
        answer_error(s, TOO_LARGE, tni_http1_reason(TOO_LARGE));
    } else if (c->reading == TNI_HTTP_READ_FAILED && c->outcome > TNI_HTTP1_MORE) {
        answer_error(s, tni_http1_answer(c->outcome), tni_http1_text(c->outcome));
    } else {
        answer_error(s, 500, "the component gave no response");
    }
}

void tenon_http_connection_end(tenon_http_connection *s) {
    tni_http_conn *c = s->conn;
    tni_http_conn_attach(c, NULL);
    if (s->stage == STAGE_REQUEST || s->stage == STAGE_HANDLING) {
        if (!s->is_answered) {
            s->is_last = s->is_last || s->stage == STAGE_REQUEST;
            answer_nothing(s);
        }
        begin_sending(s);
        s->unsent = tni_http_unsent(c);
    }
}

/* -- going on -- */

static void end_exchange(tenon_http_connection *s, bool is_broken) {
    end_log(s, is_broken);
    s->stage = STAGE_OVER;
}

static void begin_request(tenon_http_connection *s) {
    tni_http_conn *c = s->conn;
    begin_log(s, &c->head);
    s->is_last = !c->head.keep_alive;
    s->is_answered = false;
    c->to_head = tni_str_eq(c->head.method, TNI_STR("HEAD"));
    s->stage = STAGE_REQUEST;
    if (c->head.framing == TNI_HTTP1_LENGTH && c->head.length > c->received_limit) {
        tenon_http_connection_refuse(s, 413);
    }
}

/* A head that is none: answered, then closed. */
static void refuse_head(tenon_http_connection *s) {
    tni_http_conn *c = s->conn;
    if (c->phase != TNI_HTTP_OPEN || c->outcome == TNI_HTTP1_MORE) {
        s->stage = STAGE_OVER; /* the client has gone */
        return;
    }
    begin_log(s, NULL);
    s->is_answered = false;
    s->is_last = true;
    c->to_head = false;
    c->head.minor = 1;
    answer_error(s, tni_http1_answer(c->outcome), tni_http1_text(c->outcome));
    begin_sending(s);
}

static void step_head(tenon_http_connection *s) {
    tni_http_conn *c = s->conn;
    if (tni_http_read_on(c)) {
        if (c->reading == TNI_HTTP_HAS_HEAD) {
            begin_request(s);
        } else {
            refuse_head(s);
        }
    } else if (s->is_finishing && c->in_start == c->in_end) {
        s->stage = STAGE_OVER; /* nothing of a request has come */
    } else if (tni_http_now(c) >= s->deadline_ns) {
        if (c->in_end > c->in_start) { /* a part of a request */
            begin_log(s, NULL);
            s->is_answered = false;
            tenon_http_connection_refuse(s, 408);
        } else {
            s->stage = STAGE_OVER;
        }
    }
}

static void linger(tenon_http_connection *s) {
    tni_http_conn *c = s->conn;
    tni_http_link_end_tls(&c->link);
    c->platform->net->shutdown(c->platform->user, c->link.socket, TENON_WAIT_WRITE);
    s->stage = STAGE_LINGER;
    s->deadline_ns = after(s, LINGER_NS);
}

/* The rest of a request that nobody has read. True: there is no more of it. */
static bool discard(tenon_http_connection *s) {
    tni_http_conn *c = s->conn;
    if (c->reading < TNI_HTTP_READ_BODY ||
        (c->body.framing == TNI_HTTP1_LENGTH && c->body.left > DISCARD_BYTES)) {
        return false;
    }
    u64 most = c->received + DISCARD_BYTES;
    c->piece_len = 0;
    while (c->reading != TNI_HTTP_READ_FAILED && c->received < most) {
        if (c->reading == TNI_HTTP_READ_ALL) {
            return true;
        }
        if (!tni_http_read_on(c)) {
            return false;
        }
        c->piece_len = 0;
    }
    return false;
}

static void step_sending(tenon_http_connection *s) {
    tni_http_conn *c = s->conn;
    tni_http_pump(c);
    if (c->phase != TNI_HTTP_OPEN || !c->is_sent) {
        end_exchange(s, true);
        return;
    }
    if (tni_http_unsent(c) > 0) {
        if (tni_http_unsent(c) != s->unsent) {
            s->unsent = tni_http_unsent(c);
            s->deadline_ns = after(s, s->config.send_timeout_ns);
        } else if (tni_http_now(c) >= s->deadline_ns) {
            end_exchange(s, true);
        }
        return;
    }
    end_log(s, false);
    if (s->is_last || s->is_finishing || !discard(s)) {
        linger(s);
        return;
    }
    tni_http_next(c);
    s->stage = STAGE_HEAD;
    s->deadline_ns = after(s, s->config.idle_timeout_ns);
}

static void step_linger(tenon_http_connection *s) {
    tni_http_conn *c = s->conn;
    for (;;) {
        u8 dropped[4096];
        size_t n = 0;
        tenon_os_error r = c->platform->net->receive(c->platform->user, c->link.socket,
                                                     dropped, sizeof dropped, &n);
        if (tni_http_now(c) >= s->deadline_ns ||
            (r != TENON_OS_WOULD_BLOCK && (r != TENON_OS_OK || n == 0))) {
            s->stage = STAGE_OVER;
            return;
        }
        if (r == TENON_OS_WOULD_BLOCK) {
            return;
        }
    }
}

tenon_http_state tenon_http_connection_step(tenon_http_connection *s, tenon_wait *item,
                                            uint64_t *deadline_ns) {
    stage before;
    *item = (tenon_wait){0, 0, false};
    do {
        before = s->stage;
        switch (s->stage) {
        case STAGE_HEAD: step_head(s); break;
        case STAGE_SENDING: step_sending(s); break;
        case STAGE_LINGER: step_linger(s); break;
        case STAGE_HANDLING: tni_http_pump(s->conn); break;
        case STAGE_REQUEST:
        case STAGE_OVER: break;
        }
        /* What has ended is told before the next begins. */
    } while (s->stage != before && !s->has_log);
    if (s->has_log && s->stage == STAGE_HEAD) {
        *deadline_ns = 0; /* step again at once: a request may be there already */
    }
    if (s->stage == STAGE_OVER) {
        return TENON_HTTP_OVER;
    }
    if (s->stage == STAGE_REQUEST) {
        return TENON_HTTP_REQUEST;
    }
    if (s->stage != STAGE_HANDLING || tni_http_unsent(s->conn) > 0) {
        tni_http_wants(s->conn, s->stage != STAGE_SENDING && s->stage != STAGE_HANDLING,
                       item, deadline_ns);
    }
    if (s->stage != STAGE_HANDLING && s->deadline_ns < *deadline_ns) {
        *deadline_ns = s->deadline_ns;
    }
    return TENON_HTTP_WAITING;
}
