/* test_wasi.c: the WASI hosts, called as the runtime calls them. The runtime itself is
 * replaced by the few lines of hostruntime.h, so what is tested is the hosts' own
 * behaviour; guests are run by run-guests. */
#define _GNU_SOURCE
#include <check.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "hostruntime.h"
#include "suite.h"
#include "tenon/wasi.h"
#include "wasi/gen/wasi_cli_environment.h"
#include "wasi/gen/wasi_cli_exit.h"
#include "wasi/gen/wasi_cli_stderr.h"
#include "wasi/gen/wasi_cli_stdin.h"
#include "wasi/gen/wasi_cli_stdout.h"
#include "wasi/gen/wasi_cli_terminal_stdin.h"
#include "wasi/gen/wasi_clocks_monotonic_clock.h"
#include "wasi/gen/wasi_clocks_timezone.h"
#include "wasi/gen/wasi_clocks_wall_clock.h"
#include "wasi/gen/wasi_filesystem_preopens.h"
#include "wasi/gen/wasi_filesystem_types.h"
#include "wasi/gen/wasi_io_error.h"
#include "wasi/gen/wasi_io_poll.h"
#include "wasi/gen/wasi_io_streams.h"
#include "wasi/gen/wasi_random_insecure.h"
#include "wasi/gen/wasi_random_insecure_seed.h"
#include "wasi/gen/wasi_random_random.h"

/* -- set-up -- */

static tenon_wasi_config config;
static tenon_wasi *wasi;
static char top[64];
static tenon_error error;

static void set_up(void) {
    runtime_reset();
    tenon_wasi_config_init(&config);
    config.allocator.resize = counting_resize;
    wasi = NULL;
    top[0] = 0;
}

static void start(void) {
    tenon_status status = tenon_wasi_new(&config, &wasi, &error);
    ck_assert_msg(status == TENON_OK, "%s", error.message);
}

static void tear_down(void) {
    tenon_wasi_delete(wasi);
    ck_assert_uint_eq(live_bytes, 0);
    runtime_free_blocks();
    if (top[0] != 0) {
        char command[100];
        snprintf(command, sizeof command, "rm -rf '%s'", top);
        ck_assert_int_eq(system(command), 0);
    }
}

typedef wasi_io_streams_borrow_input_stream_t in_stream;
typedef wasi_io_streams_borrow_output_stream_t out_stream;
typedef wasi_io_poll_borrow_pollable_t pollable;
typedef wasi_filesystem_types_borrow_descriptor_t descriptor;

static in_stream get_stdin(void) {
    wasi_cli_stdin_own_input_stream_t own;
    ck_assert_int_eq(wasi_cli_stdin_get_stdin(call, wasi, &own), TENON_OK);
    return (in_stream){own.handle};
}

static out_stream get_stdout(void) {
    wasi_cli_stdout_own_output_stream_t own;
    ck_assert_int_eq(wasi_cli_stdout_get_stdout(call, wasi, &own), TENON_OK);
    return (out_stream){own.handle};
}

static void drop_in(in_stream s) {
    wasi_io_streams_input_stream_destructor(wasi, take_rep(s.handle));
}

static void drop_out(out_stream s) {
    wasi_io_streams_output_stream_destructor(wasi, take_rep(s.handle));
}

static void drop_pollable(pollable p) {
    wasi_io_poll_pollable_destructor(wasi, take_rep(p.handle));
}

static void drop_descriptor(descriptor d) {
    wasi_filesystem_types_descriptor_destructor(wasi, take_rep(d.handle));
}

static pollable subscribe_in(in_stream s) {
    wasi_io_streams_own_pollable_t own;
    ck_assert(!wasi_io_streams_method_input_stream_subscribe(call, wasi, s, &own));
    return (pollable){own.handle};
}

static pollable subscribe_out(out_stream s) {
    wasi_io_streams_own_pollable_t own;
    ck_assert(!wasi_io_streams_method_output_stream_subscribe(call, wasi, s, &own));
    return (pollable){own.handle};
}

static pollable subscribe_ms(uint64_t ms) {
    wasi_clocks_monotonic_clock_own_pollable_t own;
    ck_assert(
        !wasi_clocks_monotonic_clock_subscribe_duration(call, wasi, ms * 1000000, &own));
    return (pollable){own.handle};
}

static bool is_ready(pollable p) {
    bool ready;
    ck_assert_int_eq(wasi_io_poll_method_pollable_ready(call, wasi, p, &ready), TENON_OK);
    return ready;
}

/* Reads; the text, "<closed>" or "<failed>". */
static const char *read_text(in_stream s, uint64_t len, bool blocking) {
    static char text[70000];
    wasi_io_streams_result_list_u8_stream_error_t r = {0};
    tenon_status status =
        blocking
            ? wasi_io_streams_method_input_stream_blocking_read(call, wasi, s, len, &r)
            : wasi_io_streams_method_input_stream_read(call, wasi, s, len, &r);
    ck_assert_int_eq(status, TENON_OK);
    if (r.is_err) {
        return r.val.err.tag == WASI_IO_STREAMS_STREAM_ERROR_CLOSED ? "<closed>"
                                                                    : "<failed>";
    }
    ck_assert_uint_lt(r.val.ok.len, sizeof text);
    if (r.val.ok.len > 0) {
        memcpy(text, r.val.ok.ptr, r.val.ok.len);
    }
    text[r.val.ok.len] = 0;
    return text;
}

static int64_t check_write(out_stream s) {
    wasi_io_streams_result_u64_stream_error_t r = {0};
    ck_assert_int_eq(wasi_io_streams_method_output_stream_check_write(call, wasi, s, &r),
                     TENON_OK);
    return r.is_err ? -1 : (int64_t)r.val.ok;
}

static tenon_status write_bytes(out_stream s, const void *bytes, size_t len,
                                wasi_io_streams_result_void_stream_error_t *r) {
    wasi_io_streams_list_u8_t list = {(uint8_t *)(uintptr_t)bytes, len};
    memset(r, 0, sizeof *r);
    return wasi_io_streams_method_output_stream_write(call, wasi, s, &list, r);
}

static tenon_status write_flush(out_stream s, const void *bytes, size_t len,
                                wasi_io_streams_result_void_stream_error_t *r) {
    wasi_io_streams_list_u8_t list = {(uint8_t *)(uintptr_t)bytes, len};
    memset(r, 0, sizeof *r);
    return wasi_io_streams_method_output_stream_blocking_write_and_flush(call, wasi, s,
                                                                         &list, r);
}

/* -- cli -- */

START_TEST(environment) {
    static const char *const args[] = {"prog", "ünïcode ☃", ""};
    static const char *const env[] = {"A=1", "EMPTY=", "EQ=x=y", "BARE"};
    config.args = args;
    config.arg_count = 3;
    config.env = env;
    config.env_count = 4;
    config.initial_cwd = "/work";
    start();
    ck_assert_int_eq(tenon_wasi_add_to_linker(wasi, NULL, &error), TENON_OK);
    ck_assert_uint_eq(interfaces_added, 29);
    tenon_wasi_delete(wasi);
    config.clocks_timezone = true;
    start();
    interfaces_added = 0;
    ck_assert_int_eq(tenon_wasi_add_to_linker(wasi, NULL, &error), TENON_OK);
    ck_assert_uint_eq(interfaces_added, 30);
    wasi_cli_environment_list_string_t a = {0};
    ck_assert(!wasi_cli_environment_get_arguments(call, wasi, &a));
    ck_assert(a.len == 3 && a.ptr[1].len == strlen(args[1]) && a.ptr[2].len == 0);
    wasi_cli_environment_list_tuple2_string_string_t e = {0};
    ck_assert(!wasi_cli_environment_get_environment(call, wasi, &e));
    ck_assert_uint_eq(e.len, 4);
    ck_assert(e.ptr[1].f0.len == 5 && e.ptr[1].f1.len == 0);
    ck_assert(e.ptr[2].f1.len == 3 && memcmp(e.ptr[2].f1.ptr, "x=y", 3) == 0);
    ck_assert(e.ptr[3].f0.len == 4 && e.ptr[3].f1.len == 0);
    wasi_cli_environment_option_string_t cwd = {0};
    ck_assert(!wasi_cli_environment_initial_cwd(call, wasi, &cwd));
    ck_assert(cwd.is_some && cwd.val.len == 5);
    wasi_cli_exit_result_void_void_t bad = {true}, good = {false};
    ck_assert_int_eq(wasi_cli_exit_exit(call, wasi, &bad), TENON_EXIT);
    ck_assert_int_eq(call->exit_code, 1);
    ck_assert_int_eq(wasi_cli_exit_exit(call, wasi, &good), TENON_EXIT);
    ck_assert_int_eq(call->exit_code, 0);
    ck_assert_int_eq(wasi_cli_exit_exit_with_code(call, wasi, 42), TENON_EXIT);
    ck_assert_int_eq(call->exit_code, 42);
}
END_TEST

START_TEST(nothing_granted) {
    start();
    wasi_cli_environment_list_string_t a = {0};
    ck_assert(!wasi_cli_environment_get_arguments(call, wasi, &a) && a.len == 0);
    wasi_cli_environment_list_tuple2_string_string_t e = {0};
    ck_assert(!wasi_cli_environment_get_environment(call, wasi, &e) && e.len == 0);
    wasi_cli_environment_option_string_t cwd = {0};
    ck_assert(!wasi_cli_environment_initial_cwd(call, wasi, &cwd) && !cwd.is_some);
    wasi_filesystem_preopens_list_tuple2_own_descriptor_string_t d = {0};
    ck_assert(!wasi_filesystem_preopens_get_directories(call, wasi, &d) && d.len == 0);
    wasi_cli_terminal_stdin_option_own_terminal_input_t t = {0};
    ck_assert(!wasi_cli_terminal_stdin_get_terminal_stdin(call, wasi, &t) && !t.is_some);
    in_stream in = get_stdin();
    ck_assert_str_eq(read_text(in, 10, false), "<closed>");
    out_stream out = get_stdout();
    wasi_io_streams_result_void_stream_error_t r;
    ck_assert(!write_flush(out, "gone", 4, &r) && !r.is_err);
    drop_in(in);
    drop_out(out);
}
END_TEST

START_TEST(bad_configurations) {
    static const char *const args[] = {"\xff"};
    config.args = args;
    config.arg_count = 1;
    ck_assert_int_eq(tenon_wasi_new(&config, &wasi, &error), TENON_USAGE);
    config.arg_count = 0;
    tenon_wasi_preopen missing = {"/x", "/nowhere/at/all", false};
    config.preopens = &missing;
    config.preopen_count = 1;
    ck_assert_int_eq(tenon_wasi_new(&config, &wasi, &error), TENON_HOST);
    ck_assert_str_eq(error.message, "cannot open directory: /nowhere/at/all: "
                                    "no such file or directory");
    ck_assert_ptr_null(wasi);
}
END_TEST

/* -- streams -- */

static char input_bytes[] = "hello, component world";

START_TEST(input_from_a_buffer) {
    config.stdin_stream.kind = TENON_WASI_BUFFER;
    config.stdin_stream.bytes = input_bytes;
    config.stdin_stream.len = strlen(input_bytes);
    start();
    in_stream in = get_stdin(), same = get_stdin();
    pollable p = subscribe_in(in);
    ck_assert_str_eq(read_text(in, 0, false), "");
    ck_assert_str_eq(read_text(in, 5, false), "hello");
    wasi_io_streams_result_u64_stream_error_t n = {0};
    ck_assert(!wasi_io_streams_method_input_stream_skip(call, wasi, same, 2, &n));
    ck_assert(!n.is_err && n.val.ok == 2);
    drop_in(same);
    ck_assert(is_ready(p));
    ck_assert_str_eq(read_text(in, UINT64_MAX, true), "component world");
    ck_assert_str_eq(read_text(in, 1, true), "<closed>");
    ck_assert_str_eq(read_text(in, 0, true), "<closed>");
    ck_assert(!wasi_io_streams_method_input_stream_blocking_skip(call, wasi, in, 2, &n));
    ck_assert(n.is_err && n.val.err.tag == WASI_IO_STREAMS_STREAM_ERROR_CLOSED);
    drop_in(in);
    ck_assert(is_ready(p)); /* a pollable outlives its stream */
    drop_pollable(p);
}
END_TEST

static tenon_os_error read_twice(void *user, void *buf, size_t capacity, size_t *n) {
    int *calls = user;
    (void)capacity;
    if (++*calls == 2) {
        return TENON_OS_IO;
    }
    memcpy(buf, "x", *n = 1);
    return TENON_OS_OK;
}

START_TEST(input_from_a_callback_fails) {
    int calls = 0;
    config.stdin_stream.kind = TENON_WASI_CALLBACK;
    config.stdin_stream.read = read_twice;
    config.stdin_stream.user = &calls;
    start();
    in_stream in = get_stdin();
    ck_assert_str_eq(read_text(in, 10, false), "x");
    wasi_io_streams_result_list_u8_stream_error_t r = {0};
    ck_assert(!wasi_io_streams_method_input_stream_read(call, wasi, in, 10, &r));
    ck_assert(r.is_err &&
              r.val.err.tag == WASI_IO_STREAMS_STREAM_ERROR_LAST_OPERATION_FAILED);
    uint32_t handle = r.val.err.val.last_operation_failed.handle;
    tenon_string text = {0};
    ck_assert(!wasi_io_error_method_error_to_debug_string(
        call, wasi, (wasi_io_error_borrow_error_t){handle}, &text));
    ck_assert(text.len > 0 && memcmp(text.ptr, "input/output error", text.len) == 0);
    wasi_filesystem_types_option_error_code_t code = {0};
    ck_assert(!wasi_filesystem_types_filesystem_error_code(
        call, wasi, (wasi_filesystem_types_borrow_error_t){handle}, &code));
    ck_assert(code.is_some && code.val == WASI_FILESYSTEM_TYPES_ERROR_CODE_IO);
    wasi_io_error_error_destructor(wasi, take_rep(handle));
    ck_assert_str_eq(read_text(in, 10, false), "<closed>");
    drop_in(in);
}
END_TEST

static char output_bytes[10000];
static size_t output_count;

static void output_to_buffer(size_t capacity) {
    config.stdout_stream.kind = TENON_WASI_BUFFER;
    config.stdout_stream.bytes = output_bytes;
    config.stdout_stream.capacity = capacity;
    config.stdout_stream.count = &output_count;
    output_count = 0;
}

START_TEST(permits) {
    output_to_buffer(sizeof output_bytes);
    start();
    out_stream out = get_stdout();
    wasi_io_streams_result_void_stream_error_t r;
    ck_assert_int_eq(write_bytes(out, "abc", 3, &r), TENON_TRAP);
    ck_assert_int_gt(check_write(out), 4096);
    ck_assert(!write_bytes(out, "abc", 3, &r) && !r.is_err);
    int64_t n = check_write(out);
    static const char many[100000];
    ck_assert_int_eq(write_bytes(out, many, (size_t)n + 1, &r), TENON_TRAP);
    ck_assert(!write_flush(out, "def", 3, &r) && !r.is_err);
    ck_assert_int_eq(write_flush(out, many, 4097, &r), TENON_TRAP);
    ck_assert(!write_flush(out, many, 4096, &r) && !r.is_err);
    memset(&r, 0, sizeof r);
    ck_assert_int_eq(wasi_io_streams_method_output_stream_write_zeroes(
                         call, wasi, out, (uint64_t)check_write(out) + 1, &r),
                     TENON_TRAP);
    ck_assert(
        !wasi_io_streams_method_output_stream_write_zeroes(call, wasi, out, 1000, &r));
    ck_assert(!wasi_io_streams_method_output_stream_blocking_write_zeroes_and_flush(
        call, wasi, out, 4096, &r));
    ck_assert(!r.is_err);
    ck_assert_int_eq(wasi_io_streams_method_output_stream_blocking_write_zeroes_and_flush(
                         call, wasi, out, 4097, &r),
                     TENON_TRAP);
    ck_assert_uint_eq(output_count, 6 + 4096 + 1000 + 4096);
    ck_assert(memcmp(output_bytes, "abcdef\0", 7) == 0);
    drop_out(out);
}
END_TEST

START_TEST(output_that_is_full) {
    output_to_buffer(5);
    start();
    out_stream out = get_stdout();
    wasi_io_streams_result_void_stream_error_t r;
    ck_assert(!write_flush(out, "hello!", 6, &r));
    ck_assert(r.is_err &&
              r.val.err.tag == WASI_IO_STREAMS_STREAM_ERROR_LAST_OPERATION_FAILED);
    uint32_t handle = r.val.err.val.last_operation_failed.handle;
    wasi_filesystem_types_option_error_code_t code = {0};
    ck_assert(!wasi_filesystem_types_filesystem_error_code(
        call, wasi, (wasi_filesystem_types_borrow_error_t){handle}, &code));
    ck_assert_uint_eq(code.val, WASI_FILESYSTEM_TYPES_ERROR_CODE_INSUFFICIENT_SPACE);
    wasi_io_error_error_destructor(wasi, take_rep(handle));
    ck_assert_uint_eq(output_count, 5);
    ck_assert_int_eq(check_write(out), -1);
    ck_assert(!write_flush(out, "x", 1, &r) && r.is_err);
    ck_assert_uint_eq(r.val.err.tag, WASI_IO_STREAMS_STREAM_ERROR_CLOSED);
    memset(&r, 0, sizeof r);
    ck_assert(!wasi_io_streams_method_output_stream_flush(call, wasi, out, &r) &&
              r.is_err);
    pollable p = subscribe_out(out);
    ck_assert(is_ready(p));
    drop_pollable(p);
    drop_out(out);
}
END_TEST

static void *write_later(void *fd) {
    usleep(30000);
    ck_assert_int_eq(write((int)(intptr_t)fd, "late", 4), 4);
    return NULL;
}

static tenon_file pipe_ends[2];

static void stdin_from_pipe(void) {
    int ends[2];
    ck_assert_int_eq(pipe(ends), 0);
    pipe_ends[0] = ends[0];
    pipe_ends[1] = ends[1];
    config.stdin_stream.kind = TENON_WASI_FILE;
    config.stdin_stream.file = ends[0];
    config.stdout_stream.kind = TENON_WASI_FILE;
    config.stdout_stream.file = ends[1];
}

START_TEST(input_that_waits) {
    stdin_from_pipe();
    start();
    in_stream in = get_stdin();
    pollable p = subscribe_in(in);
    ck_assert_str_eq(read_text(in, 100, false), "");
    ck_assert(!is_ready(p));
    pthread_t t;
    pthread_create(&t, NULL, write_later, (void *)pipe_ends[1]);
    ck_assert_str_eq(read_text(in, 100, true), "late");
    pthread_join(t, NULL);
    ck_assert(!is_ready(p));
    /* Among several pollables: the clock comes first, then both. */
    wasi_io_poll_borrow_pollable_t all[3] = {p, subscribe_ms(20), subscribe_ms(1000000)};
    wasi_io_poll_list_borrow_pollable_t list = {all, 3};
    wasi_io_poll_list_u32_t ready = {0};
    ck_assert_int_eq(wasi_io_poll_poll(call, wasi, &list, &ready), TENON_OK);
    ck_assert(ready.len == 1 && ready.ptr[0] == 1);
    ck_assert_int_eq(write((int)pipe_ends[1], "x", 1), 1);
    ck_assert_int_eq(wasi_io_poll_poll(call, wasi, &list, &ready), TENON_OK);
    ck_assert(ready.len == 2 && ready.ptr[0] == 0 && ready.ptr[1] == 1);
    list.len = 0;
    ck_assert_int_eq(wasi_io_poll_poll(call, wasi, &list, &ready), TENON_TRAP);
    close((int)pipe_ends[1]);
    ck_assert_str_eq(read_text(in, 100, true), "x");
    ck_assert(is_ready(p));
    ck_assert_str_eq(read_text(in, 100, true), "<closed>");
    ck_assert(is_ready(p));
    for (int i = 0; i < 3; i++) {
        drop_pollable(all[i]);
    }
    drop_in(in);
    close((int)pipe_ends[0]);
}
END_TEST

START_TEST(waits_heed_the_store) {
    stdin_from_pipe();
    start();
    in_stream in = get_stdin();
    pollable p = subscribe_in(in);
    wasi_io_streams_result_list_u8_stream_error_t r = {0};
    call->checks_left = 1;
    ck_assert_int_eq(
        wasi_io_streams_method_input_stream_blocking_read(call, wasi, in, 1, &r),
        TENON_LIMIT);
    call->checks_left = 2;
    ck_assert_int_eq(wasi_io_poll_method_pollable_block(call, wasi, p), TENON_LIMIT);
    drop_in(in);
    drop_pollable(p);
    close((int)pipe_ends[0]);
    close((int)pipe_ends[1]);
}
END_TEST

START_TEST(output_that_waits) {
    stdin_from_pipe();
    start();
    out_stream out = get_stdout();
    in_stream in = get_stdin();
    pollable p = subscribe_out(out);
    static uint8_t bytes[65536];
    wasi_io_streams_result_void_stream_error_t r;
    uint8_t next = 0;
    size_t total = 0;
    ck_assert(is_ready(p));
    for (;;) {
        int64_t n = check_write(out);
        if (n == 0) {
            break;
        }
        ck_assert_int_gt(n, 0);
        for (int64_t i = 0; i < n; i++) {
            bytes[i] = next++;
        }
        ck_assert(!write_bytes(out, bytes, (size_t)n, &r) && !r.is_err);
        total += (size_t)n;
    }
    ck_assert(!is_ready(p));
    ck_assert(!wasi_io_streams_method_output_stream_flush(call, wasi, out, &r) &&
              !r.is_err);
    /* All of it arrives, in order, though nobody calls write any more. */
    size_t got = 0;
    next = 0;
    while (got < total) {
        wasi_io_streams_result_list_u8_stream_error_t in_r = {0};
        ck_assert(!wasi_io_streams_method_input_stream_blocking_read(call, wasi, in, 5000,
                                                                     &in_r));
        ck_assert(!in_r.is_err);
        for (size_t i = 0; i < in_r.val.ok.len; i++) {
            if (in_r.val.ok.ptr[i] != next++) {
                ck_abort_msg("wrong byte");
            }
        }
        got += in_r.val.ok.len;
        is_ready(p); /* moves on what is kept */
    }
    ck_assert_uint_eq(got, total);
    ck_assert(is_ready(p));
    ck_assert(!wasi_io_streams_method_output_stream_blocking_flush(call, wasi, out, &r));
    close((int)pipe_ends[0]);
    ck_assert(!write_flush(out, "x", 1, &r) && r.is_err);
    ck_assert_uint_eq(r.val.err.tag, WASI_IO_STREAMS_STREAM_ERROR_CLOSED);
    drop_out(out);
    drop_in(in);
    drop_pollable(p);
    close((int)pipe_ends[1]);
}
END_TEST

START_TEST(splicing) {
    config.stdin_stream.kind = TENON_WASI_BUFFER;
    config.stdin_stream.bytes = input_bytes;
    config.stdin_stream.len = strlen(input_bytes);
    output_to_buffer(100);
    start();
    in_stream in = get_stdin();
    out_stream out = get_stdout();
    wasi_io_streams_result_u64_stream_error_t n = {0};
    ck_assert(!wasi_io_streams_method_output_stream_splice(call, wasi, out, in, 5, &n));
    ck_assert(!n.is_err && n.val.ok == 5);
    ck_assert(!wasi_io_streams_method_output_stream_splice(call, wasi, out, in, 0, &n));
    ck_assert(!n.is_err && n.val.ok == 0);
    ck_assert(!wasi_io_streams_method_output_stream_blocking_splice(call, wasi, out, in,
                                                                    UINT64_MAX, &n));
    ck_assert(!n.is_err && n.val.ok == strlen(input_bytes) - 5);
    ck_assert(!wasi_io_streams_method_output_stream_blocking_splice(call, wasi, out, in,
                                                                    1, &n));
    ck_assert(n.is_err && n.val.err.tag == WASI_IO_STREAMS_STREAM_ERROR_CLOSED);
    ck_assert(memcmp(output_bytes, input_bytes, output_count) == 0);
    drop_in(in);
    drop_out(out);
}
END_TEST

/* -- clocks and random -- */

START_TEST(clocks) {
    start();
    uint64_t a, b, resolution;
    ck_assert(!wasi_clocks_monotonic_clock_now(call, wasi, &a));
    pollable p = subscribe_ms(25);
    ck_assert(!is_ready(p));
    ck_assert(!wasi_io_poll_method_pollable_block(call, wasi, p));
    ck_assert(is_ready(p));
    ck_assert(!wasi_clocks_monotonic_clock_now(call, wasi, &b));
    ck_assert(b - a >= 25000000 && b - a < 2000000000);
    ck_assert(!wasi_clocks_monotonic_clock_resolution(call, wasi, &resolution));
    ck_assert_uint_ge(resolution, 1);
    wasi_clocks_monotonic_clock_own_pollable_t past, never;
    ck_assert(!wasi_clocks_monotonic_clock_subscribe_instant(call, wasi, a, &past));
    ck_assert(
        !wasi_clocks_monotonic_clock_subscribe_duration(call, wasi, UINT64_MAX, &never));
    ck_assert(is_ready((pollable){past.handle}));
    ck_assert(!is_ready((pollable){never.handle}));
    drop_pollable(p);
    drop_pollable((pollable){past.handle});
    drop_pollable((pollable){never.handle});
    wasi_clocks_wall_clock_datetime_t t;
    ck_assert(!wasi_clocks_wall_clock_now(call, wasi, &t));
    ck_assert(t.seconds > 1600000000 && t.nanoseconds < 1000000000);
    ck_assert(!wasi_clocks_wall_clock_resolution(call, wasi, &t));
    ck_assert(t.seconds > 0 || t.nanoseconds > 0);
}
END_TEST

START_TEST(time_zones) {
    wasi_clocks_timezone_datetime_t winter = {1705320000, 0}, summer = {1721044800, 0};
    wasi_clocks_timezone_datetime_t never = {UINT64_MAX, 0};
    wasi_clocks_timezone_timezone_display_t d = {0};
    int32_t offset = 1;
    const char *before = getenv("TZ");
    char *kept = before == NULL ? NULL : strdup(before);
    setenv("TZ", "XST-5:30XDT,M3.5.0,M10.5.0", 1); /* POSIX: west is positive */
    start();
    ck_assert(!wasi_clocks_timezone_display(call, wasi, &winter, &d));
    ck_assert_int_eq(d.utc_offset, 19800);
    ck_assert(d.name.len == 3 && memcmp(d.name.ptr, "XST", 3) == 0);
    ck_assert(!d.in_daylight_saving_time);
    ck_assert(!wasi_clocks_timezone_display(call, wasi, &summer, &d));
    ck_assert_int_eq(d.utc_offset, 23400);
    ck_assert(d.in_daylight_saving_time && memcmp(d.name.ptr, "XDT", 3) == 0);
    ck_assert(!wasi_clocks_timezone_utc_offset(call, wasi, &summer, &offset));
    ck_assert_int_eq(offset, 23400);
    ck_assert(!wasi_clocks_timezone_display(call, wasi, &never, &d));
    ck_assert(d.utc_offset == 0 && d.name.len == 3 && memcmp(d.name.ptr, "UTC", 3) == 0);
    setenv("TZ", kept == NULL ? "UTC0" : kept, 1);
    free(kept);
}
END_TEST

START_TEST(random_numbers) {
    start();
    wasi_random_random_list_u8_t a = {0}, b = {0};
    ck_assert(!wasi_random_random_get_random_bytes(call, wasi, 1000, &a) &&
              a.len == 1000);
    ck_assert(!wasi_random_random_get_random_bytes(call, wasi, 1000, &b) &&
              b.len == 1000);
    ck_assert(memcmp(a.ptr, b.ptr, 1000) != 0);
    ck_assert(!wasi_random_random_get_random_bytes(call, wasi, 0, &a) && a.len == 0);
    ck_assert_int_eq(wasi_random_random_get_random_bytes(call, wasi, UINT64_MAX, &a),
                     TENON_NO_MEMORY);
    uint64_t x, y;
    ck_assert(!wasi_random_random_get_random_u64(call, wasi, &x));
    ck_assert(!wasi_random_insecure_get_insecure_random_u64(call, wasi, &y));
    ck_assert(x != y);
    wasi_random_insecure_list_u8_t c = {0};
    ck_assert(!wasi_random_insecure_get_insecure_random_bytes(call, wasi, 13, &c));
    ck_assert_uint_eq(c.len, 13);
    wasi_random_insecure_seed_tuple2_u64_u64_t seed;
    ck_assert(!wasi_random_insecure_seed_insecure_seed(call, wasi, &seed));
    ck_assert(seed.f0 != seed.f1);
    ck_assert(seed.f0 != seed.f1);
}
END_TEST

/* -- files -- */

#define ERROR(name)     WASI_FILESYSTEM_TYPES_ERROR_CODE_##name
#define FLAG(name)      WASI_FILESYSTEM_TYPES_DESCRIPTOR_FLAGS_##name
#define OPEN_FLAG(name) WASI_FILESYSTEM_TYPES_OPEN_FLAGS_##name
enum { FOLLOW = WASI_FILESYSTEM_TYPES_PATH_FLAGS_SYMLINK_FOLLOW, NO_ERROR = -1 };

static tenon_wasi_preopen preopens[2];

static descriptor open_sandbox(bool read_only) {
    static char host[80];
    strcpy(top, "/tmp/tenon-wasi-XXXXXX");
    ck_assert_ptr_nonnull(mkdtemp(top));
    snprintf(host, sizeof host, "%s/dir", top);
    ck_assert_int_eq(mkdir(host, 0755), 0);
    snprintf(host, sizeof host, "%s/dir/file", top);
    FILE *f = fopen(host, "w");
    fputs("0123456789", f);
    fclose(f);
    preopens[0] = (tenon_wasi_preopen){"/data", top, read_only};
    preopens[1] = (tenon_wasi_preopen){"/other", "/tmp", true};
    config.preopens = preopens;
    config.preopen_count = 2;
    start();
    wasi_filesystem_preopens_list_tuple2_own_descriptor_string_t d = {0};
    ck_assert(!wasi_filesystem_preopens_get_directories(call, wasi, &d) && d.len == 2);
    ck_assert(d.ptr[0].f1.len == 5 && memcmp(d.ptr[0].f1.ptr, "/data", 5) == 0);
    drop_descriptor((descriptor){d.ptr[1].f0.handle});
    return (descriptor){d.ptr[0].f0.handle};
}

static tenon_string text(const char *s) {
    return (tenon_string){s, strlen(s)};
}

/* The error code, or NO_ERROR and *out. */
static int open_at(descriptor d, const char *path, unsigned path_flags,
                   unsigned open_flags, unsigned flags, descriptor *out) {
    wasi_filesystem_types_result_own_descriptor_error_code_t r = {0};
    tenon_string p = text(path);
    ck_assert_int_eq(wasi_filesystem_types_method_descriptor_open_at(
                         call, wasi, d, (uint8_t)path_flags, &p, (uint8_t)open_flags,
                         (uint8_t)flags, &r),
                     TENON_OK);
    out->handle = r.val.ok.handle;
    return r.is_err ? r.val.err : NO_ERROR;
}

static int outcome(tenon_status status,
                   const wasi_filesystem_types_result_void_error_code_t *r) {
    ck_assert_int_eq(status, TENON_OK);
    return r->is_err ? r->val.err : NO_ERROR;
}

#define AT(function, d, ...)                                                             \
    outcome(wasi_filesystem_types_method_descriptor_##function(call, wasi, d,            \
                                                               __VA_ARGS__, &void_r),    \
            &void_r)
static wasi_filesystem_types_result_void_error_code_t void_r;

static unsigned flags_of(descriptor d) {
    wasi_filesystem_types_result_descriptor_flags_error_code_t r = {0};
    ck_assert(!wasi_filesystem_types_method_descriptor_get_flags(call, wasi, d, &r));
    return r.val.ok;
}

static wasi_filesystem_types_descriptor_stat_t stat_of(descriptor d) {
    wasi_filesystem_types_result_descriptor_stat_error_code_t r = {0};
    ck_assert(!wasi_filesystem_types_method_descriptor_stat(call, wasi, d, &r) &&
              !r.is_err);
    return r.val.ok;
}

START_TEST(files_read_and_written) {
    descriptor root = open_sandbox(false), f, g;
    ck_assert_uint_eq(flags_of(root), FLAG(READ) | FLAG(MUTATE_DIRECTORY));
    ck_assert_int_eq(open_at(root, "dir/file", FOLLOW, 0, FLAG(READ) | FLAG(WRITE), &f),
                     NO_ERROR);
    ck_assert_uint_eq(flags_of(f), FLAG(READ) | FLAG(WRITE));
    wasi_filesystem_types_result_tuple2_list_u8_bool_error_code_t data = {0};
    ck_assert(!wasi_filesystem_types_method_descriptor_read(call, wasi, f, 4, 3, &data));
    ck_assert(!data.is_err && data.val.ok.f0.len == 4 && !data.val.ok.f1);
    ck_assert(memcmp(data.val.ok.f0.ptr, "3456", 4) == 0);
    ck_assert(!wasi_filesystem_types_method_descriptor_read(call, wasi, f, UINT64_MAX, 8,
                                                            &data));
    ck_assert(!data.is_err && data.val.ok.f0.len == 2 && data.val.ok.f1);
    ck_assert(
        !wasi_filesystem_types_method_descriptor_read(call, wasi, f, 4, 100, &data));
    ck_assert(!data.is_err && data.val.ok.f0.len == 0 && data.val.ok.f1);
    wasi_filesystem_types_list_u8_t bytes = {(uint8_t *)"AB", 2};
    wasi_filesystem_types_result_filesize_error_code_t size = {0};
    ck_assert(
        !wasi_filesystem_types_method_descriptor_write(call, wasi, f, &bytes, 12, &size));
    ck_assert(!size.is_err && size.val.ok == 2);
    ck_assert_uint_eq(stat_of(f).size, 14);
    ck_assert_uint_eq(stat_of(f).type,
                      WASI_FILESYSTEM_TYPES_DESCRIPTOR_TYPE_REGULAR_FILE);
    /* Streams outlive the descriptor and keep their own positions. */
    wasi_filesystem_types_result_own_input_stream_error_code_t in = {0};
    wasi_filesystem_types_result_own_output_stream_error_code_t out = {0}, end = {0};
    ck_assert(
        !wasi_filesystem_types_method_descriptor_read_via_stream(call, wasi, f, 2, &in));
    ck_assert(!wasi_filesystem_types_method_descriptor_write_via_stream(call, wasi, f, 0,
                                                                        &out));
    ck_assert(
        !wasi_filesystem_types_method_descriptor_append_via_stream(call, wasi, f, &end));
    ck_assert(!in.is_err && !out.is_err && !end.is_err);
    ck_assert_int_eq(open_at(root, "dir/file", FOLLOW, 0, FLAG(READ), &g), NO_ERROR);
    bool same = false;
    ck_assert(
        !wasi_filesystem_types_method_descriptor_is_same_object(call, wasi, f, g, &same));
    ck_assert(same);
    ck_assert(!wasi_filesystem_types_method_descriptor_is_same_object(call, wasi, f, root,
                                                                      &same));
    ck_assert(!same);
    drop_descriptor(f);
    in_stream is = {in.val.ok.handle};
    out_stream os = {out.val.ok.handle}, es = {end.val.ok.handle};
    wasi_io_streams_result_void_stream_error_t r;
    ck_assert_str_eq(read_text(is, 3, false), "234");
    ck_assert(!write_flush(os, "xy", 2, &r) && !r.is_err);
    ck_assert(!write_flush(os, "zw", 2, &r) && !r.is_err);
    ck_assert(!write_flush(es, "!", 1, &r) && !r.is_err);
    ck_assert_str_eq(read_text(is, 3, true), "567");
    ck_assert_uint_eq(stat_of(g).size, 15);
    ck_assert(!wasi_filesystem_types_method_descriptor_read(call, wasi, g, 6, 0, &data));
    ck_assert(memcmp(data.val.ok.f0.ptr, "xyzw45", 6) == 0);
    drop_in(is);
    drop_out(os);
    drop_out(es);
    /* What it was not opened for. */
    ck_assert(
        !wasi_filesystem_types_method_descriptor_write(call, wasi, g, &bytes, 0, &size));
    ck_assert(size.is_err && size.val.err == ERROR(BAD_DESCRIPTOR));
    ck_assert(!wasi_filesystem_types_method_descriptor_write_via_stream(call, wasi, g, 0,
                                                                        &out));
    ck_assert(out.is_err && out.val.err == ERROR(BAD_DESCRIPTOR));
    ck_assert_int_eq(AT(set_size, g, 3), ERROR(BAD_DESCRIPTOR));
    ck_assert(
        !wasi_filesystem_types_method_descriptor_read(call, wasi, root, 6, 0, &data));
    ck_assert(data.is_err && data.val.err == ERROR(IS_DIRECTORY));
    drop_descriptor(g);
    drop_descriptor(root);
}
END_TEST

START_TEST(open_matrix) {
    descriptor root = open_sandbox(false), d, f;
    unsigned rw = FLAG(READ) | FLAG(WRITE);
    ck_assert_int_eq(open_at(root, "new", 0, 0, rw, &f), ERROR(NO_ENTRY));
    ck_assert_int_eq(open_at(root, "new", 0, OPEN_FLAG(CREATE), rw, &f), NO_ERROR);
    drop_descriptor(f);
    unsigned exclusive = OPEN_FLAG(CREATE) | OPEN_FLAG(EXCLUSIVE);
    ck_assert_int_eq(open_at(root, "new", 0, exclusive, rw, &f), ERROR(EXIST));
    ck_assert_int_eq(open_at(root, "dir", 0, 0, rw, &f), ERROR(IS_DIRECTORY));
    ck_assert_int_eq(open_at(root, "new", 0, OPEN_FLAG(DIRECTORY), FLAG(READ), &f),
                     ERROR(NOT_DIRECTORY));
    ck_assert_int_eq(
        open_at(root, "dir", 0, OPEN_FLAG(DIRECTORY) | OPEN_FLAG(CREATE), FLAG(READ), &f),
        ERROR(INVALID));
    ck_assert_int_eq(open_at(root, "dir/file", 0, OPEN_FLAG(TRUNCATE), rw, &f), NO_ERROR);
    ck_assert_uint_eq(stat_of(f).size, 0);
    ck_assert_int_eq(open_at(f, "x", 0, 0, FLAG(READ), &d), ERROR(NOT_DIRECTORY));
    drop_descriptor(f);
    ck_assert_int_eq(open_at(root, "dir", 0, OPEN_FLAG(DIRECTORY), FLAG(READ), &d),
                     NO_ERROR);
    ck_assert_uint_eq(flags_of(d), FLAG(READ) | FLAG(MUTATE_DIRECTORY));
    ck_assert_int_eq(open_at(d, "../new", 0, 0, FLAG(READ), &f), ERROR(NOT_PERMITTED));
    ck_assert_int_eq(open_at(d, "sub", 0, OPEN_FLAG(CREATE), FLAG(WRITE), &f), NO_ERROR);
    ck_assert_uint_eq(flags_of(f), FLAG(WRITE));
    wasi_filesystem_types_result_own_input_stream_error_code_t in = {0};
    ck_assert(
        !wasi_filesystem_types_method_descriptor_read_via_stream(call, wasi, f, 0, &in));
    ck_assert(in.is_err && in.val.err == ERROR(BAD_DESCRIPTOR));
    drop_descriptor(f);
    ck_assert_int_eq(open_at(d, "file", 0, 0, 0, &f), NO_ERROR);
    ck_assert_uint_eq(flags_of(f), FLAG(READ));
    drop_descriptor(f);
    drop_descriptor(d);
    ck_assert_int_eq(open_at(root, "/etc/passwd", 0, 0, FLAG(READ), &f),
                     ERROR(NOT_PERMITTED));
    ck_assert_int_eq(open_at(root, "../x", 0, 0, FLAG(READ), &f), ERROR(NOT_PERMITTED));
    ck_assert_int_eq(open_at(root, "", 0, 0, FLAG(READ), &f), ERROR(NO_ENTRY));
    drop_descriptor(root);
}
END_TEST

START_TEST(read_only_directories) {
    descriptor root = open_sandbox(true), d, f;
    ck_assert_uint_eq(flags_of(root), FLAG(READ));
    ck_assert_int_eq(open_at(root, "dir", 0, OPEN_FLAG(DIRECTORY), FLAG(READ), &d),
                     NO_ERROR);
    ck_assert_uint_eq(flags_of(d), FLAG(READ));
    descriptor both[2] = {root, d};
    tenon_string file = text("dir/file"), other = text("other"), dir = text("dir");
    wasi_filesystem_types_new_timestamp_t now = {
        .tag = WASI_FILESYSTEM_TYPES_NEW_TIMESTAMP_NOW};
    for (int i = 0; i < 2; i++) {
        descriptor at = both[i];
        int no = ERROR(READ_ONLY);
        ck_assert_int_eq(open_at(at, "file", 0, 0, FLAG(WRITE), &f), no);
        ck_assert_int_eq(open_at(at, "file", 0, OPEN_FLAG(CREATE), FLAG(READ), &f), no);
        ck_assert_int_eq(open_at(at, "file", 0, OPEN_FLAG(TRUNCATE), FLAG(READ), &f), no);
        ck_assert_int_eq(open_at(at, ".", 0, 0, FLAG(MUTATE_DIRECTORY), &f), no);
        ck_assert_int_eq(AT(create_directory_at, at, &other), no);
        ck_assert_int_eq(AT(remove_directory_at, at, &dir), no);
        ck_assert_int_eq(AT(unlink_file_at, at, &file), no);
        ck_assert_int_eq(AT(rename_at, at, &file, at, &other), no);
        ck_assert_int_eq(AT(link_at, at, 0, &file, at, &other), no);
        ck_assert_int_eq(AT(symlink_at, at, &file, &other), no);
        ck_assert_int_eq(AT(set_times_at, at, 0, &file, &now, &now), no);
        ck_assert_int_eq(AT(set_times, at, &now, &now), no);
    }
    ck_assert_int_eq(open_at(root, "dir/file", 0, 0, FLAG(READ), &f), NO_ERROR);
    ck_assert_int_eq(AT(set_times, f, &now, &now), ERROR(NOT_PERMITTED));
    memset(&void_r, 0, sizeof void_r);
    ck_assert(!wasi_filesystem_types_method_descriptor_sync(call, wasi, f, &void_r));
    ck_assert(!void_r.is_err);
    drop_descriptor(f);
    drop_descriptor(d);
    drop_descriptor(root);
}
END_TEST

START_TEST(entries_and_attributes) {
    descriptor root = open_sandbox(false);
    tenon_string a = text("a"), b = text("b"), file = text("dir/file"), dir = text("dir");
    tenon_string absolute = text("/etc/passwd"), nul = {"a\0b", 3};
    ck_assert_int_eq(AT(create_directory_at, root, &a), NO_ERROR);
    ck_assert_int_eq(AT(create_directory_at, root, &a), ERROR(EXIST));
    ck_assert_int_eq(AT(create_directory_at, root, &nul), ERROR(INVALID));
    ck_assert_int_eq(AT(unlink_file_at, root, &a), ERROR(IS_DIRECTORY));
    ck_assert_int_eq(AT(remove_directory_at, root, &dir), ERROR(NOT_EMPTY));
    ck_assert_int_eq(AT(remove_directory_at, root, &a), NO_ERROR);
    ck_assert_int_eq(AT(link_at, root, 0, &file, root, &a), NO_ERROR);
    ck_assert_int_eq(AT(link_at, root, 0, &dir, root, &b), ERROR(NOT_PERMITTED));
    ck_assert_int_eq(AT(symlink_at, root, &absolute, &b), ERROR(NOT_PERMITTED));
    ck_assert_int_eq(AT(symlink_at, root, &nul, &b), ERROR(INVALID));
    ck_assert_int_eq(AT(symlink_at, root, &file, &b), NO_ERROR);
    wasi_filesystem_types_result_string_error_code_t link = {0};
    ck_assert(!wasi_filesystem_types_method_descriptor_readlink_at(call, wasi, root, &b,
                                                                   &link));
    ck_assert(!link.is_err && link.val.ok.len == 8);
    ck_assert(!wasi_filesystem_types_method_descriptor_readlink_at(call, wasi, root, &a,
                                                                   &link));
    ck_assert(link.is_err && link.val.err == ERROR(INVALID));
    char host[100];
    snprintf(host, sizeof host, "%s/abs", top);
    ck_assert_int_eq(symlink("/etc", host), 0);
    tenon_string abs = text("abs");
    memset(&link, 0, sizeof link);
    ck_assert(!wasi_filesystem_types_method_descriptor_readlink_at(call, wasi, root, &abs,
                                                                   &link));
    ck_assert(link.is_err && link.val.err == ERROR(NOT_PERMITTED));
    wasi_filesystem_types_result_descriptor_stat_error_code_t st = {0};
    ck_assert(
        !wasi_filesystem_types_method_descriptor_stat_at(call, wasi, root, 0, &b, &st));
    ck_assert_uint_eq(st.val.ok.type,
                      WASI_FILESYSTEM_TYPES_DESCRIPTOR_TYPE_SYMBOLIC_LINK);
    wasi_filesystem_types_new_timestamp_t set = {
        .tag = WASI_FILESYSTEM_TYPES_NEW_TIMESTAMP_TIMESTAMP,
        .val.timestamp = {1234567890, 987654321}};
    wasi_filesystem_types_new_timestamp_t keep = {0};
    ck_assert_int_eq(AT(set_times_at, root, FOLLOW, &b, &set, &keep), NO_ERROR);
    ck_assert(!wasi_filesystem_types_method_descriptor_stat_at(call, wasi, root, FOLLOW,
                                                               &b, &st));
    ck_assert_uint_eq(st.val.ok.type, WASI_FILESYSTEM_TYPES_DESCRIPTOR_TYPE_REGULAR_FILE);
    ck_assert_uint_eq(st.val.ok.link_count, 2);
    ck_assert_uint_eq(st.val.ok.data_access_timestamp.val.seconds, 1234567890);
    ck_assert_uint_eq(st.val.ok.data_access_timestamp.val.nanoseconds, 987654321);
    ck_assert_uint_ne(st.val.ok.data_modification_timestamp.val.seconds, 1234567890);
    set.val.timestamp.nanoseconds = 1000000000;
    ck_assert_int_eq(AT(set_times_at, root, FOLLOW, &b, &set, &keep), ERROR(INVALID));
    set.val.timestamp.nanoseconds = 0;
    set.val.timestamp.seconds = UINT64_MAX;
    ck_assert_int_eq(AT(set_times_at, root, FOLLOW, &b, &set, &keep), ERROR(OVERFLOW));
    wasi_filesystem_types_result_metadata_hash_value_error_code_t h1 = {0}, h2 = {0};
    ck_assert(!wasi_filesystem_types_method_descriptor_metadata_hash_at(call, wasi, root,
                                                                        0, &a, &h1));
    ck_assert(!wasi_filesystem_types_method_descriptor_metadata_hash_at(call, wasi, root,
                                                                        FOLLOW, &b, &h2));
    ck_assert(h1.val.ok.lower == h2.val.ok.lower && h1.val.ok.upper == h2.val.ok.upper);
    ck_assert(
        !wasi_filesystem_types_method_descriptor_metadata_hash(call, wasi, root, &h2));
    ck_assert(h1.val.ok.lower != h2.val.ok.lower);
    tenon_string c = text("dir/c");
    ck_assert_int_eq(AT(rename_at, root, &a, root, &c), NO_ERROR);
    ck_assert_int_eq(AT(unlink_file_at, root, &c), NO_ERROR);
    drop_descriptor(root);
}
END_TEST

START_TEST(listing) {
    descriptor root = open_sandbox(false);
    char host[100];
    for (int i = 0; i < 50; i++) {
        snprintf(host, sizeof host, "%s/n%d", top, i);
        fclose(fopen(host, "w"));
    }
    snprintf(host, sizeof host, "%s/\xff\xfe", top);
    fclose(fopen(host, "w"));
    wasi_filesystem_types_result_own_directory_entry_stream_error_code_t s = {0};
    ck_assert(
        !wasi_filesystem_types_method_descriptor_read_directory(call, wasi, root, &s));
    ck_assert(!s.is_err);
    drop_descriptor(root); /* the stream goes on */
    wasi_filesystem_types_borrow_directory_entry_stream_t stream = {s.val.ok.handle};
    unsigned files = 0, dirs = 0, bad = 0;
    for (;;) {
        wasi_filesystem_types_result_option_directory_entry_error_code_t r = {0};
        ck_assert(
            !wasi_filesystem_types_method_directory_entry_stream_read_directory_entry(
                call, wasi, stream, &r));
        if (r.is_err) {
            ck_assert_uint_eq(r.val.err, ERROR(ILLEGAL_BYTE_SEQUENCE));
            bad++;
            continue;
        }
        if (!r.val.ok.is_some) {
            break;
        }
        bool is_dir =
            r.val.ok.val.type == WASI_FILESYSTEM_TYPES_DESCRIPTOR_TYPE_DIRECTORY;
        dirs += is_dir;
        files += !is_dir;
    }
    ck_assert(files == 50 && dirs == 1 && bad == 1);
    wasi_filesystem_types_directory_entry_stream_destructor(wasi,
                                                            take_rep(stream.handle));
}
END_TEST

/* Everything that allocates, stopping at the first failure. */
static tenon_status use_everything(void) {
    wasi_filesystem_preopens_list_tuple2_own_descriptor_string_t d = {0};
    wasi_filesystem_types_result_own_descriptor_error_code_t f = {0};
    wasi_filesystem_types_result_own_input_stream_error_code_t in = {0};
    wasi_filesystem_types_result_own_directory_entry_stream_error_code_t list = {0};
    wasi_io_streams_own_pollable_t p = {0};
    tenon_string file = text("dir/file");
    tenon_status r = wasi_filesystem_preopens_get_directories(call, wasi, &d);
    if (r == TENON_OK) {
        r = wasi_filesystem_types_method_descriptor_open_at(
            call, wasi, (descriptor){d.ptr[0].f0.handle}, 0, &file, 0, FLAG(READ), &f);
    }
    if (r == TENON_OK) {
        r = wasi_filesystem_types_method_descriptor_read_via_stream(
            call, wasi, (descriptor){f.val.ok.handle}, 0, &in);
    }
    if (r == TENON_OK) {
        r = wasi_io_streams_method_input_stream_subscribe(
            call, wasi, (in_stream){in.val.ok.handle}, &p);
    }
    if (r == TENON_OK) {
        r = wasi_filesystem_types_method_descriptor_read_directory(
            call, wasi, (descriptor){d.ptr[0].f0.handle}, &list);
    }
    uint32_t preopened = f.val.ok.handle > 0 ? f.val.ok.handle - 1 : rep_count;
    for (uint32_t h = 1; h <= rep_count; h++) {
        void *rep = take_rep(h);
        if (h <= preopened || h == f.val.ok.handle) {
            wasi_filesystem_types_descriptor_destructor(wasi, rep);
        } else if (h == in.val.ok.handle) {
            wasi_io_streams_input_stream_destructor(wasi, rep);
        } else if (h == p.handle) {
            wasi_io_poll_pollable_destructor(wasi, rep);
        } else {
            wasi_filesystem_types_directory_entry_stream_destructor(wasi, rep);
        }
    }
    rep_count = 0;
    return r;
}

START_TEST(every_allocation_fails_in_turn) {
    static const char *const strings[] = {"A=1", "B=2"};
    config.args = config.env = strings;
    config.arg_count = config.env_count = 2;
    config.initial_cwd = "/";
    drop_descriptor(open_sandbox(false));
    rep_count = 0;
    requests = 0;
    ck_assert_int_eq(use_everything(), TENON_OK);
    unsigned uses = requests;
    tenon_wasi_delete(wasi);
    requests = 0;
    start();
    unsigned makes = requests;
    ck_assert(uses >= 7 && makes > 10);
    for (unsigned n = 1; n <= uses; n++) {
        requests = 0;
        fail_at = n;
        ck_assert_int_eq(use_everything(), TENON_NO_MEMORY);
    }
    tenon_wasi_delete(wasi);
    for (unsigned n = 1; n <= makes; n++) {
        requests = 0;
        fail_at = n;
        ck_assert_int_eq(tenon_wasi_new(&config, &wasi, &error), TENON_NO_MEMORY);
        ck_assert_uint_eq(live_bytes, 0);
    }
}
END_TEST

int main(void) {
    Suite *s = suite_create("wasi");
    TCase *t = tcase_create("hosts");
    tcase_set_timeout(t, 30);
    tcase_add_checked_fixture(t, set_up, tear_down);
    tcase_add_test(t, environment);
    tcase_add_test(t, nothing_granted);
    tcase_add_test(t, bad_configurations);
    tcase_add_test(t, input_from_a_buffer);
    tcase_add_test(t, input_from_a_callback_fails);
    tcase_add_test(t, permits);
    tcase_add_test(t, output_that_is_full);
    tcase_add_test(t, input_that_waits);
    tcase_add_test(t, waits_heed_the_store);
    tcase_add_test(t, output_that_waits);
    tcase_add_test(t, splicing);
    tcase_add_test(t, clocks);
    tcase_add_test(t, time_zones);
    tcase_add_test(t, random_numbers);
    tcase_add_test(t, files_read_and_written);
    tcase_add_test(t, open_matrix);
    tcase_add_test(t, read_only_directories);
    tcase_add_test(t, entries_and_attributes);
    tcase_add_test(t, listing);
    tcase_add_test(t, every_allocation_fails_in_turn);
    suite_add_tcase(s, t);
    return run_suite_here(s);
}
