/* wit_print.c: the model as WIT text. Items stand in the order of the source; what a
 * world includes is spelled out, and so are the imports it implies. */
#include "wit/wit_internal.h"

typedef struct printer {
    tni_buf *out;
    int depth;
    const tni_wit_package *package; /* whose interfaces go by their plain name */
} printer;

static void put(printer *p, const char *text) {
    tni_buf_str(p->out, tni_str_of(text));
}

static void put_str(printer *p, tni_str s) {
    tni_buf_str(p->out, s);
}

static void put_indent(printer *p) {
    for (int i = 0; i < p->depth; i++) {
        put(p, "    ");
    }
}

static void put_id(printer *p, tni_str id) {
    if (tni_wit_is_keyword(id)) {
        put(p, "%");
    }
    put_str(p, id);
}

static void put_docs(printer *p, tni_str docs) {
    size_t i = 0;
    while (i < docs.len) {
        size_t begin = i;
        while (i < docs.len && docs.ptr[i] != '\n') {
            i++;
        }
        put_indent(p);
        put(p, i > begin ? "/// " : "///");
        put_str(p, (tni_str){docs.ptr + begin, i - begin});
        put(p, "\n");
        i++;
    }
}

/* A string literal: what cannot stand in a WIT text is written as \u{…}. */
static void put_string(printer *p, tni_str s) {
    put(p, "\"");
    for (size_t i = 0; i < s.len; i++) {
        u8 c = (u8)s.ptr[i];
        if (c == '"' || c == '\\') {
            tni_buf_byte(p->out, '\\');
            tni_buf_byte(p->out, c);
        } else if (c < 0x20 || c >= 0x7f) {
            tni_buf_format(p->out, "\\%02x", c);
        } else {
            tni_buf_byte(p->out, c);
        }
    }
    put(p, "\"");
}

static void put_gate(printer *p, const char *name, const char *key, tni_str value) {
    if (value.len > 0) {
        put_indent(p);
        tni_buf_format(p->out, "@%s(%s = %.*s)\n", name, key, (int)value.len, value.ptr);
    }
}

static void put_attrs(printer *p, const tni_wit_attrs *a) {
    put_docs(p, a->docs);
    put_gate(p, "since", "version", a->since);
    put_gate(p, "unstable", "feature", a->unstable);
    put_gate(p, "deprecated", "version", a->deprecated);
    if (a->has_external_id) {
        put_indent(p);
        put(p, "@external-id(");
        put_string(p, a->external_id);
        put(p, ")\n");
    }
    put_indent(p);
}

static void put_interface_path(printer *p, const tni_wit_interface *i) {
    if (i->package == p->package) {
        put_id(p, i->name);
        return;
    }
    put_str(p, i->package->name);
    put(p, "/");
    put_id(p, i->name);
    if (i->package->version.len > 0) {
        put(p, "@");
        put_str(p, i->package->version);
    }
}

/* -- types -- */

static void put_type(printer *p, const tni_wit_type *t);

static const char *const type_words[] = {
    [TENON_TYPE_BOOL] = "bool",       [TENON_TYPE_S8] = "s8",
    [TENON_TYPE_U8] = "u8",           [TENON_TYPE_S16] = "s16",
    [TENON_TYPE_U16] = "u16",         [TENON_TYPE_S32] = "s32",
    [TENON_TYPE_U32] = "u32",         [TENON_TYPE_S64] = "s64",
    [TENON_TYPE_U64] = "u64",         [TENON_TYPE_F32] = "f32",
    [TENON_TYPE_F64] = "f64",         [TENON_TYPE_CHAR] = "char",
    [TENON_TYPE_STRING] = "string",   [TENON_TYPE_ERROR_CONTEXT] = "error-context",
    [TENON_TYPE_LIST] = "list",       [TENON_TYPE_FIXED_LIST] = "list",
    [TENON_TYPE_RECORD] = "record",   [TENON_TYPE_TUPLE] = "tuple",
    [TENON_TYPE_VARIANT] = "variant", [TENON_TYPE_ENUM] = "enum",
    [TENON_TYPE_FLAGS] = "flags",     [TENON_TYPE_OPTION] = "option",
    [TENON_TYPE_RESULT] = "result",   [TENON_TYPE_MAP] = "map",
    [TENON_TYPE_OWN] = "own",         [TENON_TYPE_BORROW] = "borrow",
    [TENON_TYPE_STREAM] = "stream",   [TENON_TYPE_FUTURE] = "future",
};

static void put_tuple(printer *p, const tni_wit_type *t) {
    for (const tni_wit_field *f = t->fields; f != NULL; f = f->next) {
        put_type(p, f->type);
        if (f->next != NULL) {
            put(p, ", ");
        }
    }
}

static void put_arguments(printer *p, const tni_wit_type *t) {
    if (t->kind == TENON_TYPE_TUPLE) {
        put_tuple(p, t);
        return;
    }
    if (t->element == NULL) {
        put(p, "_");
    } else {
        put_type(p, t->element);
    }
    if (t->other != NULL) {
        put(p, ", ");
        put_type(p, t->other);
    }
    if (t->kind == TENON_TYPE_FIXED_LIST) {
        tni_buf_format(p->out, ", %u", t->count);
    }
}

static void put_type(printer *p, const tni_wit_type *t) {
    if (t->name.len > 0 || t->kind == TENON_TYPE_OWN) {
        put_id(p, t->name.len > 0 ? t->name : t->element->name);
        return;
    }
    put(p, type_words[t->kind]);
    if (t->element == NULL && t->other == NULL && t->fields == NULL) {
        return;
    }
    put(p, "<");
    put_arguments(p, t);
    put(p, ">");
}

/* -- functions -- */

static void put_func_type(printer *p, const tni_wit_func *f) {
    if (f->kind == TNI_WIT_CONSTRUCTOR) {
        put(p, "constructor");
    } else {
        put_id(p, f->name);
        put(p, f->kind == TNI_WIT_STATIC ? ": static " : ": ");
        put(p, f->is_async ? "async func" : "func");
    }
    put(p, "(");
    const tni_wit_field *param = f->kind == TNI_WIT_METHOD ? f->params->next : f->params;
    for (; param != NULL; param = param->next) {
        put_id(p, param->name);
        put(p, ": ");
        put_type(p, param->type);
        if (param->next != NULL) {
            put(p, ", ");
        }
    }
    put(p, ")");
    if (f->result != NULL &&
        (f->kind != TNI_WIT_CONSTRUCTOR || f->result->kind != TENON_TYPE_OWN)) {
        put(p, " -> ");
        put_type(p, f->result);
    }
    put(p, ";\n");
}

static void put_func(printer *p, const tni_wit_func *f) {
    put_attrs(p, &f->attrs);
    put_func_type(p, f);
}

/* -- type definitions -- */

static void put_resource(printer *p, const tni_wit_type *t) {
    put(p, "resource ");
    put_id(p, t->name);
    if (t->funcs == NULL) {
        put(p, ";\n");
        return;
    }
    put(p, " {\n");
    p->depth++;
    for (const tni_wit_func *f = t->funcs; f != NULL; f = f->next) {
        put_func(p, f);
    }
    p->depth--;
    put_indent(p);
    put(p, "}\n");
}

static void put_alias(printer *p, const tni_wit_type *t) {
    put(p, "type ");
    put_id(p, t->name);
    put(p, " = ");
    if (t->element->name.len == 0 && t->element->kind == TENON_TYPE_OWN) {
        put(p, "own<");
        put_type(p, t->element);
        put(p, ">");
    } else {
        put_type(p, t->element);
    }
    put(p, ";\n");
}

static void put_fields(printer *p, const tni_wit_type *t) {
    for (const tni_wit_field *f = t->fields; f != NULL; f = f->next) {
        put_docs(p, f->docs);
        put_indent(p);
        put_id(p, f->name);
        if (f->type != NULL) {
            put(p, t->kind == TENON_TYPE_VARIANT ? "(" : ": ");
            put_type(p, f->type);
            put(p, t->kind == TENON_TYPE_VARIANT ? ")" : "");
        }
        put(p, ",\n");
    }
}

static void put_braced(printer *p, const tni_wit_type *t) {
    put(p, type_words[t->kind]);
    put(p, " ");
    put_id(p, t->name);
    put(p, " {\n");
    p->depth++;
    put_fields(p, t);
    p->depth--;
    put_indent(p);
    put(p, "}\n");
}

/* The names that one `use` statement took in; returns the type after them. */
static const tni_wit_type *put_use(printer *p, const tni_wit_type *t) {
    const struct tni_wit_path *path = t->path;
    put_attrs(p, &t->attrs);
    put(p, "use ");
    put_interface_path(p, t->used);
    put(p, ".{");
    for (bool first = true; t != NULL && t->path == path; t = t->next, first = false) {
        put(p, first ? "" : ", ");
        put_id(p, t->element->name);
        if (!tni_str_eq(t->element->name, t->name)) {
            put(p, " as ");
            put_id(p, t->name);
        }
    }
    put(p, "};\n");
    return t;
}

/* Returns the type that follows. */
static const tni_wit_type *put_typedef(printer *p, const tni_wit_type *t) {
    if (t->used != NULL) {
        return put_use(p, t);
    }
    put_attrs(p, &t->attrs);
    switch (t->kind) {
    case TNI_WIT_ALIAS: put_alias(p, t); break;
    case TNI_WIT_RESOURCE: put_resource(p, t); break;
    default: put_braced(p, t); break;
    }
    return t->next;
}

/* -- interfaces and worlds -- */

/* Types and functions as they stood in the source, one after the other. */
static void put_items(printer *p, const tni_wit_interface *i) {
    const tni_wit_type *t = i->types;
    const tni_wit_func *f = i->funcs;
    bool first = true;
    bool was_use = false;
    p->depth++;
    while (t != NULL || f != NULL) {
        bool is_type = f == NULL || (t != NULL && t->at < f->at);
        bool is_use = is_type && t->used != NULL;
        put(p, first || (was_use && is_use) ? "" : "\n");
        first = false;
        was_use = is_use;
        if (is_type) {
            t = put_typedef(p, t);
        } else {
            put_func(p, f);
            f = f->next;
        }
    }
    p->depth--;
    put_indent(p);
    put(p, "}\n");
}

static void put_extern(printer *p, const tni_wit_item *i) {
    put_attrs(p, &i->attrs);
    put(p, i->is_export ? "export " : "import ");
    if (i->kind == TNI_WIT_ITEM_FUNC) {
        tni_wit_func named = *i->func;
        named.name = i->name; /* an include may have renamed it */
        put_func_type(p, &named);
        return;
    }
    if (i->is_plain) {
        put_id(p, i->name);
        put(p, ": ");
    }
    if (i->interface->id.len > 0) {
        put_interface_path(p, i->interface);
        put(p, ";\n");
    } else {
        put(p, "interface {\n");
        put_items(p, i->interface);
    }
}

static void put_world(printer *p, const tni_wit_world *w) {
    put_attrs(p, &w->attrs);
    put(p, "world ");
    put_id(p, w->name);
    put(p, " {\n");
    p->depth++;
    const struct tni_wit_path *used = NULL;
    for (const tni_wit_item *i = w->items; i != NULL; i = i->next) {
        if (i->kind != TNI_WIT_ITEM_TYPE) {
            put_extern(p, i);
        } else if (i->type->path == NULL || i->type->path != used) {
            used = i->type->path;
            put_typedef(p, i->type);
        }
    }
    p->depth--;
    put_indent(p);
    put(p, "}\n");
}

static void put_package_name(printer *p, const tni_wit_package *package) {
    put(p, "package ");
    put_str(p, package->name);
    if (package->version.len > 0) {
        put(p, "@");
        put_str(p, package->version);
    }
}

static void put_package_items(printer *p, const tni_wit_package *package) {
    p->package = package;
    const char *gap = p->depth == 0 ? "\n" : "";
    for (const tni_wit_interface *i = package->interfaces; i != NULL; i = i->next) {
        put(p, gap);
        put_attrs(p, &i->attrs);
        put(p, "interface ");
        put_id(p, i->name);
        put(p, " {\n");
        put_items(p, i);
        gap = "\n";
    }
    for (const tni_wit_world *w = package->worlds; w != NULL; w = w->next) {
        put(p, gap);
        put_world(p, w);
        gap = "\n";
    }
}

void tni_wit_print_package(tni_buf *out, const tni_wit_package *package) {
    printer p = {.out = out};
    put_docs(&p, package->docs);
    put_package_name(&p, package);
    put(&p, ";\n");
    put_package_items(&p, package);
}

static void put_nested(printer *p, const tni_wit_package *package, const char *gap) {
    put(p, gap);
    put_docs(p, package->docs);
    put_package_name(p, package);
    put(p, " {\n");
    p->depth++;
    put_package_items(p, package);
    p->depth--;
    put(p, "}\n");
}

void tni_wit_print(tni_buf *out, const tni_wit *w) {
    if (w->root != NULL) {
        tni_wit_print_package(out, w->root);
    }
    printer p = {.out = out};
    const char *gap = w->root != NULL ? "\n" : "";
    for (const tni_wit_package *n = w->packages; n != NULL; n = n->next) {
        if (n != w->root) {
            put_nested(&p, n, gap);
            gap = "\n";
        }
    }
}
