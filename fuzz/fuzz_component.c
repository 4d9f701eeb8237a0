/* fuzz_component.c: decoding and validation of components. */
#include "fuzz.h"

static void load(uint64_t features, const uint8_t *data, size_t size) {
    tenon_engine *engine = fuzz_engine(features);
    tenon_component *component = NULL;
    tenon_error e;
    if (engine == NULL) {
        return;
    }
    if (fuzz_ok(tenon_component_load(engine, data, size, TENON_BORROW_BYTES, &component,
                                     &e))) {
        tenon_component_delete(component);
    }
    fuzz_engine_delete(engine);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    load(tenon_features_default(), data, size);
    load(UINT64_MAX, data, size);
    return 0;
}
