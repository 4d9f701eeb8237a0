/* wit_encoded.c: worlds in custom sections of core modules. */
#include "wit/wit_encoded.h"

#include "base/reader.h"
#include "wit/wit_component.h"

/* Versions of the section: the older ones begin with it, the newer ones are a component,
 * whose first byte is 0. */
enum { OLDEST = 3, NEWEST = 4, MOST_ENCODING = 2 };

bool tni_wit_is_encoded(const tni_custom *section) {
    const tni_str prefix = TNI_STR("component-type");
    return section->name.len >= prefix.len &&
           memcmp(section->name.ptr, prefix.ptr, prefix.len) == 0;
}

static tenon_status read_version(tni_reader *r, u8 *encoding) {
    const u64 at = tni_reader_offset(r);
    u8 version;
    TNI_TRY(tni_read_byte(r, &version));
    TNI_TRY(tni_read_byte(r, encoding));
    if (version < OLDEST || version > NEWEST || *encoding > MOST_ENCODING) {
        return tni_fail(r->e, TNI_ERR_UNSUPPORTED, at,
                        "a component-type section of version %u and string encoding %u",
                        version, *encoding);
    }
    return TENON_OK;
}

/* The string encoding in a component of the newer form, or UTF-8. */
static tenon_status find_encoding(const tni_component *c, u64 base, u8 *encoding,
                                  tenon_error *e) {
    for (u32 i = 0; i < c->custom_count; i++) {
        const tni_custom *x = &c->customs[i];
        if (tni_str_eq(x->name, TNI_STR("wit-component-encoding"))) {
            tni_reader r =
                tni_reader_of(x->bytes.ptr, x->bytes.len, base + x->bytes.offset, e);
            return read_version(&r, encoding);
        }
    }
    return TENON_OK;
}

/* The number of slots in use, from names in order; those of a type are its own. */
static u32 slots_of(const tni_named_entity *list, u32 count) {
    u32 slots = 0;
    for (u32 i = 0; i < count; i++) {
        const tni_entity *x = list[i].entity;
        u32 inner = 0;
        if (x->kind == TNI_ENTITY_INSTANCE) {
            inner = slots_of(x->instance->exports, x->instance->export_count);
        } else if (x->kind == TNI_ENTITY_RESOURCE) {
            inner = x->slot + 1;
        }
        slots = inner > slots ? inner : slots;
    }
    return slots;
}

/* The component type inside the one that is exported under a name, or alone. */
static const tni_component_type *find_world(const tni_component *c, tni_str name) {
    for (u32 i = 0; i < c->export_count; i++) {
        const tni_named_entity *x = &c->exports[i];
        if (x->entity->kind == TNI_ENTITY_COMPONENT_TYPE &&
            (name.len > 0 ? tni_str_eq(x->name, name) : c->export_count == 1)) {
            const tni_component_type *outer = x->entity->component;
            return outer->export_count == 1 && outer->import_count == 0 &&
                           outer->exports[0].entity->kind == TNI_ENTITY_COMPONENT
                       ? outer->exports[0].entity->component
                       : NULL;
        }
    }
    return NULL;
}

static tenon_status read_world(tni_arena *a, tni_str name, u64 offset,
                               tni_wit_encoded *out, tenon_error *e) {
    const tni_component_type *world = find_world(out->component, name);
    if (world == NULL) {
        return tni_fail(e, TNI_ERR_UNSUPPORTED, offset,
                        "a component-type section that encodes no world%s%.*s",
                        name.len > 0 ? " " : "", (int)name.len, name.ptr);
    }
    tni_component like = {.imports = world->imports,
                          .import_count = world->import_count,
                          .exports = world->exports,
                          .export_count = world->export_count};
    u32 imported = slots_of(world->imports, world->import_count);
    u32 exported = slots_of(world->exports, world->export_count);
    like.slot_count = imported > exported ? imported : exported;
    tni_wit *wit;
    TNI_TRY(tni_wit_of_component(a, &like, &wit, e));
    out->world = wit->root->worlds;
    return TENON_OK;
}

tenon_status tni_wit_read_encoded(tni_arena *a, tenon_engine *engine,
                                  const tni_custom *section, tni_wit_encoded *out,
                                  tenon_error *e) {
    const tni_span *bytes = &section->bytes;
    tni_reader r = tni_reader_of(bytes->ptr, bytes->len, bytes->offset, e);
    tni_str name = {NULL, 0};
    *out = (tni_wit_encoded){0};
    if (bytes->len > 0 && bytes->ptr[0] != 0) {
        TNI_TRY(read_version(&r, &out->encoding));
        TNI_TRY(tni_read_name(&r, &name));
    }
    const u64 base = tni_reader_offset(&r);
    tenon_status status =
        tni_component_load(engine, r.cur, tni_reader_left(&r), true, &out->component, e);
    if (status != TENON_OK) {
        out->component = NULL;
        e->offset += e->offset != TENON_NO_OFFSET ? base : 0;
        return status;
    }
    status = find_encoding(out->component, base, &out->encoding, e);
    if (status == TENON_OK) {
        status = read_world(a, name, bytes->offset, out, e);
    }
    if (status != TENON_OK) {
        tni_component_release(out->component);
        out->component = NULL;
    }
    return status;
}
