/* witgen_header.c: the header of one interface: types, constants, prototypes. */
#include "witgen/witgen.h"

/* A doc comment. What would end it, or begin another, is taken apart. */
void witgen_put_docs(tni_buf *b, tni_str docs, const char *indent) {
    if (docs.len == 0) {
        return;
    }
    tni_buf_format(b, "%s/* ", indent);
    for (size_t i = 0; i < docs.len; i++) {
        char c = docs.ptr[i];
        tni_buf_byte(b, (u8)c);
        if (c == '\n') {
            bool empty = i + 1 < docs.len && docs.ptr[i + 1] == '\n';
            tni_buf_format(b, empty ? "%s *" : "%s * ", indent);
        } else if (i + 1 < docs.len && ((c == '*' && docs.ptr[i + 1] == '/') ||
                                        (c == '/' && docs.ptr[i + 1] == '*'))) {
            tni_buf_byte(b, ' ');
        }
    }
    tni_buf_str(b, TNI_STR(" */\n"));
}

/* 8-byte members are aligned to 8 on every host, also where C aligns them to 4. */
void witgen_put_member(const witgen *g, tni_buf *b, const witgen_type *t) {
    const tni_wit_type *w = witgen_structure(t);
    int kind = g->is_guest ? -2 : w->kind == TENON_TYPE_FIXED_LIST ? -1 : w->kind;
    if (kind == TENON_TYPE_S64 || kind == TENON_TYPE_U64 || kind == TENON_TYPE_F64 ||
        (kind == -1 && t->align[0] == 8)) {
        tni_buf_str(b, TNI_STR("TENON_ALIGN8 "));
    }
    tni_buf_str(b, t->c_name);
}

static void put_field(const witgen *g, tni_buf *b, const char *indent,
                      const witgen_type *t, tni_str name, u32 index) {
    tni_buf_str(b, tni_str_of(indent));
    witgen_put_member(g, b, t);
    if (name.len > 0) {
        tni_buf_byte(b, ' ');
        witgen_put_ident(b, name);
    } else {
        tni_buf_format(b, " f%u", index);
    }
    tni_buf_str(b, TNI_STR(";\n"));
}

static void put_struct_fields(const witgen *g, tni_buf *b, const witgen_type *t) {
    u32 i = 0;
    for (const tni_wit_field *f = t->wit->fields; f != NULL; f = f->next, i++) {
        witgen_put_docs(b, f->docs, "    ");
        put_field(g, b, "    ", t->parts[i], f->name, i);
    }
}

static bool has_payload(const witgen_type *t) {
    for (u32 i = 0; i < t->part_count; i++) {
        if (t->parts[i] != NULL) {
            return true;
        }
    }
    return false;
}

static void put_union(const witgen *g, tni_buf *b, const witgen_type *t,
                      const tni_wit_field *cases) {
    if (!has_payload(t)) {
        return;
    }
    tni_buf_str(b, TNI_STR("    union {\n"));
    const tni_wit_field *f = cases;
    for (u32 i = 0; i < t->part_count; i++) {
        tni_str name = f != NULL ? f->name : i == 0 ? TNI_STR("ok") : TNI_STR("err");
        if (t->parts[i] == NULL) {
            f = f == NULL ? NULL : f->next;
            continue;
        }
        if (f != NULL) {
            put_field(g, b, "        ", t->parts[i], name, i);
            f = f->next;
        } else {
            tni_buf_str(b, TNI_STR("        "));
            witgen_put_member(g, b, t->parts[i]);
            tni_buf_format(b, " %.*s;\n", (int)name.len, name.ptr);
        }
    }
    tni_buf_str(b, TNI_STR("    } val;\n"));
}

static const char *uint_of_size(u64 size) {
    return size == 1 ? "uint8_t" : size == 2 ? "uint16_t" : "uint32_t";
}

static void put_struct(const witgen *g, tni_buf *b, const witgen_type *t) {
    tni_str c = t->c_name;
    u32 cases = t->wit->count;
    tni_buf_format(b, "typedef struct %.*s {\n", (int)c.len, c.ptr);
    switch (t->wit->kind) {
    case TENON_TYPE_LIST:
        tni_buf_format(b, "    %.*s *ptr;\n    size_t len;\n",
                       (int)t->parts[0]->c_name.len, t->parts[0]->c_name.ptr);
        break;
    case TENON_TYPE_MAP:
        tni_buf_format(b, "    %.*s *ptr;\n    size_t len;\n", (int)t->pair->c_name.len,
                       t->pair->c_name.ptr);
        break;
    case TENON_TYPE_VARIANT:
        tni_buf_format(b, "    %s tag;\n",
                       uint_of_size(cases <= 0x100     ? 1
                                    : cases <= 0x10000 ? 2
                                                       : 4));
        put_union(g, b, t, t->wit->fields);
        break;
    case TENON_TYPE_OPTION:
        tni_buf_str(b, TNI_STR("    bool is_some;\n    "));
        witgen_put_member(g, b, t->parts[0]);
        tni_buf_str(b, TNI_STR(" val;\n"));
        break;
    case TENON_TYPE_RESULT:
        tni_buf_str(b, TNI_STR("    bool is_err;\n"));
        put_union(g, b, t, NULL);
        break;
    case TENON_TYPE_RECORD:
    case TENON_TYPE_TUPLE: put_struct_fields(g, b, t); break;
    default: tni_buf_str(b, TNI_STR("    uint32_t handle;\n")); break;
    }
    tni_buf_format(b, "} %.*s;\n", (int)c.len, c.ptr);
}

static void put_constant_line(witgen *g, tni_buf *line, const witgen_type *t,
                              tni_str name, u32 value) {
    line->count = 0;
    tni_buf_str(line, TNI_STR("#define "));
    witgen_put_upper(line, g->prefix);
    tni_buf_byte(line, '_');
    witgen_put_upper(line, t->short_name);
    tni_buf_byte(line, '_');
    witgen_put_upper(line, name);
    tni_buf_format(line, t->wit->kind == TENON_TYPE_FLAGS ? " (1u << %u)" : " %u", value);
}

/* Whether every constant has room for its comment behind it; else all stand before. */
static bool comments_fit(witgen *g, tni_buf *line, const witgen_type *t) {
    enum { COLUMNS = 90 };
    u32 i = 0;
    for (const tni_wit_field *f = t->wit->fields; f != NULL; f = f->next, i++) {
        put_constant_line(g, line, t, f->name, i);
        if (f->docs.len > 0 && (line->count + f->docs.len + 7 > COLUMNS ||
                                memchr(f->docs.ptr, '\n', f->docs.len) != NULL)) {
            return false;
        }
    }
    return true;
}

static void put_constants(witgen *g, const witgen_type *t) {
    tni_buf *b = &g->header;
    tni_buf line;
    tni_buf_init(&line, g->arena->heap);
    bool behind = comments_fit(g, &line, t);
    u32 i = 0;
    for (const tni_wit_field *f = t->wit->fields; f != NULL; f = f->next, i++) {
        put_constant_line(g, &line, t, f->name, i);
        if (!behind) {
            witgen_put_docs(b, f->docs, "");
        }
        tni_buf_put(b, line.data, line.count);
        if (behind && f->docs.len > 0) {
            tni_buf_byte(b, ' ');
            witgen_put_docs(b, f->docs, "");
        } else {
            tni_buf_byte(b, '\n');
        }
    }
    b->failed |= line.failed;
    tni_buf_free(&line);
}

/* A handle of a resource that is defined elsewhere, or has another name here. */
static bool put_handle_alias(witgen *g, const witgen_type *t) {
    const tni_wit_type *named = t->wit->element;
    if (named->kind == TNI_WIT_RESOURCE) {
        return false;
    }
    const tni_wit_type *from = named->element;
    tni_str prefix = g->prefix;
    if (from->owner->world == NULL &&
        witgen_prefix(g, from->owner, &prefix) != TENON_OK) {
        g->header.failed = true;
        return true;
    }
    tni_buf *b = &g->header;
    size_t begin = b->count;
    tni_buf_format(b, "typedef %.*s_%s_", (int)prefix.len, prefix.ptr,
                   t->wit->kind == TENON_TYPE_OWN ? "own" : "borrow");
    witgen_put_snake(b, from->name);
    bool is_long = b->count - begin + 4 + t->c_name.len > 90;
    tni_buf_format(b, "_t%s%.*s;\n", is_long ? "\n    " : " ", (int)t->c_name.len,
                   t->c_name.ptr);
    return true;
}

/* A guest gets a borrow of its own resource as the pointer that it made it from. */
static void put_own_borrow(witgen *g, const witgen_type *t) {
    tni_buf *b = &g->header;
    tni_buf name;
    tni_buf_init(&name, g->arena->heap);
    tni_buf_format(&name, "%.*s_", (int)g->prefix.len, g->prefix.ptr);
    witgen_put_snake(&name, t->wit->element->name);
    int len = (int)name.count;
    const char *c = (const char *)name.data;
    tni_buf_format(b, "typedef struct %.*s_t %.*s_t; /* yours to define */\n", len, c,
                   len, c);
    tni_buf_format(b, "typedef %.*s_t *%.*s;\n", len, c, (int)t->c_name.len,
                   t->c_name.ptr);
    b->failed |= name.failed;
    tni_buf_free(&name);
}

void witgen_put_type(witgen *g, const witgen_type *t) {
    tni_buf *b = &g->header;
    const tni_wit_type *w = t->wit;
    if (w->kind != TENON_TYPE_OWN && w->kind != TENON_TYPE_BORROW) {
        tni_buf_byte(b, '\n');
    }
    witgen_put_docs(b, w->attrs.docs, "");
    int len = (int)t->c_name.len;
    const char *c = t->c_name.ptr;
    switch (w->kind) {
    case TNI_WIT_ALIAS:
        tni_buf_format(b, "typedef %.*s %.*s;\n", (int)t->target->c_name.len,
                       t->target->c_name.ptr, len, c);
        break;
    case TENON_TYPE_OWN:
    case TENON_TYPE_BORROW:
        if (w->kind == TENON_TYPE_OWN) {
            tni_buf_byte(b, '\n');
            witgen_put_docs(b, w->element->attrs.docs, "");
        }
        if (put_handle_alias(g, t)) {
            break;
        }
        if (g->is_guest && g->is_export && w->kind == TENON_TYPE_BORROW) {
            put_own_borrow(g, t);
        } else {
            put_struct(g, b, t);
        }
        break;
    case TENON_TYPE_ENUM:
    case TENON_TYPE_FLAGS:
        tni_buf_format(b, "typedef %s %.*s;\n", uint_of_size(t->size[0]), len, c);
        put_constants(g, t);
        break;
    case TENON_TYPE_FIXED_LIST:
        tni_buf_format(b, "typedef %.*s %.*s[%u];\n", (int)t->parts[0]->c_name.len,
                       t->parts[0]->c_name.ptr, len, c, w->count);
        break;
    case TENON_TYPE_VARIANT:
        put_struct(g, b, t);
        put_constants(g, t);
        break;
    default: put_struct(g, b, t); break;
    }
}

/* -- prototypes -- */

bool witgen_by_pointer(const witgen_type *t) {
    switch (witgen_structure(t)->kind) {
    case TENON_TYPE_STRING:
    case TENON_TYPE_LIST:
    case TENON_TYPE_FIXED_LIST:
    case TENON_TYPE_RECORD:
    case TENON_TYPE_TUPLE:
    case TENON_TYPE_VARIANT:
    case TENON_TYPE_OPTION:
    case TENON_TYPE_RESULT:
    case TENON_TYPE_MAP: return true;
    default: return false;
    }
}

/* Appends ", text", on a new line when the current one would become too long. */
void witgen_put_wrapped(tni_buf *b, size_t *line_begin, tni_str text) {
    enum { COLUMNS = 90 };
    if (b->count - *line_begin + 2 + text.len + 2 > COLUMNS) {
        tni_buf_str(b, TNI_STR(",\n    "));
        *line_begin = b->count - 4;
    } else {
        tni_buf_str(b, TNI_STR(", "));
    }
    tni_buf_str(b, text);
}

/* The prototypes of calls have parameters of their own. */
void witgen_put_param_name(witgen *g, tni_buf *b, tni_str name) {
    witgen_put_ident(b, name);
    if (g->is_export &&
        (tni_str_eq(name, TNI_STR("calls")) || tni_str_eq(name, TNI_STR("arena")) ||
         tni_str_eq(name, TNI_STR("error")))) {
        tni_buf_byte(b, '_');
    }
}

static void put_param(witgen *g, tni_buf *out, const tni_wit_field *p) {
    witgen_type *t;
    if (witgen_type_of(g, p->type, &t) != TENON_OK) {
        out->failed = true;
        return;
    }
    bool pointer = witgen_by_pointer(t);
    tni_buf_format(out, "%s%.*s %s", pointer ? "const " : "", (int)t->c_name.len,
                   t->c_name.ptr, pointer ? "*" : "");
    witgen_put_param_name(g, out, p->name);
}

void witgen_put_arguments(witgen *g, tni_buf *b, size_t *line_begin,
                          const tni_wit_func *f) {
    tni_buf text;
    tni_buf_init(&text, g->arena->heap);
    for (const tni_wit_field *p = f->params; p != NULL; p = p->next) {
        text.count = 0;
        put_param(g, &text, p);
        witgen_put_wrapped(b, line_begin, (tni_str){(char *)text.data, text.count});
    }
    b->failed |= text.failed;
    tni_buf_free(&text);
}

void witgen_put_params(witgen *g, tni_buf *b, size_t *line_begin, const tni_wit_func *f) {
    witgen_put_arguments(g, b, line_begin, f);
    tni_buf text;
    tni_buf_init(&text, g->arena->heap);
    witgen_type *t;
    if (f->result != NULL && witgen_type_of(g, f->result, &t) == TENON_OK) {
        text.count = 0;
        tni_buf_format(&text, "%.*s *result", (int)t->c_name.len, t->c_name.ptr);
        witgen_put_wrapped(b, line_begin, (tni_str){(char *)text.data, text.count});
    }
    b->failed |= text.failed;
    tni_buf_free(&text);
}

void witgen_put_prototype(witgen *g, tni_buf *b, const tni_wit_func *f) {
    tni_buf_format(b, "tenon_status %.*s_", (int)g->prefix.len, g->prefix.ptr);
    witgen_put_func(b, f);
    tni_buf_str(b, TNI_STR("(\n"));
    size_t line_begin = b->count;
    tni_buf_str(b, TNI_STR("    tenon_call *call, void *user"));
    witgen_put_params(g, b, &line_begin, f);
    tni_buf_byte(b, ')');
}

static void put_declaration(witgen *g, const tni_wit_func *f) {
    tni_buf_byte(&g->header, '\n');
    witgen_put_docs(&g->header, f->attrs.docs, "");
    witgen_put_prototype(g, &g->header, f);
    tni_buf_str(&g->header, TNI_STR(";\n"));
    witgen_put_pending_declaration(g, f);
}

/* -- the whole -- */

static void put_includes(witgen *g) {
    const tni_wit_interface *i = g->interface;
    tni_buf_str(&g->header, g->is_export ? TNI_STR("#include \"tenon.h\"\n")
                                         : TNI_STR("#include \"tenon/host.h\"\n"));
    tni_map seen;
    tni_map_init(&seen, g->arena->heap);
    for (const tni_wit_type *t = i->types; t != NULL; t = t->next) {
        bool fresh;
        if (t->used == NULL || !tni_map_add(&seen, t->used->id, 0, &fresh) || !fresh) {
            continue;
        }
        tni_str prefix;
        if (witgen_prefix(g, t->used, &prefix) != TENON_OK) {
            g->header.failed = true;
            break;
        }
        tni_buf_format(&g->header, "#include \"%.*s.h\"\n", (int)prefix.len, prefix.ptr);
    }
    tni_map_free(&seen);
}

/* The numbers that tenon_resource_new wants. */
static void put_resources(witgen *g) {
    tni_buf *b = &g->header;
    u32 index = 0;
    if (g->resources != NULL) {
        tni_buf_str(
            b, TNI_STR("\n/* Numbers of the resources, for tenon_resource_new. */\n"));
    }
    for (const witgen_resource *r = g->resources; r != NULL; r = r->next, index++) {
        if (r->wit != NULL) {
            tni_buf_str(b, TNI_STR("#define "));
            witgen_put_upper(b, g->prefix);
            tni_buf_str(b, TNI_STR("_RESOURCE_"));
            witgen_put_upper(b, r->wit->name);
            tni_buf_format(b, " %u\n", index);
        }
    }
    for (const witgen_resource *r = g->resources; r != NULL; r = r->next) {
        if (r->wit != NULL && r->wit->kind == TNI_WIT_RESOURCE) {
            tni_buf_format(b, "\nvoid %.*s_", (int)g->prefix.len, g->prefix.ptr);
            witgen_put_snake(b, r->wit->name);
            tni_buf_str(b, TNI_STR("_destructor(void *user, void *rep);\n"));
        }
    }
}

static void put_title(witgen *g, tni_buf *b) {
    tni_str title = g->name;
    for (size_t i = 0; i < title.len; i++) {
        if (title.ptr[i] == '@') {
            title.len = i;
        }
    }
    tni_buf_format(b, "/* %.*s: written by witgen; edit the WIT, not this. */\n",
                   title.len > 0 ? (int)title.len : (int)g->prefix.len,
                   title.len > 0 ? title.ptr : g->prefix.ptr);
}

void witgen_write_header(witgen *g) {
    tni_buf *b = &g->header;
    put_title(g, b);
    witgen_put_docs(b, g->interface->attrs.docs, "");
    tni_buf_str(b, TNI_STR("#ifndef "));
    witgen_put_upper(b, g->prefix);
    tni_buf_str(b, TNI_STR("_H\n#define "));
    witgen_put_upper(b, g->prefix);
    tni_buf_str(b, TNI_STR("_H\n\n"));
    put_includes(g);
    tni_buf_str(b, TNI_STR("\n#ifdef __cplusplus\nextern \"C\" {\n#endif\n"));
    for (const witgen_type *t = g->types; t != NULL; t = t->next) {
        if (t->is_local) {
            witgen_put_type(g, t);
        }
    }
    if (g->is_export) {
        witgen_put_call_declarations(g);
    } else {
        put_resources(g);
        witgen_put_ends(g, false);
        witgen_each_func(g, put_declaration);
        tni_buf_format(b, "\nextern const tenon_interface %.*s_interface;\n",
                       (int)g->prefix.len, g->prefix.ptr);
    }
    tni_buf_str(b, TNI_STR("\n#ifdef __cplusplus\n}\n#endif\n\n#endif\n"));
}
