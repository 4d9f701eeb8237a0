/* posix_path.c: path resolution that never leaves a directory, whatever the path says and
 * whatever other processes do meanwhile.
 *
 * Where Linux has openat2 the kernel resolves (RESOLVE_BENEATH). Elsewhere, and when it
 * is refused, the path is walked one component at a time: every directory is opened by
 * name from the one before without following symbolic links, links are expanded here, and
 * `..` goes back to the descriptor it came from. Then nothing that is renamed or replaced
 * during the walk can lead outside: at worst the walk sees an older tree. */
#define _GNU_SOURCE
#define _FILE_OFFSET_BITS 64
#include "platform/posix.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sys/stat.h>
#include <unistd.h>
#ifdef __linux__
#include <linux/openat2.h>
#include <sys/syscall.h>
#endif

#ifndef PATH_MAX
#define PATH_MAX 4096
#endif

/* Directories that are only passed through need no permission to read. */
#if defined(O_PATH)
#define PASS_THROUGH (O_PATH | O_DIRECTORY | O_CLOEXEC)
#elif defined(O_SEARCH)
#define PASS_THROUGH (O_SEARCH | O_DIRECTORY | O_CLOEXEC)
#else
#define PASS_THROUGH (O_RDONLY | O_DIRECTORY | O_CLOEXEC)
#endif

#ifdef O_LARGEFILE
#define LARGE_FILE O_LARGEFILE
#else
#define LARGE_FILE 0
#endif

enum {
    MAX_LINKS = 40,      /* symbolic links followed in one path, as Linux has it */
    MAX_OPEN_DEPTH = 256 /* directories that a walk holds open */
};

/* -- the walk -- */

typedef struct walk {
    int root;
    int open[MAX_OPEN_DEPTH]; /* the way from the root to here */
    int depth;
    int *links;              /* symbolic links followed so far */
    char rest[2 * PATH_MAX]; /* what is left of the path, 0-terminated */
} walk;

static int here(const walk *w) {
    return w->depth == 0 ? w->root : w->open[w->depth - 1];
}

static void go_up(walk *w) {
    close(w->open[--w->depth]);
}

/* Puts a link's target before the rest of a path. Absolute targets lead outside. */
static tenon_os_error expand(int directory, const char *name, char *rest, size_t capacity,
                             int *links) {
    char target[PATH_MAX];
    ssize_t n = readlinkat(directory, name, target, sizeof target);
    if (n < 0) {
        return tni_posix_error(errno);
    }
    if (++*links > MAX_LINKS) {
        return TENON_OS_LOOP;
    }
    if (n == 0) {
        return TENON_OS_NO_ENTRY;
    }
    if (target[0] == '/') {
        return TENON_OS_NOT_PERMITTED;
    }
    size_t len = strlen(rest);
    if ((size_t)n == sizeof target || len + (size_t)n + 2 > capacity) {
        return TENON_OS_NAME_TOO_LONG;
    }
    memmove(rest + n + 1, rest, len + 1);
    memcpy(rest, target, (size_t)n);
    rest[n] = '/';
    return TENON_OS_OK;
}

/* Takes the first component off the rest. False at the end. */
static tenon_os_error next_component(walk *w, char name[TENON_NAME_BYTES], bool *more) {
    size_t start = strspn(w->rest, "/");
    size_t len = strcspn(w->rest + start, "/");
    *more = len > 0;
    if (len >= TENON_NAME_BYTES) {
        return TENON_OS_NAME_TOO_LONG;
    }
    memcpy(name, w->rest + start, len);
    name[len] = 0;
    memmove(w->rest, w->rest + start + len, strlen(w->rest + start + len) + 1);
    return TENON_OS_OK;
}

static tenon_os_error enter(walk *w, const char *name) {
    for (int tries = 0; tries < 8; tries++) {
        if (w->depth == MAX_OPEN_DEPTH) {
            return TENON_OS_NAME_TOO_LONG;
        }
        int fd = openat(here(w), name, PASS_THROUGH | O_NOFOLLOW);
        if (fd >= 0) {
            w->open[w->depth++] = fd;
            return TENON_OS_OK;
        }
        int why = errno;
        if (why == EINTR) {
            continue;
        }
        /* A symbolic link, perhaps: systems say it in different ways. */
        if (why != ENOTDIR && why != ELOOP && why != EMLINK) {
            return tni_posix_error(why);
        }
        tenon_os_error r = expand(here(w), name, w->rest, sizeof w->rest, w->links);
        if (r != TENON_OS_INVALID) {
            return r;
        }
        /* No link: not a directory, or it has become one just now. */
        struct stat st;
        if (fstatat(here(w), name, &st, AT_SYMLINK_NOFOLLOW) != 0 ||
            !S_ISDIR(st.st_mode)) {
            return TENON_OS_NOT_DIRECTORY;
        }
    }
    return TENON_OS_BUSY;
}

static tenon_os_error walk_all(walk *w) {
    for (;;) {
        char name[TENON_NAME_BYTES];
        bool more;
        tenon_os_error r = next_component(w, name, &more);
        if (r != TENON_OS_OK || !more) {
            return r;
        }
        if (strcmp(name, ".") == 0) {
            continue;
        }
        if (strcmp(name, "..") == 0) {
            if (w->depth == 0) {
                return TENON_OS_NOT_PERMITTED;
            }
            go_up(w);
            continue;
        }
        r = enter(w, name);
        if (r != TENON_OS_OK) {
            return r;
        }
    }
}

/* Opens a directory for passing through. `text` is 0-terminated and relative. */
static tenon_os_error walk_directory(int root, const char *text, int *links, int *out) {
    walk w;
    w.root = root;
    w.depth = 0;
    w.links = links;
    size_t len = strlen(text);
    if (len >= sizeof w.rest) {
        return TENON_OS_NAME_TOO_LONG;
    }
    memcpy(w.rest, text, len + 1);
    tenon_os_error r = walk_all(&w);
    if (r == TENON_OS_OK && w.depth == 0) {
        *out = openat(root, ".", PASS_THROUGH);
        r = *out < 0 ? tni_posix_error(errno) : TENON_OS_OK;
    } else if (r == TENON_OS_OK) {
        *out = w.open[--w.depth];
    }
    while (w.depth > 0) {
        go_up(&w);
    }
    return r;
}

/* -- openat2 -- */

/* TENON_OS_UNSUPPORTED: let the walk decide. */
static tenon_os_error kernel_open(void *user, int root, const char *text, int flags,
                                  int *out) {
#if defined(__linux__) && defined(SYS_openat2)
    if (user == TNI_POSIX_WALK) {
        return TENON_OS_UNSUPPORTED;
    }
    struct open_how how = {
        .flags = (unsigned)flags,
        .mode = (flags & O_CREAT) != 0 ? 0666 : 0,
        .resolve = RESOLVE_BENEATH | RESOLVE_NO_MAGICLINKS,
    };
    for (int tries = 0; tries < 32; tries++) {
        long fd = syscall(SYS_openat2, root, text, &how, sizeof how);
        if (fd >= 0) {
            *out = (int)fd;
            return TENON_OS_OK;
        }
        switch (errno) {
        case EAGAIN: /* something was renamed meanwhile */
        case EINTR: continue;
        case EXDEV: return TENON_OS_NOT_PERMITTED;
        case ENOSYS:
        case EPERM: /* also how sandboxes refuse a system call */
        case E2BIG: return TENON_OS_UNSUPPORTED;
        default: return tni_posix_error(errno);
        }
    }
#else
    (void)user;
    (void)root;
    (void)text;
    (void)flags;
    (void)out;
#endif
    return TENON_OS_UNSUPPORTED;
}

static tenon_os_error open_directory(void *user, int root, const char *text, int *links,
                                     int *out) {
    tenon_os_error r = kernel_open(user, root, text, PASS_THROUGH, out);
    return r == TENON_OS_UNSUPPORTED ? walk_directory(root, text, links, out) : r;
}

/* -- places -- */

/* A path as a C string with its trailing slashes taken off. */
typedef struct text {
    char bytes[2 * PATH_MAX];
    bool slash;
} text;

static tenon_os_error copy_path(tenon_path path, text *t) {
    if (path.len == 0) {
        return TENON_OS_NO_ENTRY;
    }
    if (memchr(path.text, 0, path.len) != NULL) {
        return TENON_OS_INVALID;
    }
    if (path.text[0] == '/') {
        return TENON_OS_NOT_PERMITTED;
    }
    if (path.len >= PATH_MAX) {
        return TENON_OS_NAME_TOO_LONG;
    }
    memcpy(t->bytes, path.text, path.len);
    t->bytes[path.len] = 0;
    t->slash = false;
    return TENON_OS_OK;
}

static void strip_slashes(text *t) {
    size_t len = strlen(t->bytes);
    while (len > 1 && t->bytes[len - 1] == '/') {
        t->bytes[--len] = 0;
        t->slash = true;
    }
}

/* The last component, and the path before it cut off at *parent_len. */
static const char *last_component(const text *t, size_t *parent_len) {
    const char *slash = strrchr(t->bytes, '/');
    *parent_len = slash == NULL ? 0 : (size_t)(slash - t->bytes);
    return slash == NULL ? t->bytes : slash + 1;
}

/* One step: the parent of what the text names, and the name in it. */
static tenon_os_error locate_once(void *user, int root, text *t, int *links,
                                  tni_place *out) {
    strip_slashes(t);
    size_t parent_len;
    const char *name = last_component(t, &parent_len);
    if (strcmp(name, ".") == 0 || strcmp(name, "..") == 0) {
        strcpy(out->name, ".");
        out->owned = true;
        return open_directory(user, root, t->bytes, links, &out->directory);
    }
    size_t len = strlen(name);
    if (len >= sizeof out->name) {
        return TENON_OS_NAME_TOO_LONG;
    }
    memcpy(out->name, name, len + 1);
    if (parent_len == 0) {
        out->directory = root;
        out->owned = false;
        return TENON_OS_OK;
    }
    char parent[2 * PATH_MAX];
    memcpy(parent, t->bytes, parent_len);
    parent[parent_len] = 0;
    out->owned = true;
    return open_directory(user, root, parent, links, &out->directory);
}

/* Replaces the last component by the target of the link that it is. */
static tenon_os_error replace_last(const tni_place *place, text *t, int *links) {
    size_t parent_len;
    const char *name = last_component(t, &parent_len);
    char rest[PATH_MAX + 1] = "";
    tenon_os_error r = expand(place->directory, place->name, rest, sizeof rest, links);
    if (r != TENON_OS_OK) {
        return r;
    }
    size_t at = (size_t)(name - t->bytes);
    size_t len = strlen(rest); /* with the slash that expand adds */
    bool slash = len >= 2 && rest[len - 2] == '/';
    rest[len - 1] = 0;
    if (at + len >= sizeof t->bytes) {
        return TENON_OS_NAME_TOO_LONG;
    }
    memcpy(t->bytes + at, rest, len);
    t->slash = t->slash || slash;
    return TENON_OS_OK;
}

static tenon_os_error locate(void *user, int root, text *t, bool follow, tni_place *out) {
    int links = 0;
    for (;;) {
        tenon_os_error r = locate_once(user, root, t, &links, out);
        if (r != TENON_OS_OK) {
            return r;
        }
        out->must_be_directory = t->slash;
        if (!(follow || t->slash)) {
            return TENON_OS_OK;
        }
        r = replace_last(out, t, &links);
        if (r == TENON_OS_INVALID || r == TENON_OS_NO_ENTRY) {
            return TENON_OS_OK; /* no link, or nothing there yet */
        }
        tni_posix_leave(out);
        if (r != TENON_OS_OK) {
            return r;
        }
    }
}

tenon_os_error tni_posix_locate(void *user, tenon_path path, bool follow,
                                tni_place *out) {
    text t;
    tenon_os_error r = copy_path(path, &t);
    return r != TENON_OS_OK ? r : locate(user, (int)path.directory, &t, follow, out);
}

void tni_posix_leave(tni_place *place) {
    if (place->owned) {
        int keep = errno;
        close(place->directory);
        errno = keep;
    }
    place->owned = false;
}

/* open(2) at a place; a link that took its place meanwhile is TENON_OS_LOOP. */
static tenon_os_error open_at_place(const tni_place *place, int flags, int *out) {
    if (place->must_be_directory) {
        if ((flags & O_CREAT) != 0) {
            return TENON_OS_IS_DIRECTORY;
        }
        flags |= O_DIRECTORY;
    }
    do {
        *out = openat(place->directory, place->name, flags | O_NOFOLLOW, 0666);
    } while (*out < 0 && errno == EINTR);
    if (*out >= 0) {
        return TENON_OS_OK;
    }
    return tni_posix_error(errno == EMLINK ? ELOOP : errno); /* BSD says EMLINK */
}

tenon_os_error tni_posix_open(void *user, tenon_path path, int posix_flags, bool follow,
                              tenon_file *out) {
    text t;
    tenon_os_error r = copy_path(path, &t);
    if (r != TENON_OS_OK) {
        return r;
    }
    posix_flags |= O_CLOEXEC | O_NOCTTY | O_NONBLOCK | LARGE_FILE;
    if ((posix_flags & (O_CREAT | O_EXCL)) == (O_CREAT | O_EXCL)) {
        follow = false; /* what is there already, link or not, is an error */
    }
    int fd = -1;
    r = kernel_open(user, (int)path.directory, t.bytes,
                    posix_flags | (follow ? 0 : O_NOFOLLOW), &fd);
    if (r == TENON_OS_UNSUPPORTED) {
        tni_place place;
        r = locate(user, (int)path.directory, &t, follow, &place);
        if (r == TENON_OS_OK) {
            r = open_at_place(&place, posix_flags, &fd);
            tni_posix_leave(&place);
        }
    }
    *out = fd;
    return r;
}
