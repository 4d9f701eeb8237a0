/* registry.c: interning of recursive groups, subtyping, and types as text.
 * Core 3.0, 3.1.2 (rolling and unrolling), 3.3 (matching).
 *
 * A group is looked up by a key of 32-bit words in which references into the group are
 * relative and all others are ids, so that two groups are equivalent just when their keys
 * are equal. Does not check that indices are in range: the validator has. */
#include "core/registry.h"

#include "base/assert.h"
#include "base/format.h"
#include "base/limits.h"
#include "base/map.h"
#include "base/vec.h"

/* Deftypes never move: chunk k holds FIRST_CHUNK << k of them. */
#define FIRST_CHUNK 64u
#define CHUNK_COUNT 21
/* Ids must fit into the heap type of a tni_valtype. */
#define ID_LIMIT (FIRST_CHUNK * ((1u << CHUNK_COUNT) - 1))

struct tni_registry {
    tni_heap *heap;
    tni_lock lock;
    tni_arena arena; /* keys and the arrays of types; freed with the registry */
    tni_map groups;  /* key to first id */
    u32 count;
    tni_deftype *chunks[CHUNK_COUNT];
};

tenon_status tni_registry_new(tni_heap *h, tni_lock lock, tni_registry **out,
                              tenon_error *e) {
    tni_registry *r = TNI_NEW(h, tni_registry);
    if (r == NULL) {
        return tni_no_memory(e);
    }
    r->heap = h;
    r->lock = lock;
    tni_arena_init(&r->arena, h);
    tni_map_init(&r->groups, h);
    *out = r;
    return TENON_OK;
}

void tni_registry_delete(tni_registry *r) {
    if (r == NULL) {
        return;
    }
    for (u32 k = 0; k < CHUNK_COUNT; k++) {
        TNI_FREE_ARRAY(r->heap, r->chunks[k], (size_t)FIRST_CHUNK << k);
    }
    tni_map_free(&r->groups);
    tni_arena_free(&r->arena);
    TNI_FREE(r->heap, r);
}

/* The chunk of an id, and the number of ids before the chunk plus FIRST_CHUNK. */
static u32 chunk_of(u32 id, u32 *start) {
    u32 n = id / FIRST_CHUNK + 1;
    u32 k = 0;
    while (n >> 1 != 0) {
        n >>= 1;
        k++;
    }
    *start = FIRST_CHUNK << k;
    return k;
}

static tni_deftype *deftype_at(const tni_registry *r, u32 id) {
    u32 start;
    u32 k = chunk_of(id, &start);
    return &r->chunks[k][id + FIRST_CHUNK - start];
}

const tni_deftype *tni_registry_get(const tni_registry *r, u32 id) {
    return deftype_at(r, id);
}

/* -- keys -- */

/* What stands in a key for the heap type of a concrete reference, before its word. */
enum { KEY_INSIDE = 30, KEY_OUTSIDE = 31 };

typedef struct interning {
    tni_registry *r;
    const tni_subtype *group;
    u32 count;
    u32 first;      /* module index of the group's first member */
    const u32 *ids; /* of the types before it */
    u32 base;       /* id of the group's first member */
    TNI_VEC(u32) key;
    bool out_of_memory;
} interning;

static void put_word(interning *in, u32 word) {
    if (!tni_vec_push(in->r->heap, &in->key, word)) {
        in->out_of_memory = true;
    }
}

static void put_index(interning *in, u32 tag, u32 x) {
    if (x >= in->first) {
        put_word(in, tag | KEY_INSIDE << 5);
        put_word(in, x - in->first);
    } else {
        put_word(in, tag | KEY_OUTSIDE << 5);
        put_word(in, in->ids[x]);
    }
}

static void put_type(interning *in, tni_valtype t) {
    if (tni_is_concrete(t)) {
        put_index(in, t & 31u, tni_type_index_of(t));
    } else {
        put_word(in, t);
    }
}

static void put_subtype(interning *in, const tni_subtype *st) {
    bool has_super = st->supertype != TNI_NO_INDEX;
    put_word(in, st->kind | (st->is_final ? 256u : 0) | (has_super ? 512u : 0));
    if (has_super) {
        put_index(in, 0, st->supertype);
    }
    switch (st->kind) {
    case TNI_COMP_FUNC:
        put_word(in, st->param_count);
        put_word(in, st->result_count);
        for (u32 i = 0; i < st->param_count; i++) {
            put_type(in, st->params[i]);
        }
        for (u32 i = 0; i < st->result_count; i++) {
            put_type(in, st->results[i]);
        }
        break;
    default:
        put_word(in, st->field_count);
        for (u32 i = 0; i < st->field_count; i++) {
            put_type(in, st->fields[i].type);
            put_word(in, st->fields[i].is_mutable);
        }
        break;
    }
}

/* -- building -- */

static u32 close_index(const interning *in, u32 x) {
    return x >= in->first ? in->base + (x - in->first) : in->ids[x];
}

static tni_valtype close_type(const interning *in, tni_valtype t) {
    if (!tni_is_concrete(t)) {
        return t;
    }
    u32 id = close_index(in, tni_type_index_of(t));
    return TNI_REFTYPE(tni_is_nullable(t), TNI_HEAP_CONCRETE + id);
}

static bool close_func(const interning *in, const tni_subtype *st, tni_deftype *dt) {
    size_t n = (size_t)st->param_count + st->result_count;
    tni_valtype *types = TNI_ARENA_ARRAY(&in->r->arena, tni_valtype, n);
    if (types == NULL) {
        return false;
    }
    for (u32 i = 0; i < st->param_count; i++) {
        types[i] = close_type(in, st->params[i]);
        dt->param_slots += tni_slots_of(types[i]);
    }
    for (u32 i = 0; i < st->result_count; i++) {
        tni_valtype t = close_type(in, st->results[i]);
        types[st->param_count + i] = t;
        dt->result_slots += tni_slots_of(t);
    }
    dt->sub.params = types;
    dt->sub.results = types + st->param_count;
    return true;
}

static bool close_fields(const interning *in, const tni_subtype *st, tni_deftype *dt) {
    tni_fieldtype *fields =
        TNI_ARENA_ARRAY(&in->r->arena, tni_fieldtype, st->field_count);
    if (fields == NULL) {
        return false;
    }
    dt->is_defaultable = true;
    for (u32 i = 0; i < st->field_count; i++) {
        tni_valtype t = st->fields[i].type;
        dt->is_defaultable &= !tni_is_ref(t) || tni_is_nullable(t);
        fields[i].type = close_type(in, t);
        fields[i].is_mutable = st->fields[i].is_mutable;
    }
    dt->sub.fields = fields;
    return true;
}

static tenon_status build(const interning *in, u32 i, tenon_error *e) {
    const tni_subtype *st = &in->group[i];
    tni_deftype *dt = deftype_at(in->r, in->base + i);
    *dt = (tni_deftype){.sub = *st, .id = in->base + i, .group_start = in->base};
    if (!(st->kind == TNI_COMP_FUNC ? close_func(in, st, dt)
                                    : close_fields(in, st, dt))) {
        return tni_no_memory(e);
    }
    const tni_deftype *super = NULL;
    if (st->supertype != TNI_NO_INDEX) {
        /* Core 3.0, 3.2.11: a supertype comes before its subtypes. */
        TNI_ASSERT(st->supertype < in->first + i);
        dt->sub.supertype = close_index(in, st->supertype);
        super = deftype_at(in->r, dt->sub.supertype);
        dt->depth = super->depth + 1;
        if (dt->depth > TNI_LIMIT_subtype_depth) {
            return tni_fail(e, TNI_ERR_LIMIT, TENON_NO_OFFSET, "depth of sub types");
        }
    }
    u32 *supers = TNI_ARENA_ARRAY(&in->r->arena, u32, dt->depth + 1);
    if (supers == NULL) {
        return tni_no_memory(e);
    }
    if (super != NULL) {
        memcpy(supers, super->supers, dt->depth * sizeof *supers);
    }
    supers[dt->depth] = dt->id;
    dt->supers = supers;
    return TENON_OK;
}

/* Makes room for ids up to count, which no reader knows yet. */
static tenon_status reserve(tni_registry *r, u32 count, tenon_error *e) {
    if (count > ID_LIMIT - r->count) {
        return tni_fail(e, TNI_ERR_LIMIT, TENON_NO_OFFSET, "types of an engine");
    }
    if (count == 0) {
        return TENON_OK;
    }
    u32 start;
    for (u32 k = 0, last = chunk_of(r->count + count - 1, &start); k <= last; k++) {
        if (r->chunks[k] != NULL) {
            continue;
        }
        r->chunks[k] = TNI_NEW_ARRAY(r->heap, tni_deftype, (size_t)FIRST_CHUNK << k);
        if (r->chunks[k] == NULL) {
            return tni_no_memory(e);
        }
    }
    return TENON_OK;
}

static tenon_status build_group(interning *in, tenon_error *e) {
    tni_registry *r = in->r;
    TNI_TRY(reserve(r, in->count, e));
    for (u32 i = 0; i < in->count; i++) {
        TNI_TRY(build(in, i, e));
    }
    tni_str key = {(const char *)in->key.data, in->key.count * sizeof(u32)};
    key = tni_arena_str(&r->arena, key);
    if (key.ptr == NULL || !tni_map_put(&r->groups, key, in->base)) {
        return tni_no_memory(e);
    }
    r->count += in->count;
    return TENON_OK;
}

static tenon_status intern(interning *in, u32 *base, tenon_error *e) {
    tni_registry *r = in->r;
    put_word(in, in->count);
    for (u32 i = 0; i < in->count; i++) {
        put_subtype(in, &in->group[i]);
    }
    if (in->out_of_memory) {
        return tni_no_memory(e);
    }
    tni_str key = {(const char *)in->key.data, in->key.count * sizeof(u32)};
    u64 *known = tni_map_get(&r->groups, key);
    if (known != NULL) {
        *base = (u32)*known;
        return TENON_OK;
    }
    in->base = r->count;
    tni_arena_mark mark = tni_arena_save(&r->arena);
    tenon_status status = build_group(in, e);
    if (status != TENON_OK) {
        tni_arena_restore(&r->arena, mark);
        return status;
    }
    *base = in->base;
    return TENON_OK;
}

tenon_status tni_registry_intern(tni_registry *r, const tni_subtype *group, u32 count,
                                 u32 first, const u32 *ids, u32 *base, tenon_error *e) {
    interning in = {.r = r, .group = group, .count = count, .first = first, .ids = ids};
    tni_lock_acquire(&r->lock);
    tenon_status status = intern(&in, base, e);
    tni_vec_free(r->heap, &in.key);
    tni_lock_release(&r->lock);
    return status;
}

/* -- subtyping -- */

/* Core 3.0, 3.3.3: the abstract heap types above each abstract one, itself included. */
#define ABOVE(ht) (1u << TNI_HEAP_##ht)
static const u32 supertypes[] = {
    [TNI_HEAP_FUNC] = ABOVE(FUNC),
    [TNI_HEAP_NOFUNC] = ABOVE(NOFUNC) | ABOVE(FUNC),
    [TNI_HEAP_EXTERN] = ABOVE(EXTERN),
    [TNI_HEAP_NOEXTERN] = ABOVE(NOEXTERN) | ABOVE(EXTERN),
    [TNI_HEAP_ANY] = ABOVE(ANY),
    [TNI_HEAP_EQ] = ABOVE(EQ) | ABOVE(ANY),
    [TNI_HEAP_I31] = ABOVE(I31) | ABOVE(EQ) | ABOVE(ANY),
    [TNI_HEAP_STRUCT] = ABOVE(STRUCT) | ABOVE(EQ) | ABOVE(ANY),
    [TNI_HEAP_ARRAY] = ABOVE(ARRAY) | ABOVE(EQ) | ABOVE(ANY),
    [TNI_HEAP_NONE] =
        ABOVE(NONE) | ABOVE(I31) | ABOVE(STRUCT) | ABOVE(ARRAY) | ABOVE(EQ) | ABOVE(ANY),
    [TNI_HEAP_EXN] = ABOVE(EXN),
    [TNI_HEAP_NOEXN] = ABOVE(NOEXN) | ABOVE(EXN),
};
#undef ABOVE

static tni_heaptype abstract_of(const tni_deftype *dt) {
    switch (dt->sub.kind) {
    case TNI_COMP_FUNC: return TNI_HEAP_FUNC;
    case TNI_COMP_STRUCT: return TNI_HEAP_STRUCT;
    default: return TNI_HEAP_ARRAY;
    }
}

/* Core 3.0, 3.3.10 */
bool tni_deftype_matches(const tni_registry *r, u32 sub_id, u32 super_id) {
    if (sub_id == super_id) {
        return true;
    }
    const tni_deftype *sub = deftype_at(r, sub_id);
    const tni_deftype *super = deftype_at(r, super_id);
    return super->depth < sub->depth && sub->supers[super->depth] == super_id;
}

/* Core 3.0, 3.3.3 */
bool tni_heaptype_matches(const tni_registry *r, u32 sub, u32 super) {
    if (sub == super || sub == TNI_HEAP_BOT) {
        return true;
    }
    if (super == TNI_HEAP_BOT) {
        return false;
    }
    if (sub >= TNI_HEAP_CONCRETE) {
        if (super >= TNI_HEAP_CONCRETE) {
            return tni_deftype_matches(r, sub - TNI_HEAP_CONCRETE,
                                       super - TNI_HEAP_CONCRETE);
        }
        sub = abstract_of(deftype_at(r, sub - TNI_HEAP_CONCRETE));
        return (supertypes[sub] >> super & 1) != 0;
    }
    if (super >= TNI_HEAP_CONCRETE) {
        super = abstract_of(deftype_at(r, super - TNI_HEAP_CONCRETE));
        return sub == (super == TNI_HEAP_FUNC ? TNI_HEAP_NOFUNC : TNI_HEAP_NONE);
    }
    return (supertypes[sub] >> super & 1) != 0;
}

/* Core 3.0, 3.3.4 and 3.3.5 */
bool tni_valtype_matches(const tni_registry *r, tni_valtype sub, tni_valtype super) {
    if (sub == super || sub == TNI_BOT) {
        return true;
    }
    if (!tni_is_ref(sub) || !tni_is_ref(super)) {
        return false;
    }
    if (tni_is_nullable(sub) && !tni_is_nullable(super)) {
        return false;
    }
    return tni_heaptype_matches(r, tni_heap_of(sub), tni_heap_of(super));
}

/* Core 3.0, 3.3.11; address types and sharing must be the same */
static bool limits_match(const tni_limits *sub, const tni_limits *super) {
    return sub->is_64 == super->is_64 && sub->is_shared == super->is_shared &&
           sub->min >= super->min &&
           (!super->has_max || (sub->has_max && sub->max <= super->max));
}

/* Core 3.0, 3.3.12 to 3.3.16. Closed types that match both ways have equal bits. */
bool tni_externtype_matches(const tni_registry *r, const tni_externtype *sub,
                            const tni_externtype *super) {
    if (sub->kind != super->kind) {
        return false;
    }
    switch (sub->kind) {
    case TNI_EXTERN_FUNC: return tni_deftype_matches(r, sub->as.func, super->as.func);
    case TNI_EXTERN_TAG: return sub->as.func == super->as.func;
    case TNI_EXTERN_TABLE:
        return limits_match(&sub->as.table.limits, &super->as.table.limits) &&
               sub->as.table.element == super->as.table.element;
    case TNI_EXTERN_MEMORY:
        return limits_match(&sub->as.memory.limits, &super->as.memory.limits) &&
               sub->as.memory.page_log2 == super->as.memory.page_log2;
    case TNI_EXTERN_GLOBAL:
        if (sub->as.global.is_mutable != super->as.global.is_mutable) {
            return false;
        }
        return super->as.global.is_mutable
                   ? sub->as.global.type == super->as.global.type
                   : tni_valtype_matches(r, sub->as.global.type, super->as.global.type);
    }
    return false;
}

/* -- text -- */

static const char *const heap_names[] = {
    [TNI_HEAP_FUNC] = "func",     [TNI_HEAP_NOFUNC] = "nofunc",
    [TNI_HEAP_EXTERN] = "extern", [TNI_HEAP_NOEXTERN] = "noextern",
    [TNI_HEAP_ANY] = "any",       [TNI_HEAP_EQ] = "eq",
    [TNI_HEAP_I31] = "i31",       [TNI_HEAP_STRUCT] = "struct",
    [TNI_HEAP_ARRAY] = "array",   [TNI_HEAP_NONE] = "none",
    [TNI_HEAP_EXN] = "exn",       [TNI_HEAP_NOEXN] = "noexn",
    [TNI_HEAP_BOT] = "bot",
};

/* Core 3.0, 6.4.4: the short forms of nullable references. */
static const char *const short_names[] = {
    [TNI_HEAP_FUNC] = "funcref",       [TNI_HEAP_NOFUNC] = "nullfuncref",
    [TNI_HEAP_EXTERN] = "externref",   [TNI_HEAP_NOEXTERN] = "nullexternref",
    [TNI_HEAP_ANY] = "anyref",         [TNI_HEAP_EQ] = "eqref",
    [TNI_HEAP_I31] = "i31ref",         [TNI_HEAP_STRUCT] = "structref",
    [TNI_HEAP_ARRAY] = "arrayref",     [TNI_HEAP_NONE] = "nullref",
    [TNI_HEAP_EXN] = "exnref",         [TNI_HEAP_NOEXN] = "nullexnref",
    [TNI_HEAP_BOT] = "(ref null bot)",
};

static const char *const kind_names[] = {
    [TNI_KIND_BOT] = "bot", [TNI_KIND_I32] = "i32", [TNI_KIND_I64] = "i64",
    [TNI_KIND_F32] = "f32", [TNI_KIND_F64] = "f64", [TNI_KIND_V128] = "v128",
    [TNI_KIND_REF] = "ref", [TNI_KIND_I8] = "i8",   [TNI_KIND_I16] = "i16",
};

size_t tni_valtype_format(char *buf, size_t capacity, tni_valtype t) {
    if (!tni_is_ref(t)) {
        return tni_format(buf, capacity, "%s", kind_names[tni_kind_of(t)]);
    }
    const char *null = tni_is_nullable(t) ? "null " : "";
    if (tni_is_concrete(t)) {
        return tni_format(buf, capacity, "(ref %s%u)", null, tni_type_index_of(t));
    }
    if (tni_is_nullable(t)) {
        return tni_format(buf, capacity, "%s", short_names[tni_heap_of(t)]);
    }
    return tni_format(buf, capacity, "(ref %s)", heap_names[tni_heap_of(t)]);
}

/* Text cut to a capacity, with the length it wanted. */
typedef struct text {
    char *buf;
    size_t capacity;
    size_t len;
} text;

static size_t text_at(const text *t) {
    return t->len < t->capacity ? t->len : t->capacity;
}

static void put_text(text *t, const char *s) {
    size_t at = text_at(t);
    t->len += tni_format(t->buf + at, t->capacity - at, "%s", s);
}

static void put_valtype(text *t, tni_valtype type) {
    size_t at = text_at(t);
    t->len += tni_valtype_format(t->buf + at, t->capacity - at, type);
}

static void put_list(text *t, const char *head, const tni_valtype *types, u32 count) {
    if (count == 0) {
        return;
    }
    put_text(t, head);
    for (u32 i = 0; i < count; i++) {
        put_text(t, " ");
        put_valtype(t, types[i]);
    }
    put_text(t, ")");
}

static void put_limits(text *t, const tni_limits *l) {
    char number[48];
    put_text(t, l->is_64 ? " i64" : "");
    tni_format(number, sizeof number, " %llu", (unsigned long long)l->min);
    put_text(t, number);
    if (l->has_max) {
        tni_format(number, sizeof number, " %llu", (unsigned long long)l->max);
        put_text(t, number);
    }
    put_text(t, l->is_shared ? " shared" : "");
}

static void put_functype(text *t, const tni_registry *r, u32 id) {
    const tni_subtype *st = &deftype_at(r, id)->sub;
    put_list(t, " (param", st->params, st->param_count);
    put_list(t, " (result", st->results, st->result_count);
}

size_t tni_externtype_format(const tni_registry *r, char *buf, size_t capacity,
                             const tni_externtype *type) {
    text t = {buf, capacity, 0};
    switch (type->kind) {
    case TNI_EXTERN_FUNC:
        put_text(&t, "(func");
        put_functype(&t, r, type->as.func);
        break;
    case TNI_EXTERN_TABLE:
        put_text(&t, "(table");
        put_limits(&t, &type->as.table.limits);
        put_text(&t, " ");
        put_valtype(&t, type->as.table.element);
        break;
    case TNI_EXTERN_MEMORY:
        put_text(&t, "(memory");
        put_limits(&t, &type->as.memory.limits);
        put_text(&t, type->as.memory.page_log2 == 0 ? " (pagesize 1)" : "");
        break;
    case TNI_EXTERN_GLOBAL:
        put_text(&t, type->as.global.is_mutable ? "(global (mut " : "(global ");
        put_valtype(&t, type->as.global.type);
        put_text(&t, type->as.global.is_mutable ? ")" : "");
        break;
    case TNI_EXTERN_TAG:
        put_text(&t, "(tag");
        put_functype(&t, r, type->as.func);
        break;
    }
    put_text(&t, ")");
    return t.len;
}
