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
} matching;

enum { MAX_STEPS = 1000000 };

static bool match(matching *m, const tenon_type *a, const tenon_type *b);

static bool match_fields(matching *m, const tenon_field *a, const tenon_field *b,
                         u32 count) {
    for (u32 i = 0; i < count; i++) {
        if ((a[i].name == NULL) != (b[i].name == NULL) ||
            (a[i].name != NULL && strcmp(a[i].name, b[i].name) != 0) ||
            !match(m, a[i].type, b[i].type)) {
            return false;
        }
    }
    return true;
}

static bool match(matching *m, const tenon_type *a, const tenon_type *b) {
    if (a == NULL || b == NULL || (a == b && m->a == m->b)) {
        return a == b;
    }
    if (a->kind != b->kind || ++m->steps > MAX_STEPS) {
        return false;
    }
    switch (a->kind) {
    case TENON_TYPE_OWN:
    case TENON_TYPE_BORROW:
        return m->a == NULL ||
               (m->a[a->resource] != NULL && m->a[a->resource] == m->b[b->resource]);
    case TENON_TYPE_RECORD:
    case TENON_TYPE_TUPLE:
    case TENON_TYPE_VARIANT:
    case TENON_TYPE_ENUM:
    case TENON_TYPE_FLAGS:
        return a->count == b->count && match_fields(m, a->fields, b->fields, a->count);
    case TENON_TYPE_FIXED_LIST:
        return a->count == b->count && match(m, a->element, b->element);
    case TENON_TYPE_LIST:
    case TENON_TYPE_OPTION:
    case TENON_TYPE_RESULT:
    case TENON_TYPE_MAP:
    case TENON_TYPE_STREAM:
    case TENON_TYPE_FUTURE:
        return match(m, a->element, b->element) && match(m, a->other, b->other);
    default: return true;
    }
}

bool tni_types_match(const tenon_type *a, slots a_slots, const tenon_type *b,
                     slots b_slots) {
    matching m = {a_slots, b_slots, 0};
    return match(&m, a, b);
}

/* A parameter without a name is one of any name. */
static bool match_params(matching *m, const tenon_field *a, const tenon_field *b,
                         u32 count) {
    for (u32 i = 0; i < count; i++) {
        if ((a[i].name != NULL && b[i].name != NULL &&
             strcmp(a[i].name, b[i].name) != 0) ||
            !match(m, a[i].type, b[i].type)) {
            return false;
        }
    }
    return true;
}

bool tni_func_types_match(const tenon_func_type *a, slots a_slots,
                          const tenon_func_type *b, slots b_slots) {
    matching m = {a_slots, b_slots, 0};
    return a->is_async == b->is_async && a->param_count == b->param_count &&
           match_params(&m, a->params, b->params, a->param_count) &&
           match(&m, a->result, b->result);
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
