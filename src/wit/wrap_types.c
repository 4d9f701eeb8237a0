/* wrap_types.c: types of WIT as definitions of a component, and the core signatures of
 * functions. Binary.md, "Type Definitions"; CanonicalABI.md, "Flattening". */
#include "base/assert.h"
#include "binary/write.h"
#include "component/layout.h"
#include "wit/wrap_internal.h"

/* -- what stands for what -- */

typedef struct map_key {
    u64 address;
    u32 side, scope;
} map_key;

static tni_str key_bytes(map_key *k, const void *key, u32 side, u32 scope) {
    *k = (map_key){(u64)(uintptr_t)key, side, scope};
    return (tni_str){(const char *)k, sizeof *k};
}

bool tni_wrap_get(const wrapper *w, const void *key, u32 side, u32 scope, u32 *out) {
    map_key k;
    const u64 *found = tni_map_get(&w->map, key_bytes(&k, key, side, scope));
    if (found != NULL) {
        *out = (u32)*found;
    }
    return found != NULL;
}

static void no_memory(wrapper *w) {
    if (w->status == TENON_OK) {
        w->status = tni_no_memory(w->e);
    }
}

void tni_wrap_put(wrapper *w, const void *key, u32 side, u32 scope, u32 value) {
    map_key *k = TNI_ARENA_NEW(w->arena, map_key);
    if (k == NULL || !tni_map_put(&w->map, key_bytes(k, key, side, scope), value)) {
        no_memory(w);
    }
}

bool tni_wrap_is_exported(const wrapper *w, const tni_wit_interface *i) {
    for (const tni_wit_item *item = w->world->items; item != NULL; item = item->next) {
        if (item->is_export && item->interface == i) {
            return true;
        }
    }
    return false;
}

/* An interface's `use` means the exported interface where there is one. WIT.md. */
static wrap_side step(const wrapper *w, const tni_wit_type *t, wrap_side side) {
    if (t->used == NULL || side == WRAP_IMPORT) {
        return side;
    }
    return tni_wrap_is_exported(w, t->used) ? WRAP_EXPORT : WRAP_IMPORT;
}

/* -- scopes -- */

void tni_wrap_scope_init(wrapper *w, wrap_scope *s, int kind,
                         const tni_wit_interface *of) {
    *s = (wrap_scope){.of = of, .id = w->scope_ids++};
    s->kind = kind == WRAP_TOP ? WRAP_TOP : kind == WRAP_TYPE ? WRAP_TYPE : WRAP_NESTED;
    tni_buf_init(&s->out, w->arena->heap);
    tni_buf_init(&s->args, w->arena->heap);
    if (s->kind != WRAP_TYPE) {
        tni_cwriter_init(&s->writer, w->arena->heap, &s->out);
    }
}

void tni_wrap_scope_free(wrap_scope *s) {
    if (s->kind != WRAP_TYPE) {
        tni_cwriter_free(&s->writer);
    }
    tni_buf_free(&s->out);
    tni_buf_free(&s->args);
}

void tni_wrap_entry(wrap_scope *s, u8 section, tni_buf *entry) {
    tni_cwriter_entry(&s->writer, section, entry);
    tni_buf_free(entry);
}

/* Passes over a definition, an alias, an import or an export of a scope. */
static void add(wrap_scope *s, u8 section, u8 declarator, tni_buf *entry) {
    if (s->kind != WRAP_TYPE) {
        tni_wrap_entry(s, section, entry);
        return;
    }
    s->out.failed = s->out.failed || entry->failed;
    tni_buf_byte(&s->out, declarator);
    tni_buf_put(&s->out, entry->data, entry->count);
    s->declarators++;
    tni_buf_free(entry);
}

static u32 define(wrap_scope *s, tni_buf *entry) {
    add(s, TNI_CSECTION_TYPE, 0x01, entry);
    return s->types++;
}

void tni_wrap_alias(wrap_scope *s, u8 sort, u32 instance, tni_str name) {
    tni_buf b;
    tni_buf_init(&b, s->out.heap);
    tni_buf_byte(&b, sort);
    tni_buf_byte(&b, 0x00);
    tni_buf_u32(&b, instance);
    tni_write_name(&b, name);
    tni_wrap_entry(s, TNI_CSECTION_ALIAS, &b);
}

void tni_wrap_name(tni_buf *b, const tni_wit_item *item) {
    tni_named_entity name = {.name = item->name};
    if (item->is_plain && item->interface != NULL && item->interface->id.len > 0) {
        name.implements = item->interface->id;
    }
    tni_cwrite_name(b, &name);
}

/* A type import (or, in an instance type, export), equal to another type or, with
 * TNI_NO_INDEX, a resource. */
static u32 declare(wrap_scope *s, tni_str name, u32 equal) {
    tni_buf b;
    tni_buf_init(&b, s->out.heap);
    tni_cwrite_name(&b, &(tni_named_entity){.name = name});
    tni_buf_byte(&b, 0x03);
    tni_buf_byte(&b, equal == TNI_NO_INDEX);
    if (equal != TNI_NO_INDEX) {
        tni_buf_u32(&b, equal);
    }
    add(s, TNI_CSECTION_IMPORT, 0x04, &b);
    return s->types++;
}

static u32 export_type(wrap_scope *s, tni_str name, u32 type) {
    tni_buf b;
    tni_buf_init(&b, s->out.heap);
    tni_cwrite_name(&b, &(tni_named_entity){.name = name});
    tni_buf_byte(&b, 0x03);
    tni_buf_u32(&b, type);
    tni_buf_byte(&b, 0x00);
    tni_wrap_entry(s, TNI_CSECTION_EXPORT, &b);
    return s->types++;
}

/* -- definitions -- */

static bool is_plain(const tni_wit_type *t) {
    return t->name.len == 0 && t->kind <= TENON_TYPE_ERROR_CONTEXT;
}

static void put_valtype(wrapper *w, wrap_scope *s, tni_buf *b, const tni_wit_type *t,
                        wrap_side side) {
    if (is_plain(t)) {
        tni_buf_byte(b, tni_primitive_code((tenon_type_kind)t->kind));
    } else {
        tni_buf_s33(b, tni_wrap_type(w, s, t, side));
    }
}

static void put_optional(wrapper *w, wrap_scope *s, tni_buf *b, const tni_wit_type *t,
                         wrap_side side) {
    tni_buf_byte(b, t != NULL);
    if (t != NULL) {
        put_valtype(w, s, b, t, side);
    }
}

static void put_fields(wrapper *w, wrap_scope *s, tni_buf *b, const tni_wit_type *t,
                       wrap_side side) {
    tni_buf_u32(b, t->count);
    for (const tni_wit_field *f = t->fields; f != NULL; f = f->next) {
        if (t->kind != TENON_TYPE_TUPLE) {
            tni_write_name(b, f->name);
        }
        if (t->kind == TENON_TYPE_VARIANT) {
            put_optional(w, s, b, f->type, side);
            tni_buf_byte(b, 0x00);
        } else if (f->type != NULL) {
            put_valtype(w, s, b, f->type, side);
        }
    }
}

/* Binary.md: defvaltype, by tenon_type_kind from TENON_TYPE_LIST on. */
static const u8 definition_codes[] = {0x70, 0x67, 0x72, 0x6f, 0x71, 0x6d, 0x6e,
                                      0x6b, 0x6a, 0x63, 0x69, 0x68, 0x66, 0x65};

static u32 define_value(wrapper *w, wrap_scope *s, const tni_wit_type *t,
                        wrap_side side) {
    tni_buf b;
    tni_buf_init(&b, w->arena->heap);
    if (t->kind <= TENON_TYPE_ERROR_CONTEXT) {
        tni_buf_byte(&b, tni_primitive_code((tenon_type_kind)t->kind));
        return define(s, &b);
    }
    tni_buf_byte(&b, definition_codes[t->kind - TENON_TYPE_LIST]);
    switch (t->kind) {
    case TENON_TYPE_LIST:
    case TENON_TYPE_OPTION: put_valtype(w, s, &b, t->element, side); break;
    case TENON_TYPE_FIXED_LIST:
        put_valtype(w, s, &b, t->element, side);
        tni_buf_u32(&b, t->count);
        break;
    case TENON_TYPE_RESULT:
        put_optional(w, s, &b, t->element, side);
        put_optional(w, s, &b, t->other, side);
        break;
    case TENON_TYPE_MAP:
        put_valtype(w, s, &b, t->element, side);
        put_valtype(w, s, &b, t->other, side);
        break;
    case TENON_TYPE_OWN:
    case TENON_TYPE_BORROW: tni_buf_u32(&b, tni_wrap_type(w, s, t->element, side)); break;
    case TENON_TYPE_STREAM:
    case TENON_TYPE_FUTURE: put_optional(w, s, &b, t->element, side); break;
    default: put_fields(w, s, &b, t, side);
    }
    return define(s, &b);
}

/* A named type's definition without its name; a resource has none. */
static u32 define_body(wrapper *w, wrap_scope *s, const tni_wit_type *t, wrap_side side) {
    if (t->kind == TNI_WIT_RESOURCE) {
        return TNI_NO_INDEX;
    }
    if (t->kind != TNI_WIT_ALIAS) {
        return define_value(w, s, t, side);
    }
    return t->element->name.len > 0 ? tni_wrap_type(w, s, t->element, step(w, t, side))
                                    : define_value(w, s, t->element, side);
}

/* In an instance type: what other interfaces have is reached by an outer alias. */
static u32 in_instance_type(wrapper *w, wrap_scope *s, const tni_wit_type *t) {
    u32 body;
    if (t->used == NULL) {
        body = define_body(w, s, t, WRAP_IMPORT);
    } else {
        tni_buf b;
        tni_buf_init(&b, w->arena->heap);
        tni_buf_put(&b, "\x03\x02\x01", 3);
        tni_buf_u32(&b, tni_wrap_type(w, &w->top, t->element, WRAP_IMPORT));
        add(s, TNI_CSECTION_ALIAS, 0x02, &b);
        body = s->types++;
    }
    return declare(s, t->name, body);
}

static u32 of_instance(wrapper *w, const tni_wit_type *t, wrap_side side) {
    u32 instance = 0;
    if (side == WRAP_IMPORT) {
        instance = tni_wrap_import(w, t->owner);
    } else if (!tni_wrap_get(w, t->owner, WRAP_EXPORT, 0, &instance)) {
        TNI_UNREACHABLE();
    }
    tni_wrap_alias(&w->top, 0x03, instance, t->name);
    return w->top.types++;
}

static u32 at_top(wrapper *w, const tni_wit_type *t, wrap_side side) {
    if (t->owner == w->world->scope) {
        return declare(&w->top, t->name, define_body(w, &w->top, t, WRAP_IMPORT));
    }
    return side == WRAP_LOCAL ? define_body(w, &w->top, t, side)
                              : of_instance(w, t, side);
}

/* Types that functions can only refer to by an imported or exported name. */
static bool wants_name(const tni_wit_type *t) {
    return t->kind == TENON_TYPE_RECORD || t->kind == TENON_TYPE_VARIANT ||
           t->kind == TENON_TYPE_ENUM || t->kind == TENON_TYPE_FLAGS ||
           t->kind == TNI_WIT_RESOURCE;
}

static u32 nested_import(wrapper *w, wrap_scope *s, const tni_wit_type *t,
                         wrap_side side) {
    u32 body = define_body(w, s, t, side);
    if (!wants_name(t)) {
        return body;
    }
    tni_buf name;
    tni_buf_init(&name, w->arena->heap);
    tni_buf_format(&name, "import-%s-%.*s%s", t->owner == s->of ? "type" : "used",
                   (int)t->name.len, t->name.ptr, t->owner == s->of ? "" : "-x");
    if (t->owner != s->of) {
        tni_buf_format(&name, "%u", s->arg_count);
    }
    tni_str text = {(const char *)name.data, name.count};
    u32 index = declare(s, text, body);
    tni_write_name(&s->args, text);
    tni_buf_byte(&s->args, 0x03);
    tni_buf_u32(&s->args, tni_wrap_type(w, &w->top, t, side));
    s->arg_count++;
    s->args.failed = s->args.failed || name.failed;
    tni_buf_free(&name);
    return index;
}

static u32 nested_export(wrapper *w, wrap_scope *s, const tni_wit_type *t) {
    u32 body;
    if (t->kind == TNI_WIT_RESOURCE) {
        body = tni_wrap_type(w, s, t, WRAP_LOCAL);
    } else if (t->used != NULL) {
        body = tni_wrap_type(w, s, t->element, step(w, t, WRAP_LOCAL));
    } else {
        body = define_body(w, s, t, WRAP_OUT);
    }
    return export_type(s, t->name, body);
}

u32 tni_wrap_type(wrapper *w, wrap_scope *s, const tni_wit_type *t, wrap_side side) {
    u32 index;
    if (t->name.len == 0) {
        return define_value(w, s, t, side);
    }
    if (tni_wrap_get(w, t, side, s->id, &index)) {
        return index;
    }
    if (s->kind == WRAP_TYPE) {
        index = in_instance_type(w, s, t);
    } else if (s->kind == WRAP_TOP) {
        index = at_top(w, t, side);
    } else {
        index = side == WRAP_OUT ? nested_export(w, s, t) : nested_import(w, s, t, side);
    }
    tni_wrap_put(w, t, side, s->id, index);
    return index;
}

void tni_wrap_put_result(wrapper *w, wrap_scope *s, tni_buf *b, const tni_wit_func *f,
                         wrap_side side) {
    tni_buf_byte(b, f->result == NULL);
    if (f->result == NULL) {
        tni_buf_byte(b, 0x00);
    } else {
        put_valtype(w, s, b, f->result, side);
    }
}

u32 tni_wrap_func_type(wrapper *w, wrap_scope *s, const tni_wit_func *f, wrap_side side) {
    tni_buf b;
    tni_buf_init(&b, w->arena->heap);
    tni_buf_byte(&b, f->is_async ? 0x43 : 0x40);
    tni_buf_u32(&b, f->param_count);
    for (const tni_wit_field *p = f->params; p != NULL; p = p->next) {
        tni_write_name(&b, p->name);
        put_valtype(w, s, &b, p->type, side);
    }
    tni_wrap_put_result(w, s, &b, f, side);
    return define(s, &b);
}

/* -- imports -- */

static bool is_needed(const wrapper *w, const tni_wit_func *f) {
    if (w->takes_all) {
        return true;
    }
    for (const wrap_need *n = w->needs; n != NULL; n = n->next) {
        if (n->func == f && n->kind == WRAP_LOWER && !n->is_dead) {
            return true;
        }
    }
    return false;
}

static bool is_live_type(const wrapper *w, const tni_wit_type *t) {
    u32 unused;
    return w->takes_all || tni_wrap_get(w, t, WRAP_LIVE, 0, &unused);
}

static void mark_type(wrapper *w, const tni_wit_type *t) {
    if (t == NULL || (t->name.len > 0 && is_live_type(w, t)) || w->status != TENON_OK) {
        return;
    }
    if (t->name.len > 0) {
        tni_wrap_put(w, t, WRAP_LIVE, 0, 1);
    }
    for (const tni_wit_field *f = t->fields; f != NULL; f = f->next) {
        mark_type(w, f->type);
    }
    mark_type(w, t->element);
    mark_type(w, t->other);
}

static void mark_func(wrapper *w, const tni_wit_func *f) {
    mark_type(w, f->resource);
    for (const tni_wit_field *p = f->params; p != NULL; p = p->next) {
        mark_type(w, p->type);
    }
    mark_type(w, f->result);
}

static void mark_export(wrapper *w, const tni_wit_item *item) {
    if (item->kind == TNI_WIT_ITEM_FUNC) {
        mark_func(w, item->func);
        return;
    }
    for (const tni_wit_type *t = item->interface->types; t != NULL; t = t->next) {
        mark_type(w, t);
        for (const tni_wit_func *f = t->funcs; f != NULL; f = f->next) {
            mark_func(w, f);
        }
    }
    for (const tni_wit_func *f = item->interface->funcs; f != NULL; f = f->next) {
        mark_func(w, f);
    }
}

void tni_wrap_mark_live(wrapper *w) {
    for (const wrap_need *n = w->needs; n != NULL; n = n->next) {
        if (!n->is_dead && n->func != NULL) {
            mark_func(w, n->func);
        } else if (!n->is_dead) {
            mark_type(w, n->resource);
        }
    }
    for (const tni_wit_item *i = w->world->items; i != NULL; i = i->next) {
        if (i->is_export && i->kind != TNI_WIT_ITEM_TYPE) {
            mark_export(w, i);
        }
    }
}

bool tni_wrap_is_live(const wrapper *w, const tni_wit_interface *i) {
    for (const tni_wit_type *t = i->types; t != NULL; t = t->next) {
        if (is_live_type(w, t)) {
            return true;
        }
    }
    for (const tni_wit_func *f = i->funcs; f != NULL; f = f->next) {
        if (is_needed(w, f)) {
            return true;
        }
    }
    return false;
}

static void declare_func(wrapper *w, wrap_scope *s, const tni_wit_func *f) {
    if (!is_needed(w, f)) {
        return;
    }
    u32 type = tni_wrap_func_type(w, s, f, WRAP_IMPORT);
    tni_buf b;
    tni_buf_init(&b, w->arena->heap);
    tni_cwrite_name(&b, &(tni_named_entity){.name = f->full_name});
    tni_buf_byte(&b, 0x01);
    tni_buf_u32(&b, type);
    add(s, TNI_CSECTION_IMPORT, 0x04, &b);
}

static const tni_wit_item *import_item(const wrapper *w, const tni_wit_interface *i) {
    for (const tni_wit_item *item = w->world->items; item != NULL; item = item->next) {
        if (!item->is_export && item->interface == i) {
            return item;
        }
    }
    TNI_UNREACHABLE();
}

u32 tni_wrap_import(wrapper *w, const tni_wit_interface *i) {
    u32 instance;
    if (tni_wrap_get(w, i, WRAP_IMPORT, 0, &instance)) {
        return instance;
    }
    wrap_scope s;
    tni_wrap_scope_init(w, &s, WRAP_TYPE, i);
    for (const tni_wit_type *t = i->types; t != NULL; t = t->next) {
        if (!is_live_type(w, t)) {
            continue;
        }
        (void)tni_wrap_type(w, &s, t, WRAP_IMPORT);
        for (const tni_wit_func *f = t->funcs; f != NULL; f = f->next) {
            declare_func(w, &s, f);
        }
    }
    for (const tni_wit_func *f = i->funcs; f != NULL; f = f->next) {
        declare_func(w, &s, f);
    }
    tni_buf b;
    tni_buf_init(&b, w->arena->heap);
    tni_buf_byte(&b, 0x42);
    tni_buf_u32(&b, s.declarators);
    tni_buf_put(&b, s.out.data, s.out.count);
    b.failed = b.failed || s.out.failed;
    u32 type = define(&w->top, &b);
    tni_wrap_scope_free(&s);
    tni_buf_init(&b, w->arena->heap);
    tni_wrap_name(&b, import_item(w, i));
    tni_buf_byte(&b, 0x05);
    tni_buf_u32(&b, type);
    tni_wrap_entry(&w->top, TNI_CSECTION_IMPORT, &b);
    instance = w->instances++;
    tni_wrap_put(w, i, WRAP_IMPORT, 0, instance);
    return instance;
}

/* -- core signatures -- */

static const tenon_type *layout_of(wrapper *w, const tni_wit_type *t);

static void lay_out_parts(wrapper *w, const tni_wit_type *t, tenon_type *out) {
    u32 count = 0;
    for (const tni_wit_field *f = t->fields; f != NULL; f = f->next) {
        count++;
    }
    tenon_field *fields = TNI_ARENA_ARRAY(w->arena, tenon_field, count);
    if (fields == NULL) {
        no_memory(w);
        return;
    }
    count = 0;
    for (const tni_wit_field *f = t->fields; f != NULL; f = f->next) {
        fields[count++].type = f->type != NULL ? layout_of(w, f->type) : NULL;
    }
    out->fields = fields;
    bool is_handle = t->kind == TENON_TYPE_OWN || t->kind == TENON_TYPE_BORROW;
    if (!is_handle) {
        out->element = t->element != NULL ? layout_of(w, t->element) : NULL;
        out->other = t->other != NULL ? layout_of(w, t->other) : NULL;
    }
}

static const tenon_type *layout_of(wrapper *w, const tni_wit_type *t) {
    const tenon_type *fallback = tni_type_primitive(TENON_TYPE_U32);
    t = tni_wit_target(t);
    if (t->kind <= TENON_TYPE_ERROR_CONTEXT) {
        return tni_type_primitive((tenon_type_kind)t->kind);
    }
    map_key *k = TNI_ARENA_NEW(w->arena, map_key);
    tenon_type *out = TNI_ARENA_NEW(w->arena, tenon_type);
    if (k == NULL || out == NULL) {
        no_memory(w);
        return fallback;
    }
    tni_str key = key_bytes(k, t, 0, 0);
    const u64 *found = tni_map_get(&w->layouts, key);
    if (found != NULL) {
        return (const tenon_type *)(uintptr_t)*found;
    }
    *out = (tenon_type){.kind = (tenon_type_kind)t->kind, .count = t->count};
    lay_out_parts(w, t, out);
    if (w->status == TENON_OK) {
        w->status = tni_type_lay_out(w->arena, out, w->e);
    }
    if (w->status == TENON_OK && !tni_map_put(&w->layouts, key, (uintptr_t)out)) {
        no_memory(w);
    }
    return w->status == TENON_OK ? out : fallback;
}

bool tni_wrap_has_pointers(wrapper *w, const tni_wit_type *t) {
    return (layout_of(w, t)->properties & TNI_TYPE_POINTERS) != 0;
}

static void flatten_params(wrapper *w, const tni_wit_func *f, bool lift, u32 max,
                           wrap_sig *out) {
    for (const tni_wit_field *p = f->params; p != NULL; p = p->next) {
        const tenon_type *t = layout_of(w, p->type);
        u32 have = out->param_count < TNI_MAX_FLAT_PARAMS ? out->param_count
                                                          : TNI_MAX_FLAT_PARAMS;
        u32 more = tni_flatten(t, false, out->params + have, TNI_MAX_FLAT_PARAMS - have);
        out->param_count = more > 1000 ? 1000 : have + more;
        bool pointers = (t->properties & TNI_TYPE_POINTERS) != 0;
        out->needs_memory = out->needs_memory || pointers;
        out->needs_realloc = out->needs_realloc || (pointers && lift);
    }
    if (out->param_count > max) {
        out->param_count = 1;
        out->params[0] = TNI_I32;
        out->needs_memory = true;
        out->needs_realloc = out->needs_realloc || lift;
    }
}

void tni_wrap_return_signature(wrapper *w, const tni_wit_func *f, wrap_sig *out) {
    tni_wit_field result = {.type = f->result};
    const tni_wit_func returning = {.params = f->result != NULL ? &result : NULL};
    *out = (wrap_sig){0};
    flatten_params(w, &returning, false, TNI_MAX_FLAT_PARAMS, out);
}

/* What else an async call has for its result. */
static void sign_async(wrapper *w, const tni_wit_func *f, bool lift, wrap_sig *out) {
    out->is_async = true;
    if (f->result != NULL && lift) {
        wrap_sig returns;
        tni_wrap_return_signature(w, f, &returns);
        out->needs_memory = out->needs_memory || returns.needs_memory;
    } else if (f->result != NULL && layout_of(w, f->result)->flat_count > 0) {
        out->params[out->param_count++] = TNI_I32;
        out->needs_memory = true;
        out->needs_realloc = tni_wrap_has_pointers(w, f->result);
    }
    out->result_count = 1;
    out->result = TNI_I32;
}

void tni_wrap_signature(wrapper *w, const tni_wit_func *f, bool lift, bool is_async,
                        wrap_sig *out) {
    *out = (wrap_sig){0};
    flatten_params(w, f, lift,
                   is_async && !lift ? TNI_MAX_FLAT_ASYNC_PARAMS : TNI_MAX_FLAT_PARAMS,
                   out);
    if (is_async) {
        sign_async(w, f, lift, out);
        return;
    }
    if (f->result == NULL) {
        return;
    }
    const tenon_type *t = layout_of(w, f->result);
    bool pointers = (t->properties & TNI_TYPE_POINTERS) != 0;
    out->needs_memory = out->needs_memory || pointers;
    out->needs_realloc = out->needs_realloc || (pointers && !lift);
    u32 count = tni_flatten(t, false, &out->result, 1);
    if (count > TNI_MAX_FLAT_RESULTS) {
        out->needs_memory = true;
        if (lift) {
            out->result = TNI_I32;
        } else {
            out->params[out->param_count++] = TNI_I32;
            count = 0;
        }
    }
    out->result_count = count > 0;
}
