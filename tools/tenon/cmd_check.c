/* cmd_check.c: `tenon check`: whether a component fits a world, and where it does not. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tenon/contract.h"
#include "tenon/wit_input.h"

static void help(void) {
    printf(
        "usage: tenon check --wit FOLDER|FILE [--world NAME] [-W FEATURE,…] COMPONENT\n\n"
        "Says whether a component fits a world: whether the world offers all that the\n"
        "component imports, and the component all that the world exports. Prints every\n"
        "difference, down to the parameter, field or case, with what is wanted, what is\n"
        "offered, and where each is written. COMPONENT may be WIT too, of one world.\n\n"
        "  --wit FOLDER|FILE  where the world is written\n"
        "  --world NAME       which one; not needed when there is one only\n");
    wasm_options_help();
    printf("\nexamples:\n"
           "  tenon check --wit wit/ --world plugin plugin.wasm\n");
}

/* One side: WIT from files, or a component. */
typedef struct side {
    const char *path;
    input in;
    tenon_component *component;
    tenon_wit *wit;
} side;

static bool open_component(side *s, tenon_engine *engine) {
    tenon_error error;
    if (!wit_input_load(&s->in, engine, &s->component)) {
        return false;
    }
    if (tenon_wit_of_component(s->component, s->path, &s->wit, &error) != TENON_OK) {
        print_input_error(&s->in, &error);
        return false;
    }
    return true;
}

static bool parse_files(side *s, tenon_engine *engine, const wit_files *files) {
    tenon_error error;
    size_t count = files->sources.count;
    tenon_wit_source *sources = calloc(count, sizeof *sources);
    for (size_t i = 0; sources != NULL && i < count; i++) {
        const tni_wit_source *f = &files->sources.data[i];
        sources[i] = (tenon_wit_source){f->path.ptr, f->text.ptr, f->text.len, f->group};
    }
    bool ok = sources != NULL && tenon_wit_parse(engine, sources, (uint32_t)count,
                                                 &s->wit, &error) == TENON_OK;
    if (sources == NULL) {
        fprintf(stderr, "tenon: out of memory\n");
    } else if (!ok) {
        fprintf(stderr, "tenon: %s\n", error.message);
    }
    free(sources);
    return ok;
}

static bool open_text(side *s, tenon_engine *engine) {
    tni_heap heap;
    tni_heap_init(&heap, &wit_input_allocator, UINT64_MAX);
    wit_files files = {.heap = &heap};
    bool ok = wit_files_add(&files, s->path) && parse_files(s, engine, &files);
    wit_files_free(&files);
    return ok;
}

static bool open_side(side *s, tenon_engine *engine) {
    if (!wit_input_is_wasm(s->path)) {
        return open_text(s, engine);
    }
    return input_open(&s->in, s->path) && open_component(s, engine);
}

static void close_side(side *s) {
    tenon_wit_delete(s->wit);
    tenon_component_delete(s->component);
    if (s->in.path != NULL) {
        input_close(&s->in);
    }
}

static int report(const side *contract, const char *world, const side *actual) {
    tenon_error error;
    tenon_differences *list = NULL;
    const char *name = tenon_wit_world(contract->wit, world, &error);
    if (name == NULL) {
        print_error(contract->path, &error);
        return EXIT_FAILED;
    }
    if (tenon_wit_check(contract->wit, world, actual->wit, NULL, &list, &error) !=
        TENON_OK) {
        print_error(actual->path, &error);
        return EXIT_FAILED;
    }
    uint32_t count = tenon_differences_count(list);
    if (count == 0) {
        printf("%s: fits world %s\n", actual->path, name);
    } else {
        printf("%s: does not fit world %s: %u difference%s\n", actual->path, name, count,
               count == 1 ? "" : "s");
        print_differences(stdout, list);
    }
    tenon_differences_delete(list);
    return count == 0 ? EXIT_OK : EXIT_FAILED;
}

static int check(side *contract, const char *world, side *actual,
                 const wasm_options *options) {
    tenon_error error;
    tenon_engine *engine = NULL;
    tenon_engine_config config;
    tenon_engine_config_init(&config);
    wasm_options_configure(options, &config);
    if (tenon_engine_new(&config, &engine, &error) != TENON_OK) {
        print_error(actual->path, &error);
        return EXIT_FAILED;
    }
    int status = open_side(contract, engine) && open_side(actual, engine)
                     ? report(contract, world, actual)
                     : EXIT_FAILED;
    close_side(actual);
    close_side(contract);
    tenon_engine_delete(engine);
    return status;
}

int cmd_check(int argc, char **argv) {
    wasm_options options;
    wasm_options_init(&options);
    static side contract, actual;
    const char *world = NULL;
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
            contract.path = value;
        } else if ((value = option_value(argc, argv, &i, "-W", &missing)) != NULL) {
            missing = missing || !wasm_options_parse(&options, value);
        } else if (actual.path == NULL && argv[i][0] != '-') {
            actual.path = argv[i];
        } else {
            fprintf(stderr, "tenon check: what is %s? (try --help)\n", argv[i]);
            return EXIT_USAGE;
        }
        if (missing) {
            return EXIT_USAGE;
        }
    }
    if (actual.path == NULL || contract.path == NULL) {
        fprintf(stderr, "tenon check: wants --wit and a component (try --help)\n");
        return EXIT_USAGE;
    }
    return check(&contract, world, &actual, &options);
}
