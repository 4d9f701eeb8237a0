/* sockets_udp.c: wasi:sockets/udp: a UDP socket and its streams of datagrams. */
#include "wasi/gen/wasi_sockets_udp.h"
#include "wasi/sockets.h"

enum {
    MOST_DATAGRAMS = 32,    /* in one receive, and what check-send permits */
    DATAGRAM_BYTES = 65536, /* none is larger */
};

/* An incoming- or outgoing-datagram-stream: of use while it is of the socket's latest
 * generation. */
typedef struct datagram_stream {
    tni_socket *socket; /* kept */
    u32 references;
    u32 generation;
    u32 permit; /* of check-send */
    u8 event;   /* TENON_WAIT_READ or TENON_WAIT_WRITE */
} datagram_stream;

static tni_socket *socket_of(tenon_call *call,
                             wasi_sockets_udp_borrow_udp_socket_t self) {
    return tenon_resource_rep(call, self.handle);
}

static tenon_status give(tni_net_code code,
                         wasi_sockets_udp_result_void_error_code_t *result) {
    tni_net_ok(code, &result->is_err, &result->val.err);
    return TENON_OK;
}

void wasi_sockets_udp_udp_socket_destructor(void *user, void *rep) {
    (void)user;
    tni_socket_release(rep);
}

/* -- bind -- */

tenon_status wasi_sockets_udp_method_udp_socket_start_bind(
    tenon_call *call, void *user, wasi_sockets_udp_borrow_udp_socket_t self,
    wasi_sockets_udp_borrow_network_t network,
    const wasi_sockets_udp_ip_socket_address_t *local_address,
    wasi_sockets_udp_result_void_error_code_t *result) {
    tni_socket *s = socket_of(call, self);
    tenon_address a;
    (void)user;
    (void)network; /* there is one */
    if (s->state != TNI_SOCKET_UNBOUND) {
        return give(s->state == TNI_SOCKET_BIND_STARTED ? TNI_NET(CONCURRENCY_CONFLICT)
                                                        : TNI_NET(INVALID_STATE),
                    result);
    }
    tni_address_get(local_address, &a);
    tni_net_code code = tni_socket_bind(s, &a);
    if (code == TNI_NET_OK) {
        code = tni_net_code_of(
            tni_net_of(s)->local_address(tni_net_user(s), s->file, &s->bound));
    }
    if (code == TNI_NET_OK) {
        s->state = TNI_SOCKET_BIND_STARTED;
    }
    return give(code, result);
}

tenon_status wasi_sockets_udp_method_udp_socket_finish_bind(
    tenon_call *call, void *user, wasi_sockets_udp_borrow_udp_socket_t self,
    wasi_sockets_udp_result_void_error_code_t *result) {
    tni_socket *s = socket_of(call, self);
    (void)user;
    if (s->state != TNI_SOCKET_BIND_STARTED) {
        return give(TNI_NET(NOT_IN_PROGRESS), result);
    }
    s->state = TNI_SOCKET_BOUND;
    return give(TNI_NET_OK, result);
}

/* -- streams -- */

static void release_stream(void *object) {
    datagram_stream *d = object;
    if (--d->references == 0) {
        tenon_wasi *w = d->socket->wasi;
        tni_socket_release(d->socket);
        TNI_FREE(&w->heap, d);
    }
}

static void keep_stream(void *object) {
    ((datagram_stream *)object)->references++;
}

void wasi_sockets_udp_incoming_datagram_stream_destructor(void *user, void *rep) {
    (void)user;
    release_stream(rep);
}

void wasi_sockets_udp_outgoing_datagram_stream_destructor(void *user, void *rep) {
    (void)user;
    release_stream(rep);
}

static tenon_status make_stream(tenon_call *call, tni_socket *s, u8 event, u32 resource,
                                u32 *handle) {
    datagram_stream *d = TNI_NEW(&s->wasi->heap, datagram_stream);
    if (d == NULL) {
        return tenon_call_no_memory(call);
    }
    *d = (datagram_stream){s, 1, s->generation, 0, event};
    tni_socket_keep(s);
    tenon_status status = tenon_resource_new(call, resource, d, handle);
    if (status != TENON_OK) {
        release_stream(d);
    }
    return status;
}

/* From a peer to none. A system may take the port away on that occasion if it chose it;
 * then the socket asks for it again. */
static tenon_os_error leave_peer(tni_socket *s) {
    tenon_address now;
    if (!s->has_peer) {
        return TENON_OS_OK;
    }
    tenon_os_error r = tni_net_of(s)->connect(tni_net_user(s), s->file, NULL);
    if (r == TENON_OS_OK) {
        s->has_peer = false;
        r = tni_net_of(s)->local_address(tni_net_user(s), s->file, &now);
    }
    if (r == TENON_OS_OK && now.port != s->bound.port) {
        r = tni_net_of(s)->bind(tni_net_user(s), s->file, &s->bound);
    }
    return r;
}

/* Changes whom the socket has to do with; *peer or, for NULL, anybody. */
static tni_net_code set_peer(tni_socket *s, const tenon_address *peer) {
    if (s->state != TNI_SOCKET_BOUND) {
        return TNI_NET(INVALID_STATE);
    }
    if (peer != NULL) {
        tni_net_code code = tni_address_check_remote(s, peer);
        if (code != TNI_NET_OK) {
            return code;
        }
        if (!tni_network_allows(s->wasi, peer)) {
            return TNI_NET(ACCESS_DENIED);
        }
    }
    s->generation++;
    tenon_os_error r = leave_peer(s);
    if (r == TENON_OS_OK && peer != NULL) {
        r = tni_net_of(s)->connect(tni_net_user(s), s->file, peer);
        s->has_peer = r == TENON_OS_OK;
        s->peer = *peer;
    }
    return tni_net_code_of(r);
}

tenon_status wasi_sockets_udp_method_udp_socket_stream(
    tenon_call *call, void *user, wasi_sockets_udp_borrow_udp_socket_t self,
    const wasi_sockets_udp_option_ip_socket_address_t *remote_address,
    wasi_sockets_udp_result_tuple2_own_incoming_datagram_stream_own_outgoing_datagram_stream_error_code_t
        *result) {
    tni_socket *s = socket_of(call, self);
    tenon_address peer;
    (void)user;
    if (remote_address->is_some) {
        tni_address_get(&remote_address->val, &peer);
    }
    if (!tni_net_ok(set_peer(s, remote_address->is_some ? &peer : NULL), &result->is_err,
                    &result->val.err)) {
        return TENON_OK;
    }
    TNI_TRY(make_stream(call, s, TENON_WAIT_READ,
                        WASI_SOCKETS_UDP_RESOURCE_INCOMING_DATAGRAM_STREAM,
                        &result->val.ok.f0.handle));
    return make_stream(call, s, TENON_WAIT_WRITE,
                       WASI_SOCKETS_UDP_RESOURCE_OUTGOING_DATAGRAM_STREAM,
                       &result->val.ok.f1.handle);
}

/* -- receive -- */

/* Whether the guest may see what came from there. */
static bool is_welcome(const tni_socket *s, const tenon_address *from) {
    return (!s->has_peer || tni_address_eq(from, &s->peer)) &&
           (!s->only_granted_peers || tni_network_allows(s->wasi, from));
}

/* Appends one datagram to the list. */
static bool append(tenon_call *call, const u8 *bytes, size_t len,
                   const tenon_address *from,
                   wasi_sockets_udp_list_incoming_datagram_t *list) {
    wasi_sockets_udp_incoming_datagram_t *d = &list->ptr[list->len];
    if (len > 0) {
        d->data.ptr = tenon_call_alloc(call, len, 1);
        if (d->data.ptr == NULL) {
            return false;
        }
        memcpy(d->data.ptr, bytes, len);
    }
    d->data.len = len;
    tni_address_put(from, &d->remote_address);
    list->len++;
    return true;
}

static tenon_status receive(tenon_call *call, const tni_socket *s, size_t most,
                            wasi_sockets_udp_list_incoming_datagram_t *list,
                            tni_net_code *code) {
    u8 *buf = tenon_call_alloc(call, DATAGRAM_BYTES, 1);
    list->ptr = tenon_call_alloc(call, most * sizeof *list->ptr, 8);
    if (buf == NULL || list->ptr == NULL) {
        return tenon_call_no_memory(call);
    }
    /* Datagrams that are dropped here count too: a flood of them must not hold us up. */
    for (size_t i = 0; i < MOST_DATAGRAMS && list->len < most; i++) {
        size_t n;
        tenon_address from;
        tenon_os_error r = tni_net_of(s)->receive_from(tni_net_user(s), s->file, buf,
                                                       DATAGRAM_BYTES, &n, &from);
        if (r != TENON_OS_OK) {
            bool is_error = r != TENON_OS_WOULD_BLOCK && list->len == 0;
            *code = is_error ? tni_net_code_of(r) : TNI_NET_OK;
            return TENON_OK;
        }
        if (is_welcome(s, &from) && !append(call, buf, n, &from, list)) {
            return tenon_call_no_memory(call);
        }
    }
    return TENON_OK;
}

tenon_status wasi_sockets_udp_method_incoming_datagram_stream_receive(
    tenon_call *call, void *user, wasi_sockets_udp_borrow_incoming_datagram_stream_t self,
    uint64_t max_results,
    wasi_sockets_udp_result_list_incoming_datagram_error_code_t *result) {
    const datagram_stream *d = tenon_resource_rep(call, self.handle);
    const tni_socket *s = d->socket;
    wasi_sockets_udp_list_incoming_datagram_t list = {0};
    (void)user;
    tni_net_code code = TNI_NET_OK;
    if (d->generation != s->generation) {
        code = TNI_NET(INVALID_STATE);
    } else if (max_results > 0) {
        size_t most = max_results < MOST_DATAGRAMS ? (size_t)max_results : MOST_DATAGRAMS;
        TNI_TRY(receive(call, s, most, &list, &code));
    }
    if (tni_net_ok(code, &result->is_err, &result->val.err)) {
        result->val.ok = list;
    }
    return TENON_OK;
}

/* -- send -- */

tenon_status wasi_sockets_udp_method_outgoing_datagram_stream_check_send(
    tenon_call *call, void *user, wasi_sockets_udp_borrow_outgoing_datagram_stream_t self,
    wasi_sockets_udp_result_u64_error_code_t *result) {
    datagram_stream *d = tenon_resource_rep(call, self.handle);
    d->permit = 0;
    if (d->generation != d->socket->generation) {
        tni_net_ok(TNI_NET(INVALID_STATE), &result->is_err, &result->val.err);
        return TENON_OK;
    }
    tenon_wait item = {d->socket->file, TENON_WAIT_WRITE, false};
    TNI_TRY(tni_wasi_wait(user, call, &item, 1, 0));
    d->permit = item.ready ? MOST_DATAGRAMS : 0;
    result->val.ok = d->permit;
    return TENON_OK;
}

static tni_net_code check_target(const tni_socket *s, bool is_some,
                                 const tenon_address *to) {
    if (!is_some) {
        return s->has_peer ? TNI_NET_OK : TNI_NET(INVALID_ARGUMENT);
    }
    tni_net_code code = tni_address_check_remote(s, to);
    if (code == TNI_NET_OK && s->has_peer && !tni_address_eq(to, &s->peer)) {
        return TNI_NET(INVALID_ARGUMENT);
    }
    if (code == TNI_NET_OK && !tni_network_allows(s->wasi, to)) {
        return TNI_NET(ACCESS_DENIED);
    }
    return code;
}

static tni_net_code send_one(const tni_socket *s,
                             const wasi_sockets_udp_outgoing_datagram_t *datagram) {
    tenon_address to;
    bool is_some = datagram->remote_address.is_some;
    if (is_some) {
        tni_address_get(&datagram->remote_address.val, &to);
    }
    tni_net_code code = check_target(s, is_some, &to);
    if (code != TNI_NET_OK) {
        return code;
    }
    /* With a peer the target can only be that one. */
    return tni_net_code_of(tni_net_of(s)->send_to(tni_net_user(s), s->file,
                                                  datagram->data.ptr, datagram->data.len,
                                                  s->has_peer ? NULL : &to));
}

tenon_status wasi_sockets_udp_method_outgoing_datagram_stream_send(
    tenon_call *call, void *user, wasi_sockets_udp_borrow_outgoing_datagram_stream_t self,
    const wasi_sockets_udp_list_outgoing_datagram_t *datagrams,
    wasi_sockets_udp_result_u64_error_code_t *result) {
    datagram_stream *d = tenon_resource_rep(call, self.handle);
    (void)user;
    if (datagrams->len > d->permit) {
        return tenon_call_fail(call,
                               "send of %llu datagrams where check-send permitted %u",
                               (unsigned long long)datagrams->len, d->permit);
    }
    d->permit -= (u32)datagrams->len;
    tni_net_code code = TNI_NET_OK;
    size_t sent = 0;
    if (datagrams->len > 0 && d->generation != d->socket->generation) {
        code = TNI_NET(INVALID_STATE);
    }
    while (code == TNI_NET_OK && sent < datagrams->len) {
        code = send_one(d->socket, &datagrams->ptr[sent]);
        sent += code == TNI_NET_OK;
    }
    if (sent > 0 || code == TNI_NET(WOULD_BLOCK)) {
        code = TNI_NET_OK;
    }
    if (tni_net_ok(code, &result->is_err, &result->val.err)) {
        result->val.ok = sent;
    }
    return TENON_OK;
}

/* -- addresses and options -- */

tenon_status wasi_sockets_udp_method_udp_socket_local_address(
    tenon_call *call, void *user, wasi_sockets_udp_borrow_udp_socket_t self,
    wasi_sockets_udp_result_ip_socket_address_error_code_t *result) {
    const tni_socket *s = socket_of(call, self);
    (void)user;
    tni_net_code code = TNI_NET(INVALID_STATE);
    if (s->state == TNI_SOCKET_BOUND) {
        code = tni_socket_address(s, tni_net_of(s)->local_address, &result->val.ok);
    }
    tni_net_ok(code, &result->is_err, &result->val.err);
    return TENON_OK;
}

tenon_status wasi_sockets_udp_method_udp_socket_remote_address(
    tenon_call *call, void *user, wasi_sockets_udp_borrow_udp_socket_t self,
    wasi_sockets_udp_result_ip_socket_address_error_code_t *result) {
    const tni_socket *s = socket_of(call, self);
    (void)user;
    if (tni_net_ok(s->has_peer ? TNI_NET_OK : TNI_NET(INVALID_STATE), &result->is_err,
                   &result->val.err)) {
        tni_address_put(&s->peer, &result->val.ok);
    }
    return TENON_OK;
}

tenon_status wasi_sockets_udp_method_udp_socket_address_family(
    tenon_call *call, void *user, wasi_sockets_udp_borrow_udp_socket_t self,
    wasi_sockets_udp_ip_address_family_t *result) {
    (void)user;
    *result = (u8)socket_of(call, self)->family;
    return TENON_OK;
}

static tenon_status set(tenon_call *call, wasi_sockets_udp_borrow_udp_socket_t self,
                        tenon_socket_option which, u64 value,
                        wasi_sockets_udp_result_void_error_code_t *result) {
    return give(tni_socket_set(socket_of(call, self), which, value), result);
}

static tenon_status get(tenon_call *call, wasi_sockets_udp_borrow_udp_socket_t self,
                        tenon_socket_option which,
                        wasi_sockets_udp_result_u64_error_code_t *result) {
    u64 value = 0;
    if (tni_net_ok(tni_socket_get(socket_of(call, self), which, &value), &result->is_err,
                   &result->val.err)) {
        result->val.ok = value;
    }
    return TENON_OK;
}

tenon_status wasi_sockets_udp_method_udp_socket_unicast_hop_limit(
    tenon_call *call, void *user, wasi_sockets_udp_borrow_udp_socket_t self,
    wasi_sockets_udp_result_u8_error_code_t *result) {
    u64 value = 0;
    (void)user;
    if (tni_net_ok(tni_socket_get(socket_of(call, self), TENON_SOCKET_HOP_LIMIT, &value),
                   &result->is_err, &result->val.err)) {
        result->val.ok = (u8)value;
    }
    return TENON_OK;
}

tenon_status wasi_sockets_udp_method_udp_socket_set_unicast_hop_limit(
    tenon_call *call, void *user, wasi_sockets_udp_borrow_udp_socket_t self,
    uint8_t value, wasi_sockets_udp_result_void_error_code_t *result) {
    (void)user;
    return set(call, self, TENON_SOCKET_HOP_LIMIT, value, result);
}

tenon_status wasi_sockets_udp_method_udp_socket_receive_buffer_size(
    tenon_call *call, void *user, wasi_sockets_udp_borrow_udp_socket_t self,
    wasi_sockets_udp_result_u64_error_code_t *result) {
    (void)user;
    return get(call, self, TENON_SOCKET_RECEIVE_BYTES, result);
}

tenon_status wasi_sockets_udp_method_udp_socket_set_receive_buffer_size(
    tenon_call *call, void *user, wasi_sockets_udp_borrow_udp_socket_t self,
    uint64_t value, wasi_sockets_udp_result_void_error_code_t *result) {
    (void)user;
    return set(call, self, TENON_SOCKET_RECEIVE_BYTES, value, result);
}

tenon_status wasi_sockets_udp_method_udp_socket_send_buffer_size(
    tenon_call *call, void *user, wasi_sockets_udp_borrow_udp_socket_t self,
    wasi_sockets_udp_result_u64_error_code_t *result) {
    (void)user;
    return get(call, self, TENON_SOCKET_SEND_BYTES, result);
}

tenon_status wasi_sockets_udp_method_udp_socket_set_send_buffer_size(
    tenon_call *call, void *user, wasi_sockets_udp_borrow_udp_socket_t self,
    uint64_t value, wasi_sockets_udp_result_void_error_code_t *result) {
    (void)user;
    return set(call, self, TENON_SOCKET_SEND_BYTES, value, result);
}

/* -- waiting -- */

/* Nothing that the socket itself starts has to be waited for. */
static bool prepare_socket(void *object, tenon_wait *item) {
    (void)object;
    (void)item;
    return true;
}

static bool prepare_stream(void *object, tenon_wait *item) {
    const datagram_stream *d = object;
    if (d->generation != d->socket->generation) {
        return true; /* to be told so */
    }
    item->file = d->socket->file;
    item->events = d->event;
    return false;
}

static const tni_source socket_source = {prepare_socket, tni_socket_source_keep,
                                         tni_socket_source_release, NULL};
static const tni_source stream_source = {prepare_stream, keep_stream, release_stream,
                                         NULL};

tenon_status
wasi_sockets_udp_method_udp_socket_subscribe(tenon_call *call, void *user,
                                             wasi_sockets_udp_borrow_udp_socket_t self,
                                             wasi_sockets_udp_own_pollable_t *result) {
    return tni_pollable_new_source(user, call, WASI_SOCKETS_UDP_RESOURCE_POLLABLE,
                                   &socket_source, socket_of(call, self),
                                   &result->handle);
}

tenon_status wasi_sockets_udp_method_incoming_datagram_stream_subscribe(
    tenon_call *call, void *user, wasi_sockets_udp_borrow_incoming_datagram_stream_t self,
    wasi_sockets_udp_own_pollable_t *result) {
    return tni_pollable_new_source(user, call, WASI_SOCKETS_UDP_RESOURCE_POLLABLE,
                                   &stream_source, tenon_resource_rep(call, self.handle),
                                   &result->handle);
}

tenon_status wasi_sockets_udp_method_outgoing_datagram_stream_subscribe(
    tenon_call *call, void *user, wasi_sockets_udp_borrow_outgoing_datagram_stream_t self,
    wasi_sockets_udp_own_pollable_t *result) {
    return tni_pollable_new_source(user, call, WASI_SOCKETS_UDP_RESOURCE_POLLABLE,
                                   &stream_source, tenon_resource_rep(call, self.handle),
                                   &result->handle);
}
