/* wrap_async.c: the built-ins of async code that a core module imports, by the names that
 * toolchains give them, and how they are written. Binary.md, "Canonical Definitions". */
#include "binary/write.h"
#include "wit/wrap_internal.h"

/* What stands behind an opcode. */
typedef enum operands {
    NOTHING,
    FLAG,        /* async or cancellable */
    FLAG_MEMORY, /* and a memory */
    CONTEXT,     /* of type i32 or i64, a number */
    OPTIONS,     /* with the encoding that the number is */
    THREAD,      /* the type of its start function, the table of such functions */
    TYPE,
    TYPE_FLAG,
    TYPE_OPTIONS,
} operands;

/* Which module it is imported from. */
typedef enum place { ROOT, EXPORTED } place;

struct wrap_builtin {
    const char *name; /* of a stream or future: what stands after [stream- or [future- */
    u8 opcode;        /* of a future: 7 more */
    operands operands;
    const char *type; /* parameters and result in letters: "il:i" */
    place place;
    const char *flag; /* what may stand before it, or NULL */
    u8 number;
};

static const char lower[] = "[async-lower]", cancellable[] = "[cancellable]";

/* Binary.md: the numbers of string encodings. */
enum { UTF8, UTF16, LATIN1_UTF16 };

static const wrap_builtin plain[] = {
    {"[task-cancel]", 0x05, NOTHING, "", EXPORTED, NULL, 0},
    {"[subtask-cancel]", 0x06, FLAG, "i:i", ROOT, lower, 0},
    {"[context-get-0]", 0x0a, CONTEXT, ":i", ROOT, NULL, 0},
    {"[context-get-1]", 0x0a, CONTEXT, ":i", ROOT, NULL, 1},
    {"[context-get-i32-0]", 0x0a, CONTEXT, ":i", ROOT, NULL, 0},
    {"[context-get-i32-1]", 0x0a, CONTEXT, ":i", ROOT, NULL, 1},
    {"[context-get-i64-0]", 0x0a, CONTEXT, ":l", ROOT, NULL, 0},
    {"[context-get-i64-1]", 0x0a, CONTEXT, ":l", ROOT, NULL, 1},
    {"[context-set-0]", 0x0b, CONTEXT, "i", ROOT, NULL, 0},
    {"[context-set-1]", 0x0b, CONTEXT, "i", ROOT, NULL, 1},
    {"[context-set-i32-0]", 0x0b, CONTEXT, "i", ROOT, NULL, 0},
    {"[context-set-i32-1]", 0x0b, CONTEXT, "i", ROOT, NULL, 1},
    {"[context-set-i64-0]", 0x0b, CONTEXT, "l", ROOT, NULL, 0},
    {"[context-set-i64-1]", 0x0b, CONTEXT, "l", ROOT, NULL, 1},
    {"[thread-yield]", 0x0c, FLAG, ":i", ROOT, cancellable, 0},
    {"[subtask-drop]", 0x0d, NOTHING, "i", ROOT, NULL, 0},
    {"[error-context-new-utf8]", 0x1c, OPTIONS, "ii:i", ROOT, NULL, UTF8},
    {"[error-context-new-utf16]", 0x1c, OPTIONS, "ii:i", ROOT, NULL, UTF16},
    {"[error-context-new-latin1+utf16]", 0x1c, OPTIONS, "ii:i", ROOT, NULL, LATIN1_UTF16},
    {"[error-context-debug-message-utf8]", 0x1d, OPTIONS, "ii", ROOT, NULL, UTF8},
    {"[error-context-debug-message-utf16]", 0x1d, OPTIONS, "ii", ROOT, NULL, UTF16},
    {"[error-context-debug-message-latin1+utf16]", 0x1d, OPTIONS, "ii", ROOT, NULL,
     LATIN1_UTF16},
    {"[error-context-drop]", 0x1e, NOTHING, "i", ROOT, NULL, 0},
    {"[waitable-set-new]", 0x1f, NOTHING, ":i", ROOT, NULL, 0},
    {"[waitable-set-wait]", 0x20, FLAG_MEMORY, "ii:i", ROOT, cancellable, 0},
    {"[waitable-set-wait-i32]", 0x20, FLAG_MEMORY, "ii:i", ROOT, cancellable, 0},
    {"[waitable-set-wait-i64]", 0x20, FLAG_MEMORY, "il:i", ROOT, cancellable, 0},
    {"[waitable-set-poll]", 0x21, FLAG_MEMORY, "ii:i", ROOT, cancellable, 0},
    {"[waitable-set-poll-i32]", 0x21, FLAG_MEMORY, "ii:i", ROOT, cancellable, 0},
    {"[waitable-set-poll-i64]", 0x21, FLAG_MEMORY, "il:i", ROOT, cancellable, 0},
    {"[waitable-set-drop]", 0x22, NOTHING, "i", ROOT, NULL, 0},
    {"[waitable-join]", 0x23, NOTHING, "ii", ROOT, NULL, 0},
    {"[backpressure-inc]", 0x24, NOTHING, "", ROOT, NULL, 0},
    {"[backpressure-dec]", 0x25, NOTHING, "", ROOT, NULL, 0},
    {"[thread-index]", 0x26, NOTHING, ":i", ROOT, NULL, 0},
    {"[thread-new-indirect-v0]", 0x27, THREAD, "ii:i", ROOT, NULL, 0},
    {"[thread-resume-later]", 0x28, NOTHING, "i", ROOT, NULL, 0},
    {"[thread-suspend]", 0x29, FLAG, ":i", ROOT, cancellable, 0},
    {"[thread-suspend-then-resume]", 0x2a, FLAG, "i:i", ROOT, cancellable, 0},
    {"[thread-yield-then-resume]", 0x2b, FLAG, "i:i", ROOT, cancellable, 0},
    {"[thread-suspend-then-promote]", 0x2c, FLAG, "i:i", ROOT, cancellable, 0},
    {"[thread-yield-then-promote]", 0x2d, FLAG, "i:i", ROOT, cancellable, 0},
};

/* Types are those of a stream; a future is copied without a count. */
static const wrap_builtin of_ends[] = {
    {"new-", 0x0e, TYPE, ":l", ROOT, NULL, 0}, /* both ends */
    {"read-", 0x0f, TYPE_OPTIONS, "iii:i", ROOT, lower, 0},
    {"write-", 0x10, TYPE_OPTIONS, "iii:i", ROOT, lower, 0},
    {"cancel-read-", 0x11, TYPE_FLAG, "i:i", ROOT, lower, 0},
    {"cancel-write-", 0x12, TYPE_FLAG, "i:i", ROOT, lower, 0},
    {"drop-readable-", 0x13, TYPE, "i", ROOT, NULL, 0},
    {"drop-writable-", 0x14, TYPE, "i", ROOT, NULL, 0},
};

/* What a linker leaves to the host of a module with stacks for threads. */
static const wrap_builtin linked[] = {
    {"__wasm_get_stack_pointer", 0x0a, CONTEXT, ":i", ROOT, NULL, 0},
    {"__wasm_set_stack_pointer", 0x0b, CONTEXT, "i", ROOT, NULL, 0},
    {"__wasm_get_tls_base", 0x0a, CONTEXT, ":i", ROOT, NULL, 1},
    {"__wasm_set_tls_base", 0x0b, CONTEXT, "i", ROOT, NULL, 1},
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

static void set_builtin(wrap_need *n, const wrap_builtin *b, bool flag) {
    const char *t = b->type;
    n->kind = WRAP_BUILTIN;
    n->builtin = b;
    n->flag = flag;
    n->sig = (wrap_sig){.is_async = flag, .result = TNI_I32};
    for (; *t != '\0' && *t != ':'; t++) {
        n->sig.params[n->sig.param_count++] = *t == 'l' ? TNI_I64 : TNI_I32;
    }
    if (*t == ':') {
        n->sig.result_count = 1;
        n->sig.result = t[1] == 'l' ? TNI_I64 : TNI_I32;
    }
    n->sig.needs_memory = b->operands == FLAG_MEMORY || b->operands == OPTIONS;
    n->sig.needs_realloc = b->opcode == 0x1d;
    n->is_indirect = n->sig.needs_memory || b->operands == THREAD;
}

static bool resolve_plain(wrap_need *n, bool exported) {
    for (size_t i = 0; i < TNI_COUNT_OF(plain); i++) {
        const wrap_builtin *b = &plain[i];
        bool is_there =
            b->place == EXPORTED ? exported : tni_str_eq(n->module, TNI_STR("$root"));
        tni_str name = n->name;
        bool flag = b->flag != NULL && tni_wrap_strip(&name, b->flag);
        if (is_there && tni_str_eq(name, tni_str_of(b->name))) {
            set_builtin(n, b, flag);
            return true;
        }
    }
    return false;
}

bool tni_wrap_resolve_linked(wrap_need *n, const tni_subtype *t) {
    for (size_t i = 0; i < TNI_COUNT_OF(linked); i++) {
        const wrap_builtin *b = &linked[i];
        if (!tni_str_eq(n->name, tni_str_of(b->name))) {
            continue;
        }
        set_builtin(n, b, false);
        /* The width is the module's choice. */
        if (n->sig.param_count == 1 && t->param_count == 1 && t->params[0] == TNI_I64) {
            n->sig.params[0] = TNI_I64;
        }
        if (n->sig.result_count == 1 && t->result_count == 1 &&
            t->results[0] == TNI_I64) {
            n->sig.result = TNI_I64;
        }
        n->is_tls = b->number == 1;
        return true;
    }
    return false;
}

bool tni_wrap_uses_slot_1(const wrap_need *n) {
    return n->kind == WRAP_BUILTIN && !n->is_tls &&
           (n->builtin->operands == THREAD ||
            (n->builtin->operands == CONTEXT && n->builtin->number == 1));
}

bool tni_wrap_uses_table(const wrap_need *n) {
    return n->kind == WRAP_BUILTIN && n->builtin->operands == THREAD;
}

bool tni_wrap_is_wide(const wrap_need *n) {
    return (n->sig.param_count > 0 ? n->sig.params[0] : n->sig.result) == TNI_I64;
}

/* A stream or a future as the function of a need has it, or one without a payload. */
static bool resolve_end(wrapper *w, wrap_need *n, const wrap_builtin *b, tni_str rest,
                        bool stream, bool flag) {
    static const tni_wit_type units[] = {{.kind = TENON_TYPE_FUTURE},
                                         {.kind = TENON_TYPE_STREAM}};
    u32 number;
    const tni_wit_type *end = NULL;
    if (tni_wrap_strip(&rest, "unit]")) {
        end = &units[stream];
    } else if (take_number(&rest, &number)) {
        n->func = n->item != NULL ? tni_wrap_find_func(n->item, rest) : NULL;
        end = n->func != NULL ? tni_wit_func_end(n->func, number) : NULL;
    }
    if (end == NULL || (end->kind == TENON_TYPE_STREAM) != stream) {
        return false;
    }
    set_builtin(n, b, flag);
    n->resource = end;
    n->is_future = !stream;
    if (b->operands == TYPE_OPTIONS) {
        n->sig.param_count = stream ? 3 : 2;
        n->sig.needs_memory = end->element != NULL;
        n->sig.needs_realloc = end->element != NULL && b->opcode == 0x0f &&
                               tni_wrap_has_pointers(w, end->element);
        n->is_indirect = n->sig.needs_memory;
    }
    return true;
}

static bool resolve_ends(wrapper *w, wrap_need *n) {
    for (size_t i = 0; i < TNI_COUNT_OF(of_ends); i++) {
        const wrap_builtin *b = &of_ends[i];
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
    if (n->item == NULL) {
        (void)tni_wrap_find_root(w, n, unflagged, exported);
    }
    if (!exported || !tni_wrap_strip(&name, "[task-return]")) {
        return resolve_ends(w, n);
    }
    n->func = n->item != NULL ? tni_wrap_find_func(n->item, name) : NULL;
    if (n->func == NULL || !n->func->is_async) {
        return false;
    }
    n->kind = WRAP_TASK_RETURN;
    tni_wrap_return_signature(w, n->func, &n->sig);
    n->is_indirect = n->sig.needs_memory;
    return true;
}

void tni_wrap_near_builtin(tni_str name, tni_near *near) {
    tni_str bare = name;
    if (!tni_wrap_strip(&bare, lower)) {
        (void)tni_wrap_strip(&bare, cancellable);
    }
    for (size_t i = 0; i < TNI_COUNT_OF(plain); i++) {
        tni_str known = tni_str_of(plain[i].name);
        tni_near_offer(near, known, tni_unlike(bare, known));
    }
}

const char *tni_wrap_builtin_place(tni_str name) {
    for (size_t i = 0; i < TNI_COUNT_OF(plain); i++) {
        tni_str bare = name;
        const wrap_builtin *b = &plain[i];
        if (b->flag != NULL) {
            (void)tni_wrap_strip(&bare, b->flag);
        }
        if (tni_str_eq(bare, tni_str_of(b->name))) {
            return b->place == EXPORTED ? "[export]$root" : "$root";
        }
    }
    return NULL;
}

/* -- writing -- */

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
    operands o = n->builtin->operands;
    u32 type = o >= TYPE ? tni_wrap_type(w, &w->top, n->resource, n->side) : 0;
    tni_buf_byte(b, (u8)(n->builtin->opcode + (n->is_future ? 7 : 0)));
    switch (o) {
    case NOTHING: break;
    case FLAG: tni_buf_byte(b, n->flag); break;
    case FLAG_MEMORY:
        tni_buf_byte(b, n->flag);
        tni_buf_u32(b, w->memory);
        break;
    case CONTEXT:
        tni_buf_byte(b, tni_wrap_is_wide(n) ? 0x7e : 0x7f);
        tni_buf_u32(b, n->builtin->number);
        break;
    case OPTIONS:
        passing.encoding = n->builtin->number;
        tni_wrap_put_options(passing, b, &n->sig, TNI_NO_INDEX, TNI_NO_INDEX);
        break;
    case THREAD:
        tni_buf_u32(b, w->thread_type);
        tni_buf_u32(b, w->table);
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
