/* test_freeze.c: WASI calls that have to wait, in stores that are polled: they freeze,
 * one loop waits for all, and nothing is lost or done twice. */
#include <fcntl.h>
#include <unistd.h>

#include "harness.h"

#include "tenon.h"
#include "tenon/wasi.h"

/* sleep: until a clock's pollable is ready. echo: what one read of standard input gives
 * to standard output; the count. fill: N times 4096 bytes to standard output, the n-th
 * time all n. */
static const char source[] =
    "(component"
    " (import \"wasi:io/error@0.2.0\" (instance $error"
    "  (export \"error\" (type (sub resource)))))"
    " (import \"wasi:io/poll@0.2.0\" (instance $poll"
    "  (export \"pollable\" (type $p (sub resource)))"
    "  (export \"[method]pollable.block\" (func (param \"self\" (borrow $p))))))"
    " (alias export $error \"error\" (type $err))"
    " (alias export $poll \"pollable\" (type $pollable))"
    " (import \"wasi:clocks/monotonic-clock@0.2.0\" (instance $clock"
    "  (alias outer 1 $pollable (type $p')) (export \"pollable\" (type $p (eq $p')))"
    "  (export \"subscribe-duration\" (func (param \"when\" u64) (result (own $p))))))"
    " (import \"wasi:io/streams@0.2.0\" (instance $streams"
    "  (alias outer 1 $err (type $e')) (export \"error\" (type $e (eq $e')))"
    "  (type $se' (variant (case \"last-operation-failed\" (own $e)) (case \"closed\")))"
    "  (export \"stream-error\" (type $se (eq $se')))"
    "  (export \"input-stream\" (type $in (sub resource)))"
    "  (export \"output-stream\" (type $out (sub resource)))"
    "  (export \"[method]input-stream.blocking-read\" (func (param \"self\" (borrow $in))"
    "   (param \"len\" u64) (result (result (list u8) (error $se)))))"
    "  (export \"[method]output-stream.blocking-write-and-flush\""
    "   (func (param \"self\" (borrow $out)) (param \"contents\" (list u8))"
    "   (result (result (error $se)))))))"
    " (alias export $streams \"input-stream\" (type $in))"
    " (alias export $streams \"output-stream\" (type $out))"
    " (import \"wasi:cli/stdin@0.2.0\" (instance $stdin"
    "  (alias outer 1 $in (type $i')) (export \"input-stream\" (type $i (eq $i')))"
    "  (export \"get-stdin\" (func (result (own $i))))))"
    " (import \"wasi:cli/stdout@0.2.0\" (instance $stdout"
    "  (alias outer 1 $out (type $o')) (export \"output-stream\" (type $o (eq $o')))"
    "  (export \"get-stdout\" (func (result (own $o))))))"
    " (core module $Mem (memory (export \"m\") 2)"
    "  (func (export \"realloc\") (param i32 i32 i32 i32) (result i32) (i32.const "
    "65536)))"
    " (core instance $mem (instantiate $Mem))"
    " (canon lower (func $clock \"subscribe-duration\") (core func $subscribe))"
    " (canon lower (func $poll \"[method]pollable.block\") (core func $block))"
    " (canon resource.drop $pollable (core func $drop))"
    " (canon lower (func $stdin \"get-stdin\") (core func $get-stdin))"
    " (canon lower (func $stdout \"get-stdout\") (core func $get-stdout))"
    " (canon lower (func $streams \"[method]input-stream.blocking-read\")"
    "  (memory $mem \"m\") (realloc (func $mem \"realloc\")) (core func $read))"
    " (canon lower (func $streams \"[method]output-stream.blocking-write-and-flush\")"
    "  (memory $mem \"m\") (core func $write))"
    " (core module $M"
    "  (import \"\" \"m\" (memory 2))"
    "  (import \"\" \"subscribe\" (func $subscribe (param i64) (result i32)))"
    "  (import \"\" \"block\" (func $block (param i32)))"
    "  (import \"\" \"drop\" (func $drop (param i32)))"
    "  (import \"\" \"get-stdin\" (func $get-stdin (result i32)))"
    "  (import \"\" \"get-stdout\" (func $get-stdout (result i32)))"
    "  (import \"\" \"read\" (func $read (param i32 i64 i32)))"
    "  (import \"\" \"write\" (func $write (param i32 i32 i32 i32)))"
    "  (func (export \"sleep\") (param i64) (local $p i32)"
    "   (call $block (local.tee $p (call $subscribe (local.get 0))))"
    "   (call $drop (local.get $p)))"
    "  (func (export \"echo\") (result i32)"
    "   (call $read (call $get-stdin) (i64.const 1000) (i32.const 16))"
    "   (if (i32.load8_u (i32.const 16)) (then (return (i32.const -1))))"
    "   (call $write (call $get-stdout) (i32.load (i32.const 20))"
    "    (i32.load (i32.const 24)) (i32.const 32))"
    "   (i32.load (i32.const 24)))"
    "  (func (export \"fill\") (param $n i32) (result i32) (local $i i32) (local $out "
    "i32)"
    "   (local.set $out (call $get-stdout))"
    "   (loop $l"
    "    (memory.fill (i32.const 4096) (local.get $i) (i32.const 4096))"
    "    (call $write (local.get $out) (i32.const 4096) (i32.const 4096) (i32.const 32))"
    "    (if (i32.load8_u (i32.const 32)) (then (return (i32.const -1))))"
    "    (br_if $l (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 1)))"
    "     (local.get $n))))"
    "   (local.get $i)))"
    " (core instance $m (instantiate $M (with \"\" (instance (export \"m\" (memory $mem "
    "\"m\"))"
    "  (export \"subscribe\" (func $subscribe)) (export \"block\" (func $block))"
    "  (export \"drop\" (func $drop)) (export \"get-stdin\" (func $get-stdin))"
    "  (export \"get-stdout\" (func $get-stdout)) (export \"read\" (func $read))"
    "  (export \"write\" (func $write))))))"
    " (func (export \"sleep\") (param \"ns\" u64) (canon lift (core func $m \"sleep\")))"
    " (func (export \"echo\") (result u32) (canon lift (core func $m \"echo\")))"
    " (func (export \"fill\") (param \"n\" u32) (result u32)"
    "  (canon lift (core func $m \"fill\"))))";

/* -- some stores, each with a context of its own -- */

enum { STORES = 3 };

typedef struct world {
    tenon_engine *engine;
    tenon_component *component;
    tenon_error e;
    struct {
        tenon_wasi *wasi;
        tenon_linker *linker;
        tenon_store *store;
        tenon_instance *instance;
        int in[2], out[2]; /* pipes: the store's ends are in[0] and out[1] */
    } s[STORES];
    tenon_wasi *wasis[STORES];
} world;

#define OK(call) ck_assert_msg((call) == TENON_OK, "%s", w->e.message)

static void pipe_without_blocking(int ends[2]) {
    ck_assert_int_eq(pipe(ends), 0);
    for (int i = 0; i < 2; i++) {
        ck_assert_int_eq(fcntl(ends[i], F_SETFL, O_NONBLOCK), 0);
    }
}

static void open_world(world *w) {
    memset(w, 0, sizeof *w);
    OK(tenon_engine_new(NULL, &w->engine, &w->e));
    OK(tenon_component_load_text(w->engine, source, sizeof source - 1, &w->component,
                                 &w->e));
    for (int i = 0; i < STORES; i++) {
        tenon_wasi_config config;
        tenon_wasi_config_init(&config);
        pipe_without_blocking(w->s[i].in);
        pipe_without_blocking(w->s[i].out);
        config.stdin_stream.kind = TENON_WASI_FILE;
        config.stdin_stream.file = w->s[i].in[0];
        config.stdout_stream.kind = TENON_WASI_FILE;
        config.stdout_stream.file = w->s[i].out[1];
        OK(tenon_wasi_new(&config, &w->s[i].wasi, &w->e));
        OK(tenon_linker_new(w->engine, &w->s[i].linker, &w->e));
        OK(tenon_wasi_add_to_linker(w->s[i].wasi, w->s[i].linker, &w->e));
        OK(tenon_store_new(w->engine, NULL, &w->s[i].store, &w->e));
        OK(tenon_instantiate(w->s[i].linker, w->s[i].store, w->component,
                             &w->s[i].instance, &w->e));
        w->wasis[i] = w->s[i].wasi;
    }
}

static void close_world(world *w) {
    for (int i = 0; i < STORES; i++) {
        tenon_store_delete(w->s[i].store);
        tenon_linker_delete(w->s[i].linker);
        tenon_wasi_delete(w->s[i].wasi);
        for (int k = 0; k < 2; k++) {
            close(w->s[i].in[k]);
            close(w->s[i].out[k]);
        }
    }
    tenon_component_delete(w->component);
    tenon_engine_delete(w->engine);
}

static tenon_started *start(world *w, int i, const char *name, const void *args,
                            void *result) {
    tenon_started *started = NULL;
    tenon_func *f = tenon_instance_func(w->s[i].instance, NULL, name);
    ck_assert_ptr_nonnull(f);
    OK(tenon_call_start(f, args, result, NULL, &started, &w->e));
    return started;
}

static bool done(world *w, int i, tenon_started *started) {
    bool idle = false;
    while (!idle) {
        OK(tenon_store_poll(w->s[i].store, &idle, &w->e));
    }
    return tenon_started_done(w->s[i].store, started);
}

START_TEST(one_loop_sleeps_for_all) {
    world *w = &(world){0};
    const uint64_t ns[STORES] = {60000000, 20000000, 40000000};
    tenon_started *calls[STORES];
    int order[STORES], count = 0;
    bool was_done[STORES] = {false};
    open_world(w);
    for (int i = 0; i < STORES; i++) {
        calls[i] = start(w, i, "sleep", &ns[i], NULL);
        ck_assert(!done(w, i, calls[i]));
        ck_assert_uint_eq(tenon_store_pending(w->s[i].store), 1);
    }
    for (int turns = 0; count < STORES; turns++) {
        ck_assert_int_lt(turns, 10); /* it does not spin */
        OK(tenon_wasi_wait(w->wasis, STORES, TENON_NO_DEADLINE, &w->e));
        for (int i = 0; i < STORES; i++) {
            if (!was_done[i] && done(w, i, calls[i])) {
                was_done[i] = true;
                order[count++] = i;
            }
        }
    }
    ck_assert(was_done[0] && was_done[1] && was_done[2]);
    (void)order; /* by deadline, unless the machine was held up */
    close_world(w);
}
END_TEST

START_TEST(a_read_freezes) {
    world *w = &(world){0};
    uint32_t counts[STORES] = {0};
    tenon_started *calls[STORES];
    char text[16];
    open_world(w);
    for (int i = 0; i < STORES; i++) {
        calls[i] = start(w, i, "echo", NULL, &counts[i]);
        ck_assert(!done(w, i, calls[i]));
    }
    ck_assert_int_eq((int)write(w->s[1].in[1], "hello", 5), 5);
    OK(tenon_wasi_wait(w->wasis, STORES, TENON_NO_DEADLINE, &w->e));
    ck_assert(!done(w, 0, calls[0]));
    ck_assert(done(w, 1, calls[1]));
    ck_assert_uint_eq(counts[1], 5);
    ck_assert_int_eq((int)read(w->s[1].out[0], text, sizeof text), 5);
    ck_assert_mem_eq(text, "hello", 5);
    close(w->s[0].in[1]); /* the end is an answer, too */
    w->s[0].in[1] = dup(0);
    OK(tenon_wasi_wait(w->wasis, STORES, TENON_NO_DEADLINE, &w->e));
    ck_assert(done(w, 0, calls[0]));
    ck_assert_uint_eq(counts[0], UINT32_MAX);
    ck_assert(!done(w, 2, calls[2])); /* and goes with its store */
    close_world(w);
}
END_TEST

/* Told what is ready, a context asks nobody: only what it is told goes on. */
START_TEST(told_what_is_ready) {
    world *w = &(world){0};
    const uint64_t ns = 20000000;
    uint32_t counts[STORES] = {0};
    tenon_started *calls[STORES];
    tenon_wait items[8];
    size_t n = 0;
    uint64_t deadline_ns = TENON_NO_DEADLINE;
    const tenon_platform *p = tenon_platform_default();
    open_world(w);
    calls[0] = start(w, 0, "echo", NULL, &counts[0]);
    calls[1] = start(w, 1, "echo", NULL, &counts[1]);
    calls[2] = start(w, 2, "sleep", &ns, NULL);
    for (int i = 0; i < STORES; i++) {
        ck_assert(!done(w, i, calls[i]));
        n += tenon_wasi_waiting(w->s[i].wasi, items + n, 8 - n, &deadline_ns);
    }
    ck_assert_uint_eq(n, 2);
    ck_assert_int_eq((int)write(w->s[1].in[1], "hello", 5), 5);
    ck_assert_int_eq(p->os->wait(p->user, items, n, 0), TENON_OS_OK);
    ck_assert_uint_eq(tenon_wasi_resume(w->s[1].wasi, items, 0), 0); /* not told */
    ck_assert_uint_eq(tenon_wasi_resume(w->s[0].wasi, items, n), 0);
    ck_assert_uint_eq(tenon_wasi_resume(w->s[1].wasi, items, n), 1);
    ck_assert(!done(w, 0, calls[0]));
    ck_assert(done(w, 1, calls[1]));
    ck_assert_uint_eq(counts[1], 5);
    /* The clock needs nobody to tell; another event of the file is no reason. */
    ck_assert_int_eq(p->os->wait(p->user, items, 0, deadline_ns), TENON_OS_OK);
    ck_assert_uint_eq(tenon_wasi_resume(w->s[2].wasi, NULL, 0), 1);
    ck_assert(done(w, 2, calls[2]));
    tenon_wait other = {w->s[0].in[0], TENON_WAIT_WRITE, true};
    ck_assert_uint_eq(tenon_wasi_resume(w->s[0].wasi, &other, 1), 0);
    /* Told what is not so it looks, and waits again. */
    other.events = TENON_WAIT_READ;
    ck_assert_uint_eq(tenon_wasi_resume(w->s[0].wasi, &other, 1), 1);
    ck_assert(!done(w, 0, calls[0]));
    ck_assert_int_eq((int)write(w->s[0].in[1], "you", 3), 3);
    ck_assert_uint_eq(tenon_wasi_resume(w->s[0].wasi, &other, 1), 1);
    ck_assert(done(w, 0, calls[0]));
    ck_assert_uint_eq(counts[0], 3);
    close_world(w);
}
END_TEST

/* More than a pipe takes: each byte goes out once, in order. */
START_TEST(a_write_freezes) {
    enum { CHUNKS = 64 };
    world *w = &(world){0};
    uint32_t n = CHUNKS, result = 0;
    size_t total = 0;
    bool over = false;
    unsigned char buf[3000];
    open_world(w);
    tenon_started *call = start(w, 0, "fill", &n, &result);
    ck_assert(!done(w, 0, call));
    while (!over || total < CHUNKS * 4096u) {
        const ssize_t got = read(w->s[0].out[0], buf, sizeof buf);
        for (ssize_t i = 0; i < got; i++, total++) {
            ck_assert_uint_eq(buf[i], total / 4096);
        }
        (void)tenon_wasi_look(w->s[0].wasi);
        over = over || done(w, 0, call);
    }
    ck_assert_uint_eq(result, CHUNKS);
    ck_assert_uint_eq(total, CHUNKS * 4096u);
    close_world(w);
}
END_TEST

/* tenon_func_call waits in place, as ever; or by the embedder's loop. */
static tenon_status wait_hook(void *user, tenon_store *store, tenon_error *error) {
    world *w = user;
    (void)store;
    return tenon_wasi_wait(w->wasis, 1, TENON_NO_DEADLINE, error);
}

START_TEST(blocking_calls_wait) {
    world *w = &(world){0};
    const uint64_t ns = 1000000;
    open_world(w);
    tenon_func *f = tenon_instance_func(w->s[0].instance, NULL, "sleep");
    OK(tenon_func_call(f, &ns, NULL, NULL, &w->e));
    OK(tenon_store_set_wait(w->s[0].store, wait_hook, w, &w->e));
    OK(tenon_func_call(f, &ns, NULL, NULL, &w->e));
    close_world(w);
}
END_TEST

int main(void) {
    Suite *suite = suite_create("freeze");
    TCase *tests = tcase_create("freeze");
    tcase_add_test(tests, one_loop_sleeps_for_all);
    tcase_add_test(tests, a_read_freezes);
    tcase_add_test(tests, told_what_is_ready);
    tcase_add_test(tests, a_write_freezes);
    tcase_add_test(tests, blocking_calls_wait);
    tcase_set_timeout(tests, 60);
    suite_add_tcase(suite, tests);
    return run_suite(suite);
}
