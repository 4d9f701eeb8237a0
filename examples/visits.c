/* visits: a host that offers an interface to a plugin, written by hand.
 *
 *     visits PLUGIN.wasm PAGE...
 *
 * The contract (WIT, tenon:visits@1.0.0):
 *     interface bucket {
 *         enum error { unknown, read-only }
 *         get: func(key: string) -> option<u32>;
 *         set: func(key: string, value: u32) -> result<_, error>;
 *     }
 *     world visits { import bucket; export visit: func(page: string) -> result<string,
 * string>; } The plugin reaches this one bucket and nothing else. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tenon.h"

/* -- the bucket -- */

enum { BUCKET_ENTRIES = 16, KEY_BYTES = 64, ERROR_READ_ONLY = 1 };

typedef struct bucket {
    struct {
        char key[KEY_BYTES];
        uint32_t value;
    } entries[BUCKET_ENTRIES];
    size_t count;
} bucket;

static uint32_t *bucket_find(bucket *b, tenon_string key) {
    for (size_t i = 0; i < b->count; i++) {
        if (strlen(b->entries[i].key) == key.len &&
            memcmp(b->entries[i].key, key.ptr, key.len) == 0) {
            return &b->entries[i].value;
        }
    }
    return NULL;
}

static tenon_status bucket_get(tenon_call *call, void *user, const void *args,
                               void *result) {
    (void)call;
    const tenon_string *key = args;
    struct {
        uint8_t is_some;
        uint32_t val;
    } *option = result;
    const uint32_t *value = bucket_find(user, *key);
    option->is_some = value != NULL;
    option->val = value != NULL ? *value : 0;
    return TENON_OK;
}

static tenon_status bucket_set(tenon_call *call, void *user, const void *args,
                               void *result) {
    (void)call;
    bucket *b = user;
    const struct {
        tenon_string key;
        uint32_t value;
    } *set = args;
    struct {
        uint8_t is_err;
        uint8_t err;
    } *outcome = result;
    uint32_t *value = bucket_find(b, set->key);
    if (value == NULL && b->count < BUCKET_ENTRIES && set->key.len < KEY_BYTES) {
        memcpy(b->entries[b->count].key, set->key.ptr, set->key.len);
        value = &b->entries[b->count++].value;
    }
    if (value == NULL) {
        outcome->is_err = 1;
        outcome->err = ERROR_READ_ONLY;
    } else {
        *value = set->value;
    }
    return TENON_OK;
}

static const tenon_type type_string = {.kind = TENON_TYPE_STRING};
static const tenon_type type_u32 = {.kind = TENON_TYPE_U32};
static const tenon_type type_option = {.kind = TENON_TYPE_OPTION, .element = &type_u32};
static const tenon_field error_cases[] = {{"unknown", NULL}, {"read-only", NULL}};
static const tenon_type type_error = {
    .kind = TENON_TYPE_ENUM, .count = 2, .fields = error_cases};
static const tenon_type type_result = {.kind = TENON_TYPE_RESULT, .other = &type_error};
static const tenon_field get_params[] = {{"key", &type_string}};
static const tenon_field set_params[] = {{"key", &type_string}, {"value", &type_u32}};
static const tenon_host_func bucket_funcs[] = {
    {"get", {.param_count = 1, .params = get_params, .result = &type_option}, bucket_get},
    {"set", {.param_count = 2, .params = set_params, .result = &type_result}, bucket_set},
};
static const tenon_host_type bucket_types[] = {{"error", &type_error}};
static const tenon_interface bucket_interface = {
    .name = "tenon:visits/bucket@1.0.0",
    .funcs = bucket_funcs,
    .func_count = 2,
    .types = bucket_types,
    .type_count = 1,
};

/* -- the host -- */

static int visit(tenon_func *func, tenon_arena *arena, const char *page,
                 tenon_error *error) {
    tenon_string arg = {page, strlen(page)};
    struct {
        uint8_t is_err;
        tenon_string val; /* ok and err are both strings */
    } result;
    if (tenon_func_call(func, &arg, &result, arena, error) != TENON_OK) {
        return 1;
    }
    printf("%s%.*s\n", result.is_err ? "error: " : "", (int)result.val.len,
           result.val.ptr);
    tenon_arena_reset(arena);
    return 0;
}

int main(int argc, char **argv) {
    static char bytes[1 << 16];
    FILE *file = argc > 1 ? fopen(argv[1], "rb") : NULL;
    if (file == NULL) {
        fprintf(stderr, "usage: visits PLUGIN.wasm PAGE...\n");
        return 2;
    }
    size_t len = fread(bytes, 1, sizeof bytes, file);
    fclose(file);
    static bucket counters;
    tenon_engine *engine = NULL;
    tenon_component *component = NULL;
    tenon_linker *linker = NULL;
    tenon_store *store = NULL;
    tenon_instance *instance = NULL;
    tenon_arena *arena = NULL;
    tenon_error error = {0};
    int status = 1;
    if (tenon_engine_new(NULL, &engine, &error) == TENON_OK &&
        tenon_component_load(engine, bytes, len, 0, &component, &error) == TENON_OK &&
        tenon_linker_new(engine, &linker, &error) == TENON_OK &&
        tenon_linker_add(linker, &bucket_interface, &counters, &error) == TENON_OK &&
        tenon_store_new(engine, NULL, &store, &error) == TENON_OK &&
        tenon_arena_new(engine, &arena, &error) == TENON_OK &&
        tenon_instantiate(linker, store, component, &instance, &error) == TENON_OK) {
        tenon_func *func = tenon_instance_func(instance, NULL, "visit");
        status = func == NULL;
        for (int i = 2; i < argc && status == 0; i++) {
            status = visit(func, arena, argv[i], &error);
        }
    }
    if (error.status != TENON_OK) {
        fprintf(stderr, "%s: %s\n", tenon_status_name(error.status), error.message);
    }
    tenon_arena_delete(arena);
    tenon_store_delete(store);
    tenon_linker_delete(linker);
    tenon_component_delete(component);
    tenon_engine_delete(engine);
    return status;
}
