/* cmd_validate.c: `tenon validate`: loads each file and says whether it is valid. */
#include <stdio.h>
#include <string.h>

#include "tenon/command.h"

static void help(void) {
    printf(
        "usage: tenon validate [-W FEATURE,…] FILE…\n\n"
        "Decodes and validates components and core modules, binary or text. Says nothing "
        "of a valid\n"
        "file; an error names its class, the offset (or line) and the rule. Exit status "
        "1 if one\nfailed.\n\n");
    wasm_options_help();
    printf("\nexamples:\n"
           "  tenon validate plugin.wasm\n"
           "  tenon validate -W threads -W component-model-map=n *.wasm\n");
}

static bool validate(tenon_engine *engine, const char *path) {
    input in;
    if (!input_open(&in, path)) {
        return false;
    }
    tenon_error error;
    tenon_status status = input_assemble(&in, engine, &error);
    if (status != TENON_OK) {
        /* said below */
    } else if (tenon_is_component(in.bytes, in.len)) {
        tenon_component *component = NULL;
        status = tenon_component_load(engine, in.bytes, in.len, TENON_BORROW_BYTES,
                                      &component, &error);
        tenon_component_delete(component);
    } else {
        tenon_module *module = NULL;
        status = tenon_module_load(engine, in.bytes, in.len, TENON_BORROW_BYTES, &module,
                                   &error);
        tenon_module_delete(module);
    }
    if (status != TENON_OK) {
        print_input_error(&in, &error);
    }
    input_close(&in);
    return status == TENON_OK;
}

int cmd_validate(int argc, char **argv) {
    wasm_options options;
    wasm_options_init(&options);
    int i = 1;
    for (; i < argc && argv[i][0] == '-' && argv[i][1] != '\0'; i++) {
        bool missing = false;
        const char *value = option_value(argc, argv, &i, "-W", &missing);
        if (strcmp(argv[i], "--help") == 0) {
            help();
            return EXIT_OK;
        }
        if (value == NULL || missing || !wasm_options_parse(&options, value)) {
            if (value == NULL) {
                fprintf(stderr, "tenon validate: no such option: %s\n", argv[i]);
            }
            return EXIT_USAGE;
        }
    }
    if (i == argc) {
        fprintf(stderr, "tenon validate: no file given (try --help)\n");
        return EXIT_USAGE;
    }
    tenon_engine_config config;
    tenon_engine_config_init(&config);
    wasm_options_configure(&options, &config);
    tenon_engine *engine = NULL;
    tenon_error error;
    if (tenon_engine_new(&config, &engine, &error) != TENON_OK) {
        print_error("engine", &error);
        return EXIT_FAILED;
    }
    bool ok = true;
    for (; i < argc; i++) {
        ok = validate(engine, argv[i]) && ok;
    }
    tenon_engine_delete(engine);
    return ok ? EXIT_OK : EXIT_FAILED;
}
