/* component_names.c: annotations of component text: names, which with identifiers make
 * the component-name section, custom sections, and where sections are split. Binary.md,
 * "Name Section"; Core 3.0, appendix A.7 (annotations).
 *
 * (@name …) after an identifier is the name in its place. After that of a core module or
 * a component that is written out it is the name that this has itself; what the component
 * around it calls it, is its identifier. */
#include "text/component_asm.h"

bool tni_cas_is_annotation(tni_str name) {
    return tni_str_eq(name, TNI_STR("custom")) || tni_str_eq(name, TNI_STR("name")) ||
           tni_str_eq(name, TNI_STR("tenon.section")) ||
           tni_str_eq(name, TNI_STR("tenon.names"));
}

/* -- names -- */

/* (@name "…"), at most once, before the token at hand. */
static tenon_status take_name(tni_component_asm *a, tni_str *out, bool *yes) {
    tni_annotation n;
    *yes = false;
    while (tni_text_claim(&a->core.t, TNI_STR("name"), &n)) {
        if (*yes) {
            return tni_lexer_fail(&a->core.t.lex, n.at, TNI_ERR_TEXT_NAME,
                                  "multiple names");
        }
        TNI_TRY(tni_asm_read_name(&a->core, &n, out));
        *yes = true;
    }
    return TENON_OK;
}

tenon_status tni_cas_id(tni_component_asm *a, tni_cid *out) {
    *out = tni_no_cid;
    TNI_TRY(tni_text_id(&a->core.t, &out->text));
    return take_name(a, &out->name, &out->is_named);
}

tenon_status tni_cas_own_name(tni_component_asm *a, tni_str id, tni_str *out) {
    bool named;
    *out = id;
    return take_name(a, out, &named);
}

tenon_status tni_cas_keep_name(tni_component_asm *a, tni_sort sort, const tni_cid *id,
                               u32 index) {
    tni_asm_name name = {
        .name = id->is_named ? id->name : id->text, .index = index, .space = (u8)sort};
    if (a->scope->kind != TNI_CSCOPE_COMPONENT || (id->text.len == 0 && !id->is_named)) {
        return TENON_OK;
    }
    return tni_vec_push(a->core.t.heap, &a->scope->names, name)
               ? TENON_OK
               : tni_no_memory(a->core.t.e);
}

/* sortnamesubsec, if there are names of this sort. */
static void write_sort(const tni_cscope *s, tni_sort sort, tni_buf *map, tni_buf *out) {
    u32 count = 0;
    for (size_t i = 0; i < s->names.count; i++) {
        count += s->names.data[i].space == sort;
    }
    if (count == 0) {
        return;
    }
    map->count = 0;
    tni_cwrite_sort(map, sort);
    tni_buf_u32(map, count);
    for (size_t i = 0; i < s->names.count; i++) {
        if (s->names.data[i].space == sort) {
            tni_buf_u32(map, s->names.data[i].index);
            tni_write_name(map, s->names.data[i].name);
        }
    }
    tni_write_section(out, 1, map);
}

static tenon_status write_names(tni_component_asm *a) {
    tni_cscope *s = a->scope;
    tni_buf *section = NULL, *part = NULL;
    if (s->names_written) {
        return TENON_OK;
    }
    s->names_written = true;
    TNI_TRY(TNI_CAS_TAKE(a, &section));
    TNI_TRY(TNI_CAS_TAKE(a, &part));
    tni_write_name(section, TNI_STR("component-name"));
    size_t begin = section->count;
    if (s->name.len != 0) {
        tni_write_name(part, s->name);
        tni_write_section(section, 0, part);
    }
    for (u32 sort = 0; sort < TNI_SORT_COUNT; sort++) {
        write_sort(s, (tni_sort)sort, part, section);
    }
    section->failed = section->failed || part->failed;
    if (section->count != begin || section->failed) {
        tni_cwriter_section(&s->writer, TNI_CSECTION_CUSTOM, section);
    }
    tni_cas_give(a, part);
    tni_cas_give(a, section);
    return TENON_OK;
}

tenon_status tni_cas_write_names(tni_component_asm *a) {
    return (a->core.flags & TNI_TEXT_NAMES) != 0 ? write_names(a) : TENON_OK;
}

/* -- between fields -- */

/* Those that stand where a definition could. */
static bool is_field(tni_str name) {
    return tni_cas_is_annotation(name) && !tni_str_eq(name, TNI_STR("name"));
}

/* (@custom "name" "bytes"*): a custom section, here. */
static tenon_status custom_section(tni_component_asm *a, const tni_annotation *n) {
    tni_str name;
    tni_buf *bytes = NULL, *b = NULL;
    TNI_TRY(TNI_CAS_TAKE(a, &bytes));
    TNI_TRY(tni_asm_read_custom(&a->core, n, &name, bytes));
    TNI_TRY(TNI_CAS_TAKE(a, &b));
    tni_write_name(b, name);
    tni_buf_put(b, bytes->data, bytes->count);
    tni_cwriter_section(&a->scope->writer, TNI_CSECTION_CUSTOM, b);
    tni_cas_give(a, b);
    tni_cas_give(a, bytes);
    if (tni_str_eq(name, TNI_STR("component-name"))) {
        a->scope->names_written = true; /* this one stands for what would be written */
    }
    return TENON_OK;
}

/* Types have none: there they are misplaced. */
tenon_status tni_cas_annotations(tni_component_asm *a) {
    tni_annotation n;
    while (a->scope->kind == TNI_CSCOPE_COMPONENT &&
           tni_text_claim_if(&a->core.t, is_field, &n)) {
        if (tni_str_eq(n.name, TNI_STR("custom"))) {
            TNI_TRY(custom_section(a, &n));
        } else if (tni_str_eq(n.name, TNI_STR("tenon.names"))) {
            TNI_TRY(write_names(a));
        } else {
            tni_cwriter_split(&a->scope->writer);
        }
    }
    return TENON_OK;
}
