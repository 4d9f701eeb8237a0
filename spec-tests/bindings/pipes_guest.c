/* pipes_guest.c: a guest that calls async functions, and reads streams and futures, in
 * code that reads as if it blocked. */
#include "pipes.h"

static void append(pipes_string_t *to, const pipes_string_t *more) {
    to->ptr = cabi_realloc(to->len > 0 ? to->ptr : NULL, to->len, 1, to->len + more->len);
    __builtin_memcpy(to->ptr + to->len, more->ptr, more->len);
    to->len += more->len;
}

void exports_pipes_both(pipes_string_t *ret) {
    tenon_pipes_source_started_name_t calls[2];
    pipes_set_t set = pipes_set_new();
    uint32_t running = 0;
    for (uint32_t i = 0; i < 2; i++) {
        if (tenon_pipes_source_start_name(i, &calls[i]) != PIPES_SUBTASK_RETURNED) {
            pipes_set_join(set, calls[i].subtask);
            running++;
        }
    }
    while (running > 0) {
        pipes_event_t event;
        pipes_set_wait(set, &event);
        if (event.kind == PIPES_EVENT_SUBTASK && event.code == PIPES_SUBTASK_RETURNED) {
            pipes_subtask_drop(event.waitable);
            running--;
        }
    }
    pipes_set_drop(set);
    *ret = (pipes_string_t){0};
    for (uint32_t i = 0; i < 2; i++) {
        append(ret, &calls[i].result);
        pipes_string_free(&calls[i].result);
    }
}

void exports_pipes_each(pipes_string_t *ret) {
    static const uint8_t bytes[] = {1, 2, 3};
    tenon_pipes_source_list_u8_t list = {(uint8_t *)(uintptr_t)bytes, sizeof bytes};
    pipes_string_t why, name, err;
    uint64_t sum;
    *ret = (pipes_string_t){0};
    for (uint32_t i = 0; i < 2; i++) {
        tenon_pipes_source_name(i, &name);
        append(ret, &name);
        pipes_string_free(&name);
    }
    if (tenon_pipes_source_add(1, 2, &list, NULL, &sum, &err) && sum == 9) {
        tenon_pipes_source_started_add_t call;
        pipes_string_set(&why, "no");
        uint32_t state = tenon_pipes_source_start_add(4, 5, &list, &why, &call);
        if (state != PIPES_SUBTASK_RETURNED) {
            (void)pipes_wait_for(call.subtask, PIPES_BLOCKED);
            pipes_subtask_drop(call.subtask);
        }
        if (call.result.is_err) {
            append(ret, &call.result.val.err);
            pipes_string_free(&call.result.val.err);
        }
    }
}

uint32_t exports_pipes_cancelled(void) {
    tenon_pipes_source_started_name_t call;
    (void)tenon_pipes_source_start_name(7, &call);
    uint32_t state = pipes_subtask_cancel(call.subtask);
    pipes_subtask_drop(call.subtask);
    return state;
}

uint64_t exports_pipes_total(pipes_stream_u8_t bytes) {
    uint8_t some[4];
    uint64_t total = 0;
    uint32_t code;
    do {
        code = pipes_stream_u8_read(bytes, some, sizeof some);
        code = pipes_wait_for(bytes.handle, code);
        for (uint32_t i = 0; i < PIPES_COUNT(code); i++) {
            total += some[i];
        }
    } while (PIPES_ENDED(code) == PIPES_COMPLETED);
    pipes_stream_u8_drop(bytes);
    return total;
}

void exports_pipes_readings(uint32_t count, pipes_string_t *ret) {
    tenon_pipes_source_feed_t feed;
    tenon_pipes_source_reading_t some[2];
    tenon_pipes_source_result_u32_string_t end;
    uint32_t code;
    uint64_t at = 0;
    tenon_pipes_source_open(count, &feed);
    *ret = (pipes_string_t){0};
    append(ret, &feed.label);
    do {
        code = tenon_pipes_source_stream_reading_read(feed.readings, some, 2);
        code = pipes_wait_for(feed.readings.handle, code);
        for (uint32_t i = 0; i < PIPES_COUNT(code); i++) {
            at = some[i].at > at ? some[i].at : at;
            append(ret, &some[i].what);
            tenon_pipes_source_reading_free(&some[i]);
        }
    } while (PIPES_ENDED(code) == PIPES_COMPLETED && at < 1000);
    code = tenon_pipes_source_future_result_u32_string_read(feed.ended, &end);
    code = pipes_wait_for(feed.ended.handle, code);
    if (PIPES_ENDED(code) == PIPES_COMPLETED && end.is_err) {
        append(ret, &end.val.err);
    }
    tenon_pipes_source_result_u32_string_free(&end);
    tenon_pipes_source_feed_free(&feed); /* its ends too */
}
