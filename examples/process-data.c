/* process-data: a host that gives a plugin a record, and is answered by a variant.
 *
 *     process-data PLUGIN.wasm INPUT ID PRIORITY
 *
 * The contract is spec-tests/guests/process-data/process-data.wit. Its types in C, and
 * the typed call, are in processor.h, which `tenon bindgen --host C` writes when this is
 * built. A plugin whose record had other fields would be refused before anything is
 * called. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "processor.h"

static tenon_string str(const char *text) {
    return (tenon_string){text, strlen(text)};
}

static void *read_file(const char *path, size_t *len) {
    FILE *file = fopen(path, "rb");
    if (file == NULL) {
        return NULL;
    }
    fseek(file, 0, SEEK_END);
    long size = ftell(file);
    rewind(file);
    void *bytes = malloc((size_t)size + 1);
    *len = bytes != NULL ? fread(bytes, 1, (size_t)size, file) : 0;
    fclose(file);
    return bytes;
}

int main(int argc, char **argv) {
    size_t len = 0;
    void *bytes = argc == 5 ? read_file(argv[1], &len) : NULL;
    if (bytes == NULL) {
        fprintf(stderr, "usage: process-data PLUGIN.wasm INPUT ID PRIORITY\n");
        return 2;
    }
    tenon_engine *engine = NULL;
    tenon_component *component = NULL;
    tenon_linker *linker = NULL;
    tenon_store *store = NULL;
    tenon_instance *instance = NULL;
    tenon_arena *arena = NULL; /* where strings of results are */
    processor_calls calls;
    tenon_error error;
    int status = 1;

    tenon_string input = str(argv[2]);
    processor_metadata_t meta = {.id = str(argv[3]),
                                 .priority = (uint32_t)strtoul(argv[4], NULL, 10)};
    processor_process_result_t result;
    if (tenon_engine_new(NULL, &engine, &error) != TENON_OK ||
        tenon_component_load(engine, bytes, len, TENON_BORROW_BYTES, &component,
                             &error) != TENON_OK ||
        tenon_linker_new(engine, &linker, &error) != TENON_OK ||
        tenon_store_new(engine, NULL, &store, &error) != TENON_OK ||
        tenon_arena_new(engine, &arena, &error) != TENON_OK ||
        tenon_instantiate(linker, store, component, &instance, &error) != TENON_OK ||
        processor_calls_init(&calls, instance, &error) != TENON_OK ||
        processor_call_process_data(&calls, &input, &meta, &result, arena, &error) !=
            TENON_OK) {
        fprintf(stderr, "%s: %s\n", tenon_status_name(error.status), error.message);
    } else if (result.tag == PROCESSOR_PROCESS_RESULT_OK) {
        printf("ok: %.*s\n", (int)result.val.ok.len, result.val.ok.ptr);
        status = 0;
    } else {
        printf("error: %.*s\n", (int)result.val.error.len, result.val.error.ptr);
        status = 0;
    }
    tenon_arena_delete(arena);
    tenon_store_delete(store);
    tenon_linker_delete(linker);
    tenon_component_delete(component);
    tenon_engine_delete(engine);
    free(bytes);
    return status;
}
