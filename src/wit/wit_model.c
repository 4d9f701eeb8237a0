/* wit_model.c: native types and names of components as parts of a model. */
#include "wit/wit_model.h"

#include "wit/wit_internal.h"

tenon_status tni_wit_fields_of(const tni_wit_spelling *s, const tenon_field *fields,
                               u32 count, tni_wit_field **out) {
    for (u32 i = 0; i < count; i++) {
        tni_wit_field *f = TNI_ARENA_NEW(s->arena, tni_wit_field);
        if (f == NULL) {
            return tni_no_memory(s->e);
        }
        if (fields[i].name != NULL) {
            f->name = tni_str_of(fields[i].name);
        }
        if (fields[i].type != NULL) {
            TNI_TRY(s->ref(s->user, fields[i].type, &f->type));
        }
        TNI_WIT_APPEND(out, f);
    }
    return TENON_OK;
}

tenon_status tni_wit_spell_out(const tni_wit_spelling *s, const tenon_type *t,
                               tni_wit_type *out) {
    out->kind = (int)t->kind;
    out->count = t->count;
    if (t->kind >= TENON_TYPE_RECORD && t->kind <= TENON_TYPE_FLAGS) {
        return tni_wit_fields_of(s, t->fields, t->count, &out->fields);
    }
    if (t->element != NULL) {
        TNI_TRY(s->ref(s->user, t->element, &out->element));
    }
    return t->other == NULL ? TENON_OK : s->ref(s->user, t->other, &out->other);
}

tni_wit_func_name tni_wit_split_func(tni_str full_name) {
    static const struct {
        const char *mark;
        tni_wit_func_kind kind;
    } marks[] = {{"[constructor]", TNI_WIT_CONSTRUCTOR},
                 {"[method]", TNI_WIT_METHOD},
                 {"[static]", TNI_WIT_STATIC}};
    for (size_t i = 0; i < TNI_COUNT_OF(marks); i++) {
        const size_t len = strlen(marks[i].mark);
        if (full_name.len < len || memcmp(full_name.ptr, marks[i].mark, len) != 0) {
            continue;
        }
        tni_wit_func_name n = {.kind = marks[i].kind};
        n.path = (tni_str){full_name.ptr + len, full_name.len - len};
        const char *dot = n.path.len == 0 ? NULL : memchr(n.path.ptr, '.', n.path.len);
        const size_t to_dot = dot == NULL ? n.path.len : (size_t)(dot - n.path.ptr);
        n.resource = (tni_str){n.path.ptr, to_dot};
        n.name = dot == NULL ? n.resource : (tni_str){dot + 1, n.path.len - to_dot - 1};
        return n;
    }
    return (tni_wit_func_name){
        .kind = TNI_WIT_FREE, .path = full_name, .name = full_name};
}

tni_str tni_wit_unversioned(tni_str id) {
    const char *at = id.len == 0 ? NULL : memchr(id.ptr, '@', id.len);
    return (tni_str){id.ptr, at == NULL ? id.len : (size_t)(at - id.ptr)};
}
