/* sockets.h: what the hosts of wasi:sockets share: sockets, addresses, what is granted.
 */
#ifndef TNI_SOCKETS_H
#define TNI_SOCKETS_H

#include "wasi/gen/wasi_sockets_network.h"
#include "wasi/wasi.h"

typedef wasi_sockets_network_error_code_t tni_net_code;
#define TNI_NET(name) WASI_SOCKETS_NETWORK_ERROR_CODE_##name
enum { TNI_NET_OK = 255 }; /* beside the codes */

/* The code of an outcome of the platform. */
tni_net_code tni_net_code_of(tenon_os_error r);
/* Puts a code into the head of a result; true when it is TNI_NET_OK, and so the result is
 * still to be filled. */
bool tni_net_ok(tni_net_code code, bool *is_err, tni_net_code *err);

/* The states of wasi:sockets/tcp.tcp-socket; a udp-socket has the first three. */
typedef enum tni_socket_state {
    TNI_SOCKET_UNBOUND,
    TNI_SOCKET_BIND_STARTED,
    TNI_SOCKET_BOUND,
    TNI_SOCKET_LISTEN_STARTED,
    TNI_SOCKET_LISTENING,
    TNI_SOCKET_CONNECT_STARTED,
    TNI_SOCKET_CONNECTED,
    TNI_SOCKET_CLOSED,
} tni_socket_state;

/* Kept by its handle, its streams and its pollables. */
typedef struct tni_socket {
    tenon_wasi *wasi;
    u32 references;
    tenon_file file;
    tenon_ip family;
    tni_socket_state state;
    /* Bound to no address that is granted, so only to reach peers that are: it does not
     * listen, and receives from those peers alone. */
    bool only_granted_peers;
    /* TCP */
    u32 backlog;
    tni_stream *input, *output; /* of the connection, while they last; not kept */
    bool shuts_down;            /* when the output that is kept has gone out */
    /* UDP */
    tenon_address bound;
    tenon_address peer;
    bool has_peer;
    u32 generation; /* of the streams that are of use */
} tni_socket;

/* The platform's hooks for it, and what they are given first. */
static inline const tenon_net *tni_net_of(const tni_socket *s) {
    return s->wasi->net;
}
static inline void *tni_net_user(const tni_socket *s) {
    return s->wasi->platform->user;
}

/* A socket that the platform opens, behind a handle. */
tenon_status tni_socket_create(tenon_wasi *w, tenon_call *call, tenon_ip family,
                               tenon_socket_type type, u32 resource, bool *is_err,
                               tni_net_code *err, u32 *handle);
/* Takes the platform's socket over; closes it when memory is out (NULL). */
tni_socket *tni_socket_new(tenon_wasi *w, tenon_file file, tenon_ip family);
void tni_socket_keep(tni_socket *s);
void tni_socket_release(tni_socket *s);
/* The same as hooks of a tni_source. */
void tni_socket_source_keep(void *socket);
void tni_socket_source_release(void *socket);
/* A stream of the socket has ended; releases it. */
void tni_socket_forget(tni_socket *s, const tni_stream *stream);
/* Output that was kept has gone out. */
void tni_socket_sent(tni_socket *s);

/* The address to bind to is one of the socket's, and is granted; binds. */
tni_net_code tni_socket_bind(tni_socket *s, const tenon_address *address);
tni_net_code tni_socket_get(const tni_socket *s, tenon_socket_option which, u64 *out);
/* 0 is invalid-argument for all options but TENON_SOCKET_KEEP_ALIVE. */
tni_net_code tni_socket_set(const tni_socket *s, tenon_socket_option which, u64 value);
/* As what the socket is bound to, or connected with. */
typedef tenon_os_error (*tni_address_of)(void *user, tenon_file socket,
                                         tenon_address *out);
tni_net_code tni_socket_address(const tni_socket *s, tni_address_of hook,
                                wasi_sockets_network_ip_socket_address_t *out);

/* -- addresses -- */

void tni_address_get(const wasi_sockets_network_ip_socket_address_t *in,
                     tenon_address *out);
void tni_address_put(const tenon_address *in,
                     wasi_sockets_network_ip_socket_address_t *out);
void tni_ip_put(const tenon_address *in, wasi_sockets_network_ip_address_t *out);
bool tni_address_is_any(const tenon_address *a);
/* Neither multicast nor the broadcast address. */
bool tni_address_is_unicast(const tenon_address *a);
/* IPv4 in the form of IPv6. */
bool tni_address_is_mapped(const tenon_address *a);
/* The same host and port. */
bool tni_address_eq(const tenon_address *a, const tenon_address *b);
/* What can be sent to: of the family, a host's, with a port; else invalid-argument. */
tni_net_code tni_address_check_remote(const tni_socket *s, const tenon_address *a);
/* All of the text as an address (with port 0), dotted or with colons. */
bool tni_address_parse(tni_str text, tenon_address *out);

/* -- what is granted -- */

/* ADDRESS[/BITS][:PORT[-PORT]]; with a port, IPv6 stands in brackets. */
bool tni_rule_parse(tni_str text, tni_address_rule *out);
bool tni_network_allows(const tenon_wasi *w, const tenon_address *a);
/* Whether any rule is about that version of IP. */
bool tni_network_has_rule(const tenon_wasi *w, tenon_ip family);
/* Ends the look-ups that nobody asks about any more. */
void tni_lookups_abandon(tenon_wasi *w);

#endif
