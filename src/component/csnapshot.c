/* csnapshot.c: the state of a store with its components, kept and put back: what
 * exec/snapshot.c keeps, and the handles and flags of component instances.
 *
 * Taken when nothing is in progress, so that tasks, threads, streams and loans need not
 * be kept: restoring ends them. Objects of the host that guests have are kept where the
 * host says so: they stay in the host's table, under the same index, until the snapshot
 * is let go. */
#include "component/csnapshot.h"

#include "component/errorcontext.h"
#include "component/resource.h"
#include "component/task.h"

typedef struct kept_handles {
    tni_handle *entries;
    size_t count;
    u32 free, live;
} kept_handles;

struct tni_csnapshot {
    tni_cstore *cs; /* NULL: the store has no components */
    tni_snapshot *core;
    tni_arena arena;
    kept_handles *tables; /* of each component instance */
    size_t instance_count;
    u32 *objects; /* of the host, that guests have: indices in the host's table */
    u32 object_count;
    bool is_taken; /* the objects are kept */
    u64 ctx[2];
    u64 arena_bytes; /* of the store's component part */
    u64 heap_bytes;  /* of the store */
};

/* What ended tasks and the like may leave in the store's arena before it is better made
 * anew; and of what the store may have, as a part of what was free. */
enum { LEFT_BYTES = 1 << 20, LEFT_PART = 8 };

/* -- taking -- */

static TNI_COLD tenon_status refuse(tenon_error *e, const char *what) {
    return tni_fail(e, TNI_ERR_SNAPSHOT, TENON_NO_OFFSET, "%s", what);
}

/* Why a handle cannot be kept; NULL: it can. */
static const char *reason(const tni_handle *h) {
    switch ((tni_handle_kind)h->kind) {
    case TNI_HANDLE_FREE: return NULL;
    case TNI_HANDLE_RESOURCE:
        if (!h->own || h->lends != 0) {
            return "a handle is lent or borrowed";
        }
        return NULL; /* the host's are in its own table, too */
    case TNI_HANDLE_HOST_RESOURCE: return NULL;
    case TNI_HANDLE_SUBTASK: return "a subtask is in progress";
    case TNI_HANDLE_WAITABLE_SET: return "there is a waitable set";
    case TNI_HANDLE_ERROR_CONTEXT: return "there is an error-context";
    default: return "there is a stream or future";
    }
}

static tenon_status check_table(const tni_handles *table, tenon_error *e) {
    for (size_t i = 1; i < table->entries.count; i++) {
        const tni_handle *h = &table->entries.data[i];
        const char *why = reason(h);
        if (why != NULL) {
            return refuse(e, why);
        }
    }
    return TENON_OK;
}

/* Whether only guests hold the host's objects, and the host would have them kept. */
static tenon_status check_host(tni_cstore *cs, tenon_error *e) {
    TNI_TRY(check_table(&cs->host_handles, e));
    for (u32 i = 1; i < cs->host_handles.entries.count; i++) {
        const tni_handle *h = tni_handles_at(&cs->host_handles, i);
        if (h == NULL || (h->kind == TNI_HANDLE_HOST_RESOURCE && h->rep != 0)) {
            continue;
        }
        if (h->kind != TNI_HANDLE_HOST_RESOURCE || h->own) {
            return refuse(e, "the host holds a handle");
        }
        if (!tni_host_resource_keeps(cs, i)) {
            const tni_str name = cs->resource_types.data[h->type]->name;
            return tni_fail(e, TNI_ERR_SNAPSHOT, TENON_NO_OFFSET,
                            "a handle of the host's resource \"%.*s\" is held",
                            (int)name.len, name.ptr != NULL ? name.ptr : "");
        }
    }
    return TENON_OK;
}

static tenon_status check_instance(const tni_cinstance *i, tenon_error *e) {
    if (i->component == NULL) { /* it only holds exports */
        return TENON_OK;
    }
    if (!i->may_enter || !i->may_leave) {
        return refuse(e, "an instance has trapped or is in use");
    }
    if (i->threads.live > 0 || i->exclusive != NULL || i->num_waiting_to_enter > 0) {
        return refuse(e, "a task is in progress");
    }
    if (i->backpressure > 0) {
        return refuse(e, "an instance asks for backpressure");
    }
    return check_table(&i->handles, e);
}

static tenon_status check_quiet(tni_cstore *cs, tenon_error *e) {
    const tni_async *a = cs->async;
    if (a != NULL && (a->nesting > 0 || a->first_waiting != NULL ||
                      a->pending_count > 0 || tni_is_paused(cs))) {
        return refuse(e, "a task is in progress");
    }
    for (size_t n = 0; n < cs->instances.count; n++) {
        TNI_TRY(check_instance(cs->instances.data[n], e));
    }
    return check_host(cs, e);
}

static bool keep_handles(tni_csnapshot *p, kept_handles *k, const tni_handles *table) {
    k->count = table->entries.count;
    k->free = table->free;
    k->live = table->live;
    k->entries = TNI_ARENA_ARRAY(&p->arena, tni_handle, k->count);
    if (k->entries == NULL) {
        return false;
    }
    if (k->count > 0) {
        memcpy(k->entries, table->entries.data, k->count * sizeof *k->entries);
    }
    return true;
}

static bool list_objects(tni_csnapshot *p) {
    const tni_handles *table = &p->cs->host_handles;
    p->objects = TNI_ARENA_ARRAY(&p->arena, u32, table->live);
    for (u32 i = 1; p->objects != NULL && i < table->entries.count; i++) {
        const tni_handle *h = tni_handles_at(table, i);
        if (h != NULL && h->rep == 0) {
            p->objects[p->object_count++] = i;
        }
    }
    return p->objects != NULL;
}

static bool keep_components(tni_csnapshot *p) {
    const tni_cstore *cs = p->cs;
    p->ctx[0] = cs->ctx[0];
    p->ctx[1] = cs->ctx[1];
    p->arena_bytes = cs->arena.total_bytes;
    p->heap_bytes = cs->heap->used_bytes;
    p->instance_count = cs->instances.count;
    p->tables = TNI_ARENA_ARRAY(&p->arena, kept_handles, p->instance_count);
    if (p->tables == NULL) {
        return false;
    }
    for (size_t n = 0; n < p->instance_count; n++) {
        if (!keep_handles(p, &p->tables[n], &cs->instances.data[n]->handles)) {
            return false;
        }
    }
    return list_objects(p);
}

/* The last step: nothing can fail any more. */
static void keep_objects(tni_csnapshot *p) {
    for (u32 i = 0; i < p->object_count; i++) {
        tni_host_resource_keep(p->cs, p->objects[i]);
    }
    p->is_taken = true;
}

tenon_status tni_csnapshot_take(tni_store *s, const tni_csnapshot *like,
                                tni_csnapshot **out, tenon_error *e) {
    tni_cstore *cs = tni_store_owner(s);
    tni_heap *heap = &tni_store_engine(s)->heap;
    if (cs != NULL) {
        TNI_TRY(check_quiet(cs, e));
    }
    tni_csnapshot *p = TNI_NEW(heap, tni_csnapshot);
    if (p == NULL) {
        return tni_no_memory(e);
    }
    p->cs = cs;
    tni_arena_init(&p->arena, heap);
    tenon_status status = cs != NULL && !keep_components(p) ? tni_no_memory(e) : TENON_OK;
    if (status == TENON_OK) {
        status = tni_snapshot_take(s, like != NULL ? like->core : NULL, &p->core, e);
    }
    if (status != TENON_OK) {
        tni_csnapshot_delete(p);
        return status;
    }
    keep_objects(p);
    *out = p;
    return TENON_OK;
}

void tni_csnapshot_delete(tni_csnapshot *p) {
    if (p != NULL) {
        tni_heap *heap = p->arena.heap;
        for (u32 i = 0; p->is_taken && i < p->object_count; i++) {
            tni_host_resource_let_go(p->cs, p->objects[i]);
        }
        tni_snapshot_delete(p->core);
        tni_arena_free(&p->arena);
        TNI_FREE(heap, p);
    }
}

/* -- restoring -- */

static void restore_instance(const kept_handles *k, tni_cinstance *i) {
    if (i->component == NULL) {
        return;
    }
    tni_error_contexts_end(i->cs, &i->handles); /* there were none */
    i->may_enter = i->may_leave = true;
    i->backpressure = 0;
    i->num_waiting_to_enter = 0;
    i->exclusive = NULL;
    i->threads.entries.count = 0;
    i->threads.free = 0;
    i->threads.live = 0;
    i->handles.entries.count = k->count; /* tables do not shrink below: there is room */
    if (k->count > 0) {
        memcpy(i->handles.entries.data, k->entries, k->count * sizeof *k->entries);
    }
    i->handles.free = k->free;
    i->handles.live = k->live;
    tni_handles_trim(&i->handles);
    tni_handles_trim(&i->threads);
}

/* What is left of calls and cannot be had back is not the next user's to bear. */
static bool left_too_much(const tni_csnapshot *p) {
    const tni_heap *h = p->cs->heap;
    u64 left = h->used_bytes > p->heap_bytes ? h->used_bytes - p->heap_bytes : 0;
    return p->cs->arena.total_bytes - p->arena_bytes > LEFT_BYTES ||
           left > (h->limit_bytes - p->heap_bytes) / LEFT_PART;
}

tenon_status tni_csnapshot_restore(tni_csnapshot *p, tenon_error *e) {
    tni_cstore *cs = p->cs;
    if (cs == NULL) {
        return tni_snapshot_restore(p->core, e);
    }
    if ((cs->async != NULL && cs->async->nesting > 0) ||
        cs->instances.count != p->instance_count) {
        return tni_fail(e, TNI_ERR_USAGE, TENON_NO_OFFSET,
                        "a snapshot of a store that is in use or has other instances");
    }
    tni_async_end_all(cs);
    tni_host_handles_end(cs, false);
    tni_handles_trim(&cs->host_handles);
    for (size_t n = 0; n < p->instance_count; n++) {
        restore_instance(&p->tables[n], cs->instances.data[n]);
    }
    cs->ctx[0] = p->ctx[0];
    cs->ctx[1] = p->ctx[1];
    for (u32 i = 0; i < p->object_count; i++) {
        tni_host_resource_restore(cs, p->objects[i]);
    }
    TNI_TRY(tni_snapshot_restore(p->core, e));
    if (left_too_much(p)) {
        return tni_fail(e, TNI_ERR_LIMIT, TENON_NO_OFFSET,
                        "calls that never ended have left too much");
    }
    return TENON_OK;
}
