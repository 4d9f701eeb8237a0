/* loader.h: what the files of the component loader share. Binary.md, Explainer.md.
 *
 * The loader reads a component once, from front to back, and validates each definition as
 * it is read. load.c has the sections, loadtype.c the types, loadlink.c instances,
 * aliases, imports and exports, loadcanon.c canonical definitions, subtype.c subtyping,
 * externname.c names, ctype.c the making, copying and visibility of types.
 *
 * Types. Every type is a node in the component's arena; nodes are shared, never changed
 * once they are made, and so form a graph without cycles. Traits are kept beside each so
 * that the usual questions need no walk.
 *
 * Resources. During loading a resource type is a number, unique in the whole load
 * (tni_res). A type that refers to one holds that number, and for run time the slot of
 * the component it stands in. Type variables (imports, exports of component types) are
 * such numbers too; to substitute one is to look it up in `bindings`.
 *
 * Visibility. Records, variants, enums, flags and resources may appear in imports and
 * exports only under a name that is visible outside (Explainer.md, "External Visibility
 * of Types"). What has such a name is known by a label: importing or exporting a type
 * makes a node with a new label, and a scope has the sets of labels that its imports and
 * exports may use. A resource is known by number and label together. */
#ifndef TNI_LOADER_H
#define TNI_LOADER_H

#include "base/format.h"
#include "base/map.h"
#include "base/reader.h"
#include "base/vec.h"
#include "component/component.h"
#include "component/layout.h"

/* -- types -- */

typedef struct tni_traits {
    u32 weight; /* nodes of the type written out as a tree; saturates */
    u32 depth;
    bool has_resource; /* refers to a resource, bound or not */
    bool has_label;    /* contains a type that needs a visible name, or a resource */
    u32 epoch;         /* image is valid in this epoch of substitution */
    const void *image;
} tni_traits;

/* All compound value types of the loader. Primitive ones are static (layout.h). */
typedef struct tni_ltype {
    tenon_type t;
    tni_traits traits;
    u32 resource; /* own, borrow */
    u32 label;    /* own, borrow: of the resource; record and so on: its own */
    u32 origin;   /* record and so on: the label of its definition, also in copies under
                     other names; for printing */
} tni_ltype;

typedef struct tni_lfunc {
    tenon_func_type t;
    tni_traits traits;
} tni_lfunc;

/* Names of a type's entries, by position; made when first needed. */
typedef struct tni_name_index {
    tni_map map;
    struct tni_name_index *next; /* of the load, for freeing */
} tni_name_index;

typedef struct tni_linst {
    tni_instance_type t;
    tni_traits traits;
    const u32 *variables; /* of an instance type definition: resources that each use makes
                             anew */
    u32 variable_count;
    tni_name_index *index;
} tni_linst;

typedef struct tni_lcomp {
    tni_component_type t;
    tni_traits traits;
    const u32 *imported; /* resource variables of the imports, */
    u32 imported_count;
    const u32 *defined; /* and of the exports */
    u32 defined_count;
    tni_name_index *import_index;
    tni_name_index *export_index;
} tni_lcomp;

/* The type of a core module, or of a core instance (exports only). */
typedef struct tni_lmodule {
    tni_module_type t;
    tni_traits traits;
    const tni_module *module; /* or NULL */
    tni_name_index *export_index;
    tni_name_index *import_index;
} tni_lmodule;

/* A resource type or variable. */
typedef struct tni_res {
    tni_component *component; /* whose slot it has */
    u32 slot;
    tni_component *definer; /* of a resource type definition, else NULL */
    tni_valtype rep;
    tni_str name;
} tni_res;

/* -- scopes -- */

typedef enum tni_scope_kind {
    TNI_SCOPE_COMPONENT,
    TNI_SCOPE_COMPONENT_TYPE,
    TNI_SCOPE_INSTANCE_TYPE,
    TNI_SCOPE_MODULE_TYPE,
} tni_scope_kind;

/* A set of 64-bit keys. */
typedef struct tni_keyset {
    u64 *keys; /* open addressing; 0 is empty, keys are never 0 */
    u32 count;
    u32 capacity;
} tni_keyset;

/* The imports or the exports of a scope. */
typedef struct tni_namespace {
    TNI_VEC(tni_named_entity) entries;
    TNI_VEC(tni_arg) items;  /* exports of a component: what is exported */
    tni_map names;           /* strongly unique form -> number in entries */
    tni_map resources;       /* number and label of a resource -> number in entries */
    tni_map resource_labels; /* names of resources */
    tni_keyset visible;
    bool is_bag; /* of inline exports: no scope, so its resources lend annotated names
                    none */
} tni_namespace;

typedef struct tni_scope {
    tni_scope_kind kind;
    struct tni_scope *parent;
    tni_component *c;        /* the component in or around */
    TNI_VEC(u32) core_types; /* registry ids, or TNI_NO_INDEX for module types, */
    TNI_VEC(const tni_lmodule *) module_types; /* which are here, at the same index */
    TNI_VEC(tni_entity) types;
    TNI_VEC(const tni_linst *) instances;
    TNI_VEC(const tni_lfunc *) funcs;
    TNI_VEC(const tni_lcomp *) components;
    TNI_VEC(const tni_lmodule *) modules;
    TNI_VEC(const tni_lmodule *) core_instances;
    TNI_VEC(tni_externtype) core[5]; /* by tni_extern_kind; closed */
    tni_namespace imports, exports;
    TNI_VEC(u32) imported; /* resource variables */
    TNI_VEC(u32) defined;
    TNI_VEC(tni_def) defs;
    tni_valtype
        context_type; /* of context.get and context.set; TNI_BOT before the first */
} tni_scope;

/* -- the load -- */

typedef enum tni_binding_table {
    TNI_BIND_LEFT,  /* resource -> resource, for one side of a comparison, */
    TNI_BIND_RIGHT, /* and for the other; also for substitution */
    TNI_BIND_LABEL, /* label -> label, when substituting */
    TNI_BIND_BASE,  /* resource with label 0 -> label */
    TNI_BIND_COUNT
} tni_binding_table;

/* Values of bindings: nothing, a variable that is not bound yet, or n + TNI_BOUND. */
enum { TNI_FREE = 0, TNI_UNBOUND = 1, TNI_BOUND = 2 };

typedef struct tni_trail_entry {
    tni_binding_table table;
    u32 key, old;
} tni_trail_entry;

typedef struct tni_loader {
    tenon_engine *engine;
    tni_component *root;
    tni_heap *heap;
    tni_arena *arena;  /* of the root: types and definitions */
    tni_arena scratch; /* freed after the load */
    tenon_error *e;
    tni_scope *scope;
    u64 offset; /* of the definition being read, for errors */
    TNI_VEC(tni_res) resources;
    u32 label_count;
    u32 nodes; /* made so far */
    u64 work;  /* steps of comparison so far */
    u32 depth; /* of components and type scopes */
    u32 epoch;
    TNI_VEC(u32) bindings[TNI_BIND_COUNT];
    TNI_VEC(tni_trail_entry) trail;
    tni_name_index *indexes;
} tni_loader;

/* Fails with the offset of the definition being read. */
#define TNI_LOAD_FAIL(l, code, ...) tni_fail((l)->e, (code), (l)->offset, __VA_ARGS__)

/* -- load.c -- */

tenon_status tni_load_scope_push(tni_loader *l, tni_scope *s, tni_scope_kind kind,
                                 tni_component *c);
void tni_load_scope_pop(tni_loader *l);
/* Reads a count of list entries. */
tenon_status tni_load_count(tni_loader *l, tni_reader *r, u32 *out);
tenon_status tni_load_bad_byte(tni_loader *l, const tni_reader *r, u8 byte,
                               const char *what);
tenon_status tni_load_bool(tni_loader *l, tni_reader *r, bool *out);
/* TENON_UNSUPPORTED unless the feature is on. */
tenon_status tni_load_feature(tni_loader *l, u64 feature_bit, const char *what);
tenon_status tni_load_unknown(tni_loader *l, const char *what, u32 index);
/* Counts a step of work. */
tenon_status tni_load_step(tni_loader *l);
/* Appends to the scope's definitions, if it is a component. */
tenon_status tni_load_def(tni_loader *l, tni_def def);
void tni_load_needs_async(tni_loader *l, const char *what);
/* A new, empty index; freed with the load. NULL when memory is out. */
tni_name_index *tni_load_new_index(tni_loader *l);
/* Position of a name among a type's count names, or TNI_NO_INDEX. */
typedef tni_str tni_name_at(const void *type, u32 i);
tenon_status tni_load_find(tni_loader *l, tni_name_index **index, const void *type,
                           u32 count, tni_name_at *name_at, tni_str name, u32 *out);
tenon_status tni_load_find_export(tni_loader *l, const tni_linst *t, tni_str name,
                                  const tni_entity **out);
/* NULL when there is none. */
tenon_status tni_load_core_export(tni_loader *l, const tni_lmodule *m, tni_str name,
                                  const tni_externtype **out);
tenon_status tni_load_core_import(tni_loader *l, const tni_lmodule *m, tni_str module,
                                  tni_str name, const tni_externtype **out);

/* -- loadtype.c -- */

tenon_status tni_load_core_type(tni_loader *l, tni_reader *r);
tenon_status tni_load_type(tni_loader *l, tni_reader *r);
tenon_status tni_load_valtype(tni_loader *l, tni_reader *r, const tenon_type **out);
/* resultlist */
tenon_status tni_load_result(tni_loader *l, tni_reader *r, const tenon_type **out);
/* The type at an index; it must be of that kind. */
tenon_status tni_load_type_at(tni_loader *l, u32 index, const tni_entity **out);
tenon_status tni_load_func_type_at(tni_loader *l, u32 index, const tni_lfunc **out);
tenon_status tni_load_resource_at(tni_loader *l, u32 index, const tni_entity **out);
/* externtype */
tenon_status tni_load_externtype(tni_loader *l, tni_reader *r, tni_entity *out);
/* The module type of a decoded module. */
tenon_status tni_load_module_type(tni_loader *l, const tni_module *m,
                                  const tni_lmodule **out);

/* -- loadlink.c -- */

tenon_status tni_load_core_instance(tni_loader *l, tni_reader *r);
tenon_status tni_load_instance(tni_loader *l, tni_reader *r);
tenon_status tni_load_alias(tni_loader *l, tni_reader *r);
tenon_status tni_load_import(tni_loader *l, tni_reader *r);
tenon_status tni_load_export(tni_loader *l, tni_reader *r);
/* importdecl and exportdecl of component and instance types */
tenon_status tni_load_import_decl(tni_loader *l, tni_reader *r);
tenon_status tni_load_export_decl(tni_loader *l, tni_reader *r);
/* alias declarator */
tenon_status tni_load_alias_decl(tni_loader *l, tni_reader *r);

/* -- loadcanon.c -- */

tenon_status tni_load_canon(tni_loader *l, tni_reader *r);

/* -- ctype.c -- */

/* A node from a filled tenon_type: lays out, checks size, weight and depth. */
tenon_status tni_new_type(tni_loader *l, const tenon_type *t, u32 resource, u32 label,
                          const tni_ltype **out);
tenon_status tni_new_func(tni_loader *l, const tenon_func_type *t, const tni_lfunc **out);
tenon_status tni_new_instance(tni_loader *l, const tni_named_entity *exports, u32 count,
                              const u32 *variables, u32 variable_count,
                              const tni_linst **out);
tenon_status tni_new_component(tni_loader *l, const tni_component_type *t,
                               const u32 *imported, u32 imported_count,
                               const u32 *defined, u32 defined_count,
                               const tni_lcomp **out);
/* The loader's view of a type; NULL for primitive ones. */
const tni_ltype *tni_ltype_of(const tenon_type *t);
/* Whether a type's kind needs a visible name of its own. */
bool tni_is_nominal(tenon_type_kind kind);
/* A new resource number, with a slot of the scope's component. */
tenon_status tni_new_resource(tni_loader *l, tni_component *definer, tni_valtype rep,
                              tni_str name, u32 *out);
u32 tni_new_label(tni_loader *l);
/* The same type under a new name: what importing and exporting a type makes. */
tenon_status tni_relabel(tni_loader *l, const tni_entity *x, tni_entity *out);

/* Bindings, undone back to a mark of the trail. */
tenon_status tni_bind(tni_loader *l, tni_binding_table table, u32 key, u32 value);
u32 tni_binding(const tni_loader *l, tni_binding_table table, u32 key);
void tni_unbind(tni_loader *l, size_t mark);

/* Starts a substitution: images of nodes are forgotten. */
void tni_subst_begin(tni_loader *l);
/* What the expected type calls by a name of its own is from now on the actual type, with
 * the actual type's labels: the renaming of a `with`. */
tenon_status tni_subst_rename(tni_loader *l, const tni_entity *expected,
                              const tni_entity *actual);
/* Copies what refers to bound resources (TNI_BIND_RIGHT) or has an image. */
tenon_status tni_subst_entity(tni_loader *l, const tni_entity *x, tni_entity *out);
tenon_status tni_subst_entries(tni_loader *l, const tni_named_entity *entries, u32 count,
                               const tni_named_entity **out);
/* Of an instance type: a copy in which its variables are new resources, which are listed
 * in made (of variable_count). */
tenon_status tni_freshen(tni_loader *l, const tni_linst *t, u32 *made,
                         const tni_linst **out);
/* Whether the type refers to a resource that it does not bind itself. */
tenon_status tni_refers_free(tni_loader *l, const tni_entity *x, bool *out);

/* Explainer.md, "External Visibility of Types": checks an import or export against what
 * is visible, and makes its own names visible. declared: its type as it was written. */
tenon_status tni_check_visible(tni_loader *l, tni_scope *s, bool is_import,
                               const tni_entity *declared, const tni_entity *x);
/* The resource variable of an import has a name, that of the import. */
tenon_status tni_name_variable(tni_loader *l, tni_scope *s, u32 resource);
bool tni_keyset_has(const tni_keyset *s, u64 key);
void tni_keyset_free(tni_loader *l, tni_keyset *s);

/* -- subtype.c -- */

/* Explainer.md, "Type Checking": whether actual may be used where expected is wanted.
 * Binds expected's unbound variables in TNI_BIND_RIGHT. */
tenon_status tni_check_subtype(tni_loader *l, const tni_entity *actual,
                               const tni_entity *expected);
/* Core import matching, with the wording of the component suite. */
tenon_status tni_check_core_subtype(tni_loader *l, const tni_externtype *actual,
                                    const tni_externtype *expected);
/* "func", "resource", "defined type" … */
const char *tni_entity_word(const tni_entity *x);
const char *tni_extern_word(tni_extern_kind kind);
/* Continues the message of an error. */
TNI_FORMAT(2, 3)
void tni_error_append(tenon_error *e, const char *fmt, ...);

/* -- externname.c -- */

typedef enum tni_name_kind {
    TNI_NAME_LABEL,
    TNI_NAME_CONSTRUCTOR,
    TNI_NAME_METHOD,
    TNI_NAME_STATIC,
    TNI_NAME_INTERFACE,
} tni_name_kind;

typedef struct tni_extern_name {
    tni_name_kind kind;
    tni_str resource; /* constructor, method, static: the first label */
    tni_str member;   /* method, static: the second */
    tni_str version;  /* interface: after the @, or empty */
} tni_extern_name;

bool tni_is_label(tni_str s);
/* Fails unless s is a label; what is "record field name" and so on. */
tenon_status tni_check_label(tni_loader *l, tni_str s, const char *what);
tenon_status tni_parse_extern_name(tni_loader *l, tni_str s, tni_extern_name *out);
tenon_status tni_parse_interface_name(tni_loader *l, tni_str s, tni_extern_name *out);
/* Explainer.md, "Name Uniqueness": the form in which names are compared, in scratch. */
tenon_status tni_unique_form(tni_loader *l, tni_str s, const tni_extern_name *n,
                             tni_str *out);
/* A label's form: lower case. */
tenon_status tni_unique_label(tni_loader *l, tni_str s, tni_str *out);
/* Fails unless text is a semantic version; what it is part of is in the message. */
tenon_status tni_check_semver(tni_loader *l, tni_str text);
/* canonversion of Explainer.md */
bool tni_is_canonical_version(tni_str text);

/* Reads nameattributes. */
typedef struct tni_read_name_attrs {
    tni_named_entity entity; /* name and attributes */
    tni_extern_name parsed;
    bool has_implements;
    bool has_version_suffix;
} tni_name_attrs;

tenon_status tni_load_name(tni_loader *l, tni_reader *r, tni_name_attrs *out);
/* Adds a name to a namespace: strong uniqueness, the rules of annotated names and of
 * attributes, against the entity. which is "import" or "export". */
tenon_status tni_add_name(tni_loader *l, tni_namespace *ns, const tni_name_attrs *name,
                          const tni_entity *x, const char *which);
void tni_namespace_init(tni_loader *l, tni_namespace *ns);
void tni_namespace_free(tni_loader *l, tni_namespace *ns);

#endif
