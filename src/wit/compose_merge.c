/* compose_merge.c: the imports of several worlds as one world's. Interfaces whose
 * versions are on one semver track become one, of the highest version, with all their
 * items. That items of one name are alike is for the caller to see (contract.h). */
#include "wit/compose_internal.h"
#include "wit/contract.h"

#define STR(s) (int)(s).len, (s).ptr

void tni_compose_merger_init(compose_merger *m, tni_arena *a, tni_buf *problems,
                             tenon_error *e) {
    *m = (compose_merger){.arena = a, .e = e, .problems = problems};
    m->items_end = &m->world.items;
    m->world.scope = &m->scope;
    m->scope.world = &m->world;
    tni_map_init(&m->interfaces, a->heap);
}

void tni_compose_merger_free(compose_merger *m) {
    tni_map_free(&m->interfaces);
}

/* -- which interface has become which -- */

static tni_str key_of(const tni_wit_interface *const *i) {
    return (tni_str){(const char *)i, sizeof *i};
}

static tni_wit_interface *merged_of(compose_merger *m, const tni_wit_interface *i) {
    if (i == m->part->world->scope) {
        return &m->scope;
    }
    const u64 *found = tni_map_get(&m->interfaces, key_of(&i));
    return found == NULL ? NULL : (tni_wit_interface *)(uintptr_t)*found;
}

static tenon_status remember(compose_merger *m, const tni_wit_interface *i,
                             tni_wit_interface *merged) {
    const tni_wit_interface **key = TNI_ARENA_NEW(m->arena, const tni_wit_interface *);
    if (key == NULL) {
        return tni_no_memory(m->e);
    }
    *key = i;
    return tni_map_put(&m->interfaces, key_of(key), (u64)(uintptr_t)merged)
               ? TENON_OK
               : tni_no_memory(m->e);
}

static tni_wit_type *find_type(const tni_wit_interface *i, tni_str name) {
    tni_wit_type *t = i->types;
    while (t != NULL && !tni_str_eq(t->name, name)) {
        t = t->next;
    }
    return t;
}

/* -- copies -- */

static tenon_status copy_type(compose_merger *m, const tni_wit_type *t,
                              tni_wit_type **out);

static tenon_status copy_fields(compose_merger *m, const tni_wit_field *f,
                                tni_wit_field **out) {
    *out = NULL;
    for (; f != NULL; f = f->next) {
        tni_wit_field *copy = TNI_ARENA_NEW(m->arena, tni_wit_field);
        if (copy == NULL) {
            return tni_no_memory(m->e);
        }
        *copy = *f;
        copy->next = NULL;
        TNI_TRY(copy_type(m, f->type, &copy->type));
        *out = copy;
        out = &copy->next;
    }
    return TENON_OK;
}

/* A type without the name that it has, if any. */
static tenon_status copy_definition(compose_merger *m, const tni_wit_type *t,
                                    tni_wit_type **out) {
    tni_wit_type *copy = TNI_ARENA_NEW(m->arena, tni_wit_type);
    if (copy == NULL) {
        return tni_no_memory(m->e);
    }
    *copy = *t;
    copy->next = NULL;
    copy->funcs = NULL;
    copy->owner = copy->used = NULL;
    copy->name = (tni_str){"", 0};
    TNI_TRY(copy_fields(m, t->fields, &copy->fields));
    TNI_TRY(copy_type(m, t->element, &copy->element));
    TNI_TRY(copy_type(m, t->other, &copy->other));
    *out = copy;
    return TENON_OK;
}

/* Whether the part's own import has that item: the model of an interface that is exported
 * too has the items of both. */
static bool is_imported(const tni_instance_type *imported, tni_str name) {
    for (u32 i = 0; imported != NULL && i < imported->export_count; i++) {
        if (tni_str_eq(imported->exports[i].name, name)) {
            return true;
        }
    }
    return imported == NULL;
}

static tenon_status merge_type(compose_merger *m, tni_wit_interface *to,
                               const tni_wit_type *t, tni_wit_type **out);

/* What stands for a named type: the merged type of that name or, when it is a plug's, its
 * definition. */
static tenon_status copy_named(compose_merger *m, const tni_wit_type *t,
                               tni_wit_type **out) {
    tni_wit_interface *merged = merged_of(m, t->owner);
    *out = merged != NULL ? find_type(merged, t->name) : NULL;
    if (*out != NULL) {
        return TENON_OK;
    }
    if (merged != NULL && t->owner == m->from && is_imported(m->imported, t->name)) {
        return merge_type(m, merged, t, out); /* one that comes later */
    }
    const tni_wit_type *target = tni_wit_target(t);
    if (target->kind == TNI_WIT_RESOURCE) {
        tni_buf_format(
            m->problems,
            "%.*s: what it still imports uses resource `%.*s` of %.*s, which a "
            "plug is to provide\n",
            STR(m->part->name), STR(t->name), STR(t->owner->id));
    }
    return copy_definition(m, target, out);
}

static tenon_status copy_type(compose_merger *m, const tni_wit_type *t,
                              tni_wit_type **out) {
    if (t == NULL) {
        *out = NULL;
        return TENON_OK;
    }
    return t->name.len > 0 ? copy_named(m, t, out) : copy_definition(m, t, out);
}

static tenon_status copy_func(compose_merger *m, const tni_wit_interface *to,
                              const tni_wit_func *f, tni_wit_func **out) {
    tni_wit_func *copy = TNI_ARENA_NEW(m->arena, tni_wit_func);
    if (copy == NULL) {
        return tni_no_memory(m->e);
    }
    *copy = *f;
    copy->next = NULL;
    copy->resource = f->resource != NULL ? find_type(to, f->resource->name) : NULL;
    TNI_TRY(copy_fields(m, f->params, &copy->params));
    TNI_TRY(copy_type(m, f->result, &copy->result));
    *out = copy;
    return TENON_OK;
}

/* -- merging -- */

static tenon_status merge_funcs(compose_merger *m, const tni_wit_interface *to,
                                const tni_instance_type *imported,
                                const tni_wit_func *from, tni_wit_func **list) {
    for (; from != NULL; from = from->next) {
        if (!is_imported(imported, from->full_name)) {
            continue;
        }
        tni_wit_func **link = list;
        while (*link != NULL && !tni_str_eq((*link)->full_name, from->full_name)) {
            link = &(*link)->next;
        }
        if (*link == NULL) {
            TNI_TRY(copy_func(m, to, from, link));
        }
    }
    return TENON_OK;
}

/* Without its functions, which may use types that come later. */
static tenon_status merge_type(compose_merger *m, tni_wit_interface *to,
                               const tni_wit_type *t, tni_wit_type **out) {
    *out = find_type(to, t->name);
    if (*out != NULL) {
        return TENON_OK;
    }
    tni_wit_type *copy;
    TNI_TRY(copy_definition(m, t, &copy)); /* and whatever it needs, before it */
    copy->name = t->name;
    copy->owner = to;
    copy->used = t->used != NULL ? merged_of(m, t->used) : NULL;
    tni_wit_type **link = &to->types;
    while (*link != NULL) {
        link = &(*link)->next;
    }
    *link = copy;
    *out = copy;
    return TENON_OK;
}

static tenon_status merge_methods(compose_merger *m, const tni_wit_interface *to,
                                  const tni_instance_type *imported,
                                  const tni_wit_type *t) {
    tni_wit_type *merged = find_type(to, t->name);
    return merged == NULL ? TENON_OK
                          : merge_funcs(m, to, imported, t->funcs, &merged->funcs);
}

static const tni_instance_type *instance_type(const compose_merger *m, tni_str name) {
    const tni_component *c = m->part->component;
    for (u32 i = 0; c != NULL && i < c->import_count; i++) {
        const tni_entity *entity = c->imports[i].entity;
        if (tni_str_eq(c->imports[i].name, name) && entity->kind == TNI_ENTITY_INSTANCE) {
            return entity->instance;
        }
    }
    return NULL;
}

static tenon_status merge_interface(compose_merger *m, tni_wit_interface *to,
                                    const tni_wit_item *item) {
    const tni_wit_interface *from = item->interface;
    const tni_instance_type *imported = instance_type(m, item->name);
    m->from = from;
    m->imported = imported;
    TNI_TRY(remember(m, from, to));
    for (const tni_wit_type *t = from->types; t != NULL; t = t->next) {
        tni_wit_type *unused;
        if (is_imported(imported, t->name)) {
            TNI_TRY(merge_type(m, to, t, &unused));
        }
    }
    for (const tni_wit_type *t = from->types; t != NULL; t = t->next) {
        TNI_TRY(merge_methods(m, to, imported, t));
    }
    return merge_funcs(m, to, imported, from->funcs, &to->funcs);
}

static tni_wit_item *find_item(const compose_merger *m, tni_str name, bool is_plain,
                               bool is_export) {
    for (tni_wit_item *i = m->world.items; i != NULL; i = i->next) {
        bool same = tni_str_eq(i->name, name) ||
                    (!is_plain && !i->is_plain && tni_wit_same_track(i->name, name));
        if (i->is_export == is_export && same) {
            return i;
        }
    }
    return NULL;
}

tni_wit_item *tni_compose_find(const compose_merger *m, tni_str name, bool is_plain) {
    return find_item(m, name, is_plain, false);
}

static tni_str version_of(tni_str id) {
    const char *at = memchr(id.ptr, '@', id.len);
    return at == NULL ? (tni_str){"", 0}
                      : (tni_str){at + 1, (size_t)(id.ptr + id.len - at - 1)};
}

static tenon_status add_item(compose_merger *m, const tni_wit_item *like,
                             tni_wit_item **out) {
    tni_wit_item *item = TNI_ARENA_NEW(m->arena, tni_wit_item);
    tni_wit_interface *interface = TNI_ARENA_NEW(m->arena, tni_wit_interface);
    if (item == NULL || interface == NULL) {
        return tni_no_memory(m->e);
    }
    *item = *like;
    item->next = NULL;
    item->interface = NULL;
    tni_wit_interface *before =
        like->interface != NULL ? merged_of(m, like->interface) : NULL;
    if (before != NULL) { /* it is on the other side as well */
        item->interface = before;
    } else if (like->interface != NULL) {
        *interface = *like->interface;
        interface->next = NULL;
        interface->types = NULL;
        interface->funcs = NULL;
        item->interface = interface;
    }
    *m->items_end = item;
    m->items_end = &item->next;
    *out = item;
    return TENON_OK;
}

static tenon_status merge_item(compose_merger *m, const tni_wit_item *i) {
    tni_wit_item *item = find_item(m, i->name, i->is_plain, i->is_export);
    bool fresh = item == NULL;
    if (fresh) {
        TNI_TRY(add_item(m, i, &item));
    } else if (item->kind != i->kind) {
        return TENON_OK; /* the caller sees it */
    }
    if (i->kind == TNI_WIT_ITEM_FUNC) {
        return fresh ? copy_func(m, &m->scope, i->func, &item->func) : TENON_OK;
    }
    if (i->kind == TNI_WIT_ITEM_TYPE) {
        return merge_type(m, &m->scope, i->type, &item->type);
    }
    tni_str a = version_of(item->name), b = version_of(i->name);
    if (!i->is_export && a.len > 0 && b.len > 0 && tni_semver_compare(a, b) < 0) {
        item->name = i->name;
        item->interface->id = i->interface->id;
    }
    return merge_interface(m, item->interface, i);
}

tenon_status tni_compose_merge(compose_merger *m, const tni_composed *part,
                               bool (*is_wanted)(void *user, const tni_wit_item *item),
                               void *user) {
    m->part = part;
    for (const tni_wit_item *i = part->world->items; i != NULL; i = i->next) {
        if (!i->is_export && is_wanted(user, i)) {
            TNI_TRY(merge_item(m, i));
        }
    }
    /* What is exported may use imports that nobody wrote, and that come later. */
    for (const tni_wit_item *i = part->world->items; i != NULL; i = i->next) {
        if (i->is_export && m->takes_exports && is_wanted(user, i)) {
            TNI_TRY(merge_item(m, i));
        }
    }
    for (const tni_wit_item *i = part->world->items; i != NULL; i = i->next) {
        if (i->kind == TNI_WIT_ITEM_TYPE && is_wanted(user, i)) {
            TNI_TRY(merge_methods(m, &m->scope, NULL, i->type));
        }
    }
    return TENON_OK;
}

static bool is_any(void *user, const tni_wit_item *item) {
    (void)user;
    (void)item;
    return true;
}

tenon_status tni_wit_join_worlds(tni_arena *a, const tni_wit_world *const *worlds,
                                 u32 count, const tni_wit_world **out, tni_buf *problems,
                                 tenon_error *e) {
    compose_merger *m = TNI_ARENA_NEW(a, compose_merger);
    if (m == NULL) {
        return tni_no_memory(e);
    }
    tni_compose_merger_init(m, a, problems, e);
    m->takes_exports = true;
    if (count > 0) {
        m->world.name = worlds[0]->name;
        m->world.id = worlds[0]->id;
        m->world.package = worlds[0]->package;
    }
    tenon_status s = TENON_OK;
    for (u32 i = 0; i < count && s == TENON_OK; i++) {
        tni_composed part = {.name = worlds[i]->id, .world = worlds[i]};
        s = tni_compose_merge(m, &part, is_any, NULL);
    }
    m->part = NULL;
    tni_compose_merger_free(m);
    *out = &m->world;
    return s;
}
