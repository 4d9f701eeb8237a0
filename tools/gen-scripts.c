/* gen-scripts: writes the repetitive scripts of spec-tests/core.
 *
 *     gen-scripts FOLDER
 *
 * What a translator to register code can get wrong is which operand is where: in a local,
 * a constant or a temporary, in an accumulator or not, fused with what comes before or
 * after. These scripts go through every instruction in every such shape. Expected values
 * are computed here, in C, from the definition of the instruction. */
#include <inttypes.h>
#include <math.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static FILE *out;

static void put(const char *fmt, ...) {
    va_list args;
    va_start(args, fmt);
    vfprintf(out, fmt, args);
    va_end(args);
}

static void begin(const char *folder, const char *name, const char *what) {
    char path[4096];
    snprintf(path, sizeof path, "%s/%s.wast", folder, name);
    out = fopen(path, "w");
    if (out == NULL) {
        perror(path);
        exit(1);
    }
    put(";; %s\n;; Written by tools/gen-scripts; do not edit.\n", what);
}

/* -- types and values -- */

typedef enum type { I32, I64, F32, F64 } type;
static const char *const type_names[] = {"i32", "i64", "f32", "f64"};

static uint64_t mask(type t) {
    return t == I32 || t == F32 ? UINT32_MAX : UINT64_MAX;
}

static float as_f32(uint64_t bits) {
    uint32_t b = (uint32_t)bits;
    float f;
    memcpy(&f, &b, 4);
    return f;
}

static double as_f64(uint64_t bits) {
    double d;
    memcpy(&d, &bits, 8);
    return d;
}

static uint64_t of_f32(float f) {
    uint32_t b;
    memcpy(&b, &f, 4);
    return b;
}

static uint64_t of_f64(double d) {
    uint64_t b;
    memcpy(&b, &d, 8);
    return b;
}

/* Integers. */
static void put_const(type t, uint64_t bits) {
    switch (t) {
    case I32: put("(i32.const %" PRId32 ")", (int32_t)bits); break;
    case I64: put("(i64.const %" PRId64 ")", (int64_t)bits); break;
    default: break;
    }
}

static void put_float_const(type t, uint64_t bits) {
    double d = t == F32 ? (double)as_f32(bits) : as_f64(bits);
    if (d != d) {
        put("(%s.const nan)", type_names[t]);
    } else if (isinf(d)) {
        put("(%s.const %sinf)", type_names[t], d < 0 ? "-" : "");
    } else {
        put("(%s.const %a)", type_names[t], d);
    }
}

static void put_value(type t, uint64_t bits) {
    if (t == F32 || t == F64) {
        put_float_const(t, bits);
    } else {
        put_const(t, bits);
    }
}

enum { PAIRS = 12 };

/* Pairs of operands for each type; integers first, floats by value. */
static const uint64_t int_pairs[PAIRS][2] = {
    {0, 0},
    {1, 2},
    {2, 1},
    {7, 7},
    {UINT64_MAX, 1},
    {1, UINT64_MAX},
    {0x8000000080000000u, 0x7fffffff7fffffffu},
    {0x7fffffff7fffffffu, 0x8000000080000000u},
    {0x123456789abcdef0u, 33},
    {UINT64_MAX, UINT64_MAX},
    {0xfffffffefffffffeu, 31},
    {5, 0x8000000080000000u},
};

static const double float_pairs[PAIRS][2] = {
    {0.0, 0.0},  {1.0, 2.0},     {2.0, 1.0}, {-0.0, 0.0}, {3.5, 3.5},
    {-1.5, 1.5}, {1e30, 1e-30},  {NAN, 1.0}, {1.0, NAN},  {INFINITY, -INFINITY},
    {0.1, 0.3},  {-7.25, 100.0},
};

static uint64_t pair_value(type t, int pair, int side) {
    if (t == I32 || t == I64) {
        return int_pairs[pair][side] & mask(t);
    }
    double d = float_pairs[pair][side];
    return t == F32 ? of_f32((float)d) : of_f64(d);
}

/* -- operands in their shapes -- */

typedef enum shape { LOCAL, CONST, TEMP, TEE } shape;

/* An operand: parameter `side`, a constant, a temporary made of the parameter (by a call,
 * so that no fusion reaches it), or the parameter by local.tee. */
static void put_operand(type t, shape s, int side, uint64_t constant) {
    const char *name = side == 0 ? "$a" : "$b";
    switch (s) {
    case LOCAL: put("(local.get %s)", name); break;
    case CONST: put_value(t, constant); break;
    case TEMP: put("(call $id_%s (local.get %s))", type_names[t], name); break;
    case TEE:
        put("(local.tee %s (call $id_%s (local.get %s)))", name, type_names[t], name);
        break;
    }
}

static void put_ids(void) {
    for (int t = 0; t < 4; t++) {
        put("  (func $id_%s (param %s) (result %s) (local.get 0))\n", type_names[t],
            type_names[t], type_names[t]);
    }
}

/* A table of all functions, filled at the end. */
static int func_count;

/* -- compare and branch -- */

typedef struct compare {
    const char *name;
    type t;
} compare;

static const compare compares[] = {
    {"eq", I32},   {"ne", I32},   {"lt_s", I32}, {"lt_u", I32}, {"gt_s", I32},
    {"gt_u", I32}, {"le_s", I32}, {"le_u", I32}, {"ge_s", I32}, {"ge_u", I32},
    {"eq", I64},   {"ne", I64},   {"lt_s", I64}, {"lt_u", I64}, {"gt_s", I64},
    {"gt_u", I64}, {"le_s", I64}, {"le_u", I64}, {"ge_s", I64}, {"ge_u", I64},
    {"eq", F32},   {"ne", F32},   {"lt", F32},   {"gt", F32},   {"le", F32},
    {"ge", F32},   {"eq", F64},   {"ne", F64},   {"lt", F64},   {"gt", F64},
    {"le", F64},   {"ge", F64},
};
enum { COMPARES = sizeof compares / sizeof compares[0] };

static bool compare_floats(const char *op, double a, double b) {
    return op[0] == 'e'   ? a == b
           : op[0] == 'n' ? a != b
           : op[0] == 'l' ? (op[1] == 't' ? a < b : a <= b)
                          : (op[1] == 't' ? a > b : a >= b);
}

static bool compare_values(const compare *c, uint64_t a, uint64_t b) {
    const char *op = c->name;
    if (c->t == F32) {
        return compare_floats(op, (double)as_f32(a), (double)as_f32(b));
    }
    if (c->t == F64) {
        return compare_floats(op, as_f64(a), as_f64(b));
    }
    if (op[0] == 'e' || op[0] == 'n') {
        return (a == b) == (op[0] == 'e');
    }
    bool less, equal = a == b;
    if (op[3] == 's') {
        int64_t x = c->t == I32 ? (int32_t)a : (int64_t)a;
        int64_t y = c->t == I32 ? (int32_t)b : (int64_t)b;
        less = x < y;
    } else {
        less = a < b;
    }
    return op[0] == 'l' ? less || (op[1] == 'e' && equal)
                        : (!less && !equal) || (op[1] == 'e' && equal);
}

/* Each consumer takes a condition and gives 1 or 0. */
enum { VALUE, BR_IF, BR_IF_NOT, IF, IF_NOT, SELECT, BR_IF_VALUE, LOOP_BACK, CONSUMERS };

static void put_condition(const compare *c, shape x, shape y,
                          const uint64_t constants[2]) {
    put("(%s.%s ", type_names[c->t], c->name);
    put_operand(c->t, x, 0, constants[0]);
    put(" ");
    put_operand(c->t, y, 1, constants[1]);
    put(")");
}

static void put_consumer(int consumer, const compare *c, shape x, shape y,
                         const uint64_t constants[2]) {
    static const char *const before[CONSUMERS] = {
        [VALUE] = "",
        [BR_IF] = "(block $l (br_if $l ",
        [BR_IF_NOT] = "(block $l (br_if $l (i32.eqz ",
        [IF] = "(if (result i32) ",
        [IF_NOT] = "(if (result i32) (i32.eqz ",
        [SELECT] = "(select (i32.const 1) (i32.const 0) ",
        [BR_IF_VALUE] = "(block $l (result i32) (drop (br_if $l (i32.const 1) ",
        [LOOP_BACK] = "(local $n i32) (loop $l (local.set $n (i32.add (local.get $n) "
                      "(i32.const 1))) (br_if $l (i32.and (i32.lt_u (local.get $n) "
                      "(i32.const 2)) ",
    };
    static const char *const after[CONSUMERS] = {
        [VALUE] = "",
        [BR_IF] = ") (return (i32.const 0))) (i32.const 1)",
        [BR_IF_NOT] = ")) (return (i32.const 1))) (i32.const 0)",
        [IF] = " (then (i32.const 1)) (else (i32.const 0)))",
        [IF_NOT] = ") (then (i32.const 0)) (else (i32.const 1)))",
        [SELECT] = ")",
        [BR_IF_VALUE] = ")) (i32.const 0))",
        [LOOP_BACK] = "))) (i32.sub (local.get $n) (i32.const 1))",
    };
    put("%s", before[consumer]);
    put_condition(c, x, y, constants);
    put("%s", after[consumer]);
}

/* Packs the results for all pairs into one number. */
static void put_compare_driver(type t) {
    put("  (type $f_%s (func (param %s %s) (result i32)))\n", type_names[t],
        type_names[t], type_names[t]);
    put("  (func (export \"%s\") (param $f i32) (result i32)\n    (i32.const 0)\n",
        type_names[t]);
    for (int p = 0; p < PAIRS; p++) {
        put("    (i32.shl (call_indirect (type $f_%s) ", type_names[t]);
        put_value(t, pair_value(t, p, 0));
        put(" ");
        put_value(t, pair_value(t, p, 1));
        put(" (local.get $f)) (i32.const %d)) (i32.or)\n", p);
    }
    put("  )\n");
}

static void put_table(void) {
    put("  (table %d funcref)\n  (elem (i32.const 0)", func_count);
    for (int i = 0; i < func_count; i++) {
        put("%s$f%d", i % 16 == 0 ? "\n    " : " ", i);
    }
    put(")\n)\n");
}

static const uint64_t compare_constants[2] = {1, 2};

static uint64_t constant_of(type t, int side) {
    double d = (double)compare_constants[side];
    return t == F32 ? of_f32((float)d) : t == F64 ? of_f64(d) : compare_constants[side];
}

static void compare_and_branch(const char *folder) {
    static const shape shapes[][2] = {
        {LOCAL, LOCAL}, {LOCAL, CONST}, {CONST, LOCAL}, {TEMP, LOCAL}, {LOCAL, TEMP},
        {TEMP, TEMP},   {TEMP, CONST},  {CONST, TEMP},  {TEE, TEE},    {CONST, CONST}};
    enum { SHAPES = sizeof shapes / sizeof shapes[0], MAX = COMPARES * 10 * CONSUMERS };
    static uint32_t wanted[MAX];
    static uint8_t types[MAX];
    begin(
        folder, "compare_branch",
        "Every comparison, in every shape of operands, by every way to use the result.");
    put("(module\n");
    put_ids();
    func_count = 0;
    for (int c = 0; c < COMPARES; c++) {
        type t = compares[c].t;
        uint64_t constants[2] = {constant_of(t, 0), constant_of(t, 1)};
        for (size_t s = 0; s < SHAPES; s++) {
            for (int consumer = 0; consumer < CONSUMERS; consumer++) {
                shape x = shapes[s][0], y = shapes[s][1];
                put("  (func $f%d (param $a %s) (param $b %s) (result i32) ", func_count,
                    type_names[t], type_names[t]);
                put_consumer(consumer, &compares[c], x, y, constants);
                put(")\n");
                uint32_t want = 0;
                for (int p = 0; p < PAIRS; p++) {
                    uint64_t a = x == CONST ? constants[0] : pair_value(t, p, 0);
                    uint64_t b = y == CONST ? constants[1] : pair_value(t, p, 1);
                    want |= (uint32_t)compare_values(&compares[c], a, b) << p;
                }
                types[func_count] = (uint8_t)t;
                wanted[func_count++] = want;
            }
        }
    }
    for (int t = 0; t < 4; t++) {
        put_compare_driver((type)t);
    }
    put_table();
    for (int i = 0; i < func_count; i++) {
        put("(assert_return (invoke \"%s\" (i32.const %d)) (i32.const 0x%x))\n",
            type_names[types[i]], i, wanted[i]);
    }
    fclose(out);
}

/* -- arithmetic -- */

typedef struct binary {
    const char *name;
    type t;
    bool divides; /* traps for some operands: the second is made odd and positive */
} binary;

static const binary binaries[] = {
    {"add", I32, 0},      {"sub", I32, 0},   {"mul", I32, 0},   {"div_s", I32, 1},
    {"div_u", I32, 1},    {"rem_s", I32, 1}, {"rem_u", I32, 1}, {"and", I32, 0},
    {"or", I32, 0},       {"xor", I32, 0},   {"shl", I32, 0},   {"shr_s", I32, 0},
    {"shr_u", I32, 0},    {"rotl", I32, 0},  {"rotr", I32, 0},  {"add", I64, 0},
    {"sub", I64, 0},      {"mul", I64, 0},   {"div_s", I64, 1}, {"div_u", I64, 1},
    {"rem_s", I64, 1},    {"rem_u", I64, 1}, {"and", I64, 0},   {"or", I64, 0},
    {"xor", I64, 0},      {"shl", I64, 0},   {"shr_s", I64, 0}, {"shr_u", I64, 0},
    {"rotl", I64, 0},     {"rotr", I64, 0},  {"add", F32, 0},   {"sub", F32, 0},
    {"mul", F32, 0},      {"div", F32, 0},   {"min", F32, 0},   {"max", F32, 0},
    {"copysign", F32, 0}, {"add", F64, 0},   {"sub", F64, 0},   {"mul", F64, 0},
    {"div", F64, 0},      {"min", F64, 0},   {"max", F64, 0},   {"copysign", F64, 0},
};
enum { BINARIES = sizeof binaries / sizeof binaries[0] };

static uint64_t shift(const char *op, unsigned bits, uint64_t a, uint64_t b) {
    unsigned n = (unsigned)(b & (bits - 1));
    uint64_t m = bits == 32 ? UINT32_MAX : UINT64_MAX;
    if (strcmp(op, "shl") == 0) {
        return a << n & m;
    }
    if (strcmp(op, "shr_u") == 0) {
        return a >> n;
    }
    if (strcmp(op, "shr_s") == 0) {
        int64_t x = bits == 32 ? (int32_t)a : (int64_t)a;
        return (uint64_t)(x >> n) & m;
    }
    if (strcmp(op, "rotr") == 0) {
        n = (bits - n) & (bits - 1);
    }
    return n == 0 ? a : ((a << n) | (a >> (bits - n))) & m;
}

static uint64_t int_binary(const char *op, type t, uint64_t a, uint64_t b) {
    int64_t x = t == I32 ? (int32_t)a : (int64_t)a;
    int64_t y = t == I32 ? (int32_t)b : (int64_t)b;
    uint64_t m = mask(t);
    if (strncmp(op, "sh", 2) == 0 || strncmp(op, "rot", 3) == 0) {
        return shift(op, t == I32 ? 32 : 64, a, b);
    }
    if (strcmp(op, "add") == 0) {
        return (a + b) & m;
    }
    if (strcmp(op, "sub") == 0) {
        return (a - b) & m;
    }
    if (strcmp(op, "mul") == 0) {
        return (a * b) & m;
    }
    if (strcmp(op, "div_s") == 0) {
        return (uint64_t)(x / y) & m;
    }
    if (strcmp(op, "div_u") == 0) {
        return a / b;
    }
    if (strcmp(op, "rem_s") == 0) {
        return (uint64_t)(x % y) & m;
    }
    if (strcmp(op, "rem_u") == 0) {
        return a % b;
    }
    return op[0] == 'a' ? a & b : op[0] == 'o' ? a | b : a ^ b;
}

static double float_min_max(bool max, double a, double b) {
    if (a != a || b != b) {
        return NAN;
    }
    if (a == 0 && b == 0) {
        return max == (signbit(a) != 0) ? b : a;
    }
    return (a < b) == max ? b : a;
}

/* NaNs are all one here; the drivers make them so too. */
static uint64_t canonical(type t, uint64_t bits) {
    if (t == F32) {
        return as_f32(bits) != as_f32(bits) ? 0x7fc00000u : bits;
    }
    return t == F64 && as_f64(bits) != as_f64(bits) ? 0x7ff8000000000000u : bits;
}

static uint64_t float_binary(const char *op, type t, uint64_t a, uint64_t b) {
    double x = t == F32 ? (double)as_f32(a) : as_f64(a);
    double y = t == F32 ? (double)as_f32(b) : as_f64(b);
    double r;
    if (op[0] == 'c') {
        uint64_t sign = t == F32 ? 0x80000000u : 0x8000000000000000u;
        return (a & ~sign) | (b & sign);
    }
    /* Rounding to double first is innocuous for one operation on floats. */
    if (strcmp(op, "add") == 0) {
        r = x + y;
    } else if (strcmp(op, "sub") == 0) {
        r = x - y;
    } else if (strcmp(op, "mul") == 0) {
        r = x * y;
    } else if (strcmp(op, "div") == 0) {
        r = x / y;
    } else {
        r = float_min_max(op[1] == 'a', x, y);
    }
    return t == F32 ? of_f32((float)r) : of_f64(r);
}

static uint64_t evaluate(const binary *o, uint64_t a, uint64_t b) {
    return o->t == I32 || o->t == I64 ? int_binary(o->name, o->t, a, b)
                                      : float_binary(o->name, o->t, a, b);
}

/* Operands that no division traps on. */
static uint64_t operand(const binary *o, int pair, int side) {
    uint64_t v = pair_value(o->t, pair, side);
    return o->divides && side == 1 ? (v | 1) & (mask(o->t) >> 1) : v;
}

/* What becomes of a result. */
enum { RETURN, SET_GET, TEE_TWICE, STORED, PASSED_ON, THROUGH_BLOCK, TO_GLOBAL, SINKS };

static void put_sink(int sink, type t, void (*expr)(const void *), const void *x) {
    const char *n = type_names[t];
    switch (sink) {
    case RETURN: expr(x); break;
    case SET_GET:
        put("(local $r %s) (local.set $r ", n);
        expr(x);
        put(") (local.get $r)");
        break;
    case TEE_TWICE: /* the first result is dropped, the local has it still */
        put("(local $r %s) (drop (local.tee $r ", n);
        expr(x);
        put(")) (local.get $r)");
        break;
    case STORED:
        put("(%s.store (i32.const 8) ", n);
        expr(x);
        put(") (%s.load (i32.const 8))", n);
        break;
    case PASSED_ON:
        put("(call $id_%s ", n);
        expr(x);
        put(")");
        break;
    case THROUGH_BLOCK:
        put("(block (result %s) (br 0 ", n);
        expr(x);
        put("))");
        break;
    case TO_GLOBAL:
        put("(global.set $g_%s ", n);
        expr(x);
        put(") (global.get $g_%s)", n);
        break;
    }
}

typedef struct binary_expr {
    const binary *o;
    shape x, y;
    uint64_t constants[2];
} binary_expr;

static void put_binary(const void *p) {
    const binary_expr *e = p;
    put("(%s.%s ", type_names[e->o->t], e->o->name);
    put_operand(e->o->t, e->x, 0, e->constants[0]);
    put(" ");
    put_operand(e->o->t, e->y, 1, e->constants[1]);
    put(")");
}

/* Drivers mix the results for all pairs: h = rotl(h, 7) ^ result. Division has pairs of
 * its own. */
static void put_mix_driver(const char *name, type t, bool divides, int arity) {
    const char *n = type_names[t];
    binary probe = {"", t, divides};
    put("  (func (export \"%s\") (param $f i32) (result i64) (local $h i64)\n", name);
    for (int p = 0; p < PAIRS; p++) {
        put("    (local.set $h (i64.xor (i64.rotl (local.get $h) (i64.const 7)) (call "
            "$bits_%s "
            "(call_indirect (type $f_%s%d) ",
            n, n, arity);
        put_value(t, operand(&probe, p, 0));
        put(" ");
        put_value(t, operand(&probe, p, 1));
        if (arity == 3) {
            put(" ");
            put_value(t, pair_value(t, (p + 5) % PAIRS, 0));
        }
        put(" (local.get $f)))))\n");
    }
    put("    (local.get $h))\n");
}

static void put_bits(void) {
    put("  (func $bits_i32 (param i32) (result i64) (i64.extend_i32_u (local.get 0)))\n"
        "  (func $bits_i64 (param i64) (result i64) (local.get 0))\n"
        "  (func $bits_f32 (param f32) (result i64) (i64.extend_i32_u "
        "(i32.reinterpret_f32 "
        "(select (local.get 0) (f32.const nan) (f32.eq (local.get 0) (local.get 0))))))\n"
        "  (func $bits_f64 (param f64) (result i64) (i64.reinterpret_f64 "
        "(select (local.get 0) (f64.const nan) (f64.eq (local.get 0) (local.get "
        "0)))))\n");
}

static uint64_t mix(uint64_t h, uint64_t v) {
    return ((h << 7) | (h >> 57)) ^ v;
}

enum { MAX_FUNCS = 20000 };
static uint64_t wanted64[MAX_FUNCS];
static const char *drivers[MAX_FUNCS];

static void put_mixed_asserts(void) {
    for (int i = 0; i < func_count; i++) {
        put("(assert_return (invoke \"%s\" (i32.const %d)) (i64.const 0x%" PRIx64 "))\n",
            drivers[i], i, wanted64[i]);
    }
}

static void put_mixed_module(int arity) {
    put("(module\n  (memory 1)\n");
    put_ids();
    put_bits();
    for (int t = 0; t < 4; t++) {
        const char *n = type_names[t];
        put("  (global $g_%s (mut %s) (%s.const 0))\n", n, n, n);
        put("  (type $f_%s%d (func (param %s %s%s%s) (result %s)))\n", n, arity, n, n,
            arity == 3 ? " " : "", arity == 3 ? n : "", n);
    }
}

static void arithmetic(const char *folder) {
    static const shape shapes[][2] = {{LOCAL, LOCAL}, {LOCAL, CONST}, {CONST, LOCAL},
                                      {TEMP, LOCAL},  {LOCAL, TEMP},  {TEMP, TEMP},
                                      {TEMP, CONST},  {CONST, TEMP},  {TEE, LOCAL},
                                      {LOCAL, TEE},   {CONST, CONST}};
    begin(folder, "arithmetic_shapes",
          "Every binary operation, in every shape of operands, with its result in every "
          "place.");
    put_mixed_module(2);
    func_count = 0;
    for (int i = 0; i < BINARIES; i++) {
        const binary *o = &binaries[i];
        for (size_t s = 0; s < sizeof shapes / sizeof shapes[0]; s++) {
            for (int sink = 0; sink < SINKS; sink++) {
                bool is_float = o->t == F32 || o->t == F64;
                binary_expr e = {o, shapes[s][0], shapes[s][1], {0x1003, 29}};
                if (is_float) {
                    e.constants[0] = o->t == F32 ? of_f32(-0.75f) : of_f64(-0.75);
                    e.constants[1] = o->t == F32 ? of_f32(1e10f) : of_f64(1e10);
                }
                put("  (func $f%d (param $a %s) (param $b %s) (result %s) ", func_count,
                    type_names[o->t], type_names[o->t], type_names[o->t]);
                put_sink(sink, o->t, put_binary, &e);
                put(")\n");
                uint64_t h = 0;
                for (int p = 0; p < PAIRS; p++) {
                    uint64_t a = e.x == CONST ? e.constants[0] : operand(o, p, 0);
                    uint64_t b = e.y == CONST ? e.constants[1] : operand(o, p, 1);
                    h = mix(h, canonical(o->t, evaluate(o, a, b)));
                }
                static const char *const names[2][4] = {{"i32", "i64", "f32", "f64"},
                                                        {"i32d", "i64d", "", ""}};
                drivers[func_count] = names[o->divides][o->t];
                wanted64[func_count++] = h;
            }
        }
    }
    for (int t = 0; t < 4; t++) {
        put_mix_driver(type_names[t], (type)t, false, 2);
    }
    put_mix_driver("i32d", I32, true, 2);
    put_mix_driver("i64d", I64, true, 2);
    put_table();
    put_mixed_asserts();
    fclose(out);
}

/* -- pairs of operations -- */

typedef struct pair_expr {
    const binary *first, *second;
    bool third_is_const, first_is_left;
    uint64_t constant;
} pair_expr;

static void put_pair(const void *p) {
    const pair_expr *e = p;
    const char *n = type_names[e->first->t];
    put("(%s.%s ", n, e->second->name);
    if (e->first_is_left) {
        put("(%s.%s (local.get $a) (local.get $b)) ", n, e->first->name);
    }
    if (e->third_is_const) {
        put_value(e->first->t, e->constant);
    } else {
        put("(local.get $c)");
    }
    if (!e->first_is_left) {
        put(" (%s.%s (local.get $a) (local.get $b))", n, e->first->name);
    }
    put(")");
}

static uint64_t evaluate_pair(const pair_expr *e, int p) {
    type t = e->first->t;
    uint64_t a = pair_value(t, p, 0), b = pair_value(t, p, 1);
    uint64_t c = e->third_is_const ? e->constant : pair_value(t, (p + 5) % PAIRS, 0);
    uint64_t r = evaluate(e->first, a, b);
    return e->first_is_left ? evaluate(e->second, r, c) : evaluate(e->second, c, r);
}

static void operation_pairs(const char *folder) {
    begin(folder, "operation_pairs",
          "Every operation fed by every other, from the left and the right.");
    put_mixed_module(3);
    func_count = 0;
    for (int i = 0; i < BINARIES; i++) {
        for (int j = 0; j < BINARIES; j++) {
            const binary *x = &binaries[i], *y = &binaries[j];
            if (x->t != y->t || x->divides || y->divides) {
                continue;
            }
            for (int form = 0; form < 4; form++) {
                bool is_float = x->t == F32 || x->t == F64;
                pair_expr e = {x, y, (form & 1) != 0, (form & 2) != 0, 5};
                if (is_float) {
                    e.constant = x->t == F32 ? of_f32(2.5f) : of_f64(2.5);
                }
                const char *n = type_names[x->t];
                put("  (func $f%d (param $a %s) (param $b %s) (param $c %s) (result %s) ",
                    func_count, n, n, n, n);
                put_sink(func_count % 3 == 0 ? SET_GET : RETURN, x->t, put_pair, &e);
                put(")\n");
                uint64_t h = 0;
                for (int p = 0; p < PAIRS; p++) {
                    h = mix(h, canonical(x->t, evaluate_pair(&e, p)));
                }
                drivers[func_count] = n;
                wanted64[func_count++] = h;
            }
        }
    }
    for (int t = 0; t < 4; t++) {
        put_mix_driver(type_names[t], (type)t, false, 3);
    }
    put_table();
    put_mixed_asserts();
    fclose(out);
}

/* -- memory -- */

typedef struct access {
    const char *load, *store;
    type t;
    unsigned bytes;
    bool is_signed;
} access;

static const access accesses[] = {
    {"load", "store", I32, 4, false},       {"load8_s", "store8", I32, 1, true},
    {"load8_u", "store8", I32, 1, false},   {"load16_s", "store16", I32, 2, true},
    {"load16_u", "store16", I32, 2, false}, {"load", "store", I64, 8, false},
    {"load8_s", "store8", I64, 1, true},    {"load8_u", "store8", I64, 1, false},
    {"load16_s", "store16", I64, 2, true},  {"load16_u", "store16", I64, 2, false},
    {"load32_s", "store32", I64, 4, true},  {"load32_u", "store32", I64, 4, false},
    {"load", "store", F32, 4, false},       {"load", "store", F64, 8, false},
};
enum { ACCESSES = sizeof accesses / sizeof accesses[0] };

/* Shapes of addresses; all are 24 + 8 * $i for the parameter $i, except where $i is not
 * looked at: then 24. */
static const struct {
    const char *text;
    unsigned offset;
    bool is_fixed;
} addresses[] = {
    {"(local.get $p)", 0, false},
    {"(local.get $p)", 16, false},
    {"(i32.const 24)", 0, true},
    {"(i32.const 8)", 16, true},
    {"(i32.add (local.get $p) (i32.const 16))", 0, false},
    {"(i32.add (local.get $p) (local.get $q))", 0, false},
    {"(i32.add (local.get $q) (local.get $p))", 8, false},
    {"(i32.shl (local.get $i) (i32.const 3))", 24, false},
    {"(i32.add (i32.shl (local.get $i) (i32.const 3)) (local.get $q))", 4, false},
    {"(call $id_i32 (local.get $p))", 0, false},
    {"(local.tee $p (i32.add (local.get $p) (i32.const 0)))", 0, false},
    {"(i32.mul (local.get $i) (i32.const 8))", 24, false},
};
enum { ADDRESSES = sizeof addresses / sizeof addresses[0] };

/* $p and $q so that the address comes out as 24 + 8 * i. */
static void address_locals(size_t shape) {
    static const struct {
        int p, q; /* added to 8 * i for p; q alone */
    } rows[ADDRESSES] = {{24, 0}, {8, 0}, {0, 0},  {0, 0},  {8, 0},  {4, 20},
                         {12, 4}, {0, 0}, {0, 20}, {24, 0}, {24, 0}, {0, 0}};
    put("(local $p i32) (local $q i32) "
        "(local.set $p (i32.add (i32.shl (local.get $i) (i32.const 3)) (i32.const %d))) "
        "(local.set $q (i32.const %d)) ",
        rows[shape].p, rows[shape].q);
}

/* What is between a load and a store to the same place. */
static const char *const changes[] = {"", "add", "sub", "mul"};

static void put_address(size_t shape) {
    put("%s", addresses[shape].text);
}

static void put_memarg(size_t shape) {
    if (addresses[shape].offset != 0) {
        put(" offset=%u", addresses[shape].offset);
    }
    put(" ");
}

static uint64_t load_bytes(const uint8_t *memory, const access *a) {
    uint64_t v = 0;
    for (unsigned i = 0; i < a->bytes; i++) {
        v |= (uint64_t)memory[i] << (8 * i);
    }
    if (a->is_signed && memory[a->bytes - 1] >= 0x80) {
        v |= a->bytes == 8 ? 0 : UINT64_MAX << (8 * a->bytes);
    }
    return v & mask(a->t);
}

static void fill_memory(uint8_t *memory) {
    for (unsigned i = 0; i < 128; i++) {
        memory[i] = (uint8_t)(i * 73 + 41);
    }
    /* Floats of ordinary size where floats are read. */
    for (unsigned i = 0; i < 128; i += 8) {
        memory[i + 7] = 0x40;
        memory[i + 3] = 0xc0;
    }
}

static uint64_t change(const access *a, int how, uint64_t v) {
    binary o = {changes[how], a->t, false};
    uint64_t three = a->t == F32 ? of_f32(3) : a->t == F64 ? of_f64(3) : 3;
    return how == 0 ? v : canonical(a->t, evaluate(&o, v, three));
}

/* One function: load, change, store, load again. */
static void put_memory_func(const access *a, size_t shape, int how) {
    const char *n = type_names[a->t];
    put("  (func $f%d (param $i i32) (result %s) ", func_count, n);
    address_locals(shape);
    put("(%s.%s", n, a->store);
    put_memarg(shape);
    put_address(shape);
    put(" ");
    if (how != 0) {
        put("(%s.%s ", n, changes[how]);
    }
    put("(%s.%s", n, a->load);
    put_memarg(shape);
    put_address(shape);
    put(")");
    if (how != 0) {
        put(" (%s.const 3))", n);
    }
    put(") (%s.%s", n, a->load);
    put_memarg(shape);
    put_address(shape);
    put("))\n");
}

static void memory_shapes(const char *folder) {
    begin(folder, "memory_shapes",
          "Every load and store with every shape of address, and what is changed in "
          "place.");
    put("(module\n  (memory 1)\n  (data (i32.const 0) \"");
    uint8_t start[128];
    fill_memory(start);
    for (int i = 0; i < 128; i++) {
        put("\\%02x", start[i]);
    }
    put("\")\n");
    put_ids();
    put_bits();
    for (int t = 0; t < 4; t++) {
        put("  (type $m_%s (func (param i32) (result %s)))\n", type_names[t],
            type_names[t]);
        put("  (func (export \"%s\") (param $f i32) (result i64) (local $h i64)\n",
            type_names[t]);
        for (int i = 0; i < 4; i++) {
            put("    (local.set $h (i64.xor (i64.rotl (local.get $h) (i64.const 7)) "
                "(call "
                "$bits_%s (call_indirect (type $m_%s) (i32.const %d) (local.get "
                "$f)))))\n",
                type_names[t], type_names[t], i);
        }
        put("    (call $reset) (local.get $h))\n");
    }
    put("  (func $reset (memory.copy (i32.const 0) (i32.const 128) (i32.const 128)))\n"
        "  (func $keep (memory.copy (i32.const 128) (i32.const 0) (i32.const 128)))\n"
        "  (start $keep)\n");
    func_count = 0;
    for (int i = 0; i < ACCESSES; i++) {
        for (size_t shape = 0; shape < ADDRESSES; shape++) {
            for (int how = 0; how < 4; how++) {
                const access *a = &accesses[i];
                uint8_t memory[128];
                fill_memory(memory);
                put_memory_func(a, shape, how);
                uint64_t h = 0;
                for (int index = 0; index < 4; index++) {
                    unsigned at =
                        addresses[shape].is_fixed ? 24 : 24 + 8 * (unsigned)index;
                    uint64_t v = change(a, how, load_bytes(memory + at, a));
                    for (unsigned b = 0; b < a->bytes; b++) {
                        memory[at + b] = (uint8_t)(v >> (8 * b));
                    }
                    h = mix(h, canonical(a->t, load_bytes(memory + at, a)));
                }
                drivers[func_count] = type_names[a->t];
                wanted64[func_count++] = h;
            }
        }
    }
    put_table();
    put_mixed_asserts();
    fclose(out);
}

/* -- loops -- */

typedef struct count_loop {
    const compare *c;
    int64_t start, limit, step;
    bool by_local, flipped; /* the limit is a local; "limit cmp i" */
    int form;               /* 0: tee in the condition; 1: set, then compare; 2: sub */
} count_loop;

static uint32_t count_turns(const count_loop *l, uint32_t cap) {
    uint64_t m = mask(l->c->t);
    uint64_t i = (uint64_t)l->start & m, limit = (uint64_t)l->limit & m;
    uint32_t n = 0;
    do {
        n++;
        i = (i + (uint64_t)l->step) & m;
    } while (n < cap && (l->flipped ? compare_values(l->c, limit, i)
                                    : compare_values(l->c, i, limit)));
    return n;
}

static void put_step(const count_loop *l, const char *n) {
    bool sub = l->form == 2;
    put("(%s.%s (local.get $i) (%s.const %" PRId64 "))", n, sub ? "sub" : "add", n,
        sub ? -l->step : l->step);
}

static void put_count_loop(const count_loop *l, uint32_t cap) {
    const char *n = type_names[l->c->t];
    put("(local $i %s) (local $k %s) (local $n i32) (local.set $i (%s.const %" PRId64
        ")) "
        "(local.set $k (%s.const %" PRId64 ")) (loop $l "
        "(local.set $n (i32.add (local.get $n) (i32.const 1))) "
        "(if (i32.ge_u (local.get $n) (i32.const %u)) (then (return (local.get $n)))) ",
        n, n, n, l->start, n, l->limit, cap);
    if (l->form == 1) {
        put("(local.set $i ");
        put_step(l, n);
        put(") ");
    }
    put("(br_if $l (%s.%s ", n, l->c->name);
    for (int side = 0; side < 2; side++) {
        bool is_limit = (side == 1) != l->flipped;
        if (!is_limit && l->form == 1) {
            put("(local.get $i)");
        } else if (!is_limit) {
            put("(local.tee $i ");
            put_step(l, n);
            put(")");
        } else if (l->by_local) {
            put("(local.get $k)");
        } else {
            put("(%s.const %" PRId64 ")", n, l->limit);
        }
        put(side == 0 ? " " : "");
    }
    put("))) (local.get $n)");
}

static void loops(const char *folder) {
    enum { CAP = 40 };
    static const int64_t steps[] = {1, -1, 7};
    begin(folder, "loops", "Loops with counters, near where they wrap around.");
    put("(module\n");
    static uint32_t wanted[MAX_FUNCS];
    func_count = 0;
    for (int c = 0; c < 20; c++) {
        int64_t min = compares[c].t == I32 ? INT32_MIN : INT64_MIN;
        int64_t max = compares[c].t == I32 ? INT32_MAX : INT64_MAX;
        const int64_t ranges[][2] = {{0, 10}, {10, 0},  {max - 5, max},    {min + 5, min},
                                     {-5, 5}, {-3, -1}, {max - 2, min + 2}};
        for (size_t r = 0; r < sizeof ranges / sizeof ranges[0]; r++) {
            for (int s = 0; s < 3; s++) {
                for (int form = 0; form < 3; form++) {
                    int variant = (int)r + s + form;
                    count_loop l = {&compares[c], ranges[r][0],     ranges[r][1],
                                    steps[s],     variant % 2 == 0, variant % 3 == 0,
                                    form};
                    put("  (func (export \"%d\") (result i32) ", func_count);
                    put_count_loop(&l, CAP);
                    put(")\n");
                    wanted[func_count++] = count_turns(&l, CAP);
                }
            }
        }
    }
    put(")\n");
    for (int i = 0; i < func_count; i++) {
        put("(assert_return (invoke \"%d\") (i32.const %u))\n", i, wanted[i]);
    }
    fclose(out);
}

/* -- sizes -- */

/* Frames beyond 65,536 slots: locals, and temporaries from calls with many results. */
static void put_many(const char *word, const char *type, int n) {
    put("(%s", word);
    for (int i = 0; i < n; i++) {
        put(" %s", type);
    }
    put(")");
}

static void large_frames(const char *folder) {
    enum { MANY = 1000, LOCALS = 49000, CALLS = 20 };
    begin(
        folder, "large_frames",
        "Frames of more than 65,536 slots: locals, temporaries, values kept over calls.");
    put("(module\n  (type $many (func ");
    put_many("result", "i32", MANY);
    put("))\n  (type $sum (func ");
    put_many("param", "i32", MANY);
    put(" (result i32)))\n  (func $many (type $many)\n   ");
    for (int i = 0; i < MANY; i++) {
        put(" i32.const %d%s", i, i % 10 == 9 ? "\n   " : "");
    }
    put(")\n  (func $sum (type $sum)\n    local.get 0\n   ");
    for (int i = 1; i < MANY; i++) {
        put(" local.get %d i32.add%s", i, i % 8 == 7 ? "\n   " : "");
    }
    put(")\n");
    put("  (func (export \"temps\") (param $x i32) (result i32) ");
    put_many("local", "i32", LOCALS);
    put("\n    (local.set %d (local.get $x)) (local.set %d (i32.const 5))\n", LOCALS,
        LOCALS - 1);
    put("    (i32.mul (local.get $x) (i32.const 3))\n");
    for (int i = 0; i < CALLS; i++) {
        put("    call $many\n");
    }
    /* Far beyond slot 65,535: operations, comparisons, branches with values. */
    put("    local.get %d local.get $x i32.add local.get %d i32.mul\n"
        "    block (param i32) (result i32) local.get $x br_if 0 i32.const 1 i32.add "
        "end\n"
        "    local.get $x if (param i32) (result i32) i32.const 2 i32.mul else i32.const "
        "7 "
        "i32.sub end\n"
        "    local.set %d\n",
        LOCALS, LOCALS - 1, LOCALS - 2);
    for (int i = 0; i < CALLS; i++) {
        put("    call $sum\n");
        if (i + 1 < CALLS) {
            put("    local.get %d i32.add local.set %d\n", LOCALS - 2, LOCALS - 2);
        }
    }
    put("    local.get %d i32.add i32.add)\n", LOCALS - 2);
    put("  (func (export \"locals\") (param $x i32) (result i32) ");
    put_many("local", "i32", LOCALS);
    put(" (local $i i32)\n   ");
    for (int i = 1; i <= LOCALS; i += 977) {
        put(" (local.set %d (i32.add (local.get $x) (i32.const %d)))\n   ", i, i);
    }
    put(" (i32.const 0)\n   ");
    for (int i = 1; i <= LOCALS; i += 977) {
        put(" (i32.add (local.get %d))\n   ", i);
    }
    put(")\n)\n");
    for (int x = 0; x < 3; x++) {
        uint32_t sum = MANY * (MANY - 1) / 2;
        uint32_t mid = (uint32_t)(x + x) * 5;
        mid = x != 0 ? mid : mid + 1;
        mid = x != 0 ? mid * 2 : mid - 7;
        uint32_t want = 3 * (uint32_t)x + sum * CALLS + mid;
        put("(assert_return (invoke \"temps\" (i32.const %d)) (i32.const %u))\n", x,
            want);
        uint32_t total = 0;
        for (int i = 1; i <= LOCALS; i += 977) {
            total += (uint32_t)(x + i);
        }
        put("(assert_return (invoke \"locals\" (i32.const %d)) (i32.const %u))\n", x,
            total);
    }
    fclose(out);
}

static void branch_tables(const char *folder) {
    enum { BLOCKS = 400, TARGETS = 20000 };
    begin(folder, "branch_tables",
          "Branch tables with thousands of targets, and deep ones.");
    put("(module\n  (func (export \"wide\") (param i32) (result i32)\n");
    for (int i = 0; i < BLOCKS; i++) {
        put("%sblock", i % 10 == 0 ? "\n    " : " ");
    }
    put("\n    local.get 0 br_table");
    for (int i = 0; i < TARGETS; i++) {
        put("%s%d", i % 20 == 0 ? "\n      " : " ", (i * 7) % BLOCKS);
    }
    put(" %d\n", BLOCKS - 1);
    for (int i = 0; i < BLOCKS; i++) {
        put("    end i32.const %d return\n", i * 3 + 1);
    }
    put("    unreachable)\n"
        "  (func (export \"values\") (param i32) (result i32)\n"
        "    (block $a (result i32) (block $b (result i32) (block $c (result i32)\n"
        "      (br_table $a $b $c $b $a (i32.add (local.get 0) (i32.const 10)) "
        "(local.get 0)))\n"
        "      (return (i32.add (i32.const 100))))\n"
        "      (return (i32.add (i32.const 200)))))\n"
        "  (func (export \"loop\") (param $n i32) (result i32) (local $i i32) (local $s "
        "i32)\n"
        "    (block $done (loop $again (block $odd (block $even\n"
        "      (br_if $done (i32.ge_u (local.get $i) (local.get $n)))\n"
        "      (br_table $even $odd (i32.and (local.get $i) (i32.const 1))))\n"
        "      (local.set $s (i32.add (local.get $s) (i32.const 3)))\n"
        "      (local.set $i (i32.add (local.get $i) (i32.const 1))) (br $again))\n"
        "      (local.set $s (i32.sub (local.get $s) (i32.const 1)))\n"
        "      (local.set $i (i32.add (local.get $i) (i32.const 1))) (br $again)))\n"
        "    (local.get $s))\n)\n");
    for (int i = 0; i < TARGETS + 3; i += i < 30 ? 1 : 1999) {
        int target = i < TARGETS ? (i * 7) % BLOCKS : BLOCKS - 1;
        put("(assert_return (invoke \"wide\" (i32.const %d)) (i32.const %d))\n", i,
            target * 3 + 1);
    }
    put("(assert_return (invoke \"wide\" (i32.const -1)) (i32.const %d))\n",
        (BLOCKS - 1) * 3 + 1);
    static const int adds[] = {0, 200, 100, 200, 0, 0};
    for (int i = 0; i < 6; i++) {
        put("(assert_return (invoke \"values\" (i32.const %d)) (i32.const %d))\n", i,
            i + 10 + adds[i]);
    }
    put("(assert_return (invoke \"loop\" (i32.const 1000)) (i32.const 1000))\n");
    fclose(out);
}

static void deep_nesting(const char *folder) {
    enum { DEPTH = 3000 };
    begin(folder, "deep_nesting", "Blocks, loops, ifs and expressions that nest deep.");
    put("(module\n  (func (export \"blocks\") (param i32) (result i32)\n    ");
    for (int i = 0; i < DEPTH; i++) {
        put("block%s", i % 20 == 19 ? "\n    " : " ");
    }
    put("local.get 0 br_if %d local.get 0 i32.eqz br_if %d\n    ", DEPTH - 1, DEPTH / 2);
    for (int i = 0; i < DEPTH; i++) {
        put("end%s", i % 20 == 19 ? "\n    " : " ");
        if (i == DEPTH / 2) {
            put("i32.const 2 return\n    ");
        }
    }
    put("i32.const 1)\n  (func (export \"ifs\") (param $x i32) (result i32) (local $n "
        "i32)\n    ");
    for (int i = 0; i < DEPTH; i++) {
        put("local.get $x i32.const %d i32.gt_u if local.get $n i32.const 1 i32.add "
            "local.set $n\n    ",
            i);
    }
    for (int i = 0; i < DEPTH; i++) {
        put("end%s", i % 20 == 19 ? "\n    " : " ");
    }
    put("local.get $n)\n  (func (export \"sum\") (param $x i32) (result i32)\n    ");
    for (int i = 0; i < DEPTH; i++) {
        put("(i32.add (local.get $x) %s", i % 8 == 7 ? "\n    " : "");
    }
    put("(i32.const 0)");
    for (int i = 0; i < DEPTH; i++) {
        put(")");
    }
    put(")\n  (func (export \"temps\") (param $x i32) (result i32)\n    ");
    for (int i = 0; i < DEPTH; i++) {
        put("(i32.xor (i32.mul (local.get $x) (i32.const %d)) %s", i,
            i % 4 == 3 ? "\n    " : "");
    }
    put("(i32.const 0)");
    uint32_t xored = 0;
    for (int i = 0; i < DEPTH; i++) {
        put(")");
        xored ^= (uint32_t)i * 77777;
    }
    put(")\n  (func (export \"results\") (param i32) (result i32)\n    ");
    for (int i = 0; i < DEPTH; i++) {
        put("(block (result i32) %s", i % 6 == 5 ? "\n    " : "");
    }
    put("(br %d (local.get 0))", DEPTH - 1);
    for (int i = 0; i < DEPTH; i++) {
        put(")");
    }
    put(")\n)\n(assert_return (invoke \"blocks\" (i32.const 1)) (i32.const 1))\n"
        "(assert_return (invoke \"blocks\" (i32.const 0)) (i32.const 2))\n"
        "(assert_return (invoke \"ifs\" (i32.const 1234)) (i32.const 1234))\n"
        "(assert_return (invoke \"ifs\" (i32.const -1)) (i32.const %d))\n"
        "(assert_return (invoke \"sum\" (i32.const 7)) (i32.const %d))\n"
        "(assert_return (invoke \"temps\" (i32.const 77777)) (i32.const %u))\n"
        "(assert_return (invoke \"results\" (i32.const 42)) (i32.const 42))\n",
        DEPTH, 7 * DEPTH, xored);
    fclose(out);
}

int main(int argc, char **argv) {
    if (argc != 2) {
        fprintf(stderr, "usage: gen-scripts FOLDER\n");
        return 2;
    }
    compare_and_branch(argv[1]);
    arithmetic(argv[1]);
    operation_pairs(argv[1]);
    memory_shapes(argv[1]);
    loops(argv[1]);
    large_frames(argv[1]);
    branch_tables(argv[1]);
    deep_nesting(argv[1]);
    return 0;
}
