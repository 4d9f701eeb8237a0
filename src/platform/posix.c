/* posix.c: the platform on POSIX systems: memory, locks, clocks, random bytes. Files and
 * waiting are posix_files.c, path resolution posix_path.c, sockets posix_sockets.c. */
#define _GNU_SOURCE
#define _FILE_OFFSET_BITS 64
#include "platform/posix.h"

#include <pthread.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>
#ifdef __APPLE__
#include <sys/random.h>
#endif

#ifndef MAP_NORESERVE
#define MAP_NORESERVE 0
#endif

/* -- allocator and locks -- */

static void *resize(void *user, void *ptr, size_t old_size, size_t new_size) {
    (void)user;
    (void)old_size;
    if (new_size == 0) {
        free(ptr);
        return NULL;
    }
    return realloc(ptr, new_size);
}

static void *lock_new(void *user) {
    (void)user;
    pthread_mutex_t *m = malloc(sizeof *m);
    if (m != NULL && pthread_mutex_init(m, NULL) != 0) {
        free(m);
        m = NULL;
    }
    return m;
}

static void lock_delete(void *lock) {
    pthread_mutex_destroy(lock);
    free(lock);
}

static void lock_acquire(void *lock) {
    pthread_mutex_lock(lock);
}

static void lock_release(void *lock) {
    pthread_mutex_unlock(lock);
}

/* -- clocks and random bytes -- */

uint64_t tni_posix_monotonic_ns(void *user) {
    (void)user;
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * 1000000000 + (uint64_t)t.tv_nsec;
}

static tenon_time realtime(void *user) {
    (void)user;
    struct timespec t;
    clock_gettime(CLOCK_REALTIME, &t);
    return (tenon_time){t.tv_sec, (uint32_t)t.tv_nsec};
}

static bool local_zone(void *user, int64_t seconds, tenon_zone *out) {
    (void)user;
    time_t t = (time_t)seconds;
    struct tm tm;
    tzset();
    if (t != seconds || localtime_r(&t, &tm) == NULL) {
        return false;
    }
    out->offset_seconds = (int32_t)tm.tm_gmtoff;
    out->is_daylight_saving = tm.tm_isdst > 0;
    const char *name = tm.tm_zone != NULL ? tm.tm_zone : "";
    size_t len = strlen(name);
    len = len < sizeof out->name ? len : sizeof out->name - 1;
    memcpy(out->name, name, len);
    out->name[len] = 0;
    return true;
}

static bool random_bytes(void *user, void *out, size_t len) {
    (void)user;
    char *p = out;
    while (len > 0) {
        size_t n = len < 256 ? len : 256; /* getentropy's limit */
        if (getentropy(p, n) != 0) {
            return false;
        }
        p += n;
        len -= n;
    }
    return true;
}

/* -- linear memory: address space reserved without access, opened as the memory grows --
 */

/* What a 32-bit memory can ever need. 32-bit hosts have no address space to spare. */
static const size_t most_reserved = sizeof(void *) == 8 ? (size_t)UINT32_MAX : 0;

static size_t round_to_page(size_t bytes) {
    size_t page = (size_t)sysconf(_SC_PAGESIZE);
    return bytes > SIZE_MAX - page ? 0 : (bytes + page - 1) & ~(page - 1);
}

static void *map(size_t bytes, int protection) {
    void *p =
        mmap(NULL, bytes, protection, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    return p == MAP_FAILED ? NULL : p;
}

static void *memory_new(void *user, size_t bytes, size_t max_bytes,
                        size_t *reserved_bytes) {
    (void)user;
    size_t need = round_to_page(bytes == 0 ? 1 : bytes);
    size_t want = round_to_page(max_bytes < most_reserved ? max_bytes : most_reserved);
    if (need == 0) {
        return NULL;
    }
    if (want > need) {
        void *p = map(want, PROT_NONE);
        if (p != NULL) {
            if (mprotect(p, need, PROT_READ | PROT_WRITE) == 0) {
                *reserved_bytes = want;
                return p;
            }
            munmap(p, want);
        }
    }
    *reserved_bytes = need;
    return map(need, PROT_READ | PROT_WRITE);
}

/* Beyond the reservation: another place, larger by half, so that growing stays linear. */
static void *move(void *base, size_t old_bytes, size_t new_bytes,
                  size_t *reserved_bytes) {
    size_t need = round_to_page(new_bytes);
    size_t want =
        round_to_page(new_bytes > SIZE_MAX / 2 ? new_bytes : new_bytes + new_bytes / 2);
    size_t reserved = want;
    void *p = want == 0 ? NULL : map(want, PROT_NONE);
    if (p == NULL || mprotect(p, need, PROT_READ | PROT_WRITE) != 0) {
        if (p != NULL) {
            munmap(p, want);
        }
        reserved = need;
        p = need == 0 ? NULL : map(need, PROT_READ | PROT_WRITE);
        if (p == NULL) {
            return NULL;
        }
    }
#ifdef __linux__
    size_t used = round_to_page(old_bytes == 0 ? 1 : old_bytes);
    if (mremap(base, used, used, MREMAP_MAYMOVE | MREMAP_FIXED, p) == p) {
        if (*reserved_bytes > used) {
            munmap((char *)base + used, *reserved_bytes - used);
        }
    } else { /* a view of an image and what it has grown by are two mappings */
        memcpy(p, base, old_bytes);
        munmap(base, *reserved_bytes);
    }
#else
    memcpy(p, base, old_bytes);
    munmap(base, *reserved_bytes);
#endif
    *reserved_bytes = reserved;
    return p;
}

static void *memory_grow(void *user, void *base, size_t old_bytes, size_t new_bytes,
                         size_t *reserved_bytes) {
    (void)user;
    if (new_bytes > *reserved_bytes) {
        return move(base, old_bytes, new_bytes, reserved_bytes);
    }
    size_t from = round_to_page(old_bytes == 0 ? 1 : old_bytes);
    size_t to = round_to_page(new_bytes);
    if (to > from &&
        mprotect((char *)base + from, to - from, PROT_READ | PROT_WRITE) != 0) {
        return NULL;
    }
    return base;
}

static void memory_delete(void *user, void *base, size_t bytes, size_t reserved_bytes) {
    (void)user;
    (void)bytes;
    munmap(base, reserved_bytes);
}

/* -- images: a file without a name, mapped copy-on-write -- */

#ifdef __linux__
typedef struct image {
    int file;
    size_t bytes; /* whole pages */
    void *view;   /* read-only */
} image;

static void image_delete(void *user, void *opaque) {
    image *i = opaque;
    (void)user;
    if (i->view != NULL) {
        munmap(i->view, i->bytes);
    }
    close(i->file);
    free(i);
}

static bool fill_file(int file, const char *p, size_t left) {
    while (left > 0) {
        ssize_t n = write(file, p, left);
        if (n <= 0) {
            return false;
        }
        p += n;
        left -= (size_t)n;
    }
    return true;
}

static bool image_map(void *user, void *opaque, void *base) {
    const image *i = opaque;
    (void)user;
    return mmap(base, i->bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_FIXED, i->file,
                0) == base;
}

static void *image_new(void *user, void *base, size_t bytes) {
    image *i = calloc(1, sizeof *i);
    if (i == NULL) {
        return NULL;
    }
    i->bytes = round_to_page(bytes);
    i->file = memfd_create("tenon", MFD_CLOEXEC);
    if (i->file < 0) {
        free(i);
        return NULL;
    }
    if (bytes == 0 || !fill_file(i->file, base, i->bytes)) {
        image_delete(user, i);
        return NULL;
    }
    void *view = mmap(NULL, i->bytes, PROT_READ, MAP_SHARED, i->file, 0);
    i->view = view == MAP_FAILED ? NULL : view;
    if (i->view == NULL || !image_map(user, i, base)) {
        image_delete(user, i);
        return NULL;
    }
    return i;
}

static const void *image_view(void *user, void *opaque) {
    (void)user;
    return ((const image *)opaque)->view;
}

static bool image_reset(void *user, void *opaque, void *base, size_t bytes) {
    const image *i = opaque;
    size_t all = round_to_page(bytes);
    (void)user;
    return madvise(base, all > i->bytes ? all : i->bytes, MADV_DONTNEED) == 0;
}
#define IMAGES                                                                           \
    .image_new = image_new, .image_view = image_view, .image_map = image_map,            \
    .image_reset = image_reset, .image_delete = image_delete,
#else
#define IMAGES
#endif

#define PLATFORM(user_data)                                                              \
    {                                                                                    \
        .struct_bytes = sizeof(tenon_platform), .user = (user_data),                     \
        .allocator = {resize, NULL}, .lock_new = lock_new, .lock_delete = lock_delete,   \
        .lock_acquire = lock_acquire, .lock_release = lock_release,                      \
        .monotonic_ns = tni_posix_monotonic_ns, .monotonic_resolution_ns = 1,            \
        .realtime = realtime, .realtime_resolution_ns = 1, .random = random_bytes,       \
        .memory_new = memory_new, .memory_grow = memory_grow,                            \
        .memory_delete = memory_delete, IMAGES.os = &tni_posix_os,                       \
        .net = &tni_posix_net, .local_zone = local_zone,                                 \
    }

static const tenon_platform posix = PLATFORM(NULL);
static const tenon_platform posix_walk = PLATFORM(TNI_POSIX_WALK);

const tenon_platform *tenon_platform_posix(void) {
    return &posix;
}

const tenon_platform *tenon_platform_posix_walk(void) {
    return &posix_walk;
}

const tenon_platform *tenon_platform_default(void) {
    return &posix;
}
