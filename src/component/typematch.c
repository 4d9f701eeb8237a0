/* typematch.c: whether two types of different components, or of a component and the host,
 * are the same. Explainer.md, "Type Checking". */
#include "base/format.h"
#include "component/cinstance.h"

typedef tni_resource_type *const *slots;

/* One comparison: types can name one part so often that their trees are endless, so steps
 * are counted; no real type comes near. */
typedef struct matching {
    slots a, b;
    u32 steps;
    tni_type_difference *found; /* or NULL: nobody asks where */
} matching;

enum { MAX_STEPS = 1000000 };

static bool match(matching *m, const tenon_type *a, const tenon_type *b);

/* Two parts differ: the innermost ones are kept. */
static TNI_COLD bool differ(matching *m, const tenon_type *a, const tenon_type *b) {
    if (m->found != NULL) {
        m->found->wanted = a;
        m->found->offered = b;
    }
    return false;
}

/* On the way out of parts that differ: which part of the whole that was. */
static TNI_COLD bool inside(matching *m, const char *what, const char *name, u32 n) {
    tni_type_difference *d = m->found;
    if (d != NULL && d->depth < TNI_DIFFERENCE_DEPTH) {
        d->at[d->depth++] = (tni_type_place){what, name, n};
    }
    return false;
}

static const char *member_word(tenon_type_kind kind) {
    return kind == TENON_TYPE_RECORD  ? "field"
           : kind == TENON_TYPE_TUPLE ? "member"
                                      : "case";
}

static bool same_names(const tenon_field *a, const tenon_field *b, u32 count) {
    for (u32 i = 0; i < count; i++) {
        if ((a[i].name == NULL) != (b[i].name == NULL) ||
            (a[i].name != NULL && strcmp(a[i].name, b[i].name) != 0)) {
            return false;
        }
    }
    return true;
}

static bool match_fields(matching *m, const tenon_type *a, const tenon_type *b) {
    if (a->count != b->count || !same_names(a->fields, b->fields, a->count)) {
        return differ(m, a, b);
    }
    for (u32 i = 0; i < a->count; i++) {
        if (!match(m, a->fields[i].type, b->fields[i].type)) {
            return inside(m, member_word(a->kind), a->fields[i].name, i);
        }
    }
    return true;
}

/* Types that have one or two others in them. */
static bool match_parts(matching *m, const tenon_type *a, const tenon_type *b) {
    if (!match(m, a->element, b->element)) {
        return inside(m,
                      a->kind == TENON_TYPE_RESULT   ? "ok"
                      : a->kind == TENON_TYPE_MAP    ? "key"
                      : a->kind == TENON_TYPE_OPTION ? "payload"
                                                     : "element",
                      NULL, TNI_NO_INDEX);
    }
    return match(m, a->other, b->other) ||
           inside(m, a->kind == TENON_TYPE_RESULT ? "error" : "value", NULL,
                  TNI_NO_INDEX);
}

static bool same_resource(const matching *m, const tenon_type *a, const tenon_type *b) {
    return m->a == NULL ||
           (m->a[a->resource] != NULL && m->a[a->resource] == m->b[b->resource]);
}

static bool match(matching *m, const tenon_type *a, const tenon_type *b) {
    if (a == NULL || b == NULL || (a == b && m->a == m->b)) {
        return a == b || differ(m, a, b);
    }
    if (a->kind != b->kind || ++m->steps > MAX_STEPS) {
        return differ(m, a, b);
    }
    switch (a->kind) {
    case TENON_TYPE_OWN:
    case TENON_TYPE_BORROW: return same_resource(m, a, b) || differ(m, a, b);
    case TENON_TYPE_RECORD:
    case TENON_TYPE_TUPLE:
    case TENON_TYPE_VARIANT:
    case TENON_TYPE_ENUM:
    case TENON_TYPE_FLAGS: return match_fields(m, a, b);
    case TENON_TYPE_FIXED_LIST:
        return a->count == b->count ? match_parts(m, a, b) : differ(m, a, b);
    case TENON_TYPE_LIST:
    case TENON_TYPE_OPTION:
    case TENON_TYPE_RESULT:
    case TENON_TYPE_MAP:
    case TENON_TYPE_STREAM:
    case TENON_TYPE_FUTURE: return match_parts(m, a, b);
    default: return true;
    }
}

bool tni_types_match(const tenon_type *a, slots a_slots, const tenon_type *b,
                     slots b_slots) {
    matching m = {a_slots, b_slots, 0, NULL};
    return match(&m, a, b);
}

/* A parameter without a name is one of any name. */
static bool match_params(matching *m, const tenon_field *a, const tenon_field *b,
                         u32 count) {
    for (u32 i = 0; i < count; i++) {
        if (a[i].name != NULL && b[i].name != NULL && strcmp(a[i].name, b[i].name) != 0) {
            return false; /* the functions themselves differ */
        }
    }
    for (u32 i = 0; i < count; i++) {
        if (!match(m, a[i].type, b[i].type)) {
            return inside(m, "parameter", a[i].name != NULL ? a[i].name : b[i].name, i);
        }
    }
    return true;
}

static bool match_funcs(matching *m, const tenon_func_type *a, const tenon_func_type *b) {
    return a->is_async == b->is_async && a->param_count == b->param_count &&
           match_params(m, a->params, b->params, a->param_count) &&
           (match(m, a->result, b->result) || inside(m, "result", NULL, TNI_NO_INDEX));
}

bool tni_func_types_match(const tenon_func_type *a, slots a_slots,
                          const tenon_func_type *b, slots b_slots) {
    matching m = {a_slots, b_slots, 0, NULL};
    return match_funcs(&m, a, b);
}

void tni_func_types_compare(const tenon_func_type *a, slots a_slots,
                            const tenon_func_type *b, slots b_slots,
                            tni_type_difference *out) {
    *out = (tni_type_difference){.depth = 0};
    matching m = {a_slots, b_slots, 0, out};
    (void)match_funcs(&m, a, b);
}

void tni_types_compare(const tenon_type *a, slots a_slots, const tenon_type *b,
                       slots b_slots, tni_type_difference *out) {
    *out = (tni_type_difference){.depth = 0};
    matching m = {a_slots, b_slots, 0, out};
    (void)match(&m, a, b);
}

void tni_type_difference_put(tni_buf *b, const tni_type_difference *d) {
    for (u32 i = d->depth; i > 0; i--) {
        const tni_type_place *at = &d->at[i - 1];
        tni_buf_format(b, ", %s", at->what);
        if (at->name != NULL) {
            tni_buf_format(b, " `%s`", at->name);
        } else if (at->n != TNI_NO_INDEX) {
            tni_buf_format(b, " %u", at->n + 1);
        }
    }
}

bool tni_func_shapes_match(const tenon_func_type *a, const tenon_func_type *b) {
    return tni_func_types_match(a, NULL, b, NULL);
}

/* -- core modules -- */

static const struct tni_module_type_import *find_import(const tni_module_type *t,
                                                        const tni_import *import) {
    for (u32 i = 0; i < t->import_count; i++) {
        if (tni_str_eq(t->imports[i].module, import->module) &&
            tni_str_eq(t->imports[i].name, import->name)) {
            return &t->imports[i];
        }
    }
    return NULL;
}

static void put_type(tni_buf *out, const tni_registry *r, const tni_externtype *t) {
    char text[112];
    tni_externtype_format(r, text, sizeof text, t);
    tni_buf_format(out, " as %s", text);
}

bool tni_module_matches(const tni_registry *r, const tni_module *m,
                        const tni_module_type *wanted, tni_buf *why) {
    for (u32 i = 0; i < m->import_count; i++) {
        const tni_import *import = &m->imports[i];
        const struct tni_module_type_import *given = find_import(wanted, import);
        tni_externtype type = tni_import_type(m, i);
        if (given == NULL || !tni_externtype_matches(r, &given->type, &type)) {
            tni_buf_format(why, "one that imports \"%.*s\" \"%.*s\"",
                           (int)import->module.len, import->module.ptr,
                           (int)import->name.len, import->name.ptr);
            put_type(why, r, &type);
            return false;
        }
    }
    for (u32 i = 0; i < wanted->export_count; i++) {
        tni_str name = wanted->exports[i].name;
        u32 n = tni_module_find_export(m, name);
        if (n == TNI_NO_INDEX) {
            tni_buf_format(why, "one without an export \"%.*s\"", (int)name.len,
                           name.ptr);
            return false;
        }
        tni_externtype type = tni_export_type(m, n);
        if (!tni_externtype_matches(r, &type, &wanted->exports[i].type)) {
            tni_buf_format(why, "one that exports \"%.*s\"", (int)name.len, name.ptr);
            put_type(why, r, &type);
            return false;
        }
    }
    return true;
}
