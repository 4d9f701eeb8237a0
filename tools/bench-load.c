/* bench-load.c: how fast a large core module is decoded and validated, and how much
 * memory that takes beyond the module's own bytes.
 *
 *     bench-load FILE [-n ROUNDS]        FILE: a module, or a component: its largest one
 *     bench-load FILE --extract OUT      writes that module to OUT
 *
 * Prints bytes, the median nanoseconds of CPU time, and the peak of the allocated bytes.
 */
#define _POSIX_C_SOURCE 200809L
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "tenon.h"

/* -- an allocator that knows its peak -- */

static size_t live, peak;

static void *resize(void *user, void *ptr, size_t old_size, size_t new_size) {
    (void)user;
    void *p = NULL;
    if (new_size == 0) {
        free(ptr);
    } else if ((p = realloc(ptr, new_size)) == NULL) {
        return NULL;
    }
    live += new_size - old_size;
    peak = live > peak ? live : peak;
    return p;
}

static void check(tenon_status status, const tenon_error *error) {
    if (status != TENON_OK) {
        fprintf(stderr, "bench-load: %s: %s\n", tenon_status_name(status),
                error->message);
        exit(1);
    }
}

static void fail(const char *what, const char *path) {
    fprintf(stderr, "bench-load: %s: %s\n", path, what);
    exit(1);
}

static unsigned char *read_file(const char *path, size_t *len) {
    FILE *f = fopen(path, "rb");
    if (f == NULL || fseek(f, 0, SEEK_END) != 0) {
        fail("cannot be opened", path);
    }
    *len = (size_t)ftell(f);
    unsigned char *bytes = malloc(*len);
    rewind(f);
    if (bytes == NULL || fread(bytes, 1, *len, f) != *len) {
        fail("cannot be read", path);
    }
    fclose(f);
    return bytes;
}

/* The largest core module among a component's sections (Component Model, Binary.md:
 * section 1 is a core module). */
static const unsigned char *largest(const unsigned char *bytes, size_t len,
                                    size_t *size) {
    const unsigned char *found = NULL;
    size_t at = 8;
    *size = 0;
    while (at < len) {
        const unsigned char id = bytes[at++];
        size_t n = 0;
        for (unsigned shift = 0; at < len && shift < 32; shift += 7) {
            n |= (size_t)(bytes[at] & 0x7f) << shift;
            if (bytes[at++] < 0x80) {
                break;
            }
        }
        if (n > len - at) {
            return NULL;
        }
        if (id == 1 && n > *size) {
            found = bytes + at;
            *size = n;
        }
        at += n;
    }
    return found;
}

static double now_ns(void) {
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

static int by_value(const void *a, const void *b) {
    const double x = *(const double *)a, y = *(const double *)b;
    return x < y ? -1 : x > y;
}

static void measure(const void *module, size_t size, int rounds) {
    double times[99];
    tenon_error error;
    size_t most = 0;
    for (int round = 0; round < rounds; round++) {
        tenon_engine *engine;
        tenon_module *m;
        tenon_engine_config config;
        tenon_engine_config_init(&config);
        config.allocator = (tenon_allocator){resize, NULL};
        check(tenon_engine_new(&config, &engine, &error), &error);
        const size_t before = peak = live;
        const double start = now_ns();
        check(tenon_module_load(engine, module, size, TENON_BORROW_BYTES, &m, &error),
              &error);
        times[round] = now_ns() - start;
        most = peak - before > most ? peak - before : most;
        tenon_module_delete(m);
        tenon_engine_delete(engine);
    }
    qsort(times, (size_t)rounds, sizeof *times, by_value);
    const double ns = times[rounds / 2];
    printf("%zu bytes, %.0f ns, peak %zu bytes: %.0f MB/s, %.2f of its size\n", size, ns,
           most, (double)size * 1e3 / ns, (double)most / (double)size);
}

int main(int argc, char **argv) {
    int rounds = 9;
    const char *out = NULL;
    for (int i = 2; i + 1 < argc; i += 2) {
        if (strcmp(argv[i], "-n") == 0) {
            const int n = atoi(argv[i + 1]);
            rounds = n < 1 ? 1 : n > 99 ? 99 : n;
        } else if (strcmp(argv[i], "--extract") == 0) {
            out = argv[i + 1];
        }
    }
    if (argc < 2) {
        fprintf(stderr, "usage: bench-load FILE [-n ROUNDS] [--extract OUT]\n");
        return 2;
    }
    size_t len;
    unsigned char *bytes = read_file(argv[1], &len);
    const unsigned char *module = bytes;
    size_t size = len;
    if (tenon_is_component(bytes, len) && (module = largest(bytes, len, &size)) == NULL) {
        fail("has no core module", argv[1]);
    }
    if (out != NULL) {
        FILE *f = fopen(out, "wb");
        if (f == NULL || fwrite(module, 1, size, f) != size || fclose(f) != 0) {
            fail("cannot be written", out);
        }
    } else {
        measure(module, size, rounds);
    }
    free(bytes);
    return 0;
}
