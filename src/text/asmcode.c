/* asmcode.c: instructions, flat and folded, to code. Core 3.0, 6.5.
 *
 * What is open is kept on a stack of frames, never on the C stack. The bytes of a folded
 * instruction wait in `deferred` until its operands are written. */
#include "base/assert.h"
#include "base/numtext.h"
#include "text/assembler.h"

/* -- names of instructions -- */

enum { OP_SLOTS = 2048 };

static u32 op_hash(tni_str s) {
    u64 head = 0;
    u64 tail = 0;
    if (s.len >= 8) {
        head = tni_load_u64(s.ptr);
        tail = tni_load_u64(s.ptr + s.len - 8);
    } else {
        for (size_t i = 0; i < s.len; i++) {
            head = head << 8 | (u8)s.ptr[i];
        }
    }
    u64 h = (head * 0x9e3779b97f4a7c15u) ^ (tail * 0xc2b2ae3d27d4eb4fu) ^ s.len;
    h *= 0xff51afd7ed558ccdu;
    return (u32)(h >> 40) & (OP_SLOTS - 1);
}

tenon_status tni_asm_op_index(tni_assembler *a) {
    a->op_index = TNI_ARENA_ARRAY(&a->t.arena, u16, OP_SLOTS);
    if (a->op_index == NULL) {
        return tni_no_memory(a->t.e);
    }
    for (u32 op = 0; op < TNI_OP_COUNT; op++) {
        u32 i = op_hash(tni_str_of(tni_ops[op].text));
        while (a->op_index[i] != 0) {
            i = (i + 1) & (OP_SLOTS - 1);
        }
        a->op_index[i] = (u16)(op + 1);
    }
    return TENON_OK;
}

/* The instruction of a name (the first row of several), or TNI_OP_COUNT. */
static tni_op find_op(const tni_assembler *a, const tni_token *token) {
    if (token->kind != TNI_TOKEN_ATOM) {
        return TNI_OP_COUNT;
    }
    tni_str s = token->text;
    for (u32 i = op_hash(s); a->op_index[i] != 0; i = (i + 1) & (OP_SLOTS - 1)) {
        const char *text = tni_ops[a->op_index[i] - 1].text;
        if (strncmp(text, s.ptr, s.len) == 0 && text[s.len] == 0) {
            return (tni_op)(a->op_index[i] - 1);
        }
    }
    return TNI_OP_COUNT;
}

/* The instruction whose name is at hand; its feature must be on. */
static tenon_status take_op(tni_assembler *a, tni_op *out) {
    tni_text *t = &a->t;
    tni_op op = find_op(a, &t->tok);
    if (op == TNI_OP_COUNT) {
        return tni_text_unexpected(t);
    }
    u32 bit = TENON_FEATURE_COUNT;
    switch (tni_ops[op].group) {
    case TNI_GROUP_THREADS: bit = TENON_FEATURE_BIT_THREADS; break;
    case TNI_GROUP_WIDE: bit = TENON_FEATURE_BIT_WIDE_ARITHMETIC; break;
    case TNI_GROUP_LEGACY_EXN: bit = TENON_FEATURE_BIT_LEGACY_EXCEPTIONS; break;
    default: break;
    }
    if (bit != TENON_FEATURE_COUNT && !tni_feature_on(t->engine, bit)) {
        return tni_text_fail(t, TNI_ERR_FEATURE_OFF, "%s", tni_ops[op].text);
    }
    *out = op;
    return tni_text_next(t);
}

/* -- labels -- */

static tenon_status push_label(tni_assembler *a, tni_str name) {
    tni_asm_label label = {.name = name};
    u32 depth = (u32)a->labels.count + 1;
    if (name.len != 0) {
        const u64 *outer = tni_map_get(&a->label_ids, name);
        label.shadowed = outer != NULL ? (u32)*outer : 0;
        if (!tni_map_put(&a->label_ids, name, depth)) {
            return tni_no_memory(a->t.e);
        }
    }
    return tni_vec_push(a->t.heap, &a->labels, label) ? TENON_OK : tni_no_memory(a->t.e);
}

static void pop_label(tni_assembler *a) {
    TNI_ASSERT(a->labels.count > 0);
    tni_asm_label label = a->labels.data[--a->labels.count];
    if (label.name.len != 0) {
        *tni_map_get(&a->label_ids, label.name) = label.shadowed;
    }
}

static tenon_status label_idx(tni_assembler *a, u32 *out) {
    tni_text *t = &a->t;
    if (t->tok.kind != TNI_TOKEN_ID) {
        return tni_text_u32(t, out);
    }
    const u64 *depth = tni_map_get(&a->label_ids, t->tok.text);
    if (depth == NULL || *depth == 0) {
        return tni_asm_unknown(a, "label", t->tok.raw.ptr, t->tok.text);
    }
    *out = (u32)(a->labels.count - *depth);
    return tni_text_next(t);
}

/* -- immediates -- */

static tenon_status index_imm(tni_assembler *a, tni_space space, tni_buf *out) {
    u32 x;
    TNI_TRY(tni_asm_idx(a, space, &x));
    tni_buf_u32(out, x);
    return TENON_OK;
}

static tenon_status index_opt_imm(tni_assembler *a, tni_space space, tni_buf *out) {
    u32 x;
    TNI_TRY(tni_asm_idx_opt(a, space, &x));
    tni_buf_u32(out, x);
    return TENON_OK;
}

static tenon_status label_imm(tni_assembler *a, tni_buf *out) {
    u32 l;
    TNI_TRY(label_idx(a, &l));
    tni_buf_u32(out, l);
    return TENON_OK;
}

static tenon_status local_imm(tni_assembler *a, tni_buf *out) {
    tni_text *t = &a->t;
    u32 x;
    if (t->tok.kind == TNI_TOKEN_ID) {
        const u64 *index = tni_map_get(&a->locals, t->tok.text);
        if (index == NULL) {
            return tni_asm_unknown(a, "local", t->tok.raw.ptr, t->tok.text);
        }
        x = (u32)*index;
        TNI_TRY(tni_text_next(t));
    } else {
        TNI_TRY(tni_text_u32(t, &x));
    }
    tni_buf_u32(out, x);
    return TENON_OK;
}

static tenon_status labels_imm(tni_assembler *a, tni_buf *out) {
    a->targets.count = 0;
    do {
        u32 l;
        TNI_TRY(label_idx(a, &l));
        if (!tni_vec_push(a->t.heap, &a->targets, l)) {
            return tni_no_memory(a->t.e);
        }
    } while (tni_asm_at_idx(a));
    tni_buf_u32(out, (u32)a->targets.count - 1);
    for (size_t i = 0; i < a->targets.count; i++) {
        tni_buf_u32(out, a->targets.data[i]);
    }
    return TENON_OK;
}

/* Two indices of one space, both or none. */
static tenon_status copy_imm(tni_assembler *a, tni_space space, tni_buf *out) {
    u32 to = 0;
    u32 from = 0;
    if (tni_asm_at_idx(a)) {
        TNI_TRY(tni_asm_idx(a, space, &to));
        TNI_TRY(tni_asm_idx(a, space, &from));
    }
    tni_buf_u32(out, to);
    tni_buf_u32(out, from);
    return TENON_OK;
}

/* table.init x? y, memory.init x? y: the optional index stands first in text, last in
 * binary. */
static tenon_status init_imm(tni_assembler *a, tni_space segment, tni_space space,
                             tni_buf *out) {
    u32 x = 0;
    u32 y;
    TNI_TRY(tni_text_peek(&a->t));
    const tni_token *ahead = &a->t.ahead;
    bool two = ahead->kind == TNI_TOKEN_ID ||
               (ahead->kind == TNI_TOKEN_ATOM && ahead->text.ptr[0] >= '0' &&
                ahead->text.ptr[0] <= '9');
    if (two) {
        TNI_TRY(tni_asm_idx(a, space, &x));
    }
    TNI_TRY(tni_asm_idx(a, segment, &y));
    tni_buf_u32(out, y);
    tni_buf_u32(out, x);
    return TENON_OK;
}

/* A number after "offset=" or "align=" if the token at hand begins so. */
static tenon_status take_assigned(tni_assembler *a, tni_str word, u64 *out, bool *yes) {
    tni_text *t = &a->t;
    tni_str s = t->tok.text;
    *yes = t->tok.kind == TNI_TOKEN_ATOM && s.len > word.len &&
           memcmp(s.ptr, word.ptr, word.len) == 0;
    if (!*yes) {
        return TENON_OK;
    }
    switch (
        tni_parse_u64((tni_str){s.ptr + word.len, s.len - word.len}, UINT64_MAX, out)) {
    case TNI_NUM_OK: return tni_text_next(t);
    case TNI_NUM_RANGE: return tni_text_fail(t, TNI_ERR_TEXT_RANGE_I64, NULL);
    case TNI_NUM_SYNTAX: break;
    }
    return tni_text_unexpected(t);
}

static tenon_status memarg_imm(tni_assembler *a, tni_op op, u32 memory, tni_buf *out) {
    u64 offset = 0;
    u64 align = 0;
    bool yes;
    TNI_TRY(take_assigned(a, TNI_STR("offset="), &offset, &yes));
    const char *at = a->t.tok.raw.ptr;
    TNI_TRY(take_assigned(a, TNI_STR("align="), &align, &yes));
    u32 log2 = tni_ops[op].arg;
    if (yes) {
        if (align == 0 || (align & (align - 1)) != 0) {
            return tni_lexer_fail(&a->t.lex, at, TNI_ERR_TEXT_ALIGNMENT, NULL);
        }
        for (log2 = 0; align >> log2 != 1; log2++) {
        }
    }
    tni_write_memarg(out, log2, memory, offset);
    return TENON_OK;
}

static tenon_status lane_imm(tni_assembler *a, tni_buf *out) {
    u64 lane;
    TNI_TRY(tni_text_nat(&a->t, 8, &lane));
    tni_buf_byte(out, (u8)lane);
    return TENON_OK;
}

/* memidx? offset? align? lane: a number is the memory's if something follows it. */
static tenon_status memarg_lane_imm(tni_assembler *a, tni_op op, tni_buf *out) {
    u32 memory = 0;
    if (tni_asm_at_idx(a)) {
        TNI_TRY(tni_text_peek(&a->t));
        if (a->t.ahead.kind == TNI_TOKEN_ATOM &&
            find_op(a, &a->t.ahead) == TNI_OP_COUNT) {
            TNI_TRY(tni_asm_idx(a, TNI_SPACE_MEMORY, &memory));
        }
    }
    TNI_TRY(memarg_imm(a, op, memory, out));
    return lane_imm(a, out);
}

TNI_COLD static tenon_status bad_number(tni_assembler *a, tni_num r) {
    return r == TNI_NUM_RANGE ? tni_text_fail(&a->t, TNI_ERR_TEXT_RANGE, NULL)
                              : tni_text_unexpected(&a->t);
}

static tenon_status number_imm(tni_assembler *a, tni_imm imm, tni_buf *out) {
    tni_text *t = &a->t;
    u64 bits = 0;
    u32 bits32 = 0;
    u8 bytes[8];
    tni_num r = TNI_NUM_SYNTAX;
    if (t->tok.kind != TNI_TOKEN_ATOM) {
        return tni_text_unexpected(t);
    }
    switch (imm) {
    case TNI_IMM_I32:
        r = tni_parse_int(t->tok.text, 32, &bits);
        tni_buf_s32(out, (i32)bits);
        break;
    case TNI_IMM_I64:
        r = tni_parse_int(t->tok.text, 64, &bits);
        tni_buf_s64(out, (i64)bits);
        break;
    case TNI_IMM_F32:
        r = tni_parse_f32(t->tok.text, &bits32);
        tni_store_u32(bytes, bits32);
        tni_buf_put(out, bytes, 4);
        break;
    default:
        r = tni_parse_f64(t->tok.text, &bits);
        tni_store_u64(bytes, bits);
        tni_buf_put(out, bytes, 8);
        break;
    }
    return r == TNI_NUM_OK ? tni_text_next(t) : bad_number(a, r);
}

/* Whether the token at hand begins like a number. */
static bool at_number(const tni_assembler *a) {
    const tni_token *k = &a->t.tok;
    if (k->kind != TNI_TOKEN_ATOM) {
        return false;
    }
    char c = k->text.ptr[0];
    return (c >= '0' && c <= '9') || c == '+' || c == '-' ||
           tni_str_eq(k->text, TNI_STR("inf")) ||
           (k->text.len >= 3 && memcmp(k->text.ptr, "nan", 3) == 0);
}

/* Sixteen numbers below 256; any number is a token that may stand here. */
static tenon_status shuffle_imm(tni_assembler *a, tni_buf *out) {
    tni_text *t = &a->t;
    u32 n = 0;
    for (; n < 16 && at_number(a); n++) {
        u64 lane;
        tni_num r = tni_parse_u64(t->tok.text, 255, &lane);
        if (r != TNI_NUM_OK) {
            u64 bits;
            bool number =
                r == TNI_NUM_RANGE || tni_parse_f64(t->tok.text, &bits) != TNI_NUM_SYNTAX;
            return number ? tni_text_fail(t, TNI_ERR_TEXT_RANGE_I8, NULL)
                          : tni_text_unexpected(t);
        }
        tni_buf_byte(out, (u8)lane);
        TNI_TRY(tni_text_next(t));
    }
    return n == 16 && !at_number(a) ? TENON_OK
                                    : tni_text_fail(t, TNI_ERR_TEXT_SHUFFLE, NULL);
}

static const struct {
    const char *text;
    u8 lanes;
    bool is_float;
} shapes[] = {
    {"i8x16", 16, false}, {"i16x8", 8, false}, {"i32x4", 4, false},
    {"i64x2", 2, false},  {"f32x4", 4, true},  {"f64x2", 2, true},
};

/* One lane into out. A value out of range is not reported before the lanes were counted:
 * *range gets its place. */
static tenon_status lane_number(tni_assembler *a, size_t shape, u8 *out,
                                const char **range) {
    tni_str text = a->t.tok.text;
    unsigned bits = 128 / shapes[shape].lanes;
    u64 v = 0;
    u32 v32 = 0;
    tni_num r;
    if (!shapes[shape].is_float) {
        r = tni_parse_int(text, bits, &v);
    } else if (bits == 32) {
        r = tni_parse_f32(text, &v32);
        v = v32;
    } else {
        r = tni_parse_f64(text, &v);
    }
    for (unsigned i = 0; i < bits / 8; i++) {
        out[i] = (u8)(v >> (8 * i));
    }
    if (r == TNI_NUM_RANGE && *range == NULL) {
        *range = a->t.tok.raw.ptr;
    }
    return r == TNI_NUM_SYNTAX ? tni_text_unexpected(&a->t) : tni_text_next(&a->t);
}

static tenon_status v128_imm(tni_assembler *a, tni_buf *out) {
    size_t shape = 0;
    while (shape < TNI_COUNT_OF(shapes) &&
           !tni_token_is(&a->t.tok, tni_str_of(shapes[shape].text))) {
        shape++;
    }
    if (shape == TNI_COUNT_OF(shapes)) {
        return tni_text_unexpected(&a->t);
    }
    TNI_TRY(tni_text_next(&a->t));
    u8 bytes[16] = {0};
    const char *range = NULL;
    u32 lanes = shapes[shape].lanes;
    for (u32 i = 0; i < lanes; i++) {
        if (!at_number(a)) {
            /* What is a token, but no number, means that lanes are missing. */
            bool ends =
                a->t.tok.kind != TNI_TOKEN_ATOM && a->t.tok.kind != TNI_TOKEN_RESERVED;
            return ends ? tni_text_fail(&a->t, TNI_ERR_TEXT_LANES, NULL)
                        : tni_text_unexpected(&a->t);
        }
        TNI_TRY(lane_number(a, shape, bytes + i * (16 / lanes), &range));
    }
    if (at_number(a)) {
        return tni_text_fail(&a->t, TNI_ERR_TEXT_LANES, NULL);
    }
    if (range != NULL) {
        return tni_lexer_fail(&a->t.lex, range, TNI_ERR_TEXT_RANGE, NULL);
    }
    tni_buf_put(out, bytes, 16);
    return TENON_OK;
}

static tenon_status call_indirect_imm(tni_assembler *a, tni_buf *out) {
    u32 table;
    u32 type;
    TNI_TRY(tni_asm_idx_opt(a, TNI_SPACE_TABLE, &table));
    TNI_TRY(tni_asm_typeuse(a, TNI_PARAMS_PLAIN, NULL, &type));
    tni_buf_u32(out, type);
    tni_buf_u32(out, table);
    return TENON_OK;
}

/* br_on_cast: flags, label and two heap types. Core 3.0, 5.4.5. */
static tenon_status cast_imm(tni_assembler *a, tni_buf *out) {
    u32 l;
    tni_valtype from;
    tni_valtype to;
    TNI_TRY(label_idx(a, &l));
    TNI_TRY(tni_asm_reftype(a, &from));
    TNI_TRY(tni_asm_reftype(a, &to));
    tni_buf_byte(out,
                 (u8)((tni_is_nullable(from) ? 1 : 0) | (tni_is_nullable(to) ? 2 : 0)));
    tni_buf_u32(out, l);
    tni_write_heaptype(out, tni_heap_of(from));
    tni_write_heaptype(out, tni_heap_of(to));
    return TENON_OK;
}

static tenon_status type_and(tni_assembler *a, tni_imm imm, tni_buf *out) {
    u32 x;
    u32 y;
    TNI_TRY(tni_asm_idx(a, TNI_SPACE_TYPE, &x));
    switch (imm) {
    case TNI_IMM_TYPE_FIELD: TNI_TRY(tni_asm_field(a, x, &y)); break;
    case TNI_IMM_TYPE_TYPE: TNI_TRY(tni_asm_idx(a, TNI_SPACE_TYPE, &y)); break;
    case TNI_IMM_TYPE_DATA:
        a->uses_data = true;
        TNI_TRY(tni_asm_idx(a, TNI_SPACE_DATA, &y));
        break;
    case TNI_IMM_TYPE_ELEM: TNI_TRY(tni_asm_idx(a, TNI_SPACE_ELEM, &y)); break;
    default: TNI_TRY(tni_text_u32(&a->t, &y)); break;
    }
    tni_buf_u32(out, x);
    tni_buf_u32(out, y);
    return TENON_OK;
}

static tenon_status memory_imm(tni_assembler *a, tni_op op, tni_buf *out) {
    u32 memory;
    TNI_TRY(tni_asm_idx_opt(a, TNI_SPACE_MEMORY, &memory));
    return memarg_imm(a, op, memory, out);
}

/* What follows the opcode, for every instruction that is not a block and has one form. */
static tenon_status immediates(tni_assembler *a, tni_op op, tni_buf *out) {
    tni_imm imm = (tni_imm)tni_ops[op].imm;
    switch (imm) {
    case TNI_IMM_NONE: return TENON_OK;
    case TNI_IMM_LABEL: return label_imm(a, out);
    case TNI_IMM_LABELS: return labels_imm(a, out);
    case TNI_IMM_FUNC: return index_imm(a, TNI_SPACE_FUNC, out);
    case TNI_IMM_CALL_INDIRECT: return call_indirect_imm(a, out);
    case TNI_IMM_TYPE: return index_imm(a, TNI_SPACE_TYPE, out);
    case TNI_IMM_LOCAL: return local_imm(a, out);
    case TNI_IMM_GLOBAL: return index_imm(a, TNI_SPACE_GLOBAL, out);
    case TNI_IMM_TABLE: return index_opt_imm(a, TNI_SPACE_TABLE, out);
    case TNI_IMM_TABLE_TABLE: return copy_imm(a, TNI_SPACE_TABLE, out);
    case TNI_IMM_ELEM_TABLE: return init_imm(a, TNI_SPACE_ELEM, TNI_SPACE_TABLE, out);
    case TNI_IMM_ELEM: return index_imm(a, TNI_SPACE_ELEM, out);
    case TNI_IMM_MEMORY: return index_opt_imm(a, TNI_SPACE_MEMORY, out);
    case TNI_IMM_MEMORY_MEMORY: return copy_imm(a, TNI_SPACE_MEMORY, out);
    case TNI_IMM_DATA_MEMORY:
        a->uses_data = true;
        return init_imm(a, TNI_SPACE_DATA, TNI_SPACE_MEMORY, out);
    case TNI_IMM_DATA: a->uses_data = true; return index_imm(a, TNI_SPACE_DATA, out);
    case TNI_IMM_MEMARG: return memory_imm(a, op, out);
    case TNI_IMM_MEMARG_LANE: return memarg_lane_imm(a, op, out);
    case TNI_IMM_LANE: return lane_imm(a, out);
    case TNI_IMM_SHUFFLE: return shuffle_imm(a, out);
    case TNI_IMM_I32:
    case TNI_IMM_I64:
    case TNI_IMM_F32:
    case TNI_IMM_F64: return number_imm(a, imm, out);
    case TNI_IMM_V128: return v128_imm(a, out);
    case TNI_IMM_CAST: return cast_imm(a, out);
    case TNI_IMM_TYPE_FIELD:
    case TNI_IMM_TYPE_TYPE:
    case TNI_IMM_TYPE_COUNT:
    case TNI_IMM_TYPE_DATA:
    case TNI_IMM_TYPE_ELEM: return type_and(a, imm, out);
    case TNI_IMM_TAG: return index_imm(a, TNI_SPACE_TAG, out);
    case TNI_IMM_FENCE: tni_buf_byte(out, 0); return TENON_OK;
    case TNI_IMM_HEAPTYPE: {
        u32 heaptype;
        TNI_TRY(tni_asm_heaptype(a, &heaptype));
        tni_write_heaptype(out, heaptype);
        return TENON_OK;
    }
    case TNI_IMM_BLOCK:
    case TNI_IMM_SELECT:
    case TNI_IMM_TRY_TABLE: break;
    }
    TNI_UNREACHABLE();
}

/* select (result …)*: without results the untyped one. */
static tenon_status select_instr(tni_assembler *a, tni_buf *out) {
    bool typed = false;
    bool more;
    a->vals.count = 0;
    for (;;) {
        TNI_TRY(tni_text_take_form(&a->t, "result", &more));
        if (!more) {
            break;
        }
        typed = true;
        TNI_TRY(tni_asm_valtypes(a));
    }
    tni_write_op(out, typed ? TNI_OP_SELECT_T : TNI_OP_SELECT);
    if (typed) {
        tni_buf_u32(out, (u32)a->vals.count);
        for (size_t i = 0; i < a->vals.count; i++) {
            tni_write_valtype(out, a->vals.data[i]);
        }
    }
    return TENON_OK;
}

/* ref.test and ref.cast: nullability is in the opcode. */
static tenon_status ref_test_instr(tni_assembler *a, tni_op op, tni_buf *out) {
    tni_valtype v;
    TNI_TRY(tni_asm_reftype(a, &v));
    bool is_test = op == TNI_OP_REF_TEST || op == TNI_OP_REF_TEST_NULL;
    if (is_test) {
        op = tni_is_nullable(v) ? TNI_OP_REF_TEST_NULL : TNI_OP_REF_TEST;
    } else {
        op = tni_is_nullable(v) ? TNI_OP_REF_CAST_NULL : TNI_OP_REF_CAST;
    }
    tni_write_op(out, op);
    tni_write_heaptype(out, tni_heap_of(v));
    return TENON_OK;
}

/* An instruction that is no block, whose name was read. */
static tenon_status plain_instr(tni_assembler *a, tni_op op, tni_buf *out) {
    switch (op) {
    case TNI_OP_SELECT:
    case TNI_OP_SELECT_T: return select_instr(a, out);
    case TNI_OP_REF_TEST:
    case TNI_OP_REF_TEST_NULL:
    case TNI_OP_REF_CAST:
    case TNI_OP_REF_CAST_NULL: return ref_test_instr(a, op, out);
    default: tni_write_op(out, op); return immediates(a, op, out);
    }
}

/* -- blocks -- */

/* Core 3.0, 5.4.1: no type, one result, or a type index. */
static tenon_status blocktype(tni_assembler *a, tni_buf *out) {
    bool explicit_;
    u32 x;
    TNI_TRY(tni_asm_typeuse(a, TNI_PARAMS_PLAIN, &explicit_, &x));
    if (!explicit_ && a->vals.count == 0) {
        tni_buf_byte(out, 0x40);
        return TENON_OK;
    }
    if (!explicit_ && a->vals.count == 1 && a->sig_params == 0) {
        tni_write_valtype(out, a->vals.data[0]);
        return TENON_OK;
    }
    if (!explicit_) {
        TNI_TRY(tni_asm_intern(a, &x));
    }
    tni_buf_s33(out, x);
    return TENON_OK;
}

static tenon_status catch_clause(tni_assembler *a, u32 *kind) {
    static const char *const words[] = {"catch", "catch_ref", "catch_all",
                                        "catch_all_ref"};
    *kind = TNI_COUNT_OF(words);
    if (!tni_text_at_lpar(&a->t)) {
        return TENON_OK;
    }
    TNI_TRY(tni_text_peek(&a->t));
    for (*kind = 0; *kind < TNI_COUNT_OF(words); ++*kind) {
        if (tni_token_is(&a->t.ahead, tni_str_of(words[*kind]))) {
            break;
        }
    }
    return TENON_OK;
}

/* The handlers of a try_table; their labels are those outside it. */
static tenon_status catches(tni_assembler *a, tni_buf *out) {
    u32 count = 0;
    a->scratch.count = 0;
    for (;; count++) {
        u32 kind;
        u32 x;
        TNI_TRY(catch_clause(a, &kind));
        if (kind == 4) {
            break;
        }
        TNI_TRY(tni_text_next(&a->t));
        TNI_TRY(tni_text_next(&a->t));
        tni_buf_byte(&a->scratch, (u8)kind);
        if (kind < 2) {
            TNI_TRY(tni_asm_idx(a, TNI_SPACE_TAG, &x));
            tni_buf_u32(&a->scratch, x);
        }
        TNI_TRY(label_idx(a, &x));
        tni_buf_u32(&a->scratch, x);
        TNI_TRY(tni_text_rpar(&a->t));
    }
    tni_buf_u32(out, count);
    tni_buf_put(out, a->scratch.data, a->scratch.count);
    return a->scratch.failed ? tni_no_memory(a->t.e) : TENON_OK;
}

/* Opcode, type and handlers of a block. */
static tenon_status block_head(tni_assembler *a, tni_op op, tni_buf *out) {
    tni_write_op(out, op);
    TNI_TRY(blocktype(a, out));
    return op == TNI_OP_TRY_TABLE ? catches(a, out) : TENON_OK;
}

static tenon_status push_frame(tni_assembler *a, tni_asm_frame_kind kind, size_t deferred,
                               u8 hint) {
    tni_asm_frame f = {.deferred = (u32)deferred, .kind = (u8)kind, .hint = hint};
    return tni_vec_push(a->t.heap, &a->frames, f) ? TENON_OK : tni_no_memory(a->t.e);
}

static tni_asm_frame *top_frame(tni_assembler *a) {
    return a->frames.count == 0 ? NULL : &a->frames.data[a->frames.count - 1];
}

static bool is_block(tni_op op) {
    return tni_ops[op].imm == TNI_IMM_BLOCK || tni_ops[op].imm == TNI_IMM_TRY_TABLE;
}

/* block, loop, if, try, try_table as they stand in flat code; the name was read. */
static tenon_status flat_block(tni_assembler *a, tni_op op, u8 hint) {
    tni_str label;
    TNI_TRY(tni_text_id(&a->t, &label));
    tni_asm_add_hint(a, hint);
    TNI_TRY(block_head(a, op, &a->body));
    TNI_TRY(push_label(a, label));
    return push_frame(a,
                      op == TNI_OP_IF    ? TNI_FLAT_IF
                      : op == TNI_OP_TRY ? TNI_FLAT_TRY
                                         : TNI_FLAT_BLOCK,
                      a->deferred.count, 0);
}

/* The label that may be repeated after else and end. */
static tenon_status closing_label(tni_assembler *a) {
    if (a->t.tok.kind != TNI_TOKEN_ID) {
        return TENON_OK;
    }
    if (!tni_str_eq(a->labels.data[a->labels.count - 1].name, a->t.tok.text)) {
        return tni_text_fail(&a->t, TNI_ERR_TEXT_LABEL, NULL);
    }
    return tni_text_next(&a->t);
}

/* else, end, catch, catch_all, delegate in flat code, at hand. */
static tenon_status flat_divider(tni_assembler *a) {
    tni_asm_frame *f = top_frame(a);
    if (f == NULL || f->kind < TNI_FLAT_BLOCK) {
        return tni_text_unexpected(&a->t);
    }
    tni_op op;
    u8 kind = f->kind;
    const tni_token at = a->t.tok;
    TNI_TRY(take_op(a, &op));
    bool allowed =
        op == TNI_OP_END ||
        (op == TNI_OP_ELSE       ? kind == TNI_FLAT_IF
         : op == TNI_OP_DELEGATE ? kind == TNI_FLAT_TRY
                                 : kind == TNI_FLAT_TRY || kind == TNI_FLAT_CATCH);
    if (!allowed) {
        return tni_lexer_fail(&a->t.lex, at.raw.ptr, TNI_ERR_TEXT_UNEXPECTED, "%.*s",
                              (int)at.raw.len, at.raw.ptr);
    }
    tni_write_op(&a->body, op);
    if (op == TNI_OP_CATCH) {
        f->kind = TNI_FLAT_CATCH;
        return index_imm(a, TNI_SPACE_TAG, &a->body);
    }
    if (op != TNI_OP_DELEGATE) {
        TNI_TRY(closing_label(a));
    }
    if (op == TNI_OP_ELSE || op == TNI_OP_CATCH_ALL) {
        f->kind = op == TNI_OP_ELSE ? TNI_FLAT_ELSE : TNI_FLAT_CATCH_ALL;
        return TENON_OK;
    }
    a->frames.count--;
    pop_label(a);
    return op == TNI_OP_DELEGATE ? label_imm(a, &a->body) : TENON_OK;
}

static bool is_divider(tni_op op) {
    return op == TNI_OP_ELSE || op == TNI_OP_END || op == TNI_OP_CATCH ||
           op == TNI_OP_CATCH_ALL || op == TNI_OP_DELEGATE;
}

static tenon_status flat_instr(tni_assembler *a) {
    tni_op op = find_op(a, &a->t.tok);
    if (op != TNI_OP_COUNT && is_divider(op)) {
        return flat_divider(a);
    }
    u8 hint = 0;
    if (TNI_UNLIKELY(a->t.tok.annotations != 0)) {
        TNI_TRY(tni_asm_take_hint(a, &hint));
    }
    TNI_TRY(take_op(a, &op));
    if (is_block(op)) {
        return flat_block(a, op, hint);
    }
    tni_asm_add_hint(a, hint);
    return plain_instr(a, op, &a->body);
}

/* -- folded instructions -- */

/* (if $l? type …: label and opcode wait for the (then. */
static tenon_status open_if(tni_assembler *a, u8 hint) {
    tni_str label;
    size_t start = a->deferred.count;
    TNI_TRY(tni_text_id(&a->t, &label));
    tni_buf_put(&a->deferred, &label, sizeof label);
    TNI_TRY(block_head(a, TNI_OP_IF, &a->deferred));
    return push_frame(a, TNI_OPEN_IF, start, hint);
}

/* A folded instruction, its parenthesis at hand. */
static tenon_status open_instr(tni_assembler *a) {
    u8 hint = 0;
    if (TNI_UNLIKELY(a->t.tok.annotations != 0)) {
        TNI_TRY(tni_asm_take_hint(a, &hint));
    }
    TNI_TRY(tni_text_next(&a->t));
    tni_op op = find_op(a, &a->t.tok);
    if (op != TNI_OP_COUNT && is_divider(op)) {
        return tni_text_unexpected(&a->t);
    }
    TNI_TRY(take_op(a, &op));
    if (op == TNI_OP_IF) {
        return open_if(a, hint);
    }
    if (is_block(op)) {
        tni_str label;
        TNI_TRY(tni_text_id(&a->t, &label));
        TNI_TRY(block_head(a, op, &a->body));
        TNI_TRY(push_label(a, label));
        return push_frame(a, op == TNI_OP_TRY ? TNI_OPEN_TRY : TNI_OPEN_BLOCK,
                          a->deferred.count, 0);
    }
    size_t start = a->deferred.count;
    TNI_TRY(plain_instr(a, op, &a->deferred));
    return push_frame(a, TNI_OPEN_PLAIN, start, hint);
}

/* Writes what waits from `start` on. */
static void write_deferred(tni_assembler *a, size_t start, u8 hint, size_t frame_start) {
    tni_asm_add_hint(a, hint);
    a->body.failed = a->body.failed || a->deferred.failed;
    if (!a->deferred.failed) {
        tni_buf_put(&a->body, a->deferred.data + start, a->deferred.count - start);
        a->deferred.count = frame_start;
    }
}

/* In (if …: an operand, (then or (else. The parenthesis is at hand. */
static tenon_status if_part(tni_assembler *a, tni_asm_frame *f) {
    bool yes;
    if (f->state == 0) {
        TNI_TRY(tni_text_take_form(&a->t, "then", &yes));
        if (!yes) {
            return open_instr(a);
        }
        tni_str label = {NULL, 0};
        if (!a->deferred.failed) {
            memcpy(&label, a->deferred.data + f->deferred, sizeof label);
        }
        write_deferred(a, f->deferred + sizeof label, f->hint, f->deferred);
        f->state = 1;
        TNI_TRY(push_label(a, label));
        return push_frame(a, TNI_OPEN_ARM, a->deferred.count, 0);
    }
    if (f->state == 1) {
        TNI_TRY(tni_text_take_form(&a->t, "else", &yes));
        if (yes) {
            f->state = 2;
            tni_write_op(&a->body, TNI_OP_ELSE);
            return push_frame(a, TNI_OPEN_ARM, a->deferred.count, 0);
        }
    }
    return tni_text_unexpected(&a->t);
}

/* In (try …: (do, (catch, (catch_all or (delegate. The parenthesis is at hand. States: 0
 * before do, 1 after do, 2 after a catch, 3 when nothing may follow, 4 after delegate. */
static tenon_status try_part(tni_assembler *a, tni_asm_frame *f) {
    bool yes;
    if (f->state == 0) {
        TNI_TRY(tni_text_take_form(&a->t, "do", &yes));
        f->state = 1;
        return yes ? push_frame(a, TNI_OPEN_ARM, a->deferred.count, 0)
                   : tni_text_unexpected(&a->t);
    }
    if (f->state <= 2) {
        TNI_TRY(tni_text_take_form(&a->t, "catch", &yes));
        if (yes) {
            f->state = 2;
            tni_write_op(&a->body, TNI_OP_CATCH);
            TNI_TRY(index_imm(a, TNI_SPACE_TAG, &a->body));
            return push_frame(a, TNI_OPEN_ARM, a->deferred.count, 0);
        }
        TNI_TRY(tni_text_take_form(&a->t, "catch_all", &yes));
        if (yes) {
            f->state = 3;
            tni_write_op(&a->body, TNI_OP_CATCH_ALL);
            return push_frame(a, TNI_OPEN_ARM, a->deferred.count, 0);
        }
    }
    if (f->state == 1) {
        TNI_TRY(tni_text_take_form(&a->t, "delegate", &yes));
        if (yes) {
            f->state = 4;
            pop_label(a);
            tni_write_op(&a->body, TNI_OP_DELEGATE);
            TNI_TRY(label_imm(a, &a->body));
            return tni_text_rpar(&a->t);
        }
    }
    return tni_text_unexpected(&a->t);
}

/* A closing parenthesis at hand, which closes the top frame. */
static tenon_status close_frame(tni_assembler *a) {
    tni_asm_frame f = *top_frame(a);
    bool unfinished = f.kind >= TNI_FLAT_BLOCK ||
                      ((f.kind == TNI_OPEN_IF || f.kind == TNI_OPEN_TRY) && f.state == 0);
    if (unfinished) {
        return tni_text_unexpected(&a->t);
    }
    a->frames.count--;
    if (f.kind == TNI_OPEN_PLAIN) {
        write_deferred(a, f.deferred, f.hint, f.deferred);
    } else if (f.kind != TNI_OPEN_ARM && !(f.kind == TNI_OPEN_TRY && f.state == 4)) {
        tni_write_op(&a->body, TNI_OP_END);
        pop_label(a);
    }
    return tni_text_next(&a->t);
}

/* One step: a flat instruction, or the opening or closing of a folded one. */
static tenon_status step(tni_assembler *a) {
    tni_asm_frame *f = top_frame(a);
    if (tni_text_at_rpar(&a->t)) {
        return close_frame(a);
    }
    if (tni_text_at_lpar(&a->t)) {
        if (f != NULL && f->kind == TNI_OPEN_IF) {
            return if_part(a, f);
        }
        return f != NULL && f->kind == TNI_OPEN_TRY ? try_part(a, f) : open_instr(a);
    }
    bool operands_only = f != NULL && (f->kind == TNI_OPEN_PLAIN ||
                                       f->kind == TNI_OPEN_IF || f->kind == TNI_OPEN_TRY);
    return operands_only ? tni_text_unexpected(&a->t) : flat_instr(a);
}

static void begin(tni_assembler *a) {
    a->frames.count = 0;
    a->labels.count = 0;
    a->deferred.count = 0;
    if (a->label_ids.count != 0) {
        tni_map_free(&a->label_ids);
        tni_map_init(&a->label_ids, a->t.heap);
    }
}

tenon_status tni_asm_instrs(tni_assembler *a) {
    begin(a);
    while (a->frames.count != 0 || !tni_text_at_rpar(&a->t)) {
        TNI_TRY(step(a));
    }
    return a->body.failed ? tni_no_memory(a->t.e) : TENON_OK;
}

tenon_status tni_asm_expr(tni_assembler *a) {
    if (!tni_text_at_lpar(&a->t)) {
        return tni_text_unexpected(&a->t);
    }
    begin(a);
    do {
        TNI_TRY(step(a));
    } while (a->frames.count != 0);
    return a->body.failed ? tni_no_memory(a->t.e) : TENON_OK;
}
