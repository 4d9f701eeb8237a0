/* sockets.c: wasi:sockets: network, instance-network, tcp-create-socket,
 * udp-create-socket, and what TCP and UDP have in common. */
#include "wasi/sockets.h"

#include "wasi/gen/wasi_sockets_instance_network.h"
#include "wasi/gen/wasi_sockets_tcp_create_socket.h"
#include "wasi/gen/wasi_sockets_udp_create_socket.h"

/* -- codes -- */

/* What is not here is 0, unknown. */
static const tni_net_code codes[] = {
    [TENON_OS_OK] = TNI_NET_OK,
    [TENON_OS_ACCESS] = TNI_NET(ACCESS_DENIED),
    [TENON_OS_NOT_PERMITTED] = TNI_NET(ACCESS_DENIED),
    [TENON_OS_WOULD_BLOCK] = TNI_NET(WOULD_BLOCK),
    [TENON_OS_ALREADY] = TNI_NET(CONCURRENCY_CONFLICT),
    [TENON_OS_INVALID] = TNI_NET(INVALID_ARGUMENT),
    [TENON_OS_MESSAGE_SIZE] = TNI_NET(DATAGRAM_TOO_LARGE),
    [TENON_OS_INSUFFICIENT_MEMORY] = TNI_NET(OUT_OF_MEMORY),
    [TENON_OS_UNSUPPORTED] = TNI_NET(NOT_SUPPORTED),
    [TENON_OS_NO_DEVICE] = TNI_NET(ADDRESS_NOT_BINDABLE), /* a scope that is none */
    [TENON_OS_NO_SUCH_DEVICE] = TNI_NET(ADDRESS_NOT_BINDABLE),
    [TENON_OS_TIMED_OUT] = TNI_NET(TIMEOUT),
    [TENON_OS_TOO_MANY_FILES] = TNI_NET(NEW_SOCKET_LIMIT),
    [TENON_OS_ADDRESS_IN_USE] = TNI_NET(ADDRESS_IN_USE),
    [TENON_OS_ADDRESS_NOT_AVAILABLE] = TNI_NET(ADDRESS_NOT_BINDABLE),
    [TENON_OS_UNREACHABLE] = TNI_NET(REMOTE_UNREACHABLE),
    [TENON_OS_CONNECTION_REFUSED] = TNI_NET(CONNECTION_REFUSED),
    [TENON_OS_CONNECTION_RESET] = TNI_NET(CONNECTION_RESET),
    [TENON_OS_CONNECTION_ABORTED] = TNI_NET(CONNECTION_ABORTED),
    [TENON_OS_PIPE] = TNI_NET(CONNECTION_ABORTED),
    [TENON_OS_NOT_CONNECTED] = TNI_NET(INVALID_STATE),
    [TENON_OS_NAME_UNKNOWN] = TNI_NET(NAME_UNRESOLVABLE),
    [TENON_OS_RESOLVER_BUSY] = TNI_NET(TEMPORARY_RESOLVER_FAILURE),
    [TENON_OS_RESOLVER_FAILED] = TNI_NET(PERMANENT_RESOLVER_FAILURE),
};

tni_net_code tni_net_code_of(tenon_os_error r) {
    return (size_t)r < TNI_COUNT_OF(codes) ? codes[r] : TNI_NET(UNKNOWN);
}

bool tni_net_ok(tni_net_code code, bool *is_err, tni_net_code *err) {
    *is_err = code != TNI_NET_OK;
    if (*is_err) {
        *err = code;
    }
    return !*is_err;
}

/* -- network: a resource without methods; the context stands for it -- */

void wasi_sockets_network_network_destructor(void *user, void *rep) {
    (void)user;
    (void)rep;
}

tenon_status wasi_sockets_instance_network_instance_network(
    tenon_call *call, void *user, wasi_sockets_instance_network_own_network_t *result) {
    return tenon_resource_new(call, WASI_SOCKETS_INSTANCE_NETWORK_RESOURCE_NETWORK, user,
                              &result->handle);
}

tenon_status wasi_sockets_network_network_error_code(
    tenon_call *call, void *user, wasi_sockets_network_borrow_error_t err_,
    wasi_sockets_network_option_error_code_t *result) {
    const tni_wasi_error *error = tenon_resource_rep(call, err_.handle);
    (void)user;
    result->is_some = error->of_socket;
    result->val = tni_net_code_of(error->code);
    return TENON_OK;
}

/* -- sockets -- */

tni_socket *tni_socket_new(tenon_wasi *w, tenon_file file, tenon_ip family) {
    enum { DEFAULT_BACKLOG = 128 };
    tni_socket *s = TNI_NEW(&w->heap, tni_socket);
    if (s == NULL) {
        w->net->close(w->platform->user, file);
        return NULL;
    }
    s->wasi = w;
    s->references = 1;
    s->file = file;
    s->family = family;
    s->backlog = DEFAULT_BACKLOG;
    return s;
}

void tni_socket_keep(tni_socket *s) {
    s->references++;
}

void tni_socket_release(tni_socket *s) {
    if (--s->references == 0) {
        tenon_wasi *w = s->wasi;
        w->net->close(w->platform->user, s->file);
        TNI_FREE(&w->heap, s);
    }
}

void tni_socket_source_keep(void *socket) {
    tni_socket_keep(socket);
}

void tni_socket_source_release(void *socket) {
    tni_socket_release(socket);
}

void tni_socket_forget(tni_socket *s, const tni_stream *stream) {
    s->input = s->input == stream ? NULL : s->input;
    s->output = s->output == stream ? NULL : s->output;
    tni_socket_release(s);
}

void tni_socket_sent(tni_socket *s) {
    if (s->shuts_down) {
        s->shuts_down = false;
        s->wasi->net->shutdown(s->wasi->platform->user, s->file, TENON_WAIT_WRITE);
    }
}

tenon_status tni_socket_create(tenon_wasi *w, tenon_call *call, tenon_ip family,
                               tenon_socket_type type, u32 resource, bool *is_err,
                               tni_net_code *err, u32 *handle) {
    bool allowed = type == TENON_SOCKET_TCP ? w->network.allow_tcp : w->network.allow_udp;
    tni_net_code code = TNI_NET(ACCESS_DENIED);
    tenon_file file = 0;
    if (allowed && w->net == NULL) {
        code = TNI_NET(NOT_SUPPORTED);
    } else if (allowed) {
        code = tni_net_code_of(w->net->open(w->platform->user, family, type, &file));
    }
    if (!tni_net_ok(code, is_err, err)) {
        return TENON_OK;
    }
    tni_socket *s = tni_socket_new(w, file, family);
    if (s == NULL) {
        return tenon_call_no_memory(call);
    }
    tenon_status status = tenon_resource_new(call, resource, s, handle);
    if (status != TENON_OK) {
        tni_socket_release(s);
    }
    return status;
}

tenon_status wasi_sockets_tcp_create_socket_create_tcp_socket(
    tenon_call *call, void *user,
    wasi_sockets_tcp_create_socket_ip_address_family_t address_family,
    wasi_sockets_tcp_create_socket_result_own_tcp_socket_error_code_t *result) {
    return tni_socket_create(user, call, (tenon_ip)address_family, TENON_SOCKET_TCP,
                             WASI_SOCKETS_TCP_CREATE_SOCKET_RESOURCE_TCP_SOCKET,
                             &result->is_err, &result->val.err, &result->val.ok.handle);
}

tenon_status wasi_sockets_udp_create_socket_create_udp_socket(
    tenon_call *call, void *user,
    wasi_sockets_udp_create_socket_ip_address_family_t address_family,
    wasi_sockets_udp_create_socket_result_own_udp_socket_error_code_t *result) {
    return tni_socket_create(user, call, (tenon_ip)address_family, TENON_SOCKET_UDP,
                             WASI_SOCKETS_UDP_CREATE_SOCKET_RESOURCE_UDP_SOCKET,
                             &result->is_err, &result->val.err, &result->val.ok.handle);
}

tni_net_code tni_socket_bind(tni_socket *s, const tenon_address *address) {
    const tenon_wasi *w = s->wasi;
    if (address->family != s->family || tni_address_is_mapped(address)) {
        return TNI_NET(INVALID_ARGUMENT);
    }
    bool granted = tni_network_allows(w, address);
    if (!granted) {
        /* Any address and any port: what reaching a peer from a bound socket takes. */
        if (address->port != 0 || !tni_address_is_any(address) ||
            !tni_network_has_rule(w, s->family)) {
            return TNI_NET(ACCESS_DENIED);
        }
    }
    tenon_os_error r = w->net->bind(w->platform->user, s->file, address);
    if (r == TENON_OS_OK) {
        s->only_granted_peers = !granted;
    }
    return tni_net_code_of(r);
}

tni_net_code tni_socket_get(const tni_socket *s, tenon_socket_option which, u64 *out) {
    if (s->state == TNI_SOCKET_CLOSED) {
        return TNI_NET(INVALID_STATE);
    }
    const tenon_wasi *w = s->wasi;
    return tni_net_code_of(w->net->get_option(w->platform->user, s->file, which, out));
}

tni_net_code tni_socket_set(const tni_socket *s, tenon_socket_option which, u64 value) {
    if (value == 0 && which != TENON_SOCKET_KEEP_ALIVE) {
        return TNI_NET(INVALID_ARGUMENT);
    }
    if (s->state == TNI_SOCKET_CLOSED) {
        return TNI_NET(INVALID_STATE);
    }
    const tenon_wasi *w = s->wasi;
    return tni_net_code_of(w->net->set_option(w->platform->user, s->file, which, value));
}

tni_net_code tni_socket_address(const tni_socket *s, tni_address_of hook,
                                wasi_sockets_network_ip_socket_address_t *out) {
    tenon_address a;
    tenon_os_error r = hook(s->wasi->platform->user, s->file, &a);
    if (r == TENON_OS_OK) {
        tni_address_put(&a, out);
    }
    return tni_net_code_of(r);
}
