/* cwrite.h: the one writer of component binaries. Binary.md.
 *
 * Definitions are written in order; neighbours of one kind share a section. Memory
 * running out is noted in the buffer, as in binary/write.h. */
#ifndef TNI_COMPONENT_WRITE_H
#define TNI_COMPONENT_WRITE_H

#include "base/format.h"
#include "component/component.h"

/* Section ids, Binary.md, "Component Definitions". */
enum {
    TNI_CSECTION_CUSTOM,
    TNI_CSECTION_CORE_MODULE,
    TNI_CSECTION_CORE_INSTANCE,
    TNI_CSECTION_CORE_TYPE,
    TNI_CSECTION_COMPONENT,
    TNI_CSECTION_INSTANCE,
    TNI_CSECTION_ALIAS,
    TNI_CSECTION_TYPE,
    TNI_CSECTION_CANON,
    TNI_CSECTION_START,
    TNI_CSECTION_IMPORT,
    TNI_CSECTION_EXPORT,
    TNI_CSECTION_VALUE,
};

typedef struct tni_component_writer {
    tni_buf *out;
    tni_buf entries; /* of the section at hand */
    u32 count;
    u8 section;
} tni_component_writer;

/* Writes the preamble to out, which is the caller's. */
void tni_cwriter_init(tni_component_writer *w, tni_heap *h, tni_buf *out);
/* An entry of a section that is a vector. */
void tni_cwriter_entry(tni_component_writer *w, u8 section, const tni_buf *entry);
/* A whole section: a core module, a component, a custom section. */
void tni_cwriter_section(tni_component_writer *w, u8 section, const tni_buf *contents);
/* The next entry begins a section, though it be of the same kind as the one before. */
void tni_cwriter_split(tni_component_writer *w);
/* Writes what is left; the writer can be freed after. */
void tni_cwriter_finish(tni_component_writer *w);
void tni_cwriter_free(tni_component_writer *w);

/* sort: one byte, or two for core sorts. */
void tni_cwrite_sort(tni_buf *b, tni_sort sort);
/* core:sort */
u8 tni_core_sort_code(tni_sort sort);
/* nameattributes, from an entry's name and attributes. */
void tni_cwrite_name(tni_buf *b, const tni_named_entity *name);
/* The code of a primitive value type. */
u8 tni_primitive_code(tenon_type_kind kind);

#endif
