/* typematch.c: whether two types of different components, or of a component and the host,
 * are the same. Explainer.md, "Type Checking". */
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

bool tni_func_types_match(const tenon_func_type *a, slots a_slots,
                          const tenon_func_type *b, slots b_slots) {
    matching m = {a_slots, b_slots, 0};
    return a->is_async == b->is_async && a->param_count == b->param_count &&
           match_fields(&m, a->params, b->params, a->param_count) &&
           match(&m, a->result, b->result);
}

bool tni_func_shapes_match(const tenon_func_type *a, const tenon_func_type *b) {
    return tni_func_types_match(a, NULL, b, NULL);
}
