/* builtins.c: canonical built-ins that are not about resources: the table of which file
 * has them, and the two that need no task. CanonicalABI.md, "canon context.get" and
 * after. */
#include "base/assert.h"
#include "component/ctrace.h"
#include "component/errorcontext.h"
#include "component/task.h"

/* CanonicalABI: canon_context_get. */
static tni_next context_get(tni_thread *t, tni_func *self, tni_slot *fp) {
    const tni_builtin *b = tni_func_data(self);
    (void)t;
    fp[0] = b->cs->ctx[b->canon->index];
    return TNI_NEXT_RETURN;
}

/* CanonicalABI: canon_context_set. */
static tni_next context_set(tni_thread *t, tni_func *self, tni_slot *fp) {
    const tni_builtin *b = tni_func_data(self);
    (void)t;
    b->cs->ctx[b->canon->index] = fp[0];
    return TNI_NEXT_RETURN;
}

const char *tni_canon_text(tni_canon_kind kind) {
    static const char *const texts[] = {
#define TNI_CANON(id, code, text, feature) text,
#include "component/canon.def"
#undef TNI_CANON
    };
    return texts[kind];
}

static tni_next unsupported_enter(tni_thread *t, tni_func *self, tni_slot *fp) {
    const tni_builtin *b = tni_func_data(self);
    (void)fp;
    if (tni_check_leave(t, b->inst)) {
        (void)tni_fail(tni_thread_error(t), TNI_ERR_UNSUPPORTED, TENON_NO_OFFSET, "%s",
                       tni_canon_text(b->canon->kind));
    }
    return TNI_NEXT_FAIL;
}

static const tni_native *native_of(tni_canon_kind kind) {
    static const tni_native get = {"context.get", 0, context_get, NULL, NULL};
    static const tni_native set = {"context.set", 0, context_set, NULL, NULL};
    static const tni_native unsupported = {"built-in", 0, unsupported_enter, NULL, NULL};
    const tni_native *native = kind == TNI_CANON_CONTEXT_GET   ? &get
                               : kind == TNI_CANON_CONTEXT_SET ? &set
                                                               : tni_task_builtin(kind);
    native = native != NULL ? native : tni_thread_builtin(kind);
    native = native != NULL ? native : tni_waitable_builtin(kind);
    native = native != NULL ? native : tni_copy_builtin(kind);
    native = native != NULL ? native : tni_error_context_builtin(kind);
    return native != NULL ? native : &unsupported;
}

/* Whether tni_canon.options holds anything. */
static bool has_options(tni_canon_kind kind) {
    switch (kind) {
    case TNI_CANON_TASK_RETURN:
    case TNI_CANON_STREAM_READ:
    case TNI_CANON_STREAM_WRITE:
    case TNI_CANON_FUTURE_READ:
    case TNI_CANON_FUTURE_WRITE:
    case TNI_CANON_ERROR_CONTEXT_NEW:
    case TNI_CANON_ERROR_CONTEXT_DEBUG_MESSAGE:
    case TNI_CANON_WAITABLE_SET_WAIT:
    case TNI_CANON_WAITABLE_SET_POLL: return true;
    default: return false;
    }
}

tenon_status tni_canon_builtin(tni_cinstance *inst, const tni_canon *canon,
                               tni_func **out, tenon_error *e) {
    tni_builtin *b = TNI_ARENA_NEW(&inst->cs->arena, tni_builtin);
    if (b == NULL) {
        return tni_no_memory(e);
    }
    b->cs = inst->cs;
    b->inst = inst;
    b->canon = canon;
    if (has_options(canon->kind)) {
        tni_side_of(inst, &canon->options, &b->side);
    }
    if (canon->kind == TNI_CANON_THREAD_NEW_INDIRECT) {
        b->table = inst->spaces[TNI_SORT_CORE_TABLE][canon->index].core.as.table;
    }
    return tni_canon_func(inst, canon, native_of(canon->kind), NULL, b, out, e);
}
