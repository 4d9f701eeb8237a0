/* posix.h: what the files of the POSIX platform share. */
#ifndef TNI_POSIX_H
#define TNI_POSIX_H

#include <string.h>

#include "tenon/platform.h"

/* The `user` of the platform that resolves paths without openat2. */
#define TNI_POSIX_WALK ((void *)(uintptr_t)1)

extern const tenon_os tni_posix_os;
extern const tenon_net tni_posix_net;

/* The hooks of tenon_os for watches, where the system has something for them. */
tenon_os_error tni_posix_watch_new(void *user, tenon_watch **out);
void tni_posix_watch_delete(void *user, tenon_watch *w);
tenon_os_error tni_posix_watch_set(void *user, tenon_watch *w, tenon_file file,
                                   uint8_t events);
tenon_os_error tni_posix_watch_wait(void *user, tenon_watch *w, tenon_wait *ready,
                                    size_t capacity, size_t *count, uint64_t deadline_ns);

uint64_t tni_posix_monotonic_ns(void *user);
/* The outcome that errno names; never TENON_OS_OK. */
tenon_os_error tni_posix_error(int number);

/* A path brought down to a directory that is surely inside the sandbox and one name in
 * it, which the caller uses without following symbolic links. */
typedef struct tni_place {
    int directory;
    bool owned;                  /* directory is to be closed */
    bool must_be_directory;      /* the path ended in a slash */
    char name[TENON_NAME_BYTES]; /* never ".."; "." is the directory itself */
} tni_place;

/* Finds the place of a path. follow: a symbolic link at the end is expanded as well (the
 * place need not exist). */
tenon_os_error tni_posix_locate(void *user, tenon_path path, bool follow, tni_place *out);
void tni_posix_leave(tni_place *place);
/* open(2) of a path under its directory; posix_flags as open's. */
tenon_os_error tni_posix_open(void *user, tenon_path path, int posix_flags, bool follow,
                              tenon_file *out);

/* An IP address as POSIX has it; false for one of another kind. */
struct sockaddr;
bool tni_posix_address(const struct sockaddr *from, tenon_address *out);
/* The hooks of tenon_net for names. */
tenon_os_error tni_posix_lookup_start(void *user, const char *name, tenon_lookup **out,
                                      tenon_file *event);
tenon_os_error tni_posix_lookup_next(void *user, tenon_lookup *l, tenon_address *out,
                                     bool *end);
void tni_posix_lookup_close(void *user, tenon_lookup *l);

#endif
