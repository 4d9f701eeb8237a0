/* kitchen_host.c: typed calls of the guest "c-kitchen": records, lists, variants, results
 * and own handles of a resource. Prints what comes back. */
#include <stdio.h>
#include <string.h>

#include "developer_kitchen_api.h"

#define TRY(call)                                                                        \
    do {                                                                                 \
        if ((call) != TENON_OK) {                                                        \
            printf("%s\n", e.message);                                                   \
            return 1;                                                                    \
        }                                                                                \
    } while (0)

static tenon_string str(const char *text) {
    return (tenon_string){text, strlen(text)};
}

static tenon_error e;

static int counters(const developer_kitchen_api_calls *c, tenon_store *store) {
    developer_kitchen_api_own_counter_t a, b, joined;
    int32_t value;
    uint32_t live;
    TRY(developer_kitchen_api_call_constructor_counter(c, 5, &a, NULL, &e));
    TRY(developer_kitchen_api_call_constructor_counter(c, 30, &b, NULL, &e));
    developer_kitchen_api_borrow_counter_t view = {a.handle};
    TRY(developer_kitchen_api_call_method_counter_inc(c, view, 2, &value, NULL, &e));
    printf("inc: %d\n", value);
    TRY(developer_kitchen_api_call_static_counter_join(c, view, b, &joined, NULL, &e));
    view.handle = joined.handle;
    TRY(developer_kitchen_api_call_method_counter_get(c, view, &value, NULL, &e));
    TRY(developer_kitchen_api_call_live(c, &live, NULL, &e));
    printf("joined: %d, live: %u\n", value, live);
    TRY(developer_kitchen_api_drop_counter(store, a, &e));
    TRY(developer_kitchen_api_call_consume(c, joined, &value, NULL, &e));
    TRY(developer_kitchen_api_call_live(c, &live, NULL, &e));
    printf("consumed: %d, live: %u\n", value, live);
    if (developer_kitchen_api_drop_counter(store, joined, &e) == TENON_OK) {
        printf("dropped twice\n");
    }
    return 0;
}

static int values(const developer_kitchen_api_calls *c, tenon_arena *arena) {
    developer_kitchen_types_point_t points[2] = {{1, 2}, {3, 6}};
    developer_kitchen_api_list_point_t list = {points, 2};
    developer_kitchen_api_point_t middle;
    TRY(developer_kitchen_api_call_centroid(c, &list, &middle, arena, &e));
    printf("centroid: %g %g\n", middle.x, middle.y);
    tenon_string tags[1] = {str("tag")};
    developer_kitchen_api_person_t people[2] = {{.name = str("Ann"), .age = 30},
                                                {.name = str("Bob"), .age = 41}};
    people[1].tags.ptr = tags;
    people[1].tags.len = 1;
    developer_kitchen_api_list_person_t crowd = {people, 2};
    developer_kitchen_api_option_person_t oldest;
    TRY(developer_kitchen_api_call_oldest(c, &crowd, &oldest, arena, &e));
    printf("oldest: %.*s, %u, %.*s\n", (int)oldest.val.name.len, oldest.val.name.ptr,
           oldest.val.age, (int)oldest.val.tags.ptr[0].len, oldest.val.tags.ptr[0].ptr);
    developer_kitchen_api_result_s32_string_t quotient;
    TRY(developer_kitchen_api_call_div(c, 7, 0, &quotient, arena, &e));
    printf("div: %s %.*s\n", quotient.is_err ? "error" : "ok", (int)quotient.val.err.len,
           quotient.val.err.ptr);
    developer_kitchen_api_color_t color = DEVELOPER_KITCHEN_TYPES_COLOR_BLUE;
    TRY(developer_kitchen_api_call_id_color(c, color, &color, NULL, &e));
    printf("color: %d\n", color);
    TRY(developer_kitchen_api_call_nothing(c, NULL, &e));
    return 0;
}

int main(int argc, char **argv) {
    static char bytes[1 << 20];
    FILE *file = argc > 1 ? fopen(argv[1], "rb") : NULL;
    size_t len = file != NULL ? fread(bytes, 1, sizeof bytes, file) : 0;
    tenon_engine *engine;
    tenon_component *component = NULL;
    tenon_linker *linker;
    tenon_store *store;
    tenon_instance *instance;
    tenon_arena *arena;
    developer_kitchen_api_calls calls;
    TRY(tenon_engine_new(NULL, &engine, &e));
    TRY(tenon_component_load(engine, bytes, len, 0, &component, &e));
    TRY(tenon_linker_new(engine, &linker, &e));
    TRY(tenon_store_new(engine, NULL, &store, &e));
    TRY(tenon_instantiate(linker, store, component, &instance, &e));
    TRY(tenon_arena_new(engine, &arena, &e));
    TRY(developer_kitchen_api_calls_init(&calls, instance, &e));
    int status = values(&calls, arena);
    status = status == 0 ? counters(&calls, store) : status;
    tenon_arena_delete(arena);
    tenon_store_delete(store);
    tenon_linker_delete(linker);
    tenon_component_delete(component);
    tenon_engine_delete(engine);
    if (file != NULL) {
        fclose(file);
    }
    return status;
}
