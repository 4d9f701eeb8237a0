/* tenon/contract.h: whether a component fits a world, or what a host offers, and if not,
 * every place where it does not.
 *
 * tenon_instantiate says the first thing that does not fit, in one line. What is here
 * says all of them, as data:
 *
 *     tenon_differences *list;
 *     if (tenon_linker_check(linker, component, "plugin.wasm", &list, &error) ==
 * TENON_OK) for (uint32_t i = 0; i < tenon_differences_count(list); i++)
 *             fputs(tenon_differences_at(list, i)->text, stderr);
 *     tenon_differences_delete(list);
 *
 * Both sides are compared as WIT worlds (Explainer.md, "Type Checking"; WIT.md, "WIT
 * Worlds"). One side wants and the other offers: of an import the component wants, and
 * the host or the contract offers; of an export the contract wants and the component
 * offers. */
#ifndef TENON_CONTRACT_H
#define TENON_CONTRACT_H

#include "tenon.h"

#ifdef __cplusplus
extern "C" {
#endif

/* -- WIT -- */

/* WIT packages, parsed and resolved, or the world that a component implements. Immutable;
 * any number of threads may use one at the same time. */
typedef struct tenon_wit tenon_wit;

/* One WIT text (WIT.md), as it stands in a file. */
typedef struct tenon_wit_source {
    const char *path; /* for messages */
    const char *text; /* UTF-8 */
    size_t len;       /* of text, in bytes */
    uint32_t package; /* sources of one number make up one package (the files of a
                         folder); 0 is the root package, the others what it depends on */
} tenon_wit_source;

/* Parses and resolves all sources together; they are copied. Gated items of any feature
 * are taken in. TENON_MALFORMED and TENON_INVALID have line and column, and the path in
 * the message. */
TENON_API tenon_status tenon_wit_parse(tenon_engine *engine,
                                       const tenon_wit_source *sources, uint32_t count,
                                       tenon_wit **out, tenon_error *error);
/* The world that a component implements; the component outlives it. name: how differences
 * name the component (its file), or NULL; it is copied. TENON_UNSUPPORTED for what WIT
 * cannot say: imports and exports that are core modules, components or values. */
TENON_API tenon_status tenon_wit_of_component(tenon_component *component,
                                              const char *name, tenon_wit **out,
                                              tenon_error *error);
/* The full name of a world, "ns:package/plugin@1.0.0". world: as for tenon_wit_check.
 * NULL after filling the error, TENON_USAGE with the names that there are, when there is
 * no such world. Borrowed from the wit. */
TENON_API const char *tenon_wit_world(const tenon_wit *wit, const char *world,
                                      tenon_error *error);
/* NULL is allowed. */
TENON_API void tenon_wit_delete(tenon_wit *wit);

/* -- differences -- */

/* How a part differs. */
typedef enum tenon_difference_kind {
    TENON_DIFFERENCE_MISSING, /* an interface, function or type, of which nothing is
                                 offered; or a parameter, field, case or flag, where both
                                 sides are the whole that it is a part of */
    TENON_DIFFERENCE_EXTRA,   /* a part that is not wanted; both sides likewise */
    TENON_DIFFERENCE_VERSION, /* the interface is there in a version that does not fit */
    TENON_DIFFERENCE_SORT,    /* a function where an interface is wanted, and the like */
    TENON_DIFFERENCE_NAME,    /* of a part at its place, where neither name is known to
                                 the other side */
    TENON_DIFFERENCE_ORDER,   /* the same parts in another order */
    TENON_DIFFERENCE_COUNT,   /* of a tuple's members */
    TENON_DIFFERENCE_TYPE,    /* another type */
    TENON_DIFFERENCE_OWNER,   /* own for borrow of the same resource, or the other way */
    TENON_DIFFERENCE_ASYNC,   /* async on one side only */
} tenon_difference_kind;

/* A step on the way to what differs: first the interface (but for what is the world's
 * own), then the function or type in it, then parts of parts. */
typedef struct tenon_difference_step {
    const char *what; /* "interface"; "function", "method", "static function" or
                         "constructor"; "type", "resource", "record", "variant", "enum" or
                         "flags"; "parameter", "result", "field", "case", "flag",
                         "member", "element", "payload", "ok", "error", "key", "value" */
    const char *name; /* of a method "shelf.put"; NULL for parts without a name */
    uint32_t number;  /* of a tuple's member, from 1; otherwise 0 */
} tenon_difference_step;

/* Where one side comes from. */
typedef enum tenon_origin_kind {
    TENON_ORIGIN_COMPONENT, /* name: what the caller calls it, or NULL */
    TENON_ORIGIN_WIT,       /* name: the source's path; line and column are there */
    TENON_ORIGIN_HOST,      /* name: the interface as the linker has it, or NULL */
} tenon_origin_kind;

/* Where one side is written. */
typedef struct tenon_origin {
    tenon_origin_kind kind;
    const char *name;
    uint32_t line;   /* from 1; 0 when there is none */
    uint32_t column; /* from 1, in bytes; likewise */
} tenon_origin;

/* One difference. All it points to is the list's. */
typedef struct tenon_difference {
    tenon_difference_kind kind;
    bool is_export; /* of an export of the component, not of an import */
    uint32_t step_count;
    const tenon_difference_step *steps;
    const char *wanted;  /* as WIT, on one line, at most a few thousand bytes */
    const char *offered; /* likewise; NULL for nothing */
    const char *near; /* of what is missing: a name that is there, that nobody wants and
                         that may be meant; or NULL */
    tenon_origin wanted_from;
    tenon_origin offered_from;
    const char *path; /* the steps as text: "a:b/c, function `f`, parameter `p`" */
    const char *hint; /* what can be done about it: a sentence */
    const char *text; /* all this for people: lines that each end with a line feed; those
                         after the first are indented by five spaces */
} tenon_difference;

/* A list of differences, in the order of what is wanted, imports first. A type with a
 * name is listed once, however many functions use it. */
typedef struct tenon_differences tenon_differences;

/* All differences between a world of `contract` and one of `actual`, which is what should
 * fit it. A world is named as in WIT, "plugin" or "ns:package/plugin@1.0.0"; NULL is the
 * only one of the root package, or a component's. No differences mean that it fits:
 * imports that `actual` does not have, and exports beyond the contract's, are none.
 * Interfaces match by name and semver track. The list is empty, not NULL, when it fits;
 * the caller deletes it; it outlives both sides. TENON_USAGE when there is no such world.
 */
TENON_API tenon_status tenon_wit_check(const tenon_wit *contract, const char *world,
                                       const tenon_wit *actual, const char *actual_world,
                                       tenon_differences **out, tenon_error *error);
/* All differences between what a component imports and what a linker offers, by the rules
 * of tenon_instantiate: none means that it links. What tenon_linker_trap_missing stands
 * in for is not missing. name: how differences name the component, or NULL. Nothing is
 * instantiated, and neither is changed. TENON_UNSUPPORTED as for tenon_wit_of_component:
 * then only tenon_instantiate can tell. */
TENON_API tenon_status tenon_linker_check(tenon_linker *linker,
                                          tenon_component *component, const char *name,
                                          tenon_differences **out, tenon_error *error);

/* How many there are, and the n-th, from 0; NULL past the end. */
TENON_API uint32_t tenon_differences_count(const tenon_differences *list);
TENON_API const tenon_difference *tenon_differences_at(const tenon_differences *list,
                                                       uint32_t n);
/* NULL is allowed. Before its engine. */
TENON_API void tenon_differences_delete(tenon_differences *list);

#ifdef __cplusplus
}
#endif

#endif
