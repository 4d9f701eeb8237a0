/* component_print.c: the definitions of a component as text. Explainer.md, "Grammar";
 * Binary.md for how they are encoded. */
#include "text/component_print.h"

#include "component/cwrite.h"
#include "text/component_printer.h"

/* -- pieces -- */

const char *tni_sort_words(tni_sort sort) {
    static const char *const words[TNI_SORT_COUNT] = {
        "core func", "core table",  "core memory",   "core global", "core tag",
        "core type", "core module", "core instance", "func",        "value",
        "type",      "component",   "instance"};
    return words[sort];
}

/* A core sort where only those can stand. */
static const char *core_sort_word(tni_sort sort) {
    return tni_sort_words(sort) + sizeof "core";
}

tenon_status tni_cprint_bad(const tni_reader *r, u8 byte) {
    return tni_fail(r->e, TNI_ERR_CM_LEADING_BYTE, tni_reader_offset(r) - 1, "(0x%x)",
                    byte);
}

void tni_cprint_enter(tni_component_printer *p, tni_pscope *s) {
    p->scope = s;
    p->core.ids[TNI_SPACE_TYPE] = s->ids[TNI_SORT_CORE_TYPE];
    p->core.indent++;
}

void tni_cprint_leave(tni_component_printer *p, tni_pscope *outer) {
    p->scope = outer;
    if (outer != NULL) {
        p->core.ids[TNI_SPACE_TYPE] = outer->ids[TNI_SORT_CORE_TYPE];
    }
    p->core.indent--;
}

void tni_cprint_begin(tni_component_printer *p, const char *word) {
    tni_print_line(&p->core);
    tni_buf_format(p->core.out, "(%s", word);
}

void tni_cprint_end(tni_component_printer *p) {
    tni_buf_byte(p->core.out, ')');
}

static bool has_id(const tni_component_printer *p, tni_sort sort, u32 index) {
    const tni_id_list *list = &p->scope->ids[sort];
    return index < list->count && list->data[index].len != 0;
}

void tni_cprint_ref(tni_component_printer *p, tni_sort sort, u32 index) {
    if (has_id(p, sort, index)) {
        tni_buf_str(p->core.out, p->scope->ids[sort].data[index]);
    } else {
        tni_buf_format(p->core.out, "%u", index);
    }
}

/* with_name: with (@name "…") where the identifier is not the name. Returns what the
 * identifier says. */
static tni_str print_binding(tni_component_printer *p, tni_sort sort, bool with_name) {
    u32 index = p->scope->counts[sort]++;
    if (has_id(p, sort, index)) {
        tni_buf_byte(p->core.out, ' ');
        tni_buf_str(p->core.out, p->scope->ids[sort].data[index]);
    }
    const tni_id_list *list = &p->scope->ids[sort];
    if (with_name && index < list->count && list->renamed[index] != 0) {
        tni_print_name(p->core.out, p->core.renamed.data[list->renamed[index] - 1].name);
    }
    tni_buf_format(p->core.out, " (;%u;)", index);
    return has_id(p, sort, index) ? list->texts[index] : (tni_str){NULL, 0};
}

void tni_cprint_binding(tni_component_printer *p, tni_sort sort) {
    print_binding(p, sort, true);
}

tenon_status tni_cprint_index(tni_component_printer *p, tni_reader *r, tni_sort sort) {
    u32 index;
    TNI_TRY(tni_read_u32(r, &index));
    tni_buf_byte(p->core.out, ' ');
    tni_cprint_ref(p, sort, index);
    return TENON_OK;
}

tenon_status tni_cprint_string(tni_component_printer *p, tni_reader *r) {
    tni_str s;
    TNI_TRY(tni_read_name(r, &s));
    tni_buf_byte(p->core.out, ' ');
    tni_print_string(p->core.out, s, true);
    return TENON_OK;
}

static tenon_status print_attribute(tni_component_printer *p, tni_reader *r) {
    static const char *const words[] = {"implements", "versionsuffix", "external-id"};
    u8 kind;
    TNI_TRY(tni_read_byte(r, &kind));
    if (kind >= TNI_COUNT_OF(words)) {
        return tni_cprint_bad(r, kind);
    }
    tni_buf_format(p->core.out, " (%s", words[kind]);
    TNI_TRY(tni_cprint_string(p, r));
    tni_buf_byte(p->core.out, ')');
    return TENON_OK;
}

tenon_status tni_cprint_name(tni_component_printer *p, tni_reader *r) {
    u8 form;
    u32 count = 0;
    TNI_TRY(tni_read_byte(r, &form));
    TNI_TRY(tni_cprint_string(p, r));
    if (form == 0x02) {
        TNI_TRY(tni_read_u32(r, &count));
    }
    for (u32 i = 0; i < count; i++) {
        TNI_TRY(print_attribute(p, r));
    }
    return TENON_OK;
}

/* core:sort */
static tenon_status read_core_sort(tni_reader *r, tni_sort *out) {
    u8 code;
    TNI_TRY(tni_read_byte(r, &code));
    if (code == 0x12) {
        *out = TNI_SORT_CORE_INSTANCE;
    } else if (code == 0x11) {
        *out = TNI_SORT_CORE_MODULE;
    } else if (code == 0x10) {
        *out = TNI_SORT_CORE_TYPE;
    } else if (code <= 0x04) {
        *out = (tni_sort)(TNI_SORT_CORE_FUNC + code);
    } else {
        return tni_cprint_bad(r, code);
    }
    return TENON_OK;
}

tenon_status tni_cprint_read_sort(tni_reader *r, tni_sort *out) {
    u8 code;
    TNI_TRY(tni_read_byte(r, &code));
    switch (code) {
    case 0x00: return read_core_sort(r, out);
    case 0x01: *out = TNI_SORT_FUNC; return TENON_OK;
    case 0x02: *out = TNI_SORT_VALUE; return TENON_OK;
    case 0x03: *out = TNI_SORT_TYPE; return TENON_OK;
    case 0x04: *out = TNI_SORT_COMPONENT; return TENON_OK;
    case 0x05: *out = TNI_SORT_INSTANCE; return TENON_OK;
    default: return tni_cprint_bad(r, code);
    }
}

/* " (sort index)" */
static tenon_status print_sortidx(tni_component_printer *p, tni_reader *r) {
    tni_sort sort;
    TNI_TRY(tni_cprint_read_sort(r, &sort));
    tni_buf_format(p->core.out, " (%s", tni_sort_words(sort));
    TNI_TRY(tni_cprint_index(p, r, sort));
    tni_buf_byte(p->core.out, ')');
    return TENON_OK;
}

/* -- core instances and instances -- */

/* The items of an instance, each on a line: (with name item), (export name item). */
typedef tenon_status print_item(tni_component_printer *p, tni_reader *r);

static tenon_status print_items(tni_component_printer *p, tni_reader *r, const char *word,
                                print_item *item) {
    u32 count;
    TNI_TRY(tni_read_u32(r, &count));
    p->core.indent++;
    for (u32 i = 0; i < count; i++) {
        if (count > 1) {
            tni_print_line(&p->core);
        } else {
            tni_buf_byte(p->core.out, ' ');
        }
        tni_buf_format(p->core.out, "(%s", word);
        TNI_TRY(item(p, r));
        tni_buf_byte(p->core.out, ')');
    }
    p->core.indent--;
    return TENON_OK;
}

static tenon_status print_core_item(tni_component_printer *p, tni_reader *r) {
    tni_sort sort;
    TNI_TRY(tni_cprint_string(p, r));
    TNI_TRY(read_core_sort(r, &sort));
    tni_buf_format(p->core.out, " (%s", core_sort_word(sort));
    TNI_TRY(tni_cprint_index(p, r, sort));
    tni_buf_byte(p->core.out, ')');
    return TENON_OK;
}

static tenon_status print_argument(tni_component_printer *p, tni_reader *r) {
    TNI_TRY(tni_cprint_string(p, r));
    return print_sortidx(p, r);
}

static tenon_status print_inline_export(tni_component_printer *p, tni_reader *r) {
    TNI_TRY(tni_cprint_name(p, r));
    return print_sortidx(p, r);
}

/* An entry of either section: (instantiate of items), or items. */
static tenon_status print_any_instance(tni_component_printer *p, tni_reader *r,
                                       tni_sort sort, tni_sort of, print_item *argument,
                                       print_item *export) {
    u8 form;
    TNI_TRY(tni_read_byte(r, &form));
    tni_cprint_begin(p, tni_sort_words(sort));
    tni_cprint_binding(p, sort);
    if (form == 0x00) {
        tni_buf_str(p->core.out, TNI_STR(" (instantiate"));
        TNI_TRY(tni_cprint_index(p, r, of));
        TNI_TRY(print_items(p, r, "with", argument));
        tni_buf_byte(p->core.out, ')');
    } else {
        TNI_TRY(print_items(p, r, "export", export));
    }
    tni_cprint_end(p);
    return TENON_OK;
}

static tenon_status print_core_instance(tni_component_printer *p, tni_reader *r) {
    return print_any_instance(p, r, TNI_SORT_CORE_INSTANCE, TNI_SORT_CORE_MODULE,
                              print_core_item, print_core_item);
}

static tenon_status print_instance(tni_component_printer *p, tni_reader *r) {
    return print_any_instance(p, r, TNI_SORT_INSTANCE, TNI_SORT_COMPONENT, print_argument,
                              print_inline_export);
}

/* -- aliases, imports, exports -- */

tenon_status tni_cprint_alias(tni_component_printer *p, tni_reader *r) {
    tni_buf *out = p->core.out;
    tni_sort sort;
    u8 target;
    TNI_TRY(tni_cprint_read_sort(r, &sort));
    TNI_TRY(tni_read_byte(r, &target));
    tni_cprint_begin(p, "alias");
    switch (target) {
    case 0x00:
        tni_buf_str(out, TNI_STR(" export"));
        TNI_TRY(tni_cprint_index(p, r, TNI_SORT_INSTANCE));
        TNI_TRY(tni_cprint_string(p, r));
        break;
    case 0x01:
        tni_buf_str(out, TNI_STR(" core export"));
        TNI_TRY(tni_cprint_index(p, r, TNI_SORT_CORE_INSTANCE));
        TNI_TRY(tni_cprint_string(p, r));
        break;
    case 0x02: {
        u32 count, index;
        TNI_TRY(tni_read_u32(r, &count));
        TNI_TRY(tni_read_u32(r, &index));
        tni_buf_format(out, " outer %u %u", count, index);
        break;
    }
    default: return tni_cprint_bad(r, target);
    }
    tni_buf_format(out, " (%s", tni_sort_words(sort));
    tni_cprint_binding(p, sort);
    tni_buf_byte(out, ')');
    tni_cprint_end(p);
    return TENON_OK;
}

tenon_status tni_cprint_import(tni_component_printer *p, tni_reader *r) {
    tni_cprint_begin(p, "import");
    TNI_TRY(tni_cprint_name(p, r));
    TNI_TRY(tni_cprint_externtype(p, r, true));
    tni_cprint_end(p);
    return TENON_OK;
}

/* The sort, which says what index the export makes, stands after the name. */
static tenon_status print_export(tni_component_printer *p, tni_reader *r) {
    tni_buf *out = p->core.out;
    tni_buf name;
    tni_sort sort = TNI_SORT_FUNC;
    u8 has_type;
    tni_buf_init(&name, p->core.heap);
    p->core.out = &name;
    tenon_status status = tni_cprint_name(p, r);
    p->core.out = out;
    if (status == TENON_OK) {
        status = tni_cprint_read_sort(r, &sort);
    }
    if (status == TENON_OK) {
        tni_cprint_begin(p, "export");
        tni_cprint_binding(p, sort);
        tni_buf_put(out, name.data, name.count);
        out->failed = out->failed || name.failed;
    }
    tni_buf_free(&name);
    TNI_TRY(status);
    tni_buf_format(out, " (%s", tni_sort_words(sort));
    TNI_TRY(tni_cprint_index(p, r, sort));
    tni_buf_byte(out, ')');
    TNI_TRY(tni_read_byte(r, &has_type));
    if (has_type == 1) {
        TNI_TRY(tni_cprint_externtype(p, r, false));
    }
    tni_cprint_end(p);
    return TENON_OK;
}

/* -- identifiers -- */

typedef struct naming {
    tni_component_printer *printer;
    const tni_component *component;
    tni_pscope *scope;
} naming;

/* Binary.md, "Name Section": the names of a sort. */
static tenon_status read_names_of_sort(void *data, u8 id, tni_reader *r) {
    const naming *n = data;
    tni_sort sort;
    if (id != 1 || tni_cprint_read_sort(r, &sort) != TENON_OK ||
        n->scope->ids[sort].is_read) {
        return TENON_OK;
    }
    return tni_print_read_map(&n->printer->core, r, n->component->space_counts[sort],
                              &n->scope->ids[sort]);
}

static bool is_names(const tni_custom *c) {
    return tni_str_eq(c->name, TNI_STR("component-name"));
}

static tenon_status read_names(tni_component_printer *p, const tni_component *c,
                               tni_pscope *s) {
    naming n = {p, c, s};
    return tni_print_read_subsections(c->customs, c->custom_count,
                                      TNI_STR("component-name"), read_names_of_sort, &n);
}

/* What modules and components that are written out are called, only identifiers can say.
 */
static bool is_renamed(const tni_id_list *list) {
    for (u32 i = 0; i < list->count; i++) {
        if (list->renamed[i] != 0) {
            return true;
        }
    }
    return false;
}

static bool same_subsection(const naming *n, u8 id, int *last, tni_reader *r,
                            tni_buf *out) {
    tni_str name;
    tni_sort sort;
    if (id == 0) {
        if (*last >= 0 || tni_read_name(r, &name) != TENON_OK || name.len == 0) {
            return false;
        }
        *last = 0;
        tni_write_name(out, name);
        return true;
    }
    if (id != 1 || tni_cprint_read_sort(r, &sort) != TENON_OK || (int)sort + 1 <= *last) {
        return false;
    }
    *last = (int)sort + 1;
    tni_cwrite_sort(out, sort);
    return tni_print_same_map(r, n->component->space_counts[sort], out) &&
           !((sort == TNI_SORT_CORE_MODULE || sort == TNI_SORT_COMPONENT) &&
             is_renamed(&n->scope->ids[sort]));
}

/* Whether the assembler would write this component-name section from the identifiers and
 * names that are printed. */
static bool names_suffice(const naming *n, tni_str bytes) {
    tenon_error ignored;
    tni_heap *h = n->printer->core.heap;
    tni_reader r = tni_reader_of((const u8 *)bytes.ptr, bytes.len, 0, &ignored);
    tni_buf part, all;
    u32 sections = 0;
    int last = -1;
    for (u32 i = 0; i < n->component->custom_count; i++) {
        sections += is_names(&n->component->customs[i]);
    }
    tni_buf_init(&part, h);
    tni_buf_init(&all, h);
    bool same = sections == 1 && bytes.len != 0;
    while (same && tni_reader_left(&r) > 0) {
        u8 id = 0;
        u32 len = 0;
        tni_reader sub;
        part.count = 0;
        same = tni_read_byte(&r, &id) == TENON_OK && tni_read_u32(&r, &len) == TENON_OK &&
               tni_read_sub(&r, len, &sub) == TENON_OK &&
               same_subsection(n, id, &last, &sub, &part);
        tni_write_section(&all, id, &part);
    }
    same = same && !part.failed && !all.failed && all.count == bytes.len &&
           memcmp(all.data, bytes.ptr, all.count) == 0;
    tni_buf_free(&part);
    tni_buf_free(&all);
    return same;
}

/* -- sections -- */

/* A component while its sections are printed. */
typedef struct walk {
    const tni_component *c;
    u32 next_def;    /* modules and components are found among the definitions */
    u8 last;         /* the section before, or TNI_CSECTION_CUSTOM */
    tni_reader rest; /* what comes after the section at hand */
} walk;

static const tni_def *next_def(walk *w, tni_def_kind kind) {
    while (w->next_def < w->c->def_count) {
        const tni_def *def = &w->c->defs[w->next_def++];
        if (def->kind == kind) {
            return def;
        }
    }
    return NULL;
}

static tenon_status print_component(tni_component_printer *p, const tni_component *c,
                                    tni_str id);

static tenon_status print_nested(tni_component_printer *p, walk *w, tni_reader *r) {
    const tni_def *def = next_def(w, TNI_DEF_COMPONENT);
    r->cur = r->end;
    if (def == NULL) {
        return tni_cprint_bad(r, TNI_CSECTION_COMPONENT);
    }
    tni_cprint_begin(p, "component");
    TNI_TRY(
        print_component(p, def->component, print_binding(p, TNI_SORT_COMPONENT, false)));
    tni_cprint_end(p);
    return TENON_OK;
}

static tenon_status print_module(tni_component_printer *p, walk *w, tni_reader *r) {
    const tni_def *def = next_def(w, TNI_DEF_CORE_MODULE);
    r->cur = r->end;
    if (def == NULL) {
        return tni_cprint_bad(r, TNI_CSECTION_CORE_MODULE);
    }
    tni_cprint_begin(p, "core module");
    const tni_str id = print_binding(p, TNI_SORT_CORE_MODULE, false);
    TNI_TRY(tni_text_print_fields(def->module, id, p->core.flags, p->core.indent,
                                  p->core.out, p->core.e));
    tni_cprint_end(p);
    return TENON_OK;
}

/* Whether nothing but custom sections comes after: then everything that has an identifier
 * has it already. */
static bool only_customs(tni_reader r) {
    tenon_error ignored;
    tni_reader contents;
    u8 id;
    u32 size;
    r.e = &ignored;
    while (tni_reader_left(&r) > 0) {
        if (tni_read_byte(&r, &id) != TENON_OK || id != TNI_CSECTION_CUSTOM ||
            tni_read_u32(&r, &size) != TENON_OK ||
            tni_read_sub(&r, size, &contents) != TENON_OK) {
            return false;
        }
    }
    return true;
}

static tenon_status print_custom(tni_component_printer *p, const walk *w, tni_reader *r) {
    tni_str name;
    TNI_TRY(tni_read_name(r, &name));
    const tni_str bytes = {(const char *)r->cur, tni_reader_left(r)};
    const naming n = {p, w->c, p->scope};
    r->cur = r->end;
    if (tni_str_eq(name, TNI_STR("component-name")) && only_customs(w->rest) &&
        names_suffice(&n, bytes)) {
        tni_cprint_begin(p, "@tenon.names");
        tni_cprint_end(p);
        return TENON_OK;
    }
    tni_cprint_begin(p, "@custom ");
    tni_print_string(p->core.out, name, true);
    if ((p->core.flags & TNI_PRINT_SKELETON) != 0) {
        tni_buf_format(p->core.out, " (;%zu bytes;)", bytes.len);
    } else if (bytes.len != 0) {
        tni_print_bytes(&p->core, (const u8 *)bytes.ptr, bytes.len);
    }
    tni_cprint_end(p);
    return TENON_OK;
}

typedef tenon_status print_entry(tni_component_printer *p, tni_reader *r);

static print_entry *const entry_printers[] = {
    [TNI_CSECTION_CORE_INSTANCE] = print_core_instance,
    [TNI_CSECTION_CORE_TYPE] = tni_cprint_core_type,
    [TNI_CSECTION_INSTANCE] = print_instance,
    [TNI_CSECTION_ALIAS] = tni_cprint_alias,
    [TNI_CSECTION_TYPE] = tni_cprint_type,
    [TNI_CSECTION_CANON] = tni_cprint_canon,
    [TNI_CSECTION_IMPORT] = tni_cprint_import,
    [TNI_CSECTION_EXPORT] = print_export,
};

static tenon_status print_vector(tni_component_printer *p, walk *w, u8 id,
                                 tni_reader *r) {
    u32 count;
    if (id >= TNI_COUNT_OF(entry_printers) || entry_printers[id] == NULL) {
        return tni_cprint_bad(r, id);
    }
    TNI_TRY(tni_read_u32(r, &count));
    if (count != 0 && w->last == id) {
        tni_cprint_begin(p, "@tenon.section");
        tni_cprint_end(p);
    }
    for (u32 i = 0; i < count; i++) {
        TNI_TRY(entry_printers[id](p, r));
    }
    w->last = count != 0 ? id : w->last;
    return TENON_OK;
}

static tenon_status print_section(tni_component_printer *p, walk *w, tni_reader *r) {
    tni_reader contents;
    u8 id;
    u32 size;
    TNI_TRY(tni_read_byte(r, &id));
    TNI_TRY(tni_read_u32(r, &size));
    TNI_TRY(tni_read_sub(r, size, &contents));
    w->rest = *r;
    switch (id) {
    case TNI_CSECTION_CUSTOM: TNI_TRY(print_custom(p, w, &contents)); break;
    case TNI_CSECTION_CORE_MODULE: TNI_TRY(print_module(p, w, &contents)); break;
    case TNI_CSECTION_COMPONENT: TNI_TRY(print_nested(p, w, &contents)); break;
    default: return print_vector(p, w, id, &contents);
    }
    w->last = id;
    return TENON_OK;
}

/* The fields of a component after its identifier, and its name where that says another.
 * The loader has bounded how deep they nest. */
static tenon_status print_component(tni_component_printer *p, const tni_component *c,
                                    tni_str id) {
    tni_pscope scope = {.counts = {0}};
    tni_pscope *outer = p->scope;
    walk w = {.c = c, .last = TNI_CSECTION_CUSTOM};
    enum { PREAMBLE = 8 };
    tni_reader r = tni_reader_of(c->bytes + PREAMBLE, c->byte_count - PREAMBLE,
                                 c->base + PREAMBLE, p->core.e);
    tni_arena_mark mark = tni_arena_save(&p->core.arena);
    if (!tni_str_eq(c->name, id)) {
        tni_print_name(p->core.out, c->name);
    }
    tenon_status status = read_names(p, c, &scope);
    tni_cprint_enter(p, &scope);
    while (status == TENON_OK && tni_reader_left(&r) > 0) {
        status = print_section(p, &w, &r);
    }
    tni_cprint_leave(p, outer);
    tni_arena_restore(&p->core.arena, mark);
    return status;
}

tenon_status tni_text_print_component(const tni_component *c, unsigned flags,
                                      tni_buf *out, tenon_error *e) {
    tni_component_printer p = {
        .core = {.flags = flags, .heap = &c->engine->heap, .out = out, .e = e},
        .engine = c->engine};
    tni_arena_init(&p.core.arena, p.core.heap);
    tni_str id;
    tenon_status status = tni_print_id(&p.core, c->name, &id);
    tni_buf_format(out, "(component%s%.*s", id.len != 0 ? " " : "", (int)id.len, id.ptr);
    if (status == TENON_OK) {
        status = print_component(&p, c, id.len != 0 ? c->name : id);
    }
    tni_buf_str(out, TNI_STR(")\n"));
    tni_vec_free(p.core.heap, &p.core.renamed);
    tni_arena_free(&p.core.arena);
    return status == TENON_OK && out->failed ? tni_no_memory(e) : status;
}
