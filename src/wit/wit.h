/* wit.h: WIT packages as a resolved model in an arena. WIT.md.
 *
 * Sources in, model out: this layer reads no files. Everything reachable from a tni_wit
 * lives in the arena it was made in, texts included, and is not changed afterwards; lists
 * are linked by `next` and keep the order of the sources. */
#ifndef TNI_WIT_H
#define TNI_WIT_H

#include "base/arena.h"
#include "base/error.h"
#include "base/format.h"
#include "tenon/type.h"

/* One WIT text. Sources of one group make up one package (the files of a directory), with
 * the packages nested in them. Group 0 is the root. */
typedef struct tni_wit_source {
    tni_str path; /* for messages only */
    tni_str text;
    u32 group;
} tni_wit_source;

/* Which gated items are there (WIT.md, "Feature Gates"). Items that are @since a version
 * beyond their package's are never there. */
typedef struct tni_wit_options {
    const tni_str *features; /* the @unstable features to take in */
    u32 feature_count;
    bool all_features;
} tni_wit_options;

typedef struct tni_wit_package tni_wit_package;
typedef struct tni_wit_interface tni_wit_interface;
typedef struct tni_wit_world tni_wit_world;
typedef struct tni_wit_type tni_wit_type;
typedef struct tni_wit_func tni_wit_func;

/* What may stand before an item. Absent parts are empty. */
typedef struct tni_wit_attrs {
    tni_str docs;              /* lines without their comment marks */
    tni_str since, deprecated; /* versions */
    tni_str unstable;          /* a feature */
    tni_str external_id;
    bool has_external_id;
    bool off; /* gated out; such items are not in the lists of the finished model */
} tni_wit_attrs;

typedef struct tni_wit_field {
    struct tni_wit_field *next;
    tni_str name;
    tni_wit_type *type; /* NULL: no payload */
    tni_str docs;
    const char *at;
} tni_wit_field;

/* tni_wit_type.kind: a tenon_type_kind, or one of these. */
enum {
    TNI_WIT_RESOURCE = 64, /* funcs */
    TNI_WIT_ALIAS,         /* element: `type a = b`, or a name taken in by `use` */
    TNI_WIT_NAME,          /* a name not resolved yet; not in the finished model */
};

/* A type: named (an item of an interface or world) or spelled out in place. */
struct tni_wit_type {
    tni_wit_type *next; /* the next named type of the interface */
    int kind;
    u32 count;             /* fields, cases, labels, or fixed list length */
    tni_wit_field *fields; /* also a tuple's, without names */
    tni_wit_type *element; /* as tenon_type; alias: its target; own, borrow: the resource
                              or an alias of it */
    tni_wit_type *other;
    tni_str name;              /* empty when spelled out in place */
    tni_wit_interface *owner;  /* of a named type */
    tni_wit_interface *used;   /* alias made by `use`: from this interface */
    tni_wit_func *funcs;       /* of a resource: constructor, methods, statics */
    struct tni_wit_path *path; /* alias made by `use`, as written */
    tni_wit_attrs attrs;
    const char *at;
    bool has_borrow; /* contains borrow<…> */
    u8 mark;         /* the resolver's */
};

typedef enum tni_wit_func_kind {
    TNI_WIT_FREE,
    TNI_WIT_METHOD,
    TNI_WIT_STATIC,
    TNI_WIT_CONSTRUCTOR,
} tni_wit_func_kind;

struct tni_wit_func {
    tni_wit_func *next;
    tni_str name;      /* "read"; a constructor has its resource's */
    tni_str full_name; /* as in the component binary: "[method]input-stream.read" */
    tni_wit_func_kind kind;
    bool is_async;
    tni_wit_type *resource; /* NULL for TNI_WIT_FREE */
    u32 param_count;
    tni_wit_field *params; /* a method's `self` is the first */
    tni_wit_type *result;  /* NULL for none */
    tni_wit_attrs attrs;
    const char *at;
};

struct tni_wit_interface {
    tni_wit_interface *next;
    tni_str name; /* "streams"; the plain name of one written in a world; the world's name
                     for the types of a world itself */
    tni_str id;   /* "wasi:io/streams@0.2.12"; empty when not an interface of a package */
    tni_wit_package *package;
    tni_wit_world *world; /* not NULL: holds what that world itself declares */
    tni_wit_type *types;
    tni_wit_func *funcs; /* those outside resources */
    tni_wit_attrs attrs;
    struct tni_wit_block *block; /* the resolver's: the file's scope */
    const char *at;
    u8 mark;
};

typedef enum tni_wit_item_kind {
    TNI_WIT_ITEM_INTERFACE,
    TNI_WIT_ITEM_FUNC,
    TNI_WIT_ITEM_TYPE, /* declared in the world, or taken in by `use`: an import */
} tni_wit_item_kind;

/* An import or export of a world. */
typedef struct tni_wit_item {
    struct tni_wit_item *next;
    tni_wit_item_kind kind;
    bool is_export;
    bool is_plain;                /* has a plain name: not an interface named by its id */
    bool is_implied;              /* an import that nobody wrote: others use its types */
    tni_str name;                 /* plain name, or the interface's id */
    tni_wit_interface *interface; /* its `id` with is_plain: (implements …) */
    tni_wit_func *func;
    tni_wit_type *type;
    struct tni_wit_path *path; /* as written */
    tni_wit_attrs attrs;
    const char *at;
} tni_wit_item;

struct tni_wit_world {
    tni_wit_world *next;
    tni_str name;
    tni_str id;
    tni_wit_package *package;
    tni_wit_item *items; /* what `include` brings and implied imports among them */
    u32 item_count;
    tni_wit_interface *scope;         /* the world's own types */
    struct tni_wit_include *includes; /* the resolver's */
    tni_wit_attrs attrs;
    const char *at;
    u8 mark;
};

struct tni_wit_package {
    tni_wit_package *next;
    tni_str name;    /* "wasi:io" */
    tni_str version; /* "0.2.12", or empty */
    u32 group;
    bool is_nested; /* declared with braces inside another package's file */
    tni_wit_interface *interfaces;
    tni_wit_world *worlds;
    tni_str docs;
    struct tni_wit_block *blocks;  /* the resolver's */
    tni_wit_package *duplicate_of; /* the same package, given before */
    const char *at;
};

typedef struct tni_wit {
    tni_wit_package *packages;
    tni_wit_package *root; /* the package of group 0; NULL when it only nests others */
    const tni_wit_source *sources; /* copies of the sources; `at` points into their texts.
                                      None when the model is a component's */
    u32 source_count;
} tni_wit;

/* Where `at` of something in the model is: the source (NULL for none), line and column
 * from 1, in bytes. */
const tni_wit_source *tni_wit_place(const tni_wit *w, const char *at, u32 *line,
                                    u32 *column);

/* Parses and resolves all sources together. Errors have line and column, and the path in
 * their message. */
tenon_status tni_wit_parse(tni_arena *a, const tni_wit_source *sources, u32 source_count,
                           const tni_wit_options *options, tni_wit **out, tenon_error *e);

/* By "ns:name", or "ns:name@version"; NULL for none. */
const tni_wit_package *tni_wit_find_package(const tni_wit *w, tni_str name);
/* By name in the root package, or by "ns:package/name@version" (the version may be left
 * out); an empty name is the root package's only world. NULL for none. */
const tni_wit_world *tni_wit_find_world(const tni_wit *w, tni_str name);
const tni_wit_interface *tni_wit_find_interface(const tni_wit *w, tni_str name);

/* The type behind aliases and uses. */
const tni_wit_type *tni_wit_target(const tni_wit_type *t);
/* -1, 0, 1 by the precedence of Semantic Versioning 2.0, 11. Both are valid versions. */
int tni_semver_compare(tni_str a, tni_str b);
/* The length of the valid version at the start of text; 0 for none. */
size_t tni_semver_scan(tni_str text);
/* Whether s is a label (Explainer.md, "Import and Export Definitions"). */
bool tni_wit_is_label(tni_str s);
/* Whether s is reserved, so that an identifier of that spelling needs a %. */
bool tni_wit_is_keyword(tni_str s);

/* WIT text of a package, which parses to the same model. */
void tni_wit_print_package(tni_buf *out, const tni_wit_package *p);
/* All of them in one text: the root first, the others nested. */
void tni_wit_print(tni_buf *out, const tni_wit *w);

/* The n-th stream or future that a function mentions: of the parameters, then the result;
 * what is inside one comes before it, and names are seen through. NULL past the end, and
 * for what is further on than can be looked through. */
const tni_wit_type *tni_wit_func_end(const tni_wit_func *f, u32 n);

#endif
