/* wast_roundtrip.c: `tenon wast --round-trip`: instead of running a script, takes every
 * module and component in it that loads, prints it, assembles what was printed, and
 * compares. */
#include <string.h>

#include "binary/decode.h"
#include "tenon/wast.h"
#include "text/assemble.h"
#include "text/component_print.h"
#include "text/component_text.h"
#include "text/print.h"
#include "valid/validate.h"

/* A script's module as it is assembled, in the script's place or from text of its own. */
static tenon_status assemble_module(wast *w, const tni_script_module *m, unsigned names,
                                    tni_buf *out, tenon_error *e) {
    switch (m->form) {
    case TNI_SCRIPT_BINARY: tni_buf_str(out, m->bytes); return TENON_OK;
    case TNI_SCRIPT_QUOTE:
        return m->is_component ? tni_text_component(w->engine, m->bytes, names, out, e)
                               : tni_text_module(w->engine, m->bytes, names, out, e);
    case TNI_SCRIPT_TEXT: break;
    }
    return m->is_component ? tni_text_component_at(w->engine, w->source, m->begin, m->end,
                                                   names, out, e)
                           : tni_text_module_at(w->engine, w->source, m->begin, m->end,
                                                names, out, e);
}

static tenon_status print_core(wast *w, const tni_buf *bytes, unsigned flags,
                               tni_buf *text, tenon_error *e) {
    tni_module *m = NULL;
    TNI_TRY(tni_module_decode(w->engine, bytes->data, bytes->count, 0, true, &m, e));
    tenon_status status = tni_module_validate(m, e);
    if (status == TENON_OK) {
        status = tni_text_print(m, flags, text, e);
    }
    tni_module_release(m);
    return status;
}

static tenon_status print_component(wast *w, const tni_buf *bytes, unsigned flags,
                                    tni_buf *text, tenon_error *e) {
    tni_component *c = NULL;
    TNI_TRY(tni_component_load(w->engine, bytes->data, bytes->count, true, &c, e));
    tenon_status status = tni_text_print_component(c, flags, text, e);
    tni_component_release(c);
    return status;
}

/* What is printed and assembled again; *loads: whether the bytes load at all. */
static tenon_status again(wast *w, bool is_component, const tni_buf *bytes,
                          unsigned names, unsigned flags, tni_buf *out, bool *loads,
                          tenon_error *e) {
    tni_buf text;
    tni_buf_init(&text, &w->engine->heap);
    tenon_status status = is_component ? print_component(w, bytes, flags, &text, e)
                                       : print_core(w, bytes, flags, &text, e);
    *loads = status == TENON_OK;
    if (status == TENON_OK) {
        tni_str source = {(const char *)text.data, text.count};
        status = is_component ? tni_text_component(w->engine, source, names, out, e)
                              : tni_text_module(w->engine, source, names, out, e);
    }
    tni_buf_free(&text);
    return status;
}

static bool same(wast *w, const tni_buf *a, const tni_buf *b) {
    size_t at = 0;
    while (at < a->count && at < b->count && a->data[at] == b->data[at]) {
        at++;
    }
    if (a->count == b->count && at == a->count) {
        return true;
    }
    snprintf(w->failure, sizeof w->failure,
             "%zu bytes became %zu, which differ from offset 0x%zx", a->count, b->count,
             at);
    return false;
}

/* Bytes from text come back as they are; a binary may have been longer than it needs to
 * be, and what it becomes comes back. */
static wast_outcome compare(wast *w, const tni_script_module *m, tni_buf *bytes,
                            unsigned names, unsigned flags, tenon_error *e) {
    tni_buf first, second;
    bool loads = false;
    wast_outcome outcome = WAST_FAILED;
    tni_buf_init(&first, &w->engine->heap);
    tni_buf_init(&second, &w->engine->heap);
    tenon_status status =
        again(w, m->is_component, bytes, names, flags, &first, &loads, e);
    if (!loads) {
        outcome = WAST_SKIPPED;
    } else if (status == TENON_OK && m->form == TNI_SCRIPT_BINARY) {
        status = again(w, m->is_component, &first, names, flags, &second, &loads, e);
    }
    if (outcome == WAST_SKIPPED || status != TENON_OK) {
        wast_fail_error(w, e);
    } else if (m->form == TNI_SCRIPT_BINARY ? same(w, &first, &second)
                                            : same(w, bytes, &first)) {
        outcome = WAST_PASSED;
    }
    tni_buf_free(&first);
    tni_buf_free(&second);
    return outcome;
}

/* One way of assembling and printing; skipped: what does not load. */
static wast_outcome round_trip(wast *w, const tni_script_module *m, unsigned names,
                               unsigned flags, tenon_error *e) {
    tni_buf bytes;
    tni_buf_init(&bytes, &w->engine->heap);
    wast_outcome outcome = WAST_SKIPPED;
    if (assemble_module(w, m, names, &bytes, e) == TENON_OK) {
        /* Neither may names be lost nor others come. */
        outcome = compare(w, m, &bytes, names ^ TNI_TEXT_NAMES, flags, e);
    } else {
        wast_fail_error(w, e);
    }
    tni_buf_free(&bytes);
    return outcome;
}

static bool has_module(const tni_script_command *c) {
    switch (c->kind) {
    case TNI_SCRIPT_MODULE:
    case TNI_SCRIPT_MALFORMED:
    case TNI_SCRIPT_INVALID:
    case TNI_SCRIPT_UNLINKABLE:
    case TNI_SCRIPT_MALFORMED_CUSTOM:
    case TNI_SCRIPT_INVALID_CUSTOM: return true;
    case TNI_SCRIPT_TRAP: return c->has_module;
    default: return false;
    }
}

wast_outcome wast_round_trip(wast *w, const tni_script_command *c) {
    static const struct {
        unsigned names, flags;
    } ways[] = {{0, 0}, {TNI_TEXT_NAMES, TNI_PRINT_FOLD}};
    tenon_error e;
    if (!has_module(c)) {
        return WAST_DONE;
    }
    for (size_t i = 0; i < TNI_COUNT_OF(ways); i++) {
        tni_error_clear(&e);
        wast_outcome outcome =
            round_trip(w, &c->module, ways[i].names, ways[i].flags, &e);
        if (outcome == WAST_SKIPPED) {
            /* What is not meant to load is nothing to print. */
            bool off = e.code == TNI_ERR_FEATURE_OFF;
            return c->kind != TNI_SCRIPT_MODULE && i == 0 ? WAST_DONE
                   : off                                  ? WAST_SKIPPED
                                                          : WAST_FAILED;
        }
        if (outcome != WAST_PASSED) {
            return outcome;
        }
    }
    return WAST_PASSED;
}
