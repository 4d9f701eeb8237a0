/* component_printcanon.c: canonical definitions as text. Explainer.md, "Canonical
 * Definitions"; Binary.md for how they are encoded. */
#include "text/component_printer.h"

typedef struct canon_row {
    u8 code;
    const char *text;
} canon_row;

static const canon_row rows[] = {
#define TNI_CANON(id, code, text, feature) {code, text},
#include "component/canon.def"
#undef TNI_CANON
};

/* -- options -- */

static tenon_status print_option(tni_component_printer *p, tni_reader *r) {
    tni_buf *out = p->core.out;
    tni_sort sort = TNI_SORT_CORE_FUNC;
    u8 code;
    TNI_TRY(tni_read_byte(r, &code));
    switch (code) {
    case 0x00: tni_buf_str(out, TNI_STR(" string-encoding=utf8")); return TENON_OK;
    case 0x01: tni_buf_str(out, TNI_STR(" string-encoding=utf16")); return TENON_OK;
    case 0x02:
        tni_buf_str(out, TNI_STR(" string-encoding=latin1+utf16"));
        return TENON_OK;
    case 0x03:
        tni_buf_str(out, TNI_STR(" (memory"));
        sort = TNI_SORT_CORE_MEMORY;
        break;
    case 0x04: tni_buf_str(out, TNI_STR(" (realloc")); break;
    case 0x05: tni_buf_str(out, TNI_STR(" (post-return")); break;
    case 0x06: tni_buf_str(out, TNI_STR(" async")); return TENON_OK;
    case 0x07: tni_buf_str(out, TNI_STR(" (callback")); break;
    default: return tni_cprint_bad(r, code);
    }
    TNI_TRY(tni_cprint_index(p, r, sort));
    tni_buf_byte(out, ')');
    return TENON_OK;
}

static tenon_status print_options(tni_component_printer *p, tni_reader *r) {
    u32 count;
    TNI_TRY(tni_read_u32(r, &count));
    for (u32 i = 0; i < count; i++) {
        TNI_TRY(print_option(p, r));
    }
    return TENON_OK;
}

/* -- immediates -- */

/* A word, or nothing. */
static tenon_status print_flag(tni_component_printer *p, tni_reader *r,
                               const char *word) {
    u8 present;
    TNI_TRY(tni_read_byte(r, &present));
    if (present == 1) {
        tni_buf_format(p->core.out, " %s", word);
    }
    return present <= 1 ? TENON_OK : tni_cprint_bad(r, present);
}

static tenon_status print_context(tni_component_printer *p, tni_reader *r) {
    u8 type;
    u32 slot;
    TNI_TRY(tni_read_byte(r, &type));
    TNI_TRY(tni_read_u32(r, &slot));
    tni_buf_format(p->core.out, type == 0x7e ? " i64 %u" : " i32 %u", slot);
    return TENON_OK;
}

static tenon_status print_wait(tni_component_printer *p, tni_reader *r) {
    TNI_TRY(print_flag(p, r, "cancellable"));
    tni_buf_str(p->core.out, TNI_STR(" (memory"));
    TNI_TRY(tni_cprint_index(p, r, TNI_SORT_CORE_MEMORY));
    tni_buf_byte(p->core.out, ')');
    return TENON_OK;
}

static tenon_status print_thread(tni_component_printer *p, tni_reader *r, bool is_shared,
                                 bool is_indirect) {
    if (is_shared) {
        TNI_TRY(print_flag(p, r, "shared"));
    }
    TNI_TRY(tni_cprint_index(p, r, TNI_SORT_CORE_TYPE));
    return is_indirect ? tni_cprint_index(p, r, TNI_SORT_CORE_TABLE) : TENON_OK;
}

/* What follows the word of a definition other than lift. */
static tenon_status print_immediates(tni_component_printer *p, tni_reader *r,
                                     tni_canon_kind kind) {
    switch (kind) {
    case TNI_CANON_TASK_RETURN:
        TNI_TRY(tni_cprint_result(p, r));
        return print_options(p, r);
    case TNI_CANON_CONTEXT_GET:
    case TNI_CANON_CONTEXT_SET: return print_context(p, r);
    case TNI_CANON_SUBTASK_CANCEL: return print_flag(p, r, "async");
    case TNI_CANON_STREAM_READ:
    case TNI_CANON_STREAM_WRITE:
    case TNI_CANON_FUTURE_READ:
    case TNI_CANON_FUTURE_WRITE:
        TNI_TRY(tni_cprint_index(p, r, TNI_SORT_TYPE));
        return print_options(p, r);
    case TNI_CANON_STREAM_CANCEL_READ:
    case TNI_CANON_STREAM_CANCEL_WRITE:
    case TNI_CANON_FUTURE_CANCEL_READ:
    case TNI_CANON_FUTURE_CANCEL_WRITE:
        TNI_TRY(tni_cprint_index(p, r, TNI_SORT_TYPE));
        return print_flag(p, r, "async");
    case TNI_CANON_RESOURCE_NEW:
    case TNI_CANON_RESOURCE_DROP:
    case TNI_CANON_RESOURCE_REP:
    case TNI_CANON_STREAM_NEW:
    case TNI_CANON_STREAM_DROP_READABLE:
    case TNI_CANON_STREAM_DROP_WRITABLE:
    case TNI_CANON_FUTURE_NEW:
    case TNI_CANON_FUTURE_DROP_READABLE:
    case TNI_CANON_FUTURE_DROP_WRITABLE: return tni_cprint_index(p, r, TNI_SORT_TYPE);
    case TNI_CANON_ERROR_CONTEXT_NEW:
    case TNI_CANON_ERROR_CONTEXT_DEBUG_MESSAGE: return print_options(p, r);
    case TNI_CANON_WAITABLE_SET_WAIT:
    case TNI_CANON_WAITABLE_SET_POLL: return print_wait(p, r);
    case TNI_CANON_THREAD_YIELD:
    case TNI_CANON_THREAD_SUSPEND:
    case TNI_CANON_THREAD_SUSPEND_THEN_RESUME:
    case TNI_CANON_THREAD_YIELD_THEN_RESUME:
    case TNI_CANON_THREAD_SUSPEND_THEN_PROMOTE:
    case TNI_CANON_THREAD_YIELD_THEN_PROMOTE: return print_flag(p, r, "cancellable");
    case TNI_CANON_THREAD_NEW_INDIRECT: return print_thread(p, r, false, true);
    case TNI_CANON_THREAD_SPAWN_REF: return print_thread(p, r, true, false);
    case TNI_CANON_THREAD_SPAWN_INDIRECT: return print_thread(p, r, true, true);
    case TNI_CANON_THREAD_AVAILABLE_PARALLELISM: return print_flag(p, r, "shared");
    default: return TENON_OK;
    }
}

/* -- lift and the others -- */

/* The type stands last in the binary, first in the text: the rest waits in a buffer. */
static tenon_status print_lift(tni_component_printer *p, tni_reader *r) {
    tni_buf *out = p->core.out;
    tni_buf rest;
    u8 zero;
    TNI_TRY(tni_read_byte(r, &zero));
    tni_buf_init(&rest, p->core.heap);
    p->core.out = &rest;
    tenon_status status = tni_cprint_index(p, r, TNI_SORT_CORE_FUNC);
    if (status == TENON_OK) {
        tni_buf_byte(&rest, ')');
        status = print_options(p, r);
    }
    p->core.out = out;
    if (status == TENON_OK) {
        tni_cprint_begin(p, "func");
        tni_cprint_binding(p, TNI_SORT_FUNC);
        tni_buf_str(out, TNI_STR(" (type"));
        status = tni_cprint_index(p, r, TNI_SORT_TYPE);
        tni_buf_str(out, TNI_STR(") (canon lift (core func"));
        tni_buf_put(out, rest.data, rest.count);
        tni_buf_byte(out, ')');
        tni_cprint_end(p);
    }
    out->failed = out->failed || rest.failed;
    tni_buf_free(&rest);
    return status;
}

tenon_status tni_cprint_canon(tni_component_printer *p, tni_reader *r) {
    tni_buf *out = p->core.out;
    u8 code, zero;
    size_t row = 0;
    TNI_TRY(tni_read_byte(r, &code));
    while (row < TNI_COUNT_OF(rows) && rows[row].code != code) {
        row++;
    }
    if (row == TNI_COUNT_OF(rows)) {
        return tni_cprint_bad(r, code);
    }
    if (row == TNI_CANON_LIFT) {
        return print_lift(p, r);
    }
    tni_cprint_begin(p, "core func");
    tni_cprint_binding(p, TNI_SORT_CORE_FUNC);
    if (row == TNI_CANON_LOWER) {
        TNI_TRY(tni_read_byte(r, &zero));
        tni_buf_str(out, TNI_STR(" (canon lower (func"));
        TNI_TRY(tni_cprint_index(p, r, TNI_SORT_FUNC));
        tni_buf_byte(out, ')');
        TNI_TRY(print_options(p, r));
    } else {
        tni_buf_format(out, " (canon %s", rows[row].text);
        TNI_TRY(print_immediates(p, r, (tni_canon_kind)row));
    }
    tni_buf_byte(out, ')');
    tni_cprint_end(p);
    return TENON_OK;
}
