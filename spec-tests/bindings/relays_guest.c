/* relays_guest.c: a guest whose async exports come back to an event loop: they give a
 * stream or a future, and go on with it afterwards. */
#include "relays.h"

/* -- upper: a line is read, written, and so on -- */

struct exports_relays_upper_task {
    relays_stream_string_t from;
    relays_stream_string_writer_t to;
    relays_set_t set;
    relays_string_t line;
    bool is_last;
};

static relays_next_t finish_upper(exports_relays_upper_task_t *task) {
    relays_set_join((relays_set_t){0}, task->from.handle);
    relays_set_join((relays_set_t){0}, task->to.handle);
    relays_stream_string_drop(task->from);
    relays_stream_string_drop_writer(task->to);
    relays_set_drop(task->set);
    cabi_free(task);
    return relays_next_exit();
}

/* Until it waits: has_line: the read that gave it has ended; code: as it ended. */
static relays_next_t carry_on(exports_relays_upper_task_t *task, bool has_line,
                              uint32_t code) {
    while (code != RELAYS_BLOCKED) {
        if (!has_line) { /* a write has ended, or there was none */
            relays_string_free(&task->line);
            task->line.len = 0;
        }
        task->is_last |= RELAYS_ENDED(code) != RELAYS_COMPLETED;
        has_line = has_line && RELAYS_COUNT(code) == 1; /* of the last one too */
        if (!has_line && task->is_last) {
            return finish_upper(task);
        }
        if (has_line) {
            for (size_t i = 0; i < task->line.len; i++) {
                uint8_t c = task->line.ptr[i];
                task->line.ptr[i] = c >= 'a' && c <= 'z' ? (uint8_t)(c - 32) : c;
            }
            code = relays_stream_string_write(task->to, &task->line, 1);
        } else {
            code = relays_stream_string_read(task->from, &task->line, 1);
        }
        has_line = !has_line;
    }
    return relays_next_wait(task->set);
}

relays_next_t exports_relays_upper(relays_stream_string_t lines,
                                   exports_relays_upper_task_t **task) {
    exports_relays_upper_task_t *t = cabi_realloc(NULL, 0, 8, sizeof *t);
    *task = t;
    *t = (exports_relays_upper_task_t){.from = lines, .set = relays_set_new()};
    exports_relays_upper_return(relays_stream_string_new(&t->to));
    relays_set_join(t->set, t->from.handle);
    relays_set_join(t->set, t->to.handle);
    return carry_on(t, false, RELAYS_COMPLETED);
}

relays_next_t exports_relays_upper_resume(exports_relays_upper_task_t *task,
                                          const relays_event_t *event) {
    return carry_on(task, event->kind == RELAYS_EVENT_STREAM_READ, event->code);
}

/* -- next: one more than a number that comes later -- */

struct exports_relays_next_task {
    relays_future_u32_t from;
    relays_future_u32_writer_t to;
    relays_set_t set;
    uint32_t number;
};

relays_next_t exports_relays_next(relays_future_u32_t number,
                                  exports_relays_next_task_t **task) {
    exports_relays_next_task_t *t = cabi_realloc(NULL, 0, 8, sizeof *t);
    *task = t;
    *t = (exports_relays_next_task_t){.from = number, .set = relays_set_new()};
    exports_relays_next_return(relays_future_u32_new(&t->to));
    uint32_t code = relays_future_u32_read(t->from, &t->number);
    if (code != RELAYS_BLOCKED) {
        __builtin_trap(); /* the test writes it later */
    }
    relays_set_join(t->set, t->from.handle);
    return relays_next_wait(t->set);
}

relays_next_t exports_relays_next_resume(exports_relays_next_task_t *task,
                                         const relays_event_t *event) {
    if (event->kind == RELAYS_EVENT_FUTURE_READ) {
        task->number++;
        relays_set_join((relays_set_t){0}, task->from.handle);
        relays_future_u32_drop(task->from);
        if (relays_future_u32_write(task->to, &task->number) == RELAYS_BLOCKED) {
            relays_set_join(task->set, task->to.handle);
            return relays_next_wait(task->set);
        }
    } else {
        relays_set_join((relays_set_t){0}, task->to.handle);
    }
    relays_future_u32_drop_writer(task->to);
    relays_set_drop(task->set);
    cabi_free(task);
    return relays_next_exit();
}

/* -- hold: until it is cancelled -- */

struct exports_relays_hold_task {
    relays_set_t set;
};

relays_next_t exports_relays_hold(exports_relays_hold_task_t **task) {
    *task = cabi_realloc(NULL, 0, 4, sizeof **task);
    (*task)->set = relays_set_new();
    return relays_next_wait((*task)->set);
}

relays_next_t exports_relays_hold_resume(exports_relays_hold_task_t *task,
                                         const relays_event_t *event) {
    if (event->kind != RELAYS_EVENT_CANCELLED) {
        __builtin_trap();
    }
    relays_set_drop(task->set);
    cabi_free(task);
    relays_task_cancel();
    return relays_next_exit();
}

/* -- first: of an exported interface, whose types are its own -- */

struct exports_tenon_pipes_filters_first_task {
    exports_tenon_pipes_filters_stream_item_t from;
    exports_tenon_pipes_filters_future_item_writer_t to;
    relays_set_t set;
    exports_tenon_pipes_filters_item_t item;
};

static relays_next_t read_first(exports_tenon_pipes_filters_first_task_t *task,
                                uint32_t code) {
    if (code == RELAYS_BLOCKED) {
        relays_set_join(task->set, task->from.handle);
        return relays_next_wait(task->set);
    }
    relays_set_join((relays_set_t){0}, task->from.handle);
    exports_tenon_pipes_filters_stream_item_drop(task->from);
    if (exports_tenon_pipes_filters_future_item_write(task->to, &task->item) ==
        RELAYS_BLOCKED) {
        relays_set_join(task->set, task->to.handle);
        return relays_next_wait(task->set);
    }
    __builtin_trap(); /* the test reads it later */
}

relays_next_t
exports_tenon_pipes_filters_first(exports_tenon_pipes_filters_stream_item_t items,
                                  exports_tenon_pipes_filters_first_task_t **task) {
    exports_tenon_pipes_filters_first_task_t *t = cabi_realloc(NULL, 0, 8, sizeof *t);
    *task = t;
    *t = (exports_tenon_pipes_filters_first_task_t){.from = items,
                                                    .set = relays_set_new()};
    exports_tenon_pipes_filters_first_return(
        exports_tenon_pipes_filters_future_item_new(&t->to));
    return read_first(t,
                      exports_tenon_pipes_filters_stream_item_read(t->from, &t->item, 1));
}

relays_next_t
exports_tenon_pipes_filters_first_resume(exports_tenon_pipes_filters_first_task_t *task,
                                         const relays_event_t *event) {
    if (event->kind == RELAYS_EVENT_STREAM_READ) {
        return read_first(task, event->code);
    }
    relays_set_join((relays_set_t){0}, task->to.handle);
    exports_tenon_pipes_filters_future_item_drop_writer(task->to);
    exports_tenon_pipes_filters_item_free(&task->item);
    relays_set_drop(task->set);
    cabi_free(task);
    return relays_next_exit();
}

/* -- a resource with an async method, which needs no state -- */

struct exports_tenon_pipes_filters_job_t {
    uint32_t factor;
};

exports_tenon_pipes_filters_own_job_t
exports_tenon_pipes_filters_constructor_job(uint32_t factor) {
    exports_tenon_pipes_filters_job_t *job = cabi_realloc(NULL, 0, 4, sizeof *job);
    job->factor = factor;
    return exports_tenon_pipes_filters_job_new(job);
}

void exports_tenon_pipes_filters_job_destructor(exports_tenon_pipes_filters_job_t *rep) {
    cabi_free(rep);
}

relays_next_t exports_tenon_pipes_filters_method_job_scale(
    exports_tenon_pipes_filters_borrow_job_t self,
    exports_tenon_pipes_filters_item_t *item, uint32_t by,
    exports_tenon_pipes_filters_method_job_scale_task_t **task) {
    (void)task;
    item->number *= self->factor * by;
    exports_tenon_pipes_filters_method_job_scale_return(item);
    exports_tenon_pipes_filters_item_free(item);
    return relays_next_exit();
}

relays_next_t exports_tenon_pipes_filters_method_job_scale_resume(
    exports_tenon_pipes_filters_method_job_scale_task_t *task,
    const relays_event_t *event) {
    (void)task;
    (void)event;
    __builtin_trap(); /* it never waits */
}
