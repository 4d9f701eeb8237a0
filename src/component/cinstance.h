/* cinstance.h: the structs behind runtime.h, for the files of the component runtime.
 * CanonicalABI.md, "Component Instances", "Canonical ABI Options", "Runtime State". */
#ifndef TNI_CINSTANCE_H
#define TNI_CINSTANCE_H

#include "base/format.h"
#include "base/map.h"
#include "base/vec.h"
#include "component/handles.h"
#include "component/runtime.h"

typedef struct tni_cstore tni_cstore;
struct tni_async;
struct tni_cthread;
struct tni_link;
typedef struct tni_hostiface tni_hostiface;

/* A resource type. Host-defined ones have no impl. CanonicalABI: ResourceType. */
struct tni_resource_type {
    u32 number; /* in the store; handles hold it */
    tni_cinstance *impl;
    tni_func *dtor;              /* guest-defined: or NULL */
    struct tni_cfunc *dtor_func; /* it as func(rep: u32) or u64, once that is wanted */
    tenon_destructor host_dtor;
    const tenon_restorable *restorable; /* host-defined: or NULL */
    void *user;
    tni_str name; /* for messages; may be empty */
};

/* What a call with borrows keeps: the lenders of the caller (Subtask.lenders) and the
 * count of borrows the callee has to drop (Task.num_borrows). Entries of handle tables
 * refer to it by number, so it is never freed while the store lives, only reused. */
typedef struct tni_scope {
    u32 number;
    u32 num_borrows;
    tni_handles *lender_table;
    TNI_VEC(u32) lenders; /* indices in lender_table: a lent handle cannot move */
    TNI_VEC(u32) given;   /* borrows given to a host function: its table's entries */
    struct tni_scope *next_free;
} tni_scope;

/* A component that can be instantiated: code, and the instance it is closed over. */
typedef struct tni_closure {
    tni_component *component;
    tni_cinstance *outer;
} tni_closure;

typedef struct tni_core_export {
    tni_str name;
    tni_extern value;
} tni_core_export;

/* A core instance: of a module, or made of exports. */
typedef struct tni_core_item {
    tni_instance *instance; /* or NULL: */
    tni_core_export *exports;
    u32 export_count;
    tni_map *map; /* of exports by name */
} tni_core_item;

/* An item of an index space. */
typedef union tni_item {
    tni_extern core; /* core func, table, memory, global, tag */
    tni_module *module;
    tni_core_item core_instance;
    tni_cfunc *func;
    tni_resource_type *resource; /* types; NULL for all but resources */
    tni_closure component;
    tni_cinstance *instance;
} tni_item;

typedef struct tni_item_export {
    tni_str name;
    tni_sort sort;
    tni_item item;
} tni_item_export;

/* CanonicalABI: ComponentInstance. One that only holds exports has no component. */
struct tni_cinstance {
    tni_cstore *cs;
    tni_component *component;
    tni_cinstance *parent; /* that instantiated it; NULL for a root */
    tni_cinstance *outer;  /* lexically around it */
    u32 depth;             /* number of ancestors */
    u32 number;            /* among those that its parent has instantiated; */
    u32 children;          /* how many it has itself */
    bool may_enter;
    bool may_leave;
    tni_handles handles;
    tni_handles threads;
    u32 backpressure;
    u32 num_waiting_to_enter;
    struct tni_cthread *exclusive; /* exclusive_thread */
    tni_item *spaces[TNI_SORT_COUNT];
    u32 counts[TNI_SORT_COUNT];
    tni_resource_type **slots;
    tni_item_export *exports;
    u32 export_count;
    const tni_map *names; /* name to number in exports, if they are many: export_map, or
                             a plan's */
    tni_map export_map;
    /* While it is being made. */
    const tni_item_export *args;
    u32 arg_count;
    tni_map arg_map; /* of args by name, if they are many */
    u32 next_def;
};

/* One side of a transfer, as far as it is known when things are linked. */
typedef struct tni_side_options {
    u8 ptr; /* TNI_PTR32 or TNI_PTR64 */
    bool native;
    u8 encoding; /* tni_encoding */
    tni_memory *memory;
    tni_func *realloc;
    tni_func *post_return;
    tni_cinstance *inst;             /* whose table handles are in; NULL: the host */
    tni_resource_type *const *slots; /* what tenon_type.resource numbers mean */
} tni_side_options;

typedef enum tni_cfunc_kind {
    TNI_CFUNC_LIFTED,
    TNI_CFUNC_HOST,
    TNI_CFUNC_TRAPPING, /* a stand-in for an import that nobody offers */
} tni_cfunc_kind;

struct tni_cfunc {
    tni_cfunc_kind kind;
    tni_cstore *cs;
    const tenon_func_type *type; /* resources are numbered by side.slots */
    const tenon_type *params;    /* the tuple, laid out */
    tni_side_options side;
    tni_str name;    /* for messages; may be empty */
    tni_func *core;  /* lifted */
    tni_func *entry; /* lifted: the native function through which the host calls it; made
                        on the first call */
    struct tni_link *link; /* of entry */
    tni_func *callback;    /* lifted with the async option and this one; or NULL */
    bool is_async;         /* lifted with the async option */
    tenon_host_fn fn;      /* host */
    void *user;
    const tni_hostiface *iface;
    tni_str message; /* trapping */
};

/* A function that a host put into a linker, and the resources of that interface in a
 * store. */
typedef struct tni_linked_iface {
    const tni_hostiface *iface;
    tni_resource_type **resources;
} tni_linked_iface;

/* A type that the host gave for streams, and the library's copy of it. */
typedef struct tni_host_type {
    const tenon_type *given;
    const tenon_type *copy;
} tni_host_type;

/* What the component layer keeps with a store. */
struct tni_cstore {
    tni_store *store;
    const struct tni_tracer *tracer; /* the engine's, or NULL */
    tni_heap *heap;
    tni_arena arena;      /* all that lives as long as the store */
    tni_arena call_arena; /* native values of calls in progress; used as a stack */
    u64 ctx[2];           /* Thread.storage of the current thread */
    struct tni_async
        *async; /* once a component needs it; NULL in a synchronous library */
    TNI_VEC(tni_resource_type *) resource_types;
    TNI_VEC(tni_cinstance *) instances;
    TNI_VEC(tni_prelinked *) prelinked; /* retained */
    TNI_VEC(tni_map *) maps;            /* of core instances; freed with the store */
    TNI_VEC(tni_linked_iface) linked;
    TNI_VEC(tni_scope *) scopes; /* by number - 1 */
    tni_scope *free_scopes;
    struct tni_host_caller *free_started; /* of calls that were started */
    tenon_wait_fn wait;                   /* tenon_store_set_wait; or NULL */
    void *wait_user;
    void (*wake)(void *user); /* tenon_store_set_wake; or NULL */
    void *wake_user;
    tenon_user_fn user_of; /* tenon_store_set_users; or NULL */
    void *users;
    u64 schedule;             /* state of the choice among ready threads; 0: the oldest */
    tni_handles host_handles; /* the host's table */
    TNI_VEC(tni_host_type) host_types;
    TNI_VEC(void *) host_reps; /* by index in it, of HOST_RESOURCE entries */
    u32 entry_type;            /* registry id of (i64) -> () */
    tni_func *instantiate;     /* the native function that instantiates, once made */
    const tenon_func_type
        *dtor_types[2]; /* func(rep: u32), func(rep: u64), once wanted */
    const tenon_type *dtor_params[2];
    bool forbid_reentry; /* calls between a component and its ancestors always trap
                            (the official scripts want it; the spec allows them) */
};

/* The component layer's part of a store, made on first use. */
tenon_status tni_cstore_of(tni_store *s, tni_cstore **out, tenon_error *e);

/* A new resource type with a number. */
tenon_status tni_resource_type_new(tni_cstore *cs, tni_str name, tni_resource_type **out,
                                   tenon_error *e);

/* Scopes. */
tenon_status tni_scope_new(tni_cstore *cs, tni_handles *lenders, tni_scope **out,
                           tenon_error *e);
/* CanonicalABI: Subtask.deliver_resolve. Lends end; the scope may be used again. */
void tni_scope_end(tni_cstore *cs, tni_scope *scope);
/* The same after a trap, of which the specification has nothing. */
void tni_scope_abandon(tni_cstore *cs, tni_scope *scope);

/* Up to so many exports are found without a map. */
enum { TNI_FEW_EXPORTS = 8 };

/* An instance that holds only exports: room for count of them. */
tenon_status tni_cinstance_new(tni_cstore *cs, u32 export_capacity, tni_cinstance **out,
                               tenon_error *e);
tenon_status tni_cinstance_add_export(tni_cinstance *i, tni_str name, tni_sort sort,
                                      tni_item item, tenon_error *e);
/* The export, or NULL. */
const tni_item_export *tni_cinstance_find(const tni_cinstance *i, tni_str name);

/* CanonicalABI: entering_set, as a path: from the callee up to, not including, `stop`,
 * the nearest instance that encloses both. */
tni_cinstance *tni_entering_stop(tni_cinstance *callee, tni_cinstance *caller);
static inline bool tni_may_enter(tni_cinstance *callee, const tni_cinstance *stop) {
    for (tni_cinstance *i = callee; i != stop; i = i->parent) {
        if (!i->may_enter) {
            return false;
        }
    }
    return true;
}
static inline void tni_set_entered(tni_cinstance *callee, const tni_cinstance *stop,
                                   bool entered) {
    for (tni_cinstance *i = callee; i != stop; i = i->parent) {
        i->may_enter = !entered;
    }
}

/* Whether two value types are the same, resources by what their slots hold. */
bool tni_types_match(const tenon_type *a, tni_resource_type *const *a_slots,
                     const tenon_type *b, tni_resource_type *const *b_slots);
bool tni_func_types_match(const tenon_func_type *a, tni_resource_type *const *a_slots,
                          const tenon_func_type *b, tni_resource_type *const *b_slots);

/* Where two types differ first. at: from the innermost part outwards; what is deeper than
 * that many parts is told as if it were not. */
enum { TNI_DIFFERENCE_DEPTH = 8 };
typedef struct tni_type_place {
    const char *what; /* "field", "parameter", "element" */
    const char *name; /* or NULL, */
    u32 n;            /* then its number, from 0, or TNI_NO_INDEX */
} tni_type_place;
typedef struct tni_type_difference {
    const tenon_type *wanted, *offered; /* the parts that differ; both NULL: the whole */
    u32 depth;
    tni_type_place at[TNI_DIFFERENCE_DEPTH];
} tni_type_difference;
void tni_func_types_compare(const tenon_func_type *a, tni_resource_type *const *a_slots,
                            const tenon_func_type *b, tni_resource_type *const *b_slots,
                            tni_type_difference *out);
void tni_types_compare(const tenon_type *a, tni_resource_type *const *a_slots,
                       const tenon_type *b, tni_resource_type *const *b_slots,
                       tni_type_difference *out);
/* ", parameter `item`, field `count`" */
void tni_type_difference_put(tni_buf *b, const tni_type_difference *d);

/* Whether a module imports no more and exports no less than a type says. If not, `why`
 * says what it does, for "wanted A, offered B". Explainer.md, "Type Checking". */
bool tni_module_matches(const tni_registry *r, const tni_module *m,
                        const tni_module_type *wanted, tni_buf *why);

/* -- canon.c -- */

/* The core function that calls a component-level function: canon lower. */
tenon_status tni_canon_lower(tni_cinstance *inst, const tni_canon *canon,
                             tni_cfunc *callee, tni_func **out, tenon_error *e);
/* canon lift. */
tenon_status tni_canon_lift(tni_cinstance *inst, const tni_canon *canon, tni_cfunc **out,
                            tenon_error *e);
/* -- resource.c, builtins.c -- */
tenon_status tni_canon_resource(tni_cinstance *inst, const tni_canon *canon,
                                tni_func **out, tenon_error *e);
tenon_status tni_canon_builtin(tni_cinstance *inst, const tni_canon *canon,
                               tni_func **out, tenon_error *e);
/* "resource.new" */
const char *tni_canon_text(tni_canon_kind kind);

#endif
