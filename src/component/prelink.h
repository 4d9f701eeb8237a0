/* prelink.h: a component joined to what a linker offers, once for all its instances.
 *
 * Everything that can be known without a store is found out when it is made: which
 * function of the host each import is, that the types fit, which imported resource types
 * are the same. Resource types have an identity for each store, so here there are models
 * of them, which instances are given the store's own for. It never changes afterwards:
 * threads share it. */
#ifndef TNI_PRELINK_H
#define TNI_PRELINK_H

#include "component/cinstance.h"

typedef enum tni_plan_kind {
    TNI_PLAN_NOTHING,  /* a type that is no resource */
    TNI_PLAN_FUNC,     /* func; number: of the interface, or TNI_NO_INDEX */
    TNI_PLAN_RESOURCE, /* number: of the model; slot: of the component */
    TNI_PLAN_MODULE,
    TNI_PLAN_INSTANCE,
} tni_plan_kind;

/* What an import, or an export of an imported instance, becomes in an instance. */
typedef struct tni_plan {
    tni_str name; /* an export's */
    tni_sort sort;
    tni_plan_kind kind;
    u32 number;
    u32 slot;
    union {
        const tni_cfunc *func; /* all of it but the store */
        tni_module *module;    /* the linker's */
        struct tni_plan_instance *instance;
    };
} tni_plan;

typedef struct tni_plan_instance {
    tni_plan *exports;
    u32 count;
    u32 func_count; /* among them */
    tni_map names;  /* of exports, if they are many, to number */
} tni_plan_instance;

struct tni_prelinked {
    tni_component *component; /* retained */
    u32 references;           /* guarded by the engine's lock */
    tni_arena arena;
    tni_plan *imports;                   /* the component's, by number */
    TNI_VEC(tni_linked_iface) ifaces;    /* that imports use, with models */
    TNI_VEC(tni_resource_type *) models; /* by number */
    TNI_VEC(tni_plan_instance *) instances;
};

/* The plan of an instance of `count` exports, named but not made yet. */
tenon_status tni_plan_instance_new(tni_prelinked *p, u32 count, tni_plan *out,
                                   tenon_error *e);

/* What a root instance that is being made has for the plans: by numbers of models, and of
 * interfaces. */
typedef struct tni_joined {
    const tni_prelinked *plan;
    tni_resource_type **resources;
    tni_resource_type ***ifaces;
    void **users; /* of interfaces, in this store */
} tni_joined;

/* Gives the models resource types in a store, which lives no longer than the plan. */
tenon_status tni_join(const tni_prelinked *p, tni_cstore *cs, tni_joined *out,
                      tenon_error *e);
/* Makes the n-th import, and fills the slots of its resources. */
tenon_status tni_join_import(const tni_joined *j, tni_cinstance *inst, u32 n,
                             tni_item *out, tenon_error *e);

#endif
