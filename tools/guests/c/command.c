/* command.c: a command of WASI: keeps the lines of a file, or of standard input, that
 * speak of errors or warnings. What it takes and says is told in tools/guests/README.md.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { NONE_KEPT = 3, NO_FILE = 4, NO_CLOCK = 5, LINE_MOST = 4096 };

/* Whether both clocks run as clocks do. */
static int clocks_run(void) {
    struct timespec before, after;
    const time_t year_2020 = 1577836800;
    if (clock_gettime(CLOCK_MONOTONIC, &before) != 0) {
        return 0;
    }
    const struct timespec ten_ms = {0, 10000000};
    nanosleep(&ten_ms, NULL);
    if (clock_gettime(CLOCK_MONOTONIC, &after) != 0) {
        return 0;
    }
    const long long passed =
        (after.tv_sec - before.tv_sec) * 1000000000LL + after.tv_nsec - before.tv_nsec;
    return passed >= ten_ms.tv_nsec && time(NULL) > year_2020;
}

int main(int argc, char **argv) {
    const char *prefix = getenv("PREFIX");
    FILE *in = argc > 1 ? fopen(argv[1], "r") : stdin;
    char line[LINE_MOST];
    int kept = 0;
    if (!clocks_run()) {
        return NO_CLOCK;
    }
    if (in == NULL) {
        fprintf(stderr, "cannot read %s\n", argv[1]);
        return NO_FILE;
    }
    while (fgets(line, sizeof line, in) != NULL) {
        if (strstr(line, "ERROR") != NULL || strstr(line, "WARN") != NULL) {
            printf("%s%s", prefix != NULL ? prefix : "", line);
            kept++;
        }
    }
    if (argc > 2) {
        FILE *out = fopen(argv[2], "w");
        if (out == NULL || fprintf(out, "%d kept\n", kept) < 0 || fclose(out) != 0) {
            fprintf(stderr, "cannot write %s\n", argv[2]);
            return NO_FILE;
        }
    }
    return kept == 0 ? NONE_KEPT : 0;
}
