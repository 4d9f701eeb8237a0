/* op.c: the table of op.def, and the way from an encoding to its row. */
#include "core/op.h"

const tni_op_info tni_ops[TNI_OP_COUNT] = {
#define TNI_OP(prefix, code, id, text, imm, sig, arg, group)                             \
    {text, sig, code, prefix, TNI_IMM_##imm, arg, TNI_GROUP_##group},
#include "core/op.def"
#undef TNI_OP
};

/* Codes stay below this under every prefix. */
#define CODES               0x120

#define PLACE(prefix, code) (((prefix) == 0 ? 0 : (prefix)-0xfa) * CODES + (code))

const u16 tni_ops_by_place[PLACE(0xfe, CODES)] = {
#define TNI_OP(prefix, code, id, text, imm, sig, arg, group)                             \
    [PLACE(prefix, code)] = TNI_OP_##id + 1,
#include "core/op.def"
#undef TNI_OP
};

tni_op tni_op_of(u8 prefix, u32 code) {
    if (code >= CODES || (prefix != 0 && (prefix < 0xfb || prefix > 0xfe))) {
        return TNI_OP_COUNT;
    }
    u16 op = tni_ops_by_place[PLACE(prefix, code)];
    return op == 0 ? TNI_OP_COUNT : (tni_op)(op - 1);
}
