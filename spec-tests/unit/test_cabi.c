/* test_cabi.c: the canonical ABI: values between memories and the host, strings, handles.
 * The vectors (../vectors/abi-*.txt) come from the specification's definitions.py,
 * by tools/gen-abi-vectors. */
#include "harness.h"

#include "abivalue.h"
#include "tenon/platform.h"

#include "component/errorcontext.h"
#include "component/resource.h"
#include "component/task.h"
#include "wit/wave.h"

/* -- a memory with a realloc that records its calls -- */

typedef struct fake {
    tni_memory *memory;
    u64 start, next; /* of what is allocated */
    char calls[4096];
    size_t calls_len;
    tni_cinstance *inst;
    tni_side_options options;
} fake;

static tni_next fake_realloc(tni_thread *t, tni_func *self, tni_slot *fp) {
    fake *f = tni_func_data(self);
    bool wide = f->options.ptr == TNI_PTR64;
    u64 old = wide ? fp[0] : (u32)fp[0], old_bytes = wide ? fp[1] : (u32)fp[1];
    u64 align = wide ? fp[2] : (u32)fp[2], bytes = wide ? fp[3] : (u32)fp[3];
    f->calls_len +=
        (size_t)snprintf(f->calls + f->calls_len, sizeof f->calls - f->calls_len,
                         "%s%llu,%llu,%llu,%llu", f->calls_len == 0 ? "" : ";",
                         (unsigned long long)old, (unsigned long long)old_bytes,
                         (unsigned long long)align, (unsigned long long)bytes);
    ck_assert_uint_lt(f->calls_len, sizeof f->calls);
    u64 at = tni_align_up(f->next, (u32)align);
    f->next = at + bytes;
    if (f->next > tni_memory_bytes(f->memory)) {
        (void)tni_fail(tni_thread_error(t), TNI_ERR_UNREACHABLE, TENON_NO_OFFSET, NULL);
        return TNI_NEXT_FAIL;
    }
    u8 *data = tni_memory_data(f->memory);
    memmove(data + at, data + old, old_bytes < bytes ? old_bytes : bytes);
    fp[0] = at;
    return TNI_NEXT_RETURN;
}

static const tni_native native_fake_realloc = {"realloc", 0, fake_realloc, NULL, NULL};

typedef struct cabi_world {
    test_world w;
    tni_cstore *cs;
    tni_arena arena;
    fake a, b, a64, b64; /* with 32-bit and with 64-bit addresses */
} cabi_world;

enum { START = 64 };

/* Allocations begin at start, and have 64 KiB. */
static void fake_open(cabi_world *w, fake *f, u32 ptr, u64 start) {
    const tni_valtype address = ptr == TNI_PTR64 ? TNI_I64 : TNI_I32;
    const u64 pages = (start >> 16) + 1;
    tni_memtype type = {.limits = {.min = pages,
                                   .max = pages,
                                   .has_max = true,
                                   .is_64 = ptr == TNI_PTR64},
                        .page_log2 = 16};
    const tni_valtype types[] = {address, address, address, address, address};
    const tni_subtype realloc_type = {.kind = TNI_COMP_FUNC,
                                      .is_final = true,
                                      .supertype = TNI_NO_INDEX,
                                      .param_count = 4,
                                      .result_count = 1,
                                      .params = types,
                                      .results = types + 4};
    u32 type_id;
    ck_assert_int_eq(tni_registry_intern(w->w.engine.registry, &realloc_type, 1, 0, NULL,
                                         &type_id, &w->w.e),
                     TENON_OK);
    memset(f, 0, sizeof *f);
    ck_assert_int_eq(tni_memory_new(w->w.store, &type, &f->memory, &w->w.e), TENON_OK);
    ck_assert_int_eq(tni_cinstance_new(w->cs, 0, &f->inst, &w->w.e), TENON_OK);
    f->options = (tni_side_options){.ptr = (u8)ptr, .memory = f->memory, .inst = f->inst};
    ck_assert_int_eq(tni_func_new_native(w->w.store, &native_fake_realloc, type_id, f,
                                         &f->options.realloc, &w->w.e),
                     TENON_OK);
    f->start = f->next = start;
}

static void fake_reset(fake *f) {
    u64 used =
        f->next < tni_memory_bytes(f->memory) ? f->next : tni_memory_bytes(f->memory);
    memset(tni_memory_data(f->memory) + f->start, 0, (size_t)(used - f->start));
    f->next = f->start;
    f->calls_len = 0;
    f->calls[0] = 0;
    f->inst->may_leave = true;
}

static void cabi_open(cabi_world *w) {
    tni_store_limits l;
    memset(w, 0, sizeof *w);
    ck_assert_int_eq(test_engine_open(&w->w), TENON_OK);
    w->w.engine.platform = tenon_platform_default(); /* whose memory is zero by nature */
    tni_store_limits_init(&l);
    l.memory_bytes = UINT64_MAX;
    l.memory_pages = UINT64_C(1) << 20; /* for far addresses */
    ck_assert_int_eq(tni_store_new(&w->w.engine, &l, &w->w.store, &w->w.e), TENON_OK);
    ck_assert_int_eq(tni_cstore_of(w->w.store, &w->cs, &w->w.e), TENON_OK);
    tni_arena_init(&w->arena, &w->w.engine.heap);
    fake_open(w, &w->a, TNI_PTR32, START);
    fake_open(w, &w->b, TNI_PTR32, START);
    fake_open(w, &w->a64, TNI_PTR64, START);
    fake_open(w, &w->b64, TNI_PTR64, START);
}

static void cabi_close(cabi_world *w) {
    tni_arena_free(&w->arena);
    test_close(&w->w);
}

static tni_transfer transfer_of(cabi_world *w, const tni_side_options *src,
                                tni_slot *src_flat, const tni_side_options *dst,
                                tni_slot *dst_flat) {
    tni_transfer x = {.cs = w->cs, .thread = tni_store_thread(w->w.store), .e = &w->w.e};
    tni_side_init(&x.src, src, src_flat);
    tni_side_init(&x.dst, dst, dst_flat);
    x.dst.arena = &w->arena;
    return x;
}

static const tni_side_options native_options = {
    .ptr = TNI_NATIVE, .native = true, .encoding = TNI_ENCODING_UTF8};

/* -- types from text -- */

typedef struct type_parser {
    tni_arena *arena;
    const char *p;
} type_parser;

static tenon_type *parse_type(type_parser *p);

static bool eat(type_parser *p, const char *text) {
    size_t n = strlen(text);
    if (strncmp(p->p, text, n) != 0) {
        return false;
    }
    p->p += n;
    return true;
}

static void need(type_parser *p, const char *text) {
    ck_assert_msg(eat(p, text), "expected %s at %s", text, p->p);
}

static u32 parse_count(type_parser *p) {
    return (u32)strtoul(p->p, (char **)&p->p, 10);
}

/* f0, f1, … for fields, c0, c1, … for cases and labels. */
static const char *part_name(type_parser *p, const tenon_type *t, u32 n) {
    char *name = TNI_ARENA_ARRAY(p->arena, char, 12);
    snprintf(name, 12, "%c%u", t->kind == TENON_TYPE_RECORD ? 'f' : 'c', n % 1000);
    return t->kind == TENON_TYPE_TUPLE ? NULL : name;
}

static void parse_fields(type_parser *p, tenon_type *t) {
    tenon_field fields[16] = {{0}};
    do {
        fields[t->count].name = part_name(p, t, t->count);
        fields[t->count++].type = parse_type(p);
    } while (eat(p, ","));
    tenon_field *copy = TNI_ARENA_ARRAY(p->arena, tenon_field, t->count);
    memcpy(copy, fields, t->count * sizeof *fields);
    t->fields = copy;
}

static void parse_labels(type_parser *p, tenon_type *t, u32 count) {
    t->count = count;
    tenon_field *fields = TNI_ARENA_ARRAY(p->arena, tenon_field, count);
    for (u32 i = 0; i < count; i++) {
        fields[i] = (tenon_field){part_name(p, t, i), NULL};
    }
    t->fields = fields;
}

static bool parse_constructor(type_parser *p, tenon_type *t) {
    if (eat(p, "list(")) {
        t->kind = TENON_TYPE_LIST;
        t->element = parse_type(p);
    } else if (eat(p, "fixed(")) {
        t->kind = TENON_TYPE_FIXED_LIST;
        t->count = parse_count(p);
        need(p, ",");
        t->element = parse_type(p);
    } else if (eat(p, "option(")) {
        t->kind = TENON_TYPE_OPTION;
        t->element = parse_type(p);
    } else if (eat(p, "result(")) {
        t->kind = TENON_TYPE_RESULT;
        t->element = parse_type(p);
        need(p, ",");
        t->other = parse_type(p);
    } else if (eat(p, "map(")) {
        t->kind = TENON_TYPE_MAP;
        t->element = parse_type(p);
        need(p, ",");
        t->other = parse_type(p);
    } else if (eat(p, "record(")) {
        t->kind = TENON_TYPE_RECORD;
        parse_fields(p, t);
    } else if (eat(p, "tuple(")) {
        t->kind = TENON_TYPE_TUPLE;
        parse_fields(p, t);
    } else if (eat(p, "variant(")) {
        t->kind = TENON_TYPE_VARIANT;
        parse_fields(p, t);
    } else if (eat(p, "widevariant(")) { /* only the last case has a payload */
        t->kind = TENON_TYPE_VARIANT;
        parse_labels(p, t, parse_count(p));
        need(p, ",");
        ((tenon_field *)t->fields)[t->count - 1].type = parse_type(p);
    } else if (eat(p, "enum(")) {
        t->kind = TENON_TYPE_ENUM;
        parse_labels(p, t, parse_count(p));
    } else if (eat(p, "flags(")) {
        t->kind = TENON_TYPE_FLAGS;
        parse_labels(p, t, parse_count(p));
    } else {
        return false;
    }
    need(p, ")");
    return true;
}

static tenon_type *parse_type(type_parser *p) {
    static const struct {
        const char *name;
        tenon_type_kind kind;
    } primitives[] = {
        {"bool", TENON_TYPE_BOOL},     {"s8", TENON_TYPE_S8},
        {"u8", TENON_TYPE_U8},         {"s16", TENON_TYPE_S16},
        {"u16", TENON_TYPE_U16},       {"s32", TENON_TYPE_S32},
        {"u32", TENON_TYPE_U32},       {"s64", TENON_TYPE_S64},
        {"u64", TENON_TYPE_U64},       {"f32", TENON_TYPE_F32},
        {"f64", TENON_TYPE_F64},       {"char", TENON_TYPE_CHAR},
        {"string", TENON_TYPE_STRING}, {"own", TENON_TYPE_OWN},
        {"borrow", TENON_TYPE_BORROW}, {"stream", TENON_TYPE_STREAM},
        {"future", TENON_TYPE_FUTURE}, {"error-context", TENON_TYPE_ERROR_CONTEXT}};
    tenon_error e;
    if (eat(p, "_")) {
        return NULL;
    }
    tenon_type *t = TNI_ARENA_NEW(p->arena, tenon_type);
    if (!parse_constructor(p, t)) {
        size_t i = 0;
        while (i < TNI_COUNT_OF(primitives) && !eat(p, primitives[i].name)) {
            i++;
        }
        ck_assert_msg(i < TNI_COUNT_OF(primitives), "type at %s", p->p);
        t->kind = primitives[i].kind;
        if (t->kind == TENON_TYPE_STREAM || t->kind == TENON_TYPE_FUTURE) {
            t->element = tni_type_primitive(TENON_TYPE_U8);
        }
    }
    ck_assert_int_eq(tni_type_lay_out(p->arena, t, &e), TENON_OK);
    return t;
}

/* encoding/width */
static fake *parse_side(fake *narrow, fake *wide, char *s) {
    char *width = strchr(s, '/');
    ck_assert_ptr_nonnull(width);
    *width = 0;
    fake *f = strcmp(width + 1, "64") == 0 ? wide : narrow;
    f->options.encoding = strcmp(s, "utf8") == 0    ? TNI_ENCODING_UTF8
                          : strcmp(s, "utf16") == 0 ? TNI_ENCODING_UTF16
                                                    : TNI_ENCODING_LATIN1_UTF16;
    return f;
}

/* -- vectors -- */

static size_t unhex(const char *s, u8 *out) {
    size_t n = 0;
    unsigned byte;
    for (; s[0] != '-' && s[0] != 0 && sscanf(s, "%2x", &byte) == 1; s += 2) {
        out[n++] = (u8)byte;
    }
    return n;
}

static void expect_memory(const fake *f, const char *hex, const char *calls,
                          const char *line) {
    static u8 want[1 << 16];
    size_t n = unhex(hex, want);
    ck_assert_msg(f->next - START == n, "%.200s: %zu bytes stored, want %zu", line,
                  (size_t)(f->next - START), n);
    const u8 *have = tni_memory_data(f->memory) + START;
    for (size_t i = 0; i < n; i++) {
        ck_assert_msg(have[i] == want[i], "%.200s: byte %zu is %02x, want %02x", line, i,
                      have[i], want[i]);
    }
    if (calls != NULL) {
        ck_assert_msg(strcmp(calls, f->calls_len == 0 ? "-" : f->calls) == 0,
                      "%.200s: calls %s, want %s", line, f->calls, calls);
    }
}

/* Stores into a new allocation of the destination. */
static tenon_status store_new(tni_transfer *x, const tenon_type *t, tni_place s) {
    u64 at;
    tni_place d;
    u32 ptr = x->dst.o->ptr;
    TNI_TRY(tni_reallocate(x, 0, 0, t->align[ptr], t->size[ptr], &at));
    TNI_TRY(tni_lower_pointer(x, t, at, true, &d));
    return tni_transfer_value(x, t, s, t, d);
}

typedef struct vector {
    const char *line;
    char *field[12]; /* kind, type, from, to, bytes, … */
    int count;
    const char *wave; /* the value; NULL when lifting traps */
    const tenon_type *type;
    fake *from, *to;
} vector;

static void load_source(const vector *v) {
    fake_reset(v->from);
    fake_reset(v->to);
    v->from->next += unhex(v->field[4], tni_memory_data(v->from->memory) + START);
}

/* The vector's value in native form. */
static void *parse_wave(cabi_world *w, const vector *v) {
    void *value = tni_arena_alloc(&w->arena, v->type->size[TNI_NATIVE], 16);
    tni_str text = {v->wave, strlen(v->wave)};
    ck_assert_msg(tni_wave_parse(&w->arena, text, v->type, value, &w->w.e) == TENON_OK,
                  "%.200s: %s", v->line, w->w.e.message);
    return value;
}

/* From memory or flat values to the host's memory, where it must be the vector's value;
 * by copying and with views. */
static void check_to_native(cabi_world *w, const vector *v, tni_slot *flat) {
    const tenon_type *t = v->type;
    tni_place s = flat != NULL ? TNI_FLAT(0) : TNI_MEMORY(START);
    for (int views = 0; views < 2; views++) {
        load_source(v);
        void *have = tni_arena_alloc(&w->arena, t->size[TNI_NATIVE], 16);
        tni_transfer x = transfer_of(w, &v->from->options, flat, &native_options, NULL);
        x.dst.views = views == 1;
        tenon_status status =
            tni_transfer_value(&x, t, s, t, TNI_MEMORY((u64)(uintptr_t)have));
        ck_assert_msg(status == (v->wave != NULL ? TENON_OK : TENON_TRAP),
                      "%.200s: to native: %d %s", v->line, status, w->w.e.message);
        ck_assert_msg(v->wave == NULL || abi_equal((tenon_value){t, parse_wave(w, v)},
                                                   (tenon_value){t, have}),
                      "%.200s: to native: another value", v->line);
    }
}

/* The vector's value out of the host's memory, where strings are as from a source with
 * UTF-8. */
static void check_from_native(cabi_world *w, const vector *v, const char *bytes,
                              const char *calls) {
    load_source(v);
    void *value = parse_wave(w, v);
    tni_transfer x = transfer_of(w, &native_options, NULL, &v->to->options, NULL);
    ck_assert_int_eq(store_new(&x, v->type, TNI_MEMORY((u64)(uintptr_t)value)), TENON_OK);
    if (v->from->options.encoding == TNI_ENCODING_UTF8) {
        expect_memory(v->to, bytes, calls, v->line);
    }
}

/* bytes, calls: what must be stored; NULL when lifting traps. */
static void check_stored(cabi_world *w, const vector *v, tni_slot *flat,
                         const char *bytes, const char *calls) {
    load_source(v);
    tni_transfer x = transfer_of(w, &v->from->options, flat, &v->to->options, NULL);
    tenon_status status =
        store_new(&x, v->type, flat != NULL ? TNI_FLAT(0) : TNI_MEMORY(START));
    ck_assert_msg(status == (v->wave != NULL ? TENON_OK : TENON_TRAP), "%.200s: %d %s",
                  v->line, status, w->w.e.message);
    if (v->wave != NULL) {
        expect_memory(v->to, bytes, calls, v->line);
        check_from_native(w, v, bytes, calls);
    }
    check_to_native(w, v, flat);
}

static u32 parse_flat(const char *s, tni_slot *flat) {
    u32 n = 0;
    char *end;
    while (*s != 0 && *s != '-') {
        flat[n++] = strtoull(s, &end, 10);
        s = *end == ',' ? end + 1 : end;
    }
    return n;
}

/* Lowers to flat values; fields of the vector from number n on say what it must give. */
static void check_lowered(cabi_world *w, const vector *v, const tni_side_options *from,
                          tni_slot *flat, tni_place s, int n) {
    tni_slot want[16], have[16];
    ck_assert_uint_eq(parse_flat(v->field[n], want), v->type->flat_count);
    memset(have, 0xee, sizeof have);
    tni_transfer x = transfer_of(w, from, flat, &v->to->options, have);
    tenon_status status = tni_transfer_value(&x, v->type, s, v->type, TNI_FLAT(0));
    ck_assert_msg(status == TENON_OK, "%.200s: %s", v->line, w->w.e.message);
    for (u32 i = 0; i < v->type->flat_count; i++) {
        ck_assert_msg(have[i] == want[i], "%.200s: flat %u is %llu, want %llu", v->line,
                      i, (unsigned long long)have[i], (unsigned long long)want[i]);
    }
    expect_memory(v->to, v->field[n + 1], v->field[n + 2], v->line);
}

static void check_lower(cabi_world *w, const vector *v) {
    load_source(v);
    check_lowered(w, v, &v->from->options, NULL, TNI_MEMORY(START), 5);
    if (v->from->options.encoding == TNI_ENCODING_UTF8) {
        load_source(v);
        u64 value = (u64)(uintptr_t)parse_wave(w, v);
        check_lowered(w, v, &native_options, NULL, TNI_MEMORY(value), 5);
    }
}

/* The flat values to lift, with the high half of an i32 or f32 anything. */
static void parse_source_flat(const vector *v, tni_slot *flat) {
    u32 n = parse_flat(v->field[5], flat);
    tni_valtype core[16];
    ck_assert_uint_eq(tni_flatten(v->type, v->from->options.ptr == TNI_PTR64, core, 16),
                      n);
    for (u32 i = 0; i < n; i++) {
        if (core[i] == TNI_I32 || core[i] == TNI_F32) {
            flat[i] |= UINT64_C(0xdeadbeef) << 32;
        }
    }
}

static void check_lift(cabi_world *w, const vector *v) {
    tni_slot flat[16];
    parse_source_flat(v, flat);
    check_stored(w, v, flat, v->field[7], v->field[8]);
}

static void check_pass(cabi_world *w, const vector *v) {
    tni_slot flat[16];
    parse_source_flat(v, flat);
    load_source(v);
    check_lowered(w, v, &v->from->options, flat, TNI_FLAT(0), 6);
}

static void read_vector(cabi_world *w, char *line, vector *v) {
    static char copy[1 << 16];
    *v = (vector){.line = copy};
    line[strcspn(line, "\n")] = 0;
    strcpy(copy, line);
    char *value = strstr(line, " = ");
    if (value != NULL) {
        *value = 0;
        v->wave = value + 3;
    }
    for (char *p = strtok(line, " "); p != NULL && v->count < 12; p = strtok(NULL, " ")) {
        v->field[v->count++] = p;
    }
    type_parser p = {&w->arena, v->field[1]};
    v->type = parse_type(&p);
    v->from = parse_side(&w->a, &w->a64, v->field[2]);
    v->to = parse_side(&w->b, &w->b64, v->field[3]);
}

static void check_vector(cabi_world *w, const vector *v) {
    switch (v->field[0][1]) {
    case 'e': check_stored(w, v, NULL, v->field[6], v->field[7]); break;
    case 'o': check_lower(w, v); break;
    case 'i': check_lift(w, v); break;
    case 'a': check_pass(w, v); break;
    default: ck_abort_msg("unknown vector %s", v->line);
    }
}

static const char memory_vectors[] = "spec-tests/vectors/abi-memory.txt";
static const char handle_vectors[] = "spec-tests/vectors/abi-handles.txt";

/* How many vectors there are. */
static unsigned for_vectors(cabi_world *w, const char *path,
                            void (*check)(cabi_world *, const vector *)) {
    static char line[1 << 16];
    unsigned count = 0;
    FILE *f = fopen(path, "r");
    ck_assert_ptr_nonnull(f);
    while (fgets(line, sizeof line, f) != NULL) {
        if (line[0] != '#') {
            tni_arena_mark mark = tni_arena_save(&w->arena);
            vector v;
            read_vector(w, line, &v);
            check(w, &v);
            tni_arena_restore(&w->arena, mark);
            count++;
        }
    }
    fclose(f);
    return count;
}

START_TEST(vectors) {
    cabi_world w;
    cabi_open(&w);
    ck_assert_uint_ge(for_vectors(&w, memory_vectors, check_vector), 2000);
    cabi_close(&w);
}
END_TEST

/* From the host to a far address, to another one, and back. */
static void check_far(cabi_world *w, const vector *v) {
    const tenon_type *t = v->type;
    if (v->wave == NULL || v->from != &w->a64 || v->to != &w->b64) {
        return;
    }
    fake_reset(&w->a64);
    fake_reset(&w->b64);
    tenon_value was = {t, parse_wave(w, v)};
    tenon_value is = {t, tni_arena_alloc(&w->arena, t->size[TNI_NATIVE], 16)};
    tni_transfer x = transfer_of(w, &native_options, NULL, &w->a64.options, NULL);
    ck_assert_int_eq(store_new(&x, t, TNI_MEMORY((u64)(uintptr_t)was.ptr)), TENON_OK);
    u64 first = tni_align_up(w->a64.start, t->align[TNI_PTR64]);
    x = transfer_of(w, &w->a64.options, NULL, &w->b64.options, NULL);
    ck_assert_int_eq(store_new(&x, t, TNI_MEMORY(first)), TENON_OK);
    x = transfer_of(w, &w->b64.options, NULL, &native_options, NULL);
    first = tni_align_up(w->b64.start, t->align[TNI_PTR64]);
    ck_assert_int_eq(tni_transfer_value(&x, t, TNI_MEMORY(first), t,
                                        TNI_MEMORY((u64)(uintptr_t)is.ptr)),
                     TENON_OK);
    ck_assert_msg(abi_equal(was, is), "%.200s: another value", v->line);
}

/* 64-bit memories of more than 4 GiB: addresses keep their high half. */
START_TEST(far_addresses) {
    cabi_world w;
    const tenon_platform *p = tenon_platform_default();
    if (sizeof(void *) == 4 || p == NULL || p->memory_new == NULL) {
        return;
    }
    cabi_open(&w);
    fake_open(&w, &w.a64, TNI_PTR64, UINT64_C(5) << 32);
    fake_open(&w, &w.b64, TNI_PTR64, (UINT64_C(1) << 32) + 8);
    (void)for_vectors(&w, memory_vectors, check_far);
    cabi_close(&w);
}
END_TEST

/* -- handles -- */

/* Indices count from 1, the last one freed is the next one used. */
START_TEST(handle_order) {
    cabi_world w;
    u32 i = 0;
    cabi_open(&w);
    tni_handles *h = &w.a.inst->handles;
    tni_handle entry = {.kind = TNI_HANDLE_RESOURCE, .own = 1, .rep = 7};
    for (u32 n = 1; n <= 3; n++) {
        ck_assert_int_eq(tni_handles_add(h, &entry, &i, &w.w.e), TENON_OK);
        ck_assert_uint_eq(i, n);
    }
    tni_handles_remove(h, 1);
    tni_handles_remove(h, 3);
    ck_assert_ptr_null(tni_handles_at(h, 3));
    ck_assert_ptr_null(tni_handles_at(h, 0));
    ck_assert_ptr_null(tni_handles_at(h, 4));
    ck_assert_ptr_null(tni_handles_at(h, UINT32_MAX));
    ck_assert_int_eq(tni_handles_add(h, &entry, &i, &w.w.e), TENON_OK);
    ck_assert_uint_eq(i, 3);
    ck_assert_int_eq(tni_handles_add(h, &entry, &i, &w.w.e), TENON_OK);
    ck_assert_uint_eq(i, 1);
    ck_assert_int_eq(tni_handles_add(h, &entry, &i, &w.w.e), TENON_OK);
    ck_assert_uint_eq(i, 4);
    h->limit = 4;
    ck_assert_int_eq(tni_handles_add(h, &entry, &i, &w.w.e), TENON_TRAP);
    cabi_close(&w);
}
END_TEST

typedef struct resource_world {
    cabi_world c;
    tni_resource_type *of_a, *of_b, *of_host;
    tni_resource_type *slots[3];
    tni_scope *scope;
    tenon_type own[3], borrow[3];
} resource_world;

/* An end that is in no table yet: as "s7!" writes it. */
static tni_end *new_end(cabi_world *w, const char *text) {
    static const tenon_type types[] = {{.kind = TENON_TYPE_STREAM},
                                       {.kind = TENON_TYPE_STREAM},
                                       {.kind = TENON_TYPE_FUTURE}};
    const int which = *text == 't' ? 1 : *text == 'f' ? 2 : 0;
    tenon_type *t = TNI_ARENA_NEW(&w->arena, tenon_type);
    tni_end *end = TNI_ARENA_NEW(&w->arena, tni_end);
    *t = types[which];
    t->element = tni_type_primitive(which == 1 ? TENON_TYPE_U16 : TENON_TYPE_U8);
    ck_assert_int_eq(tni_type_lay_out(&w->arena, t, &w->w.e), TENON_OK);
    end->shared = TNI_ARENA_NEW(&w->arena, tni_shared);
    *end->shared = (tni_shared){.type = t, .ends = 1};
    tni_waitable_init(&end->waitable, which == 2     ? TNI_HANDLE_FUTURE_READABLE
                                      : *text == 'w' ? TNI_HANDLE_STREAM_WRITABLE
                                                     : TNI_HANDLE_STREAM_READABLE);
    end->state = strchr(text, '!') != NULL   ? TNI_COPY_COPYING
                 : strchr(text, '.') != NULL ? TNI_COPY_DONE
                                             : TNI_COPY_IDLE;
    end->data = (void *)(uintptr_t)strtoul(text + 1, NULL, 10);
    if (strchr(text, '*') != NULL) {
        tni_waitable_join(&end->waitable, TNI_ARENA_NEW(&w->arena, tni_waitable_set));
    }
    return end;
}

/* The message of an error context tells them apart. */
static u32 add_context(cabi_world *w, fake *f, const char *number) {
    const tenon_type *t = tni_type_primitive(TENON_TYPE_ERROR_CONTEXT);
    u32 host = 0, i = 0;
    ck_assert_int_eq(tni_host_error_context_new(w->w.store,
                                                (tenon_string){number, strlen(number)},
                                                &host, &w->w.e),
                     TENON_OK);
    tni_transfer x = transfer_of(w, &native_options, NULL, &f->options, NULL);
    ck_assert_int_eq(tni_transfer_handle(&x, t, host, t, &i), TENON_OK);
    tni_error_context_drop(w->cs, &w->cs->host_handles, host);
    return i;
}

static void context_text(cabi_world *w, fake *f, u32 i, char *out, size_t room) {
    const tenon_type *t = tni_type_primitive(TENON_TYPE_ERROR_CONTEXT);
    u32 host = 0;
    tenon_string s;
    tni_transfer x = transfer_of(w, &f->options, NULL, &native_options, NULL);
    ck_assert_int_eq(tni_transfer_handle(&x, t, i, t, &host), TENON_OK);
    ck_assert_int_eq(tni_host_error_context_message(w->w.store, host, &s, &w->w.e),
                     TENON_OK);
    (void)snprintf(out, room, "e%.*s", (int)s.len, s.ptr);
    tni_error_context_drop(w->cs, &w->cs->host_handles, host);
}

static u32 add_entry(cabi_world *w, fake *f, const char *text, u32 type) {
    const bool is_end = strchr("stfw", *text) != NULL;
    tni_handle entry = {.kind = TNI_HANDLE_RESOURCE, .own = *text == 'o'};
    u32 i = 0;
    if (*text == 'e') {
        return add_context(w, f, text + 1);
    }
    if (is_end) {
        tni_end *end = new_end(w, text);
        entry = (tni_handle){.kind = end->waitable.kind & 127, .object = end};
    } else {
        entry.rep = (u32)strtoul(text + 1, NULL, 10);
        entry.type = type;
    }
    ck_assert_int_eq(tni_handles_add(&f->inst->handles, &entry, &i, &w->w.e), TENON_OK);
    return i;
}

/* Tables as the vectors write them, of one resource type. */
static void fill_table(cabi_world *w, fake *f, const char *text, u32 type) {
    tni_handles *h = &f->inst->handles;
    tni_error_contexts_end(w->cs, h);
    h->entries.count = 0;
    h->free = h->live = 0;
    for (int turn = 0; turn < 2; turn++) { /* adding, then removing */
        u32 at = 1;
        const char *p = strcmp(text, "none") == 0 ? "" : text;
        for (; *p != 0; at++) {
            char one[16] = "";
            memcpy(one, p,
                   strcspn(p, ",") < sizeof one ? strcspn(p, ",") : sizeof one - 1);
            u32 i = at;
            if (turn == 0) {
                i = add_entry(w, f, one, type);
            } else if (*p == '-') {
                tni_handles_remove(h, at);
            }
            ck_assert_uint_eq(i, at);
            p += strcspn(p, ",");
            p += *p == ',';
        }
    }
}

static void end_text(const tni_end *end, char *out, size_t room) {
    const char letter = end->waitable.kind == TNI_HANDLE_STREAM_WRITABLE     ? 'w'
                        : end->shared->type->kind == TENON_TYPE_FUTURE       ? 'f'
                        : end->shared->type->element->kind == TENON_TYPE_U16 ? 't'
                                                                             : 's';
    (void)snprintf(out, room, "%c%u%s%s", letter, (unsigned)(uintptr_t)end->data,
                   end->state == TNI_COPY_COPYING ? "!"
                   : end->state == TNI_COPY_DONE  ? "."
                                                  : "",
                   end->waitable.set != NULL ? "*" : "");
}

static void entry_text(cabi_world *w, fake *f, u32 i, char *out, size_t room) {
    const tni_handle *h = tni_handles_at(&f->inst->handles, i);
    if (h == NULL) {
        (void)snprintf(out, room, "-");
    } else if (h->kind == TNI_HANDLE_ERROR_CONTEXT) {
        context_text(w, f, i, out, room);
    } else if (h->kind != TNI_HANDLE_RESOURCE) {
        end_text(h->object, out, room);
    } else {
        (void)snprintf(out, room, h->lends != 0 ? "%c%u+%u" : "%c%u", h->own ? 'o' : 'b',
                       h->rep, h->lends);
    }
}

static void expect_table(cabi_world *w, fake *f, const char *want, const char *line) {
    static char have[1 << 14];
    size_t n = 0;
    for (u32 i = 1; i < f->inst->handles.entries.count; i++) {
        char one[32];
        entry_text(w, f, i, one, sizeof one);
        n += (size_t)snprintf(have + n, sizeof have - n, "%s%s", i > 1 ? "," : "", one);
        ck_assert_uint_lt(n, sizeof have);
    }
    have[n] = 0;
    ck_assert_msg(strcmp(n == 0 ? "none" : have, want) == 0, "%.200s: table %s, want %s",
                  line, have, want);
}

static void check_handles(cabi_world *w, const vector *v) {
    tni_scope *scope = NULL;
    tni_resource_type *const slots[] = {w->cs->resource_types.data[0]};
    const bool traps = strcmp(v->field[7], "trap") == 0;
    load_source(v);
    fill_table(w, v->from, v->field[5], slots[0]->number);
    fill_table(w, v->to, v->field[6], slots[0]->number);
    ck_assert_int_eq(tni_scope_new(w->cs, &v->from->inst->handles, &scope, &w->w.e),
                     TENON_OK);
    v->from->options.slots = v->to->options.slots = slots;
    tni_transfer x = transfer_of(w, &v->from->options, NULL, &v->to->options, NULL);
    x.scope = scope;
    tenon_status status = store_new(&x, v->type, TNI_MEMORY(START));
    ck_assert_msg(status == (traps ? TENON_TRAP : TENON_OK), "%.200s: %d %s", v->line,
                  status, w->w.e.message);
    if (!traps) {
        expect_memory(v->to, v->field[8], v->field[9], v->line);
        expect_table(w, v->from, v->field[10], v->line);
        expect_table(w, v->to, v->field[11], v->line);
    }
    tni_scope_abandon(w->cs, scope);
    fill_table(w, v->from, "none", 0);
    fill_table(w, v->to, "none", 0);
}

/* Of values with handles: which are taken, which are made, in which order. */
START_TEST(handles_in_values) {
    cabi_world w;
    tni_resource_type *r;
    cabi_open(&w);
    ck_assert_int_eq(tni_resource_type_new(w.cs, TNI_STR("r"), &r, &w.w.e), TENON_OK);
    ck_assert_uint_ge(for_vectors(&w, handle_vectors, check_handles), 500);
    cabi_close(&w);
}
END_TEST

static void resource_open(resource_world *r) {
    cabi_open(&r->c);
    tni_cstore *cs = r->c.cs;
    tenon_error *e = &r->c.w.e;
    for (u32 i = 0; i < 3; i++) {
        ck_assert_int_eq(tni_resource_type_new(cs, TNI_STR("r"), &r->slots[i], e),
                         TENON_OK);
        r->own[i] = (tenon_type){.kind = TENON_TYPE_OWN, .resource = i};
        r->borrow[i] = (tenon_type){.kind = TENON_TYPE_BORROW, .resource = i};
        ck_assert_int_eq(tni_type_lay_out(&r->c.arena, &r->own[i], e), TENON_OK);
        ck_assert_int_eq(tni_type_lay_out(&r->c.arena, &r->borrow[i], e), TENON_OK);
    }
    r->of_a = r->slots[0];
    r->of_b = r->slots[1];
    r->of_host = r->slots[2];
    r->of_a->impl = r->c.a.inst;
    r->of_b->impl = r->c.b.inst;
    r->c.a.options.slots = r->slots;
    r->c.b.options.slots = r->slots;
}

/* Moves one handle from a to b (or the host, for NULL). */
static tenon_status move(resource_world *r, const tenon_type *t, fake *from, fake *to,
                         u32 handle, u32 *out) {
    tni_slot src = handle, dst = 0;
    tni_side_options native = native_options;
    native.slots = r->slots;
    tni_transfer x = transfer_of(&r->c, from == NULL ? &native : &from->options, &src,
                                 to == NULL ? &native : &to->options, &dst);
    x.scope = r->scope;
    tenon_status status = tni_transfer_value(&x, t, TNI_FLAT(0), t, TNI_FLAT(0));
    *out = (u32)dst;
    return status;
}

static u32 add_own(resource_world *r, fake *f, u32 resource, u32 rep) {
    u32 i = 0;
    tni_handle h = {.kind = TNI_HANDLE_RESOURCE,
                    .own = 1,
                    .rep = rep,
                    .type = r->slots[resource]->number};
    ck_assert_int_eq(tni_handles_add(&f->inst->handles, &h, &i, &r->c.w.e), TENON_OK);
    return i;
}

START_TEST(own_moves) {
    resource_world r = {0};
    u32 i, j;
    resource_open(&r);
    i = add_own(&r, &r.c.a, 0, 42);
    ck_assert_int_eq(move(&r, &r.own[0], &r.c.a, &r.c.b, i, &j), TENON_OK);
    ck_assert_ptr_null(tni_handles_at(&r.c.a.inst->handles, i));
    ck_assert_uint_eq(tni_handles_at(&r.c.b.inst->handles, j)->rep, 42);
    ck_assert_int_eq(move(&r, &r.own[0], &r.c.a, &r.c.b, i, &j), TENON_TRAP);
    ck_assert_str_eq(r.c.w.e.message, "unknown handle index 1");
    i = add_own(&r, &r.c.a, 1, 5);
    ck_assert_int_eq(move(&r, &r.own[0], &r.c.a, &r.c.b, i, &j), TENON_TRAP);
    ck_assert_str_eq(r.c.w.e.message,
                     "handle index 1 used with the wrong type, expected guest-defined "
                     "resource but found a different guest-defined resource");
    cabi_close(&r.c);
}
END_TEST

START_TEST(borrows_and_lends) {
    resource_world r = {0};
    u32 i, j;
    resource_open(&r);
    ck_assert_int_eq(tni_scope_new(r.c.cs, &r.c.a.inst->handles, &r.scope, &r.c.w.e),
                     TENON_OK);
    i = add_own(&r, &r.c.a, 0, 42);
    ck_assert_int_eq(move(&r, &r.borrow[0], &r.c.a, &r.c.b, i, &j), TENON_OK);
    ck_assert_uint_eq(r.scope->num_borrows, 1);
    ck_assert_uint_eq(tni_handles_at(&r.c.a.inst->handles, i)->lends, 1);
    ck_assert_uint_eq(tni_handles_at(&r.c.b.inst->handles, j)->own, 0);
    /* lent: cannot move */
    ck_assert_int_eq(move(&r, &r.own[0], &r.c.a, &r.c.b, i, &j), TENON_TRAP);
    ck_assert_str_eq(r.c.w.e.message, "cannot remove owned resource while borrowed");
    /* a borrow cannot become an own */
    ck_assert_int_eq(move(&r, &r.own[0], &r.c.b, &r.c.a, 1, &j), TENON_TRAP);
    tni_scope_end(r.c.cs, r.scope);
    ck_assert_uint_eq(tni_handles_at(&r.c.a.inst->handles, i)->lends, 0);
    /* into the component that defines the resource, a borrow is its rep */
    ck_assert_int_eq(tni_scope_new(r.c.cs, &r.c.a.inst->handles, &r.scope, &r.c.w.e),
                     TENON_OK);
    i = add_own(&r, &r.c.a, 1, 1234);
    ck_assert_int_eq(move(&r, &r.borrow[1], &r.c.a, &r.c.b, i, &j), TENON_OK);
    ck_assert_uint_eq(j, 1234);
    ck_assert_uint_eq(r.scope->num_borrows, 0);
    tni_scope_end(r.c.cs, r.scope);
    cabi_close(&r.c);
}
END_TEST

static void count_end(void *user, void *rep) {
    *(int *)user += *(int *)rep;
}

/* An object of the host: its handle is its index, whoever owns it. */
START_TEST(host_objects) {
    resource_world r = {0};
    int ended = 0, rep = 5;
    u32 h, i, j;
    resource_open(&r);
    r.of_host->host_dtor = count_end;
    r.of_host->user = &ended;
    ck_assert_int_eq(tni_host_resource_new(r.c.cs, r.of_host, &rep, &h, &r.c.w.e),
                     TENON_OK);
    ck_assert_int_eq(move(&r, &r.own[2], NULL, &r.c.a, h, &i), TENON_OK);
    /* given away: not the host's to give again, nor to drop */
    ck_assert_int_eq(move(&r, &r.own[2], NULL, &r.c.a, h, &j), TENON_TRAP);
    ck_assert_int_eq(tni_host_handle_drop(r.c.w.store, h, &r.c.w.e), TENON_USAGE);
    ck_assert_int_eq(move(&r, &r.own[2], &r.c.a, NULL, i, &j), TENON_OK);
    ck_assert_uint_eq(j, h);
    ck_assert_int_eq(tni_host_handle_drop(r.c.w.store, h, &r.c.w.e), TENON_OK);
    ck_assert_int_eq(ended, 5);
    ck_assert_int_eq(tni_host_handle_drop(r.c.w.store, h, &r.c.w.e), TENON_USAGE);
    /* what is left ends with the store */
    ck_assert_int_eq(tni_host_resource_new(r.c.cs, r.of_host, &rep, &h, &r.c.w.e),
                     TENON_OK);
    cabi_close(&r.c);
    ck_assert_int_eq(ended, 10);
}
END_TEST

/* The host is given a borrow of a guest's resource: gone when its function returns. */
START_TEST(borrows_of_the_host) {
    resource_world r = {0};
    u32 i, j;
    resource_open(&r);
    ck_assert_int_eq(tni_scope_new(r.c.cs, &r.c.a.inst->handles, &r.scope, &r.c.w.e),
                     TENON_OK);
    i = add_own(&r, &r.c.a, 0, 9);
    ck_assert_int_eq(move(&r, &r.borrow[0], &r.c.a, NULL, i, &j), TENON_OK);
    ck_assert_ptr_nonnull(tni_handles_at(&r.c.cs->host_handles, j));
    tni_take_back_borrows(r.c.cs, r.scope);
    ck_assert_ptr_null(tni_handles_at(&r.c.cs->host_handles, j));
    ck_assert_uint_eq(r.scope->num_borrows, 0);
    tni_scope_end(r.c.cs, r.scope);
    cabi_close(&r.c);
}
END_TEST

/* -- entering -- */

START_TEST(entering_sets) {
    tni_cinstance p = {.may_enter = true},
                  c = {.parent = &p, .depth = 1, .may_enter = true},
                  d = {.parent = &p, .depth = 1, .may_enter = true},
                  g = {.parent = &c, .depth = 2, .may_enter = true};
    ck_assert_ptr_eq(tni_entering_stop(&c, &d), &p);
    ck_assert_ptr_eq(tni_entering_stop(&g, &d), &p);
    ck_assert_ptr_eq(tni_entering_stop(&d, &g), &p);
    ck_assert_ptr_eq(tni_entering_stop(&p, &g), &p);
    ck_assert_ptr_eq(tni_entering_stop(&g, &p), &p);
    ck_assert_ptr_eq(tni_entering_stop(&g, &g), &g);
    ck_assert_ptr_null(tni_entering_stop(&g, NULL));
    tni_set_entered(&g, NULL, true);
    ck_assert(!g.may_enter && !c.may_enter && !p.may_enter && d.may_enter);
    ck_assert(tni_may_enter(&d, &p));
    ck_assert(!tni_may_enter(&d, NULL));
    ck_assert(tni_may_enter(&p, &p));
}
END_TEST

int main(void) {
    Suite *s = suite_create("cabi");
    TCase *c = tcase_create("cabi");
    tcase_set_timeout(c, 60);
    tcase_add_test(c, vectors);
    tcase_add_test(c, far_addresses);
    tcase_add_test(c, handle_order);
    tcase_add_test(c, handles_in_values);
    tcase_add_test(c, own_moves);
    tcase_add_test(c, borrows_and_lends);
    tcase_add_test(c, host_objects);
    tcase_add_test(c, borrows_of_the_host);
    tcase_add_test(c, entering_sets);
    suite_add_tcase(s, c);
    return run_suite(s);
}
