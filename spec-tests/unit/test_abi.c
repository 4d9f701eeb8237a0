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
#include "api/api.h"
#include "component/task.h"
#include "refusing.h"
#include "suite.h"

enum { ABI_VALUES_EACH = 40, ABI_TESTS = 10 };

static unsigned long env_number(const char *name, unsigned long otherwise) {
    const char *s = getenv(name);
    return s != NULL ? strtoul(s, NULL, 0) : otherwise;
}

/* A handle in the value that is sent, and what is to be known about it afterwards. */
typedef struct sent_handle {
    uint32_t handle;
    uint32_t rep;           /* of a resource; of an error context, its message */
    uint32_t writable;      /* the other end of a stream or future */
    const tni_shared *ends; /* what the two have in common */
} sent_handle;

typedef struct run {
    tenon_engine *engine;
    tenon_arena *sent, *received, *tables;
    abi_program p;
    uint64_t seed;
    tenon_linker *linker;
    tenon_component *component;
    tenon_store *store;
    tenon_func *funcs[ABI_FUNCS + 1];
    tenon_func *make, *rep;    /* of the resource, if there is one */
    sent_handle handles[4096]; /* in the value at hand */
    uint32_t handle_count, handles_seen;
    uint32_t error_contexts;                 /* passed since the store is there */
    unsigned long resources, resources_gone; /* of the host */
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

/* Arguments as a result has them: a single one is no record there. */
static tenon_value as_result(const tenon_func *f, void *args) {
    const tenon_type *params = tenon_func_params(f);
    return (tenon_value){params->count == 1 ? params->fields[0].type : params, args};
}

/* In place of a handle that was lent: what its resource was made with. */
static void write_rep(void *user, const tenon_type *type, const void *handle,
                      void *other) {
    if (type->kind == TENON_TYPE_BORROW) {
        const uint32_t *rep = tenon_resource_rep(user, (uint32_t)abi_read(handle, 4));
        abi_write(other, *rep, 4);
    }
}

static tenon_status echo_into(run *r, uint32_t number, tenon_call *call, const void *args,
                              void *result) {
    const tenon_type *t = tenon_func_type_of(r->funcs[number])->result;
    void *from = (void *)(uintptr_t)args;
    if (!abi_copy((tenon_value){t, result}, (tenon_value){t, from}, call)) {
        return tenon_call_no_memory(call);
    }
    abi_each_handle(as_result(r->funcs[number], from), (tenon_value){t, result},
                    write_rep, call);
    return TENON_OK;
}

static tenon_status host_make(tenon_call *call, void *user, const void *args,
                              void *result) {
    uint32_t handle;
    uint32_t *rep = malloc(sizeof *rep);
    (void)user;
    if (rep == NULL) {
        return tenon_call_no_memory(call);
    }
    *rep = (uint32_t)abi_read(args, 4);
    current->resources++;
    tenon_status status = tenon_resource_new(call, 0, rep, &handle);
    if (status == TENON_OK) {
        abi_write(result, handle, 4);
    } else {
        current->resources_gone++;
        free(rep);
    }
    return status;
}

static tenon_status host_rep(tenon_call *call, void *user, const void *args,
                             void *result) {
    const uint32_t *rep = tenon_resource_rep(call, (uint32_t)abi_read(args, 4));
    (void)user;
    abi_write(result, *rep, 4);
    return TENON_OK;
}

static void host_gone(void *user, void *rep) {
    (void)user;
    current->resources_gone++;
    free(rep);
}

/* Every third answer comes when the caller waits. */
static tenon_status host_echo(uint32_t number, tenon_call *call, const void *args,
                              void *result) {
    run *r = current;
    if (r->host_calls++ % 3 == 2) {
        r->pending = tenon_call_pend(call, NULL, NULL);
        r->at_once = r->pending == NULL;
    }
    if (r->pending == NULL) {
        return echo_into(r, number, call, args, result);
    }
    r->answer = echo_into(r, number, tenon_pending_call(r->pending), args,
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
    h->resource = 0;
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
    static const tenon_type number = {.kind = TENON_TYPE_U32},
                            own = {.kind = TENON_TYPE_OWN},
                            borrow = {.kind = TENON_TYPE_BORROW};
    static const tenon_field make_param = {"rep", &number}, rep_param = {"r", &borrow};
    static const tenon_host_resource resource = {.name = "r", .destructor = host_gone};
    bool has_resource = (p->handles & ABI_RESOURCE) != 0;
    tenon_host_func *funcs =
        tenon_arena_alloc(r->tables, (ABI_FUNCS + 2) * sizeof *funcs, 8);
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
    funcs[p->func_count] =
        (tenon_host_func){"make", {false, 1, &make_param, &own}, host_make};
    funcs[p->func_count + 1] =
        (tenon_host_func){"rep", {false, 1, &rep_param, &number}, host_rep};
    *interface = (tenon_interface){.name = ABI_INTERFACE,
                                   .funcs = funcs,
                                   .func_count = p->func_count + (has_resource ? 2 : 0),
                                   .resources = &resource,
                                   .resource_count = has_resource,
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
    if ((r->p.handles & ABI_RESOURCE) != 0) {
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
    r->error_contexts = 0;
    r->resources = r->resources_gone = 0;
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

static tni_cstore *tables_of(run *r) {
    tni_cstore *cs = NULL;
    need(r, tni_cstore_of(tni_store_of(r->store), &cs, &r->e), "tables", 0);
    return cs;
}

/* What the two ends of a stream or future have in common. */
static const tni_shared *ends_of(run *r, uint32_t handle) {
    const tni_handle *h = tni_handles_at(&tables_of(r)->host_handles, handle);
    if (h == NULL || (h->kind != TNI_HANDLE_STREAM_READABLE &&
                      h->kind != TNI_HANDLE_FUTURE_READABLE)) {
        give_up(r, "no readable end", 0);
    }
    return ((const tni_end *)h->object)->shared;
}

static tenon_status new_error_context(run *r, sent_handle *s) {
    char message[16];
    int len = snprintf(message, sizeof message, "%" PRIu32, s->rep);
    r->error_contexts++;
    return tenon_error_context_new(r->store, (tenon_string){message, (size_t)len},
                                   &s->handle, &r->e);
}

static tenon_status new_handle(run *r, const tenon_type *type, sent_handle *s) {
    tenon_status status;
    switch (type->kind) {
    case TENON_TYPE_STREAM:
    case TENON_TYPE_FUTURE:
        status = tenon_ends_new(r->store, type, &s->handle, &s->writable, &r->e);
        s->ends = status == TENON_OK ? ends_of(r, s->handle) : NULL;
        return status;
    case TENON_TYPE_ERROR_CONTEXT: return new_error_context(r, s);
    default: return tenon_func_call(r->make, &s->rep, &s->handle, NULL, &r->e);
    }
}

static uint32_t make_handle(void *user, const tenon_type *type, uint32_t rep) {
    run *r = user;
    if (r->handle_count == sizeof r->handles / sizeof *r->handles) {
        give_up(r, "too many handles", 0);
    }
    sent_handle *s = &r->handles[r->handle_count++];
    *s = (sent_handle){.rep = rep};
    if (r->refused && r->e.status != TENON_OK) {
        return 0;
    }
    tenon_status status = new_handle(r, type, s);
    if (!r->refused) {
        need(r, status, "make", 0);
    }
    return s->handle;
}

static void drop(run *r, uint32_t handle) {
    need(r, tenon_handle_drop(r->store, handle, &r->e), "drop", 0);
}

static void check_error_context(run *r, const sent_handle *s, uint32_t handle) {
    char message[16];
    tenon_string have;
    need(r, tenon_error_context_message(r->store, handle, &have, &r->e), "message", 0);
    int len = snprintf(message, sizeof message, "%" PRIu32, s->rep);
    if (have.len != (size_t)len || memcmp(have.ptr, message, have.len) != 0) {
        give_up(r, "another error context", 0);
    }
    drop(r, s->handle); /* sending does not take it away */
}

/* One element goes through a stream or future, and both ends. */
static void check_ends(run *r, const sent_handle *s, const tenon_type *type,
                       uint32_t readable) {
    if (ends_of(r, readable) != s->ends) {
        give_up(r, "the end of another stream or future", 0);
    }
    uint64_t to = 0, from = 0;
    size_t size = type->element != NULL ? tenon_type_size(type->element) : 0;
    bool idle = false;
    if (size != 0) {
        abi_write(&from, s->rep & 0x3fffffff, size); /* no NaN */
    }
    need(r, tenon_copy_start(r->store, s->writable, &from, 1, NULL, NULL, NULL, &r->e),
         "write", 0);
    need(r, tenon_copy_start(r->store, readable, &to, 1, NULL, NULL, NULL, &r->e), "read",
         0);
    while (!idle) {
        need(r, tenon_store_poll(r->store, &idle, &r->e), "poll", 0);
    }
    if (to != from) {
        give_up(r, "another element", 0);
    }
    drop(r, s->writable);
    drop(r, readable);
}

/* Whether what came back is what the next of the handles that were sent stands for; drops
 * it. type is that of what was sent. */
static void check_handle(void *user, const tenon_type *type, const void *sent,
                         void *back) {
    run *r = user;
    const sent_handle *s = &r->handles[r->handles_seen++];
    uint32_t handle = (uint32_t)abi_read(back, 4), rep = 0;
    if (r->handles_seen > r->handle_count || (uint32_t)abi_read(sent, 4) != s->handle) {
        give_up(r, "another number of handles", 0);
    }
    switch (type->kind) {
    case TENON_TYPE_BORROW: /* it was lent, and is no longer */
        rep = handle;
        handle = s->handle;
        break;
    case TENON_TYPE_OWN:
        need(r, tenon_func_call(r->rep, &handle, &rep, NULL, &r->e), "rep", 0);
        break;
    case TENON_TYPE_ERROR_CONTEXT:
        check_error_context(r, s, handle);
        rep = s->rep;
        break;
    default: check_ends(r, s, type, handle); return;
    }
    if (rep != s->rep) {
        give_up(r, "a handle of another resource", 0);
    }
    drop(r, handle);
}

static void check_handles(run *r, tenon_value sent, tenon_value back) {
    abi_each_handle(sent, back, check_handle, r);
    if (r->handles_seen != r->handle_count) {
        give_up(r, "a handle is gone", 0);
    }
}

/* That nothing is left behind in any table. An error context stays where it was when it
 * is passed on (CanonicalABI: lift_error_context), and a component that calls another one
 * also has what comes back. */
static void check_tables(run *r) {
    const tni_cstore *cs = tables_of(r);
    if (cs->host_handles.live != 0) {
        give_up(r, "handles in the host's table", cs->host_handles.live);
    }
    uint32_t left = 0, want = r->p.shape == ABI_LEAF        ? r->error_contexts
                              : r->p.shape == ABI_OVER_HOST ? 2 * r->error_contexts
                                                            : 3 * r->error_contexts;
    for (size_t i = 0; i < cs->instances.count; i++) {
        left += cs->instances.data[i]->handles.live;
    }
    if (left != want) {
        give_up(r, "handles in components' tables", left);
    }
    if (r->resources != r->resources_gone) {
        give_up(r, "resources that the host still has", 0);
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
    r->handle_count = r->handles_seen = 0;
    v->budget = (int)abi_below(&v->random, 60);
    abi_random_value(v, *sent);
}

/* Passes one value: what comes back is what was sent. */
static void pass(run *r, abi_values *v, uint32_t number) {
    tenon_value sent, back;
    make_value(r, v, number, &sent, &back);
    need(r, tenon_func_call(r->funcs[number], sent.ptr, back.ptr, r->received, &r->e),
         "call", number);
    sent = as_result(r->funcs[number], sent.ptr);
    if (!abi_equal(sent, back)) {
        const char *was = "", *is = "";
        char message[2000];
        (void)tenon_value_print(sent, r->sent, &was, NULL);
        (void)tenon_value_print(back, r->sent, &is, NULL);
        snprintf(message, sizeof message, "sent %.900s, got back %.900s", was, is);
        give_up(r, message, number);
    }
    check_handles(r, sent, back);
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
    abi_values v = {.arena = r->sent, .handle = make_handle, .user = r};
    r->seed = seed;
    abi_generate(&r->p, seed, false, false);
    v.random.state = seed ^ UINT64_C(0x5555555555555555);
    load_program(r);
    open_store(r);
    for (uint32_t i = 0; i <= ABI_FUNCS; i++) {
        for (uint32_t n = 0; n < ABI_VALUES_EACH && r->funcs[i] != NULL; n++) {
            if (n == 0 && r->p.handles == 0) {
                check_wave(r, &v, i);
            }
            pass(r, &v, i);
            tenon_arena_reset(r->received);
            tenon_arena_reset(r->sent);
        }
    }
    check_tables(r);
    close_program(r);
}

static tenon_status new_engine(run *r, const tenon_allocator *a) {
    tenon_engine_config config;
    tenon_engine_config_init(&config);
    config.features |= TENON_FEATURE_MASK(CM_FIXED_LENGTH_LISTS) |
                       TENON_FEATURE_MASK(CM_MEMORY64) |
                       TENON_FEATURE_MASK(CM_ASYNC_STACKFUL) |
                       TENON_FEATURE_MASK(CM_MORE_ASYNC_BUILTINS) |
                       TENON_FEATURE_MASK(CM_MAP) | TENON_FEATURE_MASK(CM_ERROR_CONTEXT);
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

/* One value through each function. */
static tenon_status pass_each(run *r, uint64_t seed) {
    abi_values v = {.arena = r->sent, .random = {seed}, .handle = make_handle, .user = r};
    tenon_status status = TENON_OK;
    for (uint32_t i = 0; i <= ABI_FUNCS && status == TENON_OK; i++) {
        tenon_value sent, back;
        if (r->funcs[i] == NULL) {
            continue;
        }
        r->e.status = TENON_OK;
        make_value(r, &v, i, &sent, &back);
        status = r->e.status; /* of make_handle */
        if (status == TENON_OK) {
            status = tenon_func_call(r->funcs[i], sent.ptr, back.ptr, r->received, &r->e);
        }
        sent = as_result(r->funcs[i], sent.ptr);
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

static run *dumped;

static uint32_t abi_json_rep(uint32_t handle) {
    uint32_t rep = 0;
    need(dumped, tenon_func_call(dumped->rep, &handle, &rep, NULL, &dumped->e), "rep", 0);
    return rep;
}

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
    abi_values v = {.arena = r->sent,
                    .random = {seed ^ UINT64_C(0x5555555555555555)},
                    .handle = make_handle,
                    .user = r};
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
    dumped = &r;
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
    return run_suite(s);
}
