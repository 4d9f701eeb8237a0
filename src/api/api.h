/* api.h: public handles are the internal objects under other names; this is the one
 * place that knows which. A NULL tenon_error from the caller becomes a local one in the
 * api_*.c files. */
#ifndef TNI_API_H
#define TNI_API_H

#include "component/runtime.h"
#include "tenon.h"

struct tenon_arena {
    tni_arena arena;
    tni_heap heap; /* a child of the engine's */
    tenon_engine *engine;
};

static inline tni_component *tni_component_of(tenon_component *c) {
    return (tni_component *)(void *)c;
}
static inline tni_module *tni_module_of(tenon_module *m) {
    return (tni_module *)(void *)m;
}
static inline tni_store *tni_store_of(tenon_store *s) {
    return (tni_store *)(void *)s;
}
static inline tni_linker *tni_linker_of(tenon_linker *l) {
    return (tni_linker *)(void *)l;
}
static inline tni_prelinked *tni_prelinked_of(tenon_prelinked *p) {
    return (tni_prelinked *)(void *)p;
}
static inline tni_cinstance *tni_cinstance_of(tenon_instance *i) {
    return (tni_cinstance *)(void *)i;
}
static inline tni_cfunc *tni_cfunc_of(tenon_func *f) {
    return (tni_cfunc *)(void *)f;
}

/* Around what guests do in a store: memory that max_heap_bytes refuses is TENON_LIMIT,
 * that of the allocator TENON_NO_MEMORY. */
static inline void tni_api_enter(tni_store *s) {
    tni_store_heap(s)->has_refused = false;
}
static inline tenon_status tni_api_leave(tni_store *s, tenon_status status,
                                         tenon_error *e) {
    return status != TENON_NO_MEMORY ? status : tni_store_refused(tni_store_heap(s), e);
}

#endif
