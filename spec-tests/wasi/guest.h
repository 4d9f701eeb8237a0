/* guest.h: for programs of WASI 0.2 without a C library: printing, and names of errors.
 * Each program is a component whose calls are all there; what it prints is compared. */
#ifndef GUEST_H
#define GUEST_H

#include "calls.h"

#define FS(name)    wasi_filesystem_types_##name
#define IO(name)    wasi_io_streams_##name
#define OUTPUT(own) ((wasi_io_streams_borrow_output_stream_t){(own).handle})
#define INPUT(own)  ((wasi_io_streams_borrow_input_stream_t){(own).handle})

static size_t length_of(const char *s) {
    size_t n = 0;
    while (s[n] != '\0') {
        n++;
    }
    return n;
}

static calls_string_t string_of(const char *s) {
    return (calls_string_t){(uint8_t *)(uintptr_t)s, length_of(s)};
}

/* -- printing: to standard output, a line at a time -- */

static uint8_t line[4096];
static size_t line_len;

static void flush_line(void) {
    const wasi_cli_stdout_own_output_stream_t out = wasi_cli_stdout_get_stdout();
    const IO(list_u8_t) bytes = {line, line_len};
    IO(stream_error_t) err;
    if (!IO(method_output_stream_blocking_write_and_flush)(OUTPUT(out), &bytes, &err)) {
        __builtin_trap();
    }
    IO(output_stream_drop_own)((IO(own_output_stream_t)){out.handle});
    line_len = 0;
}

static void put(char c) {
    line[line_len++] = (uint8_t)c;
    if (c == '\n' || line_len == sizeof line) {
        flush_line();
    }
}

static void text(const char *s) {
    while (*s != '\0') {
        put(*s++);
    }
}

static void bytes(const void *at, size_t len) {
    for (size_t i = 0; i < len; i++) {
        put(((const char *)at)[i]);
    }
}

static void number(uint64_t n) {
    char digits[24];
    size_t i = sizeof digits;
    do {
        digits[--i] = (char)('0' + n % 10);
        n /= 10;
    } while (n > 0);
    bytes(digits + i, sizeof digits - i);
}

static void truth(const char *what, bool is) {
    text(what);
    text(is ? ": yes\n" : ": no\n");
}

static void value(const char *what, uint64_t n) {
    text(what);
    text(": ");
    number(n);
    put('\n');
}

static void words(const char *what, const void *at, size_t len) {
    text(what);
    text(": \"");
    bytes(at, len);
    text("\"\n");
}

/* What a call without a result came to. */
static void outcome(const char *what, bool ok, const char *const *names, uint8_t code) {
    text(what);
    text(": ");
    text(ok ? "ok" : names[code]);
    put('\n');
}

static const char *const fs_errors[] = {"access",
                                        "would-block",
                                        "already",
                                        "bad-descriptor",
                                        "busy",
                                        "deadlock",
                                        "quota",
                                        "exist",
                                        "file-too-large",
                                        "illegal-bytes",
                                        "in-progress",
                                        "interrupted",
                                        "invalid",
                                        "io",
                                        "is-directory",
                                        "loop",
                                        "too-many-links",
                                        "message-size",
                                        "name-too-long",
                                        "no-device",
                                        "no-entry",
                                        "no-lock",
                                        "insufficient-memory",
                                        "insufficient-space",
                                        "not-directory",
                                        "not-empty",
                                        "not-recoverable",
                                        "unsupported",
                                        "no-tty",
                                        "no-such-device",
                                        "overflow",
                                        "not-permitted",
                                        "pipe",
                                        "read-only",
                                        "invalid-seek",
                                        "text-file-busy",
                                        "cross-device"};

/* What a stream's call came to; lets go of the error. */
static void stream_outcome(const char *what, bool ok, IO(stream_error_t) * err) {
    static const char *const names[] = {"last-operation-failed", "closed"};
    outcome(what, ok, names, ok ? 0 : err->tag);
    if (!ok) {
        IO(stream_error_free)(err);
    }
}

static void block_on(uint32_t pollable) {
    wasi_io_poll_method_pollable_block((wasi_io_poll_borrow_pollable_t){pollable});
    wasi_io_poll_pollable_drop_own((wasi_io_poll_own_pollable_t){pollable});
}

#endif
