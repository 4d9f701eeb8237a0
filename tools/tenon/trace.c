/* trace.c: what `tenon trace` writes while a program runs: a line an instruction, with
 * its offset, function, operands, and after an arrow its results. */
#include "tenon/trace.h"

#include "component/ctrace.h"

#include <string.h>

/* Names are the guest's: none may look like another line. */
static void write_line(trace *t) {
    if (t->line.failed) {
        t->failed = true;
    }
    for (size_t i = 0; i < t->line.count; i++) {
        u8 *c = &t->line.data[i];
        *c = *c < ' ' || *c == 0x7f ? '?' : *c;
    }
    tni_buf_byte(&t->line, '\n');
    fwrite(t->line.data, 1, t->line.count, t->out);
    t->line.count = 0;
    t->line.failed = false;
    t->is_open = false;
}

void trace_end_line(trace *t) {
    if (t->is_open) {
        write_line(t);
    }
    fflush(t->out);
}

/* NULL when memory is out. */
static tni_words *words_of(trace *t, const tni_module *m) {
    if (t->last < t->modules.count && t->modules.data[t->last].module == m) {
        return t->modules.data[t->last].words;
    }
    for (size_t i = 0; i < t->modules.count; i++) {
        if (t->modules.data[i].module == m) {
            t->last = i;
            return t->modules.data[i].words;
        }
    }
    trace_module x = {m, NULL};
    tenon_error error;
    if (tni_words_new(m, &x.words, &error) != TENON_OK) {
        return NULL;
    }
    if (!tni_vec_push(&t->engine->heap, &t->modules, x)) {
        tni_words_delete(x.words);
        return NULL;
    }
    t->last = t->modules.count - 1;
    return x.words;
}

/* A name with or without its $, or the index. */
static bool is_wanted(trace *t, u32 func) {
    if (t->filter == NULL) {
        return true;
    }
    const tni_str filter = tni_str_of(t->filter);
    const tni_str name = {(const char *)t->name.data, t->name.count};
    char index[16];
    tni_format(index, sizeof index, "%u", func);
    return tni_str_eq(filter, name) || tni_str_eq(filter, tni_str_of(index)) ||
           (name.len > 0 && name.ptr[0] == '$' &&
            tni_str_eq(filter, (tni_str){name.ptr + 1, name.len - 1}));
}

/* Hosts may write something of their own meanwhile. */
static bool is_call(tni_op op) {
    return op == TNI_OP_CALL || op == TNI_OP_CALL_INDIRECT || op == TNI_OP_CALL_REF;
}

static bool continues(const trace *t, const tni_trace_step *s) {
    return t->is_open && s->is_after && s->thread == t->step.thread &&
           s->instance == t->step.instance && s->func == t->step.func &&
           s->offset == t->step.offset;
}

static void put_results(trace *t, const tni_trace_step *s) {
    tni_buf_str(&t->line, TNI_STR(" ->"));
    tni_words_values(t->engine->registry, s->types, s->count, s->values, &t->line);
    write_line(t);
}

static void show(trace *t, tni_words *words, const tni_trace_step *s) {
    tenon_error error;
    tni_buf_format(&t->line, "0x%06llx ", (unsigned long long)s->offset);
    if (tni_instance_owner(s->instance) != NULL) {
        char path[TNI_TRACE_TEXT_BYTES];
        tni_trace_path(tni_instance_owner(s->instance), path, sizeof path);
        tni_buf_format(&t->line, "%s ", path);
    }
    tni_buf_format(&t->line, "%.*s ", (int)t->name.count, (const char *)t->name.data);
    if (tni_words_instruction(words, s->func, s->offset, &t->line, &error) != TENON_OK) {
        t->failed = true;
    }
    if (s->is_after) {
        put_results(t, s);
        return;
    }
    tni_words_values(t->engine->registry, s->types, s->count, s->values, &t->line);
    t->step = *s;
    t->is_open = true;
    if (is_call(s->op)) {
        write_line(t);
    }
}

static void on_step(void *user, const tni_trace_step *s) {
    trace *t = user;
    if (continues(t, s)) {
        put_results(t, s);
        return;
    }
    if (t->is_open) {
        write_line(t);
    }
    if (t->left == 0) {
        return;
    }
    tni_words *words = words_of(t, s->module);
    if (words == NULL) {
        t->failed = true;
        return;
    }
    t->name.count = 0;
    tni_words_func(words, s->func, &t->name);
    if (is_wanted(t, s->func)) {
        t->left -= s->is_after ? 0 : 1;
        show(t, words, s);
    }
}

/* -- events of components -- */

/* The name of the event, or of the function that it concerns, which is at hand. */
static bool is_event_wanted(trace *t, const tni_trace_event *x) {
    return t->filter == NULL || tni_str_eq(tni_str_of(t->filter), tni_str_of(x->name)) ||
           (t->name.count > 0 && is_wanted(t, tni_func_index(x->func)));
}

/* Nothing for a canonical definition that is lifted itself. */
static void find_name(trace *t, const tni_func *f) {
    const tni_instance *i = f != NULL ? tni_func_instance(f) : NULL;
    tni_words *words = i != NULL ? words_of(t, tni_instance_module(i)) : NULL;
    t->name.count = 0;
    if (words != NULL) {
        tni_words_func(words, tni_func_index(f), &t->name);
    }
}

static void on_event(void *user, const tni_trace_event *x) {
    trace *t = user;
    if (t->is_open) {
        write_line(t);
    }
    if (t->left == 0) {
        return;
    }
    find_name(t, x->func);
    if (!is_event_wanted(t, x)) {
        return;
    }
    t->left -= x->is_result ? 0 : 1;
    tni_buf_format(&t->line, "-------- %s %s", x->path, x->name);
    if (t->name.count > 0) {
        tni_buf_format(&t->line, " %.*s", (int)t->name.count, (const char *)t->name.data);
    }
    if (x->detail[0] != 0) {
        tni_buf_format(&t->line, " %s", x->detail);
    }
    if (x->is_result) {
        tni_buf_str(&t->line, TNI_STR(" ->"));
    }
    tni_words_values(t->engine->registry, x->types, x->count, x->values, &t->line);
    write_line(t);
}

void trace_begin(trace *t, tenon_engine *engine) {
    t->engine = engine;
    tni_buf_init(&t->line, &engine->heap);
    tni_buf_init(&t->name, &engine->heap);
    t->tracer = (tni_tracer){.user = t, .step = on_step, .event = on_event};
    engine->tracer = &t->tracer;
}

void trace_end(trace *t) {
    trace_end_line(t);
    if (t->engine == NULL) {
        return;
    }
    for (size_t i = 0; i < t->modules.count; i++) {
        tni_words_delete(t->modules.data[i].words);
    }
    tni_vec_free(&t->engine->heap, &t->modules);
    tni_buf_free(&t->line);
    tni_buf_free(&t->name);
    t->engine->tracer = NULL;
    t->engine = NULL;
    if (t->failed) {
        fprintf(stderr, "tenon trace: out of memory: lines are missing\n");
    }
}
