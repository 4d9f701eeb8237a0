/* trace.h: what `tenon trace` writes while a program runs. Looks inside. */
#ifndef TENON_TRACE_H
#define TENON_TRACE_H

#include <stdio.h>

#include "base/vec.h"
#include "exec/trace.h"
#include "tenon/run.h"
#include "text/print.h"

typedef struct trace_module {
    const tni_module *module;
    tni_words *words;
} trace_module;

/* Set out, filter and left, the rest to zero. */
typedef struct trace {
    FILE *out;
    const char *filter; /* a function's name or index, or NULL: all */
    uint64_t left;      /* instructions to be shown yet */
    tni_tracer tracer;
    tenon_engine *engine;
    TNI_VEC(trace_module) modules;
    size_t last; /* the module of the last step */
    tni_buf line;
    tni_buf name;
    bool is_open; /* the line waits for the results of the step that it shows: */
    tni_trace_step step;
    bool failed; /* memory was out */
} trace;

#endif
