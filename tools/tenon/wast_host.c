/* wast_host.c: what component scripts can import: an instance `host` and two functions at
 * the root, with the names and meanings that other runners of component scripts give
 * them.
 *
 * Objects of resource1 are numbers that a script chooses; drops of them are counted over
 * the whole script. */
#include <inttypes.h>
#include <stdlib.h>

#include "binary/decode.h"
#include "tenon/host.h"
#include "tenon/wast.h"
#include "text/assemble.h"
#include "valid/validate.h"

/* -- objects -- */

static uint32_t *rep_of(tenon_call *call, uint32_t handle) {
    return tenon_resource_rep(call, handle);
}

/* An own<resource1> ends here, and is not counted as dropped. */
static void take(tenon_call *call, uint32_t handle) {
    free(tenon_resource_take(call, handle));
}

static void drop_resource1(void *user, void *rep) {
    wast_host *host = user;
    host->drops++;
    host->last_drop = *(const uint32_t *)rep;
    free(rep);
}

static tenon_status check_rep(tenon_call *call, const char *name, uint32_t handle,
                              uint32_t wanted) {
    const uint32_t *rep = rep_of(call, handle);
    if (rep == NULL) {
        return tenon_call_fail(call, "%s: no object of the host", name);
    }
    return *rep == wanted ? TENON_OK
                          : tenon_call_fail(call, "%s: the object is %u, not %u", name,
                                            (unsigned)*rep, (unsigned)wanted);
}

typedef struct handle_and_number {
    uint32_t handle, number;
} handle_and_number;

typedef struct two_handles {
    uint32_t self, other;
} two_handles;

static tenon_status constructor(tenon_call *call, void *user, const void *args,
                                void *result) {
    uint32_t *rep = malloc(sizeof *rep);
    (void)user;
    if (rep == NULL) {
        return tenon_call_no_memory(call);
    }
    *rep = *(const uint32_t *)args;
    tenon_status status = tenon_resource_new(call, 0, rep, result);
    if (status != TENON_OK) {
        free(rep);
    }
    return status;
}

static tenon_status assert_rep(tenon_call *call, void *user, const void *args,
                               void *result) {
    const handle_and_number *a = args;
    (void)user;
    (void)result;
    TNI_TRY(check_rep(call, "[static]resource1.assert", a->handle, a->number));
    take(call, a->handle);
    return TENON_OK;
}

static tenon_status simple(tenon_call *call, void *user, const void *args, void *result) {
    const handle_and_number *a = args;
    (void)user;
    (void)result;
    return check_rep(call, "[method]resource1.simple", a->handle, a->number);
}

static tenon_status take_borrow(tenon_call *call, void *user, const void *args,
                                void *result) {
    const two_handles *a = args;
    (void)user;
    (void)result;
    return rep_of(call, a->self) != NULL && rep_of(call, a->other) != NULL
               ? TENON_OK
               : tenon_call_fail(call,
                                 "[method]resource1.take-borrow: no object of the host");
}

static tenon_status take_own(tenon_call *call, void *user, const void *args,
                             void *result) {
    const two_handles *a = args;
    TNI_TRY(take_borrow(call, user, args, result));
    take(call, a->other);
    return TENON_OK;
}

static tenon_status last_drop(tenon_call *call, void *user, const void *args,
                              void *result) {
    (void)call;
    (void)args;
    *(uint32_t *)result = ((const wast_host *)user)->last_drop;
    return TENON_OK;
}

static tenon_status drops(tenon_call *call, void *user, const void *args, void *result) {
    (void)call;
    (void)args;
    *(uint32_t *)result = ((const wast_host *)user)->drops;
    return TENON_OK;
}

/* -- plain functions -- */

static tenon_status return_two(tenon_call *call, void *user, const void *args,
                               void *result) {
    (void)call;
    (void)user;
    (void)args;
    *(uint32_t *)result = 2;
    return TENON_OK;
}

static tenon_status return_three(tenon_call *call, void *user, const void *args,
                                 void *result) {
    (void)call;
    (void)user;
    (void)args;
    *(uint32_t *)result = 3;
    return TENON_OK;
}

static tenon_status return_four(tenon_call *call, void *user, const void *args,
                                void *result) {
    (void)call;
    (void)user;
    (void)args;
    *(uint32_t *)result = 4;
    return TENON_OK;
}

static tenon_status return_hi(tenon_call *call, void *user, const void *args,
                              void *result) {
    (void)call;
    (void)user;
    (void)args;
    *(tenon_string *)result = (tenon_string){"hi", 2};
    return TENON_OK;
}

static tenon_status echo(tenon_call *call, void *user, const void *args, void *result) {
    (void)call;
    (void)user;
    *(uint32_t *)result = *(const uint32_t *)args;
    return TENON_OK;
}

/* -- functions that answer later -- */

/* Who cancels a call of one of them does not get an answer any more. */
static void stop(void *data, tenon_pending *pending, tenon_pending_event event) {
    (void)data;
    if (event == TENON_PENDING_CANCEL) {
        tenon_pending_cancel(pending);
    }
}

static tenon_status never_return(tenon_call *call, void *user, const void *args,
                                 void *result) {
    (void)user;
    (void)args;
    (void)result;
    return tenon_call_pend(call, stop, NULL) != NULL
               ? TENON_PENDING
               : tenon_call_fail(call, "never-return: nothing here can wait");
}

/* Answers when the caller's turn is over; at once where nothing can wait. */
static tenon_status answer_slowly(tenon_call *call, uint32_t answer, void *result) {
    tenon_pending *pending = tenon_call_pend(call, stop, NULL);
    if (pending == NULL) {
        *(uint32_t *)result = answer;
        return TENON_OK;
    }
    *(uint32_t *)tenon_pending_result(pending) = answer;
    tenon_pending_end(pending, TENON_OK);
    return TENON_PENDING;
}

static tenon_status return_two_slowly(tenon_call *call, void *user, const void *args,
                                      void *result) {
    (void)user;
    (void)args;
    return answer_slowly(call, 2, result);
}

static tenon_status echo_slowly(tenon_call *call, void *user, const void *args,
                                void *result) {
    (void)user;
    return answer_slowly(call, *(const uint32_t *)args, result);
}

/* -- the tables -- */

static const tenon_type u32_type = {.kind = TENON_TYPE_U32};
static const tenon_type string_type = {.kind = TENON_TYPE_STRING};
static const tenon_type own1 = {.kind = TENON_TYPE_OWN, .resource = 0};
static const tenon_type borrow1 = {.kind = TENON_TYPE_BORROW, .resource = 0};

/* Parameters without names go with any names that a script gives them. */
static const tenon_field number[] = {{NULL, &u32_type}};
static const tenon_field own_and_rep[] = {{NULL, &own1}, {NULL, &u32_type}};
static const tenon_field self_and_rep[] = {{"self", &borrow1}, {NULL, &u32_type}};
static const tenon_field self_and_borrow[] = {{"self", &borrow1}, {NULL, &borrow1}};
static const tenon_field self_and_own[] = {{"self", &borrow1}, {NULL, &own1}};

static const tenon_host_func host_funcs[] = {
    {"return-three", {.result = &u32_type}, return_three},
    {"return-hi", {.result = &string_type}, return_hi},
    {"[constructor]resource1",
     {.param_count = 1, .params = number, .result = &own1},
     constructor},
    {"[static]resource1.assert", {.param_count = 2, .params = own_and_rep}, assert_rep},
    {"[static]resource1.last-drop", {.result = &u32_type}, last_drop},
    {"[static]resource1.drops", {.result = &u32_type}, drops},
    {"[method]resource1.simple", {.param_count = 2, .params = self_and_rep}, simple},
    {"[method]resource1.take-borrow",
     {.param_count = 2, .params = self_and_borrow},
     take_borrow},
    {"[method]resource1.take-own", {.param_count = 2, .params = self_and_own}, take_own},
    {"return-two-slowly", {.is_async = true, .result = &u32_type}, return_two_slowly},
    {"echo-slowly",
     {.is_async = true, .param_count = 1, .params = number, .result = &u32_type},
     echo_slowly},
    {"never-return", {.is_async = true}, never_return},
    {"[method]resource1.never-return",
     {.is_async = true, .param_count = 1, .params = self_and_rep},
     never_return},
};

static const tenon_host_resource host_resources[] = {
    {"resource1", NULL, NULL, drop_resource1},
    {"resource2", NULL, NULL, NULL},
    {"resource1-again", "host", "resource1", NULL},
};

static const tenon_interface host_interface = {
    .name = "host",
    .funcs = host_funcs,
    .func_count = sizeof host_funcs / sizeof *host_funcs,
    .resources = host_resources,
    .resource_count = sizeof host_resources / sizeof *host_resources,
};

static const tenon_host_func nested_funcs[] = {
    {"return-four", {.result = &u32_type}, return_four},
};
static const tenon_interface nested_interface = {
    .name = "nested", .funcs = nested_funcs, .func_count = 1};

static const tenon_host_func root_funcs[] = {
    {"host-return-two", {.result = &u32_type}, return_two},
    {"host-echo-u32",
     {.is_async = true, .param_count = 1, .params = number, .result = &u32_type},
     echo},
};
static const tenon_interface root_interface = {
    .name = "",
    .funcs = root_funcs,
    .func_count = sizeof root_funcs / sizeof *root_funcs,
};

static const char simple_module[] = "(module"
                                    " (global (export \"g\") i32 (i32.const 100))"
                                    " (func (export \"f\") (result i32) i32.const 101))";

static tenon_status add_simple_module(wast *w, tenon_error *e) {
    tni_buf bytes;
    tni_module *m = NULL;
    tni_buf_init(&bytes, &w->engine->heap);
    tenon_status status =
        tni_text_module(w->engine, tni_str_of(simple_module), 0, &bytes, e);
    if (status == TENON_OK) {
        status = tni_module_decode(w->engine, bytes.data, bytes.count, 0, false, &m, e);
    }
    if (status == TENON_OK) {
        status = tni_module_validate(m, e);
    }
    if (status == TENON_OK) {
        status = tni_linker_add_module(w->linker, TNI_STR("host"),
                                       TNI_STR("simple-module"), m, e);
    }
    if (m != NULL) {
        tni_module_release(m);
    }
    tni_buf_free(&bytes);
    return status;
}

tenon_status wast_make_host(wast *w, tenon_error *e) {
    TNI_TRY(tni_linker_add(w->linker, &root_interface, NULL, e));
    TNI_TRY(tni_linker_add(w->linker, &host_interface, &w->host, e));
    TNI_TRY(
        tni_linker_add_nested(w->linker, TNI_STR("host"), &nested_interface, NULL, e));
    return add_simple_module(w, e);
}

void wast_host_help(void) {
    printf(
        "\nWhat component scripts can import:\n"
        "  host-return-two: func() -> u32             2\n"
        "  host-echo-u32: async func(v: u32) -> u32   v\n"
        "  host: an instance with\n"
        "    return-three: func() -> u32              3\n"
        "    return-hi: func() -> string              \"hi\"\n"
        "    return-two-slowly: async func() -> u32   2, later\n"
        "    echo-slowly: async func(v: u32) -> u32   v, later\n"
        "    never-return: async func()               waits until it is cancelled\n"
        "    nested: an instance with return-four: func() -> u32\n"
        "    simple-module: a core module with a global g (i32, 100) and a function f\n"
        "                 that returns 101\n"
        "    resource1, with\n"
        "      [constructor]resource1: func(rep: u32) -> own<resource1>\n"
        "      [method]resource1.simple: func(self, rep: u32)\n"
        "                 traps if self was not made from rep\n"
        "      [method]resource1.take-borrow: func(self, b: borrow<resource1>)\n"
        "      [method]resource1.take-own: func(self, b: own<resource1>)\n"
        "      [method]resource1.never-return: async func(self)\n"
        "      [static]resource1.assert: func(r: own<resource1>, rep: u32)\n"
        "                 takes r; traps if it was not made from rep\n"
        "      [static]resource1.drops: func() -> u32\n"
        "                 how many were dropped since the script began\n"
        "      [static]resource1.last-drop: func() -> u32\n"
        "                 what the last of them was made from\n"
        "    resource1-again: the same type; resource2: another one\n");
}
