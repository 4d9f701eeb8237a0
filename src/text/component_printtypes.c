/* component_printtypes.c: types of components as text. Explainer.md, "Type Definitions";
 * Binary.md for how they are encoded. */
#include "binary/decode.h"
#include "text/component_printer.h"

/* -- value types -- */

/* Binary.md: primvaltype; NULL for others. */
static const char *primitive_word(u8 code) {
    static const char *const words[] = {"string", "char", "f64", "f32", "u64",
                                        "s64",    "u32",  "s32", "u16", "s16",
                                        "u8",     "s8",   "bool"};
    if (code == 0x64) {
        return "error-context";
    }
    return code >= 0x73 && code <= 0x7f ? words[code - 0x73] : NULL;
}

tenon_status tni_cprint_valtype(tni_component_printer *p, tni_reader *r) {
    i64 index;
    const char *word = r->cur != r->end ? primitive_word(*r->cur) : NULL;
    if (word != NULL) {
        r->cur++;
        tni_buf_format(p->core.out, " %s", word);
        return TENON_OK;
    }
    TNI_TRY(tni_read_s33(r, &index));
    if (index < 0) {
        return tni_cprint_bad(r, 0);
    }
    tni_buf_byte(p->core.out, ' ');
    tni_cprint_ref(p, TNI_SORT_TYPE, (u32)index);
    return TENON_OK;
}

static tenon_status print_optional(tni_component_printer *p, tni_reader *r) {
    u8 present;
    TNI_TRY(tni_read_byte(r, &present));
    return present == 1   ? tni_cprint_valtype(p, r)
           : present == 0 ? TENON_OK
                          : tni_cprint_bad(r, present);
}

/* Before entry i of a list of which so many stand on a line (0: all on the line at
 * hand). */
static void begin_entry(tni_component_printer *p, u32 i, u32 on_a_line) {
    if (on_a_line != 0 && i % on_a_line == 0) {
        tni_print_line(&p->core);
    } else {
        tni_buf_byte(p->core.out, ' ');
    }
}

enum { MOST_MEMBERS = 3, MOST_LABELS = 8 };

/* (field "n" t)*, (case "n" t?)* */
static tenon_status print_members(tni_component_printer *p, tni_reader *r,
                                  bool is_variant) {
    u32 count;
    u8 zero;
    TNI_TRY(tni_read_u32(r, &count));
    p->core.indent++;
    for (u32 i = 0; i < count; i++) {
        begin_entry(p, i, count > MOST_MEMBERS ? 1 : 0);
        tni_buf_str(p->core.out, is_variant ? TNI_STR("(case") : TNI_STR("(field"));
        TNI_TRY(tni_cprint_string(p, r));
        if (is_variant) {
            TNI_TRY(print_optional(p, r));
            TNI_TRY(tni_read_byte(r, &zero));
        } else {
            TNI_TRY(tni_cprint_valtype(p, r));
        }
        tni_buf_byte(p->core.out, ')');
    }
    p->core.indent--;
    return TENON_OK;
}

static tenon_status print_labels(tni_component_printer *p, tni_reader *r) {
    u32 count;
    tni_str name;
    TNI_TRY(tni_read_u32(r, &count));
    p->core.indent++;
    for (u32 i = 0; i < count; i++) {
        TNI_TRY(tni_read_name(r, &name));
        begin_entry(p, i, count > MOST_LABELS ? MOST_LABELS : 0);
        tni_print_string(p->core.out, name, true);
    }
    p->core.indent--;
    return TENON_OK;
}

static tenon_status print_tuple(tni_component_printer *p, tni_reader *r) {
    u32 count;
    TNI_TRY(tni_read_u32(r, &count));
    for (u32 i = 0; i < count; i++) {
        TNI_TRY(tni_cprint_valtype(p, r));
    }
    return TENON_OK;
}

static tenon_status print_fixed_list(tni_component_printer *p, tni_reader *r) {
    u32 count;
    TNI_TRY(tni_cprint_valtype(p, r));
    TNI_TRY(tni_read_u32(r, &count));
    tni_buf_format(p->core.out, " %u", count);
    return TENON_OK;
}

static tenon_status print_result_type(tni_component_printer *p, tni_reader *r) {
    TNI_TRY(print_optional(p, r));
    if (r->cur != r->end && *r->cur == 0) {
        r->cur++;
        return TENON_OK;
    }
    tni_buf_str(p->core.out, TNI_STR(" (error"));
    TNI_TRY(print_optional(p, r));
    tni_buf_byte(p->core.out, ')');
    return TENON_OK;
}

/* Binary.md: defvaltype, after its first byte; not primitive. */
static tenon_status print_compound(tni_component_printer *p, tni_reader *r, u8 code) {
    static const struct {
        u8 code;
        const char *word;
    } words[] = {{0x72, "record"}, {0x71, "variant"}, {0x70, "list"},   {0x67, "list"},
                 {0x6f, "tuple"},  {0x6e, "flags"},   {0x6d, "enum"},   {0x6b, "option"},
                 {0x6a, "result"}, {0x69, "own"},     {0x68, "borrow"}, {0x66, "stream"},
                 {0x65, "future"}, {0x63, "map"}};
    size_t row = 0;
    while (row < TNI_COUNT_OF(words) && words[row].code != code) {
        row++;
    }
    if (row == TNI_COUNT_OF(words)) {
        return tni_cprint_bad(r, code);
    }
    tni_buf_format(p->core.out, "(%s", words[row].word);
    tenon_status status = TENON_OK;
    switch (code) {
    case 0x72: status = print_members(p, r, false); break;
    case 0x71: status = print_members(p, r, true); break;
    case 0x67: status = print_fixed_list(p, r); break;
    case 0x6f: status = print_tuple(p, r); break;
    case 0x6e:
    case 0x6d: status = print_labels(p, r); break;
    case 0x6a: status = print_result_type(p, r); break;
    case 0x69:
    case 0x68: status = tni_cprint_index(p, r, TNI_SORT_TYPE); break;
    case 0x66:
    case 0x65: status = print_optional(p, r); break;
    case 0x63:
        TNI_TRY(tni_cprint_valtype(p, r));
        status = tni_cprint_valtype(p, r);
        break;
    default: status = tni_cprint_valtype(p, r); break;
    }
    tni_buf_byte(p->core.out, ')');
    return status;
}

/* -- functions and resources -- */

tenon_status tni_cprint_result(tni_component_printer *p, tni_reader *r) {
    u8 form, zero;
    TNI_TRY(tni_read_byte(r, &form));
    if (form != 0) {
        return tni_read_byte(r, &zero);
    }
    tni_buf_str(p->core.out, TNI_STR(" (result"));
    TNI_TRY(tni_cprint_valtype(p, r));
    tni_buf_byte(p->core.out, ')');
    return TENON_OK;
}

static tenon_status print_func(tni_component_printer *p, tni_reader *r, bool is_async) {
    tni_buf *out = p->core.out;
    u32 count;
    tni_buf_str(out, is_async ? TNI_STR("(func async") : TNI_STR("(func"));
    TNI_TRY(tni_read_u32(r, &count));
    for (u32 i = 0; i < count; i++) {
        tni_buf_str(out, TNI_STR(" (param"));
        TNI_TRY(tni_cprint_string(p, r));
        TNI_TRY(tni_cprint_valtype(p, r));
        tni_buf_byte(out, ')');
    }
    TNI_TRY(tni_cprint_result(p, r));
    tni_buf_byte(out, ')');
    return TENON_OK;
}

static tenon_status print_resource(tni_component_printer *p, tni_reader *r) {
    tni_buf *out = p->core.out;
    u8 rep, has_destructor;
    TNI_TRY(tni_read_byte(r, &rep));
    TNI_TRY(tni_read_byte(r, &has_destructor));
    tni_buf_format(out, "(resource (rep %s)", rep == 0x7e ? "i64" : "i32");
    if (has_destructor == 1) {
        tni_buf_str(out, TNI_STR(" (dtor (core func"));
        TNI_TRY(tni_cprint_index(p, r, TNI_SORT_CORE_FUNC));
        tni_buf_str(out, TNI_STR("))"));
    }
    tni_buf_byte(out, ')');
    return TENON_OK;
}

/* -- types with scopes -- */

typedef tenon_status print_decl(tni_component_printer *p, tni_reader *r);

/* "(word", declarators with their count before them, ")". */
static tenon_status print_scope(tni_component_printer *p, tni_reader *r, const char *word,
                                print_decl *decl) {
    tni_pscope scope = {.counts = {0}};
    tni_pscope *outer = p->scope;
    u32 count;
    tni_buf_format(p->core.out, "(%s", word);
    TNI_TRY(tni_read_u32(r, &count));
    tni_cprint_enter(p, &scope);
    tenon_status status = TENON_OK;
    for (u32 i = 0; i < count && status == TENON_OK; i++) {
        status = decl(p, r);
    }
    tni_cprint_leave(p, outer);
    tni_buf_byte(p->core.out, ')');
    return status;
}

static tenon_status print_export_decl(tni_component_printer *p, tni_reader *r) {
    tni_cprint_begin(p, "export");
    TNI_TRY(tni_cprint_name(p, r));
    TNI_TRY(tni_cprint_externtype(p, r, true));
    tni_cprint_end(p);
    return TENON_OK;
}

/* Binary.md: componentdecl, instancedecl */
static tenon_status print_type_decl(tni_component_printer *p, tni_reader *r) {
    u8 form;
    TNI_TRY(tni_read_byte(r, &form));
    switch (form) {
    case 0: return tni_cprint_core_type(p, r);
    case 1: return tni_cprint_type(p, r);
    case 2: return tni_cprint_alias(p, r);
    case 3: return tni_cprint_import(p, r);
    case 4: return print_export_decl(p, r);
    default: return tni_cprint_bad(r, form);
    }
}

tenon_status tni_cprint_type(tni_component_printer *p, tni_reader *r) {
    u8 code;
    TNI_TRY(tni_read_byte(r, &code));
    tni_cprint_begin(p, "type");
    tni_cprint_binding(p, TNI_SORT_TYPE);
    tni_buf_byte(p->core.out, ' ');
    tenon_status status = TENON_OK;
    if (primitive_word(code) != NULL) {
        tni_buf_format(p->core.out, "%s", primitive_word(code));
    } else {
        switch (code) {
        case 0x3f: status = print_resource(p, r); break;
        case 0x40: status = print_func(p, r, false); break;
        case 0x43: status = print_func(p, r, true); break;
        case 0x41: status = print_scope(p, r, "component", print_type_decl); break;
        case 0x42: status = print_scope(p, r, "instance", print_type_decl); break;
        default: status = print_compound(p, r, code); break;
        }
    }
    tni_cprint_end(p);
    return status;
}

/* -- core types -- */

static tenon_status print_core_externtype(tni_component_printer *p, tni_reader *r) {
    static const char *const words[] = {"func", "table", "memory", "global", "tag"};
    tni_buf *out = p->core.out;
    tni_externtype x;
    TNI_TRY(tni_decode_externtype(p->engine, r, &x));
    tni_buf_format(out, " (%s", words[x.kind]);
    switch (x.kind) {
    case TNI_EXTERN_FUNC:
    case TNI_EXTERN_TAG: tni_buf_format(out, " (type %u)", x.as.func); break;
    case TNI_EXTERN_TABLE: tni_print_tabletype(&p->core, out, &x.as.table); break;
    case TNI_EXTERN_MEMORY: tni_print_memtype(out, &x.as.memory); break;
    case TNI_EXTERN_GLOBAL: tni_print_globaltype(&p->core, out, x.as.global); break;
    }
    tni_buf_byte(out, ')');
    return TENON_OK;
}

/* (import "m" "n" type), (export "n" type) */
static tenon_status print_module_entry(tni_component_printer *p, tni_reader *r,
                                       bool is_import) {
    tni_cprint_begin(p, is_import ? "import" : "export");
    TNI_TRY(tni_cprint_string(p, r));
    if (is_import) {
        TNI_TRY(tni_cprint_string(p, r));
    }
    TNI_TRY(print_core_externtype(p, r));
    tni_cprint_end(p);
    return TENON_OK;
}

/* Binary.md: core:alias */
static tenon_status print_module_alias(tni_component_printer *p, tni_reader *r) {
    const u8 *kind;
    u32 count, index;
    TNI_TRY(tni_read_bytes(r, 2, &kind));
    TNI_TRY(tni_read_u32(r, &count));
    TNI_TRY(tni_read_u32(r, &index));
    tni_cprint_begin(p, "alias");
    tni_buf_format(p->core.out, " outer %u %u (type", count, index);
    tni_cprint_binding(p, TNI_SORT_CORE_TYPE);
    tni_buf_byte(p->core.out, ')');
    tni_cprint_end(p);
    return TENON_OK;
}

static tenon_status print_core_deftype(tni_component_printer *p, tni_reader *r,
                                       const char *prefix);

static tenon_status print_module_decl(tni_component_printer *p, tni_reader *r) {
    u8 form;
    TNI_TRY(tni_read_byte(r, &form));
    switch (form) {
    case 0: return print_module_entry(p, r, true);
    case 1: return print_core_deftype(p, r, "");
    case 2: return print_module_alias(p, r);
    case 3: return print_module_entry(p, r, false);
    default: return tni_cprint_bad(r, form);
    }
}

static void print_core_subtype(tni_component_printer *p, const tni_subtype *t,
                               const char *prefix) {
    tni_print_line(&p->core);
    tni_buf_format(p->core.out, "(%stype", prefix);
    tni_cprint_binding(p, TNI_SORT_CORE_TYPE);
    tni_buf_byte(p->core.out, ' ');
    tni_print_subtype(&p->core, t);
    tni_buf_byte(p->core.out, ')');
}

static tenon_status print_rectype(tni_component_printer *p, tni_reader *r,
                                  const char *prefix) {
    const tni_subtype *types = NULL;
    u32 count;
    bool is_rec = r->cur != r->end && *r->cur == 0x4e;
    tni_arena_mark mark = tni_arena_save(&p->core.arena);
    TNI_TRY(tni_decode_rectype(p->engine, &p->core.arena, r, &types, &count));
    if (!is_rec) {
        print_core_subtype(p, types, prefix);
    } else {
        tni_print_line(&p->core);
        tni_buf_format(p->core.out, "(%srec", prefix);
        p->core.indent++;
        for (u32 i = 0; i < count; i++) {
            print_core_subtype(p, &types[i], "");
        }
        p->core.indent--;
        tni_buf_byte(p->core.out, ')');
    }
    tni_arena_restore(&p->core.arena, mark);
    return TENON_OK;
}

/* Binary.md: core:deftype; prefix is "core " outside of module types. */
static tenon_status print_core_deftype(tni_component_printer *p, tni_reader *r,
                                       const char *prefix) {
    u8 code = r->cur != r->end ? *r->cur : 0;
    if (code == 0x50) {
        r->cur++;
        tni_cprint_begin(p, "core type");
        tni_cprint_binding(p, TNI_SORT_CORE_TYPE);
        tni_buf_byte(p->core.out, ' ');
        TNI_TRY(print_scope(p, r, "module", print_module_decl));
        tni_cprint_end(p);
        return TENON_OK;
    }
    if (code == 0x00 && r->cur != r->end) {
        r->cur++; /* before a sub type that is not final */
    }
    return print_rectype(p, r, prefix);
}

tenon_status tni_cprint_core_type(tni_component_printer *p, tni_reader *r) {
    return print_core_deftype(p, r, "core ");
}

/* -- externtype -- */

static tenon_status print_bound(tni_component_printer *p, tni_reader *r) {
    u8 bound;
    TNI_TRY(tni_read_byte(r, &bound));
    if (bound == 1) {
        tni_buf_str(p->core.out, TNI_STR(" (sub resource)"));
        return TENON_OK;
    }
    tni_buf_str(p->core.out, TNI_STR(" (eq"));
    TNI_TRY(tni_cprint_index(p, r, TNI_SORT_TYPE));
    tni_buf_byte(p->core.out, ')');
    return TENON_OK;
}

tenon_status tni_cprint_externtype(tni_component_printer *p, tni_reader *r, bool binds) {
    tni_buf *out = p->core.out;
    tni_sort sort;
    TNI_TRY(tni_cprint_read_sort(r, &sort));
    tni_buf_format(out, " (%s", tni_sort_words(sort));
    if (sort != TNI_SORT_TYPE) {
        u32 index;
        TNI_TRY(tni_read_u32(r, &index));
        if (binds) {
            tni_cprint_binding(p, sort);
        }
        tni_buf_str(out, TNI_STR(" (type "));
        tni_cprint_ref(
            p, sort == TNI_SORT_CORE_MODULE ? TNI_SORT_CORE_TYPE : TNI_SORT_TYPE, index);
        tni_buf_byte(out, ')');
    } else {
        if (binds) {
            tni_cprint_binding(p, sort);
        }
        TNI_TRY(print_bound(p, r));
    }
    tni_buf_byte(out, ')');
    return TENON_OK;
}
