/* wrap_check.c: a core module, and adapters, held against a world: what each import
 * stands for, and whether every export is there, with the right type. */
#include "wit/contract.h"
#include "wit/wrap_internal.h"

#define STR(s) (int)(s).len, (s).ptr

static const tni_subtype *func_type(const tni_module *m, u32 func) {
    return &m->types[m->func_types[func]];
}

static bool has_sig(const tni_subtype *t, const wrap_sig *s) {
    return t->kind == TNI_COMP_FUNC && t->param_count == s->param_count &&
           t->result_count == s->result_count &&
           (s->param_count == 0 ||
            memcmp(t->params, s->params, s->param_count * sizeof *s->params) == 0) &&
           (s->result_count == 0 || t->results[0] == s->result);
}

static void put_vals(tni_buf *b, const tni_valtype *vals, u32 count) {
    tni_buf_byte(b, '(');
    for (u32 i = 0; i < count; i++) {
        char text[64];
        tni_valtype_format(text, sizeof text, vals[i]);
        tni_buf_format(b, "%s%s", i > 0 ? ", " : "", text);
    }
    tni_buf_byte(b, ')');
}

static void put_difference(tni_buf *b, const tni_subtype *t, const wrap_sig *s,
                           const char *who) {
    tni_buf_format(b, " has type ");
    put_vals(b, t->params, t->param_count);
    tni_buf_format(b, " -> ");
    put_vals(b, t->results, t->result_count);
    tni_buf_format(b, ", %s wants ", who);
    put_vals(b, s->params, s->param_count);
    tni_buf_format(b, " -> ");
    put_vals(b, &s->result, s->result_count);
    tni_buf_byte(b, '\n');
}

const tni_wit_item *tni_wrap_find_item(const wrapper *w, tni_str name, bool is_export,
                                       tni_wit_item_kind kind) {
    const tni_wit_item *found = NULL;
    for (const tni_wit_item *i = w->world->items; i != NULL; i = i->next) {
        if (i->is_export != is_export || i->kind != kind) {
            continue;
        }
        if (tni_str_eq(i->name, name)) {
            return i;
        }
        /* An import in another version of the same track does as well. */
        if (!is_export && kind == TNI_WIT_ITEM_INTERFACE && !i->is_plain &&
            tni_wit_same_track(i->name, name)) {
            found = i;
        }
    }
    return found;
}

static const tni_wit_func *find_func(const tni_wit_interface *i, tni_str name) {
    for (const tni_wit_func *f = i->funcs; f != NULL; f = f->next) {
        if (tni_str_eq(f->full_name, name)) {
            return f;
        }
    }
    for (const tni_wit_type *t = i->types; t != NULL; t = t->next) {
        for (const tni_wit_func *f = t->funcs; f != NULL; f = f->next) {
            if (tni_str_eq(f->full_name, name)) {
                return f;
            }
        }
    }
    return NULL;
}

static const tni_wit_type *find_resource(const tni_wit_interface *i, tni_str name) {
    for (const tni_wit_type *t = i != NULL ? i->types : NULL; t != NULL; t = t->next) {
        if (tni_str_eq(t->name, name) && tni_wit_target(t)->kind == TNI_WIT_RESOURCE) {
            return t;
        }
    }
    return NULL;
}

bool tni_wrap_resolve_resource(wrap_need *n, const tni_wit_interface *i, tni_str name,
                               bool is_export) {
    n->side = is_export ? WRAP_LOCAL : WRAP_IMPORT;
    n->sig = (wrap_sig){.param_count = 1,
                        .params = {TNI_I32},
                        .result_count = n->kind != WRAP_DROP,
                        .result = TNI_I32};
    n->resource = find_resource(i, name);
    return n->resource != NULL;
}

static bool resolve_resource(wrap_need *n, const tni_wit_interface *i, bool is_export) {
    tni_str name = n->name;
    if (tni_wrap_strip(&name, "[resource-drop]")) {
        n->kind = WRAP_DROP;
    } else if (is_export && tni_wrap_strip(&name, "[resource-new]")) {
        n->kind = WRAP_NEW;
    } else if (is_export && tni_wrap_strip(&name, "[resource-rep]")) {
        n->kind = WRAP_REP;
    } else {
        return false;
    }
    return tni_wrap_resolve_resource(n, i, name, is_export);
}

const tni_wit_func *tni_wrap_find_func(const tni_wit_item *item, tni_str name) {
    if (item->interface != NULL) {
        return find_func(item->interface, name);
    }
    return tni_str_eq(item->name, name) ? item->func : NULL;
}

bool tni_wrap_find_root(const wrapper *w, wrap_need *n, tni_str name, bool exported) {
    size_t i = 0;
    while (i < name.len && name.ptr[i] != ']') {
        i++;
    }
    tni_str func = i < name.len ? (tni_str){name.ptr + i + 1, name.len - i - 1} : name;
    n->item = tni_wrap_find_item(w, func, exported, TNI_WIT_ITEM_FUNC);
    return n->item != NULL;
}

static bool resolve_exported(wrapper *w, wrap_need *n, tni_str module) {
    n->side = WRAP_IMPORT; /* as what the world has by itself is lifted */
    if (!tni_str_eq(module, TNI_STR("$root"))) {
        n->side = WRAP_LOCAL;
        n->item = tni_wrap_find_item(w, module, true, TNI_WIT_ITEM_INTERFACE);
        if (n->item == NULL || resolve_resource(n, n->item->interface, true)) {
            return n->item != NULL;
        }
    }
    return tni_wrap_resolve_builtin(w, n, true);
}

static bool resolve_need(wrapper *w, wrap_need *n, const tni_subtype *t) {
    tni_str module = n->module, name = n->name;
    if (tni_wrap_is_standard(module)) {
        return tni_wrap_resolve_standard(w, n);
    }
    if (tni_str_eq(module, TNI_STR("env")) && tni_wrap_resolve_linked(n, t)) {
        return true;
    }
    if (tni_wrap_strip(&module, "[export]")) {
        return resolve_exported(w, n, module);
    }
    bool is_async = tni_wrap_strip(&name, "[async-lower]");
    if (tni_str_eq(module, TNI_STR("$root"))) {
        n->item = tni_wrap_find_item(w, name, false, TNI_WIT_ITEM_FUNC);
        if (n->item == NULL) {
            return resolve_resource(n, w->world->scope, false) ||
                   tni_wrap_resolve_builtin(w, n, false);
        }
        n->func = n->item->func;
    } else {
        n->item = tni_wrap_find_item(w, module, false, TNI_WIT_ITEM_INTERFACE);
        if (n->item == NULL || resolve_resource(n, n->item->interface, false)) {
            return n->item != NULL;
        }
        n->func = find_func(n->item->interface, name);
        if (n->func == NULL) {
            return tni_wrap_resolve_builtin(w, n, false);
        }
    }
    if (n->func != NULL && is_async && !n->func->is_async) {
        return false;
    }
    if (n->func != NULL) {
        tni_wrap_signature(w, n->func, false, is_async, &n->sig);
        n->is_indirect = n->sig.needs_memory || n->sig.needs_realloc;
    }
    return n->func != NULL;
}

/* A name that no import from that module has. */
static tni_str fresh_alias(wrapper *w, const tni_module *m, tni_str module,
                           tni_str name) {
    tni_str alias = name;
    bool taken = true;
    for (u32 number = 2; taken && w->status == TENON_OK; number++) {
        char prefix[16];
        prefix[tni_format(prefix, sizeof prefix - 1, "%u:", number)] = '\0';
        alias = tni_wrap_join(w, prefix, TNI_STR(""), name);
        taken = false;
        for (u32 i = 0; i < m->import_count; i++) {
            taken = taken || (tni_str_eq(m->imports[i].module, module) &&
                              tni_str_eq(m->imports[i].name, alias));
        }
        for (const wrap_need *o = w->needs; o != NULL; o = o->next) {
            taken =
                taken || (tni_str_eq(o->module, module) && tni_str_eq(o->alias, alias));
        }
    }
    return alias;
}

static wrap_need *add_need(wrapper *w, wrap_adapter *of, tni_str module, tni_str name) {
    wrap_need *n = TNI_ARENA_NEW(w->arena, wrap_need);
    if (n == NULL) {
        w->status = w->status == TENON_OK ? tni_no_memory(w->e) : w->status;
        return NULL;
    }
    n->of = of;
    n->module = module;
    n->name = n->alias = name;
    for (const wrap_need *o = w->needs; o != NULL && !n->is_repeated; o = o->next) {
        n->is_repeated = o->of == of && o->kind != WRAP_DTOR &&
                         tni_str_eq(o->module, module) && tni_str_eq(o->name, name);
    }
    if (n->is_repeated) {
        n->alias = fresh_alias(w, of != NULL ? of->core.m : w->m, module, name);
    }
    *w->tail = n;
    w->tail = &n->next;
    return n;
}

static wrap_adapter *find_adapter(const wrapper *w, tni_str name) {
    wrap_adapter *a = w->adapters;
    while (a != NULL && !tni_str_eq(a->name, name)) {
        a = a->next;
    }
    return a;
}

static const tni_subtype *exported_type(const wrapper *w, wrap_adapter *a, tni_str name);

static void set_sig(wrap_sig *sig, const tni_subtype *t) {
    *sig = (wrap_sig){.param_count = t->param_count, .result_count = t->result_count};
    for (u32 i = 0; i < t->param_count && i < TNI_COUNT_OF(sig->params); i++) {
        sig->params[i] = t->params[i];
    }
    sig->result = t->result_count > 0 ? t->results[0] : TNI_I32;
}

/* Whether a signature can say it. */
static bool is_plain_type(const tni_subtype *t) {
    bool plain = t->kind == TNI_COMP_FUNC && t->result_count <= 1 &&
                 t->param_count <= TNI_COUNT_OF(((wrap_sig *)0)->params);
    for (u32 i = 0; plain && i < t->param_count; i++) {
        plain = t->params[i] == TNI_I32 || t->params[i] == TNI_I64 ||
                t->params[i] == TNI_F32 || t->params[i] == TNI_F64;
    }
    return plain;
}

/* The main module calls an adapter. */
static bool resolve_adapted(wrapper *w, wrap_need *n) {
    const tni_subtype *t = exported_type(w, n->provider, n->name);
    n->kind = WRAP_ADAPTED;
    n->is_indirect = true;
    if (t == NULL || !is_plain_type(t)) {
        tni_buf_format(w->problems, "import \"%.*s\" \"%.*s\" is not in the adapter\n",
                       STR(n->module), STR(n->name));
        return false;
    }
    set_sig(&n->sig, t);
    return true;
}

/* An adapter calls the main module, or has something else of it: the loader sees to the
 * types of all but functions. */
static bool resolve_main(wrapper *w, wrap_need *n, const tni_import *i,
                         const tni_subtype *wanted) {
    n->kind = WRAP_MAIN;
    n->sort = (u8)i->type.kind;
    bool is_realloc = tni_str_eq(n->name, TNI_STR("cabi_realloc"));
    tni_str name =
        is_realloc ? tni_wrap_role_name(w->m, WRAP_ROLE_ADAPTER_REALLOC) : n->name;
    if (tni_wrap_find_export(w->m, name, i->type.kind) == TNI_NO_INDEX && !is_realloc) {
        tni_buf_format(
            w->problems, "export \"%.*s\" is missing, which adapter \"%.*s\" %s\n",
            STR(n->name), STR(n->of->name), wanted != NULL ? "calls" : "imports");
        return false;
    }
    if (wanted == NULL) {
        return true;
    }
    set_sig(&n->sig, wanted);
    const tni_subtype *t = exported_type(w, NULL, name);
    if (t != NULL && !has_sig(t, &n->sig)) {
        tni_buf_format(w->problems, "export \"%.*s\"", STR(name));
        put_difference(w->problems, t, &n->sig, "the adapter");
        return false;
    }
    return true;
}

static bool is_env_memory(const tni_import *i) {
    return i->type.kind == TNI_EXTERN_MEMORY && tni_str_eq(i->module, TNI_STR("env")) &&
           tni_str_eq(i->name, TNI_STR("memory"));
}

/* What a need is; false when a problem has been written. */
static bool resolve(wrapper *w, wrap_need *n, const tni_import *i, const tni_subtype *t) {
    if (n->of != NULL && tni_str_eq(i->module, TNI_STR("__main_module__"))) {
        return resolve_main(w, n, i, t);
    }
    if (n->of == NULL && is_env_memory(i)) {
        n->kind = WRAP_MEMORY;
        n->sort = TNI_EXTERN_MEMORY;
        w->own_memory = &i->type.as.memory;
        w->memory = 0;
        return true;
    }
    n->provider = n->of == NULL ? find_adapter(w, i->module) : NULL;
    if (t != NULL && n->provider != NULL) {
        return resolve_adapted(w, n);
    }
    if (t == NULL || !resolve_need(w, n, t)) {
        tni_wrap_unknown_import(w, n, i);
        return false;
    }
    return true;
}

static void check_import(wrapper *w, wrap_adapter *of, const tni_import *i) {
    const tni_module *m = of != NULL ? of->core.m : w->m;
    const tni_subtype *t =
        i->type.kind == TNI_EXTERN_FUNC ? &m->types[i->type.as.func] : NULL;
    wrap_need *n = add_need(w, of, i->module, i->name);
    if (n == NULL || !resolve(w, n, i, t)) {
        return;
    }
    if (t != NULL && !has_sig(t, &n->sig)) {
        tni_buf_format(w->problems, "import \"%.*s\" \"%.*s\"", STR(i->module),
                       STR(i->name));
        put_difference(w->problems, t, &n->sig,
                       n->kind == WRAP_ADAPTED   ? "the adapter"
                       : n->kind == WRAP_BUILTIN ? "the built-in"
                                                 : "the world");
    }
    if (n->is_indirect) {
        n->slot = w->slots++;
    }
}

/* Of the main module or, with an adapter, of that, which then must keep it. */
static const tni_subtype *exported_type(const wrapper *w, wrap_adapter *a, tni_str name) {
    const tni_module *m = a != NULL ? a->core.m : w->m;
    u32 x = tni_wrap_find_export(m, name, TNI_EXTERN_FUNC);
    if (x != TNI_NO_INDEX && a != NULL) {
        a->core.required[x] = true;
    }
    return x == TNI_NO_INDEX ? NULL : func_type(m, m->exports[x].index);
}

/* An export of that name, which is there, and its signature. */
static void check_export(wrapper *w, tni_str name, wrap_adapter *owner,
                         const wrap_sig *sig) {
    const tni_subtype *t = exported_type(w, owner, name);
    if (!has_sig(t, sig)) {
        tni_buf_format(w->problems, "export \"%.*s\"", STR(name));
        put_difference(w->problems, t, sig, "the world");
    }
}

/* Memory for what is passed on: of the main module or, under another name, an adapter. */
static void check_realloc(wrapper *w, wrap_adapter *a, wrap_role role) {
    static const wrap_sig sig = {.param_count = 4,
                                 .params = {TNI_I32, TNI_I32, TNI_I32, TNI_I32},
                                 .result_count = 1,
                                 .result = TNI_I32};
    const tni_module *m = a != NULL ? a->core.m : w->m;
    tni_str name = tni_wrap_role_name(m, role);
    const char *of = a != NULL ? "an adapter's " : "";
    if (!tni_wrap_has_role(m, role)) {
        name = a == NULL                          ? name
               : role == WRAP_ROLE_IMPORT_REALLOC ? TNI_STR("cabi_import_realloc")
                                                  : TNI_STR("cabi_export_realloc");
        tni_buf_format(w->problems,
                       "%sexport \"%.*s\" is missing: (i32, i32, i32, i32) -> (i32), as "
                       "realloc, for lists and strings that come in\n",
                       of, STR(name));
        return;
    }
    const tni_subtype *t = exported_type(w, a, name);
    if (!has_sig(t, &sig)) {
        tni_buf_format(w->problems, "%sexport \"%.*s\"", of, STR(name));
        put_difference(w->problems, t, &sig, "the canonical ABI");
    }
}

static void check_func(wrapper *w, tni_str interface, const tni_wit_func *f) {
    static const wrap_sig callback = {.param_count = 3,
                                      .params = {TNI_I32, TNI_I32, TNI_I32},
                                      .result_count = 1,
                                      .result = TNI_I32};
    wrap_lift l;
    wrap_adapter *owner;
    tni_wrap_find_lift(w, interface, f, &l);
    if (!tni_wrap_find_owner(w, l.name, &owner)) {
        tni_wrap_missing_export(w, interface, f, l.name);
    } else {
        check_export(w, l.name, l.owner, &l.sig);
    }
    if (l.callback.len > 0 && tni_wrap_find_owner(w, l.callback, &owner)) {
        check_export(w, l.callback, owner, &callback);
    } else if (l.callback.len > 0) {
        tni_buf_format(w->problems, "export \"%.*s\" is missing\n", STR(l.callback));
    }
    if (l.post.len > 0) {
        wrap_sig post = {.param_count = l.sig.result_count, .params = {l.sig.result}};
        check_export(w, l.post, l.owner, &post);
    }
    if (l.sig.needs_memory) {
        w->memory = 0;
    }
    if (l.sig.needs_realloc && l.owner != NULL) {
        check_realloc(w, l.owner, WRAP_ROLE_EXPORT_REALLOC);
    } else if (l.sig.needs_realloc) {
        w->exporting.realloc = 0;
    }
}

static const wrap_sig dtor_sig = {.param_count = 1, .params = {TNI_I32}};

static void check_resource(wrapper *w, const tni_wit_item *item, const tni_wit_type *t) {
    for (const tni_wit_func *f = t->funcs; f != NULL; f = f->next) {
        check_func(w, item->name, f);
    }
    wrap_adapter *owner;
    tni_str name = tni_wrap_find_dtor(w, item->name, t->name, &owner);
    if (t->kind != TNI_WIT_RESOURCE || name.len == 0) {
        return;
    }
    check_export(w, name, owner, &dtor_sig);
    wrap_need *n = add_need(w, NULL, TNI_STR(""), name);
    if (n != NULL) {
        n->kind = WRAP_DTOR;
        n->provider = owner;
        n->resource = t;
        n->sig = dtor_sig;
        n->is_indirect = true;
        n->slot = w->slots++;
    }
}

static void check_exports(wrapper *w) {
    for (const tni_wit_item *i = w->world->items; i != NULL; i = i->next) {
        if (i->is_export && i->kind == TNI_WIT_ITEM_FUNC) {
            check_func(w, TNI_STR(""), i->func);
        } else if (i->is_export && i->kind == TNI_WIT_ITEM_INTERFACE) {
            for (const tni_wit_type *t = i->interface->types; t != NULL; t = t->next) {
                check_resource(w, i, t);
            }
            for (const tni_wit_func *f = i->interface->funcs; f != NULL; f = f->next) {
                check_func(w, i->name, f);
            }
        }
    }
}

/* What the maps are keyed by is the interface: it can stand once on each side. */
static void check_twice(wrapper *w) {
    for (const tni_wit_item *i = w->world->items; i != NULL; i = i->next) {
        for (const tni_wit_item *o = i->next; o != NULL; o = o->next) {
            if (i->interface != NULL && o->interface == i->interface &&
                o->is_export == i->is_export) {
                tni_buf_format(w->problems,
                               "\"%.*s\" and \"%.*s\" are one interface, which is not "
                               "supported\n",
                               STR(i->name), STR(o->name));
            }
        }
    }
}

/* Slot 1 of contexts is the base of thread-local storage where there are threads; else it
 * is one number of the instance, for each new task has contexts of its own. */
static void settle_tls(wrapper *w) {
    bool has_threads = false;
    for (const wrap_need *n = w->needs; n != NULL; n = n->next) {
        has_threads = has_threads || tni_wrap_uses_slot_1(n);
    }
    const wrap_need *first = NULL;
    for (wrap_need *n = w->needs; n != NULL && !has_threads; n = n->next) {
        if (n->kind != WRAP_BUILTIN || !n->is_tls) {
            continue;
        }
        n->kind = WRAP_TLS;
        if (first != NULL && tni_wrap_is_wide(first) != tni_wrap_is_wide(n)) {
            tni_buf_format(w->problems,
                           "imports \"env\" \"%.*s\" and \"%.*s\" are of different "
                           "widths\n",
                           STR(first->name), STR(n->name));
        }
        first = n;
    }
}

static void check_table(wrapper *w) {
    for (const wrap_need *n = w->needs; n != NULL; n = n->next) {
        w->table = tni_wrap_uses_table(n) ? 0 : w->table;
    }
    if (w->table == 0 && tni_wrap_find_export(w->m, TNI_STR("__indirect_function_table"),
                                              TNI_EXTERN_TABLE) == TNI_NO_INDEX) {
        tni_buf_format(w->problems,
                       "export \"__indirect_function_table\" is missing: threads start "
                       "with functions of that table\n");
    }
}

/* Whether what is imported with 64-bit pointers, or other pointers, fits the memory. */
static void check_width(wrapper *w, const tni_memtype *memory) {
    for (const wrap_need *n = w->needs; n != NULL; n = n->next) {
        bool wide = n->kind == WRAP_BUILTIN && n->sig.needs_memory &&
                    n->sig.param_count == 2 && n->sig.params[1] == TNI_I64;
        if (wide && !memory->limits.is_64) {
            tni_buf_format(w->problems,
                           "import \"%.*s\" \"%.*s\" wants a 64-bit memory\n",
                           STR(n->module), STR(n->name));
        }
    }
}

static void check_memory(wrapper *w) {
    for (const wrap_need *n = w->needs; n != NULL; n = n->next) {
        w->memory = n->sig.needs_memory || n->of != NULL ? 0 : w->memory;
        w->importing.realloc =
            n->sig.needs_realloc && n->of == NULL ? 0 : w->importing.realloc;
    }
    tni_str name = tni_wrap_role_name(w->m, WRAP_ROLE_MEMORY);
    u32 x = tni_wrap_find_export(w->m, name, TNI_EXTERN_MEMORY);
    if (w->own_memory != NULL) {
        check_width(w, w->own_memory);
    } else if (x != TNI_NO_INDEX) {
        check_width(w, &w->m->memory_types[w->m->exports[x].index]);
    } else if (w->memory == 0) {
        tni_buf_format(w->problems,
                       "export \"memory\" is missing: values that are not numbers are "
                       "passed there\n");
    }
    if (w->importing.realloc == 0) {
        check_realloc(w, NULL, WRAP_ROLE_IMPORT_REALLOC);
    }
    if (w->exporting.realloc == 0 &&
        (w->importing.realloc != 0 ||
         !tni_str_eq(tni_wrap_role_name(w->m, WRAP_ROLE_IMPORT_REALLOC),
                     tni_wrap_role_name(w->m, WRAP_ROLE_EXPORT_REALLOC)))) {
        check_realloc(w, NULL, WRAP_ROLE_EXPORT_REALLOC);
    }
}

/* _initialize is called as () -> (). */
static void check_initialize(wrapper *w) {
    static const wrap_sig none = {.param_count = 0};
    if (tni_wrap_has_role(w->m, WRAP_ROLE_INITIALIZE)) {
        tni_str name = tni_wrap_role_name(w->m, WRAP_ROLE_INITIALIZE);
        const tni_subtype *t = exported_type(w, NULL, name);
        if (!has_sig(t, &none)) {
            tni_buf_format(w->problems, "export \"%.*s\"", STR(name));
            put_difference(w->problems, t, &none, "a component");
        }
    }
}

/* -- adapters -- */

static void fail(wrapper *w, tenon_status status) {
    w->status = w->status == TENON_OK ? status : w->status;
}

static void add_adapters(wrapper *w, const tni_adapter *adapters, u32 count) {
    wrap_adapter **tail = &w->adapters;
    for (u32 i = 0; i < count; i++) {
        wrap_adapter *a = TNI_ARENA_NEW(w->arena, wrap_adapter);
        if (a == NULL) {
            fail(w, tni_no_memory(w->e));
            return;
        }
        a->name = adapters[i].name;
        a->importing = a->exporting = (wrap_passing){adapters[i].encoding, TNI_NO_INDEX};
        fail(w, tni_adapt_init(&a->core, w->arena, adapters[i].m, w->e));
        if (w->status != TENON_OK) {
            return;
        }
        *tail = a;
        tail = &a->next;
    }
}

/* The functions that an adapter imports and reaches, or does not reach. */
static void check_adapter(wrapper *w, wrap_adapter *a, bool live) {
    const tni_module *m = a->core.m;
    if (live && (m->data_count > 0 || m->memory_count > m->imported_memories)) {
        tni_buf_format(w->problems,
                       "adapter \"%.*s\" has %s of its own, and is to share the main "
                       "module's memory\n",
                       STR(a->name), m->data_count > 0 ? "data" : "a memory");
    }
    u32 func = 0;
    for (u32 i = 0; i < m->import_count && w->status == TENON_OK; i++) {
        const tni_import *x = &m->imports[i];
        bool is_live = x->type.kind != TNI_EXTERN_FUNC || a->core.live[func];
        func += x->type.kind == TNI_EXTERN_FUNC;
        if (is_env_memory(x) || is_live != live) {
            continue;
        }
        if (live) {
            check_import(w, a, x);
            continue;
        }
        const tni_subtype *t = &m->types[x->type.as.func];
        wrap_need *n = add_need(w, a, x->module, x->name);
        if (n == NULL || !is_plain_type(t)) {
            tni_buf_format(w->problems,
                           "an adapter's import \"%.*s\" \"%.*s\" has a "
                           "type that is not supported\n",
                           STR(x->module), STR(x->name));
            return;
        }
        set_sig(&n->sig, t);
        n->is_dead = n->is_indirect = true;
        n->slot = w->slots++;
    }
}

/* What is reached first, for its slots are the ones that are filled. */
static void check_adapters(wrapper *w) {
    for (wrap_adapter *a = w->adapters; a != NULL && w->status == TENON_OK; a = a->next) {
        (void)exported_type(w, a,
                            tni_wrap_role_name(a->core.m, WRAP_ROLE_IMPORT_REALLOC));
        fail(w, tni_adapt_reach(&a->core, w->arena, w->e));
        if (w->status == TENON_OK) {
            check_adapter(w, a, true);
        }
        bool allocates = false;
        for (const wrap_need *n = w->needs; n != NULL; n = n->next) {
            allocates = allocates || (n->of == a && n->sig.needs_realloc);
        }
        if (allocates) {
            check_realloc(w, a, WRAP_ROLE_IMPORT_REALLOC);
        }
    }
    w->filled = w->slots;
    for (wrap_adapter *a = w->adapters; a != NULL && w->status == TENON_OK; a = a->next) {
        check_adapter(w, a, false);
    }
}

void tni_wrap_check(wrapper *w, const tni_adapter *adapters, u32 adapter_count) {
    add_adapters(w, adapters, adapter_count);
    if (w->status != TENON_OK) {
        return;
    }
    for (u32 i = 0; i < w->m->import_count; i++) {
        check_import(w, NULL, &w->m->imports[i]);
    }
    check_exports(w);
    check_twice(w);
    check_adapters(w);
    settle_tls(w);
    check_table(w);
    check_initialize(w);
    check_memory(w);
}
