/* run_module.c: `tenon run` for core modules: preview 1 programs, and single functions of
 * any module by --invoke. Uses the public API alone. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tenon/run.h"

enum { MAX_VALUES = 64 };

typedef struct module_session {
    tenon_engine *engine; /* the caller's */
    tenon_module *module;
    tenon_core_linker *linker;
    tenon_store *store;
    tenon_wasi *wasi;
    tenon_core_instance *instance;
} module_session;

static tenon_status open_session(module_session *s, const run_options *o, const input *in,
                                 tenon_error *error) {
    tenon_wasi_config wasi;
    run_wasi_config(o, &wasi);
    tenon_status status;
    if ((status = tenon_module_load(s->engine, in->bytes, in->len, TENON_BORROW_BYTES,
                                    &s->module, error)) != TENON_OK ||
        (status = tenon_core_linker_new(s->engine, &s->linker, error)) != TENON_OK ||
        (status = tenon_wasi_new(&wasi, &s->wasi, error)) != TENON_OK ||
        (status = tenon_wasi_add_preview1(s->wasi, s->linker, error)) != TENON_OK ||
        (status = tenon_store_new(s->engine, &o->wasm.store, &s->store, error)) !=
            TENON_OK) {
        return status;
    }
    run_limit_store(o, s->store);
    return tenon_core_instantiate(s->linker, s->store, s->module, &s->instance, error);
}

static void close_session(module_session *s) {
    tenon_store_delete(s->store);
    tenon_wasi_delete(s->wasi);
    tenon_core_linker_delete(s->linker);
    tenon_module_delete(s->module);
}

/* Calls a function without parameters and results. */
static int call_plain(tenon_core_func *f, const run_options *o, const char *name,
                      tenon_error *error) {
    if (tenon_core_func_param(f, 0) != 0 || tenon_core_func_result(f, 0) != 0) {
        fprintf(stderr, "tenon: %s: %s has parameters or results\n", o->file, name);
        return EXIT_FAILED;
    }
    if (tenon_core_func_call(f, NULL, NULL, error) != TENON_OK) {
        return run_exit_status(o, error);
    }
    return EXIT_OK;
}

/* A command's _start. */
static int run_start(module_session *s, const run_options *o, tenon_error *error) {
    tenon_core_func *start = tenon_core_instance_func(s->instance, "_start");
    if (start != NULL) {
        return call_plain(start, o, "_start", error);
    }
    if (tenon_module_has_start(s->module)) {
        return EXIT_OK; /* it has run */
    }
    fprintf(stderr, "tenon: %s: no export _start (call a function with --invoke)\n",
            o->file);
    return EXIT_FAILED;
}

/* A reactor's _initialize, before anything else of it. */
static int run_initialize(module_session *s, const run_options *o, tenon_error *error) {
    tenon_core_func *f = tenon_core_instance_func(s->instance, "_initialize");
    return f == NULL ? EXIT_OK : call_plain(f, o, "_initialize", error);
}

/* -- --invoke -- */

/* NAME(1, 2.5): the name's length, and the arguments as texts in a copy. NAME alone: the
 * command line's arguments. */
typedef struct invocation {
    char copy[4096];
    const char *name;
    const char *args[MAX_VALUES];
    size_t count;
} invocation;

static char *trim(char *s) {
    while (*s == ' ' || *s == '\t') {
        s++;
    }
    size_t len = strlen(s);
    while (len > 0 && (s[len - 1] == ' ' || s[len - 1] == '\t')) {
        s[--len] = '\0';
    }
    return s;
}

static bool split_arguments(char *list, invocation *v) {
    char *at = trim(list);
    while (*at != '\0') {
        char *comma = strchr(at, ',');
        if (comma != NULL) {
            *comma = '\0';
        }
        if (v->count == MAX_VALUES) {
            return false;
        }
        v->args[v->count++] = trim(at);
        if (comma == NULL) {
            break;
        }
        at = comma + 1;
    }
    return true;
}

static bool parse_invocation(const run_options *o, invocation *v) {
    size_t len = strlen(o->invoke);
    if (len >= sizeof v->copy) {
        return false;
    }
    memcpy(v->copy, o->invoke, len + 1);
    v->name = v->copy;
    char *open = len > 0 && o->invoke[len - 1] == ')' ? strchr(v->copy, '(') : NULL;
    if (open != NULL) {
        v->copy[len - 1] = '\0';
        *open = '\0';
        return split_arguments(open + 1, v);
    }
    for (size_t i = 1; i < o->arg_count; i++) {
        if (v->count == MAX_VALUES) {
            return false;
        }
        v->args[v->count++] = o->args[i];
    }
    return true;
}

/* An integer of so many bits, signed or not, decimal or 0x…. */
static bool parse_integer(const char *text, int bits, uint64_t *out) {
    bool negative = text[0] == '-';
    const char *digits = negative ? text + 1 : text;
    char *end;
    if (*digits < '0' || *digits > '9') {
        return false;
    }
    errno = 0;
    unsigned long long v = strtoull(digits, &end, 0);
    uint64_t most = bits == 64 ? UINT64_MAX : UINT32_MAX;
    if (errno != 0 || *end != '\0' || v > (negative ? most / 2 + 1 : most)) {
        return false;
    }
    *out = (negative ? 0 - (uint64_t)v : v) & most;
    return true;
}

static bool parse_value(char type, const char *text, uint64_t *out) {
    char *end;
    float f;
    double d;
    uint32_t bits;
    *out = 0;
    switch (type) {
    case 'i': return parse_integer(text, 32, out);
    case 'I': return parse_integer(text, 64, out);
    case 'f':
        f = strtof(text, &end);
        memcpy(&bits, &f, sizeof bits);
        *out = bits;
        break;
    case 'F':
        d = strtod(text, &end);
        memcpy(out, &d, sizeof d);
        break;
    default: return false;
    }
    return end != text && *end == '\0';
}

static const char *type_name(char type) {
    switch (type) {
    case 'i': return "an i32";
    case 'I': return "an i64";
    case 'f': return "an f32";
    case 'F': return "an f64";
    default: return "of a type that is no number, which --invoke cannot give";
    }
}

/* The shortest text that reads back as the same number. */
static void print_float(double d, bool is_single) {
    char text[40];
    for (int digits = 1; digits <= 17; digits++) {
        snprintf(text, sizeof text, "%.*g", digits, d);
        double back = strtod(text, NULL);
        if (back == d || (is_single && (float)back == (float)d)) {
            break;
        }
    }
    printf("%s\n", text);
}

static void print_value(char type, uint64_t slot) {
    float f;
    double d;
    uint32_t bits = (uint32_t)slot;
    switch (type) {
    case 'i': printf("%d\n", (int)(int32_t)bits); break;
    case 'I': printf("%lld\n", (long long)(int64_t)slot); break;
    case 'f':
        memcpy(&f, &bits, sizeof f);
        print_float((double)f, true);
        break;
    case 'F':
        memcpy(&d, &slot, sizeof d);
        print_float(d, false);
        break;
    default: break;
    }
}

static bool parse_arguments(const tenon_core_func *f, const invocation *v,
                            uint64_t *args) {
    uint32_t n = 0;
    for (char type; (type = tenon_core_func_param(f, n)) != 0; n++) {
        if (n < v->count && !parse_value(type, v->args[n], &args[n])) {
            fprintf(stderr, "tenon: --invoke: argument %u must be %s: %s\n", n + 1,
                    type_name(type), v->args[n]);
            return false;
        }
    }
    if (n != v->count) {
        fprintf(stderr, "tenon: --invoke: %s has %u parameters, given %u\n", v->name, n,
                (unsigned)v->count);
        return false;
    }
    return true;
}

static int invoke(module_session *s, const run_options *o, tenon_error *error) {
    static invocation v; /* large; a command runs once */
    uint64_t args[MAX_VALUES];
    uint64_t results[MAX_VALUES];
    if (!parse_invocation(o, &v)) {
        fprintf(stderr, "tenon: --invoke: too long\n");
        return EXIT_USAGE;
    }
    tenon_core_func *f = tenon_core_instance_func(s->instance, v.name);
    if (f == NULL) {
        fprintf(stderr, "tenon: --invoke: %s exports no function %s\n", o->file, v.name);
        return EXIT_USAGE;
    }
    if (tenon_core_func_result(f, MAX_VALUES) != 0) {
        fprintf(stderr, "tenon: --invoke: %s has too many results\n", v.name);
        return EXIT_USAGE;
    }
    if (!parse_arguments(f, &v, args)) {
        return EXIT_USAGE;
    }
    if (tenon_core_func_call(f, args, results, error) != TENON_OK) {
        return run_exit_status(o, error);
    }
    if (o->trace != NULL) {
        trace_end_line(o->trace);
    }
    for (uint32_t n = 0; tenon_core_func_result(f, n) != 0; n++) {
        print_value(tenon_core_func_result(f, n), results[n]);
    }
    return EXIT_OK;
}

int run_module(const run_options *o, tenon_engine *engine, const input *in) {
    module_session s = {.engine = engine};
    tenon_error error;
    int exit;
    if (open_session(&s, o, in, &error) != TENON_OK) {
        exit = run_exit_status(o, &error);
    } else {
        exit = run_initialize(&s, o, &error);
        if (exit == EXIT_OK && o->invoke != NULL) {
            exit = invoke(&s, o, &error);
        } else if (exit == EXIT_OK) {
            exit = run_start(&s, o, &error);
        }
    }
    if (o->trace != NULL) {
        trace_end(o->trace);
    }
    close_session(&s);
    return exit;
}
