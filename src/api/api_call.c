/* api_call.c: linkers, instances and calls of the public API. */
#include "api/api.h"
#include "component/witprint.h"
#include "exec/instance.h"

/* -- linking -- */

tenon_status tenon_linker_new(tenon_engine *engine, tenon_linker **out,
                              tenon_error *error) {
    tenon_error local;
    tenon_error *e = error != NULL ? error : &local;
    tni_linker *l = NULL;
    TNI_TRY(tni_linker_new(engine, &l, e));
    *out = (tenon_linker *)(void *)l;
    return TENON_OK;
}

void tenon_linker_delete(tenon_linker *linker) {
    if (linker != NULL) {
        tni_linker_delete(tni_linker_of(linker));
    }
}

tenon_status tenon_linker_add(tenon_linker *linker, const tenon_interface *interface,
                              void *user, tenon_error *error) {
    tenon_error local;
    tenon_error *e = error != NULL ? error : &local;
    return tni_linker_add(tni_linker_of(linker), interface, user, e);
}

tenon_status tenon_linker_restorable(tenon_linker *linker, const char *interface,
                                     const char *resource, const tenon_restorable *how,
                                     tenon_error *error) {
    tenon_error local;
    tenon_error *e = error != NULL ? error : &local;
    return tni_linker_restorable(tni_linker_of(linker), tni_str_of(interface),
                                 tni_str_of(resource), how, e);
}

tenon_status tenon_linker_trap_missing(tenon_linker *linker, const char *prefix,
                                       const char *message, tenon_error *error) {
    tenon_error local;
    tenon_error *e = error != NULL ? error : &local;
    return tni_linker_trap_missing(tni_linker_of(linker), tni_str_of(prefix),
                                   tni_str_of(message), e);
}

tenon_status tenon_instantiate(tenon_linker *linker, tenon_store *store,
                               tenon_component *component, tenon_instance **out,
                               tenon_error *error) {
    tenon_error local;
    tenon_error *e = error != NULL ? error : &local;
    tni_cinstance *i = NULL;
    tni_store *s = tni_store_of(store);
    tni_api_enter(s);
    const tenon_status status = tni_component_instantiate(s, tni_component_of(component),
                                                          tni_linker_of(linker), &i, e);
    TNI_TRY(tni_api_leave(s, status, e));
    *out = (tenon_instance *)(void *)i;
    return TENON_OK;
}

tenon_status tenon_prelink(tenon_linker *linker, tenon_component *component,
                           tenon_prelinked **out, tenon_error *error) {
    tenon_error local;
    tenon_error *e = error != NULL ? error : &local;
    tni_prelinked *p = NULL;
    TNI_TRY(tni_prelink(tni_linker_of(linker), tni_component_of(component), &p, e));
    *out = (tenon_prelinked *)(void *)p;
    return TENON_OK;
}

tenon_status tenon_prelinked_instantiate(tenon_prelinked *prelinked, tenon_store *store,
                                         tenon_instance **out, tenon_error *error) {
    tenon_error local;
    tenon_error *e = error != NULL ? error : &local;
    tni_cinstance *i = NULL;
    tni_store *s = tni_store_of(store);
    tni_api_enter(s);
    const tenon_status status =
        tni_prelinked_instantiate(tni_prelinked_of(prelinked), s, &i, e);
    TNI_TRY(tni_api_leave(s, status, e));
    *out = (tenon_instance *)(void *)i;
    return TENON_OK;
}

void tenon_prelinked_delete(tenon_prelinked *prelinked) {
    tni_prelinked_release(tni_prelinked_of(prelinked));
}

/* -- functions -- */

tenon_func *tenon_instance_func(tenon_instance *instance, const char *interface,
                                const char *name) {
    tni_str iface = interface != NULL ? tni_str_of(interface) : (tni_str){NULL, 0};
    tni_cfunc *f =
        tni_cinstance_func(tni_cinstance_of(instance), iface, tni_str_of(name));
    return (tenon_func *)(void *)f;
}

/* "ns:package/interface#name", or a name alone. */
static void full_name(char out[256], const char *interface, const char *name) {
    tni_format(out, 256, "%s%s%s", interface != NULL ? interface : "",
               interface != NULL ? "#" : "", name);
}

static tenon_status wrong_type(const char *full, tni_cfunc *f,
                               const tenon_func_type *wanted, tenon_error *e) {
    tni_buf text;
    tni_buf_init(&text, &tni_cfunc_store(f)->heap);
    tni_buf_str(&text, TNI_STR("wanted "));
    tni_func_type_print(&text, wanted, NULL);
    tni_buf_str(&text, TNI_STR(", offered "));
    tni_func_type_print(&text, tni_cfunc_type(f), NULL);
    tenon_status status =
        tni_fail(e, TNI_ERR_EXPORT_TYPE, TENON_NO_OFFSET, "\"%s\": %.*s", full,
                 (int)text.count, (const char *)text.data);
    tni_buf_free(&text);
    return status;
}

tenon_status tenon_instance_typed_func(tenon_instance *instance, const char *interface,
                                       const char *name, const tenon_func_type *type,
                                       tenon_func **out, tenon_error *error) {
    tenon_error local;
    tenon_error *e = error != NULL ? error : &local;
    char full[256];
    full_name(full, interface, name);
    tenon_func *func = tenon_instance_func(instance, interface, name);
    if (func == NULL) {
        return tni_fail(e, TNI_ERR_EXPORT_MISSING, TENON_NO_OFFSET, "\"%s\"", full);
    }
    tni_cfunc *f = tni_cfunc_of(func);
    if (!tni_func_shapes_match(type, tni_cfunc_type(f))) {
        return wrong_type(full, f, type, e);
    }
    *out = func;
    return TENON_OK;
}

const char *tenon_instance_export(tenon_instance *instance, uint32_t n, tenon_func **func,
                                  tenon_instance **nested) {
    tni_cinstance *i = tni_cinstance_of(instance);
    if (n >= tni_cinstance_export_count(i)) {
        return NULL;
    }
    tni_sort sort;
    tni_str name = tni_cinstance_export_name(i, n, &sort);
    if (func != NULL) {
        tni_cfunc *f = NULL;
        if (sort == TNI_SORT_FUNC) {
            f = tni_cinstance_func(i, (tni_str){NULL, 0}, name);
        }
        *func = (tenon_func *)(void *)f;
    }
    if (nested != NULL) {
        tni_cinstance *inner = NULL;
        if (sort == TNI_SORT_INSTANCE) {
            inner = tni_cinstance_instance(i, name);
        }
        *nested = (tenon_instance *)(void *)inner;
    }
    return name.ptr;
}

const tenon_func_type *tenon_func_type_of(const tenon_func *func) {
    return tni_cfunc_type((const tni_cfunc *)(const void *)func);
}

const tenon_type *tenon_func_params(const tenon_func *func) {
    return tni_cfunc_params((const tni_cfunc *)(const void *)func);
}

tenon_status tenon_func_call(tenon_func *func, const void *args, void *result,
                             tenon_arena *arena, tenon_error *error) {
    tenon_error local;
    tenon_error *e = error != NULL ? error : &local;
    tni_cfunc *f = tni_cfunc_of(func);
    tni_store *s = tni_cfunc_store(f);
    tni_api_enter(s);
    tenon_status status =
        tni_cfunc_call(s, f, args, result, arena != NULL ? &arena->arena : NULL, e);
    return tni_api_leave(s, status, e);
}

tenon_status tenon_call_start(tenon_func *func, const void *args, void *result,
                              tenon_arena *arena, tenon_started **out,
                              tenon_error *error) {
    tenon_error local;
    tenon_error *e = error != NULL ? error : &local;
    tni_started *started = NULL;
    tni_store *s = tni_cfunc_store(tni_cfunc_of(func));
    tni_api_enter(s);
    const tenon_status status =
        tni_cfunc_start(tni_cfunc_of(func), args, result,
                        arena != NULL ? &arena->arena : NULL, &started, e);
    TNI_TRY(tni_api_leave(s, status, e));
    *out = (tenon_started *)(void *)started;
    return TENON_OK;
}

tenon_started_state tenon_started_state_of(tenon_store *store, tenon_started *started) {
    return tni_started_state(tni_store_of(store), (tni_started *)(void *)started);
}

bool tenon_started_done(tenon_store *store, tenon_started *started) {
    return tenon_started_state_of(store, started) == TENON_STARTED_RETURNED;
}

tenon_status tenon_started_cancel(tenon_store *store, tenon_started *started,
                                  tenon_error *error) {
    tenon_error local;
    tenon_error *e = error != NULL ? error : &local;
    return tni_started_cancel(tni_store_of(store), (tni_started *)(void *)started, e);
}

uint32_t tenon_store_pending(tenon_store *store) {
    return tni_cstore_pending(tni_store_of(store));
}

tenon_status tenon_store_set_wait(tenon_store *store, tenon_wait_fn wait, void *user,
                                  tenon_error *error) {
    tenon_error local;
    tenon_error *e = error != NULL ? error : &local;
    return tni_cstore_set_wait(tni_store_of(store), wait, user, e);
}

tenon_status tenon_store_set_wake(tenon_store *store, void (*wake)(void *user),
                                  void *user, tenon_error *error) {
    tenon_error local;
    tenon_error *e = error != NULL ? error : &local;
    return tni_cstore_set_wake(tni_store_of(store), wake, user, e);
}

tenon_status tenon_store_set_users(tenon_store *store, tenon_user_fn user_of, void *users,
                                   tenon_error *error) {
    tenon_error local;
    tenon_error *e = error != NULL ? error : &local;
    return tni_cstore_set_users(tni_store_of(store), user_of, users, e);
}

void tenon_started_delete(tenon_store *store, tenon_started *started) {
    if (started != NULL) {
        tni_started_delete(tni_store_of(store), (tni_started *)(void *)started);
    }
}

tenon_status tenon_store_poll(tenon_store *store, bool *idle, tenon_error *error) {
    tenon_error local;
    tenon_error *e = error != NULL ? error : &local;
    tni_store *s = tni_store_of(store);
    tni_api_enter(s);
    return tni_api_leave(s, tni_cstore_poll(s, idle, e), e);
}

tenon_status tenon_ends_new(tenon_store *store, const tenon_type *type,
                            uint32_t *readable, uint32_t *writable, tenon_error *error) {
    tenon_error local;
    tenon_error *e = error != NULL ? error : &local;
    return tni_ends_new(tni_store_of(store), type, readable, writable, e);
}

tenon_status tenon_func_ends_new(tenon_func *func, const tenon_type *type,
                                 uint32_t *readable, uint32_t *writable,
                                 tenon_error *error) {
    tenon_error local;
    tenon_error *e = error != NULL ? error : &local;
    return tni_cfunc_ends_new(tni_cfunc_of(func), type, readable, writable, e);
}

tenon_status tenon_copy_start(tenon_store *store, uint32_t end, void *buffer,
                              uint32_t count, tenon_arena *arena, tenon_copy_fn fn,
                              void *data, tenon_error *error) {
    tenon_error local;
    tenon_error *e = error != NULL ? error : &local;
    return tni_copy_start(tni_store_of(store), end, buffer, count,
                          arena != NULL ? &arena->arena : NULL, fn, data, e);
}

tenon_status tenon_copy_cancel(tenon_store *store, uint32_t end, tenon_error *error) {
    tenon_error local;
    tenon_error *e = error != NULL ? error : &local;
    return tni_copy_cancel(tni_store_of(store), end, e);
}

tenon_status tenon_func_resource_new(tenon_func *func, uint32_t param, void *rep,
                                     uint32_t *handle, tenon_error *error) {
    tenon_error local;
    tenon_error *e = error != NULL ? error : &local;
    return tni_cfunc_resource_new(tni_cfunc_of(func), param, rep, handle, e);
}

tenon_status tenon_handle_drop(tenon_store *store, uint32_t handle, tenon_error *error) {
    tenon_error local;
    tenon_error *e = error != NULL ? error : &local;
    tni_store *s = tni_store_of(store);
    tni_api_enter(s);
    return tni_api_leave(s, tni_host_handle_drop(s, handle, e), e);
}

tenon_status tenon_error_context_new(tenon_store *store, tenon_string message,
                                     uint32_t *handle, tenon_error *error) {
    tenon_error local;
    tenon_error *e = error != NULL ? error : &local;
    return tni_host_error_context_new(tni_store_of(store), message, handle, e);
}

tenon_status tenon_error_context_message(tenon_store *store, uint32_t handle,
                                         tenon_string *message, tenon_error *error) {
    tenon_error local;
    tenon_error *e = error != NULL ? error : &local;
    return tni_host_error_context_message(tni_store_of(store), handle, message, e);
}
