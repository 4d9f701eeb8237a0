/* wrap_names.c: the names that core modules have for what they export, and the standard
 * names of imports ("cm32p2"). BuildTargets.md for those; the others, which are older and
 * more, are those that toolchains have settled on. */
#include "wit/contract.h"
#include "wit/wit_model.h"
#include "wit/wrap_internal.h"

#define STR(s) (int)(s).len, (s).ptr

bool tni_wrap_strip(tni_str *s, const char *prefix) {
    size_t len = strlen(prefix);
    if (s->len < len || memcmp(s->ptr, prefix, len) != 0) {
        return false;
    }
    *s = (tni_str){s->ptr + len, s->len - len};
    return true;
}

bool tni_wrap_strip_end(tni_str *s, const char *suffix) {
    size_t len = strlen(suffix);
    if (s->len < len || memcmp(s->ptr + s->len - len, suffix, len) != 0) {
        return false;
    }
    s->len -= len;
    return true;
}

static tni_str keep(wrapper *w, tni_buf *b) {
    tni_str s = tni_arena_str(w->arena, (tni_str){(const char *)b->data, b->count});
    if ((b->failed || s.ptr == NULL) && w->status == TENON_OK) {
        w->status = tni_no_memory(w->e);
    }
    tni_buf_free(b);
    return s.ptr != NULL ? s : TNI_STR("");
}

tni_str tni_wrap_join(wrapper *w, const char *prefix, tni_str interface, tni_str func) {
    tni_buf b;
    tni_buf_init(&b, w->arena->heap);
    tni_buf_format(&b, "%s%.*s%s%.*s", prefix, STR(interface),
                   interface.len > 0 ? "#" : "", STR(func));
    return keep(w, &b);
}

/* -- standard names -- */

/* "ns:package/name@1" of "ns:package/name@1.2.3", in two parts. */
static tni_str canonical(tni_str id, tni_str *version) {
    tni_str bare = tni_wit_unversioned(id);
    *version = (tni_str){"", 0};
    if (bare.len < id.len) {
        tni_str track =
            tni_wit_track((tni_str){id.ptr + bare.len + 1, id.len - bare.len - 1});
        *version = (tni_str){track.ptr - 1, track.len + 1};
    }
    return bare;
}

static bool is_canonical(tni_str id, tni_str name) {
    tni_str version, bare = canonical(id, &version);
    return name.len == bare.len + version.len &&
           memcmp(name.ptr, bare.ptr, bare.len) == 0 &&
           memcmp(name.ptr + bare.len, version.ptr, version.len) == 0;
}

tni_str tni_wrap_canonical(wrapper *w, tni_str id) {
    tni_buf b;
    tni_str version, bare = canonical(id, &version);
    tni_buf_init(&b, w->arena->heap);
    tni_buf_format(&b, "%.*s%.*s", STR(bare), STR(version));
    return keep(w, &b);
}

/* "cm32p2|interface|func" */
static tni_str standard_name(wrapper *w, tni_str interface, tni_str func,
                             const char *suffix) {
    tni_buf b;
    tni_str version, bare = canonical(interface, &version);
    tni_buf_init(&b, w->arena->heap);
    tni_buf_format(&b, "cm32p2|%.*s%.*s|%.*s%s", STR(bare), STR(version), STR(func),
                   suffix);
    return keep(w, &b);
}

bool tni_wrap_is_standard(tni_str module) {
    return tni_wrap_strip(&module, "cm32p2");
}

static const tni_wit_item *find_canonical(const wrapper *w, tni_str name,
                                          bool is_export) {
    const tni_wit_item *i = w->world->items;
    while (i != NULL &&
           (i->is_export != is_export || i->interface == NULL ||
            i->kind != TNI_WIT_ITEM_INTERFACE ||
            !(i->is_plain ? tni_str_eq(i->name, name) : is_canonical(i->name, name)))) {
        i = i->next;
    }
    return i;
}

static bool resolve_resource(wrap_need *n, const tni_wit_interface *i, bool exported) {
    tni_str name = n->name;
    n->kind = tni_wrap_strip_end(&name, "_drop")              ? WRAP_DROP
              : exported && tni_wrap_strip_end(&name, "_new") ? WRAP_NEW
              : exported && tni_wrap_strip_end(&name, "_rep") ? WRAP_REP
                                                              : WRAP_LOWER;
    return n->kind != WRAP_LOWER && tni_wrap_resolve_resource(n, i, name, exported);
}

bool tni_wrap_resolve_standard(wrapper *w, wrap_need *n) {
    tni_str module = n->module;
    (void)tni_wrap_strip(&module, "cm32p2");
    if (module.len == 0) {
        n->item = tni_wrap_find_item(w, n->name, false, TNI_WIT_ITEM_FUNC);
        if (n->item == NULL) {
            return resolve_resource(n, w->world->scope, false);
        }
        n->func = n->item->func;
    } else if (!tni_wrap_strip(&module, "|")) {
        return false;
    } else {
        bool exported = tni_wrap_strip(&module, "_ex_");
        n->item = find_canonical(w, module, exported);
        if (n->item == NULL) {
            return false;
        }
        n->func = exported ? NULL : tni_wrap_find_func(n->item, n->name);
        if (n->func == NULL) {
            return resolve_resource(n, n->item->interface, exported);
        }
    }
    tni_wrap_signature(w, n->func, false, false, &n->sig);
    n->is_indirect = n->sig.needs_memory || n->sig.needs_realloc;
    return true;
}

/* -- exports -- */

u32 tni_wrap_find_export(const tni_module *m, tni_str name, tni_extern_kind kind) {
    u32 x = tni_module_find_export(m, name);
    return x != TNI_NO_INDEX && m->exports[x].kind == kind ? x : TNI_NO_INDEX;
}

bool tni_wrap_find_owner(const wrapper *w, tni_str name, wrap_adapter **owner) {
    *owner = NULL;
    if (tni_wrap_find_export(w->m, name, TNI_EXTERN_FUNC) != TNI_NO_INDEX) {
        return true;
    }
    for (wrap_adapter *a = w->adapters; a != NULL; a = a->next) {
        if (tni_wrap_find_export(a->core.m, name, TNI_EXTERN_FUNC) != TNI_NO_INDEX) {
            *owner = a;
            return true;
        }
    }
    return false;
}

/* A post-return function is of the module that has the function. */
static void find_post(const wrapper *w, tni_str name, wrap_lift *l) {
    wrap_adapter *owner;
    if (tni_wrap_find_owner(w, name, &owner) && owner == l->owner) {
        l->post = name;
    }
}

void tni_wrap_find_lift(wrapper *w, tni_str interface, const tni_wit_func *f,
                        wrap_lift *out) {
    *out = (wrap_lift){.post = {"", 0}, .callback = {"", 0}};
    if (f->is_async) {
        out->name = tni_wrap_join(w, "[async-lift]", interface, f->full_name);
        if (tni_wrap_find_owner(w, out->name, &out->owner)) {
            out->callback = tni_wrap_join(w, "[callback]", TNI_STR(""), out->name);
            tni_wrap_signature(w, f, true, true, &out->sig);
            return;
        }
        out->name = tni_wrap_join(w, "[async-lift-stackful]", interface, f->full_name);
        if (tni_wrap_find_owner(w, out->name, &out->owner)) {
            tni_wrap_signature(w, f, true, true, &out->sig);
            out->sig.result_count = 0; /* nothing to tell an event loop */
            return;
        }
    }
    tni_wrap_signature(w, f, true, false, &out->sig);
    out->name = standard_name(w, interface, f->full_name, "");
    if (tni_wrap_find_owner(w, out->name, &out->owner)) {
        find_post(w, standard_name(w, interface, f->full_name, "_post"), out);
        return;
    }
    out->name = tni_wrap_join(w, "", interface, f->full_name);
    (void)tni_wrap_find_owner(w, out->name, &out->owner);
    find_post(w, tni_wrap_join(w, "cabi_post_", interface, f->full_name), out);
}

tni_str tni_wrap_find_dtor(wrapper *w, tni_str interface, tni_str resource,
                           wrap_adapter **owner) {
    tni_str name = standard_name(w, interface, resource, "_dtor");
    if (tni_wrap_find_owner(w, name, owner)) {
        return name;
    }
    name = tni_wrap_join(w, "", interface,
                         tni_wrap_join(w, "[dtor]", TNI_STR(""), resource));
    return tni_wrap_find_owner(w, name, owner) ? name : (tni_str){"", 0};
}

/* -- what is there once -- */

static const char *const role_names[][4] = {
    [WRAP_ROLE_MEMORY] = {"memory", "cm32p2_memory", NULL, NULL},
    [WRAP_ROLE_INITIALIZE] = {"_initialize", "cm32p2_initialize", NULL, NULL},
    [WRAP_ROLE_IMPORT_REALLOC] = {"cabi_import_realloc", NULL, NULL, NULL},
    [WRAP_ROLE_EXPORT_REALLOC] = {"cabi_export_realloc", NULL, NULL, NULL},
    [WRAP_ROLE_ADAPTER_REALLOC] = {"cabi_realloc_adapter", NULL, NULL, NULL},
};
static const char *const reallocs[] = {"cabi_realloc", "canonical_abi_realloc",
                                       "cm32p2_realloc"};

static tni_extern_kind role_kind(wrap_role role) {
    return role == WRAP_ROLE_MEMORY ? TNI_EXTERN_MEMORY : TNI_EXTERN_FUNC;
}

static const char *find_role(const tni_module *m, wrap_role role) {
    for (const char *const *name = role_names[role]; *name != NULL; name++) {
        if (tni_wrap_find_export(m, tni_str_of(*name), role_kind(role)) != TNI_NO_INDEX) {
            return *name;
        }
    }
    for (size_t i = 0; i < TNI_COUNT_OF(reallocs) && role >= WRAP_ROLE_IMPORT_REALLOC;
         i++) {
        if (tni_wrap_find_export(m, tni_str_of(reallocs[i]), TNI_EXTERN_FUNC) !=
            TNI_NO_INDEX) {
            return reallocs[i];
        }
    }
    return NULL;
}

bool tni_wrap_has_role(const tni_module *m, wrap_role role) {
    return find_role(m, role) != NULL;
}

tni_str tni_wrap_role_name(const tni_module *m, wrap_role role) {
    const char *found = find_role(m, role);
    return tni_str_of(found != NULL                      ? found
                      : role >= WRAP_ROLE_IMPORT_REALLOC ? reallocs[0]
                                                         : role_names[role][0]);
}
