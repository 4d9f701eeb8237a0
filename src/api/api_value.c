/* api_value.c: typed views over native memory, for callers without generated types.
 * CanonicalABI.md, "Loading", with the host's pointer width. */
#include "api/api.h"
#include "base/assert.h"

size_t tenon_type_size(const tenon_type *type) {
    TNI_ASSERT((type->properties & TNI_TYPE_LAID_OUT) != 0);
    return type->size[TNI_NATIVE];
}

size_t tenon_type_align(const tenon_type *type) {
    TNI_ASSERT((type->properties & TNI_TYPE_LAID_OUT) != 0);
    return type->align[TNI_NATIVE];
}

static tenon_value part(tenon_value v, const tenon_type *type, size_t offset) {
    return (tenon_value){type, (char *)v.ptr + offset};
}

size_t tenon_value_count(tenon_value v) {
    switch (v.type->kind) {
    case TENON_TYPE_RECORD:
    case TENON_TYPE_TUPLE:
    case TENON_TYPE_FIXED_LIST: return v.type->count;
    case TENON_TYPE_STRING:
    case TENON_TYPE_LIST:
    case TENON_TYPE_MAP: {
        tenon_list list;
        memcpy(&list, v.ptr, sizeof list);
        return list.len;
    }
    default: return 0;
    }
}

tenon_value tenon_value_at(tenon_value v, size_t n) {
    if (n >= tenon_value_count(v)) {
        return (tenon_value){NULL, NULL};
    }
    switch (v.type->kind) {
    case TENON_TYPE_RECORD:
    case TENON_TYPE_TUPLE:
        return part(v, v.type->fields[n].type, v.type->offsets[TNI_NATIVE][n]);
    case TENON_TYPE_FIXED_LIST:
        return part(v, v.type->element, n * tenon_type_size(v.type->element));
    case TENON_TYPE_LIST:
    case TENON_TYPE_MAP: {
        const tenon_type *element =
            v.type->kind == TENON_TYPE_MAP ? v.type->fields[0].type : v.type->element;
        tenon_list list;
        memcpy(&list, v.ptr, sizeof list);
        return (tenon_value){element, (char *)list.ptr + n * tenon_type_size(element)};
    }
    default: return (tenon_value){NULL, NULL};
    }
}

static u32 read_discriminant(const void *ptr, u32 bytes) {
    u8 one;
    u16 two;
    u32 four;
    switch (bytes) {
    case 1: memcpy(&one, ptr, sizeof one); return one;
    case 2: memcpy(&two, ptr, sizeof two); return two;
    default: memcpy(&four, ptr, sizeof four); return four;
    }
}

uint32_t tenon_value_case(tenon_value v) {
    switch (v.type->kind) {
    case TENON_TYPE_VARIANT:
    case TENON_TYPE_ENUM:
        return read_discriminant(v.ptr, tni_discriminant_bytes(v.type->count));
    case TENON_TYPE_OPTION:
    case TENON_TYPE_RESULT: return read_discriminant(v.ptr, 1) != 0;
    default: return 0;
    }
}

tenon_value tenon_value_payload(tenon_value v) {
    u32 which = tenon_value_case(v);
    const tenon_type *type = NULL;
    switch (v.type->kind) {
    case TENON_TYPE_VARIANT:
        type = which < v.type->count ? v.type->fields[which].type : NULL;
        break;
    case TENON_TYPE_OPTION: type = which != 0 ? v.type->element : NULL; break;
    case TENON_TYPE_RESULT: type = which != 0 ? v.type->other : v.type->element; break;
    default: break;
    }
    if (type == NULL) {
        return (tenon_value){NULL, NULL};
    }
    return part(v, type, v.type->payload[TNI_NATIVE]);
}
