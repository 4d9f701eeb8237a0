/* preview1_poll.c: WASI preview 1: poll_oneoff.
 *
 * What is wrong with one subscription (a descriptor that is none, a clock that is not
 * there) is the error of its event, which is ready at once. */
#include "wasi/preview1.h"

enum { EVENT_CLOCK, EVENT_FD_READ, EVENT_FD_WRITE };
enum { EVENT_BYTES = 32, CLOCK_ABSOLUTE = 1, CLOCK_REALTIME = 0 };

typedef struct subscription {
    u64 userdata;
    u8 type;
    p1_errno error;
    bool at_once;    /* ready without waiting */
    u64 deadline_ns; /* of a clock, monotonic */
    u64 bytes;       /* that can be moved, as far as that is known */
} subscription;

static u32 subscription_bytes(const p1_call *c) {
    return c->unstable ? 56 : 48;
}

/* -- one subscription -- */

static u64 add_saturating(u64 a, u64 b) {
    return b > UINT64_MAX - a ? UINT64_MAX : a + b;
}

/* p: subscription_clock, without the identifier that wasi_unstable begins it with. */
static void read_clock(const p1_call *c, const u8 *p, subscription *s) {
    const u32 clock = tni_load_u32(p);
    const u64 timeout = tni_load_u64(p + 8);
    const bool absolute = (tni_load_u16(p + 24) & CLOCK_ABSOLUTE) != 0;
    u64 now, left = timeout;
    s->error = tni_p1_clock_ns(c->wasi, clock, &now);
    if (s->error == P1_SUCCESS && absolute) {
        left = timeout > now ? timeout - now : 0;
    }
    if (s->error == P1_SUCCESS && (clock == CLOCK_REALTIME || absolute)) {
        s->error = tni_p1_clock_ns(c->wasi, 1, &now); /* the monotonic clock's now */
    }
    s->at_once = s->error != P1_SUCCESS;
    s->deadline_ns = s->at_once ? 0 : add_saturating(now, left);
}

/* Bytes from the offset to the end of a file. */
static u64 bytes_left(const p1_call *c, const p1_descriptor *d) {
    tenon_file_stat st;
    if (c->wasi->os->stat(c->wasi->platform->user, d->file->file, &st) != TENON_OS_OK) {
        return 0;
    }
    return st.size_bytes > d->offset ? st.size_bytes - d->offset : 0;
}

static void read_fd(const p1_call *c, u32 fd, subscription *s, tenon_wait *item) {
    const bool reads = s->type == EVENT_FD_READ;
    p1_descriptor *d = tni_p1_get(c->table, fd);
    s->bytes = 1; /* at least */
    if (d == NULL || d->kind == P1_DIRECTORY) {
        s->error = P1_BADF;
    } else {
        s->error = tni_p1_need(d, reads ? P1_RIGHT(FD_READ) : P1_RIGHT(FD_WRITE));
    }
    if (s->error == P1_SUCCESS) {
        s->error = tni_p1_need(d, P1_RIGHT(POLL_FD_READWRITE));
    }
    s->at_once = true;
    if (s->error != P1_SUCCESS) {
        return;
    }
    if (tni_p1_has_offset(d)) {
        s->bytes = reads ? bytes_left(c, d) : 1;
    } else if (d->kind != P1_STANDARD || d->stream->kind == TNI_STREAM_OS) {
        s->at_once = false;
        item->file = tni_p1_waited(d);
        item->events = reads ? TENON_WAIT_READ : TENON_WAIT_WRITE;
    }
}

/* inval when the type is none. */
static p1_errno read_subscription(const p1_call *c, const u8 *p, subscription *s,
                                  tenon_wait *item) {
    s->userdata = tni_load_u64(p);
    s->type = p[8];
    switch (s->type) {
    case EVENT_CLOCK: read_clock(c, p + (c->unstable ? 24 : 16), s); return P1_SUCCESS;
    case EVENT_FD_READ:
    case EVENT_FD_WRITE: read_fd(c, tni_load_u32(p + 16), s, item); return P1_SUCCESS;
    default: return P1_INVAL;
    }
}

/* -- all of them -- */

typedef struct poll_list {
    subscription *subscriptions;
    tenon_wait *items;
    u32 count;
} poll_list;

static bool is_clock(const subscription *s) {
    return s->type == EVENT_CLOCK && s->error == P1_SUCCESS;
}

/* How long there is to wait: not at all when something is ready. */
static u64 deadline_of(const poll_list *l) {
    u64 deadline = TENON_NO_DEADLINE;
    for (u32 i = 0; i < l->count; i++) {
        const subscription *s = &l->subscriptions[i];
        if (s->at_once) {
            return 0;
        }
        if (is_clock(s) && s->deadline_ns < deadline) {
            deadline = s->deadline_ns;
        }
    }
    return deadline;
}

static void put_event(u8 *p, const subscription *s) {
    memset(p, 0, EVENT_BYTES);
    tni_store_u64(p, s->userdata);
    tni_store_u16(p + 8, (u16)s->error);
    p[10] = s->type;
    if (s->type != EVENT_CLOCK && s->error == P1_SUCCESS) {
        tni_store_u64(p + 16, s->bytes);
    }
}

/* Writes the events of what is ready. */
static u32 collect(const poll_list *l, u64 now, u8 *out) {
    u32 n = 0;
    for (u32 i = 0; i < l->count; i++) {
        const subscription *s = &l->subscriptions[i];
        if (s->at_once || l->items[i].ready || (is_clock(s) && now >= s->deadline_ns)) {
            put_event(out + (size_t)n++ * EVENT_BYTES, s);
        }
    }
    return n;
}

/* Waits for the first and writes the events; the subscriptions have been read. */
static p1_errno wait_and_collect(p1_call *c, poll_list *l, u8 *out, u32 *events) {
    const tenon_platform *p = c->wasi->platform;
    for (*events = 0; *events == 0;) {
        u64 deadline = deadline_of(l);
        bool waits = deadline != 0;
        for (u32 i = 0; i < l->count; i++) {
            waits = waits || l->items[i].events != 0;
        }
        if (waits && !tni_p1_wait(c, l->items, l->count, deadline)) {
            return P1_SUCCESS;
        }
        *events = collect(l, p->monotonic_ns != NULL ? p->monotonic_ns(p->user) : 0, out);
    }
    return P1_SUCCESS;
}

static p1_errno poll_all(p1_call *c, poll_list *l, const u8 *in, u8 *out, u32 *events) {
    for (u32 i = 0; i < l->count; i++) {
        p1_errno r = read_subscription(c, in + (size_t)i * subscription_bytes(c),
                                       &l->subscriptions[i], &l->items[i]);
        if (r != P1_SUCCESS) {
            return r;
        }
    }
    return wait_and_collect(c, l, out, events);
}

p1_errno tni_p1_poll_oneoff(p1_call *c, const u64 *args) {
    tni_heap *heap = &c->wasi->heap;
    poll_list l = {.count = tni_p1_u32(args[2])};
    u32 events = 0;
    if (l.count == 0) {
        return P1_INVAL;
    }
    const u8 *in = tni_p1_at(c, args[0], (u64)l.count * subscription_bytes(c), 8);
    u8 *out = tni_p1_at(c, args[1], (u64)l.count * EVENT_BYTES, 8);
    if (in == NULL || out == NULL || tni_p1_at(c, args[3], 4, 4) == NULL) {
        return P1_SUCCESS;
    }
    l.subscriptions = TNI_NEW_ARRAY(heap, subscription, l.count);
    l.items = TNI_NEW_ARRAY(heap, tenon_wait, l.count);
    p1_errno r = P1_NOMEM;
    if (l.subscriptions != NULL && l.items != NULL) {
        r = poll_all(c, &l, in, out, &events);
    }
    TNI_FREE_ARRAY(heap, l.subscriptions, l.count);
    TNI_FREE_ARRAY(heap, l.items, l.count);
    return r != P1_SUCCESS ? r : tni_p1_give_u32(c, args[3], events);
}
