/* poll.c: wasi:io/poll: waiting for files, sockets and clocks, and pollables.
 *
 * While the host waits for anything it also sends what sockets have kept. */
#include "wasi/gen/wasi_io_poll.h"
#include "wasi/wasi.h"

/* Between two looks at interrupt and deadline. */
static const u64 SLICE_NS = 50000000;
/* How long a peer that takes nothing can hold the end of a context up. */
static const u64 STANDSTILL_NS = 5000000000;

/* -- waiting -- */

static bool any_ready(const tenon_wait *items, size_t count) {
    for (size_t i = 0; i < count; i++) {
        if (items[i].ready) {
            return true;
        }
    }
    return false;
}

/* What is carried on in the background, and the streams that are still being written,
 * behind the items: all[count] and on. */
static size_t add_draining(const tenon_wasi *w, tenon_wait *all, size_t count,
                           u64 *deadline_ns) {
    size_t n = count;
    for (const tni_background *b = w->background; b != NULL; b = b->next) {
        if (all != NULL) {
            all[n] = (tenon_wait){0, 0, false};
            b->prepare(b->object, &all[n], deadline_ns);
        }
        n++;
    }
    for (const tni_stream *s = w->draining; s != NULL; s = s->next_draining) {
        if (all != NULL) {
            all[n] = (tenon_wait){s->os_file, TENON_WAIT_WRITE, false};
        }
        n++;
    }
    return n;
}

/* Waits once, and carries on with what sockets still have to send. */
static tenon_os_error wait_once(tenon_wasi *w, tenon_wait *items, size_t count,
                                u64 deadline_ns) {
    void *user = w->platform->user;
    size_t n = add_draining(w, NULL, count, NULL);
    tenon_wait *all = n == count ? NULL : TNI_NEW_ARRAY(&w->heap, tenon_wait, n);
    if (all == NULL) { /* memory being out, they go out in another wait */
        return w->os->wait(user, items, count, deadline_ns);
    }
    if (count > 0) {
        memcpy(all, items, count * sizeof *items);
    }
    add_draining(w, all, count, &deadline_ns);
    tenon_os_error r = w->os->wait(user, all, n, deadline_ns);
    if (count > 0) {
        memcpy(items, all, count * sizeof *items);
    }
    size_t i = count;
    for (tni_background *b = w->background, *after; b != NULL; b = after, i++) {
        after = b->next;
        if (r == TENON_OS_OK) {
            b->go_on(b->object);
        }
    }
    tni_stream *next;
    for (tni_stream *s = w->draining; s != NULL; i++, s = next) {
        next = s->next_draining;
        if (r == TENON_OS_OK && all[i].ready) {
            tni_stream_drain(s); /* takes at most itself off the list */
        }
    }
    TNI_FREE_ARRAY(&w->heap, all, n);
    return r;
}

tenon_os_error tni_wasi_wait_slice(tenon_wasi *w, tenon_wait *items, size_t count,
                                   u64 deadline_ns, bool *done) {
    const tenon_platform *p = w->platform;
    if (w->os == NULL || w->os->wait == NULL || p->monotonic_ns == NULL) {
        return TENON_OS_UNSUPPORTED;
    }
    u64 now = deadline_ns == 0 ? 0 : p->monotonic_ns(p->user);
    u64 slice = now > UINT64_MAX - SLICE_NS ? UINT64_MAX : now + SLICE_NS;
    tenon_os_error r =
        wait_once(w, items, count, deadline_ns < slice ? deadline_ns : slice);
    if (r != TENON_OS_OK && r != TENON_OS_INTERRUPTED) {
        return r;
    }
    *done = any_ready(items, count) || deadline_ns == 0 ||
            p->monotonic_ns(p->user) >= deadline_ns;
    return TENON_OS_OK;
}

tenon_status tni_wasi_wait_marked(tenon_wasi *w, tenon_call *call, tenon_wait *items,
                                  size_t count, u64 deadline_ns, void *mark) {
    for (bool looked = false;; looked = true) {
        bool done;
        const u64 until = looked ? deadline_ns : 0;
        tenon_os_error r = tni_wasi_wait_slice(w, items, count, until, &done);
        if (r != TENON_OS_OK) {
            return tenon_call_fail(call, "waiting: %s", tni_wasi_error_text(r));
        }
        if (looked ? done : any_ready(items, count) || deadline_ns == 0) {
            return TENON_OK;
        }
        if (w->woken) { /* what the items are may not be any more */
            w->woken = w->waiters != NULL;
            return TENON_OK;
        }
        TNI_TRY(tenon_call_check(call));
        if (!looked && tni_wasi_freeze(w, call, items, count, deadline_ns,
                                       mark != NULL ? mark : w)) {
            return TENON_PENDING;
        }
    }
}

tenon_status tni_wasi_wait(tenon_wasi *w, tenon_call *call, tenon_wait *items,
                           size_t count, u64 deadline_ns) {
    return tni_wasi_wait_marked(w, call, items, count, deadline_ns, NULL);
}

static size_t bytes_to_send(const tenon_wasi *w) {
    size_t bytes = 0;
    for (const tni_stream *s = w->draining; s != NULL; s = s->next_draining) {
        bytes += s->pending_count;
    }
    return bytes;
}

void tni_wasi_finish_draining(tenon_wasi *w) {
    const tenon_platform *p = w->platform;
    size_t before = 0;
    u64 deadline_ns = 0;
    while (w->draining != NULL && p->monotonic_ns != NULL && w->os->wait != NULL) {
        size_t now = bytes_to_send(w);
        if (now != before) {
            before = now;
            deadline_ns = p->monotonic_ns(p->user) + STANDSTILL_NS;
        } else if (p->monotonic_ns(p->user) >= deadline_ns) {
            break;
        }
        tenon_os_error r = wait_once(w, NULL, 0, deadline_ns);
        if (r != TENON_OS_OK && r != TENON_OS_INTERRUPTED) {
            break;
        }
    }
    while (w->draining != NULL) { /* given up */
        w->draining->pending_count = 0;
        tni_stream_drain(w->draining);
    }
}

/* -- pollables -- */

static tenon_status hand_out(tenon_call *call, u32 resource, tni_pollable *p,
                             u32 *handle) {
    tenon_status status = tenon_resource_new(call, resource, p, handle);
    if (status != TENON_OK) {
        wasi_io_poll_pollable_destructor(p->wasi, p);
    }
    return status;
}

tenon_status tni_pollable_new(tenon_wasi *w, tenon_call *call, u32 resource,
                              tni_pollable_kind kind, tni_stream *stream, u64 deadline_ns,
                              u32 *handle) {
    tni_pollable *p = TNI_NEW(&w->heap, tni_pollable);
    if (p == NULL) {
        return tenon_call_no_memory(call);
    }
    *p = (tni_pollable){w, kind, stream, deadline_ns, NULL, NULL};
    if (stream != NULL) {
        stream->references++;
    }
    return hand_out(call, resource, p, handle);
}

tenon_status tni_pollable_new_source(tenon_wasi *w, tenon_call *call, u32 resource,
                                     const tni_source *source, void *object,
                                     u32 *handle) {
    tni_pollable *p = TNI_NEW(&w->heap, tni_pollable);
    if (p == NULL) {
        return tenon_call_no_memory(call);
    }
    *p = (tni_pollable){w, TNI_POLLABLE_SOURCE, NULL, 0, source, object};
    source->keep(object);
    return hand_out(call, resource, p, handle);
}

void wasi_io_poll_pollable_destructor(void *user, void *rep) {
    tni_pollable *p = rep;
    tenon_wasi *w = p->wasi;
    (void)user;
    tni_stream_release(p->stream);
    if (p->source != NULL) {
        p->source->release(p->object);
    }
    TNI_FREE(&w->heap, p);
}

/* Ready at once, or something to wait for: an item, or the earliest deadline. */
static bool prepare(const tni_pollable *p, u64 now, tenon_wait *item, u64 *deadline_ns) {
    *item = (tenon_wait){0, 0, false};
    if (p->kind == TNI_POLLABLE_CLOCK) {
        if (p->deadline_ns < *deadline_ns) {
            *deadline_ns = p->deadline_ns;
        }
        return now >= p->deadline_ns;
    }
    if (p->kind == TNI_POLLABLE_SOURCE) {
        return p->source->look != NULL ? p->source->look(p->object, item, deadline_ns)
                                       : p->source->prepare(p->object, item);
    }
    const tni_stream *s = p->stream;
    if (s->closed || !tni_stream_waits(s)) {
        return true;
    }
    u8 events = p->kind == TNI_POLLABLE_INPUT ? TENON_WAIT_READ : TENON_WAIT_WRITE;
    if (s->ops != NULL) {
        return s->ops->prepare(s->object, events, item, deadline_ns);
    }
    item->file = s->os_file;
    item->events = events;
    return false;
}

/* Whether a ready item says nothing yet. */
static bool is_asked_again(const tni_pollable *p) {
    return (p->source != NULL && p->source->look != NULL) ||
           (p->stream != NULL && p->stream->ops != NULL);
}

/* After a wait: an output is ready only when nothing is kept any more. */
static bool settle(const tni_pollable *p, const tenon_wait *item) {
    if (!item->ready || p->kind != TNI_POLLABLE_OUTPUT) {
        return item->ready;
    }
    tni_stream_drain(p->stream);
    return p->stream->pending_count == 0;
}

static bool any_clock(tni_pollable *const *pollables, size_t count) {
    for (size_t i = 0; i < count; i++) {
        if (pollables[i]->kind == TNI_POLLABLE_CLOCK) {
            return true;
        }
    }
    return false;
}

/* One look at all pollables, waiting for the first if asked to. The ready ones' numbers
 * go to ready. A wait may end without any. */
static tenon_status look(tenon_wasi *w, tenon_call *call, tni_pollable *const *pollables,
                         tenon_wait *items, size_t count, bool blocking, u32 *ready,
                         size_t *ready_count) {
    const tenon_platform *p = w->platform;
    u64 now = p->monotonic_ns != NULL ? p->monotonic_ns(p->user) : 0;
    u64 deadline_ns = TENON_NO_DEADLINE;
    bool any = false, waits = false;
    for (size_t i = 0; i < count; i++) {
        bool at_once = prepare(pollables[i], now, &items[i], &deadline_ns);
        any = any || at_once;
        waits = waits || items[i].events != 0;
    }
    if (blocking && !any && !waits && deadline_ns == TENON_NO_DEADLINE &&
        !any_clock(pollables, count)) {
        return tenon_call_fail(call, "waits for what nothing can carry on");
    }
    if (waits || (blocking && !any)) {
        TNI_TRY(tni_wasi_wait(w, call, items, count, any || !blocking ? 0 : deadline_ns));
        now = p->monotonic_ns != NULL ? p->monotonic_ns(p->user) : 0;
    }
    *ready_count = 0;
    for (size_t i = 0; i < count; i++) {
        tenon_wait again;
        bool is_ready = items[i].events != 0 && !is_asked_again(pollables[i])
                            ? settle(pollables[i], &items[i])
                            : prepare(pollables[i], now, &again, &deadline_ns);
        if (is_ready) {
            ready[(*ready_count)++] = (u32)i;
        }
    }
    return TENON_OK;
}

tenon_status wasi_io_poll_method_pollable_ready(tenon_call *call, void *user,
                                                wasi_io_poll_borrow_pollable_t self,
                                                bool *result) {
    tni_pollable *p = tenon_resource_rep(call, self.handle);
    tenon_wait item;
    u32 ready;
    size_t n;
    TNI_TRY(look(user, call, &p, &item, 1, false, &ready, &n));
    *result = n > 0;
    return TENON_OK;
}

tenon_status wasi_io_poll_method_pollable_block(tenon_call *call, void *user,
                                                wasi_io_poll_borrow_pollable_t self) {
    tni_pollable *p = tenon_resource_rep(call, self.handle);
    tenon_wait item;
    u32 ready;
    size_t n = 0;
    while (n == 0) {
        TNI_TRY(look(user, call, &p, &item, 1, true, &ready, &n));
    }
    return TENON_OK;
}

tenon_status wasi_io_poll_poll(tenon_call *call, void *user,
                               const wasi_io_poll_list_borrow_pollable_t *in,
                               wasi_io_poll_list_u32_t *result) {
    size_t count = in->len;
    if (count == 0) {
        return tenon_call_fail(call, "poll of an empty list");
    }
    if (count > UINT32_MAX || count > SIZE_MAX / sizeof(tenon_wait)) {
        return tenon_call_fail(call, "poll of too long a list");
    }
    tni_pollable **pollables =
        tenon_call_alloc(call, count * sizeof *pollables, sizeof(void *));
    tenon_wait *items = tenon_call_alloc(call, count * sizeof *items, 8);
    u32 *ready = tenon_call_alloc(call, count * sizeof *ready, 4);
    if (pollables == NULL || items == NULL || ready == NULL) {
        return tenon_call_no_memory(call);
    }
    for (size_t i = 0; i < count; i++) {
        pollables[i] = tenon_resource_rep(call, in->ptr[i].handle);
    }
    size_t n = 0;
    while (n == 0) {
        TNI_TRY(look(user, call, pollables, items, count, true, ready, &n));
    }
    result->ptr = ready;
    result->len = n;
    return TENON_OK;
}
