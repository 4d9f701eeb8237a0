/* translate_exn.c: exceptions in the translator. Core 3.0, 4.6.11; legacy ones are in the
 * proposal's "Exceptions.md".
 *
 * Nothing is emitted for a try: the function gets a table of ranges (code.h), in which
 * the thrower (exception.c) finds the clause and writes its values to the slots where its
 * label has them. That is right because of what holds at every op that can throw (calls
 * and throws; none is ever moved or fused): locals are in their slots, and so is, or is a
 * constant, every value below a block that is open. A label that a clause goes to counts
 * as branched to. */
#include "base/assert.h"
#include "exec/translate.h"

_Static_assert(NOWHERE == TNI_NO_INDEX, "kept as they are");

/* -- ranges -- */

static void add_clause(tni_translator *c, u32 *link, tni_clause x) {
    x.next = NOWHERE;
    *link = (u32)c->clauses.count;
    if (!tni_vec_push(c->heap, &c->clauses, x)) {
        c->failed = true;
    }
}

/* Where the clause after the last one of a range is noted. */
static u32 *clause_link(tni_translator *c, u32 range, u32 last) {
    return last == NOWHERE ? &c->ranges.data[range].clauses : &c->clauses.data[last].next;
}

static void append_clause(tni_translator *c, u32 range, u32 *last, tni_clause x) {
    u32 added = NOWHERE;
    add_clause(c, &added, x);
    if (!c->failed) {
        *clause_link(c, range, *last) = added;
        *last = added;
    }
}

static void read_clause(tni_translator *c, u32 range, u32 *last) {
    const u8 kind = tni_t_read_byte(c); /* catch, catch_ref, catch_all, catch_all_ref */
    tni_clause x = {.tag = NOWHERE};
    if (kind < 2) {
        x.tag = tni_t_read_u32(c);
    }
    x.shape = (kind & 1) != 0 ? TNI_CLAUSE_VALUES_REF : TNI_CLAUSE_VALUES;
    const u32 label = tni_t_read_u32(c);
    append_clause(c, range, last, x);
    if (!c->failed) {
        c->clauses.data[*last].slot = tni_t_link_clause(c, label, *last);
    }
}

void tni_t_begin_range(tni_translator *c, frame *f) {
    const tni_range r = {c->pc, NOWHERE, c->range, c->range, NOWHERE};
    const u32 n = (u32)c->ranges.count;
    f->last_clause = NOWHERE;
    tni_t_fence(c);
    if (!tni_vec_push(c->heap, &c->ranges, r)) {
        c->failed = true;
        return;
    }
    if (f->kind == FRAME_TRY_TABLE) {
        for (u32 count = tni_t_read_u32(c); count > 0 && !c->failed; count--) {
            read_clause(c, n, &f->last_clause);
        }
    }
    c->range = n;
}

void tni_t_end_range(tni_translator *c, const frame *f) {
    if (f->kind == FRAME_TRY_TABLE || f->kind == FRAME_TRY) {
        tni_range *r = &c->ranges.data[f->range];
        r->end = c->pc;
        c->range = r->around;
        tni_t_fence(c);
    }
}

bool tni_t_keep_handlers(tni_translator *c, tni_arena *a, u32 begin,
                         const tni_handlers **out) {
    if (c->ranges.count == 0) {
        return true;
    }
    tni_handlers *h = TNI_ARENA_NEW(a, tni_handlers);
    tni_range *ranges = TNI_ARENA_ARRAY(a, tni_range, c->ranges.count);
    tni_clause *clauses = TNI_ARENA_ARRAY(a, tni_clause, c->clauses.count);
    if (h == NULL || ranges == NULL || clauses == NULL) {
        return false;
    }
    for (size_t i = 0; i < c->ranges.count; i++) {
        ranges[i] = c->ranges.data[i];
        ranges[i].start -= begin;
        ranges[i].end -= begin;
    }
    for (size_t i = 0; i < c->clauses.count; i++) {
        clauses[i] = c->clauses.data[i];
        clauses[i].target -= begin;
    }
    *h = (tni_handlers){(u32)c->ranges.count, ranges, clauses};
    *out = h;
    return true;
}

/* -- throwing -- */

static void throw_tag(tni_translator *c) {
    const u32 x = tni_t_read_u32(c);
    const tni_deftype *t = tni_module_deftype(c->module, c->module->tag_types[x]);
    const u32 base = tni_t_settle_arguments(c, t);
    tni_t_begin(c, TNI_X_THROW, KIND_NONE);
    tni_t_u32(c, x);
    tni_t_u32(c, base);
    tni_t_end(c);
    c->is_dead = true;
}

static void throw_slot(tni_translator *c, u32 slot) {
    tni_t_begin(c, TNI_X_THROW_REF, KIND_NONE);
    tni_t_u32(c, slot);
    tni_t_end(c);
    c->is_dead = true;
}

static void throw_ref(tni_translator *c) {
    const value v = tni_t_constant_to_slot(c, tni_t_pop(c));
    throw_slot(c, tni_t_to_slot(c, v).slot);
}

/* -- legacy: what is caught is kept under a clause's values, for rethrow -- */

static void catch_arm(tni_translator *c, const tni_deftype *t, u32 tag) {
    frame *f = &c->frames.data[c->frames.count - 1];
    tni_t_next_arm(c, f);
    if (f->kind == FRAME_TRY) {
        tni_t_end_range(c, f);
        f->kind = FRAME_CATCH;
    }
    const u32 range = f->range;
    tni_t_fence(c);
    tni_t_forget_mirrors(c);
    append_clause(c, range, &f->last_clause,
                  (tni_clause){.tag = tag,
                               .slot = f->base,
                               .target = c->pc,
                               .shape = TNI_CLAUSE_REF_VALUES});
    tni_t_push_slot(c, TYPE_I64);
    for (u32 i = 0; t != NULL && i < t->sub.param_count && !c->failed; i++) {
        tni_t_push_slot(c, tni_vtype_of(t->sub.params[i]));
    }
}

static void catch_tag(tni_translator *c) {
    const u32 x = tni_t_read_u32(c);
    catch_arm(c, tni_module_deftype(c->module, c->module->tag_types[x]), x);
}

/* The range that guards what is thrown right inside f. */
static u32 range_inside(const tni_translator *c, const frame *f) {
    return f->kind == FRAME_CATCH ? c->ranges.data[f->range].around : f->range;
}

/* As if thrown in the block that the label, counted from outside the try, names. */
static void delegate(tni_translator *c) {
    const frame *f = &c->frames.data[c->frames.count - 1];
    const u32 label = tni_t_read_u32(c);
    c->ranges.data[f->range].next = range_inside(c, tni_t_label_frame(c, label + 1));
    tni_t_control(c, TNI_OP_END);
}

bool tni_t_exception(tni_translator *c, tni_op op) {
    switch (op) {
    case TNI_OP_THROW: throw_tag(c); return true;
    case TNI_OP_THROW_REF: throw_ref(c); return true;
    case TNI_OP_CATCH: catch_tag(c); return true;
    case TNI_OP_CATCH_ALL: catch_arm(c, NULL, NOWHERE); return true;
    case TNI_OP_DELEGATE: delegate(c); return true;
    case TNI_OP_RETHROW:
        throw_slot(c, tni_t_label_frame(c, tni_t_read_u32(c))->base);
        return true;
    default: return false;
    }
}
