/* cmd_wit.c: `tenon wit`: the WIT of a component, or of WIT packages once resolved. */
#include <stdio.h>
#include <string.h>

#include "tenon/wit_input.h"
#include "wit/wit_json.h"

static void help(void) {
    printf(
        "usage: tenon wit [-W FEATURE,…] [--json] FILE|FOLDER\n\n"
        "Prints the WIT of a component: the world that it implements and the interfaces\n"
        "that this names. Of a WIT file, or of a folder with a package (and what it "
        "depends\n"
        "on in deps), it prints all packages in one text, with what worlds include and\n"
        "imply written out. --json prints the same as JSON.\n\n");
    wasm_options_help();
    printf("\nexamples:\n"
           "  tenon wit plugin.wasm\n"
           "  tenon wit --json wit/\n");
}

static bool print(wit_input *w, bool json) {
    tni_buf text;
    tni_buf_init(&text, &w->heap);
    if (json) {
        tni_wit_json(&text, w->wit);
    } else {
        tni_wit_print(&text, w->wit);
    }
    bool ok = !text.failed && fwrite(text.data, 1, text.count, stdout) == text.count;
    if (!ok) {
        fprintf(stderr, "tenon: cannot print: %s\n",
                text.failed ? "out of memory" : "output is closed");
    }
    tni_buf_free(&text);
    return ok;
}

int cmd_wit(int argc, char **argv) {
    wasm_options options;
    wasm_options_init(&options);
    const char *path = NULL;
    bool json = false;
    for (int i = 1; i < argc; i++) {
        bool missing = false;
        const char *value;
        if (strcmp(argv[i], "--help") == 0) {
            help();
            return EXIT_OK;
        }
        if (strcmp(argv[i], "--json") == 0) {
            json = true;
        } else if ((value = option_value(argc, argv, &i, "-W", &missing)) != NULL) {
            if (missing || !wasm_options_parse(&options, value)) {
                return EXIT_USAGE;
            }
        } else if (path == NULL && argv[i][0] != '-') {
            path = argv[i];
        } else {
            fprintf(stderr, "tenon wit: what is %s? (try --help)\n", argv[i]);
            return EXIT_USAGE;
        }
    }
    if (path == NULL) {
        fprintf(stderr, "tenon wit: no file or folder given (try --help)\n");
        return EXIT_USAGE;
    }
    wit_input w;
    bool ok = wit_input_open(&w, path, &options) && print(&w, json);
    wit_input_close(&w);
    return ok ? EXIT_OK : EXIT_FAILED;
}
