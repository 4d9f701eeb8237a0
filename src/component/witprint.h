/* witprint.h: component-level types in WIT words, for messages and `tenon inspect`.
 * WIT.md.
 *
 * Inside the component types of nested components resource names are not known; slots are
 * printed as "resource-N" there. Output is cut off at a limit of bytes, so that a type
 * which names one part many times cannot fill the memory. */
#ifndef TNI_WITPRINT_H
#define TNI_WITPRINT_H

#include "base/format.h"
#include "component/component.h"

/* Names of resources by slot (count of them; an empty one has no name). */
typedef struct tni_resource_names {
    const tni_str *names;
    u32 count;
} tni_resource_names;

/* `list<tuple<string, u32>>`, `record { x: u32 }`; NULL is printed as `_`. names may be
 * NULL. */
void tni_type_print(tni_buf *b, const tenon_type *t, const tni_resource_names *names);
/* `func(line: string) -> bool` */
void tni_func_type_print(tni_buf *b, const tenon_func_type *t,
                         const tni_resource_names *names);
/* `func(…) -> …`, `instance { f: func(); r: resource; }`, `component { import …; export
 * …; }`, `module { … }`, `type u32`. */
void tni_entity_print(tni_buf *b, const tni_entity *x, const tni_resource_names *names,
                      const tni_registry *registry);
/* One word for the kind: "func", "instance", "resource". */
const char *tni_entity_kind_name(tni_entity_kind kind);
const char *tni_sort_name(tni_sort sort);

/* The whole component as a readable tree, one definition a line, for `tenon inspect`. */
void tni_component_print(tni_buf *b, const tni_component *c);

#endif
