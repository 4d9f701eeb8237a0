/* abitype.h: random component-level types, with a layout of their own, and as text.
 * CanonicalABI.md, "Alignment", "Element Size"; Explainer.md, "Type Definitions". */
#ifndef TENON_ABITYPE_H
#define TENON_ABITYPE_H

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "abivalue.h"

#define ABI_INTERFACE "abi:test/echo"

enum {
    ABI_FUNCS = 8,      /* of one component */
    ABI_PARAMS = 4,     /* at most, of one function */
    ABI_TYPES = 2000,   /* at most, in one component */
    ABI_FLAT = 16,      /* MAX_FLAT_PARAMS */
    ABI_ASYNC_FLAT = 4, /* MAX_FLAT_ASYNC_PARAMS */
    ABI_MAX_SIZE = 4096 /* static size of one type, in bytes */
};

/* -- text -- */

typedef struct abi_text {
    char *data;
    size_t len, room;
} abi_text;

__attribute__((format(printf, 2, 3))) static void abi_put(abi_text *b, const char *format,
                                                          ...) {
    for (;;) {
        va_list args;
        va_start(args, format);
        size_t left = b->room - b->len;
        int n = vsnprintf(b->data == NULL ? NULL : b->data + b->len, left, format, args);
        va_end(args);
        if (n < 0) {
            abort();
        }
        if ((size_t)n < left) {
            b->len += (size_t)n;
            return;
        }
        b->room = 2 * b->room + (size_t)n + 1024;
        b->data = realloc(b->data, b->room);
        if (b->data == NULL) {
            abort();
        }
    }
}

/* -- types -- */

typedef struct abi_type abi_type;

struct abi_type {
    tenon_type_kind kind;
    uint32_t id;       /* number among the types of its component */
    bool exported;     /* under a name of its own */
    bool borrows;      /* there is borrow<r> in it */
    uint32_t count;    /* fields, cases, labels, or fixed list length */
    abi_type **fields; /* count of them: record, tuple, variant (NULL: no payload) */
    abi_type *element, *other;
    /* [0] with 32-bit pointers, [1] with 64-bit ones */
    uint32_t size[2], align[2], flat[2];
};

typedef enum abi_lift {
    ABI_SYNC,
    ABI_CALLBACK, /* async, with a callback */
    ABI_STACKFUL  /* async, without one */
} abi_lift;

typedef struct abi_func {
    uint32_t param_count;
    abi_type *params[ABI_PARAMS];
    abi_type *result; /* the parameter, or the tuple of them, with u32 for borrow<r> */
    bool borrows;     /* there is borrow<r> in the parameters */
    bool is_async;    /* its type */
    abi_lift lift[2]; /* in the outer component, in the inner one */
    bool lower_async; /* where the outer one calls */
    bool yields;      /* what echoes lets others run first, so that callers wait */
} abi_func;

/* A component that echoes, and how its memory and strings are. */
typedef struct abi_side {
    bool wide;        /* 64-bit memory */
    uint8_t encoding; /* index into abi_encodings */
    bool in_place;    /* realloc shrinks in place */
    uint32_t start;   /* of the first allocation */
} abi_side;

static const char *const abi_encodings[] = {"utf8", "utf16", "latin1+utf16"};

/* Handles that can be in values. */
enum {
    ABI_OWN = 1,
    ABI_BORROW = 2,
    ABI_STREAM = 4,
    ABI_FUTURE = 8,
    ABI_ERROR_CONTEXT = 16,
    ABI_RESOURCE = ABI_OWN | ABI_BORROW
};

typedef enum abi_shape {
    ABI_LEAF,      /* one component that echoes */
    ABI_OVER_HOST, /* one that calls the host */
    ABI_OVER_GUEST /* one that calls another component */
} abi_shape;

typedef struct abi_program {
    abi_random random;
    bool portable; /* nothing that is behind a feature flag */
    bool damages;  /* some functions change a byte of what they give back */
    abi_type *types[ABI_TYPES];
    uint32_t type_count;
    abi_type *stream; /* what through() takes (abistream.h); NULL: there is none */
    uint32_t handles; /* kinds of handles in values (ABI_OWN and so on); r is a resource
                         of the component that echoes, or of the host that does */
    int budget;       /* of types, for the function at hand */
    uint32_t func_count;
    abi_func funcs[ABI_FUNCS + 1]; /* the last one is through() */
    abi_shape shape;
    abi_side sides[2]; /* the outer one, the inner one */
    abi_text text;
} abi_program;

static const char *const abi_primitives[] = {"bool", "s8",   "u8",    "s16", "u16",
                                             "s32",  "u32",  "s64",   "u64", "f32",
                                             "f64",  "char", "string"};

static const uint8_t abi_primitive_size[] = {1, 1, 1, 2, 2, 4, 4, 8, 8, 4, 8, 4};

static inline uint32_t abi_up(uint32_t n, uint32_t align) {
    return (n + align - 1) / align * align;
}

static inline uint32_t abi_max(uint32_t a, uint32_t b) {
    return a > b ? a : b;
}

/* The payload of a case; NULL if it has none, or t is no variant of any kind. */
static inline abi_type *abi_payload(const abi_type *t, uint32_t which) {
    switch (t->kind) {
    case TENON_TYPE_VARIANT: return t->fields[which];
    case TENON_TYPE_OPTION: return which == 1 ? t->element : NULL;
    case TENON_TYPE_RESULT: return which == 1 ? t->other : t->element;
    default: return NULL;
    }
}

static inline uint32_t abi_case_count(const abi_type *t) {
    return t->kind == TENON_TYPE_OPTION || t->kind == TENON_TYPE_RESULT ? 2 : t->count;
}

static inline uint32_t abi_payload_offset(const abi_type *t, int w) {
    uint32_t align = 1;
    for (uint32_t i = 0; i < abi_case_count(t); i++) {
        abi_type *p = abi_payload(t, i);
        align = p != NULL ? abi_max(align, p->align[w]) : align;
    }
    return abi_up(abi_tag_size(abi_case_count(t)), align);
}

static void abi_lay_out_fields(abi_type *t, int w) {
    t->align[w] = 1;
    for (uint32_t i = 0; i < t->count; i++) {
        const abi_type *f = t->fields[i];
        t->size[w] = abi_up(t->size[w], f->align[w]) + f->size[w];
        t->align[w] = abi_max(t->align[w], f->align[w]);
        t->flat[w] += f->flat[w];
    }
    t->size[w] = abi_up(t->size[w], t->align[w]);
}

static void abi_lay_out_cases(abi_type *t, int w) {
    uint32_t most = 0, flat = 0;
    t->align[w] = abi_tag_size(abi_case_count(t));
    for (uint32_t i = 0; i < abi_case_count(t); i++) {
        const abi_type *p = abi_payload(t, i);
        if (p != NULL) {
            most = abi_max(most, p->size[w]);
            flat = abi_max(flat, p->flat[w]);
            t->align[w] = abi_max(t->align[w], p->align[w]);
        }
    }
    t->size[w] = abi_up(abi_payload_offset(t, w) + most, t->align[w]);
    t->flat[w] = 1 + flat;
}

static void abi_lay_out(abi_type *t) {
    for (int w = 0; w < 2; w++) {
        switch (t->kind) {
        case TENON_TYPE_STRING:
        case TENON_TYPE_LIST:
        case TENON_TYPE_MAP:
            t->align[w] = w == 1 ? 8 : 4;
            t->size[w] = 2 * t->align[w];
            t->flat[w] = 2;
            break;
        case TENON_TYPE_FIXED_LIST:
            t->align[w] = t->element->align[w];
            t->size[w] = t->count * t->element->size[w];
            t->flat[w] = t->count * t->element->flat[w];
            break;
        case TENON_TYPE_RECORD:
        case TENON_TYPE_TUPLE: abi_lay_out_fields(t, w); break;
        case TENON_TYPE_VARIANT:
        case TENON_TYPE_ENUM:
        case TENON_TYPE_OPTION:
        case TENON_TYPE_RESULT: abi_lay_out_cases(t, w); break;
        case TENON_TYPE_FLAGS:
            t->size[w] = t->count <= 8 ? 1 : t->count <= 16 ? 2 : 4;
            t->align[w] = t->size[w];
            t->flat[w] = 1;
            break;
        case TENON_TYPE_OWN:
        case TENON_TYPE_BORROW:
        case TENON_TYPE_STREAM:
        case TENON_TYPE_FUTURE:
        case TENON_TYPE_ERROR_CONTEXT:
            t->size[w] = t->align[w] = 4;
            t->flat[w] = 1;
            break;
        default: t->size[w] = t->align[w] = abi_primitive_size[t->kind]; t->flat[w] = 1;
        }
    }
}

static abi_type *abi_type_new(abi_program *p, tenon_type_kind kind, uint32_t count) {
    abi_type *t = calloc(1, sizeof *t);
    if (t == NULL || p->type_count == ABI_TYPES) {
        abort();
    }
    t->kind = kind;
    t->count = count;
    t->fields = calloc(count + 1, sizeof *t->fields);
    p->budget--;
    return t;
}

/* Gives a finished type its number: parts have lower ones. */
static abi_type *abi_type_add(abi_program *p, abi_type *t) {
    bool must = t->kind == TENON_TYPE_RECORD || t->kind == TENON_TYPE_VARIANT ||
                t->kind == TENON_TYPE_ENUM || t->kind == TENON_TYPE_FLAGS;
    abi_lay_out(t);
    t->borrows = t->kind == TENON_TYPE_BORROW ||
                 (t->element != NULL && t->element->borrows) ||
                 (t->other != NULL && t->other->borrows);
    for (uint32_t i = 0; i < t->count; i++) {
        t->borrows = t->borrows || (t->fields[i] != NULL && t->fields[i]->borrows);
    }
    t->exported = must || abi_chance(&p->random, 15);
    t->id = p->type_count;
    p->types[p->type_count++] = t;
    return t;
}

static abi_type *abi_primitive(abi_program *p, uint32_t kinds) {
    return abi_type_add(
        p, abi_type_new(p, (tenon_type_kind)abi_below(&p->random, kinds), 0));
}

static abi_type *abi_random_type(abi_program *p, int depth);

static abi_type *abi_random_fields(abi_program *p, tenon_type_kind kind, int depth) {
    abi_type *t = abi_type_new(p, kind, 1 + abi_below(&p->random, 5));
    for (uint32_t i = 0; i < t->count; i++) {
        t->fields[i] = abi_random_type(p, depth - 1);
    }
    return t;
}

/* Now and then with as many cases as need a wider discriminant. */
static uint32_t abi_random_count(abi_program *p) {
    return abi_chance(&p->random, 4) ? 250 + abi_below(&p->random, 12)
                                     : 1 + abi_below(&p->random, 6);
}

static abi_type *abi_random_variant(abi_program *p, int depth) {
    abi_type *t = abi_type_new(p, TENON_TYPE_VARIANT, abi_random_count(p));
    uint32_t payloads = t->count > 6 ? 3 : t->count;
    for (uint32_t i = t->count - payloads; i < t->count; i++) {
        t->fields[i] = abi_chance(&p->random, 75) ? abi_random_type(p, depth - 1) : NULL;
    }
    return t;
}

static abi_type *abi_random_key(abi_program *p) {
    static const tenon_type_kind keys[] = {
        TENON_TYPE_BOOL, TENON_TYPE_S8,   TENON_TYPE_U8,     TENON_TYPE_S16,
        TENON_TYPE_U16,  TENON_TYPE_S32,  TENON_TYPE_U32,    TENON_TYPE_S64,
        TENON_TYPE_U64,  TENON_TYPE_CHAR, TENON_TYPE_STRING, TENON_TYPE_STRING};
    return abi_type_add(p, abi_type_new(p, keys[abi_below(&p->random, 12)], 0));
}

static abi_type *abi_random_shape(abi_program *p, int depth) {
    abi_random *r = &p->random;
    abi_type *t;
    switch (abi_below(r, p->portable ? 9 : 11)) {
    case 0: return abi_random_fields(p, TENON_TYPE_RECORD, depth);
    case 1: return abi_random_fields(p, TENON_TYPE_TUPLE, depth);
    case 2: return abi_random_variant(p, depth);
    case 3:
    case 4:
        t = abi_type_new(p, TENON_TYPE_LIST, 0);
        t->element = abi_random_type(p, depth - 1);
        return t;
    case 5:
        t = abi_type_new(p, TENON_TYPE_OPTION, 0);
        t->element = abi_random_type(p, depth - 1);
        return t;
    case 6:
        t = abi_type_new(p, TENON_TYPE_RESULT, 0);
        t->element = abi_chance(r, 80) ? abi_random_type(p, depth - 1) : NULL;
        t->other = abi_chance(r, 70) ? abi_random_type(p, depth - 1) : NULL;
        return t;
    case 7: return abi_type_new(p, TENON_TYPE_ENUM, abi_random_count(p));
    case 8: return abi_type_new(p, TENON_TYPE_FLAGS, 1 + abi_below(r, 32));
    case 9:
        t = abi_type_new(p, TENON_TYPE_MAP, 0);
        t->element = abi_random_key(p);
        t->other = abi_random_type(p, depth - 1);
        return t;
    default:
        t = abi_type_new(p, TENON_TYPE_FIXED_LIST, 1 + abi_below(r, 6));
        t->element = abi_random_type(p, depth - 1);
        return t;
    }
}

static void abi_type_free(abi_type *t) {
    free(t->fields);
    free(t);
}

/* One of the kinds of handles that the program has. */
static abi_type *abi_random_handle(abi_program *p) {
    static const tenon_type_kind kinds[] = {TENON_TYPE_OWN, TENON_TYPE_BORROW,
                                            TENON_TYPE_STREAM, TENON_TYPE_FUTURE,
                                            TENON_TYPE_ERROR_CONTEXT};
    uint32_t n;
    do {
        n = abi_below(&p->random, 5);
    } while ((p->handles >> n & 1) == 0);
    abi_type *t = abi_type_new(p, kinds[n], 0);
    if ((kinds[n] == TENON_TYPE_STREAM || kinds[n] == TENON_TYPE_FUTURE) &&
        abi_chance(&p->random, 75)) {
        /* numbers, which can go from an instance to itself: CanonicalABI.md, Stream State
         */
        tenon_type_kind number =
            (tenon_type_kind)(TENON_TYPE_S8 +
                              abi_below(&p->random, TENON_TYPE_CHAR - TENON_TYPE_S8));
        t->element = abi_type_add(p, abi_type_new(p, number, 0));
    }
    return abi_type_add(p, t);
}

static abi_type *abi_random_type(abi_program *p, int depth) {
    if (p->handles != 0 && abi_chance(&p->random, 20)) {
        return abi_random_handle(p);
    }
    if (depth == 0 || p->budget <= 0 || abi_chance(&p->random, 30)) {
        return abi_primitive(p, 13);
    }
    abi_type *t = abi_random_shape(p, depth);
    abi_lay_out(t);
    if (t->size[1] > ABI_MAX_SIZE) { /* its parts stay, unused */
        abi_type_free(t);
        return abi_primitive(p, 13);
    }
    memset(t->size, 0, sizeof t->size);
    memset(t->flat, 0, sizeof t->flat);
    return abi_type_add(p, t);
}

/* The type with u32 for borrow<r>, which results cannot have: of the same layout. */
static abi_type *abi_without_borrow(abi_program *p, abi_type *t) {
    if (t == NULL || !t->borrows) {
        return t;
    }
    if (t->kind == TENON_TYPE_BORROW) {
        return abi_type_add(p, abi_type_new(p, TENON_TYPE_U32, 0));
    }
    abi_type *copy = abi_type_new(p, t->kind, t->count);
    for (uint32_t i = 0; i < t->count && t->kind != TENON_TYPE_FIXED_LIST; i++) {
        copy->fields[i] = abi_without_borrow(p, t->fields[i]);
    }
    copy->element = abi_without_borrow(p, t->element);
    copy->other = abi_without_borrow(p, t->other);
    return abi_type_add(p, copy);
}

static void abi_random_func(abi_program *p, abi_func *f) {
    p->budget = 2 + (int)abi_below(&p->random, 24);
    f->is_async = !p->portable && abi_chance(&p->random, 40);
    f->lower_async = f->is_async && abi_chance(&p->random, 60);
    f->yields = f->is_async && abi_chance(&p->random, 40);
    for (int i = 0; i < 2 && f->is_async; i++) {
        f->lift[i] = (abi_lift)abi_below(&p->random, 3);
    }
    f->param_count =
        abi_chance(&p->random, 60) ? 1 : 1 + abi_below(&p->random, ABI_PARAMS);
    for (uint32_t i = 0; i < f->param_count; i++) {
        f->params[i] = abi_random_type(p, 4);
        f->borrows = f->borrows || f->params[i]->borrows;
    }
    if (f->param_count == 1) {
        f->result = abi_without_borrow(p, f->params[0]);
        return;
    }
    abi_type *t = abi_type_new(p, TENON_TYPE_TUPLE, f->param_count);
    for (uint32_t i = 0; i < f->param_count; i++) {
        t->fields[i] = abi_without_borrow(p, f->params[i]);
    }
    f->result = abi_type_add(p, t);
}

/* A list that goes through a stream. */
static void abi_random_stream(abi_program *p) {
    p->budget = 2 + (int)abi_below(&p->random, 12);
    abi_type *t = abi_type_new(p, TENON_TYPE_LIST, 0);
    do { /* stream<char> is not valid at this time: Explainer.md */
        t->element = abi_random_type(p, 3);
    } while (t->element->kind == TENON_TYPE_CHAR);
    p->stream = abi_type_add(p, t);
    p->funcs[ABI_FUNCS] = (abi_func){
        .param_count = 1, .params = {p->stream}, .result = p->stream, .is_async = true};
}

static void abi_random_side(abi_program *p, abi_side *s) {
    abi_random *r = &p->random;
    s->wide = !p->portable && abi_chance(r, 40);
    s->encoding = (uint8_t)abi_below(r, 3);
    s->in_place = abi_chance(r, 50);
    /* sometimes the first page has room for a few values only */
    s->start = abi_chance(r, 50) ? 16 : 65536 - abi_below(r, 300);
}

/* -- types as text -- */

/* How a type is referred to: by its own name when it is exported. */
static void abi_put_ref(abi_text *b, const abi_type *t) {
    if (t->exported) {
        abi_put(b, " $t%u", t->id);
    } else if (t->kind <= TENON_TYPE_STRING) {
        abi_put(b, " %s", abi_primitives[t->kind]);
    } else {
        abi_put(b, " $d%u", t->id);
    }
}

static void abi_put_parts(abi_text *b, const abi_type *t) {
    for (uint32_t i = 0; i < t->count; i++) {
        switch (t->kind) {
        case TENON_TYPE_RECORD:
            abi_put(b, " (field \"f%u\"", i);
            abi_put_ref(b, t->fields[i]);
            abi_put(b, ")");
            break;
        case TENON_TYPE_VARIANT:
            abi_put(b, " (case \"c%u\"", i);
            if (t->fields[i] != NULL) {
                abi_put_ref(b, t->fields[i]);
            }
            abi_put(b, ")");
            break;
        case TENON_TYPE_TUPLE: abi_put_ref(b, t->fields[i]); break;
        default: abi_put(b, " \"c%u\"", i); /* enum, flags */
        }
    }
}

static void abi_put_definition(abi_text *b, const abi_type *t) {
    static const char *const words[] = {
        [TENON_TYPE_LIST] = "list",       [TENON_TYPE_FIXED_LIST] = "list",
        [TENON_TYPE_RECORD] = "record",   [TENON_TYPE_TUPLE] = "tuple",
        [TENON_TYPE_VARIANT] = "variant", [TENON_TYPE_ENUM] = "enum",
        [TENON_TYPE_FLAGS] = "flags",     [TENON_TYPE_OPTION] = "option",
        [TENON_TYPE_RESULT] = "result",   [TENON_TYPE_MAP] = "map",
        [TENON_TYPE_STREAM] = "stream",   [TENON_TYPE_FUTURE] = "future"};
    if (t->kind <= TENON_TYPE_STRING) {
        abi_put(b, "%s", abi_primitives[t->kind]);
        return;
    }
    if (t->kind == TENON_TYPE_OWN || t->kind == TENON_TYPE_BORROW) {
        abi_put(b, "(%s $r)", t->kind == TENON_TYPE_OWN ? "own" : "borrow");
        return;
    }
    if (t->kind == TENON_TYPE_ERROR_CONTEXT) {
        abi_put(b, "error-context");
        return;
    }
    abi_put(b, "(%s", words[t->kind]);
    switch (t->kind) {
    case TENON_TYPE_LIST:
    case TENON_TYPE_OPTION: abi_put_ref(b, t->element); break;
    case TENON_TYPE_FIXED_LIST:
        abi_put_ref(b, t->element);
        abi_put(b, " %u", t->count);
        break;
    case TENON_TYPE_MAP:
        abi_put_ref(b, t->element);
        abi_put_ref(b, t->other);
        break;
    case TENON_TYPE_STREAM:
    case TENON_TYPE_FUTURE:
    case TENON_TYPE_RESULT:
        if (t->element != NULL) {
            abi_put_ref(b, t->element);
        }
        if (t->other != NULL) {
            abi_put(b, " (error");
            abi_put_ref(b, t->other);
            abi_put(b, ")");
        }
        break;
    default: abi_put_parts(b, t);
    }
    abi_put(b, ")");
}

/* All types: defined and exported, or declared in the import's instance type. A component
 * with an import has both: types that it exports cannot refer to those of its import. */
static void abi_put_types(abi_program *p, bool in_import, bool calls) {
    abi_text *b = &p->text;
    bool resource = (p->handles & ABI_RESOURCE) != 0;
    if (resource && in_import) {
        abi_put(b, "  (export \"r\" (type $r (sub resource)))\n");
    } else if (resource) {
        abi_put(b, "  %s\n  (export $r \"r\" (type $resource))\n",
                calls ? "(alias export $import \"r\" (type $resource))"
                      : "(type $resource (resource (rep i32)))");
    }
    for (uint32_t i = 0; i < p->type_count; i++) {
        const abi_type *t = p->types[i];
        if (t->exported || t->kind > TENON_TYPE_STRING) {
            abi_put(b, "  (type $d%u ", i);
            abi_put_definition(b, t);
            abi_put(b, ")\n");
        }
        if (t->exported && in_import) {
            abi_put(b, "  (export \"t%u\" (type $t%u (eq $d%u)))\n", i, i, i);
        } else if (t->exported) {
            abi_put(b, "  (export $t%u \"t%u\" (type $d%u))\n", i, i, i);
        }
    }
}

static void abi_put_signature(abi_text *b, const abi_func *f) {
    abi_put(b, "%s", f->is_async ? " async" : "");
    for (uint32_t i = 0; i < f->param_count; i++) {
        abi_put(b, " (param \"p%u\"", i);
        abi_put_ref(b, f->params[i]);
        abi_put(b, ")");
    }
    abi_put(b, " (result");
    abi_put_ref(b, f->result);
    abi_put(b, ")");
}

#endif
