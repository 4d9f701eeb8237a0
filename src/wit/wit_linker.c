/* wit_linker.c: from the tables of a linker to the world that a component is held
 * against. Interfaces are found as in linking (tni_linker_offer); resources go by the
 * names of their interface and their own. Host tables say nothing about where they are
 * written, so `at` is NULL everywhere. */
#include "wit/wit_linker.h"

#include "base/map.h"
#include "wit/wit_internal.h"
#include "wit/wit_model.h"

typedef struct builder {
    tni_arena *arena;
    tenon_error *e;
    const tni_linker *l;
    tni_wit_world *actual, *world;
    tni_wit_item **items;
    /* of the interface at hand */
    tni_wit_interface *scope;
    const tni_wit_interface *like; /* what the component wants of it */
    tni_wit_type **resources;
    tni_map named; /* nominal types of the table, by address */
} builder;

/* Foreign resources may be foreign where they come from. */
enum { MOST_HOPS = 16 };

/* -- types -- */

static tni_str key_of(const tenon_type *const *t) {
    return (tni_str){(const char *)t, sizeof *t};
}

static tenon_status spell_out(builder *b, const tenon_type *t, tni_wit_type *out);

static tenon_status type_ref(void *user, const tenon_type *t, tni_wit_type **out) {
    builder *b = user;
    const u64 *place = tni_map_get(&b->named, key_of(&t));
    if (place != NULL) {
        *out = (tni_wit_type *)(uintptr_t)*place;
        return TENON_OK;
    }
    *out = TNI_ARENA_NEW(b->arena, tni_wit_type);
    return *out == NULL ? tni_no_memory(b->e) : spell_out(b, t, *out);
}

static tni_wit_spelling spelling_of(builder *b) {
    return (tni_wit_spelling){b->arena, type_ref, b, b->e};
}

static tenon_status spell_out(builder *b, const tenon_type *t, tni_wit_type *out) {
    const tni_wit_spelling s = spelling_of(b);
    if (t->kind == TENON_TYPE_OWN || t->kind == TENON_TYPE_BORROW) {
        out->element = b->resources[t->resource]; /* the linker has checked the number */
    }
    return tni_wit_spell_out(&s, t, out);
}

static tni_wit_type *add_named(builder *b, const char *name, int kind) {
    tni_wit_type *t = TNI_ARENA_NEW(b->arena, tni_wit_type);
    if (t != NULL) {
        tni_wit_type **end = &b->scope->types;
        while (*end != NULL) {
            end = &(*end)->next;
        }
        *end = t;
        t->kind = kind;
        t->name = tni_str_of(name);
        t->owner = b->scope;
    }
    return t;
}

static const tenon_host_resource *resource_named(const tni_hostiface *h,
                                                 const char *name) {
    const tenon_interface *table = h == NULL ? NULL : tni_hostiface_table(h);
    for (u32 i = 0; table != NULL && i < table->resource_count; i++) {
        if (strcmp(table->resources[i].name, name) == 0) {
            return &table->resources[i];
        }
    }
    return NULL;
}

/* A resource that is used from another interface: an alias of that one's. */
static tenon_status use_foreign(builder *b, const tenon_host_resource *r,
                                tni_wit_type *alias) {
    for (int hops = 0; hops < MOST_HOPS; hops++) {
        const tni_hostiface *from = tni_linker_find(b->l, tni_str_of(r->interface));
        const tenon_host_resource *next = resource_named(from, r->foreign_name);
        if (next == NULL || next->interface == NULL) {
            break;
        }
        r = next;
    }
    tni_wit_interface *owner = TNI_ARENA_NEW(b->arena, tni_wit_interface);
    tni_wit_type *t = TNI_ARENA_NEW(b->arena, tni_wit_type);
    if (owner == NULL || t == NULL) {
        return tni_no_memory(b->e);
    }
    owner->id = tni_str_of(r->interface);
    owner->name = owner->id;
    *t = (tni_wit_type){
        .kind = TNI_WIT_RESOURCE, .name = tni_str_of(r->foreign_name), .owner = owner};
    alias->kind = TNI_WIT_ALIAS;
    alias->element = t;
    return TENON_OK;
}

static tenon_status add_resources(builder *b, const tenon_interface *table) {
    b->resources = TNI_ARENA_ARRAY(b->arena, tni_wit_type *, table->resource_count);
    if (b->resources == NULL) {
        return tni_no_memory(b->e);
    }
    for (u32 i = 0; i < table->resource_count; i++) {
        const tenon_host_resource *r = &table->resources[i];
        tni_wit_type *t = add_named(b, r->name, TNI_WIT_RESOURCE);
        if (t == NULL) {
            return tni_no_memory(b->e);
        }
        b->resources[i] = t;
        if (r->interface != NULL) {
            TNI_TRY(use_foreign(b, r, t));
        }
    }
    return TENON_OK;
}

/* Names first, for types refer to each other; then what they are. A type that has a name
 * already is an alias, and so are those that others may share without meaning the name.
 */
static tenon_status add_types(builder *b, const tenon_interface *table) {
    tni_wit_type **made = TNI_ARENA_ARRAY(b->arena, tni_wit_type *, table->type_count);
    if (made == NULL) {
        return tni_no_memory(b->e);
    }
    for (u32 i = 0; i < table->type_count; i++) {
        const tenon_type *t = table->types[i].type;
        bool is_new = tni_wit_is_nominal((int)t->kind) &&
                      tni_map_get(&b->named, key_of(&t)) == NULL;
        made[i] =
            add_named(b, table->types[i].name, is_new ? (int)t->kind : TNI_WIT_ALIAS);
        if (made[i] == NULL ||
            (is_new && !tni_map_put(&b->named, key_of(&table->types[i].type),
                                    (u64)(uintptr_t)made[i]))) {
            return tni_no_memory(b->e);
        }
    }
    for (u32 i = 0; i < table->type_count; i++) {
        const tenon_type *t = table->types[i].type;
        TNI_TRY(made[i]->kind == TNI_WIT_ALIAS ? type_ref(b, t, &made[i]->element)
                                               : spell_out(b, t, made[i]));
    }
    return TENON_OK;
}

/* -- functions -- */

static bool starts(tni_str s, tni_str with) {
    return s.len >= with.len && memcmp(s.ptr, with.ptr, with.len) == 0;
}

/* The resource of the interface at hand that has the name; NULL for none. */
static tni_wit_type *resource_of(builder *b, tni_str name) {
    tni_wit_type *t = b->scope->types;
    while (t != NULL && !tni_str_eq(t->name, name)) {
        t = t->next;
    }
    return t;
}

static const tni_wit_func *func_named(const tni_wit_func *f, tni_str name) {
    while (f != NULL && !tni_str_eq(f->full_name, name)) {
        f = f->next;
    }
    return f;
}

static const tni_wit_func *wanted_func(const builder *b, tni_str name) {
    const tni_wit_func *f = b->like == NULL ? NULL : func_named(b->like->funcs, name);
    for (const tni_wit_type *t = b->like == NULL ? NULL : b->like->types;
         f == NULL && t != NULL; t = t->next) {
        f = func_named(t->funcs, name);
    }
    for (const tni_wit_item *i = b->like == NULL ? b->actual->items : NULL;
         f == NULL && i != NULL; i = i->next) {
        f = i->func != NULL && !i->is_export ? func_named(i->func, name) : NULL;
    }
    return f;
}

/* A parameter without a name is one of any name. */
static void name_params(const builder *b, tni_wit_func *f) {
    const tni_wit_func *w = wanted_func(b, f->full_name);
    const tni_wit_field *like = w == NULL ? NULL : w->params;
    for (tni_wit_field *p = f->params; p != NULL; p = p->next) {
        if (p->name.len == 0) {
            p->name = like != NULL ? like->name : TNI_STR("_");
        }
        like = like != NULL ? like->next : NULL;
    }
}

static tenon_status add_func(builder *b, const tenon_host_func *of, tni_wit_func **out) {
    tni_wit_func *f = TNI_ARENA_NEW(b->arena, tni_wit_func);
    if (f == NULL) {
        return tni_no_memory(b->e);
    }
    const tni_wit_spelling s = spelling_of(b);
    f->full_name = tni_str_of(of->name);
    const tni_wit_func_name name = tni_wit_split_func(f->full_name);
    f->kind = name.kind;
    f->name = f->full_name;
    f->is_async = of->type.is_async;
    f->param_count = of->type.param_count;
    TNI_TRY(tni_wit_fields_of(&s, of->type.params, of->type.param_count, &f->params));
    if (of->type.result != NULL) {
        TNI_TRY(type_ref(b, of->type.result, &f->result));
    }
    name_params(b, f);
    tni_wit_type *resource =
        f->kind == TNI_WIT_FREE ? NULL : resource_of(b, name.resource);
    tni_wit_func **end = resource != NULL ? &resource->funcs : &b->scope->funcs;
    if (resource == NULL && f->kind != TNI_WIT_FREE) {
        *out = NULL; /* of a resource that is not there, which is said */
        return TENON_OK;
    }
    while (*end != NULL) {
        end = &(*end)->next;
    }
    *end = f;
    *out = f;
    return TENON_OK;
}

/* -- interfaces and the world -- */

static tenon_status fill(builder *b, const tenon_interface *table) {
    tni_map_init(&b->named, b->arena->heap);
    tenon_status status = add_resources(b, table);
    status = status == TENON_OK ? add_types(b, table) : status;
    for (u32 i = 0; status == TENON_OK && i < table->func_count; i++) {
        tni_wit_func *f;
        status = add_func(b, &table->funcs[i], &f);
    }
    tni_map_free(&b->named);
    return status;
}

static tenon_status add_item(builder *b, tni_wit_item item) {
    tni_wit_item *copy = TNI_ARENA_NEW(b->arena, tni_wit_item);
    if (copy == NULL) {
        return tni_no_memory(b->e);
    }
    *copy = item;
    TNI_WIT_APPEND(b->items, copy);
    b->world->item_count++;
    return TENON_OK;
}

/* The offer for an interface that the component imports, under the same name. */
static tenon_status add_offer(builder *b, const tni_hostiface *h,
                              const tni_wit_item *wanted) {
    b->scope = TNI_ARENA_NEW(b->arena, tni_wit_interface);
    if (b->scope == NULL) {
        return tni_no_memory(b->e);
    }
    b->like = wanted->interface;
    b->scope->name = b->like->name;
    b->scope->id = tni_hostiface_name(h); /* what messages say */
    if (memchr(b->scope->id.ptr, '/', b->scope->id.len) == NULL) {
        b->scope->id = b->like->id;
    }
    TNI_TRY(fill(b, tni_hostiface_table(h)));
    return add_item(b, (tni_wit_item){.kind = TNI_WIT_ITEM_INTERFACE,
                                      .is_plain = wanted->is_plain,
                                      .name = wanted->name,
                                      .interface = b->scope});
}

/* Of the interface "": functions and resources of the world itself. */
static tenon_status add_root(builder *b, const tenon_interface *table) {
    b->scope = b->world->scope;
    b->like = NULL;
    TNI_TRY(fill(b, table));
    for (tni_wit_type *t = b->scope->types; t != NULL; t = t->next) {
        TNI_TRY(add_item(b, (tni_wit_item){.kind = TNI_WIT_ITEM_TYPE,
                                           .is_plain = true,
                                           .name = t->name,
                                           .type = t}));
    }
    for (tni_wit_func *f = b->scope->funcs; f != NULL; f = f->next) {
        TNI_TRY(add_item(b, (tni_wit_item){.kind = TNI_WIT_ITEM_FUNC,
                                           .is_plain = true,
                                           .name = f->full_name,
                                           .func = f}));
    }
    b->scope->funcs = NULL;
    return TENON_OK;
}

/* All that the linker has, by name: for names and versions that are near. */
static tenon_status add_names(builder *b) {
    const tni_hostiface *h;
    for (u32 n = 0; (h = tni_linker_iface(b->l, n)) != NULL; n++) {
        tni_str name = tni_hostiface_name(h);
        if (name.len == 0) {
            TNI_TRY(add_root(b, tni_hostiface_table(h)));
            continue;
        }
        tni_wit_interface *i = TNI_ARENA_NEW(b->arena, tni_wit_interface);
        if (i == NULL) {
            return tni_no_memory(b->e);
        }
        bool is_plain = memchr(name.ptr, '/', name.len) == NULL;
        i->name = name;
        i->id = is_plain ? (tni_str){"", 0} : name;
        TNI_TRY(add_item(b, (tni_wit_item){.kind = TNI_WIT_ITEM_INTERFACE,
                                           .is_plain = is_plain,
                                           .name = name,
                                           .interface = i}));
    }
    return TENON_OK;
}

/* -- what the component wants -- */

static bool stands_for(const tni_wit_item *i, const tni_named_entity *x) {
    return !i->is_export && starts(i->name, x->name) &&
           (i->name.len == x->name.len ||
            i->name.len == x->name.len + x->version_suffix.len);
}

static void drop_func(tni_wit_func **f, tni_str name) {
    while (*f != NULL && !tni_str_eq((*f)->full_name, name)) {
        f = &(*f)->next;
    }
    if (*f != NULL) {
        *f = (*f)->next;
    }
}

/* An import that needs no offer. */
static void drop(builder *b, const tni_named_entity *x) {
    tni_wit_item **i = &b->actual->items;
    while (*i != NULL && !stands_for(*i, x)) {
        i = &(*i)->next;
    }
    if (*i != NULL) {
        *i = (*i)->next;
    }
    for (tni_wit_type *t = b->actual->scope->types; t != NULL; t = t->next) {
        drop_func(&t->funcs, x->name);
    }
}

static const tni_wit_item *wanted_item(const builder *b, const tni_named_entity *x) {
    const tni_wit_item *i = b->actual->items;
    while (i != NULL && !stands_for(i, x)) {
        i = i->next;
    }
    return i;
}

static tenon_status add_import(builder *b, const tni_named_entity *x) {
    const tni_hostiface *h = tni_linker_offer(b->l, x);
    bool is_stand_in = h != NULL && tni_hostiface_table(h) == NULL;
    if (is_stand_in || (h == NULL && tni_needs_no_offer(x->entity))) {
        drop(b, x);
        return TENON_OK;
    }
    const tni_wit_item *wanted = wanted_item(b, x);
    return h == NULL || wanted == NULL || wanted->kind != TNI_WIT_ITEM_INTERFACE
               ? TENON_OK
               : add_offer(b, h, wanted);
}

tenon_status tni_wit_of_linker(tni_arena *a, const tni_linker *l, const tni_component *c,
                               tni_wit_world *actual, const tni_wit_world **out,
                               tenon_error *e) {
    builder b = {.arena = a, .e = e, .l = l, .actual = actual};
    b.world = TNI_ARENA_NEW(a, tni_wit_world);
    if (b.world == NULL ||
        (b.world->scope = TNI_ARENA_NEW(a, tni_wit_interface)) == NULL) {
        return tni_no_memory(e);
    }
    b.world->scope->world = b.world;
    b.items = &b.world->items;
    *out = b.world;
    for (u32 i = 0; i < c->import_count; i++) {
        TNI_TRY(add_import(&b, &c->imports[i]));
    }
    return add_names(&b);
}
