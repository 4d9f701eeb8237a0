/* preview1_sock.c: WASI preview 1: sockets. None can be made: there are those that the
 * configuration gave, which listen, those that come of accepting, and standard streams
 * may be some. */
#include "wasi/preview1.h"

enum { RECV_PEEK = 1, RECV_WAITALL = 2, RECV_FLAGS = 3, SHUTDOWN_FLAGS = 3 };

bool tni_p1_is_socket_stream(const tenon_wasi *w, const tni_stream *s) {
    tenon_file_stat st;
    return s->kind == TNI_STREAM_OS &&
           w->os->stat(w->platform->user, s->os_file, &st) == TENON_OS_OK &&
           st.type == TENON_FILE_SOCKET;
}

/* A socket of ours, or a standard stream that is one. */
static p1_errno find_socket(const p1_call *c, u64 fd, p1_descriptor **out) {
    p1_descriptor *d = tni_p1_get(c->table, fd);
    *out = d;
    if (d == NULL) {
        return P1_BADF;
    }
    if (tni_p1_is_socket(d)) {
        return P1_SUCCESS;
    }
    return d->kind == P1_STANDARD && tni_p1_is_socket_stream(c->wasi, d->stream)
               ? P1_SUCCESS
               : P1_NOTSOCK;
}

/* -- listening -- */

#define ANY_RIGHTS                                                                       \
    (P1_RIGHT(FD_READ) | P1_RIGHT(POLL_FD_READWRITE) | P1_RIGHT(FD_FDSTAT_SET_FLAGS) |   \
     P1_RIGHT(FD_FILESTAT_GET))
#define CONNECTION_RIGHTS (ANY_RIGHTS | P1_RIGHT(FD_WRITE) | P1_RIGHT(SOCK_SHUTDOWN))

static tenon_os_error open_listener(const tenon_wasi *w, const tenon_address *a,
                                    tenon_file *out) {
    enum { BACKLOG = 128 };
    const tenon_net *net = w->net;
    void *user = w->platform->user;
    if (net == NULL) {
        return TENON_OS_UNSUPPORTED;
    }
    tenon_os_error r = net->open(user, (tenon_ip)a->family, TENON_SOCKET_TCP, out);
    if (r != TENON_OS_OK) {
        return r;
    }
    r = net->bind(user, *out, a);
    r = r == TENON_OS_OK ? net->listen(user, *out, BACKLOG) : r;
    if (r != TENON_OS_OK) {
        net->close(user, *out);
    }
    return r;
}

tenon_status tni_p1_listen(p1_table *t, tenon_error *e) {
    const tenon_wasi *w = t->wasi;
    for (size_t i = 0; i < w->network.listener_count; i++) {
        p1_descriptor d = {.kind = P1_LISTENER,
                           .base = ANY_RIGHTS | P1_RIGHT(SOCK_ACCEPT),
                           .inheriting = CONNECTION_RIGHTS};
        const tenon_address *a = &w->network.listeners[i];
        u32 fd;
        tenon_os_error r = open_listener(w, a, &d.socket);
        if (r != TENON_OS_OK) {
            return tni_fail(e, TNI_ERR_IO, TENON_NO_OFFSET,
                            "listening socket %u, at port %u: %s", (unsigned)i,
                            (unsigned)a->port, tni_wasi_error_text(r));
        }
        if (tni_p1_add(t, &d, &fd) != P1_SUCCESS) {
            w->net->close(w->platform->user, d.socket);
            return tni_no_memory(e);
        }
    }
    return TENON_OK;
}

/* A standard stream, which may block, is waited for before it is asked; false: there is
 * nobody, or the call ends. */
static bool is_ready(p1_call *c, const p1_descriptor *d) {
    const bool waits = (d->flags & P1_FD_NONBLOCK) == 0;
    tenon_wait item = {tni_p1_waited(d), TENON_WAIT_READ, false};
    return tni_p1_wait(c, &item, 1, waits ? TENON_NO_DEADLINE : 0) && item.ready;
}

/* The next connection, which is waited for unless the listener does not block. */
static p1_errno accept_next(p1_call *c, const p1_descriptor *d, tenon_file *out) {
    const tenon_wasi *w = c->wasi;
    for (;;) {
        if (d->kind == P1_STANDARD && !is_ready(c, d)) {
            return P1_AGAIN;
        }
        tenon_os_error r = w->net->accept(w->platform->user, tni_p1_waited(d), out);
        if (r != TENON_OS_WOULD_BLOCK || (d->flags & P1_FD_NONBLOCK) != 0) {
            return tni_p1_outcome(r);
        }
        tenon_wait item = {tni_p1_waited(d), TENON_WAIT_READ, false};
        if (!tni_p1_wait(c, &item, 1, TENON_NO_DEADLINE)) {
            return P1_INTR; /* the call ends */
        }
    }
}

/* A socket with a peer listens to nobody. */
static p1_errno check_listener(const p1_call *c, const p1_descriptor *d) {
    const tenon_wasi *w = c->wasi;
    tenon_address ignored;
    if (d->kind != P1_STANDARD) {
        return d->kind == P1_LISTENER ? P1_SUCCESS : P1_INVAL;
    }
    if (w->net == NULL) {
        return P1_NOTSUP;
    }
    return w->net->remote_address(w->platform->user, tni_p1_waited(d), &ignored) ==
                   TENON_OS_NOT_CONNECTED
               ? P1_SUCCESS
               : P1_INVAL;
}

p1_errno tni_p1_sock_accept(p1_call *c, const u64 *args) {
    const u32 flags = tni_p1_u32(args[1]);
    p1_descriptor *d;
    u32 fd = 0;
    p1_errno r = find_socket(c, args[0], &d);
    if (r == P1_SUCCESS && (flags & ~(u32)P1_FD_NONBLOCK) != 0) {
        r = P1_INVAL;
    }
    r = r != P1_SUCCESS ? r : check_listener(c, d);
    r = r != P1_SUCCESS ? r : tni_p1_need(d, P1_RIGHT(SOCK_ACCEPT));
    if (r != P1_SUCCESS || tni_p1_at(c, args[2], 4, 4) == NULL) {
        return r;
    }
    const u64 rights = CONNECTION_RIGHTS & d->inheriting;
    p1_descriptor made = {
        .kind = P1_SOCKET, .flags = (u16)flags, .base = rights, .inheriting = rights};
    r = accept_next(c, d, &made.socket);
    if (r != P1_SUCCESS) {
        return r;
    }
    r = tni_p1_add(c->table, &made, &fd);
    if (r != P1_SUCCESS) {
        c->wasi->net->close(c->wasi->platform->user, made.socket);
        return r;
    }
    return tni_p1_give_u32(c, args[2], fd);
}

/* -- connections -- */

p1_errno tni_p1_sock_recv(p1_call *c, const u64 *args) {
    const u32 flags = tni_p1_u32(args[3]);
    p1_descriptor *d;
    u32 total = 0;
    p1_errno r = find_socket(c, args[0], &d);
    if (r == P1_SUCCESS) {
        r = d->kind == P1_LISTENER ? P1_NOTCONN
            : flags > RECV_FLAGS   ? P1_INVAL
                                   : tni_p1_need(d, P1_RIGHT(FD_READ));
    }
    if (r == P1_SUCCESS && (flags & RECV_PEEK) != 0) {
        r = tni_p1_peek(c, d, args[1], args[2], &total);
    } else if (r == P1_SUCCESS) {
        r = tni_p1_receive(c, d, args[1], args[2], (flags & RECV_WAITALL) != 0, &total);
    }
    u8 *out_flags = r != P1_SUCCESS ? NULL : tni_p1_at(c, args[5], 2, 2);
    if (out_flags != NULL) {
        tni_store_u16(out_flags, 0);
    }
    return r != P1_SUCCESS ? r : tni_p1_give_u32(c, args[4], total);
}

p1_errno tni_p1_sock_send(p1_call *c, const u64 *args) {
    p1_descriptor *d;
    u32 total = 0;
    p1_errno r = find_socket(c, args[0], &d);
    if (r == P1_SUCCESS) {
        r = d->kind == P1_LISTENER     ? P1_NOTCONN
            : tni_p1_u32(args[3]) != 0 ? P1_INVAL
                                       : tni_p1_need(d, P1_RIGHT(FD_WRITE));
    }
    if (r == P1_SUCCESS) {
        r = tni_p1_send(c, d, args[1], args[2], &total);
    }
    return r != P1_SUCCESS ? r : tni_p1_give_u32(c, args[4], total);
}

p1_errno tni_p1_sock_shutdown(p1_call *c, const u64 *args) {
    const tenon_wasi *w = c->wasi;
    const u32 how = tni_p1_u32(args[1]); /* rd: 1, wr: 2, as TENON_WAIT_READ and _WRITE */
    p1_descriptor *d;
    p1_errno r = find_socket(c, args[0], &d);
    if (r == P1_SUCCESS && (how == 0 || how > SHUTDOWN_FLAGS)) {
        r = P1_INVAL;
    }
    if (r == P1_SUCCESS && d->kind == P1_LISTENER) {
        r = P1_NOTCONN;
    }
    if (r == P1_SUCCESS) {
        r = w->net == NULL ? P1_NOTSUP : tni_p1_need(d, P1_RIGHT(SOCK_SHUTDOWN));
    }
    return r != P1_SUCCESS ? r
                           : tni_p1_outcome(w->net->shutdown(w->platform->user,
                                                             tni_p1_waited(d), how));
}
