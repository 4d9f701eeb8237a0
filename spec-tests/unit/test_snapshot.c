/* test_snapshot.c: stores put back as they were, and pools of instances: after whatever a
 * guest has done an instance is byte for byte what a new one is. */
#include "harness.h"

#include "api/api.h"
#include "base/format.h"
#include "component/cinstance.h"
#include "exec/instance.h"
#include "tenon/platform.h"
#include "tenon/wasi.h"

/* -- a guest that changes all that it can change -- */

/* PAGES: 1 for a memory that is copied, 20 for one that is mapped. */
static const char source_format[] =
    "(component"
    " (import \"tenon:test/host\" (instance $h"
    "  (export \"thing\" (type $thing (sub resource)))"
    "  (export \"make\" (func (result (own $thing))))))"
    " (alias export $h \"thing\" (type $host-thing))"
    " (canon lower (func $h \"make\") (core func $make))"
    " (canon resource.drop $host-thing (core func $drop-host))"
    " (core module $R (func (export \"dtor\") (param i32) unreachable))"
    " (core instance $r (instantiate $R))"
    " (type $own-thing (resource (rep i32) (dtor (func $r \"dtor\"))))"
    " (canon resource.new $own-thing (core func $new))"
    " (core module $M"
    "  (import \"\" \"make\" (func $make (result i32)))"
    "  (import \"\" \"drop-host\" (func $drop-host (param i32)))"
    "  (import \"\" \"new\" (func $new (param i32) (result i32)))"
    "  (memory (export \"m\") %d 64)"
    "  (data (i32.const 8) \"as it was\") (data $passive \"once\")"
    "  (table $t 4 16 funcref) (elem (i32.const 1) $seven) (elem $e func $eight $seven)"
    "  (global $g (mut i32) (i32.const 5)) (global $v (mut v128) (v128.const i64x2 1 2))"
    "  (type $int (func (result i32))) (type $box (struct (field i32)))"
    "  (global $o (mut anyref) (ref.null any)) (table $objects 2 8 anyref)"
    "  (func $seven (type $int) (i32.const 7)) (func $eight (type $int) (i32.const 8))"
    "  (func (export \"sum\") (result i32)" /* of all that can change */
    "   (i32.add (i32.add (i32.load8_u (i32.const 8)) (global.get $g))"
    "    (i32.add (i32.add (memory.size) (table.size $t))"
    "     (i32.add (call_indirect $t (type $int) (i32.const 1))"
    "      (i32.wrap_i64 (i64x2.extract_lane 1 (global.get $v)))))))"
    "  (func (export \"change\")"
    "   (memory.fill (i32.const 0) (i32.const 255) (i32.const 65536))"
    "   (drop (memory.grow (i32.const 3)))"
    "   (i32.store (i32.sub (i32.shl (memory.size) (i32.const 16)) (i32.const 4))"
    "    (i32.const -1))"
    "   (drop (table.grow $t (ref.null func) (i32.const 5)))"
    "   (table.init $t $e (i32.const 1) (i32.const 0) (i32.const 2)) (elem.drop $e)"
    "   (memory.init $passive (i32.const 0) (i32.const 0) (i32.const 4))"
    "   (data.drop $passive) (global.set $o (struct.new $box (i32.const 9)))"
    "   (table.set $objects (i32.const 1) (struct.new $box (i32.const 10)))"
    "   (drop (table.grow $objects (global.get $o) (i32.const 2)))"
    "   (global.set $g (i32.const 1000)) (global.set $v (v128.const i64x2 7 70))"
    "   (drop (call $make)) (drop (call $make)) (drop (call $new (i32.const 1))))"
    "  (func (export \"once\") (memory.init $passive (i32.const 0) (i32.const 0)"
    "   (i32.const 4)))"
    "  (func (export \"warm\") (global.set $g (i32.const 50)) (drop (call $new"
    "   (i32.const 77))))"
    "  (func (export \"hold\") (drop (call $make)))"
    "  (func (export \"trap\") (global.set $g (i32.const 1)) (drop (call $make))"
    "   unreachable)"
    "  (func (export \"spin\") (loop $l (br $l)))"
    "  (func $deep (export \"deep\") (call $deep))"
    "  (func (export \"flood\") (loop $l (drop (call $new (i32.const 0))) (br $l)))"
    "  (func (export \"eat\") (loop $l (drop (memory.grow (i32.const 1))) (br $l))))"
    " (core instance $m (instantiate $M (with \"\" (instance"
    "  (export \"make\" (func $make)) (export \"drop-host\" (func $drop-host))"
    "  (export \"new\" (func $new))))))"
    " (func (export \"sum\") (result u32) (canon lift (core func $m \"sum\")))"
    " (func (export \"change\") (canon lift (core func $m \"change\")))"
    " (func (export \"once\") (canon lift (core func $m \"once\")))"
    " (func (export \"warm\") (canon lift (core func $m \"warm\")))"
    " (func (export \"hold\") (canon lift (core func $m \"hold\")))"
    " (func (export \"trap\") (canon lift (core func $m \"trap\")))"
    " (func (export \"spin\") (canon lift (core func $m \"spin\")))"
    " (func (export \"deep\") (canon lift (core func $m \"deep\")))"
    " (func (export \"flood\") (canon lift (core func $m \"flood\")))"
    " (func (export \"eat\") (canon lift (core func $m \"eat\"))))";

/* -- its host: things that count -- */

static int things;

static tenon_status make_thing(tenon_call *call, void *user, const void *args,
                               void *result) {
    (void)args;
    things++;
    return tenon_resource_new(call, 0, user, result);
}

static void end_thing(void *user, void *rep) {
    ck_assert_ptr_eq(user, rep);
    things--;
}

static const tenon_type thing_type = {.kind = TENON_TYPE_OWN, .resource = 0};
static const tenon_host_func funcs[] = {{"make", {.result = &thing_type}, make_thing}};
static const tenon_host_resource resources[] = {{"thing", NULL, NULL, end_thing}};
static const tenon_interface host_interface = {.name = "tenon:test/host",
                                               .funcs = funcs,
                                               .func_count = 1,
                                               .resources = resources,
                                               .resource_count = 1};

static tenon_status count_thing(tenon_call *call, void *user, const void *args,
                                void *result) {
    (void)args;
    ++*(int *)user;
    return tenon_resource_new(call, 0, user, result);
}

static void uncount_thing(void *user, void *rep) {
    (void)rep;
    --*(int *)user;
}

static const tenon_host_func counting[] = {
    {"make", {.result = &thing_type}, count_thing}};
static const tenon_host_resource counted[] = {{"thing", NULL, NULL, uncount_thing}};
static const tenon_interface counting_interface = {.name = "tenon:test/host",
                                                   .funcs = counting,
                                                   .func_count = 1,
                                                   .resources = counted,
                                                   .resource_count = 1};

typedef struct world {
    tenon_engine *engine;
    tenon_component *component;
    tenon_linker *linker;
    tenon_error e;
} world;

static void open_world(world *w, int pages, bool hooks) {
    char text[8192];
    static tenon_platform bare; /* without its own kind of memory */
    tenon_engine_config config;
    tenon_engine_config_init(&config);
    if (!hooks) {
        bare = *tenon_platform_default();
        bare.image_new = NULL;
        bare.memory_new = NULL;
        config.platform = &bare;
    }
    memset(w, 0, sizeof *w);
    ck_assert_int_eq(tenon_engine_new(&config, &w->engine, &w->e), TENON_OK);
    tni_format(text, sizeof text, source_format, pages);
    ck_assert_msg(tenon_component_load_text(w->engine, text, strlen(text), &w->component,
                                            &w->e) == TENON_OK,
                  "%u:%u: %s", w->e.line, w->e.column, w->e.message);
    ck_assert_int_eq(tenon_linker_new(w->engine, &w->linker, &w->e), TENON_OK);
    ck_assert_int_eq(tenon_linker_add(w->linker, &host_interface, &things, &w->e),
                     TENON_OK);
    things = 0;
}

static void close_world(world *w) {
    tenon_linker_delete(w->linker);
    tenon_component_delete(w->component);
    tenon_engine_delete(w->engine);
}

static tenon_status call(world *w, tenon_instance *i, const char *name) {
    tenon_func *f = tenon_instance_func(i, NULL, name);
    ck_assert_ptr_nonnull(f);
    return tenon_func_call(f, NULL, NULL, NULL, &w->e);
}

static uint32_t sum(world *w, tenon_instance *i) {
    uint32_t x = 0;
    ck_assert_msg(tenon_func_call(tenon_instance_func(i, NULL, "sum"), NULL, &x, NULL,
                                  &w->e) == TENON_OK,
                  "%s", w->e.message);
    return x;
}

/* Whether two stores that went different ways hold the same, references by what they
 * refer to. */
static void check_equal(tenon_store *left, tenon_store *right) {
    const tni_store *a = tni_store_of(left), *b = tni_store_of(right);
    ck_assert_uint_eq(a->memories.count, b->memories.count);
    for (size_t n = 0; n < a->memories.count; n++) {
        const tni_memory *x = a->memories.data[n], *y = b->memories.data[n];
        ck_assert_uint_eq(x->bytes, y->bytes);
        ck_assert_uint_eq(x->type.limits.min, y->type.limits.min);
        ck_assert(memcmp(x->data, y->data, (size_t)x->bytes) == 0);
    }
    for (size_t n = 0; n < a->tables.count; n++) {
        const tni_table *x = a->tables.data[n], *y = b->tables.data[n];
        ck_assert_uint_eq(x->size, y->size);
        ck_assert_uint_eq(x->type.limits.min, y->type.limits.min);
        for (u64 k = 0; k < x->size; k++) {
            ck_assert((x->elements[k] == 0) == (y->elements[k] == 0));
            if (x->elements[k] != 0) {
                ck_assert_uint_eq(((tni_func *)(uintptr_t)x->elements[k])->index,
                                  ((tni_func *)(uintptr_t)y->elements[k])->index);
            }
        }
    }
    for (size_t n = 0; n < a->instances.count; n++) {
        const tni_instance *x = a->instances.data[n], *y = b->instances.data[n];
        const tni_module *m = x->module;
        ck_assert(memcmp(x->dropped_elems, y->dropped_elems, m->elem_count) == 0);
        ck_assert(memcmp(x->dropped_datas, y->dropped_datas, m->data_count) == 0);
        for (u32 g = 0; g < m->global_count; g++) {
            ck_assert_mem_eq(x->globals[g]->value, y->globals[g]->value,
                             sizeof x->globals[g]->value);
        }
    }
    const tni_cstore *c = tni_store_owner(a), *d = tni_store_owner(b);
    ck_assert_uint_eq(c->host_handles.live, d->host_handles.live);
    for (size_t n = 0; n < c->instances.count; n++) {
        const tni_cinstance *x = c->instances.data[n], *y = d->instances.data[n];
        ck_assert(x->component == NULL ||
                  (x->may_enter && y->may_enter && x->may_leave && y->may_leave));
        ck_assert_uint_eq(x->handles.live, y->handles.live);
        ck_assert_uint_eq(x->handles.free, y->handles.free);
        ck_assert_uint_eq(x->handles.entries.count, y->handles.entries.count);
        for (size_t k = 1; k < x->handles.entries.count; k++) {
            const tni_handle *l = &x->handles.entries.data[k];
            const tni_handle *r = &y->handles.entries.data[k];
            ck_assert(l->kind == r->kind && l->own == r->own && l->lends == r->lends &&
                      l->scope == r->scope && l->rep == r->rep && l->type == r->type);
        }
        ck_assert_uint_eq(x->threads.live, y->threads.live);
        ck_assert_uint_eq(x->backpressure, y->backpressure);
        ck_assert_uint_eq(x->num_waiting_to_enter, y->num_waiting_to_enter);
        ck_assert(x->exclusive == NULL && y->exclusive == NULL);
    }
    ck_assert_mem_eq(c->ctx, d->ctx, sizeof c->ctx);
    /* Nothing refers to objects of the garbage-collected heap that were made since. */
    tni_gc_collect(tni_store_of(left));
    tni_gc_collect(tni_store_of(right));
    ck_assert_uint_eq(a->gc.live_bytes, b->gc.live_bytes);
    ck_assert_uint_eq(a->interrupt, b->interrupt);
    ck_assert_uint_eq(a->memory_heap.used_bytes, b->memory_heap.used_bytes);
}

static void round_trip(int pages, bool hooks) {
    world w;
    tenon_store *store, *fresh;
    tenon_instance *i, *j;
    tenon_snapshot *p;
    open_world(&w, pages, hooks);
    ck_assert_int_eq(tenon_store_new(w.engine, NULL, &store, &w.e), TENON_OK);
    ck_assert_int_eq(tenon_store_new(w.engine, NULL, &fresh, &w.e), TENON_OK);
    ck_assert_int_eq(tenon_instantiate(w.linker, store, w.component, &i, &w.e), TENON_OK);
    ck_assert_int_eq(tenon_instantiate(w.linker, fresh, w.component, &j, &w.e), TENON_OK);
    ck_assert_msg(tenon_snapshot_take(store, NULL, &p, &w.e) == TENON_OK, "%s",
                  w.e.message);
    const uint32_t before = sum(&w, j);
    for (int round = 0; round < 3; round++) {
        ck_assert_int_eq(call(&w, i, "change"), TENON_OK);
        ck_assert_uint_ne(sum(&w, i), before);
        ck_assert_int_eq(things, 2);
        ck_assert_int_eq(tenon_snapshot_restore(p, &w.e), TENON_OK);
        ck_assert_int_eq(things, 0);
        check_equal(store, fresh);
        ck_assert_uint_eq(sum(&w, i), before);
        ck_assert_int_eq(call(&w, i, "once"), TENON_OK); /* a segment is there again */
        ck_assert_int_eq(call(&w, i, "trap"), TENON_TRAP);
        ck_assert_int_eq(call(&w, i, "once"), TENON_TRAP); /* locked */
        ck_assert_int_eq(tenon_snapshot_restore(p, &w.e), TENON_OK);
        check_equal(store, fresh);
        ck_assert_int_eq(things, 0);
    }
    tenon_snapshot_delete(p);
    tenon_store_delete(store);
    tenon_store_delete(fresh);
    close_world(&w);
}

START_TEST(a_store_is_as_it_was) {
    round_trip(1, true);
    round_trip(20, true);
    round_trip(1, false);
    round_trip(20, false);
}
END_TEST

START_TEST(what_cannot_be_kept) {
    world w;
    tenon_store *store;
    tenon_instance *i, *j;
    tenon_snapshot *p;
    open_world(&w, 1, true);
    ck_assert_int_eq(tenon_store_new(w.engine, NULL, &store, &w.e), TENON_OK);
    ck_assert_int_eq(tenon_instantiate(w.linker, store, w.component, &i, &w.e), TENON_OK);
    ck_assert_int_eq(call(&w, i, "hold"), TENON_OK);
    ck_assert_int_eq(tenon_snapshot_take(store, NULL, &p, &w.e), TENON_UNSUPPORTED);
    ck_assert_str_eq(w.e.message, "no snapshot can be taken now: a handle of the host's "
                                  "resource \"thing\" is held");
    tenon_store_delete(store);
    ck_assert_int_eq(tenon_store_new(w.engine, NULL, &store, &w.e), TENON_OK);
    ck_assert_int_eq(tenon_instantiate(w.linker, store, w.component, &i, &w.e), TENON_OK);
    ck_assert_int_eq(tenon_snapshot_take(store, NULL, &p, &w.e), TENON_OK);
    ck_assert_int_eq(call(&w, i, "trap"), TENON_TRAP);
    tenon_snapshot *none;
    ck_assert_int_eq(tenon_snapshot_take(store, NULL, &none, &w.e), TENON_UNSUPPORTED);
    ck_assert_int_eq(tenon_instantiate(w.linker, store, w.component, &j, &w.e), TENON_OK);
    ck_assert_int_eq(tenon_snapshot_restore(p, &w.e), TENON_USAGE);
    tenon_snapshot_delete(p);
    tenon_store_delete(store);
    close_world(&w);
}
END_TEST

/* -- objects of the host in snapshots -- */

static const char keeping_source[] =
    "(component"
    " (import \"tenon:test/keep\" (instance $h"
    "  (export \"thing\" (type $thing (sub resource)))"
    "  (export \"make\" (func (result (own $thing))))"
    "  (export \"number\" (func (param \"t\" (borrow $thing)) (result u32)))"
    "  (export \"swallow\" (func (param \"t\" (own $thing))))))"
    " (alias export $h \"thing\" (type $thing))"
    " (canon lower (func $h \"make\") (core func $make))"
    " (canon lower (func $h \"number\") (core func $number))"
    " (canon lower (func $h \"swallow\") (core func $swallow))"
    " (canon resource.drop $thing (core func $drop))"
    " (core module $M"
    "  (import \"\" \"make\" (func $make (result i32)))"
    "  (import \"\" \"number\" (func $number (param i32) (result i32)))"
    "  (import \"\" \"swallow\" (func $swallow (param i32)))"
    "  (import \"\" \"drop\" (func $drop (param i32)))"
    "  (func (export \"make\") (result i32) (call $make))"
    "  (func (export \"number\") (param i32) (result i32) (call $number (local.get 0)))"
    "  (func (export \"swallow\") (param i32) (call $swallow (local.get 0)))"
    "  (func (export \"drop\") (param i32) (call $drop (local.get 0))))"
    " (core instance $m (instantiate $M (with \"\" (instance"
    "  (export \"make\" (func $make)) (export \"number\" (func $number))"
    "  (export \"swallow\" (func $swallow)) (export \"drop\" (func $drop))))))"
    " (func (export \"make\") (result u32) (canon lift (core func $m \"make\")))"
    " (func (export \"number\") (param \"h\" u32) (result u32)"
    "  (canon lift (core func $m \"number\")))"
    " (func (export \"swallow\") (param \"h\" u32)"
    "  (canon lift (core func $m \"swallow\")))"
    " (func (export \"drop\") (param \"h\" u32) (canon lift (core func $m \"drop\"))))";

/* Each has its number, and a state that the host puts back. */
typedef struct kept_thing {
    bool alive;
    uint32_t state, state_then;
} kept_thing;
static kept_thing kept_things[16];
static uint32_t made_things, refused_thing;

static tenon_status make_kept(tenon_call *call, void *user, const void *args,
                              void *result) {
    (void)user;
    (void)args;
    ck_assert_uint_lt(made_things, 16);
    kept_thing *t = &kept_things[made_things++];
    *t = (kept_thing){.alive = true};
    return tenon_resource_new(call, 0, t, result);
}

static tenon_status number_of_kept(tenon_call *call, void *user, const void *args,
                                   void *result) {
    kept_thing *t = tenon_resource_rep(call, *(const uint32_t *)args);
    (void)user;
    ck_assert(t->alive);
    t->state++;
    *(uint32_t *)result = (uint32_t)(t - kept_things);
    return TENON_OK;
}

static tenon_status swallow(tenon_call *call, void *user, const void *args,
                            void *result) {
    (void)user;
    (void)result;
    return tenon_resource_drop(call, *(const uint32_t *)args);
}

static void end_kept(void *user, void *rep) {
    kept_thing *t = rep;
    (void)user;
    ck_assert(t->alive); /* once */
    t->alive = false;
}

static bool keep_thing(void *user, void *rep) {
    kept_thing *t = rep;
    (void)user;
    t->state_then = t->state;
    return (uint32_t)(t - kept_things) != refused_thing;
}

static void restore_thing(void *user, void *rep) {
    kept_thing *t = rep;
    (void)user;
    ck_assert(t->alive);
    t->state = t->state_then;
}

static const tenon_type borrowed_thing = {.kind = TENON_TYPE_BORROW, .resource = 0};
static const tenon_type number_type = {.kind = TENON_TYPE_U32};
static const tenon_field borrow_param = {"t", &borrowed_thing};
static const tenon_field own_param = {"t", &thing_type};
static const tenon_host_func keeping_funcs[] = {
    {"make", {.result = &thing_type}, make_kept},
    {"number",
     {.params = &borrow_param, .param_count = 1, .result = &number_type},
     number_of_kept},
    {"swallow", {.params = &own_param, .param_count = 1}, swallow}};
static const tenon_host_resource keeping_resources[] = {{"thing", NULL, NULL, end_kept}};
static const tenon_interface keeping_interface = {.name = "tenon:test/keep",
                                                  .funcs = keeping_funcs,
                                                  .func_count = 3,
                                                  .resources = keeping_resources,
                                                  .resource_count = 1};
static const tenon_restorable keeping = {keep_thing, restore_thing};

typedef struct keeper {
    world w;
    tenon_store *store;
    tenon_instance *i;
} keeper;

static void open_keeper(keeper *k) {
    world *w = &k->w;
    memset(k, 0, sizeof *k);
    made_things = 0;
    refused_thing = 99;
    ck_assert_int_eq(tenon_engine_new(NULL, &w->engine, &w->e), TENON_OK);
    ck_assert_msg(tenon_component_load_text(w->engine, keeping_source,
                                            strlen(keeping_source), &w->component,
                                            &w->e) == TENON_OK,
                  "%u:%u: %s", w->e.line, w->e.column, w->e.message);
    ck_assert_int_eq(tenon_linker_new(w->engine, &w->linker, &w->e), TENON_OK);
    ck_assert_int_eq(
        tenon_linker_restorable(w->linker, "tenon:test/keep", "thing", &keeping, &w->e),
        TENON_USAGE);
    ck_assert_int_eq(tenon_linker_add(w->linker, &keeping_interface, NULL, &w->e),
                     TENON_OK);
    ck_assert_int_eq(
        tenon_linker_restorable(w->linker, "tenon:test/keep", "thin", &keeping, &w->e),
        TENON_USAGE);
    ck_assert_int_eq(
        tenon_linker_restorable(w->linker, "tenon:test/keep", "thing", &keeping, &w->e),
        TENON_OK);
    ck_assert_int_eq(tenon_store_new(w->engine, NULL, &k->store, &w->e), TENON_OK);
    ck_assert_int_eq(tenon_instantiate(w->linker, k->store, w->component, &k->i, &w->e),
                     TENON_OK);
}

static tenon_status with_handle(keeper *k, const char *name, uint32_t handle,
                                uint32_t *result) {
    return tenon_func_call(tenon_instance_func(k->i, NULL, name), &handle, result, NULL,
                           &k->w.e);
}

static uint32_t make_one(keeper *k) {
    uint32_t handle = 0;
    ck_assert_msg(with_handle(k, "make", 0, &handle) == TENON_OK, "%s", k->w.e.message);
    return handle;
}

static uint32_t number(keeper *k, uint32_t handle) {
    uint32_t n = 99;
    ck_assert_msg(with_handle(k, "number", handle, &n) == TENON_OK, "%s", k->w.e.message);
    return n;
}

START_TEST(host_objects_come_back) {
    keeper k;
    tenon_snapshot *p;
    uint32_t none;
    open_keeper(&k);
    ck_assert_uint_eq(make_one(&k), 1);
    ck_assert_uint_eq(make_one(&k), 2);
    ck_assert_uint_eq(number(&k, 2), 1);
    ck_assert_msg(tenon_snapshot_take(k.store, NULL, &p, &k.w.e) == TENON_OK, "%s",
                  k.w.e.message);
    for (int round = 0; round < 3; round++) {
        const uint32_t first = made_things;
        ck_assert_int_eq(with_handle(&k, "drop", 1, NULL), TENON_OK);
        ck_assert_int_eq(with_handle(&k, "swallow", 2, NULL), TENON_OK);
        ck_assert(kept_things[0].alive && kept_things[1].alive);
        make_one(&k);
        make_one(&k);
        make_one(&k);
        ck_assert_int_eq(with_handle(&k, "drop", 1, NULL), TENON_OK); /* a new one */
        ck_assert_int_eq(with_handle(&k, "number", 77, &none), TENON_TRAP);
        ck_assert_int_eq(tenon_snapshot_restore(p, &k.w.e), TENON_OK);
        for (uint32_t n = first; n < first + 3; n++) {
            ck_assert(!kept_things[n].alive);
        }
        ck_assert(kept_things[0].alive && kept_things[1].alive);
        ck_assert_uint_eq(kept_things[1].state, 1);
        ck_assert_uint_eq(number(&k, 1), 0);
        ck_assert_uint_eq(number(&k, 2), 1);
    }
    ck_assert_int_eq(with_handle(&k, "drop", 1, NULL), TENON_OK);
    ck_assert(kept_things[0].alive);
    tenon_snapshot_delete(p); /* only it had the first one */
    ck_assert(!kept_things[0].alive && kept_things[1].alive);
    ck_assert_uint_eq(number(&k, 2), 1);
    tenon_store_delete(k.store);
    ck_assert(!kept_things[1].alive);
    close_world(&k.w);
}
END_TEST

/* Two snapshots of one store keep different objects. */
START_TEST(host_objects_of_two_snapshots) {
    keeper k;
    tenon_snapshot *p, *q, *none;
    uint32_t zero;
    open_keeper(&k);
    make_one(&k);
    ck_assert_int_eq(tenon_snapshot_take(k.store, NULL, &p, &k.w.e), TENON_OK);
    ck_assert_uint_eq(make_one(&k), 2);
    ck_assert_int_eq(with_handle(&k, "drop", 1, NULL), TENON_OK);
    ck_assert_int_eq(tenon_snapshot_take(k.store, NULL, &q, &k.w.e), TENON_OK);
    for (int round = 0; round < 2; round++) {
        ck_assert_int_eq(tenon_snapshot_restore(p, &k.w.e), TENON_OK);
        ck_assert_uint_eq(number(&k, 1), 0);
        ck_assert_int_eq(with_handle(&k, "number", 2, &zero), TENON_TRAP);
        ck_assert_int_eq(tenon_snapshot_restore(q, &k.w.e), TENON_OK);
        ck_assert_uint_eq(number(&k, 2), 1);
        ck_assert_int_eq(with_handle(&k, "number", 1, &zero), TENON_TRAP);
        ck_assert_int_eq(tenon_snapshot_restore(p, &k.w.e), TENON_OK);
    }
    tenon_snapshot_delete(q);
    ck_assert(kept_things[0].alive && !kept_things[1].alive);
    refused_thing = 0; /* the host says of this one that it cannot come back */
    ck_assert_int_eq(tenon_snapshot_take(k.store, NULL, &none, &k.w.e),
                     TENON_UNSUPPORTED);
    ck_assert_ptr_nonnull(strstr(k.w.e.message, "resource \"thing\" is held"));
    tenon_snapshot_delete(p);
    ck_assert(kept_things[0].alive); /* the guest has it */
    ck_assert_int_eq(with_handle(&k, "drop", 1, NULL), TENON_OK);
    ck_assert(!kept_things[0].alive);
    tenon_store_delete(k.store);
    close_world(&k.w);
}
END_TEST

/* -- pools -- */

static tenon_status warm_up(void *user, tenon_instance *i, tenon_error *e) {
    (void)user;
    return tenon_func_call(tenon_instance_func(i, NULL, "warm"), NULL, NULL, NULL, e);
}

START_TEST(a_pool_is_bounded) {
    world w;
    tenon_pool *pool;
    tenon_pool_config config;
    tenon_instance *taken[3], *more;
    open_world(&w, 20, true);
    tenon_pool_config_init(&config);
    config.max_instances = 3;
    config.ready = 1;
    config.warm_up = warm_up;
    ck_assert_msg(tenon_pool_new(w.linker, w.component, &config, &pool, &w.e) == TENON_OK,
                  "%s", w.e.message);
    ck_assert_uint_eq(tenon_pool_count(pool).made, 1);
    for (int n = 0; n < 3; n++) {
        ck_assert_msg(tenon_pool_take(pool, &taken[n], &w.e) == TENON_OK, "%s",
                      w.e.message);
    }
    ck_assert_int_eq(tenon_pool_take(pool, &more, &w.e), TENON_LIMIT);
    /* Warm: $g is 50, not 5. */
    ck_assert_uint_eq(sum(&w, taken[0]), 'a' + 50 + 20 + 4 + 7 + 2);
    ck_assert_int_eq(call(&w, taken[1], "change"), TENON_OK);
    tenon_pool_give_back(pool, taken[1]);
    ck_assert_int_eq(tenon_pool_take(pool, &more, &w.e), TENON_OK);
    ck_assert_ptr_eq(more, taken[1]);
    check_equal(tenon_instance_store(more), tenon_instance_store(taken[2]));
    ck_assert_uint_eq(tenon_pool_count(pool).made, 3);
    ck_assert_uint_eq(tenon_pool_count(pool).in_use, 3);
    ck_assert_uint_eq(tenon_pool_count(pool).restored, 1);
    /* Those in use stay, and of the others those that were used last. */
    ck_assert_uint_eq(tenon_pool_shrink(pool, 0), 0);
    tenon_pool_give_back(pool, taken[0]);
    tenon_pool_give_back(pool, taken[2]);
    ck_assert_uint_eq(tenon_pool_shrink(pool, 3), 0);
    ck_assert_uint_eq(tenon_pool_shrink(pool, 2), 1);
    ck_assert_int_eq(tenon_pool_take(pool, &taken[0], &w.e), TENON_OK);
    ck_assert_ptr_eq(taken[0], taken[2]);
    ck_assert_uint_eq(tenon_pool_count(pool).made, 2);
    ck_assert_uint_eq(tenon_pool_count(pool).deleted, 1);
    tenon_pool_give_back(pool, taken[0]);
    tenon_pool_give_back(pool, more);
    ck_assert_uint_eq(tenon_pool_shrink(pool, 0), 2);
    /* None is left to learn the layout of a snapshot from. */
    for (int n = 0; n < 3; n++) {
        ck_assert_int_eq(tenon_pool_take(pool, &taken[n], &w.e), TENON_OK);
        ck_assert_uint_eq(sum(&w, taken[n]), 'a' + 50 + 20 + 4 + 7 + 2);
    }
    ck_assert_uint_eq(tenon_pool_count(pool).made, 3);
    tenon_pool_delete(pool);
    ck_assert_int_eq(things, 0);
    config.max_instances = 0;
    ck_assert_int_eq(tenon_pool_new(w.linker, w.component, &config, &pool, &w.e),
                     TENON_USAGE);
    close_world(&w);
}
END_TEST

/* What a pool's instance may use before it is given back; each time anew. */
START_TEST(budgets) {
    static const struct {
        const char *deed;
        tenon_status status;
        const char *message;
    } rows[] = {
        {"spin", TENON_LIMIT, "deadline"},
        {"flood", TENON_TRAP, "handle table is full"},
        {"deep", TENON_EXHAUSTION, ""},
        {"eat", TENON_LIMIT, "deadline"}, /* refused memory, it goes on asking */
        {"spin", TENON_LIMIT, "fuel"},
    };
    for (size_t n = 0; n < TNI_COUNT_OF(rows); n++) {
        world w;
        tenon_pool *pool;
        tenon_pool_config config;
        tenon_instance *i;
        open_world(&w, 1, true);
        tenon_pool_config_init(&config);
        config.max_instances = 1;
        config.timeout_ns = 50000000;
        if (strcmp(rows[n].message, "fuel") == 0) {
            config.timeout_ns = 0;
            config.fuel = 1000;
        }
        config.store.max_memory_bytes = 3 << 16;
        config.store.max_handles = 100;
        ck_assert_int_eq(tenon_pool_new(w.linker, w.component, &config, &pool, &w.e),
                         TENON_OK);
        for (int round = 0; round < 3; round++) {
            ck_assert_int_eq(tenon_pool_take(pool, &i, &w.e), TENON_OK);
            ck_assert_int_eq(call(&w, i, "once"), TENON_OK);
            ck_assert_int_eq(call(&w, i, rows[n].deed), rows[n].status);
            ck_assert_msg(strstr(w.e.message, rows[n].message) != NULL, "%s: %s",
                          rows[n].deed, w.e.message);
            const tni_store *s = tni_store_of(tenon_instance_store(i));
            ck_assert_uint_le(s->memory_heap.used_bytes, 3 << 16);
            tenon_pool_give_back(pool, i);
        }
        ck_assert_uint_eq(tenon_pool_count(pool).restored, 3);
        tenon_pool_delete(pool);
        close_world(&w);
    }
}
END_TEST

/* A real guest whose C library holds the standard streams and a directory after the first
 * call. */
START_TEST(a_guest_that_was_warmed_up) {
    static uint8_t bytes[1 << 20];
    static const char *const args[] = {"hello"};
    static const tenon_wasi_preopen preopen = {.guest_path = "/", .host_path = "."};
    const char *guests = getenv("GUESTS_DIR");
    char path[512];
    tni_format(path, sizeof path, "%s/c-hello/c-hello.wasm",
               guests != NULL ? guests : "");
    FILE *f = fopen(path, "rb");
    if (f == NULL) {
        return; /* a lone clone */
    }
    const size_t len = fread(bytes, 1, sizeof bytes, f);
    fclose(f);
    world w = {.engine = NULL};
    tenon_wasi *wasi;
    tenon_wasi_config config;
    tenon_store *store;
    tenon_instance *i;
    tenon_snapshot *p;
    uint8_t result[8];
    tenon_wasi_config_init(&config);
    config.args = args;
    config.arg_count = 1;
    config.preopens = &preopen;
    config.preopen_count = 1;
    ck_assert_int_eq(tenon_engine_new(NULL, &w.engine, &w.e), TENON_OK);
    ck_assert_int_eq(tenon_component_load(w.engine, bytes, len, 0, &w.component, &w.e),
                     TENON_OK);
    ck_assert_int_eq(tenon_linker_new(w.engine, &w.linker, &w.e), TENON_OK);
    ck_assert_int_eq(tenon_wasi_new(&config, &wasi, &w.e), TENON_OK);
    ck_assert_int_eq(tenon_wasi_add_to_linker(wasi, w.linker, &w.e), TENON_OK);
    ck_assert_int_eq(tenon_store_new(w.engine, NULL, &store, &w.e), TENON_OK);
    ck_assert_msg(tenon_instantiate(w.linker, store, w.component, &i, &w.e) == TENON_OK,
                  "%s", w.e.message);
    tenon_func *run = tenon_instance_func(i, "wasi:cli/run@0.2.0", "run");
    ck_assert_ptr_nonnull(run);
    ck_assert_int_eq(tenon_func_call(run, NULL, result, NULL, &w.e), TENON_OK);
    const tni_cstore *cs = tni_store_owner(tni_store_of(store));
    const u32 held = cs->host_handles.live;
    ck_assert_uint_gt(held, 0);
    ck_assert_msg(tenon_snapshot_take(store, NULL, &p, &w.e) == TENON_OK, "%s",
                  w.e.message);
    for (int round = 0; round < 3; round++) {
        /* A C program runs once; what it does until it traps is undone. */
        (void)tenon_func_call(run, NULL, result, NULL, &w.e);
        ck_assert_int_eq(tenon_snapshot_restore(p, &w.e), TENON_OK);
        ck_assert_uint_eq(cs->host_handles.live, held);
    }
    tenon_snapshot_delete(p);
    tenon_store_delete(store);
    tenon_wasi_delete(wasi);
    close_world(&w);
}
END_TEST

START_TEST(linked_once) {
    world w;
    tenon_store *store;
    tenon_instance *i, *j;
    tenon_prelinked *prelinked;
    tenon_pool *pools[2];
    tenon_pool_config config;
    tenon_linker *none;
    open_world(&w, 1, true);
    ck_assert_int_eq(tenon_linker_new(w.engine, &none, &w.e), TENON_OK);
    ck_assert_int_eq(tenon_prelink(none, w.component, &prelinked, &w.e),
                     TENON_UNLINKABLE);
    ck_assert_ptr_nonnull(strstr(w.e.message, "tenon:test/host"));
    tenon_linker_delete(none);
    ck_assert_int_eq(tenon_prelink(w.linker, w.component, &prelinked, &w.e), TENON_OK);
    tenon_component_delete(w.component); /* it is kept */
    w.component = NULL;
    ck_assert_int_eq(tenon_store_new(w.engine, NULL, &store, &w.e), TENON_OK);
    ck_assert_int_eq(tenon_prelinked_instantiate(prelinked, store, &i, &w.e), TENON_OK);
    /* Two instances in one store have the same host resource. */
    ck_assert_int_eq(tenon_prelinked_instantiate(prelinked, store, &j, &w.e), TENON_OK);
    ck_assert_uint_eq(((tni_cstore *)tni_store_owner(tni_store_of(store)))->linked.count,
                      1);
    tenon_pool_config_init(&config);
    config.ready = 1;
    config.max_instances = 2;
    for (int n = 0; n < 2; n++) {
        ck_assert_int_eq(tenon_pool_new_prelinked(prelinked, &config, &pools[n], &w.e),
                         TENON_OK);
    }
    config.max_instances = 0;
    tenon_pool *refused;
    ck_assert_int_eq(tenon_pool_new_prelinked(prelinked, &config, &refused, &w.e),
                     TENON_USAGE);
    tenon_prelinked_delete(prelinked); /* stores and pools keep it */
    tenon_prelinked_delete(NULL);
    ck_assert_int_eq(call(&w, i, "hold"), TENON_OK);
    ck_assert_int_eq(call(&w, j, "hold"), TENON_OK);
    ck_assert_int_eq(things, 2);
    for (int n = 0; n < 4; n++) { /* the second of each pool is made now */
        tenon_instance *taken;
        ck_assert_int_eq(tenon_pool_take(pools[n % 2], &taken, &w.e), TENON_OK);
        ck_assert_uint_eq(sum(&w, taken), sum(&w, i));
        ck_assert_int_eq(call(&w, taken, "hold"), TENON_OK);
        ck_assert_int_eq(things, 3 + n);
    }
    tenon_pool_delete(pools[0]);
    tenon_pool_delete(pools[1]);
    ck_assert_int_eq(things, 2);
    tenon_store_delete(store);
    ck_assert_int_eq(things, 0);
    close_world(&w);
}
END_TEST

/* A host that keeps something for each instance. */
static tenon_linker *linkers[3];

static tenon_linker *linker_of(void *user, uint32_t number, tenon_error *error) {
    ck_assert_ptr_eq(user, linkers);
    if (number == 2) {
        (void)tni_fail(error, TNI_ERR_USAGE, TENON_NO_OFFSET, "only two");
        return NULL;
    }
    return linkers[number];
}

START_TEST(a_linker_for_each) {
    world w;
    tenon_pool *pool;
    tenon_pool_config config;
    tenon_instance *taken[3];
    int counts[2] = {0, 0};
    open_world(&w, 1, true);
    for (int n = 0; n < 2; n++) {
        ck_assert_int_eq(tenon_linker_new(w.engine, &linkers[n], &w.e), TENON_OK);
        ck_assert_int_eq(
            tenon_linker_add(linkers[n], &counting_interface, &counts[n], &w.e),
            TENON_OK);
    }
    tenon_pool_config_init(&config);
    config.max_instances = 3;
    config.linker_of = linker_of;
    config.user = linkers;
    ck_assert_int_eq(tenon_pool_new(w.linker, w.component, &config, &pool, &w.e),
                     TENON_OK);
    for (int n = 0; n < 2; n++) {
        ck_assert_int_eq(tenon_pool_take(pool, &taken[n], &w.e), TENON_OK);
    }
    ck_assert_int_eq(tenon_pool_take(pool, &taken[2], &w.e), TENON_USAGE);
    ck_assert_int_eq(call(&w, taken[1], "hold"), TENON_OK);
    ck_assert_int_eq(call(&w, taken[1], "hold"), TENON_OK);
    ck_assert_int_eq(counts[0], 0);
    ck_assert_int_eq(counts[1], 2);
    tenon_pool_give_back(pool, taken[1]);
    ck_assert_int_eq(counts[1], 0);
    tenon_pool_delete(pool);
    for (int n = 0; n < 2; n++) {
        tenon_linker_delete(linkers[n]);
    }
    close_world(&w);
}
END_TEST

static tenon_status warm_up_holding(void *user, tenon_instance *i, tenon_error *e) {
    (void)user;
    return tenon_func_call(tenon_instance_func(i, NULL, "hold"), NULL, NULL, NULL, e);
}

/* The same, linked once. */
static int counts_of[3], asked;

static void *user_of(void *user, uint32_t number, void *host, tenon_error *error) {
    ck_assert_ptr_eq(user, counts_of);
    ck_assert_ptr_eq(host, &things);
    asked++;
    if (number == 2) {
        (void)tni_fail(error, TNI_ERR_USAGE, TENON_NO_OFFSET, "only two");
        return NULL;
    }
    return &counts_of[number];
}

START_TEST(a_user_for_each) {
    world w;
    tenon_pool *pool;
    tenon_pool_config config;
    tenon_linker *linker;
    tenon_prelinked *prelinked;
    tenon_instance *taken[3];
    open_world(&w, 1, true);
    things = 0;
    memset(counts_of, 0, sizeof counts_of);
    ck_assert_int_eq(tenon_linker_new(w.engine, &linker, &w.e), TENON_OK);
    ck_assert_int_eq(tenon_linker_add(linker, &counting_interface, &things, &w.e),
                     TENON_OK);
    ck_assert_int_eq(tenon_prelink(linker, w.component, &prelinked, &w.e), TENON_OK);
    tenon_pool_config_init(&config);
    config.max_instances = 3;
    config.user_of = user_of;
    config.user = counts_of;
    for (int round = 0; round < 2; round++) { /* by pools of either kind */
        asked = 0;
        ck_assert_int_eq(round == 0
                             ? tenon_pool_new(linker, w.component, &config, &pool, &w.e)
                             : tenon_pool_new_prelinked(prelinked, &config, &pool, &w.e),
                         TENON_OK);
        for (int n = 0; n < 2; n++) {
            ck_assert_int_eq(tenon_pool_take(pool, &taken[n], &w.e), TENON_OK);
        }
        ck_assert_int_eq(asked, 2);
        ck_assert_int_eq(tenon_pool_take(pool, &taken[2], &w.e), TENON_USAGE);
        ck_assert_str_eq(w.e.message, "usage: only two");
        ck_assert_int_eq(call(&w, taken[1], "hold"), TENON_OK);
        ck_assert_int_eq(call(&w, taken[1], "hold"), TENON_OK);
        ck_assert_int_eq(call(&w, taken[0], "hold"), TENON_OK);
        ck_assert_int_eq(counts_of[0], 1);
        ck_assert_int_eq(counts_of[1], 2);
        ck_assert_int_eq(things, 0);
        tenon_pool_give_back(pool, taken[1]); /* destructors have theirs, too */
        ck_assert_int_eq(counts_of[1], 0);
        tenon_pool_delete(pool);
        ck_assert_int_eq(counts_of[0], 0);
    }
    /* one that is made anew */
    config.warm_up = warm_up_holding;
    config.allows_single_use = true;
    ck_assert_int_eq(tenon_pool_new(linker, w.component, &config, &pool, &w.e), TENON_OK);
    for (int n = 0; n < 3; n++) {
        ck_assert_int_eq(tenon_pool_take(pool, &taken[0], &w.e), TENON_OK);
        ck_assert_int_eq(counts_of[0], 1);
        tenon_pool_give_back(pool, taken[0]);
        ck_assert_int_eq(counts_of[0], 0);
    }
    tenon_pool_delete(pool);
    tenon_prelinked_delete(prelinked);
    tenon_linker_delete(linker);
    close_world(&w);
}
END_TEST

/* Where no snapshot can be taken, each instance serves once, if that is allowed. */
START_TEST(a_pool_without_snapshots) {
    world w;
    tenon_pool *pool;
    tenon_pool_config config;
    tenon_instance *taken[2], *more;
    open_world(&w, 1, true);
    tenon_pool_config_init(&config);
    config.max_instances = 2;
    config.ready = 1;
    config.warm_up = warm_up_holding;
    ck_assert_int_eq(tenon_pool_new(w.linker, w.component, &config, &pool, &w.e),
                     TENON_UNSUPPORTED);
    ck_assert_int_eq(things, 0);
    config.allows_single_use = true;
    ck_assert_int_eq(tenon_pool_new(w.linker, w.component, &config, &pool, &w.e),
                     TENON_OK);
    ck_assert_int_eq(tenon_pool_refusal(pool, &w.e), TENON_UNSUPPORTED);
    ck_assert_str_eq(w.e.message, "no snapshot can be taken now: a handle of the host's "
                                  "resource \"thing\" is held");
    ck_assert_int_eq(tenon_pool_take(pool, &taken[0], &w.e), TENON_OK);
    ck_assert_int_eq(tenon_pool_take(pool, &taken[1], &w.e), TENON_OK);
    ck_assert_int_eq(things, 2);
    ck_assert_uint_eq(tenon_pool_number(pool, taken[0]), 0);
    ck_assert_uint_eq(tenon_pool_number(pool, taken[1]), 1);
    tenon_pool_give_back(pool, taken[0]);
    ck_assert_int_eq(things, 1);
    ck_assert_uint_eq(tenon_pool_count(pool).made, 1);
    ck_assert_uint_eq(tenon_pool_count(pool).replaced, 1);
    ck_assert_int_eq(tenon_pool_take(pool, &more, &w.e), TENON_OK);
    ck_assert_uint_eq(tenon_pool_number(pool, more), 0);
    ck_assert_uint_eq(tenon_pool_number(pool, NULL), 2);
    tenon_pool_delete(pool);
    ck_assert_int_eq(things, 0);
    config.warm_up = NULL;
    ck_assert_int_eq(tenon_pool_new(w.linker, w.component, &config, &pool, &w.e),
                     TENON_OK);
    ck_assert_int_eq(tenon_pool_refusal(pool, &w.e), TENON_OK);
    tenon_pool_delete(pool);
    close_world(&w);
}
END_TEST

/* Guests that loop, recurse, eat memory, flood handles and trap are stopped, and leave
 * nothing. */
START_TEST(hostile_guests) {
    static const char *const deeds[] = {"spin", "deep", "eat", "flood", "trap", "change"};
    world w;
    tenon_pool *pool;
    tenon_pool_config config;
    tenon_instance *good, *bad;
    u64 used = 0;
    open_world(&w, 1, true);
    tenon_pool_config_init(&config);
    config.max_instances = 2;
    config.fuel = 100000;
    config.timeout_ns = 60000000000u;
    config.store.max_memory_bytes = 8 << 20;
    config.store.max_heap_bytes = 16 << 20;
    ck_assert_int_eq(tenon_pool_new(w.linker, w.component, &config, &pool, &w.e),
                     TENON_OK);
    ck_assert_int_eq(tenon_pool_take(pool, &good, &w.e), TENON_OK);
    const uint32_t before = sum(&w, good);
    for (int round = 0; round < 20; round++) {
        for (size_t n = 0; n < TNI_COUNT_OF(deeds); n++) {
            ck_assert_int_eq(tenon_pool_take(pool, &bad, &w.e), TENON_OK);
            const tenon_status status = call(&w, bad, deeds[n]);
            ck_assert_msg((status == TENON_OK) == (strcmp(deeds[n], "change") == 0),
                          "%s: %s", deeds[n], tenon_status_name(status));
            tenon_pool_give_back(pool, bad);
            ck_assert_uint_eq(sum(&w, good), before);
            ck_assert_int_eq(things, 0);
        }
        if (round == 1) {
            used = w.engine->heap.used_bytes;
        }
    }
    ck_assert_uint_eq(w.engine->heap.used_bytes, used);
    ck_assert_uint_eq(tenon_pool_count(pool).replaced, 0);
    tenon_pool_delete(pool);
    close_world(&w);
}
END_TEST

/* In a store of its own, or of a pool: linked for it, linked before, pooled. */
static tenon_status instantiate_once(world *w, const tenon_pool_config *config, int way) {
    tenon_store *store;
    tenon_instance *instance;
    tenon_prelinked *prelinked;
    tenon_pool *pool;
    tenon_status status;
    if (way == 2) {
        TNI_TRY(tenon_pool_new(w->linker, w->component, config, &pool, &w->e));
        status = tenon_pool_take(pool, &instance, &w->e);
        tenon_pool_delete(pool);
        return status;
    }
    TNI_TRY(tenon_store_new(w->engine, &config->store, &store, &w->e));
    if (way == 0) {
        status = tenon_instantiate(w->linker, store, w->component, &instance, &w->e);
    } else {
        status = tenon_prelink(w->linker, w->component, &prelinked, &w->e);
        ck_assert_int_eq(status, TENON_OK);
        status = tenon_prelinked_instantiate(prelinked, store, &instance, &w->e);
        tenon_prelinked_delete(prelinked);
    }
    tenon_store_delete(store);
    return status;
}

/* A store's heap that is too small is a limit that was met, whoever instantiates, and
 * whatever is refused: the store, its stack, the instance. */
START_TEST(a_small_heap) {
    enum { STACK = 4096 };
    world w;
    tenon_pool_config config;
    open_world(&w, 1, true);
    tenon_pool_config_init(&config);
    config.store.stack_bytes = STACK;
    for (int way = 0; way < 3; way++) {
        tenon_status status = TENON_LIMIT;
        for (u64 bytes = 256; status != TENON_OK; bytes += 256) {
            config.store.max_heap_bytes = bytes;
            status = instantiate_once(&w, &config, way);
            ck_assert_msg(status == TENON_OK ||
                              (status == TENON_LIMIT &&
                               strstr(w.e.message, "max_heap_bytes") != NULL),
                          "%d: %s", way, w.e.message);
        }
        ck_assert_uint_gt(config.store.max_heap_bytes, STACK);
    }
    close_world(&w);
}
END_TEST

int main(void) {
    Suite *suite = suite_create("snapshot");
    TCase *tests = tcase_create("snapshot");
    tcase_add_test(tests, a_store_is_as_it_was);
    tcase_add_test(tests, what_cannot_be_kept);
    tcase_add_test(tests, host_objects_come_back);
    tcase_add_test(tests, host_objects_of_two_snapshots);
    tcase_add_test(tests, a_pool_is_bounded);
    tcase_add_test(tests, budgets);
    tcase_add_test(tests, a_guest_that_was_warmed_up);
    tcase_add_test(tests, linked_once);
    tcase_add_test(tests, a_linker_for_each);
    tcase_add_test(tests, a_user_for_each);
    tcase_add_test(tests, a_pool_without_snapshots);
    tcase_add_test(tests, hostile_guests);
    tcase_add_test(tests, a_small_heap);
    tcase_set_timeout(tests, 60);
    suite_add_tcase(suite, tests);
    return run_suite(suite);
}
