/* turns_host.c: a host of turns_guest.c: many calls that block in turns, answered in
 * another order; streams and futures of handles, its own and the component's; error
 * contexts both ways. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tenon_turns_desk.h"
#include "tenon_turns_shelf.h"
#include "turns.h"

enum { CALLS = 12, DEPTH = 6, MOST_WAITING = CALLS };

typedef struct waiting {
    tenon_turns_desk_pending_wait_t pending;
    uint32_t number;
} waiting;

typedef struct host {
    tenon_engine *engine;
    tenon_component *component;
    tenon_linker *linker;
    tenon_store *store;
    tenon_instance *instance;
    tenon_arena *arena;
    tenon_error error;
    waiting waiting[MOST_WAITING];
    uint32_t waiting_count;
    bool quiet;
    uint32_t live; /* tokens */
    tenon_turns_desk_own_token_t tokens[4];
    uint32_t why[4], copied;
} host;

#define SAY(h, ...) ((void)((h)->quiet || printf(__VA_ARGS__)))
#define TRY(ok)                                                                          \
    do {                                                                                 \
        if (!(ok)) {                                                                     \
            printf("line %d: %s\n", __LINE__, h->error.message);                         \
            return false;                                                                \
        }                                                                                \
    } while (0)

static tenon_string string(const char *text) {
    return (tenon_string){text, strlen(text)};
}

static void copied(void *data, tenon_store *store, uint32_t end, tenon_copy_result how,
                   uint32_t count) {
    host *h = data;
    (void)how;
    h->copied += count;
    (void)tenon_handle_drop(store, end, NULL);
}

/* -- what the component imports -- */

void tenon_turns_desk_token_destructor(void *user, void *rep) {
    ((host *)user)->live--;
    free(rep);
}

static void *token_of(host *h, uint32_t number) {
    uint32_t *rep = malloc(sizeof *rep);
    if (rep != NULL) {
        *rep = number;
        h->live++;
    }
    return rep;
}

tenon_status tenon_turns_desk_method_token_number(tenon_call *call, void *user,
                                                  tenon_turns_desk_borrow_token_t self,
                                                  uint32_t *result) {
    (void)user;
    *result = *(uint32_t *)tenon_resource_rep(call, self.handle);
    return TENON_OK;
}

tenon_status tenon_turns_desk_wait(tenon_call *call, void *user, uint32_t number,
                                   uint32_t *result) {
    host *h = user;
    (void)result;
    if (h->waiting_count == MOST_WAITING) {
        return tenon_call_fail(call, "too many wait");
    }
    waiting *w = &h->waiting[h->waiting_count++];
    w->number = number;
    return tenon_turns_desk_pend_wait(call, NULL, NULL, &w->pending);
}

tenon_status tenon_turns_desk_tokens(tenon_call *call, void *user, uint32_t count,
                                     tenon_turns_desk_stream_own_token_t *result) {
    host *h = user;
    tenon_turns_desk_stream_own_token_writer_t writer;
    tenon_status status = tenon_turns_desk_stream_own_token_new(call, result, &writer);
    for (uint32_t i = 0; i < count && status == TENON_OK; i++) {
        status = tenon_resource_new(call, TENON_TURNS_DESK_RESOURCE_TOKEN,
                                    token_of(h, 10 + i), &h->tokens[i].handle);
    }
    return status != TENON_OK
               ? status
               : tenon_turns_desk_stream_own_token_write(h->store, writer, h->tokens,
                                                         count, copied, h, &h->error);
}

tenon_status
tenon_turns_desk_faults(tenon_call *call, void *user,
                        const tenon_turns_desk_list_fault_t *faults,
                        const tenon_turns_desk_result_u32_error_context_t *more,
                        tenon_turns_desk_stream_error_context_t *result) {
    host *h = user;
    tenon_string message;
    tenon_turns_desk_stream_error_context_writer_t writer;
    for (size_t i = 0; i < faults->len; i++) {
        if (tenon_call_error_context_message(call, faults->ptr[i].why, &message) !=
            TENON_OK) {
            return TENON_TRAP;
        }
        SAY(h, "fault %u: %.*s\n", faults->ptr[i].at, (int)message.len, message.ptr);
        (void)tenon_resource_drop(call, faults->ptr[i].why);
    }
    if (more->is_err) {
        (void)tenon_resource_drop(call, more->val.err);
    }
    if (tenon_turns_desk_stream_error_context_new(h->store, result, &writer, &h->error) !=
        TENON_OK) {
        return tenon_call_fail(call, "%s", h->error.message);
    }
    (void)tenon_turns_desk_stream_error_context_drop_writer(h->store, writer, NULL);
    return TENON_OK;
}

tenon_status tenon_turns_desk_again(tenon_call *call, void *user, uint32_t why,
                                    uint32_t *result) {
    tenon_string message;
    char text[64];
    (void)user;
    tenon_status status = tenon_call_error_context_message(call, why, &message);
    if (status != TENON_OK) {
        return status;
    }
    snprintf(text, sizeof text, "again %.*s", (int)message.len, message.ptr);
    (void)tenon_resource_drop(call, why);
    return tenon_call_error_context_new(call, string(text), result);
}

/* -- turns -- */

static bool settle(host *h) {
    bool idle = false;
    while (!idle) {
        TRY(tenon_store_poll(h->store, &idle, &h->error) == TENON_OK);
    }
    return true;
}

static bool walks(host *h, const turns_calls *calls) {
    static turns_started_walk_t walk[CALLS];
    uint32_t random = 7, answered = 0, most = 0;
    for (uint32_t i = 0; i < CALLS; i++) {
        TRY(turns_start_walk(calls, DEPTH - i % 3, i, &walk[i], h->arena, &h->error) ==
            TENON_OK);
    }
    TRY(settle(h));
    while (h->waiting_count > 0) {
        most = h->waiting_count > most ? h->waiting_count : most;
        random = random * 1103515245u + 12345u;
        waiting *w = &h->waiting[(random >> 16) % h->waiting_count];
        tenon_turns_desk_finish_wait(w->pending, w->number);
        *w = h->waiting[--h->waiting_count];
        answered++;
        TRY(settle(h));
    }
    SAY(h, "%u answers, %u at a time\n", answered, most);
    for (uint32_t i = 0; i < CALLS; i++) {
        const turns_list_u32_t *r = &walk[i].result;
        uint32_t depth = DEPTH - i % 3, sum = 0;
        TRY(turns_state_walk(h->store, &walk[i]) == TENON_STARTED_RETURNED);
        TRY(r->len == depth + 2);
        for (uint32_t d = 0; d <= depth; d++) {
            sum += i * 100 + d;
            TRY(r->ptr[d] == i * 1000 + d * 16 + (d & 15));
        }
        TRY(r->ptr[depth + 1] == sum);
        turns_end_walk(h->store, &walk[i]);
    }
    return true;
}

/* -- streams and futures of handles -- */

static bool tokens(host *h, const turns_calls *calls) {
    turns_stream_own_token_t reader;
    turns_stream_own_token_writer_t writer;
    turns_started_take_t take;
    turns_own_token_t token;
    TRY(turns_stream_own_token_new(calls, &reader, &writer, &h->error) == TENON_OK);
    TRY(tenon_func_resource_new(calls->take, 0, token_of(h, 5), &token.handle,
                                &h->error) == TENON_OK);
    TRY(turns_stream_own_token_write(h->store, writer, &token, 1, copied, h, &h->error) ==
        TENON_OK);
    TRY(turns_start_take(calls, reader, 3, &take, NULL, &h->error) == TENON_OK);
    TRY(settle(h));
    TRY(turns_state_take(h->store, &take) == TENON_STARTED_RETURNED);
    SAY(h, "taken: %u, live: %u\n", take.result, h->live);
    turns_end_take(h->store, &take);
    return true;
}

static bool boxes(host *h) {
    tenon_turns_shelf_calls calls;
    tenon_turns_shelf_stream_own_box_t boxes;
    tenon_turns_shelf_stream_own_box_writer_t writer;
    tenon_turns_shelf_future_own_box_t box;
    tenon_turns_shelf_future_own_box_writer_t box_writer;
    tenon_turns_shelf_own_box_t own[3];
    tenon_turns_shelf_started_gather_t gather;
    tenon_turns_shelf_started_first_t first;
    TRY(tenon_turns_shelf_calls_init(&calls, h->instance, &h->error) == TENON_OK);
    for (uint32_t i = 0; i < 3; i++) {
        TRY(tenon_turns_shelf_call_constructor_box(&calls, 30 + i, &own[i], NULL,
                                                   &h->error) == TENON_OK);
    }
    TRY(tenon_turns_shelf_stream_own_box_new(&calls, &boxes, &writer, &h->error) ==
        TENON_OK);
    TRY(tenon_turns_shelf_future_own_box_new(&calls, &box, &box_writer, &h->error) ==
        TENON_OK);
    TRY(tenon_turns_shelf_stream_own_box_write(h->store, writer, own, 2, copied, h,
                                               &h->error) == TENON_OK);
    TRY(tenon_turns_shelf_future_own_box_write(h->store, box_writer, &own[2], copied, h,
                                               &h->error) == TENON_OK);
    TRY(tenon_turns_shelf_start_gather(&calls, boxes, &gather, NULL, &h->error) ==
        TENON_OK);
    TRY(tenon_turns_shelf_start_first(&calls, box, &first, NULL, &h->error) == TENON_OK);
    TRY(settle(h));
    TRY(tenon_turns_shelf_state_gather(h->store, &gather) == TENON_STARTED_RETURNED);
    TRY(tenon_turns_shelf_state_first(h->store, &first) == TENON_STARTED_RETURNED);
    SAY(h, "gathered: %u, first: %u\n", gather.result, first.result);
    tenon_turns_shelf_end_gather(h->store, &gather);
    tenon_turns_shelf_end_first(h->store, &first);
    return true;
}

/* -- error contexts -- */

static bool say_error(host *h, const char *what, uint32_t error) {
    tenon_string message;
    TRY(tenon_error_context_message(h->store, error, &message, &h->error) == TENON_OK);
    SAY(h, "%s: %.*s\n", what, (int)message.len, message.ptr);
    TRY(tenon_handle_drop(h->store, error, &h->error) == TENON_OK);
    return true;
}

static bool errors(host *h, const turns_calls *calls) {
    static const char *const words[] = {"lost", "late"};
    turns_fault_t fault = {.at = 2};
    tenon_string text;
    turns_result_error_context_error_context_t passed;
    turns_stream_error_context_t reader;
    turns_stream_error_context_writer_t writer;
    turns_started_explain_all_t all;
    TRY(tenon_error_context_new(h->store, string("worn"), &fault.why, &h->error) ==
        TENON_OK);
    TRY(turns_call_explain(calls, &fault, &text, h->arena, &h->error) == TENON_OK);
    SAY(h, "explained: %.*s\n", (int)text.len, text.ptr);
    TRY(tenon_handle_drop(h->store, fault.why, &h->error) == TENON_OK);
    for (uint32_t i = 0; i < 2; i++) {
        TRY(tenon_error_context_new(h->store, string(words[i]), &h->why[i], &h->error) ==
            TENON_OK);
    }
    TRY(turns_stream_error_context_new(h->store, &reader, &writer, &h->error) ==
        TENON_OK);
    TRY(turns_stream_error_context_write(h->store, writer, h->why, 2, copied, h,
                                         &h->error) == TENON_OK);
    TRY(turns_start_explain_all(calls, reader, &all, h->arena, &h->error) == TENON_OK);
    TRY(settle(h));
    TRY(turns_state_explain_all(h->store, &all) == TENON_STARTED_RETURNED);
    SAY(h, "all: %.*s\n", (int)all.result.len, all.result.ptr);
    turns_end_explain_all(h->store, &all);
    for (uint32_t i = 0; i < 2; i++) {
        TRY(tenon_handle_drop(h->store, h->why[i], &h->error) == TENON_OK);
    }
    for (uint32_t i = 0; i < 2; i++) {
        tenon_string why = string(i == 0 ? "short" : "no");
        TRY(turns_call_passed(calls, &why, &passed, h->arena, &h->error) == TENON_OK);
        TRY(say_error(h, passed.is_err ? "err" : "ok",
                      passed.is_err ? passed.val.err : passed.val.ok));
    }
    return true;
}

/* -- the whole -- */

static bool run(host *h, const char *path) {
    static char bytes[1 << 20];
    FILE *file = fopen(path, "rb");
    size_t len = file != NULL ? fread(bytes, 1, sizeof bytes, file) : 0;
    tenon_engine_config config;
    turns_calls calls;
    if (file != NULL) {
        fclose(file);
    }
    tenon_engine_config_init(&config);
    config.features |=
        TENON_FEATURE_MASK(CM_ASYNC_STACKFUL) | TENON_FEATURE_MASK(CM_ERROR_CONTEXT);
    TRY(tenon_engine_new(&config, &h->engine, &h->error) == TENON_OK);
    TRY(tenon_component_load(h->engine, bytes, len, 0, &h->component, &h->error) ==
        TENON_OK);
    TRY(tenon_linker_new(h->engine, &h->linker, &h->error) == TENON_OK);
    TRY(tenon_linker_add(h->linker, &tenon_turns_desk_interface, h, &h->error) ==
        TENON_OK);
    TRY(tenon_store_new(h->engine, NULL, &h->store, &h->error) == TENON_OK);
    TRY(tenon_instantiate(h->linker, h->store, h->component, &h->instance, &h->error) ==
        TENON_OK);
    TRY(tenon_arena_new(h->engine, &h->arena, &h->error) == TENON_OK);
    TRY(turns_calls_init(&calls, h->instance, &h->error) == TENON_OK);
    for (int i = 0; i < 40; i++) { /* what leaks soon traps */
        h->quiet = i > 0;
        TRY(walks(h, &calls) && tokens(h, &calls) && boxes(h) && errors(h, &calls));
    }
    return true;
}

int main(int argc, char **argv) {
    static host h;
    bool ok = argc == 2 && run(&h, argv[1]);
    tenon_arena_delete(h.arena);
    tenon_store_delete(h.store);
    tenon_linker_delete(h.linker);
    tenon_component_delete(h.component);
    tenon_engine_delete(h.engine);
    return ok ? 0 : 1;
}
