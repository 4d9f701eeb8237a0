/* ops_forms.h: what the rows of ops.def expand to: an OP(name, size, body) for each form
 * of operands. No include guard: it is included wherever the rows are, and undone by
 * ops_forms_end.h. The body is read only in interp.c, which defines what it uses: ip, fp,
 * mem, mlen, t, TRAP, GO, BRANCH, POLL and the accumulators ACC_….
 *
 * A form is a letter for each operand: a accumulator, s slot, c constant. size is that of
 * the immediates, in the order: destination, operands (offset, address and value for
 * memory; branch target first for branches). */

/* Reading an operand of type T whose immediate is at offset o, and its size. */
#define IN_a(T, o) ACC_##T
#define IN_s(T, o) SLOT_##T(o)
#define IN_c(T, o) IMM_##T(o)
#define SIZE_a(T)  0
#define SIZE_s(T)  2
#define SIZE_c(T)  ((int)sizeof(T))
/* Leaving a result: in the accumulator, or in the slot at offset 0 too. */
#define OUT_a(T, v) SET_ACC_##T(v);
#define OUT_s(T, v)                                                                      \
    {                                                                                    \
        const T out_ = (v);                                                              \
        SET_SLOT_##T(0, out_);                                                           \
        SET_ACC_##T(out_);                                                               \
    }

/* -- one operand -- */

#define UNARY_X(id, T, R, fn, x, d)                                                      \
    OP(id##_##x##_##d, 2 + SIZE_##x(T), OUT_##d(R, fn(IN_##x(T, 2))))
#define UNARY(id, T, R, fn)                                                              \
    UNARY_X(id, T, R, fn, a, a)                                                          \
    UNARY_X(id, T, R, fn, a, s)                                                          \
    UNARY_COLD(id, T, R, fn)
#define UNARY_COLD(id, T, R, fn)                                                         \
    UNARY_X(id, T, R, fn, s, a)                                                          \
    UNARY_X(id, T, R, fn, s, s)
#define UNARY_TRAP_X(id, T, R, fn, x, d)                                                 \
    OP(                                                                                  \
        id##_##x##_##d, 2 + SIZE_##x(T), R r = 0;                                        \
        const tni_code e = fn(IN_##x(T, 2), &r);                                         \
        if (TNI_UNLIKELY(e != TNI_ERR_NONE)) { TRAP_CODE(e); } OUT_##d(R, r))
#define UNARY_TRAP(id, T, R, fn)                                                         \
    UNARY_TRAP_X(id, T, R, fn, s, a)                                                     \
    UNARY_TRAP_X(id, T, R, fn, s, s)

/* -- two operands -- */

#define BINARY_X(id, T, R, fn, x, y, d)                                                  \
    OP(id##_##x##y##_##d, 2 + SIZE_##x(T) + SIZE_##y(T), const T l = IN_##x(T, 2);       \
       const T r = IN_##y(T, 2 + SIZE_##x(T)); OUT_##d(R, fn(l, r)))
#define BINARY_2(id, T, R, fn, x, y)                                                     \
    BINARY_X(id, T, R, fn, x, y, a)                                                      \
    BINARY_X(id, T, R, fn, x, y, s)
#define BINARY_4(id, T, R, fn)                                                           \
    BINARY_2(id, T, R, fn, a, s)                                                         \
    BINARY_2(id, T, R, fn, s, s)                                                         \
    BINARY_2(id, T, R, fn, a, c)                                                         \
    BINARY_2(id, T, R, fn, s, c)
#define BINARY(id, T, fn)      BINARY_4(id, T, T, fn)
#define BINARY_COLD(id, T, fn) BINARY_4(id, T, T, fn)
#define BINARY_ORDERED(id, T, fn)                                                        \
    BINARY_4(id, T, T, fn)                                                               \
    BINARY_2(id, T, T, fn, s, a)                                                         \
    BINARY_2(id, T, T, fn, c, s)                                                         \
    BINARY_2(id, T, T, fn, c, a)
#define BINARY_TRAP_X(id, T, fn, x, y, d)                                                \
    OP(                                                                                  \
        id##_##x##y##_##d, 2 + SIZE_##x(T) + SIZE_##y(T), const T l = IN_##x(T, 2);      \
        const T r = IN_##y(T, 2 + SIZE_##x(T)); T v = 0;                                 \
        const tni_code e = fn(l, r, &v);                                                 \
        if (TNI_UNLIKELY(e != TNI_ERR_NONE)) { TRAP_CODE(e); } OUT_##d(T, v))
#define BINARY_TRAP(id, T, fn)                                                           \
    BINARY_TRAP_X(id, T, fn, a, s, a)                                                    \
    BINARY_TRAP_X(id, T, fn, a, s, s)                                                    \
    BINARY_TRAP_X(id, T, fn, s, s, a)                                                    \
    BINARY_TRAP_X(id, T, fn, s, s, s)                                                    \
    BINARY_TRAP_X(id, T, fn, a, c, a)                                                    \
    BINARY_TRAP_X(id, T, fn, a, c, s)                                                    \
    BINARY_TRAP_X(id, T, fn, s, c, a)                                                    \
    BINARY_TRAP_X(id, T, fn, s, c, s)

/* -- comparisons and branches: f forward, b back (which polls) -- */

#define TAKE_f BRANCH(0)
#define TAKE_b BRANCH_BACK(0)
#define BRANCH_X(name, T, not, fn, x, y, d)                                              \
    OP(                                                                                  \
        name##_##x##y##_##d, 4 + SIZE_##x(T) + SIZE_##y(T), const T l = IN_##x(T, 4);    \
        const T r = IN_##y(T, 4 + SIZE_##x(T)); if (not fn(l, r)) { TAKE_##d; })
#define BRANCH_4(name, T, not, fn)                                                       \
    BRANCH_X(name, T, not, fn, a, s, f)                                                  \
    BRANCH_X(name, T, not, fn, a, s, b)                                                  \
    BRANCH_X(name, T, not, fn, s, s, f)                                                  \
    BRANCH_X(name, T, not, fn, s, s, b)                                                  \
    BRANCH_X(name, T, not, fn, a, c, f)                                                  \
    BRANCH_X(name, T, not, fn, a, c, b)                                                  \
    BRANCH_X(name, T, not, fn, s, c, f)                                                  \
    BRANCH_X(name, T, not, fn, s, c, b)
#define BRANCHES(name, T, not, fn) BRANCH_4(name, T, not, fn)
#define COMPARE(id, T, swapped, inverse, fn)                                             \
    BINARY_4(id, T, u32, fn)                                                             \
    BRANCH_4(BR_##id, T, , fn)
#define COMPARE_FLOAT(id, T, swapped, fn)                                                \
    BINARY_4(id, T, u32, fn)                                                             \
    BRANCH_4(BR_##id, T, , fn)                                                           \
    BRANCH_4(BR_NOT_##id, T, !, fn)

/* -- memory: destination, offset + size, address. Core 3.0, 4.6.7.
 * a, s one address; c none (the offset has it); ss, sc, as, ac a sum that wraps; xs, xa
 * slot + (other << constant). -- */

#define ADDRESS_a(o)    ACC_u32
#define ADDRESS_s(o)    SLOT_u32(o)
#define ADDRESS_c(o)    0u
#define ADDRESS_ss(o)   (SLOT_u32(o) + SLOT_u32((o) + 2))
#define ADDRESS_sc(o)   (SLOT_u32(o) + IMM_u32((o) + 2))
#define ADDRESS_as(o)   (ACC_u32 + SLOT_u32(o))
#define ADDRESS_ac(o)   (ACC_u32 + IMM_u32(o))
#define ADDRESS_xs(o)   (SLOT_u32(o) + (SLOT_u32((o) + 2) << IMM_u16((o) + 4)))
#define ADDRESS_xa(o)   (SLOT_u32(o) + (ACC_u32 << IMM_u16((o) + 2)))
#define ADDRESS_SIZE_a  0
#define ADDRESS_SIZE_s  2
#define ADDRESS_SIZE_c  0
#define ADDRESS_SIZE_ss 4
#define ADDRESS_SIZE_sc 6
#define ADDRESS_SIZE_as 2
#define ADDRESS_SIZE_ac 4
#define ADDRESS_SIZE_xs 6
#define ADDRESS_SIZE_xa 4

#define LOAD_X(id, M, T, x, d)                                                           \
    OP(                                                                                  \
        id##_##x##_##d, 6 + ADDRESS_SIZE_##x,                                            \
        const u64 end = (u64)(ADDRESS_##x(6)) + IMM_u32(2);                              \
        if (TNI_UNLIKELY(end > mlen)) {                                                  \
            TRAP(MEMORY_BOUNDS);                                                         \
        } OUT_##d(T, (T)PEEK_##M(end)))
#define LOAD_2(id, M, T, x)                                                              \
    LOAD_X(id, M, T, x, a)                                                               \
    LOAD_X(id, M, T, x, s)
#define LOAD(id, M, T)                                                                   \
    LOAD_2(id, M, T, a)                                                                  \
    LOAD_2(id, M, T, s)                                                                  \
    LOAD_2(id, M, T, c)                                                                  \
    LOAD_2(id, M, T, ss)                                                                 \
    LOAD_2(id, M, T, sc)                                                                 \
    LOAD_ANY(id, M, T)
#define LOAD_FAST(id, M, T)                                                              \
    LOAD_2(id, M, T, a)                                                                  \
    LOAD_2(id, M, T, s)                                                                  \
    LOAD_2(id, M, T, c)                                                                  \
    LOAD_2(id, M, T, ss)                                                                 \
    LOAD_2(id, M, T, sc)                                                                 \
    LOAD_2(id, M, T, as)                                                                 \
    LOAD_2(id, M, T, ac)                                                                 \
    LOAD_2(id, M, T, xs)                                                                 \
    LOAD_2(id, M, T, xa)                                                                 \
    LOAD_ANY(id, M, T)
/* Any memory, 64-bit addresses and offsets: destination, address, memory, offset. */
#define LOAD_ANY(id, M, T)                                                               \
    LOAD_ANY_X(id, M, T, a)                                                              \
    LOAD_ANY_X(id, M, T, s)
#define LOAD_ANY_X(id, M, T, d)                                                          \
    OP(                                                                                  \
        id##_any_##d, 16,                                                                \
        const u8 *p = tni_op_address(t, SLOT(2), IMM_u32(4), IMM_u64(8), sizeof(M));     \
        if (TNI_UNLIKELY(p == NULL)) {                                                   \
            TRAP(MEMORY_BOUNDS);                                                         \
        } OUT_##d(T, (T)PEEK_AT_##M(p)))

/* Offset + size, address, value. */
#define STORE_X(id, M, T, x, y)                                                          \
    OP(                                                                                  \
        id##_##x##_##y, 4 + ADDRESS_SIZE_##x + SIZE_##y(T),                              \
        const u64 end = (u64)(ADDRESS_##x(4)) + IMM_u32(0);                              \
        const M v = (M)IN_##y(T, 4 + ADDRESS_SIZE_##x);                                  \
        if (TNI_UNLIKELY(end > mlen)) { TRAP(MEMORY_BOUNDS); } POKE_##M(end, v))
#define STORE(id, M, T)                                                                  \
    STORE_X(id, M, T, a, s)                                                              \
    STORE_X(id, M, T, s, s)                                                              \
    STORE_X(id, M, T, a, c)                                                              \
    STORE_X(id, M, T, s, c)                                                              \
    STORE_X(id, M, T, s, a)                                                              \
    STORE_X(id, M, T, c, s)                                                              \
    STORE_X(id, M, T, c, a)                                                              \
    STORE_X(id, M, T, c, c)                                                              \
    STORE_X(id, M, T, ss, s)                                                             \
    STORE_X(id, M, T, ss, c)                                                             \
    STORE_X(id, M, T, ss, a)                                                             \
    OP(                                                                                  \
        id##_any, 16,                                                                    \
        u8 *p = tni_op_address(t, SLOT(0), IMM_u32(4), IMM_u64(8), sizeof(M));           \
        if (TNI_UNLIKELY(p == NULL)) {                                                   \
            TRAP(MEMORY_BOUNDS);                                                         \
        } POKE_AT_##M(p, (M)SLOT_##T(2)))
/* A float may stand in its accumulator while the address is in the integers'. */
#define STORE_FLOAT(id, M, T)                                                            \
    STORE(id, M, T)                                                                      \
    STORE_X(id, M, T, a, a)

/* -- two in one -- */

/* Destination, offset + size, address slot, constant added to it, first operand. */
#define WITH_MEMORY_X(id, M, T, fn, x, d)                                                \
    OP(                                                                                  \
        id##_memory_##x##_##d, 12 + SIZE_##x(T),                                         \
        const u64 end = (u64)(ADDRESS_sc(6)) + IMM_u32(2);                               \
        if (TNI_UNLIKELY(end > mlen)) {                                                  \
            TRAP(MEMORY_BOUNDS);                                                         \
        } OUT_##d(T, fn(IN_##x(T, 12), (T)PEEK_##M(end))))
#define WITH_MEMORY(id, M, T, fn)                                                        \
    WITH_MEMORY_X(id, M, T, fn, a, a)                                                    \
    WITH_MEMORY_X(id, M, T, fn, a, s)                                                    \
    WITH_MEMORY_X(id, M, T, fn, s, a)                                                    \
    WITH_MEMORY_X(id, M, T, fn, s, s)

#define PAIR_X(name, k, m, T, x, d, result)                                              \
    OP(name##_##x##_##d, 2 + SIZE_##x(T) + SIZE_##k(T) + SIZE_##m(T),                    \
       const T l = IN_##x(T, 2);                                                         \
       const T r = IN_##k(T, 2 + SIZE_##x(T));                                           \
       const T z = IN_##m(T, 2 + SIZE_##x(T) + SIZE_##k(T)); OUT_##d(T, result))
#define PAIR_4(name, k, m, T, result)                                                    \
    PAIR_X(name, k, m, T, a, a, result)                                                  \
    PAIR_X(name, k, m, T, a, s, result)                                                  \
    PAIR_X(name, k, m, T, s, a, result)                                                  \
    PAIR_X(name, k, m, T, s, s, result)
#define PAIR(first, k, second, m, T, fn1, fn2)                                           \
    PAIR_4(first##k##_##second##m, k, m, T, fn2(fn1(l, r), z))
#define PAIR_SWAPPED(first, k, second, m, T, fn1, fn2)                                   \
    PAIR_4(first##k##_##second##m##_SWAPPED, k, m, T, fn2(z, fn1(l, r)))

/* Target, slot, step (constant, or slot for STEP_SLOT), what it is compared with. */
#define STEP_X(name, fn, k, y)                                                           \
    OP(                                                                                  \
        name##_##k##y, 6 + SIZE_##k(u32) + SIZE_##y(u32),                                \
        const u32 l = SLOT_u32(4) + IN_##k(u32, 6);                                      \
        const u32 r = IN_##y(u32, 6 + SIZE_##k(u32)); SET_SLOT_u32(4, l);                \
        SET_ACC_u32(l); if (fn(l, r)) { BRANCH_BACK(0); })
#define STEP(compare, fn)                                                                \
    STEP_X(STEP_##compare, fn, c, s)                                                     \
    STEP_X(STEP_##compare, fn, c, c)                                                     \
    STEP_X(STEP_##compare, fn, s, s)                                                     \
    STEP_X(STEP_##compare, fn, s, c)
