/* race.c: a program that tries to get out of its folder while another one of it makes a
 * folder and a symbolic link to the outside take each other's place. First argument:
 * `swap` or `look`; second: for how many milliseconds. */
#include "guest.h"

typedef FS(borrow_descriptor_t) descriptor;

enum {
    READ = WASI_FILESYSTEM_TYPES_DESCRIPTOR_FLAGS_READ,
    WRITE = WASI_FILESYSTEM_TYPES_DESCRIPTOR_FLAGS_WRITE,
    CREATE = WASI_FILESYSTEM_TYPES_OPEN_FLAGS_CREATE,
    FOLLOW = WASI_FILESYSTEM_TYPES_PATH_FLAGS_SYMLINK_FOLLOW,
};

static descriptor root;
static FS(error_code_t) code;

static bool move(const char *from, const char *to) {
    const calls_string_t f = string_of(from), t = string_of(to);
    return FS(method_descriptor_rename_at)(root, &f, root, &t, &code);
}

static bool open_path(const char *path, uint8_t how, uint8_t flags, descriptor *out) {
    const calls_string_t p = string_of(path);
    FS(own_descriptor_t) d;
    const bool ok =
        FS(method_descriptor_open_at)(root, FOLLOW, &p, how, flags, &d, &code);
    out->handle = d.handle;
    return ok;
}

static void close_descriptor(descriptor d) {
    FS(descriptor_drop_own)((FS(own_descriptor_t)){d.handle});
}

static void write_text(const char *path, const char *s) {
    descriptor d;
    const FS(list_u8_t) b = {(uint8_t *)(uintptr_t)s, length_of(s)};
    uint64_t n;
    if (open_path(path, CREATE, WRITE, &d)) {
        (void)FS(method_descriptor_write)(d, &b, 0, &n, &code);
        close_descriptor(d);
    }
}

static void swap(uint64_t end) {
    const calls_string_t away = string_of("../outside"), link = string_of("link");
    (void)FS(method_descriptor_symlink_at)(root, &away, &link, &code);
    uint64_t swaps = 0;
    while (wasi_clocks_monotonic_clock_now() < end) {
        swaps += move("d", "folder") && move("link", "d");
        (void)move("d", "link");
        (void)move("folder", "d");
    }
    truth("swapped", swaps > 0);
}

/* Counts what a path leads to: the file inside, the one outside, or neither. */
static void look_at(const char *path, uint64_t counts[3]) {
    descriptor d;
    FS(tuple2_list_u8_bool_t) got;
    counts[2]++;
    if (!open_path(path, 0, READ, &d)) {
        return;
    }
    if (FS(method_descriptor_read)(d, 6, 0, &got, &code)) {
        counts[2]--;
        counts[got.f0.len == 6 && got.f0.ptr[0] == 'i' ? 0 : 1]++;
        FS(tuple2_list_u8_bool_free)(&got);
    }
    close_descriptor(d);
}

static void look(uint64_t end) {
    uint64_t counts[3] = {0};
    const calls_string_t made = string_of("d/made");
    while (wasi_clocks_monotonic_clock_now() < end) {
        look_at("d/secret", counts);
        look_at("d/e/../secret", counts);
        look_at("./d/../d/secret", counts);
        write_text("d/written", "by the program");
        (void)FS(method_descriptor_create_directory_at)(root, &made, &code);
        (void)FS(method_descriptor_remove_directory_at)(root, &made, &code);
    }
    truth("inside", counts[0] > 0);
    value("outside", counts[1]);
    truth("refused", counts[2] > 0);
}

static uint64_t number_of(const calls_string_t *s) {
    uint64_t n = 0;
    for (size_t i = 0; i < s->len; i++) {
        n = n * 10 + s->ptr[i] - '0';
    }
    return n;
}

bool exports_wasi_cli_run_run(void) {
    wasi_cli_environment_list_string_t arguments;
    wasi_filesystem_preopens_list_tuple2_own_descriptor_string_t folders;
    wasi_cli_environment_get_arguments(&arguments);
    wasi_filesystem_preopens_get_directories(&folders);
    root = (descriptor){folders.ptr[0].f0.handle};
    const uint64_t end =
        wasi_clocks_monotonic_clock_now() + number_of(&arguments.ptr[2]) * 1000000;
    if (arguments.ptr[1].ptr[0] == 's') {
        swap(end);
    } else {
        look(end);
    }
    return true;
}
