/* component_printer.h: the state of printing one component, shared by the printer's
 * files.
 *
 * The binary is read again, section by section, so that each definition is printed where
 * it stands, with the indices it has; it was validated before. Indices of a component's
 * own spaces have identifiers where the component-name section gives them; those inside
 * types are numbers. */
#ifndef TNI_COMPONENT_PRINTER_H
#define TNI_COMPONENT_PRINTER_H

#include "base/reader.h"
#include "component/component.h"
#include "text/printer.h"

/* A component, or a type with index spaces of its own. */
typedef struct tni_pscope {
    u32 counts[TNI_SORT_COUNT];
    tni_id_list ids[TNI_SORT_COUNT];
} tni_pscope;

typedef struct tni_component_printer {
    tni_printer core; /* out, indent, arena; of no module, for core types */
    tni_pscope *scope;
    tenon_engine *engine;
} tni_component_printer;

/* -- component_print.c -- */

/* Goes into a scope and back to the one before, which is the caller's to keep. */
void tni_cprint_enter(tni_component_printer *p, tni_pscope *s);
void tni_cprint_leave(tni_component_printer *p, tni_pscope *outer);

/* A new line and "(word". */
void tni_cprint_begin(tni_component_printer *p, const char *word);
void tni_cprint_end(tni_component_printer *p);
/* "$name" or the number. */
void tni_cprint_ref(tni_component_printer *p, tni_sort sort, u32 index);
/* The next index of a sort: " $name (;index;)". */
void tni_cprint_binding(tni_component_printer *p, tni_sort sort);
/* "core func", "instance" */
const char *tni_sort_words(tni_sort sort);
/* Reads an index and prints it, after a space. */
tenon_status tni_cprint_index(tni_component_printer *p, tni_reader *r, tni_sort sort);
/* Reads a sort. */
tenon_status tni_cprint_read_sort(tni_reader *r, tni_sort *out);
/* Reads a name and prints it as a string, after a space. */
tenon_status tni_cprint_string(tni_component_printer *p, tni_reader *r);
/* The same for a name with its attributes. */
tenon_status tni_cprint_name(tni_component_printer *p, tni_reader *r);
/* Fails: what validation ought to have refused. */
TNI_COLD tenon_status tni_cprint_bad(const tni_reader *r, u8 byte);

/* Definitions that are declarators of types too. */
tenon_status tni_cprint_import(tni_component_printer *p, tni_reader *r);
tenon_status tni_cprint_alias(tni_component_printer *p, tni_reader *r);

/* -- component_printtypes.c -- */

/* The entries of the type and core type sections. */
tenon_status tni_cprint_type(tni_component_printer *p, tni_reader *r);
tenon_status tni_cprint_core_type(tni_component_printer *p, tni_reader *r);
/* A value type, after a space. */
tenon_status tni_cprint_valtype(tni_component_printer *p, tni_reader *r);
/* resultlist: " (result t)" or nothing. */
tenon_status tni_cprint_result(tni_component_printer *p, tni_reader *r);
/* " (sort type)"; binds: makes an index, which stands after the sort. */
tenon_status tni_cprint_externtype(tni_component_printer *p, tni_reader *r, bool binds);

/* -- component_printcanon.c -- */

/* An entry of the canon section. */
tenon_status tni_cprint_canon(tni_component_printer *p, tni_reader *r);

#endif
