/* cmd_parse.c: `tenon parse`: core and component text to binary. Looks inside: text is no
 * part of the public API. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tenon/command.h"
#include "text/assemble.h"
#include "text/component_text.h"

static void help(void) {
    printf("usage: tenon parse [-W FEATURE,…] [--names] [-o FILE.wasm] FILE.wat\n\n"
           "Assembles the text of a core module or a component. Without -o the binary "
           "goes to FILE.wasm\n"
           "beside the text; `-o -` is standard output.\n\n"
           "  --names                 write name sections from the identifiers\n");
    wasm_options_help();
    printf("\nexamples:\n"
           "  tenon parse fac.wat\n"
           "  tenon parse --names fac.wat -o - | tenon inspect -\n");
}

/* FILE.wat gives FILE.wasm. The caller frees it. */
static char *default_output(const char *path) {
    size_t len = strlen(path);
    const char *dot = strrchr(path, '.');
    const char *slash = strrchr(path, '/');
    if (dot != NULL && (slash == NULL || dot > slash)) {
        len = (size_t)(dot - path);
    }
    char *out = malloc(len + 6);
    if (out != NULL) {
        memcpy(out, path, len);
        strcpy(out + len, ".wasm");
    }
    return out;
}

static int parse_file(uint64_t features, const char *path, const char *output,
                      unsigned flags) {
    input in;
    tenon_error error;
    tenon_engine *engine = NULL;
    tenon_engine_config config;
    tenon_engine_config_init(&config);
    config.features = features;
    if (!input_open(&in, path)) {
        return EXIT_FAILED;
    }
    int exit_status = EXIT_FAILED;
    char *name = output == NULL ? default_output(path) : NULL;
    tenon_status status = tenon_engine_new(&config, &engine, &error);
    if (status == TENON_OK) {
        tni_buf bytes;
        tni_buf_init(&bytes, &engine->heap);
        tni_str source = {in.bytes, in.len};
        status = tni_text_is_component(engine, source)
                     ? tni_text_component(engine, source, flags, &bytes, &error)
                     : tni_text_module(engine, source, flags, &bytes, &error);
        if (status == TENON_OK &&
            write_output(output != NULL ? output : name, bytes.data, bytes.count)) {
            exit_status = EXIT_OK;
        }
        tni_buf_free(&bytes);
    }
    if (status != TENON_OK) {
        print_input_error(&in, &error);
    }
    tenon_engine_delete(engine);
    free(name);
    input_close(&in);
    return exit_status;
}

int cmd_parse(int argc, char **argv) {
    wasm_options options;
    wasm_options_init(&options);
    const char *output = NULL;
    const char *path = NULL;
    unsigned flags = 0;
    for (int i = 1; i < argc; i++) {
        bool missing = false;
        const char *value;
        if (strcmp(argv[i], "--help") == 0) {
            help();
            return EXIT_OK;
        }
        if (strcmp(argv[i], "--names") == 0) {
            flags |= TNI_TEXT_NAMES;
        } else if ((value = option_value(argc, argv, &i, "-W", &missing)) != NULL) {
            if (missing || !wasm_options_parse(&options, value)) {
                return EXIT_USAGE;
            }
        } else if ((value = option_value(argc, argv, &i, "-o", &missing)) != NULL) {
            output = value;
        } else if (path == NULL && (argv[i][0] != '-' || argv[i][1] == '\0')) {
            path = argv[i];
        } else {
            fprintf(stderr, "tenon parse: what is %s? (try --help)\n", argv[i]);
            return EXIT_USAGE;
        }
        if (missing) {
            return EXIT_USAGE;
        }
    }
    if (path == NULL) {
        fprintf(stderr, "tenon parse: no file given (try --help)\n");
        return EXIT_USAGE;
    }
    return parse_file(options.features, path, output, flags);
}
