/* harness.h: an engine and a store for unit tests of the core runtime, with an allocator
 * that counts and can be told to fail. */
#ifndef HARNESS_H
#define HARNESS_H

#include <check.h>
#include <stdio.h>
#include <stdlib.h>

#include "binary/decode.h"
#include "exec/exec.h"
#include "modbuild.h"
#include "suite.h"
#include "valid/validate.h"

typedef struct test_allocator {
    size_t live_bytes;
    unsigned long requests;
    unsigned long fail_at; /* the request, from 1, that fails; 0: none */
    bool for_good;         /* and all after it */
    unsigned long failed;
} test_allocator;

static inline void *test_resize(void *user, void *ptr, size_t old_size, size_t new_size) {
    test_allocator *a = user;
    if (new_size > (ptr == NULL ? 0 : old_size)) {
        a->requests++;
        if (a->fail_at != 0 &&
            (a->for_good ? a->requests >= a->fail_at : a->requests == a->fail_at)) {
            a->failed++;
            return NULL;
        }
    }
    a->live_bytes = a->live_bytes - (ptr == NULL ? 0 : old_size) + new_size;
    if (new_size == 0) {
        free(ptr);
        return NULL;
    }
    /* Always moves, so that stale pointers show. */
    void *fresh = malloc(new_size);
    if (fresh == NULL) {
        abort();
    }
    if (ptr != NULL) {
        memcpy(fresh, ptr, old_size < new_size ? old_size : new_size);
        free(ptr);
    }
    return fresh;
}

typedef struct test_world {
    test_allocator allocator;
    tenon_engine engine;
    tni_store *store;
    tenon_error e;
} test_world;

static inline tenon_status test_engine_open(test_world *w) {
    tenon_allocator a = {test_resize, &w->allocator};
    tni_error_clear(&w->e);
    tni_heap_init(&w->engine.heap, &a, UINT64_MAX);
    w->engine.features = tenon_features_default();
    return tni_registry_new(&w->engine.heap, w->engine.lock, &w->engine.registry, &w->e);
}

static inline void test_engine_close(test_world *w) {
    if (w->engine.registry != NULL) {
        tni_registry_delete(w->engine.registry);
        w->engine.registry = NULL;
    }
}

static inline void test_open(test_world *w) {
    memset(w, 0, sizeof *w);
    ck_assert_int_eq(test_engine_open(w), TENON_OK);
    tni_store_limits l;
    tni_store_limits_init(&l);
    ck_assert_int_eq(tni_store_new(&w->engine, &l, &w->store, &w->e), TENON_OK);
}

/* Deletes everything and checks that nothing is left. */
static inline void test_close(test_world *w) {
    tni_store_delete(w->store);
    test_engine_close(w);
    ck_assert_uint_eq(w->allocator.live_bytes, 0);
}

/* Decodes and validates; frees the bytes. */
static inline tenon_status test_load(test_world *w, wb bytes, tni_module **out) {
    *out = NULL;
    tni_module *m = NULL;
    tenon_status s =
        tni_module_decode(&w->engine, bytes.data, bytes.count, 0, false, &m, &w->e);
    wb_free(&bytes);
    if (s != TENON_OK) {
        return s;
    }
    s = tni_module_validate(m, &w->e);
    if (s != TENON_OK) {
        tni_module_release(m);
        return s;
    }
    *out = m;
    return TENON_OK;
}

/* Instantiates what m builds; the module's only reference is the instance's. */
static inline tenon_status
test_instantiate(test_world *w, mb *m, const tni_extern *imports, tni_instance **out) {
    tni_module *module;
    *out = NULL;
    tenon_status s = test_load(w, mb_finish(m), &module);
    if (s == TENON_OK) {
        s = tni_instantiate(w->store, module, imports, true, out, &w->e);
        tni_module_release(module);
    }
    return s;
}

/* The same where failure is the test's. */
static inline tni_instance *test_instance(test_world *w, mb *m,
                                          const tni_extern *imports) {
    tni_instance *i;
    tenon_status s = test_instantiate(w, m, imports, &i);
    if (s != TENON_OK) {
        ck_abort_msg("%s", w->e.message);
    }
    return i;
}

static inline tni_extern test_export(const tni_instance *i, const char *name) {
    tni_extern x;
    if (!tni_instance_export(i, tni_str_of(name), &x)) {
        ck_abort_msg("no export %s", name);
    }
    return x;
}

static inline tenon_status test_call(test_world *w, const tni_instance *i,
                                     const char *name, const tni_slot *args,
                                     tni_slot *results) {
    tni_error_clear(&w->e);
    return tni_call(tni_store_thread(w->store), test_export(i, name).as.func, args,
                    results, &w->e);
}

/* The registry id of a function type "iI:f". */
static inline u32 test_type_id(test_world *w, const char *sig) {
    tni_valtype types[32];
    tni_subtype t = {.kind = TNI_COMP_FUNC, .is_final = true, .supertype = TNI_NO_INDEX};
    u32 n = 0;
    for (const char *p = sig; *p != 0; p++) {
        if (*p == ':') {
            t.param_count = n;
            continue;
        }
        types[n++] = *p == 'i'   ? TNI_I32
                     : *p == 'I' ? TNI_I64
                     : *p == 'f' ? TNI_F32
                     : *p == 'F' ? TNI_F64
                     : *p == 'v' ? TNI_V128
                     : *p == 'r' ? TNI_FUNCREF
                                 : TNI_EXTERNREF;
    }
    t.result_count = n - t.param_count;
    t.params = types;
    t.results = types + t.param_count;
    u32 id;
    ck_assert_int_eq(tni_registry_intern(w->engine.registry, &t, 1, 0, NULL, &id, &w->e),
                     TENON_OK);
    return id;
}

static inline tni_extern test_native(test_world *w, const tni_native *native,
                                     const char *sig, void *data) {
    tni_extern x = {.kind = TNI_EXTERN_FUNC};
    ck_assert_int_eq(tni_func_new_native(w->store, native, test_type_id(w, sig), data,
                                         &x.as.func, &w->e),
                     TENON_OK);
    return x;
}

/* Runs a suite made of one TCase of tests, as every test program does. */
static inline int test_run(const char *name, const TTest *const *tests, size_t count) {
    Suite *s = suite_create(name);
    TCase *c = tcase_create(name);
    tcase_set_timeout(c, 120);
    for (size_t i = 0; i < count; i++) {
        tcase_add_test(c, tests[i]);
    }
    suite_add_tcase(s, c);
    return run_suite(s);
}

#endif
