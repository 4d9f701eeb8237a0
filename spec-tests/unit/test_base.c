/* test_base.c: the base layer: allocation under limits and failure, arena, vector, map,
 * formatter, reader, Unicode, and number text against the C library's strtod and printf.
 */
#include <check.h>
#include <float.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/format.h"
#include "base/map.h"
#include "base/numtext.h"
#include "base/reader.h"
#include "base/unicode.h"
#include "base/vec.h"
#include "suite.h"

/* -- an allocator that counts, and fails the request numbered fail_at -- */

typedef struct test_memory {
    uint64_t live;
    uint64_t requests;
    uint64_t fail_at; /* from 1; 0 never */
} test_memory;

static void *test_resize(void *user, void *ptr, size_t old_size, size_t new_size) {
    test_memory *m = user;
    if (new_size == 0) {
        m->live -= old_size;
        free(ptr);
        return NULL;
    }
    if (++m->requests == m->fail_at) {
        return NULL;
    }
    void *p = realloc(ptr, new_size);
    m->live += new_size - (ptr != NULL ? old_size : 0);
    return p;
}

static test_memory memory;
static tni_heap heap;

static void fresh_heap(uint64_t limit) {
    memory = (test_memory){0};
    tenon_allocator a = {test_resize, &memory};
    tni_heap_init(&heap, &a, limit);
}

static uint64_t random_state = 88172645463325252u;

static uint64_t random_u64(void) {
    random_state ^= random_state << 13;
    random_state ^= random_state >> 7;
    random_state ^= random_state << 17;
    return random_state * 0x2545f4914f6cdd1du;
}

/* -- heap, arena, vector, map -- */

START_TEST(heap_limits) {
    fresh_heap(1000);
    tni_heap child;
    tni_heap_init_child(&child, &heap, 600);
    void *p = tni_calloc(&child, 10, 50);
    ck_assert_ptr_nonnull(p);
    ck_assert_uint_eq(child.used_bytes, 500);
    ck_assert_uint_eq(heap.used_bytes, 500);
    ck_assert_ptr_null(tni_resize(&child, NULL, 0, 101));
    ck_assert_ptr_null(tni_resize(&child, p, 500, 601));
    void *q = tni_calloc(&heap, 1, 450);
    ck_assert_ptr_nonnull(q);
    /* The child's own limit would allow it, its parent's does not. */
    ck_assert_ptr_null(tni_resize(&child, NULL, 0, 100));
    ck_assert_ptr_nonnull(p = tni_resize(&child, p, 500, 550));
    ck_assert_uint_eq(heap.used_bytes, 1000);
    tni_free(&heap, q, 1, 450);
    tni_free(&child, p, 11, 50);
    tni_free(&child, NULL, 11, 50);
    ck_assert_uint_eq(heap.used_bytes, 0);
    ck_assert_uint_eq(child.used_bytes, 0);
    ck_assert_uint_eq(memory.live, 0);
    ck_assert_ptr_null(tni_calloc(&heap, 0, 8));
    ck_assert_ptr_null(tni_calloc(&heap, SIZE_MAX, 2));
    ck_assert_ptr_null(tni_calloc(&heap, SIZE_MAX / 2 + 1, 2));
    ck_assert_uint_eq(memory.requests, 3);
}
END_TEST

START_TEST(arena_alignment_and_marks) {
    fresh_heap(UINT64_MAX);
    tni_arena a;
    tni_arena_init(&a, &heap);
    for (int i = 0; i < 3000; i++) {
        size_t align = (size_t)1 << (random_u64() % 5);
        size_t size = random_u64() % 100;
        uint8_t *p = tni_arena_alloc(&a, size, align);
        ck_assert_ptr_nonnull(p);
        ck_assert_uint_eq((uintptr_t)p % align, 0);
        for (size_t j = 0; j < size; j++) {
            ck_assert_uint_eq(p[j], 0);
        }
        memset(p, 0xff, size);
        if (i % 7 == 0) {
            tni_arena_mark m = tni_arena_save(&a);
            for (int j = 0; j < 40; j++) {
                memset(tni_arena_alloc(&a, 200, 8), 0xff, 200);
            }
            tni_arena_restore(&a, m);
            ck_assert_uint_eq(a.total_bytes, m.total_bytes);
        }
    }
    ck_assert_ptr_nonnull(tni_arena_alloc(&a, 10000000, 16));
    ck_assert_ptr_null(tni_arena_alloc(&a, SIZE_MAX, 1));
    ck_assert_ptr_null(tni_arena_alloc(&a, SIZE_MAX - 8, 16));
    ck_assert_ptr_null(tni_arena_array(&a, SIZE_MAX / 4, 8, 8));
    tni_str s = tni_arena_str(&a, TNI_STR("hello"));
    ck_assert_str_eq(s.ptr, "hello");
    a.limit_bytes = a.total_bytes + 10;
    ck_assert_ptr_nonnull(tni_arena_alloc(&a, 10, 1));
    ck_assert_ptr_null(tni_arena_alloc(&a, 1, 1));
    tni_arena_free(&a);
    ck_assert_uint_eq(memory.live, 0);
}
END_TEST

START_TEST(vector_growth) {
    fresh_heap(UINT64_MAX);
    TNI_VEC(uint32_t) v = {0};
    for (uint32_t i = 0; i < 10000; i++) {
        ck_assert(tni_vec_push(&heap, &v, i * 3));
    }
    for (uint32_t i = 0; i < 10000; i++) {
        ck_assert_uint_eq(v.data[i], i * 3);
    }
    ck_assert(!tni_vec_reserve(&heap, &v, SIZE_MAX / 2));
    ck_assert_uint_eq(v.count, 10000);
    tni_vec_free(&heap, &v);
    ck_assert_uint_eq(memory.live, 0);
    ck_assert_uint_eq(heap.used_bytes, 0);
}
END_TEST

START_TEST(vector_takes_what_the_limit_leaves) {
    fresh_heap(100);
    TNI_VEC(uint8_t) v = {0};
    for (int i = 0; i < 100; i++) {
        bool ok = tni_vec_push(&heap, &v, (uint8_t)i);
        ck_assert(ok || i > 50);
        if (!ok) {
            break;
        }
    }
    ck_assert_uint_gt(v.count, 50);
    tni_vec_free(&heap, &v);
    ck_assert_uint_eq(heap.used_bytes, 0);
}
END_TEST

START_TEST(map_against_model) {
    enum { KEYS = 4000 };
    static char keys[KEYS][16];
    static bool present[KEYS];
    static uint64_t values[KEYS];
    fresh_heap(UINT64_MAX);
    tni_map m;
    tni_map_init(&m, &heap);
    uint32_t live = 0;
    for (int i = 0; i < KEYS; i++) {
        snprintf(keys[i], sizeof keys[i], "key-%d", i);
    }
    for (int step = 0; step < 60000; step++) {
        size_t k = random_u64() % KEYS;
        tni_str key = tni_str_of(keys[k]);
        switch (random_u64() % 4) {
        case 0: {
            bool fresh;
            ck_assert(tni_map_add(&m, key, (uint64_t)step, &fresh));
            ck_assert(fresh != present[k]);
            if (fresh) {
                values[k] = (uint64_t)step;
                live++;
            }
            present[k] = true;
            break;
        }
        case 1:
            ck_assert(tni_map_put(&m, key, (uint64_t)step));
            live += !present[k];
            present[k] = true;
            values[k] = (uint64_t)step;
            break;
        case 2:
            tni_map_remove(&m, key);
            live -= present[k];
            present[k] = false;
            break;
        default: {
            uint64_t *place = tni_map_get(&m, key);
            ck_assert((place != NULL) == present[k]);
            if (place != NULL) {
                ck_assert_uint_eq(*place, values[k]);
            }
        }
        }
        ck_assert_uint_eq(m.live, live);
    }
    tni_map_free(&m);
    ck_assert_uint_eq(memory.live, 0);
}
END_TEST

START_TEST(map_order_and_odd_keys) {
    fresh_heap(UINT64_MAX);
    tni_map m;
    tni_map_init(&m, &heap);
    ck_assert_ptr_null(tni_map_get(&m, TNI_STR("x")));
    ck_assert(tni_map_put(&m, (tni_str){NULL, 0}, 5));
    ck_assert(tni_map_put(&m, (tni_str){"a\0b", 3}, 6));
    ck_assert(tni_map_put(&m, (tni_str){"a\0c", 3}, 7));
    ck_assert_uint_eq(*tni_map_get(&m, TNI_STR("")), 5);
    ck_assert_uint_eq(*tni_map_get(&m, (tni_str){"a\0c", 3}), 7);
    ck_assert_uint_eq(m.entries[1].value, 6);
    ck_assert_uint_eq(tni_hash("abc", 3), tni_hash("abc", 3));
    ck_assert_uint_ne(tni_hash("abc", 3), tni_hash("abd", 3));
    tni_map_free(&m);
}
END_TEST

/* Builds something of everything; true if memory lasted. */
static bool build_everything(void) {
    static const char *const names[] = {"a", "b", "c", "d", "e", "f", "g", "h", "i"};
    bool ok = true;
    tni_arena a;
    tni_map m;
    tni_buf b;
    TNI_VEC(uint64_t) v = {0};
    tni_arena_init(&a, &heap);
    tni_map_init(&m, &heap);
    tni_buf_init(&b, &heap);
    for (size_t i = 0; i < TNI_COUNT_OF(names) && ok; i++) {
        ok = tni_map_put(&m, tni_str_of(names[i]), i) && tni_vec_push(&heap, &v, i) &&
             tni_arena_alloc(&a, 300, 8) != NULL;
    }
    for (int i = 0; i < 30; i++) {
        tni_buf_format(&b, "%0200d", i);
    }
    ok = ok && !b.failed;
    tni_arena_free(&a);
    tni_map_free(&m);
    tni_buf_free(&b);
    tni_vec_free(&heap, &v);
    return ok;
}

START_TEST(every_allocation_fails_in_turn) {
    fresh_heap(UINT64_MAX);
    ck_assert(build_everything());
    uint64_t requests = memory.requests;
    ck_assert_uint_gt(requests, 5);
    for (uint64_t n = 1; n <= requests; n++) {
        fresh_heap(UINT64_MAX);
        memory.fail_at = n;
        build_everything(); /* a vector may recover by asking for less */
        ck_assert_uint_eq(memory.live, 0);
        ck_assert_uint_eq(heap.used_bytes, 0);
    }
}
END_TEST

/* -- errors and text -- */

START_TEST(errors) {
    static tenon_error e;
    memset(&e, 0x55, sizeof e);
    ck_assert_int_eq(tni_fail(&e, TNI_ERR_BAD_UTF8, 17, "in %s %d", "section", 3),
                     TENON_MALFORMED);
    ck_assert_str_eq(e.message, "malformed UTF-8 encoding: in section 3");
    ck_assert_uint_eq(e.offset, 17);
    ck_assert_uint_eq(e.frame_count, 0);
    ck_assert_int_eq(tni_fail_at(&e, TNI_ERR_USAGE, 3, 4, NULL), TENON_USAGE);
    ck_assert_str_eq(e.message, "usage");
    ck_assert_uint_eq(e.line, 3);
    ck_assert_uint_eq(e.column, 4);
    ck_assert_uint_eq(e.offset, TENON_NO_OFFSET);
    ck_assert_int_eq(tni_no_memory(&e), TENON_NO_MEMORY);
    char longer[1000];
    memset(longer, 'x', sizeof longer);
    longer[999] = 0;
    tni_fail(&e, TNI_ERR_USAGE, 0, "%s", longer);
    ck_assert_uint_eq(strlen(e.message), TENON_MESSAGE_BYTES - 1);
    tni_error_clear(&e);
    ck_assert_int_eq(e.status, TENON_OK);
    ck_assert_str_eq(tenon_status_name(TENON_TRAP), "trap");
    ck_assert_str_eq(tenon_status_name((tenon_status)99), "unknown");
    for (int c = 0; c < TNI_ERR_COUNT; c++) {
        ck_assert_uint_gt(strlen(tni_code_text((tni_code)c)), 0);
    }
}
END_TEST

#define SAME_AS_PRINTF(...)                                                              \
    do {                                                                                 \
        char ours[256], theirs[256];                                                     \
        size_t n = tni_format(ours, sizeof ours, __VA_ARGS__);                           \
        ck_assert_uint_eq(n, (size_t)snprintf(theirs, sizeof theirs, __VA_ARGS__));      \
        ck_assert_str_eq(ours, theirs);                                                  \
    } while (0)

START_TEST(formatter) {
    SAME_AS_PRINTF("plain");
    SAME_AS_PRINTF("%d %i %u", -5, 7, 4000000000u);
    SAME_AS_PRINTF("%d %d", INT32_MIN, INT32_MAX);
    SAME_AS_PRINTF("%lld %llu", INT64_MIN + 0LL, UINT64_MAX + 0ULL);
    SAME_AS_PRINTF("%ld %lu %lx", -1L, 1UL, 0xabcdefUL);
    SAME_AS_PRINTF("%zu %zx %zd", SIZE_MAX, SIZE_MAX, (ssize_t)-1);
    SAME_AS_PRINTF("%x %X %08x %8x %-8x|", 255, 255, 255, 255, 255);
    SAME_AS_PRINTF("%05d %5d %-5d| %03d", -42, -42, -42, -42);
    SAME_AS_PRINTF("%s %.*s %.3s %10s %-10s|", "str", 2, "xyz", "abcdef", "r", "l");
    SAME_AS_PRINTF("%c%c%% %*d", 'a', 'b', 6, 42);
    SAME_AS_PRINTF("%016llx", 0x123456789abULL);
    SAME_AS_PRINTF("%hhu", (unsigned char)7);
    char buf[16];
    ck_assert_uint_eq(tni_format(buf, 6, "a\xc3\xa9%s", "\xe2\x82\xac!"), 7);
    ck_assert_str_eq(buf, "a\xc3\xa9"); /* the euro sign did not fit */
    ck_assert_uint_eq(tni_format(buf, 3, "\xf0\x9f\x98\x80"), 4);
    ck_assert_str_eq(buf, "");
    ck_assert_uint_eq(tni_format(NULL, 0, "%d", 12345), 5);
}
END_TEST

START_TEST(buffer_text) {
    fresh_heap(UINT64_MAX);
    tni_buf b;
    tni_buf_init(&b, &heap);
    for (int i = 0; i < 500; i++) {
        tni_buf_format(&b, "%0300d|", i);
        tni_buf_byte(&b, '\n');
        tni_buf_str(&b, TNI_STR("ab"));
    }
    ck_assert(!b.failed);
    ck_assert_uint_eq(b.count, 500 * 304);
    ck_assert_uint_eq(b.data[304 * 7 + 299], '7');
    tni_buf_free(&b);
    ck_assert_uint_eq(memory.live, 0);
    fresh_heap(10);
    tni_buf_init(&b, &heap);
    tni_buf_put(&b, "0123456789", 10);
    ck_assert(!b.failed);
    tni_buf_byte(&b, 'x');
    ck_assert(b.failed);
    ck_assert_uint_eq(b.count, 10);
    tni_buf_free(&b);
}
END_TEST

/* -- reader -- */

static tenon_error reader_error;

static tni_reader read_hex(const char *hex, uint8_t *store) {
    size_t n = 0;
    for (; hex[0] != 0 && hex[1] != 0; hex += 2) {
        char two[3] = {hex[0], hex[1], 0};
        store[n++] = (uint8_t)strtoul(two, NULL, 16);
    }
    tni_error_clear(&reader_error);
    return tni_reader_of(store, n, 1000, &reader_error);
}

typedef struct leb_case {
    char kind; /* u: u32, U: u64, s: s32, S: s64, 3: s33 */
    const char *hex;
    tni_code code;
    int64_t value; /* or the offset of the error */
} leb_case;

static const leb_case leb_cases[] = {
    {'u', "00", TNI_ERR_NONE, 0},
    {'u', "7f", TNI_ERR_NONE, 127},
    {'u', "8001", TNI_ERR_NONE, 128},
    {'u', "8080808000", TNI_ERR_NONE, 0},
    {'u', "ffffffff0f", TNI_ERR_NONE, 0xffffffff},
    {'u', "ffffffff1f", TNI_ERR_INTEGER_TOO_LARGE, 1004},
    {'u', "8080808010", TNI_ERR_INTEGER_TOO_LARGE, 1004},
    {'u', "80808080f0", TNI_ERR_INTEGER_TOO_LARGE, 1004},
    {'u', "808080808000", TNI_ERR_INTEGER_TOO_LONG, 1004},
    {'u', "ffffffff8f", TNI_ERR_INTEGER_TOO_LONG, 1004},
    {'u', "80808080", TNI_ERR_UNEXPECTED_END, 1004},
    {'u', "", TNI_ERR_UNEXPECTED_END, 1000},
    {'U', "ffffffffffffffffff01", TNI_ERR_NONE, -1},
    {'U', "80808080808080808000", TNI_ERR_NONE, 0},
    {'U', "ffffffffffffffffff02", TNI_ERR_INTEGER_TOO_LARGE, 1009},
    {'U', "ffffffffffffffffff81", TNI_ERR_INTEGER_TOO_LONG, 1009},
    {'U', "ffffffffffffffffff", TNI_ERR_UNEXPECTED_END, 1009},
    {'s', "00", TNI_ERR_NONE, 0},
    {'s', "7f", TNI_ERR_NONE, -1},
    {'s', "40", TNI_ERR_NONE, -64},
    {'s', "c000", TNI_ERR_NONE, 64},
    {'s', "ffffffff7f", TNI_ERR_NONE, -1},
    {'s', "8080808078", TNI_ERR_NONE, INT32_MIN},
    {'s', "ffffffff07", TNI_ERR_NONE, INT32_MAX},
    {'s', "ffffffff0f", TNI_ERR_INTEGER_TOO_LARGE, 1004},
    {'s', "8080808070", TNI_ERR_INTEGER_TOO_LARGE, 1004},
    {'s', "ffffffff4f", TNI_ERR_INTEGER_TOO_LARGE, 1004},
    {'s', "ffffffffff7f", TNI_ERR_INTEGER_TOO_LONG, 1004},
    {'s', "808080808000", TNI_ERR_INTEGER_TOO_LONG, 1004},
    {'3', "ffffffff0f", TNI_ERR_NONE, 0xffffffff},
    {'3', "8080808070", TNI_ERR_NONE, -4294967296},
    {'3', "ffffffff1f", TNI_ERR_INTEGER_TOO_LARGE, 1004},
    {'3', "8080808060", TNI_ERR_INTEGER_TOO_LARGE, 1004},
    {'3', "ffffffffff00", TNI_ERR_INTEGER_TOO_LONG, 1004},
    {'S', "ffffffffffffffffff00", TNI_ERR_NONE, INT64_MAX},
    {'S', "8080808080808080807f", TNI_ERR_NONE, INT64_MIN},
    {'S', "ffffffffffffffffff7f", TNI_ERR_NONE, -1},
    {'S', "ffffffffffffffffff01", TNI_ERR_INTEGER_TOO_LARGE, 1009},
    {'S', "8080808080808080807e", TNI_ERR_INTEGER_TOO_LARGE, 1009},
    {'S', "ffffffffffffffffffff00", TNI_ERR_INTEGER_TOO_LONG, 1009},
};

START_TEST(leb_table) {
    const leb_case *c = &leb_cases[_i];
    uint8_t store[32];
    tni_reader r = read_hex(c->hex, store);
    uint32_t u = 0;
    int32_t s = 0;
    uint64_t uu = 0;
    int64_t v = 0;
    tenon_status status;
    switch (c->kind) {
    case 'u':
        status = tni_read_u32(&r, &u);
        v = u;
        break;
    case 'U':
        status = tni_read_u64(&r, &uu);
        v = (int64_t)uu;
        break;
    case 's':
        status = tni_read_s32(&r, &s);
        v = s;
        break;
    case '3': status = tni_read_s33(&r, &v); break;
    default: status = tni_read_s64(&r, &v); break;
    }
    if (c->code == TNI_ERR_NONE) {
        ck_assert_msg(status == TENON_OK, "%s: %s", c->hex, reader_error.message);
        ck_assert_msg(v == c->value, "%s: got %" PRId64, c->hex, v);
        ck_assert_uint_eq(tni_reader_left(&r), 0);
    } else {
        ck_assert_int_eq(status, TENON_MALFORMED);
        ck_assert_msg(reader_error.code == c->code, "%s: %s", c->hex,
                      reader_error.message);
        ck_assert_msg(reader_error.offset == (uint64_t)c->value, "%s: at %" PRIu64,
                      c->hex, reader_error.offset);
    }
}
END_TEST

START_TEST(leb_round_trip) {
    fresh_heap(UINT64_MAX);
    tni_buf b;
    for (int i = 0; i < 20000; i++) {
        uint64_t v = random_u64() >> (random_u64() % 64);
        tni_buf_init(&b, &heap);
        tni_buf_u32(&b, (uint32_t)v);
        tni_buf_u64(&b, v);
        tni_buf_s32(&b, (int32_t)v);
        tni_buf_s32(&b, -(int32_t)(v >> 33));
        tni_buf_s33(&b, (int64_t)(v << 31) >> 31);
        tni_buf_s64(&b, (int64_t)v);
        tni_buf_s64(&b, -(int64_t)(v >> 1));
        tni_reader r = tni_reader_of(b.data, b.count, 0, &reader_error);
        uint32_t u32v;
        uint64_t u64v;
        int32_t s32v;
        int64_t s64v;
        ck_assert(!tni_read_u32(&r, &u32v) && u32v == (uint32_t)v);
        ck_assert(!tni_read_u64(&r, &u64v) && u64v == v);
        ck_assert(!tni_read_s32(&r, &s32v) && s32v == (int32_t)v);
        ck_assert(!tni_read_s32(&r, &s32v) && s32v == -(int32_t)(v >> 33));
        ck_assert(!tni_read_s33(&r, &s64v) && s64v == (int64_t)(v << 31) >> 31);
        ck_assert(!tni_read_s64(&r, &s64v) && s64v == (int64_t)v);
        ck_assert(!tni_read_s64(&r, &s64v) && s64v == -(int64_t)(v >> 1));
        ck_assert_uint_eq(tni_reader_left(&r), 0);
        tni_buf_free(&b);
    }
}
END_TEST

START_TEST(reader_names_and_parts) {
    uint8_t store[64];
    tni_reader r = read_hex("0368c3a901", store);
    tni_str name;
    ck_assert_int_eq(tni_read_name(&r, &name), TENON_OK);
    ck_assert_uint_eq(name.len, 3);
    ck_assert_uint_eq(tni_reader_offset(&r), 1004);
    ck_assert_int_eq(tni_read_name(&r, &name), TENON_MALFORMED);
    ck_assert_uint_eq(reader_error.code, TNI_ERR_LENGTH_OUT_OF_BOUNDS);
    r = read_hex("02c328", store);
    ck_assert_int_eq(tni_read_name(&r, &name), TENON_MALFORMED);
    ck_assert_uint_eq(reader_error.code, TNI_ERR_BAD_UTF8);
    ck_assert_uint_eq(reader_error.offset, 1001);
    r = read_hex("0102030405060708090a", store);
    uint32_t word;
    uint64_t wide;
    tni_reader sub;
    const uint8_t *bytes;
    ck_assert(!tni_read_sub(&r, 5, &sub));
    ck_assert(!tni_read_fixed32(&sub, &word) && word == 0x04030201);
    ck_assert_uint_eq(tni_reader_offset(&sub), 1004);
    ck_assert_int_eq(tni_read_fixed32(&sub, &word), TENON_MALFORMED);
    ck_assert_uint_eq(reader_error.offset, 1005);
    ck_assert_int_eq(tni_read_fixed64(&r, &wide), TENON_MALFORMED);
    ck_assert(!tni_read_bytes(&r, 5, &bytes) && bytes == store + 5);
    ck_assert_int_eq(tni_read_bytes(&r, 1, &bytes), TENON_MALFORMED);
    ck_assert_int_eq(tni_read_bytes(&r, SIZE_MAX, &bytes), TENON_MALFORMED);
    ck_assert(!tni_read_bytes(&r, 0, &bytes));
}
END_TEST

/* -- Unicode -- */

/* For tight loops, where ck_assert's bookkeeping takes longer than the test. */
#define CHECK(cond)                                                                      \
    do {                                                                                 \
        if (!(cond)) {                                                                   \
            ck_abort_msg("%s", #cond);                                                   \
        }                                                                                \
    } while (0)

START_TEST(utf8_every_scalar) {
    for (uint32_t c = 0; c <= 0x10ffff; c++) {
        if (!tni_is_scalar(c)) {
            continue;
        }
        uint8_t b[4];
        size_t n = tni_utf8_encode(c, b);
        uint32_t back;
        CHECK(tni_utf8_decode(b, b + n, &back) == n);
        CHECK(back == c);
        if (n > 1) {
            CHECK(tni_utf8_decode(b, b + n - 1, &back) == 0);
        }
        CHECK(tni_utf8_valid(b, n));
        size_t units = tni_utf16_encode(c, b);
        CHECK(tni_utf16_decode(b, units, &back) == units);
        CHECK(back == c);
    }
}
END_TEST

/* An independent check by the table of the Unicode standard (3-7). */
static bool table_valid(const uint8_t *p, size_t n) {
    static const uint8_t rows[][9] = {
        {1, 0x00, 0x7f},
        {2, 0xc2, 0xdf, 0x80, 0xbf},
        {3, 0xe0, 0xe0, 0xa0, 0xbf, 0x80, 0xbf},
        {3, 0xe1, 0xec, 0x80, 0xbf, 0x80, 0xbf},
        {3, 0xed, 0xed, 0x80, 0x9f, 0x80, 0xbf},
        {3, 0xee, 0xef, 0x80, 0xbf, 0x80, 0xbf},
        {4, 0xf0, 0xf0, 0x90, 0xbf, 0x80, 0xbf, 0x80, 0xbf},
        {4, 0xf1, 0xf3, 0x80, 0xbf, 0x80, 0xbf, 0x80, 0xbf},
        {4, 0xf4, 0xf4, 0x80, 0x8f, 0x80, 0xbf, 0x80, 0xbf},
    };
    while (n > 0) {
        bool matched = false;
        for (size_t i = 0; i < TNI_COUNT_OF(rows) && !matched; i++) {
            size_t len = rows[i][0];
            matched = len <= n;
            for (size_t j = 0; matched && j < len; j++) {
                matched = p[j] >= rows[i][1 + 2 * j] && p[j] <= rows[i][2 + 2 * j];
            }
            if (matched) {
                p += len;
                n -= len;
            }
        }
        if (!matched) {
            return false;
        }
    }
    return true;
}

START_TEST(utf8_against_the_table) {
    static const uint8_t edges[] = {0x00, 0x41, 0x7f, 0x80, 0x8f, 0x90, 0x9f, 0xa0, 0xbf,
                                    0xc0, 0xc1, 0xc2, 0xdf, 0xe0, 0xe1, 0xec, 0xed, 0xee,
                                    0xef, 0xf0, 0xf1, 0xf3, 0xf4, 0xf5, 0xff};
    uint8_t b[32];
    for (uint32_t i = 0; i < 25 * 25 * 25 * 25; i++) {
        b[0] = edges[i % 25];
        b[1] = edges[i / 25 % 25];
        b[2] = edges[i / 625 % 25];
        b[3] = edges[i / 15625];
        CHECK(tni_utf8_valid(b, 4) == table_valid(b, 4));
    }
    for (int i = 0; i < 200000; i++) {
        size_t n = random_u64() % sizeof b;
        for (size_t j = 0; j < n; j++) {
            uint64_t x = random_u64();
            b[j] = x % 3 != 0 ? (uint8_t)(x >> 8 & 0x7f) : edges[(x >> 8) % 25];
        }
        CHECK(tni_utf8_valid(b, n) == table_valid(b, n));
    }
    /* One edge anywhere in ASCII of any length, for what is looked at in blocks. */
    uint8_t ascii[300];
    memset(ascii, 'a', sizeof ascii);
    for (size_t n = 1; n <= 140; n++) {
        for (size_t at = 0; at < n; at++) {
            const uint8_t *p = ascii + random_u64() % 8;
            uint8_t *edge = ascii + (p - ascii) + at;
            for (size_t i = 0; i < sizeof edges; i++) {
                *edge = edges[i];
                CHECK(tni_utf8_valid(p, n) == table_valid(p, n));
            }
            edge[0] = 0xc3, edge[1] = 0xa9; /* é, which may be cut off */
            CHECK(tni_utf8_valid(p, n) == (at + 1 < n));
            edge[0] = edge[1] = 'a';
        }
    }
    uint32_t c;
    ck_assert(tni_utf8_valid(NULL, 0));
    ck_assert_uint_eq(tni_utf16_decode((const uint8_t *)"\x00\xdc", 1, &c), 0);
    ck_assert_uint_eq(tni_utf16_decode((const uint8_t *)"\x00\xd8", 1, &c), 0);
    ck_assert_uint_eq(tni_utf16_decode((const uint8_t *)"\x00\xd8\x00\xd8", 2, &c), 0);
    ck_assert_uint_eq(tni_utf16_decode((const uint8_t *)"\x00\xd8\x00\xe0", 2, &c), 0);
    ck_assert_uint_eq(tni_utf16_decode((const uint8_t *)"", 0, &c), 0);
}
END_TEST

/* -- integers as text -- */

typedef struct int_case {
    const char *text;
    unsigned bits; /* 0: tni_parse_u64 without a bound */
    tni_num result;
    uint64_t value;
} int_case;

static const int_case int_cases[] = {
    {"0", 32, TNI_NUM_OK, 0},
    {"-0", 32, TNI_NUM_OK, 0},
    {"+1", 32, TNI_NUM_OK, 1},
    {"4294967295", 32, TNI_NUM_OK, 0xffffffff},
    {"4294967296", 32, TNI_NUM_RANGE, 0},
    {"-2147483648", 32, TNI_NUM_OK, 0x80000000},
    {"-2147483649", 32, TNI_NUM_RANGE, 0},
    {"-0x80000000", 32, TNI_NUM_OK, 0x80000000},
    {"0xffff_ffff", 32, TNI_NUM_OK, 0xffffffff},
    {"0x1_0000_0000", 32, TNI_NUM_RANGE, 0},
    {"1_000", 32, TNI_NUM_OK, 1000},
    {"-1", 8, TNI_NUM_OK, 0xff},
    {"-128", 8, TNI_NUM_OK, 0x80},
    {"-129", 8, TNI_NUM_RANGE, 0},
    {"255", 8, TNI_NUM_OK, 255},
    {"256", 8, TNI_NUM_RANGE, 0},
    {"65535", 16, TNI_NUM_OK, 65535},
    {"18446744073709551615", 64, TNI_NUM_OK, UINT64_MAX},
    {"18446744073709551616", 64, TNI_NUM_RANGE, 0},
    {"-9223372036854775808", 64, TNI_NUM_OK, (uint64_t)1 << 63},
    {"-9223372036854775809", 64, TNI_NUM_RANGE, 0},
    {"99999999999999999999999999999999", 64, TNI_NUM_RANGE, 0},
    {"0x00000000000000000000000000001", 64, TNI_NUM_OK, 1},
    {"", 32, TNI_NUM_SYNTAX, 0},
    {"+", 32, TNI_NUM_SYNTAX, 0},
    {"+-1", 32, TNI_NUM_SYNTAX, 0},
    {"_1", 32, TNI_NUM_SYNTAX, 0},
    {"1_", 32, TNI_NUM_SYNTAX, 0},
    {"1__0", 32, TNI_NUM_SYNTAX, 0},
    {"0x", 32, TNI_NUM_SYNTAX, 0},
    {"0x_1", 32, TNI_NUM_SYNTAX, 0},
    {"0X1", 32, TNI_NUM_SYNTAX, 0},
    {"1a", 32, TNI_NUM_SYNTAX, 0},
    {"0xg", 32, TNI_NUM_SYNTAX, 0},
    {"99999999999z", 32, TNI_NUM_SYNTAX, 0},
    {" 1", 32, TNI_NUM_SYNTAX, 0},
    {"1.0", 32, TNI_NUM_SYNTAX, 0},
    {"12", 0, TNI_NUM_OK, 12},
    {"-1", 0, TNI_NUM_SYNTAX, 0},
    {"+1", 0, TNI_NUM_SYNTAX, 0},
    {"18446744073709551615", 0, TNI_NUM_OK, UINT64_MAX},
    {"18446744073709551616", 0, TNI_NUM_RANGE, 0},
};

START_TEST(integers) {
    const int_case *c = &int_cases[_i];
    uint64_t v = 0;
    tni_str text = tni_str_of(c->text);
    tni_num r = c->bits == 0 ? tni_parse_u64(text, UINT64_MAX, &v)
                             : tni_parse_int(text, c->bits, &v);
    ck_assert_msg(r == c->result, "%s: %d", c->text, r);
    if (r == TNI_NUM_OK) {
        ck_assert_msg(v == c->value, "%s: %" PRIx64, c->text, v);
    }
}
END_TEST

START_TEST(signed_integers) {
    int64_t v;
    ck_assert_int_eq(tni_parse_signed(TNI_STR("127"), 8, &v), TNI_NUM_OK);
    ck_assert_int_eq(tni_parse_signed(TNI_STR("128"), 8, &v), TNI_NUM_RANGE);
    ck_assert_int_eq(tni_parse_signed(TNI_STR("-128"), 8, &v), TNI_NUM_OK);
    ck_assert_int_eq(v, -128);
    ck_assert_int_eq(tni_parse_signed(TNI_STR("-9223372036854775808"), 64, &v),
                     TNI_NUM_OK);
    ck_assert(v == INT64_MIN);
    ck_assert_int_eq(tni_parse_signed(TNI_STR("9223372036854775808"), 64, &v),
                     TNI_NUM_RANGE);
    uint64_t u;
    ck_assert_int_eq(tni_parse_u64(TNI_STR("101"), 100, &u), TNI_NUM_RANGE);
    ck_assert_int_eq(tni_parse_u64(TNI_STR("100"), 100, &u), TNI_NUM_OK);
}
END_TEST

/* -- floats as text -- */

static uint64_t bits64(double d) {
    uint64_t b;
    memcpy(&b, &d, sizeof b);
    return b;
}

static uint32_t bits32(float f) {
    uint32_t b;
    memcpy(&b, &f, sizeof b);
    return b;
}

static double of_bits64(uint64_t b) {
    double d;
    memcpy(&d, &b, sizeof d);
    return d;
}

static float of_bits32(uint32_t b) {
    float f;
    memcpy(&f, &b, sizeof f);
    return f;
}

/* Both widths of a literal that strtod reads as well, infinity being out of range. */
static void same_as_strtod(const char *text) {
    uint64_t b64 = 0;
    uint32_t b32 = 0;
    tni_num r = tni_parse_f64(tni_str_of(text), &b64);
    double d = strtod(text, NULL);
    ck_assert_msg(r == (isinf(d) ? TNI_NUM_RANGE : TNI_NUM_OK), "%s: %d", text, r);
    ck_assert_msg(r != TNI_NUM_OK || b64 == bits64(d), "%s: %a, not %a", text,
                  of_bits64(b64), d);
    float f = strtof(text, NULL);
    r = tni_parse_f32(tni_str_of(text), &b32);
    ck_assert_msg(r == (isinf(f) ? TNI_NUM_RANGE : TNI_NUM_OK), "%s: %d", text, r);
    ck_assert_msg(r != TNI_NUM_OK || b32 == bits32(f), "%s: %a, not %a", text,
                  (double)of_bits32(b32), (double)f);
}

START_TEST(float_literals) {
    static const char *const cases[] = {
        "0",
        "-0",
        "0.0",
        "1",
        "1.",
        "-1.5",
        "1e0",
        "1e+10",
        "1E-10",
        "1.e5",
        "0.1",
        "0.5",
        "9007199254740993",
        "9007199254740992.999",
        "9007199254740993.0000000001",
        "2.2250738585072011e-308",
        "2.2250738585072014e-308",
        "4.9406564584124654e-324",
        "2.4703282292062327e-324",
        "2.4703282292062328e-324",
        "1e-400",
        "1e400",
        "1.7976931348623157e308",
        "1.7976931348623158e308",
        "1.7976931348623159e308",
        "17976931348623158079372897140530341507993413271003782693617377898044496829276475"
        "0"
        "9466490179775872070963302864166928879109465555478519404026306574886715058206819",
        "3.4028234663852886e38",
        "3.4028235677973366e38",
        "3.4028235677973367e38",
        "1.1754943508222875e-38",
        "7.006492321624085e-46",
        "7.006492321624086e-46",
        "16777217",
        "16777217.0000000000000000000000001",
        "16777216.999999",
        "8.5e-46",
        "0x1p0",
        "0x1.8p1",
        "0x0p0",
        "-0x0.0p+5",
        "0x1.fffffep127",
        "0x1.fffffefp127",
        "0x1.ffffffp127",
        "0x1.fffffffffffffp1023",
        "0x1.fffffffffffff7p1023",
        "0x1.fffffffffffff8p1023",
        "0x1p-1074",
        "0x1p-1075",
        "0x1.0000001p-1075",
        "0x0.00000000000000000000000000001p200",
        "0x123456789abcdef0123456789.8p-3",
        "0x1.00000100000000001p0",
        "0x1.000001p0",
        "0x1.000003p0",
        "0x1.0000000000000800p0",
        "0x1.00000000000008000000000000000000001p0",
        "0x1p99999999999999999999999",
        "0x1p-99999999999999999999999",
        "1e99999999999999999999999999999",
        "1e-99999999999999999999999999999",
        "0e99999999999999999999",
        "0x0p99999999999999",
        "123456789012345678901234567890",
        "0.000000000000000000000000000000000000000001",
        "6.02214076e23",
        "1.00000005960464477539062499",
        "1.000000059604644775390625",
        "1.00000005960464477539062501",
    };
    for (size_t i = 0; i < TNI_COUNT_OF(cases); i++) {
        same_as_strtod(cases[i]);
    }
}
END_TEST

START_TEST(float_syntax) {
    static const char *const bad[] = {
        "",        "+",        ".",
        ".5",      "1e",       "1e+",
        "e1",      "1_",       "_1",
        "1__0",    "1._0",     "1_.0",
        "1.0_",    "1e_1",     "1e1_",
        "0x",      "0x.8",     "0x1p",
        "0x1_p1",  "0x1.p",    "0x_1",
        "0x1._8",  "inf1",     "infinity",
        "nan:1",   "nan:",     "nanx",
        "nan:0x",  "nan:0x_1", "nan:0xg",
        "1f",      "1.0.0",    "1e1.0",
        "--1",     "+-1",      "1p1",
        "0x1p0x1", "1 ",       "nan:canonical",
    };
    uint64_t v;
    uint32_t w;
    for (size_t i = 0; i < TNI_COUNT_OF(bad); i++) {
        ck_assert_msg(tni_parse_f64(tni_str_of(bad[i]), &v) == TNI_NUM_SYNTAX, "%s",
                      bad[i]);
        ck_assert_msg(tni_parse_f32(tni_str_of(bad[i]), &w) == TNI_NUM_SYNTAX, "%s",
                      bad[i]);
    }
    ck_assert(tni_parse_f64(TNI_STR("1_000.2_5e1_0"), &v) == TNI_NUM_OK);
    ck_assert(v == bits64(1000.25e10));
    ck_assert(tni_parse_f64(TNI_STR("0x1_0.8_0p1_0"), &v) == TNI_NUM_OK);
    ck_assert(v == bits64(16.5 * 1024));
    ck_assert(tni_parse_f32(TNI_STR("inf"), &w) == TNI_NUM_OK && w == 0x7f800000);
    ck_assert(tni_parse_f32(TNI_STR("-inf"), &w) == TNI_NUM_OK && w == 0xff800000);
    ck_assert(tni_parse_f32(TNI_STR("nan"), &w) == TNI_NUM_OK && w == 0x7fc00000);
    ck_assert(tni_parse_f32(TNI_STR("-nan:0x1"), &w) == TNI_NUM_OK && w == 0xff800001);
    ck_assert(tni_parse_f32(TNI_STR("nan:0x7f_ffff"), &w) == TNI_NUM_OK &&
              w == 0x7fffffff);
    ck_assert(tni_parse_f32(TNI_STR("nan:0x80_0000"), &w) == TNI_NUM_RANGE);
    ck_assert(tni_parse_f32(TNI_STR("nan:0x0"), &w) == TNI_NUM_RANGE);
    ck_assert(tni_parse_f64(TNI_STR("nan:0xf_ffff_ffff_ffff"), &v) == TNI_NUM_OK &&
              v == 0x7fffffffffffffff);
    ck_assert(tni_parse_f64(TNI_STR("nan:0x10000000000000"), &v) == TNI_NUM_RANGE);
    ck_assert(tni_parse_f64(TNI_STR("nan:0xfffffffffffffffffffff"), &v) == TNI_NUM_RANGE);
}
END_TEST

START_TEST(floats_random_decimals) {
    char text[1200];
    for (int i = 0; i < 30000; i++) {
        int n = 1 + (int)(random_u64() % 25);
        int at = 0;
        int point = (int)(random_u64() % (uint64_t)(n + 1));
        for (int j = 0; j < n; j++) {
            if (j == point && j > 0) {
                text[at++] = '.';
            }
            text[at++] = (char)('0' + random_u64() % 10);
        }
        int range = random_u64() % 2 == 0 ? 50 : 345;
        sprintf(text + at, "e%d", (int)(random_u64() % (uint64_t)(2 * range)) - range);
        same_as_strtod(text);
    }
}
END_TEST

/* Exact midpoints between neighbours, and a hair to either side: the hard cases. */
START_TEST(floats_at_midpoints) {
    char text[2600];
    for (int i = 0; i < 3000; i++) {
        uint64_t b = random_u64() & 0x7fffffffffffffff;
        if (i % 3 == 0) {
            b &= 0x001fffffffffffff; /* subnormals and the smallest normals */
        }
        double d = of_bits64(b);
        if (!isfinite(d) || d == 0) {
            continue;
        }
        long double mid = ((long double)d + (long double)nextafter(d, INFINITY)) / 2;
        if (LDBL_MANT_DIG < 64 || isinf(mid)) {
            continue;
        }
        int n = snprintf(text, sizeof text - 2, "%.*Lf", 1100, mid);
        ck_assert_int_lt(n, (int)sizeof text - 2);
        same_as_strtod(text);
        strcpy(text + n, "1");
        same_as_strtod(text);
        text[n - 1] = '9'; /* was a trailing 0 */
        same_as_strtod(text);
    }
    for (int i = 0; i < 20000; i++) {
        float f = of_bits32((uint32_t)random_u64() & 0x7fffffff);
        if (!isfinite(f)) {
            continue;
        }
        double mid = ((double)f + (double)nextafterf(f, INFINITY)) / 2;
        snprintf(text, sizeof text, "%.*f", 200, mid);
        same_as_strtod(text);
        snprintf(text, sizeof text, "%a", mid);
        same_as_strtod(text);
    }
}
END_TEST

START_TEST(floats_random_hex) {
    char text[100];
    for (int i = 0; i < 30000; i++) {
        int at = sprintf(text, "0x");
        int n = 1 + (int)(random_u64() % 30);
        int point = (int)(random_u64() % 31);
        for (int j = 0; j < n; j++) {
            if (j == point && j > 0) {
                text[at++] = '.';
            }
            int zeros = random_u64() % 3 == 0;
            text[at++] = zeros ? '0' : "0123456789abcdefABCDEF"[random_u64() % 22];
        }
        sprintf(text + at, "p%d", (int)(random_u64() % 2400) - 1200);
        same_as_strtod(text);
    }
}
END_TEST

/* Significant digits of a decimal text. */
static int significant(const char *text) {
    int n = 0;
    int trailing = 0;
    for (; *text != 0 && *text != 'e'; text++) {
        if (*text >= '0' && *text <= '9' && (n > 0 || *text != '0')) {
            n++;
            trailing = *text == '0' ? trailing + 1 : 0;
        }
    }
    return n - trailing;
}

static void shortest_and_exact(uint64_t b) {
    char text[TNI_FLOAT_TEXT_BYTES];
    char other[64];
    uint64_t back;
    size_t n = tni_format_f64(text, b);
    ck_assert_uint_eq(n, strlen(text));
    ck_assert_msg(tni_parse_f64(tni_str_of(text), &back) == TNI_NUM_OK && back == b,
                  "%s %" PRIx64, text, b);
    double d = of_bits64(b);
    if (isnan(d) || isinf(d)) {
        return;
    }
    ck_assert_msg(bits64(strtod(text, NULL)) == b, "%s %" PRIx64, text, b);
    int digits = significant(text);
    ck_assert_int_le(digits, 17);
    if (digits > 1) {
        snprintf(other, sizeof other, "%.*e", digits - 2, d);
        ck_assert_msg(bits64(strtod(other, NULL)) != b, "%s is shorter than %s", other,
                      text);
    }
    /* Of the shortest ones it is the nearest, so printf agrees unless its own rounding
     * does not read back. */
    snprintf(other, sizeof other, "%.*e", digits > 0 ? digits - 1 : 0, d);
    if (bits64(strtod(other, NULL)) == b) {
        ck_assert_msg(strtold(other, NULL) == strtold(text, NULL), "%s, not %s", text,
                      other);
    }
}

START_TEST(float_printing) {
    static const struct {
        double value;
        const char *text;
    } cases[] = {
        {0.0, "0"},
        {-0.0, "-0"},
        {1.0, "1"},
        {0.1, "0.1"},
        {-1.5, "-1.5"},
        {1e100, "1e+100"},
        {1e20, "100000000000000000000"},
        {1e22, "1e+22"},
        {1e-6, "0.000001"},
        {1e-7, "1e-7"},
        {123456.789, "123456.789"},
        {5e-324, "5e-324"},
        {DBL_MAX, "1.7976931348623157e+308"},
        {2.2250738585072014e-308, "2.2250738585072014e-308"},
        {9007199254740993.0, "9007199254740992"},
        {1.0 / 3, "0.3333333333333333"},
        {100, "100"},
        {1e5, "100000"},
        {2e-5, "0.00002"},
        {1.25e-9, "1.25e-9"},
    };
    char text[TNI_FLOAT_TEXT_BYTES];
    for (size_t i = 0; i < TNI_COUNT_OF(cases); i++) {
        tni_format_f64(text, bits64(cases[i].value));
        ck_assert_str_eq(text, cases[i].text);
    }
    tni_format_f32(text, bits32(0.1f));
    ck_assert_str_eq(text, "0.1");
    tni_format_f32(text, 0x00000001);
    ck_assert_str_eq(text, "1e-45");
    tni_format_f32(text, 0x7f7fffff);
    ck_assert_str_eq(text, "3.4028235e+38");
    tni_format_f32(text, 0xff800000);
    ck_assert_str_eq(text, "-inf");
    tni_format_f32(text, 0x7fc00000);
    ck_assert_str_eq(text, "nan");
    tni_format_f32(text, 0xffa00001);
    ck_assert_str_eq(text, "-nan:0x200001");
    tni_format_f64(text, 0xfff0000000000001);
    ck_assert_str_eq(text, "-nan:0x1");
    tni_format_f64(text, 0xffffffffffffffff);
    ck_assert_str_eq(text, "-nan:0xfffffffffffff");
}
END_TEST

START_TEST(float_round_trips) {
    for (int i = 0; i < 60000; i++) {
        shortest_and_exact(random_u64());
    }
    for (int e = 0; e < 2047; e++) {
        uint64_t b = (uint64_t)e << 52;
        shortest_and_exact(b);
        shortest_and_exact(b + 1);
        shortest_and_exact(b - (b != 0));
    }
    for (int i = 0; i < 20000; i++) {
        shortest_and_exact(random_u64() >> 12 >> (random_u64() % 52));
        shortest_and_exact(bits64((double)(random_u64() % 1000000) / 1000));
    }
    for (int i = 0; i < 100000; i++) {
        uint32_t b = (uint32_t)random_u64();
        char text[TNI_FLOAT_TEXT_BYTES];
        uint32_t back;
        tni_format_f32(text, b);
        ck_assert_msg(tni_parse_f32(tni_str_of(text), &back) == TNI_NUM_OK && back == b,
                      "%s %x", text, b);
        if (isfinite(of_bits32(b))) {
            char other[64];
            ck_assert_uint_eq(bits32(strtof(text, NULL)), b);
            int digits = significant(text);
            ck_assert_int_le(digits, 9);
            snprintf(other, sizeof other, "%.*e", digits > 1 ? digits - 2 : 0,
                     (double)of_bits32(b));
            ck_assert(digits < 2 || bits32(strtof(other, NULL)) != b);
        }
    }
}
END_TEST

static Suite *base_suite(void) {
    Suite *s = suite_create("base");
    TCase *t = tcase_create("memory");
    tcase_add_test(t, heap_limits);
    tcase_add_test(t, arena_alignment_and_marks);
    tcase_add_test(t, vector_growth);
    tcase_add_test(t, vector_takes_what_the_limit_leaves);
    tcase_add_test(t, map_against_model);
    tcase_add_test(t, map_order_and_odd_keys);
    tcase_add_test(t, every_allocation_fails_in_turn);
    suite_add_tcase(s, t);
    t = tcase_create("text");
    tcase_add_test(t, errors);
    tcase_add_test(t, formatter);
    tcase_add_test(t, buffer_text);
    suite_add_tcase(s, t);
    t = tcase_create("reader");
    tcase_add_loop_test(t, leb_table, 0, TNI_COUNT_OF(leb_cases));
    tcase_add_test(t, leb_round_trip);
    tcase_add_test(t, reader_names_and_parts);
    suite_add_tcase(s, t);
    t = tcase_create("unicode");
    tcase_add_test(t, utf8_every_scalar);
    tcase_add_test(t, utf8_against_the_table);
    suite_add_tcase(s, t);
    t = tcase_create("numbers");
    tcase_set_timeout(t, 120);
    tcase_add_loop_test(t, integers, 0, TNI_COUNT_OF(int_cases));
    tcase_add_test(t, signed_integers);
    tcase_add_test(t, float_literals);
    tcase_add_test(t, float_syntax);
    tcase_add_test(t, floats_random_decimals);
    tcase_add_test(t, floats_at_midpoints);
    tcase_add_test(t, floats_random_hex);
    tcase_add_test(t, float_printing);
    tcase_add_test(t, float_round_trips);
    suite_add_tcase(s, t);
    return s;
}

int main(void) {
    return run_suite_here(base_suite());
}
