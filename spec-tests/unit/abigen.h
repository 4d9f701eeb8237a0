/* abigen.h: random component-level types and values, and components that echo them.
 *
 * A component is written as text, for the assembler. Its functions take values and give
 * them back: from flat core values to memory (stored by code written here, with a layout
 * computed here), from memory to memory, or as one flat value. It does so itself or by
 * calling an import of the same type, which the host or another component provides.
 * CanonicalABI.md, "Alignment", "Element Size", "Flattening". */
#ifndef TENON_ABIGEN_H
#define TENON_ABIGEN_H

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
    uint32_t count;    /* fields, cases, labels, or fixed list length */
    abi_type **fields; /* count of them: record, tuple, variant (NULL: no payload) */
    abi_type *element, *other;
    /* [0] with 32-bit pointers, [1] with 64-bit ones */
    uint32_t size[2], align[2], flat[2];
};

typedef struct abi_func {
    uint32_t param_count;
    abi_type *params[ABI_PARAMS];
    abi_type *result; /* the parameter, or the tuple of them */
} abi_func;

/* A component that echoes, and how its memory and strings are. */
typedef struct abi_side {
    bool wide;        /* 64-bit memory */
    uint8_t encoding; /* index into abi_encodings */
    bool in_place;    /* realloc shrinks in place */
    uint32_t start;   /* of the first allocation */
} abi_side;

static const char *const abi_encodings[] = {"utf8", "utf16", "latin1+utf16"};

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
    int budget; /* of types, for the function at hand */
    uint32_t func_count;
    abi_func funcs[ABI_FUNCS];
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

static abi_type *abi_random_type(abi_program *p, int depth) {
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

static void abi_random_func(abi_program *p, abi_func *f) {
    p->budget = 2 + (int)abi_below(&p->random, 24);
    f->param_count =
        abi_chance(&p->random, 60) ? 1 : 1 + abi_below(&p->random, ABI_PARAMS);
    for (uint32_t i = 0; i < f->param_count; i++) {
        f->params[i] = abi_random_type(p, 4);
    }
    if (f->param_count == 1) {
        f->result = f->params[0];
        return;
    }
    abi_type *t = abi_type_new(p, TENON_TYPE_TUPLE, f->param_count);
    memcpy(t->fields, f->params, f->param_count * sizeof *f->params);
    f->result = abi_type_add(p, t);
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
        [TENON_TYPE_RESULT] = "result",   [TENON_TYPE_MAP] = "map"};
    if (t->kind <= TENON_TYPE_STRING) {
        abi_put(b, "%s", abi_primitives[t->kind]);
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
static void abi_put_types(abi_program *p, bool in_import) {
    abi_text *b = &p->text;
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
    for (uint32_t i = 0; i < f->param_count; i++) {
        abi_put(b, " (param \"p%u\"", i);
        abi_put_ref(b, f->params[i]);
        abi_put(b, ")");
    }
    abi_put(b, " (result");
    abi_put_ref(b, f->result);
    abi_put(b, ")");
}

/* -- core code -- */

static const char *abi_pointer(const abi_side *s) {
    return s->wide ? "i64" : "i32";
}

/* CanonicalABI: flatten_type. Appends to out, which has room for ABI_FLAT. */
static uint32_t abi_flatten(const abi_type *t, bool wide, const char **out, uint32_t n) {
    switch (t->kind) {
    case TENON_TYPE_S64:
    case TENON_TYPE_U64: out[n++] = "i64"; break;
    case TENON_TYPE_F32: out[n++] = "f32"; break;
    case TENON_TYPE_F64: out[n++] = "f64"; break;
    case TENON_TYPE_STRING:
    case TENON_TYPE_LIST:
    case TENON_TYPE_MAP:
        out[n++] = wide ? "i64" : "i32";
        out[n++] = wide ? "i64" : "i32";
        break;
    case TENON_TYPE_FIXED_LIST:
        for (uint32_t i = 0; i < t->count; i++) {
            n = abi_flatten(t->element, wide, out, n);
        }
        break;
    case TENON_TYPE_RECORD:
    case TENON_TYPE_TUPLE:
        for (uint32_t i = 0; i < t->count; i++) {
            n = abi_flatten(t->fields[i], wide, out, n);
        }
        break;
    case TENON_TYPE_VARIANT:
    case TENON_TYPE_ENUM:
    case TENON_TYPE_OPTION:
    case TENON_TYPE_RESULT: {
        uint32_t most = n + 1;
        out[n] = "i32";
        for (uint32_t i = 0; i < abi_case_count(t); i++) {
            const char *one[ABI_FLAT];
            const abi_type *payload = abi_payload(t, i);
            uint32_t m = payload == NULL ? 0 : abi_flatten(payload, wide, one, 0);
            for (uint32_t k = 0; k < m; k++) {
                const char **at = &out[n + 1 + k];
                if (n + 1 + k == most) {
                    *at = one[k];
                    most++;
                } else if (strcmp(*at, one[k]) != 0) { /* CanonicalABI: join */
                    *at = (*at)[1] == '3' && one[k][1] == '3' ? "i32" : "i64";
                }
            }
        }
        return most;
    }
    default: out[n++] = "i32";
    }
    return n;
}

/* The core code of one function. */
typedef struct abi_code {
    abi_text *b;
    const abi_side *side;
    const char *have[ABI_FLAT]; /* types of the parameters */
    uint32_t have_count;
} abi_code;

/* The n-th parameter as a value of core type want, as lift_flat_variant's coercions. */
static void abi_put_value(const abi_code *c, uint32_t n, const char *want) {
    const char *have = c->have[n];
    char get[40];
    snprintf(get, sizeof get, "(local.get %u)", n);
    if (strcmp(have, want) == 0) {
        abi_put(c->b, "%s", get);
    } else if (strcmp(want, "f64") == 0) {
        abi_put(c->b, "(f64.reinterpret_i64 %s)", get);
    } else if (strcmp(want, "f32") == 0 && strcmp(have, "i32") == 0) {
        abi_put(c->b, "(f32.reinterpret_i32 %s)", get);
    } else if (strcmp(want, "f32") == 0) {
        abi_put(c->b, "(f32.reinterpret_i32 (i32.wrap_i64 %s))", get);
    } else {
        abi_put(c->b, "(i32.wrap_i64 %s)", get);
    }
}

static void abi_put_store(const abi_code *c, const char *op, uint32_t offset, uint32_t n,
                          const char *want, const char *open, const char *close) {
    abi_put(c->b, "(%s offset=%u (local.get $at) %s", op, offset, open);
    abi_put_value(c, n, want);
    abi_put(c->b, "%s)\n", close);
}

/* Stores the flat values from number n on as a value of type t at $at + offset; gives the
 * number after them. What lifting ignores is not left zero: booleans are stored as 6,
 * labels that a flags type does not have are set. */
static uint32_t abi_put_lowered(const abi_code *c, const abi_type *t, uint32_t offset,
                                uint32_t n) {
    static const char *const stores[] = {"i32.store8",  "i32.store8",  "i32.store8",
                                         "i32.store16", "i32.store16", "i32.store",
                                         "i32.store",   "i64.store",   "i64.store",
                                         "f32.store",   "f64.store",   "i32.store"};
    static const char *const by_size[] = {NULL, "i32.store8", "i32.store16", NULL,
                                          "i32.store"};
    int w = c->side->wide;
    char more[64];
    switch (t->kind) {
    case TENON_TYPE_BOOL:
        abi_put_store(c, "i32.store8", offset, n, "i32", "(i32.mul (i32.const 6)", ")");
        break;
    case TENON_TYPE_STRING:
    case TENON_TYPE_LIST:
    case TENON_TYPE_MAP:
        for (uint32_t i = 0; i < 2; i++) {
            abi_put_store(c, w ? "i64.store" : "i32.store", offset + i * t->align[w],
                          n + i, abi_pointer(c->side), "", "");
        }
        break;
    case TENON_TYPE_FIXED_LIST:
        for (uint32_t i = 0; i < t->count; i++) {
            n = abi_put_lowered(c, t->element, offset + i * t->element->size[w], n);
        }
        return n;
    case TENON_TYPE_RECORD:
    case TENON_TYPE_TUPLE:
        for (uint32_t i = 0; i < t->count; i++) {
            offset = abi_up(offset, t->fields[i]->align[w]);
            n = abi_put_lowered(c, t->fields[i], offset, n);
            offset += t->fields[i]->size[w];
        }
        return n;
    case TENON_TYPE_FLAGS:
        snprintf(more, sizeof more, "(i32.or (i32.const 0x%x)",
                 t->count == 32 ? 0u : UINT32_MAX << t->count);
        abi_put_store(c, by_size[t->size[w]], offset, n, "i32", more, ")");
        break;
    case TENON_TYPE_VARIANT:
    case TENON_TYPE_ENUM:
    case TENON_TYPE_OPTION:
    case TENON_TYPE_RESULT:
        abi_put_store(c, by_size[abi_tag_size(abi_case_count(t))], offset, n, "i32", "",
                      "");
        for (uint32_t i = 0; i < abi_case_count(t); i++) {
            if (abi_payload(t, i) != NULL) {
                abi_put(c->b, "(if (i32.eq (i32.const %u) ", i);
                abi_put_value(c, n, "i32");
                abi_put(c->b, ") (then\n");
                (void)abi_put_lowered(c, abi_payload(t, i),
                                      offset + abi_payload_offset(t, w), n + 1);
                abi_put(c->b, "))\n");
            }
        }
        break;
    default: {
        const char *op = stores[t->kind];
        const char want[] = {op[0], op[1], op[2], 0};
        abi_put_store(c, op, offset, n, want, "", "");
    }
    }
    return n + t->flat[w];
}

static void abi_put_libc(abi_program *p, const abi_side *s) {
    const char *i = abi_pointer(s);
    abi_text *b = &p->text;
    abi_put(b,
            "  (core module $libc (memory (export \"memory\")%s 1)\n"
            "  (global $top (export \"top\") (mut %s) (%s.const %u))\n"
            "  (func (export \"realloc\") (param $old %s) (param $bytes %s)\n"
            "      (param $align %s) (param $new %s) (result %s) (local $at %s)\n",
            s->wide ? " i64" : "", i, i, s->start, i, i, i, i, i, i);
    if (s->in_place) {
        abi_put(b,
                "  (if (i32.and (%s.ne (local.get $old) (%s.const 0))\n"
                "      (%s.le_u (local.get $new) (local.get $bytes)))\n"
                "    (then (return (local.get $old))))\n",
                i, i, i);
    }
    abi_put(
        b,
        "  (local.set $at (%s.and (%s.sub (%s.const 0) (local.get $align))\n"
        "      (%s.sub (%s.add (global.get $top) (local.get $align)) (%s.const 1))))\n"
        "  (global.set $top (%s.add (local.get $at) (local.get $new)))\n"
        "  (block $there (br_if $there (%s.le_u (global.get $top)\n"
        "      (%s.shl (memory.size) (%s.const 16))))\n"
        "    (br_if $there (%s.ne (%s.const -1) (memory.grow (%s.sub\n"
        "      (%s.shr_u (%s.add (global.get $top) (%s.const 65535)) (%s.const 16))\n"
        "      (memory.size)))))\n"
        "    unreachable)\n",
        i, i, i, i, i, i, i, i, i, i, i, i, i, i, i, i, i);
    abi_put(b,
            "  (memory.fill (local.get $at) (i32.const 0xa5) (local.get $new))\n"
            "  (memory.copy (local.get $at) (local.get $old)\n"
            "    (select (local.get $bytes) (local.get $new)\n"
            "      (%s.lt_u (local.get $bytes) (local.get $new))))\n"
            "  (local.get $at)))\n"
            "  (core instance $libc (instantiate $libc))\n",
            i);
}

/* The core signature's parameters, of canon lift and lower alike but for the pointer to
 * the result. Fills c->have. */
static void abi_put_core_params(abi_code *c, const abi_func *f) {
    uint32_t flat = 0;
    c->have_count = 0;
    for (uint32_t i = 0; i < f->param_count; i++) {
        flat += f->params[i]->flat[c->side->wide];
    }
    if (flat > ABI_FLAT) {
        c->have[c->have_count++] = abi_pointer(c->side);
    } else {
        for (uint32_t i = 0; i < f->param_count; i++) {
            c->have_count =
                abi_flatten(f->params[i], c->side->wide, c->have, c->have_count);
        }
    }
    abi_put(c->b, " (param");
    for (uint32_t i = 0; i < c->have_count; i++) {
        abi_put(c->b, " %s", c->have[i]);
    }
    abi_put(c->b, ")");
}

/* The only flat value of a result, with bits that lifting ignores set. */
static void abi_put_returned(const abi_code *c, const abi_type *t) {
    static const char *const noise[] = {
        "i32.mul (i32.const 0x300)", "i32.or (i32.const 0x5a5a5a00)",
        "i32.or (i32.const 0xffffff00)", "i32.xor (i32.const 0x5a5a0000)",
        "i32.or (i32.const 0xffff0000)"};
    if (t->kind <= TENON_TYPE_U16) {
        abi_put(c->b, "(%s (local.get 0))", noise[t->kind]);
    } else {
        abi_put(c->b, "(local.get 0)");
    }
}

/* A byte in memory that says what a value is: of a bool, char, flags or discriminant.
 * False: there is none on the way that was taken. */
static bool abi_random_byte(abi_program *p, const abi_type *t, int w, uint32_t *offset) {
    abi_random *r = &p->random;
    const abi_type *part;
    uint32_t n;
    switch (t->kind) {
    case TENON_TYPE_BOOL:
    case TENON_TYPE_CHAR:
    case TENON_TYPE_FLAGS:
    case TENON_TYPE_ENUM: *offset += abi_below(r, t->size[w]); return true;
    case TENON_TYPE_RECORD:
    case TENON_TYPE_TUPLE:
        n = abi_below(r, t->count);
        for (uint32_t i = 0, at = 0;; i++) {
            part = t->fields[i];
            at = abi_up(at, part->align[w]);
            if (i == n) {
                *offset += at;
                return abi_random_byte(p, part, w, offset);
            }
            at += part->size[w];
        }
    case TENON_TYPE_VARIANT:
    case TENON_TYPE_OPTION:
    case TENON_TYPE_RESULT:
        part = abi_payload(t, abi_below(r, abi_case_count(t)));
        if (part == NULL || abi_chance(r, 50)) {
            *offset += abi_below(r, abi_tag_size(abi_case_count(t)));
            return true;
        }
        *offset += abi_payload_offset(t, w);
        return abi_random_byte(p, part, w, offset);
    default: return false;
    }
}

static void abi_put_damage(abi_program *p, const abi_type *t, int w) {
    uint32_t offset = 0;
    if (p->damages && abi_chance(&p->random, 50) && abi_random_byte(p, t, w, &offset)) {
        abi_put(&p->text, "(i32.store8 offset=%u (local.get $at) (i32.const %u))\n",
                offset, abi_below(&p->random, abi_chance(&p->random, 50) ? 4 : 256));
    }
}

static void abi_put_core_func(abi_program *p, const abi_side *s, uint32_t number,
                              bool calls) {
    const abi_func *f = &p->funcs[number];
    abi_code c = {.b = &p->text, .side = s};
    const char *i = abi_pointer(s), *one[ABI_FLAT];
    int w = s->wide;
    bool spilled = f->result->flat[w] > 1;
    const char *result = i;
    if (!spilled) {
        (void)abi_flatten(f->result, s->wide, one, 0);
        result = one[0];
    }
    abi_put(c.b, "  (func (export \"echo%u\")", number);
    abi_put_core_params(&c, f);
    abi_put(c.b, " (result %s) (local $at %s)\n", result, i);
    if (!calls && f->result->flat[w] > ABI_FLAT) {
        abi_put(c.b, "(local.get 0)");
    } else if (!calls && !spilled) {
        abi_put_returned(&c, f->result);
    } else {
        if (spilled) {
            abi_put(
                c.b,
                "(local.set $at (call $realloc (%s.const 0) (%s.const 0) (%s.const %u)"
                " (%s.const %u)))\n",
                i, i, i, f->result->align[w], i, f->result->size[w]);
        }
        if (calls) {
            abi_put(c.b, "(call $echo%u", number);
            for (uint32_t n = 0; n < c.have_count; n++) {
                abi_put(c.b, " (local.get %u)", n);
            }
            abi_put(c.b, "%s)", spilled ? " (local.get $at)" : "");
        } else {
            uint32_t offset = 0, n = 0;
            for (uint32_t k = 0; k < f->param_count; k++) {
                offset = abi_up(offset, f->params[k]->align[w]);
                n = abi_put_lowered(&c, f->params[k], offset, n);
                offset += f->params[k]->size[w];
            }
            abi_put_damage(p, f->result, w);
        }
        abi_put(c.b, "%s", spilled ? "(local.get $at)" : "");
    }
    abi_put(c.b,
            ")\n  (func (export \"post%u\") (param %s)\n"
            "    (global.set $top (%s.const %u)))\n",
            number, result, i, s->start);
}

static void abi_put_core_import(abi_program *p, const abi_side *s, uint32_t number) {
    const abi_func *f = &p->funcs[number];
    abi_code c = {.b = &p->text, .side = s};
    const char *one[ABI_FLAT];
    abi_put(c.b, "  (import \"import\" \"echo%u\" (func $echo%u", number, number);
    abi_put_core_params(&c, f);
    if (f->result->flat[s->wide] > 1) {
        abi_put(c.b, " (param %s)))\n", abi_pointer(s));
    } else {
        (void)abi_flatten(f->result, s->wide, one, 0);
        abi_put(c.b, " (result %s)))\n", one[0]);
    }
}

static void abi_put_import(abi_program *p) {
    abi_text *b = &p->text;
    abi_put(b, "  (import \"" ABI_INTERFACE "\" (instance $import\n");
    abi_put_types(p, true);
    for (uint32_t i = 0; i < p->func_count; i++) {
        abi_put(b, "  (export \"echo%u\" (func", i);
        abi_put_signature(b, &p->funcs[i]);
        abi_put(b, "))\n");
    }
    abi_put(b, "  ))\n");
}

static void abi_put_lowered_imports(abi_program *p, const abi_side *s) {
    abi_text *b = &p->text;
    for (uint32_t i = 0; i < p->func_count; i++) {
        abi_put(b,
                "  (core func $echo%u (canon lower (func $import \"echo%u\")\n"
                "    (memory (core memory $libc \"memory\"))\n"
                "    (realloc (core func $libc \"realloc\")) string-encoding=%s))\n",
                i, i, abi_encodings[s->encoding]);
    }
}

/* What a component that echoes is made of, without the parentheses around it. */
static void abi_put_echo(abi_program *p, const abi_side *s, bool calls) {
    abi_text *b = &p->text;
    const char *i = abi_pointer(s);
    if (calls) {
        abi_put_import(p);
    }
    abi_put_types(p, false);
    abi_put_libc(p, s);
    if (calls) {
        abi_put_lowered_imports(p, s);
    }
    abi_put(b,
            "  (core module $main\n"
            "  (import \"libc\" \"memory\" (memory%s 1))\n"
            "  (import \"libc\" \"top\" (global $top (mut %s)))\n"
            "  (import \"libc\" \"realloc\" (func $realloc (param %s %s %s %s)"
            " (result %s)))\n",
            s->wide ? " i64" : "", i, i, i, i, i, i);
    for (uint32_t n = 0; n < p->func_count && calls; n++) {
        abi_put_core_import(p, s, n);
    }
    for (uint32_t n = 0; n < p->func_count; n++) {
        abi_put_core_func(p, s, n, calls);
    }
    abi_put(b, "  )\n  (core instance $main (instantiate $main\n"
               "    (with \"libc\" (instance $libc))\n");
    if (calls) {
        abi_put(b, "    (with \"import\" (instance\n");
        for (uint32_t n = 0; n < p->func_count; n++) {
            abi_put(b, "      (export \"echo%u\" (func $echo%u))\n", n, n);
        }
        abi_put(b, "    ))\n");
    }
    abi_put(b, "  ))\n");
    for (uint32_t n = 0; n < p->func_count; n++) {
        abi_put(b, "  (func (export \"echo%u\")", n);
        abi_put_signature(b, &p->funcs[n]);
        abi_put(b,
                "\n    (canon lift (core func $main \"echo%u\")\n"
                "      (memory (core memory $libc \"memory\"))\n"
                "      (realloc (core func $libc \"realloc\"))\n"
                "      (post-return (core func $main \"post%u\")) string-encoding=%s))\n",
                n, n, abi_encodings[s->encoding]);
    }
}

/* A program by its seed: types, functions, text. The functions of an ABI_OVER_GUEST are
 * in the exported instance ABI_INTERFACE, those of the others at the root. */
static void abi_generate(abi_program *p, uint64_t seed, bool portable, bool damages) {
    memset(p, 0, sizeof *p);
    p->random.state = seed;
    p->portable = portable;
    p->damages = damages;
    p->func_count = 1 + abi_below(&p->random, ABI_FUNCS);
    for (uint32_t i = 0; i < p->func_count; i++) {
        abi_random_func(p, &p->funcs[i]);
    }
    p->shape = (abi_shape)abi_below(&p->random, 3);
    abi_random_side(p, &p->sides[0]);
    abi_random_side(p, &p->sides[1]);
    abi_put(&p->text, "(component\n");
    switch (p->shape) {
    case ABI_LEAF: abi_put_echo(p, &p->sides[0], false); break;
    case ABI_OVER_HOST: abi_put_echo(p, &p->sides[0], true); break;
    case ABI_OVER_GUEST:
        abi_put(&p->text, "(component $inner\n");
        abi_put_echo(p, &p->sides[1], false);
        abi_put(&p->text, ")\n(component $outer\n");
        abi_put_echo(p, &p->sides[0], true);
        abi_put(&p->text, ")\n(instance $inner (instantiate $inner))\n"
                          "(instance $outer (instantiate $outer\n"
                          "  (with \"" ABI_INTERFACE "\" (instance $inner))))\n"
                          "(export \"" ABI_INTERFACE "\" (instance $outer))\n");
        break;
    }
    abi_put(&p->text, ")\n");
}

static void abi_free(abi_program *p) {
    for (uint32_t i = 0; i < p->type_count; i++) {
        abi_type_free(p->types[i]);
    }
    free(p->text.data);
}

#endif
