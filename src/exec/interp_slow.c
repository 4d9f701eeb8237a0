/* interp_slow.c: what handlers do out of line: calls that leave an instance, tail calls,
 * native functions, and the instructions that the runtime has functions for.
 * Core 3.0, 4.6.10 (calls), 4.6.7, 4.6.9 (memories, tables). */
#include "base/format.h"
#include "exec/code.h"

static const tni_memory no_memory = {.data = NULL};
static const tni_table no_table = {.elements = NULL};

void tni_thread_set_instance(tni_thread *t, tni_instance *i) {
    t->instance = i;
    t->memory0 = &no_memory;
    t->table0 = &no_table;
    if (i == NULL) {
        return;
    }
    t->own_funcs = i->own_funcs;
    t->globals = i->globals;
    if (i->module->memory_count > 0) {
        t->memory0 = i->memories[0];
    }
    if (i->module->table_count > 0) {
        t->table0 = i->tables[0];
    }
}

TNI_COLD tenon_status tni_trap(tni_thread *t, tni_code code) {
    return tni_fail(t->error, code, TENON_NO_OFFSET, NULL);
}

/* -- calls -- */

static bool has_room(const tni_thread *t, const tni_slot *p, size_t slots) {
    return (size_t)(t->stack.limit - p) >= slots;
}

static bool leaves_instance(const tni_thread *t, const tni_func *f) {
    return f->instance != NULL && f->instance != t->instance;
}

/* Makes the link at p and f's frame above it, with n argument slots from args. */
static void push_link(tni_thread *t, tni_func *f, tni_slot *p, const tni_slot *args,
                      const u8 *return_ip, u64 down, u32 results_below) {
    tni_slot *fp = p + TNI_LINK_SLOTS;
    memmove(fp, args, f->type->param_slots * sizeof *fp);
    p[TNI_LINK_IP] = (tni_slot)(uintptr_t)return_ip;
    p[TNI_LINK_DOWN] = down;
    p[TNI_LINK_INSTANCE] = (tni_slot)(uintptr_t)t->instance;
    p[TNI_LINK_SHAPE] = (u64)f->type->result_slots << 32 | results_below;
    tni_frame_link(fp, f->header, tni_stub_leave_link(), p);
    tni_thread_set_instance(t, f->instance);
    t->ip = f->code;
    t->fp = fp;
}

tenon_status tni_enter(tni_thread *t, tni_func *f, tni_slot *fp, const u8 *return_ip) {
    if (!leaves_instance(t, f)) {
        if (!has_room(t, fp, f->frame_slots)) {
            return tni_exhausted(t);
        }
        tni_frame_link(fp, f->header, return_ip, t->fp);
        t->ip = f->code;
        t->fp = fp;
        return TENON_OK;
    }
    tni_slot *p = fp + f->header;
    if (!has_room(t, fp, (size_t)f->header + TNI_LINK_SLOTS + f->frame_slots)) {
        return tni_exhausted(t);
    }
    push_link(t, f, p, fp, return_ip, (u64)((u8 *)p - (u8 *)t->fp), f->header);
    return TENON_OK;
}

const tni_slot *tni_leave_link(tni_thread *t) {
    tni_slot *p = t->fp;
    const u32 below = (u32)p[TNI_LINK_SHAPE];
    tni_slot *results = p - below;
    t->ip = (const u8 *)(uintptr_t)p[TNI_LINK_IP];
    t->fp = (tni_slot *)(void *)((u8 *)p - (size_t)p[TNI_LINK_DOWN]);
    tni_thread_set_instance(t, (tni_instance *)(uintptr_t)p[TNI_LINK_INSTANCE]);
    memmove(results, p + TNI_LINK_SLOTS,
            (size_t)(p[TNI_LINK_SHAPE] >> 32) * sizeof *results);
    return results;
}

tenon_status tni_enter_tail(tni_thread *t, tni_func *f, u32 header, u32 args) {
    tni_slot *fp = t->fp;
    const u8 *return_ip = (const u8 *)(uintptr_t)fp[header];
    const u64 down = fp[header + 1];
    if (leaves_instance(t, f) && return_ip != tni_stub_leave_link()) {
        /* Whoever called this frame has this instance still: now it takes a link. */
        if (!has_room(t, fp, (size_t)header + TNI_LINK_SLOTS + f->frame_slots)) {
            return tni_exhausted(t);
        }
        push_link(t, f, fp + header, fp + args, return_ip, down + header * sizeof *fp,
                  header);
        return TENON_OK;
    }
    if (!has_room(t, fp, f->frame_slots)) {
        return tni_exhausted(t);
    }
    memmove(fp, fp + args, f->type->param_slots * sizeof *fp);
    fp[f->header] = (tni_slot)(uintptr_t)return_ip;
    fp[f->header + 1] = down;
    if (leaves_instance(t, f)) {
        tni_thread_set_instance(t, f->instance);
    }
    t->ip = f->code;
    return TENON_OK;
}

tenon_status tni_native_next(tni_thread *t, tni_func *f, tni_next next) {
    tni_slot *fp = t->fp;
    switch (next) {
    case TNI_NEXT_RETURN:
        t->ip = (const u8 *)(uintptr_t)fp[f->header];
        t->fp = (tni_slot *)(void *)((u8 *)fp - (size_t)fp[f->header + 1]);
        return TENON_OK;
    case TNI_NEXT_CALL:
        return tni_enter(t, t->callee, fp + t->callee_base, (const u8 *)&f->resume);
    case TNI_NEXT_SUSPEND:
        t->ip = (const u8 *)&f->resume;
        t->why = TNI_WHY_READY;
        t->suspended = true;
        return TENON_OK;
    case TNI_NEXT_FAIL: break;
    }
    if (t->error->status == TENON_EXCEPTION) { /* of a nested call: it ends there */
        t->error->status = TENON_TRAP;
    }
    return t->error->status;
}

static tenon_status undefined_element(tni_thread *t, tni_code code, u64 index) {
    const tenon_status s = tni_trap(t, code);
    tni_format(t->error->message, sizeof t->error->message, "%s %llu",
               tni_code_text(code), (unsigned long long)index);
    return s;
}

tenon_status tni_table_func(tni_thread *t, u32 table, u64 index, u32 type_id,
                            tni_func **out) {
    const tni_table *tab = t->instance->tables[table];
    if (index >= tab->size) {
        return tni_trap(t, TNI_ERR_UNDEFINED_ELEMENT);
    }
    tni_func *f = (tni_func *)(uintptr_t)tab->elements[index];
    if (f == NULL) {
        return undefined_element(t, TNI_ERR_UNINITIALIZED_ELEMENT, index);
    }
    if (f->type_id != type_id &&
        !tni_deftype_matches(t->store->engine->registry, f->type_id, type_id)) {
        return tni_trap(t, TNI_ERR_INDIRECT_TYPE);
    }
    *out = f;
    return TENON_OK;
}

/* -- stubs of functions -- */

void tni_func_init_code(tni_func *f) {
    const u8 *cells = tni_op_cells();
    tni_put_cell((u8 *)&f->entry, cells,
                 f->native != NULL ? TNI_X_ENTER_NATIVE : TNI_X_ENTER_WASM);
    tni_put_cell((u8 *)&f->resume, cells, TNI_X_RESUME_NATIVE);
    f->code = (const u8 *)&f->entry;
}

bool tni_is_stub(const u8 *ip) {
    return tni_is_cell(ip, TNI_X_EXIT) || tni_is_cell(ip, TNI_X_RESUME_NATIVE);
}

/* -- bulk instructions: fuel for 64 bytes or 8 elements, then the runtime's function --
 */

static u64 address_of(const tni_slot *s, bool is_64) {
    return is_64 ? *s : tni_get_u32(s);
}

static tenon_status charge(tni_thread *t, u64 count, u32 per_unit_log2) {
    if (!tni_thread_charge(t, count >> per_unit_log2)) {
        return t->error->status;
    }
    return TENON_OK;
}

enum { BYTES_LOG2 = 6, ELEMENTS_LOG2 = 3 };

tenon_status tni_op_memory_init(tni_thread *t, const tni_slot *d, const tni_slot *s,
                                const tni_slot *n, u32 data, u32 memory) {
    tni_instance *i = t->instance;
    TNI_TRY(charge(t, tni_get_u32(n), BYTES_LOG2));
    return tni_memory_init(i, memory, data,
                           address_of(d, i->memories[memory]->type.limits.is_64),
                           tni_get_u32(s), tni_get_u32(n), t->error);
}

tenon_status tni_op_memory_copy(tni_thread *t, const tni_slot *d, const tni_slot *s,
                                const tni_slot *n, u32 dst, u32 src) {
    tni_memory *to = t->instance->memories[dst];
    tni_memory *from = t->instance->memories[src];
    const bool to_64 = to->type.limits.is_64;
    const bool from_64 = from->type.limits.is_64;
    const u64 count = address_of(n, to_64 && from_64);
    TNI_TRY(charge(t, count, BYTES_LOG2));
    return tni_memory_copy(to, from, address_of(d, to_64), address_of(s, from_64), count,
                           t->error);
}

tenon_status tni_op_memory_fill(tni_thread *t, const tni_slot *d, const tni_slot *v,
                                const tni_slot *n, u32 memory) {
    tni_memory *m = t->instance->memories[memory];
    const u64 count = address_of(n, m->type.limits.is_64);
    TNI_TRY(charge(t, count, BYTES_LOG2));
    return tni_memory_fill(m, address_of(d, m->type.limits.is_64), (u8)tni_get_u32(v),
                           count, t->error);
}

tenon_status tni_op_table_init(tni_thread *t, const tni_slot *d, const tni_slot *s,
                               const tni_slot *n, u32 elem, u32 table) {
    tni_instance *i = t->instance;
    TNI_TRY(charge(t, tni_get_u32(n), ELEMENTS_LOG2));
    return tni_table_init(i, table, elem,
                          address_of(d, i->tables[table]->type.limits.is_64),
                          tni_get_u32(s), tni_get_u32(n), t->error);
}

tenon_status tni_op_table_copy(tni_thread *t, const tni_slot *d, const tni_slot *s,
                               const tni_slot *n, u32 dst, u32 src) {
    tni_table *to = t->instance->tables[dst];
    tni_table *from = t->instance->tables[src];
    const bool to_64 = to->type.limits.is_64;
    const bool from_64 = from->type.limits.is_64;
    const u64 count = address_of(n, to_64 && from_64);
    TNI_TRY(charge(t, count, ELEMENTS_LOG2));
    return tni_table_copy(to, from, address_of(d, to_64), address_of(s, from_64), count,
                          t->error);
}

tenon_status tni_op_table_fill(tni_thread *t, const tni_slot *d, const tni_slot *v,
                               const tni_slot *n, u32 table) {
    tni_table *tab = t->instance->tables[table];
    const u64 count = address_of(n, tab->type.limits.is_64);
    TNI_TRY(charge(t, count, ELEMENTS_LOG2));
    return tni_table_fill(tab, address_of(d, tab->type.limits.is_64), *v, count,
                          t->error);
}

tenon_status tni_op_table_get(tni_thread *t, const tni_slot *index, u32 table,
                              tni_ref *out) {
    const tni_table *tab = t->instance->tables[table];
    if (!tni_table_get(tab, address_of(index, tab->type.limits.is_64), out)) {
        return tni_trap(t, TNI_ERR_TABLE_BOUNDS);
    }
    return TENON_OK;
}

tenon_status tni_op_table_set(tni_thread *t, const tni_slot *index, tni_ref value,
                              u32 table) {
    tni_table *tab = t->instance->tables[table];
    if (!tni_table_set(tab, address_of(index, tab->type.limits.is_64), value)) {
        return tni_trap(t, TNI_ERR_TABLE_BOUNDS);
    }
    return TENON_OK;
}

u64 tni_op_table_grow(tni_thread *t, const tni_slot *count, tni_ref value, u32 table) {
    tni_table *tab = t->instance->tables[table];
    return (u64)tni_table_grow(tab, address_of(count, tab->type.limits.is_64), value);
}

u64 tni_op_memory_grow(tni_thread *t, const tni_slot *pages, u32 memory) {
    tni_memory *m = t->instance->memories[memory];
    return (u64)tni_memory_grow(m, address_of(pages, m->type.limits.is_64));
}

u8 *tni_op_address(tni_thread *t, const tni_slot *address, u32 memory, u64 offset,
                   u32 size) {
    const tni_memory *m = t->instance->memories[memory];
    const u64 a = address_of(address, m->type.limits.is_64);
    if (m->bytes < size || offset > m->bytes - size || a > m->bytes - size - offset) {
        return NULL;
    }
    return m->data + (size_t)(a + offset);
}
