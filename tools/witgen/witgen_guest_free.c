/* witgen_guest_free.c: functions that let go of what is in values: memory and handles, or
 * the memory alone. */
#include "witgen/witgen_guest.h"

/* What is left of a type's C name without its _t. */
static tni_str stem(guest *x, const witgen_type *t) {
    return guest_text(x, "%.*s", STR(witgen_stem(t)));
}

static bool is_end(const witgen_type *t) {
    int kind = witgen_structure(t)->kind;
    return kind == TENON_TYPE_STREAM || kind == TENON_TYPE_FUTURE;
}

static bool is_error(const witgen_type *t) {
    return witgen_structure(t)->kind == TENON_TYPE_ERROR_CONTEXT;
}

static bool is_handle(const witgen_type *t) {
    return t->wit->kind == TENON_TYPE_OWN || t->wit->kind == TENON_TYPE_BORROW;
}

bool guest_needs_free(const guest *x, const witgen_type *t) {
    t = witgen_behind(t);
    if (t->wit->kind == TENON_TYPE_BORROW) {
        return !witgen_is_own_resource(&x->g, t);
    }
    return t->has_heap || t->has_handle;
}

tni_str guest_drop_name(guest *x, const witgen_type *handle, const char *what) {
    tni_str resource = handle->wit->element->name;
    size_t tail = strlen(handle->wit->kind == TENON_TYPE_OWN ? "own_" : "borrow_") +
                  resource.len + 2;
    tni_buf b;
    tni_buf_init(&b, x->g.arena->heap);
    tni_buf_put(&b, handle->c_name.ptr, handle->c_name.len - tail);
    witgen_put_snake(&b, resource);
    tni_str name =
        guest_text(x, "%.*s_drop_%s", (int)b.count, (const char *)b.data, what);
    x->g.source.failed |= b.failed;
    tni_buf_free(&b);
    return name;
}

static void put_open(guest *x, tni_str prototype) {
    tni_buf_byte(&x->g.source, '\n');
    guest_put_wrapped(&x->g.source, prototype);
    tni_buf_str(&x->g.source, TNI_STR(" {\n"));
}

/* The function for a part; "" when there is nothing to do. */
static tni_str function_for(guest *x, witgen_type *t, bool handles) {
    if (handles ? !guest_needs_free(x, t) : !t->has_heap) {
        return TNI_STR("");
    }
    while (t->target != NULL) {
        t = t->target;
    }
    if (t->wit->kind == TENON_TYPE_STRING) {
        return guest_text(x, "%.*s_string_free", STR(x->world_prefix));
    }
    if (!handles && t->has_handle) {
        return guest_release(x, t);
    }
    return guest_text(x, "%s_free", stem(x, t).ptr);
}

/* A part's function, called for it. */
static void put_part(guest *x, witgen_type *t, tni_str part, u32 indent, bool handles) {
    if (is_end(t)) {
        tni_str drop = handles ? guest_end_drop(x, t) : TNI_STR("");
        if (drop.len > 0) {
            GUEST_PUT(x, indent, "%.*s(%.*s);", STR(drop), STR(part));
        }
        return;
    }
    if (is_error(t)) {
        if (handles) {
            GUEST_PUT(x, indent, "%.*s_error_context_drop(%.*s);", STR(x->world_prefix),
                      STR(part));
        }
        return;
    }
    if (is_handle(t) && handles) {
        if (guest_needs_free(x, t)) {
            const char *what = t->wit->kind == TENON_TYPE_OWN ? "own" : "borrow";
            GUEST_PUT(x, indent, "%s(%.*s);", guest_drop_name(x, t, what).ptr, STR(part));
        }
        return;
    }
    tni_str f = function_for(x, t, handles);
    if (f.len > 0) {
        GUEST_PUT(x, indent, "%.*s(&%.*s);", STR(f), STR(part));
    }
}

static bool has_work(guest *x, const witgen_type *t, bool handles) {
    return t != NULL && (handles ? guest_needs_free(x, t) : t->has_heap);
}

static void put_list(guest *x, const witgen_type *t, bool handles) {
    witgen_type *of = t->wit->kind == TENON_TYPE_MAP ? t->pair : t->parts[0];
    if (has_work(x, of, handles)) {
        GUEST_PUT(x, 1, "for (size_t i = 0; i < ptr->len; i++) {");
        put_part(x, of, TNI_STR("ptr->ptr[i]"), 2, handles);
        GUEST_PUT(x, 1, "}");
    }
    GUEST_PUT(x, 1, "if (ptr->len > 0) {");
    GUEST_PUT(x, 2, "cabi_free(ptr->ptr);");
    GUEST_PUT(x, 1, "}");
}

static void put_cases(guest *x, const witgen_type *t, bool handles) {
    GUEST_PUT(x, 1, "switch (ptr->tag) {");
    u32 i = 0;
    for (const tni_wit_field *f = t->wit->fields; f != NULL; f = f->next, i++) {
        if (has_work(x, t->parts[i], handles)) {
            GUEST_PUT(x, 1, "case %u: /* %.*s */", i, STR(f->name));
            tni_str name = guest_field_name(x, f, i);
            put_part(x, t->parts[i], guest_text(x, "ptr->val.%.*s", STR(name)), 2,
                     handles);
            GUEST_PUT(x, 2, "break;");
        }
    }
    GUEST_PUT(x, 1, "}");
}

static void put_if(guest *x, const char *test, witgen_type *t, const char *part,
                   bool handles) {
    if (has_work(x, t, handles)) {
        GUEST_PUT(x, 1, "if (%s) {", test);
        put_part(x, t, tni_str_of(part), 2, handles);
        GUEST_PUT(x, 1, "}");
    }
}

static void put_body(guest *x, const witgen_type *t, bool handles) {
    size_t begin = x->g.source.count;
    switch (t->wit->kind) {
    case TENON_TYPE_LIST:
    case TENON_TYPE_MAP: put_list(x, t, handles); break;
    case TENON_TYPE_FIXED_LIST:
        if (has_work(x, t->parts[0], handles)) {
            GUEST_PUT(x, 1, "for (size_t i = 0; i < %u; i++) {", t->wit->count);
            put_part(x, t->parts[0], TNI_STR("(*ptr)[i]"), 2, handles);
            GUEST_PUT(x, 1, "}");
        }
        break;
    case TENON_TYPE_VARIANT: put_cases(x, t, handles); break;
    case TENON_TYPE_OPTION:
        put_if(x, "ptr->is_some", t->parts[0], "ptr->val", handles);
        break;
    case TENON_TYPE_RESULT:
        put_if(x, "!ptr->is_err", t->parts[0], "ptr->val.ok", handles);
        put_if(x, "ptr->is_err", t->parts[1], "ptr->val.err", handles);
        break;
    default: {
        u32 i = 0;
        for (const tni_wit_field *f = t->wit->fields; f != NULL; f = f->next, i++) {
            tni_str name = guest_field_name(x, f, i);
            put_part(x, t->parts[i], guest_text(x, "ptr->%.*s", STR(name)), 1, handles);
        }
    }
    }
    if (x->g.source.count == begin) {
        GUEST_PUT(x, 1, "(void)ptr;");
    }
}

tni_str guest_release(guest *x, witgen_type *t) {
    while (t->target != NULL) {
        t = t->target;
    }
    if (!t->has_handle) {
        return function_for(x, t, true);
    }
    tni_str name = guest_text(x, "release_%.*s_%s", STR(x->g.prefix), stem(x, t).ptr);
    if (t->is_released) {
        return name;
    }
    t->is_released = true;
    /* Those of the parts first. */
    for (u32 i = 0; i < t->part_count; i++) {
        if (t->parts[i] != NULL && t->parts[i]->has_heap && t->parts[i]->has_handle) {
            (void)guest_release(x, t->parts[i]);
        }
    }
    if (t->pair != NULL && t->pair->has_handle) {
        (void)guest_release(x, t->pair);
    }
    put_open(x, guest_text(x, "static void %.*s(%.*s *ptr)", STR(name), STR(t->c_name)));
    put_body(x, t, false);
    GUEST_PUT(x, 0, "}");
    return name;
}

void guest_put_frees(guest *x) {
    tni_buf *h = &x->g.header;
    bool first = true;
    for (const witgen_type *t = x->g.types; t != NULL; t = t->next) {
        bool simple = t->wit->kind <= TENON_TYPE_ERROR_CONTEXT && t->wit->name.len == 0;
        if (!t->is_local || simple || is_handle(t) || is_end(t) || is_error(t) ||
            !guest_needs_free(x, t)) {
            continue;
        }
        const witgen_type *target = t->target;
        if (target != NULL && is_handle(target)) {
            continue; /* there is _drop_own */
        }
        tni_buf_str(h, first ? TNI_STR("\n/* Let go of all that is in *ptr, but not of "
                                       "*ptr. */\n")
                             : TNI_STR(""));
        first = false;
        tni_str name = guest_text(x, "%s_free", stem(x, t).ptr);
        if (!guest_take_name(x, name)) {
            return;
        }
        tni_str prototype =
            guest_text(x, "void %.*s(%.*s *ptr)", STR(name), STR(t->c_name));
        guest_put_wrapped(h, prototype);
        tni_buf_str(h, TNI_STR(";\n"));
        put_open(x, prototype);
        if (target != NULL) {
            tni_str f = function_for(x, t->target, true);
            GUEST_PUT(x, 1, "%.*s(ptr);", STR(f));
        } else {
            put_body(x, t, true);
        }
        GUEST_PUT(x, 0, "}");
    }
}
