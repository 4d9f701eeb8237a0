/* test_abi.c: random values of random types through components that echo them (abigen.h):
 * host to guest and back, through a second component with other strings and pointers, and
 * through the host as an import.
 *
 * ABI_SEED and ABI_VALUES choose the first component and how many values are passed in
 * all; ABI_REFUSED, for how many components memory runs out, in each of four tests. The
 * text of a component that fails is written to ABI_DIR (or /tmp).
 *
 * test_abi --dump DIR writes components without gated features, calls and what came of
 * them for tools/diff-abi; some of those functions damage their results. */
#include <check.h>
#include <inttypes.h>

#include "abidump.h"

enum { ABI_VALUES_EACH = 40, ABI_TESTS = 10 };

static unsigned long env_number(const char *name, unsigned long otherwise) {
    const char *s = getenv(name);
    return s != NULL ? strtoul(s, NULL, 0) : otherwise;
}

typedef struct run {
    tenon_engine *engine;
    tenon_arena *sent, *received, *tables;
    abi_program p;
    uint64_t seed;
    tenon_linker *linker;
    tenon_component *component;
    tenon_store *store;
    tenon_func *funcs[ABI_FUNCS + 1];
    tenon_func *make, *rep; /* of the resource, if there is one */
    uint32_t reps[4096];    /* of the handles in the value at hand, and their number */
    uint32_t rep_count, rep_seen;
    unsigned long host_calls;
    tenon_pending *pending; /* of the host's function, which has not answered yet */
    tenon_status answer;
    bool at_once; /* there was no memory for that: it has answered at once */
    bool refused; /* memory is refused: calls may fail */
    unsigned long values;
    tenon_error e;
} run;

/* The run that the host's functions belong to. */
static run *current;

/* Not in a test of libcheck. */
static bool dumping;

static void give_up(run *r, const char *what, uint32_t func) {
    char path[300];
    const char *dir = getenv("ABI_DIR");
    snprintf(path, sizeof path, "%s/tenon-abi-%" PRIu64 ".wat",
             dir != NULL ? dir : "/tmp", r->seed);
    FILE *f = fopen(path, "w");
    if (f != NULL) {
        fwrite(r->p.text.data, 1, r->p.text.len, f);
        fclose(f);
    }
    if (dumping) {
        fprintf(stderr, "seed %" PRIu64 ", echo%u: %s (text in %s)\n", r->seed, func,
                what, path);
        exit(EXIT_FAILURE);
    }
    ck_abort_msg("seed %" PRIu64 ", echo%u: %s (text in %s)", r->seed, func, what, path);
}

static void need(run *r, tenon_status status, const char *what, uint32_t func) {
    if (status != TENON_OK) {
        char message[TENON_MESSAGE_BYTES + 100];
        snprintf(message, sizeof message, "%s: %s", what, r->e.message);
        give_up(r, message, func);
    }
}

/* -- types: what the library made of the text -- */

static bool same_type(const abi_type *t, const tenon_type *have) {
    bool ok = t->kind == have->kind && t->size[0] == have->size[0] &&
              t->size[1] == have->size[1] && t->align[0] == have->align[0] &&
              t->align[1] == have->align[1];
    if (t->element != NULL) {
        ok = ok && same_type(t->element, have->element);
    }
    if (t->other != NULL) {
        ok = ok && same_type(t->other, have->other);
    }
    if (t->kind != TENON_TYPE_MAP && t->kind != TENON_TYPE_LIST) {
        ok = ok && t->count == have->count;
    }
    for (uint32_t i = 0; i < t->count && ok; i++) {
        ok = t->fields[i] == NULL || same_type(t->fields[i], have->fields[i].type);
    }
    return ok;
}

/* -- the host that echoes -- */

static tenon_status echo_into(const tenon_type *t, tenon_call *call, const void *args,
                              void *result) {
    tenon_value from = {t, (void *)(uintptr_t)args}, to = {t, result};
    return abi_copy(to, from, call) ? TENON_OK : tenon_call_no_memory(call);
}

/* Every third answer comes when the caller waits. */
static tenon_status host_echo(uint32_t number, tenon_call *call, const void *args,
                              void *result) {
    run *r = current;
    const tenon_type *t = tenon_func_type_of(r->funcs[number])->result;
    if (r->host_calls++ % 3 == 2) {
        r->pending = tenon_call_pend(call, NULL, NULL);
        r->at_once = r->pending == NULL;
    }
    if (r->pending == NULL) {
        return echo_into(t, call, args, result);
    }
    r->answer = echo_into(t, tenon_pending_call(r->pending), args,
                          tenon_pending_result(r->pending));
    return TENON_PENDING;
}

static tenon_status answer(void *user, tenon_store *store, tenon_error *error) {
    run *r = user;
    (void)store;
    (void)error;
    tenon_pending *p = r->pending;
    r->pending = NULL;
    if (p != NULL) {
        tenon_pending_end(p, r->answer);
    }
    return TENON_OK;
}

#define HOST_ECHO(n)                                                                     \
    static tenon_status host_echo_##n(tenon_call *call, void *user, const void *args,    \
                                      void *result) {                                    \
        (void)user;                                                                      \
        return host_echo(n, call, args, result);                                         \
    }
HOST_ECHO(0)
HOST_ECHO(1)
HOST_ECHO(2)
HOST_ECHO(3)
HOST_ECHO(4)
HOST_ECHO(5)
HOST_ECHO(6)
HOST_ECHO(7)

static const tenon_host_fn host_echoes[ABI_FUNCS] = {
    host_echo_0, host_echo_1, host_echo_2, host_echo_3,
    host_echo_4, host_echo_5, host_echo_6, host_echo_7};

static const tenon_type *host_type(run *r, const tenon_type **made, const abi_type *t) {
    static const char *const names[] = {"f", "c"};
    if (t == NULL || made[t->id] != NULL) {
        return t == NULL ? NULL : made[t->id];
    }
    tenon_type *h = tenon_arena_alloc(r->tables, sizeof *h, 8);
    tenon_field *fields =
        tenon_arena_alloc(r->tables, (t->count + 1) * sizeof *fields, 8);
    bool named = t->kind != TENON_TYPE_TUPLE && t->kind != TENON_TYPE_FIXED_LIST;
    for (uint32_t i = 0; i < t->count && t->kind != TENON_TYPE_FIXED_LIST; i++) {
        char *name = tenon_arena_alloc(r->tables, 12, 1);
        snprintf(name, 12, "%s%u", names[t->kind != TENON_TYPE_RECORD], i);
        fields[i].name = named ? name : NULL;
        fields[i].type = host_type(r, made, t->fields[i]);
    }
    h->kind = t->kind;
    h->count = t->count;
    h->fields = t->kind == TENON_TYPE_FIXED_LIST ? NULL : fields;
    h->element = host_type(r, made, t->element);
    h->other = host_type(r, made, t->other);
    return made[t->id] = h;
}

/* The interface that the component imports, in r->tables. */
static const tenon_interface *host_interface(run *r) {
    const abi_program *p = &r->p;
    const tenon_type **made =
        tenon_arena_alloc(r->tables, p->type_count * sizeof *made, sizeof *made);
    tenon_host_func *funcs = tenon_arena_alloc(r->tables, ABI_FUNCS * sizeof *funcs, 8);
    tenon_host_type *types =
        tenon_arena_alloc(r->tables, p->type_count * sizeof *types, 8);
    tenon_interface *interface = tenon_arena_alloc(r->tables, sizeof *interface, 8);
    uint32_t type_count = 0;
    for (uint32_t i = 0; i < p->type_count; i++) {
        if (p->types[i]->exported) {
            char *name = tenon_arena_alloc(r->tables, 12, 1);
            snprintf(name, 12, "t%u", i);
            types[type_count++] =
                (tenon_host_type){name, host_type(r, made, p->types[i])};
        }
    }
    for (uint32_t i = 0; i < p->func_count; i++) {
        const abi_func *f = &p->funcs[i];
        tenon_field *params =
            tenon_arena_alloc(r->tables, ABI_PARAMS * sizeof *params, 8);
        char *names = tenon_arena_alloc(r->tables, 16 + 3 * ABI_PARAMS, 1);
        snprintf(names, 16, "echo%u", i);
        for (uint32_t k = 0; k < f->param_count; k++) {
            char *name = names + 16 + 3 * k;
            name[0] = 'p';
            name[1] = (char)('0' + k);
            params[k] = (tenon_field){name, host_type(r, made, f->params[k])};
        }
        funcs[i] = (tenon_host_func){
            names,
            {f->is_async, f->param_count, params, host_type(r, made, f->result)},
            host_echoes[i]};
    }
    *interface = (tenon_interface){.name = ABI_INTERFACE,
                                   .funcs = funcs,
                                   .func_count = p->func_count,
                                   .types = types,
                                   .type_count = type_count};
    return interface;
}

/* -- one component -- */

static void load_program(run *r) {
    tenon_arena_reset(r->tables);
    need(r,
         tenon_component_load_text(r->engine, r->p.text.data, r->p.text.len,
                                   &r->component, &r->e),
         "load", 0);
}

static tenon_func *find(run *r, tenon_instance *instance, const char *interface,
                        const char *name) {
    tenon_func *f = tenon_instance_func(instance, interface, name);
    if (f == NULL && !r->refused) {
        give_up(r, name, 0);
    }
    return f;
}

static tenon_status find_funcs(run *r, tenon_instance *instance) {
    const char *outer = r->p.shape == ABI_OVER_GUEST ? ABI_INTERFACE : NULL;
    const char *inner = r->p.shape == ABI_OVER_GUEST ? "inner" : NULL;
    bool all = true;
    if (r->p.handles) {
        r->make = find(r, instance, inner, "make");
        r->rep = find(r, instance, inner, "rep");
        all = r->make != NULL && r->rep != NULL;
    }
    memset(r->funcs, 0, sizeof r->funcs);
    for (uint32_t i = 0; i < r->p.func_count && all; i++) {
        char name[16];
        snprintf(name, sizeof name, "echo%u", i);
        r->funcs[i] = find(r, instance, outer, name);
        all = r->funcs[i] != NULL;
        if (all &&
            !same_type(r->p.funcs[i].result, tenon_func_type_of(r->funcs[i])->result)) {
            give_up(r, "the type or its layout is another one", i);
        }
    }
    if (all && r->p.stream != NULL) {
        r->funcs[ABI_FUNCS] = find(r, instance, outer, "through");
        all = r->funcs[ABI_FUNCS] != NULL;
    }
    return all ? TENON_OK : TENON_NO_MEMORY;
}

static tenon_status start(run *r) {
    tenon_instance *instance = NULL;
    tenon_status status = tenon_linker_new(r->engine, &r->linker, &r->e);
    if (status == TENON_OK) {
        status = tenon_store_new(r->engine, NULL, &r->store, &r->e);
    }
    if (status == TENON_OK) { /* any order of threads */
        status =
            tenon_store_set_schedule_seed(r->store, r->seed / 2 * (r->seed & 1), &r->e);
    }
    if (status == TENON_OK && r->p.shape == ABI_OVER_HOST) {
        r->pending = NULL;
        status = tenon_linker_add(r->linker, host_interface(r), NULL, &r->e);
    }
    if (status == TENON_OK) {
        status = tenon_store_set_wait(r->store, answer, r, &r->e);
    }
    if (status == TENON_OK) {
        status = tenon_instantiate(r->linker, r->store, r->component, &instance, &r->e);
    }
    return status == TENON_OK ? find_funcs(r, instance) : status;
}

static void open_store(run *r) {
    need(r, start(r), "start", 0);
}

static void close_store(run *r) {
    tenon_store_delete(r->store);
    tenon_linker_delete(r->linker);
}

static void close_program(run *r) {
    close_store(r);
    tenon_component_delete(r->component);
    abi_free(&r->p);
}

/* -- handles -- */

static uint32_t make_own(void *user, uint32_t rep) {
    run *r = user;
    uint32_t handle = 0;
    if (r->rep_count == sizeof r->reps / sizeof *r->reps) {
        give_up(r, "too many handles", 0);
    }
    r->reps[r->rep_count++] = rep;
    if (r->refused && r->e.status != TENON_OK) {
        return 0;
    }
    tenon_status status = tenon_func_call(r->make, &rep, &handle, NULL, &r->e);
    if (!r->refused) {
        need(r, status, "make", 0);
    }
    return handle;
}

/* Whether a handle stands for the next of the values that were sent; drops it. */
static void check_own(void *user, uint32_t handle) {
    run *r = user;
    uint32_t rep = 0;
    need(r, tenon_func_call(r->rep, &handle, &rep, NULL, &r->e), "rep", 0);
    if (r->rep_seen == r->rep_count || rep != r->reps[r->rep_seen++]) {
        give_up(r, "a handle of another resource", 0);
    }
    need(r, tenon_handle_drop(r->store, handle, &r->e), "drop", 0);
}

static void check_handles(run *r, tenon_value value) {
    if (r->p.handles) {
        abi_each_own(value, check_own, r);
        if (r->rep_seen != r->rep_count) {
            give_up(r, "a handle is gone", 0);
        }
    }
}

/* A value for the parameters, and room for the result. */
static void make_value(run *r, abi_values *v, uint32_t number, tenon_value *sent,
                       tenon_value *back) {
    const tenon_type *params = tenon_func_params(r->funcs[number]);
    const tenon_type *result = tenon_func_type_of(r->funcs[number])->result;
    sent->type = params;
    sent->ptr = tenon_arena_alloc(r->sent, tenon_type_size(params), 16);
    back->type = result;
    back->ptr = tenon_arena_alloc(r->sent, tenon_type_size(result), 16);
    r->rep_count = r->rep_seen = 0;
    v->budget = (int)abi_below(&v->random, 60);
    abi_random_value(v, *sent);
}

/* Passes one value: what comes back is what was sent. */
static void pass(run *r, abi_values *v, uint32_t number) {
    tenon_value sent, back;
    make_value(r, v, number, &sent, &back);
    need(r, tenon_func_call(r->funcs[number], sent.ptr, back.ptr, r->received, &r->e),
         "call", number);
    sent.type = back.type; /* of the same layout */
    if (!abi_equal(sent, back)) {
        const char *was = "", *is = "";
        char message[2000];
        (void)tenon_value_print(sent, r->sent, &was, NULL);
        (void)tenon_value_print(back, r->sent, &is, NULL);
        snprintf(message, sizeof message, "sent %.900s, got back %.900s", was, is);
        give_up(r, message, number);
    }
    check_handles(r, back);
    r->values += r->p.funcs[number].param_count;
}

/* A value as WAVE text, and read back. */
static void check_wave(run *r, abi_values *v, uint32_t number) {
    const char *text;
    tenon_value sent, back;
    make_value(r, v, number, &sent, &back);
    back.type = sent.type;
    need(r, tenon_value_print(sent, r->sent, &text, &r->e), "print", number);
    need(r, tenon_value_parse(back, text, r->received, &r->e), text, number);
    if (!abi_equal(sent, back)) {
        give_up(r, text, number);
    }
}

static void try_seed(run *r, uint64_t seed) {
    abi_values v = {.arena = r->sent, .own = make_own, .user = r};
    r->seed = seed;
    abi_generate(&r->p, seed, false, false);
    v.random.state = seed ^ UINT64_C(0x5555555555555555);
    load_program(r);
    open_store(r);
    for (uint32_t i = 0; i <= ABI_FUNCS; i++) {
        for (uint32_t n = 0; n < ABI_VALUES_EACH && r->funcs[i] != NULL; n++) {
            if (n == 0 && !r->p.handles) {
                check_wave(r, &v, i);
            }
            pass(r, &v, i);
            tenon_arena_reset(r->received);
            tenon_arena_reset(r->sent);
        }
    }
    close_program(r);
}

static tenon_status new_engine(run *r, const tenon_allocator *a) {
    tenon_engine_config config;
    tenon_engine_config_init(&config);
    config.features |=
        TENON_FEATURE_MASK(CM_FIXED_LENGTH_LISTS) | TENON_FEATURE_MASK(CM_MEMORY64) |
        TENON_FEATURE_MASK(CM_ASYNC_STACKFUL) |
        TENON_FEATURE_MASK(CM_MORE_ASYNC_BUILTINS) | TENON_FEATURE_MASK(CM_MAP);
    if (a != NULL) {
        config.allocator = *a;
    }
    return tenon_engine_new(&config, &r->engine, &r->e);
}

static void open_run(run *r) {
    memset(r, 0, sizeof *r);
    current = r;
    need(r, new_engine(r, NULL), "set up", 0);
    need(r, tenon_arena_new(r->engine, &r->sent, &r->e), "set up", 0);
    need(r, tenon_arena_new(r->engine, &r->received, &r->e), "set up", 0);
    need(r, tenon_arena_new(r->engine, &r->tables, &r->e), "set up", 0);
}

static void close_run(run *r) {
    tenon_arena_delete(r->sent);
    tenon_arena_delete(r->received);
    tenon_arena_delete(r->tables);
    tenon_engine_delete(r->engine);
}

/* Ten tests, so that some go on when one fails. */
START_TEST(echoes) {
    static run r;
    const unsigned long count = env_number("ABI_VALUES", 200000) / ABI_TESTS;
    uint64_t seed = env_number("ABI_SEED", 1) + ((uint64_t)_i << 32);
    open_run(&r);
    while (r.values < count) {
        try_seed(&r, seed++);
    }
    close_run(&r);
}
END_TEST

/* -- memory that runs out -- */

/* Grants some allocations, then refuses one, or all that follow. */
typedef struct refusing {
    unsigned long granted;
    bool once, refused;
    size_t live_bytes;
} refusing;

static void *refusing_resize(void *user, void *p, size_t old_size, size_t new_size) {
    refusing *a = user;
    if (new_size == 0) {
        a->live_bytes -= old_size;
        free(p);
        return NULL;
    }
    if (a->granted == 0 && !(a->once && a->refused)) {
        a->refused = true;
        return NULL;
    }
    a->granted -= a->granted != 0;
    void *q = realloc(p, new_size);
    a->live_bytes += q != NULL ? new_size - old_size : 0;
    return q;
}

/* One value through each function. */
static tenon_status pass_each(run *r, uint64_t seed) {
    abi_values v = {.arena = r->sent, .random = {seed}, .own = make_own, .user = r};
    tenon_status status = TENON_OK;
    for (uint32_t i = 0; i <= ABI_FUNCS && status == TENON_OK; i++) {
        tenon_value sent, back;
        if (r->funcs[i] == NULL) {
            continue;
        }
        r->e.status = TENON_OK;
        make_value(r, &v, i, &sent, &back);
        status = r->e.status; /* of make_own */
        if (status == TENON_OK) {
            status = tenon_func_call(r->funcs[i], sent.ptr, back.ptr, r->received, &r->e);
        }
        sent.type = back.type;
        if (status == TENON_OK && !abi_equal(sent, back)) {
            give_up(r, "another value", i);
        }
    }
    return status;
}

/* All of a program's life with memory from an allocator that refuses. */
static tenon_status live(run *r, const tenon_allocator *a, const void *bytes,
                         size_t len) {
    tenon_status status = new_engine(r, a);
    if (status == TENON_OK) {
        status = tenon_arena_new(r->engine, &r->received, &r->e);
    }
    if (status == TENON_OK) {
        status = tenon_component_load(r->engine, bytes, len, 0, &r->component, &r->e);
    }
    if (status == TENON_OK) {
        status = start(r);
    }
    if (status == TENON_OK) {
        status = pass_each(r, r->seed);
    }
    close_store(r);
    tenon_component_delete(r->component);
    tenon_arena_delete(r->received);
    tenon_engine_delete(r->engine);
    return status;
}

static void refuse_each(run *outer, uint64_t seed) {
    static run r;
    const void *bytes;
    size_t len;
    tenon_status status = TENON_NO_MEMORY;
    abi_generate(&outer->p, seed, false, false);
    outer->seed = seed;
    need(outer,
         tenon_assemble(outer->engine, outer->p.text.data, outer->p.text.len,
                        outer->received, &bytes, &len, &outer->e),
         "assemble", 0);
    for (unsigned long n = 0; status != TENON_OK; n += 1 + n / 100) {
        refusing memory = {.granted = n, .once = n % 2 == 0};
        tenon_allocator a = {refusing_resize, &memory};
        r = (run){.sent = outer->sent,
                  .tables = outer->tables,
                  .p = outer->p,
                  .seed = seed,
                  .refused = true};
        current = &r;
        status = live(&r, &a, bytes, len);
        if (memory.live_bytes != 0 || (status != TENON_OK && status != TENON_NO_MEMORY) ||
            (status == TENON_OK && memory.refused && !memory.once && !r.at_once)) {
            give_up(&r, r.e.message, (uint32_t)n);
        }
        status = memory.refused ? TENON_NO_MEMORY : status;
        tenon_arena_reset(outer->sent);
        tenon_arena_reset(outer->tables);
    }
    abi_free(&outer->p);
}

START_TEST(out_of_memory) {
    static run r;
    open_run(&r);
    for (uint64_t seed = 0; seed < env_number("ABI_REFUSED", 6); seed++) {
        refuse_each(&r, 1000 * (uint64_t)_i + seed);
    }
    close_run(&r);
}
END_TEST

/* -- for tools/diff-abi -- */

static bool write_file(const char *dir, uint64_t seed, const char *ending,
                       const void *data, size_t len) {
    char path[600];
    snprintf(path, sizeof path, "%s/%" PRIu64 ".%s", dir, seed, ending);
    FILE *f = fopen(path, "wb");
    bool ok = f != NULL && fwrite(data, 1, len, f) == len;
    ok = (f == NULL || fclose(f) == 0) && ok;
    if (!ok) {
        fprintf(stderr, "test_abi: cannot write %s\n", path);
    }
    return ok;
}

/* One call, as a line of JSON. A trap ends the instance: the next call has a new one. */
static void dump_call(run *r, abi_values *v, uint32_t number, abi_text *b) {
    tenon_value sent, back;
    make_value(r, v, number, &sent, &back);
    abi_put(b, "{\"func\":\"echo%u\",\"args\":", number);
    abi_json(b, sent);
    if (tenon_func_call(r->funcs[number], sent.ptr, back.ptr, r->received, &r->e) ==
        TENON_OK) {
        abi_put(b, ",\"result\":");
        abi_json(b, back);
    } else {
        abi_put(b, ",\"trap\":");
        abi_json_string(b, r->e.message, strlen(r->e.message));
        close_store(r);
        open_store(r);
    }
    abi_put(b, "}\n");
}

/* SEED.wasm, the component; SEED.calls, its shape and the calls. */
static bool dump_seed(run *r, uint64_t seed, const char *dir) {
    static const char *const shapes[] = {"leaf", "over-host", "over-guest"};
    abi_values v = {.arena = r->sent, .random = {seed ^ UINT64_C(0x5555555555555555)}};
    abi_text b = {NULL, 0, 0};
    const void *bytes;
    size_t len;
    r->seed = seed;
    abi_generate(&r->p, seed, true, true);
    need(r,
         tenon_assemble(r->engine, r->p.text.data, r->p.text.len, r->sent, &bytes, &len,
                        &r->e),
         "assemble", 0);
    bool ok = write_file(dir, seed, "wasm", bytes, len);
    load_program(r);
    open_store(r);
    abi_put(&b, "{\"shape\":\"%s\",\"funcs\":%u}\n", shapes[r->p.shape], r->p.func_count);
    for (uint32_t i = 0; i < r->p.func_count; i++) {
        for (uint32_t n = 0; n < ABI_VALUES_EACH; n++) {
            dump_call(r, &v, i, &b);
            tenon_arena_reset(r->received);
            tenon_arena_reset(r->sent);
            r->values++;
        }
    }
    ok = write_file(dir, seed, "calls", b.data, b.len) && ok;
    free(b.data);
    close_program(r);
    return ok;
}

static int dump(const char *dir) {
    static run r;
    unsigned long count = env_number("ABI_VALUES", 20000);
    uint64_t seed = env_number("ABI_SEED", 1);
    bool ok = true;
    dumping = true;
    open_run(&r);
    while (r.values < count && ok) {
        ok = dump_seed(&r, seed++, dir);
    }
    close_run(&r);
    return ok ? EXIT_SUCCESS : EXIT_FAILURE;
}

int main(int argc, char **argv) {
    if (argc == 3 && strcmp(argv[1], "--dump") == 0) {
        return dump(argv[2]);
    }
    Suite *s = suite_create("abi");
    TCase *c = tcase_create("abi");
    tcase_set_timeout(c, 3600);
    tcase_add_loop_test(c, echoes, 0, ABI_TESTS);
    tcase_add_loop_test(c, out_of_memory, 0, 4);
    suite_add_tcase(s, c);
    SRunner *r = srunner_create(s);
    srunner_run_all(r, CK_ENV);
    int failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
