/* wast.h: running .wast scripts, for `tenon wast`. Looks inside the library: scripts need
 * core modules, text and exact values, which the public API does not show. */
#ifndef TENON_WAST_H
#define TENON_WAST_H

#include <stdio.h>

#include "base/map.h"
#include "base/vec.h"
#include "component/runtime.h"
#include "exec/exec.h"
#include "tenon/command.h"
#include "tenon/trace.h"
#include "text/script.h"

/* A line of the file of expected failures. */
typedef struct wast_expected {
    char *suffix; /* of the path */
    uint32_t line;
} wast_expected;

typedef struct wast_options {
    wasm_options wasm;
    const char *filter; /* only files whose path contains it, or NULL */
    TNI_VEC(wast_expected) expected;
    const char *trace; /* a file to which traces are appended, or NULL */
    int jobs;          /* 0: in this process */
    bool verbose;
    bool round_trip; /* modules are printed and assembled, nothing is run */
} wast_options;

typedef struct wast_counts {
    uint32_t passed;
    uint32_t failed;
    uint32_t skipped;
    uint32_t expected; /* failures that were expected */
} wast_counts;

/* An instance of a component, in a store of its own. */
typedef struct wast_instance {
    tni_store *store;
    tni_cinstance *instance;
} wast_instance;

/* What the `host` instance remembers. */
typedef struct wast_host {
    uint32_t drops; /* of resource1 */
    uint32_t last_drop;
} wast_host;

/* How a command went. */
typedef enum wast_outcome {
    WAST_DONE, /* a command that is no assertion and did what it should */
    WAST_PASSED,
    WAST_FAILED,
    WAST_SKIPPED,
    WAST_WAITS, /* its call waits on memory: others may run */
} wast_outcome;

/* Which names commands know: a script's, or a thread's. */
typedef struct wast_names {
    tni_map instances;   /* name -> tni_instance * */
    tni_map registered;  /* name -> tni_instance *, or 0: spectest */
    tni_map definitions; /* name -> tni_module * */
    tni_instance *current;
} wast_names;

/* Results of an action. */
typedef struct wast_results {
    tni_slot *slots; /* freed by the caller */
    const tni_valtype *types;
    u32 count;
    tni_valtype global_type;
} wast_results;

typedef struct wast_thread wast_thread;

/* What a script has made so far. */
typedef struct wast {
    const wast_options *options;
    const char *path;
    FILE *out;
    wast_counts counts;
    tni_str source;
    tenon_engine *engine;
    trace trace;
    tni_store *store;
    tni_arena keep; /* names that outlive their command */
    wast_names names;
    tni_module *last_definition;
    TNI_VEC(tni_module *) modules; /* to be released */
    tni_map spectest;              /* name -> tni_extern * */
    /* Components: each instance in a store of its own. */
    tni_linker *linker;
    TNI_VEC(tni_component *) components; /* to be released */
    TNI_VEC(wast_instance) component_instances;
    tni_map component_definitions; /* name -> number in components */
    tni_map component_names;       /* name -> number in component_instances */
    bool current_is_component;     /* the current instance: the last of them */
    bool has_component;            /* or there is none, for it failed */
    bool feature_off;              /* the current module wants a feature that is off */
    TNI_VEC(wast_thread *) threads;
    wast_thread *thread;     /* whose commands run; NULL: the script's own */
    tni_thread *main_thread; /* runs the script's own calls, once there are others */
    char failure[512];       /* why the command at hand failed */
    wast_host host;
} wast;

/* Runs one script in a store of its own; what it prints goes to out. */
wast_counts wast_run_file(const wast_options *options, const char *path, FILE *out);

/* -- wast.c -- */

/* Whether a failure is the one that an assertion wants; else the failure says what it
 * was. */
bool wast_is_failure(wast *w, tenon_status got, const tenon_error *e, tenon_status want,
                     tni_str message);
/* Notes an error as the failure; false. */
bool wast_fail_error(wast *w, const tenon_error *e);
tni_str wast_keep_name(wast *w, tni_str name);

void wast_names_init(wast_names *n, tni_heap *h);
void wast_names_free(wast_names *n);
/* The commands that are left of a script; false when one waits (it is at *c). */
bool wast_run_script(wast *w, tni_script *script, tni_script_command *c);
/* What a call on t has left. */
void wast_take_results(const tni_thread *t, wast_results *r);
/* Judges and counts a command whose call has waited and ended. */
void wast_finish_call(wast *w, const tni_script_command *c, const tni_thread *t,
                      wast_results *r, tenon_status status, const tenon_error *e);

/* -- wast_thread.c -- */

/* (thread …): runs until it waits or ends. (wait …): until the thread has ended. */
wast_outcome wast_thread_command(wast *w, const tni_script_command *c);
wast_outcome wast_wait_command(wast *w, const tni_script_command *c);
/* Calls f with the arguments at r->slots, where its results go; false: it waits. */
bool wast_thread_call(wast *w, tni_func *f, wast_results *r, tenon_status *status,
                      tenon_error *e);
/* Until all threads have ended. */
void wast_threads_finish(wast *w);
void wast_threads_free(wast *w);

/* -- wast_component.c -- */

/* Commands on components: (component …), (component instance …), assertions on them. */
wast_outcome wast_component_command(wast *w, const tni_script_command *c);
/* Actions on the instance of a component, and assertions on actions. */
wast_outcome wast_component_action(wast *w, const tni_script_command *c);
/* Whether an action is on the instance of a component. */
bool wast_on_component(const wast *w, const tni_script_command *c);
tenon_status wast_component_prepare(wast *w, tenon_error *e);
void wast_component_clean_up(wast *w);

/* -- wast_roundtrip.c -- */

/* Prints and assembles again the command's module or component, if it has one that loads;
 * passed: the bytes are the same. */
wast_outcome wast_round_trip(wast *w, const tni_script_command *c);
/* -- wast_host.c -- */

/* Adds what component scripts can import to the linker. */
tenon_status wast_make_host(wast *w, tenon_error *e);
/* Prints what that is. */
void wast_host_help(void);

/* -- wast_values.c -- */

/* Slots of the values, or false (the failure says why) when they do not fit the types. */
bool wast_push_args(wast *w, const tni_deftype *type, const tni_script_value *args,
                    uint32_t count, tni_slot *slots);
/* Whether the values match the patterns; if not, the failure has both. */
bool wast_match_results(wast *w, const tni_valtype *types, uint32_t type_count,
                        const tni_slot *slots, const tni_script_value *expected,
                        uint32_t count);

/* -- wast_spectest.c -- */

/* The host module that the core scripts import: interpreter/README.md, "Spectest". */
tenon_status wast_make_spectest(wast *w, tenon_error *e);

#endif
