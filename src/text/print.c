/* print.c: the fields of a core module as text. Core 3.0, 6.6. */
#include "text/print.h"
#include "text/printer.h"

static void begin_field(tni_printer *p, const char *word) {
    tni_print_line(p);
    tni_buf_format(p->out, "(%s", word);
}

static void end_field(tni_printer *p) {
    tni_buf_byte(p->out, ')');
}

static const tni_space spaces[] = {
    [TNI_EXTERN_FUNC] = TNI_SPACE_FUNC,     [TNI_EXTERN_TABLE] = TNI_SPACE_TABLE,
    [TNI_EXTERN_MEMORY] = TNI_SPACE_MEMORY, [TNI_EXTERN_GLOBAL] = TNI_SPACE_GLOBAL,
    [TNI_EXTERN_TAG] = TNI_SPACE_TAG,
};
static const char *const kind_words[] = {"func", "table", "memory", "global", "tag"};

static void print_extern_type(tni_printer *p, const tni_externtype *t) {
    switch (t->kind) {
    case TNI_EXTERN_FUNC:
    case TNI_EXTERN_TAG: tni_print_typeuse(p, p->out, t->as.func, false); break;
    case TNI_EXTERN_TABLE: tni_print_tabletype(p, p->out, &t->as.table); break;
    case TNI_EXTERN_MEMORY: tni_print_memtype(p->out, &t->as.memory); break;
    case TNI_EXTERN_GLOBAL: tni_print_globaltype(p, p->out, t->as.global); break;
    }
}

static void print_imports(tni_printer *p) {
    u32 next[TNI_EXTERN_TAG + 1] = {0};
    for (u32 i = 0; i < p->m->import_count; i++) {
        const tni_import *x = &p->m->imports[i];
        begin_field(p, "import ");
        tni_print_string(p->out, x->module, true);
        tni_buf_byte(p->out, ' ');
        tni_print_string(p->out, x->name, true);
        tni_buf_format(p->out, " (%s", kind_words[x->type.kind]);
        tni_print_binding(p, spaces[x->type.kind], next[x->type.kind]++);
        print_extern_type(p, &x->type);
        tni_buf_byte(p->out, ')');
        end_field(p);
    }
}

static tenon_status print_funcs(tni_printer *p) {
    const tni_module *m = p->m;
    for (u32 x = m->imported_funcs; x < m->func_count; x++) {
        const tni_func_def *f = &m->funcs[x - m->imported_funcs];
        tni_arena_mark mark = tni_arena_save(&p->arena);
        TNI_TRY(tni_print_local_names(p, x));
        begin_field(p, "func");
        tni_print_binding(p, TNI_SPACE_FUNC, x);
        tni_print_typeuse(p, p->out, f->type, true);
        if ((p->flags & TNI_PRINT_SKELETON) == 0) {
            p->indent++;
            TNI_TRY(tni_print_body(p, x, &f->body));
            p->indent--;
        }
        end_field(p);
        p->local_ids.count = 0;
        tni_arena_restore(&p->arena, mark);
    }
    return TENON_OK;
}

static tenon_status print_tables(tni_printer *p) {
    const tni_module *m = p->m;
    for (u32 x = m->imported_tables; x < m->table_count; x++) {
        const tni_table_def *t = &m->tables[x - m->imported_tables];
        begin_field(p, "table");
        tni_print_binding(p, TNI_SPACE_TABLE, x);
        tni_print_tabletype(p, p->out, &t->type);
        if (t->has_init) {
            tni_buf_byte(p->out, ' ');
            TNI_TRY(tni_print_const(p, &t->init));
        }
        end_field(p);
    }
    return TENON_OK;
}

static tenon_status print_globals(tni_printer *p) {
    const tni_module *m = p->m;
    for (u32 x = m->imported_globals; x < m->global_count; x++) {
        const tni_global_def *g = &m->globals[x - m->imported_globals];
        begin_field(p, "global");
        tni_print_binding(p, TNI_SPACE_GLOBAL, x);
        tni_print_globaltype(p, p->out, g->type);
        tni_buf_byte(p->out, ' ');
        TNI_TRY(tni_print_const(p, &g->init));
        end_field(p);
    }
    return TENON_OK;
}

static void print_memories_and_tags(tni_printer *p) {
    const tni_module *m = p->m;
    for (u32 x = m->imported_memories; x < m->memory_count; x++) {
        begin_field(p, "memory");
        tni_print_binding(p, TNI_SPACE_MEMORY, x);
        tni_print_memtype(p->out, &m->memories[x - m->imported_memories]);
        end_field(p);
    }
    for (u32 x = m->imported_tags; x < m->tag_count; x++) {
        begin_field(p, "tag");
        tni_print_binding(p, TNI_SPACE_TAG, x);
        tni_print_typeuse(p, p->out, m->tags[x - m->imported_tags], false);
        end_field(p);
    }
}

static void print_exports_and_start(tni_printer *p) {
    const tni_module *m = p->m;
    for (u32 i = 0; i < m->export_count; i++) {
        const tni_export *x = &m->exports[i];
        begin_field(p, "export ");
        tni_print_string(p->out, x->name, true);
        tni_buf_format(p->out, " (%s ", kind_words[x->kind]);
        tni_print_index(p, p->out, spaces[x->kind], x->index);
        tni_buf_byte(p->out, ')');
        end_field(p);
    }
    if (m->has_start) {
        begin_field(p, "start ");
        tni_print_index(p, p->out, TNI_SPACE_FUNC, m->start);
        end_field(p);
    }
}

static tenon_status print_offset(tni_printer *p, const tni_span *offset) {
    tni_buf_str(p->out, TNI_STR(" (offset "));
    TNI_TRY(tni_print_const(p, offset));
    tni_buf_byte(p->out, ')');
    return TENON_OK;
}

static tenon_status print_elem_items(tni_printer *p, const tni_elem_def *d) {
    tni_reader r = tni_reader_of(d->items.ptr, d->items.len, d->items.offset, p->e);
    if (d->is_exprs) {
        tni_buf_byte(p->out, ' ');
        tni_print_valtype(p, p->out, d->type);
    } else {
        tni_buf_str(p->out, TNI_STR(" func"));
    }
    p->indent++;
    for (u32 i = 0; i < d->count; i++) {
        if (i % 8 == 0 && d->count > 8) {
            tni_print_line(p);
        } else {
            tni_buf_byte(p->out, ' ');
        }
        if (d->is_exprs) {
            tni_buf_str(p->out, TNI_STR("(item "));
            TNI_TRY(tni_print_const_next(p, &r));
            tni_buf_byte(p->out, ')');
        } else {
            u32 x;
            TNI_TRY(tni_read_u32(&r, &x));
            tni_print_index(p, p->out, TNI_SPACE_FUNC, x);
        }
    }
    p->indent--;
    return TENON_OK;
}

static tenon_status print_elems(tni_printer *p) {
    for (u32 i = 0; i < p->m->elem_count; i++) {
        const tni_elem_def *d = &p->m->elems[i];
        begin_field(p, "elem");
        tni_print_binding(p, TNI_SPACE_ELEM, i);
        if (d->mode == TNI_SEGMENT_DECLARATIVE) {
            tni_buf_str(p->out, TNI_STR(" declare"));
        } else if (d->mode == TNI_SEGMENT_ACTIVE) {
            if (d->table != 0) {
                tni_buf_str(p->out, TNI_STR(" (table "));
                tni_print_index(p, p->out, TNI_SPACE_TABLE, d->table);
                tni_buf_byte(p->out, ')');
            }
            TNI_TRY(print_offset(p, &d->offset));
        }
        if ((p->flags & TNI_PRINT_SKELETON) != 0) {
            tni_buf_format(p->out, " (;%u elements;)", d->count);
        } else {
            TNI_TRY(print_elem_items(p, d));
        }
        end_field(p);
    }
    return TENON_OK;
}

void tni_print_bytes(tni_printer *p, const u8 *bytes, size_t len) {
    enum { LINE = 64 };
    if (len <= LINE) {
        tni_buf_byte(p->out, ' ');
        tni_print_string(p->out, (tni_str){(const char *)bytes, len}, false);
        return;
    }
    p->indent++;
    for (size_t i = 0; i < len; i += LINE) {
        size_t n = len - i < LINE ? len - i : LINE;
        tni_print_line(p);
        tni_print_string(p->out, (tni_str){(const char *)bytes + i, n}, false);
    }
    p->indent--;
}

static tenon_status print_datas(tni_printer *p) {
    for (u32 i = 0; i < p->m->data_count; i++) {
        const tni_data_def *d = &p->m->datas[i];
        begin_field(p, "data");
        tni_print_binding(p, TNI_SPACE_DATA, i);
        if (d->mode == TNI_SEGMENT_ACTIVE) {
            if (d->memory != 0) {
                tni_buf_str(p->out, TNI_STR(" (memory "));
                tni_print_index(p, p->out, TNI_SPACE_MEMORY, d->memory);
                tni_buf_byte(p->out, ')');
            }
            TNI_TRY(print_offset(p, &d->offset));
        }
        if ((p->flags & TNI_PRINT_SKELETON) != 0) {
            tni_buf_format(p->out, " (;%u bytes;)", d->bytes.len);
        } else if (d->bytes.len != 0) {
            tni_print_bytes(p, d->bytes.ptr, d->bytes.len);
        }
        end_field(p);
    }
    return TENON_OK;
}

static const char *const section_words[TNI_SECTION_COUNT] = {
    [TNI_SECTION_TYPE] = "type",     [TNI_SECTION_IMPORT] = "import",
    [TNI_SECTION_FUNC] = "func",     [TNI_SECTION_TABLE] = "table",
    [TNI_SECTION_MEMORY] = "memory", [TNI_SECTION_GLOBAL] = "global",
    [TNI_SECTION_EXPORT] = "export", [TNI_SECTION_START] = "start",
    [TNI_SECTION_ELEM] = "elem",     [TNI_SECTION_CODE] = "code",
    [TNI_SECTION_DATA] = "data",     [TNI_SECTION_DATA_COUNT] = "datacount",
    [TNI_SECTION_TAG] = "tag",
};

static bool is_name_section(const tni_custom *c) {
    return tni_str_eq(c->name, TNI_STR("name"));
}

static bool has_one_name_section(const tni_module *m) {
    u32 count = 0;
    for (u32 i = 0; i < m->custom_count; i++) {
        count += is_name_section(&m->customs[i]);
    }
    return count == 1;
}

/* Custom sections as annotations; a name section that is all in the identifiers, and the
 * only one, is written as its place. So is a data count section, which text does not
 * show.
 */
static void print_customs(tni_printer *p) {
    const tni_module *m = p->m;
    bool has_one = has_one_name_section(m);
    if (m->has_data_count) {
        begin_field(p, "@tenon.data_count");
        end_field(p);
    }
    for (u32 i = 0; i < m->custom_count; i++) {
        const tni_custom *c = &m->customs[i];
        bool is_names = has_one && is_name_section(c) && tni_print_names_suffice(p, c);
        begin_field(p, is_names ? "@tenon.names" : "@custom ");
        if (!is_names) {
            tni_print_string(p->out, c->name, true);
        }
        if (c->after_section == 0) {
            tni_buf_str(p->out, TNI_STR(" (before first)"));
        } else {
            tni_buf_format(p->out, " (after %s)", section_words[c->after_section]);
        }
        if (!is_names && (p->flags & TNI_PRINT_SKELETON) != 0) {
            tni_buf_format(p->out, " (;%u bytes;)", c->bytes.len);
        } else if (!is_names && c->bytes.len != 0) {
            tni_print_bytes(p, c->bytes.ptr, c->bytes.len);
        }
        end_field(p);
    }
}

/* What stands in "(module" and ")". */
static tenon_status print_fields(tni_printer *p) {
    TNI_TRY(tni_print_read_names(p));
    if (!tni_str_eq(p->module_name, p->given)) {
        tni_print_name(p->out, p->module_name);
    }
    p->indent++;
    TNI_TRY(tni_print_types(p));
    print_imports(p);
    TNI_TRY(print_tables(p));
    print_memories_and_tags(p);
    TNI_TRY(print_globals(p));
    print_exports_and_start(p);
    TNI_TRY(print_elems(p));
    TNI_TRY(print_funcs(p));
    TNI_TRY(print_datas(p));
    print_customs(p);
    return p->out->failed ? tni_no_memory(p->e) : TENON_OK;
}

void tni_printer_free(tni_printer *p) {
    tni_vec_free(p->heap, &p->locals);
    tni_vec_free(p->heap, &p->fields);
    tni_vec_free(p->heap, &p->renamed);
    tni_arena_free(&p->arena);
}

tenon_status tni_text_print_fields(const tni_module *m, tni_str id, unsigned flags,
                                   u32 indent, tni_buf *out, tenon_error *e) {
    tni_printer p = {.m = m,
                     .given = id,
                     .flags = flags,
                     .heap = &m->engine->heap,
                     .indent = indent,
                     .out = out,
                     .e = e};
    tni_arena_init(&p.arena, p.heap);
    tenon_status status = print_fields(&p);
    tni_printer_free(&p);
    return status;
}

tenon_status tni_text_print(const tni_module *m, unsigned flags, tni_buf *out,
                            tenon_error *e) {
    tni_buf_str(out, TNI_STR("(module"));
    TNI_TRY(tni_text_print_fields(m, (tni_str){NULL, 0}, flags, 0, out, e));
    tni_buf_str(out, TNI_STR(")\n"));
    return out->failed ? tni_no_memory(e) : TENON_OK;
}
