/* cmd_run.c: `tenon run`: runs a command component (wasi:cli/run), or calls a function by
 * --invoke. Uses the public API alone. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tenon/command.h"
#include "tenon/wasi.h"

enum { MAX_GRANTS = 256 };

extern char **environ;

typedef struct run_options {
    wasm_options wasm;
    tenon_wasi_preopen dirs[MAX_GRANTS];
    size_t dir_count;
    tenon_wasi_env env[MAX_GRANTS];
    size_t env_count;
    bool inherit_env;
    const char *invoke; /* name(args), or NULL */
    const char *file;
    const char *const *args; /* of the program, its own name first */
    size_t arg_count;
} run_options;

static void help(void) {
    printf(
        "usage: tenon run [OPTION…] FILE [ARGUMENT…]\n\n"
        "Runs a component's wasi:cli/run, or the function named by --invoke. A component is\n"
        "granted standard input, output and error, clocks and random numbers; nothing else\n"
        "but what the options give.\n\n"
        "  --dir HOST[::GUEST][:ro] grant a folder, under another name (GUEST), read-only (:ro)\n"
        "  --env K[=V]              set a variable; without =V, pass the host's on\n"
        "  --inherit-env            pass all of the host's variables on\n"
        "  --invoke 'NAME(ARGS)'    call an export with WAVE values; prints the result in WAVE\n"
        "                           NAME: sum, or in full: example:calc/api.sum@0.1.0\n");
    wasm_options_help();
    printf("\nExit status: the program's own; 134 for a trap; 1 if the component does not load\n"
           "or link; 2 for usage.\n\n"
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
    dir->writable = true;
    if (len > 3 && strcmp(host + len - 3, ":ro") == 0) {
        dir->writable = false;
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
    char *name = (char *)value;
    char *split = strchr(name, '=');
    const char *text = split != NULL ? split + 1 : getenv(name);
    if (split != NULL) {
        *split = '\0';
    }
    if (text == NULL) {
        return true; /* not set here: not set there */
    }
    if (o->env_count == MAX_GRANTS) {
        fprintf(stderr, "tenon run: too many --env\n");
        return false;
    }
    o->env[o->env_count++] = (tenon_wasi_env){name, text};
    return true;
}

static bool inherit_env(run_options *o) {
    for (char **e = environ; *e != NULL && o->env_count < MAX_GRANTS; e++) {
        char *copy = strdup(*e); /* kept until the process ends */
        if (copy == NULL || !add_env(o, copy)) {
            return false;
        }
    }
    return true;
}

/* Returns -1 to go on, or an exit status. */
static int parse_option(run_options *o, int argc, char **argv, int *i) {
    const char *value;
    bool missing = false;
    const char *arg = argv[*i];
    bool ok = true;
    if (strcmp(arg, "--help") == 0 || strcmp(arg, "-h") == 0) {
        help();
        return EXIT_OK;
    }
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
        fprintf(stderr, "tenon run: -S %s: no such grant\n", value);
        ok = false;
    } else {
        fprintf(stderr, "tenon run: no such option: %s (try --help)\n", arg);
        ok = false;
    }
    return ok ? -1 : EXIT_USAGE;
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

static int exit_status(const char *path, const tenon_error *error) {
    switch (error->status) {
    case TENON_EXIT: return error->exit_code & 0xff;
    case TENON_TRAP:
    case TENON_EXCEPTION:
    case TENON_EXHAUSTION:
    case TENON_LIMIT: print_error(path, error); return EXIT_TRAP;
    default: print_error(path, error); return EXIT_FAILED;
    }
}

static tenon_status open_session(session *s, const run_options *o, const input *in,
                                 tenon_error *error) {
    tenon_engine_config config;
    tenon_engine_config_init(&config);
    config.features = o->wasm.features;
    tenon_wasi_config wasi;
    tenon_wasi_config_init(&wasi);
    wasi.args = o->args;
    wasi.arg_count = o->arg_count;
    wasi.env = o->env;
    wasi.env_count = o->env_count;
    wasi.preopens = o->dirs;
    wasi.preopen_count = o->dir_count;
    tenon_status status;
    if ((status = tenon_engine_new(&config, &s->engine, error)) != TENON_OK ||
        (status = tenon_component_load(s->engine, in->bytes, in->len, TENON_BORROW_BYTES,
                                       &s->component, error)) != TENON_OK ||
        (status = tenon_linker_new(s->engine, &s->linker, error)) != TENON_OK ||
        (status = tenon_wasi_new(s->engine, &wasi, &s->wasi, error)) != TENON_OK ||
        (status = tenon_wasi_add_to_linker(s->wasi, s->linker, error)) != TENON_OK ||
        (status = tenon_linker_trap_missing(
             s->linker, "wasi:", "this build of tenon has no host for it, nothing to grant",
             error)) != TENON_OK ||
        (status = tenon_store_new(s->engine, &o->wasm.store, &s->store, error)) !=
            TENON_OK ||
        (status = tenon_arena_new(s->engine, &s->arena, error)) != TENON_OK) {
        return status;
    }
    tenon_store_set_fuel(s->store, o->wasm.fuel);
    tenon_store_set_timeout(s->store, o->wasm.timeout_ns);
    return tenon_instantiate(s->linker, s->store, s->component, &s->instance, error);
}

static void close_session(session *s) {
    tenon_arena_delete(s->arena);
    tenon_store_delete(s->store);
    tenon_wasi_delete(s->wasi);
    tenon_linker_delete(s->linker);
    tenon_component_delete(s->component);
    tenon_engine_delete(s->engine);
}

/* run: func() -> result */
static int run_command(session *s, const char *path, tenon_error *error) {
    tenon_func *run = tenon_instance_func(s->instance, "wasi:cli/run@0.2.0", "run");
    if (run == NULL) {
        fprintf(stderr,
                "tenon: %s: no export wasi:cli/run (call a function with --invoke)\n", path);
        return EXIT_FAILED;
    }
    uint8_t is_err = 0;
    if (tenon_func_call(run, NULL, &is_err, NULL, error) != TENON_OK) {
        return exit_status(path, error);
    }
    return is_err != 0 ? EXIT_FAILED : EXIT_OK;
}

/* -- --invoke -- */

typedef struct found {
    tenon_func *func;
    int count;
} found;

/* A function of that name at the root or in any exported instance. */
static found find_anywhere(tenon_instance *instance, const char *name) {
    found f = {tenon_instance_func(instance, NULL, name), 0};
    f.count = f.func != NULL;
    tenon_instance *nested = NULL;
    const char *export_;
    for (uint32_t n = 0; (export_ = tenon_instance_export(instance, n, NULL, &nested)) != NULL;
         n++) {
        tenon_func *func =
            nested != NULL ? tenon_instance_func(nested, NULL, name) : NULL;
        if (func != NULL) {
            f.func = func;
            f.count++;
        }
    }
    return f;
}

/* NAME of `ns:pkg/iface.func@version`: the last '.' before '@' and after '/' splits. */
static tenon_func *find_full(tenon_instance *instance, char *name) {
    char iface[512];
    char *version = strchr(name, '@');
    char *slash = strchr(name, '/');
    char *dot = slash != NULL ? strchr(slash, '.') : NULL;
    if (dot == NULL || (version != NULL && version < dot)) {
        return NULL;
    }
    if (version != NULL) {
        *version = '\0';
    }
    *dot = '\0';
    int len = snprintf(iface, sizeof iface, "%s%s%s", name, version != NULL ? "@" : "",
                       version != NULL ? version + 1 : "");
    if (len < 0 || (size_t)len >= sizeof iface) {
        return NULL;
    }
    return tenon_instance_func(instance, iface, dot + 1);
}

static int call_wave(session *s, tenon_func *func, const char *path, const char *args,
                     tenon_error *error) {
    const tenon_func_type *type = tenon_func_type_of(func);
    const tenon_type *params = tenon_func_params(func);
    tenon_value in = {params, NULL};
    tenon_value out = {type->result, NULL};
    in.ptr = tenon_arena_alloc(s->arena, tenon_type_size(params) + 1, 16);
    if (type->result != NULL) {
        out.ptr = tenon_arena_alloc(s->arena, tenon_type_size(type->result) + 1, 16);
    }
    if (in.ptr == NULL || (type->result != NULL && out.ptr == NULL)) {
        fprintf(stderr, "tenon: out of memory\n");
        return EXIT_FAILED;
    }
    if (tenon_value_parse(in, args, s->arena, error) != TENON_OK) {
        fprintf(stderr, "tenon: --invoke: %s\n", error->message);
        return EXIT_USAGE;
    }
    if (tenon_func_call(func, in.ptr, out.ptr, s->arena, error) != TENON_OK) {
        return exit_status(path, error);
    }
    const char *text = NULL;
    if (type->result == NULL) {
        return EXIT_OK;
    }
    if (tenon_value_print(out, s->arena, &text, error) != TENON_OK) {
        return exit_status(path, error);
    }
    printf("%s\n", text);
    return EXIT_OK;
}

static int invoke(session *s, const char *path, const char *call, tenon_error *error) {
    const char *open = strchr(call, '(');
    char name[512];
    size_t len = open != NULL ? (size_t)(open - call) : 0;
    if (len == 0 || len >= sizeof name) {
        fprintf(stderr, "tenon: --invoke wants NAME(ARGS): %s\n", call);
        return EXIT_USAGE;
    }
    memcpy(name, call, len);
    name[len] = '\0';
    found f = {NULL, 0};
    if (strchr(name, '/') != NULL) {
        f.func = find_full(s->instance, name);
    } else {
        f = find_anywhere(s->instance, name);
    }
    if (f.count > 1) {
        fprintf(stderr, "tenon: --invoke: %s is exported %d times: name it in full\n", name,
                f.count);
        return EXIT_USAGE;
    }
    if (f.func == NULL) {
        fprintf(stderr, "tenon: --invoke: no exported function %.*s (see tenon inspect)\n",
                (int)len, call);
        return EXIT_USAGE;
    }
    return call_wave(s, f.func, path, open, error);
}

static int run_file(const run_options *o) {
    input in;
    if (!input_open(&in, o->file)) {
        return EXIT_FAILED;
    }
    int exit = EXIT_FAILED;
    if (in.len > 0 && !tenon_is_component(in.bytes, in.len) &&
        memcmp(in.bytes, "\0asm", in.len < 4 ? in.len : 4) == 0 && in.len >= 8) {
        fprintf(stderr, "tenon: %s: invalid at offset 0x4: a component is wanted, this is a "
                        "core module (tenon validate, tenon inspect take it)\n",
                o->file);
        input_close(&in);
        return EXIT_FAILED;
    }
    session s = {0};
    tenon_error error;
    if (open_session(&s, o, &in, &error) != TENON_OK) {
        exit = exit_status(o->file, &error);
    } else if (o->invoke != NULL) {
        exit = invoke(&s, o->file, o->invoke, &error);
    } else {
        exit = run_command(&s, o->file, &error);
    }
    close_session(&s);
    input_close(&in);
    return fflush(stdout) == 0 ? exit : EXIT_FAILED;
}

int cmd_run(int argc, char **argv) {
    static run_options o; /* large; a command runs once */
    wasm_options_init(&o.wasm);
    int i = 1;
    for (; i < argc && argv[i][0] == '-' && argv[i][1] != '\0'; i++) {
        if (strcmp(argv[i], "--") == 0) {
            i++;
            break;
        }
        int exit = parse_option(&o, argc, argv, &i);
        if (exit >= 0) {
            return exit;
        }
    }
    if (i == argc) {
        fprintf(stderr, "tenon run: no file given (try --help)\n");
        return EXIT_USAGE;
    }
    if (o.inherit_env && !inherit_env(&o)) {
        return EXIT_FAILED;
    }
    o.file = argv[i];
    o.args = (const char *const *)&argv[i];
    o.arg_count = (size_t)(argc - i);
    return run_file(&o);
}
