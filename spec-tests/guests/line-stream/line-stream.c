/* line-stream: a plugin that keeps the lines with ERROR or WARN in them, one at a time:
 * it reads no line before the one that it keeps has been taken. */
#include "line_stream.h"

/* What a call keeps while it waits. */
struct exports_line_stream_keep_task {
    line_stream_stream_string_t from;
    line_stream_stream_string_writer_t to;
    line_stream_set_t set;
    line_stream_string_t line; /* read, and not yet taken */
    bool is_last;              /* nothing comes after it */
};

static bool has(const line_stream_string_t *line, const char *word) {
    for (size_t i = 0; i < line->len; i++) {
        size_t n = 0;
        while (word[n] != 0 && i + n < line->len &&
               line->ptr[i + n] == (uint8_t)word[n]) {
            n++;
        }
        if (word[n] == 0) {
            return true;
        }
    }
    return false;
}

static line_stream_next_t end(exports_line_stream_keep_task_t *task) {
    line_stream_set_join((line_stream_set_t){0}, task->from.handle);
    line_stream_set_join((line_stream_set_t){0}, task->to.handle);
    line_stream_stream_string_drop(task->from);
    line_stream_stream_string_drop_writer(task->to);
    line_stream_set_drop(task->set);
    cabi_free(task);
    return line_stream_next_exit();
}

/* A read or a write has ended with code: what comes next, until something has to wait. */
static line_stream_next_t carry_on(exports_line_stream_keep_task_t *task, bool was_read,
                                   uint32_t code) {
    while (code != LINE_STREAM_BLOCKED) {
        bool dropped = LINE_STREAM_ENDED(code) != LINE_STREAM_COMPLETED;
        task->is_last = task->is_last || dropped; /* there may be a line all the same */
        if (was_read && LINE_STREAM_COUNT(code) == 1 &&
            (has(&task->line, "ERROR") || has(&task->line, "WARN"))) {
            code = line_stream_stream_string_write(task->to, &task->line, 1);
            was_read = false;
            continue;
        }
        line_stream_string_free(&task->line);
        task->line.len = 0;
        if (task->is_last) { /* or nobody wants more */
            return end(task);
        }
        code = line_stream_stream_string_read(task->from, &task->line, 1);
        was_read = true;
    }
    return line_stream_next_wait(task->set);
}

line_stream_next_t exports_line_stream_keep(line_stream_stream_string_t lines,
                                            exports_line_stream_keep_task_t **task) {
    exports_line_stream_keep_task_t *t = cabi_realloc(NULL, 0, 8, sizeof *t);
    *t = (exports_line_stream_keep_task_t){.from = lines, .set = line_stream_set_new()};
    *task = t;
    exports_line_stream_keep_return(line_stream_stream_string_new(&t->to));
    line_stream_set_join(t->set, t->from.handle);
    line_stream_set_join(t->set, t->to.handle);
    return carry_on(t, false, LINE_STREAM_COMPLETED);
}

line_stream_next_t exports_line_stream_keep_resume(exports_line_stream_keep_task_t *task,
                                                   const line_stream_event_t *event) {
    return carry_on(task, event->kind == LINE_STREAM_EVENT_STREAM_READ, event->code);
}
