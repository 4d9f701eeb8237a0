/* bench-calls.c: what calls cost: between components, from the host, from a pool; beside
 * memcpy of the same bytes. Prints a table; counts allocations.
 *
 *     bench-calls [-n ROUNDS] [--plugins] [GUESTS_DIR]
 *     --plugins leaves all out but plugins and their instances
 *     bench-calls --binary   writes the component that is measured to standard output,
 * for tools/bench-calls-peer */
#define _POSIX_C_SOURCE 200809L
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "tenon.h"
#include "tenon/wasi.h"

/* -- an allocator that counts -- */

static unsigned long long allocations;

static void *resize(void *user, void *ptr, size_t old_size, size_t new_size) {
    (void)user;
    (void)old_size;
    if (new_size == 0) {
        free(ptr);
        return NULL;
    }
    allocations++;
    return realloc(ptr, new_size);
}

/* -- the components: $B takes values, $A passes them to it -- */

static const char source[] =
    "(component"
    " (type $r' (record (field \"a\" u32) (field \"b\" u64) (field \"c\" f32)))"
    " (component $B"
    "  (type $r' (record (field \"a\" u32) (field \"b\" u64) (field \"c\" f32)))"
    "  (export $r \"r\" (type $r'))"
    "  (core module $M (memory (export \"m\") 8)"
    "   (func (export \"realloc\") (param i32 i32 i32 i32) (result i32) (i32.const 1024))"
    "   (func (export \"nothing\"))"
    "   (func (export \"text\") (param i32 i32) (result i32) (local.get 1))"
    "   (func (export \"list\") (param i32 i32) (result i32) (local.get 1))"
    "   (func (export \"both\") (param i32 i32 i32 i64 f32) (result i32)"
    "    (i32.add (local.get 1) (local.get 2))))"
    "  (core instance $m (instantiate $M))"
    "  (func (export \"both\") (param \"s\" string) (param \"r\" $r) (result u32)"
    "   (canon lift (core func $m \"both\") (memory $m \"m\")"
    "    (realloc (func $m \"realloc\"))))"
    "  (func (export \"nothing\") (canon lift (core func $m \"nothing\")))"
    "  (func (export \"text\") (param \"s\" string) (result u32) (canon lift"
    "   (core func $m \"text\") (memory $m \"m\") (realloc (func $m \"realloc\"))))"
    "  (func (export \"list\") (param \"l\" (list $r)) (result u32) (canon lift"
    "   (core func $m \"list\") (memory $m \"m\") (realloc (func $m \"realloc\")))))"
    " (instance $b (instantiate $B))"
    " (component $A"
    "  (type $r' (record (field \"a\" u32) (field \"b\" u64) (field \"c\" f32)))"
    "  (import \"r\" (type $r (eq $r')))"
    "  (import \"nothing\" (func $nothing))"
    "  (import \"text\" (func $text (param \"s\" string) (result u32)))"
    "  (import \"list\" (func $list (param \"l\" (list $r)) (result u32)))"
    "  (import \"both\" (func $both (param \"s\" string) (param \"r\" $r) (result u32)))"
    "  (core module $Mem (memory (export \"m\") 8))"
    "  (core instance $mem (instantiate $Mem))"
    "  (canon lower (func $nothing) (core func $nothing'))"
    "  (canon lower (func $text) (memory $mem \"m\") (core func $text'))"
    "  (canon lower (func $list) (memory $mem \"m\") (core func $list'))"
    "  (canon lower (func $both) (memory $mem \"m\") (core func $both'))"
    "  (core module $M"
    "   (import \"\" \"m\" (memory 8))"
    "   (import \"\" \"nothing\" (func $nothing))"
    "   (import \"\" \"text\" (func $text (param i32 i32) (result i32)))"
    "   (import \"\" \"list\" (func $list (param i32 i32) (result i32)))"
    "   (import \"\" \"both\" (func $both (param i32 i32 i32 i64 f32) (result i32)))"
    "   (func (export \"both\") (param $n i32) (param $len i32)"
    "    (loop $l (drop (call $both (i32.const 64) (local.get $len) (i32.const 1)"
    "      (i64.const 2) (f32.const 3)))"
    "     (br_if $l (local.tee $n (i32.sub (local.get $n) (i32.const 1))))))"
    "   (func (export \"nothing\") (param $n i32)"
    "    (loop $l (call $nothing)"
    "     (br_if $l (local.tee $n (i32.sub (local.get $n) (i32.const 1))))))"
    "   (func (export \"text\") (param $n i32) (param $len i32)"
    "    (loop $l (drop (call $text (i32.const 64) (local.get $len)))"
    "     (br_if $l (local.tee $n (i32.sub (local.get $n) (i32.const 1))))))"
    "   (func (export \"list\") (param $n i32) (param $len i32)"
    "    (loop $l (drop (call $list (i32.const 64) (local.get $len)))"
    "     (br_if $l (local.tee $n (i32.sub (local.get $n) (i32.const 1)))))))"
    "  (core instance $m (instantiate $M (with \"\" (instance (export \"m\" (memory $mem "
    "\"m\"))"
    "   (export \"nothing\" (func $nothing')) (export \"text\" (func $text'))"
    "   (export \"list\" (func $list')) (export \"both\" (func $both'))))))"
    "  (func (export \"nothing\") (param \"n\" u32) (canon lift (core func $m "
    "\"nothing\")))"
    "  (func (export \"text\") (param \"n\" u32) (param \"len\" u32)"
    "   (canon lift (core func $m \"text\")))"
    "  (func (export \"both\") (param \"n\" u32) (param \"len\" u32)"
    "   (canon lift (core func $m \"both\")))"
    "  (func (export \"list\") (param \"n\" u32) (param \"len\" u32)"
    "   (canon lift (core func $m \"list\"))))"
    " (alias export $b \"r\" (type $r))"
    " (instance $a (instantiate $A (with \"r\" (type $r))"
    "  (with \"nothing\" (func $b \"nothing\"))"
    "  (with \"both\" (func $b \"both\"))"
    "  (with \"text\" (func $b \"text\")) (with \"list\" (func $b \"list\"))))"
    " (export \"a\" (instance $a)) (export $eb \"b\" (instance $b)))";

enum { MAX_ROUNDS = 99, RECORDS = 10000, RECORD_BYTES = 24, TEXT_BYTES = 65536 };

static int rounds = 9;

static void check(tenon_status status, const tenon_error *error) {
    if (status != TENON_OK) {
        fprintf(stderr, "bench-calls: %s: %s\n", tenon_status_name(status),
                error->message);
        exit(1);
    }
}

static double now_ns(void) {
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

static int by_value(const void *a, const void *b) {
    const double x = *(const double *)a, y = *(const double *)b;
    return x < y ? -1 : x > y;
}

/* -- what is measured: the median of some rounds, in ns for each of n calls -- */

typedef struct measure {
    tenon_func *func;
    const void *args;
    uint32_t calls; /* one by one from the host; or 1, and the guest makes them */
    uint32_t n;
    void *to; /* func NULL: memcpy to here */
    size_t bytes;
} measure;

static unsigned long long counted;

static double median(const measure *m) {
    double times[MAX_ROUNDS];
    tenon_error error;
    uint32_t result;
    for (int round = 0; round < rounds; round++) {
        const unsigned long long before = allocations;
        const double start = now_ns();
        for (uint32_t i = 0; i < m->calls; i++) {
            if (m->func == NULL) {
                memcpy(m->to, m->args, m->bytes);
                __asm__ volatile("" : : "r"(m->to) : "memory");
            } else {
                check(tenon_func_call(m->func, m->args, &result, NULL, &error), &error);
            }
        }
        times[round] = (now_ns() - start) / m->n;
        counted = allocations - before;
    }
    qsort(times, (size_t)rounds, sizeof *times, by_value);
    return times[rounds / 2];
}

static void row(const char *name, measure m, double memcpy_ns) {
    const double ns = median(&m);
    printf("%-34s %10.1f ns", name, ns);
    if (m.bytes > 0) {
        printf(" %7.2f GB/s", (double)m.bytes / ns);
        if (memcpy_ns > 0) {
            printf("  %5.2f of memcpy's time", ns / memcpy_ns);
        }
    }
    if (m.func != NULL) {
        printf("%s  %llu allocations", m.bytes == 0 ? "             " : "", counted);
    }
    putchar('\n');
}

static void calls(tenon_engine *engine) {
    static char text[RECORDS * RECORD_BYTES], copy[RECORDS * RECORD_BYTES];
    tenon_error error;
    tenon_component *component;
    tenon_linker *linker;
    tenon_store *store;
    tenon_instance *i;
    memset(text, 'x', sizeof text);
    check(tenon_component_load_text(engine, source, strlen(source), &component, &error),
          &error);
    check(tenon_linker_new(engine, &linker, &error), &error);
    check(tenon_store_new(engine, NULL, &store, &error), &error);
    check(tenon_instantiate(linker, store, component, &i, &error), &error);
    tenon_func *a_nothing = tenon_instance_func(i, "a", "nothing");
    tenon_func *a_text = tenon_instance_func(i, "a", "text");
    tenon_func *a_list = tenon_instance_func(i, "a", "list");
    tenon_func *b_nothing = tenon_instance_func(i, "b", "nothing");
    tenon_func *b_text = tenon_instance_func(i, "b", "text");
    tenon_func *a_both = tenon_instance_func(i, "a", "both");
    tenon_func *b_both = tenon_instance_func(i, "b", "both");
    tenon_func *b_list = tenon_instance_func(i, "b", "list");
    const uint32_t many = 1000000, some = 2000;
    const measure copy_text = {
        .args = text, .calls = some, .n = some, .to = copy, .bytes = TEXT_BYTES};
    const measure copy_list = {
        .args = text, .calls = 200, .n = 200, .to = copy, .bytes = sizeof text};
    const double text_ns = median(&copy_text), list_ns = median(&copy_list);
    const uint32_t nothing_args[] = {many}, short_args[] = {many, 16},
                   long_args[] = {some, TEXT_BYTES}, list_args[] = {200, RECORDS};
    row("memcpy of 64 KB", copy_text, 0);
    row("memcpy of 10,000 records", copy_list, 0);
    row("guest to guest, nothing", (measure){a_nothing, nothing_args, 1, many, NULL, 0},
        0);
    row("guest to guest, 16-byte string", (measure){a_text, short_args, 1, many, NULL, 0},
        0);
    row("guest to guest, string and record",
        (measure){a_both, short_args, 1, many, NULL, 0}, 0);
    row("guest to guest, 64 KB string",
        (measure){a_text, long_args, 1, some, NULL, TEXT_BYTES}, text_ns);
    row("guest to guest, 10,000 records",
        (measure){a_list, list_args, 1, 200, NULL, sizeof text}, list_ns);
    const tenon_string short_text = {text, 16}, long_text = {text, TEXT_BYTES};
    const tenon_list records = {text, RECORDS};
    row("host to guest, nothing", (measure){b_nothing, NULL, many, many, NULL, 0}, 0);
    row("host to guest, 16-byte string",
        (measure){b_text, &short_text, many, many, NULL, 0}, 0);
    const struct {
        tenon_string s;
        struct {
            uint32_t a;
            TENON_ALIGN8 uint64_t b;
            float c;
        } r;
    } both = {{text, 16}, {1, 2, 3}};
    row("host to guest, string and record", (measure){b_both, &both, many, many, NULL, 0},
        0);
    row("host to guest, 64 KB string",
        (measure){b_text, &long_text, some, some, NULL, TEXT_BYTES}, text_ns);
    row("host to guest, 10,000 records",
        (measure){b_list, &records, 200, 200, NULL, sizeof text}, list_ns);
    tenon_store_delete(store);
    tenon_linker_delete(linker);
    tenon_component_delete(component);
}

/* What it takes to read the clock, which is as long as a short call. */
static double clock_ns(void) {
    enum { READS = 10000 };
    const double start = now_ns();
    for (int k = 1; k < READS; k++) {
        (void)now_ns();
    }
    return (now_ns() - start) / READS;
}

/* -- a plugin, called once in each instance -- */

static tenon_component *load(tenon_engine *engine, const char *path) {
    tenon_component *component;
    tenon_error error;
    FILE *f = fopen(path, "rb");
    if (f == NULL) {
        return NULL;
    }
    fseek(f, 0, SEEK_END);
    const size_t len = (size_t)ftell(f);
    void *bytes = malloc(len);
    rewind(f);
    if (bytes == NULL || fread(bytes, 1, len, f) != len) {
        exit(1);
    }
    fclose(f);
    check(tenon_component_load(engine, bytes, len, 0, &component, &error), &error);
    free(bytes);
    return component;
}

static void call_once(tenon_instance *i) {
    static const char line[] = "2026-11-27 ERROR disk full";
    const tenon_string s = {line, sizeof line - 1};
    tenon_error error;
    bool keep;
    check(tenon_func_call(tenon_instance_func(i, NULL, "filter-log"), &s, &keep, NULL,
                          &error),
          &error);
    if (!keep) {
        exit(1);
    }
}

static tenon_status warm_up(void *user, tenon_instance *i, tenon_error *error) {
    (void)user;
    (void)error;
    call_once(i);
    return TENON_OK;
}

/* Instances of a pool that each have a WASI of their own: linked one by one, or once. */
enum { OWN = 16 };

typedef struct owners {
    tenon_wasi *wasi[OWN];
    tenon_linker *linkers[OWN]; /* the first one is for all that are linked once */
    tenon_engine *engine;
} owners;

static tenon_linker *linker_of(void *user, uint32_t number, tenon_error *error) {
    owners *o = user;
    if (number > 0) {
        check(tenon_linker_new(o->engine, &o->linkers[number], error), error);
        check(tenon_wasi_add_to_linker(o->wasi[number], o->linkers[number], error),
              error);
        check(tenon_linker_trap_missing(o->linkers[number], "", "not granted", error),
              error);
    }
    return o->linkers[number];
}

static void *user_of(void *user, uint32_t number, void *host, tenon_error *error) {
    (void)host, (void)error;
    return ((owners *)user)->wasi[number];
}

/* How long it takes to make a pool of instances, for each of them. */
static double make_own(owners *o, tenon_component *component, bool once) {
    tenon_error error;
    tenon_pool *pool;
    tenon_pool_config config;
    tenon_pool_config_init(&config);
    config.max_instances = config.ready = OWN;
    config.user = o;
    config.linker_of = once ? NULL : linker_of;
    config.user_of = once ? user_of : NULL;
    const double start = now_ns();
    check(tenon_pool_new(o->linkers[0], component, &config, &pool, &error), &error);
    const double ns = (now_ns() - start) / OWN;
    tenon_pool_delete(pool);
    for (uint32_t i = 1; i < OWN && !once; i++) {
        tenon_linker_delete(o->linkers[i]);
    }
    return ns;
}

static void own_wasi(tenon_engine *engine, tenon_component *component) {
    double each[MAX_ROUNDS], once[MAX_ROUNDS];
    tenon_wasi_config config;
    tenon_error error;
    owners o = {.engine = engine};
    tenon_wasi_config_init(&config);
    for (uint32_t i = 0; i < OWN; i++) {
        check(tenon_wasi_new(&config, &o.wasi[i], &error), &error);
    }
    check(tenon_linker_new(engine, &o.linkers[0], &error), &error);
    check(tenon_wasi_add_to_linker(o.wasi[0], o.linkers[0], &error), &error);
    check(tenon_linker_trap_missing(o.linkers[0], "", "not granted", &error), &error);
    for (int round = 0; round < rounds; round++) {
        each[round] = make_own(&o, component, false);
        once[round] = make_own(&o, component, true);
    }
    qsort(each, (size_t)rounds, sizeof *each, by_value);
    qsort(once, (size_t)rounds, sizeof *once, by_value);
    printf("%-34s %10.1f us to make one with a WASI of its own, %.1f us linked once\n",
           "", each[rounds / 2] / 1e3, once[rounds / 2] / 1e3);
    tenon_linker_delete(o.linkers[0]);
    for (uint32_t i = 0; i < OWN; i++) {
        tenon_wasi_delete(o.wasi[i]);
    }
}

static void plugin(tenon_engine *engine, const char *name, const char *path, int n) {
    tenon_component *component = load(engine, path);
    const double clock = clock_ns();
    double fresh[MAX_ROUNDS], pooled[MAX_ROUNDS], restore[MAX_ROUNDS], again[MAX_ROUNDS];
    tenon_error error;
    tenon_linker *linker;
    tenon_pool *pool;
    tenon_instance *i;
    tenon_wasi *wasi;
    tenon_wasi_config wasi_config;
    if (component == NULL) {
        printf("%-34s skipped: there is no %s\n", name, path);
        return;
    }
    check(tenon_linker_new(engine, &linker, &error), &error);
    tenon_wasi_config_init(&wasi_config);
    check(tenon_wasi_new(&wasi_config, &wasi, &error), &error);
    check(tenon_wasi_add_to_linker(wasi, linker, &error), &error);
    check(tenon_linker_trap_missing(linker, "", "not granted", &error), &error);
    tenon_pool_config config;
    tenon_pool_config_init(&config);
    config.ready = 1;
    config.warm_up = warm_up;
    tenon_prelinked *prelinked;
    check(tenon_prelink(linker, component, &prelinked, &error), &error);
    check(tenon_pool_new_prelinked(prelinked, &config, &pool, &error), &error);
    for (int round = 0; round < rounds; round++) {
        double start = now_ns();
        for (int k = 0; k < n; k++) {
            check(tenon_pool_take(pool, &i, &error), &error);
            call_once(i);
            tenon_pool_give_back(pool, i);
        }
        pooled[round] = (now_ns() - start) / n;
        restore[round] = 0;
        for (int k = 0; k < n; k++) {
            check(tenon_pool_take(pool, &i, &error), &error);
            call_once(i);
            start = now_ns();
            tenon_pool_give_back(pool, i);
            restore[round] += (now_ns() - start - clock) / n;
        }
        check(tenon_pool_take(pool, &i, &error), &error);
        start = now_ns();
        for (int k = 0; k < n; k++) {
            call_once(i);
        }
        again[round] = (now_ns() - start) / n;
        tenon_pool_give_back(pool, i);
        const int few = n / 100 + 1;
        start = now_ns();
        for (int k = 0; k < few; k++) {
            tenon_store *store;
            check(tenon_store_new(engine, NULL, &store, &error), &error);
            check(tenon_prelinked_instantiate(prelinked, store, &i, &error), &error);
            call_once(i);
            tenon_store_delete(store);
        }
        fresh[round] = (now_ns() - start) / few;
    }
    qsort(fresh, (size_t)rounds, sizeof *fresh, by_value);
    qsort(pooled, (size_t)rounds, sizeof *pooled, by_value);
    qsort(restore, (size_t)rounds, sizeof *restore, by_value);
    qsort(again, (size_t)rounds, sizeof *again, by_value);
    printf("%-34s %10.1f us fresh instance and a call\n", name, fresh[rounds / 2] / 1e3);
    printf("%-34s %10.1f us from a warm pool, of which %.1f us to restore\n", "",
           pooled[rounds / 2] / 1e3, restore[rounds / 2] / 1e3);
    printf("%-34s %10.1f us its call alone, again and again\n", "",
           again[rounds / 2] / 1e3);
    own_wasi(engine, component);
    tenon_pool_delete(pool);
    tenon_prelinked_delete(prelinked);
    tenon_linker_delete(linker);
    tenon_wasi_delete(wasi);
    tenon_component_delete(component);
}

static int write_binary(tenon_engine *engine) {
    tenon_arena *arena;
    tenon_error error;
    const void *bytes;
    size_t len;
    check(tenon_arena_new(engine, &arena, &error), &error);
    check(tenon_assemble(engine, source, strlen(source), arena, &bytes, &len, &error),
          &error);
    const bool written = fwrite(bytes, 1, len, stdout) == len;
    tenon_arena_delete(arena);
    tenon_engine_delete(engine);
    return written ? 0 : 1;
}

int main(int argc, char **argv) {
    const char *guests = "../shared/guests";
    bool binary = false, plugins = false;
    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "--binary") == 0) {
            binary = true;
        } else if (strcmp(argv[i], "--plugins") == 0) {
            plugins = true;
        } else if (strcmp(argv[i], "-n") == 0 && i + 1 < argc) {
            const int n = atoi(argv[++i]);
            rounds = n < 1 ? 1 : n > MAX_ROUNDS ? MAX_ROUNDS : n;
        } else {
            guests = argv[i];
        }
    }
    char path[1024];
    tenon_engine *engine;
    tenon_error error;
    tenon_engine_config config;
    tenon_engine_config_init(&config);
    config.allocator = (tenon_allocator){resize, NULL};
    check(tenon_engine_new(&config, &engine, &error), &error);
    if (binary) {
        return write_binary(engine);
    }
    if (!plugins) {
        calls(engine);
    }
    plugin(engine, "our own log-filter", "spec-tests/guests/log-filter/log-filter.wasm",
           1000);
    snprintf(path, sizeof path, "%s/c-log-filter/c-log-filter.wasm", guests);
    plugin(engine, "c-log-filter", path, 1000);
    snprintf(path, sizeof path, "%s/js-log-filter/js-log-filter.wasm", guests);
    plugin(engine, "js-log-filter (12 MB)", path, 20);
    tenon_engine_delete(engine);
    return 0;
}
