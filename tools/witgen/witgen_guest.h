/* witgen_guest.h: what the files of the guests' generator share.
 *
 * What is written for a guest, NAME.h and NAME.c for a world NAME, has wit-bindgen's
 * names and ways to pass things:
 *
 *   types       ns_package_interface_type_t; those of an exported interface begin with
 *               exports_. In memory they are just what the canonical ABI wants, so that
 *               only parameters and results that travel by themselves are taken apart.
 *   imports     functions to call: ns_package_interface_func
 *   exports     functions to define: exports_ns_package_interface_func; a missing one is
 *               a link error
 *   parameters  scalars, enums, flags and handles by value, the rest by pointer; an
 *               option as a pointer to what is in it, or NULL
 *   results     scalars are returned; of option<T> comes whether there is a value, of
 *               result<T, E> whether it is ok, and what is in it through `ret` and `err`;
 *               the rest through `ret`
 *   resources   imported: …_drop_own, …_drop_borrow, …_borrow_NAME; exported: …_new,
 *               …_rep, …_drop_own, and …_destructor to define
 *   async       imports as if they blocked, and …_start_FUNC; exports likewise or, with
 *               callbacks, FUNC, FUNC_resume to define and FUNC_return to call;
 *               streams and futures: …_new, …_read, …_write, …_drop, …_drop_writer;
 *               error contexts: WORLD_error_context_new, …_message, …_drop
 */
#ifndef WITGEN_GUEST_H
#define WITGEN_GUEST_H

#include <stdarg.h>

#include "witgen/witgen.h"

/* Helpers that the source turns out to need. */
enum { GUEST_F32_BITS, GUEST_BITS_F32, GUEST_F64_BITS, GUEST_BITS_F64, GUEST_HELPERS };

/* One interface on one side of the world, or what the world has by itself. */
typedef struct guest {
    witgen g;
    tni_str module; /* core imports' module name; for exports, what stands before # */
    tni_str world_prefix; /* "kitchen" */
    bool *helpers;
    tni_map *names;      /* of C functions */
    tenon_status status; /* the first failure but memory, which the buffers know of */
    u32 temporaries;
    witgen_way async_way; /* of exports */
} guest;

/* Values as they travel by themselves. CanonicalABI.md, "Flattening". */
typedef struct guest_flats {
    u32 count, next;
    char type[WITGEN_MAX_FLAT + 1]; /* as in witgen_type.flat */
    tni_str expr[WITGEN_MAX_FLAT + 1];
} guest_flats;

/* A text in the arena, with a 0 behind it; "" when memory is out, which g.source then
 * knows. */
TNI_FORMAT(2, 3)
tni_str guest_text(guest *x, const char *format, ...);
const char *guest_core_type(char flat);

/* How a result comes back in C. */
typedef enum guest_way {
    GUEST_NONE,
    GUEST_RETURNED,
    GUEST_OPTION,
    GUEST_RESULT,
    GUEST_BY_POINTER
} guest_way;

typedef struct guest_func {
    const tni_wit_func *wit;
    bool is_export;
    bool is_started;   /* an import that is lowered as async */
    bool has_callback; /* an export that is lifted as async, */
    bool is_stackful;  /* likewise, and may block where it stands */
    tni_str name;      /* in C */
    guest_way way;
    witgen_type *result;      /* NULL for none */
    const witgen_type *shape; /* of the result, behind aliases */
    u32 flat_params;
    bool spills;        /* parameters in memory */
    bool result_spills; /* result in memory */
} guest_func;

/* -- witgen_guest_async.c -- */

/* Whether a world has async functions, streams or futures; what all those are in need
 * of. */
bool guest_is_async(const tni_wit_world *w);
void guest_put_runtime(tni_str world, witgen_way way, tni_buf *header, tni_buf *source);
/* Functions of error contexts. */
void guest_put_errors(tni_str world, tni_buf *header, tni_buf *source);
/* What stands before, and after, what may block. */
void guest_put_leave(guest *x, bool before);
/* Functions of streams and futures that functions of this interface mention. */
void guest_put_ends(guest *x);
/* The name of the function that drops a readable end; "" when there is none. */
tni_str guest_end_drop(guest *x, const witgen_type *t);
/* An async import, started. */
void guest_put_started(guest *x, const tni_wit_func *wit);
/* What an async export has beside its first function. */
void guest_put_callback(guest *x, const guest_func *f);
/* The function that gives a task's result: for all, or of the source alone. */
void guest_put_task_return(guest *x, const guest_func *f, bool is_public);

/* -- witgen_guest_values.c -- */

/* Statements that take a value apart, at an indentation; adds expressions to out. An
 * expression that begins with * is a pointer's target. */
void guest_lower(guest *x, const witgen_type *t, tni_str expr, u32 indent,
                 guest_flats *out);
/* The same for an option whose parts are said apart. */
void guest_lower_option(guest *x, const witgen_type *t, tni_str is_some, tni_str val,
                        u32 indent, guest_flats *out);
/* Statements that put a value together from what in has next. */
void guest_lift(guest *x, const witgen_type *t, tni_str lvalue, u32 indent,
                guest_flats *in);
/* A value that is not passed by pointer, from a core value. */
tni_str guest_scalar(guest *x, const witgen_type *t, tni_str flat);
/* lvalue = expr; also of arrays. */
void guest_assign(guest *x, const witgen_type *t, tni_str lvalue, tni_str expr,
                  u32 indent);
/* "expr.field", "pointer->field" */
tni_str guest_member(guest *x, tni_str expr, tni_str field);
tni_str guest_field_name(guest *x, const tni_wit_field *f, u32 index);
void guest_indent(guest *x, u32 indent);
/* A prototype, on two lines when it is long. */
void guest_put_wrapped(tni_buf *b, tni_str text);

#define STR(s) (int)(s).len, (s).ptr

/* One line of the source, at an indentation. */
#define GUEST_PUT(x, indent, ...)                                                        \
    do {                                                                                 \
        guest_indent(x, indent);                                                         \
        tni_buf_format(&(x)->g.source, __VA_ARGS__);                                     \
        tni_buf_byte(&(x)->g.source, '\n');                                              \
    } while (0)

/* -- witgen_guest_free.c -- */

/* Whether something inside must be let go of. */
bool guest_needs_free(const guest *x, const witgen_type *t);
/* Functions that let go of what is in values of this interface's types. */
void guest_put_frees(guest *x);
/* The name of a function that frees the memory in a value, but leaves the handles: they
 * have gone to the caller. It is written first if need be. t has_heap. */
tni_str guest_release(guest *x, witgen_type *t);
/* "ns_package_interface_counter_drop_own", what is "own" or "borrow" */
tni_str guest_drop_name(guest *x, const witgen_type *handle, const char *what);

/* -- witgen_guest_calls.c -- */

void guest_put_func(guest *x, const tni_wit_func *f, bool is_export);
witgen_type *guest_type_of(guest *x, const tni_wit_type *w);
bool guest_describe(guest *x, const tni_wit_func *wit, bool is_export, guest_func *f);
/* The attribute that exports what follows, for a function, with a prefix. */
void guest_put_export_name(guest *x, const char *prefix, const guest_func *f);
/* The function that starts a call; call is the type of what it fills. */
void guest_put_start(guest *x, const guest_func *f, tni_str call);
/* Takes a C name for a function; the second time it is an error, in x->status. */
bool guest_take_name(guest *x, tni_str name);

#endif
