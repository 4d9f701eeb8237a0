/* subtype.c: subtyping of component-level types. Explainer.md, "Type Checking".
 *
 * Value and function types are equal or not; instances, components and modules may export
 * more and import less. Resource variables of the expected type are bound as they are met
 * (an import or export of a type stands before its uses), and bindings of a component
 * type end with it. Each side looks its resources up in its own table, so that one type
 * may stand on both.
 *
 * An error gives the innermost difference first, and then where it lies, outwards. */
#include "component/loader.h"
#include "base/assert.h"

typedef struct sides {
    tni_loader *l;
    tni_binding_table actual, expected;
} sides;

#define STR(s)           (int)((s).len < 100 ? (s).len : 100), (s).ptr
#define MISMATCH(l, ...) TNI_LOAD_FAIL((l), TNI_ERR_CM_SUBTYPE, __VA_ARGS__)

/* Passes a failure on, with where it happened added to the message. */
#define TRY_IN(l, expr, ...)                                                             \
    do {                                                                                 \
        tenon_status status_ = (expr);                                                   \
        if (TNI_UNLIKELY(status_ != TENON_OK)) {                                         \
            if (status_ == TENON_INVALID) {                                              \
                tni_error_append((l)->e, __VA_ARGS__);                                   \
            }                                                                            \
            return status_;                                                              \
        }                                                                                \
    } while (0)

void tni_error_append(tenon_error *e, const char *fmt, ...) {
    size_t n = strlen(e->message);
    va_list args;
    va_start(args, fmt);
    tni_vformat(e->message + n, sizeof e->message - n, fmt, args);
    va_end(args);
}

/* -- value types -- */

static const char *kind_word(tenon_type_kind kind) {
    static const char *const words[] = {
        "bool",    "s8",
        "u8",      "s16",
        "u16",     "s32",
        "u32",     "s64",
        "u64",     "f32",
        "f64",     "char",
        "string",  "error-context",
        "list",    "fixed-length list",
        "record",  "tuple",
        "variant", "enum",
        "flags",   "option",
        "result",  "map",
        "own",     "borrow",
        "stream",  "future",
    };
    return words[kind];
}

static tenon_status kinds_differ(tni_loader *l, const tenon_type *actual,
                                 const tenon_type *expected) {
    bool prim_a = tni_type_is_primitive(actual->kind);
    bool prim_e = tni_type_is_primitive(expected->kind);
    if (prim_a && prim_e) {
        return MISMATCH(l, "expected primitive `%s` found primitive `%s`",
                        kind_word(expected->kind), kind_word(actual->kind));
    }
    if (prim_e) {
        return MISMATCH(l, "expected primitive, found %s: expected %s, found %s",
                        kind_word(actual->kind), kind_word(expected->kind),
                        kind_word(actual->kind));
    }
    return MISMATCH(l, "expected %s, found %s", kind_word(expected->kind),
                    kind_word(actual->kind));
}

static tenon_status check_type(const sides *s, const tenon_type *actual,
                               const tenon_type *expected);

static tenon_status check_record(const sides *s, const tenon_type *actual,
                                 const tenon_type *expected) {
    tni_loader *l = s->l;
    if (actual->count != expected->count) {
        return MISMATCH(l, "expected %u fields, found %u", expected->count,
                        actual->count);
    }
    for (u32 i = 0; i < expected->count; i++) {
        const tenon_field *a = &actual->fields[i], *x = &expected->fields[i];
        if (strcmp(a->name, x->name) != 0) {
            return MISMATCH(l, "expected field name `%s`, found `%s`", x->name, a->name);
        }
        TRY_IN(l, check_type(s, a->type, x->type), ", type mismatch in record field `%s`",
               x->name);
    }
    return TENON_OK;
}

static tenon_status check_tuple(const sides *s, const tenon_type *actual,
                                const tenon_type *expected) {
    if (actual->count != expected->count) {
        return MISMATCH(s->l, "expected %u types, found %u", expected->count,
                        actual->count);
    }
    for (u32 i = 0; i < expected->count; i++) {
        TRY_IN(s->l, check_type(s, actual->fields[i].type, expected->fields[i].type),
               ", type mismatch in tuple field %u", i);
    }
    return TENON_OK;
}

static tenon_status check_variant(const sides *s, const tenon_type *actual,
                                  const tenon_type *expected) {
    tni_loader *l = s->l;
    if (actual->count != expected->count) {
        return MISMATCH(l, "expected %u cases, found %u", expected->count, actual->count);
    }
    for (u32 i = 0; i < expected->count; i++) {
        const tenon_field *a = &actual->fields[i], *x = &expected->fields[i];
        if (strcmp(a->name, x->name) != 0) {
            return MISMATCH(l, "expected case named `%s`, found `%s`", x->name, a->name);
        }
        if (a->type == NULL && x->type != NULL) {
            return MISMATCH(l, "expected case `%s` to have a type, found none", x->name);
        }
        if (a->type != NULL && x->type == NULL) {
            return MISMATCH(l, "expected case `%s` to have no type", x->name);
        }
        if (x->type != NULL) {
            TRY_IN(l, check_type(s, a->type, x->type),
                   ", type mismatch in variant case `%s`", x->name);
        }
    }
    return TENON_OK;
}

static tenon_status check_names(tni_loader *l, const tenon_type *actual,
                                const tenon_type *expected, const char *what) {
    bool same = actual->count == expected->count;
    for (u32 i = 0; same && i < expected->count; i++) {
        same = strcmp(actual->fields[i].name, expected->fields[i].name) == 0;
    }
    return same ? TENON_OK : MISMATCH(l, "mismatch in %s elements", what);
}

/* An optional part of a result, stream or future. */
static tenon_status check_part(const sides *s, const tenon_type *actual,
                               const tenon_type *expected, const char *what) {
    if (actual == NULL && expected == NULL) {
        return TENON_OK;
    }
    if (actual == NULL) {
        return MISMATCH(s->l, "expected %s type, but found none", what);
    }
    if (expected == NULL) {
        return MISMATCH(s->l, "expected %s type to not be present", what);
    }
    TRY_IN(s->l, check_type(s, actual, expected), ", type mismatch in %s variant", what);
    return TENON_OK;
}

/* The resource that a number stands for on one side, or TNI_NO_INDEX for a variable that
 * is not bound. */
static u32 resolve(const sides *s, tni_binding_table table, u32 resource) {
    u32 binding = tni_binding(s->l, table, resource);
    return binding == TNI_FREE      ? resource
           : binding == TNI_UNBOUND ? TNI_NO_INDEX
                                    : binding - TNI_BOUND;
}

static tenon_status check_resource(const sides *s, u32 actual, u32 expected) {
    u32 a = resolve(s, s->actual, actual), x = resolve(s, s->expected, expected);
    return a == x && a != TNI_NO_INDEX
               ? TENON_OK
               : MISMATCH(s->l, "resource types are not the same");
}

/* One type, or two without resources in them that are one node. */
static bool same_node(const tenon_type *a, const tenon_type *b) {
    const tni_ltype *n = tni_ltype_of(a);
    return a == b && (n == NULL || !n->traits.has_resource);
}

static tenon_status check_type(const sides *s, const tenon_type *actual,
                               const tenon_type *expected) {
    tni_loader *l = s->l;
    if (same_node(actual, expected)) {
        return TENON_OK;
    }
    TNI_TRY(tni_load_step(l));
    if (actual->kind != expected->kind) {
        return kinds_differ(l, actual, expected);
    }
    switch (expected->kind) {
    case TENON_TYPE_RECORD: return check_record(s, actual, expected);
    case TENON_TYPE_TUPLE: return check_tuple(s, actual, expected);
    case TENON_TYPE_VARIANT: return check_variant(s, actual, expected);
    case TENON_TYPE_ENUM: return check_names(l, actual, expected, "enum");
    case TENON_TYPE_FLAGS: return check_names(l, actual, expected, "flags");
    case TENON_TYPE_RESULT:
        TNI_TRY(check_part(s, actual->element, expected->element, "ok"));
        return check_part(s, actual->other, expected->other, "err");
    case TENON_TYPE_OWN:
    case TENON_TYPE_BORROW:
        return check_resource(s, tni_ltype_of(actual)->resource,
                              tni_ltype_of(expected)->resource);
    case TENON_TYPE_FIXED_LIST:
        if (actual->count != expected->count) {
            return MISMATCH(l, "expected fixed-length list of %u elements, found %u",
                            expected->count, actual->count);
        }
        return check_type(s, actual->element, expected->element);
    case TENON_TYPE_MAP:
        TNI_TRY(check_type(s, actual->element, expected->element));
        return check_type(s, actual->other, expected->other);
    case TENON_TYPE_LIST:
    case TENON_TYPE_OPTION: return check_type(s, actual->element, expected->element);
    case TENON_TYPE_STREAM:
    case TENON_TYPE_FUTURE:
        return check_part(s, actual->element, expected->element,
                          kind_word(expected->kind));
    default: return TENON_OK; /* primitive */
    }
}

static tenon_status check_func(const sides *s, const tenon_func_type *actual,
                               const tenon_func_type *expected) {
    tni_loader *l = s->l;
    if (actual->is_async != expected->is_async) {
        return MISMATCH(l, "expected %s func, found %s func",
                        expected->is_async ? "async" : "sync",
                        actual->is_async ? "async" : "sync");
    }
    if (actual->param_count != expected->param_count) {
        return MISMATCH(l, "expected %u parameters, found %u", expected->param_count,
                        actual->param_count);
    }
    for (u32 i = 0; i < expected->param_count; i++) {
        const tenon_field *a = &actual->params[i], *x = &expected->params[i];
        if (strcmp(a->name, x->name) != 0) {
            return MISMATCH(l, "expected parameter named `%s`, found `%s`", x->name,
                            a->name);
        }
        TRY_IN(l, check_type(s, a->type, x->type),
               ", type mismatch in function parameter `%s`", x->name);
    }
    if ((actual->result == NULL) != (expected->result == NULL)) {
        return MISMATCH(l, expected->result == NULL
                               ? "the function has a result where none is wanted: "
                                 "expected a result, found none"
                               : "expected a result, found none");
    }
    if (expected->result != NULL) {
        TRY_IN(l, check_type(s, actual->result, expected->result),
               ", type mismatch with result type");
    }
    return TENON_OK;
}

/* -- core externals and modules -- */

const char *tni_extern_word(tni_extern_kind kind) {
    static const char *const words[] = {"func", "table", "memory", "global", "tag"};
    return words[kind];
}

static void func_text(const tni_loader *l, u32 id, char *out, size_t capacity) {
    const tni_subtype *t = &tni_registry_get(l->engine->registry, id)->sub;
    char part[64];
    size_t n = tni_format(out, capacity, "(func");
    for (u32 i = 0; i < t->param_count && n < capacity; i++) {
        tni_valtype_format(part, sizeof part, t->params[i]);
        n += tni_format(out + n, capacity - n, i == 0 ? " (param %s" : " %s", part);
    }
    if (t->param_count > 0 && n < capacity) {
        n += tni_format(out + n, capacity - n, ")");
    }
    for (u32 i = 0; i < t->result_count && n < capacity; i++) {
        tni_valtype_format(part, sizeof part, t->results[i]);
        n += tni_format(out + n, capacity - n, i == 0 ? " (result %s" : " %s", part);
    }
    if (t->result_count > 0 && n < capacity) {
        n += tni_format(out + n, capacity - n, ")");
    }
    if (n < capacity) {
        tni_format(out + n, capacity - n, ")");
    }
}

static tenon_status extern_mismatch(tni_loader *l, const tni_externtype *actual,
                                    const tni_externtype *expected) {
    char a[128], x[128];
    switch (expected->kind) {
    case TNI_EXTERN_FUNC:
    case TNI_EXTERN_TAG:
        func_text(l, expected->as.func, x, sizeof x);
        func_text(l, actual->as.func, a, sizeof a);
        return MISMATCH(l, "type mismatch: expected: %s, found: %s", x, a);
    case TNI_EXTERN_TABLE:
        if (actual->as.table.element != expected->as.table.element) {
            tni_valtype_format(x, sizeof x, expected->as.table.element);
            tni_valtype_format(a, sizeof a, actual->as.table.element);
            return MISMATCH(l, "type mismatch: expected table element type %s, found %s",
                            x, a);
        }
        return actual->as.table.limits.is_64 != expected->as.table.limits.is_64
                   ? MISMATCH(l, "type mismatch: mismatch in index type used for tables")
                   : MISMATCH(l, "mismatch in table limits");
    case TNI_EXTERN_MEMORY: {
        const tni_memtype *am = &actual->as.memory, *xm = &expected->as.memory;
        return am->limits.is_shared != xm->limits.is_shared
                   ? MISMATCH(l, "mismatch in the shared flag for memories")
               : am->limits.is_64 != xm->limits.is_64
                   ? MISMATCH(l, "mismatch in index type used for memories")
               : am->page_log2 != xm->page_log2
                   ? MISMATCH(l, "mismatch in custom page size for memories")
                   : MISMATCH(l, "mismatch in memory limits");
    }
    case TNI_EXTERN_GLOBAL:
        if (actual->as.global.is_mutable != expected->as.global.is_mutable) {
            return MISMATCH(l, "global types differ in mutability");
        }
        tni_valtype_format(x, sizeof x, expected->as.global.type);
        tni_valtype_format(a, sizeof a, actual->as.global.type);
        return MISMATCH(l, "type mismatch: expected global type %s, found %s", x, a);
    }
    TNI_UNREACHABLE();
}

tenon_status tni_check_core_subtype(tni_loader *l, const tni_externtype *actual,
                                    const tni_externtype *expected) {
    TNI_TRY(tni_load_step(l));
    if (actual->kind != expected->kind) {
        return MISMATCH(l, "type mismatch: expected %s, found %s",
                        tni_extern_word(expected->kind), tni_extern_word(actual->kind));
    }
    return tni_externtype_matches(l->engine->registry, actual, expected)
               ? TENON_OK
               : extern_mismatch(l, actual, expected);
}

/* CM: modules import contravariantly and export covariantly. */
static tenon_status check_module(tni_loader *l, const tni_lmodule *actual,
                                 const tni_lmodule *expected) {
    for (u32 i = 0; i < actual->t.import_count; i++) {
        const struct tni_module_type_import *im = &actual->t.imports[i];
        const tni_externtype *given = NULL;
        TNI_TRY(tni_load_core_import(l, expected, im->module, im->name, &given));
        if (given == NULL) {
            return MISMATCH(l, "missing expected import `%.*s::%.*s`", STR(im->module),
                            STR(im->name));
        }
        TRY_IN(l, tni_check_core_subtype(l, given, &im->type),
               ", type mismatch in import `%.*s::%.*s`", STR(im->module), STR(im->name));
    }
    for (u32 i = 0; i < expected->t.export_count; i++) {
        const struct tni_module_type_export *ex = &expected->t.exports[i];
        const tni_externtype *offered = NULL;
        TNI_TRY(tni_load_core_export(l, actual, ex->name, &offered));
        if (offered == NULL) {
            return MISMATCH(l, "missing expected export `%.*s`", STR(ex->name));
        }
        TRY_IN(l, tni_check_core_subtype(l, offered, &ex->type),
               ", type mismatch in export `%.*s`", STR(ex->name));
    }
    return TENON_OK;
}

/* -- instances and components -- */

static tenon_status check_entity(const sides *s, const tni_entity *actual,
                                 const tni_entity *expected);

static tenon_status open_variables(const sides *s, const u32 *variables, u32 count) {
    for (u32 i = 0; i < count; i++) {
        TNI_TRY(tni_bind(s->l, s->expected, variables[i], TNI_UNBOUND));
    }
    return TENON_OK;
}

/* On the actual side a variable stands for itself, whatever it was bound to before. */
static tenon_status seal_variables(const sides *s, const u32 *variables, u32 count) {
    for (u32 i = 0; i < count; i++) {
        TNI_TRY(tni_bind(s->l, s->actual, variables[i], TNI_FREE));
    }
    return TENON_OK;
}

static tenon_status check_exports(const sides *s, const tni_linst *actual,
                                  const tni_linst *expected) {
    tni_loader *l = s->l;
    for (u32 i = 0; i < expected->t.export_count; i++) {
        const tni_named_entity *x = &expected->t.exports[i];
        const tni_entity *a = NULL;
        TNI_TRY(tni_load_step(l));
        TNI_TRY(tni_load_find_export(l, actual, x->name, &a));
        if (a == NULL) {
            return MISMATCH(l, "missing expected export `%.*s`", STR(x->name));
        }
        TRY_IN(l, check_entity(s, a, x->entity),
               ", type mismatch in instance export `%.*s`", STR(x->name));
    }
    return TENON_OK;
}

static tenon_status check_instance(const sides *s, const tni_linst *actual,
                                   const tni_linst *expected) {
    if (actual == expected && !actual->traits.has_resource) {
        return TENON_OK;
    }
    size_t mark = s->l->trail.count;
    TNI_TRY(open_variables(s, expected->variables, expected->variable_count));
    TNI_TRY(seal_variables(s, actual->variables, actual->variable_count));
    TNI_TRY(check_exports(s, actual, expected));
    if (expected->variable_count > 0) {
        tni_unbind(s->l, mark);
    }
    return TENON_OK;
}

static tni_str comp_import_at(const void *type, u32 i) {
    return ((const tni_lcomp *)type)->t.imports[i].name;
}

static tni_str comp_export_at(const void *type, u32 i) {
    return ((const tni_lcomp *)type)->t.exports[i].name;
}

/* What the expected type imports is given to the actual one, which may import less; what
 * the actual type then exports must do for the expected one. */
static tenon_status check_component(const sides *s, tni_lcomp *actual,
                                    tni_lcomp *expected) {
    tni_loader *l = s->l;
    sides flipped = {l, s->expected, s->actual};
    size_t mark = l->trail.count;
    if (actual == expected && !actual->traits.has_resource) {
        return TENON_OK;
    }
    TNI_TRY(open_variables(&flipped, actual->imported, actual->imported_count));
    TNI_TRY(seal_variables(&flipped, expected->imported, expected->imported_count));
    for (u32 i = 0; i < actual->t.import_count; i++) {
        const tni_named_entity *im = &actual->t.imports[i];
        u32 found;
        TNI_TRY(tni_load_find(l, &expected->import_index, expected,
                              expected->t.import_count, comp_import_at, im->name,
                              &found));
        if (found == TNI_NO_INDEX) {
            return MISMATCH(l, "missing expected import `%.*s`", STR(im->name));
        }
        TRY_IN(l, check_entity(&flipped, expected->t.imports[found].entity, im->entity),
               ", type mismatch in import `%.*s`", STR(im->name));
    }
    TNI_TRY(open_variables(s, expected->defined, expected->defined_count));
    TNI_TRY(seal_variables(s, actual->defined, actual->defined_count));
    for (u32 i = 0; i < expected->t.export_count; i++) {
        const tni_named_entity *ex = &expected->t.exports[i];
        u32 found;
        TNI_TRY(tni_load_find(l, &actual->export_index, actual, actual->t.export_count,
                              comp_export_at, ex->name, &found));
        if (found == TNI_NO_INDEX) {
            return MISMATCH(l, "missing expected export `%.*s`", STR(ex->name));
        }
        TRY_IN(l, check_entity(s, actual->t.exports[found].entity, ex->entity),
               ", type mismatch in export `%.*s`", STR(ex->name));
    }
    tni_unbind(l, mark);
    return TENON_OK;
}

/* -- entities -- */

const char *tni_entity_word(const tni_entity *x) {
    switch (x->kind) {
    case TNI_ENTITY_CORE_MODULE: return "module";
    case TNI_ENTITY_FUNC:
    case TNI_ENTITY_FUNC_TYPE: return "func";
    case TNI_ENTITY_VALUE: return "value";
    case TNI_ENTITY_TYPE: return "defined type";
    case TNI_ENTITY_RESOURCE: return "resource";
    case TNI_ENTITY_INSTANCE:
    case TNI_ENTITY_INSTANCE_TYPE: return "instance";
    case TNI_ENTITY_COMPONENT:
    case TNI_ENTITY_COMPONENT_TYPE: return "component";
    }
    TNI_UNREACHABLE();
}

static bool is_type_sort(tni_entity_kind kind) {
    return kind == TNI_ENTITY_TYPE || kind == TNI_ENTITY_RESOURCE ||
           kind == TNI_ENTITY_FUNC_TYPE || kind == TNI_ENTITY_INSTANCE_TYPE ||
           kind == TNI_ENTITY_COMPONENT_TYPE;
}

static const char *sort_word(const tni_entity *x, bool types) {
    return is_type_sort(x->kind) && !types ? "type" : tni_entity_word(x);
}

static tenon_status check_resource_entity(const sides *s, u32 actual, u32 expected) {
    if (tni_binding(s->l, s->expected, expected) != TNI_UNBOUND) {
        return check_resource(s, actual, expected);
    }
    u32 a = resolve(s, s->actual, actual);
    if (a == TNI_NO_INDEX) {
        return MISMATCH(s->l, "resource types are not the same");
    }
    return tni_bind(s->l, s->expected, expected, a + TNI_BOUND);
}

static tenon_status check_entity(const sides *s, const tni_entity *actual,
                                 const tni_entity *expected) {
    tni_loader *l = s->l;
    sides flipped = {l, s->expected, s->actual};
    if (actual->kind != expected->kind) {
        bool types = is_type_sort(actual->kind) && is_type_sort(expected->kind);
        return MISMATCH(l, "expected %s, found %s", sort_word(expected, types),
                        sort_word(actual, types));
    }
    switch (expected->kind) {
    case TNI_ENTITY_CORE_MODULE:
        return check_module(l, (const tni_lmodule *)actual->module,
                            (const tni_lmodule *)expected->module);
    case TNI_ENTITY_FUNC:
    case TNI_ENTITY_FUNC_TYPE: return check_func(s, actual->func, expected->func);
    case TNI_ENTITY_VALUE:
    case TNI_ENTITY_TYPE: return check_type(s, actual->value, expected->value);
    case TNI_ENTITY_RESOURCE:
        return check_resource_entity(s, actual->resource, expected->resource);
    case TNI_ENTITY_INSTANCE:
        return check_instance(s, (const tni_linst *)actual->instance,
                              (const tni_linst *)expected->instance);
    case TNI_ENTITY_COMPONENT:
        return check_component(s, (tni_lcomp *)(uintptr_t)actual->component,
                               (tni_lcomp *)(uintptr_t)expected->component);
    case TNI_ENTITY_INSTANCE_TYPE: /* (eq i): both ways */
        TNI_TRY(check_instance(s, (const tni_linst *)actual->instance,
                               (const tni_linst *)expected->instance));
        return check_instance(&flipped, (const tni_linst *)expected->instance,
                              (const tni_linst *)actual->instance);
    case TNI_ENTITY_COMPONENT_TYPE:
        TNI_TRY(check_component(s, (tni_lcomp *)(uintptr_t)actual->component,
                                (tni_lcomp *)(uintptr_t)expected->component));
        return check_component(&flipped, (tni_lcomp *)(uintptr_t)expected->component,
                               (tni_lcomp *)(uintptr_t)actual->component);
    }
    TNI_UNREACHABLE();
}

tenon_status tni_check_subtype(tni_loader *l, const tni_entity *actual,
                               const tni_entity *expected) {
    sides s = {l, TNI_BIND_LEFT, TNI_BIND_RIGHT};
    return check_entity(&s, actual, expected);
}
