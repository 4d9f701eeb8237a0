/* cmd_check.c: `tenon check`: whether a component fits a world, and where it does not. */
#include <stdio.h>
#include <string.h>

#include "tenon/wit_input.h"
#include "wit/contract.h"

static void help(void) {
    printf(
        "usage: tenon check --wit FOLDER|FILE [--world NAME] [-W FEATURE,…] COMPONENT\n\n"
        "Says whether a component fits a world: whether the world offers all that the\n"
        "component imports, and the component all that the world exports. Prints every\n"
        "difference, down to the parameter, field or case, with what is wanted, what is\n"
        "offered, and where each is written. COMPONENT may be WIT too, of one world.\n\n"
        "  --wit FOLDER|FILE  where the world is written\n"
        "  --world NAME       which one; not needed when there is one only\n");
    wasm_options_help();
    printf("\nexamples:\n"
           "  tenon check --wit wit/ --world plugin plugin.wasm\n");
}

/* "  (wit/api.wit:3:5)", or the file when it is a component. */
static void print_place(const wit_input *w, const char *path, const char *at) {
    unsigned line, column;
    const tni_wit_source *s = tni_wit_place(w->wit, at, &line, &column);
    if (s == NULL) {
        printf("  (%s)\n", path);
    } else {
        printf("  (%.*s:%u:%u)\n", (int)s->path.len, s->path.ptr, line, column);
    }
}

typedef struct side {
    wit_input in;
    const char *path;
    const tni_wit_world *world;
} side;

static void print_difference(const tni_difference *d, unsigned n, const side *contract,
                             const side *actual, tni_heap *heap) {
    const side *wants = d->is_export ? contract : actual;
    const side *offers = d->is_export ? actual : contract;
    printf("%3u. %s %.*s %s\n", n, d->is_export ? "export" : "import", (int)d->path.len,
           d->path.ptr, tni_difference_text(d->kind));
    printf("     wanted:  %.*s", (int)d->wanted.len, d->wanted.ptr);
    print_place(&wants->in, wants->path, d->wanted_at);
    tni_buf offered;
    tni_buf_init(&offered, heap);
    tni_difference_put_offered(&offered, d);
    printf("     offered: %.*s", (int)offered.count, (const char *)offered.data);
    print_place(&offers->in, offers->path, d->offered_at);
    tni_buf_free(&offered);
}

static int report(side *contract, side *actual) {
    tenon_error error;
    tni_difference *list = NULL;
    if (tni_contract_check(&contract->in.arena, contract->world, actual->world, &list,
                           &error) != TENON_OK) {
        print_error(actual->path, &error);
        return EXIT_FAILED;
    }
    tni_str world = contract->world->id;
    unsigned count = 0;
    for (const tni_difference *d = list; d != NULL; d = d->next) {
        count++;
    }
    if (count == 0) {
        printf("%s: fits world %.*s\n", actual->path, (int)world.len, world.ptr);
        return EXIT_OK;
    }
    printf("%s: does not fit world %.*s: %u difference%s\n", actual->path, (int)world.len,
           world.ptr, count, count == 1 ? "" : "s");
    unsigned n = 0;
    for (const tni_difference *d = list; d != NULL; d = d->next) {
        print_difference(d, ++n, contract, actual, &contract->in.heap);
    }
    return EXIT_FAILED;
}

static int check(side *contract, const char *world, side *actual,
                 const wasm_options *options) {
    memset(&actual->in, 0, sizeof actual->in);
    int status = EXIT_FAILED;
    bool ok = wit_input_open(&contract->in, contract->path, options);
    if (ok) {
        contract->world = wit_input_world(&contract->in, contract->path, world);
    }
    if (ok && contract->world != NULL) {
        ok = wit_input_open(&actual->in, actual->path, options);
        actual->world = ok ? wit_input_world(&actual->in, actual->path, NULL) : NULL;
        status = actual->world != NULL ? report(contract, actual) : EXIT_FAILED;
        wit_input_close(&actual->in);
    }
    wit_input_close(&contract->in);
    return status;
}

int cmd_check(int argc, char **argv) {
    wasm_options options;
    wasm_options_init(&options);
    static side contract, actual;
    const char *world = NULL;
    for (int i = 1; i < argc; i++) {
        bool missing = false;
        const char *value;
        if (strcmp(argv[i], "--help") == 0) {
            help();
            return EXIT_OK;
        }
        if ((value = option_value(argc, argv, &i, "--world", &missing)) != NULL) {
            world = value;
        } else if ((value = option_value(argc, argv, &i, "--wit", &missing)) != NULL) {
            contract.path = value;
        } else if ((value = option_value(argc, argv, &i, "-W", &missing)) != NULL) {
            missing = missing || !wasm_options_parse(&options, value);
        } else if (actual.path == NULL && argv[i][0] != '-') {
            actual.path = argv[i];
        } else {
            fprintf(stderr, "tenon check: what is %s? (try --help)\n", argv[i]);
            return EXIT_USAGE;
        }
        if (missing) {
            return EXIT_USAGE;
        }
    }
    if (actual.path == NULL || contract.path == NULL) {
        fprintf(stderr, "tenon check: wants --wit and a component (try --help)\n");
        return EXIT_USAGE;
    }
    return check(&contract, world, &actual, &options);
}
