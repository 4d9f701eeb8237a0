/* backtrace.c: walks a thread's stack: for backtraces, and to unwind native frames.
 *
 * A frame is known by where it goes on (ip) and its fp. Wasm frames are found by whose
 * code the ip points into; natives and links by the op there. Only headers are read. */
#include "base/format.h"
#include "exec/code.h"

tni_walk tni_walk_from(const tni_thread *t) {
    return (tni_walk){t->ip, t->fp, t->instance, false};
}

tni_func *tni_walk_func(const tni_walk *w) {
    if (tni_is_cell(w->ip, TNI_X_ENTER_NATIVE) || tni_is_cell(w->ip, TNI_X_ENTER_WASM)) {
        return (tni_func *)((uintptr_t)w->ip - offsetof(tni_func, entry));
    }
    if (tni_is_cell(w->ip, TNI_X_RESUME_NATIVE)) {
        return (tni_func *)((uintptr_t)w->ip - offsetof(tni_func, resume));
    }
    if (tni_is_cell(w->ip, TNI_X_EXIT) || tni_is_cell(w->ip, TNI_X_LEAVE_LINK) ||
        w->instance == NULL) {
        return NULL;
    }
    const u32 index = tni_code_find(w->instance->module, w->ip);
    return index == TNI_NO_INDEX ? NULL : w->instance->funcs[index];
}

static bool is_code(const tni_walk *w, const tni_func *f) {
    return f->native == NULL && w->ip != (const u8 *)&f->entry;
}

static void go_down(tni_walk *w, const tni_slot *header) {
    w->ip = (const u8 *)(uintptr_t)header[0];
    w->fp = (tni_slot *)(void *)((u8 *)w->fp - (size_t)header[1]);
    w->is_return = true;
}

bool tni_walk_next(tni_walk *w, const tni_func *f) {
    if (f != NULL) {
        go_down(w, w->fp + f->header);
        return true;
    }
    if (!tni_is_cell(w->ip, TNI_X_LEAVE_LINK)) {
        return false;
    }
    w->instance = (tni_instance *)(uintptr_t)w->fp[TNI_LINK_INSTANCE];
    go_down(w, w->fp + TNI_LINK_IP);
    return true;
}

static void copy_name(char *to, size_t capacity, tni_str name) {
    tni_format(to, capacity, "%.*s", (int)(name.len < capacity ? name.len : capacity),
               name.ptr != NULL ? name.ptr : "");
}

static void fill_native(tenon_frame_info *info, const tni_func *f) {
    *info = (tenon_frame_info){.func_index = UINT32_MAX, .offset = TENON_NO_OFFSET};
    copy_name(info->name, sizeof info->name, tni_str_of(f->native->name));
}

static void fill_wasm(tenon_frame_info *info, const tni_walk *w, const tni_func *f) {
    tni_module *m = f->instance->module;
    *info = (tenon_frame_info){.func_index = f->index, .offset = TENON_NO_OFFSET};
    if (is_code(w, f)) {
        info->offset = tni_code_offset(m, f->index, w->ip, w->is_return);
    } else {
        info->offset = m->funcs[f->index - m->imported_funcs].body.offset;
    }
    copy_name(info->name, sizeof info->name, tni_module_func_name(m, f->index));
    copy_name(info->module, sizeof info->module, tni_module_name(m));
    const tni_store *s = f->instance->store;
    if (s->path != NULL && f->instance->owner != NULL) {
        s->path(f->instance->owner, info->module, sizeof info->module);
    }
}

static void add_frame(tenon_error *e, const tni_walk *w, const tni_func *f) {
    if (e->frame_count == TENON_BACKTRACE_FRAMES) {
        e->frames_omitted++;
        return;
    }
    tenon_frame_info *info = &e->frames[e->frame_count++];
    if (f->native != NULL) {
        fill_native(info, f);
        return;
    }
    fill_wasm(info, w, f);
    if (e->offset == TENON_NO_OFFSET) {
        e->offset = info->offset;
    }
}

void tni_backtrace(tni_thread *t, tni_slot *until, tenon_error *e) {
    tni_walk w = tni_walk_from(t);
    bool more = true;
    while (more && w.fp >= until) {
        const tni_func *f = tni_walk_func(&w);
        if (f != NULL) {
            add_frame(e, &w, f);
        }
        more = tni_walk_next(&w, f);
    }
}

void tni_unwind(tni_thread *t, tni_slot *until) {
    tni_walk w = tni_walk_from(t);
    bool more = true;
    while (more && w.fp >= until) {
        tni_func *f = tni_walk_func(&w);
        if (f != NULL && f->native != NULL && f->native->unwind != NULL) {
            f->native->unwind(t, f, w.fp);
        }
        more = tni_walk_next(&w, f);
    }
}
