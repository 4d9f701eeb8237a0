/* checker.c: operand stack, control stack and locals of the validation algorithm.
 * Core 3.0, appendix A.3. */
#include "valid/checker.h"

#include "base/assert.h"
#include "base/format.h"
#include "base/limits.h"

void tni_checker_free(tni_checker *c) {
    tni_heap *h = &c->m->heap;
    TNI_FREE_ARRAY(h, c->deftypes, c->m->type_count);
    tni_vec_free(h, &c->vals);
    tni_vec_free(h, &c->ctrls);
    tni_vec_free(h, &c->runs);
    tni_vec_free(h, &c->inits);
    TNI_FREE_ARRAY(h, c->init_bits, TNI_LIMIT_locals / 8 + 1);
}

/* -- errors -- */

/* Types as a message has them: "[i32 i64]", cut to capacity. Ids become the module's type
 * indices again. */
static void format_types(const tni_checker *c, char *buf, size_t capacity,
                         const tni_valtype *types, u32 count) {
    size_t n = tni_format(buf, capacity, "[");
    for (u32 i = 0; i < count && n < capacity - 20; i++) {
        tni_valtype t = types[i];
        if (tni_is_concrete(t)) {
            u32 x = 0;
            while (x + 1 < c->m->type_count &&
                   c->m->type_ids[x] != tni_type_index_of(t)) {
                x++;
            }
            t = TNI_REFTYPE(tni_is_nullable(t), TNI_HEAP_CONCRETE + x);
        }
        if (i > 0) {
            n += tni_format(buf + n, capacity - n, " ");
        }
        n += tni_valtype_format(buf + n, capacity - n, t);
    }
    if (n < capacity) {
        tni_format(buf + n, capacity - n, "]");
    }
}

static u64 instr_offset(const tni_checker *c) {
    return c->r.base + (u64)(c->instr - c->r.start);
}

tenon_status(tni_check_fail)(tni_checker *c, tni_code code, const char *fmt, ...) {
    char detail[256];
    size_t n = 0;
    if (fmt != NULL) {
        va_list args;
        va_start(args, fmt);
        n = tni_vformat(detail, sizeof detail, fmt, args);
        va_end(args);
    }
    if (n == 0) {
        detail[0] = 0;
    }
    const char *open = n == 0 ? "in " : " in ";
    if (c->func != TNI_NO_INDEX) {
        return tni_fail(c->e, code, instr_offset(c), "%s%s%s of function %u", detail,
                        open, tni_ops[c->op].text, c->func);
    }
    return tni_fail(c->e, code, instr_offset(c), "%s%s%s", detail, open,
                    tni_ops[c->op].text);
}

tenon_status(tni_check_types_fail)(tni_checker *c, const char *what,
                                   const tni_valtype *wanted, u32 wanted_count,
                                   const char *other, const tni_valtype *given,
                                   u32 given_count) {
    char w[100], g[100];
    format_types(c, w, sizeof w, wanted, wanted_count);
    format_types(c, g, sizeof g, given, given_count);
    return tni_check_fail(c, TNI_ERR_TYPE_MISMATCH, "%s requires %s but %s has %s", what,
                          w, other, g);
}

tenon_status(tni_check_stack_fail)(tni_checker *c, const tni_valtype *wanted, u32 count) {
    size_t there = c->vals.count - c->height;
    if (there > count) {
        there = count;
    }
    return tni_check_types_fail(c, "instruction", wanted, count, "stack",
                                c->vals.data + (c->vals.count - there), (u32)there);
}

/* -- the operand stack -- */

/* A few bytes can push a thousand values, so their number is limited. */
static tenon_status reserve(tni_checker *c, u32 count) {
    if (count > TNI_LIMIT_operands || c->vals.count > TNI_LIMIT_operands - count) {
        return tni_check_fail(c, TNI_ERR_LIMIT, "height of the operand stack");
    }
    if (!tni_vec_reserve(&c->m->heap, &c->vals, c->vals.count + count)) {
        return tni_no_memory(c->e);
    }
    return TENON_OK;
}

tenon_status tni_push_slow(tni_checker *c, tni_valtype t) {
    TNI_TRY(reserve(c, 1));
    c->vals.data[c->vals.count++] = t;
    return TENON_OK;
}

/* Whether the stack is polymorphic below the innermost frame's own values. */
static bool is_unreachable(const tni_checker *c) {
    return c->ctrls.data[c->ctrls.count - 1].unreachable;
}

tenon_status tni_pop_slow(tni_checker *c, tni_valtype t) {
    if (c->vals.count == c->height) {
        return is_unreachable(c) ? TENON_OK : tni_check_stack_fail(c, &t, 1);
    }
    if (!tni_matches(c, c->vals.data[c->vals.count - 1], t)) {
        return tni_check_stack_fail(c, &t, 1);
    }
    c->vals.count--;
    return TENON_OK;
}

tenon_status tni_pop_any(tni_checker *c, tni_valtype *out) {
    if (c->vals.count == c->height) {
        *out = TNI_BOT;
        if (is_unreachable(c)) {
            return TENON_OK;
        }
        return tni_check_fail(c, TNI_ERR_TYPE_MISMATCH,
                              "instruction requires a value but stack has []");
    }
    *out = c->vals.data[--c->vals.count];
    return TENON_OK;
}

tenon_status tni_pop_ref(tni_checker *c, tni_valtype *out) {
    TNI_TRY(tni_pop_any(c, out));
    if (*out == TNI_BOT) {
        *out = TNI_REFTYPE(false, TNI_HEAP_BOT);
    } else if (!tni_is_ref(*out)) {
        char given[40];
        format_types(c, given, sizeof given, out, 1);
        return tni_check_fail(c, TNI_ERR_TYPE_MISMATCH,
                              "instruction requires reference type but stack has %s",
                              given);
    }
    return TENON_OK;
}

tenon_status tni_check_top(tni_checker *c, const tni_valtype *types, u32 count) {
    size_t there = c->vals.count - c->height;
    for (u32 i = 0; i < count; i++) {
        if (i == there) {
            return is_unreachable(c) ? TENON_OK : tni_check_stack_fail(c, types, count);
        }
        if (!tni_matches(c, c->vals.data[c->vals.count - 1 - i], types[count - 1 - i])) {
            return tni_check_stack_fail(c, types, count);
        }
    }
    return TENON_OK;
}

tenon_status tni_pop_many(tni_checker *c, const tni_valtype *types, u32 count) {
    TNI_TRY(tni_check_top(c, types, count));
    size_t there = c->vals.count - c->height;
    c->vals.count -= count < there ? count : there;
    return TENON_OK;
}

tenon_status tni_push_many(tni_checker *c, const tni_valtype *types, u32 count) {
    TNI_TRY(reserve(c, count));
    for (u32 i = 0; i < count; i++) {
        c->vals.data[c->vals.count++] = types[i];
    }
    return TENON_OK;
}

void tni_set_unreachable(tni_checker *c) {
    c->vals.count = c->height;
    c->ctrls.data[c->ctrls.count - 1].unreachable = true;
}

/* -- the control stack -- */

tenon_status tni_push_ctrl(tni_checker *c, const tni_ctrl *frame) {
    if (c->ctrls.count > TNI_LIMIT_block_depth) {
        return tni_check_fail(c, TNI_ERR_LIMIT, "nesting of blocks");
    }
    if (!tni_vec_push(&c->m->heap, &c->ctrls, *frame)) {
        return tni_no_memory(c->e);
    }
    tni_ctrl *f = &c->ctrls.data[c->ctrls.count - 1];
    f->unreachable = false;
    f->height = (u32)c->vals.count;
    f->inits_height = (u32)c->inits.count;
    c->height = f->height;
    return tni_push_many(c, f->params, f->param_count);
}

static void forget_inits(tni_checker *c, u32 height) {
    while (c->inits.count > height) {
        u32 x = c->inits.data[--c->inits.count];
        c->init_bits[x / 8] &= (u8) ~(1u << (x % 8));
    }
}

tenon_status tni_pop_ctrl(tni_checker *c, tni_ctrl *out) {
    const tni_ctrl *f = &c->ctrls.data[c->ctrls.count - 1];
    size_t there = c->vals.count - c->height;
    if (there > f->result_count) {
        return tni_check_types_fail(c, "block", tni_results_of(f), f->result_count,
                                    "stack", c->vals.data + c->height, (u32)there);
    }
    TNI_TRY(tni_check_top(c, tni_results_of(f), f->result_count));
    c->vals.count = c->height;
    forget_inits(c, f->inits_height);
    *out = *f;
    c->ctrls.count--;
    c->height = c->ctrls.count == 0 ? 0 : c->ctrls.data[c->ctrls.count - 1].height;
    return TENON_OK;
}

tenon_status tni_label(tni_checker *c, u32 label, const tni_ctrl **out) {
    if (label >= c->ctrls.count) {
        return tni_check_fail(c, TNI_ERR_UNKNOWN_LABEL, "%u", label);
    }
    *out = &c->ctrls.data[c->ctrls.count - 1 - label];
    return TENON_OK;
}

/* -- locals -- */

void tni_reset_locals(tni_checker *c) {
    TNI_ASSERT(c->inits.count == 0);
    c->local_count = 0;
    c->param_count = 0;
    c->runs.count = 0;
}

tenon_status tni_add_locals(tni_checker *c, u32 count, tni_valtype t) {
    for (; count > 0 && c->local_count < TNI_FLAT_LOCALS; count--) {
        c->flat[c->local_count++] = t;
    }
    if (count == 0) {
        return TENON_OK;
    }
    c->local_count += count;
    tni_local_run run = {c->local_count, t};
    return tni_vec_push(&c->m->heap, &c->runs, run) ? TENON_OK : tni_no_memory(c->e);
}

tenon_status tni_local_type(tni_checker *c, u32 x, tni_valtype *out) {
    if (x >= c->local_count) {
        return tni_check_fail(c, TNI_ERR_UNKNOWN_LOCAL, "%u", x);
    }
    if (x < TNI_FLAT_LOCALS) {
        *out = c->flat[x];
        return TENON_OK;
    }
    size_t low = 0, high = c->runs.count - 1;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (x < c->runs.data[middle].end) {
            high = middle;
        } else {
            low = middle + 1;
        }
    }
    *out = c->runs.data[low].type;
    return TENON_OK;
}

tenon_status tni_check_local_set(tni_checker *c, u32 x) {
    if (x < c->param_count ||
        (c->init_bits != NULL && (c->init_bits[x / 8] >> (x % 8) & 1) != 0)) {
        return TENON_OK;
    }
    return tni_check_fail(c, TNI_ERR_UNINIT_LOCAL, "%u", x);
}

tenon_status tni_note_local_set(tni_checker *c, u32 x) {
    if (x < c->param_count) {
        return TENON_OK;
    }
    if (c->init_bits == NULL) {
        c->init_bits = TNI_NEW_ARRAY(&c->m->heap, u8, TNI_LIMIT_locals / 8 + 1);
        if (c->init_bits == NULL) {
            return tni_no_memory(c->e);
        }
    }
    if ((c->init_bits[x / 8] >> (x % 8) & 1) != 0) {
        return TENON_OK;
    }
    c->init_bits[x / 8] |= (u8)(1u << (x % 8));
    return tni_vec_push(&c->m->heap, &c->inits, x) ? TENON_OK : tni_no_memory(c->e);
}

/* -- types -- */

tenon_status tni_close_type(tni_checker *c, tni_valtype t, tni_valtype *out) {
    *out = t;
    if (!tni_is_concrete(t)) {
        return TENON_OK;
    }
    u32 x = tni_type_index_of(t);
    if (x >= c->m->type_count) {
        return tni_check_fail(c, TNI_ERR_UNKNOWN_TYPE, "%u", x);
    }
    *out = TNI_REFTYPE(tni_is_nullable(t), TNI_HEAP_CONCRETE + c->m->type_ids[x]);
    return TENON_OK;
}

tenon_status tni_get_type(tni_checker *c, u32 x, const tni_deftype **out) {
    if (x >= c->m->type_count) {
        return tni_check_fail(c, TNI_ERR_UNKNOWN_TYPE, "%u", x);
    }
    *out = c->deftypes[x];
    return TENON_OK;
}

tenon_status tni_get_functype(tni_checker *c, u32 x, const tni_deftype **out) {
    TNI_TRY(tni_get_type(c, x, out));
    if ((*out)->sub.kind != TNI_COMP_FUNC) {
        return tni_check_fail(c, TNI_ERR_TYPE_MISMATCH, "type %u is not a function type",
                              x);
    }
    return TENON_OK;
}
