/* fuzz_print.c: the printers and the assemblers: what loads must print, what is printed
 * must assemble, and what is assembled must come back byte for byte. Text is assembled
 * first. */
#include "fuzz.h"

#include "binary/decode.h"
#include "text/assemble.h"
#include "text/component_print.h"
#include "text/component_text.h"
#include "text/print.h"
#include "valid/validate.h"

static tenon_status assemble(tenon_engine *engine, bool is_component, tni_str source,
                             tni_buf *out, tenon_error *e) {
    return is_component ? tni_text_component(engine, source, 0, out, e)
                        : tni_text_module(engine, source, 0, out, e);
}

static tenon_status print_module(tenon_engine *engine, tni_str bytes, unsigned flags,
                                 tni_buf *text, tenon_error *e) {
    tni_module *m = NULL;
    tenon_status status =
        tni_module_decode(engine, (const u8 *)bytes.ptr, bytes.len, 0, true, &m, e);
    if (status == TENON_OK) {
        status = tni_module_validate(m, e);
        if (status == TENON_OK) {
            status = tni_text_print(m, flags, text, e);
        }
        tni_module_release(m);
    }
    return status;
}

static tenon_status print_component(tenon_engine *engine, tni_str bytes, unsigned flags,
                                    tni_buf *text, tenon_error *e) {
    tni_component *c = NULL;
    tenon_status status =
        tni_component_load(engine, (const u8 *)bytes.ptr, bytes.len, true, &c, e);
    if (status == TENON_OK) {
        status = tni_text_print_component(c, flags, text, e);
        tni_component_release(c);
    }
    return status;
}

/* Printed, and assembled into out; false if it does not load, or memory is out.
 * must_load: it was assembled from text that was printed. */
static bool again(tenon_engine *engine, bool is_component, tni_str bytes, unsigned flags,
                  bool must_load, tni_buf *out) {
    tenon_error e;
    tni_buf text;
    tni_error_clear(&e);
    tni_buf_init(&text, &engine->heap);
    tenon_status status = is_component ? print_component(engine, bytes, flags, &text, &e)
                                       : print_module(engine, bytes, flags, &text, &e);
    bool loads = fuzz_ok(status);
    if (loads) {
        tni_str source = {(const char *)text.data, text.count};
        status = assemble(engine, is_component, source, out, &e);
    }
    bool gave_up = status == TENON_NO_MEMORY || status == TENON_LIMIT;
    if (!fuzz_ok(status) && !gave_up && (loads || must_load)) {
        fprintf(stderr, "line %u:%u: %s\n%.*s\n", e.line, e.column, e.message,
                (int)(text.count < 4000 ? text.count : 4000), (const char *)text.data);
        abort();
    }
    tni_buf_free(&text);
    return status == TENON_OK;
}

/* What does not come back was longer than it has to be. Of components, names in form 0x01
 * and attributes in another order are as long. */
static void check_shorter(bool is_component, tni_str bytes, const tni_buf *first) {
    bool same = first->count == bytes.len &&
                (bytes.len == 0 || memcmp(first->data, bytes.ptr, bytes.len) == 0);
    bool shorter = first->count < bytes.len;
    if (!same && !shorter && !(is_component && first->count == bytes.len)) {
        fprintf(stderr, "%zu bytes became %zu others\n", bytes.len, first->count);
        abort();
    }
}

static void round_trip(tenon_engine *engine, bool is_component, tni_str bytes,
                       unsigned flags) {
    tni_buf first, second;
    tni_buf_init(&first, &engine->heap);
    tni_buf_init(&second, &engine->heap);
    if (again(engine, is_component, bytes, flags, false, &first)) {
        check_shorter(is_component, bytes, &first);
        tni_str shortest = {(const char *)first.data, first.count};
        if (again(engine, is_component, shortest, flags, true, &second) &&
            (first.count != second.count ||
             memcmp(first.data, second.data, first.count) != 0)) {
            fprintf(stderr, "%zu bytes became %zu\n", first.count, second.count);
            abort();
        }
    }
    tni_buf_free(&first);
    tni_buf_free(&second);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    tenon_engine *engine = fuzz_engine(UINT64_MAX);
    if (engine == NULL) {
        return 0;
    }
    tenon_error e;
    tni_buf bytes;
    tni_error_clear(&e);
    tni_buf_init(&bytes, &engine->heap);
    tni_str input = {(const char *)data, size};
    bool is_component = tni_is_component(data, size);
    bool loads = true;
    if (tenon_is_text(data, size)) {
        is_component = tni_text_is_component(engine, input);
        loads = fuzz_ok(assemble(engine, is_component, input, &bytes, &e));
        input = (tni_str){(const char *)bytes.data, bytes.count};
    }
    for (unsigned flags = 0; loads && flags <= TNI_PRINT_FOLD; flags++) {
        round_trip(engine, is_component, input, flags);
    }
    tni_buf_free(&bytes);
    fuzz_engine_delete(engine);
    return 0;
}
