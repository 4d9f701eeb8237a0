/* cmd_trace.c: `tenon trace`: runs a core module or component, and shows each instruction
 * as it executes. Looks inside. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/numtext.h"
#include "tenon/run.h"
#include "tenon/trace.h"

static void help(void) {
    printf(
        "usage: tenon trace [OPTION…] FILE [ARGUMENT…]\n\n"
        "Runs a component or a core module as tenon run does, and writes a line to\n"
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
    printf("\nExit status: as of tenon run.\n\n"
           "examples:\n"
           "  tenon trace --invoke 'fac(5)' fac.wat\n"
           "  tenon trace --filter parse --max 1000 --output parse.trace app.wasm\n"
           "  tenon trace --filter resource.drop app.wasm\n");
}

/* -- options -- */

typedef struct trace_options {
    run_options run;
    trace trace;
    const char *output; /* or NULL: standard error */
} trace_options;

static bool parse_option(void *data, int argc, char **argv, int *i) {
    trace_options *o = data;
    bool missing = false;
    const char *value;
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
    return !missing;
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
        exit = run_file(&o->run, &in);
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
    grants_init(&o.run.grants);
    o.run.grants.takes_listeners = true;
    o.run.trace = &o.trace;
    int i;
    const int early = run_parse_options(argc, argv, &i, parse_option, &o, help);
    if (early >= 0) {
        return early;
    }
    return run_program(&o.run, argc, argv, i) ? trace_program(&o) : EXIT_USAGE;
}
