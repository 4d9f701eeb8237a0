/* witgen_run.c: the command: options, reading, choosing what to write, writing. */
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "witgen/wit_files.h"
#include "witgen/witgen.h"
#include "witgen/witgen_run.h"

static const char usage[] =
    "usage: %s --host C|--guest C [--world NAME] [--package NAME]… [--features LIST]\n"
    "              [--all-features] [--callbacks|--stackful] PATH… -o FOLDER\n"
    "Writes C bindings. For a host, NAME.h and NAME.c for each interface that the world\n"
    "imports (prototypes to implement) or exports (typed calls), or that the packages\n"
    "offer. For a guest, WORLD.h and WORLD.c, all that clang needs to make a core "
    "module\n"
    "for `tenon new`. Each PATH is a WIT file or a folder with the files of a package;\n"
    "the first is the root, the others are what it depends on.\n"
    "  --host C         for a host\n"
    "  --guest C        for a guest\n"
    "  --world NAME     a world of the root package, or ns:package/name\n"
    "  --package NAME   every interface of a package but those its worlds only export\n"
    "  --features LIST  @unstable features to take in, separated by commas\n"
    "  --callbacks      async exports of a guest come back to an event loop, in place "
    "of\n"
    "                   being written as if they blocked, one after the other\n"
    "  --stackful       they are written as if they blocked, and each call has a stack "
    "of\n"
    "                   its own (needs -W component-model-async-stackful)\n"
    "  --print          prints the packages as WIT instead\n";

typedef struct options {
    const char *world;
    const char *out;
    TNI_VEC(const char *) packages;
    TNI_VEC(tni_str) features;
    bool all_features, host, guest, callbacks, stackful, print, help;
} options;

typedef struct run {
    tni_heap heap;
    tni_arena arena;
    wit_files files;
    options options;
    tni_wit *wit;
    tni_map done; /* prefixes written */
    tenon_error error;
} run;

static void *resize(void *user, void *ptr, size_t old_size, size_t new_size) {
    (void)user;
    (void)old_size;
    if (new_size == 0) {
        free(ptr);
        return NULL;
    }
    return realloc(ptr, new_size);
}

static const char *program = "witgen";

static bool complain(const char *what, const char *about) {
    fprintf(stderr, "%s: %s%s\n", program, what, about);
    return false;
}

static bool complain_error(const run *r) {
    return complain(r->error.message, "");
}

/* -- options -- */

static bool add_features(run *r, const char *list) {
    while (*list != 0) {
        size_t len = strcspn(list, ",");
        if (len > 0 &&
            !tni_vec_push(&r->heap, &r->options.features, ((tni_str){list, len}))) {
            return complain("out of memory", "");
        }
        list += len + (list[len] == ',');
    }
    return true;
}

/* An option with a value; 0 when arg is none of them, -1 when that failed. */
static int take_valued(run *r, const char *arg, const char *value) {
    options *o = &r->options;
    bool ok = true;
    if (strcmp(arg, "--world") == 0) {
        o->world = value;
    } else if (strcmp(arg, "-o") == 0) {
        o->out = value;
    } else if (strcmp(arg, "--package") == 0) {
        ok = value != NULL && tni_vec_push(&r->heap, &o->packages, value);
    } else if (strcmp(arg, "--features") == 0) {
        ok = value != NULL && add_features(r, value);
    } else {
        return 0;
    }
    if (value == NULL) {
        complain("a value is missing after ", arg);
    }
    return ok && value != NULL ? 1 : -1;
}

static bool take_flag(options *o, const char *arg) {
    static const char *const names[] = {"--host",      "--guest",    "--all-features",
                                        "--callbacks", "--stackful", "--print"};
    bool *const flags[] = {&o->host,      &o->guest,    &o->all_features,
                           &o->callbacks, &o->stackful, &o->print};
    for (size_t i = 0; i < TNI_COUNT_OF(names); i++) {
        if (strcmp(arg, names[i]) == 0) {
            return *flags[i] = true;
        }
    }
    return false;
}

static bool parse_options(run *r, int argc, char **argv) {
    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "--help") == 0) {
            printf(usage, program);
            r->options.help = true;
            return true;
        }
        if (take_flag(&r->options, argv[i])) {
            bool side = strcmp(argv[i], "--host") == 0 || strcmp(argv[i], "--guest") == 0;
            bool language = side && i + 1 < argc && strcmp(argv[i + 1], "C") == 0;
            i += language; /* the one there is */
            continue;
        }
        int taken = take_valued(r, argv[i], i + 1 < argc ? argv[i + 1] : NULL);
        if (taken < 0) {
            return false;
        }
        if (taken > 0) {
            i++;
        } else if (argv[i][0] == '-') {
            return complain("unknown option: ", argv[i]);
        } else if (!wit_files_add(&r->files, argv[i])) {
            return false;
        }
    }
    const options *o = &r->options;
    bool one_side = o->host != o->guest;
    if (r->files.groups == 0 || (!o->print && (!one_side || o->out == NULL))) {
        fprintf(stderr, usage, program);
        return false;
    }
    if (o->callbacks && o->stackful) {
        return complain("--callbacks and --stackful are two ways: choose one", "");
    }
    if (o->guest && o->packages.count > 0) {
        return complain("--package goes with --host; a guest has a world", "");
    }
    return true;
}

/* -- writing -- */

static bool write_file(const char *folder, tni_str prefix, const char *suffix,
                       const tni_buf *b) {
    char path[4096];
    snprintf(path, sizeof path, "%s/%.*s%s", folder, (int)prefix.len, prefix.ptr, suffix);
    FILE *f = fopen(path, "wb");
    if (f == NULL) {
        return complain("cannot write ", path);
    }
    bool ok = fwrite(b->data, 1, b->count, f) == b->count;
    ok &= fclose(f) == 0;
    return ok || complain("cannot write ", path);
}

/* What is chosen of g is set. */
static bool generate(run *r, witgen g) {
    g.arena = &r->arena;
    g.wit = r->wit;
    g.e = &r->error;
    if (witgen_prefix(&g, g.interface, &g.prefix) != TENON_OK) {
        return complain_error(r);
    }
    bool fresh;
    if (!tni_map_add(&r->done, g.prefix, 0, &fresh)) {
        return complain("out of memory", "");
    }
    if (!fresh) {
        return true;
    }
    bool ok = witgen_interface(&g) == TENON_OK || complain_error(r);
    ok = ok && write_file(r->options.out, g.prefix, ".h", &g.header) &&
         write_file(r->options.out, g.prefix, ".c", &g.source);
    tni_buf_free(&g.header);
    tni_buf_free(&g.source);
    return ok;
}

/* -- choosing -- */

/* Whether the package's worlds export the interface and none imports it: it is then the
 * guest's to implement. */
static bool only_exported(const tni_wit_package *p, const tni_wit_interface *i) {
    bool exported = false;
    for (const tni_wit_world *w = p->worlds; w != NULL; w = w->next) {
        for (const tni_wit_item *item = w->items; item != NULL; item = item->next) {
            if (item->interface == i && !item->is_export) {
                return false;
            }
            exported |= item->interface == i;
        }
    }
    return exported;
}

static bool generate_package(run *r, const char *name) {
    const tni_wit_package *p = tni_wit_find_package(r->wit, tni_str_of(name));
    if (p == NULL) {
        return complain("no such package: ", name);
    }
    for (const tni_wit_interface *i = p->interfaces; i != NULL; i = i->next) {
        if (!only_exported(p, i) &&
            !generate(r, (witgen){.interface = i, .name = i->id})) {
            return false;
        }
    }
    return true;
}

/* The functions that a world imports, or exports, by themselves, as a list. */
static bool world_funcs(run *r, const tni_wit_world *w, bool exports,
                        tni_wit_func **out) {
    *out = NULL;
    for (const tni_wit_item *i = w->items; i != NULL; i = i->next) {
        if (i->kind == TNI_WIT_ITEM_TYPE && i->type->owner != w->scope) {
            return complain(
                "types that a world includes from another are not supported: ",
                w->name.ptr);
        }
        if (i->is_export != exports || i->kind != TNI_WIT_ITEM_FUNC) {
            continue;
        }
        tni_wit_func *f = TNI_ARENA_NEW(&r->arena, tni_wit_func);
        if (f == NULL) {
            return complain("out of memory", "");
        }
        *f = *i->func;
        f->name = f->full_name = i->name;
        f->next = NULL;
        *out = f;
        out = &f->next;
    }
    return true;
}

static bool has_resource(const tni_wit_interface *i) {
    for (const tni_wit_type *t = i->types; t != NULL; t = t->next) {
        if (t->kind == TNI_WIT_RESOURCE) {
            return true;
        }
    }
    return false;
}

/* What the world imports and exports by itself, without an interface. Types that no
 * import is in need of go with the exports. */
static bool generate_own(run *r, const tni_wit_world *w) {
    witgen g = {.interface = w->scope, .world = w};
    tni_wit_func *imports, *exports;
    if (!world_funcs(r, w, false, &imports) || !world_funcs(r, w, true, &exports)) {
        return false;
    }
    bool types = w->scope->types != NULL;
    bool imported =
        imports != NULL || has_resource(w->scope) || (types && exports == NULL);
    g.funcs = imports;
    if (imported && !generate(r, g)) {
        return false;
    }
    g.funcs = exports;
    g.is_export = true;
    g.with_prefix = imported;
    return exports == NULL || generate(r, g);
}

static bool is_imported(const tni_wit_world *w, const tni_wit_interface *i) {
    for (const tni_wit_item *x = w->items; x != NULL; x = x->next) {
        if (x->interface == i && !x->is_export) {
            return true;
        }
    }
    return false;
}

static bool generate_item(run *r, const tni_wit_world *w, const tni_wit_item *i) {
    if (i->is_plain && i->interface->id.len > 0) {
        return complain("imports and exports with a plain name of a named interface are "
                        "not supported: ",
                        i->name.ptr);
    }
    witgen g = {.interface = i->interface, .name = i->name, .world = w};
    g.is_export = i->is_export;
    g.with_prefix = i->is_export && is_imported(w, i->interface);
    return generate(r, g);
}

static bool generate_guest(run *r, const tni_wit_world *w) {
    tni_buf header, source, name;
    witgen_way way = r->options.callbacks  ? WITGEN_CALLBACKS
                     : r->options.stackful ? WITGEN_STACKFUL
                                           : WITGEN_ONE_BY_ONE;
    tni_buf_init(&header, &r->heap);
    tni_buf_init(&source, &r->heap);
    tni_buf_init(&name, &r->heap);
    witgen_put_snake(&name, w->name);
    tni_str stem = {(const char *)name.data, name.count};
    bool ok = !name.failed || complain("out of memory", "");
    ok = ok && (witgen_guest(&r->arena, r->wit, w, way, &header, &source, &r->error) ==
                    TENON_OK ||
                complain_error(r));
    ok = ok && write_file(r->options.out, stem, ".h", &header) &&
         write_file(r->options.out, stem, ".c", &source);
    tni_buf_free(&header);
    tni_buf_free(&source);
    tni_buf_free(&name);
    return ok;
}

static bool generate_world(run *r, const char *name) {
    const tni_wit_world *w = tni_wit_find_world(r->wit, tni_str_of(name));
    if (w == NULL) {
        return complain("no such world: ", name);
    }
    if (r->options.guest) {
        return generate_guest(r, w);
    }
    for (const tni_wit_item *i = w->items; i != NULL; i = i->next) {
        if (i->kind == TNI_WIT_ITEM_INTERFACE && !generate_item(r, w, i)) {
            return false;
        }
    }
    return generate_own(r, w);
}

static bool print_wit(run *r) {
    tni_buf b;
    tni_buf_init(&b, &r->heap);
    tni_wit_print(&b, r->wit);
    bool ok = !b.failed && fwrite(b.data, 1, b.count, stdout) == b.count;
    tni_buf_free(&b);
    return ok;
}

static bool perform(run *r) {
    const options *o = &r->options;
    tni_wit_options gates = {o->features.data, (u32)o->features.count, o->all_features};
    if (tni_wit_parse(&r->arena, r->files.sources.data, (u32)r->files.sources.count,
                      &gates, &r->wit, &r->error) != TENON_OK) {
        return complain_error(r);
    }
    if (o->print) {
        return print_wit(r);
    }
    mkdir(o->out, 0777);
    for (size_t i = 0; i < o->packages.count; i++) {
        if (!generate_package(r, o->packages.data[i])) {
            return false;
        }
    }
    return (o->world == NULL && o->packages.count > 0) ||
           generate_world(r, o->world == NULL ? "" : o->world);
}

int witgen_main(int argc, char **argv) {
    static const tenon_allocator allocator = {resize, NULL};
    static run r; /* a tool: one run in a process */
    tni_heap_init(&r.heap, &allocator, UINT64_MAX);
    tni_arena_init(&r.arena, &r.heap);
    tni_map_init(&r.done, &r.heap);
    r.files.heap = &r.heap;
    program = argv[0];
    bool ok = parse_options(&r, argc, argv) && (r.options.help || perform(&r));
    wit_files_free(&r.files);
    tni_map_free(&r.done);
    tni_vec_free(&r.heap, &r.options.packages);
    tni_vec_free(&r.heap, &r.options.features);
    tni_arena_free(&r.arena);
    return ok ? 0 : 1;
}
