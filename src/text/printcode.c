/* printcode.c: instructions as text, flat or folded. Core 3.0, 6.5.
 *
 * Folding is a matter of brackets alone: "(op x y)" stands for "x y op" whatever x and y
 * leave on the stack. So what looks like an operand is put inside, and the bytes stay. */
#include "base/assert.h"
#include "base/numtext.h"
#include "binary/readcode.h"
#include "text/printer.h"

void tni_print_line(tni_printer *p) {
    tni_buf_byte(p->out, '\n');
    for (u32 i = 0; i < p->indent && i < 64; i++) {
        tni_buf_str(p->out, TNI_STR("  "));
    }
}

/* -- immediates -- */

static tenon_status put_index(tni_printer *p, tni_reader *r, tni_buf *out,
                              tni_space space) {
    u32 x;
    TNI_TRY(tni_read_u32(r, &x));
    tni_buf_byte(out, ' ');
    tni_print_index(p, out, space, x);
    return TENON_OK;
}

/* Nothing for index 0, which is what a missing one means. */
static tenon_status put_index_opt(tni_printer *p, tni_reader *r, tni_buf *out,
                                  tni_space space) {
    u32 x;
    TNI_TRY(tni_read_u32(r, &x));
    if (x != 0) {
        tni_buf_byte(out, ' ');
        tni_print_index(p, out, space, x);
    }
    return TENON_OK;
}

static tenon_status put_number(tni_reader *r, tni_buf *out) {
    u32 x;
    TNI_TRY(tni_read_u32(r, &x));
    tni_buf_format(out, " %u", x);
    return TENON_OK;
}

static tenon_status put_local(tni_printer *p, tni_reader *r, tni_buf *out) {
    u32 x;
    TNI_TRY(tni_read_u32(r, &x));
    tni_buf_byte(out, ' ');
    if (x < p->local_ids.count && p->local_ids.data[x].len != 0) {
        tni_buf_str(out, p->local_ids.data[x]);
    } else {
        tni_buf_format(out, "%u", x);
    }
    return TENON_OK;
}

static tenon_status put_labels(tni_reader *r, tni_buf *out) {
    u32 n;
    TNI_TRY(tni_read_u32(r, &n));
    for (u64 i = 0; i <= n; i++) {
        TNI_TRY(put_number(r, out));
    }
    return TENON_OK;
}

/* Two indices; both or none, and the other way round with `swap`. */
static tenon_status put_two(tni_printer *p, tni_reader *r, tni_buf *out, tni_space first,
                            tni_space second, bool swap) {
    u32 x;
    u32 y;
    TNI_TRY(tni_read_u32(r, &x));
    TNI_TRY(tni_read_u32(r, &y));
    if (swap) { /* segment, then what it goes to, which may be missing */
        if (y != 0) {
            tni_buf_byte(out, ' ');
            tni_print_index(p, out, second, y);
        }
        tni_buf_byte(out, ' ');
        tni_print_index(p, out, first, x);
    } else if (x != 0 || y != 0 || first == TNI_SPACE_TYPE) {
        tni_buf_byte(out, ' ');
        tni_print_index(p, out, first, x);
        tni_buf_byte(out, ' ');
        tni_print_index(p, out, second, y);
    }
    return TENON_OK;
}

static tenon_status put_memarg(tni_printer *p, tni_reader *r, tni_op op, tni_buf *out) {
    tni_memarg a;
    TNI_TRY(tni_read_memarg(r, &a));
    if (a.memory != 0) {
        tni_buf_byte(out, ' ');
        tni_print_index(p, out, TNI_SPACE_MEMORY, a.memory);
    }
    if (a.offset != 0) {
        tni_buf_format(out, " offset=%llu", (unsigned long long)a.offset);
    }
    if (a.align != tni_ops[op].arg) {
        tni_buf_format(out, " align=%llu", 1ull << (a.align & 63));
    }
    return TENON_OK;
}

static tenon_status put_bytes(tni_reader *r, tni_buf *out, u32 n) {
    for (u32 i = 0; i < n; i++) {
        u8 b;
        TNI_TRY(tni_read_byte(r, &b));
        tni_buf_format(out, " %u", b);
    }
    return TENON_OK;
}

static tenon_status put_const(tni_reader *r, tni_imm imm, tni_buf *out) {
    char text[TNI_FLOAT_TEXT_BYTES];
    i32 i = 0;
    i64 l = 0;
    u32 f = 0;
    u64 d = 0;
    switch (imm) {
    case TNI_IMM_I32:
        TNI_TRY(tni_read_s32(r, &i));
        tni_buf_format(out, " %d", i);
        break;
    case TNI_IMM_I64:
        TNI_TRY(tni_read_s64(r, &l));
        tni_buf_format(out, " %lld", (long long)l);
        break;
    case TNI_IMM_F32:
        TNI_TRY(tni_read_fixed32(r, &f));
        tni_format_f32(text, f);
        tni_buf_format(out, " %s", text);
        break;
    case TNI_IMM_F64:
        TNI_TRY(tni_read_fixed64(r, &d));
        tni_format_f64(text, d);
        tni_buf_format(out, " %s", text);
        break;
    default:
        tni_buf_str(out, TNI_STR(" i32x4"));
        for (u32 k = 0; k < 4; k++) {
            TNI_TRY(tni_read_fixed32(r, &f));
            tni_buf_format(out, " 0x%08x", f);
        }
        break;
    }
    return TENON_OK;
}

static tenon_status put_call_indirect(tni_printer *p, tni_reader *r, tni_buf *out) {
    u32 type;
    TNI_TRY(tni_read_u32(r, &type));
    TNI_TRY(put_index_opt(p, r, out, TNI_SPACE_TABLE));
    tni_print_typeuse(p, out, type, false);
    return TENON_OK;
}

static tenon_status put_select(tni_printer *p, tni_reader *r, tni_buf *out) {
    u32 n;
    TNI_TRY(tni_read_u32(r, &n));
    tni_buf_str(out, TNI_STR(" (result"));
    for (u32 i = 0; i < n; i++) {
        tni_valtype v;
        TNI_TRY(tni_read_valtype(r, &v));
        tni_buf_byte(out, ' ');
        tni_print_valtype(p, out, v);
    }
    tni_buf_byte(out, ')');
    return TENON_OK;
}

static tenon_status put_heaptype(tni_printer *p, tni_reader *r, tni_op op, tni_buf *out) {
    u32 heaptype;
    TNI_TRY(tni_read_heaptype(r, &heaptype));
    tni_buf_byte(out, ' ');
    if (op == TNI_OP_REF_NULL) {
        tni_print_heaptype(p, out, heaptype);
    } else {
        bool nullable = op == TNI_OP_REF_TEST_NULL || op == TNI_OP_REF_CAST_NULL;
        tni_print_valtype(p, out, TNI_REFTYPE(nullable, heaptype));
    }
    return TENON_OK;
}

static tenon_status put_cast(tni_printer *p, tni_reader *r, tni_buf *out) {
    tni_cast c;
    TNI_TRY(tni_read_cast(r, &c));
    tni_buf_format(out, " %u ", c.label);
    tni_print_valtype(p, out, c.from);
    tni_buf_byte(out, ' ');
    tni_print_valtype(p, out, c.to);
    return TENON_OK;
}

static tenon_status put_field(tni_printer *p, tni_reader *r, tni_buf *out) {
    TNI_TRY(put_index(p, r, out, TNI_SPACE_TYPE));
    return put_number(r, out);
}

static tenon_status put_blocktype(tni_printer *p, tni_reader *r, tni_buf *out) {
    tni_blocktype bt;
    TNI_TRY(tni_read_blocktype(r, &bt));
    if (bt.has_index) {
        tni_print_typeuse(p, out, bt.index, false);
    } else if (bt.type != TNI_BOT) {
        tni_buf_str(out, TNI_STR(" (result "));
        tni_print_valtype(p, out, bt.type);
        tni_buf_byte(out, ')');
    }
    return TENON_OK;
}

static tenon_status put_catches(tni_printer *p, tni_reader *r, tni_buf *out) {
    static const char *const words[] = {"catch", "catch_ref", "catch_all",
                                        "catch_all_ref"};
    u32 n;
    TNI_TRY(tni_read_u32(r, &n));
    for (u32 i = 0; i < n; i++) {
        tni_catch c;
        TNI_TRY(tni_read_catch(r, &c));
        tni_buf_format(out, " (%s ", words[c.kind]);
        if (c.kind == TNI_CATCH || c.kind == TNI_CATCH_REF) {
            tni_print_index(p, out, TNI_SPACE_TAG, c.tag);
            tni_buf_byte(out, ' ');
        }
        tni_buf_format(out, "%u)", c.label);
    }
    return TENON_OK;
}

static tenon_status immediates(tni_printer *p, tni_reader *r, tni_op op, tni_buf *out) {
    tni_imm imm = (tni_imm)tni_ops[op].imm;
    u8 zero;
    switch (imm) {
    case TNI_IMM_NONE: return TENON_OK;
    case TNI_IMM_BLOCK: return put_blocktype(p, r, out);
    case TNI_IMM_TRY_TABLE:
        TNI_TRY(put_blocktype(p, r, out));
        return put_catches(p, r, out);
    case TNI_IMM_LABEL: return put_number(r, out);
    case TNI_IMM_LABELS: return put_labels(r, out);
    case TNI_IMM_FUNC: return put_index(p, r, out, TNI_SPACE_FUNC);
    case TNI_IMM_CALL_INDIRECT: return put_call_indirect(p, r, out);
    case TNI_IMM_TYPE: return put_index(p, r, out, TNI_SPACE_TYPE);
    case TNI_IMM_LOCAL: return put_local(p, r, out);
    case TNI_IMM_GLOBAL: return put_index(p, r, out, TNI_SPACE_GLOBAL);
    case TNI_IMM_TABLE: return put_index_opt(p, r, out, TNI_SPACE_TABLE);
    case TNI_IMM_MEMORY: return put_index_opt(p, r, out, TNI_SPACE_MEMORY);
    case TNI_IMM_ELEM: return put_index(p, r, out, TNI_SPACE_ELEM);
    case TNI_IMM_DATA: return put_index(p, r, out, TNI_SPACE_DATA);
    case TNI_IMM_TAG: return put_index(p, r, out, TNI_SPACE_TAG);
    case TNI_IMM_TABLE_TABLE:
        return put_two(p, r, out, TNI_SPACE_TABLE, TNI_SPACE_TABLE, false);
    case TNI_IMM_MEMORY_MEMORY:
        return put_two(p, r, out, TNI_SPACE_MEMORY, TNI_SPACE_MEMORY, false);
    case TNI_IMM_ELEM_TABLE:
        return put_two(p, r, out, TNI_SPACE_ELEM, TNI_SPACE_TABLE, true);
    case TNI_IMM_DATA_MEMORY:
        return put_two(p, r, out, TNI_SPACE_DATA, TNI_SPACE_MEMORY, true);
    case TNI_IMM_TYPE_TYPE:
        return put_two(p, r, out, TNI_SPACE_TYPE, TNI_SPACE_TYPE, false);
    case TNI_IMM_TYPE_DATA:
        return put_two(p, r, out, TNI_SPACE_TYPE, TNI_SPACE_DATA, false);
    case TNI_IMM_TYPE_ELEM:
        return put_two(p, r, out, TNI_SPACE_TYPE, TNI_SPACE_ELEM, false);
    case TNI_IMM_TYPE_FIELD:
    case TNI_IMM_TYPE_COUNT: return put_field(p, r, out);
    case TNI_IMM_MEMARG: return put_memarg(p, r, op, out);
    case TNI_IMM_MEMARG_LANE:
        TNI_TRY(put_memarg(p, r, op, out));
        return put_bytes(r, out, 1);
    case TNI_IMM_LANE: return put_bytes(r, out, 1);
    case TNI_IMM_SHUFFLE: return put_bytes(r, out, 16);
    case TNI_IMM_I32:
    case TNI_IMM_I64:
    case TNI_IMM_F32:
    case TNI_IMM_F64:
    case TNI_IMM_V128: return put_const(r, imm, out);
    case TNI_IMM_SELECT: return put_select(p, r, out);
    case TNI_IMM_HEAPTYPE: return put_heaptype(p, r, op, out);
    case TNI_IMM_CAST: return put_cast(p, r, out);
    case TNI_IMM_FENCE: return tni_read_byte(r, &zero);
    }
    TNI_UNREACHABLE();
}

static tenon_status put_instr(tni_printer *p, tni_reader *r, tni_op op, tni_buf *out) {
    tni_buf_format(out, "%s", tni_ops[op].text);
    return immediates(p, r, op, out);
}

static tenon_status read_op(const tni_printer *p, tni_reader *r, tni_op *op) {
    return tni_read_op(r, p->m->engine->features, op);
}

static bool is_block(tni_op op) {
    return tni_ops[op].imm == TNI_IMM_BLOCK || tni_ops[op].imm == TNI_IMM_TRY_TABLE;
}

tenon_status tni_print_instruction(tni_printer *p, tni_reader *r, tni_buf *out) {
    tni_op op;
    TNI_TRY(read_op(p, r, &op));
    return put_instr(p, r, op, out);
}

/* -- flat -- */

static tenon_status print_flat(tni_printer *p, tni_reader *r) {
    u32 outside = p->indent;
    while (tni_reader_left(r) > 0) {
        tni_op op;
        TNI_TRY(read_op(p, r, &op));
        bool divides = op == TNI_OP_ELSE || op == TNI_OP_CATCH || op == TNI_OP_CATCH_ALL;
        if (op == TNI_OP_END || op == TNI_OP_DELEGATE || divides) {
            if (p->indent == outside) {
                return TENON_OK; /* the end of the body */
            }
            p->indent--;
        }
        tni_print_line(p);
        TNI_TRY(put_instr(p, r, op, p->out));
        if (is_block(op)) {
            tni_buf_format(p->out, "  ;; @%u", p->indent - outside + 1);
        }
        p->indent += is_block(op) || divides;
    }
    return TENON_OK;
}

tenon_status tni_print_const_next(tni_printer *p, tni_reader *r) {
    for (bool first = true;; first = false) {
        tni_op op;
        TNI_TRY(read_op(p, r, &op));
        if (op == TNI_OP_END) {
            return TENON_OK;
        }
        if (!first) {
            tni_buf_byte(p->out, ' ');
        }
        TNI_TRY(put_instr(p, r, op, p->out));
    }
}

tenon_status tni_print_const(tni_printer *p, const tni_span *expr) {
    tni_reader r = tni_reader_of(expr->ptr, expr->len, expr->offset, p->e);
    return tni_print_const_next(p, &r);
}

/* -- folded -- */

typedef struct node {
    u32 head; /* its text in heads */
    u32 head_len;
    u32 first; /* its operands in children */
    u32 count;
    u32 len;       /* of all on one line; UINT32_MAX: too long */
    bool is_value; /* leaves one result */
} node;

/* A block that is open: where its parts begin in `pending`. */
typedef struct open_block {
    u32 head, head_len;
    u32 start; /* of the part at hand */
    u32 whole; /* of the first part; the parts before are nodes from here on */
    tni_op op;
    tni_op part; /* what began the part at hand */
    u32 part_head, part_len;
    bool is_value;
} open_block;

typedef struct folder {
    tni_printer *p;
    tni_buf heads;
    TNI_VEC(node) nodes;
    TNI_VEC(u32) pending; /* of all blocks that are open, outermost first */
    TNI_VEC(u32) children;
    TNI_VEC(open_block) blocks;
} folder;

/* Appends a node whose operands are the pending nodes from `from` on. */
static bool add_node(folder *f, u32 head, u32 head_len, u32 from, bool is_value) {
    node n = {.head = head,
              .head_len = head_len,
              .first = (u32)f->children.count,
              .count = (u32)f->pending.count - from,
              .is_value = is_value};
    u64 len = head_len + 2u;
    for (size_t i = from; i < f->pending.count; i++) {
        len += 1u + (u64)f->nodes.data[f->pending.data[i]].len;
        if (!tni_vec_push(f->p->heap, &f->children, f->pending.data[i])) {
            return false;
        }
    }
    n.len = len > 80 ? UINT32_MAX : (u32)len;
    f->pending.count = from;
    u32 x = (u32)f->nodes.count;
    return tni_vec_push(f->p->heap, &f->nodes, n) &&
           tni_vec_push(f->p->heap, &f->pending, x);
}

typedef struct arity {
    u32 pops;
    bool is_value;
} arity;

static arity func_arity(const tni_module *m, u32 type, u32 more) {
    if (type >= m->type_count || m->types[type].kind != TNI_COMP_FUNC) {
        return (arity){more, false};
    }
    const tni_subtype *t = &m->types[type];
    return (arity){t->param_count + more, t->result_count == 1};
}

/* Instructions without a signature in op.def that take and leave a fixed number. */
static arity fixed_arity(tni_op op) {
    switch (op) {
    case TNI_OP_LOCAL_GET:
    case TNI_OP_GLOBAL_GET:
    case TNI_OP_REF_NULL:
    case TNI_OP_REF_FUNC:
    case TNI_OP_STRUCT_NEW_DEFAULT: return (arity){0, true};
    case TNI_OP_LOCAL_TEE:
    case TNI_OP_TABLE_GET:
    case TNI_OP_REF_IS_NULL:
    case TNI_OP_REF_AS_NON_NULL:
    case TNI_OP_REF_TEST:
    case TNI_OP_REF_TEST_NULL:
    case TNI_OP_REF_CAST:
    case TNI_OP_REF_CAST_NULL:
    case TNI_OP_STRUCT_GET:
    case TNI_OP_STRUCT_GET_S:
    case TNI_OP_STRUCT_GET_U:
    case TNI_OP_ARRAY_NEW_DEFAULT: return (arity){1, true};
    case TNI_OP_DROP:
    case TNI_OP_LOCAL_SET:
    case TNI_OP_GLOBAL_SET:
    case TNI_OP_BR_IF:
    case TNI_OP_BR_TABLE:
    case TNI_OP_THROW_REF: return (arity){1, false};
    case TNI_OP_ARRAY_GET:
    case TNI_OP_ARRAY_GET_S:
    case TNI_OP_ARRAY_GET_U:
    case TNI_OP_ARRAY_NEW:
    case TNI_OP_ARRAY_NEW_DATA:
    case TNI_OP_ARRAY_NEW_ELEM:
    case TNI_OP_REF_EQ:
    case TNI_OP_TABLE_GROW: return (arity){2, true};
    case TNI_OP_TABLE_SET:
    case TNI_OP_STRUCT_SET: return (arity){2, false};
    case TNI_OP_SELECT:
    case TNI_OP_SELECT_T: return (arity){3, true};
    case TNI_OP_ARRAY_SET:
    case TNI_OP_MEMORY_COPY:
    case TNI_OP_TABLE_INIT:
    case TNI_OP_TABLE_COPY:
    case TNI_OP_TABLE_FILL: return (arity){3, false};
    default: return (arity){0, false};
    }
}

/* r stands after the opcode and is a copy. */
static arity arity_of(const tni_printer *p, tni_reader r, tni_op op) {
    const tni_module *m = p->m;
    tenon_error ignored;
    u32 x = 0;
    const char *sig = tni_ops[op].sig;
    r.e = &ignored;
    if (sig[0] != '*') {
        size_t pops = strcspn(sig, ":");
        return (arity){(u32)pops, strlen(sig) == pops + 2};
    }
    bool has_index = tni_read_u32(&r, &x) == TENON_OK;
    switch (op) {
    case TNI_OP_CALL:
    case TNI_OP_RETURN_CALL:
        return has_index && x < m->func_count ? func_arity(m, m->func_types[x], 0)
                                              : (arity){0, false};
    case TNI_OP_CALL_INDIRECT:
    case TNI_OP_RETURN_CALL_INDIRECT:
    case TNI_OP_CALL_REF:
    case TNI_OP_RETURN_CALL_REF: return func_arity(m, x, 1);
    case TNI_OP_STRUCT_NEW:
        return (arity){x < m->type_count ? m->types[x].field_count : 0, true};
    default: return fixed_arity(op);
    }
}

static bool results_one(const tni_printer *p, tni_reader r) {
    tni_blocktype bt;
    tenon_error ignored;
    r.e = &ignored;
    if (tni_read_blocktype(&r, &bt) != TENON_OK) {
        return false;
    }
    return bt.has_index ? func_arity(p->m, bt.index, 0).is_value : bt.type != TNI_BOT;
}

static bool is_value(const folder *f, size_t pending) {
    return f->nodes.data[f->pending.data[pending]].is_value;
}

/* Where the operands of an instruction begin in `pending`: at its end, unless exactly as
 * many values stand there. */
static u32 operands(const folder *f, u32 pops) {
    size_t start = f->blocks.count == 0 ? 0 : f->blocks.data[f->blocks.count - 1].start;
    size_t end = f->pending.count;
    if (pops > end - start) {
        return (u32)end;
    }
    for (size_t i = end - pops; i < end; i++) {
        if (!is_value(f, i)) {
            return (u32)end;
        }
    }
    return (u32)(end - pops);
}

static u32 put_word(folder *f, const char *word) {
    u32 at = (u32)f->heads.count;
    tni_buf_format(&f->heads, "%s", word);
    return at;
}

static bool open_fold(folder *f, tni_op op, u32 head, bool value) {
    open_block b = {.head = head,
                    .head_len = (u32)f->heads.count - head,
                    .op = op,
                    .part = op,
                    .is_value = value};
    u32 condition = op == TNI_OP_IF ? operands(f, 1) : (u32)f->pending.count;
    b.whole = condition;
    b.start = (u32)f->pending.count;
    return tni_vec_push(f->p->heap, &f->blocks, b);
}

/* Makes a node of the part at hand of an if or a try. */
static bool close_part(folder *f, open_block *b) {
    const char *word = b->part == TNI_OP_IF    ? "then"
                       : b->part == TNI_OP_TRY ? "do"
                                               : NULL;
    if (word != NULL) {
        b->part_head = put_word(f, word);
        b->part_len = (u32)strlen(word);
    }
    return add_node(f, b->part_head, b->part_len, b->start, false);
}

static tenon_status divide_fold(folder *f, tni_reader *r, tni_op op) {
    open_block *b = &f->blocks.data[f->blocks.count - 1];
    if (!close_part(f, b)) {
        return tni_no_memory(f->p->e);
    }
    b->part = op;
    b->part_head = (u32)f->heads.count;
    TNI_TRY(put_instr(f->p, r, op, &f->heads));
    b->part_len = (u32)f->heads.count - b->part_head;
    b->start = (u32)f->pending.count;
    return TENON_OK;
}

static tenon_status close_fold(folder *f, tni_reader *r, tni_op op) {
    open_block b = f->blocks.data[f->blocks.count - 1];
    bool ok = true;
    if (b.op == TNI_OP_IF || b.op == TNI_OP_TRY) {
        ok = close_part(f, &b);
    }
    if (ok && op == TNI_OP_DELEGATE) {
        u32 head = (u32)f->heads.count;
        TNI_TRY(put_instr(f->p, r, op, &f->heads));
        ok = add_node(f, head, (u32)f->heads.count - head, (u32)f->pending.count, false);
    }
    f->blocks.count--;
    ok = ok && add_node(f, b.head, b.head_len, b.whole, b.is_value);
    return ok ? TENON_OK : tni_no_memory(f->p->e);
}

static tenon_status fold_instr(folder *f, tni_reader *r, tni_op op) {
    tni_printer *p = f->p;
    u32 head = (u32)f->heads.count;
    if (is_block(op)) {
        bool value = results_one(p, *r);
        TNI_TRY(put_instr(p, r, op, &f->heads));
        return open_fold(f, op, head, value) ? TENON_OK : tni_no_memory(p->e);
    }
    arity a = arity_of(p, *r, op);
    TNI_TRY(put_instr(p, r, op, &f->heads));
    bool ok =
        add_node(f, head, (u32)f->heads.count - head, operands(f, a.pops), a.is_value);
    return ok ? TENON_OK : tni_no_memory(p->e);
}

/* Reads a body into nodes; those of the body itself stay in `pending`. */
static tenon_status fold(folder *f, tni_reader *r) {
    while (tni_reader_left(r) > 0) {
        tni_op op;
        TNI_TRY(read_op(f->p, r, &op));
        if (op == TNI_OP_END || op == TNI_OP_DELEGATE) {
            if (f->blocks.count == 0) {
                break;
            }
            TNI_TRY(close_fold(f, r, op));
        } else if (op == TNI_OP_ELSE || op == TNI_OP_CATCH || op == TNI_OP_CATCH_ALL) {
            TNI_TRY(divide_fold(f, r, op));
        } else {
            TNI_TRY(fold_instr(f, r, op));
        }
    }
    return f->heads.failed ? tni_no_memory(f->p->e) : TENON_OK;
}

typedef struct visit {
    u32 node;
    u32 next; /* child */
    bool is_line;
} visit;

/* Prints the node trees in `pending`, each on its lines; the walk has a stack of its own.
 */
static tenon_status print_nodes(folder *f) {
    tni_printer *p = f->p;
    TNI_VEC(visit) walk = {0};
    bool ok = true;
    for (size_t i = 0; ok && i < f->pending.count; i++) {
        visit root = {f->pending.data[i], 0, false};
        ok = tni_vec_push(p->heap, &walk, root);
        tni_print_line(p);
        while (ok && walk.count > 0) {
            visit *v = &walk.data[walk.count - 1];
            const node *n = &f->nodes.data[v->node];
            if (v->next == 0) {
                v->is_line = v->is_line || n->len != UINT32_MAX;
                tni_buf_byte(p->out, '(');
                tni_buf_put(p->out, f->heads.data + n->head, n->head_len);
                p->indent += !v->is_line;
            }
            if (v->next < n->count) {
                visit child = {f->children.data[n->first + v->next++], 0, v->is_line};
                if (v->is_line) {
                    tni_buf_byte(p->out, ' ');
                } else {
                    tni_print_line(p);
                }
                ok = tni_vec_push(p->heap, &walk, child);
                continue;
            }
            p->indent -= !v->is_line;
            tni_buf_byte(p->out, ')');
            walk.count--;
        }
    }
    tni_vec_free(p->heap, &walk);
    return ok ? TENON_OK : tni_no_memory(p->e);
}

static tenon_status print_folded(tni_printer *p, tni_reader *r) {
    folder f = {.p = p};
    tni_buf_init(&f.heads, p->heap);
    tenon_status status = fold(&f, r);
    if (status == TENON_OK) {
        status = print_nodes(&f);
    }
    tni_buf_free(&f.heads);
    tni_vec_free(p->heap, &f.nodes);
    tni_vec_free(p->heap, &f.pending);
    tni_vec_free(p->heap, &f.children);
    tni_vec_free(p->heap, &f.blocks);
    return status;
}

/* -- bodies -- */

/* Runs of locals on a line each; those with identifiers stand alone. */
static tenon_status print_locals(tni_printer *p, tni_reader *r, u32 params) {
    u32 runs;
    u32 x = params;
    TNI_TRY(tni_read_u32(r, &runs));
    for (u32 i = 0; i < runs; i++) {
        u32 n;
        tni_valtype v;
        TNI_TRY(tni_read_u32(r, &n));
        TNI_TRY(tni_read_valtype(r, &v));
        bool open = false;
        for (u32 k = 0; k < n; k++, x++) {
            bool own = x < p->local_ids.count && p->local_ids.data[x].len != 0;
            if (own || !open) {
                tni_buf_str(p->out, open ? TNI_STR(")") : TNI_STR(""));
                tni_print_line(p);
                tni_buf_str(p->out, TNI_STR("(local"));
            }
            if (own) {
                tni_buf_byte(p->out, ' ');
                tni_buf_str(p->out, p->local_ids.data[x]);
            }
            tni_buf_byte(p->out, ' ');
            tni_print_valtype(p, p->out, v);
            tni_buf_str(p->out, own ? TNI_STR(")") : TNI_STR(""));
            open = !own;
        }
        tni_buf_str(p->out, open ? TNI_STR(")") : TNI_STR(""));
    }
    return TENON_OK;
}

tenon_status tni_print_body(tni_printer *p, u32 func, const tni_span *body) {
    tni_reader r = tni_reader_of(body->ptr, body->len, body->offset, p->e);
    u32 type = p->m->func_types[func];
    TNI_TRY(print_locals(p, &r, p->m->types[type].param_count));
    return (p->flags & TNI_PRINT_FOLD) != 0 ? print_folded(p, &r) : print_flat(p, &r);
}
