/* wrap_unknown.c: what is said of imports that nothing stands for, and of exports that
 * are missing: why, and which names are near. */
#include "wit/wrap_internal.h"

#define STR(s) (int)(s).len, (s).ptr

static void put_near(tni_buf *b, const tni_near *near) {
    for (u32 i = 0; i < near->count; i++) {
        tni_buf_format(b, "%s\"%.*s\"", i == 0 ? "; near it: " : ", ",
                       STR(near->names[i]));
    }
    tni_buf_byte(b, '\n');
}

static void put_nothing_near(tni_buf *b) {
    static const tni_near none = {.count = 0};
    put_near(b, &none);
}

/* -- imports -- */

static void near_funcs(const tni_wit_func *f, tni_str name, tni_near *near) {
    for (; f != NULL; f = f->next) {
        tni_near_offer(near, f->full_name, tni_unlike_funcs(name, f->full_name));
    }
}

/* Functions of an interface, or the world's own. */
static void near_in(const wrapper *w, const tni_wit_item *item, bool is_export,
                    tni_str name, tni_near *near) {
    if (item != NULL && item->interface != NULL) {
        near_funcs(item->interface->funcs, name, near);
        for (const tni_wit_type *t = item->interface->types; t != NULL; t = t->next) {
            near_funcs(t->funcs, name, near);
        }
        return;
    }
    for (const tni_wit_item *i = w->world->items; i != NULL; i = i->next) {
        if (i->kind == TNI_WIT_ITEM_FUNC && i->is_export == is_export) {
            tni_near_offer(near, i->name, tni_unlike(name, i->name));
        }
    }
}

static void near_resources(const tni_wit_interface *i, tni_str name, tni_near *near) {
    for (const tni_wit_type *t = i != NULL ? i->types : NULL; t != NULL; t = t->next) {
        if (tni_wit_target(t)->kind == TNI_WIT_RESOURCE) {
            tni_near_offer(near, t->name, tni_unlike(name, t->name));
        }
    }
}

/* A module name that is no interface of the world. canonical: it is a standard one. */
static void put_no_interface(wrapper *w, tni_str name, bool is_export, bool canonical) {
    tni_near near = {.count = 0};
    for (const tni_wit_item *i = w->world->items; i != NULL; i = i->next) {
        if (i->kind == TNI_WIT_ITEM_INTERFACE && i->is_export == is_export) {
            tni_near_offer(&near, canonical ? tni_wrap_canonical(w, i->name) : i->name,
                           i->is_plain ? tni_unlike(name, i->name)
                                       : tni_unlike_ids(name, i->name));
        }
    }
    tni_buf_format(w->problems, ": it %s no interface \"%.*s\"",
                   is_export ? "exports" : "imports", STR(name));
    put_near(w->problems, &near);
}

/* "read-" and the like of "[stream-read-0]f": what is said of f and 0. */
static bool put_end_reason(wrapper *w, const wrap_need *n, bool is_export, tni_str name) {
    bool stream = tni_wrap_strip(&name, "[stream-");
    if (!stream && !tni_wrap_strip(&name, "[future-")) {
        return false;
    }
    size_t close = 0;
    while (close < name.len && name.ptr[close] != ']') {
        close++;
    }
    if (close == name.len) {
        return false;
    }
    tni_near near = {.count = 0};
    tni_str func = {name.ptr + close + 1, name.len - close - 1};
    const tni_wit_func *f = n->item != NULL ? tni_wrap_find_func(n->item, func) : NULL;
    if (f == NULL) {
        tni_buf_format(w->problems, ": it %s no function \"%.*s\"",
                       is_export ? "exports" : "imports", STR(func));
        near_in(w, n->item, is_export, func, &near);
        put_near(w->problems, &near);
        return true;
    }
    u32 count = 0;
    tni_buf_format(w->problems, ": \"%.*s\" has", STR(func));
    for (const tni_wit_type *t; (t = tni_wit_func_end(f, count)) != NULL && count < 8;
         count++) {
        tni_buf_format(w->problems, "%s a %s as number %u", count > 0 ? "," : "",
                       t->kind == TENON_TYPE_STREAM ? "stream" : "future", count);
    }
    tni_buf_format(w->problems,
                   "%s; the names are [%s-new-N]FUNC, and read, write, "
                   "cancel-read, cancel-write, drop-readable, "
                   "drop-writable\n",
                   count == 0 ? " no streams and no futures" : "",
                   stream ? "stream" : "future");
    return true;
}

static bool put_resource_reason(wrapper *w, const wrap_need *n,
                                const tni_wit_interface *i, bool is_export) {
    tni_str name = n->name;
    bool owner_only = tni_wrap_strip(&name, "[resource-new]") ||
                      tni_wrap_strip(&name, "[resource-rep]");
    if (!owner_only && !tni_wrap_strip(&name, "[resource-drop]")) {
        return false;
    }
    tni_near near = {.count = 0};
    near_resources(i, name, &near);
    if (owner_only && !is_export) {
        tni_buf_format(w->problems,
                       ": only who exports a resource makes its handles: from "
                       "\"[export]%.*s\"\n",
                       STR(n->module));
        return true;
    }
    tni_buf_format(w->problems, ": there is no resource \"%.*s\"", STR(name));
    put_near(w->problems, &near);
    return true;
}

/* An import from $root or an interface, on either side, whose name is not known there. */
static void put_no_name(wrapper *w, const wrap_need *n, bool is_export) {
    tni_str name = n->name;
    tni_near near = {.count = 0};
    const tni_wit_interface *i = n->item != NULL ? n->item->interface : w->world->scope;
    if (put_resource_reason(w, n, i, is_export)) {
        return;
    }
    const char *place = tni_wrap_builtin_place(name);
    if (place != NULL) {
        tni_buf_format(w->problems, ": that built-in is imported from \"%s\"\n", place);
        return;
    }
    bool is_async = tni_wrap_strip(&name, "[async-lower]");
    if (put_end_reason(w, n, is_export, name)) {
        return;
    }
    bool returns = is_export && tni_wrap_strip(&name, "[task-return]");
    const tni_wit_func *f = n->item != NULL ? tni_wrap_find_func(n->item, name) : NULL;
    if (f != NULL && (returns || is_async)) {
        tni_buf_format(w->problems, ": \"%.*s\" is not async\n", STR(name));
        return;
    }
    bool is_marked = name.len > 0 && name.ptr[0] == '[';
    if (is_marked) {
        tni_wrap_near_builtin(name, &near);
    }
    near_in(w, n->item, is_export, name, &near);
    if (is_export && !returns) {
        tni_buf_format(w->problems, ": no built-in for exports has that name");
    } else if (is_marked && n->item == NULL) {
        tni_buf_format(w->problems, ": no built-in has that name");
    } else if (n->item != NULL && n->item->interface != NULL) {
        tni_buf_format(w->problems, ": \"%.*s\" has no function \"%.*s\"",
                       STR(n->item->name), STR(name));
    } else {
        tni_buf_format(w->problems, ": it %s no function \"%.*s\"",
                       returns ? "exports" : "imports", STR(name));
    }
    put_near(w->problems, &near);
}

/* Modules that are none of the component model. */
static bool put_foreign(wrapper *w, const tni_import *i) {
    static const struct {
        const char *module, *reason;
    } rows[] = {
        {"env", "a linker leaves there what no object file defines, and a component has "
                "nobody to ask: link what defines it, or import it from an interface"},
        {"GOT.mem", "a dynamic library imports that: link it statically"},
        {"GOT.func", "a dynamic library imports that: link it statically"},
        {"wasi_snapshot_preview1",
         "WASI preview 1: --adapt wasi_snapshot_preview1=FILE gives an adapter to it"},
        {"wasi_unstable", "WASI preview 0, to which there are no adapters"},
        {"__main_module__", "that is for adapters"},
    };
    for (size_t k = 0; k < TNI_COUNT_OF(rows); k++) {
        if (tni_str_eq(i->module, tni_str_of(rows[k].module))) {
            tni_buf_format(w->problems, ": %s", rows[k].reason);
            put_nothing_near(w->problems);
            return true;
        }
    }
    return false;
}

static const char *kind_name(tni_extern_kind kind) {
    static const char *const names[] = {"function", "table", "memory", "global", "tag"};
    return names[kind];
}

static void put_standard(wrapper *w, wrap_need *n) {
    tni_str module = n->module;
    (void)tni_wrap_strip(&module, "cm32p2");
    bool is_root = module.len == 0;
    if (!is_root && !tni_wrap_strip(&module, "|")) {
        tni_buf_format(w->problems, ": standard names of modules are \"cm32p2\" and "
                                    "\"cm32p2|INTERFACE\"\n");
        return;
    }
    bool is_export = !is_root && tni_wrap_strip(&module, "_ex_");
    if (!is_root && n->item == NULL) {
        put_no_interface(w, module, is_export, true);
        return;
    }
    tni_str name = n->name;
    const tni_wit_interface *i = is_root ? w->world->scope : n->item->interface;
    tni_near near = {.count = 0};
    if (!is_export) {
        near_in(w, n->item, false, name, &near);
    }
    if (tni_wrap_strip_end(&name, "_drop") ||
        (is_export &&
         (tni_wrap_strip_end(&name, "_new") || tni_wrap_strip_end(&name, "_rep")))) {
        near_resources(i, name, &near);
    }
    tni_buf_format(w->problems, ": %s of that name there",
                   is_export ? "no resource's function is" : "no function is");
    put_near(w->problems, &near);
}

void tni_wrap_unknown_import(wrapper *w, wrap_need *n, const tni_import *i) {
    tni_buf_format(w->problems, "%s \"%.*s\" \"%.*s\" ",
                   n->of != NULL ? "an adapter's import" : "import", STR(i->module),
                   STR(i->name));
    bool is_linked = i->module.len > 4 && memcmp(i->module.ptr, "GOT.", 4) == 0;
    if (i->type.kind != TNI_EXTERN_FUNC && !is_linked) {
        tni_buf_format(w->problems,
                       "is a %s: a component gives its modules functions only, and "
                       "\"env\" \"memory\"\n",
                       kind_name(i->type.kind));
        return;
    }
    tni_buf_format(w->problems, "is not in the world");
    tni_str module = i->module;
    if (put_foreign(w, i)) {
        return;
    }
    if (tni_wrap_is_standard(module)) {
        put_standard(w, n);
        return;
    }
    bool is_export = tni_wrap_strip(&module, "[export]");
    bool is_root = tni_str_eq(module, TNI_STR("$root"));
    if (!is_root && n->item == NULL) {
        put_no_interface(w, module, is_export, false);
    } else {
        put_no_name(w, n, is_export);
    }
}

/* -- exports -- */

/* Exports whose names are near, or have the name with something before it. */
static void near_exports(const wrapper *w, tni_str name, tni_near *near) {
    for (u32 i = 0; i < w->m->export_count; i++) {
        const tni_export *x = &w->m->exports[i];
        tni_str end = x->name;
        if (x->kind == TNI_EXTERN_FUNC) {
            size_t distance = tni_unlike(name, x->name);
            if (end.len > name.len && distance == SIZE_MAX) {
                end = (tni_str){end.ptr + end.len - name.len, name.len};
                distance =
                    tni_str_eq(end, name) && end.ptr[-1] == ']' && x->name.ptr[0] == '['
                        ? 1
                        : SIZE_MAX;
            }
            tni_near_offer(near, x->name, distance);
        }
    }
}

void tni_wrap_missing_export(wrapper *w, tni_str interface, const tni_wit_func *f,
                             tni_str name) {
    tni_near near = {.count = 0};
    near_exports(w, name, &near);
    if (interface.len > 0) {
        near_exports(w, f->full_name, &near); /* without its interface */
    }
    tni_buf_format(w->problems, "export \"%.*s\" is missing", STR(name));
    for (u32 i = 0; i < near.count && !f->is_async; i++) {
        tni_str found = near.names[i];
        if (tni_wrap_strip(&found, "[async-lift")) {
            tni_buf_format(w->problems, ": the function is not async");
            break;
        }
    }
    put_near(w->problems, &near);
}
