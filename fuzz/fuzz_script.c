/* fuzz_script.c: scripts of components, as `tenon wast` runs them, but for what the
 * commands expect: each component loaded and instantiated with imports that trap, each
 * function called with the arguments that are written. All features are on. */
#define FUZZ_RUNS_GUESTS true
#include "fuzz.h"

#include "text/component_text.h"
#include "text/component_value.h"
#include "text/script.h"

enum { MOST_COMMANDS = 300, MOST_COMPONENTS = 64, NAME_BYTES = 40 };

typedef struct run {
    tenon_engine *engine;
    tni_str source;
    tenon_linker *linker;
    tenon_store *store; /* of the instance at hand, or NULL */
    tenon_instance *instance;
    char names[MOST_COMPONENTS][NAME_BYTES]; /* cut there */
    tenon_component *components[MOST_COMPONENTS];
    uint32_t count;
} run;

static void close_store(run *r) {
    if (r->store != NULL) {
        tenon_store_delete(r->store);
    }
    r->store = NULL;
    r->instance = NULL;
}

/* In a store of its own. */
static void instantiate(run *r, tenon_component *c) {
    tenon_error e;
    close_store(r);
    r->store = fuzz_store(r->engine);
    if (r->store != NULL &&
        !fuzz_ok(tenon_instantiate(r->linker, r->store, c, &r->instance, &e))) {
        close_store(r);
    }
}

static tenon_status assemble(run *r, const tni_script_module *m, tni_buf *out,
                             tenon_error *e) {
    switch (m->form) {
    case TNI_SCRIPT_BINARY: tni_buf_str(out, m->bytes); return TENON_OK;
    case TNI_SCRIPT_QUOTE: return tni_text_component(r->engine, m->bytes, 0, out, e);
    default:
        return tni_text_component_at(r->engine, r->source, m->begin, m->end, 0, out, e);
    }
}

static void keep_name(char *to, tni_str name) {
    const size_t len = name.len < NAME_BYTES ? name.len : NAME_BYTES - 1;
    memset(to, 0, NAME_BYTES);
    if (len != 0) {
        memcpy(to, name.ptr, len);
    }
}

/* The component; NULL: it is none, or memory is out. */
static tenon_component *load(run *r, const tni_script_module *m) {
    tenon_error e;
    tenon_component *c = NULL;
    tni_buf bytes;
    if (!m->is_component || r->count == MOST_COMPONENTS) {
        return NULL;
    }
    tni_error_clear(&e);
    tni_buf_init(&bytes, &r->engine->heap);
    if (fuzz_ok(assemble(r, m, &bytes, &e)) && !bytes.failed &&
        fuzz_ok(tenon_component_load(r->engine, bytes.data, bytes.count, 0, &c, &e))) {
        keep_name(r->names[r->count], m->name);
        r->components[r->count++] = c;
    }
    tni_buf_free(&bytes);
    return c;
}

static void instance_of(run *r, tni_str definition) {
    char name[NAME_BYTES];
    keep_name(name, definition);
    for (uint32_t i = r->count; i > 0; i--) {
        if (definition.len == 0 || memcmp(name, r->names[i - 1], NAME_BYTES) == 0) {
            instantiate(r, r->components[i - 1]);
            return;
        }
    }
}

static void invoke(run *r, const tni_script_action *a, tenon_arena *arena,
                   tni_arena *values) {
    tenon_error e;
    char name[200];
    if (r->instance == NULL || a->is_get || a->name.len >= sizeof name) {
        return;
    }
    memcpy(name, a->name.ptr, a->name.len);
    name[a->name.len] = 0;
    tenon_func *f = tenon_instance_func(r->instance, NULL, name);
    if (f == NULL) {
        return;
    }
    const tenon_type *params = tenon_func_params(f);
    const tenon_type *result = tenon_func_type_of(f)->result;
    void *args = tenon_arena_alloc(arena, tenon_type_size(params) + 1, 16);
    void *to =
        result == NULL ? NULL : tenon_arena_alloc(arena, tenon_type_size(result) + 1, 16);
    bool ok = args != NULL && (result == NULL || to != NULL);
    for (uint32_t i = 0; ok && i < a->arg_count && i < params->count; i++) {
        const tenon_value place = tenon_value_at((tenon_value){params, args}, i);
        ok = fuzz_ok(tni_text_component_value(r->engine, values, r->source,
                                              a->args[i].begin, a->args[i].end,
                                              place.type, place.ptr, &e));
    }
    if (ok && a->arg_count == params->count) {
        fuzz_ok(tenon_func_call(f, args, to, arena, &e));
    }
}

static void command(run *r, const tni_script_command *c) {
    tenon_error e;
    tenon_arena *arena = NULL;
    tenon_component *made;
    tni_arena values;
    switch (c->kind) {
    case TNI_SCRIPT_MODULE:
        made = load(r, &c->module);
        if (made != NULL && !c->module.is_definition) {
            instantiate(r, made);
        }
        break;
    case TNI_SCRIPT_INSTANCE: instance_of(r, c->definition); break;
    case TNI_SCRIPT_TRAP:
    case TNI_SCRIPT_RETURN:
    case TNI_SCRIPT_ACTION:
        if (!c->has_module && fuzz_ok(tenon_arena_new(r->engine, &arena, &e))) {
            tni_arena_init(&values, &r->engine->heap);
            invoke(r, &c->action, arena, &values);
            tni_arena_free(&values);
            tenon_arena_delete(arena);
        }
        break;
    default: break;
    }
}

static void script(run *r) {
    tni_script s;
    tenon_error e;
    bool more = true;
    tni_error_clear(&e);
    tenon_status status = tni_script_init(&s, r->engine, r->source, 0, r->source.len, &e);
    for (int n = 0; fuzz_ok(status) && more && n < MOST_COMMANDS; n++) {
        tni_script_command c;
        status = tni_script_next(&s, &c, &more, &e);
        if (status == TENON_OK && more) {
            command(r, &c);
        }
    }
    tni_script_free(&s);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    tenon_error e;
    run r = {.source = {(const char *)data, size}};
    r.engine = fuzz_engine(UINT64_MAX);
    if (r.engine == NULL) {
        return 0;
    }
    tni_error_clear(&e);
    if (fuzz_ok(tni_lexer_check(r.source, &e)) &&
        fuzz_ok(tenon_linker_new(r.engine, &r.linker, &e)) &&
        fuzz_ok(tenon_linker_trap_missing(r.linker, "", "not here", &e))) {
        script(&r);
    }
    close_store(&r);
    tenon_linker_delete(r.linker);
    for (uint32_t i = 0; i < r.count; i++) {
        tenon_component_delete(r.components[i]);
    }
    fuzz_engine_delete(r.engine);
    return 0;
}
