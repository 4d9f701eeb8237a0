/* printstep.c: single instructions, functions and values in the words of the text format,
 * for traces. */
#include "base/numtext.h"
#include "exec/gc.h"
#include "text/printer.h"

struct tni_words {
    tni_printer p;
    tni_arena_mark names; /* the arena without the names of locals */
    u32 func;             /* whose locals' names are at hand, or TNI_NO_INDEX */
};

tenon_status tni_words_new(const tni_module *m, tni_words **out, tenon_error *e) {
    tni_heap *h = &m->engine->heap;
    tni_words *w = TNI_NEW(h, tni_words);
    if (w == NULL) {
        return tni_no_memory(e);
    }
    w->p.m = m;
    w->p.heap = h;
    w->p.e = e;
    w->func = TNI_NO_INDEX;
    tni_arena_init(&w->p.arena, h);
    const tenon_status status = tni_print_read_names(&w->p);
    if (status != TENON_OK) {
        tni_words_delete(w);
        return status;
    }
    w->names = tni_arena_save(&w->p.arena);
    *out = w;
    return TENON_OK;
}

void tni_words_delete(tni_words *w) {
    if (w != NULL) {
        tni_heap *h = w->p.heap;
        tni_printer_free(&w->p);
        TNI_FREE(h, w);
    }
}

void tni_words_func(tni_words *w, u32 func, tni_buf *out) {
    tni_print_index(&w->p, out, TNI_SPACE_FUNC, func);
}

static tenon_status find_locals(tni_words *w, u32 func) {
    if (w->func == func) {
        return TENON_OK;
    }
    if (w->func == TNI_NO_INDEX || func < w->func) {
        w->p.next_locals = 0;
    }
    tni_arena_restore(&w->p.arena, w->names);
    w->func = TNI_NO_INDEX;
    TNI_TRY(tni_print_local_names(&w->p, func));
    w->func = func;
    return TENON_OK;
}

tenon_status tni_words_instruction(tni_words *w, u32 func, u64 offset, tni_buf *out,
                                   tenon_error *e) {
    const tni_module *m = w->p.m;
    const tni_span *body = &m->funcs[func - m->imported_funcs].body;
    tni_reader r = tni_reader_of(body->ptr, body->len, body->offset, e);
    r.cur += (size_t)(offset - body->offset);
    w->p.e = e;
    TNI_TRY(find_locals(w, func));
    return tni_print_instruction(&w->p, &r, out);
}

/* -- values -- */

/* A reference is null, a number of the host or of an i31, or something that only its type
 * tells of. */
static void put_ref(const tni_registry *r, tni_valtype t, tni_ref ref, tni_buf *out) {
    const u32 heap = tni_heap_of(t);
    if (ref == TNI_REF_NULL) {
        tni_buf_str(out, TNI_STR("(ref.null)"));
    } else if (tni_heaptype_matches(r, heap, TNI_HEAP_FUNC)) {
        tni_buf_str(out, TNI_STR("(ref.func)"));
    } else if (tni_heaptype_matches(r, heap, TNI_HEAP_EXN)) {
        tni_buf_str(out, TNI_STR("(ref.exn)"));
    } else if ((ref & 1) != 0) {
        tni_buf_format(out, "(ref.i31 %u)", (u32)(ref >> 1) & 0x7fffffff);
    } else if (!tni_ref_is_object(ref)) {
        tni_buf_format(out, "(ref.extern %llu)", (unsigned long long)(ref >> 2));
    } else if (tni_object_of(ref)->kind == TNI_OBJECT_STRUCT) {
        tni_buf_str(out, TNI_STR("(ref.struct)"));
    } else {
        tni_buf_str(out, TNI_STR("(ref.array)"));
    }
}

static u32 low_half(u64 slot) {
    u32 halves[2];
    memcpy(halves, &slot, sizeof halves);
#if defined(__BYTE_ORDER__) && __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
    return halves[1];
#else
    return halves[0];
#endif
}

static void put_value(const tni_registry *r, tni_valtype t, const u64 *slot,
                      tni_buf *out) {
    char text[TNI_FLOAT_TEXT_BYTES];
    switch (tni_kind_of(t)) {
    case TNI_KIND_I32: tni_buf_format(out, "(i32.const %d)", (i32)low_half(*slot)); break;
    case TNI_KIND_I64: tni_buf_format(out, "(i64.const %lld)", (long long)*slot); break;
    case TNI_KIND_F32:
        tni_format_f32(text, low_half(*slot));
        tni_buf_format(out, "(f32.const %s)", text);
        break;
    case TNI_KIND_F64:
        tni_format_f64(text, *slot);
        tni_buf_format(out, "(f64.const %s)", text);
        break;
    case TNI_KIND_V128: {
        tni_buf_str(out, TNI_STR("(v128.const i32x4"));
        for (u32 i = 0; i < 4; i++) {
            tni_buf_format(out, " 0x%08x", (u32)(slot[i / 2] >> (i % 2 * 32)));
        }
        tni_buf_byte(out, ')');
        break;
    }
    default: put_ref(r, t, *slot, out); break;
    }
}

void tni_words_values(const tni_registry *r, const tni_valtype *types, u32 count,
                      const u64 *slots, tni_buf *out) {
    for (u32 i = 0; i < count; i++) {
        tni_buf_byte(out, ' ');
        put_value(r, types[i], slots, out);
        slots += tni_slots_of(types[i]);
    }
}
