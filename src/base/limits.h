/* limits.h: the rows of limits.def as constants: TNI_LIMIT_locals and so on. */
#ifndef TNI_LIMITS_H
#define TNI_LIMITS_H

enum {
#define TNI_LIMIT(name, unit, value, doc) TNI_LIMIT_##name = value,
#include "base/limits.def"
#undef TNI_LIMIT
};

#endif
