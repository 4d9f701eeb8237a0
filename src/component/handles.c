/* handles.c: tables of handles. CanonicalABI.md, "Table State". */
#include "component/handles.h"

#include "base/assert.h"
#include "base/format.h"

void tni_handles_init(tni_handles *h, tni_heap *heap, u32 limit) {
    *h = (tni_handles){.heap = heap};
    h->limit = limit < TNI_MAX_HANDLES ? limit : TNI_MAX_HANDLES;
}

void tni_handles_free(tni_handles *h) {
    tni_vec_free(h->heap, &h->entries);
    h->free = 0;
    h->live = 0;
}

void tni_handles_trim(tni_handles *h) {
    enum { KEPT = 256 };
    size_t keep = h->entries.count > KEPT ? h->entries.count : KEPT;
    if (h->entries.capacity / 2 <= keep) {
        return;
    }
    const size_t size = sizeof *h->entries.data;
    void *data =
        tni_resize(h->heap, h->entries.data, h->entries.capacity * size, keep * size);
    if (data != NULL) {
        h->entries.data = data;
        h->entries.capacity = keep;
    }
}

tenon_status tni_handles_get(const tni_handles *h, u32 i, tni_handle **out,
                             tenon_error *e) {
    *out = tni_handles_at(h, i);
    if (TNI_UNLIKELY(*out == NULL)) {
        tenon_status status = tni_fail(e, TNI_ERR_UNKNOWN_HANDLE, TENON_NO_OFFSET, NULL);
        tni_format(e->message, sizeof e->message, "%s %u",
                   tni_code_text(TNI_ERR_UNKNOWN_HANDLE), i);
        return status;
    }
    return TENON_OK;
}

/* A new entry at the end, after the reserved slot. */
static tenon_status append(tni_handles *h, u32 *i, tenon_error *e) {
    if (h->entries.count == 0) {
        if (!tni_vec_push(h->heap, &h->entries, (tni_handle){0})) {
            return tni_no_memory(e);
        }
    }
    if (h->entries.count > h->limit) { /* Table.MAX_LENGTH */
        return tni_fail(e, TNI_ERR_HANDLE_TABLE_FULL, TENON_NO_OFFSET, NULL);
    }
    if (!tni_vec_push(h->heap, &h->entries, (tni_handle){0})) {
        return tni_no_memory(e);
    }
    *i = (u32)h->entries.count - 1;
    return TENON_OK;
}

tenon_status tni_handles_add(tni_handles *h, const tni_handle *entry, u32 *i,
                             tenon_error *e) {
    TNI_ASSERT(entry->kind != TNI_HANDLE_FREE);
    if (h->free != 0) {
        *i = h->free;
        h->free = h->entries.data[*i].rep;
    } else {
        TNI_TRY(append(h, i, e));
    }
    h->entries.data[*i] = *entry;
    h->live++;
    return TENON_OK;
}

void tni_handles_remove(tni_handles *h, u32 i) {
    TNI_ASSERT(tni_handles_at(h, i) != NULL);
    h->entries.data[i] = (tni_handle){.kind = TNI_HANDLE_FREE, .rep = h->free};
    h->free = i;
    h->live--;
}
