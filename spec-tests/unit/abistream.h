/* abistream.h: a list that goes from one component to another as a stream, and comes back
 * as a list.
 *
 * The outer component's through(list<T>) -> list<T> makes a stream, gives its readable
 * end to the inner one's drain(stream<T>, u32) -> list<T>, and writes the elements; both
 * copy a few at a time. CanonicalABI.md, "canon stream.{read,write}". */
#ifndef TENON_ABISTREAM_H
#define TENON_ABISTREAM_H

#include "abicode.h"

/* After the types: that of the stream. */
static void abi_put_stream_type(abi_program *p) {
    if (p->stream != NULL) {
        abi_put(&p->text, "  (type $stream (stream");
        abi_put_ref(&p->text, p->stream->element);
        abi_put(&p->text, "))\n");
    }
}

static void abi_put_drain_signature(abi_program *p) {
    abi_put(&p->text, " async (param \"s\" $stream) (param \"n\" u32) (result");
    abi_put_ref(&p->text, p->stream);
    abi_put(&p->text, ")");
}

static void abi_put_stream_canons(abi_program *p, const abi_side *s, bool calls) {
    static const char memory[] = "(memory (core memory $libc \"memory\"))";
    static const char realloc_[] = "(realloc (core func $libc \"realloc\"))";
    const char *encoding = abi_encodings[s->encoding];
    abi_text *b = &p->text;
    if (calls) {
        abi_put(
            b,
            "  (core func $stream.new (canon stream.new $stream))\n"
            "  (core func $write (canon stream.write $stream %s string-encoding=%s))\n"
            "  (core func $drop (canon stream.drop-writable $stream))\n"
            "  (core func $drain (canon lower (func $import \"drain\") async\n"
            "    %s %s string-encoding=%s))\n",
            memory, encoding, memory, realloc_, encoding);
        return;
    }
    abi_put(b,
            "  (core func $read (canon stream.read $stream %s %s string-encoding=%s))\n"
            "  (core func $drop (canon stream.drop-readable $stream))\n"
            "  (core func $drained (canon task.return (result",
            memory, realloc_, encoding);
    abi_put_ref(b, p->stream);
    abi_put(b, ") %s string-encoding=%s))\n", memory, encoding);
}

static const char *const abi_drain_imports[] = {"read", "drop", "drained"};
static const char *const abi_through_imports[] = {"stream.new", "write", "drop", "drain"};

static void abi_put_stream_with(abi_program *p, bool calls) {
    const char *const *names = calls ? abi_through_imports : abi_drain_imports;
    for (int i = 0; i < (calls ? 4 : 3); i++) {
        abi_put(&p->text, "      (export \"%s\" (func $%s))\n", names[i], names[i]);
    }
}

static void abi_put_stream_imports(abi_program *p, const abi_side *s, bool calls) {
    const char *const *names = calls ? abi_through_imports : abi_drain_imports;
    const char *i = abi_pointer(s);
    char copy[64], lower[64], drained[64];
    snprintf(copy, sizeof copy, "(param i32 %s %s) (result %s)", i, i, i);
    snprintf(lower, sizeof lower, "(param i32 i32 %s) (result i32)", i);
    snprintf(drained, sizeof drained, "(param %s %s)", i, i);
    const char *through_types[] = {"(result i64)", copy, "(param i32)", lower};
    const char *drain_types[] = {copy, "(param i32)", drained};
    for (int n = 0; n < (calls ? 4 : 3); n++) {
        abi_put(&p->text, "  (import \"import\" \"%s\" (func $%s %s))\n", names[n],
                names[n], calls ? through_types[n] : drain_types[n]);
    }
}

/* A loop that copies elements between the stream's end in $end and memory at $list until
 * $done is $len. */
static void abi_put_copy_loop(abi_program *p, const abi_side *s, const char *copy) {
    const char *i = abi_pointer(s);
    uint32_t size = p->stream->element->size[s->wide];
    uint32_t most = 1 + abi_below(&p->random, 6);
    abi_put(&p->text,
            "(block $all (loop $more\n"
            "  (br_if $all (%s.eq (local.get $done) (local.get $len)))\n"
            "  (local.set $some (%s.sub (local.get $len) (local.get $done)))\n"
            "  (if (%s.gt_u (local.get $some) (%s.const %u))\n"
            "    (then (local.set $some (%s.const %u))))\n"
            "  (local.set $done (%s.add (local.get $done) (%s.shr_u (call $%s\n"
            "    (local.get $end) (%s.add (local.get $list) (%s.mul (local.get $done)\n"
            "    (%s.const %u))) (local.get $some)) (%s.const 4))))\n"
            "  (br $more)))\n"
            "(call $drop (local.get $end))\n",
            i, i, i, i, most, i, most, i, i, copy, i, i, i, size, i);
}

static void abi_put_drain(abi_program *p, const abi_side *s) {
    const char *i = abi_pointer(s);
    const abi_type *t = p->stream->element;
    abi_put(&p->text,
            "  (func (export \"drain\") (param $end i32) (param $n i32) (result i32)\n"
            "      (local $list %s) (local $len %s) (local $done %s) (local $some %s)\n"
            "(local.set $len (%s (local.get $n)))\n"
            "(local.set $list (call $realloc (%s.const 0) (%s.const 0) (%s.const %u)\n"
            "  (%s.mul (local.get $len) (%s.const %u))))\n",
            i, i, i, i, s->wide ? "i64.extend_i32_u" : "i32.add (i32.const 0)", i, i, i,
            t->align[s->wide], i, i, t->size[s->wide]);
    abi_put_copy_loop(p, s, "read");
    abi_put(&p->text,
            "(call $drained (local.get $list) (local.get $len))\n"
            "(global.set $top (%s.const %u))\n(i32.const 0))\n",
            i, s->start);
}

static void abi_put_through(abi_program *p, const abi_side *s) {
    const char *i = abi_pointer(s);
    uint32_t pointer = s->wide ? 8 : 4;
    abi_put(&p->text,
            "  (func (export \"through\") (param $list %s) (param $len %s) (result %s)\n"
            "      (local $ends i64) (local $end i32) (local $state i32) (local $at %s)\n"
            "      (local $done %s) (local $some %s)\n"
            "(local.set $ends (call $stream.new))\n"
            "(local.set $end (i32.wrap_i64 (i64.shr_u (local.get $ends)"
            " (i64.const 32))))\n"
            "(local.set $at (call $realloc (%s.const 0) (%s.const 0) (%s.const %u)"
            " (%s.const %u)))\n"
            "(local.set $state (call $drain (i32.wrap_i64 (local.get $ends))\n"
            "  (%s (local.get $len)) (local.get $at)))\n",
            i, i, i, i, i, i, i, i, i, pointer, i, 2 * pointer,
            s->wide ? "i32.wrap_i64" : "i32.add (i32.const 0)");
    abi_put_copy_loop(p, s, "write");
    abi_put(&p->text,
            "(call $wait (local.get $state))\n(local.get $at))\n"
            "  (func (export \"post-through\") (param %s)\n"
            "    (global.set $top (%s.const %u)))\n",
            i, i, s->start);
}

static void abi_put_stream_lift(abi_program *p, const abi_side *s, bool calls) {
    abi_text *b = &p->text;
    abi_put(b, "  (func (export \"%s\")", calls ? "through" : "drain");
    if (calls) {
        abi_put(b, " async (param \"x\"");
        abi_put_ref(b, p->stream);
        abi_put(b, ") (result");
        abi_put_ref(b, p->stream);
        abi_put(b, ")");
    } else {
        abi_put_drain_signature(p);
    }
    abi_put(b,
            "\n    (canon lift (core func $main \"%s\")\n"
            "      (memory (core memory $libc \"memory\"))\n"
            "      (realloc (core func $libc \"realloc\")) string-encoding=%s\n"
            "      %s))\n",
            calls ? "through" : "drain", abi_encodings[s->encoding],
            calls ? "(post-return (core func $main \"post-through\"))"
                  : "async (callback (core func $main \"callback\"))");
}

#endif
