/* wit_component.c: from a component's imports and exports to the world they make up.
 *
 * Named types are found again by the loader's nodes: a function refers to the very node
 * that its interface exports under a name. A record, variant, enum or flags that some
 * earlier interface exports too is a `use` of it: known by the definition that both come
 * from (tni_ltype.origin), or, in an exported instance, where the definition is repeated
 * inside the component, by name and structure. Resources are known by their slots. */
#include "wit/wit_component.h"

#include "base/map.h"
#include "component/loader.h"
#include "wit/wit_internal.h"
#include "wit/wit_model.h"

/* A named type that stands for a definition. */
typedef struct known {
    struct known *next; /* of the same origin, or the same name */
    tni_wit_type *wit;
    const tenon_type *type;
} known;

typedef struct builder {
    tni_arena *arena;
    tenon_error *e;
    const tni_component *c;
    tni_wit *wit;
    tni_wit_world *world;
    tni_wit_item **items;
    tni_wit_type **slot_owners; /* by slot: the first name of a resource */
    tni_map packages;           /* "wasi:io@0.2.0" */
    tni_map interfaces;         /* "wasi:io/poll@0.2.0" */
    tni_map keys;               /* see key_of */
    uintptr_t place;            /* the order of items, as `at` */
    bool is_export;
} builder;

/* -- maps -- */

typedef enum key_kind {
    KEY_NODE,   /* scope, type node -> tni_wit_type */
    KEY_SLOT,   /* scope, slot and label (0: any) -> tni_wit_type */
    KEY_TYPE,   /* scope, name -> tni_wit_type */
    KEY_FUNC,   /* scope, name: there is a function */
    KEY_EXPORT, /* the same for a world's exports */
    KEY_TAIL,   /* list (a place) -> its last link */
    KEY_ORIGIN, /* label -> known */
    KEY_NAME,   /* name -> known */
} key_kind;

enum { KEY_HEAD = 1 + 2 * 8 };

static tni_str key_of(builder *b, key_kind kind, const void *scope, u64 number,
                      tni_str name) {
    u8 *key = tni_arena_alloc(b->arena, KEY_HEAD + name.len, 1);
    if (key == NULL) {
        return (tni_str){NULL, 0};
    }
    key[0] = (u8)kind;
    tni_store_u64(key + 1, (u64)(uintptr_t)scope);
    tni_store_u64(key + 9, number);
    if (name.len > 0) {
        memcpy(key + KEY_HEAD, name.ptr, name.len);
    }
    return (tni_str){(const char *)key, KEY_HEAD + name.len};
}

static const tni_str no_name = {"", 0};

static void *get(builder *b, key_kind kind, const void *scope, u64 number, tni_str name) {
    tni_arena_mark mark = tni_arena_save(b->arena);
    tni_str key = key_of(b, kind, scope, number, name);
    u64 *place = key.ptr == NULL ? NULL : tni_map_get(&b->keys, key);
    void *found = place == NULL ? NULL : (void *)(uintptr_t)*place;
    tni_arena_restore(b->arena, mark);
    return found;
}

static tenon_status put(builder *b, key_kind kind, const void *scope, u64 number,
                        tni_str name, const void *value) {
    tni_str key = key_of(b, kind, scope, number, name);
    bool ok = key.ptr != NULL && tni_map_put(&b->keys, key, (u64)(uintptr_t)value);
    return ok ? TENON_OK : tni_no_memory(b->e);
}

/* Appends to a list that begins at head; link_offset is that of `next` in a node. */
static tenon_status append(builder *b, void *head, void *node, size_t link_offset) {
    void *last = get(b, KEY_TAIL, head, 0, no_name);
    void *link = last == NULL ? head : (char *)last + link_offset;
    memcpy(link, &node, sizeof node);
    return put(b, KEY_TAIL, head, 0, no_name, node);
}

static u64 node_key(const tenon_type *t) {
    return (u64)(uintptr_t)t;
}

static const tni_ltype *node_of(const tenon_type *t) {
    return t->kind <= TENON_TYPE_ERROR_CONTEXT ? NULL : (const tni_ltype *)t;
}

#define STR(s) (int)((s).len < 200 ? (s).len : 200), (s).ptr

static tenon_status cannot_say(builder *b, tni_str name, const char *what) {
    return tni_fail(b->e, TNI_ERR_UNSUPPORTED, TENON_NO_OFFSET,
                    "WIT has no way to say this: \"%.*s\" is %s", STR(name), what);
}

/* -- equality of value types -- */

static bool same_type(const tenon_type *a, const tenon_type *b);

static bool same_fields(const tenon_type *a, const tenon_type *b) {
    bool named = a->kind != TENON_TYPE_TUPLE;
    for (u32 i = 0; i < a->count; i++) {
        if ((named && strcmp(a->fields[i].name, b->fields[i].name) != 0) ||
            !same_type(a->fields[i].type, b->fields[i].type)) {
            return false;
        }
    }
    return true;
}

/* Nesting is bounded by the loader. */
static bool same_type(const tenon_type *a, const tenon_type *b) {
    if (a == b || a == NULL || b == NULL) {
        return a == b;
    }
    if (a->kind != b->kind || a->count != b->count) {
        return false;
    }
    switch (a->kind) {
    case TENON_TYPE_OWN:
    case TENON_TYPE_BORROW: return a->resource == b->resource;
    case TENON_TYPE_RECORD:
    case TENON_TYPE_TUPLE:
    case TENON_TYPE_VARIANT:
    case TENON_TYPE_ENUM:
    case TENON_TYPE_FLAGS: return same_fields(a, b);
    default: return same_type(a->element, b->element) && same_type(a->other, b->other);
    }
}

/* -- types -- */

static const char *next_place(builder *b) {
    return (const char *)++b->place;
}

static tni_wit_type *add_named(builder *b, tni_wit_interface *scope, tni_str name,
                               int kind) {
    tni_wit_type *t = TNI_ARENA_NEW(b->arena, tni_wit_type);
    if (t == NULL || put(b, KEY_TYPE, scope, 0, name, t) != TENON_OK ||
        append(b, &scope->types, t, offsetof(tni_wit_type, next)) != TENON_OK) {
        (void)tni_no_memory(b->e);
        return NULL;
    }
    t->kind = kind;
    t->name = name;
    t->owner = scope;
    t->at = next_place(b);
    return t;
}

/* A type of a world is also an item of it. */
static tenon_status add_item(builder *b, tni_wit_item item) {
    tni_wit_item *copy = TNI_ARENA_NEW(b->arena, tni_wit_item);
    if (copy == NULL) {
        return tni_no_memory(b->e);
    }
    *copy = item;
    copy->at = next_place(b);
    TNI_WIT_APPEND(b->items, copy);
    b->world->item_count++;
    return TENON_OK;
}

static tenon_status add_type_item(builder *b, tni_wit_type *t) {
    return t->owner != b->world->scope
               ? TENON_OK
               : add_item(b, (tni_wit_item){
                                 .kind = TNI_WIT_ITEM_TYPE, .name = t->name, .type = t});
}

/* `use other.{of as name}`, next to the use before it when that is of the same interface.
 */
static tenon_status add_use(builder *b, tni_wit_interface *scope, tni_str name,
                            tni_wit_type *of, tni_wit_type **out) {
    tni_wit_type *last = get(b, KEY_TAIL, &scope->types, 0, no_name);
    tni_wit_type *t = add_named(b, scope, name, TNI_WIT_ALIAS);
    if (t == NULL) {
        return TENON_NO_MEMORY;
    }
    t->element = of;
    t->used = of->owner;
    if (last != NULL && last->used == t->used) {
        t->path = last->path;
    } else {
        t->path = TNI_ARENA_NEW(b->arena, tni_wit_path);
        if (t->path == NULL) {
            return tni_no_memory(b->e);
        }
    }
    *out = t;
    return add_type_item(b, t);
}

static bool can_use(const tni_wit_type *t) {
    return t->owner->id.len > 0;
}

/* The type under a name that was given to the same definition before; NULL for none. */
static known *find_original(builder *b, const tenon_type *t, tni_str name) {
    u32 origin = node_of(t)->origin;
    known *k = get(b, KEY_ORIGIN, NULL, origin, no_name);
    for (; k != NULL; k = k->next) {
        if (same_type(k->type, t)) {
            return k;
        }
    }
    k = b->is_export && name.len > 0 ? get(b, KEY_NAME, NULL, 0, name) : NULL;
    return k != NULL && same_type(k->type, t) ? k : NULL;
}

/* Makes a definition findable. The first one of a name and structure wins. */
static tenon_status remember(builder *b, tni_wit_type *wit, const tenon_type *t) {
    known *k = TNI_ARENA_ARRAY(b->arena, known, 2);
    if (k == NULL) {
        return tni_no_memory(b->e);
    }
    u32 origin = node_of(t)->origin;
    k[0] = k[1] = (known){NULL, wit, t};
    k[0].next = get(b, KEY_ORIGIN, NULL, origin, no_name);
    TNI_TRY(put(b, KEY_ORIGIN, NULL, origin, no_name, &k[0]));
    return put(b, KEY_NAME, NULL, 0, wit->name, &k[1]);
}

static tenon_status type_ref(builder *b, tni_wit_interface *scope, const tenon_type *t,
                             tni_wit_type **out);

/* A scope that types are named in. */
typedef struct naming {
    builder *b;
    tni_wit_interface *scope;
} naming;

static tenon_status ref_by_name(void *user, const tenon_type *t, tni_wit_type **out) {
    const naming *n = user;
    return type_ref(n->b, n->scope, t, out);
}

static tenon_status fields_of(builder *b, tni_wit_interface *scope,
                              const tenon_field *fields, u32 count, tni_wit_field **out) {
    naming n = {b, scope};
    const tni_wit_spelling s = {b->arena, ref_by_name, &n, b->e};
    return tni_wit_fields_of(&s, fields, count, out);
}

static tenon_status spell_out(builder *b, tni_wit_interface *scope, const tenon_type *t,
                              tni_wit_type *out) {
    naming n = {b, scope};
    const tni_wit_spelling s = {b->arena, ref_by_name, &n, b->e};
    return tni_wit_spell_out(&s, t, out);
}

/* A resource has a slot, and each of its names a label. */
static tenon_status put_resource(builder *b, const tni_wit_interface *scope, u32 slot,
                                 u32 label, const tni_wit_type *t) {
    TNI_TRY(put(b, KEY_SLOT, scope, (u64)slot << 32 | label, no_name, t));
    return get(b, KEY_SLOT, scope, (u64)slot << 32, no_name) != NULL
               ? TENON_OK
               : put(b, KEY_SLOT, scope, (u64)slot << 32, no_name, t);
}

/* The resource of a handle as a name in scope. */
static tenon_status resource_ref(builder *b, tni_wit_interface *scope,
                                 const tenon_type *t, tni_wit_type **out) {
    u32 slot = t->resource;
    u32 label = node_of(t)->label;
    *out = get(b, KEY_SLOT, scope, (u64)slot << 32 | label, no_name);
    if (*out == NULL) {
        *out = get(b, KEY_SLOT, scope, (u64)slot << 32, no_name);
    }
    if (*out != NULL) {
        return TENON_OK;
    }
    tni_wit_type *owner = slot < b->c->slot_count ? b->slot_owners[slot] : NULL;
    if (owner == NULL || !can_use(owner) ||
        get(b, KEY_TYPE, scope, 0, owner->name) != NULL) {
        return cannot_say(b, scope->name, "where a resource without a name is used");
    }
    TNI_TRY(add_use(b, scope, owner->name, owner, out));
    return put_resource(b, scope, slot, label, *out);
}

/* A record, variant, enum or flags that its interface does not name itself. */
static tenon_status nominal_ref(builder *b, tni_wit_interface *scope, const tenon_type *t,
                                tni_wit_type **out) {
    known *k = find_original(b, t, no_name);
    if (k == NULL) {
        return cannot_say(b, scope->name,
                          "where a record, variant, enum or flags "
                          "without a name is used");
    }
    *out = k->wit;
    if (k->wit->owner == scope) {
        return TENON_OK;
    }
    tni_wit_type *here = get(b, KEY_TYPE, scope, 0, k->wit->name);
    if (here != NULL && tni_wit_target(here) == tni_wit_target(k->wit)) {
        *out = here;
        return TENON_OK;
    }
    if (here != NULL || !can_use(k->wit)) {
        return cannot_say(b, k->wit->name, "a type of another interface without a name");
    }
    return add_use(b, scope, k->wit->name, k->wit, out);
}

static tenon_status type_ref(builder *b, tni_wit_interface *scope, const tenon_type *t,
                             tni_wit_type **out) {
    u64 key = node_key(t);
    *out = get(b, KEY_NODE, scope, key, no_name);
    if (*out != NULL) {
        return TENON_OK;
    }
    if (tni_wit_is_nominal((int)t->kind)) {
        TNI_TRY(nominal_ref(b, scope, t, out));
    } else {
        *out = TNI_ARENA_NEW(b->arena, tni_wit_type);
        if (*out == NULL) {
            return tni_no_memory(b->e);
        }
        if (t->kind == TENON_TYPE_OWN || t->kind == TENON_TYPE_BORROW) {
            (*out)->kind = (int)t->kind;
            TNI_TRY(resource_ref(b, scope, t, &(*out)->element));
        } else {
            TNI_TRY(spell_out(b, scope, t, *out));
        }
    }
    return put(b, KEY_NODE, scope, key, no_name, *out);
}

static tenon_status add_resource(builder *b, tni_wit_interface *scope, tni_str name,
                                 const tni_entity *x) {
    u32 slot = x->slot;
    tni_wit_type *t = get(b, KEY_TYPE, scope, 0, name);
    tni_wit_type *owner = b->slot_owners[slot];
    if (t == NULL && owner == NULL) {
        t = add_named(b, scope, name, TNI_WIT_RESOURCE);
        TNI_TRY(t == NULL ? TENON_NO_MEMORY : add_type_item(b, t));
    } else if (t == NULL && owner->owner == scope) {
        t = add_named(b, scope, name, TNI_WIT_ALIAS);
        TNI_TRY(t == NULL ? TENON_NO_MEMORY : add_type_item(b, t));
        t->element = owner;
    } else if (t == NULL && !can_use(owner)) {
        return cannot_say(b, name, "a resource of an interface without a package");
    } else if (t == NULL) {
        TNI_TRY(add_use(b, scope, name, owner, &t));
    }
    if (b->slot_owners[slot] == NULL) {
        b->slot_owners[slot] = t;
    }
    return put_resource(b, scope, slot, x->label, t);
}

/* A nominal type under a name: a use, an alias or a definition. */
static tenon_status add_nominal(builder *b, tni_wit_interface *scope, tni_str name,
                                const tenon_type *t, tni_wit_type **out) {
    known *k = find_original(b, t, name);
    if (k != NULL && k->wit->owner != scope && can_use(k->wit)) {
        return add_use(b, scope, name, k->wit, out);
    }
    bool is_alias = k != NULL && k->wit->owner == scope;
    *out = add_named(b, scope, name, is_alias ? TNI_WIT_ALIAS : (int)t->kind);
    TNI_TRY(*out == NULL ? TENON_NO_MEMORY : add_type_item(b, *out));
    if (is_alias) {
        (*out)->element = k->wit;
        return TENON_OK;
    }
    TNI_TRY(spell_out(b, scope, t, *out));
    return remember(b, *out, t);
}

static tenon_status add_alias(builder *b, tni_wit_interface *scope, tni_str name,
                              const tenon_type *t, tni_wit_type **out) {
    tni_wit_type *spelled = NULL;
    TNI_TRY(type_ref(b, scope, t, &spelled));
    *out = add_named(b, scope, name, TNI_WIT_ALIAS);
    TNI_TRY(*out == NULL ? TENON_NO_MEMORY : add_type_item(b, *out));
    (*out)->element = spelled;
    return TENON_OK;
}

static tenon_status add_type(builder *b, tni_wit_interface *scope, tni_str name,
                             const tni_entity *x) {
    if (!tni_wit_is_label(name)) {
        return cannot_say(b, name, "a type's name that is no label");
    }
    if (x->kind == TNI_ENTITY_RESOURCE) {
        return add_resource(b, scope, name, x);
    }
    tni_wit_type *t = get(b, KEY_TYPE, scope, 0, name);
    if (t == NULL && tni_wit_is_nominal((int)x->value->kind)) {
        TNI_TRY(add_nominal(b, scope, name, x->value, &t));
    } else if (t == NULL) {
        TNI_TRY(add_alias(b, scope, name, x->value, &t));
    }
    return node_of(x->value) == NULL
               ? TENON_OK
               : put(b, KEY_NODE, scope, node_key(x->value), no_name, t);
}

/* -- functions -- */

static tenon_status name_func(builder *b, tni_wit_interface *scope, tni_wit_func *f) {
    const tni_wit_func_name n = tni_wit_split_func(f->full_name);
    f->kind = n.kind;
    f->name = n.name;
    if (n.kind != TNI_WIT_FREE) {
        f->resource = get(b, KEY_TYPE, scope, 0, n.resource);
        if (f->resource == NULL || f->resource->kind != TNI_WIT_RESOURCE) {
            return cannot_say(b, f->full_name,
                              "a function of a resource that is not "
                              "defined beside it");
        }
    }
    return tni_wit_is_label(f->name)
               ? TENON_OK
               : cannot_say(b, f->full_name, "a function's name that is no label");
}

/* NULL in *out when the scope has it already. */
static tenon_status add_func(builder *b, tni_wit_interface *scope, tni_str name,
                             const tenon_func_type *type, tni_wit_func **out) {
    *out = NULL;
    key_kind kind = scope->world != NULL && b->is_export ? KEY_EXPORT : KEY_FUNC;
    if (get(b, kind, scope, 0, name) != NULL) {
        return TENON_OK;
    }
    tni_wit_func *f = TNI_ARENA_NEW(b->arena, tni_wit_func);
    if (f == NULL) {
        return tni_no_memory(b->e);
    }
    f->full_name = name;
    TNI_TRY(name_func(b, scope, f));
    f->is_async = type->is_async;
    f->param_count = type->param_count;
    TNI_TRY(fields_of(b, scope, type->params, type->param_count, &f->params));
    if (type->result != NULL) {
        TNI_TRY(type_ref(b, scope, type->result, &f->result));
    }
    f->at = next_place(b);
    *out = f;
    return put(b, kind, scope, 0, name, f);
}

/* To the end of the list of its resource, or of the interface. */
static tenon_status append_func(builder *b, tni_wit_interface *scope, tni_wit_func *f) {
    return append(b, f->resource != NULL ? &f->resource->funcs : &scope->funcs, f,
                  offsetof(tni_wit_func, next));
}

/* -- interfaces and worlds -- */

static tenon_status fill_interface(builder *b, tni_wit_interface *i,
                                   const tni_instance_type *t) {
    tni_wit_func *f = NULL;
    for (u32 n = 0; n < t->export_count; n++) {
        const tni_entity *x = t->exports[n].entity;
        switch (x->kind) {
        case TNI_ENTITY_TYPE:
        case TNI_ENTITY_RESOURCE: TNI_TRY(add_type(b, i, t->exports[n].name, x)); break;
        case TNI_ENTITY_FUNC:
            TNI_TRY(add_func(b, i, t->exports[n].name, x->func, &f));
            if (f != NULL) {
                f->attrs.external_id = t->exports[n].external_id;
                f->attrs.has_external_id = t->exports[n].has_external_id;
                TNI_TRY(append_func(b, i, f));
            }
            break;
        default:
            return cannot_say(b, t->exports[n].name,
                              "no type and no function, inside an "
                              "interface");
        }
    }
    return TENON_OK;
}

static tenon_status package_of(builder *b, tni_str full, tni_str name, tni_str version,
                               tni_wit_package **out) {
    u64 *place = tni_map_get(&b->packages, full);
    if (place != NULL) {
        *out = (tni_wit_package *)(uintptr_t)*place;
        return TENON_OK;
    }
    tni_wit_package *p = TNI_ARENA_NEW(b->arena, tni_wit_package);
    if (p == NULL || !tni_map_put(&b->packages, full, (u64)(uintptr_t)p)) {
        return tni_no_memory(b->e);
    }
    p->name = name;
    p->version = version;
    p->group = b->packages.live - 1;
    *out = p;
    return append(b, &b->wit->packages, p, offsetof(tni_wit_package, next));
}

static tni_str join(builder *b, tni_str a, const char *between, tni_str c) {
    size_t middle = strlen(between);
    char *text = tni_arena_alloc(b->arena, a.len + middle + c.len + 1, 1);
    if (text == NULL) {
        return (tni_str){NULL, 0};
    }
    memcpy(text, a.ptr, a.len);
    memcpy(text + a.len, between, middle);
    memcpy(text + a.len + middle, c.ptr, c.len);
    return (tni_str){text, a.len + middle + c.len};
}

/* The interface of a full name, made when it is new. */
static tenon_status interface_of(builder *b, tni_str id, tni_wit_interface **out) {
    u64 *place = tni_map_get(&b->interfaces, id);
    if (place != NULL) {
        *out = (tni_wit_interface *)(uintptr_t)*place;
        return TENON_OK;
    }
    const char *slash = memchr(id.ptr, '/', id.len);
    const char *colon = memchr(id.ptr, ':', id.len);
    if (slash == NULL || colon == NULL || colon > slash) {
        return cannot_say(b, id, "no name of an interface");
    }
    size_t begin = (size_t)(slash - id.ptr) + 1;
    const char *at = memchr(id.ptr, '@', id.len);
    size_t end = at == NULL ? id.len : (size_t)(at - id.ptr);
    tni_str name = {slash + 1, end - begin};
    tni_str version = at == NULL ? no_name : (tni_str){at + 1, id.len - end - 1};
    tni_str package = {id.ptr, begin - 1};
    if (!tni_wit_is_label(name) || tni_semver_scan(version) != version.len) {
        return cannot_say(b, id, "no name of an interface");
    }
    tni_str full = join(b, package, "@", version);
    tni_wit_interface *i = TNI_ARENA_NEW(b->arena, tni_wit_interface);
    if (full.ptr == NULL || i == NULL ||
        !tni_map_put(&b->interfaces, id, (u64)(uintptr_t)i)) {
        return tni_no_memory(b->e);
    }
    TNI_TRY(package_of(b, full, package, version, &i->package));
    i->name = name;
    i->id = id;
    i->at = next_place(b);
    *out = i;
    return append(b, &i->package->interfaces, i, offsetof(tni_wit_interface, next));
}

static tenon_status add_instance(builder *b, const tni_named_entity *x,
                                 tni_wit_item *item) {
    item->kind = TNI_WIT_ITEM_INTERFACE;
    item->is_plain = tni_wit_is_label(x->name);
    tni_str id = item->is_plain ? x->implements : x->name;
    if (x->version_suffix.len > 0) {
        id = join(b, id, "", x->version_suffix);
        item->name = item->is_plain ? x->name : id;
    }
    if (id.ptr == NULL && x->version_suffix.len > 0) {
        return tni_no_memory(b->e);
    }
    if (id.len > 0) {
        TNI_TRY(interface_of(b, id, &item->interface));
    } else {
        item->interface = TNI_ARENA_NEW(b->arena, tni_wit_interface);
        if (item->interface == NULL) {
            return tni_no_memory(b->e);
        }
        item->interface->name = x->name;
        item->interface->package = b->wit->root;
    }
    TNI_TRY(fill_interface(b, item->interface, x->entity->instance));
    return add_item(b, *item);
}

static tenon_status add_extern(builder *b, const tni_named_entity *x, bool is_export) {
    tni_wit_item item = {.name = x->name, .is_export = is_export, .is_plain = true};
    item.attrs.external_id = x->external_id;
    item.attrs.has_external_id = x->has_external_id;
    b->is_export = is_export;
    switch (x->entity->kind) {
    case TNI_ENTITY_INSTANCE: return add_instance(b, x, &item);
    case TNI_ENTITY_TYPE:
    case TNI_ENTITY_RESOURCE: return add_type(b, b->world->scope, x->name, x->entity);
    case TNI_ENTITY_FUNC:
        item.kind = TNI_WIT_ITEM_FUNC;
        TNI_TRY(add_func(b, b->world->scope, x->name, x->entity->func, &item.func));
        if (item.func != NULL && item.func->kind != TNI_WIT_FREE) {
            return append_func(b, b->world->scope, item.func);
        }
        return item.func == NULL ? TENON_OK : add_item(b, item);
    case TNI_ENTITY_VALUE: return cannot_say(b, x->name, "a value");
    case TNI_ENTITY_CORE_MODULE: return cannot_say(b, x->name, "a core module");
    case TNI_ENTITY_COMPONENT: return cannot_say(b, x->name, "a component");
    default: return cannot_say(b, x->name, "a type of a function, instance or component");
    }
}

static tenon_status build(builder *b) {
    tni_wit_package *root = NULL;
    TNI_TRY(package_of(b, TNI_STR("root:component@"), TNI_STR("root:component"), no_name,
                       &root));
    b->wit->root = root;
    b->world->name = TNI_STR("root");
    b->world->id = TNI_STR("root:component/root");
    b->world->package = root;
    root->worlds = b->world;
    b->world->scope->name = b->world->name;
    b->world->scope->world = b->world;
    b->world->scope->package = root;
    for (u32 i = 0; i < b->c->import_count; i++) {
        TNI_TRY(add_extern(b, &b->c->imports[i], false));
    }
    for (u32 i = 0; i < b->c->export_count; i++) {
        TNI_TRY(add_extern(b, &b->c->exports[i], true));
    }
    return TENON_OK;
}

tenon_status tni_wit_of_component(tni_arena *a, const tni_component *c, tni_wit **out,
                                  tenon_error *e) {
    builder b = {.arena = a, .e = e, .c = c};
    b.wit = *out = TNI_ARENA_NEW(a, tni_wit);
    b.world = TNI_ARENA_NEW(a, tni_wit_world);
    b.slot_owners = TNI_ARENA_ARRAY(a, tni_wit_type *, c->slot_count);
    if (b.wit == NULL || b.world == NULL || b.slot_owners == NULL ||
        (b.world->scope = TNI_ARENA_NEW(a, tni_wit_interface)) == NULL) {
        return tni_no_memory(e);
    }
    b.items = &b.world->items;
    tni_map_init(&b.packages, a->heap);
    tni_map_init(&b.interfaces, a->heap);
    tni_map_init(&b.keys, a->heap);
    tenon_status status = build(&b);
    tni_map_free(&b.packages);
    tni_map_free(&b.interfaces);
    tni_map_free(&b.keys);
    return status;
}
