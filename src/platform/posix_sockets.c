/* posix_sockets.c: TCP and UDP sockets on POSIX systems: the tenon_net table. Names are
 * looked up by posix_lookup.c; waiting is posix_files.c, sockets being descriptors. */
#define _GNU_SOURCE
#ifdef __APPLE__
#define _DARWIN_C_SOURCE
#endif
#include "platform/posix.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#ifdef MSG_NOSIGNAL
enum { SEND_FLAGS = MSG_NOSIGNAL };
#else
enum { SEND_FLAGS = 0 }; /* the socket has SO_NOSIGPIPE */
#endif

#ifndef TCP_KEEPIDLE
#define TCP_KEEPIDLE TCP_KEEPALIVE /* the name on macOS */
#endif

static tenon_os_error outcome(int result) {
    return result < 0 ? tni_posix_error(errno) : TENON_OS_OK;
}

/* -- addresses -- */

typedef union any_address {
    struct sockaddr any;
    struct sockaddr_in v4;
    struct sockaddr_in6 v6;
    struct sockaddr_storage room;
} any_address;

static socklen_t to_posix(const tenon_address *a, any_address *out) {
    memset(out, 0, sizeof *out);
    if (a->family == TENON_IPV4) {
        out->v4.sin_family = AF_INET;
        out->v4.sin_port = htons(a->port);
        memcpy(&out->v4.sin_addr, a->bytes, 4);
        return sizeof out->v4;
    }
    out->v6.sin6_family = AF_INET6;
    out->v6.sin6_port = htons(a->port);
    out->v6.sin6_flowinfo = htonl(a->flow_info);
    memcpy(&out->v6.sin6_addr, a->bytes, 16);
    out->v6.sin6_scope_id = a->scope_id;
    return sizeof out->v6;
}

bool tni_posix_address(const struct sockaddr *from, tenon_address *out) {
    any_address a;
    memset(out, 0, sizeof *out);
    if (from->sa_family == AF_INET) {
        memcpy(&a.v4, from, sizeof a.v4);
        out->family = TENON_IPV4;
        out->port = ntohs(a.v4.sin_port);
        memcpy(out->bytes, &a.v4.sin_addr, 4);
        return true;
    }
    if (from->sa_family == AF_INET6) {
        memcpy(&a.v6, from, sizeof a.v6);
        out->family = TENON_IPV6;
        out->port = ntohs(a.v6.sin6_port);
        out->flow_info = ntohl(a.v6.sin6_flowinfo);
        memcpy(out->bytes, &a.v6.sin6_addr, 16);
        out->scope_id = a.v6.sin6_scope_id;
        return true;
    }
    return false;
}

/* -- making and ending -- */

static bool prepare(int fd) {
#ifndef SOCK_NONBLOCK
    if (fcntl(fd, F_SETFD, FD_CLOEXEC) < 0 || fcntl(fd, F_SETFL, O_NONBLOCK) < 0) {
        return false;
    }
#endif
#ifdef SO_NOSIGPIPE
    int on = 1;
    if (setsockopt(fd, SOL_SOCKET, SO_NOSIGPIPE, &on, sizeof on) < 0) {
        return false;
    }
#endif
    return fd >= 0;
}

static tenon_os_error open_socket(void *user, tenon_ip family, tenon_socket_type type,
                                  tenon_file *out) {
    (void)user;
    int domain = family == TENON_IPV4 ? AF_INET : AF_INET6;
    int kind = type == TENON_SOCKET_TCP ? SOCK_STREAM : SOCK_DGRAM;
#ifdef SOCK_NONBLOCK
    kind |= SOCK_NONBLOCK | SOCK_CLOEXEC;
#endif
    int fd = socket(domain, kind, 0);
    if (fd < 0) {
        return tni_posix_error(errno);
    }
    int on = 1;
    if (!prepare(fd) || (domain == AF_INET6 &&
                         setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof on) < 0)) {
        tenon_os_error r = tni_posix_error(errno);
        close(fd);
        return r;
    }
    *out = fd;
    return TENON_OS_OK;
}

static void close_socket(void *user, tenon_file socket) {
    (void)user;
    close((int)socket);
}

static bool is_stream(int fd) {
    int type = 0;
    socklen_t len = sizeof type;
    return getsockopt(fd, SOL_SOCKET, SO_TYPE, &type, &len) == 0 && type == SOCK_STREAM;
}

/* The port can be bound to again while connections on it linger (TIME_WAIT). Not before
 * the system has chosen one: it might choose another socket's. */
static int reuse_address(int fd) {
    int on = 1;
    return setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
}

static tenon_os_error bind_socket(void *user, tenon_file socket,
                                  const tenon_address *address) {
    (void)user;
    any_address a;
    socklen_t len = to_posix(address, &a);
    bool reuse = is_stream((int)socket);
    if (reuse && address->port != 0 && reuse_address((int)socket) < 0) {
        return tni_posix_error(errno);
    }
    tenon_os_error r = outcome(bind((int)socket, &a.any, len));
    if (r == TENON_OS_OK && reuse && address->port == 0) {
        reuse_address((int)socket); /* it serves without, only less long */
    }
    return r;
}

static tenon_os_error listen_on(void *user, tenon_file socket, uint32_t backlog) {
    (void)user;
    return outcome(listen((int)socket, backlog < INT_MAX ? (int)backlog : INT_MAX));
}

/* Linux hands out here what went wrong with the connection that was to be accepted. */
static int accept_errno(int number) {
    switch (number) {
    case ENETDOWN:
    case EPROTO:
    case ENOPROTOOPT:
    case EHOSTDOWN:
#ifdef ENONET
    case ENONET:
#endif
    case EHOSTUNREACH:
    case EOPNOTSUPP:
    case ENETUNREACH: return ECONNABORTED;
    default: return number;
    }
}

static tenon_os_error accept_from(void *user, tenon_file socket, tenon_file *out) {
    (void)user;
    int fd;
    do {
#ifdef SOCK_NONBLOCK
        fd = accept4((int)socket, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
#else
        fd = accept((int)socket, NULL, NULL);
#endif
    } while (fd < 0 && errno == EINTR);
    if (fd < 0) {
        return tni_posix_error(accept_errno(errno));
    }
    if (!prepare(fd)) {
        tenon_os_error r = tni_posix_error(errno);
        close(fd);
        return r;
    }
    *out = fd;
    return TENON_OS_OK;
}

static tenon_os_error connect_to(void *user, tenon_file socket,
                                 const tenon_address *peer) {
    (void)user;
    any_address a;
    socklen_t len = sizeof a.any;
    if (peer != NULL) {
        len = to_posix(peer, &a);
    } else {
        memset(&a, 0, sizeof a);
        a.any.sa_family = AF_UNSPEC;
    }
    if (connect((int)socket, &a.any, len) == 0) {
        return TENON_OS_OK;
    }
    if (peer == NULL && errno == EAFNOSUPPORT) {
        return TENON_OS_OK; /* how BSD says that it is done */
    }
    if (errno == EINTR) {
        return TENON_OS_IN_PROGRESS; /* it goes on by itself */
    }
    /* No free port for the near end; a full table of connections on the way. */
    if (errno == EADDRNOTAVAIL || errno == EAGAIN) {
        return TENON_OS_ADDRESS_IN_USE;
    }
    return tni_posix_error(errno);
}

static tenon_os_error connected(void *user, tenon_file socket) {
    (void)user;
    struct pollfd p = {(int)socket, POLLOUT, 0};
    int r;
    do {
        r = poll(&p, 1, 0);
    } while (r < 0 && errno == EINTR);
    if (r <= 0) {
        return r < 0 ? tni_posix_error(errno) : TENON_OS_WOULD_BLOCK;
    }
    int failure = 0;
    socklen_t len = sizeof failure;
    if (getsockopt((int)socket, SOL_SOCKET, SO_ERROR, &failure, &len) < 0) {
        return tni_posix_error(errno);
    }
    return failure == 0 ? TENON_OS_OK : tni_posix_error(failure);
}

static tenon_os_error shut_down(void *user, tenon_file socket, unsigned directions) {
    (void)user;
    static const int how[] = {-1, SHUT_RD, SHUT_WR, SHUT_RDWR};
    directions &= TENON_WAIT_READ | TENON_WAIT_WRITE;
    return directions == 0 ? TENON_OS_OK
                           : outcome(shutdown((int)socket, how[directions]));
}

/* -- data -- */

static size_t io_limit(size_t len) {
    return len < INT_MAX ? len : INT_MAX;
}

static tenon_os_error moved(ssize_t result, size_t *n) {
    *n = result < 0 ? 0 : (size_t)result;
    return result < 0 ? tni_posix_error(errno) : TENON_OS_OK;
}

static tenon_os_error receive(void *user, tenon_file socket, void *buf, size_t len,
                              size_t *n) {
    (void)user;
    ssize_t r;
    do {
        r = recv((int)socket, buf, io_limit(len), 0);
    } while (r < 0 && errno == EINTR);
    return moved(r, n);
}

static tenon_os_error peek(void *user, tenon_file socket, void *buf, size_t len,
                           size_t *n) {
    (void)user;
    ssize_t r;
    do {
        r = recv((int)socket, buf, io_limit(len), MSG_PEEK | MSG_DONTWAIT);
    } while (r < 0 && errno == EINTR);
    return moved(r, n);
}

static tenon_os_error send_bytes(void *user, tenon_file socket, const void *buf,
                                 size_t len, size_t *n) {
    (void)user;
    ssize_t r;
    do {
        r = send((int)socket, buf, io_limit(len), SEND_FLAGS);
    } while (r < 0 && errno == EINTR);
    return moved(r, n);
}

static tenon_os_error receive_from(void *user, tenon_file socket, void *buf, size_t len,
                                   size_t *n, tenon_address *from) {
    (void)user;
    any_address a;
    ssize_t r;
    do {
        socklen_t room = sizeof a;
        memset(&a, 0, sizeof a);
        r = recvfrom((int)socket, buf, io_limit(len), 0, &a.any, &room);
    } while (r < 0 && errno == EINTR);
    tenon_os_error error = moved(r, n);
    return error == TENON_OS_OK && !tni_posix_address(&a.any, from) ? TENON_OS_IO : error;
}

static tenon_os_error send_to(void *user, tenon_file socket, const void *buf, size_t len,
                              const tenon_address *to) {
    (void)user;
    any_address a;
    socklen_t room = to == NULL ? 0 : to_posix(to, &a);
    ssize_t r;
    do {
        r = sendto((int)socket, buf, len, SEND_FLAGS, to == NULL ? NULL : &a.any, room);
    } while (r < 0 && errno == EINTR);
    /* On an interface whose queue is full BSD fails where Linux waits. */
    return r < 0 && errno == ENOBUFS ? TENON_OS_WOULD_BLOCK : outcome(r < 0 ? -1 : 0);
}

/* -- addresses and options -- */

static tenon_os_error name_of(int result, const any_address *a, tenon_address *out) {
    if (result < 0) {
        return tni_posix_error(errno);
    }
    return tni_posix_address(&a->any, out) ? TENON_OS_OK : TENON_OS_IO;
}

static tenon_os_error local_address(void *user, tenon_file socket, tenon_address *out) {
    (void)user;
    any_address a = {0};
    socklen_t len = sizeof a;
    return name_of(getsockname((int)socket, &a.any, &len), &a, out);
}

static tenon_os_error remote_address(void *user, tenon_file socket, tenon_address *out) {
    (void)user;
    any_address a = {0};
    socklen_t len = sizeof a;
    return name_of(getpeername((int)socket, &a.any, &len), &a, out);
}

/* How an option is kept: its number times unit is the value that the hooks speak of. */
typedef struct option_row {
    int level;
    int name;
    uint64_t unit;
    uint64_t most; /* of the number */
} option_row;

static const option_row option_rows[] = {
    [TENON_SOCKET_KEEP_ALIVE] = {SOL_SOCKET, SO_KEEPALIVE, 1, 1},
    /* Linux takes no more than these. */
    [TENON_SOCKET_KEEP_IDLE_NS] = {IPPROTO_TCP, TCP_KEEPIDLE, 1000000000, 32767},
    [TENON_SOCKET_KEEP_INTERVAL_NS] = {IPPROTO_TCP, TCP_KEEPINTVL, 1000000000, 32767},
    [TENON_SOCKET_KEEP_COUNT] = {IPPROTO_TCP, TCP_KEEPCNT, 1, 127},
    [TENON_SOCKET_HOP_LIMIT] = {IPPROTO_IP, IP_TTL, 1, 255},
    [TENON_SOCKET_RECEIVE_BYTES] = {SOL_SOCKET, SO_RCVBUF, 1, INT_MAX / 2},
    [TENON_SOCKET_SEND_BYTES] = {SOL_SOCKET, SO_SNDBUF, 1, INT_MAX / 2},
    [TENON_SOCKET_NO_DELAY] = {IPPROTO_TCP, TCP_NODELAY, 1, 1},
};

static option_row option_of(int fd, tenon_socket_option which) {
    option_row row = option_rows[which];
    any_address a = {0};
    socklen_t len = sizeof a;
    if (which == TENON_SOCKET_HOP_LIMIT && getsockname(fd, &a.any, &len) == 0 &&
        a.any.sa_family == AF_INET6) {
        row.level = IPPROTO_IPV6;
        row.name = IPV6_UNICAST_HOPS;
    }
    return row;
}

/* Linux keeps and reports twice the size of a buffer, for what goes along with the data.
 */
static bool is_doubled(tenon_socket_option which) {
#ifdef __linux__
    return which == TENON_SOCKET_RECEIVE_BYTES || which == TENON_SOCKET_SEND_BYTES;
#else
    (void)which;
    return false;
#endif
}

static tenon_os_error get_option(void *user, tenon_file socket, tenon_socket_option which,
                                 uint64_t *out) {
    (void)user;
    option_row row = option_of((int)socket, which);
    int number = 0;
    socklen_t len = sizeof number;
    if (getsockopt((int)socket, row.level, row.name, &number, &len) < 0) {
        return tni_posix_error(errno);
    }
    uint64_t value = number < 0 ? 0 : (uint64_t)number;
    if (which == TENON_SOCKET_KEEP_ALIVE || which == TENON_SOCKET_NO_DELAY) {
        value = value != 0;
    }
    *out = is_doubled(which) ? value / 2 : value * row.unit;
    return TENON_OS_OK;
}

static tenon_os_error set_option(void *user, tenon_file socket, tenon_socket_option which,
                                 uint64_t value) {
    (void)user;
    option_row row = option_of((int)socket, which);
    uint64_t number = value / row.unit + (value % row.unit != 0);
    int bounded = (int)(number < row.most ? number : row.most);
    return outcome(
        setsockopt((int)socket, row.level, row.name, &bounded, sizeof bounded));
}

const tenon_net tni_posix_net = {
    .struct_bytes = sizeof(tenon_net),
    .open = open_socket,
    .close = close_socket,
    .bind = bind_socket,
    .listen = listen_on,
    .accept = accept_from,
    .connect = connect_to,
    .connected = connected,
    .shutdown = shut_down,
    .receive = receive,
    .send = send_bytes,
    .receive_from = receive_from,
    .send_to = send_to,
    .local_address = local_address,
    .remote_address = remote_address,
    .get_option = get_option,
    .set_option = set_option,
    .lookup_start = tni_posix_lookup_start,
    .lookup_next = tni_posix_lookup_next,
    .lookup_close = tni_posix_lookup_close,
    .peek = peek,
};
