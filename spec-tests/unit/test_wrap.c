/* test_wrap.c: components made of core modules, adapters and other components, with every
 * allocation failing in turn, and with modules and components that are damaged. */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>

#include "binary/decode.h"
#include "suite.h"
#include "tenon.h"
#include "text/assemble.h"
#include "valid/validate.h"
#include "wit/compose.h"
#include "wit/wit_component.h"
#include "wit/wrap.h"

/* The world that all of these are about; the adapter stands between "old" and it. */
static const char world_text[] =
    "package a:b; interface host { record line { text: string, at: option<time> }"
    " type time = u64;"
    " resource sink { constructor(l: line); put: func(l: list<line>) -> result<u32, "
    "line>; }"
    " get: func() -> u32; unused: func(s: string); }"
    " interface store { use host.{line, sink}; resource bucket { get: func() -> line; }"
    " open: func(s: borrow<sink>) -> bucket; }"
    " interface run { use host.{line}; run: func(l: line) -> u32; }"
    " world w { import host; export run; export store; export more: func() -> u32; }";

static const char main_text[] =
    "(module (import \"old\" \"twice\" (func $t (param i32) (result i32)))"
    " (import \"a:b/host\" \"[constructor]sink\""
    "   (func (param i32 i32 i32 i64) (result i32)))"
    " (import \"a:b/host\" \"[method]sink.put\" (func (param i32 i32 i32 i32)))"
    " (import \"a:b/host\" \"[resource-drop]sink\" (func (param i32)))"
    " (import \"[export]a:b/store\" \"[resource-new]bucket\""
    "   (func (param i32) (result i32)))"
    " (import \"old\" \"twice\" (func (param i32) (result i32)))" /* once more */
    " (import \"a:b/host\" \"[resource-drop]sink\" (func (param i32)))"
    " (import \"$root\" \"[stream-new-unit]\" (func (result i64)))"
    " (import \"$root\" \"[waitable-set-poll-i32]\" (func (param i32 i32) (result i32)))"
    " (import \"env\" \"__wasm_get_tls_base\" (func (result i32)))"
    " (import \"cm32p2|a:b/host\" \"sink_drop\" (func (param i32)))"
    " (import \"cm32p2|_ex_a:b/store\" \"bucket_rep\" (func (param i32) (result i32)))"
    " (memory (export \"cm32p2_memory\") 2)"
    " (func (export \"cabi_realloc\") (param i32 i32 i32 i32) (result i32) (i32.const "
    "64))"
    " (func (export \"_initialize\"))"
    " (func (export \"a:b/store#[method]bucket.get\") (param i32) (result i32) "
    "(i32.const 0))"
    " (func (export \"a:b/store#open\") (param i32) (result i32) (i32.const 0))"
    " (func (export \"a:b/store#[dtor]bucket\") (param i32))"
    " (func (export \"cabi_post_a:b/store#[method]bucket.get\") (param i32))"
    " (func (export \"start\") (drop (call $t (i32.const 3))))"
    " (func (export \"cm32p2||more\") (result i32) (i32.const 3)))";

static const char adapter_text[] =
    "(module (import \"env\" \"memory\" (memory 0))"
    " (import \"__main_module__\" \"cabi_realloc\""
    "   (func (param i32 i32 i32 i32) (result i32)))"
    " (import \"__main_module__\" \"start\" (func $start))"
    " (import \"a:b/host\" \"get\" (func $get (result i32)))"
    " (import \"a:b/host\" \"unused\" (func $unused (param i32 i32)))"
    " (global $__stack_pointer (mut i32) (i32.const 0))"
    " (table funcref (elem $hidden))"
    " (func $hidden (result i32) (call $get))"
    " (func (export \"twice\") (param i32) (result i32) (call $hidden))"
    " (func (export \"cold\") (call $unused (i32.const 0) (i32.const 0)))"
    " (func (export \"cabi_export_realloc\") (param i32 i32 i32 i32) (result i32)"
    "   (i32.const 0))"
    " (func (export \"a:b/run#run\") (param i32 i32 i32 i64) (result i32) (call $start)"
    "   (i32.const 1)))";

static const char plug_text[] =
    "(component (import \"z:y/x@1.0.0\" (instance $x (export \"f\" (func (param \"s\" "
    "string)))))"
    " (import \"z:y/x@1.2.0\" (instance (export \"g\" (func))))"
    " (core module $m (func (export \"get\") (result i32) (i32.const 2)))"
    " (core instance $n (instantiate $m))"
    " (func $f (result u32) (canon lift (core func $n \"get\")))"
    " (instance $i (export \"get\" (func $f))) (export \"p:q/r@0.1.2\" (instance $i)))";

static const char socket_text[] =
    "(component (import \"p:q/r@0.1.0\" (instance $r (export \"get\" (func (result "
    "u32)))))"
    " (import \"z:y/x@1.1.0\" (instance (export \"h\" (func (result (list u8))))))"
    " (type $t (record (field \"a\" u32))) (import \"pair\" (type $p (eq $t)))"
    " (import \"more\" (func (param \"p\" $p)))"
    " (alias export $r \"get\" (func $get)) (export \"again\" (func $get)))";

/* What the plug imports, and the socket as well. */
static const char inner_text[] =
    "(component (core module $m (memory (export \"m\") 1)"
    "  (func (export \"r\") (param i32 i32 i32 i32) (result i32) (i32.const 8))"
    "  (func (export \"f\") (param i32 i32)) (func (export \"g\"))"
    "  (func (export \"h\") (result i32) (i32.const 0)))"
    " (core instance $n (instantiate $m))"
    " (func $f (param \"s\" string) (canon lift (core func $n \"f\") (memory $n \"m\")"
    "  (realloc (func $n \"r\"))))"
    " (func $g (canon lift (core func $n \"g\")))"
    " (func $h (result (list u8)) (canon lift (core func $n \"h\") (memory $n \"m\")))"
    " (instance $i (export \"f\" (func $f)) (export \"g\" (func $g))"
    "  (export \"h\" (func $h))) (export \"z:y/x@1.3.0\" (instance $i)))";

typedef struct bytes {
    void *ptr;
    size_t len;
} bytes;

static bytes main_bytes, adapter_bytes, plug_bytes, socket_bytes, inner_bytes;

/* -- memory -- */

static struct { uint64_t live, requests, fail_at; } memory;

static void *test_resize(void *user, void *ptr, size_t old_size, size_t new_size) {
    (void)user;
    if (new_size == 0) {
        memory.live -= old_size;
        free(ptr);
        return NULL;
    }
    if (++memory.requests == memory.fail_at) {
        return NULL;
    }
    void *p = realloc(ptr, new_size);
    memory.live += new_size - (ptr != NULL ? old_size : 0);
    return p;
}

static bytes copy_of(const void *ptr, size_t len) {
    bytes b = {malloc(len), len};
    memcpy(b.ptr, ptr, len);
    return b;
}

static bytes assemble(const char *text) {
    tenon_engine *engine;
    tenon_arena *arena;
    tenon_error e;
    const void *out;
    size_t len;
    ck_assert_int_eq(tenon_engine_new(NULL, &engine, &e), TENON_OK);
    ck_assert_int_eq(tenon_arena_new(engine, &arena, &e), TENON_OK);
    tenon_status s = tenon_assemble(engine, text, strlen(text), arena, &out, &len, &e);
    ck_assert_msg(s == TENON_OK, "%u: %s", (unsigned)e.column, e.message);
    bytes b = copy_of(out, len);
    tenon_arena_delete(arena);
    tenon_engine_delete(engine);
    return b;
}

/* With a name section: the adapter's stack is found by name. */
static bytes assemble_with_names(const char *text) {
    tenon_engine *engine;
    tenon_error e;
    tni_buf out;
    ck_assert_int_eq(tenon_engine_new(NULL, &engine, &e), TENON_OK);
    tni_buf_init(&out, &engine->heap);
    tenon_status s = tni_text_module(engine, tni_str_of(text), TNI_TEXT_NAMES, &out, &e);
    ck_assert_msg(s == TENON_OK, "%u: %s", (unsigned)e.column, e.message);
    bytes b = copy_of(out.data, out.count);
    tni_buf_free(&out);
    tenon_engine_delete(engine);
    return b;
}

static void assemble_all(void) {
    main_bytes = assemble(main_text);
    adapter_bytes = assemble_with_names(adapter_text);
    plug_bytes = assemble(plug_text);
    socket_bytes = assemble(socket_text);
    inner_bytes = assemble(inner_text);
}

/* -- what is done -- */

typedef struct state {
    tenon_engine *engine;
    tni_arena arena;
    tni_module *modules[2];
    tni_component *components[4];
    tni_buf out, composed, problems;
    tenon_error e;
} state;

static tenon_status open_module(state *s, int i, bytes b) {
    TNI_TRY(tni_module_decode(s->engine, b.ptr, b.len, 0, true, &s->modules[i], &s->e));
    return tni_module_validate(s->modules[i], &s->e);
}

static tenon_status wrap(state *s, bytes main, bytes adapter) {
    tni_wit *wit;
    tni_wit_source source = {TNI_STR("w.wit"), tni_str_of(world_text), 0};
    TNI_TRY(tni_wit_parse(&s->arena, &source, 1, NULL, &wit, &s->e));
    TNI_TRY(open_module(s, 0, main));
    TNI_TRY(open_module(s, 1, adapter));
    const tni_wit_world *world = tni_wit_find_world(wit, TNI_STR("w"));
    const tni_wit_world *worlds[] = {world, world};
    tni_adapter adapters[] = {{TNI_STR("old"), s->modules[1], 0}};
    TNI_TRY(tni_wit_join_worlds(&s->arena, worlds, 2, &world, &s->problems, &s->e));
    TNI_TRY(tni_wrap(&s->arena, s->modules[0], 0, world, adapters, 1, &s->out,
                     &s->problems, &s->e));
    return s->problems.count > 0
               ? TENON_OK
               : tni_component_load(s->engine, s->out.data, s->out.count, true,
                                    &s->components[0], &s->e);
}

static tenon_status open_part(state *s, int i, bytes b, tni_composed *part) {
    tni_wit *wit;
    TNI_TRY(tni_component_load(s->engine, b.ptr, b.len, true, &s->components[i], &s->e));
    TNI_TRY(tni_wit_of_component(&s->arena, s->components[i], &wit, &s->e));
    *part = (tni_composed){TNI_STR("part"), s->components[i], wit->root->worlds};
    return TENON_OK;
}

static tenon_status compose_parts(state *s, const tni_composed *parts, u32 plugs) {
    TNI_TRY(tni_compose(&s->arena, &parts[0], &parts[1], plugs, &s->composed,
                        &s->problems, &s->e));
    return s->problems.count > 0
               ? TENON_OK
               : tni_component_load(s->engine, s->composed.data, s->composed.count, true,
                                    &s->components[3], &s->e);
}

static tenon_status compose(state *s, bytes socket, bytes plug) {
    tni_composed parts[2];
    TNI_TRY(open_part(s, 0, socket, &parts[0]));
    TNI_TRY(open_part(s, 1, plug, &parts[1]));
    return compose_parts(s, parts, 1);
}

/* The first plug imports from the second. */
static tenon_status compose_chain(state *s, bytes plug, bytes inner) {
    tni_composed parts[3];
    TNI_TRY(open_part(s, 0, socket_bytes, &parts[0]));
    TNI_TRY(open_part(s, 1, plug, &parts[1]));
    TNI_TRY(open_part(s, 2, inner, &parts[2]));
    return compose_parts(s, parts, 2);
}

/* Either of them, from the engine on; fits: nothing is in the way. */
static tenon_status attempt(tenon_status (*action)(state *, bytes, bytes), bytes a,
                            bytes b, bool *fits, char *message) {
    tenon_engine_config config;
    tenon_engine_config_init(&config);
    config.allocator = (tenon_allocator){test_resize, NULL};
    state s = {0};
    tenon_status status = tenon_engine_new(&config, &s.engine, &s.e);
    if (status == TENON_OK) {
        tni_heap *h = &s.engine->heap;
        tni_arena_init(&s.arena, h);
        tni_buf_init(&s.out, h);
        tni_buf_init(&s.composed, h);
        tni_buf_init(&s.problems, h);
        status = action(&s, a, b);
        *fits = s.problems.count == 0;
        snprintf(message, 400, "%.*s", (int)s.problems.count, (char *)s.problems.data);
        for (int i = 0; i < 4; i++) {
            if (s.components[i] != NULL) {
                tni_component_release(s.components[i]);
            }
        }
        for (int i = 0; i < 2; i++) {
            if (s.modules[i] != NULL) {
                tni_module_release(s.modules[i]);
            }
        }
        tni_buf_free(&s.out);
        tni_buf_free(&s.composed);
        tni_buf_free(&s.problems);
        tni_arena_free(&s.arena);
        tenon_engine_delete(s.engine);
    }
    if (status != TENON_OK) {
        snprintf(message, 400, "%s", s.e.message);
    }
    ck_assert_uint_eq(memory.live, 0);
    return status;
}

static void every_allocation(tenon_status (*action)(state *, bytes, bytes), bytes a,
                             bytes b) {
    char message[400] = "";
    bool fits = false;
    tenon_status s = attempt(action, a, b, &fits, message);
    ck_assert_msg(s == TENON_OK && fits, "%s", message);
    s = TENON_NO_MEMORY;
    for (uint64_t n = 1; s != TENON_OK; n++) {
        memory.requests = 0;
        memory.fail_at = n;
        s = attempt(action, a, b, &fits, message);
        ck_assert_msg(s == TENON_OK || s == TENON_NO_MEMORY, "%llu: %s",
                      (unsigned long long)n, message);
        ck_assert_uint_lt(n, 100000);
    }
    memory.fail_at = 0;
    ck_assert_msg(fits, "%s", message);
}

/* Each byte in turn is another one: an error, differences, or a component that loads. */
static void every_byte(tenon_status (*action)(state *, bytes, bytes), bytes a, bytes b,
                       bytes *damaged) {
    static const uint8_t others[] = {0x00, 0x01, 0x7f, 0x80, 0xff};
    char message[400];
    bool fits;
    for (size_t i = 8; i < damaged->len; i++) {
        uint8_t *byte = (uint8_t *)damaged->ptr + i;
        uint8_t was = *byte;
        for (size_t k = 0; k < sizeof others; k++) {
            *byte = others[k];
            (void)attempt(action, a, b, &fits, message);
        }
        *byte = was;
    }
}

START_TEST(wrap_out_of_memory) {
    assemble_all();
    every_allocation(wrap, main_bytes, adapter_bytes);
}
END_TEST

START_TEST(compose_out_of_memory) {
    assemble_all();
    every_allocation(compose, socket_bytes, plug_bytes);
    every_allocation(compose_chain, plug_bytes, inner_bytes);
}
END_TEST

START_TEST(wrap_damaged) {
    assemble_all();
    every_byte(wrap, main_bytes, adapter_bytes, &main_bytes);
    every_byte(wrap, main_bytes, adapter_bytes, &adapter_bytes);
}
END_TEST

START_TEST(compose_damaged) {
    assemble_all();
    every_byte(compose, socket_bytes, plug_bytes, &socket_bytes);
    every_byte(compose, socket_bytes, plug_bytes, &plug_bytes);
    every_byte(compose_chain, plug_bytes, inner_bytes, &inner_bytes);
}
END_TEST

int main(void) {
    Suite *s = suite_create("wrap");
    TCase *t = tcase_create("wrap");
    tcase_set_timeout(t, 240);
    tcase_add_test(t, wrap_out_of_memory);
    tcase_add_test(t, compose_out_of_memory);
    tcase_add_test(t, wrap_damaged);
    tcase_add_test(t, compose_damaged);
    suite_add_tcase(s, t);
    return run_suite(s);
}
