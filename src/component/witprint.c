/* witprint.c: component-level types and components in WIT words. WIT.md.
 *
 * For people to read: link errors and `tenon inspect`. What it prints of value and
 * function types is WIT; instances, components and modules, which WIT has no expression
 * for, are printed in the same manner. */
#include "component/witprint.h"

#include "base/assert.h"

/* No output grows beyond this, and no type is printed deeper than that. */
enum { MOST_BYTES = 1 << 20, MOST_DEPTH = 120 };

typedef struct printer {
    tni_buf *b;
    const tni_resource_names *names;
    const tni_registry *registry;
    u32 indent;
} printer;

static void put(const printer *p, const char *text) {
    tni_buf_str(p->b, tni_str_of(text));
}

static bool is_full(const printer *p) {
    return p->b->failed || p->b->count > MOST_BYTES;
}

static const char *const primitive_words[] = {
    "bool", "s8",  "u8",  "s16", "u16",  "s32",    "u32",
    "s64",  "u64", "f32", "f64", "char", "string", "error-context",
};

static void put_resource(const printer *p, u32 slot) {
    if (p->names != NULL && slot < p->names->count && p->names->names[slot].len > 0) {
        tni_buf_str(p->b, p->names->names[slot]);
    } else {
        tni_buf_format(p->b, "resource-%u", slot);
    }
}

static void put_type(const printer *p, const tenon_type *t, u32 depth);

/* "<A, B>" of the parts that are there; "_" stands for a first one that is not. */
static void put_parts(const printer *p, const char *word, const tenon_type *a,
                      const tenon_type *b, u32 depth) {
    put(p, word);
    if (a == NULL && b == NULL) {
        return;
    }
    put(p, "<");
    put_type(p, a, depth + 1);
    if (b != NULL) {
        put(p, ", ");
        put_type(p, b, depth + 1);
    }
    put(p, ">");
}

static void put_tuple(const printer *p, const tenon_type *t, u32 depth) {
    put(p, "tuple<");
    for (u32 i = 0; i < t->count && !is_full(p); i++) {
        put(p, i == 0 ? "" : ", ");
        put_type(p, t->fields[i].type, depth + 1);
    }
    put(p, ">");
}

/* `record { a: u32, b: string }`, `variant { a, b(u32) }`, `enum { a, b }` */
static void put_members(const printer *p, const char *word, const tenon_type *t,
                        u32 depth) {
    bool is_record = t->kind == TENON_TYPE_RECORD;
    put(p, word);
    put(p, " { ");
    for (u32 i = 0; i < t->count && !is_full(p); i++) {
        put(p, i == 0 ? "" : ", ");
        put(p, t->fields[i].name);
        if (t->fields[i].type != NULL && t->kind != TENON_TYPE_ENUM) {
            put(p, is_record ? ": " : "(");
            put_type(p, t->fields[i].type, depth + 1);
            put(p, is_record ? "" : ")");
        }
    }
    put(p, " }");
}

static void put_type(const printer *p, const tenon_type *t, u32 depth) {
    if (t == NULL) {
        put(p, "_");
        return;
    }
    if (depth > MOST_DEPTH || is_full(p)) {
        put(p, "…");
        return;
    }
    switch (t->kind) {
    case TENON_TYPE_LIST: put_parts(p, "list", t->element, NULL, depth); return;
    case TENON_TYPE_FIXED_LIST:
        put(p, "list<");
        put_type(p, t->element, depth + 1);
        tni_buf_format(p->b, ", %u>", t->count);
        return;
    case TENON_TYPE_RECORD: put_members(p, "record", t, depth); return;
    case TENON_TYPE_TUPLE: put_tuple(p, t, depth); return;
    case TENON_TYPE_VARIANT: put_members(p, "variant", t, depth); return;
    case TENON_TYPE_ENUM: put_members(p, "enum", t, depth); return;
    case TENON_TYPE_FLAGS: put_members(p, "flags", t, depth); return;
    case TENON_TYPE_OPTION: put_parts(p, "option", t->element, NULL, depth); return;
    case TENON_TYPE_RESULT: put_parts(p, "result", t->element, t->other, depth); return;
    case TENON_TYPE_MAP: put_parts(p, "map", t->element, t->other, depth); return;
    case TENON_TYPE_STREAM: put_parts(p, "stream", t->element, NULL, depth); return;
    case TENON_TYPE_FUTURE: put_parts(p, "future", t->element, NULL, depth); return;
    case TENON_TYPE_OWN:
    case TENON_TYPE_BORROW:
        put(p, t->kind == TENON_TYPE_OWN ? "own<" : "borrow<");
        put_resource(p, t->resource);
        put(p, ">");
        return;
    default: put(p, primitive_words[t->kind]); return;
    }
}

static void put_func(const printer *p, const tenon_func_type *t) {
    put(p, t->is_async ? "async func(" : "func(");
    for (u32 i = 0; i < t->param_count && !is_full(p); i++) {
        put(p, i == 0 ? "" : ", ");
        put(p, t->params[i].name != NULL ? t->params[i].name : "_");
        put(p, ": ");
        put_type(p, t->params[i].type, 0);
    }
    put(p, ")");
    if (t->result != NULL) {
        put(p, " -> ");
        put_type(p, t->result, 0);
    }
}

/* -- entities -- */

static void put_entity(const printer *p, const tni_entity *x);

static void new_line(const printer *p) {
    put(p, "\n");
    for (u32 i = 0; i < p->indent; i++) {
        put(p, "  ");
    }
}

static void put_quoted(const printer *p, tni_str s) {
    put(p, "\"");
    tni_buf_str(p->b, s);
    put(p, "\"");
}

/* A name as WIT writes it: labels plainly, all others in quotes. */
static void put_name(const printer *p, tni_str name) {
    bool plain = name.len > 0;
    for (size_t i = 0; i < name.len; i++) {
        char c = name.ptr[i];
        plain &= (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                 (c >= '0' && c <= '9') || c == '-';
    }
    if (plain) {
        tni_buf_str(p->b, name);
    } else {
        put_quoted(p, name);
    }
}

static void put_entries(const printer *p, const char *word,
                        const tni_named_entity *entries, u32 count) {
    for (u32 i = 0; i < count && !is_full(p); i++) {
        new_line(p);
        put(p, word);
        put_name(p, entries[i].name);
        put(p, ": ");
        put_entity(p, entries[i].entity);
        put(p, ";");
    }
}

static void put_instance(const printer *p, const tni_instance_type *t) {
    printer inner = *p;
    inner.indent++;
    put(p, "instance {");
    if (p->indent < MOST_DEPTH) {
        put_entries(&inner, "", t->exports, t->export_count);
    }
    if (t->export_count > 0) {
        new_line(p);
    }
    put(p, "}");
}

static void put_component_type(const printer *p, const tni_component_type *t) {
    printer inner = *p;
    inner.indent++;
    inner.names = NULL; /* slots of another component */
    put(p, "component {");
    if (p->indent < MOST_DEPTH) {
        put_entries(&inner, "import ", t->imports, t->import_count);
        put_entries(&inner, "export ", t->exports, t->export_count);
    }
    if (t->import_count + t->export_count > 0) {
        new_line(p);
    }
    put(p, "}");
}

static void put_extern(const printer *p, const tni_externtype *t) {
    char text[200];
    if (p->registry == NULL) {
        put(p, "_");
        return;
    }
    tni_externtype_format(p->registry, text, sizeof text, t);
    put(p, text);
}

static void put_module(const printer *p, const tni_module_type *t) {
    printer inner = *p;
    inner.indent++;
    put(p, "module {");
    for (u32 i = 0; i < t->import_count && !is_full(p); i++) {
        new_line(&inner);
        put(p, "import ");
        put_quoted(p, t->imports[i].module);
        put(p, " ");
        put_quoted(p, t->imports[i].name);
        put(p, ": ");
        put_extern(p, &t->imports[i].type);
        put(p, ";");
    }
    for (u32 i = 0; i < t->export_count && !is_full(p); i++) {
        new_line(&inner);
        put(p, "export ");
        put_quoted(p, t->exports[i].name);
        put(p, ": ");
        put_extern(p, &t->exports[i].type);
        put(p, ";");
    }
    if (t->import_count + t->export_count > 0) {
        new_line(p);
    }
    put(p, "}");
}

static void put_entity(const printer *p, const tni_entity *x) {
    if (is_full(p)) {
        return;
    }
    switch (x->kind) {
    case TNI_ENTITY_CORE_MODULE: put_module(p, x->module); return;
    case TNI_ENTITY_FUNC: put_func(p, x->func); return;
    case TNI_ENTITY_VALUE: put_type(p, x->value, 0); return;
    case TNI_ENTITY_TYPE:
        put(p, "type ");
        put_type(p, x->value, 0);
        return;
    case TNI_ENTITY_RESOURCE:
        if (x->is_new) {
            put(p, "resource");
        } else {
            put(p, "type ");
            put_resource(p, x->slot);
        }
        return;
    case TNI_ENTITY_FUNC_TYPE:
        put(p, "type ");
        put_func(p, x->func);
        return;
    case TNI_ENTITY_INSTANCE_TYPE:
        put(p, "type ");
        put_instance(p, x->instance);
        return;
    case TNI_ENTITY_INSTANCE: put_instance(p, x->instance); return;
    case TNI_ENTITY_COMPONENT_TYPE:
        put(p, "type ");
        put_component_type(p, x->component);
        return;
    case TNI_ENTITY_COMPONENT: put_component_type(p, x->component); return;
    }
    TNI_UNREACHABLE();
}

/* -- for other files -- */

void tni_type_print(tni_buf *b, const tenon_type *t, const tni_resource_names *names) {
    printer p = {.b = b, .names = names};
    put_type(&p, t, 0);
}

void tni_func_type_print(tni_buf *b, const tenon_func_type *t,
                         const tni_resource_names *names) {
    printer p = {.b = b, .names = names};
    put_func(&p, t);
}

void tni_entity_print(tni_buf *b, const tni_entity *x, const tni_resource_names *names,
                      const tni_registry *registry) {
    printer p = {.b = b, .names = names, .registry = registry};
    put_entity(&p, x);
}

const char *tni_entity_kind_name(tni_entity_kind kind) {
    switch (kind) {
    case TNI_ENTITY_CORE_MODULE: return "core module";
    case TNI_ENTITY_FUNC: return "func";
    case TNI_ENTITY_VALUE: return "value";
    case TNI_ENTITY_TYPE: return "type";
    case TNI_ENTITY_RESOURCE: return "resource";
    case TNI_ENTITY_FUNC_TYPE: return "func type";
    case TNI_ENTITY_INSTANCE_TYPE: return "instance type";
    case TNI_ENTITY_COMPONENT_TYPE: return "component type";
    case TNI_ENTITY_COMPONENT: return "component";
    case TNI_ENTITY_INSTANCE: return "instance";
    }
    TNI_UNREACHABLE();
}

const char *tni_sort_name(tni_sort sort) {
    static const char *const names[TNI_SORT_COUNT] = {
        "core func", "core table",  "core memory",   "core global", "core tag",
        "core type", "core module", "core instance", "func",        "value",
        "type",      "component",   "instance",
    };
    return names[sort];
}

/* -- whole components -- */

static const char *const canon_words[] = {
#define TNI_CANON(id, code, text, feature) text,
#include "component/canon.def"
#undef TNI_CANON
};

static void put_args(const printer *p, const tni_def *d, const char *word) {
    for (u32 i = 0; i < d->arg_count && !is_full(p); i++) {
        printer inner = *p;
        inner.indent++;
        new_line(&inner);
        put(p, word);
        put_quoted(p, d->args[i].name);
        tni_buf_format(p->b, ": %s %u", tni_sort_name(d->args[i].sort), d->args[i].index);
    }
}

static void put_option(const printer *p, const char *name, u32 index) {
    if (index != TNI_NO_INDEX) {
        tni_buf_format(p->b, " %s=%u", name, index);
    }
}

static void put_canon(const printer *p, const tni_canon *c) {
    static const char *const encodings[] = {"", " utf16", " latin1+utf16"};
    put(p, canon_words[c->kind]);
    switch (c->kind) {
    case TNI_CANON_LIFT:
        tni_buf_format(p->b, " core func %u as ", c->func);
        put_func(p, c->func_type);
        break;
    case TNI_CANON_LOWER: tni_buf_format(p->b, " func %u", c->func); break;
    case TNI_CANON_RESOURCE_NEW:
    case TNI_CANON_RESOURCE_DROP:
    case TNI_CANON_RESOURCE_REP:
        put(p, " ");
        put_resource(p, c->slot);
        return;
    default: return;
    }
    put(p, encodings[c->options.encoding]);
    put(p, c->options.is_async ? " async" : "");
    put_option(p, "memory", c->options.memory);
    put_option(p, "realloc", c->options.realloc);
    put_option(p, "post-return", c->options.post_return);
    put_option(p, "callback", c->options.callback);
}

static void put_component(const printer *p, const tni_component *c);

static void put_def(const printer *p, const tni_component *c, const tni_def *d) {
    switch (d->kind) {
    case TNI_DEF_CORE_MODULE:
        tni_buf_format(p->b, "%zu bytes", d->module->byte_count);
        return;
    case TNI_DEF_CORE_INSTANTIATE:
        tni_buf_format(p->b, "instantiate core module %u", d->index);
        put_args(p, d, "with ");
        return;
    case TNI_DEF_CORE_EXPORTS:
    case TNI_DEF_EXPORTS:
        put(p, "exports");
        put_args(p, d, "");
        return;
    case TNI_DEF_COMPONENT: put_component(p, d->component); return;
    case TNI_DEF_INSTANTIATE:
        tni_buf_format(p->b, "instantiate component %u", d->index);
        put_args(p, d, "with ");
        return;
    case TNI_DEF_ALIAS_EXPORT:
    case TNI_DEF_ALIAS_CORE:
        tni_buf_format(p->b, "alias %s %u ",
                       d->kind == TNI_DEF_ALIAS_CORE ? "core instance" : "instance",
                       d->index);
        put_quoted(p, d->name);
        return;
    case TNI_DEF_ALIAS_OUTER:
        tni_buf_format(p->b, "alias outer %u, %u", d->depth, d->index);
        return;
    case TNI_DEF_RESOURCE:
        put(p, "resource ");
        put_resource(p, d->slot);
        put_option(p, "destructor", d->index);
        return;
    case TNI_DEF_TYPE: put(p, "defined"); return;
    case TNI_DEF_CANON: put_canon(p, d->canon); return;
    case TNI_DEF_IMPORT:
        put(p, "import ");
        put_quoted(p, d->name);
        put(p, ": ");
        put_entity(p, c->imports[d->import].entity);
        return;
    case TNI_DEF_EXPORT:
        put(p, "export ");
        put_quoted(p, d->name);
        tni_buf_format(p->b, ": %s %u", tni_sort_name(d->sort), d->index);
        return;
    }
    TNI_UNREACHABLE();
}

static void put_component(const printer *p, const tni_component *c) {
    u32 counts[TNI_SORT_COUNT] = {0};
    tni_resource_names names = {c->slot_names, c->slot_count};
    printer inner = *p;
    inner.indent++;
    inner.names = &names;
    inner.registry = c->engine->registry;
    put(p, "component");
    if (c->name.len > 0) {
        put(p, " ");
        put_quoted(p, c->name);
    }
    tni_buf_format(p->b, ", %zu bytes", c->byte_count);
    for (u32 i = 0; i < c->def_count && !is_full(p); i++) {
        const tni_def *d = &c->defs[i];
        new_line(&inner);
        tni_buf_format(p->b, "%s %u: ", tni_sort_name(d->sort), counts[d->sort]++);
        put_def(&inner, c, d);
    }
}

void tni_component_print(tni_buf *b, const tni_component *c) {
    printer p = {.b = b};
    put_component(&p, c);
    put(&p, "\n");
}
