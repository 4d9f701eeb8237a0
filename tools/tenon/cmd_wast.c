/* cmd_wast.c: `tenon wast`: files and folders of scripts, each in a process of its own.
 */
#define _DEFAULT_SOURCE
#include <dirent.h>
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tenon/wast.h"

enum { PATH_BYTES = 4096, FILE_SECONDS = 300 };

static void help(void) {
    printf(
        "usage: tenon wast [OPTION…] FILE|FOLDER…\n\n"
        "Runs .wast scripts, each in a store of its own, and prints a line for each "
        "that\n"
        "has failures and one for each failure. The last line counts assertions, and "
        "other\n"
        "commands that failed. Exit status 1 if one failed.\n\n"
        "  --jobs N                files at a time (1); 0: in this process, for "
        "debuggers\n"
        "  --filter TEXT           only files whose path contains TEXT\n"
        "  --expected-fail FILE    lines `path-suffix:line reason`: failures there are\n"
        "                          counted apart\n"
        "  --round-trip            runs nothing: every module and component that loads "
        "is\n"
        "                          printed and assembled again, and has to be the same\n"
        "  --trace FILE            append each instruction that is executed to FILE, "
        "as\n"
        "                          tenon trace shows it\n"
        "  --verbose               a line for each file that passed, too\n");
    wasm_options_help();
    wast_host_help();
    printf("\nexamples:\n"
           "  tenon wast spec-tests/core\n"
           "  tenon wast -W threads --jobs 2 testsuite/proposals/threads\n");
}

/* -- files -- */

typedef struct file {
    char *path;
    pid_t pid; /* 0: not begun; -1: done */
    FILE *out;
} file;

typedef struct files {
    file *data;
    size_t count;
    size_t capacity;
    wast_counts *counts; /* shared with the processes */
} files;

static bool add_file(files *fs, const char *path) {
    if (fs->count == fs->capacity) {
        size_t capacity = fs->capacity * 2 + 64;
        file *data = realloc(fs->data, capacity * sizeof *data);
        if (data == NULL) {
            return false;
        }
        fs->data = data;
        fs->capacity = capacity;
    }
    char *copy = strdup(path);
    fs->data[fs->count++] = (file){.path = copy};
    return copy != NULL;
}

static int by_path(const void *a, const void *b) {
    return strcmp(((const file *)a)->path, ((const file *)b)->path);
}

static bool is_script(const char *name) {
    size_t len = strlen(name);
    return len > 5 && strcmp(name + len - 5, ".wast") == 0;
}

/* The scripts in a folder and the folders in it. */
static bool add_folder(files *fs, const char *path) {
    DIR *dir = opendir(path);
    if (dir == NULL) {
        fprintf(stderr, "tenon: %s: %s\n", path, strerror(errno));
        return false;
    }
    bool ok = true;
    for (struct dirent *d; ok && (d = readdir(dir)) != NULL;) {
        char full[PATH_BYTES];
        struct stat st;
        if (d->d_name[0] == '.' ||
            snprintf(full, sizeof full, "%s/%s", path, d->d_name) >= (int)sizeof full ||
            stat(full, &st) != 0) {
            continue;
        }
        if (S_ISDIR(st.st_mode)) {
            ok = add_folder(fs, full);
        } else if (is_script(full)) {
            ok = add_file(fs, full);
        }
    }
    closedir(dir);
    return ok;
}

static bool add_path(files *fs, const char *path) {
    struct stat st;
    if (stat(path, &st) == 0 && S_ISDIR(st.st_mode)) {
        size_t first = fs->count;
        if (!add_folder(fs, path)) {
            return false;
        }
        qsort(fs->data + first, fs->count - first, sizeof *fs->data, by_path);
        return true;
    }
    return add_file(fs, path);
}

/* -- running -- */

static void print_counts(FILE *out, const char *path, const wast_counts *c) {
    fprintf(out, "%s: %" PRIu32 " passed, %" PRIu32 " failed", path, c->passed,
            c->failed);
    if (c->skipped != 0) {
        fprintf(out, ", %" PRIu32 " skipped", c->skipped);
    }
    if (c->expected != 0) {
        fprintf(out, ", %" PRIu32 " failed as expected", c->expected);
    }
    fprintf(out, "\n");
}

static void begin_file(const wast_options *o, files *fs, size_t i) {
    file *f = &fs->data[i];
    f->out = tmpfile();
    fflush(NULL);
    f->pid = f->out == NULL ? -1 : fork();
    if (f->pid == 0) {
        alarm(FILE_SECONDS);
        fs->counts[i].failed = 1; /* in case this process does not come back */
        wast_counts counts = wast_run_file(o, f->path, f->out);
        fs->counts[i] = counts;
        fflush(f->out);
        _exit(0);
    }
    if (f->pid < 0) {
        fprintf(stderr, "tenon: %s: %s\n", f->path, strerror(errno));
        fs->counts[i].failed = 1;
    }
}

/* Waits for a file's process and prints what it had to say. */
static void end_file(const wast_options *o, files *fs, size_t i) {
    file *f = &fs->data[i];
    int status = 0;
    if (f->pid > 0) {
        waitpid(f->pid, &status, 0);
        f->pid = -1;
    }
    if (f->out != NULL) {
        char block[4096];
        size_t n;
        rewind(f->out);
        while ((n = fread(block, 1, sizeof block, f->out)) > 0) {
            fwrite(block, 1, n, stdout);
        }
        fclose(f->out);
    }
    if (WIFSIGNALED(status)) {
        int sig = WTERMSIG(status);
        printf("%s: %s\n", f->path,
               sig == SIGALRM ? "took too long" : "the runtime crashed");
    } else if (WEXITSTATUS(status) != 0) {
        printf("%s: the runtime broke off\n", f->path);
    }
    const wast_counts *c = &fs->counts[i];
    if (o->verbose || c->failed != 0 || c->expected != 0) {
        print_counts(stdout, f->path, c);
    }
}

static void run_all(const wast_options *o, files *fs) {
    if (o->jobs == 0) {
        for (size_t i = 0; i < fs->count; i++) {
            fs->counts[i] = wast_run_file(o, fs->data[i].path, stdout);
            print_counts(stdout, fs->data[i].path, &fs->counts[i]);
        }
        return;
    }
    size_t begun = 0;
    for (size_t i = 0; i < fs->count; i++) {
        while (begun < fs->count && begun < i + (size_t)o->jobs) {
            begin_file(o, fs, begun++);
        }
        end_file(o, fs, i);
    }
}

/* -- options -- */

static bool read_expected(wast_options *o, const char *path) {
    FILE *f = fopen(path, "r");
    char line[1024];
    if (f == NULL) {
        if (errno == ENOENT) {
            return true; /* nothing is expected to fail */
        }
        fprintf(stderr, "tenon: %s: %s\n", path, strerror(errno));
        return false;
    }
    while (fgets(line, sizeof line, f) != NULL) {
        char *end = line + strcspn(line, " \t\r\n");
        *end = '\0';
        char *colon = strrchr(line, ':');
        if (line[0] == '#' || colon == NULL) {
            continue;
        }
        *colon = '\0';
        size_t n = o->expected.count;
        wast_expected *data = realloc(o->expected.data, (n + 1) * sizeof *data);
        if (data == NULL) {
            break;
        }
        data[n] = (wast_expected){strdup(line), (uint32_t)strtoul(colon + 1, NULL, 10)};
        o->expected.data = data;
        o->expected.count = n + 1;
    }
    fclose(f);
    return true;
}

/* Handles argv[*i]; false if it is no option or a wrong one. */
static bool take_option(wast_options *o, int argc, char **argv, int *i) {
    bool missing = false;
    const char *value;
    if (strcmp(argv[*i], "--verbose") == 0) {
        o->verbose = true;
        return true;
    }
    if (strcmp(argv[*i], "--round-trip") == 0) {
        o->round_trip = true;
        return true;
    }
    if ((value = option_value(argc, argv, i, "-W", &missing)) != NULL) {
        return !missing && wasm_options_parse(&o->wasm, value);
    }
    if ((value = option_value(argc, argv, i, "--trace", &missing)) != NULL) {
        o->trace = value;
        return !missing;
    }
    if ((value = option_value(argc, argv, i, "--jobs", &missing)) != NULL) {
        o->jobs = atoi(value);
        return !missing && o->jobs >= 0;
    }
    if ((value = option_value(argc, argv, i, "--filter", &missing)) != NULL) {
        o->filter = value;
        return !missing;
    }
    if ((value = option_value(argc, argv, i, "--expected-fail", &missing)) != NULL) {
        return !missing && read_expected(o, value);
    }
    fprintf(stderr, "tenon wast: no such option: %s (try --help)\n", argv[*i]);
    return false;
}

static int run_paths(const wast_options *o, files *fs) {
    size_t bytes = (fs->count + 1) * sizeof *fs->counts;
    fs->counts =
        mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (fs->counts == MAP_FAILED) {
        fprintf(stderr, "tenon: %s\n", strerror(errno));
        return EXIT_FAILED;
    }
    run_all(o, fs);
    wast_counts sum = {0};
    for (size_t i = 0; i < fs->count; i++) {
        sum.passed += fs->counts[i].passed;
        sum.failed += fs->counts[i].failed;
        sum.skipped += fs->counts[i].skipped;
        sum.expected += fs->counts[i].expected;
    }
    munmap(fs->counts, bytes);
    if (sum.expected != 0) {
        printf("%" PRIu32 " failed as expected\n", sum.expected);
    }
    printf("%" PRIu32 " passed, %" PRIu32 " failed, %" PRIu32 " skipped\n", sum.passed,
           sum.failed, sum.skipped);
    return sum.failed == 0 ? EXIT_OK : EXIT_FAILED;
}

static void drop_unwanted(const wast_options *o, files *fs) {
    size_t n = 0;
    for (size_t i = 0; i < fs->count; i++) {
        if (o->filter == NULL || strstr(fs->data[i].path, o->filter) != NULL) {
            fs->data[n++] = fs->data[i];
        } else {
            free(fs->data[i].path);
        }
    }
    fs->count = n;
}

int cmd_wast(int argc, char **argv) {
    wast_options o = {.jobs = 1};
    files fs = {0};
    bool ok = true;
    wasm_options_init(&o.wasm);
    for (int i = 1; i < argc && ok; i++) {
        if (strcmp(argv[i], "--help") == 0) {
            help();
            return EXIT_OK;
        }
        ok = argv[i][0] == '-' ? take_option(&o, argc, argv, &i) : add_path(&fs, argv[i]);
    }
    if (ok && fs.count == 0) {
        fprintf(stderr, "tenon wast: no script given (try --help)\n");
        ok = false;
    }
    drop_unwanted(&o, &fs);
    int status = ok ? run_paths(&o, &fs) : EXIT_USAGE;
    for (size_t i = 0; i < fs.count; i++) {
        free(fs.data[i].path);
    }
    for (size_t i = 0; i < o.expected.count; i++) {
        free(o.expected.data[i].suffix);
    }
    free(fs.data);
    free(o.expected.data);
    return status;
}
