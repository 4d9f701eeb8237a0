/* wrap_internal.h: what the files that make a component of a core module share. */
#ifndef TNI_WRAP_INTERNAL_H
#define TNI_WRAP_INTERNAL_H

#include "base/map.h"
#include "component/cwrite.h"
#include "wit/near.h"
#include "wit/wrap.h"
#include "wit/wrap_adapt.h"

/* From where a type is looked at. */
typedef enum wrap_side {
    WRAP_IMPORT, /* as an imported interface, or the world itself, has it */
    WRAP_EXPORT, /* as the instance of an exported interface has it */
    WRAP_LOCAL,  /* as the functions of an exported interface are lifted with it */
    WRAP_OUT,    /* as the component that makes an exported interface exports it */
    WRAP_LIVE,   /* no side: that something needs the type */
} wrap_side;

/* Where types are being defined. */
typedef struct wrap_scope {
    enum { WRAP_TOP, WRAP_TYPE, WRAP_NESTED } kind;
    const tni_wit_interface *of; /* not WRAP_TOP */
    tni_component_writer writer; /* not WRAP_TYPE */
    tni_buf out; /* where writer writes, or an instance type's declarators */
    u32 declarators;
    u32 types, funcs;
    tni_buf args; /* WRAP_NESTED: what it is instantiated with */
    u32 arg_count;
    u32 id;
} wrap_scope;

typedef struct wrap_sig {
    u32 param_count, result_count;
    tni_valtype params[18];
    tni_valtype result;
    bool needs_memory, needs_realloc;
    bool is_async; /* the canonical option */
} wrap_sig;

typedef enum wrap_need_kind {
    WRAP_LOWER,
    WRAP_DROP,
    WRAP_NEW,
    WRAP_REP,
    WRAP_BUILTIN,     /* of async code: builtin */
    WRAP_TLS,         /* a number kept for the instance: read, or written (a parameter) */
    WRAP_MEMORY,      /* "env" "memory", which the component makes */
    WRAP_TASK_RETURN, /* of func */
    WRAP_DTOR,        /* of an exported resource: not an import */
    WRAP_ADAPTED,     /* a function of an adapter */
    WRAP_MAIN,        /* an export of the main module, for an adapter */
} wrap_need_kind;

/* A row of the built-ins. */
typedef struct wrap_builtin wrap_builtin;

/* How values are passed to and from a module: canonical options. */
typedef struct wrap_passing {
    u8 encoding; /* of strings: the option's own byte */
    u32 realloc; /* a core function, or TNI_NO_INDEX */
} wrap_passing;

/* An adapter: a core module between what the main module imports and the world. */
typedef struct wrap_adapter {
    struct wrap_adapter *next;
    tni_str name; /* of the module that it stands for */
    tni_adapt core;
    u32 instance;
    wrap_passing importing, exporting;
} wrap_adapter;

/* A core function that a module imports, or a destructor. */
typedef struct wrap_need {
    struct wrap_need *next;
    wrap_need_kind kind;
    tni_str module, name;
    tni_str alias; /* the name, or one of our own where the name is repeated */
    const tni_wit_item *item;
    const tni_wit_func *func;
    const tni_wit_type *resource; /* WRAP_BUILTIN: the stream or future */
    wrap_side side;
    const wrap_builtin *builtin; /* WRAP_BUILTIN */
    bool flag;                   /* WRAP_BUILTIN: async, or cancellable */
    bool is_future;              /* WRAP_BUILTIN of an end */
    bool is_tls;                 /* WRAP_BUILTIN: WRAP_TLS where slot 1 is free */
    u8 sort; /* Binary.md, core:sort: as tni_extern_kind; of WRAP_MAIN and WRAP_MEMORY */
    bool is_indirect; /* through the table that is filled when the module is there */
    bool is_repeated; /* an earlier need of the same module has the same names */
    bool is_dead;     /* never called: what stands for it traps */
    wrap_adapter *of; /* the module whose need it is; NULL: the main module */
    wrap_adapter
        *provider; /* WRAP_ADAPTED; WRAP_DTOR, when it is not the main module's */
    u32 slot;
    wrap_sig sig;
    u32 core_func;
} wrap_need;

typedef struct wrapper {
    tni_arena *arena;
    tenon_error *e;
    tenon_status status; /* the first failure */
    const tni_module *m;
    const tni_wit_world *world;
    tni_buf *problems;
    bool takes_all;  /* imported interfaces have all their functions, needed or not */
    tni_map map;     /* of types and interfaces to what stands for them in a scope */
    tni_map layouts; /* WIT types to tenon_types */
    wrap_need *needs;
    wrap_need **tail;
    wrap_adapter *adapters;
    u32 slots;  /* of the table */
    u32 filled; /* those that are ever called; the others come after them */
    wrap_scope top;
    u32 scope_ids;
    u32 instances, core_instances, core_modules, components;
    u32 core[5]; /* of each core:sort */
    const tni_memtype
        *own_memory; /* what the main module imports as its memory, or NULL */
    /* TNI_NO_INDEX without: */
    u32 main_instance, memory;
    u32 table, thread_type; /* for what starts threads */
    u32 tls_instance;
    wrap_passing importing, exporting; /* of the main module */
} wrapper;

/* What an exported function is made of: empty names are of exports that are not there. */
typedef struct wrap_lift {
    tni_str name, post, callback;
    wrap_adapter *owner;
    wrap_sig sig;
} wrap_lift;

/* -- wrap_check.c -- */

/* Fills needs, adapters and all that is counted there; what does not fit goes to
 * problems.
 */
void tni_wrap_check(wrapper *w, const tni_adapter *adapters, u32 adapter_count);
/* The item of that name, on that side: an import also of another version of its track. */
const tni_wit_item *tni_wrap_find_item(const wrapper *w, tni_str name, bool is_export,
                                       tni_wit_item_kind kind);
/* "PREFIXinterface#func", in the arena. */
tni_str tni_wrap_join(wrapper *w, const char *prefix, tni_str interface, tni_str func);
/* The export of that name and kind, or TNI_NO_INDEX. */
u32 tni_wrap_find_export(const tni_module *m, tni_str name, tni_extern_kind kind);
/* Whether the main module or an adapter (then *owner) exports that function. */
bool tni_wrap_find_owner(const wrapper *w, tni_str name, wrap_adapter **owner);
bool tni_wrap_strip(tni_str *s, const char *prefix);
bool tni_wrap_strip_end(tni_str *s, const char *suffix);
/* A need of a kind that is there for a resource of an interface, of that name. */
bool tni_wrap_resolve_resource(wrap_need *n, const tni_wit_interface *i, tni_str name,
                               bool is_export);
/* The function of an interface, or the world's own one, that an item is. */
const tni_wit_func *tni_wrap_find_func(const tni_wit_item *item, tni_str name);
/* For a need of the world's own: the item of the function at the end of the name. */
bool tni_wrap_find_root(const wrapper *w, wrap_need *n, tni_str name, bool exported);

/* -- wrap_async.c -- */

/* Whether a need is a built-in; then it is filled. exported: of the module of exports. */
bool tni_wrap_resolve_builtin(wrapper *w, wrap_need *n, bool exported);
/* Whether a need of module "env" is what a linker leaves to be given; t is its type. */
bool tni_wrap_resolve_linked(wrap_need *n, const tni_subtype *t);
/* Whether a need uses the second number of a context, or a table of functions. */
bool tni_wrap_uses_slot_1(const wrap_need *n);
bool tni_wrap_uses_table(const wrap_need *n);
/* Whether what a context or WRAP_TLS holds has 64 bits. */
bool tni_wrap_is_wide(const wrap_need *n);
/* Built-ins that may be meant, and where one of that name is (NULL when there is none).
 */
void tni_wrap_near_builtin(tni_str name, tni_near *near);
const char *tni_wrap_builtin_place(tni_str name);
/* A canonical definition of WRAP_BUILTIN or WRAP_TASK_RETURN. */
void tni_wrap_put_builtin(wrapper *w, const wrap_need *n, wrap_passing passing,
                          tni_buf *b);

/* -- wrap_names.c -- */

/* Whether a module name is one of the standard names ("cm32p2…"); then a need of that
 * module is resolved, where it can be. */
bool tni_wrap_is_standard(tni_str module);
bool tni_wrap_resolve_standard(wrapper *w, wrap_need *n);
/* An interface as standard names have it: "a:b/c@1" of "a:b/c@1.2.3". */
tni_str tni_wrap_canonical(wrapper *w, tni_str id);
/* The core functions that an exported one is made of, and its signature: one with a
 * callback or that may block where there is one, for async functions. */
void tni_wrap_find_lift(wrapper *w, tni_str interface, const tni_wit_func *f,
                        wrap_lift *out);
/* The name of a resource's destructor, or an empty one. */
tni_str tni_wrap_find_dtor(wrapper *w, tni_str interface, tni_str resource,
                           wrap_adapter **owner);
/* The names of what is there once: each has several; the one that the module exports, or
 * the first. */
typedef enum wrap_role {
    WRAP_ROLE_MEMORY,
    WRAP_ROLE_INITIALIZE,
    WRAP_ROLE_IMPORT_REALLOC,  /* for results of what the module calls */
    WRAP_ROLE_EXPORT_REALLOC,  /* for parameters of what is called */
    WRAP_ROLE_ADAPTER_REALLOC, /* for adapters */
} wrap_role;
tni_str tni_wrap_role_name(const tni_module *m, wrap_role role);
bool tni_wrap_has_role(const tni_module *m, wrap_role role);

/* -- wrap_unknown.c -- */

/* A line of problems: an import that nothing stands for, or an export that is missing. */
void tni_wrap_unknown_import(wrapper *w, wrap_need *n, const tni_import *i);
void tni_wrap_missing_export(wrapper *w, tni_str interface, const tni_wit_func *f,
                             tni_str name);

/* -- wrap.c -- */

/* Canonical options as a signature needs them, and core functions, or TNI_NO_INDEX. */
void tni_wrap_put_options(wrap_passing passing, tni_buf *b, const wrap_sig *sig, u32 post,
                          u32 callback);

/* -- wrap_types.c -- */

/* Binary.md: resultlist */
void tni_wrap_put_result(wrapper *w, wrap_scope *s, tni_buf *b, const tni_wit_func *f,
                         wrap_side side);
bool tni_wrap_has_pointers(wrapper *w, const tni_wit_type *t);
/* The core signature of a function's task.return. */
void tni_wrap_return_signature(wrapper *w, const tni_wit_func *f, wrap_sig *out);

bool tni_wrap_is_exported(const wrapper *w, const tni_wit_interface *i);
void tni_wrap_scope_init(wrapper *w, wrap_scope *s, int kind,
                         const tni_wit_interface *of);
void tni_wrap_scope_free(wrap_scope *s);
/* An entry of a section of a component; frees it. */
void tni_wrap_entry(wrap_scope *s, u8 section, tni_buf *entry);
u32 tni_wrap_type(wrapper *w, wrap_scope *s, const tni_wit_type *t, wrap_side side);
u32 tni_wrap_func_type(wrapper *w, wrap_scope *s, const tni_wit_func *f, wrap_side side);
/* Marks the imported types that something needs: others are not imported. */
void tni_wrap_mark_live(wrapper *w);
/* Whether anything of an imported interface is needed. */
bool tni_wrap_is_live(const wrapper *w, const tni_wit_interface *i);
/* What a map entry of the wrapper holds for a key. */
bool tni_wrap_get(const wrapper *w, const void *key, u32 side, u32 scope, u32 *out);
void tni_wrap_put(wrapper *w, const void *key, u32 side, u32 scope, u32 value);
/* The instance of an imported interface, which is imported if it is not yet. */
u32 tni_wrap_import(wrapper *w, const tni_wit_interface *i);
void tni_wrap_name(tni_buf *b, const tni_wit_item *item);
void tni_wrap_alias(wrap_scope *s, u8 sort, u32 instance, tni_str name);
/* The core signature of a function that is lowered or lifted, async or not (a lift then
 * has a callback). CanonicalABI.md, "Flattening". */
void tni_wrap_signature(wrapper *w, const tni_wit_func *f, bool lift, bool is_async,
                        wrap_sig *out);

/* -- wrap_core.c -- */

/* The modules around the module: one whose functions call through a table, and one that
 * fills it (and calls _initialize). */
void tni_wrap_shim(const wrapper *w, tni_buf *out);
void tni_wrap_fixup(const wrapper *w, bool initialize, tni_buf *out);
/* For an adapter whose main module has no cabi_realloc, or one that may not be called
 * yet: new memory, by whole pages. */
void tni_wrap_realloc(const wrapper *w, tni_buf *out);
/* A module with a memory of a type. */
void tni_wrap_memory(const tni_memtype *t, tni_buf *out);
/* A module that keeps a number: functions "get" and "set". */
void tni_wrap_tls(bool wide, tni_buf *out);
/* The main module, with other names for imports whose names are repeated. */
void tni_wrap_main(const wrapper *w, tni_buf *out);

#endif
