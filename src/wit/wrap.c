/* wrap.c: a core module made into a component of a world: its imports and exports are
 * held against the world, then everything around it is written. Binary.md. */
#include "wit/wrap.h"

#include "binary/write.h"
#include "wit/wrap_internal.h"

#define STR(s) (int)(s).len, (s).ptr

/* -- the module against the world -- */

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

static void put_difference(tni_buf *b, const tni_subtype *t, const wrap_sig *s) {
    tni_buf_format(b, " has type ");
    put_vals(b, t->params, t->param_count);
    tni_buf_format(b, " -> ");
    put_vals(b, t->results, t->result_count);
    tni_buf_format(b, ", the world wants ");
    put_vals(b, s->params, s->param_count);
    tni_buf_format(b, " -> ");
    put_vals(b, &s->result, s->result_count);
    tni_buf_byte(b, '\n');
}

static const tni_wit_item *find_item(const wrapper *w, tni_str name, bool is_export,
                                     tni_wit_item_kind kind) {
    for (const tni_wit_item *i = w->world->items; i != NULL; i = i->next) {
        if (i->is_export == is_export && i->kind == kind && tni_str_eq(i->name, name)) {
            return i;
        }
    }
    return NULL;
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

static bool strip(tni_str *s, const char *prefix) {
    size_t len = strlen(prefix);
    if (s->len < len || memcmp(s->ptr, prefix, len) != 0) {
        return false;
    }
    *s = (tni_str){s->ptr + len, s->len - len};
    return true;
}

static const tni_wit_type *find_resource(const tni_wit_interface *i, tni_str name) {
    for (const tni_wit_type *t = i != NULL ? i->types : NULL; t != NULL; t = t->next) {
        if (tni_str_eq(t->name, name) && tni_wit_target(t)->kind == TNI_WIT_RESOURCE) {
            return t;
        }
    }
    return NULL;
}

static bool resolve_resource(wrap_need *n, const tni_wit_interface *i, bool is_export) {
    tni_str name = n->name;
    if (strip(&name, "[resource-drop]")) {
        n->kind = WRAP_DROP;
    } else if (is_export && strip(&name, "[resource-new]")) {
        n->kind = WRAP_NEW;
    } else if (is_export && strip(&name, "[resource-rep]")) {
        n->kind = WRAP_REP;
    } else {
        return false;
    }
    n->side = is_export ? WRAP_LOCAL : WRAP_IMPORT;
    n->sig = (wrap_sig){.param_count = 1,
                        .params = {TNI_I32},
                        .result_count = n->kind != WRAP_DROP,
                        .result = TNI_I32};
    n->resource = find_resource(i, name);
    return n->resource != NULL;
}

static bool resolve_need(wrapper *w, wrap_need *n) {
    tni_str module = n->module;
    if (strip(&module, "[export]")) {
        n->item = find_item(w, module, true, TNI_WIT_ITEM_INTERFACE);
        return n->item != NULL && resolve_resource(n, n->item->interface, true);
    }
    if (tni_str_eq(module, TNI_STR("$root"))) {
        n->item = find_item(w, n->name, false, TNI_WIT_ITEM_FUNC);
        if (n->item == NULL) {
            return resolve_resource(n, w->world->scope, false);
        }
        n->func = n->item->func;
    } else {
        n->item = find_item(w, module, false, TNI_WIT_ITEM_INTERFACE);
        if (n->item == NULL || resolve_resource(n, n->item->interface, false)) {
            return n->item != NULL;
        }
        n->func = find_func(n->item->interface, n->name);
    }
    if (n->func != NULL) {
        tni_wrap_signature(w, n->func, false, &n->sig);
        n->is_indirect = n->sig.needs_memory || n->sig.needs_realloc;
    }
    return n->func != NULL;
}

static wrap_need *add_need(wrapper *w, tni_str module, tni_str name) {
    wrap_need *n = TNI_ARENA_NEW(w->arena, wrap_need);
    if (n == NULL) {
        w->status = w->status == TENON_OK ? tni_no_memory(w->e) : w->status;
        return NULL;
    }
    n->module = module;
    n->name = name;
    for (const wrap_need *o = w->needs; o != NULL && !n->is_repeated; o = o->next) {
        n->is_repeated = tni_str_eq(o->module, module) && tni_str_eq(o->name, name);
    }
    *w->tail = n;
    w->tail = &n->next;
    return n;
}

static void check_async(wrapper *w, const tni_wit_func *f) {
    if (f->is_async) {
        tni_buf_format(w->problems,
                       "function \"%.*s\" is async, which is not supported\n",
                       STR(f->full_name));
    }
}

static void check_import(wrapper *w, const tni_import *i) {
    wrap_need *n = add_need(w, i->module, i->name);
    if (n == NULL) {
        return;
    }
    if (i->type.kind != TNI_EXTERN_FUNC || !resolve_need(w, n)) {
        tni_buf_format(w->problems, "import \"%.*s\" \"%.*s\" is not in the world\n",
                       STR(i->module), STR(i->name));
        return;
    }
    if (n->func != NULL) {
        check_async(w, n->func);
    }
    const tni_subtype *t = &w->m->types[i->type.as.func];
    if (!has_sig(t, &n->sig)) {
        tni_buf_format(w->problems, "import \"%.*s\" \"%.*s\"", STR(i->module),
                       STR(i->name));
        put_difference(w->problems, t, &n->sig);
    }
    if (n->is_indirect) {
        n->slot = w->slots++;
    }
}

static tni_str join(wrapper *w, const char *prefix, tni_str interface, tni_str func) {
    tni_buf b;
    tni_buf_init(&b, w->arena->heap);
    tni_buf_format(&b, "%s%.*s%s%.*s", prefix, STR(interface),
                   interface.len > 0 ? "#" : "", STR(func));
    tni_str s = tni_arena_str(w->arena, (tni_str){(const char *)b.data, b.count});
    if ((b.failed || s.ptr == NULL) && w->status == TENON_OK) {
        w->status = tni_no_memory(w->e);
    }
    tni_buf_free(&b);
    return s.ptr != NULL ? s : TNI_STR("");
}

static u32 find_export(const wrapper *w, tni_str name, tni_extern_kind kind) {
    u32 x = tni_module_find_export(w->m, name);
    return x != TNI_NO_INDEX && w->m->exports[x].kind == kind ? x : TNI_NO_INDEX;
}

/* An export of that name and signature. */
static void check_export(wrapper *w, tni_str name, const wrap_sig *sig, bool required) {
    u32 x = find_export(w, name, TNI_EXTERN_FUNC);
    if (x == TNI_NO_INDEX && required) {
        tni_buf_format(w->problems, "export \"%.*s\" is missing\n", STR(name));
    } else if (x != TNI_NO_INDEX) {
        const tni_subtype *t = func_type(w->m, w->m->exports[x].index);
        if (!has_sig(t, sig)) {
            tni_buf_format(w->problems, "export \"%.*s\"", STR(name));
            put_difference(w->problems, t, sig);
        }
    }
}

static void check_func(wrapper *w, tni_str interface, const tni_wit_func *f) {
    check_async(w, f);
    wrap_sig sig;
    tni_wrap_signature(w, f, true, &sig);
    check_export(w, join(w, "", interface, f->full_name), &sig, true);
    wrap_sig post = {.param_count = sig.result_count, .params = {sig.result}};
    check_export(w, join(w, "cabi_post_", interface, f->full_name), &post, false);
    if (sig.needs_memory) {
        w->memory = 0;
    }
    if (sig.needs_realloc) {
        w->realloc = 0;
    }
}

static const wrap_sig dtor_sig = {.param_count = 1, .params = {TNI_I32}};

static void check_resource(wrapper *w, const tni_wit_item *item, const tni_wit_type *t) {
    for (const tni_wit_func *f = t->funcs; f != NULL; f = f->next) {
        check_func(w, item->name, f);
    }
    tni_str name = join(w, "", item->name, join(w, "[dtor]", TNI_STR(""), t->name));
    check_export(w, name, &dtor_sig, false);
    if (t->kind != TNI_WIT_RESOURCE ||
        find_export(w, name, TNI_EXTERN_FUNC) == TNI_NO_INDEX) {
        return;
    }
    wrap_need *n = add_need(w, TNI_STR(""), name);
    if (n != NULL) {
        n->kind = WRAP_DTOR;
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

static void check_memory(wrapper *w) {
    for (const wrap_need *n = w->needs; n != NULL; n = n->next) {
        w->memory = n->sig.needs_memory ? 0 : w->memory;
        w->realloc = n->sig.needs_realloc ? 0 : w->realloc;
    }
    if (w->memory == 0 &&
        find_export(w, TNI_STR("memory"), TNI_EXTERN_MEMORY) == TNI_NO_INDEX) {
        tni_buf_format(w->problems, "export \"memory\" is missing\n");
    }
    if (w->realloc == 0) {
        wrap_sig sig = {.param_count = 4,
                        .params = {TNI_I32, TNI_I32, TNI_I32, TNI_I32},
                        .result_count = 1,
                        .result = TNI_I32};
        check_export(w, TNI_STR("cabi_realloc"), &sig, true);
    }
}

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
    return sort == 0x00 ? w->core_funcs++ : 0;
}

static void put_options(const wrapper *w, tni_buf *b, const wrap_sig *sig, u32 post) {
    tni_buf_u32(b, 1u + sig->needs_memory + sig->needs_realloc + (post != TNI_NO_INDEX));
    tni_buf_byte(b, 0x00);
    tni_buf_put(b, "\x03\x00", sig->needs_memory ? 2 : 0);
    if (sig->needs_realloc) {
        tni_buf_byte(b, 0x04);
        tni_buf_u32(b, w->realloc);
    }
    if (post != TNI_NO_INDEX) {
        tni_buf_byte(b, 0x05);
        tni_buf_u32(b, post);
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

static u32 canon(wrapper *w, wrap_need *n) {
    static const u8 codes[] = {0x01, 0x03, 0x02, 0x04};
    u32 of = n->kind == WRAP_LOWER ? imported_func(w, n)
                                   : tni_wrap_type(w, &w->top, n->resource, n->side);
    tni_buf b = begin(w);
    tni_buf_byte(&b, codes[n->kind]);
    if (n->kind == WRAP_LOWER) {
        tni_buf_byte(&b, 0x00);
    }
    tni_buf_u32(&b, of);
    if (n->kind == WRAP_LOWER) {
        put_options(w, &b, &n->sig, TNI_NO_INDEX);
    }
    tni_wrap_entry(&w->top, TNI_CSECTION_CANON, &b);
    return w->core_funcs++;
}

static void put_number_name(tni_buf *b, u32 n) {
    char text[16];
    size_t len = tni_format(text, sizeof text, "%u", n);
    tni_write_name(b, (tni_str){text, len});
}

static u32 core_module(wrapper *w, const void *bytes, size_t len) {
    tni_buf b = begin(w);
    tni_buf_put(&b, bytes, len);
    tni_cwriter_section(&w->top.writer, TNI_CSECTION_CORE_MODULE, &b);
    tni_buf_free(&b);
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

/* The shim, and the exported resources, whose destructors go through it. */
static u32 put_shim(wrapper *w) {
    u32 instance = TNI_NO_INDEX;
    if (w->slots > 0) {
        tni_buf shim = begin(w);
        tni_wrap_shim(w, &shim);
        u32 module = core_module(w, shim.data, shim.count);
        w->top.out.failed = w->top.out.failed || shim.failed;
        tni_buf_free(&shim);
        tni_buf none = begin(w);
        instance = core_instance(w, 0x00, module, 0, &none);
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

static void put_main(wrapper *w) {
    for (wrap_need *n = w->needs; n != NULL; n = n->next) {
        if (!n->is_indirect) {
            n->core_func = canon(w, n);
        }
    }
    tni_buf args = begin(w);
    u32 count = 0;
    for (const wrap_need *n = w->needs; n != NULL; n = n->next) {
        const wrap_need *first = w->needs;
        while (!tni_str_eq(first->module, n->module) || first->kind == WRAP_DTOR) {
            first = first->next;
            if (first == NULL) {
                break;
            }
        }
        if (n->kind == WRAP_DTOR || first != n) {
            continue;
        }
        tni_buf items = begin(w);
        u32 funcs = 0;
        for (const wrap_need *o = n; o != NULL; o = o->next) {
            if (o->kind != WRAP_DTOR && !o->is_repeated &&
                tni_str_eq(o->module, n->module)) {
                tni_write_name(&items, o->name);
                tni_buf_byte(&items, 0x00);
                tni_buf_u32(&items, o->core_func);
                funcs++;
            }
        }
        tni_write_name(&args, n->module);
        tni_buf_byte(&args, 0x12);
        tni_buf_u32(&args, core_instance(w, 0x01, 0, funcs, &items));
        count++;
    }
    u32 module = core_module(w, w->m->bytes, w->m->byte_count);
    w->main_instance = core_instance(w, 0x00, module, count, &args);
}

static void put_fixup(wrapper *w, u32 shim, bool initialize) {
    if (w->slots == 0 && !initialize) {
        return;
    }
    tni_buf items = begin(w);
    for (wrap_need *n = w->needs; n != NULL; n = n->next) {
        if (n->is_indirect) {
            u32 func = n->kind == WRAP_DTOR
                           ? core_alias(w, 0x00, w->main_instance, n->name)
                           : canon(w, n);
            put_number_name(&items, n->slot);
            tni_buf_byte(&items, 0x00);
            tni_buf_u32(&items, func);
        }
    }
    if (initialize) {
        put_number_name(&items, w->slots);
        tni_buf_byte(&items, 0x00);
        tni_buf_u32(&items,
                    core_alias(w, 0x00, w->main_instance, TNI_STR("_initialize")));
    }
    if (w->slots > 0) {
        (void)core_alias(w, 0x01, shim, TNI_STR("$imports"));
        tni_write_name(&items, TNI_STR("$imports"));
        tni_buf_put(&items, "\x01\x00", 2);
    }
    u32 inline_ =
        core_instance(w, 0x01, 0, w->slots + initialize + (w->slots > 0), &items);
    tni_buf fixup = begin(w);
    tni_wrap_fixup(w, initialize, &fixup);
    u32 module = core_module(w, fixup.data, fixup.count);
    w->top.out.failed = w->top.out.failed || fixup.failed;
    tni_buf_free(&fixup);
    tni_buf args = begin(w);
    tni_write_name(&args, TNI_STR(""));
    tni_buf_byte(&args, 0x12);
    tni_buf_u32(&args, inline_);
    (void)core_instance(w, 0x00, module, 1, &args);
}

/* -- exports -- */

static u32 lift(wrapper *w, tni_str interface, const tni_wit_func *f, wrap_side side) {
    wrap_sig sig;
    tni_wrap_signature(w, f, true, &sig);
    u32 type = tni_wrap_func_type(w, &w->top, f, side);
    u32 core =
        core_alias(w, 0x00, w->main_instance, join(w, "", interface, f->full_name));
    tni_str post_name = join(w, "cabi_post_", interface, f->full_name);
    u32 post = TNI_NO_INDEX;
    if (find_export(w, post_name, TNI_EXTERN_FUNC) != TNI_NO_INDEX) {
        post = core_alias(w, 0x00, w->main_instance, post_name);
    }
    tni_buf b = begin(w);
    tni_buf_put(&b, "\0", 2);
    tni_buf_u32(&b, core);
    put_options(w, &b, &sig, post);
    tni_buf_u32(&b, type);
    tni_wrap_entry(&w->top, TNI_CSECTION_CANON, &b);
    return w->top.funcs++;
}

static void export_func(wrapper *w, wrap_scope *s, const tni_wit_item *item,
                        const tni_wit_func *f) {
    u32 func = lift(w, item->name, f, WRAP_LOCAL);
    u32 type = tni_wrap_func_type(w, s, f, WRAP_LOCAL);
    tni_str name = join(w, "import-func-", TNI_STR(""), f->full_name);
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

static void put_all(wrapper *w) {
    for (const wrap_need *n = w->needs; n != NULL; n = n->next) {
        if (n->kind == WRAP_LOWER) {
            (void)imported_func(w, n);
        }
    }
    bool initialize =
        find_export(w, TNI_STR("_initialize"), TNI_EXTERN_FUNC) != TNI_NO_INDEX;
    u32 shim = put_shim(w);
    put_resources(w);
    put_main(w);
    if (w->memory == 0) {
        (void)core_alias(w, 0x02, w->main_instance, TNI_STR("memory"));
    }
    if (w->realloc == 0) {
        w->realloc = core_alias(w, 0x00, w->main_instance, TNI_STR("cabi_realloc"));
    }
    put_fixup(w, shim, initialize);
    put_exports(w);
    tni_cwriter_finish(&w->top.writer);
}

tenon_status tni_wrap(tni_arena *a, const tni_module *m, const tni_wit_world *world,
                      tni_buf *out, tni_buf *problems, tenon_error *e) {
    wrapper w = {.arena = a,
                 .e = e,
                 .m = m,
                 .world = world,
                 .problems = problems,
                 .memory = TNI_NO_INDEX,
                 .realloc = TNI_NO_INDEX};
    w.tail = &w.needs;
    tni_map_init(&w.map, a->heap);
    tni_map_init(&w.layouts, a->heap);
    tni_wrap_scope_init(&w, &w.top, WRAP_TOP, NULL);
    for (u32 i = 0; i < m->import_count; i++) {
        check_import(&w, &m->imports[i]);
    }
    check_exports(&w);
    check_twice(&w);
    check_memory(&w);
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
