/* extern.c: externals of any kind: their types, import matching, exports. Core 3.0, 4.5.2
 * and 4.7.2. */
#include "base/format.h"
#include "exec/instance.h"

tni_externtype tni_extern_type(const tni_extern *x) {
    tni_externtype t = {.kind = x->kind};
    switch (x->kind) {
    case TNI_EXTERN_FUNC: t.as.func = x->as.func->type_id; break;
    case TNI_EXTERN_TABLE: t.as.table = x->as.table->type; break;
    case TNI_EXTERN_MEMORY: t.as.memory = x->as.memory->type; break;
    case TNI_EXTERN_GLOBAL: t.as.global = x->as.global->type; break;
    case TNI_EXTERN_TAG: t.as.func = x->as.tag->type_id; break;
    }
    return t;
}

enum { TYPE_TEXT = 112 };

static tenon_status mismatch(const tni_registry *r, const tni_import *import,
                             const tni_externtype *wanted, const tni_externtype *offered,
                             tenon_error *e) {
    char want[TYPE_TEXT];
    char have[TYPE_TEXT];
    tni_externtype_format(r, want, sizeof want, wanted);
    tni_externtype_format(r, have, sizeof have, offered);
    return tni_fail(e, TNI_ERR_INCOMPATIBLE_IMPORT, import->offset,
                    "\"%.*s\" \"%.*s\" is wanted as %s, offered as %s",
                    (int)(import->module.len < 200 ? import->module.len : 200),
                    import->module.ptr,
                    (int)(import->name.len < 200 ? import->name.len : 200),
                    import->name.ptr, want, have);
}

tenon_status tni_check_imports(const tni_registry *r, const tni_module *m,
                               const tni_extern *imports, tenon_error *e) {
    for (u32 x = 0; x < m->import_count; x++) {
        tni_externtype wanted = tni_import_type(m, x);
        tni_externtype offered = tni_extern_type(&imports[x]);
        if (!tni_externtype_matches(r, &offered, &wanted)) {
            return mismatch(r, &m->imports[x], &wanted, &offered, e);
        }
    }
    return TENON_OK;
}

tni_extern tni_instance_export_at(const tni_instance *i, u32 export_) {
    const tni_export *x = &i->module->exports[export_];
    tni_extern out = {.kind = x->kind};
    switch (x->kind) {
    case TNI_EXTERN_FUNC: out.as.func = i->funcs[x->index]; break;
    case TNI_EXTERN_TABLE: out.as.table = i->tables[x->index]; break;
    case TNI_EXTERN_MEMORY: out.as.memory = i->memories[x->index]; break;
    case TNI_EXTERN_GLOBAL: out.as.global = i->globals[x->index]; break;
    case TNI_EXTERN_TAG: out.as.tag = i->tags[x->index]; break;
    }
    return out;
}

bool tni_instance_export(const tni_instance *i, tni_str name, tni_extern *out) {
    u32 x = tni_module_find_export(i->module, name);
    if (x == TNI_NO_INDEX) {
        return false;
    }
    *out = tni_instance_export_at(i, x);
    return true;
}
