/* cli.c: wasi:cli: environment, exit, the standard streams and terminals. */
#include "wasi/gen/wasi_cli_environment.h"
#include "wasi/gen/wasi_cli_exit.h"
#include "wasi/gen/wasi_cli_stderr.h"
#include "wasi/gen/wasi_cli_stdin.h"
#include "wasi/gen/wasi_cli_stdout.h"
#include "wasi/gen/wasi_cli_terminal_input.h"
#include "wasi/gen/wasi_cli_terminal_output.h"
#include "wasi/gen/wasi_cli_terminal_stderr.h"
#include "wasi/gen/wasi_cli_terminal_stdin.h"
#include "wasi/gen/wasi_cli_terminal_stdout.h"
#include "wasi/wasi.h"

/* -- environment -- */

static tenon_string string_of(tni_str s) {
    return (tenon_string){s.ptr, s.len};
}

tenon_status wasi_cli_environment_get_environment(
    tenon_call *call, void *user,
    wasi_cli_environment_list_tuple2_string_string_t *result) {
    tenon_wasi *w = user;
    if (w->env_count == 0) {
        return TENON_OK;
    }
    result->ptr =
        tenon_call_alloc(call, w->env_count * sizeof *result->ptr, sizeof(void *));
    if (result->ptr == NULL) {
        return tenon_call_no_memory(call);
    }
    result->len = w->env_count;
    for (size_t i = 0; i < w->env_count; i++) {
        tni_str s = w->env[i];
        const char *sign = memchr(s.ptr, '=', s.len);
        size_t name = sign == NULL ? s.len : (size_t)(sign - s.ptr);
        size_t value = sign == NULL ? s.len : name + 1;
        result->ptr[i].f0 = (tenon_string){s.ptr, name};
        result->ptr[i].f1 = (tenon_string){s.ptr + value, s.len - value};
    }
    return TENON_OK;
}

tenon_status
wasi_cli_environment_get_arguments(tenon_call *call, void *user,
                                   wasi_cli_environment_list_string_t *result) {
    tenon_wasi *w = user;
    if (w->arg_count == 0) {
        return TENON_OK;
    }
    result->ptr =
        tenon_call_alloc(call, w->arg_count * sizeof *result->ptr, sizeof(void *));
    if (result->ptr == NULL) {
        return tenon_call_no_memory(call);
    }
    result->len = w->arg_count;
    for (size_t i = 0; i < w->arg_count; i++) {
        result->ptr[i] = string_of(w->args[i]);
    }
    return TENON_OK;
}

tenon_status
wasi_cli_environment_initial_cwd(tenon_call *call, void *user,
                                 wasi_cli_environment_option_string_t *result) {
    tenon_wasi *w = user;
    (void)call;
    result->is_some = w->initial_cwd.ptr != NULL;
    result->val = string_of(w->initial_cwd);
    return TENON_OK;
}

/* -- exit -- */

tenon_status wasi_cli_exit_exit(tenon_call *call, void *user,
                                const wasi_cli_exit_result_void_void_t *status) {
    (void)user;
    return tenon_call_exit(call, status->is_err ? 1 : 0);
}

tenon_status wasi_cli_exit_exit_with_code(tenon_call *call, void *user,
                                          uint8_t status_code) {
    (void)user;
    return tenon_call_exit(call, status_code);
}

/* -- standard streams: every handle is the same stream -- */

static tenon_status standard(tenon_wasi *w, tenon_call *call, int which, u32 resource,
                             u32 *handle) {
    tni_stream *s = w->standard[which];
    s->references++;
    tenon_status status = tenon_resource_new(call, resource, s, handle);
    if (status != TENON_OK) {
        tni_stream_release(s);
    }
    return status;
}

tenon_status wasi_cli_stdin_get_stdin(tenon_call *call, void *user,
                                      wasi_cli_stdin_own_input_stream_t *result) {
    return standard(user, call, 0, WASI_CLI_STDIN_RESOURCE_INPUT_STREAM, &result->handle);
}

tenon_status wasi_cli_stdout_get_stdout(tenon_call *call, void *user,
                                        wasi_cli_stdout_own_output_stream_t *result) {
    return standard(user, call, 1, WASI_CLI_STDOUT_RESOURCE_OUTPUT_STREAM,
                    &result->handle);
}

tenon_status wasi_cli_stderr_get_stderr(tenon_call *call, void *user,
                                        wasi_cli_stderr_own_output_stream_t *result) {
    return standard(user, call, 2, WASI_CLI_STDERR_RESOURCE_OUTPUT_STREAM,
                    &result->handle);
}

/* -- terminals: resources without methods; the context stands for them -- */

void wasi_cli_terminal_input_terminal_input_destructor(void *user, void *rep) {
    (void)user;
    (void)rep;
}

void wasi_cli_terminal_output_terminal_output_destructor(void *user, void *rep) {
    (void)user;
    (void)rep;
}

static tenon_status terminal(tenon_wasi *w, tenon_call *call, int which, u32 resource,
                             bool *is_some, u32 *handle) {
    *is_some = tni_wasi_is_terminal(w, which);
    return *is_some ? tenon_resource_new(call, resource, w, handle) : TENON_OK;
}

tenon_status wasi_cli_terminal_stdin_get_terminal_stdin(
    tenon_call *call, void *user,
    wasi_cli_terminal_stdin_option_own_terminal_input_t *result) {
    return terminal(user, call, 0, WASI_CLI_TERMINAL_STDIN_RESOURCE_TERMINAL_INPUT,
                    &result->is_some, &result->val.handle);
}

tenon_status wasi_cli_terminal_stdout_get_terminal_stdout(
    tenon_call *call, void *user,
    wasi_cli_terminal_stdout_option_own_terminal_output_t *result) {
    return terminal(user, call, 1, WASI_CLI_TERMINAL_STDOUT_RESOURCE_TERMINAL_OUTPUT,
                    &result->is_some, &result->val.handle);
}

tenon_status wasi_cli_terminal_stderr_get_terminal_stderr(
    tenon_call *call, void *user,
    wasi_cli_terminal_stderr_option_own_terminal_output_t *result) {
    return terminal(user, call, 2, WASI_CLI_TERMINAL_STDERR_RESOURCE_TERMINAL_OUTPUT,
                    &result->is_some, &result->val.handle);
}
