/* test_component.c: the component loader: real components whole and damaged, limits,
 * memory running out, slots, layouts. The rules of validation themselves are held by the
 * official scripts (make spec). */
#include <dirent.h>
#include <time.h>

#include "component/layout.h"
#include "component/witprint.h"
#include "harness.h"

/* -- binaries by hand -- */

typedef struct bytes {
    u8 *data;
    size_t count, capacity;
} bytes;

static void put(bytes *b, const void *data, size_t len) {
    if (b->count + len > b->capacity) {
        b->capacity = (b->count + len) * 2;
        b->data = realloc(b->data, b->capacity);
        ck_assert_ptr_nonnull(b->data);
    }
    memcpy(b->data + b->count, data, len);
    b->count += len;
}

static void put_byte(bytes *b, unsigned byte) {
    u8 one = (u8)byte;
    put(b, &one, 1);
}

static void put_u32(bytes *b, u32 v) {
    for (; v >= 0x80; v >>= 7) {
        put_byte(b, (v & 0x7f) | 0x80);
    }
    put_byte(b, v);
}

/* A type index as valtype: signed. */
static void put_index(bytes *b, u32 v) {
    for (; v >= 0x40; v >>= 7) {
        put_byte(b, (v & 0x7f) | 0x80);
    }
    put_byte(b, v);
}

static void put_name(bytes *b, const char *name) {
    put_u32(b, (u32)strlen(name));
    put(b, name, strlen(name));
}

static void put_hex(bytes *b, const char *hex) {
    for (; hex[0] != 0; hex += hex[1] == 0 ? 1 : 2) {
        if (*hex == ' ') {
            hex--;
            continue;
        }
        char two[3] = {hex[0], hex[1], 0};
        put_byte(b, (unsigned)strtoul(two, NULL, 16));
    }
}

static bytes component(void) {
    bytes b = {NULL, 0, 0};
    put(&b, "\0asm\x0d\0\1\0", 8);
    return b;
}

/* Appends a section, and frees its contents. */
static void section(bytes *b, unsigned id, bytes contents) {
    put_byte(b, id);
    put_u32(b, (u32)contents.count);
    put(b, contents.data, contents.count);
    free(contents.data);
}

static void hex_section(bytes *b, unsigned id, const char *hex) {
    bytes contents = {NULL, 0, 0};
    put_byte(&contents, 0);
    contents.count = 0;
    put_hex(&contents, hex);
    section(b, id, contents);
}

/* -- loading -- */

static test_world world;

static void open_world(void) {
    memset(&world, 0, sizeof world);
    ck_assert_int_eq(test_engine_open(&world), TENON_OK);
}

static void close_world(void) {
    test_engine_close(&world);
    ck_assert_uint_eq(world.allocator.live_bytes, 0);
}

static tenon_status load(bytes b, tni_component **out) {
    tni_error_clear(&world.e);
    return tni_component_load(&world.engine, b.data, b.count, false, out, &world.e);
}

/* Loads and frees the bytes; the message on failure is in world.e. */
static tenon_status try_load(bytes b) {
    tni_component *c = NULL;
    tenon_status s = load(b, &c);
    free(b.data);
    if (s == TENON_OK) {
        ck_assert_ptr_nonnull(c);
        tni_component_release(c);
    } else {
        ck_assert_ptr_null(c);
        ck_assert_int_eq(world.e.status, s);
        ck_assert_str_ne(world.e.message, "");
    }
    return s;
}

static void expect(bytes b, tenon_status status, const char *message) {
    ck_assert_msg(try_load(b) == status, "%s", world.e.message);
    ck_assert_msg(strstr(world.e.message, message) != NULL, "%s", world.e.message);
}

static bool read_file(const char *path, bytes *out) {
    FILE *f = fopen(path, "rb");
    u8 buffer[65536];
    size_t n;
    *out = (bytes){NULL, 0, 0};
    if (f == NULL) {
        return false;
    }
    while ((n = fread(buffer, 1, sizeof buffer, f)) > 0) {
        put(out, buffer, n);
    }
    fclose(f);
    return true;
}

static bool read_guest(const char *name, bytes *out) {
    const char *dir = getenv("GUESTS_DIR");
    char path[1024];
    if (dir == NULL) {
        return false;
    }
    snprintf(path, sizeof path, "%s/%s/%s.wasm", dir, name, name);
    return read_file(path, out);
}

/* -- real components -- */

START_TEST(guests_load) {
    const char *dir = getenv("GUESTS_DIR");
    DIR *d = dir == NULL ? NULL : opendir(dir);
    if (d == NULL) {
        puts("skipped: guests_load: GUESTS_DIR is not there");
        return;
    }
    open_world();
    unsigned loaded = 0;
    for (struct dirent *entry; (entry = readdir(d)) != NULL;) {
        bytes b;
        if (entry->d_name[0] != '.' && read_guest(entry->d_name, &b)) {
            ck_assert(tni_is_component(b.data, b.count));
            ck_assert_msg(try_load(b) == TENON_OK, "%s: %s", entry->d_name,
                          world.e.message);
            loaded++;
        }
    }
    closedir(d);
    ck_assert_uint_gt(loaded, 5);
    close_world();
}
END_TEST

/* A real component, damaged at each byte in turn: refused or loaded, never worse. */
static void damage(bytes *b, void (*change)(bytes *b, size_t i),
                   void (*mend)(bytes *b, size_t i), size_t count) {
    const size_t step = getenv("TENON_THOROUGH") != NULL ? 1 : 7;
    for (size_t i = 0; i < count; i += step) {
        tni_component *c = NULL;
        change(b, i);
        if (load(*b, &c) == TENON_OK) {
            tni_component_release(c);
        } else {
            ck_assert_str_ne(world.e.message, "");
        }
        mend(b, i);
    }
}

static size_t whole;

static void cut(bytes *b, size_t i) {
    b->count = i;
}

static void uncut(bytes *b, size_t i) {
    (void)i;
    b->count = whole;
}

static void flip(bytes *b, size_t i) {
    b->data[i] ^= (u8)(1u << (i % 8));
}

static void invert(bytes *b, size_t i) {
    b->data[i] ^= 0xff;
}

static void damage_guest(const char *name) {
    bytes b;
    if (!read_guest(name, &b)) {
        printf("skipped: damaged guests: no %s\n", name);
        return;
    }
    open_world();
    whole = b.count;
    damage(&b, cut, uncut, whole);
    damage(&b, flip, flip, whole);
    damage(&b, invert, invert, whole);
    free(b.data);
    close_world();
}

START_TEST(damaged_kitchen) {
    damage_guest("c-kitchen");
}
END_TEST

START_TEST(damaged_processor) {
    damage_guest("c-processor");
}
END_TEST

/* Memory running out at each request in turn is an error like others. */
START_TEST(memory_runs_out) {
    bytes b;
    if (!read_guest("c-log-filter", &b)) {
        puts("skipped: memory_runs_out: GUESTS_DIR is not there");
        return;
    }
    open_world();
    unsigned long n = 1, failures = 0;
    world.allocator.failed = 1;
    for (; world.allocator.failed > 0; n++) {
        tni_component *c = NULL;
        world.allocator.requests = world.allocator.failed = 0;
        world.allocator.fail_at = n;
        tenon_status s = load(b, &c);
        if (s == TENON_OK) { /* some requests can do with less */
            tni_component_release(c);
        } else {
            ck_assert_msg(s == TENON_NO_MEMORY, "%s", world.e.message);
            failures++;
        }
    }
    ck_assert_uint_gt(failures, 5);
    world.allocator.fail_at = 0;
    free(b.data);
    close_world();
}
END_TEST

/* -- limits -- */

START_TEST(nesting_is_limited) {
    open_world();
    for (unsigned depth = 50; depth <= 5000; depth *= 10) {
        bytes inner = component();
        for (unsigned i = 1; i < depth; i++) {
            bytes outer = component();
            section(&outer, 4, inner);
            inner = outer;
        }
        tenon_status s = try_load(inner);
        ck_assert_int_eq(s, depth <= 100 ? TENON_OK : TENON_LIMIT);
    }
    close_world();
}
END_TEST

START_TEST(type_scopes_are_limited) {
    open_world();
    bytes b = component(), types = {NULL, 0, 0};
    put_u32(&types, 1);
    for (unsigned i = 0; i < 5000; i++) {
        put_hex(&types, "42 01 01"); /* an instance type of one type: */
    }
    put_hex(&types, "42 00");
    section(&b, 7, types);
    expect(b, TENON_LIMIT, "nesting");
    close_world();
}
END_TEST

/* (tuple T T) again and again: 2^n parts if written out. */
START_TEST(types_do_not_explode) {
    open_world();
    bytes b = component(), types = {NULL, 0, 0};
    put_u32(&types, 60);
    put_hex(&types, "6f 01 7d");
    for (unsigned i = 0; i < 59; i++) {
        put_hex(&types, "6f 02");
        put_index(&types, i);
        put_index(&types, i);
    }
    section(&b, 7, types);
    expect(b, TENON_LIMIT, "effective type size");

    /* The same of lists, whose size in memory does not grow. */
    b = component();
    types = (bytes){NULL, 0, 0};
    put_u32(&types, 121);
    put_hex(&types, "70 7d");
    for (unsigned i = 0; i < 120; i++) {
        put_hex(&types, i % 2 == 0 ? "6f 02" : "70");
        put_index(&types, i);
        if (i % 2 == 0) {
            put_index(&types, i);
        }
    }
    section(&b, 7, types);
    expect(b, TENON_LIMIT, "");

    b = component();
    types = (bytes){NULL, 0, 0};
    put_u32(&types, 201);
    put_hex(&types, "70 7d");
    for (unsigned i = 0; i < 200; i++) {
        put_hex(&types, "70");
        put_index(&types, i);
    }
    section(&b, 7, types);
    expect(b, TENON_LIMIT, "nesting");
    close_world();
}
END_TEST

static double seconds(void) {
    return (double)clock() / CLOCKS_PER_SEC;
}

/* Names are looked up in maps: 200,000 of them take no time. */
START_TEST(names_are_not_quadratic) {
    enum { COUNT = 200000 };
    open_world();
    double start = seconds();
    bytes b = component(), types = {NULL, 0, 0}, imports = {NULL, 0, 0};
    put_u32(&types, 2);
    put_hex(&types, "40 00 01 00");
    put_hex(&types, "6d");
    put_u32(&types, COUNT);
    char name[32];
    for (unsigned i = 0; i < COUNT; i++) {
        snprintf(name, sizeof name, "n%u", i);
        put_name(&types, name);
    }
    section(&b, 7, types);
    put_u32(&imports, COUNT);
    for (unsigned i = 0; i < COUNT; i++) {
        snprintf(name, sizeof name, "n%u", i);
        put_byte(&imports, 0);
        put_name(&imports, name);
        put_hex(&imports, "01 00");
    }
    section(&b, 10, imports);
    ck_assert_msg(try_load(b) == TENON_OK, "%s", world.e.message);
    ck_assert_double_lt(seconds() - start, 20);
    close_world();
}
END_TEST

/* One large type compared and substituted again and again ends at a limit. */
START_TEST(work_is_bounded) {
    open_world();
    double start = seconds();
    bytes b = component(), inner = component(), types = {NULL, 0, 0};
    /* (type (sub resource)); a record of 500 own handles; a func with it as result */
    hex_section(&inner, 10, "01 00 01 72 03 01");
    put_u32(&types, 2);
    put_hex(&types, "69 00 72");
    put_u32(&types, 500);
    char name[32];
    for (unsigned i = 0; i < 500; i++) {
        snprintf(name, sizeof name, "f%u", i);
        put_name(&types, name);
        put_u32(&types, 1);
    }
    section(&inner, 7, types);
    hex_section(&inner, 11, "01 00 01 74 03 02 00");
    section(&b, 4, inner);
    hex_section(&b, 7, "01 3f 7f 00");
    bytes instances = {NULL, 0, 0};
    put_u32(&instances, 100000);
    for (unsigned i = 0; i < 100000; i++) {
        put_hex(&instances, "00 00 01 01 72 03 00");
    }
    section(&b, 5, instances);
    tenon_status s = try_load(b);
    ck_assert_msg(s == TENON_OK || s == TENON_LIMIT, "%s", world.e.message);
    ck_assert_double_lt(seconds() - start, 20);
    close_world();
}
END_TEST

/* -- features -- */

START_TEST(features_are_named) {
    static const struct {
        const char *types, *flag;
        u64 bit;
    } rows[] = {
        {"01 66 01 7d", "component-model-async", TENON_FEATURE_BIT_CM_ASYNC},
        {"01 43 00 01 00", "component-model-async", TENON_FEATURE_BIT_CM_ASYNC},
        {"01 63 73 79", "component-model-map", TENON_FEATURE_BIT_CM_MAP},
        {"01 67 7d 03", "component-model-fixed-length-lists",
         TENON_FEATURE_BIT_CM_FIXED_LENGTH_LISTS},
        {"01 64", "component-model-error-context", TENON_FEATURE_BIT_CM_ERROR_CONTEXT},
        {"01 3f 7e 00", "component-model-memory64", TENON_FEATURE_BIT_CM_MEMORY64},
    };
    open_world();
    for (size_t i = 0; i < TNI_COUNT_OF(rows); i++) {
        for (int on = 0; on < 2; on++) {
            bytes b = component();
            hex_section(&b, 7, rows[i].types);
            world.engine.features =
                on ? UINT64_MAX : UINT64_MAX & ~(UINT64_C(1) << rows[i].bit);
            if (on) {
                ck_assert_msg(try_load(b) == TENON_OK, "%s", world.e.message);
            } else {
                expect(b, TENON_UNSUPPORTED, rows[i].flag);
            }
        }
    }
    bytes b = component();
    hex_section(&b, 9, "00 00 00");
    expect(b, TENON_UNSUPPORTED, "start section needs component-model-values");
    b = component();
    hex_section(&b, 12, "00");
    expect(b, TENON_UNSUPPORTED, "value section needs component-model-values");
    close_world();
}
END_TEST

START_TEST(async_is_marked) {
    open_world();
    bytes b = component();
    hex_section(&b, 7, "01 66 01 7d");
    hex_section(&b, 8, "01 0e 00");
    tni_component *c = NULL;
    ck_assert_msg(load(b, &c) == TENON_OK, "%s", world.e.message);
    ck_assert_str_eq(c->needs_async, "stream.new");
    ck_assert_uint_eq(c->needs_async_offset, 8 + 2 + 4 + 2 + 1);
    tni_component_release(c);
    free(b.data);
    close_world();
}
END_TEST

/* -- offsets -- */

START_TEST(offsets_are_of_the_outermost) {
    open_world();
    bytes b = component(), inner = component();
    hex_section(&inner, 7, "01 70 05");
    section(&b, 4, inner);
    expect(b, TENON_INVALID, "type index out of bounds");
    ck_assert_uint_eq(world.e.offset, 8 + 2 + 8 + 2 + 1);
    close_world();
}
END_TEST

/* -- slots -- */

/* Two instances of a component that exports a resource type are two slots, whose sources
 * are the paths to the type. */
START_TEST(slots_have_sources) {
    open_world();
    bytes b = component(), inner = component();
    hex_section(&inner, 7, "01 3f 7f 00");
    hex_section(&inner, 11, "01 00 01 72 03 00 00");
    section(&b, 4, inner);
    hex_section(&b, 5, "02 00 00 00 00 00 00");
    hex_section(&b, 6, "02 03 00 00 01 72 03 00 01 01 72");
    hex_section(&b, 8, "02 03 00 03 01");
    tni_component *c = NULL;
    ck_assert_msg(load(b, &c) == TENON_OK, "%s", world.e.message);
    ck_assert_uint_eq(c->slot_count, 2);
    ck_assert_uint_eq(c->def_count, 7);
    for (unsigned i = 0; i < 2; i++) {
        const tni_def *d = &c->defs[1 + i];
        ck_assert_int_eq(d->kind, TNI_DEF_INSTANTIATE);
        ck_assert_uint_eq(d->source_count, 1);
        ck_assert_uint_eq(d->sources[0].slot, i);
        ck_assert_uint_eq(d->sources[0].path_count, 1);
        ck_assert(tni_str_eq(d->sources[0].path[0], TNI_STR("r")));
        ck_assert_int_eq(c->defs[5 + i].canon->kind, TNI_CANON_RESOURCE_DROP);
        ck_assert_uint_eq(c->defs[5 + i].canon->slot, i);
    }
    ck_assert_uint_eq(c->space_counts[TNI_SORT_TYPE], 2);
    ck_assert_uint_eq(c->space_counts[TNI_SORT_CORE_FUNC], 2);
    tni_component_release(c);
    free(b.data);
    close_world();
}
END_TEST

/* An imported resource that comes back through an instance keeps its slot. */
START_TEST(supplied_types_keep_their_slot) {
    open_world();
    bytes b = component(), inner = component();
    hex_section(&inner, 10, "01 00 01 78 03 01");
    hex_section(&inner, 11, "01 00 01 79 03 00 00");
    hex_section(&b, 7, "01 3f 7f 00");
    section(&b, 4, inner);
    hex_section(&b, 5, "01 00 00 01 01 78 03 00");
    hex_section(&b, 6, "01 03 00 00 01 79");
    hex_section(&b, 8, "01 04 01");
    tni_component *c = NULL;
    ck_assert_msg(load(b, &c) == TENON_OK, "%s", world.e.message);
    ck_assert_uint_eq(c->slot_count, 1);
    ck_assert_uint_eq(c->defs[4].canon->slot, 0);
    tni_component_release(c);
    free(b.data);
    close_world();
}
END_TEST

/* -- layouts -- */

START_TEST(layouts) {
    static const tenon_type u8_type = {.kind = TENON_TYPE_U8};
    static const tenon_type string = {.kind = TENON_TYPE_STRING};
    static const tenon_type u64_type = {.kind = TENON_TYPE_U64};
    static const tenon_field fields[] = {
        {"a", &u8_type}, {"b", &string}, {"c", &u64_type}};
    static const tenon_type record = {
        .kind = TENON_TYPE_RECORD, .count = 3, .fields = fields};
    static const tenon_field cases[] = {{"x", NULL}, {"y", &record}};
    static const tenon_type variant = {
        .kind = TENON_TYPE_VARIANT, .count = 2, .fields = cases};
    static const tenon_type list = {.kind = TENON_TYPE_LIST, .element = &variant};
    open_world();
    tni_arena a;
    const tenon_type *t = NULL;
    tni_arena_init(&a, &world.engine.heap);
    ck_assert_int_eq(tni_type_copy(&a, &list, &t, &world.e), TENON_OK);
    ck_assert_uint_eq(t->size[TNI_PTR32], 8);
    ck_assert_uint_eq(t->size[TNI_PTR64], 16);
    const tenon_type *v = t->element;
    ck_assert_uint_eq(v->size[TNI_PTR32], 32);
    ck_assert_uint_eq(v->payload[TNI_PTR32], 8);
    ck_assert_uint_eq(v->size[TNI_PTR64], 40);
    ck_assert_uint_eq(v->flat_count, 5);
    tni_valtype flat[16];
    ck_assert_uint_eq(tni_flatten(v, false, flat, 16), 5);
    ck_assert_uint_eq(flat[0], TNI_I32);
    ck_assert_uint_eq(flat[4], TNI_I64);
    const tenon_type *r = v->fields[1].type;
    ck_assert_uint_eq(r->offsets[TNI_PTR32][1], 4);
    ck_assert_uint_eq(r->offsets[TNI_PTR32][2], 16);
    ck_assert_uint_eq(r->offsets[TNI_PTR64][1], 8);
    ck_assert_uint_ne(r->properties & TNI_TYPE_PADDED, 0);
    tni_buf text;
    tni_buf_init(&text, &world.engine.heap);
    tni_type_print(&text, t, NULL);
    tni_buf_byte(&text, 0);
    ck_assert_str_eq((char *)text.data,
                     "list<variant { x, y(record { a: u8, b: string, c: u64 }) }>");
    tni_buf_free(&text);
    tni_arena_free(&a);
    close_world();
}
END_TEST

int main(void) {
    const TTest *const tests[] = {
        guests_load,
        damaged_kitchen,
        damaged_processor,
        memory_runs_out,
        nesting_is_limited,
        type_scopes_are_limited,
        types_do_not_explode,
        names_are_not_quadratic,
        work_is_bounded,
        features_are_named,
        async_is_marked,
        offsets_are_of_the_outermost,
        slots_have_sources,
        supplied_types_keep_their_slot,
        layouts,
    };
    Suite *s = suite_create("component");
    TCase *tc = tcase_create("loader");
    tcase_set_timeout(tc, 300);
    for (size_t i = 0; i < TNI_COUNT_OF(tests); i++) {
        tcase_add_test(tc, tests[i]);
    }
    suite_add_tcase(s, tc);
    return run_suite(s);
}
