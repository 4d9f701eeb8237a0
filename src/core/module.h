/* module.h: a core module as plain data. Core 3.0, 2.5.
 *
 * Made by the decoder, completed by the validator (closed types), immutable afterwards,
 * shared between stores. Everything hangs from its arena; names, bodies and segments
 * point into the input bytes, which the module copies unless it was told to borrow them.
 */
#ifndef TNI_MODULE_H
#define TNI_MODULE_H

#include "base/map.h"
#include "core/engine.h"
#include "core/op.h"

/* A run of the input: a constant expression with its `end`, a body, a segment. */
typedef struct tni_span {
    const u8 *ptr;
    u32 len;
    u64 offset; /* from the start of the outermost binary */
} tni_span;

typedef struct tni_import {
    tni_str module;
    tni_str name;
    tni_externtype type; /* type indices are the module's; tni_import_type closes it */
    u64 offset;
} tni_import;

typedef struct tni_export {
    tni_str name;
    tni_extern_kind kind;
    u32 index;
    u64 offset;
} tni_export;

typedef struct tni_func_def {
    u32 type;      /* type index */
    tni_span body; /* locals and code, without the size before it */
} tni_func_def;

typedef struct tni_table_def {
    tni_tabletype type;
    bool has_init;
    tni_span init;
} tni_table_def;

typedef struct tni_global_def {
    tni_globaltype type;
    tni_span init;
} tni_global_def;

typedef enum tni_segment_mode {
    TNI_SEGMENT_PASSIVE,
    TNI_SEGMENT_ACTIVE,
    TNI_SEGMENT_DECLARATIVE,
} tni_segment_mode;

typedef struct tni_elem_def {
    tni_segment_mode mode;
    u32 table;
    tni_span offset; /* active */
    tni_valtype type;
    bool is_exprs; /* items are constant expressions, else function indices */
    u32 count;
    tni_span items; /* count of them, without the count */
} tni_elem_def;

typedef struct tni_data_def {
    tni_segment_mode mode;
    u32 memory;
    tni_span offset; /* active */
    tni_span bytes;
} tni_data_def;

typedef struct tni_custom {
    tni_str name;
    tni_span bytes;
    u8 after_section; /* id of the last non-custom section before it */
} tni_custom;

enum { TNI_SECTION_IDS = 14 }; /* ids 0 to 13 */

typedef struct tni_rec_group {
    u32 first;
    u32 count;
    u64 offset;
} tni_rec_group;

typedef struct tni_module {
    tenon_engine *engine;
    tni_heap heap; /* a child of the engine's */
    tni_arena arena;
    u32 references;  /* under the engine's lock */
    u8 *owned_bytes; /* or NULL when borrowed */
    const u8 *bytes;
    size_t byte_count;
    u64 base; /* offset of bytes in the outermost binary */
    /* Where the contents of each section start, by id; base where there is none. */
    u64 section_offsets[TNI_SECTION_IDS];

    tni_subtype *types; /* as written */
    u32 type_count;
    u32 *type_ids; /* by the validator: registry ids */
    tni_rec_group *groups;
    u32 group_count;

    tni_import *imports;
    u32 import_count;
    /* Index spaces: imports first, then definitions. */
    u32 imported_funcs, func_count;
    u32 imported_tables, table_count;
    u32 imported_memories, memory_count;
    u32 imported_globals, global_count;
    u32 imported_tags, tag_count;
    tni_func_def *funcs;   /* func_count - imported_funcs */
    tni_table_def *tables; /* and so on */
    tni_memtype *memories;
    tni_global_def *globals;
    u32 *tags; /* type indices */

    /* The types of whole index spaces, imports included, as written. */
    u32 *func_types; /* type indices */
    tni_tabletype *table_types;
    tni_memtype *memory_types;
    tni_globaltype *global_types;
    u32 *tag_types;

    tni_export *exports;
    u32 export_count;
    bool has_start;
    u32 start;
    u64 start_offset;
    tni_elem_def *elems;
    u32 elem_count;
    tni_data_def *datas;
    u32 data_count;
    bool has_data_count;
    u32 data_count_value;
    tni_custom *customs;
    u32 custom_count;

    /* By the validator: functions that a `ref.func` in code may name (bit set), and the
     * first use of each instruction group, for refusing what does not execute. */
    u8 *declared_funcs;
    struct {
        bool used;
        tni_op op;
        u64 offset;
    } group_use[TNI_GROUP_COUNT];
    bool uses_memory64, uses_shared, uses_custom_page_size; /* for the same purpose */
    tni_map export_index; /* export name to position; its memory is the module's heap's */

    /* The exec layer's translated code, made on demand. */
    void *code;
    void (*code_delete)(struct tni_module *m);
} tni_module;

/* Reference counting, under the engine's lock; the last release frees. */
void tni_module_retain(tni_module *m);
void tni_module_release(tni_module *m);

/* A module's type as written, with its indices replaced by registry ids. */
tni_valtype tni_module_close(const tni_module *m, tni_valtype t);
tni_externtype tni_module_close_extern(const tni_module *m, const tni_externtype *t);
/* The closed type of an export or import, by position. */
tni_externtype tni_import_type(const tni_module *m, u32 import);
tni_externtype tni_export_type(const tni_module *m, u32 export_);
/* The closed function type behind a type index. */
const tni_deftype *tni_module_deftype(const tni_module *m, u32 type_index);
/* The export of that name, or TNI_NO_INDEX. O(1) on average. */
u32 tni_module_find_export(const tni_module *m, tni_str name);
/* A function's name from the name section (subsection 1), or len 0. May take time
 * proportional to the section. */
tni_str tni_module_func_name(const tni_module *m, u32 func);
/* The module's own name (subsection 0), or len 0. */
tni_str tni_module_name(const tni_module *m);

#endif
