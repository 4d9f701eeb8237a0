/* run.h: what the two halves of `tenon run` share: components (cmd_run.c) and core
 * modules (run_module.c) */
#ifndef TENON_RUN_H
#define TENON_RUN_H

#include "tenon/command.h"
#include "tenon/wasi.h"

enum { MAX_GRANTS = 1024 };

typedef struct run_options {
    wasm_options wasm;
    tenon_wasi_preopen dirs[MAX_GRANTS];
    size_t dir_count;
    const char *env[MAX_GRANTS]; /* NAME=VALUE */
    size_t env_count;
    bool inherit_env;
    const char *invoke; /* name(args), or a module's function name alone; or NULL */
    const char *file;
    const char *const *args; /* of the program, its own name first */
    size_t arg_count;
} run_options;

/* The grants as the WASI hosts take them. */
void run_wasi_config(const run_options *o, tenon_wasi_config *config);
/* Fuel and time. */
void run_limit_store(const run_options *o, tenon_store *store);
/* The status to exit with after an error, which is said unless it is the program's own
 * exit. */
int run_exit_status(const char *path, const tenon_error *error);

/* Runs a core module, in binary: its _start, or the function of --invoke. */
int run_module(const run_options *o, tenon_engine *engine, const input *in);

#endif
