/* log-filter: a plugin that keeps the lines with ERROR or WARN in them, unless they say
 * "ignore". */
#include "../guest.h"

static bool contains(const char *text, size_t len, const char *word) {
    for (size_t i = 0; i < len; i++) {
        size_t k = 0;
        while (word[k] != '\0' && i + k < len && text[i + k] == word[k]) {
            k++;
        }
        if (word[k] == '\0') {
            return true;
        }
    }
    return false;
}

EXPORT("filter-log")
int32_t filter_log(const char *line, size_t len) {
    heap_top = 0;
    return (contains(line, len, "ERROR") || contains(line, len, "WARN")) &&
           !contains(line, len, "ignore");
}
