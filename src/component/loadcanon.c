/* loadcanon.c: canonical definitions and their options. Binary.md, "Canonical
 * Definitions"; CanonicalABI.md, "canonopt Validation" and the sections of each
 * definition.
 *
 * Definitions that only an asynchronous runtime carries out are validated as all others
 * are; the component is marked. */
#include "component/loader.h"

#include "base/assert.h"

#define CANON_FAIL(l, ...) TNI_LOAD_FAIL((l), TNI_ERR_CM_CANON, __VA_ARGS__)

/* -- core function types -- */

/* A core function type being put together: at most 17 parameters. */
typedef struct signature {
    tni_valtype types[TNI_MAX_FLAT_PARAMS + 2]; /* params, then at most one result */
    u32 param_count;
    u32 result_count;
} signature;

static void add_param(signature *s, tni_valtype t) {
    s->types[s->param_count++] = t;
}

static void set_result(signature *s, tni_valtype t) {
    s->types[s->param_count] = t;
    s->result_count = 1;
}

static tenon_status intern_signature(tni_loader *l, const signature *s, u32 *id) {
    tni_subtype t = {.kind = TNI_COMP_FUNC,
                     .is_final = true,
                     .supertype = TNI_NO_INDEX,
                     .param_count = s->param_count,
                     .result_count = s->result_count,
                     .params = s->types,
                     .results = s->types + s->param_count};
    return tni_registry_intern(l->engine->registry, &t, 1, 0, NULL, id, l->e);
}

static tenon_status core_func_at(tni_loader *l, u32 index, const tni_subtype **out) {
    const tni_scope *s = l->scope;
    if (index >= s->core[TNI_EXTERN_FUNC].count) {
        return tni_load_unknown(l, "core function", index);
    }
    u32 id = s->core[TNI_EXTERN_FUNC].data[index].as.func;
    *out = &tni_registry_get(l->engine->registry, id)->sub;
    return TENON_OK;
}

static bool types_equal(const tni_valtype *a, u32 a_count, const tni_valtype *b,
                        u32 b_count) {
    return a_count == b_count && (a_count == 0 || memcmp(a, b, a_count * sizeof *a) == 0);
}

static bool is_signature(const tni_subtype *t, const signature *s) {
    return types_equal(t->params, t->param_count, s->types, s->param_count) &&
           types_equal(t->results, t->result_count, s->types + s->param_count,
                       s->result_count);
}

/* "[I32, F64]" */
static void types_text(const tni_valtype *types, u32 count, char *out, size_t capacity) {
    size_t n = tni_format(out, capacity, "[");
    for (u32 i = 0; i < count && n < capacity; i++) {
        char part[40];
        size_t len = tni_valtype_format(part, sizeof part, types[i]);
        for (size_t k = 0; k < len && k < sizeof part; k++) {
            if (part[k] >= 'a' && part[k] <= 'z' && !tni_is_ref(types[i])) {
                part[k] = (char)(part[k] - 'a' + 'A');
            }
        }
        n += tni_format(out + n, capacity - n, i == 0 ? "%s" : ", %s", part);
    }
    if (n < capacity) {
        tni_format(out + n, capacity - n, "]");
    }
}

/* -- options -- */

/* What a definition has that gives none. */
#define NO_OPTIONS                                                                       \
    {                                                                                    \
        .memory = TNI_NO_INDEX, .realloc = TNI_NO_INDEX, .post_return = TNI_NO_INDEX,    \
        .callback = TNI_NO_INDEX                                                         \
    }

typedef struct options {
    tni_canon_options o;
    bool has_encoding;
} options;

static const char *encoding_name(tni_encoding encoding) {
    static const char *const names[] = {"utf8", "utf16", "latin1-utf16"};
    return names[encoding];
}

static tenon_status option_index(tni_loader *l, tni_reader *r, u32 *place,
                                 const char *name) {
    u32 index;
    TNI_TRY(tni_read_u32(r, &index));
    if (*place != TNI_NO_INDEX) {
        return CANON_FAIL(l, "canonical option `%s` is specified more than once", name);
    }
    *place = index;
    return TENON_OK;
}

static tenon_status read_option(tni_loader *l, tni_reader *r, options *opts) {
    tni_canon_options *o = &opts->o;
    u8 code;
    TNI_TRY(tni_read_byte(r, &code));
    switch (code) {
    case 0x00:
    case 0x01:
    case 0x02:
        if (opts->has_encoding) {
            return CANON_FAIL(
                l, "canonical encoding option `%s` conflicts with option `%s`",
                encoding_name(o->encoding), encoding_name((tni_encoding)code));
        }
        opts->has_encoding = true;
        o->encoding = (tni_encoding)code;
        return TENON_OK;
    case 0x03:
        TNI_TRY(option_index(l, r, &o->memory, "memory"));
        return o->memory < l->scope->core[TNI_EXTERN_MEMORY].count
                   ? TENON_OK
                   : tni_load_unknown(l, "memory", o->memory);
    case 0x04: return option_index(l, r, &o->realloc, "realloc");
    case 0x05: return option_index(l, r, &o->post_return, "post-return");
    case 0x06:
        TNI_TRY(
            tni_load_feature(l, TENON_FEATURE_BIT_CM_ASYNC, "canonical option `async`"));
        if (o->is_async) {
            return CANON_FAIL(l, "canonical option `async` is specified more than once");
        }
        o->is_async = true;
        return TENON_OK;
    case 0x07:
        TNI_TRY(tni_load_feature(l, TENON_FEATURE_BIT_CM_ASYNC,
                                 "canonical option `callback`"));
        return option_index(l, r, &o->callback, "callback");
    default: return tni_load_bad_byte(l, r, code, "canonical option");
    }
}

static tenon_status read_options(tni_loader *l, tni_reader *r, options *opts) {
    u32 count;
    *opts = (options){.o = NO_OPTIONS};
    TNI_TRY(tni_load_count(l, r, &count));
    for (u32 i = 0; i < count; i++) {
        TNI_TRY(read_option(l, r, opts));
    }
    return TENON_OK;
}

/* Binary.md: the address type of the memory option. */
static bool is_64(const tni_loader *l, const tni_canon_options *o) {
    return o->memory != TNI_NO_INDEX &&
           l->scope->core[TNI_EXTERN_MEMORY].data[o->memory].as.memory.limits.is_64;
}

static tni_valtype pointer(const tni_loader *l, const tni_canon_options *o) {
    return is_64(l, o) ? TNI_I64 : TNI_I32;
}

static tenon_status check_option_type(tni_loader *l, u32 index, const signature *s,
                                      const char *name) {
    const tni_subtype *t = NULL;
    TNI_TRY(core_func_at(l, index, &t));
    return is_signature(t, s)
               ? TENON_OK
               : CANON_FAIL(
                     l,
                     "canonical option `%s` uses a core function with an incorrect "
                     "signature",
                     name);
}

/* CanonicalABI.md, canonopt Validation: a subtype of (memory 0). */
static tenon_status check_memory(tni_loader *l, u32 index) {
    const tni_memtype *m = &l->scope->core[TNI_EXTERN_MEMORY].data[index].as.memory;
    if (m->limits.is_64) {
        TNI_TRY(tni_load_feature(l, TENON_FEATURE_BIT_CM_MEMORY64, "64-bit memory"));
    }
    if (m->limits.is_shared || m->page_log2 != 16) {
        return CANON_FAIL(l, "canonical option `memory` is not a subtype of (memory 0)");
    }
    return TENON_OK;
}

static tenon_status check_realloc(tni_loader *l, const tni_canon_options *o) {
    signature s = {.param_count = 0};
    if (o->memory == TNI_NO_INDEX) {
        return CANON_FAIL(l, "canonical option `realloc` requires `memory` to also be "
                             "specified");
    }
    for (int i = 0; i < 4; i++) {
        add_param(&s, pointer(l, o));
    }
    set_result(&s, pointer(l, o));
    return check_option_type(l, o->realloc, &s, "realloc");
}

/* What holds of options everywhere. */
static tenon_status check_options(tni_loader *l, const tni_canon_options *o) {
    if (o->memory != TNI_NO_INDEX) {
        TNI_TRY(check_memory(l, o->memory));
    }
    return o->realloc != TNI_NO_INDEX ? check_realloc(l, o) : TENON_OK;
}

static tenon_status refuse_option(tni_loader *l, bool present, const char *option,
                                  const char *where) {
    return present ? CANON_FAIL(l, "canonical option `%s` cannot be specified for %s",
                                option, where)
                   : TENON_OK;
}

static tenon_status require(tni_loader *l, u32 index, const char *option) {
    return index == TNI_NO_INDEX
               ? CANON_FAIL(l, "canonical option `%s` is required", option)
               : TENON_OK;
}

static tenon_status require_memory(tni_loader *l, const tni_canon_options *o,
                                   bool needed) {
    return needed ? require(l, o->memory, "memory") : TENON_OK;
}

static tenon_status require_realloc(tni_loader *l, const tni_canon_options *o,
                                    bool needed) {
    TNI_TRY(require_memory(l, o, needed));
    return needed ? require(l, o->realloc, "realloc") : TENON_OK;
}

static bool has_pointers(const tenon_type *t) {
    return t != NULL && (t->properties & TNI_TYPE_POINTERS) != 0;
}

/* -- lift and lower -- */

/* The parameters of a function type, flattened. */
typedef struct flat_params {
    u32 count; /* saturates */
    bool pointers;
    signature flat; /* the first of them */
} flat_params;

static void flatten_params(const tenon_func_type *t, bool wide, flat_params *out) {
    *out = (flat_params){.count = 0};
    for (u32 i = 0; i < t->param_count; i++) {
        const tenon_type *p = t->params[i].type;
        u32 room = TNI_MAX_FLAT_PARAMS - out->flat.param_count;
        u32 wanted = tni_flatten(p, wide, out->flat.types + out->flat.param_count, room);
        out->flat.param_count += wanted < room ? wanted : room;
        out->count = wanted > UINT32_MAX - out->count ? UINT32_MAX : out->count + wanted;
        out->pointers |= has_pointers(p);
    }
}

static u32 flat_result_count(const tenon_func_type *t) {
    return t->result == NULL ? 0 : t->result->flat_count;
}

/* CanonicalABI: flatten_functype(opts, ft, 'lift') */
static void lift_signature(const tni_loader *l, const tni_canon_options *o,
                           const tenon_func_type *t, const flat_params *p, signature *s) {
    *s = p->flat;
    if (p->count > TNI_MAX_FLAT_PARAMS) {
        *s = (signature){.types = {pointer(l, o)}, .param_count = 1};
    }
    if (o->is_async) {
        if (o->callback != TNI_NO_INDEX) {
            set_result(s, TNI_I32);
        }
    } else if (flat_result_count(t) > TNI_MAX_FLAT_RESULTS) {
        set_result(s, pointer(l, o));
    } else if (t->result != NULL) {
        tni_valtype result = TNI_I32;
        tni_flatten(t->result, is_64(l, o), &result, 1);
        set_result(s, result);
    }
}

/* CanonicalABI: flatten_functype(opts, ft, 'lower') */
static void lower_signature(const tni_loader *l, const tni_canon_options *o,
                            const tenon_func_type *t, const flat_params *p,
                            signature *s) {
    u32 max = o->is_async ? TNI_MAX_FLAT_ASYNC_PARAMS : TNI_MAX_FLAT_PARAMS;
    u32 results = flat_result_count(t);
    *s = p->flat;
    if (p->count > max) {
        *s = (signature){.types = {pointer(l, o)}, .param_count = 1};
    }
    if (o->is_async) {
        if (results > 0) {
            add_param(s, pointer(l, o));
        }
        set_result(s, TNI_I32);
    } else if (results > TNI_MAX_FLAT_RESULTS) {
        add_param(s, pointer(l, o));
    } else if (t->result != NULL) {
        tni_valtype result = TNI_I32;
        tni_flatten(t->result, is_64(l, o), &result, 1);
        set_result(s, result);
    }
}

static tenon_status check_callee(tni_loader *l, const tni_subtype *core,
                                 const signature *s) {
    char wanted[128], found[128];
    if (!types_equal(core->params, core->param_count, s->types, s->param_count)) {
        types_text(s->types, s->param_count, wanted, sizeof wanted);
        types_text(core->params, core->param_count, found, sizeof found);
        return CANON_FAIL(
            l, "lowered parameter types `%s` do not match parameter types `%s`", wanted,
            found);
    }
    const tni_valtype *results = s->types + s->param_count;
    if (!types_equal(core->results, core->result_count, results, s->result_count)) {
        types_text(results, s->result_count, wanted, sizeof wanted);
        types_text(core->results, core->result_count, found, sizeof found);
        return CANON_FAIL(l, "lowered result types `%s` do not match result types `%s`",
                          wanted, found);
    }
    return TENON_OK;
}

static tenon_status check_async(tni_loader *l, const tni_canon_options *o,
                                const tenon_func_type *t) {
    if (o->is_async && !t->is_async) {
        return CANON_FAIL(l,
                          "the `async` canonical option requires an async function type");
    }
    return TENON_OK;
}

static tenon_status check_post_return(tni_loader *l, const tni_canon_options *o,
                                      const signature *lifted) {
    signature s = {.param_count = 0};
    if (o->is_async) {
        return CANON_FAIL(l, "canonical option `post-return` cannot be specified with "
                             "`async`");
    }
    if (lifted->result_count > 0) {
        add_param(&s, lifted->types[lifted->param_count]);
    }
    return check_option_type(l, o->post_return, &s, "post-return");
}

static tenon_status check_callback(tni_loader *l, const tni_canon_options *o) {
    signature s = {.param_count = 0};
    if (o->callback == TNI_NO_INDEX) {
        return o->is_async ? tni_load_feature(l, TENON_FEATURE_BIT_CM_ASYNC_STACKFUL,
                                              "`async` without `callback`")
                           : TENON_OK;
    }
    if (!o->is_async) {
        return CANON_FAIL(l, "canonical option `callback` cannot be specified without "
                             "`async`");
    }
    for (int i = 0; i < 3; i++) {
        add_param(&s, TNI_I32);
    }
    set_result(&s, TNI_I32);
    return check_option_type(l, o->callback, &s, "callback");
}

/* CanonicalABI.md, "canon lift" */
static tenon_status check_lift(tni_loader *l, const tni_canon_options *o,
                               const tenon_func_type *t, const tni_subtype *core) {
    flat_params p;
    signature s;
    TNI_TRY(check_async(l, o, t));
    TNI_TRY(check_options(l, o));
    TNI_TRY(check_callback(l, o));
    flatten_params(t, is_64(l, o), &p);
    lift_signature(l, o, t, &p, &s);
    u32 max_results = o->is_async ? TNI_MAX_FLAT_PARAMS : TNI_MAX_FLAT_RESULTS;
    bool large = p.count > TNI_MAX_FLAT_PARAMS;
    TNI_TRY(require_realloc(l, o, p.pointers || large));
    TNI_TRY(require_memory(
        l, o, has_pointers(t->result) || flat_result_count(t) > max_results));
    TNI_TRY(check_callee(l, core, &s));
    return o->post_return != TNI_NO_INDEX ? check_post_return(l, o, &s) : TENON_OK;
}

static tenon_status push_canon(tni_loader *l, const tni_canon *canon,
                               const signature *s) {
    tni_scope *scope = l->scope;
    tni_canon *kept = TNI_ARENA_NEW(l->arena, tni_canon);
    tni_def def = {.kind = TNI_DEF_CANON, .sort = TNI_SORT_CORE_FUNC, .canon = kept};
    if (kept == NULL) {
        return tni_no_memory(l->e);
    }
    *kept = *canon;
    if (canon->kind == TNI_CANON_LIFT) {
        def.sort = TNI_SORT_FUNC;
        if (!tni_vec_push(l->heap, &scope->funcs, (const tni_lfunc *)canon->func_type)) {
            return tni_no_memory(l->e);
        }
    } else {
        tni_externtype t = {.kind = TNI_EXTERN_FUNC};
        TNI_TRY(intern_signature(l, s, &kept->core_type));
        t.as.func = kept->core_type;
        if (!tni_vec_push(l->heap, &scope->core[TNI_EXTERN_FUNC], t)) {
            return tni_no_memory(l->e);
        }
    }
    return tni_load_def(l, def);
}

static tenon_status read_zero(tni_loader *l, tni_reader *r, const char *what) {
    u8 zero;
    TNI_TRY(tni_read_byte(r, &zero));
    return zero == 0 ? TENON_OK : tni_load_bad_byte(l, r, zero, what);
}

/* The tuple of parameters, once for all instances. One that is too large is valid, and an
 * error where it is needed. */
static tenon_status lay_out_params(tni_loader *l, tni_canon *c) {
    tenon_error unused;
    const tenon_status status =
        tni_params_tuple(l->arena, c->func_type, &c->params, &unused);
    return status == TENON_NO_MEMORY ? tni_no_memory(l->e) : TENON_OK;
}

static tenon_status read_lift(tni_loader *l, tni_reader *r, tni_canon *c) {
    options opts;
    u32 type;
    const tni_subtype *core = NULL;
    const tni_lfunc *f = NULL;
    TNI_TRY(read_zero(l, r, "canonical function lift"));
    TNI_TRY(tni_read_u32(r, &c->func));
    TNI_TRY(read_options(l, r, &opts));
    TNI_TRY(tni_read_u32(r, &type));
    TNI_TRY(tni_load_func_type_at(l, type, &f));
    TNI_TRY(core_func_at(l, c->func, &core));
    TNI_TRY(check_lift(l, &opts.o, &f->t, core));
    if (opts.o.is_async) {
        tni_load_needs_async(l, "canon lift with `async`");
    }
    c->options = opts.o;
    c->func_type = &f->t;
    c->core_type = l->scope->core[TNI_EXTERN_FUNC].data[c->func].as.func;
    TNI_TRY(lay_out_params(l, c));
    return push_canon(l, c, NULL);
}

/* CanonicalABI.md, "canon lower" */
static tenon_status check_lower(tni_loader *l, const tni_canon_options *o,
                                const tenon_func_type *t, signature *s) {
    flat_params p;
    TNI_TRY(refuse_option(l, o->post_return != TNI_NO_INDEX, "post-return", "lowerings"));
    TNI_TRY(refuse_option(l, o->callback != TNI_NO_INDEX, "callback", "lowerings"));
    TNI_TRY(check_async(l, o, t));
    TNI_TRY(check_options(l, o));
    flatten_params(t, is_64(l, o), &p);
    lower_signature(l, o, t, &p, s);
    u32 max_params = o->is_async ? TNI_MAX_FLAT_ASYNC_PARAMS : TNI_MAX_FLAT_PARAMS;
    u32 max_results = o->is_async ? 0 : TNI_MAX_FLAT_RESULTS;
    /* `async` alone needs no memory: so the official scripts have it, against the text.
     */
    bool memory =
        p.pointers || p.count > max_params || flat_result_count(t) > max_results;
    TNI_TRY(require_memory(l, o, memory));
    return require_realloc(l, o, has_pointers(t->result));
}

static tenon_status read_lower(tni_loader *l, tni_reader *r, tni_canon *c) {
    options opts;
    signature s;
    TNI_TRY(read_zero(l, r, "canonical function lower"));
    TNI_TRY(tni_read_u32(r, &c->func));
    TNI_TRY(read_options(l, r, &opts));
    if (c->func >= l->scope->funcs.count) {
        return tni_load_unknown(l, "function", c->func);
    }
    c->func_type = &l->scope->funcs.data[c->func]->t;
    TNI_TRY(check_lower(l, &opts.o, c->func_type, &s));
    if (opts.o.is_async) {
        tni_load_needs_async(l, "canon lower with `async`");
    }
    TNI_TRY(lay_out_params(l, c));
    c->options = opts.o;
    return push_canon(l, c, &s);
}

/* -- resources -- */

/* CanonicalABI.md: resource.new and resource.rep are for the component's own. */
static tenon_status read_resource(tni_loader *l, tni_reader *r, tni_canon *c) {
    u32 index;
    const tni_entity *x = NULL;
    signature s = {.param_count = 0};
    TNI_TRY(tni_read_u32(r, &index));
    TNI_TRY(tni_load_resource_at(l, index, &x));
    const tni_res *res = &l->resources.data[x->resource];
    if (c->kind != TNI_CANON_RESOURCE_DROP && res->definer != l->scope->c) {
        return CANON_FAIL(l, "type index %u is not a local resource", index);
    }
    c->slot = res->slot;
    add_param(&s, c->kind == TNI_CANON_RESOURCE_NEW ? res->rep : TNI_I32);
    if (c->kind != TNI_CANON_RESOURCE_DROP) {
        set_result(&s, c->kind == TNI_CANON_RESOURCE_NEW ? TNI_I32 : res->rep);
    }
    return push_canon(l, c, &s);
}

/* -- tasks and contexts -- */

/* CanonicalABI.md, "canon task.return" */
static tenon_status read_task_return(tni_loader *l, tni_reader *r, tni_canon *c) {
    options opts;
    tenon_func_type t = {.is_async = false};
    const tni_lfunc *f = NULL;
    signature s = {.param_count = 0};
    TNI_TRY(tni_load_result(l, r, &t.result));
    TNI_TRY(read_options(l, r, &opts));
    const tni_canon_options *o = &opts.o;
    TNI_TRY(refuse_option(l, o->is_async, "async", "`task.return`"));
    TNI_TRY(refuse_option(l, o->realloc != TNI_NO_INDEX, "realloc", "`task.return`"));
    TNI_TRY(refuse_option(l, o->callback != TNI_NO_INDEX, "callback", "`task.return`"));
    TNI_TRY(
        refuse_option(l, o->post_return != TNI_NO_INDEX, "post-return", "`task.return`"));
    TNI_TRY(check_options(l, o));
    TNI_TRY(tni_new_func(l, &t, &f));
    if (t.result != NULL && (t.result->properties & TNI_TYPE_BORROWS) != 0) {
        return CANON_FAIL(l, "function result cannot contain a `borrow` type");
    }
    if (t.result != NULL) {
        bool large = t.result->flat_count > TNI_MAX_FLAT_PARAMS;
        TNI_TRY(require_memory(l, o, large || has_pointers(t.result)));
        s.param_count =
            large ? 1 : tni_flatten(t.result, is_64(l, o), s.types, TNI_MAX_FLAT_PARAMS);
        if (large) {
            s.types[0] = pointer(l, o);
        }
    }
    c->options = *o;
    c->func_type = &f->t;
    return push_canon(l, c, &s);
}

static tenon_status read_context(tni_loader *l, tni_reader *r, tni_canon *c) {
    u8 code;
    signature s = {.param_count = 0};
    TNI_TRY(tni_read_byte(r, &code));
    TNI_TRY(tni_read_u32(r, &c->index));
    if (code == 0x7e) {
        TNI_TRY(tni_load_feature(l, TENON_FEATURE_BIT_CM_MEMORY64, "i64 context"));
    } else if (code != 0x7f) {
        return CANON_FAIL(l, "`context.get` and `context.set` only support `i32`");
    }
    tni_valtype t = code == 0x7f ? TNI_I32 : TNI_I64;
    if (c->index >= 2) {
        return CANON_FAIL(l, "context immediate must be less than 2: %u", c->index);
    }
    if (l->scope->context_type != TNI_BOT && l->scope->context_type != t) {
        return CANON_FAIL(l,
                          "all `context.get` and `context.set` of a component must have "
                          "the same type");
    }
    l->scope->context_type = t;
    if (c->kind == TNI_CANON_CONTEXT_GET) {
        set_result(&s, t);
    } else {
        add_param(&s, t);
    }
    return push_canon(l, c, &s);
}

/* -- streams, futures, error contexts -- */

static tenon_status read_async_type(tni_loader *l, tni_reader *r, bool is_stream,
                                    tni_canon *c) {
    u32 index;
    const tni_entity *x = NULL;
    tenon_type_kind kind = is_stream ? TENON_TYPE_STREAM : TENON_TYPE_FUTURE;
    TNI_TRY(tni_read_u32(r, &index));
    TNI_TRY(tni_load_type_at(l, index, &x));
    if (x->kind != TNI_ENTITY_TYPE || x->value->kind != kind) {
        return CANON_FAIL(l, "type index %u is not a %s type: `%s` requires a %s type",
                          index, is_stream ? "stream" : "future",
                          is_stream ? "stream" : "future",
                          is_stream ? "stream" : "future");
    }
    c->type = x->value;
    return TENON_OK;
}

static bool is_stream_canon(tni_canon_kind kind) {
    return kind >= TNI_CANON_STREAM_NEW && kind <= TNI_CANON_STREAM_DROP_WRITABLE;
}

/* CanonicalABI.md, "canon stream.{read,write}" and "canon future.{read,write}" */
static tenon_status read_copy(tni_loader *l, tni_reader *r, tni_canon *c) {
    bool is_read = c->kind == TNI_CANON_STREAM_READ || c->kind == TNI_CANON_FUTURE_READ;
    options opts;
    signature s = {.param_count = 0};
    TNI_TRY(read_async_type(l, r, is_stream_canon(c->kind), c));
    TNI_TRY(read_options(l, r, &opts));
    const tni_canon_options *o = &opts.o;
    TNI_TRY(refuse_option(l, o->post_return != TNI_NO_INDEX, "post-return",
                          "streams and futures"));
    TNI_TRY(
        refuse_option(l, o->callback != TNI_NO_INDEX, "callback", "streams and futures"));
    TNI_TRY(check_options(l, o));
    if (!o->is_async) {
        TNI_TRY(tni_load_feature(l, TENON_FEATURE_BIT_CM_MORE_ASYNC_BUILTINS,
                                 "reading or writing without `async`"));
    }
    const tenon_type *t = c->type->element;
    TNI_TRY(require_memory(l, o, t != NULL));
    TNI_TRY(require_realloc(l, o, is_read && has_pointers(t)));
    add_param(&s, TNI_I32);
    add_param(&s, pointer(l, o));
    if (is_stream_canon(c->kind)) {
        add_param(&s, pointer(l, o));
        set_result(&s, pointer(l, o));
    } else {
        set_result(&s, TNI_I32);
    }
    c->options = *o;
    return push_canon(l, c, &s);
}

static tenon_status read_async_flag(tni_loader *l, tni_reader *r, tni_canon *c) {
    TNI_TRY(tni_load_bool(l, r, &c->is_async));
    return c->is_async ? tni_load_feature(l, TENON_FEATURE_BIT_CM_MORE_ASYNC_BUILTINS,
                                          "`async` cancellation")
                       : TENON_OK;
}

static tenon_status read_error_context(tni_loader *l, tni_reader *r, tni_canon *c) {
    options opts;
    signature s = {.param_count = 0};
    bool is_new = c->kind == TNI_CANON_ERROR_CONTEXT_NEW;
    TNI_TRY(read_options(l, r, &opts));
    const tni_canon_options *o = &opts.o;
    TNI_TRY(refuse_option(l, o->is_async, "async", "error contexts"));
    TNI_TRY(refuse_option(l, o->post_return != TNI_NO_INDEX, "post-return",
                          "error contexts"));
    TNI_TRY(refuse_option(l, o->callback != TNI_NO_INDEX, "callback", "error contexts"));
    TNI_TRY(check_options(l, o));
    TNI_TRY(require_memory(l, o, true));
    TNI_TRY(require_realloc(l, o, !is_new));
    add_param(&s, is_new ? pointer(l, o) : TNI_I32);
    add_param(&s, pointer(l, o));
    if (is_new) {
        set_result(&s, TNI_I32);
    }
    c->options = *o;
    return push_canon(l, c, &s);
}

/* -- waitable sets and threads -- */

static tenon_status read_wait(tni_loader *l, tni_reader *r, tni_canon *c) {
    signature s = {.types = {TNI_I32}, .param_count = 1};
    c->options = (tni_canon_options){
        .realloc = TNI_NO_INDEX, .post_return = TNI_NO_INDEX, .callback = TNI_NO_INDEX};
    TNI_TRY(tni_load_bool(l, r, &c->is_cancellable));
    TNI_TRY(tni_read_u32(r, &c->options.memory));
    if (c->options.memory >= l->scope->core[TNI_EXTERN_MEMORY].count) {
        return tni_load_unknown(l, "memory", c->options.memory);
    }
    TNI_TRY(check_memory(l, c->options.memory));
    add_param(&s, pointer(l, &c->options));
    set_result(&s, TNI_I32);
    return push_canon(l, c, &s);
}

/* The type of functions that a thread may start with: (func (param i32)). */
static tenon_status read_thread_type(tni_loader *l, tni_reader *r, tni_canon *c,
                                     tni_valtype *closure) {
    u32 index;
    const tni_scope *scope = l->scope;
    TNI_TRY(tni_read_u32(r, &index));
    if (index >= scope->core_types.count) {
        return tni_load_unknown(l, "core type", index);
    }
    c->thread_type = scope->core_types.data[index];
    const tni_subtype *t =
        c->thread_type == TNI_NO_INDEX
            ? NULL
            : &tni_registry_get(l->engine->registry, c->thread_type)->sub;
    bool wide = tni_feature_on(l->engine, TENON_FEATURE_BIT_CM_MEMORY64);
    if (t == NULL || t->kind != TNI_COMP_FUNC || t->param_count != 1 ||
        t->result_count != 0 ||
        (t->params[0] != TNI_I32 && !(wide && t->params[0] == TNI_I64))) {
        return CANON_FAIL(l,
                          "the start function of a thread must have type (func (param "
                          "i32)): core type %u has not",
                          index);
    }
    *closure = t->params[0];
    return TENON_OK;
}

static tenon_status read_shared(tni_loader *l, tni_reader *r, tni_canon *c) {
    TNI_TRY(tni_load_bool(l, r, &c->is_shared));
    return c->is_shared ? TNI_LOAD_FAIL(l, TNI_ERR_UNSUPPORTED, "shared threads")
                        : TENON_OK;
}

/* thread.new-indirect and thread.spawn-indirect */
static tenon_status read_thread_indirect(tni_loader *l, tni_reader *r, tni_canon *c) {
    signature s = {.param_count = 0};
    tni_valtype closure = TNI_I32;
    if (c->kind == TNI_CANON_THREAD_SPAWN_INDIRECT) {
        TNI_TRY(read_shared(l, r, c));
    }
    TNI_TRY(read_thread_type(l, r, c, &closure));
    TNI_TRY(tni_read_u32(r, &c->index));
    if (c->index >= l->scope->core[TNI_EXTERN_TABLE].count) {
        return tni_load_unknown(l, "table", c->index);
    }
    const tni_tabletype *t = &l->scope->core[TNI_EXTERN_TABLE].data[c->index].as.table;
    if (!tni_valtype_matches(l->engine->registry, t->element, TNI_FUNCREF)) {
        return CANON_FAIL(l, "the table of a thread's start functions must have type "
                             "`funcref`");
    }
    if (t->limits.is_64) {
        TNI_TRY(tni_load_feature(l, TENON_FEATURE_BIT_CM_MEMORY64, "64-bit table"));
    }
    add_param(&s, t->limits.is_64 ? TNI_I64 : TNI_I32);
    add_param(&s, closure);
    set_result(&s, TNI_I32);
    return push_canon(l, c, &s);
}

static tenon_status read_spawn_ref(tni_loader *l, tni_reader *r, tni_canon *c) {
    signature s = {.param_count = 0};
    tni_valtype closure = TNI_I32;
    TNI_TRY(read_shared(l, r, c));
    TNI_TRY(read_thread_type(l, r, c, &closure));
    add_param(&s, TNI_REFTYPE(true, TNI_HEAP_CONCRETE + c->thread_type));
    add_param(&s, closure);
    set_result(&s, TNI_I32);
    return push_canon(l, c, &s);
}

/* -- all of them -- */

/* Those without immediates, or with flags only: their types in letters, params and result
 * ("ii:i"). */
static tenon_status push_plain(tni_loader *l, const tni_canon *c, const char *type) {
    signature s = {.param_count = 0};
    for (; *type == 'i'; type++) {
        add_param(&s, TNI_I32);
    }
    if (*type == ':') {
        set_result(&s, type[1] == 'l' ? TNI_I64 : TNI_I32);
    }
    return push_canon(l, c, &s);
}

static tenon_status read_cancellable(tni_loader *l, tni_reader *r, tni_canon *c,
                                     const char *type) {
    TNI_TRY(tni_load_bool(l, r, &c->is_cancellable));
    return push_plain(l, c, type);
}

static tenon_status read_async_plain(tni_loader *l, tni_reader *r, tni_canon *c,
                                     const char *type) {
    TNI_TRY(read_async_type(l, r, is_stream_canon(c->kind), c));
    return push_plain(l, c, type);
}

static tenon_status read_immediates(tni_loader *l, tni_reader *r, tni_canon *c) {
    switch (c->kind) {
    case TNI_CANON_LIFT: return read_lift(l, r, c);
    case TNI_CANON_LOWER: return read_lower(l, r, c);
    case TNI_CANON_RESOURCE_NEW:
    case TNI_CANON_RESOURCE_DROP:
    case TNI_CANON_RESOURCE_REP: return read_resource(l, r, c);
    case TNI_CANON_TASK_RETURN: return read_task_return(l, r, c);
    case TNI_CANON_CONTEXT_GET:
    case TNI_CANON_CONTEXT_SET: return read_context(l, r, c);
    case TNI_CANON_STREAM_READ:
    case TNI_CANON_STREAM_WRITE:
    case TNI_CANON_FUTURE_READ:
    case TNI_CANON_FUTURE_WRITE: return read_copy(l, r, c);
    case TNI_CANON_STREAM_NEW:
    case TNI_CANON_FUTURE_NEW: return read_async_plain(l, r, c, ":l");
    case TNI_CANON_STREAM_DROP_READABLE:
    case TNI_CANON_STREAM_DROP_WRITABLE:
    case TNI_CANON_FUTURE_DROP_READABLE:
    case TNI_CANON_FUTURE_DROP_WRITABLE: return read_async_plain(l, r, c, "i");
    case TNI_CANON_STREAM_CANCEL_READ:
    case TNI_CANON_STREAM_CANCEL_WRITE:
    case TNI_CANON_FUTURE_CANCEL_READ:
    case TNI_CANON_FUTURE_CANCEL_WRITE:
        TNI_TRY(read_async_type(l, r, is_stream_canon(c->kind), c));
        TNI_TRY(read_async_flag(l, r, c));
        return push_plain(l, c, "i:i");
    case TNI_CANON_SUBTASK_CANCEL:
        TNI_TRY(read_async_flag(l, r, c));
        return push_plain(l, c, "i:i");
    case TNI_CANON_ERROR_CONTEXT_NEW:
    case TNI_CANON_ERROR_CONTEXT_DEBUG_MESSAGE: return read_error_context(l, r, c);
    case TNI_CANON_WAITABLE_SET_WAIT:
    case TNI_CANON_WAITABLE_SET_POLL: return read_wait(l, r, c);
    case TNI_CANON_THREAD_NEW_INDIRECT:
    case TNI_CANON_THREAD_SPAWN_INDIRECT: return read_thread_indirect(l, r, c);
    case TNI_CANON_THREAD_SPAWN_REF: return read_spawn_ref(l, r, c);
    case TNI_CANON_THREAD_AVAILABLE_PARALLELISM:
        TNI_TRY(read_shared(l, r, c));
        return push_plain(l, c, ":i");
    case TNI_CANON_THREAD_YIELD:
    case TNI_CANON_THREAD_SUSPEND: return read_cancellable(l, r, c, ":i");
    case TNI_CANON_THREAD_SUSPEND_THEN_RESUME:
    case TNI_CANON_THREAD_YIELD_THEN_RESUME:
    case TNI_CANON_THREAD_SUSPEND_THEN_PROMOTE:
    case TNI_CANON_THREAD_YIELD_THEN_PROMOTE: return read_cancellable(l, r, c, "i:i");
    case TNI_CANON_WAITABLE_SET_NEW:
    case TNI_CANON_THREAD_INDEX: return push_plain(l, c, ":i");
    case TNI_CANON_SUBTASK_DROP:
    case TNI_CANON_ERROR_CONTEXT_DROP:
    case TNI_CANON_WAITABLE_SET_DROP:
    case TNI_CANON_THREAD_RESUME_LATER: return push_plain(l, c, "i");
    case TNI_CANON_WAITABLE_JOIN: return push_plain(l, c, "ii");
    case TNI_CANON_TASK_CANCEL:
    case TNI_CANON_BACKPRESSURE_INC:
    case TNI_CANON_BACKPRESSURE_DEC: return push_plain(l, c, "");
    case TNI_CANON_COUNT: break;
    }
    TNI_UNREACHABLE();
}

typedef struct canon_row {
    u8 code;
    const char *text;
    int feature;
} canon_row;

static const canon_row rows[] = {
#define TNI_CANON(id, code, text, feature) {code, text, feature},
#include "component/canon.def"
#undef TNI_CANON
};

tenon_status tni_load_canon(tni_loader *l, tni_reader *r) {
    u8 code;
    u32 kind = 0;
    l->offset = tni_reader_offset(r);
    TNI_TRY(tni_read_byte(r, &code));
    while (kind < TNI_CANON_COUNT && rows[kind].code != code) {
        kind++;
    }
    if (kind == TNI_CANON_COUNT) {
        return tni_load_bad_byte(l, r, code, "canonical function");
    }
    tni_canon c = {.kind = (tni_canon_kind)kind, .options = NO_OPTIONS};
    if (rows[kind].feature >= 0) {
        TNI_TRY(tni_load_feature(l, (u64)rows[kind].feature, rows[kind].text));
        if (rows[kind].feature != TENON_FEATURE_BIT_CM_ERROR_CONTEXT) {
            tni_load_needs_async(l, rows[kind].text);
        }
    }
    return read_immediates(l, r, &c);
}
