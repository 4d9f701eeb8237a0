/* handles.h: tables of handles: one for each component instance, and the host's own.
 * CanonicalABI.md, "Table State", "Resource State".
 *
 * Tables do not know resource types or instances: an entry holds numbers, and the rules
 * of the built-ins are in resource.c and transfer.c. */
#ifndef TNI_HANDLES_H
#define TNI_HANDLES_H

#include "base/error.h"
#include "base/vec.h"

typedef enum tni_handle_kind {
    TNI_HANDLE_FREE,
    TNI_HANDLE_RESOURCE,      /* ResourceHandle */
    TNI_HANDLE_HOST_RESOURCE, /* in the host's table alone: an object of the host */
    TNI_HANDLE_SUBTASK,
    TNI_HANDLE_WAITABLE_SET,
    TNI_HANDLE_STREAM_READABLE,
    TNI_HANDLE_STREAM_WRITABLE,
    TNI_HANDLE_FUTURE_READABLE,
    TNI_HANDLE_FUTURE_WRITABLE,
    TNI_HANDLE_ERROR_CONTEXT,
    TNI_HANDLE_THREAD,
} tni_handle_kind;

/* An entry. Free entries are linked through `rep`. */
typedef struct tni_handle {
    u32 kind : 7;
    u32 own : 1;    /* RESOURCE: own rather than borrow; HOST_RESOURCE: the host has it */
    u32 lends : 24; /* ResourceHandle.num_lends */
    u32 scope;      /* a borrow's task (tni_scope number); an own: the high half of a rep
                       of 64 bits; HOST_RESOURCE: how many snapshots keep it; else 0 */
    union {
        struct {
            u32 rep;  /* HOST_RESOURCE: whether it was dropped, and only snapshots keep it
                       */
            u32 type; /* number of the resource type in the store */
        };
        void *object; /* other kinds: a waitable and so on */
    };
} tni_handle;

enum { TNI_MAX_LENDS = (1 << 24) - 1, TNI_MAX_HANDLES = (1 << 28) - 1 };

typedef struct tni_handles {
    tni_heap *heap;
    TNI_VEC(tni_handle) entries; /* slot 0 is reserved */
    u32 free;                    /* the last one freed, or 0; LIFO */
    u32 live;
    u32 limit; /* most entries; at most TNI_MAX_HANDLES */
} tni_handles;

void tni_handles_init(tni_handles *h, tni_heap *heap, u32 limit);
void tni_handles_free(tni_handles *h);
/* Gives back room that a table has grown beyond what is in it, but for a little. */
void tni_handles_trim(tni_handles *h);

/* CanonicalABI: Table.get. NULL when i names nothing. Valid until the next add. */
static inline tni_handle *tni_handles_at(const tni_handles *h, u32 i) {
    if (i >= h->entries.count || h->entries.data[i].kind == TNI_HANDLE_FREE) {
        return NULL;
    }
    return &h->entries.data[i];
}
/* The same, with the trap. */
tenon_status tni_handles_get(const tni_handles *h, u32 i, tni_handle **out,
                             tenon_error *e);
/* CanonicalABI: Table.add. Traps when the table is full. */
tenon_status tni_handles_add(tni_handles *h, const tni_handle *entry, u32 *i,
                             tenon_error *e);
/* CanonicalABI: Table.remove, of an entry that is there. */
void tni_handles_remove(tni_handles *h, u32 i);

#endif
