/* streams.c: wasi:io: every function of streams and poll, on files and clocks. */
#include "guest.h"

enum {
    READ = WASI_FILESYSTEM_TYPES_DESCRIPTOR_FLAGS_READ,
    WRITE = WASI_FILESYSTEM_TYPES_DESCRIPTOR_FLAGS_WRITE,
    CREATE = WASI_FILESYSTEM_TYPES_OPEN_FLAGS_CREATE,
    MS = 1000000,
};

typedef FS(borrow_descriptor_t) descriptor;
static IO(stream_error_t) err;

static descriptor make(descriptor folder, const char *name) {
    const calls_string_t p = string_of(name);
    FS(own_descriptor_t) d;
    FS(error_code_t) code;
    if (!FS(method_descriptor_open_at)(folder, 0, &p, CREATE, READ | WRITE, &d, &code)) {
        __builtin_trap();
    }
    return FS(borrow_descriptor)(d);
}

static IO(borrow_output_stream_t) writer(descriptor d, uint64_t offset) {
    FS(own_output_stream_t) s;
    FS(error_code_t) code;
    if (!FS(method_descriptor_write_via_stream)(d, offset, &s, &code)) {
        __builtin_trap();
    }
    return OUTPUT(s);
}

static IO(borrow_input_stream_t) reader(descriptor d, uint64_t offset) {
    FS(own_input_stream_t) s;
    FS(error_code_t) code;
    if (!FS(method_descriptor_read_via_stream)(d, offset, &s, &code)) {
        __builtin_trap();
    }
    return INPUT(s);
}

/* What is in a file, with 0 bytes as dots. */
static void show(const char *what, descriptor d) {
    FS(tuple2_list_u8_bool_t) got;
    FS(error_code_t) code;
    if (FS(method_descriptor_read)(d, 100, 0, &got, &code)) {
        for (size_t i = 0; i < got.f0.len; i++) {
            got.f0.ptr[i] = got.f0.ptr[i] == 0 ? '.' : got.f0.ptr[i];
        }
        words(what, got.f0.ptr, got.f0.len);
        FS(tuple2_list_u8_bool_free)(&got);
    }
}

/* Waits until more may be written: how much. */
static uint64_t room(IO(borrow_output_stream_t) out) {
    uint64_t n = 0;
    while (IO(method_output_stream_check_write)(out, &n, &err) && n == 0) {
        block_on(IO(method_output_stream_subscribe)(out).handle);
    }
    return n;
}

static void writing(descriptor d) {
    const IO(borrow_output_stream_t) out = writer(d, 2);
    const IO(list_u8_t) ab = {(uint8_t *)"ab", 2}, cd = {(uint8_t *)"cd", 2};
    truth("room", room(out) >= 2);
    stream_outcome("write", IO(method_output_stream_write)(out, &ab, &err), &err);
    stream_outcome("flush", IO(method_output_stream_flush)(out, &err), &err);
    truth("room", room(out) >= 3);
    stream_outcome("write-zeroes", IO(method_output_stream_write_zeroes)(out, 3, &err),
                   &err);
    stream_outcome("blocking-flush", IO(method_output_stream_blocking_flush)(out, &err),
                   &err);
    stream_outcome("blocking-write-and-flush",
                   IO(method_output_stream_blocking_write_and_flush)(out, &cd, &err),
                   &err);
    stream_outcome("blocking-write-zeroes-and-flush",
                   IO(method_output_stream_blocking_write_zeroes_and_flush)(out, 2, &err),
                   &err);
    IO(output_stream_drop_own)((IO(own_output_stream_t)){out.handle});
    show("written", d);
}

static void count(const char *what, bool ok, uint64_t n) {
    stream_outcome(what, ok, &err);
    if (ok) {
        value("bytes", n);
    }
}

static void reading(descriptor d) {
    const IO(borrow_input_stream_t) in = reader(d, 2);
    IO(list_u8_t) got;
    uint64_t n = 0;
    stream_outcome("blocking-read",
                   IO(method_input_stream_blocking_read)(in, 1, &got, &err), &err);
    words("bytes", got.ptr, got.len);
    IO(list_u8_free)(&got);
    block_on(IO(method_input_stream_subscribe)(in).handle);
    /* What is there may not be there at once. */
    while (IO(method_input_stream_read)(in, 1, &got, &err) && got.len == 0) {
        block_on(IO(method_input_stream_subscribe)(in).handle);
    }
    words("read", got.ptr, got.len);
    IO(list_u8_free)(&got);
    count("blocking-skip", IO(method_input_stream_blocking_skip)(in, 3, &n, &err), n);
    while (IO(method_input_stream_skip)(in, 1, &n, &err) && n == 0) {
        block_on(IO(method_input_stream_subscribe)(in).handle);
    }
    value("skip", n);
    stream_outcome("blocking-read",
                   IO(method_input_stream_blocking_read)(in, 1, &got, &err), &err);
    words("bytes", got.ptr, got.len);
    IO(list_u8_free)(&got);
    while (IO(method_input_stream_blocking_skip)(in, 100, &n, &err)) {
    }
    stream_outcome("the end", false, &err);
    stream_outcome("still", IO(method_input_stream_read)(in, 1, &got, &err), &err);
    IO(input_stream_drop_own)((IO(own_input_stream_t)){in.handle});
}

static void splicing(descriptor from, descriptor to) {
    const IO(borrow_input_stream_t) in = reader(from, 2);
    const IO(borrow_output_stream_t) out = writer(to, 0);
    uint64_t n = 0;
    count("blocking-splice",
          IO(method_output_stream_blocking_splice)(out, in, 2, &n, &err), n);
    while (IO(method_output_stream_splice)(out, in, 100, &n, &err) && n == 0) {
        block_on(IO(method_output_stream_subscribe)(out).handle);
        block_on(IO(method_input_stream_subscribe)(in).handle);
    }
    value("splice", n);
    (void)IO(method_output_stream_blocking_flush)(out, &err);
    truth("nothing more",
          !IO(method_output_stream_blocking_splice)(out, in, 1, &n, &err));
    IO(stream_error_free)(&err);
    IO(input_stream_drop_own)((IO(own_input_stream_t)){in.handle});
    IO(output_stream_drop_own)((IO(own_output_stream_t)){out.handle});
    show("spliced", to);
}

static void polling(void) {
    wasi_io_poll_borrow_pollable_t p[3];
    p[0].handle = wasi_clocks_monotonic_clock_subscribe_duration(100000ull * MS).handle;
    p[1].handle = wasi_clocks_monotonic_clock_subscribe_duration(10 * MS).handle;
    p[2].handle = wasi_clocks_monotonic_clock_subscribe_instant(0).handle;
    wasi_io_poll_list_u32_t ready;
    const wasi_io_poll_list_borrow_pollable_t all = {p, 3}, first = {p, 2};
    wasi_io_poll_poll(&all, &ready);
    value("ready", ready.len);
    value("the first of them", ready.ptr[0]);
    wasi_io_poll_list_u32_free(&ready);
    truth("it is ready", wasi_io_poll_method_pollable_ready(p[2]));
    wasi_io_poll_poll(&first, &ready);
    value("ready", ready.len);
    value("the first of them", ready.ptr[0]);
    wasi_io_poll_list_u32_free(&ready);
    wasi_io_poll_method_pollable_block(p[1]);
    truth("a minute is not over", !wasi_io_poll_method_pollable_ready(p[0]));
    for (int i = 0; i < 3; i++) {
        wasi_io_poll_pollable_drop_own((wasi_io_poll_own_pollable_t){p[i].handle});
    }
}

bool exports_wasi_cli_run_run(void) {
    wasi_filesystem_preopens_list_tuple2_own_descriptor_string_t folders;
    wasi_filesystem_preopens_get_directories(&folders);
    const descriptor folder = {folders.ptr[0].f0.handle};
    const descriptor d = make(folder, "d"), e = make(folder, "e");
    writing(d);
    reading(d);
    splicing(d, e);
    polling();
    return true;
}
