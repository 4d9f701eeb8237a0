/* wit_input.c: WIT for the subcommands. */
#include "tenon/wit_input.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "wit/wit_component.h"

/* Types that name one part many times can be long when they are written out. */
enum { MOST_MEMORY = 1 << 30 };

static void *resize(void *user, void *ptr, size_t old_size, size_t new_size) {
    (void)user;
    (void)old_size;
    if (new_size == 0) {
        free(ptr);
        return NULL;
    }
    return realloc(ptr, new_size);
}

const tenon_allocator wit_input_allocator = {resize, NULL};

bool wit_input_is_wasm(const char *path) {
    char head[64] = {0};
    FILE *f = fopen(path, "rb");
    size_t len = f != NULL ? fread(head, 1, sizeof head, f) : 0;
    bool yes = (len >= 4 && memcmp(head, "\0asm", 4) == 0) || tenon_is_text(head, len);
    if (f != NULL) {
        fclose(f);
    }
    return yes;
}

static bool open_text(wit_input *w, const char *path) {
    tenon_error error;
    tni_wit_options gates = {.all_features = true};
    if (!wit_files_add(&w->files, path)) {
        return false;
    }
    if (tni_wit_parse(&w->arena, w->files.sources.data, (u32)w->files.sources.count,
                      &gates, &w->wit, &error) != TENON_OK) {
        fprintf(stderr, "tenon: %s\n", error.message);
        return false;
    }
    return true;
}

bool wit_input_load(input *in, tenon_engine *engine, tenon_component **out) {
    tenon_error error;
    if (input_assemble(in, engine, &error) != TENON_OK) {
        print_input_error(in, &error);
        return false;
    }
    if (!tenon_is_component(in->bytes, in->len)) {
        fprintf(stderr, "tenon: %s: a core module has no WIT; only components do\n",
                in->path);
        return false;
    }
    if (tenon_component_load(engine, in->bytes, in->len, TENON_BORROW_BYTES, out,
                             &error) != TENON_OK) {
        print_input_error(in, &error);
        return false;
    }
    return true;
}

static bool open_component(wit_input *w, const char *path, const wasm_options *options) {
    tenon_error error;
    tenon_engine_config config;
    tenon_engine_config_init(&config);
    wasm_options_configure(options, &config);
    if (tenon_engine_new(&config, &w->engine, &error) != TENON_OK) {
        print_error(path, &error);
        return false;
    }
    if (!input_open(&w->in, path) || !wit_input_load(&w->in, w->engine, &w->component)) {
        return false;
    }
    if (tni_wit_of_component(&w->arena, (const tni_component *)(const void *)w->component,
                             &w->wit, &error) != TENON_OK) {
        print_input_error(&w->in, &error);
        return false;
    }
    return true;
}

bool wit_input_open(wit_input *w, const char *path, const wasm_options *options) {
    memset(w, 0, sizeof *w);
    tni_heap_init(&w->heap, &wit_input_allocator, MOST_MEMORY);
    tni_arena_init(&w->arena, &w->heap);
    w->files.heap = &w->heap;
    return wit_input_is_wasm(path) ? open_component(w, path, options)
                                   : open_text(w, path);
}

void wit_input_close(wit_input *w) {
    wit_files_free(&w->files);
    tni_arena_free(&w->arena);
    tenon_component_delete(w->component);
    tenon_engine_delete(w->engine);
    if (w->in.path != NULL) {
        input_close(&w->in);
    }
}

static void list_worlds(const wit_input *w) {
    fprintf(stderr, "tenon: its worlds:");
    for (const tni_wit_package *p = w->wit->packages; p != NULL; p = p->next) {
        for (const tni_wit_world *x = p->worlds; x != NULL; x = x->next) {
            fprintf(stderr, " %.*s", (int)x->id.len, x->id.ptr);
        }
    }
    fprintf(stderr, "\n");
}

const tni_wit_world *wit_input_world(const wit_input *w, const char *path,
                                     const char *name) {
    if (w->component != NULL) {
        return w->wit->root->worlds;
    }
    const tni_wit_world *x =
        tni_wit_find_world(w->wit, name == NULL ? (tni_str){"", 0} : tni_str_of(name));
    if (x == NULL) {
        fprintf(stderr,
                name == NULL ? "tenon: %s: which world? (--world NAME)\n"
                             : "tenon: %s: no world named %s\n",
                path, name);
        list_worlds(w);
    }
    return x;
}
