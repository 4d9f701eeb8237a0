/* files.c: wasi:filesystem: every function, in the first folder that was given, which is
 * empty. */
#include "guest.h"

typedef FS(borrow_descriptor_t) descriptor;

enum {
    READ = WASI_FILESYSTEM_TYPES_DESCRIPTOR_FLAGS_READ,
    WRITE = WASI_FILESYSTEM_TYPES_DESCRIPTOR_FLAGS_WRITE,
    MUTATE = WASI_FILESYSTEM_TYPES_DESCRIPTOR_FLAGS_MUTATE_DIRECTORY,
    CREATE = WASI_FILESYSTEM_TYPES_OPEN_FLAGS_CREATE,
    DIRECTORY = WASI_FILESYSTEM_TYPES_OPEN_FLAGS_DIRECTORY,
    EXCLUSIVE = WASI_FILESYSTEM_TYPES_OPEN_FLAGS_EXCLUSIVE,
    TRUNCATE = WASI_FILESYSTEM_TYPES_OPEN_FLAGS_TRUNCATE,
    FOLLOW = WASI_FILESYSTEM_TYPES_PATH_FLAGS_SYMLINK_FOLLOW,
};

static descriptor root;
static FS(error_code_t) code;

static void result(const char *what, bool ok) {
    outcome(what, ok, fs_errors, code);
}

static bool open_path(const char *path, uint8_t how, uint8_t flags, descriptor *out) {
    const calls_string_t p = string_of(path);
    FS(own_descriptor_t) d;
    const bool ok =
        FS(method_descriptor_open_at)(root, FOLLOW, &p, how, flags, &d, &code);
    if (ok) {
        *out = FS(borrow_descriptor)(d);
    }
    return ok;
}

static void close_descriptor(descriptor d) {
    FS(descriptor_drop_own)((FS(own_descriptor_t)){d.handle});
}

static void try_open(const char *what, const char *path, uint8_t how, uint8_t flags) {
    descriptor d;
    const bool ok = open_path(path, how, flags, &d);
    result(what, ok);
    if (ok) {
        close_descriptor(d);
    }
}

static void write_at(descriptor d, const char *s, uint64_t offset) {
    const FS(list_u8_t) b = {(uint8_t *)(uintptr_t)s, length_of(s)};
    uint64_t n = 0;
    result("write", FS(method_descriptor_write)(d, &b, offset, &n, &code));
    value("bytes", n);
}

static void read_at(descriptor d, uint64_t len, uint64_t offset) {
    FS(tuple2_list_u8_bool_t) got;
    if (!FS(method_descriptor_read)(d, len, offset, &got, &code)) {
        result("read", false);
        return;
    }
    words("read", got.f0.ptr, got.f0.len);
    truth("the end", got.f1);
    FS(tuple2_list_u8_bool_free)(&got);
}

static void show_stat(const char *what, bool ok, const FS(descriptor_stat_t) * s) {
    static const char *const kinds[] = {
        "unknown", "block-device",  "character-device", "directory",
        "fifo",    "symbolic-link", "regular-file",     "socket"};
    result(what, ok);
    if (ok) {
        words("kind", kinds[s->type], length_of(kinds[s->type]));
        if (s->type == WASI_FILESYSTEM_TYPES_DESCRIPTOR_TYPE_REGULAR_FILE) {
            value("links", s->link_count);
            value("size", s->size);
        }
        truth("times", s->data_access_timestamp.is_some &&
                           s->data_modification_timestamp.is_some &&
                           s->status_change_timestamp.is_some);
    }
}

static void contents(void) {
    descriptor d;
    FS(descriptor_flags_t) flags;
    FS(descriptor_type_t) type;
    result("create", open_path("a", CREATE | EXCLUSIVE, READ | WRITE, &d));
    try_open("create again", "a", CREATE | EXCLUSIVE, READ | WRITE);
    write_at(d, "hello, world", 0);
    read_at(d, 5, 7);
    read_at(d, 100, 7);
    read_at(d, 10, 100);
    write_at(d, "far", 20);
    result("set-size", FS(method_descriptor_set_size)(d, 22, &code));
    FS(descriptor_stat_t) s;
    bool ok = FS(method_descriptor_stat)(d, &s, &code);
    show_stat("stat", ok, &s);
    result("sync-data", FS(method_descriptor_sync_data)(d, &code));
    result("sync", FS(method_descriptor_sync)(d, &code));
    for (uint8_t advice = 0; advice <= WASI_FILESYSTEM_TYPES_ADVICE_NO_REUSE; advice++) {
        result("advise", FS(method_descriptor_advise)(d, 0, 22, advice, &code));
    }
    ok = FS(method_descriptor_get_flags)(d, &flags, &code);
    result("get-flags", ok);
    truth("read and write", (flags & (READ | WRITE)) == (READ | WRITE));
    ok = FS(method_descriptor_get_type)(d, &type, &code);
    result("get-type", ok);
    truth("a file", type == WASI_FILESYSTEM_TYPES_DESCRIPTOR_TYPE_REGULAR_FILE);
    close_descriptor(d);
    result("open to read", open_path("a", 0, READ, &d));
    const FS(list_u8_t) b = {(uint8_t *)"x", 1};
    uint64_t n;
    truth("a write is refused", !FS(method_descriptor_write)(d, &b, 0, &n, &code));
    close_descriptor(d);
}

/* A stream's error has a code, and words. */
static void show_error(bool ok, IO(stream_error_t) * err) {
    calls_string_t said;
    FS(error_code_t) why;
    truth("it fails", !ok);
    if (ok || err->tag != WASI_IO_STREAMS_STREAM_ERROR_LAST_OPERATION_FAILED) {
        return;
    }
    const wasi_io_error_borrow_error_t e = {err->val.last_operation_failed.handle};
    wasi_io_error_method_error_to_debug_string(e, &said);
    truth("it says something", said.len > 0);
    calls_string_free(&said);
    truth("with a code",
          FS(filesystem_error_code)((FS(borrow_error_t)){e.handle}, &why) &&
              (why == WASI_FILESYSTEM_TYPES_ERROR_CODE_FILE_TOO_LARGE ||
               why == WASI_FILESYSTEM_TYPES_ERROR_CODE_INVALID));
    IO(stream_error_free)(err);
}

static void streams(void) {
    descriptor d;
    FS(own_input_stream_t) in;
    FS(own_output_stream_t) out;
    IO(stream_error_t) err;
    IO(list_u8_t) got;
    const IO(list_u8_t) first = {(uint8_t *)"first", 5}, second = {(uint8_t *)"more", 4};
    result("truncate", open_path("b", CREATE | TRUNCATE, READ | WRITE, &d));
    result("write-via-stream", FS(method_descriptor_write_via_stream)(d, 3, &out, &code));
    stream_outcome(
        "written",
        IO(method_output_stream_blocking_write_and_flush)(OUTPUT(out), &first, &err),
        &err);
    FS(output_stream_drop_own)(out);
    result("append-via-stream", FS(method_descriptor_append_via_stream)(d, &out, &code));
    stream_outcome(
        "appended",
        IO(method_output_stream_blocking_write_and_flush)(OUTPUT(out), &second, &err),
        &err);
    FS(output_stream_drop_own)(out);
    result("read-via-stream", FS(method_descriptor_read_via_stream)(d, 4, &in, &code));
    while (IO(method_input_stream_blocking_read)(INPUT(in), 6, &got, &err)) {
        words("read", got.ptr, got.len);
        IO(list_u8_free)(&got);
    }
    stream_outcome("then", false, &err);
    FS(input_stream_drop_own)(in);
    /* No file is that large. */
    result("write-via-stream, far off",
           FS(method_descriptor_write_via_stream)(d, INT64_MAX - 2, &out, &code));
    show_error(
        IO(method_output_stream_blocking_write_and_flush)(OUTPUT(out), &first, &err),
        &err);
    FS(output_stream_drop_own)(out);
    close_descriptor(d);
}

static void times(void) {
    const FS(new_timestamp_t) at = {.tag = WASI_FILESYSTEM_TYPES_NEW_TIMESTAMP_TIMESTAMP,
                                    .val.timestamp = {1000000000, 500000000}};
    const FS(new_timestamp_t)
        same = {.tag = WASI_FILESYSTEM_TYPES_NEW_TIMESTAMP_NO_CHANGE};
    const FS(new_timestamp_t) now = {.tag = WASI_FILESYSTEM_TYPES_NEW_TIMESTAMP_NOW};
    const calls_string_t a = string_of("a"), none = string_of("none");
    descriptor d;
    FS(descriptor_stat_t) s;
    open_path("a", 0, READ | WRITE, &d);
    result("set-times", FS(method_descriptor_set_times)(d, &at, &now, &code));
    (void)FS(method_descriptor_stat)(d, &s, &code);
    value("read last, s", s.data_access_timestamp.val.seconds);
    value("read last, ns", s.data_access_timestamp.val.nanoseconds);
    truth("changed last: lately", s.data_modification_timestamp.val.seconds > 1577836800);
    result("set-times-at",
           FS(method_descriptor_set_times_at)(root, FOLLOW, &a, &same, &at, &code));
    (void)FS(method_descriptor_stat)(d, &s, &code);
    value("read last, s", s.data_access_timestamp.val.seconds);
    value("changed last, s", s.data_modification_timestamp.val.seconds);
    result("set-times-at of nothing",
           FS(method_descriptor_set_times_at)(root, 0, &none, &at, &at, &code));
    close_descriptor(d);
}

static void stat_of(const char *path, uint8_t flags) {
    const calls_string_t p = string_of(path);
    FS(descriptor_stat_t) s;
    const bool ok = FS(method_descriptor_stat_at)(root, flags, &p, &s, &code);
    show_stat(path, ok, &s);
}

static void at(const char *what,
               bool (*call)(descriptor, const calls_string_t *, FS(error_code_t) *),
               const char *path) {
    const calls_string_t p = string_of(path);
    text(what);
    text(" ");
    result(path, call(root, &p, &code));
}

static void rename_to(const char *from, const char *to) {
    const calls_string_t f = string_of(from), t = string_of(to);
    text("rename-at to ");
    text(to);
    text(" ");
    result(from, FS(method_descriptor_rename_at)(root, &f, root, &t, &code));
}

static void hashes(const char *path, const char *other) {
    const calls_string_t p = string_of(path), o = string_of(other);
    FS(metadata_hash_value_t) a, b, c;
    descriptor d, e;
    result("open", open_path(path, 0, READ, &d));
    result("open", open_path(other, 0, READ, &e));
    result("metadata-hash", FS(method_descriptor_metadata_hash)(d, &a, &code));
    result("metadata-hash-at",
           FS(method_descriptor_metadata_hash_at)(root, FOLLOW, &p, &b, &code));
    result("metadata-hash-at",
           FS(method_descriptor_metadata_hash_at)(root, FOLLOW, &o, &c, &code));
    truth("one file, one hash", a.lower == b.lower && a.upper == b.upper);
    truth("another file, another hash", a.lower != c.lower || a.upper != c.upper);
    truth("the same object", FS(method_descriptor_is_same_object)(d, d));
    truth("another object", !FS(method_descriptor_is_same_object)(d, e));
    close_descriptor(d);
    close_descriptor(e);
}

/* Names in their order: directories have none. */
static void list(const char *path) {
    descriptor d;
    FS(own_directory_entry_stream_t) entries;
    FS(option_directory_entry_t) entry;
    static char names[16][32];
    size_t count = 0;
    result("open directory", open_path(path, DIRECTORY, READ, &d));
    result("read-directory", FS(method_descriptor_read_directory)(d, &entries, &code));
    const FS(borrow_directory_entry_stream_t) self =
        FS(borrow_directory_entry_stream)(entries);
    while (FS(method_directory_entry_stream_read_directory_entry)(self, &entry, &code) &&
           entry.is_some) {
        size_t place = count++;
        char name[32] = {0};
        for (size_t i = 0; i < entry.val.name.len; i++) {
            name[i] = (char)entry.val.name.ptr[i];
        }
        name[entry.val.name.len] = (char)('0' + entry.val.type);
        for (; place > 0 && names[place - 1][0] > name[0]; place--) {
            for (size_t i = 0; i < sizeof name; i++) {
                names[place][i] = names[place - 1][i];
            }
        }
        for (size_t i = 0; i < sizeof name; i++) {
            names[place][i] = name[i];
        }
        FS(directory_entry_free)(&entry.val);
    }
    for (size_t i = 0; i < count; i++) {
        words("entry", names[i], length_of(names[i]));
    }
    FS(directory_entry_stream_drop_own)(entries);
    close_descriptor(d);
}

static void links(void) {
    const calls_string_t a = string_of("a"), s = string_of("s"), h = string_of("h"),
                         up = string_of("../../x"), l = string_of("d/l"),
                         abs = string_of("/x");
    calls_string_t target;
    result("symlink-at", FS(method_descriptor_symlink_at)(root, &a, &s, &code));
    result("symlink-at d/l", FS(method_descriptor_symlink_at)(root, &up, &l, &code));
    truth("no link to an absolute path",
          !FS(method_descriptor_symlink_at)(root, &abs, &h, &code));
    result("readlink-at", FS(method_descriptor_readlink_at)(root, &s, &target, &code));
    words("target", target.ptr, target.len);
    calls_string_free(&target);
    truth("no target of a file",
          !FS(method_descriptor_readlink_at)(root, &a, &target, &code));
    stat_of("s", 0);
    stat_of("s", FOLLOW);
    result("link-at", FS(method_descriptor_link_at)(root, 0, &a, root, &h, &code));
    stat_of("h", 0);
    result("link-at again", FS(method_descriptor_link_at)(root, 0, &a, root, &h, &code));
}

bool exports_wasi_cli_run_run(void) {
    wasi_filesystem_preopens_list_tuple2_own_descriptor_string_t folders;
    wasi_filesystem_preopens_get_directories(&folders);
    value("folders", folders.len);
    words("the first", folders.ptr[0].f1.ptr, folders.ptr[0].f1.len);
    root = (descriptor){folders.ptr[0].f0.handle};
    contents();
    streams();
    times();
    at("create-directory-at", FS(method_descriptor_create_directory_at), "d");
    at("create-directory-at", FS(method_descriptor_create_directory_at), "d");
    at("create-directory-at", FS(method_descriptor_create_directory_at), "d/e");
    at("create-directory-at", FS(method_descriptor_create_directory_at), "x/e");
    links();
    hashes("a", "b");
    list(".");
    try_open("a file as a directory", "a", DIRECTORY, READ);
    try_open("out of the folder", "../x", 0, READ);
    try_open("by an absolute path", "/etc/passwd", 0, READ);
    try_open("through a link out of the folder", "d/l/../x", 0, READ);
    try_open("nothing", "none", 0, READ);
    rename_to("b", "h");
    rename_to("none", "x");
    rename_to("a", "d");
    rename_to("d", "a");
    rename_to("d/e", "e");
    at("remove-directory-at", FS(method_descriptor_remove_directory_at), "d");
    at("remove-directory-at", FS(method_descriptor_remove_directory_at), "a");
    at("unlink-file-at", FS(method_descriptor_unlink_file_at), "none");
    at("unlink-file-at", FS(method_descriptor_unlink_file_at), "s");
    at("unlink-file-at", FS(method_descriptor_unlink_file_at), "d/l");
    at("remove-directory-at", FS(method_descriptor_remove_directory_at), "d");
    list(".");
    return true;
}
