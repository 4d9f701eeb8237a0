/* gcops.c: the instructions on structures, arrays and i31 references, over operands in
 * slots. Core 3.0, 4.6.6 to 4.6.8. */
#include "exec/gc.h"
#include "base/assert.h"
#include "exec/instance.h"

/* What an instruction works in. t is NULL in constant expressions. */
typedef struct site {
    tni_thread *t;
    tni_instance *i;
    tenon_error *e;
} site;

static tenon_status trap(const site *c, tni_code code) {
    return tni_fail(c->e, code, TENON_NO_OFFSET, NULL);
}

/* Pays for the next piece of `left` elements: how many of them it has. */
static tenon_status next_piece(const site *c, u64 left, u32 *piece) {
    u64 n = left;
    if (c->t != NULL) {
        TNI_TRY(tni_next_piece(c->t, left, TNI_UNIT_ELEMENTS_LOG2, &n));
    }
    *piece = (u32)n;
    return TENON_OK;
}

static const tni_deftype *type_of(const site *c, u32 x) {
    return tni_module_deftype(c->i->module, x);
}

static bool in_bounds(u64 at, u64 n, u64 size) {
    return n <= size && at <= size - n;
}

static u32 low(tni_slot v) {
    return (u32)v;
}

static u32 element_bytes(const tni_deftype *type) {
    return tni_storage_bytes(type->sub.fields[0].type);
}

/* -- making -- */

static tenon_status give(const site *c, tni_slot *s, const tni_object *o) {
    if (o == NULL) {
        return tni_no_memory(c->e);
    }
    s[0] = tni_ref_object(o);
    return TENON_OK;
}

static tenon_status struct_new(const site *c, u32 x, tni_slot *s, bool defaults) {
    const tni_deftype *type = type_of(c, x);
    tni_object *o = tni_struct_new(c->i->store, type);
    if (o != NULL && !defaults) {
        const u32 slots = tni_struct_slot(type, type->sub.field_count);
        memcpy(tni_object_slots(o), s, slots * sizeof *s);
    }
    return give(c, s, o);
}

/* Until it has all of its elements it has none, as a collector sees it. */
static tenon_status array_of(const site *c, const tni_deftype *type, u32 length,
                             tni_object **out) {
    *out = tni_array_new_unset(c->i->store, type, length);
    return *out == NULL ? tni_no_memory(c->e) : TENON_OK;
}

static tenon_status give_array(const site *c, tni_slot *s, tni_object *o, u32 length) {
    o->length = length;
    return give(c, s, o);
}

static tenon_status fill(const site *c, tni_object *o, u32 at, u32 count,
                         const tni_slot *value) {
    u32 n = 0;
    for (u32 done = 0; done < count; done += n) {
        TNI_TRY(next_piece(c, count - done, &n));
        for (u32 k = 0; k < n; k++) {
            tni_element_set(o, at + done + k, value);
        }
    }
    return TENON_OK;
}

/* n elements of the same size that stand in memory as they do in the array. */
static tenon_status copy_in(const site *c, tni_object *o, u32 at, const void *from,
                            u32 count) {
    const size_t bytes = element_bytes(o->type);
    u8 *to = tni_array_bytes(o) + at * bytes;
    u32 n = 0;
    for (u32 done = 0; done < count; done += n) {
        TNI_TRY(next_piece(c, count - done, &n));
        memcpy(to + done * bytes, (const u8 *)from + done * bytes, n * bytes);
    }
    return TENON_OK;
}

static tenon_status array_new(const site *c, u32 x, tni_slot *s) {
    const tni_deftype *type = type_of(c, x);
    const u32 length = low(s[tni_slots_of(type->sub.fields[0].type)]);
    tni_object *o;
    TNI_TRY(array_of(c, type, length, &o));
    TNI_TRY(fill(c, o, 0, length, s));
    return give_array(c, s, o, length);
}

static tenon_status array_new_default(const site *c, u32 x, tni_slot *s) {
    static const tni_slot zero[2] = {0, 0};
    const u32 length = low(s[0]);
    tni_object *o;
    TNI_TRY(array_of(c, type_of(c, x), length, &o));
    TNI_TRY(fill(c, o, 0, length, zero));
    return give_array(c, s, o, length);
}

static tenon_status array_new_fixed(const site *c, u32 x, u32 count, tni_slot *s) {
    const tni_deftype *type = type_of(c, x);
    const u32 slots = tni_slots_of(type->sub.fields[0].type);
    tni_object *o;
    TNI_TRY(array_of(c, type, count, &o));
    u32 n = 0;
    for (u32 done = 0; done < count; done += n) {
        TNI_TRY(next_piece(c, count - done, &n));
        for (u32 k = done; k < done + n; k++) {
            tni_element_set(o, k, s + (size_t)k * slots);
        }
    }
    return give_array(c, s, o, count);
}

/* -- segments -- */

static void read_piece(tni_object *o, u32 at, const u8 *from, u32 n) {
    const u32 bytes = element_bytes(o->type);
    for (u32 k = 0; k < n; k++, from += bytes) {
        tni_slot v[2] = {0, 0};
        switch (bytes) {
        case 1: v[0] = *from; break;
        case 2: v[0] = tni_load_u16(from); break;
        case 4: v[0] = tni_load_u32(from); break;
        case 8: v[0] = tni_load_u64(from); break;
        default:
            v[0] = tni_load_u64(from);
            v[1] = tni_load_u64(from + 8);
            break;
        }
        tni_element_set(o, at + k, v);
    }
}

/* Elements from little-endian bytes. */
static tenon_status read_elements(const site *c, tni_object *o, u32 at, const u8 *from,
                                  u32 count) {
    const size_t bytes = element_bytes(o->type);
    u32 n = 0;
    for (u32 done = 0; done < count; done += n) {
        TNI_TRY(next_piece(c, count - done, &n));
        read_piece(o, at + done, from + done * bytes, n);
    }
    return TENON_OK;
}

static tenon_status array_new_data(const site *c, u32 x, u32 data, tni_slot *s) {
    const tni_deftype *type = type_of(c, x);
    const u32 from = low(s[0]);
    const u32 n = low(s[1]);
    u64 count;
    const u8 *bytes = tni_data_segment(c->i, data, &count);
    if (!in_bounds(from, (u64)n * element_bytes(type), count)) {
        return trap(c, TNI_ERR_MEMORY_BOUNDS);
    }
    tni_object *o;
    TNI_TRY(array_of(c, type, n, &o));
    if (n > 0) { /* else there may be no bytes to point into */
        TNI_TRY(read_elements(c, o, 0, bytes + from, n));
    }
    return give_array(c, s, o, n);
}

static tenon_status array_new_elem(const site *c, u32 x, u32 elem, tni_slot *s) {
    const u32 from = low(s[0]);
    const u32 n = low(s[1]);
    const tni_ref *refs;
    u64 count;
    TNI_TRY(tni_elem_segment(c->i, elem, &refs, &count, c->e));
    if (!in_bounds(from, n, count)) {
        return trap(c, TNI_ERR_TABLE_BOUNDS);
    }
    tni_object *o;
    TNI_TRY(array_of(c, type_of(c, x), n, &o));
    if (n > 0) {
        TNI_TRY(copy_in(c, o, 0, refs + from, n));
    }
    return give_array(c, s, o, n);
}

/* s: array, index there, index in the segment, count. */
static tenon_status array_init_data(const site *c, u32 data, tni_slot *s) {
    if (s[0] == TNI_REF_NULL) {
        return trap(c, TNI_ERR_NULL_ARRAY);
    }
    tni_object *o = tni_object_of(s[0]);
    const u32 n = low(s[3]);
    u64 count;
    const u8 *bytes = tni_data_segment(c->i, data, &count);
    if (!in_bounds(low(s[1]), n, o->length)) {
        return trap(c, TNI_ERR_ARRAY_BOUNDS);
    }
    if (!in_bounds(low(s[2]), (u64)n * element_bytes(o->type), count)) {
        return trap(c, TNI_ERR_MEMORY_BOUNDS);
    }
    return n == 0 ? TENON_OK : read_elements(c, o, low(s[1]), bytes + low(s[2]), n);
}

static tenon_status array_init_elem(const site *c, u32 elem, tni_slot *s) {
    if (s[0] == TNI_REF_NULL) {
        return trap(c, TNI_ERR_NULL_ARRAY);
    }
    tni_object *o = tni_object_of(s[0]);
    const u32 n = low(s[3]);
    const tni_ref *refs;
    u64 count;
    if (!in_bounds(low(s[1]), n, o->length)) {
        return trap(c, TNI_ERR_ARRAY_BOUNDS);
    }
    TNI_TRY(tni_elem_segment(c->i, elem, &refs, &count, c->e));
    if (!in_bounds(low(s[2]), n, count)) {
        return trap(c, TNI_ERR_TABLE_BOUNDS);
    }
    return n == 0 ? TENON_OK : copy_in(c, o, low(s[1]), refs + low(s[2]), n);
}

/* -- reading and writing -- */

static tni_slot extended(tni_op op, tni_valtype storage, tni_slot v) {
    const bool is_signed = op == TNI_OP_STRUCT_GET_S || op == TNI_OP_ARRAY_GET_S;
    switch (tni_kind_of(storage)) {
    case TNI_KIND_I8: return is_signed ? (u32)(i32)(i8)v : (u8)v;
    case TNI_KIND_I16: return is_signed ? (u32)(i32)(i16)v : (u16)v;
    default: return v;
    }
}

/* The storage type of the field that begins at a slot. */
static tni_valtype field_at(const tni_deftype *type, u32 slot) {
    u32 field = 0;
    for (u32 at = 0; at < slot; field++) {
        at += tni_slots_of(type->sub.fields[field].type);
    }
    return type->sub.fields[field].type;
}

static tenon_status struct_get(const site *c, tni_op op, u32 x, u32 slot, tni_slot *s) {
    if (s[0] == TNI_REF_NULL) {
        return trap(c, TNI_ERR_NULL_STRUCT);
    }
    const tni_slot *from = tni_object_slots(tni_object_of(s[0])) + slot;
    const tni_valtype storage = field_at(type_of(c, x), slot);
    if (tni_slots_of(storage) == 2) {
        s[1] = from[1];
    }
    s[0] = extended(op, storage, from[0]);
    return TENON_OK;
}

static tenon_status struct_set(const site *c, u32 x, u32 slot, tni_slot *s) {
    if (s[0] == TNI_REF_NULL) {
        return trap(c, TNI_ERR_NULL_STRUCT);
    }
    tni_slot *to = tni_object_slots(tni_object_of(s[0])) + slot;
    to[0] = s[1];
    if (tni_slots_of(field_at(type_of(c, x), slot)) == 2) {
        to[1] = s[2];
    }
    return TENON_OK;
}

static tenon_status array_get(const site *c, tni_op op, tni_slot *s) {
    if (s[0] == TNI_REF_NULL) {
        return trap(c, TNI_ERR_NULL_ARRAY);
    }
    tni_object *o = tni_object_of(s[0]);
    if (low(s[1]) >= o->length) {
        return trap(c, TNI_ERR_ARRAY_BOUNDS);
    }
    tni_element_get(o, low(s[1]), s);
    s[0] = extended(op, o->type->sub.fields[0].type, s[0]);
    return TENON_OK;
}

static tenon_status array_set(const site *c, tni_slot *s) {
    if (s[0] == TNI_REF_NULL) {
        return trap(c, TNI_ERR_NULL_ARRAY);
    }
    tni_object *o = tni_object_of(s[0]);
    if (low(s[1]) >= o->length) {
        return trap(c, TNI_ERR_ARRAY_BOUNDS);
    }
    tni_element_set(o, low(s[1]), s + 2);
    return TENON_OK;
}

/* s: array, index, value, count. */
static tenon_status array_fill(const site *c, u32 x, tni_slot *s) {
    const u32 n = low(s[2 + tni_slots_of(type_of(c, x)->sub.fields[0].type)]);
    if (s[0] == TNI_REF_NULL) {
        return trap(c, TNI_ERR_NULL_ARRAY);
    }
    tni_object *o = tni_object_of(s[0]);
    if (!in_bounds(low(s[1]), n, o->length)) {
        return trap(c, TNI_ERR_ARRAY_BOUNDS);
    }
    return fill(c, o, low(s[1]), n, s + 2);
}

/* s: array, index, source, index there, count. */
static tenon_status array_copy(const site *c, tni_slot *s) {
    if (s[0] == TNI_REF_NULL || s[2] == TNI_REF_NULL) {
        return trap(c, TNI_ERR_NULL_ARRAY);
    }
    tni_object *dst = tni_object_of(s[0]);
    tni_object *src = tni_object_of(s[2]);
    const u32 n = low(s[4]);
    if (!in_bounds(low(s[1]), n, dst->length) || !in_bounds(low(s[3]), n, src->length)) {
        return trap(c, TNI_ERR_ARRAY_BOUNDS);
    }
    const size_t bytes = element_bytes(dst->type);
    u8 *to = tni_array_bytes(dst) + low(s[1]) * bytes;
    const u8 *from = tni_array_bytes(src) + low(s[3]) * bytes;
    u32 piece = 0;
    for (u32 done = 0; done < n; done += piece) { /* backwards where elements move up */
        TNI_TRY(next_piece(c, n - done, &piece));
        const size_t at = (low(s[1]) > low(s[3]) ? n - done - piece : done) * bytes;
        memmove(to + at, from + at, piece * bytes);
    }
    return TENON_OK;
}

static tenon_status array_len(const site *c, tni_slot *s) {
    if (s[0] == TNI_REF_NULL) {
        return trap(c, TNI_ERR_NULL_ARRAY);
    }
    s[0] = tni_object_of(s[0])->length;
    return TENON_OK;
}

static tenon_status i31_get(const site *c, tni_op op, tni_slot *s) {
    if (s[0] == TNI_REF_NULL) {
        return trap(c, TNI_ERR_NULL_I31);
    }
    const u32 v = low(s[0] >> 1);
    s[0] = op == TNI_OP_I31_GET_U ? v : v | (v & 0x40000000) << 1;
    return TENON_OK;
}

/* x: the heap type's value type (tni_valtype, closed), with its nullability. */
static tenon_status test(const site *c, tni_op op, u32 x, tni_slot *s) {
    const bool fits = tni_ref_matches(c->i->store, s[0], x);
    if (op == TNI_OP_REF_TEST || op == TNI_OP_REF_TEST_NULL) {
        s[0] = fits;
        return TENON_OK;
    }
    return fits ? TENON_OK : trap(c, TNI_ERR_CAST_FAILURE);
}

static tenon_status execute(const site *c, tni_op op, u32 x, u32 y, tni_slot *s) {
    switch (op) {
    case TNI_OP_STRUCT_NEW: return struct_new(c, x, s, false);
    case TNI_OP_STRUCT_NEW_DEFAULT: return struct_new(c, x, s, true);
    case TNI_OP_STRUCT_GET:
    case TNI_OP_STRUCT_GET_S:
    case TNI_OP_STRUCT_GET_U: return struct_get(c, op, x, y, s);
    case TNI_OP_STRUCT_SET: return struct_set(c, x, y, s);
    case TNI_OP_ARRAY_NEW: return array_new(c, x, s);
    case TNI_OP_ARRAY_NEW_DEFAULT: return array_new_default(c, x, s);
    case TNI_OP_ARRAY_NEW_FIXED: return array_new_fixed(c, x, y, s);
    case TNI_OP_ARRAY_NEW_DATA: return array_new_data(c, x, y, s);
    case TNI_OP_ARRAY_NEW_ELEM: return array_new_elem(c, x, y, s);
    case TNI_OP_ARRAY_GET:
    case TNI_OP_ARRAY_GET_S:
    case TNI_OP_ARRAY_GET_U: return array_get(c, op, s);
    case TNI_OP_ARRAY_SET: return array_set(c, s);
    case TNI_OP_ARRAY_LEN: return array_len(c, s);
    case TNI_OP_ARRAY_FILL: return array_fill(c, x, s);
    case TNI_OP_ARRAY_COPY: return array_copy(c, s);
    case TNI_OP_ARRAY_INIT_DATA: return array_init_data(c, y, s);
    case TNI_OP_ARRAY_INIT_ELEM: return array_init_elem(c, y, s);
    case TNI_OP_REF_TEST:
    case TNI_OP_REF_TEST_NULL:
    case TNI_OP_REF_CAST:
    case TNI_OP_REF_CAST_NULL: return test(c, op, x, s);
    /* References look the same on both sides of the conversion. */
    case TNI_OP_ANY_CONVERT_EXTERN:
    case TNI_OP_EXTERN_CONVERT_ANY: return TENON_OK;
    case TNI_OP_REF_I31: s[0] = tni_ref_i31(low(s[0])); return TENON_OK;
    case TNI_OP_I31_GET_S:
    case TNI_OP_I31_GET_U: return i31_get(c, op, s);
    default: TNI_UNREACHABLE();
    }
}

tenon_status tni_gc_op(tni_thread *t, tni_op op, u32 x, u32 y, tni_slot *s) {
    const site c = {t, t->instance, t->error};
    return execute(&c, op, x, y, s);
}

tenon_status tni_gc_const_op(tni_instance *i, tni_op op, u32 x, u32 y, tni_slot *s,
                             tenon_error *e) {
    const site c = {NULL, i, e};
    return execute(&c, op, x, y, s);
}
