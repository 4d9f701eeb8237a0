/* instr.c: the typing rules of instructions but for references and aggregates
 * (aggregate.c). Core 3.0, 3.4, in the algorithmic form of appendix A.3.
 *
 * Instructions with a fixed type are driven by op.def; each of the others has a function.
 * Bodies are read here for the first time, so errors of their grammar are reported too.
 */
#include "base/assert.h"
#include "binary/readcode.h"
#include "tenon/features.h"
#include "valid/checker.h"

/* -- blocks: Core 3.0, 3.4.2 -- */

/* Core 3.0, 3.2.8 */
static tenon_status read_block(tni_checker *c, tni_op op, tni_ctrl *f) {
    tni_blocktype bt;
    TNI_TRY(tni_read_blocktype(&c->r, &bt));
    *f = (tni_ctrl){.op = op};
    if (bt.has_index) {
        const tni_deftype *dt;
        TNI_TRY(tni_get_functype(c, bt.index, &dt));
        f->params = dt->sub.params;
        f->param_count = dt->sub.param_count;
        f->results = dt->sub.results;
        f->result_count = dt->sub.result_count;
    } else if (bt.type != TNI_BOT) {
        TNI_TRY(tni_close_type(c, bt.type, &f->single));
        f->result_count = 1;
    }
    return TENON_OK;
}

static tenon_status check_block(tni_checker *c, tni_op op) {
    tni_ctrl f;
    TNI_TRY(read_block(c, op, &f));
    if (op == TNI_OP_IF) {
        TNI_TRY(tni_pop(c, TNI_I32));
    }
    TNI_TRY(tni_pop_many(c, f.params, f.param_count));
    return tni_push_ctrl(c, &f);
}

static tenon_status check_else(tni_checker *c) {
    tni_ctrl f;
    if (c->ctrls.data[c->ctrls.count - 1].op != TNI_OP_IF) {
        return tni_check_fail(c, TNI_ERR_END_EXPECTED, "misplaced else");
    }
    TNI_TRY(tni_pop_ctrl(c, &f));
    f.op = TNI_OP_ELSE;
    return tni_push_ctrl(c, &f);
}

static tenon_status check_end(tni_checker *c) {
    tni_ctrl f;
    TNI_TRY(tni_pop_ctrl(c, &f));
    if (f.op == TNI_OP_IF) {
        /* Without `else`, the parameters are the results. */
        const tni_valtype *results = tni_results_of(&f);
        bool same = f.param_count == f.result_count;
        for (u32 i = 0; same && i < f.param_count; i++) {
            same = tni_matches(c, f.params[i], results[i]);
        }
        if (!same) {
            return tni_check_types_fail(c, "if without else", results, f.result_count,
                                        "the missing branch", f.params, f.param_count);
        }
    }
    if (c->ctrls.count == 0) {
        return TENON_OK;
    }
    return tni_push_many(c, tni_results_of(&f), f.result_count);
}

/* -- branches: Core 3.0, 3.4.2 -- */

static tenon_status read_label(tni_checker *c, const tni_ctrl **out) {
    u32 label;
    TNI_TRY(tni_read_u32(&c->r, &label));
    return tni_label(c, label, out);
}

static tenon_status check_br(tni_checker *c) {
    const tni_ctrl *f;
    TNI_TRY(read_label(c, &f));
    TNI_TRY(tni_pop_many(c, tni_label_types(f), tni_label_count(f)));
    tni_set_unreachable(c);
    return TENON_OK;
}

static tenon_status check_br_if(tni_checker *c) {
    const tni_ctrl *f;
    TNI_TRY(read_label(c, &f));
    TNI_TRY(tni_pop(c, TNI_I32));
    if (tni_label_count(f) == 0) {
        return TENON_OK;
    }
    TNI_TRY(tni_pop_many(c, tni_label_types(f), tni_label_count(f)));
    return tni_push_many(c, tni_label_types(f), tni_label_count(f));
}

static tenon_status check_br_table(tni_checker *c) {
    u32 count;
    const tni_ctrl *f, *previous = NULL;
    TNI_TRY(tni_read_count(&c->r, &count));
    TNI_TRY(tni_pop(c, TNI_I32));
    for (u64 i = 0; i <= count; i++) {
        TNI_TRY(read_label(c, &f));
        if (f == previous) {
            continue;
        }
        if (previous != NULL && tni_label_count(f) != tni_label_count(previous)) {
            return tni_check_types_fail(c, "label", tni_label_types(previous),
                                        tni_label_count(previous), "another",
                                        tni_label_types(f), tni_label_count(f));
        }
        TNI_TRY(tni_check_top(c, tni_label_types(f), tni_label_count(f)));
        previous = f;
    }
    tni_set_unreachable(c);
    return TENON_OK;
}

static tenon_status check_return(tni_checker *c) {
    const tni_ctrl *f = &c->ctrls.data[0];
    TNI_TRY(tni_pop_many(c, tni_results_of(f), f->result_count));
    tni_set_unreachable(c);
    return TENON_OK;
}

static tenon_status check_br_on_null(tni_checker *c) {
    const tni_ctrl *f;
    tni_valtype t;
    TNI_TRY(read_label(c, &f));
    TNI_TRY(tni_pop_ref(c, &t));
    TNI_TRY(tni_pop_many(c, tni_label_types(f), tni_label_count(f)));
    TNI_TRY(tni_push_many(c, tni_label_types(f), tni_label_count(f)));
    return tni_push(c, TNI_REFTYPE(false, tni_heap_of(t)));
}

/* The label's last type, which must be a reference that the given one matches; then pops
 * and pushes the others, after popping top. */
static tenon_status check_ref_label(tni_checker *c, const tni_ctrl *f, tni_valtype given,
                                    tni_valtype top) {
    u32 n = tni_label_count(f);
    const tni_valtype *types = tni_label_types(f);
    if (n == 0 || !tni_is_ref(types[n - 1]) || !tni_matches(c, given, types[n - 1])) {
        return tni_check_types_fail(c, "instruction", &given, 1, "label", types, n);
    }
    TNI_TRY(tni_pop(c, top));
    TNI_TRY(tni_pop_many(c, types, n - 1));
    return tni_push_many(c, types, n - 1);
}

static tenon_status check_br_on_non_null(tni_checker *c) {
    const tni_ctrl *f;
    TNI_TRY(read_label(c, &f));
    u32 n = tni_label_count(f);
    tni_valtype last = n == 0 ? TNI_BOT : tni_label_types(f)[n - 1];
    tni_valtype any = TNI_REFTYPE(true, TNI_HEAP_BOT);
    bool is_ref = tni_is_ref(last);
    return check_ref_label(c, f, is_ref ? TNI_REFTYPE(false, tni_heap_of(last)) : any,
                           is_ref ? TNI_REFTYPE(true, tni_heap_of(last)) : any);
}

static tenon_status check_br_on_cast(tni_checker *c, bool on_fail) {
    tni_cast cast;
    const tni_ctrl *f;
    TNI_TRY(tni_read_cast(&c->r, &cast));
    TNI_TRY(tni_close_type(c, cast.from, &cast.from));
    TNI_TRY(tni_close_type(c, cast.to, &cast.to));
    TNI_TRY(tni_label(c, cast.label, &f));
    if (!tni_matches(c, cast.to, cast.from)) {
        return tni_check_types_fail(c, "cast", &cast.from, 1, "target", &cast.to, 1);
    }
    /* Core 3.0, 3.1.4: what is left of the type when the cast fails. */
    tni_valtype rest =
        tni_is_nullable(cast.to) ? TNI_REFTYPE(false, tni_heap_of(cast.from)) : cast.from;
    TNI_TRY(check_ref_label(c, f, on_fail ? rest : cast.to, cast.from));
    return tni_push(c, on_fail ? cast.to : rest);
}

/* -- calls: Core 3.0, 3.4.2 -- */

static tenon_status check_call_type(tni_checker *c, const tni_deftype *dt, bool is_tail) {
    TNI_TRY(tni_pop_many(c, dt->sub.params, dt->sub.param_count));
    if (!is_tail) {
        return tni_push_many(c, dt->sub.results, dt->sub.result_count);
    }
    const tni_ctrl *f = &c->ctrls.data[0];
    const tni_valtype *results = tni_results_of(f);
    bool same = f->result_count == dt->sub.result_count;
    for (u32 i = 0; same && i < f->result_count; i++) {
        same = tni_matches(c, dt->sub.results[i], results[i]);
    }
    if (!same) {
        return tni_check_types_fail(c, "current function", results, f->result_count,
                                    "callee", dt->sub.results, dt->sub.result_count);
    }
    tni_set_unreachable(c);
    return TENON_OK;
}

static tenon_status check_call(tni_checker *c, bool is_tail) {
    u32 x;
    TNI_TRY(tni_read_u32(&c->r, &x));
    if (x >= c->m->func_count) {
        return tni_check_fail(c, TNI_ERR_UNKNOWN_FUNC, "%u", x);
    }
    return check_call_type(c, c->deftypes[c->m->func_types[x]], is_tail);
}

static tenon_status check_call_ref(tni_checker *c, bool is_tail) {
    u32 x;
    const tni_deftype *dt;
    TNI_TRY(tni_read_u32(&c->r, &x));
    TNI_TRY(tni_get_functype(c, x, &dt));
    TNI_TRY(tni_pop(c, TNI_REFTYPE(true, TNI_HEAP_CONCRETE + dt->id)));
    return check_call_type(c, dt, is_tail);
}

static tenon_status get_table(tni_checker *c, u32 x, const tni_tabletype **out,
                              tni_valtype *element) {
    if (x >= c->m->table_count) {
        return tni_check_fail(c, TNI_ERR_UNKNOWN_TABLE, "%u", x);
    }
    *out = &c->m->table_types[x];
    return tni_close_type(c, (*out)->element, element);
}

static tni_valtype address_type(const tni_limits *l) {
    return l->is_64 ? TNI_I64 : TNI_I32;
}

static tenon_status check_call_indirect(tni_checker *c, bool is_tail) {
    u32 x, y;
    const tni_deftype *dt;
    const tni_tabletype *table;
    tni_valtype element;
    TNI_TRY(tni_read_u32(&c->r, &y));
    TNI_TRY(tni_read_u32(&c->r, &x));
    TNI_TRY(get_table(c, x, &table, &element));
    TNI_TRY(tni_get_functype(c, y, &dt));
    if (!tni_matches(c, element, TNI_FUNCREF)) {
        const tni_valtype wanted = TNI_FUNCREF;
        return tni_check_types_fail(c, "instruction", &wanted, 1, "table", &element, 1);
    }
    TNI_TRY(tni_pop(c, address_type(&table->limits)));
    return check_call_type(c, dt, is_tail);
}

/* -- exceptions: Core 3.0, 3.4.2 -- */

static tenon_status get_tag(tni_checker *c, u32 x, const tni_deftype **out) {
    if (x >= c->m->tag_count) {
        return tni_check_fail(c, TNI_ERR_UNKNOWN_TAG, "%u", x);
    }
    *out = c->deftypes[c->m->tag_types[x]];
    return TENON_OK;
}

static tenon_status check_throw(tni_checker *c) {
    u32 x;
    const tni_deftype *dt = NULL;
    TNI_TRY(tni_read_u32(&c->r, &x));
    TNI_TRY(get_tag(c, x, &dt));
    TNI_TRY(tni_pop_many(c, dt->sub.params, dt->sub.param_count));
    tni_set_unreachable(c);
    return TENON_OK;
}

/* What a clause hands over must match the label: the tag's parameters, if it has a tag,
 * then the exception, if it wants it. */
static tenon_status check_catch(tni_checker *c) {
    tni_catch clause;
    const tni_deftype *dt = NULL;
    const tni_ctrl *f;
    TNI_TRY(tni_read_catch(&c->r, &clause));
    bool has_tag = clause.kind == TNI_CATCH || clause.kind == TNI_CATCH_REF;
    bool has_ref = clause.kind == TNI_CATCH_REF || clause.kind == TNI_CATCH_ALL_REF;
    if (has_tag) {
        TNI_TRY(get_tag(c, clause.tag, &dt));
    }
    TNI_TRY(tni_label(c, clause.label, &f));
    u32 count = has_tag ? dt->sub.param_count : 0;
    const tni_valtype *types = tni_label_types(f);
    bool same = tni_label_count(f) == count + (has_ref ? 1 : 0);
    for (u32 i = 0; same && i < count; i++) {
        same = tni_matches(c, dt->sub.params[i], types[i]);
    }
    if (same && has_ref) {
        same = tni_matches(c, TNI_REFTYPE(false, TNI_HEAP_EXN), types[count]);
    }
    if (!same) {
        return tni_check_types_fail(c, "catch handler", types, tni_label_count(f),
                                    has_ref ? "clause, before its exnref," : "clause",
                                    has_tag ? dt->sub.params : NULL, count);
    }
    return TENON_OK;
}

static tenon_status check_try_table(tni_checker *c) {
    tni_ctrl f;
    u32 count;
    TNI_TRY(read_block(c, TNI_OP_TRY_TABLE, &f));
    TNI_TRY(tni_pop_many(c, f.params, f.param_count));
    /* The labels of the clauses are those outside the block. */
    TNI_TRY(tni_read_count(&c->r, &count));
    for (u32 i = 0; i < count; i++) {
        TNI_TRY(check_catch(c));
    }
    return tni_push_ctrl(c, &f);
}

/* -- legacy exceptions (the proposal's "Exceptions.md", of which no part is in Core 3.0):
 * try … catch x … catch_all … end, try … delegate l, rethrow l -- */

static tenon_status check_legacy_catch(tni_checker *c, tni_op op) {
    tni_ctrl f;
    const tni_deftype *dt = NULL;
    if (op == TNI_OP_CATCH) {
        u32 x;
        TNI_TRY(tni_read_u32(&c->r, &x));
        TNI_TRY(get_tag(c, x, &dt));
    }
    tni_op open = c->ctrls.data[c->ctrls.count - 1].op;
    if (open != TNI_OP_TRY && open != TNI_OP_CATCH) {
        return tni_check_fail(c, TNI_ERR_END_EXPECTED, "misplaced catch");
    }
    TNI_TRY(tni_pop_ctrl(c, &f));
    f.op = op;
    f.param_count = 0;
    TNI_TRY(tni_push_ctrl(c, &f));
    return dt == NULL ? TENON_OK : tni_push_many(c, dt->sub.params, dt->sub.param_count);
}

static tenon_status check_delegate(tni_checker *c) {
    tni_ctrl f;
    const tni_ctrl *target;
    if (c->ctrls.data[c->ctrls.count - 1].op != TNI_OP_TRY) {
        return tni_check_fail(c, TNI_ERR_END_EXPECTED, "misplaced delegate");
    }
    TNI_TRY(tni_pop_ctrl(c, &f));
    TNI_TRY(read_label(c, &target));
    return tni_push_many(c, tni_results_of(&f), f.result_count);
}

static tenon_status check_rethrow(tni_checker *c) {
    const tni_ctrl *f;
    TNI_TRY(read_label(c, &f));
    if (f->op != TNI_OP_CATCH && f->op != TNI_OP_CATCH_ALL) {
        return tni_check_fail(c, TNI_ERR_RETHROW_LABEL, "not a catch block");
    }
    tni_set_unreachable(c);
    return TENON_OK;
}

/* -- parametric instructions: Core 3.0, 3.4.1 -- */

static tenon_status check_select(tni_checker *c) {
    tni_valtype a, b;
    TNI_TRY(tni_pop(c, TNI_I32));
    TNI_TRY(tni_pop_any(c, &b));
    TNI_TRY(tni_pop_any(c, &a));
    if (tni_is_ref(a) || tni_is_ref(b)) {
        return tni_check_types_fail(c, "instruction without a type annotation", NULL, 0,
                                    "stack", tni_is_ref(a) ? &a : &b, 1);
    }
    if (a != b && a != TNI_BOT && b != TNI_BOT) {
        return tni_check_types_fail(c, "instruction", &a, 1, "stack", &b, 1);
    }
    return tni_push(c, a == TNI_BOT ? b : a);
}

static tenon_status check_select_typed(tni_checker *c) {
    u32 count;
    tni_valtype t = TNI_BOT;
    TNI_TRY(tni_read_count(&c->r, &count));
    for (u32 i = 0; i < count; i++) {
        TNI_TRY(tni_read_valtype(&c->r, &t));
    }
    if (count != 1) {
        return tni_check_fail(c, TNI_ERR_RESULT_ARITY, "%u", count);
    }
    TNI_TRY(tni_close_type(c, t, &t));
    TNI_TRY(tni_pop(c, TNI_I32));
    TNI_TRY(tni_pop(c, t));
    TNI_TRY(tni_pop(c, t));
    return tni_push(c, t);
}

/* -- variables: Core 3.0, 3.4.3 -- */

/* The local that the instruction names, with its type. */
static inline tenon_status read_local(tni_checker *c, u32 *x, tni_valtype *t) {
    TNI_TRY(tni_read_u32(&c->r, x));
    if (TNI_LIKELY(*x < c->local_count && *x < TNI_FLAT_LOCALS)) {
        *t = c->flat[*x];
        return TENON_OK;
    }
    return tni_local_type(c, *x, t);
}

static inline tenon_status check_local_get(tni_checker *c) {
    u32 x;
    tni_valtype t;
    TNI_TRY(read_local(c, &x, &t));
    if (!tni_is_defaultable(t)) {
        TNI_TRY(tni_check_local_set(c, x));
    }
    return tni_push(c, t);
}

static inline tenon_status check_local_set(tni_checker *c, bool is_tee) {
    u32 x;
    tni_valtype t;
    TNI_TRY(read_local(c, &x, &t));
    TNI_TRY(tni_pop(c, t));
    if (!tni_is_defaultable(t)) {
        TNI_TRY(tni_note_local_set(c, x));
    }
    return is_tee ? tni_push(c, t) : TENON_OK;
}

static tenon_status get_global(tni_checker *c, tni_globaltype *out) {
    u32 x;
    TNI_TRY(tni_read_u32(&c->r, &x));
    if (x >= (c->is_const ? c->visible_globals : c->m->global_count)) {
        return tni_check_fail(c, TNI_ERR_UNKNOWN_GLOBAL, "%u", x);
    }
    *out = c->m->global_types[x];
    return tni_close_type(c, out->type, &out->type);
}

static tenon_status check_global_get(tni_checker *c) {
    tni_globaltype g;
    TNI_TRY(get_global(c, &g));
    if (c->is_const && g.is_mutable) { /* Core 3.0, 3.4.14 */
        return tni_check_fail(c, TNI_ERR_CONST_REQUIRED, "mutable global");
    }
    return tni_push(c, g.type);
}

static tenon_status check_global_set(tni_checker *c) {
    tni_globaltype g;
    TNI_TRY(get_global(c, &g));
    if (!g.is_mutable) {
        return tni_check_fail(c, TNI_ERR_IMMUTABLE_GLOBAL, NULL);
    }
    return tni_pop(c, g.type);
}

/* -- tables: Core 3.0, 3.4.4 -- */

static tenon_status get_elem(tni_checker *c, u32 x, tni_valtype *out) {
    if (x >= c->m->elem_count) {
        return tni_check_fail(c, TNI_ERR_UNKNOWN_ELEM, "%u", x);
    }
    return tni_close_type(c, c->m->elems[x].type, out);
}

static tenon_status check_table_access(tni_checker *c, tni_op op) {
    u32 x;
    const tni_tabletype *table;
    tni_valtype element;
    TNI_TRY(tni_read_u32(&c->r, &x));
    TNI_TRY(get_table(c, x, &table, &element));
    tni_valtype at = address_type(&table->limits);
    switch (op) {
    case TNI_OP_TABLE_GET: TNI_TRY(tni_pop(c, at)); return tni_push(c, element);
    case TNI_OP_TABLE_SET: TNI_TRY(tni_pop(c, element)); return tni_pop(c, at);
    case TNI_OP_TABLE_GROW:
        TNI_TRY(tni_pop(c, at));
        TNI_TRY(tni_pop(c, element));
        return tni_push(c, at);
    default: /* table.fill */
        TNI_TRY(tni_pop(c, at));
        TNI_TRY(tni_pop(c, element));
        return tni_pop(c, at);
    }
}

/* The length of a copy has the smaller of the address types. */
static tenon_status pop_copy(tni_checker *c, const tni_limits *to,
                             const tni_limits *from) {
    TNI_TRY(tni_pop(c, to->is_64 && from->is_64 ? TNI_I64 : TNI_I32));
    TNI_TRY(tni_pop(c, address_type(from)));
    return tni_pop(c, address_type(to));
}

static tenon_status check_table_copy(tni_checker *c) {
    u32 x, y;
    const tni_tabletype *to, *from;
    tni_valtype to_element, from_element;
    TNI_TRY(tni_read_u32(&c->r, &x));
    TNI_TRY(tni_read_u32(&c->r, &y));
    TNI_TRY(get_table(c, x, &to, &to_element));
    TNI_TRY(get_table(c, y, &from, &from_element));
    if (!tni_matches(c, from_element, to_element)) {
        return tni_check_types_fail(c, "destination", &to_element, 1, "source",
                                    &from_element, 1);
    }
    return pop_copy(c, &to->limits, &from->limits);
}

static tenon_status check_table_init(tni_checker *c) {
    u32 x, y;
    const tni_tabletype *table;
    tni_valtype to, from;
    TNI_TRY(tni_read_u32(&c->r, &y));
    TNI_TRY(tni_read_u32(&c->r, &x));
    TNI_TRY(get_table(c, x, &table, &to));
    TNI_TRY(get_elem(c, y, &from));
    if (!tni_matches(c, from, to)) {
        return tni_check_types_fail(c, "table", &to, 1, "element segment", &from, 1);
    }
    TNI_TRY(tni_pop(c, TNI_I32));
    TNI_TRY(tni_pop(c, TNI_I32));
    return tni_pop(c, address_type(&table->limits));
}

/* -- memories: Core 3.0, 3.4.5 -- */

static tenon_status get_memory(tni_checker *c, u32 x, tni_valtype *address) {
    if (TNI_UNLIKELY(x >= c->m->memory_count)) {
        return tni_check_fail(c, TNI_ERR_UNKNOWN_MEMORY, "%u", x);
    }
    *address = address_type(&c->m->memory_types[x].limits);
    return TENON_OK;
}

static tenon_status check_memory_copy(tni_checker *c) {
    u32 x, y;
    tni_valtype address;
    TNI_TRY(tni_read_u32(&c->r, &x));
    TNI_TRY(tni_read_u32(&c->r, &y));
    TNI_TRY(get_memory(c, x, &address));
    TNI_TRY(get_memory(c, y, &address));
    return pop_copy(c, &c->m->memory_types[x].limits, &c->m->memory_types[y].limits);
}

/* Core 3.0, 3.4.5: memarg. Atomic accesses (threads) want their natural alignment. */
static tenon_status check_memarg(tni_checker *c, const tni_op_info *info,
                                 tni_valtype *address) {
    const u8 *p = c->r.cur;
    if (TNI_LIKELY(c->r.end - p >= 2 && p[0] <= info->arg && p[1] < 0x80 &&
                   info->group != TNI_GROUP_THREADS)) {
        c->r.cur += 2;
        return get_memory(c, 0, address);
    }
    tni_memarg memarg;
    TNI_TRY(tni_read_memarg(&c->r, &memarg));
    TNI_TRY(get_memory(c, memarg.memory, address));
    if (TNI_UNLIKELY(memarg.align > info->arg)) {
        return tni_check_fail(c, TNI_ERR_ALIGNMENT, "2^%u", memarg.align);
    }
    if (info->group == TNI_GROUP_THREADS && memarg.align != info->arg) {
        return tni_check_fail(c, TNI_ERR_ATOMIC_ALIGNMENT, "2^%u", memarg.align);
    }
    if (TNI_UNLIKELY(memarg.offset > UINT32_MAX) && *address == TNI_I32) {
        return tni_check_fail(c, TNI_ERR_OFFSET_RANGE, "%llu",
                              (unsigned long long)memarg.offset);
    }
    return TENON_OK;
}

/* Core 3.0, 5.5.17: a data index in code needs the data count section. */
static tenon_status read_data(tni_checker *c, u32 *x) {
    if (!c->m->has_data_count) {
        return tni_check_fail(c, TNI_ERR_DATA_COUNT_REQUIRED, NULL);
    }
    return tni_read_u32(&c->r, x);
}

static tenon_status check_data(tni_checker *c, u32 x) {
    if (x >= c->m->data_count) {
        return tni_check_fail(c, TNI_ERR_UNKNOWN_DATA, "%u", x);
    }
    return TENON_OK;
}

/* -- vectors: Core 3.0, 3.4.11 -- */

static tenon_status check_lane(tni_checker *c, u32 lanes) {
    u8 lane;
    TNI_TRY(tni_read_byte(&c->r, &lane));
    if (lane >= lanes) {
        return tni_check_fail(c, TNI_ERR_LANE_INDEX, "%u", lane);
    }
    return TENON_OK;
}

/* -- instructions of fixed type: Core 3.0, 3.4.10 and 3.4.11, and most of memory -- */

/* Reads the immediates; address is the type of an 'a' in the signature. */
static tenon_status check_immediates(tni_checker *c, const tni_op_info *info,
                                     tni_valtype *address) {
    u32 x, y;
    const tni_tabletype *table;
    tni_valtype element;
    switch ((tni_imm)info->imm) {
    case TNI_IMM_NONE: return TENON_OK;
    case TNI_IMM_MEMARG: return check_memarg(c, info, address);
    case TNI_IMM_MEMORY:
        TNI_TRY(tni_read_u32(&c->r, &x));
        return get_memory(c, x, address);
    case TNI_IMM_TABLE:
        TNI_TRY(tni_read_u32(&c->r, &x));
        TNI_TRY(get_table(c, x, &table, &element));
        *address = address_type(&table->limits);
        return TENON_OK;
    case TNI_IMM_DATA_MEMORY:
        TNI_TRY(read_data(c, &y));
        TNI_TRY(tni_read_u32(&c->r, &x));
        TNI_TRY(get_memory(c, x, address));
        return check_data(c, y);
    case TNI_IMM_DATA: TNI_TRY(read_data(c, &y)); return check_data(c, y);
    case TNI_IMM_ELEM: TNI_TRY(tni_read_u32(&c->r, &x)); return get_elem(c, x, &element);
    case TNI_IMM_LANE: return check_lane(c, info->arg);
    case TNI_IMM_MEMARG_LANE:
        TNI_TRY(check_memarg(c, info, address));
        return check_lane(c, 16u >> info->arg);
    case TNI_IMM_SHUFFLE:
        for (u32 k = 0; k < 16; k++) {
            TNI_TRY(check_lane(c, 32));
        }
        return TENON_OK;
    default: return tni_skip_immediates(&c->r, c->op);
    }
}

/* Types by the letters of signatures; 'a' is none. */
static const u8 letter_types[128] = {
    ['i'] = TNI_KIND_I32, ['I'] = TNI_KIND_I64,  ['f'] = TNI_KIND_F32,
    ['F'] = TNI_KIND_F64, ['v'] = TNI_KIND_V128,
};

static inline tni_valtype letter_type(char letter, tni_valtype address) {
    return letter == 'a' ? address : TNI_VALTYPE(letter_types[(u8)letter]);
}

/* In the place of a shape's imm: the op has a rule of its own. */
enum { SPECIAL = 0xff };

static void learn_shape(tni_shape *s, const tni_op_info *info) {
    const tni_valtype address = TNI_I32;
    const char *sig = info->sig;
    s->imm = sig[0] == '*' ? SPECIAL : info->imm;
    if (s->imm == SPECIAL) {
        return;
    }
    while (sig[s->in_count] != ':') {
        s->in_count++;
    }
    const char *out = sig + s->in_count + 1;
    s->out_count = (u8)strlen(out);
    s->fits = s->in_count <= 2 && s->out_count <= 1;
    if (s->fits) {
        s->top = s->in_count > 0 ? (u8)letter_type(sig[s->in_count - 1], address) : 0;
        s->second = s->in_count > 1 ? (u8)letter_type(sig[0], address) : 0;
        s->out = s->out_count > 0 ? (u8)letter_type(out[0], address) : 0;
    }
}

static tenon_status check_signature(tni_checker *c, const char *sig,
                                    tni_valtype address) {
    u32 n = 0;
    while (sig[n] != ':') {
        n++;
    }
    for (u32 i = n; i-- > 0;) {
        TNI_TRY(tni_pop(c, letter_type(sig[i], address)));
    }
    for (sig += n + 1; *sig != 0; sig++) {
        TNI_TRY(tni_push(c, letter_type(*sig, address)));
    }
    return TENON_OK;
}

static inline tenon_status check_fixed(tni_checker *c, const tni_shape *s) {
    tni_valtype address = TNI_I32;
    if (s->imm != TNI_IMM_NONE) {
        if (s->imm == SPECIAL) {
            return tni_check_aggregate(c, c->op);
        }
        TNI_TRY(check_immediates(c, &tni_ops[c->op], &address));
    }
    size_t n = c->vals.count;
    tni_valtype *top = c->vals.data + n;
    u32 wrong = (top[-1] ^ s->top) & (s->in_count > 0 ? UINT32_MAX : 0);
    wrong |= (top[-2] ^ s->second) & (s->in_count > 1 ? UINT32_MAX : 0);
    if (TNI_LIKELY(wrong == 0 && s->fits && n - c->height >= s->in_count &&
                   n < c->vals.capacity && address == TNI_I32)) {
        top[-(ptrdiff_t)s->in_count] = s->out;
        c->vals.count = n - s->in_count + s->out_count;
        return TENON_OK;
    }
    return check_signature(c, tni_ops[c->op].sig, address);
}

static tenon_status check_i32_const(tni_checker *c) {
    i32 i;
    if (TNI_LIKELY(c->r.cur != c->r.end && *c->r.cur < 0x80)) {
        c->r.cur++;
    } else {
        TNI_TRY(tni_read_s32(&c->r, &i));
    }
    return tni_push(c, TNI_I32);
}

/* -- dispatch -- */

static tenon_status check_instr(tni_checker *c, tni_op op) {
    switch (op) {
    case TNI_OP_UNREACHABLE: tni_set_unreachable(c); return TENON_OK;
    case TNI_OP_BLOCK:
    case TNI_OP_LOOP:
    case TNI_OP_IF:
    case TNI_OP_TRY: return check_block(c, op);
    case TNI_OP_ELSE: return check_else(c);
    case TNI_OP_END: return check_end(c);
    case TNI_OP_TRY_TABLE: return check_try_table(c);
    case TNI_OP_CATCH:
    case TNI_OP_CATCH_ALL: return check_legacy_catch(c, op);
    case TNI_OP_DELEGATE: return check_delegate(c);
    case TNI_OP_RETHROW: return check_rethrow(c);
    case TNI_OP_THROW: return check_throw(c);
    case TNI_OP_THROW_REF:
        TNI_TRY(tni_pop(c, TNI_EXNREF));
        tni_set_unreachable(c);
        return TENON_OK;
    case TNI_OP_BR: return check_br(c);
    case TNI_OP_BR_IF: return check_br_if(c);
    case TNI_OP_BR_TABLE: return check_br_table(c);
    case TNI_OP_BR_ON_NULL: return check_br_on_null(c);
    case TNI_OP_BR_ON_NON_NULL: return check_br_on_non_null(c);
    case TNI_OP_BR_ON_CAST: return check_br_on_cast(c, false);
    case TNI_OP_BR_ON_CAST_FAIL: return check_br_on_cast(c, true);
    case TNI_OP_RETURN: return check_return(c);
    case TNI_OP_CALL: return check_call(c, false);
    case TNI_OP_RETURN_CALL: return check_call(c, true);
    case TNI_OP_CALL_REF: return check_call_ref(c, false);
    case TNI_OP_RETURN_CALL_REF: return check_call_ref(c, true);
    case TNI_OP_CALL_INDIRECT: return check_call_indirect(c, false);
    case TNI_OP_RETURN_CALL_INDIRECT: return check_call_indirect(c, true);
    case TNI_OP_DROP: {
        tni_valtype t;
        return tni_pop_any(c, &t);
    }
    case TNI_OP_SELECT: return check_select(c);
    case TNI_OP_SELECT_T: return check_select_typed(c);
    case TNI_OP_LOCAL_GET: return check_local_get(c);
    case TNI_OP_LOCAL_SET: return check_local_set(c, false);
    case TNI_OP_LOCAL_TEE: return check_local_set(c, true);
    case TNI_OP_GLOBAL_GET: return check_global_get(c);
    case TNI_OP_GLOBAL_SET: return check_global_set(c);
    case TNI_OP_TABLE_GET:
    case TNI_OP_TABLE_SET:
    case TNI_OP_TABLE_GROW:
    case TNI_OP_TABLE_FILL: return check_table_access(c, op);
    case TNI_OP_TABLE_COPY: return check_table_copy(c);
    case TNI_OP_TABLE_INIT: return check_table_init(c);
    case TNI_OP_MEMORY_COPY: return check_memory_copy(c);
    case TNI_OP_I32_CONST: return check_i32_const(c);
    default: return check_fixed(c, &c->shapes[op]);
    }
}

/* At an op's first use, notes that of its group. A one-byte op of a flagged group is seen
 * to be on here; others are where they are read. */
static TNI_COLD tenon_status meet(tni_checker *c, tni_op op) {
    tni_group group = (tni_group)tni_ops[op].group;
    u64 at = c->r.base + (u64)(c->instr - c->r.start);
    if (!c->m->group_use[group].used) {
        c->m->group_use[group].used = true;
        c->m->group_use[group].op = op;
        c->m->group_use[group].offset = at;
    }
    c->shapes[op].met = true;
    learn_shape(&c->shapes[op], &tni_ops[op]);
    return tni_check_op_feature(&c->r, c->features, op, at);
}

/* Core 3.0, 3.4.14; global.get is looked at where it is checked */
static bool is_const_op(tni_op op) {
    switch (op) {
    case TNI_OP_END:
    case TNI_OP_I32_CONST:
    case TNI_OP_I64_CONST:
    case TNI_OP_F32_CONST:
    case TNI_OP_F64_CONST:
    case TNI_OP_V128_CONST:
    case TNI_OP_I32_ADD:
    case TNI_OP_I32_SUB:
    case TNI_OP_I32_MUL:
    case TNI_OP_I64_ADD:
    case TNI_OP_I64_SUB:
    case TNI_OP_I64_MUL:
    case TNI_OP_GLOBAL_GET:
    case TNI_OP_REF_NULL:
    case TNI_OP_REF_FUNC:
    case TNI_OP_REF_I31:
    case TNI_OP_STRUCT_NEW:
    case TNI_OP_STRUCT_NEW_DEFAULT:
    case TNI_OP_ARRAY_NEW:
    case TNI_OP_ARRAY_NEW_DEFAULT:
    case TNI_OP_ARRAY_NEW_FIXED:
    case TNI_OP_ANY_CONVERT_EXTERN:
    case TNI_OP_EXTERN_CONVERT_ANY: return true;
    default: return false;
    }
}

static inline tenon_status next_op(tni_checker *c) {
    c->instr = c->r.cur;
    if (TNI_LIKELY(c->r.cur != c->r.end)) {
        c->op = tni_op_of_byte(*c->r.cur);
        if (TNI_LIKELY(c->op != TNI_OP_COUNT)) {
            c->r.cur++;
            return TENON_OK;
        }
    }
    return tni_read_op(&c->r, c->features, &c->op);
}

static tenon_status begin_expr(tni_checker *c, const tni_valtype *results, u32 count) {
    static const tni_valtype floor[TNI_STACK_FLOOR] = {TNI_BOT, TNI_BOT};
    TNI_ASSERT(c->ctrls.count == 0);
    c->instr = c->r.cur;
    c->op = TNI_OP_BLOCK;
    c->vals.count = 0;
    TNI_TRY(tni_push_many(c, floor, TNI_STACK_FLOOR));
    return tni_push_ctrl(
        c, &(tni_ctrl){.op = TNI_OP_BLOCK, .result_count = count, .results = results});
}

tenon_status tni_check_expr(tni_checker *c, const tni_valtype *results, u32 count) {
    TNI_TRY(begin_expr(c, results, count));
    while (c->ctrls.count > 0) {
        TNI_TRY(next_op(c));
        if (TNI_UNLIKELY(!c->shapes[c->op].met)) {
            TNI_TRY(meet(c, c->op));
            if (c->watch != NULL) {
                c->shapes[c->op].met = false;
                c->watch(c->watch_user, c->instr, c->vals.data + c->vals.count,
                         (u32)c->vals.count - TNI_STACK_FLOOR);
            }
        }
        if (TNI_UNLIKELY(c->is_const && !is_const_op(c->op))) {
            return tni_check_fail(c, TNI_ERR_CONST_REQUIRED, NULL);
        }
        TNI_TRY(check_instr(c, c->op));
    }
    return TENON_OK;
}
