/* aggregate.c: the typing rules of reference and aggregate instructions.
 * Core 3.0, 3.4.6 to 3.4.9. */
#include "base/assert.h"
#include "binary/readcode.h"
#include "valid/checker.h"

static tni_valtype ref_to(bool nullable, const tni_deftype *dt) {
    return TNI_REFTYPE(nullable, TNI_HEAP_CONCRETE + dt->id);
}

static bool is_packed(tni_valtype t) {
    return tni_kind_of(t) == TNI_KIND_I8 || tni_kind_of(t) == TNI_KIND_I16;
}

/* Core 3.0, 2.3.8: the type of a field's value on the stack. */
static tni_valtype unpacked(tni_valtype t) {
    return is_packed(t) ? TNI_I32 : t;
}

static tenon_status mismatch(tni_checker *c, const char *what) {
    return tni_check_fail(c, TNI_ERR_TYPE_MISMATCH, "%s", what);
}

/* -- references: Core 3.0, 3.4.6 -- */

static tenon_status check_ref_null(tni_checker *c) {
    u32 ht;
    tni_valtype t;
    TNI_TRY(tni_read_heaptype(&c->r, &ht));
    TNI_TRY(tni_close_type(c, TNI_REFTYPE(true, ht), &t));
    return tni_push(c, t);
}

/* Code names only functions that the module names elsewhere too. */
static tenon_status check_ref_func(tni_checker *c) {
    u32 x;
    TNI_TRY(tni_read_u32(&c->r, &x));
    if (x >= c->m->func_count) {
        return tni_check_fail(c, TNI_ERR_UNKNOWN_FUNC, "%u", x);
    }
    if (c->is_const) {
        c->m->declared_funcs[x / 8] |= (u8)(1u << (x % 8));
    } else if ((c->m->declared_funcs[x / 8] >> (x % 8) & 1) == 0) {
        return tni_check_fail(c, TNI_ERR_UNDECLARED_FUNC, "%u", x);
    }
    return tni_push(c, ref_to(false, c->deftypes[c->m->func_types[x]]));
}

static tenon_status check_ref_is_null(tni_checker *c) {
    tni_valtype t;
    TNI_TRY(tni_pop_ref(c, &t));
    return tni_push(c, TNI_I32);
}

static tenon_status check_ref_as_non_null(tni_checker *c) {
    tni_valtype t;
    TNI_TRY(tni_pop_ref(c, &t));
    return tni_push(c, TNI_REFTYPE(false, tni_heap_of(t)));
}

static tenon_status check_ref_eq(tni_checker *c) {
    const tni_valtype eqref = TNI_REFTYPE(true, TNI_HEAP_EQ);
    TNI_TRY(tni_pop(c, eqref));
    TNI_TRY(tni_pop(c, eqref));
    return tni_push(c, TNI_I32);
}

/* The top of a heap type's hierarchy. Core 3.0, 3.3.3 */
static tni_heaptype top_of(const tni_checker *c, u32 ht) {
    static const tni_heaptype tops[] = {TNI_HEAP_FUNC, TNI_HEAP_EXTERN, TNI_HEAP_EXN};
    for (u32 i = 0; i < TNI_COUNT_OF(tops); i++) {
        if (tni_heaptype_matches(c->registry, ht, tops[i])) {
            return tops[i];
        }
    }
    return TNI_HEAP_ANY;
}

static tenon_status check_ref_test(tni_checker *c, bool nullable, bool is_cast) {
    u32 ht;
    tni_valtype t;
    TNI_TRY(tni_read_heaptype(&c->r, &ht));
    TNI_TRY(tni_close_type(c, TNI_REFTYPE(nullable, ht), &t));
    TNI_TRY(tni_pop(c, TNI_REFTYPE(true, top_of(c, tni_heap_of(t)))));
    return tni_push(c, is_cast ? t : TNI_I32);
}

/* Core 3.0, 3.4.9 */
static tenon_status check_convert(tni_checker *c, tni_heaptype from, tni_heaptype to) {
    tni_valtype t;
    TNI_TRY(tni_pop_ref(c, &t));
    if (!tni_heaptype_matches(c->registry, tni_heap_of(t), from)) {
        const tni_valtype wanted = TNI_REFTYPE(true, from);
        return tni_check_types_fail(c, "instruction", &wanted, 1, "stack", &t, 1);
    }
    return tni_push(c, TNI_REFTYPE(tni_is_nullable(t), to));
}

/* Core 3.0, 3.4.8 */
static tenon_status check_i31_get(tni_checker *c) {
    TNI_TRY(tni_pop(c, TNI_REFTYPE(true, TNI_HEAP_I31)));
    return tni_push(c, TNI_I32);
}

/* -- structures: Core 3.0, 3.4.7 -- */

static tenon_status read_struct(tni_checker *c, const tni_deftype **out) {
    u32 x;
    TNI_TRY(tni_read_u32(&c->r, &x));
    TNI_TRY(tni_get_type(c, x, out));
    if ((*out)->sub.kind != TNI_COMP_STRUCT) {
        return tni_check_fail(c, TNI_ERR_TYPE_MISMATCH, "type %u is not a structure type",
                              x);
    }
    return TENON_OK;
}

static tenon_status check_struct_new(tni_checker *c) {
    const tni_deftype *dt;
    TNI_TRY(read_struct(c, &dt));
    /* Once the block's own values are used up, a further one is either missing or free.
     */
    bool used_up = false;
    for (u32 i = dt->sub.field_count; i-- > 0 && !used_up;) {
        used_up = c->vals.count == c->height;
        TNI_TRY(tni_pop(c, unpacked(dt->sub.fields[i].type)));
    }
    return tni_push(c, ref_to(false, dt));
}

static tenon_status check_struct_new_default(tni_checker *c) {
    const tni_deftype *dt;
    TNI_TRY(read_struct(c, &dt));
    if (!dt->is_defaultable) {
        return mismatch(c, "field type is not defaultable");
    }
    return tni_push(c, ref_to(false, dt));
}

static tenon_status read_field(tni_checker *c, const tni_deftype **dt,
                               tni_fieldtype *field) {
    u32 i;
    TNI_TRY(read_struct(c, dt));
    TNI_TRY(tni_read_u32(&c->r, &i));
    if (i >= (*dt)->sub.field_count) {
        return tni_check_fail(c, TNI_ERR_UNKNOWN_FIELD, "%u", i);
    }
    *field = (*dt)->sub.fields[i];
    return TENON_OK;
}

static tenon_status check_struct_get(tni_checker *c, bool with_sign) {
    const tni_deftype *dt;
    tni_fieldtype field;
    TNI_TRY(read_field(c, &dt, &field));
    if (with_sign != is_packed(field.type)) {
        return mismatch(c, with_sign ? "field is unpacked" : "field is packed");
    }
    TNI_TRY(tni_pop(c, ref_to(true, dt)));
    return tni_push(c, unpacked(field.type));
}

static tenon_status check_struct_set(tni_checker *c) {
    const tni_deftype *dt;
    tni_fieldtype field;
    TNI_TRY(read_field(c, &dt, &field));
    if (!field.is_mutable) {
        return tni_check_fail(c, TNI_ERR_IMMUTABLE_FIELD, NULL);
    }
    TNI_TRY(tni_pop(c, unpacked(field.type)));
    return tni_pop(c, ref_to(true, dt));
}

/* -- arrays: Core 3.0, 3.4.7 -- */

static tenon_status read_array(tni_checker *c, const tni_deftype **out) {
    u32 x;
    TNI_TRY(tni_read_u32(&c->r, &x));
    TNI_TRY(tni_get_type(c, x, out));
    if ((*out)->sub.kind != TNI_COMP_ARRAY) {
        return tni_check_fail(c, TNI_ERR_TYPE_MISMATCH, "type %u is not an array type",
                              x);
    }
    return TENON_OK;
}

static tenon_status read_mutable_array(tni_checker *c, const tni_deftype **out) {
    TNI_TRY(read_array(c, out));
    if (!(*out)->sub.fields[0].is_mutable) {
        return tni_check_fail(c, TNI_ERR_IMMUTABLE_ARRAY, NULL);
    }
    return TENON_OK;
}

static tni_valtype element_of(const tni_deftype *dt) {
    return unpacked(dt->sub.fields[0].type);
}

/* Segment operands: from the top, length and offset in the segment. */
static tenon_status pop_segment_range(tni_checker *c) {
    TNI_TRY(tni_pop(c, TNI_I32));
    return tni_pop(c, TNI_I32);
}

static tenon_status check_array_new(tni_checker *c, bool is_default) {
    const tni_deftype *dt;
    TNI_TRY(read_array(c, &dt));
    TNI_TRY(tni_pop(c, TNI_I32));
    if (!is_default) {
        TNI_TRY(tni_pop(c, element_of(dt)));
    } else if (!dt->is_defaultable) {
        return mismatch(c, "array type is not defaultable");
    }
    return tni_push(c, ref_to(false, dt));
}

static tenon_status check_array_new_fixed(tni_checker *c) {
    const tni_deftype *dt;
    u32 count;
    TNI_TRY(read_array(c, &dt));
    TNI_TRY(tni_read_u32(&c->r, &count));
    /* Once the block's own values are used up, popping more changes nothing. */
    u64 there = c->vals.count - c->height;
    u64 pops = count < there + 1 ? count : there + 1;
    for (u64 i = 0; i < pops; i++) {
        TNI_TRY(tni_pop(c, element_of(dt)));
    }
    return tni_push(c, ref_to(false, dt));
}

static tenon_status check_array_data(tni_checker *c, bool is_new) {
    const tni_deftype *dt;
    u32 y;
    TNI_TRY(is_new ? read_array(c, &dt) : read_mutable_array(c, &dt));
    TNI_TRY(tni_read_u32(&c->r, &y));
    if (!c->m->has_data_count) { /* Core 3.0, 5.5.17 */
        return tni_check_fail(c, TNI_ERR_DATA_COUNT_REQUIRED, NULL);
    }
    if (y >= c->m->data_count) {
        return tni_check_fail(c, TNI_ERR_UNKNOWN_DATA, "%u", y);
    }
    if (tni_is_ref(element_of(dt))) {
        return tni_check_fail(c, TNI_ERR_ARRAY_NUMERIC, NULL);
    }
    TNI_TRY(pop_segment_range(c));
    if (is_new) {
        return tni_push(c, ref_to(false, dt));
    }
    TNI_TRY(tni_pop(c, TNI_I32));
    return tni_pop(c, ref_to(true, dt));
}

static tenon_status check_array_elem(tni_checker *c, bool is_new) {
    const tni_deftype *dt;
    u32 y;
    TNI_TRY(is_new ? read_array(c, &dt) : read_mutable_array(c, &dt));
    TNI_TRY(tni_read_u32(&c->r, &y));
    if (y >= c->m->elem_count) {
        return tni_check_fail(c, TNI_ERR_UNKNOWN_ELEM, "%u", y);
    }
    tni_valtype given, wanted = element_of(dt);
    TNI_TRY(tni_close_type(c, c->m->elems[y].type, &given));
    if (!tni_matches(c, given, wanted)) {
        return tni_check_types_fail(c, "array", &wanted, 1, "element segment", &given, 1);
    }
    TNI_TRY(pop_segment_range(c));
    if (is_new) {
        return tni_push(c, ref_to(false, dt));
    }
    TNI_TRY(tni_pop(c, TNI_I32));
    return tni_pop(c, ref_to(true, dt));
}

static tenon_status check_array_get(tni_checker *c, bool with_sign) {
    const tni_deftype *dt;
    TNI_TRY(read_array(c, &dt));
    if (with_sign != is_packed(dt->sub.fields[0].type)) {
        return mismatch(c, with_sign ? "array is unpacked" : "array is packed");
    }
    TNI_TRY(tni_pop(c, TNI_I32));
    TNI_TRY(tni_pop(c, ref_to(true, dt)));
    return tni_push(c, element_of(dt));
}

static tenon_status check_array_set(tni_checker *c) {
    const tni_deftype *dt;
    TNI_TRY(read_mutable_array(c, &dt));
    TNI_TRY(tni_pop(c, element_of(dt)));
    TNI_TRY(tni_pop(c, TNI_I32));
    return tni_pop(c, ref_to(true, dt));
}

static tenon_status check_array_len(tni_checker *c) {
    TNI_TRY(tni_pop(c, TNI_REFTYPE(true, TNI_HEAP_ARRAY)));
    return tni_push(c, TNI_I32);
}

static tenon_status check_array_fill(tni_checker *c) {
    const tni_deftype *dt;
    TNI_TRY(read_mutable_array(c, &dt));
    TNI_TRY(tni_pop(c, TNI_I32));
    TNI_TRY(tni_pop(c, element_of(dt)));
    TNI_TRY(tni_pop(c, TNI_I32));
    return tni_pop(c, ref_to(true, dt));
}

static tenon_status check_array_copy(tni_checker *c) {
    const tni_deftype *to, *from;
    TNI_TRY(read_mutable_array(c, &to));
    TNI_TRY(read_array(c, &from));
    /* Core 3.0, 3.3.9: packed types match only themselves. */
    if (!tni_matches(c, from->sub.fields[0].type, to->sub.fields[0].type)) {
        return tni_check_fail(c, TNI_ERR_ARRAY_MISMATCH, NULL);
    }
    TNI_TRY(tni_pop(c, TNI_I32));
    TNI_TRY(tni_pop(c, TNI_I32));
    TNI_TRY(tni_pop(c, ref_to(true, from)));
    TNI_TRY(tni_pop(c, TNI_I32));
    return tni_pop(c, ref_to(true, to));
}

tenon_status tni_check_aggregate(tni_checker *c, tni_op op) {
    switch (op) {
    case TNI_OP_REF_NULL: return check_ref_null(c);
    case TNI_OP_REF_FUNC: return check_ref_func(c);
    case TNI_OP_REF_IS_NULL: return check_ref_is_null(c);
    case TNI_OP_REF_AS_NON_NULL: return check_ref_as_non_null(c);
    case TNI_OP_REF_EQ: return check_ref_eq(c);
    case TNI_OP_REF_TEST: return check_ref_test(c, false, false);
    case TNI_OP_REF_TEST_NULL: return check_ref_test(c, true, false);
    case TNI_OP_REF_CAST: return check_ref_test(c, false, true);
    case TNI_OP_REF_CAST_NULL: return check_ref_test(c, true, true);
    case TNI_OP_ANY_CONVERT_EXTERN:
        return check_convert(c, TNI_HEAP_EXTERN, TNI_HEAP_ANY);
    case TNI_OP_EXTERN_CONVERT_ANY:
        return check_convert(c, TNI_HEAP_ANY, TNI_HEAP_EXTERN);
    case TNI_OP_REF_I31:
        TNI_TRY(tni_pop(c, TNI_I32));
        return tni_push(c, TNI_REFTYPE(false, TNI_HEAP_I31));
    case TNI_OP_I31_GET_S:
    case TNI_OP_I31_GET_U: return check_i31_get(c);
    case TNI_OP_STRUCT_NEW: return check_struct_new(c);
    case TNI_OP_STRUCT_NEW_DEFAULT: return check_struct_new_default(c);
    case TNI_OP_STRUCT_GET: return check_struct_get(c, false);
    case TNI_OP_STRUCT_GET_S:
    case TNI_OP_STRUCT_GET_U: return check_struct_get(c, true);
    case TNI_OP_STRUCT_SET: return check_struct_set(c);
    case TNI_OP_ARRAY_NEW: return check_array_new(c, false);
    case TNI_OP_ARRAY_NEW_DEFAULT: return check_array_new(c, true);
    case TNI_OP_ARRAY_NEW_FIXED: return check_array_new_fixed(c);
    case TNI_OP_ARRAY_NEW_DATA: return check_array_data(c, true);
    case TNI_OP_ARRAY_INIT_DATA: return check_array_data(c, false);
    case TNI_OP_ARRAY_NEW_ELEM: return check_array_elem(c, true);
    case TNI_OP_ARRAY_INIT_ELEM: return check_array_elem(c, false);
    case TNI_OP_ARRAY_GET: return check_array_get(c, false);
    case TNI_OP_ARRAY_GET_S:
    case TNI_OP_ARRAY_GET_U: return check_array_get(c, true);
    case TNI_OP_ARRAY_SET: return check_array_set(c);
    case TNI_OP_ARRAY_LEN: return check_array_len(c);
    case TNI_OP_ARRAY_FILL: return check_array_fill(c);
    case TNI_OP_ARRAY_COPY: return check_array_copy(c);
    default: TNI_UNREACHABLE();
    }
}
