/* transfer.c: moving values between linear memories, flat values and the host's memory.
 * CanonicalABI.md, "Loading", "Storing", "Flat Lifting", "Flat Lowering".
 *
 * Every function here is a load or lift_flat of definitions.py fused with the store or
 * lower_flat of the same type. On entry places in memory have been checked for bounds and
 * alignment. C recursion is as deep as types nest, which the loader limits. Strings are
 * in transcode.c. */
#include "component/transfer.h"

#include "base/assert.h"
#include "base/unicode.h"
#include "component/resource.h"

#if defined(__BYTE_ORDER__) && __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
enum { LITTLE_ENDIAN_HOST = 0 };
#else
enum { LITTLE_ENDIAN_HOST = 1 };
#endif

/* -- ranges -- */

static bool in_bounds(const tni_side *side, u64 pointer, u64 bytes) {
    return bytes <= side->bytes && pointer <= side->bytes - bytes;
}

static TNI_COLD tenon_status out_of_bounds(tni_transfer *x, tni_range what,
                                           bool from_realloc) {
    bool host = x->src.o->native || x->dst.o->native;
    if (host && from_realloc) {
        return tni_fail(x->e, TNI_ERR_REALLOC_BOUNDS, TENON_NO_OFFSET, NULL);
    }
    switch (what) {
    case TNI_RANGE_LIST:
        return tni_fail(x->e, host ? TNI_ERR_LIST_POINTER : TNI_ERR_LIST_BOUNDS,
                        TENON_NO_OFFSET, NULL);
    case TNI_RANGE_STRING:
        return tni_fail(x->e, host ? TNI_ERR_STRING_POINTER : TNI_ERR_STRING_BOUNDS,
                        TENON_NO_OFFSET, NULL);
    case TNI_RANGE_POINTER: break;
    }
    return tni_fail(x->e, TNI_ERR_POINTER_BOUNDS, TENON_NO_OFFSET, NULL);
}

tenon_status tni_check_source(tni_transfer *x, tni_range what, u64 pointer, u64 bytes,
                              u32 align) {
    if (x->src.o->native) {
        return TENON_OK; /* the host's own pointers are what they are */
    }
    if ((pointer & (align - 1)) != 0) {
        return tni_fail(x->e, TNI_ERR_UNALIGNED, TENON_NO_OFFSET, NULL);
    }
    if (!in_bounds(&x->src, pointer, bytes)) {
        return out_of_bounds(x, what, false);
    }
    return TENON_OK;
}

tenon_status tni_check_allocated(tni_transfer *x, tni_range what, u64 pointer, u64 bytes,
                                 u32 align) {
    if (x->dst.o->native) {
        return TENON_OK;
    }
    if ((pointer & (align - 1)) != 0) {
        return tni_fail(x->e,
                        x->src.o->native ? TNI_ERR_REALLOC_ALIGN : TNI_ERR_UNALIGNED,
                        TENON_NO_OFFSET, NULL);
    }
    if (!in_bounds(&x->dst, pointer, bytes)) {
        return out_of_bounds(x, what, true);
    }
    return TENON_OK;
}

tenon_status tni_lift_pointer(tni_transfer *x, const tenon_type *t, tni_slot pointer,
                              tni_place *out) {
    u32 ptr = x->src.o->ptr;
    u64 at = ptr == TNI_PTR32 ? (u32)pointer : pointer;
    TNI_TRY(tni_check_source(x, TNI_RANGE_POINTER, at, t->size[ptr], t->align[ptr]));
    *out = TNI_MEMORY(at);
    return TENON_OK;
}

tenon_status tni_lower_pointer(tni_transfer *x, const tenon_type *t, u64 pointer,
                               bool from_realloc, tni_place *out) {
    u32 ptr = x->dst.o->ptr;
    u64 at = ptr == TNI_PTR32 ? (u32)pointer : pointer;
    *out = TNI_MEMORY(at);
    if (x->dst.o->native) {
        return TENON_OK;
    }
    if ((at & (t->align[ptr] - 1)) != 0) {
        return tni_fail(x->e,
                        from_realloc && x->src.o->native ? TNI_ERR_REALLOC_ALIGN
                                                         : TNI_ERR_UNALIGNED,
                        TENON_NO_OFFSET, NULL);
    }
    if (!in_bounds(&x->dst, at, t->size[ptr])) {
        return out_of_bounds(x, TNI_RANGE_POINTER, from_realloc);
    }
    return TENON_OK;
}

/* Runs the guest's realloc: it cannot leave its instance, may enter it at any time, and
 * sees context slots of its own. CanonicalABI: LiftLowerContext.reallocate. Where the
 * other end of a stream wrote, nobody has entered the instance: it may have been locked
 * by a trap meanwhile, and a trap here locks it. */
static tenon_status call_realloc(tni_transfer *x, const tni_slot args[4],
                                 tni_slot *result) {
    const tni_side_options *o = x->dst.o;
    u64 ctx[2] = {x->cs->ctx[0], x->cs->ctx[1]};
    if (!o->inst->may_leave) {
        return tni_fail(x->e, TNI_ERR_CANNOT_ENTER, TENON_NO_OFFSET, NULL);
    }
    o->inst->may_leave = false;
    x->cs->ctx[0] = x->cs->ctx[1] = 0;
    tenon_status status = tni_call(x->thread, o->realloc, args, result, x->e);
    x->cs->ctx[0] = ctx[0];
    x->cs->ctx[1] = ctx[1];
    if (status == TENON_EXCEPTION) { /* call_and_trap_on_throw */
        x->e->status = status = TENON_TRAP;
    }
    if (status != TENON_OK) {
        tni_set_entered(o->inst, NULL, true);
        return status;
    }
    o->inst->may_leave = true;
    return TENON_OK;
}

tenon_status tni_reallocate(tni_transfer *x, u64 old, u64 old_bytes, u32 align, u64 bytes,
                            u64 *out) {
    const tni_side_options *o = x->dst.o;
    if (o->native) {
        TNI_ASSERT(old == 0);
        void *p = tni_arena_alloc(x->dst.arena, (size_t)bytes, align);
        if (p == NULL) {
            return tni_no_memory(x->e);
        }
        *out = (u64)(uintptr_t)p;
        return TENON_OK;
    }
    if (o->realloc == NULL) {
        return tni_fail(x->e, TNI_ERR_UNSUPPORTED, TENON_NO_OFFSET, "no realloc option");
    }
    tni_slot args[4] = {old, old_bytes, align, bytes};
    tni_slot result = 0;
    TNI_TRY(call_realloc(x, args, &result));
    *out = o->ptr == TNI_PTR32 ? (u32)result : result;
    tni_side_refresh(&x->src);
    tni_side_refresh(&x->dst);
    return TENON_OK;
}

/* -- numbers in places -- */

/* The host's memory has the host's byte order. */
static u64 load_native(const u8 *p, u32 bytes) {
    u16 h;
    u32 w;
    u64 d;
    switch (bytes) {
    case 1: return *p;
    case 2: memcpy(&h, p, 2); return h;
    case 4: memcpy(&w, p, 4); return w;
    default: memcpy(&d, p, 8); return d;
    }
}

static void store_native(u8 *p, u32 bytes, u64 v) {
    u16 h = (u16)v;
    u32 w = (u32)v;
    switch (bytes) {
    case 1: *p = (u8)v; break;
    case 2: memcpy(p, &h, 2); break;
    case 4: memcpy(p, &w, 4); break;
    default: memcpy(p, &v, 8); break;
    }
}

/* CanonicalABI: load_int, or the next flat value, whose unused high bits are anything. */
static u64 get(const tni_side *side, tni_place s, u32 bytes) {
    if (s.flat) {
        return side->flat[s.at];
    }
    const u8 *p = tni_side_at(side, s.at);
    if (LITTLE_ENDIAN_HOST || side->o->native) {
        return load_native(p, bytes);
    }
    switch (bytes) {
    case 1: return *p;
    case 2: return tni_load_u16(p);
    case 4: return tni_load_u32(p);
    default: return tni_load_u64(p);
    }
}

/* CanonicalABI: store_int, or the next flat value, zero-extended from its core type. */
static void put(const tni_side *side, tni_place d, u32 bytes, u64 v) {
    if (d.flat) {
        side->flat[d.at] = v;
        return;
    }
    u8 *p = tni_side_at(side, d.at);
    if (LITTLE_ENDIAN_HOST || side->o->native) {
        store_native(p, bytes, v);
        return;
    }
    switch (bytes) {
    case 1: *p = (u8)v; break;
    case 2: tni_store_u16(p, (u16)v); break;
    case 4: tni_store_u32(p, (u32)v); break;
    default: tni_store_u64(p, v); break;
    }
}

/* The n-th of two pointer-sized values: of a string or list. */
static u64 get_pointer(const tni_side *side, tni_place s, u32 n) {
    u32 bytes = side->o->ptr == TNI_PTR32 ? 4 : 8;
    u64 v = get(side, s.flat ? TNI_FLAT(s.at + n) : TNI_MEMORY(s.at + n * bytes), bytes);
    return side->o->ptr == TNI_PTR32 ? (u32)v : v;
}

static void put_pointers(const tni_side *side, tni_place d, u64 first, u64 second) {
    u32 bytes = side->o->ptr == TNI_PTR32 ? 4 : 8;
    put(side, d, bytes, first);
    put(side, d.flat ? TNI_FLAT(d.at + 1) : TNI_MEMORY(d.at + bytes), bytes, second);
}

/* CanonicalABI: canonicalize_nan32, on bits. */
static u32 canonicalize_nan32(u32 bits) {
    return (bits & 0x7fffffffu) > 0x7f800000u ? 0x7fc00000u : bits;
}

static u64 canonicalize_nan64(u64 bits) {
    return (bits & INT64_MAX) > UINT64_C(0x7ff0000000000000)
               ? UINT64_C(0x7ff8000000000000)
               : bits;
}

static tenon_status transfer_char(tni_transfer *x, tni_place s, tni_place d) {
    u32 c = (u32)get(&x->src, s, 4); /* CanonicalABI: convert_i32_to_char */
    if (!tni_is_scalar(c)) {
        return tni_fail(x->e, TNI_ERR_BAD_CHAR, TENON_NO_OFFSET, NULL);
    }
    put(&x->dst, d, 4, c);
    return TENON_OK;
}

static tenon_status transfer_enum(tni_transfer *x, const tenon_type *t, tni_place s,
                                  tni_place d) {
    u32 bytes = tni_discriminant_bytes(t->count);
    u32 c = (u32)get(&x->src, s, bytes);
    if (c >= t->count) {
        return tni_fail(x->e, TNI_ERR_BAD_DISCRIMINANT, TENON_NO_OFFSET, NULL);
    }
    put(&x->dst, d, bytes, c);
    return TENON_OK;
}

static void transfer_flags(tni_transfer *x, const tenon_type *t, tni_place s,
                           tni_place d) {
    u32 bytes = tni_flags_bytes(t->count);
    u32 v = (u32)get(&x->src, s, bytes); /* extra bits are ignored */
    put(&x->dst, d, bytes, t->count >= 32 ? v : v & ((UINT32_C(1) << t->count) - 1));
}

/* -- aggregates -- */

static tenon_status transfer_record(tni_transfer *x, const tenon_type *ts, tni_place s,
                                    const tenon_type *td, tni_place d) {
    const u32 *from = ts->offsets[x->src.o->ptr];
    const u32 *to = td->offsets[x->dst.o->ptr];
    u64 flat = 0;
    for (u32 i = 0; i < ts->count; i++) {
        const tenon_type *fs = ts->fields[i].type;
        TNI_TRY(tni_transfer_value(
            x, fs, (tni_place){s.at + (s.flat ? flat : from[i]), s.flat},
            td->fields[i].type, (tni_place){d.at + (d.flat ? flat : to[i]), d.flat}));
        flat += fs->flat_count;
    }
    return TENON_OK;
}

/* A variant, option or result: the number of its cases, and a case's type. */
static u32 case_count(const tenon_type *t) {
    return t->kind == TENON_TYPE_VARIANT ? t->count : 2;
}

static const tenon_type *case_type(const tenon_type *t, u32 c) {
    switch (t->kind) {
    case TENON_TYPE_OPTION: return c == 0 ? NULL : t->element;
    case TENON_TYPE_RESULT: return c == 0 ? t->element : t->other;
    default: return t->fields[c].type;
    }
}

static tni_place payload(const tni_side *side, const tenon_type *t, tni_place p) {
    return p.flat ? TNI_FLAT(p.at + 1) : TNI_MEMORY(p.at + t->payload[side->o->ptr]);
}

static tenon_status transfer_variant(tni_transfer *x, const tenon_type *ts, tni_place s,
                                     const tenon_type *td, tni_place d) {
    u32 bytes = tni_discriminant_bytes(case_count(ts));
    u32 c = (u32)get(&x->src, s, bytes);
    if (c >= case_count(ts)) {
        return tni_fail(x->e, TNI_ERR_BAD_DISCRIMINANT, TENON_NO_OFFSET, NULL);
    }
    put(&x->dst, d, bytes, c);
    const tenon_type *cs = case_type(ts, c);
    u32 used = 1;
    if (cs != NULL) {
        /* Joined flat types: a slot holds an i32 or f32 in its low half whatever it is
         * joined with, so that the coercions of lift_flat_variant and lower_flat_variant
         * leave its bits as they are. */
        TNI_TRY(tni_transfer_value(x, cs, payload(&x->src, ts, s), case_type(td, c),
                                   payload(&x->dst, td, d)));
        used += cs->flat_count;
    }
    if (d.flat) {
        for (u32 i = used; i < td->flat_count; i++) {
            x->dst.flat[d.at + i] = 0;
        }
    }
    return TENON_OK;
}

/* -- lists -- */

/* What a list has for elements: a map has pairs. CanonicalABI: despecialize. */
static const tenon_type *element_of(const tenon_type *t) {
    return t->kind == TENON_TYPE_MAP ? t->fields[0].type : t->element;
}

/* Whether values have the same bytes on both sides, and may be looked at in place. Linear
 * memories are little-endian, native memory is of the host's order. */
static bool is_plain(const tni_transfer *x, const tenon_type *t) {
    bool same_order = LITTLE_ENDIAN_HOST || t->size[x->src.o->ptr] == 1 ||
                      x->src.o->native == x->dst.o->native;
    return same_order && (t->properties & TNI_TYPE_PLAIN) != 0;
}

/* And may move as a block, parts that overlap included. */
static bool is_dense(const tni_transfer *x, const tenon_type *t) {
    return is_plain(x, t) && (t->properties & TNI_TYPE_PADDED) == 0;
}

tenon_status tni_transfer_piece(tni_transfer *x, u64 left, u64 *piece) {
    if (x->thread != NULL) {
        return tni_next_piece(x->thread, left, TNI_UNIT_BYTES_LOG2, piece);
    }
    *piece = left;
    return TENON_OK;
}

tenon_status tni_transfer_look(tni_transfer *x) {
    return x->thread == NULL ? TENON_OK : tni_thread_check(x->thread);
}

tenon_status tni_transfer_bytes(tni_transfer *x, u8 *to, const u8 *from, u64 bytes,
                                bool is_paid) {
    const bool is_up = (uintptr_t)to > (uintptr_t)from;
    u64 n = 0;
    for (u64 done = 0; done < bytes; done += n) {
        n = bytes - done;
        if (!is_paid) {
            TNI_TRY(tni_transfer_piece(x, n, &n));
        } else if (n > TNI_PIECE_BYTES) {
            TNI_TRY(tni_transfer_look(x));
            n = TNI_PIECE_BYTES;
        }
        const u64 at = is_up ? bytes - done - n : done;
        memmove(to + at, from + at, (size_t)n);
    }
    return TENON_OK;
}

/* The bytes of a plain value that belong to its numbers, in runs without a gap: what is
 * between them is padding, which stays as it is. */
enum { MAX_RUNS = 16 };
typedef struct runs {
    u32 count;
    u32 at[MAX_RUNS], bytes[MAX_RUNS];
} runs;

/* Appends the runs of a value of type t at an offset; false when there are too many. */
static bool add_runs(runs *r, const tenon_type *t, u32 at) {
    if ((t->properties & TNI_TYPE_PADDED) == 0) {
        if (r->count > 0 && r->at[r->count - 1] + r->bytes[r->count - 1] == at) {
            r->bytes[r->count - 1] += t->size[0];
            return true;
        }
        if (r->count == MAX_RUNS) {
            return false;
        }
        r->at[r->count] = at;
        r->bytes[r->count++] = t->size[0];
        return true;
    }
    const bool is_list = t->kind == TENON_TYPE_FIXED_LIST;
    for (u32 i = 0; i < t->count; i++) {
        if (!(is_list ? add_runs(r, t->element, at + i * t->element->size[0])
                      : add_runs(r, t->fields[i].type, at + t->offsets[0][i]))) {
            return false;
        }
    }
    return true;
}

/* Copies `bytes` of each of n values that are `step` bytes apart. */
static void copy_column(u8 *to, const u8 *from, u64 step, u64 n, u32 bytes) {
    switch (bytes) {
#define COLUMN(size)                                                                     \
    case size:                                                                           \
        for (; n > 0; n--, to += step, from += step) {                                   \
            memcpy(to, from, size);                                                      \
        }                                                                                \
        break
        COLUMN(1);
        COLUMN(2);
        COLUMN(4);
        COLUMN(8);
        COLUMN(12);
        COLUMN(16);
#undef COLUMN
    default:
        for (; n > 0; n--, to += step, from += step) {
            memcpy(to, from, bytes);
        }
    }
}

/* Copies the runs of n values, a few thousand bytes at a time, so that they are still in
 * the cache when their next column is copied. */
static void copy_runs(const runs *r, u8 *to, const u8 *from, u64 step, u64 n) {
    const u64 most = step < 4096 ? 4096 / step : 1;
    while (n > 0) {
        const u64 some = n < most ? n : most;
        for (u32 i = 0; i < r->count; i++) {
            copy_column(to + r->at[i], from + r->at[i], step, some, r->bytes[i]);
        }
        to += some * step;
        from += some * step;
        n -= some;
    }
}

/* Whether elements may be copied run by run: not when they overlap, since the order would
 * then show. */
static bool find_runs(const tni_transfer *x, const tenon_type *t, const u8 *to,
                      const u8 *from, u64 bytes, runs *r) {
    const uintptr_t a = (uintptr_t)to, b = (uintptr_t)from;
    r->count = 0;
    return is_plain(x, t) && (a < b ? b - a : a - b) >= bytes && add_runs(r, t, 0);
}

tenon_status tni_transfer_elements(tni_transfer *x, const tenon_type *ts, u64 s,
                                   const tenon_type *td, u64 d, u64 count) {
    const u64 step_s = ts->size[x->src.o->ptr], step_d = td->size[x->dst.o->ptr];
    const u64 bytes = count * step_s;
    if (count == 0) {
        return TENON_OK;
    }
    u8 *to = tni_side_at(&x->dst, d), *from = tni_side_at(&x->src, s);
    if (is_dense(x, ts)) {
        return tni_transfer_bytes(x, to, from, bytes, false);
    }
    runs r;
    const bool has_runs = find_runs(x, ts, to, from, bytes, &r);
    u64 paid = 0; /* bytes of the source from the first element on */
    for (u64 i = 0; i < count;) {
        u64 piece;
        TNI_TRY(tni_transfer_piece(x, bytes - paid, &piece));
        paid += piece;
        const u64 end = (paid + step_s - 1) / step_s;
        if (has_runs) {
            copy_runs(&r, to + i * step_d, from + i * step_s, step_s, end - i);
            i = end;
        }
        for (; i < end; i++) {
            TNI_TRY(tni_transfer_value(x, ts, TNI_MEMORY(s + i * step_s), td,
                                       TNI_MEMORY(d + i * step_d)));
        }
    }
    return TENON_OK;
}

/* CanonicalABI: load_list_from_range, store_list_into_range. */
static tenon_status transfer_list(tni_transfer *x, const tenon_type *ts, tni_place s,
                                  const tenon_type *td, tni_place d) {
    u64 begin = get_pointer(&x->src, s, 0);
    u64 count = get_pointer(&x->src, s, 1);
    const tenon_type *es = element_of(ts), *ed = element_of(td);
    u64 size_s = es->size[x->src.o->ptr];
    u32 align = ed->align[x->dst.o->ptr];
    if (count > TNI_MAX_BYTE_LENGTH / size_s) {
        return tni_fail(x->e, TNI_ERR_LIST_TOO_LONG, TENON_NO_OFFSET, NULL);
    }
    TNI_TRY(tni_check_source(x, TNI_RANGE_LIST, begin, count * size_s,
                             es->align[x->src.o->ptr]));
    if (x->dst.views && is_plain(x, es)) {
        u8 *view = tni_side_at(&x->src, begin);
        put_pointers(&x->dst, d, (u64)(uintptr_t)view, count);
        return TENON_OK;
    }
    u64 at, bytes = count * ed->size[x->dst.o->ptr];
    TNI_TRY(tni_reallocate(x, 0, 0, align, bytes, &at));
    TNI_TRY(tni_check_allocated(x, TNI_RANGE_LIST, at, bytes, align));
    TNI_TRY(tni_transfer_elements(x, es, begin, ed, at, count));
    put_pointers(&x->dst, d, at, count);
    return TENON_OK;
}

/* A list of fixed length stands in place; flat, its elements are values one by one. */
static tenon_status transfer_fixed_list(tni_transfer *x, const tenon_type *ts,
                                        tni_place s, const tenon_type *td, tni_place d) {
    const tenon_type *es = ts->element, *ed = td->element;
    u64 step_s = s.flat ? es->flat_count : es->size[x->src.o->ptr];
    u64 step_d = d.flat ? ed->flat_count : ed->size[x->dst.o->ptr];
    if (!s.flat && !d.flat) {
        return tni_transfer_elements(x, es, s.at, ed, d.at, ts->count);
    }
    for (u32 i = 0; i < ts->count; i++) {
        TNI_TRY(tni_transfer_value(x, es, s, ed, d));
        s.at += step_s;
        d.at += step_d;
    }
    return TENON_OK;
}

static tenon_status transfer_string(tni_transfer *x, tni_place s, tni_place d) {
    u64 ptr, length;
    TNI_TRY(tni_transfer_string(x, get_pointer(&x->src, s, 0), get_pointer(&x->src, s, 1),
                                &ptr, &length));
    put_pointers(&x->dst, d, ptr, length);
    return TENON_OK;
}

static tenon_status transfer_handle(tni_transfer *x, const tenon_type *ts, tni_place s,
                                    const tenon_type *td, tni_place d) {
    u32 from = (u32)get(&x->src, s, 4), to = 0;
    TNI_TRY(tni_transfer_handle(x, ts, from, td, &to));
    put(&x->dst, d, 4, to);
    return TENON_OK;
}

static u32 sign_extend(u64 v, u32 bits) {
    u32 sign = UINT32_C(1) << (bits - 1);
    return (((u32)v & (2 * sign - 1)) ^ sign) - sign;
}

tenon_status tni_transfer_value(tni_transfer *x, const tenon_type *ts, tni_place s,
                                const tenon_type *td, tni_place d) {
    const tni_side *from = &x->src, *to = &x->dst;
    switch (ts->kind) {
    case TENON_TYPE_BOOL: {
        u64 v = get(from, s, 1);
        put(to, d, 1, (s.flat ? (u32)v : v) != 0);
        return TENON_OK;
    }
    case TENON_TYPE_U8: put(to, d, 1, (u8)get(from, s, 1)); return TENON_OK;
    case TENON_TYPE_S8: put(to, d, 1, sign_extend(get(from, s, 1), 8)); return TENON_OK;
    case TENON_TYPE_U16: put(to, d, 2, (u16)get(from, s, 2)); return TENON_OK;
    case TENON_TYPE_S16: put(to, d, 2, sign_extend(get(from, s, 2), 16)); return TENON_OK;
    case TENON_TYPE_U32:
    case TENON_TYPE_S32: put(to, d, 4, (u32)get(from, s, 4)); return TENON_OK;
    case TENON_TYPE_U64:
    case TENON_TYPE_S64: put(to, d, 8, get(from, s, 8)); return TENON_OK;
    case TENON_TYPE_F32:
        put(to, d, 4, canonicalize_nan32((u32)get(from, s, 4)));
        return TENON_OK;
    case TENON_TYPE_F64:
        put(to, d, 8, canonicalize_nan64(get(from, s, 8)));
        return TENON_OK;
    case TENON_TYPE_CHAR: return transfer_char(x, s, d);
    case TENON_TYPE_STRING: return transfer_string(x, s, d);
    case TENON_TYPE_LIST:
    case TENON_TYPE_MAP: return transfer_list(x, ts, s, td, d);
    case TENON_TYPE_FIXED_LIST: return transfer_fixed_list(x, ts, s, td, d);
    case TENON_TYPE_RECORD:
    case TENON_TYPE_TUPLE: return transfer_record(x, ts, s, td, d);
    case TENON_TYPE_VARIANT:
    case TENON_TYPE_OPTION:
    case TENON_TYPE_RESULT: return transfer_variant(x, ts, s, td, d);
    case TENON_TYPE_ENUM: return transfer_enum(x, ts, s, d);
    case TENON_TYPE_FLAGS: transfer_flags(x, ts, s, d); return TENON_OK;
    case TENON_TYPE_OWN:
    case TENON_TYPE_BORROW:
    case TENON_TYPE_STREAM:
    case TENON_TYPE_FUTURE:
    case TENON_TYPE_ERROR_CONTEXT: return transfer_handle(x, ts, s, td, d);
    }
    TNI_UNREACHABLE();
}

/* -- handles first -- */

static tenon_status lift_handles(tni_transfer *x, const tenon_type *t, tni_place s);

/* A record or tuple, or a list of fixed length: fields one after another. */
static tenon_status lift_fields(tni_transfer *x, const tenon_type *t, tni_place s) {
    const bool is_list = t->kind == TENON_TYPE_FIXED_LIST;
    const u32 ptr = x->src.o->ptr;
    u64 flat = 0;
    for (u32 i = 0; i < t->count; i++) {
        const tenon_type *f = is_list ? t->element : t->fields[i].type;
        const u64 at = is_list ? (u64)i * f->size[ptr] : t->offsets[ptr][i];
        TNI_TRY(lift_handles(x, f, (tni_place){s.at + (s.flat ? flat : at), s.flat}));
        flat += f->flat_count;
    }
    return TENON_OK;
}

static tenon_status lift_elements(tni_transfer *x, const tenon_type *t, tni_place s) {
    const tenon_type *element = element_of(t);
    const u64 begin = get_pointer(&x->src, s, 0), count = get_pointer(&x->src, s, 1);
    const u64 size = element->size[x->src.o->ptr];
    if (count > TNI_MAX_BYTE_LENGTH / size) {
        return tni_fail(x->e, TNI_ERR_LIST_TOO_LONG, TENON_NO_OFFSET, NULL);
    }
    TNI_TRY(tni_check_source(x, TNI_RANGE_LIST, begin, count * size,
                             element->align[x->src.o->ptr]));
    u64 paid = 0;
    for (u64 i = 0; i < count; i++) {
        if (i * size >= paid) {
            u64 piece;
            TNI_TRY(tni_transfer_piece(x, count * size - paid, &piece));
            paid += piece;
        }
        TNI_TRY(lift_handles(x, element, TNI_MEMORY(begin + i * size)));
    }
    return TENON_OK;
}

/* Lifts the handles of a value, in their order, and leaves the rest for later. */
static tenon_status lift_handles(tni_transfer *x, const tenon_type *t, tni_place s) {
    if ((t->properties & TNI_TYPE_HANDLES) == 0) {
        return TENON_OK;
    }
    switch (t->kind) {
    case TENON_TYPE_RECORD:
    case TENON_TYPE_TUPLE:
    case TENON_TYPE_FIXED_LIST: return lift_fields(x, t, s);
    case TENON_TYPE_LIST:
    case TENON_TYPE_MAP: return lift_elements(x, t, s);
    case TENON_TYPE_VARIANT:
    case TENON_TYPE_OPTION:
    case TENON_TYPE_RESULT: {
        u32 c = (u32)get(&x->src, s, tni_discriminant_bytes(case_count(t)));
        const tenon_type *ct = c < case_count(t) ? case_type(t, c) : NULL;
        return ct == NULL ? TENON_OK : lift_handles(x, ct, payload(&x->src, t, s));
    }
    default: return tni_lift_handle(x, t, (u32)get(&x->src, s, 4));
    }
}

tenon_status tni_transfer_whole(tni_transfer *x, const tenon_type *ts, tni_place s,
                                const tenon_type *td, tni_place d) {
    if (x->src.o->inst != x->dst.o->inst || (ts->properties & TNI_TYPE_HANDLES) == 0) {
        return tni_transfer_value(x, ts, s, td, d);
    }
    tni_lifted_list lifted = {0};
    x->lifted = &lifted;
    tenon_status status = lift_handles(x, ts, s);
    if (status == TENON_OK) {
        status = tni_transfer_value(x, ts, s, td, d);
    }
    x->lifted = NULL;
    tni_vec_free(x->cs->heap, &lifted);
    return status;
}
