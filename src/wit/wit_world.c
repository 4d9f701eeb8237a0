/* wit_world.c: worlds: imports and exports, `include`, and the imports that nobody wrote
 * but whose types others use. WIT.md, "WIT Worlds", "Union of Worlds with include",
 * "Transitive imports and worlds". */
#include "base/map.h"
#include "wit/wit_internal.h"

enum { UNSEEN, IN_PROGRESS, DONE };

/* A world while its items are gathered into a new list. */
typedef struct gathering {
    tni_wit_resolver *r;
    tni_wit_world *world;
    tni_wit_item **link;
    tni_map items; /* name to item; imports' names begin with 'i', exports' with 'e' */
} gathering;

static int name_len(tni_str s) {
    return s.len > 80 ? 80 : (int)s.len;
}

static bool is_same_type(const tni_wit_item *a, const tni_wit_item *b) {
    return a->kind == TNI_WIT_ITEM_TYPE && b->kind == TNI_WIT_ITEM_TYPE &&
           tni_wit_target(a->type) == tni_wit_target(b->type);
}

static tenon_status item_key(const gathering *g, const tni_wit_item *item, tni_str *out) {
    char *key = tni_arena_alloc(g->r->arena, item->name.len + 1, 1);
    if (key == NULL) {
        return tni_no_memory(g->r->e);
    }
    key[0] = item->is_export ? 'e' : 'i';
    for (size_t i = 0; i < item->name.len; i++) {
        char c = item->name.ptr[i];
        key[i + 1] = (char)(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
    }
    *out = (tni_str){key, item->name.len + 1};
    return TENON_OK;
}

/* Interfaces named by their id are there once; plain names must not meet. */
static tenon_status meet(const gathering *g, tni_wit_item *old,
                         const tni_wit_item *item) {
    if (!old->is_plain && !item->is_plain) {
        if (old->is_implied && !item->is_implied) {
            old->is_implied = false;
            old->attrs = item->attrs;
        }
        return TENON_OK;
    }
    if (is_same_type(old, item)) {
        return TENON_OK;
    }
    return tni_wit_fail_in(g->r, item->at, TNI_ERR_WIT_DUPLICATE,
                           "\"%.*s\" is %s twice by world \"%.*s\"", name_len(item->name),
                           item->name.ptr, item->is_export ? "exported" : "imported",
                           name_len(g->world->name), g->world->name.ptr);
}

static tenon_status import_uses(gathering *g, const tni_wit_interface *i, u32 depth);

/* Adds a copy of an item, after the imports whose types it uses. */
static tenon_status add_item(gathering *g, const tni_wit_item *item, u32 depth) {
    tni_str key = {NULL, 0};
    TNI_TRY(item_key(g, item, &key));
    u64 *place = tni_map_get(&g->items, key);
    if (place != NULL) {
        return meet(g, (tni_wit_item *)(uintptr_t)*place, item);
    }
    if (++g->world->item_count > TNI_LIMIT_wit_world_items) {
        return tni_wit_fail_in(g->r, g->world->at, TNI_ERR_WIT_LIMIT,
                               "world \"%.*s\" has more than %d items",
                               name_len(g->world->name), g->world->name.ptr,
                               TNI_LIMIT_wit_world_items);
    }
    tni_wit_item *copy = TNI_ARENA_NEW(g->r->arena, tni_wit_item);
    if (copy == NULL || !tni_map_put(&g->items, key, (u64)(uintptr_t)copy)) {
        return tni_no_memory(g->r->e);
    }
    *copy = *item;
    copy->next = NULL;
    if (!copy->is_export && copy->interface != NULL) {
        TNI_TRY(import_uses(g, copy->interface, depth));
    }
    TNI_WIT_APPEND(g->link, copy);
    return TENON_OK;
}

static tenon_status import_interface(gathering *g, tni_wit_interface *i, u32 depth) {
    tni_wit_item item = {.kind = TNI_WIT_ITEM_INTERFACE,
                         .is_implied = true,
                         .name = i->id,
                         .interface = i,
                         .at = g->world->at};
    return add_item(g, &item, depth);
}

/* Imports every interface whose types i uses. The uses are acyclic and as deep as
 * resolution allowed. */
static tenon_status import_uses(gathering *g, const tni_wit_interface *i, u32 depth) {
    if (depth > TNI_LIMIT_text_depth) {
        return tni_wit_fail_in(g->r, i->at, TNI_ERR_WIT_LIMIT,
                               "interfaces use each other more than %d deep",
                               TNI_LIMIT_text_depth);
    }
    const tni_wit_interface *last = NULL;
    for (const tni_wit_type *t = i->types; t != NULL; t = t->next) {
        if (t->used != NULL && t->used != last && !t->attrs.off) {
            last = t->used;
            TNI_TRY(import_interface(g, t->used, depth + 1));
        }
    }
    return TENON_OK;
}

/* -- one item -- */

static tenon_status resolve_item_path(gathering *g, tni_wit_item *item) {
    tni_wit_binding *b;
    TNI_TRY(tni_wit_resolve_path(g->r, g->world->scope->block, item->path, &b));
    if (b->interface == NULL) {
        return tni_wit_fail_in(g->r, item->path->at, TNI_ERR_WIT_UNRESOLVED,
                               "\"%.*s\" is not an interface", name_len(item->path->name),
                               item->path->name.ptr);
    }
    item->interface = b->interface;
    if (!item->is_plain) {
        item->name = b->interface->id;
    }
    return tni_wit_resolve_interface(g->r, b->interface, 0);
}

static tenon_status resolve_item(gathering *g, tni_wit_item *item) {
    switch (item->kind) {
    case TNI_WIT_ITEM_FUNC:
        return tni_wit_resolve_func(g->r, g->world->scope, item->func);
    case TNI_WIT_ITEM_TYPE:
        return item->type->used == NULL ? TENON_OK
                                        : import_interface(g, item->type->used, 0);
    case TNI_WIT_ITEM_INTERFACE: break;
    }
    return item->path != NULL ? resolve_item_path(g, item)
                              : tni_wit_resolve_interface(g->r, item->interface, 0);
}

static tenon_status gather_item(gathering *g, tni_wit_item *item) {
    TNI_TRY(tni_wit_gate(g->r, g->world->package, &item->attrs, item->at));
    if (item->attrs.off) {
        return TENON_OK;
    }
    TNI_TRY(resolve_item(g, item));
    return add_item(g, item, 0);
}

/* -- include -- */

static tenon_status find_included(tni_wit_resolver *r, const tni_wit_world *w,
                                  const tni_wit_include *include, tni_wit_world **out) {
    tni_wit_binding *b;
    TNI_TRY(tni_wit_resolve_path(r, w->scope->block, &include->path, &b));
    if (b->world == NULL) {
        return tni_wit_fail_in(r, include->path.at, TNI_ERR_WIT_UNRESOLVED,
                               "\"%.*s\" is not a world", name_len(include->path.name),
                               include->path.name.ptr);
    }
    *out = b->world;
    return TENON_OK;
}

static tenon_status rename_item(gathering *g, tni_wit_item *item, tni_wit_rename *renames,
                                const tni_map *by_name) {
    u64 *place =
        renames == NULL || !item->is_plain ? NULL : tni_map_get(by_name, item->name);
    if (place == NULL) {
        return TENON_OK;
    }
    tni_wit_rename *rename = (tni_wit_rename *)(uintptr_t)*place;
    rename->used = true;
    if (item->kind == TNI_WIT_ITEM_TYPE) {
        return tni_wit_fail_in(g->r, rename->at, TNI_ERR_UNSUPPORTED,
                               "renaming the type \"%.*s\" in an include",
                               name_len(rename->from), rename->from.ptr);
    }
    item->name = rename->to;
    return TENON_OK;
}

static tenon_status gather_renamed(gathering *g, const tni_wit_world *included,
                                   tni_wit_rename *renames, tni_map *by_name) {
    for (tni_wit_rename *n = renames; n != NULL; n = n->next) {
        bool fresh;
        if (!tni_map_add(by_name, n->from, (u64)(uintptr_t)n, &fresh)) {
            return tni_no_memory(g->r->e);
        }
        if (!fresh) {
            return tni_wit_fail_in(g->r, n->at, TNI_ERR_WIT_DUPLICATE, "\"%.*s\"",
                                   name_len(n->from), n->from.ptr);
        }
    }
    for (const tni_wit_item *i = included->items; i != NULL; i = i->next) {
        tni_wit_item copy = *i;
        TNI_TRY(rename_item(g, &copy, renames, by_name));
        TNI_TRY(add_item(g, &copy, 0));
    }
    for (tni_wit_rename *n = renames; n != NULL; n = n->next) {
        if (!n->used) {
            return tni_wit_fail_in(g->r, n->at, TNI_ERR_WIT_UNRESOLVED,
                                   "world \"%.*s\" has no plain name \"%.*s\"",
                                   name_len(included->name), included->name.ptr,
                                   name_len(n->from), n->from.ptr);
        }
    }
    return TENON_OK;
}

static tenon_status gather_include(gathering *g, const tni_wit_include *include) {
    if (include->attrs.off) {
        return TENON_OK;
    }
    tni_wit_world *included = NULL;
    TNI_TRY(find_included(g->r, g->world, include, &included));
    tni_map by_name;
    tni_map_init(&by_name, g->r->arena->heap);
    tenon_status s = gather_renamed(g, included, include->renames, &by_name);
    tni_map_free(&by_name);
    return s;
}

/* -- worlds -- */

/* Interfaces that exported ones use are imported unless they are exported too. */
static tenon_status import_for_exports(gathering *g) {
    for (tni_wit_item *item = g->world->items; item != NULL; item = item->next) {
        if (!item->is_export || item->interface == NULL) {
            continue;
        }
        for (const tni_wit_type *t = item->interface->types; t != NULL; t = t->next) {
            if (t->used == NULL || t->attrs.off) {
                continue;
            }
            tni_wit_item exported = {.is_export = true, .name = t->used->id};
            tni_str key = {NULL, 0};
            TNI_TRY(item_key(g, &exported, &key));
            if (tni_map_get(&g->items, key) == NULL) {
                TNI_TRY(import_interface(g, t->used, 0));
            }
        }
    }
    return TENON_OK;
}

static tenon_status gather(gathering *g) {
    tni_wit_item *written = g->world->items;
    const tni_wit_include *include = g->world->includes;
    g->world->items = NULL;
    g->link = &g->world->items;
    for (tni_wit_item *item = NULL;;) {
        for (; include != NULL && include->before == item; include = include->next) {
            TNI_TRY(gather_include(g, include));
        }
        item = item == NULL ? written : item->next;
        if (item == NULL) {
            return import_for_exports(g);
        }
        TNI_TRY(gather_item(g, item));
    }
}

/* Resolves the worlds that are included, and makes their types names of this world. */
static tenon_status resolve_includes(tni_wit_resolver *r, tni_wit_world *w, u32 depth) {
    for (tni_wit_include *i = w->includes; i != NULL; i = i->next) {
        TNI_TRY(tni_wit_gate(r, w->package, &i->attrs, i->path.at));
        if (i->attrs.off) {
            continue;
        }
        tni_wit_world *included = NULL;
        TNI_TRY(find_included(r, w, i, &included));
        TNI_TRY(tni_wit_resolve_world(r, included, depth + 1));
        for (const tni_wit_item *t = included->items; t != NULL; t = t->next) {
            if (t->kind == TNI_WIT_ITEM_TYPE &&
                tni_wit_lookup(r, w->scope, t->name) == NULL) {
                tni_wit_binding b = {.name = t->name, .at = i->path.at, .type = t->type};
                TNI_TRY(tni_wit_bind(r, w->scope, b));
            }
        }
    }
    return TENON_OK;
}

static tenon_status resolve_marked(tni_wit_resolver *r, tni_wit_world *w, u32 depth) {
    TNI_TRY(tni_wit_bind_items(r, w->scope));
    TNI_TRY(resolve_includes(r, w, depth));
    TNI_TRY(tni_wit_resolve_interface(r, w->scope, 0));
    gathering g = {.r = r, .world = w};
    tni_map_init(&g.items, r->arena->heap);
    tenon_status s = gather(&g);
    tni_map_free(&g.items);
    return s;
}

tenon_status tni_wit_resolve_world(tni_wit_resolver *r, tni_wit_world *w, u32 depth) {
    if (w->mark == DONE) {
        return TENON_OK;
    }
    if (w->mark == IN_PROGRESS) {
        return tni_wit_fail_in(r, w->at, TNI_ERR_WIT_CYCLE,
                               "world \"%.*s\" includes itself", name_len(w->name),
                               w->name.ptr);
    }
    if (depth > TNI_LIMIT_text_depth) {
        return tni_wit_fail_in(r, w->at, TNI_ERR_WIT_LIMIT,
                               "worlds include each other more than %d deep",
                               TNI_LIMIT_text_depth);
    }
    w->mark = IN_PROGRESS;
    TNI_TRY(resolve_marked(r, w, depth));
    w->mark = DONE;
    return TENON_OK;
}

/* -- which stream or future -- */

/* Named types share what they are made of, so that a function of a few lines can mention
 * more than could ever be looked through. */
enum { MOST_MENTIONS = 1 << 18 };

typedef struct end_search {
    u32 number; /* of the one that is looked for; counts down */
    u32 left;   /* of MOST_MENTIONS */
} end_search;

/* The n-th in order of mention: of the parameters, then the result; what is inside one
 * comes before it. */
static const tni_wit_type *find_end(const tni_wit_type *t, end_search *x) {
    const tni_wit_type *found = NULL;
    if (t == NULL || t->kind == TENON_TYPE_OWN || t->kind == TENON_TYPE_BORROW ||
        x->left == 0) {
        return NULL;
    }
    x->left--;
    for (const tni_wit_field *f = t->fields; f != NULL && found == NULL; f = f->next) {
        found = find_end(f->type, x);
    }
    if (found == NULL) {
        found = find_end(t->element, x);
    }
    if (found == NULL) {
        found = find_end(t->other, x);
    }
    if (found == NULL && (t->kind == TENON_TYPE_STREAM || t->kind == TENON_TYPE_FUTURE) &&
        x->left > 0 && x->number-- == 0) {
        found = t;
    }
    return found;
}

const tni_wit_type *tni_wit_func_end(const tni_wit_func *f, u32 n) {
    end_search x = {.number = n, .left = MOST_MENTIONS};
    const tni_wit_type *found = NULL;
    for (const tni_wit_field *p = f->params; p != NULL && found == NULL; p = p->next) {
        found = find_end(p->type, &x);
    }
    return found != NULL ? found : find_end(f->result, &x);
}
