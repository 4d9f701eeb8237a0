/* modbuild.h: makes core modules in C for tests: bytes in the binary format, no
 * validation.
 *
 * Types are written as "iI:fF" (i32 i64, to f32 f64; v v128, r funcref, e externref).
 * Code is a wb to which instructions are appended by wb_op and the number writers. */
#ifndef MODBUILD_H
#define MODBUILD_H

#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "core/op.h"
#include "little.h"

typedef struct wb {
    uint8_t *data;
    size_t count;
    size_t capacity;
} wb;

static inline void wb_put(wb *b, const void *bytes, size_t n) {
    if (n > b->capacity - b->count) {
        b->capacity = (b->capacity + n) * 2 + 64;
        b->data = realloc(b->data, b->capacity);
        if (b->data == NULL) {
            abort();
        }
    }
    if (n > 0) {
        memcpy(b->data + b->count, bytes, n);
    }
    b->count += n;
}
static inline void wb_byte(wb *b, unsigned byte) {
    uint8_t v = (uint8_t)byte;
    wb_put(b, &v, 1);
}
static inline void wb_u64(wb *b, uint64_t v) {
    for (; v >= 128; v >>= 7) {
        wb_byte(b, (unsigned)(v & 127) | 128);
    }
    wb_byte(b, (unsigned)v);
}
static inline void wb_s64(wb *b, int64_t v) {
    for (; v < -64 || v > 63; v >>= 7) {
        wb_byte(b, (unsigned)(v & 127) | 128);
    }
    wb_byte(b, (unsigned)(v & 127));
}
static inline void wb_name(wb *b, const char *s) {
    wb_u64(b, strlen(s));
    wb_put(b, s, strlen(s));
}
static inline void wb_add(wb *b, const wb *from) {
    wb_put(b, from->data, from->count);
}
static inline void wb_free(wb *b) {
    free(b->data);
    *b = (wb){NULL, 0, 0};
}

/* -- instructions -- */

static inline void wb_op(wb *b, tni_op op) {
    if (tni_ops[op].prefix != 0) {
        wb_byte(b, tni_ops[op].prefix);
        wb_u64(b, tni_ops[op].code);
    } else {
        wb_byte(b, tni_ops[op].code);
    }
}
/* An instruction with an index. */
static inline void wb_opx(wb *b, tni_op op, uint64_t x) {
    wb_op(b, op);
    wb_u64(b, x);
}
static inline void wb_i32(wb *b, uint32_t v) {
    wb_op(b, TNI_OP_I32_CONST);
    wb_s64(b, (int32_t)v);
}
static inline void wb_i64(wb *b, uint64_t v) {
    wb_op(b, TNI_OP_I64_CONST);
    wb_s64(b, (int64_t)v);
}
static inline void wb_f32(wb *b, uint32_t bits) {
    uint8_t bytes[4];
    little_put(bytes, bits, 4);
    wb_op(b, TNI_OP_F32_CONST);
    wb_put(b, bytes, 4);
}
static inline void wb_f64(wb *b, uint64_t bits) {
    uint8_t bytes[8];
    little_put(bytes, bits, 8);
    wb_op(b, TNI_OP_F64_CONST);
    wb_put(b, bytes, 8);
}
static inline void wb_mem(wb *b, tni_op op, unsigned align_log2, uint64_t offset) {
    wb_op(b, op);
    wb_u64(b, align_log2);
    wb_u64(b, offset);
}

/* -- modules -- */

enum { MB_SECTIONS = 14 };

typedef struct mb {
    wb section[MB_SECTIONS];
    unsigned entries[MB_SECTIONS];
    unsigned funcs, tables, memories, globals, types;
    bool has_start;
    unsigned start;
} mb;

static inline unsigned mb_valtype(char c) {
    switch (c) {
    case 'i': return 0x7f;
    case 'I': return 0x7e;
    case 'f': return 0x7d;
    case 'F': return 0x7c;
    case 'v': return 0x7b;
    case 'r': return 0x70;
    case 'e': return 0x6f;
    }
    abort();
}

static inline unsigned mb_type(mb *m, const char *sig) {
    wb *s = &m->section[1];
    const char *colon = strchr(sig, ':');
    wb_byte(s, 0x60);
    wb_u64(s, (size_t)(colon - sig));
    for (const char *p = sig; p < colon; p++) {
        wb_byte(s, mb_valtype(*p));
    }
    wb_u64(s, strlen(colon + 1));
    for (const char *p = colon + 1; *p != 0; p++) {
        wb_byte(s, mb_valtype(*p));
    }
    m->entries[1]++;
    return m->types++;
}

static inline void mb_limits(wb *s, bool is_64, uint64_t min, int64_t max) {
    wb_byte(s, (is_64 ? 4 : 0) | (max >= 0 ? 1 : 0));
    wb_u64(s, min);
    if (max >= 0) {
        wb_u64(s, (uint64_t)max);
    }
}

static inline wb *mb_import(mb *m, const char *module, const char *name, unsigned kind) {
    wb *s = &m->section[2];
    wb_name(s, module);
    wb_name(s, name);
    wb_byte(s, kind);
    m->entries[2]++;
    return s;
}
static inline unsigned mb_import_func(mb *m, const char *module, const char *name,
                                      unsigned type) {
    wb_u64(mb_import(m, module, name, 0), type);
    return m->funcs++;
}
static inline unsigned mb_import_table(mb *m, const char *module, const char *name,
                                       uint64_t min, int64_t max) {
    wb *s = mb_import(m, module, name, 1);
    wb_byte(s, 0x70);
    mb_limits(s, false, min, max);
    return m->tables++;
}
static inline unsigned mb_import_memory(mb *m, const char *module, const char *name,
                                        uint64_t min, int64_t max) {
    mb_limits(mb_import(m, module, name, 2), false, min, max);
    return m->memories++;
}
static inline unsigned mb_import_global(mb *m, const char *module, const char *name,
                                        char type, bool is_mutable) {
    wb *s = mb_import(m, module, name, 3);
    wb_byte(s, mb_valtype(type));
    wb_byte(s, is_mutable);
    return m->globals++;
}

/* A function; code without its `end`, which is added. locals: one letter each. */
static inline unsigned mb_func(mb *m, unsigned type, const char *locals, const wb *code) {
    wb_u64(&m->section[3], type);
    m->entries[3]++;
    wb body = {NULL, 0, 0};
    size_t n = strlen(locals);
    wb_u64(&body, n);
    for (size_t i = 0; i < n; i++) {
        wb_u64(&body, 1);
        wb_byte(&body, mb_valtype(locals[i]));
    }
    wb_add(&body, code);
    wb_op(&body, TNI_OP_END);
    wb_u64(&m->section[10], body.count);
    wb_add(&m->section[10], &body);
    m->entries[10]++;
    wb_free(&body);
    return m->funcs++;
}

static inline unsigned mb_table(mb *m, bool is_64, uint64_t min, int64_t max) {
    wb_byte(&m->section[4], 0x70);
    mb_limits(&m->section[4], is_64, min, max);
    m->entries[4]++;
    return m->tables++;
}
static inline unsigned mb_memory(mb *m, bool is_64, uint64_t min, int64_t max) {
    mb_limits(&m->section[5], is_64, min, max);
    m->entries[5]++;
    return m->memories++;
}
/* init without its `end`. */
static inline unsigned mb_global(mb *m, char type, bool is_mutable, const wb *init) {
    wb *s = &m->section[6];
    wb_byte(s, mb_valtype(type));
    wb_byte(s, is_mutable);
    wb_add(s, init);
    wb_op(s, TNI_OP_END);
    m->entries[6]++;
    return m->globals++;
}
static inline void mb_export(mb *m, const char *name, unsigned kind, unsigned index) {
    wb_name(&m->section[7], name);
    wb_byte(&m->section[7], kind);
    wb_u64(&m->section[7], index);
    m->entries[7]++;
}
static inline void mb_start(mb *m, unsigned func) {
    m->has_start = true;
    m->start = func;
}
/* Function indices: active in table 0 at offset, or passive (offset < 0). */
static inline unsigned mb_elem(mb *m, int64_t offset, const unsigned *funcs, unsigned n) {
    wb *s = &m->section[9];
    if (offset >= 0) {
        wb_byte(s, 0);
        wb_i32(s, (uint32_t)offset);
        wb_op(s, TNI_OP_END);
    } else {
        wb_byte(s, 1);
        wb_byte(s, 0);
    }
    wb_u64(s, n);
    for (unsigned i = 0; i < n; i++) {
        wb_u64(s, funcs[i]);
    }
    return m->entries[9]++;
}
static inline unsigned mb_data(mb *m, int64_t offset, const void *bytes, size_t n) {
    wb *s = &m->section[11];
    if (offset >= 0) {
        wb_byte(s, 0);
        wb_i32(s, (uint32_t)offset);
        wb_op(s, TNI_OP_END);
    } else {
        wb_byte(s, 1);
    }
    wb_u64(s, n);
    wb_put(s, bytes, n);
    return m->entries[11]++;
}

/* The module's bytes; m is freed. */
static inline wb mb_finish(mb *m) {
    static const uint8_t header[8] = {0, 'a', 's', 'm', 1, 0, 0, 0};
    static const uint8_t order[] = {1, 2, 3, 4, 5, 13, 6, 7, 8, 9, 12, 10, 11};
    wb out = {NULL, 0, 0};
    wb_put(&out, header, sizeof header);
    for (size_t i = 0; i < sizeof order; i++) {
        unsigned id = order[i];
        wb body = {NULL, 0, 0};
        if (id == 8 && m->has_start) {
            wb_u64(&body, m->start);
        } else if (id == 12 && m->entries[11] > 0) {
            wb_u64(&body, m->entries[11]);
        } else if (m->entries[id] > 0) {
            wb_u64(&body, m->entries[id]);
            wb_add(&body, &m->section[id]);
        }
        if (body.count > 0) {
            wb_byte(&out, id);
            wb_u64(&out, body.count);
            wb_add(&out, &body);
        }
        wb_free(&body);
    }
    for (size_t i = 0; i < MB_SECTIONS; i++) {
        wb_free(&m->section[i]);
    }
    *m = (mb){.funcs = 0};
    return out;
}

#endif
