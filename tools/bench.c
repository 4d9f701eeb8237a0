/* bench: times the benchmark programs on Tenon beside peers, in one interleaved run.
 *
 *     bench TENON BENCH_DIR [-n ROUNDS] [NAME=COMMAND...]
 *
 * Tenon runs BENCH_DIR/component/X.wasm by `TENON run`, each peer BENCH_DIR/core/X.wasm
 * by its COMMAND (split at spaces); a COMMAND that ends in ` component` gets the
 * component. Figures are the best user CPU time of the rounds; ratios are to the first
 * peer, or, without peers, there are none. Ends with the start-up of hello: wall time
 * (median) and peak memory. */
#define _DEFAULT_SOURCE
#include <fcntl.h>
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { MAX_RUNNERS = 8, MAX_ARGV = 32, HELLO_ROUNDS = 21 };

typedef struct program {
    const char *name;
    const char *arg;
} program;

static const program programs[] = {
    {"fib", "33"},     {"vcall", "800"},   {"sieve", "3"},  {"lz", "2"},
    {"vm", "200000"},  {"strhash", "1"},   {"sha256", "1"}, {"mix64", "6000000"},
    {"mandel", "400"}, {"nbody", "90000"}, {"matmul", "1"},
};
enum { PROGRAMS = sizeof programs / sizeof programs[0] };

typedef struct runner {
    char name[64];
    char *argv[MAX_ARGV];
    int argc;
    bool component;
    double best[PROGRAMS];
    double hello[HELLO_ROUNDS];
    long hello_kib;
} runner;

typedef struct sample {
    double user, wall;
    long kib;
    bool ok;
} sample;

static double now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

static sample run_once(const runner *r, const char *dir, const char *name,
                       const char *arg) {
    char path[1024];
    snprintf(path, sizeof path, "%s/%s/%s.wasm", dir, r->component ? "component" : "core",
             name);
    char *argv[MAX_ARGV + 3];
    int n = 0;
    for (int i = 0; i < r->argc; i++) {
        argv[n++] = r->argv[i];
    }
    argv[n++] = path;
    if (arg != NULL) {
        argv[n++] = (char *)arg;
    }
    argv[n] = NULL;
    double start = now();
    pid_t pid = fork();
    if (pid == 0) {
        int null = open("/dev/null", O_RDWR);
        dup2(null, 0);
        dup2(null, 1);
        execvp(argv[0], argv);
        _exit(127);
    }
    int status = 0;
    struct rusage usage;
    wait4(pid, &status, 0, &usage);
    sample s = {0};
    s.wall = now() - start;
    s.user = (double)usage.ru_utime.tv_sec + (double)usage.ru_utime.tv_usec * 1e-6;
    s.kib = usage.ru_maxrss;
    s.ok = WIFEXITED(status) && WEXITSTATUS(status) == 0;
    return s;
}

static int compare_doubles(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return x < y ? -1 : x > y;
}

static void add_runner(runner *r, const char *name, char *command) {
    snprintf(r->name, sizeof r->name, "%s", name);
    for (char *word = strtok(command, " "); word != NULL && r->argc < MAX_ARGV;
         word = strtok(NULL, " ")) {
        r->argv[r->argc++] = word;
    }
    if (r->argc > 1 && strcmp(r->argv[r->argc - 1], "component") == 0) {
        r->component = true;
        r->argc--;
    }
}

static bool measure(runner *runners, int count, const char *dir, int rounds) {
    bool ok = true;
    for (int p = 0; p < PROGRAMS; p++) {
        for (int round = 0; round < rounds; round++) {
            for (int i = 0; i < count; i++) {
                sample s = run_once(&runners[i], dir, programs[p].name, programs[p].arg);
                if (!s.ok) {
                    runners[i].best[p] = NAN;
                    ok = ok && i != 0;
                } else if (round == 0 || s.user < runners[i].best[p]) {
                    runners[i].best[p] = s.user;
                }
            }
        }
    }
    for (int round = 0; round < HELLO_ROUNDS; round++) {
        for (int i = 0; i < count; i++) {
            sample s = run_once(&runners[i], dir, "hello", NULL);
            runners[i].hello[round] = s.wall;
            runners[i].hello_kib = s.kib;
        }
    }
    return ok;
}

static void report(runner *runners, int count) {
    printf("user CPU time, best of the rounds, ms%s\n",
           count > 1 ? "; in brackets the ratio to the first peer" : "");
    printf("%-10s", "");
    for (int i = 0; i < count; i++) {
        printf(" %18s", runners[i].name);
    }
    printf("\n");
    double logs[MAX_RUNNERS] = {0};
    for (int p = 0; p < PROGRAMS; p++) {
        printf("%-10s", programs[p].name);
        for (int i = 0; i < count; i++) {
            double ms = runners[i].best[p] * 1e3;
            if (count > 1) {
                double ratio = runners[i].best[p] / runners[1].best[p];
                logs[i] += log(ratio);
                printf(" %9.1f (%6.3f)", ms, ratio);
            } else {
                printf(" %18.1f", ms);
            }
        }
        printf("\n");
    }
    if (count > 1) {
        printf("%-10s", "geomean");
        for (int i = 0; i < count; i++) {
            printf(" %9s (%6.3f)", "", exp(logs[i] / PROGRAMS));
        }
        printf("\n");
    }
    printf("%-10s", "hello");
    for (int i = 0; i < count; i++) {
        qsort(runners[i].hello, HELLO_ROUNDS, sizeof(double), compare_doubles);
        printf(" %8.2fms %5ldK", runners[i].hello[HELLO_ROUNDS / 2] * 1e3,
               runners[i].hello_kib);
    }
    printf("\n");
}

int main(int argc, char **argv) {
    if (argc < 3) {
        fprintf(stderr, "usage: bench TENON BENCH_DIR [-n ROUNDS] [NAME=COMMAND...]\n");
        return 2;
    }
    static runner runners[MAX_RUNNERS];
    static char tenon[1024];
    int rounds = 5;
    snprintf(tenon, sizeof tenon, "%s run component", argv[1]);
    add_runner(&runners[0], "tenon", tenon);
    int count = 1;
    for (int i = 3; i < argc; i++) {
        if (strcmp(argv[i], "-n") == 0 && i + 1 < argc) {
            rounds = atoi(argv[++i]);
            continue;
        }
        char *split = strchr(argv[i], '=');
        if (split != NULL && count < MAX_RUNNERS) {
            *split = '\0';
            add_runner(&runners[count++], argv[i], split + 1);
        }
    }
    bool ok = measure(runners, count, argv[2], rounds > 0 ? rounds : 1);
    report(runners, count);
    if (!ok) {
        printf("a program failed on tenon\n");
    }
    return ok ? 0 : 1;
}
