/* ctrace.c: what the component runtime tells a tracer. */
#include "component/ctrace.h"

#include "base/format.h"
#include "exec/trace.h"

void tni_trace_path(const tni_cinstance *inst, char *buf, size_t capacity) {
    const tni_cinstance *chain[8];
    size_t depth = 0;
    size_t used = tni_format(buf, capacity, "%s", inst == NULL ? "host" : "");
    for (; inst != NULL && depth < TNI_COUNT_OF(chain); inst = inst->parent) {
        chain[depth++] = inst;
    }
    while (depth-- > 0 && used < capacity) {
        const tni_cinstance *i = chain[depth];
        const tni_str own = i->component->name;
        const tni_str name = own.len == 0 ? TNI_STR("component") : own;
        used += tni_format(buf + used, capacity - used, "%s%.*s", used == 0 ? "" : "/",
                           (int)(name.len < 48 ? name.len : 48), name.ptr);
        if (i->parent != NULL && used < capacity) {
            used += tni_format(buf + used, capacity - used, "#%u", i->number);
        }
    }
}

static void tell(tni_cstore *cs, const tni_cinstance *inst, tni_trace_event *event) {
    char path[TNI_TRACE_TEXT_BYTES];
    tni_trace_path(inst, path, sizeof path);
    event->path = path;
    cs->tracer->event(cs->tracer->user, event);
}

void tni_trace_note(tni_cstore *cs, const tni_cinstance *inst, const char *name,
                    const char *fmt, ...) {
    char detail[TNI_TRACE_TEXT_BYTES];
    va_list args;
    va_start(args, fmt);
    tni_vformat(detail, sizeof detail, fmt, args);
    va_end(args);
    tell(cs, inst, &(tni_trace_event){.name = name, .detail = detail});
}

void tni_trace_lift(tni_cstore *cs, const tni_cinstance *inst, tni_func *f,
                    const tni_cinstance *caller) {
    char path[TNI_TRACE_TEXT_BYTES - 5];
    char detail[TNI_TRACE_TEXT_BYTES];
    tni_trace_path(caller, path, sizeof path);
    tni_format(detail, sizeof detail, "for %s", path);
    tell(cs, inst, &(tni_trace_event){.name = "canon lift", .func = f, .detail = detail});
}

void tni_trace_start(tni_cstore *cs, const tni_cinstance *inst, const char *name,
                     tni_func *f, const tni_slot *args) {
    const tni_deftype *type = tni_func_type(f);
    tell(cs, inst,
         &(tni_trace_event){.name = name,
                            .func = f,
                            .detail = "",
                            .count = type->sub.param_count,
                            .types = type->sub.params,
                            .values = args});
}

void tni_trace_lends_end(tni_cstore *cs, const tni_scope *scope) {
    const tni_handles *table = scope->lender_table;
    const tni_cinstance *inst = NULL;
    if (table != &cs->host_handles) {
        inst = (const tni_cinstance *)(const void *)((const u8 *)table -
                                                     offsetof(tni_cinstance, handles));
    }
    for (size_t i = 0; i < scope->lenders.count; i++) {
        tni_trace_note(cs, inst, "Subtask.deliver_resolve", "handle %u comes back",
                       scope->lenders.data[i]);
    }
}

/* -- calls of lowered functions and built-ins -- */

/* A row that stands before another one. */
typedef struct traced {
    tni_native row; /* first: tni_func_native gives its address */
    const tni_native *native;
    tni_cinstance *inst;
    const char *name;
    const tni_cfunc *callee; /* or NULL */
} traced;

static void tell_call(const traced *x, tni_func *self, const tni_slot *fp) {
    char path[TNI_TRACE_TEXT_BYTES / 2];
    char detail[TNI_TRACE_TEXT_BYTES] = "";
    const tni_deftype *type = tni_func_type(self);
    const tni_cfunc *callee = x->callee;
    if (callee != NULL) {
        tni_trace_path(callee->kind == TNI_CFUNC_LIFTED ? callee->side.inst : NULL, path,
                       sizeof path);
        tni_format(detail, sizeof detail, "%.*s%sof %s", (int)callee->name.len,
                   callee->name.len > 0 ? callee->name.ptr : "",
                   callee->name.len > 0 ? " " : "", path);
    }
    tell(x->inst->cs, x->inst,
         &(tni_trace_event){.name = x->name,
                            .func = callee != NULL ? callee->core : NULL,
                            .detail = detail,
                            .count = type->sub.param_count,
                            .types = type->sub.params,
                            .values = fp});
}

static tni_next traced_enter(tni_thread *t, tni_func *self, tni_slot *fp) {
    const traced *x = (const traced *)(const void *)tni_func_native(self);
    const tni_deftype *type = tni_func_type(self);
    tell_call(x, self, fp);
    const tni_next next = x->native->enter(t, self, fp);
    if (next == TNI_NEXT_RETURN && type->sub.result_count > 0) {
        tell(x->inst->cs, x->inst,
             &(tni_trace_event){.name = x->name,
                                .detail = "",
                                .is_result = true,
                                .count = type->sub.result_count,
                                .types = type->sub.results,
                                .values = fp});
    }
    return next;
}

tenon_status tni_canon_func(tni_cinstance *inst, const tni_canon *canon,
                            const tni_native *native, const tni_cfunc *callee, void *data,
                            tni_func **out, tenon_error *e) {
    tni_cstore *cs = inst->cs;
    if (cs->tracer != NULL) {
        traced *x = TNI_ARENA_NEW(&cs->arena, traced);
        if (x == NULL) {
            return tni_no_memory(e);
        }
        *x = (traced){*native, native, inst, tni_canon_text(canon->kind), callee};
        x->row.enter = traced_enter;
        native = &x->row;
    }
    return tni_func_new_native(cs->store, native, canon->core_type, data, out, e);
}
