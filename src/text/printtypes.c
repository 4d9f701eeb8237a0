/* printtypes.c: types as text. Core 3.0, 6.4. */
#include "base/assert.h"
#include "text/printer.h"

static const char *abstract_word(u32 heaptype) {
    switch (heaptype) {
    case TNI_HEAP_FUNC: return "func";
    case TNI_HEAP_NOFUNC: return "nofunc";
    case TNI_HEAP_EXTERN: return "extern";
    case TNI_HEAP_NOEXTERN: return "noextern";
    case TNI_HEAP_ANY: return "any";
    case TNI_HEAP_EQ: return "eq";
    case TNI_HEAP_I31: return "i31";
    case TNI_HEAP_STRUCT: return "struct";
    case TNI_HEAP_ARRAY: return "array";
    case TNI_HEAP_NONE: return "none";
    case TNI_HEAP_EXN: return "exn";
    case TNI_HEAP_NOEXN: return "noexn";
    default: TNI_UNREACHABLE();
    }
}

void tni_print_heaptype(tni_printer *p, tni_buf *out, u32 heaptype) {
    if (heaptype >= TNI_HEAP_CONCRETE) {
        tni_print_index(p, out, TNI_SPACE_TYPE, heaptype - TNI_HEAP_CONCRETE);
    } else {
        tni_buf_format(out, "%s", abstract_word(heaptype));
    }
}

static void print_reftype(tni_printer *p, tni_buf *out, tni_valtype t) {
    u32 heaptype = tni_heap_of(t);
    if (!tni_is_nullable(t) || heaptype >= TNI_HEAP_CONCRETE) {
        tni_buf_str(out, tni_is_nullable(t) ? TNI_STR("(ref null ") : TNI_STR("(ref "));
        tni_print_heaptype(p, out, heaptype);
        tni_buf_byte(out, ')');
        return;
    }
    switch (heaptype) {
    case TNI_HEAP_NONE: tni_buf_str(out, TNI_STR("nullref")); break;
    case TNI_HEAP_NOFUNC: tni_buf_str(out, TNI_STR("nullfuncref")); break;
    case TNI_HEAP_NOEXTERN: tni_buf_str(out, TNI_STR("nullexternref")); break;
    case TNI_HEAP_NOEXN: tni_buf_str(out, TNI_STR("nullexnref")); break;
    default: tni_buf_format(out, "%sref", abstract_word(heaptype)); break;
    }
}

void tni_print_valtype(tni_printer *p, tni_buf *out, tni_valtype t) {
    switch (tni_kind_of(t)) {
    case TNI_KIND_I32: tni_buf_str(out, TNI_STR("i32")); break;
    case TNI_KIND_I64: tni_buf_str(out, TNI_STR("i64")); break;
    case TNI_KIND_F32: tni_buf_str(out, TNI_STR("f32")); break;
    case TNI_KIND_F64: tni_buf_str(out, TNI_STR("f64")); break;
    case TNI_KIND_V128: tni_buf_str(out, TNI_STR("v128")); break;
    case TNI_KIND_I8: tni_buf_str(out, TNI_STR("i8")); break;
    case TNI_KIND_I16: tni_buf_str(out, TNI_STR("i16")); break;
    case TNI_KIND_REF: print_reftype(p, out, t); break;
    case TNI_KIND_BOT: TNI_UNREACHABLE();
    }
}

static bool has_local_id(const tni_printer *p, u32 i) {
    return i < p->local_ids.count && p->local_ids.data[i].len != 0;
}

/* Runs of types without identifiers share their parentheses. */
static void print_params(tni_printer *p, tni_buf *out, const tni_subtype *t, bool named) {
    for (u32 i = 0; i < t->param_count; i++) {
        bool own = named && has_local_id(p, i);
        bool begins = i == 0 || own || (named && has_local_id(p, i - 1));
        if (begins) {
            tni_buf_str(out, i == 0 ? TNI_STR(" (param") : TNI_STR(") (param"));
        }
        if (own) {
            tni_buf_byte(out, ' ');
            tni_buf_str(out, p->local_ids.data[i]);
        }
        tni_buf_byte(out, ' ');
        tni_print_valtype(p, out, t->params[i]);
    }
    if (t->param_count != 0) {
        tni_buf_byte(out, ')');
    }
}

void tni_print_signature(tni_printer *p, tni_buf *out, const tni_subtype *t, bool named) {
    print_params(p, out, t, named);
    if (t->result_count != 0) {
        tni_buf_str(out, TNI_STR(" (result"));
        for (u32 i = 0; i < t->result_count; i++) {
            tni_buf_byte(out, ' ');
            tni_print_valtype(p, out, t->results[i]);
        }
        tni_buf_byte(out, ')');
    }
}

void tni_print_typeuse(tni_printer *p, tni_buf *out, u32 type, bool named) {
    tni_buf_str(out, TNI_STR(" (type "));
    tni_print_index(p, out, TNI_SPACE_TYPE, type);
    tni_buf_byte(out, ')');
    if (type < p->m->type_count && p->m->types[type].kind == TNI_COMP_FUNC) {
        tni_print_signature(p, out, &p->m->types[type], named);
    }
}

void tni_print_limits(tni_buf *out, const tni_limits *l) {
    if (l->is_64) {
        tni_buf_str(out, TNI_STR(" i64"));
    }
    tni_buf_format(out, " %llu", (unsigned long long)l->min);
    if (l->has_max) {
        tni_buf_format(out, " %llu", (unsigned long long)l->max);
    }
    if (l->is_shared) {
        tni_buf_str(out, TNI_STR(" shared"));
    }
}

void tni_print_memtype(tni_buf *out, const tni_memtype *t) {
    tni_print_limits(out, &t->limits);
    if (t->page_log2 != 16) {
        tni_buf_format(out, " (pagesize %llu)", 1ull << t->page_log2);
    }
}

void tni_print_tabletype(tni_printer *p, tni_buf *out, const tni_tabletype *t) {
    tni_print_limits(out, &t->limits);
    tni_buf_byte(out, ' ');
    tni_print_valtype(p, out, t->element);
}

void tni_print_globaltype(tni_printer *p, tni_buf *out, tni_globaltype t) {
    tni_buf_str(out, t.is_mutable ? TNI_STR(" (mut ") : TNI_STR(" "));
    tni_print_valtype(p, out, t.type);
    if (t.is_mutable) {
        tni_buf_byte(out, ')');
    }
}

/* -- type definitions -- */

static void print_fieldtype(tni_printer *p, tni_fieldtype f) {
    if (f.is_mutable) {
        tni_buf_str(p->out, TNI_STR("(mut "));
    }
    tni_print_valtype(p, p->out, f.type);
    if (f.is_mutable) {
        tni_buf_byte(p->out, ')');
    }
}

static void print_comptype(tni_printer *p, const tni_subtype *t) {
    switch ((tni_comptype_kind)t->kind) {
    case TNI_COMP_FUNC:
        tni_buf_str(p->out, TNI_STR("(func"));
        tni_print_signature(p, p->out, t, false);
        break;
    case TNI_COMP_STRUCT:
        tni_buf_str(p->out, TNI_STR("(struct"));
        for (u32 i = 0; i < t->field_count; i++) {
            tni_buf_str(p->out, TNI_STR(" (field "));
            if (has_local_id(p, i)) {
                tni_buf_str(p->out, p->local_ids.data[i]);
                tni_buf_byte(p->out, ' ');
            }
            print_fieldtype(p, t->fields[i]);
            tni_buf_byte(p->out, ')');
        }
        break;
    case TNI_COMP_ARRAY:
        tni_buf_str(p->out, TNI_STR("(array "));
        print_fieldtype(p, t->fields[0]);
        break;
    }
    tni_buf_byte(p->out, ')');
}

void tni_print_subtype(tni_printer *p, const tni_subtype *t) {
    bool is_sub = !t->is_final || t->supertype != TNI_NO_INDEX;
    if (is_sub) {
        tni_buf_str(p->out, t->is_final ? TNI_STR("(sub final ") : TNI_STR("(sub "));
        if (t->supertype != TNI_NO_INDEX) {
            tni_print_index(p, p->out, TNI_SPACE_TYPE, t->supertype);
            tni_buf_byte(p->out, ' ');
        }
    }
    print_comptype(p, t);
    if (is_sub) {
        tni_buf_byte(p->out, ')');
    }
}

static tenon_status print_type(tni_printer *p, u32 x) {
    const tni_subtype *t = &p->m->types[x];
    p->local_ids.count = 0;
    if (t->kind == TNI_COMP_STRUCT && p->fields.count != 0) {
        TNI_TRY(tni_print_field_names(p, x, t->field_count));
    }
    tni_print_line(p);
    tni_buf_str(p->out, TNI_STR("(type"));
    tni_print_binding(p, TNI_SPACE_TYPE, x);
    tni_buf_byte(p->out, ' ');
    tni_print_subtype(p, t);
    tni_buf_byte(p->out, ')');
    p->local_ids.count = 0;
    return TENON_OK;
}

tenon_status tni_print_types(tni_printer *p) {
    for (u32 g = 0; g < p->m->group_count; g++) {
        const tni_rec_group *group = &p->m->groups[g];
        bool is_rec = group->count != 1;
        if (is_rec) {
            tni_print_line(p);
            tni_buf_str(p->out, TNI_STR("(rec"));
            p->indent++;
        }
        for (u32 i = 0; i < group->count; i++) {
            TNI_TRY(print_type(p, group->first + i));
        }
        if (is_rec) {
            p->indent--;
            tni_buf_byte(p->out, ')');
        }
    }
    return TENON_OK;
}
