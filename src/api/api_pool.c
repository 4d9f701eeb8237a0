/* api_pool.c: snapshots and pools of the public API. */
#include "api/api.h"
#include "component/csnapshot.h"

/* -- snapshots -- */

static tni_csnapshot *csnapshot_of(const tenon_snapshot *s) {
    return (tni_csnapshot *)(void *)(uintptr_t)s;
}

tenon_status tenon_snapshot_take(tenon_store *store, const tenon_snapshot *like,
                                 tenon_snapshot **out, tenon_error *error) {
    tenon_error local;
    tenon_error *e = error != NULL ? error : &local;
    tni_csnapshot *p = NULL;
    TNI_TRY(tni_csnapshot_take(tni_store_of(store), csnapshot_of(like), &p, e));
    *out = (tenon_snapshot *)(void *)p;
    return TENON_OK;
}

tenon_status tenon_snapshot_restore(tenon_snapshot *snapshot, tenon_error *error) {
    tenon_error local;
    return tni_csnapshot_restore(csnapshot_of(snapshot), error != NULL ? error : &local);
}

void tenon_snapshot_delete(tenon_snapshot *snapshot) {
    tni_csnapshot_delete(csnapshot_of(snapshot));
}

/* -- pools -- */

typedef struct member {
    const tenon_pool *pool;
    tenon_store *store; /* NULL: to be made */
    tenon_instance *instance;
    tenon_snapshot *snapshot;
    bool in_use;
} member;

struct tenon_pool {
    tni_prelinked *prelinked;   /* retained; NULL: linker_of is asked each time */
    tenon_component *component; /* of linker_of */
    tenon_engine *engine;
    tenon_pool_config config;
    tenon_pool_counts counts;
    member *members; /* config.max_instances */
    u32 *unused;     /* numbers of those not in use, a stack: made ones on top */
    u32 unused_count;
    tenon_error refusal; /* why instances are used once; status OK: they are not */
};

void tenon_pool_config_init(tenon_pool_config *config) {
    *config = (tenon_pool_config){.max_instances = 16, .fuel = INT64_MAX};
    tenon_store_config_init(&config->store);
}

static void unmake(tenon_pool *pool, member *m) {
    tenon_snapshot_delete(m->snapshot);
    tenon_store_delete(m->store);
    *m = (member){.pool = pool};
    pool->counts.made--;
}

static const tenon_snapshot *any_snapshot(const tenon_pool *pool) {
    for (u32 i = 0; i < pool->config.max_instances; i++) {
        if (pool->members[i].snapshot != NULL) {
            return pool->members[i].snapshot;
        }
    }
    return NULL;
}

/* For what is done from now on. */
static void limit(const tenon_pool *pool, const member *m) {
    tenon_store_set_fuel(m->store, pool->config.fuel);
    tenon_store_set_timeout(m->store, pool->config.timeout_ns);
}

static void *user_of(void *users, void *user, tenon_error *e) {
    const member *m = users;
    const tenon_pool_config *c = &m->pool->config;
    return c->user_of(c->user, (u32)(m - m->pool->members), user, e);
}

static tenon_status instantiate(tenon_pool *pool, member *m, tenon_error *e) {
    const tenon_pool_config *c = &pool->config;
    if (c->user_of != NULL) {
        TNI_TRY(tenon_store_set_users(m->store, user_of, m, e));
    }
    if (pool->prelinked != NULL) {
        return tenon_prelinked_instantiate((tenon_prelinked *)(void *)pool->prelinked,
                                           m->store, &m->instance, e);
    }
    tenon_linker *linker = c->linker_of(c->user, (u32)(m - pool->members), e);
    if (linker == NULL) {
        return e->status != TENON_OK ? e->status : tni_no_memory(e);
    }
    return tenon_instantiate(linker, m->store, pool->component, &m->instance, e);
}

static tenon_status fill(tenon_pool *pool, member *m, tenon_error *e) {
    const tenon_pool_config *c = &pool->config;
    TNI_TRY(instantiate(pool, m, e));
    if (c->warm_up != NULL) {
        TNI_TRY(c->warm_up(c->user, m->instance, e));
    }
    const tenon_status status =
        tenon_snapshot_take(m->store, any_snapshot(pool), &m->snapshot, e);
    if (status != TENON_UNSUPPORTED || !c->allows_single_use) {
        return status;
    }
    m->snapshot = NULL;
    pool->refusal = *e;
    return TENON_OK;
}

static tenon_status make(tenon_pool *pool, member *m, tenon_error *e) {
    TNI_TRY(tenon_store_new(pool->engine, &pool->config.store, &m->store, e));
    pool->counts.made++;
    limit(pool, m);
    const tenon_status status = fill(pool, m, e);
    if (status != TENON_OK) {
        unmake(pool, m);
    }
    return status;
}

static tenon_status allocate(tenon_engine *engine, const tenon_pool_config *c,
                             tenon_pool **out, tenon_error *e) {
    tenon_pool *pool = TNI_NEW(&engine->heap, tenon_pool);
    if (pool == NULL) {
        return tni_no_memory(e);
    }
    *pool = (tenon_pool){.engine = engine, .config = *c};
    pool->members = TNI_NEW_ARRAY(&engine->heap, member, c->max_instances);
    pool->unused = TNI_NEW_ARRAY(&engine->heap, u32, c->max_instances);
    if (pool->members == NULL || pool->unused == NULL) {
        tenon_pool_delete(pool);
        return tni_no_memory(e);
    }
    for (u32 i = 0; i < c->max_instances; i++) {
        pool->members[i].pool = pool;
        pool->unused[i] = c->max_instances - 1 - i;
    }
    pool->unused_count = c->max_instances;
    *out = pool;
    return TENON_OK;
}

static tenon_status make_ready(tenon_pool *pool, tenon_error *e) {
    for (u32 i = 0; i < pool->config.ready; i++) {
        TNI_TRY(make(pool, &pool->members[i], e));
    }
    return TENON_OK;
}

/* prelinked: taken over, or NULL. */
static tenon_status new_pool(tni_prelinked *prelinked, tenon_component *component,
                             tenon_engine *engine, const tenon_pool_config *c,
                             tenon_pool **out, tenon_error *e) {
    tenon_pool *pool = NULL;
    tenon_status status = allocate(engine, c, &pool, e);
    if (status != TENON_OK) {
        tni_prelinked_release(prelinked);
        return status;
    }
    pool->prelinked = prelinked;
    pool->component = component;
    status = make_ready(pool, e);
    if (status != TENON_OK) {
        tenon_pool_delete(pool);
        return status;
    }
    *out = pool;
    return TENON_OK;
}

static tenon_status check_config(const tenon_pool_config *c, tenon_error *e) {
    return c->max_instances > 0 && c->ready <= c->max_instances
               ? TENON_OK
               : tni_fail(e, TNI_ERR_USAGE, TENON_NO_OFFSET, "a pool of %u instances",
                          c->max_instances);
}

tenon_status tenon_pool_new(tenon_linker *linker, tenon_component *component,
                            const tenon_pool_config *config, tenon_pool **out,
                            tenon_error *error) {
    tenon_error local;
    tenon_error *e = error != NULL ? error : &local;
    tenon_pool_config defaults;
    tni_linker *l = tni_linker_of(linker);
    tni_prelinked *prelinked = NULL;
    tenon_pool_config_init(&defaults);
    const tenon_pool_config *c = config != NULL ? config : &defaults;
    TNI_TRY(check_config(c, e));
    if (c->linker_of == NULL) {
        TNI_TRY(tni_prelink(l, tni_component_of(component), &prelinked, e));
    }
    return new_pool(prelinked, component, tni_linker_engine(l), c, out, e);
}

tenon_status tenon_pool_new_prelinked(tenon_prelinked *prelinked,
                                      const tenon_pool_config *config, tenon_pool **out,
                                      tenon_error *error) {
    tenon_error local;
    tenon_error *e = error != NULL ? error : &local;
    tenon_pool_config defaults;
    tni_prelinked *p = tni_prelinked_of(prelinked);
    tenon_pool_config_init(&defaults);
    const tenon_pool_config *c = config != NULL ? config : &defaults;
    TNI_TRY(check_config(c, e));
    tni_prelinked_retain(p);
    return new_pool(p, NULL, tni_prelinked_engine(p), c, out, e);
}

tenon_status tenon_pool_take(tenon_pool *pool, tenon_instance **out, tenon_error *error) {
    tenon_error local;
    tenon_error *e = error != NULL ? error : &local;
    if (pool->unused_count == 0) {
        return tni_fail(e, TNI_ERR_LIMIT, TENON_NO_OFFSET,
                        "all %u instances of the pool are in use",
                        pool->config.max_instances);
    }
    member *m = &pool->members[pool->unused[pool->unused_count - 1]];
    if (m->store == NULL) {
        TNI_TRY(make(pool, m, e));
    }
    pool->unused_count--;
    pool->counts.in_use++;
    m->in_use = true;
    limit(pool, m);
    *out = m->instance;
    return TENON_OK;
}

uint32_t tenon_pool_number(const tenon_pool *pool, const tenon_instance *instance) {
    u32 i = 0;
    while (i < pool->config.max_instances &&
           (pool->members[i].instance != instance || !pool->members[i].in_use)) {
        i++;
    }
    return i;
}

void tenon_pool_give_back(tenon_pool *pool, tenon_instance *instance) {
    const u32 i = tenon_pool_number(pool, instance);
    if (i == pool->config.max_instances) {
        return;
    }
    member *m = &pool->members[i];
    m->in_use = false;
    pool->counts.in_use--;
    if (m->snapshot != NULL && tenon_snapshot_restore(m->snapshot, NULL) == TENON_OK) {
        pool->counts.restored++;
    } else {
        pool->counts.replaced++;
        unmake(pool, m);
    }
    pool->unused[pool->unused_count++] = i;
}

/* The longest unused are at the bottom of the stack, where what is made anew stays last.
 */
uint32_t tenon_pool_shrink(tenon_pool *pool, uint32_t keep) {
    u32 deleted = 0;
    for (u32 i = 0; i < pool->unused_count && pool->counts.made > keep; i++) {
        member *m = &pool->members[pool->unused[i]];
        if (m->store != NULL) {
            unmake(pool, m);
            deleted++;
        }
    }
    pool->counts.deleted += deleted;
    return deleted;
}

tenon_status tenon_pool_refusal(const tenon_pool *pool, tenon_error *error) {
    if (error != NULL && pool->refusal.status != TENON_OK) {
        *error = pool->refusal;
    }
    return pool->refusal.status;
}

tenon_pool_counts tenon_pool_count(const tenon_pool *pool) {
    return pool->counts;
}

void tenon_pool_delete(tenon_pool *pool) {
    if (pool == NULL) {
        return;
    }
    tni_heap *heap = &pool->engine->heap;
    for (u32 i = 0; pool->members != NULL && i < pool->config.max_instances; i++) {
        if (pool->members[i].store != NULL) {
            unmake(pool, &pool->members[i]);
        }
    }
    tni_prelinked_release(pool->prelinked);
    TNI_FREE_ARRAY(heap, pool->members, pool->config.max_instances);
    TNI_FREE_ARRAY(heap, pool->unused, pool->config.max_instances);
    TNI_FREE(heap, pool);
}

tenon_store *tenon_instance_store(tenon_instance *instance) {
    return (tenon_store *)(void *)tni_cinstance_store(tni_cinstance_of(instance));
}
