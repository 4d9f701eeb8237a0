/* dispatch.h: how the interpreter goes from one op to the next, in three styles:
 *
 *   tail    every op is a function that ends in a tail call of the next (clang's
 * musttail) goto    every op is a label of one function (labels as values, GNU C) switch
 * every op is a case of one switch (ISO C)
 *
 * -DTNI_DISPATCH_tail=1 and so on choose; without, the compiler does. What code looks
 * like (a cell is a handler's address or an id) follows from this and TNI_ENCODING_ID16,
 * so the translator includes it too; the macros below TNI_INTERPRETER are for interp.c
 * alone. */
#ifndef TNI_DISPATCH_H
#define TNI_DISPATCH_H

#if !TNI_DISPATCH_tail && !TNI_DISPATCH_goto && !TNI_DISPATCH_switch
#if defined(__clang__) && (defined(__x86_64__) || defined(__aarch64__))
#define TNI_DISPATCH_tail 1
#elif defined(__GNUC__) && !defined(__clang__)
#define TNI_DISPATCH_goto 1
#else
#define TNI_DISPATCH_switch 1
#endif
#endif

/* Whether a cell is an address; else it is the op's number. */
#if TNI_ENCODING_ID16 || TNI_DISPATCH_switch
#define TNI_CELL_IS_ID 1
#else
#define TNI_CELL_IS_ID 0
#endif

#ifdef TNI_INTERPRETER

#if TNI_DISPATCH_tail

#define PARAMETERS                                                                       \
    const u8 *ip, tni_slot *fp, u8 *mem, u64 mlen, tni_thread *t, u64 ai, f32 af, f64 ad
#define ARGUMENTS ip, fp, mem, mlen, t, ai, af, ad
#define USE_ARGUMENTS()                                                                  \
    ((void)ip, (void)fp, (void)mem, (void)mlen, (void)t, (void)ai, (void)af, (void)ad)
#define TAIL __attribute__((musttail)) return
#if TNI_CELL_IS_ID
#define GO() TAIL handlers[CELL_AT(ip)](ARGUMENTS)
#else
#define GO() TAIL (*(const handler *)ip)(ARGUMENTS)
#endif
/* On to an op that is not the next in the code, with ip where it is. */
#define GO_TO(name) TAIL x_##name(ARGUMENTS)
#define GO_TRAP()   TAIL trap(ARGUMENTS)
#define GO_POLL()   TAIL poll(ARGUMENTS)

#elif TNI_DISPATCH_goto

#if TNI_CELL_IS_ID
#define GO() goto *handlers[CELL_AT(ip)]
#else
#define GO() goto **(const void *const *)ip
#endif
#define GO_TO(name) goto x_##name
#define GO_TRAP()   goto trap
#define GO_POLL()   goto poll

#else

#define GO() goto again
#define GO_TO(name)                                                                      \
    do {                                                                                 \
        op = TNI_X_##name;                                                               \
        goto next;                                                                       \
    } while (0)
#define GO_TRAP() goto trap
#define GO_POLL() goto poll

#endif

#endif
#endif
