/* wast_values.c: values and patterns of scripts against slots. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/numtext.h"
#include "exec/gc.h"
#include "tenon/wast.h"

/* -- text of values, for failures -- */

typedef struct text {
    char *at;
    size_t left;
} text;

TNI_FORMAT(2, 3) static void put(text *t, const char *fmt, ...) {
    va_list args;
    va_start(args, fmt);
    int n = vsnprintf(t->at, t->left, fmt, args);
    va_end(args);
    size_t took = n < 0 ? 0 : (size_t)n < t->left ? (size_t)n : t->left - 1;
    t->at += took;
    t->left -= took;
}

static void put_f32(text *t, u32 bits) {
    char number[TNI_FLOAT_TEXT_BYTES];
    tni_format_f32(number, bits);
    put(t, "f32:%s (0x%08" PRIx32 ")", number, bits);
}

static void put_f64(text *t, u64 bits) {
    char number[TNI_FLOAT_TEXT_BYTES];
    tni_format_f64(number, bits);
    put(t, "f64:%s (0x%016" PRIx64 ")", number, bits);
}

static void put_slots(text *t, tni_valtype type, const tni_slot *s) {
    char name[64];
    switch (tni_kind_of(type)) {
    case TNI_KIND_I32: put(t, "i32:%" PRId32, (i32)s[0]); break;
    case TNI_KIND_I64: put(t, "i64:%" PRId64, (i64)s[0]); break;
    case TNI_KIND_F32: put_f32(t, (u32)s[0]); break;
    case TNI_KIND_F64: put_f64(t, s[0]); break;
    case TNI_KIND_V128: put(t, "v128:0x%016" PRIx64 "%016" PRIx64, s[1], s[0]); break;
    default:
        tni_valtype_format(name, sizeof name, type);
        put(t, "%s:0x%" PRIx64, name, s[0]);
        break;
    }
}

static void put_pattern(text *t, const tni_script_value *v) {
    static const char *const nans[] = {"", " nan:canonical", " nan:arithmetic"};
    switch (v->kind) {
    case TNI_VALUE_I32: put(t, "i32:%" PRId32, (i32)v->bits[0]); break;
    case TNI_VALUE_I64: put(t, "i64:%" PRId64, (i64)v->bits[0]); break;
    case TNI_VALUE_F32:
    case TNI_VALUE_F64:
        if (v->nan[0] != TNI_NAN_NONE) {
            put(t, "%s:%s", v->kind == TNI_VALUE_F32 ? "f32" : "f64",
                nans[v->nan[0]] + 1);
        } else if (v->kind == TNI_VALUE_F32) {
            put_f32(t, (u32)v->bits[0]);
        } else {
            put_f64(t, v->bits[0]);
        }
        break;
    case TNI_VALUE_V128:
        put(t, "v128:0x%016" PRIx64 "%016" PRIx64, v->bits[1], v->bits[0]);
        for (unsigned i = 0; i < 16; i++) {
            if (v->nan[i] != TNI_NAN_NONE) {
                put(t, " lane %u%s", i, nans[v->nan[i]]);
            }
        }
        break;
    case TNI_VALUE_REF_NULL: put(t, "null"); break;
    case TNI_VALUE_REF_EXTERN:
    case TNI_VALUE_REF_HOST:
        put(t, v->kind == TNI_VALUE_REF_HOST ? "host" : "extern");
        if (!v->is_any) {
            put(t, ":%" PRIu64, v->bits[0]);
        }
        break;
    case TNI_VALUE_REF: put(t, "a reference"); break;
    case TNI_VALUE_COMPONENT: put(t, "a component's value"); break;
    case TNI_VALUE_EITHER:
        for (u32 i = 0; i < v->item_count; i++) {
            put(t, i == 0 ? "" : " or ");
            put_pattern(t, &v->items[i]);
        }
        break;
    }
}

/* -- arguments -- */

static bool push_value(wast *w, tni_valtype type, const tni_script_value *v,
                       tni_slot *out) {
    static const u8 kinds[] = {
        [TNI_VALUE_I32] = TNI_KIND_I32,        [TNI_VALUE_I64] = TNI_KIND_I64,
        [TNI_VALUE_F32] = TNI_KIND_F32,        [TNI_VALUE_F64] = TNI_KIND_F64,
        [TNI_VALUE_V128] = TNI_KIND_V128,      [TNI_VALUE_REF_NULL] = TNI_KIND_REF,
        [TNI_VALUE_REF_EXTERN] = TNI_KIND_REF, [TNI_VALUE_REF_HOST] = TNI_KIND_REF,
        [TNI_VALUE_REF] = TNI_KIND_BOT,        [TNI_VALUE_EITHER] = TNI_KIND_BOT,
        [TNI_VALUE_COMPONENT] = TNI_KIND_BOT,
    };
    if (kinds[v->kind] != tni_kind_of(type)) {
        snprintf(w->failure, sizeof w->failure, "an argument is of another type");
        return false;
    }
    out[0] = v->bits[0];
    if (v->kind == TNI_VALUE_V128) {
        out[1] = v->bits[1];
    } else if (v->kind == TNI_VALUE_REF_NULL) {
        out[0] = TNI_REF_NULL;
    } else if (v->kind == TNI_VALUE_REF_EXTERN || v->kind == TNI_VALUE_REF_HOST) {
        out[0] = tni_ref_host(v->bits[0]);
    }
    return true;
}

bool wast_push_args(wast *w, const tni_deftype *type, const tni_script_value *args,
                    uint32_t count, tni_slot *slots) {
    if (count != type->sub.param_count) {
        snprintf(w->failure, sizeof w->failure, "%" PRIu32 " arguments for %" PRIu32,
                 count, type->sub.param_count);
        return false;
    }
    for (u32 i = 0; i < count; i++) {
        if (!push_value(w, type->sub.params[i], &args[i], slots)) {
            return false;
        }
        slots += tni_slots_of(type->sub.params[i]);
    }
    return true;
}

/* -- patterns -- */

/* A NaN of a kind in the low bytes of bits. Core 3.0, 4.3.3. */
static bool is_nan(u64 bits, unsigned bytes, u8 nan) {
    u64 quiet = bytes == 4 ? 0x7fc00000u : 0x7ff8000000000000u;
    u64 magnitude = bytes == 4 ? bits & 0x7fffffffu : bits & INT64_MAX;
    return nan == TNI_NAN_CANONICAL ? magnitude == quiet : (magnitude & quiet) == quiet;
}

static u64 lane(const u64 bits[2], unsigned i, unsigned bytes) {
    unsigned at = i * bytes;
    u64 v = bits[at / 8] >> (at % 8 * 8);
    return bytes == 8 ? v : v & (((u64)1 << (8 * bytes)) - 1);
}

static bool match_lanes(const tni_script_value *v, const u64 *bits, unsigned bytes) {
    for (unsigned i = 0; i < bytes / v->lane_bytes; i++) {
        u64 got = lane(bits, i, v->lane_bytes);
        bool same = v->nan[i] != TNI_NAN_NONE ? is_nan(got, v->lane_bytes, v->nan[i])
                                              : got == lane(v->bits, i, v->lane_bytes);
        if (!same) {
            return false;
        }
    }
    return true;
}

/* Whether a reference that is not null is of an abstract type. */
static bool match_reference(wast *w, tni_valtype type, tni_ref ref, u32 heaptype) {
    const tni_registry *r = w->engine->registry;
    u32 top = heaptype == TNI_HEAP_FUNC  ? TNI_HEAP_FUNC
              : heaptype == TNI_HEAP_EXN ? TNI_HEAP_EXN
                                         : TNI_HEAP_ANY;
    if (!tni_heaptype_matches(r, tni_heap_of(type), top)) {
        return false;
    }
    bool is_i31 = (ref & 1) != 0;
    bool is_host = (ref & 3) == 2;
    switch (heaptype) {
    case TNI_HEAP_I31: return is_i31;
    case TNI_HEAP_EQ: return !is_host;
    case TNI_HEAP_STRUCT:
        return !is_i31 && !is_host && tni_object_of(ref)->kind == TNI_OBJECT_STRUCT;
    case TNI_HEAP_ARRAY:
        return !is_i31 && !is_host && tni_object_of(ref)->kind == TNI_OBJECT_ARRAY;
    default: return true;
    }
}

static bool match(wast *w, tni_valtype type, const tni_slot *s,
                  const tni_script_value *v) {
    switch (v->kind) {
    case TNI_VALUE_I32: return type == TNI_I32 && (u32)s[0] == (u32)v->bits[0];
    case TNI_VALUE_I64: return type == TNI_I64 && s[0] == v->bits[0];
    case TNI_VALUE_F32: {
        u64 bits = (u32)s[0];
        return type == TNI_F32 && match_lanes(v, &bits, 4);
    }
    case TNI_VALUE_F64: return type == TNI_F64 && match_lanes(v, s, 8);
    case TNI_VALUE_V128: return type == TNI_V128 && match_lanes(v, s, 16);
    case TNI_VALUE_REF_NULL: return tni_is_ref(type) && s[0] == TNI_REF_NULL;
    case TNI_VALUE_REF_EXTERN:
        return tni_is_ref(type) &&
               tni_heaptype_matches(w->engine->registry, tni_heap_of(type),
                                    TNI_HEAP_EXTERN) &&
               (v->is_any ? s[0] != TNI_REF_NULL : s[0] == tni_ref_host(v->bits[0]));
    case TNI_VALUE_REF_HOST: return tni_is_ref(type) && s[0] == tni_ref_host(v->bits[0]);
    case TNI_VALUE_REF:
        return tni_is_ref(type) && s[0] != TNI_REF_NULL &&
               match_reference(w, type, s[0], v->heaptype);
    case TNI_VALUE_EITHER:
        for (u32 i = 0; i < v->item_count; i++) {
            if (match(w, type, s, &v->items[i])) {
                return true;
            }
        }
        return false;
    case TNI_VALUE_COMPONENT: return false; /* no core value */
    }
    return false;
}

bool wast_match_results(wast *w, const tni_valtype *types, uint32_t type_count,
                        const tni_slot *slots, const tni_script_value *expected,
                        uint32_t count) {
    bool same = count == type_count;
    const tni_slot *s = slots;
    for (u32 i = 0; i < count && same; i++) {
        same = match(w, types[i], s, &expected[i]);
        s += tni_slots_of(types[i]);
    }
    if (same) {
        return true;
    }
    text t = {w->failure, sizeof w->failure};
    put(&t, "expected");
    for (u32 i = 0; i < count; i++) {
        put(&t, " ");
        put_pattern(&t, &expected[i]);
    }
    put(&t, ", got");
    s = slots;
    for (u32 i = 0; i < type_count; i++) {
        put(&t, " ");
        put_slots(&t, types[i], s);
        s += tni_slots_of(types[i]);
    }
    return false;
}
