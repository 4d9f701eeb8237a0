/* wit_model.h: pieces of models that are made of something else than WIT: of components,
 * and of what linkers offer. */
#ifndef TNI_WIT_MODEL_H
#define TNI_WIT_MODEL_H

#include "wit/wit.h"

/* The types that have to have a name. */
static inline bool tni_wit_is_nominal(int kind) {
    return kind == TENON_TYPE_RECORD || kind == TENON_TYPE_VARIANT ||
           kind == TENON_TYPE_ENUM || kind == TENON_TYPE_FLAGS;
}

/* How native types become types of a model: `ref` gives what stands for one that is a
 * part of another. */
typedef struct tni_wit_spelling {
    tni_arena *arena;
    tenon_status (*ref)(void *user, const tenon_type *t, tni_wit_type **out);
    void *user;
    tenon_error *e;
} tni_wit_spelling;

/* Appends fields or parameters to *out. */
tenon_status tni_wit_fields_of(const tni_wit_spelling *s, const tenon_field *fields,
                               u32 count, tni_wit_field **out);
/* A type as it is spelled out: its kind, and its parts; of a handle only the kind. */
tenon_status tni_wit_spell_out(const tni_wit_spelling *s, const tenon_type *t,
                               tni_wit_type *out);

/* A function's name in a component. Explainer.md: "[constructor]R", "[method]R.f",
 * "[static]R.f" or a label. */
typedef struct tni_wit_func_name {
    tni_wit_func_kind kind;
    tni_str path;     /* without the mark: "R.f" */
    tni_str resource; /* "R"; empty for none */
    tni_str name;     /* "f"; of a constructor "R" */
} tni_wit_func_name;
tni_wit_func_name tni_wit_split_func(tni_str full_name);

/* "demo:shop/api" of "demo:shop/api@1.0.0"; another name as it is. */
tni_str tni_wit_unversioned(tni_str id);

#endif
