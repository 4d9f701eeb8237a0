/* wrap_core.c: the core modules around a wrapped module. What it imports may need its own
 * memory, which is there only after its imports are: so it imports functions that call
 * through a table, which is filled once it is instantiated. */
#include "binary/write.h"
#include "wit/wrap_internal.h"

static void put_types(const wrapper *w, tni_buf *out, bool initialize) {
    tni_buf b;
    tni_buf_init(&b, w->arena->heap);
    for (const wrap_need *n = w->needs; n != NULL; n = n->next) {
        if (n->is_indirect) {
            tni_subtype t = {.kind = TNI_COMP_FUNC,
                             .is_final = true,
                             .supertype = TNI_NO_INDEX,
                             .param_count = n->sig.param_count,
                             .result_count = n->sig.result_count,
                             .params = n->sig.params,
                             .results = &n->sig.result};
            tni_write_comptype(&b, &t);
        }
    }
    tni_buf_put(&b, "\x60\0", initialize ? 3 : 0);
    tni_write_vector_section(out, TNI_SECTION_TYPE, w->slots + initialize, &b);
    tni_buf_free(&b);
}

static void put_number_name(tni_buf *b, u32 n) {
    char text[16];
    size_t len = tni_format(text, sizeof text, "%u", n);
    tni_write_name(b, (tni_str){text, len});
}

static void put_code(const wrapper *w, tni_buf *out) {
    tni_buf code, body;
    tni_buf_init(&code, w->arena->heap);
    tni_buf_init(&body, w->arena->heap);
    for (const wrap_need *n = w->needs; n != NULL; n = n->next) {
        if (!n->is_indirect) {
            continue;
        }
        body.count = 0;
        tni_buf_byte(&body, 0x00);
        for (u32 i = 0; i < n->sig.param_count; i++) {
            tni_buf_byte(&body, 0x20); /* local.get */
            tni_buf_u32(&body, i);
        }
        tni_buf_byte(&body, 0x41); /* i32.const */
        tni_buf_s32(&body, (i32)n->slot);
        tni_buf_byte(&body, 0x11); /* call_indirect */
        tni_buf_u32(&body, n->slot);
        tni_buf_put(&body, "\x00\x0b", 2);
        code.failed = code.failed || body.failed;
        tni_write_bytes(&code, body.data, body.count);
    }
    tni_write_vector_section(out, TNI_SECTION_CODE, w->slots, &code);
    tni_buf_free(&code);
    tni_buf_free(&body);
}

static void put_table(const wrapper *w, tni_buf *b) {
    tni_buf_put(b, "\x70\x01", 2); /* funcref, with a maximum */
    tni_buf_u32(b, w->slots);
    tni_buf_u32(b, w->slots);
}

void tni_wrap_shim(const wrapper *w, tni_buf *out) {
    tni_write_header(out);
    put_types(w, out, false);
    tni_buf b;
    tni_buf_init(&b, w->arena->heap);
    for (u32 i = 0; i < w->slots; i++) {
        tni_buf_u32(&b, i);
    }
    tni_write_vector_section(out, TNI_SECTION_FUNC, w->slots, &b);
    b.count = 0;
    put_table(w, &b);
    tni_write_vector_section(out, TNI_SECTION_TABLE, 1, &b);
    b.count = 0;
    for (u32 i = 0; i < w->slots; i++) {
        put_number_name(&b, i);
        tni_buf_byte(&b, 0x00);
        tni_buf_u32(&b, i);
    }
    tni_write_name(&b, TNI_STR("$imports"));
    tni_buf_put(&b, "\x01\x00", 2);
    tni_write_vector_section(out, TNI_SECTION_EXPORT, w->slots + 1, &b);
    out->failed = out->failed || b.failed;
    tni_buf_free(&b);
    put_code(w, out);
}

void tni_wrap_fixup(const wrapper *w, bool initialize, tni_buf *out) {
    tni_write_header(out);
    put_types(w, out, initialize);
    tni_buf b;
    tni_buf_init(&b, w->arena->heap);
    for (u32 i = 0; i < w->slots + initialize; i++) {
        tni_write_name(&b, TNI_STR(""));
        put_number_name(&b, i);
        tni_buf_byte(&b, 0x00);
        tni_buf_u32(&b, i);
    }
    if (w->slots > 0) {
        tni_write_name(&b, TNI_STR(""));
        tni_write_name(&b, TNI_STR("$imports"));
        tni_buf_byte(&b, 0x01);
        put_table(w, &b);
    }
    tni_write_vector_section(out, TNI_SECTION_IMPORT,
                             w->slots + initialize + (w->slots > 0), &b);
    b.count = 0;
    if (initialize) {
        tni_buf_u32(&b, w->slots);
        tni_write_section(out, TNI_SECTION_START, &b);
        b.count = 0;
    }
    if (w->slots > 0) {
        tni_buf_put(&b, "\x00\x41\x00\x0b", 4);
        tni_buf_u32(&b, w->slots);
        for (u32 i = 0; i < w->slots; i++) {
            tni_buf_u32(&b, i);
        }
        tni_write_vector_section(out, TNI_SECTION_ELEM, 1, &b);
    }
    out->failed = out->failed || b.failed;
    tni_buf_free(&b);
}
