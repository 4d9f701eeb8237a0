/* wrap_core.c: the core modules around a wrapped module. What it imports may need its own
 * memory, which is there only after its imports are: so it imports functions that call
 * through a table, which is filled once it is instantiated. */
#include "base/reader.h"
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
    for (u32 i = 0; i < w->filled + initialize; i++) {
        u32 number = i < w->filled ? i : w->slots; /* of the type, too */
        tni_write_name(&b, TNI_STR(""));
        put_number_name(&b, number);
        tni_buf_byte(&b, 0x00);
        tni_buf_u32(&b, number);
    }
    if (w->slots > 0) {
        tni_write_name(&b, TNI_STR(""));
        tni_write_name(&b, TNI_STR("$imports"));
        tni_buf_byte(&b, 0x01);
        put_table(w, &b);
    }
    tni_write_vector_section(out, TNI_SECTION_IMPORT,
                             w->filled + initialize + (w->slots > 0), &b);
    b.count = 0;
    if (initialize) {
        tni_buf_u32(&b, w->filled);
        tni_write_section(out, TNI_SECTION_START, &b);
        b.count = 0;
    }
    if (w->filled > 0) {
        tni_buf_put(&b, "\x00\x41\x00\x0b", 4);
        tni_buf_u32(&b, w->filled);
        for (u32 i = 0; i < w->filled; i++) {
            tni_buf_u32(&b, i);
        }
        tni_write_vector_section(out, TNI_SECTION_ELEM, 1, &b);
    }
    out->failed = out->failed || b.failed;
    tni_buf_free(&b);
}

static void put_section(tni_buf *out, u8 id, const char *bytes, size_t len) {
    tni_buf_byte(out, id);
    tni_write_bytes(out, bytes, len);
}

#define PUT_SECTION(out, id, bytes) put_section(out, id, bytes, sizeof(bytes) - 1)

void tni_wrap_realloc(const wrapper *w, tni_buf *out) {
    (void)w;
    tni_write_header(out);
    PUT_SECTION(out, TNI_SECTION_TYPE, "\1\x60\4\x7f\x7f\x7f\x7f\1\x7f");
    PUT_SECTION(out, TNI_SECTION_IMPORT, "\1\3env\6memory\2\0\0");
    PUT_SECTION(out, TNI_SECTION_FUNC, "\1\0");
    PUT_SECTION(out, TNI_SECTION_EXPORT, "\1\14cabi_realloc\0\0");
    /* What was allocated before stays as it is: no adapter asks for more of it.
       old != 0: unreachable; at = memory.grow((new + 65535) >> 16); at == -1:
       unreachable; at << 16. */
    PUT_SECTION(out, TNI_SECTION_CODE,
                "\1\x24\0"
                "\x20\0\x04\x40\0\x0b"
                "\x20\3\x41\xff\xff\3\x6a\x41\x10\x76\x40\0\x21\0"
                "\x20\0\x41\x7f\x46\x04\x40\0\x0b"
                "\x20\0\x41\x10\x74\x0b");
}

void tni_wrap_memory(const tni_memtype *t, tni_buf *out) {
    tni_buf b;
    tni_buf_init(&b, out->heap);
    tni_write_header(out);
    tni_write_memtype(&b, t);
    tni_write_vector_section(out, TNI_SECTION_MEMORY, 1, &b);
    tni_buf_free(&b);
    PUT_SECTION(out, TNI_SECTION_EXPORT, "\1\6memory\2\0");
}

void tni_wrap_tls(bool wide, tni_buf *out) {
    tni_write_header(out);
    if (wide) {
        PUT_SECTION(out, TNI_SECTION_TYPE, "\2\x60\0\1\x7e\x60\1\x7e\0");
    } else {
        PUT_SECTION(out, TNI_SECTION_TYPE, "\2\x60\0\1\x7f\x60\1\x7f\0");
    }
    PUT_SECTION(out, TNI_SECTION_FUNC, "\2\0\1");
    if (wide) {
        PUT_SECTION(out, TNI_SECTION_GLOBAL, "\1\x7e\1\x42\0\x0b");
    } else {
        PUT_SECTION(out, TNI_SECTION_GLOBAL, "\1\x7f\1\x41\0\x0b");
    }
    PUT_SECTION(out, TNI_SECTION_EXPORT, "\2\3get\0\0\3set\0\1");
    PUT_SECTION(out, TNI_SECTION_CODE, "\2\4\0\x23\0\x0b\6\0\x20\0\x24\0\x0b");
}

/* Explainer.md: two-level import names are distinct as pairs; what toolchains make is not
 * always (Go's runtime and its library import the same). Every import of the main module
 * is a need, in their order. */
void tni_wrap_main(const wrapper *w, tni_buf *out) {
    enum { HEADER_BYTES = 8 };
    bool repeats = false;
    for (const wrap_need *n = w->needs; n != NULL; n = n->next) {
        repeats = repeats || (n->of == NULL && n->is_repeated);
    }
    if (!repeats) {
        tni_buf_put(out, w->m->bytes, w->m->byte_count);
        return;
    }
    tni_buf imports;
    tni_buf_init(&imports, w->arena->heap);
    const tni_import *i = w->m->imports;
    for (const wrap_need *n = w->needs; n != NULL; n = n->next) {
        if (n->of == NULL && n->kind != WRAP_DTOR) {
            tni_write_name(&imports, n->module);
            tni_write_name(&imports, n->alias);
            tni_write_externtype(&imports, &i++->type);
        }
    }
    tni_reader r = tni_reader_of(w->m->bytes, w->m->byte_count, w->m->base, w->e),
               section;
    r.cur += HEADER_BYTES;
    tni_write_header(out);
    u8 id;
    u32 len;
    while (r.cur < r.end && tni_read_byte(&r, &id) == TENON_OK &&
           tni_read_u32(&r, &len) == TENON_OK &&
           tni_read_sub(&r, len, &section) == TENON_OK) { /* it was decoded before */
        if (id == TNI_SECTION_IMPORT) {
            tni_write_vector_section(out, id, w->m->import_count, &imports);
        } else {
            tni_buf_byte(out, id);
            tni_write_bytes(out, section.cur, len);
        }
    }
    tni_buf_free(&imports);
}
