/* wast_thread.c: the threads of a script: each has names of its own, and takes turns with
 * the others where a call waits on memory, or computes for long. interpreter/README.md of
 * the threads proposal, "Scripts". */
#include <stdlib.h>

#include "tenon/wast.h"

enum { MOST_THREADS = 256, SLICE = 10000 };

struct wast_thread {
    tni_str name;
    wast_names names;
    tni_script script;
    tni_script_command command; /* the one at hand */
    tni_thread *t;              /* runs its calls */
    wast_results results;       /* of the call that waits */
    bool is_waiting;            /* a call has parked or paused */
    bool is_active;             /* its commands are being run, further down in C */
    bool is_done;
};

static tenon_status blocked(tenon_error *e) {
    return tni_fail(e, TNI_ERR_BLOCKED, TENON_NO_OFFSET, NULL);
}

/* Until it ends or waits, or others have their turn. */
static tenon_status take_turn(const wast *w, tni_thread *t, bool *done, tenon_error *e) {
    const uint64_t slice = w->options->wasm.slice;
    tni_store_set_slice(w->store, slice != 0 ? slice : SLICE);
    tni_store_begin_turn(w->store);
    const tenon_status status = tni_thread_run(t, true, done, e);
    tni_store_end_turn(w->store);
    return status;
}

/* Its commands, until a call waits or they end; first what its call that waited gave. */
static void run(wast *w, wast_thread *th, bool is_fresh, bool has_failed) {
    const wast_names outer = w->names;
    wast_thread *outer_thread = w->thread;
    tenon_error e;
    w->names = th->names;
    w->thread = th;
    th->is_active = true;
    bool more = true;
    if (!is_fresh) {
        bool done = false;
        tni_error_clear(&e);
        tenon_status status = TENON_TRAP;
        if (has_failed) {
            tni_thread_abandon(th->t);
            done = true;
            status = blocked(&e);
        } else {
            status = take_turn(w, th->t, &done, &e);
            done = done || status != TENON_OK;
        }
        more = done;
        if (done) {
            th->is_waiting = false;
            wast_finish_call(w, &th->command, th->t, &th->results, status, &e);
        }
    }
    if (more) {
        th->is_done = wast_run_script(w, &th->script, &th->command);
    }
    th->names = w->names;
    th->is_active = false;
    w->names = outer;
    w->thread = outer_thread;
}

/* Lets each thread that can go on do so; whether one did. */
static bool step_all(wast *w) {
    bool progress = false;
    for (size_t n = 0; n < w->threads.count; n++) {
        wast_thread *th = w->threads.data[n];
        if (th->is_waiting && !th->is_active &&
            (tni_thread_is_paused(th->t) || tni_thread_ready(th->t))) {
            progress = true;
            run(w, th, false, false);
        }
    }
    return progress;
}

/* When the first call that waits gives up; UINT64_MAX for none. */
static uint64_t first_end(const wast *w, const tni_thread *also) {
    uint64_t first = also == NULL ? UINT64_MAX : tni_thread_wait_ends(also);
    for (size_t n = 0; n < w->threads.count; n++) {
        const wast_thread *th = w->threads.data[n];
        if (th->is_waiting && !th->is_active) {
            const uint64_t ends = tni_thread_wait_ends(th->t);
            first = ends < first ? ends : first;
        }
    }
    return first;
}

/* Others go on, or the clock does; false: nothing ever will. */
static bool let_others(wast *w, const tni_thread *also) {
    tenon_error e;
    if (step_all(w)) {
        return true;
    }
    const uint64_t ends = first_end(w, also);
    return ends != UINT64_MAX && tni_store_sleep(w->store, ends, &e) == TENON_OK;
}

bool wast_thread_call(wast *w, tni_func *f, wast_results *r, tenon_status *status,
                      tenon_error *e) {
    tni_thread **t = w->thread == NULL ? &w->main_thread : &w->thread->t;
    bool done = false;
    *status = TENON_OK;
    if (*t == NULL) {
        *status = tni_thread_new(w->store, t, e);
    }
    if (*status == TENON_OK) {
        *status = tni_thread_begin(*t, f, r->slots, e);
    }
    if (*status == TENON_OK) {
        *status = take_turn(w, *t, &done, e);
    }
    if (*status == TENON_OK && !done && w->thread != NULL) {
        w->thread->results = *r;
        w->thread->is_waiting = true;
        return false;
    }
    while (*status == TENON_OK && !done) { /* the script itself waits here */
        if (tni_thread_is_paused(*t)) {
            (void)step_all(w);
            *status = take_turn(w, *t, &done, e);
        } else if (tni_thread_ready(*t)) {
            *status = take_turn(w, *t, &done, e);
        } else if (!let_others(w, *t)) {
            tni_thread_abandon(*t);
            *status = blocked(e);
        }
    }
    if (*status == TENON_OK) {
        wast_take_results(*t, r);
    }
    return true;
}

static wast_thread *new_thread(wast *w, const tni_script_command *c) {
    tni_heap *h = &w->engine->heap;
    wast_thread *th = calloc(1, sizeof *th);
    tenon_error e;
    if (th == NULL || !tni_vec_push(h, &w->threads, th)) {
        free(th);
        return NULL;
    }
    th->name = wast_keep_name(w, c->name);
    wast_names_init(&th->names, h);
    if (tni_script_init(&th->script, w->engine, w->source, c->begin, c->end, &e) !=
        TENON_OK) {
        th->is_done = true;
        return NULL;
    }
    return th;
}

wast_outcome wast_thread_command(wast *w, const tni_script_command *c) {
    const uint64_t *shared =
        c->shared.len == 0 ? NULL : tni_map_get(&w->names.instances, c->shared);
    if (shared == NULL && c->shared.len != 0 && !w->options->round_trip) {
        snprintf(w->failure, sizeof w->failure, "no such instance");
        return WAST_FAILED;
    }
    wast_thread *th = w->threads.count >= MOST_THREADS ? NULL : new_thread(w, c);
    if (th == NULL) {
        snprintf(w->failure, sizeof w->failure, "too many threads, or out of memory");
        return WAST_FAILED;
    }
    if (shared != NULL) {
        tni_map_put(&th->names.instances, wast_keep_name(w, c->shared), *shared);
        th->names.current = (tni_instance *)(uintptr_t)*shared;
    }
    run(w, th, true, false);
    return WAST_DONE;
}

/* What waits for good is told so, and goes on. */
static void finish(wast *w, wast_thread *th) {
    while (!th->is_done && !th->is_active) {
        if (!let_others(w, NULL) && !th->is_done) {
            run(w, th, false, true);
        }
    }
}

wast_outcome wast_wait_command(wast *w, const tni_script_command *c) {
    for (size_t n = w->threads.count; n-- > 0;) {
        wast_thread *th = w->threads.data[n];
        if (th->name.len == c->name.len &&
            memcmp(th->name.ptr, c->name.ptr, c->name.len) == 0) {
            finish(w, th);
            return WAST_DONE;
        }
    }
    snprintf(w->failure, sizeof w->failure, "no such thread");
    return WAST_FAILED;
}

void wast_threads_finish(wast *w) {
    for (size_t n = 0; n < w->threads.count; n++) {
        finish(w, w->threads.data[n]);
    }
}

void wast_threads_free(wast *w) {
    for (size_t n = 0; n < w->threads.count; n++) {
        wast_thread *th = w->threads.data[n];
        if (th->t != NULL) {
            tni_thread_delete(th->t);
        }
        tni_script_free(&th->script);
        wast_names_free(&th->names);
        free(th);
    }
    if (w->main_thread != NULL) {
        tni_thread_delete(w->main_thread);
    }
}
