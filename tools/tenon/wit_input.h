/* wit_input.h: WIT for the subcommands: from files and folders, or from a component.
 * Looks inside: the public API has no WIT. */
#ifndef TENON_WIT_INPUT_H
#define TENON_WIT_INPUT_H

#include "component/component.h"
#include "tenon/command.h"
#include "wit/wit.h"
#include "witgen/wit_files.h"

typedef struct wit_input {
    tni_heap heap;
    tni_arena arena;
    wit_files files; /* of WIT text */
    input in;        /* of a component, */
    tenon_engine *engine;
    tenon_component *component; /* NULL for WIT text */
    tni_wit *wit;
} wit_input;

/* A folder or text is WIT; a component is decoded with the options' features. Says on
 * standard error why not, and returns false. Close it in any case. */
bool wit_input_open(wit_input *w, const char *path, const wasm_options *options);
void wit_input_close(wit_input *w);

/* The component of an input; the input outlives it. False: said why there is none. */
bool wit_input_load(input *in, tenon_engine *engine, tenon_component **out);
/* Whether a file is a component or module, binary or text; WIT begins otherwise. */
bool wit_input_is_wasm(const char *path);
/* For the heaps that wit_files needs. */
extern const tenon_allocator wit_input_allocator;

/* The world of a name, or the only one; for a component, the one that it implements. Says
 * on standard error when there is none. */
const tni_wit_world *wit_input_world(const wit_input *w, const char *path,
                                     const char *name);

#endif
