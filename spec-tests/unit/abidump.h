/* abidump.h: values as JSON, for tools/diff-abi.
 *
 * Numbers of f32 and f64 stand as their bits, or as "nan"; a char is a string; a variant,
 * option or result is an array of the case's name and its payload, if it has one; records
 * and tuples are arrays; flags an array of the labels that are set; own<r> and borrow<r>
 * are the rep. */
#ifndef TENON_ABIDUMP_H
#define TENON_ABIDUMP_H

#include "abigen.h"

static void abi_json_string(abi_text *b, const char *s, size_t len) {
    abi_put(b, "\"");
    for (size_t i = 0; i < len; i++) {
        uint8_t c = (uint8_t)s[i];
        if (c < 0x20 || c == '"' || c == '\\' || c == 0x7f) {
            abi_put(b, "\\u%04x", c);
        } else {
            abi_put(b, "%c", c);
        }
    }
    abi_put(b, "\"");
}

/* The rep of a handle of the host's. */
static uint32_t abi_json_rep(uint32_t handle);

static void abi_json(abi_text *b, tenon_value v);

static void abi_json_parts(abi_text *b, tenon_value v) {
    size_t n = tenon_value_count(v);
    abi_put(b, "[");
    for (size_t i = 0; i < n; i++) {
        abi_put(b, i == 0 ? "" : ",");
        abi_json(b, tenon_value_at(v, i));
    }
    abi_put(b, "]");
}

static void abi_json_case(abi_text *b, tenon_value v) {
    static const char *const options[] = {"none", "some"}, *const results[] = {"ok",
                                                                               "err"};
    uint32_t which = tenon_value_case(v);
    tenon_value payload = tenon_value_payload(v);
    abi_put(b, "[\"%s\"",
            v.type->kind == TENON_TYPE_OPTION   ? options[which]
            : v.type->kind == TENON_TYPE_RESULT ? results[which]
                                                : v.type->fields[which].name);
    if (payload.ptr != NULL) {
        abi_put(b, ",");
        abi_json(b, payload);
    }
    abi_put(b, "]");
}

static void abi_json_flags(abi_text *b, tenon_value v) {
    uint64_t set = abi_read(v.ptr, tenon_type_size(v.type));
    const char *comma = "";
    abi_put(b, "[");
    for (uint32_t i = 0; i < v.type->count; i++) {
        if ((set >> i & 1) != 0) {
            abi_put(b, "%s\"%s\"", comma, v.type->fields[i].name);
            comma = ",";
        }
    }
    abi_put(b, "]");
}

static void abi_json_integer(abi_text *b, tenon_value v) {
    size_t size = tenon_type_size(v.type);
    uint64_t bits = abi_read(v.ptr, size);
    bool is_signed = v.type->kind == TENON_TYPE_S8 || v.type->kind == TENON_TYPE_S16 ||
                     v.type->kind == TENON_TYPE_S32 || v.type->kind == TENON_TYPE_S64;
    if (is_signed && size < 8 && (bits >> (8 * size - 1) & 1) != 0) {
        bits |= UINT64_MAX << 8 * size;
    }
    if (is_signed) {
        abi_put(b, "%lld", (long long)bits);
    } else {
        abi_put(b, "%llu", (unsigned long long)bits);
    }
}

static void abi_json(abi_text *b, tenon_value v) {
    switch (v.type->kind) {
    case TENON_TYPE_BOOL: abi_put(b, abi_read(v.ptr, 1) != 0 ? "true" : "false"); break;
    case TENON_TYPE_F32:
    case TENON_TYPE_F64: {
        size_t size = tenon_type_size(v.type);
        uint64_t bits = abi_read(v.ptr, size);
        if (abi_is_nan(bits, size == 4)) {
            abi_put(b, "\"nan\"");
        } else {
            abi_put(b, "%llu", (unsigned long long)bits);
        }
        break;
    }
    case TENON_TYPE_CHAR: {
        char text[4];
        abi_json_string(b, text, abi_encode_utf8((uint32_t)abi_read(v.ptr, 4), text));
        break;
    }
    case TENON_TYPE_STRING: {
        tenon_string s;
        memcpy(&s, v.ptr, sizeof s);
        abi_json_string(b, s.ptr, s.len);
        break;
    }
    case TENON_TYPE_LIST:
    case TENON_TYPE_MAP:
    case TENON_TYPE_FIXED_LIST:
    case TENON_TYPE_RECORD:
    case TENON_TYPE_TUPLE: abi_json_parts(b, v); break;
    case TENON_TYPE_VARIANT:
    case TENON_TYPE_OPTION:
    case TENON_TYPE_RESULT: abi_json_case(b, v); break;
    case TENON_TYPE_ENUM:
        abi_put(b, "\"%s\"", v.type->fields[tenon_value_case(v)].name);
        break;
    case TENON_TYPE_FLAGS: abi_json_flags(b, v); break;
    case TENON_TYPE_OWN:
    case TENON_TYPE_BORROW:
        abi_put(b, "%u", abi_json_rep((uint32_t)abi_read(v.ptr, 4)));
        break;
    default: abi_json_integer(b, v);
    }
}

#endif
