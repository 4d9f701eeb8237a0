/* test_plugins.c: real components without a host, called with native values: what
 * GUESTS_DIR/NAME/expected.txt says of each call, in the notation of a JavaScript host,
 * is read by the function's type, called, and compared. */
#include "harness.h"

#include <ctype.h>

#include "base/unicode.h"
#include "component/runtime.h"

/* -- values in JavaScript notation, guided by their types -- */

typedef struct js {
    const char *p;
    tni_arena *arena;
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

static tenon_string read_string(js *j) {
    char *copy = tni_arena_alloc(j->arena, strlen(j->p) + 1, 1);
    size_t n = 0;
    need(j, "\"");
    while (*j->p != '"') {
        if (strncmp(j->p, "\\u", 2) == 0) {
            char hex[5] = {0};
            memcpy(hex, j->p + 2, 4);
            n += tni_utf8_encode((u32)strtoul(hex, NULL, 16), (u8 *)copy + n);
            j->p += 6;
        } else {
            copy[n++] = *j->p++;
        }
    }
    j->p++;
    return (tenon_string){copy, n};
}

static tni_str word(js *j) {
    skip(j);
    const char *start = j->p;
    while (isalnum((unsigned char)*j->p) || strchr("+-._", *j->p)) {
        if (*j->p == 0) {
            break;
        }
        j->p++;
    }
    return (tni_str){start, (size_t)(j->p - start)};
}

static double read_number(js *j) {
    tni_str w = word(j);
    char buf[64] = {0};
    ck_assert_uint_lt(w.len, sizeof buf);
    memcpy(buf, w.ptr, w.len);
    if (strcmp(buf, "NaN") == 0) {
        return (double)NAN;
    }
    return strtod(buf, NULL); /* reads Infinity too */
}

static u64 read_integer(js *j) {
    tni_str w = word(j);
    bool negative = w.ptr[0] == '-';
    u64 v = 0;
    for (size_t i = negative; i < w.len && isdigit((unsigned char)w.ptr[i]); i++) {
        v = v * 10 + (u64)(w.ptr[i] - '0');
    }
    return negative ? 0 - v : v;
}

static void put(void *out, u32 bytes, u64 v) {
    u8 b = (u8)v;
    u16 h = (u16)v;
    u32 w = (u32)v;
    memcpy(out,
           bytes == 1   ? (void *)&b
           : bytes == 2 ? (void *)&h
           : bytes == 4 ? (void *)&w
                        : (void *)&v,
           bytes);
}

static u64 get(const void *in, u32 bytes) {
    u8 b;
    u16 h;
    u32 w;
    u64 v;
    switch (bytes) {
    case 1: memcpy(&b, in, 1); return b;
    case 2: memcpy(&h, in, 2); return h;
    case 4: memcpy(&w, in, 4); return w;
    default: memcpy(&v, in, 8); return v;
    }
}

static void read_elements(js *j, const tenon_type *t, tenon_list *out) {
    u32 size = t->element->size[TNI_NATIVE];
    u8 *items = tni_arena_alloc(j->arena, 1024 * (size_t)size, 16);
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

static void read_record(js *j, const tenon_type *t, u8 *out) {
    const char *open = t->kind == TENON_TYPE_RECORD ? "{" : "[";
    need(j, open);
    for (u32 i = 0; i < t->count; i++) {
        if (t->kind == TENON_TYPE_RECORD) {
            (void)word(j);
            need(j, ":");
        }
        read_value(j, t->fields[i].type, out + t->offsets[TNI_NATIVE][i]);
        (void)eat(j, ",");
    }
    need(j, open[0] == '{' ? "}" : "]");
}

static u32 find_name(const tenon_type *t, const char *name, size_t len) {
    for (u32 i = 0; i < t->count; i++) {
        if (strlen(t->fields[i].name) == len &&
            memcmp(t->fields[i].name, name, len) == 0) {
            return i;
        }
    }
    ck_abort_msg("no case %.*s", (int)len, name);
    return 0;
}

static void read_flags(js *j, const tenon_type *t, void *out) {
    u32 v = 0;
    need(j, "{");
    while (!eat(j, "}")) {
        tni_str name = word(j);
        need(j, ":");
        if (eat(j, "true")) {
            v |= UINT32_C(1) << find_name(t, name.ptr, name.len);
        } else {
            need(j, "false");
        }
        (void)eat(j, ",");
    }
    put(out, t->size[0], v);
}

static const tenon_type *case_of(const tenon_type *t, u32 c) {
    switch (t->kind) {
    case TENON_TYPE_OPTION: return c == 0 ? NULL : t->element;
    case TENON_TYPE_RESULT: return c == 0 ? t->element : t->other;
    default: return t->fields[c].type;
    }
}

/* {tag: "x", val: …}, of variants, nested options and results. */
static void read_tagged(js *j, const tenon_type *t, u8 *out) {
    static const char *const options[] = {"none", "some"}, *const results[] = {"ok",
                                                                               "err"};
    need(j, "{");
    need(j, "tag:");
    tenon_string tag = read_string(j);
    u32 c;
    if (t->kind == TENON_TYPE_VARIANT) {
        c = find_name(t, tag.ptr, tag.len);
    } else {
        const char *const *names = t->kind == TENON_TYPE_OPTION ? options : results;
        c = strlen(names[0]) == tag.len && memcmp(names[0], tag.ptr, tag.len) == 0 ? 0
                                                                                   : 1;
    }
    put(out, tni_discriminant_bytes(t->count), c);
    if (eat(j, ",")) {
        need(j, "val:");
        read_value(j, case_of(t, c), out + t->payload[TNI_NATIVE]);
    }
    need(j, "}");
}

static void read_option(js *j, const tenon_type *t, u8 *out) {
    if (t->element->kind == TENON_TYPE_OPTION) {
        read_tagged(j, t, out);
        return;
    }
    bool some = !eat(j, "undefined");
    put(out, 1, some);
    if (some) {
        read_value(j, t->element, out + t->payload[TNI_NATIVE]);
    }
}

static void read_char(js *j, void *out) {
    tenon_string s = read_string(j);
    u32 c = 0;
    ck_assert_uint_eq(tni_utf8_decode((const u8 *)s.ptr, (const u8 *)s.ptr + s.len, &c),
                      s.len);
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
        put(out, t->size[0], find_name(t, s.ptr, s.len));
        break;
    case TENON_TYPE_FLAGS: read_flags(j, t, out); break;
    case TENON_TYPE_VARIANT:
    case TENON_TYPE_RESULT: read_tagged(j, t, out); break;
    case TENON_TYPE_OPTION: read_option(j, t, out); break;
    default: put(out, t->size[0], read_integer(j)); break;
    }
}

/* -- comparing -- */

static bool equal(const tenon_type *t, const u8 *a, const u8 *b);

static bool equal_lists(const tenon_type *t, const u8 *a, const u8 *b) {
    tenon_list x, y;
    memcpy(&x, a, sizeof x);
    memcpy(&y, b, sizeof y);
    u32 size = t->element->size[TNI_NATIVE];
    for (size_t i = 0; x.len == y.len && i < x.len; i++) {
        if (!equal(t->element, (u8 *)x.ptr + i * size, (u8 *)y.ptr + i * size)) {
            return false;
        }
    }
    return x.len == y.len;
}

static bool equal(const tenon_type *t, const u8 *a, const u8 *b) {
    tenon_string x, y;
    u32 c;
    switch (t->kind) {
    case TENON_TYPE_STRING:
        memcpy(&x, a, sizeof x);
        memcpy(&y, b, sizeof y);
        return x.len == y.len && (x.len == 0 || memcmp(x.ptr, y.ptr, x.len) == 0);
    case TENON_TYPE_LIST: return equal_lists(t, a, b);
    case TENON_TYPE_RECORD:
    case TENON_TYPE_TUPLE:
        for (u32 i = 0; i < t->count; i++) {
            u32 at = t->offsets[TNI_NATIVE][i];
            if (!equal(t->fields[i].type, a + at, b + at)) {
                return false;
            }
        }
        return true;
    case TENON_TYPE_VARIANT:
    case TENON_TYPE_OPTION:
    case TENON_TYPE_RESULT:
        c = (u32)get(a, tni_discriminant_bytes(t->count));
        return c == get(b, tni_discriminant_bytes(t->count)) &&
               (case_of(t, c) == NULL || equal(case_of(t, c), a + t->payload[TNI_NATIVE],
                                               b + t->payload[TNI_NATIVE]));
    default: /* NaNs are canonical on both sides */
        return get(a, t->size[0]) == get(b, t->size[0]);
    }
}

/* -- a guest -- */

typedef struct guest {
    test_world w;
    tni_linker *linker;
    tni_component *component;
    tni_cinstance *instance;
    tni_arena arena;
    tni_str iface;
    u8 *bytes;
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

static u8 *read_file(const char *dir, const char *name, const char *suffix, size_t *len) {
    char path[512];
    snprintf(path, sizeof path, "%s/%s/%s", dir, name, suffix);
    FILE *f = fopen(path, "rb");
    ck_assert_msg(f != NULL, "%s", path);
    fseek(f, 0, SEEK_END);
    *len = (size_t)ftell(f);
    rewind(f);
    u8 *bytes = malloc(*len + 1);
    ck_assert_uint_eq(fread(bytes, 1, *len, f), *len);
    bytes[*len] = 0;
    fclose(f);
    return bytes;
}

static bool guest_open(guest *g, const char *name) {
    char file[128];
    size_t len;
    memset(g, 0, sizeof *g);
    g->dir = guests_dir();
    snprintf(file, sizeof file, "%s.wasm", name);
    if (g->dir == NULL || g->dir[0] == 0) {
        printf("skipped: %s (GUESTS_DIR is not there)\n", name);
        return false;
    }
    g->bytes = read_file(g->dir, name, file, &len);
    test_open(&g->w);
    tenon_error *e = &g->w.e;
    tni_arena_init(&g->arena, &g->w.engine.heap);
    ck_assert_msg(tni_component_load(&g->w.engine, g->bytes, len, true, &g->component,
                                     e) == TENON_OK,
                  "%s: %s", name, e->message);
    ck_assert_int_eq(tni_linker_new(&g->w.engine, &g->linker, e), TENON_OK);
    ck_assert_msg(tni_component_instantiate(g->w.store, g->component, g->linker,
                                            &g->instance, e) == TENON_OK,
                  "%s: %s", name, e->message);
    return true;
}

static void guest_close(guest *g) {
    tni_arena_free(&g->arena);
    tni_store_delete(g->w.store);
    g->w.store = NULL;
    tni_linker_delete(g->linker);
    tni_component_release(g->component);
    test_engine_close(&g->w);
    ck_assert_uint_eq(g->w.allocator.live_bytes, 0);
    free(g->bytes);
}

static tni_cfunc *guest_func(guest *g, const char *name) {
    tni_cfunc *f = tni_cinstance_func(g->instance, g->iface, tni_str_of(name));
    ck_assert_msg(f != NULL, "no export %s", name);
    return f;
}

static void guest_call(guest *g, tni_cfunc *f, const void *args, void *result) {
    tenon_status status = tni_cfunc_call(g->w.store, f, args, result, &g->arena, &g->w.e);
    ck_assert_msg(status == TENON_OK, "%s", g->w.e.message);
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
static void read_result(js *j, const tenon_type *t, u8 *out) {
    if (t->kind != TENON_TYPE_RESULT) {
        read_value(j, t, out);
        return;
    }
    bool err = eat(j, "throws ");
    const tenon_type *c = case_of(t, err);
    put(out, 1, err);
    if (c != NULL) {
        read_value(j, c, out + t->payload[TNI_NATIVE]);
    }
}

/* "name(args) -> result" */
static void check_line(guest *g, const char *line) {
    char name[64];
    js j = {line, &g->arena};
    size_t len = strcspn(line, "(");
    kebab(line, len, name);
    tni_cfunc *f = guest_func(g, name);
    const tenon_type *params = tni_cfunc_params(f), *type = tni_cfunc_type(f)->result;
    u8 *args = tni_arena_alloc(&g->arena, params->size[TNI_NATIVE], 16);
    j.p += len + 1;
    for (u32 i = 0; i < params->count; i++) {
        read_value(&j, params->fields[i].type, args + params->offsets[TNI_NATIVE][i]);
        (void)eat(&j, ",");
    }
    need(&j, ")");
    need(&j, "->");
    if (type == NULL) {
        guest_call(g, f, args, NULL);
        need(&j, "undefined");
        return;
    }
    u8 *have = tni_arena_alloc(&g->arena, type->size[TNI_NATIVE], 16);
    u8 *want = tni_arena_alloc(&g->arena, type->size[TNI_NATIVE], 16);
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
        tni_arena_free(&g->arena);
        tni_arena_init(&g->arena, &g->w.engine.heap);
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
static tenon_status try_processor(guest *g, size_t len, unsigned long fail_at) {
    struct {
        tenon_string input, id;
        u32 priority;
    } args = {{"hello", 5}, {"job-1", 5}, 3};
    struct {
        u8 tag;
        tenon_string text;
    } result = {0};
    test_open(&g->w);
    tenon_error *e = &g->w.e;
    tni_arena_init(&g->arena, &g->w.engine.heap);
    ck_assert_int_eq(tni_linker_new(&g->w.engine, &g->linker, e), TENON_OK);
    ck_assert_int_eq(
        tni_component_load(&g->w.engine, g->bytes, len, true, &g->component, e),
        TENON_OK);
    g->w.allocator.fail_at = g->w.allocator.requests + fail_at;
    tenon_status status =
        tni_component_instantiate(g->w.store, g->component, g->linker, &g->instance, e);
    for (int i = 0; status == TENON_OK && i < 2; i++) {
        tni_cfunc *f = tni_cinstance_func(g->instance, g->iface, TNI_STR("process-data"));
        status = tni_cfunc_call(g->w.store, f, &args, &result, &g->arena, e);
    }
    if (status == TENON_OK) {
        ck_assert_uint_eq(result.text.len, 19);
    }
    g->w.allocator.fail_at = 0;
    return status;
}

static void close_tried(guest *g) {
    tni_arena_free(&g->arena);
    tni_store_delete(g->w.store);
    tni_linker_delete(g->linker);
    tni_component_release(g->component);
    test_engine_close(&g->w);
    ck_assert_uint_eq(g->w.allocator.live_bytes, 0);
}

START_TEST(out_of_memory) {
    guest g = {0};
    size_t len;
    unsigned long n = 0;
    tenon_status status;
    g.dir = guests_dir();
    if (g.dir == NULL || g.dir[0] == 0) {
        printf("skipped: out_of_memory (GUESTS_DIR is not there)\n");
        return;
    }
    g.bytes = read_file(g.dir, "c-processor", "c-processor.wasm", &len);
    do {
        status = try_processor(&g, len, ++n);
        bool failed = g.w.allocator.failed > 0;
        /* Some requests can do with less, and a guest may see its memory not grow. */
        ck_assert_msg(status == TENON_OK || (failed && status == TENON_NO_MEMORY) ||
                          (failed && status == TENON_TRAP),
                      "request %lu: %d %s", n, status, g.w.e.message);
        close_tried(&g);
        if (!failed) {
            break;
        }
    } while (n < 10000);
    ck_assert_int_eq(status, TENON_OK);
    ck_assert_uint_gt(n, 20);
    free(g.bytes);
}
END_TEST

static u32 live(guest *g) {
    u32 n = 0;
    guest_call(g, guest_func(g, "live"), NULL, &n);
    return n;
}

static u32 new_counter(guest *g, i32 start) {
    u32 handle = 0;
    guest_call(g, guest_func(g, "[constructor]counter"), &start, &handle);
    return handle;
}

static i32 counter_inc(guest *g, u32 self, i32 by) {
    struct {
        u32 self;
        i32 by;
    } args = {self, by};
    i32 result = 0;
    guest_call(g, guest_func(g, "[method]counter.inc"), &args, &result);
    return result;
}

static i32 counter_get(guest *g, u32 self) {
    i32 result = 0;
    guest_call(g, guest_func(g, "[method]counter.get"), &self, &result);
    return result;
}

static void counter_drop(guest *g, u32 handle) {
    tenon_status status = tni_host_handle_drop(g->w.store, handle, &g->w.e);
    ck_assert_msg(status == TENON_OK, "%s", g->w.e.message);
}

static void counters(guest *g) {
    u32 a = new_counter(g, 10), b = new_counter(g, 5);
    ck_assert_uint_eq(live(g), 2);
    ck_assert_int_eq(counter_inc(g, a, 3), 13);
    ck_assert_int_eq(counter_inc(g, a, -20), -7);
    ck_assert_int_eq(counter_get(g, a), -7);
    ck_assert_int_eq(counter_get(g, b), 5);
    u32 pair[2] = {a, b}, j = 0;
    guest_call(g, guest_func(g, "[static]counter.join"), pair, &j);
    ck_assert_int_eq(counter_get(g, j), -2);
    ck_assert_uint_eq(live(g), 2);
    u32 four = 4;
    tenon_list m = {NULL, 0};
    guest_call(g, guest_func(g, "make"), &four, &m);
    ck_assert_uint_eq(m.len, 4);
    const u32 *made = m.ptr;
    for (i32 i = 0; i < 4; i++) {
        ck_assert_int_eq(counter_get(g, made[i]), i * i);
    }
    ck_assert_uint_eq(live(g), 6);
    i32 consumed = 0;
    guest_call(g, guest_func(g, "consume"), &made[2], &consumed);
    ck_assert_int_eq(consumed, 4);
    ck_assert_uint_eq(live(g), 5);
    counter_drop(g, made[0]);
    counter_drop(g, made[1]);
    counter_drop(g, made[3]);
    counter_drop(g, a);
    counter_drop(g, j);
    ck_assert_uint_eq(live(g), 0);
    for (i32 i = 0; i < 300; i++) {
        counter_drop(g, new_counter(g, i));
    }
    ck_assert_uint_eq(live(g), 0);
    /* b moved: a trap, after which the instance cannot be entered */
    i32 none = 0;
    tni_cfunc *get_ = guest_func(g, "[method]counter.get");
    ck_assert_int_eq(tni_cfunc_call(g->w.store, get_, &b, &none, NULL, &g->w.e),
                     TENON_TRAP);
    ck_assert_int_eq(tni_cfunc_call(g->w.store, get_, &b, &none, NULL, &g->w.e),
                     TENON_TRAP);
    ck_assert_str_eq(g->w.e.message, "cannot enter component instance");
}

START_TEST(c_kitchen) {
    guest g;
    if (!guest_open(&g, "c-kitchen")) {
        return;
    }
    g.iface = TNI_STR("developer:kitchen/api@0.1.0");
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
    SRunner *r = srunner_create(s);
    srunner_run_all(r, CK_NORMAL);
    int failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed == 0 ? 0 : 1;
}
