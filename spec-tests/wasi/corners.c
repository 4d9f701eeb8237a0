/* corners.c: wasi:filesystem where it is easy to go wrong: renames over every kind, huge
 * sparse files, directories that change while they are read, names that are no text,
 * appending, times and hashes that follow what is done. */
#include "guest.h"

typedef FS(borrow_descriptor_t) descriptor;

enum {
    READ = WASI_FILESYSTEM_TYPES_DESCRIPTOR_FLAGS_READ,
    WRITE = WASI_FILESYSTEM_TYPES_DESCRIPTOR_FLAGS_WRITE,
    CREATE = WASI_FILESYSTEM_TYPES_OPEN_FLAGS_CREATE,
    DIRECTORY = WASI_FILESYSTEM_TYPES_OPEN_FLAGS_DIRECTORY,
    TRUNCATE = WASI_FILESYSTEM_TYPES_OPEN_FLAGS_TRUNCATE,
};

static descriptor root;
static FS(error_code_t) code;

static void result(const char *what, bool ok) {
    outcome(what, ok, fs_errors, code);
}

static descriptor open_path(const char *path, uint8_t how, uint8_t flags) {
    const calls_string_t p = string_of(path);
    FS(own_descriptor_t) d;
    if (!FS(method_descriptor_open_at)(root, 0, &p, how, flags, &d, &code)) {
        result(path, false);
        __builtin_trap();
    }
    return FS(borrow_descriptor)(d);
}

static void close_descriptor(descriptor d) {
    FS(descriptor_drop_own)((FS(own_descriptor_t)){d.handle});
}

static void make_file(const char *path) {
    close_descriptor(open_path(path, CREATE, READ | WRITE));
}

static bool at(bool (*call)(descriptor, const calls_string_t *, FS(error_code_t) *),
               const char *path) {
    const calls_string_t p = string_of(path);
    return call(root, &p, &code);
}

static void make_folder(const char *path) {
    (void)at(FS(method_descriptor_create_directory_at), path);
}

static void make_link(const char *target, const char *path) {
    const calls_string_t t = string_of(target), p = string_of(path);
    (void)FS(method_descriptor_symlink_at)(root, &t, &p, &code);
}

static void clear(const char *path) {
    if (!at(FS(method_descriptor_unlink_file_at), path)) {
        (void)at(FS(method_descriptor_remove_directory_at), path);
    }
}

static void make_kind(char kind, const char *path) {
    switch (kind) {
    case 'f': make_file(path); break;
    case 'd': make_folder(path); break;
    case 'l': make_link("nowhere", path); break;
    default: break; /* nothing */
    }
}

static bool rename_to(const char *from, const char *to) {
    const calls_string_t f = string_of(from), t = string_of(to);
    return FS(method_descriptor_rename_at)(root, &f, root, &t, &code);
}

static void renames(void) {
    static const char kinds[] = "fdl-";
    for (int i = 0; i < 4; i++) {
        for (int k = 0; k < 4; k++) {
            make_kind(kinds[i], "from");
            make_kind(kinds[k], "to");
            text("rename ");
            put(kinds[i]);
            text(" over ");
            put(kinds[k]);
            result("", rename_to("from", "to"));
            clear("from");
            clear("to");
        }
    }
    make_folder("d");
    make_folder("d/e");
    make_folder("x");
    result("over a folder that is not empty", rename_to("x", "d"));
    result("into itself", rename_to("d", "d/e/f"));
    result("to itself", rename_to("d", "d"));
    make_file("one");
    const calls_string_t one = string_of("one"), two = string_of("two");
    (void)FS(method_descriptor_link_at)(root, 0, &one, root, &two, &code);
    result("to another name of the same file", rename_to("one", "two"));
    result("both are there", at(FS(method_descriptor_unlink_file_at), "one") &&
                                 at(FS(method_descriptor_unlink_file_at), "two"));
    clear("d/e");
    clear("d");
    clear("x");
}

static uint64_t size_of(descriptor d) {
    FS(descriptor_stat_t) s;
    return FS(method_descriptor_stat)(d, &s, &code) ? s.size : UINT64_MAX;
}

static void write_to(const char *what, descriptor d, uint64_t offset) {
    const FS(list_u8_t) b = {(uint8_t *)"end", 3};
    uint64_t n = 0;
    result(what, FS(method_descriptor_write)(d, &b, offset, &n, &code) && n == 3);
}

static void read_from(descriptor d, uint64_t len, uint64_t offset) {
    FS(tuple2_list_u8_bool_t) got;
    if (!FS(method_descriptor_read)(d, len, offset, &got, &code)) {
        result("read", false);
        return;
    }
    bool zeros = got.f0.len > 0;
    for (size_t i = 0; i < got.f0.len; i++) {
        zeros = zeros && got.f0.ptr[i] == 0;
    }
    if (zeros) {
        value("zeros", got.f0.len);
    } else {
        for (size_t i = 0; i < got.f0.len; i++) {
            got.f0.ptr[i] = got.f0.ptr[i] == 0 ? '.' : got.f0.ptr[i];
        }
        words("read", got.f0.ptr, got.f0.len);
    }
    FS(tuple2_list_u8_bool_free)(&got);
}

static void sparse(void) {
    const uint64_t far = 1ull << 40;
    const descriptor d = open_path("sparse", CREATE, READ | WRITE);
    write_to("a terabyte off", d, far);
    value("size", size_of(d));
    read_from(d, 1000, far / 2);
    read_from(d, 1000, far);
    result("cut", FS(method_descriptor_set_size)(d, 5000000000, &code));
    value("size", size_of(d));
    read_from(d, 1000, 4999999990);
    result("grown", FS(method_descriptor_set_size)(d, 6000000000, &code));
    read_from(d, 1000, 5999999990);
    result("too large", FS(method_descriptor_set_size)(d, UINT64_MAX, &code));
    result("nowhere", FS(method_descriptor_advise)(d, UINT64_MAX, 1, 0, &code));
    result("of a folder", FS(method_descriptor_advise)(root, 0, 1, 0, &code));
    value("size", size_of(d));
    close_descriptor(d);
    clear("sparse");
}

static void number_name(char *name, unsigned n) {
    name[0] = 'n';
    name[1] = (char)('0' + n / 100);
    name[2] = (char)('0' + n / 10 % 10);
    name[3] = (char)('0' + n % 10);
    name[4] = '\0';
}

/* Reads a folder, and changes it after some entries: what was there all the time comes
 * once. */
static void changing(void) {
    enum { FILES = 300 };
    static uint8_t seen[FILES];
    char name[8], path[16] = "many/";
    FS(own_directory_entry_stream_t) own;
    FS(option_directory_entry_t) entry;
    make_folder("many");
    for (unsigned i = 0; i < FILES; i++) {
        number_name(path + 5, i);
        make_file(path);
    }
    const descriptor d = open_path("many", DIRECTORY, READ);
    result("read-directory", FS(method_descriptor_read_directory)(d, &own, &code));
    const FS(borrow_directory_entry_stream_t) s = FS(borrow_directory_entry_stream)(own);
    unsigned count = 0, others = 0;
    while (FS(method_directory_entry_stream_read_directory_entry)(s, &entry, &code) &&
           entry.is_some) {
        const uint8_t *p = entry.val.name.ptr;
        if (p[0] == 'n') {
            seen[(p[1] - '0') * 100 + (p[2] - '0') * 10 + p[3] - '0']++;
        } else {
            others++;
        }
        FS(directory_entry_free)(&entry.val);
        if (++count == 10) { /* odd ones go, and there are new ones */
            for (unsigned i = 1; i < FILES; i += 2) {
                number_name(path + 5, i);
                clear(path);
                path[5] = 'm';
                make_file(path);
            }
        }
    }
    unsigned missed = 0, twice = 0;
    for (unsigned i = 0; i < FILES; i++) {
        missed += i % 2 == 0 && seen[i] == 0;
        twice += seen[i] > 1;
    }
    value("missed", missed);
    value("twice", twice);
    truth("no more than there were", others <= FILES / 2);
    FS(directory_entry_stream_drop_own)(own);
    close_descriptor(d);
    for (unsigned i = 0; i < FILES; i++) {
        number_name(name, i);
        number_name(path + 5, i);
        path[5] = i % 2 == 0 ? 'n' : 'm';
        clear(path);
    }
    result("empty again", at(FS(method_descriptor_remove_directory_at), "many"));
}

/* The folder `odd` has a name that is no UTF-8, and one beside it. */
static void names(void) {
    const descriptor d = open_path("odd", DIRECTORY, READ);
    FS(own_directory_entry_stream_t) own;
    FS(option_directory_entry_t) entry = {.is_some = true};
    unsigned errors = 0, entries = 0;
    (void)FS(method_descriptor_read_directory)(d, &own, &code);
    const FS(borrow_directory_entry_stream_t) s = FS(borrow_directory_entry_stream)(own);
    while (entry.is_some && errors < 9) {
        if (!FS(method_directory_entry_stream_read_directory_entry)(s, &entry, &code)) {
            result("an entry", false);
            errors++;
        } else if (entry.is_some) {
            entries++;
            FS(directory_entry_free)(&entry.val);
        }
    }
    value("entries", entries);
    FS(directory_entry_stream_drop_own)(own);
    close_descriptor(d);
    static const char nul[] = "a\0b";
    const calls_string_t with_nul = {(uint8_t *)(uintptr_t)nul, 3};
    FS(descriptor_stat_t) st;
    FS(own_descriptor_t) f;
    truth("NUL in a path", FS(method_descriptor_stat_at)(root, 0, &with_nul, &st, &code));
    truth("made",
          FS(method_descriptor_open_at)(root, 0, &with_nul, CREATE, WRITE, &f, &code));
    truth("a folder", FS(method_descriptor_create_directory_at)(root, &with_nul, &code));
    static char longest[300];
    for (size_t i = 0; i < 256; i++) {
        longest[i] = 'x';
    }
    result("256 bytes", at(FS(method_descriptor_create_directory_at), longest));
    longest[255] = '\0';
    result("255 bytes", at(FS(method_descriptor_create_directory_at), longest));
    clear(longest);
    result("no name", at(FS(method_descriptor_create_directory_at), ""));
    result("other letters", at(FS(method_descriptor_create_directory_at), "ünï☃😀"));
    result("which go", at(FS(method_descriptor_remove_directory_at), "ünï☃😀"));
}

static void stream_out(FS(own_output_stream_t) out, const char *s) {
    const IO(list_u8_t) b = {(uint8_t *)(uintptr_t)s, length_of(s)};
    IO(stream_error_t) err;
    stream_outcome(
        "streamed",
        IO(method_output_stream_blocking_write_and_flush)(OUTPUT(out), &b, &err), &err);
}

/* Appending goes to the end, wherever that is by then; other streams keep their place. */
static void appending(void) {
    const descriptor d = open_path("log", CREATE | TRUNCATE, READ | WRITE);
    FS(own_output_stream_t) end, place;
    (void)FS(method_descriptor_append_via_stream)(d, &end, &code);
    (void)FS(method_descriptor_write_via_stream)(d, 2, &place, &code);
    stream_out(end, "aaaa");
    stream_out(place, "BB");
    stream_out(end, "cc");
    (void)FS(method_descriptor_set_size)(d, 3, &code);
    stream_out(end, "dd");
    stream_out(place, "E");
    write_to("write", d, 6);
    stream_out(end, "!");
    read_from(d, 100, 0);
    FS(output_stream_drop_own)(end);
    FS(output_stream_drop_own)(place);
    close_descriptor(d);
    clear("log");
}

static bool is_later(const wasi_clocks_wall_clock_datetime_t *a,
                     const wasi_clocks_wall_clock_datetime_t *b) {
    return a->seconds > b->seconds ||
           (a->seconds == b->seconds && a->nanoseconds > b->nanoseconds);
}

static void following(void) {
    const FS(new_timestamp_t) old = {.tag = WASI_FILESYSTEM_TYPES_NEW_TIMESTAMP_TIMESTAMP,
                                     .val.timestamp = {1000, 1}};
    const descriptor d = open_path("f", CREATE, READ | WRITE);
    FS(descriptor_stat_t) before, after;
    FS(metadata_hash_value_t) h, changed;
    result("set-times", FS(method_descriptor_set_times)(d, &old, &old, &code));
    (void)FS(method_descriptor_stat)(d, &before, &code);
    (void)FS(method_descriptor_metadata_hash)(d, &h, &code);
    value("s", before.data_modification_timestamp.val.seconds);
    value("ns", before.data_modification_timestamp.val.nanoseconds);
    write_to("write", d, 0);
    (void)FS(method_descriptor_stat)(d, &after, &code);
    (void)FS(method_descriptor_metadata_hash)(d, &changed, &code);
    truth("it changed later", is_later(&after.data_modification_timestamp.val,
                                       &before.data_modification_timestamp.val));
    truth("its hash did, too", h.lower != changed.lower || h.upper != changed.upper);
    result("a name of its own", rename_to("f", "g"));
    (void)FS(method_descriptor_metadata_hash)(d, &h, &code);
    const calls_string_t g = string_of("g");
    (void)FS(method_descriptor_metadata_hash_at)(root, 0, &g, &changed, &code);
    truth("one hash by either way", h.lower == changed.lower && h.upper == changed.upper);
    clear("g");
    write_to("written without a name", d, 0);
    (void)FS(method_descriptor_stat)(d, &after, &code);
    value("links", after.link_count);
    close_descriptor(d);
}

bool exports_wasi_cli_run_run(void) {
    wasi_filesystem_preopens_list_tuple2_own_descriptor_string_t folders;
    wasi_filesystem_preopens_get_directories(&folders);
    root = (descriptor){folders.ptr[0].f0.handle};
    renames();
    sparse();
    changing();
    names();
    appending();
    following();
    return true;
}
