/* run-guests: runs commands among real components and compares what they print.
 *
 *     run-guests TENON DIR...
 *
 * Each DIR holds NAME.wasm and cases.tsv: case, expected exit status, standard input file
 * ("null" for none), options and arguments as JSON arrays of strings; expected[-CASE].txt
 * is standard output. `--dir GUEST::HOST` among the options gets an empty folder for
 * HOST. The last line is `N passed, N failed`; exit status 1 if any failed. */
#define _POSIX_C_SOURCE 200809L
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum { MAX_ARGS = 64, LINE_BYTES = 4096, PATH_BYTES = 1024 };

/* Splits a JSON array of plain strings in place; returns their number. */
static int parse_array(char *text, char **out, int max) {
    int n = 0;
    char *p = strchr(text, '[');
    while (p != NULL && n < max && (p = strchr(p, '"')) != NULL) {
        char *to = ++p;
        out[n++] = to;
        while (*p != '\0' && *p != '"') {
            if (*p == '\\' && p[1] != '\0') {
                p++;
            }
            *to++ = *p++;
        }
        bool more = *p == '"';
        *to = '\0';
        p = more ? p + 1 : NULL;
    }
    return n;
}

static char *slurp(const char *path, size_t *len) {
    FILE *f = fopen(path, "rb");
    if (f == NULL) {
        return NULL;
    }
    size_t capacity = 1 << 16;
    char *data = malloc(capacity);
    *len = 0;
    size_t got;
    while ((got = fread(data + *len, 1, capacity - *len, f)) > 0) {
        *len += got;
        if (*len == capacity) {
            capacity *= 2;
            data = realloc(data, capacity);
        }
    }
    fclose(f);
    return data;
}

static bool same_output(const char *got_path, const char *want_path) {
    size_t got_len = 0;
    size_t want_len = 0;
    char *got = slurp(got_path, &got_len);
    char *want = slurp(want_path, &want_len);
    bool same = got != NULL && want != NULL && got_len == want_len &&
                memcmp(got, want, got_len) == 0;
    free(got);
    free(want);
    return same;
}

static int run(char *const *argv, const char *in, const char *out, const char *err) {
    pid_t pid = fork();
    if (pid == 0) {
        int fd_in = open(in, O_RDONLY);
        int fd_out = open(out, O_WRONLY | O_CREAT | O_TRUNC, 0600);
        int fd_err = open(err, O_WRONLY | O_CREAT | O_TRUNC, 0600);
        if (fd_in < 0 || fd_out < 0 || fd_err < 0) {
            _exit(126);
        }
        dup2(fd_in, 0);
        dup2(fd_out, 1);
        dup2(fd_err, 2);
        alarm(300);
        execv(argv[0], argv);
        _exit(127);
    }
    int status = 0;
    waitpid(pid, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 256 + WTERMSIG(status);
}

/* Fills argv from a case's options and arguments; makes the folder of a --dir. */
static void build_argv(char **argv, const char *tenon, const char *wasm, char *options,
                       char *args, char *dir_arg, const char *sandbox) {
    char *list[MAX_ARGS];
    int n = 0;
    argv[n++] = (char *)tenon;
    argv[n++] = "run";
    int count = parse_array(options, list, MAX_ARGS / 2);
    for (int i = 0; i < count; i++) {
        argv[n++] = list[i];
        if (strcmp(list[i], "--dir") == 0 && i + 1 < count) {
            i++;
            char *split = strstr(list[i], "::");
            if (split != NULL) {
                *split = '\0';
            }
            snprintf(dir_arg, PATH_BYTES, "%s::%s", sandbox, list[i]);
            argv[n++] = dir_arg;
        }
    }
    argv[n++] = (char *)wasm;
    count = parse_array(args, list, MAX_ARGS / 2 - 4);
    for (int i = 0; i < count; i++) {
        argv[n++] = list[i];
    }
    argv[n] = NULL;
}

static bool run_case(const char *tenon, const char *dir, const char *name, char *line) {
    char *field[5] = {0};
    int n = 0;
    for (char *p = strtok(line, "\t"); p != NULL && n < 5; p = strtok(NULL, "\t")) {
        field[n++] = p;
    }
    char empty[] = "[]";
    for (; n < 5; n++) {
        field[n] = empty;
    }
    char wasm[PATH_BYTES], in[PATH_BYTES], want[PATH_BYTES], dir_arg[PATH_BYTES];
    char work[] = "/tmp/run-guests-XXXXXX";
    if (mkdtemp(work) == NULL) {
        return false;
    }
    char sandbox[64], out[64], err[64];
    snprintf(sandbox, sizeof sandbox, "%s/sandbox", work);
    snprintf(out, sizeof out, "%s/out", work);
    snprintf(err, sizeof err, "%s/err", work);
    mkdir(sandbox, 0700);
    snprintf(wasm, sizeof wasm, "%s/%s.wasm", dir, name);
    bool has_in = strcmp(field[2], "null") != 0;
    snprintf(in, sizeof in, "%s%s%s", has_in ? dir : "", has_in ? "/" : "",
             has_in ? field[2] : "/dev/null");
    bool is_main = strcmp(field[0], "main") == 0;
    snprintf(want, sizeof want, "%s/expected%s%s.txt", dir, is_main ? "" : "-",
             is_main ? "" : field[0]);
    char *argv[MAX_ARGS + 1];
    build_argv(argv, tenon, wasm, field[3], field[4], dir_arg, sandbox);
    int status = run(argv, in, out, err);
    bool same = same_output(out, want);
    bool passed = status == atoi(field[1]) && same;
    printf("%s %s/%s: exit %d (wanted %s)%s\n", passed ? "ok  " : "FAIL", name, field[0],
           status, field[1], same ? "" : ", output differs");
    if (!passed) {
        size_t len = 0;
        char *text = slurp(err, &len);
        printf("     %.*s\n", (int)(len > 800 ? 800 : len), text != NULL ? text : "");
        free(text);
    }
    char command[PATH_BYTES];
    snprintf(command, sizeof command, "rm -rf %s", work);
    if (system(command) != 0) {
        passed = false;
    }
    return passed;
}

int main(int argc, char **argv) {
    int passed = 0, failed = 0;
    for (int i = 2; i < argc; i++) {
        char path[PATH_BYTES], line[LINE_BYTES];
        snprintf(path, sizeof path, "%s/cases.tsv", argv[i]);
        FILE *f = fopen(path, "r");
        if (f == NULL) {
            continue;
        }
        const char *name = strrchr(argv[i], '/');
        name = name != NULL ? name + 1 : argv[i];
        bool header = true;
        while (fgets(line, sizeof line, f) != NULL) {
            line[strcspn(line, "\r\n")] = '\0';
            if (!header && line[0] != '\0') {
                if (run_case(argv[1], argv[i], name, line)) {
                    passed++;
                } else {
                    failed++;
                }
            }
            header = false;
        }
        fclose(f);
    }
    printf("%d passed, %d failed\n", passed, failed);
    return failed != 0;
}
