/* toytls.h: something in the place of TLS, for tests of the hook: a handshake that waits
 * in both directions, frames of bytes that are flipped, an end of its own, alerts. It
 * hides nothing from anybody.
 *
 * Client: 'C' host '\n'; server: 'S', or 'A' and the number of an alert, or 'N': another
 * certificate; client: '!'. Then frames: a byte of length L and L flipped bytes; L 0 is
 * the end; L 255: the other side has to answer it with a byte 254 before it reads on. */
#ifndef TOYTLS_H
#define TOYTLS_H

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "tenon/platform.h"

enum { TOY_FRAME = 100, TOY_FLIP = 0x5a, TOY_END = 0, TOY_ACK = 254, TOY_ASK = 255 };

struct tenon_tls_session {
    int fd;
    bool is_server;
    char host[100];
    int stage; /* of the handshake */
    bool hesitates;
    unsigned char out[400];
    size_t out_start, out_end, of_data; /* bytes of data in the frame that is going out */
    unsigned char in[TOY_FRAME];
    size_t left; /* of the frame that is read */
    unsigned char alert_number;
    bool ended;
};

static int toy_sessions;                         /* open ones */
static unsigned char toy_answer;                 /* of the server: 0, an alert, or 'N' */
static unsigned toy_want_reads, toy_want_writes; /* how often they were returned */

static inline tenon_tls_outcome toy_want_read(void) {
    toy_want_reads++;
    return TENON_TLS_WANTS_READ;
}

static inline tenon_tls_outcome toy_want_write(void) {
    toy_want_writes++;
    return TENON_TLS_WANTS_WRITE;
}

static inline tenon_tls_outcome toy_open(int fd, bool is_server, const char *host,
                                         tenon_tls_session **out) {
    tenon_tls_session *s = calloc(1, sizeof *s);
    if (s == NULL || strlen(host) >= sizeof s->host) {
        free(s);
        return TENON_TLS_NO_MEMORY;
    }
    s->fd = fd;
    s->is_server = is_server;
    strcpy(s->host, host);
    __atomic_add_fetch(&toy_sessions, 1, __ATOMIC_RELAXED);
    *out = s;
    return TENON_TLS_OK;
}

static inline tenon_tls_outcome toy_connect(void *user, tenon_file socket,
                                            const char *host, tenon_tls_session **out) {
    (void)user;
    return toy_open((int)socket, false, host, out);
}

static inline tenon_tls_outcome toy_accept(void *user, tenon_file socket,
                                           tenon_tls_session **out) {
    (void)user;
    return toy_open((int)socket, true, "", out);
}

/* Sends what is in `out`. */
static inline tenon_tls_outcome toy_flush(tenon_tls_session *s) {
    while (s->out_start < s->out_end) {
        ssize_t n = send(s->fd, s->out + s->out_start, s->out_end - s->out_start,
                         MSG_NOSIGNAL | MSG_DONTWAIT);
        if (n < 0) {
            return errno == EAGAIN ? toy_want_write() : TENON_TLS_BROKEN;
        }
        s->out_start += (size_t)n;
    }
    s->out_start = s->out_end = 0;
    return TENON_TLS_OK;
}

static inline void toy_put(tenon_tls_session *s, const void *bytes, size_t len) {
    memcpy(s->out + s->out_end, bytes, len);
    s->out_end += len;
}

static inline tenon_tls_outcome toy_byte(tenon_tls_session *s, unsigned char *c) {
    ssize_t n = recv(s->fd, c, 1, MSG_DONTWAIT);
    if (n < 0) {
        return errno == EAGAIN ? toy_want_read() : TENON_TLS_BROKEN;
    }
    return n == 0 ? TENON_TLS_BROKEN : TENON_TLS_OK;
}

static inline tenon_tls_outcome toy_serve_handshake(tenon_tls_session *s) {
    unsigned char c;
    tenon_tls_outcome r = toy_flush(s);
    while (r == TENON_TLS_OK && s->stage < 3) {
        r = toy_byte(s, &c);
        if (r != TENON_TLS_OK) {
            return r;
        }
        if (s->stage == 0) {
            s->stage = c == 'C' ? 1 : 9;
        } else if (s->stage == 1 && c == '\n') {
            const unsigned char answer[2] = {toy_answer == 0     ? 'S'
                                             : toy_answer == 'N' ? 'N'
                                                                 : 'A',
                                             toy_answer};
            s->stage = 2;
            toy_put(s, answer, answer[0] == 'A' ? 2 : 1);
            r = toy_flush(s);
        } else if (s->stage == 2) {
            s->stage = c == '!' ? 3 : 9;
        } else if (s->stage == 1) {
            size_t n = strlen(s->host);
            s->host[n < sizeof s->host - 1 ? n : 0] = (char)c;
        }
    }
    return s->stage == 9 ? TENON_TLS_PROTOCOL_ERROR : r;
}

static inline tenon_tls_outcome toy_handshake(void *user, tenon_tls_session *s) {
    unsigned char c;
    (void)user;
    if (s->is_server) {
        return toy_serve_handshake(s);
    }
    if (s->stage == 0) {
        s->stage = 1;
        toy_put(s, "C", 1);
        toy_put(s, s->host, strlen(s->host));
        toy_put(s, "\n", 1);
        return toy_want_write(); /* although it may go out at once */
    }
    tenon_tls_outcome r = toy_flush(s);
    if (r != TENON_TLS_OK || s->stage == 3) {
        return r;
    }
    r = toy_byte(s, &c);
    if (r != TENON_TLS_OK) {
        return r;
    }
    if (s->stage == 2) {
        s->alert_number = c;
        return TENON_TLS_ALERT;
    }
    if (c == 'A') {
        s->stage = 2;
        return toy_handshake(user, s);
    }
    if (c != 'S') {
        return c == 'N' ? TENON_TLS_CERTIFICATE_ERROR : TENON_TLS_PROTOCOL_ERROR;
    }
    s->stage = 3;
    toy_put(s, "!", 1);
    return toy_flush(s);
}

static inline tenon_tls_outcome toy_read(void *user, tenon_tls_session *s, void *buf,
                                         size_t len, size_t *n) {
    unsigned char length;
    (void)user;
    if (s->ended) {
        return TENON_TLS_END;
    }
    while (s->left == 0) {
        tenon_tls_outcome r = toy_flush(s); /* an answer comes before anything else */
        r = r == TENON_TLS_OK ? toy_byte(s, &length) : r;
        if (r != TENON_TLS_OK) {
            return r;
        }
        if (length == TOY_END) {
            s->ended = true;
            return TENON_TLS_END;
        }
        if (length == TOY_ASK) {
            toy_put(s, (unsigned char[]){TOY_ACK}, 1);
            return toy_want_write();
        }
        if (length > TOY_FRAME && length != TOY_ACK) {
            return TENON_TLS_PROTOCOL_ERROR;
        }
        s->left = length == TOY_ACK ? 0 : length;
    }
    ssize_t got = recv(s->fd, buf, s->left < len ? s->left : len, MSG_DONTWAIT);
    if (got <= 0) {
        return got < 0 && errno == EAGAIN ? toy_want_read() : TENON_TLS_BROKEN;
    }
    for (ssize_t i = 0; i < got; i++) {
        ((unsigned char *)buf)[i] ^= TOY_FLIP;
    }
    s->left -= (size_t)got;
    *n = (size_t)got;
    return TENON_TLS_OK;
}

static inline tenon_tls_outcome toy_write(void *user, tenon_tls_session *s,
                                          const void *buf, size_t len, size_t *n) {
    (void)user;
    if (s->of_data == 0) {
        s->of_data = len < TOY_FRAME ? len : TOY_FRAME;
        toy_put(s, (unsigned char[]){(unsigned char)s->of_data}, 1);
        for (size_t i = 0; i < s->of_data; i++) {
            unsigned char c = ((const unsigned char *)buf)[i] ^ TOY_FLIP;
            toy_put(s, &c, 1);
        }
    }
    tenon_tls_outcome r = toy_flush(s);
    if (r == TENON_TLS_OK) {
        *n = s->of_data;
        s->of_data = 0;
    }
    return r;
}

static inline uint8_t toy_alert(void *user, tenon_tls_session *s) {
    (void)user;
    return s->alert_number;
}

static inline void toy_close(void *user, tenon_tls_session *s) {
    (void)user;
    if (s->out_end == 0 && s->stage == 3) {
        toy_put(s, (unsigned char[]){TOY_END}, 1);
        (void)toy_flush(s);
    }
    __atomic_sub_fetch(&toy_sessions, 1, __ATOMIC_RELAXED);
    free(s);
}

static const tenon_tls toy_tls = {
    sizeof(tenon_tls), NULL,      toy_connect, toy_accept, toy_handshake,
    toy_read,          toy_write, toy_alert,   toy_close,
};

#endif
