/* posix_lookup.c: looking names up on POSIX systems, each in a thread of its own, since
 * getaddrinfo waits. */
#define _GNU_SOURCE
#include "platform/posix.h"

#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

/* Shared by the thread and by who asked; whoever is last frees it. */
struct tenon_lookup {
    pthread_mutex_t lock;
    int references; /* under the lock, as are done and error */
    bool done;
    tenon_os_error error;
    struct addrinfo *found;
    const struct addrinfo *next; /* of who asked alone */
    int event[2];                /* a pipe: whose write end is closed when it is done */
    char name[];
};

static void release(tenon_lookup *l) {
    pthread_mutex_lock(&l->lock);
    bool last = --l->references == 0;
    pthread_mutex_unlock(&l->lock);
    if (last) {
        if (l->found != NULL) {
            freeaddrinfo(l->found);
        }
        pthread_mutex_destroy(&l->lock);
        free(l);
    }
}

static tenon_os_error error_of(int code, int number) {
    switch (code) {
    case 0: return TENON_OS_OK;
    case EAI_AGAIN: return TENON_OS_RESOLVER_BUSY;
    case EAI_MEMORY: return TENON_OS_INSUFFICIENT_MEMORY;
    case EAI_SYSTEM:
        return number == EMFILE || number == ENFILE ? TENON_OS_RESOLVER_BUSY
                                                    : TENON_OS_RESOLVER_FAILED;
    case EAI_NONAME:
#if defined(EAI_NODATA) && EAI_NODATA != EAI_NONAME
    case EAI_NODATA:
#endif
#if defined(EAI_ADDRFAMILY) && EAI_ADDRFAMILY != EAI_NONAME
    case EAI_ADDRFAMILY:
#endif
        return TENON_OS_NAME_UNKNOWN;
    default: return TENON_OS_RESOLVER_FAILED;
    }
}

static void *look_up(void *arg) {
    tenon_lookup *l = arg;
    struct addrinfo hints = {0}, *found = NULL;
    hints.ai_socktype = SOCK_STREAM; /* each address once */
    int code = getaddrinfo(l->name, NULL, &hints, &found);
    tenon_os_error error = error_of(code, errno);
    pthread_mutex_lock(&l->lock);
    l->done = true;
    l->error = error;
    l->found = code == 0 ? found : NULL;
    l->next = l->found;
    pthread_mutex_unlock(&l->lock);
    close(l->event[1]);
    release(l);
    return NULL;
}

/* The thread takes no signals: they are the program's. */
static int start_thread(tenon_lookup *l) {
    pthread_attr_t how;
    int r = pthread_attr_init(&how);
    if (r != 0) {
        return r;
    }
    sigset_t all, old;
    sigfillset(&all);
    pthread_attr_setdetachstate(&how, PTHREAD_CREATE_DETACHED);
    pthread_sigmask(SIG_SETMASK, &all, &old);
    pthread_t thread;
    r = pthread_create(&thread, &how, look_up, l);
    pthread_sigmask(SIG_SETMASK, &old, NULL);
    pthread_attr_destroy(&how);
    return r;
}

/* Too many open files now is not too many later. */
static tenon_os_error open_event(int event[2]) {
    if (pipe(event) < 0) {
        return TENON_OS_RESOLVER_BUSY;
    }
    fcntl(event[0], F_SETFD, FD_CLOEXEC);
    fcntl(event[1], F_SETFD, FD_CLOEXEC);
    return TENON_OS_OK;
}

tenon_os_error tni_posix_lookup_start(void *user, const char *name, tenon_lookup **out,
                                      tenon_file *event) {
    (void)user;
    size_t len = strlen(name) + 1;
    tenon_lookup *l = calloc(1, sizeof *l + len);
    if (l == NULL || pthread_mutex_init(&l->lock, NULL) != 0) {
        free(l);
        return TENON_OS_INSUFFICIENT_MEMORY;
    }
    memcpy(l->name, name, len);
    l->references = 1;
    tenon_os_error r = open_event(l->event);
    if (r != TENON_OS_OK) {
        release(l);
        return r;
    }
    l->references = 2;
    if (start_thread(l) != 0) {
        close(l->event[0]);
        close(l->event[1]);
        l->references = 1;
        release(l);
        return TENON_OS_RESOLVER_BUSY;
    }
    *out = l;
    *event = l->event[0];
    return TENON_OS_OK;
}

tenon_os_error tni_posix_lookup_next(void *user, tenon_lookup *l, tenon_address *out,
                                     bool *end) {
    (void)user;
    pthread_mutex_lock(&l->lock);
    tenon_os_error r = l->done ? l->error : TENON_OS_WOULD_BLOCK;
    pthread_mutex_unlock(&l->lock);
    *end = false;
    while (r == TENON_OS_OK && l->next != NULL) {
        const struct addrinfo *a = l->next;
        l->next = a->ai_next;
        if (tni_posix_address(a->ai_addr, out)) {
            return TENON_OS_OK;
        }
    }
    *end = r == TENON_OS_OK;
    return r;
}

void tni_posix_lookup_close(void *user, tenon_lookup *l) {
    (void)user;
    close(l->event[0]);
    release(l);
}
