/* witgen.h: C bindings for hosts and for guests, written from resolved WIT. */
#ifndef WITGEN_H
#define WITGEN_H

#include "base/map.h"
#include "wit/wit.h"

/* One generated type. Kept in the order in which C needs them declared. */
typedef struct witgen_type {
    struct witgen_type *next;
    const tni_wit_type *wit;
    tni_str short_name; /* "result_list_u8_stream_error" */
    tni_str c_name;     /* "wasi_io_streams_result_list_u8_stream_error_t", "uint8_t" */
    tni_str table;      /* "type_result_list_u8_stream_error" */
    struct witgen_type **parts; /* of fields (NULL: no payload), or element and other */
    u32 part_count;
    struct witgen_type *target; /* of an alias */
    struct witgen_type *pair;   /* of a map: its entries' tuple */
    u64 size[2], align[2];      /* [0] with 32-bit pointers, [1] with 64-bit ones */
    u64 payload[2];
    u32 resource;  /* own, borrow: index in the interface's table */
    bool is_local; /* declared in this interface's header */
    bool is_used;  /* something refers to its table */
    /* CanonicalABI.md, "Flattening": 'i', 'I', 'f', 'F' for i32, i64, f32, f64; a count
       of WITGEN_MAX_FLAT + 1 is any number above it. */
    char flat[17];
    u8 flat_count;
    bool has_heap;    /* a string, list or map inside */
    bool has_handle;  /* an own or borrow inside */
    bool is_released; /* guest: has a function for the memory alone */
} witgen_type;

enum { WITGEN_MAX_FLAT = 16, WITGEN_MAX_FLAT_ASYNC = 4 };

typedef struct witgen_resource {
    struct witgen_resource *next;
    const tni_wit_type *wit;    /* as named here; NULL: only inside a type that is used */
    const tni_wit_type *target; /* the definition */
} witgen_resource;

/* What is written for one interface. */
typedef struct witgen {
    tni_arena *arena;
    const tni_wit *wit;
    const tni_wit_interface *interface;
    tni_str prefix;             /* "wasi_io_streams" */
    tni_str name;               /* of the table: "wasi:io/streams@0.2.12" */
    tni_wit_func *funcs;        /* a world's own; else NULL and the interface's */
    const tni_wit_world *world; /* NULL when an interface is written for itself */
    bool is_export;             /* typed calls of what a component exports */
    bool with_prefix;           /* the prefix begins with "exports_": the world imports
                                   the same interface */
    bool is_guest;              /* for a guest: the names of types differ */
    tni_str string_type;        /* what a string is in C */
    tni_wit_func *more_funcs;   /* a guest's world: its exports, beside its imports */
    tenon_status status; /* the first failure but memory, which the buffers know of */
    bool takes_array;    /* a parameter is an array, which C does not assign */
    tni_map by_signature, c_names;
    witgen_type *types;
    witgen_type **types_end;
    witgen_resource *resources;
    tni_buf header, source;
    tenon_error *e;
} witgen;

/* What becomes of a guest's async exports. */
typedef enum witgen_way {
    WITGEN_ONE_BY_ONE, /* written as if they blocked: one after the other */
    WITGEN_CALLBACKS,  /* they come back to an event loop */
    WITGEN_STACKFUL,   /* written as if they blocked: each call has a stack of its own */
} witgen_way;

/* C bindings of a guest: the header and the source of a world. */
tenon_status witgen_guest(tni_arena *a, const tni_wit *wit, const tni_wit_world *world,
                          witgen_way way, tni_buf *header, tni_buf *source,
                          tenon_error *e);

/* Fills g->header and g->source. Everything of g up to funcs, and e, is set. */
tenon_status witgen_interface(witgen *g);

/* "wasi_io_streams" of an interface that a package holds, as what g writes calls it;
 * "exports_wasi_io_streams" in calls of an export that the world imports too. */
tenon_status witgen_prefix(const witgen *g, const tni_wit_interface *i, tni_str *out);

/* -- between the parts of the generator -- */

/* Finds all types of g; witgen_end frees what that took. */
tenon_status witgen_begin(witgen *g);
void witgen_end(witgen *g);
tenon_status witgen_type_of(witgen *g, const tni_wit_type *t, witgen_type **out);
/* Declares a type of this interface. */
void witgen_put_type(witgen *g, const witgen_type *t);
void witgen_write_header(witgen *g);
void witgen_write_source(witgen *g);
/* The parts of header and source that are for calls of exports. */
void witgen_put_call_declarations(witgen *g);
void witgen_put_calls(witgen *g);
void witgen_put_docs(tni_buf *b, tni_str docs, const char *indent);
/* One $X of a template, and what stands in its place. The last has letter 0. */
typedef struct witgen_word {
    char letter;
    tni_str text;
} witgen_word;
void witgen_put_template(tni_buf *b, const char *text, const witgen_word *words);
/* Whether a type is a stream or a future itself, not a name of one. */
bool witgen_is_end(const witgen_type *t);
/* Whether an own or borrow is anywhere in it, also in elements of streams: which resource
 * that is, only a function's type says. */
bool witgen_has_resource(const witgen_type *t);
/* A type's C name without its _t. */
tni_str witgen_stem(const witgen_type *t);
/* Sees to it that no two C functions of an imported interface have one name. */
void witgen_take_names(witgen *g);
/* A host's functions for streams and futures: prototypes, or definitions. */
void witgen_put_ends(witgen *g, bool source);
/* For async functions: answers that come later, and calls that are started. */
void witgen_put_pending_declaration(witgen *g, const tni_wit_func *f);
void witgen_put_pending(witgen *g, const tni_wit_func *f);
void witgen_put_started_declaration(witgen *g, const tni_wit_func *f);
void witgen_put_started(witgen *g, const tni_wit_func *f);
/* The members of args_FUNC; the statement that sets one; a member of PREFIX_calls. */
void witgen_put_args_members(witgen *g, tni_buf *b, const tni_wit_func *f,
                             const char *indent);
void witgen_put_argument(witgen *g, const tni_wit_field *p, const char *args);
void witgen_put_member_name(tni_buf *b, const tni_wit_func *f);
/* The struct args_FUNC and its checks; nothing for no parameters. */
void witgen_put_args(witgen *g, const tni_wit_func *f);
/* The members of a tenon_func_type, below each other from where `first` ends. */
void witgen_put_func_type(witgen *g, const tni_wit_func *f, const char *first);
/* Appends ", text", on a new line when the current one would become too long. */
void witgen_put_wrapped(tni_buf *b, size_t *line_begin, tni_str text);
void witgen_put_param_name(witgen *g, tni_buf *b, tni_str name);
/* Appends the parameters as a prototype declares them; then the result too. */
void witgen_put_arguments(witgen *g, tni_buf *b, size_t *line_begin,
                          const tni_wit_func *f);
void witgen_put_params(witgen *g, tni_buf *b, size_t *line_begin, const tni_wit_func *f);
/* Lower case with '_'; C's keywords and names used by the generated code get a '_'. */
void witgen_put_snake(tni_buf *b, tni_str name);
void witgen_put_ident(tni_buf *b, tni_str name);
void witgen_put_upper(tni_buf *b, tni_str name);
/* "method_input_stream_read" */
void witgen_put_func(tni_buf *b, const tni_wit_func *f);
/* Calls each for all functions, resources' first as they are declared. */
void witgen_each_func(witgen *g, void (*each)(witgen *g, const tni_wit_func *f));
void witgen_put_prototype(witgen *g, tni_buf *b, const tni_wit_func *f);
/* A member's or parameter's type as C declares it in a struct. */
void witgen_put_member(const witgen *g, tni_buf *b, const witgen_type *t);
/* Whether a parameter of this type comes as a const pointer. */
bool witgen_by_pointer(const witgen_type *t);
/* What a type is behind its names; and in WIT. */
const witgen_type *witgen_behind(const witgen_type *t);
const tni_wit_type *witgen_structure(const witgen_type *t);
/* Whether a handle is of a resource that the guest itself exports. */
bool witgen_is_own_resource(const witgen *g, const witgen_type *handle);
tni_wit_interface *witgen_owner(const tni_wit_type *t);

#endif
