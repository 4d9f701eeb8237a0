/* cmd_new.c: `tenon new`: a core module made into a component of a world. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "binary/decode.h"
#include "tenon/wit_input.h"
#include "valid/validate.h"
#include "wit/compose.h"
#include "wit/wit_encoded.h"
#include "wit/wrap.h"

enum { MOST_ADAPTERS = 16, MOST_WORLDS = 64 };

static void help(void) {
    printf(
        "usage: tenon new [--wit FOLDER|FILE [--world NAME]] [--adapt NAME=FILE]…\n"
        "                 -o FILE.wasm CORE.wasm\n\n"
        "Makes a component of a core module, whose imports and exports have the usual\n"
        "names of the canonical ABI, and must fit the world: else every one that is\n"
        "missing, unknown or of another type is named.\n\n"
        "  --wit FOLDER|FILE  where the world is written; without it, the worlds that\n"
        "                     toolchains put into the module (component-type sections)\n"
        "  --world NAME       which one; not needed when there is one only\n"
        "  --adapt NAME=FILE  a core module that stands between what the module imports\n"
        "                     from NAME and the world, such as an adapter of\n"
        "                     wasi_snapshot_preview1; its own world is added\n"
        "  -o FILE.wasm       where the component goes; - is standard output\n");
    wasm_options_help();
    printf("\nexamples:\n"
           "  clang --target=wasm32 -nostdlib -Wl,--no-entry -o core.wasm plugin.c\n"
           "  tenon new --wit wit/ --world plugin -o plugin.wasm core.wasm\n"
           "  clang --target=wasm32-wasi -o hello.core.wasm hello.c\n"
           "  tenon new --adapt wasi_snapshot_preview1=command.wasm -o hello.wasm "
           "hello.core.wasm\n");
}

/* A core module, and the components in it that say its worlds. */
typedef struct part {
    const char *path;
    tni_str name; /* of an adapter */
    input in;
    tni_module *module;
    unsigned worlds; /* in it */
    u8 encoding;     /* of its strings */
} part;

typedef struct job {
    const char *wit, *world, *output;
    wasm_options options;
    part parts[MOST_ADAPTERS + 1]; /* the main module is the first */
    unsigned count;
    const tni_wit_world *worlds[MOST_WORLDS];
    tni_component *encoded[MOST_WORLDS];
    unsigned world_count, encoded_count;
    wit_input written; /* --wit */
    tenon_engine *engine;
    tni_arena arena;
    tenon_error error;
} job;

static bool fail(const char *path, const tenon_error *error) {
    print_error(path, error);
    return false;
}

static bool open_part(job *j, part *p) {
    if (!input_open(&p->in, p->path)) {
        p->path = NULL;
        return false;
    }
    return (tni_module_decode(j->engine, p->in.bytes, p->in.len, 0, true, &p->module,
                              &j->error) == TENON_OK &&
            tni_module_validate(p->module, &j->error) == TENON_OK) ||
           fail(p->path, &j->error);
}

/* A world in a custom section of a module; all of a module have one string encoding. */
static bool read_world(job *j, part *p, const tni_custom *section) {
    tni_wit_encoded encoded;
    if (j->world_count == MOST_WORLDS) {
        fprintf(stderr, "tenon: %s: too many component-type sections\n", p->path);
        return false;
    }
    if (tni_wit_read_encoded(&j->arena, j->engine, section, &encoded, &j->error) !=
        TENON_OK) {
        return fail(p->path, &j->error);
    }
    j->encoded[j->encoded_count++] = encoded.component;
    j->worlds[j->world_count++] = encoded.world;
    if (p->worlds++ > 0 && p->encoding != encoded.encoding) {
        fprintf(stderr,
                "tenon: %s: its component-type sections differ in the encoding "
                "of strings\n",
                p->path);
        return false;
    }
    p->encoding = encoded.encoding;
    return true;
}

static bool read_worlds(job *j, part *p) {
    for (u32 i = 0; i < p->module->custom_count; i++) {
        const tni_custom *c = &p->module->customs[i];
        if (tni_wit_is_encoded(c) && !read_world(j, p, c)) {
            return false;
        }
    }
    return true;
}

static bool find_worlds(job *j) {
    if (j->wit != NULL) {
        const tni_wit_world *found = wit_input_open(&j->written, j->wit, &j->options)
                                         ? wit_input_world(&j->written, j->wit, j->world)
                                         : NULL;
        if (found == NULL) {
            return false;
        }
        j->worlds[j->world_count++] = found;
    }
    bool ok = true;
    for (unsigned i = j->wit != NULL ? 1 : 0; i < j->count && ok; i++) {
        ok = read_worlds(j, &j->parts[i]);
    }
    if (ok && j->world_count == 0) {
        fprintf(stderr, "tenon: %s: has no world in it; --wit says one\n",
                j->parts[0].path);
    }
    return ok && j->world_count > 0;
}

/* What is written loads: the loader sees it first. */
static tenon_status wrap(job *j, tni_buf *out, tni_buf *problems) {
    tenon_error *e = &j->error;
    tni_adapter adapters[MOST_ADAPTERS];
    const tni_wit_world *world = j->worlds[0];
    if (j->world_count > 1) {
        TNI_TRY(tni_wit_join_worlds(&j->arena, j->worlds, j->world_count, &world,
                                    problems, e));
    }
    for (unsigned i = 1; i < j->count; i++) {
        adapters[i - 1] =
            (tni_adapter){j->parts[i].name, j->parts[i].module, j->parts[i].encoding};
    }
    TNI_TRY(tni_wrap(&j->arena, j->parts[0].module, j->parts[0].encoding, world, adapters,
                     j->count - 1, out, problems, e));
    if (problems->count > 0) {
        fprintf(stderr, "tenon: %s does not fit world %.*s\n%.*s", j->parts[0].path,
                (int)world->id.len, world->id.ptr, (int)problems->count,
                (const char *)problems->data);
        return TENON_OK;
    }
    tni_component *c = NULL;
    TNI_TRY(tni_component_load(j->engine, out->data, out->count, true, &c, e));
    tni_component_release(c);
    return TENON_OK;
}

static int make(job *j) {
    tni_buf out, problems;
    tni_buf_init(&out, &j->engine->heap);
    tni_buf_init(&problems, &j->engine->heap);
    int exit_status = EXIT_FAILED;
    if (wrap(j, &out, &problems) != TENON_OK) {
        print_error(j->parts[0].path, &j->error);
    } else if (problems.count == 0 && write_output(j->output, out.data, out.count)) {
        exit_status = EXIT_OK;
    }
    tni_buf_free(&out);
    tni_buf_free(&problems);
    return exit_status;
}

static int perform(job *j) {
    tenon_engine_config config;
    tenon_engine_config_init(&config);
    wasm_options_configure(&j->options, &config);
    if (tenon_engine_new(&config, &j->engine, &j->error) != TENON_OK) {
        print_error(j->parts[0].path, &j->error);
        return EXIT_FAILED;
    }
    tni_arena_init(&j->arena, &j->engine->heap);
    bool ok = true;
    unsigned opened = 0;
    for (; opened < j->count && ok; opened++) {
        ok = open_part(j, &j->parts[opened]);
    }
    int status = ok && find_worlds(j) ? make(j) : EXIT_FAILED;
    if (j->wit != NULL) {
        wit_input_close(&j->written);
    }
    while (j->encoded_count > 0) {
        tni_component_release(j->encoded[--j->encoded_count]);
    }
    tni_arena_free(&j->arena);
    while (opened > 0) {
        part *p = &j->parts[--opened];
        if (p->module != NULL) {
            tni_module_release(p->module);
        }
        if (p->path != NULL) {
            input_close(&p->in);
        }
    }
    tenon_engine_delete(j->engine);
    return status;
}

static bool add_adapter(job *j, const char *value) {
    const char *equals = strchr(value, '=');
    if (equals == NULL || equals == value || equals[1] == 0) {
        fprintf(stderr, "tenon new: --adapt wants NAME=FILE, not %s\n", value);
        return false;
    }
    if (j->count > MOST_ADAPTERS) {
        fprintf(stderr, "tenon new: too many adapters\n");
        return false;
    }
    part *p = &j->parts[j->count++];
    p->name = (tni_str){value, (size_t)(equals - value)};
    p->path = equals + 1;
    return true;
}

int cmd_new(int argc, char **argv) {
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
        if ((value = option_value(argc, argv, &i, "--world", &missing)) != NULL) {
            j.world = value;
        } else if ((value = option_value(argc, argv, &i, "--wit", &missing)) != NULL) {
            j.wit = value;
        } else if ((value = option_value(argc, argv, &i, "--adapt", &missing)) != NULL) {
            missing = missing || !add_adapter(&j, value);
        } else if ((value = option_value(argc, argv, &i, "-o", &missing)) != NULL) {
            j.output = value;
        } else if ((value = option_value(argc, argv, &i, "-W", &missing)) != NULL) {
            missing = missing || !wasm_options_parse(&j.options, value);
        } else if (j.parts[0].path == NULL && (argv[i][0] != '-' || argv[i][1] == '\0')) {
            j.parts[0].path = argv[i];
        } else {
            fprintf(stderr, "tenon new: what is %s? (try --help)\n", argv[i]);
            return EXIT_USAGE;
        }
        if (missing) {
            return EXIT_USAGE;
        }
    }
    if (j.output == NULL || j.parts[0].path == NULL) {
        fprintf(stderr, "tenon new: wants -o and a core module (try --help)\n");
        return EXIT_USAGE;
    }
    return perform(&j);
}
