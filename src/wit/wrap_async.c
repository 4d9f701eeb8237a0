/* wrap_async.c: the built-ins of async code that a core module imports, by the names that
 * toolchains give them, and how they are written. Binary.md, "Canonical Definitions". */
#include "binary/write.h"
#include "wit/wrap_internal.h"

/* What stands behind an opcode. */
typedef enum operands {
    NOTHING,
    FLAG,        /* async or cancellable */
    FLAG_MEMORY, /* and a memory */
    CONTEXT,     /* of type i32, a number */
    TYPE,
    TYPE_FLAG,
    TYPE_OPTIONS,
} operands;

typedef struct builtin {
    const char *name; /* of a stream or future: what stands after [stream- or [future- */
    u8 opcode;        /* of a future: 7 more */
    operands operands;
    u8 params, results;
    bool exported;    /* its module is that of exports */
    const char *flag; /* what may stand before it, or NULL */
    u8 context;
} builtin;

static const char lower[] = "[async-lower]", cancellable[] = "[cancellable]";

static const builtin plain[] = {
    {"[task-cancel]", 0x05, NOTHING, 0, 0, true, NULL, 0},
    {"[subtask-cancel]", 0x06, FLAG, 1, 1, false, lower, 0},
    {"[context-get-0]", 0x0a, CONTEXT, 0, 1, false, NULL, 0},
    {"[context-set-0]", 0x0b, CONTEXT, 1, 0, false, NULL, 0},
    {"[context-get-1]", 0x0a, CONTEXT, 0, 1, false, NULL, 1},
    {"[context-set-1]", 0x0b, CONTEXT, 1, 0, false, NULL, 1},
    {"[thread-yield]", 0x0c, FLAG, 0, 1, false, cancellable, 0},
    {"[subtask-drop]", 0x0d, NOTHING, 1, 0, false, NULL, 0},
    {"[waitable-set-new]", 0x1f, NOTHING, 0, 1, false, NULL, 0},
    {"[waitable-set-wait]", 0x20, FLAG_MEMORY, 2, 1, false, cancellable, 0},
    {"[waitable-set-poll]", 0x21, FLAG_MEMORY, 2, 1, false, cancellable, 0},
    {"[waitable-set-drop]", 0x22, NOTHING, 1, 0, false, NULL, 0},
    {"[waitable-join]", 0x23, NOTHING, 2, 0, false, NULL, 0},
    {"[backpressure-inc]", 0x24, NOTHING, 0, 0, false, NULL, 0},
    {"[backpressure-dec]", 0x25, NOTHING, 0, 0, false, NULL, 0},
};

/* params are those of a stream; a future is copied without a count. */
static const builtin of_ends[] = {
    {"new-", 0x0e, TYPE, 0, 1, false, NULL, 0},
    {"read-", 0x0f, TYPE_OPTIONS, 3, 1, false, lower, 0},
    {"write-", 0x10, TYPE_OPTIONS, 3, 1, false, lower, 0},
    {"cancel-read-", 0x11, TYPE_FLAG, 1, 1, false, lower, 0},
    {"cancel-write-", 0x12, TYPE_FLAG, 1, 1, false, lower, 0},
    {"drop-readable-", 0x13, TYPE, 1, 0, false, NULL, 0},
    {"drop-writable-", 0x14, TYPE, 1, 0, false, NULL, 0},
};

/* -- names -- */

static bool take_number(tni_str *s, u32 *out) {
    size_t i = 0;
    *out = 0;
    while (i < s->len && i < 6 && s->ptr[i] >= '0' && s->ptr[i] <= '9') {
        *out = *out * 10 + (u32)(s->ptr[i++] - '0');
    }
    bool ok = i > 0 && i < s->len && s->ptr[i] == ']';
    *s = (tni_str){s->ptr + i + ok, s->len - i - ok};
    return ok;
}

static void set_builtin(wrap_need *n, const builtin *b, bool flag) {
    n->kind = WRAP_BUILTIN;
    n->opcode = b->opcode;
    n->flag = flag;
    n->sig = (wrap_sig){.param_count = b->params,
                        .params = {TNI_I32, TNI_I32, TNI_I32},
                        .result_count = b->results,
                        .result = TNI_I32};
    n->sig.is_async = flag;
}

static bool resolve_plain(wrap_need *n, bool exported) {
    for (size_t i = 0; i < TNI_COUNT_OF(plain); i++) {
        const builtin *b = &plain[i];
        bool is_there = b->exported ? exported : tni_str_eq(n->module, TNI_STR("$root"));
        tni_str name = n->name;
        bool flag = b->flag != NULL && tni_wrap_strip(&name, b->flag);
        if (is_there && tni_str_eq(name, tni_str_of(b->name))) {
            set_builtin(n, b, flag);
            n->sig.needs_memory = b->operands == FLAG_MEMORY;
            n->is_indirect = n->sig.needs_memory;
            n->context = b->context;
            return true;
        }
    }
    return false;
}

/* A stream or a future as the function of a need has it. */
static bool resolve_end(wrapper *w, wrap_need *n, const builtin *b, tni_str rest,
                        bool stream, bool flag) {
    u32 number;
    if (!take_number(&rest, &number)) {
        return false;
    }
    n->func = tni_wrap_find_func(n->item, rest);
    n->resource = n->func != NULL ? tni_wit_func_end(n->func, number) : NULL;
    if (n->resource == NULL || (n->resource->kind == TENON_TYPE_STREAM) != stream) {
        return false;
    }
    set_builtin(n, b, flag);
    n->opcode = (u8)(b->opcode + (stream ? 0 : 7));
    if (b->operands == TYPE) {
        n->sig.result = TNI_I64; /* both ends */
    } else if (b->operands == TYPE_OPTIONS) {
        const tni_wit_type *element = n->resource->element;
        n->sig.param_count = stream ? 3 : 2;
        n->sig.needs_memory = element != NULL;
        n->sig.needs_realloc =
            element != NULL && b->opcode == 0x0f && tni_wrap_has_pointers(w, element);
        n->is_indirect = n->sig.needs_memory;
    }
    return true;
}

static bool resolve_ends(wrapper *w, wrap_need *n) {
    for (size_t i = 0; i < TNI_COUNT_OF(of_ends); i++) {
        const builtin *b = &of_ends[i];
        tni_str name = n->name;
        bool flag = b->flag != NULL && tni_wrap_strip(&name, b->flag);
        bool stream = tni_wrap_strip(&name, "[stream-");
        if ((stream || tni_wrap_strip(&name, "[future-")) &&
            tni_wrap_strip(&name, b->name) && resolve_end(w, n, b, name, stream, flag)) {
            return true;
        }
    }
    return false;
}

bool tni_wrap_resolve_builtin(wrapper *w, wrap_need *n, bool exported) {
    tni_str name = n->name, unflagged = n->name;
    if (resolve_plain(n, exported)) {
        return true;
    }
    (void)tni_wrap_strip(&unflagged, lower);
    if (n->item == NULL && !tni_wrap_find_root(w, n, unflagged, exported)) {
        return false;
    }
    if (!exported || !tni_wrap_strip(&name, "[task-return]")) {
        return resolve_ends(w, n);
    }
    n->func = tni_wrap_find_func(n->item, name);
    if (n->func == NULL || !n->func->is_async) {
        return false;
    }
    n->kind = WRAP_TASK_RETURN;
    tni_wrap_return_signature(w, n->func, &n->sig);
    n->is_indirect = n->sig.needs_memory;
    return true;
}

/* -- writing -- */

static operands operands_of(u8 opcode) {
    if (opcode >= 0x0e && opcode <= 0x1b) {
        return of_ends[(opcode - 0x0e) % 7].operands;
    }
    for (size_t i = 0; i < TNI_COUNT_OF(plain); i++) {
        if (plain[i].opcode == opcode) {
            return plain[i].operands;
        }
    }
    return NOTHING;
}

void tni_wrap_put_builtin(wrapper *w, const wrap_need *n, wrap_passing passing,
                          tni_buf *b) {
    if (n->kind == WRAP_TASK_RETURN) {
        tni_buf type;
        tni_buf_init(&type, w->arena->heap);
        tni_wrap_put_result(w, &w->top, &type, n->func, n->side);
        tni_buf_byte(b, 0x09);
        tni_buf_put(b, type.data, type.count);
        b->failed = b->failed || type.failed;
        tni_buf_free(&type);
        tni_wrap_put_options(passing, b, &n->sig, TNI_NO_INDEX, TNI_NO_INDEX);
        return;
    }
    operands o = operands_of(n->opcode);
    u32 type = o >= TYPE ? tni_wrap_type(w, &w->top, n->resource, n->side) : 0;
    tni_buf_byte(b, n->opcode);
    switch (o) {
    case NOTHING: break;
    case FLAG: tni_buf_byte(b, n->flag); break;
    case FLAG_MEMORY:
        tni_buf_byte(b, n->flag);
        tni_buf_u32(b, w->memory);
        break;
    case CONTEXT:
        tni_buf_byte(b, 0x7f);
        tni_buf_u32(b, n->context);
        break;
    case TYPE: tni_buf_u32(b, type); break;
    case TYPE_FLAG:
        tni_buf_u32(b, type);
        tni_buf_byte(b, n->flag);
        break;
    case TYPE_OPTIONS:
        tni_buf_u32(b, type);
        tni_wrap_put_options(passing, b, &n->sig, TNI_NO_INDEX, TNI_NO_INDEX);
    }
}
