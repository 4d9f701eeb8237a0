/* sockets_tcp.c: wasi:sockets/tcp: the states of a TCP socket.
 *
 * Binding and listening are done when they are started; what finishes them only moves the
 * state. After an error of start-connect, start-listen or what finishes them the socket
 * is closed (wasi:sockets, TcpSocketOperationalSemantics). */
#include "wasi/gen/wasi_sockets_tcp.h"
#include "wasi/sockets.h"

static tni_socket *socket_of(tenon_call *call,
                             wasi_sockets_tcp_borrow_tcp_socket_t self) {
    return tenon_resource_rep(call, self.handle);
}

static tenon_status give(tni_net_code code,
                         wasi_sockets_tcp_result_void_error_code_t *result) {
    tni_net_ok(code, &result->is_err, &result->val.err);
    return TENON_OK;
}

void wasi_sockets_tcp_tcp_socket_destructor(void *user, void *rep) {
    (void)user;
    tni_socket_release(rep);
}

/* Whether a start-… may begin in the states that it is for. */
static tni_net_code check_start(const tni_socket *s, bool is_for_state) {
    if (is_for_state) {
        return TNI_NET_OK;
    }
    bool busy = s->state == TNI_SOCKET_BIND_STARTED ||
                s->state == TNI_SOCKET_LISTEN_STARTED ||
                s->state == TNI_SOCKET_CONNECT_STARTED;
    return busy ? TNI_NET(CONCURRENCY_CONFLICT) : TNI_NET(INVALID_STATE);
}

/* -- bind -- */

tenon_status wasi_sockets_tcp_method_tcp_socket_start_bind(
    tenon_call *call, void *user, wasi_sockets_tcp_borrow_tcp_socket_t self,
    wasi_sockets_tcp_borrow_network_t network,
    const wasi_sockets_tcp_ip_socket_address_t *local_address,
    wasi_sockets_tcp_result_void_error_code_t *result) {
    tni_socket *s = socket_of(call, self);
    tenon_address a;
    (void)user;
    (void)network; /* there is one */
    tni_address_get(local_address, &a);
    tni_net_code code = check_start(s, s->state == TNI_SOCKET_UNBOUND);
    if (code == TNI_NET_OK && !tni_address_is_unicast(&a)) {
        code = TNI_NET(INVALID_ARGUMENT);
    }
    if (code == TNI_NET_OK) {
        code = tni_socket_bind(s, &a);
    }
    if (code == TNI_NET_OK) {
        s->state = TNI_SOCKET_BIND_STARTED;
    }
    return give(code, result);
}

/* A finish-… of what was done when it was started. */
static tenon_status finish(tni_socket *s, tni_socket_state from, tni_socket_state to,
                           wasi_sockets_tcp_result_void_error_code_t *result) {
    if (s->state != from) {
        return give(TNI_NET(NOT_IN_PROGRESS), result);
    }
    s->state = to;
    return give(TNI_NET_OK, result);
}

tenon_status wasi_sockets_tcp_method_tcp_socket_finish_bind(
    tenon_call *call, void *user, wasi_sockets_tcp_borrow_tcp_socket_t self,
    wasi_sockets_tcp_result_void_error_code_t *result) {
    (void)user;
    return finish(socket_of(call, self), TNI_SOCKET_BIND_STARTED, TNI_SOCKET_BOUND,
                  result);
}

/* -- connect -- */

static tni_net_code start_connect(tni_socket *s, const tenon_address *peer) {
    tni_net_code code = tni_address_check_remote(s, peer);
    if (code == TNI_NET_OK && !tni_address_is_unicast(peer)) {
        code = TNI_NET(INVALID_ARGUMENT);
    }
    if (code == TNI_NET_OK && !tni_network_allows(s->wasi, peer)) {
        code = TNI_NET(ACCESS_DENIED);
    }
    if (code != TNI_NET_OK) {
        return code;
    }
    tenon_os_error r = tni_net_of(s)->connect(tni_net_user(s), s->file, peer);
    return r == TENON_OS_IN_PROGRESS ? TNI_NET_OK : tni_net_code_of(r);
}

tenon_status wasi_sockets_tcp_method_tcp_socket_start_connect(
    tenon_call *call, void *user, wasi_sockets_tcp_borrow_tcp_socket_t self,
    wasi_sockets_tcp_borrow_network_t network,
    const wasi_sockets_tcp_ip_socket_address_t *remote_address,
    wasi_sockets_tcp_result_void_error_code_t *result) {
    tni_socket *s = socket_of(call, self);
    tenon_address peer;
    (void)user;
    (void)network;
    tni_net_code code =
        check_start(s, s->state == TNI_SOCKET_UNBOUND || s->state == TNI_SOCKET_BOUND);
    if (code == TNI_NET_OK) {
        tni_address_get(remote_address, &peer);
        code = start_connect(s, &peer);
        s->state = code == TNI_NET_OK ? TNI_SOCKET_CONNECT_STARTED : TNI_SOCKET_CLOSED;
    }
    return give(code, result);
}

/* The two streams of a connection, behind handles. */
static tenon_status make_streams(tenon_call *call, tni_socket *s, u32 *in, u32 *out) {
    tni_stream *streams[2];
    u32 *const handles[2] = {in, out};
    static const u32 resources[2] = {WASI_SOCKETS_TCP_RESOURCE_INPUT_STREAM,
                                     WASI_SOCKETS_TCP_RESOURCE_OUTPUT_STREAM};
    for (int i = 0; i < 2; i++) {
        streams[i] = tni_stream_new(s->wasi, TNI_STREAM_SOCKET);
        if (streams[i] == NULL) {
            return tenon_call_no_memory(call);
        }
        streams[i]->os_file = s->file;
        streams[i]->socket = s;
        tni_socket_keep(s);
        tenon_status status =
            tenon_resource_new(call, resources[i], streams[i], handles[i]);
        if (status != TENON_OK) {
            tni_stream_release(streams[i]);
            return status;
        }
    }
    s->input = streams[0];
    s->output = streams[1];
    return TENON_OK;
}

tenon_status wasi_sockets_tcp_method_tcp_socket_finish_connect(
    tenon_call *call, void *user, wasi_sockets_tcp_borrow_tcp_socket_t self,
    wasi_sockets_tcp_result_tuple2_own_input_stream_own_output_stream_error_code_t
        *result) {
    tni_socket *s = socket_of(call, self);
    (void)user;
    tni_net_code code = TNI_NET(NOT_IN_PROGRESS);
    if (s->state == TNI_SOCKET_CONNECT_STARTED) {
        code = tni_net_code_of(tni_net_of(s)->connected(tni_net_user(s), s->file));
        if (code != TNI_NET(WOULD_BLOCK)) {
            s->state = code == TNI_NET_OK ? TNI_SOCKET_CONNECTED : TNI_SOCKET_CLOSED;
        }
    }
    if (!tni_net_ok(code, &result->is_err, &result->val.err)) {
        return TENON_OK;
    }
    return make_streams(call, s, &result->val.ok.f0.handle, &result->val.ok.f1.handle);
}

/* -- listen and accept -- */

tenon_status wasi_sockets_tcp_method_tcp_socket_start_listen(
    tenon_call *call, void *user, wasi_sockets_tcp_borrow_tcp_socket_t self,
    wasi_sockets_tcp_result_void_error_code_t *result) {
    tni_socket *s = socket_of(call, self);
    (void)user;
    tni_net_code code = check_start(s, s->state == TNI_SOCKET_BOUND);
    if (code == TNI_NET_OK) {
        code = s->only_granted_peers ? TNI_NET(ACCESS_DENIED)
                                     : tni_net_code_of(tni_net_of(s)->listen(
                                           tni_net_user(s), s->file, s->backlog));
        s->state = code == TNI_NET_OK ? TNI_SOCKET_LISTEN_STARTED : TNI_SOCKET_CLOSED;
    }
    return give(code, result);
}

tenon_status wasi_sockets_tcp_method_tcp_socket_finish_listen(
    tenon_call *call, void *user, wasi_sockets_tcp_borrow_tcp_socket_t self,
    wasi_sockets_tcp_result_void_error_code_t *result) {
    (void)user;
    return finish(socket_of(call, self), TNI_SOCKET_LISTEN_STARTED, TNI_SOCKET_LISTENING,
                  result);
}

tenon_status wasi_sockets_tcp_method_tcp_socket_accept(
    tenon_call *call, void *user, wasi_sockets_tcp_borrow_tcp_socket_t self,
    wasi_sockets_tcp_result_tuple3_own_tcp_socket_own_input_stream_own_output_stream_error_code_t
        *result) {
    tni_socket *listener = socket_of(call, self);
    tenon_file file = 0;
    (void)user;
    tni_net_code code = TNI_NET(INVALID_STATE);
    if (listener->state == TNI_SOCKET_LISTENING) {
        code = tni_net_code_of(
            tni_net_of(listener)->accept(tni_net_user(listener), listener->file, &file));
    }
    if (!tni_net_ok(code, &result->is_err, &result->val.err)) {
        return TENON_OK;
    }
    tni_socket *s = tni_socket_new(listener->wasi, file, listener->family);
    if (s == NULL) {
        return tenon_call_no_memory(call);
    }
    s->state = TNI_SOCKET_CONNECTED;
    tenon_status status = tenon_resource_new(call, WASI_SOCKETS_TCP_RESOURCE_TCP_SOCKET,
                                             s, &result->val.ok.f0.handle);
    if (status != TENON_OK) {
        tni_socket_release(s);
        return status;
    }
    return make_streams(call, s, &result->val.ok.f1.handle, &result->val.ok.f2.handle);
}

tenon_status
wasi_sockets_tcp_method_tcp_socket_is_listening(tenon_call *call, void *user,
                                                wasi_sockets_tcp_borrow_tcp_socket_t self,
                                                bool *result) {
    (void)user;
    *result = socket_of(call, self)->state == TNI_SOCKET_LISTENING;
    return TENON_OK;
}

tenon_status wasi_sockets_tcp_method_tcp_socket_set_listen_backlog_size(
    tenon_call *call, void *user, wasi_sockets_tcp_borrow_tcp_socket_t self,
    uint64_t value, wasi_sockets_tcp_result_void_error_code_t *result) {
    tni_socket *s = socket_of(call, self);
    (void)user;
    if (value == 0) {
        return give(TNI_NET(INVALID_ARGUMENT), result);
    }
    if (s->state >= TNI_SOCKET_CONNECT_STARTED) {
        return give(TNI_NET(INVALID_STATE), result);
    }
    u32 backlog = value < INT32_MAX ? (u32)value : INT32_MAX;
    if (s->state >= TNI_SOCKET_LISTEN_STARTED &&
        tni_net_of(s)->listen(tni_net_user(s), s->file, backlog) != TENON_OS_OK) {
        return give(TNI_NET(NOT_SUPPORTED), result);
    }
    s->backlog = backlog;
    return give(TNI_NET_OK, result);
}

/* -- addresses -- */

tenon_status wasi_sockets_tcp_method_tcp_socket_local_address(
    tenon_call *call, void *user, wasi_sockets_tcp_borrow_tcp_socket_t self,
    wasi_sockets_tcp_result_ip_socket_address_error_code_t *result) {
    const tni_socket *s = socket_of(call, self);
    (void)user;
    tni_net_code code = TNI_NET(INVALID_STATE);
    if (s->state >= TNI_SOCKET_BOUND && s->state != TNI_SOCKET_CLOSED) {
        code = tni_socket_address(s, tni_net_of(s)->local_address, &result->val.ok);
    }
    tni_net_ok(code, &result->is_err, &result->val.err);
    return TENON_OK;
}

tenon_status wasi_sockets_tcp_method_tcp_socket_remote_address(
    tenon_call *call, void *user, wasi_sockets_tcp_borrow_tcp_socket_t self,
    wasi_sockets_tcp_result_ip_socket_address_error_code_t *result) {
    const tni_socket *s = socket_of(call, self);
    (void)user;
    tni_net_code code = TNI_NET(INVALID_STATE);
    if (s->state == TNI_SOCKET_CONNECTED) {
        code = tni_socket_address(s, tni_net_of(s)->remote_address, &result->val.ok);
    }
    tni_net_ok(code, &result->is_err, &result->val.err);
    return TENON_OK;
}

tenon_status wasi_sockets_tcp_method_tcp_socket_address_family(
    tenon_call *call, void *user, wasi_sockets_tcp_borrow_tcp_socket_t self,
    wasi_sockets_tcp_ip_address_family_t *result) {
    (void)user;
    *result = (u8)socket_of(call, self)->family;
    return TENON_OK;
}

/* -- options -- */

static tenon_status set(tenon_call *call, wasi_sockets_tcp_borrow_tcp_socket_t self,
                        tenon_socket_option which, u64 value,
                        wasi_sockets_tcp_result_void_error_code_t *result) {
    return give(tni_socket_set(socket_of(call, self), which, value), result);
}

/* Of those whose type is u64 or duration. */
static tenon_status get(tenon_call *call, wasi_sockets_tcp_borrow_tcp_socket_t self,
                        tenon_socket_option which, bool *is_err, tni_net_code *err,
                        uint64_t *ok) {
    u64 value = 0;
    if (tni_net_ok(tni_socket_get(socket_of(call, self), which, &value), is_err, err)) {
        *ok = value;
    }
    return TENON_OK;
}

tenon_status wasi_sockets_tcp_method_tcp_socket_keep_alive_enabled(
    tenon_call *call, void *user, wasi_sockets_tcp_borrow_tcp_socket_t self,
    wasi_sockets_tcp_result_bool_error_code_t *result) {
    u64 value = 0;
    (void)user;
    if (tni_net_ok(tni_socket_get(socket_of(call, self), TENON_SOCKET_KEEP_ALIVE, &value),
                   &result->is_err, &result->val.err)) {
        result->val.ok = value != 0;
    }
    return TENON_OK;
}

tenon_status wasi_sockets_tcp_method_tcp_socket_set_keep_alive_enabled(
    tenon_call *call, void *user, wasi_sockets_tcp_borrow_tcp_socket_t self, bool value,
    wasi_sockets_tcp_result_void_error_code_t *result) {
    (void)user;
    return set(call, self, TENON_SOCKET_KEEP_ALIVE, value, result);
}

tenon_status wasi_sockets_tcp_method_tcp_socket_keep_alive_idle_time(
    tenon_call *call, void *user, wasi_sockets_tcp_borrow_tcp_socket_t self,
    wasi_sockets_tcp_result_duration_error_code_t *result) {
    (void)user;
    return get(call, self, TENON_SOCKET_KEEP_IDLE_NS, &result->is_err, &result->val.err,
               &result->val.ok);
}

tenon_status wasi_sockets_tcp_method_tcp_socket_set_keep_alive_idle_time(
    tenon_call *call, void *user, wasi_sockets_tcp_borrow_tcp_socket_t self,
    wasi_sockets_tcp_duration_t value,
    wasi_sockets_tcp_result_void_error_code_t *result) {
    (void)user;
    return set(call, self, TENON_SOCKET_KEEP_IDLE_NS, value, result);
}

tenon_status wasi_sockets_tcp_method_tcp_socket_keep_alive_interval(
    tenon_call *call, void *user, wasi_sockets_tcp_borrow_tcp_socket_t self,
    wasi_sockets_tcp_result_duration_error_code_t *result) {
    (void)user;
    return get(call, self, TENON_SOCKET_KEEP_INTERVAL_NS, &result->is_err,
               &result->val.err, &result->val.ok);
}

tenon_status wasi_sockets_tcp_method_tcp_socket_set_keep_alive_interval(
    tenon_call *call, void *user, wasi_sockets_tcp_borrow_tcp_socket_t self,
    wasi_sockets_tcp_duration_t value,
    wasi_sockets_tcp_result_void_error_code_t *result) {
    (void)user;
    return set(call, self, TENON_SOCKET_KEEP_INTERVAL_NS, value, result);
}

tenon_status wasi_sockets_tcp_method_tcp_socket_keep_alive_count(
    tenon_call *call, void *user, wasi_sockets_tcp_borrow_tcp_socket_t self,
    wasi_sockets_tcp_result_u32_error_code_t *result) {
    u64 value = 0;
    (void)user;
    if (tni_net_ok(tni_socket_get(socket_of(call, self), TENON_SOCKET_KEEP_COUNT, &value),
                   &result->is_err, &result->val.err)) {
        result->val.ok = (u32)value;
    }
    return TENON_OK;
}

tenon_status wasi_sockets_tcp_method_tcp_socket_set_keep_alive_count(
    tenon_call *call, void *user, wasi_sockets_tcp_borrow_tcp_socket_t self,
    uint32_t value, wasi_sockets_tcp_result_void_error_code_t *result) {
    (void)user;
    return set(call, self, TENON_SOCKET_KEEP_COUNT, value, result);
}

tenon_status wasi_sockets_tcp_method_tcp_socket_hop_limit(
    tenon_call *call, void *user, wasi_sockets_tcp_borrow_tcp_socket_t self,
    wasi_sockets_tcp_result_u8_error_code_t *result) {
    u64 value = 0;
    (void)user;
    if (tni_net_ok(tni_socket_get(socket_of(call, self), TENON_SOCKET_HOP_LIMIT, &value),
                   &result->is_err, &result->val.err)) {
        result->val.ok = (u8)value;
    }
    return TENON_OK;
}

tenon_status wasi_sockets_tcp_method_tcp_socket_set_hop_limit(
    tenon_call *call, void *user, wasi_sockets_tcp_borrow_tcp_socket_t self,
    uint8_t value, wasi_sockets_tcp_result_void_error_code_t *result) {
    (void)user;
    return set(call, self, TENON_SOCKET_HOP_LIMIT, value, result);
}

tenon_status wasi_sockets_tcp_method_tcp_socket_receive_buffer_size(
    tenon_call *call, void *user, wasi_sockets_tcp_borrow_tcp_socket_t self,
    wasi_sockets_tcp_result_u64_error_code_t *result) {
    (void)user;
    return get(call, self, TENON_SOCKET_RECEIVE_BYTES, &result->is_err, &result->val.err,
               &result->val.ok);
}

tenon_status wasi_sockets_tcp_method_tcp_socket_set_receive_buffer_size(
    tenon_call *call, void *user, wasi_sockets_tcp_borrow_tcp_socket_t self,
    uint64_t value, wasi_sockets_tcp_result_void_error_code_t *result) {
    (void)user;
    return set(call, self, TENON_SOCKET_RECEIVE_BYTES, value, result);
}

tenon_status wasi_sockets_tcp_method_tcp_socket_send_buffer_size(
    tenon_call *call, void *user, wasi_sockets_tcp_borrow_tcp_socket_t self,
    wasi_sockets_tcp_result_u64_error_code_t *result) {
    (void)user;
    return get(call, self, TENON_SOCKET_SEND_BYTES, &result->is_err, &result->val.err,
               &result->val.ok);
}

tenon_status wasi_sockets_tcp_method_tcp_socket_set_send_buffer_size(
    tenon_call *call, void *user, wasi_sockets_tcp_borrow_tcp_socket_t self,
    uint64_t value, wasi_sockets_tcp_result_void_error_code_t *result) {
    (void)user;
    return set(call, self, TENON_SOCKET_SEND_BYTES, value, result);
}

/* -- waiting, shutting down -- */

/* TcpSocketOperationalSemantics: pollable readiness. */
static bool prepare(void *object, tenon_wait *item) {
    const tni_socket *s = object;
    if (s->state != TNI_SOCKET_LISTENING && s->state != TNI_SOCKET_CONNECT_STARTED) {
        return true;
    }
    item->file = s->file;
    item->events = s->state == TNI_SOCKET_LISTENING ? TENON_WAIT_READ : TENON_WAIT_WRITE;
    return false;
}

static const tni_source tcp_source = {prepare, tni_socket_source_keep,
                                      tni_socket_source_release, NULL};

tenon_status
wasi_sockets_tcp_method_tcp_socket_subscribe(tenon_call *call, void *user,
                                             wasi_sockets_tcp_borrow_tcp_socket_t self,
                                             wasi_sockets_tcp_own_pollable_t *result) {
    return tni_pollable_new_source(user, call, WASI_SOCKETS_TCP_RESOURCE_POLLABLE,
                                   &tcp_source, socket_of(call, self), &result->handle);
}

tenon_status wasi_sockets_tcp_method_tcp_socket_shutdown(
    tenon_call *call, void *user, wasi_sockets_tcp_borrow_tcp_socket_t self,
    wasi_sockets_tcp_shutdown_type_t shutdown_type,
    wasi_sockets_tcp_result_void_error_code_t *result) {
    tni_socket *s = socket_of(call, self);
    (void)user;
    if (s->state != TNI_SOCKET_CONNECTED) {
        return give(TNI_NET(INVALID_STATE), result);
    }
    unsigned directions = 0;
    if (shutdown_type != WASI_SOCKETS_TCP_SHUTDOWN_TYPE_SEND) {
        directions |= TENON_WAIT_READ;
        if (s->input != NULL) {
            s->input->closed = true;
        }
    }
    if (shutdown_type != WASI_SOCKETS_TCP_SHUTDOWN_TYPE_RECEIVE) {
        directions |= TENON_WAIT_WRITE;
        if (s->output != NULL) {
            s->output->closed = true;
            tni_stream_drain(s->output);
        }
        if (s->output != NULL && s->output->pending_count > 0) {
            s->shuts_down = true; /* once that has gone out */
            directions &= ~(unsigned)TENON_WAIT_WRITE;
        }
    }
    tenon_os_error r =
        directions == 0 ? TENON_OS_OK
                        : tni_net_of(s)->shutdown(tni_net_user(s), s->file, directions);
    /* The peer may have ended the connection before. */
    return give(r == TENON_OS_NOT_CONNECTED ? TNI_NET_OK : tni_net_code_of(r), result);
}
