/* started.c: calls that the host starts and carries on by polling. CanonicalABI.md,
 * "Store.invoke", "Store.tick".
 *
 * Where a chain of the store has paused at the end of a slice, it goes on before anything
 * else: for guests it has never stopped. What the host asks for meanwhile, that a call
 * begins or is cancelled, waits in a queue until the chain has blocked or ended, so that
 * all is done in the order in which it would be done without slices. */
#include "component/resource.h"
#include "component/task.h"

/* -- the queue -- */

static void queue_add(tni_async *a, tni_host_caller *host) {
    if (!host->is_queued) {
        host->is_queued = true;
        host->next_queued = NULL;
        *a->queue_end = host;
        a->queue_end = &host->next_queued;
    }
}

static void queue_remove(tni_async *a, tni_host_caller *host) {
    if (!host->is_queued) {
        return;
    }
    tni_host_caller **at = &a->queue;
    while (*at != host) {
        at = &(*at)->next_queued;
    }
    *at = host->next_queued;
    a->queue_end = *at == NULL ? at : a->queue_end;
    host->is_queued = false;
}

/* -- starting -- */

/* Runs until it blocks, freezes, pauses or has ended. */
static tenon_status begin(tni_cfunc *f, tni_host_caller *host, bool takes_turns,
                          tenon_error *e) {
    tenon_status status = f->type->is_async
                              ? tni_call_async_start(f, host, takes_turns, e)
                              : tni_call_sync_start(f, host, takes_turns, e);
    if (status == TENON_EXCEPTION) { /* call_and_trap_on_throw */
        e->status = status = TENON_TRAP;
    }
    if (status != TENON_OK && host->task != NULL) {
        host->task->host = NULL;
        host->task = NULL;
    }
    return status;
}

static tenon_status start(tni_cfunc *f, tni_host_caller *host, tenon_error *e) {
    tni_cstore *cs = f->cs;
    tenon_status status;
    status = f->kind == TNI_CFUNC_LIFTED ? tni_async_start(cs, e) : TENON_UNSUPPORTED;
    if (status == TENON_UNSUPPORTED) { /* a library without, or nothing that could wait */
        status = tni_cfunc_call(cs->store, f, host->args, host->result, host->results, e);
        host->state = TENON_STARTED_RETURNED;
        return status;
    }
    TNI_TRY(status);
    if (tni_is_paused(cs)) {
        host->func = f;
        queue_add(cs->async, host);
        return TENON_OK;
    }
    const bool outer = tni_set_polling(cs, cs->async->nesting == 0);
    status = begin(f, host, true, e);
    (void)tni_set_polling(cs, outer);
    return status;
}

tenon_status tni_cfunc_start(tni_cfunc *f, const void *args, void *result,
                             tni_arena *results, tni_started **out, tenon_error *e) {
    tni_cstore *cs = f->cs;
    const tenon_type *type = f->type->result;
    if (type != NULL &&
        (result == NULL ||
         (results == NULL && (type->properties & TNI_TYPE_POINTERS) != 0))) {
        return tni_fail(e, TNI_ERR_USAGE, TENON_NO_OFFSET, "no room for the result");
    }
    tni_host_caller *host = cs->free_started;
    if (host != NULL) {
        cs->free_started = host->next_free;
    } else {
        host = TNI_ARENA_NEW(&cs->arena, tni_host_caller);
        if (host == NULL) {
            return tni_no_memory(e);
        }
    }
    *host = (tni_host_caller){.args = args, .result = result, .results = results};
    tenon_status status = start(f, host, e);
    if (status != TENON_OK) {
        host->next_free = cs->free_started;
        cs->free_started = host;
        return status;
    }
    *out = (tni_started *)(void *)host;
    return TENON_OK;
}

/* -- what becomes of it -- */

tenon_started_state tni_started_state(tni_store *s, tni_started *started) {
    tni_host_caller *host = (tni_host_caller *)(void *)started;
    tni_cstore *cs;
    if (host->state != TENON_STARTED_RUNNING && host->scope != NULL &&
        tni_cstore_of(s, &cs, NULL) == TENON_OK) {
        tni_scope_end(cs, host->scope);
        host->scope = NULL;
    }
    return host->state;
}

static tenon_status cancel(tni_cstore *cs, tni_host_caller *host, tenon_error *e) {
    if (host->func != NULL && host->func->type->is_async) { /* no guest has heard of it */
        queue_remove(cs->async, host);
        host->func = NULL;
        host->state = TENON_STARTED_CANCELLED;
    }
    if (host->task == NULL) {
        return TENON_OK;
    }
    if (tni_is_paused(cs)) {
        queue_add(cs->async, host);
        return TENON_OK;
    }
    return tni_task_cancel(cs, host->task, e);
}

tenon_status tni_started_cancel(tni_store *s, tni_started *started, tenon_error *e) {
    tni_host_caller *host = (tni_host_caller *)(void *)started;
    tni_cstore *cs;
    TNI_TRY(tni_cstore_of(s, &cs, e));
    return cancel(cs, host, e);
}

void tni_started_delete(tni_store *s, tni_started *started) {
    tni_host_caller *host = (tni_host_caller *)(void *)started;
    tni_cstore *cs;
    if (tni_started_state(s, started) != TENON_STARTED_RUNNING &&
        tni_cstore_of(s, &cs, NULL) == TENON_OK) {
        queue_remove(cs->async, host);
        host->next_free = cs->free_started;
        cs->free_started = host;
    }
}

/* -- going on -- */

bool tni_set_polling(tni_cstore *cs, bool polling) {
    if (cs->async == NULL) {
        return false;
    }
    const bool outer = cs->async->polling;
    cs->async->polling = polling;
    return outer;
}

tenon_status tni_queue_next(tni_cstore *cs, tenon_error *e) {
    tni_host_caller *host = cs->async->queue;
    tni_cfunc *f = host->func;
    queue_remove(cs->async, host);
    if (f == NULL) {
        return cancel(cs, host, e);
    }
    host->func = NULL;
    const tenon_status status = begin(f, host, cs->async->polling, e);
    if (status != TENON_OK) {
        host->state = TENON_STARTED_FAILED;
    }
    return status;
}

tenon_status tni_cstore_poll(tni_store *s, bool *idle, tenon_error *e) {
    tni_cstore *cs;
    *idle = true;
    TNI_TRY(tni_cstore_of(s, &cs, e));
    if (cs->async == NULL) {
        return TENON_OK;
    }
    const bool outer = tni_set_polling(cs, true);
    tenon_status status = tni_tick(cs, idle, e);
    (void)tni_set_polling(cs, outer);
    if (status == TENON_EXCEPTION) {
        e->status = status = TENON_TRAP;
    }
    return status;
}

bool tni_cstore_paused(tni_store *s) {
    const tni_cstore *cs = tni_store_owner(s);
    return cs != NULL && tni_is_paused(cs);
}
