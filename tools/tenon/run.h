/* run.h: running a file, for `tenon run` and `tenon trace`: components (cmd_run.c) and
 * core modules (run_module.c). */
#ifndef TENON_RUN_H
#define TENON_RUN_H

#include "tenon/command.h"
#include "tenon/grants.h"
#include "tenon/wasi.h"

struct trace; /* trace.h */

enum { MAX_GRANTS = 1024 };

/* What `tenon run` and `tenon trace` are told. */
typedef struct run_options {
    const char *command; /* for messages: "run" */
    wasm_options wasm;
    grants grants;
    tenon_wasi_preopen dirs[MAX_GRANTS];
    size_t dir_count;
    const char *env[MAX_GRANTS]; /* NAME=VALUE */
    size_t env_count;
    bool inherit_env;
    const char *invoke; /* name(args), or a module's function name alone; or NULL */
    const char *file;
    const char *const *args; /* of the program, its own name first */
    size_t arg_count;
    struct trace *trace; /* or NULL */
} run_options;

/* Handles the option at argv[*i], advancing *i past its value. Says on standard error
 * what is wrong, and returns false. */
bool run_option(run_options *o, int argc, char **argv, int *i);
/* The options before the file, one by one, given to `option`; --help and -h call
 * show_help. Gives -1, and in *i what follows them, or the exit status to end with. */
typedef bool run_option_fn(void *data, int argc, char **argv, int *i);
int run_parse_options(int argc, char **argv, int *i, run_option_fn *option, void *data,
                      void (*show_help)(void));
/* The lines of a --help about these options. */
void run_options_help(void);
/* argv[i] is the file, the program's arguments follow. False: said what is wrong. */
bool run_program(run_options *o, int argc, char **argv, int i);
/* Runs it; gives the exit status. */
int run_file(const run_options *o, input *in);
/* A core module, in binary: its _start, or the function of --invoke. */
int run_module(const run_options *o, tenon_engine *engine, const input *in);
/* The grants as the WASI hosts take them. */
void run_wasi_config(const run_options *o, tenon_wasi_config *config);
/* Fuel and time. */
void run_limit_store(const run_options *o, tenon_store *store);
/* Reports the error of a run, unless it is an exit; gives the exit status. */
int run_exit_status(const run_options *o, const tenon_error *error);

/* -- trace.c -- */

/* To be called before anything is loaded with the engine. */
void trace_begin(struct trace *t, tenon_engine *engine);
/* Writes out what is waiting: before anything else is said. */
void trace_end_line(struct trace *t);
/* To be called before modules and engine go. */
void trace_end(struct trace *t);

#endif
