/* cwrite.c: the pieces of the component binary format. Binary.md. */
#include "component/cwrite.h"

#include "base/assert.h"
#include "binary/write.h"

void tni_cwriter_init(tni_component_writer *w, tni_heap *h, tni_buf *out) {
    *w = (tni_component_writer){.out = out};
    tni_buf_init(&w->entries, h);
    tni_buf_put(out, "\0asm\x0d\0\1\0", 8);
}

static void flush(tni_component_writer *w) {
    tni_write_vector_section(w->out, w->section, w->count, &w->entries);
    w->entries.count = 0;
    w->count = 0;
}

void tni_cwriter_entry(tni_component_writer *w, u8 section, const tni_buf *entry) {
    if (w->section != section) {
        flush(w);
        w->section = section;
    }
    w->entries.failed = w->entries.failed || entry->failed;
    tni_buf_put(&w->entries, entry->data, entry->count);
    w->count++;
}

void tni_cwriter_section(tni_component_writer *w, u8 section, const tni_buf *contents) {
    flush(w);
    w->out->failed = w->out->failed || contents->failed;
    tni_buf_byte(w->out, section);
    tni_write_bytes(w->out, contents->data, contents->count);
}

void tni_cwriter_split(tni_component_writer *w) {
    flush(w);
}

void tni_cwriter_finish(tni_component_writer *w) {
    flush(w);
}

void tni_cwriter_free(tni_component_writer *w) {
    tni_buf_free(&w->entries);
}

u8 tni_core_sort_code(tni_sort sort) {
    switch (sort) {
    case TNI_SORT_CORE_FUNC: return 0x00;
    case TNI_SORT_CORE_TABLE: return 0x01;
    case TNI_SORT_CORE_MEMORY: return 0x02;
    case TNI_SORT_CORE_GLOBAL: return 0x03;
    case TNI_SORT_CORE_TAG: return 0x04;
    case TNI_SORT_CORE_TYPE: return 0x10;
    case TNI_SORT_CORE_MODULE: return 0x11;
    case TNI_SORT_CORE_INSTANCE: return 0x12;
    default: TNI_UNREACHABLE();
    }
}

void tni_cwrite_sort(tni_buf *b, tni_sort sort) {
    switch (sort) {
    case TNI_SORT_FUNC: tni_buf_byte(b, 0x01); return;
    case TNI_SORT_VALUE: tni_buf_byte(b, 0x02); return;
    case TNI_SORT_TYPE: tni_buf_byte(b, 0x03); return;
    case TNI_SORT_COMPONENT: tni_buf_byte(b, 0x04); return;
    case TNI_SORT_INSTANCE: tni_buf_byte(b, 0x05); return;
    default: tni_buf_byte(b, 0x00); tni_buf_byte(b, tni_core_sort_code(sort));
    }
}

void tni_cwrite_name(tni_buf *b, const tni_named_entity *name) {
    u32 attributes = (name->implements.ptr != NULL) + (name->version_suffix.ptr != NULL) +
                     name->has_external_id;
    tni_buf_byte(b, attributes > 0 ? 0x02 : 0x00);
    tni_write_name(b, name->name);
    if (attributes == 0) {
        return;
    }
    tni_buf_u32(b, attributes);
    if (name->implements.ptr != NULL) {
        tni_buf_byte(b, 0x00);
        tni_write_name(b, name->implements);
    }
    if (name->version_suffix.ptr != NULL) {
        tni_buf_byte(b, 0x01);
        tni_write_name(b, name->version_suffix);
    }
    if (name->has_external_id) {
        tni_buf_byte(b, 0x02);
        tni_write_name(b, name->external_id);
    }
}

u8 tni_primitive_code(tenon_type_kind kind) {
    static const u8 codes[] = {0x7f, 0x7e, 0x7d, 0x7c, 0x7b, 0x7a, 0x79,
                               0x78, 0x77, 0x76, 0x75, 0x74, 0x73, 0x64};
    return codes[kind];
}
