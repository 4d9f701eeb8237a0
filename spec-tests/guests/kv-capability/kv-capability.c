/* kv-capability: a plugin that keeps notes in the bucket that it has been granted, and
 * would like to see others. */
#include "notebook.h"

/* Asked for once, and kept: the handle goes with the instance. */
static tenon_kv_store_borrow_bucket_t bucket(void) {
    static tenon_kv_store_own_bucket_t mine;
    if (mine.handle == 0) {
        mine = tenon_kv_store_granted();
    }
    return tenon_kv_store_borrow_bucket(mine);
}

bool exports_notebook_remember(notebook_string_t *key, notebook_string_t *value,
                               notebook_string_t *err) {
    tenon_kv_store_failure_t why;
    bool ok = tenon_kv_store_method_bucket_set(bucket(), key, value, &why);
    if (!ok) {
        notebook_string_dup(err, why == TENON_KV_STORE_FAILURE_FULL
                                     ? "no room left"
                                     : "not mine to write");
    }
    notebook_string_free(key);
    notebook_string_free(value);
    return ok;
}

bool exports_notebook_recall(notebook_string_t *key, notebook_string_t *ret) {
    bool known = tenon_kv_store_method_bucket_get(bucket(), key, ret);
    notebook_string_free(key);
    return known;
}

bool exports_notebook_forge(uint32_t handle, notebook_string_t *key,
                            notebook_string_t *ret) {
    tenon_kv_store_borrow_bucket_t other = {handle};
    bool known = tenon_kv_store_method_bucket_get(other, key, ret);
    notebook_string_free(key);
    return known;
}
