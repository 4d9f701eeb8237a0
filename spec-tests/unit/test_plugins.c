/* test_plugins.c: real components without a host, called with native values: what
 * GUESTS_DIR/NAME/expected.txt says of each call, in the notation of a JavaScript host,
 * is read by the function's type, called, and compared. Uses the public API alone. */
#include <check.h>
#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "suite.h"
#include "tenon.h"

/* -- values in JavaScript notation, guided by their types -- */

typedef struct js {
    const char *p;
    tenon_arena *arena;
} js;

static void skip(js *j) {
    while (*j->p == ' ') {
        j->p++;
    }
}

static bool eat(js *j, const char *text) {
    skip(j);
    size_t n = strlen(text);
    if (strncmp(j->p, text, n) != 0) {
        return false;
    }
    j->p += n;
    return true;
}

static void need(js *j, const char *text) {
    ck_assert_msg(eat(j, text), "expected %s at %.40s", text, j->p);
}

static void read_value(js *j, const tenon_type *t, void *out);

/* A scalar value below 0x10000. */
static size_t encode(uint32_t c, char *out) {
    if (c < 0x80) {
        out[0] = (char)c;
        return 1;
    }
    if (c < 0x800) {
        out[0] = (char)(0xc0 | c >> 6);
        out[1] = (char)(0x80 | (c & 0x3f));
        return 2;
    }
    out[0] = (char)(0xe0 | c >> 12);
    out[1] = (char)(0x80 | (c >> 6 & 0x3f));
    out[2] = (char)(0x80 | (c & 0x3f));
    return 3;
}

/* The scalar value that valid UTF-8 begins with. */
static size_t decode(const char *text, uint32_t *out) {
    const unsigned char *p = (const unsigned char *)text;
    size_t n = p[0] < 0x80 ? 1 : p[0] < 0xe0 ? 2 : p[0] < 0xf0 ? 3 : 4;
    *out = n == 1 ? p[0] : p[0] & (0xffu >> (n + 1));
    for (size_t i = 1; i < n; i++) {
        *out = *out << 6 | (p[i] & 0x3fu);
    }
    return n;
}

static void *alloc(js *j, size_t size, size_t align) {
    void *p = tenon_arena_alloc(j->arena, size, align);
    ck_assert_ptr_nonnull(p);
    return p;
}

static tenon_string read_string(js *j) {
    char *copy = alloc(j, strlen(j->p) + 1, 1);
    size_t n = 0;
    need(j, "\"");
    while (*j->p != '"') {
        if (strncmp(j->p, "\\u", 2) == 0) {
            char hex[5] = {0};
            memcpy(hex, j->p + 2, 4);
            n += encode((uint32_t)strtoul(hex, NULL, 16), copy + n);
            j->p += 6;
        } else {
            copy[n++] = *j->p++;
        }
    }
    j->p++;
    return (tenon_string){copy, n};
}

static tenon_string word(js *j) {
    skip(j);
    const char *start = j->p;
    while (isalnum((unsigned char)*j->p) || strchr("+-._", *j->p)) {
        if (*j->p == 0) {
            break;
        }
        j->p++;
    }
    return (tenon_string){start, (size_t)(j->p - start)};
}

static double read_number(js *j) {
    tenon_string w = word(j);
    char buf[64] = {0};
    ck_assert_uint_lt(w.len, sizeof buf);
    memcpy(buf, w.ptr, w.len);
    if (strcmp(buf, "NaN") == 0) {
        return (double)NAN;
    }
    return strtod(buf, NULL); /* reads Infinity too */
}

static uint64_t read_integer(js *j) {
    tenon_string w = word(j);
    bool negative = w.ptr[0] == '-';
    uint64_t v = 0;
    for (size_t i = negative; i < w.len && isdigit((unsigned char)w.ptr[i]); i++) {
        v = v * 10 + (uint64_t)(w.ptr[i] - '0');
    }
    return negative ? 0 - v : v;
}

static void put(void *out, uint32_t bytes, uint64_t v) {
    uint8_t b = (uint8_t)v;
    uint16_t h = (uint16_t)v;
    uint32_t w = (uint32_t)v;
    memcpy(out,
           bytes == 1   ? (void *)&b
           : bytes == 2 ? (void *)&h
           : bytes == 4 ? (void *)&w
                        : (void *)&v,
           bytes);
}

static uint64_t get(const void *in, uint32_t bytes) {
    uint8_t b;
    uint16_t h;
    uint32_t w;
    uint64_t v;
    switch (bytes) {
    case 1: memcpy(&b, in, 1); return b;
    case 2: memcpy(&h, in, 2); return h;
    case 4: memcpy(&w, in, 4); return w;
    default: memcpy(&v, in, 8); return v;
    }
}

static uint32_t discriminant_bytes(uint32_t cases) {
    return cases <= 256 ? 1 : cases <= 65536 ? 2 : 4;
}

static void *field_of(const tenon_type *t, void *record, uint32_t i) {
    return tenon_value_at((tenon_value){t, record}, i).ptr;
}

/* Of the current case. */
static void *payload_of(const tenon_type *t, void *value) {
    return tenon_value_payload((tenon_value){t, value}).ptr;
}

static void read_elements(js *j, const tenon_type *t, tenon_list *out) {
    size_t size = tenon_type_size(t->element);
    uint8_t *items = alloc(j, 1024 * size, 16);
    if (eat(j, "u8[")) {
    } else {
        need(j, "[");
    }
    out->ptr = items;
    while (!eat(j, "]")) {
        read_value(j, t->element, items + out->len++ * size);
        (void)eat(j, ",");
    }
}

static void read_record(js *j, const tenon_type *t, uint8_t *out) {
    const char *open = t->kind == TENON_TYPE_RECORD ? "{" : "[";
    need(j, open);
    for (uint32_t i = 0; i < t->count; i++) {
        if (t->kind == TENON_TYPE_RECORD) {
            (void)word(j);
            need(j, ":");
        }
        read_value(j, t->fields[i].type, field_of(t, out, i));
        (void)eat(j, ",");
    }
    need(j, open[0] == '{' ? "}" : "]");
}

static uint32_t find_name(const tenon_type *t, const char *name, size_t len) {
    for (uint32_t i = 0; i < t->count; i++) {
        if (strlen(t->fields[i].name) == len &&
            memcmp(t->fields[i].name, name, len) == 0) {
            return i;
        }
    }
    ck_abort_msg("no case %.*s", (int)len, name);
    return 0;
}

static void read_flags(js *j, const tenon_type *t, void *out) {
    uint32_t v = 0;
    need(j, "{");
    while (!eat(j, "}")) {
        tenon_string name = word(j);
        need(j, ":");
        if (eat(j, "true")) {
            v |= UINT32_C(1) << find_name(t, name.ptr, name.len);
        } else {
            need(j, "false");
        }
        (void)eat(j, ",");
    }
    put(out, (uint32_t)tenon_type_size(t), v);
}

static const tenon_type *case_of(const tenon_type *t, uint32_t c) {
    switch (t->kind) {
    case TENON_TYPE_OPTION: return c == 0 ? NULL : t->element;
    case TENON_TYPE_RESULT: return c == 0 ? t->element : t->other;
    default: return t->fields[c].type;
    }
}

/* {tag: "x", val: …}, of variants, nested options and results. */
static void read_tagged(js *j, const tenon_type *t, uint8_t *out) {
    static const char *const options[] = {"none", "some"}, *const results[] = {"ok",
                                                                               "err"};
    need(j, "{");
    need(j, "tag:");
    tenon_string tag = read_string(j);
    uint32_t c;
    if (t->kind == TENON_TYPE_VARIANT) {
        c = find_name(t, tag.ptr, tag.len);
    } else {
        const char *const *names = t->kind == TENON_TYPE_OPTION ? options : results;
        c = strlen(names[0]) == tag.len && memcmp(names[0], tag.ptr, tag.len) == 0 ? 0
                                                                                   : 1;
    }
    put(out, discriminant_bytes(t->count), c);
    if (eat(j, ",")) {
        need(j, "val:");
        read_value(j, case_of(t, c), payload_of(t, out));
    }
    need(j, "}");
}

static void read_option(js *j, const tenon_type *t, uint8_t *out) {
    if (t->element->kind == TENON_TYPE_OPTION) {
        read_tagged(j, t, out);
        return;
    }
    bool some = !eat(j, "undefined");
    put(out, 1, some);
    if (some) {
        read_value(j, t->element, payload_of(t, out));
    }
}

static void read_char(js *j, void *out) {
    tenon_string s = read_string(j);
    uint32_t c = 0;
    ck_assert_uint_eq(decode(s.ptr, &c), s.len);
    put(out, 4, c);
}

static void read_value(js *j, const tenon_type *t, void *out) {
    float f;
    double d;
    tenon_string s;
    switch (t->kind) {
    case TENON_TYPE_BOOL:
        put(out, 1, eat(j, "true"));
        (void)eat(j, "false");
        break;
    case TENON_TYPE_F32:
        f = (float)read_number(j);
        memcpy(out, &f, 4);
        break;
    case TENON_TYPE_F64:
        d = read_number(j);
        memcpy(out, &d, 8);
        break;
    case TENON_TYPE_CHAR: read_char(j, out); break;
    case TENON_TYPE_STRING:
        s = read_string(j);
        memcpy(out, &s, sizeof s);
        break;
    case TENON_TYPE_LIST: read_elements(j, t, out); break;
    case TENON_TYPE_RECORD:
    case TENON_TYPE_TUPLE: read_record(j, t, out); break;
    case TENON_TYPE_ENUM:
        s = read_string(j);
        put(out, (uint32_t)tenon_type_size(t), find_name(t, s.ptr, s.len));
        break;
    case TENON_TYPE_FLAGS: read_flags(j, t, out); break;
    case TENON_TYPE_VARIANT:
    case TENON_TYPE_RESULT: read_tagged(j, t, out); break;
    case TENON_TYPE_OPTION: read_option(j, t, out); break;
    default: put(out, (uint32_t)tenon_type_size(t), read_integer(j)); break;
    }
}

/* -- comparing -- */

static bool equal(const tenon_type *t, const uint8_t *a, const uint8_t *b);

static bool equal_lists(const tenon_type *t, const uint8_t *a, const uint8_t *b) {
    tenon_list x, y;
    memcpy(&x, a, sizeof x);
    memcpy(&y, b, sizeof y);
    size_t size = tenon_type_size(t->element);
    for (size_t i = 0; x.len == y.len && i < x.len; i++) {
        if (!equal(t->element, (uint8_t *)x.ptr + i * size,
                   (uint8_t *)y.ptr + i * size)) {
            return false;
        }
    }
    return x.len == y.len;
}

static bool equal(const tenon_type *t, const uint8_t *a, const uint8_t *b) {
    tenon_string x, y;
    uint32_t c;
    switch (t->kind) {
    case TENON_TYPE_STRING:
        memcpy(&x, a, sizeof x);
        memcpy(&y, b, sizeof y);
        return x.len == y.len && (x.len == 0 || memcmp(x.ptr, y.ptr, x.len) == 0);
    case TENON_TYPE_LIST: return equal_lists(t, a, b);
    case TENON_TYPE_RECORD:
    case TENON_TYPE_TUPLE:
        for (uint32_t i = 0; i < t->count; i++) {
            if (!equal(t->fields[i].type, field_of(t, (uint8_t *)a, i),
                       field_of(t, (uint8_t *)b, i))) {
                return false;
            }
        }
        return true;
    case TENON_TYPE_VARIANT:
    case TENON_TYPE_OPTION:
    case TENON_TYPE_RESULT:
        c = (uint32_t)get(a, discriminant_bytes(t->count));
        return c == get(b, discriminant_bytes(t->count)) &&
               (case_of(t, c) == NULL || equal(case_of(t, c), payload_of(t, (uint8_t *)a),
                                               payload_of(t, (uint8_t *)b)));
    default: /* NaNs are canonical on both sides */
        return get(a, (uint32_t)tenon_type_size(t)) ==
               get(b, (uint32_t)tenon_type_size(t));
    }
}

/* -- a guest -- */

/* Counts what is alive, and refuses the fail_at-th request (0: none). */
typedef struct counting {
    size_t live_bytes;
    unsigned long requests;
    unsigned long fail_at;
    bool failed;
} counting;

static void *resize(void *user, void *ptr, size_t old_size, size_t new_size) {
    counting *c = user;
    if (new_size == 0) {
        free(ptr);
        c->live_bytes -= old_size;
        return NULL;
    }
    if (++c->requests == c->fail_at) {
        c->failed = true;
        return NULL;
    }
    void *p = realloc(ptr, new_size);
    if (p != NULL) {
        c->live_bytes += new_size - (ptr != NULL ? old_size : 0);
    }
    return p;
}

typedef struct guest {
    counting memory;
    tenon_engine *engine;
    tenon_store *store;
    tenon_linker *linker;
    tenon_component *component;
    tenon_instance *instance;
    tenon_arena *arena;
    tenon_error error;
    const char *iface; /* NULL: functions at the root */
    uint8_t *bytes;
    size_t len;
    const char *dir;
} guest;

/* GUESTS_DIR, or NULL where there are no guests. */
static const char *guests_dir(void) {
    const char *dir = getenv("GUESTS_DIR");
    char path[512];
    snprintf(path, sizeof path, "%s/c-processor/c-processor.wasm",
             dir != NULL ? dir : "");
    FILE *f = fopen(path, "rb");
    if (f == NULL) {
        return NULL;
    }
    fclose(f);
    return dir;
}

static uint8_t *read_file(const char *dir, const char *name, const char *suffix,
                          size_t *len) {
    char path[512];
    snprintf(path, sizeof path, "%s/%s/%s", dir, name, suffix);
    FILE *f = fopen(path, "rb");
    ck_assert_msg(f != NULL, "%s", path);
    fseek(f, 0, SEEK_END);
    *len = (size_t)ftell(f);
    rewind(f);
    uint8_t *bytes = malloc(*len + 1);
    ck_assert_uint_eq(fread(bytes, 1, *len, f), *len);
    bytes[*len] = 0;
    fclose(f);
    return bytes;
}

/* All but the instance. */
static void guest_prepare(guest *g) {
    tenon_error *e = &g->error;
    tenon_engine_config config;
    tenon_engine_config_init(&config);
    config.allocator = (tenon_allocator){resize, &g->memory};
    ck_assert_int_eq(tenon_engine_new(&config, &g->engine, e), TENON_OK);
    ck_assert_int_eq(tenon_store_new(g->engine, NULL, &g->store, e), TENON_OK);
    ck_assert_int_eq(tenon_arena_new(g->engine, &g->arena, e), TENON_OK);
    ck_assert_int_eq(tenon_linker_new(g->engine, &g->linker, e), TENON_OK);
    ck_assert_msg(tenon_component_load(g->engine, g->bytes, g->len, TENON_BORROW_BYTES,
                                       &g->component, e) == TENON_OK,
                  "%s", e->message);
}

static tenon_status guest_instantiate(guest *g) {
    return tenon_instantiate(g->linker, g->store, g->component, &g->instance, &g->error);
}

static bool guest_open(guest *g, const char *name) {
    char file[128];
    memset(g, 0, sizeof *g);
    g->dir = guests_dir();
    snprintf(file, sizeof file, "%s.wasm", name);
    if (g->dir == NULL || g->dir[0] == 0) {
        printf("skipped: %s (GUESTS_DIR is not there)\n", name);
        return false;
    }
    g->bytes = read_file(g->dir, name, file, &g->len);
    guest_prepare(g);
    ck_assert_msg(guest_instantiate(g) == TENON_OK, "%s: %s", name, g->error.message);
    return true;
}

/* Everything goes, and nothing is left. */
static void guest_end(guest *g) {
    tenon_arena_delete(g->arena);
    tenon_store_delete(g->store);
    tenon_linker_delete(g->linker);
    tenon_component_delete(g->component);
    tenon_engine_delete(g->engine);
    ck_assert_uint_eq(g->memory.live_bytes, 0);
}

static void guest_close(guest *g) {
    guest_end(g);
    free(g->bytes);
}

static tenon_func *guest_func(guest *g, const char *name) {
    tenon_func *f = tenon_instance_func(g->instance, g->iface, name);
    ck_assert_msg(f != NULL, "no export %s", name);
    return f;
}

static void guest_call(guest *g, tenon_func *f, const void *args, void *result) {
    tenon_status status = tenon_func_call(f, args, result, g->arena, &g->error);
    ck_assert_msg(status == TENON_OK, "%s", g->error.message);
}

/* "idU8" is "id-u8". */
static void kebab(const char *camel, size_t len, char *out) {
    for (size_t i = 0; i < len; i++) {
        if (isupper((unsigned char)camel[i])) {
            *out++ = '-';
        }
        *out++ = (char)tolower((unsigned char)camel[i]);
    }
    *out = 0;
}

/* An error result is "throws VALUE", an ok one its value. */
static void read_result(js *j, const tenon_type *t, uint8_t *out) {
    if (t->kind != TENON_TYPE_RESULT) {
        read_value(j, t, out);
        return;
    }
    bool err = eat(j, "throws ");
    const tenon_type *c = case_of(t, err);
    put(out, 1, err);
    if (c != NULL) {
        read_value(j, c, payload_of(t, out));
    }
}

/* "name(args) -> result" */
static void check_line(guest *g, const char *line) {
    char name[64];
    js j = {line, g->arena};
    size_t len = strcspn(line, "(");
    kebab(line, len, name);
    tenon_func *f = guest_func(g, name);
    const tenon_type *params = tenon_func_params(f);
    const tenon_type *type = tenon_func_type_of(f)->result;
    uint8_t *args = alloc(&j, tenon_type_size(params) + 1, 16);
    j.p += len + 1;
    for (uint32_t i = 0; i < params->count; i++) {
        read_value(&j, params->fields[i].type, field_of(params, args, i));
        (void)eat(&j, ",");
    }
    need(&j, ")");
    need(&j, "->");
    if (type == NULL) {
        guest_call(g, f, args, NULL);
        need(&j, "undefined");
        return;
    }
    uint8_t *have = alloc(&j, tenon_type_size(type), 16);
    uint8_t *want = alloc(&j, tenon_type_size(type), 16);
    guest_call(g, f, args, have);
    read_result(&j, type, want);
    ck_assert_msg(equal(type, have, want), "%s", line);
}

/* Calls what stands in expected.txt up to a line that begins with `until`. */
static unsigned check_lines(guest *g, const char *name, const char *until) {
    size_t len;
    char *text = (char *)read_file(g->dir, name, "expected.txt", &len);
    unsigned count = 0;
    for (char *line = strtok(text, "\n"); line != NULL; line = strtok(NULL, "\n")) {
        if (until != NULL && strncmp(line, until, strlen(until)) == 0) {
            break;
        }
        if (strstr(line, ") -> ") != NULL) {
            check_line(g, line);
            count++;
        }
        tenon_arena_reset(g->arena);
    }
    free(text);
    return count;
}

/* -- tests -- */

static void filter_log(guest *g, const char *line, bool want) {
    tenon_string s = {line, strlen(line)};
    bool have = !want;
    guest_call(g, guest_func(g, "filter-log"), &s, &have);
    ck_assert_msg(have == want, "%.60s", line);
}

static void check_filter(const char *name) {
    guest g;
    if (!guest_open(&g, name)) {
        return;
    }
    char *big = malloc(100000 + 8);
    memset(big, 'x', 100000);
    strcpy(big + 100000, " ERROR ");
    filter_log(&g, "ERROR disk full", true);
    filter_log(&g, "INFO ok", false);
    filter_log(&g, "a WARN b", true);
    filter_log(&g, "WARN ignore me", false);
    filter_log(&g, "", false);
    filter_log(&g, "\xc3\xbcn\xc3\xaf ERROR \xe2\x98\x83", true);
    filter_log(&g, big, true);
    free(big);
    guest_close(&g);
}

START_TEST(c_log_filter) {
    check_filter("c-log-filter");
}
END_TEST

START_TEST(qjs_log_filter_pure) {
    check_filter("qjs-log-filter-pure");
}
END_TEST

START_TEST(c_processor) {
    guest g;
    if (!guest_open(&g, "c-processor")) {
        return;
    }
    ck_assert_uint_eq(check_lines(&g, "c-processor", NULL), 5);
    guest_close(&g);
}
END_TEST

/* Memory runs out at every request in turn: instantiation and calls fail with that error,
 * and nothing is left. */
static tenon_status try_processor(guest *g, unsigned long fail_at) {
    struct {
        tenon_string input, id;
        uint32_t priority;
    } args = {{"hello", 5}, {"job-1", 5}, 3};
    struct {
        uint8_t tag;
        tenon_string text;
    } result = {0};
    memset(&g->memory, 0, sizeof g->memory);
    guest_prepare(g);
    g->memory.fail_at = g->memory.requests + fail_at;
    tenon_status status = guest_instantiate(g);
    for (int i = 0; status == TENON_OK && i < 2; i++) {
        tenon_func *f = tenon_instance_func(g->instance, g->iface, "process-data");
        ck_assert_ptr_nonnull(f);
        status = tenon_func_call(f, &args, &result, g->arena, &g->error);
    }
    if (status == TENON_OK) {
        ck_assert_uint_eq(result.text.len, 19);
    }
    return status;
}

START_TEST(out_of_memory) {
    guest g = {0};
    unsigned long n = 0;
    tenon_status status;
    g.dir = guests_dir();
    if (g.dir == NULL || g.dir[0] == 0) {
        printf("skipped: out_of_memory (GUESTS_DIR is not there)\n");
        return;
    }
    g.bytes = read_file(g.dir, "c-processor", "c-processor.wasm", &g.len);
    do {
        status = try_processor(&g, ++n);
        bool failed = g.memory.failed;
        /* Some requests can do with less, and a guest may see its memory not grow. */
        ck_assert_msg(status == TENON_OK || (failed && status == TENON_NO_MEMORY) ||
                          (failed && status == TENON_TRAP),
                      "request %lu: %d %s", n, status, g.error.message);
        guest_end(&g);
        if (!failed) {
            break;
        }
    } while (n < 10000);
    ck_assert_int_eq(status, TENON_OK);
    ck_assert_uint_gt(n, 20);
    free(g.bytes);
}
END_TEST

static uint32_t live(guest *g) {
    uint32_t n = 0;
    guest_call(g, guest_func(g, "live"), NULL, &n);
    return n;
}

static uint32_t new_counter(guest *g, int32_t start) {
    uint32_t handle = 0;
    guest_call(g, guest_func(g, "[constructor]counter"), &start, &handle);
    return handle;
}

static int32_t counter_inc(guest *g, uint32_t self, int32_t by) {
    struct {
        uint32_t self;
        int32_t by;
    } args = {self, by};
    int32_t result = 0;
    guest_call(g, guest_func(g, "[method]counter.inc"), &args, &result);
    return result;
}

static int32_t counter_get(guest *g, uint32_t self) {
    int32_t result = 0;
    guest_call(g, guest_func(g, "[method]counter.get"), &self, &result);
    return result;
}

static void counter_drop(guest *g, uint32_t handle) {
    tenon_status status = tenon_handle_drop(g->store, handle, &g->error);
    ck_assert_msg(status == TENON_OK, "%s", g->error.message);
}

static void counters(guest *g) {
    uint32_t a = new_counter(g, 10), b = new_counter(g, 5);
    ck_assert_uint_eq(live(g), 2);
    ck_assert_int_eq(counter_inc(g, a, 3), 13);
    ck_assert_int_eq(counter_inc(g, a, -20), -7);
    ck_assert_int_eq(counter_get(g, a), -7);
    ck_assert_int_eq(counter_get(g, b), 5);
    uint32_t pair[2] = {a, b}, j = 0;
    guest_call(g, guest_func(g, "[static]counter.join"), pair, &j);
    ck_assert_int_eq(counter_get(g, j), -2);
    ck_assert_uint_eq(live(g), 2);
    uint32_t four = 4;
    tenon_list m = {NULL, 0};
    guest_call(g, guest_func(g, "make"), &four, &m);
    ck_assert_uint_eq(m.len, 4);
    const uint32_t *made = m.ptr;
    for (int32_t i = 0; i < 4; i++) {
        ck_assert_int_eq(counter_get(g, made[i]), i * i);
    }
    ck_assert_uint_eq(live(g), 6);
    int32_t consumed = 0;
    guest_call(g, guest_func(g, "consume"), &made[2], &consumed);
    ck_assert_int_eq(consumed, 4);
    ck_assert_uint_eq(live(g), 5);
    counter_drop(g, made[0]);
    counter_drop(g, made[1]);
    counter_drop(g, made[3]);
    counter_drop(g, a);
    counter_drop(g, j);
    ck_assert_uint_eq(live(g), 0);
    for (int32_t i = 0; i < 300; i++) {
        counter_drop(g, new_counter(g, i));
    }
    ck_assert_uint_eq(live(g), 0);
    /* b moved: a trap, after which the instance cannot be entered */
    int32_t none = 0;
    tenon_func *get_ = guest_func(g, "[method]counter.get");
    ck_assert_int_eq(tenon_func_call(get_, &b, &none, NULL, &g->error), TENON_TRAP);
    ck_assert_int_eq(tenon_func_call(get_, &b, &none, NULL, &g->error), TENON_TRAP);
    ck_assert_str_eq(g->error.message, "cannot enter component instance");
}

START_TEST(c_kitchen) {
    guest g;
    if (!guest_open(&g, "c-kitchen")) {
        return;
    }
    g.iface = "developer:kitchen/api@0.1.0";
    ck_assert_uint_eq(check_lines(&g, "c-kitchen", "live() -> 2"), 79);
    counters(&g);
    guest_close(&g);
}
END_TEST

int main(void) {
    Suite *s = suite_create("plugins");
    TCase *c = tcase_create("plugins");
    tcase_set_timeout(c, 120);
    tcase_add_test(c, c_log_filter);
    tcase_add_test(c, c_processor);
    tcase_add_test(c, c_kitchen);
    tcase_add_test(c, qjs_log_filter_pure);
    tcase_add_test(c, out_of_memory);
    suite_add_tcase(s, c);
    return run_suite(s);
}
