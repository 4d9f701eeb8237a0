/* task.h: tasks, threads, waitables: what the asynchronous part of the canonical ABI
 * keeps. CanonicalABI.md, "Concurrency", "Waitable State", "Subtask State", "Buffer
 * State" and after.
 *
 * Strands. A strand is a stack of the exec layer. A thread in the specification's sense
 * (tni_cthread) runs on a strand: at its bottom, or, when it is a synchronous call, on
 * top of the thread that called; only the topmost thread of a strand ever runs or is
 * resumed. The running strand has a chain of resumers below it, to each of which control
 * goes back when the one above blocks or ends: this is the nesting of Thread.resume,
 * without nesting C calls. The chain ends at a call from C (sched.c). */
#ifndef TNI_TASK_H
#define TNI_TASK_H

#include "component/hostcall.h"
#include "component/link.h"

typedef struct tni_task tni_task;
typedef struct tni_cthread tni_cthread;
typedef struct tni_strand tni_strand;
typedef struct tni_subtask tni_subtask;
typedef struct tni_waitable tni_waitable;
typedef struct tni_waitable_set tni_waitable_set;
typedef struct tni_end tni_end;

/* -- threads and who runs them -- */

struct tni_strand {
    tni_thread *t;
    tni_strand *resumer; /* where control goes when the top thread blocks; NULL: to C */
    tni_cthread *top;
    bool looping; /* its top thread, of a synchronous task, has blocked, and other threads
                     of the instance run in the meantime (canon_lift's loop) */
    tni_strand *next; /* of all, or of the free ones */
    tni_strand *next_free;
};

/* What a thread waits for: Thread.ready_func. */
typedef enum tni_wait_kind {
    TNI_WAIT_NONE,         /* not waiting: running or suspended */
    TNI_WAIT_READY,        /* ready: it yielded, or is to be resumed later */
    TNI_WAIT_SUBTASK,      /* object is resolved */
    TNI_WAIT_EVENT,        /* object, a waitable, has an event */
    TNI_WAIT_SET,          /* object, a set, has an event */
    TNI_WAIT_SET_UNLOCKED, /* and nobody holds the instance's exclusive lock */
    TNI_WAIT_UNLOCKED,
    TNI_WAIT_ENTER,  /* no backpressure */
    TNI_WAIT_MEMORY, /* memory.atomic.wait: object, its tni_thread, was notified or its
                        time is over */
} tni_wait_kind;

struct tni_cthread {
    tni_task *task;
    tni_cinstance *inst;
    tni_strand *strand;
    tni_cthread *below; /* on the same strand: who called synchronously */
    u32 index;          /* in inst->threads; 0: none */
    u64 ctx[2];         /* Thread.storage, while another thread runs */
    tni_wait_kind wait;
    void *object;
    bool cancellable;
    bool cancelled; /* resumed with Cancelled.TRUE */
    bool running;   /* in the chain; else waiting or suspended */
    tni_cthread *next_waiting, *prev_waiting; /* Store.waiting, oldest first */
    tni_cthread *next_in_task;
    tni_func *start; /* of an explicit thread */
    u64 argument;
};

typedef enum tni_task_state {
    TNI_TASK_INITIAL,
    TNI_TASK_STARTED,
    TNI_TASK_PENDING_CANCEL,
    TNI_TASK_CANCEL_DELIVERED,
    TNI_TASK_RESOLVED,
} tni_task_state;

struct tni_task {
    const tni_link *link; /* NULL: a start function of a core module */
    tni_cinstance *inst;
    tni_task_state state;
    bool is_async;         /* of an async-typed function */
    bool needs_exclusive;  /* Task.needs_exclusive */
    tni_scope *scope;      /* or NULL */
    tni_subtask *subtask;  /* that a component called by lowering; or NULL */
    tni_host_caller *host; /* that the host called; or NULL (also synchronous calls) */
    tni_cthread *implicit;
    tni_cthread *threads;
    u32 thread_count;
    tni_slot result; /* flat, for post-return */
    tni_task *next_free;
};

/* -- waitables -- */

typedef enum tni_event_code {
    TNI_EVENT_NONE,
    TNI_EVENT_SUBTASK,
    TNI_EVENT_STREAM_READ,
    TNI_EVENT_STREAM_WRITE,
    TNI_EVENT_FUTURE_READ,
    TNI_EVENT_FUTURE_WRITE,
    TNI_EVENT_TASK_CANCELLED,
} tni_event_code;

typedef struct tni_event {
    u32 code, index, payload;
} tni_event;

struct tni_waitable {
    tni_handle_kind kind; /* which of the structs that begin with a waitable */
    u32 index;            /* in its instance's table */
    bool pending;         /* has an event */
    bool has_sync_waiter;
    tni_waitable_set *set;
    tni_waitable *next, *prev; /* in the set */
};

struct tni_waitable_set {
    tni_waitable *first, *last;
    u32 num_waiting;
    tni_waitable_set *next_free;
};

typedef enum tni_subtask_state {
    TNI_SUBTASK_STARTING,
    TNI_SUBTASK_STARTED,
    TNI_SUBTASK_RETURNED,
    TNI_SUBTASK_CANCELLED_BEFORE_STARTED,
    TNI_SUBTASK_CANCELLED_BEFORE_RETURNED,
} tni_subtask_state;

struct tni_subtask {
    tni_waitable waitable;
    tni_subtask_state state;
    const tni_link *link;
    tni_task *task;   /* the callee's; NULL once that has ended */
    tni_scope *scope; /* lenders, until the resolution is delivered */
    bool resolve_delivered;
    bool cancellation_requested;
    bool in_table;
    tenon_pending *pending;                 /* the host's, that it waits for; or NULL */
    tni_slot flat[TNI_MAX_FLAT_PARAMS + 1]; /* arguments, for when the callee starts */
    tni_slot out;                           /* flat result */
    tni_subtask *next_free;
};

/* -- streams and futures -- */

typedef struct tni_shared {
    const tenon_type *type; /* the stream or future type, in the slots of who made it */
    tni_resource_type *const *slots;
    bool dropped;
    tni_end *pending; /* whose buffer waits */
    u32 ends;         /* that still exist */
    struct tni_shared *next_free;
} tni_shared;

typedef enum tni_copy_state {
    TNI_COPY_IDLE,
    TNI_COPY_COPYING,
    TNI_COPY_CANCELLING,
    TNI_COPY_DONE,
} tni_copy_state;

typedef enum tni_copy_result {
    TNI_COPY_COMPLETED,
    TNI_COPY_DROPPED,
    TNI_COPY_CANCELLED,
} tni_copy_result;

/* An end, with the buffer of its copy in progress. */
struct tni_end {
    tni_waitable waitable;
    tni_shared *shared;
    tni_cinstance *inst;
    tni_copy_state state;
    tni_copy_result result; /* of the event */
    bool reclaims;          /* delivering the event takes the buffer back */
    const tenon_type *type; /* as inst numbers resources */
    tni_side_options side;  /* of the buffer */
    u64 ptr;
    u32 length;
    u32 progress;
    tni_arena *arena; /* of a host's end: for what it reads; or NULL */
    tenon_copy_fn fn; /* who hears the end of its copy */
    void *data;
    tni_end *next_free;
};

/* -- the store's part -- */

typedef enum tni_request_kind {
    TNI_REQUEST_NONE,
    TNI_REQUEST_BLOCK,  /* the top thread waits or is suspended */
    TNI_REQUEST_CALL,   /* run strand until it blocks or ends, then this one goes on */
    TNI_REQUEST_SWITCH, /* the top thread is as in BLOCK, and strand takes its place */
    TNI_REQUEST_FREEZE, /* the whole chain stays as it is until the host answers */
} tni_request_kind;

/* What a run of a chain of strands was begun with. */
typedef struct tni_run {
    tni_cinstance *entered; /* with all around it, until the chain ends; or NULL */
    tni_host_caller *host;  /* whose call it is; or NULL */
    bool takes_turns;       /* it pauses at the end of a slice (tni_store_set_slice) */
} tni_run;

/* An answer that a host function still owes. pending.c. */
struct tenon_pending {
    tenon_call call;
    const tni_link *link;
    tni_arena arena; /* the result and what it points to */
    void *result;
    tenon_pending_fn fn;
    void *data;
    tni_subtask *subtask; /* of an async-typed function; NULL: a chain is frozen */
    tni_strand *strand;   /* the top of a frozen chain */
    tni_run run;          /* of it */
    tni_scope *scope;     /* of a frozen call; or NULL */
    tni_slot pointer;     /* where the caller wants its result */
    bool ended;           /* answered: in the list of those */
    bool cancelled;
    void *again; /* the function is to be called again, with this; or NULL */
    tenon_status status;
    tenon_error *error; /* for a status that is not TENON_OK; or NULL */
    tenon_pending *next, *prev;
    tenon_pending *next_posted;
};

/* Asynchronous state of a store. */
typedef struct tni_async {
    tni_strand *running; /* NULL: no thread runs */
    tni_request_kind request;
    tni_strand *request_strand;
    tni_cthread *first_waiting, *last_waiting;
    u32 nesting;        /* calls from C in progress */
    const tni_run *run; /* of the innermost */
    bool polling;       /* the outermost comes back when a chain freezes or pauses */
    bool froze;         /* and so it has */
    tni_strand *paused; /* the top of the chain whose turn was over; or NULL. Nothing else
                           of the store runs before it has blocked or ended: */
    tni_run paused_run;
    tni_host_caller *queue, **queue_end; /* what the host has asked for meanwhile */
    tenon_pending *request_pending;
    tenon_pending *pending; /* those not answered yet */
    tenon_pending *ended, *last_ended;
    tenon_pending *posted; /* under the engine's lock */
    u32 pending_count;
    tni_waitable_set host_set; /* the host's ends whose copy is in progress */
    tenon_error pending_error; /* what tenon_call_fail fills before tenon_pending_end */
    tni_strand *strands, *free_strands;
    tni_cthread *free_threads;
    tni_task *free_tasks;
    tni_subtask *free_subtasks;
    tni_waitable_set *free_sets;
    tni_shared *free_shared;
    tni_end *free_ends;
    tni_func *run_task, *run_thread; /* bottom frames */
} tni_async;

/* Makes the store's asynchronous part, once a component needs it. */
tenon_status tni_async_start(tni_cstore *cs, tenon_error *e);
void tni_async_free(tni_cstore *cs);
/* Everything in progress ends, without a word to guests. */
void tni_async_end_all(tni_cstore *cs);

static inline tni_cthread *tni_current_thread(const tni_cstore *cs) {
    return cs->async == NULL || cs->async->running == NULL ? NULL
                                                           : cs->async->running->top;
}

/* -- sched.c -- */

/* A strand of f(argument), not yet running. */
tenon_status tni_strand_new(tni_cstore *cs, tni_func *f, void *argument, tni_strand **out,
                            tenon_error *e);
/* Changes the argument before it has run. */
void tni_strand_argument(tni_strand *s, void *argument);
/* Runs a strand from C until control comes back to C: the strand and all it called have
 * blocked or ended. */
tenon_status tni_run_strand(tni_cstore *cs, tni_strand *s, tni_run run, tenon_error *e);
/* The same with a chain that was frozen. */
tenon_status tni_run_frozen(tni_cstore *cs, tni_strand *s, tni_run run, tenon_error *e);
/* Whether a chain has paused, or something waits for that to go on. */
static inline bool tni_is_paused(const tni_cstore *cs) {
    return cs->async != NULL && cs->async->nesting == 0 &&
           (cs->async->paused != NULL || cs->async->queue != NULL);
}
/* For what enters guests at once: what has paused goes on until it blocks or ends, and
 * what waits for that is done. */
tenon_status tni_settle(tni_cstore *cs, tenon_error *e);
/* Ends a frozen chain: its frames are unwound. */
void tni_give_up_frozen(tni_cstore *cs, tni_strand *s);
/* Whether a host function may freeze the chain that called it. */
bool tni_can_freeze(const tni_cstore *cs);
/* For natives: the chain stays as it is until p has its answer; then the native is
 * resumed. */
tni_next tni_freeze(tni_cstore *cs, tenon_pending *p);
/* Store.tick: hands over an answer of the host, or resumes the oldest ready thread.
 * *idle: there was neither. */
tenon_status tni_tick(tni_cstore *cs, bool *idle, tenon_error *e);

/* Thread.ready. */
bool tni_is_ready(const tni_cthread *t);
void tni_start_waiting(tni_cstore *cs, tni_cthread *t, tni_wait_kind kind, void *object);
void tni_stop_waiting(tni_cstore *cs, tni_cthread *t);
/* For natives: the current thread waits, then the native is resumed. */
tni_next tni_wait(tni_cstore *cs, tni_wait_kind kind, void *object, bool cancellable);
/* The current thread is suspended until another resumes it. */
tni_next tni_suspend(tni_cstore *cs, bool cancellable);
/* Another strand runs until it blocks or ends; then the native is resumed. */
tni_next tni_call_strand(tni_cstore *cs, tni_strand *s);
/* The thread goes on where the current one was; the current one is as tni_wait or
 * tni_suspend (kind NONE) leaves it. */
tni_next tni_switch_to(tni_cstore *cs, tni_cthread *to, tni_wait_kind kind,
                       bool cancellable);
/* Whether the current thread can block: it is not a synchronous task's own, or another
 * thread of its instance could run. Else the trap. */
tenon_status tni_may_block(tni_cstore *cs, tenon_error *e);

/* -- started.c -- */

/* Whether what runs comes back when it freezes or pauses, from now on; what was so. */
bool tni_set_polling(tni_cstore *cs, bool polling);
/* Does the first of what the host has asked for. */
tenon_status tni_queue_next(tni_cstore *cs, tenon_error *e);

/* -- cthread.c -- */

tenon_status tni_cthread_new(tni_cstore *cs, tni_task *task, tni_strand *strand,
                             tni_cthread **out, tenon_error *e);
/* Task.register_thread, unregister_thread. */
tenon_status tni_register_thread(tni_cstore *cs, tni_cthread *t, tenon_error *e);
tenon_status tni_unregister_thread(tni_cstore *cs, tni_cthread *t, tenon_error *e);
void tni_cthread_free(tni_cstore *cs, tni_cthread *t);

extern const tni_native tni_native_thread;

/* -- task.c -- */

extern const tni_native tni_native_task;

void tni_task_free(tni_cstore *cs, tni_task *task);
/* A task and its thread for a synchronous call on the running strand (l NULL: a start
 * function). */
tenon_status tni_sync_begin(tni_cstore *cs, const tni_link *l, tni_cinstance *inst,
                            tni_cthread **out, tenon_error *e);
tenon_status tni_sync_end(tni_cstore *cs, tni_cthread *t, tenon_error *e);
/* A task of an async-typed function, on a strand of its own that has not run yet. */
tenon_status tni_task_start(tni_cstore *cs, const tni_link *l, tni_task **out,
                            tenon_error *e);
/* Task.request_cancellation, by the host. */
tenon_status tni_task_cancel(tni_cstore *cs, tni_task *task, tenon_error *e);
/* Calls an async-typed function from the host, until it has resolved. */
tenon_status tni_call_async(tni_cfunc *f, tni_host_caller *host, tenon_error *e);
/* Store.invoke of an async-typed function: it runs until it blocks or has ended. `host`
 * stays where it is until it is resolved. */
tenon_status tni_call_async_start(tni_cfunc *f, tni_host_caller *host, bool takes_turns,
                                  tenon_error *e);
/* The same of any other function (canon.c). */
tenon_status tni_call_sync_start(tni_cfunc *f, tni_host_caller *host, bool takes_turns,
                                 tenon_error *e);
/* Until the call is not running any more: ticks, and waits for the host's answers. */
tenon_status tni_run_until_over(tni_cstore *cs, tni_host_caller *host, tenon_error *e);
bool tni_has_backpressure(const tni_task *task);
/* Task.request_cancellation: *resume is the strand to run for it, or NULL. */
void tni_request_cancellation(tni_cstore *cs, tni_task *task, tni_cinstance *caller,
                              tni_strand **resume);
bool tni_deliver_pending_cancel(tni_task *task, bool cancellable);
extern const tni_native tni_native_lower_async;

/* -- waitable.c -- */

void tni_waitable_init(tni_waitable *w, tni_handle_kind kind);
void tni_waitable_join(tni_waitable *w, tni_waitable_set *set);
tni_event tni_take_event(tni_cstore *cs, tni_waitable *w);
bool tni_set_has_event(const tni_waitable_set *set);
tni_event tni_set_take_event(tni_cstore *cs, tni_waitable_set *set);
void tni_deliver_resolve(tni_cstore *cs, tni_subtask *subtask);
static inline bool tni_resolved(const tni_subtask *s) {
    return s->state >= TNI_SUBTASK_RETURNED;
}
tenon_status tni_subtask_new(tni_cstore *cs, const tni_link *l, tni_subtask **out,
                             tenon_error *e);
void tni_subtask_free(tni_cstore *cs, tni_subtask *s);
/* Subtask.resolve and the event, if it is in a table. */
void tni_subtask_progress(tni_subtask *s, tni_subtask_state state);

/* A handle for a subtask that goes on by itself, as the result of canon lower. */
tni_next tni_subtask_hand_out(tni_thread *t, const tni_link *l, tni_subtask *s,
                              tni_slot *fp);
/* It has resolved: its result goes to the caller, and it ends. */
void tni_subtask_deliver(const tni_link *l, tni_subtask *s, tni_slot *fp);

/* -- pending.c -- */

void tni_pending_free_all(tni_cstore *cs);
/* The oldest answer of a host function, or NULL. */
tenon_pending *tni_pending_answered(tni_cstore *cs);
/* Hands it over. */
tenon_status tni_pending_deliver(tni_cstore *cs, tenon_pending *p, tenon_error *e);
/* Its status, with the error it came with. */
tenon_status tni_pending_status(const tenon_pending *p, tenon_error *e);
/* What its host function is told when the caller asks for cancellation; it may have
 * answered afterwards. */
void tni_pending_request_cancel(tenon_pending *p);

/* -- copy.c -- */

tni_event tni_end_take_event(tni_cstore *cs, tni_end *end);
/* Drops an end that stands in a table at i. */
tenon_status tni_end_drop(tni_cstore *cs, tni_handles *table, u32 i, tni_end *end,
                          tenon_error *e);
/* lift_async_value and lowering: *to is the readable end's index in the receiver. */
tenon_status tni_lift_end(tni_transfer *x, const tenon_type *t, u32 from, void **out);
tenon_status tni_lower_end(tni_transfer *x, void *lifted, u32 *to);

/* Starts the copy that end's buffer describes; it may be over at once (an event). */
tenon_status tni_copy_begin(tni_cstore *cs, tni_thread *t, tni_end *end);
/* Both ends of a new stream or future, in the host's table; slots may be NULL if the type
 * has no resources. */
tenon_status tni_host_ends_new(tni_cstore *cs, tni_resource_type *const *slots,
                               const tenon_type *type, u32 *readable, u32 *writable,
                               tenon_error *e);
/* A busy end stops copying: an event. */
void tni_copy_stop(tni_end *end);
/* Fails if the end cannot begin a copy. */
tenon_status tni_copy_check(const tni_end *end, tenon_error *e);

/* -- hostcopy.c -- */

/* Tells the host of one copy that is over; false: there is none. */
bool tni_host_copy_event(tni_cstore *cs);
/* Whether the host holds an end whose copies guests may wait for. */
bool tni_host_has_ends(const tni_cstore *cs);

/* -- built-ins: the native rows, by kind; the native's data is a tni_builtin -- */

typedef struct tni_builtin {
    tni_cstore *cs;
    tni_cinstance *inst;
    const tni_canon *canon;
    tni_side_options side; /* of its options */
    tni_table *table;      /* thread.new-indirect */
} tni_builtin;

const tni_native *tni_task_builtin(tni_canon_kind kind);
const tni_native *tni_thread_builtin(tni_canon_kind kind);
const tni_native *tni_waitable_builtin(tni_canon_kind kind);
const tni_native *tni_copy_builtin(tni_canon_kind kind);

/* trap_if(not inst.may_leave). */
static inline bool tni_check_leave(tni_thread *t, const tni_cinstance *inst) {
    if (TNI_UNLIKELY(!inst->may_leave)) {
        (void)tni_fail(tni_thread_error(t), TNI_ERR_CANNOT_LEAVE, TENON_NO_OFFSET, NULL);
        return false;
    }
    return true;
}

#endif
