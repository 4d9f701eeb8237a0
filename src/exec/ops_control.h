/* ops_control.h: the ops that are not families of ops.def: copies, variables, control,
 * calls, tables, bulk memory. No include guard: included by ops.def, with OP defined.
 * Sizes and names as in ops_forms.h; the macros are taken back at the end. */

/* -- copies: destination, source. They leave the accumulators alone. -- */

#define COPIES(T)                                                                        \
    OP(COPY_##T##_s, 4, const T v = SLOT_##T(2); SET_SLOT_##T(0, v))                     \
    OP(COPY_##T##_a, 2, SET_SLOT_##T(0, ACC_##T))                                        \
    OP(COPY_##T##_c, 2 + (int)sizeof(T), const T v = IMM_##T(2); SET_SLOT_##T(0, v))
COPIES(u32)
COPIES(u64)
COPIES(f32)
COPIES(f64)
/* Two at once: destination, source, destination, source. */
OP(COPY2_u32, 8, SET_SLOT_u32(0, SLOT_u32(2)); SET_SLOT_u32(4, SLOT_u32(6)))
OP(COPY2_u64, 8, SET_SLOT_u64(0, SLOT_u64(2)); SET_SLOT_u64(4, SLOT_u64(6)))
OP(COPY_V128, 4, const tni_slot low = SLOT(2)[0]; const tni_slot high = SLOT(2)[1];
   SLOT(0)[0] = low; SLOT(0)[1] = high)
OP(CONST_V128, 18, SLOT(0)[0] = IMM_u64(2); SLOT(0)[1] = IMM_u64(10))
/* Several, downwards: destination, source, how many. */
OP(
    MOVE, 12, tni_slot *d = fp + IMM_u32(0); const tni_slot *s = fp + IMM_u32(4);
    for (u32 n = IMM_u32(8); n != 0; n--) {
        *d++ = *s++;
        KEEP_LOOP();
    })
/* Between the first 65,536 slots and the others. */
OP(FAR_LOAD, 6, *SLOT(0) = fp[IMM_u32(2)])
OP(FAR_STORE, 6, fp[IMM_u32(2)] = *SLOT(0))

/* -- locals -- */

/* First slot, count; the short forms have the slot in 16 bits, and the same size. */
OP(
    ZERO, 8, const u32 end = IMM_u32(0) + IMM_u32(4);
    for (u32 i = IMM_u32(0); i != end; i++) {
        fp[i] = 0;
        KEEP_LOOP();
    })
OP(ZERO_1, 8, tni_slot *p = SLOT(0); p[0] = 0)
OP(ZERO_2, 8, tni_slot *p = SLOT(0); p[0] = 0; p[1] = 0)
OP(ZERO_3, 8, tni_slot *p = SLOT(0); p[0] = 0; p[1] = 0; p[2] = 0)
OP(ZERO_4, 8, tni_slot *p = SLOT(0); p[0] = 0; p[1] = 0; p[2] = 0; p[3] = 0)
/* slot += constant, once and twice. */
OP(INC, 6, const u32 v = SLOT_u32(0) + IMM_u32(2); SET_SLOT_u32(0, v); SET_ACC_u32(v))
OP(INC2, 12, SET_SLOT_u32(0, SLOT_u32(0) + IMM_u32(2));
   const u32 v = SLOT_u32(6) + IMM_u32(8); SET_SLOT_u32(6, v); SET_ACC_u32(v))
/* Destination, shift, slot, what is shifted. */
#define ADD_SHIFTED(x, d)                                                                \
    OP(ADD_SHIFTED_##x##_##d, 6 + SIZE_##x(u32),                                         \
       OUT_##d(u32, SLOT_u32(4) + (IN_##x(u32, 6) << IMM_u16(2))))
ADD_SHIFTED(a, a)
ADD_SHIFTED(a, s)
ADD_SHIFTED(s, a)
ADD_SHIFTED(s, s)

/* Destination, condition, if not 0, if 0. */
#define SELECT_X(T, x, d)                                                                \
    OP(SELECT_##T##_##x##_##d, 6 + SIZE_##x(u32),                                        \
       const u32 pick = IN_##x(u32, 2) != 0 ? IMM_u16(2 + SIZE_##x(u32))                 \
                                            : IMM_u16(4 + SIZE_##x(u32));                \
       OUT_##d(T, tni_get_##T(fp + pick)))
#define SELECTS(T)                                                                       \
    SELECT_X(T, a, a)                                                                    \
    SELECT_X(T, a, s)                                                                    \
    SELECT_X(T, s, a)                                                                    \
    SELECT_X(T, s, s)
SELECTS(u32)
SELECTS(u64)
SELECTS(f32)
SELECTS(f64)
OP(SELECT_V128, 8, const u32 pick = SLOT_u32(2) != 0 ? IMM_u16(4) : IMM_u16(6);
   const tni_slot low = fp[pick]; const tni_slot high = fp[pick + 1]; SLOT(0)[0] = low;
   SLOT(0)[1] = high)

/* -- globals: destination, index; and index, value -- */

#define GLOBALS(T)                                                                       \
    OP(GLOBAL_GET_##T##_a, 6, SET_ACC_##T(tni_get_##T(t->globals[IMM_u32(2)]->value)))   \
    OP(GLOBAL_GET_##T##_s, 6, const T v = tni_get_##T(t->globals[IMM_u32(2)]->value);    \
       SET_SLOT_##T(0, v); SET_ACC_##T(v))                                               \
    OP(GLOBAL_SET_##T##_a, 4, tni_set_##T(t->globals[IMM_u32(0)]->value, ACC_##T))       \
    OP(GLOBAL_SET_##T##_s, 6, tni_set_##T(t->globals[IMM_u32(0)]->value, SLOT_##T(4)))   \
    OP(GLOBAL_SET_##T##_c, 4 + (int)sizeof(T),                                           \
       tni_set_##T(t->globals[IMM_u32(0)]->value, IMM_##T(4)))
GLOBALS(u32)
GLOBALS(u64)
GLOBALS(f32)
GLOBALS(f64)
OP(GLOBAL_GET_V128, 6, const tni_slot *v = t->globals[IMM_u32(2)]->value;
   SLOT(0)[0] = v[0]; SLOT(0)[1] = v[1])
OP(GLOBAL_SET_V128, 6, tni_slot *v = t->globals[IMM_u32(0)]->value; v[0] = SLOT(4)[0];
   v[1] = SLOT(4)[1])

/* -- branches: target, operands -- */

OP(BR_f, 4, BRANCH(0))
OP(BR_b, 4, BRANCH_BACK(0))
#define BRANCH_IF(name, T, x, condition)                                                 \
    OP(                                                                                  \
        name##_##x##_f, 4 + SIZE_##x(T), const T v = IN_##x(T, 4);                       \
        if (condition) { BRANCH(0); })                                                   \
    OP(                                                                                  \
        name##_##x##_b, 4 + SIZE_##x(T), const T v = IN_##x(T, 4);                       \
        if (condition) { BRANCH_BACK(0); })
BRANCH_IF(BR_IF, u32, a, v != 0)
BRANCH_IF(BR_IF, u32, s, v != 0)
BRANCH_IF(BR_UNLESS, u32, a, v == 0)
BRANCH_IF(BR_UNLESS, u32, s, v == 0)
BRANCH_IF(BR_IF64, u64, a, v != 0)
BRANCH_IF(BR_IF64, u64, s, v != 0)
BRANCH_IF(BR_UNLESS64, u64, a, v == 0)
BRANCH_IF(BR_UNLESS64, u64, s, v == 0)
/* Count, index; then count + 1 targets of 32 bits, all relative to this op. */
#define BRANCH_TABLE(x)                                                                  \
    OP(BR_TABLE_##x, 4 + SIZE_##x(u32), const u32 count = IMM_u32(0);                    \
       const u32 v = IN_##x(u32, 4); const u32 i = v < count ? v : count;                \
       BRANCH_POLL(tni_imm_u32(ip + TNI_OP_BYTES(4 + SIZE_##x(u32)) + (size_t)i * 4)))
BRANCH_TABLE(a)
BRANCH_TABLE(s)
OP(UNREACHABLE, 0, TRAP(UNREACHABLE))
OP(
    TRAP_NULL, 2, if (TNI_UNLIKELY(*SLOT(0) == 0)) { TRAP(NULL_REFERENCE); })

/* -- calls: function, base of its frame, its header from fp. Core 3.0, 4.6.10 --
 *
 * Accumulators are free here: ai holds the function, or what the slow form needs, which
 * spares handlers a register. What leaves the instance has ops of its own, which no code
 * contains, so that C calls do not cost the fast ones their registers. */

OP(CALL, 8, ai = (u64)(uintptr_t)OWN_FUNC(IMM_u32(0)); HIDE(ai);
   ENTER(IMM_u16(4), IMM_u16(6), 8))
OP(
    CALL_ANY, 12, ai = (u64)(uintptr_t)t->instance->funcs[IMM_u32(0)];
    if (TNI_UNLIKELY(LEAVES_INSTANCE(FUNC))) {
        GO_TO(CALL_ANY_SLOW);
    } ENTER(IMM_u32(4), IMM_u32(8), 12))
OP(CALL_ANY_SLOW, 12, ENTER_SLOW(IMM_u32(4), 12))
#define CALL_TABLE0(x)                                                                   \
    OP(                                                                                  \
        CALL_INDIRECT_##x, 8 + SIZE_##x(u32), const u32 i = IN_##x(u32, 8);              \
        if (TNI_UNLIKELY(i >= t->table0->size)) { TRAP(UNDEFINED_ELEMENT); } ai =        \
            t->table0->elements[i];                                                      \
        if (TNI_UNLIKELY(ai == 0 || FUNC->type_id != IMM_u32(0) ||                       \
                         FUNC->instance != t->instance)) {                               \
            ai = i;                                                                      \
            GO_TO(CALL_INDIRECT_SLOW_##x);                                               \
        } ENTER(IMM_u16(4), IMM_u16(6), 8 + SIZE_##x(u32)))                              \
    OP(CALL_INDIRECT_SLOW_##x, 8 + SIZE_##x(u32), tni_func *f = NULL;                    \
       CALL_C(tni_table_func(t, 0, (u32)ai, IMM_u32(0), &f)); ai = (u64)(uintptr_t)f;    \
       ENTER_SLOW(IMM_u16(4), 8 + SIZE_##x(u32)))
CALL_TABLE0(a)
CALL_TABLE0(s)
/* Type, table, base, header, index. */
OP(CALL_INDIRECT_ANY, 18, tni_func *f = NULL;
   CALL_C(tni_table_func(t, IMM_u32(4), TABLE_INDEX(IMM_u32(4), SLOT(16)), IMM_u32(0),
                         &f));
   ai = (u64)(uintptr_t)f; ENTER_SLOW(IMM_u32(8), 18))
OP(
    CALL_REF, 10, ai = *SLOT(8); if (TNI_UNLIKELY(ai == 0)) {
        TRAP(NULL_FUNCTION);
    } if (TNI_UNLIKELY(LEAVES_INSTANCE(FUNC))) {
        GO_TO(CALL_REF_SLOW);
    } ENTER(IMM_u32(0), IMM_u32(4), 10))
OP(CALL_REF_SLOW, 10, ENTER_SLOW(IMM_u32(0), 10))
/* Function, own header, arguments. */
OP(RETURN_CALL, 12, SAVE();
   CALL_C(tni_enter_tail(t, t->instance->funcs[IMM_u32(0)], IMM_u32(4), IMM_u32(8)));
   RESTORE(); POLL_GO())
/* Type, table, own header, arguments, index. */
OP(RETURN_CALL_INDIRECT, 18, tni_func *f = NULL;
   CALL_C(tni_table_func(t, IMM_u32(4), TABLE_INDEX(IMM_u32(4), SLOT(16)), IMM_u32(0),
                         &f));
   CALL_C(tni_enter_tail(t, f, IMM_u32(8), IMM_u32(12))); RESTORE(); POLL_GO())
OP(
    RETURN_CALL_REF, 10, tni_func *f = (tni_func *)(uintptr_t)*SLOT(8);
    if (TNI_UNLIKELY(f == NULL)) {
        TRAP(NULL_FUNCTION);
    } CALL_C(tni_enter_tail(t, f, IMM_u32(0), IMM_u32(4)));
    RESTORE(); POLL_GO())

/* Header, and for one result its value, which the accumulator has afterwards too. */
#define RETURN_X(T, x)                                                                   \
    OP(RETURN_##T##_##x, 2 + SIZE_##x(T), const T v = IN_##x(T, 2);                      \
       const tni_slot *h = SLOT(0); tni_set_##T(fp, v); SET_ACC_##T(v);                  \
       ip = (const u8 *)(uintptr_t)h[0]; fp = FP_DOWN(fp, h[1]); GO())
#define RETURNS(T)                                                                       \
    RETURN_X(T, a)                                                                       \
    RETURN_X(T, s)                                                                       \
    RETURN_X(T, c)
RETURNS(u32)
RETURNS(u64)
RETURNS(f32)
RETURNS(f64)
OP(RETURN, 2, const tni_slot *h = SLOT(0); ip = (const u8 *)(uintptr_t)h[0];
   fp = FP_DOWN(fp, h[1]); GO())

/* -- exceptions: tag, slot of its arguments; slot -- */

OP(THROW, 8, CALL_C(tni_op_throw(t, IMM_u32(0), fp + IMM_u32(4))); RESTORE(); POLL_GO())
OP(THROW_REF, 4, CALL_C(tni_op_throw_ref(t, fp[IMM_u32(0)])); RESTORE(); POLL_GO())

/* -- stubs: code that no function has (tni_func.entry, .resume) -- */

OP(ENTER_WASM, 0, tni_func *f = FUNC_OF_ENTRY(); CALL_C(tni_func_ready(t, f));
   ip = f->code; fp = t->fp; GO())
/* A native's results are where its frame is; the stack moves when it calls. */
OP(
    ENTER_NATIVE, 0, tni_func *f = FUNC_OF_ENTRY(); SAVE(); t->top = fp + f->frame_slots;
    const size_t at = (size_t)(fp - t->stack.base);
    for (tni_slot *p = fp + f->header + TNI_HEADER_SLOTS; p != t->top; p++) {
        *p = 0;
        KEEP_LOOP();
    } CALL_C(tni_native_next(t, f, f->native->enter(t, f, fp)));
    if (TNI_UNLIKELY(t->suspended)) {
        return TENON_OK;
    } RESTORE_RESULT(t->stack.base + at);
    GO())
OP(
    RESUME_NATIVE, 0, tni_func *f = FUNC_OF_RESUME(); const tni_why why = t->why; SAVE();
    t->why = TNI_WHY_RETURNED; t->top = fp + f->frame_slots;
    const size_t at = (size_t)(fp - t->stack.base);
    CALL_C(tni_native_next(t, f, f->native->resume(t, f, fp, why)));
    if (TNI_UNLIKELY(t->suspended)) {
        return TENON_OK;
    } RESTORE_RESULT(t->stack.base + at);
    GO())
/* Where a call has no room: FUNC, base and return are in the thread. */
OP(ENTER_GROWING, 0, CALL_C(tni_enter(t, t->callee, fp + t->callee_base, t->return_ip));
   RESTORE(); POLL_GO())
OP(LEAVE_LINK, 0, SAVE(); const tni_slot *results = tni_leave_link(t);
   RESTORE_RESULT(results); GO())
OP(EXIT, 0, SAVE(); return TENON_OK)
/* Between the instructions of code that is traced. */
OP(TRACE, 8, SAVE(); tni_op_trace(t, IMM_u64(0)))
/* Where a run begins: takes ip and fp from the thread. */
OP(START, 0, RESTORE(); GO())

/* -- memory and tables -- */

OP(MEMORY_SIZE_a, 6, const tni_memory *m = t->instance->memories[IMM_u32(2)];
   SET_ACC_u64(m->bytes >> m->type.page_log2))
OP(MEMORY_SIZE_s, 6, const tni_memory *m = t->instance->memories[IMM_u32(2)];
   const u64 v = m->bytes >> m->type.page_log2; SET_SLOT_u64(0, v); SET_ACC_u64(v))
/* Destination, operand, memory. */
OP(MEMORY_GROW, 8, SAVE(); const u64 v = tni_op_memory_grow(t, SLOT(2), IMM_u32(4));
   LOAD_MEMORY(); SET_SLOT_u64(0, v))
/* Three operands, indices. */
OP(MEMORY_INIT, 14,
   CALL_C(tni_op_memory_init(t, SLOT(0), SLOT(2), SLOT(4), IMM_u32(6), IMM_u32(10))))
OP(MEMORY_COPY, 14,
   CALL_C(tni_op_memory_copy(t, SLOT(0), SLOT(2), SLOT(4), IMM_u32(6), IMM_u32(10))))
OP(MEMORY_FILL, 10, CALL_C(tni_op_memory_fill(t, SLOT(0), SLOT(2), SLOT(4), IMM_u32(6))))
OP(DATA_DROP, 4, tni_data_drop(t->instance, IMM_u32(0)))
OP(TABLE_INIT, 14,
   CALL_C(tni_op_table_init(t, SLOT(0), SLOT(2), SLOT(4), IMM_u32(6), IMM_u32(10))))
OP(TABLE_COPY, 14,
   CALL_C(tni_op_table_copy(t, SLOT(0), SLOT(2), SLOT(4), IMM_u32(6), IMM_u32(10))))
OP(TABLE_FILL, 10, CALL_C(tni_op_table_fill(t, SLOT(0), SLOT(2), SLOT(4), IMM_u32(6))))
OP(ELEM_DROP, 4, tni_elem_drop(t->instance, IMM_u32(0)))
/* Destination, index, table. */
OP(TABLE_GET, 8, CALL_C(tni_op_table_get(t, SLOT(2), IMM_u32(4), SLOT(0))))
/* Index, value, table. */
OP(TABLE_SET, 8, CALL_C(tni_op_table_set(t, SLOT(0), *SLOT(2), IMM_u32(4))))
/* Destination, value, count, table. */
OP(TABLE_GROW, 10, SAVE();
   const u64 v = tni_op_table_grow(t, SLOT(4), *SLOT(2), IMM_u32(6)); SET_SLOT_u64(0, v))
OP(TABLE_SIZE, 6, SET_SLOT_u64(0, t->instance->tables[IMM_u32(2)]->size))
OP(REF_FUNC, 6, *SLOT(0) = tni_ref_func(t->instance->funcs[IMM_u32(2)]))

/* -- vectors: destination, function, operands and lane -- */

OP(SIMD, 10, tni_simd_ops[IMM_u16(2)](IMM(0), fp))
OP(SHUFFLE, 22, tni_simd_shuffle(IMM(0), fp))
/* And bytes, end (offset + bytes); or bytes, memory, offset. */
OP(
    SIMD_MEMORY, 16, const u64 end = (u64)SLOT_u32(4) + IMM_u32(12);
    if (TNI_UNLIKELY(end > mlen)) {
        TRAP(MEMORY_BOUNDS);
    } tni_simd_memory_ops[IMM_u16(2)](IMM(0), fp, mem + (size_t)(end - IMM_u16(10))))
OP(
    SIMD_MEMORY_ANY, 24,
    u8 *p = tni_op_address(t, SLOT(4), IMM_u32(12), IMM_u64(16), IMM_u16(10));
    if (TNI_UNLIKELY(p == NULL)) {
        TRAP(MEMORY_BOUNDS);
    } tni_simd_memory_ops[IMM_u16(2)](IMM(0), fp, p))

/* -- aggregates: first operand and result, instruction, its immediates -- */

OP(GC, 14,
   CALL_C(tni_gc_op(t, (tni_op)IMM_u16(4), IMM_u32(6), IMM_u32(10), fp + IMM_u32(0))))
/* Destination, reference, type. */
OP(REF_FITS, 8, const bool fits = tni_ref_matches(t->store, *SLOT(2), IMM_u32(4));
   SET_SLOT_u32(0, fits))
/* Destination, structure, slot of the field. */
#define OBJECT(at, error)                                                                \
    if (TNI_UNLIKELY(*SLOT(at) == TNI_REF_NULL)) {                                       \
        TRAP(error);                                                                     \
    }                                                                                    \
    tni_object *o = tni_object_of(*SLOT(at))
#define STRUCT_GET_PACKED(T)                                                             \
    OP(STRUCT_GET_##T, 6, OBJECT(2, NULL_STRUCT);                                        \
       SET_SLOT_u32(0, (u32)(T)tni_object_slots(o)[IMM_u16(4)]))
OP(STRUCT_GET, 6, OBJECT(2, NULL_STRUCT); *SLOT(0) = tni_object_slots(o)[IMM_u16(4)])
OP(STRUCT_GET_V128, 6, OBJECT(2, NULL_STRUCT);
   const tni_slot *v = tni_object_slots(o) + IMM_u16(4); SLOT(0)[0] = v[0];
   SLOT(0)[1] = v[1])
STRUCT_GET_PACKED(i8)
STRUCT_GET_PACKED(u8)
STRUCT_GET_PACKED(i16)
STRUCT_GET_PACKED(u16)
/* Structure, value, slot of the field. */
OP(STRUCT_SET, 6, OBJECT(0, NULL_STRUCT); tni_object_slots(o)[IMM_u16(4)] = *SLOT(2))
OP(STRUCT_SET_V128, 6, OBJECT(0, NULL_STRUCT);
   tni_slot *v = tni_object_slots(o) + IMM_u16(4); v[0] = SLOT(2)[0]; v[1] = SLOT(2)[1])
/* Destination, array, index; and array, index, value. */
#define ELEMENT(at, T)                                                                   \
    OBJECT(at, NULL_ARRAY);                                                              \
    const u32 i = SLOT_u32((at) + 2);                                                    \
    if (TNI_UNLIKELY(i >= o->length)) {                                                  \
        TRAP(ARRAY_BOUNDS);                                                              \
    }                                                                                    \
    u8 *p = tni_array_bytes(o) + (size_t)i * sizeof(T)
#define ARRAY_GET(T, S)                                                                  \
    OP(ARRAY_GET_##T, 6, ELEMENT(2, T); T v; memcpy(&v, p, sizeof v);                    \
       SET_SLOT_##S(0, (S)v))
#define ARRAY_SET(T, S)                                                                  \
    OP(ARRAY_SET_##T, 6, ELEMENT(0, T); const T v = (T)SLOT_##S(4);                      \
       memcpy(p, &v, sizeof v))
ARRAY_GET(i8, u32)
ARRAY_GET(u8, u32)
ARRAY_GET(i16, u32)
ARRAY_GET(u16, u32)
ARRAY_GET(u32, u32)
ARRAY_GET(u64, u64)
ARRAY_SET(u8, u32)
ARRAY_SET(u16, u32)
ARRAY_SET(u32, u32)
ARRAY_SET(u64, u64)
OP(ARRAY_GET_V128, 6, ELEMENT(2, tni_slot[2]); memcpy(SLOT(0), p, 16))
OP(ARRAY_SET_V128, 6, ELEMENT(0, tni_slot[2]); memcpy(p, SLOT(4), 16))
/* Destination, operand. */
OP(ARRAY_LEN, 4, OBJECT(2, NULL_ARRAY); SET_SLOT_u32(0, o->length))
OP(REF_I31, 4, *SLOT(0) = tni_ref_i31(SLOT_u32(2)))
OP(
    I31_GET_S, 4, const u64 r = *SLOT(2); if (TNI_UNLIKELY(r == TNI_REF_NULL)) {
        TRAP(NULL_I31);
    } SET_SLOT_u32(0, (u32)((i32)(u32)r >> 1)))
OP(
    I31_GET_U, 4, const u64 r = *SLOT(2);
    if (TNI_UNLIKELY(r == TNI_REF_NULL)) { TRAP(NULL_I31); } SET_SLOT_u32(0, (u32)r >> 1))

/* -- atomics: destination, instruction, operands, memory, offset -- */

OP(ATOMIC, 22, CALL_C(tni_op_atomic(t, IMM(0), fp)))
/* It may suspend the thread, and is executed again when that goes on. */
OP(
    ATOMIC_WAIT, 22,
    if (t->park != TNI_PARK_NONE) {
        ai = t->waiter->ai;
        af = t->waiter->af;
        ad = t->waiter->ad;
    } CALL_C(tni_op_atomic(t, IMM(0), fp));
    if (TNI_UNLIKELY(t->suspended)) {
        t->waiter->ai = ai;
        t->waiter->af = af;
        t->waiter->ad = ad;
        return TENON_OK;
    })

/* -- 128-bit arithmetic: destination, operands, low halves first -- */

OP(ADD128, 10, const u64 low = SLOT_u64(2) + SLOT_u64(6);
   const u64 high = SLOT_u64(4) + SLOT_u64(8) + (low < SLOT_u64(2)); SLOT(0)[0] = low;
   SLOT(0)[1] = high)
OP(SUB128, 10, const u64 low = SLOT_u64(2) - SLOT_u64(6);
   const u64 high = SLOT_u64(4) - SLOT_u64(8) - (SLOT_u64(2) < SLOT_u64(6));
   SLOT(0)[0] = low; SLOT(0)[1] = high)
OP(MUL_WIDE_S, 6, const u64 l = SLOT_u64(2); const u64 r = SLOT_u64(4);
   SLOT(0)[0] = l * r; SLOT(0)[1] = tni_i64_mul_high_s(l, r))
OP(MUL_WIDE_U, 6, const u64 l = SLOT_u64(2); const u64 r = SLOT_u64(4);
   SLOT(0)[0] = l * r; SLOT(0)[1] = tni_i64_mul_high_u(l, r))

#undef COPIES
#undef ADD_SHIFTED
#undef SELECT_X
#undef SELECTS
#undef GLOBALS
#undef BRANCH_IF
#undef BRANCH_TABLE
#undef CALL_TABLE0
#undef RETURN_X
#undef RETURNS
#undef OBJECT
#undef STRUCT_GET_PACKED
#undef ELEMENT
#undef ARRAY_GET
#undef ARRAY_SET
