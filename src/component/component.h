/* component.h: a validated component as plain data. Component Model, Binary.md,
 * Explainer.md.
 *
 * A component is a program: a list of definitions in the order of the binary. Carrying
 * out a definition pushes one item onto the index space of its sort. The loader (decoder
 * and validator) has checked all of it, so that carrying it out only looks things up;
 * types are static and need nothing at run time, but for resources.
 *
 * Resources. Types refer to a resource by a slot number of the component in whose context
 * they stand (tenon_type.resource). A slot is a resource type that the component can
 * name: imported, defined, or exported by an instance it imports or makes; two slots are
 * different resource types as far as validation knows (generativity), and every alias or
 * re-export of a type has the slot of the original. At run time an instance of the
 * component has an array that gives the actual resource type of each slot, filled as
 * definitions are carried out. Outer aliases cannot carry resources, so slots never cross
 * components. */
#ifndef TNI_COMPONENT_H
#define TNI_COMPONENT_H

#include "core/module.h"
#include "tenon/type.h"

typedef struct tni_component tni_component;

/* Sorts of component-level items: the index spaces. */
typedef enum tni_sort {
    TNI_SORT_CORE_FUNC,
    TNI_SORT_CORE_TABLE,
    TNI_SORT_CORE_MEMORY,
    TNI_SORT_CORE_GLOBAL,
    TNI_SORT_CORE_TAG,
    TNI_SORT_CORE_TYPE,
    TNI_SORT_CORE_MODULE,
    TNI_SORT_CORE_INSTANCE,
    TNI_SORT_FUNC,
    TNI_SORT_VALUE,
    TNI_SORT_TYPE,
    TNI_SORT_COMPONENT,
    TNI_SORT_INSTANCE,
    TNI_SORT_COUNT
} tni_sort;

/* -- types of externs, for linking with a host and for printing -- */

typedef struct tni_entity tni_entity;

typedef struct tni_named_entity {
    tni_str name; /* without attributes: "wasi:io/poll@0.2.0", "run" */
    const tni_entity *entity;
    tni_str implements; /* attributes; empty ones are absent */
    tni_str version_suffix;
    tni_str external_id;
    bool has_external_id;
} tni_named_entity;

/* The type of a core module: what it imports and exports, closed. */
typedef struct tni_module_type {
    struct tni_module_type_import {
        tni_str module, name;
        tni_externtype type;
    } * imports;
    u32 import_count;
    struct tni_module_type_export {
        tni_str name;
        tni_externtype type;
    } * exports;
    u32 export_count;
} tni_module_type;

/* The type of an instance; exports in order, later ones may refer to earlier resources.
 */
typedef struct tni_instance_type {
    const tni_named_entity *exports;
    u32 export_count;
} tni_instance_type;

typedef struct tni_component_type {
    const tni_named_entity *imports;
    u32 import_count;
    const tni_named_entity *exports;
    u32 export_count;
} tni_component_type;

typedef enum tni_entity_kind {
    TNI_ENTITY_CORE_MODULE, /* module */
    TNI_ENTITY_FUNC,        /* func */
    TNI_ENTITY_VALUE,       /* value */
    TNI_ENTITY_TYPE,        /* a non-resource value type, equal to value */
    TNI_ENTITY_RESOURCE,  /* a resource type; slot. is_new: (sub resource), else equal to
                             a slot known before */
    TNI_ENTITY_FUNC_TYPE, /* a function type exported as a type: func */
    TNI_ENTITY_INSTANCE_TYPE,
    TNI_ENTITY_COMPONENT_TYPE,
    TNI_ENTITY_COMPONENT, /* component */
    TNI_ENTITY_INSTANCE,  /* instance */
} tni_entity_kind;

/* Inside the component types of nested components, slots are local to that type and only
 * the loader understands them; in import_types and export_types they are this component's
 * slots. */
struct tni_entity {
    tni_entity_kind kind;
    bool is_new;
    u32 slot;
    u32 resource; /* the loader's: identity of the resource type, */
    u32 label;    /* and of the name under which the type is visible */
    const tni_module_type *module;
    const tenon_func_type *func;
    const tenon_type *value;
    const tni_instance_type *instance;
    const tni_component_type *component;
};

/* -- canonical definitions (CanonicalABI.md) -- */

typedef enum tni_encoding {
    TNI_ENCODING_UTF8,
    TNI_ENCODING_UTF16,
    TNI_ENCODING_LATIN1_UTF16,
} tni_encoding;

typedef struct tni_canon_options {
    tni_encoding encoding;
    bool is_async;
    bool always_task_return;
    u32 memory;      /* core memory index, or TNI_NO_INDEX, and so on */
    u32 realloc;     /* core func index */
    u32 post_return; /* core func index */
    u32 callback;    /* core func index */
} tni_canon_options;

typedef enum tni_canon_kind {
#define TNI_CANON(id, code, text, feature) TNI_CANON_##id,
#include "component/canon.def"
#undef TNI_CANON
    TNI_CANON_COUNT
} tni_canon_kind;

typedef struct tni_canon {
    tni_canon_kind kind;
    tni_canon_options options;
    u32 func;                         /* lift: core func; lower: func */
    const tenon_func_type *func_type; /* lift and lower; task.return: result in it */
    const tenon_type *params;         /* lift and lower: the tuple; NULL: too large */
    u32 core_type;                    /* registry id of the core function's type */
    u32 slot;                         /* resource.new, drop, rep */
    const tenon_type *type;           /* stream.*, future.*: the stream or future type */
    u32 index;                        /* context.*: the slot; thread.*-indirect: table */
    bool is_async;                    /* subtask.cancel, *.cancel-*: async immediate */
    bool is_cancellable;              /* waitable-set.*, thread.*: cancel immediate */
    bool is_shared;                   /* thread.spawn-*, available-parallelism */
    u32 thread_type;                  /* thread.new-indirect, spawn-*: registry id of the
                                         functions that may be started */
} tni_canon;

/* -- definitions -- */

typedef struct tni_arg {
    tni_str name;
    tni_sort sort;
    u32 index;
} tni_arg;

/* A core module of a component or of one nested in it. */
typedef struct tni_module_ref {
    tni_module *module;
    struct tni_module_ref *next;
} tni_module_ref;

typedef enum tni_def_kind {
    TNI_DEF_CORE_MODULE,      /* -> core module: module */
    TNI_DEF_CORE_INSTANTIATE, /* -> core instance: index = core module; args name core
                                 instances */
    TNI_DEF_CORE_EXPORTS,     /* -> core instance: args are its exports, of core sorts */
    TNI_DEF_COMPONENT,        /* -> component: component */
    TNI_DEF_INSTANTIATE,      /* -> instance: index = component; args */
    TNI_DEF_EXPORTS,          /* -> instance: args are its exports */
    TNI_DEF_ALIAS_EXPORT,     /* -> sort: index = instance, name */
    TNI_DEF_ALIAS_CORE,       /* -> sort (core): index = core instance, name */
    TNI_DEF_ALIAS_OUTER,      /* -> core module or component: depth, index */
    TNI_DEF_RESOURCE,         /* -> type: slot, its destructor = core func index or
                                 TNI_NO_INDEX */
    TNI_DEF_TYPE,             /* -> type: nothing to do at run time */
    TNI_DEF_CANON,            /* -> func (lift) or core func: canon */
    TNI_DEF_IMPORT,           /* -> sort: name, import = number in imports */
    TNI_DEF_EXPORT,           /* -> sort (a new index): name, index = what is exported */
} tni_def_kind;

typedef struct tni_def {
    tni_def_kind kind;
    tni_sort sort; /* of what it pushes */
    u32 index;
    u32 depth; /* ALIAS_OUTER: components (not types) to go outwards from this one */
    u32 slot;
    u32 import;
    tni_str name;
    u64 offset;
    tni_module *module;
    tni_component *component;
    const tni_canon *canon;
    const tni_arg *args;
    u32 arg_count;
    /* Slots that become known when this definition has been carried out: the resource
     * types found in the pushed item (an import or an instance) under paths of export
     * names. */
    const struct tni_slot_source *sources;
    u32 source_count;
} tni_def;

typedef struct tni_slot_source {
    u32 slot;
    const tni_str *path; /* export names from the item down to the resource type; empty
                            when the item is the type itself */
    u32 path_count;
} tni_slot_source;

struct tni_component {
    tenon_engine *engine;
    tni_heap heap;
    tni_arena arena;
    u32 references; /* of the outermost component; nested ones live with it, and so do
                       heap and arena */
    tni_component *outer;
    tni_module_ref *modules; /* of the outermost: all modules in it, one reference each */
    /* Of the outermost: the first thing in it that only an asynchronous runtime carries
     * out
     * ("stream.new", "canon lift with async"), or NULL. */
    const char *needs_async;
    u64 needs_async_offset;
    const u8 *bytes;
    size_t byte_count;
    u8 *owned_bytes;
    u64 base; /* offset in the outermost binary */

    const tni_def *defs;
    u32 def_count;
    u32 space_counts[TNI_SORT_COUNT]; /* final sizes of the index spaces */
    u32 slot_count;
    const tni_str *slot_names; /* for messages; may be empty */

    const tni_named_entity *imports;
    u32 import_count;
    const tni_named_entity *exports;
    const tni_arg *export_items; /* sort and index of each export */
    u32 export_count;

    /* What the loader needs when this component is instantiated by another. */
    const tni_component_type *type;
    tni_str name; /* from the component-name custom section, or empty */
    const tni_custom *customs;
    u32 custom_count;
};

/* Decodes and validates a component with everything inside. With borrow, the bytes must
 * outlive it; else they are copied. */
tenon_status tni_component_load(tenon_engine *engine, const u8 *bytes, size_t len,
                                bool borrow, tni_component **out, tenon_error *e);
void tni_component_retain(tni_component *c);
void tni_component_release(tni_component *c);

/* Whether the bytes begin as a component (true) or as a core module. */
bool tni_is_component(const u8 *bytes, size_t len);

#endif
