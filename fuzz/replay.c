/* replay.c: runs a fuzz target without a fuzzer: over the files and folders it is given,
 * or over standard input (AFL++, also in persistent mode when compiled by
 * afl-clang-fast).
 *
 * With --oom first, every file runs again and again with its first allocation refused,
 * its second, and so on, once and for good, up to --most N of them (spread over the run).
 * A single refusal may be got over (an arena asks again for less); one for good must be
 * reported as TENON_NO_MEMORY by targets that run no guest code.
 */
#define _POSIX_C_SOURCE 200809L
#include <dirent.h>

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h> /* read, of AFL++'s macros */

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* The target's allocator (fuzz.h). */
extern unsigned long fuzz_requests, fuzz_fail_at, fuzz_refused;
extern bool fuzz_fail_for_good, fuzz_saw_no_memory;
extern const bool fuzz_runs_guests;

static unsigned runs;
static bool oom;
static unsigned long most = 2000;
static unsigned long refusals, unnoticed;
static int unreported;

static void run_refusing(const uint8_t *data, size_t size, unsigned long fail_at,
                         bool for_good) {
    fuzz_requests = 0;
    fuzz_refused = 0;
    fuzz_saw_no_memory = false;
    fuzz_fail_at = fail_at;
    fuzz_fail_for_good = for_good;
    LLVMFuzzerTestOneInput(data, size);
    fuzz_fail_at = 0;
    refusals += fuzz_refused != 0;
    const bool silent = fuzz_refused != 0 && !fuzz_saw_no_memory;
    unnoticed += silent;
    if (silent && for_good && !fuzz_runs_guests) {
        fprintf(stderr, "request %lu and all after it refused, nothing reported\n",
                fail_at);
        unreported++;
    }
}

static void run_oom(const uint8_t *data, size_t size) {
    run_refusing(data, size, 0, false);
    const unsigned long total = fuzz_requests;
    const unsigned long step = total / most + 1;
    for (unsigned long n = 1; n <= total; n += step) {
        run_refusing(data, size, n, false);
        run_refusing(data, size, n, true);
    }
}

/* A copy of just that size, so that a sanitizer sees reads beyond the end. */
static void run(const uint8_t *data, size_t size) {
    uint8_t *copy = malloc(size == 0 ? 1 : size);
    if (copy == NULL) {
        abort();
    }
    memcpy(copy, data, size);
    if (oom) {
        run_oom(copy, size);
    } else {
        LLVMFuzzerTestOneInput(copy, size);
    }
    free(copy);
    runs++;
}

static int run_stream(FILE *f) {
    size_t size = 0, capacity = 1 << 16;
    uint8_t *data = malloc(capacity);
    size_t n;
    while (data != NULL && (n = fread(data + size, 1, capacity - size, f)) > 0) {
        size += n;
        if (size == capacity) {
            capacity *= 2;
            data = realloc(data, capacity);
        }
    }
    if (data == NULL || ferror(f)) {
        free(data);
        return 1;
    }
    run(data, size);
    free(data);
    return 0;
}

static int run_file(const char *path) {
    FILE *f = fopen(path, "rb");
    if (f == NULL) {
        perror(path);
        return 1;
    }
    int failed = run_stream(f);
    fclose(f);
    return failed;
}

static int run_path(const char *path) {
    DIR *d = opendir(path);
    if (d == NULL) {
        return run_file(path);
    }
    int failed = 0;
    for (struct dirent *e = readdir(d); e != NULL; e = readdir(d)) {
        if (e->d_name[0] != '.') {
            char name[4096];
            snprintf(name, sizeof name, "%s/%s", path, e->d_name);
            failed |= run_path(name);
        }
    }
    closedir(d);
    return failed;
}

#ifdef __AFL_FUZZ_TESTCASE_LEN
__AFL_FUZZ_INIT();
#endif

int main(int argc, char **argv) {
    if (argc < 2) {
#ifdef __AFL_FUZZ_TESTCASE_LEN
        __AFL_INIT();
        const unsigned char *data = __AFL_FUZZ_TESTCASE_BUF;
        while (__AFL_LOOP(10000)) {
            run(data, (size_t)__AFL_FUZZ_TESTCASE_LEN);
        }
        return 0;
#else
        return run_stream(stdin);
#endif
    }
    int failed = 0;
    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "--oom") == 0) {
            oom = true;
        } else if (strcmp(argv[i], "--most") == 0 && i + 1 < argc) {
            most = strtoul(argv[++i], NULL, 10);
        } else {
            failed |= run_path(argv[i]);
        }
    }
    if (oom) {
        printf("%lu runs with a refusal, %lu that went on without it\n", refusals,
               unnoticed);
    }
    /* A replay of nothing proves nothing. */
    failed |= runs == 0;
    failed += unreported;
    printf("%u passed, %d failed\n", runs, failed);
    return failed;
}
