/* posix_files.c: files, directories, streams and waiting on POSIX systems: the tenon_os
 * table. Paths go through posix_path.c, which keeps them inside their directory. */
#define _GNU_SOURCE
#define _FILE_OFFSET_BITS 64
#include "platform/posix.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h> /* renameat */
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

#ifndef O_RSYNC
#define O_RSYNC 0
#endif
#ifndef O_DSYNC
#define O_DSYNC 0
#endif
#ifndef PIPE_BUF
#define PIPE_BUF 512
#endif

/* -- errors -- */

typedef struct error_row {
    int number;
    tenon_os_error error;
} error_row;

static const error_row error_rows[] = {
    {EACCES, TENON_OS_ACCESS},
    {EAGAIN, TENON_OS_WOULD_BLOCK},
    {EALREADY, TENON_OS_ALREADY},
    {EBADF, TENON_OS_BAD_DESCRIPTOR},
    {EBUSY, TENON_OS_BUSY},
    {EDEADLK, TENON_OS_DEADLOCK},
    {EDQUOT, TENON_OS_QUOTA},
    {EEXIST, TENON_OS_EXIST},
    {EFBIG, TENON_OS_FILE_TOO_LARGE},
    {EILSEQ, TENON_OS_ILLEGAL_BYTE_SEQUENCE},
    {EINPROGRESS, TENON_OS_IN_PROGRESS},
    {EINTR, TENON_OS_INTERRUPTED},
    {EINVAL, TENON_OS_INVALID},
    {EIO, TENON_OS_IO},
    {EISDIR, TENON_OS_IS_DIRECTORY},
    {ELOOP, TENON_OS_LOOP},
    {EMLINK, TENON_OS_TOO_MANY_LINKS},
    {EMSGSIZE, TENON_OS_MESSAGE_SIZE},
    {ENAMETOOLONG, TENON_OS_NAME_TOO_LONG},
    {ENODEV, TENON_OS_NO_DEVICE},
    {ENOENT, TENON_OS_NO_ENTRY},
    {ENOLCK, TENON_OS_NO_LOCK},
    {ENOMEM, TENON_OS_INSUFFICIENT_MEMORY},
    {EMFILE, TENON_OS_TOO_MANY_FILES},
    {ENFILE, TENON_OS_TOO_MANY_FILES},
    {ENOSPC, TENON_OS_INSUFFICIENT_SPACE},
    {ENOTDIR, TENON_OS_NOT_DIRECTORY},
    {ENOTEMPTY, TENON_OS_NOT_EMPTY},
    {ENOTRECOVERABLE, TENON_OS_NOT_RECOVERABLE},
    {ENOTSUP, TENON_OS_UNSUPPORTED},
    {ENOSYS, TENON_OS_UNSUPPORTED},
    {ENOTTY, TENON_OS_NO_TTY},
    {ENXIO, TENON_OS_NO_SUCH_DEVICE},
    {EOVERFLOW, TENON_OS_OVERFLOW},
    {EPERM, TENON_OS_NOT_PERMITTED},
    {EPIPE, TENON_OS_PIPE},
    {EROFS, TENON_OS_READ_ONLY},
    {ESPIPE, TENON_OS_INVALID_SEEK},
    {ETXTBSY, TENON_OS_TEXT_FILE_BUSY},
    {EXDEV, TENON_OS_CROSS_DEVICE},
    {ENOBUFS, TENON_OS_INSUFFICIENT_MEMORY},
    {EAFNOSUPPORT, TENON_OS_UNSUPPORTED},
    {EPROTONOSUPPORT, TENON_OS_UNSUPPORTED},
    {ETIMEDOUT, TENON_OS_TIMED_OUT},
    {EADDRINUSE, TENON_OS_ADDRESS_IN_USE},
    {EADDRNOTAVAIL, TENON_OS_ADDRESS_NOT_AVAILABLE},
    {EHOSTUNREACH, TENON_OS_UNREACHABLE},
    {ENETUNREACH, TENON_OS_UNREACHABLE},
    {ENETDOWN, TENON_OS_UNREACHABLE},
    {ENETRESET, TENON_OS_UNREACHABLE},
    {ECONNREFUSED, TENON_OS_CONNECTION_REFUSED},
    {ECONNRESET, TENON_OS_CONNECTION_RESET},
    {ECONNABORTED, TENON_OS_CONNECTION_ABORTED},
    {ENOTCONN, TENON_OS_NOT_CONNECTED},
};

tenon_os_error tni_posix_error(int number) {
    for (size_t i = 0; i < sizeof error_rows / sizeof error_rows[0]; i++) {
        if (error_rows[i].number == number) {
            return error_rows[i].error;
        }
    }
    return TENON_OS_IO;
}

static tenon_os_error outcome(int result) {
    return result < 0 ? tni_posix_error(errno) : TENON_OS_OK;
}

/* -- opening -- */

static tenon_os_error open_root(void *user, const char *host_path, tenon_file *out) {
    (void)user;
    *out = open(host_path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    return outcome((int)*out);
}

static tenon_os_error open_file(void *user, tenon_path path, unsigned flags,
                                tenon_file *out) {
    bool read = (flags & TENON_OPEN_READ) != 0;
    bool write = (flags & TENON_OPEN_WRITE) != 0;
    int f = write ? (read ? O_RDWR : O_WRONLY) : O_RDONLY;
    f |= (flags & TENON_OPEN_CREATE) != 0 ? O_CREAT : 0;
    f |= (flags & TENON_OPEN_DIRECTORY) != 0 ? O_DIRECTORY : 0;
    f |= (flags & TENON_OPEN_EXCLUSIVE) != 0 ? O_EXCL : 0;
    f |= (flags & TENON_OPEN_TRUNCATE) != 0 ? O_TRUNC : 0;
    f |= (flags & TENON_OPEN_SYNC) != 0 ? O_SYNC : 0;
    f |= (flags & TENON_OPEN_DATA_SYNC) != 0 ? O_DSYNC : 0;
    f |= (flags & TENON_OPEN_READ_SYNC) != 0 ? O_RSYNC : 0;
    if ((f & O_DIRECTORY) != 0 && (f & (O_CREAT | O_TRUNC)) != 0) {
        return TENON_OS_INVALID;
    }
    if ((f & O_EXCL) != 0 && (f & O_CREAT) == 0) {
        f &= ~O_EXCL; /* means nothing alone */
    }
    return tni_posix_open(user, path, f, (flags & TENON_OPEN_FOLLOW) != 0, out);
}

static void close_file(void *user, tenon_file file) {
    (void)user;
    close((int)file);
}

/* -- reading and writing -- */

static size_t io_limit(size_t len) {
    return len < INT_MAX ? len : INT_MAX; /* some systems refuse more in one call */
}

static tenon_os_error moved(ssize_t result, size_t *n) {
    *n = result < 0 ? 0 : (size_t)result;
    return result < 0 ? tni_posix_error(errno) : TENON_OS_OK;
}

static tenon_os_error read_at(void *user, tenon_file file, void *buf, size_t len,
                              uint64_t offset, size_t *n) {
    (void)user;
    *n = 0;
    if (offset > INT64_MAX) {
        return TENON_OS_INVALID;
    }
    ssize_t r;
    do {
        r = pread((int)file, buf, io_limit(len), (off_t)offset);
    } while (r < 0 && errno == EINTR);
    return moved(r, n);
}

static tenon_os_error write_at(void *user, tenon_file file, const void *buf, size_t len,
                               uint64_t offset, size_t *n) {
    (void)user;
    *n = 0;
    if (offset > INT64_MAX) {
        return TENON_OS_INVALID;
    }
    ssize_t r;
    do {
        r = pwrite((int)file, buf, io_limit(len), (off_t)offset);
    } while (r < 0 && errno == EINTR);
    return moved(r, n);
}

static tenon_os_error append(void *user, tenon_file file, const void *buf, size_t len,
                             size_t *n) {
#ifdef RWF_APPEND
    /* The kernel finds the end and writes in one step. */
    struct iovec v = {(void *)(uintptr_t)buf, io_limit(len)};
    ssize_t r;
    do {
        r = pwritev2((int)file, &v, 1, -1, RWF_APPEND);
    } while (r < 0 && errno == EINTR);
    if (r >= 0 || (errno != EOPNOTSUPP && errno != ENOSYS)) {
        return moved(r, n);
    }
#endif
    struct stat st;
    if (fstat((int)file, &st) != 0) {
        return tni_posix_error(errno);
    }
    return write_at(user, file, buf, len, (uint64_t)st.st_size, n);
}

/* Whether a stream can move bytes now, its end or error counting as that. */
static bool is_ready(int fd, short events) {
    struct pollfd p = {fd, events, 0};
    int r;
    do {
        r = poll(&p, 1, 0);
    } while (r < 0 && errno == EINTR);
    return r != 0;
}

static tenon_os_error read_stream(void *user, tenon_file file, void *buf, size_t len,
                                  size_t *n) {
    (void)user;
    *n = 0;
    if (!is_ready((int)file, POLLIN)) {
        return TENON_OS_WOULD_BLOCK;
    }
    ssize_t r;
    do {
        r = read((int)file, buf, io_limit(len));
    } while (r < 0 && errno == EINTR);
    return moved(r, n);
}

/* write(2) without the process dying of SIGPIPE. */
static ssize_t write_quietly(int fd, const void *buf, size_t len) {
    struct sigaction how;
    if (sigaction(SIGPIPE, NULL, &how) == 0 && how.sa_handler == SIG_IGN) {
        return write(fd, buf, len);
    }
    sigset_t only, old, pending;
    sigemptyset(&only);
    sigaddset(&only, SIGPIPE);
    sigpending(&pending);
    pthread_sigmask(SIG_BLOCK, &only, &old);
    ssize_t r = write(fd, buf, len);
    int why = errno;
    if (r < 0 && why == EPIPE && !sigismember(&pending, SIGPIPE)) {
        int caught;
        sigpending(&pending);
        if (sigismember(&pending, SIGPIPE)) {
            sigwait(&only, &caught);
        }
    }
    pthread_sigmask(SIG_SETMASK, &old, NULL);
    errno = why;
    return r;
}

static tenon_os_error write_stream(void *user, tenon_file file, const void *buf,
                                   size_t len, size_t *n) {
    (void)user;
    *n = 0;
    if (!is_ready((int)file, POLLOUT)) {
        return TENON_OS_WOULD_BLOCK;
    }
    /* A pipe that is ready takes this much without blocking. */
    size_t most = len < PIPE_BUF ? len : PIPE_BUF;
    ssize_t r;
    do {
        r = write_quietly((int)file, buf, most);
    } while (r < 0 && errno == EINTR);
    return moved(r, n);
}

/* -- files -- */

static tenon_file_type type_of_mode(mode_t mode) {
    switch (mode & S_IFMT) {
    case S_IFBLK: return TENON_FILE_BLOCK_DEVICE;
    case S_IFCHR: return TENON_FILE_CHARACTER_DEVICE;
    case S_IFDIR: return TENON_FILE_DIRECTORY;
    case S_IFIFO: return TENON_FILE_FIFO;
    case S_IFLNK: return TENON_FILE_SYMBOLIC_LINK;
    case S_IFREG: return TENON_FILE_REGULAR;
    case S_IFSOCK: return TENON_FILE_SOCKET;
    default: return TENON_FILE_UNKNOWN;
    }
}

#ifdef __APPLE__
#define TIME_OF(st, which) ((st)->st_##which##timespec)
#else
#define TIME_OF(st, which) ((st)->st_##which##tim)
#endif

static tenon_time time_of(struct timespec t) {
    return (tenon_time){t.tv_sec, (uint32_t)t.tv_nsec};
}

static void fill_stat(const struct stat *st, tenon_file_stat *out) {
    *out = (tenon_file_stat){
        .type = type_of_mode(st->st_mode),
        .has_times = true,
        .link_count = (uint64_t)st->st_nlink,
        .size_bytes = (uint64_t)st->st_size,
        .accessed = time_of(TIME_OF(st, a)),
        .modified = time_of(TIME_OF(st, m)),
        .changed = time_of(TIME_OF(st, c)),
        .device = (uint64_t)st->st_dev,
        .inode = (uint64_t)st->st_ino,
    };
}

static tenon_os_error stat_file(void *user, tenon_file file, tenon_file_stat *out) {
    (void)user;
    struct stat st;
    if (fstat((int)file, &st) != 0) {
        return tni_posix_error(errno);
    }
    fill_stat(&st, out);
    return TENON_OS_OK;
}

static tenon_os_error fill_time(tenon_new_time t, struct timespec *out) {
    *out = (struct timespec){0};
    switch (t.what) {
    case TENON_TIME_KEEP: out->tv_nsec = UTIME_OMIT; return TENON_OS_OK;
    case TENON_TIME_NOW: out->tv_nsec = UTIME_NOW; return TENON_OS_OK;
    case TENON_TIME_SET: break;
    }
    if (t.time.nanoseconds >= 1000000000) {
        return TENON_OS_INVALID;
    }
    out->tv_sec = (time_t)t.time.seconds;
    out->tv_nsec = (long)t.time.nanoseconds;
    return out->tv_sec == t.time.seconds ? TENON_OS_OK : TENON_OS_OVERFLOW;
}

static tenon_os_error fill_times(tenon_new_time accessed, tenon_new_time modified,
                                 struct timespec out[2]) {
    tenon_os_error r = fill_time(accessed, &out[0]);
    return r != TENON_OS_OK ? r : fill_time(modified, &out[1]);
}

static tenon_os_error set_times(void *user, tenon_file file, tenon_new_time accessed,
                                tenon_new_time modified) {
    (void)user;
    struct timespec t[2];
    tenon_os_error r = fill_times(accessed, modified, t);
    return r != TENON_OS_OK ? r : outcome(futimens((int)file, t));
}

static tenon_os_error set_size(void *user, tenon_file file, uint64_t size_bytes) {
    (void)user;
    if (size_bytes > INT64_MAX) {
        return TENON_OS_FILE_TOO_LARGE;
    }
    int r;
    do {
        r = ftruncate((int)file, (off_t)size_bytes);
    } while (r < 0 && errno == EINTR);
    return outcome(r);
}

static tenon_os_error sync_file(void *user, tenon_file file, bool data_only) {
    (void)user;
#ifdef __APPLE__
    (void)data_only;
    int r = fsync((int)file);
#else
    int r = data_only ? fdatasync((int)file) : fsync((int)file);
#endif
    /* Devices and pipes have nothing to bring to a disk. */
    return r < 0 && (errno == EINVAL || errno == ENOTSUP) ? TENON_OS_OK : outcome(r);
}

static tenon_os_error advise(void *user, tenon_file file, uint64_t offset, uint64_t len,
                             tenon_advice advice) {
    (void)user;
    if (len > INT64_MAX) {
        return TENON_OS_INVALID;
    }
    if (offset > INT64_MAX) {
        return TENON_OS_OK; /* no file has bytes there */
    }
    if (len > INT64_MAX - offset) {
        len = 0; /* to the end */
    }
#ifdef POSIX_FADV_NORMAL
    static const int table[] = {POSIX_FADV_NORMAL,   POSIX_FADV_SEQUENTIAL,
                                POSIX_FADV_RANDOM,   POSIX_FADV_WILLNEED,
                                POSIX_FADV_DONTNEED, POSIX_FADV_NOREUSE};
    int r = posix_fadvise((int)file, (off_t)offset, (off_t)len, table[advice]);
    return r != 0 ? tni_posix_error(r) : TENON_OS_OK;
#else
    (void)file;
    (void)advice;
    return TENON_OS_OK;
#endif
}

#ifndef __APPLE__ /* which has another way, without growth */
static tenon_os_error allocate(void *user, tenon_file file, uint64_t offset,
                               uint64_t len) {
    (void)user;
    if (offset > INT64_MAX || len > INT64_MAX - offset) {
        return TENON_OS_FILE_TOO_LARGE;
    }
    int r;
    do {
        r = posix_fallocate((int)file, (off_t)offset, (off_t)len);
    } while (r == EINTR);
    return r != 0 ? tni_posix_error(r) : TENON_OS_OK;
}
#endif

/* -- paths -- */

/* What is at a place, which a slash at the path's end wants to be a directory. */
static tenon_os_error look(const tni_place *p, struct stat *st) {
    if (fstatat(p->directory, p->name, st, AT_SYMLINK_NOFOLLOW) != 0) {
        return tni_posix_error(errno);
    }
    return p->must_be_directory && !S_ISDIR(st->st_mode) ? TENON_OS_NOT_DIRECTORY
                                                         : TENON_OS_OK;
}

static tenon_os_error stat_path(void *user, tenon_path path, bool follow,
                                tenon_file_stat *out) {
    tni_place p;
    tenon_os_error r = tni_posix_locate(user, path, follow, &p);
    if (r != TENON_OS_OK) {
        return r;
    }
    struct stat st;
    r = look(&p, &st);
    tni_posix_leave(&p);
    if (r == TENON_OS_OK) {
        fill_stat(&st, out);
    }
    return r;
}

static tenon_os_error set_times_path(void *user, tenon_path path, bool follow,
                                     tenon_new_time accessed, tenon_new_time modified) {
    struct timespec t[2];
    tenon_os_error r = fill_times(accessed, modified, t);
    if (r != TENON_OS_OK) {
        return r;
    }
    tni_place p;
    r = tni_posix_locate(user, path, follow, &p);
    if (r != TENON_OS_OK) {
        return r;
    }
    struct stat st;
    r = p.must_be_directory ? look(&p, &st) : TENON_OS_OK;
    if (r == TENON_OS_OK) {
        r = outcome(utimensat(p.directory, p.name, t, AT_SYMLINK_NOFOLLOW));
    }
    tni_posix_leave(&p);
    return r;
}

/* Trailing slashes: POSIX lets them stand after the name of a directory, existing or
 * about to be made. A link's name with a slash names the directory behind it, which none
 * of the operations below may take for the link: locate without following, then decide.
 */
static tenon_os_error locate_entry(void *user, tenon_path path, tni_place *p,
                                   bool *slash) {
    size_t len = path.len;
    while (path.len > 1 && path.text[path.len - 1] == '/') {
        path.len--;
    }
    *slash = path.len != len;
    return tni_posix_locate(user, path, false, p);
}

static tenon_os_error make_directory(void *user, tenon_path path) {
    tni_place p;
    bool slash;
    tenon_os_error r = locate_entry(user, path, &p, &slash);
    if (r == TENON_OS_OK) {
        r = outcome(mkdirat(p.directory, p.name, 0777));
        tni_posix_leave(&p);
    }
    return r;
}

static tenon_os_error remove_directory(void *user, tenon_path path) {
    tni_place p;
    bool slash;
    tenon_os_error r = locate_entry(user, path, &p, &slash);
    if (r == TENON_OS_OK) {
        r = outcome(unlinkat(p.directory, p.name, AT_REMOVEDIR));
        if (r == TENON_OS_EXIST) {
            r = TENON_OS_NOT_EMPTY; /* POSIX allows either */
        }
        tni_posix_leave(&p);
    }
    return r;
}

static bool is_directory(const tni_place *p) {
    struct stat st;
    return fstatat(p->directory, p->name, &st, AT_SYMLINK_NOFOLLOW) == 0 &&
           S_ISDIR(st.st_mode);
}

/* An entry named with a slash that is no directory. */
static tenon_os_error not_directory(const tni_place *p) {
    struct stat st;
    if (fstatat(p->directory, p->name, &st, AT_SYMLINK_NOFOLLOW) != 0) {
        return tni_posix_error(errno);
    }
    return TENON_OS_NOT_DIRECTORY;
}

static tenon_os_error unlink_file(void *user, tenon_path path) {
    tni_place p;
    bool slash;
    tenon_os_error r = locate_entry(user, path, &p, &slash);
    if (r != TENON_OS_OK) {
        return r;
    }
    if (slash && !is_directory(&p)) {
        r = not_directory(&p);
    } else {
        r = outcome(unlinkat(p.directory, p.name, 0));
        if (r == TENON_OS_NOT_PERMITTED && is_directory(&p)) {
            r = TENON_OS_IS_DIRECTORY; /* what POSIX has for EISDIR */
        }
    }
    tni_posix_leave(&p);
    return r;
}

static tenon_os_error rename_path(void *user, tenon_path from, tenon_path to) {
    tni_place a, b;
    bool slash_a, slash_b;
    tenon_os_error r = locate_entry(user, from, &a, &slash_a);
    if (r != TENON_OS_OK) {
        return r;
    }
    r = locate_entry(user, to, &b, &slash_b);
    if (r == TENON_OS_OK) {
        if ((slash_a || slash_b) && !is_directory(&a)) {
            r = not_directory(&a);
        } else {
            r = outcome(renameat(a.directory, a.name, b.directory, b.name));
        }
        tni_posix_leave(&b);
    }
    tni_posix_leave(&a);
    return r;
}

static tenon_os_error link_path(void *user, tenon_path from, bool follow, tenon_path to) {
    tni_place a, b;
    bool slash_b;
    tenon_os_error r = tni_posix_locate(user, from, follow, &a);
    if (r != TENON_OS_OK) {
        return r;
    }
    r = locate_entry(user, to, &b, &slash_b);
    if (r == TENON_OS_OK) {
        struct stat st;
        r = look(&a, &st);
        if (r == TENON_OS_OK && S_ISDIR(st.st_mode)) {
            r = TENON_OS_NOT_PERMITTED;
        } else if (r == TENON_OS_OK && slash_b) {
            r = fstatat(b.directory, b.name, &st, AT_SYMLINK_NOFOLLOW) == 0
                    ? TENON_OS_EXIST
                    : TENON_OS_NO_ENTRY;
        } else if (r == TENON_OS_OK) {
            r = outcome(linkat(a.directory, a.name, b.directory, b.name, 0));
        }
        tni_posix_leave(&b);
    }
    tni_posix_leave(&a);
    return r;
}

static tenon_os_error make_link(void *user, const char *target, tenon_path path) {
    tni_place p;
    bool slash;
    tenon_os_error r = locate_entry(user, path, &p, &slash);
    if (r != TENON_OS_OK) {
        return r;
    }
    struct stat st;
    if (slash) {
        r = fstatat(p.directory, p.name, &st, AT_SYMLINK_NOFOLLOW) == 0
                ? TENON_OS_EXIST
                : TENON_OS_NO_ENTRY;
    } else {
        r = outcome(symlinkat(target, p.directory, p.name));
    }
    tni_posix_leave(&p);
    return r;
}

static tenon_os_error read_link(void *user, tenon_path path, char *buf, size_t capacity,
                                size_t *len) {
    tni_place p;
    tenon_os_error r = tni_posix_locate(user, path, false, &p);
    if (r != TENON_OS_OK) {
        return r;
    }
    struct stat st;
    r = look(&p, &st);
    if (r == TENON_OS_OK) {
        ssize_t n = readlinkat(p.directory, p.name, buf, capacity);
        r = outcome(n < 0 ? -1 : 0);
        if (r == TENON_OS_OK && (size_t)n == capacity) {
            r = TENON_OS_NAME_TOO_LONG;
        }
        *len = n < 0 ? 0 : (size_t)n;
    }
    tni_posix_leave(&p);
    return r;
}

/* -- directories -- */

struct tenon_dir {
    DIR *stream;
};

static tenon_os_error dir_open(void *user, tenon_file directory, tenon_dir **out) {
    (void)user;
    int fd = openat((int)directory, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0) {
        return tni_posix_error(errno);
    }
    tenon_dir *d = malloc(sizeof *d);
    DIR *stream = d == NULL ? NULL : fdopendir(fd);
    if (stream == NULL) {
        free(d);
        close(fd);
        return TENON_OS_INSUFFICIENT_MEMORY;
    }
    d->stream = stream;
    *out = d;
    return TENON_OS_OK;
}

static tenon_file_type entry_type(tenon_dir *dir, const struct dirent *entry) {
#ifdef DT_UNKNOWN
    switch (entry->d_type) {
    case DT_BLK: return TENON_FILE_BLOCK_DEVICE;
    case DT_CHR: return TENON_FILE_CHARACTER_DEVICE;
    case DT_DIR: return TENON_FILE_DIRECTORY;
    case DT_FIFO: return TENON_FILE_FIFO;
    case DT_LNK: return TENON_FILE_SYMBOLIC_LINK;
    case DT_REG: return TENON_FILE_REGULAR;
    case DT_SOCK: return TENON_FILE_SOCKET;
    default: break;
    }
#endif
    struct stat st;
    if (fstatat(dirfd(dir->stream), entry->d_name, &st, AT_SYMLINK_NOFOLLOW) != 0) {
        return TENON_FILE_UNKNOWN;
    }
    return type_of_mode(st.st_mode);
}

static tenon_os_error dir_next(void *user, tenon_dir *dir, char name[TENON_NAME_BYTES],
                               size_t *len, tenon_file_type *type) {
    (void)user;
    *len = 0;
    for (;;) {
        errno = 0;
        const struct dirent *entry = readdir(dir->stream);
        if (entry == NULL) {
            return errno == 0 ? TENON_OS_OK : tni_posix_error(errno);
        }
        if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0) {
            continue;
        }
        size_t n = strlen(entry->d_name);
        if (n >= TENON_NAME_BYTES) {
            return TENON_OS_NAME_TOO_LONG;
        }
        memcpy(name, entry->d_name, n);
        *len = n;
        *type = entry_type(dir, entry);
        return TENON_OS_OK;
    }
}

static void dir_close(void *user, tenon_dir *dir) {
    (void)user;
    closedir(dir->stream);
    free(dir);
}

/* -- standard streams and waiting -- */

static tenon_os_error standard(void *user, int which, tenon_file *out) {
    (void)user;
    *out = which;
    return fcntl(which, F_GETFD) < 0 ? tni_posix_error(errno) : TENON_OS_OK;
}

static bool is_terminal(void *user, tenon_file file) {
    (void)user;
    return isatty((int)file) != 0;
}

enum { FEW_ITEMS = 32 };

static int poll_until(struct pollfd *p, size_t count, uint64_t deadline_ns) {
    uint64_t now = deadline_ns == 0 ? 0 : tni_posix_monotonic_ns(NULL);
    uint64_t left = deadline_ns > now ? deadline_ns - now : 0;
    uint64_t most = (uint64_t)INT_MAX * 1000000; /* about 24 days at a time */
    left = left < most ? left : most;
#ifdef __linux__
    struct timespec t = {(time_t)(left / 1000000000), (long)(left % 1000000000)};
    return ppoll(p, (nfds_t)count, deadline_ns == TENON_NO_DEADLINE ? NULL : &t, NULL);
#else
    int ms = (int)((left + 999999) / 1000000);
    return poll(p, (nfds_t)count, deadline_ns == TENON_NO_DEADLINE ? -1 : ms);
#endif
}

static tenon_os_error wait_with(struct pollfd *p, tenon_wait *items, size_t count,
                                uint64_t deadline_ns) {
    for (size_t i = 0; i < count; i++) {
        short events = (items[i].events & TENON_WAIT_READ) != 0 ? POLLIN : 0;
        events |= (items[i].events & TENON_WAIT_WRITE) != 0 ? POLLOUT : 0;
        p[i] = (struct pollfd){events != 0 ? (int)items[i].file : -1, events, 0};
        items[i].ready = false;
    }
    for (;;) {
        int n = poll_until(p, count, deadline_ns);
        if (n < 0) {
            return tni_posix_error(errno);
        }
        if (n > 0 || deadline_ns == 0) {
            break;
        }
        if (deadline_ns != TENON_NO_DEADLINE &&
            tni_posix_monotonic_ns(NULL) >= deadline_ns) {
            break;
        }
    }
    for (size_t i = 0; i < count; i++) {
        items[i].ready = p[i].fd >= 0 && p[i].revents != 0;
    }
    return TENON_OS_OK;
}

static tenon_os_error wait_for(void *user, tenon_wait *items, size_t count,
                               uint64_t deadline_ns) {
    (void)user;
    struct pollfd few[FEW_ITEMS];
    if (count <= FEW_ITEMS) {
        return wait_with(few, items, count, deadline_ns);
    }
    struct pollfd *many =
        count > SIZE_MAX / sizeof *many ? NULL : malloc(count * sizeof *many);
    if (many == NULL) {
        return TENON_OS_INSUFFICIENT_MEMORY;
    }
    tenon_os_error r = wait_with(many, items, count, deadline_ns);
    free(many);
    return r;
}

const tenon_os tni_posix_os = {
    .struct_bytes = sizeof(tenon_os),
    .open_root = open_root,
    .open = open_file,
    .close = close_file,
    .read_at = read_at,
    .write_at = write_at,
    .append = append,
    .read = read_stream,
    .write = write_stream,
    .stat = stat_file,
    .set_times = set_times,
    .set_size = set_size,
    .sync = sync_file,
    .advise = advise,
    .stat_path = stat_path,
    .set_times_path = set_times_path,
    .make_directory = make_directory,
    .remove_directory = remove_directory,
    .unlink = unlink_file,
    .rename = rename_path,
    .link = link_path,
    .symlink = make_link,
    .read_link = read_link,
    .dir_open = dir_open,
    .dir_next = dir_next,
    .dir_close = dir_close,
    .standard = standard,
    .is_terminal = is_terminal,
    .wait = wait_for,
#ifndef __APPLE__
    .allocate = allocate,
#endif
#ifdef __linux__
    .watch_new = tni_posix_watch_new,
    .watch_delete = tni_posix_watch_delete,
    .watch_set = tni_posix_watch_set,
    .watch_wait = tni_posix_watch_wait,
#endif
};
