/* write.h: the one writer of core binaries. Core 3.0, chapter 5; LEB128 always minimal.
 *
 * Everything goes to a growable buffer; memory running out is noted in it
 * (tni_buf.failed) and looked at once, by who owns it. Concrete types hold the module's
 * type indices. */
#ifndef TNI_WRITE_H
#define TNI_WRITE_H

#include "base/format.h"
#include "core/coretypes.h"
#include "core/op.h"

/* Section ids, in the binary format's numbering. Core 3.0, 5.5.2. */
enum {
    TNI_SECTION_CUSTOM,
    TNI_SECTION_TYPE,
    TNI_SECTION_IMPORT,
    TNI_SECTION_FUNC,
    TNI_SECTION_TABLE,
    TNI_SECTION_MEMORY,
    TNI_SECTION_GLOBAL,
    TNI_SECTION_EXPORT,
    TNI_SECTION_START,
    TNI_SECTION_ELEM,
    TNI_SECTION_CODE,
    TNI_SECTION_DATA,
    TNI_SECTION_DATA_COUNT,
    TNI_SECTION_TAG,
    TNI_SECTION_COUNT
};

/* Magic and version of a core module. */
void tni_write_header(tni_buf *b);
/* A vector of bytes: length, then bytes. */
void tni_write_bytes(tni_buf *b, const void *bytes, size_t len);
void tni_write_name(tni_buf *b, tni_str name);
/* Section id, size and contents; nothing when the contents are empty. */
void tni_write_section(tni_buf *b, u8 id, const tni_buf *contents);
/* A section that is a vector: count before the contents; nothing when count is 0. */
void tni_write_vector_section(tni_buf *b, u8 id, u32 count, const tni_buf *contents);
void tni_write_custom(tni_buf *b, tni_str name, const void *bytes, size_t len);

void tni_write_heaptype(tni_buf *b, u32 heaptype);
/* A value type or a packed storage type. */
void tni_write_valtype(tni_buf *b, tni_valtype t);
void tni_write_subtype(tni_buf *b, const tni_subtype *t);
/* Its composite type alone. */
void tni_write_comptype(tni_buf *b, const tni_subtype *t);
void tni_write_memtype(tni_buf *b, const tni_memtype *t);
void tni_write_tabletype(tni_buf *b, const tni_tabletype *t);
void tni_write_globaltype(tni_buf *b, tni_globaltype t);
/* Kind and type, as in an import. */
void tni_write_externtype(tni_buf *b, const tni_externtype *t);

void tni_write_op(tni_buf *b, tni_op op);
void tni_write_memarg(tni_buf *b, u32 align_log2, u32 memory, u64 offset);

#endif
