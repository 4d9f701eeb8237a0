/* relay_host.c: the host of relay.wit. Values are written in WAVE; each goes to the
 * guest, which hands it to the function of the same name here, and back the same way: it
 * must be the same text at both stations. Prints what differs, and what happened. */
#include <stdio.h>
#include <string.h>

#include "exports_relay.h"
#include "exports_tenon_relay_things.h"
#include "relay.h"
#include "tenon_relay_extra.h"
#include "tenon_relay_kinds.h"
#include "tenon_relay_things.h"

#define KINDS "tenon:relay/kinds@1.0.0"

static tenon_error e;
static tenon_engine *engine;
static tenon_instance *instance;
static tenon_arena *arena; /* what lives until a value is back */
static const char *sent;   /* WAVE of the arguments on their way */
static int seen;           /* values that came by and were right */

static bool fail(const char *what) {
    printf("%s: %s\n", what, e.message);
    return false;
}

/* -- kinds -- */

/* As arguments: (a, b) */
static bool same(const char *where, const tenon_type *type, const void *value,
                 const char *want) {
    const char *text;
    if (tenon_value_print((tenon_value){type, (void *)value}, arena, &text, &e) !=
        TENON_OK) {
        return fail(where);
    }
    if (strcmp(text, want) != 0) {
        printf("%s: %s, wanted %s\n", where, text, want);
        return false;
    }
    seen++;
    return true;
}

/* The guest's call of what it was itself called by. */
static tenon_status relay(tenon_call *call, const char *name, const void *v,
                          void *result) {
    const tenon_func_type *type =
        tenon_func_type_of(tenon_instance_func(instance, KINDS, name));
    if (!same(name, type->params[0].type, v, sent) ||
        tenon_value_parse((tenon_value){type->result, result}, sent, arena, &e) !=
            TENON_OK) {
        return tenon_call_fail(call, "%s: not what was sent", name);
    }
    return TENON_OK;
}

#define BY_VALUE(c_name, name, type)                                                     \
    tenon_status tenon_relay_kinds_id_##c_name(tenon_call *call, void *user, type v,     \
                                               type *result) {                           \
        (void)user;                                                                      \
        return relay(call, "id-" name, &v, result);                                      \
    }
#define BY_POINTER(c_name, name, type)                                                   \
    tenon_status tenon_relay_kinds_id_##c_name(tenon_call *call, void *user,             \
                                               const type *v, type *result) {            \
        (void)user;                                                                      \
        return relay(call, "id-" name, v, result);                                       \
    }

BY_VALUE(bool, "bool", bool)
BY_VALUE(s8, "s8", int8_t)
BY_VALUE(u8, "u8", uint8_t)
BY_VALUE(s16, "s16", int16_t)
BY_VALUE(u16, "u16", uint16_t)
BY_VALUE(s32, "s32", int32_t)
BY_VALUE(u32, "u32", uint32_t)
BY_VALUE(s64, "s64", int64_t)
BY_VALUE(u64, "u64", uint64_t)
BY_VALUE(f32, "f32", float)
BY_VALUE(f64, "f64", double)
BY_VALUE(char, "char", uint32_t)
BY_VALUE(color, "color", tenon_relay_kinds_color_t)
BY_VALUE(perms, "perms", tenon_relay_kinds_perms_t)
BY_POINTER(string, "string", tenon_string)
BY_POINTER(point, "point", tenon_relay_kinds_point_t)
BY_POINTER(shape, "shape", tenon_relay_kinds_shape_t)
BY_POINTER(person, "person", tenon_relay_kinds_person_t)
BY_POINTER(bytes, "bytes", tenon_relay_kinds_bytes_t)
BY_POINTER(words, "words", tenon_relay_kinds_words_t)
BY_POINTER(table, "table", tenon_relay_kinds_table_t)
BY_POINTER(crowd, "crowd", tenon_relay_kinds_crowd_t)
BY_POINTER(dict, "dict", tenon_relay_kinds_dict_t)
BY_POINTER(mixed, "mixed", tenon_relay_kinds_mixed_t)
BY_POINTER(one, "one", tenon_relay_kinds_one_t)
BY_POINTER(class, "class", tenon_relay_kinds_class_t)
BY_POINTER(option_string, "option-string", tenon_relay_kinds_option_string_t)
BY_POINTER(option_shape, "option-shape", tenon_relay_kinds_option_shape_t)
BY_POINTER(option_option, "option-option", tenon_relay_kinds_option_option_u8_t)
BY_POINTER(result_both, "result-both", tenon_relay_kinds_result_string_color_t)
BY_POINTER(result_ok, "result-ok", tenon_relay_kinds_result_f32_void_t)
BY_POINTER(result_err, "result-err", tenon_relay_kinds_result_void_u64_t)
BY_POINTER(result_none, "result-none", tenon_relay_kinds_result_void_void_t)

/* Gives the second person back, or the first. */
tenon_status tenon_relay_kinds_id_two(tenon_call *call, void *user,
                                      const tenon_relay_kinds_person_t *a,
                                      const tenon_relay_kinds_option_person_t *b,
                                      tenon_relay_kinds_person_t *result) {
    (void)user;
    const char *text;
    const tenon_type *type =
        tenon_func_type_of(tenon_instance_func(instance, KINDS, "id-two"))->result;
    const void *from = b->is_some ? (const void *)&b->val : (const void *)a;
    tenon_value value = {type, (void *)from};
    if (tenon_value_print(value, arena, &text, &e) != TENON_OK ||
        tenon_value_parse((tenon_value){type, result}, text, arena, &e) != TENON_OK) {
        return tenon_call_fail(call, "%s", e.message);
    }
    return TENON_OK;
}

/* A call with WAVE arguments, whose result must be `back`. */
static bool call(const char *name, const char *arguments, const char *back) {
    char text[2048];
    tenon_func *func;
    void *args;
    tenon_arena_reset(arena);
    snprintf(text, sizeof text, "tenon:relay/kinds.%s@1.0.0(%s)", name, arguments);
    sent = arguments;
    if (tenon_parse_call(instance, text, arena, &func, &args, &e) != TENON_OK) {
        return fail(text);
    }
    const tenon_type *type = tenon_func_type_of(func)->result;
    void *result =
        tenon_arena_alloc(arena, tenon_type_size(type), tenon_type_align(type));
    if (tenon_func_call(func, args, result, arena, &e) != TENON_OK) {
        return fail(text);
    }
    return same(text, type, result, back);
}

#define ANN                                                                              \
    "{name: \"Ann\", age: 30, initial: 'Å', nick: some(\"annie\"), tags: [\"a\", "      \
    "\"b\"], "                                                                           \
    "home: {x: 1.5, y: -2, on: true}, likes: circle(2.5)}"
#define BOB                                                                                \
    "{name: \"\", age: 255, initial: '😀', tags: [], home: {x: -0, y: inf, on: false}, " \
    "likes: both((0.5, 18446744073709551615))}"

static bool kinds(void) {
    static const char *const values[][2] = {
        {"bool", "true"},
        {"bool", "false"},
        {"s8", "-128"},
        {"u8", "255"},
        {"s16", "-32768"},
        {"u16", "65535"},
        {"s32", "-2147483648"},
        {"u32", "4294967295"},
        {"s64", "-9223372036854775808"},
        {"u64", "18446744073709551615"},
        {"f32", "0.1"},
        {"f32", "-inf"},
        {"f64", "0.1"},
        {"f64", "nan"},
        {"char", "'z'"},
        {"char", "'😀'"},
        {"string", "\"\""},
        {"string", "\"Grüße, 世界\""},
        {"color", "blue"},
        {"perms", "{write, a8}"},
        {"perms", "{}"},
        {"point", "{x: 0.5, y: 10000000000, on: true}"},
        {"shape", "nothing"},
        {"shape", "circle(0.1)"},
        {"shape", "at({x: 3, y: 4, on: true})"},
        {"shape", "label(\"there\")"},
        {"shape", "big(18446744073709551615)"},
        {"shape", "wide(-0.1)"},
        {"shape", "tinted(green)"},
        {"shape", "maybe(none)"},
        {"shape", "maybe(some(ok(4294967295)))"},
        {"shape", "maybe(some(err(0.1)))"},
        {"shape", "allowed({read, exec})"},
        {"shape", "both((0.1, 9223372036854775809))"},
        {"person", ANN},
        {"person", BOB},
        {"bytes", "[]"},
        {"bytes", "[0, 1, 255]"},
        {"words", "[\"one\", \"\", \"three\"]"},
        {"table", "[[], [{x: 1, y: 2, on: false}, {x: 3, y: 4, on: true}]]"},
        {"crowd", "[" ANN ", " BOB ", " ANN "]"},
        {"dict", "[(\"a\", -1), (\"b\", 32767)]"},
        {"mixed", "(-1, 65535, -2, 3, 0.1, 0.2, 'x', true, \"y\")"},
        {"one", "{only: -3}"},
        {"class", "{int: 7, return: [8, 9]}"},
        {"option-string", "none"},
        {"option-string", "some(\"here\")"},
        {"option-shape", "none"},
        {"option-shape", "some(label(\"x\"))"},
        {"option-option", "none"},
        {"option-option", "some(none)"},
        {"option-option", "some(some(9))"},
        {"result-both", "ok(\"fine\")"},
        {"result-both", "err(red)"},
        {"result-ok", "ok(0.1)"},
        {"result-ok", "err"},
        {"result-err", "ok"},
        {"result-err", "err(18446744073709551615)"},
        {"result-none", "ok"},
        {"result-none", "err"},
    };
    bool ok = true;
    for (size_t i = 0; i < sizeof values / sizeof values[0]; i++) {
        char name[32];
        snprintf(name, sizeof name, "id-%s", values[i][0]);
        ok &= call(name, values[i][1], values[i][1]);
    }
    ok &= call("id-two", ANN ", none", ANN);
    ok &= call("id-two", ANN ", some(" BOB ")", BOB);
    return ok;
}

/* -- things -- */

typedef struct thing {
    size_t len;
    char name[64];
} thing;

static uint32_t live;
static thing things[16];

static tenon_status make(tenon_call *c, const char *a, size_t a_len, const char *b,
                         size_t b_len, tenon_relay_things_own_thing_t *result) {
    thing *t = NULL;
    for (size_t i = 0; t == NULL && i < sizeof things / sizeof things[0]; i++) {
        t = things[i].len == 0 ? &things[i] : NULL;
    }
    if (t == NULL || a_len + b_len == 0 || a_len + b_len > sizeof t->name) {
        return tenon_call_fail(c, "no room for another thing");
    }
    memcpy(t->name, a, a_len);
    memcpy(t->name + a_len, b, b_len);
    t->len = a_len + b_len;
    live++;
    return tenon_resource_new(c, TENON_RELAY_THINGS_RESOURCE_THING, t, &result->handle);
}

void tenon_relay_things_thing_destructor(void *user, void *rep) {
    (void)user;
    ((thing *)rep)->len = 0;
    live--;
}

tenon_status
tenon_relay_things_constructor_thing(tenon_call *c, void *user, const tenon_string *name,
                                     tenon_relay_things_own_thing_t *result) {
    (void)user;
    return make(c, name->ptr, name->len, "", 0, result);
}

tenon_status tenon_relay_things_method_thing_name(tenon_call *c, void *user,
                                                  tenon_relay_things_borrow_thing_t self,
                                                  tenon_string *result) {
    (void)user;
    thing *t = tenon_resource_rep(c, self.handle);
    *result = (tenon_string){t->name, t->len};
    return TENON_OK;
}

tenon_status tenon_relay_things_static_thing_merge(
    tenon_call *c, void *user, tenon_relay_things_borrow_thing_t a,
    tenon_relay_things_own_thing_t b, tenon_relay_things_own_thing_t *result) {
    (void)user;
    thing *x = tenon_resource_rep(c, a.handle), *y = tenon_resource_rep(c, b.handle);
    tenon_status status = make(c, x->name, x->len, y->name, y->len, result);
    return status == TENON_OK ? tenon_resource_drop(c, b.handle) : status;
}

/* The other way round. */
tenon_status tenon_relay_things_pass(tenon_call *c, void *user,
                                     const tenon_relay_things_list_own_thing_t *v,
                                     tenon_relay_things_list_own_thing_t *result) {
    (void)user;
    result->len = v->len;
    result->ptr = tenon_call_alloc(c, v->len * sizeof *v->ptr, sizeof *v->ptr);
    if (v->len > 0 && result->ptr == NULL) {
        return tenon_call_no_memory(c);
    }
    for (size_t i = 0; i < v->len; i++) {
        result->ptr[i] = v->ptr[v->len - 1 - i];
    }
    return TENON_OK;
}

tenon_status tenon_relay_things_label(tenon_call *c, void *user,
                                      tenon_relay_things_own_thing_t v,
                                      tenon_relay_things_labelled_t *result) {
    (void)user;
    (void)c;
    result->label = (tenon_string){"a label", 7};
    result->it = v;
    return TENON_OK;
}

tenon_status tenon_relay_things_live(tenon_call *c, void *user, uint32_t *result) {
    (void)c;
    (void)user;
    *result = live;
    return TENON_OK;
}

#define TRY(call)                                                                        \
    do {                                                                                 \
        if ((call) != TENON_OK) {                                                        \
            return fail(#call);                                                          \
        }                                                                                \
    } while (0)

typedef exports_tenon_relay_things_own_thing_t own_thing;
typedef exports_tenon_relay_things_borrow_thing_t borrow_thing;

static bool print_name(const exports_tenon_relay_things_calls *calls, own_thing it) {
    tenon_string name;
    TRY(exports_tenon_relay_things_call_method_thing_name(
        calls, (borrow_thing){it.handle}, &name, arena, &e));
    printf(" %.*s", (int)name.len, name.ptr);
    return true;
}

static bool extra(own_thing *three) {
    tenon_relay_extra_calls calls;
    TRY(tenon_relay_extra_calls_init(&calls, instance, &e));
    borrow_thing views[3] = {{three[0].handle}, {three[1].handle}, {three[2].handle}};
    tenon_relay_extra_list_borrow_item_t list = {views, 3};
    tenon_relay_extra_option_string_t longest;
    TRY(tenon_relay_extra_call_longest(&calls, &list, &longest, arena, &e));
    printf("longest: %.*s\n", (int)longest.val.len, longest.val.ptr);
    tenon_relay_extra_list_own_item_t owned = {three, 3};
    tenon_relay_extra_option_own_item_t first;
    TRY(tenon_relay_extra_call_first(&calls, &owned, &first, arena, &e));
    printf("first: %d, live: %u\n", first.is_some, live);
    three[0] = first.val;
    return true;
}

static bool resources(tenon_store *store) {
    exports_tenon_relay_things_calls calls;
    own_thing three[3], merged;
    static const char *const names[] = {"one", "three", "two"};
    TRY(exports_tenon_relay_things_calls_init(&calls, instance, &e));
    for (int i = 0; i < 3; i++) {
        tenon_string name = {names[i], strlen(names[i])};
        TRY(exports_tenon_relay_things_call_constructor_thing(&calls, &name, &three[i],
                                                              arena, &e));
    }
    TRY(exports_tenon_relay_things_call_static_thing_merge(
        &calls, (borrow_thing){three[0].handle}, three[2], &merged, arena, &e));
    three[2] = merged;
    exports_tenon_relay_things_list_own_thing_t list = {three, 3}, back;
    TRY(exports_tenon_relay_things_call_pass(&calls, &list, &back, arena, &e));
    printf("passed:");
    for (size_t i = 0; i < back.len; i++) {
        three[i] = back.ptr[i];
        if (!print_name(&calls, three[i])) {
            return false;
        }
    }
    printf(", live: %u\n", live);
    exports_tenon_relay_things_labelled_t labelled;
    TRY(exports_tenon_relay_things_call_label(&calls, three[1], &labelled, arena, &e));
    printf("labelled: %.*s\n", (int)labelled.label.len, labelled.label.ptr);
    three[1] = labelled.it;
    if (!extra(three)) {
        return false;
    }
    TRY(exports_tenon_relay_things_drop_thing(store, three[0], &e));
    printf("dropped, live: %u\n", live);
    return true;
}

/* -- the world's own -- */

tenon_status relay_log(tenon_call *c, void *user, const tenon_string *line,
                       const relay_option_u8_t *level) {
    (void)c;
    (void)user;
    printf("log: %.*s, %d\n", (int)line->len, line->ptr,
           level->is_some ? level->val : -1);
    return TENON_OK;
}

static tenon_string str(const char *text) {
    return (tenon_string){text, strlen(text)};
}

static bool root(void) {
    exports_relay_calls calls;
    TRY(exports_relay_calls_init(&calls, instance, &e));
    tenon_string tags[2] = {str("x"), str("y")};
    exports_relay_person_t who = {.name = str("Eve"), .age = 41, .initial = 'E'};
    exports_relay_shape_t what = {.tag = TENON_RELAY_TYPES_SHAPE_BOTH};
    who.tags.ptr = tags;
    who.tags.len = 2;
    who.home.x = -7;
    who.home.y = 8;
    who.home.on = true;
    who.likes.tag = TENON_RELAY_TYPES_SHAPE_MAYBE;
    who.likes.val.maybe.is_some = true;
    who.likes.val.maybe.val.is_err = true;
    who.likes.val.maybe.val.val.err = 5;
    what.val.both.f0 = 6;
    what.val.both.f1 = 70000000000;
    exports_relay_result_string_shape_t said;
    TRY(exports_relay_call_describe(&calls, &who, &what, &said, arena, &e));
    printf("described: %.*s\n", (int)said.val.ok.len, said.val.ok.ptr);
    who.name.len = 0;
    TRY(exports_relay_call_describe(&calls, &who, &what, &said, arena, &e));
    printf("refused: %d, %u, %g\n", said.is_err, said.val.err.tag,
           said.val.err.val.both.f0);
    exports_relay_list_shape_t shapes;
    TRY(exports_relay_call_make(&calls, 5, &shapes, arena, &e));
    printf("made: %g, %.*s, %u, %u, %llu\n", shapes.ptr[0].val.circle,
           (int)shapes.ptr[1].val.label.len, shapes.ptr[1].val.label.ptr,
           shapes.ptr[2].val.tinted, shapes.ptr[3].val.allowed,
           (unsigned long long)shapes.ptr[4].val.big);
    exports_relay_option_u8_t code = {true, 9};
    exports_relay_result_void_u8_t failed;
    TRY(exports_relay_call_fail(&calls, &code, &failed, arena, &e));
    printf("failed: %d, %u\n", failed.is_err, failed.val.err);
    return true;
}

/* Nothing is leaked in the guest's memory: a thousand more calls fit where one did. */
static bool again(void) {
    for (int i = 0; i < 1000; i++) {
        if (!call("id-crowd", "[" ANN ", " BOB "]", "[" ANN ", " BOB "]")) {
            return false;
        }
    }
    return true;
}

int main(int argc, char **argv) {
    static char bytes[1 << 20];
    FILE *file = argc > 1 ? fopen(argv[1], "rb") : NULL;
    size_t len = file != NULL ? fread(bytes, 1, sizeof bytes, file) : 0;
    tenon_component *component = NULL;
    tenon_linker *linker = NULL;
    tenon_store *store = NULL;
    bool ok =
        file != NULL && tenon_engine_new(NULL, &engine, &e) == TENON_OK &&
        tenon_component_load(engine, bytes, len, 0, &component, &e) == TENON_OK &&
        tenon_linker_new(engine, &linker, &e) == TENON_OK &&
        tenon_linker_add(linker, &tenon_relay_kinds_interface, NULL, &e) == TENON_OK &&
        tenon_linker_add(linker, &tenon_relay_things_interface, NULL, &e) == TENON_OK &&
        tenon_linker_add(linker, &relay_interface, NULL, &e) == TENON_OK &&
        tenon_store_new(engine, NULL, &store, &e) == TENON_OK &&
        tenon_instantiate(linker, store, component, &instance, &e) == TENON_OK &&
        tenon_arena_new(engine, &arena, &e) == TENON_OK;
    if (!ok) {
        fail("instantiation");
    } else {
        ok = kinds();
        printf("kinds: %d\n", seen);
        ok = ok && again() && resources(store) && root();
    }
    tenon_arena_delete(arena);
    tenon_store_delete(store);
    tenon_linker_delete(linker);
    tenon_component_delete(component);
    tenon_engine_delete(engine);
    if (file != NULL) {
        fclose(file);
    }
    return ok ? 0 : 1;
}
