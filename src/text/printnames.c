/* printnames.c: identifiers from the name section, indices and strings. Core 3.0,
 * appendix A.7.1. A damaged name section gives the names before the damage. */
#include "base/limits.h"
#include "base/unicode.h"
#include "binary/readcode.h"
#include "text/printer.h"

/* -- strings -- */

static void put_escaped(tni_buf *out, u8 c) {
    switch (c) {
    case '\n': tni_buf_str(out, TNI_STR("\\n")); break;
    case '\t': tni_buf_str(out, TNI_STR("\\t")); break;
    case '"': tni_buf_str(out, TNI_STR("\\\"")); break;
    case '\\': tni_buf_str(out, TNI_STR("\\\\")); break;
    default: tni_buf_format(out, "\\%02x", c); break;
    }
}

/* Controls, and what changes how a line looks without being seen: what is printed must
 * look like what it is. */
static bool is_hidden(u32 c) {
    return c < 0xa0 || c == 0xad || (c >= 0x200b && c <= 0x200f) ||
           (c >= 0x2028 && c <= 0x202e) || (c >= 0x2060 && c <= 0x206f) || c == 0xfeff ||
           (c >= 0xe0000 && c <= 0xe0fff);
}

/* A character of several bytes; their number. */
static size_t put_character(tni_buf *out, const u8 *p, const u8 *end) {
    u32 c = 0;
    size_t len = tni_utf8_decode(p, end, &c);
    if (is_hidden(c)) {
        tni_buf_format(out, "\\u{%x}", c);
    } else {
        tni_buf_put(out, p, len);
    }
    return len;
}

void tni_print_string(tni_buf *out, tni_str s, bool is_text) {
    bool keep_high = is_text && tni_utf8_valid(s.ptr, s.len);
    const u8 *bytes = (const u8 *)s.ptr;
    tni_buf_byte(out, '"');
    for (size_t i = 0; i < s.len;) {
        u8 c = bytes[i];
        if (c >= 0x80 && keep_high) {
            i += put_character(out, bytes + i, bytes + s.len);
            continue;
        }
        if (c >= 0x20 && c < 0x7f && c != '"' && c != '\\') {
            tni_buf_byte(out, c);
        } else {
            put_escaped(out, c);
        }
        i++;
    }
    tni_buf_byte(out, '"');
}

static bool is_plain_id(tni_str s) {
    for (size_t i = 0; i < s.len; i++) {
        char c = s.ptr[i];
        bool ok = c > ' ' && c < 0x7f && c != '"' && c != '(' && c != ')' && c != ',' &&
                  c != ';' && c != '[' && c != ']' && c != '{' && c != '}';
        if (!ok) {
            return false;
        }
    }
    return s.len != 0;
}

/* -- identifiers -- */

/* "$name" or "$\"name\"", appended. */
static void put_id(tni_buf *b, tni_str name) {
    tni_buf_byte(b, '$');
    if (is_plain_id(name)) {
        tni_buf_str(b, name);
    } else {
        tni_print_string(b, name, true);
    }
}

tenon_status tni_print_id(tni_printer *p, tni_str name, tni_str *out) {
    tni_buf b;
    *out = (tni_str){NULL, 0};
    if (name.len == 0 || !tni_utf8_valid(name.ptr, name.len)) {
        return TENON_OK;
    }
    tni_buf_init(&b, p->heap);
    put_id(&b, name);
    *out = tni_arena_str(&p->arena, (tni_str){(const char *)b.data, b.count});
    bool ok = !b.failed && out->ptr != NULL;
    tni_buf_free(&b);
    return ok ? TENON_OK : tni_no_memory(p->e);
}

/* The identifier of list->data[index], made of a name; *unique tells names apart that
 * were met before. *renamed: it says something else than the name. */
static tenon_status make_id(tni_printer *p, tni_map *unique, tni_str name, u32 index,
                            tni_id_list *list, bool *renamed) {
    tni_buf b;
    bool fresh = false;
    *renamed = name.len == 0;
    if (name.len == 0 || !tni_utf8_valid(name.ptr, name.len)) {
        return TENON_OK;
    }
    tni_buf_init(&b, p->heap);
    bool ok = true;
    tni_str text = name;
    for (u32 turn = 0; ok && !fresh; turn++) {
        if (turn != 0) {
            b.count = 0;
            tni_buf_str(&b, name);
            tni_buf_format(&b, ".%u", index + (turn - 1));
            text = tni_arena_str(&p->arena, (tni_str){(const char *)b.data, b.count});
            *renamed = true;
        }
        ok = !b.failed && text.ptr != NULL && tni_map_add(unique, text, index, &fresh);
    }
    tni_buf_free(&b);
    list->texts[index] = text;
    return ok ? tni_print_id(p, text, &list->data[index]) : tni_no_memory(p->e);
}

static tenon_status new_list(tni_printer *p, tni_id_list *list, u32 count) {
    list->count = count;
    list->is_read = false;
    list->data = TNI_ARENA_ARRAY(&p->arena, tni_str, count);
    list->texts = TNI_ARENA_ARRAY(&p->arena, tni_str, count);
    list->renamed = TNI_ARENA_ARRAY(&p->arena, u32, count);
    return list->data == NULL || list->texts == NULL || list->renamed == NULL
               ? tni_no_memory(p->e)
               : TENON_OK;
}

/* A name map into identifiers. */
static tenon_status read_map(tni_printer *p, tni_reader *r, tni_id_list *list) {
    tni_map unique;
    tenon_error ignored;
    u32 n = 0;
    tenon_status status = TENON_OK;
    if (list->is_read) {
        return TENON_OK;
    }
    list->is_read = true;
    r->e = &ignored;
    tni_map_init(&unique, p->heap);
    if (tni_read_u32(r, &n) != TENON_OK) {
        n = 0;
    }
    for (u32 i = 0; i < n && status == TENON_OK; i++) {
        u32 index;
        tni_str name;
        if (tni_read_u32(r, &index) != TENON_OK || tni_read_name(r, &name) != TENON_OK) {
            break;
        }
        if (index < list->count && list->data[index].len == 0) {
            bool renamed;
            status = make_id(p, &unique, name, index, list, &renamed);
            if (renamed) {
                tni_asm_name kept = {.name = name, .index = index};
                status = status == TENON_OK && !tni_vec_push(p->heap, &p->renamed, kept)
                             ? tni_no_memory(p->e)
                             : status;
                list->renamed[index] = (u32)p->renamed.count;
            }
        }
    }
    tni_map_free(&unique);
    return status;
}

tenon_status tni_print_read_map(tni_printer *p, tni_reader *r, u32 count,
                                tni_id_list *out) {
    TNI_TRY(new_list(p, out, count));
    return read_map(p, r, out);
}

/* The entries of an indirect name map, to be read when their turn comes. */
static tenon_status read_indirect(tni_printer *p, tni_reader *r, bool is_fields) {
    tenon_error ignored;
    u32 n;
    r->e = &ignored;
    if (tni_read_u32(r, &n) != TENON_OK) {
        return TENON_OK;
    }
    for (u32 i = 0; i < n; i++) {
        tni_inner_names x = {0};
        u32 skipped;
        tni_str name;
        if (tni_read_u32(r, &x.outer) != TENON_OK) {
            break;
        }
        x.map = r->cur;
        if (tni_read_u32(r, &x.count) != TENON_OK) {
            break;
        }
        for (u32 k = 0; k < x.count; k++) {
            if (tni_read_u32(r, &skipped) != TENON_OK ||
                tni_read_name(r, &name) != TENON_OK) {
                return TENON_OK;
            }
        }
        x.end = r->cur;
        bool ok = is_fields ? tni_vec_push(p->heap, &p->fields, x)
                            : tni_vec_push(p->heap, &p->locals, x);
        if (!ok) {
            return tni_no_memory(p->e);
        }
    }
    return TENON_OK;
}

/* The index spaces of subsections that are name maps, plus one. */
static const u8 map_spaces[] = {
    [1] = TNI_SPACE_FUNC + 1,   [4] = TNI_SPACE_TYPE + 1,   [5] = TNI_SPACE_TABLE + 1,
    [6] = TNI_SPACE_MEMORY + 1, [7] = TNI_SPACE_GLOBAL + 1, [8] = TNI_SPACE_ELEM + 1,
    [9] = TNI_SPACE_DATA + 1,   [11] = TNI_SPACE_TAG + 1,
};

static tenon_status read_subsection(void *data, u8 id, tni_reader *r) {
    tni_printer *p = data;
    if (id == 0) {
        tenon_error ignored;
        r->e = &ignored;
        if (tni_read_name(r, &p->module_name) != TENON_OK) {
            p->module_name.len = 0;
        }
        return TENON_OK;
    }
    if (id == 2 || id == 10) {
        return read_indirect(p, r, id == 10);
    }
    if (id < TNI_COUNT_OF(map_spaces) && map_spaces[id] != 0) {
        return read_map(p, r, &p->ids[map_spaces[id] - 1]);
    }
    return TENON_OK;
}

tenon_status tni_print_read_subsections(const tni_custom *customs, u32 count,
                                        tni_str name, tni_print_subsection *read,
                                        void *data) {
    const tni_custom *c = customs;
    while (count > 0 && !tni_str_eq(c->name, name)) {
        c++;
        count--;
    }
    if (count == 0) {
        return TENON_OK;
    }
    tenon_error ignored;
    tni_reader r = tni_reader_of(c->bytes.ptr, c->bytes.len, 0, &ignored);
    u8 id;
    u32 len;
    tni_reader sub;
    while (tni_reader_left(&r) > 0 && tni_read_byte(&r, &id) == TENON_OK &&
           tni_read_u32(&r, &len) == TENON_OK &&
           tni_read_sub(&r, len, &sub) == TENON_OK) {
        TNI_TRY(read(data, id, &sub));
    }
    return TENON_OK;
}

tenon_status tni_print_read_names(tni_printer *p) {
    const tni_module *m = p->m;
    const u32 counts[TNI_SPACE_COUNT] = {
        [TNI_SPACE_FUNC] = m->func_count,     [TNI_SPACE_TABLE] = m->table_count,
        [TNI_SPACE_MEMORY] = m->memory_count, [TNI_SPACE_GLOBAL] = m->global_count,
        [TNI_SPACE_TAG] = m->tag_count,       [TNI_SPACE_TYPE] = m->type_count,
        [TNI_SPACE_ELEM] = m->elem_count,     [TNI_SPACE_DATA] = m->data_count,
    };
    for (size_t i = 0; i < TNI_SPACE_COUNT; i++) {
        TNI_TRY(new_list(p, &p->ids[i], counts[i]));
    }
    return tni_print_read_subsections(m->customs, m->custom_count, TNI_STR("name"),
                                      read_subsection, p);
}

/* One more than the highest index in a name map, at most `most`. */
static u32 names_end(const tni_inner_names *x, u32 most) {
    tenon_error ignored;
    tni_reader r = tni_reader_of(x->map, (size_t)(x->end - x->map), 0, &ignored);
    u32 n = 0;
    u32 index;
    u32 end = 0;
    tni_str name;
    if (tni_read_u32(&r, &n) != TENON_OK) {
        return 0;
    }
    while (n-- > 0 && tni_read_u32(&r, &index) == TENON_OK &&
           tni_read_name(&r, &name) == TENON_OK) {
        end = index < most && index >= end ? index + 1 : end;
    }
    return end;
}

/* Identifiers of what is inside something, with indices below `most`. */
static tenon_status inner_names(tni_printer *p, const tni_inner_names *x, u32 most) {
    if (x == NULL) {
        p->local_ids.count = 0;
        return TENON_OK;
    }
    TNI_TRY(new_list(p, &p->local_ids, names_end(x, most)));
    tenon_error ignored;
    tni_reader r = tni_reader_of(x->map, (size_t)(x->end - x->map), 0, &ignored);
    size_t before = p->renamed.count;
    TNI_TRY(read_map(p, &r, &p->local_ids));
    p->renamed.count = before; /* nothing in the text can give two locals one name */
    return TENON_OK;
}

tenon_status tni_print_local_names(tni_printer *p, u32 func) {
    while (p->next_locals < p->locals.count &&
           p->locals.data[p->next_locals].outer < func) {
        p->next_locals++;
    }
    bool found =
        p->next_locals < p->locals.count && p->locals.data[p->next_locals].outer == func;
    return inner_names(p, found ? &p->locals.data[p->next_locals] : NULL,
                       TNI_LIMIT_locals);
}

tenon_status tni_print_field_names(tni_printer *p, u32 type, u32 count) {
    while (p->next_fields < p->fields.count &&
           p->fields.data[p->next_fields].outer < type) {
        p->next_fields++;
    }
    bool found =
        p->next_fields < p->fields.count && p->fields.data[p->next_fields].outer == type;
    return inner_names(p, found ? &p->fields.data[p->next_fields] : NULL, count);
}

/* -- indices -- */

void tni_print_index(tni_printer *p, tni_buf *out, tni_space space, u32 index) {
    const tni_id_list *list = &p->ids[space];
    if (index < list->count && list->data[index].len != 0) {
        tni_buf_str(out, list->data[index]);
    } else {
        tni_buf_format(out, "%u", index);
    }
}

void tni_print_name(tni_buf *out, tni_str name) {
    tni_buf_str(out, TNI_STR(" (@name "));
    tni_print_string(out, name, true);
    tni_buf_byte(out, ')');
}

void tni_print_binding(tni_printer *p, tni_space space, u32 index) {
    const tni_id_list *list = &p->ids[space];
    if (index < list->count && list->data[index].len != 0) {
        tni_buf_byte(p->out, ' ');
        tni_buf_str(p->out, list->data[index]);
    }
    if (index < list->count && list->renamed[index] != 0) {
        tni_print_name(p->out, p->renamed.data[list->renamed[index] - 1].name);
    }
    tni_buf_format(p->out, " (;%u;)", index);
}

/* -- whether the assembler would write the same section -- */

bool tni_print_same_map(tni_reader *r, u32 count, tni_buf *out) {
    u32 n;
    u64 least = 0;
    if (tni_read_u32(r, &n) != TENON_OK || n == 0) {
        return false;
    }
    tni_buf_u32(out, n);
    for (u32 i = 0; i < n; i++) {
        u32 index;
        tni_str name;
        if (tni_read_u32(r, &index) != TENON_OK || tni_read_name(r, &name) != TENON_OK ||
            index < least || index >= count) {
            return false;
        }
        least = (u64)index + 1;
        tni_buf_u32(out, index);
        tni_write_name(out, name);
    }
    return true;
}

/* How many locals a function that is defined has; 0: it is imported, or there is none. */
static u32 local_count(const tni_module *m, u32 func) {
    if (func < m->imported_funcs || func >= m->func_count) {
        return 0;
    }
    tenon_error ignored;
    const tni_func_def *f = &m->funcs[func - m->imported_funcs];
    tni_reader r = tni_reader_of(f->body.ptr, f->body.len, f->body.offset, &ignored);
    u32 runs = 0, count = m->types[f->type].param_count;
    if (tni_read_u32(&r, &runs) != TENON_OK) {
        return 0;
    }
    for (u32 i = 0; i < runs; i++) {
        u32 n;
        tni_valtype v;
        if (tni_read_u32(&r, &n) != TENON_OK || tni_read_valtype(&r, &v) != TENON_OK) {
            return 0;
        }
        count += n;
    }
    return count;
}

/* How many things there are that a subsection names inside something. */
static u32 inner_count(const tni_printer *p, u8 id, u32 outer) {
    const tni_module *m = p->m;
    if (id == 2) {
        return local_count(m, outer);
    }
    return outer < m->type_count && m->types[outer].kind == TNI_COMP_STRUCT
               ? m->types[outer].field_count
               : 0;
}

/* Names of locals and fields cannot be given but by identifiers: no two may be equal. */
static bool same_indirect(tni_printer *p, u8 id, tni_reader *r, tni_buf *out) {
    u32 n;
    u64 least = 0;
    if (tni_read_u32(r, &n) != TENON_OK || n == 0) {
        return false;
    }
    tni_buf_u32(out, n);
    for (u32 i = 0; i < n; i++) {
        u32 outer;
        if (tni_read_u32(r, &outer) != TENON_OK || outer < least) {
            return false;
        }
        least = (u64)outer + 1;
        tni_inner_names x = {.map = r->cur, .end = r->end};
        tni_arena_mark mark = tni_arena_save(&p->arena);
        size_t before = p->renamed.count;
        bool ok = new_list(p, &p->local_ids, names_end(&x, TNI_LIMIT_locals)) == TENON_OK;
        tni_reader names = *r;
        ok = ok && read_map(p, &names, &p->local_ids) == TENON_OK &&
             p->renamed.count == before;
        p->renamed.count = before;
        p->local_ids.count = 0;
        tni_arena_restore(&p->arena, mark);
        tni_buf_u32(out, outer);
        if (!ok || !tni_print_same_map(r, inner_count(p, id, outer), out)) {
            return false;
        }
    }
    return true;
}

static bool same_subsection(tni_printer *p, u8 id, tni_reader *r, tni_buf *out) {
    tni_str name;
    if (id == 0) {
        if (tni_read_name(r, &name) != TENON_OK || name.len == 0) {
            return false;
        }
        tni_write_name(out, name);
        return true;
    }
    if (id == 2 || id == 10) {
        return same_indirect(p, id, r, out);
    }
    return id < TNI_COUNT_OF(map_spaces) && map_spaces[id] != 0 &&
           tni_print_same_map(r, p->ids[map_spaces[id] - 1].count, out);
}

bool tni_print_names_suffice(tni_printer *p, const tni_custom *c) {
    tenon_error ignored;
    tni_reader r = tni_reader_of(c->bytes.ptr, c->bytes.len, 0, &ignored);
    tni_buf sub;
    tni_buf all;
    tni_buf_init(&sub, p->heap);
    tni_buf_init(&all, p->heap);
    int last = -1;
    bool same = tni_reader_left(&r) > 0;
    while (same && tni_reader_left(&r) > 0) {
        u8 id = 0;
        u32 len = 0;
        tni_reader part;
        sub.count = 0;
        same = tni_read_byte(&r, &id) == TENON_OK && id > last &&
               tni_read_u32(&r, &len) == TENON_OK &&
               tni_read_sub(&r, len, &part) == TENON_OK &&
               same_subsection(p, id, &part, &sub);
        last = id;
        tni_write_section(&all, id, &sub);
    }
    same = same && !all.failed && all.count == c->bytes.len &&
           memcmp(all.data, c->bytes.ptr, all.count) == 0;
    tni_buf_free(&sub);
    tni_buf_free(&all);
    return same;
}
