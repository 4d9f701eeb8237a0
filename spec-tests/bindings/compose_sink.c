/* compose_sink.c: counts the lines that are logged. */
#include "sink.h"

static uint32_t count;

void exports_tenon_compose_log_put(exports_tenon_compose_log_line_t *l) {
    count += l->text.len > 0 && l->level > 0;
    exports_tenon_compose_log_line_free(l);
}

uint32_t exports_tenon_compose_count_lines(void) {
    return count;
}
