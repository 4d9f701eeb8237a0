/* wast.c: runs the commands of one script. */
#include "tenon/wast.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "binary/decode.h"
#include "text/assemble.h"
#include "valid/validate.h"

/* -- names -- */

tni_str wast_keep_name(wast *w, tni_str name) {
    return tni_arena_str(&w->keep, name);
}

static void *lookup(const tni_map *m, tni_str name) {
    const u64 *found = tni_map_get(m, name);
    return found == NULL ? NULL : (void *)(uintptr_t)*found;
}

/* -- failures -- */

bool wast_fail_error(wast *w, const tenon_error *e) {
    snprintf(w->failure, sizeof w->failure, "%s: %s", tenon_status_name(e->status),
             e->message);
    return false;
}

/* The script's wording is in the message, or begins with the error's own. */
static bool same_message(const tenon_error *e, tni_str message) {
    char wanted[512];
    /* Some component scripts have the class in the wording. */
    static const char trap[] = "wasm trap: ";
    if (message.len >= sizeof trap && memcmp(message.ptr, trap, sizeof trap - 1) == 0) {
        message.ptr += sizeof trap - 1;
        message.len -= sizeof trap - 1;
    }
    snprintf(wanted, sizeof wanted, "%.*s", (int)message.len, message.ptr);
    if (strcmp(wanted, "wasm `unreachable` instruction executed") == 0) {
        return e->code == TNI_ERR_UNREACHABLE;
    }
    if (strstr(e->message, wanted) != NULL) {
        return true;
    }
    const char *row = tni_code_text((tni_code)e->code);
    size_t n = strlen(row);
    return n > 7 && row[n - 1] != ' ' && strncmp(wanted, row, n) == 0;
}

/* Whether a failure is the one that an assertion wants. */
bool wast_is_failure(wast *w, tenon_status got, const tenon_error *e, tenon_status want,
                     tni_str message) {
    if (got == want && same_message(e, message)) {
        return true;
    }
    char text[400];
    snprintf(text, sizeof text, "%s", got == TENON_OK ? "it succeeded" : e->message);
    snprintf(w->failure, sizeof w->failure, "expected %s: %.*s, got %s: %s",
             tenon_status_name(want), (int)message.len, message.ptr,
             tenon_status_name(got), text);
    return false;
}

/* -- modules -- */

/* Bytes of a module in any form; the caller frees the buffer. */
static tenon_status module_bytes(wast *w, const tni_script_module *m, tni_buf *out,
                                 tenon_error *e) {
    switch (m->form) {
    case TNI_SCRIPT_BINARY: tni_buf_str(out, m->bytes); return TENON_OK;
    case TNI_SCRIPT_QUOTE: return tni_text_module(w->engine, m->bytes, 0, out, e);
    case TNI_SCRIPT_TEXT: break;
    }
    return tni_text_module_at(w->engine, w->source, m->begin, m->end, (tni_str){NULL, 0},
                              0, out, e);
}

/* Decoded and validated; the module is released with the script. */
static tenon_status load(wast *w, const tni_script_module *m, tni_module **out,
                         tenon_error *e) {
    tni_buf bytes;
    tni_buf_init(&bytes, &w->engine->heap);
    tenon_status status = module_bytes(w, m, &bytes, e);
    if (status == TENON_OK) {
        status = tni_module_decode(w->engine, bytes.data, bytes.count, 0, false, out, e);
    }
    tni_buf_free(&bytes);
    if (status != TENON_OK) {
        return status;
    }
    if (!tni_vec_push(&w->engine->heap, &w->modules, *out)) {
        return tni_no_memory(e);
    }
    return tni_module_validate(*out, e);
}

static bool find_import(wast *w, const tni_import *import, tni_extern *out) {
    if (tni_map_get(&w->names.registered, import->module) == NULL) {
        return false;
    }
    tni_instance *from = lookup(&w->names.registered, import->module);
    if (from != NULL) {
        return tni_instance_export(from, import->name, out);
    }
    const tni_extern *x = lookup(&w->spectest, import->name);
    if (x != NULL) {
        *out = *x;
    }
    return x != NULL;
}

static tenon_status instantiate(wast *w, tni_module *m, tni_instance **out,
                                tenon_error *e) {
    tni_extern *imports = calloc(m->import_count + 1, sizeof *imports);
    tenon_status status = imports == NULL ? tni_no_memory(e) : TENON_OK;
    for (u32 i = 0; i < m->import_count && status == TENON_OK; i++) {
        const tni_import *x = &m->imports[i];
        if (!find_import(w, x, &imports[i])) {
            status = tni_fail(e, TNI_ERR_UNKNOWN_IMPORT, x->offset, "%.*s.%.*s",
                              (int)x->module.len, x->module.ptr, (int)x->name.len,
                              x->name.ptr);
        }
    }
    if (status == TENON_OK) {
        status = tni_instantiate(w->store, m, imports, true, out, e);
    }
    free(imports);
    return status;
}

static void set_current(wast *w, tni_instance *i, tni_str name) {
    w->names.current = i;
    w->current_is_component = false;
    if (name.len != 0) {
        tni_map_put(&w->names.instances, wast_keep_name(w, name), (u64)(uintptr_t)i);
    }
}

/* -- outcomes of commands -- */

static wast_outcome module_command(wast *w, const tni_script_module *m) {
    tenon_error e;
    tni_module *module = NULL;
    tni_instance *instance = NULL;
    w->feature_off = false;
    tenon_status status = load(w, m, &module, &e);
    if (status == TENON_OK) {
        w->last_definition = module;
        if (m->name.len != 0) {
            tni_map_put(&w->names.definitions, wast_keep_name(w, m->name),
                        (u64)(uintptr_t)module);
        }
    }
    if (status == TENON_OK && !m->is_definition) {
        status = instantiate(w, module, &instance, &e);
        set_current(w, status == TENON_OK ? instance : NULL, m->name);
    }
    if (status == TENON_OK) {
        return WAST_DONE;
    }
    w->names.current = NULL;
    wast_fail_error(w, &e);
    w->feature_off = e.code == TNI_ERR_FEATURE_OFF;
    return w->feature_off ? WAST_SKIPPED : WAST_FAILED;
}

static wast_outcome instance_command(wast *w, const tni_script_command *c) {
    tenon_error e;
    tni_module *m = c->definition.len == 0 ? w->last_definition
                                           : lookup(&w->names.definitions, c->definition);
    tni_instance *instance = NULL;
    if (m == NULL) {
        snprintf(w->failure, sizeof w->failure, "no such definition");
        return WAST_FAILED;
    }
    if (instantiate(w, m, &instance, &e) != TENON_OK) {
        wast_fail_error(w, &e);
        return WAST_FAILED;
    }
    set_current(w, instance, c->name);
    return WAST_DONE;
}

/* The instance of a name, or the current one. */
static tni_instance *find_instance(wast *w, tni_str name) {
    tni_instance *i =
        name.len == 0 ? w->names.current : lookup(&w->names.instances, name);
    if (i == NULL) {
        snprintf(w->failure, sizeof w->failure, "no such instance");
    }
    return i;
}

static wast_outcome register_command(wast *w, const tni_script_command *c) {
    tni_instance *i = find_instance(w, c->definition);
    if (i == NULL) {
        return w->feature_off ? WAST_SKIPPED : WAST_FAILED;
    }
    tni_map_put(&w->names.registered, wast_keep_name(w, c->name), (u64)(uintptr_t)i);
    return WAST_DONE;
}

/* -- actions -- */

/* False when the action could not even be tried (the failure says why); else its outcome
 * is in *status, unless *waits. */
static bool run_invoke(wast *w, tni_func *f, const tni_script_action *a, wast_results *r,
                       tenon_status *status, bool *waits, tenon_error *e) {
    const tni_deftype *type = tni_func_type(f);
    size_t slots =
        type->param_slots > type->result_slots ? type->param_slots : type->result_slots;
    r->slots = calloc(slots + 1, sizeof *r->slots);
    if (r->slots == NULL || !wast_push_args(w, type, a->args, a->arg_count, r->slots)) {
        return false;
    }
    r->types = type->sub.results;
    r->count = type->sub.result_count;
    if (w->threads.count > 0 || w->options->wasm.slice != 0) {
        *waits = !wast_thread_call(w, f, r, status, e);
    } else {
        *status = tni_call(tni_store_thread(w->store), f, r->slots, r->slots, e);
    }
    return true;
}

static bool run_action(wast *w, const tni_script_action *a, wast_results *r,
                       tenon_status *status, bool *waits, tenon_error *e) {
    tni_extern x;
    tni_instance *i = find_instance(w, a->module);
    *r = (wast_results){0};
    if (i == NULL) {
        return false;
    }
    if (!tni_instance_export(i, a->name, &x) ||
        x.kind != (a->is_get ? TNI_EXTERN_GLOBAL : TNI_EXTERN_FUNC)) {
        snprintf(w->failure, sizeof w->failure, "no such export: %.*s", (int)a->name.len,
                 a->name.ptr);
        return false;
    }
    if (!a->is_get) {
        return run_invoke(w, x.as.func, a, r, status, waits, e);
    }
    r->slots = calloc(2, sizeof *r->slots);
    if (r->slots == NULL) {
        return false;
    }
    r->global_type = tni_extern_type(&x).as.global.type;
    r->types = &r->global_type;
    r->count = 1;
    tni_global_get(x.as.global, r->slots);
    *status = TENON_OK;
    return true;
}

static wast_outcome judge_action(wast *w, const tni_script_command *c,
                                 const wast_results *r, tenon_status status,
                                 const tenon_error *e) {
    switch (c->kind) {
    case TNI_SCRIPT_ACTION:
        return status == TENON_OK || wast_fail_error(w, e) ? WAST_DONE : WAST_FAILED;
    case TNI_SCRIPT_RETURN:
        if (status != TENON_OK) {
            wast_fail_error(w, e);
            return WAST_FAILED;
        }
        return wast_match_results(w, r->types, r->count, r->slots, c->results,
                                  c->result_count)
                   ? WAST_PASSED
                   : WAST_FAILED;
    case TNI_SCRIPT_TRAP:
        return wast_is_failure(w, status, e, TENON_TRAP, c->message) ? WAST_PASSED
                                                                     : WAST_FAILED;
    case TNI_SCRIPT_EXHAUSTION:
        return wast_is_failure(w, status, e, TENON_EXHAUSTION, c->message) ? WAST_PASSED
                                                                           : WAST_FAILED;
    default:
        return wast_is_failure(w, status, e, TENON_EXCEPTION, (tni_str){"", 0})
                   ? WAST_PASSED
                   : WAST_FAILED;
    }
}

static wast_outcome action_command(wast *w, const tni_script_command *c) {
    tenon_error e;
    tenon_status status = TENON_OK;
    wast_results r;
    tni_error_clear(&e);
    bool waits = false;
    bool tried = run_action(w, &c->action, &r, &status, &waits, &e);
    wast_outcome o = WAST_FAILED;
    if (waits) {
        return WAST_WAITS; /* the thread has r now */
    }
    if (tried) {
        o = judge_action(w, c, &r, status, &e);
    } else if (w->feature_off && w->names.current == NULL) {
        o = WAST_SKIPPED;
    }
    free(r.slots);
    return o;
}

/* -- assertions on modules -- */

static wast_outcome module_assertion(wast *w, const tni_script_command *c) {
    tenon_error e;
    tni_error_clear(&e);
    tni_module *m = NULL;
    tni_instance *i = NULL;
    tenon_status want = TENON_TRAP;
    tenon_status status = load(w, &c->module, &m, &e);
    switch (c->kind) {
    case TNI_SCRIPT_MALFORMED:
    case TNI_SCRIPT_MALFORMED_CUSTOM: want = TENON_MALFORMED; break;
    case TNI_SCRIPT_INVALID:
    case TNI_SCRIPT_INVALID_CUSTOM: want = TENON_INVALID; break;
    case TNI_SCRIPT_UNLINKABLE: want = TENON_UNLINKABLE; break;
    default: break;
    }
    if (status == TENON_OK && (want == TENON_UNLINKABLE || want == TENON_TRAP)) {
        status = instantiate(w, m, &i, &e);
    }
    if (e.code == TNI_ERR_FEATURE_OFF) {
        return WAST_SKIPPED;
    }
    return wast_is_failure(w, status, &e, want, c->message) ? WAST_PASSED : WAST_FAILED;
}

static wast_outcome run_command(wast *w, const tni_script_command *c) {
    if (w->options->round_trip && c->kind != TNI_SCRIPT_THREAD) {
        return wast_round_trip(w, c);
    }
    if (c->module.is_component) {
        return wast_component_command(w, c);
    }
    if (wast_on_component(w, c)) {
        return wast_component_action(w, c);
    }
    switch (c->kind) {
    case TNI_SCRIPT_MODULE: return module_command(w, &c->module);
    case TNI_SCRIPT_INSTANCE: return instance_command(w, c);
    case TNI_SCRIPT_REGISTER: return register_command(w, c);
    case TNI_SCRIPT_ACTION:
    case TNI_SCRIPT_RETURN:
    case TNI_SCRIPT_EXHAUSTION:
    case TNI_SCRIPT_EXCEPTION: return action_command(w, c);
    case TNI_SCRIPT_TRAP:
        return c->has_module ? module_assertion(w, c) : action_command(w, c);
    case TNI_SCRIPT_MALFORMED:
    case TNI_SCRIPT_INVALID:
    case TNI_SCRIPT_UNLINKABLE:
    case TNI_SCRIPT_MALFORMED_CUSTOM:
    case TNI_SCRIPT_INVALID_CUSTOM: return module_assertion(w, c);
    case TNI_SCRIPT_THREAD: return wast_thread_command(w, c);
    case TNI_SCRIPT_WAIT: return wast_wait_command(w, c);
    }
    return WAST_DONE;
}

/* -- the script -- */

static const char *command_name(const tni_script_command *c) {
    static const char *const names[] = {
        [TNI_SCRIPT_MODULE] = "module",
        [TNI_SCRIPT_INSTANCE] = "module instance",
        [TNI_SCRIPT_REGISTER] = "register",
        [TNI_SCRIPT_ACTION] = "invoke",
        [TNI_SCRIPT_RETURN] = "assert_return",
        [TNI_SCRIPT_TRAP] = "assert_trap",
        [TNI_SCRIPT_EXHAUSTION] = "assert_exhaustion",
        [TNI_SCRIPT_EXCEPTION] = "assert_exception",
        [TNI_SCRIPT_MALFORMED] = "assert_malformed",
        [TNI_SCRIPT_INVALID] = "assert_invalid",
        [TNI_SCRIPT_UNLINKABLE] = "assert_unlinkable",
        [TNI_SCRIPT_MALFORMED_CUSTOM] = "assert_malformed_custom",
        [TNI_SCRIPT_INVALID_CUSTOM] = "assert_invalid_custom",
        [TNI_SCRIPT_THREAD] = "thread",
        [TNI_SCRIPT_WAIT] = "wait",
    };
    return names[c->kind];
}

static bool is_expected(const wast *w, uint32_t line) {
    size_t len = strlen(w->path);
    for (size_t i = 0; i < w->options->expected.count; i++) {
        const wast_expected *x = &w->options->expected.data[i];
        size_t n = strlen(x->suffix);
        if (x->line == line && n <= len && strcmp(w->path + len - n, x->suffix) == 0) {
            return true;
        }
    }
    return false;
}

static void report_failure(wast *w, uint32_t line, const char *what, tni_str export) {
    bool expected = is_expected(w, line);
    if (expected) {
        w->counts.expected++;
    } else {
        w->counts.failed++;
    }
    fprintf(w->out, "%s:%" PRIu32 ": %s", w->path, line, what);
    if (export.len != 0) {
        fprintf(w->out, " \"%.*s\"", (int)export.len, export.ptr);
    }
    fprintf(w->out, ": %s%s\n", w->failure, expected ? " (expected to fail)" : "");
}

static void count(wast *w, const tni_script_command *c, wast_outcome o) {
    switch (o) {
    case WAST_DONE:
    case WAST_WAITS: break;
    case WAST_PASSED: w->counts.passed++; break;
    case WAST_SKIPPED: w->counts.skipped++; break;
    case WAST_FAILED: report_failure(w, c->line, command_name(c), c->action.name); break;
    }
}

void wast_take_results(const tni_thread *t, wast_results *r) {
    size_t slots = 0;
    for (u32 n = 0; n < r->count; n++) {
        slots += tni_slots_of(r->types[n]);
    }
    memcpy(r->slots, tni_thread_left(t), slots * sizeof(tni_slot));
}

void wast_finish_call(wast *w, const tni_script_command *c, const tni_thread *t,
                      wast_results *r, tenon_status status, const tenon_error *e) {
    w->failure[0] = '\0';
    if (status == TENON_OK) {
        wast_take_results(t, r);
    }
    count(w, c, judge_action(w, c, r, status, e));
    free(r->slots);
}

bool wast_run_script(wast *w, tni_script *script, tni_script_command *c) {
    tenon_error e;
    bool more = true;
    while (more) {
        if (tni_script_next(script, c, &more, &e) != TENON_OK) {
            wast_fail_error(w, &e);
            report_failure(w, e.line, "script", (tni_str){NULL, 0});
            more = tni_script_recover(script);
            continue;
        }
        if (!more) {
            break;
        }
        w->failure[0] = '\0';
        wast_outcome o = run_command(w, c);
        count(w, c, o);
        if (o == WAST_WAITS) {
            return false;
        }
    }
    return true;
}

static void run_source(wast *w) {
    tni_script script;
    tni_script_command c;
    tenon_error e;
    if (tni_script_init(&script, w->engine, w->source, 0, w->source.len, &e) ==
        TENON_OK) {
        (void)wast_run_script(w, &script, &c);
        wast_threads_finish(w);
    } else {
        wast_fail_error(w, &e);
        report_failure(w, e.line, "script", (tni_str){NULL, 0});
    }
    tni_script_free(&script);
}

void wast_names_init(wast_names *n, tni_heap *h) {
    tni_map_init(&n->instances, h);
    tni_map_init(&n->registered, h);
    tni_map_init(&n->definitions, h);
    tni_map_put(&n->registered, TNI_STR("spectest"), 0);
    n->current = NULL;
}

void wast_names_free(wast_names *n) {
    tni_map_free(&n->instances);
    tni_map_free(&n->registered);
    tni_map_free(&n->definitions);
}

static tenon_status prepare(wast *w, tenon_error *e) {
    tenon_engine_config config;
    tenon_engine_config_init(&config);
    wasm_options_configure(&w->options->wasm, &config);
    TNI_TRY(tenon_engine_new(&config, &w->engine, e));
    if (w->options->trace != NULL) {
        w->trace.out = fopen(w->options->trace, "a");
        if (w->trace.out == NULL) {
            return tni_fail(e, TNI_ERR_USAGE, TENON_NO_OFFSET, "cannot write %s",
                            w->options->trace);
        }
        w->trace.left = UINT64_MAX;
        trace_begin(&w->trace, w->engine);
    }
    tni_store_limits limits;
    tni_store_limits_init(&limits);
    TNI_TRY(tni_store_new(w->engine, &limits, &w->store, e));
    tni_heap *h = &w->engine->heap;
    tni_arena_init(&w->keep, h);
    tni_map_init(&w->spectest, h);
    wast_names_init(&w->names, h);
    TNI_TRY(wast_component_prepare(w, e));
    return wast_make_spectest(w, e);
}

static void clean_up(wast *w) {
    if (w->trace.out != NULL) {
        trace_end(&w->trace);
        fclose(w->trace.out);
    }
    wast_component_clean_up(w);
    wast_threads_free(w);
    if (w->store != NULL) {
        tni_store_delete(w->store);
    }
    for (size_t i = 0; i < w->modules.count; i++) {
        tni_module_release(w->modules.data[i]);
    }
    if (w->names.instances.heap != NULL) {
        tni_vec_free(&w->engine->heap, &w->modules);
        tni_vec_free(&w->engine->heap, &w->threads);
        wast_names_free(&w->names);
        tni_map_free(&w->spectest);
        tni_arena_free(&w->keep);
    }
    tenon_engine_delete(w->engine);
}

wast_counts wast_run_file(const wast_options *options, const char *path, FILE *out) {
    wast w = {.options = options, .path = path, .out = out};
    input in;
    tenon_error e;
    if (!input_open(&in, path)) {
        w.counts.failed++;
        return w.counts;
    }
    w.source = (tni_str){in.bytes, in.len};
    if (prepare(&w, &e) == TENON_OK) {
        run_source(&w);
    } else {
        wast_fail_error(&w, &e);
        report_failure(&w, 0, "script", (tni_str){NULL, 0});
    }
    clean_up(&w);
    input_close(&in);
    return w.counts;
}
