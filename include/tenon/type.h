/* tenon/type.h: component-level types as plain data, and the native form of their values.
 *
 * The same structs serve decoded components, generated bindings (as static tables) and
 * hand-written hosts. Component Model, Explainer.md, "Type Definitions".
 *
 * Native form. A value in the host's memory has the canonical ABI's layout with the
 * host's pointer width (CanonicalABI.md, "Alignment", "Element Size"), which is what a C
 * compiler gives these declarations:
 *
 *     bool            bool (1 byte, 0 or 1)
 *     u8 … s64        uint8_t … int64_t
 *     f32, f64        float, double
 *     char            uint32_t
 *     string          tenon_string {ptr, len}, UTF-8
 *     list<T>         {T *ptr; size_t len;}
 *     list<T, n>      T[n]
 *     map<K, V>       {struct {K f0; V f1;} *ptr; size_t len;}
 *     record          struct
 *     tuple           {T0 f0; T1 f1; …}
 *     option<T>       {uint8_t is_some; T val;}
 *     result          {uint8_t is_err; union {T ok; E err;} val;}
 *     variant         {uintN_t tag; union {…} val;}
 *     enum, flags     uint8_t/16_t/32_t
 *     own, borrow     struct {uint32_t handle}
 *     stream, future  struct {uint32_t handle}
 *     error-context   uint32_t, a handle
 *
 * (Members of 8 bytes are aligned to 8 on every host: TENON_ALIGN8.) */
#ifndef TENON_TYPE_H
#define TENON_TYPE_H

#include "tenon/base.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Before a member of 8 bytes: some platforms, i386 among them, align it to 4 in structs.
 * And an assertion when compiling, in C and in C++. */
#ifdef __cplusplus
#define TENON_ALIGN8              alignas(8)
#define TENON_ASSERT_LAYOUT(a, b) static_assert(a, b)
#else
#define TENON_ALIGN8              _Alignas(8)
#define TENON_ASSERT_LAYOUT(a, b) _Static_assert(a, b)
#endif

/* Hold a struct to the canonical ABI's layout, with 32-bit and with 64-bit pointers. */
#define TENON_CHECK_SIZE(type, size32, size64)                                           \
    TENON_ASSERT_LAYOUT(sizeof(type) == (sizeof(void *) == 8 ? (size64) : (size32)),     \
                        "size of " #type)
#define TENON_CHECK_OFFSET(type, member, offset32, offset64)                             \
    TENON_ASSERT_LAYOUT(offsetof(type, member) ==                                        \
                            (sizeof(void *) == 8 ? (offset64) : (offset32)),             \
                        "offset of " #member " in " #type)

/* What a type is, and which members of tenon_type it uses. */
typedef enum tenon_type_kind {
    TENON_TYPE_BOOL,
    TENON_TYPE_S8,
    TENON_TYPE_U8,
    TENON_TYPE_S16,
    TENON_TYPE_U16,
    TENON_TYPE_S32,
    TENON_TYPE_U32,
    TENON_TYPE_S64,
    TENON_TYPE_U64,
    TENON_TYPE_F32,
    TENON_TYPE_F64,
    TENON_TYPE_CHAR,
    TENON_TYPE_STRING,
    TENON_TYPE_ERROR_CONTEXT,
    TENON_TYPE_LIST,       /* element */
    TENON_TYPE_FIXED_LIST, /* element, count */
    TENON_TYPE_RECORD,     /* fields, count */
    TENON_TYPE_TUPLE,      /* fields (name NULL), count */
    TENON_TYPE_VARIANT,    /* fields are the cases (type NULL for none), count */
    TENON_TYPE_ENUM,       /* fields name the cases, count */
    TENON_TYPE_FLAGS,      /* fields name the labels, count */
    TENON_TYPE_OPTION,     /* element */
    TENON_TYPE_RESULT,     /* element is ok, other is err; NULL for none */
    TENON_TYPE_MAP,        /* element is the key, other the value (the library adds
                              fields[0], the pair as a tuple) */
    TENON_TYPE_OWN,        /* resource */
    TENON_TYPE_BORROW,     /* resource */
    TENON_TYPE_STREAM,     /* element; NULL for none */
    TENON_TYPE_FUTURE,     /* element; NULL for none */
} tenon_type_kind;

/* A component-level value type (Explainer.md, "Type Definitions"). */
typedef struct tenon_type tenon_type;

/* A record's field, a variant's case, a function's parameter, a flag's or enum's label.
 */
typedef struct tenon_field {
    const char *name;       /* 0-terminated kebab-case; NULL in tuples, and for a host
                               function's parameter, which may then have any name */
    const tenon_type *type; /* NULL: no payload */
} tenon_field;

/* The members of a type. Types refer to each other by pointers and may share parts; they
 * are borrowed where the API takes them, unless it says otherwise. */
struct tenon_type {
    tenon_type_kind kind;
    uint32_t count;            /* fields, cases, labels, or fixed list length */
    const tenon_field *fields; /* count of them, for the kinds that have some */
    const tenon_type *element;
    const tenon_type *other;
    uint32_t resource; /* own, borrow: index into the owner's table of resources (a
                          tenon_interface's, or a component's) */
    /* What follows is the library's: 0 in tables written by hand or generated; the
     * library fills its own copies. [0] is for 32-bit pointers, [1] for 64-bit ones. */
    uint32_t size[2];
    uint32_t align[2];
    uint32_t payload[2];        /* variant, option, result: offset of the payload */
    const uint32_t *offsets[2]; /* record, tuple: offset of each field */
    const uint8_t *flat[2];     /* the first core types when flattened, at most 16 */
    uint32_t flat_count;        /* core values when flattened; saturates */
    uint32_t properties;        /* TNI_TYPE_… bits of the library */
};

/* A function's type: parameters in order, one result or none. */
typedef struct tenon_func_type {
    bool is_async;
    uint32_t param_count;
    const tenon_field *params;
    const tenon_type *result; /* NULL for none */
} tenon_func_type;

/* The native form of a string. */
typedef struct tenon_string {
    const char *ptr; /* UTF-8, not 0-terminated; may be anything when len is 0 */
    size_t len;
} tenon_string;

/* The native form of any list or map. */
typedef struct tenon_list {
    void *ptr; /* elements in native form */
    size_t len;
} tenon_list;

#ifdef __cplusplus
}
#endif

#endif
