/* fuzz.h: what the fuzz targets share. A target is one function that takes bytes; it must
 * not crash, leak, run for long, or break an assert, whatever they are. */
#ifndef TENON_FUZZ_H
#define TENON_FUZZ_H

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tenon.h"
#include "tenon/platform.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* An allocator that counts, so that a leak shows without a sanitizer, and that can refuse
 * (replay --oom): the request numbered fuzz_fail_at, from 1, or also all after it. */
size_t fuzz_live_bytes;
unsigned long fuzz_requests, fuzz_fail_at, fuzz_refused;
bool fuzz_fail_for_good;
/* Set when a call reported that memory is out. */
bool fuzz_saw_no_memory;
/* Whether guest code runs, which sees a refusal as memory.grow or table.grow giving -1
 * (or traps on its own) and may go on. Where none runs, all requests refused must be
 * reported. */
#ifndef FUZZ_RUNS_GUESTS
#define FUZZ_RUNS_GUESTS false
#endif
const bool fuzz_runs_guests = FUZZ_RUNS_GUESTS;

static inline bool fuzz_refuses(void) {
    fuzz_requests++;
    return fuzz_fail_at != 0 && (fuzz_fail_for_good ? fuzz_requests >= fuzz_fail_at
                                                    : fuzz_requests == fuzz_fail_at);
}

static inline void *fuzz_resize(void *user, void *ptr, size_t old_size, size_t new_size) {
    (void)user;
    if (ptr == NULL) {
        old_size = 0;
    }
    if (new_size == 0) {
        fuzz_live_bytes -= old_size;
        free(ptr);
        return NULL;
    }
    if (new_size > (size_t)256 << 20) {
        return NULL;
    }
    if (new_size > old_size && fuzz_refuses()) {
        fuzz_refused++;
        return NULL;
    }
    void *p = realloc(ptr, new_size);
    if (p != NULL) {
        fuzz_live_bytes += new_size - old_size;
    }
    return p;
}

/* Whether it went well. */
static inline bool fuzz_ok(tenon_status s) {
    if (s == TENON_NO_MEMORY) {
        fuzz_saw_no_memory = true;
    }
    return s == TENON_OK;
}

/* An engine with nothing of the system but that allocator, or NULL. */
static inline tenon_engine *fuzz_engine(uint64_t features) {
    static const tenon_platform platform = {.struct_bytes = sizeof platform};
    tenon_engine_config c;
    tenon_engine *engine = NULL;
    tenon_error e;
    tenon_engine_config_init(&c);
    c.allocator = (tenon_allocator){fuzz_resize, NULL};
    c.platform = &platform;
    c.features = features;
    c.max_bytes = (uint64_t)512 << 20;
    return fuzz_ok(tenon_engine_new(&c, &engine, &e)) ? engine : NULL;
}

static inline void fuzz_engine_delete(tenon_engine *engine) {
    tenon_engine_delete(engine);
    if (fuzz_live_bytes != 0) {
        fprintf(stderr, "%zu bytes leaked\n", fuzz_live_bytes);
        abort();
    }
}

static inline tenon_store *fuzz_store(tenon_engine *engine) {
    tenon_store_config c;
    tenon_store *store = NULL;
    tenon_error e;
    tenon_store_config_init(&c);
    c.max_memory_bytes = 64 << 20;
    c.max_heap_bytes = 64 << 20;
    c.max_table_elements = 100000;
    c.max_instances = 1000;
    c.stack_bytes = 256 << 10;
    if (!fuzz_ok(tenon_store_new(engine, &c, &store, &e))) {
        return NULL;
    }
    tenon_store_set_fuel(store, 200000);
    return store;
}

#endif
