/* kv-capability: a host whose plugins hold a handle to one bucket of a store, not the
 * store.
 *
 *     kv-capability PLUGIN.wasm
 *
 * The contract is spec-tests/guests/kv-capability/kv-capability.wit. Two people run the
 * same plugin, each over a grant of their own: Ann may write to her bucket, Bob only read
 * his. What a handle stands for is the host's pointer to the grant; a plugin has but a
 * number, and a number that it was not given is nobody's. */
#include <stdio.h>
#include <string.h>

#include "notebook.h"
#include "tenon_kv_store.h"

/* -- the store -- */

enum { ENTRIES = 4, TEXT_BYTES = 64 };

typedef struct bucket {
    char keys[ENTRIES][TEXT_BYTES], values[ENTRIES][TEXT_BYTES]; /* 0-terminated */
    size_t count;
} bucket;

/* What a plugin is granted, and what its handle stands for. */
typedef struct grant {
    const char *to;
    bucket *bucket;
    bool read_only;
} grant;

static size_t find(const bucket *b, const tenon_string *key) {
    size_t i = 0;
    while (i < b->count && (strlen(b->keys[i]) != key->len ||
                            memcmp(b->keys[i], key->ptr, key->len) != 0)) {
        i++;
    }
    return i;
}

tenon_status tenon_kv_store_granted(tenon_call *call, void *user,
                                    tenon_kv_store_own_bucket_t *result) {
    return tenon_resource_new(call, TENON_KV_STORE_RESOURCE_BUCKET, user,
                              &result->handle);
}

tenon_status tenon_kv_store_method_bucket_get(tenon_call *call, void *user,
                                              tenon_kv_store_borrow_bucket_t self,
                                              const tenon_string *key,
                                              tenon_kv_store_option_string_t *result) {
    (void)user;
    const grant *g = tenon_resource_rep(call, self.handle);
    size_t i = find(g->bucket, key);
    result->is_some = i < g->bucket->count;
    if (result->is_some) {
        result->val = (tenon_string){g->bucket->values[i], strlen(g->bucket->values[i])};
    }
    return TENON_OK;
}

tenon_status
tenon_kv_store_method_bucket_set(tenon_call *call, void *user,
                                 tenon_kv_store_borrow_bucket_t self,
                                 const tenon_string *key, const tenon_string *value,
                                 tenon_kv_store_result_void_failure_t *result) {
    (void)user;
    const grant *g = tenon_resource_rep(call, self.handle);
    size_t i = find(g->bucket, key);
    bool fits = i < ENTRIES && key->len < TEXT_BYTES && value->len < TEXT_BYTES;
    result->is_err = g->read_only || !fits;
    result->val.err =
        g->read_only ? TENON_KV_STORE_FAILURE_READ_ONLY : TENON_KV_STORE_FAILURE_FULL;
    if (!result->is_err) {
        memcpy(g->bucket->keys[i], key->ptr, key->len);
        memcpy(g->bucket->values[i], value->ptr, value->len);
        g->bucket->values[i][value->len] = '\0';
        g->bucket->count += i == g->bucket->count;
    }
    return TENON_OK;
}

void tenon_kv_store_bucket_destructor(void *user, void *rep) {
    (void)user;
    printf("the handle of %s has ended\n", ((const grant *)rep)->to);
}

/* -- the host -- */

/* Runs the plugin over a grant: notes a colour, recalls it, then makes a handle up. */
static bool run(tenon_engine *engine, tenon_component *component, grant *g,
                tenon_error *error) {
    tenon_linker *linker = NULL;
    tenon_store *store = NULL;
    tenon_arena *arena = NULL;
    tenon_instance *instance = NULL;
    notebook_calls calls;
    notebook_result_void_string_t noted;
    notebook_option_string_t value = {0};
    const tenon_string key = {"colour", 6}, green = {"green", 5};
    bool ok =
        tenon_linker_new(engine, &linker, error) == TENON_OK &&
        tenon_linker_add(linker, &tenon_kv_store_interface, g, error) == TENON_OK &&
        tenon_store_new(engine, NULL, &store, error) == TENON_OK &&
        tenon_arena_new(engine, &arena, error) == TENON_OK &&
        tenon_instantiate(linker, store, component, &instance, error) == TENON_OK &&
        notebook_calls_init(&calls, instance, error) == TENON_OK &&
        notebook_call_remember(&calls, &key, &green, &noted, arena, error) == TENON_OK;
    if (ok && noted.is_err) {
        printf("%s cannot note: %.*s\n", g->to, (int)noted.val.err.len,
               noted.val.err.ptr);
    }
    ok = ok && notebook_call_recall(&calls, &key, &value, arena, error) == TENON_OK;
    if (ok) {
        printf("%s recalls: %.*s\n", g->to, (int)value.val.len, value.val.ptr);
        ok = notebook_call_forge(&calls, 7, &key, &value, arena, error) == TENON_TRAP;
        printf("%s forges: %s\n", g->to, ok ? error->message : "no trap");
    }
    tenon_arena_delete(arena);
    tenon_store_delete(store); /* with the instance, and the handle that it held */
    tenon_linker_delete(linker);
    return ok;
}

int main(int argc, char **argv) {
    static char bytes[1 << 16];
    FILE *file = argc == 2 ? fopen(argv[1], "rb") : NULL;
    if (file == NULL) {
        fprintf(stderr, "usage: kv-capability PLUGIN.wasm\n");
        return 2;
    }
    size_t len = fread(bytes, 1, sizeof bytes, file);
    fclose(file);
    static bucket anns, bobs = {.keys = {"colour"}, .values = {"blue"}, .count = 1};
    grant ann = {"Ann", &anns, false}, bob = {"Bob", &bobs, true};
    tenon_engine *engine = NULL;
    tenon_component *component = NULL;
    tenon_error error = {0};
    bool ok =
        tenon_engine_new(NULL, &engine, &error) == TENON_OK &&
        tenon_component_load(engine, bytes, len, 0, &component, &error) == TENON_OK &&
        run(engine, component, &ann, &error) && run(engine, component, &bob, &error);
    if (!ok) {
        fprintf(stderr, "%s: %s\n", tenon_status_name(error.status), error.message);
    }
    tenon_component_delete(component);
    tenon_engine_delete(engine);
    return ok ? 0 : 1;
}
