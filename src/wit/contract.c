/* contract.c: a component's world against the world it is wanted to fit. Both are
 * resolved models; a component's comes from wit_component.h. */
#include "wit/contract.h"

#include "base/map.h"
#include "base/vec.h"
#include "wit/contract_text.h"
#include "wit/difference.h"
#include "wit/near.h"
#include "wit/wit_model.h"

/* A step as tenon_difference_step, before it is copied. */
typedef struct step {
    const char *what;
    tni_str name; /* empty for none */
    u32 number;
} step;

typedef TNI_VEC(step) steps;

typedef struct checker {
    tni_arena *arena;
    tenon_error *e;
    tni_difference **tail;
    tni_map seen; /* pairs of named types that have been compared */
    steps path;   /* of what is being compared */
    const tni_contract_side *offering;
    const tni_wit_world *wanting;
    tni_str offered_in; /* the interface that is offered, */
    const char *around; /* and where it is: for what is missing in it */
    u32 steps;
    bool is_export;
} checker;

/* Types can name one part so often that their trees are endless; no real ones come near.
 */
enum { MOST_STEPS = 10000000 };

#define STR(s) (int)(s).len, (s).ptr

static void put(tni_buf *b, const char *text) {
    tni_buf_str(b, tni_str_of(text));
}

static const tni_str no_name = {"", 0};

static tenon_status enter(checker *c, const char *what, tni_str name) {
    step s = {what, name, 0};
    return tni_vec_push(c->arena->heap, &c->path, s) ? TENON_OK : tni_no_memory(c->e);
}

static tenon_status enter_func(checker *c, tni_str full_name) {
    tni_str name;
    const char *what = tni_wit_func_word(full_name, &name);
    return enter(c, what, name);
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
        tni_wit_put_type(&b, t, true);
    }
    return text_of(c, &b, out);
}

static tenon_status func_text(checker *c, const tni_wit_func *f, tni_str *out) {
    tni_buf b;
    tni_buf_init(&b, c->arena->heap);
    tni_wit_put_func(&b, f);
    return text_of(c, &b, out);
}

/* -- the list -- */

/* Texts are copied: the list outlives the models. */
static const char *copy(checker *c, tni_str s) {
    return s.len == 0 ? NULL : tni_arena_str(c->arena, s).ptr;
}

static tenon_status copy_steps(checker *c, tenon_difference *d) {
    tenon_difference_step *out =
        TNI_ARENA_ARRAY(c->arena, tenon_difference_step, c->path.count);
    if (out == NULL) {
        return tni_no_memory(c->e);
    }
    for (size_t i = 0; i < c->path.count; i++) {
        const step *s = &c->path.data[i];
        out[i] = (tenon_difference_step){s->what, copy(c, s->name), s->number};
        if (s->name.len > 0 && out[i].name == NULL) {
            return tni_no_memory(c->e);
        }
    }
    d->steps = out;
    d->step_count = (u32)c->path.count;
    return TENON_OK;
}

static tenon_status add(checker *c, tenon_difference_kind kind, tni_str wanted,
                        tni_str offered, const char *wanted_at, const char *offered_at) {
    tni_difference *d = TNI_ARENA_NEW(c->arena, tni_difference);
    if (d == NULL) {
        return tni_no_memory(c->e);
    }
    d->wanted_at = wanted_at;
    d->offered_at = offered_at;
    d->offered_in = c->offered_in;
    d->d.kind = kind;
    d->d.is_export = c->is_export;
    d->d.wanted = copy(c, wanted);
    d->d.offered = copy(c, offered);
    if (d->d.wanted == NULL || (offered.len > 0 && d->d.offered == NULL)) {
        return tni_no_memory(c->e);
    }
    TNI_TRY(copy_steps(c, &d->d));
    *c->tail = d;
    c->tail = &d->next;
    return TENON_OK;
}

static tenon_status add_types(checker *c, tenon_difference_kind kind,
                              const tni_wit_type *w, const tni_wit_type *o,
                              const char *wanted_at, const char *offered_at) {
    tni_str wanted, offered;
    TNI_TRY(type_text(c, w, &wanted));
    TNI_TRY(type_text(c, o, &offered));
    return add(c, kind, wanted, offered, wanted_at, offered_at);
}

/* near: what may be meant by the name that is there instead. */
static tenon_status missing(checker *c, tni_str wanted, const char *wanted_at,
                            tni_str near) {
    tni_difference **at = c->tail;
    TNI_TRY(add(c, TENON_DIFFERENCE_MISSING, wanted, no_name, wanted_at, c->around));
    (*at)->d.near = copy(c, near);
    return near.len > 0 && (*at)->d.near == NULL ? tni_no_memory(c->e) : TENON_OK;
}

/* -- versions -- */

/* Explainer.md: canonversion: the major, or 0.minor, or 0.0.patch; whole for
 * pre-releases. */
tni_str tni_wit_track(tni_str version) {
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
    tni_str x = tni_wit_unversioned(a), y = tni_wit_unversioned(b);
    if (!tni_str_eq(x, y)) {
        return false;
    }
    if ((a.len == x.len) != (b.len == y.len)) {
        return false;
    }
    if (a.len == x.len) {
        return true;
    }
    return tni_str_eq(tni_wit_track((tni_str){a.ptr + x.len + 1, a.len - x.len - 1}),
                      tni_wit_track((tni_str){b.ptr + y.len + 1, b.len - y.len - 1}));
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
    TNI_TRY(enter(c, what, no_name));
    TNI_TRY(check_type(c, w, o, wanted_at, offered_at));
    c->path.count = mark;
    return TENON_OK;
}

static const char *member_word(int kind) {
    return kind == TENON_TYPE_RECORD  ? "field"
           : kind == TENON_TYPE_FLAGS ? "flag"
                                      : "case";
}

/* Named parts of both sides, in order: parameters, fields, cases or flags. */
typedef struct parts {
    const char *word; /* "field" */
    const tni_wit_field *wanted, *offered;
    tni_str wanted_text, offered_text; /* the whole that they are parts of */
    const char *wanted_at, *offered_at;
    tni_map by_name[2]; /* names to parts: wanted, offered */
} parts;

static const tni_wit_field *part_of(const parts *p, int side, tni_str name) {
    const u64 *place = tni_map_get(&p->by_name[side], name);
    return place == NULL ? NULL : (const tni_wit_field *)(uintptr_t)*place;
}

static const char *place_of(const tni_wit_field *f, const char *whole) {
    return f->at != NULL ? f->at : whole;
}

static tenon_status add_whole(checker *c, tenon_difference_kind kind, const parts *p,
                              const tni_wit_field *wanted, const tni_wit_field *offered) {
    return add(c, kind, p->wanted_text, p->offered_text,
               wanted != NULL ? place_of(wanted, p->wanted_at) : p->wanted_at,
               offered != NULL ? place_of(offered, p->offered_at) : p->offered_at);
}

/* A part on its own: "count: u32", "one(item)", "fragile". */
static tenon_status part_text(checker *c, const parts *p, const tni_wit_field *f,
                              tni_str *out) {
    bool is_case = strcmp(p->word, "case") == 0;
    tni_buf b;
    tni_buf_init(&b, c->arena->heap);
    tni_buf_str(&b, f->name);
    if (f->type != NULL) {
        put(&b, is_case ? "(" : ": ");
        tni_wit_put_type(&b, f->type, false);
        put(&b, is_case ? ")" : "");
    }
    return text_of(c, &b, out);
}

/* One wanted part; there: what is offered at its place, or NULL. */
static tenon_status check_one_part(checker *c, const parts *p, const tni_wit_field *w,
                                   const tni_wit_field *there) {
    const tni_wit_field *o = part_of(p, 1, w->name);
    if (o == NULL && (there == NULL || part_of(p, 0, there->name) != NULL)) {
        return add_whole(c, TENON_DIFFERENCE_MISSING, p, w, NULL);
    }
    if (o == NULL) {
        o = there;
        tni_str wanted, offered;
        TNI_TRY(part_text(c, p, w, &wanted));
        TNI_TRY(part_text(c, p, o, &offered));
        TNI_TRY(add(c, TENON_DIFFERENCE_NAME, wanted, offered, place_of(w, p->wanted_at),
                    place_of(o, p->offered_at)));
    }
    return check_type(c, w->type, o->type, place_of(w, p->wanted_at),
                      place_of(o, p->offered_at));
}

/* One offered part that may be more than is wanted; there: what is wanted at its place.
 */
static tenon_status check_extra(checker *c, const parts *p, const tni_wit_field *o,
                                const tni_wit_field *there) {
    bool is_renamed = there != NULL && part_of(p, 1, there->name) == NULL;
    return part_of(p, 0, o->name) != NULL || is_renamed
               ? TENON_OK
               : add_whole(c, TENON_DIFFERENCE_EXTRA, p, NULL, o);
}

/* Whether the parts of the same names stand in the same order. */
static bool same_order(const parts *p) {
    const tni_wit_field *o = p->offered;
    for (const tni_wit_field *w = p->wanted; w != NULL; w = w->next) {
        if (part_of(p, 1, w->name) == NULL) {
            continue;
        }
        while (o != NULL && part_of(p, 0, o->name) == NULL) {
            o = o->next;
        }
        if (o == NULL || !tni_str_eq(w->name, o->name)) {
            return false;
        }
        o = o->next;
    }
    return true;
}

static tenon_status compare_parts(checker *c, const parts *p) {
    size_t mark = c->path.count;
    const tni_wit_field *o = p->offered, *w;
    for (w = p->wanted; w != NULL; w = w->next) {
        TNI_TRY(enter(c, p->word, w->name));
        TNI_TRY(check_one_part(c, p, w, o));
        c->path.count = mark;
        o = o != NULL ? o->next : NULL;
    }
    w = p->wanted;
    for (o = p->offered; o != NULL; o = o->next) {
        TNI_TRY(enter(c, p->word, o->name));
        TNI_TRY(check_extra(c, p, o, w));
        c->path.count = mark;
        w = w != NULL ? w->next : NULL;
    }
    return same_order(p) ? TENON_OK : add_whole(c, TENON_DIFFERENCE_ORDER, p, NULL, NULL);
}

static tenon_status check_parts(checker *c, parts *p) {
    bool ok = true;
    for (int side = 0; side < 2; side++) {
        tni_map_init(&p->by_name[side], c->arena->heap);
        for (const tni_wit_field *f = side == 0 ? p->wanted : p->offered; f != NULL;
             f = f->next) {
            ok = ok && tni_map_put(&p->by_name[side], f->name, (u64)(uintptr_t)f);
        }
    }
    tenon_status status = ok ? compare_parts(c, p) : tni_no_memory(c->e);
    tni_map_free(&p->by_name[0]);
    tni_map_free(&p->by_name[1]);
    return status;
}

static tenon_status check_members(checker *c, const tni_wit_type *w,
                                  const tni_wit_type *o) {
    parts p = {.word = member_word(w->kind),
               .wanted = w->fields,
               .offered = o->fields,
               .wanted_at = w->at,
               .offered_at = o->at};
    TNI_TRY(type_text(c, w, &p.wanted_text));
    TNI_TRY(type_text(c, o, &p.offered_text));
    return check_parts(c, &p);
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
    if (w->name.len == 0) {
        return check_members(c, w, o);
    }
    steps outer = c->path;
    c->path = (steps){NULL, 0, 0};
    tenon_status status = TENON_OK;
    if (w->owner != NULL && w->owner->world == NULL) {
        status =
            enter(c, "interface", w->owner->id.len > 0 ? w->owner->id : w->owner->name);
    }
    status = status == TENON_OK ? enter(c, tni_wit_word(w), w->name) : status;
    status = status == TENON_OK ? check_members(c, w, o) : status;
    tni_vec_free(c->arena->heap, &c->path);
    c->path = outer;
    return status;
}

static bool is_handle(const tni_wit_type *t) {
    return t->kind == TENON_TYPE_OWN || t->kind == TENON_TYPE_BORROW;
}

/* Types of different kinds, or NULL for none. A named type is told of once. */
static tenon_status other_kind(checker *c, const tni_wit_type *w, const tni_wit_type *o,
                               const char *wanted_at, const char *offered_at) {
    const tni_wit_type *a = w == NULL ? NULL : tni_wit_target(w);
    const tni_wit_type *b = o == NULL ? NULL : tni_wit_target(o);
    tenon_difference_kind kind = TENON_DIFFERENCE_TYPE;
    bool fresh = true;
    if (a != NULL && b != NULL && is_handle(a) && is_handle(b) &&
        same_resource(tni_wit_target(a->element), tni_wit_target(b->element))) {
        kind = TENON_DIFFERENCE_OWNER;
    } else if (a != NULL && b != NULL && w->name.len > 0 &&
               tni_str_eq(w->name, o->name)) {
        TNI_TRY(enter_named(c, a, b, &fresh));
    }
    return fresh ? add_types(c, kind, w, o, wanted_at, offered_at) : TENON_OK;
}

static tenon_status check_tuple(checker *c, const tni_wit_type *w, const tni_wit_type *o,
                                const char *wanted_at, const char *offered_at) {
    if (w->count != o->count) {
        return add_types(c, TENON_DIFFERENCE_COUNT, w, o, wanted_at, offered_at);
    }
    u32 n = 1;
    const tni_wit_field *a = w->fields, *b = o->fields;
    for (; a != NULL && b != NULL; a = a->next, b = b->next, n++) {
        size_t mark = c->path.count;
        TNI_TRY(enter(c, "member", no_name));
        c->path.data[mark].number = n;
        TNI_TRY(check_type(c, a->type, b->type, wanted_at, offered_at));
        c->path.count = mark;
    }
    return TENON_OK;
}

static tenon_status check_type(checker *c, const tni_wit_type *w, const tni_wit_type *o,
                               const char *wanted_at, const char *offered_at) {
    const tni_wit_type *a = w == NULL ? NULL : tni_wit_target(w);
    const tni_wit_type *b = o == NULL ? NULL : tni_wit_target(o);
    if (++c->steps > MOST_STEPS) {
        return tni_fail(c->e, TNI_ERR_LIMIT, TENON_NO_OFFSET,
                        "types repeat their parts too often to be compared");
    }
    if (a == NULL || b == NULL || a->kind != b->kind) {
        return a == b ? TENON_OK : other_kind(c, w, o, wanted_at, offered_at);
    }
    bool is_result = a->kind == TENON_TYPE_RESULT;
    switch (a->kind) {
    case TENON_TYPE_OWN:
    case TENON_TYPE_BORROW:
        return same_resource(tni_wit_target(a->element), tni_wit_target(b->element))
                   ? TENON_OK
                   : add_types(c, TENON_DIFFERENCE_TYPE, w, o, wanted_at, offered_at);
    case TNI_WIT_RESOURCE:
        return same_resource(a, b)
                   ? TENON_OK
                   : add_types(c, TENON_DIFFERENCE_TYPE, w, o, wanted_at, offered_at);
    case TENON_TYPE_RECORD:
    case TENON_TYPE_VARIANT:
    case TENON_TYPE_ENUM:
    case TENON_TYPE_FLAGS: return check_named(c, a, b);
    case TENON_TYPE_TUPLE: return check_tuple(c, a, b, wanted_at, offered_at);
    case TENON_TYPE_FIXED_LIST:
        if (a->count != b->count) {
            return add_types(c, TENON_DIFFERENCE_TYPE, w, o, wanted_at, offered_at);
        }
        break;
    default: break;
    }
    if ((a->element == NULL) != (b->element == NULL) ||
        (a->other == NULL) != (b->other == NULL)) {
        return add_types(c, TENON_DIFFERENCE_TYPE, w, o, wanted_at, offered_at);
    }
    if (a->element != NULL) {
        TNI_TRY(check_part(c,
                           is_result                      ? "ok"
                           : a->other != NULL             ? "key"
                           : a->kind == TENON_TYPE_OPTION ? "payload"
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
        TNI_TRY(add(c, TENON_DIFFERENCE_ASYNC, wanted, offered, w->at, o->at));
    }
    parts p = {.word = "parameter",
               .wanted = w->params,
               .offered = o->params,
               .wanted_text = wanted,
               .offered_text = offered,
               .wanted_at = w->at,
               .offered_at = o->at};
    TNI_TRY(check_parts(c, &p));
    size_t mark = c->path.count;
    TNI_TRY(enter(c, "result", no_name));
    TNI_TRY(check_type(c, w->result, o->result, w->at, o->at));
    c->path.count = mark;
    return TENON_OK;
}

/* -- names that are like others -- */

static void take_nearer(tni_str name, size_t d, tni_str *near, size_t *best) {
    if (d < *best) {
        *near = name;
        *best = d;
    }
}

static bool has_key(const tni_map *m, tni_str name) {
    return m != NULL && tni_map_get(m, name) != NULL;
}

/* The offered name most like a missing one, among those that nobody wants. */
static tni_str near_key(const tni_map *offered, const tni_map *wanted, tni_str name) {
    tni_str near = {"", 0};
    size_t best = SIZE_MAX;
    for (u32 i = 0; i < offered->count; i++) {
        if (!has_key(wanted, offered->entries[i].key)) {
            tni_str key = offered->entries[i].key;
            size_t d = tni_unlike_funcs(key, name);
            take_nearer(key, d, &near, &best);
        }
    }
    return near;
}

static bool has_item(const tni_wit_world *w, const tni_wit_item *like) {
    for (const tni_wit_item *i = w->items; i != NULL; i = i->next) {
        if (i->is_export == like->is_export && tni_str_eq(i->name, like->name)) {
            return true;
        }
    }
    return false;
}

/* Of those that the wanting world does not want itself. */
static tni_str near_item(const checker *c, const tni_wit_world *w,
                         const tni_wit_item *like) {
    tni_str near = no_name;
    size_t best = SIZE_MAX;
    for (const tni_wit_item *i = w->items; i != NULL; i = i->next) {
        if (i->is_export == like->is_export && i->kind == like->kind &&
            i->is_plain == like->is_plain && !has_item(c->wanting, i)) {
            take_nearer(i->name,
                        i->is_plain ? tni_unlike(i->name, like->name)
                                    : tni_unlike_ids(i->name, like->name),
                        &near, &best);
        }
    }
    return near;
}

/* -- interfaces -- */

/* Names of an interface's types and of the functions of its resources. */
static tenon_status index_types(checker *c, const tni_wit_interface *i, tni_map *m) {
    bool ok = true;
    for (const tni_wit_type *t = i->types; t != NULL; t = t->next) {
        ok = ok && tni_map_put(m, t->name, (u64)(uintptr_t)t);
        for (const tni_wit_func *f = t->funcs; f != NULL; f = f->next) {
            ok = ok && tni_map_put(m, f->full_name, (u64)(uintptr_t)f);
        }
    }
    return ok ? TENON_OK : tni_no_memory(c->e);
}

/* The names of both sides, of an interface's types or its functions. */
typedef struct scope_names {
    tni_map wanted, offered;
} scope_names;

static tenon_status check_one_func(checker *c, const tni_wit_func *w, tni_str name,
                                   const scope_names *m) {
    size_t mark = c->path.count;
    tni_str wanted;
    const u64 *place = tni_map_get(&m->offered, name);
    TNI_TRY(enter_func(c, name));
    if (place == NULL) {
        TNI_TRY(func_text(c, w, &wanted));
        TNI_TRY(missing(c, wanted, w->at, near_key(&m->offered, &m->wanted, name)));
    } else {
        TNI_TRY(check_func(c, w, (const tni_wit_func *)(uintptr_t)*place));
    }
    c->path.count = mark;
    return TENON_OK;
}

static bool offers_resource(const u64 *place) {
    return place != NULL &&
           tni_wit_target((const tni_wit_type *)(uintptr_t)*place)->kind ==
               TNI_WIT_RESOURCE;
}

/* A value type that a host does not name needs no grant. */
static bool is_granted(const checker *c, const tni_wit_type *t) {
    return c->offering->kind == TENON_ORIGIN_HOST && c->offering->wit == NULL &&
           tni_wit_target(t)->kind != TNI_WIT_RESOURCE;
}

static tenon_status check_types(checker *c, const tni_wit_interface *w,
                                const scope_names *m) {
    for (const tni_wit_type *t = w->types; t != NULL; t = t->next) {
        size_t mark = c->path.count;
        const u64 *place = tni_map_get(&m->offered, t->name);
        tni_str wanted;
        TNI_TRY(enter(c, "type", t->name));
        if (place == NULL && is_granted(c, t)) {
            /* nothing to compare it with */
        } else if (place == NULL) {
            TNI_TRY(type_text(c, t, &wanted));
            tni_str near = near_key(&m->offered, &m->wanted, t->name);
            TNI_TRY(missing(c, wanted, t->at, near));
        } else {
            const tni_wit_type *o = (const tni_wit_type *)(uintptr_t)*place;
            TNI_TRY(check_type(c, t, o, t->at, o->at));
        }
        c->path.count = mark;
        const tni_wit_func *f = offers_resource(place) ? t->funcs : NULL;
        for (; f != NULL; f = f->next) {
            TNI_TRY(check_one_func(c, f, f->full_name, m));
        }
    }
    return TENON_OK;
}

static tenon_status index_funcs(checker *c, const tni_wit_interface *i, tni_map *m) {
    for (const tni_wit_func *f = i->funcs; f != NULL; f = f->next) {
        if (!tni_map_put(m, f->full_name, (u64)(uintptr_t)f)) {
            return tni_no_memory(c->e);
        }
    }
    return TENON_OK;
}

static void scope_names_init(scope_names *m, tni_heap *heap) {
    tni_map_init(&m->wanted, heap);
    tni_map_init(&m->offered, heap);
}

static void scope_names_free(scope_names *m) {
    tni_map_free(&m->wanted);
    tni_map_free(&m->offered);
}

static tenon_status check_indexed(checker *c, const tni_wit_interface *w,
                                  const tni_wit_interface *o, scope_names *types,
                                  scope_names *funcs) {
    TNI_TRY(index_types(c, w, &types->wanted));
    TNI_TRY(index_types(c, o, &types->offered));
    TNI_TRY(index_funcs(c, w, &funcs->wanted));
    TNI_TRY(index_funcs(c, o, &funcs->offered));
    TNI_TRY(check_types(c, w, types));
    for (const tni_wit_func *f = w->funcs; f != NULL; f = f->next) {
        TNI_TRY(check_one_func(c, f, f->full_name, funcs));
    }
    return TENON_OK;
}

static tenon_status check_interface(checker *c, const tni_wit_interface *w,
                                    const tni_wit_interface *o) {
    scope_names types, funcs;
    scope_names_init(&types, c->arena->heap);
    scope_names_init(&funcs, c->arena->heap);
    tenon_status s = check_indexed(c, w, o, &types, &funcs);
    scope_names_free(&types);
    scope_names_free(&funcs);
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
        if (m.exact == NULL && tni_str_eq(i->name, like->name)) {
            m.exact = i;
        } else if (!i->is_plain && !like->is_plain &&
                   tni_wit_same_track(i->name, like->name)) {
            m.track = i;
        } else if (!i->is_plain && !like->is_plain &&
                   tni_str_eq(tni_wit_unversioned(i->name),
                              tni_wit_unversioned(like->name))) {
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

static tni_str item_id(const tni_wit_item *i) {
    return i->kind == TNI_WIT_ITEM_INTERFACE && i->interface->id.len > 0
               ? i->interface->id
               : i->name;
}

static tenon_status check_item(checker *c, const tni_wit_item *w,
                               const tni_wit_world *offering) {
    match m = find_item(offering, w);
    const tni_wit_item *o = m.exact != NULL ? m.exact : m.track;
    tni_str wanted, offered;
    TNI_TRY(item_text(c, w, &wanted));
    c->path.count = 0;
    if (w->kind == TNI_WIT_ITEM_FUNC) {
        TNI_TRY(enter_func(c, w->name));
    } else {
        TNI_TRY(
            enter(c, w->kind == TNI_WIT_ITEM_INTERFACE ? "interface" : "type", w->name));
    }
    c->offered_in = o != NULL ? item_id(o) : m.other != NULL ? item_id(m.other) : no_name;
    c->around = o != NULL && o->kind == TNI_WIT_ITEM_INTERFACE ? o->interface->at : NULL;
    if (w->kind == TNI_WIT_ITEM_FUNC && o != NULL && o->kind == w->kind) {
        return check_func(c, w->func, o->func);
    }
    if (o == NULL && m.other == NULL) {
        return missing(c, wanted, w->at, near_item(c, offering, w));
    }
    TNI_TRY(item_text(c, o != NULL ? o : m.other, &offered));
    if (o == NULL) {
        return add(c, TENON_DIFFERENCE_VERSION, wanted, offered, w->at, m.other->at);
    }
    if (o->kind != w->kind) {
        return add(c, TENON_DIFFERENCE_SORT, wanted, offered, w->at, o->at);
    }
    return w->kind == TNI_WIT_ITEM_TYPE ? check_type(c, w->type, o->type, w->at, o->at)
                                        : check_interface(c, w->interface, o->interface);
}

/* Methods of the world's own resources are imports as well. */
static tenon_status check_own_methods(checker *c, const tni_wit_world *wanting,
                                      const tni_wit_world *offering) {
    scope_names m;
    scope_names_init(&m, c->arena->heap);
    tenon_status s = index_types(c, offering->scope, &m.offered);
    s = s == TENON_OK ? index_types(c, wanting->scope, &m.wanted) : s;
    c->path.count = 0;
    c->offered_in = no_name;
    c->around = NULL;
    for (const tni_wit_type *t = wanting->scope->types; t != NULL; t = t->next) {
        for (const tni_wit_func *f = t->funcs; s == TENON_OK && f != NULL; f = f->next) {
            s = check_one_func(c, f, f->full_name, &m);
        }
    }
    scope_names_free(&m);
    return s;
}

static tenon_status check_worlds(checker *c, const tni_contract_side *contract,
                                 const tni_contract_side *actual) {
    c->is_export = false;
    c->offering = contract;
    c->wanting = actual->world;
    for (const tni_wit_item *i = actual->world->items; i != NULL; i = i->next) {
        /* Types are compared where they are used; only a resource is something to have.
         */
        bool is_value_type = i->kind == TNI_WIT_ITEM_TYPE &&
                             tni_wit_target(i->type)->kind != TNI_WIT_RESOURCE;
        bool is_used = i->kind == TNI_WIT_ITEM_TYPE && i->type->used != NULL;
        if (!i->is_export && !is_value_type && !is_used) {
            TNI_TRY(check_item(c, i, contract->world));
        }
    }
    TNI_TRY(check_own_methods(c, actual->world, contract->world));
    c->is_export = true;
    c->offering = actual;
    c->wanting = contract->world;
    for (const tni_wit_item *i = contract->world->items; i != NULL; i = i->next) {
        if (i->is_export) {
            TNI_TRY(check_item(c, i, actual->world));
        }
    }
    return TENON_OK;
}

/* -- where both sides come from -- */

static tenon_status origin_of(checker *c, const tni_contract_side *side, const char *at,
                              tni_str host, tenon_origin *out) {
    u32 line = 0, column = 0;
    const tni_wit_source *s =
        side->wit == NULL
            ? NULL
            : tni_wit_place(side->wit, at != NULL ? at : side->world->at, &line, &column);
    tni_str name = s != NULL                         ? s->path
                   : side->kind == TENON_ORIGIN_HOST ? host
                   : side->name != NULL              ? tni_str_of(side->name)
                                                     : no_name;
    tenon_origin_kind kind = s != NULL ? TENON_ORIGIN_WIT : side->kind;
    *out =
        (tenon_origin){kind, copy(c, name), s != NULL ? line : 0, s != NULL ? column : 0};
    return name.len > 0 && out->name == NULL ? tni_no_memory(c->e) : TENON_OK;
}

static tenon_status finish(checker *c, const tni_contract_side *contract,
                           const tni_contract_side *actual, tni_difference *d) {
    for (; d != NULL; d = d->next) {
        bool x = d->d.is_export;
        TNI_TRY(origin_of(c, x ? contract : actual, d->wanted_at, no_name,
                          &d->d.wanted_from));
        TNI_TRY(origin_of(c, x ? actual : contract, d->offered_at, d->offered_in,
                          &d->d.offered_from));
        TNI_TRY(tni_difference_finish(c->arena, &d->d, c->e));
    }
    return TENON_OK;
}

tenon_status tni_contract_check(tni_arena *a, const tni_contract_side *contract,
                                const tni_contract_side *actual, tni_difference **out,
                                tenon_error *e) {
    checker c = {.arena = a, .e = e, .tail = out};
    *out = NULL;
    tni_map_init(&c.seen, a->heap);
    tenon_status status = check_worlds(&c, contract, actual);
    tni_map_free(&c.seen);
    tni_vec_free(a->heap, &c.path);
    return status == TENON_OK ? finish(&c, contract, actual, *out) : status;
}
