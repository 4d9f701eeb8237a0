/* freeze.c: waiting without holding up a thread: calls that are carried on by polling
 * freeze (tenon_call_pend), what they wait for is gathered from all contexts, waited for
 * at once, and the functions are called again (tenon_pending_again).
 *
 * So host functions are written as if they blocked, as long as being called once more
 * from the start does no harm; a mark says how far one had come. */
#include "wasi/wasi.h"

/* A frozen call, and what it waits for. */
struct tni_waiter {
    tenon_wasi *wasi;
    tenon_pending *pending;
    void *mark;
    u64 deadline_ns;
    tni_waiter *next, **link;
    size_t count;
    tenon_wait items[];
};

static void forget(tni_waiter *x) {
    tenon_wasi *w = x->wasi;
    *x->link = x->next;
    if (x->next != NULL) {
        x->next->link = x->link;
    }
    tni_free(&w->heap, x, 1, sizeof *x + x->count * sizeof *x->items);
}

static void on_event(void *data, tenon_pending *pending, tenon_pending_event event) {
    (void)pending;
    if (event == TENON_PENDING_OVER) {
        forget(data);
    }
}

bool tni_wasi_freeze(tenon_wasi *w, tenon_call *call, const tenon_wait *items,
                     size_t count, u64 deadline_ns, void *mark) {
    if (!tenon_call_can_pend(call)) {
        return false;
    }
    tni_waiter *x = tni_calloc(&w->heap, 1, sizeof *x + count * sizeof *items);
    if (x == NULL) {
        return false;
    }
    x->wasi = w;
    x->mark = mark;
    x->deadline_ns = deadline_ns;
    x->count = count;
    if (count > 0) {
        memcpy(x->items, items, count * sizeof *items);
    }
    x->next = w->waiters;
    x->link = &w->waiters;
    if (w->waiters != NULL) {
        w->waiters->link = &x->next;
    }
    w->waiters = x;
    x->pending = tenon_call_pend(call, on_event, x);
    if (x->pending == NULL) {
        forget(x);
        return false;
    }
    return true;
}

size_t tenon_wasi_waiting(const tenon_wasi *w, tenon_wait *items, size_t capacity,
                          uint64_t *deadline_ns) {
    size_t n = 0;
    if (w->woken && w->waiters != NULL) { /* they are to look again at once */
        *deadline_ns = 0;
    }
    for (const tni_waiter *x = w->waiters; x != NULL; x = x->next) {
        for (size_t i = 0; i < x->count; i++) {
            if (x->items[i].events != 0 && n++ < capacity) {
                items[n - 1] = x->items[i];
                items[n - 1].ready = false;
            }
        }
        *deadline_ns = x->deadline_ns < *deadline_ns ? x->deadline_ns : *deadline_ns;
    }
    for (const tni_background *b = w->background; b != NULL; b = b->next) {
        tenon_wait item = {0, 0, false};
        b->prepare(b->object, &item, deadline_ns);
        if (item.events != 0 && n++ < capacity) {
            items[n - 1] = item;
        }
    }
    for (const tni_stream *s = w->draining; s != NULL; s = s->next_draining) {
        if (n++ < capacity) {
            items[n - 1] = (tenon_wait){s->os_file, TENON_WAIT_WRITE, false};
        }
    }
    return n;
}

static bool is_over(const tni_waiter *x, u64 now) {
    for (size_t i = 0; i < x->count; i++) {
        if (x->items[i].ready) {
            return true;
        }
    }
    return now >= x->deadline_ns;
}

size_t tenon_wasi_look(tenon_wasi *w) {
    const tenon_platform *p = w->platform;
    size_t n = 0;
    if (w->os == NULL || w->os->wait == NULL || p->monotonic_ns == NULL) {
        return 0;
    }
    if (w->background != NULL || (w->waiters == NULL && w->draining != NULL)) {
        bool done;
        (void)tni_wasi_wait_slice(w, NULL, 0, 0, &done);
    }
    const bool woken = w->woken;
    w->woken = false;
    for (tni_waiter *x = w->waiters; x != NULL; x = x->next) {
        bool done;
        if (woken ||
            tni_wasi_wait_slice(w, x->items, x->count, 0, &done) != TENON_OS_OK ||
            is_over(x, p->monotonic_ns(p->user))) {
            tenon_pending_again(x->pending, x->mark);
            n++;
        }
    }
    return n;
}

/* Whether one of the items is among those that are ready. */
static bool is_among(const tenon_wait *items, size_t count, const tenon_wait *ready,
                     size_t ready_count) {
    for (size_t i = 0; i < count; i++) {
        for (size_t k = 0; k < ready_count; k++) {
            if (ready[k].ready && items[i].file == ready[k].file &&
                (items[i].events & ready[k].events) != 0) {
                return true;
            }
        }
    }
    return false;
}

/* Carries on what is not a call's. */
static void resume_background(tenon_wasi *w, const tenon_wait *ready, size_t count,
                              u64 now) {
    tni_background *after;
    for (tni_background *b = w->background; b != NULL; b = after) {
        tenon_wait item = {0, 0, false};
        u64 deadline_ns = TENON_NO_DEADLINE;
        after = b->next;
        b->prepare(b->object, &item, &deadline_ns);
        if (is_among(&item, 1, ready, count) || now >= deadline_ns) {
            b->go_on(b->object);
        }
    }
    tni_stream *next;
    for (tni_stream *s = w->draining; s != NULL; s = next) {
        const tenon_wait item = {s->os_file, TENON_WAIT_WRITE, false};
        next = s->next_draining;
        if (is_among(&item, 1, ready, count)) {
            tni_stream_drain(s); /* takes at most itself off the list */
        }
    }
}

size_t tenon_wasi_resume(tenon_wasi *w, const tenon_wait *ready, size_t count) {
    const tenon_platform *p = w->platform;
    size_t n = 0;
    if (p->monotonic_ns == NULL) {
        return 0;
    }
    const u64 now = p->monotonic_ns(p->user);
    resume_background(w, ready, count, now);
    const bool woken = w->woken;
    w->woken = false;
    for (tni_waiter *x = w->waiters; x != NULL; x = x->next) {
        if (woken || is_among(x->items, x->count, ready, count) ||
            now >= x->deadline_ns) {
            tenon_pending_again(x->pending, x->mark);
            n++;
        }
    }
    return n;
}

/* The items stand in the order of the contexts, as tenon_wasi_waiting gave them. */
static void resume_all(tenon_wasi *const *wasis, size_t count, const tenon_wait *items) {
    for (size_t i = 0; i < count; i++) {
        u64 ignored = TENON_NO_DEADLINE;
        const size_t n = tenon_wasi_waiting(wasis[i], NULL, 0, &ignored);
        (void)tenon_wasi_resume(wasis[i], items, n);
        items += n;
    }
}

tenon_status tenon_wasi_wait(tenon_wasi *const *wasis, size_t count, uint64_t deadline_ns,
                             tenon_error *error) {
    tenon_error local;
    tenon_error *e = error != NULL ? error : &local;
    size_t n = 0, used = 0;
    if (count == 0) {
        return TENON_OK;
    }
    tenon_wasi *first = wasis[0];
    for (size_t i = 0; i < count; i++) {
        n += tenon_wasi_waiting(wasis[i], NULL, 0, &deadline_ns);
    }
    tenon_wait *items = TNI_NEW_ARRAY(&first->heap, tenon_wait, n + 1);
    if (items == NULL) {
        return tni_no_memory(e);
    }
    for (size_t i = 0; i < count; i++) {
        used += tenon_wasi_waiting(wasis[i], items + used, n - used, &deadline_ns);
    }
    const tenon_os_error r =
        first->os == NULL || first->os->wait == NULL
            ? TENON_OS_UNSUPPORTED
            : first->os->wait(first->platform->user, items, n, deadline_ns);
    tenon_status status = TENON_OK;
    if (r == TENON_OS_OK) {
        resume_all(wasis, count, items);
    } else if (r != TENON_OS_INTERRUPTED) {
        status = tni_fail(e, TNI_ERR_IO, TENON_NO_OFFSET, "waiting: %s",
                          tni_wasi_error_text(r));
    }
    TNI_FREE_ARRAY(&first->heap, items, n + 1);
    return status;
}
