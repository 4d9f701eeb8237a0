/* witgen_calls.c: typed calls of what a component exports: a struct of functions that are
 * looked up, and held to their types, once; then a C function for each. */
#include "witgen/witgen.h"

static void put_prefix(witgen *g, tni_buf *b) {
    tni_buf_str(b, g->prefix);
    tni_buf_byte(b, '_');
}

static void put_prefixed(witgen *g, tni_buf *b, const char *before, const char *after) {
    tni_buf_str(b, tni_str_of(before));
    put_prefix(g, b);
    tni_buf_str(b, tni_str_of(after));
}

/* A member's name cannot be a keyword; the C functions' names begin with a prefix. */
void witgen_put_member_name(tni_buf *b, const tni_wit_func *f) {
    if (f->kind == TNI_WIT_FREE) {
        witgen_put_ident(b, f->name);
    } else {
        witgen_put_func(b, f);
    }
}

static void put_call_prototype(witgen *g, tni_buf *b, const tni_wit_func *f) {
    put_prefixed(g, b, "tenon_status ", "call_");
    witgen_put_func(b, f);
    tni_buf_str(b, TNI_STR("(\n"));
    size_t line_begin = b->count;
    put_prefixed(g, b, "    const ", "calls *calls");
    witgen_put_params(g, b, &line_begin, f);
    witgen_put_wrapped(b, &line_begin, TNI_STR("tenon_arena *arena"));
    witgen_put_wrapped(b, &line_begin, TNI_STR("tenon_error *error"));
    tni_buf_byte(b, ')');
}

/* -- the header -- */

static void put_handle_member(witgen *g, const tni_wit_func *f) {
    tni_buf_str(&g->header, TNI_STR("    tenon_func *"));
    witgen_put_member_name(&g->header, f);
    tni_buf_str(&g->header, TNI_STR(";\n"));
}

static void put_declaration(witgen *g, const tni_wit_func *f) {
    tni_buf_byte(&g->header, '\n');
    witgen_put_docs(&g->header, f->attrs.docs, "");
    put_call_prototype(g, &g->header, f);
    tni_buf_str(&g->header, TNI_STR(";\n"));
    witgen_put_started_declaration(g, f);
}

static void put_drop_prototype(witgen *g, tni_buf *b, const tni_wit_type *t) {
    put_prefixed(g, b, "tenon_status ", "drop_");
    witgen_put_snake(b, t->name);
    put_prefixed(g, b, "(\n    tenon_store *store, ", "own_");
    witgen_put_snake(b, t->name);
    tni_buf_str(b, TNI_STR("_t handle, tenon_error *error)"));
}

void witgen_put_call_declarations(witgen *g) {
    tni_buf *b = &g->header;
    tni_buf_str(b, TNI_STR("\n/* What a component exports as "));
    tni_buf_str(b, g->name.len > 0 ? g->name : TNI_STR("functions of its own"));
    tni_buf_str(b, TNI_STR(", looked up once. */\n"));
    put_prefixed(g, b, "typedef struct ", "calls {\n");
    size_t begin = b->count;
    witgen_each_func(g, put_handle_member);
    if (b->count == begin) {
        tni_buf_str(b, TNI_STR("    tenon_instance *instance;\n"));
    }
    put_prefixed(g, b, "} ", "calls;\n");
    tni_buf_str(b, TNI_STR("\n/* Fills *calls from an instance. TENON_UNLINKABLE when a "
                           "function is missing or has\n * another type: the message "
                           "says which. */\n"));
    put_prefixed(g, b, "tenon_status ", "calls_init(\n");
    put_prefixed(g, b, "    ",
                 "calls *calls, tenon_instance *instance, tenon_error *error);\n");
    tni_buf_str(
        b,
        TNI_STR("\n/* Calls: parameters in order, then room for the result. What strings "
                "and lists of the\n * result point to is in the arena, which may be NULL "
                "when there are none. An own handle\n * among the arguments is given "
                "away, one in the result is the caller's, who gives it\n * away or drops "
                "it. */\n"));
    witgen_put_ends(g, false);
    witgen_each_func(g, put_declaration);
    for (const tni_wit_type *t = g->interface->types; t != NULL; t = t->next) {
        if (t->kind == TNI_WIT_RESOURCE) {
            tni_buf_byte(b, '\n');
            put_drop_prototype(g, b, t);
            tni_buf_str(b, TNI_STR(";\n"));
        }
    }
}

/* -- the source -- */

void witgen_put_argument(witgen *g, const tni_wit_field *p, const char *args) {
    tni_buf *b = &g->source;
    witgen_type *t = NULL;
    if (witgen_type_of(g, p->type, &t) != TENON_OK) {
        b->failed = true;
        return;
    }
    bool is_array = witgen_structure(t)->kind == TENON_TYPE_FIXED_LIST;
    tni_buf_format(b, "    %s%s", is_array ? "copy(&" : "", args);
    witgen_put_ident(b, p->name);
    tni_buf_str(b, is_array               ? TNI_STR(", *")
                   : witgen_by_pointer(t) ? TNI_STR(" = *")
                                          : TNI_STR(" = "));
    witgen_put_param_name(g, b, p->name);
    if (is_array) {
        tni_buf_format(b, ", sizeof %s", args);
        witgen_put_ident(b, p->name);
        tni_buf_byte(b, ')');
    }
    tni_buf_str(b, TNI_STR(";\n"));
}

static void put_call(witgen *g, const tni_wit_func *f) {
    tni_buf *b = &g->source;
    tni_buf_byte(b, '\n');
    witgen_put_args(g, f);
    put_call_prototype(g, b, f);
    tni_buf_str(b, TNI_STR(" {\n"));
    if (f->params != NULL) {
        tni_buf_str(b, TNI_STR("    args_"));
        witgen_put_func(b, f);
        tni_buf_str(b, TNI_STR(" args_ = {0};\n"));
    }
    for (const tni_wit_field *p = f->params; p != NULL; p = p->next) {
        witgen_put_argument(g, p, "args_.");
    }
    tni_buf_str(b, TNI_STR("    return tenon_func_call(\n        calls->"));
    witgen_put_member_name(b, f);
    tni_buf_str(b, f->params != NULL ? TNI_STR(", &args_, ") : TNI_STR(", NULL, "));
    tni_buf_str(b, f->result != NULL ? TNI_STR("result") : TNI_STR("NULL"));
    tni_buf_str(b, TNI_STR(", arena, error);\n}\n"));
    witgen_put_started(g, f);
}

static void put_row(witgen *g, const tni_wit_func *f) {
    tni_buf *b = &g->source;
    tni_buf_format(b, "    {\"%.*s\",\n", (int)f->full_name.len, f->full_name.ptr);
    tni_buf_str(b, TNI_STR("     offsetof("));
    put_prefixed(g, b, "", "calls, ");
    witgen_put_member_name(b, f);
    tni_buf_str(b, TNI_STR("),\n"));
    if (f->params == NULL && f->result == NULL && !f->is_async) {
        tni_buf_str(b, TNI_STR("     {.is_async = false"));
    } else {
        witgen_put_func_type(g, f, "     {");
    }
    tni_buf_str(b, TNI_STR("}},\n"));
}

static void put_drop(witgen *g, const tni_wit_type *t) {
    tni_buf *b = &g->source;
    tni_buf_byte(b, '\n');
    put_drop_prototype(g, b, t);
    tni_buf_str(b, TNI_STR(" {\n    return tenon_handle_drop(store, handle.handle, "
                           "error);\n}\n"));
}

static void put_init(witgen *g, bool any) {
    tni_buf *b = &g->source;
    put_prefixed(g, b, "\ntenon_status ", "calls_init(\n");
    put_prefixed(g, b, "    ",
                 "calls *calls, tenon_instance *instance, tenon_error *error) {\n");
    if (!any) {
        tni_buf_str(b, TNI_STR("    (void)error;\n    calls->instance = instance;\n"
                               "    return TENON_OK;\n}\n"));
        return;
    }
    tni_buf_str(b, TNI_STR("    for (size_t i = 0; i < sizeof exports / sizeof "
                           "exports[0]; i++) {\n"
                           "        tenon_func *func = NULL;\n"
                           "        tenon_status status = tenon_instance_typed_func(\n"
                           "            instance, "));
    if (g->name.len > 0) {
        tni_buf_format(b, "\"%.*s\"", (int)g->name.len, g->name.ptr);
    } else {
        tni_buf_str(b, TNI_STR("NULL"));
    }
    tni_buf_str(b, TNI_STR(", exports[i].name, &exports[i].type,\n"
                           "            &func, error);\n"
                           "        if (status != TENON_OK) {\n"
                           "            return status;\n"
                           "        }\n"
                           "        *(tenon_func **)(void *)((char *)calls + "
                           "exports[i].member) = func;\n"
                           "    }\n"
                           "    return TENON_OK;\n}\n"));
}

static void see_array(witgen *g, const tni_wit_func *f) {
    for (const tni_wit_field *p = f->params; p != NULL; p = p->next) {
        witgen_type *t = NULL;
        if (witgen_type_of(g, p->type, &t) == TENON_OK) {
            g->takes_array |= witgen_structure(t)->kind == TENON_TYPE_FIXED_LIST;
        }
    }
}

void witgen_put_calls(witgen *g) {
    tni_buf *b = &g->source;
    size_t begin = b->count;
    tni_buf_str(b, TNI_STR("\nstatic const struct {\n    const char *name;\n"
                           "    size_t member; /* of the calls */\n"
                           "    tenon_func_type type;\n} exports[] = {\n"));
    size_t rows = b->count;
    witgen_each_func(g, put_row);
    bool any = b->count > rows;
    witgen_each_func(g, see_array);
    if (any) {
        tni_buf_str(b, TNI_STR("};\n"));
    } else {
        b->count = begin;
    }
    if (g->takes_array) {
        tni_buf_str(b, TNI_STR("\nstatic void copy(void *to, const void *from, size_t "
                               "size) {\n"
                               "    char *t = to;\n"
                               "    const char *f = from;\n"
                               "    for (size_t i = 0; i < size; i++) {\n"
                               "        t[i] = f[i];\n"
                               "    }\n}\n"));
    }
    put_init(g, any);
    witgen_put_ends(g, true);
    witgen_each_func(g, put_call);
    for (const tni_wit_type *t = g->interface->types; t != NULL; t = t->next) {
        if (t->kind == TNI_WIT_RESOURCE) {
            put_drop(g, t);
        }
    }
}
