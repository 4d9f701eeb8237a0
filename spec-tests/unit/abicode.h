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

/* The core code of one function. Its locals: $at, where a result is in memory; $in, the
 * same of parameters that are passed on; $value, a flat result. */
typedef struct abi_code {
    abi_text *b;
    const abi_side *side;
    const abi_func *f;
    uint32_t number;
    uint32_t flats; /* of the result and of all parameters; may be more than ABI_FLAT */
    const char *have[ABI_FLAT];   /* types of the parameters */
    const char *result[ABI_FLAT]; /* of the flat result, when it is no longer than that */
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
        const char *op = abi_is_handle(t->kind) ? "i32.store" : stores[t->kind];
        const char want[] = {op[0], op[1], op[2], 0};
        abi_put_store(c, op, offset, n, want, "", "");
    }
    }
    return n + t->flat[w];
}

static void abi_put_zeros(const abi_code *c, uint32_t n, uint32_t end) {
    for (; n < end; n++) {
        abi_put(c->b, " (%s.const 0)", c->result[n]);
    }
}

/* A load at $at + offset as flat value number n of the result, whose type may be a joined
 * one (lower_flat_variant). */
static void abi_put_load(const abi_code *c, const char *op, uint32_t offset, uint32_t n) {
    const char *want = c->result[n];
    const char *widen = "", *reinterpret = "";
    if (op[0] == 'f' && want[0] == 'i') {
        reinterpret = op[1] == '3' ? "i32.reinterpret_f32 (" : "i64.reinterpret_f64 (";
    }
    if (op[1] == '3' && want[1] == '6') {
        widen = "i64.extend_i32_u (";
    }
    abi_put(c->b, " (%s%s%s offset=%u (local.get $at))%s%s", widen, reinterpret, op,
            offset, *widen != 0 ? ")" : "", *reinterpret != 0 ? ")" : "");
}

static uint32_t abi_put_lifted(const abi_code *c, const abi_type *t, uint32_t offset,
                               uint32_t n);

static const char *const abi_loads[] = {"i32.load8_u",  "i32.load8_s",  "i32.load8_u",
                                        "i32.load16_s", "i32.load16_u", "i32.load",
                                        "i32.load",     "i64.load",     "i64.load",
                                        "f32.load",     "f64.load",     "i32.load"};
static const char *const abi_unsigned_loads[] = {NULL, "i32.load8_u", "i32.load16_u",
                                                 NULL, "i32.load"};

/* The payload of the case that is at $at + offset, by a chain of conditions; the flat
 * values that a case has no use for are zero. */
static void abi_put_lifted_payload(const abi_code *c, const abi_type *t, uint32_t offset,
                                   uint32_t n) {
    uint32_t open = 0, end = n + t->flat[c->side->wide];
    if (end == n + 1) {
        return;
    }
    for (uint32_t i = 0; i < abi_case_count(t); i++) {
        const abi_type *payload = abi_payload(t, i);
        if (payload == NULL) {
            continue;
        }
        abi_put(c->b, "\n(if (result");
        for (uint32_t k = n + 1; k < end; k++) {
            abi_put(c->b, " %s", c->result[k]);
        }
        abi_put(c->b, ") (i32.eq (i32.const %u) (%s offset=%u (local.get $at))) (then", i,
                abi_unsigned_loads[abi_tag_size(abi_case_count(t))], offset);
        uint32_t at = offset + abi_payload_offset(t, c->side->wide);
        abi_put_zeros(c, abi_put_lifted(c, payload, at, n + 1), end);
        abi_put(c->b, ") (else");
        open++;
    }
    abi_put_zeros(c, n + 1, end);
    for (; open > 0; open--) {
        abi_put(c->b, "))");
    }
}

/* Loads a value of type t at $at + offset as the flat values of the result from number n
 * on; gives the number after them. */
static uint32_t abi_put_lifted(const abi_code *c, const abi_type *t, uint32_t offset,
                               uint32_t n) {
    int w = c->side->wide;
    switch (t->kind) {
    case TENON_TYPE_STRING:
    case TENON_TYPE_LIST:
    case TENON_TYPE_MAP:
        for (uint32_t i = 0; i < 2; i++) {
            abi_put_load(c, w ? "i64.load" : "i32.load", offset + i * t->align[w], n + i);
        }
        break;
    case TENON_TYPE_FIXED_LIST:
        for (uint32_t i = 0; i < t->count; i++) {
            n = abi_put_lifted(c, t->element, offset + i * t->element->size[w], n);
        }
        return n;
    case TENON_TYPE_RECORD:
    case TENON_TYPE_TUPLE:
        for (uint32_t i = 0; i < t->count; i++) {
            offset = abi_up(offset, t->fields[i]->align[w]);
            n = abi_put_lifted(c, t->fields[i], offset, n);
            offset += t->fields[i]->size[w];
        }
        return n;
    case TENON_TYPE_FLAGS:
        abi_put_load(c, abi_unsigned_loads[t->size[w]], offset, n);
        break;
    case TENON_TYPE_VARIANT:
    case TENON_TYPE_ENUM:
    case TENON_TYPE_OPTION:
    case TENON_TYPE_RESULT:
        abi_put_load(c, abi_unsigned_loads[abi_tag_size(abi_case_count(t))], offset, n);
        abi_put_lifted_payload(c, t, offset, n);
        break;
    default:
        abi_put_load(c, abi_is_handle(t->kind) ? "i32.load" : abi_loads[t->kind], offset,
                     n);
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

static abi_code abi_code_of(abi_program *p, const abi_side *s, uint32_t number) {
    const abi_func *f = &p->funcs[number];
    abi_code c = {.b = &p->text, .side = s, .f = f, .number = number};
    c.flats = f->result->flat[s->wide];
    if (c.flats > ABI_FLAT) {
        c.have[c.have_count++] = abi_pointer(s);
        return c;
    }
    (void)abi_flatten(f->result, s->wide, c.result, 0);
    for (uint32_t i = 0; i < f->param_count; i++) {
        c.have_count = abi_flatten(f->params[i], s->wide, c.have, c.have_count);
    }
    return c;
}

static void abi_put_core_types(const abi_code *c, const char *const *types, uint32_t n) {
    abi_put(c->b, " (param");
    for (uint32_t i = 0; i < n; i++) {
        abi_put(c->b, " %s", types[i]);
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

/* Room for a value of the result's type, which is also that of all parameters. */
static void abi_put_alloc(const abi_code *c) {
    const char *i = abi_pointer(c->side);
    int w = c->side->wide;
    abi_put(c->b,
            "(local.set $at (call $realloc (%s.const 0) (%s.const 0) (%s.const %u)"
            " (%s.const %u)))\n",
            i, i, i, c->f->result->align[w], i, c->f->result->size[w]);
}

/* The flat parameters to memory at $at. */
static void abi_put_params_stored(const abi_code *c) {
    uint32_t offset = 0, n = 0;
    int w = c->side->wide;
    abi_put_alloc(c);
    for (uint32_t k = 0; k < c->f->param_count; k++) {
        offset = abi_up(offset, c->f->params[k]->align[w]);
        n = abi_put_lowered(c, c->f->params[k], offset, n);
        offset += c->f->params[k]->size[w];
    }
}

static void abi_put_params(const abi_code *c) {
    for (uint32_t n = 0; n < c->have_count; n++) {
        abi_put(c->b, " (local.get %u)", n);
    }
}

/* Calls the import. The result is at $at, or in $value when it is one flat value and the
 * function is not lowered with async. */
static void abi_put_call(const abi_code *c) {
    bool in_memory = c->flats > ABI_ASYNC_FLAT && c->flats <= ABI_FLAT;
    if (!c->f->lower_async) {
        bool spilled = c->flats > 1;
        if (spilled) {
            abi_put_alloc(c);
        }
        abi_put(c->b, "%s(call $echo%u", spilled ? "" : "(local.set $value ", c->number);
        abi_put_params(c);
        abi_put(c->b, "%s", spilled ? " (local.get $at))\n" : "))\n");
        return;
    }
    if (in_memory) {
        abi_put_params_stored(c);
        abi_put(c->b, "(local.set $in (local.get $at))\n");
    }
    abi_put_alloc(c);
    abi_put(c->b, "(call $wait (call $echo%u", c->number);
    if (in_memory) {
        abi_put(c->b, " (local.get $in)");
    } else {
        abi_put_params(c);
    }
    abi_put(c->b, " (local.get $at)))\n");
}

/* -- borrowed handles: whoever gets some drops them before it returns -- */

static uint32_t abi_map_value_offset(const abi_type *t, int w) {
    return abi_up(t->element->size[w], t->other->align[w]);
}

static uint32_t abi_element_size(const abi_type *t, int w) {
    return t->kind != TENON_TYPE_MAP
               ? t->element->size[w]
               : abi_up(abi_map_value_offset(t, w) + t->other->size[w],
                        abi_max(t->element->align[w], t->other->align[w]));
}

static void abi_put_borrows_at(const abi_program *p, const abi_side *s, const abi_type *t,
                               uint32_t offset) {
    if (t != NULL && t->borrows) {
        const char *i = abi_pointer(s);
        abi_put((abi_text *)&p->text,
                "    (call $borrows%u (%s.add (local.get $at) (%s.const %u)))\n", t->id,
                i, i, offset);
    }
}

/* Of the elements of a list or map. */
static void abi_put_borrows_of_list(abi_program *p, const abi_side *s,
                                    const abi_type *t) {
    const char *i = abi_pointer(s);
    int w = s->wide;
    bool is_map = t->kind == TENON_TYPE_MAP;
    abi_put(&p->text,
            "    (local.set $n (%s.load offset=%u (local.get $at)))\n"
            "    (local.set $at (%s.load (local.get $at)))\n"
            "    (block $all (loop $more (br_if $all (%s.eqz (local.get $n)))\n",
            i, t->align[w], i, i);
    abi_put_borrows_at(p, s, is_map ? t->other : t->element,
                       is_map ? abi_map_value_offset(t, w) : 0);
    abi_put(&p->text,
            "    (local.set $at (%s.add (local.get $at) (%s.const %u)))\n"
            "    (local.set $n (%s.sub (local.get $n) (%s.const 1))) (br $more)))\n",
            i, i, abi_element_size(t, w), i, i);
}

static void abi_put_borrows_of_case(abi_program *p, const abi_side *s,
                                    const abi_type *t) {
    for (uint32_t i = 0; i < abi_case_count(t); i++) {
        const abi_type *payload = abi_payload(t, i);
        if (payload != NULL && payload->borrows) {
            abi_put(&p->text,
                    "    (if (i32.eq (i32.const %u) (%s (local.get $at))) (then\n", i,
                    abi_unsigned_loads[abi_tag_size(abi_case_count(t))]);
            abi_put_borrows_at(p, s, payload, abi_payload_offset(t, s->wide));
            abi_put(&p->text, "    ))\n");
        }
    }
}

/* A function that drops what a value of type t in memory has of borrow<r>. */
static void abi_put_borrows_of(abi_program *p, const abi_side *s, const abi_type *t) {
    const char *i = abi_pointer(s);
    int w = s->wide;
    abi_put(&p->text, "  (func $borrows%u (param $at %s) (local $n %s)\n", t->id, i, i);
    switch (t->kind) {
    case TENON_TYPE_BORROW:
        abi_put(&p->text, "    (call $let.go (i32.load (local.get $at)))\n");
        break;
    case TENON_TYPE_LIST:
    case TENON_TYPE_MAP: abi_put_borrows_of_list(p, s, t); break;
    case TENON_TYPE_FIXED_LIST:
        for (uint32_t k = 0; k < t->count; k++) {
            abi_put_borrows_at(p, s, t->element, k * t->element->size[w]);
        }
        break;
    case TENON_TYPE_RECORD:
    case TENON_TYPE_TUPLE:
        for (uint32_t k = 0, offset = 0; k < t->count; k++) {
            offset = abi_up(offset, t->fields[k]->align[w]);
            abi_put_borrows_at(p, s, t->fields[k], offset);
            offset += t->fields[k]->size[w];
        }
        break;
    default: abi_put_borrows_of_case(p, s, t);
    }
    abi_put(&p->text, "  )\n");
}

static void abi_put_borrows(abi_program *p, const abi_side *s) {
    for (uint32_t i = 0; i < p->type_count; i++) {
        if (p->types[i]->borrows) {
            abi_put_borrows_of(p, s, p->types[i]);
        }
    }
}

/* Before the call: the parameters in memory, at $args. */
static void abi_put_args_kept(const abi_code *c) {
    if (c->flats > ABI_FLAT) {
        abi_put(c->b, "(local.set $args (local.get 0))\n");
    } else {
        abi_put_params_stored(c);
        abi_put(c->b, "(local.set $args (local.get $at))\n");
    }
}

/* After it. */
static void abi_put_args_dropped(const abi_program *p, const abi_code *c) {
    abi_put(c->b, "(local.set $in (local.get $at)) (local.set $at (local.get $args))\n");
    for (uint32_t k = 0, offset = 0; k < c->f->param_count; k++) {
        const abi_type *t = c->f->params[k];
        offset = abi_up(offset, t->align[c->side->wide]);
        abi_put_borrows_at(p, c->side, t, offset);
        offset += t->size[c->side->wide];
    }
    abi_put(c->b, "(local.set $at (local.get $in))\n");
}

/* What the function works out, as lifting without async wants it. */
static void abi_put_sync_result(abi_program *p, const abi_code *c, bool calls) {
    if (c->flats > 1) {
        if (!calls && c->flats <= ABI_FLAT) {
            abi_put_params_stored(c);
            abi_put_damage(p, c->f->result, c->side->wide);
        }
        abi_put(c->b, "(local.get %s)", !calls && c->flats > ABI_FLAT ? "0" : "$at");
    } else if (!calls) {
        abi_put_returned(c, c->f->result);
    } else if (!c->f->lower_async) {
        abi_put(c->b, "(local.get $value)");
    } else {
        (void)abi_put_lifted(c, c->f->result, 0, 0);
    }
}

/* The same for task.return; memory is free for the next call then. */
static void abi_put_async_result(const abi_code *c, bool calls) {
    bool one = c->flats == 1 && !c->f->lower_async;
    abi_put(c->b, "(call $return%u", c->number);
    if (!calls) {
        abi_put_params(c);
    } else if (c->flats > ABI_FLAT) {
        abi_put(c->b, " (local.get $at)");
    } else if (one) {
        abi_put(c->b, " (local.get $value)");
    } else {
        (void)abi_put_lifted(c, c->f->result, 0, 0);
    }
    abi_put(c->b, ")\n(global.set $top (%s.const %u))\n", abi_pointer(c->side),
            c->side->start);
}

static abi_lift abi_lift_of(const abi_program *p, const abi_side *s, uint32_t number) {
    return p->funcs[number].lift[s == &p->sides[1]];
}

static void abi_put_core_func(abi_program *p, const abi_side *s, uint32_t number,
                              bool calls) {
    abi_code c = abi_code_of(p, s, number);
    abi_lift lift = abi_lift_of(p, s, number);
    const char *i = abi_pointer(s);
    const char *single = c.flats == 1 ? c.result[0] : i;
    abi_put(c.b, "  (func (export \"echo%u\")", number);
    abi_put_core_types(&c, c.have, c.have_count);
    if (lift != ABI_STACKFUL) {
        abi_put(c.b, " (result %s)", lift == ABI_CALLBACK ? "i32" : single);
    }
    abi_put(c.b, " (local $at %s) (local $in %s) (local $args %s) (local $value %s)\n", i,
            i, i, single);
    if (calls && c.f->borrows) {
        abi_put_args_kept(&c);
        abi_put_call(&c);
        abi_put_args_dropped(p, &c);
    } else if (calls) {
        abi_put_call(&c);
    } else if (c.f->yields) {
        abi_put(c.b, "(drop (call $yield))\n");
    }
    if (lift == ABI_SYNC) {
        abi_put_sync_result(p, &c, calls);
    } else {
        abi_put_async_result(&c, calls);
    }
    abi_put(c.b,
            "%s)\n  (func (export \"post%u\") (param %s)\n"
            "    (global.set $top (%s.const %u)))\n",
            lift == ABI_CALLBACK ? "(i32.const 0 (; EXIT ;))" : "", number, single, i,
            s->start);
}

/* Waits for a subtask, by what a function lowered with async gave back. */
static void abi_put_wait(abi_program *p, const abi_side *s) {
    const char *i = abi_pointer(s);
    abi_put(&p->text,
            "  (func $wait (param $state i32) (local $set i32)\n"
            "    (if (i32.eq (local.get $state) (i32.const 2 (; RETURNED ;)))"
            " (then return))\n"
            "    (if (i32.ne (i32.and (local.get $state) (i32.const 15))"
            " (i32.const 1 (; STARTED ;))) (then unreachable))\n"
            "    (local.set $state (i32.shr_u (local.get $state) (i32.const 4)))\n"
            "    (local.set $set (call $set.new))\n"
            "    (call $join (local.get $state) (local.get $set))\n"
            "    (if (i32.ne (call $set.wait (local.get $set) (%s.const 0))"
            " (i32.const 1 (; SUBTASK ;))) (then unreachable))\n"
            "    (if (i32.ne (i32.load (%s.const 0)) (local.get $state))"
            " (then unreachable))\n"
            "    (if (i32.ne (i32.load (%s.const 4)) (i32.const 2)) (then unreachable))\n"
            "    (call $subtask.drop (local.get $state))\n"
            "    (call $set.drop (local.get $set)))\n",
            i, i, i);
}

/* The canonical built-ins that a component needs beside task.return: core name, canonical
 * definition, core type with 32-bit pointers and with 64-bit ones. */
typedef struct abi_builtin {
    const char *name, *canon, *type[2];
} abi_builtin;

static const abi_builtin abi_builtins_of_caller[] = {
    {"set.new", "waitable-set.new", {"(result i32)", "(result i32)"}},
    {"set.wait",
     "waitable-set.wait (memory (core memory $libc \"memory\"))",
     {"(param i32 i32) (result i32)", "(param i32 i64) (result i32)"}},
    {"set.drop", "waitable-set.drop", {"(param i32)", "(param i32)"}},
    {"join", "waitable.join", {"(param i32 i32)", "(param i32 i32)"}},
    {"subtask.drop", "subtask.drop", {"(param i32)", "(param i32)"}}};
static const abi_builtin abi_builtins_of_leaf[] = {
    {"yield", "thread.yield", {"(result i32)", "(result i32)"}}};

/* Those of a component that calls, or that echoes itself; none where nothing is async. */
static const abi_builtin *abi_builtins(const abi_program *p, bool calls,
                                       uint32_t *count) {
    bool any = p->stream != NULL;
    for (uint32_t i = 0; i < p->func_count; i++) {
        any = any || p->funcs[i].is_async;
    }
    *count = !any ? 0 : calls ? 5 : 1;
    return calls ? abi_builtins_of_caller : abi_builtins_of_leaf;
}

/* The imports of the core module: what is lowered, and task.return. */
static void abi_put_core_imports(abi_program *p, const abi_side *s, uint32_t number,
                                 bool calls) {
    abi_code c = abi_code_of(p, s, number);
    const char *i = abi_pointer(s);
    bool by_async = c.f->lower_async;
    if (calls) {
        bool in_memory = by_async && c.flats > ABI_ASYNC_FLAT;
        abi_put(c.b, "  (import \"import\" \"echo%u\" (func $echo%u", number, number);
        abi_put_core_types(&c, in_memory ? &i : c.have, in_memory ? 1 : c.have_count);
        if (c.flats > 1 || by_async) {
            abi_put(c.b, " (param %s)", i);
        }
        if (c.flats == 1 || by_async) {
            abi_put(c.b, " (result %s)", by_async ? "i32" : c.result[0]);
        }
        abi_put(c.b, "))\n");
    }
    if (abi_lift_of(p, s, number) != ABI_SYNC) {
        abi_put(c.b, "  (import \"import\" \"return%u\" (func $return%u", number, number);
        abi_put_core_types(&c, c.flats > ABI_FLAT ? &i : c.result,
                           c.flats > ABI_FLAT ? 1 : c.flats);
        abi_put(c.b, "))\n");
    }
}

#endif
