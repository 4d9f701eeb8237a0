/* witgen_async.c: what a host has for async functions, streams and futures: calls that
 * are started and carried on by polling, answers that come later, and typed ends. */
#include "witgen/witgen.h"

void witgen_put_template(tni_buf *b, const char *text, const witgen_word *words) {
    for (const char *c = text; *c != 0; c++) {
        const witgen_word *w = words;
        while (*c == '$' && w->letter != 0 && w->letter != c[1]) {
            w++;
        }
        if (*c == '$' && w->letter != 0) {
            tni_buf_str(b, w->text);
            c++;
        } else {
            tni_buf_byte(b, (u8)*c);
        }
    }
}

bool witgen_is_end(const witgen_type *t) {
    return t->target == NULL &&
           (t->wit->kind == TENON_TYPE_STREAM || t->wit->kind == TENON_TYPE_FUTURE);
}

bool witgen_has_resource(const witgen_type *t) {
    t = witgen_behind(t);
    bool has = t->wit->kind == TENON_TYPE_OWN || t->wit->kind == TENON_TYPE_BORROW;
    for (u32 i = 0; i < t->part_count && !has; i++) {
        has = t->parts[i] != NULL && witgen_has_resource(t->parts[i]);
    }
    return has;
}

tni_str witgen_stem(const witgen_type *t) {
    return (tni_str){t->c_name.ptr, t->c_name.len - 2};
}

/* -- streams and futures -- */

/* Functions of a type of ends, each as a prototype and what it does. */
typedef struct end_func {
    const char *comment, *prototype, *body;
} end_func;

/* What resources in elements are, only a function says that has the type: one that is
 * being called, or one that is exported. */
static const end_func new_funcs[] = {
    {"\n/* A new $K: both ends are the host's. The readable one can be given away as an\n"
     " * argument or a result, or in one. */\n",
     "tenon_status $S_new(\n"
     "    tenon_store *store, $S_t *reader,\n"
     "    $S_writer_t *writer, tenon_error *error)",
     "    return tenon_ends_new(store, &$Y, &reader->handle, &writer->handle, error);\n"},
    {"\n/* A new $K, within a call of a function that has it among its parameters or in "
     "its\n * result: both ends are the host's. The readable one can be given away. */\n",
     "tenon_status $S_new(\n"
     "    tenon_call *call, $S_t *reader,\n"
     "    $S_writer_t *writer)",
     "    return tenon_call_ends_new(call, &$Y, &reader->handle, &writer->handle);\n"},
    {"\n/* A new $K: both ends are the host's. The readable one can be given away as an\n"
     " * argument, or in one. */\n",
     "tenon_status $S_new(\n"
     "    const $P_calls *calls, $S_t *reader,\n"
     "    $S_writer_t *writer, tenon_error *error)",
     "    const tenon_type *type = find_end(calls->$F, $I);\n"
     "    return tenon_func_ends_new(\n"
     "        calls->$F, type, &reader->handle, &writer->handle, error);\n"},
};

/* The numbers are those of tni_wit_func_end. */
static const char find_end[] =
    "\n/* A stream or a future of a function's type: what is in one comes before it. */\n"
    "static const tenon_type *find_end_in(const tenon_type *t, uint32_t *left) {\n"
    "    const tenon_type *found = NULL;\n"
    "    if (t == NULL || t->kind == TENON_TYPE_OWN || t->kind == TENON_TYPE_BORROW) {\n"
    "        return NULL;\n    }\n"
    "    for (uint32_t i = 0; t->kind != TENON_TYPE_MAP && t->fields != NULL && i < "
    "t->count;\n"
    "         i++) {\n"
    "        found = found != NULL ? found : find_end_in(t->fields[i].type, left);\n    "
    "}\n"
    "    found = found != NULL ? found : find_end_in(t->element, left);\n"
    "    found = found != NULL ? found : find_end_in(t->other, left);\n"
    "    bool is_end = t->kind == TENON_TYPE_STREAM || t->kind == TENON_TYPE_FUTURE;\n"
    "    return found == NULL && is_end && (*left)-- == 0 ? t : found;\n}\n"
    "\nstatic const tenon_type *find_end(const tenon_func *func, uint32_t number) {\n"
    "    const tenon_type *found = find_end_in(tenon_func_params(func), &number);\n"
    "    return found != NULL ? found\n"
    "                         : find_end_in(tenon_func_type_of(func)->result, &number);\n"
    "}\n";

static const end_func end_funcs[] = {
    {"/* Begins to read; done hears from tenon_store_poll how it ended. `to` stays until "
     "then,\n * and what elements point to is in the arena. One read at a time. */\n",
     "tenon_status $S_read(\n"
     "    tenon_store *store, $S_t reader,\n"
     "    $R$Ctenon_arena *arena,\n    tenon_copy_fn done, void *data, tenon_error "
     "*error)",
     "    return tenon_copy_start(\n"
     "        store, reader.handle, $U, $N, arena, done, data, error);\n"},
    {"/* Begins to write, likewise; `from` and what is behind it stay until done is "
     "called. */\n",
     "tenon_status $S_write(\n"
     "    tenon_store *store, $S_writer_t writer,\n"
     "    $W$Ctenon_copy_fn done,\n    void *data, tenon_error *error)",
     "    return tenon_copy_start(\n"
     "        store, writer.handle, $V, $N, NULL, done, data, error);\n"},
    {"/* End the read or write in progress: done is called. */\n",
     "tenon_status $S_cancel_read(\n"
     "    tenon_store *store, $S_t reader, tenon_error *error)",
     "    return tenon_copy_cancel(store, reader.handle, error);\n"},
    {"",
     "tenon_status $S_cancel_write(\n"
     "    tenon_store *store, $S_writer_t writer, tenon_error *error)",
     "    return tenon_copy_cancel(store, writer.handle, error);\n"},
    {"/* Let go of an end that is the host's and is not in use. */\n",
     "tenon_status $S_drop(\n"
     "    tenon_store *store, $S_t reader, tenon_error *error)",
     "    return tenon_handle_drop(store, reader.handle, error);\n"},
    {"",
     "tenon_status $S_drop_writer(\n"
     "    tenon_store *store, $S_writer_t writer, tenon_error *error)",
     "    return tenon_handle_drop(store, writer.handle, error);\n"},
};

/* "uint8_t *to, ", or nothing where elements are. */
static tni_str place(witgen *g, const witgen_type *element, const char *format) {
    tni_buf b;
    tni_buf_init(&b, g->arena->heap);
    if (element != NULL) {
        tni_buf_format(&b, format, (int)element->c_name.len, element->c_name.ptr);
    }
    tni_str text = tni_arena_str(g->arena, (tni_str){(const char *)b.data, b.count});
    g->header.failed |= b.failed || text.ptr == NULL;
    tni_buf_free(&b);
    return text.ptr != NULL ? text : TNI_STR("");
}

/* Where a type of ends is mentioned. */
typedef struct mention {
    const tni_wit_func *func;
    u32 number;
} mention;

enum { MOST_ENDS = 1000 }; /* that are looked at of one function */

static bool find_in(witgen *g, const witgen_type *t, const tni_wit_func *list,
                    mention *out) {
    for (const tni_wit_func *f = list; f != NULL; f = f->next) {
        const tni_wit_type *end;
        for (u32 i = 0; i < MOST_ENDS && (end = tni_wit_func_end(f, i)) != NULL; i++) {
            witgen_type *of = NULL;
            if (witgen_type_of(g, end, &of) == TENON_OK && of == t) {
                *out = (mention){f, i};
                return true;
            }
        }
    }
    return false;
}

static bool find_mention(witgen *g, const witgen_type *t, mention *out) {
    for (const tni_wit_type *r = g->interface->types; r != NULL; r = r->next) {
        if (find_in(g, t, r->funcs, out)) {
            return true;
        }
    }
    return find_in(g, t, g->funcs != NULL ? g->funcs : g->interface->funcs, out);
}

static void put_end_func(tni_buf *b, const end_func *f, const witgen_word *words,
                         bool source) {
    tni_buf_str(b, source ? TNI_STR("\n") : TNI_STR(""));
    witgen_put_template(b, source ? "" : f->comment, words);
    witgen_put_template(b, f->prototype, words);
    tni_buf_str(b, source ? TNI_STR(" {\n") : TNI_STR(";\n"));
    if (source) {
        witgen_put_template(b, f->body, words);
        tni_buf_str(b, TNI_STR("}\n"));
    }
}

static void put_end(witgen *g, const witgen_type *t, bool source) {
    tni_buf *b = source ? &g->source : &g->header;
    const witgen_type *element = t->parts[0];
    bool stream = t->wit->kind == TENON_TYPE_STREAM, has = witgen_has_resource(t);
    mention m = {NULL, 0};
    tni_buf member, number;
    tni_buf_init(&member, g->arena->heap);
    tni_buf_init(&number, g->arena->heap);
    if (has && g->is_export && find_mention(g, t, &m)) {
        witgen_put_member_name(&member, m.func);
        tni_buf_format(&number, "%u", m.number);
    }
    const witgen_word words[] = {
        {'S', witgen_stem(t)},
        {'K', stream ? TNI_STR("stream") : TNI_STR("future")},
        {'Y', t->table},
        {'R', place(g, element, "%.*s *to, ")},
        {'W', place(g, element, "const %.*s *from, ")},
        {'C', stream ? TNI_STR("uint32_t count, ") : TNI_STR("")},
        {'U', element != NULL ? TNI_STR("to") : TNI_STR("NULL")},
        {'V', element != NULL ? TNI_STR("(void *)(uintptr_t)from") : TNI_STR("NULL")},
        {'N', stream ? TNI_STR("count") : TNI_STR("1")},
        {'P', g->prefix},
        {'F', {(const char *)member.data, member.count}},
        {'I', {(const char *)number.data, number.count}},
        {0, {NULL, 0}},
    };
    if (!source) {
        witgen_put_template(b,
                            "\n/* The writable end of $S_t,\n * which is the readable "
                            "one. */\ntypedef struct $S_writer_t {\n    uint32_t "
                            "handle;\n} $S_writer_t;\n",
                            words);
    }
    if (!has || !g->is_export || m.func != NULL) {
        put_end_func(b, &new_funcs[has ? 1 + g->is_export : 0], words, source);
    }
    for (size_t i = 0; i < TNI_COUNT_OF(end_funcs); i++) {
        put_end_func(b, &end_funcs[i], words, source);
    }
    g->header.failed |= member.failed || number.failed;
    tni_buf_free(&member);
    tni_buf_free(&number);
}

void witgen_put_ends(witgen *g, bool source) {
    bool finds = false;
    for (const witgen_type *t = g->types; t != NULL && source && g->is_export;
         t = t->next) {
        mention m;
        finds = finds || (t->is_local && witgen_is_end(t) && witgen_has_resource(t) &&
                          find_mention(g, t, &m));
    }
    tni_buf_str(&g->source, finds ? tni_str_of(find_end) : TNI_STR(""));
    for (const witgen_type *t = g->types; t != NULL; t = t->next) {
        if (t->is_local && witgen_is_end(t)) {
            put_end(g, t, source);
        }
    }
}

/* -- names -- */

/* A C function's name of an imported interface: twice is an error. */
static void take_name(witgen *g, const char *before, const tni_wit_func *f,
                      const char *after) {
    tni_buf b;
    tni_buf_init(&b, g->arena->heap);
    tni_buf_format(&b, "%.*s_%s", (int)g->prefix.len, g->prefix.ptr, before);
    if (f != NULL) {
        witgen_put_func(&b, f);
    }
    tni_buf_str(&b, tni_str_of(after));
    tni_str name = tni_arena_str(g->arena, (tni_str){(const char *)b.data, b.count});
    bool fresh = true;
    if (b.failed || name.ptr == NULL || !tni_map_add(&g->c_names, name, 0, &fresh)) {
        g->header.failed = true;
    } else if (!fresh && g->status == TENON_OK) {
        g->status = tni_fail(g->e, TNI_ERR_UNSUPPORTED, TENON_NO_OFFSET,
                             "two things of the interface would be \"%.*s\" in C",
                             (int)name.len, name.ptr);
    }
    tni_buf_free(&b);
}

static void take_func(witgen *g, const tni_wit_func *f) {
    take_name(g, "", f, "");
    static const char *const more[] = {"pend_", "finish_", "fail_", "cancel_"};
    for (size_t i = 0; f->is_async && i < TNI_COUNT_OF(more); i++) {
        take_name(g, more[i], f, "");
    }
}

void witgen_take_names(witgen *g) {
    static const char *const of_ends[] = {"_new",         "_read",         "_write",
                                          "_cancel_read", "_cancel_write", "_drop",
                                          "_drop_writer"};
    for (const witgen_type *t = g->types; t != NULL; t = t->next) {
        for (size_t i = 0; t->is_local && witgen_is_end(t) && i < TNI_COUNT_OF(of_ends);
             i++) {
            tni_str stem = witgen_stem(t);
            tni_buf b;
            tni_buf_init(&b, g->arena->heap);
            tni_buf_format(&b, "%.*s%s%c", (int)(stem.len - g->prefix.len - 1),
                           stem.ptr + g->prefix.len + 1, of_ends[i], 0);
            g->header.failed |= b.failed;
            take_name(g, b.failed ? "" : (const char *)b.data, NULL, "");
            tni_buf_free(&b);
        }
    }
    witgen_each_func(g, take_func);
}

/* -- functions -- */

typedef struct names {
    tni_buf func, member;
    witgen_type *result;
} names;

static bool begin_names(witgen *g, const tni_wit_func *f, names *n) {
    tni_buf_init(&n->func, g->arena->heap);
    tni_buf_init(&n->member, g->arena->heap);
    witgen_put_func(&n->func, f);
    witgen_put_member_name(&n->member, f);
    n->result = NULL;
    bool ok = f->result == NULL || witgen_type_of(g, f->result, &n->result) == TENON_OK;
    g->header.failed |= !ok || n->func.failed || n->member.failed;
    return !g->header.failed;
}

static void end_names(names *n) {
    tni_buf_free(&n->func);
    tni_buf_free(&n->member);
}

static tni_str text_of(const tni_buf *b) {
    return (tni_str){(const char *)b->data, b->count};
}

static const char pending_header[] =
    "\n/* A call of $F that is answered later. The host function returns what\n"
    " * $P_pend_$F gives, and later $O does so with one of the other three.\n"
    " * fn (or NULL) hears with data what becomes of the call; what the answer points to "
    "is\n * there until TENON_PENDING_OVER. */\n"
    "typedef struct $P_pending_$F_t {\n    tenon_pending *pending;\n} "
    "$P_pending_$F_t;\n"
    "tenon_status $P_pend_$F(\n    tenon_call *call, tenon_pending_fn fn, void *data, "
    "$P_pending_$F_t *out);\n"
    "void $P_finish_$F($P_pending_$F_t pending$R);\n"
    "/* The component traps with the message. */\n"
    "void $P_fail_$F($P_pending_$F_t pending, const char *message);\n"
    "/* After TENON_PENDING_CANCEL: there is no answer. */\n"
    "void $P_cancel_$F($P_pending_$F_t pending);\n";

static const char pending_source[] =
    "\ntenon_status $P_pend_$F(\n    tenon_call *call, tenon_pending_fn fn, void *data, "
    "$P_pending_$F_t *out) {\n"
    "    out->pending = tenon_call_pend(call, fn, data);\n"
    "    return out->pending != NULL ? TENON_PENDING : tenon_call_no_memory(call);\n}\n"
    "\nvoid $P_finish_$F($P_pending_$F_t pending$R) {\n$A"
    "    tenon_pending_end(pending.pending, TENON_OK);\n}\n"
    "\nvoid $P_fail_$F($P_pending_$F_t pending, const char *message) {\n"
    "    tenon_pending_end(pending.pending,\n"
    "                      tenon_call_fail(tenon_pending_call(pending.pending), \"%s\", "
    "message));\n}\n"
    "\nvoid $P_cancel_$F($P_pending_$F_t pending) {\n"
    "    tenon_pending_cancel(pending.pending);\n}\n";

/* What moves a result to where the library finds it. */
static const char *assignment(const witgen_type *t) {
    return t == NULL ? ""
           : witgen_structure(t)->kind == TENON_TYPE_FIXED_LIST
               ? "    unsigned char *to = tenon_pending_result(pending.pending);\n"
                 "    for (size_t i = 0; i < sizeof *result; i++) {\n"
                 "        to[i] = ((const unsigned char *)result)[i];\n    }\n"
           : witgen_by_pointer(t)
               ? "    *($E *)tenon_pending_result(pending.pending) = *result;\n"
               : "    *($E *)tenon_pending_result(pending.pending) = result;\n";
}

static void put_pending(witgen *g, const tni_wit_func *f, bool source) {
    names n;
    tni_buf parameter, moves;
    tni_buf_init(&parameter, g->arena->heap);
    tni_buf_init(&moves, g->arena->heap);
    if (f->is_async && begin_names(g, f, &n)) {
        const witgen_type *t = n.result;
        const witgen_word element[] = {{'E', t != NULL ? t->c_name : TNI_STR("")},
                                       {0, {NULL, 0}}};
        witgen_put_template(&parameter,
                            t == NULL              ? ""
                            : witgen_by_pointer(t) ? ",\n    const $E *result"
                                                   : ", $E result",
                            element);
        witgen_put_template(&moves, assignment(t), element);
        const witgen_word words[] = {{'P', g->prefix},           {'F', text_of(&n.func)},
                                     {'R', text_of(&parameter)}, {'A', text_of(&moves)},
                                     {'O', TNI_STR("it")},       {0, {NULL, 0}}};
        witgen_put_template(source ? &g->source : &g->header,
                            source ? pending_source : pending_header, words);
        end_names(&n);
    }
    g->header.failed |= parameter.failed || moves.failed;
    tni_buf_free(&parameter);
    tni_buf_free(&moves);
}

void witgen_put_pending_declaration(witgen *g, const tni_wit_func *f) {
    put_pending(g, f, false);
}

void witgen_put_pending(witgen *g, const tni_wit_func *f) {
    put_pending(g, f, true);
}

static const char started_rest[] =
    "tenon_started_state $P_state_$F(\n"
    "    tenon_store *store, const $P_started_$F_t *call)$0"
    "tenon_status $P_cancel_$F(\n"
    "    tenon_store *store, const $P_started_$F_t *call, tenon_error *error)$1"
    "void $P_end_$F(tenon_store *store, $P_started_$F_t *call)$2";

static void put_start_prototype(witgen *g, tni_buf *b, const tni_wit_func *f,
                                const names *n) {
    tni_buf_format(b, "tenon_status %.*s_start_%.*s(\n", (int)g->prefix.len,
                   g->prefix.ptr, (int)n->func.count, (const char *)n->func.data);
    size_t line = b->count;
    tni_buf_format(b, "    const %.*s_calls *calls", (int)g->prefix.len, g->prefix.ptr);
    witgen_put_arguments(g, b, &line, f);
    tni_buf places;
    tni_buf_init(&places, g->arena->heap);
    tni_buf_format(&places, "%.*s_started_%.*s_t *call", (int)g->prefix.len,
                   g->prefix.ptr, (int)n->func.count, (const char *)n->func.data);
    witgen_put_wrapped(b, &line, text_of(&places));
    b->failed |= places.failed;
    tni_buf_free(&places);
    witgen_put_wrapped(b, &line, TNI_STR("tenon_arena *arena"));
    witgen_put_wrapped(b, &line, TNI_STR("tenon_error *error"));
    tni_buf_byte(b, ')');
}

void witgen_put_started_declaration(witgen *g, const tni_wit_func *f) {
    names n;
    if (!f->is_async || !begin_names(g, f, &n)) {
        return;
    }
    tni_buf *b = &g->header;
    const witgen_word words[] = {{'P', g->prefix},
                                 {'F', text_of(&n.func)},
                                 {'0', TNI_STR(";\n/* Asks it to stop. */\n")},
                                 {'1', TNI_STR(";\n/* Lets go of one that is done; one "
                                               "that is not goes on, and *call must too. "
                                               "*/\n")},
                                 {'2', TNI_STR(";\n")},
                                 {0, {NULL, 0}}};
    witgen_put_template(b,
                        "\n/* The same call, started: it comes back when the callee "
                        "waits, and goes on with\n * tenon_store_poll. *call, the arena "
                        "and what the arguments point to stay where\n * they are until "
                        "it is done; the result is there when the state is\n * "
                        "TENON_STARTED_RETURNED. */\n"
                        "typedef struct $P_started_$F_t {\n    tenon_started "
                        "*started;\n",
                        words);
    if (f->params != NULL) {
        witgen_put_template(b, "    struct {\n", words);
        witgen_put_args_members(g, b, f, "        ");
        witgen_put_template(b, "    } args;\n", words);
    }
    if (n.result != NULL) {
        tni_buf_str(b, TNI_STR("    "));
        witgen_put_member(g, b, n.result);
        tni_buf_str(b, TNI_STR(" result;\n"));
    }
    witgen_put_template(b, "} $P_started_$F_t;\n", words);
    put_start_prototype(g, b, f, &n);
    tni_buf_str(b, TNI_STR(";\n"));
    witgen_put_template(b, started_rest, words);
    end_names(&n);
}

void witgen_put_started(witgen *g, const tni_wit_func *f) {
    names n;
    if (!f->is_async || !begin_names(g, f, &n)) {
        return;
    }
    tni_buf *b = &g->source;
    tni_buf_byte(b, '\n');
    put_start_prototype(g, b, f, &n);
    tni_buf_str(b, TNI_STR(" {\n"));
    for (const tni_wit_field *p = f->params; p != NULL; p = p->next) {
        witgen_put_argument(g, p, "call->args.");
    }
    const witgen_word words[] = {
        {'P', g->prefix},
        {'F', text_of(&n.func)},
        {'M', text_of(&n.member)},
        {'A', f->params != NULL ? TNI_STR("&call->args") : TNI_STR("NULL")},
        {'R', n.result != NULL ? TNI_STR("&call->result") : TNI_STR("NULL")},
        {'0', TNI_STR(" {\n    return tenon_started_state_of(store, call->started);\n}\n"
                      "\n")},
        {'1', TNI_STR(" {\n    return tenon_started_cancel(store, call->started, "
                      "error);\n}\n\n")},
        {'2', TNI_STR(" {\n    tenon_started_delete(store, call->started);\n"
                      "    call->started = NULL;\n}\n")},
        {0, {NULL, 0}}};
    witgen_put_template(b,
                        "    call->started = NULL;\n"
                        "    return tenon_call_start(\n        calls->$M, $A, $R, arena, "
                        "&call->started, error);\n}\n\n",
                        words);
    witgen_put_template(b, started_rest, words);
    end_names(&n);
}
