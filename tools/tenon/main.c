/* main.c: the `tenon` command: finds the subcommand. */
#include <stdio.h>
#include <string.h>

#include "tenon/command.h"

static const command commands[] = {
    {"run", cmd_run, "run a component or a core module"},
    {"serve", cmd_serve, "answer HTTP requests with a component"},
    {"trace", cmd_trace, "run, and show each instruction"},
    {"validate", cmd_validate, "check components and core modules"},
    {"inspect", cmd_inspect, "show imports, exports, sections and sizes"},
    {"wit", cmd_wit, "print the WIT of a component or of a folder"},
    {"check", cmd_check, "check that a component fits a world"},
    {"new", cmd_new, "make a component of a core module"},
    {"compose", cmd_compose, "satisfy imports of a component with other components"},
    {"bindgen", cmd_bindgen, "write C bindings from WIT"},
    {"parse", cmd_parse, "assemble core text"},
    {"print", cmd_print, "print a core module as text"},
    {"wast", cmd_wast, "run test scripts"},
};
enum { COMMANDS = sizeof commands / sizeof commands[0] };

static void help(FILE *out) {
    fprintf(out,
            "tenon %s: a runtime for WebAssembly components\n\n"
            "usage: tenon COMMAND [OPTION…] [ARGUMENT…]\n\n",
            tenon_version());
    for (size_t i = 0; i < COMMANDS; i++) {
        fprintf(out, "  %-10s %s\n", commands[i].name, commands[i].summary);
    }
    fprintf(out, "\n`tenon COMMAND --help` shows the options of each, with examples.\n");
}

int main(int argc, char **argv) {
    if (argc < 2) {
        help(stderr);
        return EXIT_USAGE;
    }
    if (strcmp(argv[1], "--version") == 0 || strcmp(argv[1], "-V") == 0) {
        printf("tenon %s\n", tenon_version());
        return EXIT_OK;
    }
    if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0 ||
        strcmp(argv[1], "help") == 0) {
        help(stdout);
        return EXIT_OK;
    }
    for (size_t i = 0; i < COMMANDS; i++) {
        if (strcmp(argv[1], commands[i].name) == 0) {
            return commands[i].run(argc - 1, argv + 1);
        }
    }
    fprintf(stderr, "tenon: no such command: %s (try tenon --help)\n", argv[1]);
    return EXIT_USAGE;
}
