/* rawserver.h: a small HTTP server for tests of the client, in threads of its own over
 * the system's sockets, which does what paths ask for: also what servers should not do.
 */
#ifndef RAWSERVER_H
#define RAWSERVER_H

#include <arpa/inet.h>
#include <check.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <unistd.h>

#include "toytls.h"

enum { RAW_MAX = 64 /* connections at a time */, RAW_BYTES = 200000 };

typedef struct raw_peer {
    int fd, number; /* number 0: nobody */
    bool is_done;
    pthread_t thread;
    tenon_tls_session *session; /* or NULL */
    char *in;
    size_t n;
} raw_peer;

typedef struct raw_server {
    int listener;
    uint16_t port;
    bool is_secure;
    bool wants_answer; /* asks the client for a byte of its own now and then */
    int accepted;      /* connections */
    int requests;
    pthread_t thread;
    raw_peer peers[RAW_MAX];
} raw_server;

static raw_server raw;

static inline void raw_wait(int fd, short events) {
    struct pollfd p = {fd, events, 0};
    poll(&p, 1, -1);
}

static inline bool raw_settle(raw_peer *p, tenon_tls_outcome r) {
    if (r == TENON_TLS_WANTS_READ || r == TENON_TLS_WANTS_WRITE) {
        raw_wait(p->fd, r == TENON_TLS_WANTS_READ ? POLLIN : POLLOUT);
        return true;
    }
    return false;
}

static inline bool raw_put(raw_peer *p, const char *bytes, size_t len) {
    while (len > 0) {
        size_t n = 0;
        if (p->session == NULL) {
            ssize_t r = send(p->fd, bytes, len, MSG_NOSIGNAL);
            if (r <= 0) {
                return false;
            }
            n = (size_t)r;
        } else {
            tenon_tls_outcome r = toy_write(NULL, p->session, bytes, len, &n);
            if (r != TENON_TLS_OK && !raw_settle(p, r)) {
                return false;
            }
        }
        bytes += n;
        len -= n;
    }
    return true;
}

static inline bool raw_more(raw_peer *p) {
    for (;;) {
        size_t n = 0;
        if (p->session == NULL) {
            ssize_t r = recv(p->fd, p->in + p->n, RAW_BYTES - p->n - 1, 0);
            n = r > 0 ? (size_t)r : 0;
        } else {
            tenon_tls_outcome r =
                toy_read(NULL, p->session, p->in + p->n, RAW_BYTES - p->n - 1, &n);
            if (raw_settle(p, r)) {
                continue;
            }
        }
        p->n += n;
        p->in[p->n] = '\0';
        return n > 0;
    }
}

/* The length of the request at the start of `in`, all of it; 0: the client has gone. */
static inline size_t raw_request(raw_peer *p, size_t *head) {
    for (;;) {
        char *end = strstr(p->in, "\r\n\r\n");
        if (end != NULL) {
            size_t body = 0;
            *head = (size_t)(end - p->in) + 4;
            char *length = strstr(p->in, "content-length: ");
            char *chunked = strstr(p->in, "transfer-encoding: chunked");
            if (length != NULL && length < end) {
                body = strtoul(length + 16, NULL, 10);
            }
            if (chunked != NULL && chunked < end) {
                char *last = strstr(p->in + *head - 2, "\r\n0\r\n");
                last = last != NULL ? strstr(last + 3, "\r\n\r\n") : NULL;
                body = last == NULL ? RAW_BYTES : (size_t)(last - p->in) + 4 - *head;
            }
            if (p->n >= *head + body) {
                return *head + body;
            }
        }
        if (p->n == RAW_BYTES - 1 || !raw_more(p)) {
            return 0;
        }
    }
}

/* False: the connection is to be closed. */
static inline bool raw_answer(raw_peer *p, int request, size_t head, size_t len) {
    char body[100], out[400];
    char path[100] = "";
    sscanf(p->in, "%*s %99s", path);
    snprintf(body, sizeof body, "conn %d request %d", p->number, request);
#define IS(text) (strcmp(path, text) == 0)
    if (IS("/drop") || (IS("/drop-second") && request > 1)) {
        return false;
    }
    if (IS("/hang")) {
        raw_more(p);
        return false;
    }
    if (IS("/echo")) {
        snprintf(out, sizeof out, "HTTP/1.1 200 OK\r\nContent-Length: %zu\r\n\r\n",
                 len - head);
        return raw_put(p, out, strlen(out)) && raw_put(p, p->in + head, len - head);
    }
    if (IS("/chunked")) {
        snprintf(out, sizeof out,
                 "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
                 "%zx\r\n%s\r\n0\r\nX-Sum: 1\r\n\r\n",
                 strlen(body), body);
        return raw_put(p, out, strlen(out));
    }
    if (IS("/204")) {
        return raw_put(p, "HTTP/1.1 204 No Content\r\n\r\n", 27);
    }
    const char *version = IS("/1.0") || IS("/1.0-keep") ? "1.0" : "1.1";
    const char *fields = IS("/close")      ? "Connection: close\r\n"
                         : IS("/1.0-keep") ? "Connection: keep-alive\r\n"
                         : IS("/early")    ? "X: y\r\n"
                                           : "";
    char length[50] = "";
    if (!IS("/until")) {
        snprintf(length, sizeof length, "Content-Length: %zu\r\n",
                 strlen(body) + (IS("/short") ? 10 : 0));
    }
    bool to_head = strncmp(p->in, "HEAD ", 5) == 0;
    snprintf(out, sizeof out, "%sHTTP/%s 200 OK\r\n%s%s\r\n%s%s",
             IS("/early") ? "HTTP/1.1 103 Early Hints\r\n\r\n" : "", version, fields,
             length, to_head ? "" : body, IS("/extra") ? "HTTP/1.1 200 OK\r\n" : "");
    return raw_put(p, out, strlen(out)) && !IS("/until") && !IS("/close") &&
           !IS("/lie") && !IS("/short");
#undef IS
}

static inline void *raw_serve(void *arg) {
    raw_peer *p = arg;
    size_t len, head;
    bool goes_on = true;
    p->in = calloc(1, RAW_BYTES);
    if (raw.is_secure) {
        tenon_tls_outcome r = toy_accept(NULL, p->fd, &p->session);
        do {
            r = toy_handshake(NULL, p->session);
        } while (raw_settle(p, r));
        goes_on = r == TENON_TLS_OK;
    }
    for (int i = 1; goes_on && (len = raw_request(p, &head)) > 0; i++) {
        __atomic_add_fetch(&raw.requests, 1, __ATOMIC_RELAXED);
        if (p->session != NULL && raw.wants_answer) {
            toy_put(p->session, (unsigned char[]){TOY_ASK}, 1);
        }
        goes_on = raw_answer(p, i, head, len);
        memmove(p->in, p->in + len, p->n - len + 1);
        p->n -= len;
    }
    if (p->session != NULL) {
        toy_close(NULL, p->session);
    }
    free(p->in);
    shutdown(p->fd, SHUT_WR);
    char rest[1000]; /* so that what was sent is not lost to a reset */
    while (recv(p->fd, rest, sizeof rest, 0) > 0) {
    }
    __atomic_store_n(&p->is_done, true, __ATOMIC_RELEASE);
    return NULL;
}

static inline void raw_end(raw_peer *p) {
    pthread_join(p->thread, NULL);
    close(p->fd);
    p->number = 0;
}

static inline void *raw_listen(void *arg) {
    int one = 1, fd;
    (void)arg;
    while ((fd = accept(raw.listener, NULL, NULL)) >= 0) {
        raw_peer *p = raw.peers;
        for (; p->number != 0; p++) {
            if (__atomic_load_n(&p->is_done, __ATOMIC_ACQUIRE)) {
                raw_end(p);
                break;
            }
            ck_assert(p + 1 < raw.peers + RAW_MAX);
        }
        setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
        *p = (raw_peer){.fd = fd, .number = raw.accepted + 1};
        ck_assert_int_eq(pthread_create(&p->thread, NULL, raw_serve, p), 0);
        __atomic_add_fetch(&raw.accepted, 1, __ATOMIC_RELEASE);
    }
    return NULL;
}

static inline void raw_start(bool is_secure) {
    struct sockaddr_in a = {.sin_family = AF_INET, .sin_addr = {htonl(INADDR_LOOPBACK)}};
    socklen_t len = sizeof a;
    memset(&raw, 0, sizeof raw);
    raw.is_secure = is_secure;
    raw.listener = socket(AF_INET, SOCK_STREAM, 0);
    ck_assert_int_eq(bind(raw.listener, (struct sockaddr *)&a, sizeof a), 0);
    ck_assert_int_eq(listen(raw.listener, 100), 0);
    getsockname(raw.listener, (struct sockaddr *)&a, &len);
    raw.port = ntohs(a.sin_port);
    ck_assert_int_eq(pthread_create(&raw.thread, NULL, raw_listen, NULL), 0);
}

/* After the clients have gone. */
static inline void raw_stop(void) {
    shutdown(raw.listener, SHUT_RDWR);
    pthread_join(raw.thread, NULL);
    close(raw.listener);
    for (raw_peer *p = raw.peers; p < raw.peers + RAW_MAX; p++) {
        if (p->number != 0) {
            shutdown(p->fd, SHUT_RDWR);
            raw_end(p);
        }
    }
}

#endif
