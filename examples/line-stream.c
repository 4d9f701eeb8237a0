/* line-stream: a host that streams lines through a plugin, and prints what comes back.
 *
 *     line-stream PLUGIN.wasm FILE
 *
 * The contract is spec-tests/guests/line-stream/line-stream.wit: an async function from
 * one stream to another. Neither side holds more than a line: the plugin is given the
 * next one when it reads, and goes on when what it keeps has been taken. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "line_stream.h"

/* One direction. */
typedef struct side {
    bool busy, over;
    tenon_string line;
    uint32_t count; /* of what was copied last */
} side;

typedef struct host {
    tenon_engine *engine;
    tenon_component *component;
    tenon_linker *linker;
    tenon_store *store;
    tenon_instance *instance;
    tenon_arena *arena; /* for the line that is read */
    line_stream_calls calls;
    line_stream_stream_string_writer_t to;
    line_stream_stream_string_t from;
    side out, in;
    tenon_error error;
} host;

static void copied(void *data, tenon_store *store, uint32_t end, tenon_copy_result result,
                   uint32_t count) {
    side *s = data;
    (void)store;
    (void)end;
    s->busy = false;
    s->over = result != TENON_COPY_COMPLETED;
    s->count = count;
}

/* The next line to the plugin; at the end of the file the stream ends. */
static tenon_status give(host *h, FILE *file) {
    static char line[4096];
    if (h->out.over || fgets(line, sizeof line, file) == NULL) {
        h->out.over = h->out.busy = true;
        return line_stream_stream_string_drop_writer(h->store, h->to, &h->error);
    }
    h->out.line = (tenon_string){line, strcspn(line, "\n")};
    h->out.busy = true;
    return line_stream_stream_string_write(h->store, h->to, &h->out.line, 1, copied,
                                           &h->out, &h->error);
}

/* Prints what came last and asks for more. */
static tenon_status take(host *h) {
    if (h->in.count == 1) {
        printf("%.*s\n", (int)h->in.line.len, h->in.line.ptr);
    }
    h->in.count = 0;
    if (h->in.over) {
        return line_stream_stream_string_drop(h->store, h->from, &h->error);
    }
    tenon_arena_reset(h->arena);
    h->in.busy = true;
    return line_stream_stream_string_read(h->store, h->from, &h->in.line, 1, h->arena,
                                          copied, &h->in, &h->error);
}

static tenon_status filter(host *h, FILE *file) {
    line_stream_started_keep_t call;
    line_stream_stream_string_t lines;
    bool idle = false;
    tenon_status s = line_stream_stream_string_new(h->store, &lines, &h->to, &h->error);
    if (s == TENON_OK) {
        s = line_stream_start_keep(&h->calls, lines, &call, NULL, &h->error);
    }
    while (s == TENON_OK && !idle &&
           line_stream_state_keep(h->store, &call) == TENON_STARTED_RUNNING) {
        s = tenon_store_poll(h->store, &idle, &h->error);
    }
    if (s != TENON_OK || idle) {
        return s != TENON_OK ? s : TENON_TRAP; /* it waits for what does not come */
    }
    h->from = call.result;
    line_stream_end_keep(h->store, &call);
    while (s == TENON_OK && !(h->in.over && !h->in.busy)) {
        if (!h->out.busy) {
            s = give(h, file);
        } else if (!h->in.busy) {
            s = take(h);
        } else { /* a host with sockets would wait for them when it is idle */
            s = tenon_store_poll(h->store, &idle, &h->error);
        }
    }
    return s == TENON_OK ? take(h) : s;
}

static tenon_status start(host *h, const void *bytes, size_t len) {
    tenon_status s = tenon_engine_new(NULL, &h->engine, &h->error);
    s = s != TENON_OK ? s
                      : tenon_component_load(h->engine, bytes, len, TENON_BORROW_BYTES,
                                             &h->component, &h->error);
    s = s != TENON_OK ? s : tenon_linker_new(h->engine, &h->linker, &h->error);
    s = s != TENON_OK ? s : tenon_store_new(h->engine, NULL, &h->store, &h->error);
    s = s != TENON_OK ? s : tenon_arena_new(h->engine, &h->arena, &h->error);
    s = s != TENON_OK ? s
                      : tenon_instantiate(h->linker, h->store, h->component, &h->instance,
                                          &h->error);
    return s != TENON_OK ? s : line_stream_calls_init(&h->calls, h->instance, &h->error);
}

int main(int argc, char **argv) {
    static char bytes[1 << 20];
    static host h;
    FILE *plugin = argc == 3 ? fopen(argv[1], "rb") : NULL;
    FILE *file = plugin != NULL ? fopen(argv[2], "r") : NULL;
    if (file == NULL) {
        fputs("usage: line-stream PLUGIN.wasm FILE\n", stderr);
        return 2;
    }
    tenon_status s = start(&h, bytes, fread(bytes, 1, sizeof bytes, plugin));
    s = s == TENON_OK ? filter(&h, file) : s;
    if (s != TENON_OK) {
        fprintf(stderr, "%s: %s\n", tenon_status_name(s), h.error.message);
    }
    tenon_arena_delete(h.arena);
    tenon_store_delete(h.store);
    tenon_linker_delete(h.linker);
    tenon_component_delete(h.component);
    tenon_engine_delete(h.engine);
    fclose(plugin);
    fclose(file);
    return s == TENON_OK ? 0 : 1;
}
