/* component_canontext.c: canonical definitions of component text. Explainer.md,
 * "Canonical Definitions". */
#include "text/component_asm.h"

typedef struct canon_word {
    const char *text;
    u8 code;
    u8 kind; /* tni_canon_kind */
} canon_word;

static const canon_word words[] = {
#define TNI_CANON(id, code, text, feature) {text, code, TNI_CANON_##id},
#include "component/canon.def"
#undef TNI_CANON
};

/* "canon lift" is written "lift" here. */
static bool is_word(const tni_token *t, const char *text) {
    tni_str word = tni_str_of(text);
    if (word.len > 6 && memcmp(text, "canon ", 6) == 0) {
        word = (tni_str){text + 6, word.len - 6};
    }
    return tni_token_is(t, word);
}

/* -- options -- */

static tenon_status option_ref(tni_component_asm *a, tni_buf *b, u8 code, tni_sort sort) {
    u32 index;
    TNI_TRY(tni_text_next(&a->core.t));
    TNI_TRY(tni_text_next(&a->core.t));
    TNI_TRY(tni_cas_ref(a, sort, &index));
    tni_buf_byte(b, code);
    tni_buf_u32(b, index);
    return tni_text_rpar(&a->core.t);
}

static tenon_status option_word(tni_component_asm *a, tni_buf *b, bool *taken) {
    static const char *const atoms[] = {"string-encoding=utf8", "string-encoding=utf16",
                                        "string-encoding=latin1+utf16"};
    tni_text *t = &a->core.t;
    for (u8 i = 0; i < 3; i++) {
        if (tni_token_is(&t->tok, tni_str_of(atoms[i]))) {
            *taken = true;
            tni_buf_byte(b, i);
            return tni_text_next(t);
        }
    }
    if (tni_text_at(t, "async")) {
        *taken = true;
        tni_buf_byte(b, 0x06);
        return tni_text_next(t);
    }
    return TENON_OK;
}

static tenon_status option(tni_component_asm *a, tni_buf *b, bool *taken) {
    static const struct {
        const char *word;
        u8 code;
        u8 sort;
    } forms[] = {{"memory", 0x03, TNI_SORT_CORE_MEMORY},
                 {"realloc", 0x04, TNI_SORT_CORE_FUNC},
                 {"post-return", 0x05, TNI_SORT_CORE_FUNC},
                 {"callback", 0x07, TNI_SORT_CORE_FUNC}};
    *taken = false;
    for (size_t i = 0; i < TNI_COUNT_OF(forms); i++) {
        bool yes;
        TNI_TRY(tni_text_at_form_(&a->core.t, tni_str_of(forms[i].word), &yes));
        if (yes) {
            *taken = true;
            return option_ref(a, b, forms[i].code, (tni_sort)forms[i].sort);
        }
    }
    return option_word(a, b, taken);
}

/* opts */
static tenon_status options(tni_component_asm *a, tni_buf *b) {
    tni_buf *list = NULL;
    u32 count = 0;
    bool taken = true;
    TNI_TRY(TNI_CAS_TAKE(a, &list));
    for (;; count++) {
        TNI_TRY(option(a, list, &taken));
        if (!taken) {
            break;
        }
    }
    tni_buf_u32(b, count);
    b->failed = b->failed || list->failed;
    tni_buf_put(b, list->data, list->count);
    tni_cas_give(a, list);
    return TENON_OK;
}

/* -- immediates -- */

/* A word that may stand here, as 0x00 or 0x01. */
static tenon_status flag(tni_component_asm *a, tni_buf *b, tni_str word) {
    bool yes = tni_token_is(&a->core.t.tok, word);
    tni_buf_byte(b, yes);
    return yes ? tni_text_next(&a->core.t) : TENON_OK;
}

static tenon_status ref(tni_component_asm *a, tni_buf *b, tni_sort sort) {
    u32 index;
    TNI_TRY(tni_cas_ref(a, sort, &index));
    tni_buf_u32(b, index);
    return TENON_OK;
}

/* (memory m) */
static tenon_status memory(tni_component_asm *a, tni_buf *b) {
    TNI_TRY(tni_text_lpar(&a->core.t));
    TNI_TRY(tni_text_keyword(&a->core.t, "memory"));
    TNI_TRY(ref(a, b, TNI_SORT_CORE_MEMORY));
    return tni_text_rpar(&a->core.t);
}

/* (result t)? opts */
static tenon_status task_return(tni_component_asm *a, tni_buf *b) {
    bool yes;
    TNI_TRY(tni_text_take_form(&a->core.t, "result", &yes));
    if (yes) {
        tni_buf_byte(b, 0x00);
        TNI_TRY(tni_cas_valtype(a, b));
        TNI_TRY(tni_text_rpar(&a->core.t));
    } else {
        tni_buf_byte(b, 0x01);
        tni_buf_byte(b, 0x00);
    }
    return options(a, b);
}

/* i32 0 */
static tenon_status context(tni_component_asm *a, tni_buf *b) {
    tni_text *t = &a->core.t;
    u32 index;
    bool is_64 = tni_text_at(t, "i64");
    if (!is_64 && !tni_text_at(t, "i32")) {
        return tni_text_unexpected(t);
    }
    TNI_TRY(tni_text_next(t));
    TNI_TRY(tni_text_u32(t, &index));
    tni_buf_byte(b, is_64 ? 0x7e : 0x7f);
    tni_buf_u32(b, index);
    return TENON_OK;
}

static tenon_status immediates(tni_component_asm *a, tni_buf *b, tni_canon_kind kind) {
    switch (kind) {
    case TNI_CANON_LIFT:
        tni_buf_byte(b, 0x00);
        TNI_TRY(ref(a, b, TNI_SORT_CORE_FUNC));
        return options(a, b);
    case TNI_CANON_LOWER:
        tni_buf_byte(b, 0x00);
        TNI_TRY(ref(a, b, TNI_SORT_FUNC));
        return options(a, b);
    case TNI_CANON_TASK_RETURN: return task_return(a, b);
    case TNI_CANON_CONTEXT_GET:
    case TNI_CANON_CONTEXT_SET: return context(a, b);
    case TNI_CANON_SUBTASK_CANCEL: return flag(a, b, TNI_STR("async"));
    case TNI_CANON_STREAM_READ:
    case TNI_CANON_STREAM_WRITE:
    case TNI_CANON_FUTURE_READ:
    case TNI_CANON_FUTURE_WRITE: TNI_TRY(ref(a, b, TNI_SORT_TYPE)); return options(a, b);
    case TNI_CANON_STREAM_CANCEL_READ:
    case TNI_CANON_STREAM_CANCEL_WRITE:
    case TNI_CANON_FUTURE_CANCEL_READ:
    case TNI_CANON_FUTURE_CANCEL_WRITE:
        TNI_TRY(ref(a, b, TNI_SORT_TYPE));
        return flag(a, b, TNI_STR("async"));
    case TNI_CANON_RESOURCE_NEW:
    case TNI_CANON_RESOURCE_DROP:
    case TNI_CANON_RESOURCE_REP:
    case TNI_CANON_STREAM_NEW:
    case TNI_CANON_STREAM_DROP_READABLE:
    case TNI_CANON_STREAM_DROP_WRITABLE:
    case TNI_CANON_FUTURE_NEW:
    case TNI_CANON_FUTURE_DROP_READABLE:
    case TNI_CANON_FUTURE_DROP_WRITABLE: return ref(a, b, TNI_SORT_TYPE);
    case TNI_CANON_ERROR_CONTEXT_NEW:
    case TNI_CANON_ERROR_CONTEXT_DEBUG_MESSAGE: return options(a, b);
    case TNI_CANON_WAITABLE_SET_WAIT:
    case TNI_CANON_WAITABLE_SET_POLL:
        TNI_TRY(flag(a, b, TNI_STR("cancellable")));
        return memory(a, b);
    case TNI_CANON_THREAD_YIELD:
    case TNI_CANON_THREAD_SUSPEND:
    case TNI_CANON_THREAD_SUSPEND_THEN_RESUME:
    case TNI_CANON_THREAD_YIELD_THEN_RESUME:
    case TNI_CANON_THREAD_SUSPEND_THEN_PROMOTE:
    case TNI_CANON_THREAD_YIELD_THEN_PROMOTE: return flag(a, b, TNI_STR("cancellable"));
    case TNI_CANON_THREAD_NEW_INDIRECT:
        TNI_TRY(ref(a, b, TNI_SORT_CORE_TYPE));
        return ref(a, b, TNI_SORT_CORE_TABLE);
    case TNI_CANON_THREAD_SPAWN_REF:
        TNI_TRY(flag(a, b, TNI_STR("shared")));
        return ref(a, b, TNI_SORT_CORE_TYPE);
    case TNI_CANON_THREAD_SPAWN_INDIRECT:
        TNI_TRY(flag(a, b, TNI_STR("shared")));
        TNI_TRY(ref(a, b, TNI_SORT_CORE_TYPE));
        return ref(a, b, TNI_SORT_CORE_TABLE);
    case TNI_CANON_THREAD_AVAILABLE_PARALLELISM: return flag(a, b, TNI_STR("shared"));
    default: return TENON_OK;
    }
}

tenon_status tni_cas_canon(tni_component_asm *a, tni_buf *b, tni_canon_kind *kind) {
    size_t i = 0;
    while (i < TNI_COUNT_OF(words) && !is_word(&a->core.t.tok, words[i].text)) {
        i++;
    }
    if (i == TNI_COUNT_OF(words)) {
        return tni_text_unexpected(&a->core.t);
    }
    TNI_TRY(tni_text_next(&a->core.t));
    *kind = (tni_canon_kind)words[i].kind;
    tni_buf_byte(b, words[i].code);
    return immediates(a, b, *kind);
}
