/* contract.c: a component's world against the world it is wanted to fit. Both are
 * resolved models; a component's comes from wit_component.h. */
#include "wit/contract.h"

#include "base/map.h"

typedef struct checker {
    tni_arena *arena;
    tenon_error *e;
    tni_difference **tail;
    tni_map seen; /* pairs of named types that have been compared */
    tni_buf path; /* of what is being compared */
    bool is_export;
} checker;

#define STR(s) (int)(s).len, (s).ptr

/* -- types in WIT words -- */

/* Nesting is bounded where types are made; what is longer than this is cut. */
enum { MOST_TEXT = 2000 };

static const char *const words[] = {
    "bool",   "s8",     "u8",     "s16",   "u16",     "s32",    "u32",
    "s64",    "u64",    "f32",    "f64",   "char",    "string", "error-context",
    "list",   "list",   "record", "tuple", "variant", "enum",   "flags",
    "option", "result", "map",    "own",   "borrow",  "stream", "future",
};

static void put(tni_buf *b, const char *text) {
    tni_buf_str(b, tni_str_of(text));
}

static void put_type(tni_buf *b, const tni_wit_type *t, bool spell);

static void put_members(tni_buf *b, const tni_wit_type *t) {
    tni_buf_format(b, "%s%s%.*s { ", words[t->kind], t->name.len > 0 ? " " : "",
                   STR(t->name));
    for (const tni_wit_field *f = t->fields; f != NULL && b->count < MOST_TEXT;
         f = f->next) {
        tni_buf_str(b, f->name);
        if (f->type != NULL) {
            put(b, t->kind == TENON_TYPE_RECORD ? ": " : "(");
            put_type(b, f->type, false);
            put(b, t->kind == TENON_TYPE_RECORD ? "" : ")");
        }
        put(b, f->next != NULL ? ", " : " ");
    }
    put(b, "}");
}

static void put_arguments(tni_buf *b, const tni_wit_type *t) {
    put(b, words[t->kind]);
    if (t->element == NULL && t->other == NULL && t->fields == NULL) {
        return;
    }
    put(b, "<");
    for (const tni_wit_field *f = t->fields; f != NULL; f = f->next) {
        put_type(b, f->type, false);
        put(b, f->next != NULL ? ", " : "");
    }
    if (t->fields == NULL) {
        put_type(b, t->element, false);
    }
    if (t->other != NULL) {
        put(b, ", ");
        put_type(b, t->other, false);
    }
    if (t->kind == TENON_TYPE_FIXED_LIST) {
        tni_buf_format(b, ", %u", t->count);
    }
    put(b, ">");
}

/* spell: a named type's definition in place of its name. */
static void put_type(tni_buf *b, const tni_wit_type *t, bool spell) {
    if (t == NULL) {
        put(b, "_");
    } else if (b->count > MOST_TEXT) {
        put(b, "…");
    } else if (t->name.len > 0 && !spell) {
        tni_buf_str(b, t->name);
    } else if (t->kind == TNI_WIT_ALIAS) {
        put_type(b, tni_wit_target(t), true);
    } else if (t->kind == TNI_WIT_RESOURCE) {
        tni_buf_format(b, "resource %.*s", STR(t->name));
    } else if (t->kind == TENON_TYPE_OWN) {
        tni_buf_str(b, t->element->name);
    } else if (t->name.len > 0) {
        put_members(b, t);
    } else {
        put_arguments(b, t);
    }
}

static void put_func(tni_buf *b, const tni_wit_func *f) {
    put(b, f->is_async ? "async func(" : "func(");
    const tni_wit_field *p = f->params;
    if (f->kind == TNI_WIT_METHOD && p != NULL) {
        p = p->next;
    }
    for (; p != NULL && b->count < MOST_TEXT; p = p->next) {
        tni_buf_format(b, "%.*s: ", STR(p->name));
        put_type(b, p->type, false);
        put(b, p->next != NULL ? ", " : "");
    }
    put(b, ")");
    if (f->result != NULL && f->kind != TNI_WIT_CONSTRUCTOR) {
        put(b, " -> ");
        put_type(b, f->result, false);
    }
}

static tenon_status text_of(checker *c, tni_buf *b, tni_str *out) {
    tni_str text = {(const char *)b->data, b->count};
    *out = b->failed ? (tni_str){NULL, 0} : tni_arena_str(c->arena, text);
    tni_buf_free(b);
    return out->ptr == NULL ? tni_no_memory(c->e) : TENON_OK;
}

static tenon_status type_text(checker *c, const tni_wit_type *t, tni_str *out) {
    tni_buf b;
    tni_buf_init(&b, c->arena->heap);
    if (t == NULL) {
        put(&b, "nothing");
    } else {
        put_type(&b, t, true);
    }
    return text_of(c, &b, out);
}

static tenon_status func_text(checker *c, const tni_wit_func *f, tni_str *out) {
    tni_buf b;
    tni_buf_init(&b, c->arena->heap);
    put_func(&b, f);
    return text_of(c, &b, out);
}

/* -- the list -- */

static tenon_status add(checker *c, tni_difference_kind kind, tni_str wanted,
                        tni_str offered, const char *wanted_at, const char *offered_at) {
    tni_difference *d = TNI_ARENA_NEW(c->arena, tni_difference);
    tni_str path = {(const char *)c->path.data, c->path.count};
    path = c->path.failed ? (tni_str){NULL, 0} : tni_arena_str(c->arena, path);
    if (d == NULL || path.ptr == NULL) {
        return tni_no_memory(c->e);
    }
    *d = (tni_difference){.kind = kind,
                          .is_export = c->is_export,
                          .path = path,
                          .wanted = wanted,
                          .offered = offered,
                          .wanted_at = wanted_at,
                          .offered_at = offered_at};
    *c->tail = d;
    c->tail = &d->next;
    return TENON_OK;
}

static tenon_status add_types(checker *c, tni_difference_kind kind, const tni_wit_type *w,
                              const tni_wit_type *o, const char *wanted_at,
                              const char *offered_at) {
    tni_str wanted, offered;
    TNI_TRY(type_text(c, w, &wanted));
    TNI_TRY(type_text(c, o, &offered));
    return add(c, kind, wanted, offered, wanted_at, offered_at);
}

static tenon_status missing(checker *c, tni_str wanted, const char *wanted_at) {
    return add(c, TNI_DIFFERENCE_MISSING, wanted, (tni_str){"", 0}, wanted_at, NULL);
}

/* -- versions -- */

static tni_str name_part(tni_str id) {
    const char *at = memchr(id.ptr, '@', id.len);
    return (tni_str){id.ptr, at == NULL ? id.len : (size_t)(at - id.ptr)};
}

/* Explainer.md: canonversion: the major, or 0.minor, or 0.0.patch; whole for
 * pre-releases. */
static tni_str track_of(tni_str version) {
    size_t i = 0;
    if (memchr(version.ptr, '-', version.len) != NULL) {
        return version;
    }
    for (int part = 0; part < 3; part++) {
        size_t begin = i;
        while (i < version.len && version.ptr[i] != '.' && version.ptr[i] != '+') {
            i++;
        }
        if (i - begin != 1 || version.ptr[begin] != '0') {
            break;
        }
        i += i < version.len;
    }
    return (tni_str){version.ptr, i};
}

bool tni_wit_same_track(tni_str a, tni_str b) {
    tni_str x = name_part(a), y = name_part(b);
    if (!tni_str_eq(x, y)) {
        return false;
    }
    if ((a.len == x.len) != (b.len == y.len)) {
        return false;
    }
    if (a.len == x.len) {
        return true;
    }
    return tni_str_eq(track_of((tni_str){a.ptr + x.len + 1, a.len - x.len - 1}),
                      track_of((tni_str){b.ptr + y.len + 1, b.len - y.len - 1}));
}

/* -- types -- */

static tenon_status check_type(checker *c, const tni_wit_type *w, const tni_wit_type *o,
                               const char *wanted_at, const char *offered_at);

/* Resources are the same by the name of their interface and their own. */
static bool same_resource(const tni_wit_type *w, const tni_wit_type *o) {
    const tni_wit_interface *a = w->owner, *b = o->owner;
    bool same_owner = a->id.len > 0 || b->id.len > 0 ? tni_wit_same_track(a->id, b->id)
                      : a->world != NULL || b->world != NULL
                          ? (a->world != NULL) == (b->world != NULL)
                          : tni_str_eq(a->name, b->name);
    return same_owner && tni_str_eq(w->name, o->name);
}

static tenon_status check_part(checker *c, const char *what, const tni_wit_type *w,
                               const tni_wit_type *o, const char *wanted_at,
                               const char *offered_at) {
    size_t mark = c->path.count;
    tni_buf_format(&c->path, ", %s", what);
    TNI_TRY(check_type(c, w, o, wanted_at, offered_at));
    c->path.count = mark;
    return TENON_OK;
}

static const char *member_word(int kind) {
    return kind == TENON_TYPE_RECORD  ? "field"
           : kind == TENON_TYPE_FLAGS ? "flag"
                                      : "case";
}

/* The member of that name, or NULL. */
static const tni_wit_field *find_member(const tni_wit_type *t, tni_str name) {
    const tni_wit_field *f = t->fields;
    while (f != NULL && !tni_str_eq(f->name, name)) {
        f = f->next;
    }
    return f;
}

/* A member at the place of one with another name: missing, in excess, or moved. */
static tenon_status check_name(checker *c, const tni_wit_type *w, const tni_wit_field *a,
                               const tni_wit_type *o, const tni_wit_field *b) {
    size_t mark = c->path.count;
    tni_buf_format(&c->path, ", %s `%.*s`", member_word(w->kind), STR(a->name));
    if (find_member(o, a->name) == NULL) {
        TNI_TRY(add(c, TNI_DIFFERENCE_NAME, a->name, b->name, a->at, b->at));
    } else {
        TNI_TRY(add_types(c, TNI_DIFFERENCE_NAME, w, o, a->at, b->at));
    }
    c->path.count = mark;
    return TENON_OK;
}

static tenon_status check_members(checker *c, const tni_wit_type *w,
                                  const tni_wit_type *o) {
    const tni_wit_field *a = w->fields, *b = o->fields;
    if (w->count != o->count) {
        return add_types(c, TNI_DIFFERENCE_COUNT, w, o, w->at, o->at);
    }
    for (; a != NULL && b != NULL; a = a->next, b = b->next) {
        if (!tni_str_eq(a->name, b->name)) {
            return check_name(c, w, a, o, b);
        }
        size_t mark = c->path.count;
        tni_buf_format(&c->path, ", %s `%.*s`", member_word(w->kind), STR(a->name));
        TNI_TRY(check_type(c, a->type, b->type, a->at, b->at));
        c->path.count = mark;
    }
    return TENON_OK;
}

/* Whether this pair of named types is new; its path is the type's own, from now on. */
static tenon_status enter_named(checker *c, const tni_wit_type *w, const tni_wit_type *o,
                                bool *fresh) {
    u8 *key = tni_arena_alloc(c->arena, 2 * sizeof(void *), 1);
    if (key == NULL) {
        return tni_no_memory(c->e);
    }
    memcpy(key, &w, sizeof w);
    memcpy(key + sizeof w, &o, sizeof o);
    tni_str s = {(const char *)key, 2 * sizeof(void *)};
    return tni_map_add(&c->seen, s, 0, fresh) ? TENON_OK : tni_no_memory(c->e);
}

static tenon_status check_named(checker *c, const tni_wit_type *w,
                                const tni_wit_type *o) {
    bool fresh = false;
    TNI_TRY(enter_named(c, w, o, &fresh));
    if (!fresh) {
        return TENON_OK;
    }
    tni_buf outer = c->path;
    tni_buf_init(&c->path, c->arena->heap);
    tni_str owner = w->owner == NULL       ? (tni_str){"", 0}
                    : w->owner->id.len > 0 ? w->owner->id
                                           : w->owner->name;
    tni_buf_format(&c->path, "%.*s, %s `%.*s`", STR(owner), words[w->kind], STR(w->name));
    tenon_status status = check_members(c, w, o);
    tni_buf_free(&c->path);
    c->path = outer;
    return status;
}

static tenon_status check_tuple(checker *c, const tni_wit_type *w, const tni_wit_type *o,
                                const char *wanted_at, const char *offered_at) {
    if (w->count != o->count) {
        return add_types(c, TNI_DIFFERENCE_COUNT, w, o, wanted_at, offered_at);
    }
    u32 n = 1;
    const tni_wit_field *a = w->fields, *b = o->fields;
    for (; a != NULL && b != NULL; a = a->next, b = b->next, n++) {
        char what[32];
        tni_format(what, sizeof what, "member %u", n);
        TNI_TRY(check_part(c, what, a->type, b->type, wanted_at, offered_at));
    }
    return TENON_OK;
}

static tenon_status check_type(checker *c, const tni_wit_type *w, const tni_wit_type *o,
                               const char *wanted_at, const char *offered_at) {
    const tni_wit_type *a = w == NULL ? NULL : tni_wit_target(w);
    const tni_wit_type *b = o == NULL ? NULL : tni_wit_target(o);
    if (a == NULL || b == NULL || a->kind != b->kind) {
        return a == b ? TENON_OK
                      : add_types(c, TNI_DIFFERENCE_TYPE, w, o, wanted_at, offered_at);
    }
    bool is_result = a->kind == TENON_TYPE_RESULT;
    switch (a->kind) {
    case TENON_TYPE_OWN:
    case TENON_TYPE_BORROW:
        return same_resource(tni_wit_target(a->element), tni_wit_target(b->element))
                   ? TENON_OK
                   : add_types(c, TNI_DIFFERENCE_TYPE, w, o, wanted_at, offered_at);
    case TNI_WIT_RESOURCE:
        return same_resource(a, b)
                   ? TENON_OK
                   : add_types(c, TNI_DIFFERENCE_TYPE, w, o, wanted_at, offered_at);
    case TENON_TYPE_RECORD:
    case TENON_TYPE_VARIANT:
    case TENON_TYPE_ENUM:
    case TENON_TYPE_FLAGS: return check_named(c, a, b);
    case TENON_TYPE_TUPLE: return check_tuple(c, a, b, wanted_at, offered_at);
    case TENON_TYPE_FIXED_LIST:
        if (a->count != b->count) {
            return add_types(c, TNI_DIFFERENCE_TYPE, w, o, wanted_at, offered_at);
        }
        break;
    default: break;
    }
    if ((a->element == NULL) != (b->element == NULL) ||
        (a->other == NULL) != (b->other == NULL)) {
        return add_types(c, TNI_DIFFERENCE_TYPE, w, o, wanted_at, offered_at);
    }
    if (a->element != NULL) {
        TNI_TRY(check_part(c,
                           is_result          ? "ok"
                           : a->other != NULL ? "key"
                                              : "element",
                           a->element, b->element, wanted_at, offered_at));
    }
    return a->other == NULL ? TENON_OK
                            : check_part(c, is_result ? "error" : "value", a->other,
                                         b->other, wanted_at, offered_at);
}

/* -- functions -- */

static tenon_status check_func(checker *c, const tni_wit_func *w, const tni_wit_func *o) {
    tni_str wanted, offered;
    TNI_TRY(func_text(c, w, &wanted));
    TNI_TRY(func_text(c, o, &offered));
    if (w->is_async != o->is_async) {
        TNI_TRY(add(c, TNI_DIFFERENCE_ASYNC, wanted, offered, w->at, o->at));
    }
    if (w->param_count != o->param_count) {
        TNI_TRY(add(c, TNI_DIFFERENCE_COUNT, wanted, offered, w->at, o->at));
    }
    size_t mark = c->path.count;
    const tni_wit_field *a = w->params, *b = o->params;
    for (; w->param_count == o->param_count && a != NULL && b != NULL;
         a = a->next, b = b->next) {
        tni_buf_format(&c->path, ", parameter `%.*s`", STR(a->name));
        if (!tni_str_eq(a->name, b->name)) {
            TNI_TRY(add(c, TNI_DIFFERENCE_NAME, a->name, b->name, w->at, o->at));
        }
        TNI_TRY(check_type(c, a->type, b->type, w->at, o->at));
        c->path.count = mark;
    }
    put(&c->path, ", result");
    TNI_TRY(check_type(c, w->result, o->result, w->at, o->at));
    c->path.count = mark;
    return TENON_OK;
}

/* -- interfaces -- */

/* Names of an interface's types and functions. */
static tenon_status index_interface(checker *c, const tni_wit_interface *i, tni_map *m) {
    bool ok = true;
    for (const tni_wit_type *t = i->types; t != NULL; t = t->next) {
        ok = ok && tni_map_put(m, t->name, (u64)(uintptr_t)t);
        for (const tni_wit_func *f = t->funcs; f != NULL; f = f->next) {
            ok = ok && tni_map_put(m, f->full_name, (u64)(uintptr_t)f);
        }
    }
    return ok ? TENON_OK : tni_no_memory(c->e);
}

static tenon_status check_one_func(checker *c, const tni_wit_func *w, tni_str name,
                                   const tni_map *m) {
    size_t mark = c->path.count;
    tni_str wanted;
    u64 *place = tni_map_get(m, name);
    tni_buf_format(&c->path, "%sfunction `%.*s`", mark > 0 ? ", " : "", STR(name));
    if (place == NULL) {
        TNI_TRY(func_text(c, w, &wanted));
        TNI_TRY(missing(c, wanted, w->at));
    } else {
        TNI_TRY(check_func(c, w, (const tni_wit_func *)(uintptr_t)*place));
    }
    c->path.count = mark;
    return TENON_OK;
}

static tenon_status check_types(checker *c, const tni_wit_interface *w,
                                const tni_map *m) {
    for (const tni_wit_type *t = w->types; t != NULL; t = t->next) {
        size_t mark = c->path.count;
        u64 *place = tni_map_get(m, t->name);
        tni_str wanted;
        tni_buf_format(&c->path, "%stype `%.*s`", mark > 0 ? ", " : "", STR(t->name));
        if (place == NULL) {
            TNI_TRY(type_text(c, t, &wanted));
            TNI_TRY(missing(c, wanted, t->at));
        } else {
            const tni_wit_type *o = (const tni_wit_type *)(uintptr_t)*place;
            TNI_TRY(check_type(c, t, o, t->at, o->at));
        }
        c->path.count = mark;
        for (const tni_wit_func *f = t->funcs; f != NULL && place != NULL; f = f->next) {
            TNI_TRY(check_one_func(c, f, f->full_name, m));
        }
    }
    return TENON_OK;
}

static tenon_status check_interface(checker *c, const tni_wit_interface *w,
                                    const tni_wit_interface *o) {
    tni_map types, funcs;
    tni_map_init(&types, c->arena->heap);
    tni_map_init(&funcs, c->arena->heap);
    tenon_status s = index_interface(c, o, &types);
    for (const tni_wit_func *f = o->funcs; s == TENON_OK && f != NULL; f = f->next) {
        s = tni_map_put(&funcs, f->full_name, (u64)(uintptr_t)f) ? TENON_OK
                                                                 : tni_no_memory(c->e);
    }
    s = s == TENON_OK ? check_types(c, w, &types) : s;
    for (const tni_wit_func *f = w->funcs; s == TENON_OK && f != NULL; f = f->next) {
        s = check_one_func(c, f, f->full_name, &funcs);
    }
    tni_map_free(&types);
    tni_map_free(&funcs);
    return s;
}

/* -- worlds -- */

typedef struct match {
    const tni_wit_item *exact, *track, *other;
} match;

static match find_item(const tni_wit_world *w, const tni_wit_item *like) {
    match m = {NULL, NULL, NULL};
    for (const tni_wit_item *i = w->items; i != NULL; i = i->next) {
        if (i->is_export != like->is_export) {
            continue;
        }
        if (tni_str_eq(i->name, like->name)) {
            m.exact = i;
        } else if (!i->is_plain && !like->is_plain &&
                   tni_wit_same_track(i->name, like->name)) {
            m.track = i;
        } else if (!i->is_plain && !like->is_plain &&
                   tni_str_eq(name_part(i->name), name_part(like->name))) {
            m.other = i;
        }
    }
    return m;
}

static tenon_status item_text(checker *c, const tni_wit_item *i, tni_str *out) {
    tni_buf b;
    if (i->kind == TNI_WIT_ITEM_FUNC) {
        return func_text(c, i->func, out);
    }
    if (i->kind == TNI_WIT_ITEM_TYPE) {
        return type_text(c, i->type, out);
    }
    tni_buf_init(&b, c->arena->heap);
    put(&b, "interface");
    if (i->interface->id.len > 0) {
        tni_buf_format(&b, " %.*s", STR(i->interface->id));
    }
    return text_of(c, &b, out);
}

static tenon_status check_item(checker *c, const tni_wit_item *w,
                               const tni_wit_world *offering) {
    match m = find_item(offering, w);
    const tni_wit_item *o = m.exact != NULL ? m.exact : m.track;
    tni_str wanted, offered;
    TNI_TRY(item_text(c, w, &wanted));
    c->path.count = 0;
    if (w->kind == TNI_WIT_ITEM_FUNC && o != NULL && o->kind == w->kind) {
        tni_buf_format(&c->path, "function `%.*s`", STR(w->name));
        return check_func(c, w->func, o->func);
    }
    tni_buf_str(&c->path, w->name);
    if (o == NULL && m.other == NULL) {
        return missing(c, wanted, w->at);
    }
    TNI_TRY(item_text(c, o != NULL ? o : m.other, &offered));
    if (o == NULL) {
        return add(c, TNI_DIFFERENCE_VERSION, wanted, offered, w->at, m.other->at);
    }
    if (o->kind != w->kind) {
        return add(c, TNI_DIFFERENCE_KIND, wanted, offered, w->at, o->at);
    }
    return w->kind == TNI_WIT_ITEM_TYPE ? check_type(c, w->type, o->type, w->at, o->at)
                                        : check_interface(c, w->interface, o->interface);
}

/* Methods of the world's own resources are imports as well. */
static tenon_status check_own_methods(checker *c, const tni_wit_world *wanting,
                                      const tni_wit_world *offering) {
    tni_map m;
    tni_map_init(&m, c->arena->heap);
    tenon_status s = index_interface(c, offering->scope, &m);
    c->path.count = 0;
    for (const tni_wit_type *t = wanting->scope->types; t != NULL; t = t->next) {
        for (const tni_wit_func *f = t->funcs; s == TENON_OK && f != NULL; f = f->next) {
            s = check_one_func(c, f, f->full_name, &m);
        }
    }
    tni_map_free(&m);
    return s;
}

static tenon_status check_worlds(checker *c, const tni_wit_world *contract,
                                 const tni_wit_world *actual) {
    c->is_export = false;
    for (const tni_wit_item *i = actual->items; i != NULL; i = i->next) {
        /* Types are compared where they are used; only a resource is something to have.
         */
        bool is_value_type = i->kind == TNI_WIT_ITEM_TYPE &&
                             tni_wit_target(i->type)->kind != TNI_WIT_RESOURCE;
        bool is_used = i->kind == TNI_WIT_ITEM_TYPE && i->type->used != NULL;
        if (!i->is_export && !is_value_type && !is_used) {
            TNI_TRY(check_item(c, i, contract));
        }
    }
    TNI_TRY(check_own_methods(c, actual, contract));
    c->is_export = true;
    for (const tni_wit_item *i = contract->items; i != NULL; i = i->next) {
        if (i->is_export) {
            TNI_TRY(check_item(c, i, actual));
        }
    }
    return TENON_OK;
}

tenon_status tni_contract_check(tni_arena *a, const tni_wit_world *contract,
                                const tni_wit_world *actual, tni_difference **out,
                                tenon_error *e) {
    checker c = {.arena = a, .e = e, .tail = out};
    *out = NULL;
    tni_map_init(&c.seen, a->heap);
    tni_buf_init(&c.path, a->heap);
    tenon_status status = check_worlds(&c, contract, actual);
    tni_map_free(&c.seen);
    tni_buf_free(&c.path);
    return status;
}

const char *tni_difference_text(tni_difference_kind kind) {
    static const char *const texts[] = {
        [TNI_DIFFERENCE_MISSING] = "is missing",
        [TNI_DIFFERENCE_VERSION] = "is there in another version",
        [TNI_DIFFERENCE_KIND] = "is something else",
        [TNI_DIFFERENCE_NAME] = "has another name at its place",
        [TNI_DIFFERENCE_COUNT] = "has another number of parts",
        [TNI_DIFFERENCE_TYPE] = "has another type",
        [TNI_DIFFERENCE_ASYNC] = "is async on one side only",
    };
    return texts[kind];
}
