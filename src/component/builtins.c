/* builtins.c: canonical built-ins that are not about resources. CanonicalABI.md, "canon
 * context.get" and after.
 *
 * Of those that need tasks, only the check that comes first for all of them is here:
 * whether the instance may be left. */
#include "base/assert.h"
#include "component/cinstance.h"

typedef struct builtin {
    tni_cinstance *inst;
    const tni_canon *canon;
} builtin;

/* CanonicalABI: canon_context_get. */
static tni_next context_get(tni_thread *t, tni_func *self, tni_slot *fp) {
    const builtin *b = tni_func_data(self);
    (void)t;
    fp[0] = b->inst->cs->ctx[b->canon->index];
    return TNI_NEXT_RETURN;
}

/* CanonicalABI: canon_context_set. */
static tni_next context_set(tni_thread *t, tni_func *self, tni_slot *fp) {
    const builtin *b = tni_func_data(self);
    (void)t;
    b->inst->cs->ctx[b->canon->index] = fp[0];
    return TNI_NEXT_RETURN;
}

static const char *name_of(tni_canon_kind kind) {
    static const char *const names[] = {
#define TNI_CANON(id, code, text, feature) text,
#include "component/canon.def"
#undef TNI_CANON
    };
    return names[kind];
}

static tni_next unsupported(tni_thread *t, tni_func *self, tni_slot *fp) {
    const builtin *b = tni_func_data(self);
    tenon_error *e = tni_thread_error(t);
    (void)fp;
    if (!b->inst->may_leave) {
        (void)tni_fail(e, TNI_ERR_CANNOT_LEAVE, TENON_NO_OFFSET, NULL);
    } else {
        (void)tni_fail(e, TNI_ERR_UNSUPPORTED, TENON_NO_OFFSET, "%s",
                       name_of(b->canon->kind));
    }
    return TNI_NEXT_FAIL;
}

static const tni_native native_context_get = {"context.get", 0, context_get, NULL, NULL};
static const tni_native native_context_set = {"context.set", 0, context_set, NULL, NULL};
static const tni_native native_unsupported = {"built-in", 0, unsupported, NULL, NULL};

tenon_status tni_canon_builtin(tni_cinstance *inst, const tni_canon *canon,
                               tni_func **out, tenon_error *e) {
    builtin *b = TNI_ARENA_NEW(&inst->cs->arena, builtin);
    if (b == NULL) {
        return tni_no_memory(e);
    }
    b->inst = inst;
    b->canon = canon;
    const tni_native *native = canon->kind == TNI_CANON_CONTEXT_GET ? &native_context_get
                               : canon->kind == TNI_CANON_CONTEXT_SET
                                   ? &native_context_set
                                   : &native_unsupported;
    return tni_func_new_native(inst->cs->store, native, canon->core_type, b, out, e);
}
