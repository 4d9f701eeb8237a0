/* serve_wait.c: who of many waits for which files, until when: what `tenon serve` waits
 * with. Those that nothing happens to cost nothing where the platform has watches. */
#include "tenon/serve.h"

#include <stdlib.h>

void waits_open(waits *w, const tenon_platform *platform, bool plain) {
    const tenon_os *os = platform->os;
    *w = (waits){.platform = platform};
    w->ready_end = &w->ready;
    if (!plain && os->struct_bytes > offsetof(tenon_os, watch_wait) &&
        os->watch_new != NULL &&
        os->watch_new(platform->user, &w->watch) != TENON_OS_OK) {
        w->watch = NULL; /* no descriptor is left: the other way needs none */
    }
}

void waits_close(waits *w) {
    if (w->watch != NULL) {
        w->platform->os->watch_delete(w->platform->user, w->watch);
    }
    free(w->all);
    free(w->heap);
    free(w->files);
    free(w->items);
    free(w->item_of);
    *w = (waits){.watch = NULL};
}

/* -- deadlines: a heap, the earliest first -- */

static void put(waits *w, size_t place, waiter *x) {
    w->heap[place - 1] = x;
    x->place = place;
}

static void rise(waits *w, waiter *x) {
    size_t at = x->place;
    while (at > 1 && w->heap[at / 2 - 1]->deadline_ns > x->deadline_ns) {
        put(w, at, w->heap[at / 2 - 1]);
        at /= 2;
    }
    put(w, at, x);
}

static void sink(waits *w, waiter *x) {
    size_t at = x->place;
    for (;;) {
        size_t child = 2 * at;
        if (child > w->timed) {
            break;
        }
        if (child < w->timed &&
            w->heap[child]->deadline_ns < w->heap[child - 1]->deadline_ns) {
            child++;
        }
        if (w->heap[child - 1]->deadline_ns >= x->deadline_ns) {
            break;
        }
        put(w, at, w->heap[child - 1]);
        at = child;
    }
    put(w, at, x);
}

static void forget_deadline(waits *w, waiter *x) {
    if (x->place == 0) {
        return;
    }
    waiter *last = w->heap[--w->timed];
    if (last != x) {
        last->place = x->place;
        put(w, x->place, last);
        rise(w, last);
        sink(w, last);
    }
    x->place = 0;
}

static void set_deadline(waits *w, waiter *x, uint64_t deadline_ns) {
    forget_deadline(w, x);
    x->deadline_ns = deadline_ns;
    if (deadline_ns != TENON_NO_DEADLINE) {
        x->place = ++w->timed;
        rise(w, x);
    }
}

/* -- files -- */

/* True: the file is ready at once, for all we can tell. */
static bool arm(waits *w, tenon_file file) {
    uint8_t events = 0;
    if (w->watch == NULL) {
        return false;
    }
    for (const watched *f = w->files[file]; f != NULL; f = f->next) {
        events |= f->events;
    }
    return w->platform->os->watch_set(w->platform->user, w->watch, file, events) !=
           TENON_OS_OK;
}

static bool reserve_file(waits *w, tenon_file file) {
    if (file >= 0 && (size_t)file < w->file_count) {
        return true;
    }
    const size_t want = 2 * (size_t)file + 64;
    watched **files =
        file < 0 || file > INT32_MAX ? NULL : realloc(w->files, want * sizeof *files);
    if (files == NULL) {
        return false;
    }
    w->files = files;
    for (; w->file_count < want; w->file_count++) {
        files[w->file_count] = NULL;
    }
    for (size_t i = 0; i < want; i++) { /* the lists have moved */
        if (files[i] != NULL) {
            files[i]->link = &files[i];
        }
    }
    return true;
}

static void unlink_files(waiter *x) {
    for (size_t i = 0; x->is_linked && i < x->count; i++) {
        watched *f = &x->watched[i];
        *f->link = f->next;
        if (f->next != NULL) {
            f->next->link = f->link;
        }
    }
    x->is_linked = false;
}

/* -- waiters -- */

bool waits_add(waits *w, waiter *x) {
    if (w->count == w->capacity) {
        const size_t want = 2 * w->capacity + 16;
        waiter **all = realloc(w->all, want * sizeof *all);
        w->all = all != NULL ? all : w->all;
        waiter **heap = all == NULL ? NULL : realloc(w->heap, want * sizeof *heap);
        w->heap = heap != NULL ? heap : w->heap;
        if (heap == NULL) {
            return false;
        }
        w->capacity = want;
    }
    x->number = w->count;
    x->deadline_ns = TENON_NO_DEADLINE;
    w->all[w->count++] = x;
    return true;
}

void waits_remove(waits *w, waiter *x) {
    unlink_files(x);
    forget_deadline(w, x);
    if (x->is_ready) {
        waiter **at = &w->ready;
        while (*at != x) {
            at = &(*at)->next_ready;
        }
        *at = x->next_ready;
        w->ready_end = x->next_ready == NULL ? at : w->ready_end;
        w->ready_count--;
        x->is_ready = false;
    }
    w->all[x->number] = w->all[--w->count];
    w->all[x->number]->number = x->number;
    free(x->watched);
    x->watched = NULL;
    x->count = x->capacity = 0;
}

void waits_wake(waits *w, waiter *x) {
    if (!x->is_ready) {
        x->is_ready = true;
        x->next_ready = NULL;
        *w->ready_end = x;
        w->ready_end = &x->next_ready;
        w->ready_count++;
    }
}

bool waits_set(waits *w, waiter *x, const tenon_wait *items, size_t count,
               uint64_t deadline_ns) {
    unlink_files(x);
    if (count > x->capacity) {
        watched *more = realloc(x->watched, count * sizeof *more);
        if (more == NULL) {
            return false;
        }
        x->watched = more;
        x->capacity = count;
    }
    x->count = 0;
    for (size_t i = 0; i < count; i++) {
        if (items[i].events != 0 && !reserve_file(w, items[i].file)) {
            return false;
        }
    }
    x->is_linked = true;
    set_deadline(w, x, deadline_ns);
    for (size_t i = 0; i < count; i++) {
        if (items[i].events == 0) {
            continue;
        }
        watched *f = &x->watched[x->count++];
        watched **list = &w->files[items[i].file];
        *f = (watched){items[i].file, items[i].events, 0, x, *list, list};
        if (*list != NULL) {
            (*list)->link = &f->next;
        }
        *list = f;
    }
    for (size_t i = 0; i < x->count; i++) {
        if (arm(w, x->watched[i].file)) {
            x->watched[i].ready = x->watched[i].events;
            waits_wake(w, x);
        }
    }
    return true;
}

waiter *waits_next(waits *w) {
    waiter *x = w->ready;
    if (x != NULL) {
        w->ready = x->next_ready;
        w->ready_end = w->ready == NULL ? &w->ready : w->ready_end;
        w->ready_count--;
        x->is_ready = false;
        unlink_files(x);
        set_deadline(w, x, TENON_NO_DEADLINE);
    }
    return x;
}

size_t waits_ready(const waiter *x, tenon_wait *out, size_t capacity) {
    size_t n = 0;
    for (size_t i = 0; i < x->count && n < capacity; i++) {
        if (x->watched[i].ready != 0) {
            out[n++] = (tenon_wait){x->watched[i].file, x->watched[i].ready, true};
        }
    }
    return n;
}

/* -- waiting -- */

static void mark(waits *w, const tenon_wait *item) {
    bool is_left = false;
    if (item->file < 0 || (size_t)item->file >= w->file_count) {
        return;
    }
    for (watched *f = w->files[item->file]; f != NULL; f = f->next) {
        if ((f->events & item->events) != 0) {
            f->ready |= f->events & item->events;
            waits_wake(w, f->waiter);
        } else {
            is_left = true;
        }
    }
    if (is_left) {
        (void)arm(w, item->file);
    }
}

static tenon_os_error wait_watching(waits *w, uint64_t deadline_ns) {
    enum { MOST = 256 };
    tenon_wait ready[MOST];
    size_t n = 0;
    tenon_os_error r = w->platform->os->watch_wait(w->platform->user, w->watch, ready,
                                                   MOST, &n, deadline_ns);
    for (size_t i = 0; i < n; i++) {
        mark(w, &ready[i]);
    }
    return r;
}

static bool reserve_items(waits *w, size_t n) {
    if (n > w->item_capacity) {
        const size_t want = 2 * n + 16;
        tenon_wait *items = realloc(w->items, want * sizeof *items);
        w->items = items != NULL ? items : w->items;
        watched **item_of =
            items == NULL ? NULL : realloc(w->item_of, want * sizeof(watched *));
        w->item_of = item_of != NULL ? item_of : w->item_of;
        if (item_of == NULL) {
            return false;
        }
        w->item_capacity = want;
    }
    return true;
}

static tenon_os_error wait_plainly(waits *w, uint64_t deadline_ns) {
    size_t n = 0;
    for (size_t i = 0; i < w->count; i++) {
        n += w->all[i]->is_linked ? w->all[i]->count : 0;
    }
    if (!reserve_items(w, n)) {
        return TENON_OS_INSUFFICIENT_MEMORY;
    }
    n = 0;
    for (size_t i = 0; i < w->count; i++) {
        for (size_t k = 0; w->all[i]->is_linked && k < w->all[i]->count; k++) {
            watched *f = &w->all[i]->watched[k];
            w->item_of[n] = f;
            w->items[n++] = (tenon_wait){f->file, f->events, false};
        }
    }
    tenon_os_error r = w->platform->os->wait(w->platform->user, w->items, n, deadline_ns);
    for (size_t i = 0; r == TENON_OS_OK && i < n; i++) {
        if (w->items[i].ready) {
            w->item_of[i]->ready = w->item_of[i]->events;
            waits_wake(w, w->item_of[i]->waiter);
        }
    }
    return r;
}

tenon_os_error waits_wait(waits *w, uint64_t deadline_ns) {
    if (w->timed > 0 && w->heap[0]->deadline_ns < deadline_ns) {
        deadline_ns = w->heap[0]->deadline_ns;
    }
    if (w->ready != NULL) {
        deadline_ns = 0;
    }
    tenon_os_error r =
        w->watch != NULL ? wait_watching(w, deadline_ns) : wait_plainly(w, deadline_ns);
    if (w->timed > 0) {
        const uint64_t now = w->platform->monotonic_ns(w->platform->user);
        while (w->timed > 0 && w->heap[0]->deadline_ns <= now) {
            waiter *x = w->heap[0];
            forget_deadline(w, x);
            waits_wake(w, x);
        }
    }
    return r;
}
