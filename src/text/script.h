/* script.h: commands of .wast scripts, one after another. The grammar is that of the
 * spec's reference interpreter (interpreter/README.md, "Scripts"). */
#ifndef TNI_SCRIPT_H
#define TNI_SCRIPT_H

#include "core/coretypes.h"
#include "text/textparse.h"

typedef enum tni_script_kind {
    TNI_SCRIPT_MODULE,   /* a definition if module.is_definition, else instantiated too */
    TNI_SCRIPT_INSTANCE, /* (module instance $name? $definition?), also of components */
    TNI_SCRIPT_REGISTER,
    TNI_SCRIPT_ACTION,
    TNI_SCRIPT_RETURN,
    TNI_SCRIPT_TRAP, /* of the action, or of the module's instantiation */
    TNI_SCRIPT_EXHAUSTION,
    TNI_SCRIPT_EXCEPTION,
    TNI_SCRIPT_MALFORMED,
    TNI_SCRIPT_INVALID,
    TNI_SCRIPT_UNLINKABLE,
    TNI_SCRIPT_MALFORMED_CUSTOM,
    TNI_SCRIPT_INVALID_CUSTOM,
    TNI_SCRIPT_THREAD, /* (thread $name (shared (module $m))? command*) */
    TNI_SCRIPT_WAIT,
} tni_script_kind;

typedef enum tni_script_form {
    TNI_SCRIPT_TEXT,   /* at [begin, end) of the source */
    TNI_SCRIPT_BINARY, /* bytes */
    TNI_SCRIPT_QUOTE,  /* bytes, which are text */
} tni_script_form;

typedef struct tni_script_module {
    tni_script_form form;
    bool is_component;
    bool is_definition;
    tni_str name; /* len 0: none */
    size_t begin, end;
    tni_str bytes;
} tni_script_module;

typedef enum tni_script_value_kind {
    TNI_VALUE_I32,
    TNI_VALUE_I64,
    TNI_VALUE_F32,
    TNI_VALUE_F64,
    TNI_VALUE_V128,
    TNI_VALUE_REF_NULL,   /* of any type, or heaptype */
    TNI_VALUE_REF_EXTERN, /* a host reference, number in bits; any with is_any */
    TNI_VALUE_REF_HOST,   /* the same, as an anyref */
    TNI_VALUE_REF,        /* pattern: not null, below heaptype */
    TNI_VALUE_EITHER,     /* pattern: one of items */
    TNI_VALUE_COMPONENT,  /* of a component's function: to be read by its type */
} tni_script_value_kind;

typedef enum tni_script_nan {
    TNI_NAN_NONE,
    TNI_NAN_CANONICAL,
    TNI_NAN_ARITHMETIC,
} tni_script_nan;

typedef struct tni_script_value {
    tni_script_value_kind kind;
    bool is_any;
    u8 lane_bytes; /* v128: size of a lane */
    bool is_float; /* v128: lanes are floats */
    u8 nan[16];    /* tni_script_nan of each lane; [0] for f32 and f64 */
    u64 bits[2];   /* little-endian: low half first */
    u32 heaptype;  /* TNI_NO_INDEX when none was written */
    struct tni_script_value *items;
    u32 item_count;
    size_t begin, end; /* in the source, without its parentheses */
} tni_script_value;

typedef struct tni_script_action {
    bool is_get;
    tni_str module; /* len 0: the current one */
    tni_str name;
    tni_script_value *args;
    u32 arg_count;
} tni_script_action;

typedef struct tni_script_command {
    tni_script_kind kind;
    u32 line;
    bool has_module; /* of TNI_SCRIPT_TRAP: a module, not an action */
    tni_script_module module;
    tni_script_action action;
    tni_script_value *results;
    u32 result_count;
    tni_str message;    /* of the assertions */
    tni_str name;       /* register: as what; instance: its name; thread, wait: which */
    tni_str definition; /* instance: of what; register: which instance; or len 0 */
    tni_str shared;     /* thread: the module it shares, or len 0 */
    size_t begin, end;  /* thread: its commands in the source */
} tni_script_command;

typedef struct tni_script {
    tni_text t;
    tni_str source;
    tni_arena_mark mark;
    const char *line_at; /* where counting of lines has got to */
    u32 line;
} tni_script;

/* Begins source[begin, end). The caller frees the script whatever the outcome. */
tenon_status tni_script_init(tni_script *s, tenon_engine *engine, tni_str source,
                             size_t begin, size_t end, tenon_error *e);
void tni_script_free(tni_script *s);
/* The next command; *more is false at the end. What it points to lives until the next
 * call. */
tenon_status tni_script_next(tni_script *s, tni_script_command *out, bool *more,
                             tenon_error *e);
/* Past a command that tni_script_next failed in; false if there is no telling where it
 * ends. */
bool tni_script_recover(tni_script *s);

#endif
