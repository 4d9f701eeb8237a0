/* cmd_trace.c: `tenon trace`: runs a core module or component, and shows each instruction
 * as it executes. Looks inside. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/numtext.h"
#include "binary/decode.h"
#include "exec/code.h"
#include "tenon/command.h"
#include "tenon/run.h"
#include "tenon/trace.h"
#include "valid/validate.h"

static void help(void) {
    printf(
        "usage: tenon trace [OPTION…] FILE [ARGUMENT…]\n\n"
        "Runs a component as tenon run does, or a core module without imports (its "
        "start\n"
        "function, then _start or what --invoke says), binary or text, and writes a line "
        "to\n"
        "standard error for each instruction as it executes:\n\n"
        "  0x00002c $fac i64.mul (i64.const 2) (i64.const 1) -> (i64.const 2)\n\n"
        "its offset in the file, its function, itself with its operands, and after an "
        "arrow\n"
        "its results. The results of a call have a line of their own, after what was "
        "called.\n"
        "Of an instruction that traps the operands are shown, as the last line. Lines "
        "of\n"
        "components say in which instance, and there are some for what is done beside\n"
        "instructions, by their names in the canonical ABI, with core values:\n\n"
        "  -------- app canon lower $make of app/boxes#0 (i32.const 7)\n\n"
        "calls (canon lift, canon lower), handles (lift_own, lower_own, lift_borrow,\n"
        "lower_borrow, Subtask.deliver_resolve), tasks and threads (Task.start, "
        "Task.return_,\n"
        "Thread.wait_until, Thread.resume and so on), and every built-in that is "
        "called.\n\n"
        "  --filter NAME            only lines of a function, by its name or index, or "
        "of "
        "what\n"
        "                           has this name in the canonical ABI\n"
        "  --max N                  the first N lines; results of calls do not count. "
        "The\n"
        "                           program runs on\n"
        "  --output FILE            write them there\n");
    run_options_help();
    printf("For a core module the arguments of --invoke are numbers, or null.\n\n"
           "Exit status: as of tenon run.\n\n"
           "examples:\n"
           "  tenon trace --invoke 'fac(5)' fac.wat\n"
           "  tenon trace --filter parse --max 1000 --output parse.trace app.wasm\n"
           "  tenon trace --filter resource.drop app.wasm\n");
}

/* -- core modules -- */

static tenon_status load(tenon_engine *engine, const input *in, tni_module **out,
                         tenon_error *e) {
    TNI_TRY(tni_module_decode(engine, in->bytes, in->len, 0, true, out, e));
    TNI_TRY(tni_module_validate(*out, e));
    const tni_module *m = *out;
    if (m->import_count > 0) {
        const tni_import *x = &m->imports[0];
        return tni_fail(e, TNI_ERR_UNKNOWN_IMPORT, x->offset,
                        "%.*s.%.*s: a core module is traced without a host",
                        (int)x->module.len, x->module.ptr, (int)x->name.len, x->name.ptr);
    }
    return TENON_OK;
}

static bool parse_number(tni_str text, tni_valtype t, tni_slot *slot) {
    u64 bits = 0;
    u32 half = 0;
    switch (tni_kind_of(t)) {
    case TNI_KIND_I32:
        if (tni_parse_int(text, 32, &bits) != TNI_NUM_OK) {
            return false;
        }
        tni_set_u32(slot, (u32)bits);
        return true;
    case TNI_KIND_I64: return tni_parse_int(text, 64, slot) == TNI_NUM_OK;
    case TNI_KIND_F32:
        if (tni_parse_f32(text, &half) != TNI_NUM_OK) {
            return false;
        }
        tni_set_u32(slot, half);
        return true;
    case TNI_KIND_F64: return tni_parse_f64(text, slot) == TNI_NUM_OK;
    case TNI_KIND_REF:
        *slot = TNI_REF_NULL;
        return tni_is_nullable(t) && tni_str_eq(text, TNI_STR("null"));
    default: return false;
    }
}

static tni_str trim(const char *from, const char *to) {
    while (from < to && *from == ' ') {
        from++;
    }
    while (from < to && to[-1] == ' ') {
        to--;
    }
    return (tni_str){from, (size_t)(to - from)};
}

/* The arguments between the parentheses; false: said what is wrong. */
static bool parse_arguments(const tni_deftype *type, tni_str text, tni_slot *slots) {
    const char *at = text.ptr;
    const char *end = at + text.len;
    const u32 wanted = type->sub.param_count;
    u32 n = 0;
    while (text.len > 0 && at <= end) {
        const char *comma = memchr(at, ',', (size_t)(end - at));
        const tni_str part = trim(at, comma != NULL ? comma : end);
        if (n < wanted && !parse_number(part, type->sub.params[n], slots)) {
            char name[64];
            tni_valtype_format(name, sizeof name, type->sub.params[n]);
            fprintf(stderr, "tenon: --invoke: argument %u is not of type %s: %.*s\n",
                    n + 1, name, (int)part.len, part.ptr);
            return false;
        }
        slots += n < wanted ? tni_slots_of(type->sub.params[n]) : 0;
        n++;
        at = comma != NULL ? comma + 1 : end + 1;
    }
    if (n != wanted) {
        fprintf(stderr, "tenon: --invoke: %u arguments are wanted, not %u\n", wanted, n);
    }
    return n == wanted;
}

static void print_results(const tni_module *m, const tni_deftype *type,
                          const tni_slot *slots) {
    tni_buf text;
    tni_buf_init(&text, &m->engine->heap);
    tni_words_values(m->engine->registry, type->sub.results, type->sub.result_count,
                     slots, &text);
    if (!text.failed && text.count > 0) {
        printf("%.*s\n", (int)text.count - 1, (const char *)text.data + 1);
    }
    tni_buf_free(&text);
}

static int call(const run_options *o, tni_store *s, tni_func *f, tni_str arguments) {
    const tni_deftype *type = tni_func_type(f);
    const size_t slots =
        type->param_slots > type->result_slots ? type->param_slots : type->result_slots;
    tni_slot *values = calloc(slots + 1, sizeof *values);
    tenon_error error;
    int exit = EXIT_OK;
    if (values == NULL) {
        fprintf(stderr, "tenon: out of memory\n");
        return EXIT_FAILED;
    }
    if (!parse_arguments(type, arguments, values)) {
        exit = EXIT_USAGE;
    } else if (tni_call(tni_store_thread(s), f, values, values, &error) != TENON_OK) {
        exit = run_exit_status(o, &error);
    } else {
        trace_end_line(o->trace);
        print_results(tni_instance_module(tni_func_instance(f)), type, values);
    }
    free(values);
    return exit;
}

static int invoke(const run_options *o, tni_store *s, const tni_instance *i) {
    const char *text = o->invoke;
    const char *open = strchr(text, '(');
    const tni_str all = trim(text, text + strlen(text));
    if (open == NULL || all.ptr[all.len - 1] != ')') {
        fprintf(stderr, "tenon: --invoke: NAME(ARGUMENTS) is wanted: %s\n", text);
        return EXIT_USAGE;
    }
    const tni_str name = trim(text, open);
    tni_extern x;
    if (!tni_instance_export(i, name, &x) || x.kind != TNI_EXTERN_FUNC) {
        fprintf(stderr, "tenon: --invoke: no function is exported as \"%.*s\"\n",
                (int)name.len, name.ptr);
        return EXIT_USAGE;
    }
    return call(o, s, x.as.func, trim(open + 1, all.ptr + all.len - 1));
}

/* The start function is done; _start, if there is one. */
static int run_start(const run_options *o, tni_store *s, const tni_instance *i) {
    tni_extern x;
    if (tni_instance_export(i, TNI_STR("_start"), &x) && x.kind == TNI_EXTERN_FUNC) {
        return call(o, s, x.as.func, TNI_STR(""));
    }
    if (tni_instance_module(i)->has_start) {
        return EXIT_OK;
    }
    fprintf(stderr,
            "tenon: %s: no start function and no export _start (call a function with "
            "--invoke)\n",
            o->file);
    return EXIT_FAILED;
}

static void limits_of(const run_options *o, tni_store_limits *l) {
    tni_store_limits_init(l);
    l->memory_bytes = o->wasm.store.max_memory_bytes;
    l->table_elements = o->wasm.store.max_table_elements;
    l->heap_bytes = o->wasm.store.max_heap_bytes;
    l->instances = o->wasm.store.max_instances;
    l->stack_bytes = o->wasm.store.stack_bytes;
}

static int run_module(const run_options *o, tenon_engine *engine, input *in) {
    tenon_error error;
    tni_module *m = NULL;
    tni_store *s = NULL;
    tni_instance *i = NULL;
    tni_store_limits limits;
    int exit;
    limits_of(o, &limits);
    trace_begin(o->trace, engine);
    tenon_status status = load(engine, in, &m, &error);
    if (status == TENON_OK) {
        status = tni_store_new(engine, &limits, &s, &error);
    }
    if (status == TENON_OK) {
        tni_store_set_fuel(s, o->wasm.fuel);
        tenon_store_set_timeout((tenon_store *)(void *)s, o->wasm.timeout_ns);
        status = tni_instantiate(s, m, NULL, true, &i, &error);
    }
    if (status != TENON_OK) {
        exit = run_exit_status(o, &error);
    } else {
        exit = o->invoke != NULL ? invoke(o, s, i) : run_start(o, s, i);
    }
    trace_end(o->trace);
    tni_store_delete(s);
    if (m != NULL) {
        tni_module_release(m);
    }
    return fflush(stdout) == 0 ? exit : EXIT_FAILED;
}

/* -- any file -- */

static int trace_file(const run_options *o, input *in) {
    tenon_engine_config config;
    tenon_engine *engine = NULL;
    tenon_error error;
    tenon_engine_config_init(&config);
    config.features = o->wasm.features;
    if (tenon_engine_new(&config, &engine, &error) != TENON_OK ||
        input_assemble(in, engine, &error) != TENON_OK) {
        print_input_error(in, &error);
        tenon_engine_delete(engine);
        return EXIT_FAILED;
    }
    int exit;
    if (tenon_is_component(in->bytes, in->len)) {
        exit = run_component(o, in); /* with an engine of its own */
    } else {
        exit = run_module(o, engine, in);
    }
    tenon_engine_delete(engine);
    return exit;
}

typedef struct trace_options {
    run_options run;
    trace trace;
    const char *output; /* or NULL: standard error */
} trace_options;

/* Returns -1 to go on, or an exit status. */
static int parse_option(trace_options *o, int argc, char **argv, int *i) {
    bool missing = false;
    const char *value;
    if (strcmp(argv[*i], "--help") == 0 || strcmp(argv[*i], "-h") == 0) {
        help();
        return EXIT_OK;
    }
    if ((value = option_value(argc, argv, i, "--filter", &missing)) != NULL) {
        o->trace.filter = value;
    } else if ((value = option_value(argc, argv, i, "--output", &missing)) != NULL) {
        o->output = value;
    } else if ((value = option_value(argc, argv, i, "--max", &missing)) != NULL) {
        if (!missing &&
            tni_parse_u64(tni_str_of(value), UINT64_MAX, &o->trace.left) != TNI_NUM_OK) {
            fprintf(stderr, "tenon trace: --max %s: not a number\n", value);
            missing = true;
        }
    } else {
        missing = !run_option(&o->run, argc, argv, i);
    }
    return missing ? EXIT_USAGE : -1;
}

static int trace_program(trace_options *o) {
    input in;
    if (!input_open(&in, o->run.file)) {
        return EXIT_FAILED;
    }
    o->trace.out = o->output == NULL ? stderr : fopen(o->output, "w");
    int exit = EXIT_FAILED;
    if (o->trace.out == NULL) {
        fprintf(stderr, "tenon trace: cannot write %s\n", o->output);
    } else {
        exit = trace_file(&o->run, &in);
        if (o->output != NULL && fclose(o->trace.out) != 0) {
            fprintf(stderr, "tenon trace: cannot write %s\n", o->output);
            exit = EXIT_FAILED;
        }
    }
    input_close(&in);
    return exit;
}

int cmd_trace(int argc, char **argv) {
    static trace_options o = {.run.command = "trace", .trace.left = UINT64_MAX};
    wasm_options_init(&o.run.wasm);
    o.run.trace = &o.trace;
    int i = 1;
    for (; i < argc && argv[i][0] == '-' && argv[i][1] != '\0'; i++) {
        if (strcmp(argv[i], "--") == 0) {
            i++;
            break;
        }
        const int exit = parse_option(&o, argc, argv, &i);
        if (exit >= 0) {
            return exit;
        }
    }
    return run_program(&o.run, argc, argv, i) ? trace_program(&o) : EXIT_USAGE;
}
