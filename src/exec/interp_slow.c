/* interp_slow.c: what handlers do out of line: calls that leave an instance, tail calls,
 * native functions, and the instructions that the runtime has functions for.
 * Core 3.0, 4.6.10 (calls), 4.6.7, 4.6.9 (memories, tables). */
#include "base/assert.h"
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
        TNI_TRY(tni_stack_room(t, &fp, f->frame_slots));
        tni_frame_link(fp, f->header, return_ip, t->fp);
        t->ip = f->code;
        t->fp = fp;
        return TENON_OK;
    }
    TNI_TRY(tni_stack_room(t, &fp, (size_t)f->header + TNI_LINK_SLOTS + f->frame_slots));
    tni_slot *p = fp + f->header;
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
        TNI_TRY(tni_stack_room(t, &fp, (size_t)header + TNI_LINK_SLOTS + f->frame_slots));
        push_link(t, f, fp + header, fp + args, return_ip, down + header * sizeof *fp,
                  header);
        return TENON_OK;
    }
    TNI_TRY(tni_stack_room(t, &fp, f->frame_slots));
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

/* -- polls -- */

/* A native that a poll stands in front of has not begun: there is nothing of its state to
 * be unwound yet. */
static void clear_state(tni_func *f, tni_slot *fp) {
    for (tni_slot *p = tni_native_state(f, fp); p < fp + f->frame_slots; p++) {
        *p = 0;
    }
}

TNI_COLD tenon_status tni_poll_slow(tni_thread *t) {
    const tenon_status status = tni_store_check(t->store, t->error);
    const bool pauses = status == TENON_OK && t->can_pause && t->store->turn == 0;
    if (status == TENON_OK && !pauses) {
        return TENON_OK;
    }
    const tni_walk w = tni_walk_from(t);
    tni_func *f = tni_walk_func(&w);
    TNI_ASSERT(f != NULL);
    if (f->native != NULL) {
        clear_state(f, t->fp);
    }
    if (!pauses) {
        return status;
    }
    t->top = t->fp + f->frame_slots; /* where the collector's look ends */
    t->is_paused = true;
    return TENON_PENDING;
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

/* -- bulk instructions --
 *
 * Bounds come first, as the specification has it; then the work is done in pieces of 64
 * KB, each paid for with one unit of fuel for 64 bytes or 8 elements, with a look at the
 * interrupt and the deadline between two pieces. */

static u64 address_of(const tni_slot *s, bool is_64) {
    return is_64 ? *s : tni_get_u32(s);
}

enum { PIECE_UNITS_LOG2 = 10 };

tenon_status tni_next_piece(tni_thread *t, u64 left, u32 per_unit_log2, u64 *piece) {
    const u64 most = (u64)1 << (PIECE_UNITS_LOG2 + per_unit_log2);
    *piece = left < most ? left : most;
    if (!tni_thread_charge(t, *piece >> per_unit_log2)) {
        return t->error->status;
    }
    return left > most ? tni_thread_check(t) : TENON_OK;
}

static bool in_bounds(u64 at, u64 n, u64 size) {
    return n <= size && at <= size - n;
}

tenon_status tni_op_memory_init(tni_thread *t, const tni_slot *d, const tni_slot *s,
                                const tni_slot *n, u32 data, u32 memory) {
    tni_instance *i = t->instance;
    const tni_memory *m = i->memories[memory];
    u64 to = address_of(d, m->type.limits.is_64), from = tni_get_u32(s);
    u64 left = tni_get_u32(n), piece, count;
    (void)tni_data_segment(i, data, &count);
    if (!in_bounds(from, left, count) || !in_bounds(to, left, m->bytes)) {
        return tni_trap(t, TNI_ERR_MEMORY_BOUNDS);
    }
    do {
        TNI_TRY(tni_next_piece(t, left, TNI_UNIT_BYTES_LOG2, &piece));
        TNI_TRY(tni_memory_init(i, memory, data, to, from, piece, t->error));
        to += piece;
        from += piece;
        left -= piece;
    } while (left > 0);
    return TENON_OK;
}

tenon_status tni_op_memory_copy(tni_thread *t, const tni_slot *d, const tni_slot *s,
                                const tni_slot *n, u32 dst, u32 src) {
    tni_memory *to = t->instance->memories[dst];
    tni_memory *from = t->instance->memories[src];
    const bool to_64 = to->type.limits.is_64;
    const bool from_64 = from->type.limits.is_64;
    const u64 d_at = address_of(d, to_64), s_at = address_of(s, from_64);
    const u64 count = address_of(n, to_64 && from_64);
    if (!in_bounds(s_at, count, from->bytes) || !in_bounds(d_at, count, to->bytes)) {
        return tni_trap(t, TNI_ERR_MEMORY_BOUNDS);
    }
    u64 done = 0, piece;
    do { /* from the end where the bytes move up: they may overlap */
        TNI_TRY(tni_next_piece(t, count - done, TNI_UNIT_BYTES_LOG2, &piece));
        const u64 at = d_at > s_at ? count - done - piece : done;
        TNI_TRY(tni_memory_copy(to, from, d_at + at, s_at + at, piece, t->error));
        done += piece;
    } while (done < count);
    return TENON_OK;
}

tenon_status tni_op_memory_fill(tni_thread *t, const tni_slot *d, const tni_slot *v,
                                const tni_slot *n, u32 memory) {
    tni_memory *m = t->instance->memories[memory];
    u64 at = address_of(d, m->type.limits.is_64);
    u64 left = address_of(n, m->type.limits.is_64), piece;
    if (!in_bounds(at, left, m->bytes)) {
        return tni_trap(t, TNI_ERR_MEMORY_BOUNDS);
    }
    do {
        TNI_TRY(tni_next_piece(t, left, TNI_UNIT_BYTES_LOG2, &piece));
        TNI_TRY(tni_memory_fill(m, at, (u8)tni_get_u32(v), piece, t->error));
        at += piece;
        left -= piece;
    } while (left > 0);
    return TENON_OK;
}

tenon_status tni_op_table_init(tni_thread *t, const tni_slot *d, const tni_slot *s,
                               const tni_slot *n, u32 elem, u32 table) {
    tni_instance *i = t->instance;
    const tni_table *tab = i->tables[table];
    u64 to = address_of(d, tab->type.limits.is_64), from = tni_get_u32(s);
    u64 left = tni_get_u32(n), piece;
    const u64 count = i->dropped_elems[elem] ? 0 : i->module->elems[elem].count;
    if (!in_bounds(from, left, count) || !in_bounds(to, left, tab->size)) {
        return tni_trap(t, TNI_ERR_TABLE_BOUNDS);
    }
    do {
        TNI_TRY(tni_next_piece(t, left, TNI_UNIT_ELEMENTS_LOG2, &piece));
        TNI_TRY(tni_table_init(i, table, elem, to, from, piece, t->error));
        to += piece;
        from += piece;
        left -= piece;
    } while (left > 0);
    return TENON_OK;
}

tenon_status tni_op_table_copy(tni_thread *t, const tni_slot *d, const tni_slot *s,
                               const tni_slot *n, u32 dst, u32 src) {
    tni_table *to = t->instance->tables[dst];
    tni_table *from = t->instance->tables[src];
    const bool to_64 = to->type.limits.is_64;
    const bool from_64 = from->type.limits.is_64;
    const u64 d_at = address_of(d, to_64), s_at = address_of(s, from_64);
    const u64 count = address_of(n, to_64 && from_64);
    if (!in_bounds(s_at, count, from->size) || !in_bounds(d_at, count, to->size)) {
        return tni_trap(t, TNI_ERR_TABLE_BOUNDS);
    }
    u64 done = 0, piece;
    do {
        TNI_TRY(tni_next_piece(t, count - done, TNI_UNIT_ELEMENTS_LOG2, &piece));
        const u64 at = d_at > s_at ? count - done - piece : done;
        TNI_TRY(tni_table_copy(to, from, d_at + at, s_at + at, piece, t->error));
        done += piece;
    } while (done < count);
    return TENON_OK;
}

tenon_status tni_op_table_fill(tni_thread *t, const tni_slot *d, const tni_slot *v,
                               const tni_slot *n, u32 table) {
    tni_table *tab = t->instance->tables[table];
    u64 at = address_of(d, tab->type.limits.is_64);
    u64 left = address_of(n, tab->type.limits.is_64), piece;
    if (!in_bounds(at, left, tab->size)) {
        return tni_trap(t, TNI_ERR_TABLE_BOUNDS);
    }
    do {
        TNI_TRY(tni_next_piece(t, left, TNI_UNIT_ELEMENTS_LOG2, &piece));
        TNI_TRY(tni_table_fill(tab, at, *v, piece, t->error));
        at += piece;
        left -= piece;
    } while (left > 0);
    return TENON_OK;
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
    const u64 more = address_of(count, tab->type.limits.is_64);
    const i64 old = tni_table_grow(tab, more, value);
    if (old >= 0) { /* a debt: the next poll collects it */
        t->store->fuel -= (i64)(more >> TNI_UNIT_ELEMENTS_LOG2);
    }
    return (u64)old;
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
