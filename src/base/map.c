/* map.c: a hash map whose entries stand in order of insertion, with an open-addressed
 * index of entry numbers beside them.
 *
 * Keys come from guests, so the hash is SipHash-1-3 with a key taken from the map's
 * addresses: a guest cannot choose names that collide. Nothing that can be seen from
 * outside depends on the key, only the order of probes. */
#include "base/map.h"
#include "base/assert.h"

static u64 rotl(u64 x, unsigned n) {
    return x << n | x >> (64 - n);
}

static void sip_round(u64 v[4]) {
    v[0] += v[1];
    v[1] = rotl(v[1], 13) ^ v[0];
    v[0] = rotl(v[0], 32);
    v[2] += v[3];
    v[3] = rotl(v[3], 16) ^ v[2];
    v[0] += v[3];
    v[3] = rotl(v[3], 21) ^ v[0];
    v[2] += v[1];
    v[1] = rotl(v[1], 17) ^ v[2];
    v[2] = rotl(v[2], 32);
}

u64 tni_siphash(u64 k0, u64 k1, const void *bytes, size_t len) {
    const u8 *p = bytes;
    u64 v[4] = {k0 ^ 0x736f6d6570736575u, k1 ^ 0x646f72616e646f6du,
                k0 ^ 0x6c7967656e657261u, k1 ^ 0x7465646279746573u};
    u64 last = (u64)len << 56;
    for (; len >= 8; len -= 8, p += 8) {
        u64 m = tni_load_u64(p);
        v[3] ^= m;
        sip_round(v);
        v[0] ^= m;
    }
    for (size_t i = 0; i < len; i++) {
        last |= (u64)p[i] << (8 * i);
    }
    v[3] ^= last;
    sip_round(v);
    v[0] ^= last;
    v[2] ^= 0xff;
    sip_round(v);
    sip_round(v);
    sip_round(v);
    return v[0] ^ v[1] ^ v[2] ^ v[3];
}

static u32 fold(u64 h) {
    return (u32)(h ^ h >> 32);
}

u32 tni_hash(const void *bytes, size_t len) {
    return fold(tni_siphash(0x9ae16a3b2f90404fu, 0xc949c7defebe9e3du, bytes, len));
}

static u32 hash_key(const tni_map *m, tni_str key) {
    return fold(tni_siphash(m->seed, m->seed * 0x9e3779b97f4a7c15u, key.ptr, key.len));
}

void tni_map_init(tni_map *m, tni_heap *h) {
    *m = (tni_map){.heap = h};
}

void tni_map_free(tni_map *m) {
    TNI_FREE_ARRAY(m->heap, m->entries, m->entry_capacity);
    TNI_FREE_ARRAY(m->heap, m->index, m->index_capacity);
    tni_map_init(m, m->heap);
}

/* The entry with the key, or UINT32_MAX. */
static u32 find(const tni_map *m, tni_str key, u32 hash) {
    if (m->index_capacity == 0) {
        return UINT32_MAX;
    }
    u32 mask = m->index_capacity - 1;
    for (u32 i = hash & mask; m->index[i] != 0; i = (i + 1) & mask) {
        const tni_map_entry *entry = &m->entries[m->index[i] - 1];
        if (entry->hash == hash && !entry->removed && tni_str_eq(entry->key, key)) {
            return m->index[i] - 1;
        }
    }
    return UINT32_MAX;
}

/* Removed entries keep their place in entries and index until the next rebuild. */
static void compact(tni_map *m) {
    u32 n = 0;
    for (u32 i = 0; i < m->count; i++) {
        if (!m->entries[i].removed) {
            m->entries[n++] = m->entries[i];
        }
    }
    m->count = n;
}

static bool rebuild(tni_map *m) {
    u32 capacity = 8;
    while (capacity / 2 <= m->live) {
        if (capacity > UINT32_MAX / 2) {
            return false;
        }
        capacity *= 2;
    }
    u32 *index = TNI_NEW_ARRAY(m->heap, u32, capacity);
    if (index == NULL) {
        return false;
    }
    TNI_FREE_ARRAY(m->heap, m->index, m->index_capacity);
    m->index = index;
    m->index_capacity = capacity;
    compact(m);
    if (m->count == 0) {
        m->seed = (u64)(uintptr_t)index * 0xbf58476d1ce4e5b9u ^ (u64)(uintptr_t)m;
    }
    for (u32 e = 0; e < m->count; e++) {
        u32 i = m->entries[e].hash & (capacity - 1);
        while (index[i] != 0) {
            i = (i + 1) & (capacity - 1);
        }
        index[i] = e + 1;
    }
    return true;
}

static bool grow_entries(tni_map *m) {
#ifdef TNI_TINY
    u32 have = m->entry_capacity;
    u32 want = have + (have < TNI_TINY_STEPS ? 1 : have / 8);
#else
    u32 want = m->entry_capacity + m->entry_capacity / 2 + 4;
#endif
    size_t bytes;
    if (want < m->entry_capacity || !tni_mul_size(want, sizeof *m->entries, &bytes)) {
        return false;
    }
    tni_map_entry *p =
        tni_resize(m->heap, m->entries, m->entry_capacity * sizeof *m->entries, bytes);
    if (p == NULL) {
        return false;
    }
    m->entries = p;
    m->entry_capacity = want;
    return true;
}

static bool insert(tni_map *m, tni_str key, u64 value) {
    /* At most half of the index is in use, so that probes stay short. */
    if (m->count >= m->index_capacity / 2 && !rebuild(m)) {
        return false;
    }
    if (m->count == m->entry_capacity && !grow_entries(m)) {
        return false;
    }
    u32 hash = hash_key(m, key);
    u32 mask = m->index_capacity - 1;
    u32 i = hash & mask;
    while (m->index[i] != 0) {
        i = (i + 1) & mask;
    }
    m->entries[m->count++] = (tni_map_entry){key, value, hash, false};
    m->index[i] = m->count;
    m->live++;
    return true;
}

u64 *tni_map_get(const tni_map *m, tni_str key) {
    if (m->live == 0) {
        return NULL;
    }
    u32 i = find(m, key, hash_key(m, key));
    return i == UINT32_MAX ? NULL : &m->entries[i].value;
}

bool tni_map_add(tni_map *m, tni_str key, u64 value, bool *fresh) {
    *fresh = tni_map_get(m, key) == NULL;
    return *fresh ? insert(m, key, value) : true;
}

bool tni_map_put(tni_map *m, tni_str key, u64 value) {
    u64 *place = tni_map_get(m, key);
    if (place != NULL) {
        *place = value;
        return true;
    }
    return insert(m, key, value);
}

void tni_map_remove(tni_map *m, tni_str key) {
    u64 *place = tni_map_get(m, key);
    if (place == NULL) {
        return;
    }
    tni_map_entry *entry =
        (tni_map_entry *)((u8 *)place - offsetof(tni_map_entry, value));
    TNI_ASSERT(!entry->removed);
    entry->removed = true;
    m->live--;
}
