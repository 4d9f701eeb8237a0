/* abigen.h: components that echo values of random types, as text, by a seed.
 *
 * Their functions take values and give them back: from flat core values to memory (by
 * code and layouts of abicode.h and abitype.h), from memory to memory, or as one flat
 * value; with async or without. They do so themselves or by calling an import of the same
 * type, which the host or another component provides. */
#ifndef TENON_ABIGEN_H
#define TENON_ABIGEN_H

#include "abistream.h"

static void abi_put_import(abi_program *p) {
    abi_text *b = &p->text;
    abi_put(b, "  (import \"" ABI_INTERFACE "\" (instance $import\n");
    abi_put_types(p, true, true);
    abi_put_stream_type(p);
    if (p->stream != NULL) {
        abi_put(b, "  (export \"drain\" (func");
        abi_put_drain_signature(p);
        abi_put(b, "))\n");
    }
    if (p->shape == ABI_OVER_HOST && (p->handles & ABI_RESOURCE) != 0) {
        abi_put(b, "  (export \"make\" (func (param \"rep\" u32) (result (own $r))))\n"
                   "  (export \"rep\" (func (param \"r\" (borrow $r)) (result u32)))\n");
    }
    for (uint32_t i = 0; i < p->func_count; i++) {
        abi_put(b, "  (export \"echo%u\" (func", i);
        abi_put_signature(b, &p->funcs[i]);
        abi_put(b, "))\n");
    }
    abi_put(b, "  ))\n");
}

static void abi_put_canon_imports(abi_program *p, const abi_side *s, bool calls) {
    abi_text *b = &p->text;
    uint32_t count;
    const abi_builtin *builtins = abi_builtins(p, calls, &count);
    if ((p->handles & ABI_RESOURCE) != 0) {
        abi_put(b, "  (core func %s $resource))\n",
                calls ? "$let.go (canon resource.drop" : "$new (canon resource.new");
    }
    if (p->stream != NULL) {
        abi_put_stream_canons(p, s, calls);
    }
    for (uint32_t i = 0; i < count; i++) {
        abi_put(b, "  (core func $%s (canon %s))\n", builtins[i].name, builtins[i].canon);
    }
    for (uint32_t i = 0; i < p->func_count; i++) {
        const abi_func *f = &p->funcs[i];
        if (calls) {
            abi_put(
                b,
                "  (core func $echo%u (canon lower (func $import \"echo%u\")\n"
                "    (memory (core memory $libc \"memory\"))\n"
                "    (realloc (core func $libc \"realloc\")) string-encoding=%s%s))\n",
                i, i, abi_encodings[s->encoding], f->lower_async ? " async" : "");
        }
        if (abi_lift_of(p, s, i) != ABI_SYNC) {
            abi_put(b, "  (core func $return%u (canon task.return (result", i);
            abi_put_ref(b, f->result);
            abi_put(b,
                    ")\n    (memory (core memory $libc \"memory\"))"
                    " string-encoding=%s))\n",
                    abi_encodings[s->encoding]);
        }
    }
}

static void abi_put_main(abi_program *p, const abi_side *s, bool calls) {
    abi_text *b = &p->text;
    const char *i = abi_pointer(s);
    abi_put(b,
            "  (core module $main\n"
            "  (import \"libc\" \"memory\" (memory%s 1))\n"
            "  (import \"libc\" \"top\" (global $top (mut %s)))\n"
            "  (import \"libc\" \"realloc\" (func $realloc (param %s %s %s %s)"
            " (result %s)))\n",
            s->wide ? " i64" : "", i, i, i, i, i, i);
    bool has_resource = (p->handles & ABI_RESOURCE) != 0;
    bool resource = has_resource && !calls;
    uint32_t count;
    const abi_builtin *builtins = abi_builtins(p, calls, &count);
    if (resource) {
        abi_put(b,
                "  (import \"import\" \"new\" (func $new (param i32) (result i32)))\n");
    }
    if (has_resource && calls) {
        abi_put(b, "  (import \"import\" \"let.go\" (func $let.go (param i32)))\n");
    }
    for (uint32_t n = 0; n < count; n++) {
        const char *name = builtins[n].name;
        abi_put(b, "  (import \"import\" \"%s\" (func $%s %s))\n", name, name,
                builtins[n].type[s->wide]);
    }
    for (uint32_t n = 0; n < p->func_count; n++) {
        abi_put_core_imports(p, s, n, calls);
    }
    if (p->stream != NULL) {
        abi_put_stream_imports(p, s, calls);
    }
    if (calls && count != 0) {
        abi_put_wait(p, s);
    }
    if (p->stream != NULL && calls) {
        abi_put_through(p, s);
    } else if (p->stream != NULL) {
        abi_put_drain(p, s);
    }
    if (resource) {
        abi_put(b, "  (func (export \"make\") (param i32) (result i32)"
                   " (call $new (local.get 0)))\n"
                   "  (func (export \"rep\") (param i32) (result i32) (local.get 0))\n");
    }
    if (has_resource && calls) {
        abi_put_borrows(p, s);
    }
    for (uint32_t n = 0; n < p->func_count; n++) {
        abi_put_core_func(p, s, n, calls);
    }
    abi_put(b, "  (func (export \"callback\") (param i32 i32 i32) (result i32)"
               " unreachable))\n"
               "  (core instance $main (instantiate $main\n"
               "    (with \"libc\" (instance $libc))\n"
               "    (with \"import\" (instance\n");
    if (resource) {
        abi_put(b, "      (export \"new\" (func $new))\n");
    } else if (has_resource) {
        abi_put(b, "      (export \"let.go\" (func $let.go))\n");
    }
    if (p->stream != NULL) {
        abi_put_stream_with(p, calls);
    }
    for (uint32_t n = 0; n < count; n++) {
        abi_put(b, "      (export \"%s\" (func $%s))\n", builtins[n].name,
                builtins[n].name);
    }
    for (uint32_t n = 0; n < p->func_count; n++) {
        if (calls) {
            abi_put(b, "      (export \"echo%u\" (func $echo%u))\n", n, n);
        }
        if (abi_lift_of(p, s, n) != ABI_SYNC) {
            abi_put(b, "      (export \"return%u\" (func $return%u))\n", n, n);
        }
    }
    abi_put(b, "    ))))\n");
}

static void abi_put_lifts(abi_program *p, const abi_side *s) {
    abi_text *b = &p->text;
    for (uint32_t n = 0; n < p->func_count; n++) {
        abi_put(b, "  (func (export \"echo%u\")", n);
        abi_put_signature(b, &p->funcs[n]);
        abi_put(b,
                "\n    (canon lift (core func $main \"echo%u\")\n"
                "      (memory (core memory $libc \"memory\"))\n"
                "      (realloc (core func $libc \"realloc\")) string-encoding=%s",
                n, abi_encodings[s->encoding]);
        switch (abi_lift_of(p, s, n)) {
        case ABI_SYNC:
            abi_put(b, " (post-return (core func $main \"post%u\"))))\n", n);
            break;
        case ABI_CALLBACK:
            abi_put(b, " async (callback (core func $main \"callback\"))))\n");
            break;
        case ABI_STACKFUL: abi_put(b, " async))\n"); break;
        }
    }
}

/* What a component that echoes is made of, without the parentheses around it. */
static void abi_put_echo(abi_program *p, const abi_side *s, bool calls) {
    if (calls) {
        abi_put_import(p);
    }
    abi_put_types(p, false, calls);
    abi_put_stream_type(p);
    abi_put_libc(p, s);
    abi_put_canon_imports(p, s, calls);
    abi_put_main(p, s, calls);
    abi_put_lifts(p, s);
    if (p->stream != NULL) {
        abi_put_stream_lift(p, s, calls);
    }
    if ((p->handles & ABI_RESOURCE) != 0 && p->shape == ABI_OVER_HOST) {
        abi_put(&p->text, "  (export \"make\" (func $import \"make\"))\n"
                          "  (export \"rep\" (func $import \"rep\"))\n");
    } else if ((p->handles & ABI_RESOURCE) != 0 && !calls) {
        abi_put(&p->text,
                "  (func (export \"make\") (param \"rep\" u32) (result (own $r))\n"
                "    (canon lift (core func $main \"make\")))\n"
                "  (func (export \"rep\") (param \"r\" (borrow $r)) (result u32)\n"
                "    (canon lift (core func $main \"rep\")))\n");
    }
}

/* A program by its seed: types, functions, text. The functions of an ABI_OVER_GUEST are
 * in the exported instance ABI_INTERFACE, those of the others at the root. With a
 * resource there are make(u32) -> own<r> and rep(borrow<r>) -> u32, in the exported
 * instance "inner" or at the root. With a stream there is through(). */
static void abi_generate(abi_program *p, uint64_t seed, bool portable, bool damages) {
    memset(p, 0, sizeof *p);
    p->random.state = seed;
    p->portable = portable;
    p->damages = damages;
    p->shape = (abi_shape)abi_below(&p->random, 3);
    if ((!portable || p->shape != ABI_OVER_HOST) && abi_chance(&p->random, 40)) {
        p->handles = 1 + abi_below(&p->random, portable ? ABI_RESOURCE : 31);
    }
    p->func_count = 1 + abi_below(&p->random, ABI_FUNCS);
    for (uint32_t i = 0; i < p->func_count; i++) {
        abi_random_func(p, &p->funcs[i]);
    }
    if (!portable && p->shape == ABI_OVER_GUEST && (p->handles & ABI_BORROW) == 0) {
        abi_random_stream(p);
    }
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
                          "(export \"inner\" (instance $inner))\n"
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
