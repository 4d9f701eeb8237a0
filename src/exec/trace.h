/* trace.h: watching what is executed, instruction by instruction.
 *
 * An engine with a tracer translates every function in another way than one without: no
 * instruction is fused with another, and each tells the tracer what it takes and gives.
 * Code of engines without one is not changed in any way. The tracer is called from
 * whichever threads run the engine's stores, and calls nothing that runs code. */
#ifndef TNI_TRACE_H
#define TNI_TRACE_H

#include "core/op.h"
#include "exec/exec.h"

/* An instruction that is about to be executed (values: its operands), or that has been
 * and has results (values: these). Valid during the call. Blocks have no operands but the
 * condition of an `if`; a branch has those of its label, too; an `end` those that a
 * function returns. What only an instruction that goes on with the next leaves are its
 * results. */
typedef struct tni_trace_step {
    tni_thread *thread;
    const tni_module *module;
    tni_instance *instance;
    tni_op op;
    u32 func;   /* in the module's function space */
    u64 offset; /* of the instruction in the outermost binary */
    bool is_after;
    u32 count;
    const tni_valtype *types; /* closed */
    const tni_slot *values;   /* two slots for a v128 */
} tni_trace_step;

/* Something that a layer above exec does. Valid during the call. */
typedef struct tni_trace_event {
    const char *name;     /* as its specification has it: "canon lift", "lower_own" */
    const char *path;     /* whose doing it is: the names of the component instances */
    const tni_func *func; /* the core function that is concerned, or NULL */
    const char *detail;   /* or "" */
    bool is_result;       /* values are what it gives */
    u32 count;
    const tni_valtype *types; /* closed */
    const tni_slot *values;
} tni_trace_event;

/* So long are texts of events at most, with their 0. */
#define TNI_TRACE_TEXT_BYTES 512

typedef struct tni_tracer {
    void *user;
    void (*step)(void *user, const tni_trace_step *step);
    void (*event)(void *user, const tni_trace_event *event);
} tni_tracer;

#endif
