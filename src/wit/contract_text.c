/* contract_text.c: types and functions in the words of WIT, for messages. */
#include "wit/contract_text.h"

#include "wit/wit_model.h"

#define STR(s) (int)(s).len, (s).ptr

/* Nesting is bounded where types are made; what is longer than this is cut. */
enum { MOST_TEXT = 2000 };

static const char *const words[] = {
    "bool",   "s8",     "u8",     "s16",   "u16",     "s32",    "u32",
    "s64",    "u64",    "f32",    "f64",   "char",    "string", "error-context",
    "list",   "list",   "record", "tuple", "variant", "enum",   "flags",
    "option", "result", "map",    "own",   "borrow",  "stream", "future",
};

const char *tni_wit_word(const tni_wit_type *t) {
    return t->kind == TNI_WIT_RESOURCE ? "resource"
           : t->kind == TNI_WIT_ALIAS  ? "type"
                                       : words[t->kind];
}

static void put(tni_buf *b, const char *text) {
    tni_buf_str(b, tni_str_of(text));
}

static void put_members(tni_buf *b, const tni_wit_type *t) {
    tni_buf_format(b, "%s%s%.*s { ", words[t->kind], t->name.len > 0 ? " " : "",
                   STR(t->name));
    for (const tni_wit_field *f = t->fields; f != NULL && b->count < MOST_TEXT;
         f = f->next) {
        tni_buf_str(b, f->name);
        if (f->type != NULL) {
            put(b, t->kind == TENON_TYPE_RECORD ? ": " : "(");
            tni_wit_put_type(b, f->type, false);
            put(b, t->kind == TENON_TYPE_RECORD ? "" : ")");
        }
        put(b, f->next != NULL ? ", " : " ");
    }
    put(b, "}");
}

static void put_arguments(tni_buf *b, const tni_wit_type *t) {
    put(b, words[t->kind]);
    if (t->element == NULL && t->other == NULL && t->fields == NULL) {
        return;
    }
    put(b, "<");
    for (const tni_wit_field *f = t->fields; f != NULL; f = f->next) {
        tni_wit_put_type(b, f->type, false);
        put(b, f->next != NULL ? ", " : "");
    }
    if (t->fields == NULL) {
        tni_wit_put_type(b, t->element, false);
    }
    if (t->other != NULL) {
        put(b, ", ");
        tni_wit_put_type(b, t->other, false);
    }
    if (t->kind == TENON_TYPE_FIXED_LIST) {
        tni_buf_format(b, ", %u", t->count);
    }
    put(b, ">");
}

void tni_wit_put_type(tni_buf *b, const tni_wit_type *t, bool spell) {
    if (t == NULL) {
        put(b, "_");
    } else if (b->count > MOST_TEXT) {
        put(b, "…");
    } else if (t->name.len > 0 && !spell) {
        tni_buf_str(b, t->name);
    } else if (t->kind == TNI_WIT_ALIAS) {
        tni_wit_put_type(b, tni_wit_target(t), true);
    } else if (t->kind == TNI_WIT_RESOURCE) {
        tni_buf_format(b, "resource %.*s", STR(t->name));
    } else if (t->kind == TENON_TYPE_OWN) {
        tni_buf_str(b, t->element->name);
    } else if (t->name.len > 0 || tni_wit_is_nominal(t->kind)) {
        put_members(b, t);
    } else {
        put_arguments(b, t);
    }
}

void tni_wit_put_func(tni_buf *b, const tni_wit_func *f) {
    put(b, f->is_async ? "async " : "");
    put(b, f->kind == TNI_WIT_CONSTRUCTOR ? "constructor("
           : f->kind == TNI_WIT_STATIC    ? "static func("
                                          : "func(");
    const tni_wit_field *p = f->params;
    if (f->kind == TNI_WIT_METHOD && p != NULL) {
        p = p->next;
    }
    for (; p != NULL && b->count < MOST_TEXT; p = p->next) {
        tni_buf_format(b, "%.*s: ", STR(p->name));
        tni_wit_put_type(b, p->type, false);
        put(b, p->next != NULL ? ", " : "");
    }
    put(b, ")");
    if (f->result != NULL && f->kind != TNI_WIT_CONSTRUCTOR) {
        put(b, " -> ");
        tni_wit_put_type(b, f->result, false);
    }
}

const char *tni_wit_func_word(tni_str full_name, tni_str *name) {
    static const char *const sorts[] = {[TNI_WIT_FREE] = "function",
                                        [TNI_WIT_METHOD] = "method",
                                        [TNI_WIT_STATIC] = "static function",
                                        [TNI_WIT_CONSTRUCTOR] = "constructor"};
    const tni_wit_func_name n = tni_wit_split_func(full_name);
    *name = n.path;
    return sorts[n.kind];
}
