/* cmd_print.c: `tenon print`: a core module or a component as text. Looks inside: text is
 * no part of the public API. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "binary/decode.h"
#include "tenon/command.h"
#include "text/component_print.h"
#include "text/print.h"
#include "valid/validate.h"

static void help(void) {
    printf(
        "usage: tenon print [-W FEATURE,…] [--fold] [--skeleton] FILE\n\n"
        "Prints a core module or a component as text that `tenon parse` turns into the\n"
        "same bytes, if they are in their shortest form. A file that is text already is\n"
        "assembled first.\n\n"
        "  --fold                  operands inside their instructions\n"
        "  --skeleton              no code and no contents of segments\n");
    wasm_options_help();
    printf("\nexamples:\n"
           "  tenon print --fold fac.wasm\n"
           "  tenon print --skeleton big.wasm | less\n");
}

static tenon_status module_text(tenon_engine *engine, const input *in, unsigned flags,
                                tni_buf *text, tenon_error *e) {
    tni_module *m = NULL;
    tenon_status status = tni_module_decode(engine, in->bytes, in->len, 0, true, &m, e);
    if (status == TENON_OK) {
        status = tni_module_validate(m, e);
    }
    if (status == TENON_OK) {
        status = tni_text_print(m, flags, text, e);
    }
    if (m != NULL) {
        tni_module_release(m);
    }
    return status;
}

static tenon_status component_text(tenon_engine *engine, const input *in, unsigned flags,
                                   tni_buf *text, tenon_error *e) {
    tni_component *c = NULL;
    tenon_status status = tni_component_load(engine, in->bytes, in->len, true, &c, e);
    if (status == TENON_OK) {
        status = tni_text_print_component(c, flags, text, e);
    }
    tni_component_release(c);
    return status;
}

static tenon_status print_input(tenon_engine *engine, const input *in, unsigned flags,
                                tenon_error *e) {
    tni_buf text;
    tni_buf_init(&text, &engine->heap);
    tenon_status status = tni_is_component(in->bytes, in->len)
                              ? component_text(engine, in, flags, &text, e)
                              : module_text(engine, in, flags, &text, e);
    if (status == TENON_OK && fwrite(text.data, 1, text.count, stdout) != text.count) {
        fprintf(stderr, "tenon: standard output: %s\n", strerror(errno));
    }
    tni_buf_free(&text);
    return status;
}

static int print_file(uint64_t features, const char *path, unsigned flags) {
    input in;
    tenon_error error;
    tenon_engine *engine = NULL;
    tenon_engine_config config;
    tenon_engine_config_init(&config);
    config.features = features;
    if (!input_open(&in, path)) {
        return EXIT_FAILED;
    }
    tenon_status status = tenon_engine_new(&config, &engine, &error);
    if (status == TENON_OK) {
        status = input_assemble(&in, engine, &error);
    }
    if (status == TENON_OK) {
        status = print_input(engine, &in, flags, &error);
    }
    if (status != TENON_OK) {
        print_input_error(&in, &error);
    }
    tenon_engine_delete(engine);
    input_close(&in);
    return status == TENON_OK ? EXIT_OK : EXIT_FAILED;
}

int cmd_print(int argc, char **argv) {
    wasm_options options;
    wasm_options_init(&options);
    const char *path = NULL;
    unsigned flags = 0;
    for (int i = 1; i < argc; i++) {
        bool missing = false;
        const char *value;
        if (strcmp(argv[i], "--help") == 0) {
            help();
            return EXIT_OK;
        }
        if (strcmp(argv[i], "--fold") == 0) {
            flags |= TNI_PRINT_FOLD;
        } else if (strcmp(argv[i], "--skeleton") == 0) {
            flags |= TNI_PRINT_SKELETON;
        } else if ((value = option_value(argc, argv, &i, "-W", &missing)) != NULL) {
            if (missing || !wasm_options_parse(&options, value)) {
                return EXIT_USAGE;
            }
        } else if (path == NULL && (argv[i][0] != '-' || argv[i][1] == '\0')) {
            path = argv[i];
        } else {
            fprintf(stderr, "tenon print: what is %s? (try --help)\n", argv[i]);
            return EXIT_USAGE;
        }
    }
    if (path == NULL) {
        fprintf(stderr, "tenon print: no file given (try --help)\n");
        return EXIT_USAGE;
    }
    return print_file(options.features, path, flags);
}
