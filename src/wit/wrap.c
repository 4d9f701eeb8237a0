/* wrap.c: a core module made into a component of a world: its imports and exports are
 * held against the world, then everything around it is written. Binary.md. */
#include "wit/wrap.h"

#include "binary/write.h"
#include "wit/wrap_internal.h"

#define STR(s) (int)(s).len, (s).ptr

/* -- what is around the module -- */

static tni_buf begin(const wrapper *w) {
    tni_buf b;
    tni_buf_init(&b, w->arena->heap);
    return b;
}

static u32 core_alias(wrapper *w, u8 sort, u32 instance, tni_str name) {
    tni_buf b = begin(w);
    tni_buf_byte(&b, 0x00);
    tni_buf_byte(&b, sort);
    tni_buf_byte(&b, 0x01);
    tni_buf_u32(&b, instance);
    tni_write_name(&b, name);
    tni_wrap_entry(&w->top, TNI_CSECTION_ALIAS, &b);
    return w->core[sort]++;
}

void tni_wrap_put_options(wrap_passing passing, tni_buf *b, const wrap_sig *sig, u32 post,
                          u32 callback) {
    tni_buf_u32(b, 1u + sig->needs_memory + sig->needs_realloc + (post != TNI_NO_INDEX) +
                       sig->is_async + (callback != TNI_NO_INDEX));
    tni_buf_byte(b, passing.encoding);
    tni_buf_put(b, "\x03\x00", sig->needs_memory ? 2 : 0);
    if (sig->needs_realloc) {
        tni_buf_byte(b, 0x04);
        tni_buf_u32(b, passing.realloc);
    }
    if (post != TNI_NO_INDEX) {
        tni_buf_byte(b, 0x05);
        tni_buf_u32(b, post);
    }
    tni_buf_put(b, "\x06", sig->is_async);
    if (callback != TNI_NO_INDEX) {
        tni_buf_byte(b, 0x07);
        tni_buf_u32(b, callback);
    }
}

/* The component-level function that a need lowers: imported by the world itself, or in an
 * imported instance. */
static u32 imported_func(wrapper *w, const wrap_need *n) {
    u32 func;
    if (tni_wrap_get(w, n->func, WRAP_IMPORT, 0, &func)) {
        return func;
    }
    if (n->item->kind == TNI_WIT_ITEM_FUNC) {
        u32 type = tni_wrap_func_type(w, &w->top, n->func, WRAP_IMPORT);
        tni_buf b = begin(w);
        tni_wrap_name(&b, n->item);
        tni_buf_byte(&b, 0x01);
        tni_buf_u32(&b, type);
        tni_wrap_entry(&w->top, TNI_CSECTION_IMPORT, &b);
    } else {
        u32 instance = tni_wrap_import(w, n->item->interface);
        tni_wrap_alias(&w->top, 0x01, instance, n->func->full_name);
    }
    func = w->top.funcs++;
    tni_wrap_put(w, n->func, WRAP_IMPORT, 0, func);
    return func;
}

static u32 core_module(wrapper *w, tni_buf *bytes) {
    w->top.out.failed = w->top.out.failed || bytes->failed;
    tni_cwriter_section(&w->top.writer, TNI_CSECTION_CORE_MODULE, bytes);
    tni_buf_free(bytes);
    return w->core_modules++;
}

static u32 core_instance(wrapper *w, u8 form, u32 module, u32 count, tni_buf *items) {
    tni_buf b = begin(w);
    tni_buf_byte(&b, form);
    if (form == 0x00) {
        tni_buf_u32(&b, module);
    }
    tni_buf_u32(&b, count);
    tni_buf_put(&b, items->data, items->count);
    b.failed = b.failed || items->failed;
    tni_buf_free(items);
    tni_wrap_entry(&w->top, TNI_CSECTION_CORE_INSTANCE, &b);
    return w->core_instances++;
}

/* An instance of a module without imports. */
static u32 alone(wrapper *w, tni_buf *bytes) {
    tni_buf none = begin(w);
    return core_instance(w, 0x00, core_module(w, bytes), 0, &none);
}

/* The functions of the one instance that keeps a number. */
static u32 tls_func(wrapper *w, const wrap_need *n) {
    if (w->tls_instance == TNI_NO_INDEX) {
        tni_buf bytes = begin(w);
        tni_wrap_tls(tni_wrap_is_wide(n), &bytes);
        w->tls_instance = alone(w, &bytes);
    }
    return core_alias(w, TNI_EXTERN_FUNC, w->tls_instance,
                      n->sig.param_count > 0 ? TNI_STR("set") : TNI_STR("get"));
}

static u32 canon(wrapper *w, wrap_need *n) {
    static const u8 codes[] = {0x01, 0x03, 0x02, 0x04};
    wrap_passing passing = n->of != NULL ? n->of->importing : w->importing;
    if (n->kind == WRAP_TLS) {
        return tls_func(w, n);
    }
    if (n->kind == WRAP_BUILTIN || n->kind == WRAP_TASK_RETURN) {
        tni_buf builtin = begin(w);
        tni_wrap_put_builtin(w, n, passing, &builtin);
        tni_wrap_entry(&w->top, TNI_CSECTION_CANON, &builtin);
        return w->core[TNI_EXTERN_FUNC]++;
    }
    u32 of = n->kind == WRAP_LOWER ? imported_func(w, n)
                                   : tni_wrap_type(w, &w->top, n->resource, n->side);
    tni_buf b = begin(w);
    tni_buf_byte(&b, codes[n->kind]);
    if (n->kind == WRAP_LOWER) {
        tni_buf_byte(&b, 0x00);
    }
    tni_buf_u32(&b, of);
    if (n->kind == WRAP_LOWER) {
        tni_wrap_put_options(passing, &b, &n->sig, TNI_NO_INDEX, TNI_NO_INDEX);
    }
    tni_wrap_entry(&w->top, TNI_CSECTION_CANON, &b);
    return w->core[TNI_EXTERN_FUNC]++;
}

static void put_number_name(tni_buf *b, u32 n) {
    char text[16];
    size_t len = tni_format(text, sizeof text, "%u", n);
    tni_write_name(b, (tni_str){text, len});
}

/* The shim, and the exported resources, whose destructors go through it. */
static u32 put_shim(wrapper *w) {
    u32 instance = TNI_NO_INDEX;
    if (w->slots > 0) {
        tni_buf shim = begin(w);
        tni_wrap_shim(w, &shim);
        instance = alone(w, &shim);
    }
    for (wrap_need *n = w->needs; n != NULL; n = n->next) {
        if (n->is_indirect) {
            char text[16];
            size_t len = tni_format(text, sizeof text, "%u", n->slot);
            n->core_func = core_alias(w, 0x00, instance, (tni_str){text, len});
        }
    }
    return instance;
}

static void put_resource(wrapper *w, const tni_wit_type *t) {
    tni_buf b = begin(w);
    tni_buf_put(&b, "\x3f\x7f", 2);
    const wrap_need *dtor = w->needs;
    while (dtor != NULL && (dtor->kind != WRAP_DTOR || dtor->resource != t)) {
        dtor = dtor->next;
    }
    tni_buf_byte(&b, dtor != NULL);
    if (dtor != NULL) {
        tni_buf_u32(&b, dtor->core_func);
    }
    tni_wrap_entry(&w->top, TNI_CSECTION_TYPE, &b);
    tni_wrap_put(w, t, WRAP_LOCAL, w->top.id, w->top.types++);
}

static void put_resources(wrapper *w) {
    for (const tni_wit_item *i = w->world->items; i != NULL; i = i->next) {
        const tni_wit_type *t =
            i->is_export && i->interface != NULL ? i->interface->types : NULL;
        for (; t != NULL; t = t->next) {
            if (t->kind == TNI_WIT_RESOURCE) {
                put_resource(w, t);
            }
        }
    }
}

/* Core instances of what a module imports, by module name, as arguments. */
static u32 put_arguments(wrapper *w, const wrap_adapter *of, tni_buf *args) {
    u32 count = 0;
    for (const wrap_need *n = w->needs; n != NULL; n = n->next) {
        const wrap_need *first = w->needs;
        while (first != n && (first->of != of || first->kind == WRAP_DTOR ||
                              !tni_str_eq(first->module, n->module))) {
            first = first->next;
        }
        if (n->kind == WRAP_DTOR || n->of != of || first != n) {
            continue;
        }
        tni_buf items = begin(w);
        u32 funcs = 0;
        for (const wrap_need *o = n; o != NULL; o = o->next) {
            if (o->kind != WRAP_DTOR && o->of == of && tni_str_eq(o->module, n->module)) {
                tni_write_name(&items, o->alias);
                tni_buf_byte(&items, o->sort);
                tni_buf_u32(&items, o->core_func);
                funcs++;
            }
        }
        tni_write_name(args, n->module);
        tni_buf_byte(args, 0x12);
        tni_buf_u32(args, core_instance(w, 0x01, 0, funcs, &items));
        count++;
    }
    return count;
}

/* The memory that the main module imports. */
static void put_own_memory(wrapper *w) {
    tni_buf bytes = begin(w);
    tni_wrap_memory(w->own_memory, &bytes);
    (void)core_alias(w, TNI_EXTERN_MEMORY, alone(w, &bytes), TNI_STR("memory"));
}

static u32 main_role(wrapper *w, wrap_role role) {
    return core_alias(w, TNI_EXTERN_FUNC, w->main_instance,
                      tni_wrap_role_name(w->m, role));
}

/* What is needed of the main module now that it is there. */
static void put_main_exports(wrapper *w) {
    if (w->memory == 0 && w->own_memory == NULL) {
        (void)core_alias(w, TNI_EXTERN_MEMORY, w->main_instance,
                         tni_wrap_role_name(w->m, WRAP_ROLE_MEMORY));
    }
    if (w->importing.realloc == 0) {
        w->importing.realloc = main_role(w, WRAP_ROLE_IMPORT_REALLOC);
    }
    if (w->exporting.realloc == 0) {
        w->exporting.realloc = main_role(w, WRAP_ROLE_EXPORT_REALLOC);
    }
    if (w->table == 0) {
        w->table = core_alias(w, TNI_EXTERN_TABLE, w->main_instance,
                              TNI_STR("__indirect_function_table"));
        tni_buf b = begin(w);
        tni_buf_put(&b, "\x60\x01\x7f\x00", 4); /* (func (param i32)) */
        tni_wrap_entry(&w->top, TNI_CSECTION_CORE_TYPE, &b);
        w->thread_type = 0;
    }
}

static void put_main(wrapper *w) {
    for (wrap_need *n = w->needs; n != NULL; n = n->next) {
        if (!n->is_indirect && n->of == NULL && n->kind == WRAP_MEMORY) {
            n->core_func = 0;
        } else if (!n->is_indirect && n->of == NULL) {
            n->core_func = canon(w, n);
        }
    }
    tni_buf args = begin(w);
    u32 count = put_arguments(w, NULL, &args);
    tni_buf bytes = begin(w);
    tni_wrap_main(w, &bytes);
    w->main_instance = core_instance(w, 0x00, core_module(w, &bytes), count, &args);
    put_main_exports(w);
}

/* -- adapters -- */

/* "env" "memory" */
static tni_buf memory_instance(wrapper *w) {
    tni_buf items = begin(w), args = begin(w);
    tni_write_name(&items, TNI_STR("memory"));
    tni_buf_put(&items, "\x02\x00", 2);
    tni_write_name(&args, TNI_STR("env"));
    tni_buf_byte(&args, 0x12);
    tni_buf_u32(&args, core_instance(w, 0x01, 0, 1, &items));
    return args;
}

/* Whether the main module's realloc is for adapters. One is called while _initialize
 * runs, before which nothing else of the main module may be called that is not made for
 * that. */
static bool has_realloc(const wrapper *w) {
    tni_str name = tni_wrap_role_name(w->m, WRAP_ROLE_ADAPTER_REALLOC);
    return tni_wrap_has_role(w->m, WRAP_ROLE_ADAPTER_REALLOC) &&
           (tni_str_eq(name, TNI_STR("cabi_realloc_adapter")) ||
            !tni_wrap_has_role(w->m, WRAP_ROLE_INITIALIZE));
}

/* What an adapter has of the main module. */
static u32 main_export(wrapper *w, const wrap_need *n) {
    if (n->sort != TNI_EXTERN_FUNC || !tni_str_eq(n->name, TNI_STR("cabi_realloc"))) {
        return core_alias(w, n->sort, w->main_instance, n->name);
    }
    if (has_realloc(w)) {
        return main_role(w, WRAP_ROLE_ADAPTER_REALLOC);
    }
    tni_buf bytes = begin(w), args = memory_instance(w);
    tni_wrap_realloc(w, &bytes);
    u32 module = core_module(w, &bytes);
    return core_alias(w, TNI_EXTERN_FUNC, core_instance(w, 0x00, module, 1, &args),
                      n->name);
}

static u32 adapter_func(wrapper *w, const wrap_adapter *a, wrap_role role) {
    tni_str s = tni_wrap_role_name(a->core.m, role);
    return tni_wrap_find_export(a->core.m, s, TNI_EXTERN_FUNC) == TNI_NO_INDEX ||
                   !a->core.required[tni_module_find_export(a->core.m, s)]
               ? TNI_NO_INDEX
               : core_alias(w, 0x00, a->instance, s);
}

static bool imports_memory(const tni_module *m) {
    return m->imported_memories > 0; /* the check lets no other memory through */
}

static void put_adapter(wrapper *w, wrap_adapter *a) {
    for (wrap_need *n = w->needs; n != NULL; n = n->next) {
        if (n->of == a && !n->is_indirect) {
            n->core_func = n->kind == WRAP_MAIN ? main_export(w, n) : canon(w, n);
        }
    }
    tni_buf args = begin(w);
    u32 count = 0;
    if (imports_memory(a->core.m)) {
        tni_buf_free(&args);
        args = memory_instance(w);
        count = 1;
    }
    count += put_arguments(w, a, &args);
    tni_buf bytes = begin(w);
    tenon_status status = tni_adapt_write(&a->core, w->arena, &bytes, w->e);
    w->status = w->status == TENON_OK ? status : w->status;
    a->instance = core_instance(w, 0x00, core_module(w, &bytes), count, &args);
    a->importing.realloc = adapter_func(w, a, WRAP_ROLE_IMPORT_REALLOC);
    a->exporting.realloc = adapter_func(w, a, WRAP_ROLE_EXPORT_REALLOC);
}

/* -- what was not there yet -- */

static u32 late_func(wrapper *w, wrap_need *n) {
    if (n->kind != WRAP_DTOR && n->kind != WRAP_ADAPTED) {
        return canon(w, n);
    }
    return core_alias(
        w, 0x00, n->provider != NULL ? n->provider->instance : w->main_instance, n->name);
}

static void put_fixup(wrapper *w, u32 shim, bool initialize) {
    if (w->slots == 0 && !initialize) {
        return;
    }
    tni_buf items = begin(w);
    for (wrap_need *n = w->needs; n != NULL; n = n->next) {
        if (n->is_indirect && !n->is_dead) {
            u32 func = late_func(w, n);
            put_number_name(&items, n->slot);
            tni_buf_byte(&items, 0x00);
            tni_buf_u32(&items, func);
        }
    }
    if (initialize) {
        put_number_name(&items, w->slots);
        tni_buf_byte(&items, 0x00);
        tni_buf_u32(&items, main_role(w, WRAP_ROLE_INITIALIZE));
    }
    if (w->slots > 0) {
        u32 table = core_alias(w, TNI_EXTERN_TABLE, shim, TNI_STR("$imports"));
        tni_write_name(&items, TNI_STR("$imports"));
        tni_buf_byte(&items, TNI_EXTERN_TABLE);
        tni_buf_u32(&items, table);
    }
    u32 inline_ =
        core_instance(w, 0x01, 0, w->filled + initialize + (w->slots > 0), &items);
    tni_buf fixup = begin(w);
    tni_wrap_fixup(w, initialize, &fixup);
    u32 module = core_module(w, &fixup);
    tni_buf args = begin(w);
    tni_write_name(&args, TNI_STR(""));
    tni_buf_byte(&args, 0x12);
    tni_buf_u32(&args, inline_);
    (void)core_instance(w, 0x00, module, 1, &args);
}

/* -- exports -- */

static u32 lift_alias(wrapper *w, u32 instance, tni_str name) {
    return name.len > 0 ? core_alias(w, TNI_EXTERN_FUNC, instance, name) : TNI_NO_INDEX;
}

static u32 lift(wrapper *w, tni_str interface, const tni_wit_func *f, wrap_side side) {
    wrap_lift l;
    tni_wrap_find_lift(w, interface, f, &l);
    u32 type = tni_wrap_func_type(w, &w->top, f, side);
    u32 instance = l.owner != NULL ? l.owner->instance : w->main_instance;
    u32 core = core_alias(w, TNI_EXTERN_FUNC, instance, l.name);
    u32 callback = lift_alias(w, instance, l.callback);
    u32 post = lift_alias(w, instance, l.post);
    tni_buf b = begin(w);
    tni_buf_put(&b, "\0", 2);
    tni_buf_u32(&b, core);
    tni_wrap_put_options(l.owner != NULL ? l.owner->exporting : w->exporting, &b, &l.sig,
                         post, callback);
    tni_buf_u32(&b, type);
    tni_wrap_entry(&w->top, TNI_CSECTION_CANON, &b);
    return w->top.funcs++;
}

static void export_func(wrapper *w, wrap_scope *s, const tni_wit_item *item,
                        const tni_wit_func *f) {
    u32 func = lift(w, item->name, f, WRAP_LOCAL);
    u32 type = tni_wrap_func_type(w, s, f, WRAP_LOCAL);
    tni_str name = tni_wrap_join(w, "import-func-", TNI_STR(""), f->full_name);
    if (f->full_name.ptr[0] == '[') { /* such names need their resource's name */
        char text[32];
        size_t len = tni_format(text, sizeof text, "import-method-x%u", s->funcs);
        name = tni_arena_str(w->arena, (tni_str){text, len});
    }
    tni_buf b = begin(w);
    tni_cwrite_name(&b, &(tni_named_entity){.name = name});
    tni_buf_byte(&b, 0x01);
    tni_buf_u32(&b, type);
    tni_wrap_entry(s, TNI_CSECTION_IMPORT, &b);
    tni_wrap_put(w, f, WRAP_LOCAL, s->id, s->funcs++);
    tni_write_name(&s->args, name);
    tni_buf_byte(&s->args, 0x01);
    tni_buf_u32(&s->args, func);
    s->arg_count++;
}

static void reexport_func(wrapper *w, wrap_scope *s, const tni_wit_item *item,
                          const tni_wit_func *f) {
    (void)item;
    u32 func = 0;
    (void)tni_wrap_get(w, f, WRAP_LOCAL, s->id, &func);
    u32 type = tni_wrap_func_type(w, s, f, WRAP_OUT);
    tni_buf b = begin(w);
    tni_cwrite_name(&b, &(tni_named_entity){.name = f->full_name});
    tni_buf_byte(&b, 0x01);
    tni_buf_u32(&b, func);
    tni_buf_put(&b, "\x01\x01", 2);
    tni_buf_u32(&b, type);
    tni_wrap_entry(s, TNI_CSECTION_EXPORT, &b);
    s->funcs++;
}

static void each_func(wrapper *w, wrap_scope *s, const tni_wit_item *item,
                      void (*f)(wrapper *, wrap_scope *, const tni_wit_item *,
                                const tni_wit_func *)) {
    for (const tni_wit_type *t = item->interface->types; t != NULL; t = t->next) {
        for (const tni_wit_func *m = t->funcs; m != NULL; m = m->next) {
            f(w, s, item, m);
        }
    }
    for (const tni_wit_func *m = item->interface->funcs; m != NULL; m = m->next) {
        f(w, s, item, m);
    }
}

static void put_export(wrapper *w, const tni_wit_item *item, u8 sort, u32 index) {
    tni_buf b = begin(w);
    tni_wrap_name(&b, item);
    tni_buf_byte(&b, sort);
    tni_buf_u32(&b, index);
    tni_buf_byte(&b, 0x00);
    tni_wrap_entry(&w->top, TNI_CSECTION_EXPORT, &b);
}

static void export_interface(wrapper *w, const tni_wit_item *item) {
    u32 done;
    const tni_wit_interface *interface = item->interface;
    if (tni_wrap_get(w, interface, WRAP_EXPORT, 0, &done)) {
        return;
    }
    for (const tni_wit_type *t = interface->types; t != NULL; t = t->next) {
        for (const tni_wit_item *i = w->world->items; i != NULL; i = i->next) {
            if (t->used != NULL && i->is_export && i->interface == t->used) {
                export_interface(w, i);
            }
        }
    }
    wrap_scope s;
    tni_wrap_scope_init(w, &s, WRAP_NESTED, interface);
    each_func(w, &s, item, export_func);
    for (const tni_wit_type *t = interface->types; t != NULL; t = t->next) {
        (void)tni_wrap_type(w, &s, t, WRAP_OUT);
    }
    each_func(w, &s, item, reexport_func);
    tni_cwriter_finish(&s.writer);
    tni_cwriter_section(&w->top.writer, TNI_CSECTION_COMPONENT, &s.out);
    tni_buf b = begin(w);
    tni_buf_byte(&b, 0x00);
    tni_buf_u32(&b, w->components++);
    tni_buf_u32(&b, s.arg_count);
    tni_buf_put(&b, s.args.data, s.args.count);
    b.failed = b.failed || s.args.failed;
    tni_wrap_scope_free(&s);
    tni_wrap_entry(&w->top, TNI_CSECTION_INSTANCE, &b);
    put_export(w, item, 0x05, w->instances);
    w->instances += 2;
    tni_wrap_put(w, interface, WRAP_EXPORT, 0, w->instances - 1);
}

static void put_exports(wrapper *w) {
    for (const tni_wit_item *i = w->world->items; i != NULL; i = i->next) {
        if (i->is_export && i->kind == TNI_WIT_ITEM_INTERFACE) {
            export_interface(w, i);
        } else if (i->is_export && i->kind == TNI_WIT_ITEM_FUNC) {
            put_export(w, i, 0x01, lift(w, TNI_STR(""), i->func, WRAP_IMPORT));
            w->top.funcs++;
        }
    }
}

/* -- the whole -- */

static void put_imports(wrapper *w) {
    tni_wrap_mark_live(w);
    for (const tni_wit_item *i = w->world->items; i != NULL; i = i->next) {
        if (!i->is_export && i->kind == TNI_WIT_ITEM_INTERFACE &&
            tni_wrap_is_live(w, i->interface)) {
            (void)tni_wrap_import(w, i->interface);
        }
    }
    for (const wrap_need *n = w->needs; n != NULL; n = n->next) {
        if (n->kind == WRAP_LOWER && !n->is_dead) {
            (void)imported_func(w, n);
        }
    }
}

static void put_all(wrapper *w) {
    put_imports(w);
    bool initialize = tni_wrap_has_role(w->m, WRAP_ROLE_INITIALIZE);
    u32 shim = put_shim(w);
    if (w->own_memory != NULL) {
        put_own_memory(w);
    }
    put_resources(w);
    put_main(w);
    for (wrap_adapter *a = w->adapters; a != NULL; a = a->next) {
        put_adapter(w, a);
    }
    put_fixup(w, shim, initialize);
    put_exports(w);
    tni_cwriter_finish(&w->top.writer);
}

tenon_status tni_wrap(tni_arena *a, const tni_module *m, u8 encoding,
                      const tni_wit_world *world, const tni_adapter *adapters,
                      u32 adapter_count, tni_buf *out, tni_buf *problems,
                      tenon_error *e) {
    wrapper w = {.arena = a,
                 .e = e,
                 .m = m,
                 .world = world,
                 .problems = problems,
                 .memory = TNI_NO_INDEX,
                 .importing = {encoding, TNI_NO_INDEX},
                 .exporting = {encoding, TNI_NO_INDEX},
                 .table = TNI_NO_INDEX,
                 .tls_instance = TNI_NO_INDEX};
    w.tail = &w.needs;
    tni_map_init(&w.map, a->heap);
    tni_map_init(&w.layouts, a->heap);
    tni_wrap_scope_init(&w, &w.top, WRAP_TOP, NULL);
    tni_wrap_check(&w, adapters, adapter_count);
    if (w.status == TENON_OK && problems->count == 0) {
        put_all(&w);
        tni_buf_put(out, w.top.out.data, w.top.out.count);
    }
    if (w.status == TENON_OK && (w.top.out.failed || out->failed || problems->failed)) {
        w.status = tni_no_memory(e);
    }
    tni_wrap_scope_free(&w.top);
    tni_map_free(&w.map);
    tni_map_free(&w.layouts);
    return w.status;
}
