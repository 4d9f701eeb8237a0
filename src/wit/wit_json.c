/* wit_json.c: the resolved model as JSON. The header says in which form. RFC 8259. */
#include "wit/wit_json.h"

static void put(tni_buf *b, const char *text) {
    tni_buf_str(b, tni_str_of(text));
}

void tni_json_string(tni_buf *b, tni_str s) {
    tni_buf_byte(b, '"');
    for (size_t i = 0; i < s.len; i++) {
        u8 c = (u8)s.ptr[i];
        if (c == '"' || c == '\\') {
            tni_buf_byte(b, '\\');
            tni_buf_byte(b, c);
        } else if (c == '\n') {
            put(b, "\\n");
        } else if (c < 0x20) {
            tni_buf_format(b, "\\u%04x", c);
        } else {
            tni_buf_byte(b, c);
        }
    }
    tni_buf_byte(b, '"');
}

static void put_key(tni_buf *b, const char *key) {
    tni_buf_format(b, "\"%s\": ", key);
}

static void put_text(tni_buf *b, const char *key, tni_str value) {
    put_key(b, key);
    tni_json_string(b, value);
}

static void put_docs(tni_buf *b, tni_str docs) {
    if (docs.len > 0) {
        put(b, ", ");
        put_text(b, "docs", docs);
    }
}

static const char *const words[] = {
    "bool",   "s8",     "u8",     "s16",   "u16",     "s32",    "u32",
    "s64",    "u64",    "f32",    "f64",   "char",    "string", "error-context",
    "list",   "list",   "record", "tuple", "variant", "enum",   "flags",
    "option", "result", "map",    "own",   "borrow",  "stream", "future",
};

static void put_ref(tni_buf *b, const tni_wit_type *t);

static void put_keyed_ref(tni_buf *b, const char *key, const tni_wit_type *t) {
    put_key(b, key);
    put_ref(b, t);
}

static void put_pair(tni_buf *b, const tni_wit_type *t, const char *first,
                     const char *second) {
    put(b, "{");
    put_keyed_ref(b, first, t->element);
    put(b, ", ");
    put_keyed_ref(b, second, t->other);
    put(b, "}");
}

static void put_tuple(tni_buf *b, const tni_wit_type *t) {
    put(b, "[");
    for (const tni_wit_field *f = t->fields; f != NULL; f = f->next) {
        put_ref(b, f->type);
        put(b, f->next != NULL ? ", " : "");
    }
    put(b, "]");
}

/* Nesting is bounded where the type was made. */
static void put_ref(tni_buf *b, const tni_wit_type *t) {
    if (t == NULL) {
        put(b, "null");
        return;
    }
    if (t->name.len > 0) {
        put(b, "{");
        put_text(b, "name", t->name);
        put(b, "}");
        return;
    }
    if (t->kind <= TENON_TYPE_ERROR_CONTEXT) {
        tni_buf_format(b, "\"%s\"", words[t->kind]);
        return;
    }
    put(b, "{");
    put_key(b, words[t->kind]);
    switch (t->kind) {
    case TENON_TYPE_TUPLE: put_tuple(b, t); break;
    case TENON_TYPE_RESULT: put_pair(b, t, "ok", "err"); break;
    case TENON_TYPE_MAP: put_pair(b, t, "key", "value"); break;
    case TENON_TYPE_OWN:
    case TENON_TYPE_BORROW: tni_json_string(b, t->element->name); break;
    case TENON_TYPE_FIXED_LIST:
        put_ref(b, t->element);
        tni_buf_format(b, ", \"length\": %u", t->count);
        break;
    default: put_ref(b, t->element); break;
    }
    put(b, "}");
}

static void put_fields(tni_buf *b, const char *key, const tni_wit_field *fields,
                       bool typed) {
    tni_buf_format(b, ", \"%s\": [", key);
    for (const tni_wit_field *f = fields; f != NULL; f = f->next) {
        put(b, "{");
        put_text(b, "name", f->name);
        if (typed) {
            put(b, ", ");
            put_keyed_ref(b, "type", f->type);
        }
        put_docs(b, f->docs);
        put(b, f->next != NULL ? "}, " : "}");
    }
    put(b, "]");
}

static void put_func_body(tni_buf *b, tni_str name, const tni_wit_func *f) {
    put_text(b, "name", name);
    tni_buf_format(b, ", \"async\": %s", f->is_async ? "true" : "false");
    put_fields(b, "params", f->params, true);
    put(b, ", ");
    put_keyed_ref(b, "result", f->result);
    put_docs(b, f->attrs.docs);
}

static void put_funcs(tni_buf *b, const tni_wit_func *funcs) {
    put(b, ", \"functions\": [");
    for (const tni_wit_func *f = funcs; f != NULL; f = f->next) {
        put(b, "{");
        put_func_body(b, f->full_name, f);
        put(b, f->next != NULL ? "}, " : "}");
    }
    put(b, "]");
}

static void put_type_body(tni_buf *b, const tni_wit_type *t) {
    put_text(b, "name", t->name);
    put(b, ", \"kind\": ");
    if (t->used != NULL) {
        put(b, "\"use\", ");
        put_text(b, "interface", t->used->id);
        put(b, ", ");
        put_text(b, "of", t->element->name);
    } else if (t->kind == TNI_WIT_ALIAS) {
        put(b, "\"alias\", ");
        put_keyed_ref(b, "type", t->element);
    } else if (t->kind == TNI_WIT_RESOURCE) {
        put(b, "\"resource\"");
        put_funcs(b, t->funcs);
    } else {
        tni_buf_format(b, "\"%s\"", words[t->kind]);
        bool typed = t->kind == TENON_TYPE_RECORD || t->kind == TENON_TYPE_VARIANT;
        put_fields(b, t->kind == TENON_TYPE_RECORD ? "fields" : "cases", t->fields,
                   typed);
    }
    put_docs(b, t->attrs.docs);
}

static void put_interface_body(tni_buf *b, const tni_wit_interface *i) {
    put(b, ", \"types\": [");
    for (const tni_wit_type *t = i->types; t != NULL; t = t->next) {
        put(b, "{");
        put_type_body(b, t);
        put(b, t->next != NULL ? "}, " : "}");
    }
    put(b, "]");
    put_funcs(b, i->funcs);
}

static void put_item(tni_buf *b, const tni_wit_item *i) {
    put(b, "{\"kind\": ");
    switch (i->kind) {
    case TNI_WIT_ITEM_FUNC:
        put(b, "\"function\", ");
        put_func_body(b, i->name, i->func);
        break;
    case TNI_WIT_ITEM_TYPE:
        put(b, "\"type\", \"type\": {");
        put_type_body(b, i->type);
        put(b, "}");
        break;
    case TNI_WIT_ITEM_INTERFACE:
        put(b, "\"interface\", ");
        put_text(b, "name", i->name);
        if (i->interface->id.len > 0) {
            put(b, ", ");
            put_text(b, "interface", i->interface->id);
        } else {
            put_interface_body(b, i->interface);
        }
        break;
    }
    put(b, "}");
}

static void put_items(tni_buf *b, const tni_wit_world *w, bool exports) {
    tni_buf_format(b, ", \"%s\": [", exports ? "exports" : "imports");
    const char *gap = "";
    for (const tni_wit_item *i = w->items; i != NULL; i = i->next) {
        if (i->is_export == exports) {
            put(b, gap);
            put_item(b, i);
            gap = ", ";
        }
    }
    put(b, "]");
}

static void put_package(tni_buf *b, const tni_wit_package *p) {
    put(b, "\n  {");
    put_text(b, "name", p->name);
    put(b, ", ");
    put_text(b, "version", p->version);
    put_docs(b, p->docs);
    put(b, ", \"interfaces\": [");
    for (const tni_wit_interface *i = p->interfaces; i != NULL; i = i->next) {
        put(b, "\n    {");
        put_text(b, "name", i->name);
        put(b, ", ");
        put_text(b, "id", i->id);
        put_docs(b, i->attrs.docs);
        put_interface_body(b, i);
        put(b, i->next != NULL ? "}," : "}");
    }
    put(b, "], \"worlds\": [");
    for (const tni_wit_world *w = p->worlds; w != NULL; w = w->next) {
        put(b, "\n    {");
        put_text(b, "name", w->name);
        put(b, ", ");
        put_text(b, "id", w->id);
        put_docs(b, w->attrs.docs);
        put_items(b, w, false);
        put_items(b, w, true);
        put(b, w->next != NULL ? "}," : "}");
    }
    put(b, "]}");
}

void tni_wit_json(tni_buf *b, const tni_wit *w) {
    put(b, "{\"packages\": [");
    for (const tni_wit_package *p = w->packages; p != NULL; p = p->next) {
        put_package(b, p);
        put(b, p->next != NULL ? "," : "");
    }
    put(b, "]}\n");
}
