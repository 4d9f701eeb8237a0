/* shipping-rates: a shop whose carts are priced by the plugins of merchants, one of which
 * is hostile.
 *
 *     shipping-rates PLUGIN.wasm HOSTILE.wasm
 *
 * The contract is spec-tests/guests/shipping-rates/shipping-rates.wit. Each merchant has
 * a pool: every cart gets an instance as new, with fuel, time and memory of its own.
 * While a second thread has the hostile plugin loop, recurse, hoard, lie and trap, the
 * first goes on pricing. Engine and components are shared by the threads; a pool is used
 * by one. */
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>

#include "merchant.h"

enum { ATTACKS = 120, STATUSES = TENON_PENDING + 1, MAX_PLUGIN_BYTES = 1 << 16 };

typedef struct merchant {
    tenon_component *component;
    tenon_pool *pool;
    tenon_arena *arena;
    char bytes[MAX_PLUGIN_BYTES];
} merchant;

static bool open_merchant(merchant *m, tenon_engine *engine, tenon_linker *linker,
                          const char *path, tenon_error *error) {
    FILE *file = fopen(path, "rb");
    size_t len = file != NULL ? fread(m->bytes, 1, sizeof m->bytes, file) : 0;
    if (file != NULL) {
        fclose(file);
    }
    tenon_pool_config config;
    tenon_pool_config_init(&config);
    config.ready = 1;               /* of at most 16: whether it links is seen now */
    config.fuel = 1000000;          /* calls and turns of loops, for one cart */
    config.timeout_ns = 9000000000; /* nine seconds: fuel ends sooner */
    config.store.max_memory_bytes = 1 << 20;
    if (tenon_component_load(engine, m->bytes, len, 0, &m->component, error) ==
            TENON_OK &&
        tenon_arena_new(engine, &m->arena, error) == TENON_OK) {
        tenon_pool_new(linker, m->component, &config, &m->pool, error);
    }
    return m->pool != NULL;
}

static void close_merchant(merchant *m) {
    tenon_pool_delete(m->pool);
    tenon_arena_delete(m->arena);
    tenon_component_delete(m->component);
}

/* Prices a cart; the result lives until the merchant's next. */
static tenon_status quote(merchant *m, const merchant_cart_t *cart,
                          merchant_result_list_rate_refusal_t *result,
                          tenon_error *error) {
    tenon_instance *instance;
    merchant_calls calls;
    tenon_arena_reset(m->arena);
    tenon_status status = tenon_pool_take(m->pool, &instance, error);
    if (status == TENON_OK) {
        status = merchant_calls_init(&calls, instance, error);
        if (status == TENON_OK) {
            status = merchant_call_quote(&calls, cart, result, m->arena, error);
        }
        tenon_pool_give_back(m->pool, instance); /* whatever became of it */
    }
    return status;
}

static merchant_item_t items[6] = {
    {{"book", 4}, 2, 750}, {{"lamp", 4}, 1, 2400}, {{"anvil", 5}, 1, 50000}};

static bool price(merchant *fair, const char *country, size_t count, tenon_error *error) {
    merchant_cart_t cart = {{country, 2}, {items, count}};
    merchant_result_list_rate_refusal_t q;
    if (quote(fair, &cart, &q, error) != TENON_OK) {
        return false;
    }
    if (q.is_err && q.val.err.tag == MERCHANT_REFUSAL_NO_SERVICE) {
        printf("no service to %.*s\n", (int)q.val.err.val.no_service.len,
               q.val.err.val.no_service.ptr);
    } else if (q.is_err) {
        printf("too heavy: at most %u grams\n", q.val.err.val.too_heavy);
    }
    for (size_t i = 0; !q.is_err && i < q.val.ok.len; i++) {
        const merchant_rate_t *r = &q.val.ok.ptr[i];
        printf("%.*s %u.%02u, days: %u\n", (int)r->service.len, r->service.ptr,
               r->cents / 100, r->cents % 100, r->days);
    }
    return true;
}

static atomic_bool over;
static unsigned ended[STATUSES]; /* the hostile plugin's calls, by how they ended */

static void *run_hostile(void *hostile) {
    for (unsigned i = 0; i < ATTACKS; i++) { /* i % 6 items choose what it does */
        merchant_cart_t cart = {{"DE", 2}, {items, i % 6}};
        merchant_result_list_rate_refusal_t result;
        ended[quote(hostile, &cart, &result, NULL)]++;
    }
    atomic_store(&over, true);
    return NULL;
}

/* Prices carts for as long as the hostile plugin runs; whether each of them rightly. */
static bool go_on(merchant *fair) {
    merchant_cart_t cart = {{"DE", 2}, {items, 2}};
    bool right = true;
    for (unsigned i = 0; i < ATTACKS || !atomic_load(&over); i++) {
        merchant_result_list_rate_refusal_t q;
        right = quote(fair, &cart, &q, NULL) == TENON_OK && !q.is_err &&
                q.val.ok.len == 2 && q.val.ok.ptr[0].cents == 630 && right;
    }
    return right;
}

int main(int argc, char **argv) {
    static merchant fair, hostile;
    tenon_engine *engine = NULL;
    tenon_linker *linker = NULL; /* empty: plugins are granted nothing */
    tenon_error error = {0};
    pthread_t thread;
    int status = 1;
    if (argc != 3) {
        fprintf(stderr, "usage: shipping-rates PLUGIN.wasm HOSTILE.wasm\n");
        status = 2;
    } else if (tenon_engine_new(NULL, &engine, &error) != TENON_OK ||
               tenon_linker_new(engine, &linker, &error) != TENON_OK ||
               !open_merchant(&fair, engine, linker, argv[1], &error) ||
               !open_merchant(&hostile, engine, linker, argv[2], &error) ||
               !price(&fair, "DE", 2, &error) || !price(&fair, "AT", 2, &error) ||
               !price(&fair, "BR", 2, &error) || !price(&fair, "DE", 3, &error)) {
        fprintf(stderr, "%s: %s\n", tenon_status_name(error.status), error.message);
    } else if (pthread_create(&thread, NULL, run_hostile, &hostile) == 0) {
        bool right = go_on(&fair);
        pthread_join(thread, NULL);
        printf("hostile: %u traps, %u exhaustions, %u limits\n", ended[TENON_TRAP],
               ended[TENON_EXHAUSTION], ended[TENON_LIMIT]);
        printf("fair: %s\n", right ? "priced all the while" : "disturbed");
        status = right && ended[TENON_OK] == 0 ? 0 : 1;
    }
    close_merchant(&fair);
    close_merchant(&hostile);
    tenon_linker_delete(linker);
    tenon_engine_delete(engine);
    return status;
}
