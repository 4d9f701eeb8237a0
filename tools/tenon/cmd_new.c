/* cmd_new.c: `tenon new`: a core module made into a component of a world. */
#include <stdio.h>
#include <string.h>

#include "binary/decode.h"
#include "tenon/wit_input.h"
#include "valid/validate.h"
#include "wit/wrap.h"

static void help(void) {
    printf(
        "usage: tenon new --wit FOLDER|FILE [--world NAME] -o FILE.wasm CORE.wasm\n\n"
        "Makes a component of a core module, whose imports and exports have the usual\n"
        "names of the canonical ABI, and must fit the world: else every one that is\n"
        "missing, unknown or of another type is named.\n\n"
        "  --wit FOLDER|FILE  where the world is written\n"
        "  --world NAME       which one; not needed when there is one only\n"
        "  -o FILE.wasm       where the component goes; - is standard output\n");
    wasm_options_help();
    printf("\nexamples:\n"
           "  clang --target=wasm32 -nostdlib -Wl,--no-entry -o core.wasm plugin.c\n"
           "  tenon new --wit wit/ --world plugin -o plugin.wasm core.wasm\n");
}

/* What is written loads: the loader sees it first. */
static tenon_status wrap(wit_input *wit, const tni_wit_world *world, tenon_engine *engine,
                         const input *in, tni_buf *out, tni_buf *problems,
                         tenon_error *error) {
    tni_module *m = NULL;
    tni_component *c = NULL;
    tenon_status status =
        tni_module_decode(engine, in->bytes, in->len, 0, true, &m, error);
    if (status == TENON_OK) {
        status = tni_module_validate(m, error);
        if (status == TENON_OK) {
            status = tni_wrap(&wit->arena, m, world, out, problems, error);
        }
        tni_module_release(m);
    }
    if (status == TENON_OK && problems->count == 0) {
        status = tni_component_load(engine, out->data, out->count, true, &c, error);
        if (status == TENON_OK) {
            tni_component_release(c);
        }
    }
    return status;
}

static int make(wit_input *wit, const tni_wit_world *world, const wasm_options *options,
                const char *path, const char *output) {
    input in;
    tenon_error error;
    tenon_engine *engine = NULL;
    tenon_engine_config config;
    tenon_engine_config_init(&config);
    config.features = options->features;
    if (!input_open(&in, path)) {
        return EXIT_FAILED;
    }
    int exit_status = EXIT_FAILED;
    tenon_status status = tenon_engine_new(&config, &engine, &error);
    if (status == TENON_OK) {
        tni_buf out, problems;
        tni_buf_init(&out, &engine->heap);
        tni_buf_init(&problems, &engine->heap);
        status = wrap(wit, world, engine, &in, &out, &problems, &error);
        if (status == TENON_OK && problems.count > 0) {
            fprintf(stderr, "tenon: %s does not fit world %.*s\n%.*s", path,
                    (int)world->id.len, world->id.ptr, (int)problems.count,
                    (const char *)problems.data);
        } else if (status == TENON_OK && write_output(output, out.data, out.count)) {
            exit_status = EXIT_OK;
        }
        tni_buf_free(&out);
        tni_buf_free(&problems);
    }
    if (status != TENON_OK) {
        print_error(path, &error);
    }
    tenon_engine_delete(engine);
    input_close(&in);
    return exit_status;
}

int cmd_new(int argc, char **argv) {
    wasm_options options;
    wasm_options_init(&options);
    const char *world = NULL, *wit = NULL, *output = NULL, *path = NULL;
    for (int i = 1; i < argc; i++) {
        bool missing = false;
        const char *value;
        if (strcmp(argv[i], "--help") == 0) {
            help();
            return EXIT_OK;
        }
        if ((value = option_value(argc, argv, &i, "--world", &missing)) != NULL) {
            world = value;
        } else if ((value = option_value(argc, argv, &i, "--wit", &missing)) != NULL) {
            wit = value;
        } else if ((value = option_value(argc, argv, &i, "-o", &missing)) != NULL) {
            output = value;
        } else if ((value = option_value(argc, argv, &i, "-W", &missing)) != NULL) {
            missing = missing || !wasm_options_parse(&options, value);
        } else if (path == NULL && (argv[i][0] != '-' || argv[i][1] == '\0')) {
            path = argv[i];
        } else {
            fprintf(stderr, "tenon new: what is %s? (try --help)\n", argv[i]);
            return EXIT_USAGE;
        }
        if (missing) {
            return EXIT_USAGE;
        }
    }
    if (wit == NULL || output == NULL || path == NULL) {
        fprintf(stderr, "tenon new: wants --wit, -o and a core module (try --help)\n");
        return EXIT_USAGE;
    }
    static wit_input in;
    const tni_wit_world *found =
        wit_input_open(&in, wit, &options) ? wit_input_world(&in, wit, world) : NULL;
    int status = found != NULL ? make(&in, found, &options, path, output) : EXIT_FAILED;
    wit_input_close(&in);
    return status;
}
