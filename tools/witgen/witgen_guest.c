/* witgen_guest.c: C bindings for a guest: all of a world in one header and one source. */
#include "witgen/witgen_guest.h"

typedef struct run {
    tni_arena *arena;
    const tni_wit *wit;
    const tni_wit_world *world;
    tni_buf *header, *source;
    tenon_error *e;
    tni_str prefix;      /* of the world */
    tni_str string_type; /* "kitchen_string_t" */
    bool helpers[GUEST_HELPERS];
    bool has_errors; /* error contexts */
    witgen_way way;
    tni_map names, done;
} run;

bool guest_take_name(guest *x, tni_str name) {
    bool fresh = true;
    if (!tni_map_add(x->names, name, 0, &fresh)) {
        x->g.source.failed = true;
    } else if (!fresh && x->status == TENON_OK) {
        x->status = tni_fail(x->g.e, TNI_ERR_UNSUPPORTED, TENON_NO_OFFSET,
                             "two things of the world would be \"%.*s\" in C", STR(name));
    }
    return fresh;
}

/* -- resources -- */

static void put_core_import(guest *x, tni_str module, const char *what, tni_str resource,
                            const char *result, tni_str name) {
    GUEST_PUT(x, 0,
              "\n__attribute__((import_module(\"%.*s\"),\n               "
              "import_name(\"[resource-%s]%.*s\")))\n%s import_%.*s(int32_t);",
              STR(module), what, STR(resource), result, STR(name));
}

/* A prototype to the header and the function to the source. */
static void put_function(guest *x, const char *comment, tni_str name, tni_str prototype,
                         tni_str body) {
    if (guest_take_name(x, name)) {
        tni_buf_str(&x->g.header, tni_str_of(comment));
        guest_put_wrapped(&x->g.header, prototype);
        tni_buf_str(&x->g.header, TNI_STR(";\n"));
        tni_buf_byte(&x->g.source, '\n');
        guest_put_wrapped(&x->g.source, prototype);
        tni_buf_str(&x->g.source, TNI_STR(" {\n    "));
        guest_put_wrapped(&x->g.source, body);
        tni_buf_str(&x->g.source, TNI_STR("\n}\n"));
    }
}

/* The names of a resource here: "ns_package_interface_", "counter". */
typedef struct names {
    tni_str prefix, name;
} names;

static void put_drop(guest *x, const names *n, const char *what, const char *comment,
                     tni_str body) {
    tni_str name = guest_text(x, "%.*s%.*s_drop_%s", STR(n->prefix), STR(n->name), what);
    tni_str prototype = guest_text(x, "void %.*s(%.*s%s_%.*s_t handle)", STR(name),
                                   STR(n->prefix), what, STR(n->name));
    put_function(x, comment, name, prototype, body);
}

static void put_imported(guest *x, const tni_wit_type *t, const names *n) {
    tni_str core = guest_text(x, "%.*s%.*s_drop", STR(n->prefix), STR(n->name));
    put_core_import(x, x->module, "drop", t->name, "void", core);
    tni_str body = guest_text(x, "import_%.*s((int32_t)handle.handle);", STR(core));
    put_drop(x, n, "own", "\n", body);
    put_drop(x, n, "borrow",
             "/* A borrow that an export was given ends before the export returns. */\n",
             body);
    tni_str name = guest_text(x, "%.*sborrow_%.*s", STR(n->prefix), STR(n->name));
    tni_str prototype = guest_text(x, "%.*s_t %.*s(%.*sown_%.*s_t handle)", STR(name),
                                   STR(name), STR(n->prefix), STR(n->name));
    body = guest_text(x, "return (%.*s_t){handle.handle};", STR(name));
    put_function(x, "", name, prototype, body);
}

static void put_destructor(guest *x, const tni_wit_type *t, tni_str self) {
    tni_str name = guest_text(x, "%.*s_destructor", STR(self));
    if (!guest_take_name(x, name)) {
        return;
    }
    tni_buf_format(&x->g.header,
                   "/* Yours to define: frees what _new was given, when its last handle "
                   "is gone. */\nvoid %.*s(%.*s_t *rep);\n",
                   STR(name), STR(self));
    GUEST_PUT(x, 0, "\n__attribute__((export_name(\"%.*s#[dtor]%.*s\")))", STR(x->module),
              STR(t->name));
    GUEST_PUT(x, 0, "void export_%.*s(int32_t rep) {", STR(name));
    GUEST_PUT(x, 1, "%.*s((%.*s_t *)(intptr_t)rep);", STR(name), STR(self));
    GUEST_PUT(x, 0, "}");
}

static void put_exported(guest *x, const tni_wit_type *t, const names *n) {
    tni_str module = guest_text(x, "[export]%.*s", STR(x->module));
    tni_str self = guest_text(x, "%.*s%.*s", STR(n->prefix), STR(n->name));
    tni_str own = guest_text(x, "%.*sown_%.*s_t", STR(n->prefix), STR(n->name));

    tni_str name = guest_text(x, "%.*s_new", STR(self));
    put_core_import(x, module, "new", t->name, "int32_t", name);
    put_function(
        x, "\n/* A new handle for what rep points to; rep is not NULL. */\n", name,
        guest_text(x, "%.*s %.*s(%.*s_t *rep)", STR(own), STR(name), STR(self)),
        guest_text(x, "return (%.*s){(uint32_t)import_%.*s((int32_t)(intptr_t)rep)};",
                   STR(own), STR(name)));

    name = guest_text(x, "%.*s_rep", STR(self));
    put_core_import(x, module, "rep", t->name, "int32_t", name);
    put_function(
        x, "", name,
        guest_text(x, "%.*s_t *%.*s(%.*s handle)", STR(self), STR(name), STR(own)),
        guest_text(x, "return (%.*s_t *)(intptr_t)import_%.*s((int32_t)handle.handle);",
                   STR(self), STR(name)));

    name = guest_text(x, "%.*s_drop", STR(self));
    put_core_import(x, module, "drop", t->name, "void", name);
    put_drop(x, n, "own", "",
             guest_text(x, "import_%.*s((int32_t)handle.handle);", STR(name)));
    put_destructor(x, t, self);
}

/* A resource that comes from elsewhere, or has another name here. */
static void put_alias(guest *x, const tni_wit_type *t, const names *n) {
    for (const witgen_type *h = x->g.types; h != NULL; h = h->next) {
        bool handle = h->wit->kind == TENON_TYPE_OWN || h->wit->kind == TENON_TYPE_BORROW;
        if (!handle || h->wit->element != t || !guest_needs_free(x, h)) {
            continue;
        }
        /* The same handle of what the name stands for. */
        const char *what = h->wit->kind == TENON_TYPE_OWN ? "own" : "borrow";
        const tni_wit_type *from = t->element;
        tni_str prefix = x->g.prefix;
        if (from->owner->world == NULL &&
            witgen_prefix(&x->g, from->owner, &prefix) != TENON_OK) {
            x->g.source.failed = true;
            return;
        }
        tni_buf b;
        tni_buf_init(&b, x->g.arena->heap);
        witgen_put_snake(&b, from->name);
        tni_str body = guest_text(x, "%.*s_%.*s_drop_%s(handle);", STR(prefix),
                                  (int)b.count, (const char *)b.data, what);
        x->g.source.failed |= b.failed;
        tni_buf_free(&b);
        put_drop(x, n, what, "", body);
    }
}

static void put_resources(guest *x) {
    for (const tni_wit_type *t = x->g.interface->types; t != NULL; t = t->next) {
        if (tni_wit_target(t)->kind != TNI_WIT_RESOURCE) {
            continue;
        }
        tni_buf b;
        tni_buf_init(&b, x->g.arena->heap);
        witgen_put_snake(&b, t->name);
        names n = {guest_text(x, "%.*s_", STR(x->g.prefix)),
                   guest_text(x, "%.*s", (int)b.count, (const char *)b.data)};
        x->g.source.failed |= b.failed;
        tni_buf_free(&b);
        if (t->kind != TNI_WIT_RESOURCE) {
            put_alias(x, t, &n);
        } else if (x->g.is_export) {
            put_exported(x, t, &n);
        } else {
            put_imported(x, t, &n);
        }
    }
}

/* -- one interface -- */

static void put_funcs(guest *x, const tni_wit_func *list, bool is_export) {
    for (const tni_wit_func *f = list; f != NULL; f = f->next) {
        guest_put_func(x, f, is_export);
    }
}

static void put_part(guest *x) {
    tni_buf *h = &x->g.header;
    for (const witgen_type *t = x->g.types; t != NULL; t = t->next) {
        if (t->is_local) {
            witgen_put_type(&x->g, t);
        }
    }
    put_resources(x);
    guest_put_ends(x);
    guest_put_frees(x);
    const tni_wit_interface *i = x->g.interface;
    for (const tni_wit_type *t = i->types; t != NULL; t = t->next) {
        put_funcs(x, t->funcs, x->g.is_export);
    }
    if (i->world != NULL && i == x->g.world->scope) {
        put_funcs(x, x->g.funcs, false);
        put_funcs(x, x->g.more_funcs, true);
    } else {
        put_funcs(x, i->funcs, x->g.is_export);
    }
    h->failed |= x->g.source.failed;
}

/* What is chosen of x is set. */
static tenon_status generate(run *r, guest *x) {
    x->g.arena = r->arena;
    x->g.wit = r->wit;
    x->g.world = r->world;
    x->g.is_guest = true;
    x->g.with_prefix = x->g.is_export;
    x->g.string_type = r->string_type;
    x->g.e = r->e;
    x->world_prefix = r->prefix;
    x->helpers = r->helpers;
    x->async_way = r->way;
    x->names = &r->names;
    TNI_TRY(witgen_prefix(&x->g, x->g.interface, &x->g.prefix));
    tenon_status s = witgen_begin(&x->g);
    for (const witgen_type *t = x->g.types; t != NULL; t = t->next) {
        r->has_errors = r->has_errors || t->wit->kind == TENON_TYPE_ERROR_CONTEXT;
    }
    if (s == TENON_OK) {
        put_part(x);
        s = x->status;
    }
    if (s == TENON_OK && x->g.source.count > 0) {
        tni_str name = x->module;
        tni_buf_format(r->source, "\n/* -- %.*s -- */\n", STR(name));
        tni_buf_put(r->source, x->g.source.data, x->g.source.count);
    }
    if (s == TENON_OK && x->g.header.count > 0) {
        tni_buf_format(r->header, "\n/* -- %s %.*s -- */\n",
                       x->g.is_export ? "exported:" : "imported:", STR(x->module));
        witgen_put_docs(r->header, x->g.interface->attrs.docs, "");
        tni_buf_put(r->header, x->g.header.data, x->g.header.count);
    }
    if (s == TENON_OK && (x->g.header.failed || x->g.source.failed)) {
        s = tni_no_memory(r->e);
    }
    tni_buf_free(&x->g.header);
    tni_buf_free(&x->g.source);
    witgen_end(&x->g);
    return s;
}

/* -- the world -- */

static const tni_wit_item *find_item(const tni_wit_world *w, const tni_wit_interface *i,
                                     bool is_export) {
    for (const tni_wit_item *x = w->items; x != NULL; x = x->next) {
        if (x->interface == i && x->is_export == is_export) {
            return x;
        }
    }
    return NULL;
}

static tenon_status generate_item(run *r, const tni_wit_item *item);

/* What a `use` of an interface takes from comes first. */
static tenon_status generate_used(run *r, const tni_wit_interface *i, bool is_export) {
    for (const tni_wit_type *t = i->types; t != NULL; t = t->next) {
        const tni_wit_item *from = NULL;
        if (t->used != NULL && is_export) {
            from = find_item(r->world, t->used, true);
        }
        if (t->used != NULL && from == NULL) {
            from = find_item(r->world, t->used, false);
        }
        if (from != NULL) {
            TNI_TRY(generate_item(r, from));
        }
    }
    return TENON_OK;
}

static tni_str item_key(run *r, const char *side, tni_str name) {
    tni_buf b;
    tni_buf_init(&b, r->arena->heap);
    tni_buf_format(&b, "%s%.*s", side, STR(name));
    tni_str key = {NULL, 0};
    if (!b.failed) {
        key = tni_arena_str(r->arena, (tni_str){(const char *)b.data, b.count});
    }
    tni_buf_free(&b);
    return key;
}

static tenon_status generate_item(run *r, const tni_wit_item *item) {
    if (item->is_plain && item->interface->id.len > 0) {
        return tni_fail(r->e, TNI_ERR_UNSUPPORTED, TENON_NO_OFFSET,
                        "bindings of guests: \"%.*s\", the plain name of an interface "
                        "that has its own",
                        STR(item->name));
    }
    guest x = {.module = item->name};
    x.g.interface = item->interface;
    x.g.is_export = item->is_export;
    /* An interface stands once on each side. */
    const char *side = item->is_export ? "#" : "";
    tni_str key = item_key(r, side, item->name);
    bool fresh;
    if (key.ptr == NULL || !tni_map_add(&r->done, key, 0, &fresh)) {
        return tni_no_memory(r->e);
    }
    if (!fresh) {
        return TENON_OK;
    }
    TNI_TRY(generate_used(r, item->interface, item->is_export));
    return generate(r, &x);
}

/* The functions that a world imports, or exports, by themselves, as a list. */
static tenon_status world_funcs(run *r, bool exports, tni_wit_func **out) {
    *out = NULL;
    for (const tni_wit_item *i = r->world->items; i != NULL; i = i->next) {
        if (i->kind == TNI_WIT_ITEM_TYPE && i->type->owner != r->world->scope) {
            return tni_fail(r->e, TNI_ERR_UNSUPPORTED, TENON_NO_OFFSET,
                            "bindings of guests: type \"%.*s\", which the world includes "
                            "from another",
                            STR(i->type->name));
        }
        if (i->is_export != exports || i->kind != TNI_WIT_ITEM_FUNC) {
            continue;
        }
        tni_wit_func *f = TNI_ARENA_NEW(r->arena, tni_wit_func);
        if (f == NULL) {
            return tni_no_memory(r->e);
        }
        *f = *i->func;
        f->name = f->full_name = i->name;
        f->next = NULL;
        *out = f;
        out = &f->next;
    }
    return TENON_OK;
}

static tenon_status generate_world(run *r) {
    const tni_wit_world *w = r->world;
    for (const tni_wit_item *i = w->items; i != NULL; i = i->next) {
        if (i->kind == TNI_WIT_ITEM_INTERFACE) {
            TNI_TRY(generate_item(r, i));
        }
    }
    guest x = {.module = TNI_STR("$root")};
    x.g.interface = w->scope;
    TNI_TRY(world_funcs(r, false, &x.g.funcs));
    TNI_TRY(world_funcs(r, true, &x.g.more_funcs));
    return generate(r, &x);
}

/* -- what every guest has -- */

static const char header_begin[] =
    "#include <stdbool.h>\n#include <stddef.h>\n#include <stdint.h>\n"
    "\n#ifdef __cplusplus\nextern \"C\" {\n#endif\n"
    "\n/* Functions whose names begin with exports_ are yours to define; the others are "
    "there to\n * be called. A function that you call borrows what its arguments point "
    "to; what comes\n * back is yours, until its _free. A function that you define owns "
    "what is in its\n * arguments, and gives away what is in its result: memory for that "
    "is from cabi_realloc\n * (malloc, with a C library) or the _dup functions. An own "
    "handle goes with the value that\n * it is in, or away by _drop_own.\n"
    " *\n * Parameters that are options are pointers, NULL for none; ret and err are "
    "places for\n * results. What returns bool for an option says whether there is a "
    "value, for a result\n * whether it is ok: only then *ret is set, and *err only if "
    "not. */\n"
    "\n/* Memory, aligned to 8: of the C library where there is one (for WASI, or say\n"
    " * GUEST_HAS_LIBC). Both are weak: define both to have your own. */\n"
    "__attribute__((export_name(\"cabi_realloc\")))\n"
    "void *cabi_realloc(void *ptr, size_t old_size, size_t align, size_t new_size);\n"
    "void cabi_free(void *ptr);\n";

static const char libc_memory[] =
    "\n#if defined(__wasi__) || defined(GUEST_HAS_LIBC)\n#include <stdlib.h>\n"
    "\n__attribute__((weak))\n"
    "void *cabi_realloc(void *ptr, size_t old_size, size_t align, size_t new_size) {\n"
    "    (void)old_size;\n    if (new_size == 0) {\n"
    "        return (void *)align;\n    }\n"
    "    void *memory = realloc(ptr, new_size);\n    if (memory == NULL) {\n"
    "        abort();\n    }\n    return memory;\n}\n"
    "\n__attribute__((weak))\nvoid cabi_free(void *ptr) {\n    free(ptr);\n}\n\n#else\n";

/* Powers of two keep it short and make both operations quick. */
static const char own_memory[] =
    "\n/* Blocks of powers of two behind the stack and the data, with a list of free "
    "ones "
    "for\n * each size. */\n"
    "typedef struct block {\n    size_t log2; /* of its size, these fields included */\n"
    "    struct block *next; /* of the free ones */\n} block;\n"
    "\nextern unsigned char __heap_base;\nstatic block *free_blocks[32];\n"
    "static uintptr_t heap_top;\n"
    "\nstatic block *more(size_t log2) {\n"
    "    if (heap_top == 0) {\n"
    "        heap_top = ((uintptr_t)&__heap_base + 15) & ~(uintptr_t)15;\n    }\n"
    "    uintptr_t begin = heap_top;\n"
    "    uintptr_t end = begin + ((uintptr_t)1 << log2);\n"
    "    size_t have = __builtin_wasm_memory_size(0);\n"
    "    size_t want = ((end - 1) >> 16) + 1;\n"
    "    if (end < begin ||\n        (want > have &&\n"
    "         __builtin_wasm_memory_grow(0, want - have) == (size_t)-1)) {\n"
    "        __builtin_trap();\n    }\n"
    "    heap_top = end;\n    return (block *)begin;\n}\n"
    "\nstatic void *take(size_t size) {\n    size_t log2 = 4;\n"
    "    while (((size_t)1 << log2) - sizeof(block) < size) {\n"
    "        if (++log2 == 31) {\n            __builtin_trap();\n        }\n    }\n"
    "    block *b = free_blocks[log2];\n    if (b != NULL) {\n"
    "        free_blocks[log2] = b->next;\n    } else {\n        b = more(log2);\n    }\n"
    "    b->log2 = log2;\n    return b + 1;\n}\n"
    "\n__attribute__((weak))\n"
    "void *cabi_realloc(void *ptr, size_t old_size, size_t align, size_t new_size) {\n"
    "    if (new_size == 0) {\n        return (void *)align;\n    }\n"
    "    if (ptr == NULL || old_size == 0) {\n        return take(new_size);\n    }\n"
    "    block *b = (block *)ptr - 1;\n"
    "    if (new_size <= ((size_t)1 << b->log2) - sizeof(block)) {\n"
    "        return ptr;\n    }\n"
    "    uint8_t *to = take(new_size);\n    const uint8_t *from = ptr;\n"
    "    for (size_t i = 0; i < old_size; i++) {\n        to[i] = from[i];\n    }\n"
    "    cabi_free(ptr);\n    return to;\n}\n"
    "\n__attribute__((weak))\nvoid cabi_free(void *ptr) {\n    if (ptr != NULL) {\n"
    "        block *b = (block *)ptr - 1;\n        b->next = free_blocks[b->log2];\n"
    "        free_blocks[b->log2] = b;\n    }\n}\n";

/* The compiler calls these by itself. */
static const char own_copies[] =
    "\n/* What the compiler may call where there is no C library. */\n"
    "__attribute__((weak, no_builtin))\n"
    "void *memcpy(void *restrict to, const void *restrict from, size_t size) {\n"
    "    for (size_t i = 0; i < size; i++) {\n"
    "        ((uint8_t *)to)[i] = ((const uint8_t *)from)[i];\n    }\n    return to;\n}\n"
    "\n__attribute__((weak, no_builtin))\n"
    "void *memmove(void *to, const void *from, size_t size) {\n"
    "    if ((uintptr_t)to < (uintptr_t)from) {\n        return memcpy(to, from, size);\n"
    "    }\n    while (size-- > 0) {\n"
    "        ((uint8_t *)to)[size] = ((const uint8_t *)from)[size];\n    }\n"
    "    return to;\n}\n"
    "\n__attribute__((weak, no_builtin))\n"
    "void *memset(void *to, int byte, size_t size) {\n"
    "    for (size_t i = 0; i < size; i++) {\n"
    "        ((uint8_t *)to)[i] = (uint8_t)byte;\n    }\n    return to;\n}\n#endif\n";

static void put_strings(run *r) {
    int len = (int)r->prefix.len;
    const char *w = r->prefix.ptr;
    tni_buf_format(r->header,
                   "\n/* UTF-8, without a 0 at its end. */\n"
                   "typedef struct %.*s_string_t {\n    uint8_t *ptr;\n"
                   "    size_t len;\n} %.*s_string_t;\n"
                   "\n/* A view of a C string: what is not changed or freed. */\n"
                   "void %.*s_string_set(%.*s_string_t *ret, const char *text);\n"
                   "/* A copy of a C string. */\n"
                   "void %.*s_string_dup(%.*s_string_t *ret, const char *text);\n"
                   "void %.*s_string_dup_n(%.*s_string_t *ret, const char *text, "
                   "size_t len);\n"
                   "void %.*s_string_free(%.*s_string_t *ptr);\n",
                   len, w, len, w, len, w, len, w, len, w, len, w, len, w, len, w, len, w,
                   len, w);
    tni_buf_format(r->source,
                   "\nvoid %.*s_string_set(%.*s_string_t *ret, const char *text) {\n"
                   "    ret->ptr = (uint8_t *)(uintptr_t)text;\n    ret->len = 0;\n"
                   "    while (text[ret->len] != 0) {\n        ret->len++;\n    }\n}\n"
                   "\nvoid %.*s_string_dup(%.*s_string_t *ret, const char *text) {\n"
                   "    %.*s_string_set(ret, text);\n"
                   "    %.*s_string_dup_n(ret, text, ret->len);\n}\n",
                   len, w, len, w, len, w, len, w, len, w, len, w);
    tni_buf_format(
        r->source,
        "\nvoid %.*s_string_dup_n(%.*s_string_t *ret, const char *text, size_t len) {\n"
        "    ret->ptr = cabi_realloc(NULL, 0, 1, len);\n    ret->len = len;\n"
        "    for (size_t i = 0; i < len; i++) {\n"
        "        ret->ptr[i] = (uint8_t)text[i];\n    }\n}\n"
        "\nvoid %.*s_string_free(%.*s_string_t *ptr) {\n    if (ptr->len > 0) {\n"
        "        cabi_free(ptr->ptr);\n    }\n}\n",
        len, w, len, w, len, w, len, w);
}

static void put_helpers(run *r, tni_buf *b) {
    static const struct {
        const char *name, *from, *to;
    } helpers[] = {{"f32_bits", "float", "int32_t"},
                   {"bits_f32", "int32_t", "float"},
                   {"f64_bits", "double", "int64_t"},
                   {"bits_f64", "int64_t", "double"}};
    for (u32 i = 0; i < GUEST_HELPERS; i++) {
        if (r->helpers[i]) {
            tni_buf_format(b,
                           "\nstatic %s %s(%s value) {\n    union {\n        %s from;\n"
                           "        %s to;\n    } bits = {value};\n    return "
                           "bits.to;\n}\n",
                           helpers[i].to, helpers[i].name, helpers[i].from,
                           helpers[i].from, helpers[i].to);
        }
    }
}

static void put_title(run *r, tni_buf *b, const char *suffix) {
    tni_buf_format(b,
                   "/* %.*s.%s: written by tenon bindgen; edit the WIT, not this. */\n",
                   STR(r->prefix), suffix);
}

static tenon_status write_all(run *r) {
    tni_buf body;
    tni_buf_init(&body, r->arena->heap);
    tni_buf *source = r->source;
    put_title(r, r->header, "h");
    witgen_put_docs(r->header, r->world->attrs.docs, "");
    tni_buf_str(r->header, TNI_STR("#ifndef "));
    witgen_put_upper(r->header, r->prefix);
    tni_buf_str(r->header, TNI_STR("_H\n#define "));
    witgen_put_upper(r->header, r->prefix);
    tni_buf_format(r->header, "_H\n\n%s", header_begin);
    put_title(r, source, "c");
    tni_buf_format(source, "#include \"%.*s.h\"\n", STR(r->prefix));
    tni_buf_format(source, "%s%s", libc_memory, own_memory);
    tni_buf_str(source, tni_str_of(own_copies));
    put_strings(r);
    if (guest_is_async(r->world)) {
        guest_put_runtime(r->prefix, r->way, r->header, source);
    }
    r->source = &body; /* it says which helpers it needs */
    tenon_status s = generate_world(r);
    r->source = source;
    put_helpers(r, source);
    if (r->has_errors) {
        guest_put_errors(r->prefix, r->header, source);
    }
    tni_buf_put(source, body.data, body.count);
    tni_buf_str(r->header, TNI_STR("\n#ifdef __cplusplus\n}\n#endif\n\n#endif\n"));
    if (s == TENON_OK && (body.failed || source->failed || r->header->failed)) {
        s = tni_no_memory(r->e);
    }
    tni_buf_free(&body);
    return s;
}

static tenon_status set_names(run *r) {
    tni_buf b;
    tni_buf_init(&b, r->arena->heap);
    witgen_put_snake(&b, r->world->name);
    r->prefix = tni_arena_str(r->arena, (tni_str){(const char *)b.data, b.count});
    tni_buf_str(&b, TNI_STR("_string_t"));
    r->string_type = tni_arena_str(r->arena, (tni_str){(const char *)b.data, b.count});
    bool failed = b.failed || r->prefix.ptr == NULL || r->string_type.ptr == NULL;
    tni_buf_free(&b);
    return failed ? tni_no_memory(r->e) : TENON_OK;
}

tenon_status witgen_guest(tni_arena *a, const tni_wit *wit, const tni_wit_world *world,
                          witgen_way way, tni_buf *header, tni_buf *source,
                          tenon_error *e) {
    run r = {.arena = a,
             .way = way,
             .wit = wit,
             .world = world,
             .header = header,
             .source = source,
             .e = e};
    tni_map_init(&r.names, a->heap);
    tni_map_init(&r.done, a->heap);
    tenon_status s = set_names(&r);
    if (s == TENON_OK) {
        s = write_all(&r);
    }
    tni_map_free(&r.names);
    tni_map_free(&r.done);
    return s;
}
