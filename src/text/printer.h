/* printer.h: the state of printing one module, shared by the printer's files. */
#ifndef TNI_PRINTER_H
#define TNI_PRINTER_H

#include "base/map.h"
#include "base/reader.h"
#include "base/vec.h"
#include "text/assembler.h"
#include "text/print.h"

/* Identifiers of an index space: text with its $, or len 0; by index. */
typedef struct tni_id_list {
    tni_str *data;
    tni_str *texts; /* the same as they are meant: without $, quotes and escapes */
    u32 *renamed;   /* in p->renamed, plus one, where the identifier is not the name */
    u32 count;
    bool is_read; /* a name map was; another could repeat what it has */
} tni_id_list;

/* Names of something inside something else (locals of a function, fields of a type). */
typedef struct tni_inner_names {
    u32 outer;
    u32 count;
    const u8 *map; /* the entries */
    const u8 *end;
} tni_inner_names;

typedef struct tni_printer {
    const tni_module *m;
    unsigned flags;
    tni_heap *heap;
    tni_arena arena;
    tni_buf *out;
    tenon_error *e;
    tni_id_list ids[TNI_SPACE_COUNT];
    tni_str module_name;
    tni_str given; /* the name that the module has from what stands before its fields */
    TNI_VEC(tni_inner_names) locals; /* by function, as the section has them */
    TNI_VEC(tni_inner_names) fields;
    size_t next_locals;
    size_t next_fields;
    tni_id_list local_ids;         /* of the function at hand; arrays in the arena */
    TNI_VEC(tni_asm_name) renamed; /* what names identifiers could not say */
    u32 indent;
} tni_printer;

/* -- print.c -- */

/* Bytes as strings, so many on a line, after a space or on lines of their own. */
void tni_print_bytes(tni_printer *p, const u8 *bytes, size_t len);
void tni_printer_free(tni_printer *p);

/* -- printnames.c -- */

/* Identifiers of count indices, from a name map. */
tenon_status tni_print_read_map(tni_printer *p, tni_reader *r, u32 count,
                                tni_id_list *out);

tenon_status tni_print_read_names(tni_printer *p);
/* " (@name "…")" */
void tni_print_name(tni_buf *out, tni_str name);
/* An identifier for a name: len 0 if the name is empty or not UTF-8; in the arena. */
tenon_status tni_print_id(tni_printer *p, tni_str name, tni_str *out);
/* Gives each subsection of the first custom section of that name, up to where it is
 * damaged, to `read`. (Core 3.0, appendix "Name Section") */
typedef tenon_status tni_print_subsection(void *data, u8 id, tni_reader *r);
tenon_status tni_print_read_subsections(const tni_custom *customs, u32 count,
                                        tni_str name, tni_print_subsection *read,
                                        void *data);
/* Whether the assembler would write this name section from the identifiers. */
bool tni_print_names_suffice(tni_printer *p, const tni_custom *c);
/* Copies a name map of indices below count; false if it is not one that the assembler
 * writes: minimal, in order, not empty. */
bool tni_print_same_map(tni_reader *r, u32 count, tni_buf *out);
/* Identifiers of a function's locals, into p->local_ids. */
tenon_status tni_print_local_names(tni_printer *p, u32 func);
/* A struct's fields, likewise into p->local_ids. */
tenon_status tni_print_field_names(tni_printer *p, u32 type, u32 count);
/* "$name" or the number. */
void tni_print_index(tni_printer *p, tni_buf *out, tni_space space, u32 index);
/* " $name", or nothing, then " (;index;)". */
void tni_print_binding(tni_printer *p, tni_space space, u32 index);
/* A string with its quotes; is_text: valid UTF-8 stands as it is. */
void tni_print_string(tni_buf *out, tni_str s, bool is_text);

/* -- printtypes.c -- */

void tni_print_heaptype(tni_printer *p, tni_buf *out, u32 heaptype);
void tni_print_valtype(tni_printer *p, tni_buf *out, tni_valtype t);
/* " (param …) (result …)"; named: with p->local_ids. */
void tni_print_signature(tni_printer *p, tni_buf *out, const tni_subtype *t, bool named);
/* " (type x) (param …) (result …)". */
void tni_print_typeuse(tni_printer *p, tni_buf *out, u32 type, bool named);
void tni_print_limits(tni_buf *out, const tni_limits *l);
void tni_print_memtype(tni_buf *out, const tni_memtype *t);
void tni_print_tabletype(tni_printer *p, tni_buf *out, const tni_tabletype *t);
void tni_print_globaltype(tni_printer *p, tni_buf *out, tni_globaltype t);
/* "(func …)", or "(sub …)" if it has a supertype or may be one. */
void tni_print_subtype(tni_printer *p, const tni_subtype *t);
tenon_status tni_print_types(tni_printer *p);

/* -- printcode.c -- */

/* A new line, indented. */
void tni_print_line(tni_printer *p);
/* The instructions of a constant expression, on one line, after a space. */
tenon_status tni_print_const(tni_printer *p, const tni_span *expr);
/* The next of several expressions. */
tenon_status tni_print_const_next(tni_printer *p, tni_reader *r);
/* The next instruction, flat, with its immediates, appended to out. */
tenon_status tni_print_instruction(tni_printer *p, tni_reader *r, tni_buf *out);
/* Locals and instructions of a body. */
tenon_status tni_print_body(tni_printer *p, u32 func, const tni_span *body);

#endif
