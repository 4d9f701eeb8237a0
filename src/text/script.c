/* script.c: .wast scripts to commands. Grammar: the spec's interpreter/README.md. */
#include "text/script.h"
#include "base/numtext.h"

tenon_status tni_script_init(tni_script *s, tenon_engine *engine, tni_str source,
                             size_t begin, size_t end, tenon_error *e) {
    tenon_status status = tni_text_init(&s->t, engine, source, begin, end, e);
    s->source = source;
    s->t.lax = true; /* annotations are the modules' business */
    s->t.lex.keep = NULL;
    s->mark = tni_arena_save(&s->t.arena);
    s->line_at = source.ptr;
    s->line = 1;
    return status == TENON_OK && begin == 0 ? tni_lexer_check(source, e) : status;
}

void tni_script_free(tni_script *s) {
    tni_text_free(&s->t);
}

/* The line of a place at or after the last one asked for. */
static u32 line_of(tni_script *s, const char *at) {
    for (; s->line_at < at; s->line_at++) {
        s->line += *s->line_at == '\n';
    }
    return s->line;
}

static size_t offset_of(const tni_script *s, const char *at) {
    return (size_t)(at - s->source.ptr);
}

/* -- modules -- */

/* From "(module" or "(component" at hand to past its end. */
static tenon_status skip_form(tni_script *s, tni_script_module *m) {
    tni_text *t = &s->t;
    m->begin = offset_of(s, t->tok.raw.ptr);
    t->has_ahead = false;
    t->lex.cur = t->tok.raw.ptr + 1;
    if (!tni_lexer_skip(&t->lex)) {
        return tni_text_fail(t, TNI_ERR_TEXT_UNEXPECTED, "end of input");
    }
    m->end = offset_of(s, t->lex.cur);
    return tni_text_seek(t, t->lex.cur);
}

static tenon_status take_bytes(tni_script *s, tni_script_module *m) {
    tni_buf b;
    tni_buf_init(&b, s->t.heap);
    tenon_status status = tni_text_strings(&s->t, &b);
    if (status == TENON_OK) {
        m->bytes = tni_arena_str(&s->t.arena, (tni_str){(const char *)b.data, b.count});
        status = b.failed || m->bytes.ptr == NULL ? tni_no_memory(s->t.e) : TENON_OK;
    }
    tni_buf_free(&b);
    return status == TENON_OK ? tni_text_rpar(&s->t) : status;
}

static tenon_status at_module(tni_script *s, bool *yes) {
    TNI_TRY(tni_text_at_form(&s->t, "module", yes));
    return *yes ? TENON_OK : tni_text_at_form(&s->t, "component", yes);
}

/* A module or component in any of its forms. */
static tenon_status take_module(tni_script *s, tni_script_module *m) {
    tni_text *t = &s->t;
    const char *at = t->tok.raw.ptr;
    *m = (tni_script_module){0};
    TNI_TRY(tni_text_lpar(t));
    m->is_component = tni_text_at(t, "component");
    TNI_TRY(tni_text_next(t));
    m->is_definition = tni_text_at(t, "definition");
    if (m->is_definition) {
        TNI_TRY(tni_text_next(t));
    }
    if (t->tok.kind == TNI_TOKEN_ID) {
        m->name = tni_arena_str(&t->arena, t->tok.text);
        TNI_TRY(tni_text_next(t));
    }
    bool is_binary = tni_text_at(t, "binary");
    if (is_binary || tni_text_at(t, "quote")) {
        m->form = is_binary ? TNI_SCRIPT_BINARY : TNI_SCRIPT_QUOTE;
        TNI_TRY(tni_text_next(t));
        return take_bytes(s, m);
    }
    TNI_TRY(tni_text_seek(t, at));
    return skip_form(s, m);
}

/* (module instance $name? $definition?), which is made of nothing but identifiers. */
static tenon_status take_instance(tni_script *s, tni_script_command *c, bool *yes) {
    tni_text *t = &s->t;
    const char *at = t->tok.raw.ptr;
    TNI_TRY(tni_text_next(t));
    c->module.is_component = tni_text_at(t, "component");
    TNI_TRY(tni_text_next(t));
    *yes = tni_text_at(t, "instance");
    if (!*yes) {
        return tni_text_seek(t, at);
    }
    TNI_TRY(tni_text_next(t));
    c->kind = TNI_SCRIPT_INSTANCE;
    TNI_TRY(tni_text_id(t, &c->definition));
    if (t->tok.kind == TNI_TOKEN_ID) {
        c->name = c->definition;
        TNI_TRY(tni_text_id(t, &c->definition));
    }
    return tni_text_rpar(t);
}

/* -- values -- */

static const struct {
    const char *text;
    u8 lane_bytes;
    bool is_float;
} shapes[] = {
    {"i8x16", 1, false}, {"i16x8", 2, false}, {"i32x4", 4, false},
    {"i64x2", 8, false}, {"f32x4", 4, true},  {"f64x2", 8, true},
};

/* One number or NaN pattern of a size. */
static tenon_status take_number(tni_script *s, bool is_float, unsigned bytes, u64 *out,
                                u8 *nan) {
    tni_text *t = &s->t;
    u32 bits32 = 0;
    tni_num r = TNI_NUM_SYNTAX;
    *out = 0;
    if (t->tok.kind != TNI_TOKEN_ATOM) {
        return tni_text_unexpected(t);
    }
    if (is_float && tni_text_at(t, "nan:canonical")) {
        *nan = TNI_NAN_CANONICAL;
        r = TNI_NUM_OK;
    } else if (is_float && tni_text_at(t, "nan:arithmetic")) {
        *nan = TNI_NAN_ARITHMETIC;
        r = TNI_NUM_OK;
    } else if (is_float && bytes == 4) {
        r = tni_parse_f32(t->tok.text, &bits32);
        *out = bits32;
    } else if (is_float) {
        r = tni_parse_f64(t->tok.text, out);
    } else {
        r = tni_parse_int(t->tok.text, bytes * 8, out);
    }
    if (r == TNI_NUM_OK) {
        return tni_text_next(t);
    }
    return r == TNI_NUM_RANGE ? tni_text_fail(t, TNI_ERR_TEXT_RANGE, NULL)
                              : tni_text_unexpected(t);
}

static tenon_status take_v128(tni_script *s, tni_script_value *v) {
    tni_text *t = &s->t;
    size_t shape = 0;
    while (shape < TNI_COUNT_OF(shapes) &&
           !tni_token_is(&t->tok, tni_str_of(shapes[shape].text))) {
        shape++;
    }
    if (shape == TNI_COUNT_OF(shapes)) {
        return tni_text_unexpected(t);
    }
    TNI_TRY(tni_text_next(t));
    v->kind = TNI_VALUE_V128;
    v->lane_bytes = shapes[shape].lane_bytes;
    v->is_float = shapes[shape].is_float;
    for (unsigned i = 0; i < 16u / v->lane_bytes; i++) {
        u64 bits;
        TNI_TRY(take_number(s, v->is_float, v->lane_bytes, &bits, &v->nan[i]));
        unsigned at = i * v->lane_bytes;
        v->bits[at / 8] |= bits << (at % 8 * 8);
    }
    return TENON_OK;
}

/* Abstract heap types; others (of modules unseen here) count as none written. */
static tenon_status take_heaptype(tni_script *s, u32 *out) {
    static const struct {
        const char *text;
        u32 heaptype;
    } words[] = {
        {"func", TNI_HEAP_FUNC},     {"extern", TNI_HEAP_EXTERN},
        {"any", TNI_HEAP_ANY},       {"eq", TNI_HEAP_EQ},
        {"i31", TNI_HEAP_I31},       {"struct", TNI_HEAP_STRUCT},
        {"array", TNI_HEAP_ARRAY},   {"none", TNI_HEAP_NONE},
        {"nofunc", TNI_HEAP_NOFUNC}, {"noextern", TNI_HEAP_NOEXTERN},
        {"exn", TNI_HEAP_EXN},       {"noexn", TNI_HEAP_NOEXN},
    };
    *out = TNI_NO_INDEX;
    if (tni_text_at_rpar(&s->t)) {
        return TENON_OK;
    }
    for (size_t i = 0; i < TNI_COUNT_OF(words); i++) {
        if (tni_token_is(&s->t.tok, tni_str_of(words[i].text))) {
            *out = words[i].heaptype;
        }
    }
    return tni_text_next(&s->t);
}

/* (ref.…) values and patterns, the keyword at hand. */
static tenon_status take_ref(tni_script *s, tni_script_value *v) {
    static const struct {
        const char *text;
        u32 heaptype;
    } patterns[] = {
        {"ref", TNI_HEAP_ANY},           {"ref.any", TNI_HEAP_ANY},
        {"ref.eq", TNI_HEAP_EQ},         {"ref.i31", TNI_HEAP_I31},
        {"ref.struct", TNI_HEAP_STRUCT}, {"ref.array", TNI_HEAP_ARRAY},
        {"ref.func", TNI_HEAP_FUNC},     {"ref.exn", TNI_HEAP_EXN},
    };
    tni_text *t = &s->t;
    bool is_extern = tni_text_at(t, "ref.extern");
    if (is_extern || tni_text_at(t, "ref.host")) {
        TNI_TRY(tni_text_next(t));
        v->kind = is_extern ? TNI_VALUE_REF_EXTERN : TNI_VALUE_REF_HOST;
        v->is_any = tni_text_at_rpar(t);
        return v->is_any ? TENON_OK : tni_text_nat(t, 32, &v->bits[0]);
    }
    if (tni_text_at(t, "ref.null")) {
        TNI_TRY(tni_text_next(t));
        v->kind = TNI_VALUE_REF_NULL;
        return take_heaptype(s, &v->heaptype);
    }
    for (size_t i = 0; i < TNI_COUNT_OF(patterns); i++) {
        if (tni_token_is(&t->tok, tni_str_of(patterns[i].text))) {
            v->kind = TNI_VALUE_REF;
            v->heaptype = patterns[i].heaptype;
            TNI_TRY(tni_text_next(t));
            return tni_text_at_rpar(t) ? TENON_OK : tni_text_next(t);
        }
    }
    return tni_text_unexpected(t);
}

/* Core values, after their parenthesis and up to the other one. */
static tenon_status take_core_value(tni_script *s, tni_script_value *v) {
    static const struct {
        const char *text;
        u8 kind;
        u8 bytes;
        bool is_float;
    } words[] = {
        {"i32.const", TNI_VALUE_I32, 4, false},
        {"i64.const", TNI_VALUE_I64, 8, false},
        {"f32.const", TNI_VALUE_F32, 4, true},
        {"f64.const", TNI_VALUE_F64, 8, true},
    };
    tni_text *t = &s->t;
    *v = (tni_script_value){.heaptype = TNI_NO_INDEX};
    for (size_t i = 0; i < TNI_COUNT_OF(words); i++) {
        if (tni_token_is(&t->tok, tni_str_of(words[i].text))) {
            TNI_TRY(tni_text_next(t));
            v->kind = (tni_script_value_kind)words[i].kind;
            v->lane_bytes = words[i].bytes;
            v->is_float = words[i].is_float;
            TNI_TRY(take_number(s, v->is_float, v->lane_bytes, &v->bits[0], &v->nan[0]));
            return TENON_OK;
        }
    }
    if (tni_text_at(t, "v128.const")) {
        TNI_TRY(tni_text_next(t));
        return take_v128(s, v);
    }
    return take_ref(s, v);
}

/* Whether a word begins a value of components alone ("u32.const"). */
static bool is_component_word(const tni_token *t) {
    static const char *const words[] = {
        "bool.const", "s8.const",    "u8.const",     "s16.const",   "u16.const",
        "s32.const",  "u32.const",   "s64.const",    "u64.const",   "char.const",
        "str.const",  "list.const",  "record.const", "tuple.const", "variant.const",
        "enum.const", "flags.const", "option.some",  "option.none", "result.ok",
        "result.err",
    };
    for (size_t i = 0; i < TNI_COUNT_OF(words); i++) {
        if (tni_token_is(t, tni_str_of(words[i]))) {
            return true;
        }
    }
    return false;
}

/* One value or pattern other than (either …), after its parenthesis. */
static tenon_status take_value(tni_script *s, tni_script_value *v) {
    tni_text *t = &s->t;
    size_t begin = offset_of(s, t->tok.raw.ptr);
    if (!is_component_word(&t->tok)) {
        TNI_TRY(take_core_value(s, v));
    } else {
        *v = (tni_script_value){.kind = TNI_VALUE_COMPONENT, .heaptype = TNI_NO_INDEX};
        t->has_ahead = false;
        t->lex.cur = t->tok.raw.ptr;
        if (!tni_lexer_skip(&t->lex)) {
            return tni_text_fail(t, TNI_ERR_TEXT_UNEXPECTED, "end of input");
        }
        TNI_TRY(tni_text_seek(t, t->lex.cur - 1));
    }
    v->begin = begin;
    v->end = offset_of(s, t->tok.raw.ptr);
    return tni_text_rpar(t);
}

typedef TNI_VEC(tni_script_value) values;

static tenon_status copy_values(tni_script *s, const values *list, tni_script_value **out,
                                u32 *count) {
    *count = (u32)list->count;
    *out = TNI_ARENA_ARRAY(&s->t.arena, tni_script_value, list->count);
    if (*out == NULL) {
        return tni_no_memory(s->t.e);
    }
    if (list->count != 0) {
        memcpy(*out, list->data, list->count * sizeof **out);
    }
    return TENON_OK;
}

/* Values up to a closing parenthesis. */
static tenon_status collect_plain(tni_script *s, values *list) {
    while (tni_text_at_lpar(&s->t)) {
        tni_script_value v;
        TNI_TRY(tni_text_next(&s->t));
        TNI_TRY(take_value(s, &v));
        if (!tni_vec_push(s->t.heap, list, v)) {
            return tni_no_memory(s->t.e);
        }
    }
    return TENON_OK;
}

static tenon_status take_either(tni_script *s, tni_script_value *v) {
    values items = {0};
    *v = (tni_script_value){.kind = TNI_VALUE_EITHER, .heaptype = TNI_NO_INDEX};
    tenon_status status = collect_plain(s, &items);
    if (status == TENON_OK) {
        status = copy_values(s, &items, &v->items, &v->item_count);
    }
    tni_vec_free(s->t.heap, &items);
    return status == TENON_OK ? tni_text_rpar(&s->t) : status;
}

static tenon_status collect_values(tni_script *s, values *list) {
    while (tni_text_at_lpar(&s->t)) {
        tni_script_value v;
        bool either;
        TNI_TRY(tni_text_take_form(&s->t, "either", &either));
        if (either) {
            TNI_TRY(take_either(s, &v));
        } else {
            TNI_TRY(tni_text_next(&s->t));
            TNI_TRY(take_value(s, &v));
        }
        if (!tni_vec_push(s->t.heap, list, v)) {
            return tni_no_memory(s->t.e);
        }
    }
    return TENON_OK;
}

static tenon_status take_values(tni_script *s, tni_script_value **out, u32 *count) {
    values list = {0};
    tenon_status status = collect_values(s, &list);
    if (status == TENON_OK) {
        status = copy_values(s, &list, out, count);
    }
    tni_vec_free(s->t.heap, &list);
    return status;
}

/* -- commands -- */

/* (invoke …) or (get …), its parenthesis at hand. */
static tenon_status take_action(tni_script *s, tni_script_action *out) {
    tni_text *t = &s->t;
    *out = (tni_script_action){0};
    TNI_TRY(tni_text_lpar(t));
    out->is_get = tni_text_at(t, "get");
    if (!out->is_get && !tni_text_at(t, "invoke")) {
        return tni_text_unexpected(t);
    }
    TNI_TRY(tni_text_next(t));
    TNI_TRY(tni_text_id(t, &out->module));
    TNI_TRY(tni_text_name(t, &out->name));
    if (!out->is_get) {
        TNI_TRY(take_values(s, &out->args, &out->arg_count));
    }
    return tni_text_rpar(t);
}

static const struct {
    const char *word;
    u8 kind;
    bool wants_module; /* else an action */
    bool takes_both;
    bool wants_message;
} assertions[] = {
    {"assert_return", TNI_SCRIPT_RETURN, false, false, false},
    {"assert_trap", TNI_SCRIPT_TRAP, false, true, true},
    {"assert_exhaustion", TNI_SCRIPT_EXHAUSTION, false, false, true},
    {"assert_exception", TNI_SCRIPT_EXCEPTION, false, false, false},
    {"assert_malformed", TNI_SCRIPT_MALFORMED, true, false, true},
    {"assert_invalid", TNI_SCRIPT_INVALID, true, false, true},
    {"assert_unlinkable", TNI_SCRIPT_UNLINKABLE, true, false, true},
    {"assert_malformed_custom", TNI_SCRIPT_MALFORMED_CUSTOM, true, false, true},
    {"assert_invalid_custom", TNI_SCRIPT_INVALID_CUSTOM, true, false, true},
};

/* An assertion whose row is known, after its keyword. */
static tenon_status take_assertion(tni_script *s, size_t row, tni_script_command *out) {
    tni_text *t = &s->t;
    bool module;
    out->kind = (tni_script_kind)assertions[row].kind;
    TNI_TRY(at_module(s, &module));
    if (module != assertions[row].wants_module &&
        !(module && assertions[row].takes_both)) {
        return tni_text_unexpected(t);
    }
    out->has_module = module;
    if (module) {
        TNI_TRY(take_module(s, &out->module));
    } else {
        TNI_TRY(take_action(s, &out->action));
    }
    if (out->kind == TNI_SCRIPT_RETURN) {
        TNI_TRY(take_values(s, &out->results, &out->result_count));
    }
    if (assertions[row].wants_message) {
        TNI_TRY(tni_text_string(t, &out->message));
    }
    return tni_text_rpar(t);
}

static tenon_status take_register(tni_script *s, tni_script_command *out) {
    out->kind = TNI_SCRIPT_REGISTER;
    TNI_TRY(tni_text_name(&s->t, &out->name));
    TNI_TRY(tni_text_id(&s->t, &out->definition));
    return tni_text_rpar(&s->t);
}

/* (thread $name (shared (module $m))? command*). The commands are read later, by the same
 * parser; its identifiers are not looked at here. */
static tenon_status take_thread(tni_script *s, tni_script_command *out) {
    tni_text *t = &s->t;
    bool shared;
    out->kind = TNI_SCRIPT_THREAD;
    TNI_TRY(tni_text_id(t, &out->name));
    TNI_TRY(tni_text_take_form(t, "shared", &shared));
    if (shared) {
        TNI_TRY(tni_text_lpar(t));
        TNI_TRY(tni_text_keyword(t, "module"));
        TNI_TRY(tni_text_id(t, &out->shared));
        TNI_TRY(tni_text_rpar(t));
        TNI_TRY(tni_text_rpar(t));
    }
    out->begin = offset_of(s, t->tok.raw.ptr);
    t->has_ahead = false;
    t->lex.cur = t->tok.raw.ptr;
    if (!tni_lexer_skip(&t->lex)) {
        return tni_text_fail(t, TNI_ERR_TEXT_UNEXPECTED, "end of input");
    }
    out->end = offset_of(s, t->lex.cur) - 1;
    return tni_text_seek(t, t->lex.cur);
}

static bool at_action(const tni_text *t) {
    return tni_token_is(&t->ahead, TNI_STR("invoke")) ||
           tni_token_is(&t->ahead, TNI_STR("get"));
}

static tenon_status take_command(tni_script *s, tni_script_command *out) {
    tni_text *t = &s->t;
    bool module;
    TNI_TRY(at_module(s, &module));
    if (module) {
        TNI_TRY(take_instance(s, out, &module));
        if (module) {
            return TENON_OK;
        }
        out->kind = TNI_SCRIPT_MODULE;
        return take_module(s, &out->module);
    }
    if (at_action(t)) {
        out->kind = TNI_SCRIPT_ACTION;
        return take_action(s, &out->action);
    }
    TNI_TRY(tni_text_next(t));
    for (size_t i = 0; i < TNI_COUNT_OF(assertions); i++) {
        if (tni_token_is(&t->tok, tni_str_of(assertions[i].word))) {
            TNI_TRY(tni_text_next(t));
            return take_assertion(s, i, out);
        }
    }
    if (tni_text_at(t, "register")) {
        TNI_TRY(tni_text_next(t));
        return take_register(s, out);
    }
    if (tni_text_at(t, "thread")) {
        TNI_TRY(tni_text_next(t));
        return take_thread(s, out);
    }
    if (tni_text_at(t, "wait")) {
        TNI_TRY(tni_text_next(t));
        out->kind = TNI_SCRIPT_WAIT;
        TNI_TRY(tni_text_id(t, &out->name));
        return tni_text_rpar(t);
    }
    return tni_text_unexpected(t);
}

/* Whether the form at hand is a field of a module rather than a command. */
static tenon_status at_field(tni_script *s, bool *yes) {
    static const char *const words[] = {"type",   "rec",    "import", "func",
                                        "table",  "memory", "global", "tag",
                                        "export", "start",  "elem",   "data"};
    *yes = false;
    if (!tni_text_at_lpar(&s->t)) {
        return TENON_OK;
    }
    TNI_TRY(tni_text_peek(&s->t));
    for (size_t i = 0; i < TNI_COUNT_OF(words); i++) {
        *yes = *yes || tni_token_is(&s->t.ahead, tni_str_of(words[i]));
    }
    return TENON_OK;
}

tenon_status tni_script_next(tni_script *s, tni_script_command *out, bool *more,
                             tenon_error *e) {
    tni_text *t = &s->t;
    t->e = e;
    t->lex.e = e;
    tni_arena_restore(&t->arena, s->mark);
    *more = t->tok.kind != TNI_TOKEN_EOF;
    *out = (tni_script_command){.line = line_of(s, t->tok.raw.ptr)};
    if (!*more) {
        return TENON_OK;
    }
    if (!tni_text_at_lpar(t)) {
        return tni_text_unexpected(t);
    }
    bool field;
    TNI_TRY(at_field(s, &field));
    if (field) { /* the script is one module without its parentheses */
        out->kind = TNI_SCRIPT_MODULE;
        out->module.begin = offset_of(s, t->tok.raw.ptr);
        out->module.end = offset_of(s, t->lex.end);
        return tni_text_seek(t, t->lex.end);
    }
    return take_command(s, out);
}

bool tni_script_recover(tni_script *s) {
    tni_text *t = &s->t;
    t->has_ahead = false;
    t->lex.cur = s->line_at < t->lex.end ? s->line_at + 1 : t->lex.end;
    return tni_lexer_skip(&t->lex) && tni_text_seek(t, t->lex.cur) == TENON_OK;
}
