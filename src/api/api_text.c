/* api_text.c: the text format in the public API: to binary, and to modules and
 * components.
 */
#include <string.h>

#include "api/api.h"
#include "base/error.h"
#include "text/assemble.h"
#include "text/component_text.h"

bool tenon_is_text(const void *bytes, size_t len) {
    const char *p = bytes;
    while (len > 0 && (*p == ' ' || *p == '\t' || *p == '\n' || *p == '\r')) {
        p++;
        len--;
    }
    return len > 0 && (*p == '(' || (len > 1 && p[0] == ';' && p[1] == ';'));
}

static tenon_status assemble(tenon_engine *engine, tni_str source, tni_buf *out,
                             tenon_error *e) {
    return tni_text_is_component(engine, source)
               ? tni_text_component(engine, source, TNI_TEXT_NAMES, out, e)
               : tni_text_module(engine, source, TNI_TEXT_NAMES, out, e);
}

tenon_status tenon_assemble(tenon_engine *engine, const char *text, size_t len,
                            tenon_arena *arena, const void **bytes, size_t *bytes_len,
                            tenon_error *error) {
    tenon_error local;
    tenon_error *e = error != NULL ? error : &local;
    tni_buf buf;
    tni_buf_init(&buf, &engine->heap);
    tenon_status status = assemble(engine, (tni_str){text, len}, &buf, e);
    if (status == TENON_OK) {
        void *copy = tni_arena_alloc(&arena->arena, buf.count, 1);
        if (copy == NULL) {
            status = tni_no_memory(e);
        } else {
            memcpy(copy, buf.data, buf.count);
            *bytes = copy;
            *bytes_len = buf.count;
        }
    }
    tni_buf_free(&buf);
    return status;
}

/* Text of a component where is_component says so, else of a module, to its binary. */
static tenon_status assemble_kind(tenon_engine *engine, tni_str source, bool is_component,
                                  tni_buf *out, tenon_error *e) {
    if (tni_text_is_component(engine, source) != is_component) {
        return tni_fail(e, TNI_ERR_USAGE, TENON_NO_OFFSET, "the text is of a %s",
                        is_component ? "core module" : "component");
    }
    return assemble(engine, source, out, e);
}

tenon_status tenon_component_load_text(tenon_engine *engine, const char *text, size_t len,
                                       tenon_component **out, tenon_error *error) {
    tni_buf buf;
    tni_buf_init(&buf, &engine->heap);
    tenon_error local;
    tenon_error *e = error != NULL ? error : &local;
    tenon_status status = assemble_kind(engine, (tni_str){text, len}, true, &buf, e);
    if (status == TENON_OK) {
        status = tenon_component_load(engine, buf.data, buf.count, 0, out, e);
    }
    tni_buf_free(&buf);
    return status;
}

tenon_status tenon_module_load_text(tenon_engine *engine, const char *text, size_t len,
                                    tenon_module **out, tenon_error *error) {
    tni_buf buf;
    tni_buf_init(&buf, &engine->heap);
    tenon_error local;
    tenon_error *e = error != NULL ? error : &local;
    tenon_status status = assemble_kind(engine, (tni_str){text, len}, false, &buf, e);
    if (status == TENON_OK) {
        status = tenon_module_load(engine, buf.data, buf.count, 0, out, e);
    }
    tni_buf_free(&buf);
    return status;
}
