/* atomics.c: the instructions of the threads proposal. A store is used by one thread of
 * the host at a time, so an atomic access is a plain one that insists on alignment.
 * A thread that waits parks (park.c), for others of the store to go on. Where none can,
 * since it was called from C, it waits for the clock, and fails when it has no timeout.
 * (Proposal: threads, "Atomic memory accesses", "Wait and notify".) */
#include "exec/code.h"

enum { CODE_LOAD = 0x10, CODE_STORE = 0x17, CODE_RMW = 0x1e, WIDTHS = 7 };

enum { RMW_ADD, RMW_SUB, RMW_AND, RMW_OR, RMW_XOR, RMW_XCHG, RMW_CMPXCHG };

enum { WAIT_WOKEN, WAIT_NOT_EQUAL, WAIT_TIMED_OUT };

static u64 peek(const u8 *p, u32 size) {
    switch (size) {
    case 1: return *p;
    case 2: return tni_load_u16(p);
    case 4: return tni_load_u32(p);
    default: return tni_load_u64(p);
    }
}

static void poke(u8 *p, u32 size, u64 v) {
    switch (size) {
    case 1: *p = (u8)v; break;
    case 2: tni_store_u16(p, (u16)v); break;
    case 4: tni_store_u32(p, (u32)v); break;
    default: tni_store_u64(p, v); break;
    }
}

/* An operand: of an i32 the low half of the slot. */
static u64 operand(const tni_slot *s, char letter) {
    return letter == 'I' ? *s : tni_get_u32(s);
}

static u64 combine(u32 how, u64 old, u64 x) {
    switch (how) {
    case RMW_ADD: return old + x;
    case RMW_SUB: return old - x;
    case RMW_AND: return old & x;
    case RMW_OR: return old | x;
    case RMW_XOR: return old ^ x;
    default: return x;
    }
}

static u64 read_modify_write(u32 how, u8 *p, u32 size, u64 x, u64 y) {
    const u64 old = peek(p, size);
    if (how != RMW_CMPXCHG) {
        poke(p, size, combine(how, old, x));
    } else if (old == x) {
        poke(p, size, y);
    }
    return old;
}

/* p is where the address `at` of m is; timeout is in ns, negative: none. */
static tenon_status wait(tni_thread *t, const tni_memory *m, u64 at, const u8 *p,
                         u32 size, u64 expected, i64 timeout, tni_slot *out) {
    if (t->park != TNI_PARK_NONE) { /* it has waited, and the thread goes on */
        *out = t->park == TNI_PARK_WOKEN ? WAIT_WOKEN : WAIT_TIMED_OUT;
        tni_unpark(t);
        return TENON_OK;
    }
    if (!m->type.limits.is_shared) {
        return tni_trap(t, TNI_ERR_EXPECTED_SHARED);
    }
    if (peek(p, size) != expected) {
        *out = WAIT_NOT_EQUAL;
        return TENON_OK;
    }
    const u64 ends_ns = timeout < 0 ? UINT64_MAX : tni_time_after(t->store, (u64)timeout);
    if (t->can_park) {
        return tni_park_at(t, m, at, ends_ns);
    }
    if (timeout < 0) {
        return tni_trap(t, TNI_ERR_BLOCKED);
    }
    TNI_TRY(tni_store_sleep(t->store, ends_ns, t->error));
    *out = WAIT_TIMED_OUT;
    return TENON_OK;
}

/* Immediates: destination, instruction, three operands, memory, offset. */
tenon_status tni_op_atomic(tni_thread *t, const u8 *imm, tni_slot *fp) {
    const tni_op_info *info = &tni_ops[tni_imm_u16(imm + 2)];
    const u32 size = (u32)1 << info->arg;
    const u32 memory = tni_imm_u32(imm + 10);
    const u64 offset = tni_imm_u64(imm + 14);
    const tni_slot *address = fp + tni_imm_u16(imm + 4);
    u8 *p = tni_op_address(t, address, memory, offset, size);
    const tni_memory *m = t->instance->memories[memory];
    const u64 at = (m->type.limits.is_64 ? *address : tni_get_u32(address)) + offset;
    if (at % size != 0) {
        return tni_trap(t, TNI_ERR_UNALIGNED_ATOMIC);
    }
    if (p == NULL) {
        return tni_trap(t, TNI_ERR_MEMORY_BOUNDS);
    }
    const u64 x = operand(fp + tni_imm_u16(imm + 6), info->sig[1]);
    const u64 y = operand(fp + tni_imm_u16(imm + 8), info->sig[2]);
    tni_slot *out = fp + tni_imm_u16(imm);
    if (info->code >= CODE_RMW) {
        const u32 how = (u32)(info->code - CODE_RMW) / WIDTHS;
        const u64 mask = size == 8 ? UINT64_MAX : ((u64)1 << 8 * size) - 1;
        /* The expected value is wrapped; what is stored wraps by itself. */
        *out = read_modify_write(how, p, size, how == RMW_CMPXCHG ? x & mask : x, y);
    } else if (info->code >= CODE_STORE) {
        poke(p, size, x);
    } else if (info->code >= CODE_LOAD) {
        *out = peek(p, size);
    } else if (size == 4 && info->sig[2] == ':') {
        *out = tni_wake(t->store, m, at, (u32)x); /* notify */
    } else {
        return wait(t, m, at, p, size, x, (i64)y, out);
    }
    return TENON_OK;
}
