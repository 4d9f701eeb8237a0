/* difference.c: differences of contracts in words: where, what, both sides, what can be
 * done. */
#include "wit/difference.h"

#include "wit/contract_text.h"

static void put(tni_buf *b, const char *text) {
    tni_buf_str(b, tni_str_of(text));
}

static bool is(const char *a, const char *b) {
    return strcmp(a, b) == 0;
}

static void put_step(tni_buf *b, const tenon_difference_step *s) {
    if (is(s->what, "interface")) {
        put(b, s->name);
        return;
    }
    put(b, is(s->what, "constructor") ? "constructor of" : s->what);
    if (s->name != NULL) {
        tni_buf_format(b, " `%s`", s->name);
    } else if (s->number > 0) {
        tni_buf_format(b, " %u", s->number);
    }
}

static void put_path(tni_buf *b, const tenon_difference *d) {
    for (u32 i = 0; i < d->step_count; i++) {
        put(b, i > 0 ? ", " : "");
        put_step(b, &d->steps[i]);
    }
}

/* What the parts of a thing are called. */
static const char *parts_of(const char *what) {
    return is(what, "record")                        ? "fields"
           : is(what, "variant") || is(what, "enum") ? "cases"
           : is(what, "flags")                       ? "flags"
           : is(what, "function") || is(what, "method") || is(what, "static function") ||
                   is(what, "constructor")
               ? "parameters"
               : "parts";
}

static void put_what(tni_buf *b, const tenon_difference *d) {
    static const char *const texts[] = {
        [TENON_DIFFERENCE_MISSING] = "is missing",
        [TENON_DIFFERENCE_EXTRA] = "is offered but not wanted",
        [TENON_DIFFERENCE_VERSION] = "is there only in a version that does not fit",
        [TENON_DIFFERENCE_SORT] = "is something else",
        [TENON_DIFFERENCE_NAME] = "has another name",
        [TENON_DIFFERENCE_COUNT] = "has another number of members",
        [TENON_DIFFERENCE_TYPE] = "has another type",
        [TENON_DIFFERENCE_OWNER] = "is lent on one side and given away on the other",
        [TENON_DIFFERENCE_ASYNC] = "is async on one side only",
    };
    if (d->kind == TENON_DIFFERENCE_ORDER) {
        tni_buf_format(b, "has its %s in another order",
                       parts_of(d->steps[d->step_count - 1].what));
    } else {
        put(b, texts[d->kind]);
    }
}

/* "[method]shelf.put" as "method `shelf.put`", other names in marks alone. */
static void put_near(tni_buf *b, const char *near) {
    tni_str name;
    const char *what = tni_wit_func_word(tni_str_of(near), &name);
    if (near[0] == '[') {
        tni_buf_format(b, "%s ", is(what, "constructor") ? "constructor of" : what);
    }
    tni_buf_format(b, "`%.*s`", (int)name.len, name.ptr);
}

/* -- what can be done -- */

/* Who offers and who wants, as the caller knows them; of two components, by their names.
 */
static const char *party(const tenon_difference *d, const tenon_origin *o,
                         bool is_component) {
    bool both = d->wanted_from.kind == TENON_ORIGIN_COMPONENT &&
                d->offered_from.kind == TENON_ORIGIN_COMPONENT;
    return both && o->name != NULL        ? o->name
           : o->kind == TENON_ORIGIN_HOST ? "the host"
           : is_component                 ? "the component"
                                          : "the world";
}

static const char *offerer(const tenon_difference *d) {
    return party(d, &d->offered_from, d->is_export);
}

static const char *wanter(const tenon_difference *d) {
    return party(d, &d->wanted_from, !d->is_export);
}

/* The same function as a method, static or free. */
static bool is_other_sort(const tenon_difference *d) {
    tni_str name = {NULL, 0};
    if (d->near != NULL) {
        (void)tni_wit_func_word(tni_str_of(d->near), &name);
    }
    const char *wanted = d->steps[d->step_count - 1].name;
    return name.len > 0 && wanted != NULL && tni_str_eq(name, tni_str_of(wanted));
}

static void put_missing_hint(tni_buf *b, const tenon_difference *d) {
    const tenon_difference_step *last = &d->steps[d->step_count - 1];
    if (d->offered != NULL) {
        put(b, "add ");
        put_step(b, last);
        tni_buf_format(b, " to what %s offers, or take it out of what %s wants",
                       offerer(d), wanter(d));
        return;
    }
    if (is_other_sort(d)) {
        tni_buf_format(b, "make it a %s on both sides, or on neither", last->what);
        return;
    }
    if (d->near != NULL) {
        put(b, "if ");
        put_near(b, d->near);
        put(b, " is meant, use one name on both sides; otherwise ");
    }
    const char *in =
        d->step_count > 1 && is(d->steps[0].what, "interface") ? d->steps[0].name : NULL;
    if (d->is_export || d->offered_from.kind == TENON_ORIGIN_HOST) {
        tni_buf_format(b, d->is_export ? "export it from %s" : "let %s offer it",
                       offerer(d));
        tni_buf_format(b, "%s%s", in != NULL ? " in " : "", in != NULL ? in : "");
    } else {
        tni_buf_format(b, "add it to %s", in != NULL ? in : offerer(d));
    }
    tni_buf_format(b,
                   d->is_export ? ", or take it out of %s" : ", or build %s without it",
                   wanter(d));
}

static void put_version_hint(tni_buf *b, const tenon_difference *d) {
    const char *a = strchr(d->wanted, '@'), *o = strchr(d->offered, '@');
    if (a == NULL || o == NULL) {
        put(b, "what has a version fits only what has one: ");
    } else if (strchr(a, '-') != NULL || strchr(o, '-') != NULL) {
        put(b, "a pre-release fits only itself: ");
    } else {
        put(b, "versions fit that are alike up to the first number that is not 0: ");
    }
}

static void put_build(tni_buf *b, const tenon_difference *d) {
    if (d->is_export) {
        tni_buf_format(b, "build %s for what is wanted, or let %s want what is offered",
                       offerer(d), wanter(d));
    } else {
        tni_buf_format(b, "build %s for what is offered, or let %s offer what is wanted",
                       wanter(d), offerer(d));
    }
}

static void put_hint(tni_buf *b, const tenon_difference *d) {
    switch (d->kind) {
    case TENON_DIFFERENCE_MISSING: put_missing_hint(b, d); break;
    case TENON_DIFFERENCE_EXTRA:
        put(b, "take ");
        put_step(b, &d->steps[d->step_count - 1]);
        tni_buf_format(b, " out of what %s offers, or add it to what %s wants",
                       offerer(d), wanter(d));
        break;
    case TENON_DIFFERENCE_VERSION:
        put_version_hint(b, d);
        put_build(b, d);
        break;
    case TENON_DIFFERENCE_SORT:
        put(b, "a name stands for one thing: rename it on one side");
        break;
    case TENON_DIFFERENCE_NAME: put(b, "use one name on both sides"); break;
    case TENON_DIFFERENCE_ORDER:
        put(b, "write them in one order on both sides: order is part of the type");
        break;
    case TENON_DIFFERENCE_COUNT:
        put(b, "give the tuple the same members on both sides");
        break;
    case TENON_DIFFERENCE_TYPE: put_build(b, d); break;
    case TENON_DIFFERENCE_OWNER:
        put(b, "use borrow<…> on both sides to lend the handle for the call, or neither "
               "to give it away");
        break;
    case TENON_DIFFERENCE_ASYNC:
        put(b, "write async on both sides, or on neither");
        break;
    }
}

/* -- the whole -- */

static void put_origin(tni_buf *b, const tenon_origin *o) {
    switch (o->kind) {
    case TENON_ORIGIN_HOST:
        tni_buf_format(b, "  (the host%s%s)\n", o->name != NULL ? "'s " : "",
                       o->name != NULL ? o->name : "");
        break;
    case TENON_ORIGIN_WIT:
        tni_buf_format(b, "  (%s:%u:%u)\n", o->name, o->line, o->column);
        break;
    case TENON_ORIGIN_COMPONENT:
        tni_buf_format(b, "  (%s)\n", o->name != NULL ? o->name : "the component");
        break;
    }
}

static void put_text(tni_buf *b, const tenon_difference *d) {
    tni_buf_format(b, "%s %s ", d->is_export ? "export" : "import", d->path);
    put_what(b, d);
    tni_buf_format(b, "\n     wanted:  %s", d->wanted);
    put_origin(b, &d->wanted_from);
    put(b, "     offered: ");
    if (d->offered != NULL) {
        put(b, d->offered);
    } else if (d->near != NULL) {
        put(b, "nothing of that name; there is ");
        put_near(b, d->near);
    } else {
        put(b, "nothing");
    }
    put_origin(b, &d->offered_from);
    tni_buf_format(b, "     to mend: %s\n", d->hint);
}

static tenon_status keep(tni_arena *a, tni_buf *b, const char **out, tenon_error *e) {
    tni_str text = {(const char *)b->data, b->count};
    *out = b->failed ? NULL : tni_arena_str(a, text).ptr;
    b->count = 0;
    return *out == NULL ? tni_no_memory(e) : TENON_OK;
}

static tenon_status finish(tni_arena *a, tni_buf *b, tenon_difference *d,
                           tenon_error *e) {
    put_path(b, d);
    TNI_TRY(keep(a, b, &d->path, e));
    put_hint(b, d);
    TNI_TRY(keep(a, b, &d->hint, e));
    put_text(b, d);
    return keep(a, b, &d->text, e);
}

tenon_status tni_difference_finish(tni_arena *a, tenon_difference *d, tenon_error *e) {
    tni_buf b;
    tni_buf_init(&b, a->heap);
    tenon_status status = finish(a, &b, d, e);
    tni_buf_free(&b);
    return status;
}
