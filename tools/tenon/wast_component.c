/* wast_component.c: commands of scripts on components. Each instance has a store of its
 * own. Values go through native memory, and are compared as their text. */
#include <stdlib.h>
#include <string.h>

#include "component/layout.h"
#include "tenon/wast.h"
#include "text/assemble.h"
#include "text/component_text.h"
#include "text/component_value.h"
#include "wit/wave.h"

/* -- loading -- */

static tenon_status component_bytes(wast *w, const tni_script_module *m, tni_buf *out,
                                    tenon_error *e) {
    switch (m->form) {
    case TNI_SCRIPT_BINARY: tni_buf_str(out, m->bytes); return TENON_OK;
    case TNI_SCRIPT_QUOTE:
        return tni_text_component(w->engine, m->bytes, TNI_TEXT_NAMES, out, e);
    case TNI_SCRIPT_TEXT: break;
    }
    return tni_text_component_at(w->engine, w->source, m->begin, m->end, TNI_TEXT_NAMES,
                                 out, e);
}

/* Loaded; released with the script. *number is its place. */
static tenon_status load(wast *w, const tni_script_module *m, u64 *number,
                         tenon_error *e) {
    tni_buf bytes;
    tni_component *c = NULL;
    tni_buf_init(&bytes, &w->engine->heap);
    tenon_status status = component_bytes(w, m, &bytes, e);
    if (status == TENON_OK) {
        status = tni_component_load(w->engine, bytes.data, bytes.count, false, &c, e);
    }
    tni_buf_free(&bytes);
    if (status != TENON_OK) {
        return status;
    }
    *number = w->components.count;
    if (!tni_vec_push(&w->engine->heap, &w->components, c)) {
        tni_component_release(c);
        return tni_no_memory(e);
    }
    return TENON_OK;
}

static tenon_status instantiate(wast *w, u64 number, tenon_error *e) {
    wast_instance i = {NULL, NULL};
    tni_store_limits limits;
    tni_store_limits_init(&limits);
    TNI_TRY(tni_store_new(w->engine, &limits, &i.store, e));
    if (!tni_vec_push(&w->engine->heap, &w->component_instances, i)) {
        tni_store_delete(i.store);
        return tni_no_memory(e);
    }
    TNI_TRY(tni_store_forbid_reentry(i.store, e));
    tni_store_set_slice(i.store, w->options->wasm.slice);
    TNI_TRY(tni_cstore_set_schedule_seed(i.store, w->options->wasm.schedule_seed, e));
    return tni_component_instantiate(
        i.store, w->components.data[number], w->linker,
        &w->component_instances.data[w->component_instances.count - 1].instance, e);
}

static void name_number(wast *w, tni_map *map, tni_str name, u64 number) {
    if (name.len != 0) {
        tni_map_put(map, wast_keep_name(w, name), number);
    }
}

/* What commands that make an instance end with. */
static wast_outcome made(wast *w, tenon_status status, const tenon_error *e,
                         tni_str name) {
    w->current_is_component = true;
    w->has_component = status == TENON_OK;
    if (status == TENON_OK) {
        name_number(w, &w->component_names, name, w->component_instances.count - 1);
        return WAST_DONE;
    }
    wast_fail_error(w, e);
    w->feature_off = e->code == TNI_ERR_FEATURE_OFF;
    return w->feature_off ? WAST_SKIPPED : WAST_FAILED;
}

static wast_outcome component_command(wast *w, const tni_script_module *m) {
    tenon_error e;
    u64 number = 0;
    w->feature_off = false;
    tenon_status status = load(w, m, &number, &e);
    if (status == TENON_OK) {
        name_number(w, &w->component_definitions, m->name, number);
        if (m->is_definition) {
            return WAST_DONE;
        }
        status = instantiate(w, number, &e);
    }
    return made(w, status, &e, m->name);
}

static wast_outcome instance_command(wast *w, const tni_script_command *c) {
    tenon_error e;
    u64 number = w->components.count - 1;
    const u64 *named = c->definition.len == 0
                           ? &number
                           : tni_map_get(&w->component_definitions, c->definition);
    if (named == NULL || w->components.count == 0) {
        if (w->feature_off) {
            return WAST_SKIPPED;
        }
        snprintf(w->failure, sizeof w->failure, "no such definition");
        return WAST_FAILED;
    }
    return made(w, instantiate(w, *named, &e), &e, c->name);
}

static wast_outcome component_assertion(wast *w, const tni_script_command *c) {
    tenon_error e;
    u64 number = 0;
    tenon_status want = c->kind == TNI_SCRIPT_MALFORMED    ? TENON_MALFORMED
                        : c->kind == TNI_SCRIPT_INVALID    ? TENON_INVALID
                        : c->kind == TNI_SCRIPT_UNLINKABLE ? TENON_UNLINKABLE
                                                           : TENON_TRAP;
    tni_error_clear(&e);
    tenon_status status = load(w, &c->module, &number, &e);
    if (status == TENON_OK && (want == TENON_UNLINKABLE || want == TENON_TRAP)) {
        status = instantiate(w, number, &e);
    }
    if (e.code == TNI_ERR_FEATURE_OFF) {
        snprintf(w->failure, sizeof w->failure, "%s", e.message);
        return WAST_SKIPPED;
    }
    return wast_is_failure(w, status, &e, want, c->message) ? WAST_PASSED : WAST_FAILED;
}

wast_outcome wast_component_command(wast *w, const tni_script_command *c) {
    switch (c->kind) {
    case TNI_SCRIPT_MODULE: return component_command(w, &c->module);
    case TNI_SCRIPT_INSTANCE: return instance_command(w, c);
    default: return component_assertion(w, c);
    }
}

/* -- actions -- */

static bool is_action(tni_script_kind kind) {
    return kind == TNI_SCRIPT_ACTION || kind == TNI_SCRIPT_RETURN ||
           kind == TNI_SCRIPT_TRAP || kind == TNI_SCRIPT_EXHAUSTION ||
           kind == TNI_SCRIPT_EXCEPTION;
}

bool wast_on_component(const wast *w, const tni_script_command *c) {
    if (!is_action(c->kind) || c->has_module) {
        return false;
    }
    return c->action.module.len == 0
               ? w->current_is_component
               : tni_map_get(&w->component_names, c->action.module) != NULL;
}

/* A call: what it is of, its arguments and its result, in one arena. */
typedef struct call {
    tni_store *store;
    tni_cfunc *func;
    const tenon_func_type *type;
    tni_arena arena;
    void *args;
    void *result;
} call;

static bool find_func(wast *w, const tni_script_action *a, call *x) {
    u64 number = w->component_instances.count - 1;
    const u64 *named =
        a->module.len == 0 ? &number : tni_map_get(&w->component_names, a->module);
    if (named == NULL || (a->module.len == 0 && !w->has_component)) {
        snprintf(w->failure, sizeof w->failure, "no such instance");
        return false;
    }
    const wast_instance *i = &w->component_instances.data[*named];
    x->store = i->store;
    x->func =
        a->is_get ? NULL : tni_cinstance_func(i->instance, (tni_str){NULL, 0}, a->name);
    if (x->func == NULL) {
        snprintf(w->failure, sizeof w->failure, "no such export: %.*s", (int)a->name.len,
                 a->name.ptr);
        return false;
    }
    x->type = tni_cfunc_type(x->func);
    return true;
}

static bool read_value(wast *w, call *x, const tni_script_value *v, const tenon_type *t,
                       void *out) {
    tenon_error e;
    tenon_status status = tni_text_component_value(w->engine, &x->arena, w->source,
                                                   v->begin, v->end, t, out, &e);
    return status == TENON_OK || wast_fail_error(w, &e);
}

static bool read_args(wast *w, call *x, const tni_script_action *a) {
    const tenon_type *tuple = tni_cfunc_params(x->func);
    if (a->arg_count != x->type->param_count) {
        snprintf(w->failure, sizeof w->failure, "%u arguments for %u parameters",
                 a->arg_count, x->type->param_count);
        return false;
    }
    x->args = tni_arena_alloc(&x->arena, tuple->size[TNI_NATIVE], 16);
    x->result = x->type->result == NULL
                    ? NULL
                    : tni_arena_alloc(&x->arena, x->type->result->size[TNI_NATIVE], 16);
    for (u32 i = 0; i < a->arg_count && x->args != NULL; i++) {
        u8 *place = (u8 *)x->args + tuple->offsets[TNI_NATIVE][i];
        if (!read_value(w, x, &a->args[i], tuple->fields[i].type, place)) {
            return false;
        }
    }
    return x->args != NULL;
}

/* Whether the result is the expected one, as text. */
static bool match_result(wast *w, call *x, const tni_script_command *c) {
    const tenon_type *t = x->type->result;
    if (c->result_count != (t == NULL ? 0 : 1)) {
        snprintf(w->failure, sizeof w->failure, "%u results expected", c->result_count);
        return false;
    }
    if (t == NULL) {
        return true;
    }
    void *wanted = tni_arena_alloc(&x->arena, t->size[TNI_NATIVE], 16);
    const tni_script_value *v = &c->results[0];
    bool same = false;
    for (u32 i = 0; i < (v->kind == TNI_VALUE_EITHER ? v->item_count : 1) && !same; i++) {
        tni_buf got, want;
        const tni_script_value *one = v->kind == TNI_VALUE_EITHER ? &v->items[i] : v;
        if (wanted == NULL || !read_value(w, x, one, t, wanted)) {
            return false;
        }
        tni_buf_init(&got, &w->engine->heap);
        tni_buf_init(&want, &w->engine->heap);
        tni_wave_print(&got, t, x->result);
        tni_wave_print(&want, t, wanted);
        same = got.count == want.count && memcmp(got.data, want.data, got.count) == 0;
        if (!same) {
            snprintf(w->failure, sizeof w->failure, "expected %.*s, got %.*s",
                     (int)(want.count < 200 ? want.count : 200), (const char *)want.data,
                     (int)(got.count < 200 ? got.count : 200), (const char *)got.data);
        }
        tni_buf_free(&got);
        tni_buf_free(&want);
    }
    return same;
}

static bool judge(wast *w, call *x, const tni_script_command *c, tenon_status status,
                  const tenon_error *e) {
    switch (c->kind) {
    case TNI_SCRIPT_ACTION: return status == TENON_OK || wast_fail_error(w, e);
    case TNI_SCRIPT_RETURN:
        return status == TENON_OK ? match_result(w, x, c) : wast_fail_error(w, e);
    case TNI_SCRIPT_EXHAUSTION:
        return wast_is_failure(w, status, e, TENON_EXHAUSTION, c->message);
    case TNI_SCRIPT_EXCEPTION:
        return wast_is_failure(w, status, e, TENON_EXCEPTION, (tni_str){"", 0});
    default: return wast_is_failure(w, status, e, TENON_TRAP, c->message);
    }
}

/* As tni_cfunc_call does, but started and carried on by polling, with turns of a slice.
 */
static tenon_status call_in_turns(call *x, tenon_error *e) {
    tni_started *started = NULL;
    tenon_status status =
        tni_cfunc_start(x->func, x->args, x->result, &x->arena, &started, e);
    while (status == TENON_OK &&
           (tni_cstore_paused(x->store) ||
            tni_started_state(x->store, started) == TENON_STARTED_RUNNING)) {
        bool idle = false;
        status = tni_cstore_poll(x->store, &idle, e);
        if (status == TENON_OK && idle) {
            return tni_fail(e, TNI_ERR_DEADLOCK, TENON_NO_OFFSET, NULL);
        }
    }
    if (started != NULL) {
        tni_started_delete(x->store, started);
    }
    return status;
}

wast_outcome wast_component_action(wast *w, const tni_script_command *c) {
    call x = {.func = NULL};
    tenon_error e;
    bool good = false;
    tni_error_clear(&e);
    tni_arena_init(&x.arena, &w->engine->heap);
    if (find_func(w, &c->action, &x)) {
        if (read_args(w, &x, &c->action)) {
            tenon_status status =
                w->options->wasm.slice != 0
                    ? call_in_turns(&x, &e)
                    : tni_cfunc_call(x.store, x.func, x.args, x.result, &x.arena, &e);
            good = judge(w, &x, c, status, &e);
        }
    } else if (w->feature_off && !w->has_component) {
        tni_arena_free(&x.arena);
        return WAST_SKIPPED;
    }
    tni_arena_free(&x.arena);
    return !good ? WAST_FAILED : c->kind == TNI_SCRIPT_ACTION ? WAST_DONE : WAST_PASSED;
}

/* -- beginning and end -- */

tenon_status wast_component_prepare(wast *w, tenon_error *e) {
    tni_map_init(&w->component_definitions, &w->engine->heap);
    tni_map_init(&w->component_names, &w->engine->heap);
    TNI_TRY(tni_linker_new(w->engine, &w->linker, e));
    return wast_make_host(w, e);
}

void wast_component_clean_up(wast *w) {
    for (size_t i = 0; i < w->component_instances.count; i++) {
        tni_store_delete(w->component_instances.data[i].store);
    }
    for (size_t i = 0; i < w->components.count; i++) {
        tni_component_release(w->components.data[i]);
    }
    if (w->linker != NULL) {
        tni_linker_delete(w->linker);
    }
    if (w->component_names.heap != NULL) {
        tni_vec_free(&w->engine->heap, &w->component_instances);
        tni_vec_free(&w->engine->heap, &w->components);
        tni_map_free(&w->component_definitions);
        tni_map_free(&w->component_names);
    }
}
