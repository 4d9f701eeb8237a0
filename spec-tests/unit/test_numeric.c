/* test_numeric.c: every numeric instruction and every scalar load and store on a grid of
 * special values, in all shapes of operands (constant, local, accumulator, memory) and of
 * uses (returned, set, stored, branched on), against refeval.h. */
#include "harness.h"
#include "progen.h" /* pg_is_numeric */

static const uint64_t grid_i[] = {
    0,      1,          2,          3,          7,          8,         31,
    32,     33,         127,        128,        255,        0x7fff,    0x8000,
    0xffff, 0x7fffffff, 0x80000000, 0x80000001, 0xffffff80, 0xffffffff};
static const uint64_t grid_I[] = {0,
                                  1,
                                  2,
                                  3,
                                  31,
                                  63,
                                  64,
                                  65,
                                  128,
                                  0x8000,
                                  0x7fffffff,
                                  0x80000000,
                                  0xffffffff,
                                  0x100000000,
                                  INT64_MAX,
                                  UINT64_C(1) << 63,
                                  UINT64_C(0x8000000000000001),
                                  UINT64_C(0xffffffff80000000),
                                  UINT64_MAX};
static const uint64_t grid_f[] = {
    0x00000000, 0x80000000, /* zeros */
    0x00000001, 0x807fffff, /* subnormal */
    0x3f800000, 0xbf800000, 0x3f000000, 0xbf000001,
    0x3fc00000, 0xc0200000,             /* 1, .5, 1.5 */
    0x4afffffe, 0x4b000001, 0xcb7fffff, /* about 2^23 */
    0x4effffff, 0x4f000000, 0xcf000000, 0xcf000001,
    0x4f7fffff, 0x4f800000, /* 2^31, 2^32 */
    0x5effffff, 0x5f000000, 0xdf000000, 0xdf000001,
    0x5f7fffff, 0x5f800000,                          /* 2^63, 2^64 */
    0x7f7fffff, 0x7f800000, 0xff800000,              /* largest, infinities */
    0x7fc00000, 0xffc00000, 0x7fa00000, 0xff812345}; /* NaNs, two of them signalling */
static const uint64_t grid_F[] = {
    0,
    UINT64_C(0x8000000000000000),
    1,
    UINT64_C(0x800fffffffffffff),
    UINT64_C(0x3ff0000000000000),
    UINT64_C(0xbff0000000000000),
    UINT64_C(0x3fe0000000000000),
    UINT64_C(0xbfefffffffffffff),
    UINT64_C(0x3ff8000000000000),
    UINT64_C(0xc004000000000000),
    UINT64_C(0x432fffffffffffff),
    UINT64_C(0x4330000000000001),
    UINT64_C(0xc33fffffffffffff),
    UINT64_C(0x41dfffffffc00000), /* 2^31 - 1 */
    UINT64_C(0x41dfffffffffffff),
    UINT64_C(0x41e0000000000000),
    UINT64_C(0xc1e0000000000000),
    UINT64_C(0xc1e0000000100000), /* -2^31 - 0.5 */
    UINT64_C(0xc1e0000000200000), /* -2^31 - 1 */
    UINT64_C(0x41efffffffffffff),
    UINT64_C(0x41f0000000000000), /* 2^32 */
    UINT64_C(0x43dfffffffffffff),
    UINT64_C(0x43e0000000000000), /* 2^63 */
    UINT64_C(0xc3e0000000000000),
    UINT64_C(0xc3e0000000000001),
    UINT64_C(0x43efffffffffffff),
    UINT64_C(0x43f0000000000000), /* 2^64 */
    UINT64_C(0x36a0000000000000), /* least subnormal f32 */
    UINT64_C(0x47efffffe0000000), /* largest f32 */
    UINT64_C(0x47effffff0000000), /* rounds to infinity there */
    UINT64_C(0x7fefffffffffffff),
    UINT64_C(0x7ff0000000000000),
    UINT64_C(0xfff0000000000000),
    UINT64_C(0x7ff8000000000000),
    UINT64_C(0xfff8000000000000),
    UINT64_C(0x7ff4000000000000),
    UINT64_C(0xfff0000000000001)};

static size_t grid_of(char t, const uint64_t **values) {
    switch (t) {
    case 'i': *values = grid_i; return TNI_COUNT_OF(grid_i);
    case 'I': *values = grid_I; return TNI_COUNT_OF(grid_I);
    case 'f': *values = grid_f; return TNI_COUNT_OF(grid_f);
    default: *values = grid_F; return TNI_COUNT_OF(grid_F);
    }
}

/* -- functions of one operation -- */

typedef enum source { CONST, LOCAL, ACC, MEMORY, SOURCES } source;
static const char *const source_names[] = {"const", "local", "acc", "memory"};

typedef enum use {
    RETURN,
    SET,
    SET_BACK, /* to the first operand's local */
    STORE,
    USES_OF_ANY,
    IF = USES_OF_ANY,
    BR_IF,
    EQZ_BR_IF,
    SELECT,
    BACK, /* br_if to a loop */
    USES
} use;
static const char *const use_names[] = {"return", "set",       "set back", "store", "if",
                                        "br_if",  "eqz br_if", "select",   "back"};

typedef struct shape {
    tni_op op;
    char in[3]; /* operand types */
    char out;
    source from[2];
    uint64_t consts[2];
    use to;
    unsigned pad; /* locals before the ones that are used */
} shape;

static unsigned inputs_of(const shape *s) {
    return (unsigned)strlen(s->in);
}

/* Locals: the operands, pad, the result, an i32 0, an i64 0, a counter. */
typedef struct places {
    unsigned result, zero32, zero64, counter;
} places;

static tni_op load_of(char t) {
    return t == 'i'   ? TNI_OP_I32_LOAD
           : t == 'I' ? TNI_OP_I64_LOAD
           : t == 'f' ? TNI_OP_F32_LOAD
                      : TNI_OP_F64_LOAD;
}
static tni_op store_of(char t) {
    return t == 'i'   ? TNI_OP_I32_STORE
           : t == 'I' ? TNI_OP_I64_STORE
           : t == 'f' ? TNI_OP_F32_STORE
                      : TNI_OP_F64_STORE;
}

static void emit_const(wb *c, char t, uint64_t v) {
    switch (t) {
    case 'i': wb_i32(c, (uint32_t)v); break;
    case 'I': wb_i64(c, v); break;
    case 'f': wb_f32(c, (uint32_t)v); break;
    default: wb_f64(c, v); break;
    }
}

static void emit_acc(wb *c, char t, unsigned n, const places *p) {
    wb_opx(c, TNI_OP_LOCAL_GET, n);
    switch (t) {
    case 'i':
        wb_opx(c, TNI_OP_LOCAL_GET, p->zero32);
        wb_op(c, TNI_OP_I32_XOR);
        break;
    case 'I':
        wb_opx(c, TNI_OP_LOCAL_GET, p->zero64);
        wb_op(c, TNI_OP_I64_XOR);
        break;
    case 'f':
        wb_op(c, TNI_OP_I32_REINTERPRET_F32);
        wb_op(c, TNI_OP_F32_REINTERPRET_I32);
        break;
    default:
        wb_op(c, TNI_OP_I64_REINTERPRET_F64);
        wb_op(c, TNI_OP_F64_REINTERPRET_I64);
        break;
    }
}

static void emit_operands(wb *c, const shape *s, const places *p) {
    for (unsigned n = 0; n < inputs_of(s); n++) {
        switch (s->from[n]) {
        case CONST: emit_const(c, s->in[n], s->consts[n]); break;
        case LOCAL: wb_opx(c, TNI_OP_LOCAL_GET, n); break;
        case ACC: emit_acc(c, s->in[n], n, p); break;
        default:
            wb_i32(c, 8 * n);
            wb_mem(c, load_of(s->in[n]), 0, 0);
            break;
        }
    }
    wb_op(c, s->op);
}

static void emit_branch(wb *c, const shape *s, const places *p) {
    wb_op(c, TNI_OP_BLOCK);
    wb_byte(c, 0x40);
    emit_operands(c, s, p);
    if (s->to == EQZ_BR_IF) {
        wb_op(c, TNI_OP_I32_EQZ);
    }
    wb_opx(c, TNI_OP_BR_IF, 0);
    wb_i32(c, s->to == BR_IF ? 10 : 20);
    wb_op(c, TNI_OP_RETURN);
    wb_op(c, TNI_OP_END);
    wb_i32(c, s->to == BR_IF ? 20 : 10);
}

/* Counts its rounds: two if the condition holds, else one. */
static void emit_back(wb *c, const shape *s, const places *p) {
    wb_op(c, TNI_OP_BLOCK);
    wb_byte(c, 0x40);
    wb_op(c, TNI_OP_LOOP);
    wb_byte(c, 0x40);
    wb_opx(c, TNI_OP_LOCAL_GET, p->counter);
    wb_i32(c, 10);
    wb_op(c, TNI_OP_I32_ADD);
    wb_opx(c, TNI_OP_LOCAL_TEE, p->counter);
    wb_i32(c, 20);
    wb_op(c, TNI_OP_I32_EQ);
    wb_opx(c, TNI_OP_BR_IF, 1);
    emit_operands(c, s, p);
    wb_opx(c, TNI_OP_BR_IF, 0);
    wb_op(c, TNI_OP_END);
    wb_op(c, TNI_OP_END);
    wb_opx(c, TNI_OP_LOCAL_GET, p->counter);
}

static void emit_use(wb *c, const shape *s, const places *p) {
    switch (s->to) {
    case RETURN: emit_operands(c, s, p); break;
    case SET:
        emit_operands(c, s, p);
        wb_opx(c, TNI_OP_LOCAL_SET, p->result);
        wb_opx(c, TNI_OP_LOCAL_GET, p->result);
        break;
    case SET_BACK: {
        const unsigned x = s->in[0] == s->out ? 0 : p->result;
        emit_operands(c, s, p);
        wb_opx(c, TNI_OP_LOCAL_TEE, x);
        wb_op(c, TNI_OP_DROP);
        wb_opx(c, TNI_OP_LOCAL_GET, x);
        break;
    }
    case STORE:
        wb_i32(c, 16);
        emit_operands(c, s, p);
        wb_mem(c, store_of(s->out), 0, 0);
        wb_i32(c, 0);
        wb_mem(c, load_of(s->out), 0, 16);
        break;
    case IF:
        emit_operands(c, s, p);
        wb_op(c, TNI_OP_IF);
        wb_byte(c, 0x7f);
        wb_i32(c, 20);
        wb_op(c, TNI_OP_ELSE);
        wb_i32(c, 10);
        wb_op(c, TNI_OP_END);
        break;
    case SELECT:
        wb_i32(c, 20);
        wb_i32(c, 10);
        emit_operands(c, s, p);
        wb_op(c, TNI_OP_SELECT);
        break;
    case BR_IF:
    case EQZ_BR_IF: emit_branch(c, s, p); break;
    default: emit_back(c, s, p); break;
    }
}

static void add_function(mb *m, unsigned type, const shape *s, unsigned number) {
    static char locals[60000];
    const unsigned n = inputs_of(s);
    memset(locals, 'i', s->pad);
    const char own[] = {s->out, 'i', 'I', 'i', 0};
    memcpy(locals + s->pad, own, sizeof own);
    const places p = {n + s->pad, n + s->pad + 1, n + s->pad + 2, n + s->pad + 3};
    wb c = {NULL, 0, 0};
    emit_use(&c, s, &p);
    char name[16];
    snprintf(name, sizeof name, "%u", number);
    mb_export(m, name, 0, mb_func(m, type, locals, &c));
    wb_free(&c);
}

/* -- checking -- */

typedef struct bench {
    test_world w;
    tni_instance *i;
    u8 *memory;
    shape *shapes;
    unsigned count, capacity;
} bench;

static void add_shape(bench *b, const shape *s) {
    if (b->count == b->capacity) {
        b->capacity = b->capacity * 2 + 64;
        b->shapes = realloc(b->shapes, b->capacity * sizeof *b->shapes);
    }
    b->shapes[b->count++] = *s;
}

/* All shapes that differ in constants and uses. */
static void add_uses(bench *b, shape s) {
    const unsigned n = inputs_of(&s);
    const uint64_t *values[2];
    size_t counts[2] = {1, 1};
    for (unsigned k = 0; k < n; k++) {
        counts[k] = grid_of(s.in[k], &values[k]);
        counts[k] = s.from[k] == CONST ? counts[k] : 1;
    }
    for (size_t x = 0; x < counts[0]; x++) {
        for (size_t y = 0; y < counts[1]; y++) {
            s.consts[0] = s.from[0] == CONST ? values[0][x] : 0;
            s.consts[1] = n == 2 && s.from[1] == CONST ? values[1][y] : 0;
            for (s.to = RETURN; s.to < (s.out == 'i' ? USES : USES_OF_ANY); s.to++) {
                add_shape(b, &s);
            }
        }
    }
}

static bool keeps_bits(tni_op op) {
    switch (op) {
    case TNI_OP_F32_ABS:
    case TNI_OP_F32_NEG:
    case TNI_OP_F32_COPYSIGN:
    case TNI_OP_F64_ABS:
    case TNI_OP_F64_NEG:
    case TNI_OP_F64_COPYSIGN:
    case TNI_OP_F32_REINTERPRET_I32:
    case TNI_OP_F64_REINTERPRET_I64: return true;
    default: return false;
    }
}

static bool is_quiet(char t, uint64_t v) {
    return t == 'f' ? (v & 0x400000) != 0 : (v & UINT64_C(0x8000000000000)) != 0;
}

static bool result_fits(const shape *s, uint64_t got, uint64_t want) {
    if (s->to >= USES_OF_ANY) {
        return (uint32_t)got == ((uint32_t)want != 0 ? 20 : 10);
    }
    if (s->out == 'i') {
        return (uint32_t)got == (uint32_t)want;
    }
    if (s->out == 'I' || keeps_bits(s->op)) {
        return s->out == 'f' ? (uint32_t)got == (uint32_t)want : got == want;
    }
    if (s->out == 'f' ? isnan(ref_f(got)) : isnan(ref_F(got))) {
        return ref_same(s->out, got, want) && is_quiet(s->out, got);
    }
    return ref_same(s->out, got, want);
}

static void check_call(bench *b, const shape *s, tni_func *f, const uint64_t *in) {
    uint64_t want = 0;
    tni_code trap;
    if (!ref_numeric(s->op, in, &want, &trap)) { /* ck_assert writes a file each time */
        ck_abort_msg("not numeric");
    }
    tni_slot slots[2];
    for (unsigned n = 0; n < inputs_of(s); n++) {
        /* The high half of a narrow argument is anything. */
        slots[n] = in[n] | (strchr("if", s->in[n]) != NULL ? UINT64_C(0xabcd) << 40 : 0);
        little_put(b->memory + 8 * n, in[n], 8);
    }
    tenon_status got = tni_call(tni_store_thread(b->w.store), f, slots, slots, &b->w.e);
    const bool fits = got == TENON_OK
                          ? trap == TNI_ERR_NONE && result_fits(s, slots[0], want)
                          : b->w.e.code == (u32)trap;
    if (!fits) {
        ck_abort_msg(
            "%s %llx %llx (%s %s, to %s, pad %u): %s %llx, not %s %llx",
            tni_ops[s->op].text, (unsigned long long)in[0], (unsigned long long)in[1],
            source_names[s->from[0]], inputs_of(s) == 2 ? source_names[s->from[1]] : "",
            use_names[s->to], s->pad, got == TENON_OK ? "gives" : b->w.e.message,
            (unsigned long long)slots[0], tni_code_text(trap), (unsigned long long)want);
    }
}

static void check_shape(bench *b, const shape *s, unsigned number) {
    char name[16];
    snprintf(name, sizeof name, "%u", number);
    tni_func *f = test_export(b->i, name).as.func;
    const unsigned n = inputs_of(s);
    const uint64_t *values[2] = {grid_i, grid_i};
    size_t counts[2] = {1, 1};
    for (unsigned k = 0; k < n; k++) {
        counts[k] = grid_of(s->in[k], &values[k]);
        if (s->from[k] == CONST) {
            counts[k] = 1;
            values[k] = &s->consts[k];
        }
    }
    for (size_t x = 0; x < counts[0]; x++) {
        for (size_t y = 0; y < counts[1]; y++) {
            const uint64_t in[2] = {values[0][x], n == 2 ? values[1][y] : 0};
            check_call(b, s, f, in);
        }
    }
}

/* Builds and checks the shapes collected, all of one operation. */
static void check_bench(bench *b) {
    mb m = {.funcs = 0};
    const shape *first = &b->shapes[0];
    char sig[8];
    snprintf(sig, sizeof sig, "%s:%c", first->in, first->out);
    const unsigned type = mb_type(&m, sig);
    const unsigned cond =
        mb_type(&m, (snprintf(sig, sizeof sig, "%s:i", first->in), sig));
    for (unsigned n = 0; n < b->count; n++) {
        add_function(&m, b->shapes[n].to >= USES_OF_ANY ? cond : type, &b->shapes[n], n);
    }
    mb_memory(&m, false, 1, 1);
    mb_export(&m, "m", 2, 0);
    test_open(&b->w);
    b->i = test_instance(&b->w, &m, NULL);
    b->memory = tni_memory_data(test_export(b->i, "m").as.memory);
    for (unsigned n = 0; n < b->count; n++) {
        check_shape(b, &b->shapes[n], n);
    }
    test_close(&b->w);
    free(b->shapes);
}

static void check_op(tni_op op, unsigned pad) {
    bench b = {.count = 0};
    shape s = {.op = op, .pad = pad};
    const char *sig = tni_ops[op].sig;
    const size_t n = (size_t)(strchr(sig, ':') - sig);
    memcpy(s.in, sig, n);
    s.out = sig[n + 1];
    for (s.from[0] = CONST; s.from[0] < SOURCES; s.from[0]++) {
        for (s.from[1] = CONST; s.from[1] < (n == 2 ? SOURCES : LOCAL); s.from[1]++) {
            if (pad > 0 && (s.from[0] == CONST || (n == 2 && s.from[1] == CONST))) {
                continue;
            }
            add_uses(&b, s);
        }
    }
    check_bench(&b);
}

START_TEST(numeric_grid) {
    const tni_op op = (tni_op)_i;
    if (pg_is_numeric(op)) {
        check_op(op, 0);
    }
}
END_TEST

/* Frames too large for short operands. */
START_TEST(numeric_in_large_frames) {
    static const tni_op ops[] = {TNI_OP_I32_ADD,   TNI_OP_I64_MUL,         TNI_OP_F32_SUB,
                                 TNI_OP_F64_DIV,   TNI_OP_I32_LT_U,        TNI_OP_F64_LE,
                                 TNI_OP_I32_DIV_S, TNI_OP_I64_EXTEND_I32_S};
    static const unsigned pads[] = {200, 300, 33000, 49990};
    for (size_t k = 0; k < TNI_COUNT_OF(ops); k++) {
        check_op(ops[k], pads[_i]);
    }
}
END_TEST

/* -- loads and stores -- */

typedef enum address {
    A_CONST,
    A_LOCAL,
    A_ACC,
    A_PLUS,
    A_PLUS_CONST,
    A_SCALED,
    ADDRESSES
} address;
static const char *const address_names[] = {
    "const", "local", "acc", "local + local", "local + const", "local << k"};

enum { MEMORY_BYTES = 65536 };

/* (func (param i32 i32 T) (result T)): the access at an address of that kind. */
static void emit_access(wb *c, tni_op op, char t, bool store, address a, uint32_t at,
                        uint64_t offset) {
    switch (a) {
    case A_CONST: wb_i32(c, at); break;
    case A_LOCAL: wb_opx(c, TNI_OP_LOCAL_GET, 0); break;
    case A_ACC:
        wb_opx(c, TNI_OP_LOCAL_GET, 0);
        wb_opx(c, TNI_OP_LOCAL_GET, 3);
        wb_op(c, TNI_OP_I32_OR);
        break;
    case A_PLUS:
        wb_opx(c, TNI_OP_LOCAL_GET, 0);
        wb_opx(c, TNI_OP_LOCAL_GET, 1);
        wb_op(c, TNI_OP_I32_ADD);
        break;
    case A_PLUS_CONST:
        wb_opx(c, TNI_OP_LOCAL_GET, 0);
        wb_i32(c, at);
        wb_op(c, TNI_OP_I32_ADD);
        break;
    default:
        wb_opx(c, TNI_OP_LOCAL_GET, 1);
        wb_opx(c, TNI_OP_LOCAL_GET, 0);
        wb_i32(c, 2);
        wb_op(c, TNI_OP_I32_SHL);
        wb_op(c, TNI_OP_I32_ADD);
        break;
    }
    if (store) {
        wb_opx(c, TNI_OP_LOCAL_GET, 2);
        wb_mem(c, op, 0, offset);
        emit_const(c, t, 0);
    } else {
        wb_mem(c, op, 0, offset);
    }
}

static uint32_t effective(address a, uint32_t x, uint32_t y, uint32_t at) {
    switch (a) {
    case A_CONST: return at;
    case A_PLUS: return x + y;
    case A_PLUS_CONST: return x + at;
    case A_SCALED: return y + (x << 2);
    default: return x;
    }
}

static uint64_t extended(tni_op op, uint64_t v) {
    switch (op) {
    case TNI_OP_I32_LOAD8_S: return (uint32_t)(int8_t)v;
    case TNI_OP_I32_LOAD16_S: return (uint32_t)(int16_t)v;
    case TNI_OP_I64_LOAD8_S: return (uint64_t)(int8_t)v;
    case TNI_OP_I64_LOAD16_S: return (uint64_t)(int16_t)v;
    case TNI_OP_I64_LOAD32_S: return (uint64_t)(int32_t)v;
    default: return v;
    }
}

typedef struct mem_access {
    tni_op op;
    char type;
    bool store;
    address a;
    uint32_t at;
    uint64_t offset;
    tni_func *f;
} mem_access;

static u8 before[MEMORY_BYTES]; /* what memory should hold */

static void check_access(bench *b, const mem_access *c, uint32_t x, uint32_t y) {
    static unsigned calls;
    const unsigned bytes = 1u << tni_ops[c->op].arg;
    const uint64_t value = UINT64_C(0x8182f3f4a5a6c7c8) ^ x;
    tni_slot slots[3] = {x | UINT64_C(7) << 32, y | UINT64_C(9) << 32, value};
    tenon_status s = tni_call(tni_store_thread(b->w.store), c->f, slots, slots, &b->w.e);
    const uint64_t at = effective(c->a, x, y, c->at) + c->offset;
    const bool inside = at + bytes <= MEMORY_BYTES;
    uint64_t want = 0;
    bool fits =
        inside ? s == TENON_OK : s == TENON_TRAP && b->w.e.code == TNI_ERR_MEMORY_BOUNDS;
    if (inside && c->store) {
        little_put(before + at, value, bytes);
    } else if (inside) {
        want = little_get(before + at, bytes);
        want = extended(c->op, want);
        fits = fits && (strchr("if", c->type) != NULL ? (uint32_t)slots[0] == want
                                                      : slots[0] == want);
    }
    /* All of it now and then, else the neighbourhood. */
    const size_t from = at < 64 || ++calls % 100 == 0 ? 0 : at - 64;
    if (from < MEMORY_BYTES) {
        const size_t n =
            from == 0 || MEMORY_BYTES - from < 128 ? MEMORY_BYTES - from : 128;
        fits = fits && memcmp(before + from, b->memory + from, n) == 0;
    }
    if (!fits) {
        ck_abort_msg("%s (%s, const %x, offset %llx) at %x, %x: %s %llx, not %llx",
                     tni_ops[c->op].text, address_names[c->a], c->at,
                     (unsigned long long)c->offset, x, y,
                     s == TENON_OK ? "gives" : b->w.e.message,
                     (unsigned long long)slots[0], (unsigned long long)want);
    }
}

static const uint32_t grid_at[] = {
    0,     1,     7,     100,   32768,   65528,      65529,      65532,      65533,
    65534, 65535, 65536, 65537, 1 << 20, 0x7fffffff, 0x80000000, 0xfffffff8, 0xffffffff};

START_TEST(loads_and_stores) {
    const tni_op op = (tni_op)_i;
    const tni_op_info *info = &tni_ops[op];
    if (info->imm != TNI_IMM_MEMARG || info->group != TNI_GROUP_MVP) {
        return;
    }
    const bool store = strchr(info->sig, ':')[1] == 0;
    const char t = store ? info->sig[1] : strchr(info->sig, ':')[1];
    static const uint64_t offsets[] = {0,     1,     8,       65528,      65535,
                                       65536, 65537, 1 << 20, 0x7fffffff, 0xffffffff};
    bench b = {.count = 0};
    static mem_access list[4000];
    unsigned count = 0;
    char sig[8];
    mb m = {.funcs = 0};
    snprintf(sig, sizeof sig, "ii%c:%c", t, t);
    const unsigned type = mb_type(&m, sig);
    for (address a = A_CONST; a < ADDRESSES; a++) {
        const bool has_const = a == A_CONST || a == A_PLUS_CONST;
        for (size_t k = 0; k < (has_const ? TNI_COUNT_OF(grid_at) : 1); k++) {
            for (size_t o = 0; o < TNI_COUNT_OF(offsets); o++) {
                mem_access *c = &list[count];
                *c = (mem_access){op, t, store, a, grid_at[k], offsets[o], NULL};
                wb code = {NULL, 0, 0};
                emit_access(&code, op, t, store, a, c->at, c->offset);
                char name[16];
                snprintf(name, sizeof name, "%u", count++);
                mb_export(&m, name, 0, mb_func(&m, type, "i", &code));
                wb_free(&code);
            }
        }
    }
    mb_memory(&m, false, 1, 1);
    mb_export(&m, "m", 2, 0);
    test_open(&b.w);
    b.i = test_instance(&b.w, &m, NULL);
    b.memory = tni_memory_data(test_export(b.i, "m").as.memory);
    for (unsigned n = 0; n < MEMORY_BYTES; n++) {
        before[n] = b.memory[n] = (u8)(n * 37 + (n >> 8));
    }
    for (unsigned n = 0; n < count; n++) {
        char name[16];
        snprintf(name, sizeof name, "%u", n);
        list[n].f = test_export(b.i, name).as.func;
        for (size_t x = 0; x < (list[n].a == A_CONST ? 1 : TNI_COUNT_OF(grid_at)); x++) {
            const bool two = list[n].a == A_PLUS || list[n].a == A_SCALED;
            for (size_t y = 0; y < (two ? TNI_COUNT_OF(grid_at) : 1); y++) {
                check_access(&b, &list[n], grid_at[x], grid_at[y]);
            }
        }
    }
    test_close(&b.w);
}
END_TEST

int main(void) {
    Suite *s = suite_create("numeric");
    TCase *c = tcase_create("numeric");
    tcase_set_timeout(c, 600);
    tcase_add_loop_test(c, numeric_grid, 0, TNI_OP_COUNT);
    tcase_add_loop_test(c, numeric_in_large_frames, 0, 4);
    tcase_add_loop_test(c, loads_and_stores, 0, TNI_OP_COUNT);
    suite_add_tcase(s, c);
    return run_suite(s);
}
