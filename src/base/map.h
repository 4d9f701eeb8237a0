/* map.h: a hash map from byte strings to 64-bit values. Keys are borrowed: the bytes must
 * outlive the map. Iteration is in order of insertion, so everything is deterministic. */
#ifndef TNI_MAP_H
#define TNI_MAP_H

#include "base/heap.h"

typedef struct tni_map_entry {
    tni_str key;
    u64 value;
    u32 hash;
    bool removed;
} tni_map_entry;

typedef struct tni_map {
    tni_heap *heap;
    tni_map_entry *entries; /* in order of insertion; skip the removed ones */
    u32 count;              /* entries in use, the removed ones among them */
    u32 live;
    u32 entry_capacity;
    u32 *index; /* open addressing, entry number + 1; 0 is empty */
    u32 index_capacity;
    u64 seed; /* of the hash; never seen from outside */
} tni_map;

void tni_map_init(tni_map *m, tni_heap *h);
void tni_map_free(tni_map *m);
/* The value's place, or NULL. Valid until the next insertion. */
u64 *tni_map_get(const tni_map *m, tni_str key);
/* Inserts or overwrites; false when memory is out. */
bool tni_map_put(tni_map *m, tni_str key, u64 value);
/* Inserts; *fresh says whether the key was new (else nothing changes). */
bool tni_map_add(tni_map *m, tni_str key, u64 value, bool *fresh);
void tni_map_remove(tni_map *m, tni_str key);
u32 tni_hash(const void *bytes, size_t len);
/* SipHash-1-3 under a key: nobody without the key foresees or inverts it. */
u64 tni_siphash(u64 key0, u64 key1, const void *bytes, size_t len);

#endif
