/* gc.c: allocation of objects in blocks of equal cells, and the collector. See gc.h.
 *
 * Marking needs no memory: objects that were found and not yet looked into are linked
 * through their headers. */
#include "exec/gc.h"
#include "base/assert.h"
#include "exec/code.h"
#include "exec/instance.h"

#ifdef TNI_TINY
enum { BLOCK_BYTES = 1024, LEAST_GARBAGE = 2048 };
#else
enum { BLOCK_BYTES = 16384, LEAST_GARBAGE = 1 << 20 };
#endif

enum { CELL_ALIGN = 16, LARGEST_CELL = (TNI_GC_CLASSES - 1) * CELL_ALIGN };

/* Cells of one size; the first stands after this header. */
typedef struct tni_gc_block {
    size_t bytes; /* with the header */
    u32 cell_bytes;
    u32 cells;
    u8 padding[32 - sizeof(size_t) - 8]; /* to 32 bytes on every host */
} tni_gc_block;

_Static_assert(sizeof(tni_gc_block) % CELL_ALIGN == 0, "cells are aligned");

static u8 *cells_of(tni_gc_block *b) {
    return (u8 *)(b + 1);
}

static tni_object *cell_at(tni_gc_block *b, u32 n) {
    return (tni_object *)(void *)(cells_of(b) + (size_t)n * b->cell_bytes);
}

/* -- layout -- */

u32 tni_struct_slot(const tni_deftype *type, u32 field) {
    u32 slot = 0;
    for (u32 n = 0; n < field; n++) {
        slot += tni_slots_of(type->sub.fields[n].type);
    }
    return slot;
}

static u8 *element_at(tni_object *array, u32 index, u32 bytes) {
    return tni_array_bytes(array) + (size_t)index * bytes;
}

void tni_element_get(tni_object *array, u32 index, tni_slot *out) {
    const u32 bytes = tni_storage_bytes(array->type->sub.fields[0].type);
    const u8 *p = element_at(array, index, bytes);
    u16 half;
    u32 word;
    switch (bytes) {
    case 1: out[0] = *p; break;
    case 2:
        memcpy(&half, p, 2);
        out[0] = half;
        break;
    case 4:
        memcpy(&word, p, 4);
        out[0] = word;
        break;
    default: memcpy(out, p, bytes); break;
    }
}

void tni_element_set(tni_object *array, u32 index, const tni_slot *value) {
    const u32 bytes = tni_storage_bytes(array->type->sub.fields[0].type);
    u8 *p = element_at(array, index, bytes);
    const u16 half = (u16)value[0];
    const u32 word = (u32)value[0];
    switch (bytes) {
    case 1: *p = (u8)value[0]; break;
    case 2: memcpy(p, &half, 2); break;
    case 4: memcpy(p, &word, 4); break;
    default: memcpy(p, value, bytes); break;
    }
}

/* -- blocks -- */

static tni_gc_block *new_block(tni_store *s, u32 cell_bytes, u32 cells) {
    tni_gc *gc = &s->gc;
    const size_t bytes = sizeof(tni_gc_block) + (size_t)cell_bytes * cells;
    if (!tni_vec_reserve(&s->heap, &gc->blocks, gc->blocks.count + 1)) {
        return NULL;
    }
    tni_gc_block *b = tni_resize(&s->heap, NULL, 0, bytes);
    if (b == NULL) {
        return NULL;
    }
    *b = (tni_gc_block){.bytes = bytes, .cell_bytes = cell_bytes, .cells = cells};
    gc->blocks.data[gc->blocks.count++] = b;
    gc->sorted = false;
    return b;
}

/* Under TNI_GC_STRESS every allocation collects first, and what is freed is overwritten,
 * so that a reference which was no root shows at once. */
#ifdef TNI_GC_STRESS
static bool is_due(const tni_gc *gc) {
    (void)gc;
    return true;
}

static void spoil(const tni_gc_block *b, tni_object *cell) {
    memset((void *)cell, 0xdb, b->cell_bytes);
}
#else
static bool is_due(const tni_gc *gc) {
    const u64 enough = gc->live_bytes > LEAST_GARBAGE ? gc->live_bytes : LEAST_GARBAGE;
    return gc->allocated_bytes >= enough;
}

static void spoil(const tni_gc_block *b, tni_object *cell) {
    (void)b;
    (void)cell;
}
#endif

static void push_free(tni_object **list, tni_object *cell) {
    cell->kind = TNI_OBJECT_FREE;
    cell->marked = 0;
    cell->next = *list;
    *list = cell;
}

static bool add_cells(tni_store *s, u32 cell_bytes) {
    const u32 cells = (BLOCK_BYTES - (u32)sizeof(tni_gc_block)) / cell_bytes;
    tni_gc_block *b = new_block(s, cell_bytes, cells);
    if (b == NULL) {
        return false;
    }
    for (u32 n = cells; n-- > 0;) {
        push_free(&s->gc.free[cell_bytes / CELL_ALIGN], cell_at(b, n));
    }
    return true;
}

static tni_object *take_cell(tni_store *s, u32 cell_bytes) {
    tni_object **list = &s->gc.free[cell_bytes / CELL_ALIGN];
    if (*list == NULL && !add_cells(s, cell_bytes)) {
        return NULL;
    }
    tni_object *o = *list;
    *list = o->next;
    return o;
}

static tni_object *take_large(tni_store *s, u32 cell_bytes) {
    tni_gc_block *b = new_block(s, cell_bytes, 1);
    return b == NULL ? NULL : cell_at(b, 0);
}

static tni_object *take(tni_store *s, u32 cell_bytes) {
    return cell_bytes <= LARGEST_CELL ? take_cell(s, cell_bytes)
                                      : take_large(s, cell_bytes);
}

static tni_object *allocate(tni_store *s, tni_object_kind kind, const tni_deftype *type,
                            u64 payload_bytes) {
    if (payload_bytes > UINT32_MAX - 64) {
        return NULL;
    }
    const u32 cell_bytes =
        (u32)tni_align_up(sizeof(tni_object) + payload_bytes, CELL_ALIGN);
    if (is_due(&s->gc)) {
        tni_gc_collect(s);
    }
    tni_object *o = take(s, cell_bytes);
    if (o == NULL) {
        tni_gc_collect(s);
        o = take(s, cell_bytes);
    }
    if (o == NULL) {
        return NULL;
    }
    s->gc.allocated_bytes += cell_bytes;
    *o = (tni_object){.type = type, .kind = (u8)kind};
    return o;
}

static tni_object *allocate_zeroed(tni_store *s, tni_object_kind kind,
                                   const tni_deftype *type, u64 payload_bytes) {
    tni_object *o = allocate(s, kind, type, payload_bytes);
    if (o != NULL) {
        memset(o + 1, 0, (size_t)payload_bytes);
    }
    return o;
}

tni_object *tni_struct_new(tni_store *s, const tni_deftype *type) {
    const u32 slots = tni_struct_slot(type, type->sub.field_count);
    return allocate_zeroed(s, TNI_OBJECT_STRUCT, type, (u64)slots * sizeof(tni_slot));
}

tni_object *tni_array_new_unset(tni_store *s, const tni_deftype *type, u32 length) {
    const u64 bytes = (u64)length * tni_storage_bytes(type->sub.fields[0].type);
    return allocate(s, TNI_OBJECT_ARRAY, type, bytes);
}

tni_object *tni_exception_new(tni_store *s, tni_tag *tag) {
    const u64 bytes = (u64)tag->type->param_slots * sizeof(tni_slot);
    tni_object *o = allocate_zeroed(s, TNI_OBJECT_EXCEPTION, tag->type, bytes);
    if (o != NULL) {
        o->tag = tag;
    }
    return o;
}

/* -- marking -- */

/* Whether values of the type can be objects: not functions. */
static bool may_hold_objects(const tni_registry *r, tni_valtype t) {
    if (!tni_is_ref(t)) {
        return false;
    }
    const u32 heap = tni_heap_of(t);
    if (heap >= TNI_HEAP_CONCRETE) {
        return tni_registry_get(r, heap - TNI_HEAP_CONCRETE)->sub.kind != TNI_COMP_FUNC;
    }
    return heap != TNI_HEAP_FUNC && heap != TNI_HEAP_NOFUNC;
}

bool tni_gc_holds_objects(const tni_store *s, tni_valtype t) {
    return may_hold_objects(s->engine->registry, t);
}

static void mark_object(tni_object **found, tni_object *o) {
    if (!o->marked) {
        o->marked = 1;
        o->next = *found;
        *found = o;
    }
}

static void mark_ref(tni_object **found, tni_ref r) {
    if (tni_ref_is_object(r)) {
        mark_object(found, tni_object_of(r));
    }
}

static void mark_values(const tni_registry *r, tni_object **found, tni_object *o) {
    const tni_slot *slot = tni_object_slots(o);
    const bool is_struct = o->kind == TNI_OBJECT_STRUCT;
    const u32 count = is_struct ? o->type->sub.field_count : o->type->sub.param_count;
    for (u32 n = 0; n < count; n++) {
        const tni_valtype t =
            is_struct ? o->type->sub.fields[n].type : o->type->sub.params[n];
        if (may_hold_objects(r, t)) {
            mark_ref(found, *slot);
        }
        slot += tni_slots_of(t);
    }
}

static void mark_refs(tni_object **found, const tni_ref *refs, u64 count) {
    for (u64 n = 0; n < count; n++) {
        mark_ref(found, refs[n]);
    }
}

static void mark_inside(const tni_registry *r, tni_object **found, tni_object *o) {
    if (o->kind != TNI_OBJECT_ARRAY) {
        mark_values(r, found, o);
    } else if (may_hold_objects(r, o->type->sub.fields[0].type)) {
        mark_refs(found, tni_object_slots(o), o->length);
    }
}

static void mark_segments(const tni_store *s, tni_object **found) {
    for (size_t n = 0; n < s->instances.count; n++) {
        const tni_instance *i = s->instances.data[n];
        const tni_module *m = i->module;
        for (u32 x = 0; i->elems != NULL && x < m->elem_count; x++) {
            const tni_elem_def *def = &m->elems[x];
            if (i->elems[x] != NULL &&
                tni_gc_holds_objects(s, tni_module_close(m, def->type))) {
                mark_refs(found, i->elems[x], def->count);
            }
        }
    }
}

/* The block that an address is in. Blocks are sorted. */
static tni_gc_block *block_of(const tni_gc *gc, uintptr_t address) {
    size_t low = 0;
    size_t high = gc->blocks.count;
    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        tni_gc_block *b = gc->blocks.data[middle];
        if (address < (uintptr_t)b) {
            high = middle;
        } else if (address - (uintptr_t)b >= b->bytes) {
            low = middle + 1;
        } else {
            return b;
        }
    }
    return NULL;
}

static void mark_if_object(const tni_gc *gc, tni_object **found, tni_slot value) {
    if (!tni_ref_is_object(value) || value > UINTPTR_MAX) {
        return;
    }
    tni_gc_block *b = block_of(gc, (uintptr_t)value);
    if (b == NULL || (uintptr_t)value < (uintptr_t)cells_of(b)) {
        return;
    }
    const uintptr_t in_cells = (uintptr_t)value - (uintptr_t)cells_of(b);
    if (in_cells % b->cell_bytes == 0 && tni_object_of(value)->kind != TNI_OBJECT_FREE) {
        mark_object(found, tni_object_of(value));
    }
}

/* The end of what is in use of a stack. */
static const tni_slot *stack_end(const tni_thread *t) {
    const tni_slot *end = t->top;
    if (t->instance != NULL && t->ip != NULL) {
        const u32 func = tni_code_find(t->instance->module, t->ip);
        const tni_code_cache *code = t->instance->module->code;
        if (func != TNI_NO_INDEX && code != NULL) {
            const u32 own = func - t->instance->module->imported_funcs;
            const tni_slot *frame_end = t->fp + code->funcs[own].frame_slots;
            end = frame_end > end ? frame_end : end;
        }
    }
    return end < t->stack.limit ? end : t->stack.limit;
}

static void mark_stack(const tni_gc *gc, tni_object **found, const tni_thread *t) {
    const tni_slot *end = stack_end(t);
    for (const tni_slot *p = t->stack.base; p < end; p++) {
        mark_if_object(gc, found, *p);
    }
}

static void mark_roots(const tni_gc *gc, tni_object **found) {
    for (const tni_gc_roots *r = gc->roots; r != NULL; r = r->below) {
        for (size_t n = 0; n < r->count; n++) {
            mark_if_object(gc, found, r->slots[n]);
        }
    }
}

static void mark(tni_store *s) {
    tni_object *found = NULL;
    const tni_registry *r = s->engine->registry;
    for (size_t n = 0; n < s->gc.globals.count; n++) {
        mark_ref(&found, s->gc.globals.data[n]->value[0]);
    }
    for (size_t n = 0; n < s->tables.count; n++) {
        const tni_table *t = s->tables.data[n];
        if (may_hold_objects(r, t->type.element)) {
            mark_refs(&found, t->elements, t->size);
        }
    }
    mark_segments(s, &found);
    mark_roots(&s->gc, &found);
    mark_stack(&s->gc, &found, &s->thread);
    for (size_t n = 0; n < s->threads.count; n++) {
        mark_stack(&s->gc, &found, s->threads.data[n]);
    }
    while (found != NULL) {
        tni_object *o = found;
        found = o->next;
        mark_inside(r, &found, o);
    }
}

/* -- sweeping -- */

/* Shell sort: in place, no recursion, and nearly sorted already. */
static void sort_blocks(tni_gc *gc) {
    tni_gc_block **b = gc->blocks.data;
    const size_t count = gc->blocks.count;
    size_t gap = 1;
    while (gap < count / 3) {
        gap = gap * 3 + 1;
    }
    for (; !gc->sorted && gap > 0; gap /= 3) {
        for (size_t n = gap; n < count; n++) {
            tni_gc_block *x = b[n];
            size_t at = n;
            for (; at >= gap && (uintptr_t)b[at - gap] > (uintptr_t)x; at -= gap) {
                b[at] = b[at - gap];
            }
            b[at] = x;
        }
    }
    gc->sorted = true;
}

/* Frees the unmarked cells of a block: to a list, or the block itself if none is left. */
static bool sweep_block(tni_store *s, tni_gc_block *b) {
    tni_gc *gc = &s->gc;
    const u32 class_ = b->cell_bytes / CELL_ALIGN;
    tni_object *list = b->cell_bytes <= LARGEST_CELL ? gc->free[class_] : NULL;
    u32 live = 0;
    for (u32 n = b->cells; n-- > 0;) {
        tni_object *o = cell_at(b, n);
        if (o->kind != TNI_OBJECT_FREE && o->marked) {
            o->marked = 0;
            live++;
        } else {
            spoil(b, o);
            push_free(&list, o);
        }
    }
    if (live == 0) {
        tni_free(&s->heap, b, b->bytes, 1);
        return false;
    }
    if (b->cell_bytes <= LARGEST_CELL) {
        gc->free[class_] = list;
    }
    gc->live_bytes += (u64)live * b->cell_bytes;
    return true;
}

void tni_gc_collect(tni_store *s) {
    tni_gc *gc = &s->gc;
    sort_blocks(gc);
    mark(s);
    memset(gc->free, 0, sizeof gc->free);
    gc->live_bytes = 0;
    gc->allocated_bytes = 0;
    gc->collections++;
    size_t kept = 0;
    for (size_t n = 0; n < gc->blocks.count; n++) {
        tni_gc_block *b = gc->blocks.data[n];
        if (sweep_block(s, b)) {
            gc->blocks.data[kept++] = b;
        }
    }
    gc->blocks.count = kept;
}

void tni_gc_delete(tni_store *s) {
    for (size_t n = 0; n < s->gc.blocks.count; n++) {
        tni_gc_block *b = s->gc.blocks.data[n];
        tni_free(&s->heap, b, b->bytes, 1);
    }
    tni_vec_free(&s->heap, &s->gc.blocks);
    tni_vec_free(&s->heap, &s->gc.globals);
}

/* -- types of references -- */

bool tni_ref_matches(const tni_store *s, tni_ref r, tni_valtype type) {
    if (r == TNI_REF_NULL) {
        return tni_is_nullable(type);
    }
    const tni_registry *types = s->engine->registry;
    const u32 heap = tni_heap_of(type);
    switch (heap) {
    case TNI_HEAP_FUNC:
    case TNI_HEAP_EXTERN:
    case TNI_HEAP_EXN:
    case TNI_HEAP_ANY: return true;
    case TNI_HEAP_EQ: return (r & 3) != 2;
    case TNI_HEAP_I31: return (r & 1) != 0;
    case TNI_HEAP_STRUCT:
        return tni_ref_is_object(r) && tni_object_of(r)->kind == TNI_OBJECT_STRUCT;
    case TNI_HEAP_ARRAY:
        return tni_ref_is_object(r) && tni_object_of(r)->kind == TNI_OBJECT_ARRAY;
    default: break;
    }
    if (heap < TNI_HEAP_CONCRETE || !tni_ref_is_object(r)) {
        return false;
    }
    const u32 id = heap - TNI_HEAP_CONCRETE;
    const bool is_func = tni_registry_get(types, id)->sub.kind == TNI_COMP_FUNC;
    const u32 have =
        is_func ? ((const tni_func *)(uintptr_t)r)->type_id : tni_object_of(r)->type->id;
    return tni_deftype_matches(types, have, id);
}
