/* exception.c: throwing: finds the handler by walking down the stack, and goes on there.
 * Core 3.0, 4.6.11.
 *
 * Only wasm frames catch. An exception that meets a native frame is a trap from there on,
 * and one that meets the end of a call from C is that call's failure; both leave the
 * stack as it is, for the backtrace and for the natives' unwind. */
#include "exec/code.h"

/* The innermost range that has the offset in it. */
static u32 innermost(const tni_handlers *h, u32 at) {
    u32 low = 0;
    u32 high = h->count;
    while (low < high) {
        const u32 middle = low + (high - low) / 2;
        if (h->ranges[middle].start > at) {
            high = middle;
        } else {
            low = middle + 1;
        }
    }
    u32 r = low == 0 ? TNI_NO_INDEX : low - 1;
    while (r != TNI_NO_INDEX && at >= h->ranges[r].end) {
        r = h->ranges[r].around;
    }
    return r;
}

static bool catches(const tni_clause *x, const tni_instance *i, const tni_object *o) {
    return x->tag == TNI_NO_INDEX || i->tags[x->tag] == o->tag;
}

static const tni_clause *find_clause(const tni_handlers *h, const tni_instance *i, u32 at,
                                     const tni_object *o) {
    for (u32 r = innermost(h, at); r != TNI_NO_INDEX; r = h->ranges[r].next) {
        for (u32 x = h->ranges[r].clauses; x != TNI_NO_INDEX; x = h->clauses[x].next) {
            if (catches(&h->clauses[x], i, o)) {
                return &h->clauses[x];
            }
        }
    }
    return NULL;
}

static const tni_func_code *code_of(const tni_func *f) {
    const tni_module *m = f->instance->module;
    const tni_code_cache *cache = m->code;
    return &cache->funcs[f->index - m->imported_funcs];
}

/* The clause of f's frame at w that catches the exception, or NULL. */
static const tni_clause *clause_of_frame(const tni_walk *w, const tni_func *f,
                                         const tni_object *o) {
    const tni_func_code *code = code_of(f);
    if (code->handlers == NULL) {
        return NULL;
    }
    /* A return ip is after the call, maybe after the range. */
    const u32 at = (u32)(w->ip - code->code) - (w->is_return ? 1u : 0u);
    return find_clause(code->handlers, f->instance, at, o);
}

static void go_to_clause(tni_thread *t, const tni_walk *w, const tni_func *f,
                         const tni_clause *x, tni_object *o) {
    tni_slot *to = w->fp + x->slot;
    if (x->shape == TNI_CLAUSE_REF_VALUES) {
        *to++ = tni_ref_object(o);
    }
    if (x->tag != TNI_NO_INDEX) {
        const u32 count = o->type->param_slots;
        memcpy(to, tni_object_slots(o), count * sizeof *to);
        to += count;
    }
    if (x->shape == TNI_CLAUSE_VALUES_REF) {
        *to = tni_ref_object(o);
    }
    t->ip = code_of(f)->code + x->target;
    t->fp = w->fp;
    if (f->instance != t->instance) {
        tni_thread_set_instance(t, f->instance);
    }
}

static tenon_status uncaught(tni_thread *t, bool is_trap) {
    tni_trap(t, TNI_ERR_UNCAUGHT);
    if (is_trap) {
        t->error->status = TENON_TRAP;
    }
    return t->error->status;
}

static tenon_status throw_object(tni_thread *t, tni_object *o) {
    tni_walk w = tni_walk_from(t);
    const tni_func *f;
    do {
        f = tni_walk_func(&w);
        if (f != NULL && f->native != NULL) {
            return uncaught(t, true);
        }
        const tni_clause *x = f == NULL ? NULL : clause_of_frame(&w, f, o);
        if (x != NULL) {
            go_to_clause(t, &w, f, x, o);
            return TENON_OK;
        }
    } while (tni_walk_next(&w, f));
    return uncaught(t, false);
}

tenon_status tni_op_throw(tni_thread *t, u32 tag, const tni_slot *args) {
    tni_tag *g = t->instance->tags[tag];
    tni_object *o = tni_exception_new(t->store, g);
    if (o == NULL) {
        return tni_no_memory(t->error);
    }
    memcpy(tni_object_slots(o), args, g->type->param_slots * sizeof *args);
    return throw_object(t, o);
}

tenon_status tni_op_throw_ref(tni_thread *t, tni_ref exception) {
    if (exception == TNI_REF_NULL) {
        return tni_trap(t, TNI_ERR_NULL_EXCEPTION);
    }
    return throw_object(t, tni_object_of(exception));
}
