/* copy.c: streams and futures: their ends, copies between buffers, and the built-ins.
 * CanonicalABI.md, "Buffer State", "Stream State", "Future State", "canon stream.new" and
 * after.
 *
 * A buffer is part of the end whose copy is in progress; `pending` of what both ends
 * share names the end that came first. Memory is looked up again at every copy, for it
 * may have grown. */
#include "base/assert.h"
#include "component/resource.h"
#include "component/task.h"

/* -- what differs between the four kinds of ends -- */

static bool is_future(tni_handle_kind kind) {
    return kind == TNI_HANDLE_FUTURE_READABLE || kind == TNI_HANDLE_FUTURE_WRITABLE;
}

static bool is_writable(tni_handle_kind kind) {
    return kind == TNI_HANDLE_STREAM_WRITABLE || kind == TNI_HANDLE_FUTURE_WRITABLE;
}

static const char *name_of(tni_handle_kind kind) {
    switch (kind) {
    case TNI_HANDLE_STREAM_READABLE: return "readable stream end";
    case TNI_HANDLE_STREAM_WRITABLE: return "writable stream end";
    case TNI_HANDLE_FUTURE_READABLE: return "readable future end";
    default: return "writable future end";
    }
}

static u32 event_code(tni_handle_kind kind) {
    switch (kind) {
    case TNI_HANDLE_STREAM_READABLE: return TNI_EVENT_STREAM_READ;
    case TNI_HANDLE_STREAM_WRITABLE: return TNI_EVENT_STREAM_WRITE;
    case TNI_HANDLE_FUTURE_READABLE: return TNI_EVENT_FUTURE_READ;
    default: return TNI_EVENT_FUTURE_WRITE;
    }
}

/* A copy on an end that is done. */
static tni_code done_code(tni_handle_kind kind) {
    switch (kind) {
    case TNI_HANDLE_STREAM_READABLE: return TNI_ERR_STREAM_READ_DONE;
    case TNI_HANDLE_STREAM_WRITABLE: return TNI_ERR_STREAM_WRITE_DONE;
    case TNI_HANDLE_FUTURE_READABLE: return TNI_ERR_FUTURE_READ_DONE;
    default: return TNI_ERR_FUTURE_WRITE_DONE;
    }
}

/* -- objects -- */

static tenon_status end_new(tni_cstore *cs, tni_cinstance *inst, tni_handle_kind kind,
                            tni_shared *shared, tni_end **out, tenon_error *e) {
    tni_end *end = cs->async->free_ends;
    if (end != NULL) {
        cs->async->free_ends = end->next_free;
    } else {
        end = TNI_ARENA_NEW(&cs->arena, tni_end);
        if (end == NULL) {
            return tni_no_memory(e);
        }
    }
    *end = (tni_end){.shared = shared, .inst = inst, .state = TNI_COPY_IDLE};
    tni_waitable_init(&end->waitable, kind);
    shared->ends++;
    *out = end;
    return TENON_OK;
}

static void end_free(tni_cstore *cs, tni_end *end) {
    tni_shared *shared = end->shared;
    if (--shared->ends == 0) {
        shared->next_free = cs->async->free_shared;
        cs->async->free_shared = shared;
    }
    end->next_free = cs->async->free_ends;
    cs->async->free_ends = end;
}

/* inst NULL: the host's. */
static tenon_status add_end(tni_cstore *cs, tni_cinstance *inst, tni_handle_kind kind,
                            tni_shared *shared, tni_end **out, tenon_error *e) {
    TNI_TRY(end_new(cs, inst, kind, shared, out, e));
    tni_handle h = {.kind = (u32)kind & 127, .object = *out};
    return tni_handles_add(inst == NULL ? &cs->host_handles : &inst->handles, &h,
                           &(*out)->waitable.index, e);
}

static tenon_status shared_new(tni_cstore *cs, tni_resource_type *const *slots,
                               const tenon_type *type, tni_shared **out, tenon_error *e) {
    tni_shared *s = cs->async->free_shared;
    if (s != NULL) {
        cs->async->free_shared = s->next_free;
    } else {
        s = TNI_ARENA_NEW(&cs->arena, tni_shared);
        if (s == NULL) {
            return tni_no_memory(e);
        }
    }
    *s = (tni_shared){.type = type, .slots = slots};
    *out = s;
    return TENON_OK;
}

/* -- rendezvous -- */

/* CanonicalABI: none_or_number_type. */
static bool none_or_number(const tenon_type *t) {
    return t == NULL || (t->kind >= TENON_TYPE_S8 && t->kind <= TENON_TYPE_F64);
}

static u32 remain(const tni_end *end) {
    return end->length - end->progress;
}

static void set_event(tni_end *end, tni_copy_result result, bool reclaims) {
    end->waitable.pending = true;
    end->result = result;
    end->reclaims = reclaims;
}

/* CanonicalABI: reset_and_notify_pending. */
static void notify_pending(tni_shared *s, tni_copy_result result) {
    tni_end *end = s->pending;
    s->pending = NULL;
    set_event(end, result, false);
}

/* Moves n elements from the writer's buffer to the reader's. */
static tenon_status copy_elements(tni_cstore *cs, tni_thread *t, tni_end *writer,
                                  tni_end *reader, u32 n) {
    const tenon_type *ts = writer->type->element, *td = reader->type->element;
    if (ts != NULL) {
        tni_transfer x;
        tni_transfer_init(&x, cs, t, NULL);
        tni_side_init(&x.src, &writer->side, NULL);
        tni_side_init(&x.dst, &reader->side, NULL);
        x.dst.arena = reader->arena;
        u64 size_s = ts->size[writer->side.ptr], size_d = td->size[reader->side.ptr];
        TNI_TRY(tni_transfer_elements(&x, ts, writer->ptr + writer->progress * size_s, td,
                                      reader->ptr + reader->progress * size_d, n));
    }
    writer->progress += n;
    reader->progress += n;
    return TENON_OK;
}

static tenon_status check_same_instance(const tni_end *a, const tni_end *b,
                                        tenon_error *e) {
    if (a->inst == b->inst && !none_or_number(a->type->element)) {
        return tni_fail(e, TNI_ERR_INTRA_COMPONENT, TENON_NO_OFFSET,
                        "cannot read from and write to intra-component %s",
                        is_future(a->waitable.kind) ? "future" : "stream");
    }
    return TENON_OK;
}

static tenon_status rendezvous(tni_cstore *cs, tni_thread *t, tni_end *end, u32 n) {
    tni_end *other = end->shared->pending;
    return is_writable(end->waitable.kind) ? copy_elements(cs, t, end, other, n)
                                           : copy_elements(cs, t, other, end, n);
}

/* CanonicalABI: SharedStreamImpl.read and write. */
static tenon_status copy_stream(tni_cstore *cs, tni_thread *t, tni_end *end) {
    tni_shared *s = end->shared;
    tni_end *other = s->pending;
    if (s->dropped) {
        set_event(end, TNI_COPY_DROPPED, false);
        return TENON_OK;
    }
    if (other == NULL) {
        s->pending = end;
        return TENON_OK;
    }
    TNI_TRY(check_same_instance(end, other, tni_thread_error(t)));
    if (remain(other) > 0) {
        u32 n = remain(end) < remain(other) ? remain(end) : remain(other);
        if (n > 0) {
            TNI_TRY(rendezvous(cs, t, end, n));
            set_event(other, TNI_COPY_COMPLETED, true);
        }
        set_event(end, TNI_COPY_COMPLETED, false);
        return TENON_OK;
    }
    /* Zero lengths: a writer is done at once, a reader waits for more. */
    if (is_writable(end->waitable.kind) && end->length == 0 && other->length == 0) {
        set_event(end, TNI_COPY_COMPLETED, false);
        return TENON_OK;
    }
    notify_pending(s, TNI_COPY_COMPLETED);
    s->pending = end;
    return TENON_OK;
}

/* CanonicalABI: SharedFutureImpl.read and write. */
static tenon_status copy_future(tni_cstore *cs, tni_thread *t, tni_end *end) {
    tni_shared *s = end->shared;
    if (s->dropped) {
        set_event(end, TNI_COPY_DROPPED, false);
        return TENON_OK;
    }
    if (s->pending == NULL) {
        s->pending = end;
        return TENON_OK;
    }
    TNI_TRY(check_same_instance(end, s->pending, tni_thread_error(t)));
    TNI_TRY(rendezvous(cs, t, end, 1));
    notify_pending(s, TNI_COPY_COMPLETED);
    set_event(end, TNI_COPY_COMPLETED, false);
    return TENON_OK;
}

/* CanonicalABI: stream_event, future_event. */
tni_event tni_end_take_event(tni_cstore *cs, tni_end *end) {
    tni_handle_kind kind = end->waitable.kind;
    bool done = end->result == TNI_COPY_DROPPED ||
                (is_future(kind) && end->result == TNI_COPY_COMPLETED);
    (void)cs;
    if (end->reclaims && end->shared->pending == end) {
        end->shared->pending = NULL;
    }
    end->state = done ? TNI_COPY_DONE : TNI_COPY_IDLE;
    u32 payload = (u32)end->result;
    if (!is_future(kind)) {
        payload |= end->progress << 4;
    }
    return (tni_event){event_code(kind), end->waitable.index, payload};
}

/* -- as values -- */

static tenon_status check_lift(const tni_end *end, tenon_error *e) {
    bool future = is_future(end->waitable.kind);
    if (end->state == TNI_COPY_DONE) {
        return tni_fail(e, future ? TNI_ERR_FUTURE_LIFT_DONE : TNI_ERR_STREAM_LIFT_DONE,
                        TENON_NO_OFFSET, NULL);
    }
    if (end->state != TNI_COPY_IDLE) {
        return tni_fail_text(e, TNI_ERR_BUSY, "cannot lift busy %s",
                             future ? "future" : "stream");
    }
    if (end->waitable.set != NULL) {
        return tni_fail(e,
                        future ? TNI_ERR_FUTURE_LIFT_IN_SET : TNI_ERR_STREAM_LIFT_IN_SET,
                        TENON_NO_OFFSET, NULL);
    }
    return TENON_OK;
}

/* CanonicalABI: lift_async_value. The end leaves its table. */
tenon_status tni_lift_end(tni_transfer *x, const tenon_type *t, u32 from, void **out) {
    tni_handles *table = tni_side_table(x->cs, x->src.o);
    tni_handle_kind kind = t->kind == TENON_TYPE_STREAM ? TNI_HANDLE_STREAM_READABLE
                                                        : TNI_HANDLE_FUTURE_READABLE;
    tni_handle *h;
    TNI_TRY(tni_handles_get(table, from, &h, x->e));
    if (h->kind != (u32)kind) {
        return tni_wrong_handle(x->cs, h, from, name_of(kind), x->e);
    }
    tni_end *end = h->object;
    if (!tni_types_match(end->shared->type, end->shared->slots, t, x->src.o->slots)) {
        return tni_wrong_handle(x->cs, h, from, name_of(kind), x->e);
    }
    TNI_TRY(check_lift(end, x->e));
    tni_handles_remove(table, from);
    *out = end;
    return TENON_OK;
}

/* CanonicalABI: lower_stream, lower_future. It enters another. */
tenon_status tni_lower_end(tni_transfer *x, void *lifted, u32 *to) {
    tni_end *end = lifted;
    const tni_handle h = {.kind = (u32)end->waitable.kind & 127, .object = end};
    end->inst = x->dst.o->inst;
    TNI_TRY(tni_handles_add(tni_side_table(x->cs, x->dst.o), &h, to, x->e));
    end->waitable.index = *to;
    return TENON_OK;
}

/* -- for the host -- */

tenon_status tni_host_ends_new(tni_cstore *cs, tni_resource_type *const *slots,
                               const tenon_type *type, u32 *readable, u32 *writable,
                               tenon_error *e) {
    const bool future = type->kind == TENON_TYPE_FUTURE;
    tni_shared *shared;
    tni_end *r, *w;
    TNI_TRY(shared_new(cs, slots, type, &shared, e));
    TNI_TRY(add_end(cs, NULL,
                    future ? TNI_HANDLE_FUTURE_READABLE : TNI_HANDLE_STREAM_READABLE,
                    shared, &r, e));
    tenon_status status = add_end(
        cs, NULL, future ? TNI_HANDLE_FUTURE_WRITABLE : TNI_HANDLE_STREAM_WRITABLE,
        shared, &w, e);
    if (status != TENON_OK) {
        tni_handles_remove(&cs->host_handles, r->waitable.index);
        end_free(cs, r);
        return status;
    }
    *readable = r->waitable.index;
    *writable = w->waitable.index;
    return TENON_OK;
}

tenon_status tni_copy_check(const tni_end *end, tenon_error *e) {
    if (end->state == TNI_COPY_DONE) {
        return tni_fail(e, done_code(end->waitable.kind), TENON_NO_OFFSET, NULL);
    }
    if (end->state != TNI_COPY_IDLE) {
        return tni_fail(e, TNI_ERR_BUSY, TENON_NO_OFFSET, NULL);
    }
    return TENON_OK;
}

tenon_status tni_copy_begin(tni_cstore *cs, tni_thread *t, tni_end *end) {
    end->state = TNI_COPY_COPYING;
    return is_future(end->waitable.kind) ? copy_future(cs, t, end)
                                         : copy_stream(cs, t, end);
}

void tni_copy_stop(tni_end *end) {
    end->state = TNI_COPY_CANCELLING;
    /* After part of it was copied it is still cancelled: the official script
     * cancel-stream wants that told, where definitions.py reports the part as completed.
     */
    bool partial = end->shared->pending == end && end->progress < end->length;
    if (!end->waitable.pending || partial) {
        notify_pending(end->shared, TNI_COPY_CANCELLED);
    }
}

/* -- built-ins -- */

static tni_next fail(tni_thread *t, tni_code code) {
    (void)tni_fail(tni_thread_error(t), code, TENON_NO_OFFSET, NULL);
    return TNI_NEXT_FAIL;
}

/* CanonicalABI: canon_stream_new, canon_future_new. */
static tni_next new_enter(tni_thread *t, tni_func *self, tni_slot *fp) {
    const tni_builtin *b = tni_func_data(self);
    tenon_error *e = tni_thread_error(t);
    bool future = b->canon->kind == TNI_CANON_FUTURE_NEW;
    tni_shared *shared;
    tni_end *r, *w;
    if (!tni_check_leave(t, b->inst) ||
        shared_new(b->cs, b->inst->slots, b->canon->type, &shared, e) != TENON_OK ||
        add_end(b->cs, b->inst,
                future ? TNI_HANDLE_FUTURE_READABLE : TNI_HANDLE_STREAM_READABLE, shared,
                &r, e) != TENON_OK ||
        add_end(b->cs, b->inst,
                future ? TNI_HANDLE_FUTURE_WRITABLE : TNI_HANDLE_STREAM_WRITABLE, shared,
                &w, e) != TENON_OK) {
        return TNI_NEXT_FAIL;
    }
    fp[0] = r->waitable.index | (u64)w->waitable.index << 32;
    return TNI_NEXT_RETURN;
}

/* The kind of end that a built-in works on. */
static tni_handle_kind kind_of(tni_canon_kind kind) {
    switch (kind) {
    case TNI_CANON_STREAM_READ:
    case TNI_CANON_STREAM_CANCEL_READ:
    case TNI_CANON_STREAM_DROP_READABLE: return TNI_HANDLE_STREAM_READABLE;
    case TNI_CANON_STREAM_WRITE:
    case TNI_CANON_STREAM_CANCEL_WRITE:
    case TNI_CANON_STREAM_DROP_WRITABLE: return TNI_HANDLE_STREAM_WRITABLE;
    case TNI_CANON_FUTURE_READ:
    case TNI_CANON_FUTURE_CANCEL_READ:
    case TNI_CANON_FUTURE_DROP_READABLE: return TNI_HANDLE_FUTURE_READABLE;
    default: return TNI_HANDLE_FUTURE_WRITABLE;
    }
}

static tenon_status get_end(const tni_builtin *b, u32 i, tni_end **out, tenon_error *e) {
    tni_handle_kind kind = kind_of(b->canon->kind);
    tni_handle *h;
    TNI_TRY(tni_handles_get(&b->inst->handles, i, &h, e));
    if (h->kind != (u32)kind) {
        return tni_wrong_handle(b->cs, h, i, name_of(kind), e);
    }
    *out = h->object;
    const tni_shared *s = (*out)->shared;
    if (!tni_types_match(s->type, s->slots, b->canon->type, b->inst->slots)) {
        return tni_wrong_handle(b->cs, h, i, name_of(kind), e);
    }
    return TENON_OK;
}

/* CanonicalABI: BufferGuestImpl. */
static tenon_status set_buffer(const tni_builtin *b, tni_end *end, u64 ptr, u64 length,
                               tenon_error *e) {
    const tenon_type *t = b->canon->type->element;
    if (length > TNI_MAX_HANDLES) { /* Buffer.MAX_LENGTH is the same */
        return tni_fail(e, TNI_ERR_LIST_TOO_LONG, TENON_NO_OFFSET, NULL);
    }
    if (t != NULL && length > 0) {
        u64 bytes = length * t->size[b->side.ptr];
        u64 memory = b->side.memory == NULL ? 0 : tni_memory_bytes(b->side.memory);
        if ((ptr & (t->align[b->side.ptr] - 1)) != 0) {
            return tni_fail(e, TNI_ERR_UNALIGNED, TENON_NO_OFFSET, NULL);
        }
        if (bytes > memory || ptr > memory - bytes) {
            return tni_fail(e, TNI_ERR_LIST_POINTER, TENON_NO_OFFSET, NULL);
        }
    }
    end->type = b->canon->type;
    end->side = b->side;
    end->ptr = ptr;
    end->length = (u32)length;
    end->progress = 0;
    return TENON_OK;
}

typedef struct copy_state {
    tni_end *end;
} copy_state;

static tenon_status begin_copy(const tni_builtin *b, tni_thread *t, const tni_slot *fp,
                               tni_end **out) {
    tenon_error *e = tni_thread_error(t);
    bool is_async = b->canon->options.is_async;
    const bool wide = b->side.ptr != TNI_PTR32;
    u64 ptr = wide ? fp[1] : (u32)fp[1];
    if (!is_async) {
        TNI_TRY(tni_may_block(b->cs, e));
    }
    TNI_TRY(get_end(b, (u32)fp[0], out, e));
    tni_end *end = *out;
    bool future = is_future(end->waitable.kind);
    TNI_TRY(tni_copy_check(end, e));
    if (end->waitable.set != NULL && !is_async) {
        return tni_fail(e, TNI_ERR_SYNC_IN_SET, TENON_NO_OFFSET, NULL);
    }
    u64 length = future ? 1 : wide ? fp[2] : (u32)fp[2];
    TNI_TRY(set_buffer(b, end, ptr, length, e));
    return tni_copy_begin(b->cs, t, end);
}

/* The event, or BLOCKED, or waiting for it. */
static tni_next finish_copy(const tni_builtin *b, tni_end *end, bool is_async,
                            tni_slot *fp) {
    if (!end->waitable.pending) {
        if (is_async) {
            fp[0] = UINT32_MAX; /* BLOCKED */
            return TNI_NEXT_RETURN;
        }
        end->waitable.has_sync_waiter = true;
        return tni_wait(b->cs, TNI_WAIT_EVENT, &end->waitable, false);
    }
    fp[0] = tni_take_event(b->cs, &end->waitable).payload;
    return TNI_NEXT_RETURN;
}

/* CanonicalABI: stream_copy, future_copy. */
static tni_next copy_enter(tni_thread *t, tni_func *self, tni_slot *fp) {
    const tni_builtin *b = tni_func_data(self);
    copy_state *state = (copy_state *)tni_native_state(self, fp);
    if (!tni_check_leave(t, b->inst) || begin_copy(b, t, fp, &state->end) != TENON_OK) {
        return TNI_NEXT_FAIL;
    }
    return finish_copy(b, state->end, b->canon->options.is_async, fp);
}

static tni_next copy_resume(tni_thread *t, tni_func *self, tni_slot *fp, tni_why why) {
    const tni_builtin *b = tni_func_data(self);
    tni_end *end = ((copy_state *)tni_native_state(self, fp))->end;
    (void)t;
    (void)why;
    end->waitable.has_sync_waiter = false;
    fp[0] = tni_take_event(b->cs, &end->waitable).payload;
    return TNI_NEXT_RETURN;
}

/* CanonicalABI: cancel_copy. */
static tni_next cancel_enter(tni_thread *t, tni_func *self, tni_slot *fp) {
    const tni_builtin *b = tni_func_data(self);
    copy_state *state = (copy_state *)tni_native_state(self, fp);
    tenon_error *e = tni_thread_error(t);
    bool is_async = b->canon->is_async;
    if (!tni_check_leave(t, b->inst) ||
        (!is_async && tni_may_block(b->cs, e) != TENON_OK) ||
        get_end(b, (u32)fp[0], &state->end, e) != TENON_OK) {
        return TNI_NEXT_FAIL;
    }
    tni_end *end = state->end;
    if (end->state != TNI_COPY_COPYING) {
        return fail(t, TNI_ERR_NOT_COPYING);
    }
    if (end->waitable.has_sync_waiter || (end->waitable.set != NULL && !is_async)) {
        return fail(t, TNI_ERR_SYNC_IN_SET);
    }
    tni_copy_stop(end);
    return finish_copy(b, end, is_async, fp);
}

/* CanonicalABI: CopyEnd.drop, SharedStreamImpl.drop, SharedFutureImpl.drop. */
tenon_status tni_end_drop(tni_cstore *cs, tni_handles *table, u32 i, tni_end *end,
                          tenon_error *e) {
    tni_handle_kind kind = end->waitable.kind;
    if (kind == TNI_HANDLE_FUTURE_WRITABLE && end->state != TNI_COPY_DONE) {
        return tni_fail(e, TNI_ERR_FUTURE_UNWRITTEN, TENON_NO_OFFSET, NULL);
    }
    if (end->state == TNI_COPY_COPYING || end->state == TNI_COPY_CANCELLING) {
        return tni_fail_text(e, TNI_ERR_BUSY, "cannot %s busy %s",
                             is_writable(kind) ? "drop" : "remove",
                             is_future(kind) ? "future" : "stream");
    }
    tni_shared *s = end->shared;
    if (!s->dropped) {
        s->dropped = true;
        if (s->pending != NULL) {
            notify_pending(s, TNI_COPY_DROPPED);
        }
    }
    tni_waitable_join(&end->waitable, NULL);
    tni_handles_remove(table, i);
    end_free(cs, end);
    return TENON_OK;
}

static tenon_status drop(const tni_builtin *b, u32 i, tenon_error *e) {
    tni_end *end;
    TNI_TRY(get_end(b, i, &end, e));
    return tni_end_drop(b->cs, &b->inst->handles, i, end, e);
}

static tni_next drop_enter(tni_thread *t, tni_func *self, tni_slot *fp) {
    const tni_builtin *b = tni_func_data(self);
    return tni_check_leave(t, b->inst) &&
                   drop(b, (u32)fp[0], tni_thread_error(t)) == TENON_OK
               ? TNI_NEXT_RETURN
               : TNI_NEXT_FAIL;
}

const tni_native *tni_copy_builtin(tni_canon_kind kind) {
    static const tni_native new_native = {"stream.new", 0, new_enter, NULL, NULL};
    static const tni_native copy_native = {"stream copy", 1, copy_enter, copy_resume,
                                           NULL};
    static const tni_native cancel_native = {"stream cancel", 1, cancel_enter,
                                             copy_resume, NULL};
    static const tni_native drop_native = {"stream drop", 0, drop_enter, NULL, NULL};
    switch (kind) {
    case TNI_CANON_STREAM_NEW:
    case TNI_CANON_FUTURE_NEW: return &new_native;
    case TNI_CANON_STREAM_READ:
    case TNI_CANON_STREAM_WRITE:
    case TNI_CANON_FUTURE_READ:
    case TNI_CANON_FUTURE_WRITE: return &copy_native;
    case TNI_CANON_STREAM_CANCEL_READ:
    case TNI_CANON_STREAM_CANCEL_WRITE:
    case TNI_CANON_FUTURE_CANCEL_READ:
    case TNI_CANON_FUTURE_CANCEL_WRITE: return &cancel_native;
    case TNI_CANON_STREAM_DROP_READABLE:
    case TNI_CANON_STREAM_DROP_WRITABLE:
    case TNI_CANON_FUTURE_DROP_READABLE:
    case TNI_CANON_FUTURE_DROP_WRITABLE: return &drop_native;
    default: return NULL;
    }
}
