/* func.c: function instances, and native functions' view of their thread.
 * Core 3.0, 4.2.6.
 *
 * A native frame is [arguments | results] [header] [state] [arguments of the callee]. */
#include "base/assert.h"
#include "exec/instance.h"

static u32 header_slot(const tni_deftype *type) {
    return type->param_slots > type->result_slots ? type->param_slots
                                                  : type->result_slots;
}

void tni_func_init(tni_func *f, const tni_deftype *type) {
    f->type = type;
    f->type_id = type->id;
    f->header = header_slot(type);
    f->frame_slots = f->header + TNI_HEADER_SLOTS;
    if (f->native != NULL) {
        f->frame_slots += f->native->frame_slots;
    }
    tni_func_init_code(f);
}

tenon_status tni_func_new_native(tni_store *s, const tni_native *native, u32 type_id,
                                 void *data, tni_func **out, tenon_error *e) {
    tni_func *f = TNI_ARENA_NEW(&s->arena, tni_func);
    if (f == NULL) {
        return tni_no_memory(e);
    }
    f->native = native;
    f->data = data;
    tni_func_init(f, tni_registry_get(s->engine->registry, type_id));
    *out = f;
    return TENON_OK;
}

void *tni_func_data(const tni_func *f) {
    return f->data;
}

const tni_native *tni_func_native(const tni_func *f) {
    return f->native;
}

const tni_deftype *tni_func_type(const tni_func *f) {
    return f->type;
}

tni_instance *tni_func_instance(const tni_func *f) {
    return f->instance;
}

/* -- in native code -- */

tni_slot *tni_native_state(tni_func *self, tni_slot *fp) {
    return fp + self->header + TNI_HEADER_SLOTS;
}

tni_slot *tni_thread_call(tni_thread *t, tni_func *self, tni_slot *fp, tni_func *callee) {
    TNI_ASSERT(self->native != NULL && self->native->frame_slots > 0);
    tni_slot *base = fp + self->frame_slots;
    if (tni_stack_room(t, &base, callee->frame_slots) != TENON_OK) {
        return NULL;
    }
    t->callee = callee;
    t->callee_base = self->frame_slots;
    return base;
}

tni_slot *tni_thread_results(tni_thread *t, tni_func *self, tni_slot *fp) {
    (void)t;
    return fp + self->frame_slots;
}

tenon_error *tni_thread_error(tni_thread *t) {
    return t->error;
}

tenon_error *tni_thread_set_error(tni_thread *t, tenon_error *e) {
    tenon_error *outer = t->error;
    t->error = e;
    return outer;
}

tni_store *tni_thread_store(tni_thread *t) {
    return t->store;
}

tni_instance *tni_thread_caller(tni_thread *t, tni_func *self, tni_slot *fp) {
    const u8 *ip = (const u8 *)(uintptr_t)fp[self->header];
    return tni_is_stub(ip) ? NULL : t->instance;
}

void **tni_thread_owner(tni_thread *t) {
    return &t->owner;
}

u32 tni_func_index(const tni_func *f) {
    return f->index;
}
