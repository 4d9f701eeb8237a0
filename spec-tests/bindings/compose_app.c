/* compose_app.c: uses a store, a log and a function of its own world, of whoever has
 * them. */
#include "app.h"

static void log_line(const char *text, uint8_t level) {
    tenon_compose_log_line_t line = {.level = level};
    app_string_set(&line.text, text);
    tenon_compose_log_put(&line);
}

/* "pages: 84 of 21, 3 lines" without stdio: three numbers in their places. */
static void put_number(char *at, uint32_t n) {
    at[0] = (char)('0' + n / 10 % 10);
    at[1] = (char)('0' + n % 10);
}

void exports_app_run(app_string_t *s, app_string_t *ret) {
    tenon_compose_log_line_t line = {.text = *s, .level = 1};
    app_string_t key;
    uint32_t value = 0;
    app_string_set(&key, "pages");
    tenon_compose_store_own_bucket_t opened = tenon_compose_store_open(&line);
    tenon_compose_store_own_bucket_t made = tenon_compose_store_constructor_bucket(&key);
    tenon_compose_store_method_bucket_set(tenon_compose_store_borrow_bucket(opened), &key,
                                          21);
    bool known = tenon_compose_store_method_bucket_get(
        tenon_compose_store_borrow_bucket(opened), &key, &value);
    bool unknown = tenon_compose_store_method_bucket_get(
        tenon_compose_store_borrow_bucket(made), &key, &value);
    tenon_compose_store_bucket_drop_own(opened);
    tenon_compose_store_bucket_drop_own(made);
    log_line("app", 2);
    tenon_compose_store_pair_t pair = {.a = app_twice(value), .b = key}, swapped;
    tenon_compose_store_swap(&pair, &swapped);
    char text[] = "00 00 00 00";
    put_number(text, known && !unknown ? swapped.a : 99);
    put_number(text + 3, value);
    put_number(text + 6, (uint32_t)swapped.b.len);
    put_number(text + 9, tenon_compose_count_lines());
    app_string_dup(ret, text);
    tenon_compose_store_pair_free(&swapped);
    app_string_free(s);
}
