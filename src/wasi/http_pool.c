/* http_pool.c: connections of the HTTP client that are kept for the next request to the
 * same host, port and TLS identity (RFC 9112, 9.3), for a while. */
#include "wasi/http.h"

/* A connection over which nothing is under way. */
struct tni_http_kept {
    tni_http_kept *next; /* kept longer */
    tni_http_link link;
    u64 until_ns;
    u16 port;
    size_t host_len;
    char host[];
};

static tni_str host_of(const tni_http_kept *k) {
    return (tni_str){k->host, k->host_len};
}

static void free_kept(tenon_wasi *w, tni_http_kept *k) {
    tni_free(&w->heap, k, 1, sizeof *k + k->host_len);
}

/* Closes what *at is, and takes it off the list. */
static void let_go(tenon_wasi *w, tni_http_kept **at) {
    tni_http_kept *k = *at;
    *at = k->next;
    tni_http_link_close(&k->link);
    free_kept(w, k);
}

/* -- how long -- */

static void prepare(void *object, tenon_wait *item, u64 *deadline_ns) {
    const tenon_wasi *w = object;
    (void)item;
    for (const tni_http_kept *k = w->http_kept; k != NULL; k = k->next) {
        *deadline_ns = k->until_ns < *deadline_ns ? k->until_ns : *deadline_ns;
    }
}

/* Where the pool is on the context's list; or its end. */
static tni_background **place(tenon_wasi *w) {
    tni_background **at = &w->background;
    while (*at != NULL && *at != &w->http_pool) {
        at = &(*at)->next;
    }
    return at;
}

static void leave(void *object) {
    tenon_wasi *w = object;
    while (w->http_kept != NULL) {
        let_go(w, &w->http_kept);
    }
    tni_background **at = place(w);
    if (*at != NULL) {
        *at = w->http_pool.next;
    }
}

static u64 now_of(const tenon_wasi *w) {
    return w->platform->monotonic_ns != NULL
               ? w->platform->monotonic_ns(w->platform->user)
               : 0;
}

static void go_on(void *object) {
    tenon_wasi *w = object;
    u64 now = now_of(w);
    for (tni_http_kept **at = &w->http_kept; *at != NULL;) {
        if (now >= (*at)->until_ns) {
            let_go(w, at);
        } else {
            at = &(*at)->next;
        }
    }
    if (w->http_kept == NULL) {
        leave(w);
    }
}

/* -- keeping and taking -- */

static bool is_for(const tni_http_kept *k, const tni_http_conn *c) {
    return k->port == c->port && k->link.tls == c->tls &&
           tni_http1_same(host_of(k), c->host);
}

/* Lets the one go that was kept longest; of those that c could take, or of all (NULL). */
static void make_room(tenon_wasi *w, const tni_http_conn *c, u32 most) {
    tni_http_kept **last = NULL;
    u32 count = 0;
    for (tni_http_kept **at = &w->http_kept; *at != NULL; at = &(*at)->next) {
        if (c == NULL || is_for(*at, c)) {
            last = at;
            count++;
        }
    }
    if (last != NULL && count >= most) {
        let_go(w, last);
    }
}

void tni_http_pool_put(tenon_wasi *w, tni_http_conn *c) {
    u64 now = now_of(w);
    tni_http_kept *k = NULL;
    if (w->http_keep.per_host > 0 && w->http_keep.total > 0) {
        k = tni_calloc(&w->heap, 1, sizeof *k + c->host.len);
    }
    if (k == NULL) {
        tni_http_link_close(&c->link);
        return;
    }
    make_room(w, c, w->http_keep.per_host);
    make_room(w, NULL, w->http_keep.total);
    k->link = c->link;
    k->until_ns = w->http_keep.idle_ns > TENON_NO_DEADLINE - now
                      ? TENON_NO_DEADLINE
                      : now + w->http_keep.idle_ns;
    k->port = c->port;
    k->host_len = c->host.len;
    memcpy(k->host, c->host.ptr, c->host.len);
    if (*place(w) == NULL) {
        w->http_pool = (tni_background){prepare, go_on, leave, w, w->background};
        w->background = &w->http_pool;
    }
    k->next = w->http_kept;
    w->http_kept = k;
}

/* Open, and without anything that nobody has asked for. */
static bool is_silent(tni_http_kept *k) {
    u8 byte;
    size_t n;
    tni_http_error error;
    return tni_http_link_receive(&k->link, &byte, 1, &n, &error) == TENON_OS_WOULD_BLOCK;
}

bool tni_http_pool_take(tenon_wasi *w, tni_http_conn *c) {
    u64 now = now_of(w);
    bool found = false;
    for (tni_http_kept **at = &w->http_kept; !found && *at != NULL;) {
        tni_http_kept *k = *at;
        if (!is_for(k, c)) {
            at = &k->next;
        } else if (now >= k->until_ns || !is_silent(k)) {
            let_go(w, at);
        } else {
            c->link = k->link;
            *at = k->next;
            free_kept(w, k);
            found = true;
        }
    }
    if (w->http_kept == NULL) {
        leave(w);
    }
    return found;
}
