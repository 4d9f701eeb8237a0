/* turns_guest.c: a guest whose async exports block where they stand, many at a time, each
 * with arrays on its stack; streams of handles, and error contexts. */
#include "turns.h"

/* Numbers on the stack at each depth, which must be there when the others have run. */
static uint32_t walk(uint32_t depth, uint32_t seed, turns_list_u32_t *ret) {
    volatile uint32_t here[16];
    for (uint32_t i = 0; i < 16; i++) {
        here[i] = seed * 1000 + depth * 16 + i;
    }
    uint32_t sum = tenon_turns_desk_wait(seed * 100 + depth);
    sum += depth > 0 ? walk(depth - 1, seed, ret) : 0;
    if ((depth & 1) != 0) {
        turns_yield();
    }
    for (uint32_t i = 0; i < 16; i++) {
        if (here[i] != seed * 1000 + depth * 16 + i) {
            __builtin_trap();
        }
    }
    ret->ptr[depth] = here[depth & 15];
    return sum;
}

void exports_turns_walk(uint32_t depth, uint32_t seed, turns_list_u32_t *ret) {
    ret->len = depth + 2;
    ret->ptr = cabi_realloc(NULL, 0, 4, ret->len * sizeof(uint32_t));
    ret->ptr[depth + 1] = walk(depth, seed, ret);
}

static uint32_t sum_tokens(tenon_turns_desk_stream_own_token_t tokens) {
    tenon_turns_desk_own_token_t some[2];
    uint32_t code, sum = 0;
    do {
        code = tenon_turns_desk_stream_own_token_read(tokens, some, 2);
        code = turns_wait_for(tokens.handle, code);
        for (uint32_t i = 0; i < TURNS_COUNT(code); i++) {
            sum += tenon_turns_desk_method_token_number(
                tenon_turns_desk_borrow_token(some[i]));
            tenon_turns_desk_token_drop_own(some[i]);
        }
    } while (TURNS_ENDED(code) == TURNS_COMPLETED);
    tenon_turns_desk_stream_own_token_drop(tokens);
    return sum;
}

uint32_t exports_turns_take(turns_stream_own_token_t tokens, uint32_t more) {
    turns_own_token_t one;
    uint32_t code = turns_stream_own_token_read(tokens, &one, 1);
    uint32_t first = 0;
    if (TURNS_COUNT(turns_wait_for(tokens.handle, code)) == 1) {
        first = tenon_turns_desk_method_token_number(
            (tenon_turns_desk_borrow_token_t){one.handle});
        turns_token_drop_own(one);
    }
    turns_stream_own_token_drop(tokens);
    return first * 1000 + sum_tokens(tenon_turns_desk_tokens(more));
}

static void append(turns_string_t *to, const uint8_t *more, size_t len) {
    to->ptr = cabi_realloc(to->len > 0 ? to->ptr : NULL, to->len, 1, to->len + len);
    __builtin_memcpy(to->ptr + to->len, more, len);
    to->len += len;
}

static void append_error(turns_string_t *to, uint32_t error) {
    turns_string_t message;
    turns_error_context_message(error, &message);
    append(to, message.ptr, message.len);
    append(to, (const uint8_t *)".", 1);
    turns_string_free(&message);
}

void exports_turns_explain(turns_fault_t *what, turns_string_t *ret) {
    *ret = (turns_string_t){0};
    for (uint32_t i = 0; i < what->at; i++) {
        append_error(ret, what->why);
    }
    tenon_turns_desk_fault_free(what);
}

void exports_turns_explain_all(turns_stream_error_context_t whys, turns_string_t *ret) {
    uint32_t some[2], code;
    *ret = (turns_string_t){0};
    do {
        code =
            turns_wait_for(whys.handle, turns_stream_error_context_read(whys, some, 2));
        for (uint32_t i = 0; i < TURNS_COUNT(code); i++) {
            append_error(ret, some[i]);
            turns_error_context_drop(some[i]);
        }
    } while (TURNS_ENDED(code) == TURNS_COMPLETED);
    turns_stream_error_context_drop(whys);
}

bool exports_turns_passed(turns_string_t *why, uint32_t *ret, uint32_t *err) {
    uint32_t error = turns_error_context_new(why);
    tenon_turns_desk_fault_t faults[2] = {{1, error}, {2, error}};
    tenon_turns_desk_list_fault_t list = {faults, 2};
    tenon_turns_desk_result_u32_error_context_t more = {.is_err = true};
    more.val.err = error;
    tenon_turns_desk_stream_error_context_t back = tenon_turns_desk_faults(&list, &more);
    bool ok = why->len > 3;
    turns_string_free(why);
    tenon_turns_desk_stream_error_context_drop(back);
    *(ok ? ret : err) = tenon_turns_desk_again(error);
    turns_error_context_drop(error);
    return ok;
}

/* -- boxes -- */

struct exports_tenon_turns_shelf_box_t {
    uint32_t number;
};

exports_tenon_turns_shelf_own_box_t
exports_tenon_turns_shelf_constructor_box(uint32_t number) {
    exports_tenon_turns_shelf_box_t *box = cabi_realloc(NULL, 0, 4, sizeof *box);
    box->number = number;
    return exports_tenon_turns_shelf_box_new(box);
}

uint32_t
exports_tenon_turns_shelf_method_box_number(exports_tenon_turns_shelf_borrow_box_t self) {
    return self->number;
}

void exports_tenon_turns_shelf_box_destructor(exports_tenon_turns_shelf_box_t *rep) {
    cabi_free(rep);
}

uint32_t
exports_tenon_turns_shelf_gather(exports_tenon_turns_shelf_stream_own_box_t boxes) {
    exports_tenon_turns_shelf_own_box_t one;
    uint32_t sum = 0;
    while (TURNS_COUNT(turns_wait_for(
               boxes.handle,
               exports_tenon_turns_shelf_stream_own_box_read(boxes, &one, 1))) == 1) {
        sum += exports_tenon_turns_shelf_box_rep(one)->number;
        exports_tenon_turns_shelf_box_drop_own(one);
    }
    exports_tenon_turns_shelf_stream_own_box_drop(boxes);
    return sum;
}

uint32_t exports_tenon_turns_shelf_first(exports_tenon_turns_shelf_future_own_box_t box) {
    exports_tenon_turns_shelf_own_box_t one;
    uint32_t code = exports_tenon_turns_shelf_future_own_box_read(box, &one);
    (void)turns_wait_for(box.handle, code);
    uint32_t number = exports_tenon_turns_shelf_box_rep(one)->number;
    exports_tenon_turns_shelf_box_drop_own(one);
    exports_tenon_turns_shelf_future_own_box_drop(box);
    return number;
}
