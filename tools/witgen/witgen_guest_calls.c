/* witgen_guest_calls.c: functions of a guest: wrappers around what it imports, prototypes
 * of what it implements, and what the canonical ABI calls. CanonicalABI.md, "canon lift",
 * "canon lower". */
#include "witgen/witgen_guest.h"

witgen_type *guest_type_of(guest *x, const tni_wit_type *w) {
    witgen_type *t = NULL;
    if (witgen_type_of(&x->g, w, &t) != TENON_OK) {
        x->g.source.failed = true; /* it was found before: memory is out */
    }
    return t;
}

static bool is_option(const witgen_type *t) {
    return witgen_structure(t)->kind == TENON_TYPE_OPTION;
}

bool guest_describe(guest *x, const tni_wit_func *wit, bool is_export, guest_func *f) {
    *f = (guest_func){.wit = wit, .is_export = is_export};
    tni_buf b;
    tni_buf_init(&b, x->g.arena->heap);
    /* An exported interface's prefix has it already. */
    tni_buf_str(&b, is_export && !x->g.is_export ? TNI_STR("exports_") : TNI_STR(""));
    tni_buf_format(&b, "%.*s_", STR(x->g.prefix));
    witgen_put_func(&b, wit);
    f->name = guest_text(x, "%.*s", (int)b.count, (const char *)b.data);
    x->g.source.failed |= b.failed;
    tni_buf_free(&b);
    for (const tni_wit_field *p = wit->params; p != NULL; p = p->next) {
        const witgen_type *t = guest_type_of(x, p->type);
        if (t == NULL) {
            return false;
        }
        f->flat_params += t->flat_count;
        f->spills |= f->flat_params > WITGEN_MAX_FLAT;
    }
    if (wit->result == NULL) {
        return true;
    }
    f->result = guest_type_of(x, wit->result);
    if (f->result == NULL) {
        return false;
    }
    f->shape = witgen_behind(f->result);
    f->result_spills = f->result->flat_count > 1;
    int kind = f->shape->wit->kind;
    f->way = kind == TENON_TYPE_OPTION      ? GUEST_OPTION
             : kind == TENON_TYPE_RESULT    ? GUEST_RESULT
             : witgen_by_pointer(f->result) ? GUEST_BY_POINTER
                                            : GUEST_RETURNED;
    return true;
}

tni_str guest_param_name(guest *x, const tni_wit_field *p) {
    tni_str name = guest_field_name(x, p, 0);
    const witgen_type *t = guest_type_of(x, p->type);
    return t != NULL && is_option(t) ? guest_text(x, "maybe_%.*s", STR(name)) : name;
}

/* -- prototypes -- */

enum { COLUMNS = 90 };

/* Appends to a list in brackets; its lines begin with some spaces. */
static void add_at(tni_buf *b, size_t *line, u32 *count, tni_str text, tni_str spaces) {
    if (*count > 0) {
        tni_buf_str(b, TNI_STR(","));
    }
    if (b->count - *line + text.len + 4 > COLUMNS) {
        tni_buf_byte(b, '\n');
        *line = b->count;
        tni_buf_str(b, spaces);
    } else if (*count > 0) {
        tni_buf_byte(b, ' ');
    }
    tni_buf_str(b, text);
    ++*count;
}

static void add(tni_buf *b, size_t *line, u32 *count, tni_str text) {
    add_at(b, line, count, text, TNI_STR("    "));
}

/* Of a function that starts a call, or begins one, the type of what comes back instead.
 */
static void put_prototype(guest *x, tni_buf *b, const guest_func *f, tni_str call) {
    size_t line = b->count;
    u32 count = 0;
    if (f->is_started) {
        tni_buf_str(b, TNI_STR("uint32_t "));
    } else if (f->has_callback) {
        tni_buf_format(b, "%.*s_next_t ", STR(x->world_prefix));
    } else if (f->way == GUEST_RETURNED) {
        tni_buf_format(b, "%.*s ", STR(f->result->c_name));
    } else {
        tni_buf_str(b, f->way == GUEST_OPTION || f->way == GUEST_RESULT
                           ? TNI_STR("bool ")
                           : TNI_STR("void "));
    }
    tni_buf_format(b, "%.*s(", STR(f->name));
    for (const tni_wit_field *p = f->wit->params; p != NULL; p = p->next) {
        const witgen_type *t = guest_type_of(x, p->type);
        if (t == NULL) {
            return;
        }
        bool pointer = witgen_by_pointer(t);
        tni_str of = is_option(t) ? witgen_behind(t)->parts[0]->c_name : t->c_name;
        add(b, &line, &count,
            guest_text(x, "%s%.*s %s%s", pointer && !f->is_export ? "const " : "",
                       STR(of), pointer ? "*" : "", guest_param_name(x, p).ptr));
    }
    if (f->is_started || f->has_callback) {
        add(b, &line, &count,
            guest_text(x, f->is_started ? "%.*s *call" : "%.*s **task", STR(call)));
        tni_buf_byte(b, ')');
        return;
    }
    const witgen_type *ok = f->way == GUEST_BY_POINTER ? f->result : NULL;
    if (f->way == GUEST_OPTION || f->way == GUEST_RESULT) {
        ok = f->shape->parts[0];
    }
    if (ok != NULL) {
        add(b, &line, &count, guest_text(x, "%.*s *ret", STR(ok->c_name)));
    }
    if (f->way == GUEST_RESULT && f->shape->parts[1] != NULL) {
        add(b, &line, &count,
            guest_text(x, "%.*s *err", STR(f->shape->parts[1]->c_name)));
    }
    tni_buf_str(b, count == 0 ? TNI_STR("void)") : TNI_STR(")"));
}

static void put_declaration(guest *x, const guest_func *f) {
    tni_buf *h = &x->g.header;
    tni_buf_byte(h, '\n');
    witgen_put_docs(h, f->wit->attrs.docs, "");
    tni_str task = f->has_callback ? guest_text(x, "%.*s_task_t", STR(f->name)) : f->name;
    if (f->has_callback) {
        tni_buf_format(h,
                       "/* What it keeps while it waits is yours to define; *task is "
                       "NULL. */\ntypedef struct %.*s_task %.*s;\n",
                       STR(f->name), STR(task));
    }
    put_prototype(x, h, f, task);
    tni_buf_str(h, TNI_STR(";\n"));
}

/* The parameters as a struct in memory, up to its name. */
static void put_args_struct(guest *x, const guest_func *f) {
    GUEST_PUT(x, 1, "struct {");
    for (const tni_wit_field *p = f->wit->params; p != NULL; p = p->next) {
        const witgen_type *t = guest_type_of(x, p->type);
        if (t != NULL) {
            GUEST_PUT(x, 2, "%.*s %s;", STR(t->c_name), guest_field_name(x, p, 0).ptr);
        }
    }
}

/* -- imports -- */

static void put_import(guest *x, const guest_func *f) {
    tni_buf *b = &x->g.source;
    GUEST_PUT(x, 0,
              "\n__attribute__((import_module(\"%.*s\"),\n               "
              "import_name(\"%s%.*s\")))",
              STR(x->module), f->is_started ? "[async-lower]" : "",
              STR(f->wit->full_name));
    size_t line = b->count;
    u32 count = 0;
    const char *result = f->is_started ? "int32_t"
                         : f->result == NULL || f->result_spills
                             ? "void"
                             : guest_core_type(f->result->flat[0]);
    tni_buf_format(b, "%s import_%.*s(", result, STR(f->name));
    if (f->spills) {
        add(b, &line, &count, TNI_STR("int32_t"));
    }
    for (const tni_wit_field *p = f->wit->params; p != NULL && !f->spills; p = p->next) {
        const witgen_type *t = guest_type_of(x, p->type);
        for (u32 i = 0; t != NULL && i < t->flat_count; i++) {
            add(b, &line, &count, tni_str_of(guest_core_type(t->flat[i])));
        }
    }
    if (f->result_spills || (f->is_started && f->result != NULL)) {
        add(b, &line, &count, TNI_STR("int32_t"));
    }
    tni_buf_str(b, count == 0 ? TNI_STR("void);\n") : TNI_STR(");\n"));
}

/* The arguments where the callee finds them. */
static void lower_args(guest *x, const guest_func *f, guest_flats *out) {
    const char *args = f->is_started ? "call->args" : "args_";
    if (f->spills && !f->is_started) {
        put_args_struct(x, f);
        GUEST_PUT(x, 1, "} args_;");
    }
    for (const tni_wit_field *p = f->wit->params; p != NULL; p = p->next) {
        const witgen_type *t = guest_type_of(x, p->type);
        if (t == NULL) {
            return;
        }
        tni_str name = guest_param_name(x, p);
        bool pointer = witgen_by_pointer(t);
        tni_str value = guest_text(x, "%s%.*s", pointer ? "*" : "", STR(name));
        tni_str some = guest_text(x, "%.*s != NULL", STR(name));
        tni_str member = guest_text(x, "%s.%s", args, guest_field_name(x, p, 0).ptr);
        if (f->spills && is_option(t)) {
            GUEST_PUT(x, 1, "%.*s.is_some = %.*s;", STR(member), STR(some));
            GUEST_PUT(x, 1, "if (%.*s) {", STR(some));
            guest_assign(x, witgen_behind(t)->parts[0],
                         guest_member(x, member, TNI_STR("val")), value, 2);
            GUEST_PUT(x, 1, "}");
        } else if (f->spills) {
            guest_assign(x, t, member, value, 1);
        } else if (is_option(t)) {
            guest_lower_option(x, witgen_behind(t), some, value, 1, out);
        } else {
            guest_lower(x, t, value, 1, out);
        }
    }
    if (f->spills) {
        out->count = 1;
        out->expr[0] = guest_text(x, "(int32_t)(intptr_t)&%s", args);
    }
}

/* A result that is there as result_, to where the caller wants it. */
static void deliver(guest *x, const guest_func *f) {
    if (f->way == GUEST_BY_POINTER) {
        guest_assign(x, f->result, TNI_STR("*ret"), TNI_STR("result_"), 1);
        return;
    }
    bool option = f->way == GUEST_OPTION;
    const witgen_type *ok = f->shape->parts[0];
    const witgen_type *err = option ? NULL : f->shape->parts[1];
    if (ok != NULL) {
        GUEST_PUT(x, 1, "if (%s) {", option ? "result_.is_some" : "!result_.is_err");
        guest_assign(x, ok, TNI_STR("*ret"),
                     option ? TNI_STR("result_.val") : TNI_STR("result_.val.ok"), 2);
        GUEST_PUT(x, 1, "}");
    }
    if (err != NULL) {
        GUEST_PUT(x, 1, "if (result_.is_err) {");
        guest_assign(x, err, TNI_STR("*err"), TNI_STR("result_.val.err"), 2);
        GUEST_PUT(x, 1, "}");
    }
    GUEST_PUT(x, 1, "return %s;", option ? "result_.is_some" : "!result_.is_err");
}

static void put_import_body(guest *x, const guest_func *f) {
    tni_buf *b = &x->g.source;
    guest_flats args = {0};
    x->temporaries = 0;
    lower_args(x, f, &args);
    bool in_place = f->way == GUEST_BY_POINTER && f->result_spills;
    if (f->result != NULL && f->way != GUEST_RETURNED && !in_place) {
        GUEST_PUT(x, 1, "%.*s result_;", STR(f->result->c_name));
    }
    if (f->wit->is_async) {
        guest_put_leave(x, true);
    }
    size_t line = b->count;
    tni_str before = TNI_STR("");
    if (f->result != NULL && !f->result_spills) {
        before = guest_text(x, "%s value_ = ", guest_core_type(f->result->flat[0]));
    }
    guest_indent(x, 1);
    tni_buf_format(b, "%.*simport_%.*s(", STR(before), STR(f->name));
    u32 count = 0;
    for (u32 i = 0; i < args.count; i++) {
        add_at(b, &line, &count, args.expr[i], TNI_STR("        "));
    }
    if (f->result_spills) {
        add_at(b, &line, &count,
               in_place ? TNI_STR("(int32_t)(intptr_t)ret")
                        : TNI_STR("(int32_t)(intptr_t)&result_"),
               TNI_STR("        "));
    }
    tni_buf_str(b, TNI_STR(");\n"));
    if (f->wit->is_async) {
        guest_put_leave(x, false);
    }
    if (f->way == GUEST_RETURNED) {
        GUEST_PUT(x, 1, "return %s;", guest_scalar(x, f->result, TNI_STR("value_")).ptr);
    } else if (f->result != NULL && !in_place) {
        if (!f->result_spills) {
            guest_flats value = {.count = 1};
            value.type[0] = f->result->flat[0];
            value.expr[0] = TNI_STR("value_");
            guest_lift(x, f->result, TNI_STR("result_"), 1, &value);
        }
        deliver(x, f);
    }
}

void guest_put_start(guest *x, const guest_func *f, tni_str call) {
    tni_buf *b = &x->g.source;
    guest_flats args = {0};
    x->temporaries = 0;
    put_prototype(x, &x->g.header, f, call);
    tni_buf_str(&x->g.header, TNI_STR(";\n"));
    put_import(x, f);
    tni_buf_byte(b, '\n');
    put_prototype(x, b, f, call);
    tni_buf_str(b, TNI_STR(" {\n"));
    lower_args(x, f, &args);
    size_t line = b->count;
    u32 count = 0;
    tni_buf_format(b, "    uint32_t state = (uint32_t)import_%.*s(", STR(f->name));
    for (u32 i = 0; i < args.count; i++) {
        add_at(b, &line, &count, args.expr[i], TNI_STR("        "));
    }
    if (f->result != NULL) {
        add_at(b, &line, &count, TNI_STR("(int32_t)(intptr_t)&call->result"),
               TNI_STR("        "));
    }
    tni_buf_str(b, TNI_STR(");\n    call->subtask = state >> 4;\n"
                           "    return state & 15;\n}\n"));
}

/* -- exports -- */

/* What the canonical ABI passes, and what stands for it in expressions. */
static void put_core_params(guest *x, const guest_func *f, guest_flats *in) {
    tni_buf *b = &x->g.source;
    size_t line = b->count;
    u32 count = 0;
    const char *result = f->is_stackful      ? "static void"
                         : f->has_callback   ? "int32_t"
                         : f->result == NULL ? "void"
                         : f->result_spills  ? "int32_t"
                                             : guest_core_type(f->result->flat[0]);
    tni_buf_format(b, "%s %s_%.*s(", result, f->is_stackful ? "run" : "export",
                   STR(f->name));
    if (f->spills) {
        add(b, &line, &count, TNI_STR("int32_t flat_"));
    }
    for (const tni_wit_field *p = f->wit->params; p != NULL && !f->spills; p = p->next) {
        const witgen_type *t = guest_type_of(x, p->type);
        for (u32 i = 0; t != NULL && i < t->flat_count; i++) {
            tni_str name = guest_field_name(x, p, 0);
            name = t->flat_count == 1 && !witgen_by_pointer(t)
                       ? name
                       : guest_text(x, "%.*s%u_", STR(name), i);
            in->type[in->count] = t->flat[i];
            in->expr[in->count++] = name;
            add(b, &line, &count,
                guest_text(x, "%s %.*s", guest_core_type(t->flat[i]), STR(name)));
        }
    }
    tni_buf_str(b, count == 0 ? TNI_STR("void) {\n") : TNI_STR(") {\n"));
}

/* The arguments put together, each as an expression of what the function wants. */
static tni_str lift_arg(guest *x, const guest_func *f, const tni_wit_field *p,
                        guest_flats *in) {
    const witgen_type *t = guest_type_of(x, p->type);
    if (t == NULL) {
        return TNI_STR("");
    }
    tni_str name = guest_field_name(x, p, 0);
    if (!f->spills && !witgen_by_pointer(t)) {
        tni_str flat = in->expr[in->next++];
        return guest_scalar(x, t, flat);
    }
    if (f->spills) {
        name = guest_text(x, "args_->%.*s", STR(name));
    } else {
        GUEST_PUT(x, 1, "%.*s %.*s;", STR(t->c_name), STR(name));
        guest_lift(x, t, name, 1, in);
    }
    if (is_option(t)) {
        return guest_text(x, "%.*s.is_some ? &%.*s.val : NULL", STR(name), STR(name));
    }
    return guest_text(x, "%s%.*s", witgen_by_pointer(t) ? "&" : "", STR(name));
}

/* Where the result goes; what calls the function. */
static void put_result_places(guest *x, const guest_func *f, tni_str *before) {
    *before = TNI_STR("");
    if (f->way == GUEST_NONE) {
        return;
    }
    if (f->way == GUEST_RETURNED) {
        *before = guest_text(x, "%.*s value_ = ", STR(f->result->c_name));
        return;
    }
    GUEST_PUT(x, 1, "%s%.*s result_;",
              f->result_spills && !f->is_stackful ? "static " : "",
              STR(f->result->c_name));
    if (f->way == GUEST_OPTION) {
        *before = TNI_STR("result_.is_some = ");
    } else if (f->way == GUEST_RESULT) {
        static const char *const names[] = {"ok_", "err_"};
        for (u32 i = 0; i < 2; i++) {
            if (f->shape->parts[i] != NULL) {
                GUEST_PUT(x, 1, "%.*s %s;", STR(f->shape->parts[i]->c_name), names[i]);
            }
        }
        *before = TNI_STR("result_.is_err = !");
    }
}

static void add_result_args(const guest_func *f, tni_buf *b, size_t *line, u32 *count) {
    tni_str spaces = TNI_STR("        ");
    if (f->way == GUEST_OPTION) {
        add_at(b, line, count, TNI_STR("&result_.val"), spaces);
    } else if (f->way == GUEST_BY_POINTER) {
        add_at(b, line, count, TNI_STR("&result_"), spaces);
    } else if (f->way == GUEST_RESULT) {
        if (f->shape->parts[0] != NULL) {
            add_at(b, line, count, TNI_STR("&ok_"), spaces);
        }
        if (f->shape->parts[1] != NULL) {
            add_at(b, line, count, TNI_STR("&err_"), spaces);
        }
    }
}

/* The function that frees what a result points to. */
static tni_str release_of(guest *x, const guest_func *f) {
    return witgen_structure(f->result)->kind == TENON_TYPE_STRING
               ? guest_text(x, "%.*s_string_free", STR(x->world_prefix))
               : guest_release(x, f->result);
}

static void put_task_result(guest *x, const guest_func *f) {
    bool pointer = f->result != NULL && witgen_by_pointer(f->result);
    GUEST_PUT(x, 1, "%.*s_return(%s);", STR(f->name),
              f->result == NULL          ? ""
              : f->way == GUEST_RETURNED ? "value_"
              : pointer                  ? "&result_"
                                         : "result_");
    if (f->result != NULL && f->result->has_heap) {
        GUEST_PUT(x, 1, "%.*s(&result_);", STR(release_of(x, f)));
    }
}

static void put_return(guest *x, const guest_func *f) {
    if (f->way == GUEST_RESULT) {
        static const char *const tests[] = {"!", ""};
        static const char *const names[] = {"ok", "err"};
        for (u32 i = 0; i < 2; i++) {
            if (f->shape->parts[i] != NULL) {
                GUEST_PUT(x, 1, "if (%sresult_.is_err) {", tests[i]);
                guest_assign(x, f->shape->parts[i],
                             guest_text(x, "result_.val.%s", names[i]),
                             guest_text(x, "%s_", names[i]), 2);
                GUEST_PUT(x, 1, "}");
            }
        }
    }
    if (f->is_stackful) {
        put_task_result(x, f);
        return;
    }
    if (f->result == NULL) {
        return;
    }
    if (f->result_spills) {
        GUEST_PUT(x, 1, "return (int32_t)(intptr_t)&result_;");
        return;
    }
    guest_flats out = {0};
    guest_lower(x, f->result,
                f->way == GUEST_RETURNED ? TNI_STR("value_") : TNI_STR("result_"), 1,
                &out);
    GUEST_PUT(x, 1, "return %.*s;", STR(out.expr[0]));
}

void guest_put_export_name(guest *x, const char *prefix, const guest_func *f) {
    GUEST_PUT(x, 0, "\n__attribute__((export_name(\"%s%.*s%s%.*s\")))", prefix,
              STR(x->g.is_export ? x->module : TNI_STR("")), x->g.is_export ? "#" : "",
              STR(f->wit->full_name));
}

static void put_export(guest *x, const guest_func *f) {
    tni_buf *b = &x->g.source;
    guest_flats in = {0};
    x->temporaries = 0;
    if (f->is_stackful) {
        GUEST_PUT(x, 0, "\n__attribute__((noinline))");
    } else {
        guest_put_export_name(x, f->has_callback ? "[async-lift]" : "", f);
    }
    put_core_params(x, f, &in);
    if (f->spills) {
        put_args_struct(x, f);
        GUEST_PUT(x, 1, "} *args_ = (void *)(intptr_t)flat_;");
    }
    tni_buf args;
    tni_buf_init(&args, x->g.arena->heap);
    size_t line = 0;
    u32 count = 0;
    tni_str before;
    for (const tni_wit_field *p = f->wit->params; p != NULL; p = p->next) {
        tni_str arg = lift_arg(x, f, p, &in);
        add_at(&args, &line, &count, arg, TNI_STR("        "));
    }
    if (f->has_callback) {
        before = guest_text(x, "%.*s_next_t next_ = ", STR(x->world_prefix));
        GUEST_PUT(x, 1, "%.*s_task_t *task_ = NULL;", STR(f->name));
        add_at(&args, &line, &count, TNI_STR("&task_"), TNI_STR("        "));
    } else {
        put_result_places(x, f, &before);
        add_result_args(f, &args, &line, &count);
    }
    size_t begin = b->count;
    guest_indent(x, 1);
    tni_buf_format(b, "%.*s%.*s(", STR(before), STR(f->name));
    if (args.count > 0 && b->count - begin + args.count > 88) {
        tni_buf_str(b, TNI_STR("\n        "));
    }
    tni_buf_format(b, "%.*s);\n", (int)args.count, (const char *)args.data);
    b->failed |= args.failed;
    tni_buf_free(&args);
    if (f->spills) {
        GUEST_PUT(x, 1, "cabi_free(args_);");
    }
    if (f->has_callback) {
        GUEST_PUT(x, 1, "import_context_set((int32_t)(intptr_t)task_);");
        GUEST_PUT(x, 1, "return (int32_t)next_.code;");
    } else {
        put_return(x, f);
    }
    GUEST_PUT(x, 0, "}");
}

static void put_post_return(guest *x, const guest_func *f) {
    if (f->result == NULL || !f->result->has_heap) {
        return;
    }
    tni_str release = release_of(x, f);
    guest_put_export_name(x, "cabi_post_", f);
    GUEST_PUT(x, 0, "void post_%.*s(int32_t result_) {", STR(f->name));
    GUEST_PUT(x, 1, "%.*s((%.*s *)(intptr_t)result_);", STR(release),
              STR(f->result->c_name));
    GUEST_PUT(x, 0, "}");
}

/* A call on a C stack of its own. Its core parameters are in locals, not on a stack. */
static void put_stackful(guest *x, const guest_func *f) {
    tni_buf *b = &x->g.source;
    tni_buf params, args;
    tni_buf_init(&params, x->g.arena->heap);
    tni_buf_init(&args, x->g.arena->heap);
    u32 count = f->spills ? 1 : 0;
    for (const tni_wit_field *p = f->wit->params; p != NULL && !f->spills; p = p->next) {
        const witgen_type *t = guest_type_of(x, p->type);
        for (u32 i = 0; t != NULL && i < t->flat_count; i++) {
            tni_buf_format(&params, "%s%s a%u", count > 0 ? ", " : "",
                           guest_core_type(t->flat[i]), count);
            tni_buf_format(&args, "%sa%u", count > 0 ? ", " : "", count);
            count++;
        }
    }
    if (f->spills) {
        tni_buf_str(&params, TNI_STR("int32_t a0"));
        tni_buf_str(&args, TNI_STR("a0"));
    }
    if (count == 0) {
        tni_buf_str(&params, TNI_STR("void"));
    }
    guest_put_task_return(x, f, false);
    if (f->result != NULL && f->result->has_heap) {
        (void)release_of(x, f); /* written, if it is not yet */
    }
    put_export(x, f);
    guest_put_export_name(x, "[async-lift-stackful]", f);
    guest_put_wrapped(b, guest_text(x, "void export_%.*s(%.*s)", STR(f->name),
                                    (int)params.count, (const char *)params.data));
    tni_buf_str(b, TNI_STR(" {\n    stack_begin();\n"));
    GUEST_PUT(x, 1, "run_%.*s(%.*s);", STR(f->name), (int)args.count,
              (const char *)args.data);
    tni_buf_str(b, TNI_STR("    stack_end();\n}\n"));
    b->failed |= params.failed || args.failed;
    tni_buf_free(&params);
    tni_buf_free(&args);
}

void guest_put_func(guest *x, const tni_wit_func *wit, bool is_export) {
    guest_func f;
    if (!guest_describe(x, wit, is_export, &f) || !guest_take_name(x, f.name)) {
        return;
    }
    bool is_async = is_export && wit->is_async;
    f.has_callback = is_async && x->async_way == WITGEN_CALLBACKS;
    f.is_stackful = is_async && x->async_way == WITGEN_STACKFUL;
    put_declaration(x, &f);
    if (f.is_stackful) {
        put_stackful(x, &f);
        return;
    }
    if (f.has_callback) {
        guest_put_callback(x, &f);
        put_export(x, &f);
        return;
    }
    if (is_export) {
        put_export(x, &f);
        put_post_return(x, &f);
        return;
    }
    put_import(x, &f);
    tni_buf_byte(&x->g.source, '\n');
    put_prototype(x, &x->g.source, &f, TNI_STR(""));
    tni_buf_str(&x->g.source, TNI_STR(" {\n"));
    put_import_body(x, &f);
    tni_buf_str(&x->g.source, TNI_STR("}\n"));
    guest_put_started(x, wit);
}
