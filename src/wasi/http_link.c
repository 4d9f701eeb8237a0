/* http_link.c: bytes to and from the other side of a connection, as they are or by the
 * embedder's TLS. */
#include "wasi/http.h"

void tni_http_link_init(tni_http_link *l, const tenon_platform *platform,
                        tenon_file socket) {
    *l = (tni_http_link){platform, socket, NULL, NULL, TENON_WAIT_READ, TENON_WAIT_WRITE};
}

/* Messages are sent in whole pieces already; what cannot be set only makes it slower. */
void tni_http_no_delay(const tni_http_link *l) {
    const tenon_net *net = l->platform->net;
    if (net->set_option != NULL) {
        (void)net->set_option(l->platform->user, l->socket, TENON_SOCKET_NO_DELAY, 1);
    }
}

/* An outcome of TLS as the system's; *wants is what to wait for. */
static tenon_os_error settle(const tni_http_link *l, tenon_tls_outcome r, u8 *wants,
                             tni_http_error *error) {
    *error = (tni_http_error){.code = TNI_HTTP(TLS_PROTOCOL_ERROR)};
    switch (r) {
    case TENON_TLS_OK:
    case TENON_TLS_END: return TENON_OS_OK;
    case TENON_TLS_WANTS_READ: *wants = TENON_WAIT_READ; return TENON_OS_WOULD_BLOCK;
    case TENON_TLS_WANTS_WRITE: *wants = TENON_WAIT_WRITE; return TENON_OS_WOULD_BLOCK;
    case TENON_TLS_BROKEN:
        error->code = TNI_HTTP(CONNECTION_TERMINATED);
        return TENON_OS_CONNECTION_RESET;
    case TENON_TLS_CERTIFICATE_ERROR:
        error->code = TNI_HTTP(TLS_CERTIFICATE_ERROR);
        break;
    case TENON_TLS_ALERT:
        error->code = TNI_HTTP(TLS_ALERT_RECEIVED);
        if (l->session != NULL && l->tls->alert != NULL) {
            error->alert = l->tls->alert(l->tls->user, l->session);
        }
        break;
    case TENON_TLS_NO_MEMORY:
        *error =
            (tni_http_error){.code = TNI_HTTP(INTERNAL_ERROR), .text = "out of memory"};
        break;
    case TENON_TLS_PROTOCOL_ERROR: break;
    }
    return TENON_OS_IO;
}

tenon_os_error tni_http_link_secure(tni_http_link *l, const tenon_tls *tls,
                                    const char *host, tni_http_error *error) {
    if (l->session == NULL) {
        l->tls = tls;
        tenon_tls_outcome begun = TENON_TLS_PROTOCOL_ERROR;
        if (host != NULL && tls->connect != NULL) {
            begun = tls->connect(tls->user, l->socket, host, &l->session);
        } else if (host == NULL && tls->accept != NULL) {
            begun = tls->accept(tls->user, l->socket, &l->session);
        }
        if (begun != TENON_TLS_OK) {
            l->session = NULL;
            tenon_os_error r = settle(l, begun, &l->to_receive, error);
            return r == TENON_OS_CONNECTION_RESET ? r : TENON_OS_IO;
        }
    }
    tenon_tls_outcome made = tls->handshake(tls->user, l->session);
    tenon_os_error r = settle(l, made, &l->to_receive, error);
    if (r == TENON_OS_OK) {
        l->to_receive = TENON_WAIT_READ;
        return made == TENON_TLS_OK ? r : TENON_OS_IO;
    }
    return r;
}

tenon_os_error tni_http_link_receive(tni_http_link *l, u8 *buf, size_t len, size_t *n,
                                     tni_http_error *error) {
    *n = 0;
    if (l->tls == NULL) {
        *error = (tni_http_error){.code = TNI_HTTP(CONNECTION_TERMINATED)};
        return l->platform->net->receive(l->platform->user, l->socket, buf, len, n);
    }
    tenon_tls_outcome r = l->tls->read(l->tls->user, l->session, buf, len, n);
    *n = r == TENON_TLS_OK ? *n : 0;
    return settle(l, r, &l->to_receive, error);
}

tenon_os_error tni_http_link_send(tni_http_link *l, const u8 *bytes, size_t len,
                                  size_t *n, tni_http_error *error) {
    *n = 0;
    if (l->tls == NULL) {
        *error = (tni_http_error){.code = TNI_HTTP(CONNECTION_TERMINATED)};
        return l->platform->net->send(l->platform->user, l->socket, bytes, len, n);
    }
    tenon_tls_outcome r = l->tls->write(l->tls->user, l->session, bytes, len, n);
    if (r == TENON_TLS_END) { /* nobody reads */
        *error = (tni_http_error){.code = TNI_HTTP(CONNECTION_TERMINATED)};
        return TENON_OS_PIPE;
    }
    *n = r == TENON_TLS_OK ? *n : 0;
    return settle(l, r, &l->to_send, error);
}

void tni_http_link_end_tls(tni_http_link *l) {
    if (l->session != NULL) {
        l->tls->close(l->tls->user, l->session);
        l->session = NULL;
    }
}

void tni_http_link_close(tni_http_link *l) {
    tni_http_link_end_tls(l);
    l->platform->net->close(l->platform->user, l->socket);
}
