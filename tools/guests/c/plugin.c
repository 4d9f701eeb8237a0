/* plugin.c: the log filter, with what `tenon bindgen` writes and a C library. */
#include <string.h>

#include "log_filter.h"

static bool contains(const log_filter_string_t *text, const char *word) {
    const size_t len = strlen(word);
    for (size_t i = 0; i + len <= text->len; i++) {
        if (memcmp(text->ptr + i, word, len) == 0) {
            return true;
        }
    }
    return false;
}

bool exports_log_filter_filter_log(log_filter_string_t *line) {
    const bool keep = contains(line, "ERROR") || contains(line, "WARN");
    log_filter_string_free(line);
    return keep;
}
