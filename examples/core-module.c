/* core-module: a host of a core module without the component model: one function for the
 * module to call, one of the module's called.
 *
 *     core-module MODULE.wasm|MODULE.wat FUNCTION NUMBER...
 *
 * The module imports "host" "print" (pointer and length in its memory "memory"); FUNCTION
 * takes and gives i32. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tenon/core.h"

enum { MOST_ARGUMENTS = 8 };

static tenon_status print(tenon_core_call *call, void *user, const uint64_t *args,
                          uint64_t *results) {
    tenon_core_instance *caller = tenon_core_call_instance(call);
    uint32_t pointer = (uint32_t)args[0];
    uint32_t len = (uint32_t)args[1];
    uint64_t bytes = 0;
    (void)results;
    const char *memory =
        caller != NULL ? tenon_core_instance_memory(caller, "memory", &bytes) : NULL;
    if (len > bytes || pointer > bytes - len) {
        return tenon_core_fail(call, "print: %u bytes at %u of %llu", len, pointer,
                               (unsigned long long)bytes);
    }
    fprintf(user, "module: %.*s\n", (int)len, memory + pointer);
    return TENON_OK;
}

static const tenon_core_host_func host[] = {{"print", "ii:", print}};

static char *read_file(const char *path, size_t *len) {
    FILE *f = fopen(path, "rb");
    if (f == NULL) {
        return NULL;
    }
    char *bytes = NULL;
    size_t capacity = 0, n = 0, got = 0;
    do {
        n += got;
        if (n == capacity) {
            capacity = capacity == 0 ? 4096 : capacity * 2;
            char *more = realloc(bytes, capacity);
            if (more == NULL) {
                break;
            }
            bytes = more;
        }
        got = fread(bytes + n, 1, capacity - n, f);
    } while (got > 0);
    fclose(f);
    *len = n;
    return bytes;
}

static tenon_status load(tenon_engine *engine, const char *bytes, size_t len,
                         tenon_module **module, tenon_error *error) {
    return tenon_is_text(bytes, len)
               ? tenon_module_load_text(engine, bytes, len, module, error)
               : tenon_module_load(engine, bytes, len, 0, module, error);
}

/* Calls the function when it is i32s to one i32. */
static tenon_status call(tenon_core_func *f, int argc, char **argv, tenon_error *error) {
    uint64_t args[MOST_ARGUMENTS];
    uint64_t result = 0;
    for (int i = 0; i < argc; i++) {
        args[i] = (uint32_t)atoi(argv[i]);
        if (tenon_core_func_param(f, (uint32_t)i) != 'i') {
            fprintf(stderr, "core-module: argument %d is no i32\n", i + 1);
            return TENON_USAGE;
        }
    }
    if (tenon_core_func_param(f, (uint32_t)argc) != 0 ||
        tenon_core_func_result(f, 0) != 'i' || tenon_core_func_result(f, 1) != 0) {
        fprintf(stderr, "core-module: another type of function\n");
        return TENON_USAGE;
    }
    tenon_status status = tenon_core_func_call(f, args, &result, error);
    if (status == TENON_OK) {
        printf("%d\n", (int)(int32_t)(uint32_t)result);
    } else {
        fprintf(stderr, "core-module: %s\n", error->message);
    }
    return status;
}

int main(int argc, char **argv) {
    if (argc < 3 || argc > 3 + MOST_ARGUMENTS) {
        fprintf(stderr, "usage: core-module MODULE FUNCTION [NUMBER...]\n");
        return 2;
    }
    size_t len = 0;
    char *bytes = read_file(argv[1], &len);
    tenon_engine *engine = NULL;
    tenon_core_linker *linker = NULL;
    tenon_store *store = NULL;
    tenon_module *module = NULL;
    tenon_core_instance *instance = NULL;
    tenon_error error = {0};
    int exit = 1;
    if (bytes == NULL) {
        fprintf(stderr, "core-module: cannot read %s\n", argv[1]);
    } else if (tenon_engine_new(NULL, &engine, &error) != TENON_OK ||
               tenon_core_linker_new(engine, &linker, &error) != TENON_OK ||
               tenon_core_linker_add(linker, "host", host, 1, stdout, &error) !=
                   TENON_OK ||
               tenon_store_new(engine, NULL, &store, &error) != TENON_OK ||
               load(engine, bytes, len, &module, &error) != TENON_OK ||
               tenon_core_instantiate(linker, store, module, &instance, &error) !=
                   TENON_OK) {
        fprintf(stderr, "core-module: %s\n", error.message);
    } else {
        tenon_core_func *f = tenon_core_instance_func(instance, argv[2]);
        if (f == NULL) {
            fprintf(stderr, "core-module: no function %s\n", argv[2]);
        } else {
            exit = call(f, argc - 3, argv + 3, &error) == TENON_OK ? 0 : 1;
        }
    }
    tenon_module_delete(module);
    tenon_store_delete(store);
    tenon_core_linker_delete(linker);
    tenon_engine_delete(engine);
    free(bytes);
    return exit;
}
