/* park.c: threads that wait on memory: who waits where, who is woken, and waiting for the
 * clock when nobody else can run. Threads proposal, "Wait and notify".
 *
 * A thread that another layer runs by tni_thread_run parks: it is suspended at its
 * instruction, which is executed once more when the thread goes on, and then finds here
 * how the wait ended. A call from C cannot park; it waits for the clock itself. */
#include "base/assert.h"
#include "exec/instance.h"
#include "tenon/platform.h"

enum { SLEEP_NS = 10000000 }; /* between two looks at the interrupt */

static u64 now(const tni_store *s, bool *has_clock) {
    const tenon_platform *p = s->engine->platform;
    *has_clock = p != NULL && p->monotonic_ns != NULL;
    return *has_clock ? p->monotonic_ns(p->user) : 0;
}

u64 tni_time_after(const tni_store *s, u64 ns) {
    bool has_clock;
    const u64 at = now(s, &has_clock);
    if (!has_clock) {
        return 0;
    }
    return ns < UINT64_MAX - 1 - at ? at + ns : UINT64_MAX - 1;
}

tenon_status tni_park_at(tni_thread *t, const tni_memory *m, u64 address, u64 ends_ns) {
    TNI_ASSERT(t->park == TNI_PARK_NONE && t->can_park);
    tni_thread **end = &t->store->parked;
    tni_waiter *w = TNI_NEW(&t->store->heap, tni_waiter);
    if (w == NULL) {
        return tni_no_memory(t->error);
    }
    *w = (tni_waiter){.memory = m, .address = address, .ends_ns = ends_ns};
    while (*end != NULL) {
        end = &(*end)->waiter->next;
    }
    *end = t;
    t->waiter = w;
    t->park = TNI_PARK_WAITING;
    t->suspended = true;
    return TENON_OK;
}

/* Takes the one at p off the list. */
static void take_off(tni_thread **p, tni_park how) {
    tni_thread *t = *p;
    *p = t->waiter->next;
    t->waiter->next = NULL;
    t->park = (u8)how;
}

static void stop(tni_thread *t, tni_park how) {
    tni_thread **p = &t->store->parked;
    while (*p != t) {
        p = &(*p)->waiter->next;
    }
    take_off(p, how);
}

void tni_unpark(tni_thread *t) {
    if (t->park == TNI_PARK_WAITING) {
        stop(t, TNI_PARK_NONE);
    }
    TNI_FREE(&t->store->heap, t->waiter);
    t->waiter = NULL;
    t->park = TNI_PARK_NONE;
}

u32 tni_wake(tni_store *s, const tni_memory *m, u64 address, u32 most) {
    u32 woken = 0;
    for (tni_thread **p = &s->parked; *p != NULL && woken < most;) {
        if ((*p)->waiter->memory == m && (*p)->waiter->address == address) {
            take_off(p, TNI_PARK_WOKEN);
            woken++;
        } else {
            p = &(*p)->waiter->next;
        }
    }
    return woken;
}

bool tni_thread_is_parked(const tni_thread *t) {
    return t->park != TNI_PARK_NONE;
}

bool tni_thread_ready(tni_thread *t) {
    bool has_clock;
    if (t->park == TNI_PARK_WAITING && t->waiter->ends_ns != UINT64_MAX &&
        now(t->store, &has_clock) >= t->waiter->ends_ns) {
        stop(t, TNI_PARK_TIMED_OUT);
    }
    return t->park == TNI_PARK_WOKEN || t->park == TNI_PARK_TIMED_OUT;
}

u64 tni_thread_wait_ends(const tni_thread *t) {
    return t->park == TNI_PARK_WAITING ? t->waiter->ends_ns : UINT64_MAX;
}

static void sleep_once(tni_store *s, u64 at, u64 until_ns) {
    const tenon_platform *p = s->engine->platform;
    if (p->os != NULL && p->os->wait != NULL) {
        const u64 slice = until_ns - at < SLEEP_NS ? until_ns : at + SLEEP_NS;
        (void)p->os->wait(p->user, NULL, 0, slice); /* early is as good */
    }
}

tenon_status tni_store_sleep(tni_store *s, u64 until_ns, tenon_error *e) {
    bool has_clock;
    for (;;) {
        TNI_TRY(tni_store_check(s, e));
        const u64 at = now(s, &has_clock);
        if (!has_clock || at >= until_ns) {
            return TENON_OK;
        }
        sleep_once(s, at, until_ns);
    }
}
