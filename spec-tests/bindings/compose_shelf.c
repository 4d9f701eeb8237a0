/* compose_shelf.c: a store of one value a bucket, which logs what it does. */
#include "shelf.h"

typedef exports_tenon_compose_store_own_bucket_t own_bucket;
typedef exports_tenon_compose_store_bucket_t bucket;

struct exports_tenon_compose_store_bucket_t {
    bool has;
    uint32_t value;
};

static own_bucket make(void) {
    bucket *b = cabi_realloc(NULL, 0, 4, sizeof *b);
    b->has = false;
    return exports_tenon_compose_store_bucket_new(b);
}

void exports_tenon_compose_store_bucket_destructor(bucket *rep) {
    tenon_compose_log_line_t line = {.level = 3};
    shelf_string_set(&line.text, "dropped");
    tenon_compose_log_put(&line);
    cabi_free(rep);
}

own_bucket exports_tenon_compose_store_constructor_bucket(shelf_string_t *name) {
    shelf_string_free(name);
    return make();
}

bool exports_tenon_compose_store_method_bucket_get(bucket *self, shelf_string_t *key,
                                                   uint32_t *ret) {
    *ret = self->value;
    shelf_string_free(key);
    return self->has;
}

void exports_tenon_compose_store_method_bucket_set(bucket *self, shelf_string_t *key,
                                                   uint32_t value) {
    self->has = true;
    self->value = value;
    shelf_string_free(key);
}

own_bucket exports_tenon_compose_store_open(exports_tenon_compose_store_line_t *l) {
    tenon_compose_log_put(l);
    exports_tenon_compose_store_line_free(l);
    return make();
}

void exports_tenon_compose_store_swap(exports_tenon_compose_store_pair_t *p,
                                      exports_tenon_compose_store_pair_t *ret) {
    ret->a = (uint32_t)p->b.len;
    ret->b = p->b;
    ret->b.len = p->a < p->b.len ? p->a : p->b.len;
}

uint32_t exports_shelf_twice(uint32_t n) {
    return 2 * n;
}
