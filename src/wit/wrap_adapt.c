/* wrap_adapt.c: an adapter's core module cut down to what a main module needs of it, with
 * a stack. Core 3.0, chapter 5. */
#include "wit/wrap_adapt.h"

#include "binary/readcode.h"
#include "binary/write.h"

enum { STACK_BYTES = 65536 };

tenon_status tni_adapt_init(tni_adapt *a, tni_arena *arena, const tni_module *m,
                            tenon_error *e) {
    a->m = m;
    a->required = TNI_ARENA_ARRAY(arena, bool, (size_t)m->export_count + 1);
    a->live = TNI_ARENA_ARRAY(arena, bool, (size_t)m->func_count + 1);
    return a->required == NULL || a->live == NULL ? tni_no_memory(e) : TENON_OK;
}

/* -- what is reached -- */

typedef struct walk {
    tni_adapt *a;
    u32 *pending; /* functions that are live, and not looked into yet */
    u32 count;
    u32 realloc; /* __main_module__ cabi_realloc, or TNI_NO_INDEX */
} walk;

static void reach(walk *w, u32 func) {
    if (func < w->a->m->func_count && !w->a->live[func]) {
        w->a->live[func] = true;
        w->pending[w->count++] = func;
    }
}

/* Instructions one after another, whatever their nesting. */
static tenon_status reach_code(walk *w, tni_reader *r) {
    while (r->cur < r->end) {
        tni_op op;
        TNI_TRY(tni_read_op(r, w->a->m->engine->features, &op));
        if (tni_ops[op].imm == TNI_IMM_FUNC) {
            u32 func;
            TNI_TRY(tni_read_u32(r, &func));
            reach(w, func);
        } else {
            TNI_TRY(tni_skip_immediates(r, op));
        }
    }
    return TENON_OK;
}

static tenon_status reach_span(walk *w, tni_span s, tenon_error *e) {
    tni_reader r = tni_reader_of(s.ptr, s.len, s.offset, e);
    return reach_code(w, &r);
}

static tenon_status reach_body(walk *w, tni_span s, tenon_error *e) {
    tni_reader r = tni_reader_of(s.ptr, s.len, s.offset, e);
    u32 groups;
    TNI_TRY(tni_read_u32(&r, &groups));
    for (u32 i = 0; i < groups; i++) {
        u32 count;
        tni_valtype type;
        TNI_TRY(tni_read_u32(&r, &count));
        TNI_TRY(tni_read_valtype(&r, &type));
    }
    return reach_code(w, &r);
}

/* What tables and globals hold may be called from anywhere. */
static tenon_status reach_segments(walk *w, tenon_error *e) {
    const tni_module *m = w->a->m;
    for (u32 i = 0; i < m->elem_count; i++) {
        const tni_elem_def *s = &m->elems[i];
        tni_reader r = tni_reader_of(s->items.ptr, s->items.len, s->items.offset, e);
        if (s->is_exprs) {
            TNI_TRY(reach_code(w, &r));
            continue;
        }
        for (u32 k = 0; k < s->count; k++) {
            u32 func;
            TNI_TRY(tni_read_u32(&r, &func));
            reach(w, func);
        }
    }
    for (u32 i = 0; i < m->global_count - m->imported_globals; i++) {
        TNI_TRY(reach_span(w, m->globals[i].init, e));
    }
    for (u32 i = 0; i < m->table_count - m->imported_tables; i++) {
        if (m->tables[i].has_init) {
            TNI_TRY(reach_span(w, m->tables[i].init, e));
        }
    }
    return TENON_OK;
}

static u32 find_realloc(const tni_module *m) {
    u32 func = 0;
    for (u32 i = 0; i < m->import_count; i++) {
        const tni_import *x = &m->imports[i];
        if (x->type.kind != TNI_EXTERN_FUNC) {
            continue;
        }
        if (tni_str_eq(x->module, TNI_STR("__main_module__")) &&
            tni_str_eq(x->name, TNI_STR("cabi_realloc"))) {
            return func;
        }
        func++;
    }
    return TNI_NO_INDEX;
}

/* -- names of globals -- */

typedef struct stack_globals {
    u32 pointer, state; /* TNI_NO_INDEX without */
} stack_globals;

static bool is_mutable_i32(const tni_module *m, u32 global) {
    return global < m->global_count && m->global_types[global].type == TNI_I32 &&
           m->global_types[global].is_mutable;
}

/* A name section that is not well formed names nothing. */
static stack_globals find_globals(const tni_module *m) {
    enum { GLOBAL_NAMES = 7 };
    stack_globals found = {TNI_NO_INDEX, TNI_NO_INDEX};
    tenon_error ignored;
    for (u32 i = 0; i < m->custom_count; i++) {
        if (!tni_str_eq(m->customs[i].name, TNI_STR("name"))) {
            continue;
        }
        tni_span s = m->customs[i].bytes;
        tni_reader r = tni_reader_of(s.ptr, s.len, s.offset, &ignored), sub;
        u8 id;
        u32 len, count, global;
        while (tni_read_byte(&r, &id) == TENON_OK && tni_read_u32(&r, &len) == TENON_OK &&
               tni_read_sub(&r, len, &sub) == TENON_OK) {
            if (id != GLOBAL_NAMES || tni_read_u32(&sub, &count) != TENON_OK) {
                continue;
            }
            tni_str name;
            while (count-- > 0 && tni_read_u32(&sub, &global) == TENON_OK &&
                   tni_read_name(&sub, &name) == TENON_OK) {
                if (!is_mutable_i32(m, global)) {
                    continue;
                }
                if (tni_str_eq(name, TNI_STR("__stack_pointer"))) {
                    found.pointer = global;
                } else if (tni_str_eq(name, TNI_STR("allocation_state"))) {
                    found.state = global;
                }
            }
        }
    }
    return found;
}

tenon_status tni_adapt_reach(tni_adapt *a, tni_arena *arena, tenon_error *e) {
    const tni_module *m = a->m;
    walk w = {.a = a,
              .pending = TNI_ARENA_ARRAY(arena, u32, (size_t)m->func_count + 1),
              .realloc = find_realloc(m)};
    if (w.pending == NULL) {
        return tni_no_memory(e);
    }
    for (u32 i = 0; i < m->export_count; i++) {
        if (a->required[i] && m->exports[i].kind == TNI_EXTERN_FUNC) {
            reach(&w, m->exports[i].index);
        }
    }
    if (m->has_start) {
        reach(&w, m->start);
    }
    if (w.realloc != TNI_NO_INDEX && find_globals(m).pointer != TNI_NO_INDEX) {
        reach(&w, w.realloc);
    }
    TNI_TRY(reach_segments(&w, e));
    while (w.count > 0) {
        u32 func = w.pending[--w.count];
        if (func >= m->imported_funcs) {
            TNI_TRY(reach_body(&w, m->funcs[func - m->imported_funcs].body, e));
        }
    }
    return TENON_OK;
}

/* -- writing -- */

typedef struct writer {
    const tni_adapt *a;
    const tni_module *m;
    tni_arena *arena;
    tni_buf *out;
    tenon_error *e;
    stack_globals globals;
    u32 realloc;
    u32 entries; /* of exported functions: those that see to the stack first */
} writer;

static bool is_entry(const writer *w, u32 x) {
    return w->globals.pointer != TNI_NO_INDEX && w->a->required[x] &&
           w->m->exports[x].kind == TNI_EXTERN_FUNC;
}

static u32 stack_func(const writer *w) {
    return w->m->func_count;
}

/* A vector section with more entries behind those that it has. */
static void put_extended(writer *w, u8 id, tni_reader contents, u32 more,
                         const tni_buf *added) {
    u32 count = 0;
    tni_buf b;
    tni_buf_init(&b, w->arena->heap);
    (void)tni_read_u32(&contents, &count); /* it was decoded before */
    tni_buf_put(&b, contents.cur, tni_reader_left(&contents));
    tni_buf_put(&b, added->data, added->count);
    b.failed = b.failed || added->failed;
    tni_write_vector_section(w->out, id, count + more, &b);
    tni_buf_free(&b);
}

static void put_types(writer *w, tni_reader contents) {
    tni_buf b;
    tni_buf_init(&b, w->arena->heap);
    tni_buf_put(&b, "\x60\0\0", 3); /* func () -> () */
    put_extended(w, TNI_SECTION_TYPE, contents, 1, &b);
    tni_buf_free(&b);
}

static void put_funcs(writer *w, tni_reader contents) {
    tni_buf b;
    tni_buf_init(&b, w->arena->heap);
    tni_buf_u32(&b, w->m->type_count);
    for (u32 i = 0; i < w->m->export_count; i++) {
        if (is_entry(w, i)) {
            tni_buf_u32(&b, w->m->func_types[w->m->exports[i].index]);
        }
    }
    put_extended(w, TNI_SECTION_FUNC, contents, w->entries + 1, &b);
    tni_buf_free(&b);
}

static void put_exports(writer *w) {
    tni_buf b;
    tni_buf_init(&b, w->arena->heap);
    u32 count = 0, entry = stack_func(w) + 1;
    for (u32 i = 0; i < w->m->export_count; i++) {
        const tni_export *x = &w->m->exports[i];
        if (w->a->required[i]) {
            tni_write_name(&b, x->name);
            tni_buf_byte(&b, (u8)x->kind);
            tni_buf_u32(&b, is_entry(w, i) ? entry++ : x->index);
            count++;
        }
    }
    tni_write_vector_section(w->out, TNI_SECTION_EXPORT, count, &b);
    tni_buf_free(&b);
}

static void put_const(tni_buf *b, i32 value) {
    tni_write_op(b, TNI_OP_I32_CONST);
    tni_buf_s32(b, value);
}

static void put_indexed(tni_buf *b, tni_op op, u32 index) {
    tni_write_op(b, op);
    tni_buf_u32(b, index);
}

/* Takes a stack unless there is one. */
static void put_stack_body(const writer *w, tni_buf *b) {
    bool has_state = w->globals.state != TNI_NO_INDEX;
    tni_buf_byte(b, 0); /* locals */
    put_indexed(b, TNI_OP_GLOBAL_GET, has_state ? w->globals.state : w->globals.pointer);
    tni_write_op(b, TNI_OP_I32_EQZ);
    tni_write_op(b, TNI_OP_IF);
    tni_buf_byte(b, 0x40);
    if (has_state) {
        put_const(b, 1);
        put_indexed(b, TNI_OP_GLOBAL_SET, w->globals.state);
    }
    if (w->realloc != TNI_NO_INDEX) {
        put_const(b, 0);
        put_const(b, 0);
        put_const(b, 8);
        put_const(b, STACK_BYTES);
        put_indexed(b, TNI_OP_CALL, w->realloc);
    } else {
        put_const(b, 1);
        put_indexed(b, TNI_OP_MEMORY_GROW, 0);
        put_const(b, 16);
        tni_write_op(b, TNI_OP_I32_SHL);
    }
    put_const(b, STACK_BYTES);
    tni_write_op(b, TNI_OP_I32_ADD);
    put_indexed(b, TNI_OP_GLOBAL_SET, w->globals.pointer);
    if (has_state) {
        put_const(b, 2);
        put_indexed(b, TNI_OP_GLOBAL_SET, w->globals.state);
    }
    tni_write_op(b, TNI_OP_END);
    tni_write_op(b, TNI_OP_END);
}

static void put_entry_body(const writer *w, u32 func, tni_buf *b) {
    const tni_subtype *t = &w->m->types[w->m->func_types[func]];
    tni_buf_byte(b, 0);
    put_indexed(b, TNI_OP_CALL, stack_func(w));
    for (u32 i = 0; i < t->param_count; i++) {
        put_indexed(b, TNI_OP_LOCAL_GET, i);
    }
    put_indexed(b, TNI_OP_CALL, func);
    tni_write_op(b, TNI_OP_END);
}

static void put_bodies(writer *w) {
    const tni_module *m = w->m;
    tni_buf code, body;
    tni_buf_init(&code, w->arena->heap);
    tni_buf_init(&body, w->arena->heap);
    u32 count = m->func_count - m->imported_funcs;
    for (u32 i = 0; i < count; i++) {
        if (w->a->live[m->imported_funcs + i]) {
            tni_write_bytes(&code, m->funcs[i].body.ptr, m->funcs[i].body.len);
        } else {
            tni_write_bytes(&code, "\0\0\x0b", 3); /* no locals, unreachable, end */
        }
    }
    if (w->globals.pointer != TNI_NO_INDEX) {
        put_stack_body(w, &body);
        tni_write_bytes(&code, body.data, body.count);
        count++;
    }
    for (u32 i = 0; i < m->export_count; i++) {
        if (is_entry(w, i)) {
            body.count = 0;
            put_entry_body(w, m->exports[i].index, &body);
            tni_write_bytes(&code, body.data, body.count);
            count++;
        }
    }
    code.failed = code.failed || body.failed;
    tni_write_vector_section(w->out, TNI_SECTION_CODE, count, &code);
    tni_buf_free(&code);
    tni_buf_free(&body);
}

/* What toolchains keep beside the code goes: the world has been read, and names of types,
 * locals and the like would outlive what they name. */
static void put_section(writer *w, u8 id, tni_reader contents) {
    bool has_stack = w->globals.pointer != TNI_NO_INDEX;
    if (id == TNI_SECTION_CUSTOM) {
        return;
    }
    if (id == TNI_SECTION_TYPE && has_stack) {
        put_types(w, contents);
    } else if (id == TNI_SECTION_FUNC && has_stack) {
        put_funcs(w, contents);
    } else if (id == TNI_SECTION_EXPORT) {
        put_exports(w);
    } else if (id == TNI_SECTION_CODE) {
        put_bodies(w);
    } else {
        tni_buf_byte(w->out, id);
        tni_write_bytes(w->out, contents.cur, tni_reader_left(&contents));
    }
}

tenon_status tni_adapt_write(const tni_adapt *a, tni_arena *arena, tni_buf *out,
                             tenon_error *e) {
    enum { HEADER_BYTES = 8 };
    const tni_module *m = a->m;
    writer w = {.a = a,
                .m = m,
                .arena = arena,
                .out = out,
                .e = e,
                .globals = find_globals(m),
                .realloc = find_realloc(m)};
    if (m->func_count == m->imported_funcs) {
        w.globals.pointer = TNI_NO_INDEX; /* nothing that could need a stack */
    }
    for (u32 i = 0; i < m->export_count; i++) {
        w.entries += is_entry(&w, i);
    }
    tni_reader r = tni_reader_of(m->bytes, m->byte_count, m->base, e), contents;
    r.cur += HEADER_BYTES;
    tni_write_header(out);
    while (r.cur < r.end) {
        u8 id;
        u32 len;
        TNI_TRY(tni_read_byte(&r, &id));
        TNI_TRY(tni_read_u32(&r, &len));
        TNI_TRY(tni_read_sub(&r, len, &contents));
        put_section(&w, id, contents);
    }
    return out->failed ? tni_no_memory(e) : TENON_OK;
}
