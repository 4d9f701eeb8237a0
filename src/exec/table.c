/* table.c: tables of references, and element segments. Core 3.0, 4.2.7 and 4.6.10. */
#include "exec/instance.h"

static tenon_status out_of_bounds(tenon_error *e) {
    return tni_fail(e, TNI_ERR_TABLE_BOUNDS, TENON_NO_OFFSET, NULL);
}

static bool in_bounds(u64 at, u64 n, u64 size) {
    return n <= size && at <= size - n;
}

static void fill(tni_ref *refs, u64 n, tni_ref value) {
    for (u64 x = 0; x < n; x++) {
        refs[x] = value;
    }
}

/* Makes room for size elements: twice as many as before if memory allows. */
static bool reserve(tni_table *t, u64 size) {
    if (size <= t->capacity) {
        return true;
    }
    if (size > SIZE_MAX / sizeof(tni_ref) / 2) {
        return false;
    }
    u64 wanted = t->capacity * 2 < size ? size : t->capacity * 2;
    wanted = wanted < t->max ? wanted : t->max;
    tni_heap *h = &t->store->heap;
    size_t old_bytes = (size_t)t->capacity * sizeof(tni_ref);
    tni_ref *refs =
        tni_resize(h, t->elements, old_bytes, (size_t)wanted * sizeof(tni_ref));
    if (refs == NULL && wanted > size) {
        wanted = size;
        refs = tni_resize(h, t->elements, old_bytes, (size_t)wanted * sizeof(tni_ref));
    }
    if (refs == NULL) {
        return false;
    }
    t->elements = refs;
    t->capacity = wanted;
    return true;
}

static u64 most_elements(const tni_store *s, const tni_tabletype *type) {
    u64 max = type->limits.max;
    if (!type->limits.is_64 && max > UINT32_MAX) {
        max = UINT32_MAX;
    }
    return max < s->limits.table_elements ? max : s->limits.table_elements;
}

tenon_status tni_table_new(tni_store *s, const tni_tabletype *closed, tni_ref init,
                           tni_table **out, tenon_error *e) {
    u64 max = most_elements(s, closed);
    u64 min = closed->limits.min;
    if (min > max) {
        return tni_fail(e, TNI_ERR_LIMIT, TENON_NO_OFFSET, "a table of %llu elements",
                        (unsigned long long)min);
    }
    tni_table *t = TNI_ARENA_NEW(&s->arena, tni_table);
    if (t == NULL || !tni_vec_reserve(&s->heap, &s->tables, s->tables.count + 1)) {
        return tni_no_memory(e);
    }
    *t = (tni_table){.max = max, .type = *closed, .store = s};
    if (!reserve(t, min)) {
        return tni_no_memory(e);
    }
    t->size = min;
    fill(t->elements, min, init);
    s->tables.data[s->tables.count++] = t;
    *out = t;
    return TENON_OK;
}

bool tni_table_is_64(const tni_table *t) {
    return t->type.limits.is_64;
}

u64 tni_table_size(const tni_table *t) {
    return t->size;
}

bool tni_table_get(const tni_table *t, u64 index, tni_ref *out) {
    if (index >= t->size) {
        return false;
    }
    *out = t->elements[index];
    return true;
}

bool tni_table_set(tni_table *t, u64 index, tni_ref value) {
    if (index >= t->size) {
        return false;
    }
    t->elements[index] = value;
    return true;
}

i64 tni_table_grow(tni_table *t, u64 count, tni_ref init) {
    u64 old = t->size;
    if (count > t->max - old || !reserve(t, old + count)) {
        return -1;
    }
    if (count > 0) {
        fill(t->elements + old, count, init);
    }
    t->size = old + count;
    t->type.limits.min = t->size;
    return (i64)old;
}

tenon_status tni_table_copy(tni_table *dst, const tni_table *src, u64 d, u64 s, u64 n,
                            tenon_error *e) {
    if (!in_bounds(s, n, src->size) || !in_bounds(d, n, dst->size)) {
        return out_of_bounds(e);
    }
    if (n > 0) {
        memmove(dst->elements + d, src->elements + s, (size_t)n * sizeof(tni_ref));
    }
    return TENON_OK;
}

tenon_status tni_table_fill(tni_table *t, u64 d, tni_ref value, u64 n, tenon_error *e) {
    if (!in_bounds(d, n, t->size)) {
        return out_of_bounds(e);
    }
    if (n > 0) {
        fill(t->elements + d, n, value);
    }
    return TENON_OK;
}

tenon_status tni_table_init(tni_instance *i, u32 table, u32 elem, u64 d, u64 s, u64 n,
                            tenon_error *e) {
    tni_table *t = i->tables[table];
    u64 count = i->dropped_elems[elem] ? 0 : i->module->elems[elem].count;
    if (!in_bounds(s, n, count) || !in_bounds(d, n, t->size)) {
        return out_of_bounds(e);
    }
    if (n == 0) {
        return TENON_OK;
    }
    const tni_ref *refs;
    TNI_TRY(tni_elem_segment(i, elem, &refs, &count, e));
    memcpy(t->elements + d, refs + s, (size_t)n * sizeof(tni_ref));
    return TENON_OK;
}

/* -- element segments -- */

/* The references of a whole segment, to refs[0..count). */
static tenon_status evaluate(tni_instance *i, const tni_elem_def *def, tni_ref *refs,
                             tenon_error *e) {
    tni_reader r = tni_reader_of(def->items.ptr, def->items.len, def->items.offset, e);
    for (u32 x = 0; x < def->count; x++) {
        if (def->is_exprs) {
            tni_slot value[2];
            TNI_TRY(tni_const_next(i, &r, value));
            refs[x] = value[0];
        } else {
            u32 func;
            TNI_TRY(tni_read_u32(&r, &func));
            refs[x] = tni_ref_func(i->funcs[func]);
        }
    }
    return TENON_OK;
}

tenon_status tni_elem_segment(tni_instance *i, u32 elem, const tni_ref **refs, u64 *count,
                              tenon_error *e) {
    const tni_elem_def *def = &i->module->elems[elem];
    *refs = NULL;
    *count = 0;
    if (i->dropped_elems[elem] || def->count == 0) {
        return TENON_OK;
    }
    if (i->elems[elem] == NULL) {
        tni_heap *h = &i->store->heap;
        tni_ref *list = TNI_NEW_ARRAY(h, tni_ref, def->count);
        if (list == NULL) {
            return tni_no_memory(e);
        }
        tni_gc_roots so_far = {.slots = list, .count = def->count};
        tni_gc_push_roots(&i->store->gc, &so_far);
        tenon_status status = evaluate(i, def, list, e);
        tni_gc_pop_roots(&i->store->gc);
        if (status != TENON_OK) {
            TNI_FREE_ARRAY(h, list, def->count);
            return status;
        }
        i->elems[elem] = list;
    }
    *refs = i->elems[elem];
    *count = def->count;
    return TENON_OK;
}

tenon_status tni_elem_activate(tni_instance *i, u32 elem, u64 d, tenon_error *e) {
    const tni_elem_def *def = &i->module->elems[elem];
    tni_table *t = i->tables[def->table];
    if (!in_bounds(d, def->count, t->size)) {
        return out_of_bounds(e);
    }
    if (def->count > 0) { /* an empty table has no elements to point at */
        TNI_TRY(evaluate(i, def, t->elements + d, e));
    }
    tni_elem_drop(i, elem);
    return TENON_OK;
}

void tni_elem_drop(tni_instance *i, u32 elem) {
    i->dropped_elems[elem] = 1;
    TNI_FREE_ARRAY(&i->store->heap, i->elems[elem], i->module->elems[elem].count);
    i->elems[elem] = NULL;
}
