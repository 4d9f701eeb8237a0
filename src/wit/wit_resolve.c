/* wit_resolve.c: names of packages, interfaces and types to what they stand for. WIT.md,
 * "Name resolution", "Feature Gates". Worlds are in wit_world.c. */
#include <stdarg.h>

#include "base/map.h"
#include "wit/wit_internal.h"

enum { UNSEEN, IN_PROGRESS, DONE };

static int name_len(tni_str s) {
    return s.len > 80 ? 80 : (int)s.len;
}

tenon_status tni_wit_fail_in(const tni_wit_resolver *r, const char *at, tni_code code,
                             const char *fmt, ...) {
    char detail[TENON_MESSAGE_BYTES];
    va_list args;
    va_start(args, fmt);
    tni_vformat(detail, sizeof detail, fmt, args);
    va_end(args);
    for (u32 i = 0; i < r->source_count; i++) {
        const tni_wit_source *s = &r->sources[i];
        if (at != NULL && at >= s->text.ptr && at <= s->text.ptr + s->text.len) {
            return tni_wit_fail(s, at, code, r->e, "%s", detail);
        }
    }
    return tni_fail(r->e, code, TENON_NO_OFFSET, "%s", detail);
}

/* -- scopes -- */

/* The key of a name in a scope: the scope's address, then the name in lower case, for
 * names are unique without regard to case. */
static void write_scope_key(char *key, const void *scope, tni_str name) {
    memcpy(key, &scope, sizeof scope);
    for (size_t i = 0; i < name.len; i++) {
        char c = name.ptr[i];
        key[sizeof scope + i] = (char)(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
    }
}

static tni_str scope_key(const tni_wit_resolver *r, const void *scope, tni_str name) {
    size_t size = sizeof scope + name.len;
    char *key = tni_arena_alloc(r->arena, size, 1);
    if (key != NULL) {
        write_scope_key(key, scope, name);
    }
    return (tni_str){key, key == NULL ? 0 : size};
}

tenon_status tni_wit_bind(tni_wit_resolver *r, const void *scope, tni_wit_binding b) {
    tni_str key = scope_key(r, scope, b.name);
    tni_wit_binding *copy = TNI_ARENA_NEW(r->arena, tni_wit_binding);
    bool fresh;
    if (key.ptr == NULL || copy == NULL ||
        !tni_map_add(r->names, key, (u64)(uintptr_t)copy, &fresh)) {
        return tni_no_memory(r->e);
    }
    if (!fresh) {
        return tni_wit_fail_in(r, b.at, TNI_ERR_WIT_DUPLICATE, "\"%.*s\"",
                               name_len(b.name), b.name.ptr);
    }
    *copy = b;
    return TENON_OK;
}

enum { LOOKUP_BYTES = 256 };

static tni_wit_binding *lookup_any_case(const tni_wit_resolver *r, const void *scope,
                                        tni_str name) {
    char local[LOOKUP_BYTES];
    tni_str key = {local, sizeof scope + name.len};
    tni_arena_mark mark = tni_arena_save(r->arena);
    if (key.len <= LOOKUP_BYTES) {
        write_scope_key(local, scope, name);
    } else {
        key = scope_key(r, scope, name);
    }
    u64 *place = key.ptr == NULL ? NULL : tni_map_get(r->names, key);
    tni_arena_restore(r->arena, mark);
    return place == NULL ? NULL : (tni_wit_binding *)(uintptr_t)*place;
}

tni_wit_binding *tni_wit_lookup(const tni_wit_resolver *r, const void *scope,
                                tni_str name) {
    tni_wit_binding *b = lookup_any_case(r, scope, name);
    return b != NULL && tni_str_eq(b->name, name) ? b : NULL;
}

/* Each name of a list of fields once. */
static tenon_status check_field_names(tni_wit_resolver *r, tni_wit_field *f) {
    const void *scope = f;
    for (; f != NULL; f = f->next) {
        TNI_TRY(tni_wit_bind(r, scope, (tni_wit_binding){.name = f->name, .at = f->at}));
    }
    return TENON_OK;
}

/* -- gates -- */

static bool has_feature(const tni_wit_resolver *r, tni_str feature) {
    const tni_wit_options *o = r->options;
    if (o->all_features) {
        return true;
    }
    for (u32 i = 0; i < o->feature_count; i++) {
        if (tni_str_eq(o->features[i], feature)) {
            return true;
        }
    }
    return false;
}

tenon_status tni_wit_gate(const tni_wit_resolver *r, const tni_wit_package *p,
                          tni_wit_attrs *attrs, const char *at) {
    if (attrs->unstable.len > 0) {
        attrs->off = !has_feature(r, attrs->unstable);
    }
    if (attrs->since.len > 0 || attrs->deprecated.len > 0) {
        if (p->version.len == 0) {
            return tni_wit_fail_in(r, at, TNI_ERR_WIT_INVALID,
                                   "gates need a package with a version");
        }
        attrs->off |=
            attrs->since.len > 0 && tni_semver_compare(attrs->since, p->version) > 0;
    }
    return TENON_OK;
}

static tenon_status fail_gated(const tni_wit_resolver *r, const char *at, tni_str name) {
    return tni_wit_fail_in(r, at, TNI_ERR_WIT_UNRESOLVED,
                           "\"%.*s\" is behind a gate that is closed", name_len(name),
                           name.ptr);
}

/* -- paths -- */

/* Packages are in the same map, under no scope. */
static tni_str package_key(const tni_wit_resolver *r, tni_str name, tni_str version) {
    size_t begin = sizeof(void *);
    size_t size = begin + name.len + 1 + version.len;
    char *key = tni_arena_alloc(r->arena, size, 1);
    if (key != NULL) {
        memcpy(key + begin, name.ptr, name.len);
        key[begin + name.len] = '@';
        if (version.len > 0) {
            memcpy(key + begin + name.len + 1, version.ptr, version.len);
        }
    }
    return (tni_str){key, size};
}

static tenon_status resolve_package_path(tni_wit_resolver *r, const tni_wit_path *path,
                                         tni_wit_binding **out) {
    tni_str key = package_key(r, path->package, path->version);
    u64 *place = key.ptr == NULL ? NULL : tni_map_get(r->names, key);
    if (key.ptr == NULL) {
        return tni_no_memory(r->e);
    }
    if (place == NULL) {
        return tni_wit_fail_in(r, path->at, TNI_ERR_WIT_UNRESOLVED,
                               "package %.*s%s%.*s is not among the sources",
                               name_len(path->package), path->package.ptr,
                               path->version.len > 0 ? "@" : "", name_len(path->version),
                               path->version.ptr);
    }
    *out = tni_wit_lookup(r, (const void *)(uintptr_t)*place, path->name);
    if (*out == NULL) {
        return tni_wit_fail_in(r, path->at, TNI_ERR_WIT_UNRESOLVED,
                               "package %.*s has no \"%.*s\"", name_len(path->package),
                               path->package.ptr, name_len(path->name), path->name.ptr);
    }
    return TENON_OK;
}

tenon_status tni_wit_resolve_path(tni_wit_resolver *r, const tni_wit_block *block,
                                  const tni_wit_path *path, tni_wit_binding **out) {
    if (path->package.len > 0) {
        TNI_TRY(resolve_package_path(r, path, out));
    } else {
        *out = tni_wit_lookup(r, block, path->name);
        if (*out == NULL) {
            *out = tni_wit_lookup(r, block->package, path->name);
        }
    }
    if (*out == NULL) {
        return tni_wit_fail_in(r, path->at, TNI_ERR_WIT_UNRESOLVED,
                               "no interface or world \"%.*s\"", name_len(path->name),
                               path->name.ptr);
    }
    return (*out)->off ? fail_gated(r, path->at, path->name) : TENON_OK;
}

/* -- types -- */

const tni_wit_type *tni_wit_target(const tni_wit_type *t) {
    while (t->kind == TNI_WIT_ALIAS) {
        t = t->element;
    }
    return t;
}

typedef struct type_scope {
    tni_wit_resolver *r;
    tni_wit_interface *interface;
    u32 depth;
} type_scope;

static tenon_status resolve_def(type_scope s, tni_wit_type *t);
static tenon_status resolve_slot(type_scope s, tni_wit_type **slot);

/* The named type behind a TNI_WIT_NAME, itself resolved. */
static tenon_status resolve_name(type_scope s, const tni_wit_type *name,
                                 tni_wit_type **out) {
    tni_wit_binding *b = tni_wit_lookup(s.r, s.interface, name->name);
    if (b == NULL || b->type == NULL) {
        return tni_wit_fail_in(s.r, name->at, TNI_ERR_WIT_UNRESOLVED, "no type \"%.*s\"",
                               name_len(name->name), name->name.ptr);
    }
    if (b->off) {
        return fail_gated(s.r, name->at, name->name);
    }
    if (b->type->mark == IN_PROGRESS) {
        return tni_wit_fail_in(s.r, name->at, TNI_ERR_WIT_CYCLE,
                               "type \"%.*s\" contains itself", name_len(name->name),
                               name->name.ptr);
    }
    *out = b->type;
    return b->type->mark == DONE ? TENON_OK : resolve_def(s, b->type);
}

static tenon_status resolve_handle(type_scope s, tni_wit_type *t) {
    if (t->element->kind == TNI_WIT_NAME) {
        const char *at = t->element->at;
        TNI_TRY(resolve_name(s, t->element, &t->element));
        if (tni_wit_target(t->element)->kind != TNI_WIT_RESOURCE) {
            return tni_wit_fail_in(s.r, at, TNI_ERR_WIT_INVALID,
                                   "\"%.*s\" is not a resource",
                                   name_len(t->element->name), t->element->name.ptr);
        }
    }
    t->has_borrow = t->kind == TENON_TYPE_BORROW;
    return TENON_OK;
}

static tenon_status resolve_part(type_scope s, tni_wit_type *t, tni_wit_type **slot) {
    if (*slot != NULL) {
        TNI_TRY(resolve_slot(s, slot));
        t->has_borrow |= (*slot)->has_borrow;
    }
    return TENON_OK;
}

/* What a type that is spelled out, or a definition's body, contains. */
static tenon_status resolve_parts(type_scope s, tni_wit_type *t) {
    if (t->kind == TENON_TYPE_OWN || t->kind == TENON_TYPE_BORROW) {
        return resolve_handle(s, t);
    }
    if (t->kind != TENON_TYPE_TUPLE && t->fields != NULL) {
        TNI_TRY(check_field_names(s.r, t->fields));
    }
    for (tni_wit_field *f = t->fields; f != NULL; f = f->next) {
        TNI_TRY(resolve_part(s, t, &f->type));
    }
    TNI_TRY(resolve_part(s, t, &t->element));
    TNI_TRY(resolve_part(s, t, &t->other));
    if (t->has_borrow && (t->kind == TENON_TYPE_STREAM || t->kind == TENON_TYPE_FUTURE)) {
        return tni_wit_fail_in(s.r, t->at, TNI_ERR_WIT_INVALID,
                               "streams and futures cannot carry a borrow");
    }
    return TENON_OK;
}

/* A place where a type is mentioned. A resource's name there means own<…>. */
static tenon_status resolve_slot(type_scope s, tni_wit_type **slot) {
    tni_wit_type *t = *slot;
    if (t->kind != TNI_WIT_NAME) {
        return t->name.len > 0 ? TENON_OK : resolve_parts(s, t);
    }
    tni_wit_type *def;
    if (tni_str_eq(t->name, TNI_STR("error-context")) &&
        tni_wit_lookup(s.r, s.interface, t->name) == NULL) {
        t->kind = TENON_TYPE_ERROR_CONTEXT;
        t->name = (tni_str){NULL, 0};
        return TENON_OK;
    }
    TNI_TRY(resolve_name(s, t, &def));
    if (tni_wit_target(def)->kind != TNI_WIT_RESOURCE) {
        *slot = def;
        return TENON_OK;
    }
    t->kind = TENON_TYPE_OWN;
    t->name = (tni_str){NULL, 0};
    t->element = def;
    return TENON_OK;
}

/* `type a = b` where b is a resource is another name of it, not a handle. */
static tenon_status resolve_alias(type_scope s, tni_wit_type *t) {
    bool is_name = t->element->kind == TNI_WIT_NAME;
    TNI_TRY(resolve_slot(s, &t->element));
    if (is_name && t->element->kind == TENON_TYPE_OWN && t->element->name.len == 0) {
        t->element = t->element->element;
    }
    t->has_borrow = t->element->has_borrow;
    return TENON_OK;
}

/* A named type. Uses were resolved with their interface. */
static tenon_status resolve_def(type_scope s, tni_wit_type *t) {
    if (++s.depth > TNI_LIMIT_text_depth) {
        return tni_wit_fail_in(s.r, t->at, TNI_ERR_WIT_LIMIT,
                               "types refer to each other more than %d deep",
                               TNI_LIMIT_text_depth);
    }
    t->mark = IN_PROGRESS;
    if (t->kind == TNI_WIT_ALIAS && t->used == NULL) {
        TNI_TRY(resolve_alias(s, t));
    } else if (t->kind != TNI_WIT_RESOURCE && t->kind != TNI_WIT_ALIAS) {
        TNI_TRY(resolve_parts(s, t));
    }
    t->mark = DONE;
    return TENON_OK;
}

/* -- functions -- */

/* A constructor with a result of its own: result<r, …>. */
static tenon_status check_constructor(tni_wit_resolver *r, const tni_wit_func *f) {
    const tni_wit_type *t = f->result;
    if (t->kind == TENON_TYPE_RESULT) {
        t = t->element;
    }
    if (t != NULL && t->kind == TENON_TYPE_OWN && t->element == f->resource) {
        return TENON_OK;
    }
    return tni_wit_fail_in(r, f->at, TNI_ERR_WIT_INVALID,
                           "a constructor returns its resource or a result of it");
}

tenon_status tni_wit_resolve_func(tni_wit_resolver *r, tni_wit_interface *scope,
                                  tni_wit_func *f) {
    type_scope s = {r, scope, 0};
    if (f->params != NULL) {
        TNI_TRY(check_field_names(r, f->params));
    }
    for (tni_wit_field *p = f->params; p != NULL; p = p->next) {
        TNI_TRY(resolve_slot(s, &p->type));
    }
    if (f->result == NULL) {
        return TENON_OK;
    }
    TNI_TRY(resolve_slot(s, &f->result));
    if (f->result->has_borrow) {
        return tni_wit_fail_in(r, f->at, TNI_ERR_WIT_INVALID,
                               "the result of \"%.*s\" contains a borrow",
                               name_len(f->full_name), f->full_name.ptr);
    }
    return f->kind == TNI_WIT_CONSTRUCTOR ? check_constructor(r, f) : TENON_OK;
}

static tenon_status resolve_member(tni_wit_resolver *r, tni_wit_interface *i,
                                   tni_wit_func *f) {
    const tni_wit_type *t = f->resource;
    /* A constructor stands apart; its scope is its own, so a second one collides. */
    const void *scope = f->kind == TNI_WIT_CONSTRUCTOR ? (const void *)&t->funcs : t;
    TNI_TRY(tni_wit_bind(r, scope,
                         (tni_wit_binding){.name = f->name, .at = f->at, .func = f}));
    if (f->kind != TNI_WIT_CONSTRUCTOR && tni_str_eq(f->name, t->name)) {
        return tni_wit_fail_in(r, f->at, TNI_ERR_WIT_INVALID,
                               "\"%.*s\" has the name of its resource", name_len(f->name),
                               f->name.ptr);
    }
    TNI_TRY(tni_wit_gate(r, i->package, &f->attrs, f->at));
    return f->attrs.off ? TENON_OK : tni_wit_resolve_func(r, i, f);
}

/* -- interfaces -- */

static tenon_status resolve_use(tni_wit_resolver *r, tni_wit_interface *i,
                                tni_wit_type *t, u32 depth) {
    tni_wit_binding *b;
    TNI_TRY(tni_wit_resolve_path(r, i->block, t->path, &b));
    if (b->interface == NULL) {
        return tni_wit_fail_in(r, t->path->at, TNI_ERR_WIT_UNRESOLVED,
                               "\"%.*s\" is not an interface", name_len(t->path->name),
                               t->path->name.ptr);
    }
    TNI_TRY(tni_wit_resolve_interface(r, b->interface, depth + 1));
    tni_str name = t->element->name;
    tni_wit_binding *found = tni_wit_lookup(r, b->interface, name);
    if (found == NULL || found->type == NULL) {
        return tni_wit_fail_in(r, t->element->at, TNI_ERR_WIT_UNRESOLVED,
                               "interface \"%.*s\" has no type \"%.*s\"",
                               name_len(b->interface->name), b->interface->name.ptr,
                               name_len(name), name.ptr);
    }
    if (found->off) {
        return fail_gated(r, t->element->at, name);
    }
    t->used = b->interface;
    t->element = found->type;
    t->has_borrow = found->type->has_borrow;
    t->mark = DONE;
    return TENON_OK;
}

tenon_status tni_wit_bind_items(tni_wit_resolver *r, tni_wit_interface *i) {
    for (tni_wit_type *t = i->types; t != NULL; t = t->next) {
        TNI_TRY(tni_wit_gate(r, i->package, &t->attrs, t->at));
        TNI_TRY(tni_wit_bind(
            r, i,
            (tni_wit_binding){
                .name = t->name, .at = t->at, .type = t, .off = t->attrs.off}));
    }
    for (tni_wit_func *f = i->funcs; f != NULL; f = f->next) {
        TNI_TRY(tni_wit_gate(r, i->package, &f->attrs, f->at));
        TNI_TRY(tni_wit_bind(r, i,
                             (tni_wit_binding){.name = f->name, .at = f->at, .func = f}));
    }
    return TENON_OK;
}

static tenon_status resolve_types(tni_wit_resolver *r, tni_wit_interface *i, u32 depth) {
    for (tni_wit_type *t = i->types; t != NULL; t = t->next) {
        if (t->path != NULL && !t->attrs.off) {
            TNI_TRY(resolve_use(r, i, t, depth));
        }
    }
    type_scope s = {r, i, 0};
    for (tni_wit_type *t = i->types; t != NULL; t = t->next) {
        if (t->mark == UNSEEN && !t->attrs.off) {
            TNI_TRY(resolve_def(s, t));
        }
    }
    return TENON_OK;
}

static tenon_status resolve_funcs(tni_wit_resolver *r, tni_wit_interface *i) {
    for (tni_wit_type *t = i->types; t != NULL; t = t->next) {
        for (tni_wit_func *f = t->funcs; f != NULL && !t->attrs.off; f = f->next) {
            TNI_TRY(resolve_member(r, i, f));
        }
    }
    for (tni_wit_func *f = i->funcs; f != NULL; f = f->next) {
        if (!f->attrs.off) {
            TNI_TRY(tni_wit_resolve_func(r, i, f));
        }
    }
    return TENON_OK;
}

tenon_status tni_wit_resolve_interface(tni_wit_resolver *r, tni_wit_interface *i,
                                       u32 depth) {
    if (i->mark == DONE) {
        return TENON_OK;
    }
    if (i->mark == IN_PROGRESS) {
        return tni_wit_fail_in(r, i->at, TNI_ERR_WIT_CYCLE,
                               "interface \"%.*s\" uses itself", name_len(i->name),
                               i->name.ptr);
    }
    if (depth > TNI_LIMIT_text_depth) {
        return tni_wit_fail_in(r, i->at, TNI_ERR_WIT_LIMIT,
                               "interfaces use each other more than %d deep",
                               TNI_LIMIT_text_depth);
    }
    i->mark = IN_PROGRESS;
    if (i->world == NULL) { /* a world binds its own before what it includes */
        TNI_TRY(tni_wit_bind_items(r, i));
    }
    TNI_TRY(resolve_types(r, i, depth));
    TNI_TRY(resolve_funcs(r, i));
    i->mark = DONE;
    return TENON_OK;
}

/* -- packages -- */

static tenon_status set_id(tni_wit_resolver *r, const tni_wit_package *p, tni_str name,
                           tni_str *out) {
    size_t len = p->name.len + 1 + name.len + (p->version.len > 0) + p->version.len;
    char *id = tni_arena_alloc(r->arena, len + 1, 1);
    if (id == NULL) {
        return tni_no_memory(r->e);
    }
    tni_format(id, len + 1, "%.*s/%.*s%s%.*s", (int)p->name.len, p->name.ptr,
               (int)name.len, name.ptr, p->version.len > 0 ? "@" : "",
               (int)p->version.len, p->version.ptr);
    *out = (tni_str){id, len};
    return TENON_OK;
}

static tenon_status bind_interface(tni_wit_resolver *r, tni_wit_block *b,
                                   tni_wit_interface *i) {
    TNI_TRY(set_id(r, b->package, i->name, &i->id));
    TNI_TRY(tni_wit_gate(r, b->package, &i->attrs, i->at));
    tni_wit_binding binding = {
        .name = i->name, .at = i->at, .interface = i, .off = i->attrs.off};
    TNI_TRY(tni_wit_bind(r, b->package, binding));
    return tni_wit_bind(r, b, binding);
}

static tenon_status bind_world(tni_wit_resolver *r, tni_wit_block *b, tni_wit_world *w) {
    TNI_TRY(set_id(r, b->package, w->name, &w->id));
    TNI_TRY(tni_wit_gate(r, b->package, &w->attrs, w->at));
    tni_wit_binding binding = {
        .name = w->name, .at = w->at, .world = w, .off = w->attrs.off};
    TNI_TRY(tni_wit_bind(r, b->package, binding));
    return tni_wit_bind(r, b, binding);
}

/* Moves the blocks' lists to the package, and names everything in it. */
static tenon_status collect_package(tni_wit_resolver *r, tni_wit_package *p) {
    tni_wit_interface **interface = &p->interfaces;
    tni_wit_world **world = &p->worlds;
    for (tni_wit_block *b = p->blocks; b != NULL; b = b->next) {
        *interface = b->interfaces;
        for (; *interface != NULL; interface = &(*interface)->next) {
            TNI_TRY(bind_interface(r, b, *interface));
        }
        *world = b->worlds;
        for (; *world != NULL; world = &(*world)->next) {
            TNI_TRY(bind_world(r, b, *world));
        }
    }
    return TENON_OK;
}

static tenon_status register_package(tni_wit_resolver *r, tni_wit_package *p) {
    if (p->name.len == 0) {
        return tni_wit_fail_in(r, p->at, TNI_ERR_WIT_INVALID,
                               "no file here declares the package");
    }
    tni_str key = package_key(r, p->name, p->version);
    bool fresh;
    if (key.ptr == NULL || !tni_map_add(r->names, key, (u64)(uintptr_t)p, &fresh)) {
        return tni_no_memory(r->e);
    }
    if (!fresh) {
        p->duplicate_of = (tni_wit_package *)(uintptr_t)*tni_map_get(r->names, key);
    }
    if (p->group == 0 && !p->is_nested) {
        r->wit->root = p;
    }
    return collect_package(r, p);
}

/* `use path as name;` at the top of a file: a name in the file's scope. */
static tenon_status bind_top_uses(tni_wit_resolver *r, tni_wit_block *b) {
    for (tni_wit_use *u = b->uses; u != NULL; u = u->next) {
        tni_wit_binding *target;
        if (u->path.package.len > 0) {
            TNI_TRY(resolve_package_path(r, &u->path, &target));
        } else {
            target = tni_wit_lookup(r, b->package, u->path.name);
        }
        if (target == NULL) {
            return tni_wit_fail_in(r, u->path.at, TNI_ERR_WIT_UNRESOLVED,
                                   "no interface or world \"%.*s\"",
                                   name_len(u->path.name), u->path.name.ptr);
        }
        tni_wit_binding binding = *target;
        binding.name = u->name;
        binding.at = u->at;
        TNI_TRY(tni_wit_bind(r, b, binding));
    }
    return TENON_OK;
}

static tenon_status resolve_package(tni_wit_resolver *r, tni_wit_package *p) {
    for (tni_wit_interface *i = p->interfaces; i != NULL; i = i->next) {
        if (!i->attrs.off) {
            TNI_TRY(tni_wit_resolve_interface(r, i, 0));
        }
    }
    for (tni_wit_world *w = p->worlds; w != NULL; w = w->next) {
        if (!w->attrs.off) {
            TNI_TRY(tni_wit_resolve_world(r, w, 0));
        }
    }
    return TENON_OK;
}

/* -- what is gated out leaves the lists -- */

#define PRUNE(T, list)                                                                   \
    do {                                                                                 \
        T **link_ = &(list);                                                             \
        while (*link_ != NULL) {                                                         \
            if ((*link_)->attrs.off) {                                                   \
                *link_ = (*link_)->next;                                                 \
            } else {                                                                     \
                link_ = &(*link_)->next;                                                 \
            }                                                                            \
        }                                                                                \
    } while (0)

static void prune_interface(tni_wit_interface *i) {
    PRUNE(tni_wit_type, i->types);
    PRUNE(tni_wit_func, i->funcs);
    for (tni_wit_type *t = i->types; t != NULL; t = t->next) {
        PRUNE(tni_wit_func, t->funcs);
    }
}

static void prune_package(tni_wit_package *p) {
    PRUNE(tni_wit_interface, p->interfaces);
    PRUNE(tni_wit_world, p->worlds);
    for (tni_wit_interface *i = p->interfaces; i != NULL; i = i->next) {
        prune_interface(i);
    }
    for (tni_wit_world *w = p->worlds; w != NULL; w = w->next) {
        prune_interface(w->scope);
        for (tni_wit_item *item = w->items; item != NULL; item = item->next) {
            if (item->interface != NULL && item->interface->id.len == 0) {
                prune_interface(item->interface);
            }
        }
    }
}

/* "Any package which is duplicated across dependencies must have the same contents". */
static tenon_status check_duplicate(tni_wit_resolver *r, const tni_wit_package *p) {
    tni_buf a;
    tni_buf b;
    tni_buf_init(&a, r->arena->heap);
    tni_buf_init(&b, r->arena->heap);
    tni_wit_print_package(&a, p);
    tni_wit_print_package(&b, p->duplicate_of);
    tenon_status s = TENON_OK;
    if (a.failed || b.failed) {
        s = tni_no_memory(r->e);
    } else if (a.count != b.count || memcmp(a.data, b.data, a.count) != 0) {
        s = tni_wit_fail_in(r, p->at, TNI_ERR_WIT_DUPLICATE,
                            "package %.*s is there twice, with different contents",
                            name_len(p->name), p->name.ptr);
    }
    tni_buf_free(&a);
    tni_buf_free(&b);
    return s;
}

static tenon_status drop_duplicates(tni_wit_resolver *r) {
    tni_wit_package **link = &r->wit->packages;
    while (*link != NULL) {
        tni_wit_package *p = *link;
        if (p->duplicate_of == NULL) {
            link = &p->next;
            continue;
        }
        TNI_TRY(check_duplicate(r, p));
        if (r->wit->root == p) {
            r->wit->root = p->duplicate_of;
        }
        *link = p->next;
    }
    return TENON_OK;
}

static tenon_status resolve_all(tni_wit_resolver *r) {
    for (tni_wit_package *p = r->wit->packages; p != NULL; p = p->next) {
        TNI_TRY(register_package(r, p));
    }
    for (tni_wit_package *p = r->wit->packages; p != NULL; p = p->next) {
        for (tni_wit_block *b = p->blocks; b != NULL; b = b->next) {
            TNI_TRY(bind_top_uses(r, b));
        }
    }
    for (tni_wit_package *p = r->wit->packages; p != NULL; p = p->next) {
        TNI_TRY(resolve_package(r, p));
    }
    for (tni_wit_package *p = r->wit->packages; p != NULL; p = p->next) {
        prune_package(p);
    }
    return drop_duplicates(r);
}

static tenon_status copy_sources(tni_wit_resolver *r, const tni_wit_source *sources) {
    tni_wit_source *copies = TNI_ARENA_ARRAY(r->arena, tni_wit_source, r->source_count);
    if (copies == NULL) {
        return tni_no_memory(r->e);
    }
    for (u32 i = 0; i < r->source_count; i++) {
        copies[i].group = sources[i].group;
        copies[i].path = tni_arena_str(r->arena, sources[i].path);
        copies[i].text = tni_arena_str(r->arena, sources[i].text);
        if (copies[i].path.ptr == NULL || copies[i].text.ptr == NULL) {
            return tni_no_memory(r->e);
        }
    }
    r->sources = copies;
    r->wit->sources = copies;
    r->wit->source_count = r->source_count;
    return TENON_OK;
}

tenon_status tni_wit_parse(tni_arena *a, const tni_wit_source *sources, u32 source_count,
                           const tni_wit_options *options, tni_wit **out,
                           tenon_error *e) {
    tni_wit *w = TNI_ARENA_NEW(a, tni_wit);
    if (w == NULL) {
        return tni_no_memory(e);
    }
    static const tni_wit_options defaults = {NULL, 0, false};
    tni_map names;
    tni_map_init(&names, a->heap);
    tni_wit_resolver r = {.arena = a,
                          .wit = w,
                          .source_count = source_count,
                          .options = options != NULL ? options : &defaults,
                          .names = &names,
                          .e = e};
    TNI_TRY(copy_sources(&r, sources));
    tni_wit_package **tail = &w->packages;
    for (u32 i = 0; i < source_count; i++) {
        TNI_TRY(tni_wit_parse_source(a, &r.sources[i], w, &tail, e));
    }
    tenon_status s = resolve_all(&r);
    tni_map_free(&names);
    *out = s == TENON_OK ? w : NULL;
    return s;
}

/* -- finding -- */

static void split_version(tni_str *name, tni_str *version) {
    *version = (tni_str){NULL, 0};
    for (size_t i = 0; i < name->len; i++) {
        if (name->ptr[i] == '@') {
            *version = (tni_str){name->ptr + i + 1, name->len - i - 1};
            name->len = i;
        }
    }
}

const tni_wit_package *tni_wit_find_package(const tni_wit *w, tni_str name) {
    tni_str version;
    split_version(&name, &version);
    for (const tni_wit_package *p = w->packages; p != NULL; p = p->next) {
        if (tni_str_eq(p->name, name) &&
            (version.len == 0 || tni_str_eq(p->version, version))) {
            return p;
        }
    }
    return NULL;
}

/* Splits "ns:package/name@version" into package and name; false for a plain name. */
static bool split_id(tni_str id, tni_str *name, tni_str *version, tni_str *package) {
    split_version(&id, version);
    size_t slash = id.len;
    while (slash > 0 && id.ptr[slash - 1] != '/') {
        slash--;
    }
    *name = (tni_str){id.ptr + slash, id.len - slash};
    *package = (tni_str){id.ptr, slash > 0 ? slash - 1 : 0};
    return slash > 0;
}

static bool in_package(const tni_wit *w, const tni_wit_package *p, bool is_full,
                       tni_str package, tni_str version) {
    return is_full ? tni_str_eq(p->name, package) &&
                         (version.len == 0 || tni_str_eq(p->version, version))
                   : p == w->root;
}

const tni_wit_world *tni_wit_find_world(const tni_wit *w, tni_str id) {
    if (id.len == 0) {
        const tni_wit_world *only = w->root == NULL ? NULL : w->root->worlds;
        return only != NULL && only->next == NULL ? only : NULL;
    }
    tni_str name;
    tni_str version;
    tni_str package;
    bool is_full = split_id(id, &name, &version, &package);
    for (const tni_wit_package *p = w->packages; p != NULL; p = p->next) {
        if (!in_package(w, p, is_full, package, version)) {
            continue;
        }
        for (const tni_wit_world *found = p->worlds; found != NULL; found = found->next) {
            if (tni_str_eq(found->name, name)) {
                return found;
            }
        }
    }
    return NULL;
}

const tni_wit_interface *tni_wit_find_interface(const tni_wit *w, tni_str id) {
    tni_str name;
    tni_str version;
    tni_str package;
    bool is_full = split_id(id, &name, &version, &package);
    for (const tni_wit_package *p = w->packages; p != NULL; p = p->next) {
        if (!in_package(w, p, is_full, package, version)) {
            continue;
        }
        for (const tni_wit_interface *i = p->interfaces; i != NULL; i = i->next) {
            if (tni_str_eq(i->name, name)) {
                return i;
            }
        }
    }
    return NULL;
}

const tni_wit_source *tni_wit_place(const tni_wit *w, const char *at, u32 *line,
                                    u32 *column) {
    uintptr_t place = (uintptr_t)at; /* in one of the texts or in none */
    for (u32 i = 0; i < w->source_count; i++) {
        const tni_wit_source *s = &w->sources[i];
        if (place < (uintptr_t)s->text.ptr ||
            place >= (uintptr_t)(s->text.ptr + s->text.len)) {
            continue;
        }
        *line = 1;
        *column = 1;
        for (const char *p = s->text.ptr; p < at; p++) {
            *column = *p == '\n' ? 1 : *column + 1;
            *line += *p == '\n';
        }
        return s;
    }
    return NULL;
}
