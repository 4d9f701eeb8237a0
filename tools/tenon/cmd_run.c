/* cmd_run.c: `tenon run`: runs a command component (wasi:cli/run) or, by run_module.c, a
 * core module; or calls a function by --invoke. Uses the public API alone. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tenon/run.h"

extern char **environ;

void run_options_help(void) {
    printf(
        "  --dir HOST[::GUEST][:ro] grant a folder, under another name (GUEST), "
        "read-only (:ro)\n"
        "  --env K[=V]              set a variable; without =V, pass the host's on\n"
        "  --inherit-env            pass all of the host's variables on\n"
        "  --invoke 'NAME(ARGS)'    call an export with WAVE values; prints the result "
        "in WAVE\n"
        "                           NAME: sum, or in full: example:calc/api.sum@0.1.0\n"
        "  --invoke 'NAME(1, 2.5)'  of a core module: an export with numbers; prints "
        "its\n"
        "                           results, a line each. NAME alone takes the "
        "ARGUMENTs\n");
    grants_help();
    printf(
        "       tcplisten=ADDR:PORT  a socket that listens there, for core modules: the\n"
        "                          descriptor behind those of --dir (3, 4, …)\n");
    wasm_options_help();
}

static void help(void) {
    printf("usage: tenon run [OPTION…] FILE [ARGUMENT…]\n\n"
           "Runs a component's wasi:cli/run, a core module's _start (WASI preview 1), or "
           "the\n"
           "function named by --invoke. A program is granted standard input, output and "
           "error,\n"
           "clocks and random numbers; nothing else but what the options give\n"
           "(docs/capabilities.md says what each exposes).\n\n");
    run_options_help();
    printf(
        "\nExit status: the program's own; 134 for a trap; 1 if the file does not load "
        "or\n"
        "link; 2 for usage.\n\n"
        "examples:\n"
        "  tenon run hello.wasm world\n"
        "  tenon run --dir data::/data:ro --env LOG=debug app.wasm --verbose\n"
        "  tenon run --invoke 'filter-log(\"ERROR disk full\")' plugin.wasm\n"
        "  tenon run -W fuel=1000000,timeout=2s untrusted.wasm\n");
}

/* -- options -- */

/* HOST[::GUEST][:ro]; the parts stay in the argument, which is cut up. */
static bool add_dir(run_options *o, const char *value) {
    if (o->dir_count == MAX_GRANTS) {
        fprintf(stderr, "tenon run: too many --dir\n");
        return false;
    }
    char *host = (char *)value; /* of argv, which is ours */
    size_t len = strlen(host);
    tenon_wasi_preopen *dir = &o->dirs[o->dir_count++];
    memset(dir, 0, sizeof *dir);
    if (len > 3 && strcmp(host + len - 3, ":ro") == 0) {
        dir->read_only = true;
        host[len - 3] = '\0';
    }
    char *split = strstr(host, "::");
    dir->host_path = host;
    dir->guest_path = host;
    if (split != NULL) {
        *split = '\0';
        dir->guest_path = split + 2;
    }
    return true;
}

static bool add_env(run_options *o, const char *value) {
    const char *text = value;
    if (strchr(value, '=') == NULL) { /* the host's value; not set here: not set there */
        const char *host = getenv(value);
        if (host == NULL) {
            return true;
        }
        size_t len = strlen(value) + strlen(host) + 2;
        char *pair = malloc(len); /* kept until the process ends */
        if (pair == NULL) {
            fprintf(stderr, "tenon run: out of memory\n");
            return false;
        }
        snprintf(pair, len, "%s=%s", value, host);
        text = pair;
    }
    if (o->env_count == MAX_GRANTS) {
        fprintf(stderr, "tenon run: too many variables\n");
        return false;
    }
    o->env[o->env_count++] = text;
    return true;
}

static bool inherit_env(run_options *o) {
    for (char **e = environ; *e != NULL; e++) {
        if (strchr(*e, '=') != NULL && !add_env(o, *e)) {
            return false;
        }
    }
    return true;
}

bool run_option(run_options *o, int argc, char **argv, int *i) {
    const char *value;
    bool missing = false;
    const char *arg = argv[*i];
    bool ok = true;
    if (strcmp(arg, "--inherit-env") == 0) {
        o->inherit_env = true;
    } else if ((value = option_value(argc, argv, i, "--dir", &missing)) != NULL) {
        ok = !missing && add_dir(o, value);
    } else if ((value = option_value(argc, argv, i, "--env", &missing)) != NULL) {
        ok = !missing && add_env(o, value);
    } else if ((value = option_value(argc, argv, i, "--invoke", &missing)) != NULL) {
        o->invoke = value;
        ok = !missing;
    } else if ((value = option_value(argc, argv, i, "-W", &missing)) != NULL) {
        ok = !missing && wasm_options_parse(&o->wasm, value);
    } else if ((value = option_value(argc, argv, i, "-S", &missing)) != NULL) {
        ok = !missing && grants_parse(&o->grants, (char *)value); /* of argv, ours */
    } else {
        fprintf(stderr, "tenon %s: no such option: %s (try --help)\n", o->command, arg);
        ok = false;
    }
    return ok;
}

int run_parse_options(int argc, char **argv, int *i, run_option_fn *option, void *data,
                      void (*show_help)(void)) {
    for (*i = 1; *i < argc && argv[*i][0] == '-' && argv[*i][1] != '\0'; ++*i) {
        if (strcmp(argv[*i], "--") == 0) {
            ++*i;
            break;
        }
        if (strcmp(argv[*i], "--help") == 0 || strcmp(argv[*i], "-h") == 0) {
            show_help();
            return EXIT_OK;
        }
        if (!option(data, argc, argv, i)) {
            return EXIT_USAGE;
        }
    }
    return -1;
}

bool run_program(run_options *o, int argc, char **argv, int i) {
    if (i == argc) {
        fprintf(stderr, "tenon %s: no file given (try --help)\n", o->command);
        return false;
    }
    if (o->inherit_env && !inherit_env(o)) {
        return false;
    }
    o->file = argv[i];
    /* The program knows itself by its file's name, as wasmtime has it. */
    char *slash = strrchr(argv[i], '/');
    if (slash != NULL && slash[1] != '\0') {
        argv[i] = slash + 1;
    }
    o->args = (const char *const *)&argv[i];
    o->arg_count = (size_t)(argc - i);
    return true;
}

/* -- running -- */

typedef struct session {
    tenon_engine *engine;
    tenon_component *component;
    tenon_linker *linker;
    tenon_store *store;
    tenon_wasi *wasi;
    tenon_arena *arena;
    tenon_instance *instance;
} session;

/* What the system takes of a code: eight bits, of which all are 0 only for success. */
static int status_of_code(int code) {
    const int bits = code & 0xff;
    return bits == 0 && code != 0 ? EXIT_FAILED : bits;
}

int run_exit_status(const run_options *o, const tenon_error *error) {
    const char *path = o->file;
    if (o->trace != NULL) {
        trace_end_line(o->trace);
    }
    switch (error->status) {
    case TENON_EXIT: return status_of_code(error->exit_code);
    case TENON_TRAP:
    case TENON_EXCEPTION:
    case TENON_EXHAUSTION:
    case TENON_LIMIT: print_error(path, error); return EXIT_TRAP;
    case TENON_USAGE: print_error(path, error); return EXIT_USAGE;
    default: print_error(path, error); return EXIT_FAILED;
    }
}

void run_wasi_config(const run_options *o, tenon_wasi_config *config) {
    tenon_wasi_config_init(config);
    config->args = o->args;
    config->arg_count = o->arg_count;
    config->env = o->env;
    config->env_count = o->env_count;
    config->preopens = o->dirs;
    config->preopen_count = o->dir_count;
    grants_apply(&o->grants, config);
    config->stdin_stream.kind = TENON_WASI_INHERIT;
    config->stdout_stream.kind = TENON_WASI_INHERIT;
    config->stderr_stream.kind = TENON_WASI_INHERIT;
}

void run_limit_store(const run_options *o, tenon_store *store) {
    tenon_store_set_fuel(store, o->wasm.fuel);
    tenon_store_set_timeout(store, o->wasm.timeout_ns);
}

static tenon_status open_session(session *s, const run_options *o, const input *in,
                                 tenon_error *error) {
    tenon_wasi_config wasi;
    run_wasi_config(o, &wasi);
    tenon_status status;
    if ((status = tenon_component_load(s->engine, in->bytes, in->len, TENON_BORROW_BYTES,
                                       &s->component, error)) != TENON_OK ||
        (status = tenon_linker_new(s->engine, &s->linker, error)) != TENON_OK ||
        (status = tenon_wasi_new(&wasi, &s->wasi, error)) != TENON_OK ||
        (status = tenon_wasi_add_to_linker(s->wasi, s->linker, error)) != TENON_OK ||
        (status = tenon_linker_trap_missing(
             s->linker,
             "wasi:", "this build of tenon has no host for it, nothing to grant",
             error)) != TENON_OK ||
        (status = tenon_store_new(s->engine, &o->wasm.store, &s->store, error)) !=
            TENON_OK ||
        (status = tenon_arena_new(s->engine, &s->arena, error)) != TENON_OK) {
        return status;
    }
    run_limit_store(o, s->store);
    status = tenon_store_set_schedule_seed(s->store, o->wasm.schedule_seed, error);
    if (status != TENON_OK) {
        return status;
    }
    return tenon_instantiate(s->linker, s->store, s->component, &s->instance, error);
}

static void close_session(session *s) {
    tenon_arena_delete(s->arena);
    tenon_store_delete(s->store);
    tenon_wasi_delete(s->wasi);
    tenon_linker_delete(s->linker);
    tenon_component_delete(s->component);
}

/* run: func() -> result */
static int run_command(session *s, const run_options *o, tenon_error *error) {
    tenon_func *run = tenon_instance_func(s->instance, "wasi:cli/run@0.2.0", "run");
    if (run == NULL) {
        fprintf(stderr,
                "tenon: %s: no export wasi:cli/run (call a function with --invoke)\n",
                o->file);
        return EXIT_FAILED;
    }
    uint8_t is_err = 0;
    if (tenon_func_call(run, NULL, &is_err, NULL, error) != TENON_OK) {
        return run_exit_status(o, error);
    }
    return is_err != 0 ? EXIT_FAILED : EXIT_OK;
}

/* -- --invoke -- */

/* Calls the function that the text names, and prints the result. */
static int invoke(session *s, const run_options *o, tenon_error *error) {
    const char *call = o->invoke;
    tenon_func *func = NULL;
    void *args = NULL;
    if (tenon_parse_call(s->instance, call, s->arena, &func, &args, error) != TENON_OK) {
        if (error->column != 0) {
            fprintf(stderr, "tenon: --invoke: %s\n  %s\n  %*s^\n", error->message, call,
                    (int)error->column - 1, "");
        } else {
            fprintf(stderr, "tenon: --invoke: %s\n", error->message);
        }
        return EXIT_USAGE;
    }
    tenon_value out = {tenon_func_type_of(func)->result, NULL};
    if (out.type != NULL) {
        out.ptr = tenon_arena_alloc(s->arena, tenon_type_size(out.type), 16);
        if (out.ptr == NULL) {
            fprintf(stderr, "tenon: out of memory\n");
            return EXIT_FAILED;
        }
    }
    const char *text = NULL;
    if (tenon_func_call(func, args, out.ptr, s->arena, error) != TENON_OK ||
        (out.type != NULL &&
         tenon_value_print(out, s->arena, &text, error) != TENON_OK)) {
        return run_exit_status(o, error);
    }
    if (text != NULL) {
        printf("%s\n", text);
    }
    return EXIT_OK;
}

static int run_component(const run_options *o, tenon_engine *engine, const input *in) {
    session s = {.engine = engine};
    tenon_error error;
    int exit;
    tenon_status status = open_session(&s, o, in, &error);
    if (status == TENON_UNLINKABLE && print_unlinkable(o->file, s.linker, s.component)) {
        exit = EXIT_FAILED;
    } else if (status != TENON_OK) {
        exit = run_exit_status(o, &error);
    } else if (o->invoke != NULL) {
        exit = invoke(&s, o, &error);
    } else {
        exit = run_command(&s, o, &error);
    }
    if (o->trace != NULL) {
        trace_end(o->trace);
    }
    close_session(&s);
    return exit;
}

static bool is_module(const input *in) {
    return in->len >= 8 && memcmp(in->bytes, "\0asm", 4) == 0 &&
           !tenon_is_component(in->bytes, in->len);
}

int run_file(const run_options *o, input *in) {
    int exit = EXIT_FAILED;
    tenon_engine *engine = NULL;
    tenon_error error;
    tenon_engine_config config;
    tenon_engine_config_init(&config);
    wasm_options_configure(&o->wasm, &config);
    tenon_status status = tenon_engine_new(&config, &engine, &error);
    if (status == TENON_OK && o->trace != NULL) {
        trace_begin(o->trace, engine);
    }
    if (status != TENON_OK || input_assemble(in, engine, &error) != TENON_OK) {
        exit = run_exit_status(o, &error);
        print_source_line(in, &error);
        if (engine != NULL && o->trace != NULL) {
            trace_end(o->trace);
        }
    } else if (is_module(in)) {
        exit = run_module(o, engine, in);
    } else if (o->grants.listener_count > 0) {
        fprintf(stderr,
                "tenon %s: -S tcplisten is for core modules; a component listens "
                "by wasi:sockets (-S allow-addr)\n",
                o->command);
        exit = EXIT_USAGE;
    } else {
        exit = run_component(o, engine, in);
    }
    tenon_engine_delete(engine);
    return fflush(stdout) == 0 ? exit : EXIT_FAILED;
}

static bool any_option(void *data, int argc, char **argv, int *i) {
    return run_option(data, argc, argv, i);
}

int cmd_run(int argc, char **argv) {
    static run_options o = {.command = "run"}; /* large; a command runs once */
    wasm_options_init(&o.wasm);
    grants_init(&o.grants);
    o.grants.takes_listeners = true;
    int i;
    const int early = run_parse_options(argc, argv, &i, any_option, &o, help);
    if (early >= 0) {
        return early;
    }
    if (!run_program(&o, argc, argv, i)) {
        return EXIT_USAGE;
    }
    input in;
    if (!input_open(&in, o.file)) {
        return EXIT_FAILED;
    }
    const int exit = run_file(&o, &in);
    input_close(&in);
    return exit;
}
