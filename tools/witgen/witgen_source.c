/* witgen_source.c: the C file of one interface: checks of layouts, type tables, the
 * thunks behind tenon_host_fn, and the interface's table. */
#include "witgen/witgen.h"

static const char *kind_name(int kind) {
    static const char *const names[] = {
        [TENON_TYPE_BOOL] = "BOOL",       [TENON_TYPE_S8] = "S8",
        [TENON_TYPE_U8] = "U8",           [TENON_TYPE_S16] = "S16",
        [TENON_TYPE_U16] = "U16",         [TENON_TYPE_S32] = "S32",
        [TENON_TYPE_U32] = "U32",         [TENON_TYPE_S64] = "S64",
        [TENON_TYPE_U64] = "U64",         [TENON_TYPE_F32] = "F32",
        [TENON_TYPE_F64] = "F64",         [TENON_TYPE_CHAR] = "CHAR",
        [TENON_TYPE_STRING] = "STRING",   [TENON_TYPE_ERROR_CONTEXT] = "ERROR_CONTEXT",
        [TENON_TYPE_LIST] = "LIST",       [TENON_TYPE_FIXED_LIST] = "FIXED_LIST",
        [TENON_TYPE_RECORD] = "RECORD",   [TENON_TYPE_TUPLE] = "TUPLE",
        [TENON_TYPE_VARIANT] = "VARIANT", [TENON_TYPE_ENUM] = "ENUM",
        [TENON_TYPE_FLAGS] = "FLAGS",     [TENON_TYPE_OPTION] = "OPTION",
        [TENON_TYPE_RESULT] = "RESULT",   [TENON_TYPE_MAP] = "MAP",
        [TENON_TYPE_OWN] = "OWN",         [TENON_TYPE_BORROW] = "BORROW",
        [TENON_TYPE_STREAM] = "STREAM",   [TENON_TYPE_FUTURE] = "FUTURE",
    };
    return names[kind];
}

/* -- layouts -- */

static bool is_struct(const witgen_type *t) {
    switch (t->wit->kind) {
    case TENON_TYPE_RECORD:
    case TENON_TYPE_TUPLE:
    case TENON_TYPE_VARIANT:
    case TENON_TYPE_OPTION:
    case TENON_TYPE_RESULT: return true;
    default: return false;
    }
}

/* Ends a check: its numbers, on a line of their own when it would be too long. */
static void put_check_end(tni_buf *b, size_t begin, const u64 bytes[2]) {
    tni_buf_format(b, ",%s%llu, %llu);\n", b->count - begin > 78 ? "\n    " : " ",
                   (unsigned long long)bytes[0], (unsigned long long)bytes[1]);
}

static void put_size_check(tni_buf *b, tni_str c_name, const u64 size[2]) {
    size_t begin = b->count;
    tni_buf_format(b, "TENON_CHECK_SIZE(%.*s", (int)c_name.len, c_name.ptr);
    put_check_end(b, begin, size);
}

static void put_offset_check(tni_buf *b, tni_str c_name, tni_str member, u32 index,
                             const u64 offset[2]) {
    size_t begin = b->count;
    tni_buf_format(b, "TENON_CHECK_OFFSET(%.*s,", (int)c_name.len, c_name.ptr);
    tni_buf_str(b, c_name.len + member.len > 62 ? TNI_STR("\n    ") : TNI_STR(" "));
    if (c_name.len + member.len > 62) {
        begin = b->count;
    }
    if (member.len > 0) {
        witgen_put_ident(b, member);
    } else {
        tni_buf_format(b, "f%u", index);
    }
    put_check_end(b, begin, offset);
}

static void advance(u64 offset[2], const witgen_type *t) {
    for (int p = 0; p < 2; p++) {
        offset[p] = tni_align_up(offset[p], t->align[p]);
    }
}

static void put_checks(tni_buf *b, const witgen_type *t) {
    put_size_check(b, t->c_name, t->size);
    bool payload = false;
    for (u32 i = 0; i < t->part_count; i++) {
        payload |= t->parts[i] != NULL;
    }
    if (t->wit->fields == NULL || t->wit->kind == TENON_TYPE_VARIANT) {
        if (payload) {
            put_offset_check(b, t->c_name, TNI_STR("val"), 0, t->payload);
        }
        return;
    }
    u64 offset[2] = {0, 0};
    u32 i = 0;
    for (const tni_wit_field *f = t->wit->fields; f != NULL; f = f->next, i++) {
        advance(offset, t->parts[i]);
        if (i > 0) {
            put_offset_check(b, t->c_name, f->name, i, offset);
        }
        offset[0] += t->parts[i]->size[0];
        offset[1] += t->parts[i]->size[1];
    }
}

/* -- type tables -- */

static void put_type_ref(tni_buf *b, const witgen_type *t) {
    if (t == NULL) {
        tni_buf_str(b, TNI_STR("NULL"));
    } else {
        tni_buf_format(b, "&%.*s", (int)t->table.len, t->table.ptr);
    }
}

/* "type_x" to "fields_x": the fields' table of a type. */
static void put_fields_name(tni_buf *b, const witgen_type *t) {
    tni_buf_format(b, "fields%.*s", (int)t->table.len - 4, t->table.ptr + 4);
}

static void put_field_row(tni_buf *b, tni_str name, const witgen_type *t) {
    if (name.len > 0) {
        tni_buf_format(b, "    {\"%.*s\", ", (int)name.len, name.ptr);
    } else {
        tni_buf_str(b, TNI_STR("    {NULL, "));
    }
    put_type_ref(b, t);
    tni_buf_str(b, TNI_STR("},\n"));
}

static void put_fields(tni_buf *b, const witgen_type *t) {
    tni_buf_str(b, TNI_STR("static const tenon_field "));
    put_fields_name(b, t);
    tni_buf_str(b, TNI_STR("[] = {\n"));
    u32 i = 0;
    for (const tni_wit_field *f = t->wit->fields; f != NULL; f = f->next, i++) {
        put_field_row(b, f->name, i < t->part_count ? t->parts[i] : NULL);
    }
    tni_buf_str(b, TNI_STR("};\n"));
}

/* gap is what stands between the members. */
static void put_table_row(tni_buf *b, const witgen_type *t, const char *gap) {
    const tni_wit_type *w = t->wit;
    tni_buf_format(b, "static const tenon_type %.*s = {%s.kind = TENON_TYPE_%s",
                   (int)t->table.len, t->table.ptr, *gap == '\n' ? gap : "",
                   kind_name(w->kind));
    if (w->count > 0) {
        tni_buf_format(b, ",%s.count = %u", gap, w->count);
    }
    if (w->fields != NULL) {
        tni_buf_format(b, ",%s.fields = ", gap);
        put_fields_name(b, t);
    } else if (w->kind == TENON_TYPE_OWN || w->kind == TENON_TYPE_BORROW) {
        tni_buf_format(b, ",%s.resource = %u", gap, t->resource);
    }
    static const char *const parts[] = {"element", "other"};
    for (u32 i = 0; w->fields == NULL && i < t->part_count; i++) {
        if (t->parts[i] != NULL) {
            tni_buf_format(b, ",%s.%s = ", gap, parts[i]);
            put_type_ref(b, t->parts[i]);
        }
    }
    tni_buf_str(b, TNI_STR("};\n"));
}

static void put_table(tni_buf *b, const witgen_type *t) {
    enum { COLUMNS = 91 };
    const tni_wit_type *w = t->wit;
    if (w->fields != NULL) {
        put_fields(b, t);
    }
    size_t begin = b->count;
    put_table_row(b, t, " ");
    if (b->count - begin > COLUMNS) {
        b->count = begin;
        put_table_row(b, t, "\n    ");
    }
}

/* -- functions -- */

static witgen_type *type_of(witgen *g, const tni_wit_type *w) {
    witgen_type *t = NULL;
    if (w != NULL && witgen_type_of(g, w, &t) != TENON_OK) {
        g->source.failed = true;
    }
    return t;
}

void witgen_put_args_members(witgen *g, tni_buf *b, const tni_wit_func *f,
                             const char *indent) {
    for (const tni_wit_field *p = f->params; p != NULL; p = p->next) {
        const witgen_type *t = type_of(g, p->type);
        if (t == NULL) {
            return;
        }
        tni_buf_str(b, tni_str_of(indent));
        witgen_put_member(g, b, t);
        tni_buf_byte(b, ' ');
        witgen_put_ident(b, p->name);
        tni_buf_str(b, TNI_STR(";\n"));
    }
}

static void put_args_struct(witgen *g, const tni_wit_func *f) {
    tni_buf *b = &g->source;
    tni_buf_str(b, TNI_STR("typedef struct args_"));
    witgen_put_func(b, f);
    tni_buf_str(b, TNI_STR(" {\n"));
    witgen_put_args_members(g, b, f, "    ");
    tni_buf_str(b, TNI_STR("} args_"));
    witgen_put_func(b, f);
    tni_buf_str(b, TNI_STR(";\n"));
}

static void put_args_checks(witgen *g, const tni_wit_func *f) {
    tni_buf *b = &g->source;
    tni_buf name;
    tni_buf_init(&name, g->arena->heap);
    tni_buf_str(&name, TNI_STR("args_"));
    witgen_put_func(&name, f);
    tni_str c_name = {(char *)name.data, name.count};
    u64 offset[2] = {0, 0};
    u64 align[2] = {1, 1};
    for (const tni_wit_field *p = f->params; p != NULL && !name.failed; p = p->next) {
        const witgen_type *t = type_of(g, p->type);
        if (t == NULL) {
            break;
        }
        advance(offset, t);
        if (p->next == NULL && p != f->params) {
            put_offset_check(b, c_name, p->name, 0, offset);
        }
        for (int i = 0; i < 2; i++) {
            offset[i] += t->size[i];
            align[i] = align[i] > t->align[i] ? align[i] : t->align[i];
        }
    }
    u64 size[2] = {tni_align_up(offset[0], align[0]), tni_align_up(offset[1], align[1])};
    put_size_check(b, c_name, size);
    b->failed |= name.failed;
    tni_buf_free(&name);
}

void witgen_put_args(witgen *g, const tni_wit_func *f) {
    if (f->params != NULL) {
        put_args_struct(g, f);
        put_args_checks(g, f);
        tni_buf_byte(&g->source, '\n');
    }
}

static void put_thunk(witgen *g, const tni_wit_func *f) {
    tni_buf *b = &g->source;
    tni_buf_byte(b, '\n');
    witgen_put_args(g, f);
    tni_buf_str(b, TNI_STR("static tenon_status call_"));
    witgen_put_func(b, f);
    tni_buf_str(b, TNI_STR("(\n    tenon_call *call, void *user, const void *args, "
                           "void *result) {\n"));
    if (f->params != NULL) {
        tni_buf_str(b, TNI_STR("    const args_"));
        witgen_put_func(b, f);
        tni_buf_str(b, TNI_STR(" *a = args;\n"));
    } else {
        tni_buf_str(b, TNI_STR("    (void)args;\n"));
    }
    if (f->result == NULL) {
        tni_buf_str(b, TNI_STR("    (void)result;\n"));
    }
    tni_buf_format(b, "    return %.*s_", (int)g->prefix.len, g->prefix.ptr);
    witgen_put_func(b, f);
    tni_buf_str(b, TNI_STR("(\n"));
    size_t line_begin = b->count;
    tni_buf_str(b, TNI_STR("        call, user"));
    for (const tni_wit_field *p = f->params; p != NULL; p = p->next) {
        const witgen_type *t = type_of(g, p->type);
        tni_buf_byte(b, ',');
        if (b->count - line_begin + p->name.len + 8 > 90) {
            tni_buf_str(b, TNI_STR("\n       "));
            line_begin = b->count - 7;
        }
        tni_buf_str(b, t != NULL && witgen_by_pointer(t) ? TNI_STR(" &a->")
                                                         : TNI_STR(" a->"));
        witgen_put_ident(b, p->name);
    }
    bool wraps = b->count - line_begin > 79;
    tni_buf_str(b, f->result == NULL ? TNI_STR("")
                   : wraps           ? TNI_STR(",\n        result")
                                     : TNI_STR(", result"));
    tni_buf_str(b, TNI_STR(");\n}\n"));
}

static void put_params_table(witgen *g, const tni_wit_func *f) {
    if (f->params == NULL) {
        return;
    }
    tni_buf *b = &g->source;
    tni_buf_str(b, TNI_STR("static const tenon_field params_"));
    witgen_put_func(b, f);
    tni_buf_str(b, TNI_STR("[] = {\n"));
    for (const tni_wit_field *p = f->params; p != NULL; p = p->next) {
        put_field_row(b, p->name, type_of(g, p->type));
    }
    tni_buf_str(b, TNI_STR("};\n"));
}

/* What stands before a member: nothing, or a new line that begins in a column. */
static void put_gap(tni_buf *b, const char *gap, size_t column) {
    tni_buf_str(b, tni_str_of(gap));
    for (size_t i = 0; *gap != 0 && i < column; i++) {
        tni_buf_byte(b, ' ');
    }
}

void witgen_put_func_type(witgen *g, const tni_wit_func *f, const char *first) {
    tni_buf *b = &g->source;
    size_t column = strlen(first);
    tni_buf_str(b, tni_str_of(first));
    const char *gap = "";
    if (f->is_async) {
        tni_buf_str(b, TNI_STR(".is_async = true"));
        gap = ",\n";
    }
    if (f->params != NULL) {
        put_gap(b, gap, column);
        tni_buf_format(b, ".param_count = %u", f->param_count);
        put_gap(b, ",\n", column);
        tni_buf_str(b, TNI_STR(".params = params_"));
        witgen_put_func(b, f);
        gap = ",\n";
    }
    if (f->result != NULL) {
        put_gap(b, gap, column);
        tni_buf_str(b, TNI_STR(".result = "));
        put_type_ref(b, type_of(g, f->result));
    }
}

static void put_func_row(witgen *g, const tni_wit_func *f) {
    tni_buf *b = &g->source;
    tni_buf_format(b, "    {.name = \"%.*s\",\n", (int)f->full_name.len,
                   f->full_name.ptr);
    if (f->params == NULL && f->result == NULL && !f->is_async) {
        tni_buf_format(b, "     .fn = call_");
        witgen_put_func(b, f);
        tni_buf_str(b, TNI_STR("},\n"));
        return;
    }
    witgen_put_func_type(g, f, "     .type = {");
    tni_buf_str(b, TNI_STR("},\n     .fn = call_"));
    witgen_put_func(b, f);
    tni_buf_str(b, TNI_STR("},\n"));
}

/* -- tables of the interface -- */

static void put_resource_rows(witgen *g) {
    tni_buf *b = &g->source;
    tni_buf_str(b, TNI_STR("\nstatic const tenon_host_resource resources[] = {\n"));
    for (const witgen_resource *r = g->resources; r != NULL; r = r->next) {
        const tni_wit_interface *owner = r->target->owner;
        if (r->wit != NULL) {
            tni_buf_format(b, "    {.name = \"%.*s\"", (int)r->wit->name.len,
                           r->wit->name.ptr);
        } else { /* only inside a type that is used: a name that nothing can ask for */
            tni_buf_format(b, "    {.name = \"%.*s#%.*s\"", (int)owner->id.len,
                           owner->id.ptr, (int)r->target->name.len, r->target->name.ptr);
        }
        if (r->wit != NULL && r->wit->kind == TNI_WIT_RESOURCE) {
            tni_buf_format(b, ",\n     .destructor = %.*s_", (int)g->prefix.len,
                           g->prefix.ptr);
            witgen_put_snake(b, r->wit->name);
            tni_buf_str(b, TNI_STR("_destructor},\n"));
        } else {
            tni_buf_format(b,
                           ",\n     .interface = \"%.*s\", .foreign_name = \"%.*s\"},\n",
                           (int)owner->id.len, owner->id.ptr, (int)r->target->name.len,
                           r->target->name.ptr);
        }
    }
    tni_buf_str(b, TNI_STR("};\n"));
}

static u32 put_type_rows(witgen *g) {
    tni_buf *b = &g->source;
    u32 count = 0;
    for (const tni_wit_type *t = g->interface->types; t != NULL; t = t->next) {
        if (tni_wit_target(t)->kind == TNI_WIT_RESOURCE) {
            continue;
        }
        if (count++ == 0) {
            tni_buf_str(b, TNI_STR("\nstatic const tenon_host_type types[] = {\n"));
        }
        tni_buf_format(b, "    {\"%.*s\", ", (int)t->name.len, t->name.ptr);
        put_type_ref(b, type_of(g, t));
        tni_buf_str(b, TNI_STR("},\n"));
    }
    if (count > 0) {
        tni_buf_str(b, TNI_STR("};\n"));
    }
    return count;
}

static u32 count_funcs(const witgen *g) {
    u32 n = 0;
    for (const tni_wit_type *t = g->interface->types; t != NULL; t = t->next) {
        for (const tni_wit_func *f = t->funcs; f != NULL; f = f->next) {
            n++;
        }
    }
    const tni_wit_func *f = g->funcs != NULL ? g->funcs : g->interface->funcs;
    for (; f != NULL; f = f->next) {
        n++;
    }
    return n;
}

static void put_interface(witgen *g) {
    tni_buf *b = &g->source;
    if (g->resources != NULL) {
        put_resource_rows(g);
    }
    u32 types = put_type_rows(g);
    tni_buf_format(b,
                   "\nconst tenon_interface %.*s_interface = {\n"
                   "    .name = \"%.*s\",\n",
                   (int)g->prefix.len, g->prefix.ptr, (int)g->name.len, g->name.ptr);
    if (count_funcs(g) > 0) {
        tni_buf_format(b, "    .funcs = funcs,\n    .func_count = %u,\n", count_funcs(g));
    }
    if (g->resources != NULL) {
        u32 n = 0;
        for (const witgen_resource *r = g->resources; r != NULL; r = r->next) {
            n++;
        }
        tni_buf_format(b, "    .resources = resources,\n    .resource_count = %u,\n", n);
    }
    if (types > 0) {
        tni_buf_format(b, "    .types = types,\n    .type_count = %u,\n", types);
    }
    tni_buf_str(b, TNI_STR("};\n"));
}

/* Tables that nothing refers to would be reported by compilers: they are left out. */
static void mark_used(witgen_type *t) {
    if (t == NULL || t->is_used) {
        return;
    }
    t->is_used = true;
    mark_used(t->target);
    for (u32 i = 0; i < t->part_count; i++) {
        mark_used(t->parts[i]);
    }
}

static void mark_func(witgen *g, const tni_wit_func *f) {
    for (const tni_wit_field *p = f->params; p != NULL; p = p->next) {
        mark_used(type_of(g, p->type));
    }
    mark_used(type_of(g, f->result));
}

static void mark_all(witgen *g) {
    witgen_each_func(g, mark_func);
    for (witgen_type *t = g->types; t != NULL; t = t->next) {
        if (t->is_local && witgen_is_end(t) &&
            !(g->is_export && witgen_has_resource(t))) {
            mark_used(t); /* _new refers to it */
        }
    }
    const tni_wit_type *t = g->is_export ? NULL : g->interface->types;
    for (; t != NULL; t = t->next) {
        if (tni_wit_target(t)->kind != TNI_WIT_RESOURCE) {
            mark_used(type_of(g, t));
        }
    }
}

void witgen_write_source(witgen *g) {
    tni_buf *b = &g->source;
    mark_all(g);
    tni_buf_format(b, "/* %.*s.c: written by witgen, as its header. */\n",
                   (int)g->prefix.len, g->prefix.ptr);
    tni_buf_format(b, "#include \"%.*s.h\"\n", (int)g->prefix.len, g->prefix.ptr);
    bool ends = false;
    for (const witgen_type *t = g->types; t != NULL && !g->is_export; t = t->next) {
        ends |= t->is_local && witgen_is_end(t);
    }
    tni_buf_str(b, ends ? TNI_STR("#include \"tenon.h\"\n") : TNI_STR(""));
    const char *gap = "\n";
    for (const witgen_type *t = g->types; t != NULL; t = t->next) {
        if (t->is_local && is_struct(t)) {
            tni_buf_str(b, tni_str_of(gap));
            gap = "";
            put_checks(b, t);
        }
    }
    gap = "\n";
    for (const witgen_type *t = g->types; t != NULL; t = t->next) {
        if (t->is_used && t->target == NULL) {
            tni_buf_str(b, tni_str_of(gap));
            gap = "";
            put_table(b, t);
        }
    }
    if (g->is_export) {
        witgen_each_func(g, put_params_table);
        witgen_put_calls(g);
        return;
    }
    witgen_each_func(g, put_thunk);
    witgen_put_ends(g, true);
    witgen_each_func(g, witgen_put_pending);
    if (count_funcs(g) > 0) {
        tni_buf_byte(b, '\n');
        witgen_each_func(g, put_params_table);
        tni_buf_str(b, TNI_STR("\nstatic const tenon_host_func funcs[] = {\n"));
        witgen_each_func(g, put_func_row);
        tni_buf_str(b, TNI_STR("};\n"));
    }
    put_interface(g);
}
