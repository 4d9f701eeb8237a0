/* global.c: globals and tags. Core 3.0, 4.2.9 and 4.2.10. */
#include "exec/instance.h"

tenon_status tni_global_new(tni_store *s, const tni_globaltype *closed,
                            const tni_slot *value, tni_global **out, tenon_error *e) {
    tni_global *g = TNI_ARENA_NEW(&s->arena, tni_global);
    if (g == NULL) {
        return tni_no_memory(e);
    }
    if (tni_gc_holds_objects(s, closed->type) &&
        !tni_vec_push(&s->heap, &s->gc.globals, g)) {
        return tni_no_memory(e);
    }
    g->type = *closed;
    memcpy(g->value, value, tni_slots_of(closed->type) * sizeof(tni_slot));
    *out = g;
    return TENON_OK;
}

void tni_global_get(const tni_global *g, tni_slot out[2]) {
    out[0] = g->value[0];
    out[1] = g->value[1];
}

void tni_global_set(tni_global *g, const tni_slot value[2]) {
    memcpy(g->value, value, tni_slots_of(g->type.type) * sizeof(tni_slot));
}

tenon_status tni_tag_new(tni_store *s, u32 type_id, tni_tag **out, tenon_error *e) {
    tni_tag *t = TNI_ARENA_NEW(&s->arena, tni_tag);
    if (t == NULL) {
        return tni_no_memory(e);
    }
    *t = (tni_tag){type_id, tni_registry_get(s->engine->registry, type_id)};
    *out = t;
    return TENON_OK;
}
