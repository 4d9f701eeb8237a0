/* component_asm.h: the state of one assembly of component text, shared by its files.
 * Explainer.md, "Grammar".
 *
 * One pass: a definition refers only to earlier ones, so each is written as it is read.
 * What is written inline (types, aliases, instances) becomes a definition of its own,
 * before the one it stands in. Identifiers that mean something outside become outer
 * aliases. */
#ifndef TNI_COMPONENT_ASM_H
#define TNI_COMPONENT_ASM_H

#include "component/cwrite.h"
#include "text/assembler.h"

typedef enum tni_cscope_kind {
    TNI_CSCOPE_COMPONENT,
    TNI_CSCOPE_COMPONENT_TYPE,
    TNI_CSCOPE_INSTANCE_TYPE,
    TNI_CSCOPE_MODULE_TYPE,
} tni_cscope_kind;

/* An identifier (len 0: none), and the name of an annotation after it. */
typedef struct tni_cid {
    tni_str text;
    tni_str name;
    bool is_named;
} tni_cid;

static const tni_cid tni_no_cid = {.is_named = false};

/* A component, or a type with index spaces of its own. */
typedef struct tni_cscope {
    tni_cscope_kind kind;
    u32 depth; /* scopes with this one */
    struct tni_cscope *parent;
    tni_str id; /* of the component, for outer aliases; or len 0 */
    tni_map ids[TNI_SORT_COUNT];
    tni_map outer[TNI_SORT_COUNT]; /* identifiers from outside -> index of their alias */
    u32 counts[TNI_SORT_COUNT];
    tni_component_writer writer; /* of a component */
    tni_buf *out;                /* of a component: where writer writes; of a type: its
                                    declarators */
    u32 decls;                   /* number of those */
    tni_str name;                /* of a component: for its component-name section */
    TNI_VEC(tni_asm_name) names; /* and of its definitions; `space` is a tni_sort */
    bool names_written;
    tni_map signatures; /* of a module type: core function types written inline */
} tni_cscope;

typedef struct tni_component_asm {
    tni_assembler core; /* its text is the one being read */
    tni_cscope *scope;
    u32 depth;
    const char *body_at; /* where the body of the definition at hand begins, in the text,
                            with what annotations stand before it */
    TNI_VEC(tni_buf *) all_bufs; /* freed at the end, */
    TNI_VEC(tni_buf *) bufs;     /* and those not in use */
} tni_component_asm;

/* Names written before a definition: (export "n")* */
typedef TNI_VEC(tni_named_entity) tni_inline_names;

/* -- component_text.c -- */

/* An empty buffer, to be given back. NULL when memory is out. */
tni_buf *tni_cas_take(tni_component_asm *a);
void tni_cas_give(tni_component_asm *a, tni_buf *b);
#define TNI_CAS_TAKE(a, b)                                                               \
    ((*(b) = tni_cas_take(a)) == NULL ? tni_no_memory((a)->core.t.e) : TENON_OK)

tenon_status tni_cas_enter(tni_component_asm *a, tni_cscope *s, tni_cscope_kind kind,
                           tni_str id, tni_buf *out);
/* Back to the parent; done whatever became of the scope. */
void tni_cas_leave(tni_component_asm *a);
/* Counts a level of nesting. */
tenon_status tni_cas_down(tni_component_asm *a);
void tni_cas_up(tni_component_asm *a);

/* Writes a definition (or declarator) in the scope. */
void tni_cas_emit(tni_component_asm *a, u8 section, const tni_buf *entry);
/* The next index of a sort, with an identifier or none (len 0). */
tenon_status tni_cas_bind(tni_component_asm *a, tni_sort sort, tni_cid id, u32 *index);

bool tni_cas_at_idx(const tni_component_asm *a);
/* idx */
tenon_status tni_cas_idx(tni_component_asm *a, tni_sort sort, u32 *out);
/* idx followed by any number of names: inline aliases of exports */
tenon_status tni_cas_path(tni_component_asm *a, tni_sort sort, u32 *out);
/* idx or "(" core? sort path ")" */
tenon_status tni_cas_ref(tni_component_asm *a, tni_sort sort, u32 *out);
/* The words of a sort at hand ("core module", "func"), which are passed over. in_core:
 * core sorts are written without "core". */
tenon_status tni_cas_sort(tni_component_asm *a, bool in_core, tni_sort *out);
/* name and attributes */
tenon_status tni_cas_name(tni_component_asm *a, tni_named_entity *out);
/* Whether "(keyword" with a name and nothing more stands here; if so, takes it. */
tenon_status tni_cas_take_named(tni_component_asm *a, tni_str keyword, bool *yes,
                                tni_named_entity *out);
/* The fields of a component up to ")" or the end. */
tenon_status tni_cas_fields(tni_component_asm *a);

/* -- component_names.c -- */

/* An identifier if there is one, and (@name "…") after it. */
tenon_status tni_cas_id(tni_component_asm *a, tni_cid *out);
/* Of a component whose identifier is read: its own name, from (@name "…") or from the
 * identifier. */
tenon_status tni_cas_own_name(tni_component_asm *a, tni_str id, tni_str *out);
/* What is bound in a component gets a name: the annotation's, or the identifier. */
tenon_status tni_cas_keep_name(tni_component_asm *a, tni_sort sort, const tni_cid *id,
                               u32 index);
/* The custom sections that stand before the token at hand, and marks. */
tenon_status tni_cas_annotations(tni_component_asm *a);
/* Annotations that mean something in components. */
bool tni_cas_is_annotation(tni_str name);
/* The component-name section of the scope's component, if names are wanted and it was not
 * written before. */
tenon_status tni_cas_write_names(tni_component_asm *a);

/* -- component_typetext.c -- */

/* A value type, as it is written in a definition. */
tenon_status tni_cas_valtype(tni_component_asm *a, tni_buf *b);
/* A type definition (after "type", identifier and exports); *index is its index. */
tenon_status tni_cas_deftype(tni_component_asm *a, tni_cid id, u32 *index);
/* (type idx), or a function type up to a ")" or "(canon"; the index of the type. */
tenon_status tni_cas_func_type(tni_component_asm *a, u32 *index);
/* "(" sort id? type ")": appends the externtype. */
tenon_status tni_cas_externtype(tni_component_asm *a, tni_buf *b, tni_sort *sort,
                                tni_cid *id);
/* What stands in it after sort and identifier, up to its ")". */
tenon_status tni_cas_externtype_rest(tni_component_asm *a, tni_buf *b, tni_sort sort);
/* (core type …) and (core rec …), after "core". */
tenon_status tni_cas_core_type(tni_component_asm *a);

/* -- component_canontext.c -- */

/* "(canon" is taken: the definition, up to the ")" of it. For lift without its type
 * (which comes after, or came before). */
tenon_status tni_cas_canon(tni_component_asm *a, tni_buf *b, tni_canon_kind *kind);

#endif
