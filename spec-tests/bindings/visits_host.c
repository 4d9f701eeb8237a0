/* visits_host.c: a host of the guest "visits" with nothing but what `tenon bindgen`
 * wrote. */
#include <stdio.h>
#include <string.h>

#include "tenon_visits_bucket.h"
#include "visits.h"

static uint32_t count;

tenon_status tenon_visits_bucket_get(tenon_call *call, void *user,
                                     const tenon_string *key,
                                     tenon_visits_bucket_option_u32_t *result) {
    (void)call;
    (void)user;
    result->is_some = count > 0 && key->len == 5;
    result->val = count;
    return TENON_OK;
}

tenon_status tenon_visits_bucket_set(tenon_call *call, void *user,
                                     const tenon_string *key, uint32_t value,
                                     tenon_visits_bucket_result_void_error_t *result) {
    (void)call;
    (void)user;
    result->is_err = key->len != 5;
    result->val.err = TENON_VISITS_BUCKET_ERROR_READ_ONLY;
    count = value;
    return TENON_OK;
}

static int fail(const tenon_error *e) {
    printf("%s\n", e->message);
    return 1;
}

int main(int argc, char **argv) {
    static char bytes[1 << 20];
    FILE *file = argc > 1 ? fopen(argv[1], "rb") : NULL;
    size_t len = file != NULL ? fread(bytes, 1, sizeof bytes, file) : 0;
    tenon_error e;
    tenon_engine *engine = NULL;
    tenon_component *component = NULL;
    tenon_linker *linker = NULL;
    tenon_store *store = NULL;
    tenon_instance *instance;
    tenon_arena *arena = NULL;
    visits_calls calls;
    int status = 0;
    if (file == NULL || tenon_engine_new(NULL, &engine, &e) != TENON_OK ||
        tenon_component_load(engine, bytes, len, 0, &component, &e) != TENON_OK ||
        tenon_linker_new(engine, &linker, &e) != TENON_OK ||
        tenon_linker_add(linker, &tenon_visits_bucket_interface, NULL, &e) != TENON_OK ||
        tenon_linker_trap_missing(linker, "", "not here", &e) != TENON_OK ||
        tenon_store_new(engine, NULL, &store, &e) != TENON_OK ||
        tenon_instantiate(linker, store, component, &instance, &e) != TENON_OK ||
        tenon_arena_new(engine, &arena, &e) != TENON_OK ||
        visits_calls_init(&calls, instance, &e) != TENON_OK) {
        status = fail(&e);
    }
    static const char *const pages[] = {"index", "index", "about us"};
    for (int i = 0; i < 3 && status == 0; i++) {
        visits_result_string_string_t result;
        tenon_string page = {pages[i], strlen(pages[i])};
        if (visits_call_visit(&calls, &page, &result, arena, &e) != TENON_OK) {
            status = fail(&e);
            break;
        }
        tenon_string text = result.is_err ? result.val.err : result.val.ok;
        printf("%s%.*s\n", result.is_err ? "error: " : "", (int)text.len, text.ptr);
    }
    tenon_arena_delete(arena);
    tenon_store_delete(store);
    tenon_linker_delete(linker);
    tenon_component_delete(component);
    tenon_engine_delete(engine);
    if (file != NULL) {
        fclose(file);
    }
    return status;
}
