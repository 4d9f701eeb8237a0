/* hostiface.h: an interface in a linker: a host's table, and what is made of it. */
#ifndef TNI_HOSTIFACE_H
#define TNI_HOSTIFACE_H

#include "component/cinstance.h"
#include "component/layout.h"

/* What is made of the table is made when imports ask for it: hosts offer far more than a
 * component imports. */
struct tni_hostiface {
    tni_str name;
    const tenon_interface *iface; /* NULL for a stand-in */
    void *user;
    bool is_ready;                       /* names can be looked up */
    tenon_func_type *types;              /* copies, laid out, of the functions' */
    const tenon_type **params;           /* their tuples; NULL: not laid out yet */
    const tenon_type **values;           /* copies of the other types, or NULL */
    tni_type_copier copier;              /* what has been copied so far */
    tni_str *resource_names;             /* by number, for messages */
    const tenon_restorable **restorable; /* by number; or NULL: none is */
    tni_map funcs;                       /* name to number, and so on */
    tni_map resources;
    tni_map value_names;
    tni_map nested;  /* instances in it: name to number in the linker's ifaces */
    tni_map modules; /* name to number in the linker's modules */
    bool is_nested;
    tni_str message; /* a stand-in's */
};

/* One that has a name and nothing else; arena: the linker's. */
void tni_hostiface_init(tni_hostiface *h, tni_str name, tni_arena *arena);
void tni_hostiface_free(tni_hostiface *h);

/* Gives it its table. A wrong table is the host programmer's error (TENON_USAGE); it is
 * found here and not when it is used, without laying anything out. */
tenon_status tni_hostiface_fill(tni_hostiface *h, const tenon_interface *iface,
                                void *user, tenon_error *e);

/* The rest can be done by any of the threads that share the linker; whoever has the
 * interface as constant sees no change. */

/* Makes its names ready to be looked up. */
tenon_status tni_hostiface_prepare(const tni_hostiface *h, tenon_engine *engine,
                                   tenon_error *e);
/* Lays out the n-th function's type, types[n] and params[n]. */
tenon_status tni_hostiface_func(const tni_hostiface *h, u32 n, tenon_engine *engine,
                                tenon_error *e);
/* Lays out the n-th of the other types, values[n]. */
tenon_status tni_hostiface_value(const tni_hostiface *h, u32 n, tenon_engine *engine,
                                 tenon_error *e);
/* The number of a resource that it names; false: there is none. */
bool tni_hostiface_resource(const tni_hostiface *h, tni_str name, u32 *out);

#endif
