/* test_hostends.c: streams and futures of handles whose ends the host holds: resources of
 * components and of hosts, error contexts, ends; made for calls both ways, read and
 * written, left half read, and where memory runs out. CanonicalABI.md, "Stream State". */
#include "harness.h"

#include "api/api.h"
#include "component/task.h"
#include "refusing.h"
#include "tenon.h"

/* -- the host: things, whose destructor counts, and a source of them -- */

typedef struct heard {
    u32 calls, total;
    tenon_copy_result last;
} heard;

typedef struct world {
    tenon_engine *engine;
    tenon_component *component;
    tenon_linker *linker;
    tenon_store *store;
    tenon_instance *instance;
    tenon_error e;
    int reps[8]; /* of things: their values */
    u32 made, gone;
    uint32_t handles[8]; /* in the stream that source() gave, and its writable end */
    uint32_t writable;
    heard heard;
} world;

static void gone(void *user, void *rep) {
    (void)rep;
    ((world *)user)->gone++;
}

/* value: func(t: borrow<thing>) -> u32 */
static tenon_status value(tenon_call *call, void *user, const void *args, void *result) {
    (void)user;
    const int *rep = tenon_resource_rep(call, *(const uint32_t *)args);
    *(uint32_t *)result = (uint32_t)*rep;
    return TENON_OK;
}

static void hear(void *data, tenon_store *store, uint32_t end, tenon_copy_result result,
                 uint32_t count) {
    heard *h = data;
    (void)store;
    (void)end;
    h->calls++;
    h->total += count;
    h->last = result;
}

static const tenon_type u32_type = {.kind = TENON_TYPE_U32};
static const tenon_type own_thing = {.kind = TENON_TYPE_OWN, .resource = 0};
static const tenon_type lent_thing = {.kind = TENON_TYPE_BORROW, .resource = 0};
static const tenon_type things = {.kind = TENON_TYPE_STREAM, .element = &own_thing};
static const tenon_type other_things = {.kind = TENON_TYPE_STREAM, .element = &u32_type};

static void *new_rep(world *w) {
    w->reps[w->made] = (int)(w->made + 1) * 10;
    return &w->reps[w->made++];
}

/* source: func() -> stream<own<thing>>: three of them, 10 and 20 and 30. */
static tenon_status source(tenon_call *call, void *user, const void *args, void *result) {
    world *w = user;
    (void)args;
    uint32_t refused = 0;
    TNI_TRY(tenon_call_ends_new(call, &things, result, &w->writable));
    ck_assert_int_eq(tenon_call_ends_new(call, &other_things, &refused, &refused),
                     TENON_USAGE);
    for (u32 i = 0; i < 3; i++) {
        TNI_TRY(tenon_resource_new(call, 0, new_rep(w), &w->handles[i]));
    }
    return tenon_copy_start(w->store, w->writable, w->handles, 3, NULL, hear, &w->heard,
                            NULL);
}

static const tenon_field thing_param[] = {{"t", &lent_thing}};
static const tenon_host_func host_funcs[] = {
    {"value", {.param_count = 1, .params = thing_param, .result = &u32_type}, value},
    {"source", {.result = &things}, source}};
static const tenon_host_resource host_resources[] = {
    {.name = "thing", .destructor = gone}};
static const tenon_interface host_interface = {.name = "tenon:test/things",
                                               .funcs = host_funcs,
                                               .func_count = 2,
                                               .resources = host_resources,
                                               .resource_count = 1};

/* -- the guest: sums of what handles stand for -- */

#define LOOP(name, read, what, drop, done)                                               \
    "  (func (export \"" name "\") (param $s i32) (local $sum i32) (local $r i32)"       \
    "   (local $i i32)"                                                                  \
    "   (block $end (loop $l"                                                            \
    "    (local.set $r (call $" read " (local.get $s) (i32.const 16) (i32.const 2)))"    \
    "    (local.set $i (i32.const 0))"                                                   \
    "    (block $done (loop $add"                                                        \
    "     (br_if $done (i32.ge_u (local.get $i) (i32.shr_u (local.get $r)"               \
    "      (i32.const 4))))"                                                             \
    "     (local.set $sum (i32.add (local.get $sum) (call $" what " (call $at"           \
    "      (local.get $i)))))"                                                           \
    "     (call $" drop " (call $at (local.get $i)))"                                    \
    "     (local.set $i (i32.add (local.get $i) (i32.const 1)))"                         \
    "     (br $add)))"                                                                   \
    "    (br_if $end (i32.ge_u (local.get $sum) (i32.const 1000)))"                      \
    "    (br_if $l (i32.eqz (i32.and (local.get $r) (i32.const 15))))))"                 \
    "   (call $" done " (local.get $s))"                                                 \
    "   (call $return (local.get $sum)))"

static const char guest[] =
    "(component"
    " (import \"tenon:test/things\" (instance $h"
    "  (export \"thing\" (type $thing (sub resource)))"
    "  (export \"value\" (func (param \"t\" (borrow $thing)) (result u32)))"
    "  (export \"source\" (func (result (stream (own $thing)))))))"
    " (alias export $h \"thing\" (type $thing))"
    " (type $box' (resource (rep i32)))"
    " (export $box \"box\" (type $box'))"
    " (type $things (stream (own $thing))) (type $boxes (stream (own $box)))"
    " (type $error error-context)"
    " (type $errors (stream $error)) (type $future (future u32))"
    " (type $futures (stream $future)) (type $one (future (own $thing)))"
    " (core module $L (memory (export \"m\") 1))"
    " (core instance $l (instantiate $L)) (alias core export $l \"m\" (core memory $m))"
    " (canon lower (func $h \"value\") (core func $value))"
    " (canon lower (func $h \"source\") (core func $source))"
    " (canon resource.drop $thing (core func $thing.drop))"
    " (canon resource.new $box' (core func $box.new))"
    " (canon resource.rep $box' (core func $box.rep))"
    " (canon resource.drop $box' (core func $box.drop))"
    " (canon error-context.drop (core func $error.drop))"
    " (canon stream.read $things (memory $m) (core func $things.read))"
    " (canon stream.drop-readable $things (core func $things.done))"
    " (canon stream.read $boxes (memory $m) (core func $boxes.read))"
    " (canon stream.drop-readable $boxes (core func $boxes.done))"
    " (canon stream.new $boxes (core func $boxes.new))"
    " (canon stream.write $boxes (memory $m) (core func $boxes.write))"
    " (canon stream.drop-writable $boxes (core func $boxes.end))"
    " (canon stream.read $errors (memory $m) (core func $errors.read))"
    " (canon stream.drop-readable $errors (core func $errors.done))"
    " (canon stream.read $futures (memory $m) (core func $futures.read))"
    " (canon stream.drop-readable $futures (core func $futures.done))"
    " (canon future.read $future (memory $m) (core func $future.read))"
    " (canon future.drop-readable $future (core func $future.done))"
    " (canon future.read $one (memory $m) (core func $one.read))"
    " (canon future.drop-readable $one (core func $one.done))"
    " (canon task.return (result u32) (core func $return))"
    " (canon task.return (result $boxes) (core func $return-boxes))"
    " (core module $M"
    "  (type $copy (func (param i32 i32 i32) (result i32)))"
    "  (type $drop (func (param i32))) (type $map (func (param i32) (result i32)))"
    "  (import \"\" \"m\" (memory 1))"
    "  (import \"\" \"value\" (func $value (type $map)))"
    "  (import \"\" \"source\" (func $source (result i32)))"
    "  (import \"\" \"thing.drop\" (func $thing.drop (type $drop)))"
    "  (import \"\" \"box.new\" (func $box.new (type $map)))"
    "  (import \"\" \"box.rep\" (func $box.rep (type $map)))"
    "  (import \"\" \"box.drop\" (func $box.drop (type $drop)))"
    "  (import \"\" \"error.drop\" (func $error.drop (type $drop)))"
    "  (import \"\" \"things.read\" (func $things.read (type $copy)))"
    "  (import \"\" \"things.done\" (func $things.done (type $drop)))"
    "  (import \"\" \"boxes.read\" (func $boxes.read (type $copy)))"
    "  (import \"\" \"boxes.done\" (func $boxes.done (type $drop)))"
    "  (import \"\" \"boxes.new\" (func $boxes.new (result i64)))"
    "  (import \"\" \"boxes.write\" (func $boxes.write (type $copy)))"
    "  (import \"\" \"boxes.end\" (func $boxes.end (type $drop)))"
    "  (import \"\" \"errors.read\" (func $errors.read (type $copy)))"
    "  (import \"\" \"errors.done\" (func $errors.done (type $drop)))"
    "  (import \"\" \"futures.read\" (func $futures.read (type $copy)))"
    "  (import \"\" \"futures.done\" (func $futures.done (type $drop)))"
    "  (import \"\" \"future.read\" (func $future.read (param i32 i32) (result i32)))"
    "  (import \"\" \"future.done\" (func $future.done (type $drop)))"
    "  (import \"\" \"one.read\" (func $one.read (param i32 i32) (result i32)))"
    "  (import \"\" \"one.done\" (func $one.done (type $drop)))"
    "  (import \"\" \"return\" (func $return (type $drop)))"
    "  (import \"\" \"return-boxes\" (func $return-boxes (type $drop)))"
    "  (func $at (param i32) (result i32)"
    "   (i32.load offset=16 (i32.shl (local.get 0) (i32.const 2))))"
    "  (func $one-each (param i32) (result i32) (i32.const 1))"
    "  (func $in-future (param i32) (result i32)"
    "   (if (call $future.read (local.get 0) (i32.const 64)) (then unreachable))"
    "   (i32.load (i32.const 64)))" LOOP(
        "things", "things.read", "value", "thing.drop",
        "things.done") LOOP("boxes", "boxes.read", "box.rep", "box.drop", "boxes.done")
        LOOP("errors", "errors.read", "one-each", "error.drop", "errors.done") LOOP(
            "futures", "futures.read", "in-future", "future.done",
            "futures.done") "  (func (export \"sourced\") (local $s i32)"
                            "   (local.set $s (call $source))"
                            "   (if (i32.ne (call $things.read (local.get $s) (i32.const "
                            "16) (i32.const 2))"
                            "    (i32.const 32)) (then unreachable))"
                            "   (call $things.done (local.get $s))"
                            "   (call $return (i32.add (call $value (call $at (i32.const "
                            "0)))"
                            "    (call $value (call $at (i32.const 1)))))"
                            "   (call $thing.drop (call $at (i32.const 0)))"
                            "   (call $thing.drop (call $at (i32.const 1))))"
                            "  (func (export \"one\") (param $f i32)"
                            "   (if (call $one.read (local.get $f) (i32.const 16)) (then "
                            "unreachable))"
                            "   (call $one.done (local.get $f))"
                            "   (call $return (call $value (call $at (i32.const 0))))"
                            "   (call $thing.drop (call $at (i32.const 0))))"
                            "  (func (export \"make\") (param i32) (result i32) (call "
                            "$box.new (local.get 0)))"
                            "  (func (export \"rep\") (param i32) (result i32) "
                            "(local.get 0))"
                            "  (func (export \"give\") (param $n i32) (local $ends i64)"
                            "   (local.set $ends (call $boxes.new))"
                            "   (call $return-boxes (i32.wrap_i64 (local.get $ends)))"
                            "   (loop $l"
                            "    (i32.store (i32.const 16) (call $box.new (local.get "
                            "$n)))"
                            "    (if (i32.ne (i32.const 16) (call $boxes.write "
                            "(i32.wrap_i64 (i64.shr_u"
                            "     (local.get $ends) (i64.const 32))) (i32.const 16) "
                            "(i32.const 1)))"
                            "     (then unreachable))"
                            "    (br_if $l (local.tee $n (i32.sub (local.get $n) "
                            "(i32.const 1)))))"
                            "   (call $boxes.end (i32.wrap_i64 (i64.shr_u (local.get "
                            "$ends) (i64.const 32))))))"
                            " (core instance $i (instantiate $M (with \"\" (instance"
                            "  (export \"m\" (memory $m)) (export \"value\" (func "
                            "$value))"
                            "  (export \"source\" (func $source)) (export \"thing.drop\" "
                            "(func $thing.drop))"
                            "  (export \"box.new\" (func $box.new)) (export \"box.rep\" "
                            "(func $box.rep))"
                            "  (export \"box.drop\" (func $box.drop)) (export "
                            "\"error.drop\" (func $error.drop))"
                            "  (export \"things.read\" (func $things.read))"
                            "  (export \"things.done\" (func $things.done))"
                            "  (export \"boxes.read\" (func $boxes.read))"
                            "  (export \"boxes.done\" (func $boxes.done)) (export "
                            "\"boxes.new\" (func $boxes.new))"
                            "  (export \"boxes.write\" (func $boxes.write))"
                            "  (export \"boxes.end\" (func $boxes.end))"
                            "  (export \"errors.read\" (func $errors.read))"
                            "  (export \"errors.done\" (func $errors.done))"
                            "  (export \"futures.read\" (func $futures.read))"
                            "  (export \"futures.done\" (func $futures.done))"
                            "  (export \"future.read\" (func $future.read))"
                            "  (export \"future.done\" (func $future.done))"
                            "  (export \"one.read\" (func $one.read)) (export "
                            "\"one.done\" (func $one.done))"
                            "  (export \"return\" (func $return))"
                            "  (export \"return-boxes\" (func $return-boxes))))))"
#define TAKES(name, type)                                                                \
    " (func (export \"" name "\") async (param \"s\" " type ") (result u32)"             \
    "  (canon lift (core func $i \"" name "\") async))"
    TAKES("things", "$things") TAKES("boxes", "$boxes") TAKES("errors", "$errors")
        TAKES("futures", "$futures") TAKES(
            "one",
            "$one") " (func (export \"sourced\") async (result u32)"
                    "  (canon lift (core func $i \"sourced\") async))"
                    " (func (export \"give\") async (param \"n\" u32) (result $boxes)"
                    "  (canon lift (core func $i \"give\") async))"
                    " (func (export \"make\") (param \"x\" u32) (result (own $box))"
                    "  (canon lift (core func $i \"make\")))"
                    " (func (export \"rep\") (param \"b\" (borrow $box)) (result u32)"
                    "  (canon lift (core func $i \"rep\"))))";

/* -- the world -- */

static tenon_status open_guest(world *w, const char *text, const tenon_allocator *a) {
    tenon_engine_config config;
    tenon_engine_config_init(&config);
    config.features |= TENON_FEATURE_MASK(CM_ASYNC_STACKFUL) |
                       TENON_FEATURE_MASK(CM_MORE_ASYNC_BUILTINS) |
                       TENON_FEATURE_MASK(CM_ERROR_CONTEXT);
    if (a != NULL) {
        config.allocator = *a;
    }
    memset(w, 0, sizeof *w);
    TNI_TRY(tenon_engine_new(&config, &w->engine, &w->e));
    TNI_TRY(
        tenon_component_load_text(w->engine, text, strlen(text), &w->component, &w->e));
    TNI_TRY(tenon_linker_new(w->engine, &w->linker, &w->e));
    TNI_TRY(tenon_linker_add(w->linker, &host_interface, w, &w->e));
    TNI_TRY(tenon_store_new(w->engine, NULL, &w->store, &w->e));
    return tenon_instantiate(w->linker, w->store, w->component, &w->instance, &w->e);
}

static tenon_status open_world(world *w, const tenon_allocator *a) {
    return open_guest(w, guest, a);
}

static void close_world(world *w) {
    tenon_store_delete(w->store);
    tenon_linker_delete(w->linker);
    tenon_component_delete(w->component);
    tenon_engine_delete(w->engine);
    ck_assert_uint_eq(w->made, w->gone);
}

static void need(world *w, tenon_status status) {
    ck_assert_msg(status == TENON_OK, "%u:%u: %s", w->e.line, w->e.column, w->e.message);
}

static tenon_func *func(world *w, const char *name) {
    tenon_func *f = tenon_instance_func(w->instance, NULL, name);
    ck_assert_ptr_nonnull(f);
    return f;
}

static const tenon_type *param_type(tenon_func *f) {
    return tenon_func_type_of(f)->params[0].type;
}

static tenon_status poll_all(world *w) {
    bool idle = false;
    tenon_status status = TENON_OK;
    while (!idle && status == TENON_OK) {
        status = tenon_store_poll(w->store, &idle, &w->e);
    }
    return status;
}

/* Nothing is left in the host's table, nor in the component's. */
static void check_tables(world *w) {
    tni_cstore *cs = NULL;
    need(w, tni_cstore_of(tni_store_of(w->store), &cs, &w->e));
    ck_assert_uint_eq(cs->host_handles.live, w->made - w->gone);
    ck_assert_uint_eq(cs->instances.data[0]->handles.live, 0);
}

/* Writes handles, calls the function with the readable end, and drops the writable one;
 * gives what it returned. */
static uint32_t send(world *w, const char *name, const uint32_t *handles, u32 count,
                     bool ends_of_func) {
    tenon_func *f = func(w, name);
    uint32_t readable, writable, sum = 0;
    tenon_started *call;
    uint32_t buffer[8];
    memcpy(buffer, handles, count * sizeof *buffer);
    w->heard = (heard){0};
    need(w, ends_of_func
                ? tenon_func_ends_new(f, param_type(f), &readable, &writable, &w->e)
                : tenon_ends_new(w->store, param_type(f), &readable, &writable, &w->e));
    need(w, tenon_copy_start(w->store, writable, buffer, count, NULL, hear, &w->heard,
                             &w->e));
    need(w, tenon_call_start(f, &readable, &sum, NULL, &call, &w->e));
    need(w, poll_all(w));
    need(w, tenon_handle_drop(w->store, writable, &w->e));
    need(w, poll_all(w));
    ck_assert(tenon_started_done(w->store, call));
    tenon_started_delete(w->store, call);
    ck_assert_uint_eq(w->heard.calls, 1);
    return sum;
}

static void new_things(world *w, const char *name, uint32_t *handles, u32 count) {
    for (u32 i = 0; i < count; i++) {
        need(w,
             tenon_func_resource_new(func(w, name), 0, new_rep(w), &handles[i], &w->e));
    }
}

START_TEST(things_of_the_host) {
    world w;
    uint32_t handles[5];
    need(&w, open_world(&w, NULL));
    new_things(&w, "things", handles, 5);
    ck_assert_uint_eq(send(&w, "things", handles, 5, true), 10 + 20 + 30 + 40 + 50);
    ck_assert_uint_eq(w.heard.total, 5);
    ck_assert_uint_eq(w.gone, 5); /* the guest has dropped them */
    check_tables(&w);
    new_things(&w, "one", handles, 1);
    ck_assert_uint_eq(send(&w, "one", handles, 1, true), 60);
    ck_assert_uint_eq(w.gone, 6);
    check_tables(&w);
    close_world(&w);
}
END_TEST

/* What is not read stays the host's. */
START_TEST(half_read) {
    world w;
    uint32_t handles[5];
    need(&w, open_world(&w, NULL));
    new_things(&w, "things", handles, 5);
    w.reps[1] = 2000; /* the guest stops there */
    ck_assert_uint_eq(send(&w, "things", handles, 5, true), 2010);
    ck_assert_uint_eq(w.heard.total, 2);
    ck_assert_int_eq(w.heard.last, TENON_COPY_DROPPED);
    ck_assert_uint_eq(w.gone, 2);
    for (u32 i = 0; i < 5; i++) {
        ck_assert_int_eq(tenon_handle_drop(w.store, handles[i], &w.e),
                         i < 2 ? TENON_USAGE : TENON_OK);
    }
    ck_assert_uint_eq(w.gone, 5);
    check_tables(&w);
    close_world(&w);
}
END_TEST

START_TEST(boxes_of_the_component) {
    world w;
    uint32_t handles[3], end = 0, n = 3, rep = 0;
    tenon_started *call;
    need(&w, open_world(&w, NULL));
    for (uint32_t i = 0; i < 3; i++) {
        need(&w, tenon_func_call(func(&w, "make"), &(uint32_t){7 + i}, &handles[i], NULL,
                                 &w.e));
    }
    ck_assert_uint_eq(send(&w, "boxes", handles, 3, true), 7 + 8 + 9);
    check_tables(&w);
    /* and back: the component writes, the host reads */
    need(&w, tenon_call_start(func(&w, "give"), &n, &end, NULL, &call, &w.e));
    need(&w, poll_all(&w));
    for (uint32_t i = 0; i < 3; i++) {
        uint32_t box = 0;
        need(&w, tenon_copy_start(w.store, end, &box, 1, NULL, hear, &w.heard, &w.e));
        need(&w, poll_all(&w));
        need(&w, tenon_func_call(func(&w, "rep"), &box, &rep, NULL, &w.e));
        ck_assert_uint_eq(rep, 3 - i);
        need(&w, tenon_handle_drop(w.store, box, &w.e));
    }
    need(&w, tenon_handle_drop(w.store, end, &w.e));
    check_tables(&w);
    close_world(&w);
}
END_TEST

/* Made in a call of a host function; one of three is not read. */
START_TEST(a_source) {
    world w;
    uint32_t sum = 0;
    tenon_started *call;
    need(&w, open_world(&w, NULL));
    need(&w, tenon_call_start(func(&w, "sourced"), NULL, &sum, NULL, &call, &w.e));
    need(&w, poll_all(&w));
    ck_assert(tenon_started_done(w.store, call));
    ck_assert_uint_eq(sum, 30);
    ck_assert_uint_eq(w.heard.total, 2);
    ck_assert_uint_eq(w.gone, 2);
    need(&w, tenon_handle_drop(w.store, w.handles[2], &w.e));
    need(&w, tenon_handle_drop(w.store, w.writable, &w.e));
    check_tables(&w);
    close_world(&w);
}
END_TEST

/* Handles that are of no resource need no function to belong to. */
START_TEST(error_contexts_and_ends) {
    world w;
    uint32_t handles[2], writable[2], numbers[2] = {40, 2};
    heard ignored = {0};
    need(&w, open_world(&w, NULL));
    for (int i = 0; i < 2; i++) {
        need(&w, tenon_error_context_new(w.store, (tenon_string){"no", 2}, &handles[i],
                                         &w.e));
    }
    ck_assert_uint_eq(send(&w, "errors", handles, 2, false), 2);
    for (int i = 0; i < 2; i++) { /* they were copied */
        need(&w, tenon_handle_drop(w.store, handles[i], &w.e));
    }
    check_tables(&w);
    for (int i = 0; i < 2; i++) {
        const tenon_type *future = param_type(func(&w, "futures"))->element;
        need(&w, tenon_ends_new(w.store, future, &handles[i], &writable[i], &w.e));
        need(&w, tenon_copy_start(w.store, writable[i], &numbers[i], 1, NULL, hear,
                                  &ignored, &w.e));
    }
    ck_assert_uint_eq(send(&w, "futures", handles, 2, false), 42);
    ck_assert_uint_eq(ignored.total, 2);
    for (int i = 0; i < 2; i++) {
        need(&w, tenon_handle_drop(w.store, writable[i], &w.e));
    }
    check_tables(&w);
    close_world(&w);
}
END_TEST

/* A reader of strings whose realloc traps, and an export that traps with the instance not
 * allowed to leave. */
static const char trapping[] =
    "(component"
    " (core module $L (memory (export \"m\") 1)"
    "  (func (export \"realloc\") (param i32 i32 i32 i32) (result i32) unreachable)"
    "  (func (export \"post\") unreachable))"
    " (core instance $l (instantiate $L))"
    " (alias core export $l \"m\" (core memory $m))"
    " (alias core export $l \"realloc\" (core func $realloc))"
    " (type $s (stream string))"
    " (canon stream.read $s async (memory $m) (realloc $realloc) (core func $read))"
    " (core module $M"
    "  (import \"\" \"read\" (func $read (param i32 i32 i32) (result i32)))"
    "  (func (export \"listen\") (param i32) (result i32)"
    "   (call $read (local.get 0) (i32.const 0) (i32.const 2)))"
    "  (func (export \"hear\") (param i32 i32)) (func (export \"nop\")))"
    " (core instance $i"
    "  (instantiate $M (with \"\" (instance (export \"read\" (func $read))))))"
    " (func (export \"things\") (param \"s\" $s) (result u32)"
    "  (canon lift (core func $i \"listen\")))"
    " (func (export \"hear\") (param \"x\" string)"
    "  (canon lift (core func $i \"hear\") (memory $m) (realloc $realloc)))"
    " (func (export \"trap\")"
    "  (canon lift (core func $i \"nop\") (post-return (core func $l \"post\")))))";

/* What the host writes runs the reader's realloc: a trap there locks the reader, and what
 * a trap has locked runs no more. The writer's end is as it was before. */
static void write_to_trapping(bool trap_before) {
    world w;
    tenon_string hello = {"hello", 5};
    uint32_t readable, writable, result = 0;
    need(&w, open_guest(&w, trapping, NULL));
    tenon_func *f = func(&w, "things");
    need(&w, tenon_ends_new(w.store, param_type(f), &readable, &writable, &w.e));
    need(&w, tenon_func_call(f, &readable, &result, NULL, &w.e));
    ck_assert_uint_eq(result, UINT32_MAX); /* BLOCKED */
    if (trap_before) {
        ck_assert_int_eq(tenon_func_call(func(&w, "trap"), NULL, NULL, NULL, &w.e),
                         TENON_TRAP);
    }
    for (int i = 0; i < 2; i++) {
        ck_assert_int_eq(
            tenon_copy_start(w.store, writable, &hello, 1, NULL, hear, &w.heard, &w.e),
            TENON_TRAP);
        ck_assert_str_eq(w.e.message, i == 0 && !trap_before
                                          ? "unreachable"
                                          : "cannot enter component instance");
        ck_assert_int_eq(tenon_copy_cancel(w.store, writable, &w.e), TENON_TRAP);
        ck_assert_int_eq(tenon_func_call(func(&w, "hear"), &hello, NULL, NULL, &w.e),
                         TENON_TRAP);
        ck_assert_str_eq(w.e.message, "cannot enter component instance");
    }
    need(&w, poll_all(&w));
    need(&w, tenon_handle_drop(w.store, writable, &w.e));
    need(&w, poll_all(&w));
    ck_assert_uint_eq(w.heard.calls, 0);
    close_world(&w);
}

START_TEST(readers_that_trap) {
    write_to_trapping(false);
    write_to_trapping(true);
}
END_TEST

/* Types that do not belong to the function; handles that are none, or of another kind. */
START_TEST(refusals) {
    world w;
    uint32_t a, b, sum, handle;
    tenon_started *call;
    need(&w, open_world(&w, NULL));
    tenon_func *f = func(&w, "things"), *boxes = func(&w, "boxes");
    ck_assert_int_eq(tenon_ends_new(w.store, param_type(f), &a, &b, &w.e),
                     TENON_UNSUPPORTED);
    ck_assert_int_eq(tenon_func_ends_new(f, param_type(boxes), &a, &b, &w.e),
                     TENON_USAGE);
    ck_assert_int_eq(tenon_func_ends_new(f, param_type(f)->element, &a, &b, &w.e),
                     TENON_USAGE);
    ck_assert_int_eq(tenon_func_ends_new(func(&w, "make"), param_type(f), &a, &b, &w.e),
                     TENON_USAGE);
    ck_assert_int_eq(tenon_func_resource_new(boxes, 0, &w, &handle, &w.e), TENON_USAGE);
    check_tables(&w);
    /* a box among things */
    need(&w, tenon_func_call(func(&w, "make"), &(uint32_t){7}, &handle, NULL, &w.e));
    need(&w, tenon_func_ends_new(f, param_type(f), &a, &b, &w.e));
    need(&w, tenon_copy_start(w.store, b, &handle, 1, NULL, hear, &w.heard, &w.e));
    tenon_status status = tenon_call_start(f, &a, &sum, NULL, &call, &w.e);
    if (status == TENON_OK) {
        status = poll_all(&w);
    }
    ck_assert_int_eq(status, TENON_TRAP);
    ck_assert_msg(strstr(w.e.message, "handle") != NULL, "%s", w.e.message);
    /* an end of a stream of another type for an argument */
    world v;
    need(&v, open_world(&v, NULL));
    f = func(&v, "things");
    need(&v, tenon_func_ends_new(func(&v, "boxes"), param_type(func(&v, "boxes")), &a, &b,
                                 &v.e));
    ck_assert_int_eq(tenon_call_start(f, &a, &sum, NULL, &call, &v.e), TENON_TRAP);
    close_world(&v);
    close_world(&w);
}
END_TEST

/* -- memory that runs out -- */

/* Things both ways, as far as it goes. */
static tenon_status try_things(world *w) {
    uint32_t handles[3], readable, writable, sum = 0;
    tenon_started *call;
    tenon_func *f = func(w, "things");
    TNI_TRY(tenon_func_ends_new(f, param_type(f), &readable, &writable, &w->e));
    for (u32 i = 0; i < 3; i++) {
        tenon_status status =
            tenon_func_resource_new(f, 0, new_rep(w), &handles[i], &w->e);
        if (status != TENON_OK) {
            w->made--;
            return status;
        }
    }
    TNI_TRY(
        tenon_copy_start(w->store, writable, handles, 3, NULL, hear, &w->heard, &w->e));
    TNI_TRY(tenon_call_start(f, &readable, &sum, NULL, &call, &w->e));
    TNI_TRY(poll_all(w));
    TNI_TRY(tenon_handle_drop(w->store, writable, &w->e));
    TNI_TRY(poll_all(w));
    return sum == 60 ? TENON_OK : TENON_TRAP;
}

START_TEST(out_of_memory) {
    static world w;
    tenon_status status = TENON_NO_MEMORY;
    unsigned long n = 0;
    for (; status != TENON_OK; n++) {
        refusing memory = {.granted = n / 2, .once = n % 2 == 0};
        tenon_allocator a = {refusing_resize, &memory};
        status = open_world(&w, &a);
        if (status == TENON_OK) {
            status = try_things(&w);
        }
        close_world(&w);
        ck_assert_uint_eq(memory.live_bytes, 0);
        ck_assert_msg(status == TENON_OK || status == TENON_NO_MEMORY, "%lu: %s", n,
                      w.e.message);
        status = memory.refused ? TENON_NO_MEMORY : status;
    }
    ck_assert_uint_gt(n, 200);
}
END_TEST

int main(void) {
    Suite *s = suite_create("hostends");
    TCase *c = tcase_create("hostends");
    tcase_set_timeout(c, 300);
    tcase_add_test(c, things_of_the_host);
    tcase_add_test(c, half_read);
    tcase_add_test(c, boxes_of_the_component);
    tcase_add_test(c, a_source);
    tcase_add_test(c, error_contexts_and_ends);
    tcase_add_test(c, readers_that_trap);
    tcase_add_test(c, refusals);
    tcase_add_test(c, out_of_memory);
    suite_add_tcase(s, c);
    return run_suite(s);
}
