/* atomic.h: words that threads share without a lock. Compilers without the builtins of
 * GNU C get plain accesses: there an engine is used by one thread at a time. */
#ifndef TNI_ATOMIC_H
#define TNI_ATOMIC_H

#include "base/types.h"

#if defined(__GNUC__)

static inline size_t tni_atomic_load(const size_t *p) {
    return __atomic_load_n(p, __ATOMIC_RELAXED);
}

/* Writes value if *p is *expected; otherwise *expected is what *p was. */
static inline bool tni_atomic_replace(size_t *p, size_t *expected, size_t value) {
    return __atomic_compare_exchange_n(p, expected, value, true, __ATOMIC_RELAXED,
                                       __ATOMIC_RELAXED);
}

static inline void tni_atomic_subtract(size_t *p, size_t less) {
    (void)__atomic_fetch_sub(p, less, __ATOMIC_RELAXED);
}

/* A flag: what was written before it was raised is seen by whoever takes it down. From
 * signal handlers too. */
static inline void tni_flag_raise(u32 *flag) {
    __atomic_store_n(flag, 1, __ATOMIC_RELEASE);
}

/* Takes it down; whether it was raised. */
static inline bool tni_flag_take(u32 *flag) {
    return __atomic_load_n(flag, __ATOMIC_RELAXED) != 0 &&
           __atomic_exchange_n(flag, 0, __ATOMIC_ACQUIRE) != 0;
}

#else

static inline size_t tni_atomic_load(const size_t *p) {
    return *p;
}

static inline bool tni_atomic_replace(size_t *p, size_t *expected, size_t value) {
    (void)expected;
    *p = value;
    return true;
}

static inline void tni_atomic_subtract(size_t *p, size_t less) {
    *p -= less;
}

static inline void tni_flag_raise(u32 *flag) {
    *(volatile u32 *)flag = 1;
}

static inline bool tni_flag_take(u32 *flag) {
    bool raised = *(volatile u32 *)flag != 0;
    *(volatile u32 *)flag = 0;
    return raised;
}

#endif

#endif
