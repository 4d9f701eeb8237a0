/* fuzz_wat.c: the assembler; what it accepts must decode, or be refused cleanly. */
#include "fuzz.h"

#include "binary/decode.h"
#include "text/assemble.h"
#include "valid/validate.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    tenon_engine *engine = fuzz_engine(UINT64_MAX);
    if (engine == NULL) {
        return 0;
    }
    tenon_error e;
    tni_error_clear(&e);
    tni_buf out;
    tni_buf_init(&out, &engine->heap);
    const tni_str source = {(const char *)data, size};
    if (fuzz_ok(tni_text_module(engine, source, TNI_TEXT_NAMES, &out, &e)) &&
        !out.failed) {
        tni_module *m = NULL;
        if (fuzz_ok(tni_module_decode(engine, out.data, out.count, 0, true, &m, &e))) {
            fuzz_ok(tni_module_validate(m, &e));
            tni_module_release(m);
        }
    }
    tni_buf_free(&out);
    fuzz_engine_delete(engine);
    return 0;
}
