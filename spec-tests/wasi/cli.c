/* cli.c: wasi:cli: arguments, environment, standard streams, terminals, and the end with
 * a code. */
#include "guest.h"

static void environment(void) {
    wasi_cli_environment_list_string_t arguments;
    wasi_cli_environment_list_tuple2_string_string_t variables;
    calls_string_t directory;
    wasi_cli_environment_get_arguments(&arguments);
    for (size_t i = 1; i < arguments.len; i++) {
        words("argument", arguments.ptr[i].ptr, arguments.ptr[i].len);
    }
    wasi_cli_environment_list_string_free(&arguments);
    wasi_cli_environment_get_environment(&variables);
    for (size_t i = 0; i < variables.len; i++) {
        words("variable", variables.ptr[i].f0.ptr, variables.ptr[i].f0.len);
        words("is", variables.ptr[i].f1.ptr, variables.ptr[i].f1.len);
    }
    wasi_cli_environment_list_tuple2_string_string_free(&variables);
    truth("a directory to begin in", wasi_cli_environment_initial_cwd(&directory));
}

static void terminals(void) {
    wasi_cli_terminal_stdin_own_terminal_input_t in;
    wasi_cli_terminal_stdout_own_terminal_output_t out;
    wasi_cli_terminal_stderr_own_terminal_output_t err;
    truth("input is a terminal", wasi_cli_terminal_stdin_get_terminal_stdin(&in));
    truth("output is a terminal", wasi_cli_terminal_stdout_get_terminal_stdout(&out));
    truth("errors are for a terminal",
          wasi_cli_terminal_stderr_get_terminal_stderr(&err));
}

static void streams(void) {
    const wasi_cli_stdin_own_input_stream_t in = wasi_cli_stdin_get_stdin();
    IO(list_u8_t) read;
    IO(stream_error_t) error;
    while (IO(method_input_stream_blocking_read)(INPUT(in), 100, &read, &error)) {
        words("input", read.ptr, read.len);
        IO(list_u8_free)(&read);
    }
    stream_outcome("its end", false, &error);
    const wasi_cli_stderr_own_output_stream_t err = wasi_cli_stderr_get_stderr();
    const IO(list_u8_t) said = {(uint8_t *)"said on standard error\n", 23};
    stream_outcome(
        "an error said",
        IO(method_output_stream_blocking_write_and_flush)(OUTPUT(err), &said, &error),
        &error);
}

bool exports_wasi_cli_run_run(void) {
    environment();
    terminals();
    streams();
    wasi_cli_environment_list_string_t arguments;
    wasi_cli_environment_get_arguments(&arguments);
    const char how = arguments.len > 1 ? (char)arguments.ptr[1].ptr[0] : 'r';
    const wasi_cli_exit_result_void_void_t failed = {.is_err = true};
    switch (how) {
    case 'c': wasi_cli_exit_exit_with_code(17); break;
    case 'f': wasi_cli_exit_exit(&failed); break;
    default: return true;
    }
    text("never reached\n");
    return true;
}
