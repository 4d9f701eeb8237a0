// plugin.cpp: the log filter in C++, with what `tenon bindgen` writes.
#include <array>
#include <string_view>

#include "log_filter.h"

bool exports_log_filter_filter_log(log_filter_string_t *line) {
    const std::string_view text(reinterpret_cast<const char *>(line->ptr), line->len);
    bool keep = false;
    for (std::string_view word : std::array<std::string_view, 2>{"ERROR", "WARN"}) {
        keep = keep || text.find(word) != text.npos;
    }
    log_filter_string_free(line);
    return keep;
}
