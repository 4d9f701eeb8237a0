/* adapted.c: a program of WASI preview 1: arguments, environment, input, exit status. */
#include <stdio.h>
#include <stdlib.h>

int main(int argc, char **argv) {
    char line[64];
    int lines = 0;
    for (int i = 1; i < argc; i++) {
        printf("argument: %s\n", argv[i]);
    }
    printf("NAME=%s\n", getenv("NAME") != NULL ? getenv("NAME") : "");
    while (fgets(line, sizeof line, stdin) != NULL) {
        lines++;
    }
    fflush(stdout);
    fprintf(stderr, "%d lines\n", lines);
    return lines == 2 ? 0 : 1;
}
