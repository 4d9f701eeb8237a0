/* command.c: input files, options and error reports of the subcommands. */
#define _DEFAULT_SOURCE
#include "tenon/command.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

/* -- input -- */

/* Reads a pipe or terminal to its end. */
static bool input_read(input *in, int fd) {
    size_t capacity = 1 << 16;
    in->bytes = malloc(capacity);
    while (in->bytes != NULL) {
        ssize_t got = read(fd, (char *)in->bytes + in->len, capacity - in->len);
        if (got < 0 && errno == EINTR) {
            continue;
        }
        if (got <= 0) {
            return got == 0;
        }
        in->len += (size_t)got;
        if (in->len == capacity) {
            capacity *= 2;
            void *grown = realloc(in->bytes, capacity);
            if (grown == NULL) {
                break;
            }
            in->bytes = grown;
        }
    }
    errno = ENOMEM;
    return false;
}

bool input_open(input *in, const char *path) {
    memset(in, 0, sizeof *in);
    in->path = path;
    int fd = strcmp(path, "-") == 0 ? 0 : open(path, O_RDONLY | O_CLOEXEC);
    struct stat st;
    bool ok = fd >= 0 && fstat(fd, &st) == 0;
    if (ok && S_ISDIR(st.st_mode)) {
        errno = EISDIR;
        ok = false;
    } else if (ok && S_ISREG(st.st_mode) && st.st_size > 0) {
        in->len = (size_t)st.st_size;
        in->bytes = mmap(NULL, in->len, PROT_READ, MAP_PRIVATE, fd, 0);
        in->is_mapped = in->bytes != MAP_FAILED;
        if (!in->is_mapped) {
            in->bytes = NULL;
            in->len = 0;
            ok = input_read(in, fd);
        }
    } else if (ok) {
        ok = input_read(in, fd);
    }
    if (!ok) {
        fprintf(stderr, "tenon: %s: %s\n", path, strerror(errno));
        input_close(in);
    }
    if (fd > 0) {
        close(fd);
    }
    return ok;
}

void input_close(input *in) {
    if (in->is_mapped) {
        munmap(in->bytes, in->len);
    } else {
        free(in->bytes);
    }
    memset(in, 0, sizeof *in);
}

/* The arena lives for one assembly: the input keeps a copy of its own. */
static tenon_status assemble_into(input *in, tenon_engine *engine, tenon_arena *arena,
                                  tenon_error *error) {
    const void *bytes = NULL;
    size_t len = 0;
    tenon_status status =
        tenon_assemble(engine, in->bytes, in->len, arena, &bytes, &len, error);
    if (status != TENON_OK) {
        return status;
    }
    void *copy = malloc(len);
    if (copy == NULL) {
        memset(error, 0, sizeof *error);
        error->status = TENON_NO_MEMORY;
        error->offset = TENON_NO_OFFSET;
        snprintf(error->message, sizeof error->message, "out of memory");
        return TENON_NO_MEMORY;
    }
    memcpy(copy, bytes, len);
    const char *path = in->path;
    input_close(in);
    *in = (input){.path = path, .bytes = copy, .len = len};
    return TENON_OK;
}

tenon_status input_assemble(input *in, tenon_engine *engine, tenon_error *error) {
    if (!tenon_is_text(in->bytes, in->len)) {
        return TENON_OK;
    }
    tenon_arena *arena = NULL;
    tenon_status status = tenon_arena_new(engine, &arena, error);
    if (status == TENON_OK) {
        status = assemble_into(in, engine, arena, error);
    }
    tenon_arena_delete(arena);
    return status;
}

/* -- errors -- */

static void print_backtrace(const tenon_error *error) {
    if (error->frame_count == 0) {
        return;
    }
    fprintf(stderr, "wasm backtrace:\n");
    for (uint32_t i = 0; i < error->frame_count; i++) {
        const tenon_frame_info *f = &error->frames[i];
        if (f->offset == TENON_NO_OFFSET) { /* a frame of the host's */
            fprintf(stderr, "  %2u: [%s]\n", i, f->name);
        } else if (f->name[0] != '\0') {
            fprintf(stderr, "  %2u: 0x%" PRIx64 " %s%s%s\n", i, f->offset, f->module,
                    f->module[0] != '\0' ? "!" : "", f->name);
        } else {
            fprintf(stderr, "  %2u: 0x%" PRIx64 " %s%sfunction %u\n", i, f->offset,
                    f->module, f->module[0] != '\0' ? "!" : "", f->func_index);
        }
    }
    if (error->frames_omitted > 0) {
        fprintf(stderr, "  … %u more\n", error->frames_omitted);
    }
}

/* A message on one line: types in it may have been laid out over several. */
static void print_line(const char *text) {
    for (const char *p = text; *p != '\0'; p++) {
        if (*p == '\n') {
            p += strspn(p, "\n ") - 1;
            fputc(' ', stderr);
        } else {
            fputc(*p, stderr);
        }
    }
    fputc('\n', stderr);
}

void print_error(const char *path, const tenon_error *error) {
    fprintf(stderr, "tenon: %s", path);
    if (error->line != 0) {
        fprintf(stderr, ":%u:%u", error->line, error->column);
    }
    fprintf(stderr, ": %s", tenon_status_name(error->status));
    if (error->offset != TENON_NO_OFFSET && error->line == 0) {
        fprintf(stderr, " at offset 0x%" PRIx64, error->offset);
    }
    fprintf(stderr, ": ");
    print_line(error->message);
    bool ran = error->status == TENON_TRAP || error->status == TENON_EXCEPTION ||
               error->status == TENON_EXHAUSTION || error->status == TENON_LIMIT;
    if (ran) {
        print_backtrace(error);
    }
}

static bool is_continuation(char c) {
    return ((unsigned char)c & 0xc0) == 0x80;
}

void print_source_line(const input *in, const tenon_error *error) {
    enum { BEFORE = 60, AFTER = 40 }; /* bytes of a long line around the column */
    if (error->line == 0 || in->bytes == NULL) {
        return;
    }
    const char *at = in->bytes;
    const char *end = at + in->len;
    for (uint32_t line = 1; line < error->line && at < end; line++) {
        const char *newline = memchr(at, '\n', (size_t)(end - at));
        at = newline != NULL ? newline + 1 : end;
    }
    const char *newline = memchr(at, '\n', (size_t)(end - at));
    end = newline != NULL ? newline : end;
    size_t column = error->column > 0 ? error->column - 1 : 0;
    const char *mark = column < (size_t)(end - at) ? at + column : end;
    bool cut_front = mark - at > BEFORE;
    at = cut_front ? mark - BEFORE : at;
    bool cut_back = end - mark > AFTER;
    end = cut_back ? mark + AFTER : end;
    while (at < mark && is_continuation(*at)) {
        at++;
    }
    while (cut_back && end > mark && is_continuation(*end)) {
        end--;
    }
    fprintf(stderr, "  %s%.*s%s\n  %s", cut_front ? "…" : "", (int)(end - at), at,
            cut_back ? "…" : "", cut_front ? " " : "");
    for (; at < mark; at++) {
        if (!is_continuation(*at)) {
            fputc(*at == '\t' ? '\t' : ' ', stderr);
        }
    }
    fputs("^\n", stderr);
}

void print_differences(FILE *to, const tenon_differences *list) {
    for (uint32_t i = 0; i < tenon_differences_count(list); i++) {
        fprintf(to, "%3u. %s", i + 1, tenon_differences_at(list, i)->text);
    }
}

bool print_unlinkable(const char *path, tenon_linker *linker,
                      tenon_component *component) {
    tenon_differences *list = NULL;
    if (tenon_linker_check(linker, component, path, &list, NULL) != TENON_OK) {
        return false;
    }
    uint32_t count = tenon_differences_count(list);
    if (count > 0) {
        fprintf(stderr, "tenon: %s: unlinkable: %u difference%s from what is offered\n",
                path, count, count == 1 ? "" : "s");
        print_differences(stderr, list);
    }
    tenon_differences_delete(list);
    return count > 0;
}

void print_input_error(const input *in, const tenon_error *error) {
    print_error(in->path, error);
    print_source_line(in, error);
}

/* -- options -- */

static const struct feature_row {
    const char *flag;
    uint64_t mask;
    bool on;
} features[] = {
#define TENON_FEATURE(name, flag, on) {flag, TENON_FEATURE_MASK(name), on},
#include "tenon/features.def"
#undef TENON_FEATURE
};

/* Of WebAssembly 3.0 and the Component Model: what cannot be off. */
static const char *const always_on[] = {
    "multi-value", "bulk-memory",    "reference-types", "simd", "relaxed-simd",
    "tail-call",   "multi-memory",   "memory64",        "gc",   "function-references",
    "exceptions",  "extended-const", "component-model",
};

bool parse_switch(const char *value, bool *out) {
    *out = value == NULL || strcmp(value, "y") == 0 || strcmp(value, "yes") == 0 ||
           strcmp(value, "true") == 0;
    return *out || strcmp(value, "n") == 0 || strcmp(value, "no") == 0 ||
           strcmp(value, "false") == 0;
}

void wasm_options_init(wasm_options *options) {
    options->features = tenon_features_default();
    tenon_store_config_init(&options->store);
    options->fuel = INT64_MAX;
    options->timeout_ns = 0;
    options->schedule_seed = 0;
    options->slice = 0;
    options->code_bytes = UINT64_MAX;
}

void wasm_options_configure(const wasm_options *options, tenon_engine_config *config) {
    config->features = options->features;
    config->max_code_bytes = options->code_bytes;
}

void wasm_options_help(void) {
    printf(
        "  -W NAME[=VALUE],…       limits and features; may repeat\n"
        "       fuel=N             stop after N units (a call or a loop turn each)\n"
        "       timeout=T          stop after T (10s, 250ms, 2m)\n"
        "       max-memory-size=N  bytes of all linear memories together\n"
        "       max-table-elements=N, max-instances=N, max-wasm-stack=N\n"
        "       max-handles=N      handles of one component instance\n"
        "       max-code-size=N    bytes of translated code\n"
        "       slice=N            in serve and wast: units that a call may compute at a "
        "time\n"
        "       schedule-seed=N    choose among ready threads by chance, the same for "
        "the same N\n"
        "       FEATURE[=y|n]      ");
    for (size_t i = 0; i < sizeof features / sizeof features[0]; i++) {
        printf("%s%s%s", i > 0 ? ",\n                          " : "", features[i].flag,
               features[i].on ? " (on)" : "");
    }
    printf("\n       all-proposals[=y|n]  all of these features\n");
}

static bool parse_number(const char *text, uint64_t *out) {
    char *end = NULL;
    errno = 0;
    *out = strtoull(text, &end, 0);
    return errno == 0 && end != text && *end == '\0' && text[0] != '-';
}

/* 10s, 250ms, 5us, 7ns, 2m; a bare number is seconds. */
static bool parse_time(const char *text, uint64_t *out_ns) {
    static const struct {
        const char *unit;
        double ns;
    } units[] = {{"ns", 1}, {"us", 1e3}, {"ms", 1e6}, {"s", 1e9}, {"m", 60e9}, {"", 1e9}};
    char *end = NULL;
    double value = strtod(text, &end);
    for (size_t i = 0; i < sizeof units / sizeof units[0]; i++) {
        if (end != text && value >= 0 && strcmp(end, units[i].unit) == 0) {
            double ns = value * units[i].ns;
            *out_ns = ns >= 1.8e19 ? UINT64_MAX : ns < 1 ? 1 : (uint64_t)ns;
            return true;
        }
    }
    return false;
}

static bool is_always_on(const char *name) {
    for (size_t i = 0; i < sizeof always_on / sizeof always_on[0]; i++) {
        if (strcmp(name, always_on[i]) == 0) {
            return true;
        }
    }
    return false;
}

/* NAME[=y|n] of a feature, of one that is always on, or of all. */
static bool parse_feature(wasm_options *o, const char *name, const char *value) {
    bool on;
    if (!parse_switch(value, &on)) {
        return false;
    }
    if (is_always_on(name)) {
        return on;
    }
    uint64_t mask = 0;
    for (size_t i = 0; i < sizeof features / sizeof features[0]; i++) {
        if (strcmp(name, features[i].flag) == 0 || strcmp(name, "all-proposals") == 0) {
            mask |= features[i].mask;
        }
    }
    o->features = on ? o->features | mask : o->features & ~mask;
    return mask != 0;
}

/* One NAME[=VALUE]. */
static bool parse_option(wasm_options *o, const char *name, const char *value) {
    uint64_t n = 0;
    bool is_number = value != NULL && parse_number(value, &n);
    if (strcmp(name, "fuel") == 0 && is_number) {
        o->fuel = n > INT64_MAX - 1 ? INT64_MAX - 1 : (int64_t)n;
        return true;
    }
    if (strcmp(name, "timeout") == 0 && value != NULL) {
        return parse_time(value, &o->timeout_ns);
    }
    if (strcmp(name, "schedule-seed") == 0 && is_number) {
        o->schedule_seed = n;
        return true;
    }
    if (strcmp(name, "slice") == 0 && is_number) {
        o->slice = n;
        return true;
    }
    if (strcmp(name, "max-memory-size") == 0 && is_number) {
        o->store.max_memory_bytes = n;
        return true;
    }
    if (strcmp(name, "max-handles") == 0 && is_number) {
        o->store.max_handles = n;
        return true;
    }
    if (strcmp(name, "max-code-size") == 0 && is_number) {
        o->code_bytes = n;
        return true;
    }
    if (strcmp(name, "max-table-elements") == 0 && is_number) {
        o->store.max_table_elements = n;
        return true;
    }
    if (strcmp(name, "max-instances") == 0 && is_number) {
        o->store.max_instances = n;
        return true;
    }
    if (strcmp(name, "max-wasm-stack") == 0 && is_number && n <= SIZE_MAX) {
        o->store.stack_bytes = (size_t)n;
        return true;
    }
    return parse_feature(o, name, value);
}

bool wasm_options_parse(wasm_options *options, const char *arg) {
    char copy[512];
    if (strlen(arg) >= sizeof copy) {
        fprintf(stderr, "tenon: -W argument too long\n");
        return false;
    }
    strcpy(copy, arg);
    for (char *part = strtok(copy, ","); part != NULL; part = strtok(NULL, ",")) {
        char *value = strchr(part, '=');
        if (value != NULL) {
            *value++ = '\0';
        }
        if (!parse_option(options, part, value)) {
            fprintf(stderr, "tenon: -W %s%s%s: %s\n", part, value != NULL ? "=" : "",
                    value != NULL ? value : "",
                    is_always_on(part) ? "is always on" : "no such option or value");
            return false;
        }
    }
    return true;
}

const char *option_value(int argc, char **argv, int *i, const char *name, bool *missing) {
    size_t len = strlen(name);
    const char *arg = argv[*i];
    if (strncmp(arg, name, len) != 0) {
        return NULL;
    }
    if (arg[len] == '=' && name[1] == '-') {
        return arg + len + 1;
    }
    if (arg[len] != '\0') {
        return name[1] == '-' ? NULL : arg + len;
    }
    if (*i + 1 >= argc) {
        fprintf(stderr, "tenon: %s wants a value\n", name);
        *missing = true;
        return "";
    }
    return argv[++*i];
}

bool write_output(const char *path, const void *bytes, size_t len) {
    bool to_stdout = strcmp(path, "-") == 0;
    FILE *f = to_stdout ? stdout : fopen(path, "wb");
    bool ok = f != NULL && fwrite(bytes, 1, len, f) == len;
    if (f != NULL) {
        ok = (to_stdout ? fflush(f) : fclose(f)) == 0 && ok;
    }
    if (!ok) {
        fprintf(stderr, "tenon: %s: %s\n", path, strerror(errno));
    }
    return ok;
}
