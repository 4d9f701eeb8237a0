/* cmd_compose.c: `tenon compose`: imports of a component satisfied by exports of others.
 */
#include <stdio.h>
#include <string.h>

#include "tenon/wit_input.h"
#include "wit/compose.h"

enum { MOST_PLUGS = 64 };

static void help(void) {
    printf(
        "usage: tenon compose A.wasm --plug B.wasm [--plug C.wasm]… -o FILE.wasm\n\n"
        "Makes one component of several: what A or a plug imports and another plug\n"
        "exports is joined, interfaces by name and semver track, functions by name.\n"
        "The result imports what is still missing to any of them, and exports what A\n"
        "exports. When types differ, every difference is named. Plugs may be given in\n"
        "any order. Not allowed: two plugs that export what one component imports, a\n"
        "plug that nobody imports from, plugs that need each other in a circle.\n"
        "\n"
        "  --plug FILE    a component whose exports A and other plugs may import\n"
        "  -o FILE.wasm   where the component goes; - is standard output\n");
    wasm_options_help();
    printf("\nexamples:\n"
           "  tenon compose shop.wasm --plug rates.wasm -o shop-with-rates.wasm\n"
           "  tenon compose app.wasm --plug cache.wasm --plug disk.wasm -o all.wasm\n");
}

typedef struct job {
    const char *paths[MOST_PLUGS + 1]; /* the socket is the first */
    u32 count;
    const char *output;
    wasm_options options;
    wit_input inputs[MOST_PLUGS + 1];
    tni_composed parts[MOST_PLUGS + 1];
} job;

static bool open_part(job *j, u32 i) {
    wit_input *in = &j->inputs[i];
    if (!wit_input_open(in, j->paths[i], &j->options)) {
        return false;
    }
    if (in->component == NULL) {
        fprintf(stderr, "tenon: %s: WIT, where a component is wanted\n", j->paths[i]);
        return false;
    }
    j->parts[i].name = tni_str_of(j->paths[i]);
    j->parts[i].component = (const tni_component *)(const void *)in->component;
    j->parts[i].world = wit_input_world(in, j->paths[i], NULL);
    return true;
}

/* What is written loads: the loader sees it first. */
static int compose(job *j) {
    tenon_error error;
    tenon_engine *engine = j->inputs[0].engine;
    tenon_component *composed = NULL;
    tni_buf out, problems;
    tni_buf_init(&out, &j->inputs[0].heap);
    tni_buf_init(&problems, &j->inputs[0].heap);
    tenon_status s = tni_compose(&j->inputs[0].arena, &j->parts[0], j->parts + 1,
                                 j->count - 1, &out, &problems, &error);
    bool fits = problems.count == 0;
    if (s == TENON_OK && fits) {
        s = tenon_component_load(engine, out.data, out.count, TENON_BORROW_BYTES,
                                 &composed, &error);
        tenon_component_delete(composed);
    }
    int status = EXIT_FAILED;
    if (s != TENON_OK) {
        print_error(j->output, &error);
    } else if (!fits) {
        fprintf(stderr, "tenon: %s cannot be composed\n%.*s", j->paths[0],
                (int)problems.count, (const char *)problems.data);
    } else if (write_output(j->output, out.data, out.count)) {
        status = EXIT_OK;
    }
    tni_buf_free(&out);
    tni_buf_free(&problems);
    return status;
}

static int usage(const char *what, const char *about) {
    fprintf(stderr, "tenon compose: %s%s (try --help)\n", what, about);
    return EXIT_USAGE;
}

int cmd_compose(int argc, char **argv) {
    static job j;
    wasm_options_init(&j.options);
    j.count = 1;
    for (int i = 1; i < argc; i++) {
        bool missing = false;
        const char *value;
        if (strcmp(argv[i], "--help") == 0) {
            help();
            return EXIT_OK;
        }
        if ((value = option_value(argc, argv, &i, "--plug", &missing)) != NULL) {
            if (j.count > MOST_PLUGS) {
                return usage("too many plugs at ", value);
            }
            j.paths[j.count++] = value;
        } else if ((value = option_value(argc, argv, &i, "-o", &missing)) != NULL) {
            j.output = value;
        } else if ((value = option_value(argc, argv, &i, "-W", &missing)) != NULL) {
            missing = missing || !wasm_options_parse(&j.options, value);
        } else if (j.paths[0] == NULL && argv[i][0] != '-') {
            j.paths[0] = argv[i];
        } else {
            return usage("what is ", argv[i]);
        }
        if (missing) {
            return EXIT_USAGE;
        }
    }
    if (j.paths[0] == NULL || j.count < 2 || j.output == NULL) {
        return usage("wants a component, --plug and -o", "");
    }
    bool ok = true;
    u32 opened = 0;
    for (; ok && opened < j.count; opened++) {
        ok = open_part(&j, opened);
    }
    int status = ok ? compose(&j) : EXIT_FAILED;
    while (opened > 0) {
        wit_input_close(&j.inputs[--opened]);
    }
    return status;
}
