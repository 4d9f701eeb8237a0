/* abicode.h: the core modules of components that echo values (abigen.h).
 *
 * Flat values to memory and back, by code written here, with the layout of abitype.h.
 * CanonicalABI.md, "Flattening", "Flat Lifting", "Flat Lowering". */
#ifndef TENON_ABICODE_H
#define TENON_ABICODE_H

#include "abitype.h"

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

#endif
