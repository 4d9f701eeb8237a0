/* posix_watch.c: waiting for many files without naming all of them each time: the watch
 * hooks of the tenon_os table, by epoll where there is one. Elsewhere the hooks are NULL
 * and tenon_os.wait serves. */
#define _GNU_SOURCE
#include "platform/posix.h"

#ifdef __linux__
#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <time.h>
#include <unistd.h>

struct tenon_watch {
    int fd;
};

tenon_os_error tni_posix_watch_new(void *user, tenon_watch **out) {
    (void)user;
    tenon_watch *w = malloc(sizeof *w);
    if (w == NULL) {
        return TENON_OS_INSUFFICIENT_MEMORY;
    }
    w->fd = epoll_create1(EPOLL_CLOEXEC);
    if (w->fd < 0) {
        const int why = errno;
        free(w);
        return tni_posix_error(why);
    }
    *out = w;
    return TENON_OS_OK;
}

void tni_posix_watch_delete(void *user, tenon_watch *w) {
    (void)user;
    if (w != NULL) {
        close(w->fd);
        free(w);
    }
}

/* A descriptor that was closed has left the set by itself, so its number may be there or
 * not, whatever was done before. */
tenon_os_error tni_posix_watch_set(void *user, tenon_watch *w, tenon_file file,
                                   uint8_t events) {
    (void)user;
    struct epoll_event e = {.events = EPOLLONESHOT, .data.fd = (int)file};
    if (events == 0) {
        return epoll_ctl(w->fd, EPOLL_CTL_DEL, (int)file, &e) == 0 || errno == ENOENT ||
                       errno == EBADF
                   ? TENON_OS_OK
                   : tni_posix_error(errno);
    }
    e.events |= (events & TENON_WAIT_READ) != 0 ? EPOLLIN : 0;
    e.events |= (events & TENON_WAIT_WRITE) != 0 ? EPOLLOUT : 0;
    if (epoll_ctl(w->fd, EPOLL_CTL_MOD, (int)file, &e) == 0 ||
        (errno == ENOENT && epoll_ctl(w->fd, EPOLL_CTL_ADD, (int)file, &e) == 0)) {
        return TENON_OS_OK;
    }
    /* EPERM: a regular file or a directory, always ready. */
    return errno == EPERM ? TENON_OS_ALREADY : tni_posix_error(errno);
}

/* epoll counts in milliseconds: the last of them pass in ppoll. */
static int wait_until(int fd, struct epoll_event *events, int most,
                      uint64_t deadline_ns) {
    enum { COARSE_MS = 20 };
    uint64_t now = deadline_ns == 0 || deadline_ns == TENON_NO_DEADLINE
                       ? 0
                       : tni_posix_monotonic_ns(NULL);
    uint64_t left = deadline_ns > now ? deadline_ns - now : 0;
    if (deadline_ns == TENON_NO_DEADLINE) {
        return epoll_wait(fd, events, most, -1);
    }
    if (left > COARSE_MS * 1000000u) {
        uint64_t ms = left / 1000000 - 1;
        return epoll_wait(fd, events, most, ms < INT_MAX ? (int)ms : INT_MAX);
    }
    if (left > 0) {
        struct pollfd p = {fd, POLLIN, 0};
        struct timespec t = {0, (long)left};
        int n = ppoll(&p, 1, &t, NULL);
        if (n <= 0) {
            return n;
        }
    }
    return epoll_wait(fd, events, most, 0);
}

tenon_os_error tni_posix_watch_wait(void *user, tenon_watch *w, tenon_wait *ready,
                                    size_t capacity, size_t *count,
                                    uint64_t deadline_ns) {
    (void)user;
    enum { MOST = 256 };
    struct epoll_event events[MOST];
    int most = capacity < MOST ? (int)capacity : MOST;
    *count = 0;
    for (;;) {
        int n = wait_until(w->fd, events, most, deadline_ns);
        if (n < 0) {
            return tni_posix_error(errno);
        }
        if (n == 0 && deadline_ns != 0 &&
            (deadline_ns == TENON_NO_DEADLINE ||
             tni_posix_monotonic_ns(NULL) < deadline_ns)) {
            continue;
        }
        for (int i = 0; i < n; i++) {
            const uint32_t e = events[i].events;
            const bool is_over = (e & (EPOLLERR | EPOLLHUP)) != 0;
            unsigned what = (e & EPOLLIN) != 0 || is_over ? TENON_WAIT_READ : 0;
            what |= (e & EPOLLOUT) != 0 || is_over ? TENON_WAIT_WRITE : 0;
            ready[i] = (tenon_wait){events[i].data.fd, (uint8_t)what, true};
        }
        *count = (size_t)n;
        return TENON_OS_OK;
    }
}
#endif
