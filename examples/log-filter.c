/* log-filter: a host that asks a plugin which lines of a file to keep.
 *
 *     log-filter PLUGIN.wasm FILE
 *
 * The contract is spec-tests/guests/log-filter/log-filter.wit. In which language a plugin
 * is written makes no difference. Those whose language brings a runtime along
 * import WASI, and find one without files, variables, network, input or output; what of
 * WASI is not there at all traps when it is called. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "filter_contract.h"
#include "tenon/wasi.h"

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

static int fail(const tenon_error *error) {
    fprintf(stderr, "%s: %s\n", tenon_status_name(error->status), error->message);
    return 1;
}

/* Calls the plugin for each line and prints those it keeps. */
static int filter(const filter_contract_calls *calls, FILE *file, tenon_error *error) {
    char line[4096];
    int kept = 0, all = 0;
    while (fgets(line, sizeof line, file) != NULL) {
        line[strcspn(line, "\n")] = '\0';
        tenon_string arg = {line, strlen(line)};
        bool keep = false;
        if (filter_contract_call_filter_log(calls, &arg, &keep, NULL, error) !=
            TENON_OK) {
            return fail(error);
        }
        all++;
        if (keep) {
            kept++;
            printf("%s\n", line);
        }
    }
    printf("kept %d of %d\n", kept, all);
    return 0;
}

int main(int argc, char **argv) {
    size_t len = 0;
    void *bytes = argc == 3 ? read_file(argv[1], &len) : NULL;
    FILE *file = bytes != NULL ? fopen(argv[2], "r") : NULL;
    if (file == NULL) {
        fprintf(stderr, "usage: log-filter PLUGIN.wasm FILE\n");
        return 2;
    }
    tenon_engine *engine = NULL;
    tenon_component *component = NULL;
    tenon_linker *linker = NULL;
    tenon_store *store = NULL;
    tenon_instance *instance = NULL;
    tenon_wasi *wasi = NULL;
    tenon_wasi_config
        nothing; /* is granted by the defaults, but clocks and random numbers */
    tenon_wasi_config_init(&nothing);
    filter_contract_calls calls;
    tenon_error error;
    int status = 1;
    if (tenon_engine_new(NULL, &engine, &error) != TENON_OK ||
        tenon_component_load(engine, bytes, len, TENON_BORROW_BYTES, &component,
                             &error) != TENON_OK ||
        tenon_linker_new(engine, &linker, &error) != TENON_OK ||
        tenon_wasi_new(&nothing, &wasi, &error) != TENON_OK ||
        tenon_wasi_add_to_linker(wasi, linker, &error) != TENON_OK ||
        tenon_linker_trap_missing(linker, "wasi:", "a log filter is granted nothing",
                                  &error) != TENON_OK ||
        tenon_store_new(engine, NULL, &store, &error) != TENON_OK ||
        tenon_instantiate(linker, store, component, &instance, &error) != TENON_OK ||
        filter_contract_calls_init(&calls, instance, &error) != TENON_OK) {
        fail(&error);
    } else {
        status = filter(&calls, file, &error);
    }
    tenon_store_delete(store);
    tenon_linker_delete(linker);
    tenon_wasi_delete(wasi);
    tenon_component_delete(component);
    tenon_engine_delete(engine);
    fclose(file);
    free(bytes);
    return status;
}
