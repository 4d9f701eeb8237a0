/* memory.c: linear memories. Core 3.0, 4.2.8 and 4.6.9.
 *
 * Loads and stores are the interpreter's; here is what makes a memory, grows it and moves
 * bytes in bulk. Sizes are in bytes and 64 bits wide throughout; pages are of the
 * memory's own size (custom page sizes). */
#include "exec/instance.h"
#include "tenon/platform.h"

/* The most pages that addresses of the memory's type could reach. */
static u64 addressable_pages(const tni_memtype *type) {
    if (type->limits.is_64) {
        return UINT64_MAX >> type->page_log2;
    }
    return type->page_log2 == 0 ? UINT32_MAX : (u64)1 << (32 - type->page_log2);
}

static u64 smaller(u64 a, u64 b) {
    return a < b ? a : b;
}

/* The size that a memory may reach, by its type, the store's limits and the host. */
static u64 most_bytes(const tni_store *s, const tni_memtype *type) {
    u64 pages = smaller(type->limits.max, addressable_pages(type));
    u64 bytes = pages << type->page_log2;
    if (s->limits.memory_pages < UINT64_MAX >> 16) {
        bytes = smaller(bytes, s->limits.memory_pages << 16);
    }
    return smaller(bytes, SIZE_MAX / 2);
}

/* Counts bytes of linear memory as used; false beyond the store's limit. */
static bool charge(tni_heap *h, u64 bytes) {
    if (h->used_bytes > h->limit_bytes || bytes > h->limit_bytes - h->used_bytes) {
        return false;
    }
    h->used_bytes += (size_t)bytes;
    return true;
}

/* More bytes from the platform, which keeps a memory where it is as far as it reserves.
 */
static bool grow_platform(tni_memory *m, u64 bytes) {
    const tenon_platform *p = m->store->engine->platform;
    tni_heap *h = &m->store->memory_heap;
    if (!charge(h, bytes - m->bytes)) {
        return false;
    }
    size_t reserved = (size_t)m->reserved_bytes;
    u8 *data = m->data == NULL ? p->memory_new(p->user, (size_t)bytes,
                                               (size_t)m->max_bytes, &reserved)
                               : p->memory_grow(p->user, m->data, (size_t)m->bytes,
                                                (size_t)bytes, &reserved);
    if (data == NULL) {
        h->used_bytes -= (size_t)(bytes - m->bytes);
        return false;
    }
    m->data = data;
    m->reserved_bytes = reserved;
    return true;
}

static bool grow_heap(tni_memory *m, u64 bytes) {
    u8 *data =
        tni_resize(&m->store->memory_heap, m->data, (size_t)m->bytes, (size_t)bytes);
    if (data == NULL) {
        return false;
    }
    memset(data + m->bytes, 0, (size_t)(bytes - m->bytes));
    m->data = data;
    m->reserved_bytes = bytes;
    return true;
}

bool tni_memory_has_hooks(const tni_memory *m) {
    const tenon_platform *p = m->store->engine->platform;
    return p != NULL && p->memory_new != NULL && p->memory_grow != NULL &&
           p->memory_delete != NULL;
}

/* Grows to bytes, which max_bytes allows. */
static bool grow(tni_memory *m, u64 bytes) {
    if (bytes > m->bytes &&
        !(tni_memory_has_hooks(m) ? grow_platform : grow_heap)(m, bytes)) {
        return false;
    }
    m->bytes = bytes;
    return true;
}

bool tni_memory_shrink(tni_memory *m, u64 bytes) {
    tni_heap *h = &m->store->memory_heap;
    if (tni_memory_has_hooks(m)) {
        h->used_bytes -= (size_t)(m->bytes - bytes);
    } else if (bytes < m->bytes) {
        u8 *data = tni_resize(h, m->data, (size_t)m->bytes, (size_t)bytes);
        if (data == NULL && bytes > 0) {
            return false;
        }
        m->data = data;
        m->reserved_bytes = bytes;
    }
    m->bytes = bytes;
    m->type.limits.min = bytes >> m->type.page_log2;
    return true;
}

void tni_memory_free(tni_memory *m) {
    if (m->data == NULL) {
        return;
    }
    if (tni_memory_has_hooks(m)) {
        const tenon_platform *p = m->store->engine->platform;
        p->memory_delete(p->user, m->data, (size_t)m->bytes, (size_t)m->reserved_bytes);
        m->store->memory_heap.used_bytes -= (size_t)m->bytes;
    } else {
        tni_free(&m->store->memory_heap, m->data, (size_t)m->bytes, 1);
    }
    m->data = NULL;
    m->bytes = 0;
}

tenon_status tni_memory_new(tni_store *s, const tni_memtype *type, tni_memory **out,
                            tenon_error *e) {
    u64 max_bytes = most_bytes(s, type);
    if (type->limits.min > max_bytes >> type->page_log2) {
        return tni_fail(e, TNI_ERR_LIMIT, TENON_NO_OFFSET, "a memory of %llu pages",
                        (unsigned long long)type->limits.min);
    }
    tni_memory *m = TNI_ARENA_NEW(&s->arena, tni_memory);
    if (m == NULL || !tni_vec_reserve(&s->heap, &s->memories, s->memories.count + 1)) {
        return tni_no_memory(e);
    }
    *m = (tni_memory){.max_bytes = max_bytes, .type = *type, .store = s};
    if (!grow(m, type->limits.min << type->page_log2)) {
        return tni_no_memory(e);
    }
    s->memories.data[s->memories.count++] = m;
    *out = m;
    return TENON_OK;
}

u8 *tni_memory_data(const tni_memory *m) {
    return m->data;
}

u64 tni_memory_bytes(const tni_memory *m) {
    return m->bytes;
}

bool tni_memory_is_64(const tni_memory *m) {
    return m->type.limits.is_64;
}

i64 tni_memory_grow(tni_memory *m, u64 pages) {
    u64 old = m->bytes >> m->type.page_log2;
    if (pages > (m->max_bytes - m->bytes) >> m->type.page_log2) {
        return -1;
    }
    if (!grow(m, (old + pages) << m->type.page_log2)) {
        return -1;
    }
    m->type.limits.min = old + pages;
    return (i64)old;
}

static tenon_status out_of_bounds(tenon_error *e) {
    return tni_fail(e, TNI_ERR_MEMORY_BOUNDS, TENON_NO_OFFSET, NULL);
}

static bool in_bounds(u64 at, u64 n, u64 size) {
    return n <= size && at <= size - n;
}

tenon_status tni_memory_init(tni_instance *i, u32 memory, u32 data, u64 d, u64 s, u64 n,
                             tenon_error *e) {
    tni_memory *m = i->memories[memory];
    u64 count;
    const u8 *bytes = tni_data_segment(i, data, &count);
    if (!in_bounds(s, n, count) || !in_bounds(d, n, m->bytes)) {
        return out_of_bounds(e);
    }
    if (n > 0) {
        memcpy(m->data + d, bytes + s, (size_t)n);
    }
    return TENON_OK;
}

tenon_status tni_memory_copy(tni_memory *dst, const tni_memory *src, u64 d, u64 s, u64 n,
                             tenon_error *e) {
    if (!in_bounds(s, n, src->bytes) || !in_bounds(d, n, dst->bytes)) {
        return out_of_bounds(e);
    }
    if (n > 0) {
        memmove(dst->data + d, src->data + s, (size_t)n);
    }
    return TENON_OK;
}

tenon_status tni_memory_fill(tni_memory *m, u64 d, u8 value, u64 n, tenon_error *e) {
    if (!in_bounds(d, n, m->bytes)) {
        return out_of_bounds(e);
    }
    if (n > 0) {
        memset(m->data + d, value, (size_t)n);
    }
    return TENON_OK;
}

/* -- data segments -- */

const u8 *tni_data_segment(const tni_instance *i, u32 data, u64 *count) {
    const tni_data_def *d = &i->module->datas[data];
    *count = i->dropped_datas[data] ? 0 : d->bytes.len;
    return d->bytes.ptr;
}

void tni_data_drop(tni_instance *i, u32 data) {
    i->dropped_datas[data] = 1;
}
