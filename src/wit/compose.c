/* compose.c: components joined to one: who satisfies what, whether it fits, and the
 * component around them. Binary.md. */
#include "wit/compose.h"

#include "base/assert.h"
#include "binary/write.h"
#include "wit/compose_internal.h"
#include "wit/contract.h"
#include "wit/wrap_internal.h"

#define STR(s) (int)(s).len, (s).ptr

typedef struct composer {
    tni_arena *arena;
    tenon_error *e;
    const tni_composed **parts; /* the socket is part 0, the plugs follow */
    u32 part_count;
    u32 part; /* the one whose imports are asked about */
    tni_buf *problems;
    compose_merger merger;
    wrapper w;      /* what is written */
    u32 *order;     /* parts, each after those that it imports from; the socket last */
    u32 *instances; /* by part */
    u32 counts[TNI_SORT_COUNT]; /* of what the wrapper does not count */
} composer;

/* -- who satisfies what -- */

static bool names_match(const tni_wit_item *wanted, const tni_wit_item *offered) {
    return tni_str_eq(wanted->name, offered->name) ||
           (!wanted->is_plain && !offered->is_plain &&
            tni_wit_same_track(wanted->name, offered->name));
}

static const tni_wit_item *offer_of(const tni_composed *plug,
                                    const tni_wit_item *wanted) {
    for (const tni_wit_item *o = plug->world->items; o != NULL; o = o->next) {
        if (o->is_export && names_match(wanted, o)) {
            return o;
        }
    }
    return NULL;
}

/* The part that provides what a part imports; 0, the socket, for none. Types are not
 * plugged: what uses them brings them along. Nobody provides for itself. */
static u32 provider_after(const composer *c, u32 part, const tni_wit_item *wanted,
                          u32 after) {
    for (u32 i = after + 1; i < c->part_count; i++) {
        if (i != part && !wanted->is_export && wanted->kind != TNI_WIT_ITEM_TYPE &&
            offer_of(c->parts[i], wanted) != NULL) {
            return i;
        }
    }
    return 0;
}

static u32 provider_of(const composer *c, u32 part, const tni_wit_item *wanted) {
    return provider_after(c, part, wanted, 0);
}

/* The first import of a part that another provides; NULL for none. */
static const tni_wit_item *need(const composer *c, u32 part, u32 provider) {
    const tni_wit_item *i = c->parts[part]->world->items;
    while (i != NULL && (i->is_export || provider_of(c, part, i) != provider)) {
        i = i->next;
    }
    return i;
}

static bool is_left(void *user, const tni_wit_item *item) {
    const composer *c = user;
    return provider_of(c, c->part, item) == 0;
}

/* -- the order -- */

/* The first part that is not done and that a part imports from; 0 for none. */
static u32 waits_for(const composer *c, u32 part, const bool *done) {
    for (u32 i = 1; i < c->part_count; i++) {
        if (!done[i] && i != part && need(c, part, i) != NULL) {
            return i;
        }
    }
    return 0;
}

/* From a part of which none can be first: its providers lead into the cycle, and once
 * around it. */
static void put_cycle(composer *c, u32 part, const bool *done) {
    for (u32 i = 0; i < c->part_count; i++) {
        part = waits_for(c, part, done);
    }
    u32 first = part;
    tni_buf_format(c->problems, "%.*s needs itself:\n", STR(c->parts[first]->name));
    do {
        u32 next = waits_for(c, part, done);
        tni_buf_format(c->problems, "     %.*s imports %.*s, which %.*s exports\n",
                       STR(c->parts[part]->name), STR(need(c, part, next)->name),
                       STR(c->parts[next]->name));
        part = next;
    } while (part != first);
    tni_buf_str(c->problems,
                TNI_STR("     to mend: move what they share into a component that needs "
                        "none of them\n"));
}

/* Plugs whose imports are there go first, in the order they were given. */
static void put_in_order(composer *c, bool *done) {
    u32 count = 0;
    while (count + 1 < c->part_count) {
        u32 waiting = 0, before = count;
        for (u32 i = 1; i < c->part_count; i++) {
            if (done[i]) {
                continue;
            }
            if (waits_for(c, i, done) != 0) {
                waiting = i;
                continue;
            }
            c->order[count++] = i;
            done[i] = true;
        }
        if (count == before) {
            put_cycle(c, waiting, done);
            return;
        }
    }
    c->order[count] = 0;
}

/* -- whether it fits -- */

/* All that differs between what one part wants and another offers. */
static tenon_status put_differences(composer *c, const tni_wit_world *wanted,
                                    tni_str wanting, const tni_wit_world *offered,
                                    tni_str offering, bool is_export) {
    tni_difference *d;
    const char *names[2] = {tni_arena_str(c->arena, wanting).ptr,
                            tni_arena_str(c->arena, offering).ptr};
    tni_contract_side wants = {.world = wanted, .name = names[0]};
    tni_contract_side offers = {.world = offered, .name = names[1]};
    if (names[0] == NULL || names[1] == NULL) {
        return tni_no_memory(c->e);
    }
    TNI_TRY(is_export ? tni_contract_check(c->arena, &wants, &offers, &d, c->e)
                      : tni_contract_check(c->arena, &offers, &wants, &d, c->e));
    for (; d != NULL; d = d->next) {
        tni_buf_str(c->problems, tni_str_of(d->d.text));
    }
    return TENON_OK;
}

/* What a part imports from a provider (0: from outside), as a world that imports or
 * exports it. */
static tenon_status select_items(composer *c, u32 part, u32 provider, bool as_exports,
                                 tni_wit_world *out) {
    *out = *c->parts[part]->world;
    out->items = NULL;
    tni_wit_item **end = &out->items;
    for (const tni_wit_item *i = c->parts[part]->world->items; i != NULL; i = i->next) {
        if (i->is_export || provider_of(c, part, i) != provider) {
            continue;
        }
        tni_wit_item *copy = TNI_ARENA_NEW(c->arena, tni_wit_item);
        if (copy == NULL) {
            return tni_no_memory(c->e);
        }
        *copy = *i;
        copy->next = NULL;
        copy->is_export = as_exports;
        *end = copy;
        end = &copy->next;
    }
    return TENON_OK;
}

/* A version that does not fit is why a plug with that interface is not used. */
static void put_near_misses(composer *c, u32 plug, u32 part) {
    const tni_wit_item *i = plug == part ? NULL : c->parts[part]->world->items;
    for (; i != NULL; i = i->next) {
        for (const tni_wit_item *o = c->parts[plug]->world->items; o != NULL;
             o = o->next) {
            if (names_match(i, o)) {
                continue;
            }
            const char *at = i->is_export ? NULL : memchr(i->name.ptr, '@', i->name.len);
            size_t len = at == NULL ? 0 : (size_t)(at - i->name.ptr);
            if (o->is_export && len > 0 && o->name.len > len && o->name.ptr[len] == '@' &&
                memcmp(o->name.ptr, i->name.ptr, len) == 0) {
                tni_buf_format(c->problems,
                               "     it exports %.*s; %.*s wants %.*s, another version "
                               "track\n",
                               STR(o->name), STR(c->parts[part]->name), STR(i->name));
            }
        }
    }
}

/* Whether a part imports something that a plug exports, be it that another is first. */
static bool is_wanted_by(const composer *c, u32 plug, u32 part) {
    const tni_wit_item *i = plug == part ? NULL : c->parts[part]->world->items;
    for (; i != NULL; i = i->next) {
        if (!i->is_export && i->kind != TNI_WIT_ITEM_TYPE &&
            offer_of(c->parts[plug], i) != NULL) {
            return true;
        }
    }
    return false;
}

static void check_used(composer *c, u32 plug) {
    for (u32 i = 0; i < c->part_count; i++) {
        if (is_wanted_by(c, plug, i)) {
            return;
        }
    }
    tni_buf_format(c->problems, "%.*s exports nothing that %.*s%s imports\n",
                   STR(c->parts[plug]->name), STR(c->parts[0]->name),
                   c->part_count > 2 ? " or another plug" : "");
    for (u32 i = 0; i < c->part_count; i++) {
        put_near_misses(c, plug, i);
    }
}

/* What a part imports from a plug against what that exports. */
static tenon_status check_pair(composer *c, u32 part, u32 plug) {
    tni_wit_interface nothing = {0};
    tni_wit_world wanted, offered = *c->parts[plug]->world;
    TNI_TRY(select_items(c, part, plug, true, &wanted));
    if (wanted.items == NULL) {
        return TENON_OK;
    }
    tni_wit_item *exports = NULL, **end = &exports;
    for (const tni_wit_item *i = offered.items; i != NULL; i = i->next) {
        tni_wit_item *copy = i->is_export ? TNI_ARENA_NEW(c->arena, tni_wit_item) : NULL;
        if (i->is_export && copy == NULL) {
            return tni_no_memory(c->e);
        }
        if (copy != NULL) {
            *copy = *i;
            copy->next = NULL;
            *end = copy;
            end = &copy->next;
        }
    }
    offered.items = exports;
    offered.scope = &nothing; /* what it imports is not asked for here */
    return put_differences(c, &wanted, c->parts[part]->name, &offered,
                           c->parts[plug]->name, true);
}

/* What a part imports from outside against what all parts import together. */
static tenon_status check_merged(composer *c, u32 part) {
    tni_wit_world wanted;
    TNI_TRY(select_items(c, part, 0, false, &wanted));
    return put_differences(c, &wanted, c->parts[part]->name, &c->merger.world,
                           TNI_STR("another component's import"), false);
}

static void put_ambiguous(composer *c, u32 part, const tni_wit_item *i) {
    u32 first = provider_of(c, part, i);
    for (u32 p = first; p != 0 && (p = provider_after(c, part, i, p)) != 0;) {
        tni_buf_format(c->problems,
                       "%.*s, which %.*s imports, is exported by %.*s and by %.*s: which "
                       "one?\n"
                       "     to mend: leave one of them out, or compose it with its "
                       "importer first\n",
                       STR(i->name), STR(c->parts[part]->name),
                       STR(c->parts[first]->name), STR(c->parts[p]->name));
    }
}

static void check_ambiguous(composer *c) {
    for (u32 part = 0; part < c->part_count; part++) {
        const tni_wit_item *i = c->parts[part]->world->items;
        for (; i != NULL; i = i->next) {
            put_ambiguous(c, part, i);
        }
    }
}

/* -- the component -- */

static tni_buf begin(const composer *c) {
    tni_buf b;
    tni_buf_init(&b, c->arena->heap);
    return b;
}

static void import_func(composer *c, tni_named_entity name, const tni_wit_func *f) {
    u32 type = tni_wrap_func_type(&c->w, &c->w.top, f, WRAP_IMPORT);
    tni_buf b = begin(c);
    tni_cwrite_name(&b, &name);
    tni_buf_byte(&b, 0x01);
    tni_buf_u32(&b, type);
    tni_wrap_entry(&c->w.top, TNI_CSECTION_IMPORT, &b);
    tni_wrap_put(&c->w, f, WRAP_IMPORT, 0, c->w.top.funcs++);
}

static void put_imports(composer *c) {
    for (const tni_wit_item *i = c->w.world->items; i != NULL; i = i->next) {
        if (i->kind == TNI_WIT_ITEM_INTERFACE) {
            (void)tni_wrap_import(&c->w, i->interface);
        } else if (i->kind == TNI_WIT_ITEM_FUNC) {
            import_func(c, (tni_named_entity){.name = i->name}, i->func);
        } else {
            (void)tni_wrap_type(&c->w, &c->w.top, i->type, WRAP_IMPORT);
            for (const tni_wit_func *f = i->type->funcs; f != NULL; f = f->next) {
                import_func(c, (tni_named_entity){.name = f->full_name}, f);
            }
        }
    }
}

/* Counts what an alias or export adds; returns its index. */
static u32 count(composer *c, tni_sort sort) {
    switch (sort) {
    case TNI_SORT_FUNC: return c->w.top.funcs++;
    case TNI_SORT_TYPE: return c->w.top.types++;
    case TNI_SORT_INSTANCE: return c->w.instances++;
    case TNI_SORT_COMPONENT: return c->w.components++;
    case TNI_SORT_CORE_MODULE: return c->w.core_modules++;
    default: return c->counts[sort]++;
    }
}

static u32 alias(composer *c, tni_sort sort, u32 instance, tni_str name) {
    tni_buf b = begin(c);
    tni_cwrite_sort(&b, sort);
    tni_buf_byte(&b, 0x00);
    tni_buf_u32(&b, instance);
    tni_write_name(&b, name);
    tni_wrap_entry(&c->w.top, TNI_CSECTION_ALIAS, &b);
    return count(c, sort);
}

/* The function, or method of a resource, that the result itself imports. */
static const tni_wit_func *merged_func(const composer *c, tni_str name) {
    for (const tni_wit_item *i = c->w.world->items; i != NULL; i = i->next) {
        if (i->kind == TNI_WIT_ITEM_FUNC && tni_str_eq(i->name, name)) {
            return i->func;
        }
        const tni_wit_func *f =
            i->kind == TNI_WIT_ITEM_TYPE ? i->type->funcs : (const tni_wit_func *)NULL;
        for (; f != NULL; f = f->next) {
            if (tni_str_eq(f->full_name, name)) {
                return f;
            }
        }
    }
    return NULL;
}

static const tni_wit_item *item_named(const tni_wit_world *w, tni_str name) {
    for (const tni_wit_item *i = w->items; i != NULL; i = i->next) {
        if (!i->is_export && tni_str_eq(i->name, name)) {
            return i;
        }
    }
    return NULL;
}

/* What goes in for an import: of a plug, or what is imported by the result. */
static bool argument(composer *c, u32 part, const tni_named_entity *x, tni_sort *sort,
                     u32 *index) {
    const tni_wit_item *item = item_named(c->parts[part]->world, x->name);
    u32 plug = item != NULL ? provider_of(c, part, item) : 0;
    if (x->entity->kind == TNI_ENTITY_TYPE || x->entity->kind == TNI_ENTITY_RESOURCE) {
        const tni_wit_item *t = tni_compose_find(&c->merger, x->name, true);
        *sort = TNI_SORT_TYPE;
        *index = t == NULL || t->kind != TNI_WIT_ITEM_TYPE
                     ? 0
                     : tni_wrap_type(&c->w, &c->w.top, t->type, WRAP_IMPORT);
        return t != NULL && t->kind == TNI_WIT_ITEM_TYPE;
    }
    *sort = x->entity->kind == TNI_ENTITY_INSTANCE ? TNI_SORT_INSTANCE : TNI_SORT_FUNC;
    if (plug != 0) {
        *index =
            alias(c, *sort, c->instances[plug], offer_of(c->parts[plug], item)->name);
        return true;
    }
    if (*sort == TNI_SORT_FUNC) {
        const tni_wit_func *f = merged_func(c, x->name);
        return f != NULL && tni_wrap_get(&c->w, f, WRAP_IMPORT, 0, index);
    }
    const tni_wit_item *i =
        item == NULL ? NULL : tni_compose_find(&c->merger, x->name, item->is_plain);
    return i != NULL && i->interface != NULL &&
           tni_wrap_get(&c->w, i->interface, WRAP_IMPORT, 0, index);
}

static u32 instantiate(composer *c, u32 part) {
    const tni_component *of = c->parts[part]->component;
    tni_buf nested = {.data = (u8 *)(uintptr_t)of->bytes, .count = of->byte_count};
    tni_cwriter_section(&c->w.top.writer, TNI_CSECTION_COMPONENT, &nested);
    u32 component = c->w.components++;
    tni_buf args = begin(c);
    for (u32 i = 0; i < of->import_count; i++) {
        tni_sort sort;
        u32 index = 0;
        if (!argument(c, part, &of->imports[i], &sort, &index)) {
            tni_buf_format(c->problems, "%.*s: import \"%.*s\" cannot be passed on\n",
                           STR(c->parts[part]->name), STR(of->imports[i].name));
            continue;
        }
        tni_write_name(&args, of->imports[i].name);
        tni_cwrite_sort(&args, sort);
        tni_buf_u32(&args, index);
    }
    tni_buf b = begin(c);
    tni_buf_byte(&b, 0x00);
    tni_buf_u32(&b, component);
    tni_buf_u32(&b, of->import_count);
    tni_buf_put(&b, args.data, args.count);
    b.failed = b.failed || args.failed;
    tni_buf_free(&args);
    tni_wrap_entry(&c->w.top, TNI_CSECTION_INSTANCE, &b);
    return c->w.instances++;
}

static void put_exports(composer *c) {
    const tni_component *of = c->parts[0]->component;
    for (u32 i = 0; i < of->export_count; i++) {
        tni_sort sort = of->export_items[i].sort;
        u32 index = alias(c, sort, c->instances[0], of->exports[i].name);
        tni_buf b = begin(c);
        tni_cwrite_name(&b, &of->exports[i]);
        tni_cwrite_sort(&b, sort);
        tni_buf_u32(&b, index);
        tni_buf_byte(&b, 0x00);
        tni_wrap_entry(&c->w.top, TNI_CSECTION_EXPORT, &b);
        (void)count(c, sort);
    }
}

static tenon_status put_all(composer *c) {
    put_imports(c);
    for (u32 i = 0; i < c->part_count; i++) {
        c->instances[c->order[i]] = instantiate(c, c->order[i]);
    }
    put_exports(c);
    tni_cwriter_finish(&c->w.top.writer);
    return c->w.status;
}

/* -- the whole -- */

/* The plugs' imports first: of two interfaces on a track the newer one is taken anyway.
 */
static tenon_status merge(composer *c) {
    for (u32 i = 1; i <= c->part_count; i++) {
        c->part = i % c->part_count;
        TNI_TRY(tni_compose_merge(&c->merger, c->parts[c->part], is_left, c));
    }
    return TENON_OK;
}

static tenon_status check_all(composer *c) {
    bool *done = TNI_ARENA_ARRAY(c->arena, bool, c->part_count);
    c->order = TNI_ARENA_ARRAY(c->arena, u32, c->part_count);
    c->instances = TNI_ARENA_ARRAY(c->arena, u32, c->part_count);
    if (done == NULL || c->order == NULL || c->instances == NULL) {
        return tni_no_memory(c->e);
    }
    check_ambiguous(c);
    for (u32 i = 1; i < c->part_count; i++) {
        check_used(c, i);
    }
    put_in_order(c, done);
    for (u32 i = 0; i < c->part_count; i++) {
        for (u32 plug = 1; plug < c->part_count; plug++) {
            TNI_TRY(i == plug ? TENON_OK : check_pair(c, i, plug));
        }
    }
    TNI_TRY(merge(c));
    if (c->problems->count > 0) {
        return TENON_OK; /* the merged world may have holes */
    }
    for (u32 i = 1; i <= c->part_count; i++) {
        TNI_TRY(check_merged(c, i % c->part_count));
    }
    return TENON_OK;
}

tenon_status tni_compose(tni_arena *a, const tni_composed *socket,
                         const tni_composed *plugs, u32 plug_count, tni_buf *out,
                         tni_buf *problems, tenon_error *e) {
    composer c = {.arena = a, .e = e, .part_count = plug_count + 1, .problems = problems};
    c.parts = TNI_ARENA_ARRAY(a, const tni_composed *, c.part_count);
    if (c.parts == NULL) {
        return tni_no_memory(e);
    }
    c.parts[0] = socket;
    for (u32 i = 0; i < plug_count; i++) {
        c.parts[i + 1] = &plugs[i];
    }
    tni_compose_merger_init(&c.merger, a, problems, e);
    c.w = (wrapper){.arena = a,
                    .e = e,
                    .world = &c.merger.world,
                    .problems = problems,
                    .takes_all = true,
                    .memory = TNI_NO_INDEX};
    tni_map_init(&c.w.map, a->heap);
    tni_map_init(&c.w.layouts, a->heap);
    tni_wrap_scope_init(&c.w, &c.w.top, WRAP_TOP, NULL);
    tenon_status s = check_all(&c);
    if (s == TENON_OK && problems->count == 0) {
        s = put_all(&c);
        tni_buf_put(out, c.w.top.out.data, c.w.top.out.count);
    }
    if (s == TENON_OK && (c.w.top.out.failed || out->failed || problems->failed)) {
        s = tni_no_memory(e);
    }
    tni_wrap_scope_free(&c.w.top);
    tni_map_free(&c.w.map);
    tni_map_free(&c.w.layouts);
    tni_compose_merger_free(&c.merger);
    return s;
}
