/* pipes_host.c: a host of pipes_guest.c and relays_guest.c: async calls both ways,
 * streams and futures both ways, slow readers, ends that go in the middle, cancelled
 * calls; then the same with each allocation failing in turn. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "pipes.h"
#include "relays.h"
#include "tenon_pipes_filters.h"
#include "tenon_pipes_source.h"

/* -- memory that runs out -- */

static size_t live, allocations, fail_at; /* 0: never */

static void *resize(void *user, void *ptr, size_t old_size, size_t new_size) {
    (void)user;
    if (new_size == 0) {
        live -= old_size;
        free(ptr);
        return NULL;
    }
    if (new_size > old_size && ++allocations == fail_at) {
        return NULL;
    }
    void *p = realloc(ptr, new_size);
    live += p != NULL ? new_size - old_size : 0;
    return p;
}

/* -- what a run has -- */

typedef struct host {
    tenon_engine *engine;
    tenon_component *component;
    tenon_linker *linker;
    tenon_store *store;
    tenon_instance *instance;
    tenon_arena *arena;
    tenon_error error;
    bool quiet;
    tenon_pipes_source_pending_name_t names[2];
    uint32_t numbers[2], name_count;
    tenon_pipes_source_pending_add_t add;
    /* what open gives */
    tenon_pipes_source_stream_reading_writer_t readings;
    tenon_pipes_source_future_result_u32_string_writer_t ended;
    tenon_pipes_source_reading_t items[5];
    tenon_pipes_source_result_u32_string_t end;
    /* the copy that ended last */
    bool copied;
    tenon_copy_result how;
    uint32_t count;
} host;

#define SAY(h, ...) ((void)((h)->quiet || printf(__VA_ARGS__)))

static tenon_string string(const char *text) {
    return (tenon_string){text, strlen(text)};
}

static void copied(void *data, tenon_store *store, uint32_t end, tenon_copy_result how,
                   uint32_t count) {
    host *h = data;
    (void)store;
    (void)end;
    h->copied = true;
    h->how = how;
    h->count = count;
}

static void only_fed(void *data, tenon_store *store, uint32_t end, tenon_copy_result how,
                     uint32_t count) {
    host *h = data;
    (void)store;
    (void)end;
    SAY(h, "fed %u, %s\n", count, how == TENON_COPY_DROPPED ? "dropped" : "completed");
}

/* -- what the components import -- */

static void told(void *data, tenon_pending *pending, tenon_pending_event event) {
    host *h = data;
    if (event == TENON_PENDING_CANCEL) {
        SAY(h, "name is not wanted\n");
        tenon_pipes_source_cancel_name((tenon_pipes_source_pending_name_t){pending});
    }
    for (uint32_t i = 0; i < 2; i++) {
        if (h->names[i].pending == pending) {
            h->names[i].pending = NULL;
        }
    }
    if (h->add.pending == pending) {
        h->add.pending = NULL;
    }
}

tenon_status tenon_pipes_source_name(tenon_call *call, void *user, uint32_t number,
                                     tenon_string *result) {
    host *h = user;
    if (number == 1 && h->names[0].pending == NULL && h->name_count % 2 == 1) {
        *result = string("now."); /* at once */
        return TENON_OK;
    }
    uint32_t i = h->names[0].pending != NULL;
    h->numbers[i] = number;
    h->name_count++;
    return tenon_pipes_source_pend_name(call, told, h, &h->names[i]);
}

tenon_status tenon_pipes_source_add(tenon_call *call, void *user, uint64_t a, uint64_t b,
                                    const tenon_pipes_source_list_u8_t *c,
                                    const tenon_pipes_source_option_string_t *why,
                                    tenon_pipes_source_result_u64_string_t *result) {
    host *h = user;
    if (why->is_some) {
        SAY(h, "why %.*s\n", (int)why->val.len, why->val.ptr);
        return tenon_pipes_source_pend_add(call, told, h, &h->add);
    }
    result->val.ok = a + b;
    for (size_t i = 0; i < c->len; i++) {
        result->val.ok += c->ptr[i];
    }
    return TENON_OK;
}

tenon_status tenon_pipes_source_open(tenon_call *call, void *user, uint32_t count,
                                     tenon_pipes_source_feed_t *result) {
    static const char *const words[] = {"a", "b", "c", "d", "e"};
    host *h = user;
    result->label = string("feed:");
    for (uint32_t i = 0; i < count; i++) {
        h->items[i] = (tenon_pipes_source_reading_t){i, string(words[i])};
    }
    h->end = (tenon_pipes_source_result_u32_string_t){.is_err = true};
    h->end.val.err = string("!");
    if (tenon_pipes_source_stream_reading_new(h->store, &result->readings, &h->readings,
                                              &h->error) != TENON_OK ||
        tenon_pipes_source_future_result_u32_string_new(
            h->store, &result->ended, &h->ended, &h->error) != TENON_OK ||
        tenon_pipes_source_stream_reading_write(h->store, h->readings, h->items, count,
                                                copied, h, &h->error) != TENON_OK ||
        tenon_pipes_source_future_result_u32_string_write(
            h->store, h->ended, &h->end, only_fed, h, &h->error) != TENON_OK) {
        return tenon_call_fail(call, "%s", h->error.message);
    }
    return TENON_OK;
}

/* -- carrying on -- */

static void answer(host *h) {
    if (h->add.pending != NULL) {
        tenon_pipes_source_result_u64_string_t result = {.is_err = true};
        result.val.err = string("because");
        tenon_pipes_source_finish_add(h->add, &result);
    } else if (h->names[1].pending != NULL) { /* the second first */
        tenon_string two = string("two.");
        tenon_pipes_source_finish_name(h->names[1], &two);
    } else if (h->names[0].pending != NULL) {
        tenon_string one = string(h->numbers[0] == 0 ? "one." : "last.");
        tenon_pipes_source_finish_name(h->names[0], &one);
    }
}

/* Until nothing more happens. */
static bool settle(host *h) {
    bool idle = false, waits = true;
    while (!idle || waits) {
        waits = h->names[0].pending != NULL || h->names[1].pending != NULL ||
                h->add.pending != NULL;
        if (idle) {
            answer(h);
        }
        if (tenon_store_poll(h->store, &idle, &h->error) != TENON_OK) {
            return false;
        }
    }
    return true;
}

static bool open_component(host *h, const char *path) {
    static char bytes[1 << 18];
    tenon_engine_config config;
    FILE *file = fopen(path, "rb");
    size_t len = file != NULL ? fread(bytes, 1, sizeof bytes, file) : 0;
    if (file != NULL) {
        fclose(file);
    }
    tenon_engine_config_init(&config);
    config.allocator = (tenon_allocator){resize, NULL};
    return tenon_engine_new(&config, &h->engine, &h->error) == TENON_OK &&
           tenon_component_load(h->engine, bytes, len, 0, &h->component, &h->error) ==
               TENON_OK &&
           tenon_linker_new(h->engine, &h->linker, &h->error) == TENON_OK &&
           tenon_linker_add(h->linker, &tenon_pipes_source_interface, h, &h->error) ==
               TENON_OK &&
           tenon_store_new(h->engine, NULL, &h->store, &h->error) == TENON_OK &&
           tenon_arena_new(h->engine, &h->arena, &h->error) == TENON_OK &&
           tenon_instantiate(h->linker, h->store, h->component, &h->instance,
                             &h->error) == TENON_OK;
}

static void close_component(host *h) {
    tenon_arena_delete(h->arena);
    tenon_store_delete(h->store);
    tenon_linker_delete(h->linker);
    tenon_component_delete(h->component);
    tenon_engine_delete(h->engine);
}

static bool is(bool ok, host *h, const char *what) {
    if (!ok && h->error.message[0] == 0) {
        snprintf(h->error.message, sizeof h->error.message, "not so: %s", what);
    }
    return ok;
}

#define TRY(x)                                                                           \
    do {                                                                                 \
        if (!is(x, h, #x)) {                                                             \
            return false;                                                                \
        }                                                                                \
    } while (0)

/* -- pipes -- */

static bool calls_out(host *h, const pipes_calls *calls) {
    pipes_started_both_t both;
    pipes_started_each_t each;
    pipes_started_cancelled_t cancelled;
    TRY(pipes_start_both(calls, &both, h->arena, &h->error) == TENON_OK);
    TRY(pipes_state_both(h->store, &both) == TENON_STARTED_RUNNING);
    TRY(settle(h));
    TRY(pipes_state_both(h->store, &both) == TENON_STARTED_RETURNED);
    SAY(h, "both: %.*s\n", (int)both.result.len, both.result.ptr);
    pipes_end_both(h->store, &both);
    h->name_count = 0;
    TRY(pipes_start_each(calls, &each, h->arena, &h->error) == TENON_OK);
    TRY(settle(h));
    TRY(pipes_state_each(h->store, &each) == TENON_STARTED_RETURNED);
    SAY(h, "each: %.*s\n", (int)each.result.len, each.result.ptr);
    pipes_end_each(h->store, &each);
    TRY(pipes_start_cancelled(calls, &cancelled, NULL, &h->error) == TENON_OK);
    TRY(settle(h));
    TRY(pipes_state_cancelled(h->store, &cancelled) == TENON_STARTED_RETURNED);
    SAY(h, "state: %u\n", cancelled.result);
    pipes_end_cancelled(h->store, &cancelled);
    return true;
}

static bool bytes_in(host *h, const pipes_calls *calls) {
    static const uint8_t bytes[] = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10};
    pipes_stream_u8_t reader;
    pipes_stream_u8_writer_t writer;
    pipes_started_total_t total;
    TRY(pipes_stream_u8_new(h->store, &reader, &writer, &h->error) == TENON_OK);
    TRY(pipes_start_total(calls, reader, &total, NULL, &h->error) == TENON_OK);
    for (int i = 0; i < 3; i++) {
        h->copied = false;
        TRY(pipes_stream_u8_write(h->store, writer, bytes, sizeof bytes, copied, h,
                                  &h->error) == TENON_OK);
        uint32_t so_far = 0;
        while (so_far < sizeof bytes) { /* the guest reads four at a time, so it waits */
            TRY(settle(h) && h->copied && h->how == TENON_COPY_COMPLETED);
            so_far += h->count;
            h->copied = false;
            if (so_far < sizeof bytes) {
                TRY(pipes_stream_u8_write(h->store, writer, bytes + so_far,
                                          (uint32_t)sizeof bytes - so_far, copied, h,
                                          &h->error) == TENON_OK);
            }
        }
    }
    TRY(pipes_stream_u8_drop_writer(h->store, writer, &h->error) == TENON_OK);
    TRY(settle(h));
    TRY(pipes_state_total(h->store, &total) == TENON_STARTED_RETURNED);
    SAY(h, "total: %llu\n", (unsigned long long)total.result);
    pipes_end_total(h->store, &total);
    return true;
}

static bool records_in(host *h, const pipes_calls *calls) {
    pipes_started_readings_t readings;
    h->copied = false;
    TRY(pipes_start_readings(calls, 5, &readings, h->arena, &h->error) == TENON_OK);
    TRY(settle(h));
    while (pipes_state_readings(h->store, &readings) == TENON_STARTED_RUNNING &&
           h->copied) {
        h->copied = false;
        if (h->items[0].at < 1000) { /* what is left goes once more, as the last */
            h->items[0].at = 1000;
            h->items[0].what = string("z");
            TRY(tenon_pipes_source_stream_reading_write(h->store, h->readings, h->items,
                                                        1, copied, h,
                                                        &h->error) == TENON_OK);
        }
        TRY(settle(h));
    }
    TRY(pipes_state_readings(h->store, &readings) == TENON_STARTED_RETURNED);
    SAY(h, "readings: %.*s\n", (int)readings.result.len, readings.result.ptr);
    pipes_end_readings(h->store, &readings);
    TRY(tenon_pipes_source_stream_reading_drop_writer(h->store, h->readings, &h->error) ==
        TENON_OK);
    TRY(tenon_pipes_source_future_result_u32_string_drop_writer(h->store, h->ended,
                                                                &h->error) == TENON_OK);
    return true;
}

static bool pipes(host *h) {
    pipes_calls calls;
    TRY(pipes_calls_init(&calls, h->instance, &h->error) == TENON_OK);
    return calls_out(h, &calls) && bytes_in(h, &calls) && records_in(h, &calls);
}

/* -- relays -- */

static bool lines(host *h, const relays_calls *calls, bool all) {
    static const char *const text[] = {"first", "second", "third"};
    relays_stream_string_t from;
    relays_stream_string_writer_t to;
    relays_started_upper_t upper;
    TRY(relays_stream_string_new(h->store, &from, &to, &h->error) == TENON_OK);
    TRY(relays_start_upper(calls, from, &upper, NULL, &h->error) == TENON_OK);
    TRY(settle(h));
    TRY(relays_state_upper(h->store, &upper) == TENON_STARTED_RETURNED);
    for (int i = 0; i < 3; i++) {
        tenon_string line = string(text[i]), back = {0};
        TRY(relays_stream_string_write(h->store, to, &line, 1, copied, h, &h->error) ==
            TENON_OK);
        TRY(settle(h) && h->copied && h->how == TENON_COPY_COMPLETED);
        h->copied = false;
        if (!all && i == 1) {
            break;
        }
        TRY(relays_stream_string_read(h->store, upper.result, &back, 1, h->arena, copied,
                                      h, &h->error) == TENON_OK);
        TRY(settle(h) && h->copied && h->count == 1);
        h->copied = false;
        SAY(h, "%.*s\n", (int)back.len, back.ptr);
    }
    if (all) { /* the lines end, then what comes of them */
        TRY(relays_stream_string_drop_writer(h->store, to, &h->error) == TENON_OK);
        tenon_string none = {0};
        TRY(relays_stream_string_read(h->store, upper.result, &none, 1, h->arena, copied,
                                      h, &h->error) == TENON_OK);
        TRY(settle(h) && h->copied && h->how == TENON_COPY_DROPPED && h->count == 0);
        TRY(relays_stream_string_drop(h->store, upper.result, &h->error) == TENON_OK);
    } else { /* the reader goes while the guest writes to it */
        TRY(relays_stream_string_drop(h->store, upper.result, &h->error) == TENON_OK);
        TRY(settle(h));
        tenon_string line = string("nobody");
        h->copied = false;
        TRY(relays_stream_string_write(h->store, to, &line, 1, copied, h, &h->error) ==
            TENON_OK);
        TRY(settle(h) && h->copied && h->how == TENON_COPY_DROPPED);
        TRY(relays_stream_string_drop_writer(h->store, to, &h->error) == TENON_OK);
        SAY(h, "the reader is gone\n");
    }
    h->copied = false;
    relays_end_upper(h->store, &upper);
    return true;
}

static bool numbers(host *h, const relays_calls *calls) {
    relays_future_u32_t from;
    relays_future_u32_writer_t to;
    relays_started_next_t next;
    uint32_t number = 41, back = 0;
    TRY(relays_future_u32_new(h->store, &from, &to, &h->error) == TENON_OK);
    TRY(relays_start_next(calls, from, &next, NULL, &h->error) == TENON_OK);
    TRY(settle(h));
    TRY(relays_state_next(h->store, &next) == TENON_STARTED_RETURNED);
    TRY(relays_future_u32_write(h->store, to, &number, copied, h, &h->error) == TENON_OK);
    TRY(settle(h) && h->copied && h->count == 1);
    TRY(relays_future_u32_drop_writer(h->store, to, &h->error) == TENON_OK);
    h->copied = false;
    TRY(relays_future_u32_read(h->store, next.result, &back, NULL, copied, h,
                               &h->error) == TENON_OK);
    TRY(settle(h) && h->copied && h->count == 1);
    SAY(h, "next: %u\n", back);
    TRY(relays_future_u32_drop(h->store, next.result, &h->error) == TENON_OK);
    relays_end_next(h->store, &next);
    return true;
}

static bool items(host *h) {
    tenon_pipes_filters_calls calls;
    tenon_pipes_filters_stream_item_t from;
    tenon_pipes_filters_stream_item_writer_t to;
    tenon_pipes_filters_started_first_t first;
    tenon_pipes_filters_started_method_job_scale_t scale;
    tenon_pipes_filters_own_job_t job;
    tenon_pipes_filters_item_t item = {7, string("seven")}, back;
    tenon_store *store = h->store;
    TRY(tenon_pipes_filters_calls_init(&calls, h->instance, &h->error) == TENON_OK);
    TRY(tenon_pipes_filters_stream_item_new(store, &from, &to, &h->error) == TENON_OK);
    TRY(tenon_pipes_filters_start_first(&calls, from, &first, NULL, &h->error) ==
        TENON_OK);
    TRY(settle(h));
    TRY(tenon_pipes_filters_state_first(store, &first) == TENON_STARTED_RETURNED);
    h->copied = false;
    TRY(tenon_pipes_filters_stream_item_write(store, to, &item, 1, copied, h,
                                              &h->error) == TENON_OK);
    TRY(settle(h) && h->copied && h->count == 1);
    h->copied = false;
    TRY(tenon_pipes_filters_future_item_read(store, first.result, &back, h->arena, copied,
                                             h, &h->error) == TENON_OK);
    TRY(settle(h) && h->copied && h->count == 1);
    SAY(h, "first: %u %.*s\n", back.number, (int)back.what.len, back.what.ptr);
    TRY(tenon_pipes_filters_stream_item_drop_writer(store, to, &h->error) == TENON_OK);
    TRY(tenon_pipes_filters_future_item_drop(store, first.result, &h->error) == TENON_OK);
    tenon_pipes_filters_end_first(store, &first);
    TRY(tenon_pipes_filters_call_constructor_job(&calls, 2, &job, h->arena, &h->error) ==
        TENON_OK);
    tenon_pipes_filters_borrow_job_t self = {job.handle};
    TRY(tenon_pipes_filters_start_method_job_scale(&calls, self, &item, 3, &scale,
                                                   h->arena, &h->error) == TENON_OK);
    TRY(settle(h));
    TRY(tenon_pipes_filters_state_method_job_scale(store, &scale) ==
        TENON_STARTED_RETURNED);
    SAY(h, "scaled: %u %.*s\n", scale.result.number, (int)scale.result.what.len,
        scale.result.what.ptr);
    tenon_pipes_filters_end_method_job_scale(store, &scale);
    TRY(tenon_pipes_filters_drop_job(store, job, &h->error) == TENON_OK);
    return true;
}

static bool cancelled(host *h, const relays_calls *calls) {
    relays_started_hold_t hold;
    relays_stream_string_t reader;
    relays_stream_string_writer_t writer;
    tenon_string line = {0};
    TRY(relays_start_hold(calls, &hold, NULL, &h->error) == TENON_OK);
    TRY(settle(h));
    TRY(relays_state_hold(h->store, &hold) == TENON_STARTED_RUNNING);
    TRY(relays_cancel_hold(h->store, &hold, &h->error) == TENON_OK);
    TRY(settle(h));
    TRY(relays_state_hold(h->store, &hold) == TENON_STARTED_CANCELLED);
    relays_end_hold(h->store, &hold);
    TRY(relays_stream_string_new(h->store, &reader, &writer, &h->error) == TENON_OK);
    TRY(relays_stream_string_read(h->store, reader, &line, 1, h->arena, copied, h,
                                  &h->error) == TENON_OK);
    TRY(relays_stream_string_cancel_read(h->store, reader, &h->error) == TENON_OK);
    TRY(settle(h) && h->copied && h->how == TENON_COPY_CANCELLED);
    TRY(relays_stream_string_drop(h->store, reader, &h->error) == TENON_OK);
    TRY(relays_stream_string_drop_writer(h->store, writer, &h->error) == TENON_OK);
    SAY(h, "cancelled\n");
    return true;
}

static bool relays(host *h) {
    relays_calls calls;
    TRY(relays_calls_init(&calls, h->instance, &h->error) == TENON_OK);
    return lines(h, &calls, true) && lines(h, &calls, false) && numbers(h, &calls) &&
           items(h) && cancelled(h, &calls);
}

/* -- the whole -- */

static bool run(const char *path, bool relayed, bool quiet, host *h) {
    memset(h, 0, sizeof *h);
    h->quiet = quiet;
    bool ok = open_component(h, path) && (relayed ? relays(h) : pipes(h));
    close_component(h);
    return ok;
}

int main(int argc, char **argv) {
    static host h;
    for (int i = 1; i < argc; i++) {
        bool relayed = strstr(argv[i], "relays") != NULL, ok = false;
        if (!run(argv[i], relayed, false, &h)) {
            printf("%s\n", h.error.message);
            return 1;
        }
        size_t needed = allocations;
        for (fail_at = 1; fail_at <= needed && live == 0; fail_at++) {
            allocations = 0;
            ok = run(argv[i], relayed, true, &h);
            if (!ok && h.error.message[0] == 0) {
                printf("allocation %zu fails without a message\n", fail_at);
                return 1;
            }
        }
        fail_at = allocations = 0;
        if (live != 0 || !run(argv[i], relayed, true, &h)) {
            printf("after failures: %zu bytes are left\n", live);
            return 1;
        }
    }
    return 0;
}
