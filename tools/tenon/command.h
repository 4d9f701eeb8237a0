/* command.h: what the subcommands of `tenon` share. Programs use the public API; those
 * that look inside (inspect, wast) say so. */
#ifndef TENON_COMMAND_H
#define TENON_COMMAND_H

#include <stdio.h>

#include "tenon.h"
#include "tenon/contract.h"

/* A subcommand: argv[0] is its own name. Returns the exit status. */
typedef struct command {
    const char *name;
    int (*run)(int argc, char **argv);
    const char *summary; /* one line of `tenon --help` */
} command;

enum {
    EXIT_OK = 0,
    EXIT_FAILED = 1, /* does not load or link; a test failed */
    EXIT_USAGE = 2,
    EXIT_TRAP = 134,
};

int cmd_run(int argc, char **argv);
int cmd_serve(int argc, char **argv);
int cmd_trace(int argc, char **argv);
int cmd_validate(int argc, char **argv);
int cmd_inspect(int argc, char **argv);
int cmd_wit(int argc, char **argv);
int cmd_check(int argc, char **argv);
int cmd_new(int argc, char **argv);
int cmd_compose(int argc, char **argv);
int cmd_bindgen(int argc, char **argv);
int cmd_parse(int argc, char **argv);
int cmd_print(int argc, char **argv);
int cmd_wast(int argc, char **argv);

/* A file's bytes, mapped or read; "-" is standard input. */
typedef struct input {
    const char *path;
    void *bytes;
    size_t len;
    bool is_mapped;
} input;

/* Says on standard error why not, and returns false. */
bool input_open(input *in, const char *path);
void input_close(input *in);
/* Text becomes the binary that it assembles to; a binary stays as it is. On failure the
 * input is unchanged, so that print_source_line can show where. */
tenon_status input_assemble(input *in, tenon_engine *engine, tenon_error *error);

/* Writes a file; "-" is standard output. Says on standard error why not, and returns
 * false. */
bool write_output(const char *path, const void *bytes, size_t len);

/* "tenon: FILE: malformed at 0x1f: unexpected end" on standard error, then the backtrace.
 */
void print_error(const char *path, const tenon_error *error);
/* For an error with a line: that line of the input, and a caret under the column. */
void print_source_line(const input *in, const tenon_error *error);
/* All of a list, numbered. */
void print_differences(FILE *to, const tenon_differences *list);
/* For TENON_UNLINKABLE of tenon_instantiate: every import of the component that the
 * linker does not offer as it is wanted. False when there is no more to say than the
 * error does: then nothing has been written. */
bool print_unlinkable(const char *path, tenon_linker *linker, tenon_component *component);
/* Both, for an input. */
void print_input_error(const input *in, const tenon_error *error);

/* Handles one `-W name[=value],…` argument: features, and the limits of a store. Says on
 * standard error what is wrong, and returns false. */
typedef struct wasm_options {
    uint64_t features;
    tenon_store_config store;
    int64_t fuel;        /* INT64_MAX: none */
    uint64_t timeout_ns; /* 0: none */
    uint64_t schedule_seed;
    uint64_t slice;      /* 0: calls are not divided */
    uint64_t code_bytes; /* of translated code; UINT64_MAX: no limit */
} wasm_options;

void wasm_options_init(wasm_options *options);
/* The value of a switch: none, y, yes, true; n, no, false. False: neither. */
bool parse_switch(const char *value, bool *out);
bool wasm_options_parse(wasm_options *options, const char *arg);
/* What of them an engine is made with. */
void wasm_options_configure(const wasm_options *options, tenon_engine_config *config);
/* The lines of a --help that explain -W. */
void wasm_options_help(void);

/* The argument of an option given as `--name VALUE`, `--name=VALUE` or `-nVALUE`: if
 * argv[*i] is that option, its value (advancing *i where it stands in the next argument),
 * else NULL. A missing value is said on standard error and gives "" with *missing set. */
const char *option_value(int argc, char **argv, int *i, const char *name, bool *missing);

#endif
