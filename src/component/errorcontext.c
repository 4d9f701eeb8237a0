/* errorcontext.c: error contexts: the objects, their handles as values, and the
 * built-ins. Explainer.md, "Error Context type"; CanonicalABI.md, "canon
 * error-context.new" and the two after it.
 *
 * A message is kept as it is given (the specification allows a host to change it, or to
 * drop it): UTF-8 in the store's heap, with a count of the handles that refer to it.
 * Lifting copies a handle and does not move it, so any number of tables can hold one. */
#include "component/errorcontext.h"

#include "base/assert.h"
#include "base/unicode.h"
#include "component/resource.h"
#include "component/task.h"

/* CanonicalABI: ErrorContext. */
struct tni_error_context {
    u64 handles; /* that refer to it, in any table */
    tenon_string message;
};

/* The bytes of a message stand behind its object. */
static size_t size_of(size_t message_bytes) {
    return sizeof(tni_error_context) + message_bytes;
}

static void release(tni_cstore *cs, tni_error_context *c) {
    TNI_ASSERT(c->handles > 0);
    if (--c->handles == 0) {
        tni_free(cs->heap, c, 1, size_of(c->message.len));
    }
}

static tenon_status add_handle(tni_handles *table, tni_error_context *c, u32 *index,
                               tenon_error *e) {
    tni_handle h = {.kind = TNI_HANDLE_ERROR_CONTEXT, .object = c};
    c->handles++;
    tenon_status status = tni_handles_add(table, &h, index, e);
    if (status != TENON_OK) {
        c->handles--;
    }
    return status;
}

/* A new object with a copy of the message, and a handle of it. */
static tenon_status make(tni_cstore *cs, tni_handles *table, tenon_string message,
                         u32 *index, tenon_error *e) {
    tni_error_context *c = tni_calloc(cs->heap, 1, size_of(message.len));
    if (c == NULL) {
        return tni_no_memory(e);
    }
    char *bytes = (char *)(c + 1);
    if (message.len != 0) {
        memcpy(bytes, message.ptr, message.len);
    }
    c->message = (tenon_string){bytes, message.len};
    tenon_status status = add_handle(table, c, index, e);
    if (status != TENON_OK) {
        tni_free(cs->heap, c, 1, size_of(message.len));
    }
    return status;
}

static tenon_status get(tni_cstore *cs, const tni_handles *table, u32 index,
                        tni_error_context **out, tenon_error *e) {
    tni_handle *h;
    TNI_TRY(tni_handles_get(table, index, &h, e));
    if (h->kind != TNI_HANDLE_ERROR_CONTEXT) {
        return tni_wrong_handle(cs, h, index, "error context", e);
    }
    *out = h->object;
    return TENON_OK;
}

void tni_error_context_drop(tni_cstore *cs, tni_handles *table, u32 index) {
    tni_error_context *c = tni_handles_at(table, index)->object;
    tni_handles_remove(table, index);
    release(cs, c);
}

void tni_error_contexts_end(tni_cstore *cs, tni_handles *table) {
    for (size_t i = 1; i < table->entries.count; i++) {
        const tni_handle *h = tni_handles_at(table, (u32)i);
        if (h != NULL && h->kind == TNI_HANDLE_ERROR_CONTEXT) {
            tni_error_context_drop(cs, table, (u32)i);
        }
    }
}

/* CanonicalABI: lift_error_context. */
tenon_status tni_lift_error_context(tni_transfer *x, u32 from, void **object) {
    tni_error_context *c = NULL;
    TNI_TRY(get(x->cs, tni_side_table(x->cs, x->src.o), from, &c, x->e));
    *object = c;
    return TENON_OK;
}

/* CanonicalABI: lower_error_context. */
tenon_status tni_lower_error_context(tni_transfer *x, void *object, u32 *to) {
    return add_handle(tni_side_table(x->cs, x->dst.o), object, to, x->e);
}

/* -- of the host -- */

tenon_status tni_host_error_context_new(tni_store *s, tenon_string message, u32 *handle,
                                        tenon_error *e) {
    tni_cstore *cs;
    TNI_TRY(tni_cstore_of(s, &cs, e));
    if (message.len != 0 && !tni_utf8_valid((const u8 *)message.ptr, message.len)) {
        return tni_fail(e, TNI_ERR_USAGE, TENON_NO_OFFSET,
                        "the message of an error context is not UTF-8");
    }
    return make(cs, &cs->host_handles, message, handle, e);
}

tenon_status tni_host_error_context_message(tni_store *s, u32 handle, tenon_string *out,
                                            tenon_error *e) {
    tni_cstore *cs;
    TNI_TRY(tni_cstore_of(s, &cs, e));
    const tni_handle *h = tni_handles_at(&cs->host_handles, handle);
    if (h == NULL || h->kind != TNI_HANDLE_ERROR_CONTEXT) {
        return tni_fail(e, TNI_ERR_HOST_HANDLE, TENON_NO_OFFSET, "%u is no error context",
                        handle);
    }
    *out = ((const tni_error_context *)h->object)->message;
    return TENON_OK;
}

/* -- built-ins -- */

static const tni_side_options native = {.native = true, .encoding = TNI_ENCODING_UTF8};

static tni_side_options native_side(void) {
    tni_side_options o = native;
    o.ptr = TNI_NATIVE;
    return o;
}

/* The message is lifted as a host's argument is: a view where it is UTF-8 already. */
static tenon_status new_from(tni_thread *t, const tni_builtin *b, const tni_slot *fp,
                             u32 *index) {
    tni_side_options host = native_side();
    tni_transfer x;
    u64 at, bytes, ptr = fp[0], length = fp[1];
    if (b->side.ptr == TNI_PTR32) {
        ptr = (u32)ptr;
        length = (u32)length;
    }
    tni_transfer_init(&x, b->cs, t, NULL);
    tni_side_init(&x.src, &b->side, NULL);
    tni_side_init(&x.dst, &host, NULL);
    x.dst.arena = &b->cs->call_arena;
    x.dst.views = true;
    TNI_TRY(tni_transfer_string(&x, ptr, length, &at, &bytes));
    tenon_string message = {(const char *)(uintptr_t)at, (size_t)bytes};
    return make(b->cs, &b->inst->handles, message, index, x.e);
}

/* CanonicalABI: canon_error_context_new. */
static tni_next new_enter(tni_thread *t, tni_func *self, tni_slot *fp) {
    const tni_builtin *b = tni_func_data(self);
    u32 index = 0;
    if (!tni_check_leave(t, b->inst)) {
        return TNI_NEXT_FAIL;
    }
    tni_arena_mark mark = tni_arena_save(&b->cs->call_arena);
    tenon_status status = new_from(t, b, fp, &index);
    tni_arena_restore(&b->cs->call_arena, mark);
    fp[0] = index;
    return status == TENON_OK ? TNI_NEXT_RETURN : TNI_NEXT_FAIL;
}

/* CanonicalABI: canon_error_context_debug_message. */
static tenon_status debug_message(tni_thread *t, const tni_builtin *b, u32 index,
                                  u64 pointer) {
    const tenon_type *string = tni_type_primitive(TENON_TYPE_STRING);
    tni_side_options host = native_side();
    tni_error_context *c;
    tni_transfer x;
    tni_place d;
    TNI_TRY(get(b->cs, &b->inst->handles, index, &c, tni_thread_error(t)));
    tenon_string message = c->message;
    tni_transfer_init(&x, b->cs, t, NULL);
    tni_side_init(&x.src, &host, NULL);
    tni_side_init(&x.dst, &b->side, NULL);
    TNI_TRY(tni_lower_pointer(&x, string, pointer, false, &d));
    return tni_transfer_value(&x, string, TNI_MEMORY((u64)(uintptr_t)&message), string,
                              d);
}

static tni_next debug_message_enter(tni_thread *t, tni_func *self, tni_slot *fp) {
    const tni_builtin *b = tni_func_data(self);
    return tni_check_leave(t, b->inst) &&
                   debug_message(t, b, (u32)fp[0], fp[1]) == TENON_OK
               ? TNI_NEXT_RETURN
               : TNI_NEXT_FAIL;
}

/* CanonicalABI: canon_error_context_drop. */
static tni_next drop_enter(tni_thread *t, tni_func *self, tni_slot *fp) {
    const tni_builtin *b = tni_func_data(self);
    tni_handles *table = &b->inst->handles;
    tni_error_context *c;
    if (!tni_check_leave(t, b->inst) ||
        get(b->cs, table, (u32)fp[0], &c, tni_thread_error(t)) != TENON_OK) {
        return TNI_NEXT_FAIL;
    }
    tni_error_context_drop(b->cs, table, (u32)fp[0]);
    return TNI_NEXT_RETURN;
}

const tni_native *tni_error_context_builtin(tni_canon_kind kind) {
    static const tni_native new_native = {"error-context.new", 0, new_enter, NULL, NULL};
    static const tni_native message_native = {"error-context.debug-message", 0,
                                              debug_message_enter, NULL, NULL};
    static const tni_native drop_native = {"error-context.drop", 0, drop_enter, NULL,
                                           NULL};
    switch (kind) {
    case TNI_CANON_ERROR_CONTEXT_NEW: return &new_native;
    case TNI_CANON_ERROR_CONTEXT_DEBUG_MESSAGE: return &message_native;
    case TNI_CANON_ERROR_CONTEXT_DROP: return &drop_native;
    default: return NULL;
    }
}
