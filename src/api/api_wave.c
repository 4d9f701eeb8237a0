/* api_wave.c: WAVE text in the public API: values, and calls of exported functions.
 * The component profile leaves this file out with src/wit. */
#include "api/api.h"
#include "wit/wave.h"

tenon_status tenon_value_parse(tenon_value value, const char *wave, tenon_arena *arena,
                               tenon_error *error) {
    tenon_error local;
    tenon_error *e = error != NULL ? error : &local;
    return tni_wave_parse(&arena->arena, tni_str_of(wave), value.type, value.ptr, e);
}

tenon_status tenon_value_print(tenon_value value, tenon_arena *arena, const char **out,
                               tenon_error *error) {
    tenon_error local;
    tenon_error *e = error != NULL ? error : &local;
    tni_buf text;
    tni_buf_init(&text, &arena->heap);
    tni_wave_print(&text, value.type, value.ptr);
    bool failed = text.failed;
    tni_str copy = {NULL, 0};
    if (!failed) {
        copy =
            tni_arena_str(&arena->arena, (tni_str){(const char *)text.data, text.count});
    }
    tni_buf_free(&text);
    if (copy.ptr == NULL) {
        return tni_no_memory(e);
    }
    *out = copy.ptr;
    return TENON_OK;
}

/* -- calls -- */

/* The function of that name, at the root or in any exported instance; count says how many
 * there are. */
static tni_cfunc *find_anywhere(tni_cinstance *i, tni_str name, u32 *count) {
    const tni_str root = {NULL, 0};
    tni_cfunc *f = tni_cinstance_func(i, root, name);
    *count = f != NULL;
    for (u32 n = 0; n < tni_cinstance_export_count(i); n++) {
        tni_sort sort;
        tni_str export_ = tni_cinstance_export_name(i, n, &sort);
        tni_cinstance *nested =
            sort == TNI_SORT_INSTANCE ? tni_cinstance_instance(i, export_) : NULL;
        tni_cfunc *found = nested != NULL ? tni_cinstance_func(nested, root, name) : NULL;
        if (found != NULL) {
            f = found;
            *count += 1;
        }
    }
    return f;
}

static tenon_status find_func(tni_cinstance *i, const tni_wave_call *call,
                              tni_cfunc **out, tenon_error *e) {
    u32 count = 0;
    if (call->interface.len > 0) {
        *out = tni_cinstance_func(i, call->interface, call->func);
    } else {
        *out = find_anywhere(i, call->func, &count);
    }
    if (*out == NULL) {
        return tni_fail(e, TNI_ERR_USAGE, TENON_NO_OFFSET,
                        "no exported function %.*s%s%.*s", (int)call->interface.len,
                        call->interface.ptr, call->interface.len > 0 ? "#" : "",
                        (int)call->func.len, call->func.ptr);
    }
    if (count > 1) {
        return tni_fail(e, TNI_ERR_USAGE, TENON_NO_OFFSET,
                        "%.*s is exported %u times: name its interface as well",
                        (int)call->func.len, call->func.ptr, count);
    }
    return TENON_OK;
}

tenon_status tenon_parse_call(tenon_instance *instance, const char *wave,
                              tenon_arena *arena, tenon_func **func, void **args,
                              tenon_error *error) {
    tenon_error local;
    tenon_error *e = error != NULL ? error : &local;
    tni_wave_call call;
    tni_cfunc *f = NULL;
    TNI_TRY(tni_wave_parse_call(&arena->arena, tni_str_of(wave), &call, e));
    TNI_TRY(find_func(tni_cinstance_of(instance), &call, &f, e));
    const tenon_type *params = tni_cfunc_params(f);
    void *tuple = tni_arena_alloc(&arena->arena, params->size[TNI_NATIVE], 16);
    if (tuple == NULL) {
        return tni_no_memory(e);
    }
    TNI_TRY(
        tni_wave_parse_args(&arena->arena, &call, tni_cfunc_type(f), params, tuple, e));
    *func = (tenon_func *)(void *)f;
    *args = tuple;
    return TENON_OK;
}
