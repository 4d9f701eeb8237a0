/* witgen_types.c: which C types an interface needs, in what order, with what names and
 * layouts. CanonicalABI.md, "Alignment", "Element Size". */
#include "witgen/witgen.h"

void witgen_put_snake(tni_buf *b, tni_str name) {
    for (size_t i = 0; i < name.len; i++) {
        char c = name.ptr[i];
        bool upper = c >= 'A' && c <= 'Z';
        bool plain = upper || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
        tni_buf_byte(b, (u8)(upper ? c - 'A' + 'a' : plain ? c : '_'));
    }
}

void witgen_put_upper(tni_buf *b, tni_str name) {
    for (size_t i = 0; i < name.len; i++) {
        char c = name.ptr[i];
        bool lower = c >= 'a' && c <= 'z';
        bool plain = lower || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
        tni_buf_byte(b, (u8)(lower ? c - 'a' + 'A' : plain ? c : '_'));
    }
}

/* Keywords of C and C++, and the names of the generated prototypes' own parameters. */
void witgen_put_ident(tni_buf *b, tni_str name) {
    static const char *const reserved[] = {
        "alignas",  "alignof",      "and",       "asm",       "auto",     "bool",
        "break",    "call",         "case",      "catch",     "char",     "class",
        "concept",  "const",        "constexpr", "continue",  "decltype", "default",
        "delete",   "do",           "double",    "else",      "enum",     "err",
        "explicit", "export",       "extern",    "false",     "float",    "for",
        "friend",   "goto",         "if",        "inline",    "int",      "long",
        "mutable",  "namespace",    "new",       "noexcept",  "not",      "nullptr",
        "operator", "or",           "private",   "protected", "public",   "register",
        "requires", "restrict",     "result",    "ret",       "return",   "short",
        "signed",   "sizeof",       "static",    "struct",    "switch",   "template",
        "this",     "thread-local", "throw",     "true",      "try",      "typedef",
        "typeid",   "typename",     "typeof",    "union",     "unsigned", "user",
        "using",    "virtual",      "void",      "volatile",  "wchar-t",  "while",
        "xor",
    };
    witgen_put_snake(b, name);
    for (size_t i = 0; i < TNI_COUNT_OF(reserved); i++) {
        if (tni_str_eq(name, tni_str_of(reserved[i]))) {
            tni_buf_byte(b, '_');
        }
    }
}

void witgen_put_func(tni_buf *b, const tni_wit_func *f) {
    static const char *const kinds[] = {"", "method_", "static_", "constructor_"};
    tni_buf_str(b, tni_str_of(kinds[f->kind]));
    if (f->resource != NULL) {
        witgen_put_snake(b, f->resource->name);
    }
    if (f->kind != TNI_WIT_CONSTRUCTOR) {
        if (f->resource != NULL) {
            tni_buf_byte(b, '_');
        }
        witgen_put_snake(b, f->name);
    }
}

static tenon_status buf_done(tni_buf *b, tni_arena *a, tni_str *out, tenon_error *e) {
    tni_str text = {(const char *)b->data, b->count};
    *out = b->failed ? (tni_str){NULL, 0} : tni_arena_str(a, text);
    tni_buf_free(b);
    return out->ptr == NULL ? tni_no_memory(e) : TENON_OK;
}

/* The version is part of the name only where several versions of the package meet. */
static bool needs_version(const tni_wit *w, const tni_wit_package *package) {
    for (const tni_wit_package *p = w->packages; p != NULL; p = p->next) {
        if (p != package && tni_str_eq(p->name, package->name)) {
            return true;
        }
    }
    return false;
}

/* Whether the world has an import or export of the interface. */
static bool has_item(const tni_wit_world *w, const tni_wit_interface *i, bool is_export) {
    for (const tni_wit_item *x = w->items; x != NULL; x = x->next) {
        if (x->interface == i && x->is_export == is_export) {
            return true;
        }
    }
    return false;
}

tenon_status witgen_prefix(const witgen *g, const tni_wit_interface *i, tni_str *out) {
    tni_buf b;
    tni_buf_init(&b, g->arena->heap);
    bool exports = g->is_export && g->with_prefix;
    if (g->is_export && i != g->interface) {
        exports =
            has_item(g->world, i, true) && (g->is_guest || has_item(g->world, i, false));
    }
    if (exports) {
        tni_buf_str(&b, TNI_STR("exports_"));
    }
    if (i->id.len > 0) {
        witgen_put_snake(&b, i->package->name);
        if (needs_version(g->wit, i->package)) {
            tni_buf_byte(&b, '_');
            witgen_put_snake(&b, i->package->version);
        }
        tni_buf_byte(&b, '_');
    }
    witgen_put_snake(&b, i->name);
    return buf_done(&b, g->arena, out, g->e);
}

/* -- names -- */

static const struct {
    const char *short_name;
    const char *c_name;
    u8 size;
} simple[] = {
    [TENON_TYPE_BOOL] = {"bool", "bool", 1},
    [TENON_TYPE_S8] = {"s8", "int8_t", 1},
    [TENON_TYPE_U8] = {"u8", "uint8_t", 1},
    [TENON_TYPE_S16] = {"s16", "int16_t", 2},
    [TENON_TYPE_U16] = {"u16", "uint16_t", 2},
    [TENON_TYPE_S32] = {"s32", "int32_t", 4},
    [TENON_TYPE_U32] = {"u32", "uint32_t", 4},
    [TENON_TYPE_S64] = {"s64", "int64_t", 8},
    [TENON_TYPE_U64] = {"u64", "uint64_t", 8},
    [TENON_TYPE_F32] = {"f32", "float", 4},
    [TENON_TYPE_F64] = {"f64", "double", 8},
    [TENON_TYPE_CHAR] = {"char32", "uint32_t", 4},
    [TENON_TYPE_STRING] = {"string", "tenon_string", 0},
    [TENON_TYPE_ERROR_CONTEXT] = {"error_context", "uint32_t", 4},
};

static bool is_simple(const tni_wit_type *t) {
    return t->kind <= TENON_TYPE_ERROR_CONTEXT && t->name.len == 0;
}

tni_wit_interface *witgen_owner(const tni_wit_type *t) {
    return t->name.len > 0 ? t->owner : NULL;
}

/* wit-bindgen's name of a type that is spelled out in place. */
static void put_short_name(witgen_type *t, tni_buf *b) {
    const tni_wit_type *w = t->wit;
    static const char *const words[] = {
        [TENON_TYPE_LIST] = "list",     [TENON_TYPE_FIXED_LIST] = "list",
        [TENON_TYPE_TUPLE] = "tuple",   [TENON_TYPE_OPTION] = "option",
        [TENON_TYPE_RESULT] = "result", [TENON_TYPE_MAP] = "map",
        [TENON_TYPE_OWN] = "own",       [TENON_TYPE_BORROW] = "borrow",
        [TENON_TYPE_STREAM] = "stream", [TENON_TYPE_FUTURE] = "future",
    };
    tni_buf_str(b, tni_str_of(words[w->kind]));
    if (w->kind == TENON_TYPE_TUPLE || w->kind == TENON_TYPE_FIXED_LIST) {
        tni_buf_format(b, "%u", w->count);
    }
    if (w->kind == TENON_TYPE_OWN || w->kind == TENON_TYPE_BORROW) {
        tni_buf_byte(b, '_');
        witgen_put_snake(b, w->element->name);
    }
    for (u32 i = 0; i < t->part_count; i++) {
        tni_buf_byte(b, '_');
        tni_buf_str(b, t->parts[i] == NULL ? TNI_STR("void") : t->parts[i]->short_name);
    }
}

/* -- what a type is made of -- */

static tenon_status type_of(witgen *g, const tni_wit_interface *owner,
                            const tni_wit_type *w, witgen_type **out);

static tenon_status add_part(witgen *g, const tni_wit_interface *owner, witgen_type *t,
                             const tni_wit_type *part) {
    witgen_type **slot = &t->parts[t->part_count++];
    return part == NULL ? TENON_OK : type_of(g, owner, part, slot);
}

static u32 part_slots(const tni_wit_type *w) {
    switch (w->kind) {
    case TENON_TYPE_RECORD:
    case TENON_TYPE_TUPLE:
    case TENON_TYPE_VARIANT: return w->count;
    case TENON_TYPE_RESULT:
    case TENON_TYPE_MAP: return 2;
    case TENON_TYPE_LIST:
    case TENON_TYPE_FIXED_LIST:
    case TENON_TYPE_OPTION:
    case TENON_TYPE_STREAM:
    case TENON_TYPE_FUTURE: return 1;
    default: return 0;
    }
}

static tenon_status add_parts(witgen *g, const tni_wit_interface *owner, witgen_type *t) {
    u32 slots = part_slots(t->wit);
    if (slots == 0) {
        return TENON_OK;
    }
    t->parts = TNI_ARENA_ARRAY(g->arena, witgen_type *, slots);
    if (t->parts == NULL) {
        return tni_no_memory(g->e);
    }
    for (const tni_wit_field *f = t->wit->fields; f != NULL; f = f->next) {
        TNI_TRY(add_part(g, owner, t, f->type));
    }
    if (t->part_count < slots) {
        TNI_TRY(add_part(g, owner, t, t->wit->element));
    }
    return t->part_count < slots ? add_part(g, owner, t, t->wit->other) : TENON_OK;
}

/* A map's native form is a list of this. */
static tenon_status add_pair(witgen *g, const tni_wit_interface *owner, witgen_type *t) {
    tni_wit_type *tuple = TNI_ARENA_NEW(g->arena, tni_wit_type);
    tni_wit_field *fields = TNI_ARENA_ARRAY(g->arena, tni_wit_field, 2);
    if (tuple == NULL || fields == NULL) {
        return tni_no_memory(g->e);
    }
    fields[0].next = &fields[1];
    fields[0].type = t->wit->element;
    fields[1].type = t->wit->other;
    tuple->kind = TENON_TYPE_TUPLE;
    tuple->count = 2;
    tuple->fields = fields;
    return type_of(g, owner, tuple, &t->pair);
}

/* -- layout -- */

static u64 max_u64(u64 a, u64 b) {
    return a > b ? a : b;
}

static u64 discriminant_size(u32 cases) {
    return cases <= 0x100 ? 1 : cases <= 0x10000 ? 2 : 4;
}

static void lay_out_struct(witgen_type *t, int p) {
    u64 size = 0;
    u64 align = 1;
    for (u32 i = 0; i < t->part_count; i++) {
        size = tni_align_up(size, t->parts[i]->align[p]) + t->parts[i]->size[p];
        align = max_u64(align, t->parts[i]->align[p]);
    }
    t->align[p] = align;
    t->size[p] = tni_align_up(size, align);
}

static void lay_out_variant(witgen_type *t, u64 tag, int p) {
    u64 size = 0;
    u64 align = 1;
    for (u32 i = 0; i < t->part_count; i++) {
        if (t->parts[i] != NULL) {
            size = max_u64(size, t->parts[i]->size[p]);
            align = max_u64(align, t->parts[i]->align[p]);
        }
    }
    t->payload[p] = tni_align_up(tag, align);
    t->align[p] = max_u64(tag, align);
    t->size[p] = tni_align_up(t->payload[p] + size, t->align[p]);
}

static void set_layout(witgen_type *t, int p, u64 size, u64 align) {
    t->size[p] = size;
    t->align[p] = align;
}

static void lay_out(witgen_type *t, int p) {
    u64 pointer = p == 0 ? 4 : 8;
    u32 count = t->wit->count;
    if (t->target != NULL) {
        set_layout(t, p, t->target->size[p], t->target->align[p]);
        return;
    }
    switch (t->wit->kind) {
    case TENON_TYPE_RECORD:
    case TENON_TYPE_TUPLE: lay_out_struct(t, p); return;
    case TENON_TYPE_VARIANT: lay_out_variant(t, discriminant_size(count), p); return;
    case TENON_TYPE_OPTION:
    case TENON_TYPE_RESULT: lay_out_variant(t, 1, p); return;
    case TENON_TYPE_ENUM:
        set_layout(t, p, discriminant_size(count), discriminant_size(count));
        return;
    case TENON_TYPE_FLAGS: {
        u64 size = count <= 8 ? 1 : count <= 16 ? 2 : 4;
        set_layout(t, p, size, size);
        return;
    }
    case TENON_TYPE_STRING:
    case TENON_TYPE_LIST:
    case TENON_TYPE_MAP: set_layout(t, p, 2 * pointer, pointer); return;
    case TENON_TYPE_FIXED_LIST:
        set_layout(t, p, t->parts[0]->size[p] * count, t->parts[0]->align[p]);
        return;
    case TENON_TYPE_OWN:
    case TENON_TYPE_BORROW:
    case TENON_TYPE_STREAM:
    case TENON_TYPE_FUTURE:
    case TNI_WIT_RESOURCE: set_layout(t, p, 4, 4); return;
    default:
        set_layout(t, p, simple[t->wit->kind].size, simple[t->wit->kind].size);
        return;
    }
}

/* -- flattening -- */

static void add_flat(witgen_type *t, char flat) {
    if (t->flat_count < WITGEN_MAX_FLAT) {
        t->flat[t->flat_count] = flat;
    }
    if (t->flat_count <= WITGEN_MAX_FLAT) {
        t->flat_count++;
    }
}

static void add_flat_of(witgen_type *t, const witgen_type *part) {
    for (u32 i = 0; i < part->flat_count; i++) {
        add_flat(t, part->flat[i]);
    }
}

/* CanonicalABI: join */
static char join(char a, char b) {
    if (a == b) {
        return a;
    }
    return (a == 'i' && b == 'f') || (a == 'f' && b == 'i') ? 'i' : 'I';
}

static void flatten_variant(witgen_type *t) {
    add_flat(t, 'i');
    for (u32 i = 0; i < t->part_count; i++) {
        const witgen_type *part = t->parts[i];
        for (u32 k = 0; part != NULL && k < part->flat_count; k++) {
            if (k + 1 >= t->flat_count) {
                add_flat(t, part->flat[k]);
            } else if (k + 1 < WITGEN_MAX_FLAT) {
                t->flat[k + 1] = join(t->flat[k + 1], part->flat[k]);
            }
        }
    }
}

static void flatten(witgen_type *t) {
    switch (t->wit->kind) {
    case TENON_TYPE_RECORD:
    case TENON_TYPE_TUPLE:
        for (u32 i = 0; i < t->part_count; i++) {
            add_flat_of(t, t->parts[i]);
        }
        break;
    case TENON_TYPE_FIXED_LIST:
        for (u32 i = 0; i < t->wit->count && t->flat_count <= WITGEN_MAX_FLAT; i++) {
            add_flat_of(t, t->parts[0]);
        }
        break;
    case TENON_TYPE_VARIANT:
    case TENON_TYPE_OPTION:
    case TENON_TYPE_RESULT: flatten_variant(t); break;
    case TENON_TYPE_STRING:
    case TENON_TYPE_LIST:
    case TENON_TYPE_MAP:
        add_flat(t, 'i');
        add_flat(t, 'i');
        break;
    case TENON_TYPE_S64:
    case TENON_TYPE_U64: add_flat(t, 'I'); break;
    case TENON_TYPE_F32: add_flat(t, 'f'); break;
    case TENON_TYPE_F64: add_flat(t, 'F'); break;
    default: add_flat(t, 'i');
    }
}

/* What the type is passed as, and what must be let go of inside it. */
static void look_inside(witgen_type *t) {
    int kind = t->wit->kind;
    t->has_heap =
        kind == TENON_TYPE_STRING || kind == TENON_TYPE_LIST || kind == TENON_TYPE_MAP;
    bool is_end = kind == TENON_TYPE_STREAM || kind == TENON_TYPE_FUTURE;
    t->has_handle = kind == TENON_TYPE_OWN || kind == TENON_TYPE_BORROW ||
                    kind == TENON_TYPE_ERROR_CONTEXT || is_end;
    for (u32 i = 0; i < t->part_count && !is_end; i++) {
        t->has_heap |= t->parts[i] != NULL && t->parts[i]->has_heap;
        t->has_handle |= t->parts[i] != NULL && t->parts[i]->has_handle;
    }
    if (t->target == NULL) {
        flatten(t);
        return;
    }
    t->has_heap = t->target->has_heap;
    t->has_handle = t->target->has_handle;
    t->flat_count = t->target->flat_count;
    memcpy(t->flat, t->target->flat, sizeof t->flat);
}

/* -- resources -- */

static tenon_status resource_index(witgen *g, const tni_wit_type *named, u32 *out) {
    const tni_wit_type *target = tni_wit_target(named);
    witgen_resource **link = &g->resources;
    for (*out = 0; *link != NULL; link = &(*link)->next, ++*out) {
        if ((*link)->target == target) {
            return TENON_OK;
        }
    }
    *link = TNI_ARENA_NEW(g->arena, witgen_resource);
    if (*link == NULL) {
        return tni_no_memory(g->e);
    }
    (*link)->target = target;
    return TENON_OK;
}

static tenon_status add_resource(witgen *g, const tni_wit_type *named) {
    witgen_resource **link = &g->resources;
    while (*link != NULL) {
        link = &(*link)->next;
    }
    *link = TNI_ARENA_NEW(g->arena, witgen_resource);
    if (*link == NULL) {
        return tni_no_memory(g->e);
    }
    (*link)->wit = named;
    (*link)->target = tni_wit_target(named);
    return TENON_OK;
}

/* -- interning -- */

/* Takes a C name, with a number after it when another type has it already. */
static tenon_status take_c_name(witgen *g, tni_str prefix, witgen_type *t) {
    for (u32 n = 1;; n++) {
        tni_buf b;
        tni_buf_init(&b, g->arena->heap);
        tni_buf_format(&b, "%.*s_%.*s", (int)prefix.len, prefix.ptr,
                       (int)t->short_name.len, t->short_name.ptr);
        if (n > 1) {
            tni_buf_format(&b, "_%u", n);
        }
        tni_buf_str(&b, TNI_STR("_t"));
        TNI_TRY(buf_done(&b, g->arena, &t->c_name, g->e));
        bool fresh;
        if (!tni_map_add(&g->c_names, t->c_name, 0, &fresh)) {
            return tni_no_memory(g->e);
        }
        if (fresh) {
            return TENON_OK;
        }
    }
}

static tenon_status name_type(witgen *g, const tni_wit_interface *owner, witgen_type *t) {
    tni_buf b;
    tni_buf_init(&b, g->arena->heap);
    if (t->wit->name.len > 0) {
        witgen_put_snake(&b, t->wit->name);
    } else {
        put_short_name(t, &b);
    }
    TNI_TRY(buf_done(&b, g->arena, &t->short_name, g->e));
    tni_str prefix = g->prefix;
    t->is_local = owner == g->interface;
    if (!t->is_local) {
        TNI_TRY(witgen_prefix(g, owner, &prefix));
    }
    TNI_TRY(take_c_name(g, prefix, t));
    /* The table of a local type goes without the prefix. */
    tni_str rest = t->c_name;
    if (t->is_local) {
        rest.ptr += prefix.len + 1;
        rest.len -= prefix.len + 1;
    }
    tni_buf_init(&b, g->arena->heap);
    tni_buf_format(&b, "type_%.*s", (int)(rest.len - 2), rest.ptr);
    return buf_done(&b, g->arena, &t->table, g->e);
}

static tenon_status name_simple(witgen *g, witgen_type *t) {
    t->short_name = tni_str_of(simple[t->wit->kind].short_name);
    t->c_name = g->is_guest && t->wit->kind == TENON_TYPE_STRING
                    ? g->string_type
                    : tni_str_of(simple[t->wit->kind].c_name);
    tni_buf b;
    tni_buf_init(&b, g->arena->heap);
    tni_buf_format(&b, "type_%s", simple[t->wit->kind].short_name);
    return buf_done(&b, g->arena, &t->table, g->e);
}

/* Same text, same type: named ones by their place, others by how they are spelled. */
static void put_signature(tni_buf *b, const tni_wit_interface *owner,
                          const tni_wit_type *w) {
    if (w == NULL) {
        tni_buf_byte(b, '_');
        return;
    }
    if (w->name.len > 0) {
        tni_buf_format(b, "%p", (const void *)w);
        return;
    }
    tni_buf_format(b, "%d:%u", w->kind, w->count);
    if (is_simple(w)) {
        return;
    }
    tni_buf_format(b, "@%p(", (const void *)owner);
    for (const tni_wit_field *f = w->fields; f != NULL; f = f->next) {
        put_signature(b, owner, f->type);
        tni_buf_byte(b, ',');
    }
    put_signature(b, owner, w->element);
    tni_buf_byte(b, ',');
    put_signature(b, owner, w->other);
    tni_buf_byte(b, ')');
}

static tenon_status build_type(witgen *g, const tni_wit_interface *owner,
                               witgen_type *t) {
    const tni_wit_type *w = t->wit;
    if (is_simple(w)) {
        TNI_TRY(name_simple(g, t));
    } else if (w->kind == TNI_WIT_ALIAS && tni_wit_target(w)->kind != TNI_WIT_RESOURCE) {
        TNI_TRY(type_of(g, owner, w->element, &t->target));
    } else {
        TNI_TRY(add_parts(g, owner, t));
    }
    if (w->kind == TENON_TYPE_MAP) {
        TNI_TRY(add_pair(g, owner, t));
    }
    if (w->kind == TENON_TYPE_OWN || w->kind == TENON_TYPE_BORROW) {
        TNI_TRY(resource_index(g, w->element, &t->resource));
    }
    if (!is_simple(w)) {
        TNI_TRY(name_type(g, owner, t));
    }
    if (t->target != NULL) {
        t->table = t->target->table;
    }
    for (int p = 0; p < 2; p++) {
        lay_out(t, p);
        if (t->size[p] > UINT32_MAX) {
            return tni_fail(g->e, TNI_ERR_LIMIT, TENON_NO_OFFSET,
                            "values of type \"%.*s\" are too large",
                            (int)t->short_name.len, t->short_name.ptr);
        }
    }
    look_inside(t);
    *g->types_end = t;
    g->types_end = &t->next;
    return TENON_OK;
}

static tenon_status type_of(witgen *g, const tni_wit_interface *owner,
                            const tni_wit_type *w, witgen_type **out) {
    if (witgen_owner(w) != NULL) {
        owner = w->owner->world == NULL ? w->owner : g->interface;
    }
    tni_buf b;
    tni_str signature;
    tni_buf_init(&b, g->arena->heap);
    put_signature(&b, owner, w);
    TNI_TRY(buf_done(&b, g->arena, &signature, g->e));
    u64 *place = tni_map_get(&g->by_signature, signature);
    if (place != NULL) {
        *out = (witgen_type *)(uintptr_t)*place;
        return TENON_OK;
    }
    *out = TNI_ARENA_NEW(g->arena, witgen_type);
    if (*out == NULL) {
        return tni_no_memory(g->e);
    }
    (*out)->wit = w;
    TNI_TRY(build_type(g, owner, *out));
    return tni_map_put(&g->by_signature, signature, (u64)(uintptr_t)*out)
               ? TENON_OK
               : tni_no_memory(g->e);
}

tenon_status witgen_type_of(witgen *g, const tni_wit_type *t, witgen_type **out) {
    return type_of(g, g->interface, t, out);
}

/* The type whose structure counts: behind aliases. */
const witgen_type *witgen_behind(const witgen_type *t) {
    while (t->target != NULL) {
        t = t->target;
    }
    return t;
}

const tni_wit_type *witgen_structure(const witgen_type *t) {
    return witgen_behind(t)->wit;
}

bool witgen_is_own_resource(const witgen *g, const witgen_type *handle) {
    const tni_wit_type *named = handle->wit->element;
    bool exported = g->is_export && (named->owner == g->interface ||
                                     has_item(g->world, named->owner, true));
    while (exported && named->kind == TNI_WIT_ALIAS) {
        exported = named->used == NULL || has_item(g->world, named->used, true);
        named = named->element;
    }
    return exported;
}

/* -- collecting -- */

static tenon_status collect_func(witgen *g, const tni_wit_func *f) {
    witgen_type *t;
    for (const tni_wit_field *p = f->params; p != NULL; p = p->next) {
        TNI_TRY(witgen_type_of(g, p->type, &t));
    }
    return f->result == NULL ? TENON_OK : witgen_type_of(g, f->result, &t);
}

static tenon_status collect_resource(witgen *g, const tni_wit_type *named) {
    for (int kind = TENON_TYPE_OWN; kind <= TENON_TYPE_BORROW; kind++) {
        tni_wit_type *handle = TNI_ARENA_NEW(g->arena, tni_wit_type);
        if (handle == NULL) {
            return tni_no_memory(g->e);
        }
        handle->kind = kind;
        handle->element = (tni_wit_type *)named;
        witgen_type *t;
        TNI_TRY(witgen_type_of(g, handle, &t));
    }
    return TENON_OK;
}

static const tni_wit_func *free_funcs(const witgen *g) {
    return g->funcs != NULL ? g->funcs : g->interface->funcs;
}

static tenon_status collect(witgen *g) {
    const tni_wit_interface *i = g->interface;
    /* Defined resources come first in the table, then those taken in by use. */
    for (int defined = 1; defined >= 0; defined--) {
        for (const tni_wit_type *t = i->types; t != NULL; t = t->next) {
            if (tni_wit_target(t)->kind == TNI_WIT_RESOURCE &&
                (t->kind == TNI_WIT_RESOURCE) == defined) {
                TNI_TRY(add_resource(g, t));
            }
        }
    }
    for (const tni_wit_type *t = i->types; t != NULL; t = t->next) {
        if (tni_wit_target(t)->kind == TNI_WIT_RESOURCE) {
            TNI_TRY(collect_resource(g, t));
        }
    }
    for (const tni_wit_type *t = i->types; t != NULL; t = t->next) {
        witgen_type *unused;
        if (tni_wit_target(t)->kind != TNI_WIT_RESOURCE) {
            TNI_TRY(witgen_type_of(g, t, &unused));
        }
    }
    for (const tni_wit_type *t = i->types; t != NULL; t = t->next) {
        for (const tni_wit_func *f = t->funcs; f != NULL; f = f->next) {
            TNI_TRY(collect_func(g, f));
        }
    }
    for (const tni_wit_func *f = free_funcs(g); f != NULL; f = f->next) {
        TNI_TRY(collect_func(g, f));
    }
    for (const tni_wit_func *f = g->more_funcs; f != NULL; f = f->next) {
        TNI_TRY(collect_func(g, f));
    }
    return TENON_OK;
}

void witgen_each_func(witgen *g, void (*each)(witgen *g, const tni_wit_func *f)) {
    for (const tni_wit_type *t = g->interface->types; t != NULL; t = t->next) {
        for (const tni_wit_func *f = t->funcs; f != NULL; f = f->next) {
            each(g, f);
        }
    }
    for (const tni_wit_func *f = free_funcs(g); f != NULL; f = f->next) {
        each(g, f);
    }
}

tenon_status witgen_begin(witgen *g) {
    tni_heap *h = g->arena->heap;
    tni_map_init(&g->by_signature, h);
    tni_map_init(&g->c_names, h);
    tni_buf_init(&g->header, h);
    tni_buf_init(&g->source, h);
    g->types = NULL;
    g->types_end = &g->types;
    g->resources = NULL;
    return collect(g);
}

void witgen_end(witgen *g) {
    tni_map_free(&g->by_signature);
    tni_map_free(&g->c_names);
}

tenon_status witgen_interface(witgen *g) {
    tenon_status s = witgen_begin(g);
    if (s == TENON_OK && !g->is_export) {
        witgen_take_names(g);
        s = g->status;
    }
    if (s == TENON_OK) {
        witgen_write_header(g);
        witgen_write_source(g);
        s = g->header.failed || g->source.failed ? tni_no_memory(g->e) : TENON_OK;
    }
    witgen_end(g);
    return s;
}
