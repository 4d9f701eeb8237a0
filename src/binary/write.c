/* write.c: the pieces of the core binary format. Core 3.0, 5.2 to 5.5.
 *
 * Which pieces make a module, and in which order, is the caller's business. */
#include "binary/write.h"
#include "base/assert.h"

void tni_write_header(tni_buf *b) {
    tni_buf_put(b, "\0asm\1\0\0\0", 8);
}

void tni_write_bytes(tni_buf *b, const void *bytes, size_t len) {
    tni_buf_u32(b, (u32)len);
    tni_buf_put(b, bytes, len);
}

void tni_write_name(tni_buf *b, tni_str name) {
    tni_write_bytes(b, name.ptr, name.len);
}

/* A buffer that ran out of memory fails the one it was to be written to. */
static void put_contents(tni_buf *b, const tni_buf *contents) {
    b->failed = b->failed || contents->failed;
    tni_buf_put(b, contents->data, contents->count);
}

void tni_write_section(tni_buf *b, u8 id, const tni_buf *contents) {
    if (contents->count != 0 || contents->failed) {
        tni_buf_byte(b, id);
        tni_buf_u32(b, (u32)contents->count);
        put_contents(b, contents);
    }
}

static size_t leb_bytes(u32 v) {
    size_t n = 1;
    while (v >= 0x80) {
        v >>= 7;
        n++;
    }
    return n;
}

void tni_write_vector_section(tni_buf *b, u8 id, u32 count, const tni_buf *contents) {
    if (count != 0 || contents->failed) {
        tni_buf_byte(b, id);
        tni_buf_u32(b, (u32)(contents->count + leb_bytes(count)));
        tni_buf_u32(b, count);
        put_contents(b, contents);
    }
}

void tni_write_custom(tni_buf *b, tni_str name, const void *bytes, size_t len) {
    tni_buf_byte(b, TNI_SECTION_CUSTOM);
    tni_buf_u32(b, (u32)(leb_bytes((u32)name.len) + name.len + len));
    tni_write_name(b, name);
    tni_buf_put(b, bytes, len);
}

/* Core 3.0, 5.3.3: abstract heap types are negative numbers of one byte. */
static u8 abstract_byte(u32 heaptype) {
    switch (heaptype) {
    case TNI_HEAP_FUNC: return 0x70;
    case TNI_HEAP_NOFUNC: return 0x73;
    case TNI_HEAP_EXTERN: return 0x6f;
    case TNI_HEAP_NOEXTERN: return 0x72;
    case TNI_HEAP_ANY: return 0x6e;
    case TNI_HEAP_EQ: return 0x6d;
    case TNI_HEAP_I31: return 0x6c;
    case TNI_HEAP_STRUCT: return 0x6b;
    case TNI_HEAP_ARRAY: return 0x6a;
    case TNI_HEAP_NONE: return 0x71;
    case TNI_HEAP_EXN: return 0x69;
    case TNI_HEAP_NOEXN: return 0x74;
    default: TNI_UNREACHABLE();
    }
}

void tni_write_heaptype(tni_buf *b, u32 heaptype) {
    if (heaptype >= TNI_HEAP_CONCRETE) {
        tni_buf_s33(b, (i64)heaptype - TNI_HEAP_CONCRETE);
    } else {
        tni_buf_byte(b, abstract_byte(heaptype));
    }
}

static void write_reftype(tni_buf *b, tni_valtype t) {
    u32 heaptype = tni_heap_of(t);
    if (!tni_is_nullable(t)) {
        tni_buf_byte(b, 0x64);
    } else if (heaptype >= TNI_HEAP_CONCRETE) {
        tni_buf_byte(b, 0x63);
    }
    tni_write_heaptype(b, heaptype);
}

void tni_write_valtype(tni_buf *b, tni_valtype t) {
    switch (tni_kind_of(t)) {
    case TNI_KIND_I32: tni_buf_byte(b, 0x7f); break;
    case TNI_KIND_I64: tni_buf_byte(b, 0x7e); break;
    case TNI_KIND_F32: tni_buf_byte(b, 0x7d); break;
    case TNI_KIND_F64: tni_buf_byte(b, 0x7c); break;
    case TNI_KIND_V128: tni_buf_byte(b, 0x7b); break;
    case TNI_KIND_I8: tni_buf_byte(b, 0x78); break;
    case TNI_KIND_I16: tni_buf_byte(b, 0x77); break;
    case TNI_KIND_REF: write_reftype(b, t); break;
    case TNI_KIND_BOT: TNI_UNREACHABLE();
    }
}

static void write_fieldtype(tni_buf *b, tni_fieldtype f) {
    tni_write_valtype(b, f.type);
    tni_buf_byte(b, f.is_mutable ? 1 : 0);
}

void tni_write_comptype(tni_buf *b, const tni_subtype *t) {
    switch ((tni_comptype_kind)t->kind) {
    case TNI_COMP_FUNC:
        tni_buf_byte(b, 0x60);
        tni_buf_u32(b, t->param_count);
        for (u32 i = 0; i < t->param_count; i++) {
            tni_write_valtype(b, t->params[i]);
        }
        tni_buf_u32(b, t->result_count);
        for (u32 i = 0; i < t->result_count; i++) {
            tni_write_valtype(b, t->results[i]);
        }
        break;
    case TNI_COMP_STRUCT:
        tni_buf_byte(b, 0x5f);
        tni_buf_u32(b, t->field_count);
        for (u32 i = 0; i < t->field_count; i++) {
            write_fieldtype(b, t->fields[i]);
        }
        break;
    case TNI_COMP_ARRAY:
        tni_buf_byte(b, 0x5e);
        write_fieldtype(b, t->fields[0]);
        break;
    }
}

/* Core 3.0, 5.3.8: a final type without a supertype is its composite type alone. */
void tni_write_subtype(tni_buf *b, const tni_subtype *t) {
    bool has_super = t->supertype != TNI_NO_INDEX;
    if (!t->is_final || has_super) {
        tni_buf_byte(b, t->is_final ? 0x4f : 0x50);
        tni_buf_u32(b, has_super ? 1 : 0);
        if (has_super) {
            tni_buf_u32(b, t->supertype);
        }
    }
    tni_write_comptype(b, t);
}

static void write_limits(tni_buf *b, const tni_limits *l, u8 more_flags) {
    u8 flags = (u8)((l->has_max ? 1u : 0u) | (l->is_shared ? 2u : 0u) |
                    (l->is_64 ? 4u : 0u) | more_flags);
    tni_buf_byte(b, flags);
    tni_buf_u64(b, l->min);
    if (l->has_max) {
        tni_buf_u64(b, l->max);
    }
}

void tni_write_memtype(tni_buf *b, const tni_memtype *t) {
    write_limits(b, &t->limits, t->page_log2 != 16 ? 8 : 0);
    if (t->page_log2 != 16) {
        tni_buf_u32(b, t->page_log2);
    }
}

void tni_write_tabletype(tni_buf *b, const tni_tabletype *t) {
    write_reftype(b, t->element);
    write_limits(b, &t->limits, 0);
}

void tni_write_globaltype(tni_buf *b, tni_globaltype t) {
    tni_write_valtype(b, t.type);
    tni_buf_byte(b, t.is_mutable ? 1 : 0);
}

void tni_write_externtype(tni_buf *b, const tni_externtype *t) {
    tni_buf_byte(b, (u8)t->kind);
    switch (t->kind) {
    case TNI_EXTERN_TAG:
        tni_buf_byte(b, 0);
        tni_buf_u32(b, t->as.func);
        break;
    case TNI_EXTERN_FUNC: tni_buf_u32(b, t->as.func); break;
    case TNI_EXTERN_TABLE: tni_write_tabletype(b, &t->as.table); break;
    case TNI_EXTERN_MEMORY: tni_write_memtype(b, &t->as.memory); break;
    case TNI_EXTERN_GLOBAL: tni_write_globaltype(b, t->as.global); break;
    }
}

void tni_write_op(tni_buf *b, tni_op op) {
    const tni_op_info *o = &tni_ops[op];
    if (o->prefix == 0) {
        tni_buf_byte(b, (u8)o->code);
    } else {
        tni_buf_byte(b, o->prefix);
        tni_buf_u32(b, o->code);
    }
}

void tni_write_memarg(tni_buf *b, u32 align_log2, u32 memory, u64 offset) {
    tni_buf_u32(b, align_log2 | (memory != 0 ? 0x40u : 0u));
    if (memory != 0) {
        tni_buf_u32(b, memory);
    }
    tni_buf_u64(b, offset);
}
