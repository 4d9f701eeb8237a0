/* witgen_guest_values.c: values taken apart to core values, and put together from them.
 * CanonicalABI.md, "Flat Lifting", "Flat Lowering". */
#include "witgen/witgen_guest.h"

tni_str guest_text(guest *x, const char *format, ...) {
    va_list args, again;
    va_start(args, format);
    va_copy(again, args);
    char none[1];
    size_t len = tni_vformat(none, sizeof none, format, args);
    va_end(args);
    char *text = TNI_ARENA_ARRAY(x->g.arena, char, len + 1);
    if (text != NULL) {
        tni_vformat(text, len + 1, format, again);
    }
    va_end(again);
    x->g.source.failed |= text == NULL;
    return text != NULL ? (tni_str){text, len} : TNI_STR("");
}

const char *guest_core_type(char flat) {
    return flat == 'i'   ? "int32_t"
           : flat == 'I' ? "int64_t"
           : flat == 'f' ? "float"
                         : "double";
}

void guest_put_wrapped(tni_buf *b, tni_str text) {
    enum { COLUMNS = 88 };
    size_t open = 0;
    while (open < text.len && text.ptr[open] != '(') {
        open++;
    }
    if (text.len <= COLUMNS || open == text.len) {
        tni_buf_str(b, text);
    } else {
        tni_buf_format(b, "%.*s\n    %.*s", (int)open + 1, text.ptr,
                       (int)(text.len - open - 1), text.ptr + open + 1);
    }
}

void guest_indent(guest *x, u32 indent) {
    for (u32 i = 0; i < indent; i++) {
        tni_buf_str(&x->g.source, TNI_STR("    "));
    }
}

tni_str guest_member(guest *x, tni_str expr, tni_str field) {
    bool pointer = expr.len > 0 && expr.ptr[0] == '*';
    return guest_text(x, "%.*s%s%.*s", (int)expr.len - pointer, expr.ptr + pointer,
                      pointer ? "->" : ".", STR(field));
}

static tni_str element(guest *x, tni_str expr, u32 index) {
    bool pointer = expr.len > 0 && expr.ptr[0] == '*';
    return guest_text(x, pointer ? "(%.*s)[%u]" : "%.*s[%u]", STR(expr), index);
}

tni_str guest_field_name(guest *x, const tni_wit_field *f, u32 index) {
    if (f->name.len == 0) {
        return guest_text(x, "f%u", index);
    }
    tni_buf b;
    tni_buf_init(&b, x->g.arena->heap);
    witgen_put_ident(&b, f->name);
    tni_str text = guest_text(x, "%.*s", (int)b.count, (const char *)b.data);
    x->g.source.failed |= b.failed;
    tni_buf_free(&b);
    return text;
}

void guest_assign(guest *x, const witgen_type *t, tni_str lvalue, tni_str expr,
                  u32 indent) {
    if (witgen_structure(t)->kind == TENON_TYPE_FIXED_LIST) {
        GUEST_PUT(x, indent, "__builtin_memcpy(%.*s, %.*s, sizeof(%.*s));", STR(lvalue),
                  STR(expr), STR(t->c_name));
    } else {
        GUEST_PUT(x, indent, "%.*s = %.*s;", STR(lvalue), STR(expr));
    }
}

/* A core value as another core type, as cases of a variant share them. */
static tni_str convert(guest *x, tni_str expr, char from, char to) {
    if (from == to) {
        return expr;
    }
    if (from == 'i' && to == 'I') {
        return guest_text(x, "(int64_t)(uint32_t)%.*s", STR(expr));
    }
    if (from == 'I' && to == 'i') {
        return guest_text(x, "(int32_t)%.*s", STR(expr));
    }
    if (from == 'f') {
        x->helpers[GUEST_F32_BITS] = true;
        return convert(x, guest_text(x, "f32_bits(%.*s)", STR(expr)), 'i', to);
    }
    if (from == 'F') {
        x->helpers[GUEST_F64_BITS] = true;
        return guest_text(x, "f64_bits(%.*s)", STR(expr));
    }
    if (to == 'f') {
        x->helpers[GUEST_BITS_F32] = true;
        tni_str bits = convert(x, expr, from, 'i');
        return guest_text(x, "bits_f32(%.*s)", STR(bits));
    }
    x->helpers[GUEST_BITS_F64] = true;
    return guest_text(x, "bits_f64(%.*s)", STR(expr));
}

/* Types can be nested in ways that would fill any disk. */
static bool too_much(guest *x) {
    enum { MOST_BYTES = 64 << 20 };
    if (x->g.source.count > MOST_BYTES && x->status == TENON_OK) {
        x->status = tni_fail(x->g.e, TNI_ERR_LIMIT, TENON_NO_OFFSET,
                             "what takes the values of \"%.*s\" apart", STR(x->module));
    }
    return x->status != TENON_OK || x->g.source.failed;
}

/* -- lowering -- */

static void push(guest_flats *out, char type, tni_str expr) {
    if (out->count <= WITGEN_MAX_FLAT) {
        out->type[out->count] = type;
        out->expr[out->count] = expr;
        out->count++;
    }
}

/* The payload of a case, into the variables that stand for all cases. */
static void lower_case(guest *x, const witgen_type *t, tni_str expr, u32 indent,
                       const guest_flats *joined) {
    guest_flats own = {0};
    guest_lower(x, t, expr, indent, &own);
    for (u32 i = 0; i < own.count && i + 1 < joined->count; i++) {
        tni_str value = convert(x, own.expr[i], own.type[i], joined->type[i + 1]);
        GUEST_PUT(x, indent, "%.*s = %.*s;", STR(joined->expr[i + 1]), STR(value));
    }
}

/* Variables for a variant's core values, the first of which is there. */
static void declare_flats(guest *x, const witgen_type *t, tni_str tag, u32 indent,
                          guest_flats *joined) {
    push(joined, 'i', tag);
    for (u32 i = 1; i < t->flat_count && i < WITGEN_MAX_FLAT; i++) {
        push(joined, t->flat[i], guest_text(x, "flat%u_", x->temporaries++));
        GUEST_PUT(x, indent, "%s %.*s = 0;", guest_core_type(t->flat[i]),
                  STR(joined->expr[i]));
    }
}

static void push_all(guest_flats *out, const guest_flats *in) {
    for (u32 i = 0; i < in->count; i++) {
        push(out, in->type[i], in->expr[i]);
    }
}

void guest_lower_option(guest *x, const witgen_type *t, tni_str is_some, tni_str val,
                        u32 indent, guest_flats *out) {
    guest_flats joined = {0};
    declare_flats(x, t, guest_text(x, "(int32_t)(%.*s)", STR(is_some)), indent, &joined);
    GUEST_PUT(x, indent, "if (%.*s) {", STR(is_some));
    lower_case(x, t->parts[0], val, indent + 1, &joined);
    GUEST_PUT(x, indent, "}");
    push_all(out, &joined);
}

static void lower_result(guest *x, const witgen_type *t, tni_str expr, u32 indent,
                         guest_flats *out) {
    guest_flats joined = {0};
    tni_str tag = guest_member(x, expr, TNI_STR("is_err"));
    declare_flats(x, t, guest_text(x, "(int32_t)%.*s", STR(tag)), indent, &joined);
    if (t->parts[1] != NULL) {
        GUEST_PUT(x, indent, "if (%.*s) {", STR(tag));
        lower_case(x, t->parts[1], guest_member(x, expr, TNI_STR("val.err")), indent + 1,
                   &joined);
    }
    if (t->parts[0] != NULL) {
        if (t->parts[1] != NULL) {
            GUEST_PUT(x, indent, "} else {");
        } else {
            GUEST_PUT(x, indent, "if (!%.*s) {", STR(tag));
        }
        lower_case(x, t->parts[0], guest_member(x, expr, TNI_STR("val.ok")), indent + 1,
                   &joined);
    }
    if (t->parts[0] != NULL || t->parts[1] != NULL) {
        GUEST_PUT(x, indent, "}");
    }
    push_all(out, &joined);
}

static void put_case(guest *x, const tni_wit_field *f, u32 index, u32 indent) {
    GUEST_PUT(x, indent, "case %u: { /* %.*s */", index, STR(f->name));
}

static void end_case(guest *x, u32 indent) {
    GUEST_PUT(x, indent + 1, "break;");
    GUEST_PUT(x, indent, "}");
}

static tni_str case_value(guest *x, tni_str expr, const tni_wit_field *f) {
    tni_str name = guest_field_name(x, f, 0);
    return guest_member(x, expr, guest_text(x, "val.%.*s", STR(name)));
}

static void lower_variant(guest *x, const witgen_type *t, tni_str expr, u32 indent,
                          guest_flats *out) {
    guest_flats joined = {0};
    tni_str tag = guest_member(x, expr, TNI_STR("tag"));
    declare_flats(x, t, guest_text(x, "(int32_t)%.*s", STR(tag)), indent, &joined);
    if (joined.count > 1) {
        GUEST_PUT(x, indent, "switch (%.*s) {", STR(tag));
        u32 i = 0;
        for (const tni_wit_field *f = t->wit->fields; f != NULL; f = f->next, i++) {
            if (t->parts[i] != NULL) {
                put_case(x, f, i, indent);
                lower_case(x, t->parts[i], case_value(x, expr, f), indent + 1, &joined);
                end_case(x, indent);
            }
        }
        GUEST_PUT(x, indent, "}");
    }
    push_all(out, &joined);
}

static void lower_list(guest *x, tni_str expr, guest_flats *out) {
    tni_str ptr = guest_member(x, expr, TNI_STR("ptr"));
    tni_str len = guest_member(x, expr, TNI_STR("len"));
    push(out, 'i', guest_text(x, "(int32_t)(intptr_t)%.*s", STR(ptr)));
    push(out, 'i', guest_text(x, "(int32_t)%.*s", STR(len)));
}

void guest_lower(guest *x, const witgen_type *t, tni_str expr, u32 indent,
                 guest_flats *out) {
    if (too_much(x)) {
        return;
    }
    t = witgen_behind(t);
    switch (t->wit->kind) {
    case TENON_TYPE_RECORD:
    case TENON_TYPE_TUPLE: {
        u32 i = 0;
        for (const tni_wit_field *f = t->wit->fields; f != NULL; f = f->next, i++) {
            guest_lower(x, t->parts[i], guest_member(x, expr, guest_field_name(x, f, i)),
                        indent, out);
        }
        break;
    }
    case TENON_TYPE_FIXED_LIST:
        for (u32 i = 0; i < t->wit->count; i++) {
            guest_lower(x, t->parts[0], element(x, expr, i), indent, out);
        }
        break;
    case TENON_TYPE_STRING:
    case TENON_TYPE_LIST:
    case TENON_TYPE_MAP: lower_list(x, expr, out); break;
    case TENON_TYPE_OPTION:
        guest_lower_option(x, t, guest_member(x, expr, TNI_STR("is_some")),
                           guest_member(x, expr, TNI_STR("val")), indent, out);
        break;
    case TENON_TYPE_RESULT: lower_result(x, t, expr, indent, out); break;
    case TENON_TYPE_VARIANT: lower_variant(x, t, expr, indent, out); break;
    case TENON_TYPE_S64:
    case TENON_TYPE_U64: push(out, 'I', guest_text(x, "(int64_t)%.*s", STR(expr))); break;
    case TENON_TYPE_F32: push(out, 'f', expr); break;
    case TENON_TYPE_F64: push(out, 'F', expr); break;
    case TENON_TYPE_STREAM:
    case TENON_TYPE_FUTURE:
    case TENON_TYPE_BORROW:
    case TENON_TYPE_OWN: {
        bool own = t->wit->kind == TENON_TYPE_BORROW && witgen_is_own_resource(&x->g, t);
        tni_str value = own ? expr : guest_member(x, expr, TNI_STR("handle"));
        push(
            out, 'i',
            guest_text(x, own ? "(int32_t)(intptr_t)%.*s" : "(int32_t)%.*s", STR(value)));
        break;
    }
    default: push(out, 'i', guest_text(x, "(int32_t)%.*s", STR(expr)));
    }
}

/* -- lifting -- */

static tni_str take(guest_flats *in) {
    return in->next < in->count ? in->expr[in->next++] : TNI_STR("0");
}

tni_str guest_scalar(guest *x, const witgen_type *t, tni_str flat) {
    const witgen_type *deep = witgen_behind(t);
    switch (deep->wit->kind) {
    case TENON_TYPE_BOOL: return guest_text(x, "%.*s != 0", STR(flat));
    case TENON_TYPE_F32:
    case TENON_TYPE_F64: return flat;
    case TENON_TYPE_BORROW:
        if (witgen_is_own_resource(&x->g, deep)) {
            return guest_text(x, "(%.*s)(intptr_t)%.*s", STR(t->c_name), STR(flat));
        }
        /* fallthrough */
    case TENON_TYPE_STREAM:
    case TENON_TYPE_FUTURE:
    case TENON_TYPE_OWN:
        return guest_text(x, "(%.*s){(uint32_t)%.*s}", STR(t->c_name), STR(flat));
    default: return guest_text(x, "(%.*s)%.*s", STR(t->c_name), STR(flat));
    }
}

/* The payload of a case, from what stands for all cases; in is left where it is. */
static void lift_case(guest *x, const witgen_type *t, tni_str lvalue, u32 indent,
                      const guest_flats *in) {
    guest_flats own = {0};
    for (u32 i = 0; i < t->flat_count && in->next + i < in->count; i++) {
        push(&own, t->flat[i],
             convert(x, in->expr[in->next + i], in->type[in->next + i], t->flat[i]));
    }
    guest_lift(x, t, lvalue, indent, &own);
}

static void lift_option(guest *x, const witgen_type *t, tni_str lvalue, u32 indent,
                        guest_flats *in) {
    tni_str tag = guest_member(x, lvalue, TNI_STR("is_some"));
    GUEST_PUT(x, indent, "%.*s = %s != 0;", STR(tag), take(in).ptr);
    GUEST_PUT(x, indent, "if (%.*s) {", STR(tag));
    lift_case(x, t->parts[0], guest_member(x, lvalue, TNI_STR("val")), indent + 1, in);
    GUEST_PUT(x, indent, "}");
}

static void lift_result(guest *x, const witgen_type *t, tni_str lvalue, u32 indent,
                        guest_flats *in) {
    static const char *const members[] = {"val.ok", "val.err"};
    static const char *const tests[] = {"!", ""};
    tni_str tag = guest_member(x, lvalue, TNI_STR("is_err"));
    GUEST_PUT(x, indent, "%.*s = %s != 0;", STR(tag), take(in).ptr);
    for (u32 i = 0; i < 2; i++) {
        if (t->parts[i] != NULL) {
            GUEST_PUT(x, indent, "if (%s%.*s) {", tests[i], STR(tag));
            lift_case(x, t->parts[i], guest_member(x, lvalue, tni_str_of(members[i])),
                      indent + 1, in);
            GUEST_PUT(x, indent, "}");
        }
    }
}

static void lift_variant(guest *x, const witgen_type *t, tni_str lvalue, u32 indent,
                         guest_flats *in) {
    tni_str tag = guest_member(x, lvalue, TNI_STR("tag"));
    const char *type = t->wit->count <= 0x100     ? "uint8_t"
                       : t->wit->count <= 0x10000 ? "uint16_t"
                                                  : "uint32_t";
    GUEST_PUT(x, indent, "%.*s = (%s)%s;", STR(tag), type, take(in).ptr);
    if (t->flat_count == 1) {
        return;
    }
    GUEST_PUT(x, indent, "switch (%.*s) {", STR(tag));
    u32 i = 0;
    for (const tni_wit_field *f = t->wit->fields; f != NULL; f = f->next, i++) {
        if (t->parts[i] != NULL) {
            put_case(x, f, i, indent);
            lift_case(x, t->parts[i], case_value(x, lvalue, f), indent + 1, in);
            end_case(x, indent);
        }
    }
    GUEST_PUT(x, indent, "}");
}

static void lift_list(guest *x, const witgen_type *t, tni_str lvalue, u32 indent,
                      guest_flats *in) {
    tni_str of = t->wit->kind == TENON_TYPE_STRING ? TNI_STR("uint8_t")
                 : t->wit->kind == TENON_TYPE_MAP  ? t->pair->c_name
                                                   : t->parts[0]->c_name;
    GUEST_PUT(x, indent, "%s = (%.*s *)(intptr_t)%s;",
              guest_member(x, lvalue, TNI_STR("ptr")).ptr, STR(of), take(in).ptr);
    GUEST_PUT(x, indent, "%s = (size_t)%s;", guest_member(x, lvalue, TNI_STR("len")).ptr,
              take(in).ptr);
}

void guest_lift(guest *x, const witgen_type *t, tni_str lvalue, u32 indent,
                guest_flats *in) {
    if (too_much(x)) {
        return;
    }
    u32 next = in->next;
    const witgen_type *deep = witgen_behind(t);
    switch (deep->wit->kind) {
    case TENON_TYPE_RECORD:
    case TENON_TYPE_TUPLE: {
        u32 i = 0;
        for (const tni_wit_field *f = deep->wit->fields; f != NULL; f = f->next, i++) {
            guest_lift(x, deep->parts[i],
                       guest_member(x, lvalue, guest_field_name(x, f, i)), indent, in);
        }
        break;
    }
    case TENON_TYPE_FIXED_LIST:
        for (u32 i = 0; i < deep->wit->count; i++) {
            guest_lift(x, deep->parts[0], element(x, lvalue, i), indent, in);
        }
        break;
    case TENON_TYPE_STRING:
    case TENON_TYPE_LIST:
    case TENON_TYPE_MAP: lift_list(x, deep, lvalue, indent, in); break;
    case TENON_TYPE_OPTION: lift_option(x, deep, lvalue, indent, in); break;
    case TENON_TYPE_RESULT: lift_result(x, deep, lvalue, indent, in); break;
    case TENON_TYPE_VARIANT: lift_variant(x, deep, lvalue, indent, in); break;
    default:
        GUEST_PUT(x, indent, "%.*s = %s;", STR(lvalue), guest_scalar(x, t, take(in)).ptr);
    }
    in->next = next + t->flat_count;
}
