/* wasi:cli/environment: written by witgen; edit the WIT, not this. */
/* What a program is started with. */
#ifndef WASI_CLI_ENVIRONMENT_H
#define WASI_CLI_ENVIRONMENT_H

#include "tenon/host.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct wasi_cli_environment_tuple2_string_string_t {
    tenon_string f0;
    tenon_string f1;
} wasi_cli_environment_tuple2_string_string_t;

typedef struct wasi_cli_environment_list_tuple2_string_string_t {
    wasi_cli_environment_tuple2_string_string_t *ptr;
    size_t len;
} wasi_cli_environment_list_tuple2_string_string_t;

typedef struct wasi_cli_environment_list_string_t {
    tenon_string *ptr;
    size_t len;
} wasi_cli_environment_list_string_t;

typedef struct wasi_cli_environment_option_string_t {
    bool is_some;
    tenon_string val;
} wasi_cli_environment_option_string_t;

/* The environment variables, by name and value. */
tenon_status wasi_cli_environment_get_environment(
    tenon_call *call, void *user,
    wasi_cli_environment_list_tuple2_string_string_t *result);

/* The command line, the program's own name first. */
tenon_status wasi_cli_environment_get_arguments(
    tenon_call *call, void *user, wasi_cli_environment_list_string_t *result);

/* The directory that relative paths are meant from, if there is one. */
tenon_status wasi_cli_environment_initial_cwd(
    tenon_call *call, void *user, wasi_cli_environment_option_string_t *result);

extern const tenon_interface wasi_cli_environment_interface;

#ifdef __cplusplus
}
#endif

#endif
