/* assembler.h: the state of one assembly, shared by the assembler's files.
 *
 * Three passes over the fields of a module: one binds the identifiers of every index
 * space and passes over the bodies, one reads the types, one writes everything else, each
 * section into a buffer of its own. Types that a type use implies are appended as they
 * are met. */
#ifndef TNI_ASSEMBLER_H
#define TNI_ASSEMBLER_H

#include "base/map.h"
#include "binary/write.h"
#include "core/module.h"
#include "text/assemble.h"
#include "text/textparse.h"

/* Index spaces with identifiers of their own. */
typedef enum tni_space {
    TNI_SPACE_FUNC, /* the first five in the order of tni_extern_kind */
    TNI_SPACE_TABLE,
    TNI_SPACE_MEMORY,
    TNI_SPACE_GLOBAL,
    TNI_SPACE_TAG,
    TNI_SPACE_TYPE,
    TNI_SPACE_ELEM,
    TNI_SPACE_DATA,
    TNI_SPACE_COUNT
} tni_space;

typedef enum tni_field_kind {
    TNI_FIELD_TYPE,
    TNI_FIELD_REC,
    TNI_FIELD_IMPORT,
    TNI_FIELD_FUNC,
    TNI_FIELD_TABLE,
    TNI_FIELD_MEMORY,
    TNI_FIELD_GLOBAL,
    TNI_FIELD_TAG,
    TNI_FIELD_EXPORT,
    TNI_FIELD_START,
    TNI_FIELD_ELEM,
    TNI_FIELD_DATA,
} tni_field_kind;

typedef struct tni_field {
    const char *at; /* its parenthesis */
    tni_field_kind kind;
    u32 members; /* types of a recursive group */
} tni_field;

typedef struct tni_asm_type {
    tni_subtype sub; /* arrays in the arena */
    tni_map *fields; /* identifiers of a struct's fields, or NULL */
} tni_asm_type;

/* Instructions that are open: a stack of our own, for input nests as deep as it likes. */
typedef enum tni_asm_frame_kind {
    TNI_OPEN_PLAIN, /* (op …: its bytes wait in `deferred` for the operands */
    TNI_OPEN_BLOCK, /* (block …, (loop …, (try_table … */
    TNI_OPEN_IF,    /* (if …: waits likewise until its (then */
    TNI_OPEN_ARM,   /* (then …, (else …, (do …, (catch … */
    TNI_OPEN_TRY,   /* (try … */
    TNI_FLAT_BLOCK, /* block … end */
    TNI_FLAT_IF,
    TNI_FLAT_ELSE,
    TNI_FLAT_TRY,
    TNI_FLAT_CATCH,
    TNI_FLAT_CATCH_ALL,
} tni_asm_frame_kind;

typedef struct tni_asm_frame {
    u32 deferred; /* where its bytes begin */
    u8 kind;      /* tni_asm_frame_kind */
    u8 state;     /* of an if or a try: how many of its arms were read */
    u8 hint;      /* a branch hint, plus one */
} tni_asm_frame;

typedef struct tni_asm_label {
    tni_str name; /* len 0: none */
    u32 shadowed; /* what the name meant outside */
} tni_asm_label;

/* A name that an annotation gives in place of the identifier. */
typedef struct tni_asm_name {
    tni_str name;
    u32 index;
    u8 space;
} tni_asm_name;

typedef struct tni_asm_custom {
    tni_str name;
    tni_buf bytes;
    bool is_names; /* (@tenon.names): the name section goes here */
    u32 place;     /* 2 * position of a section for before, plus 1 for after */
} tni_asm_custom;

/* Sections in the order in which they stand in a module; `first` and `last` around them.
 */
typedef struct tni_asm_section {
    tni_buf bytes;
    u32 count;
} tni_asm_section;

typedef struct tni_assembler {
    tni_text t;
    unsigned flags;
    u16 *op_index; /* by hash of the name: op + 1 */

    tni_map ids[TNI_SPACE_COUNT];
    u32 counts[TNI_SPACE_COUNT];             /* bound by the first pass */
    u32 defined[TNI_SPACE_COUNT];            /* written so far, by the last pass */
    bool has_definition[TNI_EXTERN_TAG + 1]; /* after which no import may come */
    TNI_VEC(tni_field) fields;
    tni_str module_name;

    TNI_VEC(tni_asm_type) types;
    tni_map signatures;             /* parameter count and types -> type index */
    TNI_VEC(u32) sig;               /* scratch: that key */
    u32 sig_params;                 /* of the signature in sig */
    TNI_VEC(tni_valtype) vals;      /* scratch */
    TNI_VEC(tni_fieldtype) members; /* scratch */

    tni_asm_section sections[TNI_SECTION_COUNT];
    bool has_start;
    bool has_data_count; /* (@tenon.data_count) */
    bool names_written;
    bool uses_data; /* an instruction names a data segment */

    /* The function or expression at hand. */
    tni_buf body;
    tni_buf deferred;
    tni_buf scratch;
    tni_buf segment_offset;
    tni_buf segment_items;
    TNI_VEC(tni_asm_frame) frames;
    TNI_VEC(tni_asm_label) labels;
    TNI_VEC(u32) targets; /* of a br_table */
    tni_map label_ids;    /* name -> depth from the outside, from 1; 0: out of scope */
    tni_map locals;
    u64 local_count;
    bool in_func;

    tni_buf hints; /* metadata.code.branch_hint: functions so far */
    u32 hinted_funcs;
    tni_buf func_hints; /* and of the function at hand */
    u32 func_hint_count;
    TNI_VEC(tni_asm_custom) customs;
    TNI_VEC(tni_asm_name) names;
    tni_buf local_names; /* name section: functions so far, and how many */
    u32 local_name_funcs;
} tni_assembler;

/* -- assemble.c -- */

/* For who reads core types elsewhere; the text is the caller's to begin, and is freed. */
void tni_asm_init(tni_assembler *a, tni_heap *h, unsigned flags);
void tni_asm_free(tni_assembler *a);

/* -- asmtypes.c -- */

/* Binds an identifier (len 0: none) to the next index of a space. */
tenon_status tni_asm_bind(tni_assembler *a, tni_space space, tni_str id);
bool tni_asm_at_idx(const tni_assembler *a);
tenon_status tni_asm_idx(tni_assembler *a, tni_space space, u32 *out);
/* 0 when there is none. */
tenon_status tni_asm_idx_opt(tni_assembler *a, tni_space space, u32 *out);
TNI_COLD tenon_status tni_asm_unknown(tni_assembler *a, const char *what, const char *at,
                                      tni_str id);
/* A field's index, by number or by its identifier in type x. */
tenon_status tni_asm_field(tni_assembler *a, u32 x, u32 *out);

tenon_status tni_asm_heaptype(tni_assembler *a, u32 *out);
tenon_status tni_asm_reftype(tni_assembler *a, tni_valtype *out);
/* Whether a reference type stands at hand. */
tenon_status tni_asm_at_reftype(tni_assembler *a, bool *yes);
tenon_status tni_asm_valtype(tni_assembler *a, tni_valtype *out);
/* Value types up to a closing parenthesis, appended to a->vals; passes over it. */
tenon_status tni_asm_valtypes(tni_assembler *a);
tenon_status tni_asm_globaltype(tni_assembler *a, tni_globaltype *out);
tenon_status tni_asm_tabletype(tni_assembler *a, tni_tabletype *out);
tenon_status tni_asm_memtype(tni_assembler *a, tni_memtype *out);
/* The same, after the address type. */
tenon_status tni_asm_memtype_rest(tni_assembler *a, tni_memtype *out);
/* i32 or i64 before limits. */
tenon_status tni_asm_addrtype(tni_assembler *a, bool *is_64);
tenon_status tni_asm_limits(tni_assembler *a, tni_limits *l);
tenon_status tni_asm_pagesize(tni_assembler *a, u32 *page_log2);

typedef enum tni_asm_params {
    TNI_PARAMS_PLAIN,  /* no identifiers */
    TNI_PARAMS_NAMED,  /* identifiers, which mean nothing */
    TNI_PARAMS_LOCALS, /* identifiers of the function's locals */
} tni_asm_params;

/* (param …)* (result …)* into a->sig and a->sig_params. */
tenon_status tni_asm_signature(tni_assembler *a, tni_asm_params params);
/* The index of the function type in a->sig, which is appended if it is new. */
tenon_status tni_asm_intern(tni_assembler *a, u32 *out);
/* A type use. Core 3.0, 6.4.4. With explicit NULL any form is reduced to an index; else
 * *explicit_ says whether there was a (type x), and without one a->sig is left to the
 * caller and *out is TNI_NO_INDEX. */
tenon_status tni_asm_typeuse(tni_assembler *a, tni_asm_params params, bool *explicit_,
                             u32 *out);
/* A sub type or composite type, without an identifier; appended to a->types and to the
 * type section. */
tenon_status tni_asm_subtype(tni_assembler *a, bool in_rec);
/* (type …) and (rec …), the parenthesis at hand. */
tenon_status tni_asm_type_field(tni_assembler *a, const tni_field *f);

/* -- asmcode.c -- */

tenon_status tni_asm_op_index(tni_assembler *a);
/* Instructions up to a closing parenthesis, into a->body. */
tenon_status tni_asm_instrs(tni_assembler *a);
/* One folded instruction, into a->body. */
tenon_status tni_asm_expr(tni_assembler *a);

/* -- asmnames.c -- */

/* The items of an annotation (@custom "name" "bytes"*), without a place; the name is kept
 * in the arena, the bytes are appended. */
tenon_status tni_asm_read_custom(tni_assembler *a, const tni_annotation *n, tni_str *name,
                                 tni_buf *bytes);
/* (@name "…") */
tenon_status tni_asm_read_name(tni_assembler *a, const tni_annotation *n, tni_str *name);
/* (@custom …) before the token at hand. */
tenon_status tni_asm_take_customs(tni_assembler *a);
/* (@name …) of what has just got its index (TNI_SPACE_COUNT: of the module). */
tenon_status tni_asm_take_name(tni_assembler *a, tni_space space, u32 index);
/* A branch hint before the token at hand: its value plus one, or 0. */
tenon_status tni_asm_take_hint(tni_assembler *a, u8 *out);
void tni_asm_add_hint(tni_assembler *a, u8 hint);
/* The section of all hints, if there are any. */
void tni_asm_write_hints(tni_assembler *a, tni_buf *out);
tenon_status tni_asm_end_func(tni_assembler *a, u32 func);
/* Custom sections of a place (see tni_asm_custom), in order. */
tenon_status tni_asm_write_customs(tni_assembler *a, u32 from, u32 to, tni_buf *out);
tenon_status tni_asm_write_names(tni_assembler *a, tni_buf *out);

#endif
