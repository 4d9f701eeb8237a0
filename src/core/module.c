/* module.c: a module's life, its closed types, exports and names.
 * Core 3.0, 2.5; the name section: appendix A.4.1 (read leniently, for it is a hint). */
#include "core/module.h"

#include "base/assert.h"
#include "base/reader.h"

void tni_module_retain(tni_module *m) {
    tni_lock_acquire(&m->engine->lock);
    m->references++;
    tni_lock_release(&m->engine->lock);
}

void tni_module_release(tni_module *m) {
    if (m == NULL) {
        return;
    }
    tni_lock_acquire(&m->engine->lock);
    TNI_ASSERT(m->references > 0);
    u32 left = --m->references;
    tni_lock_release(&m->engine->lock);
    if (left > 0) {
        return;
    }
    if (m->code_delete != NULL) {
        m->code_delete(m);
    }
    tni_map_free(&m->export_index);
    tni_arena_free(&m->arena);
    tni_free(&m->heap, m->owned_bytes, m->byte_count, 1);
    TNI_FREE(&m->engine->heap, m);
}

tni_valtype tni_module_close(const tni_module *m, tni_valtype t) {
    if (!tni_is_concrete(t)) {
        return t;
    }
    u32 id = m->type_ids[tni_type_index_of(t)];
    return TNI_REFTYPE(tni_is_nullable(t), TNI_HEAP_CONCRETE + id);
}

tni_externtype tni_module_close_extern(const tni_module *m, const tni_externtype *t) {
    tni_externtype closed = *t;
    switch (t->kind) {
    case TNI_EXTERN_FUNC:
    case TNI_EXTERN_TAG: closed.as.func = m->type_ids[t->as.func]; break;
    case TNI_EXTERN_TABLE:
        closed.as.table.element = tni_module_close(m, t->as.table.element);
        break;
    case TNI_EXTERN_MEMORY: break;
    case TNI_EXTERN_GLOBAL:
        closed.as.global.type = tni_module_close(m, t->as.global.type);
        break;
    }
    return closed;
}

tni_externtype tni_import_type(const tni_module *m, u32 import) {
    return tni_module_close_extern(m, &m->imports[import].type);
}

tni_externtype tni_export_type(const tni_module *m, u32 export_) {
    const tni_export *ex = &m->exports[export_];
    tni_externtype t = {.kind = ex->kind};
    switch (ex->kind) {
    case TNI_EXTERN_FUNC: t.as.func = m->func_types[ex->index]; break;
    case TNI_EXTERN_TABLE: t.as.table = m->table_types[ex->index]; break;
    case TNI_EXTERN_MEMORY: t.as.memory = m->memory_types[ex->index]; break;
    case TNI_EXTERN_GLOBAL: t.as.global = m->global_types[ex->index]; break;
    case TNI_EXTERN_TAG: t.as.func = m->tag_types[ex->index]; break;
    }
    return tni_module_close_extern(m, &t);
}

const tni_deftype *tni_module_deftype(const tni_module *m, u32 type_index) {
    return tni_registry_get(m->engine->registry, m->type_ids[type_index]);
}

u32 tni_module_find_export(const tni_module *m, tni_str name) {
    const u64 *place = tni_map_get(&m->export_index, name);
    return place == NULL ? TNI_NO_INDEX : (u32)*place;
}

/* -- names -- */

enum { NAMES_MODULE = 0, NAMES_FUNC = 1 };

/* A reader over that subsection of the name section. False if there is none, or what
 * comes before it is malformed. */
static bool find_names(const tni_module *m, u8 wanted, tenon_error *e, tni_reader *out) {
    for (u32 i = 0; i < m->custom_count; i++) {
        const tni_custom *c = &m->customs[i];
        if (!tni_str_eq(c->name, TNI_STR("name"))) {
            continue;
        }
        tni_reader r = tni_reader_of(c->bytes.ptr, c->bytes.len, c->bytes.offset, e);
        while (tni_reader_left(&r) > 0) {
            u8 id;
            u32 size;
            if (tni_read_byte(&r, &id) != TENON_OK ||
                tni_read_u32(&r, &size) != TENON_OK ||
                tni_read_sub(&r, size, out) != TENON_OK) {
                return false;
            }
            if (id == wanted) {
                return true;
            }
        }
        return false;
    }
    return false;
}

tni_str tni_module_func_name(const tni_module *m, u32 func) {
    const tni_str none = {"", 0};
    tenon_error e;
    tni_reader r;
    u32 count;
    if (!find_names(m, NAMES_FUNC, &e, &r) || tni_read_u32(&r, &count) != TENON_OK) {
        return none;
    }
    for (u32 i = 0; i < count; i++) {
        u32 x, len;
        const u8 *bytes;
        if (tni_read_u32(&r, &x) != TENON_OK) {
            return none;
        }
        if (x == func) {
            tni_str name;
            return tni_read_name(&r, &name) == TENON_OK ? name : none;
        }
        if (tni_read_u32(&r, &len) != TENON_OK ||
            tni_read_bytes(&r, len, &bytes) != TENON_OK) {
            return none;
        }
    }
    return none;
}

tni_str tni_module_name(const tni_module *m) {
    tenon_error e;
    tni_reader r;
    tni_str name;
    if (!find_names(m, NAMES_MODULE, &e, &r) || tni_read_name(&r, &name) != TENON_OK) {
        return (tni_str){"", 0};
    }
    return name;
}
