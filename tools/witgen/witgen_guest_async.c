/* witgen_guest_async.c: async code of a guest: waitables, ends of streams and futures,
 * imports that are started, exports that come back to an event loop. CanonicalABI.md,
 * "Canonical Definitions". */
#include "witgen/witgen_guest.h"

/* -- what every world with async functions has -- */

static const char runtime_header[] =
    "\n/* -- waiting -- */\n"
    "\n/* Subtasks, and ends that are read or written, are waitables, each by its "
    "number. "
    "A set\n * of them is waited for; 0 is no set. */\n"
    "typedef struct $W_set_t {\n    uint32_t handle;\n} $W_set_t;\n"
    "\n/* What has happened: to which waitable, and, of a subtask, its state; of a read "
    "or "
    "a\n * write, what it would have returned. */\n"
    "typedef struct $W_event_t {\n    uint32_t kind;\n    uint32_t waitable;\n"
    "    uint32_t code;\n} $W_event_t;\n"
    "#define $U_EVENT_NONE 0\n#define $U_EVENT_SUBTASK 1\n#define $U_EVENT_STREAM_READ "
    "2\n"
    "#define $U_EVENT_STREAM_WRITE 3\n#define $U_EVENT_FUTURE_READ 4\n"
    "#define $U_EVENT_FUTURE_WRITE 5\n#define $U_EVENT_CANCELLED 6 /* the task is to "
    "stop "
    "*/\n"
    "\n$W_set_t $W_set_new(void);\n"
    "/* Waits, until something in the set happens. */\n"
    "void $W_set_wait($W_set_t set, $W_event_t *ret);\n"
    "/* Does not wait: of kind $U_EVENT_NONE, when nothing has happened. */\n"
    "void $W_set_poll($W_set_t set, $W_event_t *ret);\n"
    "/* The set is empty. */\n"
    "void $W_set_drop($W_set_t set);\n"
    "/* Into the set, out of the one where it was. */\n"
    "void $W_set_join($W_set_t set, uint32_t waitable);\n"
    "\n/* The state of a call that was started. */\n"
    "#define $U_SUBTASK_STARTING 0  /* its arguments are not taken yet */\n"
    "#define $U_SUBTASK_STARTED 1   /* they are */\n"
    "#define $U_SUBTASK_RETURNED 2  /* the result is there */\n"
    "#define $U_SUBTASK_CANCELLED_BEFORE_STARTED 3\n"
    "#define $U_SUBTASK_CANCELLED_BEFORE_RETURNED 4\n"
    "/* Asks it to stop, and waits for its last state. */\n"
    "uint32_t $W_subtask_cancel(uint32_t subtask);\n"
    "/* One that has its last state. */\n"
    "void $W_subtask_drop(uint32_t subtask);\n"
    "\n/* What reads and writes return: $U_BLOCKED, when they go on, else how it ended "
    "and "
    "of\n * how many elements: of some also when the other end is gone since. */\n"
    "#define $U_BLOCKED 0xffffffffu\n"
    "#define $U_COMPLETED 0\n"
    "#define $U_DROPPED 1 /* the other end is gone */\n"
    "#define $U_CANCELLED 2\n"
    "#define $U_ENDED(code) ((code) & 15)\n"
    "#define $U_COUNT(code) ((code) >> 4)\n"
    "/* For code that reads as if it blocked: what a read or write of that end returned, "
    "or,\n"
    " * when that was $U_BLOCKED, will. */\n"
    "uint32_t $W_wait_for(uint32_t end, uint32_t code);\n"
    "/* Lets others run. */\n"
    "void $W_yield(void);\n"
    "/* While it is more often inc than dec, no new call of an export begins. */\n"
    "void $W_backpressure_inc(void);\nvoid $W_backpressure_dec(void);\n";

static const char callback_header[] =
    "\n/* What an export that has begun does next: one of these is returned. */\n"
    "typedef struct $W_next_t {\n    uint32_t code;\n} $W_next_t;\n"
    "/* It is over; it has given its result before. */\n"
    "$W_next_t $W_next_exit(void);\n"
    "/* It is called again when others have run. */\n"
    "$W_next_t $W_next_yield(void);\n"
    "/* It is called again with what happens in the set. */\n"
    "$W_next_t $W_next_wait($W_set_t set);\n"
    "/* In place of a result, after $U_EVENT_CANCELLED. */\n"
    "void $W_task_cancel(void);\n";

typedef struct import {
    const char *module, *name, *prototype;
} import;

static const import imports[] = {
    {"$root", "[waitable-set-new]", "int32_t import_set_new(void)"},
    {"$root", "[waitable-set-wait]", "int32_t import_set_wait(int32_t, int32_t)"},
    {"$root", "[waitable-set-poll]", "int32_t import_set_poll(int32_t, int32_t)"},
    {"$root", "[waitable-set-drop]", "void import_set_drop(int32_t)"},
    {"$root", "[waitable-join]", "void import_join(int32_t, int32_t)"},
    {"$root", "[subtask-cancel]", "int32_t import_subtask_cancel(int32_t)"},
    {"$root", "[subtask-drop]", "void import_subtask_drop(int32_t)"},
    {"$root", "[thread-yield]", "int32_t import_yield(void)"},
    {"$root", "[backpressure-inc]", "void import_backpressure_inc(void)"},
    {"$root", "[backpressure-dec]", "void import_backpressure_dec(void)"},
};

static const import callback_imports[] = {
    {"$root", "[context-get-0]", "int32_t import_context_get(void)"},
    {"$root", "[context-set-0]", "void import_context_set(int32_t)"},
    {"[export]$root", "[task-cancel]", "void import_task_cancel(void)"},
};

static const char runtime_source[] =
    "\n$W_set_t $W_set_new(void) {\n    return "
    "($W_set_t){(uint32_t)import_set_new()};\n}\n"
    "\nvoid $W_set_wait($W_set_t set, $W_event_t *ret) {\n"
    "    uint32_t payload[2];\n$L"
    "    ret->kind = (uint32_t)import_set_wait((int32_t)set.handle, "
    "(int32_t)(intptr_t)payload);\n$B"
    "    ret->waitable = payload[0];\n    ret->code = payload[1];\n}\n"
    "\nvoid $W_set_poll($W_set_t set, $W_event_t *ret) {\n"
    "    uint32_t payload[2];\n"
    "    ret->kind = (uint32_t)import_set_poll((int32_t)set.handle, "
    "(int32_t)(intptr_t)payload);\n"
    "    ret->waitable = payload[0];\n    ret->code = payload[1];\n}\n"
    "\nvoid $W_set_drop($W_set_t set) {\n    import_set_drop((int32_t)set.handle);\n}\n"
    "\nvoid $W_set_join($W_set_t set, uint32_t waitable) {\n"
    "    import_join((int32_t)waitable, (int32_t)set.handle);\n}\n"
    "\nuint32_t $W_subtask_cancel(uint32_t subtask) {\n"
    "$L    uint32_t state = (uint32_t)import_subtask_cancel((int32_t)subtask);\n$B"
    "    return state;\n}\n"
    "\nvoid $W_subtask_drop(uint32_t subtask) {\n"
    "    import_subtask_drop((int32_t)subtask);\n}\n"
    "\nuint32_t $W_wait_for(uint32_t end, uint32_t code) {\n"
    "    if (code == $U_BLOCKED) {\n"
    "        $W_event_t event;\n"
    "        $W_set_t set = $W_set_new();\n"
    "        $W_set_join(set, end);\n        $W_set_wait(set, &event);\n"
    "        $W_set_join(($W_set_t){0}, end);\n        $W_set_drop(set);\n"
    "        code = event.code;\n    }\n    return code;\n}\n"
    "\nvoid $W_yield(void) {\n$L    (void)import_yield();\n$B}\n"
    "\nvoid $W_backpressure_inc(void) {\n    import_backpressure_inc();\n}\n"
    "\nvoid $W_backpressure_dec(void) {\n    import_backpressure_dec();\n}\n";

static const char callback_source[] =
    "\n$W_next_t $W_next_exit(void) {\n    return ($W_next_t){0};\n}\n"
    "\n$W_next_t $W_next_yield(void) {\n    return ($W_next_t){1};\n}\n"
    "\n$W_next_t $W_next_wait($W_set_t set) {\n"
    "    return ($W_next_t){2 | set.handle << 4};\n}\n"
    "\nvoid $W_task_cancel(void) {\n    import_task_cancel();\n}\n";

static const char error_header[] =
    "\n/* -- error contexts -- */\n"
    "\n/* A new one with that message, which may be cut or left out on its way. */\n"
    "uint32_t $W_error_context_new(const $W_string_t *message);\n"
    "/* Its message, which is yours to free. */\n"
    "void $W_error_context_message(uint32_t handle, $W_string_t *ret);\n"
    "void $W_error_context_drop(uint32_t handle);\n";

static const import error_imports[] = {
    {"$root", "[error-context-new-utf8]", "int32_t import_error_new(int32_t, int32_t)"},
    {"$root", "[error-context-debug-message-utf8]",
     "void import_error_message(int32_t, int32_t)"},
    {"$root", "[error-context-drop]", "void import_error_drop(int32_t)"},
};

static const char error_source[] =
    "\nuint32_t $W_error_context_new(const $W_string_t *message) {\n"
    "    return (uint32_t)import_error_new((int32_t)(intptr_t)message->ptr,\n"
    "                                      (int32_t)message->len);\n}\n"
    "\nvoid $W_error_context_message(uint32_t handle, $W_string_t *ret) {\n"
    "    import_error_message((int32_t)handle, (int32_t)(intptr_t)ret);\n}\n"
    "\nvoid $W_error_context_drop(uint32_t handle) {\n"
    "    import_error_drop((int32_t)handle);\n}\n";

static const char stackful_header[] =
    "\n/* What the C stack of each call of an async export has, in bytes: define it to "
    "have\n"
    " * another size. A call takes its stack with cabi_realloc, and frees it. */\n"
    "#ifndef $U_STACK_BYTES\n#define $U_STACK_BYTES 32768\n#endif\n";

/* Calls that block take turns, each on a C stack of its own: where one of them blocks,
 * what else runs (other calls as they begin, exports that are not async, cabi_realloc)
 * has the stack of the program, in which then nothing is. Where a stack begins stands
 * nowhere but in the stack pointer: at the end of a call that is where it was at the
 * beginning. */
static const char stackful_source[] =
    "\n__asm__(\".globaltype __stack_pointer, i32\\n\");\n"
    "#define INLINE static inline __attribute__((always_inline, unused))\n"
    "\nINLINE uintptr_t stack_get(void) {\n    uintptr_t at;\n"
    "    __asm__ volatile(\"global.get __stack_pointer\\n\\tlocal.set %0\"\n"
    "                     : \"=r\"(at)\n                     :\n"
    "                     : \"memory\");\n    return at;\n}\n"
    "\nINLINE void stack_set(uintptr_t at) {\n"
    "    __asm__ volatile(\"local.get %0\\n\\tglobal.set __stack_pointer\"\n"
    "                     :\n                     : \"r\"(at)\n"
    "                     : \"memory\");\n}\n"
    "\nstatic uintptr_t program_stack;\nstatic bool in_task;\n"
    "\n/* Before what may block, and after it. */\n"
    "INLINE uintptr_t stack_leave(void) {\n    uintptr_t at = 0;\n"
    "    if (in_task) {\n        at = stack_get();\n"
    "        stack_set(program_stack);\n        in_task = false;\n    }\n"
    "    return at;\n}\n"
    "\nINLINE void stack_return(uintptr_t at) {\n    if (at != 0) {\n"
    "        stack_set(at);\n        in_task = true;\n    }\n}\n"
    "\n/* Around a call. */\n"
    "INLINE void stack_begin(void) {\n"
    "    void **block = cabi_realloc(NULL, 0, 8, $U_STACK_BYTES + 32);\n"
    "    void **at = (void **)(((uintptr_t)block + $U_STACK_BYTES + 16) & "
    "~(uintptr_t)15);\n"
    "    *at = block;\n    if (program_stack == 0) {\n"
    "        program_stack = stack_get();\n    }\n"
    "    stack_set((uintptr_t)at);\n    in_task = true;\n}\n"
    "\nINLINE void stack_end(void) {\n    void **at = (void **)stack_get();\n"
    "    stack_set(program_stack);\n    in_task = false;\n    cabi_free(*at);\n}\n";

static const char stack_leave[] = "    uintptr_t stack_ = stack_leave();\n",
                  stack_return[] = "    stack_return(stack_);\n";

static void put_imports(tni_buf *b, const import *list, size_t count) {
    for (size_t i = 0; i < count; i++) {
        tni_buf_format(b,
                       "\n__attribute__((import_module(\"%s\"),\n               "
                       "import_name(\"%s\")))\n%s;\n",
                       list[i].module, list[i].name, list[i].prototype);
    }
}

void guest_put_runtime(tni_str world, witgen_way way, tni_buf *header, tni_buf *source) {
    tni_buf upper;
    bool stackful = way == WITGEN_STACKFUL;
    tni_buf_init(&upper, header->heap);
    witgen_put_upper(&upper, world);
    const witgen_word words[] = {{'W', world},
                                 {'U', {(const char *)upper.data, upper.count}},
                                 {'L', tni_str_of(stackful ? stack_leave : "")},
                                 {'B', tni_str_of(stackful ? stack_return : "")},
                                 {0, {NULL, 0}}};
    witgen_put_template(header, runtime_header, words);
    put_imports(source, imports, TNI_COUNT_OF(imports));
    if (stackful) {
        witgen_put_template(header, stackful_header, words);
        witgen_put_template(source, stackful_source, words);
    }
    witgen_put_template(source, runtime_source, words);
    if (way == WITGEN_CALLBACKS) {
        witgen_put_template(header, callback_header, words);
        put_imports(source, callback_imports, TNI_COUNT_OF(callback_imports));
        witgen_put_template(source, callback_source, words);
    }
    header->failed |= upper.failed;
    tni_buf_free(&upper);
}

void guest_put_errors(tni_str world, tni_buf *header, tni_buf *source) {
    const witgen_word words[] = {{'W', world}, {0, {NULL, 0}}};
    witgen_put_template(header, error_header, words);
    put_imports(source, error_imports, TNI_COUNT_OF(error_imports));
    witgen_put_template(source, error_source, words);
}

void guest_put_leave(guest *x, bool before) {
    if (x->async_way == WITGEN_STACKFUL) {
        tni_buf_str(&x->g.source, tni_str_of(before ? stack_leave : stack_return));
    }
}

static bool any_async(const tni_wit_func *list) {
    for (const tni_wit_func *f = list; f != NULL; f = f->next) {
        if (f->is_async || tni_wit_func_end(f, 0) != NULL) {
            return true;
        }
    }
    return false;
}

bool guest_is_async(const tni_wit_world *w) {
    for (const tni_wit_item *i = w->items; i != NULL; i = i->next) {
        if (i->kind == TNI_WIT_ITEM_FUNC &&
            (i->func->is_async || tni_wit_func_end(i->func, 0) != NULL)) {
            return true;
        }
        if (i->kind != TNI_WIT_ITEM_INTERFACE) {
            continue;
        }
        for (const tni_wit_type *t = i->interface->types; t != NULL; t = t->next) {
            if (any_async(t->funcs)) {
                return true;
            }
        }
        if (any_async(i->interface->funcs)) {
            return true;
        }
    }
    return false;
}

/* -- streams and futures -- */

/* A core import of an end's type, and the C function around it. */
typedef struct end_func {
    const char *comment, *name, *core, *prototype, *body;
} end_func;

static const end_func end_funcs[] = {
    {"\n/* A new $K: the readable end, which can be given away, and the writable one. "
     "*/\n",
     "[$K-new-$N]$F", "int64_t import_$S_new(void)", "$S_t $S_new($S_writer_t *writer)",
     "    uint64_t ends = (uint64_t)import_$S_new();\n"
     "    writer->handle = (uint32_t)(ends >> 32);\n"
     "    return ($S_t){(uint32_t)ends};\n"},
    {"/* `to` stays until the read has ended. */\n", "[async-lower][$K-read-$N]$F",
     "int32_t import_$S_read(int32_t, int32_t$1)", "uint32_t $S_read($S_t reader$R$C)",
     "    return (uint32_t)import_$S_read((int32_t)reader.handle, $T$2);\n"},
    {"/* `from` stays until the write has ended. */\n", "[async-lower][$K-write-$N]$F",
     "int32_t import_$S_write(int32_t, int32_t$1)",
     "uint32_t $S_write($S_writer_t writer$O$C)",
     "    return (uint32_t)import_$S_write((int32_t)writer.handle, $M$2);\n"},
    {"/* End what $U said is going on: they return what it would have. */\n",
     "[$K-cancel-read-$N]$F", "int32_t import_$S_cancel_read(int32_t)",
     "uint32_t $S_cancel_read($S_t reader)",
     "$L    uint32_t code = (uint32_t)import_$S_cancel_read((int32_t)reader.handle);\n"
     "$B    return code;\n"},
    {"", "[$K-cancel-write-$N]$F", "int32_t import_$S_cancel_write(int32_t)",
     "uint32_t $S_cancel_write($S_writer_t writer)",
     "$L    uint32_t code = (uint32_t)import_$S_cancel_write((int32_t)writer.handle);\n"
     "$B    return code;\n"},
    {"/* Let go of an end$D. */\n", "[$K-drop-readable-$N]$F",
     "void import_$S_drop(int32_t)", "void $S_drop($S_t reader)",
     "    import_$S_drop((int32_t)reader.handle);\n"},
    {"", "[$K-drop-writable-$N]$F", "void import_$S_drop_writer(int32_t)",
     "void $S_drop_writer($S_writer_t writer)",
     "    import_$S_drop_writer((int32_t)writer.handle);\n"},
};

/* Where a type of ends is mentioned: the function, its module, which mention. */
typedef struct mention {
    const tni_wit_func *func;
    tni_str module;
    u32 number;
} mention;

enum { MOST_ENDS = 1000 }; /* that are looked at of one function */

static bool find_in(guest *x, const witgen_type *t, const tni_wit_func *list,
                    tni_str module, mention *out) {
    for (const tni_wit_func *f = list; f != NULL; f = f->next) {
        const tni_wit_type *end;
        for (u32 i = 0; i < MOST_ENDS && (end = tni_wit_func_end(f, i)) != NULL; i++) {
            if (guest_type_of(x, end) == t) {
                *out = (mention){f, module, i};
                return true;
            }
        }
    }
    return false;
}

static bool find_mention(guest *x, const witgen_type *t, mention *out) {
    const tni_wit_interface *i = x->g.interface;
    tni_str exports = guest_text(x, "[export]%.*s", STR(x->module));
    if (i->world != NULL && i == x->g.world->scope) {
        return find_in(x, t, x->g.funcs, x->module, out) ||
               find_in(x, t, x->g.more_funcs, exports, out);
    }
    tni_str module = x->g.is_export ? exports : x->module;
    for (const tni_wit_type *r = i->types; r != NULL; r = r->next) {
        if (find_in(x, t, r->funcs, module, out)) {
            return true;
        }
    }
    return find_in(x, t, i->funcs, module, out);
}

static void put_end_func(guest *x, const end_func *f, const mention *m,
                         const witgen_word *words) {
    tni_buf *h = &x->g.header, *b = &x->g.source;
    tni_buf_format(
        b, "\n__attribute__((import_module(\"%.*s\"),\n               import_name(\"",
        STR(m->module));
    witgen_put_template(b, f->name, words);
    tni_buf_str(b, TNI_STR("\")))\n"));
    witgen_put_template(b, f->core, words);
    tni_buf_str(b, TNI_STR(";\n\n"));
    tni_buf prototype;
    tni_buf_init(&prototype, x->g.arena->heap);
    witgen_put_template(&prototype, f->prototype, words);
    tni_str text = {(const char *)prototype.data, prototype.count};
    witgen_put_template(h, f->comment, words);
    guest_put_wrapped(h, text);
    tni_buf_str(h, TNI_STR(";\n"));
    guest_put_wrapped(b, text);
    tni_buf_str(b, TNI_STR(" {\n"));
    h->failed |= prototype.failed;
    tni_buf_free(&prototype);
    witgen_put_template(b, f->body, words);
    tni_buf_str(b, TNI_STR("}\n"));
}

static void put_end(guest *x, witgen_type *t, const mention *m) {
    bool stream = t->wit->kind == TENON_TYPE_STREAM;
    const witgen_type *of = t->parts[0];
    tni_str element = of != NULL ? of->c_name : TNI_STR("");
    tni_buf upper;
    tni_buf_init(&upper, x->g.arena->heap);
    witgen_put_upper(&upper, x->world_prefix);
    bool stackful = x->async_way == WITGEN_STACKFUL;
    const witgen_word words[] = {
        {'L', tni_str_of(stackful ? stack_leave : "")},
        {'B', tni_str_of(stackful ? stack_return : "")},
        {'S', witgen_stem(t)},
        {'K', stream ? TNI_STR("stream") : TNI_STR("future")},
        {'N', guest_text(x, "%u", m->number)},
        {'F', m->func->full_name},
        {'U', guest_text(x, "%.*s_BLOCKED", (int)upper.count, (const char *)upper.data)},
        {'R', of != NULL ? guest_text(x, ", %.*s *to", STR(element)) : element},
        {'O', of != NULL ? guest_text(x, ", const %.*s *from", STR(element)) : element},
        {'T', of != NULL ? TNI_STR("(int32_t)(intptr_t)to") : TNI_STR("0")},
        {'M', of != NULL ? TNI_STR("(int32_t)(intptr_t)from") : TNI_STR("0")},
        {'C', stream ? TNI_STR(", size_t count") : TNI_STR("")},
        {'1', stream ? TNI_STR(", int32_t") : TNI_STR("")},
        {'2', stream ? TNI_STR(", (int32_t)count") : TNI_STR("")},
        {'D',
         stream ? TNI_STR("") : TNI_STR("; a writable one only after it was written")},
        {0, {NULL, 0}},
    };
    x->g.header.failed |= upper.failed;
    witgen_put_template(&x->g.header,
                        "\n/* The writable end of $S_t,\n * which is the readable one. "
                        "*/\ntypedef struct $S_writer_t {\n    uint32_t handle;\n} "
                        "$S_writer_t;\n",
                        words);
    for (size_t i = 0; i < TNI_COUNT_OF(end_funcs); i++) {
        put_end_func(x, &end_funcs[i], m, words);
    }
    tni_buf_free(&upper);
}

tni_str guest_end_drop(guest *x, const witgen_type *t) {
    tni_str name = guest_text(x, "%.*s_drop", STR(witgen_stem(witgen_behind(t))));
    return tni_map_get(x->names, name) != NULL ? name : TNI_STR("");
}

void guest_put_ends(guest *x) {
    for (witgen_type *t = x->g.types; t != NULL; t = t->next) {
        mention m;
        if (witgen_is_end(t) && guest_end_drop(x, t).len == 0 && find_mention(x, t, &m)) {
            (void)guest_take_name(x, guest_text(x, "%.*s_drop", STR(witgen_stem(t))));
            put_end(x, t, &m);
        }
    }
}

/* -- imports that are started -- */

static void put_started_type(guest *x, const guest_func *f, tni_str type) {
    tni_buf *h = &x->g.header;
    tni_buf_format(h,
                   "\n/* The same call, started. What it gives is the state; while it is "
                   "not the last one,\n * the subtask can be waited for, and *call and "
                   "what the arguments point to stay where\n * they are (the arguments, "
                   "until it has started). The subtask is dropped in the end,\n * unless "
                   "it is 0. */\n"
                   "typedef struct %.*s {\n    uint32_t subtask;\n",
                   (int)type.len - 2, type.ptr);
    if (f->spills) {
        tni_buf_str(h, TNI_STR("    struct {\n"));
        for (const tni_wit_field *p = f->wit->params; p != NULL; p = p->next) {
            const witgen_type *t = guest_type_of(x, p->type);
            if (t != NULL) {
                tni_buf_format(h, "        %.*s %s;\n", STR(t->c_name),
                               guest_field_name(x, p, 0).ptr);
            }
        }
        tni_buf_str(h, TNI_STR("    } args;\n"));
    }
    if (f->result != NULL) {
        tni_buf_format(h, "    %.*s result; /* in the state RETURNED */\n",
                       STR(f->result->c_name));
    }
    tni_buf_format(h, "} %.*s;\n", STR(type));
}

void guest_put_started(guest *x, const tni_wit_func *wit) {
    guest_func f;
    if (!wit->is_async || !guest_describe(x, wit, false, &f)) {
        return;
    }
    tni_buf *b = &x->g.source;
    f.is_started = true;
    f.spills = f.flat_params > WITGEN_MAX_FLAT_ASYNC;
    tni_buf name;
    tni_buf_init(&name, x->g.arena->heap);
    witgen_put_func(&name, wit);
    tni_str func = guest_text(x, "%.*s", (int)name.count, (const char *)name.data);
    b->failed |= name.failed;
    tni_buf_free(&name);
    tni_str type = guest_text(x, "%.*s_started_%.*s_t", STR(x->g.prefix), STR(func));
    f.name = guest_text(x, "%.*s_start_%.*s", STR(x->g.prefix), STR(func));
    if (!guest_take_name(x, f.name)) {
        return;
    }
    put_started_type(x, &f, type);
    guest_put_start(x, &f, type);
}

/* -- exports with a callback -- */

void guest_put_task_return(guest *x, const guest_func *f, bool is_public) {
    tni_buf *b = &x->g.source;
    bool pointer = f->result != NULL && witgen_by_pointer(f->result);
    tni_str prototype =
        guest_text(x, "%s %.*s_return(%s%.*s%s)", is_public ? "void" : "static void",
                   STR(f->name), pointer ? "const " : "",
                   STR(f->result != NULL ? f->result->c_name : TNI_STR("void")),
                   f->result == NULL ? ""
                   : pointer         ? " *result"
                                     : " result");
    if (is_public) {
        tni_buf_str(&x->g.header,
                    TNI_STR("/* Its result, once; it goes on after that until it "
                            "exits. What it points to stays\n * yours. */\n"));
        guest_put_wrapped(&x->g.header, prototype);
        tni_buf_str(&x->g.header, TNI_STR(";\n"));
    }
    GUEST_PUT(x, 0,
              "\n__attribute__((import_module(\"[export]%.*s\"),\n               "
              "import_name(\"[task-return]%.*s\")))",
              STR(x->module), STR(f->wit->full_name));
    u32 flats = f->result == NULL ? 0 : f->result->flat_count;
    bool spills = flats > WITGEN_MAX_FLAT;
    tni_buf_format(b, "void import_%.*s_return(%s", STR(f->name),
                   flats == 0 ? "void"
                   : spills   ? "int32_t"
                              : "");
    for (u32 i = 0; i < flats && !spills; i++) {
        tni_buf_format(b, "%s%s", i > 0 ? ", " : "", guest_core_type(f->result->flat[i]));
    }
    tni_buf_str(b, TNI_STR(");\n\n"));
    guest_put_wrapped(b, prototype);
    tni_buf_str(b, TNI_STR(" {\n"));
    guest_flats out = {0};
    x->temporaries = 0;
    if (spills) {
        out.count = 1;
        out.expr[0] = TNI_STR("(int32_t)(intptr_t)result");
    } else if (f->result != NULL) {
        guest_lower(x, f->result, pointer ? TNI_STR("*result") : TNI_STR("result"), 1,
                    &out);
    }
    tni_buf_format(b, "    import_%.*s_return(", STR(f->name));
    for (u32 i = 0; i < out.count; i++) {
        tni_buf_format(b, "%s%.*s", i > 0 ? ",\n        " : "", STR(out.expr[i]));
    }
    tni_buf_str(b, TNI_STR(");\n}\n"));
}

void guest_put_callback(guest *x, const guest_func *f) {
    tni_buf *h = &x->g.header;
    tni_str w = x->world_prefix;
    tni_buf_format(h,
                   "/* It is called again for what it waits for. */\n"
                   "%.*s_next_t %.*s_resume(\n    %.*s_task_t *task, const %.*s_event_t "
                   "*event);\n",
                   STR(w), STR(f->name), STR(f->name), STR(w));
    guest_put_export_name(x, "[callback][async-lift]", f);
    GUEST_PUT(x, 0,
              "int32_t callback_%.*s(int32_t kind, int32_t waitable, int32_t code) {",
              STR(f->name));
    GUEST_PUT(
        x, 1,
        "%.*s_event_t event = {(uint32_t)kind, (uint32_t)waitable, (uint32_t)code};",
        STR(w));
    GUEST_PUT(x, 1, "%.*s_task_t *task = (void *)(intptr_t)import_context_get();",
              STR(f->name));
    GUEST_PUT(x, 1, "return (int32_t)%.*s_resume(task, &event).code;", STR(f->name));
    GUEST_PUT(x, 0, "}");
    guest_put_task_return(x, f, true);
}
